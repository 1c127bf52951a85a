"""Memory: what is predicted is measured, segments give the same bits, and no other way to cut does better."""

import sys
import tracemalloc
from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from literate_bp import (
    Layer,
    Network,
    backward,
    backward_in_segments,
    best_segments,
    checkpoint_plan,
    forward,
    initialize,
    memory_plan,
)
from literate_bp.activation import ACTIVATIONS
from literate_bp.cost import COSTS
from literate_bp.memory import (
    OUTPUT_WORKING,
    WORKING,
    alike,
    choices,
    in_units,
    measured_peak,
    measured_steps,
    small,
    unbeaten,
)

MIB = 2**20


def problem(network, batch):
    rng = np.random.default_rng(0)
    dtype = network.layers[0].weights.dtype
    x = rng.normal(size=(batch, network.sizes[0])).astype(dtype)
    y = rng.uniform(size=(batch, network.sizes[-1])).astype(dtype)
    return x, y / y.sum(axis=1, keepdims=True)


def plain(network, x, y):
    return lambda: backward(network, forward(network, x), y)


def in_segments(network, x, y, segments):
    return lambda: backward_in_segments(network, x, y, segments)


def started(sizes, activation="sigmoid", cost="half_squared_error", **options):
    """Draw weights of which no scheme says whether they fit."""
    return initialize(sizes, activation, "normal", cost, std=0.1, **options)


def changed(network, *, residual=False, gains=False):
    """Give square layers residual connections, the last among them if its cost allows, and all layers gains."""

    def layer(number, old):
        square = len(set(old.weights.shape)) == 1
        fits = number < len(network.layers) or COSTS[network.cost].output is None
        g = np.ones(old.weights.shape[1], old.weights.dtype) if gains else None
        return Layer(old.weights, old.biases, old.activation, residual=residual and square and fits, gains=g)

    return Network([layer(n, old) for n, old in enumerate(network.layers, start=1)], network.cost)


# name: a network whose passes take over 10 MiB, a batch, and segments
LARGE = {
    **{name: (started((128,) * 17, name, seed=1), 320, (4, 4, 4, 4)) for name in ACTIVATIONS if name != "softmax"},
    "deep": (started((64,) * 41, "relu", seed=1), 512, (6, 7, 7, 7, 7, 6)),
    "wide": (started((1000, 1500, 10), "sigmoid", seed=1), 200, (1, 1)),
    "one layer": (started((600, 900), "gelu", seed=1), 1000, (1,)),
    "one layer that is the identity": (started((900, 900), "identity", seed=1), 1000, (1,)),
    "uneven": (started((64, 2000, 30, 500, 10), "tanh", seed=1), 700, (1, 2, 1)),
    "without biases": (started((300,) * 9, "relu", biases=False, seed=1), 300, (3, 3, 2)),
    "float32": (started((300,) * 9, "relu", dtype=np.float32, seed=1), 700, (3, 3, 2)),
    "one example": (started((900,) * 5, "tanh", seed=1), 1, (2, 2)),
    "squared error": (started((784, 300, 10), "relu", cost="squared_error", seed=1), 2000, (1, 1)),
    "yes or no": (started((784, 300), "sigmoid", cost="binary_cross_entropy", seed=1), 2000, (1,)),
    "classes": (started((784, 300, 10), ("relu", "softmax"), cost="cross_entropy", seed=1), 2000, (1, 1)),
    "many classes": (started((300, 1000), "softmax", cost="cross_entropy", seed=1), 64, (1,)),
    "residual": (changed(started((128,) * 17, "tanh", seed=1), residual=True), 512, (4, 4, 4, 4)),
    "residual identity": (changed(started((128,) * 17, "identity", seed=1), residual=True), 512, (5, 5, 6)),
    "gains": (changed(started((512,) * 9, "relu", seed=1), gains=True), 8, (3, 3, 2)),
    "both": (changed(started((64, 128, 128, 128, 32), "silu", seed=1), residual=True, gains=True), 3000, (2, 2)),
}
each = pytest.mark.parametrize("name", LARGE)


