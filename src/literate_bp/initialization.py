"""Initialization: how the variance of the weights scales values and errors.

Weights are drawn with mean 0. By which factor a layer multiplies the mean
squares of values and errors depends on their variance. Each scheme in the
table chooses a standard deviation that keeps these mean squares level.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
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
from .normalization import NORMALIZATIONS


def linear_square(n_in: float, variance: float, square: float) -> float:
    r"""Return var(zⱼ) = nᵢₙ var(wᵢⱼ) mean(aᵢ²).

    The variance of linear parts, whose mean is 0. Exact for independent
    weights with mean 0.

    Parameters
    ----------
    n_in : float
        The number of nodes that the weights come from.
    variance : float
        The variance of each weight.
    square : float
        The mean square of the inputs of the layer.

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
    r"""Return mean((∂C/∂aⱼ)²) = nₒᵤₜ var(wⱼₖ) mean(δₖ²).

    The mean square of the gradient of activated values. Exact for errors
    that do not depend on the weights of the layer.

    Parameters
    ----------
    n_out : float
        The number of nodes that the weights lead to.
    variance : float
        The variance of each weight.
    square : float
        The mean square of the errors of the next layer.
    """
    return n_out * variance * square


def mean_square(f: Callable[[Any], Any], z: Any) -> Any:
    r"""Return the mean square of a function at z and −z: (σ(z)² + σ(−z)²) / 2.

    For a symmetric distribution of z, its mean is the mean of σ(z)².

    Parameters
    ----------
    f : callable
        An activation, or its derivative.
    z : float or ndarray
        The argument.
    """
    return (f(z) ** 2 + f(-z) ** 2) / 2


def activated_square(derivative_square: float, square: float) -> float:
    r"""Return mean(aⱼ²) ≈ mean(σ′(zⱼ)²) var(zⱼ).

    The mean square of activated values. Exact for an activation that is 0
    at 0 and linear on either side of it.

    Parameters
    ----------
    derivative_square : float
        The mean square of the derivative of the activation.
    square : float
        The variance of the linear parts, whose mean is 0.
    """
    return derivative_square * square


def linear_error_square(derivative_square: float, square: float) -> float:
    r"""Return mean(δⱼ²) = mean(σ′(zⱼ)²) mean((∂C/∂aⱼ)²).

    The mean square of the errors of linear parts. Exact for derivatives σ′
    that do not depend on ∂C/∂a.

    Parameters
    ----------
    derivative_square : float
        The mean square of the derivative of the activation.
    square : float
        The mean square of ∂C/∂a, the gradient of the activated values.
    """
    return derivative_square * square


def weight_gradient_square(
    factor: float,
    before: int,
    ahead: int,
    input_square: float,
    error_square: float,
) -> float:
    r"""Return mean((∂C/∂wᵢⱼ)²) = g^p mean(xᵢ²) g^q mean((δᴸₖ)²).

    The mean square of the gradient of weights. Exact if every other layer
    multiplies mean squares by g, and errors do not depend on activated values.

    Parameters
    ----------
    factor : float
        g, the factor of a layer, forward and back.
    before, ahead : int
        p and q, the numbers of layers before and after that of the weight.
    input_square, error_square : float
        The mean squares of the inputs, and of the errors of the last layer.

    References
    ----------
    Glorot and Bengio 2010, eq. 14.
    """
    value = factor**before * input_square
    error = factor**ahead * error_square
    return value * error


