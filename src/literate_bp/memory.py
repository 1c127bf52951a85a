r"""Predict the memory of a training step before it runs.

Every array that is alive at every step of a forward and a backward pass, in
bytes, from the network and the size of the batch alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, groupby, pairwise
from math import prod
from typing import NamedTuple

from . import validation
from .activation import ACTIVATIONS
from .cost import COSTS
from .display import Displayed, TextTable, count
from .network import Layer, Network


def array_bytes(arrays: int, examples: int, nodes: int, item: int) -> int:
    r"""Return the bytes of arrays of a layer: m = k N nₒᵤₜ s.

    An array of a layer has a number for every example and every node.

    Parameters
    ----------
    arrays, examples, nodes : int
        How many arrays (k), how many examples (N), and how many nodes the
        layer has (nₒᵤₜ).
    item : int
        The bytes of one number (s).

    Examples
    --------
    >>> from literate_bp.memory import array_bytes
    >>> array_bytes(arrays=2, examples=1024, nodes=128, item=8)
    2097152
    """
    return arrays * examples * nodes * item


ELISION_THRESHOLD = 2**18
"""From this many bytes on, NumPy writes the result of an operation into a
temporary operand instead of a new array (temporary elision)."""
PASS_BYTES, LAYER_BYTES = 12 * 1024, 1024
"""Upper bounds for the Python objects of a pass, and for those that each layer
adds to them."""
BUFFER_SIZE = 8192
"""The most numbers in the buffer that NumPy uses where it needs one."""


def temporary_bytes(size: int) -> int:
    """Return the bytes that a temporary operand takes beside the result.

    Parameters
    ----------
    size : int
        The bytes of the operand.
    """
    return 0 if size >= ELISION_THRESHOLD else size


@dataclass(frozen=True)
class LayerMemory:
    """The arrays of one layer for one batch, in bytes.

    Each ``..._peak`` is the largest number of bytes alive at once while a
    result is computed, the result included and its arguments not.

    Attributes
    ----------
    activation : str
        The name of the activation.
    linear : int
        Zˡ, kept for the derivative of the activation.
    activated : int
        Aˡ, kept for the weight gradient of the next layer; 0 if it is the
        same array as Zˡ.
    inputs : int
        Aˡ⁻¹, and also ∂C/∂Aˡ⁻¹, which has the same shape.
    gradients : int
        The gradients of the parameters, and also the parameters.
    matrix : int
        Wˡ if it is computed from gains; else 0.
    function, derivative : int
        The working arrays of the activation and of its derivative.
    biases : bool
        Whether the layer has biases: Aˡ⁻¹ Wˡ is then an array beside Zˡ.
    residual : bool
        Whether the layer has a residual connection.
    multiplications : int
        Scalar multiplications in Aˡ⁻¹ Wˡ.
    evaluations : int
        Evaluations of the activation, one per entry of Zˡ.
    normalization : str or None
        The name of the normalization, if the layer has one.
    size : int
        What Zˡ is divided by in it; else 0.
    scales : int
        The gradients of its scales and shifts; else 0.
    """

    activation: str
    linear: int
    activated: int
    inputs: int
    gradients: int
    matrix: int
    function: int
    derivative: int
    biases: bool
    residual: bool
    multiplications: int
    evaluations: int
    normalization: str | None = None
    size: int = 0
    scales: int = 0

    @property
    def linear_peak(self) -> int:
        """The peak while Zˡ is computed."""
        product = self.linear if self.biases else 0
        return self.matrix + max(self.matrix, product + self.linear)

    @property
    def output_peak(self) -> int:
        """The peak while Zˡ and Aˡ are computed."""
        own = self.linear if self.function else 0
        summed = own + self.linear if self.residual else 0
        taken = self.linear if self.normalization else 0
        activated = taken + max(self.function, summed)
        after = max(self.normalized_peak, activated)
        return max(self.linear_peak, self.linear + after)

    @property
    def normalized_peak(self) -> int:
        """The peak while Hˡ is computed from Zˡ, of both of its steps."""
        if not self.normalization:
            return 0
        centered = 0 if self.normalization == "rms" else self.linear
        return centered + 3 * self.linear + self.size

    @property
    def input_gradient_peak(self) -> int:
        """The peak while ∂C/∂Aˡ⁻¹ is computed."""
        summed = temporary_bytes(self.inputs) if self.residual else 0
        return self.matrix + max(self.matrix, self.inputs + summed)

    @property
    def error_peak(self) -> int:
        """The peak while Δˡ is computed.

        With normalization, Hˡ and Nˡ are computed again. Then ∂C/∂Hˡ, ∂C/∂Nˡ
        and two arrays more are alive beside them.
        """
        slopes = max(self.derivative, 2 * self.linear)
        if not self.normalization:
            return slopes
        back = max(slopes, 4 * self.linear + self.size)
        again = 2 * self.linear + self.size
        return self.scales + max(self.normalized_peak, again + back)

    @property
    def parameter_gradients_peak(self) -> int:
        """The peak while the gradients of the parameters are computed."""
        if not self.matrix:
            return self.gradients
        vectors = self.gradients - self.matrix - self.scales
        norms = vectors // (1 + self.biases)
        matrices = 3 * self.matrix + temporary_bytes(self.matrix)
        return matrices + vectors + norms + self.scales


def layer_memory(layer: Layer, batch: int) -> LayerMemory:
    """Return the bytes of a layer's arrays.

    Parameters
    ----------
    layer : Layer
        The layer.
    batch : int
        The number of examples.
    """
    n_in, n_out = layer.weights.shape
    item = layer.weights.dtype.itemsize
    function, derivative = (
        array_bytes(arrays, batch, n_out, item)
        + array_bytes(masks, batch, n_out, 1)
        for arrays, masks in validation.declared(
            "activation", layer.activation, "working", ACTIVATIONS
        )
    )
    same = not (function or layer.residual or layer.normalization)
    along = {"batch": (1, n_out), "layer": (batch, 1), "rms": (batch, 1)}
    size = prod(along.get(str(layer.normalization), (0,)))
    return LayerMemory(
        activation=layer.activation,
        linear=array_bytes(1, batch, n_out, item),
        activated=array_bytes(0 if same else 1, batch, n_out, item),
        inputs=array_bytes(1, batch, n_in, item),
        gradients=sum(of.nbytes for of in layer.parameters.values()),
        matrix=0 if layer.gains is None else layer.weights.nbytes,
        function=function,
        derivative=derivative,
        biases=layer.biases is not None,
        residual=layer.residual,
        multiplications=batch * n_out * n_in,
        evaluations=batch * n_out,
        normalization=layer.normalization,
        size=item * size,
        scales=2 * item * n_out if layer.normalization else 0,
    )


def output_error_peak(network: Network, batch: int) -> int:
    """Return the peak while the error of the output is computed, in bytes.

    Parameters
    ----------
    network : Network
        The network.
    batch : int
        The number of examples.
    """
    last = layer_memory(network.layers[-1], batch)
    square = network.sizes[-1] ** 2 * network.layers[-1].weights.itemsize
    sums = 2 * batch * network.layers[-1].weights.itemsize
    peak = sums + max(
        arrays * last.linear + squares * square
        for arrays, squares in validation.declared(
            "cost", network.cost, "working", COSTS
        )
    )
    if COSTS[network.cost].output is not None:
        return max(peak, 2 * last.linear)
    passed = last.linear if last.residual else 0
    return passed + max(peak, last.linear + last.derivative, 3 * last.linear)


def network_memory(
    network: Network, batch: int
) -> tuple[tuple[LayerMemory, ...], int]:
    """Return the bytes of every layer, and the peak of the output error.

    Parameters
    ----------
    network, batch : Network, int
        As for `output_error_peak`.

    Raises
    ------
    ValueError
        If the parameters have several types.
    """
    parameters = (layer.parameters.values() for layer in network.layers)
    validation.one_type(chain.from_iterable(parameters))
    layers = tuple(layer_memory(layer, batch) for layer in network.layers)
    return layers, output_error_peak(network, batch)


class Step(NamedTuple):
    """One step of a pass: the operation, the layer, and the peak in bytes.

    `alive` is the largest number of bytes alive at once during the step.
    """

    operation: str
    layer: int
    alive: int


def forward_steps(
    layers: Sequence[LayerMemory], first: int, held: int, *, keep: bool
) -> Iterator[Step]:
    """Yield the steps of a forward pass through some layers.

    Parameters
    ----------
    layers : sequence of LayerMemory
        The layers.
    first : int
        The number of the first of them.
    held : int
        The bytes of all other arrays that are alive.
    keep : bool
        Whether every Zˡ and Aˡ is kept for a backward pass; otherwise the
        last Aˡ alone.
    """
    kept = 0
    for number, layer in enumerate(layers, start=first):
        yield Step("forward", number, held + kept + layer.output_peak)
        stored = layer.linear + layer.activated
        kept = kept + stored if keep else layer.linear


def plain_steps(layers: Sequence[LayerMemory], output: int) -> Iterator[Step]:
    """Yield the steps of `forward` and `backward`, which free nothing.

    Parameters
    ----------
    layers : sequence of LayerMemory
        All layers of the network.
    output : int
        What `output_error_peak` returned.
    """
    yield from forward_steps(layers, 1, 0, keep=True)
    held = sum(layer.linear + layer.activated for layer in layers)
    yield Step("output", len(layers), held + output)
    held += layers[-1].linear
    dc_da = layers[-1].linear if layers[-1].residual else 0
    for number in range(len(layers), 1, -1):
        layer, behind = layers[number - 1], layers[number - 2]
        alive = held + dc_da + layer.input_gradient_peak
        yield Step("input gradient", number, alive)
        dc_da = layer.inputs
        alive = held + dc_da + behind.error_peak
        yield Step("error", number - 1, alive)
        held += behind.linear + behind.scales
    for number, layer in enumerate(layers, start=1):
        held -= layer.scales
        alive = held + dc_da + layer.parameter_gradients_peak
        yield Step("gradient", number, alive)
        held += layer.gradients


@dataclass(frozen=True, repr=False)
class MemoryPlan(Displayed):
    """The memory of a forward and a backward pass, predicted from shapes.

    All sizes are bytes. The examples x and y and the parameters are not
    counted: they exist before and after the pass.

    Attributes
    ----------
    batch : int
        The number of examples.
    dtype : str
        The type of the parameters, and so of all arrays.
    layers : tuple of LayerMemory
        The arrays of each layer.
    steps : tuple of Step
        Every step in order, with its peak.
    segments : tuple of int
        The number of layers in each segment; empty for `forward` and
        `backward`, which keep everything, every Δˡ included.
    kept : int
        What an optimizer keeps, which is alive in every step.
    """

    batch: int
    dtype: str
    layers: tuple[LayerMemory, ...]
    steps: tuple[Step, ...]
    segments: tuple[int, ...] = ()
    kept: int = 0

    @property
    def peak_step(self) -> Step:
        """The step with the largest peak."""
        return max(self.steps, key=lambda step: step.alive)

    @property
    def peak(self) -> int:
        """The largest number of bytes alive at once."""
        return self.peak_step.alive

    @property
    def trace(self) -> int:
        """The bytes of the trace that `forward` returns: every Zˡ and Aˡ."""
        return sum(layer.linear + layer.activated for layer in self.layers)

    @property
    def gradients(self) -> int:
        """The bytes of the gradients of all parameters."""
        return sum(layer.gradients for layer in self.layers)

    @property
    def recomputed(self) -> tuple[int, int]:
        """The multiplications and activation evaluations done again."""
        spans = [*pairwise([0, *accumulate(self.segments)])][:-1]
        parts = [self.layers[start:end] for start, end in spans]
        return (
            sum(layer.multiplications for part in parts for layer in part),
            sum(layer.evaluations for part in parts for layer in part[:-1]),
        )

    @property
    def price(self) -> float:
        """The multiplications done again, as a share of a plain step's."""
        products = [layer.multiplications for layer in self.layers]
        return self.recomputed[0] / (3 * sum(products) - products[0])

    @property
    def summary(self) -> str:
        """The sizes, the segments and their price, and the peak."""
        operation, number, alive = self.peak_step
        how = "everything kept"
        if self.segments:
            segments = count(len(self.segments), "segment")
            how = f"in {segments} of {self.segments} layers"
            how += f" for {self.price:.0%} more multiplications"
        return (
            f"{count(len(self.layers), 'layer')}, batch of {self.batch}, "
            f"{self.dtype}, {how}, {self.of_optimizer}"
            f"peak {format_bytes(alive)}: "
            f"{OPERATIONS[operation]} of layer {number}"
        )

    @property
    def of_optimizer(self) -> str:
        """What an optimizer keeps, for the summary; empty if it is nothing."""
        kept = format_bytes(self.kept)
        return f"{kept} kept by the optimizer, " if self.kept else ""

    @property
    def table(self) -> TextTable:
        """The bytes of each layer's arrays; equal layers share a row."""
        rows = []
        for first, last in equal_runs(self.layers):
            layer = self.layers[first - 1]
            errors = layer.linear
            sizes = (layer.linear, layer.activated, errors, layer.gradients)
            name = str(first) if first == last else f"{first}-{last}"
            rows.append((name, *map(format_bytes, sizes)))
        names = ("linear", "activated", "errors", "gradients")
        return TextTable(("layer", *names), tuple(rows))


