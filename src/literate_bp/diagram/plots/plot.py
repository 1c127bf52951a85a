"""What every plot of the chapters has: a wide and a narrow version, a table of its numbers, and one style."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from ...activation import Array
from ...formula.choice import spans
from ...formula.printing import plain_number
from ...validation import between, by_name, numeric, one_of
from ..drawing.artists import draw_label
from ..drawing.figure import save, settings, transparent_figure, with_background
from ..drawing.palette import Theme, colors
from ..drawing.scene import Orientation, Scene
from ..drawing.svg import orientation_div, page_figure, page_svg, with_description
from ..drawing.svg_text import label_groups
from ..drawing.text_layout import number_label

__all__ = [
    "LINE_STYLES",
    "NARROW",
    "SMALL",
    "TEXT",
    "WIDE",
    "DataTable",
    "Panel",
    "Plot",
    "PowersOfTen",
    "Series",
    "draw_panel",
    "draw_series",
    "format_number",
    "line_plot",
    "number_tick",
    "numbered_series",
    "plot_figure",
    "runs_of",
    "series_of",
    "style_axes",
]

WIDE, NARROW = 700.0, 340.0
"""The widths of the two versions, in pixels."""
NARROWEST, WIDEST = 79.0, 20_000.0
"""Between these widths there is room for a plot, and memory for its pixels."""
TEXT, SMALL = 13.0, 11.5
"""Font sizes in pixels: of titles and axis labels, and of everything else."""
LINE_STYLES: tuple[tuple[Any, str], ...] = (("solid", "o"), ((0, (4, 2)), "s"), ((0, (1.2, 1.4)), "^"))
"""Line style and marker of the first, second and third series of a panel."""
MOST_MARKERS = 40
BAND = 0.16
"""The opacity of the band between the lowest and the highest of several runs."""
MOST_TICKS = 7
"""The largest number of ticks on a logarithmic axis."""

Draw = Callable[[dict[str, str], float], Figure]
Labels = Callable[[float], Mapping[str, Scene]]


@dataclass(frozen=True)
class DataTable:
    """The numbers of a plot as text: a header, and rows that begin with their names."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: tuple[Mapping[str, str], ...] = ()
    """The name of each row in every notation, if notations differ."""

    def html(self, shown: str = "book") -> str:
        """Return an HTML table; `shown` is the notation that is shown if the page does not choose."""
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in self.header)
        body = "".join(
            f'<tr><th scope="row">{self.name(n, shown)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
            for n, (_, *rest) in enumerate(self.rows)
        )
        return f'<table class="docutils"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

    def name(self, row: int, shown: str) -> str:
        """Return the name of a row as HTML, in every notation."""
        names = self.names[row] if self.names else {shown: self.rows[row][0]}
        return spans({notation: escape(text) for notation, text in names.items()}, shown)

    def text(self) -> str:
        """Return lines of text, one for each row."""
        pairs = (zip(self.header, row, strict=True) for row in self.rows)
        return "\n".join("; ".join(f"{name} {cell}".strip() for name, cell in row) + "." for row in pairs)


@dataclass(frozen=True)
class Plot:
    """A plot of a chapter.

    A notebook shows it by itself. `save` writes a file, `description` is the
    text equivalent.

    Attributes
    ----------
    draw : callable
        Draws it as a Matplotlib figure, given the colors by name and the
        width in pixels.
    alt : str
        What the plot shows, in one or two sentences.
    table : DataTable
        Its numbers.
    labels : callable, optional
        Returns the labels that differ between notations, by notation, given
        the width in pixels.
    notation : str
        The notation that is saved, and shown if a page does not choose.
    live : str
        What a page needs to let its reader change the numbers, as JSON.
    script : {"push", "plot", "record"}
        What changes it there: the point of a curve is pushed, the plot changes
        as a whole, or a tape is followed.
    """

    draw: Draw = field(repr=False)
    alt: str
    table: DataTable
    labels: Labels | None = field(default=None, repr=False)
    notation: str = "book"
    live: str = field(default="", repr=False)
    script: str = field(default="push", repr=False)

    @property
    def description(self) -> str:
        """The plot as text, with its numbers."""
        return f"{self.alt}\n{self.table.text()}"

    def figure(self, theme: Theme = "light", width: float = WIDE) -> Figure:
        """Draw it as a transparent Matplotlib figure, with nothing clipped.

        Parameters
        ----------
        theme : {"light", "dark"}
            The colors.
        width : float
            The width in pixels, 72 to the inch.
        """
        figure = self.unlabeled_figure(theme, width)
        with settings():
            for order, label in enumerate(self.labels_by_notation(width)[self.notation].labels):
                draw_label(figure.axes[0], label, colors(theme)[label.color], order)
        return figure

    def unlabeled_figure(self, theme: Theme, width: float) -> Figure:
        """Draw it without the labels that differ between notations."""
        one_of("theme", theme, ("light", "dark"))
        between("width", width, NARROWEST, WIDEST)
        with settings():
            figure = self.draw(colors(theme), width)
        for artist in figure.findobj():
            artist.set_clip_on(False)
        return figure

    def labels_by_notation(self, width: float) -> Mapping[str, Scene]:
        """Return the labels that differ between notations, by notation."""
        return {self.notation: Scene()} if self.labels is None else self.labels(width)

    def svg(self, theme: Theme = "light", width: float = WIDE) -> str:
        """Return the text of an SVG file, with a dark background if the theme is dark.

        Parameters
        ----------
        theme : {"light", "dark"}
            The colors.
        width : float
            The width in pixels.
        """
        figure = self.figure(theme, width)
        if theme == "dark":
            figure = with_background(figure, theme)
        return with_description(page_svg(figure), self.alt, self.description)

    def save(self, path: str | os.PathLike[str], theme: Theme = "light", width: float = WIDE) -> None:
        """Save it as an SVG, PNG or PDF file; PNG and PDF have the background of their theme.

        Parameters
        ----------
        path : path
            A path that ends in .svg, .png or .pdf.
        theme : {"light", "dark"}
            The colors.
        width : float
            The width in pixels.
        """
        save(path, lambda: self.svg(theme, width), lambda: with_background(self.figure(theme, width), theme))

    def _repr_html_(self) -> str:
        """Return both widths and the table, for a page."""
        views = self.view("landscape", WIDE), self.view("portrait", NARROW)
        table = f'<div class="table-wrapper">{self.table.html(self.notation)}</div>'
        return page_figure(*views, f"<p>{escape(self.alt)}</p>{table}", self.live, f"data-{self.script}")

    def view(self, orientation: Orientation, width: float) -> str:
        """Return one width as inline SVG, which scales up to 110 percent of its size."""
        one_of("orientation", orientation, ("landscape", "portrait"))
        figure = self.unlabeled_figure("light", width)
        most = round(figure.get_figwidth() * 72 * 1.1)
        labels = label_groups(self.labels_by_notation(width), self.notation)
        return orientation_div(orientation, figure, labels, self.alt, f"max-width: {most}px")


