"""Formulas as trees: what a rule writes down when it is run on symbols.

A symbol stands where a number would. The operators of Python build the tree,
term after term as the rule has them, and nothing is reordered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import reduce
from typing import Any

ARRAYS = frozenset(
    {
        "inputs",
        "linears",
        "activateds",
        "weights",
        "biases",
        "targets",
        "errors",
    }
)


@dataclass(frozen=True)
class Index:
    """A number, a letter, or a letter and a number: 3, l, l + 1."""

    letter: str = ""
    offset: int = 0

    @classmethod
    def of(cls, text: str | int) -> Index:
        """Read an index: ``"l+1"``, ``"j"``, ``3``."""
        found = re.fullmatch(r"([A-Za-z]?)([+-]?\d+)?", str(text))
        if not found or not str(text):
            raise ValueError(
                f"index is {text!r}; a letter, a number, or a letter and a "
                "number such as 'l+1' was expected"
            )
        return cls(found[1], int(found[2] or 0))

    def __add__(self, steps: int) -> Index:
        """Go on by so many: l + 1."""
        return Index(self.letter, self.offset + steps)

    def __sub__(self, steps: int) -> Index:
        """Go back by so many: l − 1."""
        return Index(self.letter, self.offset - steps)

    def __str__(self) -> str:
        """Write it as in a formula: l+1."""
        if not self.letter:
            return str(self.offset)
        return f"{self.letter}{self.offset:+d}" if self.offset else self.letter


class Expression:
    """Anything that stands in a formula; the operators build larger ones."""

    def __add__(self, other: Any) -> Expression:
        """Write a sum, longer by a term if it was one."""
        return Add((*terms_of(self), as_expression(other)))

    def __radd__(self, other: Any) -> Expression:
        """Write a sum."""
        return Add((as_expression(other), *terms_of(self)))

    def __sub__(self, other: Any) -> Expression:
        """Write a difference: a sum whose last term is negative."""
        return Add((*terms_of(self), Negative(as_expression(other))))

    def __rsub__(self, other: Any) -> Expression:
        """Write a difference."""
        return Add((as_expression(other), Negative(self)))

    def __mul__(self, other: Any) -> Expression:
        """Write a product, entry by entry if both are arrays."""
        return product_of(self, as_expression(other))

    def __rmul__(self, other: Any) -> Expression:
        """Write a product."""
        return product_of(as_expression(other), self)

    def __truediv__(self, other: Any) -> Expression:
        """Write a fraction."""
        below = as_expression(other)
        require_entries("/ by an array", below)
        return self if below == Number(1) else Quotient(self, below)

    def __rtruediv__(self, other: Any) -> Expression:
        """Write a fraction."""
        require_entries("/ by an array", self)
        return Quotient(as_expression(other), self)

    def __pow__(self, exponent: Any) -> Expression:
        """Write a power."""
        require_entries("** of an array", self)
        return Power(self, as_expression(exponent))

    def __rpow__(self, base: Any) -> Expression:
        """Write a power of a number."""
        require_entries("a power with an array above", self)
        return Power(as_expression(base), self)

    def __neg__(self) -> Expression:
        """Write a minus sign in front."""
        return Negative(self)

    def __matmul__(self, other: Any) -> Expression:
        """Write a product of matrices."""
        if not isinstance(other, Expression):
            return NotImplemented
        if not (is_array(self) and is_array(other)):
            raise NotImplementedError(
                "@ cannot be written between single entries; two arrays "
                "were expected"
            )
        return MatrixProduct((*factors_of(self), *factors_of(other)))

    def __getitem__(self, key: Any) -> Expression:
        """Let entry k be that of row j or of column k of a square."""
        turned = NEW_AXIS_LETTERS.get(str(key))
        if turned is None:
            raise NotImplementedError(
                f"[{key}] cannot be written; [..., None], [..., :, None] or "
                "[..., None, :] was expected"
            )
        return with_index(self, axis_letter(self), Index(turned))

    def __bool__(self) -> bool:
        """Refuse a branch on what has no value."""
        raise NotImplementedError(
            f"a branch on a {type(self).__name__} cannot be written; a "
            "condition on symbols that carry values was expected"
        )

    def __lt__(self, other: Any) -> Relation:
        """Write a condition."""
        return Relation(self, "<", as_expression(other))

    def __gt__(self, other: Any) -> Relation:
        """Write a condition."""
        return Relation(self, ">", as_expression(other))

    def sum(self, axis: int, *, keepdims: bool = False) -> Expression:
        """Write a sum over the outputs (the last axis), or the examples.

        Of weights, axis 0 holds the nodes that they come from.
        """
        if axis == 0 and is_array(self) and not keepdims:
            return Reduction("sum", "n", row_n(self))
        if axis == 0 and not keepdims and (rows := row_letters(self)):
            return Reduction("sum", rows.pop(), self)
        if axis != -1:
            raise NotImplementedError(
                f"sum over axis {axis} cannot be written here; axis -1 of "
                "entries, or axis 0 of an array, was expected"
            )
        letter = axis_letter(self)
        match self:
            case Cases(Relation(Letter(one), "=", Letter(but)), zero, body):
                if one.letter == letter and zero == Number(0):
                    return Reduction("sum", letter, body, but.letter)
        return Reduction("sum", letter, self)

    def mean(self) -> Expression:
        """Write the mean over the N examples."""
        if letters_in(self) != {"n"}:
            raise NotImplementedError(
                "mean cannot be written here; a value of example n was "
                "expected"
            )
        return Quotient(Reduction("sum", "n", self), Letter(Index("N")))

    @property
    def real(self) -> Expression:
        """The symbols of a formula stand for real numbers."""
        return self

    @property
    def ndim(self) -> int:
        """Tell that an array holds one example a row."""
        return 2 if is_array(self) else 0

    @property
    def T(self) -> Expression:  # noqa: N802 — NumPy's own name
        """Write a transpose."""
        return Transpose(self)

    @property
    def children(self) -> tuple[Expression, ...]:
        """The expressions that this one is made of."""
        found: list[Expression] = []
        for part in fields(self):  # type: ignore[arg-type]  # all are dataclasses
            value = getattr(self, part.name)
            if isinstance(value, Expression):
                found.append(value)
            elif isinstance(value, tuple):
                found += (v for v in value if isinstance(v, Expression))
        return tuple(found)

    dtype = None
    shape = (None,)
    """A formula holds for any type, and any number of nodes."""

    def map(self, change: Callable[[Expression], Expression]) -> Expression:
        """Give the same expression with every child changed."""
        changed: dict[str, Any] = {}
        for part in fields(self):  # type: ignore[arg-type]  # all are dataclasses
            value = getattr(self, part.name)
            if isinstance(value, Expression):
                changed[part.name] = change(value)
            elif isinstance(value, tuple):
                changed[part.name] = tuple(
                    change(v) if isinstance(v, Expression) else v
                    for v in value
                )
        return replace(self, **changed)  # type: ignore[type-var]  # the same


@dataclass(frozen=True)
class Number(Expression):
    """A number that stands in the rule itself: the 1 and the 2."""

    value: float


@dataclass(frozen=True)
class Symbol(Expression):
    r"""A quantity of the network.

    Attributes
    ----------
    quantity : str
        What it is: ``"linear"``, ``"weight"``, ``"errors"`` …, a key of
        `literate_bp.formula.notation.Notation.symbols`.
    layer : Index or None
        As the book counts: a weight's is that of the node it leads to.
    nodes : tuple of Index
        One node; of a weight, where it comes from and where it leads.
    value : float or None
        The number that it stands for, if it is known.
    """

    quantity: str
    layer: Index | None = None
    nodes: tuple[Index, ...] = ()
    value: float | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Name(Expression):
    r"""What is called the same in every notation: π, h, n_in.

    Attributes
    ----------
    latex : str
        Its letter: ``\pi``.
    value : float or None
        The number that it stands for, if it is known.
    """

    latex: str
    value: float | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Add(Expression):
    """A sum of terms; a negative one is written as a difference."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True)
