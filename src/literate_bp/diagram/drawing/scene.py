"""What is where: the marks of a picture as frozen data.

No Matplotlib here: CSS pixels, y downward. A mark says what it is (``key``),
what it means (``meaning``, a name in `palette.LOOKS`), where it is, and which
value it shows.
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
    """A rectangle by its center."""

    x: float
    y: float
    w: float
    h: float

    def side(self, side: Side, offset: float = 0.0) -> Point:
        """A point on one side, `offset` away from its middle."""
        if side in ("left", "right"):
            return self.x + (self.w / 2 if side == "right" else -self.w / 2), self.y + offset
        return self.x + offset, self.y + (self.h / 2 if side == "bottom" else -self.h / 2)

    def shift(self, dx: float, dy: float) -> Box:
        """The same box elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True)
class Node:
    """A mark that holds a value: a node, its half, a weight, a square."""

    key: str
    meaning: str
    box: Box
    value: float | None = None
    joined: Side | None = None
    """The side on which it joins its other half."""
    corner: Shape | None = None
    """Its shape, where it is not the one of its meaning."""
    faded: bool = False
    bare: bool = False
    """A plain square of a table, filled where the value is positive."""

    def shift(self, dx: float, dy: float) -> Node:
        """The same mark elsewhere."""
        return replace(self, box=self.box.shift(dx, dy))


@dataclass(frozen=True)
class Edge:
    """A line from one mark to another."""

    key: str
    meaning: str
    start: Point
    end: Point
    value: float | None = None
    width: float = 1.1
    dashed: bool = False
    arrow: bool = True
    via: tuple[Point, ...] = ()
    """The corners that it goes around."""

    @property
    def points(self) -> tuple[Point, ...]:
        """Where it starts, its corners, and where it ends."""
        return self.start, *self.via, self.end

    def shift(self, dx: float, dy: float) -> Edge:
        """The same line elsewhere."""
        start, *via, end = ((x + dx, y + dy) for x, y in self.points)
        return replace(self, start=start, end=end, via=tuple(via))


@dataclass(frozen=True)
class Label:
    """A piece of text, mathtext between dollars; `y` is its middle."""

    key: str
    text: str
    x: float
    y: float
    size: float = 12.0
    color: str = "ink"
    align: Align = "center"
    upright: bool = True
    """False for text that runs from bottom to top."""
    value: float | None = None

    def shift(self, dx: float, dy: float) -> Label:
        """The same text elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True)
class Scene:
    """Marks on a ground of `width` by `height`, later ones over earlier."""

    width: float = 0.0
    height: float = 0.0
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    labels: tuple[Label, ...] = ()

    def shift(self, dx: float, dy: float) -> Scene:
        """The same marks elsewhere on the same ground."""
        return replace(
            self,
            nodes=tuple(node.shift(dx, dy) for node in self.nodes),
            edges=tuple(edge.shift(dx, dy) for edge in self.edges),
            labels=tuple(label.shift(dx, dy) for label in self.labels),
        )


def merge(width: float, height: float, *scenes: Scene) -> Scene:
    """All marks of several scenes on one ground."""
    return Scene(
        width,
        height,
        tuple(chain.from_iterable(scene.nodes for scene in scenes)),
        tuple(chain.from_iterable(scene.edges for scene in scenes)),
        tuple(chain.from_iterable(scene.labels for scene in scenes)),
    )


def pack(scenes: list[Scene], width: float, gap: float = 24.0, line: float = 12.0) -> Scene:
    """Scenes side by side in as many centered rows as they need."""
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
    """Scenes one below the other, each in the middle."""
    width = max([width, *(scene.width for scene in scenes)])
    top, placed = 4.0, []
    for scene in scenes:
        placed.append(scene.shift((width - scene.width) / 2, top))
        top += scene.height + 20
    return merge(width, top - 8, *placed)