# --- plots of lines ------------------------------------------------------------


@dataclass(frozen=True)
class Series:
    """A curve: its label, its points, the name of its color, and whether points have markers.

    If it is the median of several runs, `runs` are these: a band is drawn from
    the lowest to the highest, and the first as a thin line.
    """

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    color: str = "ink"
    marked: bool = False
    runs: tuple[tuple[float, ...], ...] = ()

    def number(self, n: int) -> str:
        """Write the number of a point, and from where to where the runs go."""
        if not self.runs:
            return format_number(self.y[n])
        column = [run[n] for run in self.runs]
        return f"{format_number(self.y[n])} ({format_number(min(column), 2)} to {format_number(max(column), 2)})"


def runs_of(what: str, values: npt.ArrayLike) -> Array:
    """Return one run, or several of the same length, as the rows of an array."""
    runs = np.atleast_2d(numeric(what, values))
    if runs.ndim != 2 or not runs.size:
        raise ValueError(
            f"{what} has shape {np.shape(values)}; a sequence of at least one number was expected, or several such "
            "runs of the same length"
        )
    return runs


def series_of(label: str, x: Iterable[float], runs: Array, color: str = "ink", *, marked: bool = False) -> Series:
    """Make a curve of one run, or of the median of several."""
    middle = tuple(np.median(runs, axis=0))  # first: it tells at once that memory cannot hold so many runs
    several = tuple(map(tuple, runs)) if len(runs) > 1 else ()
    return Series(label, tuple(x), middle, color, marked, several)


@dataclass(frozen=True)
class Panel:
    """The curves of one pair of axes.

    `scale` is ``"linear"``, ``"log"`` for both axes, or ``"log y"``; `limits`
    are the ends of the y axis.
    """

    series: tuple[Series, ...]
    title: str = ""
    x_label: str = ""
    y_label: str = ""
    scale: str = "linear"
    limits: tuple[float, float] | None = None
    legend: bool = True


