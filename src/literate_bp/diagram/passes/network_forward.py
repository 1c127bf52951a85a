"""Diagram 3: the whole network, forward."""

from __future__ import annotations

import numpy.typing as npt

from ...network import Network
from ..drawing.scene import Edge, Scene
from .description import Line, Section, line, numbers, residual_suffix, residual_value, section, target_lines
from .layout import Layout
from .legend import line_entry, mark_entry, residual_entry
from .marks import quantity_mark
from .network_layout import (
    activation_edges,
    addition_marks,
    cost_lines,
    input_marks,
    joined_sides,
    layer_table,
    layouts,
    network_name,
    network_scene,
    residual_edges,
    target_marks,
    weight_line,
    weights_symbol,
    with_swatch_entries,
)
from .picture import Picture, Variant, picture_in_all_notations
from .quantities import Passes, checked_passes

__all__ = ["network_forward"]

LEGEND = (
    mark_entry("input"),
    mark_entry("linear"),
    mark_entry("activated"),
    line_entry("weight", "weight"),
    mark_entry("target"),
    mark_entry("cost", shape="circle"),
)
"""What the marks mean that every such diagram has."""


def network_forward(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike, *, values: str = "both", notation: str = "book"
) -> Picture:
    r"""Draw diagram 3: the whole network, forward, from the inputs to the cost.

    A residual connection is a line past its layer, from each input of the
    layer to the sum to which it is added.

    Parameters
    ----------
    network : Network
        At most 6 layers of at most 8 nodes.
    x, y : array_like (n_in,), (n_out,)
        One example and its targets.
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
        If a name is unknown, the network is too large, or x and y are not one
        example of finite numbers.
    """
    passes = checked_passes(network, values, notation, x=x, y=y)
    inputs = (passes.activated(0, i) for i in passes.nodes(0))
    outputs = (passes.activated(passes.depth, j) for j in passes.nodes(passes.depth))
    targets = map(passes.target, passes.nodes(passes.depth))
    alt = (
        f"{network_name(passes)}, forward: inputs{numbers(passes, *inputs)} become outputs{numbers(passes, *outputs)}; "
        f"with targets{numbers(passes, *targets)} they give the cost{numbers(passes, passes.cost())}."
    )

    def variant(passes: Passes) -> Variant:
        landscape, portrait = (scene(passes, layout) for layout in layouts(passes))
        return Variant(landscape, portrait, description(passes))

    return picture_in_all_notations(passes, variant, alt)


def scene(passes: Passes, layout: Layout) -> Scene:
    """Draw the diagram in one orientation."""
    parts = passes.activated, passes.linear, passes.weight, passes.bias
    tables = [layer_table(passes, layer, "weights", *parts, weights_symbol(passes, layer)) for layer in passes.layers]
    entries = with_swatch_entries((*LEGEND, *residual_entries(passes)), tables, "weight")
    return network_scene(layout, edges(passes, layout), marks(passes, layout), [], tables, entries)


def residual_entries(passes: Passes) -> list[Scene]:
    """Make the legend's entry for residual connections, if there are any."""
    return [
        residual_entry(passes.input_meaning(layer), "goes past the layer, and is added")
        for layer in passes.residual_layers[-1:]
    ]


def marks(passes: Passes, layout: Layout) -> list[Scene]:
    """Draw inputs, both halves of every node, cost and targets."""
    boxes, values = layout.boxes, passes.values
    found = input_marks(passes, layout)
    for layer, j in passes.all_nodes:
        z, a = f"z{layer}.{j}", f"a{layer}.{j}"
        z_side, a_side = joined_sides(passes, layout, layer)
        found.append(quantity_mark(z, boxes[z], passes.linear(layer, j), values, joined_side=z_side))
        found.append(quantity_mark(a, boxes[a], passes.activated(layer, j), values, joined_side=a_side))
    found.append(quantity_mark("C.1", boxes["C.1"], passes.cost(), values))
    return found + target_marks(passes, layout, faded=False) + addition_marks(passes, layout, faded=False)


def edges(passes: Passes, layout: Layout) -> list[Edge]:
    """Draw every weight, the lines to the cost, and residual connections."""
    weights = []
    for key in passes.all_weights:
        weight, ends = passes.weight(*key), weight_line(passes, layout, *key)
        weights.append(Edge(weight.id, "weight", *ends, weight.value, quantity=weight.hook(passes.values)))
    compared = [
        Edge(f"{key}.{j}", meaning, start, end)
        for key, meaning, source in (("out", "activated", "outputs"), ("want", "target", "targets"))
        for j, start, end in cost_lines(passes, layout, source)
    ]
    activations = activation_edges(passes, layout, "weight", arrow=True)
    return weights + activations + compared + residual_edges(passes, layout, passes.input_meaning)


# --- description -------------------------------------------------------------


def description(passes: Passes) -> tuple[Section, ...]:
    """Describe the inputs, each layer, and the cost."""
    inputs = [line(f"Input {i}: ", passes.activated(0, i)) for i in passes.nodes(0)]
    layers = [
        section(
            f"Layer {layer}, {passes.activation(layer)}{residual_suffix(passes, layer)}",
            *(node_line(passes, layer, j) for j in passes.nodes(layer)),
        )
        for layer in passes.layers
    ]
    end = section("Cost", *target_lines(passes), line("", passes.cost()))
    return section("Inputs", *inputs), *layers, end


def node_line(passes: Passes, layer: int, j: int) -> Line:
    """Describe a node: its weights, bias, linear part and activated value."""
    return line(
        f"Node {j}: ",
        *(passes.weight(layer, i, j) for i in passes.nodes(layer - 1)),
        passes.bias(layer, j),
        passes.linear(layer, j),
        residual_value(passes, layer, j),
        passes.activated(layer, j),
    )
