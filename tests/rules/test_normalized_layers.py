"""Layers with normalization: their passes against other derivatives, what trains and keeps them, and what refuses."""

import copy
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from literate_bp import (
    Adam,
    Layer,
    Network,
    Variable,
    accuracy,
    backward,
    backward_in_segments,
    backward_in_shards,
    best_segments,
    check_gradient,
    checkpoint_plan,
    cost,
    descend,
    explain,
    forward,
    gradient_flow,
    initialize,
    initialize_from_data,
    load,
    memory_plan,
    rate_range_test,
    save,
    train,
    train_mixed,
)
from literate_bp import compile as compiled
from literate_bp.diagram import network_forward
from literate_bp.dropout import masked_backward, masked_forward, masks_of
from literate_bp.inference import folded
from literate_bp.network import cast, in_a_row, mean_cost, with_row
from literate_bp.normalization import NORMALIZATIONS, Normalization
from literate_bp.pipeline import backward_in_pipeline
from literate_bp.precision import mixed_forward
from literate_bp.training import train as train_clearly
from literate_bp.vanishing import jacobian
from literate_bp.worked.problem import Problem, to_toml

each_kind = pytest.mark.parametrize("kind", NORMALIZATIONS)
NETWORKS, PART = 1200, 100
COSTS = {"half_squared_error": "tanh", "binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}


def drawn(seed, dtype=np.float64, kind=None, batch=None):
    """Draw a network of one to three hidden layers of every kind, with inputs and targets."""
    rng = np.random.default_rng(seed)
    goes_with = str(rng.choice([*COSTS]))
    sizes = rng.integers(2, 5, rng.integers(3, 6))
    layers = []
    for n_in, n_out in pairwise(sizes[:-1]):
        name = kind or [None, *NORMALIZATIONS][rng.integers(4)]
        biases = rng.normal(size=n_out) if name != "batch" and rng.integers(2) else None
        of_nodes = {"scales": rng.normal(size=n_out), "shifts": rng.normal(size=n_out)} if name else {}
        layer = Layer(
            rng.normal(size=(n_in, n_out)),
            biases,
            str(rng.choice(["tanh", "sigmoid", "gelu", "identity"])),
            residual=bool(n_in == n_out and rng.integers(2)),
            gains=rng.normal(size=n_out) if rng.integers(2) else None,
            normalization=name,
            **of_nodes,
        )
        layers.append(layer)
    last = Layer(rng.normal(size=sizes[-2:]), rng.normal(size=sizes[-1]), COSTS[goes_with])
    network = cast(Network([*layers, last], goes_with), dtype)
    batch = batch or rng.integers(2, 6)
    y = rng.dirichlet(np.ones(sizes[-1]), batch) if goes_with == "cross_entropy" else rng.random((batch, sizes[-1]))
    return network, rng.normal(size=(batch, sizes[0])).astype(dtype), y.astype(dtype)


def by_complex_step(network, x, y, run=forward):
    """Differentiate the cost by every parameter: the imaginary part after a push along the imaginary axis."""
    row, found = in_a_row(network).astype(complex), []
    for place in range(len(row)):
        pushed = row.copy()
        pushed[place] += 1e-30j
        there = with_row(network, pushed)
        found.append(mean_cost(there, run(there, x), y).imag / 1e-30)
    return np.array(found)


def parted(found, expected):
    """Give how far rows are apart, in units of their largest entry."""
    return np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-30)


@pytest.mark.parametrize("first", range(0, NETWORKS, PART))
def test_backward_gives_the_derivatives_of_random_networks_of_all_kinds(first):
    for seed in range(first, first + PART):
        network, x, y = drawn(seed)
        assert parted(backward(network, forward(network, x), y).row, by_complex_step(network, x, y)) < 1e-9, seed


