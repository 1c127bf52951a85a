"""Reference derivatives, with which every gradient of this book is compared.

An independent source of right results is called a test oracle. This one knows
none of the rules of backpropagation: it changes one parameter, runs the
network forward, and takes the derivative from the change of the cost.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import ACTIVATIONS, Array
from .cost import COSTS
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
    output_placeholder,
    require_finite,
    targets_of,
)
from .weight_normalization import norms

IMAGINARY_STEP = 1e-30
"""The size of a complex step."""
REAL_STEP = float(np.finfo(np.float64).eps) ** (1 / 3)
"""The size of the step of a central difference: ε to the power of ⅓."""
PRECISION = 2e-14
"""The relative error above which an entry is compared with its uncertainty."""
TELLING = 1e-3
"""A check that cannot tell an error of this size says what to do."""
SAMPLES = 8
"""How often the last digits are changed to measure an uncertainty."""
SAFETY = 8.0
"""What the largest effect that was measured is multiplied by."""
PLACES = np.array([-1.41, -0.37, 0.37, 1.41])
"""Where an activation is asked whether it takes complex numbers."""


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
        without |·|. A comparison goes by the real parts, so that each side of
        a kink keeps its own derivative.
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
    parameters : dict of str to float
        The worst relative error in each array of parameters, by name:
        ``"weights of layer 1"``. A difference that rounding explains counts
        as `PRECISION` or less (`compare`).
    resolution : dict of str to float
        The relative error that an entry of the array has to exceed in order
        to be told from rounding; in the entry where that is largest.
    skipped : int
        The number of parameters at a kink, where there is no derivative to
        compare with.
    """

    parameters: dict[str, float]
    resolution: dict[str, float]
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
        """The worst relative error, where it stands, what was not compared."""
        skipped = f", {self.skipped} on a kink skipped" if self.skipped else ""
        return (
            f"worst relative error {self.worst:.1e} ({self.where}) against "
            f"complex step{skipped}{self.advice}"
        )

    @property
    def advice(self) -> str:
        """What to do where an error of `TELLING` could not be told.

        A relative error is 2 at most, that of a wrong sign.
        """
        name, least = max(
            self.resolution.items(), key=lambda item: item[1], default=("", 0)
        )
        if least <= TELLING:
            return ""
        missed = "any error" if least > 2 else f"errors below {least:.1%}"
        return (
            f"; cannot tell {missed} in {name}, where a derivative is little "
            "more than rounding: check in float64, or at other inputs and "
            "targets"
        )

    @property
    def table(self) -> TextTable:
        """The worst error of each array, and which errors can be told."""
        rows = tuple(
            (name, f"{error:.1e}", f"{self.resolution[name]:.1e}")
            for name, error in self.parameters.items()
        )
        return TextTable(("parameters", "error", "told above"), rows)


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
    """Return the mean cost as a function of one parameter."""

    def cost_at(value: complex) -> Any:
        perturbed = parameter.perturbed(network, value)
        return mean_cost(perturbed, forward(perturbed, x), y)

    return cost_at


def require_complex(network: Network) -> None:
    """Refuse activations that do not take complex numbers.

    With one that does, a complex step and central differences agree, beside a
    kink too.

    Parameters
    ----------
    network : Network
        The network.

    Raises
    ------
    ValueError
        If an activation fails with complex numbers or drops what is imaginary
        in them.
    """
    for name in dict.fromkeys(layer.activation for layer in network.layers):
        f = ACTIVATIONS[name].function
        real = central_difference(f, PLACES)
        try:
            with warnings.catch_warnings(
                action="error", category=np.exceptions.ComplexWarning
            ):
                agrees = np.allclose(complex_step(f, PLACES), real, 1e-6)
        except (TypeError, np.exceptions.ComplexWarning):
            agrees = False
        if not agrees:
            raise ValueError(
                f"activation {name!r} does not take complex numbers; one that "
                "does was expected: for example np.where(z < 0, -z, z) in "
                "place of np.abs(z)"
            )


def precision_of(network: Network) -> float:
    """Return the relative error that needs no explanation.

    64 ε of a type that is narrower than float64.
    """
    eps = np.finfo(network.layers[0].weights.dtype).eps
    return max(PRECISION, 64 * float(eps))


