// A network that a reader builds: its shape, its numbers, and how it is written in a link.

import { fromLink, pairs, shown, toLink, typed } from "../state.js";
import { fitted, hiddenOf, ofLink, SIGN } from "./activations.js";

export const [MOST_LAYERS, MOST_NODES] = [4, 6];
export const MOST_DIGITS = 15;
const SHAPE = new RegExp(`^[1-${MOST_NODES}](-[1-${MOST_NODES}]){1,${MOST_LAYERS}}$`);
const OPTIONS = {
  digits: (text) => whole(text, 1, MOST_DIGITS, "number of digits"),
  rate: positive,
  rounding: (text) => oneOf("rounding", text, ["significant", "decimals"]),
  sheet: (text) => oneOf("sheet", text, ["None", "values", "formulas"]),
  marks: (text) => oneOf("marks", text, ["both", "symbols", "numbers"]),
  node: (text, sizes) => oneOf("node", text, [...nodesOf(sizes).keys()]),
};
const FIRST = "1.1"; // the node that diagrams are of where none is chosen
const BARE = "bare"; // the layers without biases
const KIND = "activation";

export const sizesOf = (state) => [state.x.length, ...state.w.map((rows) => rows[0].length)];

// Return the nodes of all layers: what they are called, by layer and place.
export const nodesOf = (sizes) => new Map(sizes.slice(1).flatMap((size, n) =>
  Array.from({ length: size }, (_, j) => [`${n + 1}.${j + 1}`, `node ${j + 1} of layer ${n + 1}`])));

// Return a network of some sizes, with the numbers of the largest one.
export function resized(state, sizes, pool) {
  const depth = sizes.length - 1;
  const layers = (each) => Array.from({ length: depth }, (_, n) => each(n));
  return {
    ...state,
    activation: fitted(state.activation, depth, pool.hidden),
    node: nodesOf(sizes).has(state.node) ? state.node : FIRST,
    x: pool.x.slice(0, sizes[0]),
    y: pool.y.slice(0, sizes[depth]),
    w: layers((n) => pool.w[n].slice(0, sizes[n]).map((row) => row.slice(0, sizes[n + 1]))),
    b: layers((n) => (state.b[n] === null ? null : pool.b[n].slice(0, sizes[n + 1]))),
  };
}

// Return the numbers of the largest network, with those of a network in their places: what a shape leaves out comes back with it.
export function remembered(pool, state) {
  const row = (own, all) => all.map((number, n) => own?.[n] ?? number);
  return {
    x: row(state.x, pool.x),
    y: row(state.y, pool.y),
    w: pool.w.map((rows, n) => rows.map((each, i) => row(state.w[n]?.[i], each))),
    b: pool.b.map((each, n) => row(state.b[n], each)),
    hidden: hiddenOf(state.activation, pool.hidden),
  };
}

// Return the network that the book has for some sizes.
export function bookOf(start, sizes) {
  return resized({ ...start.start, b: [] }, sizes, start.pool);
}

function whole(text, least, most, what) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most) throw new RangeError(`“${shown(text)}” is no ${what}; ${least} to ${most} was expected.`);
  return number;
}

export function positive(text) {
  const number = typed(String(text));
  if (!(number > 0)) throw new RangeError(`a rate of ${shown(text)} takes no step downhill; one above 0 was expected.`);
  return number;
}

function oneOf(what, text, known) {
  if (!known.includes(text)) throw new RangeError(`no ${what} “${shown(text)}”; one of ${known.join(", ")} was expected.`);
  return text;
}

// Write a network: its shape, then what is not as the book has it.
export function toAddress(state, start) {
  const sizes = sizesOf(state);
  const book = bookOf(start, sizes);
  const bare = state.b.flatMap((each, n) => (each ? [] : [n + 1]));
  const own = Object.keys(OPTIONS).filter((name) => state[name] !== book[name]).map((name) => `${name}=${state[name]}`);
  if (bare.length) own.push(`${BARE}=${bare.join("+")}`);
  const known = { ...book, b: book.b.map((each, n) => (state.b[n] ? each : null)) };
  if (Array.isArray(state[KIND])) own.push(`${KIND}=${state[KIND].join(SIGN)}`);
  const rest = Array.isArray(state[KIND]) ? { ...state, [KIND]: book[KIND] } : state;
  return [sizes.join("-"), [...own, toLink(rest, known)].filter(Boolean).join(",")].filter(Boolean).join(":");
}

// Return the network of a link; what it cannot have is refused in words.
export function fromAddress(text, start, lists) {
  const [shape, changes = ""] = text.split(":");
  if (!SHAPE.test(shape)) throw new RangeError(`“${shown(shape)}” is no network of this page; 2 to ${MOST_LAYERS + 1} sizes from 1 to ${MOST_NODES}, such as 3-2-1, were expected.`);
  const sizes = shape.split("-").map(Number);
  const book = bookOf(start, sizes);
  const rest = [];
  for (const [name, value = ""] of pairs(changes)) {
    const several = name === KIND ? ofLink(value, book.w.length, lists[KIND]) : undefined;
    if (several) book[KIND] = several;
    else if (Object.hasOwn(OPTIONS, name)) book[name] = OPTIONS[name](value, sizes);
    else if (name === BARE) for (const layer of value.split("+")) book.b[whole(layer, 1, book.b.length, "number of a layer") - 1] = null;
    else rest.push(`${name}=${value}`);
  }
  return fromLink(rest.join(","), book, lists);
}