def line_plot(
    panels: Sequence[Panel], alt: str, table: DataTable, columns: tuple[int, int] = (2, 1), height: float = 250
) -> Plot:
    """Make a plot of panels in a grid.

    Parameters
    ----------
    panels : sequence of Panel
        What to draw, at most three curves in each.
    alt, table : str, DataTable
        The text equivalent, and the numbers.
    columns : tuple of int
        The number of panels side by side, in the wide and in the narrow
        version.
    height : float
        The height of one panel, in pixels.
    """
    panels = tuple(panels)

    def draw(shades: dict[str, str], width: float) -> Figure:
        across = min(len(panels), columns[0] if width > NARROW else columns[1])
        down = -(-len(panels) // across)
        figure = plot_figure(width, height * down)
        grid = figure.subplots(down, across, squeeze=False).flat
        for axes, panel in zip(grid, panels, strict=False):
            draw_panel(axes, panel, shades)
        for axes in grid[len(panels) :]:
            axes.remove()
        return figure

    return Plot(draw, alt, table)


def draw_panel(axes: Any, panel: Panel, shades: Mapping[str, str]) -> None:
    """Draw a panel on Matplotlib's axes."""
    for series, style in zip(panel.series, LINE_STYLES, strict=False):
        draw_series(axes, series, style, shades)
    x_scale, y_scale = {"linear": ("linear", "linear"), "log y": ("linear", "log"), "log": ("log", "log")}[panel.scale]
    axes.set(title=panel.title, xlabel=panel.x_label, ylabel=panel.y_label, xscale=x_scale, yscale=y_scale)
    for axis, scale in ((axes.xaxis, x_scale), (axes.yaxis, y_scale)):
        if scale == "log":
            axis.set_major_locator(PowersOfTen())
            axis.set_minor_locator(NullLocator())
    if x_scale == "linear":
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 3, 5, 10]))
    if panel.limits is not None:
        axes.set_ylim(panel.limits)
    for axis, scale in ((axes.xaxis, x_scale), (axes.yaxis, y_scale)):
        if scale == "log" and len(powers_of_ten(*axis.get_view_interval())) < 2:
            axis.set_major_formatter(lambda value, _: number_tick(value))
    style_axes(axes, shades)
    if panel.legend and len(panel.series) > 1:
        above = not panel.title and any(series.runs for series in panel.series)  # bands leave no room inside
        loc, anchor = ("lower left", (0, 1)) if above else ("best", None)
        style_of = {"frameon": False, "fontsize": SMALL, "labelcolor": shades["ink"], "handlelength": 2.6}
        axes.legend(loc=loc, bbox_to_anchor=anchor, borderaxespad=0.2, **style_of)


def draw_series(axes: Any, series: Series, style: tuple[Any, str], shades: Mapping[str, str]) -> None:
    """Draw a curve on Matplotlib's axes."""
    linestyle, marker = style
    if series.runs:
        lowest, highest = np.min(series.runs, axis=0), np.max(series.runs, axis=0)
        axes.fill_between(series.x, lowest, highest, color=shades[series.color], alpha=BAND, linewidth=0)
        axes.plot(series.x, series.runs[0], color=shades[series.color], linestyle=linestyle, linewidth=0.8)
    axes.plot(
        series.x,
        series.y,
        label=series.label,
        color=shades[series.color],
        linestyle=linestyle,
        linewidth=1.8,
        marker=marker if series.marked else None,
        markersize=4,
        markevery=max(1, len(series.x) // MOST_MARKERS),
    )


def numbered_series(
    what: str, measures: Mapping[str, npt.ArrayLike], shades: Sequence[str], *, marked: bool = False
) -> tuple[Series, ...]:
    """Make a curve of each measure, over 1, 2, 3 and so on.

    Parameters
    ----------
    what, measures : str, mapping of str to array_like
        The name of the argument, and the measures by name, each of one run
        or of several.
    shades : sequence of str
        The colors; there may be no more measures than these.
    marked : bool
        Whether points have markers.
    """
    checked = {
        name: runs_of(f"{what}[{name!r}]", values) for name, values in by_name(what, measures, len(shades)).items()
    }
    return tuple(
        series_of(name, range(1, runs.shape[1] + 1), runs, shade, marked=marked)
        for (name, runs), shade in zip(checked.items(), shades, strict=False)
    )


def powers_of_ten(low: float, high: float) -> range:
    """Return the powers of ten between two positive numbers."""
    return range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)


class PowersOfTen(LogLocator):
    """Places ticks at powers of ten in equal steps, one of them at 1 if the axis has it.

    On an axis that has one power of ten or none: at 1, 2, 3 and 5 times powers.
    """

    def tick_values(self, vmin: float, vmax: float) -> list[float]:
        """Return the ticks between two positive numbers."""
        powers = powers_of_ten(vmin, vmax)
        if len(powers) < 2:
            ticks = [first * 10.0**power for power in (powers.start - 1, powers.start) for first in (1, 2, 3, 5)]
            return [tick for tick in ticks if vmin <= tick <= vmax]
        step = max(1, -(-(len(powers) - 1) // (MOST_TICKS - 1)))
        return [10.0**power for power in range(-(-powers.start // step) * step, powers.stop, step)]


# --- style ---------------------------------------------------------------------


def plot_figure(width: float, height: float, margin: float = 4.0) -> Figure:
    """Make a transparent figure of this size in pixels, whose axes fill it; `margin` is on either side of each."""
    figure = transparent_figure(width, height)
    figure.set_layout_engine("constrained", h_pad=5 / 72, w_pad=margin / 72)
    return figure


def style_axes(axes: Any, shades: Mapping[str, str]) -> None:
    """Give axes the style of the book: two thin spines, short ticks, no background."""
    axes.patch.set_alpha(0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=shades["muted"], linewidth=0.8)
    axes.tick_params(color=shades["muted"], labelcolor=shades["ink"], labelsize=SMALL, length=3)
    for label in (axes.xaxis.label, axes.yaxis.label, axes.title):
        label.set(color=shades["ink"], size=TEXT)


def format_number(value: float, digits: int = 3) -> str:
    """Write a number in Unicode with this many significant digits at most: −1.5·10⁻⁶."""
    return plain_number(f"{value:.{digits}g}")


def number_tick(value: float, digits: int = 3) -> str:
    """Write the same as the label of a tick."""
    return number_label(f"{value:.{digits}g}")
