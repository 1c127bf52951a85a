// A field for a few lines of Python: colored, with its lines numbered, and with marks at lines.

import { element } from "../dom.js";

const TOKENS = /(?<sd>r?"""[\s\S]*?(?:"""|$)|"[^"\n]*"?|'[^'\n]*'?)|(?<c1>#.*)|(?<k>\b(?:and|as|break|continue|def|elif|else|for|from|if|import|in|is|lambda|not|or|pass|return|while)\b)|(?<nb>\b(?:abs|enumerate|float|len|map|max|min|range|reversed|sum|tuple|zip)\b)|(?<mi>\b\d[\d.]*(?:e[+-]?\d+)?)/g;
const INDENT = 4;

// Return the parts of a text, each with the class of its color.
function* parts(text) {
  let end = 0;
  for (const found of text.matchAll(TOKENS)) {
    if (found.index > end) yield ["", text.slice(end, found.index)];
    yield [Object.entries(found.groups).find(([, part]) => part !== undefined)[0], found[0]];
    end = found.index + found[0].length;
  }
  yield ["", text.slice(end)];
}

function colored(text, marks) {
  const lines = [element("span", { className: "edit-line" })];
  for (const [kind, part] of parts(text)) {
    for (const [n, piece] of part.split("\n").entries()) {
      if (n) lines.push(element("span", { className: "edit-line" }));
      if (piece) lines.at(-1).append(kind ? element("span", { className: kind, textContent: piece }) : piece);
    }
  }
  for (const [line, kind] of marks) lines[line - 1]?.classList.add(kind);
  return lines;
}

// Put a text in the place of what is selected, so that it can be undone.
function insert(field, text) {
  field.focus();
  if (!document.execCommand("insertText", false, text)) field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
}

const lineBefore = (field) => field.value.slice(0, field.selectionStart).split("\n").at(-1);

function indent(field) {
  insert(field, " ".repeat(INDENT - (lineBefore(field).length % INDENT)));
}

function unindent(field) {
  const begin = field.selectionStart - lineBefore(field).length;
  const spaces = /^ {0,4}/.exec(field.value.slice(begin))[0].length;
  if (!spaces) return;
  const at = field.selectionStart;
  field.setSelectionRange(begin, begin + spaces);
  document.execCommand("delete");
  field.setSelectionRange(Math.max(begin, at - spaces), Math.max(begin, at - spaces));
}

function newLine(field) {
  const before = lineBefore(field);
  insert(field, `\n${/^ */.exec(before)[0]}${/:\s*$/.test(before) ? " ".repeat(INDENT) : ""}`);
}

// Make the field. `changed` is told of each change, and `leave` when Tab leaves the field the next time.
export function textField(text, { changed, leave, run }) {
  const field = element("textarea", { value: text, spellcheck: false, autocapitalize: "off", autocomplete: "off", wrap: "off" });
  const shown = element("pre", {});
  shown.setAttribute("aria-hidden", true);
  const box = element("div", { className: "edit-text highlight" }, shown, field);
  let marks = [];
  let leaves = false;
  const show = () => {
    shown.replaceChildren(...colored(field.value, marks));
    field.rows = shown.childElementCount;
  };
  field.addEventListener("input", () => {
    marks = [];
    field.removeAttribute("aria-invalid");
    show();
    changed();
  });
  field.addEventListener("blur", () => { leaves = false; });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      leaves = true;
      return leave();
    }
    if (event.key === "Tab" && leaves) return undefined;
    if (event.key !== "Shift") leaves = false;
    if (event.key === "Tab") (event.shiftKey ? unindent : indent)(field);
    else if (event.key === "Enter") event.ctrlKey || event.metaKey ? run() : newLine(field);
    else return undefined;
    return event.preventDefault();
  });
  show();
  return {
    box,
    field,
    // Put another text in; undoing it gives back the one before.
    put(other) {
      const before = document.activeElement;
      field.focus();
      field.select();
      insert(field, other);
      field.setSelectionRange(0, 0);
      before.focus();
    },
    // Mark lines, each with the class of its mark.
    mark(lines) {
      marks = lines;
      show();
    },
  };
}
