// The sheet of a network: what the build has written for a notation, with symbols and numbers in the place of its names.

import { valueOf as given } from "../state.js";
import { activationOf } from "./activations.js";
import { negative, rounded, valueOf, whole } from "./numbers.js";
import { sizesOf } from "./network.js";

const ID = /^([a-z]+)(\d*)\.?(.*)$/;
const TOKEN = /\{(#?)([a-z]+) (-?\d+) ([\dij,]*)(?: (\d))?\}( ?)/g;
const BESIDE = /([\p{L}′]*\(+)?(\{[a-z]+ [^{}]*\})(\)+)?/gu; // a symbol, and parentheses at its side
const ENCLOSED = /\(((?:<[^>]*>)*\([^()]*\)(?:<[^>]*>)*)\)/g; // a symbol with parentheses of its own needs no others
const [NEGATIVE, POWER, DIGITS] = [1, 2, 4];
const SCRIPTS = /^<(i|span) class="(.*)<\/\1><span class="both">(.*)<\/span>$/; // indices one above the other, behind a letter
const OF_NODES_BEFORE = new Set(["z", "nz"]);
const CALLS = new Set(["a", "na", "slope", "delta"]); // an activation by its name, where there are several
const GIVEN = /^(?:[wbxy]\d*\.|rate)/;

const parts = (id) => {
  const [, kind, layer, nodes] = ID.exec(id);
  return { kind, layer: Number(layer), nodes: nodes ? nodes.split(".") : [] };
};
const fill = (text, names) => text.replace(/\{(\w+)\}/g, (all, name) => names[name] ?? all);

// Put the indices of a symbol into its letter's element: no line breaks between them, and a large sheet has fewer elements.
const unbroken = (html) => html?.replace(SCRIPTS, '<$1 class="symbol $2$3</$1>');

// Read the lines that the rules have found, by their ids.
export function read(answer) {
  return new Map(answer.split("\n").map((line) => {
    const [id, texts] = line.split("=");
    const [digits, power, ...units] = texts.split(" ");
    return [id, { value: digits * 2 ** power, rounded: [units[0], Number(units[1])], carried: [units[2], Number(units[3])] }];
  }));
}

// Return what writes symbols and numbers of a network in a notation.
export function writer(letters, state, lines) {
  const sizes = sizesOf(state);
  const depth = sizes.length - 1;

  function numbered(kind, layer, [i, j]) {
    const before = sizes.slice(1, layer).reduce((sum, size, n) => sum + size * sizes[n], 0);
    return `${kind}#${before + (j - 1) * sizes[layer - 1] + Number(i)}`;
  }

  // Where a layer has one node, a notation may leave out its index.
  function single({ kind, layer, nodes }, id) {
    const widths = nodes.length > 1 ? sizes.slice(layer - 1, layer + 1) : nodes.map(() => sizes[kind === "y" ? depth : layer]);
    return widths.includes(1) ? `${id}/${widths.map((size) => (size === 1 ? "1" : "n")).join("")}` : id;
  }

  function symbol(id) {
    const of = parts(id);
    const isPair = of.nodes.length > 1;
    const key = letters.numbered && isPair ? numbered(of.kind, of.layer, of.nodes) : letters.single ? single(of, id) : id;
    return unbroken(letters.symbols[depth][key] ?? letters.symbols[Object.keys(letters.symbols).length][key]);
  }

  const signed = (kind, units) => (kind === "delta" && letters.sign < 0 ? negative(units) : units);
  const valueOfLine = (id) => (id.startsWith("delta") ? letters.sign : 1) * lines.get(id).value + 0;

  function number(id) {
    const known = id.replace(/^n?a0\./, "x.");
    if (known === "rate") return whole(state.rate);
    if (GIVEN.test(known)) return whole(given(state, known));
    return rounded(signed(parts(id).kind, lines.get(id).carried));
  }

  function enclosed(text, flags) {
    const needed = (text.startsWith("−") && flags & NEGATIVE) || (text.includes("·") && flags & POWER);
    return needed ? `(${text})` : text;
  }

  // Put symbols and numbers into a formula of a line.
  function formula(text, id) {
    const { layer = 0, nodes } = parts(id);
    const own = { j: nodes.at(-1), i: nodes[0] };
    const l = layer || depth;
    const joined = text.replace(BESIDE, (all, before, _, after) => (before || after ? `<span class="joined">${all}</span>` : all)); // no line breaks between them
    const filled = joined.replace(TOKEN, (_, isNumber, kind, from, at, flags, gap) => {
      const places = at ? `.${at.split(",").map((each) => own[each] ?? each).join(".")}` : "";
      const of = /^(?:n?cost|rate|y|x)$/.test(kind) ? "" : l + Number(from);
      if (!isNumber) return symbol(kind + of + places) + gap;
      const value = number(kind + of + places);
      return enclosed(value, flags) + (flags & DIGITS && /^\d+$/.test(value) ? "" : gap);
    });
    return text.includes("({z ") ? filled.replace(ENCLOSED, "$1") : filled;
  }

  // Return the templates of a line: those for as many numbers as it adds up.
  function templates(id) {
    const { kind, layer } = parts(id);
    const { activation, cost, rows } = (CALLS.has(kind) && letters.several) || letters;
    if (kind === "slope") return activation[activationOf(state, layer)].slope;
    if (kind.endsWith("cost")) return cost[state.cost][kind + sizes[depth]];
    if (kind === "delta" && layer === depth) return cost[state.cost].delta;
    if (kind === "delta") return rows[kind + sizes[layer + 1]];
    if (OF_NODES_BEFORE.has(kind)) return rows[kind + sizes[layer - 1] + (state.b[layer - 1] ? "" : "-")];
    return rows[kind];
  }

  function line(id) {
    const { kind, layer } = parts(id);
    const f = letters.several?.names[activationOf(state, layer)];
    const [name, text, numbers] = templates(id).map((each) => formula(fill(each, { f }), id));
    const found = lines.get(id);
    return { symbol: name, formula: text, numbers, value: whole(valueOfLine(id)), rounded: rounded(signed(kind, found.rounded)), carried: rounded(signed(kind, found.carried)) };
  }

  return { symbol, number, line, value: valueOfLine };
}

// Write the sheet as HTML: for `hide`, with blanks, and with the solutions on a page of their own.
export function sheet(letters, state, lines) {
  const write = writer(letters, state, lines);
  const { texts } = letters;
  const sizes = sizesOf(state);
  const depth = sizes.length - 1;
  const assigned = (id) => fill(texts.assignment, { symbol: write.symbol(id), value: write.number(id) });
  const nodes = (size) => Array.from({ length: size }, (_, n) => n + 1);
  const list = (kind, size) => nodes(size).map((n) => assigned(`${kind}.${n}`)).join(texts.between);

  function weights(layer) {
    const { table, head, row, cell, bias } = texts.weights;
    const heads = nodes(sizes[layer]).map((j) => fill(head, { symbol: write.symbol(`z${layer}.${j}`) })).join("");
    const written = (source, of) => fill(row, { source, cells: nodes(sizes[layer]).map((j) => fill(cell, { cell: assigned(of(j)) })).join("") });
    const rows = nodes(sizes[layer - 1]).map((i) => written(write.symbol(layer > 1 ? `a${layer - 1}.${i}` : `x.${i}`), (j) => `w${layer}.${i}.${j}`));
    if (state.b[layer - 1]) rows.push(written(bias, (j) => `b${layer}.${j}`));
    const caption = texts.captions[layer - 1];
    return `<p>${caption}:</p>${fill(table, { caption, heads, rows: rows.join("\n") })}`;
  }

  // Say what the activation of each layer is.
  function activations(isWithout) {
    const { several } = letters;
    if (!several) return letters.activations[state.activation][depth - 1][isWithout];
    const names = [...new Set(state.activation)];
    const layersOf = (name) => several.layers[nodes(depth).filter((n) => state.activation[n - 1] === name).join("+")];
    const texts = names.map((name) => fill(several.definitions[name][isWithout], { layers: layersOf(name) }));
    const related = several.related.filter((name) => names.includes(name));
    return [...texts, several.further[related.join("+")][isWithout]].join("\n");
  }

  function beginning(title, hide) {
    const isWithout = hide === "formulas" ? 1 : 0;
    const how = letters.roundings[state.rounding][state.digits > 1 ? 1 : 0];
    return [
      fill(title, { sizes: sizes.join("-") }),
      texts.given,
      fill(texts.inputs, { list: list("x", sizes[0]) }),
      ...nodes(depth).map(weights),
      activations(isWithout),
      fill(texts.targets, { list: list("y", sizes[depth]) }),
      letters.costs[state.cost][isWithout],
      ...(isWithout ? [letters.errors[depth - 1][sizes[depth] > 1 ? 1 : 0], texts.step] : []),
      fill(texts.rate, { list: assigned("rate") }),
      texts.round,
      fill(how, { digits: state.digits }),
    ];
  }

  function named(ids) {
    const more = ids.length - letters["most named"];
    const first = ids.slice(0, letters["most named"]).map((id) => write.line(id).symbol);
    const kind = more === 1 ? "more one" : "more";
    return first.join(texts.between) + (more > 0 ? fill(texts[kind], { count: more }) : "");
  }

  // Say where rounding changed more than the last digit.
  function notes() {
    const ids = [...lines.keys()];
    const isKinked = (id) => id.startsWith("slope") && letters.kinked.includes(activationOf(state, parts(id).layer)) && lines.get(id).value !== valueOf(lines.get(id).carried);
    const isLost = (id) => letters["way back"].includes(parts(id).kind) && lines.get(id).value && lines.get(id).carried[0] === "0" && !isKinked(id);
    const [kinks, lost] = [ids.filter(isKinked), ids.filter(isLost)];
    const kinked = kinks.map((id) => id.replace("slope", "z"));
    return [
      ...(kinks.length || lost.length ? [texts.notes] : []),
      ...(kinks.length ? [fill(texts.kinked, { symbol: named(kinked) })] : []),
      ...(lost.length ? [fill(texts.lost, { symbol: named(lost) })] : []),
      texts.read,
    ];
  }

  function tables(hide) {
    return letters.tables[hide].map(({ kinds, table, row }) => {
      const rows = [...lines.keys()].filter((id) => kinds.includes(parts(id).kind)).map((id) => fill(row, write.line(id)));
      return `<div class="net-part">${fill(table, { rows: rows.join("\n") })}</div>`;
    });
  }

  const hide = state.sheet;
  if (hide === "None") return [...beginning(texts.title, hide), ...notes(), ...tables(hide)].join("\n");
  const [blank, solved] = [[...beginning(texts.title, hide), ...tables(hide)], [...beginning(texts.solutions, "None"), ...notes(), ...tables("None")]];
  return [...blank, texts["page break"], ...solved].join("\n");
}
