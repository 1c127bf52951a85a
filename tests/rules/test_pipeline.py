"""A pipeline: its stages wait as long as the formula says, and its gradients are those of one machine."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from literate_bp import backward, forward, initialize
from literate_bp.network import Layer, Network
from literate_bp.pipeline import (
    Task,
    back_when_possible,
    backward_in_pipeline,
    bubble_share,
    forward_first,
    most_kept,
    schedule,
    waiting_share,
)

orders = pytest.mark.parametrize("order", [forward_first, back_when_possible])
sizes = pytest.mark.parametrize(("p", "m"), [(1, 1), (1, 5), (2, 1), (2, 4), (3, 8), (4, 2), (4, 8), (5, 3), (8, 32)])


@orders
@sizes
@pytest.mark.parametrize("back", [1.0, 2.0, 3.5])
def test_stages_wait_the_share_that_the_formula_says(order, p, m, back):
    assert waiting_share(schedule(p, m, order, back)) == pytest.approx(bubble_share(p, m), abs=1e-12)


@orders
@sizes
def test_a_schedule_holds_every_pass_once_in_an_order_that_is_possible(order, p, m):
    tasks = schedule(p, m, order)
    ends = {(task.stage, task.batch, task.forward): task.end for task in tasks}
    assert len(ends) == len(tasks) == 2 * p * m
    for task in tasks:
        before = (task.stage - 1, task.batch, True)
        if not task.forward:
            before = (task.stage + 1, task.batch, False) if task.stage < p - 1 else (task.stage, task.batch, True)
        assert ends.get(before, 0.0) <= task.start
    for _, own in groupby(sorted(tasks, key=lambda t: (t.stage, t.start)), lambda task: task.stage):
        starts, finished = zip(*((task.start, task.end) for task in own), strict=True)
        assert all(one <= other for one, other in zip(finished, starts[1:], strict=False))


@orders
@sizes
def test_passes_last_as_long_as_they_should_and_so_does_the_schedule(order, p, m):
    tasks = schedule(p, m, order, back=2.5)
    assert {(task.forward, task.end - task.start) for task in tasks} == {(True, 1.0), (False, 2.5)}
    assert max(task.end for task in tasks) == (m + p - 1) * 3.5


def test_what_is_kept_is_counted_from_pass_to_pass():
    passes = [(0, True), (1, True), (0, False), (2, True), (3, True), (1, False), (2, False), (3, False)]
    assert most_kept([Task(0, n, forward, time, time + 1) for time, (n, forward) in enumerate(passes)]) == 3


def test_one_example_passes_through_a_pipeline():
    whole = initialize((3, 4, 2), "tanh", seed=1)
    same(whole, [[0.1, 0.2, 0.3]], [[0.5, 0.1]], backward_in_pipeline(whole, [0.1, 0.2, 0.3], [0.5, 0.1], 2, 1))


@sizes
def test_one_forward_one_back_keeps_no_more_batches_than_there_are_stages(p, m):
    assert most_kept(schedule(p, m, forward_first)) == m
    assert most_kept(schedule(p, m, back_when_possible)) == min(p, m)


@given(st.integers(0, 10**6), st.sampled_from([forward_first, back_when_possible]))
def test_layers_on_several_machines_give_the_gradient_of_one(seed, order):
    draw = np.random.default_rng(seed)
    depth = int(draw.integers(1, 6))
    whole = initialize(draw.integers(1, 6, depth + 1).tolist(), "tanh", seed=seed)
    n = int(draw.integers(1, 12))
    x, y = draw.normal(size=(n, whole.sizes[0])), draw.uniform(size=(n, whole.sizes[-1]))
    stages, batches = int(draw.integers(1, depth + 1)), int(draw.integers(1, n + 1))
    same(whole, x, y, backward_in_pipeline(whole, x, y, stages, batches, order))


def same(whole, x, y, found):
    known = backward(whole, forward(whole, x), y)
    largest = max(abs(w).max() for w in known.weights)
    for kind in ("weights", "biases", "gains"):
        for one, other in zip(getattr(found, kind), getattr(known, kind), strict=True):
            assert (one is None and other is None) or abs(one - other).max() <= 1e-14 * largest


@orders
def test_residual_connections_normalized_weights_and_a_softmax_cross_the_cuts(order):
    draw = np.random.default_rng(3)
    layers = [
        Layer(draw.normal(size=(4, 4)), draw.normal(size=4), "tanh", residual=True, gains=[1.0, 2.0, -1.0, 0.5]),
        Layer(draw.normal(size=(4, 4)), None, "silu", residual=True),
        Layer(draw.normal(size=(4, 3)), draw.normal(size=3), "softmax"),
    ]
    x, y = draw.normal(size=(7, 4)), np.eye(3)[np.arange(7) % 3]
    for stages in (1, 2, 3, (1, 2)):
        whole = Network(layers, "cross_entropy")
        same(whole, x, y, backward_in_pipeline(whole, x, y, stages, (3, 2, 2), order))
        same(ends := Network(layers[:2]), x, x, backward_in_pipeline(ends, x, x, min(2, len(ends.layers)), 3, order))


def test_what_does_not_fit_is_refused_by_name():
    whole = initialize((3, 4, 2), "tanh")
    x, y = np.ones((4, 3)), np.ones((4, 2))
    for arguments, message in [
        ((whole, x, y, 3, 2), "segments is 3, but the network has 2 layers"),
        ((whole, x, y, 2, 5), "shards is 5, but there are 4 examples"),
        ((whole, x[:, :2], y, 2, 2), r"x has shape \(4, 2\)"),
        ((whole, x, y[:3], 2, 2), r"y has shape \(3, 2\)"),
        ((None, x, y, 2, 2), "network is None"),
    ]:
        with pytest.raises(ValueError, match=message):
            backward_in_pipeline(*arguments)
