"""Adds nothing by itself: the sets of numbers of an exercise, those that its page shows and those to ask for."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from exercise.asked import Asked, number
from exercise.drawn import Names, Source
from proof.claims import in_print

SETS = 12
"""How many sets of numbers an exercise has, if its numbers vary."""
TRIES = 10 * SETS
"""How many seeds are tried for them: with some numbers, two mistakes come to the same."""


@dataclass(frozen=True)
class Value:
    """A number in the text of an exercise: an expression, and how it is written."""

    expression: str
    form: str = ".4g"

    def text(self, names: Names) -> str:
        """Write it as the book writes numbers: −0.3, 23,040, 7.9·10⁻⁵."""
        found = number(self.expression, names)
        written = format(found, f",{self.form}")
        return in_print(format(found, ",.0f") if "e+" in written else written)


def value(text: str) -> Value:
    """Read a value: its form stands behind the last colon, unless that is a part of the expression."""
    expression, colon, form = text.rpartition(":")
    return Value(expression, form) if colon and form.startswith(".") else Value(text)


@dataclass(frozen=True)
class Numbers:
    """A set: its seed, the texts of its values, and what each question comes to."""

    seed: int | str
    texts: tuple[str, ...]
    outcomes: tuple[Any, ...]


@dataclass(frozen=True)
class Exercise:
    """An exercise: where its numbers come from, its values in the order of the text, and what it asks."""

    source: Source
    values: tuple[Value, ...]
    asks: tuple[Asked, ...]

    def numbers(self, seed: int | str) -> Numbers:
        """Return the set of a seed; a ValueError if a mistake cannot be told from the answer."""
        names = self.source.names(seed)
        outcomes = tuple(ask.outcome(names) for ask in self.asks)
        carried = self.source.names(seed, carried=True)
        for ask, outcome in zip(self.asks, outcomes, strict=True):
            ask.require_by_hand(carried, outcome)
        return Numbers(seed, tuple(value.text(names) for value in self.values), outcomes)

    def sets(self) -> tuple[Numbers, ...]:
        """Return the set that the page shows, and the others; a ValueError if too few seeds fit."""
        first = self.numbers(self.source.first)
        if not (self.source.varies and self.values):
            return (first,)
        found = (first, *islice(self.others(first), SETS - 1))
        if len(found) < SETS:
            message = f"only {len(found)} of the {SETS} sets that were expected fit, of {TRIES} seeds"
            raise ValueError(message)
        return found

    def others(self, first: Numbers) -> Iterator[Numbers]:
        """Yield the sets behind the first that fit, and show other numbers than all before."""
        shown = {first.texts}
        for seed in islice(count(first.seed + 1 if isinstance(first.seed, int) else 1), TRIES):
            with suppress(ValueError):
                numbers = self.numbers(seed)
                if numbers.texts not in shown:
                    shown.add(numbers.texts)
                    yield numbers


def gives_away(hint: Sequence[Value], exercise: Exercise, first: Numbers) -> str:
    """Return the expression in a hint that is the last answer, if there is one."""
    return next((each.expression for each in hint if is_answer(each, exercise, first, -1)), "")


def is_answer(said: Value, exercise: Exercise, first: Numbers, place: int) -> bool:
    """Whether a value is what an ask comes to, as closely as a reader has to say it."""
    found = number(said.expression, exercise.source.names(first.seed))
    return exercise.asks[place].is_answer(found, first.outcomes[place])
