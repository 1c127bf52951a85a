"""The marks that all pictures are made of, each a small scene."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from textwrap import wrap

from ..drawing.palette import LOOKS, Shape
from ..drawing.scene import Align, Box, Edge, Label, Node, Point, Scene, Side, merge
from ..drawing.text_layout import fitted
from .layout import CARD, GHOST, LINE, MARGIN, Flow, Plan, Rank
from .quantities import Quantity, Values

__all__ = [
    "PAST",
    "SYMBOL",
    "TEXT",
    "base_case",
    "body",
    "card",
    "note",
    "operation",
    "over",
    "plus",
    "size_of",
    "stacked",
]

TEXT, NUMBER, SYMBOL, SMALL = 12.0, 11.5, 13.5, 11.0
OUTLINE, OUTLINES = 1.6, 3.9
"""From the edge of a mark to its text, inside one outline or two."""
PAST = 1.7
"""How wide a line is that goes past a layer."""


def card(
    key: str,
    box: Box,
    shown: Quantity,
    values: Values,
    *,
    joined: Side | None = None,
    corner: Shape | None = None,
    faded: bool = False,
) -> Scene:
    """A mark with the symbol and number of a quantity in it."""
    node = Node(key, shown.meaning, box, shown.value, joined, corner, faded)
    color = "muted" if faded else "ink"
    lines = shown.lines(values)
    labels = stacked(key, lines, box.x, box.y, color, shown.value, room_in(node))
    return Scene(nodes=(node,), labels=labels)


def room_in(node: Node) -> float:
    """How wide a text may be inside the outlines of a mark."""
    double = LOOKS[node.meaning].outlines > 1 and not node.faded
    return node.box.w - 2 * (OUTLINES if double else OUTLINE)


def plus(key: str, box: Box, *, faded: bool = False) -> Scene:
    """Where a residual connection is added."""
    return Scene(nodes=(Node(key, "activated", box, corner="plus", faded=faded),))


def operation(key: str, box: Box, lines: list[str], value: float | None = None) -> Scene:
    """A sign without an outline between two marks."""
    return Scene(labels=stacked(key, lines, box.x, box.y, "ink", value, box.w - 2 * OUTLINES if box.w else inf))


def stacked(
    key: str,
    lines: list[str],
    x: float,
    y: float,
    color: str = "ink",
    value: float | None = None,
    room: float = inf,
) -> tuple[Label, ...]:
    """Lines of text, one below the other, centered at a point."""
    top = y - (len(lines) - 1) * LINE / 2
    return tuple(
        Label(key, text, x, top + row * LINE, size_of(text, room), color, value=value) for row, text in enumerate(lines)
    )


def size_of(text: str, room: float = inf) -> float:
    """How large a symbol is written, so that it fits; a number, or a word."""
    if "$" in text:
        return fitted(text, SYMBOL, room)
    return TEXT if text[-1].isalpha() else NUMBER


def over(
    key: str, box: Box, value: Quantity, error: Quantity | None, values: Values, *, joined: Side | None = None
) -> list[Scene]:
    """An error over its faded forward value; that alone without an error."""
    if error is None:
        return [card(key, box, value, values, joined=joined, faded=True)]
    corner = LOOKS[value.meaning].shape
    own = card(key, box, error, values, joined=joined, corner=corner)
    return [ghost(key, box, value, values), own]


def ghost(key: str, box: Box, shown: Quantity, values: Values) -> Scene:
    """The forward value of a mark, faded, above its error."""
    key, middle = f"ghost-{key}", box.y - box.h / 2 - GHOST / 2 - 0.5
    tab = Box(box.x, middle, box.w, GHOST - 2)
    node = Node(key, shown.meaning, tab, shown.value, faded=True)
    text, value = shown.short(values), shown.value
    label = Label(key, text, tab.x, tab.y, fitted(text, SMALL, room_in(node)), "muted", value=value)
    return Scene(nodes=(node,), labels=(label,))


def base_case(key: str, box: Box, cost: Quantity, error: Quantity, values: Values) -> Scene:
    """The cost, where the recursion starts: its value above the error."""
    node = Node(key, "error", box, error.value, corner="circle")
    lines, text = error.lines(values), cost.short(values)
    y = box.y - 8 - 7 * len(lines)
    faded = Label(f"ghost-{key}", text, box.x, y, SMALL, "muted", value=cost.value)
    labels = stacked(key, lines, box.x, box.y + 7, value=error.value, room=0.8 * box.w)
    return Scene(nodes=(node,), labels=(faded, *labels))


def body(
    plan: Plan, ranks: Iterable[Rank], edges: Iterable[Edge], marks: Iterable[Scene], top: float | None = None
) -> Scene:
    """The headings of ranks, lines, and marks over them."""
    headings = [heading(plan.flow, rank, plan.boxes, top) for rank in ranks]
    lines = Scene(edges=tuple(edges))
    return merge(plan.width, plan.height, *headings, lines, *marks)


def heading(flow: Flow, rank: Rank, boxes: dict[str, Box], top: float | None = None) -> Scene:
    """The words of a rank: above it, or at the left edge in portrait."""
    own = [boxes[f"{key}.{node + 1}"] for key in rank.keys for node in range(rank.count)]
    key = f"heading-{rank.keys[0]}"
    return above(key, rank, own, top) if flow.across else beside(key, rank, own)


def above(key: str, rank: Rank, own: list[Box], top: float | None) -> Scene:
    """The words of a rank above its marks, the last line at `top` if given."""
    x = (min(box.x for box in own) + max(box.x for box in own)) / 2
    if top is None:
        top = min(box.y - max(box.h, CARD[1]) / 2 for box in own) - GHOST - 11
    first = top - (len(rank.words) - 1) * LINE
    lines = [(text, (x, first + n * LINE)) for n, text in enumerate(rank.words)]
    return worded(key, lines, "center", upright=True)


def beside(key: str, rank: Rank, own: list[Box]) -> Scene:
    """The words of a rank left of its marks; upward, where these are many."""
    y = (min(box.y for box in own) + max(box.y for box in own)) / 2
    if rank.count > 1:
        line = " · ".join(rank.words)
        lines = [(line, (MARGIN, y))] if line else []
        return worded(key, lines, "center", upright=False)
    first = (len(rank.words) - 1) / 2
    lines = [(text, (6.0, y + (n - first) * LINE)) for n, text in enumerate(rank.words)]
    return worded(key, lines, "left", upright=True)


def worded(key: str, lines: list[tuple[str, Point]], align: Align, *, upright: bool) -> Scene:
    """Quiet lines of text at their places."""
    return Scene(labels=tuple(Label(key, text, x, y, TEXT, "muted", align, upright) for text, (x, y) in lines))


def note(words: str, width: float) -> Scene:
    """A sentence below a picture, in as many lines as it needs."""
    lines = wrap(words, int(width / 5.6))
    labels = [Label("note", text, width / 2, 8 + row * LINE, TEXT, "muted") for row, text in enumerate(lines)]
    return Scene(width, LINE * len(lines), labels=tuple(labels))