def glorot_std(n_in: int, n_out: int) -> float:
    r"""Return the standard deviation of Glorot and Bengio.

    std(wᵢⱼ) = √(2 / (nᵢₙ + nₒᵤₜ)), a compromise: a variance of 1 / nᵢₙ keeps
    activated values level, and 1 / nₒᵤₜ errors.

    Parameters
    ----------
    n_in, n_out : int
        The numbers of nodes that the weights come from and lead to; the same
        for all schemes below.

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
    r"""Return the limit of the uniform distribution of `glorot_std`.

    r = √3 √(2 / (nᵢₙ + nₒᵤₜ)), because the standard deviation of U[−r, r] is
    r/√3.

    References
    ----------
    Glorot and Bengio 2010, eq. 16.
    """
    return sqrt(3) * glorot_std(n_in, n_out)


def he_std(n_in: int, n_out: int) -> float:
    r"""Return the standard deviation of He et al., for ReLU.

    std(wᵢⱼ) = √(2 / nᵢₙ), because ReLU halves mean squares.

    References
    ----------
    He et al. 2015, eq. 10.
    """
    return sqrt(2 / n_in)


def lecun_std(n_in: int, n_out: int) -> float:
    r"""Return the standard deviation of LeCun et al.

    std(wᵢⱼ) = √(1 / nᵢₙ), which gives linear parts the variance of the inputs.

    References
    ----------
    LeCun et al. 1998, eq. 16.
    """
    return sqrt(1 / n_in)


def fan_in_std(n_in: int, n_out: int) -> float:
    r"""Return the standard deviation that was customary before.

    std(wᵢⱼ) = √(1 / (3 nᵢₙ)), a third of the variance of LeCun et al.

    References
    ----------
    Glorot and Bengio 2010, eq. 15.
    """
    return sqrt(1 / (3 * n_in))


def fan_in_limit(n_in: int, n_out: int) -> float:
    r"""Return the limit of the uniform distribution of `fan_in_std`.

    r = 1 / √nᵢₙ.

    References
    ----------
    Glorot and Bengio 2010, eq. 1.
    """
    return 1 / sqrt(n_in)


def orthogonal_std(n_in: int, n_out: int) -> float:
    r"""Return the standard deviation of orthogonal weights.

    std(wᵢⱼ) = √(1 / max(nᵢₙ, nₒᵤₜ)): the rows or the columns, whichever are
    fewer, have norm 1.

    References
    ----------
    Saxe et al. 2014.
    """
    return sqrt(1 / max(n_in, n_out))


Draw = Callable[[np.random.Generator, float, tuple[int, int]], Array]
"""Draws an array, given a generator, a standard deviation and a shape."""


def normal(
    rng: np.random.Generator, std: float, shape: tuple[int, int]
) -> Array:
    """Draw from the normal distribution with mean 0."""
    return rng.normal(0.0, std, shape)


def uniform(
    rng: np.random.Generator, std: float, shape: tuple[int, int]
) -> Array:
    """Draw from the uniform distribution on [−√3 std, √3 std]."""
    limit = sqrt(3) * std
    return rng.uniform(-limit, limit, shape)


def orthogonal(
    rng: np.random.Generator, std: float, shape: tuple[int, int]
) -> Array:
    r"""Draw orthogonal rows or columns, whichever are fewer, of equal norm.

    The Q of a QR decomposition of a normal draw, with the signs that make its
    distribution uniform.

    References
    ----------
    Mezzadri 2007, section 5.
    """
    q, r = np.linalg.qr(rng.normal(size=(max(shape), min(shape))))
    q *= np.copysign(1.0, np.diag(r))
    return std * sqrt(max(shape)) * (q if shape[0] >= shape[1] else q.T)


class Scheme(NamedTuple):
    """A distribution, its standard deviation, and other names of it."""

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
"""Every `Scheme` by its name."""


def scheme_of(scheme: str, std: float | None) -> Scheme:
    """Return a scheme; ``"normal"`` is the one with a given deviation."""
    validation.one_of("scheme", scheme, {**SCHEMES, "normal": None})
    if scheme != "normal":
        if std is not None:
            raise ValueError(
                f"std is {validation.shown(std)}, but scheme {scheme!r} has "
                "its own; std goes with 'normal'"
            )
        return SCHEMES[scheme]
    if std is None:
        raise ValueError(
            "std is missing; scheme 'normal' expects the standard deviation "
            "of the weights"
        )
    std = validation.positive("std", std)
    return Scheme(normal, lambda n_in, n_out: std)


def activation_names(
    activation: str | Sequence[str], sizes: tuple[int, ...]
) -> list[str]:
    """Return one name a layer, from one name for all or one for each."""
    depth = len(sizes) - 1
    names: list[Any] = [activation] * depth
    if isinstance(activation, Iterable) and not isinstance(activation, str):
        names = [*validation.sequence("activation", activation, "names")]
    if len(names) != depth:
        raise ValueError(
            f"activation names {len(names)} layers; sizes {sizes} make "
            f"{depth}, so one name or one a layer was expected"
        )
    return names


class SchemeWarning(UserWarning):
    """A scheme does not fit an activation: mean squares shrink or grow.

    Attributes
    ----------
    args : tuple of str
        The message: scheme and activation, the reason, and a better choice.
    """


NEAR_ZERO, FAR_FROM_ZERO = 1e-6, 1e3
"""Linear parts that have shrunk or grown over many layers."""


def square_factors(activation: str, weights: float) -> tuple[float, float]:
    """Return the factors of mean squares of an activation and of a layer.

    Values that shrink approach 0, where the derivative near 0 counts; values
    that grow meet the derivative far from 0. If they do neither, the factor
    of the layer is 1.

    Parameters
    ----------
    activation : str
        A name in `literate_bp.activation.ACTIVATIONS`.
    weights : float
        n var(w), the factor of the weights.
    """
    near, far = (
        float(mean_square(ACTIVATIONS[activation].derivative, np.asarray(z)))
        for z in (NEAR_ZERO, FAR_FROM_ZERO)
    )
    if weights * near < 1:
        return near, weights * near
    return far, max(weights * far, 1.0)


def weight_factor(scheme: str) -> float:
    """Return n var(w) of a scheme, between layers of equal width."""
    return SCHEMES[scheme].std(1, 1) ** 2


def warn_of_mismatch(scheme: str, activation: str, scale: float) -> None:
    """Warn if another scheme keeps mean squares level, and this one does not.

    There is no warning for scheme ``"normal"``, nor for an activation that is
    not 0 at 0, where no scheme keeps them level.

    Parameters
    ----------
    scheme, activation : str
        Their names.
    scale : float
        The factor of all weights of the scheme.
    """
    zero_at_0 = not ACTIVATIONS[activation].function(np.asarray(0.0))
    if scheme not in SCHEMES or not zero_at_0:
        return

    def deviation(weights: float) -> float:
        return round(abs(log(square_factors(activation, weights)[1])), 9)

    weights = scale**2 * weight_factor(scheme)
    best = min(SCHEMES, key=lambda name: deviation(weight_factor(name)))
    if deviation(weights) - deviation(weight_factor(best)) < MISMATCH:
        return
    activated, layer = square_factors(activation, weights)
    best_layer = square_factors(activation, weight_factor(best))[1]
    verb = "shrink" if layer < 1 else "grow"
    warnings.warn(
        f"scheme {scheme!r} does not fit activation {activation!r}: the "
        f"weights multiply squares by {weights:.3g}, and the activation by "
        f"{activated:.3g}, so values and errors {verb} to {sqrt(layer):.3g} "
        f"of their size at each hidden layer; take scheme {best!r}, or "
        f"scale={scale * sqrt(best_layer / layer):.3g}",
        SchemeWarning,
        stacklevel=3,
    )


MISMATCH = log(1.9)
"""The logarithm of a factor between mean squares that is worth a warning.

