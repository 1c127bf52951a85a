// What a reader chooses from a list: the activation, and the cost.

import { element } from "./dom.js";
import { roots } from "./marks.js";

// Return the lists by what is chosen, each with the name that the rules know and the one that people say. Where there are no
// targets, there is no cost.
export function offers(texts, hasTargets) {
  const lists = { activation: new Map(), ...(hasTargets ? { cost: new Map() } : {}) };
  for (const [id, title] of texts) {
    const [kind, name] = id.split(".");
    lists[kind]?.set(name, title);
  }
  return lists;
}

// Return the first of each list, which the book has.
export const firstOf = (lists) => Object.fromEntries(Object.entries(lists).map(([kind, list]) => [kind, list.keys().next().value]));

function* textsOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) if (!text.parentElement?.closest(".live-open")) yield text;
}

const word = (name) => new RegExp(`\\b${name}\\b`);

// Return what formulas call an activation: where it has a title, that stands behind it.
export const short = (title) => /\((.+)\)$/.exec(title)?.[1] ?? title;

// Return a text with another activation in the place of that of the book.
export const renamed = (text, book, name) => text.replace(word(book), name);

// Return a function that writes the name of the activation wherever a picture has that of the book.
export function naming(picture, book) {
  const places = roots(picture).flatMap((root) => [...textsOf(root)]).filter((text) => word(book).test(text.data)).map((text) => [text, text.data]);
  return (name) => {
    for (const [text, written] of places) text.data = renamed(written, book, name);
  };
}

function list(kind, titles, set) {
  const select = element("select", {}, ...Array.from(titles, ([value, textContent]) => element("option", { value, textContent })));
  select.addEventListener("change", () => set(kind, select.value));
  return select;
}

// Make the lists. `set` takes what is chosen.
export function choices(lists, set) {
  const selects = Object.entries(lists).map(([kind, titles]) => [kind, list(kind, titles, set)]);
  return {
    box: element("p", { className: "live-choices" }, ...selects.map(([kind, select]) => element("label", {}, `${kind} `, select))),
    show(state) {
      for (const [kind, select] of selects) select.value = state[kind];
    },
  };
}