def kinked_nodes(network: Network, x: Array) -> list[Array]:
    """Return the linear parts of the layers whose activation has a kink."""
    traced = zip(network.layers, forward(network, x).linear, strict=True)
    return [
        z for layer, z in traced if not ACTIVATIONS[layer.activation].analytic
    ]


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

    @cached_property
    def of_examples(self) -> list[Gradients]:
        """What `backward` returns for each example by itself."""
        pairs = zip(np.atleast_2d(self.x), np.atleast_2d(self.y), strict=True)
        return [Problem(self.network, *pair).gradients for pair in pairs]

    def derivative(
        self, parameter: Parameter, h: float = IMAGINARY_STEP
    ) -> float:
        """Return the derivative of the cost by a parameter, by a step h."""
        cost_at = cost_of_parameter(self.network, self.x, self.y, parameter)
        value = parameter.value_in(self.network)
        return float(complex_step(cost_at, value, h))

    @cached_property
    def exact(self) -> Problem:
        """The same in float64; targets keep their type, and its rounding."""
        network = cast(self.network, np.float64)
        return Problem(network, self.x.astype(float), self.y)

    @cached_property
    def at_kink(self) -> list[Array]:
        """Which nodes are on their kink, or beyond it in float64."""
        exact = kinked_nodes(self.exact.network, self.exact.x)
        given = kinked_nodes(self.network, self.x)
        return [
            (z == 0) | (np.sign(z) != np.sign(rounded))
            for z, rounded in zip(exact, given, strict=True)
        ]

    def has_kink(self, parameter: Parameter) -> bool:
        """Tell whether a parameter moves a node that is on its kink."""
        if not any(np.any(nodes) for nodes in self.at_kink):
            return False
        network, x = self.exact.network, self.exact.x
        value = parameter.value_in(network) + 1j * IMAGINARY_STEP
        moved = kinked_nodes(parameter.perturbed(network, value), x)
        return any(
            np.any(z.imag[nodes])
            for z, nodes in zip(moved, self.at_kink, strict=True)
        )

    def with_other_last_digits(self) -> list[Problem]:
        """Make each number smaller by 0, ½ or 1 share of ε, drawn at random.

        `SAMPLES` times. In normalized weights, it is a share of the norm.
        Probabilities of 0 and 1 are exact, and stay; those of a softmax are
        first made to add up to 1.
        """
        goes_with = COSTS[self.network.cost].output
        rng = np.random.default_rng(0)

        def changed(array: Array, size: Array | None = None) -> Array:
            share = np.finfo(array.dtype).eps * rng.integers(0, 3, array.shape)
            by = share / 2 * (array if size is None else size)
            return (array - by).astype(array.dtype)

        def targets_changed(y: Array) -> Array:
            if goes_with is None:
                return changed(y)
            certain = (y == 0) | (y == 1)
            if not ACTIVATIONS[goes_with].elementwise:
                certain = certain.all(axis=-1, keepdims=True)
                y = y / y.sum(axis=-1, keepdims=True)
            return np.where(certain, y, changed(y))

        def layer_changed(layer: Layer) -> Layer:
            arrays = layer.parameters
            new = {name: changed(array) for name, array in arrays.items()}
            if layer.gains is not None:
                new["weights"] = changed(layer.weights, norms(layer.weights))
            return layer.with_parameters(new)

        return [
            Problem(
                Network(
                    map(layer_changed, self.network.layers), self.network.cost
                ),
                changed(self.x),
                targets_changed(self.y),
            )
            for _ in range(SAMPLES)
        ]


def uncertainty(
    parameter: Parameter, given: Problem, changed: Sequence[Problem]
) -> float:
    r"""Return by how much rounding may part `backward` and the reference.

    A rounded operation is an exact one on numbers that differ by a share of
    ε. So both derivatives are computed again with other last digits, and the
    reference with other steps. Added are a share of ε of what each example of
    a batch contributes, the smallest number of the network's type that has all
    its digits, and that of float64 divided by h.

    Parameters
    ----------
    parameter : Parameter
        One that is not at a kink.
    given : Problem
        The network, inputs and targets.
    changed : sequence of Problem
        The same with other last digits.
    """
    steps = IMAGINARY_STEP * np.linspace(1, 0.5, len(changed) + 1)
    problems = given, *changed
    references = [
        each.exact.derivative(parameter, float(step))
        for each, step in zip(problems, steps, strict=True)
    ]
    computed = [parameter.gradient_in(each.gradients) for each in problems]
    summands = [parameter.gradient_in(each) for each in given.of_examples]
    kind = np.finfo(given.network.layers[0].weights.dtype)
    rounded = float(kind.eps) * np.mean(np.abs(summands)) + float(kind.tiny)
    smallest = np.finfo(np.float64).tiny / IMAGINARY_STEP
    spread = np.ptp(references) + np.ptp(computed)
    return SAFETY * float(spread + rounded + smallest)


