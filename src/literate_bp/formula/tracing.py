"""A rule's own code, run on symbols.

The code of a rule stays as it is. What it calls from outside is exchanged in
a copy of its globals: `sum`, `exp` and the functions of NumPy for ones that
write themselves down, and other rules for the same rules run on symbols. What
has no such partner is refused, and so no wrong formula can come of it.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from dis import get_instructions
from functools import reduce
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

from .expression import (
    TOP,
    Big,
    Expression,
    Index,
    as_expression,
    at,
    letters_in,
)
from .primitives import PRIMITIVES, Unsupported
from .source import constant, refuse_unwritable

SAFE = frozenset(
    {"isinstance", "reversed", "zip"}
    | {name for name in vars(builtins) if name.endswith("Error")}
)
"""What rules may call of Python itself: it does no arithmetic."""


@dataclass(frozen=True)
class Indexed:
    """All symbols of an index, of which one stands for all: xᵢ for each i."""

    index: str
    one: Any


@dataclass(frozen=True)
class Representative(Indexed):
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


def gathering(kind: type) -> Callable[..., Any]:
    """Make a list or a tuple, but not of one that stands for all."""

    def gathered(of: Iterable[Any] = ()) -> Any:
        if isinstance(of, Representative):
            raise NotImplementedError(
                f"{kind.__name__} of all {of.index} cannot be written: "
                "one stands for all of them, in no order"
            )
        return kind(of)

    return gathered


GATHERING = {kind.__name__: gathering(kind) for kind in (list, tuple)}
"""What rules may gather numbers in."""


@dataclass(frozen=True)
class Tracer:
    """What rules are run on, and what they call while they are run."""

    noted: list[str] = field(default_factory=list)

    def lift(self, given: Any) -> Any:
        """Lay on this paper whatever holds for each of an index."""
        if isinstance(given, Indexed):
            return Representative(
                given.index, self.lift(given.one), self.noted
            )
        if isinstance(given, tuple) and hasattr(given, "_make"):
            return given._make(map(self.lift, given))
        if isinstance(given, tuple):
            return tuple(map(self.lift, given))
        return given

    def sum(self, terms: Iterable[Any], start: Any = None) -> Expression:
        """Write a sum: with Σ over what was iterated, or term by term."""
        before = len(self.noted)
        written = [as_expression(term) for term in terms]
        indices = sorted(set(self.noted[before:]))
        del self.noted[before:]
        if not indices:
            first = () if start is None else (as_expression(start),)
            return reduce(lambda left, right: left + right, [*first, *written])
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
            What stands for a global name of the rule, beyond `PRIMITIVES`.

        Returns
        -------
        Expression or tuple
            What the rule gives.

        Raises
        ------
        NotImplementedError
            If the rule does what cannot be written; the message says what.
        """
        ready = self.exchanged(rule, instead)
        try:
            return ready(*map(self.lift, given))
        except (TypeError, AttributeError) as error:
            raise NotImplementedError(
                f"{rule.__name__} cannot be written: {error}"
            ) from error

    def exchanged(self, rule: Any, instead: Mapping[str, Any]) -> FunctionType:
        """Copy a rule, with what it calls exchanged for what writes."""
        refuse_unwritable(rule)
        around = rule.__globals__
        partners = {"sum": self.sum, **GATHERING, **PRIMITIVES, **instead}

        def partner(name: str) -> Any:
            if name in partners:
                return partners[name]
            if name not in around:
                known = name in SAFE
                return getattr(builtins, name) if known else Unsupported(name)
            found = around[name]
            if is_rule(found):
                return self.exchanged(found, instead)
            if isinstance(found, float):
                return constant(around["__name__"], name, PRIMITIVES)
            foreign = ModuleType | FunctionType | BuiltinFunctionType
            return Unsupported(name) if isinstance(found, foreign) else found

        return FunctionType(
            rule.__code__,
            {**around, **{n: partner(n) for n in names_in(rule.__code__)}},
            rule.__name__,
            rule.__defaults__,
            rule.__closure__,
        )


def names_in(code: CodeType) -> set[str]:
    """Give the global names that a function and the ones inside it use."""
    inside = [c for c in code.co_consts if isinstance(c, CodeType)]
    own = {
        step.argval
        for step in get_instructions(code)
        if step.opname == "LOAD_GLOBAL"
    }
    return own.union(*map(names_in, inside))


def is_rule(found: object) -> bool:
    """Tell whether it is a function of this package."""
    return isinstance(found, FunctionType) and found.__module__.startswith(
        __package__.partition(".")[0]
    )


def fresh(tree: Expression, taken: frozenset[str]) -> Expression:
    """Rename what a sum runs over, where the letter is in use around it.

    Parameters
    ----------
    tree : Expression
        Its free letters count as in use.
    taken : frozenset of str
        Letters in use elsewhere in the same equation.
    """
    used = taken | letters_in(tree) | {TOP, "n"}
    return renamed(tree, used)


def renamed(tree: Expression, used: frozenset[str]) -> Expression:
    """Rename the bound letters of a tree away from the used ones."""
    if isinstance(tree, Big) and tree.index in used - {"n"}:
        letter = next(c for c in "jik" if c not in used)
        body = at(tree.body, tree.index, Index(letter))
        tree = Big(tree.operator, letter, body, tree.but)
    inside = used | {tree.index} if isinstance(tree, Big) else used
    return tree.map(lambda child: renamed(child, inside))
