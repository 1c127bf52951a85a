// The menu of notations. The choice stands in `data-notation` of the page, where the style sheet looks for it; a script
// in the head has set it before anything was drawn. It is remembered, and put into the address, to be copied.
"use strict";
{
  const root = document.documentElement;
  const menus = [...document.querySelectorAll(".notation-menu select")];
  const titles = new Map([...menus[0].options].map((option) => [option.value, option.text]));

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

  // The first thing below the header that all notations show, and the edge of it that the reader sees: that edge stays.
  function lookedAt() {
    const article = document.querySelector("article[role=main]");
    const x = article.getBoundingClientRect().left + article.clientWidth / 4;
    const bars = [...document.querySelectorAll(".mobile-header, .content-icon-container")];
    const top = Math.max(0, ...bars.map((bar) => bar.getBoundingClientRect().bottom));
    for (let y = top + 4; y < innerHeight; y += 8) {
      const found = document.elementFromPoint(x, y)?.closest(":not([data-n], [data-n] *)");
      if (found && article.contains(found) && !found.matches("article, section")) {
        const edge = found.getBoundingClientRect().top < top ? "bottom" : "top";
        return () => found.getBoundingClientRect()[edge];
      }
    }
    return () => 0;
  }

  function show(name) {
    const place = scrollY > 0 ? lookedAt() : () => 0;
    const before = place();
    root.dataset.notation = name;
    for (const menu of menus) menu.value = name;
    scrollBy({ top: place() - before, behavior: "instant" });
  }

  function choose(name) {
    show(name);
    remember(name);
    document.querySelector(".notation-said").textContent = `Notation: ${titles.get(name)}`;
    requestAnimationFrame(() => setTimeout(() => address(name))); // after the page is drawn: it takes a while
  }

  // Another tab of the book, or this page when it comes back, may have been left behind.
  function follow(name) {
    if (!titles.has(name) || name === root.dataset.notation) return;
    show(name);
    if (new URLSearchParams(location.search).has("notation")) address(name);
  }

  for (const menu of menus) {
    menu.value = root.dataset.notation;
    menu.addEventListener("change", () => choose(menu.value));
  }
  if (history.state?.notation) address(root.dataset.notation);
  addEventListener("storage", (event) => event.key === "notation" && follow(event.newValue));
  addEventListener("pageshow", (event) => event.persisted && follow(remembered()));
}
