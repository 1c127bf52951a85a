"""From this book's notation to another: algebra, never an edit of strings.

What the other notation means by its symbols is put in the place of ours: −δ
for δ, W⊤ for W. Then both sides are transposed or change their sign where the
left one asks for it, and what stands there twice cancels.
"""

from dataclasses import replace
from math import prod

from .expression import (
    ARRAYS,
    Add,
    Call,
    Entry,
    Equation,
    Expression,
    Gradient,
    Hadamard,
    MatrixProduct,
    Mul,
    Negative,
    Number,
    Partial,
    Power,
    Quotient,
    Reduction,
    Symbol,
    Transpose,
    replaced,
)
from .macros import ERRORS
from .notation import Notation


def translated(equation: Equation, notation: Notation) -> Equation:
    """Say the same in another notation.

    Parameters
    ----------
    equation : Equation
        In this book's notation.
    notation : Notation
        The other one.

    Returns
    -------
    Equation
        The same quantities, but each symbol means what it means there; the
        letters and scripts are `Notation.latex`'s.
    """
    told = equation.map(lambda side: with_meanings(side, notation))
    if len(equation.sides) == 1 or equation.sign in INEQUALITIES:
        solved = told.map(lambda side: simplified(side, notation))
    elif told == equation:
        solved = equation
    else:
        solved = with_positive_left(with_fewer_transposes(told))
    return solved.map(lambda side: with_nabla(side, notation))


INEQUALITIES = ("<", ">", "<=", ">=", "≤", "≥")
"""Signs whose sides keep their values, for they do not turn round."""


def with_meanings(tree: Expression, notation: Notation) -> Expression:
    """Put in the place of each symbol what it means in the other notation."""
    return replaced(tree, lambda part: meaning_of(part, notation))


def simplified(tree: Expression, notation: Notation) -> Expression:
    """Let signs and transposes cancel in what stands alone.

    It has no other side to turn round with, so a number keeps its value. An
    array is laid as the notation lays arrays.
    """
    flip = notation.columns and is_array_or_row(tree)
    return with_sign(*split_sign(transposed(tree, flip=flip)))


def is_array_or_row(tree: Expression) -> bool:
    """Tell whether it is an array, or a row of one."""
    match tree:
        case Symbol(quantity):
            return quantity in ARRAYS
        case Partial(_, by):
            return is_array_or_row(by)
        case Entry() | Call("norm" | "max"):
            return False
        case _:
            return any(map(is_array_or_row, tree.children))


def as_laid_out_here(tree: Expression, notation: Notation) -> Expression:
    """Say what another notation calls an array whose numbers lie as here.

    A picture shows them, in this book's rows and columns.
    """
    told = with_meanings(tree, notation)
    return with_sign(*split_sign(transposed(told, flip=False)))


def with_nabla(tree: Expression, notation: Notation) -> Expression:
    """Write derivatives by an array with ∇, where the notation does."""

    def change(part: Expression) -> Expression:
        match part:
            case Partial(of, Symbol(quantity) as by) if quantity in ARRAYS:
                return Gradient(of, by)
            case _:
                return part

    return replaced(tree, change) if notation.nabla else tree


def meaning_of(part: Expression, notation: Notation) -> Expression:
    """Give what a symbol of the other notation means; leave anything else.

    Where an example is a column, its entries stand in a column.
    """
    if isinstance(part, Entry) and notation.columns:
        return replace(part, of=Transpose(part.of))
    if not isinstance(part, Symbol):
        return part
    told = (
        translated_error(part, notation) if part.quantity in ERRORS else part
    )
    weighs = part.quantity == "weights"
    transpose = notation.to_from if weighs else notation.columns
    return Transpose(told) if transpose and part.quantity in ARRAYS else told


def translated_error(part: Symbol, notation: Notation) -> Expression:
    """Give an error its sign, or write it as a derivative."""
    if part.quantity not in notation.symbols:
        by = replace(part, quantity=ERRORS[part.quantity])
        return Partial(Symbol("cost"), by)
    if notation.error_sign > 0:
        return part
    value = None if part.value is None else -part.value
    return Negative(replace(part, value=value))


def with_fewer_transposes(equation: Equation) -> Equation:
    """Transpose both sides, if the first one then stands upright."""
    sides = tuple(transposed(side, flip=False) for side in equation.sides)
    flipped = tuple(transposed(side, flip=True) for side in equation.sides)
    first = count_transposes(flipped[0]) < count_transposes(sides[0])
    return replace(equation, sides=flipped if first else sides)


