"""Formulas as trees: what a rule gives when it is run on symbols.

A symbol takes the place of a number. Python's operators build the tree, in
the order in which the rule applies them; nothing is simplified or reordered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, reduce
from operator import is_
from typing import Any, TypeVar

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
"""The quantities that are arrays; all others are single numbers."""


@dataclass(frozen=True)
class Index:
    """An index: a number, a letter, or a letter plus a number: 3, l, l + 1."""

    letter: str = ""
    offset: int = 0

    @classmethod
    def parse(cls, text: str | int) -> Index:
        """Parse an index: ``"l+1"``, ``"j"``, ``3``."""
        found = re.fullmatch(r"([A-Za-z]?)([+-]?\d+)?", str(text))
        if not found or not str(text):
            raise ValueError(
                f"index is {text!r}; a letter, a number, or a letter and a "
                "number such as 'l+1' was expected"
            )
        return cls(found[1], int(found[2] or 0))

    def __add__(self, steps: int) -> Index:
        """Shift the index up: l + 1."""
        return Index(self.letter, self.offset + steps)

    def __sub__(self, steps: int) -> Index:
        """Shift the index down: l − 1."""
        return Index(self.letter, self.offset - steps)

    def __str__(self) -> str:
        """Write the index as in a formula: l+1."""
        if not self.letter:
            return str(self.offset)
        return f"{self.letter}{self.offset:+d}" if self.offset else self.letter


class Expression:
    """A part of a formula; Python's operators combine parts to larger ones."""

    def __add__(self, other: Any) -> Expression:
        """Append a term to a sum."""
        return Add((*terms_of(self), as_expression(other)))

    def __radd__(self, other: Any) -> Expression:
        """Prepend a term to a sum."""
        return Add((as_expression(other), *terms_of(self)))

    def __sub__(self, other: Any) -> Expression:
        """Subtract: append a negative term to a sum."""
        return Add((*terms_of(self), Negative(as_expression(other))))

    def __rsub__(self, other: Any) -> Expression:
        """Subtract from something else."""
        return Add((as_expression(other), Negative(self)))

    def __mul__(self, other: Any) -> Expression:
        """Multiply; elementwise if both are arrays."""
        return product_of(self, as_expression(other))

    def __rmul__(self, other: Any) -> Expression:
        """Multiply from the left."""
        return product_of(as_expression(other), self)

    def __truediv__(self, other: Any) -> Expression:
        """Divide; by 1, leave it as it is."""
        below = as_expression(other)
        require_entries("/ by an array", below)
        return self if below == Number(1) else Quotient(self, below)

    def __rtruediv__(self, other: Any) -> Expression:
        """Divide something else by this."""
        require_entries("/ by an array", self)
        return Quotient(as_expression(other), self)

    def __pow__(self, exponent: Any) -> Expression:
        """Raise to a power."""
        require_entries("** of an array", self)
        return Power(self, as_expression(exponent))

    def __rpow__(self, base: Any) -> Expression:
        """Raise a number to this power."""
        require_entries("a power with an array above", self)
        return Power(as_expression(base), self)

    def __neg__(self) -> Expression:
        """Negate."""
        return Negative(self)

    def __matmul__(self, other: Any) -> Expression:
        """Multiply as matrices."""
        if not isinstance(other, Expression):
            return NotImplemented
        if not (is_array(self) and is_array(other)):
            raise NotImplementedError(
                "@ cannot be written between single entries; two arrays "
                "were expected"
            )
        return MatrixProduct((*factors_of(self), *factors_of(other)))

    def __getitem__(self, key: Any) -> Expression:
        """Add an axis: entry k becomes that of row j or of column k."""
        turned = NEW_AXIS_LETTERS.get(str(key))
        if turned is None:
            raise NotImplementedError(
                f"[{key}] cannot be written; [..., None], [..., :, None] or "
                "[..., None, :] was expected"
            )
        return with_index(self, axis_letter(self), Index(turned))

    def __bool__(self) -> bool:
        """Refuse a branch: a symbol has no truth value."""
        raise NotImplementedError(
            f"a branch on a {type(self).__name__} cannot be written; a "
            "condition on symbols that carry values was expected"
        )

    def __lt__(self, other: Any) -> Relation:
        """Make the condition <."""
        return Relation(self, "<", as_expression(other))

    def __gt__(self, other: Any) -> Relation:
        """Make the condition >."""
        return Relation(self, ">", as_expression(other))

    def sum(self, axis: int, *, keepdims: bool = False) -> Expression:
        """Sum over the outputs (the last axis) or the examples (axis 0).

        Axis 0 of weights holds the nodes that they come from.
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
        """Average over the N examples."""
        if letters_in(self) != {"n"}:
            raise NotImplementedError(
                "mean cannot be written here; a value of example n was "
                "expected"
            )
        return Quotient(Reduction("sum", "n", self), Letter(Index("N")))

    @property
    def real(self) -> Expression:
        """The expression itself: its symbols stand for real numbers."""
        return self

    @property
    def ndim(self) -> int:
        """2 for an array, which holds one example a row, else 0."""
        return 2 if is_array(self) else 0

    @property
    def T(self) -> Expression:  # noqa: N802 — NumPy's own name
        """The transpose."""
        return Transpose(self)

    @property
    def children(self) -> tuple[Expression, ...]:
        """The direct parts of the expression, from left to right."""
        found: list[Expression] = []
        for value in vars(self).values():
            if isinstance(value, Expression):
                found.append(value)
            elif isinstance(value, tuple):
                found += (v for v in value if isinstance(v, Expression))
        return tuple(found)

    dtype = None
    shape = (None,)
    """A formula holds for any dtype and any number of nodes."""

    def map(self, change: Callable[[Expression], Expression]) -> Expression:
        """Apply a function to each child; rebuild what has a new one."""
        changed: dict[str, Any] = {}
        for name, value in vars(self).items():
            if isinstance(value, Expression):
                new: Any = change(value)
            elif isinstance(value, tuple):
                new = tuple(
                    change(v) if isinstance(v, Expression) else v
                    for v in value
                )
                if all(map(is_, new, value)):
                    continue
            else:
                continue
            if new is not value:
                changed[name] = new
        return copied(self, **changed) if changed else self


class Leaf(Expression):
    """A part of a formula that has no parts."""

    children = ()

    def map(self, _: Callable[[Expression], Expression]) -> Expression:
        """Apply a function to no child."""
        return self


@dataclass(frozen=True)
class Number(Leaf):
    """A constant in the rule itself, such as 1 or 2."""

    value: float


@dataclass(frozen=True)
class Symbol(Leaf):
    r"""A quantity of the network, such as zⱼ or Wˡ.

    Attributes
    ----------
    quantity : str
        What it is: ``"linear"``, ``"weight"``, ``"errors"`` …, a key of
        `literate_bp.formula.notation.Notation.symbols`.
    layer : Index or None
        The layer; a weight belongs to the layer that it leads to.
    nodes : tuple of Index
        The node; for a weight, the node it comes from and the node it leads
        to.
    value : float or None
        Its number, if it is known.
    """

    quantity: str
    layer: Index | None = None
    nodes: tuple[Index, ...] = ()
    value: float | None = field(default=None, compare=False)


@lru_cache(8192, typed=True)
def numbered(quantity: str, layer: int, *nodes: int) -> Symbol:
    """Make the symbol of one number: of a layer and its nodes."""
    indices = tuple(Index("", node) for node in nodes)
    return Symbol(quantity, Index("", layer), indices)


@dataclass(frozen=True)
class Name(Leaf):
    r"""A letter that is the same in every notation: π, h, nᵢₙ.

    Attributes
    ----------
    latex : str
        The letter: ``\pi``.
    value : float or None
        Its number, if it is known.
    """

    latex: str
    value: float | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Add(Expression):
    """A sum of terms; negative ones are printed as differences."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True)
