"""Plots of the chapters: curves, a learning curve, a confusion matrix, small images; frozen data in, a Plot out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path as Outline
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from ..activation import ACTIVATIONS
from ..refusal import known
from ..training import History
from .draw import STYLE, render
from .palette import Theme, colors
from .picture import VIEWS, tidy, variables

__all__ = [
    "Panel",
    "Plot",
    "Series",
    "Table",
    "activation_curves",
    "compared",
    "confusion_matrix",
    "error_against_step",
    "images",
    "learning_curve",
    "line_plot",
]

WIDE, NARROW = 700.0, 340.0
TEXT, SMALL = 13.0, 11.5
LOOKS: tuple[tuple[Any, str], ...] = (("solid", "o"), ((0, (4, 2)), "s"), ((0, (1.2, 1.4)), "^"))
"""Line and mark of the first, second and third series of a panel: never color alone."""
MOST_MARKS = 40
GRAY_LEVELS = 16
SQUARE = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])

Draw = Callable[[dict[str, str], float], Figure]


@dataclass(frozen=True)
class Table:
    """The numbers of a plot, as its text equivalent: a header, and rows that begin with what they are about."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def html(self) -> str:
        """Write it as an HTML table."""
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in self.header)
        body = "".join(
            f'<tr><th scope="row">{escape(first)}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in rest) + "</tr>"
            for first, *rest in self.rows
        )
        return f'<table class="docutils"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

    def text(self) -> str:
        """Write it as lines of text."""
        pairs = (zip(self.header, row, strict=True) for row in self.rows)
        return "\n".join("; ".join(f"{name} {cell}".strip() for name, cell in row) + "." for row in pairs)


@dataclass(frozen=True)
class Plot:
    """A plot of a chapter: wide and narrow, light and dark, and the same in numbers.

    Attributes
    ----------
    draw : callable
        Draws it on a Matplotlib figure, given the colors by name and the width in pixels.
    alt : str
        What the plot shows, in one sentence or two.
    table : Table
        Its numbers.
    """

    draw: Draw
    alt: str
    table: Table

    @property
    def description(self) -> str:
        """The plot in words and numbers."""
        return f"{self.alt}\n{self.table.text()}"

    def figure(self, theme: Theme = "light", width: float = WIDE) -> Figure:
        """Draw it as a Matplotlib figure.

        Parameters
        ----------
        theme : {"light", "dark"}
            Which colors.
        width : float
            In pixels, 72 an inch.
        """
        known("theme", theme, ("light", "dark"))
        with mpl.rc_context(STYLE):
            return self.draw(colors(theme), width)

    def svg(self, theme: Theme = "light", width: float = WIDE) -> str:
        """Write it as SVG with a title and a description; `figure` has the parameters."""
        return tidy(render(self.figure(theme, width), "svg").decode(), self.alt, self.alt)

    def save(self, path: str | os.PathLike[str], theme: Theme = "light", width: float = WIDE) -> None:
        """Save it as .svg, .png or .pdf; `figure` has the other parameters."""
        suffix = Path(path).suffix[1:]
        if suffix not in ("svg", "png", "pdf"):
            raise ValueError(f"path ends in {Path(path).suffix!r}; end it in .svg, .png or .pdf")
        content = self.svg(theme, width).encode() if suffix == "svg" else render(self.figure(theme, width), suffix)
        Path(path).write_bytes(content)

    def _repr_html_(self) -> str:
        """Both widths for a page, and the numbers in a table: see `literate_bp.diagram.stylesheet`."""
        views = "".join(self.view(orientation, shown) for orientation, shown in VIEWS)
        return (
            f'<figure class="bp-picture">{views}<details><summary>The picture in words</summary>'
            f'<p>{escape(self.alt)}</p><div class="table-wrapper">{self.table.html()}</div></details></figure>'
        )

    def view(self, orientation: str, shown: str) -> str:
        """One width as inline SVG, shown unless the page's style says otherwise."""
        width = WIDE if orientation == "landscape" else NARROW
        svg = variables(self.svg("light", width))
        drawn = float(svg.split('viewBox="0 0 ', 1)[1].split()[0])
        least = f' style="max-width: {round(drawn * 1.1)}px"'
        return (
            f'<div class="bp-{orientation}" style="display: var(--bp-show-{orientation}, {shown})">'
            + svg.replace("<svg", f"<svg{least}", 1)
            + "</div>"
        )


