r"""Steps by an optimizer: gradient, clipping, schedule, and what is kept.

`OptimizedEpochs` takes the steps of an epoch in the place of
`literate_bp.training.one_epoch`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial, reduce

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import Array
from .class_weights import mean_weight, weights_of
from .dropout import dropout_gradient
from .network import Network, backward, forward, in_a_row, with_row
from .optimizers import OPTIMIZERS, Optimizer
from .schedules import Schedule, clipped, constant
from .training import History, Kept, mini_batches

RowGradient = Callable[[Network, Array, Array, Array], Array]
"""What computes a gradient as `row_gradient` does."""


def row_gradient(network: Network, row: Array, x: Array, y: Array) -> Array:
    """Return all gradients in one row, layer after layer.

    Parameters
    ----------
    network : Network
        Its shapes count.
    row : ndarray
        Its parameters.
    x, y : ndarray (n, n_in), (n, n_out)
        Inputs and targets.
    """
    network = with_row(network, row)
    return backward(network, forward(network, x), y).row


def accumulated(
    gradient: Callable[[Array, Array], Array], x: Array, y: Array, batch: int
) -> Array:
    r"""Return the gradient of many examples, a part of them at a time.

    g = Σₖ nₖ gₖ / Σₖ nₖ, where part k has nₖ examples.

    Parameters
    ----------
    gradient : callable
        Returns that of the mean cost of a part.
    x, y : ndarray (n, n_in), (n, n_out)
        Inputs and targets.
    batch : int
        The most examples in a part.
    """
    if len(x) <= batch:
        return gradient(x, y)
    parts = mini_batches(x, y, batch)
    weighted = (len(part[0]) * gradient(*part) for part in parts)
    return reduce(np.add, weighted) / len(x)


def by_weight_of_part(
    gradient: Callable[[Array, Array], Array],
    y: Array,
    class_weights: npt.ArrayLike,
) -> Callable[[Array, Array], Array]:
    """Return what multiplies the gradient of a part by its weight.

    That is the mean weight of its examples, divided by that of all. So the
    mean of the parts is the weighted mean of all examples.

    Parameters
    ----------
    gradient : callable
        Returns that of the weighted cost of a part.
    y : ndarray (n, classes)
        The targets of all examples.
    class_weights : array_like (classes,)
        The weight of each class.
    """
    of_all = mean_weight(y, class_weights)

    def weighed(some_x: Array, some_y: Array) -> Array:
        of_part = mean_weight(some_y, class_weights)
        if of_all and not of_part:
            return np.zeros((), some_y.dtype)
        return of_part / (of_all or 1) * gradient(some_x, some_y)

    return weighed


class OptimizedEpochs:
    """Takes the steps of epochs by an optimizer, and keeps what it keeps.

    Parameters
    ----------
    optimizer : Optimizer
        What makes a step of the gradient.
    kept : Kept
        What is kept so far.
    schedule : callable
        Gives the factor of the rate from the number of steps taken so far.
    clip : float or None
        The largest norm of a gradient.
    accumulate : int
        How many mini-batches give one step.
    dropout : float
        The share of the hidden nodes that is left out.
    gradient : callable
        What computes a gradient without dropout, as `row_gradient` does.
    class_weights : array_like (classes,), optional
        The weights by which the gradient takes the mean of examples.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        kept: Kept,
        *,
        schedule: Schedule = constant,
        clip: float | None = None,
        accumulate: int = 1,
        dropout: float = 0.0,
        gradient: RowGradient = row_gradient,
        class_weights: npt.ArrayLike | None = None,
    ) -> None:
        self.optimizer = optimizer
        self.kept = kept
        self.schedule = schedule
        self.clip = clip
        self.accumulate = accumulate
        self.dropout = dropout
        self.gradient = gradient
        self.class_weights = class_weights

    def __call__(
        self, network: Network, x: Array, y: Array, rate: float, batch: int
    ) -> Network:
        """Do what `literate_bp.training.one_epoch` does."""
        row, kept = in_a_row(network), self.kept
        x, y = (np.asarray(each, row.dtype) for each in (x, y))
        with np.errstate(all="ignore"):  # what is not finite is refused below
            for some in mini_batches(x, y, batch * self.accumulate):
                of_part = self.gradient_at(network, row, kept.steps)
                if self.class_weights is not None:
                    weights = self.class_weights
                    of_part = by_weight_of_part(of_part, some[1], weights)
                gradient = accumulated(of_part, *some, batch)
                row, kept = self.step(row, gradient, rate, kept)
        after = with_row(network, row)
        for number, layer in enumerate(after.layers, start=1):
            validation.after_step(rate, number, layer.parameters)
        self.kept = kept
        return after

    def gradient_at(
        self, network: Network, row: Array, taken: int
    ) -> Callable[[Array, Array], Array]:
        """Return what computes the gradient of some examples.

        Parameters
        ----------
        network, row : Network, ndarray
            The network, and its parameters.
        taken : int
            The number of steps taken so far.
        """
        if not self.dropout:
            return partial(self.gradient, network, row)
        rng = np.random.default_rng((self.kept.seed, taken))
        by_dropout = partial(dropout_gradient, share=self.dropout, rng=rng)
        weights = self.class_weights
        weigh = (
            None if weights is None else partial(weights_of, network, weights)
        )
        return partial(by_dropout, network, row, weigh=weigh)

    def step(
        self, row: Array, gradient: Array, rate: float, kept: Kept
    ) -> tuple[Array, Kept]:
        """Return the parameters after a step, and what is kept.

        Parameters
        ----------
        row, gradient : ndarray
            The parameters, and the gradient of each.
        rate : float
            η, before the schedule.
        kept : Kept
            What is kept so far.
        """
        rate *= validation.factor_of(self.schedule, kept.steps)
        if self.clip is not None:
            gradient = clipped(gradient, self.clip)
        number = kept.steps + 1
        row, averages = self.optimizer.step(
            row, gradient, rate, number, kept.averages
        )
        return row, replace(kept, steps=number, averages=averages)


