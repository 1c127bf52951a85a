"""Reference derivatives: as exact as promised, independent of the rules they check, and sensitive to every error."""

import dataclasses

import numpy as np
import pytest
import truth
from hypothesis import given, settings

from literate_bp import Layer, Network, backward, check_gradient, forward, oracle
from literate_bp.oracle import PRECISION, Report, central_difference, complex_step, relative_error

ANALYTIC = [name for name in truth.HIDDEN if truth.ACTIVATIONS[name].analytic]
KINKED = [name for name in truth.HIDDEN if not truth.ACTIVATIONS[name].analytic]


def test_complex_step_loses_no_digit():
    for x in (0.1, 1.0, 3.0):
        # exp, sin and a product: 4 roundings, of two terms of one size
        expected = float(truth.mp.exp(x) * (truth.mp.sin(x) + truth.mp.cos(x)))
        assert complex_step(lambda z: np.exp(z) * np.sin(z), x) == pytest.approx(
            expected, abs=4 * truth.EPS * np.exp(x) * 2
        )


def test_central_difference_reaches_the_two_thirds_power_of_rounding():
    h = oracle.REAL_STEP
    for x in (0.1, 1.0):
        # curvature h² f‴/6 and cancellation ε f/h, f and f‴ both e^x
        assert abs(central_difference(np.exp, x) - np.exp(x)) <= (h**2 / 6 + truth.EPS / h + h**3) * np.exp(x)


def test_relative_error_is_measured_by_the_largest_entry():
    assert relative_error([1.0, 100.0], [2.0, 100.0]) == 0.01
    assert relative_error(3.0, 4.0) == 0.25
    assert relative_error([0.0, 0.0], [0.0, 0.0]) == 0.0
    assert relative_error([], []) == 0.0


def test_relative_error_measures_a_small_entry_by_itself_down_to_a_share_of_the_largest():
    assert relative_error([1e-4, 100.0], [2e-4, 100.0], floor=1e-6) == 0.5
    assert relative_error([1e-9, 100.0], [2e-9, 100.0], floor=1e-6) == pytest.approx(1e-9 / 1e-4)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_infinitely_far_off(bad):
    assert relative_error([1.0, bad], [1.0, 2.0]) == relative_error([1.0, 2.0], [bad, 2.0]) == np.inf


def test_nan_in_a_gradient_is_reported(monkeypatch):
    network, x, y = truth_network()
    gradients = backward(network, forward(network, x), y)
    spoiled = gradients.weights[1].copy()
    spoiled[0, 0] = np.nan
    wrong = dataclasses.replace(gradients, weights=(gradients.weights[0], spoiled))
    monkeypatch.setattr(oracle, "backward", lambda *_: wrong)
    assert check_gradient(network, x, y).worst == np.inf


def test_nan_in_the_examples_or_the_network_is_refused():
    network, x, y = truth_network()
    for case in ((network, [np.nan, 0.3], y), (network, x, [np.nan, 0.0])):
        with pytest.raises(ValueError, match="is nan; finite numbers"):
            check_gradient(*case)


def test_a_small_entry_of_the_wrong_sign_is_reported(monkeypatch):
    network = Network((Layer([[0.4], [-0.2]]), Layer([[1.0, 1e-9]], None, "identity"), Layer([[1.0], [1e-9]])))
    gradients = backward(network, forward(network, [0.1, 0.3]), [1.0])
    turned = gradients.weights[1] * [1.0, -1.0]
    wrong = dataclasses.replace(gradients, weights=(gradients.weights[0], turned, gradients.weights[2]))
    assert check_gradient(network, [0.1, 0.3], [1.0]).worst < 1e-9
    monkeypatch.setattr(oracle, "backward", lambda *_: wrong)
    assert check_gradient(network, [0.1, 0.3], [1.0]).worst > 1e-4


def test_a_network_that_stands_on_kinks_alone_has_nothing_compared():
    report = check_gradient(Network((Layer([[0.0]], None, "relu"),)), [1.0], [1.0])
    assert np.isnan(report.worst)
    assert report.skipped == 1
    assert "nothing compared" in str(report)


