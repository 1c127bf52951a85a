// The line of a listing, and the row of a sheet, of the quantity at which a figure steps.

import { element } from "../dom.js";

const RULE = /^def (\w+)/m;
const lines = await (await fetch(new URL("lines.json", import.meta.url))).json();

// Return the lines that give a quantity, the innermost first: the one of a layer's kind, where its linear part is.
function linesOf(id, values) {
  const [, kind, layer = "", node] = /^([a-z]+)(\d*)\.?(.*)$/.exec(id);
  const last = !values.has(`z${Number(layer) + 1}.1`);
  const place = { "": "", 0: " inputs" }[layer] ?? (last ? " last" : "");
  return lines[kind + place]?.[values.get(`z${layer}.${node}`) < 0 ? 0 : 1] ?? [];
}

// Return where a line stands in the listings of the page: the listing, and which line of it.
function listed([rule, line]) {
  for (const box of document.querySelectorAll(".literal-block-wrapper:has(> .rule)")) {
    const text = box.querySelector("pre").textContent;
    const at = RULE.exec(text)?.[1] === rule ? text.split("\n").indexOf(line) : -1;
    if (at >= 0) return { box, at };
  }
  return undefined;
}

const rowOf = (id) => [...document.querySelectorAll(`tr[data-q="${id}"]`)].find((row) => row.checkVisibility({ checkVisibilityCSS: true }) || row.closest("details"));

function unlight(className) {
  for (const place of document.querySelectorAll(`.${className}`)) place.classList.remove(className);
}

// A link to a place that is lit, which has no address of its own.
function lead(text, place) {
  const link = element("button", { type: "button", textContent: text });
  link.addEventListener("click", () => {
    for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    place.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "auto", block: "center" });
  });
  return link;
}

// Light what belongs to a quantity, and return what leads there; nothing, to take the light away.
export function light(id, values) {
  unlight("step-line");
  unlight("step-row");
  if (!id) return [];
  const place = linesOf(id, values).map(listed).find(Boolean);
  const row = rowOf(id);
  if (place) {
    place.box.classList.add("step-line");
    place.box.style.setProperty("--step-line", place.at);
  }
  row?.classList.add("step-row");
  return [...(place ? [lead("Its line in the listing", place.box)] : []), ...(row ? [lead("Its row of the sheet", row)] : [])];
}
