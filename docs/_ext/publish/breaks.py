"""Adds places where long names and addresses may be broken: behind slashes and underscores, and before dots.

Without them, a browser breaks inside a word where a window is narrow.
"""

import re

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from publish.templates import Page, add_step

ORDER = 9
LONG = 20
"""How many letters fit on each line of a phone."""
WRITTEN = re.compile(
    r'(?P<begins><(?:code class="[^"]*\bliteral\b|a class="reference external)[^<>]*>)(?P<text>[^<>]+)(?=</)'
)
NAME = re.compile(rf"\S{{{LONG},}}")
PLACES = re.compile(r"(?<=[\w/])(?=\.\w)|(?<=[^\W_]_)(?=[^\W_])|(?<=\w/)(?=\w)")
BREAK = '<wbr aria-hidden="true">'


def lay_out(html: str, _page: Page) -> str:
    """Return a page whose long names can be broken."""
    return WRITTEN.sub(lambda found: found["begins"] + NAME.sub(breakable, found["text"]), html)


def breakable(name: re.Match[str]) -> str:
    """Return a name with the places."""
    return PLACES.sub(BREAK, name[0])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the step."""
    add_step(app, lay_out, ORDER)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
