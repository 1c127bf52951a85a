// Elements, made in one line each.

const SVG = "http://www.w3.org/2000/svg";

export function element(name, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
}

export function shape(name, attributes, ...inside) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

// Let what was asked for be seen in its panel, where that scrolls: what is too long from its beginning.
export function bring(place) {
  const panel = place.closest(".live-panel");
  const top = place.offsetTop - panel.offsetTop;
  panel.scrollTop = Math.min(top, Math.max(panel.scrollTop, top + place.offsetHeight - panel.clientHeight));
}

export function button(text, act) {
  const made = element("button", { type: "button", textContent: text });
  made.addEventListener("click", act);
  return made;
}
