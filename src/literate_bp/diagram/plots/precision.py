"""The plots of the chapter on sixteen bits: where the numbers of a type lie, and what becomes of gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from ...formula.letters import superscript
from ...precision import Limits, RoundingOutcomes, Scaling, limits_of, rounding_outcomes
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
"""What becomes of numbers, from the smallest to the largest."""
HEADROOM = 1.55
"""How much higher than its bars a histogram is, for what is written above."""
BEYOND = 8
"""How many powers of two are drawn beyond the largest number."""
WORDS_AT = {"bfloat16": -72.0}
"""Where the name of a type stands, as a power of two, if not at 1."""


def power_of_two(exponent: float) -> str:
    """Write a power of two: 2⁻²⁴."""
    return "2" + superscript(f"{exponent:.0f}")


def drawn_power(exponent: float, _: object = None) -> str:
    """Write a power of two for Matplotlib, whose fonts have no raised digits."""
    return f"$2^{{{exponent:.0f}}}$"


def digits_by_size(formats: Mapping[str, Limits]) -> Plot:
    """Draw how many binary digits a number has in each of up to three types, by its size.

    Parameters
    ----------
    formats : mapping of str to Limits
        The limits of each type, by its name.
    """
    looks = tuple(zip(formats.items(), ("muted", "ink", "gradient"), LINE_STYLES, strict=False))

    def draw(shades: dict[str, str], width: float) -> Figure:
        figure = plot_figure(width, 300)
        axes = figure.subplots()
        for (name, limits), shade, look in looks:
            corners = outline(limits)
            draw_series(axes, Series(name, *corners, shade), look, shades)
            axes.fill_between(*corners, color=shades[shade], alpha=0.1, linewidth=0)
            beside = WORDS_AT.get(name, 0)
            axes.text(
                beside, binary_digits(limits) + 0.5, name, color=shades["ink"], size=SMALL, ha="center", va="bottom"
            )
        axes.set(xlabel="size of a number", ylabel="binary digits", ylim=(0, 27))
        axes.xaxis.set_major_locator(MultipleLocator(64))
        axes.xaxis.set_major_formatter(FuncFormatter(drawn_power))
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
    told = "; ".join(f"{row[0]} has {row[4]} from {row[2]} to {row[3]}" for row in rows)
    alt = f"Binary digits by the size of a number: {told}. Below that each loses one digit with every power of two."
    return Plot(draw, alt, DataTable(header, rows))


def binary_digits(limits: Limits) -> int:
    """How many binary digits a number has, with the one that it begins with."""
    return 1 - round(np.log2(limits.spacing))


def outline(limits: Limits) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The corners: up from the smallest number, along, and down behind the largest."""
    low, normal = np.log2(limits.smallest), np.log2(limits.smallest_normal)
    high = np.ceil(np.log2(limits.largest))
    return (low, low, normal, high, high), (0, 1, binary_digits(limits), binary_digits(limits), 0)


def gradient_histogram(groups: Mapping[str, npt.ArrayLike], dtype: npt.DTypeLike = np.float16) -> Plot:
    """Draw how large numbers are, over the range of a narrow type.

    Parameters
    ----------
    groups : mapping of str to array_like
        Numbers before they are rounded, by the name of their panel.
    dtype : dtype
        The type that they are to be rounded to.
    """
    limits = limits_of(dtype)
    edges = zone_edges(limits)
    sizes = {name: exponents(numbers) for name, numbers in groups.items()}
    outcomes = {name: rounding_outcomes(numbers, dtype) for name, numbers in groups.items()}
    low = min(np.floor(size.min()) for size in sizes.values()) - 1
    ends = (min(low, edges[0] - 12), edges[2] + BEYOND)
    bins = np.arange(ends[0], ends[1] + 1)
    heights = {name: np.histogram(size, bins)[0] / size.size for name, size in sizes.items()}
    tallest = max(height.max() for height in heights.values()) * HEADROOM

    def draw(shades: dict[str, str], width: float) -> Figure:
        down = len(groups)
        figure = plot_figure(width, 215 * down)
        for axes, (name, height) in zip(figure.subplots(down, 1, squeeze=False).flat, heights.items(), strict=True):
            drawn_zones(axes, (ends[0], *edges, ends[1]), outcomes[name], tallest, shades)
            bars = (bins[:-1] + 0.5, height)
            axes.bar(*bars, width=0.8, color=shades["gradient"], edgecolor=shades["ink"], linewidth=0.4)
            axes.set(xlim=ends, ylim=(0, tallest), title=name, ylabel="share")
            axes.set_xlabel("size before rounding" if name == [*groups][-1] else "")
            axes.xaxis.set_major_locator(MultipleLocator(10 if width > NARROW else 20))
            axes.xaxis.set_major_formatter(FuncFormatter(drawn_power))
            axes.yaxis.set_major_locator(MaxNLocator(3))
            style_axes(axes, shades)
        return figure

    header = ("numbers", "become 0", "lose digits", "keep their digits", "become infinite")
    rows = tuple((name, *map(percent, shares)) for name, shares in outcomes.items())
    told = "; ".join(f"{row[0]}: {row[1]} become 0, {row[2]} lose digits, {row[3]} keep them" for row in rows)
    alt = f"Histogram of the sizes of numbers over the range of {np.dtype(dtype)}. {told}."
    return Plot(draw, alt, DataTable(header, rows))


