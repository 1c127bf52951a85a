"""The worker that keeps the book: which files it names, and that a change of one changes it."""

import json
import re

import pytest

from publish.offline import is_kept, kept, worker

PAGE = '<!doctype html><html data-letters="../_letters/reference/a" data-state="0a1b2c3d"><head></head></html>'
FILES = {
    "index.html": "<html></html>",
    "reference/a.html": PAGE,
    "_letters/reference/a.mazur.js": "letters",
    "_letters/reference/gone.mazur.js": "letters of a page that is gone",
    "source/literate_bp/node.html": "listing",
    "get/book.pdf": "large",
    "worker.js": "the worker before",
}


@pytest.fixture
def site(tmp_path):
    """A small site."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def constants(text):
    """Return what a worker knows."""
    return {name: json.loads(value) for name, value in re.findall(r"^const (\w+) = (.*);$", text, re.MULTILINE)}


@pytest.mark.parametrize(
    "name",
    [
        *("index.html", "reference/api/modules/node.html", "_images/a.svg", "_letters/01-why.mazur.js", "404.html"),
        *("_styles/01-why.css", "_scripts/0a1b2c3d.js", "_static/site-0a1b2c3d.js", "_static/notation.js"),
        *(
            "_static/missing.js",
            "_static/moved.js",
            "_static/fonts/a.woff2",
            "_static/favicon.svg",
            "_search/pagefind.js",
        ),
        *("_search/index/en_0a1b2c3.pf_index", "source/literate_bp/node.html"),
    ],
)
def test_what_pages_ask_for_is_kept(name):
    assert is_kept(name)


@pytest.mark.parametrize(
    "name",
    [
        *("get/book.pdf", "_previews/a.png", "objects.inv", "robots.txt", "sitemap.xml", "worker.js", ".buildinfo"),
        *(
            "01-why.md",
            "01-why.ipynb",
            "01-why.py",
            "llms.txt",
            "_static/book.css",
            "_static/scripts/furo.js",
            "searchindex.js",
            "_headers",
        ),
    ],
)
def test_downloads_and_what_only_programs_ask_for_are_not(name):
    assert not is_kept(name)


def test_the_worker_names_each_file_with_its_content_and_letters_with_the_state_of_their_page(site):
    known = constants(worker(kept(site)))
    assert known["FILES"].keys() == FILES.keys() - {"get/book.pdf", "worker.js"}
    assert len({*known["FILES"].values()}) == len(known["FILES"])
    assert known["LETTERS"] == {"_letters/reference/a.mazur.js": "0a1b2c3d"}
    assert "source/literate_bp/node.html".startswith(known["SEEN"])


def test_the_version_changes_with_a_page_and_with_nothing_else(site):
    before = worker(kept(site))
    (site / "get/book.pdf").write_text("another", encoding="utf-8")
    assert worker(kept(site)) == before
    (site / "index.html").write_text("<html>\n</html>", encoding="utf-8")
    after = worker(kept(site))
    assert constants(after)["VERSION"] != constants(before)["VERSION"]
    changed = {name for name, state in constants(after)["FILES"].items() if constants(before)["FILES"][name] != state}
    assert changed == {"index.html"}
