"""The same network as arrays, for one example or a batch.

Forward, the cost, backward.

Row n of a batch is example n, and W[i, j] leads from node i to node j, so that
a layer is Z = A W + b. Read `nodes` first: every rule here is one of its
loops, written as a product.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import ACTIVATIONS, Array
from .cost import COSTS, Cost


def linear(a: Array, w: Array, b: Array | None) -> Array:
    r"""Give the linear parts of a layer: Zˡ = Aˡ⁻¹ Wˡ + bˡ.

    Parameters
    ----------
    a : ndarray (n_in,) or (batch, n_in)
        What comes in, one example a row.
    w : ndarray (n_in, n_out)
        The weights, W[from, to].
    b : ndarray (n_out,) or None
        The biases, or none.
    """
    return a @ w if b is None else a @ w + b


def activated_error(delta: Array, w: Array) -> Array:
    r"""Collect the errors ahead through the weights: ∂C/∂Aˡ = Δˡ⁺¹ Wˡ⁺¹ᵀ.

    Parameters
    ----------
    delta : ndarray (n_out,) or (batch, n_out)
        Δˡ⁺¹, the errors of the layer that the weights lead to.
    w : ndarray (n_in, n_out)
        The weights. The transpose makes the sum run over where they lead.
    """
    return delta @ w.T


def linear_error(derivative: Array, dc_da: Array) -> Array:
    r"""Take the errors through the activation: Δˡ = σ′(Zˡ) ⊙ ∂C/∂Aˡ.

    Parameters
    ----------
    derivative, dc_da : ndarray, equal shapes
        σ′ at the linear parts, and the errors of the activated values.
    """
    return derivative * dc_da


def weight_gradient(a: Array, delta: Array) -> Array:
    r"""Give ∂C/∂Wˡ = Aˡ⁻¹ᵀ Δˡ; the product adds up over the batch.

    Parameters
    ----------
    a : ndarray (n_in,) or (batch, n_in)
        What the layer was given.
    delta : ndarray (n_out,) or (batch, n_out)
        The errors of its linear parts.

    Returns
    -------
    ndarray (n_in, n_out)
        Shaped like W.
    """
    return np.atleast_2d(a).T @ np.atleast_2d(delta)


def bias_gradient(delta: Array) -> Array:
    r"""Add the errors up over the batch: ∂C/∂bˡ = Σₙ Δˡₙ.

    Parameters
    ----------
    delta : ndarray (n_out,) or (batch, n_out)
        The errors of the layer's linear parts.
    """
    return np.atleast_2d(delta).sum(axis=0)


def residual_sum(a: Array, activated: Array) -> Array:
    r"""Pass on what came in, beside what came of it: Aˡ = Aˡ⁻¹ + σ(Zˡ).

    Parameters
    ----------
    a, activated : ndarray, equal shapes
        Aˡ⁻¹, what the layer was given, and σ(Zˡ).

    References
    ----------
    He et al. 2016, eq. 1.
    """
    return a + activated


def residual_error(delta: Array, w: Array, dc_da: Array) -> Array:
    r"""Collect through the weights, and past them: ∂C/∂Aˡ⁻¹ = Δˡ Wˡᵀ + ∂C/∂Aˡ.

    Parameters
    ----------
    delta : ndarray (n,) or (batch, n)
        Δˡ, the errors of the layer's linear parts.
    w : ndarray (n, n)
        Its weights.
    dc_da : ndarray, shaped like delta
        ∂C/∂Aˡ, the errors of what the layer passes on.
    """
    return activated_error(delta, w) + dc_da


def lengths(v: Array) -> Array:
    r"""Give the length of the weights into each node: ‖vⱼ‖ = √(Σᵢ vᵢⱼ²).

    Parameters
    ----------
    v : ndarray (n_in, n_out)
        Column j leads into node j.
    """
    return np.sqrt((v**2).sum(axis=0))


def normalized(v: Array, g: Array) -> Array:
    r"""Give weights of length gⱼ that point where vⱼ does.

    wᵢⱼ = gⱼ vᵢⱼ / √(Σₖ vₖⱼ²).

    Parameters
    ----------
    v : ndarray (n_in, n_out)
        Directions, one a column, of any length but 0.
    g : ndarray (n_out,)
        Gains, one a node.

    References
    ----------
    Salimans and Kingma 2016, eq. 2.
    """
    return g * v / lengths(v)


def gain_gradient(dc_dw: Array, v: Array) -> Array:
    r"""Ask how the cost changes with the length of the weights.

    ∂C/∂gⱼ = Σᵢ ∂C/∂wᵢⱼ vᵢⱼ / √(Σₖ vₖⱼ²).

    Parameters
    ----------
    dc_dw : ndarray (n_in, n_out)
        The gradient of the normalized weights.
    v : ndarray (n_in, n_out)
        Their directions.

    References
    ----------
    Salimans and Kingma 2016, eq. 3.
    """
    return (dc_dw * (v / lengths(v))).sum(axis=0)


def direction_gradient(dc_dw: Array, v: Array, g: Array) -> Array:
    r"""Ask how the cost changes with the direction of the weights.

    ∂C/∂vᵢⱼ = (gⱼ / √(Σₖ vₖⱼ²)) (∂C/∂wᵢⱼ − ∂C/∂gⱼ vᵢⱼ / √(Σₖ vₖⱼ²)): what
    would change the length alone is taken out.

    Parameters
    ----------
    dc_dw : ndarray (n_in, n_out)
        The gradient of the normalized weights.
    v : ndarray (n_in, n_out)
        Their directions.
    g : ndarray (n_out,)
        Their gains.

    References
    ----------
    Salimans and Kingma 2016, eq. 3.
    """
    dc_dg = gain_gradient(dc_dw, v)
    return g / lengths(v) * (dc_dw - dc_dg * (v / lengths(v)))


def locked(array: Array) -> Array:
    """Give an array that cannot be written to.

    Itself if it is such a one, or else a copy.
    """
    if not array.flags.writeable and array.base is None:
        return array
    array = array.copy()
    array.flags.writeable = False
    return array


PARAMETERS = ("weights", "biases", "gains")
"""What a layer, and the gradients of a network, may hold."""


@dataclass(frozen=True, eq=False)
class Layer:
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
        True for a residual connection: the layer passes on A + σ(Z), where A
        is what it was given. It has as many nodes as inputs.
    gains : array_like (n_out,) or None
        One a node, for normalized weights: W has the directions of `weights`
        and these lengths, column by column.

    Raises
    ------
    ValueError
        If the shapes do not fit, a value is no number, the activation is
        unknown, or weights that have gains have no direction.
    """

    weights: Array
    biases: Array | None
    activation: str
    residual: bool
    gains: Array | None

    def __init__(
        self,
        weights: npt.ArrayLike,
        biases: npt.ArrayLike | None = None,
        activation: str = "sigmoid",
        *,
        residual: bool = False,
        gains: npt.ArrayLike | None = None,
    ) -> None:
        w = validation.weights(weights)
        b = (
            None
            if biases is None
            else validation.one_a_node("biases", biases, w)
        )
        g = None if gains is None else validation.gains(gains, w)
        object.__setattr__(
            self,
            "activation",
            validation.one_of("activation", activation, ACTIVATIONS),
        )
        object.__setattr__(self, "residual", validation.residual(residual, w))
        object.__setattr__(self, "weights", locked(w))
        object.__setattr__(self, "biases", None if b is None else locked(b))
        object.__setattr__(self, "gains", None if g is None else locked(g))

    @property
    def matrix(self) -> Array:
        """W, what values are multiplied by: the weights, or with gains."""
        if self.gains is None:
            return self.weights
        return normalized(self.weights, self.gains)

    @property
    def parameters(self) -> dict[str, Array]:
        """The arrays that training changes, by name."""
        arrays = {name: getattr(self, name) for name in PARAMETERS}
        return {name: of for name, of in arrays.items() if of is not None}

    def with_parameters(self, parameters: Mapping[str, Array]) -> "Layer":
        """Make the same layer with other parameters, by name."""
        given: Mapping[str, Any] = parameters
        return replace(self, **given)


