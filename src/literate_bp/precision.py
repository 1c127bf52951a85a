"""Training in sixteen bits: what rounding loses, and loss scaling.

The rules of `network` are run as they are, in float32. What lies in memory
between them is rounded to sixteen bits, as on a machine that multiplies
numbers of sixteen bits and adds the products up in thirty-two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from math import floor, log2
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import ACTIVATIONS, Array
from .display import Displayed, TextTable, count
from .layer import linear, linear_error
from .network import (
    Gradients,
    Network,
    Trace,
    cast,
    inputs_of,
    output_error,
    output_shortcut,
    parameter_gradients,
    targets_of,
)
from .training import (
    History,
    as_batch,
    descend,
    epochs_with_progress,
    held_out_batch,
    mini_batches,
    with_epoch,
)


def normal_number(sign: Any, exponent: Any, fraction: Any, bits: Any) -> Any:
    r"""Give the number of a sign, an exponent and a fraction.

    s·2^q (1 + m / 2^p).

    Parameters
    ----------
    sign : int
        s, 1 or −1.
    exponent : int
        q, which power of two the number begins with.
    fraction : int
        m, from 0 to 2^p − 1: how far it is on the way to the next power.
    bits : int
        p, how many bits the fraction has.

    References
    ----------
    Goldberg 1991.
    """
    return sign * 2**exponent * (1 + fraction / 2**bits)


def subnormal_number(
    sign: Any, exponent: Any, fraction: Any, bits: Any
) -> Any:
    r"""Give a number below the smallest power of two: s·2^q m / 2^p.

    It begins with no 1, so that its fraction alone counts its digits.

    Parameters
    ----------
    sign, exponent, fraction, bits : int
        As of a normal number; q is the smallest exponent of one.
    """
    return sign * 2**exponent * (fraction / 2**bits)


class Limits(NamedTuple):
    """Where the numbers of a type end, in float64.

    Attributes
    ----------
    smallest : float
        The smallest number above 0.
    smallest_normal : float
        The smallest that has all its digits.
    largest : float
        The largest finite one.
    spacing : float
        How far the next number after 1 is from it.
    """

    smallest: float
    smallest_normal: float
    largest: float
    spacing: float


def limits_of(dtype: npt.DTypeLike) -> Limits:
    """Find the limits of a type, by asking for the neighbors of 0, 1 and ∞.

    Parameters
    ----------
    dtype : dtype
        A type of floating-point numbers.

    Raises
    ------
    ValueError
        If it is none.
    """
    dtype = validation.float_type("dtype", dtype)
    zero, one, infinity = np.array([0, 1, np.inf]).astype(dtype)
    smallest = float(np.nextafter(zero, one))
    largest = float(np.nextafter(infinity, zero))
    spacing = float(np.nextafter(one, infinity)) - 1
    return Limits(smallest, smallest / spacing, largest, spacing)


class Fates(NamedTuple):
    """What becomes of numbers in a type: shares of those that are not 0.

    Attributes
    ----------
    zero, subnormal, normal, infinite : float
        The share that becomes 0; that loses digits; that keeps them; that
        becomes infinite.
    """

    zero: float
    subnormal: float
    normal: float
    infinite: float


def fates_of(values: npt.ArrayLike, dtype: npt.DTypeLike) -> Fates:
    """Round numbers to a type, and tell which share comes to what.

    Parameters
    ----------
    values : array_like
        Numbers, not all 0.
    dtype : dtype
        The type to round them to.

    Raises
    ------
    ValueError
        If there is no number but 0, or `dtype` is no type of floats.
    """
    limits = limits_of(dtype)
    array = validation.numeric("values", values)
    if not array.any():
        raise ValueError("values are all 0; a number that is not 0 expected")
    with np.errstate(over="ignore"):
        kept = array[array != 0].astype(dtype).astype(np.float64)
    size = np.abs(kept)
    zero, infinite = size == 0, np.isinf(size)
    small = (size < limits.smallest_normal) & ~zero
    normal = ~(zero | infinite | small)
    return Fates(*(float(of.mean()) for of in (zero, small, normal, infinite)))


def as_type(value: Any, dtype: npt.DTypeLike) -> Any:
    """Give an array, or each of several, another type; leave what is none."""
    if isinstance(value, tuple):
        return tuple(as_type(each, dtype) for each in value)
    if isinstance(value, np.ndarray):
        return value.astype(dtype, copy=False)
    return value


def stored(dtype: npt.DTypeLike, rule: Callable[..., Any], *given: Any) -> Any:
    """Run a rule in float32, and round what it gives to the type it lies in.

    Parameters
    ----------
    dtype : dtype
        The type of what lies in memory.
    rule : callable
        Any rule of `network`.
    *given : object
        Its arguments; arrays may be in the narrow type.
    """
    wide = (as_type(each, np.float32) for each in given)
    return as_type(rule(*wide), dtype)


def mixed_forward(
    network: Network, x: npt.ArrayLike, dtype: npt.DTypeLike = np.float16
) -> Trace:
    r"""Run the network, and round all that is kept to a narrow type.

    Parameters
    ----------
    network : Network
        With weights of any type; their rounded copies are used.
    x : array_like (n_in,) or (batch, n_in)
        One example, or one a row.
    dtype : dtype
        ``numpy.float16``, ``ml_dtypes.bfloat16``, or another type of at most
        32 bits.

    Returns
    -------
    Trace
        As `literate_bp.forward` gives it, in the narrow type.

    Raises
    ------
    ValueError
        As `literate_bp.forward` does, and if the type is not narrow.
    """
    dtype = validation.narrow_type("dtype", dtype)
    layers = cast(cast(network, dtype), np.float32).layers
    linears: list[Array] = []
    activateds = [as_type(inputs_of(network, x), dtype)]
    for layer in layers:
        a = activateds[-1]
        linears.append(stored(dtype, linear, a, layer.matrix, layer.biases))
        activateds.append(stored(dtype, layer.output, a, linears[-1]))
    return Trace(tuple(linears), tuple(activateds))


def scaled(delta: Array, scale: float) -> Array:
    r"""Multiply the errors where the recursion starts: Δᴸ ← S Δᴸ.

    Parameters
    ----------
    delta : ndarray
        The errors of the outputs.
    scale : float
        S.

    References
    ----------
    Micikevicius et al. 2018.
    """
    return scale * delta


def unscaled(gradient: Array, scale: float) -> Array:
    r"""Take the scale out again, first of all: ∂C/∂Wˡ ← (1 / S) ∂C/∂Wˡ.

    Parameters
    ----------
    gradient : ndarray
        The gradient of S C.
    scale : float
        S.
    """
    return 1 / scale * gradient


def error_through(activation: str, z: Array, dc_da: Array) -> Array:
    """Take errors through an activation, by its slope at z.

    Parameters
    ----------
    activation : str
        A name in `literate_bp.activation.ACTIVATIONS`.
    z, dc_da : ndarray, equal shapes
        Linear parts, and the errors of the activated values.
    """
    return linear_error(ACTIVATIONS[activation].derivative(z), dc_da)


def mixed_backward(
    network: Network, trace: Trace, y: npt.ArrayLike, scale: float = 1.0
) -> Gradients:
    r"""Give the gradients of S C, and round all that is kept.

    The cost and its slope are worked out in float32; there S comes in, before
    anything is rounded.

    Parameters
    ----------
    network : Network
        The network, unchanged since the forward pass.
    trace : Trace
        What `mixed_forward` returned for it; its type is kept.
    y : array_like, shaped like the output
        The targets.
    scale : float
        S, greater than 0.

    Returns
    -------
    Gradients
        S times those of the cost.

    Raises
    ------
    ValueError
        As `literate_bp.backward` does, and if S is no positive number.
    """
    validation.positive("scale", scale)
    validation.trace([a.shape for a in trace.activated], network.sizes)
    dtype = trace.output.dtype
    wide = cast(cast(network, dtype), np.float32)
    seen = Trace(
        as_type(trace.linear, np.float32), as_type(trace.activated, np.float32)
    )
    y = targets_of(network, y, seen.output)
    dc_da = output_shortcut(wide, seen, y)
    if dc_da is not None:
        dc_da = as_type(scaled(dc_da, scale), dtype)
    delta = [as_type(scaled(output_error(wide, seen, y), scale), dtype)]
    hidden = zip(wide.layers, trace.linear, wide.layers[1:], strict=False)
    for layer, z, ahead in reversed(list(hidden)):
        dc_da = stored(dtype, ahead.input_gradient, delta[0], dc_da)
        error = stored(dtype, error_through, layer.activation, z, dc_da)
        delta.insert(0, error)
    found = [
        stored(dtype, parameter_gradients, layer, a, d)
        for layer, a, d in zip(
            wide.layers, trace.activated, delta, strict=False
        )
    ]
    weights, biases, gains = zip(*found, strict=True)
    first = wide.layers[0]
    return Gradients(
        weights=weights,
        biases=biases,
        gains=gains,
        errors=tuple(delta),
        first_layer=first,
        shortcut=first.shortcut_gradient(dc_da),
    )


def unscale(gradients: Gradients, scale: float) -> Gradients:
    """Divide all gradients by S, in float32.

    Parameters
    ----------
    gradients : Gradients
        What `mixed_backward` returned.
    scale : float
        The S that it was given.

    Raises
    ------
    ValueError
        If S is no positive number.
    """
    validation.positive("scale", scale)

    def each(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(
            None if of is None else unscaled(as_type(of, np.float32), scale)
            for of in arrays
        )

    (shortcut,) = each((gradients.shortcut,))
    return Gradients(
        weights=each(gradients.weights),
        biases=each(gradients.biases),
        gains=each(gradients.gains),
        errors=each(gradients.errors),
        first_layer=gradients.first_layer,
        shortcut=shortcut,
    )


def all_finite(gradients: Gradients) -> bool:
    """Tell whether no gradient of a parameter is infinite or NaN.

    Parameters
    ----------
    gradients : Gradients
        Scaled or not.
    """
    arrays = (*gradients.weights, *gradients.biases, *gradients.gains)
    return all(np.isfinite(of).all() for of in arrays if of is not None)


def largest_scale(largest: float, dtype: npt.DTypeLike = np.float16) -> float:
    """Give the largest power of two that a gradient may be scaled by.

    Parameters
    ----------
    largest : float
        The largest |gradient| that occurs, greater than 0.
    dtype : dtype
        The type that has to hold it.

    Raises
    ------
    ValueError
        If `largest` is no positive number, or `dtype` no type of floats.
    """
    most = limits_of(dtype).largest / validation.positive("largest", largest)
    return 2.0 ** floor(log2(most))


LEAST_SCALE = 2.0**-126
"""How far down a scale may go by itself: float32 still holds it in full."""
MOST_SCALE = 2.0**127
"""How far up it may go by itself."""


@dataclass(frozen=True)
class LossScale:
    """How much the cost is scaled, and what becomes of that.

    Without an interval it is static. With one it is dynamic: smaller after a
    gradient that was not finite, larger after so many steps without one.

    Attributes
    ----------
    value : float
        S, greater than 0. A power of two changes no digit.
    interval : int or None
        After how many finite steps in a row it grows; None for a static one.
    growth : float
        What it is multiplied by then, greater than 1.
    backoff : float
        What it is multiplied by after an overflow, between 0 and 1.
    steps : int
        How many finite steps there have been in a row.

    Raises
    ------
    ValueError
        If a number makes no sense.

    References
    ----------
    Static: Micikevicius et al. 2018. Dynamic: Kuchaiev et al. 2018.

    Examples
    --------
    >>> from literate_bp import LossScale
    >>> LossScale(8.0, interval=2).after(finite=False).value
    4.0
    """

    value: float = 2.0**16
    interval: int | None = None
    growth: float = 2.0
    backoff: float = 0.5
    steps: int = 0

    def __post_init__(self) -> None:
        validation.positive("value", self.value)
        if self.interval is not None:
            validation.whole("interval", self.interval)
        validation.whole("steps", self.steps, least=0)
        validation.between("growth", self.growth, 1.0, np.inf)
        validation.between("backoff", self.backoff, 0.0, 1.0)

    def after(self, *, finite: bool) -> LossScale:
        """Give the scale of the next step.

        Parameters
        ----------
        finite : bool
            Whether every gradient of this step was finite.
        """
        if self.interval is None:
            return self
        if not finite:
            smaller = max(self.value * self.backoff, LEAST_SCALE)
            return replace(self, value=smaller, steps=0)
        if self.steps + 1 < self.interval:
            return replace(self, steps=self.steps + 1)
        larger = min(self.value * self.growth, MOST_SCALE)
        return replace(self, value=larger, steps=0)


DYNAMIC = LossScale(interval=2000)
"""Where to start if nothing is known: PyTorch's scale and its interval."""


