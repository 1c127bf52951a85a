"""The plots of slopes: a curve, a point on it, the tangent there, and the step downhill."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from ...activation import ACTIVATIONS, Array, elementwise_activations
from ...network import Network
from ...validation import between, finite, function, one_of, true_or_false, vector
from .activation import TABULATED, Z_RANGE
from .plot import SMALL, DataTable, Draw, Panel, Plot, Series, draw_panel, format_number, plot_figure
from .pushed import pushed_cost, pushed_node

__all__ = ["activation_at", "cost_against_weight"]

POINTS = 241
"""How many points of a curve are drawn."""
ROOM = 0.08
"""The room above and below a curve, as a share of its height."""
MOST = 1e6
"""Weights, slopes and linear parts beyond it leave nothing to see."""
Point = tuple[str, float, float, bool]
"""A point on a curve: its label, its place, and whether it is filled."""


def cost_against_weight(
    cost_of: Callable[[float], float],
    weight: float,
    slope: float,
    reach: float = 8.0,
    rate: float | None = None,
    example: tuple[Network, npt.ArrayLike, npt.ArrayLike] | None = None,
) -> Plot:
    """Draw the cost against one weight, with the tangent at the weight, and the step that the tangent tells to take.

    Parameters
    ----------
    cost_of : callable
        Returns the cost of the network in which this weight has another value.
    weight, slope : float
        The weight, and the derivative of the cost along it.
    reach : float
        How far the weight is moved to either side.
    rate : float, optional
        The rate of the step. Without it, no step is drawn.
    example : tuple of Network, array_like, array_like, optional
        The network that has this weight, its inputs and its targets. With
        them, a reader of a page can move the weight, and push it.

    Raises
    ------
    ValueError
        If a number is not finite or beyond a million, `reach` or `rate` is
        not above 0, or the example has no such weight.
    """
    weight, slope = between("weight", weight, -MOST, MOST), between("slope", slope, -MOST, MOST)
    reach = between("reach", reach, 0, MOST)
    rate = None if rate is None else between("rate", rate, 0, MOST)
    function("cost_of", cost_of)
    at = np.linspace(weight - reach, weight + reach, POINTS)
    costs = vector("what cost_of returns", [cost_of(value) for value in at])
    finite("what cost_of returns", costs)
    points: list[Point] = [("the weight now", weight, cost_of(weight), True)]
    if rate is not None:
        after = weight - rate * slope
        points.append(("after a step", after, cost_of(after), False))
    series = (Series("cost", tuple(at), tuple(costs), "cost"), tangent(at, costs, points[0], slope, "gradient"))
    alt = f"The cost against one weight, with its tangent at the weight {format_number(weight)}. {said(points, slope)}"
    rows = [(format_number(x), format_number(cost_of(x), 4)) for x in np.linspace(at[0], at[-1], 9)]
    panel = Panel(series, x_label="the weight", y_label="cost")
    live = "" if example is None else pushed_cost(example, weight, slope, reach)
    return Plot(drawing_of(panel, points), alt, DataTable(("weight", "cost"), tuple(rows)), live=live)


def activation_at(name: str, linear: float, *, with_tangent: bool = False) -> Plot:
    """Draw an activation function with the point of one node on it, and with the tangent there.

    Parameters
    ----------
    name : str
        A key of `literate_bp.activation.ACTIVATIONS`, but not softmax.
    linear : float
        The linear part of the node.
    with_tangent : bool
        Whether the tangent is drawn. That of a sigmoid can be moved by a
        reader of a page, and the node pushed.

    Raises
    ------
    ValueError
        If the name is unknown, or the linear part lies outside the plot.
    """
    one_of("activation", name, elementwise_activations())
    linear = between("linear", linear, *Z_RANGE)
    true_or_false("with_tangent", with_tangent)
    activation = ACTIVATIONS[name]
    z = np.linspace(*Z_RANGE, POINTS)
    a, slope = activation.function(z), float(activation.derivative(np.array(linear)))
    points: list[Point] = [("the node", linear, float(activation.function(np.array(linear))), True)]
    line = (tangent(z, a, points[0], slope, "ink"),) if with_tangent else ()
    alt = f"The {name} over the linear part from −6 to 6. {said(points, slope if with_tangent else None)}"
    rows = [(format_number(at), format_number(float(activation.function(np.array(at))))) for at in TABULATED]
    axes = ("linear part", "activated value")
    panel = Panel((Series(name, tuple(z), tuple(a), "activated"), *line), "", *axes)
    live = pushed_node(linear, *Z_RANGE) if with_tangent and name == "sigmoid" else ""
    return Plot(drawing_of(panel, points), alt, DataTable(axes, tuple(rows)), live=live)


def tangent(x: Array, y: Array, point: Point, slope: float, color: str) -> Series:
    """Return the tangent at a point, as far as it stays beside the curve."""
    _, at, value, _ = point
    line = value + slope * (x - at)
    beside = (line >= y.min()) & (line <= y.max())
    return Series("tangent", tuple(x[beside]), tuple(line[beside]), color)


def said(points: list[Point], slope: float | None) -> str:
    """Say where the points lie, and how steep the tangent is."""
    places = "; ".join(f"{label}, at {format_number(x)} with {format_number(y)}" for label, x, y, _ in points)
    return f"Marked: {places}." + ("" if slope is None else f" The slope of the tangent is {format_number(slope)}.")


def drawing_of(panel: Panel, points: list[Point]) -> Draw:
    """Return what draws a panel with points on its first curve."""

    def draw(shades: dict[str, str], width: float) -> Figure:
        figure = plot_figure(width, 270)
        axes = figure.subplots()
        draw_panel(axes, panel, shades)
        draw_points(axes, panel.series[0], points, shades)
        return figure

    return draw


def draw_points(axes: Any, curve: Series, points: list[Point], shades: Mapping[str, str]) -> None:
    """Draw points on a curve, with dotted lines to the axes, and name all in the legend."""
    low, high = min(curve.y), max(curve.y)
    bottom, left = low - ROOM * (high - low), curve.x[0]
    dotted = {"color": shades["muted"], "linestyle": (0, (1.2, 1.4)), "linewidth": 1.0}
    for label, x, y, filled in points:
        axes.plot([left, x, x], [y, y, bottom], **dotted)
        face = shades[curve.color] if filled else "none"
        style = {"color": shades[curve.color], "markerfacecolor": face, "markersize": 8, "linestyle": "none"}
        axes.plot([x], [y], label=label, marker="o", **style)
    axes.set(xlim=(left, curve.x[-1]), ylim=(bottom, high + ROOM * (high - low)))
    axes.legend(loc="best", frameon=False, fontsize=SMALL, labelcolor=shades["ink"], handlelength=2.6)
