r"""What writes the formulas of the pages: LaTeX in which every symbol has the class of its meaning.

Style sheets color it by that. A derivative that a notation has in the place of an error has the class of an error.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from formula.notations import classed
from literate_bp.formula.expression import Expression, Partial, Symbol
from literate_bp.formula.macros import MACROS
from literate_bp.formula.notation import BOOK, Notation
from literate_bp.formula.printing import REDUCTION, Latex, Printed
from literate_bp.formula.shapes import Shaped

Kind = Callable[[Notation], Latex]
"""What writes formulas, given the notation."""


def lettered(notation: Notation, symbol: Symbol) -> str:
    """Write a symbol with its class."""
    return classed(MACROS[symbol.quantity].removeprefix("\\"), notation.latex(symbol))


def is_error(tree: Expression, notation: Notation) -> bool:
    """Tell whether this is how a notation without a letter for the error writes one."""
    match tree:
        case Partial(Symbol("cost"), Symbol("linear" | "linears")):
            return "error" not in notation.symbols
        case _:
            return False


@dataclass(frozen=True)
class Colored(Latex):
    """LaTeX with classes, on a line of its own."""

    notation: Notation = BOOK

    def write(self, tree: Expression) -> Printed:
        """Write an expression; what is an error has one color, whatever it is made of."""
        if not is_error(tree, self.notation):
            return super().write(tree)
        text, precedence = replace(self, name=self.notation.latex, notation=BOOK).write(tree)
        return rf"\class{{m-error}}{{{text}}}", precedence


class Inline(Colored):
    """The same within a sentence, where the bar of a derivative is aslant."""

    def derivative(self, of: Expression, by: Expression) -> Printed:
        """Write a derivative on the line: last in a product, or in parentheses."""
        return rf"\partial {self.text(of)}/\partial {self.text(by)}", REDUCTION


class WithShapes(Shaped):
    """The same with the shape of each array below it."""

    def without_shape(self, tree: Expression) -> Printed:
        """Write an array."""
        return Colored(self.name, notation=self.notation).write(tree)

    def shape_text(self, rows: str, columns: str) -> str:
        """Write a shape."""
        return rf"\class{{shape}}{{{super().shape_text(rows, columns)}}}"


def displayed(notation: Notation) -> Latex:
    """Make what writes a formula on a line of its own."""
    return Colored(partial(lettered, notation), notation=notation)


def inline(notation: Notation) -> Latex:
    """Make what writes a formula within a sentence."""
    return Inline(partial(lettered, notation), notation=notation)


def with_shapes(notation: Notation) -> Latex:
    """Make what writes a formula with shapes."""
    return WithShapes(partial(lettered, notation), notation=notation)
