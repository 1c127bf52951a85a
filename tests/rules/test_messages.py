"""What messages are made of: values on one line, kinds with their article, lists that end where a name does."""

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from literate_bp import validation


def test_what_steers_a_terminal_is_written_out_and_lines_become_one():
    assert validation.printable("a\x1b[31m\n\t b\x7f é") == r"a\x1b[31m b\x7f é"


def test_a_value_is_shown_whole_up_to_120_characters_and_then_cut():
    assert validation.shown("x" * 118) == f"'{'x' * 118}'"
    assert validation.shown("x" * 119) == f"'{'x' * 118}…"
    assert validation.shown(10**5000) == "a number of thousands of digits"


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (None, "None"),
        ([], "a list"),
        (3, "an int"),
        (np.ones(2), "an ndarray"),
        ({}, "a dict"),
        (object(), "an object"),
    ],
)
def test_a_kind_has_the_article_that_it_is_spoken_with(value, named):
    assert validation.kind_of(value) == named


def test_a_list_of_names_is_whole_up_to_240_characters_and_then_ends_behind_a_name():
    names = ["n" * 58] * 4
    assert validation.shortened(names) == ", ".join(names)
    assert len(validation.shortened(names)) == 238
    assert validation.shortened([*names, "o"]) == f"{', '.join(names)} …"
    assert validation.shortened(["n" * 240]) == "n" * 240


def test_an_unknown_name_is_answered_with_the_closest_one_and_all_known():
    for name, said in (("sigmod", "did you mean 'sigmoid'? Known names: relu, sigmoid"), ("x", "known names: relu, ")):
        with pytest.raises(ValueError, match=rf"^activation '{name}' is unknown; {said.replace('?', '[?]')}"):
            validation.one_of("activation", name, ["relu", "sigmoid"])


def test_the_own_name_of_what_has_another_elsewhere_is_found_whatever_its_letters():
    table = {"relu": SimpleNamespace(also_called=("rectifier",)), "mse": SimpleNamespace(meaning="a mean")}
    for name, own in (("Recti-Fier", "'relu'"), ("ReLU", "'relu'"), ("MSELoss", "'mse' (a mean)"), ("tanh", "")):
        assert validation.own_name(name, table) == own
    assert validation.own_name(3, table) == ""
    assert validation.own_name(None, ["none"]) == "'none'"


def test_a_text_is_one_that_says_something_and_texts_may_be_none():
    assert validation.text("title", "a") == "a"
    for wrong in ("", 3, None):
        with pytest.raises(ValueError, match=r"^title is .*; a text was expected$"):
            validation.text("title", wrong)
    assert validation.texts("names", ["a", ""]) == ("a", "")
    assert validation.texts("names", []) == ()
    with pytest.raises(ValueError, match=r"^names hold 3; texts alone were expected$"):
        validation.texts("names", ["a", 3])


def test_a_mapping_from_names_has_as_many_as_were_said():
    assert validation.by_name("parts", {"a": 1, "b": 2}, 2) == {"a": 1, "b": 2}
    for wrong, said in (
        ({}, "parts has 0 entries; 1 to 2 were expected"),
        ({"a": 1, "b": 2, "c": 3}, "parts has 3 entries; 1 to 2 were expected"),
        ([1], "parts is a list; a mapping from names was expected, such as .'a name': …."),
        ({3: 1}, "the names in parts hold 3; texts alone were expected"),
    ):
        with pytest.raises(ValueError, match=f"^{said}$"):
            validation.by_name("parts", wrong, 2)


def test_a_path_is_a_text_or_a_path_that_names_a_file(tmp_path):
    assert validation.file_path("file", tmp_path / "a", "a file") == tmp_path / "a"
    assert validation.file_path("file", "a/b", "a file") == Path("a/b")
    for wrong, said in (("", "''"), ("a\0b", r"'a\x00b'"), (3, "an int"), (None, "None")):
        with pytest.raises(ValueError, match=f"^{re.escape(f'file is {said}; a file was expected')}$"):
            validation.file_path("file", wrong, "a file")


def test_of_what_should_be_arrays_the_first_that_is_none_is_named():
    validation.arrays("gradients", (np.ones(1), None), [np.ones(1, np.float32)])
    for wrong, said in (
        ((np.ones(1), 1.0, "x"), "a float"),
        ((np.ones(1, int),), "an ndarray of int64"),
        (np.ones(1), "an ndarray of float64"),
        (3, "an int"),
    ):
        with pytest.raises(ValueError, match=f"^gradients holds {said}; tuples of arrays were expected: take what "):
            validation.arrays("gradients", (None,), wrong)


def test_what_numpy_takes_for_true_is_kept_as_pythons_own():
    assert validation.true_or_false("residual", np.True_) is True
    assert validation.true_or_false("residual", value=np.False_) is False
    for wrong in (1, "yes", None, np.ones(1, bool)):
        with pytest.raises(ValueError, match=r"^residual is .*; True or False was expected"):
            validation.true_or_false("residual", wrong)


def test_what_is_no_sequence_is_told_from_one_that_fails():
    with pytest.raises(ValueError, match=r"^sizes is an int; a sequence of whole numbers was expected$"):
        validation.sequence("sizes", 5, "whole numbers")


def test_an_array_that_could_have_gaps_and_has_none_is_taken():
    assert validation.numeric("x", np.ma.masked_array([1.0, 2.0], mask=False)).tolist() == [1.0, 2.0]


def test_targets_take_the_type_of_the_output():
    output = np.zeros(2, np.float32)
    assert validation.targets(np.array([0.1, 1.0]), output, "squared_error", None).dtype == np.float32


def test_gradients_may_be_complex_where_the_weights_are():
    real, imaginary = [[np.ones((2, 1))]], [[np.ones((2, 1)) * 1j]]
    validation.gradients(imaginary, imaginary)
    validation.gradients(real, imaginary)
    with pytest.raises(ValueError, match=r"^gradients came as complex numbers; real ones were expected"):
        validation.gradients(imaginary, real)
