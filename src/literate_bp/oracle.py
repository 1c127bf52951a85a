"""Reference derivatives, with which every gradient of this book is compared.

An independent source of right results is called a test oracle. This one knows
none of the rules of backpropagation: it changes one parameter, runs the
network forward, and takes the derivative from the change of the cost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import ACTIVATIONS, Array
from .display import Displayed, TextTable
from .network import (
    PARAMETERS,
    Network,
    backward,
    cast,
    forward,
    inputs_of,
    mean_cost,
    require_finite,
    targets_of,
)

SCALE_FLOOR = {"complex step": 1e-6, "central differences": 1e-2}
"""The smallest scale of a relative error, as a share of the largest entry.

A right gradient differs from the reference by about 1e-16 or 1e-10 of its
largest entry; in much smaller entries nothing but that would be compared.
"""
IMAGINARY_STEP = 1e-30
"""The size of a complex step."""
REAL_STEP = float(np.finfo(np.float64).eps) ** (1 / 3)
"""The size of the step of a central difference: ε to the power of ⅓."""
STEP_REDUCTION = 10.0
"""What a step that would cross a kink is divided by."""
SMALLEST_STEP = 1e-9
"""No step is smaller than this."""


def complex_step(
    f: Callable[[Any], Any], x: Any, h: float = IMAGINARY_STEP
) -> Any:
    r"""Return the derivative by a complex step: f′(x) ≈ Im f(x + i h) / h.

    Nothing is subtracted, so no digit is lost, however small h is.

    Parameters
    ----------
    f : callable
        An analytic function: made of +, ·, /, powers, exp and the like,
        without a comparison or |·|.
    x : float or ndarray
        The argument.
    h : float
        The size of the step, along the imaginary axis.

    References
    ----------
    Squire and Trapp 1998, eq. 1.3.
    """
    return np.imag(f(x + 1j * h)) / h


def central_difference(
    f: Callable[[Any], Any], x: Any, h: float = REAL_STEP
) -> Any:
    r"""Return the central difference: f′(x) ≈ (f(x + h) − f(x − h)) / (2h).

    With a small h the subtraction cancels digits, with a large one the
    curvature of f counts; near ∛ε the two errors balance.

    Parameters
    ----------
    f : callable
        A function that is smooth between x − h and x + h.
    x : float or ndarray
        The argument.
    h : float
        The size of the step, in both directions.
    """
    return (f(x + h) - f(x - h)) / (2 * h)


def relative_error(
    a: npt.ArrayLike, b: npt.ArrayLike, floor: float = 1.0
) -> float:
    r"""Return the relative error of two numbers, or the worst of two arrays.

    |a − b| / max(|a|, |b|) for each entry; 0 if both are 0. It is infinite if
    any entry is not finite.

    Parameters
    ----------
    a, b : array_like, equal shapes
        What was computed, and what was expected.
    floor : float
        The smallest divisor, as a share of the largest |entry|. With 1, every
        difference is divided by the largest.
    """
    a, b = np.asarray(a), np.asarray(b)
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return float("inf")
    size = np.maximum(np.abs(a), np.abs(b))
    scale = np.maximum(size, floor * np.max(size, initial=0.0))
    return float(np.max(np.abs(a - b) / np.where(scale, scale, 1), initial=0))


@dataclass(frozen=True, repr=False)
class Report(Displayed):
    """The result of `check_gradient`.

    Attributes
    ----------
    method : str
        ``"complex step"`` or ``"central differences"``.
    parameters : dict of str to float
        The worst relative error in each array of parameters, by name:
        ``"weights of layer 1"``. The error of an entry that is much smaller
        than the largest of its array is relative to a share of that one,
        `SCALE_FLOOR`.
    skipped : int
        The number of parameters at a kink, where there is no derivative to
        compare with.
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
        """The array of parameters in which the worst error stands."""
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
    """One entry of the parameters of a network.

    The layer (from 0), the name of the array, and the index in it.
    """

    layer: int
    field: str
    at: tuple[int, ...]

    def value_in(self, network: Network) -> float:
        """Return its value in a network."""
        return float(getattr(network.layers[self.layer], self.field)[self.at])

    def perturbed(self, network: Network, value: complex) -> Network:
        """Return the network in which this entry alone has another value."""
        layers = list(network.layers)
        array = getattr(layers[self.layer], self.field).astype(
            np.result_type(type(value), np.float64)
        )
        array[self.at] = value
        layers[self.layer] = replace(layers[self.layer], **{self.field: array})
        return Network(tuple(layers), network.cost)


