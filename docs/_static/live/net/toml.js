// A problem file of the command line: written by the rules' own program, and read.

import { roundingOf } from "../drop/problem.js";
import { parsed } from "../drop/toml.js";
import { shown, valueOf } from "../state.js";
import { activationOf, shared } from "./activations.js";
import { MOST_LAYERS, MOST_NODES, positive } from "./network.js";

// Return the text of a problem file. `form` is what the rules' program wrote, with ids in the place of numbers.
export function written(form, state) {
  let layer = 0;
  const numbers = form.replace(/\{([^{}]*)\}/g, (_, id) => (id === "rate" ? state.rate : valueOf(state, id)));
  const layers = numbers.replace(/^activation = .*$/gm, () => `activation = "${activationOf(state, (layer += 1))}"`);
  return layers.replace(/^digits = .*$/m, `digits = ${state.digits}`).replace(/^rounding = "\w+"/m, `rounding = "${state.rounding}"`);
}

const KNOWN = ["inputs", "targets", "rate", "digits", "rounding", "cost", "layer"];
const LAYER = ["activation", "weights", "biases", "residual"];

const refuse = (words) => {
  throw new RangeError(words);
};

const were = (count) => (count > 1 ? `${count} were` : `${count} was`);

const isRow = (row) => Array.isArray(row) && row.length > 0 && row.every(Number.isFinite);

function row(name, given, size) {
  if (!isRow(given)) refuse(`${name} are no list of numbers; one such as [0.1, 0.3] was expected.`);
  if (size && given.length !== size) refuse(`${name} are ${given.length} numbers; ${were(size)} expected.`);
  if (given.length > MOST_NODES) refuse(`${name} are ${given.length} numbers; this page has at most ${MOST_NODES} nodes in a layer.`);
  return given;
}

function requireKnown(names, known, what) {
  const stranger = [...names].find((name) => !known.includes(name));
  if (stranger) refuse(`${what} has no ${shown(stranger)}; one of ${known.join(", ")} was expected.`);
}

function layer(found, n, before) {
  requireKnown(found.keys(), LAYER, `layer ${n} of a problem file`);
  const { weights, biases, residual } = Object.fromEntries(found);
  if (residual) refuse(`layer ${n} has a residual connection; this page has none.`);
  if (!Array.isArray(weights) || weights.length !== before) refuse(`the weights of layer ${n} have ${weights?.length ?? "no"} rows; ${were(before)} expected.`);
  const rows = weights.map((each) => row(`the weights of layer ${n}`, each, weights[0]?.length));
  return [rows, biases === undefined ? null : row(`the biases of layer ${n}`, biases, rows[0].length)];
}

function chosen(what, name, list) {
  if (!list.has(name)) refuse(`${what} is ${shown(JSON.stringify(name))}; one of ${[...list.keys()].join(", ")} was expected.`);
  return name;
}

// Return the network of a problem file; what this page cannot have is refused in words. `lists` has what may be chosen.
export function readFile(text, book, lists) {
  const entries = parsed(text);
  const found = Object.fromEntries(entries);
  requireKnown(Object.keys(found), KNOWN, "a problem file");
  const layers = Array.isArray(found.layer) && found.layer.every((each) => each instanceof Map) ? found.layer : [];
  if (!layers.length || layers.length > MOST_LAYERS) refuse(`the file has ${layers.length} layers; 1 to ${MOST_LAYERS} were expected.`);
  const x = row("the inputs", found.inputs);
  const made = layers.reduce((before, each, n) => [...before, layer(each, n + 1, n ? before[n - 1][0][0].length : x.length)], []);
  const names = layers.map((each, n) => chosen(`the activation of layer ${n + 1}`, each.get("activation") ?? book.activation, lists.activation));
  const state = {
    ...book,
    x,
    y: row("the targets", found.targets, made.at(-1)[0][0].length),
    w: made.map(([w]) => w),
    b: made.map(([, b]) => b),
    activation: shared(names),
    cost: chosen("the cost", found.cost ?? book.cost, lists.cost),
  };
  const { rate = 0.5 } = found;
  const how = roundingOf(entries);
  if (!Number.isFinite(rate)) refuse(`the rate is ${shown(JSON.stringify(rate))}; a number such as 0.5 was expected.`);
  return { ...state, rate: positive(rate), ...how };
}
