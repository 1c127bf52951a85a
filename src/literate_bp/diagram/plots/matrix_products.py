"""Matrices side by side, as in a product, with some of their entries marked."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from ...formula.choice import variants
from ...formula.expression import Expression, Transpose
from ...formula.letters import unicode_of
from ...formula.notation import NOTATIONS, Notation
from ...formula.printing import REDUCTION, Latex, Printed
from ...formula.translation import as_laid_out_here
from ...validation import is_whole, kind_of, numeric, one_of, real, sequence, shown
from ..drawing.figure import transparent_figure
from ..drawing.palette import MARK_STYLES
from ..drawing.scene import Label, Point, Scene
from ..drawing.text_layout import fitting_size
from .plot import SMALL, TEXT, DataTable, Plot, format_number

__all__ = ["BothLayouts", "Matrix", "both_layouts", "matrices"]

WIDEST_CELL, NARROWEST_CELL, CELL_HEIGHT = 54.0, 33.0, 28.0
SIGN_WIDTH, MARGIN, TITLE_HEIGHT = 26.0, 14.0, 35.0
"""The width of a sign between matrices, the margin at the left and right, and the height above and below, in pixels."""


@dataclass(frozen=True)
class Matrix:
    """A matrix that is drawn.

    `symbol` is an expression, which each notation writes in its own way, or
    LaTeX, which is the same in all notations. `meaning` decides the color, and
    `marked` are the entries that are highlighted, counted from 0.
    """

    symbol: str | Expression
    values: tuple[tuple[float, ...], ...]
    meaning: str
    marked: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def of(
        cls,
        symbol: str | Expression,
        values: npt.ArrayLike,
        meaning: str,
        marked: Collection[tuple[int, int]] = (),
    ) -> Matrix:
        """Make one from an array.

        Parameters
        ----------
        symbol : Expression or str
            Its symbol; a string is LaTeX.
        values : array_like (m, n) or (n,)
            Its numbers; a vector is a single row.
        meaning : str
            What they are, a key of `literate_bp.diagram.drawing.palette.MARK_STYLES`.
        marked : collection of tuple of int
            Row and column of the entries that are highlighted, from 0.

        Raises
        ------
        ValueError
            If the values are no matrix, or the meaning is unknown.
        """
        if not isinstance(symbol, str | Expression):
            raise ValueError(f"symbol is {kind_of(symbol)}; LaTeX or an Expression was expected")
        one_of("meaning", meaning, MARK_STYLES)
        rows = np.atleast_2d(numeric("values", values))
        real("values", rows)
        if rows.ndim != 2 or 0 in rows.shape:
            raise ValueError(f"values have shape {rows.shape}; (rows, columns) was expected, at least one each")
        places = sequence("marked", marked, "pairs of whole numbers")
        for place in places:
            if not (isinstance(place, tuple) and len(place) == 2 and all(map(is_whole, place))):
                raise ValueError(f"marked holds {shown(place)}; a pair of row and column, from 0, was expected")
        return cls(symbol, tuple(tuple(map(float, row)) for row in rows), meaning, frozenset(places))

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns."""
        return len(self.values), len(self.values[0])

    @property
    def transposed(self) -> Matrix:
        """The transpose."""
        symbol = rf"{self.symbol}^{{\top}}" if isinstance(self.symbol, str) else Transpose(self.symbol)
        marked = frozenset((j, i) for i, j in self.marked)
        return Matrix(symbol, tuple(zip(*self.values, strict=True)), self.meaning, marked)

    @property
    def symbols(self) -> dict[str, str]:
        """The LaTeX of its symbol, by notation."""
        return latex_by_notation(self.symbol)


