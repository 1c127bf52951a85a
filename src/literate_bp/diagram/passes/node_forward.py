"""Diagram 1: one node, forward."""

from __future__ import annotations

from dataclasses import replace

import numpy.typing as npt

from ...network import Network
from ..drawing.scene import Edge, Scene
from .description import Section, line, numbers, residual_value, section
from .layout import Layout
from .legend import mark_entry, residual_entry
from .marks import RESIDUAL_WIDTH, body, operation, quantity_mark
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
from .quantities import Passes, checked_passes

__all__ = ["node_forward"]

LEGEND = (mark_entry("input"), mark_entry("weight"), mark_entry("linear"), mark_entry("activated"))
"""What the marks mean that every such diagram has."""


def node_forward(
    network: Network, x: npt.ArrayLike, *, layer: int = 1, node: int = 1, values: str = "both", notation: str = "book"
) -> Picture:
    r"""Draw diagram 1: one node, forward.

    The inputs of the node are weighted and summed into the linear part zⱼ,
    the activation turns it into the activated value aⱼ, and that is weighted
    and added to the linear parts of the next layer. A residual connection
    leads past the node from the input of the same number, and is added to
    aⱼ.

    Parameters
    ----------
    network : Network
        At most 6 layers of at most 8 nodes.
    x : array_like (n_in,)
        One example.
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
        If a name is unknown, the network is too large or has no such node, or
        x is not one example of finite numbers.
    """
    center = neighborhood_of(checked_passes(network, values, notation, x=x), layer, node)
    layer, node = center.layer, center.node
    passes = center.passes
    z, a = passes.linear(layer, node), passes.activated(layer, node)
    bias = "" if passes.bias(layer, node) is None else " and the bias"
    added = f" plus what came in{numbers(passes, passes.activated(layer - 1, node))}" if center.residual else ""
    alt = (
        f"Node {node} of layer {layer}, forward: the weighted inputs{bias} add up to the linear part"
        f"{numbers(passes, z)}; the {passes.activation(layer)} of it{added} is the activated value{numbers(passes, a)}."
    )

    def variant(passes: Passes) -> Variant:
        landscape, portrait = (scene(replace(center, passes=passes), layout) for layout in layouts(center))
        return Variant(landscape, portrait, description(passes, layer, node))

    return picture_in_all_notations(passes, variant, alt)


def scene(center: Neighborhood, layout: Layout) -> Scene:
    """Draw the diagram in one orientation."""
    lines = [link_edge(layout, link) for link in links(center)] + residual_edges(center, layout)
    lines += bias_edge(center, layout)
    ranks = [rank for rank in layout.ranks if center.successors or rank.keys != ("next",)]
    marks = [*value_marks(center, layout), *weight_marks(center, layout)]
    drawn = body(layout, ranks, lines, marks)
    return with_note_and_legend(drawn, note_text(center), (*LEGEND, *residual_entries(center)))


def note_text(center: Neighborhood) -> str:
    """Return the note below the diagram about what else the next layer adds up."""
    layer, notes = center.layer, []
    if center.successors and center.passes.sizes[layer] > 1:
        notes.append(f"Each linear part of layer {layer + 1} adds up what comes from every node of layer {layer}.")
    if center.residual_successors:
        notes.append(f"Node {center.node} of layer {layer + 1} adds this activated value to its own activation.")
    return " ".join(notes)


def residual_entries(center: Neighborhood) -> list[Scene]:
    """Make the legend's entry for residual connections, if there are any."""
    own = [center.passes.input_meaning(center.layer)] * center.residual
    meanings = own or ["activated"] * len(center.residual_successors)
    return [residual_entry(meaning, "goes past the weights, and is added") for meaning in meanings]


# --- marks -------------------------------------------------------------------


def value_marks(center: Neighborhood, layout: Layout) -> list[Scene]:
    """Draw the inputs, the node, and the values of the next layer."""
    passes, layer, node = center.passes, center.layer, center.node
    quantities = {f"tail.{i}": passes.activated(layer - 1, i) for i in center.predecessors}
    quantities["z.1"] = passes.linear(layer, node)
    quantities["a.1"] = passes.activated(layer, node)
    quantities |= {f"next.{k}": passes.linear(layer + 1, k) for k in center.successors}
    quantities |= {key: passes.activated(layer + 1, node) for key in center.residual_successors}
    if bias := passes.bias(layer, node):
        quantities["bias.1"] = bias
    marks = [quantity_mark(key, layout.boxes[key], quantity, passes.values) for key, quantity in quantities.items()]
    activation = operation("sign.1", layout.boxes["sign.1"], activation_label(center))
    return [*marks, activation, *addition_mark(center, layout, faded=False)]


def activation_label(center: Neighborhood) -> list[str]:
    """Return the lines with the symbol and the name of the activation."""
    passes = center.passes
    symbol = f"${passes.notation.symbols['activation']}$"
    name = passes.activation(center.layer)
    lines = {"symbols": [symbol], "numbers": [name], "both": [symbol, name]}
    return lines[passes.values]


# --- lines -------------------------------------------------------------------


def link_edge(layout: Layout, link: Link) -> Edge:
    """Draw a line in the direction of the forward pass."""
    start, end = link_ends(layout, link)
    return Edge(f"{link.tail}-{link.head}", "weight", start, end, arrow=link.forward_arrow)


def bias_edge(center: Neighborhood, layout: Layout) -> list[Edge]:
    """Draw the line from the bias to the linear part, if there is a bias."""
    if center.passes.bias(center.layer, center.node) is None:
        return []
    bias, z = layout.boxes["bias.1"], layout.boxes["z.1"]
    if layout.direction.horizontal:
        return [Edge("bias", "weight", bias.side("top"), z.side("bottom"))]
    return [Edge("bias", "weight", bias.side("left"), z.side("right"))]


def residual_edges(center: Neighborhood, layout: Layout) -> list[Edge]:
    """Draw the residual connections past the node, and past the weights of the next layer."""
    meaning = center.passes.input_meaning(center.layer)
    routes = [("past", meaning, residual_route(center, layout))] if center.residual else []
    routes += [("past-next", "activated", route) for route in residual_routes_onward(center, layout)]
    return [
        Edge(key, meaning, start, end, width=RESIDUAL_WIDTH, via=tuple(via))
        for key, meaning, (start, *via, end) in routes
    ]


# --- description -------------------------------------------------------------


def description(passes: Passes, layer: int, node: int) -> tuple[Section, ...]:
    """Describe the inputs of the node, the node, and the next layer."""
    inputs = [
        line(f"From {i}: ", passes.activated(layer - 1, i), passes.weight(layer, i, node))
        for i in passes.nodes(layer - 1)
    ]
    own = line(
        "",
        passes.bias(layer, node),
        passes.linear(layer, node),
        residual_value(passes, layer, node),
        passes.activated(layer, node),
    )
    after = [
        line(f"To {k}: ", passes.weight(layer + 1, node, k), passes.linear(layer + 1, k))
        for k in passes.nodes(layer + 1)
    ]
    if passes.residual(layer + 1):
        after.append(line(f"Past the weights to {node}: ", passes.activated(layer + 1, node)))
    parts = section("What comes in", *inputs), section("The node", own)
    return (*parts, section("The next layer", *after)) if after else parts
