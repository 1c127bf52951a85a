"""Adds the setting `one_page`: this page alone is read, run and written; `nox -s docs -- page NAME` sets it.

What the last build of the whole site knew of the other pages, their titles, labels and numbers, still holds. Without
such a build, links to other pages and to the bibliography lead nowhere, and nobody is warned of them.
"""

import shutil
from collections.abc import Collection
from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util.typing import ExtensionMetadata

from page.incremental import writing

WHOLE_SITE = "_build/doctrees"
OTHER_PAGES = ["myst.xref_missing", "ref", "toc", "bibtex.key_not_found"]
"""The warnings of links to pages that were never read."""


@writing()
def take_over(app: Sphinx, config: Config) -> None:
    """Begin with what the last build of the whole site knew."""
    if not config.one_page:
        return
    whole_site, here = Path(app.confdir, WHOLE_SITE), Path(app.doctreedir)
    shutil.rmtree(here, ignore_errors=True)
    if (whole_site / ENV_PICKLE_FILENAME).exists():
        shutil.copytree(whole_site, here)


def read_one(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Read this page alone; and, without its cells, the first page, where all tables of contents begin."""
    page, root = app.config.one_page, app.config.root_doc
    if not page:
        return
    docnames[:] = [page] if root in env.all_docs else sorted({page, root})
    if root not in env.all_docs:  # nothing was built before, or in another folder
        app.config.suppress_warnings += OTHER_PAGES  # their links are not wrong: they lead to pages that were not read
    elif references_changed(app):
        docnames += {found.docname for found in env.domaindata["cite"]["bibliographies"]} - {page}
    if page != root:
        path = Path(env.doc2path(root)).as_posix()
        excluded = [*env.mystnb_config.execution_excludepatterns, path]
        env.mystnb_config = env.mystnb_config.copy(execution_excludepatterns=excluded)


def references_changed(app: Sphinx) -> bool:
    """Whether the references are younger than the last build; the bibliography then lacks some of them."""
    built = Path(app.doctreedir, ENV_PICKLE_FILENAME).stat().st_mtime
    return any(Path(app.confdir, file).stat().st_mtime > built for file in app.config.bibtex_bibfiles)


class Numbers:
    """The numbers of equations and figures: this page alone is counted, for to count means to read."""

    def __init__(self) -> None:
        self.root, self.known = "", dict[str, dict[str, dict[str, tuple[int, ...]]]]()

    def begin(self, app: Sphinx, env: BuildEnvironment) -> Collection[str]:
        """Let Sphinx count from this page on."""
        if app.config.one_page:
            self.root, self.known = app.config.root_doc, env.toc_fignumbers
            app.config.root_doc = app.config.one_page
        return ()

    def end(self, app: Sphinx, env: BuildEnvironment) -> Collection[str]:
        """Take the numbers of the other pages from the last build."""
        page = app.config.one_page
        if page:
            app.config.root_doc = self.root
            env.toc_fignumbers = self.known | {page: env.toc_fignumbers.get(page, {})}
        return ()


def write_one(app: Sphinx, builder: Builder) -> None:
    """Leave the first page, whose table of contents has the title of this one, and the search index as they are."""
    if app.config.one_page:
        app.env.files_to_rebuild.clear()
        if isinstance(builder, StandaloneHTMLBuilder):
            builder.search = False  # an index of other pages that were never written would be missed, with a warning


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the setting, and choose what is read before its cells run."""
    app.add_config_value("one_page", "", "", types=frozenset({str}))
    app.connect("config-inited", take_over)
    app.connect("env-before-read-docs", read_one, priority=400)
    numbers = Numbers()
    app.connect("env-get-updated", numbers.begin, priority=400)
    app.connect("env-get-updated", numbers.end, priority=600)
    app.connect("write-started", write_one)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
