"""Residual connections: a layer that adds to its inputs.

The output of the layer is A + σ(Z), where A are its inputs. On the way back,
the gradient of the output takes the same shortcut.
"""

from dataclasses import dataclass

from .activation import Array
from .layer import PlainLayer, activated_error
from .node import activated_error as node_activated_error


def residual_sum(a: Array, activated: Array) -> Array:
    r"""Add the inputs of a layer to its activated values: Aˡ = Aˡ⁻¹ + σ(Zˡ).

    Parameters
    ----------
    a, activated : ndarray, equal shapes
        Aˡ⁻¹, the inputs of the layer, and σ(Zˡ).

    Returns
    -------
    ndarray, of the same shape
        Aˡ, the output of the layer.

    References
    ----------
    He et al. 2016, eq. 1.
    """
    return a + activated


def residual_error(delta: Array, w: Array, dc_da: Array) -> Array:
    r"""Compute the gradient of the inputs: ∂C/∂Aˡ⁻¹ = Δˡ Wˡᵀ + ∂C/∂Aˡ.

    One part comes back through the weights, the other by the shortcut.

    Parameters
    ----------
    delta : ndarray (n,) or (batch, n)
        Δˡ, the errors of the layer's linear parts.
    w : ndarray (n, n)
        Its weights.
    dc_da : ndarray, shaped like delta
        ∂C/∂Aˡ, the gradient of the output of the layer.

    Returns
    -------
    ndarray, shaped like delta
        The gradient of the inputs of the layer.
    """
    return activated_error(delta, w) + dc_da


def residual_error_of_node(
    w: tuple[float, ...], delta: tuple[float, ...], dc_da: float
) -> float:
    r"""Compute the same for one node, ∂C/∂aⱼˡ⁻¹ = Σₖ wⱼₖ δₖ + ∂C/∂aⱼ.

    Parameters
    ----------
    w : tuple of float
        The weights from the node to the nodes of the layer.
    delta : tuple of float
        The errors of these nodes.
    dc_da : float
        The gradient of the output of the layer, at this node.
    """
    return node_activated_error(w, delta) + dc_da


@dataclass(frozen=True, eq=False)
class ResidualConnection(PlainLayer):
    """What a residual connection changes in a layer.

    Attributes
    ----------
    residual : bool
        Whether the layer has one. It then has as many nodes as inputs.
    """

    residual: bool

    def output(self, a: Array, z: Array) -> Array:
        r"""Compute Aˡ = Aˡ⁻¹ + σ(Zˡ)."""
        activated = self.function(z)
        return residual_sum(a, activated) if self.residual else activated

    def input_gradient(self, delta: Array, dc_da: Array | None) -> Array:
        r"""Compute ∂C/∂Aˡ⁻¹ = Δˡ Wˡᵀ + ∂C/∂Aˡ."""
        if self.residual and dc_da is not None:
            return residual_error(delta, self.matrix, dc_da)
        return super().input_gradient(delta, dc_da)

    def shortcut_gradient(self, dc_da: Array | None) -> Array | None:
        r"""Return what `input_gradient` needs of ∂C/∂Aˡ: all of it."""
        return dc_da if self.residual else None