@dataclass(frozen=True, eq=False)
class Network:
    """Layers that follow one another, and the cost at their end.

    Parameters
    ----------
    layers : sequence of Layer
        In the order in which the values pass through them.
    cost : str
        A name in `literate_bp.cost.COSTS`.

    Raises
    ------
    ValueError
        If two layers do not fit, softmax is not the last, or the cost does not
        go with the output.
    """

    layers: tuple[Layer, ...]
    cost: str

    def __init__(
        self, layers: Iterable[Layer], cost: str = "half_squared_error"
    ) -> None:
        if not isinstance(layers, Iterable):
            raise ValueError(
                f"layers is a {type(layers).__name__}; a sequence of Layer "
                "was expected"
            )
        layers = tuple(layers)
        for number, layer in enumerate(layers, start=1):
            if not isinstance(layer, Layer):
                raise ValueError(
                    f"layer {number} is a {type(layer).__name__}; a Layer "
                    "was expected"
                )
        validation.chain([layer.weights.shape for layer in layers])
        goes_with = COSTS[validation.one_of("cost", cost, COSTS)].output
        validation.output(
            [layer.activation for layer in layers], cost, goes_with
        )
        validation.output_residual(layers[-1].residual, cost, goes_with)
        object.__setattr__(self, "layers", layers)
        object.__setattr__(self, "cost", cost)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many inputs, and how many nodes in each layer."""
        return (
            self.layers[0].weights.shape[0],
            *(layer.weights.shape[1] for layer in self.layers),
        )

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the weights, biases and gains, layer by layer."""
        return [
            array.shape
            for layer in self.layers
            for array in layer.parameters.values()
        ]


