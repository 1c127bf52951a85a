"""The plots of training: learning curves, a confusion matrix, small images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path

from ...activation import Array
from ...training import History
from ...validation import finite, instance, numeric, one_of, text, texts, vector
from .plot import (
    NARROW,
    SMALL,
    TEXT,
    DataTable,
    Panel,
    Plot,
    format_number,
    line_plot,
    numbered_series,
    plot_figure,
    runs_of,
    series_of,
    style_axes,
)

__all__ = ["compare_runs", "compare_with", "confusion_matrix", "cost_against_rate", "images", "learning_curve"]

GRAY_LEVELS = 16
SQUARE = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])


def learning_curve(history: History, *others: History) -> Plot:
    """Draw the cost and the accuracy of training runs, epoch by epoch.

    Parameters
    ----------
    history : History
        What `literate_bp.train` returned. Held-out examples are drawn if it
        has a record of them.
    *others : History
        Other runs of the same length. Of several, the median is drawn, a band
        from the lowest to the highest, and `history` as a thin line.

    Raises
    ------
    ValueError
        If one is of another kind or another length.
    """
    histories = (history, *others)
    for each in histories:
        instance("history", each, History)
    lengths = {(len(each.cost), len(each.test_cost)) for each in histories}
    if len(lengths) > 1:
        raise ValueError(f"histories have epochs {sorted(lengths)}; the same number was expected of all: train alike")
    epochs = range(1, len(history.cost) + 1)

    def panel(name: str, measure: str, color: str) -> Panel:
        of = {"trained on": measure, "held out": f"test_{measure}"}
        runs = {label: np.array([getattr(each, field) for each in histories]) for label, field in of.items()}
        series = [series_of(label, epochs, rows, color) for label, rows in runs.items() if rows.size]
        return Panel(tuple(series), x_label="epoch", y_label=name)

    panels = panel("cost", "cost", "cost"), panel("share answered right", "accuracy", "activated")
    columns = [(f"{series.label}: {each.y_label}", series) for each in panels for series in each.series]
    rows = [(str(n), *(series.number(n - 1) for _, series in columns)) for n in tabulated(epochs)]
    cost, share = (each.series[0].y for each in panels)
    alt = (
        f"Learning curve over {len(epochs)} epochs: the cost goes from "
        f"{format_number(cost[0])} to {format_number(cost[-1])}, the "
        f"share answered right from {format_number(share[0])} to "
        f"{format_number(share[-1])}."
    )
    return line_plot(panels, alt, DataTable(("epoch", *(label for label, _ in columns)), tuple(rows)))


def tabulated(epochs: Sequence[int]) -> list[int]:
    """Return the epochs that a table lists: the first, the last, and a few between."""
    between = range(0, epochs[-1] + 1, max(1, epochs[-1] // 6))
    return [n for n in epochs if n in between or n in (epochs[0], epochs[-1])]


def compare_runs(runs: Mapping[str, npt.ArrayLike], y_label: str, x_label: str = "epoch") -> Plot:
    """Draw the same measure of training runs, epoch by epoch.

    Parameters
    ----------
    runs : mapping of str to array_like
        One number an epoch, by name, at most three; or several runs each, one
        a row. Of several, the median is drawn, a band from the lowest to the
        highest, and the first as a thin line.
    y_label : str
        What was measured.
    x_label : str
        What there is a number for, in the singular.

    Raises
    ------
    ValueError
        If runs is of another kind.
    """
    x_label = text("x_label", x_label)
    series = numbered_series("runs", runs, ("ink", "gradient", "activated"))
    epochs = range(1, max(len(each.y) for each in series) + 1)
    rows = [(str(n), *(each.number(n - 1) if n <= len(each.y) else "" for each in series)) for n in tabulated(epochs)]
    last = ", ".join(f"{each.label} {each.number(-1)}" for each in series)
    label = text("y_label", y_label)
    alt = f"{label[0].upper()}{label[1:]} over {len(epochs)} {x_label}s; at the end: {last}."
    panel = Panel(series, x_label=x_label, y_label=y_label)
    return line_plot((panel,), alt, DataTable((x_label, *(each.label for each in series)), tuple(rows)), height=280)


MOST_PANELS = 9
"""The most panels of methods side by side."""


def compare_with(runs: Mapping[str, npt.ArrayLike], usual: str, y_label: str) -> Plot:
    """Draw the same measure of several methods, each beside the usual one.

    Parameters
    ----------
    runs : mapping of str to array_like
        One number an epoch, by the name of the method, at most nine; or
        several runs each, one a row, of which the median is drawn, a band
        from the lowest to the highest, and the first as a thin line.
    usual : str
        The name of the one that stands in every panel.
    y_label : str
        What was measured.

    Raises
    ------
    ValueError
        If runs is of another kind, or has no other method.
    """
    label = text("y_label", y_label)
    shades = ("activated",) * MOST_PANELS
    series = {each.label: each for each in numbered_series("runs", runs, shades)}
    one_of("usual", usual, series)
    beside = replace(series.pop(usual), color="faint", runs=())
    if not series:
        raise ValueError(f"runs has {usual!r} alone; another method to draw beside it was expected")
    ends = [value for each in (beside, *series.values()) for run in (each.y, *each.runs) for value in run]
    limits = min(ends), max(ends)
    panels = [
        Panel((each, beside), each.label, "epoch", label, limits=limits, legend=not number)
        for number, each in enumerate(series.values())
    ]
    epochs = range(1, max(len(each.y) for each in (beside, *series.values())) + 1)
    rows = [
        (each.label, *(each.number(n - 1) if n <= len(each.y) else "" for n in tabulated(epochs)))
        for each in (beside, *series.values())
    ]
    last = ", ".join(f"{each.label} {each.number(-1)}" for each in (beside, *series.values()))
    alt = f"{label[0].upper()}{label[1:]} over {len(epochs)} epochs, each method beside {usual}; at the end: {last}."
    header = ("method", *(f"epoch {n}" for n in tabulated(epochs)))
    return line_plot(panels, alt, DataTable(header, tuple(rows)), columns=(3, 2), height=200)


def cost_against_rate(rates: npt.ArrayLike, costs: npt.ArrayLike) -> Plot:
    """Draw the cost that training reaches against its rate, on logarithmic axes.

    Parameters
    ----------
    rates : array_like (n,)
        The learning rates, in ascending order.
    costs : array_like (n,) or (runs, n)
        The cost that was reached with each; of several runs, the median is
        drawn, a band from the lowest to the highest, and the first as a thin
        line.

    Raises
    ------
    ValueError
        If an argument has the wrong kind or shape.
    """
    x, runs = vector("rates", rates), runs_of("costs", costs)
    if runs.shape[1] != len(x):
        raise ValueError(f"costs has shape {runs.shape}; one for each rate was expected, so (runs, {len(x)})")
    series = series_of("cost", x, runs, "ink")
    rows = tuple((format_number(rate, 2), series.number(n)) for n, rate in enumerate(x))
    best = int(np.argmin(series.y))
    alt = (
        f"The cost against the rate: {format_number(series.y[0])} at {format_number(x[0])}, least "
        f"{format_number(series.y[best])} at {format_number(x[best])}, {format_number(series.y[-1])} at "
        f"{format_number(x[-1])}."
    )
    panel = Panel((series,), x_label="rate", y_label="cost", scale="log", legend=False)
    return line_plot((panel,), alt, DataTable(("rate", "cost"), rows), height=280)


def confusion_matrix(counts: npt.ArrayLike, names: Sequence[str]) -> Plot:
    """Draw how often examples of each class were answered with each class.

    Parameters
    ----------
    counts : array_like of int (n, n)
        The number of examples; the row is their class, the column the answer.
    names : sequence of str
        The names of the n classes.

    Raises
    ------
    ValueError
        If counts is no square matrix, or does not fit the names.
    """
    finite("counts", numeric("counts", counts))
    names = texts("names", names)
    n = np.asarray(counts)
    if n.shape != (len(names), len(names)):
        raise ValueError(f"counts has shape {n.shape}; with {len(names)} names {(len(names),) * 2} was expected")
    right, wrong = int(np.trace(n)), int(n.sum() - np.trace(n))

    def draw(shades: dict[str, str], width: float) -> Figure:
        figure = plot_figure(side := min(width, 440), side)
        axes = figure.subplots()
        style_axes(axes, shades)
        for (i, j), count in np.ndenumerate(n):
            if count:
                opacity = 0.12 + 0.4 * count / n.max()
                fill = shades["activated"] if i == j else shades["error"]
                axes.fill([j, j + 1, j + 1, j], [i, i, i + 1, i + 1], color=fill, alpha=opacity, linewidth=0)
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
    return Plot(draw, alt, DataTable(("class", *(f"answered {name}" for name in names)), rows))


def images(pixels: npt.ArrayLike, captions: Sequence[str], numbers: Sequence[str] = ()) -> Plot:
    """Draw small grayscale images side by side.

    Parameters
    ----------
    pixels : array_like (n, height, width)
        From 0 for the background to 1 for full ink.
    captions : sequence of str
        One for each image, of one or two lines.
    numbers : sequence of str, optional
        What the text equivalent calls each image, if not "1", "2", ….

    Raises
    ------
    ValueError
        If pixels have another shape, or captions or numbers do not fit them.
    """
    ink = numeric("pixels", pixels)
    if ink.ndim != 3 or 0 in ink.shape:
        raise ValueError(f"pixels have shape {ink.shape}; (images, height, width) was expected, at least one each")
    finite("pixels", ink)
    captions = texts("captions", captions)
    numbers = texts("numbers", numbers) or tuple(str(i) for i in range(1, len(ink) + 1))
    for what, given in (("captions", captions), ("numbers", numbers)):
        if len(given) != len(ink):
            raise ValueError(f"{what} has length {len(given)}; one for each image was expected, so {len(ink)}")

    def draw(shades: dict[str, str], width: float) -> Figure:
        across = min(len(ink), 6 if width > NARROW else 3)
        down = -(-len(ink) // across)
        figure = plot_figure(width, width / across * 1.3 * down)
        grid = figure.subplots(down, across, squeeze=False)
        for axes in grid.flat:
            axes.set_axis_off()
        for axes, image, caption in zip(grid.flat, ink, captions, strict=False):
            draw_image(axes, image, shades)
            axes.set_title(caption, size=TEXT, color=shades["ink"])
        return figure

    rows = tuple((number, caption.replace("\n", ", ")) for number, caption in zip(numbers, captions, strict=True))
    alt = f"{len(ink)} small images: {'; '.join(caption for _, caption in rows)}."
    return Plot(draw, alt, DataTable(("image", "caption"), rows))


def draw_image(axes: Any, image: Array, shades: Mapping[str, str]) -> None:
    """Draw an image as squares of ink, one path for each of 16 opacities, with a frame."""
    levels = np.ceil(image * GRAY_LEVELS).astype(int)
    for level in range(1, GRAY_LEVELS + 1):
        squares = [Path(SQUARE + place[::-1], closed=True) for place in np.argwhere(levels == level)]
        if squares:
            path = Path.make_compound_path(*squares)
            axes.add_collection(
                PathCollection([path], color=shades["ink"], alpha=level / GRAY_LEVELS, linewidth=0, antialiased=False)
            )
    height, width = image.shape
    axes.set(xlim=(-0.5, width + 0.5), ylim=(height + 0.5, -0.5), aspect="equal")
    frame = ([-0.5, width + 0.5, width + 0.5, -0.5], [-0.5, -0.5, height + 0.5, height + 0.5])
    axes.fill(*frame, facecolor="none", edgecolor=shades["faint"], linewidth=1)
