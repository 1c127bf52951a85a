"""The plots of vanishing and exploding gradients: norms by layer and by depth, and singular values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from ...activation import Array, sigmoid_derivative
from ...validation import between, by_name, finite, instance, numeric, sequence, text, vector
from ...vanishing import GradientFlow, interval_width, maximum, singular_values
from .plot import (
    LINE_STYLES,
    NARROW,
    SMALL,
    TEXT,
    DataTable,
    Panel,
    Plot,
    PowersOfTen,
    Series,
    draw_panel,
    format_number,
    plot_figure,
    runs_of,
    series_of,
    style_axes,
)

__all__ = ["chain_factors", "gradient_flow", "jacobian_spectra", "norms", "unit_circle_image"]

Curves = Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]]
BOUNDED_SHADES = ("error", "ink", "muted")
UNBOUNDED_SHADES = ("ink", "gradient", "muted")
"""The colors of curves in a plot with bounds, and in one without."""
MOST_MARKED = 12
"""The largest number of points at which a curve has markers."""
DISTINCT = 0.2
"""The relative difference from which on two bounds are drawn as two curves."""
SMALLEST = 1e-18
"""Smaller singular values are rounding errors, and are not drawn."""


def positive_points(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
    """Return the points that a logarithmic axis can show, of one run or of several.

    Where the median is above 0 and a run is not, the run is given the least
    number of its curve.
    """
    runs = np.atleast_2d(np.asarray(y, float))
    positive = np.median(runs, axis=0) > 0
    shown = runs[:, positive]
    return np.asarray(x, float)[positive], np.maximum(shown, shown[shown > 0].min(initial=np.inf))


def log_panel(
    title: str, curves: Curves, x_label: str, y_label: str, shades: Sequence[str], *, legend: bool = True
) -> Panel:
    """Make a panel with a logarithmic y axis that ends at powers of ten."""
    points_of = {name: positive_points(*points) for name, points in curves.items()}
    series = tuple(
        series_of(name, x, y, shade, marked=len(x) <= MOST_MARKED)
        for (name, (x, y)), shade in zip(points_of.items(), shades, strict=False)
    )
    return Panel(series, title, x_label, y_label, "log y", decades([y for _, y in points_of.values()]), legend)


def decades(values: Sequence[Array]) -> tuple[float, float]:
    """Return the powers of ten between which all these numbers lie."""
    powers = np.log10(np.concatenate([np.zeros(0), *map(np.ravel, values)]))
    powers = powers if powers.size else np.zeros(1)
    low, high = np.floor(powers.min() + 1e-9), np.ceil(powers.max() - 1e-9)
    return 10.0**low, 10.0 ** max(high, low + 1)


def gradient_flow(flow: GradientFlow) -> Plot:
    """Draw the norms of errors and gradients in each layer, with bounds, and the share of saturated nodes.

    Parameters
    ----------
    flow : GradientFlow
        What `literate_bp.gradient_flow` returned.

    Raises
    ------
    ValueError
        If flow is of another kind.
    """
    instance("flow", flow, GradientFlow)
    layers = range(1, len(flow.errors) + 1)
    errors: dict[str, tuple[npt.ArrayLike, npt.ArrayLike]] = {
        "errors": (layers, flow.errors),
        "at most": (layers, flow.bound),
        "at most, slopes as met": (layers, flow.local_bound),
    }
    if np.allclose(flow.local_bound, flow.bound, rtol=DISTINCT):
        del errors["at most, slopes as met"]  # the two lines would look like one
    panels = {
        "errors": log_panel("length of the errors", errors, "layer", "", BOUNDED_SHADES),
        "gradients": log_panel(
            "length of the gradient of the weights", {"weights": (layers, flow.weights)}, "layer", "", ("gradient",)
        ),
    }

    def draw(shades: dict[str, str], width: float) -> Figure:
        wide = width > NARROW
        figure = plot_figure(width, 330 if wide else 640)
        beside: Any = [["errors", "gradients"], ["errors", "shares"]]
        below: Any = [["errors"], ["gradients"], ["shares"]]
        heights = (3, 2) if wide else (4, 3, 2)
        axes = figure.subplot_mosaic(
            beside if wide else below, height_ratios=heights, width_ratios=(6, 5) if wide else None
        )
        for name, panel in panels.items():
            draw_panel(axes[name], panel, shades)
        draw_saturation(axes["shares"], flow.saturation, shades)
        for each in axes.values():
            each.set_xlim(0.5, len(flow.errors) + 0.5)
            each.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
        return figure

    alt = (
        f"Gradient flow through {len(flow.errors)} layers: the length of the errors goes from "
        f"{format_number(flow.errors[-1])} in the last layer to {format_number(flow.errors[0])} in the first, where it "
        f"is at most {format_number(flow.bound[0])}; the gradient of the weights from "
        f"{format_number(flow.weights[-1])} to {format_number(flow.weights[0])}."
    )
    rows = tuple(tuple(map(written, row)) for row in flow.table.rows)
    return Plot(draw, alt, DataTable(flow.table.head, rows))


def written(cell: str) -> str:
    """Write a cell of a printed table; a number with a power of ten as all plots have it."""
    return format_number(float(cell), 2) if cell[:1].isdigit() and "e" in cell else cell


def draw_saturation(axes: Any, shares: Sequence[float | None], shades: Mapping[str, str]) -> None:
    """Draw a bar for each layer, as high as the share of its nodes that are saturated."""
    present = [(layer, share) for layer, share in enumerate(shares, start=1) if share is not None]
    for layer, share in present:
        axes.fill_between([layer - 0.3, layer + 0.3], share, color=shades["linear-fill"], linewidth=0)
        axes.plot([layer - 0.3, layer + 0.3], [share, share], color=shades["linear"], linewidth=1.8)
    axes.set(title="share of saturated nodes", xlabel="layer", ylim=(0, 1))
    axes.set_yticks((0, 0.5, 1), ("0", "½", "1"))
    style_axes(axes, shades)


def norms(
    panels: Mapping[str, Curves], x_label: str, y_label: str, columns: tuple[int, int] = (2, 1), height: float = 240
) -> Plot:
    """Draw norms over layers or depths, on a logarithmic axis, in panels side by side.

    Parameters
    ----------
    panels : mapping of str to mapping of str to pair of array_like
        By title, at most three curves by name, each a pair of x and y. All
        panels have the same axes. A curve whose name begins with "at most"
        is a bound. If y has several runs, one a row, their median is drawn,
        a band from the lowest to the highest, and the first as a thin line.
    x_label, y_label : str
        The labels of the axes.
    columns : tuple of int
        The number of panels side by side, in the wide and in the narrow
        version.
    height : float
        The height of one panel, in pixels.

    Raises
    ------
    ValueError
        If panels is of another kind.
    """
    all_curves = checked_curves(panels)
    bounded = any(name.startswith("at most") for _, name, *_ in all_curves)
    shades = BOUNDED_SHADES if bounded else UNBOUNDED_SHADES
    limits = decades([positive_points(x, y)[1] for *_, x, y in all_curves])
    named = [[], *map(list, panels.values())]  # a panel needs a legend if its curves are not those of the one before
    drawn = [
        replace(log_panel(title, curves, "", "", shades, legend=list(curves) != before), limits=limits)
        for (title, curves), before in zip(panels.items(), named, strict=False)
    ]

    def draw(shades: dict[str, str], width: float) -> Figure:
        across = min(len(drawn), columns[0] if width > NARROW else columns[1])
        down = -(-len(drawn) // across)
        figure = plot_figure(width, height * down + 20)
        grid = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True)
        for number, (axes, panel) in enumerate(zip(grid.flat, drawn, strict=False)):
            draw_panel(axes, panel, shades)
            axes.label_outer()
            axes.tick_params(labelbottom=number + across >= len(drawn))  # nothing is below it
        for axes in grid.flat[len(drawn) :]:
            axes.set_axis_off()
        figure.supxlabel(x_label, size=TEXT, color=shades["ink"])
        figure.supylabel(y_label, size=TEXT, color=shades["ink"])
        return figure

    all_series = [(title, series_of(name, x, y)) for title, name, x, y in all_curves]
    rows = [(f"{title}, {each.label}", *map(each.number, sampled(each.x))) for title, each in all_series]
    ends = "; ".join(
        f"{title}, {each.label}: from {format_number(each.y[0])} to {format_number(each.y[-1])}"
        for title, each in all_series
        if not each.label.startswith("at most")
    )
    label = text("y_label", y_label)
    runs = max(len(each.runs) for _, each in all_series)
    scale = f"in powers of ten, medians of {runs} runs" if runs else "in powers of ten"
    alt = f"{label[0].upper()}{label[1:]} over the {text('x_label', x_label)}, {scale}. {ends}."
    x = all_series[0][1].x
    return Plot(draw, alt, DataTable((x_label, *(format_number(x[n]) for n in sampled(x))), tuple(rows)))


def checked_curves(panels: object) -> list[tuple[str, str, Array, Array]]:
    """Return title, name, x and runs of every curve; require at least one, and x and y of the same length."""
    found = []
    for title, curves in by_name("panels", panels, 12).items():
        if not isinstance(curves, Mapping) or len(curves) > 3:
            raise ValueError(f"panels[{title!r}] is {curves!r}; a mapping from at most 3 names to curves was expected")
        for name, curve in curves.items():
            what = f"panels[{title!r}][{name!r}]"
            if not isinstance(curve, tuple | list) or len(curve) != 2:
                raise ValueError(f"{what} is {curve!r}; a pair of x and y was expected")
            x, y = vector(f"x of {what}", curve[0]), runs_of(f"y of {what}", curve[1])
            if len(x) != y.shape[1]:
                raise ValueError(f"x and y of {what} have lengths {len(x)} and {y.shape[1]}; the same was expected")
            found.append((title, name, x, y))
    if not found:
        raise ValueError("panels have no curves; at least one was expected")
    return found


def sampled(values: Sequence[float]) -> list[int]:
    """Return the indices of the first number, the last, and at most four between."""
    spaced = np.linspace(0, len(values) - 1, min(len(values), 6))
    return sorted({round(index) for index in spaced})


def chain_factors(weights: Sequence[float] = (2.0, 4.0, 8.0), most: float = 24.0) -> Plot:
    """Draw the factor by which one sigmoid node of a chain changes an error, and where it is at least 1.

    The first panel shows the factor over the linear part. The second shows
    the width of the interval of inputs in which the factor is at least 1, over
    the size of the weight.

    Parameters
    ----------
    weights : sequence of float
        Three sizes of the weight, for the first panel.
    most : float
        The largest size of the weight in the second panel, more than 4.

    Raises
    ------
    ValueError
        If weights are not three numbers, or `most` is too small.
    """
    weights = tuple(vector("weights", weights))
    if len(weights) != 3:
        raise ValueError(f"weights has length {len(weights)}; three were expected, one for each curve")
    between("most", most, 4, np.inf)
    z = np.linspace(-6, 6, 241)
    u = 4 + (most - 4) * np.linspace(0, 1, 241) ** 2
    top, width = maximum(interval_width, 4, most)
    factors = tuple(
        Series(f"weight {format_number(size)}", tuple(z), tuple(size * sigmoid_derivative(z)), shade)
        for size, shade in zip(weights, ("muted", "ink", "error"), strict=True)
    )
    panels = (
        Panel(factors, "what is left of an error", "linear part", "factor", limits=(0, max(weights) / 4 * 1.3)),
        Panel(
            (Series("width", tuple(u), tuple(interval_width(u)), "input"),),
            "inputs that leave all of it",
            "size of the weight",
            "width of their interval",
            limits=(0, 0.5),
        ),
    )

    def draw(shades: dict[str, str], total: float) -> Figure:
        wide = total > NARROW
        figure = plot_figure(total, 270 if wide else 500)
        left, right = figure.subplots(*((1, 2) if wide else (2, 1)))
        for axes, panel in zip((left, right), panels, strict=True):
            draw_panel(axes, panel, shades)
        left.axhline(1, color=shades["faint"], linewidth=1, zorder=0)
        right.plot([top, top], [0, width], color=shades["faint"], linewidth=1, zorder=0)
        right.plot([top], [width], "o", color=shades["input"], markersize=6)
        right.annotate(
            f"{width:.4f} at {top:.3f}",
            (top, width),
            (top + 0.06 * most, width + 0.012),
            color=shades["ink"],
            size=SMALL,
            va="bottom",
        )
        right.set_xlim(0, most)
        return figure

    sizes = [size for size in (4.0, 5.0, *np.round([top], 4), 10.0, 15.0, most) if size <= most]
    alt = (
        f"Left: the factor over the linear part, for weights of size {', '.join(map(format_number, weights))}; it "
        f"reaches 1 where the size is 4 or more. Right: the width of the interval of inputs: 0 at 4, most, "
        f"{format_number(width, 6)}, at {format_number(top, 5)}, and {format_number(float(interval_width(most)))} at "
        f"{format_number(most)}."
    )
    rows = tuple(
        (format_number(size, 5), format_number(size / 4, 4), format_number(float(interval_width(size)), 6))
        for size in sizes
    )
    return Plot(draw, alt, DataTable(("size of the weight", "largest factor", "width of the interval"), rows))


def unit_circle_image(w: npt.ArrayLike) -> Plot:
    """Draw the image of the unit circle under a matrix, an ellipse whose half axes are its singular values.

    Parameters
    ----------
    w : array_like (2, 2)
        The matrix by which rows of two errors are multiplied.

    Raises
    ------
    ValueError
        If w has another shape.
    """
    matrix = numeric("w", w)
    if matrix.shape != (2, 2):
        raise ValueError(f"w has shape {matrix.shape}; (2, 2) was expected")
    finite("w", matrix)
    from_side, sizes, to_side = np.linalg.svd(matrix := matrix.astype(float))
    angle = np.linspace(0, 2 * np.pi, 121)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    sign = np.array([1 if row[np.abs(row).argmax()] > 0 else -1 for row in to_side])[:, None]
    arrows = {"errors of length 1": sign * from_side.T, "the same, multiplied": sign * sizes[:, None] * to_side}
    ends = max(1.0, sizes[0]) * 1.3

    def draw(shades: dict[str, str], width: float) -> Figure:
        wide = width > NARROW
        figure = plot_figure(min(width, 620), 300 if wide else 560)
        both = figure.subplots(*((1, 2) if wide else (2, 1)))
        for axes, points, title in zip(both, (circle, circle @ matrix), arrows, strict=True):
            axes.fill(*points.T, facecolor=shades["error-fill"], edgecolor=shades["error"], linewidth=1.6)
            for arrow, (style, mark) in zip(arrows[title], LINE_STYLES, strict=False):
                axes.plot([0, arrow[0]], [0, arrow[1]], color=shades["ink"], linestyle=style, linewidth=1.6)
                axes.plot(*arrow, mark, color=shades["ink"], markersize=5)
                label_end(axes, arrow, f"{np.linalg.norm(arrow):.3g}", shades["ink"])
            axes.set(xlim=(-ends, ends), ylim=(-ends, ends), aspect="equal", title=title)
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
            style_axes(axes, shades)
        return figure

    alt = (
        "Left: a circle of radius 1, all pairs of errors of length 1, with two directions at a right angle. Right: the "
        f"ellipse that a matrix makes of it. The first direction has become {format_number(sizes[0])} long, which is "
        f"the most, and the second {format_number(sizes[1])}, which is the least."
    )
    rows = tuple(
        (name, *(format_number(v) for v in (*direction, size)))
        for name, direction, size in zip(("most", "least"), from_side.T, sizes, strict=True)
    )
    return Plot(draw, alt, DataTable(("stretched", "first error", "second error", "by"), rows))


def label_end(axes: Any, point: Array, text: str, color: str) -> None:
    """Write text beyond the end of an arrow from the origin."""
    away = point / np.linalg.norm(point) * 15
    axes.annotate(text, point, away, textcoords="offset points", color=color, size=SMALL, ha="center", va="center")


def jacobian_spectra(matrices: Sequence[npt.ArrayLike]) -> Plot:
    """Draw the singular values of each layer's Jacobian, and of its product with all later ones.

    Parameters
    ----------
    matrices : sequence of array_like
        What `literate_bp.vanishing.jacobians` returned.

    Raises
    ------
    ValueError
        If matrices cannot be multiplied.
    """
    each = checked_chain(matrices)
    products = [each[-1]]
    for matrix in reversed(each[:-1]):
        products.insert(0, matrix @ products[0])
    sides = {
        "each layer by itself": [singular_values(m) for m in each],
        "from this layer to the last": [singular_values(m) for m in products],
    }
    least = max(min(s[s > 0].min() for side in sides.values() for s in side), SMALLEST)
    limits = decades([least, max(s.max() for side in sides.values() for s in side)])

    def draw(shades: dict[str, str], width: float) -> Figure:
        wide = width > NARROW
        figure = plot_figure(width, 290 if wide else 540)
        both = figure.subplots(*((1, 2) if wide else (2, 1)), sharey=True)
        for axes, (title, side) in zip(both, sides.items(), strict=True):
            for layer, values in enumerate(side, start=1):
                shown = values[values >= limits[0]]
                axes.plot([layer] * len(shown), shown, "_", color=shades["ink"], alpha=0.6, markersize=7, mew=0.8)
            layers = range(1, len(side) + 1)
            axes.plot(layers, [s.max() for s in side], LINE_STYLES[0][1], ls="-", lw=1.4, color=shades["error"], ms=5)
            axes.axhline(1, color=shades["faint"], linewidth=1, zorder=0)
            axes.set(title=title, xlabel="layer", yscale="log", ylim=limits, xlim=(0.4, len(side) + 0.6))
            axes.yaxis.set_major_locator(PowersOfTen())
            axes.yaxis.set_minor_locator(NullLocator())
            axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
            style_axes(axes, shades)
        both[0].set_ylabel("singular values")
        return figure

    first = {title: side[0] for title, side in sides.items()}
    extremes = "; ".join(
        f"{title}, of layer 1: from {format_number(s[-1])} to {format_number(s[0])}" for title, s in first.items()
    )
    rows = tuple(
        (str(n), *(format_number(v) for s in (own, together) for v in (s[0], float(np.median(s)), s[-1])))
        for n, (own, together) in enumerate(zip(*sides.values(), strict=True), start=1)
    )
    kinds = ("largest", "middle", "least")
    header = ("layer", *(f"{which}: {kind}" for which in ("itself", "to the last") for kind in kinds))
    alt = f"Singular values of the Jacobians of {len(each)} layers, by layer. {extremes}."
    return Plot(draw, alt, DataTable(header, rows))


def checked_chain(matrices: Sequence[npt.ArrayLike]) -> list[Array]:
    """Require matrices that can be multiplied from the first to the last, and are not all 0."""
    matrices = sequence("matrices", matrices, "matrices")
    chain = [numeric(f"matrices[{n}]", matrix) for n, matrix in enumerate(matrices)]
    for n, matrix in enumerate(chain):
        if matrix.ndim != 2 or 0 in matrix.shape:
            raise ValueError(f"matrices[{n}] has shape {matrix.shape}; (inputs, outputs) was expected")
        if n and chain[n - 1].shape[1] != len(matrix):
            raise ValueError(
                f"matrices[{n}] has shape {matrix.shape}; the matrix before it has {chain[n - 1].shape[1]} columns, "
                f"so ({chain[n - 1].shape[1]}, n) was expected"
            )
        finite(f"matrices[{n}]", matrix)
    if not any(matrix.any() for matrix in chain):
        raise ValueError(f"matrices has length {len(chain)} and no number other than 0; at least one was expected")
    return [matrix.astype(float) for matrix in chain]
