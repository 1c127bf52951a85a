// The letters of formulas and pictures. A page carries those of this book, in slots; a file registers what another
// notation writes there. This script stands in the head: the choice is known, and its file asked for, before anything is
// drawn. The choice is remembered, and put into the address, to be copied.
"use strict";
const letters = {};
{
  const root = document.documentElement;
  const names = root.dataset.notations.split(" ");
  const [book] = names;
  const trees = () => [document, ...Array.from(document.querySelectorAll("template"), (template) => template.content)];
  const slots = () => trees().flatMap((tree) => [...tree.querySelectorAll("[data-slot]")]);

  function remembered() {
    try {
      return localStorage.getItem("notation");
    } catch {
      return null; // the reader's browser keeps nothing
    }
  }

  function remember(name) {
    try {
      localStorage.setItem("notation", name);
    } catch {
      // then this page alone shows it
    }
  }

  function address(name) {
    const url = new URL(location.href);
    url.searchParams.set("notation", name);
    history.replaceState({ ...history.state, notation: true }, "", url);
  }

  // What a link asks for wins and is remembered; what no notation is called is ignored. An address that the menu wrote
  // (`history.state` tells) asks for nothing: whoever comes back to it may have chosen another notation since.
  function wanted() {
    const asked = new URLSearchParams(location.search).get("notation");
    if (names.includes(asked) && !history.state?.notation) remember(asked);
    return [remembered(), asked, book].find((name) => names.includes(name));
  }

  // The fonts that a page needs are asked for before its sheet says so, and one that comes late is not used. A page on a
  // disk may not ask: it would be an error. It waits for none, so all of them are used.
  const fonts = ["400-normal", "700-normal"].map((style) => `stix-two-text-latin-${style}`);
  if (root.dataset.letters) fonts.push("stix-two-math");
  const isServed = location.protocol.startsWith("http");
  root.toggleAttribute("data-disk", !isServed);
  for (const name of isServed ? fonts : []) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "anonymous" });
    link.href = new URL(`fonts/${name}.woff2`, document.currentScript.src);
    document.head.append(link);
  }

  const files = new Map();

  // Load what a notation writes on this page, once. A page on which all agree has no files.
  function load(name) {
    if (name === book || !root.dataset.letters) return Promise.resolve();
    if (!files.has(name)) files.set(name, new Promise((resolve, reject) => {
      const file = document.createElement("script");
      file.src = `${root.dataset.letters}.${name}.js?v=${root.dataset.state}`;
      file.setAttribute("blocking", "render"); // in the head: nothing is drawn before it is there
      file.onload = resolve;
      file.onerror = () => {
        files.delete(name);
        file.remove();
        reject(new Error(file.src));
      };
      document.head.append(file);
    }));
    return files.get(name);
  }

  // The first thing below the header that all notations show, and the edge of it that the reader sees: that edge stays.
  function lookedAt() {
    const article = document.querySelector("article[role=main]");
    const x = article.getBoundingClientRect().left + article.clientWidth / 4;
    const bars = [...document.querySelectorAll(".mobile-header, .content-icon-container")];
    const top = Math.max(0, ...bars.map((bar) => bar.getBoundingClientRect().bottom));
    for (let y = top + 4; y < innerHeight; y += 8) {
      const found = document.elementFromPoint(x, y)?.closest(":not([data-slot], [data-slot] *)");
      if (found && article.contains(found) && !found.matches("article, section")) {
        const edge = found.getBoundingClientRect().top < top ? "bottom" : "top";
        return () => found.getBoundingClientRect()[edge];
      }
    }
    return () => 0;
  }

  // Write the letters of a notation into the slots; of those in which it agrees with this book, it has none.
  function write(name) {
    letters[book] ??= Object.fromEntries(Array.from(slots(), (slot) => [slot.dataset.slot, slot.written = slot.innerHTML]));
    for (const slot of slots()) {
      const number = slot.dataset.slot;
      const text = letters[name]?.[number] ?? letters[book][number];
      if (slot.written !== text) slot.innerHTML = slot.written = text;
    }
  }

  function show(name) {
    if (name === root.dataset.notation) return;
    const place = scrollY > 0 ? lookedAt() : () => 0;
    const before = place();
    write(name);
    root.dataset.notation = name;
    for (const menu of menus()) menu.value = name;
    scrollBy({ top: place() - before, behavior: "instant" });
    dispatchEvent(new Event("notation"));
  }

  const menus = () => document.querySelectorAll(".notation-menu select");
  const title = (name) => menus()[0].querySelector(`[value=${name}]`).text;
  const say = (text) => { document.querySelector(".notation-said").textContent = text; };
  let latest; // the choice that counts, if the files of several are under way

  async function choose(name) {
    latest = name;
    try {
      await load(name);
    } catch {
      say(`The letters of ${title(name)} could not be loaded. This is the notation: ${title(root.dataset.notation)}`);
      for (const menu of menus()) menu.value = root.dataset.notation;
      return false;
    }
    if (latest !== name) return false;
    show(name);
    return true;
  }

  async function chosen(name) {
    if (!(await choose(name))) return;
    remember(name);
    say(`Notation: ${title(name)}`);
    requestAnimationFrame(() => setTimeout(() => address(name))); // after the page is drawn: it takes a while
  }

  // Another tab of the book, or this page when it comes back, may have been left behind.
  async function follow(name) {
    if (!names.includes(name) || name === root.dataset.notation || !(await choose(name))) return;
    if (new URLSearchParams(location.search).has("notation")) address(name);
  }

  const first = wanted();
  root.dataset.notation = book;
  if (first !== book) {
    root.classList.add("letters-awaited"); // the slots are not seen until they have their letters
    load(first).catch(() => {}); // said below
  }

  addEventListener("DOMContentLoaded", async () => {
    for (const menu of menus()) {
      menu.value = first;
      menu.addEventListener("change", () => chosen(menu.value));
    }
    if (first !== book) await choose(first);
    root.classList.remove("letters-awaited");
    if (history.state?.notation) address(root.dataset.notation);
    addEventListener("storage", (event) => event.key === "notation" && follow(event.newValue));
    addEventListener("pageshow", (event) => event.persisted && follow(remembered()));
  });
}
