"""What diagrams 3, 4 and 5 share: the layout of a network, its lines, and the table of each layer's matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from ...formula.expression import Index, Symbol
from ...formula.printing import Latex
from ...formula.translation import as_laid_out_here
from ..drawing.scene import Box, Edge, Point, Scene, Side, merge, pack, stack
from .layout import (
    COST_SIZE,
    FADED_HEIGHT,
    MARGIN,
    MARK_SIZE,
    WIDTHS,
    Direction,
    Layout,
    Rank,
    circle_border,
    connect,
    landscape_layout,
    portrait_layout,
)
from .legend import legend, swatch_entries
from .marks import RESIDUAL_WIDTH, body, plus_sign, quantity_mark
from .matrix_table import Header, MatrixTable
from .quantities import Passes, Quantity

__all__ = [
    "activation_edges",
    "addition_marks",
    "cost_lines",
    "faint_cost_edges",
    "input_marks",
    "joined_sides",
    "layer_table",
    "layouts",
    "network_name",
    "network_scene",
    "residual_edges",
    "target_marks",
    "weight_line",
    "weights_symbol",
    "with_swatch_entries",
]

ADDITION = (16.0, 16.0)
"""Width and height of the plus sign of a residual connection, in pixels."""
ADDITION_GAP = 36.0
"""The distance between the two halves of a node with a plus sign between them."""
FACTOR = {"landscape": (104.0, 20.0), "portrait": (62.0, 40.0)}
"""Width and height of the derivative of the activation: below the two halves in landscape, between them in portrait."""
LANE = 11.0
"""The distance from a residual connection to the marks that it passes."""


# --- layout ------------------------------------------------------------------
# Keys of marks: a0.i for an input, zL.j and aL.j for node j of layer L, C.1 for the cost, y.j for a target.


def layouts(passes: Passes) -> tuple[Layout, Layout]:
    """Lay out inputs, layers, cost and targets, in landscape and in portrait."""
    ranks = [
        Rank(("a0",), passes.sizes[0], MARK_SIZE, ("inputs",)),
        *(layer_rank(passes, layer) for layer in passes.layers),
        Rank(("C",), 1, COST_SIZE, ("cost",)),
        Rank(("y",), passes.sizes[-1], MARK_SIZE, ("targets",)),
    ]
    return with_operations(landscape(ranks, passes), passes), with_operations(portrait(ranks, passes), passes)


def layer_rank(passes: Passes, layer: int) -> Rank:
    """Return the rank of a layer, whose nodes have two halves: linear part and activated value."""
    residual = passes.residual(layer)
    heading = f"layer {layer}" + ", residual" * residual, passes.activation(layer)
    keys = f"z{layer}", f"a{layer}"
    portrait_gap = FACTOR["portrait"][1] + FADED_HEIGHT
    return Rank(keys, passes.sizes[layer], MARK_SIZE, heading, portrait_gap, ADDITION_GAP * residual)


def landscape(ranks: list[Rank], passes: Passes) -> Layout:
    """Lay out the network in landscape."""
    length = sum(rank.length(Direction("landscape")) for rank in ranks)
    free = WIDTHS["landscape"] - 2 * MARGIN - length - 58
    wide = min(max(free / passes.depth, 58.0), 130.0)
    gaps = [wide] * passes.depth + [31.0, 27.0]
    pitch = MARK_SIZE[1] + FADED_HEIGHT + 8 + FACTOR["landscape"][1] + LANE * bool(passes.residual_layers)
    return landscape_layout(ranks, gaps, 44, max(passes.sizes) * pitch, pitch)


def portrait(ranks: list[Rank], passes: Passes) -> Layout:
    """Lay out the network in portrait."""
    gaps = [64.0 + FADED_HEIGHT] * passes.depth + [56.0, 50.0]
    return portrait_layout(ranks, gaps, max(passes.sizes), MARK_SIZE[0] + (2 * LANE if passes.residual_layers else 8))


def with_operations(layout: Layout, passes: Passes) -> Layout:
    """Add the boxes of the factors, ``factorL.j``, and of the plus signs of residual connections, ``sumL.j``."""
    boxes, horizontal, size = {}, layout.direction.horizontal, FACTOR[layout.direction.orientation]
    for layer, j in passes.all_nodes:
        z, a = (layout.boxes[f"{half}{layer}.{j}"] for half in ("z", "a"))
        x, y = z.side(layout.direction.exit_side)
        if horizontal:
            below = z.y + z.h / 2 + size[1] / 2 + 1 + LANE * bool(passes.residual_layers)
            boxes[f"factor{layer}.{j}"] = Box((z.x + a.x) / 2, below, *size)
            addition = x + ADDITION_GAP / 2, y
        else:
            boxes[f"factor{layer}.{j}"] = Box(x, y + size[1] / 2, *size)
            addition = x, y + size[1] + ADDITION_GAP / 2
        if passes.residual(layer):
            boxes[f"sum{layer}.{j}"] = Box(*addition, *ADDITION)
    return replace(layout, boxes=layout.boxes | boxes)


# --- the whole ---------------------------------------------------------------


def network_scene(
    layout: Layout,
    edges: Iterable[Edge],
    marks: Iterable[Scene],
    below: list[Scene],
    tables: list[MatrixTable],
    entries: Iterable[Scene],
) -> Scene:
    """Draw the network, and below it more scenes, the tables, and the legend."""
    top = 30.0 if layout.direction.horizontal else None
    network = body(layout, layout.ranks, edges, marks, top)
    table_scenes = [table.scene() for table in tables]
    parts = [network, *below, pack(table_scenes, layout.width - 2 * MARGIN, 18.0, 16.0)]
    explained = merge(layout.width, 0, *parts)
    return stack(layout.width, [*parts, legend(list(entries), explained)])


def network_name(passes: Passes) -> str:
    """Return the name of the network for the beginning of a sentence: "A 3-3-2-3 network"."""
    name = f"A {'-'.join(map(str, passes.sizes))} network"
    if not passes.residual_layers:
        return name
    *first, last = map(str, passes.residual_layers)
    if not first:
        return f"{name} with a residual connection past layer {last}"
    return f"{name} with residual connections past layers {', '.join(first)} and {last}"


def with_swatch_entries(entries: tuple[Scene, ...], tables: list[MatrixTable], meaning: str) -> list[Scene]:
    """Add the legend's entries of squares, if a table has them."""
    needed = any(table.has_swatches for table in tables)
    return [*entries, *(swatch_entries(meaning) if needed else [])]


