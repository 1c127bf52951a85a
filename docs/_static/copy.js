// What is copied can be read where it is put: a formula by itself is LaTeX, and MathML for programs that take it; within a
// sentence it is a line of Unicode. Marks, links to places and what only listeners hear are not copied.
"use strict";
{
  const LEFT_OUT = ".headerlink, .visually-hidden, button, [popover], details.check, svg";
  const UNSELECTED = ".linenos, .gp"; // numbers of lines, and prompts

  const latex = (math) => math.querySelector("annotation").textContent;
  const outer = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);

  // Return what is selected as elements: a formula of which a part is selected, as a whole.
  function selected(range) {
    const within = outer(range.commonAncestorContainer).closest("math");
    const part = document.createElement("div");
    part.append(within ? within.cloneNode(true) : range.cloneContents());
    for (const each of part.querySelectorAll(`${LEFT_OUT}, ${UNSELECTED}`)) each.remove();
    for (const each of part.querySelectorAll("math:not(:has(annotation))")) {
      // its end is not selected: the formula itself knows what it is
      const whole = [...document.querySelectorAll("math")].find((math) => math.dataset.text === each.dataset.text);
      if (whole) each.replaceWith(whole.cloneNode(true));
    }
    return part;
  }

  function textOf(part) {
    const formulas = [...part.querySelectorAll("math")];
    const rest = part.cloneNode(true);
    for (const math of rest.querySelectorAll("math")) math.remove();
    if (formulas.length === 1 && !rest.textContent.trim()) return latex(formulas[0]);
    const lines = part.cloneNode(true);
    for (const math of lines.querySelectorAll("math")) math.replaceWith(math.dataset.text);
    lines.className = "copied";
    document.body.append(lines);
    const text = lines.innerText;
    lines.remove();
    return text;
  }

  let given; // what a button copies, where a browser copies nothing but what is selected

  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (selection.isCollapsed || !event.clipboardData) return;
    if (given !== undefined) {
      event.clipboardData.setData("text/plain", given);
      event.preventDefault();
      return;
    }
    const range = selection.getRangeAt(0);
    const part = selected(range);
    if (!part.querySelector("math") && !range.cloneContents().querySelector(LEFT_OUT)) return;
    event.clipboardData.setData("text/plain", textOf(part));
    event.clipboardData.setData("text/html", part.innerHTML);
    event.preventDefault();
  });

  // A button beside each displayed formula, and each listing.
  async function copy(text, whole) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      getSelection().selectAllChildren(whole);
      given = text;
      const copied = document.execCommand("copy");
      given = undefined;
      return copied;
    }
  }

  const LONGEST = 72; // letters of a name
  const names = new Map();

  // Give each button the name of what it copies: two of one name are told apart by a number.
  function nameAll() {
    const seen = new Map();
    for (const [button, write] of names) {
      const name = write();
      const times = (seen.get(name) ?? 0) + 1;
      seen.set(name, times);
      button.setAttribute("aria-label", times > 1 ? `${name} (${times})` : name);
    }
  }

  const beginning = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST).trim()}…` : text);

  function offer(box, whole, words, name, text) {
    const button = document.createElement("button");
    button.className = "copy";
    button.type = "button";
    button.textContent = words;
    names.set(button, name);
    button.addEventListener("click", async () => {
      button.textContent = (await copy(text(), whole())) ? "copied" : "select it, and copy";
      document.querySelector(".notation-said").textContent = button.textContent;
      setTimeout(() => { button.textContent = words; }, 1500);
    });
    box.append(button);
  }

  // What a program answers is no code either.
  function codeOf(listing) {
    const code = listing.cloneNode(true);
    for (const each of code.querySelectorAll(`${UNSELECTED}, .go`)) each.remove();
    return code.textContent.replace(/\n$/, "");
  }

  // The line that says what a listing does: not that which tells a notebook how it is run.
  const firstLine = (code) => code.trim().replace(/^%%.*\n/, "").split("\n")[0];

  for (const box of document.querySelectorAll("div.math")) {
    const formula = () => box.querySelector(".formula math");
    const number = box.querySelector(".eqno")?.firstChild.textContent.trim();
    const name = () => `Copy formula ${number ?? beginning(formula().dataset.text)} as LaTeX`;
    offer(box, () => formula().parentElement, "LaTeX", name, () => latex(formula()));
  }
  for (const listing of document.querySelectorAll(".highlight pre")) {
    const number = listing.closest(".literal-block-wrapper")?.querySelector(".caption-number")?.textContent.trim();
    const kind = number ?? (listing.closest(".cell_output") ? "output" : "code");
    const name = () => `Copy ${kind}: ${beginning(firstLine(codeOf(listing)))}`;
    offer(listing.parentElement, () => listing, "copy", name, () => codeOf(listing));
  }
  nameAll();
  addEventListener("notation", nameAll); // formulas have other letters
}
