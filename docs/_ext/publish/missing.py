"""Adds to the page `404` what lets it be shown at any address: a host shows it in the place of pages that are missing.

Its links begin at the host, with the path of the site's address; without one, the site lies in the first folder.
"""

import re
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from publish.templates import Page, add_step

PAGE = "404"
ORDER = 90
RELATIVE = re.compile(r'(?<= )(?P<name>href|src|action|data-content_root)="(?![#/]|[\w+.-]+:)(?:\./)?')


def lay_out(html: str, page: Page) -> str:
    """Return the page with addresses that lead to the same files from anywhere."""
    if page.name != PAGE:
        return html
    top = urlsplit(page.context["pageurl"] or "/").path.removesuffix(f"{PAGE}.html")
    return RELATIVE.sub(rf'\g<name>="{top}', html)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the step."""
    add_step(app, lay_out, ORDER)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
