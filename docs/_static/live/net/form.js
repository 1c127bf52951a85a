// What a reader chooses and types of a network: its shape, what its layers are, and its numbers.

import { element } from "../dom.js";
import { nameOf, typed, valueOf } from "../state.js";
import { activationOf } from "./activations.js";
import { MOST_DIGITS, MOST_LAYERS, MOST_NODES, nodesOf, sizesOf } from "./network.js";

const SHOWN = 8; // digits that have room
const SHEETS = { None: "solved", values: "blanks for the numbers; the solutions follow", formulas: "blanks for formulas and numbers; the solutions follow" };
const MARKS = { both: "symbols and numbers", symbols: "symbols", numbers: "numbers" };
const EACH = ["each", "one for each layer"]; // below the names of the activations
const ROUNDINGS = { significant: "significant digits on the way back", decimals: "decimals everywhere" };

const numbers = (least, most) => Array.from({ length: most - least + 1 }, (_, n) => [String(least + n), String(least + n)]);

const options = (known) => known.map(([value, textContent]) => element("option", { value, textContent }));

// Make a list to choose from, or to type into, with its name.
function select(label, known, set) {
  const box = element("select", {}, ...options(known));
  box.addEventListener("change", () => set(box.value));
  return { label: element("label", {}, `${label} `, box), box };
}

function field(label, set) {
  const box = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false, size: 6 });
  box.setAttribute("aria-label", label);
  box.addEventListener("change", () => set(box));
  return box;
}

const written = (value) => String(Number(value.toPrecision(SHOWN))).replaceAll("-", "−");

