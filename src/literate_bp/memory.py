r"""What training must remember, counted before it is allocated.

First the rule of the square root, then the backward pass in segments, then
the count: every array that is alive at every step, in bytes, from the network
and the size of the batch alone.
"""

import sys
import tracemalloc
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import sqrt
from types import FrameType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import ACTIVATIONS, Array
from .cost import COSTS
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


class Working(NamedTuple):
    """How many arrays shaped like Z are alive at the worst moment of a rule.

    Its result is among them, Z itself is not. `masks` hold True and False,
    one byte each.
    """

    arrays: int
    masks: int = 0


WORKING: dict[str, tuple[Working, Working]] = {
    "identity": (Working(0), Working(1)),
    "sigmoid": (Working(3), Working(3)),
    "tanh": (Working(1), Working(4)),
    "relu": (Working(1), Working(1, masks=1)),
    "leaky_relu": (Working(2, masks=1), Working(2, masks=1)),
    "softplus": (Working(3), Working(3)),
    "silu": (Working(3), Working(4)),
    "gelu": (Working(4), Working(5)),
    "softmax": (Working(2), Working(0)),
}
"""For each activation, what its curve and its slope work with."""
OUTPUT_WORKING: dict[str, tuple[tuple[int, int], ...]] = {
    "half_squared_error": ((2, 0),),
    "squared_error": ((2, 0),),
    "binary_cross_entropy": ((5, 0),),
    "cross_entropy": ((2, 2), (4, 1)),
}
"""For each cost, moments of its slope: arrays shaped like the output, and
squares of as many rows and columns as there are outputs."""
REUSED = 2**18
"""From this size on, NumPy writes the result of an operation into an operand
that nobody else holds."""
OBJECTS = 1024
"""What Python takes for the heads of a layer's arrays, at most."""
BUFFERED = 8192
"""How many numbers NumPy holds in its buffer, where it needs one."""


def beside(size: int) -> int:
    """Count an operand that nobody else holds, beside its result.

    Parameters
    ----------
    size : int
        Its bytes.
    """
    return 0 if size >= REUSED else size


@dataclass(frozen=True)
class LayerMemory:
    """The bytes of one layer's arrays, for one batch.

    Attributes
    ----------
    activation : str
        The name of its activation.
    linear : int
        Zˡ, kept for the slope.
    activated : int
        Aˡ, kept for the weight gradient of the layer ahead; 0 where it is
        the same array as Zˡ.
    given : int
        Aˡ⁻¹, or ∂C/∂Aˡ⁻¹, which is as large.
    gradients : int
        What the gradients of its parameters take, as its parameters do.
    matrix : int
        Wˡ, if it is made from gains each time; else 0.
    function, derivative : int
        What its activation and the slope of it work with.
    residual : bool
        Whether it has a residual connection.
    multiplications : int
        How many its product takes.
    numbers : int
        How many go through its activation.
    """

    activation: str
    linear: int
    activated: int
    given: int
    gradients: int
    matrix: int
    function: int
    derivative: int
    residual: bool
    multiplications: int
    numbers: int

    @property
    def product(self) -> int:
        """The worst moment until Zˡ is there, beyond what was given."""
        return self.matrix + max(self.matrix, self.linear)

    @property
    def passing(self) -> int:
        """The worst moment until Aˡ is there, beyond what was given."""
        own = 0 if self.activation == "identity" else self.linear
        summed = own + self.linear if self.residual else 0
        return max(self.product, self.linear + max(self.function, summed))

    @property
    def collecting(self) -> int:
        """The worst moment until ∂C/∂Aˡ⁻¹ is there."""
        summed = beside(self.given) if self.residual else 0
        return self.matrix + max(self.matrix, self.given + summed)

    @property
    def multiplying(self) -> int:
        """The worst moment until Δˡ is there."""
        return max(self.derivative, 2 * self.linear)

    @property
    def finding(self) -> int:
        """The worst moment until the gradients of its parameters are there."""
        if not self.matrix:
            return self.gradients
        vectors = 2 * (self.gradients - self.matrix)
        return 3 * self.matrix + beside(self.matrix) + vectors


