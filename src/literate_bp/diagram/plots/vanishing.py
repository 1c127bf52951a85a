"""The plots of vanishing and exploding gradients: lengths by layer and by depth, stretches, spectra."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from ...activation import Array, sigmoid_derivative
from ...vanishing import GradientFlow, interval_width, maximum, singular_values
from .plot import (
    LINE_STYLES,
    NARROW,
    SMALL,
    TEXT,
    DataTable,
    Panel,
    Plot,
    Series,
    draw_panel,
    format_number,
    plot_figure,
    style_axes,
)

__all__ = ["chain_factors", "gradient_flow", "jacobian_spectra", "norms", "unit_circle_image"]

Curves = Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]]
SHADES = ("error", "ink", "muted")
ALONE = ("ink", "gradient", "muted")


def above_zero(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Leave out what a logarithm has no place for."""
    across, up = np.asarray(x, float), np.asarray(y, float)
    kept = up > 0
    return tuple(across[kept]), tuple(up[kept])


def of_lengths(
    title: str, curves: Curves, x_label: str, y_label: str, shades: Sequence[str], *, legend: bool = True
) -> Panel:
    """Make a panel of lengths: its y axis is in powers of ten, and its ends are whole ones."""
    drawn = {name: above_zero(*points) for name, points in curves.items()}
    series = tuple(
        Series(name, *points, shade, marked=len(points[0]) <= MARKED)
        for (name, points), shade in zip(drawn.items(), shades, strict=False)
    )
    return Panel(series, title, x_label, y_label, "log y", whole_powers([y for s in series for y in s.y]), legend)


MARKED = 12
"""Up to how many points a curve has marks on them."""


def whole_powers(values: Sequence[float]) -> tuple[float, float]:
    """Give the powers of ten that these numbers lie between."""
    powers = np.log10(values) if len(values) else np.zeros(1)
    low, high = np.floor(powers.min() + 1e-9), np.ceil(powers.max() - 1e-9)
    return 10.0**low, 10.0 ** max(high, low + 1)


