"""Vanishing and exploding gradients: upper bounds for the errors of layers.

First the largest derivative of each activation, then a chain of single nodes,
then whole layers, and at the end the measured errors of any network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import ACTIVATIONS, Array, elementwise_activations
from .display import Displayed, TextTable, count
from .network import (
    Layer,
    Network,
    backward,
    forward,
    inputs_of,
    output_derivative,
    require_finite,
    targets_of,
)

REFINEMENTS, GRID_POINTS = 4, 201
SEARCH_LIMIT = 40.0
"""Beyond it, every activation is linear in float64: 1 + e⁻⁴⁰ is 1."""


def maximum(
    function: Callable[[Array], Array], low: float, high: float
) -> tuple[float, float]:
    """Find the maximum of a function on ever finer grids.

    Parameters
    ----------
    function : callable
        Takes an array, and has one maximum, or a plateau of maxima, between
        `low` and `high`.
    low, high : float
        The interval that is searched.

    Returns
    -------
    tuple of float
        The argument of the maximum, to about seven digits, and its value, to
        twice as many, because the derivative there is 0.
    """
    for _ in range(REFINEMENTS):
        grid = np.linspace(low, high, GRID_POINTS)
        best = int(np.argmax(function(grid)))
        low, high = grid[[max(best - 1, 0), min(best + 1, GRID_POINTS - 1)]]
    return float(grid[best]), float(function(grid)[best])


def largest_derivative(activation: str) -> float:
    r"""Return the largest derivative of an activation: max |σ′(z)| over all z.

    Parameters
    ----------
    activation : str
        A name in `literate_bp.activation.ACTIVATIONS`, except softmax, whose
        derivative is a matrix.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    validation.one_of("activation", activation, elementwise_activations())
    return largest_size(ACTIVATIONS[activation].derivative)


@cache
def largest_size(derivative: Callable[[Array], Array]) -> float:
    r"""Return the largest size of a derivative: max |σ′(z)| over all z.

    Parameters
    ----------
    derivative : callable
        σ′, which takes an array.
    """
    return maximum(
        lambda z: np.abs(derivative(z)), -SEARCH_LIMIT, SEARCH_LIMIT
    )[1]


def edge_output(u: Any) -> Any:
    r"""Return the larger sigmoid output at which the factor |w| σ′(z) is 1.

    p = (1 + √(1 − 4 / u)) / 2, where u p (1 − p) = 1.

    Parameters
    ----------
    u : float or ndarray
        |w|, at least 4; with a smaller weight the factor is below 1
        everywhere.
    """
    return (1 + np.sqrt(1 - 4 / u)) / 2


def interval_width(u: Any) -> Any:
    r"""Return the width of the interval of inputs where the factor is ≥ 1.

    (2 / u) ln(u (1 + √(1 − 4 / u)) / 2 − 1).

    Parameters
    ----------
    u : float or ndarray
        |w|, at least 4.

    References
    ----------
    Nielsen 2015, chapter 5, where it is a problem for the reader.
    """
    return 2 / u * np.log(u * edge_output(u) - 1)


def spectral_norm(w: Array) -> float:
    r"""Return the largest factor by which a matrix scales a norm: ‖W‖.

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


def euclidean_norm(errors: Array) -> float:
    r"""Return the Euclidean norm of an array: √(Σ δ²), over all entries.

    All entries are divided by the largest before they are squared: the square
    of 10⁻¹⁶² is 0 in float64.

    Parameters
    ----------
    errors : ndarray
        The errors of one example, or of a batch, whose norm squared is the
        sum over its examples.
    """
    largest = float(np.abs(errors).max())
    if not 0 < largest < np.inf:
        return largest
    return largest * float(np.linalg.norm(errors.astype(np.float64) / largest))


def factor_bound(norm: float, derivative: float, *, residual: bool) -> float:
    r"""Return the upper bound of ‖∂C/∂Aˡ⁻¹‖ / ‖∂C/∂Aˡ‖: ‖Wˡ‖ max |σ′|.

    A residual connection adds 1.

    Parameters
    ----------
    norm, derivative : float
        ‖Wˡ‖, and the largest |σ′|: of the activation, or at the linear parts
        of the layer.
    residual : bool
        Whether the layer has a residual connection.
    """
    return norm * derivative + residual


def error_bounds(
    norms: Sequence[float],
    derivatives: Sequence[float],
    residual: Sequence[bool],
    dc_da: float,
) -> tuple[float, ...]:
    r"""Return upper bounds of hidden errors: ‖Δˡ‖ ≤ max |σ′| ‖∂C/∂Aˡ‖.

    `factor_bound` leads from ‖∂C/∂Aˡ‖ to ‖∂C/∂Aˡ⁻¹‖.

    Parameters
    ----------
    norms, derivatives, residual : sequence of float, float and bool
        As for `factor_bound`, from the first hidden layer to the last.
    dc_da : float
        An upper bound of ‖∂C/∂A‖ of the last hidden layer.

    Returns
    -------
    tuple of float
        One a layer, from the first to the last.
    """
    found: list[float] = []
    layers = zip(norms, derivatives, residual, strict=True)
    for norm, derivative, past in reversed([*layers]):
        found.append(derivative * dc_da)
        dc_da *= factor_bound(norm, derivative, residual=past)
    return tuple(reversed(found))


def jacobian(layer: Layer, z: Array) -> Array:
    r"""Return the Jacobian of a layer for one example: ∂aⱼ/∂aᵢ = wᵢⱼ σ′(zⱼ).

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
    validation.without_normalization([layer.normalization], "a Jacobian")
    derivative = layer.derivative(z)
    if derivative.ndim == 2:
        return layer.matrix @ derivative
    return layer.matrix * derivative + layer.residual * np.eye(
        *layer.matrix.shape
    )


