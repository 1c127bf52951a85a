"""Adds nothing, and takes the numbers off the bibliography: pages cite by author and year, which its entries have."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata


def without_labels(_app: Sphinx, doctree: nodes.document, _page: str) -> None:
    """Take the labels off."""
    for entry in doctree.findall(nodes.citation):
        entry[:] = [child for child in entry.children if not isinstance(child, nodes.label)]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Do so when all references lead to the entries."""
    app.connect("doctree-resolved", without_labels)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
