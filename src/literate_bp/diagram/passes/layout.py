"""The layout of a diagram: the boxes of its marks, rank by rank.

A network is laid out from left to right in a landscape diagram and from top to
bottom in a portrait one. A rank is what stands side by side across that
direction: the inputs, a layer, the cost. All lengths are in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from ..drawing.scene import Box, Orientation, Point, Side

__all__ = [
    "COST_SIZE",
    "FADED_HEIGHT",
    "FADED_OVERHANG",
    "LINE_HEIGHT",
    "MARGIN",
    "MARK_SIZE",
    "WIDTHS",
    "Direction",
    "Layout",
    "Rank",
    "circle_border",
    "connect",
    "landscape_layout",
    "portrait_layout",
]

WIDTHS = {"landscape": 760.0, "portrait": 340.0}
"""The width of a diagram, if its marks fit into it."""
MARGIN = 12.0
MARK_SIZE = (54.0, 42.0)
"""Width and height of a mark with a symbol above a number."""
COST_SIZE = (68.0, 68.0)
"""Width and height of the circle of the cost."""
FADED_HEIGHT = 20.0
"""The height that the faded forward value of a mark takes above its error."""
FADED_OVERHANG = FADED_HEIGHT - 0.5
"""The distance from the top of a mark to the top of the faded value above it."""
LINE_HEIGHT = 16.0
"""The distance between the baselines of two lines of text."""
WIDEST_PITCH = 110.0


@dataclass(frozen=True)
class Direction:
    """The direction in which a diagram is read; `u` runs along it and `v` across it."""

    orientation: Orientation

    @property
    def horizontal(self) -> bool:
        """Whether the diagram is read from left to right."""
        return self.orientation == "landscape"

    @property
    def exit_side(self) -> Side:
        """The side of a mark that faces the next rank."""
        return "right" if self.horizontal else "bottom"

    @property
    def entry_side(self) -> Side:
        """The side of a mark that faces the previous rank."""
        return "left" if self.horizontal else "top"

    @property
    def joined_sides(self) -> tuple[Side | None, Side | None]:
        """The sides at which the first and the second half of a node touch each other, if they do."""
        return (self.exit_side, self.entry_side) if self.horizontal else (None, None)

    def box(self, u: float, v: float, size: tuple[float, float]) -> Box:
        """Return a box of this width and height, centered at u, v."""
        x, y = (u, v) if self.horizontal else (v, u)
        return Box(x, y, *size)

    def length(self, size: tuple[float, float]) -> float:
        """Return the extent along the direction of a box of this width and height."""
        return size[0] if self.horizontal else size[1]


@dataclass(frozen=True)
class Rank:
    """Marks side by side: the prefixes of their keys, their number, their size, and the lines of their heading.

    A rank has two prefixes if each of its nodes is drawn in two halves.
    """

    keys: tuple[str, ...]
    count: int
    size: tuple[float, float] = MARK_SIZE
    heading: tuple[str, ...] = ()
    portrait_gap: float = 0.0
    """The distance between the two halves of a node in portrait; in landscape they touch."""
    addition_gap: float = 0.0
    """An additional distance between them, in both orientations, for the sign of an addition."""

    def step(self, direction: Direction) -> float:
        """Return the distance from one half of a node to the other."""
        gap = 0.0 if direction.horizontal else self.portrait_gap
        return direction.length(self.size) + gap + self.addition_gap

    def length(self, direction: Direction) -> float:
        """Return the extent of the rank along the direction."""
        rest = (len(self.keys) - 1) * self.step(direction)
        return direction.length(self.size) + rest


@dataclass(frozen=True)
class Layout:
    """The boxes of the marks of a diagram by key, in one orientation, and the size of the whole."""

    direction: Direction
    ranks: tuple[Rank, ...]
    boxes: dict[str, Box]
    width: float
    height: float


def landscape_layout(ranks: list[Rank], gaps: list[float], top: float, span: float, pitch: float) -> Layout:
    """Lay out ranks from left to right.

    Parameters
    ----------
    ranks : list of Rank
        The ranks, in reading order.
    gaps : list of float
        The distances between one rank and the next.
    top : float
        The height that is left free above, for headings.
    span : float
        The height that the ranks share.
    pitch : float
        The distance between the middles of two marks of a rank.
    """
    direction = Direction("landscape")
    length, free = sum(rank.length(direction) for rank in ranks), sum(gaps)
    width = max(WIDTHS["landscape"], length + free + 2 * MARGIN)
    start, middle = (width - length - free) / 2, top + FADED_HEIGHT + span / 2
    boxes = place(direction, ranks, gaps, start, middle, pitch)
    return Layout(direction, tuple(ranks), boxes, width, middle + span / 2)


def portrait_layout(ranks: list[Rank], gaps: list[float], most: int, least_pitch: float) -> Layout:
    """Lay out ranks from top to bottom.

    Parameters
    ----------
    ranks, gaps : list of Rank, list of float
        As in `landscape_layout`.
    most : int
        The number of marks in the largest rank.
    least_pitch : float
        The smallest distance between the middles of two marks of a rank.
    """
    direction, heading = Direction("portrait"), 32
    pitch = max((WIDTHS["portrait"] - heading) / most, least_pitch)
    width = max(WIDTHS["portrait"], heading + pitch * most)
    middle, start = 26 + (width - heading) / 2, MARGIN + FADED_HEIGHT
    boxes = place(direction, ranks, gaps, start, middle, pitch)
    height = start + sum(rank.length(direction) for rank in ranks) + sum(gaps) + 10
    return Layout(direction, tuple(ranks), boxes, width, height)


def place(
    direction: Direction, ranks: list[Rank], gaps: list[float], start: float, middle: float, pitch: float
) -> dict[str, Box]:
    """Return the boxes by key: ``z1.2`` is node 2 of the rank with the prefix ``z1``."""
    boxes, u, pitch = {}, start, min(pitch, WIDEST_PITCH)
    for rank, gap in zip(ranks, [*gaps, 0.0], strict=True):
        for node in range(rank.count):
            v = middle + (node - (rank.count - 1) / 2) * pitch
            for half, key in enumerate(rank.keys):
                at = u + direction.length(rank.size) / 2 + half * rank.step(direction)
                boxes[f"{key}.{node + 1}"] = direction.box(at, v, rank.size)
        u += rank.length(direction) + gap
    return boxes


def connect(
    direction: Direction, tail: Box, head: Box, index: tuple[int, int], count: tuple[int, int]
) -> tuple[Point, Point]:
    """Return the ends of a line from one box to another.

    `index` and `count` say which of how many lines it is: first of those that
    leave the tail, then of those that arrive at the head.
    """
    start = port(tail, direction.exit_side, index[0], count[0])
    return start, port(head, direction.entry_side, index[1], count[1])


def port(box: Box, side: Side, index: int, count: int) -> Point:
    """Return the point at which line `index` of `count` meets a side, away from round corners."""
    room = (box.h if side in ("left", "right") else box.w) - 22
    step = min(10.0, room / max(count - 1, 1))
    return box.side(side, (index - (count - 1) / 2) * step)


def circle_border(circle: Box, point: Point) -> Point:
    """Return the point at which a line from `point` to the center of a circle meets the circle."""
    dx, dy = point[0] - circle.x, point[1] - circle.y
    scale = circle.w / 2 / hypot(dx, dy)
    return circle.x + dx * scale, circle.y + dy * scale
