"""The worked example of any small network.

Every number of one training step, in the order in which one writes it down.

The calculation runs twice: once exactly, with the rules of the package, and
once as by hand, with the formulas of the sheet: every result is rounded, and
the rounded number is carried on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import isfinite, prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .. import validation
from ..activation import ACTIVATIONS, Array
from ..cost import COSTS
from ..formula.notation import notation_of
from ..layer import bias_gradient, linear, linear_error, weight_gradient
from ..network import (
    Layer,
    Network,
    Trace,
    inputs_of,
    locked,
    mean_cost,
    output_derivative,
    output_error,
    output_placeholder,
    require_finite,
    targets_of,
)
from .by_hand import has_logarithms
from .document import Math
from .givens import Givens
from .rounding import ROUNDINGS, RoundingMode, round_half_up
from .sheet import Explanation, Step
from .substitution import FormattedValue, Key, Substitution

MOST_PARAMETERS = 1000
"""A network with more weights and biases is not written out."""
MOST_DIGITS = 15
"""Nothing is rounded to more digits."""


class Line(NamedTuple):
    """One line of the calculation: a number, and how it is rounded.

    Attributes
    ----------
    quantity : str
        The kind of number: ``"linear"``, ``"error"``, ``"weight step"`` …
    layer : int
        The layer that it belongs to, counted from 1.
    nodes : tuple of int
        Its indices, counted from 1: one node, or from which to which.
    value : float
        The number.
    decimals : int
        How many decimals it is rounded to.
    """

    quantity: str
    layer: int
    nodes: tuple[int, ...]
    value: float
    decimals: int

    @property
    def key(self) -> Key:
        """Where the number is found: its kind, layer and indices."""
        return self.quantity, self.layer, self.nodes


def lines_of(
    quantity: str, layer: int, values: Array, decimals: Array
) -> Iterator[Line]:
    """Yield one line for every entry of an array."""
    for at in np.ndindex(values.shape):
        nodes = tuple(i + 1 for i in at)
        yield Line(
            quantity, layer, nodes, float(values[at]), int(decimals[at])
        )


def forward_pass(network: Network, x: Array, mode: RoundingMode) -> Trace:
    """Run one example forward."""
    zs: list[Array] = []
    activated = [x]
    for layer in network.layers:
        z, a = layer_values(layer, activated[-1], mode)
        zs.append(z)
        activated.append(a)
    return Trace(tuple(zs), tuple(activated))


def layer_values(
    layer: Layer, before: Array, mode: RoundingMode
) -> tuple[Array, Array]:
    """Return the linear parts and the activated values of a layer."""
    z = mode.round(linear(before, layer.weights, layer.biases))
    return z, mode.round(layer.output(before, z))


def cost_of(
    network: Network, trace: Trace, y: Array, mode: RoundingMode
) -> Array:
    """Return the cost; by hand from the outputs, if they have logarithms."""
    form, a = COSTS[network.cost].textbook, trace.activated[-1]
    if form and mode.carries and has_logarithms(a):
        return mode.round(form(a, y))
    return mode.round(mean_cost(network, trace, y))


def output_error_of(
    network: Network, trace: Trace, y: Array, mode: RoundingMode
) -> Array:
    """Return the error of the output, by hand in the form of the sheet."""
    form = COSTS[network.cost].textbook_derivative
    if form and mode.carries:
        return mode.round_back(form(trace.activated[-1], y))
    return mode.round_back(output_error(network, trace, y))


class Errors(NamedTuple):
    """The errors of a layer: δ, and ∂C/∂a where it has a line of its own."""

    linear: Array
    activated: Array | None = None


def activation_derivatives(
    network: Network, trace: Trace, mode: RoundingMode
) -> list[Array]:
    """Compute the derivative of the activation of each layer.

    By hand it comes from the activated value, where a textbook has it so:
    σ′ = a (1 − a). The value that a residual connection adds to has no line,
    so there it comes from the linear part.
    """
    derivatives: list[Array] = []
    values = zip(
        network.layers, trace.linear, trace.activated[1:], strict=True
    )
    for layer, z, a in values:
        form = ACTIVATIONS[layer.activation].textbook_derivative
        by_value = form and mode.carries and not layer.residual
        found = form(a) if form and by_value else layer.derivative(z)
        elementwise = ACTIVATIONS[layer.activation].elementwise
        derivatives.append(mode.round_back(found) if elementwise else found)
    return derivatives


def backward_pass(
    network: Network,
    trace: Trace,
    derivatives: Sequence[Array],
    y: Array,
    mode: RoundingMode,
) -> list[Errors]:
    """Propagate the error of the output back; one `Errors` for each layer."""
    last = network.layers[-1]
    if COSTS[network.cost].output is not None:
        found = [Errors(output_error_of(network, trace, y, mode))]
    else:
        dc_da = output_derivative(network, trace, y)
        found = [layer_errors(last, derivatives[-1], dc_da, mode)]
    hidden = zip(network.layers, derivatives, network.layers[1:], strict=False)
    for layer, derivative, ahead in reversed(list(hidden)):
        dc_da = ahead.input_gradient(*found[0])
        found.insert(0, layer_errors(layer, derivative, dc_da, mode))
    return found


def layer_errors(
    layer: Layer, derivative: Array, dc_da: Array, mode: RoundingMode
) -> Errors:
    """Propagate ∂C/∂a through the activation of a layer.

    A residual connection passes ∂C/∂a on as well, so it gets a line there.
    """
    if not layer.residual:
        return Errors(mode.round_back(linear_error(derivative, dc_da)))
    dc_da = mode.round_back(dc_da)
    return Errors(mode.round_back(linear_error(derivative, dc_da)), dc_da)


def calculate(
    network: Network, x: Array, y: Array, rate: float, mode: RoundingMode
) -> Iterator[Line]:
    """Yield the lines of one training step, in the order of the sheet.

    Parameters
    ----------
    network, x, y : Network, ndarray (n_in,), ndarray (n_out,)
        One example.
    rate : float
        η.
    mode : RoundingMode
        Exactly, or as by hand.
    """
    depth = len(network.layers)
    trace = forward_pass(network, x, mode)
    yield from forward_lines("", network, trace, y, mode)
    derivatives = activation_derivatives(network, trace, mode)
    errors = backward_pass(network, trace, derivatives, y, mode)
    for layer in range(depth, 0, -1):
        yield from error_lines(
            layer,
            derivatives[layer - 1] if has_line(network, layer) else None,
            errors[layer - 1],
            mode,
        )
    updated = list(network.layers)
    updates: list[Line] = []
    for layer in range(depth, 0, -1):
        lines, updated[layer - 1] = updated_layer(
            network, layer, trace.activated, errors, rate, mode
        )
        yield from (line for line in lines if line.quantity.endswith("step"))
        updates += (line for line in lines if line.quantity.startswith("new"))
    yield from updates
    after = Network(tuple(updated), network.cost)
    second = forward_pass(after, x, mode)
    yield from forward_lines("new ", after, second, y, mode)


def forward_lines(
    mark: str, network: Network, trace: Trace, y: Array, mode: RoundingMode
) -> Iterator[Line]:
    """Yield the lines of a pass forward; a mark tells the second one."""
    for layer, (z, a) in enumerate(
        zip(trace.linear, trace.activated[1:], strict=True), start=1
    ):
        yield from lines_of(f"{mark}linear", layer, z, mode.decimals(z))
        yield from lines_of(f"{mark}activated", layer, a, mode.decimals(a))
    value, depth = cost_of(network, trace, y, mode), len(network.layers)
    yield from lines_of(f"{mark}cost", depth, value, mode.decimals(value))


def has_line(network: Network, layer: int) -> bool:
    """Whether the derivative of a layer's activation is needed.

    It cancels in the last layer, where the cost goes with the activation.
    """
    return layer < len(network.layers) or not COSTS[network.cost].output


def error_lines(
    layer: int, derivative: Array | None, errors: Errors, mode: RoundingMode
) -> Iterator[Line]:
    """Yield the lines of one layer on the way back."""
    for quantity, values in (
        ("derivative", derivative),
        ("activated error", errors.activated),
        ("error", errors.linear),
    ):
        if values is not None:
            places = mode.decimals_back(values)
            yield from lines_of(quantity, layer, values, places)


def updated_layer(
    network: Network,
    number: int,
    activated: tuple[Array, ...],
    errors: list[Errors],
    rate: float,
    mode: RoundingMode,
) -> tuple[list[Line], Layer]:
    """Return the lines of one layer's steps and new values, and the layer."""
    layer, delta = network.layers[number - 1], errors[number - 1].linear
    lines: list[Line] = []

    def update(what: str, old: Array, gradient: Array) -> Array:
        step = -rate * gradient
        step = mode.round_step(step)
        decimals = mode.significant(step)
        kept = np.where(step, decimals, mode.decimals_as_given(old))
        new = mode.round(old + step, kept)
        lines.extend(lines_of(f"{what} step", number, step, decimals))
        lines.extend(lines_of(f"new {what}", number, new, kept))
        return new

    weights = update(
        "weight", layer.weights, weight_gradient(activated[number - 1], delta)
    )
    if layer.biases is None:
        return lines, layer.with_parameters({"weights": weights})
    biases = update("bias", layer.biases, bias_gradient(delta))
    new = {"weights": weights, "biases": biases}
    return lines, layer.with_parameters(new)


