"""The formula of one number: for its node, and with the numbers in it.

Nothing is written here. The formula of a rule is taken for the node at hand,
its sums are written out, and its symbols are given the numbers that they
stand for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..activation import Array
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
from ..formula.notation import ERRORS, Notation
from ..formula.printing import Latex, Plain, Writer, name_by_value
from ..formula.translation import translated
from ..network import Network
from ..textbook import ENTROPIES, has_logarithms
from .by_hand import by_hand

Key = tuple[str, int, tuple[int, ...]]


@dataclass(frozen=True)
class Known:
    """A number that is known, and to how many decimals it is written."""

    value: float
    decimals: int


@dataclass(frozen=True)
class Substitution:
    """One example of one network, with the numbers known of it so far.

    Attributes
    ----------
    network, x, y, rate
        What is calculated.
    notation : Notation
        In which it is written.
    known : dict of Key to Known
        The numbers as they are carried on, errors with the sign that they
        have in this book.
    """

    network: Network
    x: Array
    y: Array
    rate: float
    notation: Notation
    known: Mapping[Key, Known]

    def general(self, quantity: str, layer: int) -> Equation | None:
        """Give the formula of a kind of number, as its rule writes it."""
        if quantity == "linear":
            forward = formula("nodes.forward").equations[0]
            biases = self.network.layers[layer - 1].biases
            return forward if biases is not None else without_bias(forward)
        if quantity.endswith(("weight", "bias", "step")):
            return self.moved(quantity)
        past = self.is_residual(layer) or self.is_residual(layer + 1)
        if quantity == "error" and past:
            return self.through(layer)
        rule = self.rules(layer).get(quantity)
        return (
            rule.equations[-1 if rule.rule == "nodes.forward" else 0]
            if rule
            else None
        )

    def rules(self, layer: int) -> Mapping[str, Formula]:
        """Tell which rule gives each kind of number."""
        last = layer == len(self.network.layers)
        cost = self.network.cost
        return {
            "activated": by_hand(self.activating(layer)),
            "cost": by_hand(f"cost.{cost}"),
            "activated error": formula(f"cost.{cost}_derivative")
            if last
            else by_hand(COLLECTING[self.is_residual(layer + 1)]),
            "error": by_hand("network.output_error", cost=cost)
            if last
            else formula("nodes.hidden_errors"),
        }

    def activating(self, layer: int) -> str:
        """Tell which rule gives what a layer passes on."""
        if self.is_residual(layer):
            return "network.residual_sum"
        shared = self.network.layers[layer - 1].activation == "softmax"
        return "activation.softmax" if shared else "nodes.forward"

    def is_residual(self, layer: int) -> bool:
        """Tell whether there is such a layer, with a residual connection."""
        found = self.network.layers[layer - 1 : layer]
        return any(each.residual for each in found)

    def through(self, layer: int) -> Equation:
        """Take ∂C/∂a through the activation: from its line, if it has one."""
        through = by_hand("node.linear_error").equations[0]
        if self.is_residual(layer):
            return through
        line, sums = self.rules(layer)["activated error"].equations[0].sides

        def change(part: Expression) -> Expression:
            return sums if part == line else part

        return through.map(lambda side: replaced(side, change))

    def moved(self, quantity: str) -> Equation:
        """Give the formula of a step, or of a new value."""
        of_weights, of_biases = formula("nodes.backward").equations
        gradient = of_weights if "weight" in quantity else of_biases
        made = step if quantity.endswith("step") else renewed
        return made(gradient)

    def equation(self, key: Key) -> Equation | None:
        """Give the formula of one number, whose symbols carry theirs.

        None for the cost after the step, which takes a pass of its own.
        """
        quantity, layer, nodes = key
        found = self.general(quantity, layer)
        if found is None:
            return None
        names = [node.letter for node in first_symbol(found).nodes]
        places = {
            "l": layer,
            "L": len(self.network.layers),
            **dict(zip(names, nodes, strict=True)),
        }
        for letter, number in places.items():
            found = put(found, letter, number)
        counts = self.counts(layer)
        spread = found.map(lambda side: unrolled(side, counts))
        filled = spread.map(lambda side: replaced(side, self.filled))
        if quantity == "cost" and self.saturated:
            return filled.map(lambda side: replaced(side, self.unrounded))
        return filled

    @property
    def saturated(self) -> bool:
        """Whether the cost asks for the logarithm of a rounded 0."""
        last, width = len(self.network.layers), self.network.sizes[-1]
        outputs = [
            self.number("activated", last, (node + 1,))
            for node in range(width)
        ]
        return self.network.cost in ENTROPIES and not has_logarithms(
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

    def counts(self, layer: int) -> Mapping[str, int]:
        """Tell how far each index runs, for a number of this layer."""
        sizes = self.network.sizes
        last = len(sizes) - 1
        ahead = min(layer + 1, last)
        return {"i": sizes[layer - 1], "j": sizes[layer], "k": sizes[ahead]}

    def filled(self, part: Expression) -> Expression:
        """Give a symbol its layer, its name and its number."""
        if isinstance(part, Call):
            return self.called(part)
        if not isinstance(part, Symbol):
            return part
        if part.layer is None and part.quantity in ("activated", "linear"):
            part = replace(part, layer=Index("", len(self.network.layers)))
        layer = part.layer.offset if part.layer else 0
        if part.quantity == "activated" and not layer:
            part = replace(part, quantity="input")
        nodes = tuple(node.offset for node in part.nodes)
        return replace(part, value=self.number(part.quantity, layer, nodes))

    def called(self, part: Call) -> Expression:
        """Call an activation by its own name, where layers have several."""
        names = {layer.activation for layer in self.network.layers}
        if (
            part.function not in ("activation", "derivative")
            or len(names) == 1
        ):
            return part
        (of,) = part.arguments
        layer = next(symbols_in(of)).layer
        assert layer is not None  # filled before  # noqa: S101
        name = self.network.layers[layer.offset - 1].activation
        prime = "'" if part.function == "derivative" else ""
        return replace(part, function=name + prime)

    def number(
        self, quantity: str, layer: int, nodes: tuple[int, ...]
    ) -> float | None:
        """Look a number up, among what is given and what is known."""
        place = tuple(node - 1 for node in nodes)
        given: Mapping[str, Any] = {"input": self.x, "target": self.y}
        if quantity in given:
            found: float = given[quantity][place]
            return found
        if quantity == "rate":
            return self.rate
        if quantity in ("weight", "bias"):
            shown = self.network.layers[layer - 1]
            array: Any = (
                shown.weights if quantity == "weight" else shown.biases
            )
            weight: float = array[place]
            return weight
        known = self.known.get((quantity, layer, nodes))
        return known.value if known else None

    def decimals(self, symbol: Symbol) -> int | None:
        """Tell with how many decimals a symbol's number is written."""
        layer = symbol.layer.offset if symbol.layer else 0
        nodes = tuple(node.offset for node in symbol.nodes)
        found = self.known.get((symbol.quantity, layer, nodes))
        return found.decimals if found else None

    def written(self, key: Key) -> tuple[str, str, str, str]:
        """Write the right-hand side of a number's formula.

        Returns
        -------
        tuple of str
            In LaTeX and in Unicode, with symbols, then with numbers. Empty
            where there is no formula of one line.
        """
        found = self.equation(key)
        if found is None:
            return "", "", "", ""
        side = translated(found, self.notation).sides[-1]
        return (
            Latex(self.latex).text(side),
            Plain(self.text).text(side),
            self.with_numbers(Latex(self.latex), side, "-"),
            self.with_numbers(Plain(self.text), side, "−"),
        )

    def latex(self, symbol: Symbol) -> str:
        """Name a symbol as in this network."""
        return self.notation.latex(symbol, self.network.sizes)

    def text(self, symbol: Symbol) -> str:
        """Name a symbol in Unicode."""
        return unicode_of(self.latex(symbol))

    def with_numbers(
        self, writer: Writer, side: Expression, minus: str
    ) -> str:
        """Write numbers for symbols, and names for functions."""
        number = name_by_value(self.decimals, minus)
        numbered = replaced(side, self.error_again)

        def name(symbol: Symbol) -> str:
            if symbol.quantity in ("activation", "derivative"):
                return writer.name(symbol)
            return number(symbol)

        return replace(writer, name=name).text(numbered)

    def error_again(self, part: Expression) -> Expression:
        """Let an error that is written as a derivative have its number."""
        match part:
            case Partial(Symbol("cost"), Symbol(by, layer, nodes)) if by in BY:
                return self.filled(Symbol(BY[by], layer, nodes))
            case _:
                return part