def zone_edges(limits: Limits) -> tuple[float, float, float]:
    """Where numbers begin to survive, to keep their digits, and to be too large."""
    least = np.log2(limits.smallest / 2)
    return float(least), float(np.log2(limits.smallest_normal)), float(np.ceil(np.log2(limits.largest)))


def exponents(numbers: npt.ArrayLike) -> Any:
    """The logarithm to base 2 of the size of each number that is not 0."""
    sizes = np.abs(np.asarray(numbers, dtype=np.float64).ravel())
    return np.log2(sizes[sizes > 0])


def percent(share: float) -> str:
    """Write a share."""
    return f"{100 * share:.0f} %" if share == 0 or share > 0.005 else "< 1 %"


def drawn_zones(
    axes: Any, edges: tuple[float, ...], outcomes: RoundingOutcomes, tallest: float, shades: Mapping[str, str]
) -> None:
    """Draw the zones behind the bars, and above them what becomes of numbers there."""
    lost = ("halo", "faint", "paper", "halo")
    for left, right, words, shade, share in zip(edges, edges[1:], ZONES, lost, outcomes, strict=False):
        if shade != "paper":
            axes.axvspan(left, right, color=shades[shade], alpha=0.35, linewidth=0)
        text = f"{words}\n{percent(share)}"
        place = ((left + right) / 2, tallest * 0.98)
        axes.text(*place, text, ha="center", va="top", size=SMALL, color=shades["ink"], linespacing=1.15)
    for edge in edges[1:-1]:
        axes.axvline(edge, color=shades["muted"], linewidth=0.8, linestyle=(0, (4, 2)))


def loss_scale(scaling: Scaling) -> Plot:
    """Draw how a loss scale went, step by step, and which steps were skipped.

    Parameters
    ----------
    scaling : Scaling
        What `literate_bp.train_mixed` returned.
    """
    steps = np.arange(1, len(scaling.scales) + 1)
    height = np.log2(scaling.scales)
    skipped = np.array(scaling.skipped, dtype=int)

    def draw(shades: dict[str, str], width: float) -> Figure:
        figure = plot_figure(width, 250)
        axes = figure.subplots()
        axes.step(steps, height, where="post", color=shades["ink"], linewidth=1.6, label="scale")
        look: dict[str, Any] = {
            "color": shades["error"],
            "marker": "x",
            "linestyle": "none",
            "markersize": 7,
            "markeredgewidth": 1.8,
        }
        axes.plot(skipped, height[skipped - 1], label="step skipped", **look)
        axes.set(xlabel="step", ylabel="scale", ylim=(height.min() - 1, height.max() + 2))
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.yaxis.set_major_formatter(FuncFormatter(drawn_power))
        style_axes(axes, shades)
        axes.legend(frameon=False, fontsize=SMALL, labelcolor=shades["ink"], ncols=2, loc="upper right")
        return figure

    changed = [0, *(np.flatnonzero(np.diff(height)) + 1)]
    rows = tuple((str(steps[at]), power_of_two(height[at])) for at in changed)
    alt = (
        f"The loss scale over {len(steps)} steps: from {power_of_two(height[0])} to {power_of_two(height[-1])}, "
        f"at least {power_of_two(height.min())}; {len(skipped)} steps were skipped."
    )
    return Plot(draw, alt, DataTable(("from step", "scale"), rows))
