// Reads the TOML of problem files: keys, numbers, names, lists and tables of layers. What else TOML has is refused.

const BLANK = /(?:[ \t]|\r?\n|#[^\x00-\x08\x0a-\x1f\x7f]*)*/y; // between the parts of a list
const REST = /[ \t]*(?:#[^\x00-\x08\x0a-\x1f\x7f]*)?(?:\r?\n|$)/y; // of a line
const TABLE = /\[\[[ \t]*([\w-]+)[ \t]*\]\]/y;
const KEY = /([\w-]+)[ \t]*=[ \t]*/y;
const NUMBER = /[+-]?(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?(?![\w.:+-])/y;
const NAME = /"([^"\\\x00-\x08\x0a-\x1f\x7f]*)"|'([^'\x00-\x08\x0a-\x1f\x7f]*)'/y;
const TRUTH = /(true|false)(?![\w-])/y;
const DEEPEST = 8; // lists within lists

// The entries of a table by their keys. `floats` has the texts of numbers with a point or an exponent: 3.0 is no whole number, but one in JavaScript.
class Table extends Map {
  floats = new Map();
}

// Return the entries of a text by their keys; of tables of one name, a list. What is wrong is refused, with its line.
export function parsed(text) {
  let at = 0;

  function refuse(what) {
    throw new RangeError(`line ${text.slice(0, at).split("\n").length}: ${what}`);
  }
  function take(pattern) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  }
  const here = () => `“${text.slice(at, at + 24).split(/\r?\n/)[0].trim()}”`;

  function list(depth) {
    if (depth > DEEPEST) refuse("there are too many lists within lists.");
    const found = [];
    for (take(BLANK); text[at] !== "]"; take(BLANK)) {
      found.push(value(depth));
      take(BLANK);
      if (text[at] === ",") at += 1;
      else if (text[at] !== "]") refuse(at < text.length ? `${here()} stands where a comma or ] was expected.` : "the file ends within a list; ] was expected.");
    }
    at += 1;
    return found;
  }
  function value(depth = 0) {
    if (text[at] === "[") {
      at += 1;
      return list(depth + 1);
    }
    const number = take(NUMBER);
    if (number) return Number(number[0].replaceAll("_", ""));
    const name = take(NAME);
    if (name) return name[1] ?? name[2];
    const truth = take(TRUTH);
    if (truth) return truth[1] === "true";
    return refuse(at < text.length ? `${here()} is no number, no list and no name in quotes.` : "the file ends where a value was expected.");
  }

  const entries = new Table();
  const tables = new Set();
  let table = entries;
  for (take(BLANK); at < text.length; take(BLANK)) {
    const head = take(TABLE);
    const key = head ?? take(KEY);
    if (!key) refuse(`${here()} stands where a key or [[layer]] was expected.`);
    if (head) {
      if (entries.has(key[1]) && !tables.has(key[1])) refuse(`${key[1]} stands twice.`);
      table = new Table();
      tables.add(key[1]);
      entries.set(key[1], [...(entries.get(key[1]) ?? []), table]);
    } else {
      if (table.has(key[1])) refuse(`${key[1]} stands twice.`);
      const from = at;
      const found = value();
      table.set(key[1], found);
      if (typeof found === "number" && /[.e]/i.test(text.slice(from, at))) table.floats.set(key[1], text.slice(from, at));
    }
    if (!take(REST)) refuse(`${here()} stands where the line should end.`);
  }
  return entries;
}