def truth_network():
    return Network((Layer([[0.4, 0.1], [-0.2, 0.7]]), Layer([[0.1, 0.3], [0.5, -0.6]]))), [0.1, 0.3], [1.0, 0.0]


@settings(max_examples=40)
@given(truth.problems(names=ANALYTIC))
def test_an_analytic_network_is_checked_by_complex_step_to_rounding(problem):
    network, x, y = problem
    report = check_gradient(network, x, y)
    bounds, found = truth.rounding_bounds(network, x, y), truth.named(backward(network, forward(network, x), y))
    assert report.method == "complex step"
    assert report.skipped == 0
    for name, error in report.parameters.items():
        short = name.replace("of layer ", "")
        field, layer = short.split()
        reference = np.empty(found[short].shape)
        for at in np.ndindex(reference.shape):
            reference[at] = oracle.reference_derivative(network, x, y, oracle.Parameter(int(layer) - 1, field, at))
        assert error <= PRECISION["complex step"]
        # the reference rounds as often as the gradient does
        assert np.max(np.abs(found[short] - reference)) <= 2 * bounds[short]


@settings(max_examples=40)
@given(truth.problems(names=KINKED, costs=["half_squared_error", "squared_error"]))
def test_a_network_with_kinks_is_checked_by_central_differences_beside_them(problem):
    network, x, y = problem
    report = check_gradient(network, x, y)
    assert report.method == "central differences"
    assert report.skipped or report.worst <= PRECISION["central differences"]


def test_a_parameter_on_a_kink_is_skipped_and_counted():
    network = Network((Layer([[1.0], [-1.0]], [0.0], "relu"), Layer([[2.0]], [0.5], "identity")))
    report = check_gradient(network, [1.0, 1.0], [0.0])
    assert report.skipped == 3
    # ε C / h of cancellation for the bias of the output, with C = 1/8, against a slope of 1/2
    assert report.worst <= 0.25 * truth.EPS / oracle.REAL_STEP
    assert "3 on a kink skipped" in str(report)


def test_beside_a_kink_the_step_is_reduced_until_it_stays_on_one_side():
    near = 1e-7  # closer than the usual step of 6e-6
    network = Network((Layer([[1.0]], [near - 1.0], "relu"), Layer([[2.0]], [0.5], "identity")))
    report = check_gradient(network, [1.0], [0.0])
    assert report.skipped == 0
    # The perturbed parameter and z are rounded near 1, by ε/2 each, on both sides: 4 · ε/2 over 2h, with h = 6e-8.
    assert report.parameters["weights of layer 1"] <= truth.EPS / 6e-8
    assert report.parameters["biases of layer 1"] <= truth.EPS / 6e-8


# --- right gradients that are 0, or below what rounding hides ---------------

ANY = ["sigmoid", "tanh", "relu", "softplus", "gelu"]


def with_one_input_and_gains(rng):
    """Give a layer whose directions have one entry: only their signs count, so that the derivatives are 0."""
    first = Layer(rng.normal(size=(1, 3)), rng.normal(size=3), rng.choice(ANY), gains=rng.uniform(0.5, 1.5, 3))
    network = Network((first, Layer(rng.normal(size=(3, 2)))))
    return network, rng.normal(size=(4, 1)), rng.normal(size=(4, 2))


def at_a_minimum(first, last, cost):
    """Give a network and targets that are its own output."""

    def make(rng):
        layers = Layer(rng.normal(size=(3, 4)), rng.normal(size=4), first), Layer(rng.normal(size=(4, 3)), None, last)
        network, x = Network(layers, cost), rng.normal(size=(2, 3))
        return network, x, forward(network, x).output

    return make


def with_targets_of_millions(rng):
    layers = (
        Layer(rng.normal(size=(3, 4)), rng.normal(size=4), rng.choice(ANY)),
        Layer(rng.normal(size=(4, 2)), None, "identity"),
    )
    return Network(layers), rng.normal(size=(2, 3)), 5e6 * rng.normal(size=(2, 2))


