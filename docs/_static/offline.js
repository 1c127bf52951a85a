// Has the browser keep the book for when there is no network: `worker.js` does it. A reader may say no; the page about it
// has a button, and says what is kept. A page that was opened from a disk has no need of it.
"use strict";
{
  const root = new URL(document.documentElement.dataset.content_root, document.baseURI);
  const SOON = 3000; // milliseconds after the page is there: what it needs comes first
  const REFUSAL = `offline ${root.pathname}`; // other books may live on the same host
  const possible = location.protocol !== "file:" && "serviceWorker" in navigator && isSecureContext;

  function refused() {
    try {
      return localStorage.getItem(REFUSAL) === "no";
    } catch {
      return true; // the reader's browser keeps nothing
    }
  }

  const ours = async () => (await caches.keys()).filter((key) => key.startsWith(`${root.pathname} `));

  async function count() {
    let files = 0;
    for (const key of await ours()) files = Math.max(files, (await (await caches.open(key)).keys()).length);
    return files; // and one of them is their list
  }

  // A worker that is new keeps the book by itself. One that was removed, and taken back before its pages were closed, is
  // told to do so.
  async function begin() {
    const registration = await navigator.serviceWorker.register(new URL("worker.js", root)).catch(() => {});
    if (!registration) return done();
    if (refused()) return remove();
    registration.installing?.addEventListener("statechange", done);
    await show();
    const { active } = await navigator.serviceWorker.ready;
    if (refused() || (await count())) return done();
    asked = true;
    active.postMessage("fill");
    await show();
  }

  let soon;
  if (possible) addEventListener("load", () => soon = setTimeout(() => refused() || begin(), SOON));

  // --- the page about it ---

  const box = document.querySelector(".offline");
  let asked = false; // whether the worker is to keep the book, and has not said that it is done

  async function done() {
    asked = false;
    await show();
  }

  async function remove() {
    clearTimeout(soon);
    asked = false;
    localStorage.setItem(REFUSAL, "no");
    for (const each of await navigator.serviceWorker.getRegistrations()) if (each.scope === root.href) await each.unregister();
    for (const key of await ours()) await caches.delete(key);
  }

  async function again() {
    localStorage.removeItem(REFUSAL);
    asked = true;
    begin();
  }

  function element(name, text, properties = {}) {
    return Object.assign(document.createElement(name), { textContent: text, ...properties });
  }

  async function state() {
    const files = (await count()) - 1;
    const registration = await navigator.serviceWorker.getRegistration(root);
    const fetching = !refused() && (asked || Boolean(registration?.installing));
    if (fetching) return ["This browser is fetching the book.", "Remove it, and keep nothing", remove];
    if (files > 0) return [`This browser keeps ${files} files of the book.`, "Remove it, and keep nothing", remove];
    if (refused()) return ["This browser keeps nothing of the book.", "Keep the book", again];
    return ["This browser has not kept the book yet.", "Keep nothing", remove];
  }

  async function show() {
    if (!box) return;
    const [said, offered, act] = await state();
    if (box.querySelector("p")?.textContent === said && box.querySelector("button:enabled")?.textContent === offered) return;
    const focused = box.contains(document.activeElement) || box.querySelector("button:disabled");
    const button = element("button", offered, { type: "button" });
    button.addEventListener("click", async () => {
      button.disabled = true;
      await act();
      await show();
    });
    box.replaceChildren(element("p", said, { role: "status" }), button);
    if (focused) button.focus();
  }

  if (possible) navigator.serviceWorker.addEventListener("message", done);
  if (box) possible ? show() : box.replaceChildren(element("p", "This browser cannot keep the book: that needs a page that came over https.", { role: "status" }));
}
