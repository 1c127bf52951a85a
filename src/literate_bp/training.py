"""Training: a step of gradient descent, mini-batches, and the history."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import Array
from .display import Displayed, TextTable, count, with_progress
from .network import (
    PARAMETERS,
    Gradients,
    Network,
    backward,
    cost,
    forward,
    inputs_of,
    output_placeholder,
    replace_unchecked,
    require_finite,
    targets_of,
)


def step(old: Array, gradient: Array, rate: float) -> Array:
    r"""Take one step of gradient descent: Wˡ ← Wˡ − η ∂C/∂Wˡ.

    Parameters
    ----------
    old, gradient : ndarray, equal shapes
        Weights or biases, and the derivative of the cost by each.
    rate : float
        η, the learning rate.
    """
    return old - rate * gradient


def descend(network: Network, gradients: Gradients, rate: float) -> Network:
    r"""Return the network after one step of gradient descent.

    All gradients belong to the old weights.

    Parameters
    ----------
    network : Network
        The network before the step; it is not changed.
    gradients : Gradients
        What `literate_bp.backward` returned for it.
    rate : float
        η, greater than 0.

    Raises
    ------
    ValueError
        If the gradients are those of another network, the rate is not a
        finite number greater than 0, or the step leaves the range of the
        parameters' type.

    Examples
    --------
    >>> from literate_bp import backward, cost, descend, forward, initialize
    >>> network, x, y = initialize((2, 3, 1)), [0.1, 0.3], [1.0]
    >>> gradients = backward(network, forward(network, x), y)
    >>> after = descend(network, gradients, rate=0.5)
    >>> costs = [cost(n, forward(n, x), y) for n in (network, after)]
    >>> costs[1] < costs[0]
    True
    """
    validation.instance("network", network, Network)
    validation.instance("gradients", gradients, Gradients)
    validation.positive("rate", rate)
    found = [getattr(gradients, name) for name in PARAMETERS]
    validation.arrays("gradients", *found)
    held = [[getattr(n, name) for n in network.layers] for name in PARAMETERS]
    by_name = gradients.by_name
    validation.gradients([*by_name.values()], held)
    layers = []
    with np.errstate(over="ignore", invalid="ignore"):
        for number, layer in enumerate(network.layers):
            updated = {}
            for name, old in layer.parameters.items():
                new = step(old, by_name[name][number], rate)
                updated[name] = new.astype(old.dtype, copy=False)
            validation.after_step(rate, number + 1, updated)
            layers.append(replace_unchecked(layer, **updated))
    return replace_unchecked(network, layers=tuple(layers))


def shuffled(
    x: Array, y: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return inputs and targets in a random order.

    Parameters
    ----------
    x, y : ndarray (n, n_in), (n, n_out)
        Inputs and targets, one example a row.
    rng : numpy.random.Generator
        Draws the order.
    """
    order = rng.permutation(len(x))
    return x[order], y[order]


def mini_batches(
    x: Array, y: Array, batch: int
) -> Iterator[tuple[Array, Array]]:
    """Yield inputs and targets in their order, `batch` examples at a time.

    The last may be fewer.

    Parameters
    ----------
    x, y : ndarray (n, n_in), (n, n_out)
        Inputs and targets, one example a row.
    batch : int
        The number of examples in one step.
    """
    for start in range(0, len(x), batch):
        yield x[start : start + batch], y[start : start + batch]


Epoch = Callable[[Network, Array, Array, float, int], Network]
"""What takes the steps of an epoch, as `one_epoch` does."""


def one_epoch(
    network: Network, x: Array, y: Array, rate: float, batch: int
) -> Network:
    """Return the network after a step for each mini-batch.

    Each step is forward, backward, descend.

    Parameters
    ----------
    network : Network
        The network before the epoch; it is not changed.
    x, y : ndarray (n, n_in), (n, n_out)
        Inputs and targets, shuffled.
    rate : float
        η, the learning rate.
    batch : int
        The number of examples in one step.

    Raises
    ------
    ValueError
        As `literate_bp.backward` and `literate_bp.descend` do.
    """
    for some_x, some_y in mini_batches(x, y, batch):
        gradients = backward(network, forward(network, some_x), some_y)
        network = descend(network, gradients, rate)
    return network


