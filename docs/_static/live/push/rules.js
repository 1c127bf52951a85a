// What the rules say of a curve: its points, and what becomes of a push from one of them.

import { read } from "../engine.js";
import { changed, valueOf } from "../state.js";

const PARTS = 96; // between the points of a curve

// `given` names the quantity whose curve it is, `answer` asks the rules.
export function rules(given, answer) {
  const slopeOf = (id) => (given.of === "cost" ? `d${id}` : given.of.replace("a", "slope"));

  // The quantity and its derivative, where a number has another value.
  async function at(network, id, value) {
    const found = read(await answer(JSON.stringify({ ...changed(network, id, value), do: "show", sign: 1 })));
    return { value: found.get(given.of), slope: found.get(slopeOf(id)) };
  }

  return {
    async curve(network, id, [low, high]) {
      const points = [];
      for (let part = 0; part <= PARTS; part += 1) {
        const x = low + ((high - low) * part) / PARTS;
        points.push({ x, ...(await at(network, id, x)) });
      }
      return points;
    },
    // What the tangent promises of a push, what the push does, and what the promise leaves over.
    async pushed({ network, id, push }) {
      const here = valueOf(network, id);
      const { value, slope } = await at(network, id, here);
      const after = (await at(network, id, here + push)).value;
      const [promised, moved] = [slope * push, after - value];
      return { here, push, value, slope, after, promised, moved, left: moved - promised };
    },
  };
}
