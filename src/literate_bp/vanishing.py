"""Vanishing and exploding gradients: what a layer leaves of an error, at most.

First the steepest slope of each activation, then a chain of single nodes, then
whole layers, and at the end a look at a network of your own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import ACTIVATIONS, Array
from .display import Displayed, TextTable, count
from .network import (
    Layer,
    Network,
    backward,
    forward,
    output_derivative,
    require_finite,
    targets_of,
)

ZOOMS, POINTS = 4, 201
FAR = 40.0
"""Where every curve has long been straight: e⁻⁴⁰ is lost beside 1."""


def highest(
    curve: Callable[[Array], Array], low: float, high: float
) -> tuple[float, float]:
    """Zoom in on the highest point of a curve.

    Parameters
    ----------
    curve : callable
        Takes an array, and is highest at one place between `low` and `high`,
        or level there.
    low, high : float
        Where to look.

    Returns
    -------
    tuple of float
        Where it is, to about seven digits, and how high, to twice as many:
        around its highest point, a curve is level.
    """
    for _ in range(ZOOMS):
        places = np.linspace(low, high, POINTS)
        best = int(np.argmax(curve(places)))
        low, high = places[[max(best - 1, 0), min(best + 1, POINTS - 1)]]
    return float(places[best]), float(curve(places)[best])


@cache
def steepest(activation: str) -> float:
    r"""Find the steepest slope that an activation has anywhere: max |σ′(z)|.

    Parameters
    ----------
    activation : str
        A name in `literate_bp.activation.ACTIVATIONS`, but softmax, whose
        slope is a matrix.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    curves = [name for name in ACTIVATIONS if name != "softmax"]
    validation.one_of("activation", activation, curves)
    derivative = ACTIVATIONS[activation].derivative
    return highest(lambda z: np.abs(derivative(z)), -FAR, FAR)[1]


def edge(u: Any) -> Any:
    r"""Give the larger output of a sigmoid at which the factor is 1.

    p = (1 + √(1 − 4 / u)) / 2, where u p (1 − p) = 1.

    Parameters
    ----------
    u : float or ndarray
        The size of the weight, at least 4: the factor of a smaller one is
        below 1 everywhere.
    """
    return (1 + np.sqrt(1 - 4 / u)) / 2


def interval(u: Any) -> Any:
    r"""Give the width of the inputs for which an error does not shrink.

    (2 / u) ln(u (1 + √(1 − 4 / u)) / 2 − 1).

    Parameters
    ----------
    u : float or ndarray
        The size of the weight, at least 4.

    References
    ----------
    Nielsen 2015, chapter 5, where it is a problem for the reader.
    """
    return 2 / u * np.log(u * edge(u) - 1)


def stretch(w: Array) -> float:
    r"""Give the most by which a matrix makes anything longer: ‖W‖.

    Parameters
    ----------
    w : ndarray (n_in, n_out)
        Weights, W[from, to], or any other matrix.

    Returns
    -------
    float
        Its largest singular value, the same for W and Wᵀ.
    """
    return float(np.linalg.norm(w.astype(np.float64), 2))


def length(errors: Array) -> float:
    r"""Give the length of an array of numbers: √(Σ δ²), over all of them.

    The largest is taken out of the sum, or the squares of small ones would be
    lost: 10⁻¹⁶² has a square below every number that float64 has.

    Parameters
    ----------
    errors : ndarray
        The errors of one example, or of a batch: then its square is the sum of
        the squares of the lengths of its examples.
    """
    largest = float(np.abs(errors).max())
    if not 0 < largest < np.inf:
        return largest
    return largest * float(np.linalg.norm(errors.astype(np.float64) / largest))


