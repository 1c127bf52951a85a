"""A build that fails says so of every page: the cell, the check and its numbers, at the line of the page."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from literate_bp.formula.signatures import SIGNATURES
from page import assets
from proof import all_equations

STEP = "```{derivation}\ndelta[j] = -d(C, z[j])\n```\n"
CELL = "```{code-cell}\n1 + 1\n```\n\n```{code-cell}\nrate = 2\nrate / 0\n```\n\n{glue:text}`gone`\n"
WRONG = "```{rule} literate_bp.node.sigmoid\n```\n\nIt is {formula}`sigma_prime(z) = sigma(z)`.\n"


def listed(result):
    """Return what stands in the list at the end of a build."""
    _, _, found = result.stderr.partition("What failed, page by page")
    return found.partition(":\n\n")[2]


@pytest.mark.exhaustive
def test_what_failed_fails_again_until_it_is_mended(book):
    pages = {"step": STEP, "cell": CELL}
    for _ in range(2):
        result, _ = book("All is well.\n", options=(), pages=pages)
        assert result.returncode != 0
        assert "step.md:9:" in listed(result)
        assert "cell.md:13:" in listed(result)
    mended = {"renamed": STEP.replace("-d(", "d("), "cell": CELL.replace("/ 0", "/ 1").partition("{glue")[0]}
    (book.docs / "step.md").unlink()
    result, _ = book("All is well.\n", pages=mended)
    assert (result.returncode, listed(result)) == (0, "")


@pytest.mark.exhaustive
def test_a_process_that_dies_fails_its_page_alone(book):
    dies = "```{code-cell}\nimport os\nos._exit(3)\n```\n"
    result, index = book("All is well.\n", options=(), pages={"dies": dies})
    assert result.returncode != 0
    assert re.search(r"^dies\.md:9: cell 1: its process has ended, with 3$", listed(result), re.MULTILINE)
    assert "All is well." in index


def test_what_runs_cells_ends_without_a_word_if_nobody_listens(tmp_path):
    folders = [str(Path(assets.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(folders)}
    request = json.dumps([1, 60, [["page", str(tmp_path), [["1 + 1", False]]]]])
    command = [sys.executable, "-m", "cells.warm"]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, text=True, env=environment, **pipes) as process:
        process.stdout.close()
        process.stdin.write(f"{request}\n")
        process.stdin.close()
        assert process.stderr.read() == ""


@pytest.mark.exhaustive
@pytest.mark.parametrize("missing", ["temml/dist/temml.mjs", "@fontsource/stix-two-text/LICENSE"])
def test_a_file_of_npm_that_is_missing_ends_the_build_at_once_in_one_message(missing, book):
    modules = book.docs.parent / "node_modules"
    modules.unlink()
    shutil.copytree(assets.NODE_MODULES, modules, ignore=shutil.ignore_patterns(Path(missing).name, "@micropython"))
    result, index = book("All is well.\n", options=())
    said = f"node_modules/{missing} is missing, which comes from npm; delete node_modules, and nox -s docs installs it"
    assert (result.returncode, index) == (1, "")
    assert result.stderr == f"{said} again\n"


@pytest.mark.parametrize(("one_page", "reported"), [("", len(SIGNATURES)), ("reference/checked", 0)])
def test_a_formula_that_no_page_shows_is_missed_where_all_pages_were_read(one_page, reported, monkeypatch):
    found = []
    monkeypatch.setattr(all_equations, "EQUATIONS", SimpleNamespace(all=lambda _env: []))
    monkeypatch.setattr(all_equations, "report", lambda *said: found.append(said))
    app = SimpleNamespace(config=SimpleNamespace(one_page=one_page))
    monkeypatch.setattr(all_equations, "reading_order", lambda _app: ["index"])
    all_equations.report_missing(app, SimpleNamespace(metadata={"reference/checked": {"equations": ""}}))
    assert len(found) == reported


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        (["one two", "three four"], []),
        (["one one", "three four"], ["0 lists have the equations of two"]),
        (["one two", "two four"], ["2 lists have the equations of two"]),
    ],
)
def test_each_page_has_its_equations_in_one_list(lists, said, monkeypatch):
    found = []
    equations = [SimpleNamespace(docname=name, source="") for name in ("one", "two", "four", "four")]
    monkeypatch.setattr(all_equations, "SIGNATURES", {})
    monkeypatch.setattr(all_equations, "EQUATIONS", SimpleNamespace(all=lambda _env: equations))
    monkeypatch.setattr(all_equations, "report", lambda _kind, text, _page: found.append(text))
    monkeypatch.setattr(all_equations, "reading_order", lambda _app: ["index", "one", "two", "three", "four"])
    metadata = {f"checked-{number}": {"equations": ends} for number, ends in enumerate(lists)} | {"one": {}}
    all_equations.report_missing(
        SimpleNamespace(config=SimpleNamespace(one_page="")), SimpleNamespace(metadata=metadata)
    )
    assert found == said
