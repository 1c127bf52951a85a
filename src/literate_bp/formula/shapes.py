r"""Formulas with the shape of each array below it: N × nₗ below Zˡ."""

from dataclasses import dataclass

from .expression import (
    ARRAYS,
    Expression,
    Index,
    Partial,
    Symbol,
    Transpose,
)
from .notation import BOOK, Notation
from .printing import Latex, Printed


@dataclass(frozen=True)
class Shaped(Latex):
    """A writer of LaTeX with shapes.

    Attributes
    ----------
    notation : Notation
        Its arrays have examples in rows or in columns.
    """

    notation: Notation = BOOK
    gap: str = r"\;\;"

    def write(self, tree: Expression) -> Printed:
        """Write an array with its shape below, and anything else as it is."""
        shape = self.shape(tree)
        if not shape:
            return super().write(tree)
        text, precedence = self.without_shape(tree)
        return rf"\underset{{{self.shape_text(*shape)}}}{{{text}}}", precedence

    def without_shape(self, tree: Expression) -> Printed:
        """Write an array without its shape."""
        return Latex(self.name).write(tree)

    def shape_text(self, rows: str, columns: str) -> str:
        """Write a shape."""
        return rf"{rows} \times {columns}"

    def shape(self, tree: Expression) -> tuple[str, ...]:
        """Give the rows and columns of an array; empty for anything else."""
        match tree:
            case Transpose(of):
                return self.shape(of)[::-1]
            case Partial(_, by):
                return self.shape(by)
            case Symbol(quantity) if quantity in ARRAYS:
                return self.layout(tree)
            case _:
                return ()

    def layout(self, symbol: Symbol) -> tuple[str, str]:
        """Give the rows and columns of a symbol in this notation."""
        rows, columns = "N", self.nodes(symbol, 0)
        if symbol.nodes or symbol.quantity == "biases":
            rows = "1"
        if symbol.quantity == "weights":
            transposed = self.notation.to_from
            rows = self.nodes(symbol, -1)
        else:
            transposed = self.notation.columns
        return (columns, rows) if transposed else (rows, columns)

    def nodes(self, symbol: Symbol, steps: int) -> str:
        """Write the number of nodes in a symbol's layer, or some layers on."""
        layer = symbol.layer or Index("L")
        if symbol.quantity == "inputs":
            layer = Index("", 0)
        letter, number = layer.letter, layer.offset + steps
        if self.notation.counts_inputs and not letter:
            number += 1
        letter = self.notation.last if letter == "L" else letter
        return f"{self.notation.width}_{{{Index(letter, number)}}}"
