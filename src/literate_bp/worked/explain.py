"""The worked example of any small network.

Every number, in the order in which one writes it.

The calculation is walked through twice: once exactly, with the rules, and
once with every result rounded and the rounded number carried on, as one does
by hand with the formulas of the sheet.
"""

from collections.abc import Callable, Iterator
from functools import partial
from math import floor, isfinite, log10, prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .. import textbook, validation
from ..activation import ACTIVATIONS, Array
from ..formula.notation import notation_of
from ..network import (
    Layer,
    Network,
    Trace,
    bias_gradient,
    input_gradient,
    inputs_of,
    layer_output,
    linear,
    linear_error,
    locked,
    mean_cost,
    output_derivative,
    output_error,
    require_finite,
    targets_of,
    weight_gradient,
)
from ..textbook import ENTROPIES, has_logarithms
from .document import Maths
from .given import Given
from .sheet import Explanation, Step, Told
from .substitution import Key, Known, Substitution

MOST_PARAMETERS = 1000
MOST_DIGITS = 15


class Line(NamedTuple):
    """A number on its way into a `Step`.

    What it is, where it stands, and how to round it.
    """

    quantity: str
    layer: int
    nodes: tuple[int, ...]
    value: float
    decimals: int

    @property
    def key(self) -> Key:
        """Which number it is."""
        return self.quantity, self.layer, self.nodes


class Hand(NamedTuple):
    """Who calculates: with every result rounded and carried on, or exactly."""

    digits: int
    carries: bool

    def keep(self, values: Array, decimals: Array | None = None) -> Array:
        """Give what is carried on: the values, or the values rounded."""
        if not self.carries:
            return values
        places = (
            np.full(np.shape(values), self.digits)
            if decimals is None
            else decimals
        )
        rounded: Array = np.vectorize(round, otypes=[float])(values, places)
        return rounded + 0.0  # so that nothing is −0

    def decimals_of(self, steps: Array) -> Array:
        """Tell how many decimals show `digits` significant digits."""

        def decimals(step: float) -> int:
            if not step:
                return self.digits
            return max(self.digits - 1 - floor(log10(abs(step))), 0)

        places: Array = np.vectorize(decimals, otypes=[int])(steps)
        return places


def lines_of(
    quantity: str, layer: int, values: Array, decimals: Array
) -> Iterator[Line]:
    """Give one line for every entry of an array."""
    for at in np.ndindex(values.shape):
        nodes = tuple(i + 1 for i in at)
        yield Line(
            quantity, layer, nodes, float(values[at]), int(decimals[at])
        )


def passed(network: Network, x: Array, hand: Hand) -> Trace:
    """Run one example forward by hand."""
    zs: list[Array] = []
    activated = [x]
    for layer in network.layers:
        z = linear(activated[-1], layer.weights, layer.biases)
        zs.append(hand.keep(z))
        activated.append(hand.keep(layer_output(layer, activated[-1], zs[-1])))
    return Trace(tuple(zs), tuple(activated))


def cost_of(network: Network, trace: Trace, y: Array, hand: Hand) -> Array:
    """Give the cost: by hand of the outputs, if they have logarithms."""
    form, a = ENTROPIES.get(network.cost), trace.activated[-1]
    if form and hand.carries and has_logarithms(a):
        return hand.keep(form(a, y))
    return hand.keep(mean_cost(network, trace, y))


def error_of(network: Network, trace: Trace, y: Array, hand: Hand) -> Array:
    """Give the error of the output: by hand as it stands on a sheet."""
    if hand.carries and network.cost in ENTROPIES:
        return hand.keep(textbook.error(trace.activated[-1], y))
    return hand.keep(output_error(network, trace, y))


class Errors(NamedTuple):
    """The errors of a layer: δ, and ∂C/∂a where it has a line of its own."""

    linear: Array
    activated: Array | None = None


