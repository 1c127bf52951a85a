// What stands below a plot: its numbers, to be moved or typed, its choices, buttons, and a link.

import { bring, button, element } from "../dom.js";
import { field, written } from "../field.js";
import { stepOf } from "./drawing.js";

// Make a number: what is moved, and a box to type it. What is refused is said.
function numberBox(id, { name, low, step, whole }, { get, set, numberOf }, say) {
  const slide = element("input", { type: "range", min: low, step: "any" });
  const take = (value) => set(id, checked(value, numberOf(id)), true);
  const type = field(`${name}, typed`, 5, { get: () => get(id), set: take }, say);
  slide.setAttribute("aria-label", name);
  slide.addEventListener("input", () => set(id, slide.valueAsNumber));
  slide.addEventListener("keydown", (event) => {
    const by = stepOf(event, { step, whole });
    if (!by) return;
    event.preventDefault();
    set(id, get(id) + by);
  });
  return {
    box: element("label", { className: "plot-number" }, element("span", {}, name), slide, type.input),
    focus: () => slide.focus({ preventScroll: true }),
    show(says) {
      slide.max = numberOf(id).high;
      slide.value = get(id);
      slide.setAttribute("aria-valuetext", `${written(get(id))}. ${says}`);
      type.show();
    },
  };
}

// Return a number that may be taken; another is refused in words.
export function checked(value, { name, low, high, whole, each }) {
  if (value < low || value > high) throw new RangeError(`${written(value)} is too ${value < low ? "small" : "large"} for the ${name}; a number from ${written(low)} to ${written(high)} was expected.`);
  if (whole && !Number.isInteger(value)) throw new RangeError(`${written(value)} is no whole number; one was expected for the ${name}.`);
  if (each && value % each) throw new RangeError(`${written(value)} is no multiple of ${each}; one was expected for the ${name}.`);
  return value;
}

function list(id, { name, options }, { choose }) {
  const select = element("select", {}, ...Array.from(options, ([value, title]) => element("option", { value, textContent: title })));
  select.addEventListener("change", () => choose(id, select.value));
  return { select, box: element("label", {}, name, " ", select) };
}

// Make the panel. `actions` reads and changes what the reader may change.
export function panel({ numbers, choices, buttons = [], hint }, actions) {
  const said = element("p", { className: "live-said", role: "status" });
  const now = element("p", { className: "plot-now" });
  if (buttons.length) now.role = "status"; // what a button did is heard nowhere else
  const code = element("pre", { className: "plot-code", role: "status", hidden: true }); // of Python, where there is any to show
  const link = element("a", { className: "live-link", textContent: "Link to these numbers", hidden: true });
  function say(content) {
    said.textContent = content;
    if (content) bring(said);
  }
  const boxes = Object.entries(numbers).map(([id, number]) => numberBox(id, number, actions, say));
  const lists = Object.entries(choices).map(([id, choice]) => [id, list(id, choice, actions)]);
  const fine = Object.values(numbers).every(({ whole }) => whole) ? "." : ", with Shift in small steps where a number is not whole.";
  const keys = element("span", { className: "live-keys", textContent: ` By keyboard, arrow keys step${fine}` });
  const chosen = lists.length ? [element("p", { className: "live-choices" }, ...lists.map(([, each]) => each.box))] : [];
  const pressed = buttons.length ? [element("p", { className: "live-more" }, ...buttons.map(([text, act]) => button(text, () => actions.press(act))))] : [];
  return {
    box: element("div", { className: "live-panel" }, element("p", { className: "plot-numbers" }, ...boxes.map((each) => each.box), link), ...chosen, ...pressed, said, now, code, element("p", { className: "live-hint" }, hint, keys)),
    say,
    focus: () => boxes[0].focus(),
    show(state, { says, code: lines = "" }, address) {
      for (const each of boxes) each.show(says);
      for (const [id, { select }] of lists) select.value = state[id];
      now.textContent = says;
      code.textContent = lines;
      code.hidden = !lines;
      link.hidden = !address;
      if (address) link.href = address;
    },
  };
}
