r"""Checkpointing: keep little on the way forward, and compute it again.

First the rule of the square root, then the backward pass in segments, the
plan of its memory, and the segments that fit a limit.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import ACTIVATIONS, Array
from .memory import (
    LayerMemory,
    MemoryPlan,
    Step,
    forward_steps,
    memory_of,
    plan_of,
    small,
)
from .network import (
    Gradients,
    Layer,
    Network,
    Trace,
    input_gradient,
    inputs_of,
    layer_output,
    linear,
    linear_error,
    output_derivative,
    output_error,
    parameter_gradients,
    targets_of,
)


def units_kept(n: float, k: float) -> float:
    r"""Count what k segments of n layers keep: k + n / k.

    The inputs of every segment, and the layers of the one that is open.

    Parameters
    ----------
    n, k : float
        How many layers and segments there are.

    References
    ----------
    Chen et al. 2016.
    """
    return k + n / k


def best_count(n: float) -> float:
    r"""Give the number of segments that keep the least: k = √n.

    Parameters
    ----------
    n : float
        How many layers there are.
    """
    return sqrt(n)


def least_units(n: float) -> float:
    r"""Give the least that segments of n layers keep: 2√n.

    Parameters
    ----------
    n : float
        How many layers there are.
    """
    return 2 * sqrt(n)


def over_least(n: float, k: float) -> float:
    r"""Tell by how much k segments keep more than that: (√k − √(n / k))².

    A square is never below 0, and so 2√n is the least.

    Parameters
    ----------
    n, k : float
        How many layers and segments there are.
    """
    return (sqrt(k) - sqrt(n / k)) ** 2


def segment_lengths(
    depth: int, segments: int | Sequence[int]
) -> tuple[int, ...]:
    """Give how many layers each segment has.

    Parameters
    ----------
    depth : int
        How many layers there are.
    segments : int or sequence of int
        How many segments, which are then as even as can be, the longer ones
        last; or the number of layers in each.
    """
    if np.iterable(segments):
        return validation.segments(segments, depth)
    count = validation.segment_count(segments, depth)
    shorter = count - depth % count
    return tuple(depth // count + (n >= shorter) for n in range(count))


def passed_through(layers: Iterable[Layer], a: Array) -> Array:
    """Run layers forward, and keep nothing but what comes out.

    Parameters
    ----------
    layers : iterable of Layer
        One segment.
    a : ndarray
        What it is given.
    """
    for layer in layers:
        a = layer_output(layer, a, linear(a, layer.matrix, layer.biases))
    return a


def kept(layers: Sequence[Layer], a: Array) -> tuple[list[Array], list[Array]]:
    """Run layers forward, and keep what a backward pass needs.

    Parameters
    ----------
    layers : sequence of Layer
        One segment.
    a : ndarray
        What it is given.

    Returns
    -------
    linears, given : list of ndarray
        Zˡ of each layer, and Aˡ⁻¹, what it was given.
    """
    linears, given = [], [a]
    for layer in layers:
        linears.append(linear(given[-1], layer.matrix, layer.biases))
        if len(linears) < len(layers):
            given.append(layer_output(layer, given[-1], linears[-1]))
    return linears, given


def kept_from_last(
    parts: list[tuple[Layer, ...]], borders: list[Array]
) -> Iterator[tuple[Array, Array]]:
    """Give Zˡ and Aˡ⁻¹, the last layer first; run a segment when it is due.

    Parameters
    ----------
    parts : list of tuple of Layer
        The segments. They are used up from the end.
    borders : list of ndarray
        What each is given; used up as well.
    """
    while parts:
        linears, given = kept(parts.pop(), borders.pop())
        while linears:
            yield linears.pop(), given.pop()


def backward_in_segments(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    segments: int | Sequence[int],
) -> Gradients:
    r"""Run forward and backward, and keep little on the way.

    Forward, what goes into each segment is kept, and nothing else. Backward,
    each segment is run forward again when its turn comes.

    Parameters
    ----------
    network : Network
        The network.
    x, y : array_like
        Inputs and targets, as for `forward` and `backward`.
    segments : int or sequence of int
        How many segments, or how many layers in each; 1 keeps everything, and
        drops it once it has been used.

    Returns
    -------
    Gradients
        Equal to those of `backward`, bit by bit. `errors` holds Δ¹ alone:
        the others were dropped on the way.

    Raises
    ------
    ValueError
        As `forward` and `backward` do, and if the segments do not add up to
        the network, or one has no layer.
    """
    lengths = segment_lengths(len(network.layers), segments)
    x = inputs_of(network, x)
    y = targets_of(network, y, unanswered(network, x))
    ends = [0, *accumulate(lengths)]
    parts = [network.layers[start:end] for start, end in pairwise(ends)]
    borders = [x]
    for part in parts[:-1]:
        borders.append(passed_through(part, borders[-1]))
    return gradients_from_last(network, kept_from_last(parts, borders), y)


def gradients_from_last(
    network: Network, last_first: Iterator[tuple[Array, Array]], y: Array
) -> Gradients:
    """Go back from the last layer, and drop whatever has been used.

    Parameters
    ----------
    network : Network
        The network.
    last_first : iterator of (ndarray, ndarray)
        Zˡ and Aˡ⁻¹, as `kept_from_last` gives them.
    y : ndarray, shaped like the output
        The targets.
    """
    layers = network.layers
    z, a = next(last_first)
    end = Trace((z,), (layer_output(layers[-1], a, z),))
    dc_da = output_derivative(network, end, y) if layers[-1].residual else None
    delta = output_error(network, end, y)
    del end
    found = []
    for layer, behind in pairwise(reversed(layers)):
        found.append(parameter_gradients(layer, a, delta))
        dc_da = input_gradient(layer, delta, dc_da)
        del z, a, delta
        z, a = next(last_first)
        derivative = ACTIVATIONS[behind.activation].derivative
        delta = linear_error(derivative(z), dc_da)
    found.append(parameter_gradients(layers[0], a, delta))
    weights, biases, gains = zip(*reversed(found), strict=True)
    passed = dc_da if layers[0].residual else None
    return Gradients(weights, biases, gains, (delta,), layers[0], passed)


def unanswered(network: Network, x: Array) -> Array:
    """Give an answer for the targets to fit, which takes no memory.

    Parameters
    ----------
    network : Network
        The network.
    x : ndarray
        The inputs.
    """
    dtype = np.result_type(x, network.layers[0].weights)
    shape = (*x.shape[:-1], network.sizes[-1])
    return np.broadcast_to(np.zeros((), dtype), shape)


def again_steps(
    rows: Sequence[LayerMemory], first: int, held: int
) -> Iterator[Step]:
    """Go forward through a segment again; its end is known already.

    Parameters
    ----------
    rows, first, held : sequence of LayerMemory, int, int
        As for `forward_steps`.
    """
    here = 0
    for number, row in enumerate(rows, start=first):
        inner = number < first + len(rows) - 1
        worst = row.passing if inner else row.product
        yield Step("again", number, held + here + worst)
        here += row.linear + row.activated


def backward_steps(
    rows: Sequence[LayerMemory], first: int, held: int, *, top: bool
) -> Iterator[Step]:
    """Go back through a segment that is kept, and drop what has been used.

    Parameters
    ----------
    rows, first, held : sequence of LayerMemory, int, int
        As for `forward_steps`.
    top : bool
        Whether it ends with the last layer of the network, whose Δ is there.
    """
    here = sum(row.linear + row.activated for row in rows)
    here -= rows[-1].activated
    for number in reversed(range(first, first + len(rows))):
        row = rows[number - first]
        at_end = top and row is rows[-1]
        if not at_end:
            alive = held + here + row.linear
            yield Step("error", number, alive + row.multiplying)
        arrived = (1 if at_end and not row.residual else 2) * row.linear
        alive = held + here + arrived
        yield Step("gradient", number, alive + row.finding)
        held += row.gradients
        if number > 1:
            alive = held + here + arrived
            yield Step("back", number, alive + row.collecting)
        here -= row.linear
        here -= rows[number - first - 1].activated if number > first else 0


def steps_in_segments(
    rows: Sequence[LayerMemory], output: int, lengths: Sequence[int]
) -> Iterator[Step]:
    """Give the steps of `backward_in_segments`.

    Parameters
    ----------
    rows : sequence of LayerMemory
        The layers of the network.
    output : int
        What `output_working` counted.
    lengths : sequence of int
        How many layers each segment has.
    """
    spans = [*pairwise([0, *accumulate(lengths)])]
    borders = 0
    for start, end in spans:
        yield from way_there(rows, output, start, end, borders)
        borders += rows[end - 1].linear
    for start, end in reversed(spans):
        borders -= rows[end - 1].linear
        yield from way_back(rows, start, end, borders)


def way_there(
    rows: Sequence[LayerMemory], output: int, start: int, end: int, held: int
) -> Iterator[Step]:
    """Give the steps of one segment on the way forward.

    Parameters
    ----------
    rows, output : sequence of LayerMemory, int
        As for `steps_in_segments`.
    start, end : int
        The segment: layers start + 1 to end.
    held : int
        What went into the segments so far, this one included.
    """
    part, top = rows[start:end], end == len(rows)
    yield from forward_steps(part, start + 1, held, keep=top)
    if top:
        here = sum(row.linear + row.activated for row in part)
        yield Step("output", end, held + here + output)


def way_back(
    rows: Sequence[LayerMemory], start: int, end: int, held: int
) -> Iterator[Step]:
    """Give the steps of one segment on the way back.

    Parameters
    ----------
    rows, start, end, held : sequence of LayerMemory, int, int, int
        As for `way_there`.
    """
    part, top = rows[start:end], end == len(rows)
    held += sum(row.gradients for row in rows[end:])
    if not top:
        yield from again_steps(part, start + 1, held + part[-1].linear)
    yield from backward_steps(part, start + 1, held, top=top)


def checkpoint_plan(
    network: Network, batch: int, segments: int | Sequence[int]
) -> MemoryPlan:
    """Count what `backward_in_segments` will take, before it runs.

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
    """
    batch = validation.whole("batch", batch)
    lengths = segment_lengths(len(network.layers), segments)
    rows, output = memory_of(network, batch)
    steps = steps_in_segments(rows, output, lengths)
    return plan_of(network, batch, rows, steps, lengths)


@dataclass(frozen=True)
class Choices:
    """Every segment that could be, with its worst moment and its price.

    Attributes
    ----------
    rows : tuple of LayerMemory
        The layers.
    alive : dict of (int, int) to int
        The most that is alive in a segment from start to end, beyond what
        went into the segments so far.
    price : dict of (int, int) to float
        What it costs to run it again.
    """

    rows: tuple[LayerMemory, ...]
    alive: dict[tuple[int, int], int]
    price: dict[tuple[int, int], float]

    def can_keep(self, limit: int) -> bool:
        """Tell whether any segments keep a limit.

        What matters is how little can be held in front of each layer.
        """
        held: dict[int, int] = {0: 0}
        for end in range(1, len(self.rows) + 1):
            fits = [
                held[start]
                for start in range(end)
                if start in held
                and held[start] + self.alive[start, end] <= limit
            ]
            if fits:
                held[end] = min(fits) + self.rows[end - 1].linear
        return len(self.rows) in held

    def least(self) -> int:
        """Give the lowest limit that any segments keep."""
        whole = self.alive[0, len(self.rows)]
        return bisect_left(range(whole), x=True, key=self.can_keep)

    def cheapest(self, limit: int) -> tuple[int, ...]:
        """Give the segments that keep a limit at the lowest price.

        Of all ways to come to a layer, those are followed that no other one
        beats in both, what is held and what it has cost.
        """
        ways: dict[int, list[Way]] = {0: [Way(0, 0.0, ())]}
        for end in range(1, len(self.rows) + 1):
            ways[end] = unbeaten(
                way.on(
                    self.rows[end - 1].linear,
                    self.price[start, end],
                    end - start,
                )
                for start in range(end)
                for way in ways[start]
                if way.held + self.alive[start, end] <= limit
            )
        return min(ways[len(self.rows)], key=lambda way: way.price).lengths


class Way(NamedTuple):
    """Segments so far: what they hold, what they cost, how long they are."""

    held: int
    price: float
    lengths: tuple[int, ...]

    def on(self, held: int, price: float, length: int) -> "Way":
        """Go on by one segment."""
        return Way(
            self.held + held, self.price + price, (*self.lengths, length)
        )


def unbeaten(ways: Iterable[Way]) -> list[Way]:
    """Keep the ways that no other one beats in what is held and in price.

    Parameters
    ----------
    ways : iterable of Way
        All that lead to one layer.
    """
    found: list[Way] = []
    for way in sorted(ways):
        if not found or way.price < found[-1].price:
            found.append(way)
    return found


def choices(network: Network, batch: int, curve: float) -> Choices:
    """Count every segment that could be.

    Parameters
    ----------
    network, batch, curve : Network, int, float
        As for `best_segments`.
    """
    (rows, output), depth = memory_of(network, batch), len(network.layers)
    alive: dict[tuple[int, int], int] = {}
    price: dict[tuple[int, int], float] = {}
    for start in range(depth):
        for end in range(start + 1, depth + 1):
            steps = (
                *way_there(rows, output, start, end, 0),
                *way_back(rows, start, end, 0),
            )
            part = rows[start:end]
            alive[start, end] = max(step.alive for step in steps)
            price[start, end] = price_of(part, curve) if end < depth else 0.0
    return Choices(rows, alive, price)


def price_of(part: Sequence[LayerMemory], curve: float) -> float:
    """Tell what it costs to run a segment again.

    Parameters
    ----------
    part : sequence of LayerMemory
        Its layers; the activation of the last one is not needed again.
    curve : float
        As for `best_segments`.
    """
    products = sum(row.multiplications for row in part)
    return products + curve * sum(row.numbers for row in part[:-1])


def best_segments(
    network: Network,
    batch: int,
    limit: int | None = None,
    *,
    curve: float = 100.0,
) -> MemoryPlan:
    """Choose the segments that keep a limit with the least work done again.

    Parameters
    ----------
    network, batch : Network, int
        As for `memory_plan`.
    limit : int, optional
        The most bytes that may be alive at once, without the parameters and
        the examples; or else as few as can be.
    curve : float
        How many multiplications a number that goes through an activation
        counts for.

    Returns
    -------
    MemoryPlan
        Its `segments` are for `backward_in_segments`.

    Raises
    ------
    ValueError
        If batch is not a positive whole number, or no segments keep the
        limit; the message says which limit they would keep.
    """
    batch = validation.whole("batch", batch)
    found = choices(network, batch, validation.positive("curve", curve))
    more, least = small(network), found.least()
    if limit is not None:
        limit = validation.limit(limit, least + more) - more
    cheapest = found.cheapest(least if limit is None else limit)
    return checkpoint_plan(network, batch, cheapest)
