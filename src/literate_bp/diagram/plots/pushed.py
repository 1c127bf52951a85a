"""What a page needs to let its reader push what a plot of a slope shows."""

from __future__ import annotations

import json
from math import isclose
from typing import Any

from ...validation import sequence
from ..passes.live import show
from ..passes.network_forward import network_forward

__all__ = ["pushed_cost", "pushed_node"]

GIVEN = ("w", "b", "x", "y")
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
    text = network_forward(*parts).live
    if not text:
        raise ValueError("example has a network that no page can change; small layers of sigmoids were expected")
    state = {name: json.loads(text)[name] for name in GIVEN}
    values = dict(show({**state, "sign": 1}))
    for name, value in values.items():
        if value == weight and isclose(values.get(f"d{name}", float("nan")), slope, rel_tol=CLOSE):
            return written({**state, "id": name, "of": "cost", "reach": reach})
    raise ValueError(f"example has no weight or bias of {weight:g} with a slope of {slope:g}; one was expected")


def pushed_node(linear: float, low: float, high: float) -> str:
    """Return a network of one sigmoid as JSON, whose input is its linear part."""
    node = {"w": [[[1]]], "b": [[0]], "x": [linear], "y": [0]}
    return written({**node, "id": "x.1", "of": "a1.1", "low": low, "high": high})


def written(given: dict[str, Any]) -> str:
    """Return it as JSON without spaces."""
    return json.dumps(given, separators=(",", ":"))
