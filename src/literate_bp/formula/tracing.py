"""Tracing: a rule's own code is run on symbols, and gives its formula.

The functions that the code calls, such as `sum`, `exp` and NumPy's, are bound
to primitives that build a tree. A function without a primitive is refused, and
so is code that Python would decide without the symbols; either could lead to
a wrong formula.
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
    """All symbols with an index, represented by one: xᵢ for each i.

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
    """An indexed symbol while a rule is traced.

    Iterating over it gives the one element and records the index, so that a
    `sum` around the iteration knows its index.

    Attributes
    ----------
    iterated : list of str
        The indices recorded so far.
    """

    iterated: list[str]

    def __iter__(self) -> Iterator[Any]:
        """Record the index, and give the one element."""
        self.iterated.append(self.index)
        yield self.element


def gathering(kind: type) -> Callable[..., Any]:
    """Make a container type that refuses representatives."""

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
        The indices recorded since the last `sum`.
    """

    iterated: list[str] = field(default_factory=list)

    def lift(self, given: Any) -> Any:
        """Make a representative of each indexed symbol in an argument."""
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
        """Sum: with Σ over the index that was recorded, or term by term."""
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
        """Trace a rule.

        Parameters
        ----------
        rule : function
            A function of this package.
        *given : Expression, Indexed or tuple
            Its arguments.
        **instead : object
            What global names of the rule are bound to, beyond `PRIMITIVES`.

        Returns
        -------
        Expression or tuple
            The result of the rule.

        Raises
        ------
        NotImplementedError
            If the rule uses what has no formula; the message says what.
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
"""The builtins that rules may call: they do no arithmetic."""


def traceable(rule: FunctionType, name: str) -> Any:
    """Bind a name that is neither a primitive nor a rule."""
    if name not in rule.__globals__:
        return global_of(rule, name) if name in SAFE else unsupported(name)
    found = rule.__globals__[name]
    if isinstance(found, float):
        return constant(rule.__globals__["__name__"], name)
    return unsupported(name) if is_foreign(found) else found


# --- what is read in the source of a rule -----------------------------------

SILENT = ast.Eq | ast.NotEq | ast.In | ast.NotIn | ast.Is | ast.IsNot
"""Comparisons that Python decides by itself, without the symbols."""


@cache
def require_traceable(rule: Callable[..., Any]) -> None:
    """Refuse a rule whose source has statements that cannot be traced.

    A comparison with == or `is`, for one, would silently be false, and the
    formula of the other branch be lost.

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
    """Tell whether a comparison may stay.

    It is an inequality, which symbols answer, or about None, the number of
    axes or the position of an entry.
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
    """Give the expression of a constant, as its module computes it: 2√(2/π).

    Parameters
    ----------
    module, name : str
        The module that assigns it, and its name there.
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
