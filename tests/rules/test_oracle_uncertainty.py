"""What the check takes rounding to do: each number's last digits, the smallest number of a type, and the work of it."""

import warnings

import numpy as np
import pytest

from literate_bp import Layer, Network, oracle
from literate_bp.activation import ACTIVATIONS, Activation

EPS = np.finfo(float).eps


def flat(size):
    """Give a problem whose gradient is exactly 0, whatever the last digits are."""
    layer = Layer(np.zeros((size, 1)), None, "identity")
    return oracle.Problem(Network([layer]), np.zeros(size), np.zeros(1))


@pytest.mark.parametrize("size", [1, 9, 100])
def test_of_a_gradient_of_0_the_smallest_number_of_each_entry_is_uncertain(size):
    push = oracle.Direction(0, "weights", np.ones((size, 1)))
    info = np.finfo(float)
    expected = oracle.SAFETY * (info.tiny + info.tiny / oracle.IMAGINARY_STEP) * np.sqrt(size)
    assert oracle.uncertainty(push, flat(size)) == pytest.approx([expected], rel=1e-14, abs=0)
    entries = oracle.Entries(0, "weights", np.arange(size), np.zeros(size, int))
    assert oracle.uncertainty(entries, flat(size)) == pytest.approx([expected / np.sqrt(size)] * size, rel=1e-14, abs=0)


@pytest.mark.parametrize("cost", ["half_squared_error", "binary_cross_entropy"])
def test_other_last_digits_are_those_of_every_number_inputs_and_targets_too(cost):
    rng = np.random.default_rng(0)
    layer = Layer(rng.normal(size=(4, 3)), rng.normal(size=3), "sigmoid", gains=rng.normal(size=3))
    given = oracle.Problem(Network([layer], cost), rng.normal(size=(5, 4)), rng.uniform(0.1, 0.9, size=(5, 3)))
    others = given.with_other_last_digits
    assert len(others) == oracle.SAMPLES
    drawn = [(p.x, p.y, p.network.layers[0].biases, p.network.layers[0].gains) for p in others]
    for own, *each in zip((given.x, given.y, layer.biases, layer.gains), *drawn, strict=True):
        away = np.array([own - other for other in each]) / (EPS * own)
        assert np.abs(away).max() <= 2  # a share of up to ε, and the rounding of the difference
        assert {*away.any(axis=0).flat} == {True}  # every number moves in one of the samples
        assert (away >= 0).all()
    for problem in others:
        away = np.abs(problem.network.layers[0].weights - layer.weights)
        assert 0 < away.max() <= 2 * EPS * np.linalg.norm(layer.weights, axis=0).max()


def test_targets_that_are_certain_stay_so():
    y = np.array([[0.0, 1.0], [0.25, 0.5]])
    given = oracle.Problem(Network([Layer(np.eye(2))], "binary_cross_entropy"), np.ones((2, 2)), y)
    changed = np.array([problem.y for problem in given.with_other_last_digits])
    assert (changed[:, 0] == y[0]).all()
    assert (changed[:, 1] != y[1]).any(axis=0).all()


@pytest.mark.parametrize(("dtype", "times"), [(np.float64, 1), (np.float32, oracle.SAMPLES + 2)])
def test_a_check_is_large_by_the_numbers_that_pushing_every_entry_computes(dtype, times, monkeypatch):
    layers = [Layer(np.ones((3, 4), dtype), np.ones(4, dtype)), Layer(np.ones((4, 2), dtype), None)]
    given = oracle.Problem(Network(layers), np.ones((5, 3), dtype), np.ones((5, 2), dtype))
    # a push in layer 1: its 3 inputs, and 5 times 4 + 2 values; in layer 2: 4 inputs, and 5 times 2 values
    numbers = (12 + 4) * (3 + 5 * 6) + 8 * (4 + 5 * 2)
    assert oracle.numbers_computed(oracle.Problem(given.network, given.x[0], given.y[0]), 0) == 3 + 4 + 2
    monkeypatch.setattr(oracle, "LARGE", numbers * times)
    assert not oracle.is_large(given)
    monkeypatch.setattr(oracle, "LARGE", numbers * times - 1)
    assert oracle.is_large(given)


