// The chosen number, pushed up and down: the slope of the cost between, beside the derivative that the rules give.

import { button } from "./dom.js";
import { sixDigits } from "./number.js";
import { nameOf } from "./state.js";

const H = 1e-4;

// The id of the derivative by a number, if the rules give one.
const derivative = (id) => ({ w: `d${id}`, b: `d${id}`, x: `da0${id.slice(1)}` })[id[0]];

// Make the button. `ask` asks the rules, `chosen` says which number it is, and `say` takes the two.
export function check(ask, values, sign, chosen, say) {
  return button("Check", async () => {
    const id = derivative(chosen());
    if (!id) return say("The rules give no derivative by a target.");
    const pushed = (await ask({ do: "push", id: chosen(), h: H })).get("slope");
    const found = values().get(id) * (chosen()[0] === "x" ? sign() : 1);
    say(`${nameOf(chosen()).replace(/^./, (first) => first.toUpperCase())}, pushed up and down by ${H}: the cost changes by ${sixDigits(pushed)} for each unit. The rules say ${sixDigits(found)}.`);
  });
}
