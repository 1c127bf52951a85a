"""Where things go: ranks of marks along the flow, tables below them, a legend at the foot.

The flow runs from left to right in a landscape picture and from top to bottom in a portrait one.
A rank is what stands side by side across the flow: the inputs, a layer, the cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from textwrap import wrap
from typing import Literal

from .palette import LOOKS
from .quantities import Quantity, Values
from .scene import Box, Edge, Label, Node, Point, Scene, Side

__all__ = [
    "CARD",
    "CIRCLE",
    "GHOST",
    "Flow",
    "Head",
    "Orientation",
    "Rank",
    "between",
    "card",
    "ghost",
    "heading",
    "key_entry",
    "note",
    "operation",
    "ranks",
    "stacked",
    "table",
    "touching",
]

Orientation = Literal["landscape", "portrait"]

CARD = (54.0, 42.0)
"""Width and height of a mark that holds a symbol above a number."""
CIRCLE = (68.0, 68.0)
"""The cost."""
GHOST = 20.0
"""What a faded forward value takes above its error."""
TEXT, NUMBER, SYMBOL = 12.0, 11.5, 13.5
LINE = 16.0
WIDTHS = {"landscape": 760.0, "portrait": 340.0}
MARGIN = 12.0


@dataclass(frozen=True)
class Flow:
    """One orientation: how far along the flow (`u`) and across it (`v`) becomes x and y."""

    orientation: Orientation

    @property
    def across(self) -> bool:
        """Whether the picture flows from left to right."""
        return self.orientation == "landscape"

    @property
    def ahead(self) -> Side:
        """The side of a mark that the next rank stands at."""
        return "right" if self.across else "bottom"

    @property
    def behind(self) -> Side:
        """The side of a mark that the rank before stands at."""
        return "left" if self.across else "top"

    def box(self, u: float, v: float, size: tuple[float, float]) -> Box:
        """A box of this size, centered at u, v."""
        x, y = (u, v) if self.across else (v, u)
        return Box(x, y, *size)

    def along(self, size: tuple[float, float]) -> float:
        """How long a box of this size is in the direction of the flow."""
        return size[0] if self.across else size[1]


@dataclass(frozen=True)
class Rank:
    """What stands side by side: the prefix of its keys, how many, how large, and in what parts."""

    keys: tuple[str, ...]
    count: int
    size: tuple[float, float] = CARD
    words: tuple[str, ...] = ()
    seam: float = 0.0
    """Room between the two halves of a node, where there are two keys."""

    def length(self, flow: Flow) -> float:
        """Its extent in the direction of the flow."""
        seam = 0.0 if flow.across else self.seam
        return len(self.keys) * flow.along(self.size) + (len(self.keys) - 1) * seam


def ranks(
    flow: Flow, given: list[Rank], gaps: list[float], start: float, middle: float, pitch: float
) -> dict[str, Box]:
    """Boxes by key (``z1.2``: prefix, then the node) of ranks that follow each other."""
    boxes = {}
    u = start
    for rank, gap in zip(given, [*gaps, 0.0], strict=True):
        step = flow.along(rank.size) + (0.0 if flow.across else rank.seam)
        for node in range(rank.count):
            v = middle + (node - (rank.count - 1) / 2) * pitch
            for part, key in enumerate(rank.keys):
                at = u + flow.along(rank.size) / 2 + part * step
                boxes[f"{key}.{node + 1}"] = flow.box(at, v, rank.size)
        u += rank.length(flow) + gap
    return boxes


def port(box: Box, side: Side, index: int, count: int) -> tuple[float, float]:
    """The point on a side for line number `index` of `count`, clear of round corners."""
    room = (box.h if side in ("left", "right") else box.w) - 22
    step = min(10.0, room / max(count - 1, 1))
    return box.side(side, (index - (count - 1) / 2) * step)


def between(flow: Flow, tail: Box, head: Box, at: tuple[int, int], of: tuple[int, int]) -> tuple[Point, Point]:
    """From tail to head: line `at[0]` of `of[0]` that leave, `at[1]` of `of[1]` that arrive."""
    return port(tail, flow.ahead, at[0], of[0]), port(head, flow.behind, at[1], of[1])


def card(
    key: str,
    box: Box,
    shown: Quantity,
    values: Values,
    *,
    joined: Side | None = None,
    corner: str | None = None,
    faded: bool = False,
) -> Scene:
    """A mark with the symbol and number of a quantity in it."""
    node = Node(key, shown.meaning, box, shown.value, joined, corner, faded)
    color = "muted" if faded else "ink"
    return Scene(0, 0, (node,), (), stacked(key, shown.lines(values), box.x, box.y, color, shown.value))


def stacked(
    key: str, lines: list[str], x: float, y: float, color: str = "ink", value: float | None = None
) -> tuple[Label, ...]:
    """Lines of text, one below the other, centered at a point."""
    top = y - (len(lines) - 1) * LINE / 2
    return tuple(
        Label(key, text, x, top + row * LINE, size_of(text), color, value=value) for row, text in enumerate(lines)
    )


def size_of(text: str) -> float:
    """How large a symbol, a number, or a word is written in a mark."""
    if "$" in text:
        return SYMBOL
    return TEXT if text[-1].isalpha() else NUMBER


def ghost(key: str, box: Box, shown: Quantity, values: Values) -> Scene:
    """The forward value of a mark, faded, above its error."""
    lines = shown.lines("symbols" if values == "symbols" else "numbers")
    tab = Box(box.x, box.y - box.h / 2 - GHOST / 2 - 0.5, box.w, GHOST - 2)
    node = Node(f"ghost-{key}", shown.meaning, tab, shown.value, None, faded=True)
    label = Label(f"ghost-{key}", lines[0], tab.x, tab.y, 11.0, "muted", value=shown.value)
    return Scene(0, 0, (node,), (), (label,))


def heading(flow: Flow, rank: Rank, boxes: dict[str, Box], top: float | None = None) -> Scene:
    """The words of a rank: above it in a landscape picture, at the left edge in a portrait one."""
    if not rank.words:
        return Scene(0, 0)
    own = [boxes[f"{key}.{node + 1}"] for key in rank.keys for node in range(rank.count)]
    if flow.across:
        x = (min(box.x for box in own) + max(box.x for box in own)) / 2
        above = min(box.y - max(box.h, CARD[1]) / 2 for box in own) - GHOST - 11 if top is None else top
        first = above - (len(rank.words) - 1) * LINE
        places = [(x, first + row * LINE) for row in range(len(rank.words))]
        align, upright, words = "center", True, list(rank.words)
    else:
        y = (min(box.y for box in own) + max(box.y for box in own)) / 2
        upright = rank.count == 1
        align = "left" if upright else "center"
        words = list(rank.words) if upright else [" · ".join(rank.words)]
        places = [(6.0, y + (row - (len(words) - 1) / 2) * LINE) for row in range(len(words))]
        places = places if upright else [(MARGIN, y)]
    labels = tuple(
        Label(f"heading-{rank.keys[0]}", text, x, y, TEXT, "muted", "left" if align == "left" else "center", upright)
        for text, (x, y) in zip(words, places, strict=True)
    )
    return Scene(0, 0, (), (), labels)


def touching(circle: Box, point: tuple[float, float]) -> tuple[float, float]:
    """Where a line from a point to the middle of a circle meets its border."""
    dx, dy = point[0] - circle.x, point[1] - circle.y
    scale = circle.w / 2 / hypot(dx, dy)
    return circle.x + dx * scale, circle.y + dy * scale


def note(words: str, width: float) -> Scene:
    """A sentence below a picture, in as many lines as it needs."""
    lines = wrap(words, int(width / 5.6))
    labels = [Label("note", text, width / 2, 8 + row * LINE, TEXT, "muted") for row, text in enumerate(lines)]
    return Scene(width, LINE * len(lines), (), (), tuple(labels))


def operation(key: str, box: Box, lines: list[str], value: float | None = None) -> Scene:
    """A sign without an outline between two marks."""
    return Scene(0, 0, (), (), stacked(key, lines, box.x, box.y, "ink", value))


@dataclass(frozen=True)
class Head:
    """What stands at the head of a row or column of a table."""

    shown: Quantity | None
    index: int

    def lines(self, values: Values, *, short: bool) -> list[str]:
        """Its label: of the quantity, or its number where the table is wide."""
        if short:
            return ["b" if self.shown is None else str(self.index)]
        if self.shown is None:
            return ["bias", "1"] if values == "both" else ["1"]
        return self.shown.lines(values)


def table(
    key: str,
    words: str,
    corner: str,
    rows: list[Head],
    columns: list[Head],
    cells: list[list[Quantity]],
    values: Values,
    marked: tuple[int, int] | None = None,
) -> Scene:
    """A table whose cell [i, j] belongs to the line from i (its row) to j (its column).

    Above four nodes a side it shows squares: the area is the magnitude, filled is positive.
    """
    wide = max(len(rows), len(columns)) > 5 and values != "symbols"
    short = max(len(rows), len(columns)) > 5
    cell_w, cell_h = (19.0, 19.0) if wide else ((34.0, 21.0) if values == "symbols" else (50.0, 21.0))
    if values == "symbols" and r"\partial" in cells[0][0].latex:
        cell_w, cell_h = 60.0, 24.0
    side = 24.0 if short else (98.0 if values == "both" else 54.0)
    top = 22.0 + (LINE if values == "both" and not short else 0.0) + 16.0
    width, height = side + cell_w * len(columns), top + cell_h * len(rows) + 4
    labels = [Label(f"{key}-title", words, width / 2, 8.0, TEXT, "muted")]
    if corner and values != "numbers" and not short:
        labels.append(Label(f"{key}-corner", f"${corner}$", side / 2, top - 11.0, SYMBOL))
    nodes = []
    for j, head in enumerate(columns):
        lines = head.lines(values, short=short)
        middle = top - 11.0 - (len(lines) - 1) * LINE / 2
        value = head.shown.value if head.shown else None
        labels += stacked(f"{key}-column-{j + 1}", lines, side + (j + 0.5) * cell_w, middle, "ink", value)
    for i, (head, row) in enumerate(zip(rows, cells, strict=True)):
        y = top + (i + 0.5) * cell_h
        labels += row_head(f"{key}-row-{i + 1}", head.lines(values, short=short), side, y, head)
        for j, shown in enumerate(row):
            name, x = f"{key}-{i + 1}.{j + 1}", side + (j + 0.5) * cell_w
            if marked == (i, j):
                nodes.append(Node(f"{key}-marked", shown.meaning, Box(x, y, cell_w, cell_h - 2)))
            if wide:
                nodes.append(swatch(name, x, y, shown, cells))
            else:
                text = shown.lines("symbols" if values == "symbols" else "numbers")[0]
                labels.append(Label(name, text, x, y, size_of(text), value=shown.value))
    rule = Edge(f"{key}-rule", "muted", (0.0, top), (width, top), width=0.8, arrow=False)
    stem = Edge(f"{key}-stem", "muted", (side, top), (side, height), width=0.8, arrow=False)
    return Scene(width, height, tuple(nodes), (rule, stem), tuple(labels))


def row_head(key: str, lines: list[str], side: float, y: float, head: Head) -> list[Label]:
    """The head of a row: its symbol and its number side by side."""
    value = head.shown.value if head.shown else None
    places = [side * 0.245, side * 0.735] if len(lines) == 2 else [side / 2]
    return [
        Label(key, text, x, y, size_of(text), "muted" if text == "bias" else "ink", value=value)
        for text, x in zip(lines, places, strict=True)
    ]


def swatch(key: str, x: float, y: float, shown: Quantity, cells: list[list[Quantity]]) -> Node:
    """A square whose area is the magnitude of its value beside the largest of its table."""
    largest = max(abs(other.value) for row in cells for other in row) or 1.0
    side = max(15.0 * (abs(shown.value) / largest) ** 0.5, 1.5)
    return Node(key, shown.meaning, Box(x, y, side, side), shown.value, bare=True)


def key_entry(
    meaning: str,
    words: str | None = None,
    *,
    line: bool = False,
    arrow: bool = True,
    faded: bool = False,
    dashed: bool = False,
    corner: str | None = None,
    value: float | None = None,
) -> Scene:
    """One entry of the legend: a sample of the mark, and what it means."""
    words = LOOKS[meaning].words if words is None else words
    name = f"key-{words}"
    if value is not None:
        square = Node(name, meaning, Box(14.0, 10.0, 12.0, 12.0), value, bare=True)
        return Scene(34.0 + measure(words), 20.0, (square,), (), (Label(name, words, 34.0, 10.0, TEXT, "ink", "left"),))
    width = 34.0 + measure(words)
    label = Label(name, words, 34.0, 10.0, TEXT, "ink", "left")
    if line:
        edge = Edge(name, meaning, (2.0, 10.0), (26.0, 10.0), width=1.6, dashed=dashed, arrow=arrow)
        return Scene(width, 20.0, (), (edge,), (label,))
    node = Node(name, meaning, Box(14.0, 10.0, 24.0, 16.0), corner=corner, faded=faded)
    return Scene(width, 20.0, (node,), (), (label,))


def measure(words: str) -> float:
    """About how wide plain words are."""
    return sum(0.3 if letter in "ijltfr.,;: '" else 0.74 if letter in "mwMWC∂—" else 0.5 for letter in words) * TEXT
