"""From this book's notation to another: algebra, never an edit of strings.

What the other notation means by its symbols is put in the place of ours: −δ
for δ, W⊤ for W. Then both sides are transposed or change their sign where the
left one asks for it, and what stands there twice cancels.
"""

from dataclasses import replace

from .expression import (
    ARRAYS,
    Add,
    Big,
    Call,
    Entry,
    Equation,
    Expression,
    Hadamard,
    MatrixProduct,
    Mul,
    Negative,
    Partial,
    Quotient,
    Symbol,
    Transpose,
    replaced,
)
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
    meant = equation.map(lambda side: replaced(side, meaning(notation)))
    if meant == equation:
        return equation
    if len(equation.sides) == 1:
        return meant.map(valued)
    return turned(upright(meant))


def valued(tree: Expression) -> Expression:
    """Let signs and transposes cancel in what stands alone.

    It has no other side to turn round with, so it keeps its value.
    """
    return joined(*signed(transposed(tree, flip=False)))


class meaning:  # noqa: N801 — used as a function
    """What a symbol of the other notation means in ours, put in its place."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation

    def __call__(self, part: Expression) -> Expression:
        """Change a symbol; leave everything else.

        Where an example is a column, its entries stand in a column.
        """
        if isinstance(part, Entry) and self.notation.columns:
            return replace(part, of=Transpose(part.of))
        if not isinstance(part, Symbol):
            return part
        told = self.error(part) if part.quantity in ERRORS else part
        lies = (
            self.notation.to_from
            if part.quantity == "weights"
            else self.notation.columns
        )
        return Transpose(told) if lies and part.quantity in ARRAYS else told

    def error(self, part: Symbol) -> Expression:
        """Give an error its sign, or write it as a derivative."""
        if part.quantity not in self.notation.symbols:
            by = replace(part, quantity=ERRORS[part.quantity])
            return Partial(Symbol("cost"), by)
        if self.notation.error_sign > 0:
            return part
        value = None if part.value is None else -part.value
        return Negative(replace(part, value=value))


ERRORS = {"error": "linear", "errors": "linears"}
"""What an error is the derivative by."""


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
        case Call("norm", (of,)):
            either = (transposed(of, flip=way) for way in (False, True))
            return Call("norm", (min(either, key=transposes),))
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
        case Mul() | Quotient() | MatrixProduct() | Hadamard() | Big():
            sign = 1

            def bare(child: Expression) -> Expression:
                nonlocal sign
                own, left = signed(child)
                sign *= own
                return left

            left = tree.map(bare)
            return sign, left
        case Transpose(of) | Entry(of):
            sign, left = signed(of)
            return sign, tree.map(lambda _: left)
        case Add(terms):
            parts = [signed(term) for term in terms]
            if all(sign < 0 for sign, _ in parts):
                return -1, Add(tuple(left for _, left in parts))
            return 1, Add(
                tuple(left if s > 0 else Negative(left) for s, left in parts)
            )
        case Call("abs" | "norm" as size, (of,)):
            return 1, Call(size, (signed(of)[1],))
        case _:
            return 1, tree.map(lambda child: joined(*signed(child)))


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
        case _:
            return is_difference(tree)


def is_difference(tree: Expression) -> bool:
    """Tell whether it is one thing less another."""
    return isinstance(tree, Add) and [
        isinstance(term, Negative) for term in tree.terms
    ] == [False, True]
