"""A rule's own code, run on random numbers, and numerical derivatives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import activation, node
from ..activation import ACTIVATIONS, Array, elementwise_activations
from ..network import Layer, Network
from ..oracle import central_difference, complex_step

SMOOTH_ACTIVATIONS = [
    name for name, row in elementwise_activations().items() if row.analytic
]
"""The activations that the hidden layers of a random network may have."""


@dataclass(frozen=True)
class NumericBackend:
    """Runs rules on random numbers.

    Attributes
    ----------
    seed : int
        The same seed gives the same numbers, by name.
    smooth : bool
        Whether derivatives are taken by the complex step.
    """

    seed: int
    smooth: bool = True
    layer = staticmethod(Layer)
    network = staticmethod(Network)

    @property
    def activation(self) -> str:
        """The activation of this seed."""
        return SMOOTH_ACTIVATIONS[self.seed % len(SMOOTH_ACTIVATIONS)]

    def function(self, z: Any) -> Any:
        """Apply the activation."""
        return ACTIVATIONS[self.activation].function(z)

    def derivative(self, z: Any) -> Any:
        """Apply the derivative of the activation."""
        return ACTIVATIONS[self.activation].derivative(z)

    def numbers(self, name: str, *shape: int, kind: str = "any") -> Array:
        """Draw numbers."""
        rng = np.random.default_rng([self.seed, *name.encode()])
        if kind in ("yes or no", "shares"):
            drawn = rng.uniform(0.1, 0.9, shape)
            total = drawn.sum(axis=-1, keepdims=True)
            return drawn / total if kind == "shares" else drawn
        return rng.normal(size=shape)

    def derive(self, f: Callable[[Array], Any], point: Array) -> Array:
        """Differentiate numerically by every entry."""
        step = complex_step if self.smooth else central_difference
        return np.reshape(
            [
                step(as_function_of_entry(f, point, place), point[place])
                for place in np.ndindex(point.shape)
            ],
            point.shape,
        )

    def run(self, rule: Any) -> Any:
        """Return a rule, in the form that takes complex numbers."""
        if rule is node.sigmoid:  # complex numbers cannot take its branch
            return activation.sigmoid
        return rule


def as_function_of_entry(
    f: Callable[[Array], Any], point: Array, place: tuple[int, ...]
) -> Callable[[Any], Any]:
    """Vary one entry, and keep the others as they are."""

    def restricted(value: Any) -> Any:
        numbers = point.astype(np.result_type(point, value))
        numbers[place] = value
        return f(numbers)

    return restricted
