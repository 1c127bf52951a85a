"""The formula of a number with the numbers in it.

A rule, run on numbers that write themselves down.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..activation import ACTIVATIONS, Array
from ..cost import COSTS
from ..network import Network
from ..node import activated_error, linear, linear_error, weighted_sum
from ..nodes import (
    half_squared_error,
    half_squared_error_slope,
    weight_gradient,
)

NEGATIVE, SUM, PRODUCT, ATOM = range(4)
Key = tuple[str, int, tuple[int, ...]]


@dataclass(frozen=True)
class Written:
    r"""A number that remembers in LaTeX how it was come by.

    Attributes
    ----------
    value : float
        The number.
    latex : str
        How it was come by: ``0.4 \times 0.1``.
    binding : int
        How firmly the text holds together; what holds less firmly than its
        surroundings gets parentheses.
    """

    value: float
    latex: str
    binding: int = ATOM

    def within(self, binding: int) -> str:
        """Give the text for a place that asks for this binding."""
        return self.latex if self.binding >= binding else f"({self.latex})"

    def __add__(self, other: "Written") -> "Written":
        """Write a sum."""
        return Written(
            self.value + other.value,
            f"{self.within(SUM)} + {other.within(SUM)}",
            SUM,
        )

    def __radd__(self, nothing: int) -> "Written":
        """Let `sum` start from its 0, which nobody writes."""
        return self

    def __sub__(self, other: "Written") -> "Written":
        """Write a difference."""
        return Written(
            self.value - other.value,
            f"{self.within(SUM)} - {other.within(PRODUCT)}",
            SUM,
        )

    def __mul__(self, other: "Written") -> "Written":
        """Write a product."""
        text = rf"{self.within(PRODUCT)} \times {other.within(PRODUCT)}"
        return Written(self.value * other.value, text, PRODUCT)

    def __rmul__(self, times: int) -> "Written":
        """Write a multiple."""
        return Written(
            times * self.value,
            rf"{times} \times {self.within(PRODUCT)}",
            PRODUCT,
        )

    def __neg__(self) -> "Written":
        """Write a minus sign in front."""
        return Written(-self.value, f"-{self.within(PRODUCT)}", NEGATIVE)

    def __pow__(self, exponent: int) -> "Written":
        """Write a power."""
        return Written(
            self.value**exponent, f"{self.within(ATOM)}^{{{exponent}}}"
        )

    def __truediv__(self, by: int) -> "Written":
        """Write a fraction."""
        return Written(self.value / by, rf"\frac{{{self.latex}}}{{{by}}}")


def written(value: float, decimals: int | None = None) -> Written:
    """Write a number down, with that many decimals or as it is."""
    text = (
        np.format_float_positional(value, 12, fractional=False, trim="-")
        if decimals is None
        else f"{value:.{decimals}f}"
    )
    return Written(
        float(value), text, NEGATIVE if text.startswith("-") else ATOM
    )


@dataclass(frozen=True)
class Worked:
    """One example of one network, with the numbers known of it so far.

    Attributes
    ----------
    network, x, y, rate
        What is calculated.
    error_sign : int
        +1 where the error is ∂C/∂z, −1 where it is −∂C/∂z.
    known : dict
        The numbers by quantity, layer and nodes, as they are carried on.
    """

    network: Network
    x: Array
    y: Array
    rate: float
    error_sign: int
    known: Mapping[Key, Written]

    def row(self, quantity: str, layer: int) -> Any:
        """Give one kind of number for all nodes of a layer."""
        if (quantity, layer) == ("activated", 0):
            return tuple(map(written, self.x))
        return tuple(
            self.known[quantity, layer, (j + 1,)]
            for j in range(self.network.sizes[layer])
        )

    def weights(self, layer: int) -> Any:
        """Give the weights that lead to a layer."""
        return tuple(
            tuple(map(written, row))
            for row in self.network.layers[layer - 1].weights
        )

    def bias(self, layer: int, j: int) -> Any:
        """Give the bias of a node, or None."""
        biases = self.network.layers[layer - 1].biases
        return None if biases is None else written(biases[j])

    def linear(self, layer: int, j: int) -> Any:
        """Write out z."""
        into = tuple(zip(*self.weights(layer), strict=True))[j]
        comes = self.row("activated", layer - 1)
        bias = self.bias(layer, j)
        return (
            weighted_sum(into, comes)
            if bias is None
            else linear(into, comes, bias)
        )

    def activated(self, layer: int, j: int) -> Any:
        """Write out a = σ(z); softmax looks at all linear parts."""
        name = self.network.layers[layer - 1].activation
        z = self.row("linear", layer)
        if name == "softmax":
            found = applied(name, ACTIVATIONS[name].curve, z, j)
            return Written(found.value, f"{found.latex}_{{{j + 1}}}")
        return applied(name, ACTIVATIONS[name].curve, z[j : j + 1])

    def slope(self, layer: int, j: int) -> Any:
        """Write out σ′(z)."""
        name = self.network.layers[layer - 1].activation
        z = self.row("linear", layer)[j]
        return applied(name, ACTIVATIONS[name].slope, (z,), prime="'")

    def cost(self, layer: int) -> Any:
        """Write out the cost; a cross-entropy looks at the linear parts."""
        name, a = self.network.cost, self.row("activated", layer)
        y: Any = tuple(map(written, self.y))
        if name == "half_squared_error":
            return half_squared_error(a, y)
        if name == "squared_error":
            return sum((a_k - y_k) ** 2 for a_k, y_k in zip(a, y, strict=True))
        z = self.row("linear", layer)
        value = COSTS[name].value(np.array([n.value for n in z]), self.y)
        return Written(
            float(value), rf"{operator(name)}({listed(z)};\, {listed(y)})"
        )

    def error(self, layer: int, j: int) -> Any:
        """Write out δ, with the sign of the notation."""
        if layer < len(self.network.layers):
            leaving = self.weights(layer + 1)[j]
            ahead = self.row("error", layer + 1)
            return linear_error(
                self.slope(layer, j), activated_error(leaving, ahead)
            )
        y: Any = written(self.y[j])
        crossed = COSTS[self.network.cost].output is not None
        pair = (
            self.activated(layer, j)
            if crossed
            else self.row("activated", layer)[j],
            y,
        )
        apart: Any = half_squared_error_slope(*pair[:: self.error_sign])
        if crossed:
            return apart
        return linear_error(
            self.slope(layer, j),
            2 * apart if self.network.cost == "squared_error" else apart,
        )

    def step(self, gradient: Any) -> Any:
        """Write out −η times a gradient.

        Where the error is −∂C/∂z, the minus sign is in it.
        """
        step = written(self.rate) * gradient
        return -step if self.error_sign > 0 else step

    def weight_step(self, layer: int, i: int, j: int) -> Any:
        """Write out Δw = −η a δ."""
        comes = self.row("activated", layer - 1)[i : i + 1]
        errors = self.row("error", layer)[j : j + 1]
        return self.step(weight_gradient(comes, errors)[0][0])

    def bias_step(self, layer: int, j: int) -> Any:
        """Write out Δb = −η δ."""
        return self.step(self.row("error", layer)[j])

    def new_weight(self, layer: int, i: int, j: int) -> Any:
        """Write out w + Δw."""
        return (
            self.weights(layer)[i][j]
            + self.known["weight step", layer, (i + 1, j + 1)]
        )

    def new_bias(self, layer: int, j: int) -> Any:
        """Write out b + Δb."""
        return self.bias(layer, j) + self.known["bias step", layer, (j + 1,)]

    def out(
        self, quantity: str, layer: int, nodes: tuple[int, ...]
    ) -> Written | None:
        """Write a number out by its rule.

        None for the cost after the step, which takes a pass of its own.
        """
        rule = getattr(self, quantity.replace(" ", "_"), None)
        return (
            None
            if rule is None
            else rule(layer, *(node - 1 for node in nodes))
        )


def applied(
    name: str, curve: Any, z: tuple[Written, ...], at: int = 0, prime: str = ""
) -> Written:
    """Write a function of one number or several."""
    value = curve(np.array([n.value for n in z]))[at]
    return Written(float(value), f"{operator(name)}{prime}({listed(z)})")


def operator(name: str) -> str:
    """Write the name of a function upright."""
    return rf"\operatorname{{{name.replace('_', ' ')}}}"


def listed(numbers: tuple[Written, ...]) -> str:
    """Write numbers behind one another."""
    return ", ".join(n.latex for n in numbers)