def layer_memory(layer: Layer, batch: int) -> LayerMemory:
    """Count the bytes of a layer's arrays.

    Parameters
    ----------
    layer : Layer
        The layer.
    batch : int
        How many examples there are.
    """
    n_in, n_out = layer.weights.shape
    item = layer.weights.dtype.itemsize
    numbers = batch * n_out
    function, derivative = (
        arrays * numbers * item + masks * numbers
        for arrays, masks in WORKING[layer.activation]
    )
    same = layer.activation == "identity" and not layer.residual
    return LayerMemory(
        activation=layer.activation,
        linear=numbers * item,
        activated=0 if same else numbers * item,
        given=batch * n_in * item,
        gradients=sum(of.nbytes for of in layer.parameters.values()),
        matrix=0 if layer.gains is None else layer.weights.nbytes,
        function=function,
        derivative=derivative,
        residual=layer.residual,
        multiplications=numbers * n_in,
        numbers=numbers,
    )


def output_working(network: Network, batch: int) -> int:
    """Count what the error of the output works with, itself included.

    Parameters
    ----------
    network : Network
        The network.
    batch : int
        How many examples there are.
    """
    last = layer_memory(network.layers[-1], batch)
    square = network.sizes[-1] ** 2 * network.layers[-1].weights.itemsize
    sums = 2 * batch * network.layers[-1].weights.itemsize
    worst = sums + max(
        arrays * last.linear + squares * square
        for arrays, squares in OUTPUT_WORKING[network.cost]
    )
    if COSTS[network.cost].output is not None:
        return max(worst, 2 * last.linear)
    passed = last.linear if last.residual else 0
    return passed + max(worst, last.linear + last.derivative, 3 * last.linear)


class Step(NamedTuple):
    """One step of a pass: what it does, in which layer, and its bytes.

    `alive` is the most that is alive at once while it lasts.
    """

    does: str
    layer: int
    alive: int


def forward_steps(
    rows: Sequence[LayerMemory], first: int, held: int, *, keep: bool
) -> Iterator[Step]:
    """Go forward through layers, and keep Zˡ and Aˡ, or what comes out alone.

    Parameters
    ----------
    rows : sequence of LayerMemory
        One segment.
    first : int
        The number of its first layer.
    held : int
        What is alive beside it.
    keep : bool
        Whether to keep what a backward pass needs.
    """
    here = 0
    for number, row in enumerate(rows, start=first):
        yield Step("forward", number, held + here + row.passing)
        passed = row.linear + row.activated
        here = here + passed if keep else row.linear


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


def plain_steps(rows: Sequence[LayerMemory], output: int) -> Iterator[Step]:
    """Give the steps of `forward` and `backward`, which drop nothing.

    Parameters
    ----------
    rows, output : sequence of LayerMemory, int
        As for `steps_in_segments`.
    """
    yield from forward_steps(rows, 1, 0, keep=True)
    held = sum(row.linear + row.activated for row in rows)
    yield Step("output", len(rows), held + output)
    held += rows[-1].linear
    dc_da = rows[-1].linear if rows[-1].residual else 0
    for number in range(len(rows), 1, -1):
        row, behind = rows[number - 1], rows[number - 2]
        yield Step("back", number, held + dc_da + row.collecting)
        alive = held + dc_da + row.given
        yield Step("error", number - 1, alive + behind.multiplying)
        held += behind.linear
        dc_da = row.given
    for number, row in enumerate(rows, start=1):
        yield Step("gradient", number, held + dc_da + row.finding)
        held += row.gradients


