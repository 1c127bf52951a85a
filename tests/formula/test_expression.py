"""Python's operators build trees, term after term; what has no meaning in a formula is refused."""

from dataclasses import replace

import numpy as np
import pytest

from literate_bp.formula.expression import (
    Add,
    Call,
    Cases,
    Hadamard,
    Index,
    Letter,
    MatrixProduct,
    Mul,
    Name,
    Negative,
    Number,
    Quotient,
    Reduction,
    Relation,
    as_expression,
    letters_in,
    replaced,
    symbols_in,
    unrolled,
    value_of,
    with_index,
    with_indices,
)
from literate_bp.formula.signatures import symbol

a, b, c = (Name(letter) for letter in "abc")
X_I, W_IJ, Z_K = symbol("input", "i"), symbol("weight", "i", "j"), symbol("linear", "k")
Z, W = symbol("linears", layer="l"), symbol("weights", layer="l")
TOTAL = Reduction("sum", "i", W_IJ * X_I)


def test_terms_and_factors_stay_in_their_order():
    assert a + b - c == Add((a, b, Negative(c)))
    assert 1 - a == Add((Number(1), Negative(a)))
    assert a + 1 == Add((a, Number(1)))
    assert a * b * c == Mul((a, b, c))
    assert 2 * a / b == Quotient(Mul((Number(2), a)), b)
    assert a - (b - c) == Add((a, Negative(Add((b, Negative(c))))))


def test_one_as_a_factor_or_below_a_line_is_not_written():
    assert 1.0 * a == a
    assert a / 1 == a
    assert a * 1 == Mul((a, Number(1)))


def test_arrays_multiply_entry_by_entry_or_as_matrices():
    assert Hadamard((Z, Z)) == Z * Z
    assert MatrixProduct((Z, W, W)) == Z @ W @ W
    assert a * Z == Mul((a, Z))
    row, size = replace(Z, nodes=(Index("n"),)), Call("norm", (W,))
    assert row * size == Mul((row, size))


def test_a_sum_over_the_examples_takes_a_row_of_each_array():
    row = replace(Z, nodes=(Index("n"),))
    assert (Z * Z).sum(axis=0) == Reduction("sum", "n", Hadamard((row, row)))


def test_numbers_indices_and_the_imaginary_unit_are_taken_in():
    assert [as_expression(number) for number in (-2, -0.5)] == [Negative(Number(2)), Negative(Number(0.5))]
    assert as_expression(Index("k")) == Letter(Index("k"))
    assert as_expression(1j) == Name("i")
    with pytest.raises(TypeError, match="'z' is a str, which cannot stand in a formula"):
        as_expression("z")
    with pytest.raises(TypeError, match="complex"):
        as_expression(2 + 1j)
    with pytest.raises(TypeError, match="is a ndarray, which"):
        as_expression(np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: bool(a),
        lambda: bool(a < b),
        lambda: bool(Number(1) < b),
        lambda: Z_K @ Z_K,
        lambda: Z_K @ W,
        lambda: W @ Z_K,
        lambda: W_IJ.sum(axis=-1),
        lambda: replace(Z, nodes=(Index("n"),)) * W,
        lambda: Z.sum(axis=-1),
        lambda: (X_I * Z_K).sum(axis=-1),
        lambda: Z_K.sum(axis=0),
        lambda: Z.sum(axis=0, keepdims=True),
        lambda: W_IJ.sum(axis=0, keepdims=True),
        Z_K.mean,
        lambda: Z_K[0],
        lambda: list(Z_K),
    ],
)
def test_what_has_no_meaning_is_refused(wrong):
    with pytest.raises(NotImplementedError, match="cannot be written"):
        wrong()


@pytest.mark.parametrize(
    ("left", "sign", "right", "holds"),
    [
        (1, "<", 2, True),
        (2, "<", 1, False),
        (2, ">", 1, True),
        (2, ">", 2, False),
        (2, "<", 2, False),
        (0, "≠", 0, False),
        (1, "≠", 0, True),
    ],
)
def test_a_condition_is_decided_by_values(left, sign, right, holds):
    assert bool(Relation(Number(left), sign, Number(right))) is holds


def test_sizes_of_known_numbers_are_known():
    low, high = Name("a", -1.0), Name("b", 2.0)
    assert value_of(Call("abs", (low,))) == 1
    assert value_of(Call("max", (low, high))) == 2
    assert value_of(Call("min", (low, high))) == -1
    assert value_of(Call("max", (low, c))) is None
    assert value_of(low + high) is None


