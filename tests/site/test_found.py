"""How a page is found: what it says of itself, its address if that is known, the lists of pages, the page for none."""

import re
import xml.etree.ElementTree as ET
from html import unescape

import pytest
import yaml

from literate_bp import __version__
from publish.citation import authors, bibtex, in_words, to_add
from publish.links import to_repository
from publish.metadata import LONGEST, SHORTEST, described, shortened

ADDRESS, REPOSITORY = "https://book.example/bp/", "https://code.example/bp"
CHAPTER = """
The slope $\\derivative(\\linear)$ is at most ¼{sign}`|, or so`, and [links](https://a.example) *stay* words. Then more.

```{note}
Notes are left out.
```
"""
FIRST = """
Text of the first page, which has a diagram.

```{code-cell}
from literate_bp import diagram, example
diagram.network_backward(*example.running())
```
"""
GIVEN = "A second page, which says in its front matter what it is about & why."
PAGES = {
    "01-one": f"---\nneeds: []\nreaders: [learner]\n---\n\n# One & < two\n{CHAPTER}",
    "two": f"---\ndescription: {GIVEN}\n---\n\n# Two\n\nText.\n",
    "three": "# Three\n\nShort.\n",
    "reference/how-to-cite": "# How to cite\n\n```{how-to-cite}\n```\n",
    "404": "---\norphan: true\n---\n\n# This page does not exist\n\nThe [first page](/index.md) leads to all.\n",
}


def options(address, repository):
    """Return the options of a build, whatever addresses the machine knows."""
    return ("-n", "-W", "--keep-going", "-D", f"html_baseurl={address}", "-D", f"repository={repository}")


@pytest.fixture(scope="module")
def found(shared_books):
    """The same book, once with its addresses and once without, in this order."""
    folders = {}
    for name, given in (("with", options(ADDRESS, REPOSITORY)), ("without", options("", ""))):
        build = shared_books(name)
        result, _ = build(FIRST, given, PAGES)
        assert result.returncode == 0, result.stderr
        folders[name] = build.html
    return folders


def said(path):
    """Return the elements `meta` and `link` of a page, by their names."""
    html = path.read_text(encoding="utf-8").partition("</head>")[0]
    elements = re.findall(r'<(?:meta|link) (?:name|property|rel)="([^"]*)" (?:content|href)="([^"]*)"', html)
    named = {}
    for name, content in elements:
        named.setdefault(name, []).append(unescape(content))
    return named


def written(folder):
    """Return the pages of a site, but those that lead elsewhere."""
    paths = [path for path in folder.rglob("*.html") if 'http-equiv="refresh' not in path.read_text(encoding="utf-8")]
    return {path.relative_to(folder).as_posix(): path for path in paths}


@pytest.mark.parametrize("name", ["with", "without"])
def test_each_page_has_one_description_of_its_own_and_one_viewport(found, name):
    heads = {page: said(path) for page, path in written(found[name]).items()}
    assert {"index.html", "01-one.html", "404.html", "genindex.html", "source/literate_bp/node.html"} <= heads.keys()
    for page, head in heads.items():
        assert [len(head.get(key, [])) for key in ("description", "viewport", "og:title")] == [1, 1, 1], page
        assert SHORTEST <= len(head["description"][0]) <= LONGEST, (page, head["description"])
    texts = [head["description"][0] for head in heads.values()]
    assert len(set(texts)) == len(texts)


def test_a_description_is_the_first_sentence_in_the_letters_of_this_book(found):
    head = said(found["without"] / "01-one.html")
    assert head["description"] == ["The slope σ′(z) is at most ¼, and links stay words."]
    assert head["og:title"] == head["citation_title"] == ["One & < two"]
    assert said(found["without"] / "two.html")["description"] == [GIVEN]


def test_a_description_is_filled_and_cut():
    title = "Title, a page of Book, the book on backpropagation that runs."
    assert described("Title", ["Short."], "Book") == f"Short. {title}"
    assert described("Title", [], "Book") == title
    long = "A part of a sentence that goes on for a while, and another one; " * 3
    assert shortened(long).endswith("another one …")
    assert len(shortened("word " * 60)) <= LONGEST
    assert shortened("word " * 60).endswith("word …")


def test_addresses_are_there_when_they_are_known(found):
    for page, path in written(found["with"]).items():
        head = said(path)
        assert head["canonical"] == head["og:url"] == [ADDRESS + page]
    assert said(found["with"] / "01-one.html")["citation_fulltext_html_url"] == [f"{ADDRESS}01-one.html"]
    locations = [e.text for e in ET.parse(found["with"] / "sitemap.xml").iter() if e.tag.endswith("loc")]  # noqa: S314  our own
    listed = {location.removeprefix(ADDRESS) for location in locations}
    assert len(listed) == len(locations)
    assert listed == written(found["with"]).keys() - {"404.html", "genindex.html", "py-modindex.html", "search.html"}
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (found["with"] / "robots.txt").read_text(encoding="utf-8").splitlines()


