r"""Checkpointing: keep few arrays, and recompute the others when needed.

First the rule of the square root, then the backward pass in segments, the
plan of its memory, and the search for the segments that fit a limit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import sqrt
from typing import NamedTuple

import numpy.typing as npt

from . import validation
from .activation import Array
from .layer import linear, linear_error
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
    found = []
    for layer, behind in pairwise(reversed(layers)):
        found.append(parameter_gradients(layer, a, delta))
        dc_da = layer.input_gradient(delta, dc_da)
        del z, a, delta
        z, a = next(stored)
        delta = linear_error(behind.derivative(z), dc_da)
    found.append(parameter_gradients(layers[0], a, delta))
    weights, biases, gains = zip(*reversed(found), strict=True)
    first = layers[0]
    shortcut = first.shortcut_gradient(dc_da)
    return Gradients(weights, biases, gains, (delta,), first, shortcut)


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
        If batch is not a positive whole number, or the segments do not fit.

    Examples
    --------
    >>> from literate_bp import checkpoint_plan, initialize
    >>> plan = checkpoint_plan(initialize((64,) * 17), 256, segments=4)
    >>> plan.segments, plan.peak
    ((4, 4, 4, 4), 2060288)
    """
    validation.instance("network", network, Network)
    batch = validation.batch_size(batch)
    lengths = segment_lengths(len(network.layers), segments)
    layers, output = network_memory(network, batch)
    steps = checkpointed_steps(layers, output, lengths)
    return plan_from_steps(network, batch, layers, steps, lengths)


@dataclass(frozen=True)
class CandidateSegments:
    """Every possible segment, with its peak and the price to recompute it.

    Attributes
    ----------
    layers : tuple of LayerMemory
        The layers of the network.
    alive : dict of (int, int) to int
        The peak in a segment from start to end, in bytes, without the
        checkpoints of the segments up to it.
    price : dict of (int, int) to float
        The work of recomputing it, in multiplications.
    """

    layers: tuple[LayerMemory, ...]
    alive: dict[tuple[int, int], int]
    price: dict[tuple[int, int], float]

    def is_feasible(self, limit: int) -> bool:
        """Return whether any segments stay within a limit.

        For each layer, only the smallest size of the checkpoints before it
        matters.
        """
        held: dict[int, int] = {0: 0}
        for end in range(1, len(self.layers) + 1):
            fits = [
                held[start]
                for start in range(end)
                if start in held
                and held[start] + self.alive[start, end] <= limit
            ]
            if fits:
                held[end] = min(fits) + self.layers[end - 1].linear
        return len(self.layers) in held

    def least_limit(self) -> int:
        """Return the lowest limit within which any segments stay."""
        whole = self.alive[0, len(self.layers)]
        return bisect_left(range(whole), x=True, key=self.is_feasible)

    def cheapest(self, limit: int) -> tuple[int, ...]:
        """Return the lengths of the cheapest segments within a limit.

        Of all partial plans that end at a layer, dynamic programming keeps
        those that no other one dominates in checkpoints and price.
        """
        plans: dict[int, list[PartialPlan]] = {0: [PartialPlan(0, 0.0, ())]}
        for end in range(1, len(self.layers) + 1):
            plans[end] = pareto_front(
                plan.extended(
                    self.layers[end - 1].linear,
                    self.price[start, end],
                    end - start,
                )
                for start in range(end)
                for plan in plans[start]
                if plan.held + self.alive[start, end] <= limit
            )
        complete = plans[len(self.layers)]
        return min(complete, key=lambda plan: plan.price).lengths


class PartialPlan(NamedTuple):
    """The first segments: bytes of checkpoints, price, and lengths."""

    held: int
    price: float
    lengths: tuple[int, ...]

    def extended(self, held: int, price: float, length: int) -> PartialPlan:
        """Return the plan with one more segment."""
        return PartialPlan(
            self.held + held, self.price + price, (*self.lengths, length)
        )


def pareto_front(plans: Iterable[PartialPlan]) -> list[PartialPlan]:
    """Return the plans that no other one dominates in bytes and price.

    Parameters
    ----------
    plans : iterable of PartialPlan
        All that end at the same layer.
    """
    front: list[PartialPlan] = []
    for plan in sorted(plans):
        if not front or plan.price < front[-1].price:
            front.append(plan)
    return front


def candidate_segments(
    network: Network, batch: int, activation_price: float
) -> CandidateSegments:
    """Return every possible segment of a network.

    Parameters
    ----------
    network, batch, activation_price : Network, int, float
        As for `best_segments`.
    """
    (layers, output), depth = (
        network_memory(network, batch),
        len(network.layers),
    )
    alive: dict[tuple[int, int], int] = {}
    price: dict[tuple[int, int], float] = {}
    for start in range(depth):
        for end in range(start + 1, depth + 1):
            steps = (
                *segment_forward_steps(layers, output, start, end, 0),
                *segment_backward_steps(layers, start, end, 0),
            )
            part = layers[start:end]
            alive[start, end] = max(step.alive for step in steps)
            again = recomputation_price(part, activation_price)
            price[start, end] = again if end < depth else 0.0
    return CandidateSegments(layers, alive, price)


def recomputation_price(
    part: Sequence[LayerMemory], activation_price: float
) -> float:
    """Return the work of recomputing a segment, in multiplications.

    Parameters
    ----------
    part : sequence of LayerMemory
        Its layers; the activation of the last one is not needed again.
    activation_price : float
        As for `best_segments`.
    """
    products = sum(layer.multiplications for layer in part)
    evaluations = sum(layer.evaluations for layer in part[:-1])
    return products + activation_price * evaluations


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
        Its `segments` are for `backward_in_segments`.

    Raises
    ------
    ValueError
        If batch is not a positive whole number, or no segments stay within
        the limit; the message names the lowest possible one.

    Examples
    --------
    >>> from literate_bp import best_segments, initialize
    >>> plan = best_segments(initialize((64,) * 17), 256)
    >>> plan.segments, plan.peak
    ((3, 3, 3, 2, 2, 2, 1), 1768960)
    """
    validation.instance("network", network, Network)
    batch = validation.batch_size(batch)
    price = validation.positive("activation_price", activation_price)
    candidates = candidate_segments(network, batch, price)
    more, least = object_overhead(network, batch), candidates.least_limit()
    if limit is not None:
        limit = validation.limit(limit, least + more) - more
    cheapest = candidates.cheapest(least if limit is None else limit)
    return checkpoint_plan(network, batch, cheapest)
