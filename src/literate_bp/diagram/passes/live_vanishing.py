"""The errors of a network of equal layers, and their bound: what a page asks when its reader has changed the network.

Plain Python over `nodes`, and like that file it runs in a browser under MicroPython. Of `vanishing`, which has arrays,
it has the factor of one layer alone, and there that is all that is served of the file.
"""

import json
from math import inf, sqrt
from typing import Any

from ...nodes import Layer, backward, forward
from ...vanishing import factor_bound
from .live_choice import activation_named

__all__ = ["answer"]


def answer(question: str) -> str:
    """Answer with two lines of numbers, one number a layer: the lengths of the errors, and their bounds.

    Parameters
    ----------
    question : str
        A dictionary as JSON: how many layers (``depth``), tables of weights (``w``), which are used in turn, with their
        ``norms``; by how much they are multiplied (``weight``); the ``bias`` of all nodes, the inputs ``x``, the
        targets ``y``, the ``activation``, and its ``steepest`` slope.
    """
    asked = json.loads(question)
    network = layers(asked)
    trace = forward(network, tuple(map(float, asked["x"])))
    found = tuple(map(length, backward(network, trace, tuple(map(float, asked["y"]))).errors))
    return "\n".join([" ".join(map(repr, numbers)) for numbers in (found, bounds(asked, found[-1]))])


def layers(asked: dict[str, Any]) -> tuple[Layer, ...]:
    """Return the network of a question."""
    function, derivative = activation_named(asked["activation"])
    tables, scale = asked["w"], float(asked["weight"])
    scaled = [tuple(tuple(scale * w for w in row) for row in table) for table in tables[: asked["depth"]]]
    biases = (float(asked["bias"]),) * len(tables[0])
    return tuple(Layer(scaled[n % len(tables)], biases, function, derivative) for n in range(asked["depth"]))


def bounds(asked: dict[str, Any], last: float) -> tuple[float, ...]:
    """Return upper bounds of the lengths, from those errors of the last layer that are given."""
    norms: Any = asked["norms"]
    found: tuple[float, ...] = (last,)
    for n in range(asked["depth"] - 1, 0, -1):
        norm = abs(asked["weight"]) * norms[n % len(norms)]
        found = (found[0] * factor_bound(norm, asked["steepest"], residual=False),) + found
    return found


def length(errors: tuple[float, ...]) -> float:
    """Return the root of the sum of squares; none of them is too small for it, or too large, if its number is not."""
    largest = max(map(abs, errors))
    if not 0 < largest < inf:
        return largest
    return largest * sqrt(sum([(error / largest) ** 2 for error in errors]))
