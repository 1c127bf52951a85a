// A problem file that a reader brings to a figure: its numbers, if its shape fits.

import { MOST, ids, nameOf, shown, valueOf } from "../state.js";
import { parsed } from "./toml.js";

const LARGEST = 100_000; // bytes
const MOST_DIGITS = 15;
const ROUNDINGS = ["significant", "decimals"];
const KEYS = ["inputs", "targets", "rate", "cost", "digits", "rounding", "layer"];
const LAYER_KEYS = ["activation", "weights", "biases", "residual"];

function refuse(what) {
  throw new RangeError(what);
}

// Return the first bytes of a file, one more than it may have.
export const bytesOf = async (file) => new Uint8Array(await file.slice(0, LARGEST + 1).arrayBuffer());

// Return the text of a file, as whatever editor or shell has written it.
export function decoded(bytes) {
  if (bytes.length > LARGEST) refuse(`it has more than ${LARGEST} bytes; a problem file has fewer.`);
  const marks = { "255,254": "utf-16le", "254,255": "utf-16be" };
  try {
    return new TextDecoder(marks[bytes.slice(0, 2)] ?? "utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse("it is no text; a problem file was expected, which is TOML.");
  }
}

function known(table, keys, where) {
  for (const key of table.keys()) if (!keys.includes(key)) refuse(`${where}${shown(key)} is no key of a problem file; ${keys.join(", ")} are.`);
}

const count = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

// Check a list of as many numbers as the figure has.
function row(found, own, what) {
  if (!Array.isArray(found)) refuse(`${what} ${found === undefined ? "are missing" : "are no list"}; a list of ${count(own.length, "number")} was expected.`);
  if (found.length !== own.length) refuse(`${what} has ${count(found.length, "number")}, and this figure ${own.length} there.`);
  for (const [n, number] of found.entries()) if (!Number.isFinite(number)) refuse(`${what}: ${Array.isArray(number) ? "a list" : `“${shown(number)}”`}, at place ${n + 1}, is no number that is finite.`);
  return found;
}

function rows(found, own, what) {
  if (!Array.isArray(found)) refuse(`${what} ${found === undefined ? "are missing" : "are no list"}; a list of ${count(own.length, "row")} was expected.`);
  if (found.length !== own.length) refuse(`${what} has ${count(found.length, "row")}, and this figure ${own.length} there.`);
  return found.map((each, n) => row(each, own[n], `row ${n + 1} of ${what}`));
}

function chosen(name, list, what) {
  if (!list?.has(name)) refuse(`${what} is “${shown(name)}”, which this figure does not have; ${[...(list?.keys() ?? [])].join(", ")} were expected.`);
  return name;
}

// A figure has one activation.
function activationOf(layers, lists) {
  const names = layers.map((layer) => layer.get("activation") ?? "sigmoid");
  const other = names.findIndex((name) => name !== names[0]);
  if (other > 0) refuse(`layer 1 has the activation “${shown(names[0])}”, and layer ${other + 1} “${shown(names[other])}”; a figure has one for all layers.`);
  return chosen(names[0], lists.activation, "the activation");
}

function layersOf(entries, book) {
  const layers = entries.get("layer");
  if (!Array.isArray(layers) || !layers.every((each) => each instanceof Map)) refuse("no layers came; [[layer]] was expected above the keys of each.");
  if (layers.length !== book.w.length) refuse(`it has ${count(layers.length, "layer")}, and this figure ${book.w.length}.`);
  for (const [n, layer] of layers.entries()) {
    known(layer, LAYER_KEYS, `layer ${n + 1}: `);
    if (layer.get("residual")) refuse(`layer ${n + 1} is residual, and the layers of this figure are not.`);
    if (layer.has("biases") !== Boolean(book.b[n])) refuse(`layer ${n + 1} has ${layer.has("biases") ? "" : "no "}biases, and that of this figure ${book.b[n] ? "has some" : "has none"}.`);
  }
  return layers;
}

// Return how a sheet rounds, or refuse it. A figure does not, and what no sheet could have is no problem file all the same.
export function roundingOf(entries) {
  const { digits = 3, rounding = ROUNDINGS[0] } = Object.fromEntries(entries);
  const float = entries.floats.get("digits");
  if (float || !Number.isInteger(digits) || digits < 1 || digits > MOST_DIGITS) refuse(`digits is “${shown(float ?? digits)}”; a whole number from 1 to ${MOST_DIGITS} was expected.`);
  if (!ROUNDINGS.includes(rounding)) refuse(`rounding is “${shown(rounding)}”; ${ROUNDINGS.join(" or ")} was expected.`);
  return { digits, rounding };
}

// Say what a file has that nobody may type: it is taken, since steps downhill may lead there.
export function warning(state) {
  const far = ids(state).find((id) => Math.abs(valueOf(state, id)) > MOST);
  return far ? `It has ${String(valueOf(state, far)).replace("e+", "e").replaceAll("-", "−")} (${nameOf(far)}), which is too far from 0 to be typed.` : "";
}

// Return the state of a figure with the numbers of a text, and the rate there, if it has one.
export function fitted(text, book, lists) {
  const entries = parsed(text);
  known(entries, KEYS, "");
  const layers = layersOf(entries, book);
  const rate = entries.get("rate");
  if (rate !== undefined && !(rate > 0 && rate < Infinity)) refuse(`rate is “${shown(rate)}”; a number above 0 was expected.`);
  roundingOf(entries);
  const cost = entries.get("cost") ?? "half_squared_error";
  const state = {
    ...book,
    activation: activationOf(layers, lists),
    w: layers.map((layer, n) => rows(layer.get("weights"), book.w[n], `the weights of layer ${n + 1}`)),
    b: layers.map((layer, n) => book.b[n] && row(layer.get("biases"), book.b[n], `the biases of layer ${n + 1}`)),
    x: row(entries.get("inputs"), book.x, "inputs"),
    y: book.y && row(entries.get("targets"), book.y, "targets"),
    ...(book.y ? { cost: chosen(cost, lists.cost, "the cost") } : {}),
  };
  return { state, rate };
}

// Take the file that somebody has chosen or dropped: `follow` gets the state, `say` what came of it, and what goes `downhill` the rate.
export async function bring(files, book, lists, follow, say, downhill) {
  try {
    if (files.length !== 1) refuse(`${files.length} files came; one was expected.`);
    const { state, rate } = fitted(decoded(await bytesOf(files[0])), book, lists);
    follow(state);
    if (rate) downhill?.take(rate);
    say(`These are the numbers of ${files[0].name}. ${warning(state)}`.trim());
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem;
    say(`The file was not taken, and nothing is changed: ${problem.message}`);
  }
}