// Make the form. `actions` resize the network, choose something of it, set a number, and say what is refused.
export function form(lists, actions) {
  const layers = select("Layers", numbers(1, MOST_LAYERS), (depth) => actions.layers(Number(depth)));
  const sizes = Array.from({ length: MOST_LAYERS + 1 }, (_, n) =>
    select(n ? `Nodes in layer ${n}` : "Inputs", numbers(1, MOST_NODES), (size) => actions.size(n, Number(size))));
  const chosen = {
    cost: select("Cost", [...lists.cost], (name) => actions.choose("cost", name)),
    digits: select("Digits", numbers(1, MOST_DIGITS), (digits) => actions.choose("digits", Number(digits))),
    rounding: select("Rounding", Object.entries(ROUNDINGS), (name) => actions.choose("rounding", name)),
    sheet: select("Sheet", Object.entries(SHEETS), (name) => actions.choose("sheet", name)),
    marks: select("Diagrams show", Object.entries(MARKS), (name) => actions.choose("marks", name)),
    node: select("Diagrams 1 and 2 show", [], (name) => actions.choose("node", name)),
  };
  const activation = select("Activation", [...lists.activation, EACH], (name) => actions.activation(name === EACH[0] ? undefined : name));
  const activations = Array.from({ length: MOST_LAYERS }, (_, n) =>
    select(`Layer ${n + 1}`, [...lists.activation], (name) => actions.activationOf(n + 1, name)));
  const ofLayers = element("div", { className: "net-layers", role: "group", ariaLabel: "Activation of each layer" }, ...activations.map(({ label }) => label));
  const biases = element("input", { type: "checkbox" });
  biases.addEventListener("change", () => actions.biases(biases.checked));
  const rate = field("Rate", (box) => take(box, () => actions.rate(box.value)));
  const fields = new Map();
  const tables = element("div", { className: "net-numbers" });
  let drawn = "";

  // Take what somebody has typed; what is refused is said, and marked.
  function take(box, set) {
    try {
      set();
      box.removeAttribute("aria-invalid");
      actions.say("");
    } catch (problem) {
      if (!(problem instanceof RangeError)) throw problem;
      box.setAttribute("aria-invalid", true);
      actions.say(problem.message);
    }
  }

  function number(id) {
    const box = field(nameOf(id), () => take(box, () => actions.set(id, typed(box.value))));
    fields.set(id, box);
    return element("td", {}, box);
  }

  const head = (html, scope) => element("th", { scope, innerHTML: html });
  const row = (html, ids) => element("tr", {}, head(html, "row"), ...ids.map(number));

  // A table with a column for each node of a layer: its symbols stand above.
  function table(caption, heads, rows) {
    const top = element("tr", {}, element("td"), ...heads.map((html) => head(html, "col")));
    const made = element("table", {}, element("caption", { textContent: caption }), element("thead", {}, top), element("tbody", {}, ...rows));
    const scrolled = element("div", { className: "net-table", tabIndex: 0, role: "group" }, made);
    scrolled.setAttribute("aria-label", caption);
    return scrolled;
  }

  function draw(state, symbol, texts) {
    fields.clear();
    const all = sizesOf(state);
    const nodes = (size) => Array.from({ length: size }, (_, n) => n + 1);
    const symbols = (kind, size) => nodes(size).map((n) => symbol(`${kind}${n}`));
    const alone = (kind, name, size) => table(name, symbols(kind, size), [element("tr", {}, element("td"), ...nodes(size).map((n) => number(`${kind}${n}`)))]);
    const weights = state.w.map((rows, n) => {
      const sources = symbols(n ? `a${n}.` : "x.", all[n]);
      const lines = rows.map((each, i) => row(sources[i], each.map((_, j) => `w${n + 1}.${i + 1}.${j + 1}`)));
      if (state.b[n]) lines.push(row(texts.weights.bias, state.b[n].map((_, j) => `b${n + 1}.${j + 1}`)));
      return table(texts.captions[n], symbols(`z${n + 1}.`, all[n + 1]), lines);
    });
    chosen.node.box.replaceChildren(...options([...nodesOf(all)]));
    tables.replaceChildren(alone("x.", "Inputs", all[0]), ...weights, alone("y.", "Targets", all.at(-1)));
  }

  const shape = element("fieldset", { className: "net-shape" }, element("legend", { textContent: "Shape" }), layers.label, ...sizes.map(({ label }) => label));
  const rules = element("fieldset", { className: "net-options" }, element("legend", { textContent: "Rules and rounding" }),
    activation.label, ofLayers, chosen.cost.label, element("label", {}, "Rate ", rate), element("label", {}, biases, " Biases"),
    ...["digits", "rounding", "sheet", "marks", "node"].map((name) => chosen[name].label));
  const fold = element("details", { className: "net-fold", open: true }, element("summary", { textContent: "Its numbers" }), tables);

  return {
    box: element("div", { className: "net-form" }, shape, rules, fold),
    focus: () => layers.box.focus({ preventScroll: true }),
    // Show a network; its tables are made again where its shape or the letters are others.
    show(state, symbol, texts, letters) {
      const all = sizesOf(state);
      const key = JSON.stringify([all, state.b.map(Boolean), letters]);
      const focused = document.activeElement.getAttribute("aria-label");
      if (key !== drawn) draw(state, symbol, texts);
      drawn = key;
      layers.box.value = all.length - 1;
      for (const [n, size] of sizes.entries()) {
        size.label.hidden = n >= all.length;
        if (n < all.length) size.box.value = all[n];
      }
      ofLayers.hidden = !Array.isArray(state.activation);
      activation.box.value = ofLayers.hidden ? state.activation : EACH[0];
      for (const [n, layer] of activations.entries()) {
        layer.label.hidden = n >= state.w.length;
        layer.label.firstChild.data = `Layer ${n + 1}${n === state.w.length - 1 ? ", the output" : ""} `;
        layer.box.value = activationOf(state, n + 1) ?? "";
      }
      for (const [name, { box }] of Object.entries(chosen)) box.value = state[name];
      biases.checked = state.b.every(Boolean);
      biases.indeterminate = !biases.checked && state.b.some(Boolean);
      for (const [id, box] of [["rate", rate], ...fields]) {
        if (box.hasAttribute("aria-invalid") && document.activeElement === box) continue;
        box.value = written(id === "rate" ? state.rate : valueOf(state, id));
        box.removeAttribute("aria-invalid");
      }
      if (focused && !document.activeElement.isConnected) tables.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
    },
  };
}