@pytest.mark.parametrize("first", range(0, NETWORKS, 4 * PART))
def test_in_float32_everything_stays_and_differs_by_rounding_alone(first):
    for seed in range(first, first + 4 * PART):
        network, x, y = drawn(seed, np.float32)
        trace = forward(network, x)
        gradients = backward(network, trace, y)
        arrays = [*trace.linear, *trace.activated, *gradients.errors, *gradients.arrays.values()]
        assert {of.dtype for of in arrays} == {np.dtype(np.float32)}
        wide = cast(network, np.float64), x.astype(float), y.astype(float)
        exact = backward(wide[0], forward(*wide[:2]), wide[2])
        # a batch of two whose linear parts are nearly equal is stretched by up to 1/√ε
        assert parted(gradients.row, exact.row) < 2e-2, seed


@each_kind
def test_the_check_of_the_package_agrees(kind):
    for seed in range(30):
        network, x, y = drawn(seed, kind=kind)
        assert check_gradient(network, x, y).worst < 2e-14, seed


@each_kind
def test_the_check_of_the_package_finds_a_wrong_gradient(kind, monkeypatch):
    network, x, y = drawn(5, kind=kind)

    def without_the_size(_, dc_da, kept, scales):
        return dc_da * scales / kept.size

    monkeypatch.setattr(Normalization, "input_gradient", without_the_size)
    assert check_gradient(network, x, y).worst > 1e-3


@each_kind
def test_loops_over_numbers_give_the_same_outputs(kind):
    network, x, _ = drawn(7, kind=kind)
    a = x
    for layer in network.layers:
        z = a @ layer.matrix + (0 if layer.biases is None else layer.biases)
        h = z.copy()
        if layer.normalization:
            groups = z.T if kind == "batch" else z
            for number, group in enumerate(groups):
                less = group - (0 if kind == "rms" else sum(group) / len(group))
                n = less / np.sqrt(sum(less**2) / len(group) + 1e-5)
                (h.T if kind == "batch" else h)[number] = n
            h = layer.scales * h + layer.shifts
        made = layer.function(h)
        a = a + made if layer.residual else made
    np.testing.assert_allclose(forward(network, x).output, a, rtol=1e-12)


