// A rule to write in the editor of rules, and which known mistake has the numbers of what was written.

import { open } from "../edit/editor.js";
import { number } from "../engine.js";

const AGREE = 1e-9; // by how much two numbers may differ that are the same, for a size of 1

// What the check found wrong: ids, each with its number.
const numbersOf = (found) => found.flatMap(({ wrong, value, step }) => [...wrong, value, step]).filter(Boolean).map(([id, given]) => [id, given]);

const isNear = (one, other) => Math.abs(one - other) <= AGREE * Math.max(1, Math.abs(other));
const isSame = ([id, given], [other, known]) => id === other && (given === known || isNear(number(given), number(known)));
const agree = (some, others) => some.length === others.length && some.every((each, n) => isSame(each, others[n]));

// Open the editor with what is given of a rule. `noted` hears whether what was written is right.
export async function write(box, opener, { file, name, mistakes, numbers }, noted) {
  const text = `${box.querySelector(".rule pre").textContent.trimEnd()}\n    `;
  function judge({ right, sentence }, { found }) {
    noted(right);
    const known = numbers.findIndex((each) => agree(numbersOf(found), each));
    if (right) return sentence.replace(/Right:.*/, "Right: it gives the book’s numbers.");
    return known < 0 ? sentence : `${sentence} ${mistakes[known]}`;
  }
  const made = await open(box, opener, { file, name, text, judge });
  if (!made) return; // it was open
  made.field.setAttribute("aria-label", `The rule ${name}, to be written`);
  made.field.setSelectionRange(text.length, text.length);
}
