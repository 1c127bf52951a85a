"""Diagrams 3 and 4: the whole network, forward and backward."""

from __future__ import annotations

import numpy.typing as npt

from ...network import Network
from ..drawing.scene import Edge, Scene
from .description import listed, network_backward_words, network_forward_words, size
from .layout import GHOST, Plan
from .legend import bent, line, sample
from .marks import base_case, card, over
from .network_layout import (
    cost_lines,
    faint_lines,
    halves,
    input_marks,
    joins,
    layer_table,
    matrix,
    named,
    past_lines,
    picture_scene,
    plans,
    sum_marks,
    target_marks,
    weight_line,
    with_squares,
)
from .picture import Face, Picture, pictured
from .quantities import Pass, checked, number

__all__ = ["network_backward", "network_forward"]


# --- diagram 3 ---------------------------------------------------------------

FORWARD = (
    sample("input"),
    sample("linear"),
    sample("activated"),
    line("weight", "weight"),
    sample("target"),
    sample("cost"),
)


def network_forward(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike, *, values: str = "both", notation: str = "book"
) -> Picture:
    r"""Draw diagram 3: the whole network, forward, ending in the cost.

    Past a layer with a residual connection a line leads from each value that
    comes in to where it is added.

    Parameters
    ----------
    network : Network
        Up to 6 layers of up to 8 nodes.
    x, y : array_like (n_in,), (n_out,)
        One example and its targets.
    values : {"both", "symbols", "numbers"}
        What the marks show.
    notation : str
        A key of `literate_bp.formula.notation.NOTATIONS`.

    Returns
    -------
    Picture
        To show, or to save.

    Raises
    ------
    ValueError
        If a choice is unknown, the network too large, or x and y not one
        example of it.
    """
    shown = checked(network, x, y, values, notation)
    outputs = shown.nodes(shown.depth)
    given = listed([shown.activated(0, i) for i in shown.nodes(0)])
    came = listed([shown.activated(shown.depth, j) for j in outputs])
    wanted = listed([shown.target(j) for j in outputs])
    alt = (
        f"{named(shown)}, forward: inputs {given} become outputs {came}, "
        f"which with targets {wanted} cost {number(shown.cost().value)}."
    )

    def face(each: Pass) -> Face:
        landscape, portrait = (forward_scene(each, plan) for plan in plans(each))
        return Face(landscape, portrait, network_forward_words(each))

    return pictured(shown, face, alt)


def forward_scene(shown: Pass, plan: Plan) -> Scene:
    """Everything of diagram 3 in one orientation."""
    quantities = shown.activated, shown.linear, shown.weight, shown.bias
    tables = [layer_table(shown, layer, "weights", *quantities, matrix(shown, layer)) for layer in shown.layers]
    entries = with_squares((*FORWARD, *added(shown)), tables, "weight")
    lines, marks = forward_lines(shown, plan), forward_marks(shown, plan)
    return picture_scene(plan, lines, marks, [], tables, entries)


def added(shown: Pass) -> list[Scene]:
    """The legend's entry for residual connections, if there are any."""
    return [bent(shown.passed_on(layer), "goes past the layer, and is added") for layer in shown.ways_past[-1:]]


def forward_marks(shown: Pass, plan: Plan) -> list[Scene]:
    """Linear part and activated value of every node, between what is given."""
    boxes, values = plan.boxes, shown.values
    marks = input_marks(shown, plan)
    for layer, j in shown.every_node:
        z, a = f"z{layer}.{j}", f"a{layer}.{j}"
        ahead, behind = halves(shown, plan, layer)
        linear, activated = shown.linear(layer, j), shown.activated(layer, j)
        marks.append(card(z, boxes[z], linear, values, joined=ahead))
        marks.append(card(a, boxes[a], activated, values, joined=behind))
    marks.append(card("C.1", boxes["C.1"], shown.cost(), values))
    return marks + target_marks(shown, plan, faded=False) + sum_marks(shown, plan, faded=False)


def forward_lines(shown: Pass, plan: Plan) -> list[Edge]:
    """Every weight, and what the cost compares."""
    weights = [
        Edge(f"w{layer}.{i}.{j}", "weight", *weight_line(shown, plan, layer, i, j), shown.weight(layer, i, j).value)
        for layer, i, j in shown.every_weight
    ]
    compared = [
        Edge(f"{key}.{j}", meaning, start, end)
        for key, meaning, what in (("out", "activated", "outputs"), ("want", "target", "targets"))
        for j, start, end in cost_lines(shown, plan, what)
    ]
    ways = past_lines(shown, plan, shown.passed_on)
    return weights + joins(shown, plan, "weight", arrow=True) + compared + ways


