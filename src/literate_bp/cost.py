"""Each cost beside its slope, on arrays, in one table.

A cost is the sum over the outputs of one example (the last axis). Two kinds
stand in the table. The squared errors look at the output a of the network, and
their slope is ∂C/∂a. The cross-entropies go with one output activation, look
at its linear part z, and their slope is δ = ∂C/∂z at once: the slope of the
activation cancels, and so do the overflows.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .activation import (
    Array,
    below_top,
    sigmoid,
    softmax,
    softmax_rest,
    softplus,
)


def half_squared_error(a: Array, y: Array) -> Array:
    r"""Add up half the squared distances: C = ½ Σₖ (aₖ − yₖ)².

    Parameters
    ----------
    a, y : ndarray (..., n)
        Outputs and targets.

    Returns
    -------
    ndarray (...)
        One cost an example; so for every cost below.
    """
    return ((a - y) ** 2).sum(axis=-1) / 2


def half_squared_error_derivative(a: Array, y: Array) -> Array:
    r"""Give ∂C/∂aₖ = aₖ − yₖ, shaped like a."""
    return a - y


def squared_error(a: Array, y: Array) -> Array:
    r"""Add up the squared distances, without the ½: C = Σₖ (aₖ − yₖ)²."""
    return ((a - y) ** 2).sum(axis=-1)


def squared_error_derivative(a: Array, y: Array) -> Array:
    r"""Give ∂C/∂aₖ = 2(aₖ − yₖ), shaped like a."""
    return 2 * (a - y)


def binary_cross_entropy(z: Array, y: Array) -> Array:
    r"""Add up the surprises of yes-or-no outputs.

    −Σₖ (yₖ ln aₖ + (1 − yₖ) ln(1 − aₖ)), where a = σ(z), computed as
    C = Σₖ (yₖ softplus(−zₖ) + (1 − yₖ) softplus(zₖ)), where nothing cancels.

    Parameters
    ----------
    z : ndarray (..., n)
        The linear parts of the sigmoid outputs.
    y : ndarray (..., n)
        Targets between 0 and 1.
    """
    return (y * softplus(-z) + (1 - y) * softplus(z)).sum(axis=-1)


def binary_cross_entropy_derivative(z: Array, y: Array) -> Array:
    r"""Give δₖ = ∂C/∂zₖ = aₖ − yₖ, computed as (1 − yₖ) σ(zₖ) − yₖ σ(−zₖ)."""
    return (1 - y) * sigmoid(z) - y * sigmoid(-z)


def cross_entropy(z: Array, y: Array) -> Array:
    r"""Weigh the surprise at each class.

    −Σₖ yₖ ln aₖ, where a = softmax(z), computed as
    C = Σₖ yₖ (ln(1 + Σⱼ≠ₘ e^(zⱼ − zₘ)) − (zₖ − zₘ)), where zₘ = maxⱼ zⱼ.

    Parameters
    ----------
    z : ndarray (..., n)
        The linear parts of the softmax outputs.
    y : ndarray (..., n)
        Targets that share 1: one 1 among zeros, or probabilities.
    """
    d = below_top(z)
    top = np.arange(z.shape[-1]) == np.argmax(z.real, axis=-1, keepdims=True)
    rest = np.where(top, 0, np.exp(d)).sum(axis=-1, keepdims=True)
    return (y * (np.log1p(rest) - d)).sum(axis=-1)


def cross_entropy_derivative(z: Array, y: Array) -> Array:
    r"""Give δₖ = ∂C/∂zₖ = aₖ − yₖ, computed as (1 − yₖ) aₖ − yₖ (1 − aₖ)."""
    return (1 - y) * softmax(z) - y * softmax_rest(z)


class Cost(NamedTuple):
    """A cost and its slope.

    Where `output` is named, both take the linear part of that activation.
    """

    value: Callable[[Array, Array], Array]
    derivative: Callable[[Array, Array], Array]
    output: str | None = None


COSTS = {
    "half_squared_error": Cost(
        half_squared_error, half_squared_error_derivative
    ),
    "squared_error": Cost(squared_error, squared_error_derivative),
    "binary_cross_entropy": Cost(
        binary_cross_entropy, binary_cross_entropy_derivative, output="sigmoid"
    ),
    "cross_entropy": Cost(
        cross_entropy, cross_entropy_derivative, output="softmax"
    ),
}
