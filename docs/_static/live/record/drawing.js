// The graph of what is recorded, drawn as the book's: each variable with its value and its gradient, each use with its share.

import { dragged, moved } from "../controls.js";
import { element, shape } from "../dom.js";
import { MOST } from "../state.js";
import { short } from "./steps.js";

const KEYS = { ArrowUp: 10, ArrowRight: 10, ArrowDown: -10, ArrowLeft: -10, PageUp: 100, PageDown: -100 };
const TIP = [6.6, 2.4]; // of an arrow: its length, and half its width

const text = (content, x, y, className = "record-number") => shape("text", { x, y: y + 4, class: className, "text-anchor": "middle" }, content);
const rect = (className, x, y, width, height) => shape("rect", { x: x - width / 2, y: y - height / 2, width, height, class: className });

function arrow([x0, y0], [x1, y1]) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const [back, half] = TIP;
  const wing = (side) => `${(x1 - ux * back - uy * half * side).toFixed(1)},${(y1 - uy * back + ux * half * side).toFixed(1)}`;
  return shape("path", { class: "record-tip", d: `M${x1},${y1}L${wing(1)}L${wing(-1)}z` });
}

// A line of a use, and the shares that came back along it: of a + a, there are two.
function use([from, to, points, sides], { recorded, shares, now }, wide) {
  if (to >= recorded) return [];
  const own = shares.filter((each) => each.from === to && each.to === from);
  const lit = own.includes(now) ? " record-lit" : "";
  return [
    shape("path", { class: `record-use${lit}`, d: `M${points.join("L")}` }),
    arrow(...points.slice(-2)),
    ...own.map((each, n) => text(`${wide ? "←" : "↑"} ${short(each.share)}`, ...sides[n], `record-share${each === now ? " record-lit" : ""}`)),
  ];
}

function variable([x, y], [width, half, name], { title, record, gradient, isThere, lit }) {
  const ahead = isThere ? "" : " record-ahead";
  const middle = y + half;
  return [
    text(title, x, y - half / 2 - name / 2, `record-title${ahead}`),
    rect(`record-${record.isLeaf ? "weight" : "linear"}${ahead}${lit === "value" ? " record-lit" : ""}`, x, y, width, half),
    rect(`record-gradient${ahead}${lit === "gradient" ? " record-lit" : ""}`, x, middle, width, half),
    ...(isThere ? [text(short(record.value), x, y)] : []),
    ...(gradient === undefined ? [] : [text(short(gradient), x, middle)]),
  ];
}

// The control of a leaf: its number is dragged sideways, or moved by keys.
function handle(place, [x, y], [width, half], name, { get, set, type }) {
  const made = shape("g", { class: "live-number", tabindex: 0, role: "spinbutton", "aria-label": `leaf ${name}`, "aria-valuemin": -MOST, "aria-valuemax": MOST }, rect("live-reach", x, y, width, half), rect("live-frame", x, y, width - 10, half - 7));
  let from;
  dragged(made, {
    begin() {
      made.focus({ preventScroll: true });
      from = get(place);
    },
    move: (by, fine) => set(place, moved(from, by, fine)),
    end() {},
    cancel: () => set(place, from),
  });
  made.addEventListener("dblclick", () => type(place));
  made.addEventListener("keydown", (event) => {
    if (event.key === "Enter") type(place);
    else if (event.key in KEYS) set(place, moved(get(place), KEYS[event.key] / (event.shiftKey ? 10 : 1)));
    else return;
    event.preventDefault();
  });
  return made;
}

// Make a drawing. `actions` reads and changes the leaves, and lets one be typed.
export function drawing(actions, box) {
  const [marks, controls] = [shape("g", {}), shape("g", { class: "live-numbers" })];
  const svg = shape("svg", { class: "record-drawing", role: "group" }, marks, controls);
  let handles = [];
  let drawn;

  function begin(layout, names, leaves) {
    const [width, height] = layout.size;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.style.maxWidth = `${Math.round(width * 1.1)}px`;
    handles = layout.at.slice(0, leaves).map((at, place) => handle(place, at, box, names[place], actions));
    controls.replaceChildren(...handles);
    drawn = layout;
  }

  return {
    svg,
    focus: () => handles[0].focus({ preventScroll: true }),
    draw(layout, { titles, names }, { records }, there, wide, says) {
      if (layout !== drawn) begin(layout, names, records.filter(({ isLeaf }) => isLeaf).length);
      const { recorded, gradients, now } = there;
      const litOf = (place) => (now ? now.to === place && "gradient" : place === recorded - 1 && "value");
      marks.replaceChildren(
        ...layout.edges.flatMap((edge) => use(edge, there, wide)),
        ...records.flatMap((record, place) => variable(layout.at[place], box, { title: titles[place], record, gradient: gradients.get(place), isThere: place < recorded, lit: litOf(place) })),
      );
      handles.forEach((each, place) => {
        each.setAttribute("aria-valuenow", records[place].value);
        each.setAttribute("aria-valuetext", `${String(records[place].value).replace("-", "−")}. ${says}`);
      });
      svg.setAttribute("aria-label", says);
    },
  };
}

// The style of the drawing, which comes when it is asked for.
export function styled() {
  const address = new URL("record.css", import.meta.url).href;
  const sheet = element("link", { rel: "stylesheet", href: address });
  return new Promise((done, failed) => {
    sheet.addEventListener("load", done);
    sheet.addEventListener("error", () => { sheet.remove(); failed(new Error(address)); });
    document.head.append(sheet);
  });
}
