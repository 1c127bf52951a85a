"""Measure the memory of a pass, step by step, while it runs."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

from . import validation
from .activation import ACTIVATIONS


def measured_peak(run: Callable[[], object], calls: int = 1) -> int:
    """Return the largest number of bytes alive at once during a call.

    What was allocated before is not counted; what the call returns is.

    Parameters
    ----------
    run, calls : callable, int
        As for `measured_steps`.
    """
    return max(measured_steps(run, calls))


def measured_steps(run: Callable[[], object], calls: int = 1) -> list[int]:
    """Return the peak of every step of a pass, in the order of its plan.

    A profile function notes where the rules of `network` are called and where
    they return. `tracemalloc`, which NumPy tells of its arrays, counts bytes.

    Parameters
    ----------
    run : callable
        Runs `forward` and `backward`, or `backward_in_segments`. It is called
        without arguments.
    calls : int
        How often. The least of each step counts: in some calls, Python makes
        objects that it keeps for later ones. Three calls are enough.

    Returns
    -------
    list of int
        Bytes, one entry a step, and one for whatever follows the last step.

    Raises
    ------
    ValueError
        If an argument is of another kind, or calls have different steps.
    """
    validation.function("run", run)
    calls = validation.whole("calls", calls, most=MOST_CALLS)
    found = [steps_of_call(run) for _ in range(calls)]
    if len(lengths := {*map(len, found)}) > 1:
        raise ValueError(
            f"run takes {min(lengths)} steps in one call and {max(lengths)} "
            "in another; the same in each was expected"
        )
    return [min(step) for step in zip(*found, strict=True)]


def steps_of_call(run: Callable[[], object]) -> list[int]:
    """Return the peak of every step of one call.

    Parameters
    ----------
    run : callable
        As for `measured_steps`.
    """
    started = not tracemalloc.is_tracing()
    if started:
        tracemalloc.start()
    profiler = StepProfiler(tracemalloc.get_traced_memory()[0], [])
    tracemalloc.reset_peak()
    before = sys.getprofile()
    sys.setprofile(profiler)
    try:
        result = run()
    finally:
        sys.setprofile(before)
        profiler.record()
        if started:
            tracemalloc.stop()
    del result
    return profiler.peaks


MOST_CALLS = 1000
"""The largest number of calls."""
END_ON_RETURN = (
    "output_error",
    "input_gradient",
    "error",
    "parameter_gradients",
)
"""The rules whose return ends a step of the backward pass."""
END_ON_CALL = (
    "output_error",
    "output_derivative",
    "scale_gradients",
    *(found.derivative.__name__ for found in ACTIVATIONS.values()),
)
"""The rules whose call ends a step of the forward pass."""


@dataclass
class StepProfiler:
    """A profile function that records the peak of each step.

    Attributes
    ----------
    baseline : int
        The bytes that were alive before.
    peaks : list of int
        The peak of each step so far, above the baseline.
    forward : bool
        Whether the current step belongs to a forward pass.
    reset_due : bool
        Whether a step has ended and the peak is to be reset.
    """

    baseline: int
    peaks: list[int]
    forward: bool = False
    reset_due: bool = False

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Record the peak if this call or return ends a step."""
        if self.reset_due:
            tracemalloc.reset_peak()
            self.reset_due = False
        name, caller = frame.f_code.co_name, frame.f_back
        if event == "return" and name in END_ON_RETURN:
            if caller is None or caller.f_code.co_name not in END_ON_RETURN:
                self.record()
        elif event == "call" and name == "matrix":
            if caller is None or caller.f_code.co_name not in END_ON_RETURN:
                self.begin(forward=True)
        elif event == "call" and name in END_ON_CALL and self.forward:
            self.begin(forward=False)

    def begin(self, *, forward: bool) -> None:
        """Begin a step, and record the forward step before it."""
        if self.forward:
            self.record()
        self.forward = forward
        tracemalloc.reset_peak()
        self.reset_due = False

    def record(self) -> None:
        """Record the peak since the last reset."""
        peak = tracemalloc.get_traced_memory()[1]
        self.peaks.append(peak - self.baseline)
        self.reset_due = True
