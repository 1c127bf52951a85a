"""Adds the tree of all pages to each: Sphinx resolves and copies it for every page, where its marks alone differ."""

from typing import Any

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment.adapters.toctree import global_toctree_for_doc
from sphinx.util import url_re
from sphinx.util.osutil import relative_uri

NOWHERE = ""
"""A page beside the first one that no tree has: its links are those of the site, and none is marked."""
WHOLE = -1
"""The depth of a tree of all pages: in one that ends above some, Sphinx shows more on the pages below."""
CURRENT = "current"


class Tree:
    """The tree of all pages, resolved once, with nothing collapsed."""

    def __init__(self, builder: StandaloneHTMLBuilder, *, maxdepth: int = WHOLE, **options: Any) -> None:
        self.builder = builder
        self.root = global_toctree_for_doc(
            builder.env, NOWHERE, builder, tags=builder.tags, maxdepth=maxdepth, **options
        )
        links = [] if self.root is None else self.root.findall(nodes.reference)
        self.links = [(link, link["refuri"].partition("#")[0]) for link in links if not url_re.match(link["refuri"])]

    def html(self, docname: str) -> str:
        """Return the tree as a page has it: with links from there, its own branch marked."""
        own = self.builder.get_target_uri(docname)
        for link, target in self.links:
            link["refuri"] = relative_uri(own, target) + link["anchorname"]
        own_links = [link for link, target in self.links if target == own and not link["anchorname"]]
        marked = [node for link in own_links for node in branch(link)]
        for node in marked:
            node["classes"].append(CURRENT)
        found = self.builder.render_partial(self.root)["fragment"]
        for node in marked:
            node["classes"].remove(CURRENT)
        return found


def branch(link: nodes.Element) -> list[nodes.Element]:
    """Return a link and what it is in."""
    found, node = [], link
    while node is not None and not isinstance(node, nodes.document):
        found.append(node)
        node = node.parent
    return found
