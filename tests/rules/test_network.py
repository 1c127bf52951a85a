"""Arrays: every gradient of `backward` against textbook formulas pushed along the imaginary axis."""

import copy
import dataclasses
import pickle
from functools import partial

import numpy as np
import pytest
import truth
from hypothesis import given, settings
from hypothesis import strategies as st

from literate_bp import COSTS, Layer, Network, backward, backward_in_segments, cost, descend, forward
from literate_bp.layer import PlainLayer, activated_error, bias_gradient, linear, linear_error, weight_gradient
from literate_bp.network import (
    Gradients,
    cost_input,
    output_placeholder,
    output_shortcut,
    parameter_gradients,
    with_row,
)

ANALYTIC = [name for name in truth.HIDDEN if truth.ACTIVATIONS[name].analytic]


def small():
    layers = (Layer([[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]], [0.1, 0.2, 0.3]), Layer([[0.7], [0.8], [-0.9]], None, "tanh"))
    return Network(layers), np.array([0.5, -1.0]), np.array([0.25])


def assert_equal_up_to_rounding(problem):
    network, x, y = problem
    found, expected = truth.named(backward(network, forward(network, x), y)), truth.gradients_of(network, x, y)
    bounds = truth.rounding_bounds(network, x, y)
    assert set(found) == set(expected)
    for name, bound in bounds.items():
        assert found[name].shape == expected[name].shape
        assert np.max(np.abs(found[name] - expected[name])) <= bound, name


@given(truth.problems())
def test_every_gradient_is_the_derivative_of_the_mean_cost(problem):
    assert_equal_up_to_rounding(problem)


@pytest.mark.parametrize("name", truth.HIDDEN)
@settings(max_examples=12)
@given(data=st.data())
def test_every_activation_is_differentiated_in_every_place(name, data):
    assert_equal_up_to_rounding(data.draw(truth.problems(names=[name])))


@pytest.mark.parametrize("chosen", COSTS)
@settings(max_examples=20)
@given(data=st.data())
def test_every_cost_starts_the_recursion_right(chosen, data):
    assert_equal_up_to_rounding(data.draw(truth.problems(costs=[chosen])))


@given(truth.problems())
def test_the_cost_is_the_textbook_formula(problem):
    network, x, y = problem
    found = cost(network, forward(network, x), y)
    assert isinstance(found, float)
    assert abs(found - truth.cost_of(network, truth.arrays_of(network), x, y).real) <= truth.cost_bound(network, x, y)


@given(truth.problems(batches=[4]))
def test_a_batch_gives_the_mean_of_what_its_examples_give(problem):
    network, x, y = problem
    whole = truth.named(backward(network, forward(network, x), y))
    each = [truth.named(backward(network, forward(network, x_n), y_n)) for x_n, y_n in zip(x, y, strict=True)]
    bounds = truth.rounding_bounds(network, x, y)
    for name in whole:
        parts = np.array([one[name] for one in each])
        expected = parts / len(x) if name == "inputs" else parts.mean(axis=0)
        assert np.max(np.abs(whole[name] - expected)) <= bounds[name], name
    costs = [cost(network, forward(network, x_n), y_n) for x_n, y_n in zip(x, y, strict=True)]
    assert abs(cost(network, forward(network, x), y) - np.mean(costs)) <= 2 * truth.cost_bound(network, x, y)


@given(truth.problems(batches=[None]))
def test_one_example_and_a_batch_of_one_agree(problem):
    network, x, y = problem
    one, batch = backward(network, forward(network, x), y), backward(network, forward(network, x[None]), y[None])
    bounds = truth.rounding_bounds(network, x, y)
    assert one.errors[0].ndim == 1
    assert batch.errors[0].ndim == 2
    for name, found in truth.named(one).items():
        other = truth.named(batch)[name]
        assert np.max(np.abs(found - (other[0] if name == "inputs" else other))) <= bounds[name], name


@given(truth.problems(dtype=np.float32))
def test_float32_stays_float32_and_is_right_to_its_own_digits(problem):
    network, x, y = problem
    trace = forward(network, x)
    gradients = backward(network, trace, y)
    assert {a.dtype for a in (*trace.linear, *trace.activated, *gradients.errors)} == {np.dtype(np.float32)}
    expected = truth.gradients_of(network, x, y)
    for name, bound in truth.rounding_bounds(network, x, y, float(np.finfo(np.float32).eps)).items():
        assert truth.named(gradients)[name].dtype == np.float32
        assert np.max(np.abs(truth.named(gradients)[name] - expected[name])) <= bound, name


