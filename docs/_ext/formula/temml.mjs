// Formulas to MathML. Each line in is {"tex": "…", "display": true}; each line out is {"mathml": "…"} or {"error": "…"}.
import { createInterface } from "node:readline";
import temml from "temml";

function answer({ tex, display }) {
  try {
    const options = { displayMode: display, throwOnError: true, trust: true };
    return { mathml: temml.renderToString(tex, options) };
  } catch (error) {
    return { error: error.message };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + "\n");
}
