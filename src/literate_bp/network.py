"""Layers in a row: the whole network as arrays, for one example or a batch.

Forward, the cost, the errors backward, the gradients: `nodes` again, with the
rules of `layer` in the place of its loops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from math import prod
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import ACTIVATIONS, Array
from .cost import COSTS, Cost
from .display import Displayed, TextTable, count, table_of_arrays, three_digits
from .layer import bias_gradient, linear, weight_gradient
from .normalization import NORMALIZATIONS, NormalizedLinearParts
from .residual import ResidualConnection
from .targets import ones_at
from .weight_normalization import NormalizedWeights


def locked(array: Array) -> Array:
    """Return an array that nobody can write to, or unlock.

    Its numbers are bytes, which Python never changes: the array itself if
    they are, otherwise a copy.
    """
    owner: Any = array.base
    if isinstance(owner, bytes):
        return array
    return np.ndarray(array.shape, array.dtype, array.tobytes())


PARAMETERS = ("weights", "biases", "gains", "scales", "shifts")
"""The arrays that a layer, and the gradients of a network, may hold."""

Made = TypeVar("Made")


def replace_unchecked(made: Made, **values: object) -> Made:
    """Return a copy of a frozen object with other values, without checks.

    As `dataclasses.replace`, for values that are made from those of the
    object and fit as they do. Arrays are locked.

    Parameters
    ----------
    made : Layer or Network
        It was checked when it was made, and is left as it is.
    **values : object
        What the copy holds instead.
    """
    after = object.__new__(type(made))
    vars(after).update(vars(made))
    for name, value in values.items():
        held = locked(value) if isinstance(value, np.ndarray) else value
        vars(after)[name] = held
    return after


def of_normalization(
    normalization: str | None,
    scales: npt.ArrayLike | None,
    shifts: npt.ArrayLike | None,
    w: Array,
) -> dict[str, Array | None]:
    """Return the scales and the shifts of a layer: 1 and 0 if none came.

    Parameters
    ----------
    normalization, scales, shifts : str, array_like, array_like, or None
        As for `Layer`.
    w : ndarray (n_in, n_out)
        Its weights.
    """
    given = {"scales": scales, "shifts": shifts}
    if normalization is None:
        validation.parts_of_normalization(given, NORMALIZATIONS)
        return dict.fromkeys(given)
    validation.one_of("normalization", normalization, NORMALIZATIONS)
    rule, n_out = NORMALIZATIONS[normalization], w.shape[1]
    validation.numbers_to_compare((2, n_out), rule.axis)
    start = {"scales": np.ones, "shifts": np.zeros}
    return {
        name: locked(
            start[name](n_out, w.dtype)
            if came is None
            else validation.one_a_node(name, came, w)
        )
        for name, came in given.items()
    }


@dataclass(frozen=True, eq=False, repr=False)
class Layer(
    Displayed, NormalizedLinearParts, ResidualConnection, NormalizedWeights
):
    r"""Weights, biases and an activation: Z = A W + b, then σ(Z).

    Parameters
    ----------
    weights : array_like (n_in, n_out)
        W[from, to].
    biases : array_like (n_out,) or None
        One a node, or None for a layer without biases.
    activation : str
        A name in `literate_bp.activation.ACTIVATIONS`.
    residual : bool
        True for a residual connection: the output of the layer is A + σ(Z),
        where A are its inputs. It has as many nodes as inputs.
    gains : array_like (n_out,) or None
        One a node, for normalized weights: column j of W has the direction
        of that of `weights` and the norm |gⱼ|; a negative gain turns it round.
    normalization : str or None
        A name in `literate_bp.normalization.NORMALIZATIONS`: the output is
        σ(γ N + β), where N is Z, normalized. A hidden layer may have it.
    scales, shifts : array_like (n_out,) or None
        γ and β, one a node, with normalization; 1 and 0 if none are given.
        With ``"batch"`` there are no biases: the shifts do their work.

    Raises
    ------
    ValueError
        If the shapes do not fit, a value is not a number, the activation is
        unknown, or weights that have gains have no direction.

    Examples
    --------
    >>> from literate_bp import Layer
    >>> Layer([[0.4], [-0.2]], [0.0], "tanh")
    <Layer: 2 to 1, tanh, float64>
    """

    function: Callable[[Array], Array] = field(init=False, repr=False)
    derivative: Callable[[Array], Array] = field(init=False, repr=False)
    activation: str

    def __init__(
        self,
        weights: npt.ArrayLike,
        biases: npt.ArrayLike | None = None,
        activation: str = "sigmoid",
        *,
        residual: bool = False,
        gains: npt.ArrayLike | None = None,
        normalization: str | None = None,
        scales: npt.ArrayLike | None = None,
        shifts: npt.ArrayLike | None = None,
    ) -> None:
        w = validation.weights(weights)
        b = (
            None
            if biases is None
            else validation.one_a_node("biases", biases, w)
        )
        g = None if gains is None else validation.gains(gains, w)
        validation.one_of("activation", activation, ACTIVATIONS)
        held = {
            "weights": locked(w),
            "biases": None if b is None else locked(b),
            "function": ACTIVATIONS[activation].function,
            "derivative": ACTIVATIONS[activation].derivative,
            "gains": None if g is None else locked(g),
            "residual": validation.residual(residual, w),
            "activation": activation,
            "normalization": normalization,
            **of_normalization(normalization, scales, shifts, w),
        }
        if normalization == "batch":
            validation.no_biases(b)
        for name, value in held.items():
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a copy of any kind be made as the layer was, so locked too."""
        names = ("residual", "gains", "normalization", "scales", "shifts")
        kind = {name: getattr(self, name) for name in names}
        make = partial(Layer, **kind)
        return make, (self.weights, self.biases, self.activation)

    @property
    def parameters(self) -> dict[str, Array]:
        """The arrays that training changes, by name."""
        arrays = {name: getattr(self, name) for name in PARAMETERS}
        return {name: of for name, of in arrays.items() if of is not None}

    def with_parameters(self, parameters: Mapping[str, Array]) -> Layer:
        """Return the same layer with other parameters, by name."""
        given = validation.by_name("parameters", parameters, len(PARAMETERS))
        for name in given:
            validation.one_of("parameters", name, PARAMETERS)
        return replace(self, **given)

    @property
    def summary(self) -> str:
        """Sizes, activation, kind and type."""
        n_in, n_out = self.weights.shape
        kinds = {
            "no biases": self.biases is None,
            "residual": self.residual,
            "normalized weights": self.gains is not None,
            f"{self.normalization} normalization": self.normalization,
        }
        said = (kind for kind, holds in kinds.items() if holds)
        dtype = str(self.weights.dtype)
        return ", ".join((f"{n_in} to {n_out}", self.activation, *said, dtype))

    @property
    def table(self) -> TextTable:
        """The shape and the range of each array of parameters."""
        return table_of_arrays(self.parameters)


