"""What a page needs to change the numbers of a diagram: the numbers that are given, and the sentence that says all."""

from __future__ import annotations

import json

from ...formula.notation import NOTATIONS
from .quantities import Passes

__all__ = ["live_state"]

MOST_NODES = 4
"""The largest layer whose table shows numbers, with the row of its biases."""


def live_state(passes: Passes, alt: str) -> str:
    """Return it as JSON: what `live` takes; nothing, if that does not know such a network or no numbers are shown.

    Parameters
    ----------
    passes : Passes
        What the diagram shows.
    alt : str
        The sentence with an id in the place of each number.
    """
    if passes.values == "symbols" or not known(passes):
        return ""
    layers = passes.network.layers
    given = {
        "w": [layer.weights.tolist() for layer in layers],
        "b": [None if layer.biases is None else layer.biases.tolist() for layer in layers],
        "x": [passes.activated(0, i).value for i in passes.nodes(0)],
        "y": None if passes.y is None else [passes.target(k).value for k in passes.nodes(passes.depth)],
        "minus": [name for name, notation in NOTATIONS.items() if notation.error_sign < 0],
        "alt": alt,
    }
    return json.dumps(given, ensure_ascii=False, separators=(",", ":"))


def known(passes: Passes) -> bool:
    """Whether the network is one of small layers of sigmoids, and its cost half the squared error."""
    plain = all(layer.activation == "sigmoid" and not layer.residual for layer in passes.network.layers)
    costs = passes.y is None or passes.network.cost == "half_squared_error"
    return plain and costs and max(passes.sizes) <= MOST_NODES