@dataclass(frozen=True)
class Series:
    """A curve: what it is called, its points, and which color of the palette it has."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    color: str = "ink"
    marked: bool = False


@dataclass(frozen=True)
class Panel:
    """Axes with their curves: titles and scales, and which values the y axis shows, if not those of the curves."""

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


def blank(width: float, height: float) -> Figure:
    """Make a figure without a ground, measured in pixels."""
    figure = Figure((width / 72, height / 72), dpi=72)
    figure.patch.set_alpha(0)
    figure.set_layout_engine("constrained", h_pad=5 / 72, w_pad=4 / 72)
    return figure


def plain(axes: Any, shades: Mapping[str, str]) -> None:
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
    axes.set(title=panel.title, xlabel=panel.x_label, ylabel=panel.y_label, xscale=panel.scale, yscale=panel.scale)
    if panel.scale == "linear":
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 3, 5, 10]))
    else:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(LogLocator(numticks=7))
            axis.set_minor_locator(NullLocator())
    if panel.limits is not None:
        axes.set_ylim(panel.limits)
    plain(axes, shades)
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
        figure = blank(width, height * down)
        for axes, panel in zip(figure.subplots(down, across, squeeze=False).flat, panels, strict=False):
            drawn_panel(axes, panel, shades)
        return figure

    return Plot(draw, alt, table)


REACH = (-6.0, 6.0)
SHOWN_AT = (-4.0, -1.0, 0.0, 1.0, 4.0)


def activation_curves(names: Sequence[str]) -> Plot:
    """Draw activations of one linear part, each with its slope.

    Parameters
    ----------
    names : sequence of str
        Keys of `literate_bp.activation.ACTIVATIONS`; all but softmax, which takes several linear parts at once.
    """
    single = [name for name in ACTIVATIONS if name != "softmax"]
    names = tuple(known("activation", name, single) for name in names)
    z = np.linspace(*REACH, 97)
    panels = [
        Panel(
            (
                Series("curve", tuple(z), tuple(ACTIVATIONS[name].curve(z)), "activated"),
                Series("slope", tuple(z), tuple(ACTIVATIONS[name].slope(z)), "error"),
            ),
            title=name,
            limits=(-1.3, 2.3),
            legend=number == 0,
        )
        for number, name in enumerate(names)
    ]
    at = np.array(SHOWN_AT)
    rows = [
        (f"{name}, {face}", *(written(value) for value in getattr(ACTIVATIONS[name], face)(at)))
        for name in names
        for face in ("curve", "slope")
    ]
    alt = f"Activations drawn over the linear part from −6 to 6, each with its slope dashed: {', '.join(names)}."
    return line_plot(panels, alt, Table(("at z =", *map(written, SHOWN_AT)), tuple(rows)), (4, 2), 165)


def learning_curve(history: History) -> Plot:
    """Draw how a training run went, epoch by epoch.

    Parameters
    ----------
    history : History
        What `literate_bp.train` returned, with the record of the examples kept aside.
    """
    epochs = tuple(range(1, len(history.cost) + 1))

    def panel(name: str, known_to: Sequence[float], aside: Sequence[float], color: str) -> Panel:
        series = [Series("trained on", epochs, tuple(known_to), color)]
        if aside:
            series.append(Series("kept aside", epochs, tuple(aside), color))
        return Panel(tuple(series), x_label="epoch", y_label=name)

    panels = (
        panel("cost", history.cost, history.test_cost, "cost"),
        panel("share answered right", history.accuracy, history.test_accuracy, "activated"),
    )
    sides = [(f"{series.label}: {each.y_label}", series.y) for each in panels for series in each.series]
    rows = [(str(n), *(written(values[n - 1]) for _, values in sides)) for n in epochs if n in some_of(epochs)]
    alt = (
        f"Learning curve over {len(epochs)} epochs: the cost goes from {written(history.cost[0])} to "
        f"{written(history.cost[-1])}, the share answered right from {written(history.accuracy[0])} to "
        f"{written(history.accuracy[-1])}."
    )
    return line_plot(panels, alt, Table(("epoch", *(label for label, _ in sides)), tuple(rows)))


def some_of(epochs: Sequence[int]) -> set[int]:
    """Choose the first epoch, the last, and a few between."""
    return {epochs[0], *range(0, epochs[-1] + 1, max(1, epochs[-1] // 6)), epochs[-1]}


def compared(runs: Mapping[str, Sequence[float]], y_label: str) -> Plot:
    """Draw the same measure of two or three training runs, epoch by epoch.

    Parameters
    ----------
    runs : mapping of str to sequence of float
        One measure an epoch, by the name of the run.
    y_label : str
        What was measured.
    """
    shades = ("ink", "gradient", "muted")
    epochs = tuple(range(1, max(map(len, runs.values())) + 1))
    series = tuple(
        Series(name, epochs[: len(run)], tuple(run), shade)
        for (name, run), shade in zip(runs.items(), shades, strict=False)
    )
    rows = [(str(n), *(written(run[n - 1]) for run in runs.values())) for n in epochs if n in some_of(epochs)]
    last = ", ".join(f"{name} {written(run[-1])}" for name, run in runs.items())
    alt = f"{y_label[0].upper()}{y_label[1:]} over {len(epochs)} epochs; at the end: {last}."
    panel = Panel(series, x_label="epoch", y_label=y_label)
    return line_plot((panel,), alt, Table(("epoch", *runs), tuple(rows)), height=280)


def error_against_step(steps: npt.ArrayLike, errors: Mapping[str, npt.ArrayLike], floor: float = 1e-17) -> Plot:
    """Draw how far numerical derivatives are off, for steps of every size, both axes in powers of ten.

    Parameters
    ----------
    steps : array_like (n,)
        The sizes of the steps.
    errors : mapping of str to array_like (n,)
        Relative errors, by method, two or three.
    floor : float
        What is smaller is drawn here: a logarithm has no place for 0.
    """
    h = np.asarray(steps)
    measured = {name: np.maximum(np.asarray(error), floor) for name, error in errors.items()}
    shades = ("gradient", "ink", "muted")
    series = tuple(
        Series(name, tuple(h), tuple(error), shade, marked=True)
        for (name, error), shade in zip(measured.items(), shades, strict=False)
    )
    rows = [
        (written(step, 1), *(written(np.asarray(errors[name])[i], 2) for name in errors)) for i, step in enumerate(h)
    ]
    least = "; ".join(
        f"{name}: least {written(np.asarray(error).min(), 1)} at {written(h[np.argmin(error)], 1)}"
        for name, error in errors.items()
    )
    panel = Panel(series, x_label="size of the step", y_label="relative error", scale="log")
    alt = f"Relative error of derivatives against the size of the step. {least}."
    return line_plot((panel,), alt, Table(("step", *errors), tuple(rows)), height=300)


def confusion_matrix(counts: npt.ArrayLike, names: Sequence[str]) -> Plot:
    """Draw how often each class was answered with each.

    Parameters
    ----------
    counts : array_like of int (n, n)
        Row: what it was; column: what was answered.
    names : sequence of str
        The classes.
    """
    n = np.asarray(counts)
    right, wrong = int(np.trace(n)), int(n.sum() - np.trace(n))

    def draw(shades: dict[str, str], width: float) -> Figure:
        figure = blank(side := min(width, 440), side)
        axes = figure.subplots()
        plain(axes, shades)
        for (i, j), count in np.ndenumerate(n):
            if count:
                strength = 0.12 + 0.4 * count / n.max()
                fill = shades["activated"] if i == j else shades["error"]
                axes.fill([j, j + 1, j + 1, j], [i, i, i + 1, i + 1], color=fill, alpha=strength, linewidth=0)
                axes.text(j + 0.5, i + 0.52, str(count), color=shades["ink"], size=SMALL, ha="center", va="center")
        middles = np.arange(len(n)) + 0.5
        axes.set(xlim=(0, len(n)), ylim=(len(n), 0), aspect="equal", xlabel="answered", ylabel="is")
        axes.set_xticks(middles, names)
        axes.set_yticks(middles, names)
        axes.tick_params(length=0)
        axes.grid(visible=False)
        return figure

    rows = tuple((f"is {name}", *map(str, row)) for name, row in zip(names, n, strict=True))
    alt = f"Confusion matrix: {right} answers on the diagonal are right, {wrong} beside it are wrong."
    return Plot(draw, alt, Table(("class", *(f"answered {name}" for name in names)), rows))


def images(pixels: npt.ArrayLike, captions: Sequence[str], numbers: Sequence[str] = ()) -> Plot:
    """Draw small gray images side by side.

    Parameters
    ----------
    pixels : array_like (n, height, width)
        From 0, nothing, to 1, all ink.
    captions : sequence of str
        One an image; it may have two lines.
    numbers : sequence of str, optional
        What the text equivalent calls each image, if not "1", "2", ….
    """
    ink = np.asarray(pixels)
    numbers = numbers or tuple(str(i) for i in range(1, len(ink) + 1))

    def draw(shades: dict[str, str], width: float) -> Figure:
        across = min(len(ink), 6 if width > NARROW else 3)
        down = -(-len(ink) // across)
        figure = blank(width, width / across * 1.3 * down)
        grid = figure.subplots(down, across, squeeze=False)
        for axes in grid.flat:
            axes.set_axis_off()
        for axes, image, caption in zip(grid.flat, ink, captions, strict=False):
            gray(axes, image, shades)
            axes.set_title(caption, size=TEXT, color=shades["ink"])
        return figure

    rows = tuple((number, caption.replace("\n", ", ")) for number, caption in zip(numbers, captions, strict=True))
    alt = f"{len(ink)} small images: {'; '.join(caption for _, caption in rows)}."
    return Plot(draw, alt, Table(("image", "caption"), rows))


def gray(axes: Any, image: Any, shades: Mapping[str, str]) -> None:
    """Draw one image: squares of ink, thinned out where it is lighter."""
    levels = np.ceil(image * GRAY_LEVELS).astype(int)
    for level in range(1, GRAY_LEVELS + 1):
        squares = [Outline(SQUARE + place[::-1], closed=True) for place in np.argwhere(levels == level)]
        if squares:
            path = Outline.make_compound_path(*squares)
            axes.add_collection(
                PathCollection([path], color=shades["ink"], alpha=level / GRAY_LEVELS, linewidth=0, antialiased=False)
            )
    tall, wide = image.shape
    axes.set(xlim=(-0.5, wide + 0.5), ylim=(tall + 0.5, -0.5), aspect="equal")
    frame = ([-0.5, wide + 0.5, wide + 0.5, -0.5], [-0.5, -0.5, tall + 0.5, tall + 0.5])
    axes.fill(*frame, facecolor="none", edgecolor=shades["faint"], linewidth=1)
