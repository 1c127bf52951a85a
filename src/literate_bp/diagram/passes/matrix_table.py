"""The matrix of a layer as a table between what meets at its entries."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from ..drawing.scene import Box, Edge, Label, Node, Point, Scene
from .layout import LINE
from .marks import TEXT, size_of, stacked
from .quantities import Quantity, Values

__all__ = ["Head", "Table"]

MOST_IN_FULL = 5
"""Rows or columns up to which a table writes numbers and symbols."""
OVER_RULE = 11.0
"""How far above the rule the last line of the heads stands."""
BESIDE = 4.0
"""What a text leaves free of the width of its cell."""
SWATCH = 15.0
"""The side of the square of the largest value."""


@dataclass(frozen=True)
class Head:
    """What stands at the head of a row or column; None for the bias."""

    shown: Quantity | None
    index: int = 0

    @property
    def value(self) -> float | None:
        """The value of what stands here."""
        return self.shown.value if self.shown else None

    def lines(self, values: Values, *, short: bool) -> list[str]:
        """Its label: the quantity, or its index where the table is large."""
        if short:
            return ["b" if self.shown is None else str(self.index)]
        if self.shown is None:
            return ["bias", "1"] if values == "both" else ["1"]
        return self.shown.lines(values)


@dataclass(frozen=True)
class Table:
    """A table whose cell [i, j] belongs to the line from i to j.

    Where it is large, it shows squares: the area is the magnitude, filled is
    positive.
    """

    key: str
    words: str
    corner: str
    rows: tuple[Head, ...]
    columns: tuple[Head, ...]
    cells: tuple[tuple[Quantity, ...], ...]
    values: Values
    marked: tuple[int, int] | None = None

    @property
    def short(self) -> bool:
        """Whether the heads are indices."""
        return max(len(self.rows), len(self.columns)) > MOST_IN_FULL

    @property
    def squares(self) -> bool:
        """Whether the cells are squares."""
        return self.short and self.values != "symbols"

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell."""
        if self.squares:
            return 19.0, 19.0
        if self.values != "symbols":
            return 50.0, 21.0
        fraction = r"\partial" in self.cells[0][0].latex
        return (60.0, 24.0) if fraction else (34.0, 21.0)

    @property
    def side(self) -> float:
        """Width of the heads of the rows."""
        if self.short:
            return 24.0
        return 98.0 if self.values == "both" else 54.0

    @property
    def top(self) -> float:
        """Height of the title and the heads of the columns."""
        two = self.values == "both" and not self.short
        return 22.0 + (LINE if two else 0.0) + 16.0

    def scene(self) -> Scene:
        """Draw it."""
        width = self.side + self.cell[0] * len(self.columns)
        height = self.top + self.cell[1] * len(self.rows) + 4
        marks = [mark for i in range(len(self.rows)) for mark in self.row(i)]
        nodes = tuple(mark for mark in marks if isinstance(mark, Node))
        labels = (
            *self.titles(width),
            *(label for j in range(len(self.columns)) for label in self.over(j)),
            *(mark for mark in marks if isinstance(mark, Label)),
        )
        return Scene(width, height, nodes, self.rules(width, height), labels)

    def titles(self, width: float) -> list[Label]:
        """The title, and the name of the matrix in the corner."""
        labels = [Label(f"{self.key}-title", self.words, width / 2, 8.0, TEXT, "muted")]
        if self.corner and self.values != "numbers" and not self.short:
            key, text = f"{self.key}-corner", f"${self.corner}$"
            y = self.top - OVER_RULE
            labels.append(Label(key, text, self.side / 2, y, size_of(text, self.side - BESIDE)))
        return labels

    def rules(self, width: float, height: float) -> tuple[Edge, Edge]:
        """The lines below the heads of the columns and beside the rows'."""
        top, side = self.top, self.side
        across, down = (((0.0, top), (width, top)), ((side, top), (side, height)))
        return self.rule("rule", *across), self.rule("stem", *down)

    def rule(self, name: str, start: Point, end: Point) -> Edge:
        """A thin line."""
        key = f"{self.key}-{name}"
        return Edge(key, "muted", start, end, width=0.8, arrow=False)

    def over(self, j: int) -> tuple[Label, ...]:
        """The head of a column."""
        key, head = f"{self.key}-column-{j + 1}", self.columns[j]
        lines = head.lines(self.values, short=self.short)
        x = self.side + (j + 0.5) * self.cell[0]
        y = self.top - OVER_RULE - (len(lines) - 1) * LINE / 2
        return stacked(key, lines, x, y, "ink", head.value, self.cell[0] - BESIDE)

    def row(self, i: int) -> list[Node | Label]:
        """The head of a row, and its cells."""
        cells = [self.entry(i, j) for j in range(len(self.columns))]
        return [*self.before(i), *chain.from_iterable(cells)]

    def before(self, i: int) -> list[Label]:
        """The head of a row: its symbol and its number side by side."""
        key, head = f"{self.key}-row-{i + 1}", self.rows[i]
        lines = head.lines(self.values, short=self.short)
        shares = [0.245, 0.735] if len(lines) == 2 else [0.5]
        y, room = self.top + (i + 0.5) * self.cell[1], 2 * self.side * shares[0] - BESIDE
        return [
            Label(
                key,
                text,
                self.side * share,
                y,
                size_of(text, room),
                "muted" if text == "bias" else "ink",
                value=head.value,
            )
            for text, share in zip(lines, shares, strict=True)
        ]

    def entry(self, i: int, j: int) -> list[Node | Label]:
        """One cell: a number, a symbol or a square, over its mark if any."""
        key, shown, (w, h) = (f"{self.key}-{i + 1}.{j + 1}", self.cells[i][j], self.cell)
        x, y = self.side + (j + 0.5) * w, self.top + (i + 0.5) * h
        drawn: list[Node | Label] = []
        if self.marked == (i, j):
            box = Box(x, y, w, h - 2)
            drawn.append(Node(f"{self.key}-marked", shown.meaning, box))
        if self.squares:
            return [*drawn, self.swatch(key, x, y, shown)]
        text = shown.short(self.values)
        return [*drawn, Label(key, text, x, y, size_of(text, w - BESIDE), value=shown.value)]

    def swatch(self, key: str, x: float, y: float, shown: Quantity) -> Node:
        """A square whose area is its value beside the largest of the table."""
        values = [abs(other.value) for row in self.cells for other in row]
        share = abs(shown.value) / (max(values) or 1.0)
        side = max(SWATCH * share**0.5, 1.5)
        box = Box(x, y, side, side)
        return Node(key, shown.meaning, box, shown.value, bare=True)
