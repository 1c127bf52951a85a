"""What axe finds on a page that is open, in windows of two widths and in both colors."""

from functools import cache

from pages import HERE

LOOKS = {320: ("light", "dark"), 1200: ("dark", "light")}
"""The widths of windows, and the colors that a page has there, in order."""
COLORS = ("color-contrast", "link-in-text-block")
"""The rules that look at colors: the others say of a page in the dark what they say of it in the light."""
ALL = {}
ALONE = {"runOnly": COLORS}
OTHERS = {"rules": {rule: {"enabled": False} for rule in COLORS}}
RUN = """async ([rules, all]) => {
  const found = await axe.run(all ? document : oneOfEach(), { resultTypes: ["violations"], ...rules });
  return found.violations.map(({ id, nodes }) => `${id}, ${nodes.length} times: ${nodes[0].html.slice(0, 120)}`);
}"""
ONE_OF_EACH = """() => {
  const words = (each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const behind = (each) => {
    if (!each) return "";
    const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(each);
    const found = [backgroundColor, backgroundImage, opacity, filter].join(" ");
    return (found === "rgba(0, 0, 0, 0) none 1 none" ? "" : `${found}|`) + behind(each.parentElement);
  };
  const look = (each) => {
    const { color, fontSize, fontWeight, textDecorationLine, textShadow } = getComputedStyle(each);
    return [each.localName, color, fontSize, fontWeight, textDecorationLine, textShadow, behind(each)].join("|");
  };
  window.oneOfEach = () => {
    const found = new Map();
    for (const each of document.querySelectorAll("body *")) {
      if (words(each) && each.getBoundingClientRect().width > 1) found.set(look(each), each);
    }
    return { include: [...found.values()] };
  };
}"""
"""Of texts that look the same, all that is behind them included, one."""
SHOW_ALL = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  document.documentElement.classList.add("show-back-to-top"); // as where a reader scrolls up
}"""


@cache
def program():
    """Return the text of axe."""
    return (HERE / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def faults(seen):
    """Return what axe finds, and assert that nothing leaves the window.

    All rules are asked about the first look. About each other one those that look at colors are asked, of one of the
    texts that look the same, since where a text stands, the first has said; in another width all others, too.
    """
    for script in (program(), ONE_OF_EACH, SHOW_ALL):
        seen.page.evaluate(script)
    found, first = [], [(ALL, True)]
    for width, schemes in LOOKS.items():
        seen.page.set_viewport_size({"width": width, "height": 900})
        for scheme in schemes:
            seen.page.emulate_media(color_scheme=scheme)
            seen.settle()
            assert seen.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is (scheme == "dark")
            for asked in first or [(ALONE, False)]:
                found += [f"{width} {scheme}: {fault}" for fault in seen.page.evaluate(RUN, asked)]
            first = []
        assert seen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        first = [(OTHERS, True), (ALONE, False)]
    return found
