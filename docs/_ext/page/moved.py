"""Adds a page at each old address that leads to the new one: the setting `moved` maps old pages to new ones.

A script leads to the same place of the new page, or of another one where a page was split, which a browser without
scripts cannot.
"""

import html
import json
import re
from collections.abc import Sequence
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

SCRIPT = "moved.js"
ID = re.compile(r'\bid="([^"]+)"')
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>This page has moved</title>
<noscript><meta http-equiv="refresh" content="0; url={address}"></noscript>
<script src="{script}" data-address="{address}" data-elsewhere="{elsewhere}"></script>
{canonical}</head>
<body><p>This page has moved: <a href="{address}">{address}</a></p></body>
</html>
"""


def places(app: Sphinx, page: str) -> set[str]:
    """Return the places of a page that addresses lead to."""
    return {*ID.findall(Path(app.outdir, f"{page}.html").read_text(encoding="utf-8"))}


def page(app: Sphinx, old: str, first: str, others: Sequence[str]) -> str:
    """Write a page that leads to another one, and to places that are only on pages that were split from it."""
    base, here = app.config.html_baseurl, app.builder.get_target_uri(first)
    canonical = f'<link rel="canonical" href="{base}{here}">\n' if base else ""
    there = places(app, first) if others else set()
    elsewhere = {app.builder.get_relative_uri(old, other): sorted(places(app, other) - there) for other in others}
    return PAGE.format(
        address=app.builder.get_relative_uri(old, first),
        elsewhere=html.escape(json.dumps(elsewhere)),
        script=f"{'../' * old.count('/')}_static/{SCRIPT}",
        canonical=canonical,
    )


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the pages at the old addresses."""
    if error or app.builder.format != "html" or app.config.one_page:
        return
    for old, (new, *others) in app.config.moved.items():
        if {new, *others} <= app.env.found_docs:
            path = Path(app.outdir, f"{old}.html")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page(app, old, new, others), encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the setting; write the pages when all others are there."""
    app.add_config_value("moved", {}, "", types=frozenset({dict}))
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