class Negative(Expression):
    """A minus sign in front."""

    of: Expression


@dataclass(frozen=True)
class Mul(Expression):
    """A product of numbers."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True)
class Quotient(Expression):
    """A fraction."""

    above: Expression
    below: Expression


@dataclass(frozen=True)
class Power(Expression):
    """A power."""

    base: Expression
    exponent: Expression


@dataclass(frozen=True)
class Reduction(Expression):
    """A sum, or a maximum, over an index: Σₖ …, maxₖ ….

    Attributes
    ----------
    operator : str
        ``"sum"`` or ``"max"``.
    index : str
        What it runs over.
    body : Expression
        What is added up.
    but : str
        An index that it leaves out: Σ over i ≠ j.
    """

    operator: str
    index: str
    body: Expression
    but: str = ""


@dataclass(frozen=True)
class Call(Expression):
    """A function of something: ``"activation"``, ``"exp"`` …."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Partial(Expression):
    """A partial derivative: ∂ of / ∂ by."""

    of: Expression
    by: Expression


@dataclass(frozen=True)
class Gradient(Partial):
    """The derivative by an array, for texts that write it with ∇."""


@dataclass(frozen=True)
class MatrixProduct(Expression):
    """A product of matrices, written side by side."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True)
class Hadamard(Expression):
    """A product of arrays entry by entry: ⊙."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True)
