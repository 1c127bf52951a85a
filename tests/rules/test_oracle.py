"""Reference derivatives: as exact as promised, independent of the rules they check, and sensitive to every error."""

import dataclasses
import math
from itertools import pairwise

import numpy as np
import pytest
import truth
from hypothesis import given, settings

from literate_bp import ACTIVATIONS, Layer, Network, backward, check_gradient, forward, initialize, oracle
from literate_bp.activation import Activation
from literate_bp.network import cast, mean_cost
from literate_bp.oracle import PRECISION, Report, central_difference, complex_step, relative_error

ANALYTIC = [name for name in truth.HIDDEN if truth.ACTIVATIONS[name].analytic]
KINKED = [name for name in truth.HIDDEN if not truth.ACTIVATIONS[name].analytic]


def entry(layer, field, at):
    """Give the push of one entry."""
    row, node = (0, *at)[-2:]
    return oracle.Entries(layer, field, np.array([row]), np.array([node]))


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
    assert relative_error([-0.1], [-0.2]) == relative_error([-0.2], [-0.1]) == 0.5
    assert type(relative_error([-0.1], [-0.2])) is float


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
    assert report.advice == ""


def truth_network():
    return Network((Layer([[0.4, 0.1], [-0.2, 0.7]]), Layer([[0.1, 0.3], [0.5, -0.6]]))), [0.1, 0.3], [1.0, 0.0]


@settings(max_examples=40)
@given(truth.problems(names=ANALYTIC))
def test_an_analytic_network_is_checked_by_complex_step_to_rounding(problem):
    network, x, y = problem
    report = check_gradient(network, x, y)
    bounds, found = truth.rounding_bounds(network, x, y), truth.named(backward(network, forward(network, x), y))
    assert report.skipped == 0
    exact = oracle.Problem(network, x, y).exact
    for name, error in report.parameters.items():
        short = name.replace("of layer ", "")
        field, layer = short.split()
        reference = np.empty(found[short].shape)
        for at in np.ndindex(reference.shape):
            reference[at] = exact.derivative(entry(int(layer) - 1, field, at))[0]
        assert error <= PRECISION
        # the reference rounds as often as the gradient does
        assert np.max(np.abs(found[short] - reference)) <= 2 * bounds[short]


@settings(max_examples=40)
@given(truth.problems(names=KINKED, costs=["half_squared_error", "squared_error"]))
def test_a_network_with_kinks_is_checked_by_complex_step_beside_them(problem):
    report = check_gradient(*problem)
    assert report.skipped or report.worst <= PRECISION


def test_a_parameter_on_a_kink_is_skipped_and_counted():
    network = Network((Layer([[1.0], [-1.0]], [0.0], "relu"), Layer([[2.0]], [0.5], "identity")))
    report = check_gradient(network, [1.0, 1.0], [0.0])
    assert report.skipped == 3
    assert report.worst == 0
    assert report.summary.endswith("in every entry, 3 on a kink skipped")


@pytest.mark.parametrize("near", [1e-7, 1e-15, -1e-15, -1e-300])
@pytest.mark.parametrize("name", KINKED)
def test_however_near_a_kink_is_the_step_stays_on_one_side(name, near):
    network = Network((Layer([[1.0]], [near], name), Layer([[2.0]], [0.5], "identity")))
    report = check_gradient(network, [0.0], [0.0])
    assert report.skipped == 0
    assert report.worst <= 2 * truth.EPS


def test_a_node_that_rounding_puts_on_the_other_side_of_its_kink_is_skipped():
    # 0.1 + 0.2 − 0.3 is 5.6e-17 in float64, and in float32 it is −1.2e-8 or 0: the numbers are those of float32.
    weights = np.array([[0.1], [0.2]], np.float32)
    sums = weights.sum(dtype=np.float64), weights.sum()
    bias = -np.array([sums[1]])
    assert np.sign(sums[0] + bias) != np.sign(sums[1] + bias)
    network = Network((Layer(weights, bias, "relu"), Layer(np.float32([[2.0]]), np.float32([0.5]), "identity")))
    report = check_gradient(network, np.float32([1, 1]), np.float32([0]))
    assert report.skipped == 3


