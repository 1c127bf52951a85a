// Formulas to MathML. Each line in is {"macros": {…}} once, then {"tex": "…", "display": true};
// each line out is {"mathml": "…"} or {"error": "…"}.
import { createInterface } from "node:readline";
import temml from "temml";

let macros = {};

function answer({ tex, display }) {
  try {
    const options = { displayMode: display, macros: { ...macros }, throwOnError: true, trust: true };
    return { mathml: temml.renderToString(tex, options) };
  } catch (error) {
    return { error: error.message };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (request.macros) macros = request.macros;
  else process.stdout.write(JSON.stringify(answer(request)) + "\n");
}