def test_what_a_derivative_is_a_sum_of_is_the_size_of_what_each_example_adds():
    # one weight, of which two examples want the opposite: the gradient is 0, and what it is a sum of is not
    opposite = oracle.Problem(Network([Layer([[0.0]], None, "identity")]), np.ones((2, 1)), np.array([[1.0], [-1.0]]))
    assert opposite.gradients["weights of layer 1"].tolist() == [[0.0]]
    assert opposite.summands["weights of layer 1"].tolist() == [[1.0]]


def test_with_gains_a_derivative_is_a_sum_of_the_part_along_the_direction_too():
    v, g = np.array([[3.0], [-4.0]]), np.array([2.0])
    given = oracle.Problem(Network([Layer(v, None, "identity", gains=g)]), np.array([1.0, 2.0]), np.array([0.0]))
    gradients = given.gradients
    along = np.abs(gradients["gains of layer 1"] * g * v / 5**2)
    expected = np.abs(gradients["weights of layer 1"]) + along
    np.testing.assert_allclose(given.summands["weights of layer 1"], expected, rtol=1e-14)


def test_a_direction_leaves_out_what_moves_a_node_that_is_on_its_kink_in_any_example():
    push = oracle.Direction(0, "weights", np.ones((3, 2)))
    kinks = np.zeros((1, 2, 2), bool)  # one push, two examples, two nodes
    kinks[0, 1, 0] = True
    none = np.zeros((1, 2, 4), bool)
    assert push.without([kinks, none]).entries.tolist() == [[0, 1]] * 3
    later = none.copy()
    later[0, 0, 3] = True
    assert push.without([np.zeros_like(kinks), later]).entries.tolist() == [[0, 0]] * 3
    assert push.without([np.zeros_like(kinks), none]).entries.tolist() == [[1, 1]] * 3


def test_pushes_of_entries_leave_out_those_that_move_a_node_on_its_kink_in_any_example():
    push = oracle.Entries(0, "weights", np.array([0, 1, 2]), np.array([0, 1, 1]))
    kinks, later = np.zeros((3, 2, 2), bool), np.zeros((3, 2, 4), bool)  # three pushes, two examples, nodes
    kinks[0, 1, 0] = later[2, 0, 3] = True
    assert (push.without([kinks, later]).rows.tolist(), push.without([kinks, later]).nodes.tolist()) == ([1], [1])


def test_the_last_digits_of_normalized_weights_are_those_of_their_norm():
    layer = Layer([[3.0], [0.0]], None, "identity", gains=[1.0])
    others = oracle.Problem(Network([layer]), np.ones(2), np.ones(1)).with_other_last_digits
    moved = {problem.network.layers[0].weights[1, 0] for problem in others}
    assert moved <= {0.0, -1.5 * EPS, -3.0 * EPS}
    assert len(moved) > 1


def test_targets_of_a_softmax_that_miss_a_sum_of_1_are_made_to_add_up_to_it():
    softmax = Network([Layer(np.eye(2), None, "softmax")], "cross_entropy")
    samples = oracle.Problem(softmax, np.ones((2, 2)), np.array([[0.25, 0.7499999], [0, 1]])).with_other_last_digits
    assert [sample.y[0].sum() for sample in samples] == pytest.approx([1.0] * oracle.SAMPLES, rel=2 * EPS)
    assert {sample.y[1].tobytes() for sample in samples} == {np.array([0.0, 1.0]).tobytes()}


def test_what_other_last_digits_do_to_a_gradient_is_uncertain_where_the_reference_stays(monkeypatch):
    given = oracle.Problem(Network([Layer([[0.0]], None, "identity")]), np.array([0.7]), np.array([0.3]))
    found = [-float(each.x[0] * each.y[0]) for each in (given, *given.with_other_last_digits)]  # (w x − y) x, w = 0
    rounded = EPS * abs(found[0]) + np.finfo(float).tiny / oracle.IMAGINARY_STEP
    monkeypatch.setattr(oracle.Problem, "derivative", lambda *_: np.zeros(1))
    push = oracle.Entries(0, "weights", np.array([0]), np.array([0]))
    assert oracle.uncertainty(push, given) == pytest.approx(
        [oracle.SAFETY * (np.ptp(found) + rounded)], rel=1e-12, abs=0
    )


