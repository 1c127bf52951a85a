"""Nodes in plain loops: against arrays, over random networks, and against the published example."""

import numpy as np
import pytest
import truth
from hypothesis import given

from literate_bp import Layer, Network, backward, cost, descend, example, forward, nodes, residual

SIGMOIDS = truth.problems(names=["sigmoid"], costs=["half_squared_error"], batches=[None])


def tuples(array):
    return tuple(map(tuples, array)) if np.ndim(array) else float(array)


def in_loops(network):
    """Give a network of sigmoids with biases as `nodes` has it."""
    return tuple(nodes.sigmoid_layer(tuples(layer.weights), tuples(layer.biases)) for layer in network.layers)


def biased(network):
    layers = ((layer.weights, layer.biases, "sigmoid") for layer in network.layers)
    return Network(tuple(Layer(w, np.zeros(w.shape[1]) if b is None else b, name) for w, b, name in layers))


@given(SIGMOIDS)
def test_loops_and_arrays_agree_to_rounding(problem):
    network, x, y = problem
    network = biased(network)
    layers, x_n, y_n = in_loops(network), tuples(x), tuples(y)
    trace, in_arrays = nodes.forward(layers, x_n), forward(network, x)
    gradients, expected = nodes.backward(layers, trace, y_n), backward(network, in_arrays, y)
    bounds = truth.rounding_bounds(network, x, y)
    for n, (w, b) in enumerate(zip(gradients.weights, gradients.biases, strict=True)):
        # both may be off by the bound
        assert np.max(np.abs(expected.weights[n] - w)) <= 2 * bounds[f"weights {n + 1}"]
        assert np.max(np.abs(expected.biases[n] - b)) <= 2 * bounds[f"biases {n + 1}"]
    assert gradients.errors == gradients.biases
    # the outputs are below 1 and so are their slopes: the same count of roundings, passed on by |W| at most 4 times
    count = sum(network.sizes) + 8 * len(network.layers)
    grown = np.prod([1 + np.abs(layer.weights).sum(axis=0).max() for layer in network.layers]) * (1 + np.abs(x).max())
    assert np.max(np.abs(in_arrays.output - trace.activated[-1])) <= count * truth.EPS * grown
    found = nodes.half_squared_error(trace.activated[-1], y_n)
    assert abs(found - cost(network, in_arrays, y)) <= count * truth.EPS * grown * (1 + np.abs(y).sum())
    step, below = nodes.descend(layers, gradients, 0.5), descend(network, expected, 0.5)
    for n, layer in enumerate(step):
        allowed = 2 * bounds[f"weights {n + 1}"] + 2 * truth.EPS * np.max(np.abs(network.layers[n].weights))
        assert np.max(np.abs(below.layers[n].weights - layer.weights)) <= allowed
        allowed = 2 * bounds[f"biases {n + 1}"] + 2 * truth.EPS * np.max(np.abs(network.layers[n].biases), initial=1)
        assert np.max(np.abs(below.layers[n].biases - layer.biases)) <= allowed


def test_the_running_example_is_the_same_in_loops_and_in_arrays():
    layers, x, y = example.running_nodes()
    network, array_x, array_y = example.running()
    assert (x, y) == (array_x, array_y)
    gradients = nodes.backward(layers, nodes.forward(layers, x), y)
    expected = backward(network, forward(network, x), y)
    bounds = truth.rounding_bounds(network, x, y)
    for n in range(3):
        assert np.array_equal(network.layers[n].weights, layers[n].weights)
        assert np.array_equal(network.layers[n].biases, layers[n].biases)
        assert np.max(np.abs(expected.weights[n] - gradients.weights[n])) <= 2 * bounds[f"weights {n + 1}"]


def test_the_running_example_has_the_gradients_of_the_textbook_formulas():
    network, x, y = example.running()
    layers, *_ = example.running_nodes()
    gradients = nodes.backward(layers, nodes.forward(layers, x), y)
    expected, bounds = truth.gradients_of(network, x, y), truth.rounding_bounds(network, x, y)
    for n in range(3):
        assert np.max(np.abs(expected[f"weights {n + 1}"] - gradients.weights[n])) <= bounds[f"weights {n + 1}"]
        assert np.max(np.abs(expected[f"biases {n + 1}"] - gradients.biases[n])) <= bounds[f"biases {n + 1}"]


def test_rules_give_numbers_worked_out_by_hand():
    assert nodes.half_squared_error((0.75, 0.0), (0.25, 1.0)) == 0.625
    assert nodes.half_squared_error_derivative(0.75, 0.25) == 0.5
    assert nodes.weight_gradient((1.0, 2.0), (3.0, -0.5, 0.0)) == ((3.0, -0.5, 0.0), (6.0, -1.0, 0.0))
    assert nodes.step((1.0, 2.0), (4.0, -2.0), 0.5) == (-1.0, 3.0)
    straight = nodes.Layer(((1.0, 2.0), (3.0, -1.0)), (0.5, 0.0), lambda z: z, lambda _: 2.0)
    assert nodes.output_errors(straight, (0.0, 0.0), (3.0, 1.0), (1.0, 1.5)) == (4.0, -1.0)
    assert nodes.hidden_errors(straight, (0.0, 0.0), straight, (1.0, 2.0)) == (10.0, 2.0)
    assert nodes.forward((straight,), (1.0, 2.0)) == nodes.Trace(((7.5, 0.0),), ((1.0, 2.0), (7.5, 0.0)))
    assert residual.residual_error_of_node((2.0, 3.0), (5.0, -7.0), 4.0) == 2 * 5 - 3 * 7 + 4


def test_a_descent_leaves_the_network_as_it_was():
    layers, x, y = example.running_nodes()
    before = [layer[:2] for layer in layers]
    step = nodes.descend(layers, nodes.backward(layers, nodes.forward(layers, x), y), 0.5)
    assert [layer[:2] for layer in layers] == before
    assert step[0].weights != layers[0].weights
    assert (step[0].function, step[0].derivative) == (layers[0].function, layers[0].derivative)
    with pytest.raises(AttributeError):
        layers[0].weights = ()
