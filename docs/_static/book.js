// What is too wide for the page scrolls in a box of its own; let the keyboard reach that box, where it scrolls.
for (const box of document.querySelectorAll(".formula, .highlight pre, .output, .table-wrapper, .bp-landscape, .bp-portrait"))
  new ResizeObserver(() => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }).observe(box);
