r"""The formula of each rule, obtained by tracing the rule.

No right-hand side is typed: it is what the rule's own code gives when it is
run on the symbols of its signature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, reduce
from typing import Any

from .. import validation
from ..activation import ACTIVATIONS
from ..cost import COSTS
from .expression import (
    ARGMAX_INDEX,
    Call,
    Equation,
    Expression,
    Index,
    Name,
    Reduction,
    letters_in,
    replaced,
    symbols_in,
    unrolled,
    with_index,
)
from .macros import macro_of
from .notation import BOOK, Notation
from .printing import Latex, Plain, plain_name
from .shapes import Shaped
from .signatures import BY_COST, SIGNATURES, WITHOUT_HALF, RuleSignature
from .tracing import Tracer
from .translation import translated


@dataclass(frozen=True)
class Formula:
    """The formula of one rule.

    Attributes
    ----------
    rule : str
        Its dotted name within the package: ``"node.linear"``.
    equations : tuple of Equation
        One per line, in this book's notation.
    without_half : tuple of Equation
        The same for a cost without the ½, where that makes a difference.
    """

    rule: str
    equations: tuple[Equation, ...]
    without_half: tuple[Equation, ...] = ()

    @property
    def label(self) -> str:
        """The label for cross-references to the formula."""
        return f"eq-{self.rule.replace('.', '-').replace('_', '-')}"

    def latex(
        self, notation: Notation | None = None, *, shapes: bool = False
    ) -> str:
        r"""Print the formula as LaTeX, lines aligned at their first sign.

        Parameters
        ----------
        notation : Notation, optional
            Whose letters to use; without one, the semantic macros.
        shapes : bool
            Whether to put the shape of each array below it.
        """
        name = notation.latex if notation else macro_of
        writer = (
            Shaped(name, notation=notation or BOOK) if shapes else Latex(name)
        )
        return aligned([writer.text(e) for e in self.in_notation(notation)])

    def text(self, notation: Notation = BOOK) -> str:
        """Print the formula in Unicode, one equation per line."""
        writer = Plain(plain_name(notation))
        return "\n".join(writer.text(e) for e in self.in_notation(notation))

    def in_notation(self, notation: Notation | None) -> tuple[Equation, ...]:
        """Translate the equations; the cost is the one of the notation."""
        if notation is None:
            return self.equations
        halved = notation.half or not self.without_half
        equations = self.equations if halved else self.without_half
        return tuple(translated(e, notation) for e in equations)

    def unrolled(self, counts: Mapping[str, int]) -> Formula:
        """Add to each equation a side with its sums written out.

        Parameters
        ----------
        counts : dict of str to int
            How far each index runs: ``{"i": 3}``.
        """
        return replace(
            self,
            equations=tuple(
                with_unrolled_sums(e, counts) for e in self.equations
            ),
            without_half=tuple(
                with_unrolled_sums(e, counts) for e in self.without_half
            ),
        )


def with_unrolled_sums(
    equation: Equation, counts: Mapping[str, int]
) -> Equation:
    """Add a side with the sums written out, if that changes anything."""
    last = equation.sides[-1]
    out = unrolled(last, counts)
    sides = equation.sides if out == last else (*equation.sides, out)
    return replace(equation, sides=sides)


def aligned(lines: list[str]) -> str:
    r"""Join lines of LaTeX, aligned at their first sign."""
    if len(lines) == 1:
        return lines[0]
    sign = re.compile(r" (=|\\gets|\\approx) ")
    marked = [sign.sub(r" &\1 ", line, count=1) for line in lines]
    return " \\\\\n".join(m if "&" in m else f"&{m}" for m in marked)


def formula(rule: str, *, cost: str | None = None) -> Formula:
    """Give the formula of a rule.

    Parameters
    ----------
    rule : str
        A key of `SIGNATURES`.
    cost : str, optional
        A name in `literate_bp.cost.COSTS`; if the rule depends on the cost,
        its formula for one example with this cost.

    Raises
    ------
    ValueError
        If there is no such rule.
    """
    validation.one_of("rule", rule, SIGNATURES)
    if cost is not None:
        validation.one_of("cost", cost, COSTS)
    if cost is not None and (rule, cost) in BY_COST:
        return traced_with_cost(rule, cost)
    return traced(rule)


@cache
def traced_with_cost(rule: str, cost: str) -> Formula:
    """Trace a rule that depends on the cost, for one example."""
    return Formula(rule, equations_of(BY_COST[rule, cost]))


@cache
def traced(rule: str) -> Formula:
    """Trace a rule, with both costs where they differ."""
    unhalved = WITHOUT_HALF.get(rule)
    return Formula(
        rule,
        equations_of(SIGNATURES[rule]),
        equations_of(unhalved) if unhalved else (),
    )


def equations_of(signature: RuleSignature) -> tuple[Equation, ...]:
    """Trace a rule on the symbols of its signature."""
    result = Tracer().run(
        signature.rule, *signature.given, **signature.instead
    )
    results = [unwrapped(part) for part in as_tuple(signature.take(result))]
    if not signature.gives:
        equations = [
            Equation((rename_bound(r, frozenset()),)) for r in results
        ]
    else:
        equations = with_left_sides(signature, results)
    if signature.short is not None:
        equations = with_named_argument(equations, signature.short)
    return (*equations, *argmax_equations(equations))


def with_left_sides(
    signature: RuleSignature, results: list[Expression]
) -> list[Equation]:
    """Put the name of each result on its left; later results use it."""
    equations: list[Equation] = []
    for left, result in zip(signature.gives, results, strict=True):
        shorter = reduce(substitute_name, equations, result)
        right = rename_bound(shorter, letters_in(left))
        require_summed(signature, left, right)
        equations.append(Equation((left, right), signature.sign))
    return equations


def require_summed(
    signature: RuleSignature, left: Expression, right: Expression
) -> None:
    """Refuse a formula with an index that is neither free nor summed over."""
    averaged = letters_in_expectations(right)
    unsummed = (
        letters_in(right) - letters_in(left) - {ARGMAX_INDEX, "N"} - averaged
    )
    if unsummed:
        raise NotImplementedError(
            f"{signature.rule.__name__} cannot be written: it goes through "
            f"all of {sorted(unsummed)} without a sum"
        )


def letters_in_expectations(tree: Expression) -> frozenset[str]:
    """Give the index letters inside expectations over random weights.

    Such an expectation is the same for every node, so any node is meant.
    """
    if isinstance(tree, Call) and tree.function in ("mean", "var", "std"):
        return letters_in(tree)
    return frozenset().union(*map(letters_in_expectations, tree.children))


def with_named_argument(
    equations: list[Equation], short: Name
) -> list[Equation]:
    """Give the argument of an inner activation a name, in its own line."""
    own = equations[0].sides[0].children
    found = (of for e in equations for of in inner_arguments(e.sides[-1]))
    inner = next((of for of in found if of not in own), None)
    if inner is None:
        return equations

    def change(part: Expression) -> Expression:
        return short if part == inner else part

    changed = [e.map(lambda side: replaced(side, change)) for e in equations]
    return [*changed, Equation((short, inner))]


def inner_arguments(tree: Expression) -> Iterator[Expression]:
    """Yield the arguments of activations called by name, in order."""
    if isinstance(tree, Call) and tree.function.rstrip("'") in ACTIVATIONS:
        yield from tree.arguments
    for child in tree.children:
        yield from inner_arguments(child)


def argmax_equations(equations: list[Equation]) -> Iterator[Equation]:
    """Yield an equation for each largest entry: zₘ = maxⱼ zⱼ."""
    largest = {
        s
        for equation in equations
        for side in equation.sides
        for s in symbols_in(side)
        if Index(ARGMAX_INDEX) in s.nodes
    }
    for symbol in largest:
        entry = with_index(symbol, ARGMAX_INDEX, Index("j"))
        yield Equation((symbol, Reduction("max", "j", entry)))


def as_tuple(results: Any) -> tuple[Any, ...]:
    """Give one result or several as a tuple."""
    return results if isinstance(results, tuple) else (results,)


def unwrapped(result: Any) -> Expression:
    """Take the representative out of the tuples around it."""
    while not isinstance(result, Expression):
        (result,) = result
    return result


def substitute_name(tree: Expression, earlier: Equation) -> Expression:
    """Substitute the name of an earlier result for its formula."""
    left, right = earlier.sides
    return replaced(tree, lambda part: left if part == right else part)


def rename_bound(tree: Expression, taken: frozenset[str]) -> Expression:
    """Rename the bound letters of sums that clash with free ones.

    Parameters
    ----------
    tree : Expression
        Its free letters are in use.
    taken : frozenset of str
        Letters in use elsewhere in the same equation.
    """
    used = taken | letters_in(tree) | {ARGMAX_INDEX, "n"}
    return rename_clashing(tree, used)


def rename_clashing(tree: Expression, used: frozenset[str]) -> Expression:
    """Give each bound letter that is in use another name."""
    if isinstance(tree, Reduction) and tree.index in used - {"n"}:
        letter = next(c for c in "jik" if c not in used)
        body = with_index(tree.body, tree.index, Index(letter))
        tree = Reduction(tree.operator, letter, body, tree.excluded)
    inside = used | {tree.index} if isinstance(tree, Reduction) else used
    return tree.map(lambda child: rename_clashing(child, inside))