@each_kind
def test_the_tape_goes_back_through_numpys_own_means_and_roots(kind):
    rng = np.random.default_rng(3)
    w = Variable(rng.normal(size=(3, 4)))
    scales, shifts, v = Variable(rng.normal(size=4)), Variable(rng.normal(size=4)), rng.normal(size=(4, 2))
    x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    h = NORMALIZATIONS[kind].forward(x @ w, scales, shifts).output
    (((np.tanh(h) @ v - y) ** 2).sum() / 5).backward()
    layer = Layer(w.value, None, "tanh", normalization=kind, scales=scales.value, shifts=shifts.value)
    network = Network([layer, Layer(v, None, "identity")], "squared_error")
    found = backward(network, forward(network, x), y)
    for of, variable in ((found.weights, w), (found.scales, scales), (found.shifts, shifts)):
        np.testing.assert_allclose(of[0], variable.gradient, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("kind", ["layer", "rms"])
def test_one_example_has_the_gradient_of_a_batch_of_one(kind):
    network, x, y = drawn(11, kind=kind)
    one, batch = (backward(network, forward(network, some), of) for some, of in ((x[0], y[0]), (x[:1], y[:1])))
    np.testing.assert_allclose(one.row, batch.row, rtol=1e-13)
    np.testing.assert_allclose(one.inputs, batch.inputs[0], rtol=1e-13)


@each_kind
def test_the_gradient_of_the_inputs_is_right_too(kind):
    for seed in range(20):
        network, x, y = drawn(seed, kind=kind)
        found = backward(network, forward(network, x), y).inputs
        for place in np.ndindex(x.shape):
            pushed = x.astype(complex)
            pushed[place] += 1e-30j
            expected = mean_cost(network, forward(network, pushed), y).imag / 1e-30
            assert abs(found[place] - expected) <= 1e-10 * np.abs(found).max()


@each_kind
def test_dropout_meets_normalization_and_the_gradient_stays_right(kind):
    for seed in range(20):
        network, x, y = drawn(seed, kind=kind)
        masks = masks_of(network, len(x), 0.3, np.random.default_rng(seed))
        found = masked_backward(network, masked_forward(network, x, masks), y, masks)
        expected = by_complex_step(network, x, y, lambda n, x, masks=masks: masked_forward(n, x, masks))
        assert parted(found.row, expected) < 1e-9


def test_scales_and_shifts_are_one_and_zero_at_first_and_of_the_type_of_the_weights():
    layer = Layer(np.ones((2, 3), np.float32), None, "tanh", normalization="batch")
    np.testing.assert_array_equal([layer.scales, layer.shifts], [[1, 1, 1], [0, 0, 0]])
    assert {of.dtype for of in layer.parameters.values()} == {np.dtype(np.float32)}
    assert [*layer.parameters] == ["weights", "scales", "shifts"]
    assert layer.summary == "2 to 3, tanh, no biases, batch normalization, float32"
    assert not layer.scales.flags.writeable


def test_a_layer_without_normalization_has_no_scales_and_its_gradients_say_so():
    network = initialize((2, 3, 1))
    found = backward(network, forward(network, [0.1, 0.2]), [1.0])
    assert found.scales == found.shifts == (None, None)
    assert network.layers[0].scales is network.layers[0].shifts is network.layers[0].normalization is None


def test_a_row_of_parameters_goes_there_and_back():
    for seed in range(20):
        network, x, y = drawn(seed)
        row = in_a_row(network)
        again = with_row(network, row)
        assert row.size == sum(np.prod(shape, dtype=int) for shape in network.shapes)
        assert all(
            np.array_equal(one.parameters[name], of)
            for one, other in zip(again.layers, network.layers, strict=True)
            for name, of in other.parameters.items()
        )
        assert backward(network, forward(network, x), y).row.size == row.size


def pickled(of):
    return pickle.loads(pickle.dumps(of))  # noqa: S301  our own pickle


@pytest.mark.parametrize("way", [copy.deepcopy, pickled, copy.copy])
def test_a_copy_of_any_kind_is_the_same_layer(way):
    for seed in range(10):
        network = drawn(seed)[0]
        for one, other in zip(way(network).layers, network.layers, strict=True):
            assert one.summary == other.summary
            assert [*map(np.ndarray.tobytes, one.parameters.values())] == [
                *map(np.ndarray.tobytes, other.parameters.values())
            ]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_is_read_as_it_was_written_bit_for_bit(tmp_path, dtype):
    for seed in range(20):
        network, x, _ = drawn(seed, dtype)
        save(tmp_path / "run.npz", network)
        again = load(tmp_path / "run.npz")[0]
        assert again.normalizations == network.normalizations
        assert in_a_row(again).tobytes() == in_a_row(network).tobytes()
        assert forward(again, x).output.tobytes() == forward(network, x).output.tobytes()


@pytest.mark.parametrize("name", ["scales", "shifts"])
def test_a_file_that_has_lost_what_normalization_has_learned_is_refused(tmp_path, name):
    save(tmp_path / "run.npz", initialize((2, 3, 1), normalization="rms"))
    with np.load(tmp_path / "run.npz") as found:
        arrays = {key: array for key, array in found.items() if key != f"{name} of layer 1"}
    np.savez(tmp_path / "run.npz", **arrays)
    with pytest.raises(ValueError, match=rf"run.npz', which is cut short, or was not .*'{name} of layer 1'"):
        load(tmp_path / "run.npz")


@each_kind
@pytest.mark.parametrize("options", [{}, {"optimizer": "adam"}, {"optimizer": Adam(), "dropout": 0.2}, {"clip": 1.0}])
def test_training_lowers_the_cost_and_changes_scales_and_shifts(kind, options):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 2))
    y = (x[:, :1] * x[:, 1:] > 0).astype(float)
    start = initialize((2, 8, 8, 1), "tanh", normalization=kind, seed=1)
    after, history = train(start, x, y, epochs=20, batch=10, **options)
    assert history.cost[-1] < 0.8 * cost(start, forward(start, x), y)
    for old, new in zip(start.layers[:-1], after.layers[:-1], strict=True):
        assert not np.allclose(old.scales, new.scales)
        assert not np.allclose(old.shifts, new.shifts)
        assert new.normalization == kind


