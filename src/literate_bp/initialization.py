"""Where the weights start: each scheme a row of one table.

Every scheme draws the weights of a layer with a mean of zero; they differ in
the spread. The chapter on initialization says where each spread comes from.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import sqrt

import numpy as np
import numpy.typing as npt

from . import refusal
from .activation import Array
from .network import Layer, Network


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


def fan_in_limit(n_in: int, n_out: int) -> float:
    r"""Give the older uniform limit: r = 1 / √nᵢₙ.

    Its variance is a third of LeCun's.

    References
    ----------
    Glorot and Bengio 2010, eq. 1.
    """
    return 1 / sqrt(n_in)


Draw = Callable[[np.random.Generator, float, tuple[int, int]], Array]


def normal(
    rng: np.random.Generator, std: float, shape: tuple[int, int]
) -> Array:
    """Draw from the normal distribution around 0."""
    return rng.normal(0.0, std, shape)


def uniform(
    rng: np.random.Generator, limit: float, shape: tuple[int, int]
) -> Array:
    """Draw evenly between −limit and limit."""
    return rng.uniform(-limit, limit, shape)


SCHEMES: dict[str, tuple[Draw, Callable[[int, int], float]]] = {
    "glorot_uniform": (uniform, glorot_limit),
    "glorot_normal": (normal, glorot_std),
    "he_normal": (normal, he_std),
    "lecun_normal": (normal, lecun_std),
    "uniform_fan_in": (uniform, fan_in_limit),
}


def scheme_of(
    scheme: str, std: float | None
) -> tuple[Draw, Callable[[int, int], float]]:
    """Look a scheme up.

    ``"normal"`` is the one whose spread the caller gives.
    """
    refusal.known("scheme", scheme, [*SCHEMES, "normal"])
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
    spread = refusal.positive("std", std)
    return normal, lambda n_in, n_out: spread


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


def initialize(
    sizes: Sequence[int],
    activation: str | Sequence[str] = "sigmoid",
    scheme: str = "glorot_uniform",
    cost: str = "half_squared_error",
    seed: int = 0,
    *,
    std: float | None = None,
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
    dtype = refusal.float_type("dtype", dtype)
    draw, spread = scheme_of(scheme, std)
    rng = np.random.default_rng(refusal.whole("seed", seed, least=0))
    length = None if gain is None else refusal.positive("gain", gain)
    layers: list[Layer] = []
    for shape, name in zip(
        pairwise(sizes), names_of(activation, sizes), strict=True
    ):
        weights = draw(rng, spread(*shape), shape).astype(dtype)
        zeros = np.zeros(shape[1], dtype) if biases else None
        gains = None if length is None else np.full(shape[1], length, dtype)
        hidden = len(layers) < len(sizes) - 2
        past = residual and hidden and shape[0] == shape[1]
        layers.append(Layer(weights, zeros, name, residual=past, gains=gains))
    return Network(layers, cost)
