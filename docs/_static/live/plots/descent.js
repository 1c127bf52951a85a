// Steps downhill on a surface of two weights: the rules take them at each change. The lines of equal cost are the book's.

import { number, start } from "../engine.js";
import { threeDigits } from "../number.js";
import { plain } from "./axis.js";

const FILE = "diagram/passes/live_descent.py";

// What a reader may change, and what follows.
export async function subject({ x, y, ends, levels, book }) {
  const python = await start(undefined, [FILE]);
  const rules = python.pyimport("literate_bp.diagram.passes.live_descent");
  const [first, second] = ends;

  function panelOf(wide, places) {
    const path = places.map(([w1, w2]) => [w1, w2]);
    return {
      height: wide ? 420 : 400,
      x: plain(...first, "first weight", wide ? 9 : 5),
      y: plain(...second, "second weight", 6),
      lines: [...levels.map((points) => ({ of: "level", points })), { name: "steps", of: "gradient", mark: "circle", each: true, points: path }],
      within: true,
      moves: { ids: ["w1", "w2"], at: path[0] },
    };
  }

  return {
    numbers: {
      rate: { name: "rate", low: 0, high: 60, step: 1 },
      momentum: { name: "momentum", low: 0, high: 0.99, step: 0.05 },
      steps: { name: "steps", low: 0, high: 100, step: 1, whole: true },
      w1: { name: "first weight", low: first[0], high: first[1], step: 0.1 },
      w2: { name: "second weight", low: second[0], high: second[1], step: 0.1 },
    },
    choices: {},
    book,
    hint: "The steps are taken here at each change. Drag the large dot, where they begin.",
    choose: (state) => state,
    find(state) {
      const places = rules.answer(JSON.stringify({ ...state, x, y })).split("\n").map((line) => line.split(" ").map(number));
      const costs = places.map((place) => place[2]);
      const says = `In ${state.steps} steps, the cost goes from ${threeDigits(costs[0])} to ${threeDigits(costs.at(-1))}. The least on the way is ${threeDigits(Math.min(...costs))}.`;
      return {
        panels: (wide) => [panelOf(wide, places)],
        says,
        all: `Steps downhill over two weights, on lines of equal cost. ${says}`,
        table: { head: ["steps", "first weight", "second weight", "cost"], rows: places.map((place, n) => [n, ...place.map((value) => [threeDigits(value), value])]) },
      };
    },
  };
}
