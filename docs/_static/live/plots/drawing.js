// Panels with curves, bars and points, drawn as the plots of the book are.

import { dragged } from "../controls.js";
import { element, shape } from "../dom.js";
import { placing } from "./axis.js";

const WIDTHS = { wide: 700, narrow: 340 };
const MARGIN = { left: 62, right: 16, top: 38, bottom: 46 };
const LETTER = 6.4; // about how wide one is
const MARKED = 12; // points of a curve up to which each has a mark
const MARKS = { circle: "m-2.6,0a2.6,2.6 0 1,0 5.2,0a2.6,2.6 0 1,0 -5.2,0", square: "m-2.4,-2.4h4.8v4.8h-4.8z" };

export const path = (className, points) => shape("path", { class: className, d: points.length ? `M${points.map((point) => point.map((each) => each.toFixed(1))).join("L")}` : "" });
export const text = (content, x, y, more = {}) => shape("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": "middle", ...more }, content);
export const box = (className, [left, right], [top, floor]) => shape("rect", { class: className, x: left.toFixed(1), y: top.toFixed(1), width: Math.max(0, right - left).toFixed(1), height: Math.max(0, floor - top).toFixed(1) });

function axes({ x, y }, { left, right, top, floor }, at) {
  const marks = [path("plot-axis", [[left, top], [left, floor], [right, floor]])];
  for (const [value, name] of x.ticks) marks.push(path("plot-axis", [[at.x(value), floor], [at.x(value), floor + 3]]), text(name, at.x(value), floor + 16));
  for (const [value, name] of y.ticks) marks.push(path("plot-axis", [[left - 3, at.y(value)], [left, at.y(value)]]), text(name, left - 6, at.y(value) + 4, { "text-anchor": "end" }));
  const middle = (top + floor) / 2;
  const side = left - MARGIN.left + 14;
  return [...marks, text(x.name, (left + right) / 2, floor + 38, { class: "plot-name" }), text(y.name, side, middle, { class: "plot-name", transform: `rotate(-90 ${side} ${middle.toFixed(1)})` })];
}

const classOf = ({ of, dashed, thin }) => `plot-line plot-of-${of}${dashed ? ` plot-${dashed}` : ""}${thin ? " plot-thin" : ""}`;

function curve(line, at) {
  const points = line.points.map(([x, y]) => [at.x(x), at.y(y)]).filter((point) => point.every(Number.isFinite));
  const made = [path(classOf(line), points)];
  if (line.mark && (line.each || points.length <= MARKED)) made.push(shape("path", { class: `plot-marks plot-of-${line.of}`, d: points.map((point) => `M${point.map((each) => each.toFixed(1))}${MARKS[line.mark]}`).join("") }));
  return made;
}

// What is drawn no farther than the axes go.
function within({ left, right, top, floor }, inside) {
  const [width, height] = [right - left, floor - top];
  return shape("svg", { class: "plot-within", x: left, y: top, width, height, viewBox: `${left} ${top} ${width} ${height}` }, ...inside);
}

// The names of the curves, above them.
function legend(lines, left) {
  let from = left + 8;
  return lines.filter(({ name }) => name).flatMap((line) => {
    const made = [path(classOf(line), [[from, 16], [from + 28, 16]]), text(line.name, from + 34, 20, { "text-anchor": "start" })];
    from += 34 + LETTER * line.name.length + 18;
    return made;
  });
}

function zone({ from, to, shade, says }, { top, floor }, at) {
  const [left, right] = [at.x(from), at.x(to)];
  return [box(`plot-zone plot-zone-${shade}`, [left, right], [top, floor]), ...says.map((each, n) => text(each, (left + right) / 2, top + 14 + 14 * n))];
}

// Draw a panel from the left to the right, and from the top on.
function panel(given, left, right, from) {
  const margin = { ...MARGIN, ...given.margin };
  const place = { left: left + margin.left, right: right - margin.right, top: from + margin.top, floor: from + given.height - margin.bottom };
  const at = { x: placing(given.x, place.left, place.right), y: placing(given.y, place.floor, place.top) };
  const { zones = [], edges = [], bars = [], lines = [] } = given;
  const curves = lines.flatMap((line) => curve(line, at));
  const made = [
    ...zones.flatMap((each) => zone(each, place, at)),
    ...edges.map((edge) => path("plot-edge", [[at.x(edge), place.top], [at.x(edge), place.floor]])),
    ...bars.map(({ x, width, y }) => box("plot-bar", [at.x(x - width / 2), at.x(x + width / 2)], [at.y(y), place.floor])),
    ...(given.bare ? [] : axes(given, place, at)),
    ...(given.more?.(at, place) ?? []),
    ...(given.within ? [within(place, curves)] : curves),
    ...legend(lines, place.left),
    ...(given.title ? [text(given.title, (place.left + place.right) / 2, place.top - 8, { class: "plot-name" })] : []),
  ];
  return { made, at, place };
}

