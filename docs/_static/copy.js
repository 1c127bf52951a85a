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

  function offer(box, whole, words, name, text) {
    const button = document.createElement("button");
    button.className = "copy";
    button.type = "button";
    button.textContent = words;
    button.setAttribute("aria-label", name);
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

  for (const box of document.querySelectorAll("div.math")) {
    const formula = () => box.querySelector(".formula math");
    offer(box, () => formula().parentElement, "LaTeX", "Copy this formula as LaTeX", () => latex(formula()));
  }
  for (const listing of document.querySelectorAll(".highlight pre")) {
    const kind = listing.closest(".cell_output") ? "output" : "code";
    offer(listing.parentElement, () => listing, "copy", `Copy this ${kind}`, () => codeOf(listing));
  }
}
