"""The formulas of a live figure, written by the rules themselves: they run on texts that grow with what is done.

Plain Python over `nodes`, like `live`, and MicroPython runs it. An id in braces stands for a quantity: a page puts its
symbol there, or its number.
"""

from typing import Any

from ...node import activated_error, linear, linear_error
from ...nodes import weight_gradient
from .live_choice import BOOK, cost_named, formula_name

__all__ = ["formulas"]

SUM, PRODUCT, ATOM = 1, 2, 3
"""How strongly the parts of a formula hold together."""
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"


class Written:
    """A number that is a text."""

    def __init__(self, text: str, strength: int = ATOM) -> None:
        self.text = text
        self.strength = strength

    def part(self, strength: int) -> str:
        """Return the text as a part of a stronger one, in parentheses where it needs them."""
        return self.text if self.strength >= strength else f"({self.text})"

    def __add__(self, other: Any) -> "Written":
        return self if other == 0 else Written(f"{self.text} + {other.text}", SUM)

    def __radd__(self, other: Any) -> "Written":
        return self if other == 0 else Written(f"{other} + {self.text}", SUM)

    def __sub__(self, other: "Written") -> "Written":
        return Written(f"{self.text} − {other.part(PRODUCT)}", SUM)

    def __mul__(self, other: "Written") -> "Written":
        return Written(f"{self.part(PRODUCT)} · {other.part(PRODUCT)}", PRODUCT)

    def __rmul__(self, factor: int) -> "Written":
        return Written(f"{factor} · {self.part(PRODUCT)}", PRODUCT)

    def __truediv__(self, other: int) -> "Written":
        return Written(f"{self.part(PRODUCT)} / {other}", PRODUCT)

    def __pow__(self, power: int) -> "Written":
        return Written(self.part(ATOM) + RAISED[power])

    def __neg__(self) -> "Written":
        return Written(f"−{self.part(PRODUCT)}", SUM)


def formulas(asked: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the formula of each quantity that is computed, by its id.

    Parameters
    ----------
    asked : dict
        A question for `live`: the shapes of its numbers count, the ``sign`` of errors, and what is chosen.
    """
    curve = formula_name(asked.get("activation", BOOK["activation"]))
    sizes = [len(asked["x"])] + [len(weights[0]) for weights in asked["w"]]
    found = [pair for n in range(1, len(sizes)) for pair in forward_formulas(n, sizes, asked["b"][n - 1], curve)]
    if asked["y"]:
        found += backward_formulas(sizes, asked["sign"], curve, *cost_named(asked.get("cost", BOOK["cost"])))
    return [(name, value.text) for name, value in found]


# --- symbols ------------------------------------------------------------------------


def symbols(kind: str, count: int) -> Any:
    """Return the symbols of quantities of one kind, where the rules expect numbers."""
    return tuple(Written("{" + f"{kind}.{n}" + "}") for n in range(1, count + 1))


def activated(n: int, sizes: list[int]) -> Any:
    """Return the symbols of the activated values of a layer, of the inputs for layer 0."""
    return symbols(f"a{n}" if n else "x", sizes[n])


def weights_of(n: int, sizes: list[int]) -> Any:
    """Return the symbols of the weights of a layer, in rows."""
    return tuple(symbols(f"w{n}.{i}", sizes[n]) for i in range(1, sizes[n - 1] + 1))


def named(kind: str, values: Any) -> list[tuple[str, Any]]:
    """Return formulas with the ids of the quantities that they give."""
    return [(f"{kind}.{n}", value) for n, value in enumerate(values, 1)]


def applied(function: str, to: Any) -> Any:
    """Return a function of each of some symbols."""
    return tuple(Written(f"{function}({each.text})") for each in to)


# --- the passes ---------------------------------------------------------------------


def forward_formulas(n: int, sizes: list[int], biases: Any, curve: str) -> list[tuple[str, Any]]:
    """Return the formulas of a layer's linear parts and activated values."""
    into, b = zip(*weights_of(n, sizes)), symbols(f"b{n}", sizes[n]) if biases else [0] * sizes[n]
    z = [linear(w, activated(n - 1, sizes), b_j) for w, b_j in zip(into, b)]
    return named(f"z{n}", z) + named(f"a{n}", applied(curve, symbols(f"z{n}", sizes[n])))


def backward_formulas(
    sizes: list[int], sign: float, curve: str, cost: Any, cost_derivative: Any
) -> list[tuple[str, Any]]:
    """Return the formulas of the cost, of the errors and of the gradient.

    The errors of a layer follow from those of the next one whatever sign all of them have.
    """
    last, y = len(sizes) - 1, symbols("y", sizes[-1])
    a = activated(last, sizes)
    dc_da = [cost_derivative(a_k, y_k) for a_k, y_k in zip(a, y)]
    found = [("cost", cost(a, y))]
    found += named(f"da{last}", dc_da if sign > 0 else [-each for each in dc_da])
    for n in range(last, 0, -1):
        of_layer = [symbols(f"{kind}{n}", sizes[n]) for kind in ("slope", "da", "delta")]
        slope, outer, delta = of_layer
        found += named(f"slope{n}", applied(f"{curve}′", symbols(f"z{n}", sizes[n])))
        found += named(f"delta{n}", [linear_error(s, d) for s, d in zip(slope, outer)])
        found += named(f"da{n - 1}", [activated_error(w, delta) for w in weights_of(n, sizes)])
        positive = delta if sign > 0 else tuple(-each for each in delta)
        for i, row in enumerate(weight_gradient(activated(n - 1, sizes), positive), 1):
            found += named(f"dw{n}.{i}", row)
        found += named(f"db{n}", positive)
    return found
