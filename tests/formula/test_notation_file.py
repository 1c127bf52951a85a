"""The file of a notation: what is missing, unknown or of another kind is refused, by the names of file and key."""

import re
from pathlib import Path

import pytest

from literate_bp.formula import notation as notation_module
from literate_bp.formula.macros import INDEXED, LAYERED, MACROS
from literate_bp.formula.notation import BOOK, NOTATIONS, Notation, in_order
from literate_bp.formula.notation_file import INDICES, MEANING, OPTIONAL, TOP, notation_fields

FOLDER = Path(notation_module.__file__).parent / "notations"
TEXT = (FOLDER / "book.toml").read_text(encoding="utf-8")
KEYS = [*(TOP.keys() - OPTIONAL.keys()), *MEANING, *INDICES]


def changed(pattern, by):
    """The book's file with one change in it."""
    text, count = re.subn(pattern, lambda _: by, TEXT, count=1, flags=re.MULTILINE)
    assert count == 1, pattern
    return text


def without(key):
    return changed(rf"^\[{key}\].*$", "[other]") if TOP.get(key) is dict else changed(rf"^{key} = .*$", "")


def test_the_file_of_the_book_makes_the_book():
    assert Notation(**notation_fields("book", TEXT)) == BOOK


def test_the_file_of_the_book_says_what_every_key_means():
    lines = TEXT.splitlines()
    for key in (*TOP, *MEANING, *INDICES):
        (at,) = (n for n, line in enumerate(lines) if re.match(rf"(# )?{key} = |\[{key}\]", line))
        assert "#" in lines[at] or lines[at - 1].startswith("#"), key


@pytest.mark.parametrize("key", sorted(KEYS))
def test_a_missing_key_is_named_with_its_file(key):
    with pytest.raises(ValueError, match=rf"formula/notations/mine\.toml.*(lacks the key '{key}'|key 'other')"):
        notation_fields("mine", without(key))


@pytest.mark.parametrize("key", ["title", "half", "last"])
def test_a_misspelled_key_is_named_with_its_file_and_the_nearest_key(key):
    with pytest.raises(ValueError, match=rf"formula/notations/mine\.toml: key '{key}e' is unknown.* '{key}'\?"):
        notation_fields("mine", changed(rf"^{key} = ", f"{key}e = "))


@pytest.mark.parametrize("quantity", [q for q in MACROS if f"\n{q} = " in TEXT and q != "output"])
def test_a_missing_letter_is_named_with_its_file(quantity):
    missing = {"error": "errors?", "errors": "errors?"}.get(quantity, quantity)
    with pytest.raises(ValueError, match=rf"formula/notations/mine\.toml has no letter for '{missing}'"):
        notation_fields("mine", changed(rf"^{quantity} = .*$", ""))


def test_a_source_may_have_no_letter_for_errors_or_for_outputs():
    text = re.sub(r"^(error|errors|output) = .*$", "", TEXT, flags=re.MULTILINE)
    assert BOOK.symbols.keys() - notation_fields("mine", text)["symbols"].keys() == {"error", "errors", "output"}


