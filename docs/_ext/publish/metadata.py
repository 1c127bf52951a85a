"""Adds to the head of each page what others say of it: a description, its title and address, and how it is cited.

The description is what the front matter of a page calls so, or its first sentences. An address is known if the setting
`html_baseurl` has that of the site; without it, nothing that needs an address is said.
"""

import ast
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from page.failures import report
from page.reading import is_chapter
from program.source_pages import FOLDER as SOURCES
from publish.citation import authors, released
from publish.plain import plain, sentences

SHORTEST, LONGEST = 50, 160
"""How many characters a description has."""
GENERATED = {
    "genindex": "The index of the book, in the order of the alphabet: words, questions and the names of the rules.",
    "py-modindex": "Every module of the package literate_bp, in the order of the alphabet, with its first line.",
    "search": "Search the book for a word, a name from a program, a number or an error message.",
}
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1" />'
"""What Sphinx says, and the theme says again."""


def described(title: str, said: Iterable[str], project: str) -> str:
    """Describe a page by its first sentences: as many as it takes, and no more than fit."""
    text = ""
    for sentence in said:
        text = f"{text} {sentence}".strip()
        if len(text) >= SHORTEST:
            return shortened(text)
    return shortened(f"{text} {title}, a page of {project}, the book on backpropagation that runs.".strip())


def shortened(text: str) -> str:
    """Return a text that is not too long: cut behind a part of a sentence, or else behind a word."""
    if len(text) <= LONGEST:
        return text
    cut = text[: LONGEST - 2]
    at = max(cut.rfind(mark) for mark in (";", ":", ",", ". "))
    at = at if at >= LONGEST // 2 else cut.rfind(" ")
    return f"{cut[:at].rstrip(' ,;:.')} …"


def first_line(path: Path) -> str:
    """Return the first line of a module's docstring."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]


def title_of(app: Sphinx, page: str, context: dict[str, object]) -> str:
    """Return the title of a page as plain text."""
    if page == app.config.root_doc:
        return str(app.config.project)
    return plain(app.env.titles[page]) if page in app.env.titles else str(context.get("title", page))


def description(app: Sphinx, page: str, title: str, doctree: nodes.document | None) -> str:
    """Describe a page."""
    if page in GENERATED:
        return GENERATED[page]
    if page.startswith(f"{SOURCES}/"):
        file = Path(app.config.rule_source, title)
        return described(title, [f"The file {title}:", first_line(file)], app.config.project)
    given = app.env.metadata.get(page, {}).get("description", "")
    if given and not SHORTEST <= len(given) <= LONGEST:
        report("check", f"the description has {len(given)} characters, not {SHORTEST} to {LONGEST}", page)
    return given or described(title, sentences(doctree) if doctree else (), app.config.project)


def social(app: Sphinx, page: str, title: str, about: str, address: str) -> Iterator[tuple[str, str, str]]:
    """Yield what a preview of a link to a page shows."""
    yield "property", "og:type", "article" if is_chapter(page) else "website"
    yield "property", "og:site_name", app.config.project
    yield "property", "og:title", title
    yield "property", "og:description", about
    yield "property", "og:locale", "en_US"
    if address:
        yield "property", "og:url", address
    if not address:
        yield "name", "twitter:card", "summary"


def citation(app: Sphinx, title: str, address: str) -> Iterator[tuple[str, str, str]]:
    """Yield what a program takes that cites a chapter."""
    yield "name", "citation_title", title
    for author in authors(app.config.citation):
        yield "name", "citation_author", author
    yield "name", "citation_inbook_title", app.config.project
    yield "name", "citation_language", app.config.language
    if day := released(app.config.citation):
        yield "name", "citation_publication_date", day.replace("-", "/")
    if address:
        yield "name", "citation_fulltext_html_url", address


def element(kind: str, name: str, text: str) -> str:
    """Write one element."""
    return f'<meta {kind}="{name}" content="{escape(text)}">'


def add(app: Sphinx, page: str, _template: str, context: dict[str, object], doctree: nodes.document | None) -> None:
    """Write the elements of a page into its head."""
    title, address = title_of(app, page, context), str(context.get("pageurl") or "")
    context["plain_title"], about = title, description(app, page, title, doctree)
    said = [("name", "description", about), *social(app, page, title, about, address)]
    said += citation(app, title, address) if is_chapter(page) else ()
    elements = (element(*each) for each in said)
    context["metatags"] = "\n".join([str(context.get("metatags", "")).replace(VIEWPORT, "").strip(), *elements, ""])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the elements."""
    app.connect("html-page-context", add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