def inputs_of(network: Network, x: npt.ArrayLike) -> Array:
    """Make the inputs of a network from what came, or refuse it.

    Parameters
    ----------
    network : Network
        The network.
    x : array_like (n_in,) or (batch, n_in)
        What came.
    """
    return validation.examples(
        "x", x, network.sizes[0], network.layers[0].weights.dtype
    )


def targets_of(network: Network, y: npt.ArrayLike, output: Array) -> Array:
    """Make the targets for an output from what came, or refuse it.

    Parameters
    ----------
    network : Network
        The network.
    y : array_like, shaped like the output
        What came.
    output : ndarray (n_out,) or (batch, n_out)
        What the network answered.
    """
    return validation.targets(
        y, output, network.cost, COSTS[network.cost].output
    )


def require_finite(network: Network, x: Array, y: Array) -> None:
    """Refuse NaN and infinity in the parameters and the examples.

    Parameters
    ----------
    network : Network
        The network.
    x, y : ndarray
        Inputs and targets.
    """
    validation.finite("x", x)
    validation.finite("y", y)
    for number, layer in enumerate(network.layers, start=1):
        for name, array in layer.parameters.items():
            validation.finite(f"{name} of layer {number}", array)


@dataclass(frozen=True, eq=False)
class Trace:
    """What a forward pass leaves behind, and a backward pass needs.

    Attributes
    ----------
    linear : tuple of ndarray
        Z¹ … Zᴸ, each (n_out,) or (batch, n_out).
    activated : tuple of ndarray
        X, A¹ … Aᴸ: what each layer was given, and at the end the output.
    """

    linear: tuple[Array, ...]
    activated: tuple[Array, ...]

    @property
    def output(self) -> Array:
        """Aᴸ, what the network answers."""
        return self.activated[-1]


@dataclass(frozen=True, eq=False)
class Gradients:
    """How the cost changes with everything that led to it.

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
    entry : Layer
        The first layer, and `passed`, the errors ∂C/∂A¹ of what it passes on
        if it has a residual connection: `inputs` is worked out from them, for
        those who ask.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array | None, ...]
    gains: tuple[Array | None, ...]
    errors: tuple[Array, ...]
    entry: Layer
    passed: Array | None = None

    @property
    def inputs(self) -> Array:
        """∂C/∂X, shaped like the inputs."""
        return input_gradient(self.entry, self.errors[0], self.passed)

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the gradients, arranged as `Network.shapes` is."""
        arranged = zip(self.weights, self.biases, self.gains, strict=True)
        return [
            np.shape(array)
            for layer in arranged
            for array in layer
            if array is not None
        ]


def cast(network: Network, dtype: npt.DTypeLike) -> Network:
    """Make the same network with parameters of another type.

    Parameters
    ----------
    network : Network
        Left as it is.
    dtype : dtype
        A type of floating-point numbers.

    Raises
    ------
    ValueError
        If it is none.
    """
    dtype = validation.float_type("dtype", dtype)
    layers = (
        layer.with_parameters(
            {name: of.astype(dtype) for name, of in layer.parameters.items()}
        )
        for layer in network.layers
    )
    return Network(layers, network.cost)