def mixed_step(
    network: Network,
    x: Array,
    y: Array,
    rate: float,
    scale: LossScale,
    dtype: npt.DTypeLike = np.float16,
) -> tuple[Network, LossScale, bool]:
    r"""Take one step, or skip it if a gradient is not finite.

    Parameters
    ----------
    network : Network
        The master weights, which stay in their own type.
    x, y : ndarray (batch, n_in), (batch, n_out)
        A batch.
    rate : float
        η, greater than 0.
    scale : LossScale
        The scale of this step.
    dtype : dtype
        The narrow type of all that lies between the weights and the step.

    Returns
    -------
    network : Network
        After the step; if it was skipped, the very one that came.
    scale : LossScale
        The scale of the next step.
    finite : bool
        Whether the step was taken.
    """
    # infinity is expected here: it is how a scale shows that it is too large
    with np.errstate(over="ignore", invalid="ignore"):
        trace = mixed_forward(network, x, dtype)
        gradients = mixed_backward(network, trace, y, scale.value)
    finite = all_finite(gradients)
    if finite:
        network = descend(network, unscale(gradients, scale.value), rate)
    return network, scale.after(finite=finite), finite


@dataclass(frozen=True, repr=False)
class Scaling(Displayed):
    """The record of the loss scale: one entry a step.

    Attributes
    ----------
    scales : tuple of float
        S of every step.
    finite : tuple of bool
        Whether the step was taken; False where it was skipped.
    last : LossScale
        The scale after the last step, to go on with.
    """

    scales: tuple[float, ...]
    finite: tuple[bool, ...]
    last: LossScale

    @property
    def skipped(self) -> tuple[int, ...]:
        """The numbers of the steps that were skipped, from 1."""
        return tuple(n for n, of in enumerate(self.finite, start=1) if not of)

    @property
    def summary(self) -> str:
        """How many steps were skipped, and the scale after the last."""
        steps = count(len(self.finite), "step")
        return (
            f"{steps}, {len(self.skipped)} skipped, "
            f"last scale {self.last.value:g}"
        )

    @property
    def table(self) -> TextTable:
        """Steps in a row that have the same scale and the same outcome."""
        runs = groupby(
            enumerate(zip(self.scales, self.finite, strict=True), start=1),
            key=itemgetter(1),
        )
        rows = []
        for (scale, finite), steps in runs:
            first, *rest = (number for number, _ in steps)
            span = f"{first}-{rest[-1]}" if rest else str(first)
            rows.append((span, f"{scale:g}", "taken" if finite else "skipped"))
        return TextTable(("steps", "scale", "outcome"), tuple(rows))