@each
def test_the_plan_of_backward_is_within_5_percent_of_what_is_measured_and_never_below(name):
    network, batch, _ = LARGE[name]
    measured = measured_peak(plain(network, *problem(network, batch)))
    assert measured > 10 * MIB
    assert 1 <= memory_plan(network, batch).peak / measured < 1.05


@each
def test_the_plan_in_segments_is_within_5_percent_of_what_is_measured_and_never_below(name):
    network, batch, segments = LARGE[name]
    measured = measured_peak(in_segments(network, *problem(network, batch), segments))
    assert 1 <= checkpoint_plan(network, batch, segments).peak / measured < 1.05


@each
def test_segments_give_the_same_bits(name):
    network, batch, segments = LARGE[name]
    x, y = problem(network, min(batch, 40))
    whole = plain(network, x, y)()
    for cut in (segments, 1, len(network.layers)):
        parts = backward_in_segments(network, x, y, cut)
        for kind in ("weights", "biases", "gains"):
            for one, other in zip(getattr(whole, kind), getattr(parts, kind), strict=True):
                assert (one is None and other is None) or (one.dtype == other.dtype and np.array_equal(one, other))
        assert np.array_equal(whole.inputs, parts.inputs)
        assert np.array_equal(whole.errors[0], parts.errors[0])
        assert len(parts.errors) == 1


@pytest.mark.parametrize("name", ["sigmoid", "uneven", "classes", "residual", "both", "float32"])
def test_every_step_is_predicted_and_not_the_worst_alone(name):
    network, batch, segments = LARGE[name]
    x, y = problem(network, batch)
    for plan, run in (
        (memory_plan(network, batch), plain(network, x, y)),
        (checkpoint_plan(network, batch, segments), in_segments(network, x, y, segments)),
    ):
        measured = measured_steps(run)
        assert len(measured) == len(plan.steps) + 1
        predicted = np.array([step.alive - small(network) for step in plan.steps])
        off = np.abs(predicted / measured[:-1] - 1)
        assert np.median(off) < 0.01
        assert off.max() < 0.13


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


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", [(1000, 300), (200, 60)])
def test_what_rules_work_with_is_counted(shape, dtype):
    z = np.random.default_rng(0).normal(size=shape).astype(dtype)
    slack = 0.02 * z.nbytes + 3000  # the heads of the arrays, and of the frames that run the rule
    for name, counted in WORKING.items():
        if name != "softmax":
            for rule, (arrays, masks) in zip(ACTIVATIONS[name][:2], counted, strict=True):
                found = min(measured_peak(lambda rule=rule: rule(z)) for _ in range(3))  # other threads allocate, too
                assert 0 <= found - arrays * z.nbytes - masks * z.size < slack
    assert WORKING.keys() == ACTIVATIONS.keys()
    assert OUTPUT_WORKING.keys() == COSTS.keys()


# --- the best segments ---


def every_way(depth):
    for count in range(depth):
        for cuts in combinations(range(1, depth), count):
            yield tuple(end - start for start, end in pairwise((0, *cuts, depth)))


@cache
def drawn(sizes, activation, residual):
    return changed(started(sizes, activation, seed=1), residual=residual)


def work(plan, curve):
    products, numbers = plan.again
    return products + curve * numbers


