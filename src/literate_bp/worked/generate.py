"""A fresh problem whose numbers are pleasant by hand.

Weights, inputs and targets have one decimal. No node is saturated, no number
vanishes, and no result lies so near to the middle between two roundings that
a calculator could take the other. Slopes may be calculated anew, or from the
rounded results of the lines: the errors are the same.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .. import validation
from ..activation import ACTIVATIONS, Array
from ..cost import COSTS
from ..network import (
    Layer,
    Network,
    Trace,
    backward,
    forward,
    layer_output,
)
from .explain import (
    MOST_PARAMETERS,
    Hand,
    Line,
    digits_of,
    errors_by_hand,
    passed,
    walk,
)
from .problem import Problem

TRIES = 2000
FURTHEST = 2.0
"""A linear part stays between −2 and 2 …"""
FLATTEST = 0.1
"""… and where its activation rises by at least this."""
NEAREST = 1e-3
"""How near a number may be to the middle of two roundings, in their steps."""
RATE = 0.4
"""Of few digits, 0.4 times something does not end in 5, as 0.5 times does."""
INPUTS, WEIGHTS, BIASES = (
    tuple(sign * n / 10 for n in range(1, most + 1) for sign in (1, -1))
    for most in (10, 12, 5)
)
FIRM = (
    "linear",
    "activated",
    "cost",
    "activated error",
    "error",
    "new cost",
)
UNDONE: Mapping[str, Callable[[Array], Array]] = {
    "sigmoid": lambda a: np.log(a / (1 - a)),
    "tanh": np.arctanh,
}
"""What leads back to the linear part, where the slope is one of the value."""


class Node(NamedTuple):
    """A node that was drawn."""

    weights: Array
    bias: float
    linear: float


class Midway(Exception):  # noqa: N818 — it is no error to look elsewhere
    """A number lies between two roundings."""


class Wary(Hand):
    """Who calculates by hand, and stops where one could round either way."""

    def keep(self, values: Array, decimals: Array | None = None) -> Array:
        """Give the values rounded, unless one could be rounded otherwise."""
        places = self.digits if decimals is None else decimals
        scaled = np.asarray(values) * 10.0**places
        if (np.abs(scaled - np.floor(scaled) - 0.5) < NEAREST).any():
            raise Midway
        return super().keep(values, decimals)


def invent(
    sizes: Sequence[int],
    seed: int = 0,
    activation: str | Sequence[str] = "sigmoid",
    cost: str = "half_squared_error",
    rate: float = RATE,
    digits: int = 3,
    residual: Collection[int] = (),
) -> Problem:
    """Make a fresh problem, always the same for a seed.

    Parameters
    ----------
    sizes : sequence of int
        How many inputs, and how many nodes in each layer.
    seed : int
        Another one gives another problem.
    activation : str or sequence of str
        One name for all layers, or one a layer. A cost that goes with one
        activation alone sets that of the last layer.
    cost : str
        A name in `literate_bp.cost.COSTS`.
    rate : float
        η, greater than 0.
    digits : int
        Decimals to round to. Every linear part, activated value and error
        keeps at least two of its significant digits.
    residual : collection of int
        The numbers of the layers that have a residual connection.

    Raises
    ------
    ValueError
        If an argument does not fit, or no such problem was found.
    """
    sizes = sizes_of(sizes)
    names = names_of(activation, len(sizes) - 1, cost)
    validation.output(names, cost, COSTS[cost].output)
    past = residual_of(residual, sizes, cost)
    validation.positive("rate", rate)
    rng = np.random.default_rng(validation.whole("seed", seed, 0))
    if names[-1] == "softmax" and sizes[-1] == 1:
        raise ValueError(
            "sizes ends in 1, and softmax of one output is always 1; at "
            "least 2 outputs were expected"
        )
    least = 10.0 ** (1 - digits_of(digits))
    for _ in range(TRIES):
        problem = drawn(rng, sizes, names, cost, rate, digits, past)
        if problem is not None and pleasant(problem, least):
            return problem
    raise ValueError(
        f"sizes {'-'.join(map(str, sizes))}, activation {', '.join(names)} "
        f"and digits {digits} led to no problem with pleasant numbers in "
        f"{TRIES} tries: take more digits, fewer layers, or another seed"
    )


def sizes_of(sizes: Iterable[int]) -> tuple[int, ...]:
    """Let the sizes of a network through."""
    found = tuple(validation.whole("size", size) for size in sizes)
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


def names_of(
    activation: str | Sequence[str], depth: int, cost: str
) -> tuple[str, ...]:
    """Give the activation of every layer."""
    validation.one_of("cost", cost, COSTS)
    goes_with = COSTS[cost].output
    if isinstance(activation, str):
        activation = [activation]
    names = tuple(
        validation.one_of("activation", name, ACTIVATIONS)
        for name in activation
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
    """Tell of every layer whether it has a residual connection."""
    depth = len(sizes) - 1
    for number in residual:
        if validation.whole("residual", number) > depth:
            raise ValueError(
                f"residual is {number}; sizes has {depth + 1} numbers, so "
                f"layer 1 to {depth} was expected"
            )
    found = tuple(number in residual for number in range(1, depth + 1))
    for one, pair in zip(found, pairwise(sizes), strict=True):
        validation.residual(one, np.empty(pair))
    validation.output_residual(found[-1], cost, COSTS[cost].output)
    return found


def drawn(
    rng: np.random.Generator,
    sizes: tuple[int, ...],
    names: tuple[str, ...],
    cost: str,
    rate: float,
    digits: int,
    past: tuple[bool, ...],
) -> Problem | None:
    """Draw a problem whose nodes are not saturated, if one comes up."""
    x = a = picked(rng, INPUTS, sizes[0])
    hand = Wary(digits, carries=True)
    layers: list[Layer] = []
    for n_out, name, residual in zip(sizes[1:], names, past, strict=True):
        found: list[Node] = []
        for _ in range(n_out):
            taken = {float(w) for each in found for w in each.weights}
            one = node(rng, a, name, hand, taken)
            if one is None:
                return None
            found.append(one)
        weights = np.stack([each.weights for each in found], axis=1)
        biases = np.array([each.bias for each in found])
        layers.append(Layer(weights, biases, name, residual=residual))
        z = np.array([each.linear for each in found])
        a = Hand(digits, carries=True).keep(layer_output(layers[-1], a, z))
    y = targets(rng, sizes[-1], cost)
    return Problem(Network(layers, cost), row(x), row(y), rate, digits)


def node(
    rng: np.random.Generator,
    a: Array,
    name: str,
    hand: Wary,
    taken: Collection[float],
) -> Node | None:
    """Draw a node that is not saturated."""
    for _ in range(50):
        w = picked(rng, WEIGHTS, a.size, taken)
        (b,) = picked(rng, BIASES, 1)
        try:
            z = hand.keep(np.array([a @ w + b]))
        except Midway:
            continue
        steep = (
            name == "softmax" or ACTIVATIONS[name].derivative(z)[0] >= FLATTEST
        )
        if abs(z[0]) <= FURTHEST and steep:
            return Node(w, float(b), float(z[0]))
    return None


def picked(
    rng: np.random.Generator,
    values: Sequence[float],
    count: int,
    taken: Collection[float] = (),
) -> Array:
    """Pick numbers, all different and none taken, while there are enough."""
    left = [value for value in values if value not in taken]
    pool = left if len(left) >= count else values
    found: Array = rng.choice(pool, count, replace=len(pool) < count)
    return found


def targets(rng: np.random.Generator, count: int, cost: str) -> Array:
    """Draw targets that the cost takes."""
    if COSTS[cost].output == "softmax":
        return np.eye(count)[rng.integers(count)]
    if COSTS[cost].output == "sigmoid":
        return rng.integers(0, 1, count, endpoint=True) / 1.0
    return rng.integers(1, 9, count, endpoint=True) / 10


def row(values: Array) -> tuple[float, ...]:
    """Make plain numbers of an array."""
    return tuple(map(float, values))


def pleasant(problem: Problem, least: float) -> bool:
    """Tell whether every line keeps its digits, however one calculates."""
    network, x, y = problem.network, np.array(problem.x), np.array(problem.y)
    errors = backward(network, forward(network, x), y).errors
    if min(np.abs(delta).min() for delta in errors) < least:
        return False
    exactly, warily = (
        Hand(problem.digits, carries=False),
        Wary(problem.digits, carries=True),
    )
    try:
        return all(
            keeps_digits(
                list(walk(network, x, y, problem.rate, 1, hand)), least
            )
            for hand in (exactly, warily)
        ) and either_slope(network, x, y, warily)
    except Midway:
        return False


def either_slope(network: Network, x: Array, y: Array, hand: Hand) -> bool:
    """Tell whether slopes of the rounded values lead to the same errors."""
    trace = passed(network, x, hand)
    parts = zip(
        network.layers,
        trace.linear,
        trace.activated[1:],
        trace.activated,
        strict=False,
    )
    undone = tuple(
        UNDONE[layer.activation](a - before if layer.residual else a)
        if layer.activation in UNDONE
        else z
        for layer, z, a, before in parts
    )
    both = (
        [delta for delta, _ in errors_by_hand(network, each, y, hand)]
        for each in (trace, Trace(undone, trace.activated))
    )
    return all(map(np.array_equal, *both))


def keeps_digits(lines: list[Line], least: float) -> bool:
    """Tell whether no line vanishes, and the cost falls."""
    costs = [line.value for line in lines if line.quantity.endswith("cost")]
    firm = (abs(line.value) for line in lines if line.quantity in FIRM)
    return min(firm) >= least and costs[0] > costs[1]
