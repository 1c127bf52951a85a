"""The running example of the book, and the published worked examples."""

from .network import Layer, Network
from .nodes import Layer as LayerOfNodes
from .nodes import sigmoid_layer

Vector = tuple[float, ...]
"""A row of numbers."""
Matrix = tuple[Vector, ...]
"""Rows of numbers."""
Example = tuple[Network, Vector, Vector]
"""A network, its inputs and its targets."""

WEIGHTS: tuple[Matrix, ...] = (
    ((0.6, -0.4, 1.2), (-1.1, 0.9, 0.3), (0.5, 1.4, -0.8)),
    ((1.5, -0.7), (-0.9, 1.3), (0.4, 0.8)),
    ((1.1, -0.6, 0.2), (-0.8, 0.5, 1.4)),
)
"""The weights of the book's own network, one matrix a layer."""
BIASES: tuple[Vector, ...] = ((0.1, -0.2, 0.3), (-0.3, 0.2), (0.2, -0.1, -0.4))
"""Its biases, one vector a layer."""
INPUTS: Vector = (0.9, 0.2, -0.5)
"""Its inputs."""
TARGETS: Vector = (1.0, 0.0, 0.0)
"""Its targets."""


def running_nodes() -> tuple[tuple[LayerOfNodes, ...], Vector, Vector]:
    """Return the running example in plain tuples: layers, inputs, targets.

    A 3-3-2-3 network of sigmoids, for `literate_bp.nodes`.
    """
    return (
        tuple(
            sigmoid_layer(w, b) for w, b in zip(WEIGHTS, BIASES, strict=True)
        ),
        INPUTS,
        TARGETS,
    )


def running() -> Example:
    """Return the running example in arrays: network, inputs, targets.

    A 3-3-2-3 network of sigmoids, for `literate_bp.network`.
    """
    layers = tuple(
        Layer(w, b, "sigmoid") for w, b in zip(WEIGHTS, BIASES, strict=True)
    )
    return Network(layers), INPUTS, TARGETS


def udacity() -> Example:
    """Return the worked example of source B: network, inputs, targets.

    Two inputs, one hidden node, one output, no biases.
    """
    layers = (
        Layer(((0.4,), (-0.2,)), None, "sigmoid"),
        Layer(((0.1,),), None, "sigmoid"),
    )
    return Network(layers, "half_squared_error"), (0.1, 0.3), (1.0,)


def mazur() -> Example:
    """Return the worked example of Mazur 2015: network, inputs, targets.

    Two inputs, two hidden nodes, two outputs.
    """
    layers = (
        Layer(((0.15, 0.25), (0.20, 0.30)), (0.35, 0.35), "sigmoid"),
        Layer(((0.40, 0.50), (0.45, 0.55)), (0.60, 0.60), "sigmoid"),
    )
    return Network(layers, "half_squared_error"), (0.05, 0.10), (0.01, 0.99)
