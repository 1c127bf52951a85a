"""Adds one style sheet and one script in the place of twenty: a browser asks for each file by itself, and waits.

Of the sheets those rules stay whose classes a page has, or a script names: themes bring thousands. The files are named
by their content, which is known when all pages are there.

The script stands at the end of the page, and is not deferred: what Sphinx's scripts do when the page is ready, they do
after all of them have been read.
"""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from page.assets import served_script
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
CLASSES = re.compile(r"""class=\\?["']([^"'\\]*)""")
"""The classes of an element, in a page or in a script."""
WORD = re.compile(r"[A-Za-z_][\w-]*")
PARENTHESES = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
"""Parentheses, with others in them and in those."""
SELECTOR = re.compile(rf"(?:[^,()]|{PARENTHESES})+")
"""One of several selectors: a comma within parentheses does not end it."""
ARGUMENTS = re.compile(rf"\[[^\]]*\]|{PARENTHESES}")
CONDITIONS = ("@media", "@supports", "@container", "@layer")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
URL = re.compile(r"""url\((?P<quote>["']?)(?!data:|#)(?P<path>[^"')]+)(?P=quote)\)""")
UNMARKED = "button, select, textarea"
"""Where Sphinx's script does not mark what was searched for; in a picture's title, it would end with an error."""
NAMED = re.compile(r"site-[0-9a-f]{8}(?:-[0-9a-f]{8})?\.(?:css|js)")


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
        name = f"site-{digest(states)}.{ending}"
        self.lists[name] = names
        own = element.format(f"{top(found[0][0])}_static/{name}")
        for each in found[1:]:
            html = html.replace(each[0], "", 1)
        return html.replace(found[0][0], own, 1)

    def write(self, app: Sphinx, error: Exception | None) -> None:
        """Write what the pages ask for, under names of its content; remove what they asked for before."""
        if error or not self.lists:
            return
        site = Path(app.outdir)
        pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
        with writing():
            final = {name: self.write_one(site, name, pages.values()) for name in self.lists}
            for path, html in pages.items():
                asked = NAMED.sub(lambda found: final.get(first(found[0]), found[0]), html)
                if asked != html:
                    path.write_text(asked, encoding="utf-8")
            for path in (site / "_static").glob("site-*"):
                if path.name not in final.values() and not app.config.one_page:  # which leaves other pages as they are
                    path.unlink()

    def write_one(self, site: Path, name: str, pages: Iterable[str]) -> str:
        """Write one file, and return its name."""
        files = self.lists[name]
        parts = texts(site / "_static" / file for file in files)
        if name.endswith(".css"):
            known = known_classes(site, pages)
            text = "".join(sheet(file, part, known) for file, part in zip(files, parts, strict=True))
        else:
            text = "".join(map(script, parts))
        stem, _, ending = name.partition(".")
        final = f"{stem}-{digest(text)}.{ending}"
        (site / "_static" / final).write_text(text, encoding="utf-8")
        return final


def first(name: str) -> str:
    """Return the name that a page asked for before the content of the file was known."""
    return re.sub(r"-[0-9a-f]{8}(?=\.)", "", name) if name.count("-") > 1 else name


def digest(text: str) -> str:
    """Return a short name for a text."""
    return sha256(text.encode()).hexdigest()[:8]


def known_classes(site: Path, pages: Iterable[str]) -> set[str]:
    """Return the classes that elements have or may get: those on pages and in letters, and all words of scripts."""
    static = (path for path in (site / "_static").rglob("*.js") if path.name not in NEEDLESS)
    scripts, letters = map(texts, (static, (site / "_letters").rglob("*.js")))
    names = {each for text in (*pages, *letters) for each in CLASSES.findall(text)}
    return {*" ".join(names).split(), *(word for text in scripts for word in WORD.findall(text))}


def texts(paths: Iterable[Path]) -> list[str]:
    """Return what is in some files."""
    return [path.read_text(encoding="utf-8") for path in paths]


def top(element: str) -> str:
    """Return how an element begins the address of a file of the site."""
    found = re.search(r'"([^"]*?)_static/', element)
    return found[1] if found else ""


def sheet(name: str, text: str, known: Collection[str]) -> str:
    """Return the rules of a sheet that may match an element; its addresses begin in the folder of all sheets."""
    folder = posixpath.dirname(name)
    text = URL.sub(
        lambda url: f'url("{posixpath.normpath(posixpath.join(folder, url["path"]))}")', COMMENT.sub("", text)
    )
    return needed_rules(text, known)


def needed_rules(text: str, known: Collection[str]) -> str:
    """Return those rules of a sheet that may match an element."""
    return "".join(needed(rule, known) for rule in rules(text))


def rules(text: str) -> Iterator[str]:
    """Yield the rules of a sheet, one by one; what is in a condition stays together."""
    depth = start = 0
    for mark in re.finditer("[{};]", text):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if depth == 0:
            yield text[start : mark.end()].strip() + "\n"
            start = mark.end()


def needed(rule: str, known: Collection[str]) -> str:
    """Return what of a rule may match an element: the selectors with known classes alone."""
    selectors, brace, body = rule.partition("{")
    if brace and selectors.startswith(CONDITIONS):
        inner = needed_rules(body.rpartition("}")[0], known)
        return f"{selectors}{{{inner}}}\n" if inner else ""
    if selectors.startswith("@"):
        return rule
    kept = [each for each in SELECTOR.findall(selectors) if all(name in known for name in classes(each))]
    return ",".join(kept) + brace + body if kept else ""


def classes(selector: str) -> list[str]:
    """Return the classes that an element, or one around it, must have; what a selector excludes is not among them."""
    return CLASS.findall(ARGUMENTS.sub("", selector))


def script(text: str) -> str:
    """Return a script as one of several; what was searched for is marked in text alone."""
    text = text.replace(UNMARKED, f"{UNMARKED}, svg, math")
    return served_script(re.sub(r"//# sourceMappingURL=.*", "", text)).rstrip() + "\n;\n"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the step, and write the files when all pages are there."""
    bundles = Bundles()
    add_step(app, bundles.lay_out, ORDER)
    app.connect("build-finished", bundles.write, priority=900)  # after the theme has added its dark colors
    return {"parallel_read_safe": True, "parallel_write_safe": True}
