// The line of a listing, and the row of a sheet, of the quantity at which a figure steps.

import { element } from "../dom.js";

const RULE = /^def (\w+)/m;
const lines = await (await fetch(new URL("lines.json", import.meta.url))).json();

// Return what a reader has changed in the figure that steps, as its link has it.
function changes() {
  const link = document.querySelector(".live-lit")?.closest(".bp-picture").querySelector(".live-link");
  return link && !link.hidden ? link.hash : "";
}

// Return the lines that give a quantity, the innermost first: the one of a layer's kind, where its linear part is. The listings
// have the book's activation and cost.
function linesOf(id, values, changed) {
  const [, kind, layer = "", node] = /^([a-z]+)(\d*)\.?(.*)$/.exec(id);
  const last = !values.has(`z${Number(layer) + 1}.1`);
  const place = { "": "", 0: " inputs" }[layer] ?? (last ? " last" : "");
  const others = [["activation=", ["a", "slope"]], ["cost=", ["cost", "da last"]]];
  if (others.some(([chosen, kinds]) => changed.includes(chosen) && kinds.some((each) => each === kind || each === kind + place))) return [];
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

function go(place, focused) {
  place.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "auto", block: "center" });
  focused.focus({ preventScroll: true });
}

const BACK = "step-back";

// A link to a place that is lit, which has no address of its own, and there one that leads back.
function lead(text, place) {
  const back = element("button", { type: "button", textContent: "Back to the figure", className: BACK });
  const link = element("button", { type: "button", textContent: text });
  back.addEventListener("click", () => {
    back.remove();
    go(link, link);
  });
  link.addEventListener("click", () => {
    for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    (place.closest("table") ?? place).after(back);
    go(place, back);
  });
  return link;
}

// Light what belongs to a quantity, and return what leads there; nothing, to take the light away.
export function light(id, values) {
  unlight("step-line");
  unlight("step-row");
  document.querySelector(`.${BACK}`)?.remove();
  if (!id) return [];
  const changed = changes();
  const place = linesOf(id, values, changed).map(listed).find(Boolean);
  const row = changed ? undefined : rowOf(id); // a sheet has the book's numbers
  if (place) {
    place.box.classList.add("step-line");
    place.box.style.setProperty("--step-line", place.at);
  }
  row?.classList.add("step-row");
  return [...(place ? [lead("Its line in the listing", place.box)] : []), ...(row ? [lead("Its row of the sheet", row)] : [])];
}
