"""A build after an edit: it runs, reads and writes what the edit can reach, and its pages are those of a cold build."""

import errno
import logging
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
from pages import TWO_CLAIMS
from sphinx.errors import SphinxParallelError

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
    "refuses": "from literate_bp.validation import one_of\ntry:\n    one_of('name', 'a', 'bc')\n"
    "except ValueError as error:\n    print(error)",
    "alone": "print(1 + 1)",
}
LISTED = "```{rule} literate_bp.node.linear\n```\n"
CHAPTER = "---\nfile_format: mystnb\nneeds: []\nreaders: [learner]\n---\n\n# Chapter\n\nWord.\n"
OTHERS = {
    "listed": LISTED,
    "reference/claims": "```{claims}\n```\n",
    "step": "```{equation} node.sigmoid\n:label: mine\n```\n\nIn many letters: $\\error_j$.\n",
    "claimed": TWO_CLAIMS.replace("LIMIT", "0.25").replace("one is", "by {eq}`mine` and {doc}`alone`, one is"),
    "cites": "Read {cite:t}`nielsen2015`. {count}`Notations`, {count}`questions` and {count}`chapters`.\n",
    "reference/bibliography": ":::{bibliography}\n:all:\n:::\n",
    "asks": "(q-one)=\n## An answer\n\n```{questions} One\n```\n",
    "01-first": CHAPTER,
    "paths": "```{paths}\n```\n",
}
PICTURES = {
    name: f"```{{code-cell}}\nfrom literate_bp import diagram, example, explain\n{line}\n```\n"
    for name, line in {
        "drawn": "diagram.network_forward(*example.running())",
        "plotted": "diagram.plots.activation_curves(('tanh',))",
        "explained": "explain(*example.running(), rate=0.5, digits=3)",
    }.items()
}
QUESTION = '[[One]]\nwords = "Why {}?"\ntarget = "q-one"\ntyped = ["why {}"]\n'


def pages(log):
    """Give a page for each of these cells, which notes in a file outside the book that it runs."""
    found = {
        name: f"```{{code-cell}}\nwith open({str(log)!r}, 'a') as log: log.write('{name} ')\n{cell}\n```\n\nText.\n"
        for name, cell in CELLS.items()
    }
    return found | OTHERS


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
    (build.docs / "questions.toml").write_text(QUESTION.format(0, 0), encoding="utf-8")
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


PARTS = 4


