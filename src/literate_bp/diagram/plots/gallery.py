"""The plots of the gallery of bugs: how the cost goes with each of them, and where each is off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path

from ...activation import Array
from ...validation import by_name, finite, numeric, real, text, vector
from .moved import require_plot, written
from .plot import NARROW, TEXT, DataTable, Panel, Plot, format_number, line_plot, plot_figure, runs_of, series_of
from .training import GRAY_LEVELS, SQUARE

__all__ = ["errors_by_entry", "pairs_of_runs", "with_bugs"]

MOST = 26
"""There are as many panels at most as letters."""
MOST_STEPS = 1e9
"""The most steps between two costs."""
LEAST = 0.01
"""What is off by less is not drawn."""
GAP = 1.0
"""What is between two arrays, in entries."""


def pairs_of_runs(steps: npt.ArrayLike, pairs: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]]) -> Plot:
    """Draw the costs of pairs of runs, each pair in a small panel.

    Parameters
    ----------
    steps : array_like (n,)
        The steps after which the costs were taken.
    pairs : mapping of str to (array_like, array_like)
        By name, the costs with a bug and without it: one run, or several of
        which the median is drawn, a band from the lowest to the highest, and
        the first as a thin line.

    Raises
    ------
    ValueError
        If an argument has the wrong kind or shape.
    """
    x = vector("steps", steps)
    panels: list[Panel] = []
    rows = []
    for name, pair in by_name("pairs", pairs, MOST).items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise ValueError(f"pairs[{name!r}] is {pair!r:.40}; a pair of runs was expected, with the bug and without")
        series = []
        for label, color, costs in zip(("wrong", "right"), ("error", "ink"), pair, strict=True):
            runs = runs_of(f"pairs[{name!r}]", costs)
            if runs.shape[1] != len(x):
                raise ValueError(
                    f"pairs[{name!r}] has shape {runs.shape}; one for each of steps was expected, so (runs, {len(x)})"
                )
            series.append(series_of(label, x, runs, color))
        panels.append(Panel(tuple(series), name, legend=False))
        rows.append((name, *(each.number(n) for each in series for n in (0, -1))))
    alt = f"The cost over {format_number(x[-1])} steps in {len(panels)} panels, each with a bug and without."
    header = ("bug", "wrong, at first", "wrong, at the end", "right, at first", "right, at the end")
    return line_plot(panels, alt, DataTable(header, tuple(rows)), columns=(4, 2), height=125)


def errors_by_entry(errors: Mapping[str, Mapping[str, npt.ArrayLike]]) -> Plot:
    """Draw how far off each entry of some arrays is, the fuller the more.

    What is off by less than a hundredth stays empty.

    Parameters
    ----------
    errors : mapping of str to mapping of str to array_like
        By name of the panel and of the array, numbers from 0 on: 1 and all
        above is drawn in full. An array of one row is drawn below the one
        before it.

    Raises
    ------
    ValueError
        If errors is of another kind, or holds what is no finite number.
    """
    panels = {name: shown(f"errors[{name!r}]", arrays) for name, arrays in by_name("errors", errors, MOST).items()}

    def draw(shades: dict[str, str], width: float) -> Figure:
        across = 4 if width > NARROW else 2
        down = -(-len(panels) // across)
        figure = plot_figure(width, 95 * down)
        grid = [*figure.subplots(down, across, squeeze=False).flat]
        for axes in grid:
            axes.set_axis_off()
        for axes, (name, arrays) in zip(grid, panels.items(), strict=False):
            draw_arrays(axes, [*arrays.values()], shades)
            axes.set_title(name, size=TEXT, color=shades["ink"])
        return figure

    rows = tuple(
        (name, ", ".join(f"{key} {format_number(a.max(), 2)}" for key, a in arrays.items()))
        for name, arrays in panels.items()
    )
    alt = f"How far off each entry is, in {len(panels)} panels; the fuller a square, the farther off."
    return Plot(draw, alt, DataTable(("bug", "largest error in each array"), rows))


def with_bugs(
    plot: Plot,
    steps: npt.ArrayLike,
    runs: Mapping[str, Any],
    errors: Mapping[str, Mapping[str, Mapping[str, npt.ArrayLike]]],
    answers: Mapping[str, str],
) -> Plot:
    """Let a reader of a page choose a bug, a start and a check, and go through the steps of training.

    Parameters
    ----------
    plot : Plot
        The plot that a page has at first.
    steps : array_like (n,)
        The steps after which costs were taken, whole numbers from 0 on, as
        far from each other.
    runs : mapping of str to ((array_like, array_like), (array_like, array_like))
        By bug, with it and without it: the costs of each start, (starts, n),
        and its share of answers that are right, (starts,).
    errors : mapping of str to mapping of str to mapping of str to array_like
        By bug, check and array, how far off each entry is. A check that does
        not go with a bug is missing there, but not with the first bug.
    answers : mapping of str to str
        By bug, what it is.

    Raises
    ------
    ValueError
        If an argument is of another kind, or bugs, checks or shapes do not go
        together.
    """
    require_plot(plot)
    taken = whole_steps(steps)
    told = by_name("answers", answers, MOST)
    checked = {name: checks_of(f"errors[{name!r}]", given) for name, given in by_name("errors", errors, MOST).items()}
    pairs = {
        name: [starts_of(f"runs[{name!r}]", run, len(taken)) for run in pair_of(f"runs[{name!r}]", pair)]
        for name, pair in by_name("runs", runs, MOST).items()
    }
    checks = [*next(iter(checked.values()))]
    require_same_bugs({"runs": pairs, "errors": checked, "answers": told})
    require_known_checks(checked, checks)
    kept = distinct([run for pair in pairs.values() for run in pair])
    if len({len(run["shares"]) for run in kept}) != 1:
        raise ValueError("runs have unequal numbers of starts; as many were expected for each bug")
    bugs = {
        name: {
            "runs": [kept.index(run) for run in pair],
            "errors": checked[name],
            "answer": text(f"answers[{name!r}]", told[name]),
        }
        for name, pair in pairs.items()
    }
    book = {"bug": next(iter(bugs)), "check": checks[0], "answer": "hidden", "start": 1, "step": taken[-1]}
    live = written("bugs", steps=taken, checks=checks, telling=LEAST, runs=kept, bugs=bugs, book=book)
    return replace(plot, live=live, script="plot")


def whole_steps(steps: npt.ArrayLike) -> list[int]:
    """Return the steps after which costs were taken, or refuse them."""
    found = vector("steps", steps)
    real("steps", found)
    finite("steps", found)
    gap = found[1] if len(found) > 1 else 0.0
    if not 1 <= gap <= MOST_STEPS or gap % 1 or not np.array_equal(found, gap * np.arange(len(found))):
        raise ValueError(
            "steps are not whole numbers from 0 on, as far from each other; some like 0, 10, 20 were expected"
        )
    return [int(step) for step in found]


def pair_of(what: str, pair: Any) -> tuple[Any, Any]:
    """Require a pair."""
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise ValueError(f"{what} is {pair!r:.40}; a pair was expected, in which each is a pair")
    return pair


def starts_of(what: str, run: Any, steps: int) -> dict[str, Any]:
    """Return the costs and the shares of all starts of a run, with as many digits as a page can show."""
    costs, shares = (numeric(what, each) for each in pair_of(what, run))
    if costs.ndim != 2 or shares.ndim != 1 or not shares.size or costs.shape != (len(shares), steps):
        raise ValueError(
            f"{what} has costs of shape {costs.shape} and shares of shape {shares.shape}; "
            f"(starts, {steps}) and (starts,) were expected"
        )
    for array in (costs, shares):
        real(what, array)
        finite(what, array)
    return {
        "costs": [[float(f"{cost:.4g}") for cost in row] for row in costs],
        "shares": [float(f"{share:.3g}") for share in shares],
    }


def checks_of(what: str, checks: Mapping[str, Mapping[str, npt.ArrayLike]]) -> dict[str, Any]:
    """Return what checks have found, by check and array, with the decimals that a page shows."""
    return {
        check: {
            name: thousandths(f"{what}[{check!r}][{name!r}]", array)
            for name, array in shown(f"{what}[{check!r}]", arrays).items()
        }
        for check, arrays in by_name(what, checks, MOST).items()
    }


def thousandths(what: str, array: Array) -> list[list[float]]:
    """Return errors with three decimals."""
    real(what, array)
    if array.ndim != 2 or not array.size:
        raise ValueError(f"{what} has shape {array.shape}; an array of rows and columns was expected, or a single row")
    return [[round(float(error), 3) for error in row] for row in array]


def distinct(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each run once: some bugs have a rule, a rate and a network in common."""
    return [run for n, run in enumerate(runs) if run not in runs[:n]]


