"""The formula of one number: with the indices of its node, and in numbers.

The formulas come from the rules. Here the indices are set to those of one
node, the sums are written out, and each symbol gets the number that it stands
for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import Any

import numpy as np

from ..activation import ACTIVATIONS
from ..cost import COSTS
from ..formula.expression import (
    Add,
    Call,
    Equation,
    Expression,
    Index,
    Partial,
    Symbol,
    replaced,
    symbols_in,
    unrolled,
    with_indices,
)
from ..formula.formula import Formula, formula
from ..formula.letters import unicode_of
from ..formula.macros import ERRORS
from ..formula.notation import Notation
from ..formula.printing import Latex, Plain, Writer, name_by_value
from ..formula.translation import translated
from .by_hand import (
    called_by_name,
    derivative_by_hand,
    formula_by_hand,
    has_logarithms,
)
from .document import Math
from .givens import Givens

Key = tuple[str, int, tuple[int, ...]]
"""Quantity, layer and indices of a number, counted from 1."""
ACTIVATED_ERROR_RULES = ("node.activated_error", "residual.residual_error")
"""What gives ∂C/∂a: through the weights ahead; past them as well."""
SECOND_PASS = {
    "new linear": "linear",
    "new activated": "activated",
    "new cost": "cost",
}
"""The quantities of the second pass forward, and those of the first."""
OF_LAST_LAYER = ("linear", "activated")
"""What belongs to the last layer, where a formula gives it none."""
FUNCTIONS = ("activation", "derivative")
"""What a formula calls by the name that the notation has for it."""
WITHOUT_CALLS = ("linear", "weight", "bias", "step")
"""How the quantities end whose formulas call nothing."""
Write = Callable[[Expression], str]
"""Writes a formula."""
INPUTS = Index("", 0)
"""The layer of the inputs."""
ERROR_BY_VARIABLE = {by: error for error, by in ERRORS.items()}
"""Which error is the derivative of the cost by a quantity."""


@dataclass(frozen=True)
class FormattedValue:
    """A calculated number, and how many decimals it is written with."""

    value: float
    decimals: int


@dataclass(frozen=True)
class Substitution:
    """What the symbols of one worked example stand for.

    Attributes
    ----------
    givens : Givens
        The network, the example, the rate and the notation.
    values : dict of Key to FormattedValue
        The numbers calculated so far, as they are carried on; errors with
        the sign of this book.
    equations : dict of tuple to Equation
        The formulas that were asked for, by key and `form`.
    written : dict of tuple to Math
        Those with numbers, by key, form and names of functions.
    """

    givens: Givens
    values: Mapping[Key, FormattedValue]
    equations: dict[tuple[Any, ...], Equation] = field(
        default_factory=dict, repr=False
    )
    written: dict[tuple[Any, ...], Math] = field(
        default_factory=dict, repr=False
    )

    def in_notation(self, notation: Notation) -> Substitution:
        """Return the same in another notation, with what was asked for."""
        return replace(self, givens=replace(self.givens, notation=notation))

    @cached_property
    def form(self) -> tuple[object, ...]:
        """What decides the form of a formula of single numbers.

        The rest of a notation is letters, and the layout of arrays.
        """
        notation = self.givens.notation
        named = (error in notation.symbols for error in ERRORS)
        return notation.error_sign, *named

    def symbol(self, key: Key) -> Math:
        """Write the symbol of a number; of a derivative, σ′ of a node's z."""
        quantity, layer, nodes = key
        if quantity != "derivative":
            return self.givens.symbol(quantity, layer, *nodes)
        return self.math(self.translated(key).sides[0])

    def formulas(self, key: Key) -> tuple[Math, Math]:
        """Write the right-hand side of a number's formula.

        Returns
        -------
        tuple of Math
            With symbols, then with numbers.
        """
        side = self.translated(key).sides[-1]
        return self.math(side), self.with_its_numbers(key, side)

    def with_its_numbers(self, key: Key, side: Expression) -> Math:
        """Write a side with numbers, or give what was written before."""
        calls = not key[0].endswith(WITHOUT_CALLS)
        place = key, self.form, calls and self.function_names
        if place not in self.written:
            numbers = self.in_numbers(side, key[0])
            self.written[place] = self.math(numbers, numbers=True)
        return self.written[place]

    @cached_property
    def function_names(self) -> tuple[str, ...]:
        """What the notation calls the activation and its derivative."""
        return tuple(self.symbol_latex(Symbol(name)) for name in FUNCTIONS)

    def translated(self, key: Key) -> Equation:
        """Return the formula of one number in the notation of the sheet."""
        place = key, self.form
        if place not in self.equations:
            self.equations[place] = translated(
                self.equation(key), self.givens.notation
            )
        return self.equations[place]

    @cached_property
    def write(self) -> tuple[Write, Write]:
        """What writes a formula with symbols, in LaTeX and in Unicode."""
        return Latex(self.symbol_latex).text, Plain(self.symbol_text).text

    @cached_property
    def write_numbers(self) -> tuple[Write, Write]:
        """What writes it with numbers for its symbols."""
        writers = Latex(self.symbol_latex), Plain(self.symbol_text)
        latex, plain = map(self.with_numbers, writers)
        return latex.text, plain.text

    def math(self, side: Expression, *, numbers: bool = False) -> Math:
        """Write a formula, with numbers for its symbols if asked to."""
        latex, plain = self.write_numbers if numbers else self.write
        return Math(partial(latex, side), plain(side))

    def in_numbers(self, side: Expression, quantity: str) -> Expression:
        """Put numbers for σ′(z), but in the line of σ′(z) itself."""
        if quantity == "derivative":
            return side
        return replaced(side, self.derivative_as_number)

    def equation(self, key: Key) -> Equation:
        """Return the formula of one number; its symbols hold their values."""
        if key not in self.equations:
            self.equations[key] = self.new_equation(key)
        return self.equations[key]

    def new_equation(self, key: Key) -> Equation:
        """Set the indices of a general formula, and write out its sums."""
        quantity, layer, nodes = key
        again = quantity in SECOND_PASS
        found = self.general_equation(
            SECOND_PASS.get(quantity, quantity), layer
        )
        letters = [node.letter for node in defined_symbol(found).nodes]
        depth = len(self.givens.network.layers)
        places = dict(zip(letters, nodes, strict=True))
        found = with_numbers(found, {"l": layer, "L": depth, **places})
        counts = self.counts(layer)
        found = found.map(lambda side: unrolled(side, counts))
        if again:
            found = found.map(lambda side: replaced(side, of_second_pass))
        found = found.map(lambda side: replaced(side, self.with_value))
        if quantity.endswith("cost") and self.saturated(quantity):
            return found.map(lambda side: replaced(side, self.unrounded))
        return found

    # --- the formula of a rule ----------------------------------------------

    def general_equation(self, quantity: str, layer: int) -> Equation:
        """Return the formula of a kind of number, as its rule writes it."""
        if quantity == "linear":
            forward = formula("nodes.forward").equations[0]
            biases = self.givens.network.layers[layer - 1].biases
            return forward if biases is not None else without_bias(forward)
        if quantity.endswith(("weight", "bias", "step")):
            return update_equation(quantity)
        own, ahead = map(self.is_residual, (layer, layer + 1))
        if quantity == "derivative":
            activation = self.givens.network.layers[layer - 1].activation
            return derivative_by_hand(activation, residual=own).equations[0]
        if quantity == "error" and (own or ahead):
            return self.error_equation(layer)
        rule = self.rules(layer)[quantity]
        return rule.equations[-1 if rule.rule == "nodes.forward" else 0]

    def rules(self, layer: int) -> Mapping[str, Formula]:
        """Return the formula of the rule that gives each kind of number."""
        last = layer == len(self.givens.network.layers)
        cost = self.givens.network.cost
        collected = ACTIVATED_ERROR_RULES[self.is_residual(layer + 1)]
        return {
            "activated": formula_by_hand(self.activation_rule(layer)),
            "cost": formula_by_hand(f"cost.{cost}"),
            "activated error": formula(f"cost.{cost}_derivative")
            if last
            else formula_by_hand(collected),
            "error": formula_by_hand("network.output_error", cost=cost)
            if last
            else formula("nodes.hidden_errors"),
        }

    def activation_rule(self, layer: int) -> str:
        """Name the rule that gives the activated values of a layer."""
        if self.is_residual(layer):
            return "residual.residual_sum"
        activation = self.givens.network.layers[layer - 1].activation
        if ACTIVATIONS[activation].elementwise:
            return "nodes.forward"
        return f"activation.{activation}"

    def is_residual(self, layer: int) -> bool:
        """Whether there is such a layer, with a residual connection."""
        return layer in self.givens.residual

    def error_equation(self, layer: int) -> Equation:
        """Return δ = σ′(z) ∂C/∂a next to a residual connection.

        ∂C/∂a is a symbol if it has a line of its own, or else its formula.
        """
        found = formula_by_hand("node.linear_error").equations[0]
        if self.is_residual(layer):
            return found
        symbol, sums = self.rules(layer)["activated error"].equations[0].sides

        def change(part: Expression) -> Expression:
            return sums if part == symbol else part

        return found.map(lambda side: replaced(side, change))

    def counts(self, layer: int) -> Mapping[str, int]:
        """Return how far each index runs, in the formulas of a layer."""
        sizes = self.givens.sizes
        ahead = min(layer + 1, len(sizes) - 1)
        return {"i": sizes[layer - 1], "j": sizes[layer], "k": sizes[ahead]}

    # --- the numbers of its symbols -----------------------------------------

    def with_value(self, part: Expression) -> Expression:
        """Give a symbol its layer, its quantity and its value."""
        if isinstance(part, Call):
            return self.with_function_name(part)
        if not isinstance(part, Symbol):
            return part
        depth = len(self.givens.network.layers)
        if part.layer is None and part.quantity.endswith(OF_LAST_LAYER):
            part = replace(part, layer=Index("", depth))
        quantity, layer, nodes = key_of(part)
        if quantity == "activated" and not layer:
            part = replace(part, quantity="input")
        return replace(part, value=self.value_of(part.quantity, layer, nodes))

    def with_function_name(self, part: Call) -> Call:
        """Call an activation by its own name, if the layers have several."""
        layers = self.givens.network.layers
        several = len({layer.activation for layer in layers}) > 1
        if part.function not in FUNCTIONS or not several:
            return part
        (of,) = part.arguments
        _, layer, _ = key_of(next(symbols_in(of)))
        return called_by_name(part, layers[layer - 1].activation)

    def value_of(
        self, quantity: str, layer: int, nodes: tuple[int, ...]
    ) -> float | None:
        """Look a number up, among the givens and those calculated so far."""
        givens = self.givens
        arrays: Mapping[str, Any] = {"input": givens.x, "target": givens.y}
        if quantity in ("weight", "bias"):
            of = givens.network.layers[layer - 1]
            arrays = {"weight": of.weights, "bias": of.biases}
        if quantity in arrays:
            found: float = arrays[quantity][tuple(node - 1 for node in nodes)]
            return found
        if quantity == "rate":
            return givens.rate
        calculated = self.values.get((quantity, layer, nodes))
        return calculated.value if calculated else None

    def decimals(self, symbol: Symbol) -> int | None:
        """Return how many decimals a symbol's number is written with."""
        found = self.values.get(key_of(symbol))
        return found.decimals if found else None

    def saturated(self, cost: str) -> bool:
        """Whether a cost takes the logarithm of an output rounded to 0."""
        outputs_of = cost.replace("cost", "activated")
        network = self.givens.network
        last, width = len(network.layers), network.sizes[-1]
        outputs = [
            self.value_of(outputs_of, last, (node + 1,))
            for node in range(width)
        ]
        return COSTS[network.cost].textbook is not None and not has_logarithms(
            np.array(outputs)
        )

    def unrounded(self, part: Expression) -> Expression:
        """Put its own formula in the place of an output."""
        match part:
            case Symbol(
                "activated" | "new activated" as quantity,
                Index(_, layer),
                (Index(_, node),),
            ):
                return self.equation((quantity, layer, (node,))).sides[-1]
            case _:
                return part

    # --- writing ------------------------------------------------------------

    def symbol_latex(self, symbol: Symbol) -> str:
        """Write a symbol of this network in LaTeX."""
        return self.givens.latex(symbol)

    def symbol_text(self, symbol: Symbol) -> str:
        """Write a symbol of this network in Unicode."""
        return unicode_of(self.symbol_latex(symbol))

    def with_numbers(self, writer: Writer) -> Writer:
        """Return a writer that puts numbers in the place of symbols."""
        number = name_by_value(self.decimals, writer.number)

        def name(symbol: Symbol) -> str:
            is_function = symbol.quantity in FUNCTIONS
            if is_function and not symbol.nodes:
                return writer.name(symbol)
            return number(symbol)

        return replace(writer, name=name)

    def derivative_as_number(self, part: Expression) -> Expression:
        """Replace σ′(z), or a ∂C/∂z that is an error, by its number."""
        match part:
            case Call(name, (Symbol("linear") as z,)) if (
                name == self.derivative_name(z)
            ):
                return self.with_value(replace(z, quantity="derivative"))
            case Partial(Symbol("cost"), Symbol(by, layer, nodes)) if (
                by in ERROR_BY_VARIABLE
            ):
                error = Symbol(ERROR_BY_VARIABLE[by], layer, nodes)
                return self.with_value(error)
            case _:
                return part

    def derivative_name(self, z: Symbol) -> str:
        """Return the function name of the derivative at a node."""
        return self.with_function_name(Call("derivative", (z,))).function