@pytest.mark.exhaustive
@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_is_stale_after_any_edit(part, edited, tmp_path, book_in):
    build, log = edited
    found, draw, text = pages(log), np.random.default_rng(20), {"word": "Text."}
    package = build.source.parent
    notations = package / "formula/notations"
    number = iter(range(2, 100))

    def replace(path, pattern, new):
        path.write_text(replaced(path.read_text(encoding="utf-8"), pattern, new), encoding="utf-8")

    def page(name, old, new):
        found[name] = found[name].replace(old, new)
        text["word"] = new

    def spare():
        return [name for name in found if name.startswith(("new", "named", "sh")) or name[:2].isdigit()]

    def rename(old, new):
        found[new] = found.pop(old)
        (build.docs / f"{old}.md").unlink(missing_ok=True)  # a page of these edits is not written yet

    def remove(name):
        del found[name]
        (build.docs / f"{name}.md").unlink(missing_ok=True)

    edits = {
        "a body": lambda n: replace(build.source, r"return .* / .*exp\(-z\)\)", f"return {n} / ({n} + {n} * exp(-z))"),
        "a message": lambda n: replace(package / "validation.py", r"is unknown\d*", f"is unknown{n}"),
        "a comment": lambda n: replace(build.source, r"\n(# \d+\n)?def sigmoid\(", f"\n# {n}\ndef sigmoid("),
        "a docstring": lambda n: replace(build.source, r'(def sigmoid\(.*\n +r""")', rf"\g<1>{n} "),
        "a constant": lambda n: replace(build.docs / "_ext/page/words.py", r"MINUTE = \d+", f"MINUTE = {n}"),
        "a notation": lambda n: replace(notations / "nielsen.toml", r"\nerror = .*", rf"\nerror = '\\delta^{{{n}}}'"),
        "formulas": lambda n: replace(build.docs / "_ext/formula/temml.mjs", r"\Z", f"// {n}\n"),
        "a template": lambda n: replace(build.docs / "_templates/page.html", r"\Z", f"{{# #}}<!-- {n} -->"),
        "a style sheet": lambda n: replace(build.docs / "_static/book.css", r"\Z", f"\n/* {n} */\n"),
        "a reference": lambda n: replace(build.docs / "references.bib", r"Nielsen\d*, Michael", f"Nielsen{n}, Michael"),
        "a question": lambda n: (build.docs / "questions.toml").write_text(QUESTION.format(n, n) * (1 + n % 3)),
        "a data file": lambda n: (build.docs / "data.txt").write_text(f"{n}\n", encoding="utf-8"),
        "a folder": lambda n: (build.docs / f"kept/{n}").touch(),
        "a page": lambda n: page("alone", text["word"], f"Word {n}."),
        "a claim": lambda n: page("claimed", "First.", f"First, {n}."),
        "a cell": lambda n: page("runs", "sigmoid(1.0", f"sigmoid({n} + 1.0"),
        "a title": lambda n: found.__setitem__("listed", f"---\nfile_format: mystnb\n---\n\n# Title {n}\n\n{LISTED}"),
        "a new page": lambda n: found.__setitem__(f"new{n}", "New.\n"),
        "a new chapter": lambda n: found.__setitem__(f"{n:02}-chapter", CHAPTER),
        "a page that is gone": lambda _: remove(spare()[-1]),
        "a new name": lambda n: rename(spare()[0], f"named{n}"),
        "a new file": lambda n: (package / f"file{n}.py").write_text(f'"""A module."""\n\nNUMBER = {n}\n'),
        "a file that is gone": lambda _: [path.unlink() for path in package.glob("file[0-9]*.py")],
    }
    order = [*edits] * 2
    draw.shuffle(order)
    order = order[part::PARTS]
    while order:
        several = [order.pop() for _ in range(min(len(order), int(draw.integers(3, 13))))]
        for name in several:
            edits[name](next(number))
        shutil.rmtree(tmp_path / "cold", ignore_errors=True)
        after = built(build, found)
        sources = shutil.ignore_patterns("_build", "html")
        shutil.copytree(build.docs.parent, tmp_path / "cold", symlinks=True, ignore=sources)
        cold = built(book_in(tmp_path / "cold"), found)
        assert {name for name in cold.keys() | after.keys() if cold.get(name) != after.get(name)} == set(), several


def replaced(text, pattern, new):
    found, times = re.subn(pattern, new, text, count=1)
    assert times, pattern
    return found


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
@pytest.mark.parametrize("built_before", [False, True])
def test_a_build_that_is_killed_at_any_of_ten_moments_is_finished_by_the_next(built_before, tmp_path, book_in):
    found = {f"page{n}": f"```{{code-cell}}\n{n} + 1\n```\n" for n in range(6)} | OTHERS
    before = {name: text.replace("+ 1", "+ 2").replace("Word", "Another") for name, text in found.items()}
    del before["page3"]
    whole, start = book_in(tmp_path / "whole"), time.monotonic()
    (whole.docs / "questions.toml").write_text(QUESTION.format(0, 0), encoding="utf-8")
    before["alone"] = found["alone"] = "Text.\n"
    expected, took = built(whole, found), time.monotonic() - start
    draw = np.random.default_rng(12 + built_before)
    for attempt in range(2):
        book = book_in(tmp_path / f"killed{attempt}")
        shutil.copyfile(whole.docs / "questions.toml", book.docs / "questions.toml")
        if built_before:  # another state of the book
            built(book, before)
        book.write("All is well.\n", found)
        for _ in range(5):
            kill_after(draw.uniform(0, took), book)
        after = built(book, found)
        assert {name for name in expected.keys() | after.keys() if expected.get(name) != after.get(name)} == set()
        shutil.rmtree(tmp_path / f"killed{attempt}")


@pytest.mark.exhaustive
def test_two_builds_are_the_same_bytes_whatever_the_folder_the_time_zone_the_language_and_the_processes(
    tmp_path, book_in, monkeypatch
):
    found = pages(tmp_path / "log") | PICTURES
    sites = []
    for name, jobs, mask, environment in [
        ("one", "1", 0o022, {"TZ": "UTC", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "0"}),
        (
            "another/place",
            "3",
            0o077,
            {"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "LANG": "de_DE", "PYTHONHASHSEED": "7"},
        ),
    ]:
        book = book_in(tmp_path / name)
        (book.docs / "questions.toml").write_text(QUESTION.format(0, 0), encoding="utf-8")
        (book.docs / "data.txt").write_text("data\n", encoding="utf-8")
        (book.docs / "kept").mkdir()
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)
        before = os.umask(mask)
        result, _ = book("All is well.\n", pages=found, options=("-n", "-W", "--keep-going", "-j", jobs))
        os.umask(before)
        assert result.returncode == 0, result.stderr
        sites.append(site(book.html))
    one, another = sites
    assert {name for name in one.keys() | another.keys() if one.get(name) != another.get(name)} == set()


