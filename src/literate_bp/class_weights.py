r"""Class weights: some classes count for more than others in a cross-entropy.

Each example has the weight of its class, and the cost is the weighted mean. So
its weight scales what the cost sends back through its outputs, and no
derivative is new.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import Array
from .cost import COSTS
from .dropout import masked_backward
from .network import (
    Gradients,
    Network,
    Trace,
    cost_input,
    forward,
    require_trace,
    targets_of,
    with_row,
)


def example_weights(y: Array, class_weights: Array) -> Array:
    r"""Return the weight of each example: sₙ = N wₙ / Σₘ wₘ, whose mean is 1.

    wₙ is the weight of the class of example n.

    Parameters
    ----------
    y : ndarray (classes,) or (batch, classes)
        Targets, each a 1 among zeros.
    class_weights : ndarray (classes,)
        The weight of each class.
    """
    w = y @ class_weights
    validation.some_weight(w)
    w = w / w.max()  # so that no sum of them is beyond their type
    return w / w.mean()


def mean_weight(y: Array, class_weights: npt.ArrayLike) -> float:
    r"""Return the mean weight of examples: (1/N) Σₙ wₙ.

    Parameters
    ----------
    y : ndarray (batch, classes)
        Targets, each a 1 among zeros.
    class_weights : array_like (classes,)
        The weight of each class; the largest counts as 1.
    """
    w = np.asarray(class_weights, np.float64)
    return float((y @ (w / w.max())).mean())


def require_fit(network: Network, class_weights: npt.ArrayLike) -> Array:
    """Return the weights of classes as an array, or refuse them.

    Parameters
    ----------
    network, class_weights : Network, array_like
        As for `weighted_backward`.
    """
    validation.instance("network", network, Network)
    return validation.class_weights(
        *(class_weights, network.sizes[-1]),
        *(network.cost, COSTS[network.cost].output),
    )


def weights_of(
    network: Network, class_weights: npt.ArrayLike, y: Array
) -> Array:
    """Return the weight of each example, or refuse those of the classes.

    Parameters
    ----------
    network, class_weights : Network, array_like
        As for `weighted_backward`.
    y : ndarray (classes,) or (batch, classes)
        Targets that fit the network.
    """
    found = require_fit(network, class_weights)
    validation.one_class(y)
    s = example_weights(y.astype(np.float64), found.astype(np.float64))
    return s.astype(y.dtype)[..., np.newaxis]


def weighted_cost(
    network: Network,
    trace: Trace,
    y: npt.ArrayLike,
    class_weights: npt.ArrayLike,
) -> float:
    r"""Compute the weighted mean of the examples' costs: Σₙ wₙ Cₙ / Σₙ wₙ.

    Parameters
    ----------
    network, trace, y : Network, Trace, array_like
        As for `literate_bp.cost`. The cost is `cross_entropy`, and y has
        labels, or a 1 among zeros for each example.
    class_weights : array_like (classes,)
        At least 0, and not all of them 0.

    Raises
    ------
    ValueError
        If an argument does not fit, or no example has a weight.

    Examples
    --------
    >>> from literate_bp import forward, initialize
    >>> from literate_bp.class_weights import weighted_cost
    >>> network = initialize((2, 3), "softmax", cost="cross_entropy", seed=0)
    >>> trace = forward(network, [[0.1, 0.3], [0.2, -0.4]])
    >>> round(weighted_cost(network, trace, [0, 2], [1.0, 1.0, 5.0]), 4)
    1.5869
    """
    require_trace(network, trace)
    y = targets_of(network, y, trace.output)
    rule = COSTS[network.cost]
    s = weights_of(network, class_weights, y)[..., 0]
    validation.real("trace", trace.output)
    return float((s * rule.value(cost_input(rule, trace), y)).mean())


def weighted_backward(
    network: Network,
    trace: Trace,
    y: npt.ArrayLike,
    class_weights: npt.ArrayLike,
) -> Gradients:
    r"""Compute the gradient of `weighted_cost`: Δᴸₙ is multiplied by sₙ.

    Parameters
    ----------
    network, trace, y : Network, Trace, array_like
        As for `weighted_cost`.
    class_weights : array_like (classes,)
        At least 0, and not all of them 0.

    Raises
    ------
    ValueError
        As `weighted_cost` does.

    Examples
    --------
    >>> from literate_bp import forward, initialize
    >>> from literate_bp.class_weights import weighted_backward
    >>> network = initialize((2, 3), "softmax", cost="cross_entropy", seed=0)
    >>> trace = forward(network, [[0.1, 0.3], [0.2, -0.4]])
    >>> found = weighted_backward(network, trace, [0, 2], [1.0, 1.0, 5.0])
    >>> found.biases[0].round(4)
    array([ 0.3432,  0.2616, -0.6048])
    """
    require_trace(network, trace)
    y = targets_of(network, y, trace.output)
    s = weights_of(network, class_weights, y)
    all_kept = [1.0] * len(network.layers[1:])
    return masked_backward(network, trace, y, all_kept, s)


def weighted_gradient(
    network: Network,
    row: Array,
    x: Array,
    y: Array,
    *,
    class_weights: npt.ArrayLike,
) -> Array:
    """Return all gradients in one row, with weights of classes.

    Parameters
    ----------
    network : Network
        Its shapes count.
    row : ndarray
        Its parameters.
    x, y : ndarray (n, n_in), (n, n_out)
        Inputs and targets.
    class_weights : array_like (classes,)
        As for `weighted_backward`.
    """
    network = with_row(network, row)
    trace = forward(network, x)
    return weighted_backward(network, trace, y, class_weights).row
