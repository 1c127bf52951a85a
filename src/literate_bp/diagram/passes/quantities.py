"""What the pictures show: the quantities of one pass and their symbols."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from ...activation import ACTIVATIONS
from ...cost import COSTS
from ...formula.letters import unicode_of
from ...formula.notation import NOTATIONS, Notation
from ...network import Gradients, Network, Trace, backward, cost, cost_input, forward
from ...validation import finite, normalized_weights, numeric, one_of

__all__ = ["Pass", "Quantity", "Values", "checked", "inside", "number"]

Values = Literal["symbols", "numbers", "both"]
MOST_LAYERS, MOST_NODES = 6, 8


@dataclass(frozen=True)
class Quantity:
    """One value of the pass: its meaning, name, symbol, and what it is."""

    meaning: str
    words: str
    latex: str
    value: float

    def lines(self, values: Values) -> list[str]:
        """The lines of its label: symbol, number, or both."""
        both = {"symbols": f"${self.latex}$", "numbers": number(self.value)}
        return list(both.values()) if values == "both" else [both[values]]

    def short(self, values: Values) -> str:
        """The one line of a small label: the number, if numbers are shown."""
        return self.lines("symbols" if values == "symbols" else "numbers")[0]

    @property
    def equation(self) -> str:
        """Its symbol and its value."""
        return f"{unicode_of(self.latex)} = {number(self.value)}"

    def __str__(self) -> str:
        return f"{self.words} {self.equation}"


@dataclass(frozen=True)
class Pass:
    """One example's way through a network and back; all counts from 1."""

    network: Network
    x: npt.ArrayLike
    y: npt.ArrayLike | None
    values: Values
    notation: Notation

    @cached_property
    def trace(self) -> Trace:
        """The forward pass."""
        return forward(self.network, self.x)

    @cached_property
    def gradients(self) -> Gradients:
        """The backward pass."""
        return backward(self.network, self.trace, cast(npt.ArrayLike, self.y))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, and nodes of each layer."""
        return self.network.sizes

    @property
    def depth(self) -> int:
        """How many layers there are."""
        return len(self.network.layers)

    @property
    def skips_activated_error(self) -> bool:
        """Whether the cost gives the error of the last linear part at once."""
        return COSTS[self.network.cost].output is not None

    def nodes(self, layer: int) -> range:
        """The numbers of a layer's nodes, of the inputs for layer 0."""
        beyond = layer > self.depth
        return range(0) if beyond else range(1, self.sizes[layer] + 1)

    @property
    def layers(self) -> range:
        """The numbers of the layers."""
        return range(1, self.depth + 1)

    @property
    def every_node(self) -> list[tuple[int, int]]:
        """Layer and node of every node, in reading order."""
        return [(layer, j) for layer in self.layers for j in self.nodes(layer)]

    @property
    def every_weight(self) -> list[tuple[int, int, int]]:
        """Layer, from and to of every weight."""
        return [(layer, i, j) for layer, j in self.every_node for i in self.nodes(layer - 1)]

    def activation(self, layer: int) -> str:
        """The name of a layer's activation."""
        return self.network.layers[layer - 1].activation

    def residual(self, layer: int) -> bool:
        """Whether there is such a layer, with a residual connection."""
        return any(each.residual for each in self.network.layers[layer - 1 : layer])

    @property
    def ways_past(self) -> list[int]:
        """The numbers of the layers that have one."""
        return [layer for layer in self.layers if self.residual(layer)]

    def passed_on(self, layer: int) -> str:
        """What goes past a layer: the meaning of what came in."""
        return "activated" if layer > 1 else "input"

    def symbol(self, quantity: str, layer: int, *nodes: int) -> str:
        """LaTeX of a quantity in the chosen notation."""
        return self.notation.symbol(quantity, layer, *nodes, sizes=self.sizes)

    def gradient(self, latex: str) -> str:
        """LaTeX of the derivative of the cost by a quantity."""
        return rf"\partial {self.symbol('cost', self.depth)}/\partial {latex}"

    def activated(self, layer: int, node: int) -> Quantity:
        """What a node hands on: an activated value, for layer 0 an input."""
        kind = "activated" if layer else "input"
        words = "activated value" if layer else "input"
        value = float(self.trace.activated[layer][node - 1])
        return Quantity(kind, words, self.symbol(kind, layer, node), value)

    def linear(self, layer: int, node: int) -> Quantity:
        """The linear part z."""
        value = float(self.trace.linear[layer - 1][node - 1])
        return Quantity("linear", "linear part", self.symbol("linear", layer, node), value)

    def weight(self, layer: int, i: int, j: int) -> Quantity:
        """The weight from node i to node j of a layer."""
        value = float(self.network.layers[layer - 1].weights[i - 1, j - 1])
        return Quantity("weight", "weight", self.symbol("weight", layer, i, j), value)

    def bias(self, layer: int, node: int) -> Quantity | None:
        """The bias, where the layer has biases."""
        biases = self.network.layers[layer - 1].biases
        if biases is None:
            return None
        value = float(biases[node - 1])
        return Quantity("weight", "bias", self.symbol("bias", layer, node), value)

    def target(self, node: int) -> Quantity:
        """The target of an output."""
        value = float(np.asarray(self.y, dtype=float)[node - 1])
        return Quantity("target", "target", self.symbol("target", self.depth, node), value)

    def cost(self) -> Quantity:
        """The cost."""
        value = cost(self.network, self.trace, cast(npt.ArrayLike, self.y))
        return Quantity("cost", "cost", self.symbol("cost", self.depth), value)

    def cost_error(self) -> Quantity:
        """The base case: how the cost changes with itself."""
        latex = self.signed(self.gradient(self.symbol("cost", self.depth)))
        return Quantity("error", "base case", latex, float(self.notation.error_sign))

    def signed(self, latex: str) -> str:
        """A derivative with the sign that errors have in the notation."""
        return latex if self.notation.error_sign > 0 else f"-{latex}"

    def error(self, layer: int, node: int) -> Quantity:
        """The error δ of a linear part, in the sign of the notation."""
        value = self.notation.error_sign * float(self.gradients.errors[layer - 1][node - 1])
        words = "error of the linear part"
        return Quantity("error", words, self.symbol("error", layer, node), value)

    def activated_error(self, layer: int, node: int) -> Quantity | None:
        """The error of what a node hands on; None where the cost skips it."""
        if layer == self.depth and self.skips_activated_error:
            return None
        words = "error of the activated value" if layer else "error of the input"
        latex = self.signed(self.gradient(self.activated(layer, node).latex))
        value = self.notation.error_sign * float(self.activated_errors(layer)[node - 1])
        return Quantity("error", words, latex, value)

    def activated_errors(self, layer: int) -> npt.NDArray[np.float64]:
        """∂C/∂a of a layer, ∂C/∂x for layer 0."""
        if layer == self.depth:
            chosen = COSTS[self.network.cost]
            return chosen.derivative(cost_input(chosen, self.trace), np.asarray(self.y, dtype=float))
        past = self.activated_errors(layer + 1) if self.residual(layer + 1) else None
        return self.network.layers[layer].input_gradient(self.gradients.errors[layer], past)

    def derivative(self, layer: int, node: int) -> Quantity:
        """σ′ at the linear part."""
        table = ACTIVATIONS[self.network.layers[layer - 1].activation]
        value = float(table.derivative(self.trace.linear[layer - 1])[node - 1])
        letter = self.notation.symbols["derivative"]
        latex = f"{letter}({self.symbol('linear', layer, node)})"
        return Quantity("linear", "slope of the activation", latex, value)

    def weight_gradient(self, layer: int, i: int, j: int) -> Quantity:
        """∂C/∂w = a δ."""
        value = float(self.gradients.weights[layer - 1][i - 1, j - 1])
        latex = self.gradient(self.weight(layer, i, j).latex)
        return Quantity("gradient", "gradient of the weight", latex, value)

    def bias_gradient(self, layer: int, node: int) -> Quantity | None:
        """∂C/∂b = δ, where the layer has biases."""
        bias = self.bias(layer, node)
        gradients = self.gradients.biases[layer - 1]
        if bias is None or gradients is None:
            return None
        words = "gradient of the bias"
        return Quantity("gradient", words, self.gradient(bias.latex), float(gradients[node - 1]))


