"""Adds nothing by itself: steps of a calculation that are run, in an order to find, or with a bug to find.

Each step names one number. What it needs is read off its code; and the steps are run in each order, so that an order
counts as right where it gives the same numbers, and nowhere else.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import isclose
from random import Random
from typing import Any, NamedTuple

from docutils import nodes

from exercise.asked import BELOW, blocks_of
from exercise.drawn import Names
from proof.claims import in_print

MOST = 7
"""How many steps are put in order at most: all orders are run."""
APART = 1e-3
"""By which share a bug changes the number of its line at least."""


class Step(NamedTuple):
    """A step: the name of its number, the expression for it, and what stands below it."""

    name: str
    expression: str
    below: str

    @property
    def code(self) -> str:
        """Return its line."""
        return f"{self.name} = {self.expression}"

    @property
    def needs(self) -> set[str]:
        """Return the names that it reads."""
        return {each.id for each in ast.walk(ast.parse(self.expression)) if isinstance(each, ast.Name)}


def steps_of(lines: Sequence[str]) -> tuple[Step, ...]:
    """Read the steps, each a line, with a sentence or another expression below it."""
    found = []
    for block in blocks_of(lines):
        code, _, below = block.partition(BELOW)
        name, equals, expression = map(str.strip, code.partition(" = "))
        if not equals or not name.isidentifier():
            message = f"{code!r} is no step; a name, = and an expression were expected"
            raise ValueError(message)
        found.append(Step(name, expression, " ".join(below.split())))
    return tuple(found)


def run(steps: Sequence[Step], names: Names) -> list[float]:
    """Return the number of each step."""
    known = dict(names)
    found = []
    for step in steps:
        known[step.name] = eval(step.expression, known)  # noqa: S307  the page's own lines, at build time
        found.append(float(known[step.name]))
    return found


# --- an order to find ------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """A question for an order of steps, which are given in one that is right."""

    steps: tuple[Step, ...]

    asks_for = ""

    def __post_init__(self) -> None:
        """Refuse too many steps, steps without words, and a name that is given twice."""
        names = {step.name for step in self.steps}
        if not 2 < len(self.steps) <= MOST or len(names) < len(self.steps) or not all(s.below for s in self.steps):
            message = f"3 to {MOST} steps were expected, each with a name of its own and with words below it"
            raise ValueError(message)

    def before(self, place: int) -> Iterator[tuple[int, str]]:
        """Yield the steps that come before one: those that give what it needs, and those that need what it replaces."""
        mine = self.steps[place]
        for other, step in enumerate(self.steps):
            if other < place and step.name in mine.needs:
                yield other, "gives"
            if other < place and mine.name in step.needs:
                yield other, "keeps"

    def is_right(self, order: Sequence[int]) -> bool:
        """Whether each step comes after all that come before it."""
        return all(order.index(other) < order.index(place) for place in order for other, _ in self.before(place))

    def outcome(self, names: Names) -> None:
        """Run all orders; a ValueError if one gives the right numbers without being right, or is right without them."""
        right = dict(zip(self.steps, run(self.steps, names), strict=True))
        for order in permutations(range(len(self.steps))):
            if self.is_right(order) != gives([self.steps[place] for place in order], right, names):
                message = f"the order {', '.join(self.steps[place].name for place in order)} is judged by mistake"
                raise ValueError(message)

    @property
    def shown(self) -> list[int]:
        """Return the order in which the page has the steps, which is not right."""
        draw = Random(self.steps[0].code)  # noqa: S311  nothing is secret
        found = [*range(len(self.steps))]
        while self.is_right(found):
            draw.shuffle(found)
        return found

    def data(self) -> dict[str, Any]:
        """Return which steps come before each, by their places on the page."""
        places = self.shown
        before = [[[places.index(other), why] for other, why in self.before(place)] for place in places]
        return {"kind": "order", "before": before}

    def set_data(self, _outcome: None) -> None:
        """Add nothing for some numbers."""

    def is_answer(self, _number: float, _outcome: None) -> bool:
        """Take no number for an order."""
        return False

    def require_by_hand(self, _carried: Names, _outcome: Any) -> None:
        """Ask for nothing: no number is worked out."""

    def is_said(self, part: nodes.Element) -> bool:
        """Whether a list there has all steps, in a right order."""
        words = [step.below for step in self.steps]
        said = [[item.astext() for item in each] for each in part.findall(nodes.enumerated_list)]
        return any(sorted(each) == sorted(words) and self.is_right([*map(words.index, each)]) for each in said)

    def listed(self) -> nodes.Element:
        """Return the list of the steps."""
        texts = (self.steps[place].below for place in self.shown)
        items = (nodes.list_item("", nodes.paragraph("", text)) for text in texts)
        return nodes.bullet_list("", *items, classes=["options", "steps"])


def gives(steps: Sequence[Step], right: dict[Step, float], names: Names) -> bool:
    """Whether steps in an order give the right numbers; a name that is not there yet is none."""
    try:
        found = run(steps, names)
    except NameError:
        return False
    return all(isclose(number, right[step], rel_tol=1e-9) for step, number in zip(steps, found, strict=True))


# --- a bug to find ---------------------------------------------------------------


@dataclass(frozen=True)
class Bug:
    """A question for the wrong line among steps: the one below which stands what it should be.

    Attributes
    ----------
    steps : tuple of Step
        As the page has them.
    gives : str
        What the last of them should come to, by the rules of the package.
    """

    steps: tuple[Step, ...]
    gives: str

    asks_for = ""

    def __post_init__(self) -> None:
        """Refuse steps of which not one is wrong."""
        if sum(bool(step.below) for step in self.steps) != 1:
            message = "one line with what it should be below it was expected"
            raise ValueError(message)

    @property
    def place(self) -> int:
        """Return which line is wrong."""
        return next(place for place, step in enumerate(self.steps) if step.below)

    @property
    def mended(self) -> list[Step]:
        """Return the steps as they should be."""
        return [step._replace(expression=step.below or step.expression) for step in self.steps]

    def outcome(self, names: Names) -> list[tuple[float, float]]:
        """Return what each line comes to, and what it should; a ValueError if nobody could find the wrong one."""
        found = [*zip(run(self.steps, names), run(self.mended, names), strict=True)]
        expected = float(eval(self.gives, dict(names)))  # noqa: S307  the page's own line, at build time
        if not isclose(found[-1][1], expected, rel_tol=1e-9):
            message = f"without its bug it comes to {found[-1][1]:.6g}, and {self.gives!r} to {expected:.6g}"
            raise ValueError(message)
        if any(isclose(*found[place], rel_tol=APART) for place in (self.place, -1)):
            message = f"its bug changes {self.steps[self.place].name} or {self.steps[-1].name} too little to be seen"
            raise ValueError(message)
        return found

    def data(self) -> dict[str, Any]:
        """Return the kind alone: what is said has numbers in it."""
        return {"kind": "choice"}

    def set_data(self, outcome: list[tuple[float, float]]) -> list[str]:
        """Return what is said of each line; of the wrong one, nothing."""
        return ["" if place == self.place else said_of(*pair) for place, pair in enumerate(outcome)]

    def is_answer(self, _number: float, _outcome: Any) -> bool:
        """Take no number for a line."""
        return False

    def require_by_hand(self, _carried: Names, _outcome: Any) -> None:
        """Ask for nothing: no number is worked out."""

    def is_said(self, part: nodes.Element) -> bool:
        """Whether the line as it should be stands there."""
        return self.mended[self.place].code in {each.astext() for each in part.findall(nodes.literal)}

    def listed(self) -> nodes.Element:
        """Return the list of the lines."""
        items = (
            nodes.list_item("", nodes.paragraph("", "", nodes.literal(step.code, step.code))) for step in self.steps
        )
        return nodes.enumerated_list("", *items, enumtype="arabic", prefix="", suffix=".", classes=["options", "lines"])


def said_of(found: float, right: float) -> str:
    """Say of a line that is right what it comes to."""
    mine, other = (in_print(f"{number:.4g}") for number in (found, right))
    if isclose(found, right, rel_tol=1e-9):
        return f"This line is right: it comes to {mine}, as it should."
    return f"This line comes to {mine}, and should come to {other}. But a line above it gave it a wrong number."
