"""Adds `llms.txt`: what the book is, and its pages as Markdown, each with its description, for programs that read.

The form is that of llmstxt.org. The parts are those of the tables of contents.
"""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from page.incremental import Site
from page.notes import PageNotes
from publish.plain import plain
from publish.site_files import keep

FILE, WHOLE = "llms.txt", "llms-full.txt"
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">')
PARTS = PageNotes[tuple[str, list[str]]]("parts")
"""The tables of contents of each page: their captions and entries."""
ABOUT = (
    "Each page is there as Markdown, made from the same source as its HTML, with its formulas in LaTeX. Links in a "
    "page lead to the HTML. A page with cells is also a notebook and a script, with the endings .ipynb and .py, which "
    "run with the wheel that the first cell names. The source of the package is shown on the pages of the API."
)


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Note the tables of contents of a page."""
    found = [(table["caption"] or "", list(table["includefiles"])) for table in doctree.findall(addnodes.toctree)]
    PARTS.add(app.env, found)


def description(app: Sphinx, page: str) -> str:
    """Return the description of a page, as it was written."""
    html = Path(app.outdir, f"{page}.html")
    found = DESCRIPTION.search(html.read_text(encoding="utf-8")) if html.exists() else None
    return unescape(found[1]) if found else ""


def entry(app: Sphinx, page: str) -> str:
    """Write the line of a page."""
    number = ".".join(map(str, app.env.toc_secnumbers.get(page, {}).get("", ())))
    title = f"{number}. " * bool(number) + plain(app.env.titles[page])
    return f"- [{title}]({app.config.html_baseurl}{page}.md): {description(app, page)}"


def lines(app: Sphinx) -> Iterator[str]:
    """Write the file."""
    root = app.config.root_doc
    yield from (f"# {app.config.project}", "", f"> {description(app, root)}", "", ABOUT)
    for caption, pages in PARTS.by_page(app.env).get(root, []):
        yield from ("", f"## {caption or 'Pages'}", "")
        yield from (entry(app, page) for page in pages if page in app.env.titles)


def whole(app: Sphinx) -> Iterator[Path]:
    """Yield the Markdown of the pages that are listed, in their order."""
    for _, pages in PARTS.by_page(app.env).get(app.config.root_doc, []):
        yield from filter(Path.exists, (Path(app.outdir, f"{page}.md") for page in pages))


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the file at the end of a build of the whole site."""
    builder = app.builder
    if error or app.config.one_page or not isinstance(builder, Site) or builder.idle:
        return
    listed = "\n".join([*lines(app), ""])
    keep(Path(app.outdir, FILE), listed)
    keep(Path(app.outdir, WHOLE), "\n".join(page.read_text(encoding="utf-8") for page in whole(app)))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Note the tables of contents, and write the file when all pages are there."""
    app.connect("doctree-read", note)
    app.connect("build-finished", write)
    PARTS.connect(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