def softsign(z):
    return z / (1 + np.abs(z))


def softsign_of_a_comparison(z):
    return z / (1 + np.where(z < 0, -z, z))


def softsign_of_real_numbers(z):
    return z / (1 + np.where(np.heaviside(z, 0) > 0, z, -z))


def softsign_without_imaginary_parts(z):
    return softsign(z.astype(float))


def bent_a_little(z):
    return z + np.abs(z) / 10


def softsign_derivative(z):
    return 1 / (1 + np.where(z < 0, -z, z)) ** 2


@pytest.mark.parametrize("analytic", [True, False])
@pytest.mark.parametrize(
    "function", [softsign, softsign_of_real_numbers, softsign_without_imaginary_parts, bent_a_little]
)
def test_an_activation_that_does_not_take_complex_numbers_is_refused(function, analytic, monkeypatch):
    monkeypatch.setitem(ACTIVATIONS, "softsign", Activation(function, softsign_derivative, analytic=analytic))
    network = Network([Layer([[0.5], [0.25]], [0.1], "softsign"), Layer([[0.3]])])
    with pytest.raises(ValueError, match=r"activation 'softsign' does not take complex numbers; .* np\.where"):
        check_gradient(network, [1.0, 2.0], [0.5])


def hard_tanh(z):
    return np.clip(z, -1, 1)


def hard_tanh_derivative(z):
    return np.where(z * z < 1, np.ones_like(z), 0)


@pytest.mark.parametrize(
    "pair", [(softsign_of_a_comparison, softsign_derivative), (hard_tanh, hard_tanh_derivative)], ids=["at 0", "at ±1"]
)
def test_an_activation_with_a_kink_anywhere_is_checked_if_it_goes_by_comparisons(pair, monkeypatch):
    for factor in (1, 1.001):

        def derivative(z, factor=factor):
            return factor * pair[1](z)

        monkeypatch.setitem(ACTIVATIONS, "bent", Activation(pair[0], derivative, analytic=False))
        network = Network([Layer([[0.5, 0.25], [0.7, -0.6]], [0.1, 1e-9], "bent"), Layer([[0.3], [0.4]])])
        report = check_gradient(network, [1.0, 2.0], [0.5])
        assert report.worst <= PRECISION if factor == 1 else report.worst > 9e-4


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


def with_targets_that_miss_a_sum_of_1(rng):
    layers = Layer(rng.normal(size=(2, 3)), rng.normal(size=3), "tanh"), Layer(rng.normal(size=(3, 3)), None, "softmax")
    return (
        Network(layers, "cross_entropy"),
        rng.normal(size=(2, 2)),
        np.array([[0.3333333] * 3, [0.5, 0.25, 0.2499999]]),
    )


def at_a_saturated_minimum(rng):
    layers = (
        Layer(rng.normal(size=(2, 3)), rng.normal(size=3), "silu"),
        Layer(8 * rng.normal(size=(3, 2)), rng.choice([-20.0, 0.0, 25.0], 2), "softmax"),
    )
    network, x = Network(layers, "cross_entropy"), rng.normal(size=(3, 2))
    return network, x, forward(network, x).output


HARD = {
    "gains on one input": with_one_input_and_gains,
    "softmax at its minimum": at_a_minimum("tanh", "softmax", "cross_entropy"),
    "sigmoid at its minimum": at_a_minimum("tanh", "sigmoid", "binary_cross_entropy"),
    "ReLU at its minimum": at_a_minimum("relu", "identity", "half_squared_error"),
    "targets of millions": with_targets_of_millions,
    "a saturated node before a ReLU": with_a_saturated_node_before_a_relu,
    "tiny activated values": with_tiny_activated_values,
    "deep and mixed": deep_and_mixed,
    "targets that miss a sum of 1": with_targets_that_miss_a_sum_of_1,
    "a saturated softmax at its minimum": at_a_saturated_minimum,
    "gradients near the smallest numbers": with_gradients_near_the_smallest_numbers,
}


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize(
    "seeds", [range(8), pytest.param(range(8, 300), marks=pytest.mark.exhaustive)], ids=["8", "292"]
)
def test_a_right_gradient_is_not_condemned(name, seeds):
    for seed in seeds:
        report = check_gradient(*HARD[name](np.random.default_rng(seed)))
        assert report.worst <= PRECISION, seed


