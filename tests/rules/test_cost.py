"""Costs: each row of the table against the textbook formula in 400 digits, and its slope against the oracle."""

import numpy as np
import pytest
import truth
from hypothesis import given, settings
from hypothesis import strategies as st

from literate_bp.cost import COSTS, Cost, squared_error
from literate_bp.oracle import complex_step

LARGEST = {np.float64: 1e4, np.float32: 80.0}


def assert_near(found, expected, allowed):
    assert abs(truth.mp.mpf(float(found)) - expected) <= allowed + 4 * truth.TINY


def example(name, seed, size, spread):
    rng = np.random.default_rng(seed)
    y = truth.targets(rng, size, name)
    if COSTS[name].output is not None and rng.integers(2):
        y = np.eye(size)[rng.integers(size)]
    return rng.normal(0.0, spread, size), y


def test_every_row_of_the_table_has_a_textbook_formula_in_truth():
    assert [(truth.MANY_DIGITS_COSTS[name], truth.PUSHED_COSTS[name]) for name in COSTS]
    assert set(truth.MANY_DIGITS_COSTS) == set(truth.PUSHED_COSTS) == set(COSTS)


@pytest.mark.parametrize("name", COSTS)
def test_functions_are_named_as_the_cost_is(name):
    row = COSTS[name]
    assert (row.value.__name__, row.derivative.__name__) == (name, f"{name}_derivative")


EXAMPLES = {
    "seed": st.integers(0, 10**6),
    "size": st.integers(1, 6),
    "spread": st.sampled_from([0.1, 3.0, 30.0, 300.0]),
}


@pytest.mark.parametrize("name", COSTS)
@given(**EXAMPLES)
def test_cost_has_full_relative_accuracy(name, seed, size, spread):
    # Every cost is a sum of terms that are not negative, so errors cannot cancel up: n + 8 roundings. In the
    # cross-entropy z − zₘ enters an exponential, ε |z − zₘ|; it counts up to |z − zₘ| = 745, where that becomes 0.
    at, y = example(name, seed, size, spread)
    expected, _ = truth.MANY_DIGITS_COSTS[name](at, y)
    steep = min(745.0, np.ptp(at)) if name == "cross_entropy" else 0.0
    assert_near(COSTS[name].value(at, y), expected, truth.EPS * (size + 8 + steep) * expected)


@pytest.mark.parametrize("name", COSTS)
@given(**EXAMPLES)
def test_slope_has_full_relative_accuracy(name, seed, size, spread):
    # Each entry is a difference a − y; with a cross-entropy it is (1 − y) a − y (1 − a), whose two terms cancel only
    # where a is near y, strictly between 0 and 1. Their sum without the sign is the scale of the error.
    at, y = example(name, seed, size, spread)
    _, expected = truth.MANY_DIGITS_COSTS[name](at, y)
    found = COSTS[name].derivative(at, y)
    assert found.shape == at.shape
    for k in range(size):
        y_k = truth.mp.mpf(float(y[k]))
        scale = abs(expected[k])
        if COSTS[name].output is not None:
            a_k = truth.shares(at)[k] if name == "cross_entropy" else truth.logistic(truth.mp.mpf(float(at[k])))
            exact = (1 - y_k) * a_k - y_k * (1 - a_k)
            scale = (1 - y_k) * a_k + y_k * (1 - a_k)
            steep = min(745.0, np.ptp(at)) if name == "cross_entropy" else 0.0
        else:
            exact, steep = expected[k], 0.0
        assert_near(found[k], exact, truth.EPS * (size + 8 + steep) * scale)


@pytest.mark.parametrize("name", COSTS)
@given(**(EXAMPLES | {"spread": st.sampled_from([0.1, 3.0])}))
def test_slope_agrees_with_the_oracle(name, seed, size, spread):
    at, y = example(name, seed, size, spread)
    for k in range(size):
        push = np.eye(size)[k]
        expected = complex_step(lambda t, at=at, y=y, push=push: COSTS[name].value(at + t * push, y), 0.0)
        # differences of numbers of the size of 1, at or y, with n + 8 operations and exponents of up to ptp(at)
        allowed = truth.EPS * (size + 8 + np.ptp(at)) * (1 + abs(at[k]) + abs(y[k]))
        assert abs(COSTS[name].derivative(at, y)[k] - expected) <= allowed


@pytest.mark.parametrize("name", COSTS)
@pytest.mark.parametrize("at", [np.zeros(3), np.array([1.0, 1.0, -2.0]), np.array([2.0, -1.0, 2.0])])
def test_slope_agrees_with_the_oracle_where_outputs_tie(name, at):
    y = np.array([0.2, 0.5, 0.3])
    for k in range(3):
        push = np.eye(3)[k]
        expected = complex_step(lambda t, at=at, y=y, push=push: COSTS[name].value(at + t * push, y), 0.0)
        assert abs(COSTS[name].derivative(at, y)[k] - expected) <= truth.EPS * 16 * (1 + abs(at[k]))