def with_a_saturated_node_before_a_relu(rng):
    saturated = Layer(rng.normal(size=(2, 2)), rng.choice([-60.0, -25.0, 20.0, 45.0], 2))
    layers = (
        saturated,
        Layer(rng.normal(size=(2, 3)), rng.normal(size=3), "relu"),
        Layer(rng.normal(size=(3, 1)), None, "identity"),
    )
    return Network(layers), rng.normal(size=(2, 2)), rng.normal(size=(2, 1))


def with_tiny_activated_values(rng):
    layers = (
        Layer(rng.normal(size=(2, 3)), rng.uniform(-60, 0, 3), "softplus"),
        Layer(rng.normal(size=(3, 1)), None, "softplus"),
    )
    return Network(layers), rng.normal(size=(2, 2)), np.zeros((2, 1))


def deep_and_mixed(rng):
    layers = [
        Layer(rng.choice([0.3, 1, 3]) * rng.normal(size=(3, 3)), rng.normal(size=3), rng.choice(truth.HIDDEN))
        for _ in range(4)
    ]
    return Network(layers), rng.normal(size=(3, 3)), rng.normal(size=(3, 3))


def with_gradients_near_the_smallest_numbers(rng):
    layers = [Layer(rng.normal(size=(2, 2)), rng.normal(size=2) - 90, "sigmoid") for _ in range(7)]
    return Network([*layers, Layer([[1.0], [1.0]], None, "identity")]), rng.normal(size=(1, 2)), rng.normal(size=(1, 1))


HARD = {
    "gains on one input": with_one_input_and_gains,
    "softmax at its minimum": at_a_minimum("tanh", "softmax", "cross_entropy"),
    "sigmoid at its minimum": at_a_minimum("tanh", "sigmoid", "binary_cross_entropy"),
    "ReLU at its minimum": at_a_minimum("relu", "identity", "half_squared_error"),
    "targets of millions": with_targets_of_millions,
    "a saturated node before a ReLU": with_a_saturated_node_before_a_relu,
    "tiny activated values": with_tiny_activated_values,
    "deep and mixed": deep_and_mixed,
    "gradients near the smallest numbers": with_gradients_near_the_smallest_numbers,
}


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize(
    "seeds", [range(8), pytest.param(range(8, 300), marks=pytest.mark.exhaustive)], ids=["8", "292"]
)
def test_a_right_gradient_is_not_condemned(name, seeds):
    for seed in seeds:
        report = check_gradient(*HARD[name](np.random.default_rng(seed)))
        assert report.worst <= PRECISION[report.method], seed


@pytest.mark.parametrize("name", HARD)
def test_an_entry_that_is_wrong_by_more_than_its_uncertainty_is_found_in_such_a_network_too(name, monkeypatch):
    network, x, y = HARD[name](np.random.default_rng(0))
    right = backward(network, forward(network, x), y)
    problem = oracle.Problem(network, x, y)
    changed = problem.with_other_last_digits()
    for at in [(0, 0), (0, 1)]:
        parameter = oracle.Parameter(0, "weights", at)
        off = right.weights[0].copy()
        off[at] += (3 * oracle.uncertainty(parameter, problem, changed) or 1e-20) + 1e-3 * abs(off[at])
        wrong = dataclasses.replace(right, weights=(off, *right.weights[1:]))
        monkeypatch.setattr(oracle, "backward", lambda *_, wrong=wrong: wrong)
        assert check_gradient(network, x, y).worst > 5e-4
        monkeypatch.undo()


@pytest.mark.parametrize("name", ANALYTIC)
def test_complex_numbers_keep_the_digits_of_every_activation(name):
    # Both parts of f(x + ih); a derivative is 1e30 times its part, which is a normal number down to 2.3e-308.
    x = np.concatenate([np.linspace(-45, 45, 91), [-300.0, -100.0, 100.0, 300.0]])
    found = truth.ACTIVATIONS[name].function(x + 1j * oracle.IMAGINARY_STEP)
    for at, value in zip(truth.many_digits(x), found, strict=True):
        curve, first = truth.curve(name, at), truth.derivative(name, at)
        second = truth.mp.diff(lambda z: truth.derivative(name, z), at, h=truth.mp.mpf(10) ** -15)
        bend = oracle.IMAGINARY_STEP**2
        assert abs(value.real - curve) <= 16 * truth.EPS * (abs(curve) + abs(at * first)) + bend
        allowed = 16 * truth.EPS * (abs(first) + abs(at * second) + (abs(curve / at) if at else 0))
        assert abs(value.imag / oracle.IMAGINARY_STEP - first) <= allowed + 2.3e-308 / oracle.IMAGINARY_STEP * truth.EPS