# --- marks -------------------------------------------------------------------


def input_marks(passes: Passes, layout: Layout) -> list[Scene]:
    """Draw the inputs."""
    inputs = {f"a0.{i}": passes.activated(0, i) for i in passes.nodes(0)}
    return [quantity_mark(key, layout.boxes[key], quantity, passes.values) for key, quantity in inputs.items()]


def target_marks(passes: Passes, layout: Layout, *, faded: bool) -> list[Scene]:
    """Draw the targets."""
    targets = {f"y.{j}": passes.target(j) for j in passes.nodes(passes.depth)}
    return [
        quantity_mark(key, layout.boxes[key], quantity, passes.values, faded=faded) for key, quantity in targets.items()
    ]


def addition_marks(passes: Passes, layout: Layout, *, faded: bool) -> list[Scene]:
    """Draw the plus signs of residual connections."""
    keys = (f"sum{layer}.{j}" for layer in passes.residual_layers for j in passes.nodes(layer))
    return [plus_sign(key, layout.boxes[key], faded=faded) for key in keys]


def joined_sides(passes: Passes, layout: Layout, layer: int) -> tuple[Side | None, Side | None]:
    """Return the sides at which the two halves of a layer's nodes touch each other, if they do."""
    return (None, None) if passes.residual(layer) else layout.direction.joined_sides


# --- lines -------------------------------------------------------------------


def weight_line(passes: Passes, layout: Layout, layer: int, i: int, j: int) -> tuple[Point, Point]:
    """Return the ends of the line of the weight from node i to node j of a layer."""
    tail, head = layout.boxes[f"a{layer - 1}.{i}"], layout.boxes[f"z{layer}.{j}"]
    count = passes.sizes[layer], passes.sizes[layer - 1]
    return connect(layout.direction, tail, head, (j - 1, i - 1), count)


def cost_lines(passes: Passes, layout: Layout, source: str) -> list[tuple[int, Point, Point]]:
    """Return number, start and end of each line to the cost from the "outputs" or the "targets"."""
    targets = source == "targets"
    prefix = "y" if targets else f"a{passes.depth}"
    side = layout.direction.entry_side if targets else layout.direction.exit_side
    starts = [(j, layout.boxes[f"{prefix}.{j}"].side(side)) for j in passes.nodes(passes.depth)]
    circle = layout.boxes["C.1"]
    return [(j, start, circle_border(circle, start)) for j, start in starts]


