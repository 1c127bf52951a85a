"""Adds nothing that is seen: the code of each cell stands in the tree of its page, also where no page shows it.

Notebooks and scripts are made of it. A cell with the tag `in-the-repository` needs files that stand there alone.
"""

from collections.abc import Iterator
from math import inf
from typing import Any

import myst_nb.sphinx_
from docutils import nodes
from markdown_it.token import Token
from myst_nb.core.nb_to_tokens import notebook_to_tokens
from myst_nb.sphinx_ import SphinxNbRenderer
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

HIDDEN = ("remove-cell", "remove-input", "hide-cell", "hide-input")
"""The tags of cells whose code is not shown at first."""
KIND = "cell_in_full"
"""What the code of a cell is called among the parts of a page, in front of what the page shows of the cell."""


class cell_code(nodes.Element):  # noqa: N801  docutils names its nodes so
    """The code of a cell, and the tags of the cell."""


def with_code(notebook: NotebookNode, *others: Any) -> list[Token]:
    """Return the parts of a page with the code of all its cells, for MyST-NB drops those that no page shows."""
    return [*in_place(notebook_to_tokens(notebook, *others), notebook)]


def in_place(parts: list[Token], notebook: NotebookNode) -> Iterator[Token]:
    """Yield parts, and the code of each cell in its place."""
    waiting = [number for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    for part in parts:
        last = inf if part.type == "nb_finalise" else part.meta.get("index", -1)
        while waiting and waiting[0] <= last:
            cell = notebook.cells[waiting.pop(0)]
            yield Token(KIND, "", 0, content=cell.source, meta={"tags": [*cell.metadata.get("tags", [])]})
        yield part


def render(renderer: Any, part: Any) -> None:
    """Put the code of a cell into the tree."""
    renderer.current_node.append(cell_code("", code=part.content.rstrip("\n"), tags=part.meta["tags"]))


def skip(_writer: nodes.NodeVisitor, _node: cell_code) -> None:
    """Show nothing."""
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the node, and let MyST-NB make it."""
    app.add_node(cell_code, html=(skip, None), text=(skip, None), latex=(skip, None))
    myst_nb.sphinx_.notebook_to_tokens = with_code
    setattr(SphinxNbRenderer, f"render_{KIND}", render)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
