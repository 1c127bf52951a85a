"""Where the weights start: what a layer does to a spread, and what follows.

Weights are drawn around 0. What a layer does to squares, forward and back,
depends on how widely. Each scheme in the table is an answer to the question
which spread keeps the squares level.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from math import log, sqrt
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import ACTIVATIONS, Array
from .layer import linear
from .network import Layer, Network, forward, inputs_of, require_finite


def linear_square(n_in: float, variance: float, square: float) -> float:
    r"""Add up what comes in: var(zⱼ) = nᵢₙ var(wᵢⱼ) mean(aᵢ²).

    Exact for weights that are drawn around 0, each by itself.

    Parameters
    ----------
    n_in : float
        How many nodes the weights come from.
    variance : float
        Of every weight.
    square : float
        The mean of the squares of what comes in.

    Returns
    -------
    float
        The mean of zⱼ² over all draws, which is the variance of zⱼ.

    References
    ----------
    He et al. 2015, section 2.2.
    """
    return n_in * variance * square


def activated_error_square(
    n_out: float, variance: float, square: float
) -> float:
    r"""Collect what comes back: mean((∂C/∂aⱼ)²) = nₒᵤₜ var(wⱼₖ) mean(δₖ²).

    Exact for errors that do not depend on the weights that they come back
    through.

    Parameters
    ----------
    n_out : float
        How many nodes the weights lead to.
    variance : float
        Of every weight.
    square : float
        The mean of the squares of the errors ahead.
    """
    return n_out * variance * square


def mean_square(f: Callable[[Any], Any], z: Any) -> Any:
    r"""Square on either side of 0: (σ(z)² + σ(−z)²) / 2.

    That is the mean where z is as often below 0 as above.

    Parameters
    ----------
    f : callable
        An activation, or its slope.
    z : float or ndarray
        How far from 0.
    """
    return (f(z) ** 2 + f(-z) ** 2) / 2


def activated_square(slope_square: float, square: float) -> float:
    r"""Go through the activation: mean(aⱼ²) ≈ mean(σ′(zⱼ)²) var(zⱼ).

    Exact for a curve that is straight on either side of 0, and 0 there.

    Parameters
    ----------
    slope_square : float
        The mean of the squares of the slope.
    square : float
        The variance of the linear part, whose mean is 0.
    """
    return slope_square * square


def linear_error_square(slope_square: float, square: float) -> float:
    r"""Go back through it: mean(δⱼ²) = mean(σ′(zⱼ)²) mean((∂C/∂aⱼ)²).

    Exact for slopes that do not depend on what comes back.

    Parameters
    ----------
    slope_square : float
        The mean of the squares of the slope.
    square : float
        The mean of the squares of what comes back to the activated value.
    """
    return slope_square * square


def weight_gradient_square(
    kept: float, before: int, ahead: int, entry: float, end: float
) -> float:
    r"""Meet in the middle: mean((∂C/∂wᵢⱼ)²) = g^p mean(xᵢ²) g^q mean((δᴸₖ)²).

    Exact where each of the layers before and ahead multiplies squares by g,
    and errors do not depend on activated values.

    Parameters
    ----------
    kept : float
        g, by how much a layer multiplies squares, forward and back.
    before, ahead : int
        p and q, how many layers are before the weight's own, and how many
        after it.
    entry, end : float
        The mean squares of the inputs, and of the errors of the last layer.

    References
    ----------
    Glorot and Bengio 2010, eq. 14.
    """
    value = kept**before * entry
    error = kept**ahead * end
    return value * error


def glorot_std(n_in: int, n_out: int) -> float:
    r"""Keep activated values and errors level, as well as one number can.

    std(wᵢⱼ) = √(2 / (nᵢₙ + nₒᵤₜ)).

    Parameters
    ----------
    n_in, n_out : int
        How many nodes the weights come from, and lead to; so for every scheme
        below.

    Returns
    -------
    float
        A standard deviation, in units of the weights.

    References
    ----------
    Glorot and Bengio 2010, eq. 12.
    """
    return sqrt(2 / (n_in + n_out))


def glorot_limit(n_in: int, n_out: int) -> float:
    r"""Give the uniform limit with that standard deviation.

    r = √3 √(2 / (nᵢₙ + nₒᵤₜ)), as U[−r, r] has r/√3.

    References
    ----------
    Glorot and Bengio 2010, eq. 16.
    """
    return sqrt(3) * glorot_std(n_in, n_out)


def he_std(n_in: int, n_out: int) -> float:
    r"""Keep the squares level through ReLU, which halves them.

    std(wᵢⱼ) = √(2 / nᵢₙ).

    References
    ----------
    He et al. 2015, eq. 10.
    """
    return sqrt(2 / n_in)


def lecun_std(n_in: int, n_out: int) -> float:
    r"""Keep the linear parts at the spread of what comes in.

    std(wᵢⱼ) = √(1 / nᵢₙ).

    References
    ----------
    LeCun et al. 1998, eq. 16.
    """
    return sqrt(1 / n_in)


def fan_in_std(n_in: int, n_out: int) -> float:
    r"""Do as was done before: std(wᵢⱼ) = √(1 / (3 nᵢₙ)).

    That is a third of LeCun's variance, for no reason.

    References
    ----------
    Glorot and Bengio 2010, eq. 15.
    """
    return sqrt(1 / (3 * n_in))


def fan_in_limit(n_in: int, n_out: int) -> float:
    r"""Give the uniform limit with that standard deviation: r = 1 / √nᵢₙ.

    References
    ----------
    Glorot and Bengio 2010, eq. 1.
    """
    return 1 / sqrt(n_in)


def orthogonal_std(n_in: int, n_out: int) -> float:
    r"""Keep the lengths of vectors: std(wᵢⱼ) = √(1 / max(nᵢₙ, nₒᵤₜ)).

    The rows or the columns, whichever are fewer, have length 1.

    References
    ----------
    Saxe et al. 2014.
    """
    return sqrt(1 / max(n_in, n_out))


Draw = Callable[[np.random.Generator, float, tuple[int, int]], Array]


def normal(
    rng: np.random.Generator, std: float, shape: tuple[int, int]
) -> Array:
    """Draw from the normal distribution around 0."""
    return rng.normal(0.0, std, shape)


def uniform(
    rng: np.random.Generator, std: float, shape: tuple[int, int]
) -> Array:
    """Draw evenly between −√3 std and √3 std."""
    limit = sqrt(3) * std
    return rng.uniform(-limit, limit, shape)


def orthogonal(
    rng: np.random.Generator, std: float, shape: tuple[int, int]
) -> Array:
    r"""Draw rows or columns, whichever are fewer, at right angles.

    All are equally long. A normal draw is taken apart by QR, with the signs
    that make every direction as likely as any other.

    References
    ----------
    Mezzadri 2007, section 5.
    """
    q, r = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
    q *= np.copysign(1.0, np.diag(r))
    return std * sqrt(max(shape)) * (q if shape[0] >= shape[1] else q.T)


class Scheme(NamedTuple):
    """How weights are drawn, with what standard deviation, and other names."""

    draw: Draw
    std: Callable[[int, int], float]
    also_called: tuple[str, ...] = ()


SCHEMES = {
    "glorot_uniform": Scheme(
        uniform, glorot_std, ("glorot", "xavier", "xavier_uniform")
    ),
    "glorot_normal": Scheme(normal, glorot_std, ("xavier_normal",)),
    "he_normal": Scheme(
        normal, he_std, ("he", "kaiming", "kaiming_normal", "msra")
    ),
    "lecun_normal": Scheme(normal, lecun_std, ("lecun",)),
    "uniform_fan_in": Scheme(uniform, fan_in_std),
    "orthogonal": Scheme(orthogonal, orthogonal_std),
}


def scheme_of(scheme: str, std: float | None) -> Scheme:
    """Look a scheme up.

    ``"normal"`` is the one whose spread the caller gives.
    """
    validation.one_of("scheme", scheme, {**SCHEMES, "normal": None})
    if scheme != "normal":
        if std is not None:
            raise ValueError(
                f"std is {std}, but scheme {scheme!r} has its own; std goes "
                "with 'normal'"
            )
        return SCHEMES[scheme]
    if std is None:
        raise ValueError(
            "std is missing; scheme 'normal' expects the standard deviation "
            "of the weights"
        )
    spread = validation.positive("std", std)
    return Scheme(normal, lambda n_in, n_out: spread)


def names_of(
    activation: str | Sequence[str], sizes: tuple[int, ...]
) -> list[str]:
    """Give one name a layer, from one name for all or one for each."""
    several = np.iterable(activation) and not isinstance(activation, str)
    depth = len(sizes) - 1
    names = list(activation) if several else [str(activation)] * depth
    if len(names) != depth:
        raise ValueError(
            f"activation names {len(names)} layers; sizes {sizes} make "
            f"{depth}, so one name or one a layer was expected"
        )
    return names


class SchemeWarning(UserWarning):
    """A scheme does not fit an activation: squares shrink or grow.

    Attributes
    ----------
    args : tuple of str
        Which does not fit which, why, and what to take.
    """


NEAR, FAR = 1e-6, 1e3
"""Where an activation is looked at: what shrinks comes near 0."""


def squares_kept(activation: str, share: float) -> tuple[float, float]:
    """Tell what an activation does to squares, and what a layer does.

    What shrinks comes to where the activation is near 0, and what grows goes
    far from it. Where it would do neither, a layer keeps squares level.

    Parameters
    ----------
    activation : str
        A name in `literate_bp.activation.ACTIVATIONS`.
    share : float
        n var(w), what the weights do to squares.
    """
    near, far = (
        float(mean_square(ACTIVATIONS[activation].derivative, np.asarray(z)))
        for z in (NEAR, FAR)
    )
    if share * near < 1:
        return near, share * near
    return far, max(share * far, 1.0)


def share_of(scheme: str) -> float:
    """Give n var(w) of a scheme, between layers of equal width."""
    return SCHEMES[scheme].std(1, 1) ** 2


def warn_of_misfit(scheme: str, activation: str, scale: float) -> None:
    """Warn where another scheme keeps squares level, and this one does not.

    Nothing is said of a spread that the caller gave, nor of an activation
    that is not 0 at 0: there, no scheme does.

    Parameters
    ----------
    scheme, activation : str
        Their names.
    scale : float
        What all weights of the scheme are multiplied by.
    """
    starts_at_0 = not ACTIVATIONS[activation].function(np.asarray(0.0))
    if scheme not in SCHEMES or not starts_at_0:
        return

    def off(share: float) -> float:
        return round(abs(log(squares_kept(activation, share)[1])), 9)

    share = scale**2 * share_of(scheme)
    best = min(SCHEMES, key=lambda name: off(share_of(name)))
    if off(share) - off(share_of(best)) < MISFIT:
        return
    curve, layer = squares_kept(activation, share)
    wanted = scale * sqrt(squares_kept(activation, share_of(best))[1] / layer)
    verb = "shrink" if layer < 1 else "grow"
    warnings.warn(
        f"scheme {scheme!r} does not fit activation {activation!r}: the "
        f"weights multiply squares by {share:.3g}, and the activation by "
        f"{curve:.3g}, so values and errors {verb} to {sqrt(layer):.3g} of "
        f"their size at each hidden layer; take scheme {best!r}, or "
        f"scale={wanted:.3g}",
        SchemeWarning,
        stacklevel=3,
    )


MISFIT = log(1.9)
"""A factor of 2 between squares is a misfit; this leaves room for a leak."""


def initialize(
    sizes: Sequence[int],
    activation: str | Sequence[str] = "sigmoid",
    scheme: str = "glorot_uniform",
    cost: str = "half_squared_error",
    seed: int = 0,
    *,
    std: float | None = None,
    scale: float = 1.0,
    biases: bool = True,
    dtype: npt.DTypeLike = np.float64,
    residual: bool = False,
    gain: float | None = None,
) -> Network:
    r"""Make a network with random weights, and biases of zero.

    Parameters
    ----------
    sizes : sequence of int
        How many inputs, then how many nodes in each layer: ``(784, 30, 10)``.
    activation : str or sequence of str
        One name for all layers, or one a layer.
    scheme : str
        A name in ``SCHEMES``, or ``"normal"`` together with `std`.
    cost : str
        A name in `literate_bp.cost.COSTS`.
    seed : int
        The same seed gives the same weights.
    std : float, optional
        The standard deviation of scheme ``"normal"``.
    scale : float
        What all weights are multiplied by: √2 keeps squares level where a
        scheme for straight activations meets ReLU.
    biases : bool
        False leaves the biases out.
    dtype : dtype
        The type of all parameters.
    residual : bool
        True gives a residual connection to each hidden layer that is as wide
        as what comes in.
    gain : float, optional
        Normalizes the weights: those into each node then have this length,
        and only their directions are drawn.

    Raises
    ------
    ValueError
        If a size is no positive whole number, a name is unknown, or names and
        layers do not match.

    Warns
    -----
    SchemeWarning
        If values and errors shrink or grow at each hidden layer, and another
        scheme keeps them level.

    Examples
    --------
    >>> from literate_bp import initialize
    >>> initialize((2, 3, 1), seed=0)
    <Network: 2-3-1, sigmoid, half_squared_error, 13 parameters, float64>
    """
    sizes = tuple(sizes) if np.iterable(sizes) else (sizes,)
    if len(sizes) < 2 or not all(
        isinstance(n, int | np.integer) and n > 0 and n is not True
        for n in sizes
    ):
        raise ValueError(
            f"sizes is {sizes}; two or more positive whole numbers were "
            "expected"
        )
    dtype = validation.float_type("dtype", dtype)
    scale = validation.positive("scale", scale)
    chosen = scheme_of(scheme, std)
    names = names_of(activation, sizes)
    rng = np.random.default_rng(validation.whole("seed", seed, least=0))
    length = None if gain is None else validation.positive("gain", gain)
    layers: list[Layer] = []
    for shape, name in zip(pairwise(sizes), names, strict=True):
        weights = chosen.draw(rng, scale * chosen.std(*shape), shape)
        weights = weights.astype(dtype)
        zeros = np.zeros(shape[1], dtype) if biases else None
        gains = None if length is None else np.full(shape[1], length, dtype)
        hidden = len(layers) < len(sizes) - 2
        past = residual and hidden and shape[0] == shape[1]
        layers.append(Layer(weights, zeros, name, residual=past, gains=gains))
    network = Network(layers, cost)
    if length is None:
        plain = [at.activation for at in layers[:-1] if not at.residual]
        for hidden_name in dict.fromkeys(plain):
            warn_of_misfit(scheme, hidden_name, scale)
    return network


def stretched(layer: Layer, by: float) -> Layer:
    """Make a layer whose weights are longer, normalized ones by gains."""
    if layer.gains is not None:
        return replace(layer, gains=layer.gains * by)
    return replace(layer, weights=layer.weights * by)


def initialize_from_data(network: Network, x: npt.ArrayLike) -> Network:
    r"""Stretch the weights of each layer until its linear parts vary by 1.

    From the first layer to the last, W becomes W / std(A W), where A is what
    the layers before, stretched already, make of the examples.

    Parameters
    ----------
    network : Network
        Where to start: one of scheme ``"orthogonal"``, as in the source. It
        is left as it is, and its biases are kept.
    x : array_like (batch, n_in)
        Examples that are like those to come.

    Returns
    -------
    Network
        The linear parts of every layer have a variance of 1, over these
        examples and all nodes of the layer, biases left out.

    Raises
    ------
    ValueError
        If the examples do not fit the network, or a layer gives the same
        number for all of them, at all nodes.

    References
    ----------
    Mishkin and Matas 2016, algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> from literate_bp import forward, initialize, initialize_from_data
    >>> x = np.random.default_rng(0).normal(size=(100, 5))
    >>> network = initialize_from_data(initialize((5, 8, 3)), x)
    >>> [float(z.std().round(3)) for z in forward(network, x).linear]
    [1.0, 1.0]
    """
    x = inputs_of(network, x)
    require_finite(network, x, x)
    layers = list(network.layers)
    for number, layer in enumerate(layers):
        a = forward(Network(layers, network.cost), x).activated[number]
        spread = linear(a, layer.matrix, None).std()
        validation.spread(f"layer {number + 1}", spread)
        layers[number] = stretched(layer, 1 / spread)
    return Network(layers, network.cost)
