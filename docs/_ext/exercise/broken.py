"""Adds nothing by itself: a claim to break, by a number of the reader's own.

Where the claim is false is found by trying many numbers, and by halving where it changes; then other numbers are tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

from docutils import nodes

from exercise.asked import BELOW, blocks_of, sentence_of, significant
from exercise.drawn import Names

TRIED, CHECKED, HALVINGS = 500, 200, 50
"""How many numbers are tried, how many others the result is compared on, how often a distance is halved."""
Ranges = list[tuple[float, float]]


@dataclass(frozen=True)
class Break:
    """A question for a number that breaks a claim.

    Attributes
    ----------
    false : str
        When the claim is false of the number `typed`.
    sentence : str
        What is said of a number for which it is true.
    least, most : float
        Between which positive numbers it is looked for.
    """

    false: str
    sentence: str
    least: float
    most: float

    @property
    def asks_for(self) -> str:
        """Say which numbers are taken."""
        return f"a number from {self.least:g} to {self.most:g}"

    def listed(self) -> None:
        """Have no list: the number is typed."""

    def outcome(self, names: Names) -> Ranges:
        """Return where the claim is false; a ValueError if that is nowhere or everywhere, or not well found."""
        false = compile(self.false, "<a claim to break>", "eval")

        def is_false(typed: float) -> bool:
            return bool(eval(false, {**names, "typed": typed}))  # noqa: S307  the page's own line, at build time

        step = (self.most / self.least) ** (1 / TRIED)
        tried = [self.least * step**number for number in range(TRIED + 1)]
        verdicts = [*map(is_false, tried)]
        changes = [pair for pair, of in zip(pairwise(tried), pairwise(verdicts), strict=True) if of[0] != of[1]]
        edges = [between(is_false, *pair) for pair in changes]
        ends = [*([self.least] if verdicts[0] else []), *edges, *([self.most] if verdicts[-1] else [])]
        found = [*zip(ends[0::2], ends[1::2], strict=True)]
        if not edges:
            message = f"{self.false!r} is {verdicts[0]} of all numbers from {self.least:g} to {self.most:g}"
            raise ValueError(message)
        draw = Random(self.false)  # noqa: S311  nothing is secret
        for _ in range(CHECKED):
            number = self.least * (self.most / self.least) ** draw.random()
            if is_within(number, found) != is_false(number):
                message = f"{self.false!r} of {number:g} was not found"
                raise ValueError(message)
        return found

    def data(self) -> dict[str, Any]:
        """Return what is said of a number for which the claim is true, and which numbers are taken."""
        return {"kind": "break", "to": self.asks_for, "said": self.sentence, "within": [self.least, self.most]}

    def set_data(self, outcome: Ranges) -> list[list[float]]:
        """Return where the claim is false."""
        return [[significant(end) for end in each] for each in outcome]

    def is_answer(self, number: float, outcome: Ranges) -> bool:
        """Whether a number breaks the claim."""
        return is_within(number, outcome)

    def require_by_hand(self, _carried: Names, _outcome: Any) -> None:
        """Ask for nothing: no number is worked out."""

    def is_said(self, _part: nodes.Element) -> None:
        """Leave it to the numbers."""


def between(is_false: Any, low: float, high: float) -> float:
    """Return where a claim changes between two numbers."""
    at_low = is_false(low)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if is_false(middle) == at_low else (low, middle)
    return high


def is_within(number: float, ranges: Ranges) -> bool:
    """Whether a number is in one of some ranges."""
    return any(low <= number <= high for low, high in ranges)


def read_break(lines: Sequence[str], least: str, most: str) -> Break:
    """Read when the claim is false, and what is said of a number for which it is true."""
    (block,) = blocks_of(lines) or [""]
    false, mark, sentence = block.partition(BELOW)
    if not mark:
        message = "an expression, and below it ': ' and what is said where the claim holds were expected"
        raise ValueError(message)
    return Break(false, sentence_of(sentence), float(least), float(most))
