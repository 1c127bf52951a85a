"""The plots of numbers of sixteen bits: the range of a format, the rounding of gradients, and the loss scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from ...activation import Array
from ...formula.letters import superscript
from ...precision import Limits, RoundingOutcomes, Scaling, limits_of, rounding_outcomes
from ...validation import by_name, finite, instance, numeric, one_of
from .moved import moved_scale
from .plot import (
    LINE_STYLES,
    NARROW,
    SMALL,
    DataTable,
    Plot,
    Series,
    draw_series,
    format_number,
    plot_figure,
    style_axes,
)

__all__ = ["digits_by_size", "gradient_histogram", "loss_scale"]

ZONES = ("becomes 0", "loses\ndigits", "keeps its digits", "∞")
"""The outcomes of rounding, from the smallest numbers to the largest."""
HEADROOM = 1.55
"""The height of the axes relative to the tallest bar; the text above needs the rest."""
BEYOND = 8
"""The number of powers of two that are drawn beyond the largest number."""
NAME_POSITION = {"bfloat16": -72.0}
"""The power of two at which the name of a format is written, if not 2⁰."""


def power_of_two(exponent: float) -> str:
    """Write a power of two in Unicode: 2⁻²⁴."""
    return "2" + superscript(f"{exponent:.0f}")


def power_label(exponent: float, _: object = None) -> str:
    """Write a power of two as mathtext for Matplotlib's axes; its fonts lack superscript digits."""
    return f"$2^{{{exponent:.0f}}}$"


def digits_by_size(formats: Mapping[str, Limits]) -> Plot:
    """Draw the number of binary digits of a number by its size, in several floating-point formats.

    Parameters
    ----------
    formats : mapping of str to Limits
        The limits of at most three formats, by name.

    Raises
    ------
    ValueError
        If formats is of another kind.
    """
    formats = {
        name: instance(f"formats[{name!r}]", limits, Limits) for name, limits in by_name("formats", formats, 3).items()
    }
    styles = tuple(zip(formats.items(), ("muted", "ink", "gradient"), LINE_STYLES, strict=False))

    def draw(shades: dict[str, str], width: float) -> Figure:
        figure = plot_figure(width, 300)
        axes = figure.subplots()
        for (name, limits), shade, style in styles:
            corners = outline(limits)
            draw_series(axes, Series(name, *corners, shade), style, shades)
            axes.fill_between(*corners, color=shades[shade], alpha=0.1, linewidth=0)
            x, y = NAME_POSITION.get(name, 0), binary_digits(limits) + 0.5
            axes.text(x, y, name, color=shades["ink"], size=SMALL, ha="center", va="bottom")
        axes.set(xlabel="size of a number", ylabel="binary digits", ylim=(0, 27))
        axes.xaxis.set_major_locator(MultipleLocator(64))
        axes.xaxis.set_major_formatter(FuncFormatter(power_label))
        axes.yaxis.set_major_locator(MultipleLocator(8))
        style_axes(axes, shades)
        return figure

    header = ("type", "smallest number", "smallest with all digits", "largest", "binary digits")
    rows = tuple(
        (
            name,
            power_of_two(np.log2(limits.smallest)),
            power_of_two(np.log2(limits.smallest_normal)),
            format_number(limits.largest, 5),
            str(binary_digits(limits)),
        )
        for name, limits in formats.items()
    )
    ranges = "; ".join(f"{row[0]} has {row[4]} from {row[2]} to {row[3]}" for row in rows)
    alt = f"Binary digits by the size of a number: {ranges}. Below that each loses one digit with every power of two."
    return Plot(draw, alt, DataTable(header, rows))


def binary_digits(limits: Limits) -> int:
    """Return the number of significant binary digits of a format, with the leading one."""
    return 1 - round(np.log2(limits.spacing))


def outline(limits: Limits) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the corners of a format's curve, from its smallest to its largest number, as powers of two and digits."""
    low, normal = np.log2(limits.smallest), np.log2(limits.smallest_normal)
    high = np.ceil(np.log2(limits.largest))
    return (low, low, normal, high, high), (0, 1, binary_digits(limits), binary_digits(limits), 0)


