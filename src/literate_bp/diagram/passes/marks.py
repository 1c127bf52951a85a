"""The marks that all diagrams are made of, each a small scene."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import inf
from textwrap import wrap

from ..drawing.palette import MARK_STYLES, Shape
from ..drawing.scene import Align, Box, Edge, Label, Node, Point, Scene, Side, merge
from ..drawing.text_layout import POWER_OF_TEN, fitting_size
from .layout import FADED_HEIGHT, LINE_HEIGHT, MARGIN, MARK_SIZE, Direction, Layout, Rank
from .quantities import Quantity, Values

__all__ = [
    "NUMBER",
    "RESIDUAL_WIDTH",
    "SYMBOL",
    "TEXT",
    "base_case_mark",
    "body",
    "error_over_value",
    "factor",
    "faded_value",
    "note",
    "operation",
    "plus_sign",
    "quantity_mark",
    "text_lines",
    "text_size",
]

TEXT, NUMBER, SYMBOL, SMALL = 12.0, 11.5, 13.5, 11.0
"""Font sizes in pixels."""
OUTLINE, OUTLINES = 1.6, 3.9
"""The distance from the edge of a mark to its text, with one outline and with two."""
RESIDUAL_WIDTH = 1.7
"""The width of the line of a residual connection."""


def quantity_mark(
    key: str,
    box: Box,
    quantity: Quantity,
    values: Values,
    *,
    joined_side: Side | None = None,
    shape: Shape | None = None,
    faded: bool = False,
) -> Scene:
    """Draw a mark with the symbol and the number of a quantity in it."""
    hook = quantity.hook(values)
    node = Node(key, quantity.meaning, box, quantity.value, joined_side, shape, faded, quantity=hook)
    color = "muted" if faded else "ink"
    lines = quantity.lines(values)
    labels = text_lines(key, lines, box.x, box.y, color, quantity.value, inner_width(node), hook)
    return Scene(nodes=(node,), labels=labels)


def inner_width(node: Node) -> float:
    """Return the width inside the outlines of a mark."""
    double = MARK_STYLES[node.meaning].outlines > 1 and not node.faded
    return node.box.w - 2 * (OUTLINES if double else OUTLINE)


def plus_sign(key: str, box: Box, *, faded: bool = False) -> Scene:
    """Draw the sign at which a residual connection is added."""
    return Scene(nodes=(Node(key, "activated", box, shape="plus", faded=faded),))


def operation(key: str, box: Box, lines: list[str], value: float | None = None, hook: str = "") -> Scene:
    """Draw the name of an operation between two marks, without an outline."""
    width = box.w - 2 * OUTLINES if box.w else inf
    return Scene(labels=text_lines(key, lines, box.x, box.y, "ink", value, width, hook))


def factor(key: str, box: Box, quantity: Quantity, values: Values, *, one_line: bool = False) -> Scene:
    """Draw a factor between two marks, without an outline; its symbol is on the line of its number, or above it."""
    first, *others = quantity.lines(values)
    lines, value, hook = [f"× {first}", *others], quantity.value, quantity.hook(values)
    if not one_line:
        return operation(key, box, lines, value, hook)
    text = " = ".join(lines)
    size = fitting_size(text, NUMBER, box.w)
    return Scene(labels=(Label(key, text, box.x, box.y, size, value=value, quantity=hook),))


def text_lines(
    key: str,
    lines: list[str],
    x: float,
    y: float,
    color: str = "ink",
    value: float | None = None,
    width: float = inf,
    hook: str = "",
) -> tuple[Label, ...]:
    """Draw lines of text, centered at a point; what has scripts is made small enough for the width.

    The last line has the number, if one is shown; `hook` is the id of its quantity.
    """
    top = y - (len(lines) - 1) * LINE_HEIGHT / 2
    labels = [
        Label(key, text, x, top + row * LINE_HEIGHT, text_size(text, width), color, value=value)
        for row, text in enumerate(lines)
    ]
    return *labels[:-1], replace(labels[-1], quantity=hook)


def text_size(text: str, width: float = inf) -> float:
    """Return the font size of a symbol, a number or a word; what has scripts is made small enough for the width."""
    if "$" in text:
        return fitting_size(text, NUMBER if POWER_OF_TEN in text else SYMBOL, width)
    return TEXT if text[-1].isalpha() else NUMBER


def error_over_value(
    key: str, box: Box, value: Quantity, error: Quantity | None, values: Values, *, joined_side: Side | None = None
) -> list[Scene]:
    """Draw the mark of an error with its forward value faded above it; without an error, the faded value alone."""
    if error is None:
        return [quantity_mark(key, box, value, values, joined_side=joined_side, faded=True)]
    shape = MARK_STYLES[value.meaning].shape
    mark = quantity_mark(key, box, error, values, joined_side=joined_side, shape=shape)
    return [faded_value(key, box, value, values), mark]


def faded_value(key: str, box: Box, quantity: Quantity, values: Values) -> Scene:
    """Draw the forward value of a mark, faded, above its error."""
    key, middle = f"ghost-{key}", box.y - box.h / 2 - FADED_HEIGHT / 2 - 0.5
    tab = Box(box.x, middle, box.w, FADED_HEIGHT - 2)
    text, value, hook = quantity.one_line(values), quantity.value, quantity.hook(values)
    node = Node(key, quantity.meaning, tab, value, faded=True, quantity=hook)
    size = fitting_size(text, SMALL, inner_width(node))
    label = Label(key, text, tab.x, tab.y, size, "muted", value=value, quantity=hook)
    return Scene(nodes=(node,), labels=(label,))


def base_case_mark(key: str, box: Box, cost: Quantity, error: Quantity, values: Values) -> Scene:
    """Draw the circle of the cost, from which the errors start: its value, faded, above ∂C/∂C."""
    node = Node(key, "error", box, error.value, shape="circle", quantity=cost.hook(values))
    lines, text = error.lines(values), cost.one_line(values)
    y = box.y - 8 - 7 * len(lines)
    size = fitting_size(text, SMALL, 0.46 * box.w)  # between the lines that meet the circle
    faded = Label(f"ghost-{key}", text, box.x, y, size, "muted", value=cost.value, quantity=cost.hook(values))
    labels = text_lines(key, lines, box.x, box.y + 7, value=error.value, width=0.8 * box.w)
    return Scene(nodes=(node,), labels=(faded, *labels))


def body(
    layout: Layout, ranks: Iterable[Rank], edges: Iterable[Edge], marks: Iterable[Scene], top: float | None = None
) -> Scene:
    """Draw the main part of a diagram: the headings of ranks, lines, and marks over them."""
    headings = [heading(layout.direction, rank, layout.boxes, top) for rank in ranks]
    lines = Scene(edges=tuple(edges))
    return merge(layout.width, layout.height, *headings, lines, *marks)


def heading(direction: Direction, rank: Rank, boxes: dict[str, Box], top: float | None = None) -> Scene:
    """Draw the heading of a rank: above it in landscape, at the left edge in portrait."""
    own = [boxes[f"{key}.{node + 1}"] for key in rank.keys for node in range(rank.count)]
    key = f"heading-{rank.keys[0]}"
    return heading_above(key, rank, own, top) if direction.horizontal else heading_beside(key, rank, own)


def heading_above(key: str, rank: Rank, boxes: list[Box], top: float | None) -> Scene:
    """Draw the heading of a rank above its marks, with its last line at `top` if given."""
    x = (min(box.x for box in boxes) + max(box.x for box in boxes)) / 2
    if top is None:
        top = min(box.y - max(box.h, MARK_SIZE[1]) / 2 for box in boxes) - FADED_HEIGHT - 11
    first = top - (len(rank.heading) - 1) * LINE_HEIGHT
    lines = [(text, (x, first + n * LINE_HEIGHT)) for n, text in enumerate(rank.heading)]
    return muted_text(key, lines, "center", upright=True)


def heading_beside(key: str, rank: Rank, boxes: list[Box]) -> Scene:
    """Draw the heading of a rank to the left of its marks; rotated, if there is more than one mark."""
    y = (min(box.y for box in boxes) + max(box.y for box in boxes)) / 2
    if rank.count > 1:
        line = " · ".join(rank.heading)
        lines = [(line, (MARGIN, y))] if line else []
        return muted_text(key, lines, "center", upright=False)
    first = (len(rank.heading) - 1) / 2
    lines = [(text, (6.0, y + (n - first) * LINE_HEIGHT)) for n, text in enumerate(rank.heading)]
    return muted_text(key, lines, "left", upright=True)


def muted_text(key: str, lines: list[tuple[str, Point]], align: Align, *, upright: bool) -> Scene:
    """Draw lines of text in the muted color, each at its position."""
    return Scene(labels=tuple(Label(key, text, x, y, TEXT, "muted", align, upright) for text, (x, y) in lines))


def note(text: str, width: float) -> Scene:
    """Draw a sentence below a diagram, wrapped to its width."""
    lines = wrap(text, int(width / 5.6))
    labels = [Label("note", line, width / 2, 8 + row * LINE_HEIGHT, TEXT, "muted") for row, line in enumerate(lines)]
    return Scene(width, LINE_HEIGHT * len(lines), labels=tuple(labels))