def step_from(
    exact: Line, carried: Line, givens: Givens, substitution: Substitution
) -> Step:
    """Join the exact and the carried line of one number with its formulas."""
    symbol = substitution.symbol(exact.key)
    is_error = exact.quantity == "error"
    sign = givens.notation.error_sign if is_error else 1
    value = sign * exact.value + 0.0  # turns −0 into 0
    return Step(
        symbol.text,
        symbol.latex,
        value,
        round_half_up(value, exact.decimals),
        sign * carried.value + 0.0,
        exact.decimals,
        exact.quantity,
        carried.decimals,
        *substitution.formulas(exact.key),
        kink_between(exact, carried, givens),
        (exact.layer, *exact.nodes),
    )


def written(
    lines: Sequence[tuple[Line, Line]],
    substitution: Substitution,
    notation: str,
) -> Explanation:
    """Write the lines of a calculation in a notation.

    Parameters
    ----------
    lines : sequence of pairs of Line
        The exact and the carried line of each number.
    substitution : Substitution
        What the symbols stand for, in any notation.
    notation : str
        A name in `literate_bp.formula.notation.NOTATIONS`.
    """
    here = substitution.in_notation(notation_of(notation))
    steps = tuple(step_from(*pair, here.givens, here) for pair in lines)
    explain_in = partial(written, lines, substitution)
    return Explanation(steps, here.givens, explain_in=explain_in)