def gradient_histogram(
    groups: Mapping[str, npt.ArrayLike], dtype: npt.DTypeLike = np.float16, scaled: str | None = None
) -> Plot:
    """Draw histograms of the sizes of numbers over the range of a narrow format, and the outcomes of rounding.

    Parameters
    ----------
    groups : mapping of str to array_like
        Numbers before they are rounded, at most four groups by the title of
        their panel.
    dtype : dtype
        The format to which they are rounded, of at most 32 bits.
    scaled : str, optional
        The title of the group that a reader of a page can multiply by a loss
        scale.

    Raises
    ------
    ValueError
        If an argument is of another kind.
    """
    arrays = {name: checked_numbers(name, numbers) for name, numbers in by_name("groups", groups, 4).items()}
    if scaled is not None:
        one_of("scaled", scaled, tuple(arrays))
    limits = limits_of(dtype)
    edges = zone_edges(limits)
    sizes = {name: exponents(numbers) for name, numbers in arrays.items()}
    outcomes = {name: rounding_outcomes(numbers, dtype) for name, numbers in arrays.items()}
    low = min(np.floor(size.min()) for size in sizes.values()) - 1
    ends = (min(low, edges[0] - 12), edges[2] + BEYOND)
    bins = np.arange(ends[0], ends[1] + 1)
    heights = {name: np.histogram(size, bins)[0] / size.size for name, size in sizes.items()}
    tallest = max(height.max() for height in heights.values()) * HEADROOM

    def draw(shades: dict[str, str], width: float) -> Figure:
        down = len(arrays)
        figure = plot_figure(width, 215 * down)
        for axes, (name, height) in zip(figure.subplots(down, 1, squeeze=False).flat, heights.items(), strict=True):
            draw_zones(axes, (ends[0], *edges, ends[1]), outcomes[name], tallest, shades)
            bars = (bins[:-1] + 0.5, height)
            axes.bar(*bars, width=0.8, color=shades["gradient"], edgecolor=shades["ink"], linewidth=0.4)
            axes.set(xlim=ends, ylim=(0, tallest), title=name, ylabel="share")
            axes.set_xlabel("size before rounding" if name == [*arrays][-1] else "")
            axes.xaxis.set_major_locator(MultipleLocator(10 if width > NARROW else 20))
            axes.xaxis.set_major_formatter(FuncFormatter(power_label))
            axes.yaxis.set_major_locator(MaxNLocator(3))
            style_axes(axes, shades)
        return figure

    header = ("numbers", "become 0", "lose digits", "keep their digits", "become infinite")
    rows = tuple((name, *map(percent, shares)) for name, shares in outcomes.items())
    changes = "; ".join(f"{row[0]}: {row[1]} become 0, {row[2]} lose digits, {row[3]} keep them" for row in rows)
    alt = f"Histogram of the sizes of numbers over the range of {np.dtype(dtype)}. {changes}."
    live = "" if scaled is None else moved_scale(scaled, arrays[scaled], dtype, ends, edges)
    return Plot(draw, alt, DataTable(header, rows), live=live, script="plot")


def checked_numbers(name: str, numbers: npt.ArrayLike) -> Array:
    """Require finite numbers that are not all 0."""
    array = numeric(f"groups[{name!r}]", numbers)
    finite(f"groups[{name!r}]", array)
    if not array.any():
        raise ValueError(f"groups[{name!r}] has no number other than 0; at least one was expected")
    return array


def zone_edges(limits: Limits) -> tuple[float, float, float]:
    """Return the powers of two at which numbers no longer become 0, keep all digits, and become infinite."""
    least = np.log2(limits.smallest) - 1
    return float(least), float(np.log2(limits.smallest_normal)), float(np.ceil(np.log2(limits.largest)))


def exponents(numbers: Array) -> Array:
    """Return log₂ |x| of each number that is not 0."""
    sizes = np.abs(numbers.astype(np.float64).ravel())
    return np.log2(sizes[sizes > 0])


def percent(share: float) -> str:
    """Write a share in percent."""
    return f"{100 * share:.0f} %" if share == 0 or share > 0.005 else "< 1 %"


def draw_zones(
    axes: Any, edges: tuple[float, ...], outcomes: RoundingOutcomes, tallest: float, shades: Mapping[str, str]
) -> None:
    """Draw the zones behind the bars, and the outcomes of rounding above them."""
    zone_shades = ("halo", "faint", "paper", "halo")
    for left, right, label, shade, share in zip(edges, edges[1:], ZONES, zone_shades, outcomes, strict=False):
        if shade != "paper":
            axes.axvspan(left, right, color=shades[shade], alpha=0.35, linewidth=0)
        text = f"{label}\n{percent(share)}"
        place = ((left + right) / 2, tallest * 0.98)
        axes.text(*place, text, ha="center", va="top", size=SMALL, color=shades["ink"], linespacing=1.15)
    for edge in edges[1:-1]:
        axes.axvline(edge, color=shades["muted"], linewidth=0.8, linestyle=(0, (4, 2)))


def loss_scale(scaling: Scaling) -> Plot:
    """Draw a loss scale step by step, and mark the skipped steps.

    Parameters
    ----------
    scaling : Scaling
        What `literate_bp.train_mixed` returned.

    Raises
    ------
    ValueError
        If scaling is of another kind.
    """
    instance("scaling", scaling, Scaling)
    steps = np.arange(1, len(scaling.scales) + 1)
    height = np.log2(scaling.scales)
    skipped = np.array(scaling.skipped, dtype=int)

    def draw(shades: dict[str, str], width: float) -> Figure:
        figure = plot_figure(width, 250)
        axes = figure.subplots()
        axes.step(steps, height, where="post", color=shades["ink"], linewidth=1.6, label="scale")
        style: dict[str, Any] = {
            "color": shades["error"],
            "marker": "x",
            "linestyle": "none",
            "markersize": 7,
            "markeredgewidth": 1.8,
        }
        axes.plot(skipped, height[skipped - 1], label="step skipped", **style)
        axes.set(xlabel="step", ylabel="scale", ylim=(height.min() - 1, height.max() + 2))
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.yaxis.set_major_formatter(FuncFormatter(power_label))
        style_axes(axes, shades)
        axes.legend(frameon=False, fontsize=SMALL, labelcolor=shades["ink"], ncols=2, loc="upper right")
        return figure

    changes = [0, *(np.flatnonzero(np.diff(height)) + 1)]
    rows = tuple((str(steps[at]), power_of_two(height[at])) for at in changes)
    alt = (
        f"The loss scale over {len(steps)} steps: from {power_of_two(height[0])} to {power_of_two(height[-1])}, "
        f"at least {power_of_two(height.min())}; {len(skipped)} steps were skipped."
    )
    return Plot(draw, alt, DataTable(("from step", "scale"), rows))
