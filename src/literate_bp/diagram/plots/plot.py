"""What every plot of the chapters is: drawn wide and narrow, and a table."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from ...formula.choice import spans
from ...validation import one_of
from ..drawing.artists import write
from ..drawing.figure import STYLE, blank, on_paper, render, suffix_of
from ..drawing.palette import Theme, colors
from ..drawing.scene import Orientation, Scene
from ..drawing.svg import described, page_figure, page_svg, view
from ..drawing.svg_text import lettering

__all__ = [
    "LOOKS",
    "NARROW",
    "SMALL",
    "TEXT",
    "WIDE",
    "Panel",
    "Plot",
    "Series",
    "Table",
    "drawn_series",
    "fitted",
    "line_plot",
    "quiet",
    "written",
]

WIDE, NARROW = 700.0, 340.0
TEXT, SMALL = 13.0, 11.5
LOOKS: tuple[tuple[Any, str], ...] = (("solid", "o"), ((0, (4, 2)), "s"), ((0, (1.2, 1.4)), "^"))
"""Line and mark of a panel's first, second and third series."""
MOST_MARKS = 40

Draw = Callable[[dict[str, str], float], Figure]
Labels = Callable[[float], Mapping[str, Scene]]


@dataclass(frozen=True)
class Table:
    """The numbers of a plot: a header, and rows with their names first."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: tuple[Mapping[str, str], ...] = ()
    """What the rows are called in each notation, where that differs."""

    def html(self, shown: str = "book") -> str:
        """Write it as an HTML table, and say which notation is shown."""
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in self.header)
        body = "".join(
            f'<tr><th scope="row">{self.name(n, shown)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
            for n, (_, *rest) in enumerate(self.rows)
        )
        return f'<table class="docutils"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

    def name(self, row: int, shown: str) -> str:
        """The name of a row as HTML, as each notation has it."""
        written = self.names[row] if self.names else {shown: self.rows[row][0]}
        return spans({notation: escape(text) for notation, text in written.items()}, shown)

    def text(self) -> str:
        """Write it as lines of text."""
        pairs = (zip(self.header, row, strict=True) for row in self.rows)
        return "\n".join("; ".join(f"{name} {cell}".strip() for name, cell in row) + "." for row in pairs)


@dataclass(frozen=True)
class Plot:
    """A plot of a chapter: wide and narrow, light and dark, and in numbers.

    Attributes
    ----------
    draw : callable
        Draws it on a Matplotlib figure, given the colors by name and the
        width in pixels.
    alt : str
        What the plot shows, in one sentence or two.
    table : Table
        Its numbers.
    labels : callable
        What notations write on it, by notation, given the width; nothing on
        most plots.
    notation : str
        The one that is saved, and shown where a page does not choose.
    """

    draw: Draw
    alt: str
    table: Table
    labels: Labels | None = None
    notation: str = "book"

    @property
    def description(self) -> str:
        """The plot in words and numbers."""
        return f"{self.alt}\n{self.table.text()}"

    def figure(self, theme: Theme = "light", width: float = WIDE) -> Figure:
        """Draw it as a Matplotlib figure, transparent and with nothing cut.

        Parameters
        ----------
        theme : {"light", "dark"}
            Which colors.
        width : float
            In pixels, 72 an inch.
        """
        one_of("theme", theme, ("light", "dark"))
        figure = self.bare(theme, width)
        with mpl.rc_context(STYLE):
            for order, label in enumerate(self.lettered(width)[self.notation].labels):
                write(figure.axes[0], label, colors(theme)[label.color], order)
        return figure

    def bare(self, theme: Theme, width: float) -> Figure:
        """Draw it without what notations write on it."""
        with mpl.rc_context(STYLE):
            figure = self.draw(colors(theme), width)
        for artist in figure.findobj():
            artist.set_clip_on(False)
        return figure

    def lettered(self, width: float) -> Mapping[str, Scene]:
        """What notations write on it, by notation."""
        return {self.notation: Scene()} if self.labels is None else self.labels(width)

    def svg(self, theme: Theme = "light", width: float = WIDE) -> str:
        """Write it as an SVG file, on dark paper if it is dark.

        Parameters
        ----------
        theme, width : {"light", "dark"}, float
            As `figure`.
        """
        figure = self.figure(theme, width)
        if theme == "dark":
            figure = on_paper(figure, theme)
        return described(page_svg(figure), self.alt, self.description)

    def save(self, path: str | os.PathLike[str], theme: Theme = "light", width: float = WIDE) -> None:
        """Save it as .svg, .png or .pdf, these two on the theme's paper.

        Parameters
        ----------
        path : path
            Where to; the suffix says how.
        theme, width : {"light", "dark"}, float
            As `figure`.
        """
        path = Path(path)
        suffix = suffix_of(path)
        if suffix == "svg":
            content = self.svg(theme, width).encode()
        else:
            figure = on_paper(self.figure(theme, width), theme)
            content = render(figure, suffix)
        path.write_bytes(content)

    def _repr_html_(self) -> str:
        """Both widths, and the numbers in a table, for a page."""
        views = self.view("landscape", WIDE), self.view("portrait", NARROW)
        table = f'<div class="table-wrapper">{self.table.html(self.notation)}</div>'
        return page_figure(*views, f"<p>{escape(self.alt)}</p>{table}")

    def view(self, orientation: Orientation, width: float) -> str:
        """One width as inline SVG."""
        figure = self.bare("light", width)
        most = round(figure.get_figwidth() * 72 * 1.1)
        style = f"max-width: {most}px"
        letters = lettering(self.lettered(width), self.notation)
        return view(orientation, page_svg(figure).replace("</svg>", f"{letters}</svg>"), self.alt, style)


@dataclass(frozen=True)
class Series:
    """A curve: what it is called, its points, and its color in the palette."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    color: str = "ink"
    marked: bool = False


