// What stands below a figure while its numbers are changed: which number it is, its value, to be typed, and a link.

import { bring, element } from "./dom.js";
import { nameOf, typed, valueOf } from "./state.js";

const SHOWN = 6; // digits that have room

// Make the panel, with more that stands below its line. `set` changes a number, `choose` says which is looked at; what is
// refused is said here.
export function panel(ids, { set, choose }) {
  const select = element("select", {}, ...ids.map((id) => element("option", { value: id, textContent: nameOf(id) })));
  select.setAttribute("aria-label", "The number to change");
  const input = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false, size: 8 });
  const said = element("p", { className: "live-said", role: "status" });
  const keys = element("span", { className: "live-keys", textContent: ", or go to it by Tab and use the arrow keys, with Shift for small steps; Enter lets its value be typed" });
  const hint = element("p", { className: "live-hint" }, "Drag a framed number sideways", keys, ".");
  const link = element("a", { className: "live-link", textContent: "Link to these numbers", hidden: true });
  const line = element("p", { className: "live-line" }, select, " = ", input, link);
  const box = element("div", { className: "live-panel" }, line, said, hint);
  let state;

  const show = () => {
    input.value = String(Number(valueOf(state, select.value).toPrecision(SHOWN))).replaceAll("-", "−");
    input.setAttribute("aria-label", `Value of ${nameOf(select.value)}`);
    input.removeAttribute("aria-invalid");
  };
  function take() {
    try {
      set(select.value, typed(input.value));
      said.textContent = "";
      input.removeAttribute("aria-invalid");
    } catch (problem) {
      if (!(problem instanceof RangeError)) throw problem;
      input.setAttribute("aria-invalid", true);
      said.textContent = problem.message;
    }
  }
  select.addEventListener("change", () => choose(select.value));
  input.addEventListener("change", take);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    said.textContent = "";
    show();
  });
  return {
    box,
    add: (...more) => said.before(...more),
    chosen: () => select.value,
    say(text) {
      said.textContent = text;
      if (text) bring(said);
    },
    choose(id) {
      select.value = id;
      if (state) show();
    },
    type() {
      input.focus();
      input.select();
    },
    show(now, address) {
      state = now;
      if (document.activeElement !== input || !input.hasAttribute("aria-invalid")) show();
      link.hidden = !address;
      if (address) link.href = address;
    },
    focus: () => select.focus({ preventScroll: true }),
  };
}