@pytest.mark.parametrize("name", COSTS)
@pytest.mark.parametrize("dtype", LARGEST)
def test_no_overflow_no_nan_no_warning_however_large_the_output_is(name, dtype):
    sides = LARGEST[dtype] * np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    at = np.array(np.meshgrid(sides, sides, sides)).reshape(3, -1).T.astype(dtype)
    for row in np.eye(3, dtype=dtype):
        y = np.broadcast_to(row, at.shape)
        with np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
            value, derivative = COSTS[name].value(at, y), COSTS[name].derivative(at, y)
        assert np.isfinite(value).all()
        assert np.isfinite(derivative).all()
        assert (value >= 0).all()


@pytest.mark.parametrize("name", COSTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_type_is_kept_and_the_last_axis_is_added_up(name, dtype):
    at, y = np.array([[0.5, -1.0], [2.0, 0.25], [0.0, 0.0]], dtype), np.array([[1, 0], [0.5, 0.5], [0, 1]], dtype)
    value, derivative = COSTS[name].value(at, y), COSTS[name].derivative(at, y)
    assert value.dtype == derivative.dtype == dtype
    assert value.shape == (3,)
    assert derivative.shape == (3, 2)
    assert np.array_equal(value, [COSTS[name].value(one, y_one) for one, y_one in zip(at, y, strict=True)])


def test_the_half_is_in_the_name():
    a, y = np.array([0.75, 0.0]), np.array([0.25, 1.0])
    assert COSTS["half_squared_error"].value(a, y) == 0.625
    assert COSTS["squared_error"].value(a, y) == 1.25
    assert COSTS["half_squared_error"].derivative(a, y).tolist() == [0.5, -1.0]
    assert COSTS["squared_error"].derivative(a, y).tolist() == [1.0, -2.0]


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6))
def test_a_cross_entropy_is_least_where_the_output_is_the_target(seed):
    rng = np.random.default_rng(seed)
    y = truth.targets(rng, 4, "cross_entropy")
    z = np.log(y)
    # a − y of two numbers below 1, after an exp of |ln y| and a sum of four
    assert np.max(np.abs(COSTS["cross_entropy"].derivative(z, y))) <= truth.EPS * (12 + np.ptp(z))


def test_an_entry_without_a_derivative_names_the_file_to_edit():
    with pytest.raises(
        ValueError, match=r"^cost 'squared_error' has no derivative: .* COSTS, src/literate_bp/cost.py$"
    ):
        Cost(squared_error)


@pytest.mark.parametrize("name", COSTS)
def test_the_form_in_textbooks_adds_up_the_outputs_of_each_example(name):
    row = COSTS[name]
    at = np.array([[0.5, -1.0], [2.0, 0.25], [0.0, 0.75]])
    y = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    a = at if row.output is None else [outputs(row.output, z) for z in at]
    found = (row.textbook or row.definition)(np.asarray(a), y)
    found = [*found, (row.textbook or row.definition)(np.asarray(a)[0], y[0])]  # and of one example
    for value, z, y_n in zip(found, [*at, at[0]], [*y, y[0]], strict=True):
        expected, _ = truth.MANY_DIGITS_COSTS[name](z, y_n)
        # each output is rounded, and 1 − a of it is at least 0.1
        assert_near(value, expected, 16 * truth.EPS * (1 + expected))


@pytest.mark.parametrize("name", [name for name, row in COSTS.items() if row.textbook_derivative])
def test_the_error_in_textbooks_is_the_slope_along_the_linear_part(name):
    z, y = np.array([0.5, -1.0]), np.array([0.25, 0.75])
    found = COSTS[name].textbook_derivative(np.array(outputs(COSTS[name].output, z)), y)
    _, expected = truth.MANY_DIGITS_COSTS[name](z, y)
    for value, slope in zip(found, expected, strict=True):
        assert_near(value, slope, truth.EPS)


def outputs(activation, z):
    """Round what an output activation gives in many digits."""
    exact = truth.shares(z) if activation == "softmax" else [truth.logistic(at) for at in truth.many_digits(z)]
    return [float(a) for a in exact]


TITLES = ("half the squared error", "the squared error", "the binary cross-entropy", "the cross-entropy")


def test_people_call_a_cost_by_a_title_and_some_go_with_one_activation():
    assert tuple(row.title for row in COSTS.values()) == TITLES
    assert [row.output for row in COSTS.values()] == [None, None, "sigmoid", "softmax"]
