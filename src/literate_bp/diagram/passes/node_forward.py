"""Diagrams 1 and 2: one node, forward and backward."""

from __future__ import annotations

from dataclasses import replace

import numpy.typing as npt

from ...network import Network
from ..drawing.scene import Edge, Scene
from .description import node_backward_words, node_forward_words, size
from .layout import ABOVE, CIRCLE, GHOST, Plan
from .legend import bent, sample
from .marks import PAST, base_case, body, card, operation, over, plus
from .node_layout import Hop, Place, ends, find, finished, hops, past, plans, unweighted, weight_marks
from .picture import Face, Picture, pictured
from .quantities import Pass, checked, number

__all__ = ["node_backward", "node_forward"]

# --- diagram 1 ---------------------------------------------------------------

FORWARD = (sample("input"), sample("weight"), sample("linear"), sample("activated"))


def node_forward(
    network: Network, x: npt.ArrayLike, *, layer: int = 1, node: int = 1, values: str = "both", notation: str = "book"
) -> Picture:
    r"""Draw diagram 1: one node, forward.

    What comes in is weighted and summed into the linear part z_j, the
    activation makes it the activated value a_j, and that is weighted into the
    linear parts of the next layer. With a residual connection, what came in at
    the same number goes past the node, and is added.

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
        A key of `literate_bp.formula.notation.NOTATIONS`.

    Returns
    -------
    Picture
        To show, or to save.

    Raises
    ------
    ValueError
        If a choice is unknown, the network too large, the node not in it, or
        x not one example.
    """
    place = find(checked(network, x, None, values, notation), layer, node)
    shown = place.shown
    z, a = shown.linear(layer, node), shown.activated(layer, node)
    came = f" plus what came in, {number(shown.activated(layer - 1, node).value)}," if place.residual else ""
    alt = (
        f"Node {node} of layer {layer}, forward: the weighted sum of what "
        f"comes in is the linear part {number(z.value)}, and the "
        f"{shown.activation(layer)} of it{came} is the activated value "
        f"{number(a.value)}."
    )

    def face(each: Pass) -> Face:
        there = replace(place, shown=each)
        landscape, portrait = (forward_scene(there, plan) for plan in plans(there))
        return Face(landscape, portrait, node_forward_words(each, layer, node))

    return pictured(shown, face, alt)


def forward_scene(place: Place, plan: Plan) -> Scene:
    """From what comes in to the linear parts of the next layer."""
    flow = [edge(plan, hop) for hop in hops(place)] + forward_past(place, plan)
    ranks = [r for r in plan.ranks if place.heads or r.keys != ("next",)]
    marks = [*forward_marks(place, plan), *weight_marks(place, plan)]
    lines = flow + bias_line(place, plan)
    words = f"Each linear part of layer {place.layer + 1} adds up what comes from every node of layer {place.layer}."
    alone = not place.heads or place.shown.sizes[place.layer] == 1
    drawn = body(plan, ranks, lines, marks)
    notes = [] if alone else [words]
    if place.passed_on:
        notes.append(f"Node {place.node} of layer {place.layer + 1} adds this activated value to its own activation.")
    return finished(drawn, " ".join(notes), (*FORWARD, *added(place)))


def added(place: Place) -> list[Scene]:
    """The legend's entry for what goes past weights, if anything does."""
    meanings = [place.shown.passed_on(place.layer)] * place.residual or ["activated"] * len(place.passed_on)
    return [bent(meaning, "goes past the weights, and is added") for meaning in meanings]


def forward_past(place: Place, plan: Plan) -> list[Edge]:
    """What goes past the node, and past the weights of the next layer."""
    ways = [("past", place.shown.passed_on(place.layer), past(place, plan))] if place.residual else []
    ways += [("past-next", "activated", way) for way in unweighted(place, plan)]
    return [Edge(key, meaning, start, end, width=PAST, via=tuple(via)) for key, meaning, (start, *via, end) in ways]


def forward_marks(place: Place, plan: Plan) -> list[Scene]:
    """The values that flow."""
    shown, layer, node = place.shown, place.layer, place.node
    given = {f"tail.{i}": shown.activated(layer - 1, i) for i in place.tails}
    given["z.1"] = shown.linear(layer, node)
    given["a.1"] = shown.activated(layer, node)
    given |= {f"next.{k}": shown.linear(layer + 1, k) for k in place.heads}
    given |= {key: shown.activated(layer + 1, node) for key in place.passed_on}
    if bias := shown.bias(layer, node):
        given["bias.1"] = bias
    marks = [card(key, plan.boxes[key], quantity, shown.values) for key, quantity in given.items()]
    lines = activation_lines(place)
    return [*marks, operation("sign.1", plan.boxes["sign.1"], lines), *sums(place, plan, faded=False)]


def sums(place: Place, plan: Plan, *, faded: bool) -> list[Scene]:
    """Where what came in is added, if it is."""
    return [plus("sum.1", plan.boxes["sum.1"], faded=faded)] if place.residual else []


def activation_lines(place: Place) -> list[str]:
    """The activation's letter and its name."""
    shown = place.shown
    latex = shown.notation.symbols["activation"]
    letter = f"${latex}$"
    name = shown.activation(place.layer)
    lines = {"symbols": [letter], "numbers": [name], "both": [letter, name]}
    return lines[shown.values]


def edge(plan: Plan, hop: Hop) -> Edge:
    """The line of a hop, forward."""
    start, end = ends(plan, hop)
    key = f"{hop.tail}-{hop.head}"
    return Edge(key, "weight", start, end, arrow=hop.arrow)


