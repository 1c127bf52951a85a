// A plot whose numbers are moved, and what follows from them: by the rules, or as it was found when the page was made.

import { element } from "../dom.js";
import { holding } from "../push/panel.js";
import { pairs, shown, typed } from "../state.js";
import { drawing, styled } from "./drawing.js";
import { opening } from "./opening.js";
import { checked, panel } from "./panel.js";

const NARROW = "(max-width: 691.98px)"; // as the pictures of plots have it
const DECIMALS = 4;

const clamped = (value, { low, high }) => Math.max(low, Math.min(high, value));
const rounded = (value, { step, whole, low, high }, fine) => (value === low || value === high ? value : whole ? Math.round(value) : Number((fine ? value : Math.round(value / step * 10) * step / 10).toFixed(DECIMALS)));

// The numbers of a table, each of which a program can read as it is, and texts.
function table({ head, rows }) {
  const cell = (given) => element("td", {}, Array.isArray(given) ? element("data", { value: given[1], textContent: given[0] }) : given);
  const row = ([name, ...cells]) => element("tr", {}, element("th", { scope: "row", textContent: name }), ...cells.map(cell));
  const top = element("tr", {}, ...head.map((textContent) => element("th", { scope: "col", textContent })));
  const made = element("table", { className: "docutils" }, element("thead", {}, top), element("tbody", {}, ...rows.map(row)));
  return element("div", { className: "table-wrapper" }, made);
}

// Make a plot ready, and return what opens and closes it. `name` is its name in links.
export async function figure(picture, button, name) {
  const given = JSON.parse(picture.dataset.plot);
  const [{ subject }] = await Promise.all([import(`./${given.kind}.js`), styled()]);
  const about = await subject(given);
  const { numbers, choices, book, find, choose, change = (before, id, value) => ({ ...before, [id]: value }) } = about;
  const narrow = matchMedia(NARROW);
  const details = picture.querySelector(":scope > details");
  let state = book;
  let awaited = false;

  // A number; how large it may be can depend on the others.
  function numberIn(of, id) {
    const { high } = numbers[id];
    return { ...numbers[id], high: typeof high === "function" ? high(of) : high };
  }
  function moved(before, id, value, fine) {
    const number = numberIn(before, id);
    return change(before, id, clamped(rounded(clamped(value, number), number, fine), number));
  }

  const actions = {
    get: (id) => state[id],
    set: (id, value, fine) => actions.move({ [id]: value }, fine),
    move: (values, fine) => follow(Object.entries(values).reduce((before, [id, value]) => moved(before, id, value, fine), state)),
    ends: (id) => [numbers[id].low, numberIn(state, id).high],
    numberOf: (id) => numberIn(state, id),
    choose: (id, value) => follow(choose(state, id, value)),
    press: (act) => follow(act(state)),
  };
  const scene = drawing(actions);
  const below = panel(about, actions);
  const box = holding(below.box);

  function show() {
    awaited = false;
    if (!plot.isOpen) return;
    const found = find(state);
    scene.draw(found.panels(!narrow.matches), !narrow.matches, found.all);
    details.replaceChildren(details.firstElementChild, element("p", { textContent: found.all }), table(found.table));
    const link = written();
    below.show(state, found, link && `#live:${name}:${link}`);
  }
  function follow(next) {
    state = next;
    below.say("");
    if (!awaited) requestAnimationFrame(show);
    awaited = true;
  }

  // Write what is chosen, and what differs from the numbers to begin with there: `network=chain,weight=8`.
  function written() {
    const found = [];
    let begin = book;
    for (const id of [...Object.keys(choices), ...Object.keys(numbers)]) {
      if (state[id] === begin[id]) continue;
      found.push(`${id}=${state[id]}`);
      begin = (Object.hasOwn(choices, id) ? choose : change)(begin, id, state[id]);
    }
    return found.join();
  }
  function read(text) {
    const changes = new Map(pairs(text));
    const unknown = [...changes.keys()].find((id) => !Object.hasOwn(choices, id) && !Object.hasOwn(numbers, id));
    if (unknown !== undefined) throw new RangeError(`no ${shown(unknown)} in this figure`);
    const named = (known) => Object.keys(known).filter((id) => changes.has(id));
    const chosen = named(choices).reduce((before, id) => {
      const value = changes.get(id) ?? "";
      if (!choices[id].options.has(value)) throw new RangeError(`no ${id} “${shown(value)}” in this figure`);
      return choose(before, id, value);
    }, book);
    return named(numbers).reduce((before, id) => change(before, id, checked(typed(changes.get(id) ?? ""), numberIn(before, id))), chosen);
  }

  narrow.addEventListener("change", show);
  const plot = opening(picture, button, {
    box, details, scene, className: "plot-open", focus: below.focus, say: below.say, show,
    put: (changes) => { state = changes ? read(changes) : book; },
  });
  return Object.assign(plot, { show });
}
