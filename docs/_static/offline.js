// Has the browser keep the book for when there is no network: `worker.js` does it. A reader may say no; the page about it
// has a button, and says what is kept. A page that was opened from a disk has no need of it.
"use strict";
{
  const root = new URL(document.documentElement.dataset.content_root, document.baseURI);
  const SOON = 3000; // milliseconds after the page is there: what it needs comes first
  const possible = location.protocol !== "file:" && "serviceWorker" in navigator && isSecureContext;

  function refused() {
    try {
      return localStorage.getItem("offline") === "no";
    } catch {
      return true; // the reader's browser keeps nothing
    }
  }

  const begin = () => navigator.serviceWorker.register(new URL("worker.js", root)).catch(() => {});
  if (possible && !refused()) addEventListener("load", () => setTimeout(begin, SOON));

  // --- the page about it ---

  const box = document.querySelector(".offline");
  const ours = async () => (await caches.keys()).filter((key) => key.startsWith(`${root.pathname} `));

  async function count() {
    let files = 0;
    for (const key of await ours()) files = Math.max(files, (await (await caches.open(key)).keys()).length);
    return files;
  }

  async function remove() {
    localStorage.setItem("offline", "no");
    for (const each of await navigator.serviceWorker.getRegistrations()) if (each.scope === root.href) await each.unregister();
    for (const key of await ours()) await caches.delete(key);
  }

  async function again() {
    localStorage.removeItem("offline");
    await begin();
    await navigator.serviceWorker.ready;
  }

  function element(name, text, properties = {}) {
    return Object.assign(document.createElement(name), { textContent: text, ...properties });
  }

  async function show() {
    const no = refused();
    const files = await count();
    const said = no ? "This browser keeps nothing of the book."
      : files ? `This browser keeps ${files} files of the book.` : "This browser has not kept the book yet.";
    const button = element("button", no ? "Keep the book" : files ? "Remove it, and keep nothing" : "Keep nothing", { type: "button" });
    button.addEventListener("click", async () => {
      button.disabled = true;
      await (no ? again() : remove());
      await show();
      box.querySelector("button").focus();
    });
    box.replaceChildren(element("p", said, { role: "status" }), button);
  }

  if (box) possible ? show() : box.replaceChildren(element("p", "This browser cannot keep the book: that needs a page that came over https.", { role: "status" }));
}
