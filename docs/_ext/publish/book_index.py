"""Adds nothing, and leaves in the index of the book its words, its questions and the names of the rules.

The names of the packages beside the rules, twice as many, stand on the pages of their modules, and the search finds
them.
"""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

PACKAGE = re.compile(r"^reference/api/modules/\w+\.")
"""The address of a page of a module in a package."""
Links = list[tuple[str, str]]
Entry = tuple[str, list[Any]]


def kept(links: Links) -> Links:
    """Return the links that do not lead to a package."""
    return [link for link in links if not PACKAGE.match(link[1])]


def entries_kept(entries: list[Entry]) -> list[Entry]:
    """Return the entries that lead to something else than a package."""
    found = []
    for name, (links, below, key) in entries:
        parts = [(part, kept(there)) for part, there in below if kept(there)]
        if kept(links) or parts:
            found.append((name, [kept(links), parts, key]))
    return found


def leave_out(_app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Leave out of the index what is elsewhere."""
    if page == "genindex":
        letters = ((letter, entries_kept(entries)) for letter, entries in context["genindexentries"])
        context["genindexentries"] = [(letter, entries) for letter, entries in letters if entries]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Change the index before it is written."""
    app.connect("html-page-context", leave_out)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