def layer_output(layer: Layer, a: Array, z: Array) -> Array:
    r"""Give what a layer passes on.

    Aˡ = σ(Zˡ); with a residual connection, Aˡ⁻¹ comes to it.

    Parameters
    ----------
    layer : Layer
        Layer l.
    a : ndarray (n_in,) or (batch, n_in)
        Aˡ⁻¹, what it was given, which a residual connection alone needs.
    z : ndarray (n_out,) or (batch, n_out)
        Zˡ, its linear parts.
    """
    activated = ACTIVATIONS[layer.activation].function(z)
    return residual_sum(a, activated) if layer.residual else activated


def forward(network: Network, x: npt.ArrayLike) -> Trace:
    r"""Run the network.

    Zˡ = Aˡ⁻¹ Wˡ + bˡ and Aˡ = σ(Zˡ), starting from A⁰ = X. A layer with a
    residual connection adds Aˡ⁻¹ to its Aˡ.

    Parameters
    ----------
    network : Network
        The layers to pass through.
    x : array_like (n_in,) or (batch, n_in)
        One example, or one a row. An array is kept in the trace as it is, so
        leave it alone until the backward pass.

    Returns
    -------
    Trace
        Every linear part and every activated value.

    Raises
    ------
    ValueError
        If x is no array of numbers, is empty, or has the wrong number of
        inputs.
    """
    linears: list[Array] = []
    activateds = [inputs_of(network, x)]
    for layer in network.layers:
        linears.append(linear(activateds[-1], layer.matrix, layer.biases))
        activateds.append(layer_output(layer, activateds[-1], linears[-1]))
    return Trace(tuple(linears), tuple(activateds))


def mean_cost(network: Network, trace: Trace, y: npt.ArrayLike) -> Any:
    r"""Average the cost over the batch.

    C = (1/N) Σₙ Cₙ, as the NumPy number that it is.

    Parameters
    ----------
    network : Network
        The network, which names its cost.
    trace : Trace
        What `forward` returned.
    y : array_like, shaped like the output
        The targets.
    """
    chosen = COSTS[network.cost]
    validation.trace([a.shape for a in trace.activated], network.sizes)
    y = targets_of(network, y, trace.output)
    return chosen.value(cost_input(chosen, trace), y).mean()


def cost_input(chosen: Cost, trace: Trace) -> Array:
    """Give what a cost looks at.

    The output, or the linear part of an output that it goes with.
    """
    return trace.output if chosen.output is None else trace.linear[-1]


def cost(network: Network, trace: Trace, y: npt.ArrayLike) -> float:
    r"""Tell how far the output is from the targets.

    As the mean over the batch.

    Parameters
    ----------
    network : Network
        The network, which names its cost.
    trace : Trace
        What `forward` returned.
    y : array_like, shaped like the output
        The targets.

    Raises
    ------
    ValueError
        If y is no array of numbers, does not fit the output, or is not what
        the cost expects.
    """
    value = mean_cost(network, trace, y)
    if np.iscomplexobj(value):
        raise ValueError(
            "trace came as complex numbers; real ones were expected: "
            "mean_cost gives the cost of complex ones"
        )
    return float(value)


def output_derivative(network: Network, trace: Trace, y: Array) -> Array:
    r"""Give the slope of the mean cost along what the cost looks at.

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
    chosen = COSTS[network.cost]
    batch = len(y) if y.ndim == 2 else 1
    return chosen.derivative(cost_input(chosen, trace), y) / batch


def output_error(network: Network, trace: Trace, y: Array) -> Array:
    r"""Start the recursion.

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
    derivative = output_derivative(network, trace, y)
    if COSTS[network.cost].output is not None:
        return derivative
    return linear_error(
        ACTIVATIONS[network.layers[-1].activation].derivative(
            trace.linear[-1]
        ),
        derivative,
    )


def input_gradient(layer: Layer, delta: Array, dc_da: Array | None) -> Array:
    r"""Take the errors of a layer back to what it was given.

    ∂C/∂Aˡ⁻¹ = Δˡ Wˡᵀ; with a residual connection, ∂C/∂Aˡ comes to it.

    Parameters
    ----------
    layer : Layer
        Layer l.
    delta : ndarray (n_out,) or (batch, n_out)
        Δˡ, the errors of its linear parts.
    dc_da : ndarray, shaped like delta, or None
        ∂C/∂Aˡ, which a residual connection alone needs.
    """
    if layer.residual and dc_da is not None:
        return residual_error(delta, layer.matrix, dc_da)
    return activated_error(delta, layer.matrix)


