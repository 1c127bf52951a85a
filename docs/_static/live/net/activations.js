// The activations of a network: the name of one for all layers, or a list of one for each.

import { shown } from "../state.js";

// Return one name where all layers have the same.
export const shared = (activation) => (new Set([activation].flat()).size > 1 ? activation : [activation].flat()[0]);

export const activationOf = ({ activation }, layer) => (Array.isArray(activation) ? activation[layer - 1] : activation);

// Return those of so many layers, one for each.
export const oneEach = (activation, depth) => (Array.isArray(activation) ? activation : Array(depth).fill(activation));

// Return the activations of a network of another depth. The output keeps its own; a layer that comes back has what it had.
export function fitted(activation, depth, hidden = []) {
  if (!Array.isArray(activation)) return activation;
  const [output, before] = [activation.at(-1), activation.slice(0, -1)];
  return [...Array.from({ length: depth - 1 }, (_, n) => before[n] ?? hidden[n] ?? before.at(-1) ?? output), output];
}

// Return those of the layers before the output, those of deeper networks among them.
export function hiddenOf(activation, hidden = []) {
  return Array.isArray(activation) ? [...activation.slice(0, -1), ...hidden.slice(activation.length - 1)] : [];
}

export const SIGN = "+"; // between those of a link

// Return what a link names; nothing where it has one for all layers, as any link of a figure.
export function ofLink(text, depth, list) {
  const names = text.split(SIGN);
  const expected = depth > 1 ? `1 or ${depth} were expected, for ${depth} layers` : "1 was expected, for 1 layer";
  if (![1, depth].includes(names.length)) throw new RangeError(`the link has ${names.length} activations; ${expected}.`);
  const stranger = names.find((name) => !list.has(name));
  if (stranger !== undefined) throw new RangeError(`no activation “${shown(stranger)}”; one of ${[...list.keys()].join(", ")} was expected.`);
  return names.length > 1 ? shared(names) : undefined;
}
