"""Memory: what is predicted is measured."""

from itertools import pairwise

import numpy as np
import pytest
from large_networks import LARGE, MIB, each, in_segments, plain, problem

from literate_bp import (
    OPTIMIZERS,
    Layer,
    Network,
    backward,
    checkpoint_plan,
    forward,
    initialize,
    memory_plan,
    train,
)
from literate_bp.activation import ACTIVATIONS, elementwise_activations
from literate_bp.checkpointing import recompute_steps
from literate_bp.cost import COSTS
from literate_bp.memory import (
    BUFFER_SIZE,
    LAYER_BYTES,
    PASS_BYTES,
    MemoryPlan,
    Step,
    equal_runs,
    format_bytes,
    forward_steps,
    layer_memory,
    network_memory,
    object_overhead,
    output_error_peak,
    plain_steps,
    temporary_bytes,
)
from literate_bp.profiling import measured_peak
from literate_bp.validation import declared


@each
def test_the_plan_of_backward_is_within_5_percent_of_what_is_measured_and_never_below(name):
    network, batch, _ = LARGE[name]
    measured = measured_peak(plain(network, *problem(network, batch)))
    assert measured > 10 * MIB
    assert 1 <= memory_plan(network, batch).peak / measured < 1.05


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_plan_counts_what_an_optimizer_keeps_during_the_whole_step(name, dtype):
    plain_layer = initialize((300, 200), "tanh", dtype=dtype).layers[0]
    scaled = Layer(np.ones((200, 10), dtype), None, "sigmoid", gains=np.ones(10, dtype))
    network, names = Network([plain_layer, scaled]), OPTIMIZERS[name].names
    x, y = (np.full((20, n), 0.5, dtype) for n in (300, 10))
    planned, bare = memory_plan(network, 20, kept=len(names)), memory_plan(network, 20)
    found = train(network, x, y, epochs=1, optimizer=name)[1].kept.averages
    assert planned.kept == sum(of.nbytes for of in found.values()) == len(names) * bare.gradients
    assert [of.alive - planned.kept for of in planned.steps] == [of.alive for of in bare.steps]

    def step(names):
        kept = [np.zeros_like(array) for _ in names for layer in network.layers for array in layer.parameters.values()]
        return kept, backward(network, forward(network, x), y)

    with_it, without = (measured_peak(lambda of=of: step(of), calls=3) for of in (names, ()))
    assert with_it - without == pytest.approx(planned.kept, abs=2048)


def test_a_plan_says_what_an_optimizer_keeps_and_refuses_what_none_keeps():
    network = initialize((784, 300, 10))
    assert "1.82 MiB kept by the optimizer, peak" in memory_plan(network, 3, kept=1).summary
    assert "optimizer" not in memory_plan(network, 3).summary
    for wrong in (-1, 10, 0.5):
        with pytest.raises(ValueError, match=rf"^kept is {wrong}; a whole number of at least 0 and at most 9 was"):
            memory_plan(network, 3, kept=wrong)


@pytest.mark.parametrize("sizes", [(2, 1), (2, 2, 1), (10, 30, 10), (3,) * 9])
@pytest.mark.parametrize("batch", [1, 30])
@pytest.mark.parametrize("segments", [None, 1])
def test_the_plan_of_a_tiny_network_adds_at_most_20_kib_to_the_arrays_and_is_never_below_what_is_measured(
    sizes, batch, segments
):
    network = initialize(sizes, "tanh")
    x, y = problem(network, batch)
    run, planned = plain(network, x, y), memory_plan(network, batch)
    if segments:
        run, planned = in_segments(network, x, y, segments), checkpoint_plan(network, batch, segments)
    run()  # the first run keeps more: what Python remembers of the code
    measured = min(measured_peak(run) for _ in range(3))
    assert measured <= planned.peak < measured + 20 * 1024


