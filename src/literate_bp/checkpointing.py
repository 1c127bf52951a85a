r"""Checkpointing: keep few arrays, and recompute the others when needed.

First the rule of the square root, then the backward pass in segments, the
plan of its memory, and the search for the segments that fit a limit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from math import gcd, inf, sqrt

import numpy.typing as npt

from . import validation
from .activation import Array
from .layer import linear
from .memory import (
    LayerMemory,
    MemoryPlan,
    Step,
    forward_steps,
    network_memory,
    object_overhead,
    plan_from_steps,
)
from .network import (
    NO_SCALES,
    Gradients,
    Layer,
    Network,
    Trace,
    inputs_of,
    output_error,
    output_placeholder,
    output_shortcut,
    parameter_gradients,
    targets_of,
)


def units_kept(n: float, k: float) -> float:
    r"""Return how many arrays k segments of n layers keep: k + n / k.

    The inputs of every segment, and one array for each layer of the segment
    that is being processed.

    Parameters
    ----------
    n, k : float
        The numbers of layers and of segments.

    References
    ----------
    Chen et al. 2016.
    """
    return k + n / k


def best_count(n: float) -> float:
    r"""Return the number of segments that keeps fewest arrays: k = √n.

    Parameters
    ----------
    n : float
        The number of layers.
    """
    return sqrt(n)


def least_units(n: float) -> float:
    r"""Return the fewest arrays that segments of n layers keep: 2√n.

    Parameters
    ----------
    n : float
        The number of layers.
    """
    return 2 * sqrt(n)


def excess_units(n: float, k: float) -> float:
    r"""Return how many more than the fewest k segments keep: (√k − √(n / k))².

    A square is never below 0, and so 2√n is the minimum.

    Parameters
    ----------
    n, k : float
        The numbers of layers and of segments.
    """
    return (sqrt(k) - sqrt(n / k)) ** 2


def segment_lengths(
    depth: int, segments: int | Sequence[int]
) -> tuple[int, ...]:
    """Return the number of layers in each segment.

    Parameters
    ----------
    depth : int
        The number of layers.
    segments : int or sequence of int
        The number of segments, whose lengths then differ by at most 1, the
        longer ones first, where fewer checkpoints stand beside them; or the
        number of layers in each.
    """
    if isinstance(segments, Iterable):
        return validation.segments(segments, depth)
    count = validation.segment_count(segments, depth)
    return tuple(depth // count + (n < depth % count) for n in range(count))


def segment_output(layers: Iterable[Layer], a: Array) -> Array:
    """Run some layers forward, and return the output of the last one.

    Parameters
    ----------
    layers : iterable of Layer
        The layers of one segment.
    a : ndarray
        The inputs of the segment.
    """
    for layer in layers:
        a = layer.output(a, linear(a, layer.matrix, layer.biases))
    return a


def segment_trace(
    layers: Sequence[Layer], a: Array
) -> tuple[list[Array], list[Array]]:
    """Run some layers forward, and return what a backward pass needs.

    Parameters
    ----------
    layers : sequence of Layer
        The layers of one segment.
    a : ndarray
        The inputs of the segment.

    Returns
    -------
    linears, inputs : list of ndarray
        Zˡ and Aˡ⁻¹ of each layer.
    """
    linears, inputs = [], [a]
    for layer in layers:
        linears.append(linear(inputs[-1], layer.matrix, layer.biases))
        if len(linears) < len(layers):
            inputs.append(layer.output(inputs[-1], linears[-1]))
    return linears, inputs


def recomputed_from_last(
    parts: list[tuple[Layer, ...]], checkpoints: list[Array]
) -> Iterator[tuple[Array, Array]]:
    """Yield Zˡ and Aˡ⁻¹, the last layer first, one segment at a time.

    Parameters
    ----------
    parts : list of tuple of Layer
        The layers of each segment; emptied from the end.
    checkpoints : list of ndarray
        The inputs of each segment; emptied from the end.
    """
    while parts:
        linears, inputs = segment_trace(parts.pop(), checkpoints.pop())
        while linears:
            yield linears.pop(), inputs.pop()


def backward_in_segments(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    segments: int | Sequence[int],
) -> Gradients:
    r"""Return the gradients of `backward` in less memory (checkpointing).

    The forward pass keeps the inputs of each segment, and nothing else but
    the arrays of the last. The backward pass runs each of the other segments
    forward again when it needs its arrays.

    Parameters
    ----------
    network : Network
        The network.
    x, y : array_like
        Inputs and targets, as for `forward` and `backward`.
    segments : int or sequence of int
        The number of segments, or the number of layers in each; with 1,
        everything is kept until it has been used, and nothing is recomputed.

    Returns
    -------
    Gradients
        Equal to those of `backward`, bit by bit. `errors` holds Δ¹ alone:
        the others have been freed.

    Raises
    ------
    ValueError
        As `forward` and `backward` do, and if the segments do not add up to
        the network, or one has no layer.

    Examples
    --------
    >>> import numpy as np
    >>> from literate_bp import backward, backward_in_segments, forward
    >>> from literate_bp import initialize
    >>> network, x, y = initialize((2, 3, 3, 1)), [0.1, 0.3], [1.0]
    >>> plain = backward(network, forward(network, x), y)
    >>> again = backward_in_segments(network, x, y, segments=2)
    >>> all(map(np.array_equal, plain.weights, again.weights))
    True
    """
    validation.instance("network", network, Network)
    lengths = segment_lengths(len(network.layers), segments)
    x = inputs_of(network, x)
    validation.real("x", x)
    y = targets_of(network, y, output_placeholder(network, x))
    ends = [0, *accumulate(lengths)]
    parts = [network.layers[start:end] for start, end in pairwise(ends)]
    checkpoints = [x]
    for part in parts[:-1]:
        checkpoints.append(segment_output(part, checkpoints[-1]))
    stored = recomputed_from_last(parts, checkpoints)
    return gradients_from_last(network, stored, y)


def gradients_from_last(
    network: Network, stored: Iterator[tuple[Array, Array]], y: Array
) -> Gradients:
    """Run backward from the last layer, and free what has been used.

    Parameters
    ----------
    network : Network
        The network.
    stored : iterator of (ndarray, ndarray)
        Zˡ and Aˡ⁻¹, as `recomputed_from_last` yields them.
    y : ndarray, shaped like the output
        The targets.
    """
    layers = network.layers
    z, a = next(stored)
    end = Trace((z,), (layers[-1].output(a, z),))
    dc_da = output_shortcut(network, end, y)
    delta = output_error(network, end, y)
    del end
    found, of_scales = [], [NO_SCALES]
    for layer, behind in pairwise(reversed(layers)):
        found.append(parameter_gradients(layer, a, delta))
        dc_da = layer.input_gradient(delta, dc_da)
        del z, a, delta
        z, a = next(stored)
        of_scales.append(behind.scale_gradients(z, dc_da))
        delta = behind.error(z, dc_da)
    found.append(parameter_gradients(layers[0], a, delta))
    weights, biases, gains = zip(*reversed(found), strict=True)
    scales = zip(*reversed(of_scales), strict=True)
    first = layers[0]
    made = weights, biases, gains, (delta,), first
    return Gradients(*made, first.shortcut_gradient(dc_da), *scales)


def recompute_steps(
    layers: Sequence[LayerMemory], first: int, held: int
) -> Iterator[Step]:
    """Yield the steps that recompute a segment, all but its last Aˡ.

    Parameters
    ----------
    layers, first, held : sequence of LayerMemory, int, int
        As for `forward_steps`.
    """
    kept = 0
    for number, layer in enumerate(layers, start=first):
        inner = number < first + len(layers) - 1
        peak = layer.output_peak if inner else layer.linear_peak
        yield Step("recompute", number, held + kept + peak)
        kept += layer.linear + layer.activated


def backward_steps(
    layers: Sequence[LayerMemory], first: int, held: int, *, top: bool
) -> Iterator[Step]:
    """Yield the steps of a backward pass that frees what has been used.

    Parameters
    ----------
    layers, first, held : sequence of LayerMemory, int, int
        As for `forward_steps`: one segment, whose Zˡ and Aˡ are kept.
    top : bool
        Whether the segment ends with the network's last layer, whose error
        has been computed.
    """
    kept = sum(layer.linear + layer.activated for layer in layers)
    kept -= layers[-1].activated
    for number in reversed(range(first, first + len(layers))):
        layer = layers[number - first]
        at_end = top and layer is layers[-1]
        if not at_end:
            alive = held + kept + layer.linear
            yield Step("error", number, alive + layer.error_peak)
        errors = (1 if at_end and not layer.residual else 2) * layer.linear
        alive = held + kept + errors
        peak = alive + layer.parameter_gradients_peak
        yield Step("gradient", number, peak)
        held += layer.gradients
        if number > 1:
            alive = held + kept + errors
            peak = alive + layer.input_gradient_peak
            yield Step("input gradient", number, peak)
        kept -= layer.linear
        kept -= layers[number - first - 1].activated if number > first else 0


def checkpointed_steps(
    layers: Sequence[LayerMemory], output: int, lengths: Sequence[int]
) -> Iterator[Step]:
    """Yield the steps of `backward_in_segments`.

    Parameters
    ----------
    layers : sequence of LayerMemory
        All layers of the network.
    output : int
        What `output_error_peak` returned.
    lengths : sequence of int
        The number of layers in each segment.
    """
    spans = [*pairwise([0, *accumulate(lengths)])]
    checkpoints = 0
    for start, end in spans:
        yield from segment_forward_steps(
            layers, output, start, end, checkpoints
        )
        checkpoints += layers[end - 1].linear
    for start, end in reversed(spans):
        checkpoints -= layers[end - 1].linear
        yield from segment_backward_steps(layers, start, end, checkpoints)


def segment_forward_steps(
    layers: Sequence[LayerMemory], output: int, start: int, end: int, held: int
) -> Iterator[Step]:
    """Yield the steps of the forward pass through one segment.

    Parameters
    ----------
    layers, output : sequence of LayerMemory, int
        As for `checkpointed_steps`.
    start, end : int
        The segment: layers start + 1 to end.
    held : int
        The bytes of the checkpoints so far, that of this segment included.
    """
    part, top = layers[start:end], end == len(layers)
    yield from forward_steps(part, start + 1, held, keep=top)
    if top:
        kept = sum(layer.linear + layer.activated for layer in part)
        yield Step("output", end, held + kept + output)


def segment_backward_steps(
    layers: Sequence[LayerMemory], start: int, end: int, held: int
) -> Iterator[Step]:
    """Yield the steps of the backward pass through one segment.

    Parameters
    ----------
    layers, start, end, held : sequence of LayerMemory, int, int, int
        As for `segment_forward_steps`.
    """
    part, top = layers[start:end], end == len(layers)
    held += sum(layer.gradients for layer in layers[end:])
    if not top:
        yield from recompute_steps(part, start + 1, held + part[-1].linear)
    yield from backward_steps(part, start + 1, held, top=top)


def checkpoint_plan(
    network: Network, batch: int, segments: int | Sequence[int]
) -> MemoryPlan:
    """Predict the memory of `backward_in_segments` before it runs.

    Parameters
    ----------
    network, batch : Network, int
        As for `memory_plan`.
    segments : int or sequence of int
        As for `backward_in_segments`.

    Raises
    ------
    ValueError
        If batch is not a positive whole number, or is 1 with batch
        normalization, or the segments do not fit.

    Examples
    --------
    >>> from literate_bp import checkpoint_plan, initialize
    >>> plan = checkpoint_plan(initialize((64,) * 17), 256, segments=4)
    >>> plan.segments, plan.peak
    ((4, 4, 4, 4), 2060288)
    """
    validation.instance("network", network, Network)
    batch = validation.batch_size(batch)
    validation.batch_to_compare(batch, network.normalizations)
    lengths = segment_lengths(len(network.layers), segments)
    layers, output = network_memory(network, batch)
    steps = checkpointed_steps(layers, output, lengths)
    return plan_from_steps(network, batch, layers, steps, lengths)


@dataclass(frozen=True)
class CandidateSegments:
    """Every possible segment, with its peak.

    Attributes
    ----------
    layers : tuple of LayerMemory
        The layers of the network.
    alive : list of list of int
        ``alive[end][start]`` is the peak in a segment from start to end, in
        bytes, without the checkpoints of the segments up to it. It grows
        with the number of layers in the segment.
    activation_price : float
        As for `best_segments`.
    """

    layers: tuple[LayerMemory, ...]
    alive: list[list[int]]
    activation_price: float

    @cached_property
    def unit(self) -> int:
        """The unit of sizes: each checkpoint has so many bytes, or k times."""
        return gcd(*(layer.linear for layer in self.layers))

    def room(self, start: int, end: int, limit: int) -> int:
        """Return the most that the checkpoints up to a segment may hold."""
        return (limit - self.alive[end][start]) // self.unit

    def starts(self, end: int, limit: int) -> Iterator[tuple[int, int]]:
        """Yield each start of a segment up to an end, and its room.

        The latest first: the earlier the start, the less room.
        """
        for start in reversed(range(end)):
            room = self.room(start, end, limit)
            if room < 0:
                return
            yield start, room

    def is_feasible(self, limit: int) -> bool:
        """Return whether any segments stay within a limit.

        For each layer, only the smallest size of the checkpoints before it
        matters.
        """
        least: list[float] = [0]
        for end, layer in enumerate(self.layers, start=1):
            fits = (
                least[start]
                for start, room in self.starts(end, limit)
                if least[start] <= room
            )
            least.append(min(fits, default=inf) + layer.linear // self.unit)
        return least[-1] < inf

    def least_limit(self) -> int:
        """Return the lowest limit within which any segments stay."""
        whole = self.alive[-1][0]
        return bisect_left(range(whole), x=True, key=self.is_feasible)

    def possible_sizes(self, limit: int) -> list[int]:
        """Return all sizes that the checkpoints up to each cut may have.

        By dynamic programming. Bit n of a number stands for size n.
        """
        sizes = [1]
        for end, layer in enumerate(self.layers[:-1], start=1):
            before = 0
            for start, room in self.starts(end, limit):
                before |= up_to(room, sizes[start])
            sizes.append(before << layer.linear // self.unit)
        return sizes

    def price(self, last: int, size: int) -> float:
        """Return the work of recomputing all up to the last cut.

        In multiplications. What the checkpoints hold is not evaluated again.
        """
        again, one = self.layers[:last], self.layers[0]
        held = size * self.unit * one.evaluations // one.linear
        evaluations = sum(layer.evaluations for layer in again) - held
        products = sum(layer.multiplications for layer in again)
        return products + self.activation_price * evaluations

    def cheapest(self, limit: int) -> tuple[int, ...]:
        """Return the lengths of the cheapest segments within a limit.

        For each last cut, the largest size that fits is the cheapest.
        """
        sizes, depth = self.possible_sizes(limit), len(self.layers)
        plans = []
        for last, room in self.starts(depth, limit):
            if fits := up_to(room, sizes[last]):
                size = fits.bit_length() - 1
                plans.append((self.price(last, size), size, last))
        _, size, last = min(plans)
        cuts = self.first_cuts(last, size, limit)
        return tuple(end - start for start, end in pairwise((*cuts, depth)))

    def first_cuts(self, last: int, size: int, limit: int) -> list[int]:
        """Return the cuts that lead to the last one with a size, from 0 on.

        If there are several ways, each cut comes as early as it can.
        """
        own = [0, *(layer.linear // self.unit for layer in self.layers)]
        leading = [0] * last + [1 << size]
        for end in range(last, 0, -1):
            before = leading[end] >> own[end]
            for start, room in self.starts(end, limit):
                leading[start] |= up_to(room, before)
        cuts, held = [0], 0
        for end in range(1, last + 1):
            fits = held <= self.room(cuts[-1], end, limit)
            if fits and leading[end] >> held + own[end] & 1:
                cuts.append(end)
                held += own[end]
        return cuts


def up_to(most: int, sizes: int) -> int:
    """Leave out the sizes above one; bit n of a number stands for size n.

    Parameters
    ----------
    most, sizes : int, int
        The largest size that stays, and the number.
    """
    if sizes.bit_length() <= most:
        return sizes
    return sizes & ((2 << most) - 1)


def candidate_segments(
    layers: tuple[LayerMemory, ...], output: int, activation_price: float
) -> CandidateSegments:
    """Return every possible segment of a network.

    Parameters
    ----------
    layers, output : tuple of LayerMemory, int
        As for `checkpointed_steps`.
    activation_price : float
        As for `best_segments`.
    """
    first = first_layer_peaks(layers)
    ends = range(1, len(layers) + 1)
    alive = [segment_peaks(layers, output, end, first) for end in ends]
    return CandidateSegments(layers, [[], *alive], activation_price)


def first_layer_peaks(
    layers: Sequence[LayerMemory],
) -> list[tuple[int, int, int]]:
    """Return what each layer keeps, and its peaks as the first of a segment.

    Forward without the checkpoint at the end, and backward.

    Parameters
    ----------
    layers : sequence of LayerMemory
        All layers of the network.
    """
    found, later = [], sum(layer.gradients for layer in layers)
    for number, layer in enumerate(layers, start=1):
        later -= layer.gradients
        backward = backward_steps((layer,), number, later, top=False)
        kept = layer.linear + layer.activated
        found.append((kept, layer.output_peak, peak_of(backward)))
    return found


def segment_peaks(
    layers: Sequence[LayerMemory],
    output: int,
    end: int,
    first: list[tuple[int, int, int]],
) -> list[int]:
    """Return the peak of every segment up to an end, by its start.

    A layer put in front adds what it keeps to the peak so far, and has steps
    of its own. Only where a segment is passed and will be recomputed, it
    keeps nothing; there the last layer alone can have the largest peak.

    Parameters
    ----------
    layers, output, end : sequence of LayerMemory, int, int
        As for `segment_forward_steps`.
    first : list of (int, int, int)
        What `first_layer_peaks` returned.
    """
    forward, passing = (
        peak_of(segment_forward_steps(layers, output, start, end, 0))
        for start in (end - 1, max(end - 2, 0))
    )
    peak = peak_of(segment_backward_steps(layers, end - 1, end, 0))
    held = layers[end - 1].linear
    held += sum(layer.gradients for layer in layers[end:])
    found = [max(forward, peak)]
    if end == len(layers):
        peak, passing, held = found[0], 0, 0
    for kept, own_forward, own_backward in reversed(first[: end - 1]):
        peak = max(peak + kept, held + own_forward, own_backward)
        found.append(max(peak, passing))
    return found[::-1]


def peak_of(steps: Iterable[Step]) -> int:
    """Return the most bytes that are alive at once in some steps.

    Parameters
    ----------
    steps : iterable of Step
        The steps.
    """
    return max(step.alive for step in steps)


def best_segments(
    network: Network,
    batch: int,
    limit: int | None = None,
    *,
    activation_price: float = 100.0,
) -> MemoryPlan:
    """Return the plan that stays within a limit and recomputes least.

    Parameters
    ----------
    network, batch : Network, int
        As for `memory_plan`.
    limit : int, optional
        The most bytes that may be alive at once, without the parameters and
        the examples; by default the lowest that is possible.
    activation_price : float
        The work of one evaluation of an activation, in multiplications.

    Returns
    -------
    MemoryPlan
        Its `segments` are for `backward_in_segments`. Of equally cheap plans,
        one with the fewest bytes of checkpoints, and of these the one whose
        first segment is shortest, then the next.

    Raises
    ------
    ValueError
        If batch is not a positive whole number, or is 1 with batch
        normalization, or no segments stay within the limit; the message
        names the lowest possible one.

    Notes
    -----
    The time grows with the square of the number of layers: each pair of cuts
    is looked at. Much memory for checkpoints, and layers of many sizes
    without a large common divisor, take more: each size that the checkpoints
    may have is a bit of a number.

    Examples
    --------
    >>> from literate_bp import best_segments, initialize
    >>> plan = best_segments(initialize((64,) * 17), 256)
    >>> plan.segments, plan.peak
    ((3, 3, 3, 2, 2, 2, 1), 1768960)
    """
    validation.instance("network", network, Network)
    batch = validation.batch_size(batch)
    validation.batch_to_compare(batch, network.normalizations)
    price = validation.positive("activation_price", activation_price)
    candidates = candidate_segments(*network_memory(network, batch), price)
    more, least = object_overhead(network, batch), candidates.least_limit()
    if limit is not None:
        limit = validation.limit(limit, least + more) - more
    cheapest = candidates.cheapest(least if limit is None else limit)
    return checkpoint_plan(network, batch, cheapest)