def errors_from_last(
    network: Network, trace: Trace, y: Array
) -> Iterator[tuple[Array, Array | None]]:
    r"""Give Δˡ, and ∂C/∂Aˡ, of one layer after the other, the last first.

    Parameters
    ----------
    network : Network
        The network.
    trace : Trace
        What `forward` returned.
    y : ndarray, shaped like the output
        The targets.
    """
    last = network.layers[-1]
    dc_da = output_derivative(network, trace, y) if last.residual else None
    delta = output_error(network, trace, y)
    yield delta, dc_da
    hidden = zip(
        network.layers, trace.linear, network.layers[1:], strict=False
    )
    for layer, z, ahead in reversed(list(hidden)):
        dc_da = input_gradient(ahead, delta, dc_da)
        delta = linear_error(
            ACTIVATIONS[layer.activation].derivative(z), dc_da
        )
        yield delta, dc_da


def errors(network: Network, trace: Trace, y: Array) -> tuple[Array, ...]:
    r"""Give Δ¹ … Δᴸ, from the last layer to the first.

    Δˡ = σ′(Zˡ) ⊙ (Δˡ⁺¹ Wˡ⁺¹ᵀ).

    Parameters
    ----------
    network : Network
        The network.
    trace : Trace
        What `forward` returned.
    y : ndarray, shaped like the output
        The targets.
    """
    found = [delta for delta, _ in errors_from_last(network, trace, y)]
    return tuple(reversed(found))


def parameter_gradients(
    layer: Layer, a: Array, delta: Array
) -> tuple[Array, Array | None, Array | None]:
    r"""Give the gradients of a layer's weights, biases and gains.

    ∂C/∂Wˡ = Aˡ⁻¹ᵀ Δˡ, and ∂C/∂bˡ = Σₙ Δˡₙ; of normalized weights what
    `direction_gradient` and `gain_gradient` make of ∂C/∂Wˡ.

    Parameters
    ----------
    layer : Layer
        Layer l.
    a : ndarray (n_in,) or (batch, n_in)
        Aˡ⁻¹, what it was given.
    delta : ndarray (n_out,) or (batch, n_out)
        Δˡ, the errors of its linear parts.
    """
    dc_dw = weight_gradient(a, delta)
    dc_db = None if layer.biases is None else bias_gradient(delta)
    if layer.gains is None:
        return dc_dw, dc_db, None
    dc_dv = direction_gradient(dc_dw, layer.weights, layer.gains)
    return dc_dv, dc_db, gain_gradient(dc_dw, layer.weights)


def backward(network: Network, trace: Trace, y: npt.ArrayLike) -> Gradients:
    r"""Give every gradient of the cost.

    Δˡ, then ∂C/∂Wˡ = Aˡ⁻¹ᵀ Δˡ and ∂C/∂bˡ = Σₙ Δˡₙ.

    Parameters
    ----------
    network : Network
        The network, unchanged since the forward pass.
    trace : Trace
        What `forward` returned for it.
    y : array_like, shaped like the output
        The targets.

    Returns
    -------
    Gradients
        Of the cost as `cost` gives it: the mean over the batch is in them.

    Raises
    ------
    ValueError
        If y is no array of numbers, does not fit the output, or is not what
        the cost expects.
    """
    validation.trace([a.shape for a in trace.activated], network.sizes)
    y = targets_of(network, y, trace.output)
    delta: list[Array] = []
    passed = None
    for error, dc_da in errors_from_last(network, trace, y):
        delta.insert(0, error)
        passed = dc_da
    found = [
        parameter_gradients(layer, a, d)
        for layer, a, d in zip(
            network.layers, trace.activated, delta, strict=False
        )
    ]
    first = network.layers[0]
    return Gradients(
        weights=tuple(dc_dw for dc_dw, _, _ in found),
        biases=tuple(dc_db for _, dc_db, _ in found),
        gains=tuple(dc_dg for _, _, dc_dg in found),
        errors=tuple(delta),
        entry=first,
        passed=passed if first.residual else None,
    )
