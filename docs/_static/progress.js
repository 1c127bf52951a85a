// What the reader has done of the exercises: it stays on this device, is shown in the contents, and can be saved to a
// file, taken from one, and cleared.
"use strict";
const progress = {};
{
  const root = new URL(document.documentElement.dataset.content_root, document.baseURI);
  const KEY = `exercises ${root.pathname}`; // other books may live on the same host
  const BOOK = "exercises of literate backpropagation";
  let memory; // what the browser did not keep

  // What was kept, or came from a file, without what is not ours: pages, and on each the exercises that were begun.
  function sound(kept) {
    const isObject = (each) => each !== null && typeof each === "object" && !Array.isArray(each);
    const isBegun = (each) => isObject(each) && typeof each.done === "boolean" && Array.isArray(each.typed)
      && each.typed.every((text) => typeof text === "string" && text.length < 100);
    const isPage = (each) => isObject(each) && Number.isInteger(each.of) && isObject(each.begun);
    if (!isObject(kept)) return {};
    const pages = Object.entries(kept).filter(([, page]) => isPage(page));
    return Object.fromEntries(pages.map(([name, { of, begun }]) =>
      [name, { of, begun: Object.fromEntries(Object.entries(begun).filter(([, each]) => isBegun(each))) }]));
  }

  function read() {
    if (memory) return memory;
    try {
      return sound(JSON.parse(localStorage.getItem(KEY)));
    } catch {
      return {};
    }
  }

  function write(pages) {
    try {
      localStorage.setItem(KEY, JSON.stringify(pages));
      memory = undefined;
    } catch {
      memory = pages; // as long as the page is open
    }
    mark();
  }

  // Whether what was done stays when the page is closed.
  progress.stays = () => {
    try {
      return Boolean(localStorage) && !memory;
    } catch {
      return false;
    }
  };
  progress.of = (page, name) => read()[page]?.begun[name];
  progress.note = (page, of, name, what) => {
    const pages = read();
    const begun = pages[page]?.begun ?? {};
    write({ ...pages, [page]: { of, begun: { ...begun, [name]: { ...begun[name], ...what } } } });
  };
  progress.clear = () => {
    try {
      localStorage.removeItem(KEY);
    } catch {
      // nothing was kept
    }
    memory = undefined;
    mark();
  };
  progress.file = () => JSON.stringify({ book: BOOK, pages: read() }, null, 1);

  // Take what a file has of the book's pages, and of this one what has a name there; what was done stays done. Say how
  // many exercises were taken.
  progress.take = (text, own, names) => {
    let found;
    try {
      found = JSON.parse(text);
    } catch {
      return undefined;
    }
    if (found?.book !== BOOK) return undefined;
    const [pages, more] = [read(), sound(found.pages)];
    const known = new Set([...contents()].map(pageOf));
    for (const name of Object.keys(more)) if (name !== own && !known.has(name)) delete more[name];
    for (const key of Object.keys(more[own]?.begun ?? {})) if (!names.includes(key)) delete more[own].begun[key];
    for (const [name, { of, begun }] of Object.entries(more)) {
      const before = pages[name]?.begun ?? {};
      for (const [key, each] of Object.entries(begun)) each.done ||= Boolean(before[key]?.done);
      pages[name] = { of, begun: { ...before, ...begun } };
    }
    write(pages);
    return Object.values(more).reduce((sum, { begun }) => sum + Object.keys(begun).length, 0);
  };

  // --- the contents ---

  const contents = () => [...document.querySelectorAll(".sidebar-tree a.reference.internal")].filter((link) => !link.hash);
  const pageOf = (link) => new URL(link.href).pathname.slice(root.pathname.length).replace(/\.html$/, "") || "index";

  function label(done, of) {
    const mark = document.createElement("span");
    mark.className = "progress-mark";
    const words = `${done} of ${of} ${of === 1 ? "exercise" : "exercises"} with answers to check done`; // others are not counted
    const seen = Object.assign(document.createElement("span"), { textContent: `${done === of ? "✓ " : ""}${done}/${of}`, title: words });
    seen.setAttribute("aria-hidden", "true");
    const heard = Object.assign(document.createElement("span"), { className: "visually-hidden" });
    heard.textContent = ` ${words}`;
    mark.append(seen, heard);
    return mark;
  }

  function mark() {
    const pages = read();
    for (const old of document.querySelectorAll(".sidebar-tree .progress-mark, .toc-tree .progress-mark")) old.remove();
    const own = document.querySelector('.toc-tree a[href="#exercises"]');
    for (const link of own ? [...contents(), own] : contents()) {
      const page = pages[pageOf(link)];
      const done = Object.values(page?.begun ?? {}).filter((each) => each.done).length;
      if (done) link.append(label(done, Math.max(done, page.of)));
    }
  }
  mark();
  addEventListener("storage", (event) => event.key === KEY && mark());
  addEventListener("pageshow", (event) => event.persisted && mark());
}
