"""Adds one fold for the code of hidden cells that follow one another, and says if it is the code of a figure."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.typing import ExtensionMetadata

from page.cell_code import cell_code

PROMPT, OF_A_FIGURE = "Show the code", "Show the code of this figure"


def is_hidden(node: nodes.Node | None) -> bool:
    """Return whether a node is a cell whose code is hidden below the common title."""
    return isinstance(node, nodes.container) and node.get("hide_mode") == "input" and node["prompt_show"] == PROMPT


class JoinHiddenCells(SphinxTransform):
    """Moves the code of a hidden cell without output to the hidden cell behind it, and names the folds of figures."""

    default_priority = 990

    def apply(self, **_: object) -> None:
        """Join the cells that follow one another; what stands in a fold of its own title stays there."""
        for cell in [*self.document.findall(is_hidden)]:
            behind = cell.next_node(lambda node: not isinstance(node, cell_code), descend=False, siblings=True)
            if len(cell) == 1 and is_hidden(behind):
                behind[0].insert(0, cell[0].children)
                cell.parent.remove(cell)
            elif next(cell.findall(nodes.figure), None) is not None:
                cell["prompt_show"], cell["prompt_hide"] = OF_A_FIGURE, OF_A_FIGURE.replace("Show", "Hide")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Join the cells of each page that is read."""
    app.add_transform(JoinHiddenCells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
