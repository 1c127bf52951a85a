"""Put one mutant after the other into forked processes, and let the tests that reach it judge it."""

import contextlib
import gc
import importlib.abc
import importlib.machinery
import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import pytest
from changes import Mutant
from forked import Broken, Run, allow, in_a_fork, run_tests
from reach import HERE, PACKAGE, Map, Reach, caches, measured, reach, watching
from results import Result, Results

EVERYWHERE = ("rules", "formula", "proof", "worked", "compiled", "diagram", "command_line", "")
"""The folders of tests that judge what those of a mutant's own room let live; "" is what stands in none."""
NOT_RUN = {"test_mutants.py", "test_shell.py", "test_micropython.py", "test_declarations.py"}
"""Tests that run the package in another process, where no mutant is."""
LIBRARIES = ("numpy", "sympy", "mpmath", "hypothesis.extra.numpy", "matplotlib.pyplot", "sklearn.datasets", "ml_dtypes")
OPTIONS = (
    *("-q", "--capture=sys", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist"),
    *("--hypothesis-profile=mutant", "-W", "ignore::pytest.PytestAssertRewriteWarning"),
    *("-o", "tmp_path_retention_policy=none", "-o", "addopts=--import-mode=importlib --strict-markers"),
)
SLACK = 10
"""How many times its own seconds a test may take before the mutant counts as one that runs for ever."""
START = 3
"""Seconds that a test may take besides."""
KILLERS = 5
"""How many tests that killed others are tried first."""
NEAR = (1, 3, None)
"""How many files of tests are collected at a time for a change of what an import runs."""
IMPORTING = 120
"""Seconds in which the package is imported and tests are collected."""


class Bounds(NamedTuple):
    """The seconds that the tests of a mutant may take, the minutes of all, and whether to import for the alive."""

    seconds: float
    minutes: float
    imports: bool

    def until(self) -> float:
        """Give the time at which those that begin now are to end."""
        return time.monotonic() + 60 * self.minutes


def judge(chosen: Sequence[Mutant], rooms: Sequence[str], results: Results, bounds: Bounds) -> None:
    """Judge mutants by the tests of some rooms: in a warm process, but where a change is in what an import runs."""
    with contextlib.suppress(ImportError):
        for name in LIBRARIES:
            __import__(name)
    paths = [str(path) for room in rooms for path in sorted((HERE / "tests" / room).glob("test_*.py"))]
    paths = [path for path in paths if Path(path).name not in NOT_RUN]
    answer = in_its_process(lambda: warm(chosen, paths, results, bounds))
    results.__init__(results.path)
    left = set(answer["left"])
    cold = Cold({name: Reach(*test) for name, test in answer["tests"].items()}, results, bounds)
    end = bounds.until()
    for mutant in chosen:
        if mutant.name in left and not (mutant.body is None and time.monotonic() > end):
            cold.judge(mutant)


def in_its_process(run: Callable[[], object]) -> Any:
    """Call a function in a forked process without limits, so that what it imports is gone afterwards."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            with os.fdopen(writing, "w") as out:
                out.write(json.dumps(run()))
            status = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
            raise
        finally:
            sys.stdout.flush()
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    if not text:
        raise SystemExit(1)
    return json.loads(text)


def ordered(seconds: dict[str, float], extent: dict[str, int], first: Sequence[str]) -> list[str]:
    """Order tests: the last killers, then by turns the fastest and the one that reaches least of the file.

    Of each test the fastest example goes first, then the next, and those of a second late. What reaches little of a
    file is about the line, or ends there with the error that the line is for.
    """
    rounds: Counter[str] = Counter()
    late = {}
    for name in sorted(seconds, key=seconds.__getitem__):
        test = name.partition("[")[0]
        late[name] = rounds[test] + 3 * (seconds[name] >= 1)
        rounds[test] += 1
    fast = sorted(seconds, key=lambda name: (late[name], seconds[name]))
    near = sorted(seconds, key=lambda name: (seconds[name] >= 1, extent[name], seconds[name]))
    turns = [name for pair in zip(fast, near, strict=True) for name in pair]
    return list(dict.fromkeys([*(name for name in first if name in seconds), *turns]))


def run_within(items: Sequence[pytest.Item], seconds: dict[str, float], total: float) -> Run:
    """Run tests until one fails or a time is over; one that takes far too long ends the process."""
    end = time.process_time() + total

    def may_run(item: pytest.Item) -> bool:
        allow(SLACK * seconds[item.nodeid] + START)
        return time.process_time() < end

    return run_tests(items, may_run)


class Killers:
    """The tests that killed the last mutants of a function, and the most of its file: they kill the next ones, too."""

    def __init__(self, results: Results) -> None:
        self.last: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.kills: dict[str, Counter[str]] = defaultdict(Counter)
        for result in results.known.values():
            if result.by.startswith("tests/"):
                self.kills[result.name.partition(" ")[0]][result.by] += 1

    def of(self, mutant: Mutant) -> list[str]:
        """Give those of a mutant: of its function the last one first, then of its file the one that kills most."""
        most = self.kills[mutant.file].most_common(2 * KILLERS)
        return [*self.last[mutant.file, mutant.function], *(name for name, _ in most)]

    def note(self, mutant: Mutant, name: str) -> None:
        """Put a test first."""
        self.kills[mutant.file][name] += 1
        last = self.last[mutant.file, mutant.function]
        last[:] = [name, *(other for other in last if other != name)][:KILLERS]


# --- what a call runs: in the warm process ---------------------------------------------------------------------------


def warm(chosen: Sequence[Mutant], paths: Sequence[str], results: Results, bounds: Bounds) -> dict[str, Any]:
    """Collect tests, and judge mutants by them; give those that are left for a process that imports anew."""
    session = Warm(chosen, results, bounds)
    code = pytest.main([*OPTIONS, *paths], plugins=[session])
    if code == pytest.ExitCode.INTERNAL_ERROR or not session.items:
        raise SystemExit(f"pytest ended with {code!r}")
    return {"left": session.left, "tests": session.map.tests}


class Warm:
    """A pytest plugin: when the tests are collected, it judges mutants instead of running them."""

    def __init__(self, chosen: Sequence[Mutant], results: Results, bounds: Bounds) -> None:
        self.chosen, self.results, self.bounds = chosen, results, bounds
        self.left: list[str] = []
        self.items: dict[str, pytest.Item] = {}
        self.map = Map({}, {})
        self.killers = Killers(results)
        self.caches: list[Any] = []
        self.functions: dict[tuple[str, int, str], list[FunctionType]] = {}
        self.collector = watching()

    def pytest_configure(self) -> None:
        """Import the whole package: no test is to be the first that imports a file."""
        self.collector.start()
        for path in sorted(PACKAGE.rglob("*.py")):
            if path.name != "__main__.py":
                with contextlib.suppress(ImportError):  # PyTorch and JAX need not be there
                    __import__(module_of(path))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge every mutant of a function."""
        self.collector.stop()
        self.functions, self.caches = functions(), caches()
        self.items = {item.nodeid: item for item in session.items}
        self.map = reach(session.items, measured(self.collector))
        not_used = [name for name, test in self.map.tests.items() if not test.passed]
        print(f"{len(self.items)} tests; not used, since they fail without a change: {not_used}", flush=True)
        end = self.bounds.until()
        for mutant in self.chosen:
            if mutant.body is None:
                self.left.append(mutant.name)
                continue
            if time.monotonic() > end:
                continue
            result = self.judged(mutant)
            if result is None:
                self.left.append(mutant.name)
                continue
            ran_before = not set(self.map.collected.get(mutant.file, ())).isdisjoint(mutant.body)
            if result.end != "killed" and ran_before and self.bounds.imports:
                self.left.append(mutant.name)  # what the function gave while tests were collected may have hidden it
            self.results.note(result)
        return True

    def judged(self, mutant: Mutant) -> Result | None:
        """Run the tests that reach a mutant in a process in which it is; give None where it cannot be put."""
        began = time.monotonic()
        seconds = self.map.reaching(mutant.file, mutant.lines) or self.map.named_after(mutant.file)
        if not seconds:
            return result_of(mutant, None, 0, began)
        items = [
            self.items[name]
            for name in ordered(seconds, self.map.extent(mutant.file, seconds), self.killers.of(mutant))
        ]

        def run() -> Run | None:
            for cached in self.caches:  # what a function gave before it was changed
                cached.cache_clear()
            return run_within(items, seconds, self.bounds.seconds) if self.put(mutant) else None

        try:
            answer = in_a_fork(run, processor=START, wall=20 * self.bounds.seconds)
            if answer is None:
                return None
            done = Run(*answer)
        except Broken as why:
            done = Run(str(why), 0)
        if done.failed in self.items:
            self.killers.note(mutant, done.failed)
        return result_of(mutant, done, len(items), began)

    def put(self, mutant: Mutant) -> bool:
        """Give the function that a mutant changes its changed code, wherever it is referred to.

        A function that needs `super` or another name from around it keeps its code if the change takes that name out.
        """
        path = PACKAGE / mutant.file
        found = [
            (function, code)
            for code in codes(mutant.code(path, whole=False))
            for function in self.functions.get((str(path), code.co_firstlineno, code.co_qualname), ())
            if code.co_firstlineno < mutant.lines.stop and lines_in(code).intersection(mutant.body)
        ]
        if not found:
            raise LookupError(mutant.name)
        if any(function.__code__.co_freevars != code.co_freevars for function, code in found):
            return False
        for function, code in found:
            function.__code__ = code
        return True


def result_of(mutant: Mutant, run: Run | None, tests: int, began: float) -> Result:
    """Say what became of a mutant."""
    end = "not reached" if run is None else "killed" if run.failed else "survived"
    by, ran = run or ("", 0)
    return Result(mutant.name, mutant.state, end, by or "", ran, tests, round(time.monotonic() - began, 3))


def module_of(path: Path) -> str:
    """Name the module of a file."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def functions() -> dict[tuple[str, int, str], list[FunctionType]]:
    """Give every function of the package that there is, by where it is defined."""
    found = defaultdict(list)
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__code__.co_filename.startswith(str(PACKAGE)):
            code = thing.__code__
            found[code.co_filename, code.co_firstlineno, code.co_qualname].append(thing)
    return found


def codes(code: CodeType) -> Iterator[CodeType]:
    """Give the code of everything that is defined in a code."""
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield part
            yield from codes(part)


def lines_in(code: CodeType) -> set[int]:
    """Give the lines of a code, and of what is defined in it."""
    return {line for part in (code, *codes(code)) for _, _, line in part.co_lines() if line is not None}


# --- what an import runs: in a process that imports anew -------------------------------------------------------------


class Changed(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Imports the file that a mutant changes."""

    def __init__(self, mutant: Mutant) -> None:
        path = PACKAGE / mutant.file
        super().__init__(module_of(path), str(path))
        self.mutant = mutant

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """Find the one file."""
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=self)

    def get_code(self, _name: str) -> CodeType:
        """Compile the file changed."""
        return self.mutant.code(Path(self.path))


