"""Which tests reach which lines of the package, and how long each takes: one run, kept until something changes."""

import functools
import gc
import hashlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import coverage
import pytest
from forked import in_a_fork, run_tests

HERE = Path(__file__).resolve().parents[2]
PACKAGE = HERE / "src/literate_bp"
KEPT = HERE / ".mutants/reach.json"
LONGEST = 3600
"""Seconds of the processor that all tests may take."""
CACHE = type(functools.cache(len))

Lines = dict[str, list[int]]


class Reach(NamedTuple):
    """What a test did: whether it passed, in how many seconds, and the lines of each file that it reached."""

    passed: bool
    seconds: float
    lines: Lines


class Map(NamedTuple):
    """What all tests did, by name; and the lines that ran while tests were collected."""

    tests: dict[str, Reach]
    collected: Lines

    def reaching(self, file: str, lines: Iterable[int]) -> dict[str, float]:
        """Give the tests that reach any of these lines of a file, and the seconds that each takes."""
        wanted = set(lines)
        return {
            name: s for name, s in self.passed().items() if wanted.intersection(self.tests[name].lines.get(file, ()))
        }

    def passed(self) -> dict[str, float]:
        """Give the tests that pass without a change, and the seconds that each takes."""
        return {name: test.seconds for name, test in self.tests.items() if test.passed}

    def named_after(self, file: str) -> dict[str, float]:
        """Give the tests of the file named after a file: of what Python calls to profile, it traces nothing."""
        name = f"test_{Path(file).name}"
        return {test: s for test, s in self.passed().items() if Path(test.partition("::")[0]).name == name}

    def extent(self, file: str, names: Iterable[str]) -> dict[str, int]:
        """Tell how many lines of a file each test reaches."""
        return {name: len(self.tests[name].lines.get(file, ())) for name in names}


def watching() -> coverage.Coverage:
    """Make what notes the lines of the package that run."""
    return coverage.Coverage(data_file=None, config_file=False, source=[str(PACKAGE)], messages=False)


def measured(collector: coverage.Coverage) -> Lines:
    """Give the lines of the package that were reached, by file."""
    data = collector.get_data()
    files = {Path(name).relative_to(PACKAGE).as_posix(): name for name in data.measured_files()}
    return {file: sorted(data.lines(name) or ()) for file, name in sorted(files.items())}


def state(*paths: Path) -> str:
    """Give what changes when a file changes."""
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)).hexdigest()[:16]


def package_state() -> str:
    """Give what changes when any file of the package changes."""
    return state(*sorted(PACKAGE.rglob("*.py")))


def reach(items: list[pytest.Item], collected: Lines) -> Map:
    """Run each test of which is not known what it reaches, and keep what is found."""
    known = known_reach()
    for file, lines in collected.items():
        known["collected"][file] = sorted({*known["collected"].get(file, ()), *lines})
    shared = [path for path in sorted((HERE / "tests").glob("*.py")) if not path.name.startswith("test_")]
    states = {path: state(path, *shared) for path in {item.path for item in items}}
    new = [item for item in items if known["tests"].get(item.nodeid, [""])[0] != states[item.path]]
    if new:
        kept = caches()  # before the fork, in which what there is is no garbage to look through
        found = in_a_fork(lambda: reached(new, kept), processor=LONGEST, wall=20 * LONGEST)
        known["tests"] |= {item.nodeid: [states[item.path], *found[item.nodeid]] for item in new}
        KEPT.write_text(json.dumps(known), encoding="utf-8")
    return Map({item.nodeid: Reach(*known["tests"][item.nodeid][1:]) for item in items}, known["collected"])


def known_reach() -> dict[str, Any]:
    """Read what was found before, but of tests that reach a file of the package that has changed since."""
    known = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {"tests": {}, "collected": {}}
    now = {path.relative_to(PACKAGE).as_posix(): state(path) for path in sorted(PACKAGE.rglob("*.py"))}
    before = known.get("files", {})
    changed = {file for file in {*now, *before} if now.get(file) != before.get(file)}
    tests = {name: found for name, found in known["tests"].items() if changed.isdisjoint(found[-1])}
    collected = {file: lines for file, lines in known["collected"].items() if file not in changed}
    return {"files": now, "tests": tests, "collected": collected}


def caches() -> list[Any]:
    """Give every function of the package or of the tests that keeps what it gave."""
    return [thing for thing in gc.get_objects() if isinstance(thing, CACHE) and ours(thing)]


def ours(cached: Any) -> bool:
    """Tell a cache of the package or of the tests from one of a library."""
    code = getattr(getattr(cached, "__wrapped__", None), "__code__", None)
    return code is not None and code.co_filename.startswith(str(HERE))


def reached(items: list[pytest.Item], kept: list[Any]) -> dict[str, Reach]:
    """Run tests one after the other, each with empty caches, and note what each reaches."""
    collector = watching()
    collector.start()
    contexts = Contexts(collector)
    items[0].config.pluginmanager.register(contexts)
    passed, seconds = {}, {}
    for item, following in zip(items, (*items[1:], None), strict=True):
        for cached in kept:
            cached.cache_clear()
        contexts.enter(item.nodeid)
        began = time.process_time()
        passed[item.nodeid] = run_tests([item], following=following).failed is None
        seconds[item.nodeid] = round(time.process_time() - began, 4)
        if sys.gettrace() is None:  # the test traced something itself
            collector.stop()
            collector.start()
    collector.stop()
    lines = lines_by_context(collector)
    return {item.nodeid: Reach(passed[item.nodeid], seconds[item.nodeid], merged(lines, item)) for item in items}


class Contexts:
    """A pytest plugin that notes lines under the name of their test, or of a fixture that several tests share."""

    def __init__(self, collector: coverage.Coverage) -> None:
        self.collector, self.name = collector, ""

    def enter(self, name: str) -> None:
        """Begin a test."""
        self.name = name
        self.collector.switch_context(name)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef) -> Iterator[None]:
        """Run a fixture; what is made for several tests is reached by all of them."""
        if fixturedef.scope == "function":
            return (yield)
        self.collector.switch_context(name_of(fixturedef))
        try:
            return (yield)
        finally:
            self.collector.switch_context(self.name)


def name_of(fixture: pytest.FixtureDef) -> str:
    """Name a fixture."""
    return f"fixture {fixture.baseid} {fixture.argname}"


def lines_by_context(collector: coverage.Coverage) -> dict[str, Lines]:
    """Give the lines of each file that were reached, by test or fixture."""
    data = collector.get_data()
    found: dict[str, Lines] = defaultdict(lambda: defaultdict(list))
    for path in data.measured_files():
        file = Path(path).relative_to(PACKAGE).as_posix()
        for line, contexts in data.contexts_by_lineno(path).items():
            for context in contexts:
                found[context][file].append(line)
    return found


def merged(lines: dict[str, Lines], item: pytest.Item) -> Lines:
    """Give the lines that a test reaches, by itself and by the fixtures that it shares."""
    fixtures = [f for found in item._fixtureinfo.name2fixturedefs.values() for f in found]  # noqa: SLF001 — no public way
    names = [item.nodeid, *(name for f in fixtures if (name := name_of(f)) in lines)]
    files = sorted({file for name in names for file in lines.get(name, ())})
    return {file: sorted({n for name in names for n in lines.get(name, {}).get(file, ())}) for file in files}
