"""Adds one style sheet and one script in the place of twenty: a browser asks for each file by itself, and waits.

The script stands at the end of the page, and is not deferred: what Sphinx's scripts do when the page is ready, they do
after all of them have been read.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from page.incremental import writing
from publish.templates import Page, add_step

ORDER = 20
SHEET = re.compile(
    r'<link rel="stylesheet"[^<>]*? href="[^"]*?_static/(?P<name>[^"?]+)(?:\?v=(?P<state>[^"]*))?"[^<>]*>\s*'
)
SCRIPT = re.compile(
    r'<script\b[^<>]*? src="[^"]*?_static/(?P<name>[^"?]+)(?:\?v=(?P<state>[^"]*))?"[^<>]*></script>\s*'
)
FIRST = {"notation.js"}
"""What a browser needs before it draws."""
NEEDLESS = {"design-tabs.js"}
"""What no page of this book needs: it has no tabs."""
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
DESIGNS = {
    *("sd-card", "sd-card-body", "sd-card-header", "sd-card-text", "sd-dropdown", "sd-mb-3", "sd-octicon"),
    *("sd-octicon-chevron-right", "sd-sphinx-override", "sd-summary-chevron-right", "sd-summary-content"),
    *("sd-summary-state-marker", "sd-summary-text", "sd-summary-title"),
}
"""The classes of sphinx-design that are on a page; it brings a thousand."""
NOTEBOOKS = {
    *("above-input", "admonition", "admonition-title", "below-input", "cell", "cell_input", "cell_output", "collapsed"),
    *("container", "expanded", "hide", "highlight", "linenos", "output", "pasted-text", "stream", "text_html"),
    *("text_plain", "traceback"),
}
"""The classes of MyST-NB that are on a page; its sheet is for anything that a notebook may print."""
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
URL = re.compile(r"""url\((?P<quote>["']?)(?!data:|#)(?P<path>[^"')]+)(?P=quote)\)""")
PARTS = re.compile(r"[^{};]+;|[^{};]+\{(?:[^{}]|\{[^{}]*\})*\}")


class Bundles:
    """The lists of files that pages ask for, each under a name of its own."""

    def __init__(self) -> None:
        self.lists: dict[str, list[str]] = {}

    def lay_out(self, html: str, _page: Page) -> str:
        """Return a page that asks for one sheet and one script in the place of many."""
        html = self.joined(html, SHEET, '<link rel="stylesheet" href="{}">\n', "css")
        return self.joined(html, SCRIPT, '<script src="{}"></script>\n', "js")

    def joined(self, html: str, kind: re.Pattern[str], element: str, ending: str) -> str:
        """Return a page with one element for all of a kind, where the first of them stood."""
        found = [each for each in kind.finditer(html) if each["name"] not in FIRST]
        if not found:
            return html
        names = [each["name"] for each in found if each["name"] not in NEEDLESS]
        states = "".join(f"{each['name']} {each['state']}\n" for each in found)
        name = f"site-{sha256(states.encode()).hexdigest()[:8]}.{ending}"
        self.lists[name] = names
        own = element.format(f"{top(found[0][0])}_static/{name}")
        for each in found[1:]:
            html = html.replace(each[0], "", 1)
        return html.replace(found[0][0], own, 1)

    def write(self, app: Sphinx, error: Exception | None) -> None:
        """Write what the pages ask for, and remove what they asked for before."""
        if error or not self.lists:
            return
        static = Path(app.outdir, "_static")
        with writing():
            for name, names in self.lists.items():
                join = sheet if name.endswith(".css") else script
                text = "".join(join(file, (static / file).read_text(encoding="utf-8")) for file in names)
                (static / name).write_text(text, encoding="utf-8")
            for path in static.glob("site-*"):
                if path.name not in self.lists and not app.config.one_page:  # which leaves all other pages as they are
                    path.unlink()


def top(element: str) -> str:
    """Return how an element begins the address of a file of the site."""
    found = re.search(r'"([^"]*?)_static/', element)
    return found[1] if found else ""


def sheet(name: str, text: str) -> str:
    """Return the rules of a sheet, whose addresses begin in the folder of all sheets, without what nothing needs."""
    folder = posixpath.dirname(name)
    text = URL.sub(
        lambda url: f'url("{posixpath.normpath(posixpath.join(folder, url["path"]))}")', COMMENT.sub("", text)
    )
    if "sphinx-design" in name:
        return "".join(
            needed(rule, lambda found: not found.startswith("sd-") or found in DESIGNS) for rule in rules(text)
        )
    if "mystnb" in name:
        return "".join(needed(rule, NOTEBOOKS.__contains__) for rule in rules(text))
    return text + "\n"


def rules(text: str) -> Iterator[str]:
    """Yield the rules of a sheet, one by one; what is in a condition stays together."""
    for part in PARTS.finditer(text):
        yield part[0].strip() + "\n"


def needed(rule: str, known: Callable[[str], bool]) -> str:
    """Return what of a rule may match an element of a page: the selectors with known classes alone."""
    selectors, brace, body = rule.partition("{")
    if selectors.startswith("@") or "(" in selectors:
        return rule
    kept = [each for each in selectors.split(",") if all(map(known, CLASS.findall(each)))]
    return ",".join(kept) + brace + body if kept else ""


def script(_name: str, text: str) -> str:
    """Return a script as one of several."""
    return re.sub(r"//# sourceMappingURL=.*", "", text).rstrip() + "\n;\n"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the step, and write the files when all pages are there."""
    bundles = Bundles()
    add_step(app, bundles.lay_out, ORDER)
    app.connect("build-finished", bundles.write, priority=900)  # after the theme has added its dark colors
    return {"parallel_read_safe": True, "parallel_write_safe": True}
