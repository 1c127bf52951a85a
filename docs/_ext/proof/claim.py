"""Adds the function `claim` to the cells of a page: it runs the check of a sentence, which `proof.claims` finds.

Cells import this module, so it imports neither Sphinx nor the package.
"""

import ast
import hashlib
import inspect
import json
import linecache
import operator
import re
from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from myst_nb import glue

HoldsFor = Literal["all", "most", "median", "some"]
SUBJECTS = {"all": "all", "most": "{} of them", "median": "the median", "some": "{} of them"}
KEY, MIME = "claim:", "text/x-claim"
"""What a check is called among the outputs of a page."""
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


class Claim(NamedTuple):
    """A check that ran: its name, whether it holds, for which values, what was run, the worst case, the margin."""

    name: str
    holds: bool
    holds_for: str
    run: str
    worst: str
    margin: str
    source: str

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {MIME: json.dumps(self._asdict())}


def claim(
    name: str,
    values: npt.ArrayLike | Iterable[Any],
    *,
    above: npt.ArrayLike | None = None,
    below: npt.ArrayLike | None = None,
    at_least: npt.ArrayLike | None = None,
    at_most: npt.ArrayLike | None = None,
    equals: npt.ArrayLike | None = None,
    within: float = 0.0,
    of: str,
    holds_for: HoldsFor = "all",
) -> None:
    """Check what a sentence says; the role ``{claim}`name``` stands behind the sentence.

    Parameters
    ----------
    name : str
        What the role calls it. A second check of the same name is shown behind the same sentence.
    values : array-like
        A number for each member of the family that was run; or, without a bound, whether it holds for it.
    above, below, at_least, at_most, equals : array-like, optional
        What every value is compared with; an array holds a bound for each value.
    within : float
        How far from `equals` a value may be.
    of : str
        What there is one value for, in the plural: seeds, networks, inputs.
    holds_for : {'all', 'most', 'median', 'some'}
        For which of them the sentence speaks. The median itself is compared with the bounds.

    Raises
    ------
    ValueError
        If there are no values, or fewer than ten seeds, or neither bounds nor truth values.
    """
    found = np.ravel(np.asarray(values if isinstance(values, np.ndarray) else [*values]))  # type: ignore[misc]  # a number fails
    given = {"above": above, "at_least": at_least, "below": below, "at_most": at_most}
    bounds = {key: np.ravel(np.asarray(bound)) for key, bound in given.items() if bound is not None}
    expected = None if equals is None else np.ravel(np.asarray(equals))
    validate(name, found, of, holds_for, has_bounds=bool(bounds) or equals is not None)
    compared = np.median(found, keepdims=True) if holds_for == "median" else found
    holds, margins = comparison(compared, bounds, expected, within)
    enough = {"most": holds.mean() > 0.5, "some": holds.any()}.get(holds_for, holds.all())
    case = int(np.argmax(margins) if holds_for == "some" else np.argmin(margins))
    worst, margin = ("", "") if found.dtype == bool else (f"{compared[case]:.4g}", f"{margins[case]:.2g}")
    margin = "" if holds_for == "most" else margin  # the worst case may be beyond the bound
    subject = SUBJECTS[holds_for].format(np.count_nonzero(holds))
    family = f"{found.size} {of}; {subject}" if found.size > 1 else f"one {singular(of)};"
    run = f"{family} {in_words(bounds, expected, within)}"
    publish(Claim(name, bool(enough), holds_for, run, worst, margin, statement()))


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


def in_words(bounds: dict[str, npt.NDArray[Any]], expected: npt.NDArray[Any] | None, within: float) -> str:
    """Write the bounds; of a bound for each value, that it is one."""
    said = [f"{BOUNDS[key].words} {one(bound)}" for key, bound in bounds.items()]
    if expected is not None:
        said.append(f"equal to {one(expected)}" + (f", give or take {within:.1g}" if within else ""))
    return " and ".join(said) or "as the sentence says"


HEAD = re.compile(r"(?P<noun>[^,]*?)(?P<rest>,? (?:of|to|with|without|after|in|among|over|at|the)\b.*)?$")
"""A noun in the plural with the words before it, and what is said of it behind."""
ENDINGS = ((r"trices$", "trix"), (r"ies$", "y"), (r"(?<=sh|ch|ss)es$", ""), (r"(?<=x)es$", ""), (r"s$", ""))


def singular(of: str) -> str:
    """Write what there is one of: a network, for networks, a layer without biases, for layers without biases."""
    parts = HEAD.match(of)
    noun, rest = (parts["noun"], parts["rest"] or "") if parts else (of, "")
    ending = next((pair for pair in ENDINGS if re.search(pair[0], noun)), ("", ""))
    return re.sub(*ending, noun) + rest


def one(bound: npt.NDArray[Any]) -> str:
    """Write a bound."""
    return f"{bound[0]:.6g}" if bound.size == 1 else "what each is compared with"


def statement() -> str:
    """Return the Python of the call of `claim`, as it stands in the cell."""
    frame = inspect.stack()[2]
    text = "".join(linecache.getlines(frame.filename))
    calls = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and node.lineno <= frame.lineno <= (node.end_lineno or node.lineno)
    ]
    return ast.get_source_segment(text, calls[0]) or "" if calls else ""


def publish(checked: Claim) -> None:
    """Leave a check among the outputs of the page, where the build finds it."""
    key = hashlib.sha256(repr(checked).encode()).hexdigest()[:8]
    glue(f"{KEY}{checked.name}:{key}", checked, display=False)