@dataclass(frozen=True)
class MemoryPlan:
    """What a forward and a backward pass take, from the shapes alone.

    The examples x and y are the caller's, and are not counted; nor are the
    parameters, which are there before and after.

    Attributes
    ----------
    batch : int
        How many examples there are.
    dtype : str
        The type of the parameters, and so of all arrays.
    rows : tuple of LayerMemory
        What each layer takes.
    steps : tuple of Step
        Every step, with the bytes that are alive at its worst moment.
    segments : tuple of int
        How many layers each segment has; empty for `forward` and `backward`,
        which keep everything and every Δ.
    """

    batch: int
    dtype: str
    rows: tuple[LayerMemory, ...]
    steps: tuple[Step, ...]
    segments: tuple[int, ...] = ()

    @property
    def worst(self) -> Step:
        """The step at which most is alive."""
        return max(self.steps, key=lambda step: step.alive)

    @property
    def peak(self) -> int:
        """The most bytes that are alive at once."""
        return self.worst.alive

    @property
    def trace(self) -> int:
        """The bytes of what `forward` leaves behind: every Zˡ and Aˡ."""
        return sum(row.linear + row.activated for row in self.rows)

    @property
    def gradients(self) -> int:
        """The bytes of the gradients, which are there at the end."""
        return sum(row.gradients for row in self.rows)

    @property
    def again(self) -> tuple[int, int]:
        """Count the multiplications and the activations that are run again."""
        spans = [*pairwise([0, *accumulate(self.segments)])][:-1]
        parts = [self.rows[start:end] for start, end in spans]
        return (
            sum(row.multiplications for part in parts for row in part),
            sum(row.numbers for part in parts for row in part[:-1]),
        )

    @property
    def price(self) -> float:
        """The multiplications made again, as a share of a plain step's."""
        products = [row.multiplications for row in self.rows]
        return self.again[0] / (3 * sum(products) - products[0])

    def __str__(self) -> str:
        """Say what is kept, layer by layer, and what is alive at the worst."""
        count = len(self.segments)
        how = f"in {count} segments" if count else "everything kept"
        size = f"{len(self.rows)} layers, batch of {self.batch}"
        head = f"{size}, {self.dtype}, {how}"
        names = ("linear", "activated", "errors", "gradients")
        lines = ["  layer" + "".join(f"{name:>12}" for name in names)]
        for first, last in alike(self.rows):
            row = self.rows[first - 1]
            sizes = (row.linear, row.activated, row.linear, row.gradients)
            name = str(first) if first == last else f"{first}-{last}"
            cells = "".join(f"{in_units(size):>12}" for size in sizes)
            lines.append(f"{name:>7}{cells}")
        does, layer, alive = self.worst
        at = f"peak {in_units(alive)}: {DOING[does]} of layer {layer}"
        return "\n".join([head, *lines, at])


DOING = {
    "forward": "forward",
    "again": "forward again",
    "output": "errors of the output",
    "back": "errors taken back",
    "error": "errors",
    "gradient": "gradients",
}
"""What each kind of step does, to be put before "of layer"."""


def alike(rows: Sequence[LayerMemory]) -> Iterator[tuple[int, int]]:
    """Give the first and the last number of layers that are alike.

    Parameters
    ----------
    rows : sequence of LayerMemory
        The layers.
    """
    first = 1
    for number in range(1, len(rows) + 1):
        if number == len(rows) or rows[number] != rows[first - 1]:
            yield first, number
            first = number + 1


def in_units(size: int) -> str:
    """Write bytes in the unit that suits them.

    Parameters
    ----------
    size : int
        So many bytes.
    """
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if size >= unit:
            return f"{size / unit:.2f} {name}"
    return f"{size} B"


def small(network: Network) -> int:
    """Count what is small: the heads of the arrays, and NumPy's buffer.

    Parameters
    ----------
    network : Network
        The network.
    """
    item = network.layers[0].weights.itemsize
    return OBJECTS * len(network.layers) + BUFFERED * item


