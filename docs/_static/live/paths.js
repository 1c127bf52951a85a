// A weight's paths to the cost: the product of each, and their sum, which is the derivative by the weight.

import { bring, element } from "./dom.js";
import { obeysOthers, readTexts } from "./engine.js";
import { hooked } from "./marks.js";
import { same, threeDigits } from "./number.js";
import { nameOf } from "./state.js";
import { put, symbols } from "./walk.js";

export const isWeight = (id) => id?.startsWith("w");

// Return the ids of all marks of a factor: with its slope, a node.
function marksOf(id) {
  const node = /^slope(.*)$/.exec(id)?.[1];
  if (node) return ["z", "a", "delta", "da", "slope"].map((kind) => kind + node);
  return id.startsWith("w") ? [id, `d${id}`] : [id];
}

const factors = (formula) => Array.from(formula.matchAll(/\{([^{}]*)\}/g), ([, id]) => id);

const product = (formula, values) => factors(formula).reduce((all, id) => all * values.get(id), 1);

// Return the symbols of quantities; one that the picture does not show is written by its formula, where that has symbols.
function written(picture, formulas) {
  const names = symbols(picture);
  for (const [id, formula] of formulas) {
    const text = names.has(id) ? "" : put(formula, names);
    if (text) names.set(id, / [+−] /.test(text) ? `(${text})` : text);
  }
  return names;
}

// Make the list. `tell` asks the rules, `formulas` are those of all quantities, `values` the numbers of now.
export function paths(picture, tell, formulas, values) {
  const title = element("p");
  const list = element("ol");
  const box = element("div", { className: "live-paths", hidden: true, role: "status" }, title, list);
  let chosen;

  function light(ids) {
    for (const place of hooked(picture, "text[data-q], path[data-q]")) place.classList.toggle("live-path", ids.has(place.dataset.q));
  }

  function write(sum, products) {
    const names = written(picture, formulas());
    const kept = obeysOthers() ? symbols(picture) : names; // formulas are the book's
    const numbers = new Map(Array.from(values(), ([id, value]) => [id, threeDigits(value)]));
    const equal = (...parts) => [...new Set(parts.filter(Boolean))].join(" = ");
    const count = products.length === 1 ? "one path" : `${products.length} paths`;
    const holds = products.map(([formula, value]) => !obeysOthers() || same(Math.abs(product(formula, values())), Math.abs(value)));
    title.textContent = `The ${nameOf(chosen)} reaches the cost by ${count}. ${summed(products.length === 1 ? "Its product" : "The sum of their products", holds.every(Boolean) && sum)}`;
    list.replaceChildren(...products.map(([formula, value], n) => element("li", { textContent: holds[n] ? equal(put(formula, kept), put(formula, numbers), threeDigits(Number(value))) : put(formula, names) })));
  }

  // Say what the paths add up to; changed rules may say something else of the derivative, or of the paths nothing.
  function summed(what, sum) {
    const derivative = values().get(`d${chosen}`);
    if (!obeysOthers() || (sum !== false && same(sum, derivative))) return `${what} is ${threeDigits(sum)}, the derivative of the cost by the weight.`;
    const changed = `the derivative of the cost by the weight is ${threeDigits(derivative)}.`;
    return sum === false ? `By the changed rule, ${changed}` : `${what} is ${threeDigits(sum)}, but by the changed rule, ${changed}`;
  }

  function end() {
    chosen = undefined;
    box.hidden = true;
    light(new Set());
  }

  async function show(id) {
    chosen = id;
    const found = readTexts(await tell({ do: "paths", id }));
    if (chosen !== id) return; // somebody has asked for others
    const sum = Number(found.get("sum"));
    const products = [...found].filter(([formula]) => formula !== "sum");
    write(sum, products);
    box.hidden = false;
    bring(box);
    light(new Set(["cost", id, `d${id}`, ...products.flatMap(([formula]) => factors(formula)).flatMap(marksOf)]));
  }

  return {
    box,
    end,
    show,
    // The numbers, or the letters, are others.
    follow() {
      if (chosen) show(chosen);
    },
    // Another number is looked at: its paths, if it has any.
    turn(id) {
      if (!chosen || chosen === id) return;
      if (isWeight(id)) show(id);
      else end();
    },
  };
}
