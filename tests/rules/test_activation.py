"""Activations: each row of the table against the textbook formula in 400 digits, and its slope against the oracle."""

import numpy as np
import pytest
import truth

from literate_bp.activation import (
    ACTIVATIONS,
    below_top,
    decay,
    elementwise_activations,
    gelu,
    gelu_tanh,
    log1p,
    normal_cdf,
    softmax,
    softmax_derivative,
    softmax_rest,
)
from literate_bp.oracle import IMAGINARY_STEP, REAL_STEP, central_difference, complex_step

ONE_BY_ONE = [*elementwise_activations()]
FULL_ACCURACY = ["sigmoid", "softplus"]
FULL_ACCURACY_SLOPES = ["sigmoid", "softplus", "tanh"]
MODERATE = np.array([-36.7, -12.5, -5.1, -1.3, -0.7, -1e-3, -1e-9, 1e-9, 1e-3, 0.4, 1.1, 2.9, 7.7, 18.3, 37.9])
FAR = np.array([-745.0, -708.0, -300.0, -88.0, -45.0, *MODERATE, 45.0, 88.0, 300.0, 708.0, 745.0])
TYPES = (np.float16, np.float32, np.float64)
SOFTMAX_ROWS = (
    [0.0, 0.0],
    [1.0, 2.0, 3.0],
    [-40.0, 0.0, 1.0, 1.0],
    [700.0, 0.0, -3.0],
    [-700.0, -20.0],
    [1e4, 9990.0, -1e4],
    [0.3],
)


def test_every_row_of_the_table_has_a_textbook_formula_in_truth():
    assert [truth.FORMULAS[name] for name in ACTIVATIONS]
    assert set(truth.FORMULAS) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_functions_are_named_as_the_activation_is(name):
    row = ACTIVATIONS[name]
    assert (row.function.__name__, row.derivative.__name__) == (name, f"{name}_derivative")


def far_from_truth(found, expected, allowed):
    """Name the worst entry, in units of what is allowed; results below the smallest float64 may be rounded to it."""
    pairs = zip(found, expected, allowed, strict=True)
    return max(float(abs(truth.mp.mpf(float(f)) - e) / (a + 4 * truth.TINY)) for f, e, a in pairs)


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_curve_is_the_textbook_formula(name):
    # Mixed stability: 16 roundings of the result, and as many of z (what |z f′| says); a small result keeps its digits
    # where z f′ is of the size of f, as it is wherever f falls like a power. A factor below the normal numbers is
    # rounded to the smallest one, and z times that is what the gated curves may be off.
    expected = [truth.curve(name, z) for z in truth.many_digits(FAR)]
    derivatives = [truth.derivative(name, z) for z in truth.many_digits(FAR)]
    sizes = [abs(f) + abs(z * s) for f, s, z in zip(expected, derivatives, FAR, strict=True)]
    allowed = [16 * truth.EPS * size + truth.TINY * abs(z) for size, z in zip(sizes, FAR, strict=True)]
    assert far_from_truth(ACTIVATIONS[name].function(FAR), expected, allowed) <= 1


@pytest.mark.parametrize("name", FULL_ACCURACY)
def test_curve_has_full_relative_accuracy_however_small_it_is(name):
    # exp, its quotient or log1p, and two sums of positive numbers: 5 roundings of at most 1 ulp, which is 5 ε.
    expected = [truth.curve(name, z) for z in truth.many_digits(FAR)]
    allowed = [5 * truth.EPS * abs(f) for f in expected]
    assert far_from_truth(ACTIVATIONS[name].function(FAR), expected, allowed) <= 1


