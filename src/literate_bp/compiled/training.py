"""Training by a compiled program, which is what the package does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import validation
from ..activation import Array
from ..class_weights import require_fit, weighted_gradient
from ..network import Network
from ..optimizers import OPTIMIZERS, Optimizer
from ..parallel import connected, epochs_in_shards, row_gradient_in_shards
from ..schedules import Schedule
from ..stepping import RowGradient, optimized_epochs
from ..training import Callback, Epoch, History, Kept, one_epoch
from ..training import train as train_by
from . import program as compiler
from .program import Program, has_program


class CompiledEpochs:
    """Runs epochs by a program, which is compiled for the first of them.

    Networks that have no program, of several types, go the clear way.
    """

    def __init__(self) -> None:
        self.program: Program | None = None

    def __call__(
        self, network: Network, x: Array, y: Array, rate: float, batch: int
    ) -> Network:
        """Do what `literate_bp.training.one_epoch` does."""
        if not has_program(network):
            return one_epoch(network, x, y, rate, batch)
        if self.program is None:
            self.program = compiler.compile(network, min(batch, len(x)))
        return self.program.run_epoch(network, x, y, rate, batch)


class CompiledGradient:
    """Computes gradients by a program, compiled for the first of them."""

    def __init__(self) -> None:
        self.program: Program | None = None

    def __call__(
        self, network: Network, row: Array, x: Array, y: Array
    ) -> Array:
        """Do what `literate_bp.stepping.row_gradient` does."""
        if self.program is None:
            self.program = compiler.compile(network, len(x))
        return np.asarray(self.program.gradient_at(row, x, y), row.dtype)


def train(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    rate: float | None = None,
    epochs: int = 30,
    batch: int = 10,
    seed: int = 0,
    *,
    test: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    executor: Any = None,
    optimizer: Optimizer | str | None = None,
    schedule: Schedule | None = None,
    clip: float | None = None,
    dropout: float = 0.0,
    accumulate: int = 1,
    class_weights: npt.ArrayLike | None = None,
    callbacks: Sequence[Callback] = (),
    history: History | None = None,
) -> tuple[Network, History]:
    r"""Train by stochastic gradient descent, with a compiled program.

    Examples are shuffled and dealt into mini-batches; each gives one step. It
    warns if nothing has changed. The clear form: `literate_bp.training.train`.

    Parameters
    ----------
    network : Network
        The initial network; it is not changed.
    x, y : array_like (n, n_in), (n, n_out)
        Inputs and targets, one example a row; y may be the labels of classes.
    rate : float, optional
        η, greater than 0. By default 0.5, or the usual one of the optimizer.
    epochs, batch : int
        The passes through all examples, and the examples in one step.
    seed : int
        Decides the order of the examples: the same seed gives the same result.
    test : tuple of array_like, optional
        Held-out inputs and targets, which are measured and not trained on.
    executor : optional
        What finds gradients in shards, as for `backward_in_shards`.
    optimizer, schedule : optional
        ``"adam"`` is ``Adam()``; a factor of the rate from the steps so far.
    clip, dropout, accumulate, class_weights : float, float, int, array_like
        The largest norm of all gradients; the share of hidden nodes left out;
        how many mini-batches give one step; a weight a class, in steps alone.
    callbacks : sequence of callable
        Called after each epoch with network and history; True ends the run.
    history : History, optional
        That of a run that goes on for `epochs` more, with its network.

    Returns
    -------
    network, history : Network, History
        The trained network; cost and accuracy after every epoch.

    Raises
    ------
    ValueError
        If an argument does not fit, or a number is not finite.

    Examples
    --------
    >>> from literate_bp import initialize, train
    >>> x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    >>> start = initialize((2, 4, 1), "tanh", seed=1)
    >>> network, history = train(start, x, y, epochs=500, batch=4)
    >>> history
    <History: 500 epochs, cost 0.0007312, accuracy 100.0%>
    """
    accumulate = validation.whole("accumulate", accumulate)
    dropout = validation.below_one("dropout", dropout)
    validation.one_place(dropout, executor)
    if class_weights is not None:
        validation.weighted_here(executor)
        require_fit(network, class_weights)
    options = (optimizer, schedule, clip, class_weights)
    given = any(of is not None for of in options)
    by_optimizer = given or accumulate > 1 or dropout > 0
    if history is not None and not by_optimizer:
        validation.instance("history", history, History)
        validation.kept(history.kept, "", (), ())
    with machines_of(executor) as machines:
        run_epoch: Epoch = CompiledEpochs()
        if by_optimizer:
            run_epoch = optimized_epochs(
                network,
                "sgd" if optimizer is None else optimizer,
                history,
                schedule=schedule,
                clip=clip,
                accumulate=accumulate,
                dropout=dropout,
                seed=seed,
                gradient=gradient_by(machines, class_weights),
                class_weights=class_weights,
            )
        elif machines is not None:
            run_epoch = epochs_in_shards(machines)
        usual = getattr(run_epoch, "optimizer", OPTIMIZERS["sgd"]).usual_rate
        return train_by(
            *(network, x, y, usual if rate is None else rate),
            *(epochs, batch, seed),
            test=test,
            run_epoch=run_epoch,
            callbacks=callbacks,
            history=history,
            keep=lambda: getattr(run_epoch, "kept", Kept()),
        )


def machines_of(executor: Any) -> AbstractContextManager[Any]:
    """Return what connects to an executor, or to none."""
    return nullcontext() if executor is None else connected(executor)


def gradient_by(
    machines: Any, class_weights: npt.ArrayLike | None
) -> RowGradient:
    """Return what computes gradients: a program, or machines in shards.

    With weights of classes it is the rules themselves.
    """
    if class_weights is not None:
        return partial(weighted_gradient, class_weights=class_weights)
    if machines is None:
        return CompiledGradient()
    return partial(row_gradient_in_shards, machines)
