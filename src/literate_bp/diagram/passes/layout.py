"""Where things go: ranks of marks along the flow.

The flow runs from left to right in a landscape picture and from top to bottom
in a portrait one. A rank is what stands side by side across the flow: the
inputs, a layer, the cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from ..drawing.scene import Box, Orientation, Point, Side

__all__ = [
    "ABOVE",
    "CARD",
    "CIRCLE",
    "GHOST",
    "LINE",
    "MARGIN",
    "WIDTHS",
    "Flow",
    "Plan",
    "Rank",
    "between",
    "plan_landscape",
    "plan_portrait",
    "touching",
]

WIDTHS = {"landscape": 760.0, "portrait": 340.0}
MARGIN = 12.0
CARD = (54.0, 42.0)
"""Width and height of a mark that holds a symbol above a number."""
CIRCLE = (68.0, 68.0)
"""The cost."""
GHOST = 20.0
"""What a faded forward value takes above its error."""
ABOVE = GHOST - 0.5
"""How far it reaches above it."""
LINE = 16.0
"""From one line of text to the next."""
WIDEST_PITCH = 110.0


@dataclass(frozen=True)
class Flow:
    """One orientation: how far along the flow (`u`) and across it (`v`)."""

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

    @property
    def halves(self) -> tuple[Side | None, Side | None]:
        """The sides at which the two halves of a node join, if they do."""
        return (self.ahead, self.behind) if self.across else (None, None)

    def box(self, u: float, v: float, size: tuple[float, float]) -> Box:
        """A box of this size, centered at u, v."""
        x, y = (u, v) if self.across else (v, u)
        return Box(x, y, *size)

    def along(self, size: tuple[float, float]) -> float:
        """How long a box of this size is in the direction of the flow."""
        return size[0] if self.across else size[1]


@dataclass(frozen=True)
class Rank:
    """What stands side by side.

    The prefix of its keys, how many, how large, and in what words.
    """

    keys: tuple[str, ...]
    count: int
    size: tuple[float, float] = CARD
    words: tuple[str, ...] = ()
    seam: float = 0.0
    """Portrait room between the halves of a node, where it has two keys."""
    apart: float = 0.0
    """Room between them both ways, where something is added."""

    def step(self, flow: Flow) -> float:
        """How far one half of a node is from the other."""
        return flow.along(self.size) + (0.0 if flow.across else self.seam) + self.apart

    def length(self, flow: Flow) -> float:
        """Its extent in the direction of the flow."""
        rest = (len(self.keys) - 1) * self.step(flow)
        return flow.along(self.size) + rest


@dataclass(frozen=True)
class Plan:
    """Where the marks of a picture are, in one orientation."""

    flow: Flow
    ranks: tuple[Rank, ...]
    boxes: dict[str, Box]
    width: float
    height: float


def plan_landscape(ranks: list[Rank], gaps: list[float], top: float, span: float, pitch: float) -> Plan:
    """Ranks from left to right, `span` high, with their headings above."""
    flow = Flow("landscape")
    length, free = sum(rank.length(flow) for rank in ranks), sum(gaps)
    width = max(WIDTHS["landscape"], length + free + 2 * MARGIN)
    start, middle = (width - length - free) / 2, top + GHOST + span / 2
    boxes = placed(flow, ranks, gaps, start, middle, pitch)
    return Plan(flow, tuple(ranks), boxes, width, middle + span / 2)


def plan_portrait(ranks: list[Rank], gaps: list[float], most: int, least: float) -> Plan:
    """Ranks from top to bottom, `most` in the fullest, `least` apart."""
    flow, heading = Flow("portrait"), 32
    pitch = max((WIDTHS["portrait"] - heading) / most, least)
    width = max(WIDTHS["portrait"], heading + pitch * most)
    middle, start = 26 + (width - heading) / 2, MARGIN + GHOST
    boxes = placed(flow, ranks, gaps, start, middle, pitch)
    height = start + sum(rank.length(flow) for rank in ranks) + sum(gaps) + 10
    return Plan(flow, tuple(ranks), boxes, width, height)


def placed(
    flow: Flow, ranks: list[Rank], gaps: list[float], start: float, middle: float, pitch: float
) -> dict[str, Box]:
    """Boxes by key, ``z1.2``: prefix, then the node."""
    boxes, u, pitch = {}, start, min(pitch, WIDEST_PITCH)
    for rank, gap in zip(ranks, [*gaps, 0.0], strict=True):
        for node in range(rank.count):
            v = middle + (node - (rank.count - 1) / 2) * pitch
            for half, key in enumerate(rank.keys):
                at = u + flow.along(rank.size) / 2 + half * rank.step(flow)
                boxes[f"{key}.{node + 1}"] = flow.box(at, v, rank.size)
        u += rank.length(flow) + gap
    return boxes


def between(flow: Flow, tail: Box, head: Box, at: tuple[int, int], of: tuple[int, int]) -> tuple[Point, Point]:
    """From tail to head.

    Line `at[0]` of the `of[0]` that leave, `at[1]` of the `of[1]` that arrive.
    """
    start = port(tail, flow.ahead, at[0], of[0])
    return start, port(head, flow.behind, at[1], of[1])


def port(box: Box, side: Side, index: int, count: int) -> Point:
    """Where line `index` of `count` meets a side, clear of round corners."""
    room = (box.h if side in ("left", "right") else box.w) - 22
    step = min(10.0, room / max(count - 1, 1))
    return box.side(side, (index - (count - 1) / 2) * step)


def touching(circle: Box, point: Point) -> Point:
    """Where a line from a point to the middle of a circle meets its border."""
    dx, dy = point[0] - circle.x, point[1] - circle.y
    scale = circle.w / 2 / hypot(dx, dy)
    return circle.x + dx * scale, circle.y + dy * scale