def test_plain_numbers_take_the_type_of_the_network():
    layers = (Layer(np.ones((2, 1), np.float32), np.zeros(1, np.float32)),)
    trace = forward(Network(layers), [1, 2])
    assert trace.output.dtype == np.float32
    assert type(cost(Network(layers), trace, [1])) is float
    assert backward(Network(layers), trace, [1]).weights[0].dtype == np.float32
    assert Layer([[1, 2]], [3, 4]).weights.dtype == np.float64


def test_errors_are_the_derivatives_along_the_linear_parts():
    # ∂C/∂z is ∂C/∂b of a layer with biases, for one example: the same number by two ways.
    network, x, y = small()
    gradients = backward(network, forward(network, x), y)
    assert np.array_equal(gradients.errors[0], gradients.biases[0])
    arrays = truth.arrays_of(network)
    there = truth.slopes_along(
        np.zeros(1), lambda b: truth.cost_of(network, [arrays[0], [arrays[1][0], b, None]], x, y)
    )
    assert gradients.errors[1] == pytest.approx(there, rel=64 * truth.EPS)


def test_a_layer_without_biases_has_no_gradient_of_them():
    network, x, y = small()
    gradients = backward(network, forward(network, x), y)
    assert gradients.biases[1] is None
    assert gradients.biases[0].shape == (3,)


@given(truth.problems(batches=[4]))
def test_a_row_of_gradients_has_the_order_of_a_row_of_parameters(problem):
    network, x, y = problem
    found = backward(network, forward(network, x), y)
    arranged = with_row(network, found.row)
    for layer, weights, biases, gains in zip(arranged.layers, found.weights, found.biases, found.gains, strict=True):
        expected = {"weights": weights, "biases": biases, "gains": gains}
        for name, of in layer.parameters.items():
            assert np.array_equal(of, expected[name]), name


def test_a_residual_connection_adds_what_came_in_and_its_error_on_the_way_back():
    layer = Layer([[0.0, 1.0], [1.0, 0.0]], [0.5, -0.5], "identity", residual=True)
    network = Network((layer,))
    trace = forward(network, [3.0, 4.0])
    assert np.array_equal(trace.linear[0], [4.5, 2.5])
    assert np.array_equal(trace.output, [7.5, 6.5])
    gradients = backward(network, trace, [7.0, 7.0])
    assert np.array_equal(gradients.errors[0], [0.5, -0.5])
    assert np.array_equal(gradients.inputs, [-0.5 + 0.5, 0.5 - 0.5])


def test_gains_are_the_lengths_of_the_weights_whatever_was_drawn():
    v = np.array([[3.0, 0.0], [4.0, -2.0]])
    layer = Layer(v, None, "identity", gains=[10.0, 3.0])
    assert np.allclose(layer.matrix, [[6.0, 0.0], [8.0, -3.0]], rtol=truth.EPS, atol=0)
    assert np.allclose(Layer(v * [7.0, 0.1], gains=[10.0, 3.0]).matrix, layer.matrix, rtol=4 * truth.EPS, atol=0)
    assert Layer(v).matrix is not None
    assert Layer(v).gains is None
    assert set(layer.parameters) == {"weights", "gains"}


def test_a_step_along_directions_is_at_right_angles_to_them():
    # Salimans and Kingma 2016, section 2.1: so the directions only ever grow longer.
    rng = np.random.default_rng(0)
    network = Network((Layer(rng.normal(size=(5, 3)), None, "tanh", gains=[1.0, -2.0, 0.5]),))
    x, y = rng.normal(size=(4, 5)), rng.normal(size=(4, 3))
    gradient = backward(network, forward(network, x), y).weights[0]
    assert np.all(np.abs((gradient * network.layers[0].weights).sum(axis=0)) <= 64 * truth.EPS * np.abs(gradient).max())


def test_a_trace_holds_what_every_layer_was_given_and_made():
    network, x, _ = small()
    trace = forward(network, x)
    assert [z.shape for z in trace.linear] == [(3,), (1,)]
    assert [a.shape for a in trace.activated] == [(2,), (3,), (1,)]
    assert np.array_equal(trace.activated[0], x)
    assert trace.output is trace.activated[-1]


