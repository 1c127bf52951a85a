r"""Loops around the rules: what a program does with a gradient, step by step.

Each is a step: it is given the network, what it keeps from step to step, a
batch and the rate, and returns the network after the step and what it keeps.
A gradient that is right can still be used wrongly here. `layered_step` is for
plain layers, `tape_step` for those and residual ones, with biases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .activation import Array
from .cost import COSTS
from .dropout import inverted, kept_nodes
from .layer import linear, linear_error
from .network import (
    Layer,
    Network,
    forward,
    in_a_row,
    output_error,
    parameter_gradients,
    replace_unchecked,
    with_row,
)
from .operations import added
from .precision import mixed_backward, mixed_forward, unscaled
from .schedules import clipped
from .stepping import row_gradient
from .tape import Variable, apply
from .training import step

Step = Callable[[Network, Any, Array, Array, float], tuple[Network, Any]]
"""What takes a step, as `plain_step` does."""
LIMIT, SCALE = 0.5, 1024.0
"""The length that `clipped_step` clips to, and its loss scale."""
SHARE = 0.5
"""The share of the inputs that `dropout_step` leaves out."""


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
    found = row_gradient(network, in_a_row(network), x, y)
    return moved(network, found, rate), kept


def moved(network: Network, gradient: Array, rate: float) -> Network:
    """Return a network after a step along a gradient.

    Parameters
    ----------
    network : Network
        The network before the step.
    gradient : ndarray
        All gradients in one row, layer after layer.
    rate : float
        η, the learning rate.
    """
    return with_row(network, step(in_a_row(network), gradient, rate))


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
        The layer before the step, with weights and biases.
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
    kept = added(kept, row_gradient(network, in_a_row(network), x, y))
    return moved(network, kept, rate), kept


def clipped_step(
    network: Network, kept: Any, x: Array, y: Array, rate: float
) -> tuple[Network, Any]:
    """Take a step in float16 along a gradient that is not too long."""
    trace = mixed_forward(network, x)
    arrays = mixed_backward(network, trace, y, SCALE).arrays.values()
    found = np.concatenate([g.ravel() for g in arrays]).astype(np.float32)
    found = unscaled(found, SCALE)
    found = clipped(found, LIMIT)
    return moved(network, found, rate), kept


def dropout_step(
    network: Network, kept: Any, x: Array, y: Array, rate: float
) -> tuple[Network, Any]:
    """Take a step in which inputs are left out by chance; keep the draw."""
    draw = kept or np.random.default_rng(0)
    masked = x * inverted(kept_nodes(draw, x.shape, SHARE), SHARE)
    found = row_gradient(network, in_a_row(network), masked, y)
    return moved(network, found, rate), draw


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
    found = [v.gradient.ravel() for pair in leaves for v in pair]
    return moved(network, np.concatenate(found), rate), kept
