"""Adds a page at each old address that leads to the new one: the setting `moved` maps old pages to new ones.

A script leads to the same place of the new page, which a browser without scripts cannot.
"""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

SCRIPT = "moved.js"
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>This page has moved</title>
<noscript><meta http-equiv="refresh" content="0; url={address}"></noscript>
<script src="{script}" data-address="{address}"></script>
{canonical}</head>
<body><p>This page has moved: <a href="{address}">{address}</a></p></body>
</html>
"""


def page(app: Sphinx, old: str, new: str) -> str:
    """Write a page that leads to another one."""
    base, here = app.config.html_baseurl, app.builder.get_target_uri(new)
    canonical = f'<link rel="canonical" href="{base}{here}">\n' if base else ""
    address = app.builder.get_relative_uri(old, new)
    return PAGE.format(address=address, script=f"{'../' * old.count('/')}_static/{SCRIPT}", canonical=canonical)


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the pages at the old addresses."""
    if error or app.builder.format != "html":
        return
    for old, new in app.config.moved.items():
        if new in app.env.found_docs:
            path = Path(app.outdir, f"{old}.html")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page(app, old, new), encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the setting; write the pages when all others are there."""
    app.add_config_value("moved", {}, "", types=frozenset({dict}))
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
