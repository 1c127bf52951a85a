"""Each activation beside its slope, on arrays, in one table.

Every curve takes the linear part z and gives the activated value; every slope
is taken at the same z. All of them keep the type of what they are given,
overflow nowhere, and keep their digits where the result is small. The curves
marked ``analytic`` also take complex numbers, which is what the complex step
of `oracle` needs.
"""

from collections.abc import Callable
from math import pi, sqrt
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def identity(z: Array) -> Array:
    r"""Leave z as it is: σ(z) = z.

    Parameters
    ----------
    z : ndarray
        The linear part, of any shape; so for every activation below.

    Returns
    -------
    ndarray
        The activated value, shaped and typed like z; so for every activation
        below.
    """
    return z


def identity_derivative(z: Array) -> Array:
    r"""Rise by as much as z does: σ′(z) = 1."""
    return np.ones_like(z)


def decay(z: Array) -> Array:
    r"""Give e^(−|z|), which cannot overflow.

    A complex z is mirrored by its real part.
    """
    return np.exp(np.minimum(z, -z))


def sigmoid(z: Array) -> Array:
    r"""Squash z into (0, 1).

    σ(z) = 1 / (1 + e⁻ᶻ), computed as e^min(z, 0) / (1 + e^(−|z|)).
    """
    return np.exp(np.minimum(z, 0)) / (1 + decay(z))


def sigmoid_derivative(z: Array) -> Array:
    r"""Rise by σ′(z) = σ(z) σ(−z), the same at z and at −z.

    Computed as e^(−|z|) / (1 + e^(−|z|))².
    """
    e = decay(z)
    return e / (1 + e) ** 2


def tanh(z: Array) -> Array:
    r"""Squash z into (−1, 1): σ(z) = tanh(z)."""
    return np.tanh(z)


def tanh_derivative(z: Array) -> Array:
    r"""Rise by 1 − tanh² z, computed as σ′(z) = 4 sigmoid′(2z).

    This form keeps its digits.
    """
    return 4 * sigmoid_derivative(2 * z)


def relu(z: Array) -> Array:
    r"""Let through what is positive: σ(z) = max(z, 0)."""
    return np.maximum(z, 0)


def relu_derivative(z: Array) -> Array:
    r"""Rise above 0 alone: σ′(z) = (1 if z > 0 else 0)."""
    return (z > 0).astype(z.dtype)


LEAK = 0.01


def leaky_relu(z: Array) -> Array:
    r"""Let a little of the rest through: σ(z) = (z if z > 0 else 0.01 z)."""
    return np.where(z > 0, z, LEAK * z)


def leaky_relu_derivative(z: Array) -> Array:
    r"""Rise a little below 0: σ′(z) = (1 if z > 0 else 0.01)."""
    return np.where(z > 0, np.ones_like(z), LEAK)


def softplus(z: Array) -> Array:
    r"""Bend smoothly from 0 to z.

    ln(1 + eᶻ), computed as σ(z) = max(z, 0) + ln(1 + e^(−|z|)).
    """
    return np.maximum(z, 0) + np.log1p(decay(z))


def softplus_derivative(z: Array) -> Array:
    r"""Rise as far as the sigmoid is: σ′(z) = sigmoid(z)."""
    return sigmoid(z)


def silu(z: Array) -> Array:
    r"""Let z through its own gate: σ(z) = z sigmoid(z)."""
    return z * sigmoid(z)


def silu_derivative(z: Array) -> Array:
    r"""Rise by the product's two parts.

    σ′(z) = sigmoid(z) + z sigmoid′(z).
    """
    return sigmoid(z) + z * sigmoid_derivative(z)


GELU_SCALE = 2 * sqrt(2 / pi)
GELU_CUBE = 0.044715


def gelu(z: Array) -> Array:
    r"""Let z through a gate (the tanh form).

    σ(z) = z sigmoid(u), where u = 2√(2 / π) (z + 0.044715 z³).

    Source: Hendrycks and Gimpel 2016, section 2.
    """
    return z * sigmoid(GELU_SCALE * (z + GELU_CUBE * z**3))


def gelu_derivative(z: Array) -> Array:
    r"""Rise by the product's two parts, the second through the gate.

    σ′(z) = sigmoid(u) + z sigmoid′(u)·2√(2 / π) (1 + 3·0.044715 z²),
    where u = 2√(2 / π) (z + 0.044715 z³).
    """
    gate = GELU_SCALE * (z + GELU_CUBE * z**3)
    return sigmoid(gate) + z * sigmoid_derivative(gate) * GELU_SCALE * (
        1 + 3 * GELU_CUBE * z**2
    )


def below_top(z: Array) -> Array:
    r"""Give zₖ − zₘ, where zₘ = maxⱼ zⱼ is the largest along the last axis.

    No exponential of it overflows.
    """
    top = np.argmax(z.real, axis=-1, keepdims=True)
    return z - np.take_along_axis(z, top, axis=-1)


def softmax(z: Array) -> Array:
    r"""Share 1 among the outputs by their exponentials.

    aₖ = e^(zₖ − zₘ) / (Σⱼ e^(zⱼ − zₘ)), where zₘ = maxⱼ zⱼ cancels.

    Parameters
    ----------
    z : ndarray (..., n)
        The linear parts; the last axis holds the outputs that share.
    """
    e = np.exp(below_top(z))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_rest(z: Array) -> Array:
    r"""Give what is left for the others, as the sum of their shares.

    1 − aₖ = (Σⱼ≠ₖ e^(zⱼ − zₘ)) / (Σⱼ e^(zⱼ − zₘ)), where zₘ = maxⱼ zⱼ. The
    sum keeps its digits where aₖ is near 1.
    """
    e = np.exp(below_top(z))
    others = 1 - np.eye(z.shape[-1], dtype=z.dtype)
    return e @ others / e.sum(axis=-1, keepdims=True)


def softmax_derivative(z: Array) -> Array:
    r"""Give the slopes of every output along every linear part.

    ∂aₖ/∂zⱼ = (aⱼ (1 − aⱼ) if j = k else −aⱼ aₖ).

    Returns
    -------
    ndarray (..., n, n)
        Row j, column k.
    """
    a = softmax(z)
    diagonal = np.eye(z.shape[-1], dtype=bool)
    return np.where(
        diagonal,
        (a * softmax_rest(z))[..., None],
        -a[..., :, None] * a[..., None, :],
    )


class Activation(NamedTuple):
    """A curve and its slope, both functions of the linear part."""

    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array]
    analytic: bool = True


ACTIVATIONS = {
    "identity": Activation(identity, identity_derivative),
    "sigmoid": Activation(sigmoid, sigmoid_derivative),
    "tanh": Activation(tanh, tanh_derivative),
    "relu": Activation(relu, relu_derivative, analytic=False),
    "leaky_relu": Activation(
        leaky_relu, leaky_relu_derivative, analytic=False
    ),
    "softplus": Activation(softplus, softplus_derivative),
    "silu": Activation(silu, silu_derivative),
    "gelu": Activation(gelu, gelu_derivative),
    "softmax": Activation(softmax, softmax_derivative),
}
