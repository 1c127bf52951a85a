"""The rules of operations as they are written, for a page that shows them with numbers."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Sequence
from typing import Any

from ... import operations
from ...activation import elementwise_activations

__all__ = ["RULES"]


def texts_of_rules() -> dict[str, dict[str, list[str]]]:
    """Return the names of the operands of each function whose rules are written in a line, and its rules.

    All rules know the gradient g of the result c, and c.
    """
    tree = ast.parse(inspect.getsource(operations))
    tables = [part.value for part in tree.body if isinstance(part, ast.AnnAssign) and isinstance(part.value, ast.Dict)]
    return written_in_a_line(tables[0]) | of_activations()


def written_in_a_line(table: ast.Dict) -> dict[str, dict[str, list[str]]]:
    """Return those of the functions of NumPy."""
    rows = [(key, value) for key, value in zip(table.keys, table.values, strict=True) if isinstance(value, ast.Tuple)]
    return {
        key.attr: texts(value.elts)
        for key, value in rows
        if isinstance(key, ast.Attribute) and all(isinstance(rule, ast.Lambda) for rule in value.elts)
    }


def of_activations() -> dict[str, dict[str, list[str]]]:
    """Return those of the activations, which have one rule for all."""
    tree = ast.parse(inspect.getsource(operations.of_activation))
    (rule,) = (part for part in ast.walk(tree) if isinstance(part, ast.Lambda))
    return {
        row.function.__name__: texts([with_name(rule, row.derivative.__name__)])
        for row in elementwise_activations().values()
    }


def with_name(rule: ast.Lambda, name: str) -> ast.expr:
    """Return the rule of an activation with the name of its derivative."""
    return ast.parse(ast.unparse(rule).replace("derivative", name), mode="eval").body


def texts(rules: Sequence[Any]) -> dict[str, list[str]]:
    """Return the names of the operands, which follow g and c, and what each rule returns."""
    operands = [each.arg for each in rules[0].args.args[2:]]
    return {"operands": operands, "rules": [ast.unparse(each.body) for each in rules]}


RULES = texts_of_rules()
"""Parsed once, where one thread alone imports: in several at a time, CPython 3.11's parser may fail."""
