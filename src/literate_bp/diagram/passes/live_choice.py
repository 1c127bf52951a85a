"""The activation and the cost of a live figure: those of the tables, as rules of single numbers.

In a browser, MicroPython runs `activation` and `cost` as they are, on what `live_numpy` has of NumPy.
"""

from typing import Any

import numpy as np

from ...activation import ACTIVATIONS
from ...cost import COSTS
from ...node import sigmoid, sigmoid_derivative
from ...nodes import half_squared_error, half_squared_error_derivative

__all__ = ["BOOK", "activation_named", "choices", "cost_named", "formula_name"]

BOOK = {"activation": "sigmoid", "cost": "half_squared_error"}
"""What the figures of the book have, by the rules of `node` and `nodes`."""


def choices() -> list[tuple[str, str]]:
    """Return what a reader may choose, that of the book first: names with what people call them.

    A layer's softmax is no function of one linear part, and the costs that go with one activation skip a mark of the
    pictures, the errors of the outputs' activated values.
    """
    curves = [(name, called(name, row.title)) for name, row in ACTIVATIONS.items() if name != "softmax"]
    costs = [(name, row.title) for name, row in COSTS.items() if not name.endswith("entropy")]
    return listed("activation", curves) + listed("cost", costs)


def called(name: str, title: str) -> str:
    """Return what people call an activation, and in parentheses what formulas call it, where that is another name."""
    title, short = title or name, formula_name(name)
    return title if title == short else f"{title} ({short})"


def listed(kind: str, known: Any) -> list[tuple[str, str]]:
    """Return names in order, that of the book first: dictionaries of MicroPython have none."""
    ordered = sorted(known, key=lambda row: (row[0] != BOOK[kind], row[0]))
    return [(f"{kind}.{name}", title or name) for name, title in ordered]


def activation_named(name: str) -> Any:
    """Return an activation and its derivative, functions of one linear part."""
    if name == BOOK["activation"]:
        return sigmoid, sigmoid_derivative
    known = ACTIVATIONS[name]
    return of_numbers(known.function), of_numbers(known.derivative)


def cost_named(name: str) -> Any:
    """Return a cost of all outputs, and its derivative by one of them."""
    if name == BOOK["cost"]:
        return half_squared_error, half_squared_error_derivative
    return of_numbers(COSTS[name].value), of_numbers(COSTS[name].derivative)


def of_numbers(rule: Any) -> Any:
    """Return a rule of arrays as one of numbers, or of tuples of them, with one number as its result.

    NumPy gives the sum of what are no numbers, such as symbols, as it is.
    """

    def found(*given: Any) -> Any:
        result = rule(*map(np.asarray, given))
        return result.item() if hasattr(result, "item") else result

    return found


def formula_name(name: str) -> str:
    """Return what people call an activation in a formula: ReLU(z)."""
    return ACTIVATIONS[name].short or name
