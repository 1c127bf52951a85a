"""Adds nothing by itself: a section is cited by the number of its chapter, as in {numref}`chapter {number} <q-sign>`.

Sections have no numbers of their own here, and Sphinx would leave the place of the number empty.
"""

from typing import Any

from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain
from sphinx.util.typing import ExtensionMetadata


class NumbersOfChapters(StandardDomain):
    """Sphinx's own domain, but for the number of a section."""

    def get_fignumber(self, env: Any, builder: Any, figtype: str, docname: str, target_node: Any) -> Any:
        """Return the number of a figure, of an equation, or of the chapter of a section."""
        number = super().get_fignumber(env, builder, figtype, docname, target_node)
        return number or env.toc_secnumbers[docname].get("") if figtype == "section" else number


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the domain in the place of Sphinx's."""
    app.add_domain(NumbersOfChapters, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
