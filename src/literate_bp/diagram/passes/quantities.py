"""The quantities of a forward and a backward pass: their symbols and values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from ...cost import COSTS
from ...formula.letters import unicode_of
from ...formula.notation import NOTATIONS, Notation
from ...formula.printing import plain_number
from ...network import Gradients, Network, Trace, backward, cost, cost_input, forward
from ...validation import finite, instance, is_whole, normalized_weights, numeric, one_of, shown, without_normalization
from ..drawing.text_layout import number_label

__all__ = ["Passes", "Quantity", "Values", "checked_passes", "require_number", "three_digits", "three_digits_label"]

Values = Literal["symbols", "numbers", "both"]
MOST_LAYERS, MOST_NODES = 6, 8


@dataclass(frozen=True)
class Quantity:
    """A value of the passes, with the meaning that decides its style, its name in a sentence, and its symbol."""

    meaning: str
    name: str
    latex: str
    value: float
    id: str = ""
    """Its name for programs, the same in all notations and pictures; blank for what never changes."""

    def hook(self, values: Values) -> str:
        """Return its id if its number is shown."""
        return "" if values == "symbols" else self.id

    def lines(self, values: Values) -> list[str]:
        """Return the lines of its label: symbol, number, or both."""
        both = {"symbols": f"${self.latex}$", "numbers": three_digits_label(self.value)}
        return list(both.values()) if values == "both" else [both[values]]

    def one_line(self, values: Values) -> str:
        """Return the only line of a small label: the number, if numbers are shown, or the symbol."""
        return self.lines("symbols" if values == "symbols" else "numbers")[0]

    def equation(self, values: Values) -> str:
        """Return its symbol and its value in Unicode; its symbol alone, if no numbers are shown."""
        symbol = unicode_of(self.latex)
        return symbol if values == "symbols" else f"{symbol} = {three_digits(self.value)}"


@dataclass(frozen=True)
class Passes:
    """The forward and the backward pass of one example, with symbols in one notation; layers and nodes count from 1."""

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
        """The number of inputs, and of nodes in each layer."""
        return self.network.sizes

    @property
    def depth(self) -> int:
        """The number of layers."""
        return len(self.network.layers)

    @property
    def skips_activated_error(self) -> bool:
        """Whether the cost gives the error of the last linear part directly, without ∂C/∂a."""
        return COSTS[self.network.cost].output is not None

    def nodes(self, layer: int) -> range:
        """Return the numbers of the nodes of a layer, of the inputs for layer 0; none beyond the last layer."""
        return range(1, self.sizes[layer] + 1) if layer <= self.depth else range(0)

    @property
    def layers(self) -> range:
        """The numbers of the layers."""
        return range(1, self.depth + 1)

    @property
    def all_nodes(self) -> list[tuple[int, int]]:
        """Layer and node of every node, in reading order."""
        return [(layer, j) for layer in self.layers for j in self.nodes(layer)]

    @property
    def all_weights(self) -> list[tuple[int, int, int]]:
        """Layer, from-node and to-node of every weight."""
        return [(layer, i, j) for layer, j in self.all_nodes for i in self.nodes(layer - 1)]

    def activation(self, layer: int) -> str:
        """Return the name of a layer's activation."""
        return self.network.layers[layer - 1].activation

    def residual(self, layer: int) -> bool:
        """Whether the layer exists and has a residual connection."""
        return any(each.residual for each in self.network.layers[layer - 1 : layer])

    @property
    def residual_layers(self) -> list[int]:
        """The numbers of the layers with a residual connection."""
        return [layer for layer in self.layers if self.residual(layer)]

    def input_meaning(self, layer: int) -> str:
        """Return the meaning of a layer's inputs."""
        return "activated" if layer > 1 else "input"

    def symbol(self, quantity: str, layer: int, *nodes: int) -> str:
        """Return the LaTeX of a quantity in the notation."""
        return self.notation.symbol(quantity, layer, *nodes, sizes=self.sizes)

    def cost_derivative(self, latex: str) -> str:
        """Return the LaTeX of the derivative of the cost with respect to a quantity."""
        return rf"\partial {self.symbol('cost', self.depth)}/\partial {latex}"

    def activated(self, layer: int, node: int) -> Quantity:
        """Return the activated value of a node; for layer 0, an input."""
        kind = "activated" if layer else "input"
        name = "activated value" if layer else "input"
        value = float(self.trace.activated[layer][node - 1])
        return Quantity(kind, name, self.symbol(kind, layer, node), value, f"a{layer}.{node}" if layer else f"x.{node}")

    def linear(self, layer: int, node: int) -> Quantity:
        """Return the linear part z of a node."""
        value = float(self.trace.linear[layer - 1][node - 1])
        return Quantity("linear", "linear part", self.symbol("linear", layer, node), value, f"z{layer}.{node}")

    def weight(self, layer: int, i: int, j: int) -> Quantity:
        """Return the weight from node i to node j of a layer."""
        value = float(self.network.layers[layer - 1].weights[i - 1, j - 1])
        return Quantity("weight", "weight", self.symbol("weight", layer, i, j), value, f"w{layer}.{i}.{j}")

    def bias(self, layer: int, node: int) -> Quantity | None:
        """Return the bias of a node, or None if the layer has no biases."""
        biases = self.network.layers[layer - 1].biases
        if biases is None:
            return None
        value = float(biases[node - 1])
        return Quantity("weight", "bias", self.symbol("bias", layer, node), value, f"b{layer}.{node}")

    def target(self, node: int) -> Quantity:
        """Return the target of an output."""
        value = float(np.asarray(self.y, dtype=float)[node - 1])
        return Quantity("target", "target", self.symbol("target", self.depth, node), value, f"y.{node}")

    def cost(self) -> Quantity:
        """Return the cost."""
        value = cost(self.network, self.trace, cast(npt.ArrayLike, self.y))
        return Quantity("cost", "cost", self.symbol("cost", self.depth), value, "cost")

    def cost_error(self) -> Quantity:
        """Return the base case of the recursion, ∂C/∂C."""
        latex = self.signed(self.cost_derivative(self.symbol("cost", self.depth)))
        return Quantity("error", "base case", latex, float(self.notation.error_sign))

    def signed(self, latex: str) -> str:
        """Return a derivative with the sign that errors have in the notation."""
        return latex if self.notation.error_sign > 0 else f"-{latex}"

    def error(self, layer: int, node: int) -> Quantity:
        """Return the error δ of a linear part, with the sign of the notation."""
        value = self.notation.error_sign * float(self.gradients.errors[layer - 1][node - 1])
        name = "error of the linear part"
        return Quantity("error", name, self.symbol("error", layer, node), value, f"delta{layer}.{node}")

    def activated_error(self, layer: int, node: int) -> Quantity | None:
        """Return the error of an activated value or input, or None for an output if the cost skips it."""
        if layer == self.depth and self.skips_activated_error:
            return None
        name = "error of the activated value" if layer else "error of the input"
        latex = self.signed(self.cost_derivative(self.activated(layer, node).latex))
        value = self.notation.error_sign * float(self.activated_errors(layer)[node - 1])
        return Quantity("error", name, latex, value, f"da{layer}.{node}")

    def activated_errors(self, layer: int) -> npt.NDArray[np.float64]:
        """Return ∂C/∂a of a layer as an array, ∂C/∂x for layer 0."""
        if layer == self.depth:
            function = COSTS[self.network.cost]
            return function.derivative(cost_input(function, self.trace), np.asarray(self.y, dtype=float))
        past = self.activated_errors(layer + 1) if self.residual(layer + 1) else None
        return self.network.layers[layer].input_gradient(self.gradients.errors[layer], past)

    def activation_derivative(self, layer: int, node: int) -> Quantity:
        """Return σ′ at the linear part of a node."""
        derivative = self.network.layers[layer - 1].derivative
        value = float(derivative(self.trace.linear[layer - 1])[node - 1])
        letter = self.notation.symbols["derivative"]
        latex = f"{letter}({self.symbol('linear', layer, node)})"
        return Quantity("linear", "slope of the activation", latex, value, f"slope{layer}.{node}")

    def weight_gradient(self, layer: int, i: int, j: int) -> Quantity:
        """Return ∂C/∂w = a δ."""
        value = float(self.gradients.weights[layer - 1][i - 1, j - 1])
        latex = self.cost_derivative(self.weight(layer, i, j).latex)
        return Quantity("gradient", "derivative", latex, value, f"dw{layer}.{i}.{j}")

    def bias_gradient(self, layer: int, node: int) -> Quantity | None:
        """Return ∂C/∂b = δ, or None if the layer has no biases."""
        bias = self.bias(layer, node)
        gradients = self.gradients.biases[layer - 1]
        if bias is None or gradients is None:
            return None
        latex, value = self.cost_derivative(bias.latex), float(gradients[node - 1])
        return Quantity("gradient", "derivative", latex, value, f"db{layer}.{node}")