const KEYS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };

// Return by how much a key moves a number; nothing, if it is another key.
export const stepOf = (event, { step, whole }) => event.key in KEYS && KEYS[event.key] * step * (event.shiftKey && !whole ? 0.1 : 1);

// What is dragged sideways, over a panel: it moves the number of an id.
function handle(id, { get, set, ends, numberOf }, scale) {
  const made = shape("rect", { class: "plot-handle", tabindex: 0, role: "slider" });
  let from;
  dragged(made, {
    begin() {
      made.focus({ preventScroll: true });
      from = get(id);
    },
    move: (by, fine) => set(id, from + (by * scale()) / (fine ? 10 : 1)),
    end() {},
    cancel: () => set(id, from),
  });
  made.addEventListener("keydown", (event) => {
    const step = stepOf(event, numberOf(id));
    if (step) set(id, get(id) + step);
    else if (event.key === "Home" || event.key === "End") set(id, ends(id)[event.key === "Home" ? 0 : 1]);
    else return;
    event.preventDefault();
  });
  return made;
}

// A dot that is dragged anywhere: `put` takes where it is, in pixels of the drawing.
function dot(svg, put) {
  const made = shape("circle", { class: "plot-dot", r: 7 });
  let held = false;
  made.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    made.setPointerCapture(event.pointerId);
    held = true;
  });
  made.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (!held) return;
    const { left, top, width } = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / width;
    put((clientX - left) * scale, (clientY - top) * scale);
  });
  for (const end of ["pointerup", "pointercancel"]) made.addEventListener(end, () => { held = false; });
  made.addEventListener("touchmove", (event) => event.preventDefault(), { passive: false });
  return made;
}

// Make a drawing. `actions` reads and changes the number of an id, which a panel may let be dragged.
export function drawing(actions) {
  const marks = shape("g", {});
  const svg = shape("svg", { class: "plot-drawing", role: "img" }, marks);
  let across;
  let grip;
  let point;
  let places;
  const scale = () => svg.viewBox.baseVal.width / svg.getBoundingClientRect().width / across;

  function drag({ drags }, { at, place }) {
    across = at.x(1) - at.x(0);
    if (!grip) svg.append(grip = handle(drags.id, actions, scale));
    svg.setAttribute("role", "group");
    const [low, high] = actions.ends(drags.id);
    for (const [key, value] of Object.entries({ x: place.left, y: place.top, width: place.right - place.left, height: place.floor - place.top, "aria-label": drags.name, "aria-valuenow": actions.get(drags.id), "aria-valuetext": drags.says, "aria-valuemin": low, "aria-valuemax": high })) grip.setAttribute(key, value);
  }

  // The dot stands for two numbers, each of which has its own slider.
  function move({ moves, x, y }, { at, place }) {
    places = { x: (px) => x.low + ((px - place.left) / (place.right - place.left)) * (x.high - x.low), y: (px) => y.low + ((px - place.floor) / (place.top - place.floor)) * (y.high - y.low) };
    if (!point) svg.append(point = dot(svg, (px, py) => actions.move({ [moves.ids[0]]: places.x(px), [moves.ids[1]]: places.y(py) })));
    point.setAttribute("cx", at.x(moves.at[0]).toFixed(1));
    point.setAttribute("cy", at.y(moves.at[1]).toFixed(1));
  }

  return {
    svg,
    // Draw panels side by side, or in a narrow window one below the other.
    draw(panels, wide, says) {
      const width = WIDTHS[wide ? "wide" : "narrow"];
      const share = wide ? width / panels.length : width;
      let below = 0;
      const made = panels.map((each, n) => {
        const drawn = panel(each, wide ? n * share : 0, wide ? (n + 1) * share : width, below);
        if (!wide || n === panels.length - 1) below += each.height;
        if (each.drags) drag(each, drawn);
        if (each.moves) move(each, drawn);
        return drawn;
      });
      svg.setAttribute("viewBox", `0 0 ${width} ${below}`);
      svg.style.maxWidth = `${Math.round(width * 1.1)}px`;
      svg.setAttribute("aria-label", says);
      marks.replaceChildren(...made.flatMap((each) => each.made));
    },
  };
}

// The style of the drawings, which comes when it is asked for.
export function styled() {
  const address = new URL("plots.css", import.meta.url).href;
  const sheet = element("link", { rel: "stylesheet", href: address });
  return new Promise((done, failed) => {
    sheet.addEventListener("load", done);
    sheet.addEventListener("error", () => { sheet.remove(); failed(new Error(address)); });
    document.head.append(sheet);
  });
}