@pytest.mark.parametrize("name", FULL_ACCURACY_SLOPES)
def test_slope_has_full_relative_accuracy_however_small_it_is(name):
    # exp, 1 + e, its square (twice the error), a quotient: 8 ε.
    expected = [truth.SLOPES[name](z) for z in truth.many_digits(FAR)]
    allowed = [8 * truth.EPS * abs(f) for f in expected]
    assert far_from_truth(ACTIVATIONS[name].derivative(FAR), expected, allowed) <= 1


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_slope_is_the_derivative_of_the_textbook_formula(name):
    # As for the curve, with f′ and f″ in place of f and f′; σ(z) and z σ′(z) of the gated curves add up with opposite
    # signs left of 0, each at most as large as the slope and |f / z|, so that |f / z| joins the sum.
    expected, allowed = [], []
    for z in truth.many_digits(MODERATE):
        first = truth.derivative(name, z)
        second = truth.mp.diff(lambda at: truth.derivative(name, at), z, h=truth.mp.mpf(10) ** -15)
        expected.append(first)
        allowed.append(16 * truth.EPS * (abs(first) + abs(z * second) + abs(truth.curve(name, z) / z)))
    assert far_from_truth(ACTIVATIONS[name].derivative(MODERATE), expected, allowed) <= 1


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_slope_agrees_with_the_oracle(name):
    activation = ACTIVATIONS[name]
    found = activation.derivative(MODERATE)
    if activation.analytic:
        # exact but for rounding, once more of the size of the slope and of the two parts of the gated curves
        expected = complex_step(activation.function, MODERATE)
        allowed = (
            32
            * truth.EPS
            * (np.abs(expected) + np.abs(MODERATE * expected) + np.abs(activation.function(MODERATE) / MODERATE))
        )
        allowed += truth.TINY / IMAGINARY_STEP * np.abs(MODERATE)  # an imaginary part below the normal numbers
    else:
        # ε |f| / h of cancellation, and no curvature: these are straight on either side, h away from the kink
        away = np.abs(MODERATE) > 10 * REAL_STEP
        at = MODERATE[away]
        found, expected = found[away], central_difference(activation.function, at)
        allowed = truth.EPS * (np.abs(activation.function(at)) + np.abs(at) + REAL_STEP) / REAL_STEP
    assert np.all(np.abs(found - expected) <= allowed)


@pytest.mark.parametrize("name", [name for name in ONE_BY_ONE if ACTIVATIONS[name].analytic])
def test_the_complex_step_works_at_zero_where_the_two_halves_meet(name):
    # 4 ε: one exp, a sum, a quotient, and the slope's own
    zero = np.zeros(1)
    found, expected = complex_step(ACTIVATIONS[name].function, zero), ACTIVATIONS[name].derivative(zero)
    assert found == pytest.approx(expected, rel=4 * truth.EPS)


