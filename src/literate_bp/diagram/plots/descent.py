"""Plots of steps downhill on a surface of two weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from ...activation import Array
from ...network import Layer, Network, cost, forward
from ...optimizers import OPTIMIZERS
from ...validation import between, by_name, finite, numeric, one_of, positive, real_number, shown
from .moved import moved_descent, moved_optimizers
from .plot import LINE_STYLES, NARROW, SMALL, DataTable, Draw, Plot, format_number, plot_figure, style_axes

__all__ = ["descent", "descent_by_optimizer"]

POINTS, LEVELS = 81, 11
"""How many points of the surface are computed along each weight, and how many lines of equal cost are drawn."""
NEAR = 0.01
"""How far from a line a point may be that is left out, in units of the weights: less than a pixel."""
ENDS = (-3.0, 5.0), (-5.0, 5.0)
"""The ends of both axes."""
SHADES = ("gradient", "ink", "error")
POWERS = -8, 6
"""The least and the largest power of two that a reader can take as a rate."""


def descent(
    x: npt.ArrayLike, y: npt.ArrayLike, walks: Mapping[str, npt.ArrayLike], rate: float, momentum: float = 0.0
) -> Plot:
    """Draw steps downhill over lines of equal cost: the mean cost of a sigmoid node with two weights and no bias.

    A reader of a page can change the rate, the momentum and the start.

    Parameters
    ----------
    x, y : array_like (examples, 2), (examples, 1)
        The inputs and the targets.
    walks : mapping of str to array_like (steps + 1, 2)
        Both weights before each step and after the last one, at most three
        walks by name. The first is what a reader begins with.
    rate, momentum : float
        Those of the first walk.

    Raises
    ------
    ValueError
        If an argument is of another kind, or has another shape.
    """
    x, y = examples(x, y)
    paths = walks_by_name(walks)
    rate = positive("rate", rate)
    if not 0 <= (share := real_number(momentum)) < 1:
        raise ValueError(f"momentum is {shown(momentum)}; a number from 0 on, and below 1, was expected")
    levels = lines_of_equal_cost(x, y)
    live = moved_descent(x, y, ENDS, levels, next(iter(paths.values())), rate, share)
    return Plot(*on_lines_of_equal_cost(x, y, levels, paths), live=live, script="plot")


def descent_by_optimizer(
    x: npt.ArrayLike, y: npt.ArrayLike, walks: Mapping[str, npt.ArrayLike], powers: Mapping[str, float]
) -> Plot:
    """Draw the steps of optimizers over lines of equal cost, as `descent` does.

    A reader of a page can choose the optimizer, and change its rate, the number of steps and the start.

    Parameters
    ----------
    x, y : array_like (examples, 2), (examples, 1)
        The inputs and the targets.
    walks : mapping of str to array_like (steps + 1, 2)
        Both weights before each step and after the last one, at most three
        walks by the name of the optimizer in `literate_bp.OPTIMIZERS`. The
        first is what a reader begins with.
    powers : mapping of str to float
        The rate of each optimizer that a reader can choose, as a power of two
        from −8 to 6. Those of the walks are among them.

    Raises
    ------
    ValueError
        If an argument is of another kind, or has another shape, or a name is
        unknown.
    """
    x, y = examples(x, y)
    paths = walks_by_name(walks)
    given = by_name("powers", powers, len(OPTIMIZERS))
    found = {one_of("powers", name, OPTIMIZERS): between(f"powers[{name!r}]", given[name], *POWERS) for name in given}
    for name in paths:
        one_of("walks", name, found)
    levels = lines_of_equal_cost(x, y)
    name, path = next(iter(paths.items()))
    live = moved_optimizers(x, y, ENDS, levels, name, path, found, POWERS)
    return Plot(*on_lines_of_equal_cost(x, y, levels, paths), live=live, script="plot")


def walks_by_name(walks: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
    """Require at most three walks."""
    return {name: checked(f"walks[{name!r}]", walk, 2) for name, walk in by_name("walks", walks, len(SHADES)).items()}


def examples(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
    """Require as many inputs as targets."""
    x, y = (checked(name, values, size) for name, values, size in (("x", x, 2), ("y", y, 1)))
    if len(x) != len(y):
        raise ValueError(f"x and y have {len(x)} and {len(y)} examples; equally many were expected")
    return x, y


def on_lines_of_equal_cost(
    x: Array, y: Array, levels: Sequence[Array], paths: Mapping[str, Array]
) -> tuple[Draw, str, DataTable]:
    """Return what draws walks by name, a text that says what is seen, and their table."""

    def draw(shades: dict[str, str], width: float) -> Figure:
        figure = plot_figure(width, 380)
        axes = figure.subplots()
        for line in levels:
            axes.plot(*line.T, color=shades["faint"], linewidth=0.9)
        for (name, path), shade, (style, marker) in zip(paths.items(), SHADES, LINE_STYLES, strict=False):
            look = {"color": shades[shade], "linestyle": style, "marker": marker, "markersize": 3.4, "linewidth": 1.4}
            axes.plot(*path.T, label=name, **look)
        axes.set(xlim=ENDS[0], ylim=ENDS[1], xlabel="first weight", ylabel="second weight")
        style_axes(axes, shades)
        text = {"frameon": False, "fontsize": SMALL, "labelcolor": shades["ink"], "handlelength": 2.6}
        figure.legend(loc="outside upper left", ncols=2 if width > NARROW else 1, **text)
        return figure

    costs = {name: [format_number(cost_at(x, y, path[n])) for n in (0, -1)] for name, path in paths.items()}
    rows = tuple(
        (name, str(len(path) - 1), *map(format_number, path[-1]), *costs[name]) for name, path in paths.items()
    )
    said = "; ".join(f"{name}: {len(path) - 1} steps, and a cost of {costs[name][1]}" for name, path in paths.items())
    alt = f"Steps downhill over two weights, on lines of equal cost. {said}."
    header = ("walk", "steps", "first weight", "second weight", "cost before", "cost after")
    return draw, alt, DataTable(header, rows)


def checked(what: str, values: npt.ArrayLike, size: int) -> Array:
    """Require rows of this size, of finite numbers."""
    array = numeric(what, values)
    if array.ndim != 2 or array.shape[1] != size or not len(array):
        raise ValueError(f"{what} has shape {array.shape}; (n, {size}) was expected, and n at least 1")
    finite(what, array)
    return array


def cost_at(x: Array, y: Array, weights: Array) -> float:
    """Return the mean cost with these weights."""
    network = Network([Layer(weights[:, None])])
    return float(cost(network, forward(network, x), y))


def lines_of_equal_cost(x: Array, y: Array) -> list[Array]:
    """Return lines of equal cost, as their points; towards the least cost they become closer."""
    first, second = (np.linspace(*ends, POINTS) for ends in ENDS)
    costs = np.array([[cost_at(x, y, np.array([w_1, w_2])) for w_1 in first] for w_2 in second])
    levels = costs.min() + np.ptp(costs) * np.linspace(0, 1, LEVELS + 2)[1:-1] ** 2
    drawn = Figure().subplots().contour(first, second, costs, levels)
    return [thinned(line) for level in drawn.allsegs for line in level if len(line)]


def thinned(line: Array) -> Array:
    """Leave out points of a line, which still passes them nearer than a pixel."""
    (x, y), (along_x, along_y) = (line - line[0]).T, line[-1] - line[0]
    length = np.hypot(along_x, along_y)
    distances = np.abs(along_x * y - along_y * x) / length if length else np.hypot(x, y)
    farthest = int(distances.argmax())
    if distances[farthest] < NEAR:
        return line[[0, -1]]
    return np.vstack([thinned(line[: farthest + 1])[:-1], thinned(line[farthest:])])
