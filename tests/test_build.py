"""How a page stands and falls: what is broken stops the build, nothing goes stale, formulas come out as MathML.

Each test builds a small book with the settings, the extensions and the package of this one.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
STRICT = ("-n", "-W", "--keep-going")
FRONT = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n\n# A page\n\n"
API = "# API\n\n```{eval-rst}\n.. automodule:: literate_bp.node\n   :members:\n```\n"
LISTING = "```{rule} literate_bp.node.sigmoid\n```\n\n"
CELL = "```{code-cell}\nfrom literate_bp.node import sigmoid\n\nround(1000 * sigmoid(0.0))\n```\n\n"


def sphinx(source, target, *options, **environment):
    command = [sys.executable, "-m", "sphinx", "-q", *options, str(source), str(target)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | environment, timeout=600
    )


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


def test_a_broken_cell_fails_even_a_build_that_forgives_warnings(book):
    result, _ = book("```{code-cell}\nassert 1 + 1 == 3\n```\n", options=())
    assert result.returncode != 0
    assert "assert 1 + 1 == 3" in result.stderr + result.stdout


def test_a_broken_formula_and_an_unknown_rule_fail_the_build_at_their_lines(book):
    result, _ = book("First $\\linear_j$, then $\\nonsense$.\n\n```{rule} literate_bp.node.nonsense\n```\n")
    assert result.returncode != 0
    assert re.search(r"index\.md:13: WARNING: formula not understood: .*nonsense", result.stderr)
    assert re.search(r"index\.md:15: WARNING: no rule 'literate_bp\.node\.nonsense'", result.stderr)


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


def test_formulas_are_mathml_with_a_class_for_each_meaning(book):
    result, page = book(
        ":::{math}\n:label: rule\n\\error_j = \\slope(\\linear_j) \\weight{j}{k}^{2}\n:::\n\nSee {eq}`rule`.\n"
    )
    assert result.returncode == 0, result.stderr
    assert '<mi class="m-error">' in page
    assert '<msubsup><mi class="m-weight">w</mi>' in page
    assert '<div class="math notranslate nohighlight" id="equation-rule">' in page
    assert '<a class="reference internal" href="#equation-rule">(1)</a>' in page
