"""Steps downhill on a surface of two weights: what a page asks when its reader has changed the rate or the momentum.

Plain Python over `nodes`, and like that file it runs in a browser under MicroPython.
"""

import json
from typing import Any

from ...nodes import Layer, backward, forward, half_squared_error, sigmoid_layer, step

__all__ = ["answer", "answer_of", "cost", "examples_of", "gradient", "walk"]


def answer(question: str) -> str:
    """Answer with a line for each place: both weights, and the cost there.

    Parameters
    ----------
    question : str
        A dictionary as JSON: the inputs of each example (``x``) and its target (``y``), both weights to begin with
        (``w1``, ``w2``), the ``rate``, the ``momentum``, and how many ``steps``.
    """
    asked = json.loads(question)
    examples, start = examples_of(asked), (asked["w1"], asked["w2"])
    return answer_of(examples, walk(examples, start, asked["rate"], asked["momentum"], asked["steps"]))


def examples_of(asked: Any) -> list[Any]:
    """Return the inputs and the target of each example."""
    return [(tuple(map(float, x)), (float(y),)) for x, y in zip(asked["x"], asked["y"])]


def answer_of(examples: Any, places: list[tuple[float, ...]]) -> str:
    """Write a line for each place: both weights, and the cost there."""
    return "\n".join([" ".join(map(repr, place + (cost(examples, place),))) for place in places])


def walk(examples: Any, start: tuple[float, ...], rate: float, momentum: float, steps: int) -> list[tuple[float, ...]]:
    """Return the weights before each step, and after the last one: a step has a share of the step before in it."""
    places, move = [tuple(map(float, start))], (0.0,) * len(start)
    for _ in range(steps):
        move = step(tuple(momentum * m for m in move), gradient(examples, places[-1]), rate)
        places.append(tuple(w + m for w, m in zip(places[-1], move)))
    return places


def node(weights: tuple[float, ...]) -> tuple[Layer, ...]:
    """Return a sigmoid node without a bias, as a network."""
    return (sigmoid_layer(tuple((w,) for w in weights), (0.0,)),)


def cost(examples: Any, weights: tuple[float, ...]) -> float:
    """Return the mean cost of the examples."""
    found = [half_squared_error(forward(node(weights), x).activated[-1], y) for x, y in examples]
    return sum(found) / len(found)


def gradient(examples: Any, weights: tuple[float, ...]) -> tuple[float, ...]:
    """Return the gradient of the mean cost."""
    network = node(weights)
    found = [backward(network, forward(network, x), y).weights[0] for x, y in examples]
    return tuple(sum([each[i][0] for each in found]) / len(found) for i in range(len(weights)))
