"""The commands: what they print, and that every refusal is one line and exit code 2."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from literate_bp import __main__ as commands
from literate_bp import diagram, explain
from literate_bp.worked.document import FORMATS
from literate_bp.worked.generate import generate
from literate_bp.worked.problem import from_toml, read, to_toml

PROBLEM = """\
inputs = [0.1, 0.3]
targets = [1.0]
[[layer]]
weights = [[0.4], [-0.2]]
[[layer]]
weights = [[0.1]]
"""
ALONE = """\
inputs = [0.1, 0.3]
targets = [1.0, 0.0]
cost = "cross_entropy"
[[layer]]
weights = [[0.4, 0.1], [-0.2, 0.3]]
activation = "softmax"
"""
PICTURES = ["1-node-forward", "2-node-backward", "3-network-forward", "4-network-backward", "5-weight-gradients"]


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "problem.toml"
    found.write_text(PROBLEM, encoding="utf-8")
    return found


@pytest.fixture
def said(capsys):
    """Run a command in this process: exit code, what it printed, what it complained of."""

    def run(*arguments):
        try:
            code = commands.main([str(argument) for argument in arguments])
        except SystemExit as stop:  # --help
            code = stop.code
        return code, *capsys.readouterr()

    return run


def started(*arguments, **options):
    """Run a command as one does in a shell."""
    command = [sys.executable, "-m", "literate_bp", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, **options)


# --- explain ----------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("hide", [None, "values"])
def test_explain_prints_what_the_package_writes(path, said, name, hide):
    p = read(path)
    worked = explain(p.network, p.x, p.y, p.rate, 4, "udacity", hide)
    more = ["--hide", hide] if hide else []
    printed = said("explain", path, "--notation", "udacity", "--digits", 4, "--format", name, *more)
    assert printed == (0, worked.document(name), "")


def test_solutions_are_printed_alone_or_behind_the_sheet(path, said):
    p = read(path)
    sheet = explain(p.network, p.x, p.y, p.rate, p.digits, hide="values")
    assert said("explain", path, "--solutions") == (0, sheet.solutions.document(), "")
    both = said("explain", path, "--hide", "values", "--solutions")[1]
    first, second = both.split("\f")
    assert first.strip() == sheet.document().strip()
    assert second.strip() == sheet.solutions.document().strip()


def test_digits_are_those_of_the_file_unless_asked_otherwise(path, said):
    path.write_text(f"digits = 5\n{PROBLEM}", encoding="utf-8")
    assert "5 decimals" in said("explain", path)[1]
    assert "2 decimals" in said("explain", path, "--digits", 2)[1]


# --- diagram ----------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_the_five_diagrams_are_drawn_into_a_new_folder(path, said, tmp_path, suffix):
    out = tmp_path / "a" / "figures"
    code, printed, complained = said("diagram", path, "--out", out, "--format", suffix, "--notation", "nielsen")
    expected = [out / f"{name}.{suffix}" for name in PICTURES]
    assert (code, complained) == (0, "")
    assert printed.splitlines() == [str(file) for file in expected]
    assert sorted(out.iterdir()) == expected


def test_a_diagram_is_the_one_that_the_package_draws(path, said, tmp_path):
    said("diagram", path, "--out", tmp_path, "--theme", "dark", "--values", "symbols")
    p = read(path)
    drawn = diagram.network_backward(p.network, p.x, p.y, values="symbols").svg("dark")
    assert (tmp_path / "4-network-backward.svg").read_text(encoding="utf-8") == drawn


def test_an_only_layer_whose_error_comes_at_once_has_no_second_diagram(path, said, tmp_path):
    path.write_text(ALONE, encoding="utf-8")
    code, printed, complained = said("diagram", path, "--out", tmp_path / "figures")
    assert code == 0
    assert [Path(line).stem for line in printed.splitlines()] == [PICTURES[0], *PICTURES[2:]]
    assert complained.startswith("python -m literate_bp: no 2-node-backward: cost 'cross_entropy' gives")


# --- new --------------------------------------------------------------------


def test_new_prints_a_problem_that_explain_takes(path, said):
    code, printed, complained = said("new", "--sizes", 2, 2, 2, "--seed", 7)
    assert (code, complained) == (0, "")
    assert printed == to_toml(generate((2, 2, 2), 7))
    path.write_text(printed, encoding="utf-8")
    assert said("explain", path)[0] == 0


def test_new_takes_activations_cost_rate_and_digits(said):
    more = ("--activation", "tanh", "--cost", "cross_entropy", "--rate", 0.25, "--digits", 4)
    found = from_toml(said("new", "--sizes", 2, 2, 3, *more)[1])
    assert [layer.activation for layer in found.network.layers] == ["tanh", "softmax"]
    assert (found.network.cost, found.rate, found.digits) == ("cross_entropy", 0.25, 4)


def test_new_takes_the_layers_that_have_a_residual_connection(said):
    found = from_toml(said("new", "--sizes", 3, 2, 2, 2, "--residual", 2, 3, "--digits", 4)[1])
    assert [layer.residual for layer in found.network.layers] == [False, True, True]


def test_what_new_prints_is_ascii_so_that_any_shell_can_store_it(said):
    assert said("new", "--sizes", 2, 2)[1].isascii()


# --- refusals ---------------------------------------------------------------

REFUSED = {
    "nothing": ([], "the following arguments are required: command; python -m literate_bp --help shows"),
    "unknown command": (["explian"], "argument command: invalid choice: 'explian'"),
    "no problem": (["explain"], "the following arguments are required: problem"),
    "unknown option": (["explain", "FILE", "--digit", "3"], "unrecognized arguments: --digit 3"),
    "no such file": (["explain", "nowhere.toml"], "nowhere.toml: no such file or directory; a problem that"),
    "a folder": (["explain", "."], ".: is a directory; a problem that can be read"),
    "notation": (["explain", "FILE", "--notation", "nielson"], "notation 'nielson' is unknown; did you mean 'niels"),
    "format": (["explain", "FILE", "--format", "latx"], "format 'latx' is unknown; did you mean 'latex'?"),
    "hide": (["explain", "FILE", "--hide", "value"], "hide 'value' is unknown; did you mean 'values'?"),
    "digits": (["explain", "FILE", "--digits", "0"], "digits is 0; a whole number of at least 1 was expected"),
    "no digits": (["explain", "FILE", "--digits", "x"], "argument --digits: invalid int value: 'x'"),
    "notation of diagrams": (["diagram", "FILE", "--out", "OUT", "--notation", "nielson"], "notation 'nielson' is un"),
    "format of diagrams": (["diagram", "FILE", "--out", "OUT", "--format", "jpg"], "format 'jpg' is unknown"),
    "theme": (["diagram", "FILE", "--out", "OUT", "--theme", "drak"], "theme 'drak' is unknown; did you mean 'dark'?"),
    "values": (["diagram", "FILE", "--out", "OUT", "--values", "all"], "values 'all' is unknown; known names: symbol"),
    "a file for a folder": (["diagram", "FILE", "--out", "FILE"], "problem.toml: file exists; a problem that can be"),
    "below a file": (["diagram", "FILE", "--out", "FILE/figures"], "not a directory; a problem that can be read, and"),
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


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_one_line_and_exit_code_2(name, path, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments, why = REFUSED[name]
    known = {"FILE": path.name, "FILE/figures": f"{path.name}/figures", "OUT": "figures"}
    result = said(*(known.get(argument, argument) for argument in arguments))
    assert_refused(*result)
    assert why in result[2]
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_problem_that_does_not_fit_is_refused_with_its_place(path, said):
    path.write_text(PROBLEM.replace("0.3]", "nan]"), encoding="utf-8")
    result = said("explain", path)
    assert_refused(*result)
    assert f"{path}: inputs, number 2, is nan; a finite number was expected" in result[2]


def test_a_network_that_is_too_large_to_draw_is_refused_before_anything_is_written(path, said, tmp_path):
    path.write_text(to_toml(generate((9, 2), 0)), encoding="utf-8")
    assert_refused(*said("diagram", path, "--out", tmp_path / "figures"))
    assert not (tmp_path / "figures").exists()


def test_numbers_that_overflow_are_refused(path, said):
    large = PROBLEM.replace("0.4", "1e308").replace("[[layer]]", '[[layer]]\nactivation = "identity"')
    path.write_text(large.replace("0.1]", "1e308]"), encoding="utf-8")
    result = said("explain", path)
    assert_refused(*result)
    assert "network and x lead to numbers that are not finite" in result[2]


def test_without_matplotlib_diagrams_are_refused_with_how_to_get_it(path):
    program = "import sys; sys.modules['matplotlib'] = None; from literate_bp.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "diagram", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert_refused(done.returncode, done.stdout, done.stderr)
    assert 'python -m pip install "literate_bp[diagram]"' in done.stderr


# --- the shell --------------------------------------------------------------


def test_it_writes_utf_8_whatever_the_terminal_was_told(path, tmp_path):
    plain = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = started("explain", path, env=os.environ | plain)
    assert done.returncode == 0, done.stderr
    assert "z¹₁" in done.stdout.decode("utf-8")
    refused = started("explain", "δ.toml", env=os.environ | plain)
    assert refused.stderr.decode("utf-8").startswith("python -m literate_bp: δ.toml: no such file or directory")
    drawn = started("diagram", path, "--out", tmp_path / "η", env=os.environ | plain)
    assert drawn.stdout.decode("utf-8").splitlines()[0] == str(tmp_path / "η" / "1-node-forward.svg")


def test_a_refusal_in_a_shell_has_exit_code_2(tmp_path):
    done = started("explain", "nowhere.toml", cwd=tmp_path)
    assert_refused(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_who_stops_reading_hears_nothing(path):
    command = [sys.executable, "-m", "literate_bp", "explain", str(path), "--format", "html"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        complained = process.stderr.read()
        process.wait(60)
    assert complained == b""


@pytest.mark.parametrize("command", [[], ["explain"], ["diagram"], ["new"]])
def test_help_says_what_fits(command, said):
    code, printed, complained = said(*command, "--help")
    assert (code, complained) == (0, "")
    for word in {"explain": FORMATS, "new": ["cross_entropy", "leaky_relu"], "diagram": ["svg"]}.get(
        "".join(command), []
    ):
        assert word in printed


def test_the_problem_in_the_help_is_one():
    text = re.search(r"(?ms)^  inputs.*?(?=^with)", commands.PROBLEM)[0]
    assert from_toml(text).network.sizes == (2, 1)


def test_the_commands_in_the_help_run(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = re.findall(r"^  python -m literate_bp (.*)$", commands.TEACHER, re.MULTILINE)
    assert len(lines) == 4
    for line in lines:
        command, _, target = line.partition(" > ")
        code, printed, complained = said(*command.split())
        assert (code, complained) == (0, "")
        if target:
            Path(target).write_text(printed, encoding="utf-8")
    assert len(list(Path("figures").iterdir())) == 5
