"""Reference derivatives, with which every gradient of this book is compared.

An independent source of right results is called a test oracle. This one knows
none of the rules of backpropagation: it changes one parameter, runs the
network forward, and takes the derivative from the change of the cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import ACTIVATIONS, Array
from .display import Displayed, TextTable
from .network import (
    PARAMETERS,
    Gradients,
    Layer,
    Network,
    backward,
    cast,
    forward,
    inputs_of,
    mean_cost,
    require_finite,
    targets_of,
)

IMAGINARY_STEP = 1e-30
"""The size of a complex step."""
REAL_STEP = float(np.finfo(np.float64).eps) ** (1 / 3)
"""The size of the step of a central difference: ε to the power of ⅓."""
STEP_REDUCTION = 10.0
"""What a step that would cross a kink is divided by."""
SMALLEST_STEP = 1e-9
"""No step is smaller than this."""
PRECISION = {"complex step": 2e-14, "central differences": 1e-9}
"""The relative error above which an entry is compared with its uncertainty."""
SAMPLES = 8
"""How often the last digits are changed to measure an uncertainty."""
SAFETY = 8.0
"""What the largest effect that was measured is multiplied by."""


def complex_step(
    f: Callable[[Any], Any], x: Any, h: float = IMAGINARY_STEP
) -> Any:
    r"""Return the derivative by a complex step: f′(x) ≈ Im f(x + i h) / h.

    Nothing is subtracted, so no digit is lost, however small h is. It is off
    by f‴(x) h² / 6, and loses digits where f′(x) h leaves the range of normal
    numbers: with the usual h, below 2.2e-278.

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

    It is off by f‴(x) h² / 6, and by about ε|f(x)| / h, because digits cancel
    in the subtraction; near h = ∛ε the two balance, at about ε^⅔.

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


METHODS = {
    "complex step": complex_step,
    "central differences": central_difference,
}
"""Both, by name."""


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
        ``"weights of layer 1"``. A difference that rounding explains counts
        as `PRECISION` or less (`error_of`).
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
        return TextTable(("parameters", "error"), rows)


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

    def gradient_in(self, gradients: Gradients) -> float:
        """Return the derivative by it."""
        return float(getattr(gradients, self.field)[self.layer][self.at])

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


def method_of(network: Network) -> str:
    """Return how the derivatives of a network are found."""
    return "complex step" if is_analytic(network) else "central differences"


def precision_of(network: Network) -> float:
    """Return the relative error that needs no explanation.

    64 ε of a type that is narrower than float64.
    """
    eps = np.finfo(network.layers[0].weights.dtype).eps
    return max(PRECISION[method_of(network)], 64 * float(eps))


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


def step_of(network: Network, x: Array, parameter: Parameter) -> float | None:
    """Return the size of the step for a parameter; None at a kink."""
    if is_analytic(network):
        return IMAGINARY_STEP
    return kink_free_step(network, x, parameter)


@dataclass(frozen=True)
class Problem:
    """A network with inputs and targets, all of which are valid."""

    network: Network
    x: Array
    y: Array

    @cached_property
    def gradients(self) -> Gradients:
        """What `backward` returns."""
        return backward(self.network, forward(self.network, self.x), self.y)

    @property
    def cost(self) -> float:
        """The cost, C."""
        trace = forward(self.network, self.x)
        return float(mean_cost(self.network, trace, self.y))

    def derivative(self, parameter: Parameter, h: float) -> float:
        """Return the derivative of the cost by a parameter, by a step h."""
        by_step = METHODS[method_of(self.network)]
        cost_at = cost_of_parameter(self.network, self.x, self.y, parameter)
        return float(by_step(cost_at, parameter.value_in(self.network), h))

    @cached_property
    def exact(self) -> Problem:
        """The same in float64."""
        network = cast(self.network, np.float64)
        return Problem(network, self.x.astype(float), self.y.astype(float))

    def with_other_last_digits(self) -> list[Problem]:
        """Make a random half of all numbers smaller by a share of ε each.

        `SAMPLES` times, each with another half.
        """
        rng = np.random.default_rng(0)

        def changed(array: Array) -> Array:
            share = np.finfo(array.dtype).eps * rng.integers(0, 2, array.shape)
            return (array * (1 - share)).astype(array.dtype)

        def layer_changed(layer: Layer) -> Layer:
            parameters = layer.parameters.items()
            return layer.with_parameters(
                {name: changed(array) for name, array in parameters}
            )

        return [
            Problem(
                Network(
                    map(layer_changed, self.network.layers), self.network.cost
                ),
                changed(self.x),
                changed(self.y),
            )
            for _ in range(SAMPLES)
        ]