@pytest.mark.parametrize("name", HARD)
def test_an_entry_that_is_wrong_by_more_than_its_uncertainty_is_found_in_such_a_network_too(name, monkeypatch):
    network, x, y = HARD[name](np.random.default_rng(0))
    right = backward(network, forward(network, x), y)
    problem = oracle.Problem(network, x, y)
    for at in [(0, 0), (0, 1)]:
        off = right.weights[0].copy()
        off[at] += 3 * oracle.uncertainty(entry(0, "weights", at), problem)[0] + 1e-3 * abs(off[at])
        wrong = dataclasses.replace(right, weights=(off, *right.weights[1:]))
        monkeypatch.setattr(oracle, "backward", lambda *_, wrong=wrong: wrong)
        assert check_gradient(network, x, y).worst > 5e-4
        monkeypatch.undo()


def with_error(gradients, layer, at, share):
    """Give a backward pass in which one derivative is wrong by a share of it."""
    weights = [of.copy() for of in gradients.weights]
    weights[layer][at] *= 1 + share
    wrong = dataclasses.replace(gradients, weights=tuple(weights))
    return lambda *_: wrong


@pytest.mark.parametrize(("inputs", "targets"), [(1, 5e6), (1e-6, 1), (1, 1)])
def test_with_large_targets_or_small_inputs_a_relu_network_hides_no_error(inputs, targets, monkeypatch):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        network = initialize((3, 5, 2), ("relu", "identity"), "he_normal", seed=seed)
        x, y = inputs * rng.normal(size=(4, 3)), targets * rng.normal(size=(4, 2))
        right = backward(network, forward(network, x), y)
        at = np.unravel_index(np.argmax(np.abs(right.weights[0])), right.weights[0].shape)
        monkeypatch.setattr(oracle, "backward", with_error(right, 0, at, 1e-9))
        report = check_gradient(network, x, y)
        assert report.where == "weights of layer 1"
        assert report.worst == pytest.approx(1e-9, rel=1e-3)
        assert max(report.resolution.values()) < 1e-12
        monkeypatch.undo()


def in_float32(rng):
    """Give a network of two or three layers in float32, with its inputs and targets."""
    names = [*rng.choice(truth.HIDDEN, size=rng.integers(1, 3)), "identity"]
    nodes = [3, *(int(n) for n in rng.integers(2, 5, size=len(names)))]
    layers = [
        Layer(rng.normal(size=pair) / np.sqrt(pair[0]), rng.normal(size=pair[1]), name)
        for pair, name in zip(pairwise(nodes), names, strict=True)
    ]
    x, y = rng.normal(size=(2, nodes[0])), rng.normal(size=(2, nodes[-1]))
    return cast(Network(layers), np.float32), x.astype(np.float32), y.astype(np.float32)


def with_normalized_weights(rng):
    """Give directions near an axis, along which most of the gradient cancels."""
    directions = rng.normal(size=(3, 2)) * [[1.0], [1e-3], [1e-2]]
    layers = Layer(directions, None, "tanh", gains=rng.normal(size=2)), Layer(rng.normal(size=(2, 2)), None, "identity")
    x, y = rng.normal(size=(2, 3)), rng.normal(size=(2, 2))
    return cast(Network(layers), np.float32), x.astype(np.float32), y.astype(np.float32)


