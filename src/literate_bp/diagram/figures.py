"""The five diagrams of the book, each from one real pass through a network."""

from __future__ import annotations

from dataclasses import dataclass
from math import dist
from typing import Any

import numpy.typing as npt

from ..network import Network
from .layout import (
    CARD,
    CIRCLE,
    GHOST,
    MARGIN,
    WIDTHS,
    Flow,
    Head,
    Orientation,
    Rank,
    between,
    card,
    ghost,
    heading,
    key_entry,
    note,
    operation,
    ranks,
    stacked,
    table,
    touching,
)
from .palette import LOOKS
from .picture import Picture, Section
from .quantities import Pass, Quantity, Values, choice, inside
from .scene import Box, Edge, Label, Node, Point, Scene, merge, number, pack

__all__ = [
    "network_backward",
    "network_forward",
    "node_backward",
    "node_forward",
    "weight_gradients",
]

MARKED = (1, 2)
"""The edge of layer 1 that diagram 5 writes out: from node 1 to node 2, so that its indices differ."""


def plain(latex: str) -> str:
    """Mathtext of LaTeX."""
    return f"${latex}$"


# --- diagrams 1 and 2: one node ------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Which node a picture is about."""

    layer: int
    node: int


BIG = (66.0, 42.0)
CHIP = (58.0, 38.0)
SIGN = (58.0, 36.0)


def plan_node(shown: Pass, place: Place, orientation: Orientation) -> Plan:
    """Place one node between its inputs and what comes next; the same for diagrams 1 and 2."""
    flow, sizes = Flow(orientation), shown.sizes
    tails = sizes[place.layer - 1]
    before = "inputs" if place.layer == 1 else f"layer {place.layer - 1}"
    last = place.layer == shown.depth
    heads = 1 if last else sizes[place.layer + 1]
    after = [
        Rank(("out",), heads, CHIP, ("weights",)),
        Rank(("next",), heads, CARD, (f"layer {place.layer + 1}",)),
    ]
    given = [
        Rank(("tail",), tails, CARD, (before,)),
        Rank(("in",), tails, CHIP, ("weights",)),
        Rank(("z",), 1, BIG, ("weighted", "sum")),
        Rank(("sign",), 1, SIGN),
        Rank(("a",), 1, BIG, ("activation",)),
        *([Rank(("next",), 1, CIRCLE, ("cost",))] if last else after),
    ]
    most, lengths = max(tails, heads), sum(rank.length(flow) for rank in given)
    if flow.across:
        width, pitch, start = WIDTHS[orientation], CARD[1] + GHOST + 12, MARGIN
        free = (width - 2 * MARGIN - lengths - 72) / 2
        wide = min(free - (0 if last else 9), 110.0)
        gaps = [20.0, wide, 16.0, 16.0, wide, *([] if last else [20.0])]
        start = (width - lengths - sum(gaps)) / 2
        span = max(most * pitch, 2 * BIAS + CARD[1] + GHOST if shown.bias(place.layer, place.node) else CIRCLE[1])
        middle = 22 + GHOST + span / 2
        height = middle + span / 2
    else:
        gaps = [16.0, 62.0 + GHOST, 15.0, 15.0 + GHOST, 62.0, *([] if last else [16.0 + GHOST])]
        pitch = max((WIDTHS[orientation] - 32) / most, CHIP[0] + 8)
        width = max(WIDTHS[orientation], 32 + pitch * most)
        middle, start = 26 + (width - 32) / 2, MARGIN + GHOST
        height = start + lengths + sum(gaps) + 10
    boxes = ranks(flow, given, gaps, start, middle, min(pitch, 110.0))
    z = boxes["z.1"]
    bias = z.shift(0, BIAS) if flow.across else z.shift(BIAS * 1.25, 0)
    boxes["bias.1"] = Box(bias.x, bias.y, *CHIP)
    return Plan(flow, tuple(given), boxes, width, height)


BIAS = 84.0
"""How far the bias stands from its sum."""


def node_picture(shown: Pass, place: Place, kind: str, alt: str, sections: tuple[Section, ...]) -> Picture:
    """Both orientations of the diagram of one node."""
    landscape, portrait = (
        node_scene(shown, place, kind, plan_node(shown, place, orientation))
        for orientation in ("landscape", "portrait")
    )
    return Picture(landscape, portrait, alt, sections)


def node_scene(shown: Pass, place: Place, kind: str, plan: Plan) -> Scene:
    """The node and its neighbors, and the legend."""
    back = kind == "backward"
    unseen = "next" if place.layer == shown.depth and not back else None
    headings = [heading(plan.flow, rank, plan.boxes) for rank in plan.ranks if rank.keys[0] != unseen]
    marks = node_backward_marks(shown, place, plan) if back else node_forward_marks(shown, place, plan)
    edges = node_edges(shown, place, plan, back=back)
    body = merge(plan.width, plan.height, *headings, Scene(0, 0, (), tuple(edges)), *marks)
    notes = [note(words, plan.width) for words in shares(shown, place, back=back)]
    return stack(plan.width, body, *notes, legend(LEGENDS[f"node {kind}"], body))


