"""Adds nothing, and removes second ids: Furo copies the id of a table or formula to the box that it puts around it."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata

WRAPPERS = {"math-wrapper", "table-wrapper"}


class UniqueIds(SphinxPostTransform):
    """Runs after Furo's own transform."""

    formats = ("html",)
    default_priority = 600

    def run(self, **_: object) -> None:
        """Take the ids from the boxes; what stands in them keeps its own."""
        for box in self.document.findall(nodes.container):
            if WRAPPERS & set(box["classes"]):
                box["ids"] = []


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform."""
    app.add_post_transform(UniqueIds)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
