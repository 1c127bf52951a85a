// A figure whose numbers are changed, by dragging, by keys, or by typing: the rules run again, and everything follows.

import { check } from "./check.js";
import { choices, firstOf, naming, offers, renamed, short } from "./choices.js";
import { controls } from "./controls.js";
import { button as buttonOf, element } from "./dom.js";
import { downhill } from "./downhill.js";
import { byBook, read, readTexts } from "./engine.js";
import { file, opener } from "./file.js";
import { hooked, marks, sentence } from "./marks.js";
import { panel } from "./panel.js";
import { isWeight, paths } from "./paths.js";
import { changed, fromLink, ids, toLink, valueOf } from "./state.js";
import { walk } from "./walk.js";

const page = document.documentElement;

// Return the numbers that a figure is about: those that it shows, in the picture or by a derivative, and the targets. Where it
// shows the cost, all of the network's.
function own(picture, book, shown) {
  return ids(book).filter((id) => shown.has("cost") || shown.has(id) || shown.has(`d${id}`) || id[0] === "y");
}

// Make a figure ready, and return what opens and closes it. `name` is its name in links, `answer` asks the rules.
export async function figure(picture, button, name, answer) {
  const given = JSON.parse(picture.dataset.live);
  const lists = offers(readTexts(await answer(JSON.stringify({ do: "choices" }))), Boolean(given.y));
  const book = { ...given, ...firstOf(lists) };
  const shown = new Set(hooked(picture, "[data-q]").flatMap((each) => each.dataset.q.split(" ")));
  const known = own(picture, book, shown);
  const pictures = hooked(picture, "svg");
  let state = book;
  let write = marks(picture);
  let rename = naming(picture, book.activation);
  let awaited = false;
  let shows = 0;
  let handles;
  let values;

  const sign = () => (book.minus.includes(page.dataset.notation) ? -1 : 1);
  const question = (more) => JSON.stringify({ ...state, sign: sign(), ...more });
  const tell = (more) => answer(question(more));
  const ask = async (more) => read(await tell(more));
  async function show() {
    awaited = false;
    const mine = shows += 1;
    const found = await ask({ do: "show" });
    if (mine !== shows) return; // somebody has asked again
    values = found;
    write(values);
    const curve = short(lists.activation.get(state.activation));
    rename(curve);
    const alt = renamed(sentence(book.alt, values), book.activation, curve);
    for (const svg of pictures) if (svg.hasAttribute("aria-label")) svg.setAttribute("aria-label", alt);
    picture.querySelector(":scope > details > p").textContent = alt;
    handles?.say(state);
    walking.follow();
    trails?.follow();
    const link = toLink(state, book);
    printed.hidden = !link;
    chosen.show(state);
    below.show(link && `#live:${name}:${link}`);
  }
  function soon() {
    if (awaited) return;
    awaited = true;
    requestAnimationFrame(show);
  }

  function follow(next) {
    state = next;
    descent?.begin();
    below.say("");
    soon();
  }

  const actions = {
    get: (id) => valueOf(state, id),
    set(id, value) {
      follow(changed(state, id, value));
    },
    choose(id) {
      below.choose(id);
      below.say("");
      handles.mark(id);
      trails?.turn(id);
    },
    // Somebody points at a number without a change of it.
    point(id) {
      if (isWeight(id)) trails?.show(id);
    },
    type(id) {
      actions.choose(id);
      below.type();
    },
  };
  const below = panel(known, actions);
  const chosen = choices(lists, (kind, name) => follow({ ...state, [kind]: name }));
  const written = new Map();
  const walking = walk(picture, formulas, () => values, ofBook);
  const more = element("p", { className: "live-more" }, walking.box);
  const trails = book.y ? paths(picture, tell, formulas, () => values) : undefined;
  if (trails) more.append(buttonOf("Paths", showPaths));
  if (book.y) more.append(check(ask, () => values, sign, below.chosen, below.say));
  const descent = shown.has("cost") ? downhill(descend, () => values.get("cost"), below.say) : undefined;
  if (descent) more.append(...descent.buttons);
  if (book.y) more.append(file(tell, () => state, () => descent?.rate() ?? 0.5));
  more.append(...opener(picture, async (files) => (await import("./drop/problem.js")).bring(files, book, lists, follow, below.say, descent)));
  below.add(more, ...walking.lines, ...(trails ? [trails.box] : []), ...(descent ? [descent.box] : []), chosen.box);
  const fold = buttonOf("Smaller panel", () => { fold.textContent = box.classList.toggle("live-folded") ? "Larger panel" : "Smaller panel"; });
  fold.className = "live-fold";
  const box = element("div", { className: "live-open" }, below.box, fold);
  const printed = element("p", { className: "live-printed", hidden: true, textContent: "A reader has changed the numbers of this figure. The text is about the book’s numbers." });

  function ofBook() {
    const found = byBook(question({ do: "show" }));
    return found && read(found);
  }

  // The formulas of all quantities, with the sign that errors have now, and for what is chosen.
  function formulas() {
    const key = [sign(), ...Object.keys(lists).map((kind) => state[kind])].join();
    if (!written.has(key)) written.set(key, readTexts(tell({ do: "formulas" })));
    return written.get(key);
  }

  function showPaths() {
    if (isWeight(below.chosen())) trails.show(below.chosen());
    else below.say("Weights have paths to the cost. Choose one, or click one in the picture.");
  }
  picture.addEventListener("click", ({ target }) => {
    const id = target.closest("path[data-q]")?.dataset.q.replace(/^dw/, "w");
    if (!handles || !known.includes(id)) return;
    actions.choose(id);
    actions.point(id);
  });
  picture.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") trails?.end();
  });

  // Take a step downhill, and return the cost there; nothing, if the numbers are others by then.
  async function descend(rate) {
    const before = state;
    const moved = [...(await ask({ do: "step", rate }))];
    if (state !== before) return undefined;
    if (!moved.every(([, value]) => Number.isFinite(value))) throw new RangeError("a step that long ends at numbers that are not finite.");
    for (const [id, value] of moved) state = changed(state, id, value);
    await show();
    return values.get("cost");
  }

  // Other letters have come, with numbers that may be older: also where the figure is closed again.
  addEventListener("notation", () => {
    rename(book.activation);
    rename = naming(picture, book.activation);
    write = marks(picture);
    show();
  });

  return {
    show,
    get isOpen() {
      return Boolean(handles);
    },
    open() {
      handles = controls(picture, known, actions);
      for (const svg of pictures) svg.setAttribute("role", "group");
      button.replaceWith(printed, box);
      box.append(button);
      button.textContent = "Back to the book’s numbers";
      show();
      actions.choose(known[0]);
      if (!handles.focus()) below.focus();
    },
    close() {
      handles.remove();
      handles = undefined;
      walking.end();
      trails?.end();
      descent?.begin();
      below.say("");
      state = book;
      show();
      for (const svg of pictures) svg.setAttribute("role", "img");
      printed.remove();
      box.replaceWith(button);
      button.textContent = "Change the numbers";
      button.focus({ preventScroll: true });
    },
    // Take the numbers of a link; one that is broken leaves those of the book, and that is said.
    take(changes) {
      try {
        const wanted = fromLink(changes, book, lists);
        below.say("");
        if (toLink(wanted, book) === toLink(state, book)) return; // the link of what is shown
        state = wanted;
      } catch (problem) {
        if (!(problem instanceof RangeError)) throw problem;
        state = book;
        below.say(`The link has what this figure cannot take: ${problem.message.replace(/\.$/, "")}. These are the numbers of the book.`);
      }
      descent?.begin();
      show();
    },
  };
}
