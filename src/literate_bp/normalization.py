r"""Normalization: batch, layer and RMS normalization, forward and backward.

Each is made of the same two steps along an axis, and of a scale and a shift
for every node. Only the axis differs, and whether the mean is subtracted.
`NORMALIZATIONS` says so.

What backward needs goes out of forward: nothing is kept anywhere else. A layer
of a network that is normalized computes it again, from its linear parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from . import validation
from .activation import Array
from .layer import PlainLayer, bias_gradient, linear_error

SMALL = 1e-5
"""ε of the layers of a network."""


def centered(x: Array, axis: int) -> Array:
    r"""Subtract the mean: xᵢ − μ, with μ = (1/m) Σᵢ xᵢ.

    It is also its own backward pass: xᵢ is in its own difference, and with
    1/m in the mean that is subtracted from each of the m, so that ∂C/∂xᵢ is
    the gradient of difference i, less the mean of all of these.

    Parameters
    ----------
    x : ndarray (batch, n)
        What comes in; or on the way back, the gradients of the differences.
    axis : int
        The axis of the m numbers that a mean is taken of: −2 for the examples,
        −1 for the nodes; so for every rule below.

    References
    ----------
    Ioffe and Szegedy 2015, algorithm 1.
    """
    return x - x.mean(axis=axis, keepdims=True)


def root_mean_square(x: Array, small: float, axis: int) -> Array:
    r"""Compute the usual size of numbers: s = √((1/m) Σᵢ xᵢ² + ε).

    Of numbers that are centered, it is √(v + ε), where v is their variance.

    Parameters
    ----------
    x : ndarray (batch, n)
        The numbers.
    small : float
        ε, which keeps the quotient finite.
    axis : int
        As of `centered`.

    References
    ----------
    Zhang and Sennrich 2019, equation 4.
    """
    return np.sqrt((x**2).mean(axis=axis, keepdims=True) + small)


def divided_gradient(dc_dn: Array, n: Array, size: Array, axis: int) -> Array:
    r"""Go back through nᵢ = xᵢ / s, in which s depends on all of the x.

    ∂C/∂xᵢ = (∂C/∂nᵢ − nᵢ (1/m) Σⱼ ∂C/∂nⱼ nⱼ) / s. The first term is what a
    constant s would give. Then ∂s/∂xᵢ = xᵢ / (m s) = nᵢ / m, and s divides
    each xⱼ, so that ∂C/∂s = −(1/s) Σⱼ ∂C/∂nⱼ nⱼ. Their product is the second.

    Parameters
    ----------
    dc_dn, n : ndarray (batch, n)
        The gradient of the quotients, and the quotients.
    size : ndarray
        s, as `root_mean_square` gave it.
    axis : int
        As of `centered`.
    """
    return (dc_dn - n * (dc_dn * n).mean(axis=axis, keepdims=True)) / size


def scaled(n: Array, scales: Array, shifts: Array) -> Array:
    r"""Scale and shift, node by node: aⱼ = γⱼ nⱼ + βⱼ.

    Parameters
    ----------
    n : ndarray (batch, n)
        What was normalized.
    scales, shifts : ndarray (n,)
        γ and β, which are trained.

    References
    ----------
    Ioffe and Szegedy 2015, algorithm 1.
    """
    return scales * n + shifts


def scale_gradient(dc_da: Array, n: Array) -> Array:
    r"""Compute the gradient of the scales: ∂C/∂γⱼ = Σ ∂C/∂aⱼ nⱼ.

    The sum is over the examples, for each of which a scale is used. That of
    the shifts is `literate_bp.layer.bias_gradient`: ∂C/∂βⱼ = Σ ∂C/∂aⱼ.

    Parameters
    ----------
    dc_da, n : ndarray (batch, n)
        The gradient of what was scaled and shifted, and what was normalized.
    """
    return (dc_da * n).sum(axis=0)


class Normalized(NamedTuple):
    """What normalization gives, and what its backward pass needs.

    Attributes
    ----------
    output : ndarray (batch, n)
        What was scaled and shifted.
    n : ndarray (batch, n)
        What was normalized.
    size : ndarray (1, n) or (batch, 1)
        What it was divided by.
    """

    output: Array
    n: Array
    size: Array


class NormalizationGradients(NamedTuple):
    """The derivatives of the cost by all that normalization depends on.

    Attributes
    ----------
    inputs : ndarray (batch, n)
        ∂C/∂x.
    scales, shifts : ndarray (n,)
        ∂C/∂γ and ∂C/∂β.
    """

    inputs: Array
    scales: Array
    shifts: Array


@dataclass(frozen=True)
class Normalization:
    """Normalization along an axis.

    Attributes
    ----------
    axis : int
        −2 for the examples of a batch, −1 for the nodes of a layer.
    centers : bool
        Whether the mean is subtracted.
    """

    axis: int
    centers: bool

    def forward(
        self, x: Array, scales: Array, shifts: Array, small: float = SMALL
    ) -> Normalized:
        r"""Normalize: aⱼ = γⱼ (xⱼ − μ) / s + βⱼ, without μ for RMS.

        Parameters
        ----------
        x : ndarray (batch, n)
            What comes in, one example a row.
        scales, shifts : ndarray (n,)
            γ and β, each one a node.
        small : float
            ε, greater than 0.

        Raises
        ------
        ValueError
            If an argument does not fit, there is a single number along the
            axis, or the squares are beyond the type of x.
        """
        x = validation.batch_with_means(x, self.axis)
        scales = validation.one_a_column("scales", scales, x)
        shifts = validation.one_a_column("shifts", shifts, x)
        validation.positive("small", small)
        with np.errstate(over="ignore", invalid="ignore"):
            found = self.applied(x, scales, shifts, small)
        validation.divisor(found.size)
        return found

    def applied(
        self, x: Array, scales: Array, shifts: Array, small: float = SMALL
    ) -> Normalized:
        """Do what `forward` does, and check nothing."""
        x = centered(x, self.axis) if self.centers else x
        size = root_mean_square(x, small, self.axis)
        n = x / size
        return Normalized(scaled(n, scales, shifts), n, size)

    def backward(
        self, dc_da: Array, kept: Normalized, scales: Array
    ) -> NormalizationGradients:
        """Return the gradients, from that of the output.

        Parameters
        ----------
        dc_da : ndarray (batch, n)
            ∂C/∂a.
        kept : Normalized
            What `forward` returned.
        scales : ndarray (n,)
            γ, as in `forward`.

        Raises
        ------
        ValueError
            If an argument does not fit what `forward` returned.
        """
        validation.instance("kept", kept, Normalized)
        dc_da = validation.like("dc_da", dc_da, kept.n)
        scales = validation.one_a_column("scales", scales, kept.n)
        dc_dx = self.input_gradient(dc_da, kept, scales)
        of_scales = scale_gradient(dc_da, kept.n)
        return NormalizationGradients(dc_dx, of_scales, bias_gradient(dc_da))

    def input_gradient(
        self, dc_da: Array, kept: Normalized, scales: Array
    ) -> Array:
        """Return the gradient of what came in, and check nothing.

        Parameters
        ----------
        dc_da, kept, scales : ndarray, Normalized, ndarray
            As of `backward`.
        """
        dc_dn = dc_da * scales
        dc_dx = divided_gradient(dc_dn, kept.n, kept.size, self.axis)
        return centered(dc_dx, self.axis) if self.centers else dc_dx


NORMALIZATIONS = {
    "batch": Normalization(axis=-2, centers=True),
    "layer": Normalization(axis=-1, centers=True),
    "rms": Normalization(axis=-1, centers=False),
}
"""Every `Normalization` by its name.

