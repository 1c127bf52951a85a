"""The command new: a fresh problem, and the files of a class."""

import pytest

from literate_bp.worked.document import FORMATS
from literate_bp.worked.generate import generate
from literate_bp.worked.problem import from_toml, read, to_toml

SIZES = ("new", "--sizes", 2, 2)
PAGES = {"text": "\f", "markdown": "\n---\n", "latex": "\\clearpage", "html": '<hr class="page" />'}


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


def test_new_takes_what_the_way_back_keeps_and_problems_stay_pleasant(said):
    more = ("--sizes", 2, 2, 2, "--rounding", "decimals")
    found = from_toml(said("new", *more)[1])
    assert found.rounding == "decimals"
    errors = [step for step in found.explain().steps if step.quantity == "error"]
    assert {step.decimals for step in errors} == {3}
    assert min(abs(step.carried) for step in errors) >= 0.01
    assert "rounding 'decimal' is unknown; did you mean 'decimals'?" in said("new", *more[:-1], "decimal")[2]


def test_new_takes_the_layers_that_have_a_residual_connection(said):
    found = from_toml(said("new", "--sizes", 3, 2, 2, 2, "--residual", 2, 3, "--digits", 4)[1])
    assert [layer.residual for layer in found.network.layers] == [False, True, True]


def test_what_new_prints_is_ascii_so_that_any_shell_can_store_it(said):
    assert said(*SIZES)[1].isascii()


def test_new_writes_a_file(said, tmp_path):
    out = tmp_path / "problem.toml"
    assert said(*SIZES, "--out", out) == (0, f"{out}\n", "")
    assert out.read_text(encoding="utf-8") == said(*SIZES)[1]


# --- a class ----------------------------------------------------------------


def test_a_class_has_a_problem_for_each_seed_one_sheet_and_one_file_of_solutions(said, tmp_path):
    out = tmp_path / "class"
    code, printed, complained = said(*SIZES, "--seeds", "1-3,12", "--out", out)
    numbers = ("01", "02", "03", "12")
    names = [*(f"problem-{number}.toml" for number in numbers), "sheet.html", "solutions.html"]
    assert (code, complained) == (0, "")
    assert printed.splitlines() == [str(out / name) for name in names]
    assert sorted(path.name for path in out.iterdir()) == names
    for number in numbers:
        assert (out / f"problem-{number}.toml").read_text(encoding="utf-8") == said(*SIZES, "--seed", int(number))[1]


def below_title(page):
    """Give the lines below the heading of a problem, without the frame of the document."""
    lines = page.splitlines()
    start = max(n for n, line in enumerate(lines) if "A 2-2 network" in line)
    frame = {"", "</div>", "</body>", "</html>", "\\end{document}"}
    return [line for line in lines[start + 1 :] if line not in frame and line.strip("=")]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("file", "heading", "more"),
    [("sheet", "Problem", ("--hide", "values")), ("solutions", "Solutions to problem", ("--solutions",))],
)
def test_each_problem_of_a_class_has_its_own_pages_as_explain_writes_them(said, tmp_path, name, file, heading, more):
    how = ("--format", name, "--notation", "nielsen")
    said(*SIZES, "--seeds", "7-9", "--out", tmp_path, "--digits", 4, *how)
    whole = (tmp_path / f"{file}.{FORMATS[name].suffix}").read_text(encoding="utf-8")
    pages = whole.split(PAGES[name])
    assert len(pages) == 3
    for seed, page in zip((7, 8, 9), pages, strict=True):
        assert f"{heading} {seed}: A 2-2 network, one step of training" in page
        alone = said("explain", tmp_path / f"problem-0{seed}.toml", *how, *more)[1]
        assert below_title(page) == below_title(alone)
        assert len(below_title(page)) > 10


def test_a_class_of_a_hundred_is_numbered_in_the_order_of_its_files(said, tmp_path):
    said(*SIZES, "--seeds", "9,10,100", "--out", tmp_path)
    assert sorted(path.stem for path in tmp_path.glob("*.toml")) == ["problem-009", "problem-010", "problem-100"]


def test_the_sheet_of_a_class_has_none_of_its_solutions(said, tmp_path):
    said(*SIZES, "--seeds", "1-2", "--out", tmp_path, "--format", "text")
    sheet, solutions = ((tmp_path / f"{name}.txt").read_text(encoding="utf-8") for name in ("sheet", "solutions"))
    for seed in (1, 2):
        steps = read(tmp_path / f"problem-0{seed}.toml").explain().steps
        for step in steps:
            assert step.cells[0] in solutions
        assert steps[0].cells[0] not in sheet


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (["--seeds", "1-30"], "--seeds makes several files; a folder for them was expected: add one, such as --out"),
        (["--seeds", "1-30", "--out", "-"], "--seeds makes several files; a folder for them was expected"),
        (["--seeds", "30-1", "--out", "OUT"], "invalid seeds '30-1'; from 1 to 1000 of them were expected"),
        (["--seeds", "1-1001", "--out", "OUT"], "invalid seeds '1-1001'; from 1 to 1000 of them were expected"),
        (["--seeds", "1-999999999999999999", "--out", "OUT"], "invalid seeds '1-999999999999999999'; from 1"),
        (["--seeds", "1..3", "--out", "OUT"], "invalid seeds '1..3'; numbers were expected, such as 1-30"),
        (["--seeds", "-3", "--out", "OUT"], "argument --seeds: "),
        (["--seeds", "1-3", "--seed", "1", "--out", "OUT"], "not allowed with argument"),
        (["--seeds", "1-3", "--out", "OUT", "--format", "pdf"], "format 'pdf' is unknown"),
        (["--seeds", "1-3", "--out", "OUT", "--notation", "nielson"], "notation 'nielson' is unknown"),
        (["--seeds", "1-3", "--out", "OUT", "--hide", "all"], "hide 'all' is unknown"),
        (["--seeds", "3", "--out", "OUT", "--digits", "1", "--sizes", "1", "1"], "seed 3: sizes 1-1, activation"),
        (["--format", "html"], "--format is for the sheets of --seeds; a problem alone was expected"),
        (["--notation", "book"], "--notation is for the sheets of --seeds"),
        (["--rate", "0,5"], "argument --rate: invalid number '0,5'; one with a decimal point was expected"),
    ],
)
def test_what_makes_no_class_is_refused_before_anything_is_written(said, tmp_path, more, why):
    out = tmp_path / "class"
    code, printed, complained = said(*SIZES, *(out if each == "OUT" else each for each in more))
    assert (code, printed) == (2, "")
    assert why in complained
    assert not out.exists()


def test_a_file_of_a_class_that_exists_is_not_overwritten_and_nothing_else_is_written(said, tmp_path):
    (tmp_path / "solutions.html").write_text("mine", encoding="utf-8")
    code, _, complained = said(*SIZES, "--seeds", "1-2", "--out", tmp_path)
    assert code == 2
    assert f"{tmp_path / 'solutions.html'}: exists already; a new file was expected" in complained
    assert [path.name for path in tmp_path.iterdir()] == ["solutions.html"]
    assert said(*SIZES, "--seeds", "1-2", "--out", tmp_path, "--force")[0] == 0
    assert (tmp_path / "solutions.html").read_text(encoding="utf-8") != "mine"