@each_kind
def test_training_is_the_clear_one(kind):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 3)), rng.random((20, 2))
    start = initialize((3, 4, 2), normalization=kind)
    (one, _), (other, _) = (way(start, x, y, 0.5, 3, 5) for way in (train, train_clearly))
    np.testing.assert_allclose(in_a_row(one), in_a_row(other), rtol=1e-12, atol=1e-14)


@each_kind
def test_a_run_goes_on_as_if_it_had_not_stopped(kind, tmp_path):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 3)), rng.random((20, 2))
    start = initialize((3, 4, 2), normalization=kind)
    whole, _ = train(start, x, y, optimizer="adam", epochs=4)
    half, history = train(start, x, y, optimizer="adam", epochs=2)
    save(tmp_path / "half.npz", half, history)
    half, history = load(tmp_path / "half.npz")
    after, _ = train(half, x, y, optimizer="adam", epochs=2, history=history)
    assert in_a_row(after).tobytes() == in_a_row(whole).tobytes()


@each_kind
def test_descend_steps_along_all_gradients_and_refuses_those_of_another_network(kind):
    network, x, y = drawn(3, kind=kind)
    gradients = backward(network, forward(network, x), y)
    after = descend(network, gradients, 0.1)
    np.testing.assert_allclose(in_a_row(after), in_a_row(network) - 0.1 * gradients.row, rtol=1e-12)
    with pytest.raises(ValueError, match=r"^gradients have shapes"):
        descend(network, replace(gradients, scales=(), shifts=()), 0.1)


@each_kind
def test_initialize_puts_it_in_hidden_layers(kind):
    network = initialize((3, 4, 4, 2), "tanh", normalization=kind, residual=True, gain=2.0, dtype=np.float32)
    assert network.normalizations == [kind, kind, None]
    assert [layer.biases is None for layer in network.layers] == [kind == "batch", kind == "batch", False]
    plain = initialize((3, 4, 4, 2), "tanh", residual=True, gain=2.0, dtype=np.float32)
    for one, other in zip(network.layers, plain.layers, strict=True):
        np.testing.assert_array_equal(one.weights, other.weights)
        assert one.residual == other.residual


@each_kind
def test_a_scheme_needs_no_warning_where_the_size_of_weights_cancels(kind, recwarn):
    initialize((3, 9, 9, 2), "relu", normalization=kind)
    assert not recwarn.list


@each_kind
def test_data_rescale_the_weights_as_in_other_networks(kind):
    x = np.random.default_rng(0).normal(size=(100, 5))
    network = initialize_from_data(initialize((5, 8, 3), normalization=kind), x)
    linear = [a @ layer.matrix for layer, a in zip(network.layers, forward(network, x).activated[:-1], strict=True)]
    np.testing.assert_allclose([z.std() for z in linear], 1, rtol=1e-12)


# --- inference ----------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_folded_network_gives_each_example_alone_what_it_had_among_the_others(dtype):
    for seed in range(100):
        network, x, _ = drawn(seed, dtype, kind=None if seed % 2 else "batch")
        plain = folded(network, x)
        assert "batch" not in plain.normalizations
        assert {of.dtype for layer in plain.layers for of in layer.parameters.values()} == {np.dtype(dtype)}
        together = forward(network, x).output
        alone = np.array([forward(plain, one).output for one in x])
        allowed = 1e-12 if dtype is np.float64 else 1e-3
        assert np.abs(alone - together).max() < allowed * max(1, np.abs(together).max()), seed