class Transpose(Expression):
    """Rows for columns: ⊤."""

    of: Expression


@dataclass(frozen=True)
class Entry(Expression):
    """The entry of an array that belongs to a node."""

    of: Expression
    node: Index


@dataclass(frozen=True)
class Relation(Expression):
    """A condition: z > 0, j = k."""

    left: Expression
    sign: str
    right: Expression

    def __bool__(self) -> bool:
        """Decide by the numbers that the symbols stand for."""
        left, right = map(value_of, self.children)
        if left is None or right is None:
            raise NotImplementedError(
                f"a branch on a condition with {self.sign} cannot be written; "
                "give its symbol a value to say which branch is meant"
            )
        return {
            "<": left < right,
            ">": left > right,
            "≠": left != right,
        }[self.sign]

    def astype(self, _: object) -> Expression:
        """Write 1 where the condition holds, 0 elsewhere."""
        return Cases(self, Number(1), Number(0))


@dataclass(frozen=True)
class Cases(Expression):
    """One thing where a condition holds, another elsewhere."""

    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True)
class Letter(Expression):
    """An index that stands in a formula as itself: the j of j = k."""

    index: Index


@dataclass(frozen=True)
class Equation:
    """Sides that are equal, the first of which is what is defined or asked.

    Attributes
    ----------
    sides : tuple of Expression
        From left to right.
    sign : str
        What stands between them.
    """

    sides: tuple[Expression, ...]
    sign: str = "="

    def map(self, change: Callable[[Expression], Expression]) -> Equation:
        """Give the same equation with every side changed."""
        return replace(self, sides=tuple(map(change, self.sides)))


ARGMAX_INDEX = "m"
"""The index of the largest entry: no sum runs over it."""
NEW_AXIS_LETTERS = {
    str((..., None)): "j",
    str((..., slice(None), None)): "j",
    str((..., None, slice(None))): "k",
}
"""The letter that entry k has then, in row j and column k."""


def row_letters(expression: Expression) -> set[str]:
    """Give the first index of weights, if all of them have the same."""
    pairs = [s.nodes for s in symbols_in(expression) if len(s.nodes) == 2]
    letters = {from_node.letter for from_node, _ in pairs}
    return letters if len(letters) == 1 else set()


def axis_letter(expression: Expression) -> str:
    """Give the one index of the entries of an array."""
    letters = letters_in(expression) - {ARGMAX_INDEX}
    if len(letters) != 1:
        raise NotImplementedError(
            f"an axis with the indices {sorted(letters)} cannot be written; "
            "one index was expected"
        )
    (letter,) = letters
    return letter


def value_of(tree: Expression) -> float | None:
    """Give the number that an expression stands for, if it is known."""
    match tree:
        case Number(value) | Symbol(value=value) | Name(value=value):
            return value
        case Call("abs" | "max" | "min" as function, arguments):
            values = [value_of(of) for of in arguments]
            known = [value for value in values if value is not None]
            if len(known) < len(values):
                return None
            return (
                abs(known[0]) if function == "abs" else LIMITS[function](known)
            )
        case _:
            return None


LIMITS: Mapping[str, Callable[[list[float]], float]] = {"max": max, "min": min}
"""How the largest and the smallest of known numbers are found."""


def row_n(tree: Expression) -> Expression:
    """Give row n of what is made of arrays entry by entry."""
    if isinstance(tree, MatrixProduct | Transpose | Reduction):
        raise NotImplementedError(
            f"row n of a {type(tree).__name__} cannot be written; arrays "
            "joined entry by entry were expected"
        )
    return row(tree.map(row_n))


def row(part: Expression) -> Expression:
    """Give row n of an array."""
    if isinstance(part, Symbol) and part.quantity in ARRAYS:
        return replace(part, nodes=(Index("n"),))
    return part


