"""Adds nothing to a page: lists at the end of a build every page that failed, and everything that is wrong with it.

A cell that raises, a check that does not hold, and a rule that is listed never or twice fail every build. With -W, so
does any other warning. Whatever was wrong with a page, the next build reads that page again.
"""

import logging
import pickle
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple

from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.util import logging as sphinx_logging
from sphinx.util.typing import ExtensionMetadata

Kind = Literal["cell", "check", "listing"]
KINDS = ("cell", "check", "listing")
"""What fails every build, in the order in which it is listed."""

logger = sphinx_logging.getLogger(__name__)


def report(kind: Kind, message: str, location: object) -> None:
    """Report what fails a build: at a page, `(page, line)`, or a node."""
    logger.error("%s", message, location=location, type=kind)


class Failure(NamedTuple):
    """A warning: where, its kind, what it says."""

    page: str
    line: int
    kind: str
    message: str

    @property
    def place(self) -> str:
        """The page, and the line if it is known."""
        return f"{self.page}:{self.line}" if self.line else self.page

    @property
    def order(self) -> tuple[str, int, int]:
        """The place in the list: by page, first what fails every build."""
        return self.page, KINDS.index(self.kind) if self.kind in KINDS else len(KINDS), self.line


class Failures(logging.Filter):
    """Collects the warnings that Sphinx prints."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = Path(source)
        self.found: list[Failure] = []

    def filter(self, record: logging.LogRecord) -> bool:
        """Collect a warning, and let it pass."""
        path, _, line = str(getattr(record, "location", "") or "").partition(":")
        page = Path(path)
        page = page.relative_to(self.source) if path and page.is_relative_to(self.source) else page
        number, kind = int(line) if line.isdigit() else 0, str(getattr(record, "type", ""))
        message = logging.LogRecord.getMessage(record).removesuffix(f" [{kind}]")
        self.found.append(Failure(page.as_posix(), number, kind, message))
        return True

    def finish(self, app: Sphinx, _error: Exception | None) -> None:
        """Print the list, fail the build, and have the next one read these pages again."""
        if not self.found:
            return
        sys.stderr.write(summary(self.found))
        if any(failure.kind in KINDS for failure in self.found):
            app.statuscode = 1
        read_again(app, {failure.page for failure in self.found})


def summary(failures: Iterable[Failure]) -> str:
    """Write the list of all failures; where a cell failed, warnings that may follow from it are counted."""
    found = sorted(set(failures), key=lambda failure: failure.order)
    lines, raised = [], {failure.page for failure in found if failure.kind == "cell"}
    for failure in found:
        if failure.kind not in KINDS and failure.page in raised:
            continue
        first, *rest = failure.message.strip().splitlines()
        lines += [f"{failure.place}: {first}", *(f"    {line}" for line in rest)]
    for page in sorted(raised):
        others = sum(failure.page == page and failure.kind not in KINDS for failure in found)
        lines += [f"{page}: other warnings, which may follow from the cell: {others}"] if others else []
    pages = ", ".join(sorted({failure.page for failure in found}))
    return "\n".join(["", f"What failed, page by page ({pages}):", "", *lines, ""])


def read_again(app: Sphinx, pages: set[str]) -> None:
    """Let the next build find these pages changed; if one is no page, all pages."""
    environment = Path(app.doctreedir, ENV_PICKLE_FILENAME)
    if not environment.exists():
        return
    names = {app.env.path2doc(Path(app.srcdir, page)) for page in pages}
    if not names <= app.env.all_docs.keys():
        environment.unlink()
        return
    app.env.all_docs |= dict.fromkeys(names, 0)
    vars(app.env).pop("master_doctree", None)  # or later builds keep this build's table of contents
    with environment.open("wb") as file:
        pickle.dump(app.env, file, pickle.HIGHEST_PROTOCOL)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Collect what passes Sphinx's own filters of warnings."""
    failures = Failures(str(app.srcdir))
    for handler in logging.getLogger(sphinx_logging.NAMESPACE).handlers:
        if isinstance(handler, sphinx_logging.WarningStreamHandler):
            handler.addFilter(failures)
    app.connect("build-finished", failures.finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