def with_a_batch_that_cancels(rng):
    """Give answers to a yes and to a no that are wrong by nearly the same, and saturated."""
    network = Network([Layer([[1.0]], [0.0])], "binary_cross_entropy")
    z = rng.uniform(7, 9)
    x = np.array([[z], [-z - rng.uniform(0.3, 1)]], np.float32)
    return cast(network, np.float32), x, np.float32([[0], [1]])


def with_a_slope_below_the_smallest_number(rng):
    """Give a saturated node, whose slope float32 rounds to 0."""
    layers = Layer(rng.normal(size=(2, 2)), [-105.0, 0.5], "tanh"), Layer(rng.normal(size=(2, 1)), None, "identity")
    return cast(Network(layers), np.float32), *(rng.normal(size=n).astype(np.float32) for n in (2, 1))


FLOAT32 = with_normalized_weights, with_a_batch_that_cancels, with_a_slope_below_the_smallest_number
MANY_FLOAT32 = pytest.mark.parametrize(
    "seeds", [range(12), pytest.param(range(12, 400), marks=pytest.mark.exhaustive)], ids=["12", "388"]
)


@MANY_FLOAT32
def test_a_right_gradient_in_float32_is_not_condemned(seeds):
    for seed in seeds:
        network, x, y = in_float32(np.random.default_rng(seed))
        assert check_gradient(network, x, y).worst <= oracle.precision_of(network), seed


@pytest.mark.parametrize("make", FLOAT32)
def test_where_rounding_in_float32_is_all_that_differs_nothing_is_condemned(make):
    for seed in range(60):
        network, x, y = make(np.random.default_rng(seed))
        assert check_gradient(network, x, y).worst <= oracle.precision_of(network), seed


def test_a_slope_that_float32_rounds_to_0_hides_no_error_elsewhere(monkeypatch):
    network, x, y = with_a_slope_below_the_smallest_number(np.random.default_rng(0))
    right = backward(network, forward(network, x), y)
    assert right.weights[0][0, 0] == 0 != right.weights[0][0, 1]
    for layer, at in ((0, (0, 1)), (0, (1, 1)), (1, (0, 0))):
        monkeypatch.setattr(oracle, "backward", with_error(right, layer, at, 0.01))
        report = check_gradient(network, x, y)
        assert report.worst == pytest.approx(0.01 / 1.01, rel=1e-3)
        assert report.where == f"weights of layer {layer + 1}"
        monkeypatch.undo()


@pytest.mark.parametrize("number", [146, 897])
def test_what_normalized_weights_subtract_is_rounded_too(number):
    """Give one input that is not 0, and a direction almost along its axis: ε of the gradient along it is left."""
    network, x, y = truth.numbered_problem(number, np.float32)
    assert check_gradient(network, x, y).worst <= oracle.precision_of(network)


def test_targets_are_rounded_to_the_type_of_the_network_before_their_sum_is_asked_for():
    network = cast(initialize((2, 10), "softmax", cost="cross_entropy", seed=0), np.float16)
    trace, rng = forward(network, np.float16([0.5, 1])), np.random.default_rng(0)
    for _ in range(100):
        backward(network, trace, rng.dirichlet(np.ones(10)))
    with pytest.raises(ValueError, match="does not add up to 1"):
        backward(network, trace, np.full(10, 0.12))


def test_targets_that_add_up_to_1_in_float16_alone_are_taken(monkeypatch):
    network = cast(initialize((2, 3), "softmax", cost="cross_entropy", seed=0), np.float16)
    x, y = np.float16([0.5, 1]), [0.1, 0.2, 0.7]
    assert abs(np.float16(y).astype(float).sum() - 1) > 1e-4
    right = backward(network, forward(network, x), y)
    assert check_gradient(network, x, y).worst <= oracle.precision_of(network)
    monkeypatch.setattr(oracle, "backward", with_error(right, 0, (0, 0), 0.5))
    assert check_gradient(network, x, y).worst == pytest.approx(1 / 3, abs=0.01)


