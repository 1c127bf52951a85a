r"""What training must remember, counted before it is allocated.

Every array that is alive at every step of a forward and a backward pass, in
bytes, from the network and the size of the batch alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from . import validation
from .cost import COSTS
from .display import Displayed, TextTable, count
from .network import Layer, Network


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


def memory_of(
    network: Network, batch: int
) -> tuple[tuple[LayerMemory, ...], int]:
    """Count the bytes of every layer, and of the error of the output.

    Parameters
    ----------
    network, batch : Network, int
        As for `output_working`.
    """
    rows = tuple(layer_memory(layer, batch) for layer in network.layers)
    return rows, output_working(network, batch)


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


@dataclass(frozen=True, repr=False)
class MemoryPlan(Displayed):
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

    @property
    def summary(self) -> str:
        """Sizes, how it is run, and the most bytes alive at once."""
        does, layer, alive = self.worst
        how = "everything kept"
        if self.segments:
            segments = count(len(self.segments), "segment")
            how = f"in {segments} of {self.segments} layers"
            how += f" for {self.price:.0%} more multiplications"
        return (
            f"{count(len(self.rows), 'layer')}, batch of {self.batch}, "
            f"{self.dtype}, {how}, "
            f"peak {in_units(alive)}: {DOING[does]} of layer {layer}"
        )

    @property
    def table(self) -> TextTable:
        """What the arrays of each layer take; alike layers share a row."""
        rows = []
        for first, last in alike(self.rows):
            row = self.rows[first - 1]
            sizes = (row.linear, row.activated, row.linear, row.gradients)
            name = str(first) if first == last else f"{first}-{last}"
            rows.append((name, *map(in_units, sizes)))
        names = ("linear", "activated", "errors", "gradients")
        return TextTable(("layer", *names), tuple(rows))


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
    network: Network,
    batch: int,
    rows: tuple[LayerMemory, ...],
    steps: Iterable[Step],
    segments: tuple[int, ...] = (),
) -> MemoryPlan:
    """Return the plan that has these steps, with the overhead of each.

    Parameters
    ----------
    network : Network
        The network.
    batch : int
        How many examples there are.
    rows : tuple of LayerMemory
        What each layer takes.
    steps : iterable of Step
        The steps, in order.
    segments : tuple of int
        How many layers each segment has; or none.
    """
    dtype, overhead = str(network.layers[0].weights.dtype), small(network)
    steps = (step._replace(alive=step.alive + overhead) for step in steps)
    return MemoryPlan(batch, dtype, rows, tuple(steps), segments)


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
    batch = validation.whole("batch", batch)
    rows, output = memory_of(network, batch)
    return plan_of(network, batch, rows, plain_steps(rows, output))
