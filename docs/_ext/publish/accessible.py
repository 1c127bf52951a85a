"""Adds roles that the theme lacks, and removes what says nothing: an empty header heads no column."""

import re

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from publish.templates import Page, add_step

ORDER = 3
EMPTY_HEADER = re.compile(r"<th(?P<attributes>\b[^<>]*)>(?P<inside>(?:<p>)?\s*(?:</p>)?)</th>")
SCOPE = re.compile(r' scope="\w+"')
TREE = '<div class="sidebar-tree">'
ARROW = '<svg class="furo-related-icon">'
"""Says "Expand" beside the words of a link to the next page, and of one to the page before."""

TO_TOP = re.compile(r'<a href="#" class="back-to-top\b.*?</a>', re.DOTALL)
"""Stands in no landmark."""


def lay_out(html: str, _page: Page) -> str:
    """Return a page that can be found one's way on without seeing it."""
    html = EMPTY_HEADER.sub(lambda cell: f"<td{SCOPE.sub('', cell['attributes'])}>{cell['inside']}</td>", html)
    html = html.replace(ARROW, ARROW.replace("<svg", '<svg aria-hidden="true"'))
    html = TO_TOP.sub(lambda link: f'<nav aria-label="Top of the page">{link[0]}</nav>', html)
    return html.replace(TREE, TREE.replace("<div", '<div role="navigation" aria-label="All pages"'), 1)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the step."""
    add_step(app, lay_out, ORDER)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
