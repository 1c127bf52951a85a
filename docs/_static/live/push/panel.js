// What stands below the drawing: the number and the push, to be typed, what the push does, and a link.

import { bring, button, element } from "../dom.js";
import { field, written } from "../field.js";
import { threeDigits } from "../number.js";
import { shown } from "../state.js";

const SHOWN = 6; // digits that have room

// Return what holds a panel, and on a phone lets it be smaller.
export function holding(panel) {
  const fold = button("Smaller panel", () => { fold.textContent = box.classList.toggle("live-folded") ? "Larger panel" : "Smaller panel"; });
  fold.className = "live-fold";
  const box = element("div", { className: "live-open" }, panel, fold);
  return box;
}

// Make a box for a number, which is taken between two `ends`.
function between(name, { get, set, ends }, say) {
  function take(value, text) {
    const [low, high] = ends();
    if (value < low || value > high) throw new RangeError(`${shown(text)} is outside of the drawing; a number from ${written(low, SHOWN)} to ${written(high, SHOWN)} was expected.`);
    set(value);
  }
  return field(name, 8, { get, set: take, digits: SHOWN }, say);
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
  const number = between("Value of the number", actions.number, say);
  const push = between("Push", actions.push, say);
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