def shares(shown: Pass, place: Place, *, back: bool) -> list[str]:
    """What the reader must know who adds up the numbers: other nodes have their share."""
    if shown.sizes[place.layer] == 1 or (place.layer == shown.depth and not back):
        return []
    if not back:
        return [
            f"Each linear part of layer {place.layer + 1} adds up what comes from every node of layer {place.layer}."
        ]
    whose = "an input" if place.layer == 1 else f"an activated value of layer {place.layer - 1}"
    return [f"The error of {whose} adds up what comes back from every node of layer {place.layer}."]


def tails_of(shown: Pass, place: Place) -> range:
    """The numbers of the nodes that lead to the node."""
    return range(1, shown.sizes[place.layer - 1] + 1)


def heads_of(shown: Pass, place: Place) -> range:
    """The numbers of the nodes that the node leads to; none where it is an output."""
    return range(1, shown.sizes[place.layer + 1] + 1) if place.layer < shown.depth else range(0)


def weight_marks(shown: Pass, place: Place, plan: Plan) -> list[Scene]:
    """The weights before and after the node."""
    layer, node = place.layer, place.node
    chips = [(f"in.{i}", shown.weight(layer, i, node)) for i in tails_of(shown, place)]
    chips += [(f"out.{k}", shown.weight(layer + 1, node, k)) for k in heads_of(shown, place)]
    return [card(key, plan.boxes[key], weight, shown.values) for key, weight in chips]


def node_forward_marks(shown: Pass, place: Place, plan: Plan) -> list[Scene]:
    """From what comes in to the linear parts of the next layer."""
    layer, node, boxes = place.layer, place.node, plan.boxes
    activation = shown.network.layers[layer - 1].activation
    given = [(f"tail.{i}", shown.came(layer - 1, i)) for i in tails_of(shown, place)]
    given += [("z.1", shown.linear(layer, node)), ("a.1", shown.came(layer, node))]
    given += [(f"next.{k}", shown.linear(layer + 1, k)) for k in heads_of(shown, place)]
    bias = shown.bias(layer, node)
    if bias is not None:
        given.append(("bias.1", bias))
    if layer == shown.depth and shown.y is not None:
        given.append(("next.1", shown.cost()))
    marks = [card(key, boxes[key], quantity, shown.values) for key, quantity in given]
    letter = plain(shown.notation.macros.get(r"\activation", r"\sigma"))
    sign = {"symbols": [letter], "numbers": [activation], "both": [letter, activation]}[shown.values]
    return [*marks, operation("sign.1", boxes["sign.1"], sign), *weight_marks(shown, place, plan)]


def node_backward_marks(shown: Pass, place: Place, plan: Plan) -> list[Scene]:
    """From the errors of the next layer's linear parts back to the inputs, forward values faded."""
    layer, node, boxes, values = place.layer, place.node, plan.boxes, shown.values
    marks = [
        scene
        for i in tails_of(shown, place)
        for scene in over(f"tail.{i}", boxes, shown.came(layer - 1, i), shown.came_error(layer - 1, i), values, None)
    ]
    marks += over("z.1", boxes, shown.linear(layer, node), shown.error(layer, node), values, None)
    marks += over("a.1", boxes, shown.came(layer, node), shown.came_error(layer, node), values, None)
    for k in heads_of(shown, place):
        linear, error = shown.linear(layer + 1, k), shown.error(layer + 1, k)
        marks += over(f"next.{k}", boxes, linear, error, values, None)
    if layer == shown.depth:
        marks.append(base_case("next.1", boxes["next.1"], shown))
    bias = shown.bias(layer, node)
    if bias is not None:
        marks.append(card("bias.1", boxes["bias.1"], bias, values, faded=True))
    slope = shown.slope(layer, node)
    lines = slope.lines(values)
    marks.append(operation("sign.1", boxes["sign.1"], ["× " + lines[0], *lines[1:]], slope.value))
    return marks + weight_marks(shown, place, plan)


def node_edges(shown: Pass, place: Place, plan: Plan, *, back: bool) -> list[Edge]:
    """What flows between the marks, forward or back."""
    flow, boxes = plan.flow, plan.boxes
    tails, heads = len(tails_of(shown, place)), len(heads_of(shown, place))
    hops: list[tuple[str, str, Any, bool, bool]] = []
    for i in range(tails):
        hops.append((f"tail.{i + 1}", f"in.{i + 1}", ((0, 0), (1, 1)), False, True))
        hops.append((f"in.{i + 1}", "z.1", ((0, i), (1, tails)), True, False))
    hops.append(("z.1", "sign.1", ((0, 0), (1, 1)), False, True))
    hops.append(("sign.1", "a.1", ((0, 0), (1, 1)), True, False))
    for k in range(heads):
        hops.append(("a.1", f"out.{k + 1}", ((k, 0), (heads, 1)), False, True))
        hops.append((f"out.{k + 1}", f"next.{k + 1}", ((0, 0), (1, 1)), True, False))
    if not heads and (back or shown.y is not None):
        hops.append(("a.1", "next.1", ((0, 0), (1, 1)), True, True))
    lines = [hop(plan, *each, back=back) for each in hops]
    if shown.bias(place.layer, place.node) is not None and not back:
        start, end = bias_line(flow, boxes)
        lines.append(Edge("bias", "weight", start, end))
    return lines