def test_a_sum_without_one_entry_says_which():
    entry = Cases(Relation(Letter(Index("k")), "=", Letter(Index("m"))), Number(0), Z_K)
    assert entry.sum(axis=-1) == Reduction("sum", "k", Z_K, "m")
    for whole in (
        replace(entry, then=Number(1)),
        replace(entry, condition=Relation(Letter(Index("m")), "=", Letter(Index("k")))),
    ):
        assert whole.sum(axis=-1) == Reduction("sum", "k", whole)


def test_entries_stand_in_a_row_or_in_a_column():
    assert Z_K[..., None] == symbol("linear", "j")
    assert Z_K[..., :, None] == symbol("linear", "j")
    assert Z_K[..., None, :] == Z_K


def test_bound_letters_are_not_free():
    assert letters_in(TOTAL) == {"j"}
    assert letters_in(symbol("weight", "1", "j")) == {"j"}
    assert letters_in(Reduction("sum", "j", symbol("linear", "j"), "k")) == {"k"}
    assert letters_in(Reduction("sum", "j", symbol("linear", "j"), "2")) == set()


def test_an_index_is_put_in_everywhere():
    assert with_index(TOTAL, "j", Index("", 2)) == Reduction("sum", "i", symbol("weight", "i", "2") * X_I)
    assert with_index(symbol("linear", "j", layer="l+1"), "l", Index("l", -1)) == symbol("linear", "j", layer="l")
    others = Reduction("sum", "j", symbol("linear", "j"), "k")
    assert with_index(others, "k", Index("", 3)) == replace(others, excluded="3")
    assert with_index(Letter(Index("j")) * Z_K, "j", Index("m")) == Letter(Index("m")) * Z_K
    assert with_index(Reduction("max", "k", Z_K), "k", Index("m")) == Reduction("max", "m", symbol("linear", "m"))


def test_several_indices_are_put_in_at_once():
    turned = {"i": Index("j"), "j": Index("i", 1)}
    assert with_indices(W_IJ, turned) == symbol("weight", "j", "i+1")
    some = Reduction("sum", "j", symbol("linear", "j"), "k")
    assert with_indices(some, {"j": Index("i"), "k": Index("", 3)}) == Reduction("sum", "i", symbol("linear", "i"), "3")


def test_what_has_none_of_the_letters_stays_what_it_is():
    assert with_indices(TOTAL, {"k": Index("", 1), "l": Index("", 2)}) is TOTAL
    assert with_index(replace(Z_K, value=0.5), "k", Index("", 2)).value == 0.5


def test_sums_are_written_out_as_far_as_their_letters_are_counted():
    first, second = (symbol("weight", n, "j") * symbol("input", n) for n in "12")
    assert unrolled(TOTAL, {"i": 2}) == Add((first, second))
    assert unrolled(TOTAL, {"i": 1}) == first
    assert unrolled(TOTAL, {"k": 2}) == TOTAL
    others = Reduction("sum", "j", symbol("linear", "j"), "2")
    assert unrolled(others, {"j": 3}) == symbol("linear", "1") + symbol("linear", "3")


def test_the_parts_of_an_expression_stand_from_left_to_right():
    assert (X_I * W_IJ + a).children == (X_I * W_IJ, a)
    assert (X_I / W_IJ).children == (X_I, W_IJ)
    assert X_I.children == ()


def test_a_power_takes_no_array_and_says_where_it_stands():
    array = symbol("weights", layer="l")
    assert (2**X_I).children == (Number(2), X_I)
    with pytest.raises(NotImplementedError, match=r"^a power with an array above cannot be written"):
        _ = 2**array
    with pytest.raises(NotImplementedError, match=r"^\*\* of an array cannot be written"):
        _ = array**2


def test_every_symbol_is_found_and_every_part_can_be_changed():
    assert list(symbols_in(TOTAL)) == [W_IJ, X_I]
    assert replaced(TOTAL, lambda part: a if part == X_I else part) == Reduction("sum", "i", W_IJ * a)


def test_an_array_has_two_axes_and_a_single_number_none():
    assert (Z.ndim, Z_K.ndim) == (2, 0)


def test_an_index_may_be_a_number():
    assert [Index.parse(number) for number in (0, 3)] == [Index("", 0), Index("", 3)]


@pytest.mark.parametrize("text", ["", "l+", "ll", "1l"])
def test_no_index_is_refused(text):
    with pytest.raises(ValueError, match=r"index is .* was expected"):
        Index.parse(text)
