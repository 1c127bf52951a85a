"""Which long sweeps run: all, or one in so many, so that in time each has its turn."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

HOW_TESTS_RUN = next(
    module
    for module in sys.modules.values()
    if getattr(module, "__file__", "") == str(Path(__file__).parent / "conftest.py")
)
LONG = [SimpleNamespace(keywords={"exhaustive"}, number=number) for number in range(20)]
QUICK = [SimpleNamespace(keywords=set(), number=None) for _ in range(5)]


def chosen(*, exhaustive=False, one_in=None):
    """Return the numbers of the sweeps that run."""
    options = {"--exhaustive": exhaustive, "--one-in": one_in}
    config = SimpleNamespace(getoption=options.__getitem__)
    return [item.number for item in HOW_TESTS_RUN.sweeps(QUICK + LONG, config)]


def test_sweeps_run_when_they_are_asked_for():
    assert chosen() == []
    assert chosen(exhaustive=True) == [*range(20)]


@pytest.mark.parametrize("one_in", [1, 8, 30])
def test_of_so_many_states_of_the_package_each_sweep_runs_in_one(one_in, monkeypatch):
    run = []
    for state in range(one_in):
        monkeypatch.setattr(HOW_TESTS_RUN, "state", lambda state=state: 1_000 * one_in + state)
        run += chosen(one_in=one_in)
    assert sorted(run) == [*range(20)]


def test_one_state_of_the_package_takes_the_same_sweeps_each_time():
    assert chosen(one_in=8) == chosen(one_in=8) != []