class Comparison(NamedTuple):
    """The relative error of an entry, and the least that could be told."""

    error: float
    resolution: float


def compare(
    parameter: Parameter,
    given: Problem,
    found: float,
    changed: Sequence[Problem],
) -> Comparison | None:
    """Compare a derivative that `backward` computed with its reference.

    The error is |a − b| / max(|a|, |b|). Where rounding explains the
    difference, the divisor is such that the result is at most `PRECISION`.
    None at a kink.

    Parameters
    ----------
    parameter : Parameter
        What the derivative is by.
    given : Problem
        The network, inputs and targets.
    found : float
        What `backward` computed.
    changed : sequence of Problem
        The same with other last digits.
    """
    if given.has_kink(parameter):
        return None
    expected = given.exact.derivative(parameter)
    error = relative_error(found, expected)
    precision = precision_of(given.network)
    if not precision < error < np.inf:
        return Comparison(error, precision)
    known_to = uncertainty(parameter, given, changed)
    difference = abs(found - expected)
    if difference <= known_to:
        error = precision * difference / known_to
    resolution = known_to / max(abs(found), abs(expected))
    return Comparison(error, max(resolution, precision))


def require_finite_cost(given: Problem) -> None:
    """Refuse a problem whose cost leaves the range of its type."""
    with np.errstate(over="ignore", invalid="ignore"):
        trace = forward(given.network, given.x)
        value = mean_cost(given.network, trace, given.y)
    if not np.isfinite(value):
        raise ValueError(
            f"network, x and y lead to a cost of {value}; a finite one was "
            "expected: take smaller weights, inputs or targets"
        )


def check_gradient(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike
) -> Report:
    r"""Compare `backward` with the reference derivative of every parameter.

    The reference is a complex step in float64, whatever the type of the
    network. It has the digits that the forward pass has: what is cancelled
    there, such as in a − y, is lost to it as it is to `backward`. A difference
    that rounding explains is no error (`uncertainty`).

    Parameters
    ----------
    network : Network
        The network to check.
    x, y : array_like
        One example or a batch, as for `forward` and `backward`.

    Returns
    -------
    Report
        The worst relative error in each array of parameters, and which errors
        can be told there.

    Raises
    ------
    ValueError
        As `forward` and `backward` do, if a number is not finite, and if an
        activation does not take complex numbers.

    Examples
    --------
    >>> from literate_bp import check_gradient, initialize
    >>> network = initialize((2, 3, 1), seed=0)
    >>> check_gradient(network, [0.1, 0.3], [1.0]).worst < 1e-12
    True
    """
    x = inputs_of(network, x)
    require_finite(network, x, x)
    y = targets_of(network, y, output_placeholder(network, x))
    validation.finite("y", y)
    require_complex(network)
    given = Problem(network, x, y)
    require_finite_cost(given)
    changed = given.with_other_last_digits()
    found: dict[str, list[Comparison | None]] = {}
    for layer, field in product(range(len(network.layers)), PARAMETERS):
        computed = getattr(given.gradients, field)[layer]
        if computed is not None:
            found[f"{field} of layer {layer + 1}"] = [
                compare(
                    Parameter(layer, field, at), given, float(entry), changed
                )
                for at, entry in np.ndenumerate(computed)
            ]
    compared = {
        name: [entry for entry in entries if entry is not None]
        for name, entries in found.items()
    }
    worst = {
        name: Comparison(*map(max, zip(*entries, strict=True)))
        for name, entries in compared.items()
        if entries
    }
    return Report(
        {name: each.error for name, each in worst.items()},
        {name: each.resolution for name, each in worst.items()},
        sum(entries.count(None) for entries in found.values()),
    )
