r"""Adds color: the LaTeX of a formula, in which every symbol has the CSS class of its quantity.

A derivative that a notation writes in place of an error has the class of an error.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from formula.notations import with_class
from literate_bp.formula.expression import Equation, Expression, Partial, Symbol
from literate_bp.formula.macros import MACROS
from literate_bp.formula.notation import BOOK, NOTATIONS, Notation
from literate_bp.formula.printing import REDUCTION, Latex, Printed
from literate_bp.formula.shapes import Shaped
from literate_bp.formula.translation import translated

WriterOf = Callable[[Notation], Latex]
"""Makes the writer of formulas of a notation."""


def symbol_latex(notation: Notation, symbol: Symbol) -> str:
    """Write a symbol with the class of its quantity."""
    return with_class(MACROS[symbol.quantity].removeprefix("\\"), notation.latex(symbol))


def is_error(tree: Expression, notation: Notation) -> bool:
    """Whether this is how a notation without a letter for the error writes one."""
    match tree:
        case Partial(Symbol("cost"), Symbol("linear" | "linears")):
            return "error" not in notation.symbols
        case _:
            return False


@dataclass(frozen=True)
class ClassedLatex(Latex):
    """LaTeX with classes, for a displayed formula."""

    notation: Notation = BOOK

    def write(self, tree: Expression) -> Printed:
        """Write an expression; an error has one color, even where it is a fraction of two derivatives."""
        if not is_error(tree, self.notation):
            return super().write(tree)
        text, precedence = replace(self, name=self.notation.latex, notation=BOOK).write(tree)
        return rf"\class{{m-error}}{{{text}}}", precedence


class Inline(ClassedLatex):
    """The same for a formula within a sentence, where a derivative is written with a slash."""

    def derivative(self, of: Expression, by: Expression) -> Printed:
        """Write a derivative on the line: last in a product, or in parentheses."""
        return rf"\partial {self.text(of)}/\partial {self.text(by)}", REDUCTION


class WithShapes(Shaped):
    """The same with the shape of each array below it."""

    def without_shape(self, tree: Expression) -> Printed:
        """Write an array."""
        return ClassedLatex(self.name, notation=self.notation).write(tree)

    def shape_text(self, rows: str, columns: str) -> str:
        """Write a shape."""
        return rf"\class{{shape}}{{{super().shape_text(rows, columns)}}}"


def displayed(notation: Notation) -> Latex:
    """Make the writer of displayed formulas."""
    return ClassedLatex(partial(symbol_latex, notation), notation=notation)


def inline(notation: Notation) -> Latex:
    """Make the writer of formulas within a sentence."""
    return Inline(partial(symbol_latex, notation), notation=notation)


def with_shapes(notation: Notation) -> Latex:
    """Make the writer of displayed formulas with the shape of each array."""
    return WithShapes(partial(symbol_latex, notation), notation=notation)


def equations_latex(
    equations: Sequence[Equation], notation: Notation, end: str = "", writer_of: WriterOf = displayed
) -> str:
    """Write equations in a notation; sides that come out equal, such as ∂E/∂h for the error, are written once."""
    write = writer_of(notation).text
    sides = [list(dict.fromkeys(map(write, translated(equation, notation).sides))) for equation in equations]
    return aligned(sides, equations) + end


def aligned(sides: list[list[str]], equations: Sequence[Equation]) -> str:
    """Set one side below the other where there are more than two, and equations below each other."""
    signs = [Latex().relation(equation.sign) for equation in equations]
    if len(sides) == 1 and len(sides[0]) < 3:
        return f" {signs[0]} ".join(sides[0])
    rows: list[str] = []
    for place, (sign, (first, *rest)) in enumerate(zip(signs, sides, strict=True)):
        if defines_part(equations[place], equations[:place]):
            rows[-1] += ","
            rows += [rf"&\text{{where }} {first} {sign} {side}" for side in rest]
            continue
        rows += [] if rest else [f"&{first}"]
        rows += [f"{first if number == 0 else ''} &{sign} {side}" for number, side in enumerate(rest)]
    return " \\\\ ".join(rows)


def defines_part(equation: Equation, earlier: Iterable[Equation]) -> bool:
    """Whether the left side of an equation is part of a right side of an earlier one."""
    return any(equation.sides[0] in subtrees(side) for other in earlier for side in other.sides[1:] or other.sides)


def subtrees(tree: Expression) -> Iterator[Expression]:
    """Yield an expression and all that it is made of."""
    yield tree
    for child in tree.children:
        yield from subtrees(child)


def latex_by_notation(equations: Sequence[Equation], end: str = "", writer_of: WriterOf = displayed) -> dict[str, str]:
    """Write equations in all notations, by name. A ½ stays: it is part of the cost that the page speaks of."""
    return {name: equations_latex(equations, notation, end, writer_of) for name, notation in NOTATIONS.items()}