@dataclass(frozen=True, eq=False, repr=False)
class Network(Displayed):
    """Layers in a row, and the cost of their output.

    Parameters
    ----------
    layers : sequence of Layer
        From the inputs to the outputs.
    cost : str
        A name in `literate_bp.cost.COSTS`.

    Raises
    ------
    ValueError
        If two layers do not fit, softmax is not the last, or the cost does not
        go with the output.

    Examples
    --------
    >>> from literate_bp import Layer, Network
    >>> Network([Layer([[0.4], [-0.2]]), Layer([[0.1]])])
    <Network: 2-1-1, sigmoid, half_squared_error, 3 parameters, float64>
    """

    layers: tuple[Layer, ...]
    cost: str

    def __init__(
        self, layers: Iterable[Layer], cost: str = "half_squared_error"
    ) -> None:
        layers = validation.sequence("layers", layers, "Layer")
        for number, layer in enumerate(layers, start=1):
            validation.instance(f"layer {number} of layers", layer, Layer)
        validation.chain([layer.weights.shape for layer in layers])
        goes_with = COSTS[validation.one_of("cost", cost, COSTS)].output
        validation.output(
            [layer.activation for layer in layers], cost, goes_with
        )
        validation.output_residual(layers[-1].residual, cost, goes_with)
        validation.output_normalization(layers[-1].normalization)
        object.__setattr__(self, "layers", layers)
        object.__setattr__(self, "cost", cost)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of inputs, and of nodes in each layer."""
        return (
            self.layers[0].weights.shape[0],
            *(layer.weights.shape[1] for layer in self.layers),
        )

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of all parameters, layer by layer."""
        return [
            array.shape
            for layer in self.layers
            for array in layer.parameters.values()
        ]

    @property
    def normalizations(self) -> list[str | None]:
        """The name of the normalization of each layer, if it has one."""
        return [layer.normalization for layer in self.layers]

    @property
    def summary(self) -> str:
        """Sizes, activations, cost, the number of parameters, and types."""
        names = (layer.activation for layer in self.layers)
        types = (layer.weights.dtype for layer in self.layers)
        parameters = sum(map(prod, self.shapes))
        return ", ".join(
            (
                "-".join(map(str, self.sizes)),
                " ".join(dict.fromkeys(names)),
                self.cost,
                count(parameters, "parameter"),
                " ".join(dict.fromkeys(map(str, types))),
            )
        )

    @property
    def table(self) -> TextTable:
        """Sizes, activation, kind and type, a layer a row."""
        rows = tuple(
            (str(n), layer.summary)
            for n, layer in enumerate(self.layers, start=1)
        )
        return TextTable(("layer", "inputs to nodes, activation, type"), rows)