def of_second_pass(part: Expression) -> Expression:
    """Put what the step made in the place of a value, weight or bias."""
    match part:
        case Symbol("linear" | "weight" | "bias" as quantity):
            return replace(part, quantity=f"new {quantity}")
        case Symbol("activated", layer) if layer != INPUTS:
            return replace(part, quantity="new activated")
        case _:
            return part


def key_of(symbol: Symbol) -> Key:
    """Return where the number of a symbol is found; layer 0 if it has none."""
    layer = symbol.layer.offset if symbol.layer else 0
    nodes = tuple(node.offset for node in symbol.nodes)
    return symbol.quantity, layer, nodes


def with_numbers(equation: Equation, numbers: Mapping[str, int]) -> Equation:
    """Set indices to numbers, by their letters."""
    indices = {letter: Index("", number) for letter, number in numbers.items()}
    return equation.map(lambda side: with_indices(side, indices))


def defined_symbol(equation: Equation) -> Symbol:
    """Return the symbol on the left: w for ∂C/∂w = …."""
    left = equation.sides[0]
    found = left.by if isinstance(left, Partial) else left
    return next(symbols_in(found))


def without_bias(equation: Equation) -> Equation:
    """Leave the bias out of a linear part."""
    left, right = equation.sides
    terms = right.terms if isinstance(right, Add) else (right,)
    kept = tuple(term for term in terms if not is_bias(term))
    return Equation((left, kept[0] if len(kept) == 1 else Add(kept)))


