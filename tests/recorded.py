"""Recorded graphs of networks, their inputs and outputs by name, and what compiled programs are compared with."""

import numpy as np
import truth

from literate_bp import Layer, Network, backward, forward
from literate_bp.compiled.passes import LETTERS, recorded_gradient


def arguments(network, x, y):
    """Name the inputs of a graph."""
    layers = enumerate(network.layers, start=1)
    named = {f"{LETTERS[name]}{n}": of for n, layer in layers for name, of in layer.parameters.items()}
    return {"x": x, "y": y, **named}


def results(gradients):
    """Name what `backward` returned as a graph does."""
    found = {}
    parts = {f"dc_d{letter}": getattr(gradients, name) for name, letter in LETTERS.items()}
    parts["delta"] = gradients.errors
    for letter, arrays in parts.items():
        found |= {f"{letter}{n}": of for n, of in enumerate(arrays, start=1) if of is not None}
    return found | ({} if gradients.shortcut is None else {"shortcut": gradients.shortcut})


def recorded(network, x):
    return recorded_gradient(network, None if x.ndim == 1 else len(x))


def a_network():
    return Network((Layer([[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]], [0.1, 0.2, 0.3]), Layer([[0.7], [0.8], [-0.9]], None)))


ROUNDING = {np.float64: 1e-14, np.float32: 2e-6}
"""How far a gradient may be off, of the largest number in its array."""


def assert_same_gradients(found, expected, problem, number=None):
    """Compare with `backward`, as closely as `ROUNDING` says, or as roundings of what both compute allow."""
    found, expected = truth.named(found), truth.named(expected)
    assert found.keys() == expected.keys()
    dtype = problem[0].layers[0].weights.dtype
    for name, of in expected.items():
        assert (found[name].shape, found[name].dtype) == (of.shape, of.dtype), f"{name} of {number}"
        off = np.max(np.abs(found[name] - of))
        if not off <= ROUNDING[dtype.type] * np.max(np.abs(of)):  # so that NaN is none
            bounds = truth.rounding_bounds(*problem, float(np.finfo(dtype).eps))
            assert off <= bounds[name] / 10, f"{name} of {number}"


def clear(network, x, y):
    return backward(network, forward(network, x), y)
