"""Adds nothing to a page: what is read and written again is what has changed in content, whatever the times of files.

So a checkout that was moved or made anew reads nothing again, if its folder `_build` comes with it. A build that
changes nothing ends at once; one that was ended before it had written all is followed by one that writes all.
"""

import logging
import os
import pickle
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from docutils import nodes
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.builders import BuildPhase
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxParallelError
from sphinx.util import logging as sphinx_logging
from sphinx.util.parallel import ParallelTasks
from sphinx.util.typing import ExtensionMetadata

from cells.reach import ROOT, state
from page.cells import REACHED
from page.notes import AFTER_NUMBERS, has_changed
from page.progress import PROGRESS
from page.tree import WHOLE, Tree

PAGES = 4
"""How many pages a writer is given at a time."""
NEVER_OLD, CHANGED = 10**18, 0
"""What stands in the place of the time when a page was read; Sphinx compares it with the times of files."""
PLACE = "place"
"""The file that says where a build was made."""
UNFINISHED = "unfinished"
"""The file that stands beside what Sphinx keeps from a change on until all is written."""
CLEAR = re.compile(r"cannot write .*")
UNWRITTEN = "error writing file"
UNCLEAR = re.compile(rf"(?:{UNWRITTEN} (?P<page>.*?): )?\[Errno \d+\] (?P<why>[^:\n]+)(?:: '(?P<file>[^'\n]+)')?")
"""What Sphinx and Python say of a file that another process could not write."""
FREE = 100 * 2**20
"""How many bytes a build needs on the disk."""


# --- what cannot be written -----------------------------------------------------


def cannot_write(error: OSError) -> str:
    """Say what is wrong with a file or folder."""
    return f"cannot write {error.filename or 'a file'}: {error.strerror}; a build needs a disk that it can write to"


def elsewhere(message: str) -> str:
    """Say what another process could not write, by its message; nothing of a message about something else."""
    if said := CLEAR.search(message):
        return said[0]
    said = UNCLEAR.search(message)
    return cannot_write(OSError(0, said["why"], said["page"] or said["file"])) if said else ""


@contextmanager
def writing() -> Iterator[None]:
    """Say what cannot be written, and end the build, also before Sphinx says that it has finished."""
    try:
        yield
    except OSError as error:
        raise SystemExit(cannot_write(error)) from error


# --- what is read ---------------------------------------------------------------


class Contents:
    """The states of the files that each page was read from."""

    def __init__(self) -> None:
        self.state: Callable[[Path], str | None] = cache(state)
        self.reading: set[str] = set()

    def compare(self, app: Sphinx) -> None:
        """Tell Sphinx which pages are as they were; a page that failed is read again in any case."""
        for docname, files in known_contents(app.env).items():
            if app.env.all_docs.get(docname, CHANGED) != CHANGED:
                same = all(self.state(Path(app.srcdir, file)) == known for file, known in files.items())
                app.env.all_docs[docname] = NEVER_OLD if same else CHANGED
                if same and isinstance(app.builder, Site):
                    app.builder.keep(docname)

    def begin(self, _app: Sphinx, _env: BuildEnvironment, docnames: list[str]) -> None:
        """Note which pages are read."""
        self.reading = {*docnames}

    def note(self, app: Sphinx, env: BuildEnvironment) -> None:
        """Note the states of the files that these pages were read from, by their places within the sources."""
        for docname in self.reading & env.all_docs.keys():
            reached = (ROOT / path for path in REACHED.by_page(env).get(docname, ()))
            needed = {env.doc2path(docname), *env.dependencies.get(docname, ()), *reached}
            files = sorted(os.path.relpath(path, app.srcdir) for path in needed)
            known_contents(env)[docname] = {file: self.state(Path(app.srcdir, file)) for file in files}


def known_contents(env: BuildEnvironment) -> dict[str, dict[str, str | None]]:
    """Return the states that are known of earlier builds."""
    if not hasattr(env, "contents"):
        env.contents = dict[str, dict[str, str | None]]()
    return env.contents