def bias_line(flow: Flow, boxes: dict[str, Box]) -> tuple[Any, Any]:
    """From the bias to its sum."""
    if flow.across:
        return boxes["bias.1"].side("top"), boxes["z.1"].side("bottom")
    return boxes["bias.1"].side("left"), boxes["z.1"].side("right")


def hop(plan: Plan, tail: str, head: str, ports: Any, ahead: bool, behind: bool, *, back: bool) -> Edge:  # noqa: FBT001
    """One line; `ahead` and `behind` say at which ends an arrow stands, forward and back."""
    start, end = between(plan.flow, plan.boxes[tail], plan.boxes[head], *ports)
    if not back:
        return Edge(f"{tail}-{head}", "weight" if "." in tail else "faint", start, end, arrow=ahead)
    if not plan.flow.across and plan.boxes[head].h < CIRCLE[1] and head.partition(".")[0] in ("z", "a", "next"):
        end = (end[0], end[1] - GHOST)
    return Edge(f"{tail}-{head}", "error", end, start, arrow=behind)


def node_forward(
    network: Network,
    x: npt.ArrayLike,
    *,
    layer: int = 1,
    node: int = 1,
    values: str = "both",
    notation: str = "book",
) -> Picture:
    r"""Draw diagram 1: one node, forward.

    What comes in is weighted and summed into the linear part z_j, the activation makes it the
    activated value a_j, and that is weighted into the linear parts of the next layer.

    Parameters
    ----------
    network : Network
        Up to 6 layers of up to 8 nodes.
    x : array_like (n_in,)
        One example.
    layer, node : int
        Which node, from 1.
    values : {"both", "symbols", "numbers"}
        What the marks show.
    notation : str
        A key of `literate_bp.writing.notation.NOTATIONS`.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If a choice is unknown, the network too large, the node not in it, or x not one example.
    """
    shown = choice(network, x, None, values, notation)
    place = placed(shown, layer, node)
    z, a = shown.linear(layer, node), shown.came(layer, node)
    alt = (
        f"Node {node} of layer {layer}, forward: the weighted sum of what comes in is the linear part "
        f"{number(z.value)}, and the {shown.network.layers[layer - 1].activation} of it is the activated value "
        f"{number(a.value)}."
    )
    return node_picture(shown, place, "forward", alt, node_forward_words(shown, place))


def node_backward(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    layer: int = 1,
    node: int = 1,
    values: str = "both",
    notation: str = "book",
) -> Picture:
    r"""Draw diagram 2, over diagram 1: one node, backward.

    The errors δ_k of the next layer's linear parts are weighted and summed into ∂C/∂a_j, times
    σ′(z_j) into δ_j, which goes on to what came in. `y` holds the targets (n_out,); the other
    parameters are those of `node_forward`.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        As `node_forward`; and for an output whose cost gives δ at once, without ∂C/∂a.
    """
    shown = choice(network, x, y, values, notation)
    place = placed(shown, layer, node)
    if layer == shown.depth and shown.errors_at_once:
        raise ValueError(
            f"layer is {layer}, the output; cost {network.cost!r} gives its error at once, with no step to draw: "
            "pick a hidden layer, or network_backward"
        )
    error, outer = shown.error(layer, node), shown.came_error(layer, node)
    alt = (
        f"Node {node} of layer {layer}, backward: the errors ahead add up to {number(outer.value if outer else 0)} "
        f"for its activated value; times the slope {number(shown.slope(layer, node).value)} that is "
        f"the error {number(error.value)} of its linear part."
    )
    return node_picture(shown, place, "backward", alt, node_backward_words(shown, place))


def placed(shown: Pass, layer: int, node: int) -> Place:
    """The node that was asked for, if it is there."""
    inside("layer", layer, shown.depth, f"the network has {shown.depth} layers")
    most = shown.sizes[layer]
    inside("node", node, most, f"layer {layer} has {most} nodes")
    return Place(int(layer), int(node))


def node_forward_words(shown: Pass, place: Place) -> tuple[Section, ...]:
    """What comes in, the node, what comes next."""
    layer, node = place.layer, place.node
    come = [row(f"From {i}: ", shown.came(layer - 1, i), shown.weight(layer, i, node)) for i in tails_of(shown, place)]
    own = [row("", shown.bias(layer, node), shown.linear(layer, node), shown.came(layer, node))]
    ahead = [
        row(f"To {k}: ", shown.weight(layer + 1, node, k), shown.linear(layer + 1, k)) for k in heads_of(shown, place)
    ]
    parts = (section("What comes in", come), section("The node", own))
    return (*parts, section("The next layer", ahead)) if ahead else parts