def accuracy(network: Network, x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    r"""Return the share of the examples that are classified correctly.

    The class is the largest of several outputs; a single output means yes
    above ½.

    Parameters
    ----------
    network : Network
        The network.
    x, y : array_like
        Inputs and targets.

    Raises
    ------
    ValueError
        As `literate_bp.forward` and `literate_bp.cost` do.

    Examples
    --------
    >>> from literate_bp import Layer, Network, accuracy
    >>> network = Network([Layer([[4.0]], [-2.0])])
    >>> accuracy(network, [[0.0], [1.0], [0.2]], [[0], [1], [1]])
    0.6666666666666666
    """
    trace = forward(network, x)
    validation.real("x", trace.activated[0])
    validation.real("the output of network", trace.output)
    return share_correct(trace.output, targets_of(network, y, trace.output))


def share_correct(output: Array, y: Array) -> float:
    """Return the share of the outputs that name the class of the targets.

    Parameters
    ----------
    output, y : ndarray (n_out,) or (batch, n_out)
        The output of the network, and the targets.
    """
    if output.shape[-1] == 1:
        return float(np.mean((output > 0.5) == (y > 0.5)))
    return float(np.mean(output.argmax(axis=-1) == y.argmax(axis=-1)))


@dataclass(frozen=True, eq=False)
class Kept:
    """What an optimizer keeps from step to step.

    Attributes
    ----------
    optimizer : str
        The class of the optimizer; empty for plain steps, which keep nothing.
    steps : int
        The number of steps taken so far.
    averages : dict of str to ndarray
        Each a number for every parameter, in one row, layer after layer.
    shapes : tuple of tuple of int
        The shapes of the parameters.
    seed : int
        With the number of a step, it decides which nodes dropout leaves out.
    """

    optimizer: str = ""
    steps: int = 0
    averages: Mapping[str, Array] = field(default_factory=dict)
    shapes: tuple[tuple[int, ...], ...] = ()
    seed: int = 0


@dataclass(frozen=True, repr=False)
class History(Displayed):
    """The history of a training run: one entry an epoch, taken at its end.

    With the network, it is all that the run needs to go on.

    Attributes
    ----------
    cost, accuracy : tuple of float
        On the training examples.
    test_cost, test_accuracy : tuple of float
        On the held-out examples; empty if there are none.
    order : dict
        The state of the generator that shuffles the examples.
    kept : Kept
        What the optimizer keeps.
    """

    cost: tuple[float, ...] = ()
    accuracy: tuple[float, ...] = ()
    test_cost: tuple[float, ...] = ()
    test_accuracy: tuple[float, ...] = ()
    order: Mapping[str, Any] = field(default_factory=dict, compare=False)
    kept: Kept = field(default_factory=Kept, compare=False)

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


Callback = Callable[[Network, History], object]
"""What is called after every epoch; True ends the run."""


def with_epoch(
    history: History,
    network: Network,
    data: tuple[Array, Array],
    test: tuple[Array, Array] | None,
) -> History:
    """Return the history with one more epoch."""

    def measured(x: Array, y: Array) -> tuple[float, float]:
        trace = forward(network, x)
        return cost(network, trace, y), share_correct(trace.output, y)

    entries = [
        *measured(*data),
        *(measured(*test) if test is not None else ()),
    ]
    names = ("cost", "accuracy", "test_cost", "test_accuracy")
    longer: dict[str, Any] = {
        name: (*getattr(history, name), entry)
        for name, entry in zip(names, entries, strict=False)
    }
    return replace(history, **longer)


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
    run_epoch: Epoch = one_epoch,
    callbacks: Sequence[Callback] = (),
    history: History | None = None,
    keep: Callable[[], Kept] = Kept,
) -> tuple[Network, History]:
    r"""Train by stochastic gradient descent.

    In each epoch, the examples are shuffled and dealt into mini-batches, and
    each gives one step: forward, backward, descend.

    Parameters
    ----------
    network : Network
        The initial network; it is not changed.
    x, y : array_like (n, n_in), (n, n_out)
        Inputs and targets, one example a row. With `cross_entropy`, y may be
        labels, the number of a class for each example.
    rate : float
        η, greater than 0.
    epochs : int
        The number of passes through all examples.
    batch : int
        The number of examples in one step.
    seed : int
        Decides the order of the examples: the same seed gives the same result.
    test : tuple of array_like, optional
        Held-out inputs and targets, which are measured and not trained on.
    run_epoch : callable
        Takes the steps of an epoch: called with the network, the shuffled
        inputs and targets, the rate and the batch, as `one_epoch` is, it
        returns the network after them.
    callbacks : sequence of callable
        Each is called after every epoch with the network and the history so
        far. If one returns True, the run ends.
    history : History, optional
        That of a run which goes on, with the network that it returned. The
        order of the examples is then not the seed's, but goes on too, and
        so does dropout.
    keep : callable
        Returns what the steps have kept, after every epoch.

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

    Warns
    -----
    UserWarning
        If no parameter has changed.

    Examples
    --------
    >>> from literate_bp import initialize, train
    >>> x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    >>> start = initialize((2, 4, 1), "tanh", seed=1)
    >>> network, history = train(start, x, y, epochs=500, batch=4)
    >>> history
    <History: 500 epochs, cost 0.0007312, accuracy 100.0%>
    """
    start = network
    x, y = as_batch(network, x, y)
    held_out = None if test is None else held_out_batch(network, test)
    rate = validation.positive("rate", rate)
    epochs = validation.whole("epochs", epochs)
    batch = validation.whole("batch", batch)
    rng = np.random.default_rng(validation.whole("seed", seed, least=0))
    validation.function("run_epoch", run_epoch)
    callbacks = validation.functions("callbacks", callbacks)
    if history is None:
        history = History()
    else:
        rng = goes_on(history, test is not None)
    for _ in with_progress(range(epochs), "epoch"):
        number = len(history.cost) + 1
        with validation.in_epoch(number):
            network = run_epoch(network, *shuffled(x, y, rng), rate, batch)
        validation.instance("what run_epoch returned", network, Network)
        validation.after_epoch(network.shapes, start.shapes)
        history = with_epoch(history, network, (x, y), held_out)
        order = rng.bit_generator.state
        history = replace(history, order=order, kept=keep())
        ends = [callback(network, history) for callback in callbacks]
        if any(isinstance(of, bool | np.bool) and of for of in ends):
            break
    warn_if_unchanged(start, network, rate)
    return network, history


