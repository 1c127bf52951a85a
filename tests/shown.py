"""What a reader of a built page sees in one notation: its slots with the letters that a file registers for them."""

import json
import re
from html.parser import HTMLParser

from publish.letters import FOLDER, end_of_element

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SLOT = re.compile(r'<(?P<tag>[a-z]+)\b(?P<attributes>[^<>]*) data-slot="(?P<number>\d+)"[^<>]*>')
REGISTERED = re.compile(r'letters\["(\w+)"\] = (.*);\n', re.DOTALL)


def letters_of(site, page, notation):
    """Return what a notation writes in the slots of a page, by their numbers; nothing where it agrees with the book."""
    path = site / FOLDER / f"{page.removesuffix('.html')}.{notation}.js"
    if not path.exists():
        return {}
    name, letters = REGISTERED.fullmatch(path.read_text(encoding="utf-8")).groups()
    assert name == notation
    return json.loads(letters)


def slots(html):
    """Yield the slots of a page, each with what it holds, and where that begins and ends."""
    for slot in SLOT.finditer(html):
        start = slot.end()
        yield slot, start, end_of_element(html, slot["tag"], start)[0]


def in_letters(html, letters):
    """Return a page as the script of the menu changes it."""
    parts, position = [], 0
    for slot, start, end in slots(html):
        parts += [html[position:start], letters.get(slot["number"], html[start:end])]
        position = end
    return "".join([*parts, html[position:]])


class Frame(HTMLParser):
    """The menus of a page, and the scripts and sheets that it asks for, in their order."""

    def __init__(self, html):
        super().__init__()
        self.menus, self.head, self.open = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in {"script", "link"}:
            self.head.append((tag, given.get("rel", ""), given.get("src") or given.get("href") or ""))
        if tag == "select" and "notation-menu" in (self.open[-1][1] if self.open else ""):
            self.menus.append([])
        if tag == "option" and self.menus:
            self.menus[-1].append([given.get("value"), ""])
        if tag not in VOID:
            self.open.append((tag, given.get("class") or ""))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "option" and self.menus:
            self.menus[-1][-1][1] += data
