"""Recorded graphs of networks, and their inputs and outputs by name."""

from literate_bp import Layer, Network
from literate_bp.compiled.passes import LETTERS, recorded_gradient


def arguments(network, x, y):
    """Name the inputs of a graph."""
    layers = enumerate(network.layers, start=1)
    named = {f"{LETTERS[name]}{n}": of for n, layer in layers for name, of in layer.parameters.items()}
    return {"x": x, "y": y, **named}


def results(gradients):
    """Name what `backward` returned as a graph does."""
    found = {}
    parts = {"dc_dw": gradients.weights, "dc_db": gradients.biases, "dc_dg": gradients.gains, "delta": gradients.errors}
    for letter, arrays in parts.items():
        found |= {f"{letter}{n}": of for n, of in enumerate(arrays, start=1) if of is not None}
    return found | ({} if gradients.shortcut is None else {"shortcut": gradients.shortcut})


def recorded(network, x):
    return recorded_gradient(network, None if x.ndim == 1 else len(x))


def a_network():
    return Network((Layer([[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]], [0.1, 0.2, 0.3]), Layer([[0.7], [0.8], [-0.9]], None)))
