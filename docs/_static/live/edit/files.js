// The files of the rules with what a reader has changed in them, and where an error of Python's is, in the reader's lines.

const NEXT = /^[^\s)]/; // a line of a file that begins something; the end of a signature begins with a parenthesis
const PLACE = /File "[^"]*\/literate_bp\/(nodes?\.py)", line (\d+)/g;

// Return where a rule begins, and the line after its last.
function extent(lines, name) {
  const first = lines.findIndex((line) => line.startsWith(`def ${name}(`));
  const next = lines.findIndex((line, n) => n > first && NEXT.test(line));
  let end = next < 0 ? lines.length : next;
  while (!lines[end - 1].trim()) end -= 1;
  return [first, end];
}

// Return the text of a file with changes, and where each of them begins and ends in it, in lines counted from 1.
export function compose(text, edits) {
  const lines = text.split("\n");
  const found = edits.map((edit) => ({ ...edit, extent: extent(lines, edit.name) })).sort((a, b) => a.extent[0] - b.extent[0]);
  const places = [];
  let moved = 0;
  for (const { name, text: changed, extent: [first, end] } of found) {
    const own = changed.split("\n");
    lines.splice(first + moved, end - first, ...own);
    places.push({ name, first: first + moved + 1, last: first + moved + own.length });
    moved += own.length - (end - first);
  }
  return { text: lines.join("\n"), places };
}

// Say what an error is, and in which line of which changed rule, if it is in one: `places` has those of each file.
export function located(traceback, places) {
  const said = traceback.trim().split("\n").at(-1).trim();
  const lines = [...traceback.matchAll(PLACE)].map(([, file, line]) => ({ file, line: Number(line) }));
  for (const { file, line } of lines.reverse()) {
    const found = places[file]?.find(({ first, last }) => first <= line && line <= last);
    if (found) return { said, rule: found.name, line: line - found.first + 1 };
  }
  return { said, ...begun(said, lines[0], places) };
}

// What a changed rule begins, and does not end, is found wrong after it.
function begun(said, at, places) {
  const found = /^(Syntax|Indentation)Error/.test(said) && places[at.file]?.findLast(({ last }) => last < at.line);
  return found && { rule: found.name, line: found.last - found.first + 1 };
}
