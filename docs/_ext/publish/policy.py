"""Adds a policy: a page asks nothing of another host, and has no style or script of its own.

A browser obeys the policy, so it must hold: what a theme, Matplotlib or Temml writes into attributes and elements
becomes a style sheet of the page, in which each declaration stands once, and scripts become files.
"""

import re
from hashlib import sha256
from html import unescape
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from page.incremental import writing
from publish.headers import POLICY
from publish.letters import NOT_KEPT
from publish.templates import Page, add_step, orphans

SHEETS, SCRIPTS = "_styles", "_scripts"
ORDER = 8
STYLED = re.compile(r'<(?P<tag>[a-zA-Z]\w*)\b(?P<before>[^<>]*?) style="(?P<style>[^"]*)"(?P<after>[^<>]*)>')
CLASS = re.compile(r'(?P<before>^|\s)class="(?P<names>[^"]*)"')
STYLE = re.compile(r"<style\b[^<>]*>(?P<rules>.*?)</style>\s*", re.DOTALL)
SCRIPT = re.compile(r"<script>(?P<text>.*?)</script>", re.DOTALL)
AS_STRONG_AS_AN_ATTRIBUTE = ":not(#_)"


class Sheet:
    """The style sheet of a page: what stood in its elements `style`, and a class for each style of an attribute."""

    def __init__(self) -> None:
        self.elements: dict[str, None] = {}
        self.classes: dict[str, str] = {}

    def class_of(self, style: str) -> str:
        """Return the class of a style, a new one where it has none."""
        return self.classes.setdefault(style, f"style-{len(self.classes)}")

    def text(self) -> str:
        """Return the rules."""
        rules = [f".{name}{AS_STRONG_AS_AN_ATTRIBUTE}{{{style}}}" for style, name in self.classes.items()]
        return "\n".join([*self.elements, *rules, ""])


def without_styles(html: str) -> tuple[str, Sheet]:
    """Return a page whose elements have classes in the place of styles, and the sheet that says what they are."""
    sheet = Sheet()

    def remove(element: re.Match[str]) -> str:
        sheet.elements[element["rules"].strip()] = None
        return ""

    def replace(element: re.Match[str]) -> str:
        if NOT_KEPT.search(f' style="{element["style"]}"'):
            return element[0]
        name = sheet.class_of(unescape(element["style"]).strip().rstrip(";"))
        return f"<{element['tag']}{with_class(element['before'] + element['after'], name)}>"

    return STYLED.sub(replace, STYLE.sub(remove, html)), sheet


def with_class(attributes: str, name: str) -> str:
    """Return the attributes of an element with one more class."""
    if CLASS.search(attributes):
        return CLASS.sub(rf'\g<before>class="\g<names> {name}"', attributes, count=1)
    return f' class="{name}"{attributes}'


def without_scripts(html: str) -> tuple[str, dict[str, str]]:
    """Return a page that asks for its scripts, and their texts by the names of their files."""
    files: dict[str, str] = {}

    def ask(script: re.Match[str]) -> str:
        name = f"{digest(script['text'])}.js"
        files[name] = script["text"]
        return f'<script src="{SCRIPTS}/{name}"></script>'

    return SCRIPT.sub(ask, html), files


def digest(text: str) -> str:
    """Return a short name for a text."""
    return sha256(text.encode()).hexdigest()[:8]


def write(path: Path, text: str) -> None:
    """Write a file of the site."""
    with writing():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def lay_out(html: str, page: Page) -> str:
    """Write the sheet and the scripts of a page, and return the page with the policy, which asks for them."""
    html, sheet = without_styles(html)
    html, scripts = without_scripts(html)
    write(page.site / SHEETS / f"{page.name}.css", sheet.text())
    for name, text in scripts.items():
        write(page.site / SCRIPTS / name, text)
    html = html.replace(f'src="{SCRIPTS}/', f'src="{page.top}{SCRIPTS}/')
    address = f"{page.top}{SHEETS}/{page.name}.css?v={digest(sheet.text())}"
    html = html.replace("</head>", f'<link rel="stylesheet" href="{address}">\n</head>', 1)
    return html.replace("<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{POLICY}">', 1)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the step, and remove what was written of pages that are gone."""
    add_step(app, lay_out, ORDER)
    app.connect("build-finished", orphans(SHEETS, r"\.css"), priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
