"""Compares what a check has found with what it should be; notebooks and scripts of pages carry this file.

So it imports neither Sphinx nor the package.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

HoldsFor = Literal["all", "most", "median", "some"]
SUBJECTS = {"all": "all", "most": "{} of them", "median": "the median", "some": "{} of them"}
SEEDS = 10
"""On how many seeds a claim about something random runs at least."""


class Bound(NamedTuple):
    """What values are compared with: in words, which of them hold, and how far each is within it."""

    words: str
    holds: Callable[[Any, Any], Any]
    margin: Callable[[Any, Any], Any]


BOUNDS = {
    "above": Bound("above", operator.gt, lambda value, bound: value - bound),
    "at_least": Bound("at least", operator.ge, lambda value, bound: value - bound),
    "below": Bound("below", operator.lt, lambda value, bound: bound - value),
    "at_most": Bound("at most", operator.le, lambda value, bound: bound - value),
}


class Compared(NamedTuple):
    """Values, what was compared, with what, how many hold, whether that is enough, and the worst with its margin."""

    found: npt.NDArray[Any]
    bounds: dict[str, npt.NDArray[Any]]
    expected: npt.NDArray[Any] | None
    holding: int
    holds: bool
    worst: Any
    margin: Any


def compare(
    name: str,
    values: npt.ArrayLike | Iterable[Any],
    given: Mapping[str, npt.ArrayLike | None],
    equals: npt.ArrayLike | None,
    within: float,
    of: str,
    holds_for: HoldsFor,
) -> Compared:
    """Compare the values of a claim with the bounds that are given; `proof.claim` has the parameters."""
    found = np.ravel(np.asarray(values if isinstance(values, np.ndarray) else [*values]))  # type: ignore[misc]  # a number fails
    bounds = {key: np.ravel(np.asarray(bound)) for key, bound in given.items() if bound is not None}
    expected = None if equals is None else np.ravel(np.asarray(equals))
    validate(name, found, of, holds_for, has_bounds=bool(bounds) or equals is not None)
    compared = np.median(found, keepdims=True) if holds_for == "median" else found
    holds, margins = comparison(compared, bounds, expected, within)
    enough = {"most": holds.mean() > 0.5, "some": holds.any()}.get(holds_for, holds.all())
    case = int(np.argmax(margins) if holds_for == "some" else np.argmin(margins))
    return Compared(found, bounds, expected, np.count_nonzero(holds), bool(enough), compared[case], margins[case])


def validate(name: str, found: npt.NDArray[Any], of: str, holds_for: str, *, has_bounds: bool) -> None:
    """Refuse a check that checks nothing."""
    if not found.size:
        raise ValueError(f"claim {name!r}: there are no {of}; give a value for each")
    if of == "seeds" and found.size < SEEDS:
        raise ValueError(f"claim {name!r}: {found.size} seeds were run, and {SEEDS} or more are expected: run more")
    if holds_for not in SUBJECTS:
        raise ValueError(f"claim {name!r}: holds_for is {holds_for!r}; choose from {', '.join(SUBJECTS)}")
    if has_bounds == (found.dtype == bool):
        raise ValueError(f"claim {name!r}: give numbers with a bound, or truth values without one")


def comparison(
    values: npt.NDArray[Any],
    bounds: dict[str, npt.NDArray[Any]],
    expected: npt.NDArray[Any] | None,
    within: float,
) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Return which values are within all bounds, and how far they are from the nearest."""
    if values.dtype == bool:
        return values, np.where(values, np.inf, -np.inf)
    holds, margins = np.full(values.shape, fill_value=True), np.full(values.shape, np.inf)
    for key, bound in bounds.items():
        holds &= BOUNDS[key].holds(values, bound)
        margins = np.minimum(margins, BOUNDS[key].margin(values, bound))
    if expected is not None:
        distance = np.abs(values - expected)
        holds &= distance <= within
        margins = np.minimum(margins, within - distance)
    return holds, margins
