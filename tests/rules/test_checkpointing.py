"""Checkpointing: segments give the same bits in the memory that was planned, and no other way to cut does better."""

from functools import cache
from itertools import combinations, pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from large_networks import LARGE, changed, each, in_segments, plain, problem, started

from literate_bp import backward_in_segments, best_segments, checkpoint_plan, forward, initialize, memory_plan
from literate_bp.checkpointing import (
    CandidateSegments,
    best_count,
    candidate_segments,
    excess_units,
    least_units,
    recomputed_from_last,
    segment_backward_steps,
    segment_forward_steps,
    segment_lengths,
    units_kept,
    up_to,
)
from literate_bp.memory import LayerMemory, network_memory
from literate_bp.profiling import measured_peak


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


def test_every_layer_is_computed_again_the_last_first_and_its_segment_is_let_go():
    network = initialize((3, 4, 2, 5, 1), "tanh", seed=0)
    trace = forward(network, np.linspace(-1, 1, 6).reshape(2, 3))
    ends = (0, 2, 3, 4)
    parts = [network.layers[start:end] for start, end in pairwise(ends)]
    checkpoints = [trace.activated[start] for start in ends[:-1]]
    found = [*recomputed_from_last(parts, checkpoints)]
    for (z, a), expected, behind in zip(found, reversed(trace.linear), reversed(trace.activated[:-1]), strict=True):
        assert np.array_equal(z, expected)
        assert np.array_equal(a, behind)
    assert (parts, checkpoints) == ([], [])


def all_segments(depth):
    for count in range(depth):
        for cuts in combinations(range(1, depth), count):
            yield tuple(end - start for start, end in pairwise((0, *cuts, depth)))


@cache
def drawn(sizes, activation, residual):
    return changed(started(sizes, activation, seed=1), residual=residual)


def work(plan, price):
    products, evaluations = plan.recomputed
    return products + price * evaluations


networks = st.builds(
    drawn,
    st.lists(st.sampled_from([1, 2, 5, 5, 40]), min_size=2, max_size=7).map(tuple),
    st.sampled_from(["sigmoid", "relu", "identity", "gelu"]),
    st.booleans(),
)


def in_order(plan, price):
    """Order plans: the cheapest, then that with the fewest bytes of checkpoints, then the shorter segments first."""
    cuts = np.cumsum(plan.segments)[:-1]
    return work(plan, price), sum(plan.layers[cut - 1].linear for cut in cuts), plan.segments


@settings(max_examples=40, deadline=None)
@given(networks, st.sampled_from([1, 7, 300]), st.floats(0, 1), st.sampled_from([0.01, 100.0, 1e4]))
def test_no_other_way_to_cut_keeps_the_limit_with_less_work(network, batch, share, price):
    plans = [checkpoint_plan(network, batch, segments) for segments in all_segments(len(network.layers))]
    least, most = min(plan.peak for plan in plans), max(plan.peak for plan in plans)
    limit = round(least + share * (most - least))
    found = best_segments(network, batch, limit, activation_price=price)
    assert found.peak <= limit
    best = min((plan for plan in plans if plan.peak <= limit), key=lambda plan: in_order(plan, price))
    assert (work(found, price), found.segments) == (work(best, price), best.segments)
    assert best_segments(network, batch, activation_price=price).peak == least
    with pytest.raises(ValueError, match=f"the least that would do is {least}:"):
        best_segments(network, batch, least - 1)


def test_a_cut_is_where_the_segment_before_it_keeps_the_limit_too():
    layers = (SimpleNamespace(linear=1),) * 4  # each checkpoint holds 1: cuts behind 1 and 3 hold what 2 and 3 do
    alive = [[], [9], [5, 1], [9, 1, 1], [9, 9, 9, 1]]  # the bytes of each segment, by its end and its start
    assert CandidateSegments(layers, alive, 1.0).first_cuts(3, 2, 8) == [0, 2, 3]


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
    assert checkpoint_plan(network, 10, 1).recomputed == (0, 0)
    assert checkpoint_plan(network, 10, 3).recomputed == (10 * (5 * 4 + 4 * 3), 0)
    assert memory_plan(network, 10).recomputed == (0, 0)
    assert memory_plan(network, 10).price == 0


def test_segments_are_as_even_as_can_be():
    network = initialize((2,) * 8)
    assert checkpoint_plan(network, 1, 3).segments == (3, 2, 2)
    assert checkpoint_plan(network, 1, 7).segments == (1,) * 7
    assert checkpoint_plan(network, 1, np.int64(2)).segments == (4, 3)


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu"])
@pytest.mark.parametrize("depth", range(3, 12))
def test_where_a_batch_outweighs_the_parameters_the_longer_segments_come_first_for_less(depth, activation):
    network = started((32,) * (depth + 1), activation)
    for count in (n for n in range(2, depth) if depth % n):
        plan = checkpoint_plan(network, 128, count)
        assert plan.segments == tuple(sorted(plan.segments, reverse=True))
        assert plan.peak < checkpoint_plan(network, 128, plan.segments[::-1]).peak


def test_nine_layers_in_five_segments_take_as_much_less_as_was_planned():
    network = started((64,) * 10, "tanh")
    measured = [measured_peak(in_segments(network, *problem(network, 512), n)) for n in (5, (1, 2, 2, 2, 2))]
    planned = [checkpoint_plan(network, 512, n).peak for n in (5, (1, 2, 2, 2, 2))]
    assert measured[0] / measured[1] == pytest.approx(planned[0] / planned[1], rel=0.01)
    assert measured[0] < 0.87 * measured[1]


def test_the_least_limit_is_the_lowest_that_any_segments_keep():
    candidates = candidate_segments(*network_memory(initialize((3, 4, 2)), 5), 1.0)
    assert candidates.is_feasible(candidates.least_limit())
    assert not candidates.is_feasible(candidates.least_limit() - 1)


