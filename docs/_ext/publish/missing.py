"""Adds to the page `404` what lets it be shown at any address: a host shows it in the place of pages that are missing.

Its links begin in the first folder of the site, and nobody knows how many folders below that it is shown. So it asks
for one script in each folder above. The one that is found knows by its own address where the site begins.
"""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from publish.templates import Page, add_step

PAGE, SCRIPT = "404", "_static/missing.js"
ORDER = 90
DEEPEST = 8
"""How many folders deep a missing page may be."""
CHARSET = '<meta charset="utf-8">'


def lay_out(html: str, page: Page) -> str:
    """Return the page with the scripts before all else that it asks for."""
    if page.name != PAGE:
        return html
    scripts = "".join(f'<script src="{"../" * up}{SCRIPT}"></script>\n' for up in range(DEEPEST + 1))
    return html.replace(CHARSET, f"{CHARSET}\n{scripts}", 1)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the step."""
    add_step(app, lay_out, ORDER)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
