"""Rules as textbooks have them: for a pencil, not for a computer.

They overflow, or lose digits where a result is small. That each gives what
the rule of this package gives is proved, in `claims` and `identities`.
"""

import numpy as np

from .activation import Array
from .node import activated_error


def sigmoid(z: Array) -> Array:
    """Squash z into (0, 1)."""
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z: Array) -> Array:
    """Rise by what is known already: the curve itself."""
    return sigmoid(z) * (1 - sigmoid(z))


def tanh(z: Array) -> Array:
    """Squash z into (−1, 1)."""
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))


def tanh_derivative(z: Array) -> Array:
    """Rise by what is known already."""
    return 1 - tanh(z) ** 2


def softplus(z: Array) -> Array:
    """Bend smoothly from 0 to z."""
    return np.log(1 + np.exp(z))


def softmax(z: Array) -> Array:
    """Share 1 among the outputs by their exponentials."""
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def binary_cross_entropy(a: Array, y: Array) -> Array:
    """Add up the surprises of yes-or-no outputs."""
    return -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(axis=-1)


def cross_entropy(a: Array, y: Array) -> Array:
    """Weigh the surprise at each class."""
    return -(y * np.log(a)).sum(axis=-1)


def error(a: Array, y: Array) -> Array:
    """Give the error of the linear parts, with either cross-entropy."""
    return a - y


def residual_error(
    w: tuple[float, ...], delta: tuple[float, ...], dc_da: float
) -> float:
    """Collect through the weights of one node, and past them."""
    return activated_error(w, delta) + dc_da


ENTROPIES = {
    "binary_cross_entropy": binary_cross_entropy,
    "cross_entropy": cross_entropy,
}
"""The costs whose rules look at the linear parts; these take the outputs."""


def has_logarithms(a: Array) -> bool:
    """Tell whether no output was rounded to 0 or 1."""
    return bool(((a > 0) & (a < 1)).all())
