"""What stands for the functions that rules call, when they write.

The entries of an array are written as one that stands for all: a_k. What
NumPy does along the last axis is then a sum, a maximum or a choice over k.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from .engine import UNVALIDATED, Namespace, Unsupported
from .expression import (
    TOP,
    Big,
    Call,
    Cases,
    Expression,
    Index,
    Letter,
    Name,
    Negative,
    Number,
    Quotient,
    Relation,
    Symbol,
    as_expression,
    at,
    is_array,
    letters_in,
    own_letter,
    worth,
)

REASON = "cannot be written"


def unsupported(name: str) -> Unsupported:
    """Stand for what is no primitive, and is refused when it is used."""
    return Unsupported(name, REASON)


def function(name: str) -> Callable[..., Expression]:
    """Make a function that writes itself down."""

    def written(*arguments: Any) -> Expression:
        return Call(name, tuple(map(as_expression, arguments)))

    return written


def limit(name: str) -> Callable[..., Expression]:
    """Make a maximum or a minimum of two; of two that are one, that one."""

    def written(left: Any, right: Any) -> Expression:
        left, right = as_expression(left), as_expression(right)
        if left == right:
            return left
        if name == "min" and right == Negative(left):
            return Negative(Call("abs", (left,)))
        return Call(name, (left, right))

    return written


def where(condition: Any, then: Any, otherwise: Any) -> Expression:
    """Write one thing where a condition holds, another elsewhere.

    Where it is no condition, it holds where it is not 0.
    """
    then, otherwise = as_expression(then), as_expression(otherwise)
    if isinstance(condition, Square):
        return Cases(condition.diagonal, then, otherwise)
    if isinstance(condition, Relation):
        return Cases(condition, then, otherwise)
    value = worth(condition)
    if value is not None:
        return then if value else otherwise
    return Cases(Relation(condition, "≠", Number(0)), then, otherwise)


def ones_like(of: Expression) -> Expression:
    """Write a 1 for every entry."""
    if is_array(of):
        raise NotImplementedError("np.ones_like of an array cannot be written")
    return Number(1)


@dataclass(frozen=True)
class Square:
    """The unit matrix, or its complement to 1, on entries j, k.

    Attributes
    ----------
    others : bool
        True for the complement: 1 everywhere but on the diagonal.
    """

    others: bool = False

    @property
    def diagonal(self) -> Relation:
        """The condition j = k."""
        if self.others:
            raise NotImplementedError(
                "np.where of 1 - np.eye cannot be written"
            )
        return Relation(Letter(Index("j")), "=", Letter(Index("k")))

    def __rsub__(self, one: Any) -> Square:
        """Give the complement."""
        if one != 1 or self.others:
            raise NotImplementedError(f"{one} - np.eye cannot be written")
        return Square(others=True)

    def __rmatmul__(self, left: Expression) -> Expression:
        """Write the sum over all the others; over one alone, that one."""
        letter = own_letter(left)
        if not self.others:
            return left
        free = next(c for c in "jik" if c not in letters_in(left))
        return Big("sum", free, at(left, letter, Index(free)), letter)


@dataclass(frozen=True)
class Top:
    """Where the largest entry of an array stands."""

    of: Expression


@dataclass(frozen=True)
class Count:
    """The numbers of the entries, to be compared with one of them."""

    def __eq__(self, other: object) -> Any:
        """Say which entry is the largest one."""
        if not isinstance(other, Top):
            raise NotImplementedError("== cannot be written but with argmax")
        letter = own_letter(other.of)
        return Relation(Letter(Index(letter)), "=", Letter(Index(TOP)))

    __hash__ = None  # type: ignore[assignment]  # nobody asks


def argmax(of: Expression, axis: int, *, keepdims: bool = False) -> Top:
    """Tell where the largest entry stands."""
    if axis != -1 or not keepdims or not isinstance(of, Symbol):
        raise NotImplementedError(
            "np.argmax can be written of symbols alone, with axis=-1 and "
            "keepdims=True"
        )
    return Top(of)


def take_along_axis(of: Expression, top: Any, axis: int) -> Expression:
    """Give the largest entry."""
    if axis != -1 or not isinstance(top, Top):
        raise NotImplementedError(
            "np.take_along_axis can be written with argmax and axis=-1 alone"
        )
    return at(of, own_letter(of), Index(TOP))


def largest(of: Expression, *, initial: float) -> Expression:
    """Write the largest entry; of what has no index, that is itself."""
    if initial != 0 or not is_size(of):
        raise NotImplementedError(
            "np.max can be written of sizes, with initial=0, alone"
        )
    letters = letters_in(of)
    return Big("max", own_letter(of), of) if letters else of


def is_size(tree: Expression) -> bool:
    """Tell whether an expression is never negative by its form."""
    match tree:
        case Call("abs"):
            return True
        case Call("max", arguments):
            return any(map(is_size, arguments))
        case Quotient(above, below):
            return is_size(above) and is_size(below)
        case _:
            return False


def isfinite(_: Expression) -> Any:
    """The symbols of a formula stand for finite numbers."""
    return SimpleNamespace(all=lambda: True)


def log1p(of: Expression) -> Expression:
    """Write ln(1 + …)."""
    return Call("ln", (1 + of,))


def same(of: Any, **_: object) -> Any:
    """Leave it as it is: a row is a batch of one, a number a float."""
    return of


def examples(of: Any) -> Expression:
    """Write how many examples a batch has."""
    if not isinstance(of, Expression) or not is_array(of):
        raise NotImplementedError("len can be written of a batch alone")
    return Letter(Index("N"))


NUMPY = Namespace(
    "np",
    REASON,
    {
        "abs": function("abs"),
        "arange": lambda _: Count(),
        "argmax": argmax,
        "asarray": same,
        "atleast_2d": same,
        "exp": function("exp"),
        "eye": lambda _, **__: Square(),
        "imag": function("Im"),
        "isfinite": isfinite,
        "log": function("ln"),
        "log1p": log1p,
        "max": largest,
        "maximum": limit("max"),
        "minimum": limit("min"),
        "ones_like": ones_like,
        "sqrt": function("sqrt"),
        "take_along_axis": take_along_axis,
        "tanh": function("tanh"),
        "where": where,
    },
)
PRIMITIVES: Mapping[str, Any] = {
    "exp": function("exp"),
    "sqrt": function("sqrt"),
    "abs": function("abs"),
    "max": limit("max"),
    "float": same,
    "len": examples,
    "pi": Name(r"\pi", math.pi),
    "np": NUMPY,
    "validation": UNVALIDATED,
}
"""What stands for each name that a rule calls from outside."""