def test_the_rules_for_arrays_give_numbers_worked_out_by_hand():
    a, w = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]])
    assert np.array_equal(linear(a, w, np.array([1.0, 0.0, 0.0])), [[6, 2, -1], [12, 4, -3]])
    delta = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])
    assert np.array_equal(activated_error(delta, w), [[-1, 2], [-1, 1]])
    assert np.array_equal(linear_error(a, a), [[1, 4], [9, 16]])
    assert np.array_equal(weight_gradient(a, delta), [[1, 3, 5], [2, 4, 8]])
    assert np.array_equal(weight_gradient(a[0], delta[0]), [[1, 0, 2], [2, 0, 4]])
    assert np.array_equal(bias_gradient(delta), [1, 1, 3])
    assert np.array_equal(bias_gradient(delta[0]), [1, 0, 2])


def test_nothing_that_comes_in_is_changed():
    network, x, y = small()
    before = [a.copy() for a in (x, y, *(layer.weights for layer in network.layers))]
    trace = forward(network, x)
    kept = [a.copy() for a in (*trace.linear, *trace.activated)]
    cost(network, trace, y)
    backward(network, trace, y)
    after = (x, y, *(layer.weights for layer in network.layers))
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(kept, (*trace.linear, *trace.activated), strict=True))


def test_layers_keep_a_copy_that_nobody_can_write_to():
    mine = np.ones((2, 2))
    layer = Layer(mine, [1.0, 2.0])
    mine[0, 0] = 7.0
    assert layer.weights[0, 0] == 1.0
    for array in (layer.weights, layer.biases):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        layer.activation = "tanh"
    with pytest.raises(dataclasses.FrozenInstanceError):
        Network((layer,)).cost = "squared_error"


def test_a_read_only_window_on_a_writable_array_is_copied():
    mine = np.ones((2, 2))
    window = mine[:]
    window.flags.writeable = False
    layer = Layer(window)
    mine[0, 0] = 7.0
    assert layer.weights[0, 0] == 1.0


def test_an_array_that_its_owner_unlocks_later_changes_no_layer():
    mine = np.ones((2, 2))
    mine.flags.writeable = False
    layer = Layer(mine)
    mine.flags.writeable = True
    mine[0, 0] = 7.0
    assert layer.weights[0, 0] == 1.0


COPIES = {
    "copied": copy.copy,
    "deepcopied": copy.deepcopy,
    **{
        f"pickled by protocol {n}": partial(lambda n, of: pickle.loads(pickle.dumps(of, n)), n)  # noqa: S301  our own pickle
        for n in range(pickle.HIGHEST_PROTOCOL + 1)
    },
    "replaced": dataclasses.replace,
}


@pytest.mark.parametrize("how", COPIES)
def test_no_array_of_a_network_can_be_written_to_or_unlocked_nor_one_of_a_copy(how):
    gains, residual = Layer(np.eye(3), gains=np.ones(3)), Layer(np.eye(3), np.ones(3), "tanh", residual=True)
    network = Network((gains, residual, Layer(np.ones((3, 1)), None, "relu")), "squared_error")
    copied = COPIES[how](network)
    x, y = [0.1, 0.2, 0.3], [1.0]
    assert repr(copied) == repr(network)
    assert [(a.activation, a.residual) for a in copied.layers] == [(a.activation, a.residual) for a in network.layers]
    assert cost(copied, forward(copied, x), y) == cost(network, forward(network, x), y)
    trained = descend(copied, backward(copied, forward(copied, x), y), 0.1)
    for layer, other in zip((*copied.layers, *trained.layers), network.layers * 2, strict=True):
        assert layer.parameters.keys() == other.parameters.keys()
        for array in layer.parameters.values():
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 9.0
            with pytest.raises(ValueError, match="cannot set WRITEABLE flag"):
                array.flags.writeable = True


def test_sizes_name_the_inputs_and_every_layer():
    assert small()[0].sizes == (2, 3, 1)


