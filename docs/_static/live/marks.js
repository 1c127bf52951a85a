// What a figure shows of its quantities, wherever it shows them: the numbers in both views and in the words, and lines.

import { shape } from "./dom.js";
import { parts, threeDigits } from "./number.js";

const LEAD = /^.*[=×] (?=[^=×]*$)/s; // what stands before the number of a label: × σ′(z) = 0.248
const EQUAL = /= (−?[\d.]+(·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|−?∞|NaN)/g;
const RAISED = { size: 0.7, rise: 0.38 }; // in units of the font size, as `text_layout` has them
const WIDTHS = { "−": 0.72, ".": 0.245, "·": 0.282 };
const DIGIT = 0.495;
const ROOM = { cost: 31 }; // between the lines that meet its circle
const ROOM_OF_A_NUMBER = 41; // in a mark, and in the columns of tables, which are closer
const SMALLEST = 8.5;
const DASHES = [3.2, 2.2]; // in units of the width of a line

// The roots in which a figure has marks: those of the view that is not shown are in a template.
export const roots = (picture) => [picture, ...Array.from(picture.querySelectorAll("template"), (each) => each.content)];

export const hooked = (picture, selector) => roots(picture).flatMap((root) => [...root.querySelectorAll(selector)]);

const width = (text) => [...text].reduce((sum, each) => sum + (WIDTHS[each] ?? DIGIT), 0);

function raised(exponent, size) {
  return shape("tspan", { dy: -RAISED.rise * size, "font-size": RAISED.size * size }, exponent.replace("-", "−"));
}

// A label of a picture. What stands before its number stays; a number that is too long is written smaller.
function label(text, id) {
  const usual = Number(text.parentNode.getAttribute("font-size"));
  const before = [...text.childNodes].findLast((part) => LEAD.test(part.textContent));
  const lead = before ? LEAD.exec(before.textContent)[0] : "";
  return (value) => {
    const [digits, exponent] = parts(value);
    const shown = exponent === "" ? digits : `${digits}·10`;
    const room = (ROOM[id] ?? ROOM_OF_A_NUMBER) / (width(shown) + RAISED.size * width(exponent.replace("-", "−")));
    const size = lead ? usual : Math.max(SMALLEST, Math.min(usual, room));
    while (text.lastChild && text.lastChild !== before) text.lastChild.remove();
    if (before) before.textContent = lead + shown;
    else text.textContent = shown;
    if (size === usual) text.removeAttribute("font-size");
    else text.setAttribute("font-size", size);
    if (exponent !== "") text.append(raised(exponent, size));
  };
}

// A line of the words: its equations have the quantities that it names, in their order.
function words(line) {
  const names = line.dataset.q.split(" ");
  return (_, values) => {
    const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    let place = 0;
    const put = (before) => {
      const value = values.get(names[place]);
      place += 1;
      return value === undefined ? before : `= ${threeDigits(value)}`;
    };
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const now = text.data.replace(EQUAL, put);
      if (now !== text.data) text.data = now;
    }
  };
}

// The line of a weight, as wide as its derivative is large.
function line(path, id) {
  return (value, values) => {
    const wide = values.get(id.replace("dw", "width"));
    path.style.strokeWidth = wide;
    path.style.strokeDasharray = value < 0 ? DASHES.map((each) => each * wide).join(" ") : "none";
  };
}

// How the value of a quantity is written into an element of the figure; the outline of a mark has no number.
function writer(element, id) {
  if (element.localName === "text") return label(element, id);
  if (element.localName === "li") return words(element);
  return isLine(element) && id.startsWith("dw") ? line(element, id) : undefined;
}

const isLine = (path) => !path.getAttribute("d").includes("z");

// Return a function that writes all quantities into a figure. A number that has not changed is left as it is.
export function marks(picture) {
  const all = hooked(picture, "[data-q]").map((place) => ({ place, id: place.dataset.q, write: writer(place, place.dataset.q) }));
  let written = new Map();
  return (values) => {
    for (const { place, id, write } of all) {
      const same = Object.is(values.get(id), written.get(id));
      if (!same || place.localName !== "text") write?.(values.get(id), values);
    }
    written = values;
  };
}

// Return the sentence that says what a figure shows, with the numbers put in; some are sizes.
export const sentence = (template, values) => template.replace(/\{(\|?)([^{}|]*)\|?\}/g, (_, size, id) => {
  const value = values.get(id);
  return threeDigits(size ? Math.abs(value) : value);
});
