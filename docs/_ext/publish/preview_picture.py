"""Draws the picture that is shown with a link to a page: its title, and a diagram or plot that it has."""

import textwrap

from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.transforms import Affine2D

from literate_bp.diagram.drawing.figure import render, settings, transparent_figure, with_background
from literate_bp.diagram.drawing.palette import colors
from publish.svg_reader import Outline, read

WIDTH, HEIGHT, MARGIN, HEAD = 400.0, 210.0, 18.0, 48.0
"""In points; a PNG file of the book has three pixels to the point."""
LINE = 46
"""How many letters of a title fit in a line."""


def png(title: str, project: str, svg: str) -> bytes:
    """Return the picture as a file."""
    return render(figure(title, project, svg), "png")


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
