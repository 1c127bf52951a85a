// What stands below a plot: its numbers, to be moved or typed, its choices, and a link.

import { bring, element } from "../dom.js";
import { typed } from "../state.js";
import { stepOf } from "./drawing.js";

const written = (value) => String(value).replace("-", "−");

// Make a number: what is moved, and a box to type it. What is refused is said.
function numberBox(id, { name, low, high, step, whole }, { get, set }, say) {
  const slide = element("input", { type: "range", min: low, max: high, step: "any" });
  const type = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false, size: 5 });
  slide.setAttribute("aria-label", name);
  type.setAttribute("aria-label", `${name}, typed`);
  slide.addEventListener("input", () => set(id, slide.valueAsNumber));
  slide.addEventListener("keydown", (event) => {
    const by = stepOf(event, { step, whole });
    if (!by) return;
    event.preventDefault();
    set(id, get(id) + by);
  });
  function show() {
    type.value = written(get(id));
    type.removeAttribute("aria-invalid");
  }
  type.addEventListener("change", () => {
    try {
      set(id, checked(typed(type.value), { name, low, high, whole }), true);
      show();
    } catch (problem) {
      if (!(problem instanceof RangeError)) throw problem;
      type.setAttribute("aria-invalid", true);
      say(problem.message);
    }
  });
  type.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    say("");
    show();
  });
  return {
    box: element("label", { className: "plot-number" }, element("span", {}, name), slide, type),
    focus: () => slide.focus({ preventScroll: true }),
    show(says) {
      slide.value = get(id);
      slide.setAttribute("aria-valuetext", `${written(get(id))}. ${says}`);
      if (document.activeElement !== type || !type.hasAttribute("aria-invalid")) show();
    },
  };
}

// Return a number that may be taken; another is refused in words.
export function checked(value, { name, low, high, whole }) {
  if (value < low || value > high) throw new RangeError(`${written(value)} is too ${value < low ? "small" : "large"} for the ${name}; a number from ${written(low)} to ${written(high)} was expected.`);
  if (whole && !Number.isInteger(value)) throw new RangeError(`${written(value)} is no whole number; one was expected for the ${name}.`);
  return value;
}

function list(id, { name, options }, { choose }) {
  const select = element("select", {}, ...Array.from(options, ([value, title]) => element("option", { value, textContent: title })));
  select.addEventListener("change", () => choose(id, select.value));
  return { select, box: element("label", {}, name, " ", select) };
}

// Make the panel. `actions` reads and changes what the reader may change.
export function panel({ numbers, choices, hint }, actions) {
  const said = element("p", { className: "live-said", role: "status" });
  const now = element("p", { className: "plot-now" });
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
  return {
    box: element("div", { className: "live-panel" }, element("p", { className: "plot-numbers" }, ...boxes.map((each) => each.box), link), ...chosen, said, now, element("p", { className: "live-hint" }, hint, keys)),
    say,
    focus: () => boxes[0].focus(),
    show(state, says, address) {
      for (const each of boxes) each.show(says);
      for (const [id, { select }] of lists) select.value = state[id];
      now.textContent = says;
      link.hidden = !address;
      if (address) link.href = address;
    },
  };
}
