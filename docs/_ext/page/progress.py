"""Adds nothing to a page: says how many pages a build has yet to run, to read and to write, and how long it has taken.

Each time it is a line of its own, which reads alike on a terminal and in a log.
"""

import os
import sys
import time

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

EVERY = 5.0
"""Seconds between two lines."""
SELDOM = 30.0
"""Seconds until a line is said again, if nothing but the time has changed."""


class Progress:
    """What was said last, and when; another process, which reads or writes pages for this one, says nothing."""

    def __init__(self) -> None:
        self.start = self.said = time.monotonic()
        self.process, self.line = os.getpid(), ""

    def say(self, doing: str, pages: int, more: str = "") -> None:
        """Say what is done, and to how many pages it is yet to be done."""
        now, line = time.monotonic(), f"{doing}: {pages} {'page' if pages == 1 else 'pages'} to go"
        if pages and os.getpid() == self.process and now - self.said >= (SELDOM if line == self.line else EVERY):
            self.said, self.line = now, line
            minutes, seconds = divmod(int(now - self.start), 60)
            sys.stderr.write(f"[{minutes}:{seconds:02}] {line}{more}\n")
            sys.stderr.flush()


PROGRESS = Progress()


class Reading:
    """The pages that are yet to be read."""

    def __init__(self) -> None:
        self.left = set[str]()

    def begin(self, _app: Sphinx, _env: BuildEnvironment, docnames: list[str]) -> None:
        """Note which are read."""
        self.left = {*docnames}
        self.say()

    def take(self, _app: Sphinx, _env: BuildEnvironment, docnames: set[str], _other: BuildEnvironment) -> None:
        """Note that some have been read, by another process."""
        self.left -= {*docnames}
        self.say()

    def say(self) -> None:
        """Say how many are left."""
        PROGRESS.say("reading", len(self.left))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Follow what is read."""
    reading = Reading()
    app.connect("env-before-read-docs", reading.begin, priority=950)
    app.connect("env-merge-info", reading.take)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
