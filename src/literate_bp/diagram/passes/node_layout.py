"""What diagrams 1 and 2 share: a node with the nodes before and after it, its layout, and the lines between."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..drawing.scene import Box, Point, Scene, stack
from .layout import (
    COST_SIZE,
    FADED_HEIGHT,
    MARGIN,
    MARK_SIZE,
    WIDTHS,
    Direction,
    Layout,
    Rank,
    connect,
    landscape_layout,
    portrait_layout,
)
from .legend import legend
from .marks import note, plus_sign, quantity_mark
from .quantities import Passes, require_number

__all__ = [
    "Link",
    "Neighborhood",
    "addition_mark",
    "layouts",
    "link_ends",
    "links",
    "neighborhood_of",
    "residual_route",
    "residual_routes_onward",
    "weight_marks",
    "with_note_and_legend",
]

HALF = (66.0, 42.0)
"""Width and height of the linear part and of the activated value, in pixels."""
WEIGHT = (58.0, 38.0)
ACTIVATION = (58.0, 36.0)
ADDITION = (16.0, 16.0)
"""Width and height of the plus sign of a residual connection."""
BIAS_DISTANCE = 84.0
"""The distance from the bias to the linear part in landscape."""
LANE = 10.0
"""The width of the free lane, outside all marks, for a residual connection past the node."""


@dataclass(frozen=True)
class Neighborhood:
    """A node, with the nodes that lead to it and those that it leads to.

    Keys of marks: ``tail.i`` and ``in.i`` for what leads to the node and its
    weight, ``z.1``, ``sign.1`` and ``a.1`` for the node, ``out.k`` and
    ``next.k`` for what it leads to.
    """

    passes: Passes
    layer: int
    node: int

    @property
    def predecessors(self) -> range:
        """The numbers of the nodes, or inputs, that lead to the node."""
        return self.passes.nodes(self.layer - 1)

    @property
    def successors(self) -> range:
        """The numbers of the nodes that it leads to; none for an output."""
        return self.passes.nodes(self.layer + 1)

    @property
    def residual(self) -> bool:
        """Whether a residual connection adds to the node's activation."""
        return self.passes.residual(self.layer)

    @property
    def residual_successors(self) -> list[str]:
        """The key of the activated value to which the next layer's residual connection adds this one, if it has one."""
        return [f"next.{len(self.successors) + 1}"] if self.passes.residual(self.layer + 1) else []

    @property
    def out_degree(self) -> int:
        """The number of lines that leave the node."""
        return len(self.successors) + len(self.residual_successors)

    @property
    def most(self) -> int:
        """The number of marks in the largest rank."""
        return max(len(self.predecessors), self.out_degree)

    @property
    def ranks(self) -> list[Rank]:
        """The ranks of the diagram, in reading order."""
        before = f"layer {self.layer - 1}" if self.layer > 1 else "inputs"
        after = [
            Rank(("out",), self.out_degree, WEIGHT, ("weights",)),
            Rank(("next",), self.out_degree, MARK_SIZE, (f"layer {self.layer + 1}",)),
        ]
        end = [Rank(("next",), 1, COST_SIZE, ("cost",))]
        return [
            Rank(("tail",), len(self.predecessors), MARK_SIZE, (before,)),
            Rank(("in",), len(self.predecessors), WEIGHT, ("weights",)),
            Rank(("z",), 1, HALF, ("linear", "part")),
            Rank(("sign",), 1, ACTIVATION),
            *([Rank(("sum",), 1, ADDITION)] if self.residual else []),
            Rank(("a",), 1, HALF, ("activated", "value")),
            *(after if self.successors else end),
        ]


def neighborhood_of(passes: Passes, layer: int, node: int) -> Neighborhood:
    """Return the neighborhood of a node; raise ValueError if the network has no such node."""
    depth = passes.depth
    layer = require_number("layer", layer, depth, f"the network has {depth} layers")
    most = passes.sizes[layer]
    node = require_number("node", node, most, f"layer {layer} has {most} nodes")
    return Neighborhood(passes, layer, node)


# --- layout ------------------------------------------------------------------


def layouts(center: Neighborhood) -> tuple[Layout, Layout]:
    """Lay out the node between what leads to it and what it leads to, in landscape and in portrait."""
    return landscape(center), portrait(center)


def landscape(center: Neighborhood) -> Layout:
    """Lay out the node in landscape."""
    ranks, last = center.ranks, not center.successors
    length = sum(rank.length(Direction("landscape")) for rank in ranks)
    around = [10.0, 14.0] if center.residual else [16.0]
    free = (WIDTHS["landscape"] - 2 * MARGIN - length - 56 - sum(around) - LANE * center.residual) / 2
    wide = min(free - (0 if last else 9), 110.0)
    gaps = [20.0, wide, 16.0, *around, wide, *([] if last else [20.0])]
    pitch = MARK_SIZE[1] + FADED_HEIGHT + 12
    bias = center.passes.bias(center.layer, center.node)
    least = COST_SIZE[1] if bias is None else 2 * BIAS_DISTANCE + MARK_SIZE[1] + FADED_HEIGHT
    span = max(center.most * pitch, least)
    layout = with_bias(landscape_layout(ranks, gaps, 22, span, pitch), 0, BIAS_DISTANCE)
    return replace(layout, height=layout.height + LANE) if center.residual else layout