def gradient_flow(flow: GradientFlow) -> Plot:
    """Draw the norms of the errors of a network, and their bounds.

    Parameters
    ----------
    flow : GradientFlow
        What `literate_bp.gradient_flow` returned.
    """
    layers = range(1, len(flow.errors) + 1)
    errors: dict[str, tuple[npt.ArrayLike, npt.ArrayLike]] = {
        "errors": (layers, flow.errors),
        "at most": (layers, flow.bound),
        "at most, slopes as met": (layers, flow.local_bound),
    }
    if np.allclose(flow.local_bound, flow.bound, rtol=APART):
        del errors["at most, slopes as met"]  # one line could not be told from the other
    panels = {
        "errors": of_lengths("length of the errors", errors, "layer", "", SHADES),
        "gradients": of_lengths(
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
        drawn_shares(axes["shares"], flow.saturation, shades)
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
    header, rows = flow.table.head, flow.table.rows
    return Plot(draw, alt, DataTable(header, tuple(tuple(c.replace("-", "−") for c in row) for row in rows)))


APART = 0.2
"""By which share two bounds differ at least where both are drawn."""


def drawn_shares(axes: Any, shares: Sequence[float | None], shades: Mapping[str, str]) -> None:
    """Draw a bar a layer, of the share of its nodes that are saturated."""
    known = [(layer, share) for layer, share in enumerate(shares, start=1) if share is not None]
    for layer, share in known:
        axes.fill_between([layer - 0.3, layer + 0.3], share, color=shades["linear-fill"], linewidth=0)
        axes.plot([layer - 0.3, layer + 0.3], [share, share], color=shades["linear"], linewidth=1.8)
    axes.set(title="share of saturated nodes", xlabel="layer", ylim=(0, 1))
    axes.set_yticks((0, 0.5, 1), ("0", "½", "1"))
    style_axes(axes, shades)


def norms(
    panels: Mapping[str, Curves], x_label: str, y_label: str, columns: tuple[int, int] = (2, 1), height: float = 240
) -> Plot:
    """Draw lengths over layers or depths, in powers of ten, one panel beside the other.

    Parameters
    ----------
    panels : mapping of str to curves
        By title, at most three curves by name, each a pair of x and y. All
        panels have the same axes.
    x_label, y_label : str
        What stands below and beside.
    columns, height : tuple of int, float
        As `literate_bp.diagram.plots.plot.line_plot` takes them.
    """
    named = [(title, name, *points) for title, curves in panels.items() for name, points in curves.items()]
    bounded = any(name.startswith("at most") for _, name, *_ in named)
    same = whole_powers([y for *_, x, up in named for y in above_zero(x, up)[1]])
    drawn = [
        replace(of_lengths(title, curves, "", "", SHADES if bounded else ALONE, legend=number == 0), limits=same)
        for number, (title, curves) in enumerate(panels.items())
    ]

    def draw(shades: dict[str, str], width: float) -> Figure:
        across = min(len(drawn), columns[0] if width > NARROW else columns[1])
        down = -(-len(drawn) // across)
        figure = plot_figure(width, height * down + 20)
        grid = figure.subplots(down, across, squeeze=False, sharex=True, sharey=True)
        for axes, panel in zip(grid.flat, drawn, strict=False):
            draw_panel(axes, panel, shades)
            axes.label_outer()
        for axes in grid.flat[len(drawn) :]:
            axes.set_axis_off()
        figure.supxlabel(x_label, size=TEXT, color=shades["ink"])
        figure.supylabel(y_label, size=TEXT, color=shades["ink"])
        return figure

    first = np.asarray(named[0][2])
    rows = [(f"{title}, {name}", *chosen(y)) for title, name, _, y in named]
    told = [(title, name, np.asarray(y)) for title, name, _, y in named if not name.startswith("at most")]
    ends = "; ".join(
        f"{title}, {name}: from {format_number(y[0])} to {format_number(y[-1])}" for title, name, y in told
    )
    alt = f"{y_label[0].upper()}{y_label[1:]} over the {x_label}, in powers of ten. {ends}."
    return Plot(draw, alt, DataTable((x_label, *chosen(first)), tuple(rows)))


def chosen(values: npt.ArrayLike) -> tuple[str, ...]:
    """Write the first, the last, and a few numbers between."""
    found = np.asarray(values, float)
    places = np.unique(np.linspace(0, len(found) - 1, min(len(found), 6)).round().astype(int))
    return tuple(format_number(value) for value in found[places])


def chain_factors(weights: Sequence[float] = (2.0, 4.0, 8.0), most: float = 24.0) -> Plot:
    """Draw what one node of a chain leaves of an error, and for how wide an interval of inputs that is all of it.

    Parameters
    ----------
    weights : sequence of float
        Three sizes of the weight, for the left panel.
    most : float
        Up to which size the right panel goes.
    """
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
    """Draw what a matrix makes of all errors of length 1: a circle becomes an ellipse.

    Parameters
    ----------
    w : array_like (2, 2)
        What two errors in a row are multiplied by.
    """
    matrix = np.asarray(w, float)
    from_side, sizes, to_side = np.linalg.svd(matrix)
    turn = np.linspace(0, 2 * np.pi, 121)
    circle = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    toward = np.array([1 if row[np.abs(row).argmax()] > 0 else -1 for row in to_side])[:, None]
    arrows = {"errors of length 1": toward * from_side.T, "the same, multiplied": toward * sizes[:, None] * to_side}
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
                put_beside(axes, arrow, f"{np.linalg.norm(arrow):.3g}", shades["ink"])
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


def put_beside(axes: Any, point: Array, text: str, color: str) -> None:
    """Write beside the end of a line, on its far side."""
    away = point / np.linalg.norm(point) * 15
    axes.annotate(text, point, away, textcoords="offset points", color=color, size=SMALL, ha="center", va="center")


def jacobian_spectra(matrices: Sequence[npt.ArrayLike]) -> Plot:
    """Draw by how much the Jacobian of each layer stretches, and the product of all from there to the last.

    Parameters
    ----------
    matrices : sequence of array_like
        What `literate_bp.vanishing.jacobians` returned.
    """
    each = [np.asarray(matrix, float) for matrix in matrices]
    products = [each[-1]]
    for matrix in reversed(each[:-1]):
        products.insert(0, matrix @ products[0])
    sides = {
        "each layer by itself": [singular_values(m) for m in each],
        "from this layer to the last": [singular_values(m) for m in products],
    }
    least = max(min(s[s > 0].min() for side in sides.values() for s in side), FLOOR)
    limits = whole_powers([least, max(s.max() for side in sides.values() for s in side)])

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
            axes.yaxis.set_major_locator(LogLocator(numticks=7))
            axes.yaxis.set_minor_locator(NullLocator())
            axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
            style_axes(axes, shades)
        both[0].set_ylabel("singular values")
        return figure

    first = {title: side[0] for title, side in sides.items()}
    told = "; ".join(
        f"{title}, of layer 1: from {format_number(s[-1])} to {format_number(s[0])}" for title, s in first.items()
    )
    rows = tuple(
        (str(n), *(format_number(v) for s in (own, together) for v in (s[0], float(np.median(s)), s[-1])))
        for n, (own, together) in enumerate(zip(*sides.values(), strict=True), start=1)
    )
    kinds = ("largest", "middle", "least")
    header = ("layer", *(f"{which}: {kind}" for which in ("itself", "to the last") for kind in kinds))
    return Plot(
        draw, f"Singular values of the Jacobians of {len(each)} layers, by layer. {told}.", DataTable(header, rows)
    )


FLOOR = 1e-18
"""Smaller singular values are rounding, and are not drawn."""