def as_expression(value: Any) -> Expression:
    """Take a number into a formula."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, (int, float)):
        return Negative(Number(-value)) if value < 0 else Number(value)
    if isinstance(value, complex) and value == 1j:
        return Name("i")
    raise TypeError(
        f"{value!r} is a {type(value).__name__}, which cannot stand in a "
        "formula; a number or an Expression was expected"
    )


def terms_of(expression: Expression) -> tuple[Expression, ...]:
    """Give the terms of a sum, or the expression as the only one."""
    return expression.terms if isinstance(expression, Add) else (expression,)


def factors_of(expression: Expression) -> tuple[Expression, ...]:
    """Give the factors of a matrix product, or the expression alone."""
    if isinstance(expression, MatrixProduct):
        return expression.factors
    return (expression,)


def product_of(left: Expression, right: Expression) -> Expression:
    """Multiply: entry by entry if both are arrays, else as numbers."""
    if is_array(left) and is_array(right):
        return Hadamard((left, right))
    rows = is_row(left) + is_row(right)
    if rows and rows + is_array(left) + is_array(right) > 1:
        raise NotImplementedError(
            "* cannot be written of a row of an array and another array; "
            "numbers, or two whole arrays, were expected"
        )
    if left == Number(1):
        return right
    factors = left.factors if isinstance(left, Mul) else (left,)
    return Mul((*factors, right))


def require_entries(what: str, expression: Expression) -> None:
    """Refuse what would be read as an operation on matrices."""
    if is_array(expression):
        raise NotImplementedError(
            f"{what} cannot be written; single entries were expected"
        )


def is_array(expression: Expression) -> bool:
    """Tell whether an expression stands for an array."""
    match expression:
        case Symbol(quantity, _, nodes):
            return quantity in ARRAYS and not nodes
        case Partial(_, by):
            return is_array(by)
        case Entry() | Call("norm" | "max"):
            return False
        case Reduction(body=body):
            return is_array(body)
        case _:
            return any(map(is_array, expression.children))


def is_row(expression: Expression) -> bool:
    """Tell whether an expression is made of rows of arrays."""
    found = symbols_in(expression)
    return any(s.quantity in ARRAYS and s.nodes for s in found)


def replaced(
    expression: Expression, change: Callable[[Expression], Expression]
) -> Expression:
    """Change every part of an expression, the innermost first."""
    return change(expression.map(lambda child: replaced(child, change)))


def with_index(
    expression: Expression, letter: str, index: Index
) -> Expression:
    """Put an index in the place of a letter."""

    def moved(old: Index) -> Index:
        if old.letter != letter:
            return old
        return Index(index.letter, index.offset + old.offset)

    def change(part: Expression) -> Expression:
        match part:
            case Symbol(_, layer, nodes):
                return replace(
                    part,
                    layer=layer and moved(layer),
                    nodes=tuple(map(moved, nodes)),
                )
            case Letter(old):
                return Letter(moved(old))
            case Reduction(index=bound) if bound == letter:
                return replace(part, index=index.letter or bound)
            case Reduction(but=but) if but == letter:
                return replace(part, but=str(index))
            case _:
                return part

    return replaced(expression, change)


def symbols_in(expression: Expression) -> Iterator[Symbol]:
    """Give every symbol of an expression, from left to right."""
    if isinstance(expression, Symbol):
        yield expression
    for child in expression.children:
        yield from symbols_in(child)


def letters_in(expression: Expression) -> frozenset[str]:
    """Give the letters of the nodes that no sum runs over."""
    match expression:
        case Symbol(_, _, nodes):
            return frozenset(node.letter for node in nodes if node.letter)
        case Letter(index) | Entry(node=index):
            return frozenset({index.letter})
        case Reduction(_, bound, body, but):
            left_out = {but} if but.isalpha() else set()
            return (letters_in(body) | left_out) - {bound}
        case _:
            found = map(letters_in, expression.children)
            return reduce(frozenset.union, found, frozenset())


def unrolled(expression: Expression, counts: Mapping[str, int]) -> Expression:
    """Write every sum out, term by term.

    Parameters
    ----------
    expression : Expression
        With sums over indices.
    counts : dict of str to int
        How far each index runs.
    """

    def change(part: Expression) -> Expression:
        if not isinstance(part, Reduction) or part.operator != "sum":
            return part
        if part.index not in counts or part.but.isalpha():
            return part
        numbers = [*range(1, counts[part.index] + 1)]
        numbers = [n for n in numbers if str(n) != part.but]
        terms = [
            with_index(part.body, part.index, Index("", n)) for n in numbers
        ]
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    return replaced(expression, change)