It lets a factor of 2 be one even for the leaky ReLU."""


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
    normalization: str | None = None,
) -> Network:
    r"""Return a network with random weights, and biases of zero.

    Parameters
    ----------
    sizes : sequence of int
        The number of inputs, then of nodes in each layer: ``(784, 30, 10)``.
    activation : str or sequence of str
        One name for all layers, or one a layer.
    scheme : str
        A name in ``SCHEMES``, or ``"normal"`` together with `std`.
    cost : str
        A name in `literate_bp.cost.COSTS`.
    seed : int
        Decides the draw: the same seed gives the same weights.
    std : float, optional
        The standard deviation of scheme ``"normal"``.
    scale : float
        The factor of all weights: √2 keeps mean squares level if a scheme
        for linear activations is used with ReLU.
    biases : bool
        False leaves the biases out.
    dtype : dtype
        The type of all parameters.
    residual : bool
        True gives a residual connection to each hidden layer that has as many
        nodes as inputs.
    gain : float, optional
        Normalizes the weights: those into each node then have this norm, and
        only their directions are drawn.
    normalization : str, optional
        A name in `literate_bp.normalization.NORMALIZATIONS`, for each hidden
        layer. With ``"batch"`` these have no biases.

    Raises
    ------
    ValueError
        If a size is not a positive whole number, a name is unknown, or there
        are not as many names as layers.

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
    sizes = validation.sequence("sizes", sizes, "whole numbers")
    if len(sizes) < 2 or not all(
        validation.is_whole(n) and 0 < n <= validation.MOST_NODES
        for n in sizes
    ):
        raise ValueError(
            f"sizes is {validation.shown(sizes)}; two or more positive whole "
            f"numbers up to {validation.MOST_NODES:,} were expected"
        )
    dtype = validation.float_type("dtype", dtype)
    scale = validation.between("scale", scale, 0, validation.MOST_SCALE)
    biases = validation.true_or_false("biases", biases)
    residual = validation.true_or_false("residual", residual)
    if normalization is not None:
        validation.one_of("normalization", normalization, NORMALIZATIONS)
    chosen = scheme_of(scheme, std)
    names = activation_names(activation, sizes)
    rng = np.random.default_rng(validation.whole("seed", seed, least=0))
    norm = None
    if gain is not None:
        given = np.array([validation.positive("gain", gain)])
        (norm,) = validation.narrowed("gains from gain", given, dtype)
    layers: list[Layer] = []
    for shape, name in zip(pairwise(sizes), names, strict=True):
        drawn = chosen.draw(rng, scale * chosen.std(*shape), shape)
        weights = validation.in_range("weights", drawn, dtype)
        hidden = len(layers) < len(sizes) - 2
        kind = normalization if hidden else None
        some = biases and kind != "batch"
        layer = Layer(
            weights,
            np.zeros(shape[1], dtype) if some else None,
            name,
            residual=residual and hidden and shape[0] == shape[1],
            gains=None if norm is None else np.full(shape[1], norm, dtype),
            normalization=kind,
        )
        layers.append(layer)
    network = Network(layers, cost)
    if norm is None and normalization is None:
        plain = [at.activation for at in layers[:-1] if not at.residual]
        for hidden_name in dict.fromkeys(plain):
            warn_of_mismatch(scheme, hidden_name, scale)
    return network


