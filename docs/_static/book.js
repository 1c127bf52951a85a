// What keyboards and listeners need of what scrolls, and of what is folded.
"use strict";
{
  // What is too wide for the page scrolls in a box of its own; where it does, the keyboard reaches that box, and it has a
  // name for those who listen.
  const SCROLLING = {
    ".formula": "Formula",
    ".highlight pre": "Code",
    "details.check pre": "Source",
    ".output": "Output",
    ".table-wrapper": "Table",
    ".bp-landscape, .bp-portrait": "Picture",
  };

  // Return the number that the page gives it, or that among others of its kind, so that no two have one name.
  function nameOf(box, kind, place) {
    const near = box.closest("figure, .literal-block-wrapper, .math");
    const number = near?.querySelector(".caption-number, .eqno")?.firstChild.textContent.trim();
    return number ? `${kind}: ${number}` : `${kind} ${place + 1}`;
  }

  const scrolls = new ResizeObserver((entries) => {
    for (const { target: box } of entries) {
      const wide = box.scrollWidth > box.clientWidth;
      for (const [name, value] of [["tabindex", 0], ["role", "region"], ["aria-label", box.scrollingName]])
        if (wide) box.setAttribute(name, value);
        else box.removeAttribute(name);
    }
  });

  function observe() {
    for (const [selector, kind] of Object.entries(SCROLLING))
      for (const [place, box] of document.querySelectorAll(selector).entries()) {
        box.scrollingName = nameOf(box, kind, place);
        scrolls.observe(box);
      }
  }
  observe();
  addEventListener("notation", observe); // other letters have come, and boxes with them

  // A diagram has the marks of the view that is shown in the tree, and those of the other in a template. Both are
  // printed from.
  for (const picture of document.querySelectorAll(".bp-picture:has(> template)")) {
    const [others] = picture.querySelector("template").content.children;
    const views = [...picture.querySelectorAll(":scope > div > svg")];
    const exchange = () => {
      const shown = views.find((view) => view.checkVisibility());
      if (!shown || shown.firstChild) return;
      const marks = [...others.childNodes];
      for (const view of views) others.append(...view.childNodes);
      shown.append(...marks);
    };
    exchange();
    new ResizeObserver(exchange).observe(picture);
    addEventListener("beforeprint", () => views.find((view) => !view.firstChild)?.append(...others.childNodes));
  }

  // Sphinx marks what was searched for, and hides the marks by an address that is a script: no policy lets it run.
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".highlight-link a")) return;
    event.preventDefault();
    SphinxHighlight.hideSearchWords();
  });

  // The menu and the contents of the page are drawers where the window is narrow. The theme opens them by labels of boxes
  // that are not shown, which no keyboard reaches and nobody hears of: buttons take the places of the labels.
  function drawer(name, words, selector, labels) {
    const box = document.getElementById(name);
    const part = document.querySelector(selector);
    if (!box || !part) return;
    part.id = `${name}_drawer`;
    part.tabIndex = -1;
    const buttons = [...document.querySelectorAll(labels)].map((label) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = label.className;
      button.setAttribute("aria-label", words);
      button.setAttribute("aria-controls", part.id);
      button.append(...label.childNodes);
      button.addEventListener("click", () => show(!box.checked));
      label.replaceWith(button);
      return button;
    });
    const say = () => buttons.forEach((button) => button.setAttribute("aria-expanded", box.checked));
    function show(open) {
      box.checked = open;
      say();
      if (open) part.focus({ preventScroll: true });
    }
    say();
    box.addEventListener("change", say); // a click beside the drawer closes it
    part.addEventListener("click", (event) => event.target.closest("a") && show(false));
    document.addEventListener("focusin", (event) => {
      if (box.checked && !part.contains(event.target)) show(false);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !box.checked) return;
      show(false);
      buttons.find((button) => button.checkVisibility())?.focus();
    });
  }
  drawer("__navigation", "Menu", ".sidebar-drawer", "label.nav-overlay-icon");
  drawer("__toc", "On this page", ".toc-drawer", "label.toc-overlay-icon");

  // Paper shows what a screen does without: a font that came late, for which it has a family of its own, what is folded,
  // and plots to which nobody has scrolled. They are loaded when the page has been there for a while, unless data is to be
  // saved.
  const style = ({ weight, style, unicodeRange }) => `${weight} ${style} ${unicodeRange}`;
  function loadPlots() {
    for (const image of document.querySelectorAll("img[loading]")) image.loading = "eager";
  }
  function loadFaces() {
    const faces = [...document.fonts].filter((face) => face.family.includes("STIX"));
    const used = faces.filter((face) => face.family.includes("on Screen") && face.status !== "unloaded").map(style);
    for (const face of faces) if (face.family.includes("Text") && used.includes(style(face))) face.load().catch(() => {});
  }
  function loadFacesOf(fold) {
    const texts = document.createTreeWalker(fold, NodeFilter.SHOW_TEXT);
    const said = {};
    while (texts.nextNode()) {
      const { data, parentElement } = texts.currentNode;
      const { display, fontFamily, fontStyle, fontWeight } = getComputedStyle(parentElement);
      const family = fontFamily.split(",")[0].replace("on Screen", "Two Text");
      const font = `${fontStyle} ${fontWeight} 1em ${family}`;
      if (display !== "none" && family.includes("STIX") && data.trim()) said[font] = (said[font] ?? "") + data;
    }
    for (const [font, text] of Object.entries(said)) document.fonts.load(font, text).catch(() => {});
  }
  function loadForPaper() {
    loadPlots();
    loadFaces();
    for (const fold of document.querySelectorAll("article details:not([open])")) setTimeout(loadFacesOf, 0, fold);
  }
  if (!navigator.connection?.saveData) addEventListener("load", () => setTimeout(loadForPaper, 3000));

  // On paper nothing can be opened: folds are printed open, and closed again. Plots that are not there yet are asked for,
  // which a browser awaits or not.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...opened, ...document.querySelectorAll("article details:not([open])")];
    for (const fold of opened) fold.open = true;
    loadPlots();
  });
  addEventListener("afterprint", () => {
    for (const fold of opened.splice(0)) fold.open = false;
  });

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a % stands for itself
    }
  }

  // A link to a fold, or to what stands in it, opens it.
  function openFold() {
    const target = document.getElementById(decoded(location.hash.slice(1)));
    for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }
  addEventListener("hashchange", openFold);
  openFold();
}
