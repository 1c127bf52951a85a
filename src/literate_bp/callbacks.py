r"""Callbacks: what is called after every epoch, and may end a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import validation
from .network import Network
from .training import History


@dataclass(frozen=True)
class EarlyStopping:
    """Ends a run whose cost on held-out examples has stopped falling.

    Attributes
    ----------
    patience : int
        How many epochs in a row may be no better than the best before them.

    Raises
    ------
    ValueError
        If it is not a whole number of at least 1.

    References
    ----------
    Prechelt 1998.

    Examples
    --------
    >>> from literate_bp import EarlyStopping, History, initialize
    >>> history = History(test_cost=(0.5, 0.3, 0.4, 0.35))
    >>> EarlyStopping(patience=2)(initialize((2, 1)), history)
    True
    """

    patience: int = 5

    def __post_init__(self) -> None:
        validation.whole("patience", self.patience)

    def __call__(self, network: Network, history: History) -> bool:  # noqa: ARG002 — a callback is asked so
        """Return whether the run is to end."""
        validation.held_out(history.test_cost)
        since_best = len(history.test_cost) - 1 - np.argmin(history.test_cost)
        return bool(since_best >= self.patience)


class KeepBest:
    """Keeps the network with the least cost on held-out examples.

    Attributes
    ----------
    network : Network or None
        That network. None before the first epoch, and in a run that goes on
        until an epoch has the least cost of all, those before among them.

    Examples
    --------
    >>> from literate_bp import History, KeepBest, initialize
    >>> best, network = KeepBest(), initialize((2, 1))
    >>> best(network, History(test_cost=(0.5, 0.3)))
    >>> best.network is network
    True
    """

    def __init__(self) -> None:
        self.network: Network | None = None

    def __call__(self, network: Network, history: History) -> None:
        """Keep the network, if it is better than all before it."""
        validation.held_out(history.test_cost)
        if history.test_cost[-1] <= min(history.test_cost):
            self.network = network
