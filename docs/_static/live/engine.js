// The rules of the book, run in the page: MicroPython with the package's own files, which stand beside this one.

const PACKAGE = "literate_bp";
export const RULES = ["node.py", "nodes.py", "activation.py", "cost.py", "diagram/passes/line_width.py", "diagram/passes/live.py", "diagram/passes/live_choice.py", "diagram/passes/live_file.py", "diagram/passes/live_formulas.py", "diagram/passes/live_numpy.py", "diagram/passes/live_paths.py"];
const TYPES = "Any = None\n"; // MicroPython has no `typing`; annotations are all that is asked of it
const STAND_IN = `${PACKAGE}.diagram.passes.live_numpy`;

// Put files into the folders of a package, and let it be imported.
export function begin(python, files) {
  const write = (path, text) => {
    python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    python.FS.writeFile(path, text);
  };
  write("/lib/typing.py", TYPES);
  for (const [name, text] of files) {
    write(`/lib/${PACKAGE}/${name}`, text);
    for (let folder = name; folder; folder = folder.replace(/\/?[^/]*$/, "")) {
      write(`/lib/${PACKAGE}/${folder.replace(/\/?[^/]*$/, "")}/__init__.py`, "");
    }
  }
  python.runPython(`import sys; sys.path.insert(0, '/lib'); import ${STAND_IN}; ${STAND_IN}.install()`);
  return python;
}

async function text(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.text();
}

// Begin an engine. `change` may change the text of a file, and `more` files may stand beside the rules.
export async function start(change = (name, text) => text, more = []) {
  const at = (name) => new URL(name, import.meta.url);
  const [{ loadMicroPython }, ...files] = await Promise.all([
    import(at("micropython.mjs")),
    ...[...RULES, ...more].map(async (name) => [name, change(name, await text(at(`${PACKAGE}/${name}`)))]),
  ]);
  return begin(await loadMicroPython({ url: at("micropython.wasm").href }), files);
}

let changed;
let book;

// Have figures answered by somebody else, who may ask the book's rules: by rules that a reader has changed.
export function answerBy(others) {
  changed = others;
  dispatchEvent(new Event("rules"));
}

// Whether figures obey rules that a reader has changed.
export const obeysOthers = () => Boolean(changed);

// Answer by the book's rules where figures obey others; nothing where they obey the book's.
export const byBook = (question) => (changed ? book(question) : undefined);

async function answers() {
  book = (await start()).pyimport(`${PACKAGE}.diagram.passes.live`).answer;
  return (question) => (changed ? changed(question, book) : book(question));
}

let engine;

// Return the function that answers questions, or promises to, once it is there; who asks again after a failure begins again.
export function load() {
  engine ??= answers().catch((problem) => {
    engine = undefined;
    throw problem;
  });
  return engine;
}

// Read texts by their ids, each on a line.
export const readTexts = (answer) => new Map(answer.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));

export const number = (text) => ({ inf: Infinity, "-inf": -Infinity, nan: NaN })[text] ?? Number(text);

// Read an answer: numbers by their ids, in the order in which the rules found them.
export const read = (answer) => new Map(answer.split(" ").map((pair) => pair.split("=")).map(([id, value]) => [id, number(value)]));
