// A plot whose numbers are moved, and what follows from them: by the rules, or as it was found when the page was made.

import { element } from "../dom.js";
import { holding } from "../push/panel.js";
import { pairs, typed } from "../state.js";
import { drawing, styled } from "./drawing.js";
import { opening } from "./opening.js";
import { checked, panel } from "./panel.js";

const NARROW = "(max-width: 691.98px)"; // as the pictures of plots have it
const DECIMALS = 4;

const clamped = (value, { low, high }) => Math.max(low, Math.min(high, value));
const rounded = (value, { step, whole }, fine) => (whole ? Math.round(value) : Number((fine ? value : Math.round(value / step * 10) * step / 10).toFixed(DECIMALS)));

// The numbers of a table, each of which a program can read as it is.
function table({ head, rows }) {
  const cell = ([text, value]) => element("td", {}, element("data", { value, textContent: text }));
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
  const { numbers, choices, book, find, choose } = about;
  const narrow = matchMedia(NARROW);
  const details = picture.querySelector(":scope > details");
  let state = book;
  let awaited = false;

  const actions = {
    get: (id) => state[id],
    set: (id, value, fine) => actions.move({ [id]: value }, fine),
    move: (values, fine) => follow({ ...state, ...Object.fromEntries(Object.entries(values).map(([id, value]) => [id, rounded(clamped(value, numbers[id]), numbers[id], fine)])) }),
    ends: (id) => [numbers[id].low, numbers[id].high],
    numberOf: (id) => numbers[id],
    choose: (id, value) => follow(choose(state, id, value)),
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
    below.show(state, found.says, link && `#live:${name}:${link}`);
  }
  function follow(next) {
    state = next;
    below.say("");
    if (!awaited) requestAnimationFrame(show);
    awaited = true;
  }

  // Write what is chosen, and what differs from the numbers to begin with there: `network=chain,weight=8`.
  function written() {
    const begin = Object.keys(choices).reduce((before, id) => choose(before, id, state[id]), book);
    const other = [...Object.keys(choices).filter((id) => state[id] !== book[id]), ...Object.keys(numbers).filter((id) => state[id] !== begin[id])];
    return other.map((id) => `${id}=${state[id]}`).join();
  }
  function read(text) {
    const changes = pairs(text);
    const chosen = changes.filter(([id]) => Object.hasOwn(choices, id)).reduce((before, [id, value]) => {
      if (!choices[id].options.has(value)) throw new RangeError(`no ${id} “${value}” in this figure`);
      return choose(before, id, value);
    }, book);
    return changes.filter(([id]) => !Object.hasOwn(choices, id)).reduce((before, [id, value = ""]) => {
      if (!Object.hasOwn(numbers, id)) throw new RangeError(`no ${id} in this figure`);
      return { ...before, [id]: checked(typed(value), numbers[id]) };
    }, chosen);
  }

  narrow.addEventListener("change", show);
  const plot = opening(picture, button, {
    box, details, scene, className: "plot-open", focus: below.focus, say: below.say, show,
    put: (changes) => { state = changes ? read(changes) : book; },
  });
  return Object.assign(plot, { show });
}
