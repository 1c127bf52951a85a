// Runs rules that a reader has changed, away from the page: there is no document here, and no way to a network.

import { start } from "../engine.js";
import { compose, located } from "./files.js";

const CHECK = "diagram/passes/live_check.py";
const MOST_MEMORY = 1024; // pages of 64 KB
const WAYS_OUT = ["fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource", "Worker", "BroadcastChannel", "importScripts", "indexedDB", "caches", "navigator", "FontFace", "eval", "Function", "setTimeout", "setInterval"];
const WITHOUT_JAVASCRIPT = "import sys\nsys.modules['js'] = sys.modules['jsffi'] = None";

let python;
const places = {};

function bound() {
  const grow = WebAssembly.Memory.prototype.grow;
  let grown = 0;
  WebAssembly.Memory.prototype.grow = function (pages) {
    grown += pages;
    if (grown > MOST_MEMORY) throw new RangeError("more memory than a rule needs");
    return grow.call(this, pages);
  };
}

// A worker does not obey the policy of its page where the host says none: what could ask for something is taken away.
function alone() {
  for (const name of WAYS_OUT) {
    for (let owner = globalThis; owner; owner = Object.getPrototypeOf(owner)) {
      if (Object.hasOwn(owner, name)) delete owner[name];
    }
  }
  for (const made of [function () {}, async function () {}, function* () {}, async function* () {}]) {
    Object.defineProperty(Object.getPrototypeOf(made), "constructor", { value: undefined }); // it makes code of a text
  }
  python.runPython(WITHOUT_JAVASCRIPT);
}

async function begin(edits) {
  bound();
  const change = (name, text) => {
    const composed = compose(text, edits.filter(({ file }) => file === name));
    places[name] = composed.places;
    return composed.text;
  };
  python = await start(change, [CHECK]);
  alone();
  postMessage("ready");
}

const FUNCTIONS = { answer: ["live", "answer"], check: ["live_check", "check"], downhill: ["live_check", "downhill"] };

function answered(what, question) {
  const [module, name] = FUNCTIONS[what];
  try {
    return { answer: python.pyimport(`literate_bp.diagram.passes.${module}`)[name](question) };
  } catch (problem) {
    return { failed: located(problem.message, places) };
  }
}

addEventListener("message", ({ data: { edits, what, question } }) => {
  if (edits) begin(edits).catch((problem) => postMessage({ lost: String(problem) }));
  else postMessage(answered(what, question));
});