def rescaled(layer: Layer, factor: float) -> Layer:
    """Return a layer with multiplied weights, or gains if normalized."""
    if layer.gains is not None:
        return replace(layer, gains=layer.gains * factor)
    return replace(layer, weights=layer.weights * factor)


def initialize_from_data(network: Network, x: npt.ArrayLike) -> Network:
    r"""Rescale the weights of each layer by the variance of its linear parts.

    From the first layer to the last, W becomes W / std(A W), where A are the
    inputs of the layer, from the examples and the layers rescaled before.

    Parameters
    ----------
    network : Network
        The initial network; in the source, of scheme ``"orthogonal"``. It is
        not changed, and its biases are kept.
    x : array_like (batch, n_in)
        Examples like those of the training.

    Returns
    -------
    Network
        The linear parts of every layer, without biases, have variance 1 over
        these examples and all nodes of the layer.

    Raises
    ------
    ValueError
        If the examples do not fit the network, or all linear parts of a layer
        are equal.

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
        with np.errstate(over="ignore", invalid="ignore"):
            a = forward(Network(layers, network.cost), x).activated[number]
            std = linear(a, layer.matrix, None).std()
        validation.positive_std(f"layer {number + 1}", std)
        layers[number] = rescaled(layer, 1 / std)
    return Network(layers, network.cost)