def matrices(terms: Sequence[Matrix | str], alt: str, notation: str = "book") -> Plot:
    """Draw matrices side by side, with signs between them.

    Parameters
    ----------
    terms : sequence of Matrix or str
        Matrices, and the signs between them: ``(A, "×", W, "=", Z)``.
    alt : str
        What they show, in one sentence.
    notation : str
        The notation that is saved, a key of
        `literate_bp.formula.notation.NOTATIONS`.

    Raises
    ------
    ValueError
        If the terms are of another kind, or the notation is unknown.
    """
    terms = checked_terms(terms)
    drawn = [term for term in terms if isinstance(term, Matrix)]
    one_of("notation", notation, NOTATIONS)
    if not isinstance(alt, str):
        raise ValueError(f"alt is {shown(alt)}; a text was expected")

    def draw(shades: dict[str, str], width: float) -> Figure:
        positions = place(terms, width)
        figure = transparent_figure(positions.width, positions.height)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, positions.width), ylim=(positions.height, 0))
        axes.set_axis_off()
        for term, point in zip(terms, positions.points, strict=True):
            if isinstance(term, str):
                axes.text(*point, term, size=17, color=shades["ink"], ha="center", va="center")
            else:
                draw_matrix(axes, term, point, positions.cell_width, shades)
        return figure

    def labels(width: float) -> dict[str, Scene]:
        positions = place(terms, width)
        pairs = [(term, at) for term, at in zip(terms, positions.points, strict=True) if isinstance(term, Matrix)]
        return {
            name: Scene(labels=tuple(title(matrix, name, at, positions.cell_width) for matrix, at in pairs))
            for name in NOTATIONS
        }

    names = [
        {name: f"{plain_text(latex)}, row {i}" for name, latex in matrix.symbols.items()}
        for matrix, i in rows_of(drawn)
    ]
    rows = [
        (each[notation], ", ".join(format_number(value) for value in matrix.values[i - 1]))
        for each, (matrix, i) in zip(names, rows_of(drawn), strict=True)
    ]
    return Plot(draw, alt, DataTable(("matrix", "numbers"), tuple(rows), tuple(names)), labels, notation)


def checked_terms(terms: Sequence[Matrix | str]) -> tuple[Matrix | str, ...]:
    """Require matrices and signs, at least one matrix among them."""
    terms = terms if isinstance(terms, str) else sequence("terms", terms, "Matrix")
    for n, term in enumerate(terms):
        if not isinstance(term, Matrix | str):
            raise ValueError(
                f"terms[{n}] is {kind_of(term)}; a Matrix or a sign such as '×' was expected: "
                "make one with Matrix.of(symbol, values, meaning)"
            )
    if isinstance(terms, str) or not any(isinstance(term, Matrix) for term in terms):
        raise ValueError(f"terms is {shown(terms)}; a sequence with at least one Matrix was expected")
    return tuple(terms)


def rows_of(drawn: Sequence[Matrix]) -> list[tuple[Matrix, int]]:
    """Return every row, as its matrix and its number from 1."""
    return [(matrix, i) for matrix in drawn for i in range(1, matrix.shape[0] + 1)]


# --- both layouts --------------------------------------------------------------


@dataclass(frozen=True)
class BothLayouts:
    """A product in two versions: with examples in rows, and with examples in columns.

    A page shows, for each notation, the version that the notation writes.
    """

    rows: Plot
    columns: Plot
    notation: str = "book"

    def _repr_html_(self) -> str:
        """Return both versions, each with the notations that show it."""
        html_by_notation = {
            name: (self.columns if each.columns else self.rows)._repr_html_() for name, each in NOTATIONS.items()
        }
        return "".join(f"<div{mark}>{html}</div>" for html, mark in variants(html_by_notation, self.notation))


def both_layouts(terms: Sequence[Matrix | str], alt: str, notation: str = "book") -> BothLayouts:
    """Draw a product with an example in a row, and with an example in a column.

    Parameters
    ----------
    terms : sequence of Matrix or str
        An equation as in `matrices`, with an example in a row. With an example
        in a column its left side is transposed: ``(W, "×", A, "=", Z)``.
    alt : str
        What both versions show, in one sentence.
    notation : str
        The notation that is shown if a page does not choose.

    Raises
    ------
    ValueError
        As in `matrices`, and if there is no "=" among the terms.
    """
    terms = checked_terms(terms)
    return BothLayouts(matrices(terms, alt, notation), matrices(transposed(terms), alt, notation), notation)


def transposed(terms: Sequence[Matrix | str]) -> list[Matrix | str]:
    """Transpose both sides of an equation, which reverses the order of its factors."""
    if "=" not in (signs := [term for term in terms if isinstance(term, str)]):
        raise ValueError(f"terms has the signs {signs}; an equation with '=' was expected")
    equals = next(n for n, term in enumerate(terms) if isinstance(term, str) and term == "=")
    order = [*reversed(terms[:equals]), *terms[equals:]]
    return [term if isinstance(term, str) else term.transposed for term in order]


