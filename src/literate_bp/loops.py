r"""Loops around the rules: what a program does with a gradient, step by step.

Each is a step: it is given the network, what it keeps from step to step, a
batch and the rate, and returns the network after the step and what it keeps.
A gradient that is right can still be used wrongly here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .activation import Array
from .cost import COSTS
from .layer import linear, linear_error
from .network import (
    Gradients,
    Layer,
    Network,
    backward,
    forward,
    output_error,
    parameter_gradients,
    replace_unchecked,
)
from .precision import mixed_backward, mixed_forward, unscale_gradients
from .tape import Variable, apply
from .training import descend, step

Step = Callable[[Network, Any, Array, Array, float], tuple[Network, Any]]
"""What takes a step, as `plain_step` does."""
LIMIT, SCALE = 0.5, 1024.0
"""The length that `clipped_step` clips to, and its loss scale."""
SHARE = 0.5
"""The share of the inputs that `dropout_step` keeps."""


def plain_step(
    network: Network, kept: Any, x: Array, y: Array, rate: float
) -> tuple[Network, Any]:
    """Take a step of gradient descent, and keep nothing.

    Parameters
    ----------
    network : Network
        The network before the step; it is not changed.
    kept : Any
        What the step before kept; None at first.
    x, y : ndarray (batch, n_in), (batch, n_out)
        A batch.
    rate : float
        η, the learning rate.

    Returns
    -------
    network : Network
        The network after the step.
    kept : Any
        What the next step is given.
    """
    gradients = backward(network, forward(network, x), y)
    return descend(network, gradients, rate), kept


def layered_step(
    network: Network, kept: Any, x: Array, y: Array, rate: float
) -> tuple[Network, Any]:
    """Change each layer as soon as its errors are known, from the last on."""
    trace, layers = forward(network, x), [*network.layers]
    delta = output_error(network, trace, y)
    for n in reversed(range(len(layers))):
        dc_da = layers[n].input_gradient(delta, None)
        layers[n] = changed(layers[n], trace.activated[n], delta, rate)
        if n > 0:
            derivative = layers[n - 1].derivative(trace.linear[n - 1])
            delta = linear_error(derivative, dc_da)
    return replace_unchecked(network, layers=tuple(layers)), kept


def changed(layer: Layer, a: Array, delta: Array, rate: float) -> Layer:
    """Return a layer after a step.

    Parameters
    ----------
    layer : Layer
        The layer before the step.
    a, delta : ndarray (batch, n_in), (batch, n_out)
        Its inputs, and the errors of its linear parts.
    rate : float
        η, the learning rate.
    """
    weights, biases, _ = parameter_gradients(layer, a, delta)
    found: dict[str, Any] = {"weights": weights, "biases": biases}
    pairs = ((k, old, found[k]) for k, old in layer.parameters.items())
    return layer.with_parameters({k: step(o, g, rate) for k, o, g in pairs})


def zeroed_step(
    network: Network, kept: Any, x: Array, y: Array, rate: float
) -> tuple[Network, Any]:
    """Add the gradient to a place that is kept, as libraries do."""
    kept = None
    kept = summed(kept, backward(network, forward(network, x), y))
    return descend(network, kept, rate), kept


def each_array(change: Any, *gradients: Gradients) -> Gradients:
    """Return gradients in which each array is changed, or made of several.

    Parameters
    ----------
    change : callable
        Takes an array from each of the gradients.
    *gradients : Gradients
        Of the same network, whose layers have weights and biases.
    """

    def made(name: str) -> Iterator[Any]:
        layers = zip(*(getattr(g, name) for g in gradients), strict=True)
        return (change(*arrays) for arrays in layers)

    weights, biases = map(tuple, map(made, ("weights", "biases")))
    return replace(gradients[0], weights=weights, biases=biases)


def summed(kept: Gradients | None, found: Gradients) -> Gradients:
    """Add gradients to those that were kept, if there are any.

    Parameters
    ----------
    kept, found : Gradients
        Those of steps before, or None, and the new ones.
    """
    return found if kept is None else each_array(np.add, kept, found)


def clipped_step(
    network: Network, kept: Any, x: Array, y: Array, rate: float
) -> tuple[Network, Any]:
    """Take a step in float16 along a gradient that is not too long."""
    trace = mixed_forward(network, x)
    found = mixed_backward(network, trace, y, SCALE)
    found = unscale_gradients(found, SCALE)
    found = clipped(found, LIMIT)
    return descend(network, found, rate), kept


def clipped(gradients: Gradients, limit: float) -> Gradients:
    """Return gradients that are at most as long as a limit.

    Parameters
    ----------
    gradients : Gradients
        In any type.
    limit : float
        The largest length.
    """
    arrays = gradients.arrays.values()
    length = np.sqrt(sum((a.astype(float) ** 2).sum() for a in arrays))
    factor = min(1.0, limit / length)
    return each_array(lambda array: array * factor, gradients)


def dropout_step(
    network: Network, kept: Any, x: Array, y: Array, rate: float
) -> tuple[Network, Any]:
    """Take a step in which each input is left out by chance; keep the draw."""
    draw = kept or np.random.default_rng(0)
    x = dropped(x, draw.random(x.shape) < SHARE, SHARE)
    gradients = backward(network, forward(network, x), y)
    return descend(network, gradients, rate), draw


def dropped(a: Array, mask: Array, share: float) -> Array:
    """Leave out what a mask leaves out, and scale up the rest.

    Parameters
    ----------
    a, mask : ndarray, equal shapes
        Values, and which of them are kept.
    share : float
        The share that is kept, in the mean.

    References
    ----------
    Srivastava et al. 2014, section 10.
    """
    return a * mask / share


def with_arrays(
    network: Network, found: Sequence[tuple[Any, Any]]
) -> Gradients:
    """Return gradients of weights and biases as `descend` takes them.

    Parameters
    ----------
    network : Network
        The network, whose layers have weights and biases.
    found : sequence of (ndarray, ndarray)
        The gradients of weights and biases, layer by layer.
    """
    weights, biases = zip(*found, strict=True)
    none = (None,) * len(weights)
    return Gradients(weights, biases, none, (), network.layers[0])


def tape_step(
    network: Network, kept: Any, x: Array, y: Array, rate: float
) -> tuple[Network, Any]:
    """Take a step along the gradient that the tape finds."""
    arrays: Any = [(n.weights, n.biases) for n in network.layers]
    leaves: Any = [(Variable(w), Variable(b)) for w, b in arrays]
    a: Any = x
    for layer, (w, b) in zip(network.layers, leaves, strict=True):
        z = linear(a, w, b)
        a = layer.output(a, z)
    apply(COSTS[network.cost].value, z, y).mean().backward()
    found = [(w.gradient, b.gradient) for w, b in leaves]
    return descend(network, with_arrays(network, found), rate), kept
