"""A network of the rules of `nodes`, under the names that the diagrams ask for.

Plain Python, and MicroPython runs it in the place of `network` and `cost`, which compute with NumPy.
"""

from collections import namedtuple
from typing import Any

from ...node import activated_error
from ...nodes import forward as passed
from .live import gradients_of
from .live_choice import activation_named, cost_named
from .live_layers import example_of

__all__ = ["COSTS", "Gradients", "Layer", "Network", "Trace", "backward", "cost", "cost_input", "forward"]

Trace = namedtuple("Trace", ("linear", "activated"))
Gradients = namedtuple("Gradients", ("weights", "biases", "errors"))
Cost = namedtuple("Cost", ("derivative", "output"))


class Matrix:
    """Rows of numbers."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows

    def __getitem__(self, place: tuple[int, int]) -> float:
        return float(self.rows[place[0]][place[1]])


class Layer:
    """A layer, with the activation of a name."""

    residual = False

    def __init__(self, weights: Any, biases: Any, activation: str) -> None:
        self.weights = Matrix(weights)
        self.biases = biases
        self.activation = activation

    def derivative(self, z: Any) -> list[float]:
        """Return the derivatives of the activation, of linear parts."""
        return [activation_named(self.activation)[1](z_j) for z_j in z]

    def input_gradient(self, delta: Any, _past: Any = None) -> list[float]:
        """Return the derivatives of the cost by what comes in."""
        return [activated_error(row, delta) for row in self.weights.rows]


class Network:
    """Layers in a row, and a cost."""

    def __init__(self, layers: Any, cost: str) -> None:
        self.layers = tuple(layers)
        self.cost = cost

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of inputs, and of nodes in each layer."""
        rows = [layer.weights.rows for layer in self.layers]
        return (len(rows[0]),) + tuple([len(each[0]) for each in rows])

    def example(self, x: Any, y: Any = ()) -> Any:
        """Return what the rules know as an example of this network."""
        weights, biases = [layer.weights.rows for layer in self.layers], [layer.biases for layer in self.layers]
        activations = [layer.activation for layer in self.layers]
        return example_of({"w": weights, "b": biases, "x": x, "y": y, "activation": activations, "cost": self.cost})


class Costs:
    """The costs by their names, as functions of outputs and targets."""

    def __getitem__(self, name: str) -> Cost:
        by_one = cost_named(name)[1]
        return Cost(lambda a, y: [by_one(a_k, y_k) for a_k, y_k in zip(a, y)], None)


COSTS = Costs()


def forward(network: Network, x: Any) -> Trace:
    """Run the network."""
    example = network.example(x)
    trace = passed(example.layers, example.x)
    return Trace(trace.linear, trace.activated)


def cost(network: Network, trace: Trace, y: Any) -> float:
    """Measure how far the outputs are from the targets."""
    found: float = network.example(trace.activated[0], y).cost(trace.activated[-1], y)
    return found


def cost_input(_rule: Cost, trace: Trace) -> Any:
    """Return the outputs, of which a cost is a function."""
    return trace.activated[-1]


def backward(network: Network, trace: Trace, y: Any) -> Gradients:
    """Find the errors and the gradients."""
    found = gradients_of(network.example(trace.activated[0], y), trace)
    biases = [of_layer if layer.biases else None for layer, of_layer in zip(network.layers, found.biases)]
    return Gradients([Matrix(rows) for rows in found.weights], biases, found.errors)
