"""Diagram 4, over diagram 3: the whole network, backward."""

from __future__ import annotations

import numpy.typing as npt

from ...network import Network
from ..drawing.scene import Edge, Scene
from .description import (
    Line,
    Section,
    activated_error,
    line,
    magnitudes,
    numbers,
    residual_suffix,
    section,
    target_lines,
)
from .layout import FADED_HEIGHT, Layout
from .legend import line_entry, mark_entry, residual_entry
from .marks import base_case_mark, error_over_value, factor
from .network_layout import (
    addition_marks,
    cost_lines,
    faint_cost_edges,
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

__all__ = ["network_backward"]

LEGEND = (
    mark_entry("error", "error of a linear part"),
    mark_entry("error", "error of an activated value", shape="round"),
    line_entry("error", "flows back, weighted"),
    mark_entry("error", "cost, where it starts", shape="circle"),
    mark_entry("activated", "forward value", faded=True),
)
"""What the marks mean that every such diagram has."""


def network_backward(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike, *, values: str = "both", notation: str = "book"
) -> Picture:
    r"""Draw diagram 4, over diagram 3: errors are passed back from the cost through every layer.

    Between the two errors of a node stands the factor that turns ∂C/∂aⱼ into
    δⱼ: the derivative of the activation. A residual connection passes errors back past its layer, unweighted.

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
        As in `network_forward`.
    """
    passes = checked_passes(network, values, notation, x=x, y=y)
    first = magnitudes(passes, *(passes.error(1, j) for j in passes.nodes(1)))
    alt = (
        f"{network_name(passes)}, backward: the errors flow from the cost{numbers(passes, passes.cost())} through "
        f"every layer to the linear parts of layer 1{first and f', where their sizes are{first}'}."
    )

    def variant(passes: Passes) -> Variant:
        landscape, portrait = (scene(passes, layout) for layout in layouts(passes))
        return Variant(landscape, portrait, description(passes))

    return picture_in_all_notations(passes, variant, alt)


def scene(passes: Passes, layout: Layout) -> Scene:
    """Draw the diagram in one orientation."""
    parts = passes.activated_error, passes.error, passes.weight
    tables = [
        layer_table(passes, layer, "weights", *parts, symbol=weights_symbol(passes, layer)) for layer in passes.layers
    ]
    residual = [residual_entry("error", "flows back past the layer, unweighted")] if passes.residual_layers else []
    entries = with_swatch_entries((*LEGEND, *residual), tables, "weight")
    return network_scene(layout, edges(passes, layout), marks(passes, layout), [], tables, entries)


def marks(passes: Passes, layout: Layout) -> list[Scene]:
    """Draw the error of every mark, over its forward value."""
    boxes, values = layout.boxes, passes.values
    found: list[Scene] = []
    for i in passes.nodes(0):
        pair = passes.activated(0, i), passes.activated_error(0, i)
        found += error_over_value(f"a0.{i}", boxes[f"a0.{i}"], *pair, values)
    for layer, j in passes.all_nodes:
        z, a = f"z{layer}.{j}", f"a{layer}.{j}"
        z_side, a_side = joined_sides(passes, layout, layer)
        linear = passes.linear(layer, j), passes.error(layer, j)
        activated = passes.activated(layer, j), passes.activated_error(layer, j)
        found += error_over_value(z, boxes[z], *linear, values, joined_side=z_side)
        found += error_over_value(a, boxes[a], *activated, values, joined_side=a_side)
        if passes.activated_error(layer, j) is not None:
            key, derivative = f"factor{layer}.{j}", passes.activation_derivative(layer, j)
            found.append(factor(key, boxes[key], derivative, values, one_line=layout.direction.horizontal))
    found.append(base_case_mark("C.1", boxes["C.1"], passes.cost(), passes.cost_error(), values))
    return found + target_marks(passes, layout, faded=True) + addition_marks(passes, layout, faded=True)


def edges(passes: Passes, layout: Layout) -> list[Edge]:
    """Draw the lines of diagram 3 in the direction in which errors are passed back."""
    lines = []
    overhang = 0.0 if layout.direction.horizontal else FADED_HEIGHT
    for layer, i, j in passes.all_weights:
        end, (x, y) = weight_line(passes, layout, layer, i, j)
        weight = passes.weight(layer, i, j)
        hook = weight.hook(passes.values)
        lines.append(Edge(weight.id, "error", (x, y - overhang), end, weight.value, quantity=hook))
    for j, end, start in cost_lines(passes, layout, "outputs"):
        lines.append(Edge(f"out.{j}", "error", start, end))
    targets = faint_cost_edges(passes, layout, "targets")
    residual = residual_edges(passes, layout, lambda _: "error", backward=True)
    return lines + targets + addition_edges(passes, layout, overhang) + residual


def addition_edges(passes: Passes, layout: Layout, overhang: float) -> list[Edge]:
    """Draw the lines from each activated value to the plus sign, and from there on to the linear part."""
    lines, exit_side, entry_side = [], layout.direction.exit_side, layout.direction.entry_side
    for layer in passes.residual_layers:
        for j in passes.nodes(layer):
            z, addition, a = (layout.boxes[f"{part}{layer}.{j}"] for part in ("z", "sum", "a"))
            x, y = a.side(entry_side)
            start = (x, y - overhang)
            lines.append(Edge(f"a{layer}.{j}-sum", "error", start, addition.side(exit_side), arrow=False))
            if layout.direction.horizontal:
                end = z.side(exit_side)
            else:
                end = layout.boxes[f"factor{layer}.{j}"].side(exit_side)
            onward = addition.side(entry_side), end
            lines.append(Edge(f"sum{layer}.{j}-z", "error", *onward, arrow=layout.direction.horizontal))
    return lines


# --- description -------------------------------------------------------------


def description(passes: Passes) -> tuple[Section, ...]:
    """Describe the cost, each layer from the last to the first, and the inputs."""
    start = line("", passes.cost(), passes.cost_error())
    layers = [
        section(
            f"Layer {layer}{residual_suffix(passes, layer)}",
            *(node_line(passes, layer, j) for j in passes.nodes(layer)),
        )
        for layer in reversed(passes.layers)
    ]
    inputs = [line(f"Input {i}: ", passes.activated_error(0, i), passes.activated(0, i)) for i in passes.nodes(0)]
    return (section("Cost", start, *target_lines(passes)), *layers, section("Inputs", *inputs))


def node_line(passes: Passes, layer: int, j: int) -> Line:
    """Describe a node: its errors, its forward values, and its weights."""
    return line(
        f"Node {j}: ",
        activated_error(passes, layer, j),
        None if passes.activated_error(layer, j) is None else passes.activation_derivative(layer, j),
        passes.error(layer, j),
        passes.linear(layer, j),
        passes.activated(layer, j),
        *(passes.weight(layer, i, j) for i in passes.nodes(layer - 1)),
    )
