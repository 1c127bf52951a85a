"""What the check takes rounding to do: each number's last digits, the smallest number of a type, and the work of it."""

import numpy as np
import pytest

from literate_bp import Layer, Network, oracle

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
    monkeypatch.setattr(oracle, "LARGE", numbers * times)
    assert not oracle.is_large(given)
    monkeypatch.setattr(oracle, "LARGE", numbers * times - 1)
    assert oracle.is_large(given)