def checked_passes(network: Network, values: str, notation: str, **example: npt.ArrayLike) -> Passes:
    """Check the arguments of a diagram, and run its passes.

    Parameters
    ----------
    network, values, notation : Network, str, str
        The arguments of the diagram.
    **example : array_like
        ``x``, and ``y`` if the diagram has a backward pass or a cost.
    """
    instance("network", network, Network)
    one_of("values", values, ("symbols", "numbers", "both"))
    one_of("notation", notation, NOTATIONS)
    small_enough(network)
    without_normalization(network.normalizations, "a picture")
    normalized_weights([layer.gains for layer in network.layers], "a picture")
    for name, array in example.items():
        one_example(name, array)
    for number, layer in enumerate(network.layers, start=1):
        finite(f"weights of layer {number}", layer.weights)
        if layer.biases is not None:
            finite(f"biases of layer {number}", layer.biases)
    passes = Passes(network, example["x"], example.get("y"), cast(Values, values), NOTATIONS[notation])
    require_finite_passes(passes)
    return passes


def require_finite_passes(passes: Passes) -> None:
    """Run the passes, and refuse numbers that leave the range of a float."""
    with np.errstate(over="ignore", invalid="ignore"):
        found = [*passes.trace.linear, *passes.trace.activated]
        if passes.y is not None:
            gradients = passes.gradients
            found += [np.array(passes.cost().value), *gradients.errors, *gradients.arrays.values()]
    if not all(np.isfinite(array).all() for array in found):
        raise ValueError(
            "network and x lead to numbers that are not finite; finite ones were expected: take smaller weights or "
            "inputs"
        )


