"""Switch the notation of every page of the built book in a real browser, and look whether it holds; prints a table.

It needs the book (`nox -s docs`), a Chromium, and the package `playwright`, which no lock of this project names:
`python benchmarks/switch.py --chromium /usr/bin/chromium`. A time is that from the change of the menu to the frame
after the one that draws it, once the file of the notation is there, so it has the browser's own wait for two frames in
it; that wait is measured too, and printed above the table. Beside it: in how many places stand other letters than the
file has, and how far the line at the top of the window moves.
"""

import argparse
import statistics
import sys
from pathlib import Path

from options import at_least
from playwright.sync_api import Page, sync_playwright

PAGES = Path(__file__).parents[1] / "docs/_build/html"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = "[...document.querySelector('.notation-menu select').options].map((option) => option.value)"
TIME = """async (name) => {
  const frame = () => new Promise(requestAnimationFrame);
  const menu = [...document.querySelectorAll('.notation-menu select')].find((menu) => menu.offsetParent);
  await frame(); await frame();
  await new Promise((done) => setTimeout(done));  // as a reader's choice, between two frames
  const start = performance.now();
  if (name) { menu.value = name; menu.dispatchEvent(new Event('change', { bubbles: true })); }
  await frame(); await frame();
  return performance.now() - start;
}"""
LOAD = """async (name) => {
  const menu = document.querySelector('.notation-menu select');
  menu.value = name; menu.dispatchEvent(new Event('change', { bubbles: true }));
  while (document.documentElement.dataset.notation !== name) await new Promise(requestAnimationFrame);
}"""
WRONG = """(name) => [...document.querySelectorAll('[data-slot]')].filter((slot) => {
  const written = document.createElementNS(slot.namespaceURI, slot.localName);
  written.innerHTML = letters[name]?.[slot.dataset.slot] ?? letters.book[slot.dataset.slot];
  return slot.innerHTML !== written.innerHTML;
}).length"""
PLACE = """async (name) => {
  const all = [...document.querySelectorAll('article :is(p, h1, h2, h3)')];
  const lines = all.filter((line) => line.offsetParent && !line.closest('details:not([open]), [data-slot]'));
  const line = lines[Math.floor(lines.length / 2)];
  line.scrollIntoView({ block: 'start', behavior: 'instant' });
  scrollBy({ top: -60, behavior: 'instant' });
  const frame = () => new Promise(requestAnimationFrame);
  await frame(); await frame();
  const before = line.getBoundingClientRect().top;
  const menu = [...document.querySelectorAll('.notation-menu select')].find((menu) => menu.offsetParent);
  menu.value = name; menu.dispatchEvent(new Event('change', { bubbles: true }));
  await frame(); await frame(); await frame();
  return Math.abs(line.getBoundingClientRect().top - before);
}"""


def row(page: Page, path: Path, rounds: int) -> tuple[str, int, float, float, int, float]:
    """Return a page's name, elements, median and worst milliseconds, wrong letters, and worst jump in pixels."""
    page.goto(path.as_uri() + "?notation=book")
    page.wait_for_function("document.fonts.status === 'loaded'")
    page.evaluate("scrollTo({ top: document.body.scrollHeight / 2, behavior: 'instant' })")
    names = page.evaluate(NAMES)
    for name in reversed(names):  # the files come once; what follows is the switch itself
        page.evaluate(LOAD, name)
    taken, wrong, jumps = [], 0, []
    for _ in range(rounds):
        for name in names:
            taken.append(page.evaluate(TIME, name))
            wrong += page.evaluate(WRONG, name)
    jumps = [page.evaluate(PLACE, name) for name in names]
    elements = page.evaluate("document.querySelectorAll('*').length")
    return path.name, elements, statistics.median(taken), max(taken), wrong, max(jumps)


def main() -> int:
    """Print the table; fail if a page shows what it should not, jumps, or takes too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser to run")
    parser.add_argument("--pages", type=Path, default=PAGES, help="the built book")
    parser.add_argument("--width", type=at_least(1), default=1200, help="of the window, in pixels")
    parser.add_argument(
        "--rounds", type=at_least(1), default=5, help="how often every notation is chosen on every page"
    )
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.chromium, args=FLAGS)
        page = browser.new_context(viewport={"width": given.width, "height": 900}).new_page()
        page.on("pageerror", lambda error: sys.exit(f"{page.url}: {error}"))
        page.goto((given.pages / "search.html").as_uri())
        waits = [page.evaluate(TIME, None) for _ in range(20)]
        print(f"{browser.version}, {given.width} px; the same without any switch: {statistics.median(waits):.0f} ms\n")
        print("| page | elements | median ms | worst ms | wrong letters | jump px |\n|---|---:|---:|---:|---:|---:|")
        rows = [row(page, path, given.rounds) for path in sorted(given.pages.rglob("*.html"))]
        browser.close()
    for name, elements, median, worst, wrong, jump in rows:
        print(f"| {name} | {elements} | {median:.0f} | {worst:.0f} | {wrong} | {jump:.0f} |")
    return int(any(median >= 50 or wrong or jump > 2 for _, _, median, _, wrong, jump in rows))


if __name__ == "__main__":
    sys.exit(main())
