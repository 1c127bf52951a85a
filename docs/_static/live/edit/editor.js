// The editor of a rule: its text, what runs it, the deliberate bugs that it can have, and what the check finds.

import { button, element } from "../dom.js";
import { change, changedNames, Failed, listen, reset, Superseded } from "./rules.js";
import { textField } from "./text.js";
import { verdict } from "./verdict.js";

const HINT = "Run it, and the page’s figure obeys it. Tab indents; Escape, then Tab, leaves the text. The rule runs apart from this page, and nothing of it is kept.";
const UNDO = " Undo takes a bug out again.";
const opened = new Map();
let asked;
let count = 0;

// Return the examples with what is known of them, and the bugs; who asks again after a failure asks anew.
function data() {
  asked ??= fetch(new URL("edited.json", import.meta.url)).then((answer) => answer.json()).catch((problem) => {
    asked = undefined;
    throw problem;
  });
  return asked;
}

// The lines of a text that a piece of it takes, counted from 1.
function linesOf(text, piece) {
  const first = text.slice(0, text.indexOf(piece)).split("\n").length;
  return Array.from(piece.split("\n"), (_, n) => first + n);
}

function editor(box, opener, rule, known) {
  const own = known.bugs.filter(({ file, old }) => file === rule.file && rule.text.includes(old));
  let bug;
  const say = (text) => { said.textContent = text; };
  const text = textField(rule.text, { changed: typed, leave: () => say("Tab leaves the text now."), run });
  text.field.setAttribute("aria-label", `The rule ${rule.name}, to be changed`);
  const hint = element("p", { className: "edit-hint", textContent: HINT + (own.length ? UNDO : ""), id: `edit-hint-${count += 1}` });
  text.field.setAttribute("aria-describedby", hint.id);
  const said = element("p", { className: "edit-said", role: "status" });
  const found = element("div", { className: "edit-found" });
  const showMe = button("Show me", reveal);
  showMe.hidden = true;
  const figure = document.querySelector("figure[id]:has(.bp-picture[data-live])");
  const link = element("a", { href: `#${figure.id}`, textContent: "To the figure", hidden: true });
  const buttons = element("p", { className: "edit-buttons" }, button("Run", run), ...(own.length ? menu() : []), showMe, button("Reset", back), button("Close", close), link);
  const all = element("div", { className: "edit" }, text.box, hint, buttons, said, found);

  function menu() {
    const select = element("select", {}, ...own.map((_, n) => element("option", { value: n, textContent: `Bug ${n + 1}` })));
    select.setAttribute("aria-label", "A bug to put in");
    const putIn = button("Put it in", () => {
      bug = own[select.value];
      text.put(rule.text.replace(bug.old, () => bug.new));
      run();
    });
    return [select, putIn];
  }

  const hasBug = () => Boolean(bug) && text.field.value.includes(bug.new);

  function typed() {
    say("");
    found.replaceChildren();
    showMe.hidden = !hasBug();
  }

  async function run() {
    const now = text.field.value.trimEnd();
    if (rule.judge && now === rule.text.trimEnd()) return say("Write it first.");
    text.mark([]);
    text.field.removeAttribute("aria-invalid");
    say("It runs …");
    try {
      const result = await change(rule, now, known);
      const judged = verdict(result, known.costs, rule.name, changedNames());
      const planted = hasBug() && !judged.right;
      showMe.hidden = !planted;
      say(planted ? `${judged.sentence} A bug is in here: find it, and mend it.` : rule.judge?.(judged, result) ?? judged.sentence);
      found.replaceChildren(judged.box);
      link.hidden = false;
    } catch (problem) {
      if (problem instanceof Superseded) return;
      if (!(problem instanceof Failed)) throw problem;
      failed(problem);
    }
  }

  function failed({ message, rule: place, line }) {
    const here = place === rule.name;
    const elsewhere = place ? ` It is in ${place}, line ${line}.` : "";
    const where = here ? ` Line ${line} of the text.` : elsewhere;
    say(`${message}${/[.!?]$/.test(message) ? "" : "."}${where} The figure is gray: it still shows the numbers by the book’s rules.`);
    found.replaceChildren();
    link.hidden = false;
    text.field.setAttribute("aria-invalid", true);
    if (here) text.mark([[line, "edit-wrong"]]);
  }

  function reveal() {
    const lines = linesOf(text.field.value, bug.new);
    const places = lines.length > 1 ? `lines ${lines[0]} to ${lines.at(-1)}` : `line ${lines[0]}`;
    text.mark(lines.map((line) => [line, "edit-changed"]));
    say(`${bug.name.replace(/^[a-z]/, (letter) => letter.toUpperCase())}: ${places}. In the book it is ${bug.old}.`);
  }

  function back() {
    bug = undefined;
    showMe.hidden = link.hidden = true;
    text.put(rule.text);
    found.replaceChildren();
    reset(rule);
    say("The text is as it was; the figure obeys the book’s rule.");
  }

  function close() {
    reset(rule);
    unheard();
    all.remove();
    box.classList.remove("edit-opened");
    opened.delete(box);
    opener.focus();
  }

  const unheard = listen({
    wrong: (problem) => all.isConnected && (!problem.rule || problem.rule === rule.name) && failed(problem),
    stale(other) {
      if (other === rule.name || !said.textContent) return;
      found.replaceChildren();
      say(`${other} has changed since. Run this rule again.`);
    },
  });
  box.querySelector(".rule").after(all);
  box.classList.add("edit-opened");
  text.field.focus();
  text.field.setSelectionRange(0, 0);
  return text;
}

// Open the editor of a listing, or go to the one that is open.
export async function open(box, opener, rule) {
  if (opened.has(box)) return (await opened.get(box)).field.focus();
  const made = data().then((known) => editor(box, opener, rule, known));
  opened.set(box, made);
  made.catch(() => opened.delete(box));
  return made;
}