class Negative(Expression):
    """An expression with a minus sign."""

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
    """A sum, a product or a maximum over an index: Σₖ …, Πₖ …, maxₖ ….

    Attributes
    ----------
    operator : str
        ``"sum"``, ``"prod"`` or ``"max"``.
    index : str
        The letter that it runs over.
    body : Expression
        The terms.
    excluded : str
        An index that is left out: Σ over i ≠ j.
    """

    operator: str
    index: str
    body: Expression
    excluded: str = ""


@dataclass(frozen=True)
class Call(Expression):
    """A function call: ``"activation"``, ``"exp"`` …."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Partial(Expression):
    """A partial derivative: ∂of/∂by."""

    of: Expression
    by: Expression


@dataclass(frozen=True)
class Gradient(Partial):
    """A derivative by an array, in notations that write it with ∇."""


@dataclass(frozen=True)
class MatrixProduct(Expression):
    """A matrix product."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True)
class Hadamard(Expression):
    """An elementwise product of arrays: ⊙."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True)
class Transpose(Expression):
    """The transpose of an array: ⊤."""

    of: Expression


@dataclass(frozen=True)
class Entry(Expression):
    """The entry of an array at a node."""

    of: Expression
    node: Index


@dataclass(frozen=True)
class Relation(Expression):
    """A condition: z > 0, j = k."""

    left: Expression
    sign: str
    right: Expression

    def __bool__(self) -> bool:
        """Decide by the values of the symbols."""
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
        """Give 1 where the condition holds, 0 elsewhere."""
        return Cases(self, Number(1), Number(0))


@dataclass(frozen=True)
class Cases(Expression):
    """A piecewise expression: `then` where the condition holds."""

    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True)
class Letter(Leaf):
    """An index as an expression: the j in the condition j = k."""

    index: Index


@dataclass(frozen=True)
class Equation:
    """Two or more sides with a sign between them.

    Attributes
    ----------
    sides : tuple of Expression
        From left to right; the first is what is defined.
    sign : str
        The sign between them: ``"="``, ``"≈"``, ``"←"``, ``"≤"``.
    """

    sides: tuple[Expression, ...]
    sign: str = "="

    def map(self, change: Callable[[Expression], Expression]) -> Equation:
        """Apply a function to each side; the same equation if none is new."""
        sides = tuple(map(change, self.sides))
        if all(map(is_, sides, self.sides)):
            return self
        return replace(self, sides=sides)


ARGMAX_INDEX = "m"
"""The index of the largest entry; no sum runs over it."""
NEW_AXIS_LETTERS = {
    str((..., None)): "j",
    str((..., slice(None), None)): "j",
    str((..., None, slice(None))): "k",
}
"""The letter that entry k gets when an axis is added."""


def row_letters(expression: Expression) -> set[str]:
    """Give the first index of all weights in an expression.

    Empty if they differ, or if there is none.
    """
    pairs = [s.nodes for s in symbols_in(expression) if len(s.nodes) == 2]
    letters = {from_node.letter for from_node, _ in pairs}
    return letters if len(letters) == 1 else set()


def axis_letter(expression: Expression) -> str:
    """Give the index letter of the last axis."""
    letters = letters_in(expression) - {ARGMAX_INDEX}
    if len(letters) != 1:
        raise NotImplementedError(
            f"an axis with the indices {sorted(letters)} cannot be written; "
            "one index was expected"
        )
    (letter,) = letters
    return letter


def value_of(tree: Expression) -> float | None:
    """Give the value of an expression, if it is known."""
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
"""How a maximum or a minimum of known numbers is computed."""


def row_n(tree: Expression) -> Expression:
    """Give row n of an expression of arrays and elementwise operations."""
    if isinstance(tree, MatrixProduct | Transpose | Reduction):
        raise NotImplementedError(
            f"row n of a {type(tree).__name__} cannot be written; arrays "
            "joined entry by entry were expected"
        )
    if isinstance(tree, Symbol) and tree.quantity in ARRAYS:
        return replace(tree, nodes=(Index("n"),))
    return tree.map(row_n)


def as_expression(value: Any) -> Expression:
    """Make an expression of a number or an index."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, Index):
        return Letter(value)
    if isinstance(value, (int, float)):
        return Negative(Number(-value)) if value < 0 else Number(value)
    if isinstance(value, complex) and value == 1j:
        return Name("i")
    raise TypeError(
        f"{value!r} is a {type(value).__name__}, which cannot stand in a "
        "formula; a number or an Expression was expected"
    )


