"""The plot of how a time grows with a size, beside theory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from ...activation import Array
from ...validation import by_name, positive, shown, text, vector
from .plot import NARROW, SMALL, DataTable, Plot, PowersOfTen, plot_figure, style_axes
from .stages import in_digits

__all__ = ["time_against_size"]

STYLES = (("ink", "s"), ("gradient", "o"))
"""The color and the marker of the first and of the second program."""
MOST_PANELS = 6


class PowerLaw(NamedTuple):
    """The times c·sᵖ of sizes s.

    Attributes
    ----------
    power : float
        p, the slope of the line on logarithmic axes.
    factor : float
        c, the time of size 1.
    """

    power: float
    factor: float

    def at(self, sizes: Array) -> Array:
        """Return the times of sizes."""
        return self.factor * sizes**self.power


def power_law(sizes: npt.ArrayLike, times: npt.ArrayLike) -> PowerLaw:
    """Fit log t = p log s + log c by least squares.

    Parameters
    ----------
    sizes, times : array_like (n,)
        At least two sizes, and their times, all above 0.
    """
    power, log_factor = np.polyfit(np.log(sizes), np.log(times), 1)
    return PowerLaw(float(power), float(np.exp(log_factor)))


def power_of_larger_half(sizes: Array, times: Array) -> PowerLaw:
    """Fit the larger half of the sizes."""
    return power_law(larger_half(sizes), larger_half(times))


def larger_half(values: Array) -> Array:
    """Return the larger half of what increases, with the one in the middle."""
    return values[(len(values) - 1) // 2 :]


def time_against_size(
    sizes: Mapping[str, npt.ArrayLike], times: Mapping[str, Mapping[str, npt.ArrayLike]], theory: str
) -> Plot:
    """Draw how the times of programs grow with sizes, on logarithmic axes, beside theory.

    A panel has a marker for each time, a line for each program along the
    `power_law` of the larger half of the sizes, and a dashed line in
    proportion to theory, through the last time of the last program.

    Parameters
    ----------
    sizes : mapping of str to array_like (n,)
        At least three sizes in increasing order, by what grows.
    times : mapping of str to mapping of str to array_like (n,)
        Microseconds by program, by what grows; two programs at most.
    theory : str
        The one among the programs that is none, and has what times are in
        proportion to.

    Raises
    ------
    ValueError
        If an argument is of another kind or length, or a number is not above
        0.
    """
    panels = checked_panels(sizes, times, text("theory", theory))

    def draw(shades: dict[str, str], width: float) -> Figure:
        across = min(len(panels), 3 if width > NARROW else 1)
        down = -(-len(panels) // across)
        figure = plot_figure(width, 240 * down)
        grid = figure.subplots(down, across, squeeze=False).flat
        for number, (axes, (name, (of, curves))) in enumerate(zip(grid, panels.items(), strict=False)):
            draw_growth(axes, of, curves, theory, shades)
            axes.set(xlabel=name, ylabel="" if number % across else "µs")
            style_axes(axes, shades)
            if number == 0:
                axes.legend(loc="upper left", frameon=False, fontsize=SMALL, labelcolor=shades["ink"], handlelength=2)
        for axes in grid[len(panels) :]:
            axes.remove()
        return figure

    names = tuple(dict.fromkeys(name for _, curves in panels.values() for name in curves))
    rows = tuple(
        (f"{panel} {in_digits(size)}", *(in_digits(curves[name][n]) if name in curves else "" for name in names))
        for panel, (of, curves) in panels.items()
        for n, size in enumerate(of)
    )
    powers = "; ".join(
        f"with {panel}, "
        + ", ".join(f"{name} {power_of_larger_half(of, curve).power:.2f}" for name, curve in curves.items())
        for panel, (of, curves) in panels.items()
    )
    alt = f"Microseconds against {', '.join(panels)}. The powers with which the larger half grows: {powers}."
    return Plot(draw, alt, DataTable(("µs", *names), rows))


def checked_panels(
    sizes: Mapping[str, npt.ArrayLike], times: Mapping[str, Mapping[str, npt.ArrayLike]], theory: str
) -> dict[str, tuple[Array, dict[str, Array]]]:
    """Require increasing sizes, and for each as many times above 0, theory's among them."""
    given, panels = by_name("times", times, MOST_PANELS), {}
    for panel, of in by_name("sizes", sizes, MOST_PANELS).items():
        if panel not in given:
            raise ValueError(f"times has no {panel!r}; an entry for each of the sizes was expected")
        found = increasing(f"sizes[{panel!r}]", of)
        panels[panel] = found, checked_curves(f"times[{panel!r}]", given[panel], theory, found.shape)
    return panels


def increasing(what: str, values: npt.ArrayLike) -> Array:
    """Require sizes to which a power can be fitted, and to the larger half of them."""
    found = positives(what, values)
    if len(found) < 3 or np.any(np.diff(found) <= 0):
        raise ValueError(f"{what} is {found.tolist()}; at least three numbers in increasing order were expected")
    return found


def checked_curves(what: str, curves: object, theory: str, shape: tuple[int, ...]) -> dict[str, Array]:
    """Require numbers above 0 for each size, of theory and of a program besides."""
    found = {name: positives(f"{what}[{name!r}]", of) for name, of in by_name(what, curves, len(STYLES) + 1).items()}
    if theory not in found or len(found) == 1:
        names = ", ".join(map(repr, found))
        raise ValueError(f"{what} has {names}; theory {shown(theory)} was expected, and a program besides")
    for name, curve in found.items():
        if curve.shape != shape:
            raise ValueError(f"{what}[{name!r}] has shape {curve.shape}; one for each size was expected, so {shape}")
    return found


def positives(what: str, values: npt.ArrayLike) -> Array:
    """Require a sequence of numbers above 0."""
    return np.array([positive(what, value) for value in vector(what, values).tolist()])


def draw_growth(axes: Any, sizes: Array, curves: Mapping[str, Array], theory: str, shades: Mapping[str, str]) -> None:
    """Draw a panel."""
    programs = {name: times for name, times in curves.items() if name != theory}
    larger = larger_half(sizes)
    for (name, times), (shade, marker) in zip(programs.items(), STYLES, strict=False):
        color = shades[shade]
        axes.plot(larger, power_of_larger_half(sizes, times).at(larger), color=color, linewidth=1.4)
        axes.plot(sizes, times, color=color, linestyle="none", marker=marker, markersize=4.2, label=name)
    last = [*programs.values()][-1]
    style = {"color": shades["muted"], "linestyle": (0, (4, 2)), "linewidth": 1.2, "zorder": 1}
    axes.plot(sizes, curves[theory] * (last[-1] / curves[theory][-1]), label=theory, **style)
    axes.set(xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(PowersOfTen())
        axis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _: in_digits(value))
