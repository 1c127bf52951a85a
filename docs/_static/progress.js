// What the reader has done of the exercises: it stays on this device, is shown in the contents, and can be saved to a
// file, taken from one, and cleared.
"use strict";
const progress = {};
{
  const root = new URL(document.documentElement.dataset.content_root, document.baseURI);
  const KEY = `exercises ${root.pathname}`; // other books may live on the same host
  const BOOK = "exercises of literate backpropagation";
  let memory; // where the browser keeps nothing

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
    try {
      return sound(JSON.parse(localStorage.getItem(KEY)));
    } catch {
      return memory ?? {};
    }
  }

  function write(pages) {
    memory = pages;
    try {
      localStorage.setItem(KEY, JSON.stringify(pages));
    } catch {
      // then it is kept as long as the page is open
    }
    mark();
  }

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
    memory = {};
    mark();
  };
  progress.file = () => JSON.stringify({ book: BOOK, pages: read() }, null, 1);

  // Take what a file has; what was done stays done. Say how many exercises it has.
  progress.take = (text) => {
    let found;
    try {
      found = JSON.parse(text);
    } catch {
      return undefined;
    }
    if (found?.book !== BOOK) return undefined;
    const [pages, more] = [read(), sound(found.pages)];
    for (const [name, { of, begun }] of Object.entries(more)) {
      const before = pages[name]?.begun ?? {};
      for (const [key, each] of Object.entries(begun)) each.done ||= Boolean(before[key]?.done);
      pages[name] = { of, begun: { ...before, ...begun } };
    }
    write(pages);
    return Object.values(more).reduce((sum, { begun }) => sum + Object.keys(begun).length, 0);
  };

  // --- the contents ---

  const pageOf = (address) => address.pathname.slice(root.pathname.length).replace(/\.html$/, "") || "index";

  function label(done, of) {
    const mark = document.createElement("span");
    mark.className = "progress-mark";
    const seen = Object.assign(document.createElement("span"), { textContent: done === of ? "✓" : `${done}/${of}` });
    seen.setAttribute("aria-hidden", "true");
    const heard = Object.assign(document.createElement("span"), { className: "visually-hidden" });
    heard.textContent = ` ${done} of ${of} exercises done`;
    mark.append(seen, heard);
    return mark;
  }

  function mark() {
    const pages = read();
    for (const old of document.querySelectorAll(".sidebar-tree .progress-mark, .toc-tree .progress-mark")) old.remove();
    const links = [...document.querySelectorAll(".sidebar-tree a.reference.internal")].filter((link) => !link.hash);
    const own = document.querySelector('.toc-tree a[href="#exercises"]');
    for (const link of own ? [...links, own] : links) {
      const page = pages[pageOf(new URL(link.href))];
      const done = Object.values(page?.begun ?? {}).filter((each) => each.done).length;
      if (done) link.append(label(done, Math.max(done, page.of)));
    }
  }
  mark();
  addEventListener("storage", (event) => event.key === KEY && mark());
  addEventListener("pageshow", (event) => event.persisted && mark());
}
