// What is too wide for the page scrolls in a box of its own; let the keyboard reach that box, where it scrolls.
for (const box of document.querySelectorAll(".formula, .highlight pre, .output, .table-wrapper, .bp-landscape, .bp-portrait"))
  new ResizeObserver(() => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }).observe(box);

// A diagram has the marks of the view that is shown in the tree, and those of the other in a template. Both are printed from.
for (const picture of document.querySelectorAll(".bp-picture:has(> template)")) {
  const [others] = picture.querySelector("template").content.children;
  const views = [...picture.querySelectorAll(":scope > div > svg")];
  const exchange = () => {
    const shown = views.find((view) => view.checkVisibility());
    if (!shown || shown.firstChild) return;
    const marks = [...others.childNodes];
    for (const view of views) others.append(...view.childNodes);
    shown.append(...marks);
  };
  exchange();
  new ResizeObserver(exchange).observe(picture);
  addEventListener("beforeprint", () => views.find((view) => !view.firstChild)?.append(...others.childNodes));
}

// A link to a fold, or to what stands in it, opens it.
function openFold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}
addEventListener("hashchange", openFold);
openFold();
