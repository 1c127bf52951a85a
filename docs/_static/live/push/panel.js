// What stands below the drawing: the number and the push, to be typed, what the push does, and a link.

import { bring, button, element } from "../dom.js";
import { threeDigits } from "../number.js";
import { typed } from "../state.js";

const SHOWN = 6; // digits that have room
const written = (value) => String(Number(value.toPrecision(SHOWN))).replaceAll("-", "−");

// Return what holds a panel, and on a phone lets it be smaller.
export function holding(panel) {
  const fold = button("Smaller panel", () => { fold.textContent = box.classList.toggle("live-folded") ? "Larger panel" : "Smaller panel"; });
  fold.className = "live-fold";
  const box = element("div", { className: "live-open" }, panel, fold);
  return box;
}

// Make a box for a number. `set` takes it between two `ends`; what is refused is said.
function field(name, { get, set, ends }, say) {
  const input = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false, size: 8 });
  const show = () => {
    input.value = written(get());
    input.removeAttribute("aria-invalid");
  };
  input.setAttribute("aria-label", name);
  input.addEventListener("change", () => {
    try {
      const [value, [low, high]] = [typed(input.value), ends()];
      if (value < low || value > high) throw new RangeError(`${input.value.trim()} is outside of the drawing; a number from ${written(low)} to ${written(high)} was expected.`);
      say("");
      set(value);
      show();
    } catch (problem) {
      if (!(problem instanceof RangeError)) throw problem;
      input.setAttribute("aria-invalid", true);
      say(problem.message);
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    say("");
    show();
  });
  return { input, show: () => (document.activeElement === input && input.hasAttribute("aria-invalid")) || show() };
}

// Make the panel. `actions` reads and changes the number and the push, and `choose` takes another number.
export function panel(words, ids, actions, table) {
  const said = element("p", { className: "live-said", role: "status" });
  const say = (content) => {
    said.textContent = content;
    if (content) bring(said);
  };
  const select = element("select", {}, ...ids.map((id) => element("option", { value: id, textContent: words.nameOf(id) })));
  select.setAttribute("aria-label", "The number to change");
  select.addEventListener("change", () => actions.choose(select.value));
  const number = field("Value of the number", actions.number, say);
  const push = field("Push", actions.push, say);
  const link = element("a", { className: "live-link", textContent: "Link to these numbers", hidden: true });
  const line = element("p", { className: "live-line" }, ids.length > 1 ? select : words.nameOf(ids[0]), " = ", number.input, element("span", {}, "push ", push.input), link);
  const more = element("p", { className: "live-more" }, button("Halve the push", actions.halve), button("Push the other way", actions.turn));
  const keys = element("span", { className: "live-keys", textContent: ", or go to them by Tab and use the arrow keys, with Shift for small steps" });
  const hint = element("p", { className: "live-hint" }, "Drag the dot on the curve, and the end of the push above it", keys, ".");
  return {
    box: element("div", { className: "live-panel" }, line, more, said, table, hint),
    say,
    show(id, address) {
      select.value = id;
      number.show();
      push.show();
      link.hidden = !address;
      if (address) link.href = address;
    },
    // Say how much of what was left over half a push leaves.
    halved: (before, { left }) => say(`Half the push: the tangent promises half as much. Of what was left over, ${threeDigits(left / before.left)} is still there.`),
  };
}
