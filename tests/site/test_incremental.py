"""A build after an edit: it runs, reads and writes what the edit can reach, and its pages are those of a cold build."""

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pytest

from page import incremental

LINEAR, SIGMOID = "return sum(", "return 1 / (1 + exp(-z))"
CELLS = {
    "runs": "from literate_bp.node import sigmoid\nprint(sigmoid(1.0))",
    "names": "from literate_bp.node import sigmoid\nprint(sigmoid.__doc__.splitlines()[0])",
    "shows": "import inspect\nfrom literate_bp import node\nprint(inspect.getsource(node.sigmoid_derivative))",
    "counts": "from page.words import minutes\nprint(minutes('word ' * 1000))",
    "reads": "from pathlib import Path\nprint(Path('data.txt').read_text())",
    "lists": "from pathlib import Path\nprint(sorted(path.name for path in Path('kept').iterdir()))",
    "starts": "import subprocess, sys\nprint(subprocess.check_output([sys.executable, '-c', "
    "'from literate_bp.node import sigmoid; print(sigmoid(2.0))']))",
    "shell": "import subprocess, sys\nprint(subprocess.check_output(f'{sys.executable} -c 1', shell=True))",
    "alone": "print(1 + 1)",
}
LISTED = "```{rule} literate_bp.node.linear\n```\n"


def pages(log):
    """Give a page for each of these cells, which notes in a file outside the book that it runs."""
    found = {
        name: f"```{{code-cell}}\nwith open({str(log)!r}, 'a') as log: log.write('{name} ')\n{cell}\n```\n\nText.\n"
        for name, cell in CELLS.items()
    }
    return found | {"listed": LISTED, "reference/claims": "```{claims}\n```\n"}


def ran(log):
    """Return the pages whose cells have run since the last time."""
    names = {*log.read_text(encoding="utf-8").split()} if log.exists() else set()
    log.write_text("", encoding="utf-8")
    return names


def built(build, found):
    """Build, and return the contents of all files."""
    result, _ = build("All is well.\n", pages=found)
    assert result.returncode == 0, result.stderr
    return site(build.html)


def site(html):
    return {
        path.relative_to(html).as_posix(): path.read_bytes()
        for path in html.rglob("*")
        if path.is_file() and ".doctrees" not in path.parts
    }


def times(html):
    return {path.relative_to(html).as_posix(): path.stat().st_mtime_ns for path in html.rglob("*") if path.is_file()}


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def edited(tmp_path_factory, book_in):
    """A book with a page for each way to reach something, built once; and the file in which its cells note runs."""
    log = tmp_path_factory.mktemp("log") / "runs"
    build = book_in(tmp_path_factory.mktemp("edited"))
    (build.docs / "data.txt").write_text("data\n", encoding="utf-8")
    (build.docs / "kept").mkdir()
    built(build, pages(log))
    assert ran(log) == {*CELLS}
    return build, log


@pytest.mark.exhaustive
def test_a_build_that_changes_nothing_writes_nothing_and_one_word_writes_its_page(edited):
    build, log = edited
    before, found = times(build.html), pages(log)
    built(build, found)
    changed = {name for name, when in times(build.html).items() if before.get(name) != when}
    assert changed == {"_static/pygments.css"}  # Furo writes it whenever it is asked for a builder
    built(build, found | {"runs": found["runs"].replace("Text.", "Words.")})
    changed = {name for name, when in times(build.html).items() if before.get(name) != when and "_static" not in name}
    made = {"404", "genindex", "py-modindex", "search"}
    assert {name.removesuffix(".html") for name in changed if name.endswith(".html")} - made <= {"runs", "index"}
    assert ran(log) == set()


@pytest.mark.exhaustive
def test_an_edit_runs_the_cells_that_can_reach_it_alone(edited):
    build, log = edited
    found, rule = pages(log), build.source
    same = "return (1 / (1 + exp(-z)))"
    for path, old, new, reached in [
        (rule, SIGMOID, f"{SIGMOID}  # a comment", {"shell", "shows"}),  # it does who knows what; it reads the file
        (rule, SIGMOID, same, {"shell", "shows"}),
        (rule, same, "return 1.0 / (1 + exp(-z))", {"runs", "starts", "shell", "shows"}),
        (rule, LINEAR, "return 0 + sum(", {"shell", "shows"}),
        (build.docs / "_ext/page/words.py", "return max(1,", "return max(2 - 1,", {"counts", "shell"}),
        (build.docs / "data.txt", "data", "other data", {"reads"}),
    ]:
        edit(path, old, new)
        built(build, found)
        assert ran(log) == reached, new
    (build.docs / "kept/new.txt").touch()
    built(build, found)
    assert ran(log) == {"lists"}


