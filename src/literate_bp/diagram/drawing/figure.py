"""A Matplotlib figure, measured in pixels, and the bytes of a file of it; the same figure gives the same bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from ...files import write_whole
from ...validation import file_path, shown
from .palette import Theme, colors

__all__ = ["RC_PARAMS", "render", "save", "settings", "transparent_figure", "with_background"]

RC_PARAMS: Any = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "text.usetex": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "literate_bp",
    "pdf.fonttype": 42,
    "path.simplify": False,
    "figure.dpi": 72,
    "savefig.dpi": 72,
}
ONE_AT_A_TIME = RLock()
"""Matplotlib keeps its settings for all threads of a process."""
METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}
"""None leaves out what differs between dates and versions of Matplotlib."""
CANVAS = {"svg": FigureCanvasSVG, "pdf": FigureCanvasPdf, "png": FigureCanvasAgg}
DPI = {"svg": 72, "pdf": 72, "png": 216}


@contextmanager
def settings() -> Iterator[None]:
    """Draw with the settings of the book, one thread at a time."""
    with ONE_AT_A_TIME, mpl.rc_context(RC_PARAMS):
        yield


def transparent_figure(width: float, height: float) -> Figure:
    """Make a transparent figure of this size in pixels, 72 to the inch."""
    figure = Figure((width / 72, height / 72), dpi=72)
    figure.patch.set_alpha(0)
    return figure


def with_background(figure: Figure, theme: Theme) -> Figure:
    """Fill the background of a figure with the theme's color, and return the figure."""
    figure.patch.set(alpha=1, facecolor=colors(theme)["paper"])
    return figure


def render(figure: Figure, suffix: str) -> bytes:
    """Return the bytes of a file in the format "svg", "pdf" or "png"."""
    stream = io.BytesIO()
    with settings():
        CANVAS[suffix](figure).print_figure(stream, format=suffix, dpi=DPI[suffix], metadata=METADATA[suffix])
    return stream.getvalue()


def save(path: str | os.PathLike[str], svg: Callable[[], str], figure: Callable[[], Figure]) -> None:
    """Write a file in the format that its name asks for.

    Parameters
    ----------
    path : path
        A path that ends in .svg, .png or .pdf.
    svg : callable
        Returns the text of an SVG file.
    figure : callable
        Returns the figure for a PNG or PDF file.
    """
    file = file_path("path", path, "the name of a file, such as 'picture.svg',")
    suffix = file_format(file)
    write_whole(file, svg().encode() if suffix == "svg" else render(figure(), suffix))


def file_format(path: Path) -> str:
    """Return the format that the name of a file asks for: "svg", "pdf" or "png"."""
    suffix = path.suffix[1:]
    if suffix not in CANVAS:
        raise ValueError(f"path ends in {shown(path.suffix)}; end it in .svg, .png or .pdf")
    return suffix