def faint_cost_edges(passes: Passes, layout: Layout, source: str) -> list[Edge]:
    """Draw the lines between the cost and the "outputs" or "targets" in the faint color."""
    prefix = "y" if source == "targets" else f"a{passes.depth}"
    return [
        Edge(f"faint-{prefix}.{j}", "faint", start, end, arrow=False)
        for j, start, end in cost_lines(passes, layout, source)
    ]


def activation_edges(passes: Passes, layout: Layout, meaning: str, *, arrow: bool) -> list[Edge]:
    """Draw the line from each linear part to its activated value, if they do not touch."""
    pairs = []
    for layer, j in passes.all_nodes:
        z, addition, a = f"z{layer}.{j}", f"sum{layer}.{j}", f"a{layer}.{j}"
        if passes.residual(layer):
            pairs += [(z, addition), (addition, a)]
        elif not layout.direction.horizontal:
            pairs.append((z, a))
    exit_side, entry_side = layout.direction.exit_side, layout.direction.entry_side
    return [
        Edge(
            f"{tail}-{head}",
            meaning,
            layout.boxes[tail].side(exit_side),
            layout.boxes[head].side(entry_side),
            arrow=arrow,
        )
        for tail, head in pairs
    ]


def residual_route(layout: Layout, layer: int, j: int) -> tuple[Point, ...]:
    """Return the points of the residual connection past node j of a layer, to where it is added."""
    source, addition = layout.boxes[f"a{layer - 1}.{j}"], layout.boxes[f"sum{layer}.{j}"]
    if layout.direction.horizontal:
        (x0, y0), (x1, y1) = source.side("bottom"), addition.side("bottom")
        return (x0, y0), (x0, y0 + LANE), (x1, y0 + LANE), (x1, y1)
    (x0, y0), (x1, y1) = source.side("right"), addition.side("right")
    return (x0, y0), (x0 + LANE, y0), (x0 + LANE, y1), (x1, y1)


def residual_edges(
    passes: Passes, layout: Layout, meaning: Callable[[int], str], *, backward: bool = False, arrow: bool = True
) -> list[Edge]:
    """Draw all residual connections; `meaning` gives that of a layer."""
    lines = []
    for layer in passes.residual_layers:
        for j in passes.nodes(layer):
            start, *via, end = residual_route(layout, layer, j)[:: -1 if backward else 1]
            key = f"past{layer}.{j}"
            lines.append(Edge(key, meaning(layer), start, end, width=RESIDUAL_WIDTH, arrow=arrow, via=tuple(via)))
    return lines


# --- tables ------------------------------------------------------------------


def layer_table(
    passes: Passes,
    layer: int,
    title: str,
    row: Callable[[int, int], Quantity | None],
    column: Callable[[int, int], Quantity],
    cell: Callable[[int, int, int], Quantity],
    bias: Callable[[int, int], Quantity | None] | None = None,
    symbol: str = "",
    marked: tuple[int, int] | None = None,
) -> MatrixTable:
    """Make the table of a layer's matrix, with the biases as its last row.

    Parameters
    ----------
    passes, layer, title : Passes, int, str
        The layer, and the first word of the title.
    row, column : callable
        Return the header of a row, from the previous layer and a node of it,
        and of a column, from the layer and a node of it.
    cell : callable
        Returns a cell, from the layer and two nodes.
    bias : callable, optional
        Returns a cell of the last row, from the layer and a node.
    symbol : str
        LaTeX of the matrix.
    marked : tuple of int, optional
        The cell that is highlighted, counted from 0.
    """
    tails, heads = passes.nodes(layer - 1), passes.nodes(layer)
    rows = [Header(row(layer - 1, i), i) for i in tails]
    columns = tuple(Header(column(layer, j), j) for j in heads)
    cells = [tuple(cell(layer, i, j) for j in heads) for i in tails]
    biases = [bias(layer, j) for j in heads] if bias else []
    if last_row := tuple(each for each in biases if each is not None):
        rows.append(Header(None))
        cells.append(last_row)
    title = f"{title} of layer {layer}"
    return MatrixTable(f"table{layer}", title, symbol, tuple(rows), columns, tuple(cells), passes.values, marked)


def weights_symbol(passes: Passes, layer: int) -> str:
    """Return the LaTeX of a layer's weights, as a matrix with a row for each node that they lead from."""
    weights = as_laid_out_here(Symbol("weights", Index("", layer)), passes.notation)
    return Latex(partial(passes.notation.latex, sizes=passes.sizes)).text(weights)
