"""A step of a derivation, as a line of Python.

The line is run on symbols, and that is the formula. The formula is evaluated
on the numbers of random networks, and that is its check: every side has to
come to the same number, for every node.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from .evaluation import differences, network_environment

RUNS = 3
"""On how many random networks a step is evaluated."""
TOLERANCE = 1e-11
"""The largest difference, relative to the number, that rounding explains."""
SIGN_BETWEEN = re.compile(r"\s(=|≤)\s")
"""What stands between two sides."""


@dataclass(frozen=True)
class NamedQuantity(Symbol):
    """A name of the language: ``z[j]``, ``z(l)[j]``, ``Z(l)``, ``z``."""

    def __call__(self, layer: Index | int) -> Symbol:
        """Say which layer is meant."""
        at = layer if isinstance(layer, Index) else Index("", layer)
        return NamedQuantity(self.quantity, at)

    def __getitem__(self, nodes: Any) -> Symbol:
        """Say which node, or from which node to which."""
        several = nodes if isinstance(nodes, tuple) else (nodes,)
        return Symbol(self.quantity, self.layer, tuple(map(index, several)))


def index(node: Any) -> Index:
    """Take a letter or a number as an index."""
    if isinstance(node, Index):
        return node
    if isinstance(node, int):
        return Index("", node)
    raise TypeError(f"{node!r} is no index; a letter or a number was expected")


def apply(function: str) -> Callable[..., Expression]:
    """Make a function of the language."""

    def applied(*of: Any) -> Expression:
        return Call(function, tuple(map(plain, of)))

    return applied


def plain(of: Any) -> Expression:
    """Take a number or an index into a formula."""
    return Letter(of) if isinstance(of, Index) else as_expression(of)


def sum_over(index: Index, body: Any, but: Index | None = None) -> Expression:
    """Add up over an index, all but one of them if that is said."""
    left_out = but.letter if but else ""
    return Reduction("sum", index.letter, plain(body), left_out)


def max_over(index: Index, body: Any) -> Expression:
    """Take the largest over an index."""
    return Reduction("max", index.letter, plain(body))


def product_over(index: Index, body: Any) -> Expression:
    """Multiply over the hidden layers."""
    return Reduction("prod", index.letter, plain(body))


def partial_derivative(of: Any, by: Any) -> Expression:
    """Differentiate."""
    return Partial(plain(of), plain(by))


def entry_of(of: Any, node: Index) -> Expression:
    """Take the entry of one node."""
    return Entry(plain(of), node)


def kronecker_delta(left: Index, right: Index) -> Expression:
    """Say 1 where two indices are the same, and 0 elsewhere."""
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
    "sigma": apply("activation"),
    "sigma_prime": apply("derivative"),
    "exp": apply("exp"),
    "ln": apply("ln"),
    "tanh": apply("tanh"),
    "absolute": apply("abs"),
    "largest": apply("max"),
    "norm": apply("norm"),
    "diag": apply("diag"),
    "sqrt": apply("sqrt"),
    "Sum": sum_over,
    "Max": max_over,
    "Product": product_over,
    "d": partial_derivative,
    "entry": entry_of,
    "same": kronecker_delta,
    # over all draws of the weights
    "mean": apply("mean"),
    "var": apply("var"),
    "half": Number(1) / 2,
    "quarter": Number(1) / 4,
    "two": Number(2),
    "S": Letter(Index("S")),
}
"""What a line may name."""


@dataclass(frozen=True)
class Derivation:
    """Lines of equations, each with its sides, and how far they differ.

    Attributes
    ----------
    text : str
        As it was typed, in Python.
    equations : tuple of Equation
        One a left-hand side; more sides follow on lines of their own.
    """

    text: str
    equations: tuple[Equation, ...]

    def worst(self, **circumstances: Any) -> float:
        """Evaluate both sides on random networks.

        Parameters
        ----------
        **circumstances
            As `literate_bp.proof.evaluation.network_environment` takes them.

        Returns
        -------
        float
            The largest difference, relative to the number.
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
                    **circumstances,
                ),
            )
        )

    def check(self, **circumstances: Any) -> float:
        """Give the largest difference, and refuse a step that is false.

        Raises
        ------
        ValueError
            If rounding does not explain it.
        """
        worst = self.worst(**circumstances)
        if not worst <= TOLERANCE:
            raise ValueError(
                f"the sides of {self.text!r} differ by {worst:.1e} of their "
                f"value; {TOLERANCE:.0e} at most was expected"
            )
        return worst


def derivation(text: str) -> Derivation:
    """Read lines of Python as equations.

    Parameters
    ----------
    text : str
        ``delta[j] = slope(z[j]) * Sum(k, w[j, k] * delta[k])``. A line that
        begins with its sign continues the equation above it.

    Raises
    ------
    ValueError
        If a line is no Python, or names what the language does not know.
    """
    equations: list[Equation] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        begins = SIGN_BETWEEN.match(f" {line}")
        pieces = SIGN_BETWEEN.split(f" {line}" if begins else line)
        sides = tuple(
            parse_side(piece) for piece in pieces[0::2] if piece.strip()
        )
        sign = pieces[1] if len(pieces) > 1 else "="
        if begins and equations:
            last = equations.pop()
            equations.append(Equation((*last.sides, *sides), last.sign))
        else:
            equations.append(Equation(sides, sign))
    return Derivation(text, tuple(equations))


def as_symbol(part: Expression) -> Expression:
    """Make a plain symbol of a name that nothing was said of."""
    if isinstance(part, NamedQuantity):
        return Symbol(part.quantity, part.layer)
    return part


def parse_side(text: str) -> Expression:
    """Read one side of an equation."""
    try:
        found = eval(  # noqa: S307 — the pages' own lines, at build time
            text.strip(), {"__builtins__": {}}, dict(LANGUAGE)
        )
        return replaced(plain(found), as_symbol)
    except (
        AttributeError,
        NameError,
        SyntaxError,
        TypeError,
        ValueError,
    ) as error:
        raise ValueError(
            f"formula {text.strip()!r} was not understood: {error}; a line of "
            f"Python with {', '.join(LANGUAGE)} was expected"
        ) from error
