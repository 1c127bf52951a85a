"""Diagram 2, over diagram 1: one node, backward."""

from __future__ import annotations

from dataclasses import replace

import numpy.typing as npt

from ...network import Network
from ..drawing.scene import Edge, Scene
from .description import Section, activated_error, line, magnitudes, numbers, section
from .layout import COST_SIZE, FADED_HEIGHT, FADED_OVERHANG, Layout
from .legend import mark_entry, residual_entry
from .marks import (
    RESIDUAL_WIDTH,
    base_case_mark,
    body,
    error_over_value,
    factor,
    faded_value,
    quantity_mark,
)
from .node_layout import (
    Link,
    Neighborhood,
    addition_mark,
    layouts,
    link_ends,
    links,
    neighborhood_of,
    residual_route,
    residual_routes_onward,
    weight_marks,
    with_note_and_legend,
)
from .picture import Picture, Variant, picture_in_all_notations
from .quantities import Passes, Quantity, checked_passes

__all__ = ["node_backward"]

LEGEND = (
    mark_entry("error", "error of a linear part"),
    mark_entry("error", "error of an activated value", shape="round"),
    mark_entry("weight", "weight"),
    mark_entry("gradient", "derivative with respect to the bias"),
    mark_entry("activated", "forward value", faded=True),
)
"""What the marks mean that every such diagram has."""


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

    The errors δₖ of the next layer's linear parts are weighted and summed
    into ∂C/∂aⱼ. Multiplied by σ′(zⱼ), this is δⱼ, which is passed back to
    the inputs of the node, and to the bias: ∂C/∂bⱼ. Residual connections
    pass errors back past the weights of the next layer and past the node.

    Parameters
    ----------
    network : Network
        At most 6 layers of at most 8 nodes.
    x, y : array_like (n_in,), (n_out,)
        One example and its targets.
    layer, node : int
        The node, both numbers counted from 1.
    values : {"both", "symbols", "numbers"}
        What the marks show.
    notation : str
        A key of `literate_bp.formula.notation.NOTATIONS`.

    Returns
    -------
    Picture
        The diagram, to be shown or saved.

    Raises
    ------
    ValueError
        As in `node_forward`, and for an output whose cost gives δ directly,
        without ∂C/∂a.
    """
    center = neighborhood_of(checked_passes(network, values, notation, x=x, y=y), layer, node)
    layer, node = center.layer, center.node
    passes = center.passes
    error, outer = passes.error(layer, node), passes.activated_error(layer, node)
    if outer is None:
        raise ValueError(
            f"layer is {layer}, the output; cost {network.cost!r} gives its "
            "error at once, with no step to draw: pick a hidden layer, or "
            "network_backward"
        )

    def size(error: Quantity) -> str:
        return f", in size{magnitudes(passes, error)}" if passes.values != "symbols" else ""

    alt = (
        f"Node {node} of layer {layer}, backward: the weighted errors ahead add up to the error of its activated value"
        f"{size(outer)}; times the slope of the activation{numbers(passes, passes.activation_derivative(layer, node))} "
        f"it is the error of its linear part{size(error)}."
    )

    def variant(passes: Passes) -> Variant:
        landscape, portrait = (scene(replace(center, passes=passes), layout) for layout in layouts(center))
        return Variant(landscape, portrait, description(passes, layer, node))

    return picture_in_all_notations(passes, variant, alt)


def scene(center: Neighborhood, layout: Layout) -> Scene:
    """Draw the diagram in one orientation."""
    cost_link = [] if center.successors else [Link("a.1", "next.1", forward_arrow=False)]
    lines = [link_edge(layout, link) for link in (*links(center), *cost_link)] + residual_edges(center, layout)
    lines += bias_edge(center, layout)
    marks = [*error_marks(center, layout), *weight_marks(center, layout)]
    drawn = body(layout, layout.ranks, lines, marks)
    residual = center.residual or center.residual_successors
    entries = [residual_entry("error", "flows back past the weights")] if residual else []
    return with_note_and_legend(drawn, note_text(center), (*LEGEND, *entries))


def note_text(center: Neighborhood) -> str:
    """Return the note below the diagram about what else the errors of the inputs add up."""
    layer = center.layer
    if center.passes.sizes[layer] == 1:
        return ""
    source = f"an activated value of layer {layer - 1}" if layer > 1 else "an input"
    residual = ", and what comes back past the node of its own number" if center.residual else ""
    return f"The error of {source} adds up what comes back from every node of layer {layer}{residual}."


# --- marks -------------------------------------------------------------------


def error_marks(center: Neighborhood, layout: Layout) -> list[Scene]:
    """Draw the errors, each over its forward value; then the cost, the bias and the derivative."""
    passes, layer, node = center.passes, center.layer, center.node
    pairs = {
        f"tail.{i}": (passes.activated(layer - 1, i), passes.activated_error(layer - 1, i)) for i in center.predecessors
    }
    pairs["z.1"] = passes.linear(layer, node), passes.error(layer, node)
    pairs["a.1"] = passes.activated(layer, node), passes.activated_error(layer, node)
    for k in center.successors:
        pairs[f"next.{k}"] = passes.linear(layer + 1, k), passes.error(layer + 1, k)
    for key in center.residual_successors:
        pairs[key] = passes.activated(layer + 1, node), passes.activated_error(layer + 1, node)
    errors = [
        mark for key, pair in pairs.items() for mark in error_over_value(key, layout.boxes[key], *pair, passes.values)
    ]
    return [
        *errors,
        *cost_mark(center, layout),
        *bias_mark(center, layout),
        derivative_mark(center, layout),
        *addition_mark(center, layout, faded=True),
    ]


def cost_mark(center: Neighborhood, layout: Layout) -> list[Scene]:
    """Draw the cost after an output node; nothing after a hidden one."""
    if center.successors:
        return []
    passes = center.passes
    return [base_case_mark("next.1", layout.boxes["next.1"], passes.cost(), passes.cost_error(), passes.values)]


def bias_mark(center: Neighborhood, layout: Layout) -> list[Scene]:
    """Draw the derivative with respect to the bias, over the bias, if there is one."""
    passes, box = center.passes, layout.boxes["bias.1"]
    bias, derivative = (quantity(center.layer, center.node) for quantity in (passes.bias, passes.bias_gradient))
    if bias is None or derivative is None:
        return []
    values = passes.values
    return [faded_value("bias.1", box, bias, values), quantity_mark("bias.1", box, derivative, values)]


def derivative_mark(center: Neighborhood, layout: Layout) -> Scene:
    """Draw the multiplication by the derivative of the activation."""
    derivative = center.passes.activation_derivative(center.layer, center.node)
    return factor("sign.1", layout.boxes["sign.1"], derivative, center.passes.values)


# --- lines -------------------------------------------------------------------


def link_edge(layout: Layout, link: Link) -> Edge:
    """Draw a line against the direction of the forward pass; in portrait it starts above a faded value."""
    end, start = link_ends(layout, link)
    has_faded_value = link.head.partition(".")[0] in ("z", "a", "next")
    is_cost = layout.boxes[link.head].h == COST_SIZE[1]
    if not layout.direction.horizontal and has_faded_value and not is_cost:
        start = (start[0], start[1] - FADED_HEIGHT)
    return Edge(f"{link.tail}-{link.head}", "error", start, end, arrow=not link.forward_arrow)


def bias_edge(center: Neighborhood, layout: Layout) -> list[Edge]:
    """Draw the line from the error of the linear part to the bias, if there is a bias."""
    if center.passes.bias(center.layer, center.node) is None:
        return []
    bias, z = layout.boxes["bias.1"], layout.boxes["z.1"]
    if layout.direction.horizontal:
        x, y = bias.side("top")
        return [Edge("bias", "error", z.side("bottom"), (x, y - FADED_OVERHANG))]
    return [Edge("bias", "error", z.side("right"), bias.side("left"))]


def residual_edges(center: Neighborhood, layout: Layout) -> list[Edge]:
    """Draw the residual connections, backward: past the node, and past the weights of the next layer."""
    overhang = 0.0 if layout.direction.horizontal else FADED_OVERHANG
    routes = [("past", residual_route(center, layout, overhang=overhang))] if center.residual else []
    for start, *via, (x, y) in residual_routes_onward(center, layout):
        routes.append(("past-next", (start, *via, (x, y - overhang))))
    backward = [(key, route[::-1]) for key, route in routes]
    return [
        Edge(key, "error", start, end, width=RESIDUAL_WIDTH, via=tuple(via)) for key, (start, *via, end) in backward
    ]


# --- description -------------------------------------------------------------


def description(passes: Passes, layer: int, node: int) -> tuple[Section, ...]:
    """Describe the errors of the next layer, the node, and the errors of its inputs."""
    after = [
        line(
            f"From {k}: ",
            passes.error(layer + 1, k),
            passes.weight(layer + 1, node, k),
            passes.linear(layer + 1, k),
        )
        for k in passes.nodes(layer + 1)
    ]
    if passes.residual(layer + 1):
        pair = passes.activated_error(layer + 1, node), passes.activated(layer + 1, node)
        after.append(line(f"Past the weights from {node}: ", *pair))
    own = line(
        "",
        activated_error(passes, layer, node),
        passes.activation_derivative(layer, node),
        passes.error(layer, node),
        passes.activated(layer, node),
        passes.linear(layer, node),
        passes.bias(layer, node),
        passes.bias_gradient(layer, node),
    )
    inputs = [
        line(
            f"To {i}: ",
            passes.weight(layer, i, node),
            passes.activated_error(layer - 1, i),
            passes.activated(layer - 1, i),
        )
        for i in passes.nodes(layer - 1)
    ]
    start = line("From the cost: ", passes.cost(), passes.cost_error())
    return (
        section("The errors ahead", *(after or [start])),
        section("The node", own),
        section("What came in", *inputs),
    )
