// The numbers of a figure as a problem file of the command line, which a reader keeps, or brings.

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

// Make the button that takes such a file, which may be dropped on the picture as well while it is open. `take` gets the files.
export function opener(picture, take) {
  const input = element("input", { type: "file", accept: ".toml", hidden: true, onchange: () => take(input.files) });
  for (const kind of ["dragover", "drop"]) {
    picture.addEventListener(kind, (event) => {
      const { files, types } = event.dataTransfer;
      if (!input.isConnected || !types.includes("Files")) return;
      event.preventDefault();
      if (kind === "drop") take(files);
    });
  }
  return [button("Open a problem file", () => {
    input.value = "";
    input.click();
  }), input];
}