def is_bias(term: Expression) -> bool:
    """Whether it is a bias."""
    return isinstance(term, Symbol) and term.quantity == "bias"


@cache
def update_equation(quantity: str) -> Equation:
    """Return the formula of a step, or of a new value."""
    weights, biases = formula("nodes.backward").equations
    gradient = weights if "weight" in quantity else biases
    is_step = quantity.endswith("step")
    return (step_equation if is_step else new_value_equation)(gradient)


def step_equation(gradient: Equation) -> Equation:
    """Return the step that the rule subtracts: Δw = −η a δ."""
    partial, found = gradient.sides
    assert isinstance(partial, Partial)  # noqa: S101 — what a gradient is
    step = for_parameter(update_rule().terms[1], partial.by)
    step = replaced(step, lambda part: found if part == partial else part)
    return Equation((updated_symbol(partial.by, "{} step"), step))


def new_value_equation(gradient: Equation) -> Equation:
    """Return the new value, with its step as a symbol: w⁺ = w + Δw."""
    partial = gradient.sides[0]
    assert isinstance(partial, Partial)  # noqa: S101 — what a gradient is
    old = for_parameter(update_rule().terms[0], partial.by)
    new = updated_symbol(partial.by, "new {}")
    return Equation((new, Add((old, updated_symbol(partial.by, "{} step")))))


def update_rule() -> Add:
    """Return what the rule of the step writes: w − η ∂C/∂w."""
    right = formula("nodes.step").equations[0].sides[-1]
    assert isinstance(right, Add)  # the rule is a difference  # noqa: S101
    return right


def for_parameter(tree: Expression, parameter: Expression) -> Expression:
    """Put a weight or bias in the place of the weight of the rule."""

    def change(part: Expression) -> Expression:
        is_weight = isinstance(part, Symbol) and part.quantity == "weight"
        return parameter if is_weight else part

    return replaced(tree, change)


def updated_symbol(parameter: Expression, quantity: str) -> Symbol:
    """Make the symbol of a step or a new value: Δw, w⁺."""
    assert isinstance(parameter, Symbol)  # a weight or a bias  # noqa: S101
    return replace(parameter, quantity=quantity.format(parameter.quantity))
