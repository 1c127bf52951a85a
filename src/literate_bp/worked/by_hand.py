"""The formulas of a calculation by hand.

They are those of the rules, wherever a calculator can follow the rule. Where
a rule is written so that nothing overflows, the sheet has the textbook's
form from its declaration, which is traced as rules are traced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from .. import node, residual
from ..activation import ACTIVATIONS, Array
from ..cost import COSTS
from ..formula.expression import Call, Equation, Expression, replaced
from ..formula.formula import Formula, equations_of, formula
from ..formula.signatures import (
    A_K,
    COST,
    LAST,
    SIGNATURES,
    Y_K,
    RuleSignature,
    Z,
    activation_of,
    derivative_of,
    gradient,
    symbol,
)
from ..formula.tracing import Indexed

Z_J_L, D_J_L, A_J_BEFORE, A_J_L, A_J_AHEAD = (
    symbol(what, "j", layer=layer)
    for what, layer in (
        ("linear", "l"),
        ("error", "l"),
        ("activated", "l-1"),
        ("activated", "l"),
        ("activated", "l+1"),
    )
)
"""Linear part, error and activated value of node j in layer l, and the
activated values of node j in the layers before and ahead."""
NEXT_LAYER = (
    Indexed("k", symbol("weight", "j", "k", layer="l+1")),
    Indexed("k", symbol("error", "k", layer="l+1")),
)
"""The weights from node j of layer l, and the errors of layer l+1."""
RESIDUAL_RULES = {
    "residual.residual_sum": RuleSignature(
        residual.residual_sum, (A_J_L,), (A_J_BEFORE, activation_of(Z_J_L))
    ),
    "residual.residual_error": RuleSignature(
        residual.residual_error_of_node,
        (gradient(A_J_L),),
        (*NEXT_LAYER, gradient(A_J_AHEAD)),
    ),
    "node.activated_error": RuleSignature(
        node.activated_error, (gradient(A_J_L),), NEXT_LAYER
    ),
    "node.linear_error": RuleSignature(
        node.linear_error, (D_J_L,), (derivative_of(Z_J_L), gradient(A_J_L))
    ),
}
"""The rules at node j of a network with residual connections."""
BY_HAND: Mapping[str, RuleSignature] = {
    **{
        f"activation.{name}": replace(
            SIGNATURES[f"activation.{name}"],
            rule=row.textbook,
            gives=(
                activation_of(Z) if row.elementwise else symbol("output", "k"),
            ),
        )
        for name, row in ACTIVATIONS.items()
        if row.textbook
    },
    **{
        f"activation.{name}_derivative": replace(
            SIGNATURES[f"activation.{name}_derivative"],
            rule=row.textbook_derivative,
            given=(activation_of(Z),),
        )
        for name, row in ACTIVATIONS.items()
        if row.textbook_derivative
    },
    **{
        f"cost.{name}": RuleSignature(row.textbook, (COST,), (A_K, Y_K))
        for name, row in COSTS.items()
        if row.textbook
    },
    **RESIDUAL_RULES,
}
"""What a sheet has instead of the formula of a rule."""
BY_HAND_AND_COST: Mapping[tuple[str, str | None], RuleSignature] = {
    ("network.output_error", name): RuleSignature(
        row.textbook_derivative, (LAST["error"],), (LAST["activated"], Y_K)
    )
    for name, row in COSTS.items()
    if row.textbook_derivative
}
"""The same where it depends on the cost: δ = a − y with a cross-entropy."""


@cache
def formula_by_hand(rule: str, *, cost: str | None = None) -> Formula:
    """Return the formula of a rule as it stands on a sheet.

    Parameters
    ----------
    rule, cost : str
        As for `literate_bp.formula.formula.formula`.
    """
    signature = BY_HAND.get(rule) or BY_HAND_AND_COST.get((rule, cost))
    if signature is not None:
        return Formula(rule, equations_of(signature))
    return formula(rule, cost=cost)


@cache
def derivative_by_hand(activation: str, *, residual: bool) -> Formula:
    """Return the formula of σ′ at node j: a (1 − a), where there is such.

    Parameters
    ----------
    activation : str
        Its name.
    residual : bool
        Whether the layer has a residual connection. Its output is another
        value then, so σ is written out.
    """
    row, rule = ACTIVATIONS[activation], f"activation.{activation}_derivative"
    left = (derivative_of(Z_J_L),)
    if row.textbook_derivative:
        given = activation_of(Z_J_L) if residual else A_J_L
        signature = RuleSignature(row.textbook_derivative, left, (given,))
    elif row.inner:  # too long for a line; the sheet defines it
        return Formula(rule, (Equation((*left, *left)),))
    else:
        signature = replace(SIGNATURES[rule], gives=left, given=(Z_J_L,))
    return Formula(rule, equations_of(signature))


def has_logarithms(a: Array) -> bool:
    """Whether no output was rounded to 0 or 1, so that a cost can be taken.

    Parameters
    ----------
    a : ndarray
        The outputs.
    """
    return bool(((a > 0) & (a < 1)).all())


def definitions(activation: str, *, derivative: bool = True) -> list[Equation]:
    """Return the definitions of an activation and of its derivative.

    Parameters
    ----------
    activation : str
        A name in `literate_bp.activation.ACTIVATIONS`.
    derivative : bool
        False for the activation alone.
    """
    rules = [activation, f"{activation}_derivative"]
    if not derivative or not ACTIVATIONS[activation].elementwise:
        rules.pop()  # of the softmax it is a matrix, which no sheet needs
    found = (formula_by_hand(f"activation.{rule}").equations for rule in rules)
    return list(dict.fromkeys(line for lines in found for line in lines))


def with_activation_name(equation: Equation, activation: str) -> Equation:
    """Call an activation by its name instead of σ, where there are several.

    Parameters
    ----------
    equation : Equation
        One of its `definitions`.
    activation : str
        Its name.
    """

    def change(part: Expression) -> Expression:
        if not isinstance(part, Call):
            return part
        return called_by_name(part, activation)

    return equation.map(lambda side: replaced(side, change))


def called_by_name(call: Call, activation: str) -> Call:
    """Call σ or σ′ by the name of an activation.

    Parameters
    ----------
    call : Call
        A function of an argument.
    activation : str
        The name.
    """
    short = ACTIVATIONS[activation].short or activation
    names = {"activation": short, "derivative": f"{short}'"}
    return replace(call, function=names.get(call.function, call.function))


def used_definitions(equations: list[Equation]) -> list[Equation]:
    """Return definitions of the functions that the definitions use.

    Parameters
    ----------
    equations : list of Equation
        All definitions of a sheet.
    """
    defined = functions_of(equations, 0)
    missing = functions_of(equations, -1) - defined
    while True:
        found = [
            equation
            for name in ACTIVATIONS
            for own in definitions(name)
            for equation in [with_activation_name(own, name)]
            if missing & functions_of([equation], 0)
        ]
        further = functions_of(found, -1) - defined
        if further <= missing:
            return found
        missing |= further


def functions_of(equations: list[Equation], side: int) -> set[str]:
    """Return the names of the functions on one side of the equations."""
    return {name for e in equations for name in function_names(e.sides[side])}


def function_names(tree: Expression) -> Iterator[str]:
    """Yield the names of the functions that a formula calls."""
    if isinstance(tree, Call):
        yield tree.function
    for child in tree.children:
        yield from function_names(child)
