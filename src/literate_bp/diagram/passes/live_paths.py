"""The paths by which a weight reaches the cost: the backward pass along one path at a time.

Plain Python over the rules, like `live`. The error is carried back from one output, through one node of each layer. The
products of all paths add up to the derivative by the weight.
"""

from typing import Any

from ...node import activated_error, linear_error
from ...nodes import forward, weight_gradient
from .live_formulas import activated, symbols, weights_of

__all__ = ["paths"]


def paths(asked: dict[str, Any], example: Any, dc_da: Any) -> list[tuple[str, str]]:
    """Return the product of each path as a formula, and its value; then the sum of all.

    Parameters
    ----------
    asked : dict
        A question for `live`: the ``id`` of a weight, and the ``sign`` of errors.
    example : Example
        The network and the example of the question.
    dc_da : tuple of float
        The derivatives of the cost by the outputs.
    """
    n, i, j = [int(place) for place in asked["id"][1:].split(".")]
    sizes = [len(example.x)] + [len(layer.biases) for layer in example.layers]
    numbers, texts = in_numbers(example, dc_da), in_symbols(sizes, asked["sign"])
    ways = trails(sizes, n, j - 1)
    values = [along(way, n, i - 1, *numbers) for way in ways]
    found = [(along(way, n, i - 1, *texts).text, repr(value)) for way, value in zip(ways, values)]
    return found + [("sum", repr(sum(values)))]


def trails(sizes: list[int], n: int, node: int) -> list[tuple[int, ...]]:
    """Return the nodes of each way from a node of layer n to an output."""
    if n == len(sizes) - 1:
        return [(node,)]
    return [(node,) + rest for k in range(sizes[n + 1]) for rest in trails(sizes, n + 1, k)]


def along(way: tuple[int, ...], n: int, i: int, a: Any, slopes: Any, weights: Any, dc_da: Any) -> Any:
    """Carry an error back along a path, to the weight from node i to the first node of the path, which is in layer n.

    Parameters
    ----------
    way : tuple of int
        A node of each layer, from n on, counted from 0.
    n, i : int
        The layer of the weight, and the node that it comes from.
    a, slopes, weights : sequence
        Activated values from the inputs on; σ′ and the weights of each layer. Numbers, or their symbols.
    dc_da : sequence
        The derivatives of the cost by the outputs.
    """
    error = dc_da[way[-1]]
    for place in range(len(way) - 1, 0, -1):
        layer, node, before = n + place - 1, way[place], way[place - 1]
        delta = linear_error(slopes[layer][node], error)
        error = activated_error((weights[layer][before][node],), (delta,))
    return weight_gradient((a[n - 1][i],), (linear_error(slopes[n - 1][way[0]], error),))[0][0]


def in_numbers(example: Any, dc_da: Any) -> Any:
    """Return what `along` takes as numbers."""
    trace = forward(example.layers, example.x)
    slopes = [tuple(map(layer.derivative, z)) for layer, z in zip(example.layers, trace.linear)]
    return trace.activated, slopes, [layer.weights for layer in example.layers], dc_da


def in_symbols(sizes: list[int], sign: float) -> Any:
    """Return what `along` takes as symbols; errors may have the other sign."""
    layers = range(1, len(sizes))
    errors = symbols(f"da{layers[-1]}", sizes[-1])
    return (
        [activated(n, sizes) for n in range(len(sizes))],
        [symbols(f"slope{n}", sizes[n]) for n in layers],
        [weights_of(n, sizes) for n in layers],
        errors if sign > 0 else [-each for each in errors],
    )
