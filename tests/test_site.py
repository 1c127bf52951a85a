"""The built book: no other host is asked, no id stands twice, the math font has every character, no number is typed."""

import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import prose
import pytest
from fontTools.ttLib import TTFont
from pages import DOCS
from pages import PAGES as SOURCES

HERE = Path(__file__).parents[1]
PAGES = HERE / "docs/_build/html"
ELSEWHERE = re.compile(r"^\s*(?:https?:)?//")
IN_CSS = re.compile(r"""(?:url\(\s*|@import\s+)["']?\s*(?:https?:)?//[^)"']+""")
UNDRAWN = "\n\ufe0e"  # a line's end, and the wish for text instead of a picture
FETCHING = {"src", "srcset", "data", "poster", "href", "xlink:href"}


class Page(HTMLParser):
    """The ids of a page, the characters of its formulas, and all that a browser fetches without being asked."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.fetched, self.formulas, self.in_math = [], [], set(), False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_endtag(self, tag):
        self.in_math = self.in_math and tag != "math"

    def handle_data(self, data):
        self.formulas |= set(data) if self.in_math else set()

    def handle_starttag(self, tag, attrs):
        self.in_math = self.in_math or tag == "math"
        self.ids += [value for name, value in attrs if name == "id"]
        if tag != "a":
            self.fetched += [value for name, value in attrs if name in FETCHING and value]
        self.fetched += [found for name, value in attrs if name == "style" for found in IN_CSS.findall(value or "")]


@pytest.fixture(scope="module")
def pages():
    """The book itself, as `nox -s docs` builds it; what is up to date is not built again."""
    command = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "--keep-going", str(HERE / "docs"), str(PAGES)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert result.returncode == 0, result.stderr
    return {path.relative_to(PAGES).as_posix(): Page(path) for path in PAGES.rglob("*.html")}


def test_no_page_asks_another_host(pages):
    assert "index.html" in pages
    asked = {name: [url for url in page.fetched if ELSEWHERE.match(url)] for name, page in pages.items()}
    assert not {name: urls for name, urls in asked.items() if urls}


def test_no_style_sheet_asks_another_host(pages):
    sheets = list(PAGES.rglob("*.css")) if pages else []
    assert sheets
    assert not {path.name: found for path in sheets if (found := IN_CSS.findall(path.read_text(encoding="utf-8")))}


def test_no_id_stands_twice_on_a_page(pages):
    twice = {name: [key for key, n in Counter(page.ids).items() if n > 1] for name, page in pages.items()}
    assert not {name: keys for name, keys in twice.items() if keys}


def test_the_math_font_has_every_character_of_the_formulas(pages):
    drawn = set().union(*(page.formulas for page in pages.values()))
    assert "z" in drawn
    font = TTFont(PAGES / "_static/fonts/stix-two-math.woff2").getBestCmap()
    assert not {char for char in drawn if ord(char) not in font and char not in UNDRAWN}


def test_no_number_that_a_page_computes_is_typed_in_its_prose(pages):
    assert "index.html" in pages
    found = []
    for source in SOURCES:
        name, page = source.relative_to(DOCS).with_suffix(""), source.read_text(encoding="utf-8")
        glued = PAGES.with_name("jupyter_execute") / f"{name}.glue.json"
        html = (PAGES / f"{name}.html").read_text(encoding="utf-8")
        values = prose.computed(page, html, glued.read_text(encoding="utf-8") if glued.exists() else "{}")
        found += [f"{name}.md:{typed.line}: {typed.text} copies {value}" for typed, value in prose.copied(page, values)]
    assert not found, "\n".join(found)
