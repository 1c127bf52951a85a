"""The formula of one number: with the indices of its node, and in numbers.

The formulas come from the rules. Here the indices are set to those of one
node, the sums are written out, and each symbol gets the number that it stands
for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    with_index,
)
from ..formula.formula import Formula, formula
from ..formula.letters import unicode_of
from ..formula.macros import ERRORS
from ..formula.printing import Latex, Plain, Writer, name_by_value
from ..formula.translation import translated
from .by_hand import called_by_name, formula_by_hand, has_logarithms
from .document import Math
from .givens import Givens

Key = tuple[str, int, tuple[int, ...]]
"""Quantity, layer and indices of a number, counted from 1."""
ACTIVATED_ERROR_RULES = ("node.activated_error", "residual.residual_error")
"""What gives ∂C/∂a: through the weights ahead; past them as well."""
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
    """

    givens: Givens
    values: Mapping[Key, FormattedValue]

    def formulas(self, key: Key) -> tuple[Math, Math] | None:
        """Write the right-hand side of a number's formula.

        Returns
        -------
        tuple of Math or None
            With symbols, then with numbers. None for the cost after the
            step, which takes a second pass.
        """
        found = self.equation(key)
        if found is None:
            return None
        side = translated(found, self.givens.notation).sides[-1]
        latex, plain = Latex(self.symbol_latex), Plain(self.symbol_text)
        return (
            Math(latex.text(side), plain.text(side)),
            Math(
                self.with_numbers(latex, side, "-"),
                self.with_numbers(plain, side, "−"),
            ),
        )

    def equation(self, key: Key) -> Equation | None:
        """Return the formula of one number; its symbols hold their values."""
        quantity, layer, nodes = key
        found = self.general_equation(quantity, layer)
        if found is None:
            return None
        letters = [node.letter for node in defined_symbol(found).nodes]
        places = {
            "l": layer,
            "L": len(self.givens.network.layers),
            **dict(zip(letters, nodes, strict=True)),
        }
        for letter, number in places.items():
            found = with_number(found, letter, number)
        counts = self.counts(layer)
        found = found.map(lambda side: unrolled(side, counts))
        found = found.map(lambda side: replaced(side, self.with_value))
        if quantity == "cost" and self.saturated:
            return found.map(lambda side: replaced(side, self.unrounded))
        return found

    # --- the formula of a rule ----------------------------------------------

    def general_equation(self, quantity: str, layer: int) -> Equation | None:
        """Return the formula of a kind of number, as its rule writes it."""
        if quantity == "linear":
            forward = formula("nodes.forward").equations[0]
            biases = self.givens.network.layers[layer - 1].biases
            return forward if biases is not None else without_bias(forward)
        if quantity.endswith(("weight", "bias", "step")):
            return update_equation(quantity)
        residual = self.is_residual(layer) or self.is_residual(layer + 1)
        if quantity == "error" and residual:
            return self.error_equation(layer)
        rule = self.rules(layer).get(quantity)
        if rule is None:
            return None
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
        sizes = self.givens.network.sizes
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
        if part.layer is None and part.quantity in ("activated", "linear"):
            part = replace(part, layer=Index("", depth))
        quantity, layer, nodes = key_of(part)
        if quantity == "activated" and not layer:
            part = replace(part, quantity="input")
        return replace(part, value=self.value_of(part.quantity, layer, nodes))

    def with_function_name(self, part: Call) -> Expression:
        """Call an activation by its own name, if the layers have several."""
        layers = self.givens.network.layers
        several = len({layer.activation for layer in layers}) > 1
        if part.function not in ("activation", "derivative") or not several:
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

    @property
    def saturated(self) -> bool:
        """Whether the cost takes the logarithm of an output rounded to 0."""
        network = self.givens.network
        last, width = len(network.layers), network.sizes[-1]
        outputs = [
            self.value_of("activated", last, (node + 1,))
            for node in range(width)
        ]
        return COSTS[network.cost].textbook is not None and not has_logarithms(
            np.array(outputs)
        )

    def unrounded(self, part: Expression) -> Expression:
        """Put its own formula in the place of an output."""
        match part:
            case Symbol("activated", Index(_, layer), (Index(_, node),)):
                own = self.equation(("activated", layer, (node,)))
                return own.sides[-1] if own else part
            case _:
                return part

    # --- writing ------------------------------------------------------------

    def symbol_latex(self, symbol: Symbol) -> str:
        """Write a symbol of this network in LaTeX."""
        givens = self.givens
        return givens.notation.latex(symbol, givens.network.sizes)

    def symbol_text(self, symbol: Symbol) -> str:
        """Write a symbol of this network in Unicode."""
        return unicode_of(self.symbol_latex(symbol))

    def with_numbers(
        self, writer: Writer, side: Expression, minus: str
    ) -> str:
        """Write a formula with numbers for its symbols."""
        number = name_by_value(self.decimals, minus)
        numbered = replaced(side, self.derivative_as_error)

        def name(symbol: Symbol) -> str:
            if symbol.quantity in ("activation", "derivative"):
                return writer.name(symbol)
            return number(symbol)

        return replace(writer, name=name).text(numbered)

    def derivative_as_error(self, part: Expression) -> Expression:
        """Replace ∂C/∂z by the error that it is, which has a number."""
        match part:
            case Partial(Symbol("cost"), Symbol(by, layer, nodes)) if (
                by in ERROR_BY_VARIABLE
            ):
                error = Symbol(ERROR_BY_VARIABLE[by], layer, nodes)
                return self.with_value(error)
            case _:
                return part


def key_of(symbol: Symbol) -> Key:
    """Return where the number of a symbol is found; layer 0 if it has none."""
    layer = symbol.layer.offset if symbol.layer else 0
    nodes = tuple(node.offset for node in symbol.nodes)
    return symbol.quantity, layer, nodes


def with_number(equation: Equation, letter: str, number: int) -> Equation:
    """Set an index to a number."""
    index = Index("", number)
    return equation.map(lambda side: with_index(side, letter, index))


def defined_symbol(equation: Equation) -> Symbol:
    """Return the symbol on the left: w for ∂C/∂w = …."""
    left = equation.sides[0]
    found = left.by if isinstance(left, Partial) else left
    return next(symbols_in(found))


def without_bias(equation: Equation) -> Equation:
    """Leave the bias out of a sum."""
    left, right = equation.sides
    assert isinstance(right, Add)  # a linear part with a bias  # noqa: S101
    kept = [t for t in right.terms if not is_bias(t)]
    return Equation((left, kept[0] if len(kept) == 1 else Add(tuple(kept))))


def is_bias(term: Expression) -> bool:
    """Whether it is a bias."""
    return isinstance(term, Symbol) and term.quantity == "bias"


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