def test_folding_leaves_other_layers_as_they_are_and_the_network_too():
    network, x, _ = drawn(4, kind="layer")
    assert all(one is other for one, other in zip(folded(network, x).layers, network.layers, strict=True))
    network, x, _ = drawn(4, kind="batch")
    before = in_a_row(network).tobytes()
    folded(network, x)
    assert in_a_row(network).tobytes() == before


def test_a_folded_network_does_what_plain_ones_do():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 3)), rng.random((20, 2))
    network, _ = train(initialize((3, 4, 2), normalization="batch"), x, y, epochs=2)
    plain = folded(network, x)
    assert compiled(plain, 20).gradients(x, y).weights[0].shape == (3, 4)
    assert gradient_flow(plain, x[0], y[0]).errors
    assert explain(plain, x[0], y[0]).steps
    assert accuracy(plain, x, y > 0.5) == accuracy(network, x, y > 0.5)


# --- several machines, and less memory ------------------------------------------


@each_kind
@pytest.mark.parametrize("segments", [1, 2, 3])
def test_segments_give_the_same_bits(kind, segments):
    rng = np.random.default_rng(0)
    network = initialize((3, 4, 4, 2), "tanh", normalization=kind, residual=True, gain=1.5)
    x, y = rng.normal(size=(6, 3)), rng.random((6, 2))
    found = backward_in_segments(network, x, y, segments)
    assert found.row.tobytes() == backward(network, forward(network, x), y).row.tobytes()


@pytest.mark.parametrize("kind", ["layer", "rms"])
def test_shards_and_stages_add_up_where_no_examples_are_compared(kind):
    for seed in range(10):
        network, x, y = drawn(seed, kind=kind, batch=5)
        expected = backward(network, forward(network, x), y).row
        with ThreadPoolExecutor(2) as pool:
            assert parted(backward_in_shards(network, x, y, pool, shards=2).row, expected) < 1e-12
        assert parted(backward_in_pipeline(network, x, y, 2, 3).row, expected) < 1e-12


# --- what is refused ------------------------------------------------------------

