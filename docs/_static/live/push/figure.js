// A plot of a slope whose point is moved, and pushed: what the tangent there promises, what happens, and what is left over.

import { element } from "../dom.js";
import { opening } from "../plots/opening.js";
import { changed, fromLink, ids as idsOf, pairs, shown, toLink, valueOf } from "../state.js";
import { drawing, styled } from "./drawing.js";
import { holding, panel } from "./panel.js";
import { rules } from "./rules.js";
import { numbers, outcome, sentence, wordsOf } from "./words.js";

const NARROW = "(max-width: 691.98px)"; // as the pictures of plots have it
const PART = 8; // of the axis: the push that a figure begins with
const LEAST = 1e-4; // the push below which rounding is what is left over

const plain = (value) => Number(value.toPrecision(12)); // without what binary fractions leave behind
const written = (value) => String(plain(value)).replace("-", "−");
const clamped = (value, [low, high]) => Math.max(low, Math.min(high, value));

// Make a figure ready, and return what opens and closes it. `name` is its name in links, `answer` asks the rules.
export async function figure(picture, button, name, answer) {
  await styled();
  const given = JSON.parse(picture.dataset.push);
  const { w, b, x, y } = given;
  const words = wordsOf(given.of);
  const asked = rules(given, answer);
  const ids = given.of === "cost" ? idsOf({ w, b, x: [], y: [] }) : [given.id];
  const range = (id) => (given.reach ? [-given.reach, given.reach].map((each) => plain(valueOf(given, id) + each)) : [given.low, given.high]);
  const book = { network: { w, b, x, y }, id: given.id, push: (range(given.id)[1] - range(given.id)[0]) / PART };
  const narrow = matchMedia(NARROW);
  const details = picture.querySelector(":scope > details");
  let state = book;
  let drawn;
  let points;
  let found;
  let awaited = false;
  let shows = 0;

  const here = () => valueOf(state.network, state.id);
  const pushes = () => range(state.id).map((end) => plain(end - here()));
  const actions = {
    number: {
      get: here,
      set: (value) => follow(moved(value)),
      ends: () => range(state.id),
    },
    push: {
      get: () => state.push,
      set: (value) => follow({ ...state, push: clamped(value, pushes()) }),
      ends: pushes,
    },
    choose: (id) => follow(within({ ...state, id })),
    turn: () => follow({ ...state, push: clamped(-state.push, pushes()) }),
    async halve() {
      if (Math.abs(state.push) / 2 < LEAST) return below.say("A push that is smaller leaves over what rounding leaves.");
      const before = found;
      await follow({ ...state, push: state.push / 2 });
      below.halved(before, found);
    },
  };

  // A push ends within the drawing.
  function within(next) {
    const value = valueOf(next.network, next.id);
    return { ...next, push: clamped(next.push, range(next.id).map((end) => plain(end - value))) };
  }
  const moved = (value) => within({ ...state, network: changed(state.network, state.id, clamped(value, range(state.id))) });

  const table = numbers(words);
  const scene = drawing(words, actions);
  const below = panel(words, ids, actions, table.table);
  const box = holding(below.box);

  // The curve is the same wherever its own number is.
  async function curve() {
    const key = JSON.stringify([changed(state.network, state.id, 0), state.id, narrow.matches]);
    if (key === drawn) return;
    const { network, id } = state;
    points = await asked.curve(network, id, range(id));
    scene.curve(points, range(id), !narrow.matches, words.nameOf(id));
    drawn = key;
  }

  async function show() {
    awaited = false;
    if (!plot.isOpen) return;
    const mine = shows += 1;
    await curve();
    const now = await asked.pushed(state);
    if (mine !== shows || !plot.isOpen) return; // somebody has asked again
    found = now;
    const all = sentence(words, state.id, found);
    const said = outcome(words, found);
    scene.point(found, { all, name: words.nameOf(state.id), number: `${written(found.here)}. ${said}`, push: `${written(found.push)}. ${said}` });
    table.show(found);
    details.replaceChildren(details.firstElementChild, element("p", { textContent: all }));
    const link = changes();
    below.show(state.id, link && `#live:${name}:${link}`);
  }
  function soon() {
    if (awaited) return awaited;
    awaited = new Promise((done) => requestAnimationFrame(() => done(show())));
    return awaited;
  }
  function follow(next) {
    state = next;
    below.say("");
    return soon();
  }

  // Write what differs from the book: `number=w1.2.1,push=0.5,w1.2.1=0.7`.
  function changes() {
    const own = ["id", "push"].filter((each) => state[each] !== book[each]).map((each) => `${each}=${state[each]}`);
    return [...own, toLink(state.network, book.network)].filter(Boolean).join(",");
  }
  function read(text) {
    const { id = book.id, push = book.push, ...rest } = Object.fromEntries(pairs(text));
    const network = fromLink(Object.entries(rest).map((each) => each.join("=")).join(), book.network);
    const next = { network, id, push: Number(push) };
    if (!ids.includes(next.id)) throw new RangeError(`no ${shown(next.id)} in this figure`);
    const outside = ids.find((id) => clamped(valueOf(network, id), range(id)) !== valueOf(network, id));
    if (outside) throw new RangeError(`${valueOf(network, outside)} is outside of the drawing`);
    if (within(next).push !== next.push) throw new RangeError(`a push of ${shown(push)} leads out of the drawing`);
    return next;
  }

  narrow.addEventListener("change", show);
  const plot = opening(picture, button, {
    box, details, scene, className: "push-open", focus: scene.focus, say: below.say, show,
    put: (changes) => { state = changes ? read(changes) : book; },
  });
  // The rules are others.
  function anew() {
    drawn = undefined;
    show();
  }
  return Object.assign(plot, { show: anew });
}
