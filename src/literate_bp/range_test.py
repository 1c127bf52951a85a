r"""The learning-rate range test: a run whose rate grows at each step."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import Array
from .display import Displayed, TextTable, count
from .network import Network, cost, forward, in_a_row, with_row
from .optimizers import Optimizer, mean, unbiased
from .stepping import optimized_epochs, row_gradient
from .training import as_batch, shuffled

SMOOTHED = 0.9
"""How much of the running mean of the costs stays at each step."""
MOST_TIMES = 4
"""The test ends where the running mean is so many times its least."""
MOST_STEPS = 100_000
"""The most steps of a range test."""


@dataclass(frozen=True, repr=False)
class RateRange(Displayed):
    """What a range test has found: one entry a step.

    Attributes
    ----------
    rates : tuple of float
        η of each step.
    costs : tuple of float
        The cost before each step: that of the initial network on all
        examples, and the running mean of what mini-batches say has changed.
    """

    rates: tuple[float, ...]
    costs: tuple[float, ...]

    @property
    def lowest(self) -> float:
        """The rate at which the running mean is least: already too large."""
        return self.rates[int(np.argmin(self.costs))]

    @property
    def suggested(self) -> float:
        """A tenth of it, which is what many begin with."""
        return self.lowest / 10

    @property
    def summary(self) -> str:
        """The number of steps, and the rate of the least cost."""
        return (
            f"{count(len(self.rates), 'step')}, least cost at rate "
            f"{self.lowest:.2g}, suggested {self.suggested:.2g}"
        )

    @property
    def table(self) -> TextTable:
        """Rate and cost, a step a row."""
        pairs = zip(self.rates, self.costs, strict=True)
        rows = tuple((f"{rate:.3g}", f"{of:.4g}") for rate, of in pairs)
        return TextTable(("rate", "cost"), rows)


def rate_range_test(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    optimizer: Optimizer | str = "sgd",
    *,
    rates: tuple[float, float] = (1e-5, 10.0),
    steps: int = 100,
    batch: int = 10,
    seed: int = 0,
) -> RateRange:
    r"""Take steps at growing rates, ηₜ = η₀ (η₁ / η₀)^(t / (n − 1)).

    It ends at the last step, or where the cost has grown much. Each step has
    a mini-batch, and the initial network has its cost on it as well: their
    difference is free of the chance by which one batch is harder than another.

    Parameters
    ----------
    network : Network
        The initial network; it is not changed.
    x, y : array_like (n, n_in), (n, n_out)
        Inputs and targets, one example a row.
    optimizer : Optimizer or str
        What takes the steps, or its name in `literate_bp.OPTIMIZERS`.
    rates : tuple of float
        The least, η₀, and the most, η₁.
    steps : int
        n, at least 2 and at most 100,000.
    batch : int
        The number of examples in one step.
    seed : int
        Decides which examples a step has.

    Raises
    ------
    ValueError
        If an argument does not fit, or a number in the weights or the examples
        is not finite.

    Warns
    -----
    UserWarning
        If the cost is least at the first or the last of the rates, so that
        nothing can be suggested from between.

    References
    ----------
    Smith 2017, section 3.3.

    Examples
    --------
    >>> from literate_bp import initialize, rate_range_test
    >>> x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    >>> start = initialize((2, 4, 1), "tanh", seed=1)
    >>> rate_range_test(start, x, y, rates=(1e-3, 100), steps=50, batch=4)
    <RateRange: 50 steps, least cost at rate 9.5, suggested 0.95>
    """
    x, y = as_batch(network, x, y)
    batch = validation.whole("batch", batch)
    steps = validation.whole("steps", steps, 2, MOST_STEPS)
    tried = np.geomspace(*validation.range_of_rates(rates), steps)
    rng = np.random.default_rng(validation.whole("seed", seed, least=0))
    epochs = optimized_epochs(network, optimizer)
    row, kept, average = in_a_row(network), epochs.kept, np.zeros(())
    costs: list[float] = []
    with np.errstate(all="ignore"):  # the last rates are too large
        first = cost_on(network, x, y)
        validation.finite("the cost of network", np.asarray(first))
        for number, rate in enumerate(tried.tolist(), start=1):
            some_x, some_y = (part[:batch] for part in shuffled(x, y, rng))
            now = with_row(network, row)
            at_first, then = (
                cost_on(n, some_x, some_y) for n in (network, now)
            )
            average = mean(average, np.asarray(then - at_first), SMOOTHED)
            costs.append(first + float(unbiased(average, SMOOTHED, number)))
            if not costs[-1] <= MOST_TIMES * min(costs):
                costs.pop()
                break
            gradient = row_gradient(network, row, some_x, some_y)
            row, kept = epochs.step(row, gradient, rate, kept)
    found = RateRange(tuple(tried[: len(costs)].tolist()), tuple(costs))
    warn_if_at_an_end(found, steps)
    return found


def cost_on(network: Network, x: Array, y: Array) -> float:
    """Return the cost of a network on some examples.

    Parameters
    ----------
    network, x, y : Network, ndarray, ndarray
        The network, inputs and targets.
    """
    return cost(network, forward(network, x), y)


def warn_if_at_an_end(found: RateRange, steps: int) -> None:
    """Warn if the cost is least at the first rate or at the last.

    Parameters
    ----------
    found, steps : RateRange, int
        What was found, and the number of rates.
    """
    if found.lowest == found.rates[0]:
        end = (
            "the first, so no step has lowered it: take smaller rates, or "
            "look for a mistake with check_gradient"
        )
    elif found.lowest == found.rates[-1] and len(found.rates) == steps:
        end = "the last, so it may still fall: take larger rates"
    else:
        return
    warnings.warn(
        f"rates begin with {found.rates[0]:.2g}, and of those that were "
        f"tried the cost is least at {end}",
        UserWarning,
        stacklevel=3,
    )
