// What the check finds of changed rules, in words, and the curve of the cost beside the one of the book's rules.

import { element, shape } from "../dom.js";
import { curve, SIZE } from "../downhill.js";
import { number } from "../engine.js";
import { sixDigits, threeDigits } from "../number.js";
import { nameOf } from "../state.js";

const PUSH = "0.0001";
const LARGEST_POWER = Math.log(Number.MAX_VALUE); // of e
const KINDS = { z: "linear part", a: "activated value", slope: "slope of the curve", delta: "error of the linear part", da: "error of the activated value" };

// Say what an id is of, be it given or computed.
function quantity(id) {
  const [, kind, layer, node] = /^([a-z]+?)(\d+)?(?:\.(\d+).*)?$/.exec(id);
  if (kind === "cost") return "cost";
  if (kind === "dw" || kind === "db") return `derivative by the ${nameOf(id.slice(1))}`;
  if (!(kind in KINDS)) return nameOf(id);
  return kind === "da" && layer === "0" ? `error of input ${node}` : `${KINDS[kind]} of node ${node} of layer ${layer}`;
}

const finite = (value) => (Number.isFinite(value) ? sixDigits(value) : threeDigits(value));
const said = (text) => (text === "None" ? "no number" : finite(number(text)));

// How far what the rules say is from the slope; what is no number is farthest.
function apart([, rule, slope]) {
  const distance = Math.abs(number(rule) - number(slope));
  return Number.isNaN(distance) ? Infinity : distance;
}

function gradient(found) {
  const compared = found.reduce((sum, { compared }) => sum + compared, 0);
  const wrong = found.flatMap((one) => one.wrong);
  if (!wrong.length) return [true, `The gradient check passes: all ${compared} derivatives by weights and biases are the slopes that pushing finds.`];
  const [id, rule, slope] = wrong.reduce((one, other) => (apart(other) > apart(one) ? other : one));
  return [false, `The gradient check fails: of ${compared} derivatives by weights and biases, ${wrong.length} are wrong. The worst is by the ${nameOf(id)}: the rules say ${said(rule)}; pushed up and down by ${PUSH}, the cost changes by ${said(slope)} for each unit.`];
}

// Say where a rule of the sigmoid gives no number, and why.
function failure([rule, z, error]) {
  const tooLarge = /^(Overflow|Value)Error/.test(error) && Math.abs(z) > LARGEST_POWER;
  const why = tooLarge ? `exp(${threeDigits(Math.abs(z))}) is too large for a number (OverflowError)` : error;
  return `fails at z = ${threeDigits(Number(z))}: ${why}`;
}

const failureOf = (found) => found.map(({ fails }) => fails).find(Boolean);

function numbers(found) {
  const first = found.map(({ value }) => value).find(Boolean);
  const fails = failureOf(found);
  if (!first && fails) return [false, `The numbers are the book’s near zero, but far from it ${fails[0]} ${failure(fails)}.`];
  if (!first) return [true, "The numbers are the book’s where they were compared, near zero and far from it."];
  return [false, `The numbers are not the book’s. The first that differs is the ${quantity(first[0])}: ${said(first[1])}, and in the book ${said(first[2])}.`];
}

function step(found) {
  const first = found.map(({ step: one }) => one).find(Boolean);
  if (!first) return [true, "The step downhill is the book’s."];
  return [false, `The step downhill is not the book’s. After it, the ${nameOf(first[0])} is ${said(first[1])}, and in the book ${said(first[2])}.`];
}

// Say what the cost does with wrong rules.
function downhill(costs, book) {
  const [before, after] = [costs[0], costs.at(-1)];
  const steps = `${costs.length - 1} steps`;
  const does = !Number.isFinite(after) ? "does not stay a number" : after < before ? "falls all the same" : after > before ? "rises" : "stays as it is";
  return `The cost ${does}: from ${threeDigits(before)} to ${threeDigits(after)} in ${steps}; with the book’s rules, from ${threeDigits(book[0])} to ${threeDigits(book.at(-1))}.`;
}

function drawing(costs, book) {
  const highest = Math.max(...costs.filter(Number.isFinite), ...book);
  const line = (each, name) => shape("polyline", { class: `live-curve-line ${name}`, points: curve(each.filter(Number.isFinite), highest) });
  return shape("svg", { viewBox: `0 0 ${SIZE.join(" ")}`, width: SIZE[0], height: SIZE[1], "aria-hidden": true, class: "edit-curve" }, line(book, "edit-of-book"), line(costs, ""));
}

const mark = ([passes, text]) => element("li", { className: passes ? "edit-passes" : "edit-fails", textContent: text });

const rightNearZero = (found) => Boolean(failureOf(found)) && found.every(({ wrong, value, step: moved }) => !wrong.length && !value && !moved);

// Say which rules a verdict is of, where it is not of one alone.
function among(name, changed) {
  const now = `Changed now: ${changed.join(", ")}. `;
  if (!changed.includes(name)) return changed.length ? `This rule is the book’s. ${now}` : "";
  return changed.length > 1 ? now : "";
}

// Return whether rules are right, a sentence that says so, and what the check found. `book` has the costs of the book's rules,
// and `changed` the names of all rules that are changed.
export function verdict({ found, costs }, book, name, changed) {
  const checks = [gradient(found), numbers(found), step(found)];
  const right = checks.every(([passes]) => passes);
  const list = element("ul", { className: "edit-checks" }, ...checks.map(mark));
  const which = among(name, changed);
  if (right) return { right, sentence: !changed.length ? "These are the book’s rules, and they are right." : `${which}Right: written differently, the rule gave the same numbers.`, box: list };
  if (rightNearZero(found)) return { right, sentence: `${which}Right near 0, but ${failureOf(found)[0]} ${failure(failureOf(found))}.`, box: list };
  const words = element("span", { textContent: downhill(costs, book) });
  const line = element("p", { className: "edit-downhill" }, drawing(costs, book), words);
  return { right, sentence: `${which}Wrong: the check has caught it.`, box: element("div", {}, list, line) };
}
