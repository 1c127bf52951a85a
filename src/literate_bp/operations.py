r"""What each operation on arrays does to a gradient.

Each function of NumPy stands beside its rules, one an operand. A rule takes g,
the gradient of the result c, then c itself and the operands, and returns the
gradient of its operand. `tape` says when which rule is used.

To add an operation, write one entry of `OPERATIONS`.
"""

from collections.abc import Callable
from operator import getitem
from typing import Any

import numpy as np

from . import validation
from .activation import Array, elementwise_activations, tanh_derivative
from .cost import COSTS
from .layer import activated_error, linear_error, weight_gradient
from .network import locked

Rule = Callable[..., Array]
"""What makes the gradient of an operand."""
Axis = int | tuple[int, ...] | None
"""The axes of a sum, as NumPy names them."""


def left_gradient(g: Array, c: Array, a: Array, b: Array) -> Array:
    r"""Compute the gradient of A from that of C = A B: G Bᵀ.

    Parameters
    ----------
    g, c : ndarray
        The gradient of the result, and the result; so for every rule below.
    a, b : ndarray
        The factors, each a matrix or a vector.
    """
    validation.factor(b)
    return activated_error(g, b) if b.ndim == 2 else np.multiply.outer(g, b)


def right_gradient(g: Array, c: Array, a: Array, b: Array) -> Array:
    r"""Compute the gradient of B from that of C = A B: Aᵀ G."""
    validation.factor(b)
    g, a = g.reshape(-1, *c.shape[a.ndim - 1 :]), a.reshape(-1, a.shape[-1])
    return weight_gradient(a, g) if b.ndim == 2 else np.dot(g, a)


def sum_gradient(
    g: Array, c: Array, a: Array, axis: Axis = None, *, keepdims: bool = False
) -> Array:
    """Repeat the gradient of a sum: each term has the same one.

    Parameters
    ----------
    g, c, a : ndarray
        As above, and what was summed.
    axis, keepdims : int or tuple of int, bool
        As for `numpy.sum`.
    """
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return g + np.zeros_like(a)


def mean_gradient(
    g: Array, c: Array, a: Array, axis: Axis = None, *, keepdims: bool = False
) -> Array:
    """Repeat the gradient of a mean, divided by the number of its terms."""
    terms = a.size / c.size
    return sum_gradient(g, c, a, axis, keepdims=keepdims) / terms


def item_gradient(g: Array, c: Array, a: Array, index: Any) -> Array:
    """Put the gradient where the items were taken from, and 0 elsewhere.

    Parameters
    ----------
    g, c, a : ndarray
        As above, and what the items were taken from.
    index : index
        Their places. Gradients that come to the same place are added.
    """
    whole = np.zeros(a.shape, g.dtype)
    np.add.at(whole, index, g)
    return whole


def items_along_gradient(
    g: Array, c: Array, a: Array, index: Array, axis: int = -1
) -> Array:
    """Do the same for items that were taken along an axis.

    Parameters
    ----------
    g, c, a : ndarray
        As above, and what the items were taken from.
    index, axis : ndarray of int, int
        As for `numpy.take_along_axis`.
    """
    places: list[Array] = [*np.indices(g.shape, sparse=True)]
    places[axis] = index
    return item_gradient(g, c, a, tuple(places))


def of_activation(derivative: Callable[[Array], Array]) -> Rule:
    r"""Return the rule of an activation: σ′(Z) ⊙ G."""
    return lambda g, c, z: linear_error(derivative(z), g)


def of_cost(derivative: Callable[[Array, Array], Array]) -> Rule:
    r"""Return the rule of a cost, which has one gradient an example."""
    return lambda g, c, a, y: g[..., None] * derivative(a, y)


def fitted(g: Array, a: Array) -> Array:
    """Sum a gradient over the axes along which broadcasting repeats a.

    Parameters
    ----------
    g, a : ndarray
        The gradient, and what it is the gradient of.
    """
    if g.shape != a.shape:
        shape = (1,) * (g.ndim - a.ndim) + a.shape
        axes = [n for n, size in enumerate(shape) if size != g.shape[n]]
        g = g.sum(axis=tuple(axes)).reshape(a.shape)
    return g.astype(a.dtype, copy=False)


def added(so_far: Array | None, g: Array) -> Array:
    """Add a gradient to what there is so far, if there is anything."""
    return g if so_far is None else so_far + g


def constant(operand: Any) -> Any:
    """Return an operand that no later write changes."""
    return locked(operand) if isinstance(operand, np.ndarray) else operand


OPERATIONS: dict[Any, tuple[Rule | None, ...]] = {
    np.add: (lambda g, c, a, b: g, lambda g, c, a, b: g),
    np.subtract: (lambda g, c, a, b: g, lambda g, c, a, b: -g),
    np.multiply: (lambda g, c, a, b: g * b, lambda g, c, a, b: g * a),
    np.divide: (lambda g, c, a, b: g / b, lambda g, c, a, b: -g * c / b),
    np.negative: (lambda g, c, a: -g,),
    np.power: (lambda g, c, a, n: g * n * a ** np.where(n, n - 1, 1),),
    np.exp: (lambda g, c, a: g * c,),
    np.log: (lambda g, c, a: g / a,),
    np.log1p: (lambda g, c, a: g / (1 + a),),
    np.sqrt: (lambda g, c, a: g / (2 * c),),
    np.tanh: (lambda g, c, a: g * tanh_derivative(a),),
    np.maximum: (
        lambda g, c, a, b: g * (a > b),
        lambda g, c, a, b: g * (a <= b),
    ),
    np.minimum: (
        lambda g, c, a, b: g * (a < b),
        lambda g, c, a, b: g * (a >= b),
    ),
    np.clip: (lambda g, c, a, low, high: g * (c == a),),
    np.where: (
        None,
        lambda g, c, condition, a, b: np.where(condition, g, 0),
        lambda g, c, condition, a, b: np.where(condition, 0, g),
    ),
    np.matmul: (left_gradient, right_gradient),
    np.sum: (sum_gradient,),
    np.mean: (mean_gradient,),
    getitem: (item_gradient,),
    np.take_along_axis: (items_along_gradient,),
    **{
        row.function: (of_activation(row.derivative),)
        for row in elementwise_activations().values()
    },
    **{row.value: (of_cost(row.derivative),) for row in COSTS.values()},
}
"""The rules of each function, one an operand; None for one without a gradient.

Where two operands of a maximum are equal, the second has all of the gradient,
as ReLU's derivative at 0 is 0.
"""
CONSTANT: dict[Any, tuple[()]] = dict.fromkeys(
    (
        *(np.less, np.less_equal, np.equal, np.not_equal, np.greater),
        *(np.greater_equal, np.argmax, np.zeros_like, np.iscomplexobj),
    ),
    (),
)
"""Functions whose results do not move when an operand moves a little."""
