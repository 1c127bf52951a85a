// Steps downhill on a surface of two weights: the rules take them at each change. The lines of equal cost are the book's.

import { number, start } from "../engine.js";
import { threeDigits } from "../number.js";
import { plain } from "./axis.js";

const FILE = "diagram/passes/live_descent.py";
const OPTIMIZERS = ["optimizers.py", "diagram/passes/live_optimizers.py"];

// How a step is taken: by a rate and a momentum, or by an optimizer that a reader chooses, each with a rate of its own.
function stepping({ powers, bounds }) {
  if (!powers) return { numbers: { rate: { name: "rate", low: 0, high: 60, step: 1 }, momentum: { name: "momentum", low: 0, high: 0.99, step: 0.05 } }, choices: {} };
  const [low, high] = bounds;
  return {
    numbers: { power: { name: "exponent of the rate", low, high, step: 0.5 } },
    choices: { optimizer: { name: "Optimizer", options: new Map(Object.keys(powers).map((name) => [name, name])) } },
  };
}

// What a reader may change, and what follows.
export async function subject({ x, y, ends, levels, book, powers, bounds }) {
  const python = await start(undefined, powers ? [FILE, ...OPTIMIZERS] : [FILE]);
  const rules = python.pyimport(`literate_bp.diagram.passes.live_${powers ? "optimizers" : "descent"}`);
  const { numbers, choices } = stepping({ powers, bounds });
  const [first, second] = ends;

  function panelOf(wide, places, name) {
    const path = places.map(([w1, w2]) => [w1, w2]);
    return {
      height: wide ? 420 : 400,
      x: plain(...first, "first weight", wide ? 9 : 5),
      y: plain(...second, "second weight", 6),
      lines: [...levels.map((points) => ({ of: "level", points })), { name, of: "gradient", mark: "circle", each: true, points: path }],
      within: true,
      moves: { ids: ["w1", "w2"], at: path[0] },
    };
  }

  const isInside = ([w1, w2]) => w1 >= first[0] && w1 <= first[1] && w2 >= second[0] && w2 <= second[1];

  function outside(places) {
    const count = places.filter((place) => !isInside(place)).length;
    return count ? ` ${count} of the ${places.length} places are outside the picture.` : "";
  }

  return {
    numbers: {
      ...numbers,
      steps: { name: "steps", low: 0, high: 100, step: 1, whole: true },
      w1: { name: "first weight", low: first[0], high: first[1], step: 0.1 },
      w2: { name: "second weight", low: second[0], high: second[1], step: 0.1 },
    },
    choices,
    book,
    hint: `The steps are taken here at each change. Drag the large dot, where they begin.${powers ? " The rate is two to the power of its exponent." : ""}`,
    // A rate that the reader has set stays.
    choose: (state, _, name) => ({ ...state, optimizer: name, power: state.power === powers[state.optimizer] ? powers[name] : state.power }),
    find(state) {
      const places = rules.answer(JSON.stringify({ ...state, x, y })).split("\n").map((line) => line.split(" ").map(number));
      const costs = places.map((place) => place[2]);
      const rate = powers ? ` of ${state.optimizer} with a rate of ${threeDigits(2 ** state.power)}` : "";
      const says = `In ${state.steps} steps${rate}, the cost goes from ${threeDigits(costs[0])} to ${threeDigits(costs.at(-1))}. The least on the way is ${threeDigits(Math.min(...costs))}.${outside(places)}`;
      return {
        panels: (wide) => [panelOf(wide, places, state.optimizer ?? "steps")],
        says,
        all: `Steps downhill over two weights, on lines of equal cost. ${says}`,
        table: { head: ["steps", "first weight", "second weight", "cost"], rows: places.map((place, n) => [n, ...place.map((value) => [threeDigits(value), value])]) },
      };
    },
  };
}
