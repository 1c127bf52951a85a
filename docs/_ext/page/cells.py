"""Adds the outputs of cells: those that may have changed run before the pages are read, side by side.

Outputs are kept between builds, with what the cells reached of this repository (`cells.reach`): a page runs again when
its cells, or anything that they reached, or the version of a package has changed. The longest pages begin first.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

import myst_nb.sphinx_
from docutils import nodes
from myst_nb.core.execute.base import NotebookClientBase
from myst_nb.core.read import create_nb_reader
from nbformat import NotebookNode
from nbformat import from_dict as notebook_node
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from cells.reach import Reach
from cells.results import PageResult, Results
from cells.shell import Cell
from page.failures import report
from page.notes import PageNotes
from page.progress import PROGRESS

LINES = 12
"""How many lines of a traceback are printed."""
COLOR = re.compile(r"\x1b\[[\d;]*m")
WARM = [sys.executable, "-m", "cells.warm"]
EXTENSIONS = Path(__file__).parents[1]


@dataclass
class Page:
    """A page with cells: where each begins, at which it is, and since when it runs."""

    docname: str
    path: Path
    cells: list[Cell]
    lines: list[int]
    cell: int = 0
    begin: float = 0.0
    failed: bool = field(default=False)

    @property
    def request(self) -> tuple[str, str, list[Cell]]:
        """What the process that runs it is told."""
        return self.docname, str(self.path.parent), self.cells

    @property
    def running(self) -> str:
        """Say that it runs, and how long."""
        return f"{self.docname} ({time.monotonic() - self.begin:.0f} s)"

    def fail(self, message: str) -> None:
        """Report that it failed at the cell at which it is."""
        self.failed = True
        report("cell", f"cell {self.cell + 1}: {message}", (self.docname, self.lines[self.cell]))


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells of a notebook that run."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def cells_of(notebook: NotebookNode) -> list[Cell]:
    """Return the code of a notebook."""
    return [Cell(cell.source, "raises-exception" in cell.metadata.get("tags", [])) for cell in code_cells(notebook)]


def pages_with_cells(env: BuildEnvironment, docnames: Iterable[str]) -> Iterator[Page]:
    """Yield the pages that have cells."""
    for docname in docnames:
        path = Path(env.doc2path(docname))
        excluded = env.mystnb_config.execution_excludepatterns
        if any(PurePosixPath(path.as_posix()).match(pattern) for pattern in excluded):
            continue
        text = path.read_text(encoding="utf-8")
        if reader := create_nb_reader(str(path), env.myst_config, env.mystnb_config, text):
            notebook = reader.read(text)
            numbers = [number for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
            lines = [notebook.metadata.source_map[number] for number in numbers]
            if numbers:
                yield Page(docname, path, cells_of(notebook), lines)


class Cells:
    """The outputs of all pages that this build reads."""

    def __init__(self) -> None:
        self.known: dict[Path, PageResult] = {}

    def run(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Find the outputs of all pages that are read, run those that are not known, report those that fail."""
        if app.config.nb_execution_mode != "cache":
            return
        results = Results(Path(app.confdir, app.config.cell_results), app.config.cell_versions)
        changed = []
        for page in pages_with_cells(env, docnames):
            if known := results.get(page.docname, page.cells):
                self.known[page.path] = known
            else:
                changed.append(page)
        start = time.time()
        for page, result in run(changed, app.parallel, app.config.nb_execution_timeout):
            self.known[page.path] = result
            if not result.reach.unsettled(since=start):
                results.put(page.docname, page.cells, result)

    def forget(self, _app: Sphinx, _env: BuildEnvironment) -> None:
        """Forget the outputs: the pages that show them have been read."""
        self.known.clear()

    def note(self, app: Sphinx, _doctree: nodes.document) -> None:
        """Note what the cells of a page have read."""
        docname = app.env.current_document.docname
        if result := self.known.get(Path(app.env.doc2path(docname))):
            REACHED.add(app.env, [*result.reach.files])

    def client(self, notebook: NotebookNode, source: str, *others: Any) -> NotebookClientBase:
        """Return what MyST-NB asks for the outputs of a page: those that are known; a page that failed has none."""
        config, logger, *_ = others
        path = Path(source)
        return KnownOutputs(notebook, path, config, logger, result=self.known.get(path))


