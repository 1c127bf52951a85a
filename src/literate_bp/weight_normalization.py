"""Weight normalization: weights made of directions and gains.

The weights into a node have the direction of a vector and the norm of a gain,
and both are trained.
"""

from dataclasses import dataclass

import numpy as np

from .activation import Array
from .layer import PlainLayer


def norms(v: Array) -> Array:
    r"""Compute the norm of the weights into each node: ‖vⱼ‖ = √(Σᵢ vᵢⱼ²).

    Parameters
    ----------
    v : ndarray (n_in, n_out)
        Column j leads into node j.

    Returns
    -------
    ndarray (n_out,)
        One norm a node, in units of the weights.
    """
    return np.sqrt((v**2).sum(axis=0))


def normalized(v: Array, g: Array) -> Array:
    r"""Compute the weights from directions and gains.

    wᵢⱼ = gⱼ vᵢⱼ / √(Σₖ vₖⱼ²), so that the norm of the weights into node j is
    |gⱼ|.

    Parameters
    ----------
    v : ndarray (n_in, n_out)
        Directions, one a column, of any norm but 0.
    g : ndarray (n_out,)
        Gains, one a node.

    Returns
    -------
    ndarray (n_in, n_out)
        The weights.

    References
    ----------
    Salimans and Kingma 2016, eq. 2.
    """
    return g * v / norms(v)


def gain_gradient(dc_dw: Array, v: Array) -> Array:
    r"""Compute the gradient of the gains.

    ∂C/∂gⱼ = Σᵢ ∂C/∂wᵢⱼ vᵢⱼ / √(Σₖ vₖⱼ²).

    Parameters
    ----------
    dc_dw : ndarray (n_in, n_out)
        The gradient of the normalized weights.
    v : ndarray (n_in, n_out)
        Their directions.

    Returns
    -------
    ndarray (n_out,)
        Shaped like the gains.

    References
    ----------
    Salimans and Kingma 2016, eq. 3.
    """
    return (dc_dw * (v / norms(v))).sum(axis=0)


def direction_gradient(dc_dw: Array, v: Array, g: Array) -> Array:
    r"""Compute the gradient of the directions.

    ∂C/∂vᵢⱼ = (gⱼ / √(Σₖ vₖⱼ²)) (∂C/∂wᵢⱼ − ∂C/∂gⱼ vᵢⱼ / √(Σₖ vₖⱼ²)): the
    component along vⱼ, which would change the norm alone, is subtracted.

    Parameters
    ----------
    dc_dw : ndarray (n_in, n_out)
        The gradient of the normalized weights.
    v : ndarray (n_in, n_out)
        Their directions.
    g : ndarray (n_out,)
        Their gains.

    Returns
    -------
    ndarray (n_in, n_out)
        Shaped like the directions.

    References
    ----------
    Salimans and Kingma 2016, eq. 3.
    """
    dc_dg = gain_gradient(dc_dw, v)
    return g / norms(v) * (dc_dw - dc_dg * (v / norms(v)))


@dataclass(frozen=True, eq=False)
class NormalizedWeights(PlainLayer):
    """What weight normalization changes in a layer.

    Attributes
    ----------
    gains : ndarray (n_out,) or None
        One a node; None for a layer whose weights are not normalized.
    """

    gains: Array | None

    @property
    def matrix(self) -> Array:
        """W, made of directions and gains."""
        if self.gains is None:
            return self.weights
        return normalized(self.weights, self.gains)

    def matrix_backward(self, dc_dw: Array) -> tuple[Array, Array | None]:
        r"""Return the gradients of directions and gains, from ∂C/∂Wˡ."""
        if self.gains is None:
            return dc_dw, None
        dc_dv = direction_gradient(dc_dw, self.weights, self.gains)
        return dc_dv, gain_gradient(dc_dw, self.weights)
