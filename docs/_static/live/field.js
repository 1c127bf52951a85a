// A box in which a number is typed, as all figures have it.

import { element } from "./dom.js";
import { typed } from "./state.js";

// Write a number as somebody types it, with so many digits at most.
export const written = (value, digits = 17) => String(Number(value.toPrecision(digits))).replaceAll("-", "−");

// Make a box that is so wide. `get` reads the number; `set` takes what was typed, with its text, and a RangeError of it says
// why it does not. What is refused stays there to be mended, until Escape brings back the number.
export function field(name, size, { get, set, digits }, say) {
  const input = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false, size });
  input.setAttribute("aria-label", name);
  function show() {
    input.value = written(get(), digits);
    input.removeAttribute("aria-invalid");
  }
  input.addEventListener("change", () => {
    try {
      set(typed(input.value), input.value.trim());
      say("");
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