def kill_after(seconds, book):
    """Start a build, and end it and what it has started, wherever it is."""
    command = [sys.executable, "-m", "sphinx", "-q", "-j", "2", str(book.docs), str(book.html)]
    environment = os.environ | {"PYTHONPATH": str(book.docs.parent / "src")}
    process = subprocess.Popen(command, start_new_session=True, env=environment, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.exhaustive
@pytest.mark.parametrize(("jobs", "most"), [((), 2_000), ((), 150_000), (("-j", "2"), 150_000)])
def test_a_file_that_cannot_be_written_is_said_once(jobs, most, tmp_path, book_in):
    resource = pytest.importorskip("resource")
    book = book_in(tmp_path / "full")
    book.write("All is well.\n", {"step": "```{equation} node.sigmoid\n```\n"})
    result = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", *jobs, str(book.docs), str(book.html)],
        env=os.environ | {"PYTHONPATH": str(tmp_path / "full/src")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode != 0
    said = r"cannot write .*: File too large; a build needs a disk that it can write to\n"
    assert re.fullmatch(rf"(?:\[\d+:\d\d\] .* to go.*\n)*{said}", result.stderr)


def test_a_build_that_cannot_write_at_all_says_so_in_one_line(book):
    (book.docs / "_build").mkdir(exist_ok=True)
    shutil.rmtree(book.docs / "_build")
    (book.docs / "_build").touch()
    result, _ = book("All is well.\n", options=())
    said = f"cannot write {book.docs / '_build'}: File exists; a build needs a disk that it can write to\n"
    assert (result.returncode, result.stderr) == (1, said)


NO_SPACE = "[Errno 28] No space left on device"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (f"error writing file /a/b.html: {NO_SPACE}", "cannot write /a/b.html: No space left on device"),
        (f"OSError: {NO_SPACE}\n", "cannot write a file: No space left on device"),
        (f"OSError: {NO_SPACE}: '/a/b.doctree'\n", "cannot write /a/b.doctree: No space left on device"),
        ("SystemExit: cannot write /a: Read-only\n", "cannot write /a: Read-only"),
    ],
)
def test_what_another_process_cannot_write_is_said_clearly(message, said):
    with pytest.raises(SystemExit) as failed:
        incremental.say_clearly(None, SphinxParallelError(message, ""))
    assert str(failed.value).removesuffix("; a build needs a disk that it can write to") == said


def warned(message, *arguments):
    return logging.LogRecord("sphinx", logging.WARNING, "", 0, message, arguments, None)


@pytest.mark.parametrize(
    "record",
    [
        warned("error writing file %s: %s", "/a/b.html", OSError(errno.ENOSPC, "No space left on device")),
        warned(f"error writing file /a/b.html: {NO_SPACE}"),
        warned("cannot copy: %r", OSError(errno.ENOSPC, "No space left on device", "/a/b.html")),
    ],
)
def test_a_warning_of_a_page_that_cannot_be_written_ends_the_build(record):
    with pytest.raises(SystemExit, match=r"^cannot write /a/b\.html: No space left on device; "):
        incremental.Unwritten().filter(record)


@pytest.mark.parametrize("message", ["no label x", "cell 1: FileNotFoundError: [Errno 2] No such file: 'x'"])
def test_a_warning_of_something_else_passes(message):
    assert incremental.Unwritten().filter(warned(message))


READ_ONLY = OSError(errno.EROFS, "Read-only file system", "x")


@pytest.mark.parametrize(("free", "wrong", "said"), [(2**20, None, "1 MiB are free"), (2**40, READ_ONLY, "write x: R")])
def test_a_build_does_not_begin_where_it_cannot_write(free, wrong, said, tmp_path, monkeypatch):
    app = SimpleNamespace(confdir=tmp_path, outdir=tmp_path / "html", doctreedir=tmp_path / "doctrees")
    monkeypatch.setattr(incremental.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    monkeypatch.setattr(incremental.tempfile, "TemporaryFile", Mock(side_effect=wrong))
    with pytest.raises(SystemExit, match=said):
        incremental.try_to_write(app)
