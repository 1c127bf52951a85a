"""What stands where on a built page: its figures with their captions, where links lead, and what the search finds."""

import gzip
import json
import re
from dataclasses import dataclass
from functools import cache

from pages import SITE

TAG = re.compile(r"<(?P<end>/?)(?P<name>figure|figcaption)\b(?P<attributes>[^>]*)>")
IN_FOLD = re.compile(r"<(?P<end>/?)details\b")
NUMREF = r'href="#([^"]+)"><span class="std std-numref">[^<]*</span></a>'
CITED = re.compile(rf"{NUMREF}(?: to <a[^>]*{NUMREF})?")
TARGETS = r'(?:<span[^>]*\bid="[^"]*"[^>]*></span>\s*)*'
PLACES = {
    "heading": rf"<section\b[^>]*>\s*{TARGETS}<h\d|<h\d|<p\b[^>]*><strong>|<dt\b",
    "fold": r"<details\b",
    "equation": r'<div class="math\b',
}
"""How what a link leads to begins: a heading may stand in its paragraph, in bold, or be a term of a list."""


@cache
def all_pages():
    """Return the names of all pages that are there, but of those that lead to where another has moved."""
    return sorted(
        path.relative_to(SITE).as_posix()
        for path in SITE.rglob("*.html")
        if 'http-equiv="refresh"' not in path.read_text(encoding="utf-8")[:400]
    )


def book_pages():
    """Return the names of the pages that people read; the rest is generated, all of one kind."""
    return [name for name in all_pages() if not name.startswith(("source/", "reference/api/modules/"))]


@dataclass
class Figure:
    """A picture: the id of its figure, whether it has a number, and its caption; blank where it has none."""

    id: str = ""
    numbered: bool = False
    caption: str = ""


def figures(html):
    """Return the pictures of a page, whether they are figures or not."""
    found, stack = [], []
    for tag in TAG.finditer(html):
        if tag["name"] == "figure" and tag["end"]:
            stack.pop()
        elif tag["name"] == "figure":
            name = re.search(r'\bid="([^"]*)"', tag["attributes"])
            figure = Figure(name[1] if name else "")
            if "bp-picture" in tag["attributes"]:
                found.append(stack[-1] if stack else figure)
            stack.append(figure)
        elif not tag["end"] and stack:
            caption = html[tag.end() : html.index("</figcaption>", tag.end())]
            number, _, text = caption.partition('class="caption-text"')
            stack[-1].numbered = "caption-number" in number
            stack[-1].caption = re.sub(r"<[^>]*>", "", text.partition(">")[2]).strip(" \n¶")
    return found


def mentioned(html, found):
    """Return the ids of the figures that sentences of the page cite by their numbers: "Figures 1 to 3" cites three."""
    ids, cited = [figure.id for figure in found], set()
    for first, last in CITED.findall(html):
        cited |= {first, last} & {*ids}
        if {first, last} <= {*ids}:
            cited |= {*ids[ids.index(first) : ids.index(last)]}
    return cited


def place(html, anchor):
    """Return the kind of place that an anchor of a page leads to, or nothing."""
    at = re.search(rf'(?P<before>{TARGETS})<(?P<tag>\w+)\b[^>]*\bid="{re.escape(anchor)}"[^>]*>', html)
    if not at:
        return ""
    start = at.start("tag") - 1
    if at["tag"] == "span":  # a target in front of what it names
        start = re.compile(rf"(?:</span>\s*)?{TARGETS}").match(html, at.end()).end()
    within = re.search(r"<section\b[^>]*>\s*$", html[: at.start()]) if at["tag"] == "span" else None
    for kind, beginning in PLACES.items():
        if re.compile(beginning).match(html, within.start() if within else start):
            return kind
    depth = sum(-1 if tag["end"] else 1 for tag in IN_FOLD.finditer(html, 0, at.start()))
    return "fold" if depth > 0 else ""


def search_index(html):
    """Return what the script of the search loads, of the site in a folder."""
    text = (html / "searchindex.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))


def searched(index, words):
    """Return the pages and places to which entries of the index lead, compared as the script of the search does."""
    return {
        (index["docnames"][page], anchor)
        for entry, places in index["indexentries"].items()
        if words in entry and len(words) >= len(entry) / 2
        for page, anchor, main in places
        if main
    }


def found_places(html):
    """Return what the search of a served site can find, by its address: what Pagefind's index keeps of each place."""
    places = {}
    for path in (html / "_search/fragment").iterdir():
        place = json.loads(gzip.decompress(path.read_bytes()).removeprefix(b"pagefind_dcd"))
        places[place["meta"]["address"]] = place
    return places
