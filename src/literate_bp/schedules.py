r"""Schedules: the factor of the learning rate at each step.

A schedule is any function from the number of steps taken so far to a factor.
These are three of them, and the clipping of a gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi

import numpy as np

from . import validation
from .activation import Array

Schedule = Callable[[int], float]
"""What gives the factor of the rate, from the number of steps taken so far."""


def constant(taken: int) -> float:  # noqa: ARG001 — every schedule is asked so
    """Return 1 for every step.

    Parameters
    ----------
    taken : int
        The number of steps taken so far.
    """
    return 1.0


@dataclass(frozen=True)
class WarmUp:
    r"""A warm-up: min(1, (t + 1) / n) after t steps, so that the first is 1/n.

    Attributes
    ----------
    steps : int
        n, after so many steps the rate is whole.

    Raises
    ------
    ValueError
        If it is not a whole number of at least 1.

    References
    ----------
    Goyal et al. 2017, section 2.2.

    Examples
    --------
    >>> from literate_bp import WarmUp
    >>> [WarmUp(4)(taken) for taken in range(6)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    """

    steps: int

    def __post_init__(self) -> None:
        validation.whole("steps", self.steps)

    def __call__(self, taken: int) -> float:
        """Return the factor after so many steps."""
        return min(1.0, (taken + 1) / self.steps)


@dataclass(frozen=True)
class Cosine:
    r"""Half a wave of the cosine: l + (1 − l)(1 + cos(π t / n)) / 2.

    From 1 at the first step to l after n steps, where it stays. Behind a
    warm-up, t and n are counted from its end.

    Attributes
    ----------
    steps : int
        How many steps it takes, the warm-up included: as a rule the epochs
        times the steps of one.
    least : float
        l, from 0 to 1.
    warm_up : int
        The number of steps of a warm-up before it, fewer than `steps`.

    Raises
    ------
    ValueError
        If a number is outside its range.

    References
    ----------
    Loshchilov and Hutter 2017, equation 5.

    Examples
    --------
    >>> from literate_bp import Cosine
    >>> [round(Cosine(4)(taken), 3) for taken in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """

    steps: int
    least: float = 0.0
    warm_up: int = 0

    def __post_init__(self) -> None:
        validation.whole("steps", self.steps)
        validation.share("least", self.least)
        validation.whole("warm_up", self.warm_up, 0, self.steps - 1)

    def __call__(self, taken: int) -> float:
        """Return the factor after so many steps."""
        if taken < self.warm_up:
            return WarmUp(self.warm_up)(taken)
        through = min(
            1.0, (taken - self.warm_up) / (self.steps - self.warm_up)
        )
        return self.least + (1 - self.least) * (1 + cos(pi * through)) / 2


def norm(gradient: Array) -> float:
    r"""Return the Euclidean norm, |g| = √(Σᵢ gᵢ²), which no square overflows.

    Parameters
    ----------
    gradient : ndarray
        All gradients of a network.
    """
    largest = np.abs(gradient).max()
    if largest == 0:
        return 0.0
    return float(largest) * float(np.linalg.norm(gradient / largest))


def clipped(gradient: Array, most: float) -> Array:
    r"""Shorten a gradient that is too long: g ← g c / |g| where |g| > c.

    Its direction stays. All gradients of the network have one norm.

    Parameters
    ----------
    gradient : ndarray
        All gradients of a network.
    most : float
        c, the longest that is left as it is.

    References
    ----------
    Pascanu, Mikolov and Bengio 2013, algorithm 1.
    """
    length = norm(gradient)
    return gradient * (most / length) if length > most else gradient