class KnownOutputs(NotebookClientBase):
    """Gives the cells of a page their outputs."""

    def start_client(self) -> None:
        """Put the outputs into the cells, if they are known."""
        result: PageResult | None = self._kwargs["result"]
        if result is None:
            return
        self.notebook.metadata["language_info"] = result.language
        for number, (cell, outputs) in enumerate(zip(code_cells(self.notebook), result.outputs, strict=True), 1):
            cell.outputs, cell.execution_count = [notebook_node(output) for output in outputs], number


def run(pages: list[Page], at_a_time: int, timeout: float) -> Iterator[tuple[Page, PageResult]]:
    """Run pages, the longest first; report those that fail, and yield the others with what they showed."""
    by_name = {page.docname: page for page in sorted(pages, key=lambda page: -page.path.stat().st_size)}
    waiting = dict(by_name)
    for event in progress(events([*by_name.values()], at_a_time, timeout), waiting):
        page = by_name.get(event.get("page", ""))
        match event["event"]:
            case "cell":
                page.begin, page.cell = page.begin or time.monotonic(), event["cell"]
            case "died":
                page.fail(event["reason"])
            case "end":
                result = PageResult(event["outputs"], event["language"], event["seconds"], Reach(**event["reach"]))
                if error := error_of(page, result):
                    page.fail(error)
                else:
                    yield page, result


def error_of(page: Page, result: PageResult) -> str:
    """Return what the last cell raised, if it may not."""
    raised = [output for output in result.outputs[-1] if output["output_type"] == "error"]
    if page.cells[page.cell].may_raise or not raised:
        return ""
    trace = COLOR.sub("", "\n".join(raised[0]["traceback"][1:-1])).splitlines()  # without its head, and the message
    return "\n".join([f"{raised[0]['ename']}: {raised[0]['evalue']}", *trace[-LINES:]])


def events(pages: list[Page], at_a_time: int, timeout: float) -> Iterator[dict[str, Any]]:
    """Let another process run pages, and yield what happens."""
    batches = [pages] if hasattr(os, "fork") else [[page] for page in pages]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(EXTENSIONS), os.environ.get("PYTHONPATH", "")])}
    for batch in filter(None, batches):
        with subprocess.Popen(
            WARM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment
        ) as process:
            stdin, stdout = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
            stdin.write(json.dumps([at_a_time, timeout, [page.request for page in batch]]) + "\n")
            stdin.flush()
            yield from map(json.loads, stdout)


def progress(happened: Iterable[dict[str, Any]], waiting: dict[str, Page]) -> Iterator[dict[str, Any]]:
    """Pass events on; say now and then how many pages are to go, and which run for how long."""
    for event in happened:
        if event["event"] in {"end", "died"}:
            del waiting[event["page"]]
        busy = ", ".join(page.running for page in waiting.values() if page.begin) or "none yet"
        PROGRESS.say("cells", len(waiting), f"; running: {busy}")
        yield event


REACHED = PageNotes[str]("reached")
"""The files that the cells of each page have read."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Run the cells before any page is read, and let MyST-NB take their outputs."""
    app.add_config_value("cell_results", "_build/cells", "", types=frozenset({str}))
    app.add_config_value("cell_versions", "", "env", types=frozenset({str}))
    cells = Cells()
    app.connect("env-before-read-docs", cells.run)
    app.connect("doctree-read", cells.note)
    app.connect("env-updated", cells.forget)
    REACHED.connect(app)
    myst_nb.sphinx_.create_client = cells.client
    return {"parallel_read_safe": True, "parallel_write_safe": True}
