"""Initialization: the published spreads, bounds that hold, and spreads measured within their sampling error."""

import itertools
import warnings

import numpy as np
import pytest

from literate_bp import (
    ACTIVATIONS,
    SCHEMES,
    Layer,
    Network,
    SchemeWarning,
    backward,
    forward,
    initialize,
    initialize_from_data,
)
from literate_bp import initialization as rules
from literate_bp.activation import Activation, elementwise_activations
from literate_bp.initialization import glorot_limit, glorot_std

# The variance that each scheme promises, from its paper, in units of the weights squared.
VARIANCES = {
    "glorot_uniform": lambda n_in, n_out: 2 / (n_in + n_out),
    "glorot_normal": lambda n_in, n_out: 2 / (n_in + n_out),
    "he_normal": lambda n_in, _: 2 / n_in,
    "lecun_normal": lambda n_in, _: 1 / n_in,
    "uniform_fan_in": lambda n_in, _: 1 / (3 * n_in),
    "orthogonal": lambda n_in, n_out: 1 / max(n_in, n_out),
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
        # (of an orthogonal draw the squares add up exactly, and only the fourth moment is left to chance)
        assert abs(np.mean(w**2) / variance - 1) <= 5 * np.sqrt((KURTOSIS[scheme in LIMITS] - 1) / count)
        # and the kind of distribution: the fourth moment has variance 96/n (normal) at most
        assert abs(np.mean(w**4) / variance**2 - KURTOSIS[scheme in LIMITS]) <= 5 * np.sqrt(96 / count)


@pytest.mark.parametrize("scheme", LIMITS)
def test_uniform_weights_stay_within_their_limit_and_come_near_it(scheme):
    for seed in range(3):
        w, limit = initialize((300, 200), scheme=scheme, seed=seed).layers[0].weights, LIMITS[scheme](300, 200)
        assert np.abs(w).max() <= limit
        assert np.abs(w).max() >= limit * (1 - 10 / w.size)  # missed with a chance of e^−10


def test_the_limit_that_was_customary_is_the_published_one_and_that_of_its_spread():
    for n_in, n_out in ((784, 30), (3, 1), (1, 7)):
        limit = rules.fan_in_limit(n_in, n_out)
        assert limit == pytest.approx(LIMITS["uniform_fan_in"](n_in, n_out), rel=1e-15)
        assert limit == pytest.approx(np.sqrt(3 * VARIANCES["uniform_fan_in"](n_in, n_out)), rel=1e-15)


def test_normal_takes_the_spread_that_it_is_given():
    w = initialize((300, 200), scheme="normal", std=0.01).layers[0].weights
    assert abs(w.std() / 0.01 - 1) <= 5 / np.sqrt(2 * w.size)


def test_biases_start_at_zero_or_are_left_out():
    assert all(not layer.biases.any() for layer in initialize((4, 3, 2)).layers)
    assert [layer.biases for layer in initialize((4, 3, 2), biases=False).layers] == [None, None]


def test_gains_start_at_the_number_that_is_given_or_are_left_out():
    assert [layer.gains.tolist() for layer in initialize((4, 3, 2), gain=1.5).layers] == [[1.5] * 3, [1.5] * 2]
    assert [layer.gains for layer in initialize((4, 3, 2)).layers] == [None, None]


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
    mixed = initialize((4, 3, 2), ["relu", "softmax"], "he_normal", cost="cross_entropy")
    assert [layer.activation for layer in mixed.layers] == ["relu", "softmax"]
    assert mixed.cost == "cross_entropy"


def test_residual_connections_go_past_hidden_layers_of_as_many_nodes_and_never_past_the_last():
    layers = initialize((3, 4, 4, 4), "tanh", residual=True).layers
    assert [layer.residual for layer in layers] == [False, True, False]
    assert not any(layer.residual for layer in initialize((4, 4, 4), "tanh").layers)


def test_an_activation_is_given_arrays_alone(monkeypatch):
    straight = Activation(lambda z: z.astype(z.dtype), np.ones_like)
    monkeypatch.setitem(ACTIVATIONS, "straight", straight)
    assert initialize((2, 3, 1), "straight").layers[0].activation == "straight"


def test_a_layer_has_as_many_nodes_as_a_network_may_have_at_most(monkeypatch):
    monkeypatch.setattr("literate_bp.validation.MOST_NODES", 3)
    assert initialize((2, 3, 1)).sizes == (2, 3, 1)
    with pytest.raises(ValueError, match="positive whole numbers up to 3 were expected"):
        initialize((2, 4, 1))


def test_sizes_and_type_are_those_asked_for():
    network = initialize(np.array([4, 3, 2]), dtype=np.float32)
    assert network.sizes == (4, 3, 2)
    assert {a.dtype for layer in network.layers for a in (layer.weights, layer.biases)} == {np.dtype(np.float32)}


# --- at right angles -------------------------------------------------------------------------------------------------


def drawn(shape, seed=0, **options):
    return initialize(shape, "identity", "orthogonal", seed=seed, **options).layers[0].weights


@pytest.mark.parametrize("shape", [(7, 7), (9, 4), (4, 9), (1, 5), (5, 1), (1, 1)])
def test_an_orthogonal_draw_has_rows_or_columns_of_length_1_at_right_angles(shape):
    w, fewer = drawn(shape), min(shape)
    small = w.T @ w if shape[0] >= shape[1] else w @ w.T
    np.testing.assert_allclose(small, np.eye(fewer), atol=1e-14)
    assert w.shape == shape


def test_a_square_orthogonal_draw_keeps_every_length_forward_and_back():
    w, rows = drawn((40, 40)), np.random.default_rng(1).normal(size=(6, 40))
    for there in (rows @ w, rows @ w.T):
        np.testing.assert_allclose(np.linalg.norm(there, axis=1), np.linalg.norm(rows, axis=1), rtol=1e-14)


def test_the_first_node_of_a_square_orthogonal_draw_has_the_direction_of_the_first_numbers_drawn():
    first = np.random.default_rng(0).normal(size=(4, 4))[:, 0]  # Gram and Schmidt leave it as it is
    w = rules.orthogonal(np.random.default_rng(0), 0.5, (4, 4))
    np.testing.assert_allclose(w[:, 0], first / np.linalg.norm(first), rtol=1e-14)


def test_every_direction_of_an_orthogonal_draw_is_as_likely_as_its_opposite():
    # without the signs of R, what LAPACK gives has a first entry of one sign
    seeds = 400
    positive = sum(drawn((3, 3), seed)[place] > 0 for seed in range(seeds) for place in ((0, 0), (1, 1)))
    assert abs(positive - seeds) <= 5 * np.sqrt(2 * seeds) / 2
    turns = [np.linalg.det(drawn((3, 3), seed)) for seed in range(seeds)]
    assert abs(sum(turns)) <= 5 * np.sqrt(seeds)  # rotations and reflections


def test_scale_multiplies_the_weights_of_every_scheme():
    for scheme in SCHEMES:
        one, two = (initialize((6, 4), "identity", scheme, scale=scale).layers[0].weights for scale in (1.0, 2.0))
        np.testing.assert_allclose(two, 2 * one, rtol=1e-15)


# --- what a layer does to squares ------------------------------------------------------------------------------------

DRAWS = 4000


def sampled(square):
    """Average over draws, and say within what it is five times its standard error."""
    return np.mean(square), 5 * np.std(square) / np.sqrt(len(square))


def test_squares_of_linear_parts_are_those_of_the_rule():
    a, std = np.array([0.3, -1.2, 0.0, 2.0]), 0.7
    w = np.random.default_rng(0).uniform(-std * np.sqrt(3), std * np.sqrt(3), (DRAWS, 4))
    mean, within = sampled((w @ a) ** 2)
    assert abs(mean - rules.linear_square(4, std**2, np.mean(a**2))) <= within


@pytest.mark.parametrize("shape", [(4, 4), (4, 6), (4, 3)])
def test_squares_of_linear_parts_are_those_of_the_rule_for_orthogonal_draws_too(shape):
    a = np.array([0.3, -1.2, 0.0, 2.0])
    mean, within = sampled([(a @ drawn(shape, seed))[0] ** 2 for seed in range(1000)])
    assert abs(mean - rules.linear_square(4, rules.orthogonal_std(*shape) ** 2, np.mean(a**2))) <= within


def test_squares_that_come_back_are_those_of_the_rule():
    delta, std = np.array([0.3, -1.2, 2.0]), 0.7
    w = np.random.default_rng(0).normal(0, std, (DRAWS, 3))
    mean, within = sampled((w @ delta) ** 2)
    assert abs(mean - rules.activated_error_square(3, std**2, np.mean(delta**2))) <= within


def test_the_square_of_a_product_of_what_is_independent_is_that_of_the_rule():
    derivative, dc_da = np.array([0.5, 0.25, 1.0]), np.array([[3.0], [-2.0]])  # every pair of them is as likely
    found = rules.linear_error_square(np.mean(derivative**2), np.mean(dc_da**2))
    assert found == pytest.approx(np.mean((derivative * dc_da) ** 2), rel=1e-14)


def test_the_square_of_a_gradient_is_that_of_the_rule_in_a_row_of_nodes():
    weight, x = 1.5, 0.7
    network = Network([Layer([[weight]], None, "identity")] * 6)
    gradients = backward(network, forward(network, [x]), [2.0])
    for before, of in enumerate(gradients.weights):
        expected = rules.weight_gradient_square(weight**2, before, 5 - before, x**2, gradients.errors[-1][0] ** 2)
        assert of[0, 0] ** 2 == pytest.approx(expected, rel=1e-14)


def test_relu_leaves_half_of_the_squares_of_what_is_symmetric_and_not_of_the_variance():
    z = np.random.default_rng(0).laplace(size=DRAWS)
    mean, within = sampled(np.maximum(z, 0) ** 2)
    assert abs(mean - rules.activated_square(rules.mean_square(ACTIVATIONS["relu"].derivative, z).mean(), 2)) <= within
    assert np.var(np.maximum(z, 0)) < 0.8 * mean


@pytest.mark.parametrize("name", ["identity", "relu", "leaky_relu"])
def test_a_deep_network_keeps_squares_level_with_the_scheme_that_fits(name):
    scheme = "glorot_normal" if name == "identity" else "he_normal"
    network = initialize([200] * 11, name, scheme)
    found = [np.mean(a**2) for a in forward(network, np.ones((1, 200))).activated]
    assert found[-1] > 0.3
    assert found[-1] < 3  # and 1/1024 with the other


# --- a scheme that does not fit --------------------------------------------------------------------------------------

SHRINKS = {
    "glorot_uniform": {"relu": 0.707, "leaky_relu": 0.707, "silu": 0.5, "gelu": 0.5, "gelu_tanh": 0.5},
    "uniform_fan_in": {"identity": 0.577, "tanh": 0.577, "relu": 0.408, "leaky_relu": 0.408, "silu": 0.289},
    "he_normal": {"identity": 1.41},
}
SHRINKS["uniform_fan_in"] |= dict.fromkeys(("gelu", "gelu_tanh"), SHRINKS["uniform_fan_in"]["silu"])
for same in ("glorot_normal", "lecun_normal", "orthogonal"):
    SHRINKS[same] = SHRINKS["glorot_uniform"]
COUNTED = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softplus", "silu", "gelu", "gelu_tanh")
HIDDEN = [*elementwise_activations()]


def warned(*arguments, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        initialize(*arguments, **options)
    assert all(one.category is SchemeWarning and one.filename == __file__ for one in caught)
    return [str(one.message) for one in caught]


@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_scheme_that_does_not_fit_is_said_to_be_one_and_every_other_is_not(scheme, name):
    expected = SHRINKS[scheme].get(name)
    messages = warned((4, 4, 4), name, scheme)
    assert len(messages) == (expected is not None)
    for message in messages:
        best = "he_normal" if name not in ("identity", "tanh") else "glorot_uniform"
        assert message.startswith(f"scheme {scheme!r} does not fit activation {name!r}: ")
        assert f"{'grow' if expected > 1 else 'shrink'} to {expected:.3g} of their size" in message
        assert f"take scheme {best!r}, or scale=" in message


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", HIDDEN)
def test_what_the_warning_advises_is_not_warned_of(scheme, name):
    for message in warned((4, 4, 4), name, scheme):
        best, scale = message.split("take scheme ")[1].split(", or scale=")
        assert warned((4, 4, 4), name, best.strip("'")) == []
        assert warned((4, 4, 4), name, scheme, scale=float(scale)) == []


def test_a_scale_that_is_too_large_is_warned_of():
    (message,) = warned((4, 4, 4), "relu", "he_normal", scale=2.0)
    assert "grow to 2 of their size" in message
    assert "scale=1" in message
    (message,) = warned((4, 4, 4), "relu", "he_normal", scale=1.39)
    assert "grow to 1.39 of their size" in message


def test_each_hidden_activation_is_warned_of_once():
    messages = warned((4, 4, 4, 4, 4), ("relu", "tanh", "relu", "gelu"))
    assert len(messages) == 1
    assert len(warned((4, 4, 4, 4, 4), ("relu", "gelu", "relu", "identity"))) == 2


@pytest.mark.parametrize(
    "options",
    [
        {"sizes": (4, 4), "activation": "relu"},
        {"activation": ("tanh", "relu")},
        {"activation": "relu", "scheme": "normal", "std": 0.01},
        {"activation": "relu", "gain": 1.0},
        {"activation": "relu", "residual": True},
    ],
    ids=["one layer", "the last layer", "a spread of one's own", "normalized weights", "residual connections"],
)
def test_nothing_is_said_where_nothing_is_repeated_or_the_caller_knows(options):
    assert warned(**{"sizes": (4, 4, 4), **options}) == []


# --- from data -------------------------------------------------------------------------------------------------------

X = np.random.default_rng(3).uniform(size=(50, 6))


def spreads(network, x):
    a = forward(network, x).activated
    return [(before @ layer.matrix).std() for before, layer in zip(a, network.layers, strict=False)]


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("options", [{}, {"gain": 3.0}, {"residual": True}], ids=str)
def test_after_a_start_from_data_every_layer_spreads_by_1(name, options):
    start = initialize((6, 8, 8, 3), name, "normal", std=0.2, **options)
    before = [layer.weights.copy() for layer in start.layers]
    network = initialize_from_data(start, X)
    np.testing.assert_allclose(spreads(network, X), 1, rtol=1e-12)
    for old, layer, new in zip(before, start.layers, network.layers, strict=True):
        assert np.array_equal(old, layer.weights)
        ratio = new.matrix / layer.matrix
        np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-12)
        assert new.activation == layer.activation
        assert new.residual == layer.residual


def test_a_start_from_data_keeps_biases_type_and_cost():
    start = initialize((6, 8, 3), "tanh", "orthogonal", cost="squared_error", dtype=np.float32)
    network = initialize_from_data(start, X.astype(np.float32))
    assert network.cost == "squared_error"
    assert {array.dtype for layer in network.layers for array in layer.parameters.values()} == {np.dtype(np.float32)}
    assert all(not layer.biases.any() for layer in network.layers)


def test_a_second_start_from_the_same_data_changes_nothing():
    once = initialize_from_data(initialize((6, 8, 3), "tanh", "orthogonal"), X)
    twice = initialize_from_data(once, X)
    for one, other in zip(once.layers, twice.layers, strict=True):
        np.testing.assert_allclose(one.weights, other.weights, rtol=1e-13)


def test_one_example_is_enough_where_its_nodes_differ():
    network = initialize_from_data(initialize((6, 8, 3), "tanh", "orthogonal"), X[0])
    assert np.isclose((X[0] @ network.layers[0].weights).std(), 1)
