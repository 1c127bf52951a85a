// The five diagrams of a network that a reader builds. The package's own program draws them, in a worker.

import { element } from "../dom.js";

const TITLES = ["One node, forward", "One node, backward", "The network, forward", "The network, backward", "The gradient of every weight"];
const OF_A_NODE = 2; // how many of them are of one node
const NARROW = 660; // where the style sheet of the diagrams turns them
const [LEAST, MOST] = [0.86, 1.25]; // how far they may be scaled, as `picture` has it
const NEAR = "400px";
const FAILED = "This diagram could not be drawn.";

// Ask a worker, one question after another; who asks again after a failure begins another one.
function drawer() {
  let worker;
  return (question) => new Promise((resolve, reject) => {
    worker ??= new Worker(new URL("drawer.js", import.meta.url), { type: "module" });
    const end = (problem) => {
      worker.terminate();
      worker = undefined;
      reject(problem);
    };
    worker.onmessage = ({ data }) => (data.failed ? end(new Error(data.failed)) : resolve(data.drawn));
    worker.onerror = () => end(new Error(FAILED));
    worker.postMessage(question);
  });
}

// A diagram on the page, with its words.
function frame(title, n) {
  const drawing = element("div", { className: "net-drawing" });
  const words = element("div");
  const details = element("details", {}, element("summary", { textContent: "The picture in words" }), words);
  let text = "";
  const tell = () => {
    if (details.open) words.innerHTML = text;
  };
  details.addEventListener("toggle", tell);

  // What is wider than its place is moved by keys, too.
  function fit() {
    if (drawing.scrollWidth > drawing.clientWidth) drawing.tabIndex = 0;
    else drawing.removeAttribute("tabindex");
  }
  const figure = element("figure", { className: "bp-picture net-picture" }, drawing, details);
  const box = element("div", { className: "net-diagram" }, element("h3", { textContent: `${n + 1}. ${title}` }), figure);
  return {
    box,
    fit,
    get isSeen() {
      const { top, bottom } = box.getBoundingClientRect();
      return top < innerHeight && bottom > 0;
    },
    put({ alt, size: { width, height }, svg, words: html }) {
      drawing.innerHTML = `<svg role="img" viewBox="0 0 ${width} ${height}" stroke-linecap="butt">${svg}</svg>`;
      const [made] = drawing.children;
      made.setAttribute("aria-label", alt);
      made.style.minWidth = `${Math.round(width * LEAST)}px`;
      made.style.maxWidth = `${Math.round(width * MOST)}px`;
      fit();
      text = `<p>${alt}</p>${html}`;
      tell();
    },
    fail() {
      drawing.textContent = FAILED;
      text = "";
      tell();
    },
  };
}

// Return the question whose answer is a diagram: what it depends on, and nothing else.
function questionOf({ x, y, w, b, activation, cost, marks, node }, notation, orientation, n) {
  const [layer, place] = node.split(".").map(Number);
  const of = n < OF_A_NODE ? { layer, node: place } : {};
  return JSON.stringify({ x, y, w, b, activation, cost, marks, notation, orientation, sign: 1, diagram: n + 1, ...of });
}

// Make the diagrams. They are drawn when somebody comes near them, or asks for all of them.
export function diagrams() {
  const ask = drawer();
  const frames = TITLES.map(frame);
  const box = element("div", { className: "net-diagrams" }, ...frames.map((each) => each.box));
  const drawn = [];
  let wanted;
  let isNear = false;
  let onPaper = false;
  let working;

  const orientation = () => (onPaper || box.clientWidth >= NARROW ? "landscape" : "portrait");
  const question = (n) => questionOf(...wanted, orientation(), n);
  const stale = () => [...frames.keys()].filter((n) => drawn[n] !== question(n));

  // Draw what is not as it should be: first what somebody looks at. What has changed meanwhile is drawn again.
  async function work() {
    for (let left = stale(); left.length; left = stale()) {
      const n = left.find((each) => frames[each].isSeen) ?? left[0];
      const asked = question(n);
      const found = await ask(asked).catch(() => undefined);
      drawn[n] = asked;
      if (asked !== question(n)) continue;
      if (found) frames[n].put(found);
      else frames[n].fail();
    }
  }

  function draw() {
    if (!wanted || !(isNear || onPaper)) return undefined;
    box.setAttribute("aria-busy", "true");
    working ??= work().finally(() => {
      working = undefined;
      box.removeAttribute("aria-busy");
    });
    return working;
  }

  new IntersectionObserver((seen) => {
    isNear ||= seen.some((each) => each.isIntersecting);
    draw();
  }, { rootMargin: NEAR }).observe(box);
  new ResizeObserver(() => {
    for (const each of frames) each.fit();
    draw();
  }).observe(box);

  return {
    box,
    show(state, notation) {
      wanted = [state, notation];
      draw();
    },
    // Have all of them drawn as on paper while something is done.
    async onPaper(act) {
      onPaper = true;
      await draw();
      act();
      onPaper = false;
      draw();
    },
  };
}