@pytest.mark.parametrize(
    ("pattern", "by", "message"),
    [
        ("^half = true", "half = 1", r"\[meaning\] in formula/notations/mine.toml: half is 1; true or false was"),
        ("^error_sign = 1", "error_sign = 2", r"error_sign is 2; 1 or -1 was expected"),
        ("^error_sign = 1", "error_sign = true", r"error_sign is True; 1 or -1 was expected"),
        ('^batch = "mean"', 'batch = "median"', r"batch is 'median'; 'mean' or 'sum' or 'one' was expected"),
        ("^place = 1", 'place = "1"', r"formula/notations/mine.toml: place is '1'; a whole number was expected"),
        ("^title = .*$", "title = ['x']", r"mine.toml: title is \['x'\]; a text was expected"),
        ("^last = 'L'", "last = 1", r"\[indices\] in formula/notations/mine.toml: last is 1; a text was expected"),
        (
            "^input = 'x'",
            "inputt = 'x'",
            r"\[letters\] in .*mine.toml: quantity 'inputt' is unknown.*'input'\?",
        ),
        ("^input = 'x'", "input = 1", r"\[letters\] in .*mine.toml: input is 1; a letter was expected"),
        ("^input = 'x'", "input = ['x']", r"\[letters\] in .*mine.toml: input is \['x'\]; a letter was expected"),
        ("^input = 'x'", "input = 'x_{<n>}'", r"input is 'x_{<n>}'; a letter was expected"),
        (r"^\[symbols\]", "[symbols]\ncost = 'C_{<n>'", r"\[symbols\] in .*mine.toml: cost is .*with as many { as }"),
        (
            r"^\[symbols\]",
            "[symbols]\ncost = 'C_{<k>}'",
            r"cost is 'C_{<k>}'; LaTeX with <l>, <n> or <n0> was expected",
        ),
        (r"^\[two_layers\]", "[two_layers]\ncost = 'C'", r"cost is 'C'; \[hidden, output\], each LaTeX with"),
        (
            r"^\[two_layers\]",
            "[two_layers]\ncost = 'CC'",
            r"cost is 'CC'; .*output\], each .*<n0>, was",
        ),
        (r"^\[two_layers\]", "[two_layers]\ncost = ['C', 'C}']", r"cost is \['C', 'C}'\]; \[hidden, output\]"),
        (r"^\[two_layers\]", "[two_layers]\ncost = ['C']", r"cost is \['C'\]; \[hidden, output\], each LaTeX with"),
        (
            r"^supplied = \[\]",
            'supplied = ["wieght"]',
            r"supplied in .*mine.toml: 'wieght' is .*'weight'\?",
        ),
        (r"^supplied = \[\]", "supplied = [1]", r"mine.toml: supplied is \[1\]; a list of texts was expected"),
        (r"^supplied = \[\]", "supplied = 'half'", r"mine.toml: supplied is 'half'; a list of texts was expected"),
        (r"^supplied = \[\]", "supplied = [", r"formula/notations/mine.toml is no TOML: "),
    ],
)
def test_what_does_not_fit_is_refused(pattern, by, message):
    with pytest.raises(ValueError, match=message):
        notation_fields("mine", changed(pattern, by))


def test_two_notations_in_one_place_are_refused_by_the_names_of_their_files():
    other = Notation(**notation_fields("mine", TEXT))
    with pytest.raises(ValueError, match=r"place is 1 in formula/notations/book\.toml and in mine\.toml"):
        in_order([*NOTATIONS.values(), other])


def test_notations_stand_in_the_order_of_their_places_whichever_is_read_first():
    assert [*in_order([NOTATIONS["nielsen"], BOOK])] == ["book", "nielsen"]


def test_a_bias_has_a_script_of_its_own():
    symbols = notation_fields("mine", changed("^bias_script = '<n>'", "bias_script = '<n0>'"))["symbols"]
    assert (symbols["bias"], symbols["linear"]) == ("b^{<l>}_{<n0>}", "z^{<l>}_{<n>}")


def test_letters_have_their_scripts_where_the_quantity_has_a_layer_or_nodes():
    for quantity in MACROS:
        assert ("<l>" in BOOK.symbols[quantity]) == (quantity in LAYERED)
        assert ("<n>" in BOOK.symbols[quantity]) == (quantity in INDEXED)


def test_a_letter_of_a_file_stands_in_what_is_made_of_it():
    symbols = notation_fields("mine", changed("^weight = 'w'", r"weight = '\Omega'"))["symbols"]
    assert symbols["weight step"] == r"\Delta \Omega^{<l>}_{<n>}"
    assert symbols["new weight"] == r"\Omega^{<l>+}_{<n>}"
