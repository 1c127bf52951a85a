"""A small book, built with the settings, the extensions and the package of this one."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
PROGRESS = re.compile(r"^\[\d+:\d\d\] .* to go.*\n", re.MULTILINE)
STRICT = ("-n", "-W", "--keep-going")
FRONT = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n\n# A page\n\n"
API = "# API\n\n```{eval-rst}\n.. automodule:: literate_bp.node\n   :members:\n```\n"


WITHOUT_SOURCES = """
from program import source_pages

source_pages.SourcePages.pages = lambda *_: ()
"""
"""Leaves out a page for each file of the package: to write them takes nearly as long as the rest of a small book."""


def sphinx(source, target, options, files, **environment):
    command = [sys.executable, "-m", "sphinx", "-q", *options, str(source), str(target), *files]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | environment, timeout=600
    )
    result.stderr = PROGRESS.sub("", result.stderr)  # a busy machine takes long enough to say how far it is
    return result


def copy_settings(tmp_path):
    """Copy what a book is built with."""
    for part in ("src", "docs/_ext", "docs/_static", "docs/_templates", "docs/inventories", "docs/_build/assets"):
        if (HERE / part).exists():
            shutil.copytree(HERE / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("docs/conf.py", "docs/references.bib", "package-lock.json", "locks/docs.txt", "CITATION.cff"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copyfile(HERE / file, tmp_path / file)
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")


def small_book(tmp_path, *, sources=True):
    """Return a function that builds a book of a first page, an API of one module, and other pages that a test gives."""
    docs = tmp_path / "docs"
    if not docs.exists():
        copy_settings(tmp_path)
        with (docs / "conf.py").open("a", encoding="utf-8") as settings:
            settings.write("" if sources else WITHOUT_SOURCES)

    def write(text, pages=None):
        given = {name: page if page.startswith("---\n") else FRONT + page for name, page in (pages or {}).items()}
        others = {"api": API, **given}
        chapters, rest = (
            [name for name in others if name[0].isdigit()],
            [name for name in others if not name[0].isdigit()],
        )
        toctree = "\n".join(["```{toctree}\n:numbered:\n", *chapters, "```\n\n```{toctree}", *rest, "```"])
        for name, page in {"index": f"{FRONT}{toctree}\n\n{text}", **others}.items():
            (docs / f"{name}.md").parent.mkdir(exist_ok=True)
            if not (docs / f"{name}.md").exists() or (docs / f"{name}.md").read_text(encoding="utf-8") != page:
                (docs / f"{name}.md").write_text(page, encoding="utf-8")

    def build(text, options=STRICT, pages=None, only=()):
        write(text, pages)
        files = [str(docs / f"{name}.md") for name in only]
        result = sphinx(docs, tmp_path / "html", options, files, PYTHONPATH=str(tmp_path / "src"))
        index = tmp_path / "html/index.html"
        return result, index.read_text(encoding="utf-8") if index.exists() else ""

    build.source = tmp_path / "src/literate_bp/node.py"
    build.docs = docs
    build.html = tmp_path / "html"
    build.write = write
    return build


@pytest.fixture
def book(tmp_path):
    """A small book of a test's own, which asks nothing about the sources."""
    return small_book(tmp_path, sources=False)


@pytest.fixture(scope="module")
def shared_books(tmp_path_factory):
    """A function that makes small books which the tests of a module share."""
    return lambda name, **options: small_book(tmp_path_factory.mktemp(name), **options)


@pytest.fixture
def book_in():
    """A function that makes a small book in a folder, or goes on with the one that is there."""
    return small_book