def node_backward_words(shown: Pass, place: Place) -> tuple[Section, ...]:
    """The errors ahead, the node, what came in."""
    layer, node = place.layer, place.node
    ahead = [
        row(f"From {k}: ", shown.error(layer + 1, k), shown.weight(layer + 1, node, k), shown.linear(layer + 1, k))
        for k in heads_of(shown, place)
    ] or [row("From the cost: ", shown.cost(), shown.cost_error())]
    own = [
        row(
            "",
            shown.came_error(layer, node),
            shown.slope(layer, node),
            shown.error(layer, node),
            shown.came(layer, node),
            shown.linear(layer, node),
            shown.bias(layer, node),
        )
    ]
    came = [
        row(
            f"To {i}: ",
            shown.weight(layer, i, node),
            shown.came_error(layer - 1, i),
            shown.came(layer - 1, i),
        )
        for i in tails_of(shown, place)
    ]
    return section("The errors ahead", ahead), section("The node", own), section("What came in", came)


# --- diagrams 3, 4, 5: the whole network -------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """Where the marks of a network are, in one orientation."""

    flow: Flow
    ranks: tuple[Rank, ...]
    boxes: dict[str, Box]
    width: float
    height: float


def plan_network(shown: Pass, orientation: Orientation) -> Plan:
    """Place inputs, layers, cost and targets along the flow; the same for diagrams 3, 4 and 5."""
    flow, sizes = Flow(orientation), shown.sizes
    seam = GHOST
    layers = [
        Rank((f"z{index}", f"a{index}"), size, CARD, (f"layer {index}", layer.activation), seam)
        for index, (size, layer) in enumerate(zip(sizes[1:], shown.network.layers, strict=True), 1)
    ]
    given = [
        Rank(("a0",), sizes[0], CARD, ("inputs",)),
        *layers,
        Rank(("C",), 1, CIRCLE, ("cost",)),
        Rank(("y",), sizes[-1], CARD, ("targets",)),
    ]
    lengths = sum(rank.length(flow) for rank in given)
    if flow.across:
        free = WIDTHS[orientation] - 2 * MARGIN - lengths - 58
        dense = min(max(free / len(layers), 58.0), 130.0)
        gaps = [dense] * len(layers) + [31.0, 27.0]
        width = max(WIDTHS[orientation], lengths + sum(gaps) + 2 * MARGIN)
        pitch, start = CARD[1] + GHOST + 14, (width - lengths - sum(gaps)) / 2
        middle = 44 + GHOST + max(sizes) * pitch / 2
        height = middle + max(sizes) * pitch / 2
    else:
        gaps = [64.0 + GHOST] * len(layers) + [56.0, 50.0]
        pitch = max((WIDTHS[orientation] - 32) / max(sizes), CARD[0] + 8)
        width = max(WIDTHS[orientation], 32 + pitch * max(sizes))
        middle, start = 26 + (width - 32) / 2, MARGIN + GHOST
        height = start + lengths + sum(gaps) + 10
    boxes = ranks(flow, given, gaps, start, middle, min(pitch, 110.0))
    return Plan(flow, tuple(given), boxes, width, height)


def network_picture(shown: Pass, kind: str, alt: str, sections: tuple[Section, ...]) -> Picture:
    """Both orientations of a network diagram."""
    landscape, portrait = (
        network_scene(shown, kind, plan_network(shown, orientation)) for orientation in ("landscape", "portrait")
    )
    return Picture(landscape, portrait, alt, sections)


def network_scene(shown: Pass, kind: str, plan: Plan) -> Scene:
    """The network, the tables of its weights or gradients, and the legend, one below the other."""
    top = 30.0 if plan.flow.across else None
    headings = [heading(plan.flow, rank, plan.boxes, top) for rank in plan.ranks]
    marks, edges = MARKS[kind](shown, plan), EDGES[kind](shown, plan)
    body = merge(plan.width, plan.height, *headings, Scene(0, 0, (), tuple(edges)), *marks)
    below = [tables(shown, kind, plan.width)]
    if kind == "gradients":
        below.insert(0, written_out(shown))
    entries = LEGENDS[kind]
    if any(node.bare for node in below[-1].nodes):
        entries += squares("gradient" if kind == "gradients" else "weight")
    return stack(plan.width, body, *below, legend(entries, merge(plan.width, 0, body, *below)))


def stack(width: float, *scenes: Scene) -> Scene:
    """Scenes one below the other, each in the middle."""
    width = max([width, *(scene.width for scene in scenes)])
    top, placed = 4.0, []
    for scene in scenes:
        placed.append(scene.shift((width - scene.width) / 2, top))
        top += scene.height + 20
    return merge(width, top - 8, *placed)


def nodes_of(shown: Pass) -> list[tuple[int, int]]:
    """Layer and node of every node, in reading order."""
    return [(layer, j) for layer, size in enumerate(shown.sizes[1:], 1) for j in range(1, size + 1)]


