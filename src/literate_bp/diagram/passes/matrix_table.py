"""The matrix of a layer as a table, with a header for each row and column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain

from ..drawing.scene import Box, Edge, Label, Node, Point, Scene
from ..drawing.text_layout import text_width
from .layout import LINE_HEIGHT
from .marks import NUMBER, TEXT, text_lines, text_size
from .quantities import Quantity, Values, three_digits_label

__all__ = ["Header", "MatrixTable"]

MOST_IN_FULL = 5
"""The largest number of rows or columns with symbols and numbers; beyond it, indices and squares are drawn."""
ABOVE_RULE = 11.0
"""The distance from the rule up to the middle of the last line of the column headers, in pixels."""
PADDING = 6.0
"""The part of a cell's width that its text leaves free."""
ROOM = 10.0
"""The same for a number, so that it keeps away from the rules."""
SYMBOL_WIDTH = 47.0
"""The width of a row's symbol, where its number stands beside it."""
SWATCH = 15.0
"""The side of the square of the largest value."""


def number_width(quantity: Quantity) -> float:
    """Return the width of a number in a table, in every notation: with a minus sign, which depends on the notation."""
    return NUMBER * text_width(three_digits_label(-abs(quantity.value)))


@dataclass(frozen=True)
class Header:
    """The header of a row or column: a quantity, or None for the row of the biases, and its index."""

    quantity: Quantity | None
    index: int = 0

    @property
    def value(self) -> float | None:
        """The value of the quantity."""
        return self.quantity.value if self.quantity else None

    def hook(self, values: Values, *, compact: bool) -> str:
        """Return the id of the quantity if its number is shown."""
        return self.quantity.hook(values) if self.quantity and not compact else ""

    @property
    def number_width(self) -> float:
        """The width of its number."""
        return number_width(self.quantity) if self.quantity else 0.0

    def lines(self, values: Values, *, compact: bool) -> list[str]:
        """Return the lines of its label: the quantity, or only its index in a compact table."""
        if compact:
            return ["b" if self.quantity is None else str(self.index)]
        if self.quantity is None:
            return ["bias", "1"] if values == "both" else ["1"]
        return self.quantity.lines(values)