def train_mixed(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    rate: float = 0.5,
    epochs: int = 30,
    batch: int = 10,
    seed: int = 0,
    *,
    dtype: npt.DTypeLike = np.float16,
    scale: LossScale | float = DYNAMIC,
    master: npt.DTypeLike = np.float32,
    test: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
) -> tuple[Network, History, Scaling]:
    r"""Train in mixed precision, as `literate_bp.train` does in one.

    Parameters
    ----------
    network : Network
        Where to start; it is left as it is.
    x, y : array_like (n, n_in), (n, n_out)
        Inputs and targets, one example a row.
    rate : float
        η, greater than 0.
    epochs : int
        How many times to go through all examples.
    batch : int
        How many examples go into one step.
    seed : int
        Decides the order of the examples: the same seed gives the same result.
    dtype : dtype
        The narrow type of values, errors and gradients.
    scale : LossScale or float
        The scale of the first step; a number for a static one.
    master : dtype
        The type in which the weights are kept from step to step.
    test : tuple of array_like, optional
        Inputs and targets that are kept aside and only measured.

    Returns
    -------
    network : Network
        The trained network, its weights of the type `master`.
    history : History
        Cost and accuracy after every epoch, of these weights in float32.
    scaling : Scaling
        The scale of every step, and which steps were skipped.

    Raises
    ------
    ValueError
        If an argument does not fit, or a number in the weights or the examples
        is not finite.

    Examples
    --------
    >>> from literate_bp import initialize, train_mixed
    >>> x, y = [[0.0], [1.0]], [[1.0], [0.0]]
    >>> network, history, scaling = train_mixed(initialize((1, 3, 1)), x, y)
    >>> scaling
    <Scaling: 30 steps, 0 skipped, last scale 65536>
    """
    dtype = validation.narrow_type("dtype", dtype)
    network = cast(network, validation.narrow_type("master", master))
    if not isinstance(scale, LossScale):
        scale = LossScale(validation.positive("scale", scale))
    data = in_float32(as_batch(network, x, y))
    held_out = None
    if test is not None:
        held_out = in_float32(held_out_batch(network, test))
    rate = validation.positive("rate", rate)
    epochs = validation.whole("epochs", epochs)
    batch = validation.whole("batch", batch)
    rng = np.random.default_rng(validation.whole("seed", seed, least=0))
    history, scales, finites = History(), [], []
    for _ in epochs_with_progress(epochs):
        for chosen in mini_batches(len(data[0]), batch, rng):
            scales.append(scale.value)
            network, scale, finite = mixed_step(
                network, data[0][chosen], data[1][chosen], rate, scale, dtype
            )
            finites.append(finite)
        history = with_epoch(
            history, cast(network, np.float32), data, held_out
        )
    return network, history, Scaling(tuple(scales), tuple(finites), scale)


def in_float32(pair: tuple[Array, Array]) -> tuple[Array, Array]:
    """Give inputs and targets in float32."""
    x, y = pair
    return x.astype(np.float32), y.astype(np.float32)