def inputs_of(shown: Pass) -> range:
    """The numbers of the inputs."""
    return range(1, shown.sizes[0] + 1)


def outputs_of(shown: Pass) -> range:
    """The numbers of the outputs."""
    return range(1, shown.sizes[-1] + 1)


def forward_marks(shown: Pass, plan: Plan) -> list[Scene]:
    """Inputs, linear part and activated value of every node, cost and targets."""
    boxes, values, flow = plan.boxes, shown.values, plan.flow
    join = (flow.ahead, flow.behind) if flow.across else (None, None)
    marks = [card(f"a0.{i}", boxes[f"a0.{i}"], shown.came(0, i), values) for i in inputs_of(shown)]
    for layer, j in nodes_of(shown):
        z, a = f"z{layer}.{j}", f"a{layer}.{j}"
        marks.append(card(z, boxes[z], shown.linear(layer, j), values, joined=join[0]))
        marks.append(card(a, boxes[a], shown.came(layer, j), values, joined=join[1]))
    marks.append(card("C.1", boxes["C.1"], shown.cost(), values))
    return marks + targets(shown, plan, faded=False)


def targets(shown: Pass, plan: Plan, *, faded: bool) -> list[Scene]:
    """The targets."""
    return [card(f"y.{j}", plan.boxes[f"y.{j}"], shown.target(j), shown.values, faded=faded) for j in outputs_of(shown)]


def backward_marks(shown: Pass, plan: Plan) -> list[Scene]:
    """The errors of every mark, its forward value faded above it."""
    boxes, values, flow = plan.boxes, shown.values, plan.flow
    join = (flow.ahead, flow.behind) if flow.across else (None, None)
    marks: list[Scene] = []
    for i in inputs_of(shown):
        marks += over(f"a0.{i}", boxes, shown.came(0, i), shown.came_error(0, i), values, None)
    for layer, j in nodes_of(shown):
        z, a = f"z{layer}.{j}", f"a{layer}.{j}"
        marks += over(z, boxes, shown.linear(layer, j), shown.error(layer, j), values, join[0])
        marks += over(a, boxes, shown.came(layer, j), shown.came_error(layer, j), values, join[1])
    marks.append(base_case("C.1", boxes["C.1"], shown))
    return marks + targets(shown, plan, faded=True)


def base_case(key: str, box: Box, shown: Pass) -> Scene:
    """The cost as the place where the recursion starts, its value faded above the error."""
    value, error = shown.cost(), shown.cost_error()
    node = Node(key, "error", box, error.value, corner="circle")
    lines = error.lines(shown.values)
    text = value.lines("symbols" if shown.values == "symbols" else "numbers")[0]
    faded = Label(f"ghost-{key}", text, box.x, box.y - 8 - 7 * len(lines), 11.0, "muted", value=value.value)
    return Scene(0, 0, (node,), (), (faded, *stacked(key, lines, box.x, box.y + 7, value=error.value)))


def over(
    key: str,
    boxes: dict[str, Box],
    value: Quantity,
    error: Quantity | None,
    values: Values,
    joined: Any,
) -> list[Scene]:
    """An error over its faded forward value; the value alone where there is no error."""
    if error is None:
        return [card(key, boxes[key], value, values, joined=joined, faded=True)]
    corner = LOOKS[value.meaning].shape
    return [
        ghost(key, boxes[key], value, values),
        card(key, boxes[key], error, values, joined=joined, corner=corner),
    ]


def gradient_marks(shown: Pass, plan: Plan) -> list[Scene]:
    """At both ends of every edge the factor that its gradient takes from there."""
    boxes, values, flow = plan.boxes, shown.values, plan.flow
    join = (flow.ahead, flow.behind) if flow.across else (None, None)
    marks = [card(f"a0.{i}", boxes[f"a0.{i}"], shown.came(0, i), values) for i in inputs_of(shown)]
    for layer, j in nodes_of(shown):
        z, a = f"z{layer}.{j}", f"a{layer}.{j}"
        marks.append(card(z, boxes[z], shown.error(layer, j), values, joined=join[0]))
        last = layer == shown.depth
        marks.append(card(a, boxes[a], shown.came(layer, j), values, joined=join[1], faded=last))
    marks.append(card("C.1", boxes["C.1"], shown.cost(), values, faded=True))
    return marks + targets(shown, plan, faded=True)


def weights_of(shown: Pass) -> list[tuple[int, int, int]]:
    """Layer, from and to of every weight."""
    return [(layer, i, j) for layer, j in nodes_of(shown) for i in range(1, shown.sizes[layer - 1] + 1)]


def segment(shown: Pass, plan: Plan, layer: int, i: int, j: int) -> tuple[Any, Any]:
    """The line of a weight, from the node that it leaves to the node that it leads to."""
    tail, head = plan.boxes[f"a{layer - 1}.{i}"], plan.boxes[f"z{layer}.{j}"]
    return between(plan.flow, tail, head, (j - 1, i - 1), (shown.sizes[layer], shown.sizes[layer - 1]))


