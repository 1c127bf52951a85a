r"""Optimizers: what a step makes of the gradient, and what it keeps.

Each rule takes arrays and returns arrays, entry by entry; what an optimizer
keeps from step to step goes in and comes out. An optimizer says which rules a
step has.

To add an optimizer, write it as those below, with one entry of `OPTIMIZERS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from . import validation
from .activation import Array
from .training import step

Averages = Mapping[str, Array]
"""What an optimizer keeps from step to step, by name."""


class Optimizer(Protocol):
    """What takes a step."""

    @property
    def usual_rate(self) -> float:
        """The rate η, where none is given."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what it keeps. Each is 0 at first."""

    def step(
        self,
        old: Array,
        gradient: Array,
        rate: float,
        number: int,
        averages: Averages,
    ) -> tuple[Array, Averages]:
        """Return the new parameters, and what is kept.

        Parameters
        ----------
        old, gradient : ndarray
            The parameters, and the derivative of the cost by each.
        rate : float
            η, the learning rate.
        number : int
            t, the number of the step, from 1.
        averages : dict of str to ndarray
            What the step before has kept.
        """


def momentum(velocity: Array, gradient: Array, share: float) -> Array:
    r"""Return the velocity, v ← μ v + g.

    Parameters
    ----------
    velocity, gradient : ndarray
        v, the one before; and g.
    share : float
        μ, how much of it stays.

    References
    ----------
    Polyak 1964, equation 9.
    """
    return share * velocity + gradient


def looked_ahead(velocity: Array, gradient: Array, share: float) -> Array:
    r"""Return Nesterov's direction, d = g + μ v.

    Parameters
    ----------
    velocity, gradient : ndarray
        v, that of this step; and g.
    share : float
        μ, as in `momentum`.

    References
    ----------
    Sutskever et al. 2013, equations 3 and 4, in the variable θ + μ v.
    """
    return gradient + share * velocity


def with_penalty(gradient: Array, old: Array, decay: float) -> Array:
    r"""Return the gradient of C + ½ λ Σᵢ wᵢ²: g + λ w.

    Parameters
    ----------
    gradient, old : ndarray
        g, that of C; and w, the parameters.
    decay : float
        λ.
    """
    return gradient + decay * old


def decayed(old: Array, rate: float, decay: float) -> Array:
    r"""Shrink the parameters themselves: w ← (1 − η λ) w.

    Parameters
    ----------
    old : ndarray
        w, the parameters.
    rate, decay : float
        η and λ.

    References
    ----------
    Loshchilov and Hutter 2019, algorithm 2, line 12.
    """
    return (1 - rate * decay) * old


def mean(average: Array, value: Array, share: float) -> Array:
    r"""Return a running mean, m ← β m + (1 − β) g.

    Parameters
    ----------
    average, value : ndarray
        m, the one before; and g, what is new.
    share : float
        β, how much of the one before stays.
    """
    return share * average + (1 - share) * value


def unbiased(average: Array, share: float, number: int) -> Array:
    r"""Return m̂ = m / (1 − β^t), a running mean whose weights add up to 1.

    Parameters
    ----------
    average : ndarray
        m, which began with 0.
    share, number : float, int
        β, and t, the number of values in the mean.

    References
    ----------
    Kingma and Ba 2015, section 3.
    """
    return average / (1 - share**number)


def in_units_of(direction: Array, square: Array, small: float) -> Array:
    r"""Divide each entry by its usual size: d / (√s + ε).

    Parameters
    ----------
    direction, square : ndarray
        d, and s, the running mean of g².
    small : float
        ε, which keeps the quotient finite.

    References
    ----------
    Hinton, Srivastava and Swersky 2012, lecture 6e.
    """
    return direction / (np.sqrt(square) + small)


@dataclass(frozen=True)
class SGD:
    r"""Stochastic gradient descent, with momentum and weight decay if wanted.

    Attributes
    ----------
    momentum : float
        μ, from 0 to below 1.
    nesterov : bool
        Whether the gradient is taken ahead, which needs a momentum.
    weight_decay : float
        λ of a penalty, at least 0. It holds for all parameters.

    Raises
    ------
    ValueError
        If a number is outside its range.

    Examples
    --------
    >>> from literate_bp import SGD
    >>> SGD(momentum=0.9, nesterov=True)
    SGD(momentum=0.9, nesterov=True, weight_decay=0.0)
    """

    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        validation.below_one("momentum", self.momentum)
        validation.true_or_false("nesterov", self.nesterov)
        validation.not_negative("weight_decay", self.weight_decay)
        validation.nesterov(self.momentum, self.nesterov)

    @property
    def usual_rate(self) -> float:
        """½ (1 − μ): with momentum, a gradient counts 1 / (1 − μ) times."""
        return 0.5 * (1 - self.momentum)

    @property
    def names(self) -> tuple[str, ...]:
        """The velocity, if there is momentum."""
        return ("velocity",) if self.momentum else ()

    def step(
        self,
        old: Array,
        gradient: Array,
        rate: float,
        number: int,  # noqa: ARG002 — every optimizer is asked so
        averages: Averages,
    ) -> tuple[Array, Averages]:
        """Do what `Optimizer.step` says."""
        if self.weight_decay:
            gradient = with_penalty(gradient, old, self.weight_decay)
        if not self.momentum:
            return step(old, gradient, rate), {}
        v = momentum(averages["velocity"], gradient, self.momentum)
        ahead = looked_ahead(v, gradient, self.momentum)
        return step(old, ahead if self.nesterov else v, rate), {"velocity": v}


