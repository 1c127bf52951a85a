// What a tape has recorded and what was handed back, step by step: read from what the rules answer, and put into words.

import { element } from "../dom.js";
import { number } from "../engine.js";
import { parts, threeDigits } from "../number.js";

// A number with three digits at most: most numbers here are whole.
export const short = (value) => threeDigits(value).replace(/\.(\d*?)0+(?=·|$)/, (_, digits) => digits && `.${digits}`);

const known = (text) => (text === "None" ? undefined : number(text));

// Return the records of an answer, and what was added to gradients: at the beginning of a call, from nowhere.
export function read(answer, many) {
  const lines = answer.split("\n").map((line) => line.split(" "));
  return {
    records: lines.slice(0, many).map(([value, made, ...operands]) => ({ value: number(value), made, operands, isLeaf: made === "leaf" })),
    additions: lines.slice(many).map((line) => {
      const [from, operand, to, share, before, after] = line.map(known);
      return { from, operand, to, share, before, after };
    }),
  };
}

// Return what is there after so many steps. What lies between leaves and end keeps no gradient from call to call.
export function after({ records, additions }, step) {
  const gradients = new Map();
  let shares = [];
  let call = 0;
  const past = additions.slice(0, Math.max(0, step - records.length));
  for (const each of past) {
    if (each.from === undefined) {
      call += 1;
      shares = [];
      for (const place of gradients.keys()) if (!records[place].isLeaf) gradients.delete(place);
    }
    gradients.set(each.to, each.after);
    shares.push(each);
  }
  return { recorded: Math.min(step, records.length), gradients, shares, call, now: past.at(-1) };
}

const listed = (texts) => (texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`);
const code = (textContent) => element("code", { textContent });

// The numbers of a rule that its text names: the gradient g of the result c, c, and the operands.
// Where the graph has another name for one of them, that stands between.
function numbersOf(text, operands, { records }, { gradients }, from, names) {
  const own = (letter, place) => [letter, ...(names[place] === letter ? [] : [names[place]]), short(records[place].value)];
  const given = records[from].operands.map((operand, n) => (operand.startsWith("@") ? own(operands[n], operand.slice(1)) : [operands[n], short(number(operand))]));
  return [["g", short(gradients.get(from))], own("c", from), ...given].filter(([letter]) => RegExp(`\\b${letter}\\b`).test(text)).map((each) => each.join(" = "));
}

// Whether a number is shown as it is.
const isWhole = (value) => !Number.isFinite(value) || value === Number(parts(value).join("e").replace("−", "-").replace(/e$/, ""));

// What is added to what is there, up to the sign before the sum: that the two are equal, or nearly, as they are shown.
export function addition({ before, share, after: sum }) {
  const term = share < 0 ? `(${short(share)})` : short(share);
  return `${short(before)} + ${term} ${[before, share, sum].every(isWhole) ? "=" : "≈"} `;
}

// Return what the last step did, as texts and code.
export function said(found, there, step, { names, lines, rules }) {
  const { records } = found;
  const { now } = there;
  if (!step) return ["Nothing is recorded yet."];
  const leaves = records.filter(({ isLeaf }) => isLeaf).length;
  if (!now) {
    const [place, { value, made, isLeaf }] = [step - 1, records[step - 1]];
    if (isLeaf) return [`Place ${place}: ${names[place]} is a leaf. Its value is ${short(value)}.`];
    return [`Place ${place}: `, code(lines[place - leaves]), ` is recorded. It was made by ${made}, and is ${short(value)}.`];
  }
  const { from, operand, to, share, before, after: sum } = now;
  if (from === undefined) return [`Call ${there.call} of backward begins at the end: the gradient of ${names[to]} is ${short(share)}.`];
  const { operands, rules: texts } = rules[records[from].made];
  const becomes = before === undefined ? `The gradient of ${names[to]} is ${short(sum)}.` : `It is added to what is there: the gradient of ${names[to]} is ${addition(now)}${short(sum)}.`;
  const all = found.additions.length + records.length === step ? [` After ${there.call} ${there.call > 1 ? "calls" : "call"}, the gradient is ${listed(records.flatMap((each, place) => (each.isLeaf ? [`${short(there.gradients.get(place))} for ${names[place]}`] : [])))}.`] : [];
  return [`From ${names[from]} to ${names[to]}, by the rule of ${records[from].made}: `, code(texts[operand]), ` with ${listed(numbersOf(texts[operand], operands, found, there, from, names))} is ${short(share)}. ${becomes}`, ...all];
}
