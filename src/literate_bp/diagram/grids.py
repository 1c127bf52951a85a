"""Matrices side by side, with what makes one entry of a product marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from ..writing.notation import unicode_of
from .plot import SMALL, TEXT, Plot, Table, written
from .render import blank

__all__ = ["Grid", "matrices"]

WIDEST_CELL, NARROWEST_CELL, TALL = 54.0, 33.0, 28.0
SIGN, AIR = 26.0, 10.0


@dataclass(frozen=True)
class Grid:
    """A matrix of a picture.

    Its symbol in LaTeX, its numbers, what they mean, which are marked.
    """

    symbol: str
    values: tuple[tuple[float, ...], ...]
    meaning: str
    marked: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def of(cls, symbol: str, values: npt.ArrayLike, meaning: str, marked: Collection[tuple[int, int]] = ()) -> Grid:
        """Make one from an array; a single row may come as a vector."""
        rows = np.atleast_2d(np.asarray(values))
        return cls(symbol, tuple(tuple(map(float, row)) for row in rows), meaning, frozenset(marked))

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns."""
        return len(self.values), len(self.values[0])


def matrices(terms: Sequence[Grid | str], alt: str) -> Plot:
    """Draw matrices side by side, with signs between them.

    Parameters
    ----------
    terms : sequence of Grid or str
        Matrices, and the signs between them: ``(A, "×", W, "=", Z)``.
    alt : str
        What the picture shows, in one sentence.
    """
    terms = tuple(terms)
    grids = [term for term in terms if isinstance(term, Grid)]
    columns = sum(grid.shape[1] for grid in grids)
    signs = SIGN * (len(terms) - len(grids))
    tallest = max(grid.shape[0] for grid in grids) * TALL

    def draw(shades: dict[str, str], width: float) -> Figure:
        cell = min(WIDEST_CELL, max(NARROWEST_CELL, (width - signs - 2 * AIR) / columns))
        whole = cell * columns + signs + 2 * AIR
        figure = blank(whole, tallest + 70)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, whole), ylim=(tallest + 70, 0))
        axes.set_axis_off()
        x = AIR
        for term in terms:
            if isinstance(term, str):
                axes.text(x + SIGN / 2, 35 + tallest / 2, term, size=17, color=shades["ink"], ha="center", va="center")
                x += SIGN
            else:
                put(axes, term, (x, 35 + (tallest - TALL * term.shape[0]) / 2), cell, shades)
                x += cell * term.shape[1]
        return figure

    rows = [
        (f"{plain_text(grid.symbol)}, row {i}", ", ".join(written(value) for value in row))
        for grid in grids
        for i, row in enumerate(grid.values, start=1)
    ]
    return Plot(draw, alt, Table(("matrix", "numbers"), tuple(rows)))


def plain_text(symbol: str) -> str:
    """Write a symbol in Unicode, with the sign of a transpose."""
    return unicode_of(symbol.replace(r"\top", "ᵀ"))


def put(axes: Any, grid: Grid, corner: tuple[float, float], cell: float, shades: dict[str, str]) -> None:
    """Draw one matrix, its symbol above it and its shape below."""
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
    axes.text(middle, y0 - 9, f"${grid.symbol}$", size=TEXT + 2, color=shades[grid.meaning], ha="center", va="bottom")
    axes.text(middle, y0 + down * TALL + 16, f"{down} × {across}", size=SMALL, color=shades["muted"], ha="center")
