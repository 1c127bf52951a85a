"""A rule's own code, run on symbols.

The code of a rule stays as it is. What it calls from outside is exchanged in
a copy of its globals: `sum`, `exp` and the functions of NumPy for ones that
write themselves down, and other rules for the same rules run on symbols. What
has no such partner is refused, and so no wrong formula can come of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from types import CodeType, FunctionType, SimpleNamespace
from typing import Any

from .expression import (
    Big,
    Call,
    Cases,
    Expression,
    Index,
    Number,
    Symbol,
    as_expression,
    at,
    letters_in,
)


@dataclass(frozen=True)
class Each:
    """All symbols of an index, of which one stands for all: xᵢ for each i."""

    index: str
    one: Any


@dataclass(frozen=True)
class Family(Each):
    """The same on a paper.

    Whoever iterates over it is given the one that stands for all, and the
    index is noted, so that a `sum` around the iteration knows what it runs
    over.
    """

    noted: list[str]

    def __iter__(self) -> Iterator[Any]:
        """Note the index, and give the one that stands for all."""
        self.noted.append(self.index)
        yield self.one

    def __getitem__(self, _: object) -> Any:
        """Give the one that stands for all."""
        return self.one


@dataclass(frozen=True)
class Paper:
    """What rules are run on, and what they call while they are run."""

    noted: list[str] = field(default_factory=list)

    def laid(self, given: Any) -> Any:
        """Lay on this paper whatever holds for each of an index."""
        if isinstance(given, Each):
            return Family(given.index, self.laid(given.one), self.noted)
        if isinstance(given, tuple) and hasattr(given, "_make"):
            return given._make(map(self.laid, given))
        if isinstance(given, tuple):
            return tuple(map(self.laid, given))
        return given

    def sum(self, terms: Iterable[Any], start: Any = None) -> Expression:
        """Write a sum: with Σ over what was iterated, or term by term."""
        before = len(self.noted)
        written = list(terms)
        indices = sorted(set(self.noted[before:]))
        del self.noted[before:]
        if not indices:
            return reduce(lambda left, right: left + right, written)
        if len(indices) > 1 or len(written) != 1 or start is not None:
            raise NotImplementedError(
                f"sum over {' and '.join(indices)} cannot be written; "
                "one index was expected"
            )
        return Big("sum", indices[0], written[0])

    def run(
        self, rule: Callable[..., Any], *given: Any, **instead: Any
    ) -> Any:
        """Run a rule on symbols.

        Parameters
        ----------
        rule : function
            A function of this package.
        *given : Expression, Each or tuple
            Its arguments.
        **instead : object
            What stands for a global name of the rule, beyond `PARTNERS`.

        Returns
        -------
        Expression or tuple
            What the rule gives.

        Raises
        ------
        NotImplementedError
            If the rule does what cannot be written; the message says what.
        """
        return self.exchanged(rule, instead)(*map(self.laid, given))

    def exchanged(self, rule: Any, instead: Mapping[str, Any]) -> FunctionType:
        """Copy a rule, with what it calls exchanged for what writes."""
        around = rule.__globals__
        names = names_in(rule.__code__)
        partners = {"sum": self.sum, **PARTNERS, **instead}
        ours = {
            name: self.exchanged(around[name], instead)
            for name in names
            if is_rule(around.get(name)) and name not in partners
        }
        known = {name: partners[name] for name in names if name in partners}
        return FunctionType(
            rule.__code__,
            {**around, **ours, **known},
            rule.__name__,
            rule.__defaults__,
            rule.__closure__,
        )


def names_in(code: CodeType) -> set[str]:
    """Give the global names that a function and the ones inside it use."""
    inside = [c for c in code.co_consts if isinstance(c, CodeType)]
    return set(code.co_names).union(*map(names_in, inside))


def is_rule(found: object) -> bool:
    """Tell whether it is a function of this package."""
    return isinstance(found, FunctionType) and found.__module__.startswith(
        __package__.partition(".")[0]
    )


def function(name: str) -> Callable[..., Expression]:
    """Make a function that writes itself down."""

    def written(*arguments: Any) -> Expression:
        return Call(name, tuple(map(as_expression, arguments)))

    return written


def where(condition: Expression, then: Any, otherwise: Any) -> Expression:
    """Write one thing where a condition holds, another elsewhere."""
    return Cases(condition, as_expression(then), as_expression(otherwise))


def ones_like(_: Expression) -> Expression:
    """Write a 1 for every entry."""
    return Number(1)


class Arrays(SimpleNamespace):
    """NumPy's functions, as far as the rules use them."""

    def __getattr__(self, name: str) -> Any:
        """Refuse what is not here."""
        raise NotImplementedError(
            f"np.{name} cannot be written; known are "
            f"{', '.join(sorted(vars(self)))}"
        )


def same(of: Any, **_: object) -> Any:
    """Leave it as it is: a row is a batch of one."""
    return of


NUMPY = Arrays(
    exp=function("exp"),
    log1p=lambda of: Call("ln", (1 + of,)),
    sqrt=function("sqrt"),
    tanh=function("tanh"),
    abs=function("abs"),
    minimum=function("min"),
    maximum=function("max"),
    where=where,
    ones_like=ones_like,
    atleast_2d=same,
)
PARTNERS: dict[str, Any] = {
    "exp": function("exp"),
    "sqrt": function("sqrt"),
    "abs": function("abs"),
    "max": function("max"),
    "pi": Symbol("pi", value=math.pi),
    "np": NUMPY,
}
"""What stands for each name that a rule calls from outside."""


def fresh(tree: Expression, taken: frozenset[str]) -> Expression:
    """Rename what a sum runs over, where the letter is in use around it.

    Parameters
    ----------
    tree : Expression
        Its free letters count as in use.
    taken : frozenset of str
        Letters in use elsewhere in the same equation.
    """
    used = taken | letters_in(tree)
    return renamed(tree, used)


def renamed(tree: Expression, used: frozenset[str]) -> Expression:
    """Rename the bound letters of a tree away from the used ones."""
    if isinstance(tree, Big) and tree.index in used:
        letter = next(c for c in "jiknm" if c not in used)
        body = at(tree.body, tree.index, Index(letter))
        tree = Big(tree.operator, letter, body)
    inside = used | {tree.index} if isinstance(tree, Big) else used
    return tree.map(lambda child: renamed(child, inside))
