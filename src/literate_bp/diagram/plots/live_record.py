"""Calculations on the tape: what is recorded, and what each record hands back.

Plain Python over `tape`, and it runs under MicroPython.
"""

import json
from typing import Any

import numpy as np

from ...activation import sigmoid
from ...operations import OPERATIONS, added
from ...tape import Operation, Variable, apply, from_end

__all__ = ["CALCULATIONS", "answer", "run"]


CALCULATIONS: dict[str, tuple[str, tuple[tuple[str, float], ...], tuple[str, ...]]] = {
    "product": ("ab + a", (("a", 2.0), ("b", 3.0)), ("c = a * b", "d = c + a")),
    "square": ("(3w − 2)²", (("w", 0.4),), ("c = w * 3", "d = c - 2", "e = d ** 2")),
    "sums": ("4a · 2a", (("a", 1.0),), ("b = a + a", "c = b + b", "d = c * b")),
    "node": ("σ(wx + b)", (("w", 0.4), ("x", 1.5), ("b", -0.2)), ("c = w * x", "z = c + b", "a = apply(sigmoid, z)")),
    "textbook": ("1 / (1 + e⁻ᶻ)", (("z", 0.5),), ("c = -z", "d = np.exp(c)", "e = 1 + d", "a = 1 / e")),
}
"""What each is called, its leaves with the values to begin with, and its lines, each of one operation."""


def run(of: str, values: Any) -> list[Variable]:
    """Run a calculation with these values of its leaves, and return what its lines made."""
    _, leaves, lines = CALCULATIONS[of]
    names: dict[str, Any] = {"apply": apply, "np": np, "sigmoid": sigmoid}
    made = [Variable(float(value)) for value in values]
    names.update(zip([name for name, _ in leaves], made))
    for line in lines:
        name, _, expression = line.partition(" = ")
        names[name] = eval(expression, names)  # noqa: S307 — our own lines
        made.append(names[name])
    return made


def answer(question: str) -> str:
    """Answer with a line for each record, and one for each number that is added to a gradient.

    Of a record: its value, what made it, and the operands of that, where @ and a place stand for a variable. Of an
    addition: the place from which it comes, the operand of the rule, the place to which it goes, what is added, what
    was there, and the sum. The 1 of the end comes from nowhere.

    Parameters
    ----------
    question : str
        A dictionary as JSON: the name of a calculation (``of``), the values of its ``leaves``, and how many ``calls``
        of `backward` there are.
    """
    asked = json.loads(question)
    made = run(asked["of"], asked["leaves"])
    end, first = made[-1], made[0].place
    found = [recorded(each, first) for each in made]
    for _ in range(asked["calls"]):
        found += [" ".join(map(text, each)) for each in additions(end, first)]
        end.backward(keep=True)
    return "\n".join(found)


def recorded(made: Variable, first: int) -> str:
    """Write a record."""
    if not made.operation:
        return f"{text(made.value)} leaf"
    operands = list(map(text, made.operation.values))
    for variable, rule in made.operation.variables:
        operands[operand_of(rule, made.operation)] = f"@{variable.place - first}"
    return " ".join([text(made.value), str(made.made_by)] + operands)


def operand_of(rule: Any, operation: Operation) -> int:
    """Return of which operand a rule gives the gradient."""
    return OPERATIONS[operation.function].index(rule)


def additions(end: Variable, first: int) -> list[tuple[Any, ...]]:
    """Return what `Variable.backward` adds to which gradient, in its order."""
    graph = from_end(end)
    gradients: dict[int, Any] = {c.place: c.gradient for c in graph}
    one = gradients[end.place] = np.ones(())
    found: list[tuple[Any, ...]] = [(None, None, end.place - first, one, None, one)]
    for c in graph:
        if c.operation:
            shares = c.operation.shares(gradients[c.place], c.value)
            for (_, rule), (a, share) in zip(c.operation.variables, shares):
                before = gradients[a.place]
                gradients[a.place] = added(before, share)
                place = operand_of(rule, c.operation)
                found.append((c.place - first, place, a.place - first, share, before, gradients[a.place]))
    return found


def text(value: Any) -> str:
    """Write a number so that it can be read again, and nothing as such."""
    return repr(value.item()) if hasattr(value, "item") else str(value)
