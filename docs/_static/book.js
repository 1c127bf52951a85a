// What is too wide for the page scrolls in a box of its own; let the keyboard reach that box, where it scrolls.
for (const box of document.querySelectorAll(".formula, .highlight pre, .output, .table-wrapper, .bp-landscape, .bp-portrait"))
  new ResizeObserver(() => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }).observe(box);

// A link to a fold, or to what stands in it, opens it.
function openFold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}
addEventListener("hashchange", openFold);
openFold();
