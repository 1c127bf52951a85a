"""Reference derivatives, with which every gradient of this book is compared.

An independent source of right results is called a test oracle. This one knows
none of the rules of backpropagation: it changes one parameter, runs the
network forward, and takes the derivative from the change of the cost.
"""

from __future__ import annotations

import warnings
from collections.abc import (
    Callable,
    Collection,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import ACTIVATIONS, Array
from .cost import COSTS
from .display import Displayed, TextTable, count, with_progress
from .layer import linear
from .network import (
    Layer,
    Network,
    Trace,
    backward,
    cast,
    forward,
    inputs_of,
    mean_cost,
    output_placeholder,
    replace_unchecked,
    require_finite,
    targets_of,
)
from .weight_normalization import norms

IMAGINARY_STEP = 1e-30
"""The size of a complex step."""
REAL_STEP = float(np.finfo(np.float64).eps) ** (1 / 3)
"""The size of the step of a central difference: ε to the power of ⅓."""
PRECISION = 2e-14
"""The relative error above which an entry is compared with its uncertainty."""
TELLING = 1e-3
"""A check that cannot tell an error of this size says what to do."""
SAMPLES = 8
"""How often the last digits are changed to measure an uncertainty."""
SAFETY = 8.0
"""What the largest effect that was measured is multiplied by."""
DIRECTIONS = 8
"""How many random directions there are in each array of a large network."""
MOST_DIRECTIONS = 10_000
"""How many there may be in each array."""
LARGE = 10_000_000
"""A network is large if pushing every entry computes more numbers than this.

That takes about a second: 784-30-10 with ten examples has 28 million, and its
check was measured at 1.2 s.
"""
TOGETHER = 2**18
"""How many numbers the pushes that run at the same time compute at most."""
PLACES = np.array([-1.41, -0.37, 0.37, 1.41])
"""Where an activation is asked whether it takes complex numbers."""


def complex_step(
    f: Callable[[Any], Any], x: Any, h: float = IMAGINARY_STEP
) -> Any:
    r"""Return the derivative by a complex step: f′(x) ≈ Im f(x + i h) / h.

    Nothing is subtracted, so no digit is lost, however small h is. It is off
    by f‴(x) h² / 6, and loses digits where f′(x) h leaves the range of normal
    numbers: with the usual h, below 2.2e-278.

    Parameters
    ----------
    f : callable
        An analytic function: made of +, ·, /, powers, exp and the like,
        without |·|. A comparison goes by the real parts, so that each side of
        a kink keeps its own derivative.
    x : float or ndarray
        The argument.
    h : float
        The size of the step, along the imaginary axis.

    References
    ----------
    Squire and Trapp 1998, eq. 1.3.
    """
    return np.imag(f(x + 1j * h)) / h


def central_difference(
    f: Callable[[Any], Any], x: Any, h: float = REAL_STEP
) -> Any:
    r"""Return the central difference: f′(x) ≈ (f(x + h) − f(x − h)) / (2h).

    It is off by f‴(x) h² / 6, and by about ε|f(x)| / h, because digits cancel
    in the subtraction; near h = ∛ε the two balance, at about ε^⅔.

    Parameters
    ----------
    f : callable
        A function that is smooth between x − h and x + h.
    x : float or ndarray
        The argument.
    h : float
        The size of the step, in both directions.
    """
    return (f(x + h) - f(x - h)) / (2 * h)


def relative_error(
    a: npt.ArrayLike, b: npt.ArrayLike, floor: float = 1.0
) -> float:
    r"""Return the relative error of two numbers, or the worst of two arrays.

    |a − b| / max(|a|, |b|) for each entry; 0 if both are 0. It is infinite if
    any entry is not finite.

    Parameters
    ----------
    a, b : array_like, equal shapes
        What was computed, and what was expected.
    floor : float
        The smallest divisor, as a share of the largest |entry|. With 1, every
        difference is divided by the largest.
    """
    a, b = np.asarray(a), np.asarray(b)
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return float("inf")
    size = np.maximum(np.abs(a), np.abs(b))
    scale = np.maximum(size, floor * np.max(size, initial=0.0))
    return float(np.max(np.abs(a - b) / np.where(scale, scale, 1), initial=0))


@dataclass(frozen=True, repr=False)
class Report(Displayed):
    """The result of `check_gradient`.

    Attributes
    ----------
    parameters : dict of str to float
        The worst relative error in each array of parameters, by name:
        ``"weights of layer 1"``. A difference that rounding explains counts
        as `PRECISION` or less (`compare`).
    resolution : dict of str to float
        The relative error that an entry of the array has to exceed in order
        to be told from rounding; in the entry where that is largest.
    skipped : int
        The number of parameters at a kink, where there is no derivative to
        compare with.
    directions : int
        The number of random directions that were compared in each array; 0 if
        every entry was.
    """

    parameters: dict[str, float]
    resolution: dict[str, float]
    skipped: int = 0
    directions: int = 0

    @property
    def worst(self) -> float:
        """The largest of the relative errors; NaN if nothing was compared."""
        return max(self.parameters.values(), default=float("nan"))

    @property
    def where(self) -> str:
        """The array of parameters in which the worst error stands."""
        return max(
            self.parameters,
            key=self.parameters.__getitem__,
            default="nothing compared",
        )

    @property
    def summary(self) -> str:
        """The worst relative error, where it stands, what was compared."""
        compared = (
            f"along {count(self.directions, 'random direction')} in each array"
            if self.directions
            else "in every entry"
        )
        skipped = f", {self.skipped} on a kink skipped" if self.skipped else ""
        return (
            f"worst relative error {self.worst:.1e} ({self.where}) against "
            f"complex step {compared}{skipped}{self.advice}"
        )

    @property
    def advice(self) -> str:
        """What to do where an error of `TELLING` could not be told.

        A relative error is 2 at most, that of a wrong sign.
        """
        name, least = max(
            self.resolution.items(), key=lambda item: item[1], default=("", 0)
        )
        if least <= TELLING:
            return ""
        missed = "any error" if least > 2 else f"errors below {least:.1%}"
        return (
            f"; cannot tell {missed} in {name}, where a derivative is little "
            "more than rounding: check in float64, or at other inputs and "
            "targets"
        )

    @property
    def table(self) -> TextTable:
        """The worst error of each array, and which errors can be told."""
        rows = tuple(
            (name, f"{error:.1e}", f"{self.resolution[name]:.1e}")
            for name, error in self.parameters.items()
        )
        return TextTable(("parameters", "error", "told above"), rows)


def layer_after(
    layer: Layer, field: str, array: Array, a: Array
) -> tuple[Array, Array]:
    """Run a layer in which one array is another: Z, and its output."""
    pushed = replace_unchecked(layer, **{field: array})
    z = linear(a, pushed.matrix, pushed.biases)
    return z, pushed.output(a, z)


def apart(layer: Layer, field: str) -> bool:
    """Tell whether an entry that leads to node j moves output j alone.

    Parameters
    ----------
    layer : Layer
        The layer.
    field : str
        The array that the entry is of.
    """
    compares_nodes = layer.normalization in ("layer", "rms")
    return ACTIVATIONS[layer.activation].elementwise and (
        not compares_nodes or field in ("scales", "shifts")
    )


@dataclass(frozen=True, eq=False)
class Entries:
    """Pushes of some entries of one array of parameters, each by itself.

    Attributes
    ----------
    layer : int
        The layer, from 0.
    field : str
        The name of the array.
    rows, nodes : ndarray of int (pushes,)
        Row and column of each entry. Biases and gains are row 0.
    """

    layer: int
    field: str
    rows: Array
    nodes: Array

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def name(self) -> str:
        """The array: ``"weights of layer 1"``."""
        return f"{self.field} of layer {self.layer + 1}"

    @property
    def parameters(self) -> int:
        """How many parameters are pushed."""
        return len(self)

    def some(self, which: Array) -> Entries:
        """Return the pushes that a mask chooses."""
        return replace(self, rows=self.rows[which], nodes=self.nodes[which])

    def without(self, kinks: Sequence[Array]) -> Entries:
        """Return the pushes that move no node on its kink."""
        return self.some(~np.any([k.any(axis=(1, 2)) for k in kinks], axis=0))

    def along(self, arrays: Mapping[str, Array]) -> Array:
        """Return the derivative along each push, from the gradients."""
        array = np.atleast_2d(arrays[self.name])
        found: Array = array[self.rows, self.nodes].astype(float)
        return found

    def size(self, arrays: Mapping[str, Array]) -> Array:
        """Return what an error along each push is measured against."""
        return np.abs(self.along(arrays))

    def run(self, layer: Layer, a: Array, by: complex) -> tuple[Array, Array]:
        """Run the layer after each push.

        An entry of column j moves node j alone. So a whole row is pushed at
        once, and each push takes its node from there.

        Parameters
        ----------
        layer : Layer
            The layer as it was.
        a : ndarray (batch, n_in)
            Its inputs.
        by : complex
            How far the entries are pushed.

        Returns
        -------
        z, activated : ndarray (pushes, batch, n_out)
            The linear parts and the output of the layer.
        """
        rows, row_of_push = np.unique(self.rows, return_inverse=True)

        def with_row_pushed(row: int) -> tuple[Array, Array]:
            array = getattr(layer, self.field) + 0 * by
            np.atleast_2d(array)[row] += by
            return layer_after(layer, self.field, array, a)

        def alone(still: Array, moved: Array) -> Array:
            each = np.repeat(still[np.newaxis], len(self), axis=0) + 0 * by
            chosen = moved[row_of_push, :, self.nodes]
            each[np.arange(len(self)), :, self.nodes] = chosen
            return each

        still = linear(a, layer.matrix, layer.biases)
        moved, output = map(
            np.stack, zip(*map(with_row_pushed, rows), strict=True)
        )
        z = alone(still, moved)
        if not apart(layer, self.field):
            return z, layer.output(a, z)
        return z, alone(layer.output(a, still), output)


@dataclass(frozen=True, eq=False)
class Direction:
    """One push of all entries of an array at once, along a random direction.

    Attributes
    ----------
    layer : int
        The layer, from 0.
    field : str
        The name of the array.
    entries : ndarray, shaped like the array
        How far each entry is pushed.
    """

    layer: int
    field: str
    entries: Array

    def __len__(self) -> int:
        return int(self.entries.any())

    @property
    def name(self) -> str:
        """The array: ``"weights of layer 1"``."""
        return f"{self.field} of layer {self.layer + 1}"

    @property
    def parameters(self) -> int:
        """How many parameters are pushed."""
        return int(np.count_nonzero(self.entries))

    def some(self, which: Array) -> Direction:
        """Return the pushes that a mask chooses."""
        return replace(self, entries=self.entries * which)

    def without(self, kinks: Sequence[Array]) -> Direction:
        """Return the push without what moves a node on its kink.

        Entries of the columns that lead to such a node stay as they are; all
        do, if a node of a later layer moves.
        """
        own, *later = kinks
        moves = own.any(axis=(0, 1)) | any(map(np.any, later))
        return replace(self, entries=np.where(moves, 0, self.entries))

    def along(self, arrays: Mapping[str, Array]) -> Array:
        """Return the derivative along the push: the sum of the products."""
        return np.array([np.vdot(self.entries, arrays[self.name])])

    def size(self, arrays: Mapping[str, Array]) -> Array:
        """Return the norm of what is pushed of the gradient."""
        pushed = arrays[self.name][self.entries != 0].astype(float)
        return np.array([np.hypot.reduce(pushed)])

    def run(self, layer: Layer, a: Array, by: complex) -> tuple[Array, Array]:
        """Run the layer after the push, as `Entries.run` does."""
        array = getattr(layer, self.field) + by * self.entries
        z, output = layer_after(layer, self.field, array, a)
        return z[np.newaxis], output[np.newaxis]


Push = Entries | Direction
"""What is pushed to find derivatives of the cost."""


def require_complex(network: Network) -> None:
    """Refuse activations that do not take complex numbers.

    With one that does, a complex step and central differences agree, beside a
    kink too.

    Parameters
    ----------
    network : Network
        The network.

    Raises
    ------
    ValueError
        If an activation fails with complex numbers or drops what is imaginary
        in them.
    """
    for name in dict.fromkeys(layer.activation for layer in network.layers):
        f = ACTIVATIONS[name].function
        real = central_difference(f, PLACES)
        try:
            with warnings.catch_warnings(
                action="error", category=np.exceptions.ComplexWarning
            ):
                agrees = np.allclose(complex_step(f, PLACES), real, 1e-6)
        except (TypeError, np.exceptions.ComplexWarning):
            agrees = False
        if not agrees:
            raise ValueError(
                f"activation {name!r} does not take complex numbers; one that "
                "does was expected: for example np.where(z < 0, -z, z) in "
                "place of np.abs(z)"
            )


def precision_of(network: Network) -> float:
    """Return the relative error that needs no explanation.

    64 ε of a type that is narrower than float64.
    """
    eps = np.finfo(network.layers[0].weights.dtype).eps
    return max(PRECISION, 64 * float(eps))


@dataclass(frozen=True)
class Problem:
    """A network with inputs and targets, all of which are valid."""

    network: Network
    x: Array
    y: Array

    @cached_property
    def trace(self) -> Trace:
        """What `forward` returns."""
        return forward(self.network, self.x)

    @cached_property
    def gradients(self) -> dict[str, Array]:
        """What `backward` returns, by the names of the parameters."""
        return backward(self.network, self.trace, self.y).arrays

    @cached_property
    def summands(self) -> dict[str, Array]:
        """The size of what each derivative is a sum of.

        What each example contributes, in the mean; with normalized weights
        also the component along the direction, which is subtracted.
        """
        size = dict.fromkeys(self.gradients, np.zeros(()))
        for example, share in self.by_example:
            for name, array in example.gradients.items():
                part = np.abs(array.astype(float)) * share
                size[name] = size[name] + part
        for n, layer in enumerate(self.network.layers, start=1):
            if layer.gains is not None:
                along = np.abs(layer.matrix / norms(layer.weights))
                size[f"weights of layer {n}"] += (
                    size[f"gains of layer {n}"] * along
                )
        return size

    @property
    def by_example(self) -> Iterator[tuple[Problem, float]]:
        """Yield each example as a problem, and its share of the gradients.

        Where examples are compared all stay, and the others have their output
        as their target, so that their cost has no slope.
        """
        x, y = np.atleast_2d(self.x, self.y)
        if any(at.normalization == "batch" for at in self.network.layers):
            for n, target in enumerate(y):
                targets = self.trace.output.copy()
                targets[n] = target
                yield Problem(self.network, x, targets), 1.0
            return
        for example in zip(x, y, strict=True):
            yield Problem(self.network, *example), 1 / len(x)

    @cached_property
    def exact(self) -> Problem:
        """The same as a batch in float64; targets keep their rounding."""
        network = cast(self.network, np.float64)
        x, y = np.atleast_2d(self.x, self.y)
        return Problem(network, x.astype(float), y)

    def pre_activations(self, trace: Trace) -> list[Array]:
        """Return what the activations of the last layers take."""
        layers = self.network.layers[-len(trace.linear) :]
        found = zip(layers, trace.linear, strict=True)
        return [layer.pre_activation(z) for layer, z in found]

    def pushed(self, push: Push, by: complex) -> Trace:
        """Run the network after each push, from the layer that it is in.

        Parameters
        ----------
        push : Push
            What is pushed.
        by : complex
            How far.

        Returns
        -------
        Trace
            Of these layers, with arrays of shape (pushes, batch, nodes).
        """
        pushed, *later = self.network.layers[push.layer :]
        a = [self.trace.activated[push.layer]]
        first = push.run(pushed, a[0], by)
        z, a = [first[0]], [a[0], first[1]]
        for layer in later:
            z.append(linear(a[-1], layer.matrix, layer.biases))
            a.append(layer.output(a[-1], z[-1]))
        return Trace(tuple(z), tuple(a))

    def cost_after(self, push: Push, by: complex) -> Array:
        """Return the mean cost after each push."""
        layers = self.network.layers[push.layer :]
        rest = replace_unchecked(self.network, layers=layers)
        trace = self.pushed(push, by)
        x, *activated = trace.activated
        each = zip(
            zip(*trace.linear, strict=True),
            zip(*activated, strict=True),
            strict=True,
        )
        traces = (Trace(z, (x, *a)) for z, a in each)
        return np.array([mean_cost(rest, one, self.y) for one in traces])

    def derivative(self, push: Push, h: float = IMAGINARY_STEP) -> Array:
        """Return the derivative of the cost along each push, by a step h."""
        found: Array = complex_step(partial(self.cost_after, push), 0.0, h)
        return found

    @cached_property
    def at_kink(self) -> list[Array]:
        """Which nodes are on a kink, or beyond it in float64."""
        layers = zip(
            self.network.layers,
            self.exact.pre_activations(self.exact.trace),
            map(np.atleast_2d, self.pre_activations(self.trace)),
            strict=True,
        )
        return [
            ((z == 0) | (np.sign(z) != np.sign(rounded)))
            & (not ACTIVATIONS[layer.activation].analytic)
            for layer, z, rounded in layers
        ]

    def kinks(self, push: Push) -> list[Array]:
        """Tell which nodes that are on a kink are moved by each push."""
        kinked = self.at_kink[push.layer :]
        if not any(map(np.any, kinked)):
            return [np.zeros((len(push), *of.shape), bool) for of in kinked]
        moved = self.exact.pushed(push, 1j * IMAGINARY_STEP)
        given = self.exact.pre_activations(moved)
        return [
            (h.imag != 0) & of for h, of in zip(given, kinked, strict=True)
        ]

    @cached_property
    def with_other_last_digits(self) -> list[Problem]:
        """The same with each number smaller by a random part of ε.

        Make each number smaller by 0, ½ or 1 share of ε, drawn at random.

        `SAMPLES` times. In normalized weights, it is a share of the norm.
        Probabilities of 0 and 1 are exact, and stay; those of a softmax are
        first made to add up to 1.
        """
        goes_with = COSTS[self.network.cost].output
        rng = np.random.default_rng(0)

        def changed(array: Array, size: Array | None = None) -> Array:
            share = np.finfo(array.dtype).eps * rng.integers(0, 3, array.shape)
            by = share / 2 * (array if size is None else size)
            return (array - by).astype(array.dtype)

        def targets_changed(y: Array) -> Array:
            if goes_with is None:
                return changed(y)
            certain = (y == 0) | (y == 1)
            if not ACTIVATIONS[goes_with].elementwise:
                certain = certain.all(axis=-1, keepdims=True)
                y = y / y.sum(axis=-1, keepdims=True)
            return np.where(certain, y, changed(y))

        def layer_changed(layer: Layer) -> Layer:
            arrays = layer.parameters
            new = {name: changed(array) for name, array in arrays.items()}
            if layer.gains is not None:
                new["weights"] = changed(layer.weights, norms(layer.weights))
            return layer.with_parameters(new)

        return [
            Problem(
                Network(
                    map(layer_changed, self.network.layers), self.network.cost
                ),
                changed(self.x),
                targets_changed(self.y),
            )
            for _ in range(SAMPLES)
        ]


def uncertainty(push: Push, given: Problem) -> Array:
    r"""Return by how much rounding may part `backward` and the reference.

    A rounded operation is an exact one on numbers that differ by a share of
    ε. So both derivatives are computed again with other last digits, and the
    reference with other steps. Added are a share of ε of what a derivative is
    a sum of (`Problem.summands`), the smallest number of the network's type
    that has all its digits, and that of float64 divided by h.

    Parameters
    ----------
    push : Push
        What the derivatives are by; none moves a node on its kink.
    given : Problem
        The network, inputs and targets.

    Returns
    -------
    ndarray (pushes,)
    """
    problems = given, *given.with_other_last_digits
    steps = IMAGINARY_STEP * np.linspace(1, 0.5, len(problems))
    references = [
        each.exact.derivative(push, float(step))
        for each, step in zip(problems, steps, strict=True)
    ]
    computed = [push.along(each.gradients) for each in problems]
    kind = np.finfo(given.network.layers[0].weights.dtype)
    rounded = float(kind.eps) * push.size(given.summands)
    tiny = float(kind.tiny) + np.finfo(np.float64).tiny / IMAGINARY_STEP
    smallest = tiny * np.sqrt(push.parameters / len(push))
    spread = np.ptp(references, axis=0) + np.ptp(computed, axis=0)
    return SAFETY * (spread + rounded + smallest)


class Comparison(NamedTuple):
    """The relative errors along pushes, and the least that could be told."""

    errors: Array
    resolutions: Array


def compare(
    push: Push, given: Problem, gradients: Mapping[str, Array]
) -> Comparison:
    """Compare computed derivatives with their references.

    The error is the difference, divided by the size that it is measured
    against, or by the reference where that is larger. Where rounding explains
    the difference, the divisor is such that the result is at most `PRECISION`.

    Parameters
    ----------
    push : Push
        What the derivatives are by; none moves a node on its kink.
    given : Problem
        The network, inputs and targets.
    gradients : mapping of str to ndarray
        What was computed, by the names of the parameters.
    """
    found, expected = push.along(gradients), given.exact.derivative(push)
    size = np.maximum(push.size(gradients), np.abs(expected))
    difference = np.abs(found - expected)
    errors = difference / np.where(size, size, 1)
    errors[~np.isfinite(difference)] = np.inf
    precision = precision_of(given.network)
    resolutions = np.full(len(push), precision)
    unsure = (precision < errors) & (errors < np.inf)
    if unsure.any():
        known_to = uncertainty(push.some(unsure), given)
        share = difference[unsure] / known_to
        errors[unsure] = np.where(
            share <= 1, precision * share, errors[unsure]
        )
        resolutions[unsure] = np.maximum(known_to / size[unsure], precision)
    return Comparison(errors, resolutions)


def require_finite_cost(given: Problem) -> None:
    """Refuse a problem whose cost leaves the range of its type."""
    with np.errstate(over="ignore", invalid="ignore"):
        trace = forward(given.network, given.x)
        value = mean_cost(given.network, trace, given.y)
    if not np.isfinite(value):
        raise ValueError(
            f"network, x and y lead to a cost of {value}; a finite one was "
            "expected: take smaller weights, inputs or targets"
        )


def numbers_computed(given: Problem, layer: int) -> int:
    """Return how many numbers a push of one entry of a layer computes.

    Parameters
    ----------
    given : Problem
        The network, inputs and targets.
    layer : int
        The layer, from 0.
    """
    n_in, *moved = given.network.sizes[layer:]
    return n_in + len(np.atleast_2d(given.x)) * sum(moved)


def is_large(given: Problem) -> bool:
    """Tell whether pushing every entry would compute too many numbers.

    More than `LARGE`. In a type narrower than float64, whose rounding all
    entries show, each is pushed again for every sample of other last digits.

    Parameters
    ----------
    given : Problem
        The network, inputs and targets.
    """
    numbers = sum(
        numbers_computed(given, n) * array.size
        for n, layer in enumerate(given.network.layers)
        for array in layer.parameters.values()
    )
    narrow = precision_of(given.network) > PRECISION
    return numbers * (SAMPLES + 2 if narrow else 1) > LARGE


def pushes_of(
    given: Problem, directions: int, rng: np.random.Generator
) -> Iterator[Callable[[], Push]]:
    """Yield what makes each push of a check, array by array.

    They are made when they are used, because a direction takes as much memory
    as the array.

    Parameters
    ----------
    given : Problem
        The network, inputs and targets.
    directions : int
        The number of random directions in each array; 0 for every entry.
    rng : numpy.random.Generator
        Draws the directions.
    """

    def direction(n: int, field: str, shape: tuple[int, ...]) -> Direction:
        return Direction(n, field, rng.normal(size=shape))

    def entries(n: int, field: str, places: Array, columns: int) -> Entries:
        return Entries(n, field, places // columns, places % columns)

    for n, layer in enumerate(given.network.layers):
        together = max(1, TOGETHER // numbers_computed(given, n))
        for field, array in layer.parameters.items():
            for _ in range(directions):
                yield partial(direction, n, field, array.shape)
            for start in range(0, 0 if directions else array.size, together):
                places = np.arange(start, min(start + together, array.size))
                yield partial(entries, n, field, places, array.shape[-1])


def report_of(
    given: Problem,
    gradients: Mapping[str, Array],
    pushes: Collection[Callable[[], Push]],
    directions: int,
) -> Report:
    """Compare computed gradients with their references, push by push.

    Parameters
    ----------
    given : Problem
        The network, inputs and targets.
    gradients : mapping of str to ndarray
        What was computed, by the names of the parameters.
    pushes : collection of callable
        What makes each push.
    directions : int
        How many of them are of the same array; 0 if they are of entries.
    """
    found: dict[str, list[Comparison]] = {}
    skipped = 0
    for make in with_progress(pushes, "push", delay=1):
        push = make()
        free = push.without(given.kinks(push))
        skipped += push.parameters - free.parameters
        if len(free):
            comparison = compare(free, given, gradients)
            found.setdefault(push.name, []).append(comparison)

    def largest(part: str, name: str) -> float:
        return max(float(getattr(of, part).max()) for of in found[name])

    return Report(
        {name: largest("errors", name) for name in found},
        {name: largest("resolutions", name) for name in found},
        skipped // max(directions, 1),
        directions,
    )


def check_gradient(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    directions: int | None = None,
    seed: int = 0,
) -> Report:
    r"""Compare `backward` with reference derivatives.

    The reference is a complex step in float64, whatever the type of the
    network. It has the digits that the forward pass has: what is cancelled
    there, such as in a − y, is lost to it as it is to `backward`. A difference
    that rounding explains is no error (`uncertainty`).

    In a small network, every parameter is pushed by itself. In a large one,
    where that takes more than about a second (`LARGE`), each array of
    parameters is pushed along random directions d, whose entries are normal,
    and Σ dᵢ gᵢ is compared, where g is the gradient. An error is then a share
    of the norm ‖g‖. Errors eᵢ of the entries change the sum by Σ dᵢ eᵢ, which
    is normal with standard deviation ‖e‖: if ‖e‖ is k times what can be told
    along a direction, it is missed there with probability erf(1 / (k √2)). For
    k = 4, eight directions all miss it once in 400,000 times. What they do not
    see is an error that is rounding beside ‖g‖, such as a wrong sign of an
    entry of 10⁻¹⁴ ‖g‖, or of 10⁻⁶ ‖g‖ in float32. Pushing every entry does.

    Parameters
    ----------
    network : Network
        The network to check.
    x, y : array_like
        One example or a batch, as for `forward` and `backward`.
    directions : int, optional
        How many random directions to compare in each array of parameters; 0
        for every entry. If None, 0 for a small network, and `DIRECTIONS` for a
        large one.
    seed : int
        Decides the directions.

    Returns
    -------
    Report
        The worst relative error in each array of parameters, and which errors
        can be told there.

    Raises
    ------
    ValueError
        As `forward` and `backward` do, if a number is not finite, if an
        activation does not take complex numbers, if directions or seed is
        not a whole number of at least 0, and if directions is more than
        10,000.

    Examples
    --------
    >>> from literate_bp import check_gradient, initialize
    >>> network = initialize((2, 3, 1), seed=0)
    >>> check_gradient(network, [0.1, 0.3], [1.0]).worst < 1e-12
    True
    >>> check_gradient(network, [0.1, 0.3], [1.0], directions=3).directions
    3
    """
    x = inputs_of(network, x)
    require_finite(network, x, x)
    y = targets_of(network, y, output_placeholder(network, x))
    validation.finite("y", y)
    require_complex(network)
    given = Problem(network, x, y)
    require_finite_cost(given)
    if directions is None:
        directions = DIRECTIONS if is_large(given) else 0
    directions = validation.whole(
        "directions", directions, least=0, most=MOST_DIRECTIONS
    )
    rng = np.random.default_rng(validation.whole("seed", seed, least=0))
    pushes = [*pushes_of(given, directions, rng)]
    return report_of(given, given.gradients, pushes, directions)
