"""Training: one step downhill, many of them over mini-batches, the record."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import Array
from .display import Displayed, TextTable, count
from .network import (
    Gradients,
    Network,
    backward,
    cost,
    forward,
    inputs_of,
    require_finite,
    targets_of,
)


def step(old: Array, gradient: Array, rate: float) -> Array:
    r"""Take one step downhill: Wˡ ← Wˡ − η ∂C/∂Wˡ.

    Parameters
    ----------
    old, gradient : ndarray, equal shapes
        Weights or biases, and the slope of the cost along each.
    rate : float
        η, how far to go for a slope of 1.
    """
    return old - rate * gradient


def descend(network: Network, gradients: Gradients, rate: float) -> Network:
    r"""Make the network after one step.

    Every gradient was taken with the old weights.

    Parameters
    ----------
    network : Network
        The network before the step, which is left as it is.
    gradients : Gradients
        What `literate_bp.backward` returned for it.
    rate : float
        η, greater than 0.

    Raises
    ------
    ValueError
        If the gradients are those of another network, or the rate is not a
        finite number greater than 0.
    """
    validation.instance("network", network, Network)
    validation.instance("gradients", gradients, Gradients)
    validation.positive("rate", rate)
    validation.gradients(gradients.shapes, network.shapes)
    layers = []
    for number, layer in enumerate(network.layers):
        moved = {
            name: owned(step(old, getattr(gradients, name)[number], rate), old)
            for name, old in layer.parameters.items()
        }
        layers.append(layer.with_parameters(moved))
    return Network(layers, network.cost)


def owned(array: Array, old: Array) -> Array:
    """Give a new array the old one's type, and lock it.

    Nobody else holds it, and a Layer need not copy what is locked.
    """
    array = array.astype(old.dtype, copy=False)
    array.flags.writeable = False
    return array


def mini_batches(
    count: int, batch: int, rng: np.random.Generator
) -> Iterator[Array]:
    """Deal the numbers 0 … count − 1, shuffled, into hands of `batch`.

    The last may be smaller.

    Parameters
    ----------
    count, batch : int
        How many examples there are, and how many go into one step.
    rng : numpy.random.Generator
        Where the order comes from.
    """
    order = rng.permutation(count)
    for start in range(0, count, batch):
        yield order[start : start + batch]


def accuracy(network: Network, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    r"""Tell which share of the examples is answered right.

    With several outputs, the largest one is the answer; a single output
    answers yes above ½.

    Parameters
    ----------
    network : Network
        The network to ask.
    x, y : array_like
        Inputs and targets.

    Raises
    ------
    ValueError
        As `literate_bp.forward` and `literate_bp.cost` do.
    """
    output = forward(network, x).output
    y = targets_of(network, y, output)
    if output.shape[-1] == 1:
        return float(np.mean((output > 0.5) == (y > 0.5)))
    return float(np.mean(output.argmax(axis=-1) == y.argmax(axis=-1)))


@dataclass(frozen=True, repr=False)
class History(Displayed):
    """The record of a training run: one entry an epoch, taken at its end.

    Attributes
    ----------
    cost, accuracy : tuple of float
        On the examples that were trained on.
    test_cost, test_accuracy : tuple of float
        On the examples that were kept aside; empty if there were none.
    """

    cost: tuple[float, ...] = ()
    accuracy: tuple[float, ...] = ()
    test_cost: tuple[float, ...] = ()
    test_accuracy: tuple[float, ...] = ()

    @property
    def summary(self) -> str:
        """The number of epochs, and what the last of them reached."""
        epochs = count(len(self.cost), "epoch")
        if not self.cost:
            return epochs
        reached = f"{epochs}, cost {self.cost[-1]:.4g}"
        if self.accuracy:
            reached += f", accuracy {self.accuracy[-1]:.1%}"
        if self.test_accuracy:
            reached += f", {self.test_accuracy[-1]:.1%} on the test examples"
        return reached

    @property
    def table(self) -> TextTable:
        """Cost and accuracy, an epoch a row."""
        columns = {
            "cost": [f"{value:.4g}" for value in self.cost],
            "accuracy": [f"{value:.1%}" for value in self.accuracy],
            "test cost": [f"{value:.4g}" for value in self.test_cost],
            "test accuracy": [f"{value:.1%}" for value in self.test_accuracy],
        }
        columns = {head: column for head, column in columns.items() if column}
        epochs = map(str, range(1, len(self.cost) + 1))
        rows = zip(epochs, *columns.values(), strict=True)
        return TextTable(("epoch", *columns), tuple(rows))


def recorded(
    history: History,
    network: Network,
    data: tuple[Array, Array],
    test: tuple[Array, Array] | None,
) -> History:
    """Make the record with one more epoch in it."""

    def measured(x: Array, y: Array) -> tuple[float, float]:
        return cost(network, forward(network, x), y), accuracy(network, x, y)

    entries = [
        *measured(*data),
        *(measured(*test) if test is not None else ()),
    ]
    names = ("cost", "accuracy", "test_cost", "test_accuracy")
    return replace(
        history,
        **{
            name: (*getattr(history, name), entry)
            for name, entry in zip(names, entries, strict=False)
        },
    )


def epochs_shown(epochs: int) -> Iterable[int]:
    """Count the epochs, with a bar if a terminal watches and tqdm is there."""
    if not sys.stderr.isatty():
        return range(epochs)
    try:
        from tqdm import trange  # imported here: the package needs NumPy alone
    except ImportError:
        return range(epochs)
    shown: Iterable[int] = trange(epochs, unit="epoch")
    return shown


def train(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    rate: float = 0.5,
    epochs: int = 30,
    batch: int = 10,
    seed: int = 0,
    *,
    test: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
) -> tuple[Network, History]:
    r"""Train by stochastic gradient descent.

    For each mini-batch: forward, backward, one step.

    Parameters
    ----------
    network : Network
        Where to start; it is left as it is.
    x, y : array_like (n, n_in), (n, n_out)
        Inputs and targets, one example a row.
    rate : float
        η, greater than 0.
    epochs : int
        How many times to go through all examples.
    batch : int
        How many examples go into one step.
    seed : int
        Decides the order of the examples: the same seed gives the same result.
    test : tuple of array_like, optional
        Inputs and targets that are kept aside and only measured.

    Returns
    -------
    network : Network
        The trained network.
    history : History
        Cost and accuracy after every epoch.

    Raises
    ------
    ValueError
        If an argument does not fit, or a number in the weights or the examples
        is not finite.
    """
    data = pair_of(network, x, y)
    aside = None if test is None else kept_aside(network, test)
    rate = validation.positive("rate", rate)
    epochs = validation.whole("epochs", epochs)
    batch = validation.whole("batch", batch)
    rng = np.random.default_rng(validation.whole("seed", seed, least=0))
    history = History()
    for _ in epochs_shown(epochs):
        for chosen in mini_batches(len(data[0]), batch, rng):
            some_x, some_y = data[0][chosen], data[1][chosen]
            gradients = backward(network, forward(network, some_x), some_y)
            network = descend(network, gradients, rate)
        history = recorded(history, network, data, aside)
    return network, history


def pair_of(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike
) -> tuple[Array, Array]:
    """Make a batch of inputs and targets to train the network on."""
    x = inputs_of(network, x)
    answer = np.empty((*x.shape[:-1], network.sizes[-1]), x.dtype)
    y = targets_of(network, y, answer)
    require_finite(network, x, y)
    return np.atleast_2d(x), np.atleast_2d(y)


def kept_aside(
    network: Network, test: tuple[npt.ArrayLike, npt.ArrayLike]
) -> tuple[Array, Array]:
    """Make a batch of the examples that are only measured."""
    if not isinstance(test, tuple | list) or len(test) != 2:
        raise ValueError(
            f"test is a {type(test).__name__}; a pair (x, y) was expected"
        )
    try:
        return pair_of(network, *test)
    except ValueError as error:
        raise ValueError(f"in test, {error}") from None
