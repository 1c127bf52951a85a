"""From this book's notation to another, by algebra on expression trees.

Each symbol is replaced by its equivalent in the other notation: δ by −δ, W by
W⊤. Then both sides are transposed or negated so that the left-hand side is a
bare symbol, and double signs and transposes cancel.
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
    """Translate an equation to another notation.

    Parameters
    ----------
    equation : Equation
        In this book's notation.
    notation : Notation
        The other notation.

    Returns
    -------
    Equation
        The same statement, in quantities as the other notation defines them;
        its letters are put in when the equation is printed.
    """
    translated_sides = equation.map(
        lambda side: with_equivalents(side, notation)
    )
    if len(equation.sides) == 1 or equation.sign in INEQUALITIES:
        solved = translated_sides.map(lambda side: simplified(side, notation))
    elif translated_sides == equation:
        solved = equation
    else:
        solved = with_positive_left(with_fewer_transposes(translated_sides))
    return solved.map(lambda side: with_nabla(side, notation))


INEQUALITIES = ("<", ">", "<=", ">=", "≤", "≥")
"""Signs whose sides must not be negated."""


def with_equivalents(tree: Expression, notation: Notation) -> Expression:
    """Replace each symbol by its equivalent in the other notation."""
    return replaced(tree, lambda part: equivalent_of(part, notation))


def simplified(tree: Expression, notation: Notation) -> Expression:
    """Cancel signs and transposes in an expression that has no other side.

    A number keeps its value; an array is transposed if the notation has
    examples in columns.
    """
    return with_sign(*split_sign(transposed(tree, flip=notation.columns)))


def as_laid_out_here(tree: Expression, notation: Notation) -> Expression:
    """Name an array in another notation, with rows and columns as here.

    Pictures show every array in this book's rows and columns.
    """
    translated_tree = with_equivalents(tree, notation)
    return with_sign(*split_sign(transposed(translated_tree, flip=False)))


def with_nabla(tree: Expression, notation: Notation) -> Expression:
    """Use ∇ for derivatives by an array, if the notation does."""

    def change(part: Expression) -> Expression:
        match part:
            case Partial(of, Symbol(quantity) as by) if quantity in ARRAYS:
                return Gradient(of, by)
            case _:
                return part

    return replaced(tree, change) if notation.nabla else tree


def equivalent_of(part: Expression, notation: Notation) -> Expression:
    """Give the equivalent of a symbol in the other notation.

    Anything else stays, but for entries where examples are columns.
    """
    if isinstance(part, Entry) and notation.columns:
        return replace(part, of=Transpose(part.of))
    if not isinstance(part, Symbol):
        return part
    same: Expression = part
    if part.quantity in ERRORS:
        same = translated_error(part, notation)
    is_weights = part.quantity == "weights"
    transpose = notation.to_from if is_weights else notation.columns
    return Transpose(same) if transpose and part.quantity in ARRAYS else same


def translated_error(part: Symbol, notation: Notation) -> Expression:
    """Give an error its sign, or make it a derivative of the cost."""
    if part.quantity not in notation.symbols:
        by = replace(part, quantity=ERRORS[part.quantity])
        return Partial(Symbol("cost"), by)
    if notation.error_sign > 0:
        return part
    value = None if part.value is None else -part.value
    return Negative(replace(part, value=value))


def with_fewer_transposes(equation: Equation) -> Equation:
    """Transpose all sides, if the first one then has fewer transposes."""
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
    """Move transposes inward to the symbols, where pairs cancel.

    Parameters
    ----------
    tree : Expression
        Any.
    flip : bool
        Whether to transpose the whole.
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
    """Negate all sides, if the first one is negative."""
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
    """Split an expression into its sign, +1 or −1, and the rest."""
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
    """Split a product: its sign is the product of its factors' signs."""
    signs, left = zip(*map(split_sign, tree.children), strict=True)
    bare = iter(left)
    return prod(signs), tree.map(lambda _: next(bare))


def with_sign(sign: int, tree: Expression) -> Expression:
    """Apply a sign, +1 or −1."""
    return tree if sign > 0 else Negative(tree)


def negated(tree: Expression) -> Expression:
    """Negate: reverse a difference if there is one, else put a minus."""
    match tree:
        case Add((first, Negative(second))):
            return Add((second, Negative(first)))
        case Add((Negative(first), second)):
            return Add((first, Negative(second)))
        case Mul(factors) if any(map(is_reversible, factors)):
            place = next(
                n for n, factor in enumerate(factors) if is_reversible(factor)
            )
            reversed_factor = negated(factors[place])
            return Mul(
                (*factors[:place], reversed_factor, *factors[place + 1 :])
            )
        case Quotient(above, below) if is_reversible(above):
            return Quotient(negated(above), below)
        case Hadamard((first, second)) if is_reversible(second):
            return Hadamard((first, negated(second)))
        case _:
            return Negative(tree)


def is_reversible(tree: Expression) -> bool:
    """Tell whether an expression is or contains a difference to reverse."""
    match tree:
        case Mul(factors):
            return any(map(is_reversible, factors))
        case Quotient(above, _):
            return is_reversible(above)
        case Add((left, right)):
            return isinstance(right, Negative) != isinstance(left, Negative)
        case _:
            return False
