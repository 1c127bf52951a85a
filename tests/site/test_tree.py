"""The tree of all pages that a page shows is the one that Sphinx makes for it."""

import pytest
from sphinx.application import Sphinx

from page.tree import WHOLE, Tree

PAGES = {
    "index": """
Book
====
.. toctree::
   :caption: First

   one
   part/index
   The same again <one>

.. toctree::
   :hidden:

   genindex
   elsewhere <https://example.org/one.html>
""",
    "one": "One\n===\n\nWithin\n------\n",
    "part/index": "Part\n====\n.. toctree::\n\n   leaf\n   deep/leaf\n",
    "part/leaf": "Leaf\n====\n",
    "part/deep/leaf": "*Deep* leaf\n===========\n",
    "alone": ":orphan:\n\nAlone\n=====\n",
}
OPTIONS = ({"titles_only": True, "includehidden": True}, {"includehidden": False})


def build(folder, pages):
    for name, text in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.rst").write_text(text, encoding="utf-8")
    (folder / "conf.py").touch()
    app = Sphinx(folder, folder, folder / "_build", folder / "_doctrees", "html", status=None, freshenv=True)
    app.build()
    return app.builder


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return build(tmp_path_factory.mktemp("book"), PAGES)


@pytest.mark.parametrize("options", OPTIONS, ids=["all", "least"])
def test_every_page_shows_the_tree_that_sphinx_makes_for_it(book, options):
    tree = Tree(book, **options)
    pages = [*PAGES, "genindex", "search"]
    found = {name: tree.html(name) for name in [*pages, *reversed(pages)]}  # no page leaves its marks to another
    assert found == {name: book._get_local_toctree(name, collapse=False, maxdepth=WHOLE, **options) for name in pages}
    assert 'class="current reference internal" href="#"' in found["part/deep/leaf"]


def test_a_book_of_one_page_has_no_tree(tmp_path):
    assert Tree(build(tmp_path, {"index": "Alone\n=====\n"})).html("index") == ""
