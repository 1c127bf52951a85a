"""Records what the cells of a page reached of this repository: modules, functions that ran, files that were read.

A result that is kept holds as long as all of it is as it was. A function counts by its syntax tree, so that a comment
changes nothing; a module counts by all that runs when it is imported, the docstrings of its functions included. A
Python program that a cell starts says at its end what it has reached (`started/sitecustomize.py`); any other may have
reached all of the program.
"""

import ast
import ctypes
import gc
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

ROOT = Path(__file__).parents[3]
BUILT = ROOT / "docs/_build"
IMPORTED = ""
"""The name of what runs when a module is imported."""
PROGRAMS = {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen"}
REPORTS = "CELLS_REACH"
"""The variable of the environment that names the folder in which programs say what they have reached."""
STARTED = Path(__file__).parent / "started"
"""What a Python program that a cell starts imports first."""
FILES = {"open", "os.listdir", "os.scandir"}
IMPORT_SYSTEM = "<frozen importlib"
PROGRAM_FOLDERS = ("src", "docs/_ext")


# --- what it is ----------------------------------------------------------------


class Bodies(ast.NodeTransformer):
    """Takes the bodies of functions out of a module; what is left runs when the module is imported."""

    def __init__(self) -> None:
        self.within: list[str] = []
        self.found: dict[str, str] = {}

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Look into a class."""
        self.within.append(node.name)
        self.generic_visit(node)
        self.within.pop()
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Take a body out, but for its docstring; decorators and defaults run at once."""
        name = ".".join([*self.within, node.name])
        self.found[name] = self.found.get(name, "") + "\n".join(map(ast.dump, node.body))
        node.body = node.body[:1] if ast.get_docstring(node, clean=False) is not None else []
        return node

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815


def digest(content: bytes | str) -> str:
    """Return a short name for a content."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()[:16]


@cache
def parts_of(content: bytes) -> Mapping[str, str]:
    """Return the digest of each function of a module, and of what runs when it is imported."""
    bodies = Bodies()
    try:
        module = ast.dump(bodies.visit(ast.parse(content)))
    except (SyntaxError, ValueError):  # it cannot run either
        return {IMPORTED: digest(content)}
    return {IMPORTED: digest(module)} | {name: digest(body) for name, body in bodies.found.items()}


def state(path: Path) -> str | None:
    """Return the digest of a file, or of the names in a folder; None if neither is there."""
    if path.is_dir():
        return digest("\n".join(sorted(entry.name for entry in path.iterdir() if entry.name != "__pycache__")))
    return digest(path.read_bytes()) if path.is_file() else None


def states(paths: Iterable[str]) -> dict[str, str | None]:
    """Return the states of files and folders of the repository."""
    return {path: state(ROOT / path) for path in sorted(paths)}


def program() -> list[str]:
    """Return all files of the program."""
    found = [path for folder in PROGRAM_FOLDERS for path in (ROOT / folder).rglob("*")]
    return [path.relative_to(ROOT).as_posix() for path in found if path.is_file() and "__pycache__" not in path.parts]


@dataclass
class Reach:
    """What was reached, by path within the repository: of modules the digests of their parts, of the rest of each.

    `whole` has the digests of whole modules: one that is the same in every byte is not parsed again.
    """

    modules: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, str | None] = field(default_factory=dict)
    whole: dict[str, str | None] = field(default_factory=dict)

    def holds(self) -> bool:
        """Return whether all of it is as it was."""
        return all(self.same_module(*module) for module in self.modules.items()) and all(
            state(ROOT / path) == known for path, known in self.files.items()
        )

    def same_module(self, path: str, known: Mapping[str, str]) -> bool:
        """Return whether the parts of a module that ran are as they were."""
        if not (ROOT / path).is_file():
            return False
        content = (ROOT / path).read_bytes()
        return digest(content) == self.whole.get(path) or known.items() <= parts_of(content).items()

    def unsettled(self, since: float) -> bool:
        """Return whether any of it has been written since a time: then nobody knows which state was reached."""
        paths = [ROOT / path for path in (*self.modules, *self.files)]
        return any(path.is_file() and path.stat().st_mtime >= since for path in paths)


# --- how it is recorded ----------------------------------------------------------


def is_written(mode: str | None, flags: int) -> bool:
    """Return whether a file is opened to be written, and not read."""
    return bool({*(mode or "")} & {*"wax"}) or bool(not mode and flags & (os.O_WRONLY | os.O_TRUNC))


def within(path: object) -> str | None:
    """Return the path of a file within the repository; None of any other, and of what is built."""
    if not isinstance(path, str | bytes | Path):
        return None
    whole = Path(path.decode() if isinstance(path, bytes) else path)
    whole = whole if whole.is_absolute() else Path.cwd() / whole
    whole = whole.resolve()
    if not whole.is_relative_to(ROOT) or whole.is_relative_to(BUILT) or "__pycache__" in whole.parts:
        return None
    return whole.relative_to(ROOT).as_posix()


def is_this_python(executable: object, _arguments: object, _folder: object, environment: Any) -> bool:
    """Return whether a program that is started is the interpreter that runs."""
    found = shutil.which(os.fsdecode(str(executable)), path=os.pathsep.join(os.get_exec_path(environment)))
    return found is not None and Path(found).resolve() == Path(sys.executable).resolve()


@dataclass
class Process:
    """What one process has reached: of each module that is loaded the functions that did not run, files, programs."""

    idle: dict[str, list[str]]
    files: list[str]
    started: int
    all_of_it: bool


class Recorder:
    """Records from its making on what this process reaches; it cannot be stopped.

    `reports` is the folder in which Python programs that it starts say what they have reached.
    """

    def __init__(self, reports: str) -> None:
        self.reports = reports
        self.files: set[str] = set()
        self.written: set[str] = set()
        self.touched: set[CodeType] = set()
        self.started, self.all_of_it, self.ready = 0, False, False
        self.has_run = runs_seen_by_the_interpreter() or (lambda _code: True)
        sys.addaudithook(self.hear)
        self.ready = True

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note what happens, and nothing that happens meanwhile: to look at code is an event as well."""
        if self.ready:
            self.ready = False
            try:
                self.take(event, arguments)
            finally:
                self.ready = True

    def take(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note a file that is opened, a folder that is listed, a program that is started, code that is looked at."""
        if event == "object.__getattr__" and isinstance(arguments[0], FunctionType):
            self.touched.add(arguments[0].__code__)
        elif event == "subprocess.Popen" and is_this_python(*arguments):
            self.started += 1
        elif event in PROGRAMS:
            self.all_of_it = True
        elif event in FILES and not sys._getframe(2).f_code.co_filename.startswith(IMPORT_SYSTEM):  # noqa: SLF001
            self.note(arguments[0], writes=event == "open" and is_written(*arguments[1:]))

    def note(self, path: object, *, writes: bool) -> None:
        """Note a file or folder of the repository that is read, unless the page itself has written it."""
        found = within(path) if path is not None else within(".")
        if found is None:
            return
        if writes:
            self.written.add(found)
        elif found not in self.written:
            self.files.add(found)

    def reach(self) -> Reach:
        """Return what was reached up to now, here and by the programs that were started."""
        told = [Process(**json.loads(path.read_bytes())) for path in Path(self.reports).glob("*.json")]
        found = [self.here(), *told]
        all_of_it = len(told) != sum(each.started for each in found) or any(each.all_of_it for each in found)
        files = {*(path for each in found for path in each.files), *(program() if all_of_it else [])}
        modules = dict(parts_that_ran(found))
        return Reach(modules, states(files), states(modules))

    def here(self) -> Process:
        """Return what this process has reached up to now."""
        self.ready = False
        alive = functions()
        loaded = {path for name in [*sys.modules] if (path := file_of(name))}
        idle = {path: [*self.idle(alive.get(path, {}))] for path in loaded}
        return Process(idle, [*self.files], self.started, self.all_of_it)

    def idle(self, functions_of: Mapping[str, set[CodeType]]) -> Iterator[str]:
        """Yield the functions of a module of whose codes none ran, or was looked at."""
        for name, codes in functions_of.items():
            if not any(code in self.touched or self.has_run(code) for code in codes):
                yield name

    def report(self) -> None:
        """Say in the folder of reports what this process has reached."""
        found = json.dumps(vars(self.here()))
        with tempfile.NamedTemporaryFile("w", dir=self.reports, suffix=".json", delete=False, encoding="utf-8") as file:
            file.write(found)


def recorder(reports: str) -> Recorder:
    """Record what this process reaches; and have Python programs that it starts say in a folder what they reach."""
    os.environ |= {REPORTS: reports, "PYTHONPATH": os.pathsep.join([str(STARTED), os.environ["PYTHONPATH"]])}
    return Recorder(reports)


def parts_that_ran(found: list[Process]) -> Iterator[tuple[str, dict[str, str]]]:
    """Give each module that a process has loaded, with its parts that ran in any: all but the idle functions."""
    for path in sorted({path for each in found for path in each.idle}):
        idle = set[str].intersection(*({*each.idle[path]} for each in found if path in each.idle))
        yield path, {name: part for name, part in parts_of((ROOT / path).read_bytes()).items() if name not in idle}


def file_of(name: str) -> str | None:
    """Return the file of a loaded module, if it is part of the program."""
    path = within(getattr(sys.modules[name], "__file__", None))
    return path if path and path.startswith(PROGRAM_FOLDERS) else None


def functions() -> dict[str, dict[str, set[CodeType]]]:
    """Return the code of all functions that are alive, by file and name; a function within one counts as part of it."""
    found: dict[str, dict[str, set[CodeType]]] = {}
    for each in gc.get_objects():
        if type(each) is FunctionType:
            code = each.__code__
            name = code.co_qualname.partition(".<locals>")[0]
            if path := path_of(code.co_filename):
                found.setdefault(path, {}).setdefault(name, set()).add(code)
    return found


@cache
def path_of(file: str) -> str | None:
    """Return the path within the repository of a file that code names."""
    return within(file) if not file.startswith("<") else None


def runs_seen_by_the_interpreter() -> Callable[[CodeType], bool] | None:
    """Return a function that tells whether code has run in this process, at no cost to it; None if there is none.

    From Python 3.12 on, `sys.monitoring` hears of the first call of each code. In 3.11 the interpreter counts the first
    calls itself, in a field of the code that it hides.
    """
    return monitored() if hasattr(sys, "monitoring") else warm()


def monitored() -> Callable[[CodeType], bool]:
    """Hear of the first call of each code from now on."""
    monitoring, ran = sys.monitoring, set[tuple[str, str]]()  # type: ignore[attr-defined]  # of Python 3.12
    tool = next(number for number in range(6) if monitoring.get_tool(number) is None)
    monitoring.use_tool_id(tool, "reach")

    def hear(code: CodeType, _at: int) -> object:
        ran.add((code.co_filename, code.co_qualname))
        return monitoring.DISABLE

    monitoring.register_callback(tool, monitoring.events.PY_START, hear)
    monitoring.set_events(tool, monitoring.events.PY_START)
    return lambda code: (code.co_filename, code.co_qualname) in ran


def warm() -> Callable[[CodeType], bool] | None:
    """Read the count of CPython 3.11, after a trial whether it is where it is looked for."""
    at = object.__basicsize__ + ctypes.sizeof(ctypes.c_ssize_t) + 3 * ctypes.sizeof(ctypes.c_void_p)
    at += ctypes.sizeof(ctypes.c_int)  # behind the head, three pointers and the flags

    def count(code: CodeType) -> int:
        return ctypes.c_int16.from_address(id(code) + at).value

    def trial() -> None:
        pass

    fresh = count(trial.__code__)
    trial()
    return (lambda code: count(code) != fresh) if count(trial.__code__) == fresh + 1 else None