def left_at_most(norm: float, derivative: float, *, residual: bool) -> float:
    r"""Bound what is left of an error behind a layer: ‖Wˡ‖ max |σ′|.

    ‖∂C/∂Aˡ⁻¹‖ is at most this times ‖∂C/∂Aˡ‖. A residual connection adds 1.

    Parameters
    ----------
    norm, derivative : float
        ‖Wˡ‖, and the largest |σ′| in the layer: anywhere, or at its linear
        parts.
    residual : bool
        Whether the layer has a residual connection.
    """
    return norm * derivative + residual


def bounds(
    norms: Sequence[float],
    derivatives: Sequence[float],
    residual: Sequence[bool],
    dc_da: float,
) -> tuple[float, ...]:
    r"""Bound the errors of hidden layers: ‖Δˡ‖ ≤ max |σ′| ‖∂C/∂Aˡ‖.

    And from there on to ‖∂C/∂Aˡ⁻¹‖, with what is left behind the layer.

    Parameters
    ----------
    norms, derivatives, residual : sequence of float, float and bool
        As `left_at_most` takes them, from the first hidden layer to the last.
    dc_da : float
        A bound for ‖∂C/∂A‖ of the last hidden layer.

    Returns
    -------
    tuple of float
        One a layer, from the first to the last.
    """
    found: list[float] = []
    layers = zip(norms, derivatives, residual, strict=True)
    for norm, derivative, past in reversed([*layers]):
        found.append(derivative * dc_da)
        dc_da *= left_at_most(norm, derivative, residual=past)
    return tuple(reversed(found))


def jacobian(layer: Layer, z: Array) -> Array:
    r"""Give all slopes of a layer for one example: ∂aⱼ/∂aᵢ = wᵢⱼ σ′(zⱼ).

    A residual connection adds 1 where i = j.

    Parameters
    ----------
    layer : Layer
        The layer.
    z : ndarray (n_out,)
        Its linear parts.

    Returns
    -------
    ndarray (n_in, n_out)
        Arranged as the weights are, [from, to].
    """
    derivative = ACTIVATIONS[layer.activation].derivative(z)
    if derivative.ndim == 2:
        return layer.matrix @ derivative
    return layer.matrix * derivative + layer.residual * np.eye(
        *layer.matrix.shape
    )


def jacobians(network: Network, x: npt.ArrayLike) -> tuple[Array, ...]:
    r"""Give the Jacobian of every layer for one example.

    Their product, from the first to the last, is that of the network.

    Parameters
    ----------
    network : Network
        The network.
    x : array_like (n_in,)
        One example.

    Raises
    ------
    ValueError
        As `literate_bp.forward` does, and for a batch.
    """
    trace = forward(network, x)
    if (x := trace.activated[0]).ndim != 1:
        raise ValueError(
            f"x has shape {x.shape}; jacobians takes one example, so "
            f"({x.shape[-1]},) was expected"
        )
    return tuple(
        jacobian(layer, z)
        for layer, z in zip(network.layers, trace.linear, strict=True)
    )


def singular_values(matrix: Array) -> Array:
    """Give by how much a matrix stretches, in each of its own directions.

    Parameters
    ----------
    matrix : ndarray (n, m)
        Any.

    Returns
    -------
    ndarray (min(n, m),)
        From the largest to the smallest.
    """
    return np.linalg.svd(matrix, compute_uv=False)


FLAT = 0.1
"""Below this share of the steepest slope, a node counts as saturated."""


def saturation(derivative: Array, activation: str) -> float:
    """Give the share of nodes, over all examples, that hardly let errors by.

    Parameters
    ----------
    derivative : ndarray (n,) or (batch, n)
        σ′ at the linear parts of a layer.
    activation : str
        The name of its activation.
    """
    return float(np.mean(np.abs(derivative) < FLAT * steepest(activation)))


