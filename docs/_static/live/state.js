// The numbers of a live figure that are given: where each stands, what it is called, and how it is written in a link.

export const MOST = 1000;
const LONGEST = 60; // letters of what somebody has written that a refusal repeats, as the rules' own refusals have it
const DIGITS = /^[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?$/i;
const GROUPS = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.|$)/; // 1,000 is 1 or a thousand

// Return the row in which a number stands, and its place there: `w1.2.1` is in the second row of the first part of `w`.
function place(state, id) {
  const places = id.slice(1).split(".").filter(Boolean).map((each) => each - 1);
  const last = places.pop();
  return [places.reduce((row, each) => row?.[each], state[id[0]]), last];
}

export function valueOf(state, id) {
  const [row, last] = place(state, id);
  return row?.[last];
}

// Return a state with another number in one place.
export function changed(state, id, value) {
  const copy = structuredClone(state);
  const [row, last] = place(copy, id);
  row[last] = value;
  return copy;
}

function* numbered(id, part) {
  if (typeof part === "number") yield id;
  else for (const [n, each] of (part ?? []).entries()) yield* numbered(`${id}.${n + 1}`, each);
}

// Return the ids of all numbers of a state: inputs, weights, biases, targets.
export function ids(state) {
  const layers = (kind) => state[kind].flatMap((each, n) => [...numbered(`${kind}${n + 1}`, each)]);
  return [...numbered("x", state.x), ...layers("w"), ...layers("b"), ...numbered("y", state.y)];
}

// Say what an id is of.
export function nameOf(id) {
  const [layer, node, head] = id.slice(1).split(".").map(Number);
  if (id[0] === "x") return `input ${node}`;
  if (id[0] === "y") return `target ${node}`;
  if (id[0] === "b") return `bias of node ${node} of layer ${layer}`;
  const tail = layer === 1 ? `input ${node}` : `node ${node} of layer ${layer - 1}`;
  return `weight from ${tail} to node ${head} of layer ${layer}`;
}

// Return what somebody has written as a refusal repeats it: shortened, if it is long.
export function shown(text) {
  const letters = [...String(text).trim()];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join("")}…` : letters.join("");
}

// Return the number of a text, with a point or a comma; what is none, or may be two, is refused in words.
function numberOf(text) {
  const plain = text.trim().replace(/[−–‐‑﹣-]/g, "-");
  if (GROUPS.test(plain)) throw new RangeError(`“${shown(text)}” may be one of two numbers; one with a point was expected.`);
  if (!DIGITS.test(plain)) throw new RangeError(`“${shown(text)}” is not a number; one such as −0.25 was expected.`);
  return Number(plain.replace(",", "."));
}

// Return the number that somebody has typed; what is none, or too large, is refused in words.
export function typed(text) {
  const number = numberOf(text);
  if (Math.abs(number) > MOST) throw new RangeError(`${shown(text)} is too far from 0; a number from −${MOST} to ${MOST} was expected.`);
  return number;
}

const CHOSEN = ["activation", "cost"];

// Write what differs from the book: `activation=tanh,w1.2.1=0.7,x.2=-0.3`.
export function toLink(state, book) {
  const chosen = CHOSEN.filter((kind) => state[kind] !== book[kind]).map((kind) => `${kind}=${state[kind]}`);
  const moved = ids(book).filter((id) => valueOf(state, id) !== valueOf(book, id));
  return [...chosen, ...moved.map((id) => `${id}=${valueOf(state, id)}`)].join(",");
}

// Return the names and values of a link, each name once.
export function pairs(text) {
  const found = text.split(",").filter(Boolean).map((each) => each.split(/=(.*)/));
  const names = found.map(([name]) => name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice) throw new RangeError(`two values for ${shown(twice)}`);
  return found;
}

// Return the state of a link; what it cannot have is refused. Steps downhill may have gone farther than somebody may type.
// `lists` has what may be chosen.
export function fromLink(text, book, lists = {}) {
  const known = new Set(ids(book));
  return pairs(text).reduce((state, [id, value]) => {
    if (Object.hasOwn(lists, id)) {
      if (!lists[id].has(value)) throw new RangeError(`no ${id} “${shown(value)}” in this figure`);
      return { ...state, [id]: value };
    }
    if (!known.has(id)) throw new RangeError(`no ${shown(id)} in this figure`);
    const number = numberOf(value ?? "");
    if (!(Math.abs(number) < 1e99)) throw new RangeError(`${shown(value)} is too far from 0`);
    return changed(state, id, number);
  }, book);
}
