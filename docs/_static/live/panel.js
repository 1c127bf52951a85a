// What stands below a figure while its numbers are changed: which number it is, its value, to be typed, and a link.

import { bring, element } from "./dom.js";
import { field } from "./field.js";
import { nameOf } from "./state.js";

const SHOWN = 6; // digits that have room

// Make the panel, with more that stands below its line. `get` and `set` read and change a number, `choose` says which is
// looked at; what is refused is said here.
export function panel(ids, { get, set, choose }) {
  const select = element("select", {}, ...ids.map((id) => element("option", { value: id, textContent: nameOf(id) })));
  select.setAttribute("aria-label", "The number to change");
  const said = element("p", { className: "live-said", role: "status" });
  const say = (text) => {
    said.textContent = text;
    if (text) bring(said);
  };
  const number = field("", 8, { get: () => get(select.value), set: (value) => set(select.value, value), digits: SHOWN }, say);
  const keys = element("span", { className: "live-keys", textContent: ", or go to it by Tab and use the arrow keys, with Shift for small steps; Enter lets its value be typed" });
  const hint = element("p", { className: "live-hint" }, "Drag a framed number sideways", keys, ".");
  const link = element("a", { className: "live-link", textContent: "Link to these numbers", hidden: true });
  const line = element("p", { className: "live-line" }, select, " = ", number.input, link);
  const box = element("div", { className: "live-panel" }, line, said, hint);

  select.addEventListener("change", () => choose(select.value));
  return {
    box,
    add: (...more) => said.before(...more),
    chosen: () => select.value,
    say,
    choose(id) {
      select.value = id;
      number.input.setAttribute("aria-label", `Value of ${nameOf(id)}`);
      number.show();
    },
    type() {
      number.input.focus();
      number.input.select();
    },
    show(address) {
      number.show();
      link.hidden = !address;
      if (address) link.href = address;
    },
    focus: () => select.focus({ preventScroll: true }),
  };
}
