"""What rules call of NumPy, as it acts on symbols: the formula of what the function computes, or a refusal."""

import pytest

from literate_bp.formula.expression import Call, Cases, Index, Number, Reduction, row_n
from literate_bp.formula.primitives import NUMPY, PRIMITIVES
from literate_bp.formula.printing import Plain
from literate_bp.formula.signatures import symbol

Z, Z_K, Z_J = symbol("linear"), symbol("linear", "k"), symbol("linear", "j")
DELTA = symbol("errors", layer="l")


def written(tree):
    return Plain().text(tree)


def test_the_smaller_of_a_number_and_its_opposite_is_minus_its_size():
    assert written(NUMPY.minimum(Z, -Z)) == "−|z|"
    assert written(NUMPY.minimum(Z, 0)) == "min(z, 0)"
    assert written(NUMPY.minimum(Z, -Z_K)) == "min(z, −zₖ)"
    assert written(NUMPY.maximum(Z, -Z)) == "max(z, −z)"
    assert written(NUMPY.maximum(0, Z)) == "max(0, z)"


def test_the_largest_entry_is_the_one_at_its_position():
    top = NUMPY.argmax(Z_K, axis=-1, keepdims=True)
    assert written(NUMPY.take_along_axis(Z_K, top, axis=-1)) == "zₘ"
    assert written(NUMPY.where(NUMPY.arange(3) == top, 0, Z_K)) == written(
        Cases(NUMPY.arange(3) == top, Number(0), Z_K)
    )
    for refused in (
        lambda: NUMPY.argmax(Z_K, axis=0, keepdims=True),
        lambda: NUMPY.argmax(Z_K, axis=-1),
        lambda: NUMPY.argmax(Z_K + 1, axis=-1, keepdims=True),
        lambda: NUMPY.take_along_axis(Z_K, top, axis=0),
        lambda: NUMPY.take_along_axis(Z_K, 1, axis=-1),
    ):
        with pytest.raises(NotImplementedError, match="can be written"):
            refused()


@pytest.mark.parametrize(("entries", "sum_of_others"), [(Z_K, "Σⱼ≠ₖ zⱼ"), (Z_J, "Σᵢ≠ⱼ zᵢ")])
def test_a_product_with_1_less_the_unit_matrix_is_the_sum_of_the_others(entries, sum_of_others):
    assert written(entries @ (1 - NUMPY.eye(3))) == sum_of_others
    assert entries @ NUMPY.eye(3) is entries
    with pytest.raises(NotImplementedError, match=r"1 - np\.eye cannot be written"):
        _ = 1 - (1 - NUMPY.eye(3))


def test_a_row_of_a_batch_times_a_number_is_written_and_their_sum_is_over_examples():
    assert written(symbol("rate") * row_n(DELTA)) == "η Δˡₙ"
    assert row_n(symbol("rate") * DELTA) == symbol("rate") * row_n(DELTA)
    assert DELTA.sum(axis=0) == Reduction("sum", "n", row_n(DELTA))
    with pytest.raises(NotImplementedError, match="sum over axis 1 cannot be written"):
        DELTA.sum(axis=1)


def test_the_largest_of_sizes_may_begin_at_0_and_that_of_others_not():
    size = NUMPY.abs(Z_K)
    assert written(NUMPY.max(size, initial=0)) == "maxₖ |zₖ|"
    assert written(NUMPY.max(NUMPY.maximum(size, Z_K), initial=0)) == "maxₖ max(|zₖ|, zₖ)"
    assert NUMPY.max(NUMPY.abs(Z), initial=0) == Call("abs", (Z,))
    assert written(NUMPY.max(size / NUMPY.abs(Z), initial=0)) == "maxₖ |zₖ| / |z|"
    for refused in (Z_K, size / Z, Z / size, NUMPY.maximum(Z_K, Z)):
        with pytest.raises(NotImplementedError, match=r"np\.max can be written of sizes"):
            NUMPY.max(refused, initial=0)
    with pytest.raises(NotImplementedError, match=r"np\.max can be written of sizes"):
        NUMPY.max(size, initial=1)


def test_functions_are_written_as_what_they_compute():
    assert written(NUMPY.expm1(Z)) == "eᶻ − 1"
    assert written(NUMPY.log1p(Z)) == "ln(1 + z)"
    assert written(NUMPY.tanh(Z)) == "tanh(z)"
    assert written(PRIMITIVES["gated"](Z, Z_K)) == "z zₖ"
    assert written(PRIMITIVES["len"](DELTA)) == "N"
    with pytest.raises(NotImplementedError, match="len can be written of a batch alone"):
        PRIMITIVES["len"](Z_K)
    assert NUMPY.iscomplexobj(Z) is False
    assert NUMPY.isfinite(Z).all() is True
    assert Index("k") in Z_K.nodes
