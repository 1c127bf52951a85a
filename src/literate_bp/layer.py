"""One layer as arrays, for one example or a batch.

Row n of a batch is example n, and W[i, j] leads from node i to node j, so that
a layer is Z = A W + b. Read `nodes` first: every rule here is one of its
loops, written as a product.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .activation import Array


def linear(a: Array, w: Array, b: Array | None) -> Array:
    r"""Compute the linear parts of a layer: Zˡ = Aˡ⁻¹ Wˡ + bˡ.

    Parameters
    ----------
    a : ndarray (n_in,) or (batch, n_in)
        The inputs of the layer, one example a row.
    w : ndarray (n_in, n_out)
        The weights, W[from, to].
    b : ndarray (n_out,) or None
        The biases, or None for a layer without biases.

    Returns
    -------
    ndarray (n_out,) or (batch, n_out)
        The values before the activation.
    """
    return a @ w if b is None else a @ w + b


def activated_error(delta: Array, w: Array) -> Array:
    r"""Compute the gradient of the activated values: ∂C/∂Aˡ = Δˡ⁺¹ Wˡ⁺¹ᵀ.

    Parameters
    ----------
    delta : ndarray (n_out,) or (batch, n_out)
        Δˡ⁺¹, the errors of the layer that the weights lead to.
    w : ndarray (n_in, n_out)
        The weights. The transpose makes the sum run over where they lead.

    Returns
    -------
    ndarray (n_in,) or (batch, n_in)
        In units of the cost per unit of the activated values.
    """
    return delta @ w.T


def linear_error(derivative: Array, dc_da: Array) -> Array:
    r"""Compute the errors of the linear parts: Δˡ = σ′(Zˡ) ⊙ ∂C/∂Aˡ.

    Parameters
    ----------
    derivative, dc_da : ndarray, equal shapes
        σ′ at the linear parts, and the gradient of the activated values.

    Returns
    -------
    ndarray, of the same shape
        Δˡ = ∂C/∂Zˡ.
    """
    return derivative * dc_da


def weight_gradient(a: Array, delta: Array) -> Array:
    r"""Compute ∂C/∂Wˡ = Aˡ⁻¹ᵀ Δˡ; the product sums over the batch.

    Parameters
    ----------
    a : ndarray (n_in,) or (batch, n_in)
        The inputs of the layer.
    delta : ndarray (n_out,) or (batch, n_out)
        The errors of its linear parts.

    Returns
    -------
    ndarray (n_in, n_out)
        Shaped like W.
    """
    return np.dot(np.atleast_2d(a).T, np.atleast_2d(delta))


def bias_gradient(delta: Array) -> Array:
    r"""Sum the errors over the batch: ∂C/∂bˡ = Σₙ Δˡₙ.

    Parameters
    ----------
    delta : ndarray (n_out,) or (batch, n_out)
        The errors of the layer's linear parts.

    Returns
    -------
    ndarray (n_out,)
        Shaped like the biases.
    """
    return np.atleast_2d(delta).sum(axis=0)


@dataclass(frozen=True, eq=False)
class PlainLayer:
    r"""A plain layer: Z = A W + b, then σ(Z).

    Other kinds of layers override its methods. Its arguments are not checked:
    a network is made of `literate_bp.network.Layer`, which checks them.

    Attributes
    ----------
    weights : ndarray (n_in, n_out)
        W[from, to].
    biases : ndarray (n_out,) or None
        One a node, or None for a layer without biases.
    function, derivative : callable
        σ and σ′, which take the linear parts.
    """

    weights: Array
    biases: Array | None
    function: Callable[[Array], Array]
    derivative: Callable[[Array], Array]

    @property
    def matrix(self) -> Array:
        """W, the matrix that the inputs are multiplied by."""
        return self.weights

    def output(self, a: Array, z: Array) -> Array:
        r"""Compute Aˡ = σ(Zˡ).

        Parameters
        ----------
        a : ndarray (n_in,) or (batch, n_in)
            Aˡ⁻¹, the inputs, which a plain layer does not need here.
        z : ndarray (n_out,) or (batch, n_out)
            Zˡ, the linear parts.
        """
        return self.function(z)

    def error(self, z: Array, dc_da: Array) -> Array:
        r"""Compute Δˡ = σ′(Zˡ) ⊙ ∂C/∂Aˡ.

        Parameters
        ----------
        z, dc_da : ndarray (n_out,) or (batch, n_out)
            Zˡ, the linear parts, and ∂C/∂Aˡ.
        """
        return linear_error(self.derivative(z), dc_da)

    def input_gradient(self, delta: Array, dc_da: Array | None) -> Array:
        r"""Compute ∂C/∂Aˡ⁻¹ = Δˡ Wˡᵀ.

        Parameters
        ----------
        delta : ndarray (n_out,) or (batch, n_out)
            Δˡ, the errors of the linear parts.
        dc_da : ndarray, shaped like delta, or None
            ∂C/∂Aˡ, which a plain layer does not need here.
        """
        return activated_error(delta, self.matrix)

    def shortcut_gradient(self, dc_da: Array | None) -> Array | None:
        r"""Return what `input_gradient` needs of ∂C/∂Aˡ: nothing.

        Parameters
        ----------
        dc_da : ndarray (n_out,) or (batch, n_out), or None
            ∂C/∂Aˡ, the gradient of the output.
        """
        return None

    def matrix_backward(self, dc_dw: Array) -> tuple[Array, Array | None]:
        r"""Return the gradients of the weights and of the gains, from ∂C/∂Wˡ.

        The weights are W itself, and a plain layer has no gains.

        Parameters
        ----------
        dc_dw : ndarray (n_in, n_out)
            ∂C/∂Wˡ, the gradient of the matrix.
        """
        return dc_dw, None

    def scale_gradients(
        self, z: Array, dc_da: Array
    ) -> tuple[Array | None, Array | None]:
        r"""Return the gradients of scales and shifts: a plain layer has none.

        Parameters
        ----------
        z, dc_da : ndarray (n_out,) or (batch, n_out)
            Zˡ, the linear parts, and ∂C/∂Aˡ.
        """
        return None, None