class Cold:
    """Judges a mutant in processes that import the package, and collect some files of tests, anew."""

    def __init__(self, tests: dict[str, Reach], results: Results, bounds: Bounds) -> None:
        self.map, self.results, self.bounds = Map(tests, {}), results, bounds
        self.killers = Killers(results)

    def judge(self, mutant: Mutant) -> None:
        """Judge one mutant: by the nearest file of tests, by the next few, by all."""
        began, ran, files = time.monotonic(), 0, self.nearest(mutant)
        total, done = sum(map(len, files)), None
        for many in NEAR:
            names, files = [name for file in files[:many] for name in file], files[many:] if many else []
            if not names:
                break
            run = self.run(mutant, names)
            ran += run.ran
            done = Run(run.failed, ran)
            if run.failed:
                break
        if done and done.failed in self.map.tests:
            self.killers.note(mutant, done.failed)
        self.results.note(result_of(mutant, done, total, began))

    def nearest(self, mutant: Mutant) -> list[list[str]]:
        """Give the tests that reach the lines of a function, by file: killers, the same name, the most.

        Of what an import alone runs, all in the files of tests that reach its file, or all that there are: a test may
        use a table, and call nothing that stands beside it.
        """
        names = self.map.reaching(mutant.file, mutant.body or ())
        if not names:
            files = {name.partition("::")[0] for name in self.map.reaching(mutant.file, range(10**6))}
            names = {name: s for name, s in self.map.passed().items() if not files or name.partition("::")[0] in files}
        by_file: dict[str, list[str]] = defaultdict(list)
        for name in names:
            by_file[name.partition("::")[0]].append(name)
        killers = [name.partition("::")[0] for name in self.killers.of(mutant)]
        same = f"test_{Path(mutant.file).stem}"
        order = sorted(by_file, key=lambda f: (f not in killers, Path(f).stem != same, -len(by_file[f])))
        return [by_file[file] for file in order]

    def run(self, mutant: Mutant, names: list[str]) -> Run:
        """Run tests in a process that imports the changed file."""
        seconds = {name: self.map.tests[name].seconds for name in names}
        order = ordered(seconds, self.map.extent(mutant.file, seconds), self.killers.of(mutant))
        paths = sorted({str(HERE / name.partition("::")[0]) for name in names})

        def run() -> Run:
            sys.meta_path.insert(0, Changed(mutant))
            session = Once(order, self.map, self.bounds.seconds)
            pytest.main([*OPTIONS, *paths], plugins=[session])
            return session.run

        try:
            return Run(*in_a_fork(run, processor=IMPORTING, wall=20 * (IMPORTING + self.bounds.seconds)))
        except Broken as why:
            return Run(str(why), 0)


class Once:
    """A pytest plugin that runs some of the collected tests, in an order, until one fails.

    A mutant may change which examples a test has: those that there are now are run, the new ones last.
    """

    def __init__(self, names: list[str], known: Map, total: float) -> None:
        self.names, self.known, self.total = names, known, total
        self.run = Run("the collection of tests", 0)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run them, unless they could not be collected."""
        if session.testsfailed:
            return True
        items = {item.nodeid: item for item in session.items}
        here = [
            *(name for name in self.names if name in items),
            *(name for name in items if name not in self.known.tests),
        ]
        seconds = {name: self.known.tests[name].seconds if name in self.known.tests else 1.0 for name in here}
        if here:
            self.run = run_within([items[name] for name in here], seconds, self.total)
        return True
