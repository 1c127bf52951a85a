"""Reference derivatives: as exact as promised, independent of the rules they check, and sensitive to every error."""

import dataclasses

import numpy as np
import pytest
import truth
from hypothesis import given, settings

from literate_bp import Layer, Network, backward, check_gradient, forward, oracle
from literate_bp.oracle import SCALE_FLOOR, Report, central_difference, complex_step, relative_error

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
        assert error == relative_error(found[short], reference, SCALE_FLOOR["complex step"])
        # the reference rounds as often as the gradient does
        assert np.max(np.abs(found[short] - reference)) <= 2 * bounds[short]


@settings(max_examples=40)
@given(truth.problems(names=KINKED, costs=["half_squared_error", "squared_error"]))
def test_a_network_with_kinks_is_checked_by_central_differences_beside_them(problem):
    network, x, y = problem
    report = check_gradient(network, x, y)
    found = truth.named(backward(network, forward(network, x), y))
    costs = truth.cost_of(network, truth.arrays_of(network), np.asarray(x), np.asarray(y)).real
    assert report.method == "central differences"
    for name, error in report.parameters.items():
        scale = np.max(np.abs(found[name.replace("of layer ", "")]))
        # The cost is a parabola along any one parameter between kinks, so that nothing but cancellation is left:
        # 2 K ε C / 2h, where K counts roundings and h may be the smallest step, to stay beside a kink.
        count = sum(network.sizes) + 8 * len(network.layers) + np.size(y)
        size = costs + np.sum(np.abs(forward(network, x).output)) ** 2 + np.sum(np.abs(y)) ** 2
        assert error * scale <= count * truth.EPS * size / oracle.SMALLEST_STEP


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
    assert str(report).splitlines()[2:] == [f"weights of layer 1{'1.0e-16':>22}", f"biases of layer 1{'2.5e-01':>23}"]
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
