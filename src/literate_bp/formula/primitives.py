"""The primitives of rules on formula symbols: NumPy's and Python's functions.

The entries of an array are represented by one entry with an index: aₖ. A
reduction along the last axis is then a sum or a maximum over k.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import matmul
from types import SimpleNamespace
from typing import Any

from .engine import UNVALIDATED, Namespace, Unsupported
from .expression import (
    ARGMAX_INDEX,
    Call,
    Cases,
    Expression,
    Index,
    Letter,
    Name,
    Negative,
    Number,
    Quotient,
    Reduction,
    Relation,
    Symbol,
    as_expression,
    axis_letter,
    is_array,
    letters_in,
    value_of,
    with_index,
)

NOT_WRITABLE = "cannot be written"


def unsupported(name: str) -> Unsupported:
    """Make a stand-in for what is no primitive, refused when it is used."""
    return Unsupported(name, NOT_WRITABLE)


def symbolic_function(name: str) -> Callable[..., Expression]:
    """Make a function that gives the expression of its call."""

    def call(*arguments: Any) -> Expression:
        return Call(name, tuple(map(as_expression, arguments)))

    return call


def extremum(name: str) -> Callable[..., Expression]:
    """Make a maximum or a minimum of two; of two equal ones, it is either."""

    def call(left: Any, right: Any) -> Expression:
        left, right = as_expression(left), as_expression(right)
        if left == right:
            return left
        if name == "min" and right == Negative(left):
            return Negative(Call("abs", (left,)))
        return Call(name, (left, right))

    return call


def where(condition: Any, then: Any, otherwise: Any) -> Expression:
    """Make a piecewise expression.

    An expression in the place of the condition holds where it is not 0.
    """
    then, otherwise = as_expression(then), as_expression(otherwise)
    if isinstance(condition, IdentityMatrix):
        return Cases(condition.diagonal, then, otherwise)
    if isinstance(condition, Relation):
        return Cases(condition, then, otherwise)
    value = value_of(condition)
    if value is not None:
        return then if value else otherwise
    return Cases(Relation(condition, "≠", Number(0)), then, otherwise)


def ones_like(of: Expression) -> Expression:
    """Give 1 for every entry."""
    if is_array(of):
        raise NotImplementedError("np.ones_like of an array cannot be written")
    return Number(1)


@dataclass(frozen=True)
class IdentityMatrix:
    """The identity matrix with entries j, k, or 1 minus it.

    Attributes
    ----------
    complement : bool
        True for 1 minus the identity matrix.
    """

    complement: bool = False

    @property
    def diagonal(self) -> Relation:
        """The condition j = k."""
        if self.complement:
            raise NotImplementedError(
                "np.where of 1 - np.eye cannot be written"
            )
        return Relation(Letter(Index("j")), "=", Letter(Index("k")))

    def __rsub__(self, one: Any) -> IdentityMatrix:
        """Give 1 minus the identity matrix."""
        if one != 1 or self.complement:
            raise NotImplementedError(f"{one} - np.eye cannot be written")
        return IdentityMatrix(complement=True)

    def __rmatmul__(self, left: Expression) -> Expression:
        """Multiply: by 1 minus the identity, a sum over all other entries."""
        letter = axis_letter(left)
        if not self.complement:
            return left
        free = next(c for c in "jik" if c not in letters_in(left))
        return Reduction(
            "sum", free, with_index(left, letter, Index(free)), letter
        )


@dataclass(frozen=True)
class ArgMax:
    """The position of the largest entry of an array."""

    of: Expression


@dataclass(frozen=True)
class Positions:
    """The positions of all entries, to be compared with one of them."""

    def __eq__(self, other: object) -> Any:
        """Make the condition that an entry is the largest."""
        if not isinstance(other, ArgMax):
            raise NotImplementedError("== cannot be written but with argmax")
        letter = axis_letter(other.of)
        return Relation(
            Letter(Index(letter)), "=", Letter(Index(ARGMAX_INDEX))
        )

    __hash__ = None  # type: ignore[assignment]  # never hashed


def argmax(of: Expression, axis: int, *, keepdims: bool = False) -> ArgMax:
    """Give the position of the largest entry."""
    if axis != -1 or not keepdims or not isinstance(of, Symbol):
        raise NotImplementedError(
            "np.argmax can be written of symbols alone, with axis=-1 and "
            "keepdims=True"
        )
    return ArgMax(of)


def take_along_axis(of: Expression, top: Any, axis: int) -> Expression:
    """Give the largest entry."""
    if axis != -1 or not isinstance(top, ArgMax):
        raise NotImplementedError(
            "np.take_along_axis can be written with argmax and axis=-1 alone"
        )
    return with_index(of, axis_letter(of), Index(ARGMAX_INDEX))


def maximum_entry(of: Expression, *, initial: float) -> Expression:
    """Give the largest entry; of a single number, that number."""
    if initial != 0 or not is_nonnegative(of):
        raise NotImplementedError(
            "np.max can be written of sizes, with initial=0, alone"
        )
    letters = letters_in(of)
    return Reduction("max", axis_letter(of), of) if letters else of


def is_nonnegative(tree: Expression) -> bool:
    """Tell from its form whether an expression is never negative."""
    match tree:
        case Call("abs"):
            return True
        case Call("max", arguments):
            return any(map(is_nonnegative, arguments))
        case Quotient(above, below):
            return is_nonnegative(above) and is_nonnegative(below)
        case _:
            return False


def isfinite(_: Expression) -> Any:
    """Say yes: symbols stand for finite numbers."""
    return SimpleNamespace(all=lambda: True)


def expm1(of: Expression) -> Expression:
    """Give e^of − 1."""
    return Call("exp", (of,)) - 1


def log1p(of: Expression) -> Expression:
    """Give ln(1 + of)."""
    return Call("ln", (1 + of,))


def unchanged(of: Any, **_: object) -> Any:
    """Leave an argument as it is: conversions do not concern symbols."""
    return of


def batch_size(of: Any) -> Expression:
    """Give N, the number of examples in a batch."""
    if not isinstance(of, Expression) or not is_array(of):
        raise NotImplementedError("len can be written of a batch alone")
    return Letter(Index("N"))


NUMPY = Namespace(
    "np",
    NOT_WRITABLE,
    {
        "abs": symbolic_function("abs"),
        "arange": lambda _: Positions(),
        "argmax": argmax,
        "asarray": unchanged,
        "atleast_2d": unchanged,
        "dot": matmul,
        "exp": symbolic_function("exp"),
        "expm1": expm1,
        "eye": lambda _, **__: IdentityMatrix(),
        "imag": symbolic_function("Im"),
        "iscomplexobj": lambda _: False,
        "isfinite": isfinite,
        "log": symbolic_function("ln"),
        "log1p": log1p,
        "max": maximum_entry,
        "maximum": extremum("max"),
        "minimum": extremum("min"),
        "ones_like": ones_like,
        "sqrt": symbolic_function("sqrt"),
        "take_along_axis": take_along_axis,
        "tanh": symbolic_function("tanh"),
        "where": where,
    },
    "NUMPY, src/literate_bp/formula/primitives.py",
)
"""What rules may call of NumPy, as it acts on expressions."""
PRIMITIVES: Mapping[str, Any] = {
    "exp": symbolic_function("exp"),
    "sqrt": symbolic_function("sqrt"),
    "abs": symbolic_function("abs"),
    "max": extremum("max"),
    "float": unchanged,
    "len": batch_size,
    "finite": unchanged,
    "gated": lambda z, gate: z * gate,
    "limited": unchanged,
    "normal_cdf": symbolic_function("Φ"),
    "pi": Name(r"\pi", math.pi),
    "np": NUMPY,
    "validation": UNVALIDATED,
}
"""What each global name of a rule is bound to."""