def goes_on(history: History, test: bool) -> np.random.Generator:  # noqa: FBT001 — whether there is one
    """Return the generator of a run that goes on, as the run left it.

    Parameters
    ----------
    history : History
        That of the run.
    test : bool
        Whether there are held-out examples.

    Raises
    ------
    ValueError
        If it is no history, has no order, or began with other measurements.
    """
    validation.instance("history", history, History)
    validation.same_measurements(history.cost, history.test_cost, test)
    rng = np.random.default_rng(0)
    validation.order(rng, history.order)
    return rng


def warn_if_unchanged(start: Network, trained: Network, rate: float) -> None:
    """Warn if training has left all parameters as they were."""
    unchanged = all(
        np.array_equal(array, after.parameters[name])
        for before, after in zip(start.layers, trained.layers, strict=True)
        for name, array in before.parameters.items()
    )
    if unchanged:
        warnings.warn(
            f"rate is {rate:g}; training has changed no parameter: the steps "
            "are too small for the last digit, or the gradient is 0; take a "
            "larger rate, or other weights to start from",
            UserWarning,
            stacklevel=3,
        )


def as_batch(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike
) -> tuple[Array, Array]:
    """Return valid inputs and targets as a batch."""
    x = inputs_of(network, x)
    y = targets_of(network, y, output_placeholder(network, x))
    require_finite(network, x, y)
    return np.atleast_2d(x), np.atleast_2d(y)


def held_out_batch(
    network: Network, test: tuple[npt.ArrayLike, npt.ArrayLike]
) -> tuple[Array, Array]:
    """Return valid held-out inputs and targets as a batch."""
    pairs = isinstance(test, tuple | list)
    pair = validation.sequence("test", test, "x and y") if pairs else ()
    if len(pair) != 2:
        raise ValueError(
            f"test is {validation.kind_of(test)}; a pair (x, y) was expected"
        )
    try:
        return as_batch(network, *pair)
    except ValueError as error:
        raise ValueError(f"in test, {error}") from None
