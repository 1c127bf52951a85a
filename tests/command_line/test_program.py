"""The program: every error is one line and exit code 2, and the help is true."""

import io
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import literate_bp
from literate_bp.__main__ import INTERRUPTED, script
from literate_bp.command_line.main import EXAMPLES, PROGRAM
from literate_bp.command_line.options import PROBLEM
from literate_bp.command_line.terminal import discard, open_streams
from literate_bp.worked.document import FORMATS
from literate_bp.worked.problem import from_toml

CASES = {
    "nothing": ([], "the following arguments are required: command; python -m literate_bp --help shows"),
    "unknown command": (["explian"], "argument command: invalid choice: 'explian'"),
    "no problem": (["explain"], "the following arguments are required: problem"),
    "unknown option": (["explain", "FILE", "--digit", "3"], "unrecognized arguments: --digit 3"),
    "no such file": (["explain", "nowhere.toml"], "nowhere.toml: no such file or directory; a problem file was exp"),
    "a folder": (["explain", "."], ".: is a folder; a problem file was expected"),
    "below a file": (["explain", "FILE/a"], "problem.toml/a: not a directory; a problem file was expected"),
    "a name that is too long": (["explain", "n" * 300], "n: file name too long; a problem file was expected"),
    "notation": (["explain", "FILE", "--notation", "nielson"], "notation 'nielson' is unknown; did you mean 'niels"),
    "format": (["explain", "FILE", "--format", "latx"], "format 'latx' is unknown; did you mean 'latex'?"),
    "hide": (["explain", "FILE", "--hide", "value"], "hide 'value' is unknown; did you mean 'values'?"),
    "digits": (["explain", "FILE", "--digits", "0"], "digits is 0; a whole number of at least 1 was expected"),
    "no digits": (["explain", "FILE", "--digits", "x"], "argument --digits: invalid int value: 'x'"),
    "a folder for a file": (["explain", "FILE", "--out", ".", "--format", "html"], ".: is a folder; a file was exp"),
    "no folder for a file": (["explain", "FILE", "--out", "a/b.txt"], "a/b.txt: no such file or directory; a file tha"),
    "notation of diagrams": (["diagram", "FILE", "--out", "OUT", "--notation", "nielson"], "notation 'nielson' is un"),
    "format of diagrams": (["diagram", "FILE", "--out", "OUT", "--format", "jpg"], "format 'jpg' is unknown"),
    "theme": (["diagram", "FILE", "--out", "OUT", "--theme", "drak"], "theme 'drak' is unknown; did you mean 'dark'?"),
    "values": (["diagram", "FILE", "--out", "OUT", "--values", "all"], "values 'all' is unknown; known names: symbol"),
    "a file for a folder": (["diagram", "FILE", "--out", "FILE"], "problem.toml: is a file; a folder was expected"),
    "a folder below a file": (["diagram", "FILE", "--out", "FILE/a"], "problem.toml/a: not a directory; a folder that"),
    "no sizes": (["new"], "the following arguments are required: --sizes"),
    "one size": (["new", "--sizes", "2"], "sizes is [2]; at least two were expected"),
    "activation": (["new", "--sizes", "2", "2", "--activation", "sigmod"], "activation 'sigmod' is unknown; did you"),
    "seed": (["new", "--sizes", "2", "2", "--seed", "-1"], "seed is -1; a whole number of at least 0 was expected"),
    "rate": (["new", "--sizes", "2", "2", "--rate", "nan"], "rate is nan; a finite number greater than 0"),
    "softmax": (["new", "--sizes", "2", "2", "--activation", "softmax"], "cost 'half_squared_error' does not go with"),
}


def assert_refused(code, printed, complained):
    assert (code, printed) == (2, "")
    assert re.fullmatch(r"python -m literate_bp: [^\n]+\n", complained)


