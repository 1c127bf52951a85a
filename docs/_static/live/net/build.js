// A network that a reader builds: the rules find its numbers, and the sheet follows.

import { offers } from "../choices.js";
import { button, element } from "../dom.js";
import { bytesOf, decoded, warning } from "../drop/problem.js";
import { readTexts, start as engine } from "../engine.js";
import { changed } from "../state.js";
import { oneEach, shared } from "./activations.js";
import { sheetBox } from "./box.js";
import { diagrams } from "./diagrams.js";
import { form } from "./form.js";
import { bookOf, fromAddress, positive, remembered, resized, sizesOf, toAddress } from "./network.js";
import { read, sheet, writer } from "./sheet.js";
import { readFile, written } from "./toml.js";

const RULES = ["diagram/passes/live_layers.py", "diagram/passes/live_rounding.py", "diagram/passes/live_sheet.py"];
const PASSES = "literate_bp.diagram.passes";
const page = document.documentElement;

async function json(name) {
  const answer = await fetch(new URL(`${name}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.json();
}

const known = new Map();

// Return what a file of the build has, once.
function fileOf(name) {
  if (!known.has(name)) known.set(name, json(name).catch((problem) => {
    known.delete(name);
    throw problem;
  }));
  return known.get(name);
}

// Return what the build has written for a notation, and for several activations where a network has them.
async function lettersOf(name, state) {
  const [letters, several] = await Promise.all([fileOf(name), Array.isArray(state.activation) && fileOf(`${name}-layers`)]);
  return several ? { ...letters, several } : letters;
}

const problem = (error) => error.message.trim().split("\n").at(-1).replace(/^\w+: /, "");

const heading = (textContent) => element("h2", { textContent });

// Build a network in a place of the page, and return what begins it and what follows a link.
export async function build(place) {
  const [python, start] = await Promise.all([engine(undefined, RULES), json("start"), fileOf(page.dataset.notation)]);
  const [{ answer }, { lines: linesOf }] = [python.pyimport(`${PASSES}.live`), python.pyimport(`${PASSES}.live_sheet`)];
  const lists = offers(readTexts(answer(JSON.stringify({ do: "choices" }))), true);
  let state = bookOf(start, start.sizes);
  // The numbers of the largest network, those that the reader has changed among them.
  let pool = start.pool;
  let awaited = false;

  const said = element("p", { className: "net-said", role: "status" });
  const paper = sheetBox();
  const pictures = diagrams();
  const link = element("a", { className: "live-link", textContent: "Link to this network" });
  const picker = element("input", { type: "file", accept: ".toml,application/toml,text/plain", hidden: true });
  const say = (text) => {
    said.textContent = text;
  };

  function follow(next) {
    state = next;
    say("");
    paper.box.ariaBusy = true;
    if (awaited) return;
    awaited = true;
    requestAnimationFrame(show);
  }

  // Begin with another network: nothing is left of what was changed before.
  function begun(next) {
    pool = start.pool;
    follow(next);
  }

  // Change what a network has; what it has no more is remembered.
  function change(make) {
    pool = remembered(pool, state);
    follow(make());
  }

  const size = (sizes) => change(() => resized(state, sizes, pool));
  const typing = form(lists, {
    say,
    layers: (depth) => size(Array.from({ length: depth + 1 }, (_, n) => sizesOf(state)[n] ?? start.sizes[n] ?? 2)),
    size: (n, nodes) => size(sizesOf(state).with(n, nodes)),
    // A network has one activation, or a list of one for each layer, which begins with that one.
    activation: (value) => change(() => ({ ...state, activation: value ?? oneEach(state.activation, state.w.length) })),
    activationOf: (layer, name) => change(() => ({ ...state, activation: state.activation.with(layer - 1, name) })),
    choose: (name, value) => follow({ ...state, [name]: value, ...(name === "sheet" && { marks: value === "None" ? "both" : "symbols" }) }), // blanks have no numbers in sight
    rate: (text) => follow({ ...state, rate: positive(text) }),
    biases: (has) => change(() => ({ ...state, b: has ? resized({ ...state, b: [] }, sizesOf(state), pool).b : state.b.map(() => null) })),
    set: (id, value) => follow(changed(state, id, value)),
  });

  async function show() {
    awaited = false;
    const name = page.dataset.notation;
    const now = { ...state, activation: shared(state.activation) };
    const letters = await lettersOf(name, now);
    if (awaited || name !== page.dataset.notation) return;
    paper.box.ariaBusy = null;
    typing.show(state, writer(letters, state).symbol, letters.texts, name);
    link.href = `#net:${toAddress(now, start)}`;
    try {
      const lines = read(linesOf(JSON.stringify({ ...now, sign: 1 })));
      paper.put(sheet(letters, now, lines));
      paper.box.hidden = pictures.box.hidden = false;
      pictures.show(now, name);
      const write = writer(letters, now, lines);
      summary.innerHTML = [...lines.keys()].filter((id) => id.endsWith("cost")).map((id) => `${write.line(id).symbol} = ${write.number(id)}`).join(", ");
    } catch (error) {
      if (error.type === undefined && error.name !== "PythonError") throw error;
      paper.box.hidden = pictures.box.hidden = true;
      summary.textContent = "";
      say(problem(error));
    }
  }

  function save() {
    const text = written(answer(JSON.stringify({ ...state, activation: start.start.activation, do: "file" })), state);
    const address = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
    element("a", { href: address, download: "problem.toml" }).click();
    setTimeout(() => URL.revokeObjectURL(address));
  }

  // Take what somebody else has written; what this page cannot have is refused in words.
  function take(made) {
    try {
      begun({ ...made() });
      say(warning(state));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      say(error.message);
    }
  }

  async function open([file]) {
    if (!file) return;
    const bytes = await bytesOf(file);
    take(() => ({ ...readFile(decoded(bytes), bookOf(start, start.sizes), lists), sheet: state.sheet }));
    picker.value = "";
  }

  picker.setAttribute("aria-label", "A problem file");
  picker.addEventListener("change", () => open(picker.files));
  for (const kind of ["dragover", "drop"]) {
    place.addEventListener(kind, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      if (kind === "drop") open(event.dataTransfer.files);
    });
  }

  // Paper has the diagrams where somebody asks for them.
  function printAll() {
    pictures.onPaper(() => {
      place.classList.add("net-all");
      print();
      place.classList.remove("net-all");
    });
  }

  const summary = element("p", { className: "net-summary" });
  summary.setAttribute("aria-live", "polite");
  const buttons = element("p", { className: "net-buttons" },
    button("Print the sheet", () => print()),
    button("Print the diagrams and the sheet", printAll),
    button("Problem file", save),
    button("Open a problem file", () => picker.click()),
    button("The book’s network", () => begun({ ...bookOf(start, start.sizes), sheet: state.sheet })),
    link, picker);
  addEventListener("notation", () => follow(state));

  function begin() {
    if (page.classList.contains("net-open")) return;
    page.classList.add("net-open");
    place.append(typing.box, buttons, said, summary, heading("The diagrams"), pictures.box, heading("The sheet"), paper.box);
    typing.focus();
    follow(state);
  }

  return {
    begin,
    take(address) {
      begin();
      take(() => fromAddress(address, start, lists));
    },
  };
}
