// Draws diagrams away from the page: the rules, and what the package draws with.

import { begin, start } from "../engine.js";

const STAND_INS = ["live_layers", "live_rounding", "live_network", "live_library", "live_instead"].map((name) => `diagram/passes/${name}.py`);
const KNOWN = "/lib/literate_bp/known.json";

async function program() {
  const answer = await fetch(new URL("drawing.json", import.meta.url));
  if (!answer.ok) throw new Error(`drawing.json: ${answer.status}`);
  return answer.json();
}

async function drawing() {
  const [python, { files, known }] = await Promise.all([start(undefined, STAND_INS), program()]);
  begin(python, Object.entries(files));
  python.FS.writeFile(KNOWN, known);
  return python.pyimport("literate_bp.diagram.passes.live_drawing").drawing;
}

const ready = drawing();

addEventListener("message", async ({ data }) => {
  try {
    postMessage({ drawn: JSON.parse((await ready)(data)) });
  } catch (problem) {
    postMessage({ failed: String(problem.message) });
  }
});
