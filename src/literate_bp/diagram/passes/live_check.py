"""Whether rules that a reader has changed are right: their gradient, their numbers, their step and where it leads.

Plain Python over `live`, and like that file it runs in a browser under MicroPython, there with the changed rules. What
they should give is found when the site is built, by the book's own.
"""

import json
from typing import Any

from ...node import sigmoid, sigmoid_derivative
from .live import push, show, step

__all__ = ["check", "downhill", "known"]

H = 1e-4
"""How far a weight is pushed up and down."""
SLOPES_AGREE = 1e-6
"""How far a derivative may be off, for a largest slope of 1: h² and rounding leave a hundredth of it."""
NUMBERS_AGREE = 1e-9
"""How far a number may be off, for a size of 1: another way to write a rule rounds elsewhere."""
RATE = 0.5


def check(question: str) -> str:
    """Judge the rules on one example; the answer is JSON, in which numbers are texts.

    Parameters
    ----------
    question : str
        The numbers of `live` as JSON, with what is ``known`` of them, and the ``names`` of the weights and biases whose
        derivatives are compared with slopes: some at a time, because each answer has its time.
    """
    asked = json.loads(question)
    expected = asked["known"]
    try:
        found = known(asked)
    except (ArithmeticError, ValueError):
        fails = None if asked["near"] else first_failure(expected["values"])
        if fails is None:
            raise
        return json.dumps({"wrong": [], "value": None, "step": None, "fails": fails})
    pairs = gradient_pairs(asked, dict(found["values"]))
    largest = max(abs(value) for name, value in expected["values"] if name.startswith(("dw", "db")))
    answer = {
        "wrong": [written(pair) for pair in pairs if differs(pair[1], pair[2], SLOPES_AGREE * largest)],
        "value": first_difference(found["values"], expected["values"]),
        "step": first_difference(found["after"], expected["after"]),
    }
    return json.dumps(answer)


def downhill(question: str) -> str:
    """Return where the rules lead: the cost before each of some steps, and the weights and biases after them, as JSON.

    A step to what is no number is not taken, and ends it: the cost there is no number.

    Parameters
    ----------
    question : str
        The numbers of `live` as JSON, the ``rate`` and how many ``steps`` there are.
    """
    asked = json.loads(question)
    costs = []
    for _ in range(asked["steps"]):
        costs.append(dict(show(asked))["cost"])
        after = step(asked)
        if sum(value for _, value in after) * 0:
            costs.append(float("nan"))
            break
        asked = moved(asked, after)
    return json.dumps({"costs": [repr(cost) for cost in costs], "w": asked["w"], "b": asked["b"]})


def known(example: dict[str, Any]) -> dict[str, Any]:
    """Return all quantities of an example, and near zero its weights and biases after a step.

    Parameters
    ----------
    example : dict
        The numbers of `live`, and whether they are ``near`` zero: far from it, a small push of a weight is a large one
        of what follows.
    """
    values = [(name, value) for name, value in show(example) if not name.startswith(("w", "b", "x", "y"))]
    return {"values": values, "after": step(dict(example, rate=RATE)) if example["near"] else []}


def moved(asked: dict[str, Any], numbers: list[tuple[str, float]]) -> dict[str, Any]:
    """Return an example with other weights and biases."""
    copy = json.loads(json.dumps(asked))
    for name, value in numbers:
        *places, last = [int(place) - 1 for place in name[1:].split(".")]
        row = copy[name[0]]
        for place in places:
            row = row[place]
        row[last] = value
    return copy


def gradient_pairs(asked: dict[str, Any], values: dict[str, float]) -> list[tuple[str, Any, float]]:
    """Return the derivative by each weight and bias as the rules have it, and the slope that pushing finds."""
    return [(name, values.get(f"d{name}"), dict(push(dict(asked, id=name, h=H)))["slope"]) for name in asked["names"]]


def first_failure(values: list[tuple[str, float]]) -> Any:
    """Return the first linear part where a rule of the sigmoid gives no number: the rule, the number, and the error."""
    for z in [value for name, value in values if name.startswith("z")]:
        for name, rule in (("sigmoid", sigmoid), ("sigmoid_derivative", sigmoid_derivative)):
            try:
                rule(z)
            except (ArithmeticError, ValueError) as problem:
                return [name, repr(z), f"{type(problem).__name__}: {problem}"]
    return None


# --- comparing ----------------------------------------------------------------------


def differs(number: Any, other: float, allowed: float) -> bool:
    """Whether two numbers differ by more than is allowed; one that is not there, or not a number, does."""
    return number is None or not abs(number - other) <= allowed


def first_difference(found: list[tuple[str, float]], expected: list[tuple[str, float]]) -> Any:
    """Return the first of some numbers that is not what is known of it: its id, and both."""
    by_id = dict(found)
    for name, value in expected:
        if differs(by_id.get(name), value, NUMBERS_AGREE * max(1.0, abs(value))):
            return written((name, by_id.get(name), value))
    return None


def written(pair: tuple[str, Any, float]) -> list[str]:
    """Return an id and two numbers as texts; JSON has no word for infinity."""
    return [pair[0], repr(pair[1]), repr(pair[2])]