@pytest.mark.exhaustive
def test_no_page_is_stale_after_any_edit(edited, tmp_path, book_in):
    build, log = edited
    found, draw, text = pages(log), np.random.default_rng(20), {"word": "Text."}
    words = build.docs / "_ext/page/words.py"
    number = iter(range(2, 100))

    def replace(path, pattern, new):
        path.write_text(re.sub(pattern, new, path.read_text(encoding="utf-8"), count=1), encoding="utf-8")

    def page(name, old, new):
        found[name] = found[name].replace(old, new)
        text["word"] = new

    edits = {
        "a body": lambda n: replace(build.source, r"return [\d.]+ / \(1 \+ exp\(-z\)\)", f"return {n} / (1 + exp(-z))"),
        "a comment": lambda n: replace(build.source, r"\n\n\ndef sigmoid\(", f"\n\n\n# {n}\ndef sigmoid("),
        "a docstring": lambda n: replace(build.source, r"(def sigmoid\(.*\n +\"\"\")", rf"\g<1>{n} "),
        "a helper": lambda n: replace(words, r"WORDS_A_MINUTE = \d+", f"WORDS_A_MINUTE = {n}"),
        "a data file": lambda n: (build.docs / "data.txt").write_text(f"{n}\n", encoding="utf-8"),
        "a folder": lambda n: (build.docs / f"kept/{n}").touch(),
        "a page": lambda n: page("alone", text["word"], f"Word {n}."),
        "a cell": lambda n: page("runs", "sigmoid(1.0", f"sigmoid({n} + 1.0"),
        "a title": lambda n: found.__setitem__("listed", f"---\nfile_format: mystnb\n---\n\n# Title {n}\n\n{LISTED}"),
    }
    order = [*edits] * 2
    draw.shuffle(order)
    for several in (order[:5], order[5:8], order[8:13], order[13:]):
        for name in several:
            edits[name](next(number))
        shutil.rmtree(tmp_path / "cold", ignore_errors=True)
        after = built(build, found)
        sources = shutil.ignore_patterns("_build", "html")
        shutil.copytree(build.docs.parent, tmp_path / "cold", symlinks=True, ignore=sources)
        cold = built(book_in(tmp_path / "cold"), found)
        assert {name for name in cold.keys() | after.keys() if cold.get(name) != after.get(name)} == set(), several


@pytest.mark.exhaustive
def test_a_checkout_that_moves_reads_nothing_again_and_runs_nothing(edited, tmp_path, book_in):
    build, log = edited
    shutil.copytree(build.docs.parent, tmp_path / "moved", symlinks=True, copy_function=shutil.copyfile)
    moved = book_in(tmp_path / "moved")
    doctrees = times(moved.html / ".doctrees")
    before = site(moved.html)
    assert built(moved, pages(log)) == before
    after = times(moved.html / ".doctrees")
    assert {name for name, when in after.items() if doctrees.get(name) != when} <= {"environment.pickle", "place"}
    assert ran(log) == set()


@pytest.mark.exhaustive
def test_a_build_that_is_killed_at_any_moment_is_finished_by_the_next(tmp_path, book_in):
    found = {f"page{n}": f"```{{code-cell}}\n{n} + 1\n```\n" for n in range(6)}
    found["step"] = "```{equation} node.sigmoid\n```\n"
    whole = book_in(tmp_path / "whole")
    expected = built(whole, found)
    draw = np.random.default_rng(12)
    for attempt in range(3):
        book = book_in(tmp_path / f"killed{attempt}")
        book.write("All is well.\n", found)
        for _ in range(4):
            kill_after(draw.uniform(0.5, 7), book)
        after = built(book, found)
        assert {name for name in expected.keys() | after.keys() if expected.get(name) != after.get(name)} == set()
        shutil.rmtree(tmp_path / f"killed{attempt}")


def kill_after(seconds, book):
    """Start a build, and end it and what it has started, wherever it is."""
    command = [sys.executable, "-m", "sphinx", "-q", "-j", "2", str(book.docs), str(book.html)]
    environment = os.environ | {"PYTHONPATH": str(book.docs.parent / "src")}
    process = subprocess.Popen(command, start_new_session=True, env=environment, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.exhaustive
@pytest.mark.parametrize("jobs", [(), ("-j", "2")])
def test_a_file_that_cannot_be_written_is_said_once(jobs, tmp_path, book_in):
    resource = pytest.importorskip("resource")
    book = book_in(tmp_path / "full")
    book.write("All is well.\n", {"step": "```{equation} node.sigmoid\n```\n"})
    result = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", *jobs, str(book.docs), str(book.html)],
        env=os.environ | {"PYTHONPATH": str(tmp_path / "full/src")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000)),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode != 0
    said = r"cannot write .*: File too large; a build needs a disk that it can write to\n"
    assert re.fullmatch(said, result.stderr)


READ_ONLY = OSError(errno.EROFS, "Read-only file system", "x")


@pytest.mark.parametrize(("free", "wrong", "said"), [(2**20, None, "1 MiB are free"), (2**40, READ_ONLY, "write x: R")])
def test_a_build_does_not_begin_where_it_cannot_write(free, wrong, said, tmp_path, monkeypatch):
    app = SimpleNamespace(confdir=tmp_path, outdir=tmp_path / "html", doctreedir=tmp_path / "doctrees")
    monkeypatch.setattr(incremental.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    monkeypatch.setattr(incremental.tempfile, "TemporaryFile", Mock(side_effect=wrong))
    with pytest.raises(SystemExit, match=said):
        incremental.try_to_write(app, None)