def test_a_certain_target_leaves_a_tiny_slope_all_its_digits(monkeypatch):
    network = Network([Layer([[1.0]], [30.0])], "binary_cross_entropy")
    right = backward(network, forward(network, [5.0]), [1.0])
    assert 0 < -right.weights[0][0, 0] < 1e-14
    monkeypatch.setattr(oracle, "backward", with_error(right, 0, (0, 0), 1e-9))
    report = check_gradient(network, [5.0], [1.0])
    assert report.worst == pytest.approx(1e-9, rel=1e-3)
    assert report.resolution["weights of layer 1"] < 1e-12


@MANY_FLOAT32
def test_an_error_above_what_float32_can_tell_is_found(seeds, monkeypatch):
    for seed in seeds:
        rng = np.random.default_rng(seed)
        network, x, y = in_float32(rng)
        right = backward(network, forward(network, x), y)
        layer = int(rng.integers(len(network.layers)))
        at = tuple(int(rng.integers(n)) for n in right.weights[layer].shape)
        problem, push = oracle.Problem(network, x, y), entry(layer, "weights", at)
        slope = abs(problem.exact.derivative(push)[0])
        if not slope or not len(push.without(problem.kinks(push))):
            continue
        unsure = oracle.uncertainty(push, problem)[0]
        least = max(2 * unsure / slope, 2 * oracle.precision_of(network))
        monkeypatch.setattr(oracle, "backward", with_error(right, layer, at, least))
        report = check_gradient(network, x, y)
        monkeypatch.undo()
        assert report.worst > oracle.precision_of(network), seed
        assert report.where == f"weights of layer {layer + 1}", seed


def test_a_derivative_set_to_0_passes_where_it_is_0_and_nowhere_else(monkeypatch):
    passed = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        layers = (
            Layer(rng.normal(size=(3, 3)), 3 * rng.normal(size=3), rng.choice(truth.HIDDEN)),
            Layer(rng.normal(size=(3, 2)), rng.normal(size=2), rng.choice(truth.HIDDEN)),
        )
        network, x, y = Network(layers), rng.normal(size=3), rng.normal(size=2)
        right = backward(network, forward(network, x), y)
        at = int(rng.integers(3))
        biases = right.biases[0].copy()
        biases[at] = 0.0
        wrong = dataclasses.replace(right, biases=(biases, right.biases[1]))
        monkeypatch.setattr(oracle, "backward", lambda *_, wrong=wrong: wrong)
        is_right = check_gradient(network, x, y).worst <= PRECISION
        monkeypatch.undo()
        passed += is_right
        assert is_right == (truth.gradients_of(network, x, y)["biases 1"][at] == 0), seed
    assert passed  # inactive nodes, and all before an inactive layer


def test_where_rounding_is_all_there_is_the_report_says_so():
    network, x, y = with_one_input_and_gains(np.random.default_rng(3))
    report = check_gradient(network, x, y)
    assert report.resolution["weights of layer 1"] > 2
    assert "cannot tell any error in weights of layer 1" in report.summary
    assert report.resolution["weights of layer 2"] < 1e-10


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
        problem = oracle.Problem(network, np.ones(1), np.zeros(1))
        found = problem.exact.derivative(entry(0, "weights", (0, 0)))[0]
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
    assert {type(of) for of in (*report.parameters.values(), *report.resolution.values())} == {float}
    errors = {"weights of layer 1": 1e-16, "biases of layer 1": 0.25}
    report = Report(errors, dict.fromkeys(errors, 2e-14))
    assert (report.worst, report.where) == (0.25, "biases of layer 1")
    summary = "worst relative error 2.5e-01 (biases of layer 1) against complex step in every entry"
    assert repr(report) == f"<Report: {summary}>"
    assert " ".join(str(report).splitlines()[:2]) == summary
    assert str(report).splitlines()[2:] == [
        "parameters            error  told above",
        "weights of layer 1  1.0e-16     2.0e-14",
        "biases of layer 1   2.5e-01     2.0e-14",
    ]
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.skipped = 1


