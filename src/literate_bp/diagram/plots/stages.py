"""The plot of the time that a program takes, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ...validation import by_name, positive, shown, text
from .plot import NARROW, SMALL, DataTable, Plot, format_number, plot_figure, style_axes

__all__ = ["time_by_stage"]

HEADROOM = 1.3
"""The length of the axis relative to the longest bar; the number beside it needs the rest."""
MOST_NETWORKS, MOST_STAGES = 6, 12


def time_by_stage(times: Mapping[str, Mapping[str, float]], limit: str) -> Plot:
    """Draw how long programs take at each stage as bars, a panel for each network, beside what no stage goes below.

    Parameters
    ----------
    times : mapping of str to mapping of str to float
        Microseconds by stage, by the title of their panel.
    limit : str
        The stage that is drawn as a line.

    Raises
    ------
    ValueError
        If an argument is of another kind, or a time is not above 0.
    """
    text("limit", limit)
    panels = {name: checked_times(name, of, limit) for name, of in by_name("times", times, MOST_NETWORKS).items()}

    def draw(shades: dict[str, str], width: float) -> Figure:
        across = min(len(panels), 3 if width > NARROW else 2)
        down = -(-len(panels) // across)
        figure = plot_figure(width, 190 * down)
        grid = figure.subplots(down, across, squeeze=False).flat
        for axes, (name, of) in zip(grid, panels.items(), strict=False):
            draw_bars(axes, of, limit, shades)
            axes.set(title=name, xlabel="µs")
            style_axes(axes, shades)
            axes.title.set_size(SMALL)
            axes.tick_params(axis="y", length=0)
        for axes in grid[len(panels) :]:
            axes.remove()
        return figure

    stages = tuple(dict.fromkeys(stage for of in panels.values() for stage in of))
    rows = tuple(
        (name, *(in_digits(of[stage]) if stage in of else "" for stage in stages)) for name, of in panels.items()
    )
    ends = "; ".join(
        f"{name}: {in_digits(longest(of, limit))} at most, {in_digits(shortest(of, limit))} at least, "
        f"{limit} {in_digits(of[limit])}"
        for name, of in panels.items()
    )
    alt = f"Microseconds for one gradient at each stage. {ends}."
    return Plot(draw, alt, DataTable(("network", *stages), rows))


def checked_times(name: str, times: Mapping[str, float], limit: str) -> dict[str, float]:
    """Require times above 0, that of the limit among them."""
    what = f"times[{name!r}]"
    found = by_name(what, times, MOST_STAGES)
    if limit not in found or len(found) == 1:
        stages = ", ".join(map(repr, found))
        raise ValueError(f"{what} has {stages}; limit {shown(limit)} was expected, and a stage besides")
    return {stage: positive(f"{what}[{stage!r}]", value) for stage, value in found.items()}


def in_digits(value: float) -> str:
    """Write a number of microseconds without a power of ten."""
    return f"{value:,.0f}" if value >= 1000 else format_number(value)


def longest(times: Mapping[str, float], limit: str) -> float:
    """Return the longest time of a stage."""
    return max(value for stage, value in times.items() if stage != limit)


def shortest(times: Mapping[str, float], limit: str) -> float:
    """Return the shortest time of a stage."""
    return min(value for stage, value in times.items() if stage != limit)


def draw_bars(axes: Any, times: Mapping[str, float], limit: str, shades: Mapping[str, str]) -> None:
    """Draw a bar for each stage, its number beside it, and the limit as a line."""
    bars = {stage: value for stage, value in times.items() if stage != limit}
    places = range(len(bars))
    most = max(times.values())
    axes.barh(places, bars.values(), height=0.7, color=shades["gradient"], linewidth=0)
    axes.axvline(times[limit], color=shades["ink"], linestyle=(0, (2, 1.5)), linewidth=1.2)
    for place, value in zip(places, bars.values(), strict=True):
        beside = max(value, times[limit]) + 0.03 * most
        axes.text(beside, place, in_digits(value), color=shades["ink"], size=SMALL, va="center")
    axes.set(xlim=(0, HEADROOM * most), ylim=(len(bars) - 0.5, -0.5))
    axes.set_yticks(places, [*bars])
    axes.xaxis.set_major_locator(MaxNLocator(3))
