"""Nodes in layers: the whole network in plain loops over the rules of `node`.

Plain Python over floats and tuples, like `node`, and MicroPython runs this
file too. Each pass is written as it is done by hand, node after node: forward,
the cost, the errors backward, the gradients, the step. Diagrams 3, 4 and 5
show it.
"""

from collections import namedtuple

from .node import (
    activated_error,
    linear,
    linear_error,
    sigmoid,
    sigmoid_derivative,
)

Layer = namedtuple("Layer", ("weights", "biases", "function", "derivative"))
"""A layer of nodes: ``weights[i][j]`` is wᵢⱼ, the weight from node i to node
j; ``biases[j]`` is bⱼ; ``function`` and ``derivative`` are the activation and
its derivative, both functions of one linear part."""
Trace = namedtuple("Trace", ("linear", "activated"))
"""The values of a forward pass: ``linear`` holds the linear parts z¹ … zᴸ, one
tuple a layer; ``activated`` holds the inputs, then a¹ … aᴸ."""
Gradients = namedtuple("Gradients", ("weights", "biases", "errors"))
"""The result of a backward pass: ``weights`` holds ∂C/∂wᵢⱼ, arranged as the
weights are; ``biases`` holds ∂C/∂bⱼ; ``errors`` holds δ¹ … δᴸ."""


def sigmoid_layer(
    weights: tuple[tuple[float, ...], ...], biases: tuple[float, ...]
) -> Layer:
    r"""Return a layer of sigmoid nodes.

    Parameters
    ----------
    weights : tuple of tuple of float
        wᵢⱼ as ``weights[i][j]``: row i leads from input i, column j into node
        j.
    biases : tuple of float
        bⱼ, one a node.
    """
    return Layer(weights, biases, sigmoid, sigmoid_derivative)


def forward(layers: tuple[Layer, ...], x: tuple[float, ...]) -> Trace:
    r"""Run the network.

    zˡⱼ = Σᵢ wˡᵢⱼ aˡ⁻¹ᵢ + bˡⱼ and aˡⱼ = σ(zˡⱼ), layer after layer, from a⁰ = x.

    Parameters
    ----------
    layers : tuple of Layer
        From the inputs to the outputs.
    x : tuple of float
        The inputs, one a row of the first layer's weights.

    Returns
    -------
    Trace
        ``linear`` holds z¹ … zᴸ, ``activated`` holds x, a¹ … aᴸ.
    """
    trace = Trace((), (x,))
    for layer in layers:
        into = tuple(zip(*layer.weights))  # column j: the weights into node j
        z = tuple(
            linear(w, trace.activated[-1], b)
            for w, b in zip(into, layer.biases)
        )
        a = tuple(layer.function(z_j) for z_j in z)
        trace = Trace(trace.linear + (z,), trace.activated + (a,))
    return trace


def half_squared_error(a: tuple[float, ...], y: tuple[float, ...]) -> float:
    r"""Compute half the squared error of the outputs: C = ½ Σₖ (aₖ − yₖ)².

    Parameters
    ----------
    a, y : tuple of float, equally many
        The outputs of the network, and the targets.
    """
    return sum((a_k - y_k) ** 2 for a_k, y_k in zip(a, y)) / 2


def half_squared_error_derivative(a: float, y: float) -> float:
    r"""Compute the derivative of the cost by one output: ∂C/∂aₖ = aₖ − yₖ.

    Parameters
    ----------
    a, y : float
        One output and its target.
    """
    return a - y


def output_errors(
    layer: Layer,
    z: tuple[float, ...],
    a: tuple[float, ...],
    y: tuple[float, ...],
) -> tuple[float, ...]:
    r"""Compute the errors of the outputs: δᴸₖ = σ′(zᴸₖ) (aᴸₖ − yₖ).

    The recursion starts there.

    Parameters
    ----------
    layer : Layer
        The last layer.
    z, a, y : tuple of float, equally many
        Its linear parts, its activated values, and the targets.
    """
    dc_da = tuple(
        half_squared_error_derivative(a_k, y_k) for a_k, y_k in zip(a, y)
    )
    return tuple(
        linear_error(layer.derivative(z_k), dc_da_k)
        for z_k, dc_da_k in zip(z, dc_da)
    )