def ends(shown: Pass, plan: Plan, prefix: str) -> list[tuple[int, Any, Any]]:
    """The lines from the outputs (``a3``) or the targets (``y``) to the cost."""
    circle = plan.boxes["C.1"]
    side = plan.flow.behind if prefix == "y" else plan.flow.ahead
    starts = [(j, plan.boxes[f"{prefix}.{j}"].side(side)) for j in outputs_of(shown)]
    return [(j, start, touching(circle, start)) for j, start in starts]


def forward_edges(shown: Pass, plan: Plan) -> list[Edge]:
    """Every weight, and what the cost compares."""
    lines = [
        Edge(f"w{layer}.{i}.{j}", "weight", *segment(shown, plan, layer, i, j), shown.weight(layer, i, j).value)
        for layer, i, j in weights_of(shown)
    ]
    lines += seams(shown, plan, "weight", arrow=True)
    lines += [Edge(f"out.{j}", "activated", start, end) for j, start, end in ends(shown, plan, f"a{shown.depth}")]
    return lines + [Edge(f"want.{j}", "target", start, end) for j, start, end in ends(shown, plan, "y")]


def seams(shown: Pass, plan: Plan, meaning: str, *, arrow: bool) -> list[Edge]:
    """In a portrait picture, from the linear part of each node to its activated value."""
    if plan.flow.across:
        return []
    boxes = plan.boxes
    pairs = [(f"z{layer}.{j}", f"a{layer}.{j}") for layer, j in nodes_of(shown)]
    return [Edge(f"{z}-{a}", meaning, boxes[z].side("bottom"), boxes[a].side("top"), arrow=arrow) for z, a in pairs]


def backward_edges(shown: Pass, plan: Plan) -> list[Edge]:
    """The same edges, with the errors flowing back along them."""
    lines = []
    for layer, i, j in weights_of(shown):
        end, start = segment(shown, plan, layer, i, j)
        start = start if plan.flow.across else (start[0], start[1] - GHOST)
        lines.append(Edge(f"w{layer}.{i}.{j}", "error", start, end, shown.weight(layer, i, j).value))
    for j, end, start in ends(shown, plan, f"a{shown.depth}"):
        lines.append(Edge(f"out.{j}", "error", start, end))
    return lines + faint_ends(shown, plan, "y")


def faint_ends(shown: Pass, plan: Plan, prefix: str) -> list[Edge]:
    """What the cost compares, standing back."""
    return [
        Edge(f"faint-{prefix}.{j}", "faint", start, end, arrow=False) for j, start, end in ends(shown, plan, prefix)
    ]


def gradient_edges(shown: Pass, plan: Plan) -> list[Edge]:
    """Every edge as wide as its gradient is large; dashed where it is negative."""
    gradients = {key: shown.weight_gradient(*key).value for key in weights_of(shown)}
    largest = max(map(abs, gradients.values())) or 1.0
    lines = [halo(*segment(shown, plan, 1, *marked(shown)))]
    for (layer, i, j), value in gradients.items():
        width = 0.6 + 3.0 * abs(value) / largest
        ends_of = segment(shown, plan, layer, i, j)
        lines.append(Edge(f"w{layer}.{i}.{j}", "gradient", *ends_of, value, width, value < 0, arrow=False))
    lines += seams(shown, plan, "faint", arrow=False)
    return lines + faint_ends(shown, plan, f"a{shown.depth}") + faint_ends(shown, plan, "y")


def halo(start: Point, end: Point) -> Edge:
    """A broad band behind a line, a little shorter than it."""
    (x0, y0), (x1, y1) = start, end
    short = 4.0 / dist(start, end)
    dx, dy = (x1 - x0) * short, (y1 - y0) * short
    return Edge("marked", "halo", (x0 + dx, y0 + dy), (x1 - dx, y1 - dy), width=8.0, arrow=False)


def marked(shown: Pass) -> tuple[int, int]:
    """From and to of the edge that diagram 5 writes out."""
    return MARKED[0], min(MARKED[1], shown.sizes[1])


def written_out(shown: Pass) -> Scene:
    """The gradient of the marked edge: activated value times error."""
    i, j = marked(shown)
    parts = [shown.weight_gradient(1, i, j), shown.came(0, i), shown.error(1, j)]
    signs = ["=" if shown.notation.error_sign > 0 else "= \N{MINUS SIGN}", "×"]
    wide, x, scenes = (70.0, CARD[0], CARD[0]), 0.0, []
    for n, part in enumerate(parts):
        scenes.append(card(f"written-{n}", Box(x + wide[n] / 2, CARD[1] / 2, wide[n], CARD[1]), part, shown.values))
        x += wide[n]
        if n < len(signs):
            scenes.append(operation(f"sign-{n}", Box(x + 16, CARD[1] / 2, 0, 0), [signs[n]]))
            x += 32
    words = Label("written-words", "on the marked edge", x / 2, -12.0, 12.0, "muted")
    return merge(x, CARD[1] + 24, *scenes, Scene(0, 0, (), (), (words,))).shift(0, 20)


