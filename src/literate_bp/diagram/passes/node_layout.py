"""What the two diagrams of one node share: places, weights, lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from ..drawing.scene import Box, Point, Scene, stack
from .layout import CARD, CIRCLE, GHOST, MARGIN, WIDTHS, Flow, Plan, Rank, between, plan_landscape, plan_portrait
from .legend import legend
from .marks import card, note
from .quantities import Pass, inside

__all__ = ["Hop", "Place", "ends", "find", "finished", "hops", "past", "plans", "unweighted", "weight_marks"]

HALF = (66.0, 42.0)
"""The linear part, and the activated value."""
WEIGHT = (58.0, 38.0)
ACTIVATION = (58.0, 36.0)
BIAS = 84.0
"""How far the bias stands from its sum."""
SUM = (16.0, 16.0)
"""Where a residual connection is added."""


@dataclass(frozen=True)
class Place:
    """Which node of which pass a picture is about."""

    shown: Pass
    layer: int
    node: int

    @property
    def tails(self) -> range:
        """The numbers of the nodes, or inputs, that lead to the node."""
        return self.shown.nodes(self.layer - 1)

    @property
    def heads(self) -> range:
        """The numbers of the nodes that it leads to; none for an output."""
        return self.shown.nodes(self.layer + 1)

    @property
    def residual(self) -> bool:
        """Whether what came in goes past the node, and is added to its activation."""
        return self.shown.residual(self.layer)

    @property
    def passed_on(self) -> list[str]:
        """The key of the node ahead that the activated value is added to, unweighted, if there is one."""
        return [f"next.{len(self.heads) + 1}"] if self.shown.residual(self.layer + 1) else []

    @property
    def ranks(self) -> list[Rank]:
        """What stands one after the other."""
        before = f"layer {self.layer - 1}" if self.layer > 1 else "inputs"
        count = len(self.heads) + len(self.passed_on)
        ahead = [
            Rank(("out",), count, WEIGHT, ("weights",)),
            Rank(("next",), count, CARD, (f"layer {self.layer + 1}",)),
        ]
        end = [Rank(("next",), 1, CIRCLE, ("cost",))]
        return [
            Rank(("tail",), len(self.tails), CARD, (before,)),
            Rank(("in",), len(self.tails), WEIGHT, ("weights",)),
            Rank(("z",), 1, HALF, ("weighted", "sum")),
            Rank(("sign",), 1, ACTIVATION),
            *([Rank(("sum",), 1, SUM)] if self.residual else []),
            Rank(("a",), 1, HALF, ("activation",)),
            *(ahead if self.heads else end),
        ]


def find(shown: Pass, layer: int, node: int) -> Place:
    """The node that was asked for, if it is there."""
    depth = shown.depth
    inside("layer", layer, depth, f"the network has {depth} layers")
    most = shown.sizes[layer]
    inside("node", node, most, f"layer {layer} has {most} nodes")
    return Place(shown, int(layer), int(node))


def plans(place: Place) -> tuple[Plan, Plan]:
    """Place the node between its inputs and what comes next, both ways."""
    return across(place), down(place)


def across(place: Place) -> Plan:
    """The landscape plan."""
    ranks, last = place.ranks, not place.heads
    length = sum(rank.length(Flow("landscape")) for rank in ranks)
    around = [10.0, 14.0] if place.residual else [16.0]
    free = (WIDTHS["landscape"] - 2 * MARGIN - length - 56 - sum(around) - OUTSIDE * place.residual) / 2
    wide = min(free - (0 if last else 9), 110.0)
    gaps = [20.0, wide, 16.0, *around, wide, *([] if last else [20.0])]
    pitch = CARD[1] + GHOST + 12
    bias = place.shown.bias(place.layer, place.node)
    least = CIRCLE[1] if bias is None else 2 * BIAS + CARD[1] + GHOST
    span = max(most(place) * pitch, least)
    plan = biased(plan_landscape(ranks, gaps, 22, span, pitch), 0, BIAS)
    return replace(plan, height=plan.height + OUTSIDE) if place.residual else plan


def down(place: Place) -> Plan:
    """The portrait plan."""
    last = [] if not place.heads else [16.0 + GHOST]
    around = [12.0, 12.0 + GHOST] if place.residual else [15.0 + GHOST]
    gaps = [16.0, 62.0 + GHOST, 15.0, *around, 62.0, *last]
    plan = biased(plan_portrait(place.ranks, gaps, most(place), WEIGHT[0] + 8), BIAS * 1.25, 0)
    return replace(plan, width=plan.width + OUTSIDE) if place.residual else plan


def most(place: Place) -> int:
    """How many marks stand side by side at most."""
    return max(len(place.tails), len(place.heads) + len(place.passed_on))


OUTSIDE = 10.0
"""The room for what goes past the node, outside of all marks."""


def past(place: Place, plan: Plan, *, above: float = 0.0) -> tuple[Point, ...]:
    """The way past the node: from what came in, outside of all marks, to where it is added.

    In portrait, it begins `above` what came in.
    """
    came, total = plan.boxes[f"tail.{place.node}"], plan.boxes["sum.1"]
    if plan.flow.across:
        (x0, y0), (x1, y1) = came.side("left"), total.side("bottom")
        outside = plan.height - OUTSIDE / 2
        return (x0, y0), (x0 - OUTSIDE, y0), (x0 - OUTSIDE, outside), (x1, outside), (x1, y1)
    (x0, y0), (x1, y1) = came.side("top"), total.side("right")
    y0, top, outside = y0 - above, y0 - GHOST - OUTSIDE, plan.width - OUTSIDE
    return (x0, y0), (x0, top), (outside, top), (outside, y1), (x1, y1)


def biased(plan: Plan, dx: float, dy: float) -> Plan:
    """The plan with the bias beside its sum."""
    z = plan.boxes["z.1"].shift(dx, dy)
    return replace(plan, boxes=plan.boxes | {"bias.1": Box(z.x, z.y, *WEIGHT)})


def weight_marks(place: Place, plan: Plan) -> list[Scene]:
    """The weights before and after the node."""
    shown, layer, node = place.shown, place.layer, place.node
    given = {f"in.{i}": shown.weight(layer, i, node) for i in place.tails}
    given |= {f"out.{k}": shown.weight(layer + 1, node, k) for k in place.heads}
    return [card(key, plan.boxes[key], weight, shown.values) for key, weight in given.items()]


class Hop(NamedTuple):
    """A line from one mark to the next, forward."""

    tail: str
    head: str
    at: tuple[int, int] = (0, 0)
    of: tuple[int, int] = (1, 1)
    """Which of how many lines that leave and that arrive it is."""
    arrow: bool = True
    """Where it has its arrow: forward at its head, or backward at its tail."""


def hops(place: Place) -> list[Hop]:
    """What flows through the node."""
    tails, leave = len(place.tails), len(place.heads) + len(place.passed_on)
    found = []
    for i in place.tails:
        found.append(Hop(f"tail.{i}", f"in.{i}", arrow=False))
        found.append(Hop(f"in.{i}", "z.1", (0, i - 1), (1, tails)))
    found.append(Hop("z.1", "sign.1", arrow=False))
    if place.residual:
        found += [Hop("sign.1", "sum.1"), Hop("sum.1", "a.1")]
    else:
        found.append(Hop("sign.1", "a.1", arrow=True))
    for k in place.heads:
        found.append(Hop("a.1", f"out.{k}", (k - 1, 0), (leave, 1), arrow=False))
        found.append(Hop(f"out.{k}", f"next.{k}", arrow=True))
    return found


def unweighted(place: Place, plan: Plan) -> list[tuple[Point, ...]]:
    """From the activated value to where the next layer adds it: past the places of the weights."""
    flow, count = plan.flow, len(place.heads) + 1
    ways: list[tuple[Point, ...]] = []
    for key in place.passed_on:
        beside = plan.boxes[key.replace("next", "out")]
        start, before = between(flow, plan.boxes["a.1"], beside, (count - 1, 0), (count, 1))
        ways.append((start, before, beside.side(flow.ahead), plan.boxes[key].side(flow.behind)))
    return ways


def ends(plan: Plan, hop: Hop) -> tuple[Point, Point]:
    """From the tail to the head of a hop."""
    tail, head = plan.boxes[hop.tail], plan.boxes[hop.head]
    return between(plan.flow, tail, head, hop.at, hop.of)


def finished(drawn: Scene, words: str, entries: tuple[Scene, ...]) -> Scene:
    """A picture with its note, if any, and its legend."""
    notes = [note(words, drawn.width)] if words else []
    parts = [drawn, *notes, legend(entries, drawn)]
    return stack(drawn.width, parts)
