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
    Big,
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
    Symbol,
    Transpose,
    replaced,
)
from .notation import ERRORS, Notation


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
    told = equation.map(lambda side: in_other_words(side, notation))
    if len(equation.sides) == 1 or equation.sign in ORDER:
        solved = told.map(lambda side: valued(side, notation))
    elif told == equation:
        solved = equation
    else:
        solved = turned(upright(told))
    return solved.map(lambda side: in_its_signs(side, notation))


ORDER = ("<", ">", "<=", ">=", "≤", "≥")
"""Signs whose sides keep their values, for they do not turn round."""


def in_other_words(tree: Expression, notation: Notation) -> Expression:
    """Put in the place of each symbol what it means in the other notation."""
    return replaced(tree, lambda part: meant(part, notation))


def valued(tree: Expression, notation: Notation) -> Expression:
    """Let signs and transposes cancel in what stands alone.

    It has no other side to turn round with, so a number keeps its value. An
    array is laid as the notation lays arrays.
    """
    flip = notation.columns and lies(tree)
    return joined(*signed(transposed(tree, flip=flip)))


def lies(tree: Expression) -> bool:
    """Tell whether it is an array, or a row of one."""
    match tree:
        case Symbol(quantity):
            return quantity in ARRAYS
        case Partial(_, by):
            return lies(by)
        case Entry() | Call("norm" | "max"):
            return False
        case _:
            return any(map(lies, tree.children))


def as_it_lies(tree: Expression, notation: Notation) -> Expression:
    """Say what another notation calls an array whose numbers lie as here.

    A picture shows them, in this book's rows and columns.
    """
    told = in_other_words(tree, notation)
    return joined(*signed(transposed(told, flip=False)))


def in_its_signs(tree: Expression, notation: Notation) -> Expression:
    """Write derivatives by an array with ∇, where the notation does."""

    def change(part: Expression) -> Expression:
        match part:
            case Partial(of, Symbol(quantity) as by) if quantity in ARRAYS:
                return Gradient(of, by)
            case _:
                return part

    return replaced(tree, change) if notation.nabla else tree


def meant(part: Expression, notation: Notation) -> Expression:
    """Give what a symbol of the other notation means; leave anything else.

    Where an example is a column, its entries stand in a column.
    """
    if isinstance(part, Entry) and notation.columns:
        return replace(part, of=Transpose(part.of))
    if not isinstance(part, Symbol):
        return part
    told = error_of(part, notation) if part.quantity in ERRORS else part
    weighs = part.quantity == "weights"
    lies = notation.to_from if weighs else notation.columns
    return Transpose(told) if lies and part.quantity in ARRAYS else told


def error_of(part: Symbol, notation: Notation) -> Expression:
    """Give an error its sign, or write it as a derivative."""
    if part.quantity not in notation.symbols:
        by = replace(part, quantity=ERRORS[part.quantity])
        return Partial(Symbol("cost"), by)
    if notation.error_sign > 0:
        return part
    value = None if part.value is None else -part.value
    return Negative(replace(part, value=value))


def upright(equation: Equation) -> Equation:
    """Transpose both sides, if the first one then stands upright."""
    sides = tuple(transposed(side, flip=False) for side in equation.sides)
    flipped = tuple(transposed(side, flip=True) for side in equation.sides)
    first = transposes(flipped[0]) < transposes(sides[0])
    return replace(equation, sides=flipped if first else sides)


def transposes(tree: Expression) -> int:
    """Count the transposes."""
    return isinstance(tree, Transpose) + sum(map(transposes, tree.children))


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
            return Call(size, (min(either, key=transposes),))
        case Partial(of, Transpose(by)):
            return transposed(Partial(of, by), flip=not flip)
        case Partial(_, Symbol(quantity)) | Symbol(quantity):
            return Transpose(tree) if flip and quantity in ARRAYS else tree
        case _:
            return tree.map(lambda child: transposed(child, flip=flip))


def turned(equation: Equation) -> Equation:
    """Change the sign of both sides, if the first one is negative."""
    signs, sides = zip(*map(signed, equation.sides), strict=True)
    pairs = zip(signs, sides, strict=True)
    return replace(
        equation,
        sides=tuple(
            side if sign == signs[0] else opposite(side)
            for sign, side in pairs
        ),
    )


def signed(  # noqa: PLR0911 — one case a kind of tree
    tree: Expression,
) -> tuple[int, Expression]:
    """Take the sign out of an expression: +1 or −1, and what is left."""
    match tree:
        case Negative(of):
            sign, left = signed(of)
            return -sign, left
        case (Mul() | Quotient() | Big("sum")) | (
            MatrixProduct() | Hadamard() | Transpose() | Entry()
        ):
            return through(tree)
        case Add(terms):
            parts = [signed(term) for term in terms]
            if all(sign < 0 for sign, _ in parts):
                return -1, Add(tuple(left for _, left in parts))
            return 1, Add(
                tuple(left if s > 0 else Negative(left) for s, left in parts)
            )
        case Call("abs" | "norm" as size, (of,)):
            return 1, Call(size, (signed(of)[1],))
        case Power(base, Number(2) as square):
            return 1, Power(signed(base)[1], square)
        case _:
            return 1, tree.map(lambda child: joined(*signed(child)))


def through(tree: Expression) -> tuple[int, Expression]:
    """Take the signs of all children out: their product stands in front."""
    signs, left = zip(*map(signed, tree.children), strict=True)
    bare = iter(left)
    return prod(signs), tree.map(lambda _: next(bare))


def joined(sign: int, tree: Expression) -> Expression:
    """Put a sign back."""
    return tree if sign > 0 else Negative(tree)


def opposite(  # noqa: PLR0911 — one case a kind of tree
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
        case Mul(factors) if any(map(turns, factors)):
            place = next(
                n for n, factor in enumerate(factors) if turns(factor)
            )
            turned_round = opposite(factors[place])
            return Mul((*factors[:place], turned_round, *factors[place + 1 :]))
        case Quotient(above, below) if turns(above):
            return Quotient(opposite(above), below)
        case Hadamard((first, second)) if turns(second):
            return Hadamard((first, opposite(second)))
        case _:
            return Negative(tree)


def turns(tree: Expression) -> bool:
    """Tell whether a difference in it can turn round."""
    match tree:
        case Mul(factors):
            return any(map(turns, factors))
        case Quotient(above, _):
            return turns(above)
        case Add((left, right)):
            return isinstance(right, Negative) != isinstance(left, Negative)
        case _:
            return False
