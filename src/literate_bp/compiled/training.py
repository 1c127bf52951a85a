"""Training by a compiled program, which is what the package does."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from ..activation import Array
from ..network import Network
from ..parallel import connected, epochs_in_shards
from ..training import History, one_epoch
from ..training import train as train_by
from . import program as compiler
from .program import Program, has_one_type


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
        if not has_one_type(network):
            return one_epoch(network, x, y, rate, batch)
        if self.program is None:
            self.program = compiler.compile(network, min(batch, len(x)))
        return self.program.run_epoch(network, x, y, rate, batch)


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
    executor: Any = None,
) -> tuple[Network, History]:
    r"""Train by stochastic gradient descent, with a compiled program.

    In each epoch, the examples are shuffled and dealt into mini-batches, and
    each gives one step: forward, backward, descend. The clear form is
    `literate_bp.training.train`; the results agree but for rounding.

    Parameters
    ----------
    network : Network
        The initial network; it is not changed.
    x, y : array_like (n, n_in), (n, n_out)
        Inputs and targets, one example a row.
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
    executor : Executor, distributed.Client or str, optional
        What finds the gradients of each batch in shards, as for
        `literate_bp.backward_in_shards`.

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
    arguments = (network, x, y, rate, epochs, batch, seed)
    if executor is None:
        return train_by(*arguments, test=test, run_epoch=CompiledEpochs())
    with connected(executor) as machines:
        in_shards = epochs_in_shards(machines)
        return train_by(*arguments, test=test, run_epoch=in_shards)