def terms_of(expression: Expression) -> tuple[Expression, ...]:
    """Give the terms of a sum, or the expression as the only term."""
    return expression.terms if isinstance(expression, Add) else (expression,)


def factors_of(expression: Expression) -> tuple[Expression, ...]:
    """Give the factors of a matrix product, or the expression as the only."""
    if isinstance(expression, MatrixProduct):
        return expression.factors
    return (expression,)


def product_of(left: Expression, right: Expression) -> Expression:
    """Multiply: elementwise if both are arrays, else as numbers."""
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
    """Refuse an array where the sign would mean a matrix operation."""
    if is_array(expression):
        raise NotImplementedError(
            f"{what} cannot be written; single entries were expected"
        )


def is_array(expression: Expression) -> bool:
    """Tell whether an expression is a whole array."""
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
    """Tell whether an expression contains a row of an array."""
    found = symbols_in(expression)
    return any(s.quantity in ARRAYS and s.nodes for s in found)


Part = TypeVar("Part", bound=Expression)


def copied(part: Part, **values: Any) -> Part:
    """Return a copy with other values, as `dataclasses.replace` does."""
    after = object.__new__(type(part))
    vars(after).update(vars(part), **values)
    return after


def replaced(
    expression: Expression, change: Callable[[Expression], Expression]
) -> Expression:
    """Apply a function to every part of an expression, bottom-up."""
    return change(expression.map(lambda child: replaced(child, change)))