def checked(network: Network, x: npt.ArrayLike, y: npt.ArrayLike | None, values: str, notation: str) -> Pass:
    """Check what a picture was asked for, and start its pass."""
    one_of("values", values, ("symbols", "numbers", "both"))
    one_of("notation", notation, NOTATIONS)
    small_enough(network)
    normalized_weights([layer.gains for layer in network.layers], "a picture")
    one_example("x", x)
    if y is not None:
        one_example("y", y)
    for layer, shown in enumerate(network.layers, start=1):
        finite(f"weights of layer {layer}", shown.weights)
        if shown.biases is not None:
            finite(f"biases of layer {layer}", shown.biases)
    chosen = Pass(network, x, y, cast(Values, values), NOTATIONS[notation])
    chosen.linear(1, 1)
    if y is not None:
        chosen.cost()
    return chosen


def one_example(name: str, given: npt.ArrayLike) -> None:
    """Refuse a batch, and numbers that no picture can show."""
    array = numeric(name, given)
    if array.ndim > 1:
        raise ValueError(f"{name} has shape {array.shape}; a picture shows one example: pass {name}[0]")
    finite(name, array)


def number(value: float) -> str:
    """A value to three significant digits, two beside a power of ten."""
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 999.5:
        text = f"{value:#.3g}".rstrip(".")
    else:
        mantissa, exponent = f"{value:.1e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "\N{MINUS SIGN}")


def inside(argument: str, given: object, most: int, why: str) -> None:
    """Refuse a count outside 1 to `most`."""
    if not isinstance(given, (int, np.integer)) or not 1 <= given <= most:
        raise ValueError(f"{argument} is {given!r}; {why}, so 1 to {most} was expected")


def small_enough(network: Network) -> None:
    """Refuse a network that no page can hold."""
    sizes = network.sizes
    if len(sizes) - 1 > MOST_LAYERS or max(sizes) > MOST_NODES:
        raise ValueError(
            f"network has sizes {'-'.join(map(str, sizes))}; a picture holds "
            f"up to {MOST_LAYERS} layers of up to {MOST_NODES} nodes: draw a "
            "smaller network of the same kind"
        )