@writing()
def take_along(app: Sphinx, _config: Config) -> None:
    """Let what Sphinx knew in another place be known in this one."""
    place, kept = Path(app.doctreedir, PLACE), Path(app.doctreedir, ENV_PICKLE_FILENAME)
    if not kept.exists() or not place.exists() or place.read_text(encoding="utf-8") == str(app.srcdir):
        return
    env = pickle.loads(kept.read_bytes())  # noqa: S301  our own
    before, env.srcdir = place.read_text(encoding="utf-8"), app.srcdir

    def here(path: str | Path) -> Path:
        return app.srcdir / os.path.relpath(path, before)

    for docname, needed in env.dependencies.items():
        env.dependencies[docname] = {*map(here, needed)}
    for found in env.domaindata["cite"]["bibliographies"].values():
        found.bibfiles[:] = map(here, found.bibfiles)
    kept.write_bytes(pickle.dumps(env, pickle.HIGHEST_PROTOCOL))
    place.write_text(str(app.srcdir), encoding="utf-8")


# --- what is written -------------------------------------------------------------


def frame(app: Sphinx) -> tuple[object, ...]:
    """Return what all pages show or link to: the titles in their order, templates, style sheets and scripts."""
    folders = (*app.config.templates_path, *app.config.html_static_path)
    files = sorted(path for folder in folders for path in Path(app.confdir, folder).rglob("*") if path.is_file())
    env = app.env
    return env.titles, env.toctree_includes, env.toc_secnumbers, [(path.name, state(path)) for path in files]


def write_all_again(app: Sphinx, env: BuildEnvironment) -> Collection[str]:
    """Have all pages written if what they share has changed."""
    return [*env.found_docs] if has_changed(env, "frame", *frame(app)) and not app.config.one_page else []


def remove(
    app: Sphinx, _env: BuildEnvironment, _added: set[str], _changed: set[str], removed: set[str]
) -> Collection[str]:
    """Remove what was written of pages that are no longer there."""
    if isinstance(app.builder, Site):
        for docname in removed:
            Path(app.builder.get_output_path(docname)).unlink(missing_ok=True)
    return ()


class Site(StandaloneHTMLBuilder):
    """Sphinx's own builder of HTML, which stops where nothing has changed."""

    idle = False

    def init(self) -> None:
        """Begin without a tree of the pages."""
        super().init()
        self.trees: dict[str, Tree] = {}

    @property
    def unfinished(self) -> Path:
        """The file that says that not all is written."""
        return Path(self.doctreedir, UNFINISHED)

    @cached_property
    def newest_template(self) -> float:
        """When the templates were last changed."""
        return self.templates.newest_template_mtime()

    def keep(self, docname: str) -> None:
        """Let a page that is as it was be younger than its source and the templates."""
        target, source = Path(self.get_output_path(docname)), Path(self.env.doc2path(docname))
        newest = max(source.stat().st_mtime, self.newest_template)
        if target.exists() and target.stat().st_mtime <= newest:
            os.utime(target)

    def get_outdated_docs(self) -> Iterator[str]:
        """Yield what is to be written: everything, if the last build did not come to its end."""
        yield from self.env.found_docs if self.unfinished.exists() else super().get_outdated_docs()

    def write(
        self,
        build_docnames: Iterable[str] | None,
        updated_docnames: Iterable[str],
        method: Literal["all", "specific", "update"] = "update",
    ) -> None:
        """Write pages, if there are any."""
        self.idle = method == "update" and not build_docnames and not updated_docnames
        if not self.idle:
            super().write(build_docnames, updated_docnames, method)

    def write_documents(self, docnames: AbstractSet[str]) -> None:
        """Write pages a few at a time, so that few are in memory: Sphinx resolves many before they can be written."""
        if not self.parallel_ok:
            super().write_documents(docnames)
            return
        tasks, writers = ParallelTasks(self.app.parallel - 1), self.app.parallel - 1
        first, *others = sorted(docnames)
        self._write_serial([first])  # what all need is made once
        for start in range(0, len(others), PAGES * writers):
            PROGRESS.say("writing", len(others) - start)
            resolved = [self.resolved(docname) for docname in others[start : start + PAGES * writers]]
            tasks.join()
            for writer in range(writers):
                if part := resolved[writer::writers]:
                    tasks.add_task(self.write_resolved, part)
        tasks.join()

    def resolved(self, docname: str) -> tuple[str, nodes.document]:
        """Resolve the references of a page."""
        self.phase = BuildPhase.RESOLVING
        doctree = self.env.get_and_resolve_doctree(docname, self, tags=self.app.tags)
        self.write_doc_serialized(docname, doctree)
        return docname, doctree

    def _get_local_toctree(self, docname: str, collapse: bool = True, **options: Any) -> str:  # noqa: FBT001, FBT002  Sphinx's
        """Return the tree of all pages as one page has it: a whole tree is resolved once."""
        if collapse or options.get("maxdepth") != WHOLE:
            return super()._get_local_toctree(docname, collapse, **options)
        key = repr(sorted(options.items()))
        if key not in self.trees:
            self.trees[key] = Tree(self, **options)
        return self.trees[key].html(docname)

    def write_resolved(self, pages: list[tuple[str, nodes.document]]) -> None:
        """Write pages, in another process."""
        self.phase = BuildPhase.WRITING
        for docname, doctree in pages:
            self.write_doc(docname, doctree)

    def load_indexer(self, docnames: AbstractSet[str]) -> None:
        """Load the search index without the words that no page has now; pages that are written bring theirs again."""
        super().load_indexer(docnames)
        for pages_of in (self.indexer._mapping, self.indexer._title_mapping):  # noqa: SLF001  they have no other name
            for word in [word for word, pages in pages_of.items() if not pages]:
                del pages_of[word]

    def dump_search_index(self) -> None:
        """Write the search index in one order, whichever process has written a page first."""
        if self.indexer is not None:
            entries = self.indexer._index_entries  # noqa: SLF001  as above
            self.indexer._index_entries = dict(sorted(entries.items()))  # noqa: SLF001  as above
        super().dump_search_index()

    def finish(self) -> None:
        """Write the index, the search and what else is made of all pages, if a page was written."""
        if not self.idle:
            super().finish()


