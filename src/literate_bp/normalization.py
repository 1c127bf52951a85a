r"""Normalization: batch, layer and RMS normalization, forward and backward.

Each is made of the same two steps along an axis, and of a scale and a shift
for every node. Only the axis differs, and whether the mean is subtracted.
`NORMALIZATIONS` says so.

What backward needs goes out of forward, and so do running averages: nothing
is kept anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from . import validation
from .activation import Array
from .layer import bias_gradient
from .optimizers import mean


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
        The axis of the m numbers that a mean is taken of: 0 for the examples,
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
        0 for the examples of a batch, −1 for the nodes of a layer.
    centers : bool
        Whether the mean is subtracted.
    """

    axis: int
    centers: bool

    def forward(
        self, x: Array, scales: Array, shifts: Array, small: float = 1e-5
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
            x = centered(x, self.axis) if self.centers else x
            size = root_mean_square(x, small, self.axis)
        validation.divisor(size)
        return Normalized(scaled(x / size, scales, shifts), x / size, size)

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
        dc_dn = dc_da * scales
        dc_dx = divided_gradient(dc_dn, kept.n, kept.size, self.axis)
        if self.centers:
            dc_dx = centered(dc_dx, self.axis)
        of_scales = scale_gradient(dc_da, kept.n)
        return NormalizationGradients(dc_dx, of_scales, bias_gradient(dc_da))


NORMALIZATIONS = {
    "batch": Normalization(axis=0, centers=True),
    "layer": Normalization(axis=-1, centers=True),
    "rms": Normalization(axis=-1, centers=False),
}
"""Every `Normalization` by its name.

Ioffe and Szegedy 2015, algorithm 1; Ba, Kiros and Hinton 2016, equation 3;
Zhang and Sennrich 2019, equation 4.
"""


def first_averages(width: int) -> dict[str, Array]:
    """Return running averages before the first batch: mean 0, variance 1.

    Parameters
    ----------
    width : int
        The number of nodes.

    Raises
    ------
    ValueError
        If width is not a whole number from 1 to a million.
    """
    width = validation.whole("width", width, most=validation.MOST_ENTRIES)
    return {"mean": np.zeros(width), "variance": np.ones(width)}


def averaged(
    averages: Mapping[str, Array], x: Array, share: float = 0.9
) -> dict[str, Array]:
    r"""Return the running averages of mean and variance after a batch.

    Each is r ← ρ r + (1 − ρ) g, where g is that of the batch: its mean, or
    its variance times N / (N − 1), as the whole that N examples are drawn
    from has it in the mean.

    Parameters
    ----------
    averages : dict of str to ndarray
        Those before.
    x : ndarray (batch, n)
        What batch normalization was given while the network learned.
    share : float
        ρ, how much of the averages before stays, from 0 to 1.

    Raises
    ------
    ValueError
        If x is no batch of two examples at least, or the averages are of
        another width.

    References
    ----------
    Ioffe and Szegedy 2015, algorithm 2.
    """
    x = validation.batch_with_means(x, 0)
    averages = validation.averages(averages, x)
    share = validation.share("share", share)
    found = {"mean": x.mean(axis=0), "variance": x.var(axis=0, ddof=1)}
    return {name: mean(averages[name], found[name], share) for name in found}


def by_averages(
    x: Array, averages: Mapping[str, Array], small: float
) -> Array:
    r"""Normalize by running averages: n = (x − μ) / √(v + ε).

    Parameters
    ----------
    x : ndarray (batch, n) or (n,)
        What comes in.
    averages : dict of str to ndarray
        μ and v, as `averaged` returned them.
    small : float
        ε.

    References
    ----------
    Ioffe and Szegedy 2015, algorithm 2, line 11.
    """
    return (x - averages["mean"]) / np.sqrt(averages["variance"] + small)


def at_inference(
    x: Array,
    averages: Mapping[str, Array],
    scales: Array,
    shifts: Array,
    small: float = 1e-5,
) -> Array:
    r"""Normalize by running averages, scale and shift.

    No example depends on others that came with it.

    Parameters
    ----------
    x, averages : ndarray (batch, n) or (n,), dict of str to ndarray
        As of `by_averages`.
    scales, shifts, small : ndarray, ndarray, float
        As of `Normalization.forward`.

    Returns
    -------
    ndarray
        Of the shape of x. The type of the averages does not count.

    Raises
    ------
    ValueError
        If an argument does not fit, or a variance is below 0.
    """
    x = validation.one_or_more_examples(x)
    averages = validation.averages(averages, x)
    scales = validation.one_a_column("scales", scales, x)
    shifts = validation.one_a_column("shifts", shifts, x)
    validation.positive("small", small)
    found = scaled(by_averages(x, averages, small), scales, shifts)
    return found.astype(np.result_type(x, scales, shifts))