def test_what_forward_leaves_is_what_the_plan_says():
    network, batch, _ = LARGE["uneven"]
    trace = forward(network, problem(network, batch)[0])
    arrays = [*trace.linear, *trace.activated[1:]]
    assert memory_plan(network, batch).trace == sum(a.nbytes for a in arrays)
    identity, x = LARGE["identity"][0], problem(*LARGE["identity"][:2])[0]
    trace = forward(identity, x)
    assert all(z is a for z, a in zip(trace.linear, trace.activated[1:], strict=True))
    assert memory_plan(identity, LARGE["identity"][1]).trace == sum(z.nbytes for z in trace.linear)


def test_the_gradients_of_a_plan_are_those_of_backward():
    network, batch, _ = LARGE["both"]
    found = plain(network, *problem(network, batch))()
    arrays = [of for kind in (found.weights, found.biases, found.gains) for of in kind if of is not None]
    assert memory_plan(network, batch).gradients == sum(of.nbytes for of in arrays)
    assert type(memory_plan(network, batch).dtype) is str


@pytest.mark.parametrize(("residual", "activated"), [(False, 0), (True, 48)])
def test_an_identity_keeps_its_linear_part_once_but_past_a_residual_connection(residual, activated):
    layer = layer_memory(Layer(np.eye(3), None, "identity", residual=residual), 2)
    assert (layer.linear, layer.activated) == (48, activated)


@pytest.mark.parametrize("name", elementwise_activations())
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", [(1000, 300), (200, 60)])
def test_what_rules_work_with_is_counted(name, shape, dtype):
    z = np.random.default_rng(0).normal(size=shape).astype(dtype)
    slack = 0.02 * z.nbytes + 3000  # the heads of the arrays, and of the frames that run the rule
    row = ACTIVATIONS[name]
    rules = (row.function, row.derivative)
    # other threads allocate, too
    found = [min(measured_peak(lambda rule=rule: rule(z)) for _ in range(3)) for rule in rules]
    measured = ", ".join(f"Working({n // z.nbytes}, masks={n % z.nbytes // z.size})" for n in found)
    message = f"write `working=({measured})` in the entry of {name!r} in ACTIVATIONS, src/literate_bp/activation.py"
    assert row.working, message
    for peak, (arrays, masks) in zip(found, row.working, strict=True):
        assert 0 <= peak - arrays * z.nbytes - masks * z.size < slack, message


def test_every_activation_and_cost_has_working_arrays():
    for name in ACTIVATIONS:
        assert declared("activation", name, "working", ACTIVATIONS)
    for name in COSTS:
        assert declared("cost", name, "working", COSTS)


def test_a_pass_adds_what_each_layer_keeps_to_the_peak_of_the_next():
    layers, output = network_memory(initialize((3, 4, 2, 5), "gelu", "he_normal", seed=0), 10)
    kept = [0, *np.cumsum([layer.linear + layer.activated for layer in layers])]
    peaks = [layer.output_peak for layer in layers]
    forward_peaks = [kept + peak for kept, peak in zip(kept, peaks, strict=False)]
    assert [step.alive for step in forward_steps(layers, 1, 7, keep=True)] == [7 + alive for alive in forward_peaks]
    assert [step.alive for step in plain_steps(layers, output)][: len(layers)] == forward_peaks
    again = [*forward_peaks[:-1], kept[-2] + layers[-1].linear_peak]
    assert [step.alive for step in recompute_steps(layers, 1, 7)] == [7 + alive for alive in again]
    passed = [peaks[0], layers[0].linear + peaks[1], layers[1].linear + peaks[2]]
    assert [step.alive for step in forward_steps(layers, 1, 0, keep=False)] == passed


def test_each_line_of_a_plan_has_the_arrays_of_its_own_layers():
    sizes = (4, 8, 8, 8, 2, 6)
    table = memory_plan(initialize(sizes), 100).table
    assert table.head == ("layer", "linear", "activated", "errors", "gradients")
    layers = ((4, 8), (8, 8), (8, 2), (2, 6))
    values = [(800 * n_out,) * 3 + (8 * (n_in + 1) * n_out,) for n_in, n_out in layers]
    names = ("1", "2-3", "4", "5")
    assert table.rows == tuple((name, *map(format_bytes, row)) for name, row in zip(names, values, strict=True))