@dataclass(frozen=True)
class MatrixTable:
    """A table whose cell [i, j] belongs to the connection from node i to node j.

    A large table is compact: its headers are indices and its cells are
    squares, whose area is the magnitude of a value and which are filled if it
    is positive.
    """

    key: str
    title: str
    symbol: str
    rows: tuple[Header, ...]
    columns: tuple[Header, ...]
    cells: tuple[tuple[Quantity, ...], ...]
    values: Values
    marked: tuple[int, int] | None = None
    """The cell that is highlighted."""

    @property
    def compact(self) -> bool:
        """Whether the headers are indices."""
        return max(len(self.rows), len(self.columns)) > MOST_IN_FULL

    @property
    def has_swatches(self) -> bool:
        """Whether the cells are squares."""
        return self.compact and self.values != "symbols"

    @property
    def cell_size(self) -> tuple[float, float]:
        """Width and height of a cell, in pixels."""
        if self.has_swatches:
            return 19.0, 19.0
        if self.values != "symbols":
            numbers = [number_width(cell) for row in self.cells for cell in row]
            widest = max([*numbers, *(column.number_width for column in self.columns)])
            return max(48.0, widest + ROOM), 21.0
        fraction = r"\partial" in self.cells[0][0].latex
        return (64.0, 24.0) if fraction else (34.0, 21.0)

    @property
    def left(self) -> float:
        """Width of the row headers."""
        if self.compact:
            return 24.0
        widest = max(row.number_width for row in self.rows) + ROOM
        return SYMBOL_WIDTH + max(43.0, widest) if self.values == "both" else 54.0

    @property
    def top(self) -> float:
        """Height of the title and the column headers."""
        two = self.values == "both" and not self.compact
        return 25.0 + (LINE_HEIGHT if two else 0.0) + 16.0

    def scene(self) -> Scene:
        """Draw the table."""
        width = self.left + self.cell_size[0] * len(self.columns)
        height = self.top + self.cell_size[1] * len(self.rows) + 4
        marks = [mark for i in range(len(self.rows)) for mark in self.row(i)]
        nodes = tuple(mark for mark in marks if isinstance(mark, Node))
        labels = (
            *self.titles(width),
            *(label for j in range(len(self.columns)) for label in self.column_header(j)),
            *(mark for mark in marks if isinstance(mark, Label)),
        )
        return Scene(width, height, nodes, self.rules(width, height), labels)

    def titles(self, width: float) -> list[Label]:
        """Draw the title, and the symbol of the matrix in the corner."""
        labels = [Label(f"{self.key}-title", self.title, width / 2, 8.0, TEXT, "muted")]
        if self.symbol and self.values != "numbers" and not self.compact:
            key, text = f"{self.key}-corner", f"${self.symbol}$"
            y = self.top - ABOVE_RULE
            labels.append(Label(key, text, self.left / 2, y, text_size(text, self.left - PADDING)))
        return labels

    def rules(self, width: float, height: float) -> tuple[Edge, Edge]:
        """Draw the lines below the column headers and beside the row headers."""
        top, left = self.top, self.left
        across, down = (((0.0, top), (width, top)), ((left, top), (left, height)))
        return self.rule("rule", *across), self.rule("stem", *down)

    def rule(self, name: str, start: Point, end: Point) -> Edge:
        """Draw a thin line."""
        key = f"{self.key}-{name}"
        return Edge(key, "muted", start, end, width=0.8, arrow=False)

    def column_header(self, j: int) -> tuple[Label, ...]:
        """Draw the header of a column, its symbol above its number."""
        key, header = f"{self.key}-column-{j + 1}", self.columns[j]
        lines = header.lines(self.values, compact=self.compact)
        x = self.left + (j + 0.5) * self.cell_size[0]
        y = self.top - ABOVE_RULE - (len(lines) - 1) * LINE_HEIGHT / 2
        hook = header.hook(self.values, compact=self.compact)
        return text_lines(key, lines, x, y, "ink", header.value, self.cell_size[0] - PADDING, hook)

    def row(self, i: int) -> list[Node | Label]:
        """Draw the header of a row, and its cells."""
        cells = [self.cell(i, j) for j in range(len(self.columns))]
        return [*self.row_header(i), *chain.from_iterable(cells)]

    def row_header(self, i: int) -> list[Label]:
        """Draw the header of a row, its symbol beside its number."""
        key, header = f"{self.key}-row-{i + 1}", self.rows[i]
        lines = header.lines(self.values, compact=self.compact)
        both = len(lines) == 2
        places = [SYMBOL_WIDTH / 2, (SYMBOL_WIDTH + self.left) / 2] if both else [self.left / 2]
        y, width = self.top + (i + 0.5) * self.cell_size[1], 2 * places[0] - PADDING
        labels = [
            Label(key, text, x, y, text_size(text, width), "muted" if text == "bias" else "ink", value=header.value)
            for text, x in zip(lines, places, strict=True)
        ]
        return [*labels[:-1], replace(labels[-1], quantity=header.hook(self.values, compact=self.compact))]

    def cell(self, i: int, j: int) -> list[Node | Label]:
        """Draw one cell: a number, a symbol or a square, with a mark behind it if it is highlighted."""
        key, quantity, (w, h) = (f"{self.key}-{i + 1}.{j + 1}", self.cells[i][j], self.cell_size)
        x, y = self.left + (j + 0.5) * w, self.top + (i + 0.5) * h
        behind: list[Node | Label] = []
        if self.marked == (i, j):
            box = Box(x, y, w - 4, h - 2)
            behind.append(Node(f"{self.key}-marked", quantity.meaning, box))
        if self.has_swatches:
            return [*behind, self.swatch(key, x, y, quantity)]
        text, hook = quantity.one_line(self.values), quantity.hook(self.values)
        return [*behind, Label(key, text, x, y, text_size(text, w - PADDING), value=quantity.value, quantity=hook)]

    def swatch(self, key: str, x: float, y: float, quantity: Quantity) -> Node:
        """Draw a square whose area is its magnitude relative to the largest of the table."""
        values = [abs(other.value) for row in self.cells for other in row]
        share = abs(quantity.value) / (max(values) or 1.0)
        side = max(SWATCH * share**0.5, 1.5)
        box = Box(x, y, side, side)
        return Node(key, quantity.meaning, box, quantity.value, swatch=True)