def in_a_row(network: Network) -> Array:
    """Return all parameters of a network in one row, layer after layer.

    Parameters
    ----------
    network : Network
        Each layer has its weights, row after row, and the others of
        `PARAMETERS`, as far as it has them.
    """
    return np.concatenate(
        [
            array.ravel()
            for layer in network.layers
            for array in layer.parameters.values()
        ]
    )


def with_row(network: Network, row: Array) -> Network:
    """Return the same network with other parameters, from one row.

    Parameters
    ----------
    network : Network
        Left as it is.
    row : ndarray
        As `in_a_row` returns it.
    """
    start, layers = 0, []
    for layer in network.layers:
        found = {}
        for name, old in layer.parameters.items():
            end = start + old.size
            found[name] = row[start:end].reshape(old.shape)
            start = end
        layers.append(replace_unchecked(layer, **found))
    return replace_unchecked(network, layers=tuple(layers))


def inputs_of(network: Network, x: npt.ArrayLike) -> Array:
    """Return the inputs of a network as an array, or refuse them.

    Parameters
    ----------
    network : Network
        The network.
    x : array_like (n_in,) or (batch, n_in)
        One example, or one a row.

    Raises
    ------
    ValueError
        If x is not an array of numbers, is empty, or has the wrong number of
        inputs.
    """
    validation.instance("network", network, Network)
    return validation.examples(
        "x", x, network.sizes[0], network.layers[0].weights.dtype
    )


def targets_of(network: Network, y: npt.ArrayLike, output: Array) -> Array:
    """Return the targets of an output as an array, or refuse them.

    Parameters
    ----------
    network : Network
        The network.
    y : array_like, shaped like the output, or of int (batch,)
        The targets; with `cross_entropy` they may be labels, the number of a
        class for each example.
    output : ndarray (n_out,) or (batch, n_out)
        The output of the network.

    Raises
    ------
    ValueError
        If y is not an array of numbers, does not fit the output, or is not
        what the cost expects.
    """
    goes_with = COSTS[network.cost].output
    if validation.are_labels(y, output, network.cost, goes_with):
        y = ones_at("y", y, output.shape[-1])
    return validation.targets(y, output, network.cost, goes_with)


def output_placeholder(network: Network, x: Array) -> Array:
    """Return zeros of the shape and type of the output, in no memory.

    Targets are checked against it before the network has run.

    Parameters
    ----------
    network : Network
        The network.
    x : ndarray
        The inputs.
    """
    arrays = (
        array
        for layer in network.layers
        for array in layer.parameters.values()
    )
    dtype = np.result_type(x, *arrays)
    shape = (*x.shape[:-1], network.sizes[-1])
    return np.broadcast_to(np.zeros((), dtype), shape)