@dataclass(frozen=True)
class Panel:
    """Axes with their curves: titles, scales, and the ends of the y axis.

    The scale is ``"linear"``, ``"log"`` of both axes, or ``"log y"``.
    """

    series: tuple[Series, ...]
    title: str = ""
    x_label: str = ""
    y_label: str = ""
    scale: str = "linear"
    limits: tuple[float, float] | None = None
    legend: bool = True


def written(value: float, digits: int = 3) -> str:
    """Write a number with its minus sign and so many significant digits."""
    return f"{value:.{digits}g}".replace("-", "−")


def fitted(width: float, height: float) -> Figure:
    """Make a transparent figure whose axes fill it, measured in pixels."""
    figure = blank(width, height)
    figure.set_layout_engine("constrained", h_pad=5 / 72, w_pad=4 / 72)
    return figure


def quiet(axes: Any, shades: Mapping[str, str]) -> None:
    """Give axes the book's look: two thin lines, quiet ticks, no ground."""
    axes.patch.set_alpha(0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=shades["muted"], linewidth=0.8)
    axes.tick_params(color=shades["muted"], labelcolor=shades["ink"], labelsize=SMALL, length=3)
    for label in (axes.xaxis.label, axes.yaxis.label, axes.title):
        label.set(color=shades["ink"], size=TEXT)


def drawn_series(axes: Any, series: Series, look: tuple[Any, str], shades: Mapping[str, str]) -> None:
    """Draw one curve."""
    style, mark = look
    axes.plot(
        series.x,
        series.y,
        label=series.label,
        color=shades[series.color],
        linestyle=style,
        linewidth=1.8,
        marker=mark if series.marked else None,
        markersize=4,
        markevery=max(1, len(series.x) // MOST_MARKS),
    )


def drawn_panel(axes: Any, panel: Panel, shades: Mapping[str, str]) -> None:
    """Draw one panel on axes."""
    for series, look in zip(panel.series, LOOKS, strict=False):
        drawn_series(axes, series, look, shades)
    across, upward = {"linear": ("linear", "linear"), "log y": ("linear", "log"), "log": ("log", "log")}[panel.scale]
    axes.set(title=panel.title, xlabel=panel.x_label, ylabel=panel.y_label, xscale=across, yscale=upward)
    for axis, scale in ((axes.xaxis, across), (axes.yaxis, upward)):
        if scale == "log":
            axis.set_major_locator(LogLocator(numticks=7))
            axis.set_minor_locator(NullLocator())
    if across == "linear":
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 3, 5, 10]))
    if panel.limits is not None:
        axes.set_ylim(panel.limits)
    quiet(axes, shades)
    if panel.legend and len(panel.series) > 1:
        axes.legend(frameon=False, fontsize=SMALL, labelcolor=shades["ink"], handlelength=2.6, borderaxespad=0.2)


def line_plot(
    panels: Sequence[Panel], alt: str, table: Table, columns: tuple[int, int] = (2, 1), height: float = 250
) -> Plot:
    """Make a plot of panels side by side.

    Parameters
    ----------
    panels : sequence of Panel
        What to draw, at most three curves in each.
    alt, table : str, Table
        The same in words and numbers.
    columns : tuple of int
        How many panels stand side by side, on a wide page and on a narrow one.
    height : float
        Of one panel, in pixels.
    """
    panels = tuple(panels)

    def draw(shades: dict[str, str], width: float) -> Figure:
        across = min(len(panels), columns[0] if width > NARROW else columns[1])
        down = -(-len(panels) // across)
        figure = fitted(width, height * down)
        for axes, panel in zip(figure.subplots(down, across, squeeze=False).flat, panels, strict=False):
            drawn_panel(axes, panel, shades)
        return figure

    return Plot(draw, alt, table)