def portrait(center: Neighborhood) -> Layout:
    """Lay out the node in portrait."""
    last = [] if not center.successors else [16.0 + FADED_HEIGHT]
    around = [12.0, 12.0 + FADED_HEIGHT] if center.residual else [15.0 + FADED_HEIGHT]
    gaps = [16.0, 62.0 + FADED_HEIGHT, 15.0, *around, 62.0, *last]
    layout = portrait_layout(center.ranks, gaps, center.most, WEIGHT[0] + 8)
    layout = with_bias(layout, BIAS_DISTANCE * 1.25, 0)
    return replace(layout, width=layout.width + LANE) if center.residual else layout


def with_bias(layout: Layout, dx: float, dy: float) -> Layout:
    """Add the box of the bias, at this distance from the linear part."""
    z = layout.boxes["z.1"].shift(dx, dy)
    return replace(layout, boxes=layout.boxes | {"bias.1": Box(z.x, z.y, *WEIGHT)})


# --- lines -------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """A line between two marks, from tail to head in the direction of the forward pass."""

    tail: str
    head: str
    index: tuple[int, int] = (0, 0)
    """Its number among the lines that leave the tail, and among those that arrive at the head."""
    count: tuple[int, int] = (1, 1)
    """The number of lines that leave the tail, and that arrive at the head."""
    forward_arrow: bool = True
    """Whether it has its arrowhead in the forward diagram; otherwise it has one in the backward diagram."""


def links(center: Neighborhood) -> list[Link]:
    """Return the lines from what leads to the node, through the node, to what it leads to."""
    arriving, leaving = len(center.predecessors), center.out_degree
    found = []
    for i in center.predecessors:
        found.append(Link(f"tail.{i}", f"in.{i}", forward_arrow=False))
        found.append(Link(f"in.{i}", "z.1", (0, i - 1), (1, arriving)))
    found.append(Link("z.1", "sign.1", forward_arrow=False))
    if center.residual:
        found += [Link("sign.1", "sum.1"), Link("sum.1", "a.1")]
    else:
        found.append(Link("sign.1", "a.1"))
    for k in center.successors:
        found.append(Link("a.1", f"out.{k}", (k - 1, 0), (leaving, 1), forward_arrow=False))
        found.append(Link(f"out.{k}", f"next.{k}"))
    return found


def link_ends(layout: Layout, link: Link) -> tuple[Point, Point]:
    """Return the ends of a line at its tail and at its head."""
    tail, head = layout.boxes[link.tail], layout.boxes[link.head]
    return connect(layout.direction, tail, head, link.index, link.count)


def residual_route(center: Neighborhood, layout: Layout, *, overhang: float = 0.0) -> tuple[Point, ...]:
    """Return the points of the residual connection past the node, outside all marks, to where it is added.

    In portrait it starts `overhang` above its source.
    """
    source, addition = layout.boxes[f"tail.{center.node}"], layout.boxes["sum.1"]
    if layout.direction.horizontal:
        (x0, y0), (x1, y1) = source.side("left"), addition.side("bottom")
        outside = layout.height - LANE / 2
        return (x0, y0), (x0 - LANE, y0), (x0 - LANE, outside), (x1, outside), (x1, y1)
    (x0, y0), (x1, y1) = source.side("top"), addition.side("right")
    y0, top, outside = y0 - overhang, y0 - FADED_HEIGHT - LANE, layout.width - LANE
    return (x0, y0), (x0, top), (outside, top), (outside, y1), (x1, y1)


def residual_routes_onward(center: Neighborhood, layout: Layout) -> list[tuple[Point, ...]]:
    """Return the points of the residual connection from the node past the weights of the next layer, if it has one."""
    direction, count = layout.direction, len(center.successors) + 1
    routes: list[tuple[Point, ...]] = []
    for key in center.residual_successors:
        beside = layout.boxes[key.replace("next", "out")]
        start, before = connect(direction, layout.boxes["a.1"], beside, (count - 1, 0), (count, 1))
        end = layout.boxes[key].side(direction.entry_side)
        routes.append((start, before, beside.side(direction.exit_side), end))
    return routes


# --- marks -------------------------------------------------------------------


def weight_marks(center: Neighborhood, layout: Layout) -> list[Scene]:
    """Draw the weights before and after the node."""
    passes, layer, node = center.passes, center.layer, center.node
    weights = {f"in.{i}": passes.weight(layer, i, node) for i in center.predecessors}
    weights |= {f"out.{k}": passes.weight(layer + 1, node, k) for k in center.successors}
    return [quantity_mark(key, layout.boxes[key], weight, passes.values) for key, weight in weights.items()]


def addition_mark(center: Neighborhood, layout: Layout, *, faded: bool) -> list[Scene]:
    """Draw the plus sign of the node's residual connection, if it has one."""
    return [plus_sign("sum.1", layout.boxes["sum.1"], faded=faded)] if center.residual else []


def with_note_and_legend(body: Scene, text: str, entries: tuple[Scene, ...]) -> Scene:
    """Add a note, if there is one, and the legend below a diagram."""
    notes = [note(text, body.width)] if text else []
    parts = [body, *notes, legend(entries, body)]
    return stack(body.width, parts)
