"""Adds a picture that is shown with a link to a page: its title, and its first diagram or plot.

It is a PNG file of 1200 by 630 pixels, the same bytes in each build. Its address has to be absolute, so there is one
only if the setting `html_baseurl` is there. Pages without a diagram have that of the first page.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from literate_bp.files import write_whole
from page.incremental import writing
from publish.metadata import element

FOLDER = "_previews"
DRAWING = re.compile(r'<div class="bp-landscape"[^<>]*>(?P<svg><svg\b.*?</svg>)', re.DOTALL)


def first_drawing(document: nodes.document) -> str:
    """Return the SVG of the first diagram or plot of a page; nothing if there is none."""
    for raw in document.findall(nodes.raw):
        if found := DRAWING.search(raw.astext()):
            return found["svg"]
    return ""


def add(app: Sphinx, page: str, _template: str, context: dict[str, str], doctree: nodes.document | None) -> None:
    """Write the picture of a page, and say in its head where it is."""
    if not app.config.html_baseurl:
        return
    from publish.preview_picture import png  # noqa: PLC0415  Matplotlib takes long, and most builds draw none

    svg, shown = first_drawing(doctree) if doctree else "", app.config.root_doc
    if svg:
        shown, path = page, Path(app.outdir, FOLDER, f"{page}.png")
        with writing():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, png(context["plain_title"], app.config.project, svg))
    address = f"{app.config.html_baseurl}{FOLDER}/{shown}.png"
    said = [("property", "og:image", address), ("property", "og:image:width", "1200")]
    said += [("property", "og:image:height", "630"), ("name", "twitter:card", "summary_large_image")]
    context["metatags"] += "".join(f"{element(*each)}\n" for each in said)


@writing()
def remove_unnamed(app: Sphinx, error: Exception | None) -> None:
    """Remove the pictures that their pages do not name, or no longer, after a build of the whole site."""
    if error or app.config.one_page:
        return
    folder = Path(app.outdir, FOLDER)
    for path in folder.rglob("*.png"):
        name = path.relative_to(app.outdir).as_posix()
        page = Path(app.outdir, path.relative_to(folder)).with_suffix(".html")
        if not page.exists() or name not in page.read_text(encoding="utf-8"):
            path.unlink()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the picture."""
    app.connect("html-page-context", add, priority=650)  # after `publish.metadata`
    app.connect("build-finished", remove_unnamed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
