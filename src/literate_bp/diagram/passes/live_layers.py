"""A network that a reader builds: one activation for all layers, as the figures of the book have it, or one for each.

Plain Python over `live`, and MicroPython runs it.
"""

from typing import Any

from .live import Example, floats, layer_of, named
from .live_choice import cost_named

__all__ = ["activations_of", "example_of"]


def activations_of(asked: dict[str, Any]) -> list[str]:
    """Return the name of each layer's activation.

    Parameters
    ----------
    asked : dict
        A question for `live`; its ``activation`` may be a list as well, of one name a layer.
    """
    names = named(asked, "activation")
    return [names] * len(asked["w"]) if isinstance(names, str) else names


def example_of(asked: dict[str, Any]) -> Example:
    """Return the network and the example of a question.

    Parameters
    ----------
    asked : dict
        As for `activations_of`.
    """
    layers = tuple(layer_of(*of_layer) for of_layer in zip(asked["w"], asked["b"], activations_of(asked)))
    return Example(layers, floats(asked["x"]), floats(asked["y"] or ()), *cost_named(named(asked, "cost")))
