"""The command explain: it prints or writes what the package writes."""

import io
import sys

import pytest

from literate_bp import explain
from literate_bp.worked.document import FORMATS
from literate_bp.worked.problem import read

SUFFIXES = {"text": "txt", "markdown": "md", "latex": "tex", "html": "html"}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("hide", [None, "values", "formulas"])
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
    path.write_text(f"digits = 5\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert "5 decimals" in said("explain", path)[1]
    assert "2 decimals" in said("explain", path, "--digits", 2)[1]


def test_the_way_back_keeps_what_the_file_says_unless_asked_otherwise(path, said):
    assert "Round the way back to 3 significant digits" in said("explain", path)[1]
    p = read(path)
    by_decimals = explain(p.network, p.x, p.y, p.rate, p.digits, rounding="decimals").document()
    assert "Round the way back to 3 decimals" in by_decimals
    assert said("explain", path, "--rounding", "decimals") == (0, by_decimals, "")
    path.write_text(f'rounding = "decimals"\n{path.read_text(encoding="utf-8")}', encoding="utf-8")
    assert said("explain", path) == (0, by_decimals, "")
    assert "3 significant digits" in said("explain", path, "--rounding", "significant")[1]
    assert "rounding 'digits' is unknown; known names: significant" in said("explain", path, "--rounding", "digits")[2]


@pytest.mark.parametrize(
    ("typed", "meant"), [("tex", "latex"), ("TeX", "latex"), ("md", "markdown"), ("txt", "text"), ("HTML", "html")]
)
def test_the_end_of_a_file_leads_to_the_name_of_its_format(path, said, typed, meant):
    code, printed, complained = said("explain", path, "--format", typed)
    assert (code, printed) == (2, "")
    assert f"format is {typed!r}; {meant!r} is its name here. Known names: text, markdown, latex, html" in complained


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("PATH", "--hide"), "--hide stands alone; behind it: values: an exercise sheet, with blanks in"),
        (("--hide", "PATH"), "problem.toml' is unknown; known names: values, formulas"),
        (("PATH", "--hide", "--solutions"), "--hide stands alone; behind it: values"),
        (("PATH", "--digits"), "--digits stands alone; behind it: decimals, or significant digits"),
        (("PATH", "--notation"), "--notation stands alone; behind it: book, "),
    ],
)
def test_an_option_without_its_value_says_what_may_follow(path, said, typed, expected):
    code, printed, complained = said("explain", *(path if each == "PATH" else each for each in typed))
    assert (code, printed) == (2, "")
    assert expected in complained


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_has_the_format_of_its_name_and_the_text_of_the_standard_output(path, said, tmp_path, name):
    out = tmp_path / f"sheet.{SUFFIXES[name]}"
    assert said("explain", path, "--out", out) == (0, f"{out}\n", "")
    assert out.read_bytes().decode("utf-8") == said("explain", path, "--format", name)[1]


def test_a_format_that_is_asked_for_goes_before_that_of_the_name(path, said, tmp_path):
    said("explain", path, "--format", "markdown", "--out", tmp_path / "sheet.txt")
    assert (tmp_path / "sheet.txt").read_text(encoding="utf-8").startswith("# A 2-1-1 network")
    code, _, complained = said("explain", path, "--out", tmp_path / "sheet.pdf")
    assert code == 2
    assert "sheet.pdf: its end tells no format; one of .txt, .md, .tex, .html was expected" in complained


def test_a_dash_is_the_standard_input(path, said, monkeypatch):
    text = io.TextIOWrapper(io.BytesIO(path.read_bytes()))
    monkeypatch.setattr(sys, "stdin", text)
    assert said("explain", "-") == said("explain", path)


def test_a_file_may_be_called_a_dash(path, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path.rename("-")
    sheet = said("explain", "./-")
    assert sheet[0] == 0
    assert said("explain", "./-", "--format", "text", "--out", "./-", "--force")[0] == 0
    assert (tmp_path / "-").read_text(encoding="utf-8") == sheet[1]


def test_what_comes_from_the_standard_input_is_bounded_and_refused_by_that_name(said, monkeypatch):
    class Endless(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, room):
            room[:] = b"#" * len(room)
            return len(room)

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Endless())))
    code, _, complained = said("explain", "-")
    assert code == 2
    assert "standard input: has more than 1,000,000 bytes" in complained


def test_new_can_be_read_from_a_pipe(started):
    fresh = started("new", "--sizes", 2, 2, "--seed", 3)
    done = started("explain", "-", input=fresh.stdout)
    assert done.returncode == 0
    assert "A 2-2 network" in done.stdout.decode("utf-8")


def test_a_sheet_without_formulas_has_none_and_its_solutions_have_them(path, said):
    code, out, complaint = said("explain", path, "--hide", "formulas", "--solutions")
    sheet, solutions = out.split("\f")
    assert (code, complaint) == (0, "")
    assert "w¹₁₁ x₁" not in sheet
    assert "w¹₁₁ x₁" in solutions