@pytest.mark.parametrize(("times", "error"), [(0.5, oracle.PRECISION / 2), (1.5, 1.0)])
def test_rounding_explains_a_difference_up_to_what_it_may_do_and_none_beyond(times, error):
    opposite = oracle.Problem(Network([Layer([[0.0]], None, "identity")]), np.ones((2, 1)), np.array([[1.0], [-1.0]]))
    push = oracle.Entries(0, "weights", np.array([0]), np.array([0]))
    off = times * oracle.uncertainty(push, opposite)  # the gradient is 0: any other is 100 % off
    found = oracle.compare(push, opposite, {"weights of layer 1": off[np.newaxis]})
    assert found.errors == pytest.approx([error], rel=1e-14, abs=0)


def test_samples_of_other_last_digits_differ_and_leave_what_is_certain_as_it_is():
    x, y = np.array([0.3, -0.7]), np.array([0.0, 1.0])
    softmax = Network([Layer(np.array([[0.1, 0.2], [0.3, -0.4]]), None, "softmax")], "cross_entropy")
    samples = oracle.Problem(softmax, x, y).with_other_last_digits
    weights = softmax.layers[0].weights
    assert {sample.y.tobytes() for sample in samples} == {y.tobytes()}
    assert len({sample.network.layers[0].weights.tobytes() for sample in samples}) > 1
    for sample in samples:
        np.testing.assert_allclose(sample.network.layers[0].weights, weights, rtol=1.5 * np.finfo(float).eps)  # rounded


def test_what_is_no_number_is_wrong_without_end_whatever_rounding_does():
    given = oracle.Problem(Network([Layer([[0.5]], None, "identity")]), np.array([[1.0]]), np.array([[0.0]]))
    found = oracle.compare(
        oracle.Direction(0, "weights", np.ones((1, 1))), given, {"weights of layer 1": np.array([[np.nan]])}
    )
    assert found.errors.tolist() == [np.inf]
    assert found.resolutions.tolist() == [oracle.PRECISION]


def test_a_direction_is_measured_against_the_norm_of_what_it_pushes():
    push = oracle.Direction(0, "weights", np.array([[0.0, 1.0], [-1.0, 0.5]]))
    gradient = np.array([[100.0, 2.0], [3.0, 6.0]], np.float32)
    assert push.size({"weights of layer 1": gradient}).tolist() == [7.0]


def test_the_first_layer_says_how_precise_a_network_is():
    narrow, wide = Layer(np.ones((1, 1), np.float32)), Layer(np.ones((1, 1)))
    assert oracle.precision_of(Network([narrow, wide])) == 64 * np.finfo(np.float32).eps
    assert oracle.precision_of(Network([wide, narrow])) == oracle.PRECISION
    still = Network([Layer(np.zeros((1, 1), kind), None, "identity") for kind in (np.float32, np.float64)])
    push, given = (
        oracle.Entries(0, "weights", np.array([0]), np.array([0])),
        oracle.Problem(still, np.zeros(1), np.zeros(1)),
    )
    assert oracle.uncertainty(push, given) == pytest.approx(
        [oracle.SAFETY * float(np.finfo(np.float32).tiny)], rel=1e-6, abs=0
    )


def test_an_activation_that_drops_what_is_imaginary_is_refused_without_a_warning(monkeypatch):
    dropping = Activation(lambda z: np.asarray(z).astype(float), np.ones_like)
    monkeypatch.setitem(ACTIVATIONS, "dropping", dropping)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(ValueError, match=r"^activation 'dropping' does not take complex numbers"):
            oracle.require_complex(Network([Layer(np.ones((1, 1)), None, "dropping")]))
    assert caught == []


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_activation_that_warns_of_what_it_does_not_take_is_accepted(monkeypatch):
    warning = Activation(lambda z: np.where(np.isfinite(z), z, 1 / (z - z)), np.ones_like)
    monkeypatch.setitem(ACTIVATIONS, "warning", warning)
    oracle.require_complex(Network([Layer(np.ones((1, 1)), None, "warning")]))
