// A curve, a point on it with its tangent, and a push from there: drawn as the plots of the book are.

import { dragged } from "../controls.js";
import { element, shape } from "../dom.js";
import { ticks } from "../plots/axis.js";

const SIZES = { wide: [700, 300], narrow: [340, 300] };
const MARGIN = { left: 58, right: 16, top: 46, bottom: 46 };
const ROOM = 0.08; // above and below a curve, as a share of its height
const LANE = 22; // where the push is drawn, above the curve
const APART = 7; // between what is promised and what happens, in pixels
const KEYS = { ArrowUp: 0.1, ArrowRight: 0.1, ArrowDown: -0.1, ArrowLeft: -0.1, PageUp: 1, PageDown: -1 };

const line = (className, ...points) => shape("path", { class: className, d: `M${points.map((point) => point.map((each) => each.toFixed(1))).join("L")}` });
const text = (content, x, y, more = {}) => shape("text", { x, y, "text-anchor": "middle", ...more }, content);

// Return what turns numbers into places: within the window of the curve, as far as it shows them.
function placing(points, [low, high], wide, slopes) {
  const [width, height] = SIZES[wide ? "wide" : "narrow"];
  const all = points.flatMap(({ value, slope }) => (slopes ? [value, slope] : [value])).filter(Number.isFinite);
  const [least, most] = all.length ? [Math.min(...all), Math.max(...all)] : [0, 1];
  const room = ROOM * (most - least || 1);
  const [bottom, top] = [least - room, most + room];
  const across = (width - MARGIN.left - MARGIN.right) / (high - low);
  const up = (height - MARGIN.top - MARGIN.bottom) / (top - bottom);
  return {
    width, height, low, high, least, most, bottom, top, across,
    x: (value) => MARGIN.left + (value - low) * across,
    y: (value) => height - MARGIN.bottom - (Math.max(bottom, Math.min(top, value)) - bottom) * up,
  };
}

function axes({ width, height, low, high, bottom, top, x, y }, wide, names) {
  const [floor, ends] = [height - MARGIN.bottom, width - MARGIN.right];
  const marks = [line("push-axis", [MARGIN.left, MARGIN.top], [MARGIN.left, floor], [ends, floor])];
  for (const [at, name] of ticks(low, high, wide ? 9 : 5)) marks.push(line("push-axis", [x(at), floor], [x(at), floor + 3]), text(name, x(at), floor + 16));
  for (const [at, name] of ticks(bottom, top, 6)) marks.push(line("push-axis", [MARGIN.left - 3, y(at)], [MARGIN.left, y(at)]), text(name, MARGIN.left - 6, y(at) + 4, { "text-anchor": "end" }));
  const middle = (MARGIN.top + floor) / 2;
  return [...marks, text(names.x, (MARGIN.left + ends) / 2, height - 8, { class: "push-name" }), text(names.y, 14, middle, { class: "push-name", transform: `rotate(-90 14 ${middle.toFixed(1)})` })];
}

// The part of the tangent that stays beside the curve.
function tangent({ low, high, least, most, x, y }, { here, value, slope }) {
  const ends = [low, high].map((at) => Math.max(least, Math.min(most, value + slope * (at - here))));
  const places = ends.map((end, n) => (slope ? here + (end - value) / slope : [low, high][n]));
  return places.map((at, n) => [x(at), y(ends[n])]);
}

// What goes on where the drawing ends is pointed at.
function beyond({ top, bottom, y }, className, x, value) {
  if (value <= top && value >= bottom) return [];
  const [at, back] = [y(value), value > top ? 8 : -8];
  return [shape("path", { class: `push-beyond ${className}`, d: `M${x.toFixed(1)} ${(at - back).toFixed(1)}l6 ${back}h-12z` })];
}

function marks(places, words, { here, push, value, slope, after, promised }) {
  const { x, y, height, bottom } = places;
  const [at, end, level] = [x(here), x(here + push), y(value)];
  const side = push < 0 ? -APART : APART;
  return [
    line("push-dotted", [MARGIN.left, level], [at, level], [at, y(bottom)]),
    line(`push-tangent push-of-${words.tangent}`, ...tangent(places, { here, value, slope })),
    line("push-level", [at, level], [end + side, level]),
    line("push-level", [end, LANE], [end, height - MARGIN.bottom]),
    line("push-promised push-of-gradient", [end, level], [end, y(value + promised)]),
    line("push-left push-of-error", [end, y(value + promised)], [end, y(after)]),
    ...beyond(places, "push-of-gradient", end, value + promised),
    line(`push-moved push-of-${words.color}`, [end + side, level], [end + side, y(after)]),
    line("push-lane", [at, LANE], [end, LANE]),
    line("push-lane", [at, LANE - 6], [at, LANE + 6]),
    text("push", (at + end) / 2, LANE - 10),
  ];
}

