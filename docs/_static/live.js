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
    const button = picture.querySelector("button.live");
    try {
      const { figure } = await import(new URL("figure.js", folder));
      return await figure(picture, button, name(picture));
    } catch {
      ready.delete(picture);
      button.textContent = "Change the numbers: try again";
      document.querySelector(".notation-said").textContent = "What runs the rules could not be loaded.";
    }
  }

  async function turn(picture) {
    const found = await handler(picture);
    if (found?.isOpen) found.close();
    else found?.open();
  }

  function offer(picture) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "live", textContent: "Change the numbers" });
    button.addEventListener("click", () => turn(picture));
    picture.querySelector(":scope > details").before(button);
  }

  // A link to a state of a figure: its name, then what is not as in the book.
  async function follow() {
    const [, wanted, changes] = LINK.exec(decodeURI(location.hash)) ?? [];
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
