// The errors of equal layers beside their bound: the rules run at each change.

import { number, readTexts, start } from "../engine.js";
import { threeDigits } from "../number.js";
import { decades, plain } from "./axis.js";

const FILES = ["vanishing.py", "diagram/passes/live_vanishing.py"];
const MODULES = "literate_bp.diagram.passes";
const NETWORKS = new Map([["drawn", "four nodes a layer, drawn at random"], ["chain", "a chain of single nodes"]]);

function choicesOf(answer) {
  const named = [...readTexts(answer('{"do":"choices"}'))].filter(([id]) => id.startsWith("activation."));
  return {
    network: { name: "Network", options: NETWORKS },
    activation: { name: "Activation", options: new Map(named.map(([id, title]) => [id.slice("activation.".length), title])) },
  };
}

function panelOf(wide, depth, errors, bounds) {
  const points = (values) => values.map((value, n) => [n + 1, value]);
  return {
    height: wide ? 300 : 290,
    x: plain(0.5, depth + 0.5, "layer", Math.min(depth, wide ? 12 : 8)),
    y: decades([...errors, ...bounds], "length of the errors"),
    lines: [{ name: "errors", of: "error", mark: "circle", points: points(errors) }, { name: "at most", of: "ink", dashed: "dashed", mark: "square", points: points(bounds) }],
  };
}

// What a reader may change, and what follows.
export async function subject(given) {
  const python = await start(undefined, FILES);
  const rules = python.pyimport(`${MODULES}.live_vanishing`);

  function flow({ network, ...state }) {
    const { w, norms, x, y } = given.networks[network];
    const answer = rules.answer(JSON.stringify({ ...state, w, norms, x, y, steepest: given.steepest[state.activation] }));
    return answer.split("\n").map((line) => line.split(" ").map(number));
  }

  return {
    numbers: {
      depth: { name: "depth", low: 2, high: given.deepest, step: 1, whole: true },
      weight: { name: "weight", low: 0, high: 16, step: 0.1 },
      bias: { name: "bias", low: -8, high: 8, step: 0.1 },
    },
    choices: choicesOf(python.pyimport(`${MODULES}.live`).answer),
    book: { network: "drawn", activation: "sigmoid", depth: given.depth, ...given.networks.drawn.book },
    hint: "Small networks, which run here at each change; the printed plot has wider ones. The weight multiplies those that were drawn, or is that of the chain.",
    choose: (state, id, value) => ({ ...state, [id]: value, ...(id === "network" ? given.networks[value].book : {}) }),
    find(state) {
      const [errors, bounds] = flow(state);
      const says = `In layer 1 the errors are ${threeDigits(errors[0])} long, and at most ${threeDigits(bounds[0])}; in layer ${state.depth}, ${threeDigits(errors.at(-1))}.`;
      return {
        panels: (wide) => [panelOf(wide, state.depth, errors, bounds)],
        says,
        all: `The length of the errors over ${state.depth} layers, in powers of ten, with an upper bound. ${says}`,
        table: { head: ["layer", "errors", "at most"], rows: errors.map((value, n) => [n + 1, [threeDigits(value), value], [threeDigits(bounds[n]), bounds[n]]]) },
      };
    },
  };
}
