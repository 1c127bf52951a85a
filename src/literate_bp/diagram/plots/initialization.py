"""The plots of initialization: activated values and errors, layer by layer, for networks side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from ...activation import Array
from ...network import Network, backward, forward
from ...validation import by_name, finite, instance, numeric, text
from .plot import (
    NARROW,
    SMALL,
    TEXT,
    DataTable,
    Panel,
    Plot,
    format_number,
    line_plot,
    number_tick,
    numbered_series,
    plot_figure,
    style_axes,
)

__all__ = ["histograms", "measure_by_layer"]

BINS = 48
RANGE = 3.0
"""The end of the axis, in root mean squares of the widest layer."""
ROW_HEIGHT, PEAK = 17.0, 1.35
"""The distance between the baselines of two histograms in pixels, and the height of a histogram in such distances."""

MARGIN = 8.0
"""What keeps the numbers beside a histogram from those of the next panel, in pixels."""


@dataclass(frozen=True)
class Ridgeline:
    """The data of one panel: a quantity of each layer, its name, and the color of its histograms."""

    name: str
    layers: tuple[Array, ...]
    color: str

    @property
    def root_mean_squares(self) -> list[float]:
        """The root mean square of each layer."""
        return [float(np.sqrt(np.mean(layer**2))) for layer in self.layers]


def histograms(networks: Mapping[str, Network], x: npt.ArrayLike, y: npt.ArrayLike) -> Plot:
    """Draw the activated values and the errors of each hidden layer as histograms.

    The networks are side by side in the wide version, one below the other in
    the narrow one. All panels of a quantity have the same scale, and all
    histograms the same height. Values that are exactly 0, as half of those of
    ReLU, are left out of the histograms but not of the root mean square
    beside them. Errors are those of single examples, not of the mean cost.

    Parameters
    ----------
    networks : mapping of str to Network
        At most six networks, by the title of their panels.
    x, y : array_like (batch, n_in), (batch, n_out)
        Inputs and targets.

    Raises
    ------
    ValueError
        If an argument is of another kind, a network has no hidden layer, or
        x and y do not fit the networks.
    """
    x, y = np.atleast_2d(numeric("x", x)), np.atleast_2d(numeric("y", y))
    finite("x", x)
    finite("y", y)
    panels = {
        name: ridgelines(name, instance(f"networks[{name!r}]", network, Network), x, y)
        for name, network in by_name("networks", networks, 6).items()
    }
    ends = [RANGE * max(max(pair[side].root_mean_squares) for pair in panels.values()) for side in (0, 1)]
    negative = [any(layer.min() < 0 for pair in panels.values() for layer in pair[side].layers) for side in (0, 1)]

    def draw(shades: dict[str, str], width: float) -> Figure:
        wide = width > NARROW
        count, deep = len(panels), max(len(pair[0].layers) for pair in panels.values())
        shape = (2, count) if wide else (count, 2)
        figure = plot_figure(width, shape[0] * (ROW_HEIGHT * max(deep + 1, 5) + 58), margin=MARGIN)
        grid = figure.subplots(*shape, squeeze=False)
        for (column, name), side in product(enumerate(panels), (0, 1)):
            axes = grid[side, column] if wide else grid[column, side]
            ridgeline = panels[name][side]
            draw_ridgeline(axes, ridgeline, (-ends[side] if negative[side] else 0.0, ends[side]), shades)
            title = name if wide else f"{name},\n{ridgeline.name}"
            axes.set_title("" if wide and side else title, size=TEXT, color=shades["ink"])
            if wide and not column:
                axes.set_ylabel(f"{ridgeline.name},\nby layer", size=TEXT, color=shades["ink"])
        return figure

    rows = tuple(
        (f"{name}, {ridgeline.name}", *(format_number(size, 2) for size in ridgeline.root_mean_squares))
        for name, pair in panels.items()
        for ridgeline in pair
    )
    most = max(map(len, rows))
    rows = tuple((*row, *[""] * (most - len(row))) for row in rows)
    changes = "; ".join(
        f"{name}: {ridgeline.name} go from {format_number(ridgeline.root_mean_squares[0], 2)} in layer 1 to "
        f"{format_number(ridgeline.root_mean_squares[-1], 2)} in layer {len(ridgeline.layers)}"
        for name, pair in panels.items()
        for ridgeline in pair
    )
    header = ("root of the mean square", *(f"layer {n}" for n in range(1, most)))
    alt = f"Histograms of activated values and errors, layer by layer. {changes}."
    return Plot(draw, alt, DataTable(header, rows))


def ridgelines(name: str, network: Network, x: Array, y: Array) -> tuple[Ridgeline, Ridgeline]:
    """Run a network, and return the activated values and the errors of its hidden layers."""
    if len(network.layers) < 2:
        raise ValueError(f"networks[{name!r}] has 1 layer; a network with a hidden layer was expected")
    trace = forward(network, x)
    errors = backward(network, trace, y).errors
    return (
        Ridgeline("activated values", trace.activated[1:-1], "activated"),
        Ridgeline("errors", tuple(len(x) * error for error in errors[:-1]), "error"),
    )


def draw_ridgeline(axes: Any, ridgeline: Ridgeline, ends: tuple[float, float], shades: Mapping[str, str]) -> None:
    """Draw a histogram for each layer, from bottom to top, with its root mean square on the right."""
    style_axes(axes, shades)
    edges = np.linspace(*ends, BINS + 1)
    for row, layer in reversed([*enumerate(ridgeline.layers)]):
        counts, _ = np.histogram(layer[layer != 0], edges)
        heights = row + PEAK * counts / max(counts.max(), 1)
        outline = np.repeat(edges, 2)[1:-1], np.repeat(heights, 2)
        axes.fill_between(*outline, row, color=shades[f"{ridgeline.color}-fill"], linewidth=0, zorder=-row)
        axes.plot(*outline, color=shades[ridgeline.color], linewidth=1.1, zorder=-row)
    numbers = range(len(ridgeline.layers))
    axes.set_yticks(numbers, [str(row + 1) for row in numbers])
    right = axes.secondary_yaxis("right")
    right.set_yticks(numbers, [number_tick(size, 2) for size in ridgeline.root_mean_squares])
    right.tick_params(length=0, labelcolor=shades["ink"], labelsize=SMALL)
    right.spines[:].set_visible(False)
    right.patch.set_visible(False)
    axes.set(xlim=ends, ylim=(-0.15, len(ridgeline.layers) - 1 + PEAK * 1.05))
    axes.set_xticks(ticks := round_ticks(*ends), [number_tick(tick, 2) for tick in ticks])


def round_ticks(low: float, high: float) -> list[float]:
    """Return 0, and a number of one digit on each side of it that is drawn."""
    end = float(f"{0.8 * high:.0e}")
    return [*[-end] * (low < 0), 0.0, end]


def measure_by_layer(measures: Mapping[str, npt.ArrayLike], y_label: str) -> Plot:
    """Draw measures of every layer as curves.

    Parameters
    ----------
    measures : mapping of str to array_like
        At most three measures by name, each with one number a layer, from
        layer 1 on; or of several runs, one a row.
    y_label : str
        What was measured.

    Raises
    ------
    ValueError
        If measures is of another kind.
    """
    series = numbered_series("measures", measures, ("error", "gradient", "ink"), marked=True)
    layers = range(1, max(len(each.y) for each in series) + 1)
    rows = [(str(n), *(s.number(n - 1) if n <= len(s.y) else "" for s in series)) for n in layers]
    ends = "; ".join(f"{each.label}: {each.number(0)} in the first, {each.number(-1)} in the last" for each in series)
    label = text("y_label", y_label)
    alt = f"{label[0].upper()}{label[1:]} over {len(layers)} layers. {ends}."
    panel = Panel(series, x_label="layer", y_label=y_label)
    return line_plot((panel,), alt, DataTable(("layer", *(each.label for each in series)), tuple(rows)), height=260)
