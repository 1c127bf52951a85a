"""How fast a page is there on a phone, as Lighthouse has it: the median of three runs, on the heaviest pages.

Where two runs meet all goals, so does the median of three: the third is left out. `nox -s browser -- --every-page` asks
it of all pages. One run at a time: two would wait for each other, and measure that. A machine that is busy with
something else is asked again. One that checks changes (CI) is shared with others: it says what it found, and fails for
no time, so one run of one page shows there that Lighthouse still reads it, beside other tests.
"""

import json
import os
import statistics
import subprocess

import pytest
from browser import flags, program
from built import book_pages
from pages import HERE, SITE

from formula.mathml import NODE

AT_LEAST = {"performance": 0.97}
AT_MOST = {"paint": 2000, "blocked": 100, "shift": 0.02}
"""Milliseconds; the last is a share of the window."""
SHARED = bool(os.environ.get("CI"))
TRIES = 1 if SHARED else 3
HEAVIEST = 1 if SHARED else 5
QUICK = 1000
"""The speed of a machine by Lighthouse's own measure from which on its model of a phone holds."""
QUIET = ("--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


def pytest_generate_tests(metafunc):
    """Ask it of the pages with the most elements, or of all."""
    pages = sorted(book_pages(), key=lambda name: (SITE / name).read_text(encoding="utf-8").count("<"))
    every = metafunc.config.getoption("--every-page", default=False)
    metafunc.parametrize("name", pages if every else pages[-HEAVIEST:])


def runs(address, name, times):
    """Return what each run of Lighthouse found."""
    script = HERE / "tests/in_browser/lighthouse.mjs"
    command = [NODE, script, program(), times, json.dumps([*QUIET, *flags()]), f"{address}{name}"]
    result = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(found) == times
    return found


def enough_runs(address, name):
    """Return two runs that meet all goals, or three; one where nothing fails for it."""
    if SHARED:
        return runs(address, name, 1)
    found = runs(address, name, 2)
    return found + runs(address, name, 1) if any(missed([run]) for run in found) else found


def missed(found):
    """Return the medians that miss their goals."""
    median = {each: statistics.median(run[each] for run in found) for each in (*AT_LEAST, *AT_MOST)}
    low = {each: median[each] for each, goal in AT_LEAST.items() if median[each] < goal}
    return low | {each: median[each] for each, goal in AT_MOST.items() if median[each] > goal}


def test_a_page_is_there_soon_on_a_phone(address, name):
    tries = []
    while len(tries) < TRIES:
        tries.append(enough_runs(address, name))
        if not missed(tries[-1]):
            return
    speeds = [run["machine"] for found in tries for run in found]
    said = [missed(found) for found in tries]
    if SHARED or statistics.median(speeds) < QUICK:
        pytest.skip(f"{said}, on a machine that is shared, slow or busy: {speeds}, where {QUICK} is a desk computer's")
    raise AssertionError(said)
