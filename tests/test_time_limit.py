"""The tests end a call that takes too long, wherever its time ends."""

import gc
import signal
import sys

import pytest
from time_limit import OutOfTime, at_most

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a clock of the processor")


def work_forever():
    while True:
        pass


def test_what_takes_too_long_is_ended():
    with pytest.raises(OutOfTime, match=r"over 0\.02 s"), at_most(0.02):
        work_forever()


def test_what_is_ended_within_a_callback_of_the_collector_is_ended_after_it():
    hook, seen = sys.unraisablehook, []

    def take_long(phase, _):
        if phase == "start" and not seen:
            seen.append(phase)
            work_forever()

    def collect_and_go_on():
        gc.collect()
        work_forever()

    gc.callbacks.append(take_long)
    try:
        with pytest.raises(OutOfTime), at_most(0.02):
            collect_and_go_on()
    finally:
        gc.callbacks.remove(take_long)
    assert seen
    assert sys.unraisablehook is hook


def test_another_error_that_a_finalizer_loses_is_told():
    class Fails:
        def __del__(self):
            raise ZeroDivisionError

    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "unraisablehook", told.append)
        with at_most(5):
            Fails()
    assert [each.exc_type for each in told] == [ZeroDivisionError]


def test_what_ends_in_time_is_let_go():
    with at_most(5):
        pass
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
