"""What a page needs to let its reader push what a plot of a slope shows."""

from __future__ import annotations

import json
from math import isclose
from typing import Any

import numpy as np

from ...network import Network, backward, forward
from ...validation import instance, sequence

__all__ = ["pushed_cost", "pushed_node"]

CLOSE = 1e-9


def pushed_cost(example: Any, weight: float, slope: float, reach: float) -> str:
    """Return the numbers of an example as JSON, with the id of the weight or bias that has this value and this slope.

    Parameters
    ----------
    example : tuple of Network, array_like, array_like
        A network of sigmoids with half the squared error, its inputs and its targets.
    weight, slope, reach : float
        What `cost_against_weight` takes.
    """
    parts = sequence("example", example, "network, inputs and targets")
    if len(parts) != 3:
        raise ValueError(f"example has {len(parts)} parts; a network, its inputs and its targets were expected")
    network, (x, y) = instance("network of example", parts[0], Network), map(np.asarray, parts[1:])
    layers = network.layers
    plain = all(layer.activation == "sigmoid" and not layer.residual and layer.gains is None for layer in layers)
    plain = plain and not any(network.normalizations)
    if not plain or network.cost != "half_squared_error":
        raise ValueError("example has a network that no page can change; layers of sigmoids were expected")
    gradients = backward(network, forward(network, x), y)
    numbers: dict[str, Any] = {"w": [layer.weights for layer in layers], "b": [layer.biases for layer in layers]}
    slopes: dict[str, Any] = {"w": gradients.weights, "b": gradients.biases}
    found = [
        ".".join([f"{kind}{n}", *(str(place + 1) for place in at)])
        for kind, each in numbers.items()
        for n, (values, of) in enumerate(zip(each, slopes[kind], strict=True), 1)
        if values is not None
        for at in np.ndindex(values.shape)
        if values[at] == weight and isclose(of[at], slope, rel_tol=CLOSE)
    ]
    if not found:
        raise ValueError(f"example has no weight or bias of {weight:g} with a slope of {slope:g}; one was expected")
    state = {kind: [v if v is None else v.tolist() for v in each] for kind, each in numbers.items()}
    return written({**state, "x": x.tolist(), "y": y.tolist(), "id": found[0], "of": "cost", "reach": reach})


def pushed_node(linear: float, low: float, high: float) -> str:
    """Return a network of one sigmoid as JSON, whose input is its linear part."""
    node = {"w": [[[1]]], "b": [[0]], "x": [linear], "y": [0]}
    return written({**node, "id": "x.1", "of": "a1.1", "low": low, "high": high})


def written(given: dict[str, Any]) -> str:
    """Return it as JSON without spaces."""
    return json.dumps(given, separators=(",", ":"))
