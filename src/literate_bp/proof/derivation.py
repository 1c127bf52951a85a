"""Steps of derivations, typed as lines of Python.

Evaluated on symbols, a line gives the formula that is displayed. The formula
is checked on the numbers of random networks: all its sides must have the same
value, for every node.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ..formula.expression import (
    Call,
    Entry,
    Equation,
    Expression,
    Index,
    Letter,
    Number,
    Partial,
    Reduction,
    Relation,
    Symbol,
    as_expression,
    replaced,
    symbols_in,
)
from ..formula.primitives import symbolic_function
from .evaluation import differences, network_environment

RUNS = 3
"""On how many random networks a step is evaluated."""
TOLERANCE = 1e-11
"""The largest relative difference that rounding explains."""
SIGN_BETWEEN = re.compile(r"\s(=|≤)\s")
"""Matches the sign between two sides."""


@dataclass(frozen=True)
class NamedQuantity(Symbol):
    """A quantity by its name: ``z``, ``z[j]``, ``z(l)[j]``, ``Z(l)``."""

    def __call__(self, layer: Index | int) -> Symbol:
        """Give the quantity in a layer."""
        at = layer if isinstance(layer, Index) else Index("", layer)
        return NamedQuantity(self.quantity, at)

    def __getitem__(self, nodes: Any) -> Symbol:
        """Give the quantity at a node, or from one node to another."""
        several = nodes if isinstance(nodes, tuple) else (nodes,)
        return Symbol(self.quantity, self.layer, tuple(map(index, several)))


def index(node: Any) -> Index:
    """Make an index of a letter or a number."""
    if isinstance(node, Index):
        return node
    if isinstance(node, int):
        return Index("", node)
    raise TypeError(f"{node!r} is no index; a letter or a number was expected")


def sum_over(index: Index, body: Any, but: Index | None = None) -> Expression:
    """Sum over an index, but for an excluded one."""
    left_out = but.letter if but else ""
    return Reduction("sum", index.letter, as_expression(body), left_out)


def max_over(index: Index, body: Any) -> Expression:
    """Maximize over an index."""
    return Reduction("max", index.letter, as_expression(body))


def product_over(index: Index, body: Any) -> Expression:
    """Multiply over an index, such as the hidden layers."""
    return Reduction("prod", index.letter, as_expression(body))


def partial_derivative(of: Any, by: Any) -> Expression:
    """Differentiate by a quantity."""
    return Partial(as_expression(of), as_expression(by))


def entry_of(of: Any, node: Index) -> Expression:
    """Take the entry of an array at a node."""
    return Entry(as_expression(of), node)


def kronecker_delta(left: Index, right: Index) -> Expression:
    """Give 1 where two indices are equal, 0 elsewhere."""
    return Call("indicator", (Relation(Letter(left), "=", Letter(right)),))


LANGUAGE: Mapping[str, Any] = {
    **{letter: Index(letter) for letter in "ijklmnL"},
    "N": Letter(Index("N")),
    "x": NamedQuantity("input"),
    "z": NamedQuantity("linear"),
    "a": NamedQuantity("activated"),
    "yhat": NamedQuantity("output"),
    "w": NamedQuantity("weight"),
    "b": NamedQuantity("bias"),
    "v": NamedQuantity("direction"),
    "g": NamedQuantity("gain"),
    "y": NamedQuantity("target"),
    "delta": NamedQuantity("error"),
    "X": Symbol("inputs"),
    "Y": Symbol("targets"),
    "Z": NamedQuantity("linears"),
    "A": NamedQuantity("activateds"),
    "W": NamedQuantity("weights"),
    "B": NamedQuantity("biases"),
    "Delta": NamedQuantity("errors"),
    "C": Symbol("cost"),
    "Cn": Symbol("cost", None, (Index("n"),)),
    "eta": Symbol("rate"),
    "h": Letter(Index("h")),
    "p": Letter(Index("p")),
    "u": Letter(Index("u")),
    "sigma": symbolic_function("activation"),
    "sigma_prime": symbolic_function("derivative"),
    "exp": symbolic_function("exp"),
    "ln": symbolic_function("ln"),
    "tanh": symbolic_function("tanh"),
    "absolute": symbolic_function("abs"),
    "largest": symbolic_function("max"),
    "norm": symbolic_function("norm"),
    "diag": symbolic_function("diag"),
    "sqrt": symbolic_function("sqrt"),
    "Sum": sum_over,
    "Max": max_over,
    "Product": product_over,
    "d": partial_derivative,
    "entry": entry_of,
    "same": kronecker_delta,
    # over all draws of the weights
    "mean": symbolic_function("mean"),
    "var": symbolic_function("var"),
    "half": Number(1) / 2,
    "quarter": Number(1) / 4,
    "two": Number(2),
    "S": Letter(Index("S")),
}
"""The names that a line may use."""


@dataclass(frozen=True)
class Derivation:
    """Equations, and the check that their sides are equal.

    Attributes
    ----------
    text : str
        The lines as they were typed.
    equations : tuple of Equation
        One per left-hand side, each with two or more sides.
    """

    text: str
    equations: tuple[Equation, ...]

    def worst(self, **settings: Any) -> float:
        """Evaluate all sides on random networks.

        Parameters
        ----------
        **settings
            As `literate_bp.proof.evaluation.network_environment` takes them.

        Returns
        -------
        float
            The largest relative difference between sides.
        """
        return max(
            difference
            for equation in self.equations
            for seed in range(RUNS)
            for difference in differences(
                equation,
                network_environment(
                    (s for side in equation.sides for s in symbols_in(side)),
                    seed=seed,
                    **settings,
                ),
            )
        )

    def check(self, **settings: Any) -> float:
        """Evaluate all sides, and refuse a step that is false.

        Raises
        ------
        ValueError
            If an equation has one side, or rounding does not explain the
            largest difference.
        """
        if not all(len(equation.sides) > 1 for equation in self.equations):
            raise ValueError(
                f"{self.text!r} has an equation of one side; two sides were "
                "expected, and = or ≤ between them, with a space before and "
                "after it"
            )
        worst = self.worst(**settings)
        if not worst <= TOLERANCE:
            raise ValueError(
                f"the sides of {self.text!r} differ by {worst:.1e} of their "
                f"value; {TOLERANCE:.0e} at most was expected"
            )
        return worst


def derivation(text: str) -> Derivation:
    """Parse lines of Python as equations.

    Parameters
    ----------
    text : str
        Such as ``delta[j] = sigma_prime(z[j]) * d(C, a[j])``. A line that
        begins with a sign continues the equation above it.

    Raises
    ------
    ValueError
        If a line is no Python, or uses an unknown name.
    """
    equations: list[Equation] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        begins = SIGN_BETWEEN.match(f" {line}")
        pieces = SIGN_BETWEEN.split(f" {line}" if begins else line)
        sides = tuple(
            parse_expression(piece) for piece in pieces[0::2] if piece.strip()
        )
        sign = pieces[1] if len(pieces) > 1 else "="
        if begins and equations:
            last = equations.pop()
            equations.append(Equation((*last.sides, *sides), last.sign))
        else:
            equations.append(Equation(sides, sign))
    return Derivation(text, tuple(equations))


def as_symbol(part: Expression) -> Expression:
    """Make a plain symbol of a named quantity."""
    if isinstance(part, NamedQuantity):
        return Symbol(part.quantity, part.layer)
    return part


def parse_expression(text: str) -> Expression:
    """Parse an expression, such as one side of an equation."""
    try:
        found = eval(  # noqa: S307 — the pages' own lines, at build time
            text.strip(), {"__builtins__": {}}, dict(LANGUAGE)
        )
        return replaced(as_expression(found), as_symbol)
    except (
        AttributeError,
        NameError,
        SyntaxError,
        TypeError,
        ValueError,
    ) as error:
        raise ValueError(
            f"formula {text.strip()!r} was not understood: {error}"
            f"{suggestion(error)}; a line of Python with "
            f"{', '.join(LANGUAGE)} was expected, with a space before and "
            "after the = or ≤ between its sides"
        ) from error


def suggestion(error: Exception) -> str:
    """Return the known name that is nearest to an unknown one, if any is."""
    unknown = error.name if isinstance(error, NameError) else None
    close = get_close_matches(unknown or "", LANGUAGE, n=1)
    return f", did you mean {close[0]!r}?" if close else ""