def with_index(
    expression: Expression, letter: str, index: Index
) -> Expression:
    """Substitute an index for a letter."""
    return with_indices(expression, {letter: index})


def with_indices(
    expression: Expression, indices: Mapping[str, Index]
) -> Expression:
    """Substitute indices for letters, all at once."""

    def moved(old: Index) -> Index:
        new = indices.get(old.letter)
        if new is None:
            return old
        return new + old.offset if old.offset else new

    def change(part: Expression) -> Expression:
        match part:
            case Symbol(_, layer, nodes):
                found = layer and moved(layer), tuple(map(moved, nodes))
                if found == (layer, nodes):
                    return part
                return Symbol(part.quantity, *found, part.value)
            case Letter(old):
                return Letter(moved(old))
            case Reduction(_, bound, _, out) if {bound, out} & indices.keys():
                return copied(
                    part,
                    index=indices.get(bound, Index()).letter or bound,
                    excluded=str(indices.get(out, out)),
                )
            case _:
                return part

    return replaced(expression, change)


def symbols_in(expression: Expression) -> Iterator[Symbol]:
    """Yield every symbol of an expression, from left to right."""
    if isinstance(expression, Symbol):
        yield expression
    for child in expression.children:
        yield from symbols_in(child)


def letters_in(expression: Expression) -> frozenset[str]:
    """Give the free index letters of an expression: no sum runs over them."""
    match expression:
        case Symbol(_, _, nodes):
            return frozenset(node.letter for node in nodes if node.letter)
        case Letter(index) | Entry(node=index):
            return frozenset({index.letter})
        case Reduction(_, bound, body, excluded):
            left_out = {excluded} if excluded.isalpha() else set()
            return (letters_in(body) | left_out) - {bound}
        case _:
            found = map(letters_in, expression.children)
            return reduce(frozenset.union, found, frozenset())


def unrolled(expression: Expression, counts: Mapping[str, int]) -> Expression:
    """Write each sum over a counted index term by term.

    Parameters
    ----------
    expression : Expression
        Any.
    counts : dict of str to int
        How far each index runs; sums over other indices stay.
    """

    def change(part: Expression) -> Expression:
        if not isinstance(part, Reduction) or part.operator != "sum":
            return part
        if part.index not in counts or part.excluded.isalpha():
            return part
        numbers = [*range(1, counts[part.index] + 1)]
        numbers = [n for n in numbers if str(n) != part.excluded]
        terms = [
            with_index(part.body, part.index, Index("", n)) for n in numbers
        ]
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    return replaced(expression, change)