def test_the_steps_of_a_plan_are_those_of_the_pass_in_their_order():
    network = initialize((4, 3, 3, 2))
    back = [("input gradient", 3), ("error", 2), ("input gradient", 2), ("error", 1)]
    found = [(step.operation, step.layer) for step in memory_plan(network, 5).steps]
    through = [("forward", 1), ("forward", 2), ("forward", 3), ("output", 3)]
    assert found == [*through, *back, ("gradient", 1), ("gradient", 2), ("gradient", 3)]
    found = [(step.operation, step.layer) for step in checkpoint_plan(network, 5, (2, 1)).steps]
    last = [("gradient", 3), ("input gradient", 3)]
    again = [("recompute", 1), ("recompute", 2)]
    first = [("error", 2), ("gradient", 2), ("input gradient", 2), ("error", 1), ("gradient", 1)]
    assert found == [*through, *last, *again, *first]


def test_a_plan_says_what_it_counts_and_puts_like_layers_in_one_line():
    text = str(memory_plan(initialize((128,) * 65), 1024))
    assert text.startswith("64 layers, batch of 1024, float64, everything kept, peak 201")
    assert text.splitlines()[-1].split() == ["1-64", *["1.00", "MiB"] * 3, "129.00", "KiB"]
    # the first segment is multiplied again: 24 beside three times 24 + 16, without the 24 of ∂C/∂x
    summary = checkpoint_plan(initialize((3, 2, 2)), 4, 2).summary
    assert summary.startswith(
        "2 layers, batch of 4, float64, in 2 segments of (1, 1) layers for 25% more multiplications,"
    )
    steps = (Step("forward", 1, 10), Step("gradient", 2, 2048), Step("error", 1, 2047))
    assert MemoryPlan(4, "float64", (), steps, ()).summary.endswith(", peak 2.00 KiB: gradients of layer 2")
    assert [*equal_runs("aabccc")] == [(1, 2), (3, 3), (4, 6)]
    assert [format_bytes(n) for n in (5, 2048, 3 * MIB, 2**31)] == ["5 B", "2.00 KiB", "3.00 MiB", "2.00 GiB"]


