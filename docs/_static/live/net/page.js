// The page of a reader's own network. What builds it is asked for when somebody wants it, or a link has one.

import { element } from "../dom.js";

const LINK = "#net:";
const FAILED = "What runs the rules could not be loaded. Try again.";

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a % stands for itself
  }
}

// Offer to build a network in a place of the page.
export function offer(place) {
  const button = element("button", { type: "button", className: "net-begin", textContent: "Build a network" });
  document.head.append(element("link", { rel: "stylesheet", href: new URL("net.css", import.meta.url).href }));
  const said = element("p", { className: "net-said", role: "status" });
  let asked;
  let made;

  // Return what builds a network, once it has come; who asks again after a failure asks anew.
  function handler() {
    asked ??= import("./build.js").then(({ build }) => build(place)).catch((problem) => {
      asked = undefined;
      throw problem;
    });
    return asked;
  }

  async function open() {
    try {
      made = await handler();
    } catch {
      said.textContent = FAILED;
      return undefined;
    }
    said.remove();
    button.remove();
    return made;
  }

  async function follow() {
    if (!location.hash.startsWith(LINK)) return;
    const builder = await open();
    builder?.take(decoded(location.hash.slice(LINK.length)));
  }
  button.addEventListener("click", async () => (await open())?.begin());
  for (const near of ["pointerenter", "focus"]) button.addEventListener(near, () => handler().catch(() => {})); // a click may follow
  addEventListener("hashchange", follow);
  place.querySelector(".net-without")?.remove();
  place.prepend(button, said);
  follow();
}
