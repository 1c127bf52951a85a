"""Adds a picture that is shown with a link to a page: its title, and its first diagram or plot.

It is a PNG file of 1200 by 630 pixels, the same bytes in each build. Its address has to be absolute, so there is one
only if the setting `html_baseurl` is there. Pages without a diagram have that of the first page.
"""

import re
import textwrap
from pathlib import Path

from docutils import nodes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.transforms import Affine2D
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from literate_bp.diagram.drawing.figure import render, settings, transparent_figure, with_background
from literate_bp.diagram.drawing.palette import colors
from literate_bp.files import write_whole
from page.incremental import writing
from publish.metadata import element
from publish.svg_reader import Outline, read

FOLDER = "_previews"
WIDTH, HEIGHT, MARGIN, HEAD = 400.0, 210.0, 18.0, 48.0
"""In points; a PNG file of the book has three pixels to the point."""
LINE = 46
"""How many letters of a title fit in a line."""
DRAWING = re.compile(r'<div class="bp-landscape"[^<>]*>(?P<svg><svg\b.*?</svg>)', re.DOTALL)


def first_drawing(document: nodes.document) -> str:
    """Return the SVG of the first diagram or plot of a page; nothing if there is none."""
    for raw in document.findall(nodes.raw):
        if found := DRAWING.search(raw.astext()):
            return found["svg"]
    return ""


def fitted(width: float, height: float) -> Affine2D:
    """Return how a drawing is put below the title: in the middle, as large as it can be."""
    across, down = WIDTH - 2 * MARGIN, HEIGHT - HEAD - MARGIN
    scale = min(across / width, down / height)
    return Affine2D().scale(scale).translate((WIDTH - scale * width) / 2, HEAD + (down - scale * height) / 2)


def patch(outline: Outline, place: Affine2D) -> PathPatch:
    """Return an outline as Matplotlib draws it."""
    scale = place.get_matrix()[0, 0]
    dashes = (0, tuple(scale * each for each in outline.dashes)) if outline.dashes else "solid"
    return PathPatch(
        place.transform_path(outline.path),
        facecolor=outline.fill,
        edgecolor=outline.stroke,
        linewidth=scale * outline.width if outline.stroke != "none" else 0,
        linestyle=dashes,
        alpha=outline.opacity,
    )


def figure(title: str, project: str, svg: str) -> Figure:
    """Draw the picture."""
    width, height, outlines = read(svg)
    shades, place = colors("light"), fitted(width, height)
    with settings():
        drawn = with_background(transparent_figure(WIDTH, HEIGHT), "light")
        axes = drawn.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        axes.set_axis_off()
        for outline in outlines:
            axes.add_artist(patch(outline, place))
        lines = textwrap.wrap(title, LINE, max_lines=1, placeholder=" …")
        axes.text(MARGIN, 26, lines[0], size=17, weight="bold", color=shades["ink"])
        axes.text(MARGIN, 39, project if title != project else "", size=9, color=shades["muted"])
    return drawn


def add(app: Sphinx, page: str, _template: str, context: dict[str, str], doctree: nodes.document | None) -> None:
    """Write the picture of a page, and say in its head where it is."""
    if not app.config.html_baseurl:
        return
    svg, shown = first_drawing(doctree) if doctree else "", app.config.root_doc
    if svg:
        shown, path = page, Path(app.outdir, FOLDER, f"{page}.png")
        with writing():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, render(figure(context["plain_title"], app.config.project, svg), "png"))
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