def reference_derivative(
    network: Network, x: Array, y: Array, parameter: Parameter
) -> float | None:
    """Return the derivative of the cost by one parameter; None at a kink.

    It has the digits that the forward pass has, in float64: what is cancelled
    there, such as in a − y, is lost to it as it is to `backward`.

    Parameters
    ----------
    network : Network
        In float64, with valid inputs and targets.
    x, y : ndarray
        Inputs and targets.
    parameter : Parameter
        What the derivative is by.
    """
    h = step_of(network, x, parameter)
    return (
        None if h is None else Problem(network, x, y).derivative(parameter, h)
    )


def uncertainty(
    parameter: Parameter, problem: Problem, changed: Sequence[Problem]
) -> float:
    r"""Return by how much rounding may part `backward` and the reference.

    A rounded operation is an exact one on numbers that differ by a share of
    ε. So both derivatives are computed again with other last digits, and the
    reference with other steps as well. The last digit of the cost, divided
    by the step, is added: ε|C| / h for central differences, and for a complex
    step 2e-308 / h, below which an imaginary part has no full digits.

    Parameters
    ----------
    parameter : Parameter
        One that is not at a kink.
    problem : Problem
        The network, inputs and targets, in float64.
    changed : sequence of Problem
        The same with other last digits.
    """
    h = step_of(problem.network, problem.x, parameter) or SMALLEST_STEP
    steps = h * np.linspace(0.5, 1, len(changed))
    references = [problem.derivative(parameter, h)] + [
        each.exact.derivative(parameter, float(step))
        for each, step in zip(changed, steps, strict=True)
    ]
    computed = [parameter.gradient_in(each.gradients) for each in changed]
    float64 = np.finfo(np.float64)
    rounded = float64.eps * abs(problem.cost)
    last_digit = float64.tiny if is_analytic(problem.network) else rounded
    moved = np.ptp(references) + np.ptp(computed) + last_digit / h
    return SAFETY * float(moved)


def error_of(
    parameter: Parameter,
    problem: Problem,
    found: float,
    changed: Sequence[Problem],
) -> float | None:
    """Return the relative error of a derivative that `backward` computed.

    |a − b| / max(|a|, |b|). Where rounding explains the difference, the
    divisor is such that the result is at most `PRECISION`. None at a kink.

    Parameters
    ----------
    parameter : Parameter
        What the derivative is by.
    problem : Problem
        The network, inputs and targets, in float64.
    found : float
        What `backward` computed.
    changed : sequence of Problem
        The problem as it came, with other last digits.
    """
    expected = reference_derivative(
        problem.network, problem.x, problem.y, parameter
    )
    if expected is None:
        return None
    error = relative_error(found, expected)
    precision = precision_of(changed[0].network)
    if not precision < error < np.inf:
        return error
    known_to = uncertainty(parameter, problem, changed)
    difference = abs(found - expected)
    return (
        error if difference > known_to else precision * difference / known_to
    )


def check_gradient(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike
) -> Report:
    r"""Compare `backward` with the reference derivative of every parameter.

    The reference is a complex step if every activation is analytic, and else
    a central difference that stays on one side of every kink. It is computed
    in float64, whatever the type of the network. A difference that rounding
    explains is no error (`uncertainty`); what rounds alike in both is not
    seen.

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
    x = inputs_of(network, x)
    require_finite(network, x, x)
    y = targets_of(network, y, forward(network, x).output)
    validation.finite("y", y)
    given = Problem(network, x, y)
    changed = given.with_other_last_digits()
    gradients, exact = given.gradients, given.exact
    parameters: dict[str, float] = {}
    skipped = 0
    for layer, field in product(range(len(network.layers)), PARAMETERS):
        computed = getattr(gradients, field)[layer]
        if computed is None:
            continue
        errors = [
            error_of(Parameter(layer, field, at), exact, found, changed)
            for at, found in np.ndenumerate(computed)
        ]
        compared = [error for error in errors if error is not None]
        skipped += len(errors) - len(compared)
        if compared:
            parameters[f"{field} of layer {layer + 1}"] = max(compared)
    return Report(method_of(network), parameters, skipped)