def tables(shown: Pass, kind: str, width: float) -> Scene:
    """One table a layer, packed in as many rows as they need."""
    each = [layer_table(shown, kind, layer) for layer in range(1, shown.depth + 1)]
    return pack(each, width - 2 * MARGIN, 18.0, 16.0)


def layer_table(shown: Pass, kind: str, layer: int) -> Scene:
    """The weights of a layer between what meets at them, or their gradients."""
    tails, heads = range(1, shown.sizes[layer - 1] + 1), range(1, shown.sizes[layer] + 1)
    letter = shown.notation.macros.get(r"\weights")
    matrix = f"{letter}^{{{layer}}}" if letter else ""
    column = shown.linear if kind == "forward" else shown.error
    row = shown.came_error if kind == "backward" else shown.came
    cell = shown.weight_gradient if kind == "gradients" else shown.weight
    bias = shown.bias_gradient if kind == "gradients" else shown.bias
    rows = [Head(row(layer - 1, i), i) for i in tails]
    cells = [[cell(layer, i, j) for j in heads] for i in tails]
    biases = [found for j in heads if (found := bias(layer, j)) is not None]
    if biases and kind != "backward":
        rows.append(Head(None, 0))
        cells.append(biases)
    words = f"gradients of layer {layer}" if kind == "gradients" else f"weights of layer {layer}"
    corner = shown.slope_by(matrix) if letter and kind == "gradients" else matrix
    place = (marked(shown)[0] - 1, marked(shown)[1] - 1)
    mark = place if kind == "gradients" and layer == 1 else None
    columns = [Head(column(layer, j), j) for j in heads]
    return table(f"table{layer}", words, corner, rows, columns, cells, shown.values, mark)


def meanings(scene: Scene) -> set[str]:
    """Everything that the marks of a scene mean."""
    return {node.meaning for node in scene.nodes} | {edge.meaning for edge in scene.edges}


def legend(entries: tuple[Scene, ...], body: Scene) -> Scene:
    """The legend of what a picture holds, in as many rows as it needs."""
    held = meanings(body)
    kept = [entry for entry in entries if meanings(entry) <= held]
    return pack(kept, body.width - 2 * MARGIN, 22.0, 4.0)


def squares(meaning: str) -> tuple[Scene, ...]:
    """What the squares of a wide table mean."""
    return (
        key_entry(meaning, "positive: a large square is a large value", value=1.0),
        key_entry(meaning, "negative", value=-1.0),
    )


MARKS = {"forward": forward_marks, "backward": backward_marks, "gradients": gradient_marks}
EDGES = {"forward": forward_edges, "backward": backward_edges, "gradients": gradient_edges}
LEGENDS = {
    "node forward": (
        key_entry("input"),
        key_entry("weight"),
        key_entry("linear"),
        key_entry("activated"),
    ),
    "node backward": (
        key_entry("error", "error of a linear part"),
        key_entry("error", "error of an activated value", corner="round"),
        key_entry("weight", "weight"),
        key_entry("activated", "forward value", faded=True),
    ),
    "forward": (
        key_entry("input"),
        key_entry("linear"),
        key_entry("activated"),
        key_entry("weight", "weight", line=True),
        key_entry("target"),
        key_entry("cost"),
    ),
    "backward": (
        key_entry("error", "error of a linear part"),
        key_entry("error", "error of an activated value", corner="round"),
        key_entry("error", "flows back, weighted", line=True),
        key_entry("activated", "forward value", faded=True),
    ),
    "gradients": (
        key_entry("activated", "activated value, at the tail"),
        key_entry("error", "error, at the head"),
        key_entry("gradient", "positive gradient: wide is large", line=True, arrow=False),
        key_entry("gradient", "negative gradient", line=True, arrow=False, dashed=True),
    ),
}


def network_forward(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike, *, values: str = "both", notation: str = "book"
) -> Picture:
    r"""Draw diagram 3: the whole network, forward, ending in the cost.

    Parameters
    ----------
    network : Network
        Up to 6 layers of up to 8 nodes.
    x, y : array_like (n_in,), (n_out,)
        One example and its targets.
    values : {"both", "symbols", "numbers"}
        What the marks show.
    notation : str
        A key of `literate_bp.writing.notation.NOTATIONS`.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If a choice is unknown, the network too large, or x and y not one example of it.
    """
    shown = choice(network, x, y, values, notation)
    alt = f"{titled(shown)}, forward: {tell_flow(shown)}."
    return network_picture(shown, "forward", alt, forward_words(shown))


def network_backward(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike, *, values: str = "both", notation: str = "book"
) -> Picture:
    r"""Draw diagram 4, over diagram 3: the errors flow back from the cost through every layer.

    Parameters and errors are those of `network_forward`.

    Returns
    -------
    Picture
    """
    shown = choice(network, x, y, values, notation)
    firsts = ", ".join(number(shown.error(1, j).value) for j in range(1, shown.sizes[1] + 1))
    alt = (
        f"{titled(shown)}, backward: the errors flow from the cost {number(shown.cost().value)} "
        f"through every layer to the errors {firsts} of the linear parts of layer 1."
    )
    return network_picture(shown, "backward", alt, backward_words(shown))