# --- diagram 4 ---------------------------------------------------------------

BACKWARD = (
    sample("error", "error of a linear part"),
    sample("error", "error of an activated value", corner="round"),
    line("error", "flows back, weighted"),
    sample("error", "cost, where it starts", corner="circle"),
    sample("activated", "forward value", faded=True),
)


def network_backward(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike, *, values: str = "both", notation: str = "book"
) -> Picture:
    r"""Draw diagram 4, over diagram 3: errors flow back through every layer.

    Past a layer with a residual connection they flow back, too, as they are.
    Parameters and refusals are those of `network_forward`.

    Returns
    -------
    Picture
        To show, or to save.
    """
    shown = checked(network, x, y, values, notation)
    firsts = ", ".join(size(shown.error(1, j)) for j in shown.nodes(1))
    alt = (
        f"{named(shown)}, backward: the errors flow from the cost "
        f"{number(shown.cost().value)} through every layer to layer 1, where "
        f"those of the linear parts are {firsts} in size."
    )

    def face(each: Pass) -> Face:
        landscape, portrait = (backward_scene(each, plan) for plan in plans(each))
        return Face(landscape, portrait, network_backward_words(each))

    return pictured(shown, face, alt)


def backward_scene(shown: Pass, plan: Plan) -> Scene:
    """Everything of diagram 4 in one orientation."""
    quantities = shown.activated_error, shown.error, shown.weight
    tables = [layer_table(shown, layer, "weights", *quantities, corner=matrix(shown, layer)) for layer in shown.layers]
    ways = [bent("error", "flows back past the layer, unweighted")] if shown.ways_past else []
    entries = with_squares((*BACKWARD, *ways), tables, "weight")
    lines, marks = backward_lines(shown, plan), backward_marks(shown, plan)
    return picture_scene(plan, lines, marks, [], tables, entries)


def backward_marks(shown: Pass, plan: Plan) -> list[Scene]:
    """The error of every mark, over the value that came forward."""
    boxes, values = plan.boxes, shown.values
    marks: list[Scene] = []
    for i in shown.nodes(0):
        pair = shown.activated(0, i), shown.activated_error(0, i)
        marks += over(f"a0.{i}", boxes[f"a0.{i}"], *pair, values)
    for layer, j in shown.every_node:
        z, a = f"z{layer}.{j}", f"a{layer}.{j}"
        ahead, behind = halves(shown, plan, layer)
        linear = shown.linear(layer, j), shown.error(layer, j)
        outer = shown.activated(layer, j), shown.activated_error(layer, j)
        marks += over(z, boxes[z], *linear, values, joined=ahead)
        marks += over(a, boxes[a], *outer, values, joined=behind)
    costs = shown.cost(), shown.cost_error()
    marks.append(base_case("C.1", boxes["C.1"], *costs, values))
    return marks + target_marks(shown, plan, faded=True) + sum_marks(shown, plan, faded=True)


def backward_lines(shown: Pass, plan: Plan) -> list[Edge]:
    """The lines of diagram 3, with the errors flowing back along them."""
    lines = []
    above = 0.0 if plan.flow.across else GHOST
    for layer, i, j in shown.every_weight:
        end, (x, y) = weight_line(shown, plan, layer, i, j)
        key, value = f"w{layer}.{i}.{j}", shown.weight(layer, i, j).value
        lines.append(Edge(key, "error", (x, y - above), end, value))
    for j, end, start in cost_lines(shown, plan, "outputs"):
        lines.append(Edge(f"out.{j}", "error", start, end))
    ways = past_lines(shown, plan, lambda _: "error", back=True)
    return lines + faint_lines(shown, plan, "targets") + through_sums(shown, plan, above) + ways


def through_sums(shown: Pass, plan: Plan, above: float) -> list[Edge]:
    """From the error of each activated value to where it parts, and on through the activation."""
    lines, ahead, behind = [], plan.flow.ahead, plan.flow.behind
    for layer in shown.ways_past:
        for j in shown.nodes(layer):
            z, total, a = (plan.boxes[f"{part}{layer}.{j}"] for part in ("z", "sum", "a"))
            x, y = a.side(behind)
            lines.append(Edge(f"a{layer}.{j}-sum", "error", (x, y - above), total.side(ahead), arrow=False))
            lines.append(Edge(f"sum{layer}.{j}-z", "error", total.side(behind), z.side(ahead)))
    return lines
