"""Every quantity of a forward and a backward pass by its id: what a page asks when its reader has changed a number.

Plain Python over `nodes`, and like that file it runs in a browser under MicroPython. A question is JSON. It has the
numbers of a network and an example: ``w`` and ``b`` are the weights and biases of each layer, ``x`` the inputs, ``y``
the targets. A layer without biases has none there, and neither has a diagram without targets. It may name an
``activation`` and a ``cost``; by default they are those of the book.
"""

import json
from collections import namedtuple
from typing import Any

from ...node import activated_error
from ...nodes import Layer, Trace, backward, descend, forward, half_squared_error, sigmoid_layer
from .line_width import line_width
from .live_choice import BOOK, activation_named, choices, cost_named
from .live_file import problem_file
from .live_formulas import formulas
from .live_paths import paths

__all__ = ["answer", "numbers_after", "push", "show", "step"]

Example = namedtuple("Example", ("layers", "x", "y", "cost", "cost_derivative"))
"""A network, its inputs and its targets, and its cost, a function of both outputs and targets."""


def answer(question: str) -> str:
    """Answer a question of a page with ids and numbers, ``z1.1=0.17 a1.1=0.54``; where they have texts, a line each.

    Parameters
    ----------
    question : str
        A dictionary as JSON: the numbers, and what is asked for, ``do``: "show", "step", "push", "formulas",
        "paths", "choices", or "file" for the text of a problem file.
    """
    asked = json.loads(question)
    if asked["do"] == "file":
        return problem_file(asked, *[named(asked, kind) for kind in ("activation", "cost")])
    if asked["do"] in TEXTS:
        return "\n".join([f"{name}={text}" for name, text in TEXTS[asked["do"]](asked)])
    found = {"show": show, "step": step, "push": push}[asked["do"]](asked)
    return " ".join([f"{name}={value!r}" for name, value in found])


def paths_of(asked: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the products of the paths of a weight, which the question names by its ``id``."""
    example = example_of(asked)
    return paths(asked, example, output_derivatives(example, forward(example.layers, example.x)))


TEXTS: Any = {"formulas": formulas, "paths": paths_of, "choices": lambda _: choices()}
"""The questions whose answers are texts."""


# --- what is asked ----------------------------------------------------------------


def show(asked: dict[str, Any]) -> list[tuple[str, float]]:
    """Return all quantities in the order in which the passes find them.

    Parameters
    ----------
    asked : dict
        The numbers, and the ``sign`` that errors have in the reader's notation.
    """
    example = example_of(asked)
    trace = forward(example.layers, example.x)
    found = given(asked) + by_id("x", example.x)
    for n, (z, a) in enumerate(zip(trace.linear, trace.activated[1:]), 1):
        found += by_id(f"z{n}", z) + by_id(f"a{n}", a)
    return found + (backward_from(example, trace, asked["sign"]) if example.y else [])


def backward_from(example: Any, trace: Any, sign: float) -> list[tuple[str, float]]:
    """Return the quantities of the backward pass, from the cost to the inputs, then the gradient."""
    layers, gradients = example.layers, gradients_of(example, trace)
    found = by_id("y", example.y) + [("cost", example.cost(trace.activated[-1], example.y))]
    dc_da = output_derivatives(example, trace)
    for n in range(len(layers), 0, -1):
        layer, delta = layers[n - 1], gradients.errors[n - 1]
        found += by_id(f"da{n}", signed(sign, dc_da))
        found += by_id(f"slope{n}", tuple(map(layer.derivative, trace.linear[n - 1])))
        found += by_id(f"delta{n}", signed(sign, delta))
        dc_da = tuple(activated_error(w, delta) for w in layer.weights)
    return found + by_id("da0", signed(sign, dc_da)) + gradient(gradients)


def output_derivatives(example: Any, trace: Any) -> tuple[float, ...]:
    """Return the derivatives of the cost by the outputs."""
    return tuple(example.cost_derivative(a_k, y_k) for a_k, y_k in zip(trace.activated[-1], example.y))


def gradients_of(example: Any, trace: Any) -> Any:
    """Return the gradients of an example's cost.

    The rules know half the squared error. It has the derivatives of any other cost where these are its outputs, and its
    targets are 0: so the recursion starts from them.
    """
    if example.cost is half_squared_error:
        return backward(example.layers, trace, example.y)
    dc_da = output_derivatives(example, trace)
    start = Trace(trace.linear, trace.activated[:-1] + (dc_da,))
    return backward(example.layers, start, (0.0,) * len(dc_da))


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
    example = example_of(asked)
    gradients = gradients_of(example, forward(example.layers, example.x))
    return parameters(asked, descend(example.layers, gradients, asked["rate"]))


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
    example = example_of(asked)
    return example.cost(forward(example.layers, example.x).activated[-1], example.y)


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
    moved = json.loads(json.dumps(asked))
    *places, last = [int(place) - 1 for place in name[1:].split(".") if place]
    row = moved[name[0]]
    for place in places:
        row = row[place]
    row[last] += move
    return moved


# --- from JSON, and to ids ----------------------------------------------------------


def example_of(asked: dict[str, Any]) -> Any:
    """Return the network and the example of a question."""
    activation, cost = (named(asked, kind) for kind in ("activation", "cost"))
    layers = tuple(layer_of(*of_layer, activation) for of_layer in zip(asked["w"], asked["b"]))
    return Example(layers, floats(asked["x"]), floats(asked["y"] or ()), *cost_named(cost))


def named(asked: dict[str, Any], kind: str) -> str:
    """Return the name of the activation or of the cost of a question."""
    return asked.get(kind, BOOK[kind])


def layer_of(weights: Any, biases: Any, activation: str) -> Layer:
    """Return a layer; one without biases adds 0 to each of its sums."""
    rows = tuple(map(floats, weights))
    b = floats(biases or [0] * len(rows[0]))
    return sigmoid_layer(rows, b) if activation == BOOK["activation"] else Layer(rows, b, *activation_named(activation))


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
