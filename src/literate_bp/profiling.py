"""The memory of a pass, measured step by step while it runs."""

import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

from .activation import ACTIVATIONS


def measured_peak(run: Callable[[], object]) -> int:
    """Measure the most bytes that are alive at once while something runs.

    What was there before is not counted, what is returned is.

    Parameters
    ----------
    run : callable
        What to run.
    """
    return max(measured_steps(run))


def measured_steps(run: Callable[[], object]) -> list[int]:
    """Measure the same for every step of a pass, as a plan has them.

    Python tells when a rule begins and ends, and `tracemalloc`, which knows
    of NumPy's arrays, what was alive.

    Parameters
    ----------
    run : callable
        What to run: `forward` and `backward`, or `backward_in_segments`.

    Returns
    -------
    list of int
        Bytes, and at the end those of whatever came last.
    """
    started = not tracemalloc.is_tracing()
    if started:
        tracemalloc.start()
    watch = Watch(tracemalloc.get_traced_memory()[0], [])
    tracemalloc.reset_peak()
    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        result = run()
    finally:
        sys.setprofile(before)
        watch.note()
        if started:
            tracemalloc.stop()
    del result
    return watch.found


ENDS = (
    "output_error",
    "input_gradient",
    "linear_error",
    "parameter_gradients",
)
"""The rules that end a step when they return."""
STARTS = (
    "output_error",
    "output_derivative",
    *(found.derivative.__name__ for found in ACTIVATIONS.values()),
)
"""The rules that end a step on the way forward when they begin."""


@dataclass
class Watch:
    """What is called whenever a function begins or ends.

    Attributes
    ----------
    start : int
        The bytes that were alive before.
    found : list of int
        The most of each step so far, beyond these.
    forward : bool
        Whether the step is one on the way forward, which the next rule ends.
    ended : bool
        Whether a step has ended, and what it dropped may be forgotten.
    """

    start: int
    found: list[int]
    forward: bool = False
    ended: bool = False

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Note what was alive, if a step ends here."""
        if self.ended:
            tracemalloc.reset_peak()
            self.ended = False
        name, around = frame.f_code.co_name, frame.f_back
        if event == "return" and name in ENDS:
            if around is None or around.f_code.co_name not in ENDS:
                self.note()
        elif event == "call" and name == "linear":
            self.begin(forward=True)
        elif event == "call" and name in STARTS and self.forward:
            self.begin(forward=False)

    def begin(self, *, forward: bool) -> None:
        """Begin a step, and note the one on the way forward before it."""
        if self.forward:
            self.note()
        self.forward = forward
        self.ended = True

    def note(self) -> None:
        """Note the most that was alive since the last time."""
        self.found.append(tracemalloc.get_traced_memory()[1] - self.start)
        self.ended = True