def errors_by_hand(
    network: Network, trace: Trace, y: Array, hand: Hand
) -> list[Errors]:
    """Take the error of the output back to the first layer, one a layer."""
    last, z = network.layers[-1], trace.linear[-1]
    found = [
        through(last, z, output_derivative(network, trace, y), hand)
        if last.residual
        else Errors(error_of(network, trace, y, hand))
    ]
    hidden = zip(
        network.layers, trace.linear, network.layers[1:], strict=False
    )
    for layer, z, ahead in reversed(list(hidden)):
        dc_da = input_gradient(ahead, *found[0])
        found.insert(0, through(layer, z, dc_da, hand))
    return found


def through(layer: Layer, z: Array, dc_da: Array, hand: Hand) -> Errors:
    """Take ∂C/∂a through the activation; it is kept if it goes past, too."""
    derivative = ACTIVATIONS[layer.activation].derivative(z)
    if not layer.residual:
        return Errors(hand.keep(linear_error(derivative, dc_da)))
    dc_da = hand.keep(dc_da)
    return Errors(hand.keep(linear_error(derivative, dc_da)), dc_da)


def walk(
    network: Network, x: Array, y: Array, rate: float, sign: int, hand: Hand
) -> Iterator[Line]:
    """Do the whole calculation, line after line."""
    depth = len(network.layers)

    def plain(quantity: str, layer: int, values: Array) -> Iterator[Line]:
        return lines_of(
            quantity, layer, values, np.full(values.shape, hand.digits)
        )

    trace = passed(network, x, hand)
    for layer in range(1, depth + 1):
        yield from plain("linear", layer, trace.linear[layer - 1])
        yield from plain("activated", layer, trace.activated[layer])
    yield from plain("cost", depth, cost_of(network, trace, y, hand))
    errors = errors_by_hand(network, trace, y, hand)
    for layer in range(depth, 0, -1):
        delta, dc_da = errors[layer - 1]
        if dc_da is not None:
            yield from plain("activated error", layer, dc_da)
        yield from plain("error", layer, sign * delta + 0.0)
    updated = list(network.layers)
    updates: list[Line] = []
    for layer in range(depth, 0, -1):
        lines, updated[layer - 1] = updated_layer(
            network, layer, trace.activated, errors, rate, hand
        )
        yield from (line for line in lines if line.quantity.endswith("step"))
        updates += (line for line in lines if line.quantity.startswith("new"))
    yield from updates
    after = Network(tuple(updated), network.cost)
    again = passed(after, x, hand)
    yield from plain("new cost", depth, cost_of(after, again, y, hand))


def updated_layer(
    network: Network,
    number: int,
    activated: tuple[Array, ...],
    errors: list[Errors],
    rate: float,
    hand: Hand,
) -> tuple[list[Line], Layer]:
    """Give one layer's steps and new values as lines, and the new layer."""
    layer, delta = network.layers[number - 1], errors[number - 1].linear
    lines: list[Line] = []

    def moved(what: str, old: Array, gradient: Array) -> Array:
        step = -rate * gradient
        decimals = hand.decimals_of(step)
        step = hand.keep(step, decimals)
        new = hand.keep(old + step, decimals)
        lines.extend(lines_of(f"{what} step", number, step, decimals))
        lines.extend(lines_of(f"new {what}", number, new, decimals))
        return new

    weights = moved(
        "weight", layer.weights, weight_gradient(activated[number - 1], delta)
    )
    if layer.biases is None:
        return lines, layer.with_parameters({"weights": weights})
    biases = moved("bias", layer.biases, bias_gradient(delta))
    new = {"weights": weights, "biases": biases}
    return lines, layer.with_parameters(new)


def step_of(exact: Line, carried: Line, symbol: Maths, told: Told) -> Step:
    """Join both ways of calculating a number, its name, and how it came."""
    rounded = round(exact.value, exact.decimals) + 0.0
    return Step(
        symbol.text,
        symbol.latex,
        exact.value,
        rounded,
        carried.value,
        exact.decimals,
        exact.quantity,
        carried.decimals,
        told,
    )