def count_transposes(tree: Expression) -> int:
    """Count the transposes."""
    return isinstance(tree, Transpose) + sum(
        map(count_transposes, tree.children)
    )


def transposed(  # noqa: PLR0911 — one case a kind of tree
    tree: Expression, *, flip: bool
) -> Expression:
    """Move transposes inward to the symbols, where two of them cancel.

    Parameters
    ----------
    tree : Expression
        Any.
    flip : bool
        Whether the whole is to be transposed.
    """
    match tree:
        case Transpose(of):
            return transposed(of, flip=not flip)
        case MatrixProduct(factors):
            parts = [transposed(factor, flip=flip) for factor in factors]
            return MatrixProduct(tuple(parts[::-1] if flip else parts))
        case Entry():
            return tree.map(lambda child: transposed(child, flip=False))
        case Call("norm" | "max" | "diag" as size, (of,)):
            either = (transposed(of, flip=way) for way in (False, True))
            return Call(size, (min(either, key=count_transposes),))
        case Partial(of, Transpose(by)):
            return transposed(Partial(of, by), flip=not flip)
        case Partial(_, Symbol(quantity)) | Symbol(quantity):
            return Transpose(tree) if flip and quantity in ARRAYS else tree
        case _:
            return tree.map(lambda child: transposed(child, flip=flip))


def with_positive_left(equation: Equation) -> Equation:
    """Change the sign of both sides, if the first one is negative."""
    signs, sides = zip(*map(split_sign, equation.sides), strict=True)
    pairs = zip(signs, sides, strict=True)
    return replace(
        equation,
        sides=tuple(
            side if sign == signs[0] else negated(side) for sign, side in pairs
        ),
    )


def split_sign(  # noqa: PLR0911 — one case a kind of tree
    tree: Expression,
) -> tuple[int, Expression]:
    """Take the sign out of an expression: +1 or −1, and what is left."""
    match tree:
        case Negative(of):
            sign, left = split_sign(of)
            return -sign, left
        case (Mul() | Quotient() | Reduction("sum")) | (
            MatrixProduct() | Hadamard() | Transpose() | Entry()
        ):
            return split_product_sign(tree)
        case Add(terms):
            parts = [split_sign(term) for term in terms]
            if all(sign < 0 for sign, _ in parts):
                return -1, Add(tuple(left for _, left in parts))
            return 1, Add(
                tuple(left if s > 0 else Negative(left) for s, left in parts)
            )
        case Call("abs" | "norm" as size, (of,)):
            return 1, Call(size, (split_sign(of)[1],))
        case Power(base, Number(2) as square):
            return 1, Power(split_sign(base)[1], square)
        case _:
            return 1, tree.map(lambda child: with_sign(*split_sign(child)))


def split_product_sign(tree: Expression) -> tuple[int, Expression]:
    """Take the signs of all children out: their product stands in front."""
    signs, left = zip(*map(split_sign, tree.children), strict=True)
    bare = iter(left)
    return prod(signs), tree.map(lambda _: next(bare))


def with_sign(sign: int, tree: Expression) -> Expression:
    """Put a sign back."""
    return tree if sign > 0 else Negative(tree)


def negated(  # noqa: PLR0911 — one case a kind of tree
    tree: Expression,
) -> Expression:
    """Give the opposite: a difference turns round, anywhere in a product."""
    match tree:
        case Add((first, Negative(second))):
            return Add((second, Negative(first)))
        case Add((Negative(first), second)):
            return Add((first, Negative(second)))
        case Negative(of):
            return of
        case Mul(factors) if any(map(is_reversible, factors)):
            place = next(
                n for n, factor in enumerate(factors) if is_reversible(factor)
            )
            turned_round = negated(factors[place])
            return Mul((*factors[:place], turned_round, *factors[place + 1 :]))
        case Quotient(above, below) if is_reversible(above):
            return Quotient(negated(above), below)
        case Hadamard((first, second)) if is_reversible(second):
            return Hadamard((first, negated(second)))
        case _:
            return Negative(tree)


def is_reversible(tree: Expression) -> bool:
    """Tell whether a difference in it can turn round."""
    match tree:
        case Mul(factors):
            return any(map(is_reversible, factors))
        case Quotient(above, _):
            return is_reversible(above)
        case Add((left, right)):
            return isinstance(right, Negative) != isinstance(left, Negative)
        case _:
            return False
