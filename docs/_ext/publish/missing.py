"""Adds to the page `404` what lets it be shown at any address: a host shows it in the place of pages that are missing.

Its links begin at the host, with the path of the site's address. Where no address is known, they take the site to begin
in the first folder, and one file is looked for there, and in each folder above the address until it is found. That
file, `missing.svg`, has a script that leads the links to where it lies.
"""

import re
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from publish.templates import Page, add_step

PAGE, FILE = "404", "_static/missing.svg"
ORDER = 90
DEEPEST = 8
"""How many folders deep a missing page may be."""
RELATIVE = re.compile(r'(?<= )(?P<name>href|src|action|data-content_root)="(?![#/]|[\w+.-]+:)(?:\./)?')


def lay_out(html: str, page: Page) -> str:
    """Return the page with addresses that lead to the same files from anywhere."""
    if page.name != PAGE:
        return html
    address = page.context["pageurl"]
    top = urlsplit(address or "/").path.removesuffix(f"{PAGE}.html")
    html = RELATIVE.sub(rf'\g<name>="{top}', html)
    return html if address else html.replace("</body>", f"{look_for_the_site()}\n</body>", 1)


def look_for_the_site() -> str:
    """Write one object in another: a browser looks for each if it has not found the one around it."""
    objects = ""
    for top in (*("../" * up for up in range(DEEPEST, -1, -1)), "/"):
        objects = f'<object data="{top}{FILE}" width="0" height="0" aria-hidden="true">{objects}</object>'
    return objects


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the step."""
    add_step(app, lay_out, ORDER)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
