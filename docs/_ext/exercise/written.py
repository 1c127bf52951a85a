"""Adds nothing by itself: a rule of the package to write.

Its signature and its docstring, which a reader sees, and its body, which is the solution, are cut out of its source.
The known mistakes, the deliberate bugs of the rule among them, run in its place while the page is read. Each has
numbers of its own, so that those of what a reader has written tell which it is.
"""

import ast
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from inspect import getsource
from itertools import combinations, pairwise
from types import FunctionType, MappingProxyType
from typing import Any

from docutils import nodes

from exercise.asked import Mistake, blocks_of, mistakes, significant
from exercise.drawn import Names
from literate_bp import node
from literate_bp import nodes as layers
from literate_bp.diagram.passes.live_check import check
from program.bugs import BUGS
from program.edited import examples

FILES = MappingProxyType({"node": node, "nodes": layers})
"""What a page can change and run."""
AGREE = 1e-9
"""How far two numbers may be apart that are the same, for a size of 1: one way to write a rule rounds elsewhere."""
LINES = 5
"""How many lines there are at least to write on, on paper."""
Numbers = list[list[str]]
"""What the check finds wrong: ids, each with the number that a rule has given it."""


@dataclass(frozen=True)
class Write:
    """A question for the body of a rule: its dotted name, and its known mistakes beside the deliberate bugs."""

    dotted: str
    others: tuple[Mistake, ...]

    asks_for = ""

    @property
    def rule(self) -> FunctionType:
        """Return the rule."""
        return rule_of(self.dotted)

    @property
    def file(self) -> str:
        """Return the name of its file."""
        return f"{self.dotted.partition('.')[0]}.py"

    @property
    def parts(self) -> tuple[str, str, str]:
        """Cut its source into its signature, its docstring and its body."""
        text = getsource(self.rule)
        (rule,) = ast.parse(text).body
        first, second = rule.body[:2]  # type: ignore[attr-defined]  # a function with a docstring
        lines = text.splitlines()
        cuts = [0, first.lineno - 1, second.lineno - 1, len(lines)]
        signature, docstring, body = ("\n".join(lines[here:end]) for here, end in pairwise(cuts))
        return signature, docstring, body

    @property
    def mistakes(self) -> Iterator[Mistake]:
        """Yield the known mistakes, each with the text of the whole rule."""
        signature, docstring, body = self.parts
        for bug in BUGS:
            if bug.file == self.file and bug.old in body:
                text = "\n".join((signature, docstring, body.replace(bug.old, bug.new)))
                yield Mistake(text, f"It has the numbers of a known bug: {bug.name}.")
        for each in self.others:
            yield Mistake(f"{signature}\n{docstring}\n    return ({each.expression})", each.sentence)

    @cached_property
    def numbers(self) -> list[Numbers]:
        """Return the numbers of each mistake; a ValueError if it has none of its own."""
        found = [numbers_of(self.rule, each.expression) for each in self.mistakes]
        bodies = [each.expression.removeprefix("\n".join(self.parts[:2])).strip() for each in self.mistakes]
        for (one, its), (other, others) in combinations(zip(["the rule", *bodies], [[], *found], strict=True), 2):
            if agree(its, others):
                message = f"{other!r} has the numbers of {one!r}: nobody can tell them apart"
                raise ValueError(message)
        return found

    def outcome(self, _names: Names) -> None:
        """Run what the solution has, and the mistakes; a ValueError if it is wrong, or they are not told apart."""
        if wrong := numbers_of(self.rule, "\n".join(self.parts)):
            message = f"its solution is wrong: the check finds {wrong[0]}"
            raise ValueError(message)
        _ = self.numbers

    def data(self) -> dict[str, Any]:
        """Return where the rule is, and the mistakes with their numbers."""
        said = [each.sentence for each in self.mistakes]
        name = {"file": self.file, "name": self.rule.__name__}
        return {"kind": "write", **name, "mistakes": said, "numbers": self.numbers}

    def set_data(self, _outcome: None) -> None:
        """Add nothing for some numbers."""

    def is_answer(self, _number: float, _outcome: None) -> bool:
        """Take no number for a rule."""
        return False

    def require_by_hand(self, _carried: Names, _outcome: Any) -> None:
        """Ask for nothing: no number is worked out."""

    def is_said(self, part: nodes.Element) -> bool:
        """Whether the rule is listed there."""
        return self.solution().astext() in {each.astext() for each in part.findall(nodes.literal_block)}

    def listed(self) -> nodes.Element:
        """Return what is given of the rule, and lines to write on."""
        signature, docstring, body = self.parts
        count = max(LINES, body.count("\n") + 2)
        lines = (nodes.paragraph("", "\N{NO-BREAK SPACE}", classes=["write-line"]) for _ in range(count))
        return nodes.container("", block(f"{signature}\n{docstring}"), *lines, classes=["writes"])

    def solution(self) -> nodes.Element:
        """Return the rule as it is written in the package, without its docstring."""
        signature, _, body = self.parts
        return block(f"{signature}\n{body}")


def block(text: str) -> nodes.literal_block:
    """Return a listing."""
    return nodes.literal_block(text, text, language="python", classes=["rule"])


def rule_of(dotted: str) -> FunctionType:
    """Return a rule by its name within the package."""
    module, _, name = dotted.partition(".")
    rule = vars(FILES[module]).get(name) if module in FILES else None
    if not isinstance(rule, FunctionType) or rule.__module__ != FILES[module].__name__:
        message = f"{dotted!r} is no rule; a function of node or nodes was expected, such as nodes.errors"
        raise ValueError(message)
    return rule


def read_write(dotted: str, lines: Sequence[str]) -> Write:
    """Read the mistakes beside the deliberate bugs, each what the rule returns with a sentence below it."""
    rule_of(dotted)
    return Write(dotted, tuple(mistakes(blocks_of(lines))))


# --- a rule that runs another text ---------------------------------------------------


@contextmanager
def running(rule: FunctionType, text: str) -> Iterator[None]:
    """Have a rule run another text as long as this lasts, wherever it is called."""
    book, names = rule.__code__, dict(rule.__globals__)
    exec(text, names)  # noqa: S102  the page's own lines, at build time
    rule.__code__ = names[rule.__name__].__code__
    try:
        yield
    finally:
        rule.__code__ = book


def numbers_of(rule: FunctionType, text: str) -> Numbers:
    """Return what the check finds wrong with a text in the place of a rule."""
    questions = [json.dumps(each) for each in examples()]
    try:
        with running(rule, text):
            found = [json.loads(check(each)) for each in questions]
    except Exception as error:
        message = f"{text!r} raises {type(error).__name__}: {error}"
        raise ValueError(message) from error
    wrong = (each for one in found for each in (*one["wrong"], one["value"], one["step"]) if each)
    return [[name, in_short(number)] for name, number, _ in wrong]


def in_short(number: str) -> str:
    """Write a number with as many digits as the script of a page gets; one that is not there as it is."""
    return number if number == "None" else repr(significant(float(number)))


def agree(some: Numbers, others: Numbers) -> bool:
    """Whether the same is wrong, and the numbers are the same."""
    return len(some) == len(others) and all(map(is_same, some, others))


def is_same(one: list[str], other: list[str]) -> bool:
    """Whether two ids are the same, and their numbers."""
    (name, number), (known, other_number) = one, other
    if one == other or name != known or "None" in (number, other_number):
        return one == other
    return abs(float(number) - float(other_number)) <= AGREE * max(1.0, abs(float(other_number)))
