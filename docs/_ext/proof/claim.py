"""Adds the function `claim` to the cells of a page: it runs the check of a sentence, which `proof.claims` finds.

Cells import this module, so it imports neither Sphinx nor the package.
"""

import ast
import hashlib
import inspect
import json
import linecache
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy.typing as npt
from myst_nb import glue

from proof.comparison import BOUNDS, SUBJECTS, HoldsFor, compare

KEY, MIME = "claim:", "text/x-claim"
"""What a check is called among the outputs of a page."""


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
    given = {"above": above, "at_least": at_least, "below": below, "at_most": at_most}
    found = compare(name, values, given, equals, within, of, holds_for)
    is_number = found.found.dtype != bool
    worst, margin = (f"{found.worst:.4g}", f"{found.margin:.2g}") if is_number else ("", "")
    margin = "" if holds_for == "most" else margin  # the worst case may be beyond the bound
    subject, size = SUBJECTS[holds_for].format(found.holding), found.found.size
    family = f"{size} {of}; {subject}" if size > 1 else f"one {singular(of)};"
    run = f"{family} {in_words(found.bounds, found.expected, within)}"
    publish(Claim(name, found.holds, holds_for, run, worst, margin, statement()))


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
