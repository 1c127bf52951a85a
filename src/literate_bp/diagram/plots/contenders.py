"""The plot of the times that contenders take, as multiples of a limit."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from ...validation import between, by_name, positive, sequence, texts
from .plot import NARROW, SMALL, DataTable, Plot, PowersOfTen, format_number, number_tick, plot_figure, style_axes

__all__ = ["contenders"]

MOST_PANELS, MOST_ROWS, MOST_TYPES = 12, 20, 2
ROW_HEIGHT = 17.0
"""The distance between two rows, in pixels."""
MARKERS = ("o", "D")
"""The marker of the first type, which is filled, and of the second, which is not."""
Spread = tuple[float, float, float]
Panel = Mapping[str, Mapping[str, Spread]]


def contenders(measured: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]], own: Collection[str] = ()) -> Plot:
    """Draw how often contenders take the time of a limit, on logarithmic axes, which has its line at 1.

    A panel has a row for each contender, a marker for each type of numbers,
    and a thin line from the first to the third quartile. Who has none in a
    panel has an empty row there.

    Parameters
    ----------
    measured : mapping of str to mapping of str to mapping of str to sequence
        First quartile, median and third quartile, by type, by contender, by
        the title of their panel.
    own : collection of str
        Contenders that are drawn in the color of gradients.

    Raises
    ------
    ValueError
        If an argument is of another kind, or a number is not above 0.
    """
    panels = {name: checked(name, of) for name, of in by_name("measured", measured, MOST_PANELS).items()}
    rows = tuple(dict.fromkeys(row for panel in panels.values() for row in panel))
    types = tuple(dict.fromkeys(each for panel in panels.values() for row in panel.values() for each in row))
    between("the number of contenders in measured", len(rows), 0, MOST_ROWS + 1)
    between("the number of types in measured", len(types), 0, MOST_TYPES + 1)
    ours = frozenset(texts("own", own))

    def draw(shades: dict[str, str], width: float) -> Figure:
        across = min(len(panels), 3 if width > NARROW else 1)
        down = -(-len(panels) // across)
        figure = plot_figure(width, (ROW_HEIGHT * len(rows) + 50) * down, margin=6)
        grid = figure.subplots(down, across, squeeze=False)
        for n, (name, panel) in enumerate(panels.items()):
            axes = grid[n // across, n % across]
            draw_panel(axes, panel, rows, types, {row: shades["gradient" if row in ours else "ink"] for row in rows})
            axes.axvline(1, color=shades["muted"], linestyle=(0, (2, 1.5)), linewidth=1, zorder=0)
            axes.set_title(name)
            style_axes(axes, shades)
            axes.title.set_size(SMALL)
            axes.tick_params(axis="y", length=0, labelleft=n % across == 0)
        for axes in grid.flat[len(panels) :]:
            axes.remove()
        return figure

    table = tuple(
        (f"{name}: {row}", *(spread_text(of[each]) if each in of else "" for each in types))
        for name, panel in panels.items()
        for row, of in panel.items()
    )
    alt = f"The times of {len(rows)} contenders as multiples of a limit, for {', '.join(panels)}."
    return Plot(draw, alt, DataTable(("× the limit, median (quartiles)", *types), table))


def checked(name: str, panel: Mapping[str, Mapping[str, Sequence[float]]]) -> Panel:
    """Require three numbers above 0 for each contender and type."""
    what = f"measured[{name!r}]"
    found = {}
    for row, of in by_name(what, panel, MOST_ROWS).items():
        types = by_name(f"{what}[{row!r}]", of, MOST_TYPES)
        found[row] = {each: spread(f"{what}[{row!r}][{each!r}]", values) for each, values in types.items()}
    return found


def spread(what: str, values: Sequence[float]) -> Spread:
    """Return quartile, median and quartile, in this order."""
    found = tuple(positive(what, value) for value in sequence(what, values, "three numbers"))
    if len(found) != 3 or list(found) != sorted(found):
        raise ValueError(f"{what} is {found}; first quartile, median and third quartile were expected")
    return found


def spread_text(of: Spread) -> str:
    """Write a median, and from where to where the middle half goes."""
    low, middle, high = (f"{value:,.0f}" if value >= 1000 else format_number(value) for value in of)
    return f"{middle} ({low} to {high})"


def draw_panel(
    axes: Any, panel: Panel, rows: tuple[str, ...], types: tuple[str, ...], colors: Mapping[str, str]
) -> None:
    """Draw the markers of a panel, and their lines."""
    for place, row in enumerate(rows):
        for n, each in enumerate(types):
            if each in panel.get(row, {}):
                low, middle, high = panel[row][each]
                at = place + 0.18 * (2 * n - 1)
                axes.plot([low, high], [at, at], color=colors[row], linewidth=1)
                fill = colors[row] if n == 0 else "none"
                style = {"color": colors[row], "markerfacecolor": fill, "markersize": 4.2 - n * 0.4}
                axes.plot([middle], [at], marker=MARKERS[n], **style)
    axes.set_xscale("log")
    least, most = axes.get_xlim()
    axes.set(xlim=(min(least, 0.5), max(most, 20)), ylim=(len(rows) - 0.4, -0.6))
    axes.xaxis.set_major_locator(PowersOfTen())
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _: power_tick(value))
    axes.set_yticks(range(len(rows)), rows)


def power_tick(value: float) -> str:
    """Write a number below 1000, and a power of ten from there on."""
    return number_tick(value) if value < 1000 else f"$10^{{{math.log10(value):.0f}}}$"
