"""Adds the outputs of cells: those that changed run before the pages are read, on all processors of `sphinx -j`.

Outputs go to jupyter-cache, where MyST-NB finds them. The longest pages begin first.
"""

import re
import sys
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from time import monotonic

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from myst_nb.core.read import create_nb_reader
from nbclient import NotebookClient
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from page.failures import report

EVERY = 5.0
"""Seconds between two lines that say which pages still run."""
LINES = 12
"""How many lines of a traceback are printed."""
COLOR = re.compile(r"\x1b\[[\d;]*m")


@dataclass
class Notebook:
    """The cells of a page."""

    docname: str
    path: Path
    cells: NotebookNode
    timeout: int
    begin: float = 0.0
    started: list[int] = field(default_factory=list)

    def run(self) -> float:
        """Run the cells from the first to the last; return the seconds that it took."""
        self.begin = monotonic()
        NotebookClient(
            self.cells,
            timeout=self.timeout,
            record_timing=False,  # or the cache would take the same cells for others
            coalesce_streams=True,  # as printed: MyST-NB would break a line where the kernel happened to flush
            resources={"metadata": {"path": str(self.path.parent)}},
            on_cell_start=lambda cell, cell_index: self.started.append(cell_index),  # noqa: ARG005  nbclient names both
        ).execute()
        return self.seconds

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return monotonic() - self.begin

    def failure(self, error: BaseException) -> tuple[str, int]:
        """Say which cell failed, and how; and give its line on the page."""
        at = self.started[-1] if self.started else 0
        number = sum(cell.cell_type == "code" for cell in self.cells.cells[: at + 1])
        line = self.cells.metadata.source_map[at] if "source_map" in self.cells.metadata else 1
        raised = [output for output in self.cells.cells[at].get("outputs", []) if output.output_type == "error"]
        if not raised:
            return f"cell {number}: {type(error).__name__}: {error}", line
        trace = COLOR.sub("", "\n".join(raised[0].traceback[1:-1])).splitlines()  # without its head, and the message
        return "\n".join([f"cell {number}: {raised[0].ename}: {raised[0].evalue}", *trace[-LINES:]]), line


def notebooks(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> Iterator[Notebook]:
    """Yield the pages that have cells."""
    for docname in docnames:
        path = Path(env.doc2path(docname))
        excluded = env.mystnb_config.execution_excludepatterns
        if any(PurePosixPath(path.as_posix()).match(pattern) for pattern in excluded):
            continue
        text = path.read_text(encoding="utf-8")
        if reader := create_nb_reader(str(path), env.myst_config, env.mystnb_config, text):
            yield Notebook(docname, path, reader.read(text), app.config.nb_execution_timeout)


def is_cached(cache: JupyterCacheAbstract, notebook: Notebook) -> bool:
    """Whether the outputs of these very cells are known."""
    try:
        cache.match_cache_notebook(notebook.cells)
    except KeyError:
        return False
    return True


def run_cells(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Run all cells whose outputs are not in the cache, and report each page on which one fails."""
    if app.config.nb_execution_mode != "cache":
        return
    cache = get_cache(app.config.nb_execution_cache_path)
    changed = [notebook for notebook in notebooks(app, env, docnames) if not is_cached(cache, notebook)]
    failed = []
    with ThreadPoolExecutor(app.parallel) as pool:
        longest_first = sorted(changed, key=lambda notebook: -notebook.path.stat().st_size)
        running = {pool.submit(notebook.run): notebook for notebook in longest_first}
        for future, notebook in as_they_end(running):
            if error := future.exception():
                message, line = notebook.failure(error)
                report("cell", message, (notebook.docname, line))
                failed.append(notebook.path.as_posix())
            else:
                bundle = CacheBundleIn(notebook.cells, str(notebook.path), data={"execution_seconds": future.result()})
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    excluded = [*env.mystnb_config.execution_excludepatterns, *failed]  # or MyST-NB would run them once more
    env.mystnb_config = env.mystnb_config.copy(execution_excludepatterns=excluded)


def as_they_end(running: dict[Future[float], Notebook]) -> Iterator[tuple[Future[float], Notebook]]:
    """Yield what has ended; say every few seconds on the terminal what has not."""
    waiting = set(running)
    while waiting:
        ended, waiting = wait(waiting, timeout=EVERY, return_when=FIRST_COMPLETED)
        yield from ((future, running[future]) for future in ended)
        busy = [f"{running[f].docname} ({running[f].seconds:.0f} s)" for f in waiting if f.running()]
        if not ended:
            sys.stderr.write(f"cells of {len(waiting)} pages to go; running: {', '.join(sorted(busy))}\n")
            sys.stderr.flush()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Run the cells before any page is read."""
    app.connect("env-before-read-docs", run_cells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
