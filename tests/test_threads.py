"""The package in eight threads at once: the same answers as alone, arguments untouched, each name loaded once."""

import inspect
import subprocess
import sys
import threading
import warnings
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from hostile import CALLS

THREADS, TIMES = 8, 3
MEASURES = "profiling."  # what the whole process does, the other threads included
STATE = ("Program.", "Variable.")  # one thread at a time, or one alone, may use it
FILES = ("save", "read", "load")  # a file for each thread, too
NAMES = [name for name in CALLS if not name.startswith((MEASURES, *STATE)) and not name.endswith(FILES)]
DRAWS = ("diagram.", "plots.", "Figure.")


def told(value):
    """Write a value down, to the last bit of every number."""
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.shape, value.tobytes()
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, *(told(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, Mapping):
        return {str(key): told(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [told(each) for each in value]
    return type(value).__name__ if " at 0x" in repr(value) else repr(value)


def answer(name):
    function, right = CALLS[name]
    arguments = {key: make() for key, make in right.items()}
    kinds = {key: of.kind for key, of in inspect.signature(function).parameters.items()}
    in_row = [value for key, value in arguments.items() if kinds[key] is inspect.Parameter.VAR_POSITIONAL]
    named = {key: value for key, value in arguments.items() if kinds[key] is not inspect.Parameter.VAR_POSITIONAL}
    before = told(arguments)
    result = told(function(*in_row, **named))
    return result, told(arguments) == before


def at_once(run):
    """Run something in all threads from the same instant on, several times, and give what each one got."""
    start, found = threading.Barrier(THREADS), []

    def wait_and_run():
        start.wait()
        for _ in range(TIMES):
            try:
                found.append(run())
            except Exception as error:  # noqa: BLE001 — it is compared
                found.append(error)

    threads = [threading.Thread(target=wait_and_run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture(autouse=True)
def often():
    """Let the interpreter change threads as often as it can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def slow(name):
    return pytest.param(name, marks=pytest.mark.exhaustive) if name.startswith(DRAWS) else name


@pytest.mark.parametrize("name", [*map(slow, NAMES)])
def test_each_thread_gets_the_answer_that_it_would_get_alone(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alone = answer(name)
        assert alone[1], "an argument has changed"
        assert at_once(lambda: answer(name)) == [alone] * THREADS * TIMES


FIRST_USE = """
import sys, threading
sys.setswitchinterval(1e-5)
import literate_bp
start, names, found = threading.Barrier(8), literate_bp.__all__, []

def use(turn):
    start.wait()
    for name in names[turn:] + names[:turn]:
        found.append((name, getattr(literate_bp, name)))

threads = [threading.Thread(target=use, args=(5 * turn * {apart},)) for turn in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join(60)
assert len(found) == 8 * len(names), "a thread failed, or waits for another"
for name, value in found:
    assert value is getattr(literate_bp, name), name
assert callable(literate_bp.cost)
print("equal")
"""


@pytest.mark.parametrize("apart", [0, 1])
def test_threads_may_use_a_name_for_the_first_time_at_the_same_instant(apart):
    command = [sys.executable, "-W", "error", "-c", FIRST_USE.format(apart=apart)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.stderr) == ("equal\n", "")
