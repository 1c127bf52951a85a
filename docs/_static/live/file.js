// The numbers of a figure as a problem file of the command line, which a reader keeps.

import { button, element } from "./dom.js";
import { valueOf } from "./state.js";

// Make the button. `tell` asks the rules for the text, `state` for the numbers, and `rate` for what a step has.
export function file(tell, state, rate) {
  return button("Problem file", async () => {
    const now = state();
    const form = await tell({ do: "file" });
    const text = form.replace(/\{([^{}]*)\}/g, (_, id) => (id === "rate" ? rate() : valueOf(now, id)));
    const address = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
    element("a", { href: address, download: "problem.toml" }).click();
    setTimeout(() => URL.revokeObjectURL(address));
  });
}
