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

from .evaluation import differences, world_for
from .expression import (
    Big,
    Call,
    Equation,
    Expression,
    Index,
    Letter,
    Number,
    Partial,
    Power,
    Relation,
    Symbol,
    as_expression,
    symbols_in,
)

WORST = 1e-11
"""The largest difference, relative to the number, that rounding explains."""
SIDES = re.compile(r"\s(=|≈|≤)\s")


@dataclass(frozen=True)
class Quantity:
    """A name of the language: ``z[j]``, ``z(l)[j]``, ``Z(l)``."""

    name: str
    layer: Index | None = None

    def __call__(self, layer: Index | int) -> Any:
        """Say which layer is meant; an array is then complete."""
        at = layer if isinstance(layer, Index) else Index("", layer)
        if self.name in COMPLETE:
            return Symbol(self.name, at)
        return Quantity(self.name, at)

    def __getitem__(self, nodes: Any) -> Symbol:
        """Say which node, or from which node to which."""
        several = nodes if isinstance(nodes, tuple) else (nodes,)
        indices = tuple(
            node if isinstance(node, Index) else Index("", node)
            for node in several
        )
        return Symbol(self.name, self.layer, indices)


COMPLETE = ("inputs", "linears", "activateds", "weights", "errors", "biases")


def apply(function: str) -> Callable[..., Expression]:
    """Make a function of the language."""

    def applied(*of: Any) -> Expression:
        return Call(function, tuple(map(plain, of)))

    return applied


def plain(of: Any) -> Expression:
    """Take a number, an index or a quantity without index into a formula."""
    if isinstance(of, Quantity):
        return Symbol(of.name, of.layer)
    return Letter(of) if isinstance(of, Index) else as_expression(of)


def total(index: Index, body: Any, but: Index | None = None) -> Expression:
    """Add up over an index, all but one of them if that is said."""
    left_out = but.letter if but else ""
    return Big("sum", index.letter, plain(body), left_out)


def derivative(of: Any, by: Any) -> Expression:
    """Differentiate."""
    return Partial(plain(of), plain(by))


def power(base: Any, exponent: Any) -> Expression:
    """Raise to a power."""
    return Power(plain(base), plain(exponent))


def same(left: Index, right: Index) -> Expression:
    """Say 1 where two indices are the same, and 0 elsewhere."""
    return Call("indicator", (Relation(Letter(left), "=", Letter(right)),))


LANGUAGE: Mapping[str, Any] = {
    **{letter: Index(letter) for letter in "ijklnL"},
    "N": Letter(Index("N")),
    "x": Quantity("input"),
    "z": Quantity("linear"),
    "a": Quantity("activated"),
    "yhat": Quantity("output"),
    "w": Quantity("weight"),
    "b": Quantity("bias"),
    "y": Quantity("target"),
    "delta": Quantity("error"),
    "X": Symbol("inputs"),
    "Y": Symbol("targets"),
    "Z": Quantity("linears"),
    "A": Quantity("activateds"),
    "W": Quantity("weights"),
    "B": Quantity("biases"),
    "Delta": Quantity("errors"),
    "C": Symbol("cost"),
    "Cn": Symbol("cost", None, (Index("n"),)),
    "eta": Symbol("rate"),
    "h": Letter(Index("h")),
    "sigma": apply("activation"),
    "slope": apply("slope"),
    "exp": apply("exp"),
    "ln": apply("ln"),
    "tanh": apply("tanh"),
    "absolute": apply("abs"),
    "largest": apply("max"),
    "norm": apply("norm"),
    "diag": apply("diag"),
    "Sum": total,
    "d": derivative,
    "same": same,
    "half": Number(1) / 2,
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
            As `literate_bp.writing.evaluation.world_for` takes them.

        Returns
        -------
        float
            The largest difference, relative to the number.
        """
        return max(
            difference
            for equation in self.equations
            for seed in range(3)
            for difference in differences(
                equation,
                world_for(
                    (s for side in equation.sides for s in symbols_in(side)),
                    seed=seed,
                    **circumstances,
                ),
            )
        )


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
        begins = SIDES.match(f" {line}")
        pieces = SIDES.split(f" {line}" if begins else line)
        sides = tuple(side(piece) for piece in pieces[0::2] if piece.strip())
        sign = pieces[1] if len(pieces) > 1 else "="
        if begins and equations:
            last = equations.pop()
            equations.append(Equation((*last.sides, *sides), last.sign))
        else:
            equations.append(Equation(sides, sign))
    return Derivation(text, tuple(equations))


def side(text: str) -> Expression:
    """Read one side of an equation."""
    try:
        found = eval(  # noqa: S307 — the pages' own lines, at build time
            text.strip(), {"__builtins__": {}}, dict(LANGUAGE)
        )
        return plain(found)
    except (NameError, SyntaxError, TypeError, ValueError) as error:
        raise ValueError(
            f"formula {text.strip()!r} was not understood: {error}; a line of "
            f"Python with {', '.join(LANGUAGE)} was expected"
        ) from error
