// Where the sheet stands on the page: the browser lays out the parts of it that are near the window.

import { element } from "../dom.js";

// Make the place, and what puts a sheet there.
export function sheetBox() {
  const box = element("div", { className: "net-sheet worked" });

  // A table that is wider than its place is moved by keys, too. Only one that is near has been laid out.
  const near = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) if (isIntersecting && target.scrollWidth > target.clientWidth) target.tabIndex = 0;
  }, { rootMargin: "200px" });
  return {
    box,
    put(html) {
      near.disconnect();
      box.innerHTML = html;
      // How high a part is, about, as long as it has not been laid out.
      for (const part of box.querySelectorAll(".net-part")) part.style.containIntrinsicBlockSize = `auto ${2 * part.querySelectorAll("tr").length}em`;
      for (const table of box.querySelectorAll("table")) near.observe(table);
    },
  };
}
