"""The formulas of a sheet of paper.

A pencil follows the rule itself wherever it can. Where the rule was written
so that nothing overflows, a textbook's form stands in its place, written by
running `textbook` as rules are run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from .. import network, node, textbook
from ..activation import ACTIVATIONS
from ..formula.expression import Call, Equation, Expression, replaced
from ..formula.formula import Formula, equations_of, formula
from ..formula.signatures import (
    A_K,
    BY_COST,
    COST,
    LAST,
    SIGNATURES,
    Y_K,
    RuleSignature,
    activation_of,
    by,
    derivative_of,
    symbol,
)
from ..formula.tracing import Indexed

CURVES = (
    "sigmoid",
    "sigmoid_derivative",
    "tanh",
    "tanh_derivative",
    "softplus",
)
Z_J, D_J, BEFORE_J, A_J, AHEAD_J = (
    symbol(what, "j", layer=layer)
    for what, layer in (
        ("linear", "l"),
        ("error", "l"),
        ("activated", "l-1"),
        ("activated", "l"),
        ("activated", "l+1"),
    )
)
AHEAD = (
    Indexed("k", symbol("weight", "j", "k", layer="l+1")),
    Indexed("k", symbol("error", "k", layer="l+1")),
)
"""The weights that leave node j of layer l, and the errors ahead."""
ONE_NODE = {
    "network.residual_sum": RuleSignature(
        network.residual_sum, (A_J,), (BEFORE_J, activation_of(Z_J))
    ),
    "network.residual_error": RuleSignature(
        textbook.residual_error, (by(A_J),), (*AHEAD, by(AHEAD_J))
    ),
    "node.activated_error": RuleSignature(
        node.activated_error, (by(A_J),), AHEAD
    ),
    "node.linear_error": RuleSignature(
        node.linear_error, (D_J,), (derivative_of(Z_J), by(A_J))
    ),
}
"""Rules of residual connections, and what stands beside them, at node j."""
BY_HAND: Mapping[str, RuleSignature] = {
    **{
        f"activation.{name}": replace(
            SIGNATURES[f"activation.{name}"],
            rule=getattr(textbook, name),
            instead={"sigmoid": activation_of, "tanh": activation_of},
        )
        for name in CURVES
    },
    "activation.softmax": replace(
        SIGNATURES["activation.softmax"],
        rule=textbook.softmax,
        gives=(symbol("output", "k"),),
    ),
    **{
        f"cost.{name}": RuleSignature(form, (COST,), (A_K, Y_K))
        for name, form in textbook.ENTROPIES.items()
    },
    **ONE_NODE,
}
"""What stands in the place of a rule."""
ERROR = RuleSignature(
    textbook.error, (LAST["error"],), (LAST["activated"], Y_K)
)
"""What stands for the rule of the output error, with a cross-entropy."""


def by_hand(rule: str, *, cost: str | None = None) -> Formula:
    """Give the formula of a rule as it stands on a sheet.

    Parameters
    ----------
    rule, cost : str
        As for `literate_bp.formula.formula.formula`.
    """
    if rule in BY_HAND:
        return Formula(rule, equations_of(BY_HAND[rule]))
    if (rule, cost) in BY_COST and cost in textbook.ENTROPIES:
        return Formula(rule, equations_of(ERROR))
    return formula(rule, cost=cost)


def definitions(activation: str) -> list[Equation]:
    """Say what an activation and its slope are, each thing once.

    Parameters
    ----------
    activation : str
        A name in `literate_bp.activation.ACTIVATIONS`.
    """
    rules = [activation, f"{activation}_derivative"]
    if activation == "softmax":  # its slope is a table, which no sheet needs
        rules.pop()
    found = (by_hand(f"activation.{rule}").equations for rule in rules)
    return list(dict.fromkeys(line for lines in found for line in lines))


def by_name(equation: Equation, activation: str) -> Equation:
    """Call an activation by its name, where there are several: not σ.

    Parameters
    ----------
    equation : Equation
        One of its `definitions`.
    activation : str
        Its name.
    """
    names = {"activation": activation, "derivative": f"{activation}'"}

    def change(part: Expression) -> Expression:
        if not isinstance(part, Call):
            return part
        function = names.get(part.function, part.function)
        return replace(part, function=function)

    return equation.map(lambda side: replaced(side, change))


def helpers(equations: list[Equation]) -> list[Equation]:
    """Define the activations that others are made of.

    Parameters
    ----------
    equations : list of Equation
        All definitions of a sheet.
    """
    defined = {name for e in equations for name in functions_in(e.sides[0])}
    called = {name for e in equations for name in functions_in(e.sides[-1])}
    missing = {name.removesuffix("'") for name in called - defined}
    return [
        equation
        for name in ACTIVATIONS
        if name in missing
        for own in definitions(name)
        for equation in [by_name(own, name)]
        if called & {*functions_in(equation.sides[0])}
    ]


def functions_in(tree: Expression) -> Iterator[str]:
    """Give the names of the functions that a formula calls."""
    if isinstance(tree, Call):
        yield tree.function
    for child in tree.children:
        yield from functions_in(child)
