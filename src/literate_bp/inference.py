r"""Batch normalization when a network is used: averages instead of a batch.

While a network learns, an example is compared with the others of its batch.
When it is used, it should get the same answer whatever comes with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import Array
from .network import Layer, Network, forward, inputs_of, require_finite
from .normalization import SMALL, scaled
from .optimizers import mean


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
    x = validation.batch_with_means(x, -2)
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
        As of `literate_bp.normalization.Normalization.forward`.

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


def folded_layer(layer: Layer, averages: Mapping[str, Array]) -> Layer:
    r"""Return a layer without batch normalization, which averages replace.

    γⱼ (zⱼ − μⱼ) / √(vⱼ + ε) + βⱼ is linear in the inputs, as zⱼ is: with
    sⱼ = γⱼ / √(vⱼ + ε), the weights are sⱼ wᵢⱼ and the biases βⱼ − sⱼ μⱼ.

    Parameters
    ----------
    layer : Layer
        With batch normalization, and so without biases.
    averages : dict of str to ndarray
        μ and v of its linear parts.

    References
    ----------
    Ioffe and Szegedy 2015, algorithm 2, line 11.
    """
    n_out = layer.weights.shape[1]
    parts: Any = layer.scales, layer.shifts
    scales, shifts = parts
    biases = at_inference(np.zeros(n_out), averages, scales, shifts, SMALL)
    unit = {"mean": np.zeros(n_out), "variance": averages["variance"]}
    factors = at_inference(np.ones(n_out), unit, scales, 0 * shifts, SMALL)
    dtype = layer.weights.dtype
    return replace(
        layer,
        weights=(layer.matrix * factors).astype(dtype),
        biases=biases.astype(dtype),
        gains=None,
        normalization=None,
        scales=None,
        shifts=None,
    )


def folded(network: Network, x: npt.ArrayLike) -> Network:
    r"""Return a network that does for each example alone what it did for x.

    Batch normalization goes: the weights and the biases hold the means and
    the variances of x, layer by layer. Of other layers nothing changes.

    Parameters
    ----------
    network : Network
        The network, which has learned. It is not changed.
    x : array_like (batch, n_in)
        The examples that it has learned from, or many like them.

    Returns
    -------
    Network
        A network without batch normalization. The outputs for x are those of
        `network` but for rounding, however many examples come at a time.

    Raises
    ------
    ValueError
        If x does not fit the network, is one example alone, or a number is
        not finite.

    References
    ----------
    Ioffe and Szegedy 2015, algorithm 2.

    Examples
    --------
    >>> from literate_bp import forward, initialize
    >>> from literate_bp.inference import folded
    >>> x = [[0.1, 0.3], [0.2, -0.4], [-0.5, 0.0]]
    >>> network = initialize((2, 3, 1), normalization="batch")
    >>> together = forward(network, x).output
    >>> alone = forward(folded(network, x), x[0]).output
    >>> bool(abs(alone - together[0]).max() < 1e-14)
    True
    """
    x = inputs_of(network, x)
    require_finite(network, x, x)
    linear = forward(network, x).linear
    layers = [
        folded_layer(
            layer, {"mean": z.mean(axis=0), "variance": z.var(axis=0)}
        )
        if layer.normalization == "batch"
        else layer
        for layer, z in zip(network.layers, linear, strict=True)
    ]
    return Network(layers, network.cost)