@dataclass(frozen=True, repr=False)
class GradientFlow(Displayed):
    """How the errors of a network fare on their way back.

    Every attribute has one entry a layer, from the first to the last.

    Attributes
    ----------
    activations : tuple of str
        The name of the activation.
    errors : tuple of float
        ‖Δˡ‖, the length of the errors, over all nodes and examples.
    weights : tuple of float
        ‖∂C/∂Wˡ‖, the length of the gradient, over all weights; of normalized
        ones over their directions.
    bound : tuple of float
        The most that ‖Δˡ‖ can be with these weights and these errors of the
        last layer, whatever the inputs.
    nearer : tuple of float
        The same with the steepest slopes that these inputs met.
    saturation : tuple of float or None
        The share of nodes, over all examples, whose slope is below a tenth of
        the steepest; None for softmax, whose slope is a matrix.
    """

    activations: tuple[str, ...]
    errors: tuple[float, ...]
    weights: tuple[float, ...]
    bound: tuple[float, ...]
    nearer: tuple[float, ...]
    saturation: tuple[float | None, ...]

    @property
    def left(self) -> float:
        """What share of the errors of the last layer reaches the first."""
        return self.errors[0] / self.errors[-1] if self.errors[-1] else 0.0

    @property
    def summary(self) -> str:
        """How many layers there are, and what of the error is left."""
        layers = count(len(self.errors), "layer")
        return (
            f"{layers}, {self.left:.1e} of the last layer's error "
            "reaches the first"
        )

    @property
    def table(self) -> TextTable:
        """The norms and their bounds, a layer a row."""
        measured = self.errors, self.nearer, self.bound, self.weights
        columns = (
            [str(number) for number in range(1, len(self.errors) + 1)],
            self.activations,
            *([f"{value:.1e}" for value in each] for each in measured),
            ["–" if s is None else f"{s:.0%}" for s in self.saturation],
        )
        norms = ("error", "nearer", "bound", "gradient")
        head = ("layer", "activation", *norms, "saturated")
        return TextTable(head, tuple(zip(*columns, strict=True)))


def gradient_flow(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike
) -> GradientFlow:
    r"""Look at how the errors of a network fare on their way back.

    ‖Δˡ‖ for every layer, beside the most that it can be.

    Parameters
    ----------
    network : Network
        Yours.
    x, y : array_like
        One example or a batch, as for `forward` and `backward`.

    Returns
    -------
    GradientFlow
        Lengths, bounds and saturation, layer by layer. The bounds hold for
        each example, and so for the length over all of them; rounding may
        pass them by its last digit, where they are reached.

    Raises
    ------
    ValueError
        As `forward` and `backward` do, and if a number is not finite.

    Examples
    --------
    >>> from literate_bp import gradient_flow, initialize
    >>> network = initialize((2,) * 10 + (1,), seed=0)
    >>> gradient_flow(network, [0.1, 0.3], [1.0]).bound[0] < 1e-5
    True
    """
    trace = forward(network, x)
    y = targets_of(network, y, trace.output)
    require_finite(network, trace.activated[0], y)
    found = backward(network, trace, y)
    *hidden, last = network.layers
    derivatives = [
        ACTIVATIONS[layer.activation].derivative(z)
        for layer, z in zip(network.layers, trace.linear, strict=True)
    ]
    dc_da = stretch(last.matrix) * length(found.errors[-1])
    if last.residual:
        dc_da += length(output_derivative(network, trace, y))
    norms = [stretch(layer.matrix) for layer in hidden]
    past = [layer.residual for layer in hidden]
    anywhere = [steepest(layer.activation) for layer in hidden]
    here = [float(np.abs(derivative).max()) for derivative in derivatives[:-1]]
    errors = tuple(map(length, found.errors))
    return GradientFlow(
        activations=tuple(layer.activation for layer in network.layers),
        errors=errors,
        weights=tuple(map(length, found.weights)),
        bound=(*bounds(norms, anywhere, past, dc_da), errors[-1]),
        nearer=(*bounds(norms, here, past, dc_da), errors[-1]),
        saturation=tuple(
            None
            if layer.activation == "softmax"
            else saturation(derivative, layer.activation)
            for layer, derivative in zip(
                network.layers, derivatives, strict=True
            )
        ),
    )