def first_kept(optimizer: Optimizer, network: Network, seed: int) -> Kept:
    """Return what an optimizer keeps before the first step: zeros.

    Parameters
    ----------
    optimizer : Optimizer
        The optimizer.
    network : Network
        The network before training.
    seed : int
        That of dropout.
    """
    row = in_a_row(network)
    averages = {name: np.zeros_like(row) for name in optimizer.names}
    kind = type(optimizer).__name__
    return Kept(kind, 0, averages, tuple(network.shapes), seed)


def optimizer_of(optimizer: Optimizer | str, network: Network) -> Optimizer:
    """Return an optimizer, which may be named, that fits a network.

    Parameters
    ----------
    optimizer : Optimizer or str
        One, or its name in `literate_bp.OPTIMIZERS`.
    network : Network
        The network that is to be trained.

    Raises
    ------
    ValueError
        If it is none, or the network has parameters of several types.
    """
    if not hasattr(type(optimizer), "usual_rate"):
        name = validation.one_of("optimizer", optimizer, OPTIMIZERS)  # type: ignore[arg-type]  # which is checked here
        optimizer = OPTIMIZERS[name]
    found: Optimizer = optimizer  # type: ignore[assignment]  # no name is left
    validation.instance("network", network, Network)
    validation.one_type(
        array
        for layer in network.layers
        for array in layer.parameters.values()
    )
    dtype = network.layers[0].weights.dtype
    validation.small_enough(getattr(found, "eps", 1.0), dtype)
    return found


def optimized_epochs(
    network: Network,
    optimizer: Optimizer | str,
    history: History | None = None,
    *,
    schedule: Schedule | None = None,
    clip: float | None = None,
    accumulate: int = 1,
    dropout: float = 0.0,
    seed: int = 0,
    gradient: RowGradient = row_gradient,
    class_weights: npt.ArrayLike | None = None,
) -> OptimizedEpochs:
    """Return what takes the steps of a run, from its start or as it goes on.

    Parameters
    ----------
    network : Network
        The network before the run, or as the run left it.
    optimizer : Optimizer or str
        An optimizer, or its name in `literate_bp.OPTIMIZERS`.
    history : History, optional
        That of a run which goes on.
    schedule, clip, accumulate, dropout : optional
        As of `OptimizedEpochs`.
    seed : int
        That of dropout. A run which goes on keeps its own.
    gradient, class_weights : callable, array_like
        As of `OptimizedEpochs`.

    Raises
    ------
    ValueError
        If an argument does not fit, or the run had another optimizer or
        another network.
    """
    optimizer = optimizer_of(optimizer, network)
    if accumulate != 1:
        names = network.normalizations
        validation.without_batch_normalization(names, "accumulate")
    seed = validation.whole("seed", seed, least=0)
    kept = first_kept(optimizer, network, seed)
    if history is not None:
        validation.instance("history", history, History)
        validation.kept(
            history.kept, kept.optimizer, optimizer.names, network.shapes
        )
        kept = history.kept
    return OptimizedEpochs(
        optimizer,
        kept,
        schedule=constant
        if schedule is None
        else validation.function("schedule", schedule),
        clip=None if clip is None else validation.positive("clip", clip),
        accumulate=validation.whole("accumulate", accumulate),
        dropout=validation.below_one("dropout", dropout),
        gradient=gradient,
        class_weights=class_weights,
    )
