// What is copied can be read where it is put: a formula by itself is LaTeX, and MathML for programs that take it; within a
// sentence it is a line of Unicode. Marks, links to places and what only listeners hear are not copied.
"use strict";
{
  const LEFT_OUT = ".headerlink, .visually-hidden, .copy-formula, button, [popover], details.check, svg";

  const latex = (math) => math.querySelector("annotation").textContent;
  const outer = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);

  // Return what is selected as elements: a formula of which a part is selected, as a whole.
  function selected(range) {
    const within = outer(range.commonAncestorContainer).closest("math");
    const part = document.createElement("div");
    part.append(within ? within.cloneNode(true) : range.cloneContents());
    for (const each of part.querySelectorAll(LEFT_OUT)) each.remove();
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

  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (selection.isCollapsed || !event.clipboardData) return;
    const part = selected(selection.getRangeAt(0));
    if (!part.querySelector("math")) return;
    event.clipboardData.setData("text/plain", textOf(part));
    event.clipboardData.setData("text/html", part.innerHTML);
    event.preventDefault();
  });

  // A button beside each displayed formula.
  async function copyFormula(button, math) {
    try {
      await navigator.clipboard.writeText(latex(math));
      button.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(math.parentElement);
      button.textContent = document.execCommand("copy") ? "copied" : "select it, and copy";
    }
    setTimeout(() => { button.textContent = "LaTeX"; }, 1500);
  }

  for (const box of document.querySelectorAll("div.math")) {
    const button = document.createElement("button");
    button.className = "copy-formula";
    button.type = "button";
    button.textContent = "LaTeX";
    button.setAttribute("aria-label", "Copy this formula as LaTeX");
    button.addEventListener("click", () => copyFormula(button, box.querySelector(".formula math")));
    box.append(button);
  }
}
