"""Costs: each beside its derivative, and declared in one table.

A cost is the sum over the outputs of one example, the last axis. The squared
errors take the output a of the network, and their derivative is ∂C/∂a. The
cross-entropies belong to one activation of the output layer and take its
linear part z, the logits; their derivative is δ = ∂C/∂z. The derivative of
the activation cancels in it, and so does all that could overflow.

To add a cost, write its value and its derivative, and one entry of `COSTS`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .activation import (
    Array,
    below_top,
    sigmoid,
    softmax,
    softmax_rest,
    softplus,
)


def half_squared_error(a: Array, y: Array) -> Array:
    r"""Compute half the squared error, C = ½ Σₖ (aₖ − yₖ)².

    Parameters
    ----------
    a, y : ndarray (..., n)
        Outputs and targets; so for every cost of the outputs.

    Returns
    -------
    ndarray (...)
        The cost of each example; so for every cost below.
    """
    return ((a - y) ** 2).sum(axis=-1) / 2


def half_squared_error_derivative(a: Array, y: Array) -> Array:
    r"""Compute ∂C/∂aₖ = aₖ − yₖ, with the shape of a."""
    return a - y


def squared_error(a: Array, y: Array) -> Array:
    r"""Compute the squared error without a ½, C = Σₖ (aₖ − yₖ)²."""
    return ((a - y) ** 2).sum(axis=-1)


def squared_error_derivative(a: Array, y: Array) -> Array:
    r"""Compute ∂C/∂aₖ = 2(aₖ − yₖ), with the shape of a."""
    return 2 * (a - y)


def binary_cross_entropy(z: Array, y: Array) -> Array:
    r"""Compute the cross-entropy of sigmoid outputs, each a yes or a no.

    −Σₖ (yₖ ln aₖ + (1 − yₖ) ln(1 − aₖ)), where a = σ(z), computed as
    C = Σₖ (yₖ softplus(−zₖ) + (1 − yₖ) softplus(zₖ)), in which nothing
    cancels.

    Parameters
    ----------
    z : ndarray (..., n)
        The linear parts of the outputs.
    y : ndarray (..., n)
        Targets from 0 to 1.
    """
    return (y * softplus(-z) + (1 - y) * softplus(z)).sum(axis=-1)


def binary_cross_entropy_derivative(z: Array, y: Array) -> Array:
    r"""Compute δₖ = aₖ − yₖ, as (1 − yₖ) σ(zₖ) − yₖ σ(−zₖ)."""
    return (1 - y) * sigmoid(z) - y * sigmoid(-z)


def textbook_binary_cross_entropy(a: Array, y: Array) -> Array:
    r"""Compute it from the outputs.

    C = −(Σₖ (yₖ ln(aₖ) + (1 − yₖ) ln(1 − aₖ))).
    """
    return -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(axis=-1)


def cross_entropy(z: Array, y: Array) -> Array:
    r"""Compute the cross-entropy of softmax outputs.

    −Σₖ yₖ ln aₖ, where a = softmax(z), computed as
    C = Σₖ yₖ (ln(1 + Σⱼ≠ₘ e^(zⱼ − zₘ)) − (zₖ − zₘ)), where zₘ = maxⱼ zⱼ.

    Parameters
    ----------
    z : ndarray (..., n)
        The linear parts of the outputs.
    y : ndarray (..., n)
        Targets that sum to 1: one 1 among zeros, or probabilities.
    """
    d = below_top(z)
    top = np.arange(z.shape[-1]) == np.argmax(z.real, axis=-1, keepdims=True)
    rest = np.where(top, 0, np.exp(d)).sum(axis=-1, keepdims=True)
    return (y * (np.log1p(rest) - d)).sum(axis=-1)


def cross_entropy_derivative(z: Array, y: Array) -> Array:
    r"""Compute δₖ = aₖ − yₖ, as (1 − yₖ) aₖ − yₖ (1 − aₖ)."""
    return (1 - y) * softmax(z) - y * softmax_rest(z)


def textbook_cross_entropy(a: Array, y: Array) -> Array:
    r"""Compute it from the outputs, C = −(Σₖ yₖ ln(aₖ))."""
    return -(y * np.log(a)).sum(axis=-1)


def textbook_error(a: Array, y: Array) -> Array:
    r"""Compute the error with a cross-entropy, δᴸₖ = aᴸₖ − yₖ."""
    return a - y


@dataclass(frozen=True)
class Cost:
    """A cost, and all that other modules know of it.

    Attributes
    ----------
    value, derivative : callable
        The cost and its derivative, named as the cost is, the derivative
        with ``_derivative`` at its end. Both also take complex numbers.
    output : str, optional
        The activation that the cost belongs to. Both then take the linear
        part of the output, else the output.
    textbook, textbook_derivative : callable, optional
        The value, and the error δ, as textbooks have them: both of the
        output and the target. A worked sheet shows them, and they are proved
        equal.
    definition : callable, optional
        Where there is no `textbook`, another form for the proof alone.
    working : tuple of tuple, optional
        What the derivative works with, moment by moment, which `memory_plan`
        needs: how many arrays shaped like the output are alive, and how many
        squares of as many rows and columns as there are outputs.
    also_called : tuple of str
        Names that it has elsewhere, in lower case.
    meaning : str
        What to say to those who use such a name, if it may mean another sum
        or mean elsewhere.
    title : str, optional
        What people call it in a sentence, where that is not its name.
    """

    value: Callable[[Array, Array], Array]
    derivative: Callable[[Array, Array], Array] = None  # type: ignore[assignment]  # refused below
    output: str | None = None
    textbook: Callable[[Array, Array], Array] | None = None
    textbook_derivative: Callable[[Array, Array], Array] | None = None
    definition: Callable[[Array, Array], Array] | None = None
    working: tuple[tuple[int, int], ...] | None = None
    also_called: tuple[str, ...] = ()
    meaning: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        """Refuse an entry without a derivative."""
        if self.derivative is None:
            raise ValueError(
                f"cost {self.value.__name__!r} has no derivative: add it "
                "behind the cost in its entry in COSTS, "
                "src/literate_bp/cost.py"
            )


COSTS = {
    "half_squared_error": Cost(
        half_squared_error,
        half_squared_error_derivative,
        definition=lambda a, y: ((y - a) * (y - a)).sum(axis=-1) / 2,
        working=((2, 0),),
        title="half the squared error",
    ),
    "squared_error": Cost(
        squared_error,
        squared_error_derivative,
        definition=lambda a, y: ((y - a) * (y - a)).sum(axis=-1),
        working=((2, 0),),
        also_called=("mse", "mean_squared_error", "sse"),
        meaning="the sum over the outputs, and the mean over the examples",
        title="the squared error",
    ),
    "binary_cross_entropy": Cost(
        binary_cross_entropy,
        binary_cross_entropy_derivative,
        output="sigmoid",
        textbook=textbook_binary_cross_entropy,
        textbook_derivative=textbook_error,
        working=((5, 0),),
        also_called=("bce", "bce_with_logits", "log_loss", "logistic_loss"),
        title="the binary cross-entropy",
    ),
    "cross_entropy": Cost(
        cross_entropy,
        cross_entropy_derivative,
        output="softmax",
        textbook=textbook_cross_entropy,
        textbook_derivative=textbook_error,
        working=((2, 2), (4, 1)),
        also_called=(
            "softmax_cross_entropy",
            "categorical_cross_entropy",
            "ce",
            "nll",
        ),
        title="the cross-entropy",
    ),
}
"""Every `Cost` by its name."""