function handle(name, radius, { get, set, scale, ends }) {
  const made = shape("g", { class: `push-handle push-handle-${name}`, tabindex: 0, role: "slider" }, shape("circle", { class: "live-reach", r: 19 }), shape("circle", { class: "push-ring", r: radius + 4 }), shape("circle", { class: "push-grip", r: radius }));
  const rounded = (value, fine) => Number(value.toFixed(fine ? 3 : 2));
  let from;
  dragged(made, {
    begin() {
      made.focus({ preventScroll: true });
      from = get();
    },
    move: (by, fine) => set(rounded(from + (by * scale()) / (fine ? 10 : 1), fine)),
    end() {},
    cancel: () => set(from),
  });
  made.addEventListener("keydown", (event) => {
    if (event.key in KEYS) set(rounded(get() + KEYS[event.key] / (event.shiftKey ? 10 : 1), true));
    else if (event.key === "Home" || event.key === "End") set(ends()[event.key === "Home" ? 0 : 1]);
    else return;
    event.preventDefault();
  });
  return made;
}

// Make a drawing with two handles. `actions` reads and changes what each of them moves, and says between which ends.
export function drawing(words, actions) {
  const [back, front] = [shape("g", {}), shape("g", {})];
  const svg = shape("svg", { class: "push-drawing", role: "group" }, back, front);
  let places;
  const scale = () => svg.viewBox.baseVal.width / svg.getBoundingClientRect().width / places.across;
  const [push, number] = [handle("push", 6, { ...actions.push, scale }), handle("number", 6.5, { ...actions.number, scale })];
  number.classList.add(`push-of-${words.color}`);
  const after = shape("circle", { class: `push-after push-of-${words.color}`, r: 4.5 });
  svg.append(after, push, number);

  function tell(made, name, value, said, [low, high]) {
    for (const [key, content] of Object.entries({ "aria-label": name, "aria-valuenow": value, "aria-valuetext": said, "aria-valuemin": low, "aria-valuemax": high })) made.setAttribute(key, content);
  }

  return {
    svg,
    focus: () => number.focus({ preventScroll: true }),
    // Draw the curve of a number, between the ends of its axis.
    curve(points, range, wide, name) {
      places = placing(points, range, wide, words.slopes);
      const { width, height, x, y } = places;
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.style.maxWidth = `${Math.round(width * 1.1)}px`;
      const lines = [line(`push-curve push-of-${words.color}`, ...points.map((point) => [x(point.x), y(point.value)]))];
      if (words.slopes) lines.push(line(`push-slopes push-of-${words.color}`, ...points.map((point) => [x(point.x), y(point.slope)])));
      back.replaceChildren(...axes(places, wide, { x: name, y: words.thing }), ...lines);
    },
    // Draw what is at a point, and what a push from there does; `texts` says both in words.
    point(found, texts) {
      const { x, y } = places;
      front.replaceChildren(...marks(places, words, found));
      if (words.slopes) front.append(shape("circle", { class: `push-slope push-of-${words.color}`, cx: x(found.here), cy: y(found.slope), r: 4 }));
      after.setAttribute("transform", `translate(${x(found.here + found.push).toFixed(1)} ${y(found.after).toFixed(1)})`);
      push.setAttribute("transform", `translate(${x(found.here + found.push).toFixed(1)} ${LANE})`);
      number.setAttribute("transform", `translate(${x(found.here).toFixed(1)} ${y(found.value).toFixed(1)})`);
      svg.setAttribute("aria-label", texts.all);
      tell(number, texts.name, found.here, texts.number, actions.number.ends());
      tell(push, "push", found.push, texts.push, actions.push.ends());
    },
  };
}

// The style of the drawing, which comes when it is asked for.
export function styled() {
  const address = new URL("push.css", import.meta.url).href;
  const sheet = element("link", { rel: "stylesheet", href: address });
  return new Promise((done, failed) => {
    sheet.addEventListener("load", done);
    sheet.addEventListener("error", () => { sheet.remove(); failed(new Error(address)); });
    document.head.append(sheet);
  });
}