def test_slopes_on_the_kink_are_those_of_the_left_side():
    assert ACTIVATIONS["relu"].derivative(np.array([-0.0, 0.0])).tolist() == [0.0, 0.0]
    assert ACTIVATIONS["leaky_relu"].derivative(np.array([-0.0, 0.0])).tolist() == [0.01, 0.01]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_no_overflow_no_nan_no_warning_however_large_z_is(name, dtype):
    most = float(np.finfo(dtype).max) / 4  # so that neither 2z nor z − zₘ overflows
    z = np.concatenate([s * np.geomspace(1e-6, most, 600) for s in (-1, 1)]).astype(dtype)
    z = np.append(z, [dtype(-0.0), dtype(0.0)]).astype(dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
        a, derivative = ACTIVATIONS[name].function(z), ACTIVATIONS[name].derivative(z)
    assert np.isfinite(a).all()
    assert np.isfinite(derivative).all()
    assert np.abs(a).max() <= most
    assert np.abs(derivative).max() < 1.2  # the steepest of all are those of GELU, 1.13


LIMITS = {
    "identity": ((-np.inf, np.inf), (1, 1)),
    "sigmoid": ((0, 1), (0, 0)),
    "tanh": ((-1, 1), (0, 0)),
    "relu": ((0, np.inf), (0, 1)),
    "leaky_relu": ((-np.inf, np.inf), (0.01, 1)),
    "softplus": ((0, np.inf), (0, 1)),
    "silu": ((0, np.inf), (0, 1)),
    "gelu": ((0, np.inf), (0, 1)),
    "gelu_tanh": ((0, np.inf), (0, 1)),
}
"""Of each function and its derivative, at −∞ and ∞."""


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_at_infinity_a_function_and_its_derivative_have_their_limits(name, dtype):
    assert name in LIMITS, f"add the limits of {name!r} to LIMITS, tests/rules/test_activation.py"
    z = np.array([-np.inf, np.inf], dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
        found = ACTIVATIONS[name].function(z), ACTIVATIONS[name].derivative(z)
    for values, limits in zip(found, LIMITS[name], strict=True):
        assert values.tolist() == [dtype(limit) for limit in limits]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize(
    ("z", "a"),
    [((np.inf, 0, 1), (1, 0, 0)), ((-np.inf, 2, 2), (0, 0.5, 0.5)), ((np.inf, -np.inf, np.inf), (0.5, 0, 0.5))],
)
def test_a_softmax_of_infinite_numbers_has_its_limit(z, a, dtype):
    z = np.array(z, dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found, jacobian = ACTIVATIONS["softmax"].function(z), ACTIVATIONS["softmax"].derivative(z)
    assert found.tolist() == list(a)
    assert jacobian.tolist() == (np.diag(a) - np.outer(a, a)).tolist()


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_type_and_shape_are_kept(name, dtype):
    z = np.array([[-1.5, 0.0, 2.0], [3.0, -0.25, 1.0]], dtype)
    a, derivative = ACTIVATIONS[name].function(z), ACTIVATIONS[name].derivative(z)
    assert a.dtype == derivative.dtype == dtype
    assert a.shape == z.shape
    assert derivative.shape == (z.shape if ACTIVATIONS[name].elementwise else (2, 3, 3))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_z_is_left_as_it_is(name):
    z = np.array([-1.5, 0.0, 2.0])
    ACTIVATIONS[name].function(z)
    ACTIVATIONS[name].derivative(z)
    assert z.tolist() == [-1.5, 0.0, 2.0]


@pytest.mark.parametrize("row", SOFTMAX_ROWS)
def test_softmax_and_its_rest_have_full_relative_accuracy(row):
    # z − zₘ is rounded, by ε/2 of its size, and that enters the exponential: ε |z − zₘ| / 2 of the share; then n + 3
    # roundings of sums and quotients. The rest adds the same up, so the largest |z − zₘ| counts, if its share is not 0.
    z = np.array(row)
    far = np.abs(z - z.max()).max() + len(row) + 4
    shares = truth.shares(z)
    allowed = [truth.EPS * far * a for a in shares]
    assert far_from_truth(softmax(z), shares, allowed) <= 1
    rest = [truth.mp.fsum(a for j, a in enumerate(shares) if j != k) for k in range(len(row))]
    assert far_from_truth(softmax_rest(z), rest, [truth.EPS * far * a for a in rest]) <= 1


@pytest.mark.parametrize("row", SOFTMAX_ROWS)
def test_softmax_slope_has_every_output_along_every_linear_part(row):
    z = np.array(row)
    far = 2 * (np.abs(z - z.max()).max() + len(row) + 4) + 1  # a product of two of the above
    a, found = truth.shares(z), softmax_derivative(z)
    for j, k in np.ndindex(found.shape):
        rest = truth.mp.fsum(share for i, share in enumerate(a) if i != k)
        expected = a[k] * rest if j == k else -a[j] * a[k]
        assert far_from_truth([found[j, k]], [expected], [truth.EPS * far * abs(expected)]) <= 1


def test_softmax_slope_agrees_with_the_oracle_also_where_two_outputs_tie():
    for z in (np.array([0.3, -1.2, 2.0]), np.array([1.0, 1.0, -2.0]), np.zeros(3)):
        for j in range(3):
            push = np.eye(3)[j]
            expected = complex_step(lambda t, z=z, push=push: softmax(z + t * push), 0.0)
            # shares near 1/3 and their products: sums of 3, and 6 operations
            assert np.allclose(softmax_derivative(z)[j], expected, rtol=32 * truth.EPS, atol=8 * truth.EPS)


def test_softmax_does_each_row_of_a_batch_alone():
    z = np.array([[1.0, 2.0, 3.0], [-1.0, 0.0, 5.0]])
    assert np.array_equal(softmax(z), [softmax(row) for row in z])
    assert np.array_equal(softmax_derivative(z), [softmax_derivative(row) for row in z])
    assert np.array_equal(below_top(z), [[-2, -1, 0], [-6, -5, 0]])


def test_decay_falls_on_both_sides():
    assert np.array_equal(decay(np.array([-1e4, 0.0, 1e4])), [0, 1, 0])
    assert decay(np.array([-2.0]))[0] == decay(np.array([2.0]))[0] == np.exp(-2.0)


NEAR = np.concatenate(
    [np.linspace(-38.4, 9, 4741), [sign * size for size in np.geomspace(1e-300, 1, 61) for sign in (-1, 1)]]
)


def test_the_normal_distribution_function_has_all_digits_that_z_has():
    # z²/2 is rounded, by ε/2 of its size, and that enters the exponential; 13 terms above 0, and a few operations: 4 ε.
    with truth.mpmath.workdps(40):
        expected = [truth.mpmath.ncdf(z) for z in NEAR]
    allowed = [truth.EPS * (4 + z**2 / 2) * phi for z, phi in zip(NEAR, expected, strict=True)]
    assert far_from_truth(normal_cdf(NEAR), expected, allowed) <= 1


def test_ln_of_one_and_a_complex_number_has_all_digits_of_both_its_parts():
    w = np.array([0.5 + 0.75j, 2 - 3j, -0.25 + 1j, 1e-3j, 1e-9 + 1e-4j, 1e-20 + 1e-30j])
    with truth.mpmath.workdps(60):
        expected = np.array([complex(truth.mpmath.log(1 + truth.mpmath.mpc(at))) for at in w])
    for part in (np.real, np.imag):
        # x (2 + x) + y² is up to 3 times less than its parts; 5 roundings, and that of the logarithm or the angle
        np.testing.assert_allclose(part(log1p(w)), part(expected), rtol=16 * np.finfo(float).eps, atol=0)


def test_the_normal_distribution_function_takes_complex_numbers_too():
    # as for real numbers, and the terms of the sum have a pole at an imaginary part of half a spacing, 0.35
    z = np.array([x + 1j * y for x in (-9, -4, -1.3, -0.2, 0, 0.7, 3) for y in (-0.1, -1e-3, 1e-9, 0.05)])
    with truth.mpmath.workdps(40):
        expected = [complex(truth.mpmath.erfc(-truth.mpmath.mpc(at) / truth.mpmath.sqrt(2)) / 2) for at in z]
    assert np.all(np.abs(normal_cdf(z) - expected) <= truth.EPS * (8 + np.abs(z) ** 2 / 2) * np.abs(expected))


def test_the_two_forms_of_gelu_are_as_far_apart_as_is_said():
    z = np.linspace(-10, 10, 200_001)
    assert np.abs(gelu(z) - gelu_tanh(z)).max() == pytest.approx(4.73e-4, abs=1e-6)


FORMS = {name: row.textbook or row.definition for name, row in ACTIVATIONS.items() if row.textbook or row.definition}
"""What the proofs start from, and what a worked sheet shows of it."""


@pytest.mark.parametrize("name", FORMS)
def test_the_form_in_textbooks_gives_an_example_and_each_of_a_batch_what_the_formula_says(name):
    # an exponential or two, sums and a quotient; tanh and the logarithm of 1 + e^z lose up to two bits at these z
    z = np.array([[1.0, 2.0, 3.0], [-1.0, 0.5, -0.5]])
    for row, found in ((z[0], FORMS[name](z[0])), *zip(z, FORMS[name](z), strict=True)):
        expected = truth.shares(row) if name == "softmax" else [truth.curve(name, at) for at in row]
        assert far_from_truth(found, expected, [16 * truth.EPS * abs(of) for of in expected]) <= 1


@pytest.mark.parametrize("name", [name for name, row in ACTIVATIONS.items() if row.textbook_derivative])
def test_the_derivative_from_the_value_is_that_of_the_formula(name):
    z = truth.many_digits([-2.0, -0.5, 0.25, 3.0])
    a = np.array([float(truth.curve(name, at)) for at in z])
    # a is rounded, by ε/2 at most, which its square doubles; then two roundings
    found, expected = ACTIVATIONS[name].textbook_derivative(a), [truth.SLOPES[name](at) for at in z]
    assert far_from_truth(found, expected, [2 * truth.EPS] * len(z)) <= 1


CALLED = {
    "identity": ("the identity", "id"),
    "relu": ("ReLU", "ReLU"),
    "leaky_relu": ("leaky ReLU", "LReLU"),
    "silu": ("SiLU", "SiLU"),
    "gelu": ("GELU", "GELU"),
    "gelu_tanh": ("GELU in its tanh form", "tGELU"),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_people_call_an_activation_by_its_name_or_as_its_papers_do(name):
    row = ACTIVATIONS[name]
    assert (row.title, row.short) == CALLED.get(name, ("", ""))
    assert bool(row.inner) == (name == "gelu_tanh")
    assert row.analytic == (name not in ("relu", "leaky_relu"))
    assert row.elementwise == (name != "softmax")
