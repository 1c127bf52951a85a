"""Adds nothing, and removes from listings the elements that no color needs: names, operators, spaces are text.

Half of all elements of a chapter were such.
"""

import re
from functools import cache

from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Text
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from publish.templates import Page, add_step

ORDER = 4
OPERATOR = "o"
"""Operators are signs, which nobody takes for names: their color says nothing more, and they are a third of all."""


@cache
def plain_classes(*styles: str) -> frozenset[str]:
    """Return the classes of Pygments that look like the text around them in all of these styles."""
    looks = [get_style_by_name(style) for style in styles]
    return frozenset(
        name
        for token, name in STANDARD_TYPES.items()
        if name and all(style.style_for_token(token) == style.style_for_token(Text) for style in looks)
    )


def without_plain_tokens(html: str, classes: frozenset[str]) -> str:
    """Return HTML in which the tokens of these classes are text."""
    return re.sub(rf'<span class="(?:{"|".join(sorted(classes))})">([^<]*)</span>', r"\1", html)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the step."""

    def lay_out(html: str, _page: Page) -> str:
        plain = plain_classes(app.config.pygments_style, app.config.pygments_dark_style)
        return without_plain_tokens(html, plain | {OPERATOR})

    add_step(app, lay_out, ORDER)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