def jacobians(network: Network, x: npt.ArrayLike) -> tuple[Array, ...]:
    r"""Return the Jacobian of every layer for one example.

    Their product, from the first to the last, is the Jacobian of the network.

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
    if (x := inputs_of(network, x)).ndim != 1:
        raise ValueError(
            f"x has shape {x.shape}; jacobians takes one example, so "
            f"({x.shape[-1]},) was expected"
        )
    trace = forward(network, x)
    return tuple(
        jacobian(layer, z)
        for layer, z in zip(network.layers, trace.linear, strict=True)
    )


def singular_values(matrix: Array) -> Array:
    """Return the singular values of a matrix.

    Parameters
    ----------
    matrix : ndarray (n, m)
        Any matrix.

    Returns
    -------
    ndarray (min(n, m),)
        From the largest to the smallest.
    """
    return np.linalg.svd(matrix, compute_uv=False)


SATURATED = 0.1
"""Below this share of the largest derivative, a node counts as saturated."""


def saturation(derivative: Array, activation: str) -> float:
    """Return the share of nodes that are saturated, over all examples.

    Parameters
    ----------
    derivative : ndarray (n,) or (batch, n)
        σ′ at the linear parts of a layer.
    activation : str
        The name of its activation.
    """
    threshold = SATURATED * largest_derivative(activation)
    return float(np.mean(np.abs(derivative) < threshold))


@dataclass(frozen=True, repr=False)
class GradientFlow(Displayed):
    """The norms of the errors of a network, with upper bounds.

    Every attribute has one entry a layer, from the first to the last.

    Attributes
    ----------
    activations : tuple of str
        The name of the activation.
    errors : tuple of float
        ‖Δˡ‖, the norm of the errors, over all nodes and examples.
    weights : tuple of float
        ‖∂C/∂Wˡ‖, the norm of the gradient, over all weights; for normalized
        weights, over their directions.
    bound : tuple of float
        An upper bound of ‖Δˡ‖ with these weights and these errors of the last
        layer, for any inputs. If the last layer is residual, the bound takes
        the gradient of its outputs, ‖∂C/∂Aᴸ‖, as well.
    local_bound : tuple of float
        The same for these inputs: with the largest σ′ at their linear parts.
    saturation : tuple of float or None
        The share of nodes, over all examples, whose σ′ is below a tenth of
        the largest; None for softmax, whose derivative is a matrix.
    """

    activations: tuple[str, ...]
    errors: tuple[float, ...]
    weights: tuple[float, ...]
    bound: tuple[float, ...]
    local_bound: tuple[float, ...]
    saturation: tuple[float | None, ...]

    @property
    def remaining(self) -> float:
        """The share of the last layer's error that reaches the first."""
        return self.errors[0] / self.errors[-1] if self.errors[-1] else 0.0

    @property
    def summary(self) -> str:
        """The number of layers, and the share of the error that remains."""
        layers = count(len(self.errors), "layer")
        return (
            f"{layers}, {self.remaining:.1e} of the last layer's error "
            "reaches the first"
        )

    @property
    def table(self) -> TextTable:
        """The norms and their bounds, a layer a row."""
        measured = self.errors, self.local_bound, self.bound, self.weights
        columns = (
            [str(number) for number in range(1, len(self.errors) + 1)],
            self.activations,
            *([f"{value:.1e}" for value in each] for each in measured),
            ["–" if s is None else f"{s:.0%}" for s in self.saturation],
        )
        norms = ("error", "local bound", "bound", "gradient")
        head = ("layer", "activation", *norms, "saturated")
        return TextTable(head, tuple(zip(*columns, strict=True)))


def gradient_flow(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike
) -> GradientFlow:
    r"""Measure the errors ‖Δˡ‖ of every layer, and bound them from above.

    Parameters
    ----------
    network : Network
        The network.
    x, y : array_like
        One example or a batch, as for `forward` and `backward`.

    Returns
    -------
    GradientFlow
        Norms, bounds and saturation, layer by layer. The bounds hold for
        each example, and so for the norm over all of them. Where a bound is
        reached, rounding may put the norm above it by its last digit.

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
    x = inputs_of(network, x)
    validation.without_normalization(network.normalizations, "the bound")
    require_finite(network, x, x)
    trace = forward(network, x)
    y = targets_of(network, y, trace.output)
    validation.finite("y", y)
    found = backward(network, trace, y)
    *hidden, last = network.layers
    derivatives = [
        layer.derivative(z)
        for layer, z in zip(network.layers, trace.linear, strict=True)
    ]
    dc_da = spectral_norm(last.matrix) * euclidean_norm(found.errors[-1])
    if last.residual:
        dc_da += euclidean_norm(output_derivative(network, trace, y))
    norms = [spectral_norm(layer.matrix) for layer in hidden]
    past = [layer.residual for layer in hidden]
    largest = [largest_derivative(layer.activation) for layer in hidden]
    local = [float(np.abs(d).max()) for d in derivatives[:-1]]
    errors = tuple(map(euclidean_norm, found.errors))
    return GradientFlow(
        activations=tuple(layer.activation for layer in network.layers),
        errors=errors,
        weights=tuple(map(euclidean_norm, found.weights)),
        bound=(*error_bounds(norms, largest, past, dc_da), errors[-1]),
        local_bound=(*error_bounds(norms, local, past, dc_da), errors[-1]),
        saturation=tuple(
            saturation(derivative, layer.activation)
            if ACTIVATIONS[layer.activation].elementwise
            else None
            for layer, derivative in zip(
                network.layers, derivatives, strict=True
            )
        ),
    )
