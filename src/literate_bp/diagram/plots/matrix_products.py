"""Matrices side by side, with what makes one entry of a product marked."""

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
from ...validation import one_of
from ..drawing.figure import transparent_figure
from ..drawing.scene import Label, Point, Scene
from ..drawing.text_layout import fitting_size
from .plot import SMALL, TEXT, DataTable, Plot, format_number

__all__ = ["BothLayouts", "Matrix", "both_layouts", "matrices"]

WIDEST_CELL, NARROWEST_CELL, TALL = 54.0, 33.0, 28.0
SIGN, AIR, ABOVE = 26.0, 14.0, 35.0


@dataclass(frozen=True)
class Matrix:
    """A matrix of a picture.

    Its symbol, its numbers, what they mean, which are marked. The symbol is an
    expression, which each notation writes in its own way, or LaTeX, which is
    the same in all.
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
        """Make one from an array; a single row may come as a vector."""
        rows = np.atleast_2d(np.asarray(values))
        return cls(symbol, tuple(tuple(map(float, row)) for row in rows), meaning, frozenset(marked))

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns."""
        return len(self.values), len(self.values[0])

    @property
    def turned(self) -> Matrix:
        """The same with its rows for columns."""
        symbol = rf"{self.symbol}^{{\top}}" if isinstance(self.symbol, str) else Transpose(self.symbol)
        marked = frozenset((j, i) for i, j in self.marked)
        return Matrix(symbol, tuple(zip(*self.values, strict=True)), self.meaning, marked)

    @property
    def names(self) -> dict[str, str]:
        """LaTeX of its symbol, by notation."""
        return in_every_notation(self.symbol)


def matrices(terms: Sequence[Matrix | str], alt: str, notation: str = "book") -> Plot:
    """Draw matrices side by side, with signs between them.

    Parameters
    ----------
    terms : sequence of Grid or str
        Matrices, and the signs between them: ``(A, "×", W, "=", Z)``.
    alt : str
        What the picture shows, in one sentence.
    notation : str
        The one that is saved, a key of
        `literate_bp.formula.notation.NOTATIONS`.
    """
    terms = tuple(terms)
    grids = [term for term in terms if isinstance(term, Matrix)]
    one_of("notation", notation, NOTATIONS)

    def draw(shades: dict[str, str], width: float) -> Figure:
        places = placed(terms, width)
        figure = transparent_figure(places.width, places.height)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, places.width), ylim=(places.height, 0))
        axes.set_axis_off()
        for term, corner in zip(terms, places.corners, strict=True):
            if isinstance(term, str):
                axes.text(*corner, term, size=17, color=shades["ink"], ha="center", va="center")
            else:
                put(axes, term, corner, places.cell, shades)
        return figure

    def labels(width: float) -> dict[str, Scene]:
        places = placed(terms, width)
        above = [(term, at) for term, at in zip(terms, places.corners, strict=True) if isinstance(term, Matrix)]
        return {
            name: Scene(labels=tuple(title(grid, name, corner, places.cell) for grid, corner in above))
            for name in NOTATIONS
        }

    names = [
        {name: f"{plain_text(latex)}, row {i}" for name, latex in grid.names.items()} for grid, i in rows_of(grids)
    ]
    rows = [
        (each[notation], ", ".join(format_number(value) for value in grid.values[i - 1]))
        for each, (grid, i) in zip(names, rows_of(grids), strict=True)
    ]
    return Plot(draw, alt, DataTable(("matrix", "numbers"), tuple(rows), tuple(names)), labels, notation)


@dataclass(frozen=True)
class BothLayouts:
    """A product as it is where an example is a row, and where it is a column.

    Each notation shows the one that it writes.
    """

    rows: Plot
    columns: Plot
    notation: str = "book"

    def _repr_html_(self) -> str:
        """Both, each with the notations that show it."""
        html_by_notation = {
            name: (self.columns if each.columns else self.rows)._repr_html_() for name, each in NOTATIONS.items()
        }
        return "".join(f"<div{mark}>{html}</div>" for html, mark in variants(html_by_notation, self.notation))


def both_layouts(terms: Sequence[Matrix | str], alt: str, notation: str = "book") -> BothLayouts:
    """Draw a product with an example in a row, and in a column.

    Parameters
    ----------
    terms : sequence of Grid or str
        As `matrices` takes them, an example in a row. For a column, the
        product turns round: ``(W, "×", A, "=", Z)``.
    alt : str
        What both pictures show, in one sentence.
    notation : str
        The one that is shown where a page does not choose.
    """
    return BothLayouts(matrices(terms, alt, notation), matrices(turned(terms), alt, notation), notation)


