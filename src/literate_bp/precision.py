"""Mixed-precision training in sixteen bits, and loss scaling.

The rules of `network` run unchanged in float32. The arrays that are kept
between them are rounded to sixteen bits, as on hardware that multiplies
numbers of sixteen bits and accumulates the products in thirty-two.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from math import frexp, ldexp
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import ACTIVATIONS, Array
from .display import Displayed, TextTable, count, with_progress
from .layer import linear, linear_error
from .network import (
    PARAMETERS,
    Gradients,
    Network,
    Trace,
    cast,
    inputs_of,
    output_error,
    output_shortcut,
    parameter_gradients,
    require_trace,
    targets_of,
)
from .training import (
    History,
    as_batch,
    descend,
    held_out_batch,
    mini_batches,
    shuffled,
    with_epoch,
)


def normal_number(sign: Any, exponent: Any, fraction: Any, bits: Any) -> Any:
    r"""Return the number of a sign, an exponent and a fraction.

    s·2^q (1 + m / 2^p).

    Parameters
    ----------
    sign : int
        s, 1 or −1.
    exponent : int
        q, the exponent of the power of two at or below |the number|.
    fraction : int
        m, from 0 to 2^p − 1: the fraction of the way to the next power.
    bits : int
        p, the number of bits of the fraction.

    References
    ----------
    Goldberg 1991.
    """
    return sign * 2**exponent * (1 + fraction / 2**bits)


def subnormal_number(
    sign: Any, exponent: Any, fraction: Any, bits: Any
) -> Any:
    r"""Return a number below the smallest normal one: s·2^q m / 2^p.

    It has no leading 1, so that its precision falls with its fraction.

    Parameters
    ----------
    sign, exponent, fraction, bits : int
        As for `normal_number`; q is the smallest exponent of those.
    """
    return sign * 2**exponent * (fraction / 2**bits)


class Limits(NamedTuple):
    """The limits of a floating-point type, in float64.

    Attributes
    ----------
    smallest : float
        The smallest number above 0.
    smallest_normal : float
        The smallest number with full precision.
    largest : float
        The largest finite number.
    spacing : float
        The distance from 1 to the next number (machine epsilon).
    """

    smallest: float
    smallest_normal: float
    largest: float
    spacing: float


def limits_of(dtype: npt.DTypeLike) -> Limits:
    """Return the limits of a type, from the neighbors of 0, 1 and ∞ in it.

    Parameters
    ----------
    dtype : dtype
        A floating-point type.

    Raises
    ------
    ValueError
        If it is not a floating-point type.
    """
    dtype = validation.float_type("dtype", dtype)
    if dtype.itemsize > 8:
        raise ValueError(
            f"dtype is {dtype}; a type of at most 64 bits was expected, such "
            "as numpy.float64, which holds its limits"
        )
    zero, one, infinity = np.array([0, 1, np.inf]).astype(dtype)
    smallest = float(np.nextafter(zero, one))
    largest = float(np.nextafter(infinity, zero))
    spacing = float(np.nextafter(one, infinity)) - 1
    return Limits(smallest, smallest / spacing, largest, spacing)


class RoundingOutcomes(NamedTuple):
    """The results of rounding, as shares of the numbers that are not 0.

    Attributes
    ----------
    zero, subnormal, normal, infinite : float
        The share that becomes 0; that becomes subnormal and loses digits;
        that keeps full precision; that becomes infinite.
    """

    zero: float
    subnormal: float
    normal: float
    infinite: float


def rounding_outcomes(
    values: npt.ArrayLike, dtype: npt.DTypeLike
) -> RoundingOutcomes:
    """Return what share of some numbers vanishes, or overflows, in a type.

    Parameters
    ----------
    values : array_like
        Numbers, not all 0.
    dtype : dtype
        The type to which they are rounded.

    Raises
    ------
    ValueError
        If all numbers are 0, or `dtype` is not a floating-point type.
    """
    limits = limits_of(dtype)
    array = validation.numeric("values", values)
    validation.real("values", array)
    if not array.any():
        raise ValueError("values are all 0; a number that is not 0 expected")
    with np.errstate(over="ignore"):
        rounded = array[array != 0].astype(dtype).astype(np.float64)
    size = np.abs(rounded)
    zero, infinite = size == 0, np.isinf(size)
    subnormal = (size < limits.smallest_normal) & ~zero
    normal = ~(zero | infinite | subnormal)
    outcomes = (zero, subnormal, normal, infinite)
    return RoundingOutcomes(*(float(of.mean()) for of in outcomes))


def as_type(value: Any, dtype: npt.DTypeLike) -> Any:
    """Return an array, or each array of a tuple, in a type.

    Anything else is returned as it is.
    """
    if isinstance(value, tuple):
        return tuple(as_type(each, dtype) for each in value)
    if isinstance(value, np.ndarray):
        return value.astype(dtype, copy=False)
    return value


def run_rounded(
    dtype: npt.DTypeLike, rule: Callable[..., Any], *arguments: Any
) -> Any:
    """Run a rule in float32, and round its result to a narrow type.

    Parameters
    ----------
    dtype : dtype
        The type of the result.
    rule : callable
        Any rule of `layer` or `network`.
    *arguments : object
        Its arguments; arrays may be in the narrow type.
    """
    wide = (as_type(argument, np.float32) for argument in arguments)
    return as_type(rule(*wide), dtype)


def mixed_forward(
    network: Network, x: npt.ArrayLike, dtype: npt.DTypeLike = np.float16
) -> Trace:
    r"""Run the network forward, and round every result to a narrow type.

    Parameters
    ----------
    network : Network
        The network, in any type; rounded copies of its parameters are used.
    x : array_like (n_in,) or (batch, n_in)
        One example, or one a row.
    dtype : dtype
        ``numpy.float16``, ``ml_dtypes.bfloat16``, or another type of at most
        32 bits.

    Returns
    -------
    Trace
        Like that of `literate_bp.forward`, in the narrow type.

    Raises
    ------
    ValueError
        As `literate_bp.forward` does, and if the type has over 32 bits.
    """
    dtype = validation.narrow_type("dtype", dtype)
    layers = cast(cast(network, dtype), np.float32).layers
    names = [layer.normalization for layer in layers]
    validation.without_normalization(names, "mixed precision")
    linears: list[Array] = []
    x = inputs_of(network, x)
    validation.real("x", x)
    activateds = [as_type(x, dtype)]
    for layer in layers:
        a = activateds[-1]
        z = run_rounded(dtype, linear, a, layer.matrix, layer.biases)
        linears.append(z)
        activateds.append(run_rounded(dtype, layer.output, a, z))
    return Trace(tuple(linears), tuple(activateds))


def scaled(delta: Array, scale: float) -> Array:
    r"""Scale the errors of the output layer: Δᴸ ← S Δᴸ.

    Parameters
    ----------
    delta : ndarray
        Δᴸ, with which the recursion starts.
    scale : float
        S, the loss scale.

    References
    ----------
    Micikevicius et al. 2018.
    """
    return scale * delta


def unscaled(gradient: Array, scale: float) -> Array:
    r"""Unscale a gradient before it is used: ∂C/∂Wˡ ← (1 / S) ∂C/∂Wˡ.

    Parameters
    ----------
    gradient : ndarray
        The gradient of S C.
    scale : float
        S, the loss scale.
    """
    return 1 / scale * gradient


def activation_backward(activation: str, z: Array, dc_da: Array) -> Array:
    """Return the errors Δ of a layer from the gradient of its activation.

    Parameters
    ----------
    activation : str
        A name in `literate_bp.activation.ACTIVATIONS`.
    z, dc_da : ndarray, equal shapes
        The linear parts, and ∂C/∂A of the activated values.
    """
    return linear_error(ACTIVATIONS[activation].derivative(z), dc_da)


def mixed_backward(
    network: Network, trace: Trace, y: npt.ArrayLike, scale: float = 1.0
) -> Gradients:
    r"""Return the gradients of S C, every result rounded to a narrow type.

    The derivative of the cost is computed in float32, and multiplied by S
    before anything is rounded.

    Parameters
    ----------
    network : Network
        The network, unchanged since the forward pass.
    trace : Trace
        What `mixed_forward` returned for it; its type is the narrow type.
    y : array_like, shaped like the output
        The targets.
    scale : float
        S, the loss scale, greater than 0.

    Returns
    -------
    Gradients
        S times those of the cost.

    Raises
    ------
    ValueError
        As `literate_bp.backward` does, and if S is not a positive number.
    """
    validation.loss_scale("scale", scale)
    require_trace(network, trace)
    validation.real("trace", trace.output)
    dtype = trace.output.dtype
    wide = cast(cast(network, dtype), np.float32)
    wide_trace = Trace(
        as_type(trace.linear, np.float32), as_type(trace.activated, np.float32)
    )
    y = targets_of(network, y, wide_trace.output)
    dc_da = output_shortcut(wide, wide_trace, y)
    if dc_da is not None:
        dc_da = as_type(scaled(dc_da, scale), dtype)
    error = scaled(output_error(wide, wide_trace, y), scale)
    delta = [as_type(error, dtype)]
    hidden = zip(wide.layers, trace.linear, wide.layers[1:], strict=False)
    for layer, z, ahead in reversed(list(hidden)):
        dc_da = run_rounded(dtype, ahead.input_gradient, delta[0], dc_da)
        arguments = layer.activation, z, dc_da
        delta.insert(0, run_rounded(dtype, activation_backward, *arguments))
    found = [
        run_rounded(dtype, parameter_gradients, layer, a, d)
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


def unscale_gradients(gradients: Gradients, scale: float) -> Gradients:
    """Return all gradients divided by S, in float32.

    Parameters
    ----------
    gradients : Gradients
        What `mixed_backward` returned.
    scale : float
        The loss scale S that it was given.

    Raises
    ------
    ValueError
        If S is not a positive number.
    """
    validation.instance("gradients", gradients, Gradients)
    found = [getattr(gradients, name) for name in (*PARAMETERS, "errors")]
    validation.arrays("gradients", *found, (gradients.shortcut,))
    for array in gradients.arrays.values():
        validation.real("gradients", array)
    validation.loss_scale("scale", scale)

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
    """Return whether no gradient of a parameter is infinite or NaN.

    Parameters
    ----------
    gradients : Gradients
        Scaled or not.
    """
    validation.instance("gradients", gradients, Gradients)
    found = [getattr(gradients, name) for name in PARAMETERS]
    validation.arrays("gradients", *found)
    arrays = (of for part in found for of in part if of is not None)
    return all(np.isfinite(of).all() for of in arrays)


def largest_scale(largest: float, dtype: npt.DTypeLike = np.float16) -> float:
    """Return the largest power of two by which a gradient may be scaled.

    At most 2¹⁰²³, which is the largest of all in a float.

    Parameters
    ----------
    largest : float
        The largest |gradient| that occurs, greater than 0.
    dtype : dtype
        The type in which the scaled gradient has to be finite.

    Raises
    ------
    ValueError
        If `largest` is not a positive number, or `dtype` is not a
        floating-point type.
    """
    digits, exponent = frexp(limits_of(dtype).largest)
    of_largest = frexp(validation.positive("largest", largest))
    exponent -= of_largest[1] + (digits < of_largest[0])
    return ldexp(1.0, min(exponent, 1023))


MIN_SCALE = 2.0**-126
"""The lowest dynamic scale: the smallest normal number of float32."""
MAX_SCALE = 2.0**127
"""The highest dynamic scale: the largest power of two in float32."""


@dataclass(frozen=True)
class LossScale:
    """The factor by which the cost is multiplied, static or dynamic.

    Without an interval it is static. With one it is dynamic: it shrinks after
    a gradient that is not finite, and grows after `interval` finite steps.

    Attributes
    ----------
    value : float
        S, from 2⁻¹²⁶ to 2¹²⁷. A power of two changes no digit.
    interval : int or None
        The number of finite steps in a row after which a dynamic scale
        grows; None for a static one.
    growth : float
        The factor by which it grows, greater than 1.
    backoff : float
        The factor by which it shrinks after an overflow, between 0 and 1.
    steps : int
        The number of finite steps in a row so far.

    Raises
    ------
    ValueError
        If a number is outside its range.

    References
    ----------
    Static: Micikevicius et al. 2018. Dynamic: Kuchaiev et al. 2018.

    Examples
    --------
    >>> from literate_bp import LossScale
    >>> LossScale(8.0, interval=2).updated(finite=False).value
    4.0
    """

    value: float = 2.0**16
    interval: int | None = None
    growth: float = 2.0
    backoff: float = 0.5
    steps: int = 0

    def __post_init__(self) -> None:
        validation.loss_scale("value", self.value)
        if self.interval is not None:
            validation.whole("interval", self.interval)
        validation.whole("steps", self.steps, least=0)
        validation.between("growth", self.growth, 1.0, np.inf)
        validation.between("backoff", self.backoff, 0.0, 1.0)

    def updated(self, *, finite: bool) -> LossScale:
        """Return the scale of the next step.

        Parameters
        ----------
        finite : bool
            Whether every gradient of this step was finite.
        """
        if self.interval is None:
            return self
        if not finite:
            smaller = max(self.value * self.backoff, MIN_SCALE)
            return replace(self, value=smaller, steps=0)
        if self.steps + 1 < self.interval:
            return replace(self, steps=self.steps + 1)
        larger = min(self.value * self.growth, MAX_SCALE)
        return replace(self, value=larger, steps=0)


DYNAMIC = LossScale(interval=2000)
"""The default: the initial scale and the interval of PyTorch."""


def mixed_step(
    network: Network,
    x: Array,
    y: Array,
    rate: float,
    scale: LossScale,
    dtype: npt.DTypeLike = np.float16,
) -> tuple[Network, LossScale, bool]:
    r"""Take one training step, or skip it if a gradient is not finite.

    Parameters
    ----------
    network : Network
        The network with its master weights, which keep their type.
    x, y : ndarray (batch, n_in), (batch, n_out)
        A batch.
    rate : float
        η, greater than 0.
    scale : LossScale
        The scale of this step.
    dtype : dtype
        The narrow type of values, errors and gradients.

    Returns
    -------
    network : Network
        The network after the step; the same object if it was skipped.
    scale : LossScale
        The scale of the next step.
    finite : bool
        Whether the step was taken.
    """
    # infinity is expected here: it shows that the scale is too large
    with np.errstate(over="ignore", invalid="ignore"):
        trace = mixed_forward(network, x, dtype)
        found = mixed_backward(network, trace, y, scale.value)
        gradients = unscale_gradients(found, scale.value)
    finite = all_finite(gradients)
    if finite:
        network = descend(network, gradients, rate)
    return network, scale.updated(finite=finite), finite


@dataclass(frozen=True, repr=False)
class Scaling(Displayed):
    """The history of the loss scale: one entry a step.

    Attributes
    ----------
    scales : tuple of float
        The scale S of every step.
    finite : tuple of bool
        Whether the step was taken; False where it was skipped.
    last : LossScale
        The scale after the last step, from which training can go on.
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