networks = st.builds(
    drawn,
    st.lists(st.sampled_from([1, 2, 5, 5, 40]), min_size=2, max_size=7).map(tuple),
    st.sampled_from(["sigmoid", "relu", "identity", "gelu"]),
    st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(networks, st.sampled_from([1, 7, 300]), st.floats(0, 1), st.sampled_from([0.01, 100.0, 1e4]))
def test_no_other_way_to_cut_keeps_the_limit_with_less_work(network, batch, share, curve):
    plans = [checkpoint_plan(network, batch, way) for way in every_way(len(network.layers))]
    least, most = min(plan.peak for plan in plans), max(plan.peak for plan in plans)
    limit = round(least + share * (most - least))
    found = best_segments(network, batch, limit, curve=curve)
    assert found.peak <= limit
    assert work(found, curve) == min(work(plan, curve) for plan in plans if plan.peak <= limit)
    assert best_segments(network, batch, curve=curve).peak == least
    with pytest.raises(ValueError, match=f"the least that would do is {least}:"):
        best_segments(network, batch, least - 1)


def test_a_limit_is_kept_when_it_is_measured():
    network, batch, _ = LARGE["uneven"]
    x, y = problem(network, batch)
    least = best_segments(network, batch).peak
    for limit in (least, round(1.1 * least), 2 * least):
        found = best_segments(network, batch, limit)
        assert 0.9 * found.peak < measured_peak(in_segments(network, x, y, found.segments)) <= limit


def test_64_equal_layers_take_at_most_27_percent_for_30_percent_more_multiplications():
    network = initialize((128,) * 65, "sigmoid")
    whole, lean = memory_plan(network, 1024), checkpoint_plan(network, 1024, 1)
    eight = checkpoint_plan(network, 1024, 8)
    assert eight.peak <= 0.27 * lean.peak < 0.27 * whole.peak
    assert eight.price == pytest.approx(64 * 7 / 8 / 191)
    assert eight.price <= 0.3
    assert (best_segments(network, 1024).peak, best_segments(network, 1024, whole.peak).segments) < (eight.peak, (64,))


def test_one_segment_repeats_nothing_and_single_layers_repeat_no_activation():
    network = initialize((5, 4, 3, 2))
    assert checkpoint_plan(network, 10, 1).again == (0, 0)
    assert checkpoint_plan(network, 10, 3).again == (10 * (5 * 4 + 4 * 3), 0)
    assert memory_plan(network, 10).again == (0, 0)
    assert memory_plan(network, 10).price == 0


def test_segments_are_as_even_as_can_be():
    network = initialize((2,) * 8)
    assert checkpoint_plan(network, 1, 3).segments == (2, 2, 3)
    assert checkpoint_plan(network, 1, 7).segments == (1,) * 7
    assert checkpoint_plan(network, 1, np.int64(2)).segments == (3, 4)


def test_only_ways_that_are_beaten_are_left_out():
    rows = choices(initialize((3, 4, 2)), 5, 1.0)
    assert rows.can_keep(rows.least())
    assert not rows.can_keep(rows.least() - 1)
    ways = [(2, 3.0, (1,)), (1, 5.0, (2,)), (3, 3.0, (3,)), (4, 1.0, (4,))]
    named = [type("W", (tuple,), {"price": property(lambda w: w[1])})(way) for way in ways]
    assert [way[2] for way in unbeaten(named)] == [(2,), (1,), (4,)]


def test_a_single_example_is_a_batch_of_one():
    network = initialize((30, 20, 10))
    x, y = problem(network, 1)
    whole, parts = plain(network, x[0], y[0])(), backward_in_segments(network, x[0], y[0], 2)
    assert all(map(np.array_equal, whole.weights, parts.weights))


def test_a_plan_says_what_it_counts_and_puts_like_layers_in_one_line():
    text = str(memory_plan(initialize((128,) * 65), 1024))
    assert text.splitlines()[0] == "64 layers, batch of 1024, float64, everything kept"
    assert text.splitlines()[2].split() == ["1-64", *["1.00", "MiB"] * 3, "129.00", "KiB"]
    assert text.splitlines()[-1].startswith("peak 201")
    assert "in 2 segments" in str(checkpoint_plan(initialize((3, 2, 2)), 4, 2))
    assert [*alike("aabccc")] == [(1, 2), (3, 3), (4, 6)]
    assert [in_units(n) for n in (5, 2048, 3 * MIB, 2**31)] == ["5 B", "2.00 KiB", "3.00 MiB", "2.00 GiB"]


def test_measuring_leaves_tracing_and_profiling_as_they_were():
    assert not tracemalloc.is_tracing()
    assert measured_peak(lambda: np.ones(MIB // 8)) >= MIB
    assert not tracemalloc.is_tracing()
    tracemalloc.start()
    assert measured_peak(lambda: np.ones(MIB // 8)) < 1.1 * MIB
    assert tracemalloc.is_tracing()
    tracemalloc.stop()
    before = sys.getprofile()
    with pytest.raises(ZeroDivisionError):
        measured_peak(lambda: 1 // 0)
    assert sys.getprofile() is before
    assert not tracemalloc.is_tracing()
