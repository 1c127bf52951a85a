"""The bound of the errors holds in every run, and is reached where it should be; the chain's interval is what it is."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from truth import EPS, FORMULAS, logistic, mp

from literate_bp import ACTIVATIONS, COSTS, GradientFlow, Layer, Network, backward, forward, gradient_flow, initialize
from literate_bp.activation import elementwise_activations
from literate_bp.oracle import complex_step, relative_error
from literate_bp.vanishing import (
    SATURATED,
    edge_output,
    error_bounds,
    euclidean_norm,
    factor_bound,
    interval_width,
    jacobians,
    largest_derivative,
    largest_size,
    maximum,
    saturation,
    singular_values,
    spectral_norm,
)

SINGLE = [*elementwise_activations()]
ROUNDING = 1e-12  # products of at most 12 norms, each right to a few hundred EPS
LOST = 1e-300  # below the normal numbers, 5e-324 is lost in a product, and at most 8 factors below 1e3 come after it
STEPS = np.arange(-20, 20, 1 / 512) + 1e-30j


@st.composite
def networks(draw):
    """Draw any network of any shape: activations, costs, residual connections, gains, biases and scales."""
    depth = draw(st.integers(1, 8))
    name = draw(st.sampled_from([*COSTS]))
    last = COSTS[name].output
    activations = draw(st.lists(st.sampled_from(SINGLE), min_size=depth, max_size=depth))
    activations[-1] = last or activations[-1]
    equal = draw(st.booleans())
    width = draw(st.integers(1, 6))
    sizes = (
        [width] * (depth + 1) if equal else draw(st.lists(st.integers(1, 6), min_size=depth + 1, max_size=depth + 1))
    )
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    scale = draw(st.sampled_from([0.01, 0.3, 1.0, 4.0, 30.0]))
    layers = []
    for number, (n_in, n_out, activation) in enumerate(zip(sizes, sizes[1:], activations, strict=False), start=1):
        past = n_in == n_out and (number < depth or last is None) and draw(st.booleans())
        gains = rng.normal(size=n_out) if draw(st.booleans()) else None
        biases = scale * rng.normal(size=n_out) if draw(st.booleans()) else None
        layers.append(Layer(scale * rng.normal(size=(n_in, n_out)), biases, activation, residual=past, gains=gains))
    batch = draw(st.integers(0, 4))
    shape = (batch,) if batch else ()
    y = rng.uniform(0.01, 1, (*shape, sizes[-1]))
    if last == "softmax":
        y /= y.sum(axis=-1, keepdims=True)
    return Network(layers, name), 3 * rng.normal(size=(*shape, sizes[0])), y


@given(networks())
def test_no_error_is_above_its_bound(drawn):
    network, x, y = drawn
    with np.errstate(over="ignore", invalid="ignore"):
        found = gradient_flow(network, x, y)
    for error, local, bound in zip(found.errors, found.local_bound, found.bound, strict=True):
        assert error <= local * (1 + ROUNDING) + LOST
        assert local <= bound * (1 + ROUNDING) + LOST


@given(networks())
def test_the_norms_are_those_of_the_gradients(drawn):
    network, x, y = drawn
    found, gradients = gradient_flow(network, x, y), backward(network, forward(network, x), y)
    for measured, arrays in ((found.errors, gradients.errors), (found.weights, gradients.weights)):
        expected = [math.hypot(*array.ravel()) for array in arrays]  # no square underflows in it
        assert measured == pytest.approx(expected, rel=1e-12, abs=1e-300)


def turned(nodes, seed):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(nodes, nodes)))[0]


def steep(name, scale, depth=12, nodes=5):
    """Make a network in which all directions are stretched alike, and all nodes are where they are steepest."""
    layers, a = [], np.ones(nodes)
    top = maximum(lambda z: np.abs(ACTIVATIONS[name].derivative(z)), -40, 40)[0]
    for number in range(depth):
        w = scale * turned(nodes, number)
        layers.append(Layer(w, top - a @ w, name))
        a = ACTIVATIONS[name].function(np.full(nodes, top))
    return Network(layers), np.ones(nodes), np.linspace(-1, 1, nodes)


@pytest.mark.parametrize("scale", [0.5, 1.0, 4.0])
@pytest.mark.parametrize("name", SINGLE)
def test_the_bound_is_reached_where_weights_turn_and_slopes_are_steepest(name, scale):
    found = gradient_flow(*steep(name, scale))
    assert found.errors == pytest.approx(found.bound, rel=1e-12)
    assert found.errors == pytest.approx(found.local_bound, rel=1e-12)
    assert found.remaining == pytest.approx((scale * largest_derivative(name)) ** 11, rel=1e-12)


@pytest.mark.parametrize("count", [1, 3])
def test_the_bound_of_residual_layers_is_reached_where_weights_are_a_multiple_of_1(count):
    identity = [Layer(0.5 * np.eye(3), None, "identity", residual=True) for _ in range(8)]
    network = Network([*identity, Layer(2 * turned(3, 1), None, "identity")])
    found = gradient_flow(network, np.ones((count, 3)), np.zeros((count, 3)))
    assert found.errors == pytest.approx(found.bound, rel=1e-12)
    assert found.remaining == pytest.approx(2 * 1.5**7, rel=1e-12)


def test_the_bound_is_reached_past_a_residual_last_layer():
    network = Network([Layer(0.5 * np.eye(2), None, "identity", residual=True) for _ in range(4)])
    found = gradient_flow(network, [1.0, 2.0], [0.0, 0.0])
    assert found.errors == pytest.approx(found.bound, rel=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_what_goes_past_a_residual_last_layer_is_in_the_bound_though_not_in_its_errors(seed):
    rng = np.random.default_rng(seed)
    w = 0.1 * rng.normal(size=(2, 3, 3))
    network = Network([Layer(w[0]), Layer(w[1], residual=True)])
    found = gradient_flow(network, rng.normal(size=3), rng.uniform(size=3))
    assert found.errors[0] > found.errors[1] * spectral_norm(w[1]) / 4  # the product for plain layers is no bound here
    assert found.errors[0] <= found.local_bound[0] <= found.bound[0] * (1 + ROUNDING)


@pytest.mark.parametrize("number", [-0.9, -0.3, 0.2, 1.0])
def test_residual_layers_multiply_the_gradient_of_activated_values_by_1_and_the_factor_of_a_plain_layer(number):
    layers = [Layer(4 * number * np.eye(3), -2 * number * np.arange(1, 4) @ np.eye(3), residual=True)]
    network = Network([*layers, Layer(np.eye(3), None, "identity")])
    x = np.arange(1, 4) / 2  # so that all linear parts are 0, where the derivative is a quarter
    trace = forward(network, x)
    found = backward(network, trace, np.zeros(3))
    assert trace.linear[0] == pytest.approx(0, abs=1e-15)
    assert euclidean_norm(found.inputs) == pytest.approx((1 + number) * euclidean_norm(found.errors[-1]), rel=1e-12)


def test_a_layer_whose_linear_parts_are_never_all_0_leaves_less_than_a_quarter_though_the_norm_is_above_1():
    network = Network([Layer([[1.0, 1.0]], [0.0, 5.0]), Layer([[0.8], [0.8]])])
    assert spectral_norm(network.layers[1].weights) > 1.1
    assert max(gradient_flow(network, [x], [1.0]).remaining for x in np.linspace(-20, 20, 401)) < 0.21


def test_the_bound_is_reached_with_gains():
    layers = [Layer(100 * turned(4, seed), None, "identity", gains=np.full(4, 3.0)) for seed in range(5)]
    found = gradient_flow(Network(layers), np.ones(4), np.zeros(4))
    assert found.errors == pytest.approx(found.bound, rel=1e-12)
    assert found.remaining == pytest.approx(3.0**4, rel=1e-12)


def test_a_plain_chain_multiplies_the_factor_of_source_b():
    (behind, ahead) = gradient_flow(Network([Layer([[0.4], [-0.2]]), Layer([[8.0]], [-4.0])]), [0.0, 0.0], [1.0]).errors
    assert behind == 2 * ahead


@pytest.mark.parametrize("name", SINGLE)
def test_the_largest_derivative_is_the_largest(name):
    found = largest_derivative(name)
    z = np.linspace(-60, 60, 120_001)
    assert np.abs(ACTIVATIONS[name].derivative(z)).max() <= found * (1 + 1e-14)
    with np.errstate(over="ignore", invalid="ignore"):
        nearly = np.nanmax(np.abs(FORMULAS[name](np, STEPS).imag)) / 1e-30
    assert found == pytest.approx(nearly, rel=2e-6)  # σ‴ is at most 1, and 1/1024 from the top
    exact = {"sigmoid": 0.25, "silu": 1.09983932012886692878, "gelu": float(top_of_gelu())}
    exact["gelu_tanh"] = float(top_of_gelu_tanh())
    exact |= dict.fromkeys(("identity", "tanh", "relu", "leaky_relu", "softplus"), 1.0)
    if name in exact:
        assert found == pytest.approx(exact[name], rel=1e-13)


def top_of_gelu():
    """At √2, where the second derivative (2 − z²) φ(z) is 0."""
    with mpmath.workdps(30):
        z = mpmath.sqrt(2)
        return mpmath.ncdf(z) + z * mpmath.npdf(z)


def top_of_gelu_tanh():
    with mpmath.workdps(30):
        scale, cube = mpmath.sqrt(2 / mpmath.pi), mpmath.mpf("0.044715")

        def curve(z):
            return z / 2 * (1 + mpmath.tanh(scale * (z + cube * z**3)))

        return mpmath.diff(curve, mpmath.findroot(lambda z: mpmath.diff(curve, z, 2), 1.4))


@given(st.floats(4, 1e6))
def test_at_the_edge_the_factor_is_1_and_beyond_it_is_less(u):
    p, width = edge_output(u), interval_width(u)
    assert u * p * (1 - p) == pytest.approx(1, abs=u * 8 * EPS)
    z = mp.mpf(float(width)) * u / 2
    assert abs(u * logistic(z) * logistic(-z) - 1) <= 4e-13 * max(1.0, u / 100)
    assert u * logistic(z + 0.1) * logistic(-z - 0.1) < 1
    assert u * logistic(0) * logistic(0) >= 1


def test_the_widest_interval_is_where_many_digits_find_it():
    at, width = maximum(interval_width, 4, 100)
    with mpmath.workdps(40):
        many = lambda u: 2 / u * mpmath.log(u * (1 + mpmath.sqrt(1 - 4 / u)) / 2 - 1)  # noqa: E731 — a formula
        best = mpmath.findroot(lambda u: mpmath.diff(many, u), 6.9)
        assert at == pytest.approx(float(best), rel=1e-6)
        assert width == pytest.approx(float(many(best)), rel=1e-14)
    assert width == pytest.approx(0.447743204694303, abs=1e-15)
    assert interval_width(6.8942) == pytest.approx(0.447743204675204, abs=1e-15)  # the top, at a rounded weight


def test_a_smaller_weight_has_no_such_interval():
    z = np.linspace(-5, 5, 1001)
    assert (3.999 * ACTIVATIONS["sigmoid"].derivative(z) < 1).all()
    assert interval_width(4.0) == 0


def test_the_maximum_may_be_a_peak_or_an_end():
    assert maximum(lambda x: -((x - 0.3) ** 2), -5, 5) == pytest.approx((0.3, 0), abs=1e-6)
    assert maximum(lambda x: x, -1, 2) == (2, 2)
    assert maximum(lambda x: -x, -1, 2) == (-1, 1)
    assert [type(part) for part in maximum(lambda x: x, -1, 2)] == [float, float]


def test_the_largest_size_may_be_that_of_a_fall():
    assert largest_size(lambda z: np.where(z < 0, 0.5, -2.0)) == 2


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 99))
def test_no_direction_is_scaled_by_more_than_the_spectral_norm_and_one_is_by_as_much(n, m, seed):
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(n, m))
    for direction in rng.normal(size=(20, n)):
        assert euclidean_norm(direction @ w) <= spectral_norm(w) * euclidean_norm(direction) * (1 + ROUNDING)
    most = np.linalg.svd(w)[0][:, 0]
    assert euclidean_norm(most @ w) == pytest.approx(spectral_norm(w), rel=1e-12)
    assert spectral_norm(w) == pytest.approx(spectral_norm(w.T), rel=1e-12)
    assert singular_values(w)[0] == pytest.approx(spectral_norm(w), rel=1e-12)


def test_bounds_multiply_layer_by_layer():
    assert factor_bound(2.0, 0.25, residual=False) == 0.5
    assert factor_bound(2.0, 0.25, residual=True) == 1.5
    assert error_bounds([3.0, 2.0], [0.25, 0.5], [False, True], 8.0) == (0.25 * 16.0, 4.0)


@pytest.mark.parametrize("past", [False, True])
@pytest.mark.parametrize("name", [name for name in SINGLE if ACTIVATIONS[name].analytic])
def test_the_jacobians_multiply_to_the_reference_derivative(name, past):
    network = initialize((4, 4, 4, 3), name, seed=2, residual=past, gain=1.5)
    x = np.array([0.3, -1.2, 0.8, 0.1])
    found = np.linalg.multi_dot(jacobians(network, x))
    pushed = [complex_step(lambda h, e=e: forward(network, x + h * e).output, 0.0) for e in np.eye(4)]
    assert relative_error(found, pushed) < 1e-13


def test_the_jacobian_of_a_softmax_is_a_whole_table():
    network = initialize((3, 4, 5), ["tanh", "softmax"], cost="cross_entropy", seed=1)
    x = np.array([0.2, -0.4, 1.0])
    found = np.linalg.multi_dot(jacobians(network, x))
    pushed = [complex_step(lambda h, e=e: forward(network, x + h * e).output, 0.0) for e in np.eye(3)]
    assert relative_error(found, pushed) < 1e-13


def test_the_batch_has_the_norm_of_its_examples_together():
    network = initialize((4, 5, 3), "tanh", seed=1)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 4)), rng.normal(size=(6, 3))
    together = gradient_flow(network, x, y)
    alone = [gradient_flow(network, *pair) for pair in zip(x, y, strict=True)]
    for layer in range(2):
        squares = sum(one.errors[layer] ** 2 for one in alone)
        assert together.errors[layer] * 6 == pytest.approx(np.sqrt(squares), rel=1e-13)


def test_saturation_is_the_share_of_flat_nodes():
    network = Network([Layer(np.eye(4), None, "sigmoid"), Layer(np.eye(4), None, "relu")])
    found = gradient_flow(network, [[0.0, 3.0, 4.0, -40.0]], np.zeros((1, 4)))
    assert ACTIVATIONS["sigmoid"].derivative(np.array(3.0)) > SATURATED * 0.25
    assert found.saturation == (0.5, 0.0)
    assert gradient_flow(network, -np.ones(4), np.zeros(4)).saturation == (0.0, 0.0)
    falling = Network([Layer(np.eye(1), None, "gelu")])  # where it dips, GELU is steep the other way
    assert gradient_flow(falling, [-1.4], [0.0]).saturation == (0.0,)
    dead = Network([Layer(np.eye(2), None, "relu")])
    assert gradient_flow(dead, [-1.0, 1.0], [0.0, 0.0]).saturation == (0.5,)


def test_at_the_limit_a_node_is_not_saturated():
    limit = SATURATED * largest_derivative("sigmoid")
    share = saturation(np.array([limit, -limit, np.nextafter(limit, 0), 0.2]), "sigmoid")
    assert share == 0.25
    assert type(share) is float


def test_a_softmax_has_no_share_and_no_slope_in_the_bound():
    network = initialize((3, 4, 3), ["sigmoid", "softmax"], cost="cross_entropy", seed=1)
    found = gradient_flow(network, np.ones(3), np.eye(3)[0])
    assert found.saturation[-1] is None
    assert found.bound[0] == pytest.approx(found.errors[-1] * spectral_norm(network.layers[1].weights) / 4)


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1.0, 1e200, np.inf])
def test_a_norm_does_not_underflow_where_its_square_would(size):
    errors = np.array([[3.0, 0.0], [0.0, 4.0]]) * size if np.isfinite(size) else np.array([size, 1.0])
    assert euclidean_norm(errors) == pytest.approx(5 * size, rel=1e-3 if size < 1e-310 else 1e-15)
    assert euclidean_norm(np.zeros(3)) == 0


def test_very_deep_networks_have_errors_to_show():
    network, x, y = steep("sigmoid", 0.5, depth=300)
    found = gradient_flow(network, x, y)
    assert 0 < found.errors[0] < 1e-250
    assert found.errors[0] == pytest.approx(found.bound[0], rel=1e-11)


def test_dead_layers_leave_nothing():
    network = Network([Layer(np.eye(2), None, "relu"), Layer(-np.eye(2), None, "relu"), Layer(np.eye(2))])
    found = gradient_flow(network, [1.0, 2.0], [1.0, 0.0])
    assert found.errors[:2] == (0.0, 0.0)
    assert found.remaining == 0.0
    nothing = gradient_flow(Network([Layer(np.eye(2), None, "identity")]), [1.0, 1.0], [1.0, 1.0])
    assert nothing.remaining == 0.0


def test_of_no_error_no_share_remains_though_one_comes_past_it():
    assert GradientFlow(("relu",) * 2, (1.0, 0.0), *[(0.0, 0.0)] * 4).remaining == 0


def test_float32_networks_are_measured_in_float64():
    network = initialize((4, 5, 3), seed=1, dtype=np.float32)
    found = gradient_flow(network, np.ones(4, np.float32), np.ones(3, np.float32))
    assert all(type(value) is float for value in (*found.errors, *found.bound, *found.weights))


def test_it_reads_as_a_table_and_is_a_value():
    network = initialize((3, 4, 3), ["sigmoid", "softmax"], cost="cross_entropy", seed=1)
    found = gradient_flow(network, np.ones(3), np.eye(3)[0])
    summary, *lines = str(found).splitlines()
    assert summary == repr(found).removeprefix("<GradientFlow: ").removesuffix(">")
    assert summary == f"2 layers, {found.errors[0] / found.errors[1]:.1e} of the last layer's error reaches the first"
    assert lines[0].split() == ["layer", "activation", "error", "local", "bound", "bound", "gradient", "saturated"]
    assert [line.split()[:2] for line in lines[1:]] == [["1", "sigmoid"], ["2", "softmax"]]
    assert len({len(line) for line in lines}) == 1
    assert [line.split()[-1] for line in lines[1:]] == ["0%", "–"]
    assert f"{found.errors[0]:.1e}" in lines[1]
    assert found == gradient_flow(network, np.ones(3), np.eye(3)[0])
    assert isinstance(found, GradientFlow)