def test_gradients_and_traces_are_frozen():
    network, x, y = small()
    trace = forward(network, x)
    for record in (trace, backward(network, trace, y)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            record.linear = ()
    assert [f.name for f in dataclasses.fields(Gradients)][:4] == ["weights", "biases", "gains", "errors"]


def test_what_a_pass_returns_is_in_tuples_which_nobody_can_add_to():
    network, x, y = small()
    trace = forward(network, x)
    gradients = backward(network, trace, y)
    found = [network.layers, descend(network, gradients, 0.1).layers, trace.linear, trace.activated]
    found += [gradients.weights, gradients.biases, gradients.gains, gradients.errors]
    assert {type(part) for part in found} == {tuple}


def test_equal_logits_are_no_kink_for_the_complex_step():
    # All weights zero: every softmax output ties for the largest, and nothing may be lost there.
    network = Network((Layer(np.zeros((2, 3)), np.zeros(3), "softmax"),), "cross_entropy")
    found = backward(network, forward(network, [1.0, 2.0]), [0.0, 1.0, 0.0])
    assert np.allclose(found.biases[0], [1 / 3, -2 / 3, 1 / 3], rtol=4 * truth.EPS, atol=0)


def test_a_plain_layer_needs_nothing_of_the_gradient_of_its_output():
    layer = PlainLayer(np.array([[2.0, 0.0], [1.0, -1.0]]), None, np.square, lambda z: 2 * z)
    a, dc_da = np.array([1.0, 3.0]), np.array([7.0, 7.0])
    assert layer.output(a, np.array([5.0, -3.0])).tolist() == [25.0, 9.0]
    assert layer.input_gradient(np.array([1.0, 2.0]), dc_da).tolist() == [2.0, -1.0]
    assert layer.shortcut_gradient(dc_da) is None
    network, x, y = small()
    assert backward(network, forward(network, x), y).shortcut is None


def test_gradients_keep_the_shortcut_of_a_first_layer_that_has_one():
    network = Network((Layer([[2.0]], None, "identity", residual=True), Layer([[3.0]], None, "identity")))
    gradients = backward(network, forward(network, [1.0]), [4.0])  # a¹ = 3, and a² = 9, which is 5 too much
    assert gradients.shortcut.tolist() == [15.0]
    assert gradients.inputs.tolist() == [15.0 * 2 + 15.0]


def test_gradients_keep_nothing_for_a_first_layer_without_a_residual_connection():
    network, x, y = Network([Layer(np.eye(2)), Layer(np.eye(2), residual=True)]), [1.0, 2.0], [0.0, 1.0]
    assert backward(network, forward(network, x), y).shortcut is None
    assert backward_in_segments(network, x, y, 1).shortcut is None


def test_a_plain_layer_has_the_gradients_of_one_without_gains():
    a, delta, w, b = np.array([1.0, 2.0]), np.array([3.0, -0.5]), np.eye(2), np.zeros(2)
    found = parameter_gradients(PlainLayer(w, b, np.tanh, np.cos), a, delta)
    assert [of if of is None else of.tolist() for of in found] == [[[3.0, -0.5], [6.0, -1.0]], [3.0, -0.5], None]


def test_a_network_of_several_types_names_each_and_its_output_has_the_widest():
    narrow, wide = Layer(np.ones((1, 1), np.float32), None, "identity"), Layer([[1.0]], None, "identity")
    for layers, types in (((narrow, wide), "float32 float64"), ((wide, narrow, wide), "float64 float32")):
        network = Network(layers)
        assert network.summary.endswith(f", {types}")
        for kind in (np.float32, np.float64):
            x = np.ones((2, 1), kind)
            placeholder = output_placeholder(network, x)
            assert placeholder.dtype == forward(network, x).output.dtype == np.float64
            assert placeholder.shape == (2, 1)
    biased = Network([Layer(np.ones((1, 1), np.float32), np.ones(1), "identity")])
    assert output_placeholder(biased, np.ones(1, np.float32)).dtype == np.float64


def test_a_cost_that_goes_with_an_activation_is_one_of_its_linear_part_and_any_other_one_of_the_output():
    trace = forward(Network([Layer([[2.0]]), Layer([[3.0]]), Layer([[4.0]])]), [1.0])
    assert cost_input(COSTS["half_squared_error"], trace) is trace.activated[3]
    assert cost_input(COSTS["binary_cross_entropy"], trace) is trace.linear[2]


@pytest.mark.parametrize("last", [True, False])
def test_the_error_of_the_output_goes_past_a_last_layer_with_a_residual_connection_alone(last):
    layers = [Layer(np.eye(2), None, "identity", residual=residual) for residual in (not last, last)]
    network = Network(layers, "half_squared_error")
    trace, y = forward(network, [1.0, -2.0]), np.array([0.5, 0.5])
    found = output_shortcut(network, trace, y)
    assert (None if found is None else found.tolist()) == ((trace.output - y).tolist() if last else None)
