"""Runs the cells of many pages, each in a process of its own: copies of one that has imported the libraries already.

`python -m cells.warm` reads from its input, as one line of JSON, how many may run at a time, for how many seconds a
cell may run, and the pages with their folders and cells. It prints a line for each event: a cell that begins, a page
that ends or dies, and now and then that nothing happened. Where a process cannot be copied, the one page that it is
given runs in itself.
"""

import importlib
import json
import os
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import IO, Any, NoReturn

from cells.reach import REPORTS, recorder
from cells.shell import Cell, Shell

LIBRARIES = ("myst_nb.ext.glue", "numpy", "matplotlib.figure", "matplotlib.backends.backend_svg", "sympy", "mpmath")
"""What most pages import; nothing of our own, which each page imports itself, so that its reach is known."""
TICK = 1.0
"""After how many seconds without an event that is said."""
CAN_COPY = hasattr(os, "fork")

Event = dict[str, Any]
Say = Callable[..., None]
Page = tuple[str, str, list[Cell]]
"""Its name, the folder in which it runs, its cells."""


def run_page(page: Page, say: Say) -> None:
    """Run the cells of a page, and say what they showed and reached."""
    name, folder, cells = page
    os.chdir(folder)
    sys.path[0] = ""  # as in a notebook
    recording, start = recorder(tempfile.mkdtemp(dir=os.environ[REPORTS])), time.monotonic()
    outputs = Shell.instance().run(cells, lambda number: say("cell", page=name, cell=number))
    language = {"name": "python", "pygments_lexer": "ipython3", "version": sys.version.partition(" ")[0]}
    seconds = round(time.monotonic() - start, 1)
    reach = asdict(recording.reach())
    say("end", page=name, outputs=outputs, language=language, seconds=seconds, reach=reach)


def speaker(pipe: IO[str]) -> Say:
    """Return a function that writes events to a pipe."""

    def say(event: str, **content: object) -> None:
        pipe.write(json.dumps({"event": event, **content}) + "\n")
        pipe.flush()

    return say


@dataclass
class Copy:
    """A process that runs a page: the cell at which it is since when, whether it has said all, and has ended."""

    page: str
    pid: int
    pipe: int
    since: float
    cell: int = 0
    rest: bytes = b""
    reason: str = ""
    done: bool = False
    ended: bool = False

    def hear(self) -> Iterator[Event]:
        """Give what it says; and that it has died, if it ends without having said all."""
        text = os.read(self.pipe, 1 << 20)
        *lines, self.rest = (self.rest + text).split(b"\n")
        for said in map(json.loads, lines):
            self.since, self.cell = time.monotonic(), said.get("cell", self.cell)
            self.done = said["event"] == "end"
            yield said
        if not text:
            _, status = os.waitpid(self.pid, 0)
            self.ended = True
            reason = self.reason or f"its process has ended, with {os.waitstatus_to_exitcode(status)}"
            yield from () if self.done else [{"event": "died", "page": self.page, "cell": self.cell, "reason": reason}]

    def end(self, reason: str = "") -> None:
        """End the process and what it has started."""
        self.reason = reason
        os.killpg(self.pid, signal.SIGKILL)


def copied(page: Page) -> Copy:
    """Copy this process; the copy runs a page."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        run_and_end(page, writing)
    os.close(writing)
    with suppress(OSError):  # it may have ended, or done so itself
        os.setpgid(pid, pid)
    return Copy(page[0], pid, reading, time.monotonic())


def run_and_end(page: Page, pipe: int) -> NoReturn:
    """Run a page, and end this process."""
    code = 1
    try:
        os.setpgid(0, 0)
        with os.fdopen(pipe, "w", encoding="utf-8") as file:
            run_page(page, speaker(file))
        code = 0
    finally:
        os._exit(code)


def events(pages: list[Page], at_a_time: int, timeout: float) -> Iterator[Event]:
    """Run pages in the order in which they are given, and give what happens."""
    running: dict[int, Copy] = {}
    try:
        while pages or running:
            while pages and len(running) < at_a_time:
                copy = copied(pages.pop(0))
                running[copy.pipe] = copy
            ready, _, _ = select.select([*running], [], [], TICK)
            for copy in [running[pipe] for pipe in ready]:
                yield from copy.hear()
                if copy.ended:
                    os.close(running.pop(copy.pipe).pipe)
            for copy in running.values():
                if time.monotonic() - copy.since > timeout:
                    copy.end(f"it ran for more than {timeout:g} seconds")
            if not ready:
                yield {"event": "tick"}
    finally:
        for copy in running.values():
            copy.end()


def main() -> None:
    """Read what to run, and run it, until that is done or nobody listens any more."""
    try:
        run_all()
    except (BrokenPipeError, KeyboardInterrupt):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python still has something to say


def run_all() -> None:
    """Read what to run, and run it."""
    at_a_time, timeout, given = json.loads(sys.stdin.readline())
    pages = [(name, folder, [Cell(*cell) for cell in cells]) for name, folder, cells in given]
    say = speaker(sys.stdout)
    with tempfile.TemporaryDirectory() as os.environ[REPORTS]:
        if not CAN_COPY:
            run_page(pages[0], say)
            return
        for library in LIBRARIES:
            importlib.import_module(library)
        for event in events(pages, at_a_time, timeout):
            say(**event)


if __name__ == "__main__":
    main()
