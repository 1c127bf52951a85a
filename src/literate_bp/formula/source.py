"""What is read in a rule's source, before the rule is run on symbols.

A comparison of symbols with == or `is` would be decided silently, and the
other branch never be written; so such code is refused. A constant that is
computed from others is written as it stands in its module.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Mapping
from functools import cache
from textwrap import dedent
from typing import Any

from .expression import Expression, as_expression

SILENT = ast.Eq | ast.NotEq | ast.In | ast.NotIn | ast.Is | ast.IsNot
"""Comparisons that Python decides without asking the symbols."""


@cache
def refuse_unwritable(rule: Callable[..., Any]) -> None:
    """Refuse a rule whose code would be decided without its symbols.

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
        compares = isinstance(part, ast.Compare) and not asks_a_form(part)
        if compares or isinstance(part, ast.AugAssign | ast.Match):
            raise NotImplementedError(
                f"{ast.unparse(part)} in {rule.__name__} cannot be written; "
                "operators that build a formula were expected"
            )


def asks_a_form(part: ast.Compare) -> bool:
    """Tell whether a comparison may be left to Python.

    It asks for the form of an array or whether there is one, or the symbols
    are asked themselves.
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


def constant(
    module: str, name: str, partners: Mapping[str, Any]
) -> Expression:
    """Write a constant as its module computes it: 2√(2/π).

    Parameters
    ----------
    module, name : str
        Where it is assigned, and what it is called.
    partners : dict
        What stands for the names that the assignment uses.
    """
    source = ast.parse(inspect.getsource(sys.modules[module]))
    for part in source.body:
        match part:
            case ast.Assign([ast.Name(id=found)], value) if found == name:
                return as_expression(evaluated(module, name, value, partners))
    raise NotImplementedError(
        f"{name} of {module} cannot be written; an assignment was expected"
    )


def evaluated(
    module: str, name: str, value: ast.expr, partners: Mapping[str, Any]
) -> Any:
    """Run what is assigned, with partners for what it calls."""
    code = compile(ast.Expression(value), module, "eval")
    try:
        return eval(code, {"__builtins__": {}}, dict(partners))  # noqa: S307 — our own source
    except NameError as error:
        raise NotImplementedError(
            f"{name} of {module} cannot be written: {error}"
        ) from error