def turned(terms: Sequence[Matrix | str]) -> list[Matrix | str]:
    """Turn a product round: its factors in the other order, and each turned."""
    equals = list(terms).index("=")
    order = [*reversed(terms[:equals]), *terms[equals:]]
    return [term if isinstance(term, str) else term.turned for term in order]


def rows_of(grids: Sequence[Matrix]) -> list[tuple[Matrix, int]]:
    """Every row, by its matrix and its number."""
    return [(grid, i) for grid in grids for i in range(1, grid.shape[0] + 1)]


@dataclass(frozen=True)
class Places:
    """Where terms stand: the corner of a matrix, the middle of a sign."""

    width: float
    height: float
    cell: float
    corners: tuple[Point, ...]


def placed(terms: Sequence[Matrix | str], width: float) -> Places:
    """Place terms side by side, in cells as wide as there is room."""
    grids = [term for term in terms if isinstance(term, Matrix)]
    columns, signs = sum(grid.shape[1] for grid in grids), SIGN * (len(terms) - len(grids))
    tallest = max(grid.shape[0] for grid in grids) * TALL
    cell = min(WIDEST_CELL, max(NARROWEST_CELL, (width - signs - 2 * AIR) / columns))
    x, corners = AIR, []
    for term in terms:
        if isinstance(term, str):
            corners.append((x + SIGN / 2, ABOVE + tallest / 2))
            x += SIGN
        else:
            corners.append((x, ABOVE + (tallest - TALL * term.shape[0]) / 2))
            x += cell * term.shape[1]
    return Places(x + AIR, tallest + 2 * ABOVE, cell, tuple(corners))


def title(grid: Matrix, notation: str, corner: Point, cell: float) -> Label:
    """The symbol above a matrix."""
    wide, text = grid.shape[1] * cell, f"${grid.names[notation]}$"
    size = fitting_size(text, TEXT + 2, wide + SIGN)
    return Label("title", text, corner[0] + wide / 2, corner[1] - 16, size, grid.meaning)


def put(axes: Any, grid: Matrix, corner: tuple[float, float], cell: float, shades: dict[str, str]) -> None:
    """Draw one matrix, its shape below it."""
    (x0, y0), (down, across) = corner, grid.shape
    middle = x0 + across * cell / 2
    for (i, j), value in np.ndenumerate(np.array(grid.values)):
        x, y = x0 + j * cell, y0 + i * TALL
        marked = (i, j) in grid.marked
        axes.fill(
            [x, x + cell, x + cell, x],
            [y, y, y + TALL, y + TALL],
            facecolor=shades["halo" if marked else f"{grid.meaning}-fill"],
            edgecolor=shades[grid.meaning],
            linewidth=0.8,
        )
        number = f"{value:.2f}".replace("-", "−")
        weight = "bold" if marked else "normal"
        place = (x + cell / 2, y + TALL / 2 + 1)
        axes.text(*place, number, size=SMALL, color=shades["ink"], ha="center", va="center", weight=weight)
    axes.text(middle, y0 + down * TALL + 16, f"{down} × {across}", size=SMALL, color=shades["muted"], ha="center")


# --- symbols -----------------------------------------------------------------

TRANSPOSED = re.compile(r"(?:\\,)?\\top\}")


@dataclass(frozen=True)
class OnOneLine(Latex):
    """LaTeX that stands on one line, above a grid."""

    def derivative(self, of: Expression, by: Expression) -> Printed:
        """Write a partial derivative with a slash; in a product, in parentheses."""
        return rf"\partial {self.text(of)}/\partial {self.text(by)}", REDUCTION


def in_every_notation(symbol: str | Expression) -> dict[str, str]:
    """LaTeX of the same numbers by notation: a fixed one is the same in all."""
    if isinstance(symbol, str):
        return dict.fromkeys(NOTATIONS, symbol)
    return {name: latex(symbol, notation) for name, notation in NOTATIONS.items()}


def latex(tree: Expression, notation: Notation) -> str:
    """LaTeX of what a notation writes for the same numbers."""
    return OnOneLine(name=notation.latex).text(as_laid_out_here(tree, notation))


def plain_text(symbol: str) -> str:
    """Write LaTeX in Unicode, with the sign of a transpose."""
    return unicode_of(TRANSPOSED.sub("}ᵀ", symbol).replace(r"\,", "")).replace("^{}", "")
