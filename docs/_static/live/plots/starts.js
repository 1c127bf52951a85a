// The sizes of values and errors by layer, for a scheme and a seed, as they were found when the page was made.

import { threeDigits } from "../number.js";
import { decades, plain } from "./axis.js";

const SIDES = [["activated values", "activated", "circle"], ["errors", "error", "square"]];
const named = (names) => new Map(Object.keys(names).map((name) => [name, name]));

// What a reader may change, and what follows.
export function subject({ sizes, book }) {
  const [schemes] = Object.values(sizes);
  const [seeds] = Object.values(schemes);

  // All seeds are drawn thin, and the one that is chosen above them.
  function panelOf(wide, side, all, seed) {
    const [name, of, mark] = SIDES[side];
    const points = (values) => values.map((value, n) => [n + 1, value]);
    const layers = all[0][side].length;
    return {
      height: wide ? 300 : 250,
      title: name,
      x: plain(0.5, layers + 0.5, "layer", layers),
      y: decades(Object.values(sizes).flatMap((each) => Object.values(each)).flatMap((each) => each.flatMap((both) => both[side])), side === 0 || !wide ? "size" : ""),
      lines: [...all.map((each) => ({ of: "level", points: points(each[side]) })), { of, mark, points: points(all[seed - 1][side]) }],
    };
  }

  return {
    numbers: { seed: { name: "seed", low: 1, high: seeds.length, step: 1, whole: true } },
    choices: { activation: { name: "Activation", options: named(sizes) }, scheme: { name: "Scheme", options: named(schemes) } },
    book,
    hint: "The networks are too large to run here: they ran when this page was made. Gray lines are the other seeds; who goes back to a seed has the same draw again.",
    choose: (state, id, value) => ({ ...state, [id]: value }),
    find({ activation, scheme, seed }) {
      const all = sizes[activation][scheme];
      const [values, errors] = all[seed - 1];
      const says = `With seed ${seed}, values go from ${threeDigits(values[0])} in layer 1 to ${threeDigits(values.at(-1))} in layer ${values.length}, and errors on their way back from ${threeDigits(errors.at(-1))} to ${threeDigits(errors[0])}.`;
      return {
        panels: (wide) => SIDES.map((_, side) => panelOf(wide, side, all, seed)),
        says,
        all: `The sizes of activated values and of errors by layer, in powers of ten, for ${activation} and ${scheme}. ${says}`,
        table: { head: ["layer", "activated values", "errors"], rows: values.map((value, n) => [n + 1, [threeDigits(value), value], [threeDigits(errors[n]), errors[n]]]) },
      };
    },
  };
}
