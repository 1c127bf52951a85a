r"""Dropout: hidden nodes left out at random, forward and backward.

A mask has a number for each hidden node of each example: 0 for one that is
left out. Either the others are scaled while the network learns, or all nodes
when it is used: with the number 1 − p for a mask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .activation import Array
from .layer import linear
from .network import (
    NO_SCALES,
    Gradients,
    Network,
    Trace,
    output_error,
    output_shortcut,
    parameter_gradients,
    with_row,
)


def kept_nodes(
    rng: np.random.Generator, shape: tuple[int, ...], share: float
) -> Array:
    r"""Draw which nodes stay: 1 with the probability 1 − p, otherwise 0.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws them.
    shape : tuple of int
        That of the activated values.
    share : float
        p, the share that is left out.
    """
    return (rng.random(shape) >= share).astype(float)


def inverted(mask: Array, share: float) -> Array:
    r"""Scale a mask while the network learns: m / (1 − p), whose mean is 1.

    Parameters
    ----------
    mask : ndarray
        m, as `kept_nodes` draws it.
    share : float
        p, the share that is left out.
    """
    return mask / (1 - share)


def masks_of(
    network: Network, examples: int, share: float, rng: np.random.Generator
) -> list[Array]:
    """Draw scaled masks for all hidden layers.

    Parameters
    ----------
    network : Network
        The network.
    examples : int
        How many examples there are.
    share : float
        p, the share of nodes that is left out.
    rng : numpy.random.Generator
        Draws them.
    """
    dtype = network.layers[0].weights.dtype
    return [
        inverted(kept_nodes(rng, (examples, width), share), share).astype(
            dtype
        )
        for width in network.sizes[1:-1]
    ]


def masked_forward(
    network: Network, x: Array, masks: Sequence[Array | float]
) -> Trace:
    """Run the network, the output of each hidden layer times its mask.

    Parameters
    ----------
    network : Network
        The network.
    x : ndarray (n, n_in)
        Inputs.
    masks : sequence of ndarray or float
        One a hidden layer.
    """
    z: list[Array] = []
    a = [x]
    for layer, mask in zip(network.layers, (*masks, 1), strict=True):
        z.append(linear(a[-1], layer.matrix, layer.biases))
        a.append(layer.output(a[-1], z[-1]) * mask)
    return Trace(tuple(z), tuple(a))


def masked_backward(
    network: Network,
    trace: Trace,
    y: Array,
    masks: Sequence[Array | float],
    s: Array | float = 1,
) -> Gradients:
    """Return the gradients: on its way back, each error meets the mask again.

    Parameters
    ----------
    network : Network
        The network.
    trace : Trace
        What `masked_forward` returned.
    y : ndarray (n, n_out)
        Targets.
    masks : sequence of ndarray
        Those of the forward pass.
    s : ndarray (n, 1) or float
        What each example's errors are multiplied by, where it has a weight;
        with the cost that takes weights, no shortcut begins at the output.
    """
    dc_da = output_shortcut(network, trace, y)
    delta = [s * output_error(network, trace, y)]
    of_scales = [NO_SCALES]
    for number in reversed(range(len(masks))):
        layer, ahead = network.layers[number : number + 2]
        dc_da = ahead.input_gradient(delta[0], dc_da) * masks[number]
        z = trace.linear[number]
        of_scales.insert(0, layer.scale_gradients(z, dc_da))
        delta.insert(0, layer.error(z, dc_da))
    found = map(parameter_gradients, network.layers, trace.activated, delta)
    weights, biases, gains = zip(*found, strict=True)
    first = network.layers[0]
    shortcut = first.shortcut_gradient(dc_da)
    scales = zip(*of_scales, strict=True)
    made = weights, biases, gains, tuple(delta), first, shortcut
    return Gradients(*made, *scales)


def dropout_gradient(
    network: Network,
    row: Array,
    x: Array,
    y: Array,
    *,
    share: float,
    rng: np.random.Generator,
    weigh: Callable[[Array], Array] | None = None,
) -> Array:
    """Return all gradients in one row, with some hidden nodes left out.

    Parameters
    ----------
    network : Network
        Its shapes count.
    row : ndarray
        Its parameters.
    x, y : ndarray (n, n_in), (n, n_out)
        Inputs and targets.
    share : float
        p, the share of nodes that is left out.
    rng : numpy.random.Generator
        Draws which, for each example.
    weigh : callable, optional
        Returns the weight (n, 1) of each example from the targets.
    """
    network = with_row(network, row)
    masks = masks_of(network, len(x), share, rng)
    trace = masked_forward(network, x, masks)
    s = 1 if weigh is None else weigh(y)
    return masked_backward(network, trace, y, masks, s).row
