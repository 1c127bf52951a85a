"""Every quantity of a forward and a backward pass by its id: what a page asks when its reader has changed a number.

Plain Python over `nodes`, and like that file it runs in a browser under MicroPython. A question is JSON. It has the
numbers of a network and an example: ``w`` and ``b`` are the weights and biases of each layer, ``x`` the inputs, ``y``
the targets. A layer without biases has none there, and neither has a diagram without targets.
"""

import json
from collections import namedtuple
from typing import Any

from ...node import activated_error
from ...nodes import (
    Layer,
    backward,
    descend,
    forward,
    half_squared_error,
    half_squared_error_derivative,
    sigmoid_layer,
)
from .line_width import line_width
from .live_formulas import formulas

__all__ = ["answer", "numbers_after", "push", "show", "step"]

Example = namedtuple("Example", ("layers", "x", "y"))
"""A network of sigmoids, its inputs and its targets."""


def answer(question: str) -> str:
    """Answer a question of a page with ids and numbers, ``z1.1=0.17 a1.1=0.54``; of formulas, each has a line.

    Parameters
    ----------
    question : str
        A dictionary as JSON: the numbers, and what is asked for, ``do``: "show", "step", "push" or "formulas".
    """
    asked = json.loads(question)
    if asked["do"] == "formulas":
        return "\n".join([f"{name}={text}" for name, text in formulas(asked)])
    found = {"show": show, "step": step, "push": push}[asked["do"]](asked)
    return " ".join([f"{name}={value!r}" for name, value in found])


# --- what is asked ----------------------------------------------------------------


def show(asked: dict[str, Any]) -> list[tuple[str, float]]:
    """Return all quantities in the order in which the passes find them.

    Parameters
    ----------
    asked : dict
        The numbers, and the ``sign`` that errors have in the reader's notation.
    """
    layers, x, y = example = example_of(asked)
    trace = forward(layers, x)
    found = given(asked) + by_id("x", x)
    for n, (z, a) in enumerate(zip(trace.linear, trace.activated[1:]), 1):
        found += by_id(f"z{n}", z) + by_id(f"a{n}", a)
    return found + (backward_from(example, trace, asked["sign"]) if y else [])


def backward_from(example: Any, trace: Any, sign: float) -> list[tuple[str, float]]:
    """Return the quantities of the backward pass, from the cost to the inputs, then the gradient."""
    layers, _, y = example
    gradients = backward(layers, trace, y)
    found = by_id("y", y) + [("cost", half_squared_error(trace.activated[-1], y))]
    dc_da = tuple(half_squared_error_derivative(a_k, y_k) for a_k, y_k in zip(trace.activated[-1], y))
    for n in range(len(layers), 0, -1):
        layer, delta = layers[n - 1], gradients.errors[n - 1]
        found += by_id(f"da{n}", signed(sign, dc_da))
        found += by_id(f"slope{n}", tuple(map(layer.derivative, trace.linear[n - 1])))
        found += by_id(f"delta{n}", signed(sign, delta))
        dc_da = tuple(activated_error(w, delta) for w in layer.weights)
    return found + by_id("da0", signed(sign, dc_da)) + gradient(gradients)


def gradient(gradients: Any) -> list[tuple[str, float]]:
    """Return the derivatives of the cost by each weight and bias, and how wide the lines of the weights are."""
    found = []
    for n, (of_weights, of_biases) in enumerate(zip(gradients.weights, gradients.biases), 1):
        found += rows_by_id(f"dw{n}", of_weights) + by_id(f"db{n}", of_biases)
    weights = [(name[2:], value) for name, value in found if name.startswith("dw")]
    largest = max([abs(value) for _, value in weights]) or 1.0
    return found + [(f"width{name}", line_width(value, largest)) for name, value in weights]


def step(asked: dict[str, Any]) -> list[tuple[str, float]]:
    """Return the weights and biases after a step of gradient descent.

    Parameters
    ----------
    asked : dict
        The numbers, and the learning ``rate``.
    """
    layers, x, y = example_of(asked)
    gradients = backward(layers, forward(layers, x), y)
    return parameters(asked, descend(layers, gradients, asked["rate"]))


def push(asked: dict[str, Any]) -> list[tuple[str, float]]:
    """Return the costs where one number is larger and smaller, and the slope of the line between them.

    Parameters
    ----------
    asked : dict
        The numbers, the ``id`` of the one that is pushed, and how far it is pushed, ``h``.
    """
    name, h = asked["id"], asked["h"]
    up, down = (cost_of(numbers_after(asked, name, move)) for move in (h, -h))
    return [("up", up), ("down", down), ("slope", (up - down) / (2 * h))]


def cost_of(asked: dict[str, Any]) -> float:
    """Return the cost of an example."""
    layers, x, y = example_of(asked)
    return half_squared_error(forward(layers, x).activated[-1], y)


def numbers_after(asked: dict[str, Any], name: str, move: float) -> dict[str, Any]:
    """Return the numbers of a question after one of them, which has this id, has moved.

    Parameters
    ----------
    asked : dict
        The numbers, which stay as they are.
    name : str
        The id, such as ``w1.2.1``: the letter and the places of the number, counted from 1.
    move : float
        How far it moves.
    """
    moved = json.loads(json.dumps({key: asked[key] for key in "wbxy"}))
    *places, last = [int(place) - 1 for place in name[1:].split(".") if place]
    row = moved[name[0]]
    for place in places:
        row = row[place]
    row[last] += move
    return moved


# --- from JSON, and to ids ----------------------------------------------------------


def example_of(asked: dict[str, Any]) -> Any:
    """Return the network and the example of a question."""
    return Example(tuple(map(layer_of, asked["w"], asked["b"])), floats(asked["x"]), floats(asked["y"] or ()))


def layer_of(weights: Any, biases: Any) -> Layer:
    """Return a layer; one without biases adds 0 to each of its sums."""
    rows = tuple(map(floats, weights))
    return sigmoid_layer(rows, floats(biases or [0] * len(rows[0])))


def floats(values: Any) -> tuple[float, ...]:
    """Return numbers of JSON, of which some are whole, as floats."""
    return tuple(map(float, values))


def signed(sign: float, errors: tuple[float, ...]) -> tuple[float, ...]:
    """Return errors with the sign of a notation."""
    return tuple(sign * error for error in errors)


def given(asked: dict[str, Any]) -> list[tuple[str, float]]:
    """Return the weights and the biases of a question."""
    return parameters(asked, example_of(asked).layers)


def parameters(asked: dict[str, Any], layers: Any) -> list[tuple[str, float]]:
    """Return the weights and the biases of layers that have the biases of a question."""
    found = []
    for n, (layer, has_biases) in enumerate(zip(layers, asked["b"]), 1):
        found += rows_by_id(f"w{n}", layer.weights) + (by_id(f"b{n}", layer.biases) if has_biases else [])
    return found


def rows_by_id(kind: str, rows: tuple[tuple[float, ...], ...]) -> list[tuple[str, float]]:
    """Return the numbers of a matrix with their ids."""
    return [pair for i, row in enumerate(rows, 1) for pair in by_id(f"{kind}.{i}", row)]


def by_id(kind: str, values: tuple[float, ...]) -> list[tuple[str, float]]:
    """Return numbers with their ids: what they are, and where they stand, counted from 1."""
    return [(f"{kind}.{n}", value) for n, value in enumerate(values, 1)]
