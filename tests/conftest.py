"""How the tests run: the same examples every time, no example thrown out for being slow, long sweeps when asked for.

A check of every change has no time for all sweeps: it takes one in so many (``--one-in 12``), spread over all families.
In a browser every test is such a sweep, of pages, looks and random states.
A state of the package takes the same each time, so that a failure can be repeated, and another state takes others.

The files that build pages come first, which take longest: on several processors (``-n auto --dist worksteal``) each
begins with a row of files, and who is done takes over half of what another has left.
"""

import pytest
from hypothesis import HealthCheck, Phase, settings
from sweeps import one_in

BUILDING = {"book", "shared_books", "pages"}
"""The fixtures that build pages."""

settings.register_profile(
    "book",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
# For deliberate bugs (test_mutants.py): that one example fails is enough, the smallest is not looked for.
settings.register_profile("mutant", settings.get_profile("book"), phases=(Phase.explicit, Phase.generate))
settings.load_profile("book")


def pytest_addoption(parser):
    """Add the options that say which long sweeps run."""
    parser.addoption("--exhaustive", action="store_true", help="run the long sweeps as well")
    parser.addoption(
        "--one-in", type=positive, metavar="N", help="run one long sweep in N, another one with each change"
    )


def positive(text):
    """Return a whole number above 0."""
    if not text.isdecimal() or not int(text):
        raise pytest.UsageError(f"--one-in is {text!r}, which is no whole number above 0")
    return int(text)


def pytest_configure(config):
    """Tell pytest of the marker."""
    config.addinivalue_line("markers", "exhaustive: a long sweep, of which the quick tests run a part")


def sweeps(items, config):
    """Return the long sweeps that are asked for."""
    every = [item for item in items if "exhaustive" in item.keywords]
    if config.getoption("--exhaustive"):
        return every
    number = config.getoption("--one-in")
    return one_in(number, every) if number else []


def pytest_collection_modifyitems(config, items):
    """Leave out the sweeps that are not asked for, and begin with the files that build pages."""
    asked = {*sweeps(items, config)}
    left_out = [item for item in items if "exhaustive" in item.keywords and item not in asked]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if "exhaustive" not in item.keywords or item in asked]
    building = {item.path for item in items if BUILDING.intersection(item.fixturenames)}
    items.sort(key=lambda item: item.path not in building)
