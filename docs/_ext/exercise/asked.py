"""Adds nothing by itself: a question for a number, what answers it, how it is rounded, which mistakes are known.

A mistake is an expression, too: it runs what someone did who made it. It has to come to another number than the answer
does and than other mistakes do, so that a reader's number tells which it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isfinite
from typing import Any, NamedTuple, Protocol

from docutils import nodes

from exercise.carried import DIGITS as CARRIED
from exercise.drawn import Names
from literate_bp.worked.rounding import decimals_of, round_half_up
from page.counts import word

BELOW = "\n: "
"""What parts the expression of a mistake from the sentence about it."""
MARKS = "$`"
"""What formulas and code are marked with in a page."""
EXACT = 1e-9
"""How far a whole number may be off."""
DIGITS = 12
"""To how many significant digits numbers are written for the script of a page."""


class Asked(Protocol):
    """A question of any kind."""

    @property
    def asks_for(self) -> str:
        """Say in which form the answer is given, for the line of the question; nothing if a list stands below it."""

    def listed(self) -> nodes.Element | None:
        """Return the list that stands below the line; nothing if the answer is typed there."""

    def outcome(self, names: Names) -> Any:
        """Return what the question comes to with some numbers; a ValueError if it is no good question then."""

    def data(self) -> dict[str, Any]:
        """Return what the script of a page needs, whatever the numbers are."""

    def set_data(self, outcome: Any) -> Any:
        """Return what it needs of an outcome."""

    def is_answer(self, number: float, outcome: Any) -> bool:
        """Whether a number answers the question."""

    def is_said(self, part: nodes.Element) -> bool | None:
        """Whether a part of the page says the answer; none if the answer is a number."""

    def require_by_hand(self, carried: Names, outcome: Any) -> None:
        """Refuse numbers with which a reader misses the answer who rounds after each step."""


class Rounding(NamedTuple):
    """How an answer is rounded: to so many `decimals`, to so many significant `digits`, or `whole`."""

    kind: str
    count: int = 0

    @property
    def words(self) -> str:
        """Say it."""
        plural = "" if self.count == 1 else "s"
        said = {"decimals": f"to {word(self.count)} decimal{plural}", "whole": "a whole number"}
        return said.get(self.kind, f"to {word(self.count)} significant digit{plural}")

    def decimals(self, value: float) -> int:
        """Return how many decimals a value keeps; of a large one, less than none: of 6434, three digits end at −1."""
        if self.kind != "digits":
            return self.count
        above = max(len(str(int(abs(value)))) - self.count, 0)
        return decimals_of(value, self.count) - above

    def text(self, value: float) -> str:
        """Write a value rounded."""
        places = self.decimals(value)
        return f"{round_half_up(value, places):.{max(places, 0)}f}"

    def tolerance(self, value: float) -> float:
        """Return how far off a number is still right: half a unit of its last digit, and half for those before.

        Where a value has no further digits, nothing was rounded before.
        """
        if self.kind == "whole":
            return EXACT
        places = self.decimals(value)
        ends = abs(value - round_half_up(value, places)) <= EXACT
        return (0.5 if ends else 1.0) * 10.0**-places


def rounding(text: str) -> Rounding:
    """Read `3 decimals`, `3 digits` or `whole`."""
    count, _, kind = text.strip().rpartition(" ")
    if text.strip() == "whole":
        return Rounding("whole")
    if kind not in {"decimals", "digits"} or not count.isdigit():
        message = f"to is {text!r}; '3 decimals', '3 digits' or 'whole' was expected"
        raise ValueError(message)
    return Rounding(kind, int(count))


@dataclass(frozen=True)
class Mistake:
    """A known mistake: what runs it, and a sentence that says which it is."""

    expression: str
    sentence: str


@dataclass(frozen=True)
class Ask:
    """A question for a number: the expression that answers, the rounding, the known mistakes."""

    expression: str
    rounding: Rounding
    mistakes: tuple[Mistake, ...]

    @property
    def asks_for(self) -> str:
        """Say how the number is rounded."""
        return self.rounding.words

    def listed(self) -> None:
        """Have no list: the number is typed."""

    def outcome(self, names: Names) -> tuple[float, ...]:
        """Return the answer and what each mistake comes to; a ValueError if two of them cannot be told apart."""
        expressions = self.expression, *(each.expression for each in self.mistakes)
        found = tuple(number(expression, names) for expression in expressions)
        for (one, its), (other, others) in combinations(zip(expressions, found, strict=True), 2):
            if abs(its - others) <= self.rounding.tolerance(its) + self.rounding.tolerance(others):
                message = f"{other!r} comes to {others:.6g}, and {one!r} to {its:.6g}: nobody can tell them apart"
                raise ValueError(message)
        return found

    def data(self) -> dict[str, Any]:
        """Return the rounding in words, and the sentences."""
        return {"to": self.rounding.words, "mistakes": [mistake.sentence for mistake in self.mistakes]}

    def set_data(self, outcome: tuple[float, ...]) -> list[list[float]]:
        """Return the answer and the mistakes, each with how far off a number still is this one."""
        return [[significant(each), significant(self.rounding.tolerance(each))] for each in outcome]

    def is_answer(self, number: float, outcome: tuple[float, ...]) -> bool:
        """Whether a number is the answer, as closely as a reader has to say it."""
        return abs(number - outcome[0]) <= self.rounding.tolerance(outcome[0])

    def is_said(self, _part: nodes.Element) -> None:
        """Leave it to the numbers."""

    def require_by_hand(self, carried: Names, outcome: tuple[float, ...]) -> None:
        """Refuse numbers with which a reader misses the answer who rounds after each step."""
        found = number(self.expression, carried)
        if 0 < self.rounding.count <= CARRIED and not self.is_answer(found, outcome):
            message = f"{self.expression!r} comes to {found:.6g} by hand, and exactly to {outcome[0]:.6g}"
            raise ValueError(message)


def significant(number: float) -> float:
    """Return a number with as many digits as the script of a page gets."""
    return float(f"{number:.{DIGITS}g}")


def blocks_of(lines: Sequence[str]) -> list[str]:
    """Return what blank lines part."""
    return [block.strip() for block in "\n".join(lines).strip().split("\n\n") if block.strip()]


def sentence_of(text: str) -> str:
    """Return a sentence that scripts show as it stands; a ValueError if it is marked up."""
    sentence = " ".join(text.split())
    if {*MARKS} & {*sentence}:
        message = f"{sentence!r} has a mark of {MARKS!r}; it is shown as it stands, so plain Unicode was expected"
        raise ValueError(message)
    return sentence


def read(lines: Sequence[str], to: str) -> Ask:
    """Read what stands in the directive `ask`: the answer, and behind a blank line each a mistake with its sentence."""
    answer, *others = blocks_of(lines) or [""]
    if not answer:
        message = "an expression that answers was expected in its first line"
        raise ValueError(message)
    return Ask(answer, rounding(to), tuple(mistakes(others)))


def mistakes(blocks: Sequence[str]) -> Iterator[Mistake]:
    """Read the mistakes."""
    for block in blocks:
        expression, mark, sentence = block.strip().partition(BELOW)
        if not mark:
            message = f"{block.strip()!r}: below the expression of a mistake, ': ' and what it is were expected"
            raise ValueError(message)
        yield Mistake(expression, sentence_of(sentence))


def number(expression: str, names: Names) -> float:
    """Evaluate an expression, which has to be a finite number."""
    try:
        found = float(eval(expression, names))  # noqa: S307  the page's own lines, at build time
    except Exception as error:
        message = f"{expression!r} raises {type(error).__name__}: {error}"
        raise ValueError(message) from error
    if not isfinite(found):
        message = f"{expression!r} comes to {found}; a finite number was expected"
        raise ValueError(message)
    return found
