"""Rings and trees: every machine has the sum, and the formulas count what was sent."""

from math import ceil, log2

import numpy as np
import pytest

from literate_bp.communication import (
    Message,
    ring_all_reduce,
    ring_bytes,
    ring_time,
    time_of,
    tree_all_reduce,
    tree_bytes,
    tree_time,
)

BANDWIDTH, LATENCY = 1e9, 50e-6
machines = pytest.mark.parametrize("p", range(1, 14))


def arrays_of(p, shape=(5, 7)):
    return [*np.random.default_rng(p).integers(-99, 99, size=(p, *shape)).astype(float)]  # sums are exact


@machines
@pytest.mark.parametrize("reduce", [ring_all_reduce, tree_all_reduce])
def test_every_machine_has_the_sum_and_keeps_what_it_had(reduce, p):
    arrays = arrays_of(p)
    before = [array.copy() for array in arrays]
    sums, _ = reduce(arrays)
    assert len(sums) == p
    for each in sums:
        assert np.array_equal(each, np.sum(before, axis=0))
    assert np.array_equal(arrays, before)


@machines
@pytest.mark.parametrize("reduce", [ring_all_reduce, tree_all_reduce])
def test_all_machines_have_the_same_bits(reduce, p):
    arrays = [*np.random.default_rng(p).normal(size=(p, 31))]
    first, *others = reduce(arrays)[0]
    assert all(np.array_equal(first, each) for each in others)


@machines
def test_a_ring_sends_what_its_formula_counts_and_each_machine_as_much(p):
    arrays = arrays_of(p, (p, 3))
    _, messages = ring_all_reduce(arrays)
    sent = [sum(each.size for each in messages if each.sender == machine) for machine in range(p)]
    assert sent == [ring_bytes(p, arrays[0].nbytes)] * p
    assert {(each.receiver - each.sender) % p for each in messages} <= {1}
    assert len({(each.step, each.sender) for each in messages}) == len(messages) == 2 * (p - 1) * p


@machines
def test_a_tree_sends_what_its_formula_counts_in_as_many_steps_as_its_depth(p):
    arrays = arrays_of(p)
    _, messages = tree_all_reduce(arrays)
    assert sum(each.size for each in messages) == tree_bytes(p, arrays[0].nbytes)
    assert {each.step for each in messages} == {*range(2 * ceil(log2(p)))}
    for step in range(2 * ceil(log2(p))):  # a machine takes part in one message at a time
        busy = [end for each in messages if each.step == step for end in (each.sender, each.receiver)]
        assert len(busy) == len({*busy})


@machines
@pytest.mark.parametrize(("reduce", "formula"), [(ring_all_reduce, ring_time), (tree_all_reduce, tree_time)])
def test_messages_take_as_long_as_the_formula_says(reduce, formula, p):
    arrays = arrays_of(p, (p, 40))
    _, messages = reduce(arrays)
    known = formula(p, arrays[0].nbytes, BANDWIDTH, LATENCY)
    assert time_of(messages, BANDWIDTH, LATENCY) == pytest.approx(known, rel=1e-12)


def test_a_step_lasts_until_its_largest_message_has_arrived():
    messages = [Message(0, 0, 1, 300), Message(0, 1, 2, 100), Message(1, 2, 0, 200)]
    assert time_of(messages, bandwidth=100.0, latency=0.5) == (0.5 + 3.0) + (0.5 + 2.0)