def test_sizes_are_bits_and_the_largest_that_stays_is_the_one_named():
    sizes = 1 << 0 | 1 << 3 | 1 << 5
    assert [up_to(most, sizes) for most in (0, 2, 3, 4, 5, 10**30)] == [1, 1, 9, 9, sizes, sizes]


def all_candidates(layers, output):
    """Give the peak of each possible segment from its own steps, one by one."""
    for start, end in combinations(range(len(layers) + 1), 2):
        forward = segment_forward_steps(layers, output, start, end, 0)
        backward = segment_backward_steps(layers, start, end, 0)
        yield start, end, max(step.alive for step in (*forward, *backward))


def by_pareto_fronts(layers, output, limit, price):
    """Find the best segments in another way: of all partial plans up to a cut, keep those that none beats."""
    alive = {(start, end): peak for start, end, peak in all_candidates(layers, output)}
    fronts = [[(0, 0, ())]]
    for end in range(1, len(layers) + 1):
        plans = []
        for start in range(end):
            part = layers[start:end]
            again = sum(layer.multiplications for layer in part)
            again += price * sum(layer.evaluations for layer in part[:-1])
            for held, paid, lengths in fronts[start]:
                if held + alive[start, end] <= limit:
                    paid_now = paid if end == len(layers) else paid + again
                    plans.append((held + part[-1].linear, paid_now, (*lengths, end - start)))
        fronts.append([])
        for plan in sorted(plans):
            if not fronts[-1] or plan[1] < fronts[-1][-1][1]:
                fronts[-1].append(plan)
    return min(fronts[-1], key=lambda plan: plan[1])[2]


@st.composite
def made_up(draw):
    """Give a layer as no network has one: what it works with may be small or large beside what it keeps."""
    size, some = draw(st.sampled_from([1, 2, 2, 3, 5])), st.sampled_from([0, 0, 1, 8, 40, 200])
    matrix = draw(st.sampled_from([0, 0, 30]))
    kept = {"linear": 8 * size, "activated": draw(st.sampled_from([0, 8 * size])), "evaluations": size}
    work = {name: draw(some) for name in ("inputs", "function", "derivative", "multiplications")}
    kinds = {name: draw(st.booleans()) for name in ("biases", "residual")}
    return LayerMemory("made up", **kept, **work, **kinds, matrix=matrix, gradients=matrix + draw(some))


deep = st.builds(
    drawn,
    st.one_of(
        st.lists(st.integers(1, 12), min_size=9, max_size=17).map(tuple),
        st.tuples(st.integers(1, 9), st.integers(9, 17)).map(lambda pair: (pair[0],) * pair[1]),
    ),
    st.sampled_from(["sigmoid", "relu", "identity", "gelu"]),
    st.booleans(),
)
memories = st.builds(network_memory, deep, st.sampled_from([1, 7, 300]))
strange = st.tuples(st.lists(made_up(), min_size=1, max_size=6).map(tuple), st.integers(0, 100))
settled = (st.floats(0, 1.1), st.sampled_from([1, 100, 10**4]))


@settings(max_examples=30, deadline=None)
@given(memories, *settled)
def test_another_search_finds_the_same_segments(memory, share, price):
    agree(memory, share, price)


@settings(max_examples=400, deadline=None)
@given(strange, *settled)
def test_another_search_finds_the_same_segments_whatever_the_layers_take(memory, share, price):
    agree(memory, share, price)


@pytest.mark.exhaustive
@settings(max_examples=5000, deadline=None)
@given(st.one_of(memories, strange), *settled)
def test_another_search_finds_the_same_segments_of_many_networks(memory, share, price):
    agree(memory, share, price)


def agree(memory, share, price):
    candidates = candidate_segments(*memory, price)
    for start, end, peak in all_candidates(*memory):
        assert candidates.alive[end][start] == peak
    least, whole = candidates.least_limit(), candidates.alive[-1][0]
    limit = least + round(share * (whole - least))
    assert candidates.cheapest(limit) == by_pareto_fronts(*memory, limit, price)


def test_500_layers_take_less_in_the_best_segments_than_in_equal_ones():
    network = initialize((8,) * 501, "tanh")
    best = best_segments(network, 2000)
    equal = min((checkpoint_plan(network, 2000, n) for n in range(30, 70, 4)), key=lambda plan: plan.peak)
    assert best.peak < equal.peak
    same = best_segments(network, 2000, equal.peak)
    assert same.peak <= equal.peak
    assert work(same, 100.0) < work(equal, 100.0)
    assert best_segments(network, 2000, 10**18).segments == segment_lengths(500, 1)


def test_a_single_example_is_a_batch_of_one():
    network = initialize((30, 20, 10))
    x, y = problem(network, 1)
    whole, parts = plain(network, x[0], y[0])(), backward_in_segments(network, x[0], y[0], 2)
    assert all(map(np.array_equal, whole.weights, parts.weights))


@pytest.mark.parametrize("n", [1, 4, 36, 100])
def test_the_rules_of_equal_segments_are_what_counting_finds(n):
    def counted(k):
        lengths = segment_lengths(n, k)
        return len(lengths) + max(lengths)  # the inputs of each, and the arrays of the one that is processed

    whole = [k for k in range(1, n + 1) if n % k == 0]
    assert [units_kept(n, k) for k in whole] == [counted(k) for k in whole]
    least = min(counted(k) for k in range(1, n + 1))
    assert least_units(n) == least  # n is a square
    assert counted(int(best_count(n))) == least
    assert [excess_units(n, k) for k in whole] == pytest.approx([counted(k) - least for k in whole], abs=1e-12 * n)
