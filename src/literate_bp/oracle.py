"""Derivatives by other means, to ask every gradient of this book against.

Nothing here knows the rules of backpropagation. The oracle runs the network
forward, pushes one number, and looks at what the cost does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .activation import ACTIVATIONS, Array
from .display import Displayed, TextTable
from .network import (
    PARAMETERS,
    Network,
    backward,
    cast,
    forward,
    mean_cost,
    require_finite,
    targets_of,
)

LEAST = {"complex step": 1e-6, "central differences": 1e-2}
"""What an entry is measured against at least, as a share of the largest.

Right gradients differ from the oracle by about 1e-16 and 1e-10 of the largest
entry, which is all that could be seen of entries much smaller than these.
"""
IMAGINARY_PUSH = 1e-30
REAL_PUSH = float(np.finfo(np.float64).eps) ** (1 / 3)
PULL_BACK = 10.0
SMALLEST_PUSH = 1e-9


def complex_step(
    f: Callable[[Any], Any], x: Any, h: float = IMAGINARY_PUSH
) -> Any:
    r"""Push x along the imaginary axis: f′(x) ≈ Im f(x + i h) / h.

    Nothing is subtracted, so no digit is lost, however small h is.

    Parameters
    ----------
    f : callable
        An analytic function: made of +, ·, /, powers, exp and the like,
        without a comparison or |·|.
    x : float or ndarray
        Where to take the derivative.
    h : float
        How far to push.

    References
    ----------
    Squire and Trapp 1998, eq. 1.3.
    """
    return np.imag(f(x + 1j * h)) / h


def central_difference(
    f: Callable[[Any], Any], x: Any, h: float = REAL_PUSH
) -> Any:
    r"""Push x both ways: f′(x) ≈ (f(x + h) − f(x − h)) / (2h).

    The subtraction cancels digits when h is small, and the curvature shows
    when h is large; near ∛ε the two errors balance.

    Parameters
    ----------
    f : callable
        A function that is smooth between x − h and x + h.
    x : float or ndarray
        Where to take the derivative.
    h : float
        How far to push.
    """
    return (f(x + h) - f(x - h)) / (2 * h)


def relative_error(
    a: npt.ArrayLike, b: npt.ArrayLike, least: float = 1.0
) -> float:
    r"""Compare two numbers, or two arrays entry by entry.

    |a − b| / max(|a|, |b|), the worst of all entries; 0 if both are 0. What is
    not finite is infinitely far off.

    Parameters
    ----------
    a, b : array_like, equal shapes
        What was computed, and what was expected.
    least : float
        What an entry is measured against at least, as a share of the largest.
        With 1, every entry is measured against the largest.
    """
    a, b = np.asarray(a), np.asarray(b)
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return float("inf")
    size = np.maximum(np.abs(a), np.abs(b))
    scale = np.maximum(size, least * np.max(size, initial=0.0))
    return float(np.max(np.abs(a - b) / np.where(scale, scale, 1), initial=0))


@dataclass(frozen=True, repr=False)
class Report(Displayed):
    """What `check_gradient` found.

    Attributes
    ----------
    method : str
        ``"complex step"`` or ``"central differences"``.
    parameters : dict of str to float
        The worst relative error in each array of parameters, by name:
        ``"weights of layer 1"``. An entry that is small beside the largest of
        its array is measured against a share of that one, `LEAST`: in smaller
        ones the last digits of the oracle would be all that is compared.
    skipped : int
        How many single parameters stand on a kink, where there is no
        derivative to compare with.
    """

    method: str
    parameters: dict[str, float]
    skipped: int = 0

    @property
    def worst(self) -> float:
        """The largest of the relative errors; NaN if nothing was compared."""
        return max(self.parameters.values(), default=float("nan"))

    @property
    def where(self) -> str:
        """The array of parameters in which it stands."""
        return max(
            self.parameters,
            key=self.parameters.__getitem__,
            default="nothing compared",
        )

    @property
    def summary(self) -> str:
        """The worst relative error, and where it stands."""
        skipped = f", {self.skipped} on a kink skipped" if self.skipped else ""
        return (
            f"worst relative error {self.worst:.1e} ({self.where}) "
            f"against {self.method}{skipped}"
        )

    @property
    def table(self) -> TextTable:
        """The worst relative error of each array of parameters."""
        errors = self.parameters.items()
        rows = tuple((name, f"{error:.1e}") for name, error in errors)
        return TextTable(("parameters", "worst relative error"), rows)


class Parameter(NamedTuple):
    """Which single number of a network.

    Of which layer (from 0), in which array, at which place.
    """

    layer: int
    field: str
    at: tuple[int, ...]

    def of(self, network: Network) -> float:
        """Give its value."""
        return float(getattr(network.layers[self.layer], self.field)[self.at])

    def pushed(self, network: Network, value: complex) -> Network:
        """Make the network in which it alone has another value."""
        layers = list(network.layers)
        array = getattr(layers[self.layer], self.field).astype(
            np.result_type(type(value), np.float64)
        )
        array[self.at] = value
        layers[self.layer] = replace(layers[self.layer], **{self.field: array})
        return Network(tuple(layers), network.cost)


def cost_along(
    network: Network, x: Array, y: Array, parameter: Parameter
) -> Callable[[complex], Any]:
    """Give the cost as a function of one parameter alone."""

    def cost_at(value: complex) -> Any:
        pushed = parameter.pushed(network, value)
        return mean_cost(pushed, forward(pushed, x), y)

    return cost_at


def is_analytic(network: Network) -> bool:
    """Tell whether every activation of the network takes complex numbers."""
    return all(
        ACTIVATIONS[layer.activation].analytic for layer in network.layers
    )


def kink_sides(network: Network, x: Array) -> Array:
    """Tell on which side of its kink every node stands: −1, 0 or 1."""
    traced = zip(network.layers, forward(network, x).linear, strict=True)
    kinked = [
        z.ravel()
        for layer, z in traced
        if not ACTIVATIONS[layer.activation].analytic
    ]
    sides: Array = np.sign(np.concatenate(kinked))
    return sides


def push_beside_kinks(
    network: Network, x: Array, parameter: Parameter
) -> float | None:
    """Give the largest push that crosses no kink; None on a kink."""
    value, sides = parameter.of(network), kink_sides(network, x)
    h = REAL_PUSH * max(1.0, abs(value))
    while h > SMALLEST_PUSH:
        there = (
            kink_sides(parameter.pushed(network, v), x)
            for v in (value - h, value + h)
        )
        if all(np.array_equal(sides, side) for side in there):
            return h
        h /= PULL_BACK
    return None


def slope_along(
    network: Network, x: Array, y: Array, parameter: Parameter
) -> float | None:
    """Ask the oracle how the cost changes with one parameter.

    None if that parameter stands on a kink.
    """
    cost_at = cost_along(network, x, y, parameter)
    value = parameter.of(network)
    if is_analytic(network):
        return float(complex_step(cost_at, value))
    h = push_beside_kinks(network, x, parameter)
    return None if h is None else float(central_difference(cost_at, value, h))


def check_gradient(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike
) -> Report:
    r"""Compare `backward` with the oracle, for every weight, bias and gain.

    The oracle is the complex step where every activation is analytic, and
    otherwise central differences that keep to one side of every kink. It works
    in float64, whatever the network's type.

    Parameters
    ----------
    network : Network
        The network to check.
    x, y : array_like
        One example or a batch, as for `forward` and `backward`.

    Returns
    -------
    Report
        The worst relative error of every array of parameters, and the method.

    Raises
    ------
    ValueError
        As `forward` and `backward` do, and if a number is not finite.
    """
    trace = forward(network, x)
    gradients = backward(network, trace, y)
    y = targets_of(network, y, trace.output).astype(np.float64)
    x, exact = trace.activated[0].astype(np.float64), cast(network, np.float64)
    require_finite(network, x, y)
    method = "complex step" if is_analytic(network) else "central differences"
    parameters: dict[str, float] = {}
    skipped = 0
    for layer, field in product(range(len(network.layers)), PARAMETERS):
        computed = getattr(gradients, field)[layer]
        places = () if computed is None else np.ndindex(computed.shape)
        asked = {
            at: slope_along(exact, x, y, Parameter(layer, field, at))
            for at in places
        }
        smooth = {at: s for at, s in asked.items() if s is not None}
        skipped += len(asked) - len(smooth)
        if smooth:
            found = [computed[at] for at in smooth]
            worst = relative_error(found, [*smooth.values()], LEAST[method])
            parameters[f"{field} of layer {layer + 1}"] = worst
    return Report(method, parameters, skipped)