def require_finite(network: Network, x: Array, y: Array) -> None:
    """Refuse NaN and infinity in the parameters and the examples.

    Parameters
    ----------
    network : Network
        The network.
    x, y : ndarray
        Inputs and targets.

    Raises
    ------
    ValueError
        If a number is not finite.
    """
    for number, layer in enumerate(network.layers, start=1):
        for name, array in layer.parameters.items():
            validation.finite(f"{name} of layer {number}", array)
    validation.finite("x", x)
    validation.finite("y", y)


@dataclass(frozen=True, eq=False, repr=False)
class Trace(Displayed):
    """The values of a forward pass, which the backward pass needs.

    Attributes
    ----------
    linear : tuple of ndarray
        Z¹ … Zᴸ, each (n_out,) or (batch, n_out).
    activated : tuple of ndarray
        X, A¹ … Aᴸ: the inputs of each layer, and last the output.
    """

    linear: tuple[Array, ...]
    activated: tuple[Array, ...]

    @property
    def output(self) -> Array:
        """Aᴸ, the output of the network."""
        return self.activated[-1]

    @property
    def summary(self) -> str:
        """Sizes, the number of examples, and the range of the output."""
        sizes = "-".join(str(a.shape[-1]) for a in self.activated)
        batch = len(self.output) if self.output.ndim == 2 else 1
        low, high = map(three_digits, (self.output.min(), self.output.max()))
        return f"{sizes}, {count(batch, 'example')}, output {low} to {high}"

    @property
    def table(self) -> TextTable:
        """The range of each layer's linear parts and activated values."""
        x, *activated = self.activated
        arrays = {"inputs": x}
        for n, (z, a) in enumerate(zip(self.linear, activated, strict=True)):
            arrays[f"linear parts of layer {n + 1}"] = z
            arrays[f"activated values of layer {n + 1}"] = a
        return table_of_arrays(arrays)