def test_no_page_has_an_address_that_is_not_known(found):
    for page, path in written(found["without"]).items():
        html = path.read_text(encoding="utf-8")
        assert "canonical" not in html, page
        assert "og:url" not in html, page
        assert "https://code" not in html, page
        assert "https://example.org" not in html, page
    assert not (found["without"] / "sitemap.xml").exists()
    assert (found["without"] / "robots.txt").read_text(encoding="utf-8") == "User-agent: *\nAllow: /\n"


def test_each_page_has_a_picture_if_addresses_are_known(found):
    for page, path in written(found["with"]).items():
        head = said(path)
        assert head["og:image"] == [f"{ADDRESS}_previews/index.png"], page
        assert head["twitter:card"] == ["summary_large_image"]
    assert (found["with"] / "_previews/index.png").read_bytes().startswith(b"\x89PNG")
    assert said(found["without"] / "index.html")["twitter:card"] == ["summary"]
    assert not (found["without"] / "_previews").exists()


def test_a_chapter_says_how_it_is_cited_and_other_pages_do_not(found):
    head = said(found["without"] / "01-one.html")
    assert head["citation_author"] == ["The authors of Literate Backpropagation"]
    assert head["citation_inbook_title"] == ["Literate Backpropagation"]
    assert not [name for name in said(found["without"] / "two.html") if name.startswith("citation")]


def test_each_page_links_to_its_source_and_to_a_report(found):
    files = {"01-one": "docs/01-one.md", "source/literate_bp/node": "src/literate_bp/node.py"}
    for page, file in files.items():
        html = (found["with"] / f"{page}.html").read_text(encoding="utf-8")
        assert f'href="{REPOSITORY}/blob/main/{file}"' in html
        assert f'href="{REPOSITORY}/edit/main/{file}"' in html
    html = (found["with"] / "genindex.html").read_text(encoding="utf-8")
    assert f"{REPOSITORY}/issues/new?title=" in html
    assert f"{REPOSITORY}/edit" not in html


def test_what_is_reported_says_where():
    *_, (_, address) = to_repository(REPOSITORY, "docs/a b.md", "A & B")
    assert address == f"{REPOSITORY}/issues/new?title=A%20%26%20B%20%28docs/a%20b.md%29"


CITATION = yaml.safe_load("""
title: T
version: 1.2.3
date-released: 2026-11-29
authors: [{given-names: Ada, name-particle: de, family-names: B}, {name: The group}]
""")


def test_the_reference_is_made_of_the_file():
    assert authors(CITATION) == ["Ada de B", "The group"]
    assert in_words(CITATION, "https://a") == "Ada de B, The group (2026). T, version 1.2.3. https://a"
    lines = bibtex(CITATION, "https://a").splitlines()
    assert lines[1:-1] == [
        "  title   = {{T}},",
        "  author  = {Ada de B and {The group}},",
        "  year    = {2026},",
        "  version = {1.2.3},",
        "  url     = {https://a},",
    ]


def test_what_a_reference_lacks_is_said():
    later = {**CITATION, "date-released": ""}
    assert to_add(CITATION, "https://a") == ""
    assert to_add(CITATION, "") == "Add the address where you read it."
    assert to_add(later, "https://a") == "Add the day when you read it. Version 1.2.3 has no date of release yet."
    assert to_add(later, "").startswith("Add the address where you read it and the day when you did. ")


def test_the_page_how_to_cite_has_the_version_of_the_package_and_no_address_that_is_not_known(found):
    html = (found["without"] / "reference/how-to-cite.html").read_text(encoding="utf-8")
    assert f"Literate Backpropagation, version {__version__}." in html
    assert "repository-code" not in html
    assert "Add the address where you read it" in html
    assert REPOSITORY in (found["with"] / "reference/how-to-cite.html").read_text(encoding="utf-8")
    assert 'href="reference/how-to-cite.html">How to cite</a>' in (found["without"] / "01-one.html").read_text()


@pytest.mark.parametrize(("address", "top"), [("with", "/bp/"), ("without", "/")])
def test_the_links_of_the_page_for_missing_pages_lead_to_files_from_any_address(found, address, top):
    html = (found[address] / "404.html").read_text(encoding="utf-8")
    links = {link for link in re.findall(r' (?:href|src|action|data)="([^"#?]+)', html) if ":" not in link}
    own = {link for link in links if not link.endswith("missing.svg")}
    assert len(own) > 10
    assert not [link for link in own if not link.startswith(top) or not (found[address] / link[len(top) :]).exists()]
    assert (links == own) is (address == "with")


def test_the_page_for_missing_pages_is_offered_in_no_other_form(found):
    assert "text/markdown" in (found["without"] / "index.html").read_text(encoding="utf-8")
    page = (found["without"] / "404.html").read_text(encoding="utf-8")
    assert "text/markdown" not in page
    assert "page-forms" not in page
    assert not (found["without"] / "404.md").exists()