def kink_between(exact: Line, carried: Line, givens: Givens) -> Math | None:
    """Return the linear part, if rounding moved it across a kink."""
    quantity, layer, nodes = exact.key
    activation = givens.network.layers[layer - 1].activation
    kinked = quantity == "derivative" and not ACTIVATIONS[activation].analytic
    if not kinked or exact.value == carried.value:
        return None
    return givens.symbol("linear", layer, *nodes)


def one_example(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike
) -> tuple[Array, Array]:
    """Check that there is one example, and a network that fits a sheet."""
    x = inputs_of(network, x)
    if x.ndim != 1:
        raise ValueError(
            f"x has shape {x.shape}; one example was expected, of shape "
            f"({x.shape[-1]},); train takes batches"
        )
    y = targets_of(network, y, output_placeholder(network, x))
    validation.without_normalization(network.normalizations, "a sheet")
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
    """Check the number of digits to round to."""
    if validation.whole("digits", digits) > MOST_DIGITS:
        raise ValueError(
            f"digits is {validation.shown(digits)}; at most {MOST_DIGITS} "
            "were expected, for a number has no more"
        )
    return int(digits)


def finite_lines(lines: Iterator[Line]) -> list[Line]:
    """Collect the lines; refuse a calculation that overflows."""
    with np.errstate(over="ignore", invalid="ignore"):
        taken = list(lines)
    if not all(isfinite(line.value) for line in taken):
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
    rounding: str = "significant",
) -> Explanation:
    r"""Write out one step of gradient descent for one example.

    The order is that of a calculation by hand: linear parts and activated
    values, the cost, derivatives and errors from the output back, the step of
    every weight and bias, the new weights and biases, and with them a second
    pass forward to the new cost. In a layer with a residual connection, ∂C/∂a
    has lines of its own.

    Parameters
    ----------
    network : Network
        A small network, without gains.
    x, y : array_like (n_in,), (n_out,)
        One example.
    rate : float
        η, greater than 0.
    digits : int
        Decimals to round to, from 1 to 15. Derivatives, errors and steps are
        rounded to as many significant digits instead, for they may be smaller
        than any decimal kept; a new weight is rounded where its step ends. A
        tie is rounded away from 0.
    notation : str
        A name in `literate_bp.formula.notation.NOTATIONS`.
    hide : str or None
        ``"values"`` for an exercise sheet: what is given, every formula, and
        blanks; ``"formulas"`` for blanks in the place of the formulas, too.
        Its ``solutions`` stand apart.
    rounding : str
        ``"decimals"`` to round derivatives and errors to `digits` decimals, as
        some texts do.

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

    Examples
    --------
    >>> from literate_bp import Layer, Network, explain
    >>> network = Network([Layer([[0.4], [-0.2]]), Layer([[0.1]])])
    >>> print(explain(network, [0.1, 0.3], [1.0]).only("cost"))
       value           rounded  carried  formula         carried, written out
    C  0.118890300124  0.119    0.119    (ŷ₁ − y₁)² / 2  (0.512 − 1)² / 2
    """
    chosen = notation_of(notation)
    validation.one_of("rounding", rounding, ROUNDINGS)
    x, y = map(locked, one_example(network, x, y))
    validation.positive("rate", rate)
    digits = digits_of(digits)
    exact, carried = (
        finite_lines(
            calculate(
                network, x, y, rate, RoundingMode(digits, carries, rounding)
            )
        )
        for carries in (False, True)
    )
    givens = Givens(network, x, y, rate, digits, chosen, rounding)
    substitution = Substitution(
        givens,
        {
            line.key: FormattedValue(line.value, line.decimals)
            for line in carried
        },
    )
    lines = tuple(zip(exact, carried, strict=True))
    return replace(written(lines, substitution, notation), hide=hide)
