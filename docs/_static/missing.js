// The page 404 takes the site to begin in the first folder of its host. It begins where this script lies: where that is
// another folder, the addresses of the page are changed, and what it asked for in vain is asked for again.
"use strict";
{
  const top = new URL("..", location.href).pathname;
  const page = parent.document;

  function lead(element, name) {
    const address = top + element.getAttribute(name).slice(1);
    if (!element.matches("link, script")) return element.setAttribute(name, address);
    const again = page.createElement(element.localName);
    for (const { name, value } of element.attributes) again.setAttribute(name, value);
    again.setAttribute(name, address);
    again.async = false;
    element.replaceWith(again);
  }

  if (top !== "/") {
    page.documentElement.dataset.content_root = top;
    for (const name of ["href", "src", "action"])
      for (const element of page.querySelectorAll(`[${name}^="/"]`)) lead(element, name);
  }
}
