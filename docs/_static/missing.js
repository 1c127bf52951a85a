// The page 404 may be shown at any address. This script lies in a folder of the site, so it knows where the site begins.
if (!document.querySelector("base")) {
  const base = document.createElement("base");
  base.href = new URL("..", document.currentScript.src);
  document.currentScript.before(base);
  document.addEventListener("DOMContentLoaded", () => {
    for (const link of document.querySelectorAll('a[href^="#"]')) {
      link.href = location.href.split("#")[0] + link.getAttribute("href");
    }
  });
}