def one_example(name: str, values: npt.ArrayLike) -> None:
    """Require one example of finite numbers, not a batch."""
    array = numeric(name, values)
    if array.ndim > 1:
        raise ValueError(f"{name} has shape {array.shape}; a picture shows one example: pass {name}[0]")
    finite(name, array)


def three_digits(value: float) -> str:
    """Write a value in Unicode with three significant digits, or with two and a power of ten: −3.0·10⁻⁵."""
    return plain_number(rounded_text(value))


def three_digits_label(value: float) -> str:
    """Write the same as the text of a label."""
    return number_label(rounded_text(value))


def rounded_text(value: float) -> str:
    """Write the same as Python has it."""
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 999.5:
        return f"{value:#.3g}".rstrip(".")
    return f"{value:.1e}"


def require_number(argument: str, given: int, most: int, why: str) -> int:
    """Require an integer from 1 to `most`, and return it."""
    if not is_whole(given) or not 1 <= given <= most:
        raise ValueError(f"{argument} is {shown(given)}; {why}, so 1 to {most} was expected")
    return int(given)


def small_enough(network: Network) -> None:
    """Require a network that fits on a page."""
    sizes = network.sizes
    if len(sizes) - 1 > MOST_LAYERS or max(sizes) > MOST_NODES:
        raise ValueError(
            f"network has sizes {'-'.join(map(str, sizes))}; a picture holds "
            f"up to {MOST_LAYERS} layers of up to {MOST_NODES} nodes: draw a "
            "smaller network of the same kind"
        )