Ioffe and Szegedy 2015, algorithm 1; Ba, Kiros and Hinton 2016, equation 3;
Zhang and Sennrich 2019, equation 4.
"""


@dataclass(frozen=True, eq=False)
class NormalizedLinearParts(PlainLayer):
    r"""What normalization changes in a layer: σ takes H = γ N + β.

    N are its linear parts Z, normalized.

    Attributes
    ----------
    normalization : str or None
        A name in `NORMALIZATIONS`, or None for a layer without it.
    scales, shifts : ndarray (n_out,) or None
        γ and β, one a node; None for a layer without normalization.
    """

    normalization: str | None
    scales: Array | None
    shifts: Array | None

    def normalized(self, z: Array) -> Normalized:
        r"""Normalize the linear parts, scale and shift them.

        Parameters
        ----------
        z : ndarray (n_out,) or (batch, n_out)
            Zˡ, the linear parts.
        """
        rule = NORMALIZATIONS[str(self.normalization)]
        validation.numbers_to_compare(z.shape, rule.axis)
        of_nodes: Any = self.scales, self.shifts
        return rule.applied(z, *of_nodes)

    def pre_activation(self, z: Array) -> Array:
        r"""Return what the activation takes: Hˡ, or Zˡ itself.

        Parameters
        ----------
        z : ndarray (n_out,) or (batch, n_out)
            Zˡ, the linear parts.
        """
        return self.normalized(z).output if self.normalization else z

    def output(self, a: Array, z: Array) -> Array:
        r"""Compute Aˡ = σ(Hˡ)."""
        return super().output(a, self.pre_activation(z))

    def error(self, z: Array, dc_da: Array) -> Array:
        r"""Compute Δˡ: from ∂C/∂Aˡ to ∂C/∂Hˡ, and on to ∂C/∂Zˡ."""
        if not self.normalization:
            return super().error(z, dc_da)
        found = self.normalized(z)
        scales: Any = self.scales
        dc_dh = linear_error(self.derivative(found.output), dc_da)
        rule = NORMALIZATIONS[self.normalization]
        return rule.input_gradient(dc_dh, found, scales)

    def scale_gradients(
        self, z: Array, dc_da: Array
    ) -> tuple[Array | None, Array | None]:
        r"""Return ∂C/∂γˡ and ∂C/∂βˡ."""
        if not self.normalization:
            return super().scale_gradients(z, dc_da)
        found = self.normalized(z)
        dc_dh = linear_error(self.derivative(found.output), dc_da)
        dc_dh = np.atleast_2d(dc_dh)
        return scale_gradient(dc_dh, found.n), bias_gradient(dc_dh)
