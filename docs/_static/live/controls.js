// The numbers of a picture as controls: a frame around each that can be dragged sideways, or moved by keys.

import { shape } from "./dom.js";
import { threeDigits } from "./number.js";
import { MOST, nameOf, valueOf } from "./state.js";
import { hooked } from "./marks.js";

const FRAME = 15; // how high a frame is, in pixels of the picture
const WIDE = [48, 42]; // how wide it is in a mark, and in a table, whose columns are closer
const REACH = [20, 38]; // how high what is touched is: around a line, and around two lines
const MIDDLE = 3.8; // from the baseline of a number up to the middle of its digits
const LINE = 16; // from a symbol down to the number below it
const SURE = 4; // pixels after which it is plain where a finger goes
const KEYS = { ArrowUp: 10, ArrowRight: 10, ArrowDown: -10, ArrowLeft: -10, PageUp: 100, PageDown: -100 };

function box(x, y, width, height, className) {
  return shape("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 4, class: className });
}

// How far a number moves with a pixel: a hundredth, or more where it is large.
const unit = (value, fine) => 10 ** (Math.max(-2, Math.floor(Math.log10(Math.abs(value) || 1)) - 2) - (fine ? 1 : 0));

// Return a number after a move by so many units, without the digits that binary fractions leave.
export function moved(value, units, fine) {
  const step = unit(value, fine);
  const decimals = Math.max(0, -Math.round(Math.log10(step)), (String(value).split(".")[1] ?? "").length);
  const next = Number((value + units * step).toFixed(Math.min(decimals, 12)));
  const most = Math.max(MOST, Math.abs(value)); // steps downhill may have gone farther
  return Math.max(-most, Math.min(most, next));
}

// Have something dragged sideways: `move` takes how far it is from where it began, in pixels, and whether steps are small.
export function dragged(handle, { begin, move, end, cancel }) {
  let start;
  handle.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    begin();
    start = { x: event.clientX, y: event.clientY, sure: event.pointerType === "mouse" };
  });
  // A finger that goes up or down scrolls the page.
  function decide({ clientX, clientY }) {
    const [x, y] = [Math.abs(clientX - start.x), Math.abs(clientY - start.y)];
    if (Math.max(x, y) < SURE) return;
    start = x > y ? { ...start, sure: true } : undefined;
  }
  handle.addEventListener("pointermove", (event) => {
    if (start && !start.sure) decide(event);
    if (start?.sure) move(event.clientX - start.x, event.shiftKey);
  });
  // Browsers ask this event whether they scroll: they read no `touch-action` within a drawing.
  handle.addEventListener("touchmove", (event) => start?.sure && event.preventDefault(), { passive: false });
  handle.addEventListener("pointerup", () => {
    if (start) end();
    start = undefined;
  });
  handle.addEventListener("pointercancel", () => {
    if (start) cancel();
    start = undefined;
  });
}

// Make the control of a number: `get` and `set` read and change it, `choose` says that it is the one that is looked at.
function control(text, id, first, { get, set, choose, type, point }) {
  const [x, y] = ["x", "y"].map((name) => Number(text.getAttribute(name)));
  const above = [...text.closest("svg").querySelectorAll(`text[x="${text.getAttribute("x")}"]`)];
  const two = above.some((other) => Math.abs(Number(other.getAttribute("y")) + LINE - y) < 0.2);
  const width = WIDE[two ? 0 : 1];
  const reach = box(x, y - MIDDLE - (two ? LINE / 2 : 0), width + 2, REACH[two ? 1 : 0], "live-reach");
  const handle = shape("g", { class: "live-number" }, reach, box(x, y - MIDDLE, width, FRAME, "live-frame"));
  handle.dataset.id = id;
  if (first) {
    for (const [name, value] of Object.entries({ tabindex: 0, role: "spinbutton", "aria-label": nameOf(id), "aria-valuemin": -MOST, "aria-valuemax": MOST }))
      handle.setAttribute(name, value);
  } else handle.setAttribute("aria-hidden", true); // the same number stands here twice
  let from;
  dragged(handle, {
    begin() {
      if (first) handle.focus({ preventScroll: true });
      choose(id);
      from = get(id);
    },
    move: (by, fine) => set(id, moved(from, by, fine)),
    end: () => get(id) === from && point(id),
    cancel: () => get(id) !== from && set(id, from),
  });
  handle.addEventListener("focus", () => choose(id));
  handle.addEventListener("dblclick", () => type(id));
  handle.addEventListener("keydown", (event) => {
    if (event.key === "Enter") type(id);
    else if (event.key in KEYS) set(id, moved(get(id), KEYS[event.key] / (event.shiftKey ? 10 : 1)));
    else return;
    event.preventDefault();
  });
  return handle;
}

// Put a control over each number of a picture that can be changed, in both views. Return what says their values, marks the one
// that is looked at, and takes all away.
export function controls(picture, ids, actions) {
  const made = [];
  for (const svg of hooked(picture, "svg:not(:empty)")) {
    const layer = shape("g", { class: "live-numbers" });
    const seen = new Set();
    for (const text of svg.querySelectorAll("text[data-q]")) {
      const id = text.dataset.q;
      if (!ids.includes(id)) continue;
      made.push(control(text, id, !seen.has(id), actions));
      layer.append(made.at(-1));
      seen.add(id);
    }
    svg.append(layer);
  }
  return {
    say(state) {
      for (const handle of made) {
        const value = valueOf(state, handle.dataset.id);
        handle.setAttribute("aria-valuenow", value);
        handle.setAttribute("aria-valuetext", threeDigits(value));
      }
    },
    mark(id) {
      for (const handle of made) handle.classList.toggle("live-chosen", handle.dataset.id === id);
    },
    // Let the keyboard be where its arrows change a number; say whether there is one.
    focus() {
      const first = made.find((handle) => handle.hasAttribute("tabindex") && handle.checkVisibility());
      first?.focus({ preventScroll: true });
      return Boolean(first);
    },
    remove() {
      for (const handle of made) handle.parentNode?.remove();
    },
  };
}