@dataclass(frozen=True)
class RMSProp:
    r"""RMSProp: the gradient in units of its root mean square.

    Attributes
    ----------
    alpha : float
        β of the running mean of g², from 0 to below 1.
    eps : float
        ε, greater than 0.
    weight_decay : float
        λ of a penalty, at least 0. It holds for all parameters.

    Raises
    ------
    ValueError
        If a number is outside its range.

    References
    ----------
    Hinton, Srivastava and Swersky 2012, lecture 6e.

    Examples
    --------
    >>> from literate_bp import RMSProp
    >>> RMSProp()
    RMSProp(alpha=0.99, eps=1e-08, weight_decay=0.0)
    """

    alpha: float = 0.99
    eps: float = 1e-8
    weight_decay: float = 0.0
    usual_rate: ClassVar[float] = 0.01
    names: ClassVar[tuple[str, ...]] = ("square",)

    def __post_init__(self) -> None:
        validation.below_one("alpha", self.alpha)
        validation.positive("eps", self.eps)
        validation.not_negative("weight_decay", self.weight_decay)

    def step(
        self,
        old: Array,
        gradient: Array,
        rate: float,
        number: int,  # noqa: ARG002 — every optimizer is asked so
        averages: Averages,
    ) -> tuple[Array, Averages]:
        """Do what `Optimizer.step` says."""
        g = with_penalty(gradient, old, self.weight_decay)
        s = mean(averages["square"], g**2, self.alpha)
        return step(old, in_units_of(g, s, self.eps), rate), {"square": s}


@dataclass(frozen=True)
class Adam:
    r"""Adam: running means of g and g², without the bias of their start.

    Attributes
    ----------
    betas : tuple of float
        β₁ of the mean of g and β₂ of that of g², each from 0 to below 1.
    eps : float
        ε, greater than 0.
    weight_decay : float
        λ of a penalty, at least 0. It holds for all parameters.

    Raises
    ------
    ValueError
        If a number is outside its range.

    References
    ----------
    Kingma and Ba 2015, algorithm 1.

    Examples
    --------
    >>> from literate_bp import Adam
    >>> Adam()
    Adam(betas=(0.9, 0.999), eps=1e-08, weight_decay=0.0)
    """

    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0
    usual_rate: ClassVar[float] = 0.001
    names: ClassVar[tuple[str, ...]] = ("mean", "square")

    def __post_init__(self) -> None:
        object.__setattr__(self, "betas", validation.betas(self.betas))
        validation.positive("eps", self.eps)
        validation.not_negative("weight_decay", self.weight_decay)

    def decay(
        self,
        old: Array,
        gradient: Array,
        rate: float,  # noqa: ARG002 — what decays beside the gradient needs it
    ) -> tuple[Array, Array]:
        """Return the parameters and the gradient, one of them with the decay.

        Parameters
        ----------
        old, gradient, rate : ndarray, ndarray, float
            As of `Optimizer.step`.
        """
        return old, with_penalty(gradient, old, self.weight_decay)

    def step(
        self,
        old: Array,
        gradient: Array,
        rate: float,
        number: int,
        averages: Averages,
    ) -> tuple[Array, Averages]:
        """Do what `Optimizer.step` says."""
        old, g = self.decay(old, gradient, rate)
        direction, averages = self.direction(g, number, averages)
        return step(old, direction, rate), averages

    def direction(
        self, g: Array, number: int, averages: Averages
    ) -> tuple[Array, Averages]:
        """Return m̂ / (√ŝ + ε), and both means.

        Parameters
        ----------
        g : ndarray
            The gradient.
        number : int
            t, the number of the step, from 1.
        averages : dict of str to ndarray
            The means before.
        """
        first, second = self.betas
        m = mean(averages["mean"], g, first)
        s = mean(averages["square"], g**2, second)
        size = unbiased(s, second, number)
        direction = in_units_of(unbiased(m, first, number), size, self.eps)
        return direction, {"mean": m, "square": s}


@dataclass(frozen=True)
class AdamW(Adam):
    r"""Adam with weight decay beside the gradient, not in it.

    Attributes
    ----------
    betas, eps
        As of `Adam`.
    weight_decay : float
        λ, at least 0: each step shrinks all parameters by the factor 1 − η λ.

    Raises
    ------
    ValueError
        If a number is outside its range.

    References
    ----------
    Loshchilov and Hutter 2019, algorithm 2.

    Examples
    --------
    >>> from literate_bp import AdamW
    >>> AdamW()
    AdamW(betas=(0.9, 0.999), eps=1e-08, weight_decay=0.01)
    """

    weight_decay: float = 0.01

    def decay(
        self, old: Array, gradient: Array, rate: float
    ) -> tuple[Array, Array]:
        """Return the parameters with the decay, and the gradient as it is."""
        return decayed(old, rate, self.weight_decay), gradient


OPTIMIZERS: Mapping[str, Optimizer] = {
    "sgd": SGD(),
    "momentum": SGD(momentum=0.9),
    "nesterov": SGD(momentum=0.9, nesterov=True),
    "rmsprop": RMSProp(),
    "adam": Adam(),
    "adamw": AdamW(),
}
"""Every `Optimizer` by its name, with the usual numbers."""
