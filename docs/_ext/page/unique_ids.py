"""One id, one element: Furo wraps tables and formulas in boxes, which get their ids too; here they lose them again."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata

WRAPPERS = {"math-wrapper", "table-wrapper"}


class OneId(SphinxPostTransform):
    """Runs after Furo's own transform."""

    formats = ("html",)
    default_priority = 600

    def run(self, **_: object) -> None:
        """Take the ids from the boxes; what is in them keeps its own."""
        for box in self.document.findall(nodes.container):
            if WRAPPERS & set(box["classes"]):
                box["ids"] = []


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform."""
    app.add_post_transform(OneId)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