# --- layout and drawing ---------------------------------------------------------


@dataclass(frozen=True)
class Positions:
    """The positions of the terms: the top left corner of a matrix, the center of a sign."""

    width: float
    height: float
    cell_width: float
    points: tuple[Point, ...]


def place(terms: Sequence[Matrix | str], width: float) -> Positions:
    """Place terms side by side, with cells as wide as the width allows."""
    drawn = [term for term in terms if isinstance(term, Matrix)]
    columns, signs = sum(matrix.shape[1] for matrix in drawn), SIGN_WIDTH * (len(terms) - len(drawn))
    tallest = max(matrix.shape[0] for matrix in drawn) * CELL_HEIGHT
    cell_width = min(WIDEST_CELL, max(NARROWEST_CELL, (width - signs - 2 * MARGIN) / columns))
    x, points = MARGIN, []
    for term in terms:
        if isinstance(term, str):
            points.append((x + SIGN_WIDTH / 2, TITLE_HEIGHT + tallest / 2))
            x += SIGN_WIDTH
        else:
            points.append((x, TITLE_HEIGHT + (tallest - CELL_HEIGHT * term.shape[0]) / 2))
            x += cell_width * term.shape[1]
    return Positions(x + MARGIN, tallest + 2 * TITLE_HEIGHT, cell_width, tuple(points))


def title(matrix: Matrix, notation: str, corner: Point, cell_width: float) -> Label:
    """Return the symbol above a matrix."""
    width, text = matrix.shape[1] * cell_width, f"${matrix.symbols[notation]}$"
    size = fitting_size(text, TEXT + 2, width + SIGN_WIDTH)
    return Label("title", text, corner[0] + width / 2, corner[1] - 16, size, matrix.meaning)


def draw_matrix(axes: Any, matrix: Matrix, corner: Point, cell_width: float, shades: dict[str, str]) -> None:
    """Draw a matrix on Matplotlib's axes, with its shape below it."""
    (x0, y0), (rows, columns) = corner, matrix.shape
    middle = x0 + columns * cell_width / 2
    for (i, j), value in np.ndenumerate(np.array(matrix.values)):
        x, y = x0 + j * cell_width, y0 + i * CELL_HEIGHT
        marked = (i, j) in matrix.marked
        axes.fill(
            [x, x + cell_width, x + cell_width, x],
            [y, y, y + CELL_HEIGHT, y + CELL_HEIGHT],
            facecolor=shades["halo" if marked else f"{matrix.meaning}-fill"],
            edgecolor=shades[matrix.meaning],
            linewidth=0.8,
        )
        number = f"{value:.2f}".replace("-", "−")
        weight = "bold" if marked else "normal"
        center = (x + cell_width / 2, y + CELL_HEIGHT / 2 + 1)
        axes.text(*center, number, size=SMALL, color=shades["ink"], ha="center", va="center", weight=weight)
    below = y0 + rows * CELL_HEIGHT + 16
    axes.text(middle, below, f"{rows} × {columns}", size=SMALL, color=shades["muted"], ha="center")


# --- symbols -----------------------------------------------------------------

TRANSPOSED = re.compile(r"(?:\\,)?\\top\}")


@dataclass(frozen=True)
class OneLineLatex(Latex):
    """LaTeX on one line, without fractions."""

    def derivative(self, of: Expression, by: Expression) -> Printed:
        """Write a partial derivative with a slash, which needs parentheses in a product."""
        return rf"\partial {self.text(of)}/\partial {self.text(by)}", REDUCTION


def latex_by_notation(symbol: str | Expression) -> dict[str, str]:
    """Return the LaTeX of a symbol by notation; a string is the same in all of them."""
    if isinstance(symbol, str):
        return dict.fromkeys(NOTATIONS, symbol)
    return {name: latex(symbol, notation) for name, notation in NOTATIONS.items()}


def latex(tree: Expression, notation: Notation) -> str:
    """Return what a notation writes for the same array, laid out as it is here."""
    return OneLineLatex(name=notation.latex).text(as_laid_out_here(tree, notation))


def plain_text(symbol: str) -> str:
    """Write LaTeX in Unicode, with ᵀ for a transpose."""
    return unicode_of(TRANSPOSED.sub("}ᵀ", symbol).replace(r"\,", "")).replace("^{}", "")