@pytest.mark.parametrize(
    ("resolution", "missed"),
    [
        (1e-3, ""),
        (0.0123, "cannot tell errors below 1.2% in biases"),
        (1.5, "cannot tell errors below 150.0% in biases"),
        (2.5, "cannot tell any error in biases"),
    ],
)
def test_the_report_says_which_errors_it_cannot_tell_and_what_to_do(resolution, missed):
    report = Report({"weights": 1e-16, "biases": 1e-16}, {"weights": 2e-14, "biases": resolution})
    assert missed in repr(report)
    for where in (repr(report), " ".join(str(report).split()), report._repr_html_()):
        assert ("check in float64, or at other inputs and targets" in where) == bool(missed)


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
    monkeypatch.setattr(oracle.Problem, "derivative", lambda _, push, *_h: np.full(len(push), 7.0))
    network = Network((Layer([[1.0]], [0.5], "relu"),))
    assert check_gradient(network, [1.0], [0.0]).worst > 0.5


def test_the_network_and_the_examples_are_left_as_they_are():
    x, y = np.array([[1.0, 2.0]]), np.array([[0.5]])
    network = Network((Layer([[0.5], [-0.25]], [0.1]),))
    check_gradient(network, x, y)
    assert (x.tolist(), y.tolist()) == ([[1.0, 2.0]], [[0.5]])
    assert network.layers[0].weights.dtype == np.float64
    assert network.layers[0].weights.tolist() == [[0.5], [-0.25]]


# --- many pushes at once, and directions ------------------------------------


def pushed_alone(network, x, y, layer, field, by):
    """Differentiate along one change of an array by a network that holds it, whole."""
    layers = list(network.layers)
    array = getattr(layers[layer], field) + 1j * oracle.IMAGINARY_STEP * by
    layers[layer] = dataclasses.replace(layers[layer], **{field: array})
    pushed = Network(layers, network.cost)
    return float(mean_cost(pushed, forward(pushed, x), y).imag / oracle.IMAGINARY_STEP)


@pytest.mark.parametrize("number", range(40))
def test_many_pushes_at_once_are_each_by_itself(number):
    network, x, y = truth.numbered_problem(number, np.float64)
    problem, rng = oracle.Problem(network, x, y).exact, np.random.default_rng(number)
    for n, layer in enumerate(network.layers):
        for field, array in layer.parameters.items():
            places = rng.permutation(array.size)  # in any order, some of the rows more than once
            rows, nodes = places // array.shape[-1], places % array.shape[-1]
            found = problem.derivative(oracle.Entries(n, field, rows, nodes))
            expected = []
            for row, node in zip(rows, nodes, strict=True):
                by = np.zeros(array.shape)
                np.atleast_2d(by)[row, node] = 1
                expected.append(pushed_alone(network, x, y, n, field, by))
            size = 1e-13 * np.max(np.abs(expected), initial=1e-250)
            assert found == pytest.approx(np.array(expected), rel=1e-9, abs=size), (n, field)


@pytest.mark.parametrize("number", range(40))
def test_a_direction_pushes_the_whole_array(number):
    network, x, y = truth.numbered_problem(number, np.float64)
    problem, rng = oracle.Problem(network, x, y), np.random.default_rng(number)
    for n, layer in enumerate(network.layers):
        for field, array in layer.parameters.items():
            push = oracle.Direction(n, field, rng.normal(size=array.shape))
            expected = pushed_alone(network, x, y, n, field, push.entries)
            size = 1e-12 * push.size(problem.gradients)[0] + 1e-250
            assert problem.exact.derivative(push) == pytest.approx([expected], rel=1e-12, abs=size)
            products = np.multiply(push.entries, problem.gradients[push.name])
            assert push.along(problem.gradients) == pytest.approx([products.sum()], rel=1e-12, abs=size)


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize(
    "seeds", [range(4), pytest.param(range(4, 300), marks=pytest.mark.exhaustive)], ids=["4", "296"]
)
def test_a_right_gradient_is_not_condemned_along_directions(name, seeds):
    for seed in seeds:
        report = check_gradient(*HARD[name](np.random.default_rng(seed)), directions=4, seed=seed)
        assert report.worst <= PRECISION, seed