class ScaleWarning(UserWarning):
    """No step was taken: with this loss scale no gradient was finite.

    Attributes
    ----------
    args : tuple of str
        The message: how many steps, the scale, and what to take instead.
    """


def warn_if_all_skipped(scaling: Scaling, dtype: npt.DTypeLike) -> None:
    """Warn if no gradient was finite, so that nothing was learned.

    Parameters
    ----------
    scaling : Scaling
        The history of the loss scale.
    dtype : dtype
        The narrow type.
    """
    if any(scaling.finite):
        return
    dynamic = scaling.last.interval is not None
    warnings.warn(
        f"all {len(scaling.finite)} steps were skipped: with the scale "
        f"{scaling.scales[-1]:g} gradients were not finite in "
        f"{np.dtype(dtype)}; take a smaller scale"
        + ("" if dynamic else ", or a dynamic one: LossScale(interval=2000)"),
        ScaleWarning,
        stacklevel=3,
    )


def finite_in_float32(
    where: str, data: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Return inputs and targets in float32, or refuse what overflows.

    Parameters
    ----------
    where : str
        What the message begins with.
    data : tuple of ndarray
        The inputs and the targets.
    """
    with np.errstate(over="ignore"):
        x, y = as_type(data, np.float32)
    validation.finite(f"{where}x in float32", x)
    validation.finite(f"{where}y in float32", y)
    return x, y


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
    r"""Train in mixed precision by stochastic gradient descent.

    Like `literate_bp.train`, with every result of a pass in a narrow type.

    Parameters
    ----------
    network : Network
        The initial network; it is not changed.
    x, y : array_like (n, n_in), (n, n_out)
        Inputs and targets, one example a row.
    rate : float
        η, greater than 0.
    epochs : int
        The number of passes through all examples.
    batch : int
        The number of examples in one step.
    seed : int
        Decides the order of the examples: the same seed gives the same result.
    dtype : dtype
        The narrow type of values, errors and gradients.
    scale : LossScale or float
        The scale of the first step; a number makes a static one. If every
        step was skipped, a `ScaleWarning` says so.
    master : dtype
        The type of the master weights, which every step updates.
    test : tuple of array_like, optional
        Held-out inputs and targets, which are measured and not trained on.

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
        scale = LossScale(validation.loss_scale("scale", scale))
    x, y = finite_in_float32("", as_batch(network, x, y))
    held_out = None
    if test is not None:
        held_out = finite_in_float32(
            "in test, ", held_out_batch(network, test)
        )
    rate = validation.positive("rate", rate)
    epochs = validation.whole("epochs", epochs)
    batch = validation.whole("batch", batch)
    rng = np.random.default_rng(validation.whole("seed", seed, least=0))
    history, scales, finites = History(), [], []
    for _ in with_progress(range(epochs), "epoch"):
        for some_x, some_y in mini_batches(*shuffled(x, y, rng), batch):
            scales.append(scale.value)
            network, scale, finite = mixed_step(
                network, some_x, some_y, rate, scale, dtype
            )
            finites.append(finite)
        history = with_epoch(
            history, cast(network, np.float32), (x, y), held_out
        )
    scaling = Scaling(tuple(scales), tuple(finites), scale)
    warn_if_all_skipped(scaling, dtype)
    return network, history, scaling
