// Figures whose numbers a reader can change. What changes them is asked for when somebody wants it, or a link has numbers.
"use strict";
{
  const folder = new URL("live/", document.currentScript.src);
  const LINK = /^#live:([^:]+):(.*)$/;
  const ready = new Map();

  const boxOf = (picture) => picture.parentElement.closest("figure");
  const pictures = [...document.querySelectorAll(".bp-picture[data-live]")];
  const name = (picture) => boxOf(picture)?.id || `picture-${pictures.indexOf(picture) + 1}`;

  // Return what opens and closes a figure, once it has come; who asks again after a failure asks anew.
  function handler(picture) {
    if (!ready.has(picture)) ready.set(picture, prepare(picture));
    return ready.get(picture);
  }

  async function prepare(picture) {
    const asked = ["engine.js", "figure.js"].map((file) => import(new URL(file, folder)));
    try {
      const [answer, { figure }] = await Promise.all([asked[0].then(({ load }) => load()), asked[1]]);
      return figure(picture, picture.querySelector("button.live"), name(picture), answer);
    } catch {
      ready.delete(picture);
    }
  }

  async function turn(picture, button) {
    const found = await handler(picture);
    if (found?.isOpen) return found.close();
    if (found) return found.open();
    button.textContent = "Change the numbers: try again";
    document.querySelector(".notation-said").textContent = "What runs the rules could not be loaded.";
  }

  function offer(picture) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "live", textContent: "Change the numbers" });
    button.addEventListener("click", () => turn(picture, button));
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

  // A link to a state of a figure: its name, then what is not as in the book.
  async function follow() {
    const [, wanted, changes] = LINK.exec(decoded(location.hash)) ?? [];
    const picture = pictures.find((each) => name(each) === wanted);
    if (!picture) return;
    picture.scrollIntoView({ block: "nearest" });
    const found = await handler(picture);
    if (!found?.isOpen) found?.open();
    found?.take(changes);
  }

  if (location.protocol.startsWith("http") && pictures.length) { // a page on a disk may load no wasm
    pictures.forEach(offer);
    addEventListener("hashchange", follow);
    follow();
  }
}