@dataclass(frozen=True, eq=False, repr=False)
class Gradients(Displayed):
    """The derivatives of the cost by everything that it depends on.

    Attributes
    ----------
    weights : tuple of ndarray
        ∂C/∂Wˡ, shaped like the weights.
    biases : tuple of ndarray or None
        ∂C/∂bˡ, shaped like the biases; None for a layer that has none.
    gains : tuple of ndarray or None
        ∂C/∂gˡ, shaped like the gains; None for a layer that has none.
    errors : tuple of ndarray
        Δˡ = ∂C/∂Zˡ, shaped like the linear parts.
    first_layer : Layer
        The layer that leads from Δ¹ to `inputs`.
    shortcut : ndarray or None
        ∂C/∂A¹ if the first layer has a residual connection.
    scales, shifts : tuple of ndarray or None
        ∂C/∂γˡ and ∂C/∂βˡ of layers with normalization, None for others; empty
        if no layer has it.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array | None, ...]
    gains: tuple[Array | None, ...]
    errors: tuple[Array, ...]
    first_layer: Layer
    shortcut: Array | None = None
    scales: tuple[Array | None, ...] = ()
    shifts: tuple[Array | None, ...] = ()

    @property
    def by_name(self) -> dict[str, tuple[Any, ...]]:
        """The gradients of the parameters by name, each one a layer."""
        none = (None,) * len(self.weights)
        return {name: getattr(self, name) or none for name in PARAMETERS}

    @property
    def inputs(self) -> Array:
        """∂C/∂X, shaped like the inputs; computed when it is asked for."""
        validation.some_errors(len(self.errors))
        return self.first_layer.input_gradient(self.errors[0], self.shortcut)

    @property
    def arrays(self) -> dict[str, Array]:
        """The gradients of the parameters by name, layer by layer."""
        arranged = zip(*self.by_name.values(), strict=True)
        return {
            f"{name} of layer {n}": array
            for n, layer in enumerate(arranged, start=1)
            for name, array in zip(PARAMETERS, layer, strict=True)
            if array is not None
        }

    @property
    def row(self) -> Array:
        """All of them in one row, as `in_a_row` has the parameters."""
        return np.concatenate([of.ravel() for of in self.arrays.values()])

    @property
    def summary(self) -> str:
        """Sizes, and the largest entry of all gradients."""
        sizes = self.weights[0].shape[:1] + tuple(
            w.shape[1] for w in self.weights
        )
        largest = {name: abs(of).max() for name, of in self.arrays.items()}
        name = max(largest, key=largest.__getitem__)
        where = f"largest {three_digits(largest[name])} ({name})"
        return f"{'-'.join(map(str, sizes))}, {where}"

    @property
    def table(self) -> TextTable:
        """The shape and the range of each gradient."""
        return table_of_arrays(self.arrays)


def cast(network: Network, dtype: npt.DTypeLike) -> Network:
    """Return the same network with parameters of another type.

    Parameters
    ----------
    network : Network
        Left as it is.
    dtype : dtype
        A type of floating-point numbers.

    Raises
    ------
    ValueError
        If dtype is not one, or a parameter lies beyond its range.
    """
    validation.instance("network", network, Network)
    dtype = validation.float_type("dtype", dtype)
    layers: list[Layer] = []
    for number, layer in enumerate(network.layers, start=1):
        parameters = {}
        for name, array in layer.parameters.items():
            what = f"{name} of layer {number}"
            validation.real(what, array)
            parameters[name] = validation.narrowed(what, array, dtype)
        layers.append(layer.with_parameters(parameters))
    return Network(layers, network.cost)


def forward(network: Network, x: npt.ArrayLike) -> Trace:
    r"""Run the network.

    Zˡ = Aˡ⁻¹ Wˡ + bˡ and Aˡ = σ(Zˡ), starting from A⁰ = X: the linear parts
    (pre-activations) and the activated values of layer l. A layer with a
    residual connection adds Aˡ⁻¹ to its Aˡ; one with normalization has
    Aˡ = σ(Hˡ), where Hˡ are its linear parts, normalized.

    Parameters
    ----------
    network : Network
        The network.
    x : array_like (n_in,) or (batch, n_in)
        One example, or one a row. An array is kept in the trace without a
        copy, so do not change it before the backward pass.

    Returns
    -------
    Trace
        Every linear part and every activated value.

    Raises
    ------
    ValueError
        If x is not an array of numbers, is empty, or has the wrong number of
        inputs; or is one example, and a layer has batch normalization.

    Warns
    -----
    RuntimeWarning
        NumPy's own, in every pass, where a number leaves the range of its
        type.

    Examples
    --------
    >>> from literate_bp import Layer, Network, forward
    >>> network = Network([Layer([[0.4], [-0.2]]), Layer([[0.1]])])
    >>> forward(network, [0.1, 0.3]).output.round(4)
    array([0.5124])
    """
    z: list[Array] = []
    a = [inputs_of(network, x)]
    for layer in network.layers:
        z.append(linear(a[-1], layer.matrix, layer.biases))
        a.append(layer.output(a[-1], z[-1]))
    return Trace(tuple(z), tuple(a))


def require_trace(network: Network, trace: Trace) -> None:
    """Refuse what is not the trace of this network.

    Parameters
    ----------
    network : Network
        The network.
    trace : Trace
        What `forward` returned for it.

    Raises
    ------
    ValueError
        If one of them is of another class, or the shapes do not fit.
    """
    validation.instance("network", network, Network)
    validation.instance("trace", trace, Trace)
    validation.trace(trace.linear, trace.activated, network.sizes)


def mean_cost(network: Network, trace: Trace, y: npt.ArrayLike) -> Any:
    r"""Compute the mean cost of the batch: C = (1/N) Σₙ Cₙ.

    Parameters
    ----------
    network : Network
        The network, which names its cost.
    trace : Trace
        What `forward` returned.
    y : array_like, shaped like the output
        The targets.

    Returns
    -------
    NumPy number
        Of the type of the trace, which may be complex.

    Raises
    ------
    ValueError
        As `cost` does, but for complex numbers.
    """
    require_trace(network, trace)
    rule = COSTS[network.cost]
    y = targets_of(network, y, trace.output)
    return rule.value(cost_input(rule, trace), y).mean()


def cost_input(rule: Cost, trace: Trace) -> Array:
    """Return what a cost is a function of.

    The output, or the linear part of the output activation that the cost
    goes with.
    """
    return trace.output if rule.output is None else trace.linear[-1]


def cost(network: Network, trace: Trace, y: npt.ArrayLike) -> float:
    r"""Measure how far the output is from the targets.

    The mean over the batch.

    Parameters
    ----------
    network : Network
        The network, which names its cost.
    trace : Trace
        What `forward` returned.
    y : array_like, shaped like the output, or of int (batch,)
        The targets, or with `cross_entropy` the label of each example: the
        number of its class, from 0.

    Raises
    ------
    ValueError
        If the trace is not one of this network or holds complex numbers, or y
        is not an array of numbers, does not fit the output, or is not what
        the cost expects.

    Examples
    --------
    >>> from literate_bp import cost, forward, initialize
    >>> network = initialize((2, 3, 1), seed=0)
    >>> trace = forward(network, [0.1, 0.3])
    >>> round(cost(network, trace, [1.0]), 4)
    0.0737
    """
    value = mean_cost(network, trace, y)
    if np.iscomplexobj(value):
        raise ValueError(
            "trace came as complex numbers; real ones were expected: "
            "mean_cost gives the cost of complex ones"
        )
    return float(value)


def output_derivative(network: Network, trace: Trace, y: Array) -> Array:
    r"""Compute the derivative of the mean cost by what the cost depends on.

    ∂C/∂Aᴸ = (Aᴸ − Y) / N with half the squared error, over N examples; Δᴸ
    itself, (Aᴸ − Y) / N, with a cross-entropy.

    Parameters
    ----------
    network : Network
        The network, which names its cost.
    trace : Trace
        What `forward` returned.
    y : ndarray, shaped like the output
        The targets.
    """
    rule = COSTS[network.cost]
    batch = len(y) if y.ndim == 2 else 1
    return rule.derivative(cost_input(rule, trace), y) / batch


def output_error(network: Network, trace: Trace, y: Array) -> Array:
    r"""Compute the errors of the output, where the recursion starts.

    Δᴸ = σ′(Zᴸ) ⊙ (Aᴸ − Y) / N with half the squared error, over N examples;
    (Aᴸ − Y) / N with a cross-entropy.

    Parameters
    ----------
    network : Network
        The network, which names its cost.
    trace : Trace
        What `forward` returned.
    y : ndarray, shaped like the output
        The targets.
    """
    dc_da = output_derivative(network, trace, y)
    if COSTS[network.cost].output is not None:
        return dc_da
    return network.layers[-1].error(trace.linear[-1], dc_da)


def output_shortcut(network: Network, trace: Trace, y: Array) -> Array | None:
    r"""Compute ∂C/∂Aᴸ if the last layer has a residual connection.

    Parameters
    ----------
    network : Network
        The network.
    trace : Trace
        What `forward` returned.
    y : ndarray, shaped like the output
        The targets.
    """
    if not network.layers[-1].residual:
        return None
    return output_derivative(network, trace, y)


OfScales = tuple[Array | None, Array | None]
"""The gradients of the scales and the shifts of a layer, if it has them."""
NO_SCALES: OfScales = (None, None)
"""Those of a last layer, which has no normalization."""


def errors(
    network: Network, trace: Trace, y: Array
) -> tuple[tuple[Array, ...], Array | None, tuple[OfScales, ...]]:
    r"""Compute Δ¹ … Δᴸ, from the last layer to the first.

    Δˡ = σ′(Zˡ) ⊙ (Δˡ⁺¹ Wˡ⁺¹ᵀ) in a layer without normalization.

    Parameters
    ----------
    network : Network
        The network.
    trace : Trace
        What `forward` returned.
    y : ndarray, shaped like the output
        The targets.

    Returns
    -------
    delta : tuple of ndarray
        Δ¹ … Δᴸ, shaped like the linear parts.
    dc_da : ndarray or None
        ∂C/∂A¹. In a network of one layer, None unless the layer has a residual
        connection.
    of_scales : tuple of (ndarray or None, ndarray or None)
        ∂C/∂γˡ and ∂C/∂βˡ of each layer with normalization.
    """
    dc_da = output_shortcut(network, trace, y)
    delta = [output_error(network, trace, y)]
    of_scales = [NO_SCALES]
    hidden = zip(
        network.layers, trace.linear, network.layers[1:], strict=False
    )
    for layer, z, ahead in reversed(list(hidden)):
        dc_da = ahead.input_gradient(delta[0], dc_da)
        of_scales.insert(0, layer.scale_gradients(z, dc_da))
        delta.insert(0, layer.error(z, dc_da))
    return tuple(delta), dc_da, tuple(of_scales)


def parameter_gradients(
    layer: Layer, a: Array, delta: Array
) -> tuple[Array, Array | None, Array | None]:
    r"""Compute the gradients of a layer's weights, biases and gains.

    ∂C/∂Wˡ = Aˡ⁻¹ᵀ Δˡ, and ∂C/∂bˡ = Σₙ Δˡₙ; with normalized weights, the
    gradients of directions and gains follow from ∂C/∂Wˡ.

    Parameters
    ----------
    layer : Layer
        Layer l.
    a : ndarray (n_in,) or (batch, n_in)
        Aˡ⁻¹, its inputs.
    delta : ndarray (n_out,) or (batch, n_out)
        Δˡ, the errors of its linear parts.
    """
    dc_dw = weight_gradient(a, delta)
    dc_db = None if layer.biases is None else bias_gradient(delta)
    of_weights, of_gains = layer.matrix_backward(dc_dw)
    return of_weights, dc_db, of_gains


def backward(network: Network, trace: Trace, y: npt.ArrayLike) -> Gradients:
    r"""Compute the gradient of the cost.

    Δˡ, then ∂C/∂Wˡ = Aˡ⁻¹ᵀ Δˡ and ∂C/∂bˡ = Σₙ Δˡₙ. Δˡ = ∂C/∂Zˡ are the
    errors of layer l, the derivatives of the cost by its linear parts, and
    Aˡ⁻¹ the values that it is given, one example a row.

    Parameters
    ----------
    network : Network
        The network, unchanged since the forward pass.
    trace : Trace
        What `forward` returned for it.
    y : array_like, shaped like the output, or of int (batch,)
        The targets, or with `cross_entropy` the label of each example: the
        number of its class, from 0.

    Returns
    -------
    Gradients
        Of the cost as `cost` gives it: the mean over the batch is in them.

    Raises
    ------
    ValueError
        If the trace is not one of this network, or y is not an array of
        numbers, does not fit the output, or is not what the cost expects.

    Examples
    --------
    >>> from literate_bp import Layer, Network, backward, forward
    >>> network = Network([Layer([[0.4], [-0.2]]), Layer([[0.1]])])
    >>> trace = forward(network, [0.1, 0.3])
    >>> gradients = backward(network, trace, [1.0])
    >>> gradients.weights[1].round(4)
    array([[-0.0603]])
    >>> gradients.errors[0].round(6)
    array([-0.003046])
    """
    require_trace(network, trace)
    y = targets_of(network, y, trace.output)
    delta, dc_da, of_scales = errors(network, trace, y)
    by_layer = [
        parameter_gradients(layer, a, d)
        for layer, a, d in zip(
            network.layers, trace.activated, delta, strict=False
        )
    ]
    weights, biases, gains = zip(*by_layer, strict=True)
    first = network.layers[0]
    shortcut = first.shortcut_gradient(dc_da)
    scales = zip(*of_scales, strict=True)
    return Gradients(weights, biases, gains, delta, first, shortcut, *scales)
