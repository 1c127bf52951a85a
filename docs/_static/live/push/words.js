// What a figure of a push says, by the quantity whose curve it has.

import { element, shape } from "../dom.js";
import { threeDigits } from "../number.js";
import { nameOf } from "../state.js";

const COST = { thing: "cost", color: "cost", tangent: "gradient", nameOf };
const NODE = { thing: "activated value", color: "activated", tangent: "ink", slopes: "the slope at each place", nameOf: () => "linear part" };

export const wordsOf = (of) => (of === "cost" ? COST : NODE);

// The sentence for those who do not see the drawing.
export function sentence({ thing, nameOf }, id, { here, push, value, slope, promised, moved, left }) {
  return `The ${thing} against the ${nameOf(id)}, with the tangent at ${threeDigits(here)}. The ${thing} is ${threeDigits(value)} there, and the slope ${threeDigits(slope)}. ${outcome({ thing }, { push, promised, moved, left })}`;
}

export function outcome({ thing }, { push, promised, moved, left }) {
  return `For a push of ${threeDigits(push)}, the tangent promises ${threeDigits(promised)}, and the ${thing} moves by ${threeDigits(moved)}. Left over: ${threeDigits(left)}.`;
}

const swatch = (name) => shape("svg", { class: "push-swatch", viewBox: "0 0 24 8", width: 24, height: 8, "aria-hidden": true }, shape("path", { class: `push-${name}`, d: "M1,4h22" }));

// The numbers in a table, whose first column is the legend of the drawing.
export function numbers({ thing, color, tangent, slopes }) {
  const cells = {};
  const row = (name, line, text) => {
    cells[name] = element("data");
    return element("tr", {}, element("th", { scope: "row" }, swatch(line), ` ${text}`), element("td", {}, cells[name]));
  };
  const rows = [
    row("value", `curve push-of-${color}`, `the ${thing} before the push`),
    row("slope", `tangent push-of-${tangent}`, "the slope of its tangent"),
    row("promised", `promised push-of-gradient`, "slope times push: the promise"),
    row("moved", `moved push-of-${color}`, `by how much the ${thing} moves`),
    row("left", "left push-of-error", "what the promise leaves over"),
  ];
  if (slopes) rows[1].querySelector("th").append(element("span", { className: "push-also" }, "; dotted: ", slopes));
  return {
    table: element("table", { className: "push-numbers" }, element("tbody", {}, ...rows)),
    show(found) {
      for (const [name, cell] of Object.entries(cells)) Object.assign(cell, { value: found[name], textContent: threeDigits(found[name]) });
    },
  };
}
