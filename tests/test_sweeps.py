"""Which long sweeps run: all, or one in so many, so that in time each has its turn."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import conftest
import pytest
import sweeps

LONG = [SimpleNamespace(keywords={"exhaustive"}, number=number) for number in range(20)]
QUICK = [SimpleNamespace(keywords=set(), number=None) for _ in range(5)]


class Item(NamedTuple):
    """A test of a file."""

    nodeid: str
    path: Path


def chosen(*, exhaustive=False, one_in=None):
    """Return the numbers of the sweeps that run."""
    options = {"--exhaustive": exhaustive, "--one-in": one_in}
    config = SimpleNamespace(getoption=options.__getitem__)
    return [item.number for item in conftest.sweeps(QUICK + LONG, config)]


def test_sweeps_run_when_they_are_asked_for():
    assert chosen() == []
    assert chosen(exhaustive=True) == [*range(20)]


@pytest.mark.parametrize("one_in", [1, 8, 30])
def test_of_so_many_states_of_the_package_each_sweep_runs_in_one(one_in, monkeypatch):
    run = []
    for state in range(one_in):
        monkeypatch.setattr(sweeps, "state", lambda state=state: 1_000 * one_in + state)
        run += chosen(one_in=one_in)
    assert sorted(run) == [*range(20)]


def test_one_state_of_the_package_takes_the_same_sweeps_each_time():
    assert chosen(one_in=8) == chosen(one_in=8) != []


def test_of_so_many_states_of_the_package_each_test_in_a_browser_runs_in_one(monkeypatch):
    spec = spec_from_file_location("in_browser", Path(__file__).parent / "in_browser/conftest.py")
    in_browser = module_from_spec(spec)
    spec.loader.exec_module(in_browser)
    hook = SimpleNamespace(pytest_deselected=lambda **_: None)
    config = SimpleNamespace(getoption={"--one-in": 3}.__getitem__, hook=hook)
    places = *[Path(spec.origin).parent / "test_pages.py"] * 10, *[Path(__file__)] * 5
    every = [Item(str(number), place) for number, place in enumerate(places)]
    run = []
    for state in range(3):
        monkeypatch.setattr(sweeps, "state", lambda state=state: state)
        items = [*every]
        in_browser.pytest_collection_modifyitems(config, items)
        run += items
    assert sorted(run) == sorted([*every, *every[10:], *every[10:]])