COLLECTING = ("node.activated_error", "network.residual_error")
"""What gives ∂C/∂a: through the weights ahead, and past them too."""
BY = {by: error for error, by in ERRORS.items()}
"""Which error is the derivative by a quantity."""


def put(equation: Equation, letter: str, number: int) -> Equation:
    """Put a number in the place of a letter."""
    return equation.map(
        lambda side: with_index(side, letter, Index("", number))
    )


def first_symbol(equation: Equation) -> Symbol:
    """Give the symbol whose number an equation is: Δw for Δw = …."""
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
    """Tell whether it is a bias."""
    return isinstance(term, Symbol) and term.quantity == "bias"


def step(gradient: Equation) -> Equation:
    """Take the step out of the rule that makes it: Δw = −η a δ."""
    by, found = gradient.sides
    assert isinstance(by, Partial)  # noqa: S101 — what a gradient is
    moved = of_quantity(stepping().terms[1], by.by)
    step_of = replaced(moved, lambda part: found if part == by else part)
    return Equation((stepped_symbol(by.by, "{} step"), step_of))


def renewed(gradient: Equation) -> Equation:
    """Write the new value with the step for what is added: w⁺ = w + Δw."""
    by = gradient.sides[0]
    assert isinstance(by, Partial)  # noqa: S101 — what a gradient is
    old = of_quantity(stepping().terms[0], by.by)
    new = stepped_symbol(by.by, "new {}")
    return Equation((new, Add((old, stepped_symbol(by.by, "{} step")))))


def stepping() -> Add:
    """Give what the rule of the step writes: w − η ∂C/∂w."""
    right = formula("nodes.step").equations[0].sides[-1]
    assert isinstance(right, Add)  # the rule is a difference  # noqa: S101
    return right


def of_quantity(tree: Expression, quantity: Expression) -> Expression:
    """Let the rule of the step speak of this weight or bias."""

    def change(part: Expression) -> Expression:
        mine = isinstance(part, Symbol) and part.quantity == "weight"
        return quantity if mine else part

    return replaced(tree, change)


def stepped_symbol(of: Expression, called: str) -> Symbol:
    """Make the symbol of a step or a new value: Δw, w⁺."""
    assert isinstance(of, Symbol)  # a weight or a bias  # noqa: S101
    return replace(of, quantity=called.format(of.quantity))
