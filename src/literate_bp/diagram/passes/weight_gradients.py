"""Diagram 5, over diagram 3: the gradient of every weight."""

from __future__ import annotations

from dataclasses import replace
from math import dist

import numpy.typing as npt

from ...network import Network
from ..drawing.scene import Box, Edge, Label, Point, Scene, merge
from .description import Line, Section, line, numbers, section
from .layout import MARK_SIZE, Layout
from .legend import line_entry, mark_entry, residual_entry
from .line_width import line_width
from .marks import TEXT, operation, quantity_mark
from .matrix_table import MatrixTable
from .network_layout import (
    activation_edges,
    addition_marks,
    faint_cost_edges,
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

__all__ = ["weight_gradients"]

LEGEND = (
    mark_entry("input", "input, at the tail"),
    mark_entry("activated", "activated value, at the tail"),
    mark_entry("error", "error, at the head"),
    mark_entry("gradient", "derivative: tail times head"),
    mark_entry("target", "takes no part here", faded=True),
)
"""What the marks mean that every such diagram has."""
LINES = {
    "symbols": (line_entry("gradient", "weight", arrow=False),),
    "numbers": (
        line_entry("gradient", "positive derivative: wide is large", arrow=False),
        line_entry("gradient", "negative derivative", arrow=False, dashed=True),
    ),
}
"""What the line of a weight tells: with symbols alone, nothing of the value of its derivative."""


def weight_gradients(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike, *, values: str = "both", notation: str = "book"
) -> Picture:
    r"""Draw diagram 5, over diagram 3: the gradient, ∂C/∂wᵢⱼ = aᵢ δⱼ for each weight.

    The line of a weight is as wide as its derivative is large, and dashed if
    it is negative; with symbols alone, all lines are alike. One derivative of
    layer 1 is highlighted and written out.

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
    i, j = highlighted(passes)
    shown = numbers(passes, passes.weight_gradient(1, i, j))
    alt = (
        f"{network_name(passes)}: the derivative with respect to each weight is made of the activated value at its "
        f"tail and the error at its head{shown and f'; from input {i} to node {j} of layer 1 it is{shown}'}."
    )

    def variant(passes: Passes) -> Variant:
        landscape, portrait = (scene(passes, layout) for layout in layouts(passes))
        return Variant(landscape, portrait, description(passes))

    return picture_in_all_notations(passes, variant, alt)


def highlighted(passes: Passes) -> tuple[int, int]:
    """Return the from-node and the to-node of the weight of layer 1 that is highlighted.

    It leads from node 1 to node 2, if there are two, so that its indices differ.
    """
    return 1, min(2, passes.sizes[1])


def scene(passes: Passes, layout: Layout) -> Scene:
    """Draw the diagram in one orientation."""
    tables = [table(passes, layer) for layer in passes.layers]
    text = "past the layer: no weight, no gradient"
    residual = [residual_entry("faint", text, arrow=False)] if passes.residual_layers else []
    lines = LINES["symbols" if passes.values == "symbols" else "numbers"]
    entries = with_swatch_entries((*LEGEND, *lines, *residual), tables, "gradient")
    return network_scene(layout, edges(passes, layout), marks(passes, layout), [product(passes)], tables, entries)


def table(passes: Passes, layer: int) -> MatrixTable:
    """Make the table of a layer's gradient, with the two factors of its entries as headers."""
    factors = passes.activated, passes.error
    gradients = passes.weight_gradient, passes.bias_gradient
    symbol = passes.cost_derivative(weights_symbol(passes, layer))
    i, j = highlighted(passes)
    marked = (i - 1, j - 1) if layer == 1 else None
    return layer_table(passes, layer, "gradient", *factors, *gradients, symbol, marked)


def marks(passes: Passes, layout: Layout) -> list[Scene]:
    """Draw the two factors of each derivative at the ends of its line."""
    boxes, values = layout.boxes, passes.values
    found = input_marks(passes, layout)
    for layer, j in passes.all_nodes:
        z, a = f"z{layer}.{j}", f"a{layer}.{j}"
        z_side, a_side = joined_sides(passes, layout, layer)
        error, activated = passes.error(layer, j), passes.activated(layer, j)
        last = layer == passes.depth
        found += [
            quantity_mark(z, boxes[z], error, values, joined_side=z_side),
            quantity_mark(a, boxes[a], activated, values, joined_side=a_side, faded=last),
        ]
    found.append(quantity_mark("C.1", boxes["C.1"], passes.cost(), values, faded=True))
    return found + target_marks(passes, layout, faded=True) + addition_marks(passes, layout, faded=True)


def edges(passes: Passes, layout: Layout) -> list[Edge]:
    """Draw the line of each weight as wide as its derivative is large, and all other lines faint."""
    derivatives = {key: passes.weight_gradient(*key).value for key in passes.all_weights}
    largest = max(map(abs, derivatives.values())) or 1.0
    lines = [*highlight(*weight_line(passes, layout, 1, *highlighted(passes)))]
    for (layer, i, j), value in derivatives.items():
        start, end = weight_line(passes, layout, layer, i, j)
        key, seen = f"w{layer}.{i}.{j}", 0.5 * largest if passes.values == "symbols" else value
        width, hook = line_width(seen, largest), passes.weight_gradient(layer, i, j).hook(passes.values)
        lines.append(Edge(key, "gradient", start, end, value, width, dashed=seen < 0, arrow=False, quantity=hook))
    lines += activation_edges(passes, layout, "faint", arrow=False)
    lines += residual_edges(passes, layout, lambda _: "faint", arrow=False)
    lines += faint_cost_edges(passes, layout, "outputs")
    return lines + faint_cost_edges(passes, layout, "targets")


def highlight(start: Point, end: Point) -> tuple[Edge, Edge]:
    """Draw a wide band with a rim behind a line, a little shorter than the line."""
    (x0, y0), (x1, y1) = start, end
    share = 4.0 / dist(start, end)
    dx, dy = (x1 - x0) * share, (y1 - y0) * share
    ends = (x0 + dx, y0 + dy), (x1 - dx, y1 - dy)
    rim = Edge("rim", "muted", *ends, width=9.0, arrow=False)
    return rim, replace(rim, key="marked", meaning="halo", width=7.0)


def product(passes: Passes) -> Scene:
    """Write out the highlighted derivative: activated value times error."""
    (i, j), sign = highlighted(passes), passes.notation.error_sign
    parts = (
        (70.0, passes.weight_gradient(1, i, j), ""),
        (MARK_SIZE[0], passes.activated(0, i), "=" if sign > 0 else "= −"),
        (MARK_SIZE[0], passes.error(1, j), "×"),
    )
    x, y, scenes = 0.0, MARK_SIZE[1] / 2, []
    for n, (width, quantity, before) in enumerate(parts):
        if before:
            scenes.append(operation(f"sign-{n - 1}", Box(x + 16, y, 0, 0), [before]))
            x += 32
        box = Box(x + width / 2, y, width, MARK_SIZE[1])
        scenes.append(quantity_mark(f"written-{n}", box, quantity, passes.values))
        x += width
    label = Label("written-words", "on the marked edge", x / 2, -12.0, TEXT, "muted")
    return merge(x, MARK_SIZE[1] + 24, *scenes, Scene(labels=(label,))).shift(0, 20)


# --- description -------------------------------------------------------------


def description(passes: Passes) -> tuple[Section, ...]:
    """Describe for each layer its inputs, its errors and its gradient, and at the end the cost."""
    layers = [
        section(
            f"Layer {layer}",
            activated_line("Comes in: ", passes, layer - 1),
            *(node_line(passes, layer, j) for j in passes.nodes(layer)),
        )
        for layer in passes.layers
    ]
    outputs = activated_line("Outputs: ", passes, passes.depth)
    targets = line("Targets: ", *map(passes.target, passes.nodes(passes.depth)))
    return *layers, section("Cost", outputs, targets, line("", passes.cost()))


def activated_line(lead: str, passes: Passes, layer: int) -> Line:
    """Describe the activated values of a layer."""
    return line(lead, *(passes.activated(layer, i) for i in passes.nodes(layer)))


def node_line(passes: Passes, layer: int, j: int) -> Line:
    """Describe a node: its error, and the derivatives with respect to its weights and bias."""
    return line(
        f"Node {j}: ",
        passes.error(layer, j),
        *(passes.weight_gradient(layer, i, j) for i in passes.nodes(layer - 1)),
        passes.bias_gradient(layer, j),
    )
