"""The built book: no other host is asked, ids are unique; what is broken stops the build; nothing goes stale.

The checks that build stand in two groups, so that parallel workers share each build.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
PAGES = HERE / "docs/_build/html"
STRICT = ("-n", "-W", "--keep-going")
ELSEWHERE = re.compile(r"^\s*(?:https?:)?//")
IN_CSS = re.compile(r"""(?:url\(\s*|@import\s+)["']?\s*(?:https?:)?//[^)"']+""")
FETCHING = {"src", "srcset", "data", "poster", "href", "xlink:href"}
FRONT = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n\n# A page\n\n"
API = "# API\n\n```{eval-rst}\n.. automodule:: literate_bp.node\n   :members:\n```\n"
LISTING = "```{rule} literate_bp.node.sigmoid\n```\n\n"
CELL = "```{code-cell}\nfrom literate_bp.node import sigmoid\n\nround(1000 * sigmoid(0.0))\n```\n\n"


def sphinx(source, target, *options, **environment):
    command = [sys.executable, "-m", "sphinx", "-q", *options, str(source), str(target)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | environment, timeout=600
    )


class Page(HTMLParser):
    """The ids of a page, and every address that a browser would fetch without being asked."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.fetched = [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag != "a":
            self.fetched += [value for name, value in attrs if name in FETCHING and value]
        self.fetched += [found for name, value in attrs if name == "style" for found in IN_CSS.findall(value or "")]


@pytest.fixture(scope="module")
def pages():
    """The book itself, as `nox -s docs` builds it; what is up to date is not built again."""
    result = sphinx(HERE / "docs", PAGES, *STRICT)
    assert result.returncode == 0, result.stderr
    return {path.relative_to(PAGES).as_posix(): Page(path) for path in PAGES.rglob("*.html")}


@pytest.fixture
def book(tmp_path):
    """A small book with the settings, the extensions and the package of this one."""
    for part in ("src", "docs/_ext", "docs/_static", "docs/_templates", "docs/inventories"):
        if (HERE / part).exists():
            shutil.copytree(HERE / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("docs/conf.py", "docs/references.bib"):
        shutil.copyfile(HERE / file, tmp_path / file)
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    (tmp_path / "docs/api.md").write_text(API, encoding="utf-8")

    def build(text, options=STRICT):
        page = FRONT + "```{toctree}\napi\n```\n\n" + text
        (tmp_path / "docs/index.md").write_text(page, encoding="utf-8")
        result = sphinx(tmp_path / "docs", tmp_path / "html", *options, PYTHONPATH=str(tmp_path / "src"))
        index = tmp_path / "html/index.html"
        return result, index.read_text(encoding="utf-8") if index.exists() else ""

    build.source = tmp_path / "src/literate_bp/node.py"
    return build


@pytest.mark.xdist_group("site")
def test_no_page_asks_another_host(pages):
    assert "index.html" in pages
    asked = {name: [url for url in page.fetched if ELSEWHERE.match(url)] for name, page in pages.items()}
    assert not {name: urls for name, urls in asked.items() if urls}


@pytest.mark.xdist_group("site")
def test_no_style_sheet_asks_another_host(pages):
    sheets = list(PAGES.rglob("*.css")) if pages else []
    assert sheets
    assert not {path.name: found for path in sheets if (found := IN_CSS.findall(path.read_text(encoding="utf-8")))}


@pytest.mark.xdist_group("site")
def test_no_id_stands_twice_on_a_page(pages):
    twice = {name: [key for key, n in Counter(page.ids).items() if n > 1] for name, page in pages.items()}
    assert not {name: keys for name, keys in twice.items() if keys}


@pytest.mark.xdist_group("book")
def test_a_broken_cell_fails_even_a_build_that_forgives_warnings(book):
    result, _ = book("```{code-cell}\nassert 1 + 1 == 3\n```\n", options=())
    assert result.returncode != 0
    assert "assert 1 + 1 == 3" in result.stderr + result.stdout


@pytest.mark.xdist_group("book")
def test_a_broken_formula_and_an_unknown_rule_fail_the_build_at_their_lines(book):
    result, _ = book("First $\\linear_j$, then $\\nonsense$.\n\n```{rule} literate_bp.node.nonsense\n```\n")
    assert result.returncode != 0
    assert re.search(r"index\.md:13: WARNING: formula not understood: .*nonsense", result.stderr)
    assert re.search(r"index\.md:15: WARNING: no rule 'literate_bp\.node\.nonsense'", result.stderr)


@pytest.mark.xdist_group("book")
def test_an_edited_rule_changes_the_page(book):
    result, before = book(LISTING + CELL)
    assert result.returncode == 0, result.stderr
    assert "</span>500\n" in before
    text = book.source.read_text(encoding="utf-8")
    book.source.write_text(text.replace("return 1 / (1 + exp(-z))", "return 2 / (1 + exp(-z))"), encoding="utf-8")
    result, after = book(LISTING + CELL)
    assert result.returncode == 0, result.stderr
    assert "</span>1000\n" in after
    assert "</span>500\n" not in after
    assert '<span class="mi">2</span> <span class="o">/</span>' in after


@pytest.mark.xdist_group("book")
def test_formulas_are_mathml_with_a_class_for_each_meaning(book):
    result, page = book(
        ":::{math}\n:label: rule\n\\error_j = \\slope(\\linear_j) \\weight{j}{k}^{2}\n:::\n\nSee {eq}`rule`.\n"
    )
    assert result.returncode == 0, result.stderr
    assert '<mi class="m-error">' in page
    assert '<msubsup><mi class="m-weight">w</mi>' in page
    assert '<div class="math notranslate nohighlight" id="equation-rule">' in page
    assert '<a class="reference internal" href="#equation-rule">(1)</a>' in page