def planted(network, seed=0, examples=3, dtype=np.float64):
    """Give a network with a batch of inputs and targets, in a type."""
    rng = np.random.default_rng(seed)
    x, y = (rng.uniform(size=(examples, n)).astype(dtype) for n in (network.sizes[0], network.sizes[-1]))
    return cast(network, dtype), x, y


def report_along(problem, gradients, directions, seed):
    pushes = [*oracle.pushes_of(problem, directions, np.random.default_rng(seed))]
    return oracle.report_of(problem, gradients, pushes, directions)


@pytest.mark.parametrize("times", [1.5, 4.0])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_direction_misses_an_error_as_often_as_is_said(dtype, times):
    # An error that is k times what can be told along a direction is missed with probability erf(1 / (k √2)).
    problem = oracle.Problem(*planted(initialize((6, 8, 3), "tanh", seed=3), dtype=dtype))
    name, draws, found, precision = "weights of layer 1", 400, 0, oracle.precision_of(problem.network)
    right = problem.exact.gradients[name]
    for rng in map(np.random.default_rng, range(draws)):
        push = oracle.Direction(0, "weights", rng.normal(size=right.shape))
        size = max(np.linalg.norm(right), abs(push.along({name: right})[0]))
        told = max(precision * size, oracle.uncertainty(push, problem)[0])
        error = rng.normal(size=right.shape) * rng.integers(0, 2, size=right.shape)
        off = right + times * told * error / np.linalg.norm(error)
        found += oracle.compare(push, problem, {name: off}).errors[0] > precision
    share = 1 - math.erf(1 / (times * math.sqrt(2)))
    assert abs(found / draws - share) < 4 * np.sqrt(share * (1 - share) / draws)


def without_slope(problem):
    """Give the weights' gradient of layer 1 as if the activation had no slope."""
    network, trace = problem.network, problem.trace
    found = backward(network, trace, problem.y)
    return trace.activated[0].T @ (found.errors[1] @ network.layers[1].weights.T)


def with_a_block_transposed(problem):
    off = problem.gradients["weights of layer 1"].copy()
    off[3:11, :8] = off[3:11, :8].T
    return off


def scaled(where, factor):
    def wrong(problem):
        off = problem.gradients["weights of layer 1"].copy()
        off[where] *= factor
        return off

    return wrong