def test_the_reference_derivative_is_right_where_an_activated_value_is_tiny():
    # NumPy's complex log1p had lost the digits of e^(−36.7), so that the reference was off by 93 %.
    for z in (-20.0, -36.7, -40.0, -300.0):
        network = Network((Layer([[z]], None, "softplus"),))
        expected = truth.curve("softplus", z) * truth.derivative("softplus", z)
        found = oracle.reference_derivative(network, np.ones(1), np.zeros(1), oracle.Parameter(0, "weights", (0, 0)))
        assert found == pytest.approx(float(expected), rel=16 * truth.EPS * abs(z))


def test_equal_softmax_outputs_are_no_trap():
    network = Network((Layer(np.zeros((2, 3)), np.zeros(3), "softmax"),), "cross_entropy")
    assert check_gradient(network, [1.0, 2.0], [0.0, 1.0, 0.0]).worst <= 16 * truth.EPS


def test_a_float32_network_is_checked_in_float64():
    layers = (Layer(np.array([[0.5], [-0.25]], np.float32), np.array([0.1], np.float32), "tanh"),)
    report = check_gradient(Network(layers), [1.0, 2.0], [0.5])
    assert 0 < report.worst <= 16 * np.finfo(np.float32).eps


def test_the_report_names_every_array_the_worst_and_the_method():
    report = check_gradient(Network((Layer([[0.5]], [0.1]), Layer([[0.5]], None))), [1.0], [0.0])
    assert list(report.parameters) == ["weights of layer 1", "biases of layer 1", "weights of layer 2"]
    report = Report("complex step", {"weights of layer 1": 1e-16, "biases of layer 1": 0.25})
    assert (report.worst, report.where) == (0.25, "biases of layer 1")
    summary = "worst relative error 2.5e-01 (biases of layer 1) against complex step"
    assert repr(report) == f"<Report: {summary}>"
    assert str(report).splitlines()[0] == summary
    assert str(report).splitlines()[2:] == [f"weights of layer 1{'1.0e-16':>9}", f"biases of layer 1{'2.5e-01':>10}"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.method = "trust"


def test_a_wrong_gradient_is_seen_in_the_array_where_it_is_wrong(monkeypatch):
    def wrong(network, trace, y):
        right = backward(network, trace, y)
        return dataclasses.replace(right, weights=(right.weights[0], 1.01 * right.weights[1]))

    monkeypatch.setattr(oracle, "backward", wrong)
    layers = (Layer([[0.5, -0.3]], [0.1, 0.2]), Layer([[0.5], [0.7]], [0.0]))
    report = check_gradient(Network(layers), [1.0], [0.0])
    assert report.where == "weights of layer 2"
    assert report.worst == pytest.approx(0.01 / 1.01, rel=1e-12)


def test_a_skipped_parameter_hides_no_other(monkeypatch):
    monkeypatch.setattr(oracle, "reference_derivative", lambda *_: 7.0)
    network = Network((Layer([[1.0]], [0.5], "relu"),))
    assert check_gradient(network, [1.0], [0.0]).worst > 0.5


def test_the_network_and_the_examples_are_left_as_they_are():
    x, y = np.array([[1.0, 2.0]]), np.array([[0.5]])
    network = Network((Layer([[0.5], [-0.25]], [0.1]),))
    check_gradient(network, x, y)
    assert (x.tolist(), y.tolist()) == ([[1.0, 2.0]], [[0.5]])
    assert network.layers[0].weights.dtype == np.float64
    assert network.layers[0].weights.tolist() == [[0.5], [-0.25]]
