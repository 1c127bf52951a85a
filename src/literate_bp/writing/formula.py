r"""The formula of every rule, written by the rule itself.

Each entry of `FACES` says what a rule is given and what its result is called.
The right-hand side is nowhere typed: it is what the rule's own code gives when
it is run on these symbols.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .. import network, node, nodes, refusal
from .expression import (
    Call,
    Equation,
    Expression,
    Index,
    Partial,
    Symbol,
    letters_in,
    replaced,
    written_out,
)
from .notation import BOOK, Notation
from .symbolic import Each, Paper, fresh
from .translation import translated
from .typeset import Latex, Plain, plain_name

COST = Symbol("cost")


def symbol(quantity: str, *indices: str, layer: str = "") -> Symbol:
    """Make a symbol: ``symbol("weight", "j", "k", layer="l+1")``."""
    return Symbol(
        quantity,
        Index.of(layer) if layer else None,
        tuple(map(Index.of, indices)),
    )


def slope_of(z: Expression) -> Expression:
    """Write σ′ at a linear part."""
    return Call("slope", (z,))


def activation_of(z: Expression) -> Expression:
    """Write σ at a linear part."""
    return Call("activation", (z,))


def by(quantity: Expression) -> Expression:
    """Write the derivative of the cost by a quantity."""
    return Partial(COST, quantity)


@dataclass(frozen=True)
class Face:
    """What a rule is run on, to be written down.

    Attributes
    ----------
    rule : function
        The rule.
    gives : tuple of Expression
        What its results are called: the left-hand sides. None, where they
        have no name of their own.
    given : tuple
        Its arguments: expressions, `Each`, or tuples of these.
    take : callable
        Picks the results that `gives` names.
    instead : dict
        What stands for a global name of the rule.
    """

    rule: Callable[..., Any]
    gives: tuple[Expression, ...]
    given: tuple[Any, ...]
    take: Callable[[Any], Any] = lambda result: result
    instead: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Formula:
    """The formula of one rule.

    Attributes
    ----------
    rule : str
        Its dotted name within the package: ``"node.linear"``.
    equations : tuple of Equation
        One a line, in this book's notation.
    """

    rule: str
    equations: tuple[Equation, ...]

    @property
    def label(self) -> str:
        """The label that a page can refer to it by."""
        return f"eq-{self.rule.replace('.', '-').replace('_', '-')}"

    def written_out(self, counts: Mapping[str, int]) -> "Formula":
        """Give its equations one more side, with their sums written out.

        Parameters
        ----------
        counts : dict of str to int
            How far each index runs.
        """
        longer = (
            Equation((*e.sides, written_out(e.sides[-1], counts)), e.sign)
            for e in self.equations
        )
        return Formula(self.rule, tuple(longer))

    def latex(self, notation: Notation | None = None) -> str:
        r"""Write it in LaTeX, several lines aligned at their first sign.

        Parameters
        ----------
        notation : Notation, optional
            With its letters; else with the semantic macros.
        """
        writer = Latex(notation.latex) if notation else Latex()
        return aligned([writer.text(e) for e in self.told(notation)])

    def text(self, notation: Notation = BOOK) -> str:
        """Write it in Unicode, one equation a line."""
        writer = Plain(plain_name(notation))
        return "\n".join(writer.text(e) for e in self.told(notation))

    def told(self, notation: Notation | None) -> tuple[Equation, ...]:
        """Give its equations as they hold in a notation."""
        if notation is None:
            return self.equations
        return tuple(translated(e, notation) for e in self.equations)


def aligned(lines: list[str]) -> str:
    r"""Set lines below one another, aligned at their first sign."""
    if len(lines) == 1:
        return lines[0]
    return " \\\\\n".join(line.replace(" = ", " &= ", 1) for line in lines)


def formula(rule: str) -> Formula:
    """Give the formula of a rule.

    Parameters
    ----------
    rule : str
        A key of `FACES`.

    Raises
    ------
    ValueError
        If there is no such rule.
    """
    return written(refusal.known("rule", rule, FACES))


@cache
def written(rule: str) -> Formula:
    """Run a rule on its symbols."""
    face = FACES[rule]
    ran = Paper().run(face.rule, *face.given, **face.instead)
    results = [single(part) for part in listed(face.take(ran))]
    equations: list[Equation] = []
    if not face.gives:
        return Formula(rule, tuple(Equation((right,)) for right in results))
    for left, right in zip(face.gives, results, strict=True):
        for earlier in equations:
            right = named(right, earlier)  # noqa: PLW2901 — shorter each time
        right = fresh(right, letters_in(left))  # noqa: PLW2901 — and clear
        equations.append(Equation((left, right)))
    return Formula(rule, tuple(equations))


def listed(results: Any) -> tuple[Any, ...]:
    """Give one result, or several, as a tuple."""
    return results if isinstance(results, tuple) else (results,)


def single(result: Any) -> Expression:
    """Unwrap the one that stands for all."""
    while isinstance(result, tuple):
        (result,) = result
    return result


def named(tree: Expression, earlier: Equation) -> Expression:
    """Put the name of an earlier result in the place of its formula."""
    left, right = earlier.sides
    return replaced(tree, lambda part: left if part == right else part)


W_IJ = symbol("weight", "i", "j")
W_JK = symbol("weight", "j", "k")
X_I = symbol("input", "i")
Z, Z_J = symbol("linear"), symbol("linear", "j")
A_I, A_J = symbol("activated", "i"), symbol("activated", "j")
D_J, D_K = symbol("error", "j"), symbol("error", "k")
POSITIVE_Z = Symbol("linear", value=0.0)
"""z on the side of 0 where the rule is written as in a book."""

NODE = {
    "node.weighted_sum": Face(
        node.weighted_sum,
        (),
        (Each("i", W_IJ), Each("i", X_I)),
    ),
    "node.linear": Face(
        node.linear,
        (Z_J,),
        (Each("i", W_IJ), Each("i", X_I), symbol("bias", "j")),
    ),
    "node.sigmoid": Face(node.sigmoid, (activation_of(Z),), (POSITIVE_Z,)),
    "node.sigmoid_slope": Face(
        node.sigmoid_slope,
        (slope_of(Z),),
        (Z,),
        instead={"sigmoid": activation_of},
    ),
    "node.activated_error": Face(
        node.activated_error, (by(A_J),), (Each("k", W_JK), Each("k", D_K))
    ),
    "node.linear_error": Face(
        node.linear_error, (D_J,), (slope_of(Z_J), by(A_J))
    ),
}


def layer_of(i: str, j: str, layer: str) -> nodes.Layer:
    """Make a layer of symbols, whose weights lead from i to j."""
    return nodes.Layer(
        Each(i, Each(j, symbol("weight", i, j, layer=layer))),
        Each(j, symbol("bias", j, layer=layer)),
        activation_of,
        slope_of,
    )


Y_K = symbol("target", "k")
A_K = symbol("activated", "k")
LAST = {
    name: symbol(name, "k", layer="L")
    for name in ("linear", "activated", "error")
}

NODES = {
    "nodes.forward": Face(
        nodes.forward,
        (
            symbol("linear", "j", layer="l"),
            symbol("activated", "j", layer="l"),
        ),
        (
            (layer_of("i", "j", "l"),),
            Each("i", symbol("activated", "i", layer="l-1")),
        ),
        take=lambda trace: (trace.linear[0], trace.activated[1]),
    ),
    "nodes.half_squared_error": Face(
        nodes.half_squared_error, (COST,), (Each("k", A_K), Each("k", Y_K))
    ),
    "nodes.half_squared_error_slope": Face(
        nodes.half_squared_error_slope, (by(A_K),), (A_K, Y_K)
    ),
    "nodes.output_errors": Face(
        nodes.output_errors,
        (LAST["error"],),
        (
            layer_of("j", "k", "L"),
            Each("k", LAST["linear"]),
            Each("k", LAST["activated"]),
            Each("k", Y_K),
        ),
    ),
    "nodes.hidden_errors": Face(
        nodes.hidden_errors,
        (symbol("error", "j", layer="l"),),
        (
            layer_of("i", "j", "l"),
            Each("j", symbol("linear", "j", layer="l")),
            layer_of("j", "k", "l+1"),
            Each("k", symbol("error", "k", layer="l+1")),
        ),
    ),
    "nodes.weight_gradient": Face(
        nodes.weight_gradient,
        (by(symbol("weight", "i", "j", layer="l")),),
        (
            Each("i", symbol("activated", "i", layer="l-1")),
            Each("j", symbol("error", "j", layer="l")),
        ),
    ),
    "nodes.stepped": Face(
        nodes.stepped,
        (symbol("new weight", "i", "j"),),
        (Each("j", W_IJ), Each("j", by(W_IJ)), Symbol("rate")),
    ),
}

A_BEFORE = symbol("activateds", layer="l-1")
W_L, B_L = symbol("weights", layer="l"), symbol("biases", layer="l")
Z_L, A_L = symbol("linears", layer="l"), symbol("activateds", layer="l")
D_L = symbol("errors", layer="l")
D_AHEAD = symbol("errors", layer="l+1")
W_AHEAD = symbol("weights", layer="l+1")

NETWORK = {
    "network.linear": Face(network.linear, (Z_L,), (A_BEFORE, W_L, B_L)),
    "network.activated_error": Face(
        network.activated_error, (by(A_L),), (D_AHEAD, W_AHEAD)
    ),
    "network.linear_error": Face(
        network.linear_error, (D_L,), (slope_of(Z_L), by(A_L))
    ),
    "network.weight_gradient": Face(
        network.weight_gradient, (by(W_L),), (A_BEFORE, D_L)
    ),
    "network.bias_gradient": Face(network.bias_gradient, (by(B_L),), (D_L,)),
}

FACES: Mapping[str, Face] = NODE | NODES | NETWORK
"""Every rule that has a formula."""