WRONG = {
    "an entry of the wrong sign": scaled((7, 3), -1),
    "a row of 0": scaled(7, 0),
    "a factor": scaled(slice(None), 1.001),
    "a column that is a hundredth off": scaled((slice(None), 2), 1.01),
    "no slope": without_slope,
    "a block that is transposed": with_a_block_transposed,
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_large_gradient_is_found_along_directions(name, dtype):
    for seed in range(5):
        problem = oracle.Problem(*planted(initialize((100, 20, 5), "tanh", seed=seed), seed, dtype=dtype))
        precision = oracle.precision_of(problem.network)
        assert report_along(problem, problem.gradients, oracle.DIRECTIONS, seed).worst <= precision
        off = {**problem.gradients, "weights of layer 1": WRONG[name](problem)}
        report = report_along(problem, off, oracle.DIRECTIONS, seed)
        assert report.worst > precision
        assert report.where == "weights of layer 1"


def test_a_row_far_below_the_norm_of_its_array_is_checked_by_pushing_every_entry_alone():
    network, x, y = planted(initialize((100, 20, 5), "tanh", seed=0))
    x[:, 0] *= 1e-20
    problem = oracle.Problem(network, x, y)
    off = {**problem.gradients, "weights of layer 1": scaled(0, -1)(problem)}
    assert report_along(problem, off, 8, 0).worst <= PRECISION
    assert report_along(problem, off, 0, 0).worst == 2


def test_small_networks_are_checked_in_every_entry_and_large_ones_along_directions():
    rng = np.random.default_rng(0)
    for sizes, dtype, examples, expected in (
        ((2, 3, 1), np.float64, 1, 0),
        ((64, 30, 10), np.float64, 5, 0),
        ((64, 30, 10), np.float32, 5, 0),
        ((784, 30, 10), np.float64, 1, oracle.DIRECTIONS),
        ((64, 30, 10), np.float32, 40, oracle.DIRECTIONS),
    ):
        network = cast(initialize(sizes, seed=0), dtype)
        x, y = rng.uniform(size=(examples, sizes[0])), rng.uniform(size=(examples, sizes[-1]))
        report = check_gradient(network, x.astype(dtype), y.astype(dtype))
        assert (report.directions, report.skipped) == (expected, 0)
        assert report.worst <= oracle.precision_of(network)
        assert ("along 8 random directions in each array" in report.summary) == bool(expected)
        assert ("in every entry" in report.summary) != bool(expected)
    assert check_gradient(network, x, y, directions=1).summary.endswith("along 1 random direction in each array")


def test_pushes_that_do_not_fit_at_once_are_run_in_parts(monkeypatch):
    network, x, y = truth.numbered_problem(3, np.float64)
    whole = check_gradient(network, x, y)
    monkeypatch.setattr(oracle, "TOGETHER", 1)
    parts = check_gradient(network, x, y)
    assert parts.parameters == pytest.approx(whole.parameters, abs=PRECISION)
    problem = oracle.Problem(network, x, y)
    assert len([*oracle.pushes_of(problem, 0, None)]) == sum(of.size for of in problem.gradients.values())


def test_the_seed_decides_the_directions():
    network, x, y = truth_network()
    reports = [check_gradient(network, x, y, directions=2, seed=seed).parameters for seed in (1, 1, 2)]
    assert reports[0] == reports[1] != reports[2]


def test_a_direction_leaves_out_what_moves_a_node_on_its_kink(monkeypatch):
    # Node 1 of layer 1 is on its kink: its column is left out, and the biases of layer 1 are compared at node 2 alone.
    layers = (
        Layer([[1.0, 0.5], [-1.0, 0.25]], [0.0, 0.1], "relu"),
        Layer([[2.0], [1.0]], [0.5], "identity"),
    )
    network = Network(layers)
    for directions in (0, 3):
        report = check_gradient(network, [1.0, 1.0], [0.0], directions=directions)
        assert (report.skipped, report.worst <= PRECISION) == (3, True)
    assert set(report.parameters) == {f"{field} of layer {n}" for n in (1, 2) for field in ("weights", "biases")}
    right = backward(network, forward(network, [1.0, 1.0]), [0.0])
    monkeypatch.setattr(oracle, "backward", with_error(right, 0, (1, 1), 0.01))
    assert check_gradient(network, [1.0, 1.0], [0.0], directions=3).worst > 1e-4
    monkeypatch.setattr(oracle, "backward", with_error(right, 0, (1, 0), 0.01))
    assert check_gradient(network, [1.0, 1.0], [0.0], directions=3).worst <= PRECISION


def test_an_array_that_moves_a_later_node_on_its_kink_is_left_out():
    first = Layer([[1.0, -0.5]], [0.25, 0.25], "identity")  # 1.25 and −0.25
    network = Network((first, Layer([[0.5], [2.5]], None, "relu"), Layer([[2.0]], [0.5], "identity")))
    assert forward(network, [1.0]).linear[1] == 0
    for directions in (0, 3):
        report = check_gradient(network, [1.0], [0.0], directions=directions)
        assert set(report.parameters) == {"weights of layer 3", "biases of layer 3"}
        assert report.skipped == 6


def test_the_progress_of_a_check_is_shown_after_a_second(monkeypatch):
    asked = []

    def shown(items, unit, delay):
        asked.append((len(items), unit, delay))
        return items

    monkeypatch.setattr(oracle, "with_progress", shown)
    check_gradient(*truth_network(), directions=3)
    assert asked == [(6, "push", 1)]