def require_same_bugs(given: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse mappings that are not of the same bugs."""
    if len({tuple(each) for each in given.values()}) != 1:
        raise ValueError(f"{', '.join(given)} are of unequal bugs; the same were expected, in one order")


def require_known_checks(errors: Mapping[str, Mapping[str, Any]], checks: list[str]) -> None:
    """Refuse a check that the first bug has not."""
    for name, each in errors.items():
        if unknown := [check for check in each if check not in checks]:
            raise ValueError(f"errors[{name!r}] has {unknown[0]!r}; the checks of the first bug were expected")


def shown(what: str, arrays: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
    """Return the arrays of a panel by name, each with rows and columns, or refuse them."""
    found = {}
    for name, given in by_name(what, arrays, MOST).items():
        array = numeric(f"{what}[{name!r}]", given)
        finite(f"{what}[{name!r}]", array)
        found[name] = np.atleast_2d(array)
    return found


def draw_arrays(axes: Any, arrays: list[Array], shades: Mapping[str, str]) -> None:
    """Draw arrays side by side, one of a single row below the one before, as squares of a few opacities."""
    left, bottom = 0.0, 0.0
    places: list[tuple[float, float, Array]] = []
    for array in arrays:
        below = len(array) == 1 and places
        if not below:
            left = places[-1][1] + places[-1][2].shape[1] + GAP if places else 0.0
            bottom = 0.0
        places.append((bottom, left, array))
        bottom += len(array) + GAP / 2
    levels = [np.where(array > LEAST, np.ceil(np.minimum(array, 1) * GRAY_LEVELS), 0) for *_, array in places]
    for level in range(1, GRAY_LEVELS + 1):
        squares = [
            Path(SQUARE + np.array([x + j, y + i]), closed=True)
            for (y, x, _), of in zip(places, levels, strict=True)
            for i, j in np.argwhere(of == level)
        ]
        if squares:
            path = Path.make_compound_path(*squares)
            alpha = level / GRAY_LEVELS
            axes.add_collection(PathCollection([path], color=shades["error"], alpha=alpha, linewidth=0))
    for y, x, array in places:
        height, width = array.shape
        axes.fill(
            [x, x + width, x + width, x], [y, y, y + height, y + height], facecolor="none", edgecolor=shades["muted"]
        )
    axes.set(xlim=(-0.2, 15.2), ylim=(7.2, -0.2), aspect="equal")