@pytest.mark.parametrize("name", CASES)
def test_an_error_is_one_line_and_exit_code_2(name, path, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments, why = CASES[name]
    known = {"FILE": path.name, "FILE/a": f"{path.name}/a", "OUT": "figures"}
    result = said(*(known.get(argument, argument) for argument in arguments))
    assert_refused(*result)
    assert why in result[2]
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_problem_that_does_not_fit_is_refused_with_its_place(path, said):
    path.write_text(path.read_text(encoding="utf-8").replace("0.3]", "nan]"), encoding="utf-8")
    result = said("explain", path)
    assert_refused(*result)
    assert f"{path}: inputs, number 2, is nan; a finite number was expected" in result[2]


def test_numbers_that_overflow_are_refused(path, said):
    text = path.read_text(encoding="utf-8").replace("[[layer]]", '[[layer]]\nactivation = "identity"')
    path.write_text(text.replace("0.4", "1e308").replace("0.1]", "1e308]"), encoding="utf-8")
    result = said("explain", path)
    assert_refused(*result)
    assert "network and x lead to numbers that are not finite" in result[2]


def test_without_matplotlib_diagrams_are_refused_with_how_to_get_it(path):
    program = "import sys; sys.modules['matplotlib'] = None; from literate_bp.command_line.main import main; "
    command = [sys.executable, "-c", f"{program} sys.exit(main())", "diagram", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert_refused(done.returncode, done.stdout, done.stderr)
    assert 'python -m pip install "literate_bp[diagram]"' in done.stderr


@pytest.mark.parametrize("command", [[], ["explain"], ["diagram"], ["new"]])
def test_help_says_what_fits(command, said):
    code, printed, complained = said(*command, "--help")
    assert (code, complained) == (0, "")
    words = {"explain": FORMATS, "new": ["cross_entropy", "leaky_relu"], "diagram": ["svg"]}
    for word in words.get("".join(command), []):
        assert word in printed


def test_the_version_is_that_of_the_package(said):
    assert said("--version") == (0, f"literate_bp {literate_bp.__version__}\n", "")


def test_the_problem_in_the_help_is_one():
    text = re.search(r"(?ms)^  inputs.*?(?=^with)", PROBLEM)[0]
    assert from_toml(text).network.sizes == (2, 1)


def test_the_commands_in_the_help_run(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = re.findall(r"^  python -m literate_bp (.*)$", EXAMPLES.format(PROGRAM), re.MULTILINE)
    for line in lines:
        code, printed, complained = said(*line.split())
        assert (code, complained) == (0, "")
        assert all(Path(name).is_file() for name in printed.splitlines())
    assert len(list(tmp_path.rglob("*.*"))) == len(("problem", "sheet", "solutions")) + 5 + 32


def test_streams_that_are_no_files_are_left_as_they_are(monkeypatch):
    own = {name: io.StringIO() for name in ("stdout", "stderr")}
    for name, stream in own.items():
        monkeypatch.setattr(sys, name, stream)
    open_streams()
    for name, stream in own.items():
        assert getattr(sys, name) is stream
        stream.write(name)
        discard(stream)
        assert stream.getvalue() == name


def test_the_console_script_runs_what_was_typed_and_calls_itself_by_its_name(monkeypatch, capsys):
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(sys, "argv", ["literate-bp", "explain", "nowhere.toml"])
    try:
        assert script() == 2
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err.startswith("literate-bp: nowhere.toml: no such file")


def interrupted(_program, wrapped=0):
    """Raise what Ctrl-C raises, or what a module of C that is being loaded makes of it."""
    if not wrapped:
        raise KeyboardInterrupt
    try:
        interrupted(_program, wrapped - 1)
    except BaseException as error:
        raise ImportError("initialization failed") from error


@pytest.mark.parametrize(
    ("where", "wrapped"), [("__main__.load", 0), *(("command_line.main.parser", n) for n in range(3))]
)
def test_ctrl_c_is_answered_in_one_line_also_where_a_module_of_c_took_it_for_a_fault(
    monkeypatch, capsys, where, wrapped
):
    monkeypatch.setattr(f"literate_bp.{where}", partial(interrupted, wrapped=wrapped))
    before = signal.getsignal(signal.SIGINT)
    try:
        assert script() == INTERRUPTED
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr() == ("", "literate-bp: interrupted\n")