def telling(given: Given, by_hand: list[Line]) -> Callable[[Key], Told]:
    """Give what tells how a carried number is come by."""
    sign = given.notation.error_sign
    known = {
        line.key: Known(
            line.value * (sign if line.quantity == "error" else 1),
            line.decimals,
        )
        for line in by_hand
    }
    of_network = (given.network, given.x, given.y, given.rate)
    put_in = Substitution(*of_network, given.notation, known)
    return lambda key: Told(*put_in.written(key))


def one_example(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike
) -> tuple[Array, Array]:
    """Let one example through, and a network that can be written out."""
    x = inputs_of(network, x)
    if x.ndim != 1:
        raise ValueError(
            f"x has shape {x.shape}; explain takes one example, so "
            f"({x.shape[-1]},) was expected"
        )
    y = targets_of(network, y, np.zeros(network.sizes[-1], x.dtype))
    validation.normalized_weights(
        [layer.gains for layer in network.layers], "a sheet"
    )
    require_finite(network, x, y)
    count = sum(prod(shape) for shape in network.shapes)
    if count > MOST_PARAMETERS:
        raise ValueError(
            f"network has {count} weights and biases; explain writes out at "
            f"most {MOST_PARAMETERS}, "
            "so take a smaller one"
        )
    return x, y


def digits_of(digits: int) -> int:
    """Let through how many decimals to round to."""
    if validation.whole("digits", digits) > MOST_DIGITS:
        raise ValueError(
            f"digits is {digits}; at most {MOST_DIGITS} were expected, for a "
            "number has no more"
        )
    return int(digits)


def finite_lines(lines: Iterator[Line]) -> list[Line]:
    """Take a calculation that stays within the numbers there are."""
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            taken = list(lines)
        except (OverflowError, ValueError):  # from the logarithm of inf or NaN
            taken = []
    if not taken or not all(isfinite(line.value) for line in taken):
        raise ValueError(
            "network and x lead to numbers that are not finite; finite ones "
            "were expected: take smaller weights, inputs or rate"
        )
    return taken


def explain(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    rate: float = 0.5,
    digits: int = 3,
    notation: str = "book",
    hide: str | None = None,
) -> Explanation:
    r"""Write out one step of gradient descent for one example.

    The order is that of a person with a pencil: linear parts and activated
    values, the cost, the errors from the output back, the step of every weight
    and bias, the new weights and biases, the new cost. The errors of what a
    residual layer passes on have lines of their own.

    Parameters
    ----------
    network : Network
        A small network, without gains.
    x, y : array_like (n_in,), (n_out,)
        One example.
    rate : float
        η, greater than 0.
    digits : int
        Decimals to round to, from 1 to 15. A weight step is rounded to as many
        significant digits instead, for it may be smaller than any decimal
        kept; a new weight is rounded where its step ends.
    notation : str
        A name in `literate_bp.formula.notation.NOTATIONS`.
    hide : str or None
        ``"values"`` for an exercise sheet: what is given, every formula, and
        blanks. Its ``solutions`` stand apart.

    Returns
    -------
    Explanation
        Its ``steps`` hold the symbol, value, both roundings, the formula and
        the written-out formula of every number. A notebook shows it; its
        ``document`` gives text, Markdown, LaTeX or HTML.

    Raises
    ------
    ValueError
        If an argument does not fit, a number is not finite, or the network is
        too large to write out.
    """
    chosen = notation_of(notation)
    x, y = map(locked, one_example(network, x, y))
    validation.positive("rate", rate)
    digits = digits_of(digits)
    exactly, by_hand = (
        finite_lines(
            walk(network, x, y, rate, chosen.error_sign, Hand(digits, carries))
        )
        for carries in (False, True)
    )
    given = Given(network, x, y, rate, digits, chosen)
    told = telling(given, by_hand)
    steps = (
        step_of(exact, carried, given.symbol(*key[:2], *key[2]), told(key))
        for exact, carried in zip(exactly, by_hand, strict=True)
        for key in [exact.key]
    )
    again = partial(explain, network, x, y, rate, digits)
    return Explanation(tuple(steps), given, hide, again=again)
