// Figures whose numbers a reader can change. What changes them is asked for when somebody wants it, or a link has numbers.
"use strict";
{
  const folder = new URL("live/", document.currentScript.src);
  const LINK = /^#live:([^:]+):(.*)$/;
  const ready = new Map();

  const boxOf = (picture) => picture.parentElement.closest("figure");
  const pictures = [...document.querySelectorAll(".bp-picture:is([data-live], [data-push], [data-plot], [data-record])")];
  const name = (picture) => boxOf(picture)?.id || `picture-${pictures.indexOf(picture) + 1}`;

  // Return what opens and closes a figure, once it has come; who asks again after a failure asks anew.
  function handler(picture) {
    if (!ready.has(picture)) ready.set(picture, prepare(picture));
    return ready.get(picture);
  }

  async function prepare(picture) {
    const { push, plot, record } = picture.dataset;
    const place = plot ? "plots/" : push ? "push/" : record ? "record/" : "";
    const asked = import(new URL(`${place}figure.js`, folder));
    try {
      const answers = plot || record ? undefined : import(new URL("engine.js", folder)).then(({ load }) => load()); // those ask for what they need
      const [answer, { figure }] = await Promise.all([answers, asked]);
      return await figure(picture, picture.querySelector("button.live"), name(picture), answer);
    } catch {
      ready.delete(picture);
    }
  }

  // Say something where it is seen, above what a figure offers, and to those who listen; nothing, to take it away.
  const notes = document.createElement("p");
  notes.className = "live-failed";
  function say(text, picture) {
    if (!text && !notes.isConnected) return;
    document.querySelector(".notation-said").textContent = notes.textContent = text;
    if (text) picture.querySelector("button.live").before(notes);
    else notes.remove();
  }

  // Return what opens and closes a figure; where it does not come, that is said.
  async function found(picture) {
    const made = await handler(picture);
    say(made ? "" : "What runs the rules could not be loaded.", picture);
    if (!made) picture.querySelector("button.live").textContent = "Change the numbers: try again";
    return made;
  }

  async function turn(picture) {
    const made = await found(picture);
    if (!made?.isOpen) return made?.open();
    made.close();
    if (linked(location.hash)) history.replaceState(history.state, "", location.pathname + location.search);
  }

  function offer(picture) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "live", textContent: "Change the numbers" });
    button.addEventListener("click", () => turn(picture));
    for (const near of ["pointerenter", "focus"]) button.addEventListener(near, () => handler(picture)); // a click may follow
    picture.querySelector(":scope > details").before(button);
  }

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a % stands for itself
    }
  }

  function unfold(picture) {
    for (let fold = picture.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }

  const linked = (hash) => hash.startsWith("#live:");
  const pictureOf = (hash) => pictures.find((each) => name(each) === LINK.exec(decoded(hash))?.[1]);

  // A link to a state of a figure: its name, then what is not as in the book.
  async function follow() {
    if (!linked(location.hash)) return;
    const picture = pictureOf(location.hash);
    const [, , changes] = LINK.exec(decoded(location.hash)) ?? [];
    unfold(picture ?? pictures[0]);
    if (!picture) {
      say("The link names no figure of this page.", pictures[0]);
      return notes.scrollIntoView({ behavior: "instant", block: "center" });
    }
    const made = await found(picture);
    if (made && !made.isOpen) made.open();
    made?.take(changes);
    picture.scrollIntoView({ behavior: "instant" });
    const below = picture.querySelector(".live-open, .live-failed");
    if (below.getBoundingClientRect().bottom > innerHeight) below.scrollIntoView({ behavior: "instant", block: "nearest" });
  }

  // Who goes back to the page without a link has the numbers of the book again.
  async function back({ oldURL }) {
    const picture = pictureOf(new URL(oldURL).hash);
    if (location.hash || !picture) return;
    const made = await handler(picture);
    if (made?.isOpen) made.take("");
  }

  if (location.protocol.startsWith("http") && pictures.length) { // a page on a disk may load no wasm
    pictures.forEach(offer);
    addEventListener("hashchange", follow);
    addEventListener("hashchange", back);
    addEventListener("rules", () => pictures.forEach(async (picture) => (await handler(picture))?.show()));
    follow();
  }

  const network = document.querySelector("[data-network]");
  if (network && location.protocol.startsWith("http")) import(new URL("net/page.js", folder)).then(({ offer }) => offer(network));
}
