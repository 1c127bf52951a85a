// A calculation on the tape, which is recorded step by step and goes back step by step, by the package's own tape.

import { element } from "../dom.js";
import { start } from "../engine.js";
import { opening } from "../plots/opening.js";
import { holding } from "../push/panel.js";
import { pairs, shown, typed } from "../state.js";
import { drawing, styled } from "./drawing.js";
import { panel } from "./panel.js";
import { after, read as readAnswer, said, short } from "./steps.js";

const NARROW = "(max-width: 691.98px)"; // as the pictures of plots have it
const FILES = ["operations.py", "tape.py", "diagram/passes/live_ufuncs.py", "diagram/plots/live_record.py"];
const CALLS = 20; // the most of them, as many as a link may have

async function rules() {
  const python = await start(undefined, FILES);
  python.pyimport("literate_bp.diagram.passes.live_ufuncs").install();
  return python.pyimport("literate_bp.diagram.plots.live_record");
}

// The numbers as a table: what was handed back in this call, and the gradients.
function table(names, { records }, { recorded, gradients, shares }) {
  const cells = (place) => {
    const own = shares.filter((each) => each.to === place).map((each) => short(each.share));
    const gradient = gradients.get(place);
    return [short(records[place].value), own.join(" + "), gradient === undefined ? "" : short(gradient)];
  };
  const row = (name, place) => element("tr", {}, element("th", { scope: "row", textContent: name }), ...cells(place).map((textContent) => element("td", { textContent })));
  const head = element("tr", {}, ...["variable", "value", "shares", "gradient"].map((textContent) => element("th", { scope: "col", textContent })));
  const made = element("table", { className: "docutils" }, element("thead", {}, head), element("tbody", {}, ...names.slice(0, recorded).map(row)));
  return element("div", { className: "table-wrapper" }, made);
}

function whole(id, text, low, high) {
  const value = typed(text);
  if (!Number.isInteger(value) || value < low || value > high) throw new RangeError(`${id} is ${shown(text)}; a whole number from ${low} to ${high} was expected`);
  return value;
}

// Make a calculation ready, and return what opens and closes it. `name` is its name in links.
export async function figure(picture, button, name) {
  const given = JSON.parse(picture.dataset.record);
  const [tape] = await Promise.all([rules(), styled()]);
  const narrow = matchMedia(NARROW);
  const details = picture.querySelector(":scope > details");
  const begun = (of) => ({ of, leaves: given.calculations[of].leaves.map(([, value]) => value), calls: 1, step: undefined });
  const book = begun(given.of);
  let state = book;
  let awaited = false;

  // A step that is not known is the last one.
  function find({ of, leaves, calls, step }) {
    const calculation = given.calculations[of];
    const many = leaves.length + calculation.lines.length;
    const found = readAnswer(tape.answer(JSON.stringify({ of, leaves, calls })), many);
    const last = many + found.additions.length;
    return { calculation, found, many, last, at: step ?? last };
  }
  const goTo = (at, more = {}) => {
    const next = { ...state, ...more };
    follow({ ...next, step: at === find(next).last ? undefined : at });
  };

  const actions = {
    get: (place) => state.leaves[place],
    set: (place, value) => follow({ ...state, leaves: state.leaves.with(place, value) }),
    type: (place) => below.type(place),
    choose: (of) => follow(begun(of)),
    step(by) {
      const { at, last } = find(state);
      if (at + by > last) goTo(1, { calls: 1 });
      else goTo(at + by < 0 ? last : at + by);
    },
    beginning: () => goTo(0, { calls: 1 }),
    backward() {
      if (state.step !== undefined) return goTo(find(state).last);
      if (state.calls === CALLS) return below.say(`After ${CALLS} calls, zero the gradients.`);
      follow({ ...state, calls: state.calls + 1 });
    },
    zero: () => goTo(find(state).many, { calls: 1 }),
  };
  const scene = drawing(actions, given.box);
  const below = panel(Object.fromEntries(Object.entries(given.calculations).map(([of, { title }]) => [of, title])), actions);
  const box = holding(below.box);

  function show() {
    awaited = false;
    if (!plot.isOpen) return;
    const { calculation, found, at, last } = find(state);
    const names = [...calculation.leaves.map(([leaf]) => leaf), ...calculation.lines.map((line) => line.split(" = ")[0])];
    const there = after(found, at);
    const words = { ...calculation, names, rules: given.rules };
    const says = said(found, there, at, words);
    const text = says.map((each) => each.textContent ?? each).join("");
    scene.draw(narrow.matches ? calculation.narrow : calculation.wide, words, found, there, !narrow.matches, text);
    details.replaceChildren(details.firstElementChild, element("p", { textContent: `The graph of ${calculation.title}. ${text}` }), table(calculation.titles, found, there));
    const link = written();
    below.show({ of: state.of, isDone: at === last }, words, found, there, says, link && `#live:${name}:${link}`);
  }
  function follow(next) {
    state = next;
    below.say("");
    if (!awaited) requestAnimationFrame(show);
    awaited = true;
  }

  // Write what is chosen, and what differs from how it begins: `of=sums,a=2,calls=3,step=5`.
  function written() {
    const first = begun(state.of);
    const leaves = given.calculations[state.of].leaves.flatMap(([leaf], place) => (state.leaves[place] === first.leaves[place] ? [] : [`${leaf}=${state.leaves[place]}`]));
    return [...(state.of === book.of ? [] : [`of=${state.of}`]), ...leaves, ...(state.calls > 1 ? [`calls=${state.calls}`] : []), ...(state.step === undefined ? [] : [`step=${state.step}`])].join();
  }
  function read(text) {
    const changes = new Map(pairs(text));
    const of = changes.get("of") ?? book.of;
    if (!Object.hasOwn(given.calculations, of)) throw new RangeError(`no calculation “${shown(of)}” in this figure`);
    const next = begun(of);
    const places = new Map(given.calculations[of].leaves.map(([leaf], place) => [leaf, place]));
    for (const [id, value = ""] of changes) {
      if (places.has(id)) next.leaves[places.get(id)] = typed(value);
      else if (id === "calls") next.calls = whole(id, value, 1, CALLS);
      else if (id !== "of" && id !== "step") throw new RangeError(`no ${shown(id)} in this figure`);
    }
    if (changes.has("step")) next.step = whole("step", changes.get("step") ?? "", 0, find(next).last);
    return next;
  }

  narrow.addEventListener("change", show);
  const plot = opening(picture, button, {
    box, details, scene, className: "record-open", focus: scene.focus, say: below.say, show,
    put: (changes) => { state = changes ? read(changes) : book; },
  });
  return Object.assign(plot, { show });
}
