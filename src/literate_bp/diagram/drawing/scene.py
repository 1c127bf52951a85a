"""A scene: the marks of a diagram as frozen data, before anything is drawn.

Coordinates are CSS pixels with y downward. A mark has a name (``key``), a
meaning (``meaning``, a key of `palette.MARK_STYLES`), a position, and the value that
it shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from .palette import Shape

__all__ = ["Align", "Box", "Edge", "Label", "Node", "Orientation", "Point", "Scene", "Side", "merge", "pack", "stack"]

Point = tuple[float, float]
Side = Literal["left", "right", "top", "bottom"]
Align = Literal["left", "center", "right"]
Orientation = Literal["landscape", "portrait"]


@dataclass(frozen=True)
class Box:
    """A rectangle, given by its center, width and height."""

    x: float
    y: float
    w: float
    h: float

    def side(self, side: Side, offset: float = 0.0) -> Point:
        """Return the point on one side that is `offset` away from its middle."""
        if side in ("left", "right"):
            return self.x + (self.w / 2 if side == "right" else -self.w / 2), self.y + offset
        return self.x + offset, self.y + (self.h / 2 if side == "bottom" else -self.h / 2)

    def shift(self, dx: float, dy: float) -> Box:
        """Return the box, moved."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True)
class Node:
    """A shape that holds a value: a node, half of a node, a weight, a table cell."""

    key: str
    meaning: str
    box: Box
    value: float | None = None
    joined_side: Side | None = None
    """The side at which it touches the other half of its node."""
    shape: Shape | None = None
    """Its shape, if not the one of its meaning."""
    faded: bool = False
    swatch: bool = False
    """Whether it is a plain square of a table, filled if the value is positive."""
    quantity: str = ""
    """The id of the quantity that it holds, for a page that changes numbers."""

    def shift(self, dx: float, dy: float) -> Node:
        """Return the mark, moved."""
        return replace(self, box=self.box.shift(dx, dy))


@dataclass(frozen=True)
class Edge:
    """A line from one mark to another, with an arrowhead at its end if `arrow` is true."""

    key: str
    meaning: str
    start: Point
    end: Point
    value: float | None = None
    width: float = 1.1
    dashed: bool = False
    arrow: bool = True
    via: tuple[Point, ...] = ()
    """The corners between start and end."""
    quantity: str = ""
    """As that of a node."""

    @property
    def points(self) -> tuple[Point, ...]:
        """Start, corners and end."""
        return self.start, *self.via, self.end

    def shift(self, dx: float, dy: float) -> Edge:
        """Return the line, moved."""
        start, *via, end = ((x + dx, y + dy) for x, y in self.points)
        return replace(self, start=start, end=end, via=tuple(via))


@dataclass(frozen=True)
class Label:
    """A piece of text, with LaTeX between dollars; `y` is the middle of its height, `size` in pixels."""

    key: str
    text: str
    x: float
    y: float
    size: float = 12.0
    color: str = "ink"
    align: Align = "center"
    upright: bool = True
    """False for text that is rotated to run from bottom to top."""
    value: float | None = None
    quantity: str = ""
    """The id of the quantity whose number the text ends with."""

    def shift(self, dx: float, dy: float) -> Label:
        """Return the label, moved."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True)
class Scene:
    """Marks on an area of `width` by `height` pixels: edges, nodes over them, labels on top."""

    width: float = 0.0
    height: float = 0.0
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    labels: tuple[Label, ...] = ()

    def shift(self, dx: float, dy: float) -> Scene:
        """Return the scene with all marks moved, its size unchanged."""
        return replace(
            self,
            nodes=tuple(node.shift(dx, dy) for node in self.nodes),
            edges=tuple(edge.shift(dx, dy) for edge in self.edges),
            labels=tuple(label.shift(dx, dy) for label in self.labels),
        )


def merge(width: float, height: float, *scenes: Scene) -> Scene:
    """Return one scene of this size with the marks of several scenes."""
    return Scene(
        width,
        height,
        tuple(chain.from_iterable(scene.nodes for scene in scenes)),
        tuple(chain.from_iterable(scene.edges for scene in scenes)),
        tuple(chain.from_iterable(scene.labels for scene in scenes)),
    )


def pack(scenes: list[Scene], width: float, gap: float = 24.0, line: float = 12.0) -> Scene:
    """Place scenes side by side, in as many centered rows as they need.

    `gap` is the distance between scenes in a row and `line` between rows.
    """
    width = max([width, *(scene.width for scene in scenes)])
    rows: list[list[Scene]] = [[]]
    for scene in scenes:
        used = sum(other.width + gap for other in rows[-1])
        if rows[-1] and used + scene.width > width:
            rows.append([])
        rows[-1].append(scene)
    placed, top = [], 0.0
    for row in rows:
        left = (width - sum(scene.width for scene in row) - gap * (len(row) - 1)) / 2
        for scene in row:
            placed.append(scene.shift(left, top))
            left += scene.width + gap
        top += max((scene.height for scene in row), default=0.0) + line
    return merge(width, top - line, *placed)


def stack(width: float, scenes: list[Scene]) -> Scene:
    """Place scenes one below the other, each centered."""
    width = max([width, *(scene.width for scene in scenes)])
    top, placed = 4.0, []
    for scene in scenes:
        placed.append(scene.shift((width - scene.width) / 2, top))
        top += scene.height + 20
    return merge(width, top - 8, *placed)
