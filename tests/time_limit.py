"""Ends what takes too long on the processor, wherever it is."""

import contextlib
import signal
import sys

AGAIN = 0.01
"""Seconds until a call is told once more whose end was lost."""


class OutOfTime(BaseException):
    """Ends a call: the package may take any other error for one of an object that it was given."""


@contextlib.contextmanager
def at_most(seconds):
    """End what is inside after so many seconds of the processor.

    An error within a callback of the garbage collector or a finalizer is lost: Python tells its hook and goes on.
    """

    def stop(*_):
        raise OutOfTime(f"over {seconds} s of the processor")

    def lost(unraisable):
        if isinstance(unraisable.exc_value, OutOfTime):
            signal.setitimer(signal.ITIMER_VIRTUAL, AGAIN)
        else:
            hook(unraisable)

    old, hook = signal.signal(signal.SIGVTALRM, stop), sys.unraisablehook
    sys.unraisablehook = lost
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, old)
        sys.unraisablehook = hook


def is_measured():
    """Tell whether coverage notes each line: all takes several times as long, and says nothing of its time."""
    coverage = sys.modules.get("coverage")
    return coverage is not None and coverage.Coverage.current() is not None
