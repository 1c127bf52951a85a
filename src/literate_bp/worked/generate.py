"""A fresh problem whose numbers are easy to calculate with by hand.

Weights, inputs and targets have one decimal. No node is saturated, no number
rounds to 0 that is not 0, and no result lies so close to a tie between two
roundings that calculators could differ. A ReLU may be inactive, but not a
whole layer of them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from .. import validation
from ..activation import ACTIVATIONS, Array
from ..cost import COSTS
from ..layer import linear
from ..network import Layer, Network
from .explain import (
    MOST_PARAMETERS,
    Line,
    calculate,
    digits_of,
    finite_lines,
    layer_values,
)
from .problem import Problem
from .rounding import ROUNDINGS, RoundingMode

TRIES = 2000
"""The number of problems that are drawn before it gives up."""
NODE_TRIES = 50
LARGEST_LINEAR = 2.0
"""The largest absolute value of a linear part."""
SMALLEST_DERIVATIVE = 0.1
"""The smallest derivative of an activation, so that no node is saturated."""
SMALLEST_LINEAR = 0.1
"""How near to its kink an activation is used, if it has one."""
INACTIVE = 0.25
"""The share of its nodes that are below the kink, where a ReLU is inactive."""
TIE_MARGIN = 1e-3
"""How close to a tie counts as one, in units of the last decimal kept."""
RATE = 0.4
"""Products with 0.4 end in a 5 less often than those with 0.5."""
INPUTS, WEIGHTS, BIASES = (
    tuple(sign * n / 10 for n in range(1, most + 1) for sign in (1, -1))
    for most in (10, 12, 5)
)
"""What is drawn from: tenths of either sign, and no 0."""
KEPT_QUANTITIES = (
    "linear",
    "activated",
    "cost",
    "new linear",
    "new activated",
    "new cost",
)
"""The quantities that are rounded to decimals, and must not vanish."""
ERRORS = ("derivative", "activated error", "error")
"""The quantities that are so, too, if the way back keeps decimals."""


class Tie(Exception):  # noqa: N818 — no error, but a reason to draw again
    """A number lies too close to the middle between two roundings."""


class TieDetector(RoundingMode):
    """Rounding by hand that stops where a number could round either way."""

    def round(self, values: Array, decimals: Array | None = None) -> Array:
        """Return the values rounded; raise `Tie` if one is close to a tie."""
        places = self.digits if decimals is None else decimals
        scaled = values * 10.0**places
        if (np.abs(scaled - np.floor(scaled) - 0.5) < TIE_MARGIN).any():
            raise Tie
        return super().round(values, decimals)


def generate(
    sizes: Sequence[int],
    seed: int = 0,
    activation: str | Sequence[str] = "sigmoid",
    cost: str = "half_squared_error",
    rate: float = RATE,
    digits: int = 3,
    residual: Collection[int] = (),
    rounding: str = ROUNDINGS[0],
) -> Problem:
    """Generate a problem, always the same for a seed.

    Parameters
    ----------
    sizes : sequence of int
        How many inputs, and how many nodes in each layer.
    seed : int
        Each seed gives another problem.
    activation : str or sequence of str
        One name for all layers, or one a layer. A cost that goes with one
        activation alone sets that of the last layer.
    cost : str
        A name in `literate_bp.cost.COSTS`.
    rate : float
        η, greater than 0.
    digits : int
        Decimals, or significant digits, to round to. Every linear part,
        activated value and error keeps at least two significant digits.
    residual : collection of int
        The numbers of the layers that have a residual connection.
    rounding : str
        What derivatives and errors keep, as for `literate_bp.explain`.

    Raises
    ------
    ValueError
        If an argument does not fit, or no such problem was found.
    """
    sizes = sizes_of(sizes)
    names = activations_of(activation, len(sizes) - 1, cost)
    validation.output(names, cost, COSTS[cost].output)
    residuals = residual_of(residual, sizes, cost)
    rate = validation.positive("rate", rate)
    validation.one_of("rounding", rounding, ROUNDINGS)
    rng = np.random.default_rng(validation.whole("seed", seed, 0))
    if not ACTIVATIONS[names[-1]].elementwise and sizes[-1] == 1:
        raise ValueError(
            f"sizes ends in 1, and {names[-1]} of one output is always 1; at "
            "least 2 outputs were expected"
        )
    digits = digits_of(digits)
    least = 10.0 ** (1 - digits)
    for _ in range(TRIES):
        found = candidate(rng, sizes, names, cost, rate, digits, residuals)
        if found is None:
            continue
        problem = replace(found, rounding=rounding)
        if is_easy_by_hand(problem, least):
            return problem
    raise ValueError(
        f"sizes {'-'.join(map(str, sizes))}, activation "
        f"{', '.join(dict.fromkeys(names))} "
        f"and digits {digits} led to no problem with pleasant numbers in "
        f"{TRIES} tries: take more digits, fewer layers, or another seed"
    )


def sizes_of(sizes: Iterable[int]) -> tuple[int, ...]:
    """Check the sizes of a network."""
    numbers = validation.sequence("sizes", sizes, "whole numbers")
    found = tuple(validation.whole("size", size) for size in numbers)
    if len(found) < 2:
        raise ValueError(
            f"sizes is {list(found)}; at least two were expected: how many "
            "inputs, and how many nodes in each layer"
        )
    count = sum(n_in * n_out + n_out for n_in, n_out in pairwise(found))
    if count > MOST_PARAMETERS:
        raise ValueError(
            f"sizes {'-'.join(map(str, found))} make {count} weights and "
            f"biases; at most {MOST_PARAMETERS} were expected, so take "
            "smaller ones"
        )
    return found


def activations_of(
    activation: str | Sequence[str], depth: int, cost: str
) -> tuple[str, ...]:
    """Return the activation of every layer."""
    validation.one_of("cost", cost, COSTS)
    goes_with = COSTS[cost].output
    if isinstance(activation, str):
        activation = [activation]
    names = tuple(
        validation.one_of("activation", name, ACTIVATIONS)
        for name in validation.sequence("activation", activation, "names")
    )
    if len(names) == 1:
        return names * (depth - 1) + (goes_with or names[0],)
    if len(names) != depth:
        raise ValueError(
            f"activation has {len(names)} names; sizes has {depth + 1} "
            f"numbers, so one name, or {depth}, for each layer one, "
            "were expected"
        )
    return names


def residual_of(
    residual: Collection[int], sizes: tuple[int, ...], cost: str
) -> tuple[bool, ...]:
    """Return whether each layer has a residual connection."""
    depth = len(sizes) - 1
    residual = validation.sequence("residual", residual, "whole numbers")
    for number in residual:
        if validation.whole("residual", number) > depth:
            raise ValueError(
                f"residual is {validation.shown(number)}; sizes has "
                f"{depth + 1} numbers, so layer 1 to {depth} was expected"
            )
    found = tuple(number in residual for number in range(1, depth + 1))
    for one, pair in zip(found, pairwise(sizes), strict=True):
        validation.residual(one, np.empty(pair))
    validation.output_residual(found[-1], cost, COSTS[cost].output)
    return found


def candidate(
    rng: np.random.Generator,
    sizes: tuple[int, ...],
    names: tuple[str, ...],
    cost: str,
    rate: float,
    digits: int,
    residuals: tuple[bool, ...],
) -> Problem | None:
    """Draw a problem whose nodes are not saturated, if there is one."""
    x = a = sample(rng, INPUTS, sizes[0])
    layers: list[Layer] = []
    for n_out, name, residual in zip(sizes[1:], names, residuals, strict=True):
        nodes: list[Layer] = []
        for _ in range(n_out):
            taken = {float(w) for each in nodes for w in each.weights.flat}
            node = candidate_node(rng, a, name, digits, taken)
            if node is None:
                return None
            nodes.append(node)
        weights = np.hstack([node.weights for node in nodes])
        biases = np.array([node.biases for node in nodes]).ravel()
        layers.append(Layer(weights, biases, name, residual=residual))
        _, a = layer_values(layers[-1], a, RoundingMode(digits, carries=True))
    y = targets(rng, sizes[-1], cost)
    return Problem(Network(layers, cost), floats(x), floats(y), rate, digits)


def candidate_node(
    rng: np.random.Generator,
    a: Array,
    name: str,
    digits: int,
    taken: Collection[float],
) -> Layer | None:
    """Draw a node that is not saturated, as a layer of its own."""
    mode = TieDetector(digits, carries=True)
    side = side_of_kink(rng, name)
    for _ in range(NODE_TRIES):
        weights = sample(rng, WEIGHTS, a.size, taken)
        biases = sample(rng, BIASES, 1)
        try:
            z = mode.round(linear(a, weights[:, None], biases))
        except Tie:
            continue
        if abs(z[0]) <= LARGEST_LINEAR and is_usable(name, z, side):
            return Layer(weights[:, None], biases, name)
    return None


def side_of_kink(rng: np.random.Generator, activation: str) -> int:
    """Draw the side of its kink that a node is on; 0 if there is no kink."""
    if ACTIVATIONS[activation].analytic:
        return 0
    return -1 if rng.random() < INACTIVE else 1


def is_usable(activation: str, z: Array, side: int) -> bool:
    """Whether one z is on its side of a kink, or far from saturation."""
    row = ACTIVATIONS[activation]
    if not row.elementwise:
        return True
    if side:
        return bool(side * z[0] >= SMALLEST_LINEAR)
    return bool(row.derivative(z)[0] >= SMALLEST_DERIVATIVE)


def sample(
    rng: np.random.Generator,
    values: Sequence[float],
    count: int,
    taken: Collection[float] = (),
) -> Array:
    """Draw numbers, all different and none taken, if there are enough."""
    left = [value for value in values if value not in taken]
    pool = left if len(left) >= count else values
    found: Array = rng.choice(pool, count, replace=len(pool) < count)
    return found


def targets(rng: np.random.Generator, count: int, cost: str) -> Array:
    """Draw targets that fit the cost."""
    output = COSTS[cost].output
    if output is None:
        return rng.integers(1, 9, count, endpoint=True) / 10
    if ACTIVATIONS[output].elementwise:
        return rng.integers(0, 1, count, endpoint=True) / 1.0
    return np.eye(count)[rng.integers(count)]


def floats(values: Array) -> tuple[float, ...]:
    """Return plain numbers."""
    return tuple(map(float, values))


def is_easy_by_hand(problem: Problem, least: float) -> bool:
    """Whether no line vanishes or can be rounded two ways."""
    network, x, y = problem.network, np.array(problem.x), np.array(problem.y)
    exact, by_hand = (
        mode(problem.digits, carries, problem.rounding)
        for mode, carries in ((RoundingMode, False), (TieDetector, True))
    )
    kept = KEPT_QUANTITIES + ERRORS * (problem.rounding == "decimals")
    rate = problem.rate
    try:
        lines = finite_lines(calculate(network, x, y, rate, exact))
        if not (
            every_layer_learns(lines) and keeps_digits(lines, kept, least)
        ):
            return False
        carried = finite_lines(calculate(network, x, y, rate, by_hand))
    except (Tie, ValueError):  # or a number leaves the range
        return False
    both_kept = keeps_digits(carried, kept, least)
    return both_kept and none_vanishes(lines, carried)


def every_layer_learns(lines: list[Line]) -> bool:
    """Whether each layer has a node whose error is not 0."""
    errors = [line for line in lines if line.quantity == "error"]
    learning = {line.layer for line in errors if line.value}
    return learning == {line.layer for line in errors}


def keeps_digits(
    lines: list[Line], quantities: Collection[str], least: float
) -> bool:
    """Whether every number that keeps decimals is 0 or not small.

    The cost is not 0, and it falls.
    """
    before, after = (
        line.value for line in lines if line.quantity.endswith("cost")
    )
    kept = [line for line in lines if line.quantity in quantities]
    small = any(0 < abs(line.value) < least for line in kept)
    return before > after > 0 and not small


def none_vanishes(exact: list[Line], carried: list[Line]) -> bool:
    """Whether by hand 0 comes out where it does exactly, and only there."""
    return all(
        bool(one.value) == bool(other.value)
        for one, other in zip(exact, carried, strict=True)
    )