def hidden_errors(
    layer: Layer, z: tuple[float, ...], ahead: Layer, delta: tuple[float, ...]
) -> tuple[float, ...]:
    r"""Compute the errors of a hidden layer: δˡⱼ = σ′(zˡⱼ) Σₖ wˡ⁺¹ⱼₖ δˡ⁺¹ₖ.

    Parameters
    ----------
    layer : Layer
        Layer l.
    z : tuple of float
        Its linear parts.
    ahead : Layer
        Layer l + 1; row j of its weights leads from node j of layer l.
    delta : tuple of float
        δₖ, the errors of layer l + 1.
    """
    dc_da = tuple(activated_error(w, delta) for w in ahead.weights)
    return tuple(
        linear_error(layer.derivative(z_j), dc_da_j)
        for z_j, dc_da_j in zip(z, dc_da)
    )


def errors(
    layers: tuple[Layer, ...], trace: Trace, y: tuple[float, ...]
) -> tuple[tuple[float, ...], ...]:
    r"""Compute δ¹ … δᴸ, from the last layer to the first.

    Parameters
    ----------
    layers : tuple of Layer
        The network.
    trace : Trace
        What `forward` returned for one example.
    y : tuple of float
        The targets of that example.
    """
    delta: tuple[tuple[float, ...], ...] = (
        output_errors(layers[-1], trace.linear[-1], trace.activated[-1], y),
    )
    hidden = tuple(zip(layers, trace.linear, layers[1:]))
    for layer, z, ahead in reversed(hidden):
        delta = (hidden_errors(layer, z, ahead, delta[0]),) + delta
    return delta


def weight_gradient(
    a: tuple[float, ...], delta: tuple[float, ...]
) -> tuple[tuple[float, ...], ...]:
    r"""Compute the gradient of one layer's weights: ∂C/∂wˡᵢⱼ = aˡ⁻¹ᵢ δˡⱼ.

    Parameters
    ----------
    a : tuple of float
        aᵢ, the inputs of the layer.
    delta : tuple of float
        δⱼ, the errors of the layer's nodes.

    Returns
    -------
    tuple of tuple of float
        As the weights are arranged: row i, column j.
    """
    return tuple(tuple(a_i * delta_j for delta_j in delta) for a_i in a)


def backward(
    layers: tuple[Layer, ...], trace: Trace, y: tuple[float, ...]
) -> Gradients:
    r"""Compute the gradient of all weights and biases.

    ∂C/∂wˡᵢⱼ = aˡ⁻¹ᵢ δˡⱼ and ∂C/∂bˡⱼ = δˡⱼ: a bias is the weight of an input
    that is always 1.

    Parameters
    ----------
    layers : tuple of Layer
        The network.
    trace : Trace
        What `forward` returned for one example.
    y : tuple of float
        The targets of that example.
    """
    delta = errors(layers, trace, y)
    weights = tuple(
        weight_gradient(a, d) for a, d in zip(trace.activated, delta)
    )
    return Gradients(weights, biases=delta, errors=delta)


def step(
    old: tuple[float, ...], gradient: tuple[float, ...], rate: float
) -> tuple[float, ...]:
    r"""Take one step of gradient descent: w⁺ᵢⱼ = wᵢⱼ − η ∂C/∂wᵢⱼ.

    Parameters
    ----------
    old, gradient : tuple of float, equally many
        The values, and the derivative of the cost by each.
    rate : float
        η, the step for a derivative of 1.
    """
    return tuple(w - rate * dc_dw for w, dc_dw in zip(old, gradient))


def descend(
    layers: tuple[Layer, ...], gradients: Gradients, rate: float
) -> tuple[Layer, ...]:
    r"""Return the network after one step.

    The whole gradient was computed with the old weights.

    Parameters
    ----------
    layers : tuple of Layer
        The network before the step, which is left as it is.
    gradients : Gradients
        What `backward` returned for it.
    rate : float
        η, the learning rate.
    """
    return tuple(
        Layer(
            tuple(step(w, g, rate) for w, g in zip(layer.weights, of_weights)),
            step(layer.biases, of_biases, rate),
            layer.function,
            layer.derivative,
        )
        for layer, of_weights, of_biases in zip(
            layers, gradients.weights, gradients.biases
        )
    )