OPERATIONS = {
    "forward": "forward",
    "recompute": "forward again",
    "output": "errors of the output",
    "input gradient": "input gradient",
    "error": "errors",
    "gradient": "gradients",
}
"""Each operation of a step, as it is printed before "of layer"."""


def equal_runs(layers: Iterable[object]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of each run of equal layers.

    Parameters
    ----------
    layers : iterable of LayerMemory
        The layers, numbered from 1.
    """
    last = 0
    for _, run in groupby(layers):
        first = last + 1
        last += sum(1 for _ in run)
        yield first, last


def format_bytes(size: int) -> str:
    """Return a size with its unit: B, KiB, MiB or GiB.

    Parameters
    ----------
    size : int
        A number of bytes.
    """
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if size >= unit:
            return f"{size / unit:.2f} {name}"
    return f"{size} B"


def object_overhead(network: Network, batch: int) -> int:
    """Return an upper bound for Python's objects and NumPy's buffer, in bytes.

    Parameters
    ----------
    network : Network
        The network.
    batch : int
        The number of examples.
    """
    shapes = [layer.weights.shape for layer in network.layers]
    largest = max(max(n_in, batch) * n_out for n_in, n_out in shapes)
    buffer = min(BUFFER_SIZE, largest) * network.layers[0].weights.itemsize
    return PASS_BYTES + LAYER_BYTES * len(network.layers) + buffer


def plan_from_steps(
    network: Network,
    batch: int,
    layers: tuple[LayerMemory, ...],
    steps: Iterable[Step],
    segments: tuple[int, ...] = (),
) -> MemoryPlan:
    """Return the plan of some steps, with the object overhead in each.

    Parameters
    ----------
    network : Network
        The network.
    batch : int
        The number of examples.
    layers : tuple of LayerMemory
        The arrays of each layer.
    steps : iterable of Step
        The steps in order.
    segments : tuple of int
        The number of layers in each segment, if there are segments.
    """
    dtype = str(network.layers[0].weights.dtype)
    more = object_overhead(network, batch)
    steps = (step._replace(alive=step.alive + more) for step in steps)
    return MemoryPlan(batch, dtype, layers, tuple(steps), segments)


def memory_plan(network: Network, batch: int, *, kept: int = 0) -> MemoryPlan:
    """Predict the memory of `forward` and `backward` before they run.

    Parameters
    ----------
    network : Network
        The network; its parameters and the examples have one type.
    batch : int
        The number of examples.
    kept : int
        How many numbers an optimizer keeps for each parameter from one step
        to the next: as many as its ``names``.

    Raises
    ------
    ValueError
        If batch is not a positive whole number, or is 1 with batch
        normalization, kept is not a whole number from 0 to 9, or the
        parameters have several types.

    Examples
    --------
    >>> from literate_bp import initialize, memory_plan
    >>> plan = memory_plan(initialize((784, 128, 10)), batch=128)
    >>> plan.peak
    1449040
    """
    validation.instance("network", network, Network)
    batch = validation.batch_size(batch)
    validation.batch_to_compare(batch, network.normalizations)
    kept = validation.whole("kept", kept, least=0, most=9)
    layers, output = network_memory(network, batch)
    kept *= sum(layer.gradients for layer in layers)
    steps = (
        step._replace(alive=step.alive + kept)
        for step in plain_steps(layers, output)
    )
    plan = plan_from_steps(network, batch, layers, steps)
    return replace(plan, kept=kept)
