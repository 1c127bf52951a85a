"""Profiling: every step of a pass is measured, and nothing stays switched on."""

import sys
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest
from large_networks import LARGE, MIB, changed, in_segments, plain, problem, started

from literate_bp import checkpoint_plan, forward, initialize, memory_plan
from literate_bp.memory import object_overhead
from literate_bp.profiling import StepProfiler, measured_peak, measured_steps


@pytest.mark.parametrize(
    "name",
    [
        *("sigmoid", "identity", "uneven", "uneven segments", "classes", "one output", "without biases"),
        *("residual", "residual identity", "gains", "both", "float32", "gelu"),
        *("batch normalization", "layer normalization", "rms normalization"),
        *("normalized identity", "normalized gelu", "all kinds"),
    ],
)
def test_every_step_is_predicted_and_not_the_worst_alone(name):
    assert_predicted(*LARGE[name])


SMALL = {
    "a residual connection": (changed(started((100,) * 4, "tanh", seed=1), residual=True), 300, (1, 2)),
    "a residual last layer": (changed(started((30, 50, 100, 100), "tanh", seed=1), residual=True), 300, (2, 1)),
    "gains": (changed(started((100,) * 4, "tanh", seed=1), gains=True), 30, (1, 2)),
    **{
        f"{kind} normalization": (started((100,) * 4, "tanh", seed=1, normalization=kind), 300, (1, 2))
        for kind in ("batch", "layer", "rms")
    },
}
"""Networks of which no array has the 256 KiB from which on NumPy writes into operands."""


@pytest.mark.parametrize("name", SMALL)
def test_every_step_of_a_small_network_is_predicted_too(name):
    assert_predicted(*SMALL[name])


def assert_predicted(network, batch, segments):
    x, y = problem(network, batch)
    for plan, run in (
        (memory_plan(network, batch), plain(network, x, y)),
        (checkpoint_plan(network, batch, segments), in_segments(network, x, y, segments)),
    ):
        measured_steps(run)  # what Python allocates when it measures for the first time
        measured = measured_steps(run)
        assert len(measured) == len(plan.steps) + 1
        above = np.array([step.alive for step in plan.steps]) - measured[:-1]
        assert above.min() > -8 * 1024
        assert above.max() < object_overhead(network, batch) + 8 * 1024


@pytest.mark.parametrize("sizes", [(900, 900), (30, 20, 2000)])
def test_the_peak_within_a_rule_is_measured_too(sizes):
    network = initialize(sizes, "identity", "glorot_normal")
    x = problem(network, 500)[0]
    forward(network, x)
    tracemalloc.start()
    trace = forward(network, x)
    truth = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del trace
    assert 0.99 < measured_peak(lambda: forward(network, x)) / truth < 1.01


def test_of_several_calls_the_least_counts():
    sizes = iter([3, 1, 2])
    assert MIB <= measured_peak(lambda: np.ones(next(sizes) * MIB // 8), calls=3) < 1.1 * MIB
    assert not [*sizes]


def test_the_least_of_three_calls_is_the_same_again():
    network, batch, segments = LARGE["uneven segments"]
    run = in_segments(network, *problem(network, batch), segments)
    assert measured_steps(run, calls=3) == measured_steps(run, calls=3)


def test_calls_with_different_steps_are_refused():
    network, batch, _ = LARGE["many classes"]
    passes = iter([lambda: None, plain(network, *problem(network, batch))])

    def run():
        next(passes)()

    with pytest.raises(ValueError, match="run takes 1 steps in one call and 4 in another; the same in each was exp"):
        measured_steps(run, calls=2)


@pytest.mark.parametrize("calls", [0, -1, 1.5, True, 10**6])
def test_calls_are_a_number(calls):
    with pytest.raises(ValueError, match=rf"calls is {calls}; a whole number of at least 1 and at most 1,000 was exp"):
        measured_peak(lambda: None, calls=calls)


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


def test_what_was_allocated_and_freed_before_is_not_counted():
    tracemalloc.start()
    np.ones(4 * MIB // 8)
    found = measured_peak(lambda: np.ones(MIB // 8))
    tracemalloc.stop()
    assert MIB <= found < 1.1 * MIB


@pytest.mark.parametrize(
    ("name", "caller", "event", "peaks", "forward_pass"),
    [
        ("error", "errors", "return", [5], False),
        ("error", "errors", "call", [], False),
        ("error", "output_error", "return", [], False),
        ("activated_error", "errors", "return", [], False),
        ("matrix", "forward", "call", [], True),
        ("matrix", "forward", "return", [], False),
        ("matrix", "input_gradient", "call", [], False),
        ("linear", "forward", "call", [], False),
    ],
)
def test_a_rule_ends_a_step_of_the_backward_pass_and_the_matrix_of_a_layer_begins_one_of_the_forward_pass(
    name, caller, event, peaks, forward_pass, monkeypatch
):
    monkeypatch.setattr(tracemalloc, "get_traced_memory", lambda: (0, 7))
    monkeypatch.setattr(tracemalloc, "reset_peak", lambda: None)
    profiler = StepProfiler(2, [])
    calling = SimpleNamespace(f_code=SimpleNamespace(co_name=caller))
    profiler(SimpleNamespace(f_code=SimpleNamespace(co_name=name), f_back=calling), event, None)
    assert (profiler.peaks, profiler.forward) == (peaks, forward_pass)


@pytest.mark.parametrize(
    ("name", "event", "forward_pass", "begun"),
    [
        ("sigmoid_derivative", "call", True, 1),
        ("sigmoid_derivative", "call", False, 0),
        ("sigmoid_derivative", "return", True, 0),
        ("sigmoid", "call", True, 0),
    ],
)
def test_the_call_of_a_derivative_begins_a_step_behind_a_forward_pass_alone(
    name, event, forward_pass, begun, monkeypatch
):
    resets = []
    monkeypatch.setattr(tracemalloc, "reset_peak", lambda: resets.append(1))
    monkeypatch.setattr(tracemalloc, "get_traced_memory", lambda: (0, 7))
    profiler = StepProfiler(2, [], forward=forward_pass)
    profiler(SimpleNamespace(f_code=SimpleNamespace(co_name=name), f_back=None), event, None)
    assert len(resets) == begun
    assert profiler.peaks == [5] * begun
    assert profiler.forward == (forward_pass and not begun)


def test_what_a_step_works_with_before_its_first_call_is_not_forgotten(monkeypatch):
    resets = []
    monkeypatch.setattr(tracemalloc, "reset_peak", lambda: resets.append(1))
    profiler = StepProfiler(0, [], forward=True)
    profiler.begin(forward=True)
    profiler(SimpleNamespace(f_code=SimpleNamespace(co_name="linear"), f_back=None), "call", None)
    assert (len(profiler.peaks), len(resets)) == (1, 1)
