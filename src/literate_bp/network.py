"""The same network as arrays, for one example or a batch.

Forward, the cost, backward.

Row n of a batch is example n, and W[i, j] leads from node i to node j, so that
a layer is Z = A W + b. Read `nodes` first: every rule here is one of its
loops, written as a product.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import refusal
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


def linear_error(slope: Array, dc_da: Array) -> Array:
    r"""Take the errors through the activation: Δˡ = σ′(Zˡ) ⊙ ∂C/∂Aˡ.

    Parameters
    ----------
    slope, dc_da : ndarray, equal shapes
        σ′ at the linear parts, and the errors of the activated values.
    """
    return slope * dc_da


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


def frozen(array: Array) -> Array:
    """Give an array that cannot be written to.

    Itself if it is such a one, or else a copy.
    """
    if not array.flags.writeable and array.base is None:
        return array
    array = array.copy()
    array.flags.writeable = False
    return array


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

    Raises
    ------
    ValueError
        If the shapes do not fit, a value is no number, or the activation is
        unknown.
    """

    weights: Array
    biases: Array | None
    activation: str

    def __init__(
        self,
        weights: npt.ArrayLike,
        biases: npt.ArrayLike | None = None,
        activation: str = "sigmoid",
    ) -> None:
        w = refusal.weights(weights)
        b = None if biases is None else refusal.biases(biases, w)
        object.__setattr__(
            self,
            "activation",
            refusal.known("activation", activation, ACTIVATIONS),
        )
        object.__setattr__(self, "weights", frozen(w))
        object.__setattr__(self, "biases", None if b is None else frozen(b))


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
        refusal.chain([layer.weights.shape for layer in layers])
        goes_with = COSTS[refusal.known("cost", cost, COSTS)].output
        refusal.output([layer.activation for layer in layers], cost, goes_with)
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
        """The shapes of the weights and biases, layer by layer."""
        return [
            array.shape
            for layer in self.layers
            for array in (layer.weights, layer.biases)
            if array is not None
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
    return refusal.examples(
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
    return refusal.targets(y, output, network.cost, COSTS[network.cost].output)


def refuse_nonfinite(network: Network, x: Array, y: Array) -> None:
    """Refuse NaN and infinity in the weights, the biases and the examples.

    Parameters
    ----------
    network : Network
        The network.
    x, y : ndarray
        Inputs and targets.
    """
    refusal.finite("x", x)
    refusal.finite("y", y)
    for number, layer in enumerate(network.layers, start=1):
        refusal.finite(f"weights of layer {number}", layer.weights)
        if layer.biases is not None:
            refusal.finite(f"biases of layer {number}", layer.biases)


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
    errors : tuple of ndarray
        Δˡ = ∂C/∂Zˡ, shaped like the linear parts.
    entry : ndarray
        W¹, from which `inputs` is worked out, for those who ask.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array | None, ...]
    errors: tuple[Array, ...]
    entry: Array

    @property
    def inputs(self) -> Array:
        """∂C/∂X = Δ¹ W¹ᵀ, shaped like the inputs."""
        return activated_error(self.errors[0], self.entry)

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the gradients, arranged as `Network.shapes` is."""
        return [
            np.shape(array)
            for pair in zip(self.weights, self.biases, strict=True)
            for array in pair
            if array is not None
        ]


def forward(network: Network, x: npt.ArrayLike) -> Trace:
    r"""Run the network.

    Zˡ = Aˡ⁻¹ Wˡ + bˡ and Aˡ = σ(Zˡ), starting from A⁰ = X.

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
        linears.append(linear(activateds[-1], layer.weights, layer.biases))
        activateds.append(ACTIVATIONS[layer.activation].curve(linears[-1]))
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
    refusal.trace([a.shape for a in trace.activated], network.sizes)
    y = targets_of(network, y, trace.output)
    return chosen.value(looked_at(chosen, trace), y).mean()


def looked_at(chosen: Cost, trace: Trace) -> Array:
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
    chosen = COSTS[network.cost]
    batch = len(y) if y.ndim == 2 else 1
    slope = chosen.slope(looked_at(chosen, trace), y) / batch
    if chosen.output is not None:
        return slope
    return linear_error(
        ACTIVATIONS[network.layers[-1].activation].slope(trace.linear[-1]),
        slope,
    )


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
    delta = [output_error(network, trace, y)]
    hidden = zip(
        network.layers, trace.linear, network.layers[1:], strict=False
    )
    for layer, z, ahead in reversed(list(hidden)):
        slope = ACTIVATIONS[layer.activation].slope(z)
        delta.append(
            linear_error(slope, activated_error(delta[-1], ahead.weights))
        )
    return tuple(reversed(delta))


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
    refusal.trace([a.shape for a in trace.activated], network.sizes)
    delta = errors(network, trace, targets_of(network, y, trace.output))
    return Gradients(
        weights=tuple(
            weight_gradient(a, d)
            for a, d in zip(trace.activated, delta, strict=False)
        ),
        biases=tuple(
            None if layer.biases is None else bias_gradient(d)
            for layer, d in zip(network.layers, delta, strict=True)
        ),
        errors=delta,
        entry=network.layers[0].weights,
    )