@pytest.mark.parametrize("size", [2**18 - 8, 2**18])
def test_from_256_kib_on_numpy_writes_into_a_temporary_operand(size):
    a = np.ones(size // 8)
    beside = temporary_bytes(size)
    assert beside in (0, size)
    measured = min(measured_peak(lambda: a + a + a) for _ in range(3))
    assert 0 <= measured - (size + beside) < 3000  # the heads of the arrays, and a frame


# A layer of 3 to 3 nodes and a batch of 2: an array of it has 48 bytes, a mask of True and False 6, a matrix 72, and
# what there is one of a node 24. Each row: the layer, and the peaks of Z, of Z and A, of ∂C/∂A, of Δ, of the gradients.
BY_HAND = {
    "tanh with biases": (
        Layer(np.eye(3), np.ones(3), "tanh"),
        (48 + 48, 48 + 48, 48, 4 * 48, 72 + 24),
    ),
    "gelu without biases": (
        Layer(np.eye(3), None, "gelu"),
        (48, 48 + 7 * 48 + 6, 48, 7 * 48 + 6, 72),
    ),
    "an identity without biases": (
        Layer(np.eye(3), None, "identity"),
        (48, 48, 48, 48 + 48, 72),
    ),
    "a residual identity without biases": (
        Layer(np.eye(3), None, "identity", residual=True),
        (48, 48 + 48, 48 + 48, 48 + 48, 72),
    ),
    "a residual connection": (
        Layer(np.eye(3), np.ones(3), "relu", residual=True),
        (48 + 48, 48 + 48 + 48, 48 + 48, 48 + 48, 72 + 24),
    ),
    "gains": (
        Layer(np.eye(3), None, "relu", gains=np.ones(3)),
        (72 + 72, 72 + 72, 72 + 72, 48 + 48, 3 * 72 + 72 + 24 + 24),
    ),
    "gains and biases": (
        Layer(np.eye(3), np.ones(3), "relu", gains=np.ones(3)),
        (72 + 48 + 48, 72 + 48 + 48, 72 + 72, 48 + 48, 3 * 72 + 72 + 2 * 24 + 24),
    ),
}


# Of a network of that one layer: a mask is no part of it, an array has 48 bytes, a square of 3 rows and columns 72, and
# two sums over the outputs of each example 32.
OUTPUT_ERRORS = {
    ("tanh", "half_squared_error", False): 48 + 4 * 48,
    ("identity", "squared_error", False): 3 * 48,
    ("identity", "half_squared_error", True): 48 + 3 * 48,
    ("sigmoid", "binary_cross_entropy", False): 32 + 5 * 48,
    ("softmax", "cross_entropy", False): 32 + 4 * 48 + 72,
}


@pytest.mark.parametrize(("activation", "cost", "residual"), OUTPUT_ERRORS)
def test_the_peak_of_the_output_error_is_what_counting_its_arrays_gives(activation, cost, residual):
    network = Network([Layer(np.eye(3), np.ones(3), activation, residual=residual)], cost)
    assert output_error_peak(network, 2) == OUTPUT_ERRORS[activation, cost, residual]


@pytest.mark.parametrize("name", BY_HAND)
def test_the_peaks_of_a_layer_are_what_counting_its_arrays_gives(name):
    layer, peaks = BY_HAND[name]
    found = layer_memory(layer, 2)
    assert (
        found.linear_peak,
        found.output_peak,
        found.input_gradient_peak,
        found.error_peak,
        found.parameter_gradients_peak,
    ) == peaks


def test_what_python_takes_besides_grows_with_the_layers_and_with_the_largest_of_them_up_to_a_buffer():
    shallow, deep, wide = (initialize(sizes, "tanh") for sizes in ((1, 1), (1,) * 11, (1, 5000)))
    assert object_overhead(deep, 1) - object_overhead(shallow, 1) == 9 * LAYER_BYTES
    assert object_overhead(wide, 1) - object_overhead(shallow, 1) == 8 * 4999
    assert object_overhead(wide, 10) - object_overhead(shallow, 1) == 8 * (BUFFER_SIZE - 1)
    narrowing = initialize((1, 5000, 1, 1), "tanh")
    assert object_overhead(narrowing, 1) - object_overhead(wide, 1) == 2 * LAYER_BYTES
    assert object_overhead(shallow, 1) == PASS_BYTES + LAYER_BYTES + 8


@pytest.mark.parametrize("residual", [False, True])
def test_the_steps_back_through_two_layers_are_what_counting_their_arrays_gives(residual):
    layers = [Layer(np.eye(3), np.ones(3), "tanh", residual=of) for of in (False, residual)]
    *through, output, back, error, first, second = plain_steps(*network_memory(Network(layers), 2))
    assert len(through) == 2
    arrays = 4  # Z and A of both layers are kept, and with the output its error
    assert output.alive - OUTPUT_ERRORS["tanh", "half_squared_error", False] == (arrays + residual) * 48
    gradient_of_output = 48 * residual
    assert back.alive == (arrays + 1) * 48 + gradient_of_output + (1 + residual) * 48
    assert error.alive == (arrays + 1) * 48 + 48 + 4 * 48
    assert first.alive == (arrays + 2) * 48 + 48 + 96
    assert second.alive == first.alive + 96


def test_past_a_last_layer_the_gradient_of_its_own_output_goes_back():
    shapes = (3, 3, 2, 3, 3)
    layers = [Layer(np.ones(shape), None, "tanh", residual=shape[0] == shape[1]) for shape in pairwise(shapes)]
    steps = [*plain_steps(*network_memory(Network(layers), 2))]
    kept = 2 * (48 + 32 + 48 + 48) + 48  # Z and A of each layer, and the error of the output
    assert steps[5].alive == kept + 48 + 2 * 48
