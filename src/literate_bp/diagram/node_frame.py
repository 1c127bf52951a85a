"""What the two diagrams of one node share: places, weights, lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from .layout import CARD, CIRCLE, GHOST, MARGIN, WIDTHS, Flow, Plan, Rank, between, plan_landscape, plan_portrait
from .legend import legend
from .marks import card, note
from .quantities import Pass, inside
from .scene import Box, Point, Scene, stack

__all__ = ["Hop", "Place", "ends", "find", "finished", "hops", "plans", "weight_marks"]

HALF = (66.0, 42.0)
"""The linear part, and the activated value."""
WEIGHT = (58.0, 38.0)
ACTIVATION = (58.0, 36.0)
BIAS = 84.0
"""How far the bias stands from its sum."""


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
    def ranks(self) -> list[Rank]:
        """What stands one after the other."""
        before = f"layer {self.layer - 1}" if self.layer > 1 else "inputs"
        ahead = [
            Rank(("out",), len(self.heads), WEIGHT, ("weights",)),
            Rank(("next",), len(self.heads), CARD, (f"layer {self.layer + 1}",)),
        ]
        end = [Rank(("next",), 1, CIRCLE, ("cost",))]
        return [
            Rank(("tail",), len(self.tails), CARD, (before,)),
            Rank(("in",), len(self.tails), WEIGHT, ("weights",)),
            Rank(("z",), 1, HALF, ("weighted", "sum")),
            Rank(("sign",), 1, ACTIVATION),
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
    free = (WIDTHS["landscape"] - 2 * MARGIN - length - 72) / 2
    wide = min(free - (0 if last else 9), 110.0)
    gaps = [20.0, wide, 16.0, 16.0, wide, *([] if last else [20.0])]
    pitch = CARD[1] + GHOST + 12
    bias = place.shown.bias(place.layer, place.node)
    least = CIRCLE[1] if bias is None else 2 * BIAS + CARD[1] + GHOST
    span = max(most(place) * pitch, least)
    return biased(plan_landscape(ranks, gaps, 22, span, pitch), 0, BIAS)


def down(place: Place) -> Plan:
    """The portrait plan."""
    last = [] if not place.heads else [16.0 + GHOST]
    gaps = [16.0, 62.0 + GHOST, 15.0, 15.0 + GHOST, 62.0, *last]
    plan = plan_portrait(place.ranks, gaps, most(place), WEIGHT[0] + 8)
    return biased(plan, BIAS * 1.25, 0)


def most(place: Place) -> int:
    """How many marks stand side by side at most."""
    return max(len(place.tails), len(place.heads))


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
    tails, heads = len(place.tails), len(place.heads)
    found = []
    for i in place.tails:
        found.append(Hop(f"tail.{i}", f"in.{i}", arrow=False))
        found.append(Hop(f"in.{i}", "z.1", (0, i - 1), (1, tails)))
    found.append(Hop("z.1", "sign.1", arrow=False))
    found.append(Hop("sign.1", "a.1", arrow=True))
    for k in place.heads:
        found.append(Hop("a.1", f"out.{k}", (k - 1, 0), (heads, 1), arrow=False))
        found.append(Hop(f"out.{k}", f"next.{k}", arrow=True))
    return found


def ends(plan: Plan, hop: Hop) -> tuple[Point, Point]:
    """From the tail to the head of a hop."""
    tail, head = plan.boxes[hop.tail], plan.boxes[hop.head]
    return between(plan.flow, tail, head, hop.at, hop.of)


def finished(drawn: Scene, words: str, entries: tuple[Scene, ...]) -> Scene:
    """A picture with its note, if any, and its legend."""
    notes = [note(words, drawn.width)] if words else []
    parts = [drawn, *notes, legend(entries, drawn)]
    return stack(drawn.width, parts)