def begin_writing(app: Sphinx, _env: BuildEnvironment) -> Collection[str]:
    """Note that what is written does no longer stand for what is read, before Sphinx keeps what it has read."""
    if not app.config.one_page:
        Path(app.doctreedir, UNFINISHED).touch()
    return ()


def end_writing(app: Sphinx, error: Exception | None) -> None:
    """Note that all is written, and where."""
    if not error and not app.config.one_page:
        place = Path(app.doctreedir, PLACE)
        if not place.exists():
            place.write_text(str(app.srcdir), encoding="utf-8")
        Path(app.doctreedir, UNFINISHED).unlink(missing_ok=True)


# --- where it is written -----------------------------------------------------------


class Unwritten(logging.Filter):
    """Ends a build that cannot write a page, of which Sphinx only warns: the next would not write it either."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let any other warning pass."""
        if record.getMessage().startswith(UNWRITTEN):  # said here, or in another process
            raise SystemExit(elsewhere(record.getMessage()))
        for argument in record.args if isinstance(record.args, tuple) else ():
            if isinstance(argument, OSError):
                raise SystemExit(cannot_write(argument))
        return True


def say_clearly(_app: Sphinx, error: Exception | None) -> None:
    """Say what cannot be written, and what to do, in place of a report of the error."""
    cause = getattr(error, "orig_exc", error)
    if isinstance(cause, OSError):
        raise SystemExit(cannot_write(cause))
    if isinstance(cause, SphinxParallelError) and (said := elsewhere(cause.message)):
        raise SystemExit(said)


def try_to_write(app: Sphinx) -> None:
    """Refuse to begin where nothing can be written, before Sphinx makes its folders."""
    for folder in (Path(app.confdir, "_build"), Path(app.outdir), Path(app.doctreedir)):
        with writing():
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        if (free := shutil.disk_usage(folder).free) < FREE:
            needed = f"{FREE // 2**20} MiB"
            raise SystemExit(f"the disk of {folder} is full: {free // 2**20} MiB are free, a build needs {needed}")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Compare contents before Sphinx compares times, and stand in the place of its builder."""
    try_to_write(app)
    contents = Contents()
    for handler in logging.getLogger(sphinx_logging.NAMESPACE).handlers:
        if isinstance(handler, sphinx_logging.WarningStreamHandler):
            handler.filters.insert(0, Unwritten())  # before `page.failures` lists what is wrong with pages
    app.add_builder(Site, override=True)
    app.connect("config-inited", take_along, priority=600)  # after `page.one_page` has copied it
    app.connect("builder-inited", contents.compare, priority=900)
    app.connect("env-get-outdated", remove)
    app.connect("env-before-read-docs", contents.begin, priority=900)
    app.connect("env-updated", contents.note, priority=900)
    app.connect("env-get-updated", write_all_again, priority=AFTER_NUMBERS)
    app.connect("env-get-updated", begin_writing, priority=900)
    app.connect("build-finished", end_writing)
    app.connect("build-finished", say_clearly, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