ONES, X, Y = np.ones((2, 2)), np.array([[0.5, -1.0], [2.0, 0.25], [0.0, 1.0]]), np.array([[0.0], [1.0], [1.0]])
OF = {kind: initialize((2, 3, 1), normalization=kind) for kind in NORMALIZATIONS}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Layer(ONES, normalization="instance"),
            "normalization 'instance' is unknown; known names: batch, layer, rms",
        ),
        (lambda: Layer(ONES, normalization=True), "normalization True is unknown; known names: batch, layer, rms"),
        (lambda: initialize((2, 3, 1), normalization=1), "normalization 1 is unknown; known names: batch, layer, rms"),
        (lambda: Layer(ONES, scales=[1, 1]), "scales came without a normalization, of which they are a part"),
        (lambda: Layer(ONES, shifts=[1, 1]), "shifts came without a normalization, of which they are a part"),
        (lambda: Layer(ONES, normalization="rms", scales=[1.0]), "scales have shape (1,); the weights lead to 2 nodes"),
        (lambda: Layer(ONES, normalization="rms", shifts=["a", "b"]), "shifts of type <U1 came; numbers were expected"),
        (lambda: Layer(ONES, [0, 0], normalization="batch"), "biases came with batch normalization, which subtracts"),
        (lambda: Layer([[1.0]], normalization="layer"), "normalization goes along the nodes of the layer, which has"),
        (lambda: initialize((2, 1, 1), normalization="rms"), "normalization goes along the nodes of the layer, which"),
        (lambda: Network([Layer(ONES, normalization="rms")]), "the last layer has rms normalization, which takes the"),
        (lambda: forward(OF["batch"], X[0]), "x is one example; the network has batch normalization, which compares"),
        (lambda: forward(OF["batch"], X[:1]), "x is one example; the network has batch normalization, which compares"),
        (lambda: folded(OF["batch"], X[0]), "x is one example; the network has batch normalization, which compares"),
        (lambda: accuracy(OF["batch"], X[:1], Y[:1]), "x is one example; the network has batch normalization, which"),
        (lambda: train(OF["batch"], X, Y, batch=2), "x is one example; the network has batch normalization, which"),
        (lambda: train(OF["batch"], X, Y, batch=1), "batch is 1; the network has batch normalization, which compares"),
        (lambda: compiled(OF["batch"]), "batch is 1; the network has batch normalization, which compares examples, so"),
        (lambda: compiled(OF["batch"], 3).gradients(X[0], Y[0]), "x is one example; the network has batch normalizat"),
        (lambda: compiled(OF["batch"], 3).step(X[:1], Y[:1]), "x is one example; the network has batch normalizatio"),
        (lambda: rate_range_test(OF["batch"], X, Y, batch=1), "x is one example; the network has batch normalization"),
        (
            lambda: train(OF["batch"], X, Y, batch=3, accumulate=2),
            "layer 1 has batch normalization, which compares all examples of a batch, and accumulate splits it",
        ),
        (
            lambda: backward_in_shards(OF["batch"], X, Y, ThreadPoolExecutor(1), shards=1),
            "layer 1 has batch normalization, which compares all examples of a batch, and a shard splits it",
        ),
        (
            lambda: train(OF["batch"], X, Y, batch=3, executor=ThreadPoolExecutor(1)),
            "layer 1 has batch normalization, which compares all examples of a batch, and a shard splits it",
        ),
        (
            lambda: backward_in_pipeline(OF["batch"], X, Y, 2, 1),
            "layer 1 has batch normalization, which compares all examples of a batch, and a pipeline splits it",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(make, message):
    with pytest.raises(ValueError, match="^" + re.escape(message)):
        make()


NOT_KNOWN = {
    "mixed precision": lambda kind: mixed_forward(OF[kind], X),
    "mixed precision ": lambda kind: train_mixed(OF[kind], X, Y),
    "the bound": lambda kind: gradient_flow(OF[kind], X, Y),
    "a Jacobian": lambda kind: jacobian(OF[kind].layers[0], np.ones(3)),
}


@each_kind
@pytest.mark.parametrize("what", NOT_KNOWN)
def test_what_knows_nothing_of_normalization_says_so_and_what_to_do(what, kind):
    instead = "take literate_bp.inference.folded" if kind == "batch" else "leave it out"
    message = f"^layer 1 has {kind} normalization, which {what.strip()} does not know; a network without .*: {instead}"
    with pytest.raises(ValueError, match=message):
        NOT_KNOWN[what](kind)


@pytest.mark.parametrize("plan", [memory_plan, lambda *given: checkpoint_plan(*given, 2), best_segments])
def test_no_plan_is_made_for_a_batch_that_batch_normalization_cannot_compare(plan):
    network = initialize((3, 4, 4, 2), normalization="batch")
    with pytest.raises(ValueError, match=r"^batch is 1; the network has batch normalization, which compares examples"):
        plan(network, 1)
    assert plan(network, 2).peak > 0
    assert plan(initialize((3, 4, 4, 2), normalization="rms"), 1).peak > 0


def test_weights_with_gains_are_not_written_out_as_if_there_were_no_normalization():
    """The way out for gains makes layers of matrices, which would lose it."""
    network = initialize((2, 3, 1), normalization="layer", gain=1.0)
    with pytest.raises(ValueError, match=r"^layer 1 has layer normalization"):
        explain(network, X[0], Y[0])


@pytest.mark.parametrize("kind", ["layer", "rms"])
@pytest.mark.parametrize(
    ("what", "use"),
    {
        "a sheet": lambda network: explain(network, X[0], Y[0]),
        "a picture": lambda network: network_forward(network, X[0], Y[0]),
        "a file": lambda network: to_toml(Problem(network, X[0], Y[0], 0.5, 3, "final")),
    }.items(),
)
def test_what_shows_one_example_refuses_it(kind, what, use):
    with pytest.raises(ValueError, match=f"^layer 1 has {kind} normalization, which {what} does not know"):
        use(OF[kind])