def bias_line(place: Place, plan: Plan) -> list[Edge]:
    """From the bias to its sum."""
    if place.shown.bias(place.layer, place.node) is None:
        return []
    bias, z = plan.boxes["bias.1"], plan.boxes["z.1"]
    if plan.flow.across:
        return [Edge("bias", "weight", bias.side("top"), z.side("bottom"))]
    return [Edge("bias", "weight", bias.side("left"), z.side("right"))]


# --- diagram 2 ---------------------------------------------------------------

BACKWARD = (
    sample("error", "error of a linear part"),
    sample("error", "error of an activated value", corner="round"),
    sample("weight", "weight"),
    sample("activated", "forward value", faded=True),
)


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

    The errors δ_k of the next layer's linear parts are weighted and summed
    into ∂C/∂a_j, times σ′(z_j) into δ_j, which goes on to what came in; past
    the node as well, and past the next layer, with residual connections. `y`
    holds the targets (n_out,); the other parameters are those of
    `node_forward`.

    Returns
    -------
    Picture
        To show, or to save.

    Raises
    ------
    ValueError
        As `node_forward`; and for an output whose cost gives δ at once,
        without ∂C/∂a.
    """
    place = find(checked(network, x, y, values, notation), layer, node)
    shown = place.shown
    error, outer = shown.error(layer, node), shown.activated_error(layer, node)
    if outer is None:
        raise ValueError(
            f"layer is {layer}, the output; cost {network.cost!r} gives its "
            "error at once, with no step to draw: pick a hidden layer, or "
            "network_backward"
        )
    alt = (
        f"Node {node} of layer {layer}, backward: the errors ahead add up to "
        f"{size(outer)} in size for its activated value; times the slope "
        f"{number(shown.derivative(layer, node).value)} that is {size(error)}, "
        "the size of the error of its linear part."
    )

    def face(each: Pass) -> Face:
        there = replace(place, shown=each)
        landscape, portrait = (backward_scene(there, plan) for plan in plans(there))
        return Face(landscape, portrait, node_backward_words(each, layer, node))

    return pictured(shown, face, alt)


def backward_scene(place: Place, plan: Plan) -> Scene:
    """From the errors ahead back to the inputs, forward values faded."""
    end = [] if place.heads else [Hop("a.1", "next.1", arrow=False)]
    flow = [edge_back(plan, hop) for hop in (*hops(place), *end)] + backward_past(place, plan)
    marks = [*backward_marks(place, plan), *weight_marks(place, plan)]
    before = f"an activated value of layer {place.layer - 1}"
    words = (
        f"The error of {before if place.layer > 1 else 'an input'} adds up "
        f"what comes back from every node of layer {place.layer}."
    )
    if place.residual:
        words = words.removesuffix(".") + ", and what comes back past the node of its own number."
    alone = place.shown.sizes[place.layer] == 1
    drawn = body(plan, plan.ranks, flow, marks)
    ways = [bent("error", "flows back past the weights")] if place.residual or place.passed_on else []
    return finished(drawn, "" if alone else words, (*BACKWARD, *ways))


def backward_past(place: Place, plan: Plan) -> list[Edge]:
    """The errors that come back past the weights of the next layer, and past the node."""
    above = 0.0 if plan.flow.across else ABOVE
    ways = [("past", past(place, plan, above=above))] if place.residual else []
    for start, *via, (x, y) in unweighted(place, plan):
        ways.append(("past-next", (start, *via, (x, y - above))))
    backward = [(key, way[::-1]) for key, way in ways]
    return [Edge(key, "error", start, end, width=PAST, via=tuple(via)) for key, (start, *via, end) in backward]


def backward_marks(place: Place, plan: Plan) -> list[Scene]:
    """The errors that flow back, over the values that came."""
    shown, layer, node = place.shown, place.layer, place.node
    given = {f"tail.{i}": (shown.activated(layer - 1, i), shown.activated_error(layer - 1, i)) for i in place.tails}
    given["z.1"] = shown.linear(layer, node), shown.error(layer, node)
    given["a.1"] = (shown.activated(layer, node), shown.activated_error(layer, node))
    for k in place.heads:
        ahead = shown.linear(layer + 1, k), shown.error(layer + 1, k)
        given[f"next.{k}"] = ahead
    for key in place.passed_on:
        given[key] = shown.activated(layer + 1, node), shown.activated_error(layer + 1, node)
    marks = [mark for key, pair in given.items() for mark in over(key, plan.boxes[key], *pair, shown.values)]
    return marks + rest(place, plan)


def rest(place: Place, plan: Plan) -> list[Scene]:
    """The cost where it is next, the bias faded, and the slope."""
    shown, boxes, marks = place.shown, plan.boxes, []
    if not place.heads:
        costs = shown.cost(), shown.cost_error()
        marks.append(base_case("next.1", boxes["next.1"], *costs, shown.values))
    if bias := shown.bias(place.layer, place.node):
        box = boxes["bias.1"]
        marks.append(card("bias.1", box, bias, shown.values, faded=True))
    derivative = shown.derivative(place.layer, place.node)
    first, *others = derivative.lines(shown.values)
    lines = [f"× {first}", *others]
    return [*marks, operation("sign.1", boxes["sign.1"], lines, derivative.value), *sums(place, plan, faded=True)]


def edge_back(plan: Plan, hop: Hop) -> Edge:
    """The line of a hop, backward, from above the faded value if any."""
    end, start = ends(plan, hop)
    faded = hop.head.partition(".")[0] in ("z", "a", "next")
    cost = plan.boxes[hop.head].h == CIRCLE[1]
    if not plan.flow.across and faded and not cost:
        start = (start[0], start[1] - GHOST)
    key = f"{hop.tail}-{hop.head}"
    return Edge(key, "error", start, end, arrow=not hop.arrow)