def plan_of(
    network: Network, batch: int, lengths: tuple[int, ...]
) -> MemoryPlan:
    """Make the plan of a network; without segments, that of `backward`.

    Parameters
    ----------
    network : Network
        The network.
    batch : int
        How many examples there are.
    lengths : tuple of int
        How many layers each segment has; or none.
    """
    rows = tuple(layer_memory(layer, batch) for layer in network.layers)
    output = output_working(network, batch)
    steps = (
        steps_in_segments(rows, output, lengths)
        if lengths
        else plain_steps(rows, output)
    )
    more = small(network)
    return MemoryPlan(
        batch,
        str(network.layers[0].weights.dtype),
        rows,
        tuple(step._replace(alive=step.alive + more) for step in steps),
        lengths,
    )


def memory_plan(network: Network, batch: int) -> MemoryPlan:
    """Count what `forward` and `backward` will take, before they run.

    Parameters
    ----------
    network : Network
        The network; its parameters and the examples are of one type.
    batch : int
        How many examples there are.

    Raises
    ------
    ValueError
        If batch is not a positive whole number.
    """
    return plan_of(network, validation.whole("batch", batch), ())


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
    return plan_of(network, batch, lengths)


def measured_peak(run: Callable[[], object]) -> int:
    """Measure the most bytes that are alive at once while something runs.

    What was there before is not counted, what is returned is.

    Parameters
    ----------
    run : callable
        What to run.
    """
    return max(measured_steps(run))


def measured_steps(run: Callable[[], object]) -> list[int]:
    """Measure the same for every step of a pass, as a plan has them.

    Python tells when a rule begins and ends, and `tracemalloc`, which knows
    of NumPy's arrays, what was alive.

    Parameters
    ----------
    run : callable
        What to run: `forward` and `backward`, or `backward_in_segments`.

    Returns
    -------
    list of int
        Bytes, and at the end those of whatever came last.
    """
    started = not tracemalloc.is_tracing()
    if started:
        tracemalloc.start()
    watch = Watch(tracemalloc.get_traced_memory()[0], [])
    tracemalloc.reset_peak()
    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        result = run()
    finally:
        sys.setprofile(before)
        watch.note()
        if started:
            tracemalloc.stop()
    del result
    return watch.found


ENDS = (
    "output_error",
    "input_gradient",
    "linear_error",
    "parameter_gradients",
)
"""The rules that end a step when they return."""
STARTS = (
    "output_error",
    "output_derivative",
    *(found.derivative.__name__ for found in ACTIVATIONS.values()),
)
"""The rules that end a step on the way forward when they begin."""


@dataclass
class Watch:
    """What is called whenever a function begins or ends.

    Attributes
    ----------
    start : int
        The bytes that were alive before.
    found : list of int
        The most of each step so far, beyond these.
    forward : bool
        Whether the step is one on the way forward, which the next rule ends.
    ended : bool
        Whether a step has ended, and what it dropped may be forgotten.
    """

    start: int
    found: list[int]
    forward: bool = False
    ended: bool = False

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Note what was alive, if a step ends here."""
        if self.ended:
            tracemalloc.reset_peak()
            self.ended = False
        name, around = frame.f_code.co_name, frame.f_back
        if event == "return" and name in ENDS:
            if around is None or around.f_code.co_name not in ENDS:
                self.note()
        elif event == "call" and name == "linear":
            self.begin(forward=True)
        elif event == "call" and name in STARTS and self.forward:
            self.begin(forward=False)

    def begin(self, *, forward: bool) -> None:
        """Begin a step, and note the one on the way forward before it."""
        if self.forward:
            self.note()
        self.forward = forward
        self.ended = True

    def note(self) -> None:
        """Note the most that was alive since the last time."""
        self.found.append(tracemalloc.get_traced_memory()[1] - self.start)
        self.ended = True


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
    rows = tuple(layer_memory(layer, batch) for layer in network.layers)
    output, depth = output_working(network, batch), len(rows)
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
    return plan_of(
        network, batch, found.cheapest(least if limit is None else limit)
    )
