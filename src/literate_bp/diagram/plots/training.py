"""The plots of training: learning curves, a confusion matrix, small images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path

from ...training import History
from .plot import NARROW, SMALL, TEXT, DataTable, Panel, Plot, Series, format_number, line_plot, plot_figure, style_axes

__all__ = ["compare_runs", "confusion_matrix", "images", "learning_curve"]

GRAY_LEVELS = 16
SQUARE = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])


def learning_curve(history: History) -> Plot:
    """Draw how a training run went, epoch by epoch.

    Parameters
    ----------
    history : History
        What `literate_bp.train` returned, with the record of the examples
        held out.
    """
    epochs = tuple(range(1, len(history.cost) + 1))

    def panel(name: str, known_to: Sequence[float], aside: Sequence[float], color: str) -> Panel:
        series = [Series("trained on", epochs, tuple(known_to), color)]
        if aside:
            series.append(Series("held out", epochs, tuple(aside), color))
        return Panel(tuple(series), x_label="epoch", y_label=name)

    panels = (
        panel("cost", history.cost, history.test_cost, "cost"),
        panel("share answered right", history.accuracy, history.test_accuracy, "activated"),
    )
    sides = [(f"{series.label}: {each.y_label}", series.y) for each in panels for series in each.series]
    rows = [(str(n), *(format_number(values[n - 1]) for _, values in sides)) for n in epochs if n in some_of(epochs)]
    alt = (
        f"Learning curve over {len(epochs)} epochs: the cost goes from "
        f"{format_number(history.cost[0])} to {format_number(history.cost[-1])}, the "
        f"share answered right from {format_number(history.accuracy[0])} to "
        f"{format_number(history.accuracy[-1])}."
    )
    return line_plot(panels, alt, DataTable(("epoch", *(label for label, _ in sides)), tuple(rows)))


def some_of(epochs: Sequence[int]) -> set[int]:
    """Choose the first epoch, the last, and a few between."""
    return {epochs[0], *range(0, epochs[-1] + 1, max(1, epochs[-1] // 6)), epochs[-1]}


def compare_runs(runs: Mapping[str, Sequence[float]], y_label: str) -> Plot:
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
    rows = [(str(n), *(format_number(run[n - 1]) for run in runs.values())) for n in epochs if n in some_of(epochs)]
    last = ", ".join(f"{name} {format_number(run[-1])}" for name, run in runs.items())
    alt = f"{y_label[0].upper()}{y_label[1:]} over {len(epochs)} epochs; at the end: {last}."
    panel = Panel(series, x_label="epoch", y_label=y_label)
    return line_plot((panel,), alt, DataTable(("epoch", *runs), tuple(rows)), height=280)


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
        figure = plot_figure(side := min(width, 440), side)
        axes = figure.subplots()
        style_axes(axes, shades)
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
    return Plot(draw, alt, DataTable(("class", *(f"answered {name}" for name in names)), rows))


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
        figure = plot_figure(width, width / across * 1.3 * down)
        grid = figure.subplots(down, across, squeeze=False)
        for axes in grid.flat:
            axes.set_axis_off()
        for axes, image, caption in zip(grid.flat, ink, captions, strict=False):
            gray(axes, image, shades)
            axes.set_title(caption, size=TEXT, color=shades["ink"])
        return figure

    rows = tuple((number, caption.replace("\n", ", ")) for number, caption in zip(numbers, captions, strict=True))
    told = "; ".join(caption for _, caption in rows)
    alt = f"{len(ink)} small images: {told}."
    return Plot(draw, alt, DataTable(("image", "caption"), rows))


def gray(axes: Any, image: Any, shades: Mapping[str, str]) -> None:
    """Draw one image: squares of ink, thinned out where it is lighter."""
    levels = np.ceil(image * GRAY_LEVELS).astype(int)
    for level in range(1, GRAY_LEVELS + 1):
        squares = [Path(SQUARE + place[::-1], closed=True) for place in np.argwhere(levels == level)]
        if squares:
            path = Path.make_compound_path(*squares)
            axes.add_collection(
                PathCollection([path], color=shades["ink"], alpha=level / GRAY_LEVELS, linewidth=0, antialiased=False)
            )
    tall, wide = image.shape
    axes.set(xlim=(-0.5, wide + 0.5), ylim=(tall + 0.5, -0.5), aspect="equal")
    frame = ([-0.5, wide + 0.5, wide + 0.5, -0.5], [-0.5, -0.5, tall + 0.5, tall + 0.5])
    axes.fill(*frame, facecolor="none", edgecolor=shades["faint"], linewidth=1)
