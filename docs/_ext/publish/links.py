"""Adds links below each page: its source, a way to edit it and to report a mistake, and how to cite the book.

The setting `repository` has the address of the repository; without it, there are no links to it.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from program.api import FOLDER as MODULES
from program.modules import path_of
from program.source_pages import FOLDER as SOURCES
from publish.citation import PAGE as HOW_TO_CITE

BRANCH = "main"


def file_of(app: Sphinx, page: str) -> str:
    """Return the file that a page is made of, by its place in the repository; nothing for what is made of all pages."""
    source = Path(app.config.rule_source)
    if page.startswith(f"{MODULES}/"):
        path = path_of(f"literate_bp.{page.removeprefix(f'{MODULES}/')}", source)
    elif page.startswith(f"{SOURCES}/"):
        path = (source / page.removeprefix(f"{SOURCES}/")).with_suffix(".py")
    elif page in app.env.found_docs:
        path = Path(app.env.doc2path(page))
    else:
        return ""
    return Path(os.path.relpath(path, Path(app.confdir).parent)).as_posix()


def to_repository(repository: str, file: str, title: str) -> Iterator[tuple[str, str]]:
    """Yield the words and the addresses of the links to a repository, as its hosts write them."""
    if file:
        yield "Source of this page", f"{repository}/blob/{BRANCH}/{file}"
        yield "Edit it", f"{repository}/edit/{BRANCH}/{file}"
    about = quote(f"{title} ({file})" if file else title)
    yield "Report a mistake", f"{repository}/issues/new?title={about}"


def add(app: Sphinx, page: str, _template: str, context: dict[str, object], _doctree: object) -> None:
    """Hand the links to the template of the page."""
    links = [("How to cite", app.builder.get_relative_uri(page, HOW_TO_CITE))]
    links = links if HOW_TO_CITE in app.env.found_docs else []
    if app.config.repository:
        links += to_repository(app.config.repository, file_of(app, page), str(context["plain_title"]))
    context["page_links"] = links


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the setting, and add the links."""
    app.add_config_value("repository", "", "html", types=frozenset({str}))
    app.connect("html-page-context", add, priority=600)  # after `publish.metadata`, which knows the title
    return {"parallel_read_safe": True, "parallel_write_safe": True}