def weight_gradients(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike, *, values: str = "both", notation: str = "book"
) -> Picture:
    r"""Draw diagram 5, over diagram 3: each edge carries ∂C/∂w_ij = a_i δ_j.

    Parameters and errors are those of `network_forward`.

    Returns
    -------
    Picture
    """
    shown = choice(network, x, y, values, notation)
    i, j = marked(shown)
    written = shown.weight_gradient(1, i, j)
    alt = (
        f"{titled(shown)}: the gradient of each weight is the activated value at its tail times the error at its "
        f"head; from input {i} to node {j} of layer 1 it is {number(written.value)}."
    )
    return network_picture(shown, "gradients", alt, gradient_words(shown))


def titled(shown: Pass) -> str:
    """What the network is, for the first words of a picture."""
    return f"A {'-'.join(map(str, shown.sizes))} network"


def listed(quantities: list[Quantity]) -> str:
    """Their numbers, as a list in a sentence."""
    return ", ".join(number(quantity.value) for quantity in quantities)


def tell_flow(shown: Pass) -> str:
    """From the inputs to the cost, in one clause."""
    inputs = listed([shown.came(0, i) for i in inputs_of(shown)])
    outputs = listed([shown.came(shown.depth, j) for j in outputs_of(shown)])
    wanted = listed([shown.target(j) for j in outputs_of(shown)])
    return f"inputs {inputs} become outputs {outputs}, which with targets {wanted} cost {number(shown.cost().value)}"


Line = tuple[str, tuple[Quantity, ...]]


def section(title: str, lines: list[Line]) -> Section:
    """A part of the words."""
    return Section(title, tuple(lines))


def row(lead: str, *quantities: Quantity | None) -> Line:
    """A line of the words, without what is not there."""
    return lead, tuple(quantity for quantity in quantities if quantity is not None)


def forward_words(shown: Pass) -> tuple[Section, ...]:
    """Inputs, layers with their weights, cost."""
    parts = [section("Inputs", [row(f"Input {i}: ", shown.came(0, i)) for i in inputs_of(shown)])]
    for layer in range(1, shown.depth + 1):
        nodes = [
            row(
                f"Node {j}: ",
                *(shown.weight(layer, i, j) for i in range(1, shown.sizes[layer - 1] + 1)),
                shown.bias(layer, j),
                shown.linear(layer, j),
                shown.came(layer, j),
            )
            for j in range(1, shown.sizes[layer] + 1)
        ]
        parts.append(section(f"Layer {layer}, {shown.network.layers[layer - 1].activation}", nodes))
    goal = [row(f"Output {j}: ", shown.target(j)) for j in outputs_of(shown)]
    return (*parts, section("Cost", [*goal, row("", shown.cost())]))


def backward_words(shown: Pass) -> tuple[Section, ...]:
    """From the cost back to the inputs."""
    goal = [row(f"Output {j}: ", shown.target(j)) for j in outputs_of(shown)]
    parts = [section("Cost", [row("", shown.cost(), shown.cost_error()), *goal])]
    for layer in range(shown.depth, 0, -1):
        nodes = [
            row(
                f"Node {j}: ",
                shown.came_error(layer, j),
                shown.error(layer, j),
                shown.linear(layer, j),
                shown.came(layer, j),
                *(shown.weight(layer, i, j) for i in range(1, shown.sizes[layer - 1] + 1)),
            )
            for j in range(1, shown.sizes[layer] + 1)
        ]
        parts.append(section(f"Layer {layer}", nodes))
    inputs = [row(f"Input {i}: ", shown.came_error(0, i), shown.came(0, i)) for i in inputs_of(shown)]
    return (*parts, section("Inputs", inputs))


def gradient_words(shown: Pass) -> tuple[Section, ...]:
    """For each layer what comes in, the errors, and the gradients."""
    parts = []
    for layer in range(1, shown.depth + 1):
        tails, heads = range(1, shown.sizes[layer - 1] + 1), range(1, shown.sizes[layer] + 1)
        lines = [row("Comes in: ", *(shown.came(layer - 1, i) for i in tails))]
        lines += [
            row(
                f"Node {j}: ",
                shown.error(layer, j),
                *(shown.weight_gradient(layer, i, j) for i in tails),
                shown.bias_gradient(layer, j),
            )
            for j in heads
        ]
        parts.append(section(f"Layer {layer}", lines))
    outputs = [row("Outputs: ", *(shown.came(shown.depth, j) for j in outputs_of(shown)))]
    targets_line = row("Targets: ", *(shown.target(j) for j in outputs_of(shown)))
    return (*parts, section("Cost", [*outputs, targets_line, row("", shown.cost())]))
