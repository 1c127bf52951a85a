// Step by step: the quantities of a figure in the order in which the rules find them, each with its formula.

import { bring, button, element } from "./dom.js";
import { same, threeDigits } from "./number.js";
import { hooked } from "./marks.js";

// What a figure is about: the gradient if it shows one, else errors if it shows them, else the values.
const ABOUT = [/^d[wb]/, /^(da|slope|delta|db)/, /^(z|a|cost)/];

// Return the symbols of quantities, as the words of the picture have them in the reader's notation.
export function symbols(picture) {
  const found = new Map();
  for (const line of picture.querySelectorAll("li[data-q]")) {
    const equations = line.textContent.replace(/\.$/, "").split("; ");
    line.dataset.q.split(" ").forEach((id, place) => {
      const [name] = equations[place].split(" = ");
      found.set(id, name.slice(name.lastIndexOf(" ") + 1));
    });
  }
  return found;
}

// A negative number is in parentheses, but where the formula begins with it, or its parentheses do.
const within = (number, before) => (number.startsWith("−") && !/(^|\()$/.test(before) ? `(${number})` : number);

// Write a formula with other texts in the places of its ids; nothing if one is unknown.
export function put(formula, texts) {
  let known = true;
  const written = formula.replace(/\{([^{}]*)\}/g, (_, id, at) => {
    known &&= texts.has(id);
    return within(texts.get(id) ?? "", formula.slice(0, at));
  });
  return known ? written : "";
}

// Make the two buttons and the line with the formula. `formulas` asks for them, `values` for the numbers, and `ofBook` for those
// of the book's rules where a reader has changed some: formulas are the book's.
export function walk(picture, formulas, values, ofBook) {
  const shown = new Set(hooked(picture, "text[data-q]").map((text) => text.dataset.q));
  const kind = shown.has("dw1.1.1") ? ABOUT[0] : [...shown].some((id) => id.startsWith("delta")) ? ABOUT[1] : ABOUT[2];
  const line = element("p", { className: "live-formula", role: "status" });
  const places = element("p", { className: "live-places" });
  const back = button("Step back", () => move(-1));
  const next = button("Step", () => move(1));
  let at = -1;

  const order = () => [...values().keys()].filter((id) => shown.has(id) && kind.test(id));

  function light(id, parts) {
    for (const place of hooked(picture, "text[data-q], path[data-q]")) {
      place.classList.toggle("live-lit", place.dataset.q === id);
      place.classList.toggle("live-part", parts.includes(place.dataset.q));
    }
  }

  function say() {
    const id = order()[at];
    const formula = formulas().get(id);
    const numbers = new Map([...values()].map(([name, value]) => [name, threeDigits(value)]));
    const names = symbols(picture);
    const parts = Array.from(formula.matchAll(/\{([^{}]*)\}/g), ([, name]) => name);
    const book = ofBook() ?? values();
    const holds = [id, ...parts].every((name) => same(values().get(name), book.get(name)));
    const written = [names.get(id), ...(holds ? [put(formula, names), put(formula, numbers)] : []), numbers.get(id)];
    line.textContent = [...new Set(written.filter(Boolean))].join(" = ") + (holds ? "" : " by the changed rule");
    light(id, parts);
    beside(id);
  }

  // Light the line of a listing and the row of a sheet, where the page has them.
  const beside = async (id) => places.replaceChildren(...(await import("./step/lines.js")).light(id, values()));

  function move(by) {
    at = (at + by + order().length + (at < 0 && by < 0)) % order().length;
    say();
    bring(line);
  }

  return {
    box: element("span", { className: "live-walk" }, next, back),
    lines: [line, places],
    follow: () => { if (at >= 0) say(); },
    end() {
      if (at >= 0) beside("");
      at = -1;
      line.textContent = "";
      light("", []);
    },
  };
}
