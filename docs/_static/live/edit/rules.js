// The rules of this page that a reader has changed: a worker runs them, a watchdog ends it, and the figures obey them.

import { element } from "../dom.js";
import { answerBy, number, read } from "../engine.js";

const AT_A_TIME = 10;
const PATIENCE = 1500; // milliseconds for one answer
const ENDLESS = `This took longer than ${PATIENCE / 1000} seconds, and was ended. A loop in it may have no end.`;
const NUMBERS = ["show", "step", "push", "paths"]; // what figures ask changed rules for
const LOST = "What runs the rules could not be loaded.";

// MicroPython has CPython's words for most errors, but not for an `exp` that is too large.
function inPython(said, text = "") {
  return said === "ValueError: math domain error" && /\bexp\(/.test(text) && !/\b(log|sqrt)/.test(text) ? "OverflowError: math range error" : said;
}

// What went wrong with changed rules: Python's message, and where it is.
export class Failed extends Error {
  constructor({ said, rule, line }) {
    super(inPython(said, edits.get(rule)?.text.split("\n")[line - 1]));
    Object.assign(this, { rule, line });
  }
}

// Other rules run by now, and somebody else says what became of them.
export class Superseded extends Error {}

// Begin a worker with changed rules. What is asked is answered one by one; each answer has its time.
function runner(edits) {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  let settle;
  let ended;
  const next = () => new Promise((resolve, reject) => {
    if (ended) reject(ended);
    else settle = { resolve, reject };
  });
  function end(why = new Superseded()) {
    ended ??= why;
    worker.terminate();
    settle?.reject(ended);
  }
  worker.addEventListener("message", ({ data }) => settle?.resolve(data));
  worker.addEventListener("error", () => end(new Failed({ said: LOST })));
  worker.postMessage({ edits });
  let last = next().then((data) => data.lost && end(new Failed({ said: LOST })));
  last.catch(() => {}); // who asks hears of it

  async function one(what, question) {
    if (ended) throw ended;
    const watchdog = setTimeout(() => end(new Failed({ said: ENDLESS })), PATIENCE);
    worker.postMessage({ what, question });
    try {
      const { answer, failed } = await next();
      if (failed) throw new Failed(failed);
      return answer;
    } finally {
      clearTimeout(watchdog);
    }
  }
  return {
    end,
    ask(what, question) {
      last = last.catch(() => {}).then(() => one(what, question));
      return last;
    },
  };
}

const edits = new Map();
let running;
let failed;
const notes = new Map();
const listeners = new Set();

// What changed rules leave out of an answer has no number.
function whole(answer, book) {
  const found = read(answer);
  const missing = [...read(book).keys()].filter((id) => !found.has(id));
  return [answer, ...missing.map((id) => `${id}=nan`)].join(" ");
}

// Answer a figure: the formulas are always those of the book, and so are the numbers where changed rules give none.
function answer(question, book) {
  const wanted = JSON.parse(question).do;
  if (failed || !NUMBERS.includes(wanted)) return book(question);
  const ours = running;
  if (wanted === "paths") return ours.ask("answer", question).catch(() => book(question)); // symbols may not fit changed rules
  return ours.ask("answer", question).then((found) => whole(found, book(question)), (problem) => {
    if (ours === running) fail(problem);
    return book(question);
  });
}

function fail(problem) {
  failed = problem;
  mark();
  for (const { wrong } of listeners) wrong(problem);
}

// The names of the rules that a reader has changed.
export const changedNames = () => [...edits.keys()];

// Say below each figure which rules it obeys, and gray it while it shows what changed rules do not give.
function mark() {
  const names = changedNames().map((name) => `${name}()`).join(", ");
  for (const picture of document.querySelectorAll(".bp-picture[data-live]")) {
    if (!notes.has(picture)) notes.set(picture, element("p", { className: "edit-note" }));
    const note = notes.get(picture);
    picture.classList.toggle("edit-gray", Boolean(failed));
    note.textContent = failed
      ? `The changed ${names} gives no numbers. This figure still shows those of the book’s rules.`
      : `This figure obeys a rule that a reader has changed: ${names}.`;
    if (edits.size) picture.append(note);
    else note.remove();
  }
}

// Ask for what the check finds of each example, some weights at a time: each answer has its time.
async function judged(ask, examples) {
  const found = [];
  for (const example of examples) {
    const wrong = [];
    let first = {};
    for (let at = 0; at === 0 || at < example.names.length; at += AT_A_TIME) {
      const part = await ask("check", { ...example, names: example.names.slice(at, at + AT_A_TIME) });
      wrong.push(...part.wrong);
      first = at ? first : part;
    }
    found.push({ ...first, wrong, compared: example.names.length });
  }
  return found;
}

// Tell all editors that another rule runs.
function old(name) {
  for (const { stale } of listeners) stale(name);
}

// Ask where the rules lead, some steps at a time, and return the costs; the last is the first that is not finite.
async function downhill(ask, example, count) {
  const costs = [];
  let now = example;
  while (costs.length < count && costs.every(Number.isFinite)) {
    const { costs: some, ...numbers } = await ask("downhill", { ...now, steps: Math.min(AT_A_TIME, count - costs.length) });
    costs.push(...some.map(number));
    now = { ...now, ...numbers };
  }
  const end = costs.findIndex((cost) => !Number.isFinite(cost));
  return end < 0 ? costs : costs.slice(0, end + 1);
}

function restart() {
  running?.end();
  failed = undefined;
  return (running = runner([...edits.values()]));
}

// Have the figures obey a changed rule, or the book's again if its text is that of the book; return what the check finds of
// each example, and the costs of steps downhill of the first. What fails is thrown.
export async function change(rule, text, { examples, costs, rate }) {
  const before = edits.get(rule.name)?.text ?? rule.text;
  if (text !== before) old(rule.name);
  if (text === rule.text) edits.delete(rule.name);
  else edits.set(rule.name, { file: rule.file, name: rule.name, text });
  const ours = restart();
  try {
    const ask = async (what, question) => JSON.parse(await ours.ask(what, JSON.stringify(question)));
    return { found: await judged(ask, examples), costs: await downhill(ask, { ...examples[0], rate }, costs.length) };
  } catch (problem) {
    if (ours === running) failed = problem;
    throw problem;
  } finally {
    if (ours === running) obey();
  }
}

function obey() {
  mark();
  if (!edits.size) {
    running.end();
    running = undefined;
  }
  answerBy(edits.size ? answer : undefined);
}

// Take a change back: the figures obey the book's rule again.
export function reset(rule) {
  if (!edits.delete(rule.name)) return;
  old(rule.name);
  restart();
  obey();
}

// Have somebody told of what fails while figures are changed, and of other rules that run; return what ends that.
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
