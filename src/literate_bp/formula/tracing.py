"""A rule's own code, traced: run on symbols, it gives its formula.

What the code calls is replaced by primitives that build a tree: `sum`, `exp`
and the functions of NumPy. What has no such primitive is refused, and so is
code that Python would decide without asking the symbols: so no wrong formula
can come of it.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, reduce
from textwrap import dedent
from types import FunctionType
from typing import Any

from .engine import global_of, is_foreign, reachable_rules, with_primitives
from .expression import Expression, Reduction, as_expression
from .primitives import PRIMITIVES, unsupported


@dataclass(frozen=True)
class Indexed:
    """All symbols of an index, of which one stands for all: xᵢ for each i.

    Attributes
    ----------
    index : str
        The letter: ``"i"``.
    element : object
        The symbol with this index, or a tuple of such symbols.
    """

    index: str
    element: Any


@dataclass(frozen=True)
class Representative(Indexed):
    """The same, while a rule is traced.

    Whoever iterates over it gets the one element, and the index is recorded,
    so that a `sum` around the iteration knows what it runs over.

    Attributes
    ----------
    iterated : list of str
        Where the index is recorded.
    """

    iterated: list[str]

    def __iter__(self) -> Iterator[Any]:
        """Record the index, and give the one element."""
        self.iterated.append(self.index)
        yield self.element


def gathering(kind: type) -> Callable[..., Any]:
    """Make a list or a tuple, but not of a representative."""

    def gathered(of: Iterable[Any] = ()) -> Any:
        if isinstance(of, Representative):
            raise NotImplementedError(
                f"{kind.__name__} of all {of.index} cannot be written: "
                "one stands for all of them, in no order"
            )
        return kind(of)

    return gathered


GATHERING = {kind.__name__: gathering(kind) for kind in (list, tuple)}
"""The containers that rules may build."""


@dataclass(frozen=True)
class Tracer:
    """Runs rules on symbols.

    Attributes
    ----------
    iterated : list of str
        The indices that were iterated over since the last `sum`.
    """

    iterated: list[str] = field(default_factory=list)

    def lift(self, given: Any) -> Any:
        """Make representatives of all indexed symbols in an argument."""
        if isinstance(given, Indexed):
            return Representative(
                given.index, self.lift(given.element), self.iterated
            )
        if isinstance(given, tuple) and hasattr(given, "_make"):
            return given._make(map(self.lift, given))
        if isinstance(given, tuple):
            return tuple(map(self.lift, given))
        return given

    def sum(self, terms: Iterable[Any], start: Any = None) -> Expression:
        """Write a sum: with Σ over what was iterated, or term by term."""
        before = len(self.iterated)
        summands = [as_expression(term) for term in terms]
        indices = sorted(set(self.iterated[before:]))
        del self.iterated[before:]
        if not indices:
            first = () if start is None else (as_expression(start),)
            return reduce(
                lambda left, right: left + right, [*first, *summands]
            )
        if len(indices) > 1 or len(summands) != 1 or start is not None:
            raise NotImplementedError(
                f"sum over {' and '.join(indices)} cannot be written; "
                "one index was expected"
            )
        return Reduction("sum", indices[0], summands[0])

    def run(
        self, rule: Callable[..., Any], *given: Any, **instead: Any
    ) -> Any:
        """Run a rule on symbols.

        Parameters
        ----------
        rule : function
            A function of this package.
        *given : Expression, Indexed or tuple
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
        primitives = {"sum": self.sum, **GATHERING, **PRIMITIVES, **instead}
        for reached in reachable_rules(rule, primitives):
            require_traceable(reached)
        traced = with_primitives(rule, primitives, traceable)
        try:
            return traced(*map(self.lift, given))
        except (TypeError, AttributeError) as error:
            raise NotImplementedError(
                f"{rule.__name__} cannot be written: {error}"
            ) from error


SAFE = frozenset(
    {"isinstance", "reversed", "zip"}
    | {name for name in vars(builtins) if name.endswith("Error")}
)
"""What rules may call of Python itself: it does no arithmetic."""


def traceable(rule: FunctionType, name: str) -> Any:
    """Give what stands for a name that is neither a primitive nor a rule."""
    if name not in rule.__globals__:
        return global_of(rule, name) if name in SAFE else unsupported(name)
    found = rule.__globals__[name]
    if isinstance(found, float):
        return constant(rule.__globals__["__name__"], name)
    return unsupported(name) if is_foreign(found) else found


# --- what is read in the source of a rule -----------------------------------

SILENT = ast.Eq | ast.NotEq | ast.In | ast.NotIn | ast.Is | ast.IsNot
"""Comparisons that Python decides without asking the symbols."""


@cache
def require_traceable(rule: Callable[..., Any]) -> None:
    """Refuse a rule whose code would be decided without its symbols.

    A comparison with == or `is` would silently be false, and the other branch
    never be written.

    Parameters
    ----------
    rule : function
        Any.

    Raises
    ------
    NotImplementedError
        If it compares with == or `is`, adds to a name with +=, or matches.
    """
    for part in ast.walk(ast.parse(dedent(inspect.getsource(rule)))):
        compares = isinstance(part, ast.Compare) and not may_compare(part)
        if compares or isinstance(part, ast.AugAssign | ast.Match):
            raise NotImplementedError(
                f"{ast.unparse(part)} in {rule.__name__} cannot be written; "
                "operators that build a formula were expected"
            )


def may_compare(part: ast.Compare) -> bool:
    """Tell whether a comparison can be left to Python.

    It compares the number of axes or with None, or the symbols themselves
    answer.
    """
    if not any(isinstance(sign, SILENT) for sign in part.ops):
        return True
    if all(ast.unparse(right) == "None" for right in part.comparators):
        return True
    match part.left:
        case ast.Attribute(attr="ndim"):
            return True
        case ast.Call(func=ast.Attribute(attr="arange")):
            return True
        case _:
            return False


def constant(module: str, name: str) -> Expression:
    """Write a constant as its module computes it: 2√(2/π).

    Parameters
    ----------
    module, name : str
        Where it is assigned, and what it is called.
    """
    source = ast.parse(inspect.getsource(sys.modules[module]))
    for part in source.body:
        match part:
            case ast.Assign([ast.Name(id=found)], value) if found == name:
                return as_expression(assigned_value(module, name, value))
    raise NotImplementedError(
        f"{name} of {module} cannot be written; an assignment was expected"
    )


def assigned_value(module: str, name: str, value: ast.expr) -> Any:
    """Evaluate the right-hand side of an assignment, with primitives."""
    code = compile(ast.Expression(value), module, "eval")
    try:
        return eval(code, {"__builtins__": {}}, dict(PRIMITIVES))  # noqa: S307 — our own source
    except NameError as error:
        raise NotImplementedError(
            f"{name} of {module} cannot be written: {error}"
        ) from error
