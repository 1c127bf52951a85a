"""A Matplotlib figure as bytes; the same figure gives the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from .palette import Theme, colors

__all__ = ["STYLE", "blank", "on_paper", "render", "suffix_of"]

STYLE: Any = {
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
METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}
CANVAS = {"svg": FigureCanvasSVG, "pdf": FigureCanvasPdf, "png": FigureCanvasAgg}
DPI = {"svg": 72, "pdf": 72, "png": 216}


def blank(width: float, height: float) -> Figure:
    """A transparent figure, measured in pixels."""
    figure = Figure((width / 72, height / 72), dpi=72)
    figure.patch.set_alpha(0)
    return figure


def on_paper(figure: Figure, theme: Theme) -> Figure:
    """The same figure, filled with the color of the theme's paper."""
    figure.patch.set(alpha=1, facecolor=colors(theme)["paper"])
    return figure


def render(figure: Figure, suffix: str) -> bytes:
    """A figure as svg, pdf or png, without dates or versions."""
    stream = io.BytesIO()
    with mpl.rc_context(STYLE):
        CANVAS[suffix](figure).print_figure(stream, format=suffix, dpi=DPI[suffix], metadata=METADATA[suffix])
    return stream.getvalue()


def suffix_of(path: Path) -> str:
    """How a file is to be written, by its name."""
    suffix = path.suffix[1:]
    if suffix not in CANVAS:
        raise ValueError(f"path ends in {path.suffix!r}; end it in .svg, .png or .pdf")
    return suffix