def cost_of_parameter(
    network: Network, x: Array, y: Array, parameter: Parameter
) -> Callable[[complex], Any]:
    """Return the cost as a function of one parameter."""

    def cost_at(value: complex) -> Any:
        perturbed = parameter.perturbed(network, value)
        return mean_cost(perturbed, forward(perturbed, x), y)

    return cost_at


def is_analytic(network: Network) -> bool:
    """Return whether every activation of the network is analytic."""
    return all(
        ACTIVATIONS[layer.activation].analytic for layer in network.layers
    )


def kink_sides(network: Network, x: Array) -> Array:
    """Return the side of its kink of every kinked node: −1, 0 or 1."""
    traced = zip(network.layers, forward(network, x).linear, strict=True)
    kinked = [
        z.ravel()
        for layer, z in traced
        if not ACTIVATIONS[layer.activation].analytic
    ]
    sides: Array = np.sign(np.concatenate(kinked))
    return sides


def kink_free_step(
    network: Network, x: Array, parameter: Parameter
) -> float | None:
    """Return the largest step that crosses no kink; None at a kink."""
    value, sides = parameter.value_in(network), kink_sides(network, x)
    h = REAL_STEP * max(1.0, abs(value))
    while h > SMALLEST_STEP:
        both = (
            kink_sides(parameter.perturbed(network, v), x)
            for v in (value - h, value + h)
        )
        if all(np.array_equal(sides, side) for side in both):
            return h
        h /= STEP_REDUCTION
    return None


def reference_derivative(
    network: Network, x: Array, y: Array, parameter: Parameter
) -> float | None:
    """Return the derivative of the cost by one parameter; None at a kink."""
    cost_at = cost_of_parameter(network, x, y, parameter)
    value = parameter.value_in(network)
    if is_analytic(network):
        return float(complex_step(cost_at, value))
    h = kink_free_step(network, x, parameter)
    return None if h is None else float(central_difference(cost_at, value, h))


def check_gradient(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike
) -> Report:
    r"""Compare `backward` with the reference derivative of every parameter.

    The reference is a complex step if every activation is analytic, and else
    a central difference that stays on one side of every kink. It is computed
    in float64, whatever the type of the network.

    Parameters
    ----------
    network : Network
        The network to check.
    x, y : array_like
        One example or a batch, as for `forward` and `backward`.

    Returns
    -------
    Report
        The worst relative error in each array of parameters, and the method.

    Raises
    ------
    ValueError
        As `forward` and `backward` do, and if a number is not finite.

    Examples
    --------
    >>> from literate_bp import check_gradient, initialize
    >>> network = initialize((2, 3, 1), seed=0)
    >>> check_gradient(network, [0.1, 0.3], [1.0]).worst < 1e-12
    True
    """
    exact = cast(network, np.float64)
    x = inputs_of(network, x)
    require_finite(network, x, x)
    trace = forward(network, x)
    y = targets_of(network, y, trace.output)
    validation.finite("y", y)
    gradients = backward(network, trace, y)
    y = y.astype(np.float64)
    x = x.astype(np.float64)
    method = "complex step" if is_analytic(network) else "central differences"
    parameters: dict[str, float] = {}
    skipped = 0
    for layer, field in product(range(len(network.layers)), PARAMETERS):
        computed = getattr(gradients, field)[layer]
        places = () if computed is None else np.ndindex(computed.shape)
        reference = {
            at: reference_derivative(exact, x, y, Parameter(layer, field, at))
            for at in places
        }
        smooth = {at: d for at, d in reference.items() if d is not None}
        skipped += len(reference) - len(smooth)
        if smooth:
            found = [computed[at] for at in smooth]
            expected = [*smooth.values()]
            worst = relative_error(found, expected, SCALE_FLOOR[method])
            parameters[f"{field} of layer {layer + 1}"] = worst
    return Report(method, parameters, skipped)
