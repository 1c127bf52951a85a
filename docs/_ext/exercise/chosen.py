"""Adds nothing by itself: a formula to choose.

The formulas are typed in the language of derivations, so each is written in the notation of the reader, and evaluated
on random networks: the right one comes to what is asked for, and no other does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from random import Random
from typing import Any

from docutils import nodes

from exercise.asked import BELOW, Mistake, blocks_of, mistakes
from exercise.drawn import Names
from formula.latex import inline, latex_by_notation
from literate_bp.proof.derivation import derivation

APART = 1e-3
"""By how much of its value a wrong formula is off at least, on one of the networks."""


@dataclass(frozen=True)
class Choose:
    """A question for a formula: what is asked for, for which networks, the right one, and those of known mistakes."""

    of: str
    conditions: Mapping[str, Any]
    right: str
    wrong: tuple[Mistake, ...]

    asks_for = ""

    def __post_init__(self) -> None:
        """Refuse a right formula that is wrong, and a wrong one that is right."""
        derivation(f"{self.of} = {self.right}").check(**self.conditions)
        for each in self.wrong:
            if self.off_by(each.expression) <= APART:
                message = f"{each.expression!r} is to be wrong, and comes to {self.of!r}"
                raise ValueError(message)

    def off_by(self, typed: str) -> float:
        """Return how far a formula is off on random networks; an array of another shape is off without end."""
        step = derivation(f"{self.of} = {typed}")
        try:
            return step.worst(**self.conditions)
        except ValueError:
            return inf

    @property
    def options(self) -> list[tuple[str, str]]:
        """Return the formulas, each with what is said of it, in an order of their own."""
        found = [(self.right, ""), *((each.expression, each.sentence) for each in self.wrong)]
        return Random(self.right).sample(found, len(found))  # noqa: S311  nothing is secret

    def outcome(self, _names: Names) -> None:
        """Leave the numbers of the exercise alone."""

    def data(self) -> dict[str, Any]:
        """Return what is said of each formula; of the right one, nothing."""
        return {"kind": "choice", "said": [sentence for _, sentence in self.options]}

    def set_data(self, _outcome: None) -> None:
        """Add nothing for some numbers."""

    def is_answer(self, _number: float, _outcome: None) -> bool:
        """Take no number for a formula."""
        return False

    def require_by_hand(self, _carried: Names, _outcome: Any) -> None:
        """Ask for nothing: no number is worked out."""

    def is_said(self, part: nodes.Element) -> bool:
        """Whether the right formula stands there."""
        return formula(self.right).astext() in {each.astext() for each in part.findall(nodes.math)}

    def listed(self) -> nodes.Element:
        """Return the list of the formulas."""
        items = (nodes.list_item("", nodes.paragraph("", "", formula(typed))) for typed, _ in self.options)
        return nodes.enumerated_list("", *items, enumtype="upperalpha", prefix="", suffix=".", classes=["options"])


def formula(typed: str) -> nodes.math:
    """Write a formula in all notations."""
    written = latex_by_notation(derivation(typed).equations, writer_of=inline)
    return nodes.math(written["book"], written["book"], notations=written, checked=True)


def read_choose(lines: Sequence[str], of: str, conditions: Mapping[str, Any]) -> Choose:
    """Read the right formula, and behind a blank line each a wrong one with its sentence."""
    right, *others = blocks_of(lines) or [""]
    if BELOW in right or not others:
        message = "the right formula was expected first, and wrong ones behind it, each with a sentence"
        raise ValueError(message)
    return Choose(of, conditions, right, tuple(mistakes(others)))
