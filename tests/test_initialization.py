"""Initialization: the published spreads, bounds that hold, and spreads measured within their sampling error."""

import itertools

import numpy as np
import pytest

from literate_bp import SCHEMES, initialize
from literate_bp.initialization import glorot_limit, glorot_std

# The variance that each scheme promises, from its paper, in units of the weights squared.
VARIANCES = {
    "glorot_uniform": lambda n_in, n_out: 2 / (n_in + n_out),
    "glorot_normal": lambda n_in, n_out: 2 / (n_in + n_out),
    "he_normal": lambda n_in, _: 2 / n_in,
    "lecun_normal": lambda n_in, _: 1 / n_in,
    "uniform_fan_in": lambda n_in, _: 1 / (3 * n_in),
}
LIMITS = {
    "glorot_uniform": lambda n_in, n_out: np.sqrt(6 / (n_in + n_out)),
    "uniform_fan_in": lambda n_in, _: n_in**-0.5,
}
KURTOSIS = {True: 1.8, False: 3.0}  # of a uniform distribution, of a normal one


def test_every_scheme_has_its_published_variance_here():
    assert set(VARIANCES) == set(SCHEMES), "add the variance of a new scheme"


def test_glorot_has_the_known_numbers():
    assert glorot_std(784, 30) == pytest.approx(0.04956815970966097, rel=1e-15)
    assert glorot_limit(784, 30) == pytest.approx(0.08585457105482137, rel=1e-15)
    assert glorot_std(30, 10) == pytest.approx(0.22360679774997896, rel=1e-15)
    assert glorot_limit(30, 10) == pytest.approx(0.3872983346207417, rel=1e-15)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_weights_have_the_promised_spread_within_their_sampling_error(scheme):
    for layer, (n_in, n_out) in zip(
        initialize((300, 200, 100), scheme=scheme).layers, [(300, 200), (200, 100)], strict=True
    ):
        w, count, variance = layer.weights, n_in * n_out, VARIANCES[scheme](n_in, n_out)
        # the mean of n numbers has variance v/n, and their variance has v² (kurtosis − 1)/n: five standard errors
        assert abs(w.mean()) <= 5 * np.sqrt(variance / count)
        assert abs(w.var() / variance - 1) <= 5 * np.sqrt((KURTOSIS[scheme in LIMITS] - 1) / count)
        # and the kind of distribution: the fourth moment has variance 96/n (normal) at most
        assert abs(np.mean(w**4) / variance**2 - KURTOSIS[scheme in LIMITS]) <= 5 * np.sqrt(96 / count)


@pytest.mark.parametrize("scheme", LIMITS)
def test_uniform_weights_stay_within_their_limit_and_come_near_it(scheme):
    for seed in range(3):
        w, limit = initialize((300, 200), scheme=scheme, seed=seed).layers[0].weights, LIMITS[scheme](300, 200)
        assert np.abs(w).max() <= limit
        assert np.abs(w).max() >= limit * (1 - 10 / w.size)  # missed with a chance of e^−10


def test_normal_takes_the_spread_that_it_is_given():
    w = initialize((300, 200), scheme="normal", std=0.01).layers[0].weights
    assert abs(w.std() / 0.01 - 1) <= 5 / np.sqrt(2 * w.size)


def test_biases_start_at_zero_or_are_left_out():
    assert all(not layer.biases.any() for layer in initialize((4, 3, 2)).layers)
    assert [layer.biases for layer in initialize((4, 3, 2), biases=False).layers] == [None, None]


def test_the_same_seed_gives_the_same_weights_bit_for_bit():
    one, same, other = (initialize((4, 3, 2), seed=seed) for seed in (7, 7, 8))
    for a, b, c in zip(one.layers, same.layers, other.layers, strict=True):
        assert np.array_equal(a.weights, b.weights)
        assert not np.array_equal(a.weights, c.weights)


def test_no_two_layers_share_their_numbers():
    layers = initialize((5, 5, 5, 5)).layers
    assert not any(np.array_equal(a.weights, b.weights) for a, b in itertools.combinations(layers, 2))


def test_one_activation_serves_every_layer_or_each_has_its_own():
    assert [layer.activation for layer in initialize((4, 3, 2), "tanh").layers] == ["tanh", "tanh"]
    mixed = initialize((4, 3, 2), ["relu", "softmax"], cost="cross_entropy")
    assert [layer.activation for layer in mixed.layers] == ["relu", "softmax"]
    assert mixed.cost == "cross_entropy"


def test_sizes_and_type_are_those_asked_for():
    network = initialize(np.array([4, 3, 2]), dtype=np.float32)
    assert network.sizes == (4, 3, 2)
    assert {a.dtype for layer in network.layers for a in (layer.weights, layer.biases)} == {np.dtype(np.float32)}
