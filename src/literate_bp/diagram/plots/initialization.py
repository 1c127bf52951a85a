"""How values and errors are spread, layer by layer, for networks side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from ...activation import Array
from ...network import Network, backward, forward
from .plot import NARROW, SMALL, TEXT, DataTable, Panel, Plot, Series, format_number, line_plot, plot_figure, style_axes

__all__ = ["histograms", "measure_by_layer"]

BINS = 48
REACH = 3.0
"""How far a panel goes, in standard deviations of the widest layer."""
ROW, RISE = 17.0, 1.35
"""How far the layers of a panel are apart, in pixels, and how high a histogram rises, in such rows."""


@dataclass(frozen=True)
class Ridges:
    """One panel: what is measured in each layer, and how it looks."""

    name: str
    layers: tuple[Array, ...]
    color: str

    @property
    def spreads(self) -> list[float]:
        """The root of the mean square of each layer."""
        return [float(np.sqrt(np.mean(layer**2))) for layer in self.layers]


def histograms(networks: Mapping[str, Network], x: npt.ArrayLike, y: npt.ArrayLike) -> Plot:
    """Draw the activated values and the errors of each layer as histograms.

    One network stands beside the other on a wide page, one below the other on
    a narrow one. All panels of a quantity have the same scale, and all
    histograms the same height. What is exactly 0, as half of what ReLU gives,
    has no place in them, but it counts for what stands beside: the root of the
    mean square. Errors are those of one example, not of the mean cost.

    Parameters
    ----------
    networks : mapping of str to Network
        By the name that is written above.
    x, y : array_like (batch, n_in), (batch, n_out)
        Inputs and targets.
    """
    x, y = np.atleast_2d(x), np.atleast_2d(y)
    panels = {name: both_ways(network, x, y) for name, network in networks.items()}
    reaches = [REACH * max(max(pair[side].spreads) for pair in panels.values()) for side in (0, 1)]

    below = [any(layer.min() < 0 for pair in panels.values() for layer in pair[side].layers) for side in (0, 1)]

    def draw(shades: dict[str, str], width: float) -> Figure:
        wide = width > NARROW
        count, deep = len(panels), max(len(pair[0].layers) for pair in panels.values())
        shape = (2, count) if wide else (count, 2)
        figure = plot_figure(width, shape[0] * (ROW * max(deep + 1, 5) + 58))
        grid = figure.subplots(*shape, squeeze=False)
        for (column, name), side in product(enumerate(panels), (0, 1)):
            axes = grid[side, column] if wide else grid[column, side]
            ridges = panels[name][side]
            drawn(axes, ridges, (-reaches[side] if below[side] else 0.0, reaches[side]), shades)
            title = name if wide else f"{name},\n{ridges.name}"
            axes.set_title("" if wide and side else title, size=TEXT, color=shades["ink"])
            if wide and not column:
                axes.set_ylabel(f"{ridges.name},\nby layer", size=TEXT, color=shades["ink"])
        return figure

    rows = tuple(
        (f"{name}, {ridges.name}", *(format_number(spread, 2) for spread in ridges.spreads))
        for name, pair in panels.items()
        for ridges in pair
    )
    most = max(map(len, rows))
    rows = tuple((*row, *[""] * (most - len(row))) for row in rows)
    told = "; ".join(
        f"{name}: {ridges.name} go from {format_number(ridges.spreads[0], 2)} in layer 1 to "
        f"{format_number(ridges.spreads[-1], 2)} in layer {len(ridges.layers)}"
        for name, pair in panels.items()
        for ridges in pair
    )
    header = ("root of the mean square", *(f"layer {n}" for n in range(1, most)))
    return Plot(draw, f"Histograms of activated values and errors, layer by layer. {told}.", DataTable(header, rows))


def both_ways(network: Network, x: Array, y: Array) -> tuple[Ridges, Ridges]:
    """Run a network, and give its hidden values and errors."""
    trace = forward(network, x)
    errors = backward(network, trace, y).errors
    return (
        Ridges("activated values", trace.activated[1:-1], "activated"),
        Ridges("errors", tuple(len(x) * error for error in errors[:-1]), "error"),
    )


def drawn(axes: Any, ridges: Ridges, ends: tuple[float, float], shades: Mapping[str, str]) -> None:
    """Draw one panel: a histogram for each layer, the first one lowest, and its size."""
    style_axes(axes, shades)
    edges = np.linspace(*ends, BINS + 1)
    for row, layer in reversed([*enumerate(ridges.layers)]):
        counts, _ = np.histogram(layer[layer != 0], edges)
        heights = row + RISE * counts / max(counts.max(), 1)
        outline = np.repeat(edges, 2)[1:-1], np.repeat(heights, 2)
        axes.fill_between(*outline, row, color=shades[f"{ridges.color}-fill"], linewidth=0, zorder=-row)
        axes.plot(*outline, color=shades[ridges.color], linewidth=1.1, zorder=-row)
    numbers = range(len(ridges.layers))
    axes.set_yticks(numbers, [str(row + 1) for row in numbers])
    sizes = axes.secondary_yaxis("right")
    sizes.set_yticks(numbers, [format_number(spread, 2) for spread in ridges.spreads])
    sizes.tick_params(length=0, labelcolor=shades["ink"], labelsize=SMALL)
    sizes.spines[:].set_visible(False)
    sizes.patch.set_visible(False)
    axes.set(xlim=ends, ylim=(-0.15, len(ridges.layers) - 1 + RISE * 1.05))
    axes.set_xticks(ticks := round_numbers(*ends), [format_number(tick, 2) for tick in ticks])


def round_numbers(low: float, high: float) -> list[float]:
    """Give 0, and a number of one digit on each side that is shown."""
    end = float(f"{0.8 * high:.0e}")
    return [*[-end] * (low < 0), 0.0, end]


def measure_by_layer(measures: Mapping[str, Sequence[float]], y_label: str) -> Plot:
    """Draw one measure of every layer, two or three curves.

    Parameters
    ----------
    measures : mapping of str to sequence of float
        One number a layer, from layer 1 on.
    y_label : str
        What was measured.
    """
    shades = ("error", "gradient", "ink")
    layers = tuple(range(1, max(map(len, measures.values())) + 1))
    series = tuple(
        Series(name, layers[: len(values)], tuple(values), shade, marked=True)
        for (name, values), shade in zip(measures.items(), shades, strict=False)
    )
    rows = [(str(n), *(format_number(v[n - 1]) if n <= len(v) else "" for v in measures.values())) for n in layers]
    ends = "; ".join(
        f"{name}: {format_number(v[0])} in the first, {format_number(v[-1])} in the last"
        for name, v in measures.items()
    )
    alt = f"{y_label[0].upper()}{y_label[1:]} over {len(layers)} layers. {ends}."
    panel = Panel(series, x_label="layer", y_label=y_label)
    return line_plot((panel,), alt, DataTable(("layer", *measures), tuple(rows)), height=260)
