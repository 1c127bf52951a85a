"""What the three diagrams of a whole network share: places, lines, tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from ...formula.expression import Index, Symbol
from ...formula.printing import Latex
from ...formula.translation import as_laid_out_here
from ..drawing.scene import Box, Edge, Point, Scene, Side, merge, pack, stack
from .layout import (
    CARD,
    CIRCLE,
    GHOST,
    MARGIN,
    WIDTHS,
    Flow,
    Plan,
    Rank,
    between,
    plan_landscape,
    plan_portrait,
    touching,
)
from .legend import legend, squares
from .marks import PAST, body, card, plus
from .matrix_table import Head, Table
from .quantities import Pass, Quantity

__all__ = [
    "cost_lines",
    "faint_lines",
    "halves",
    "input_marks",
    "joins",
    "layer_table",
    "matrix",
    "named",
    "past_lines",
    "picture_scene",
    "plans",
    "sum_marks",
    "target_marks",
    "weight_line",
    "with_squares",
]


SUM = (16.0, 16.0)
"""Where a residual connection is added."""
APART = 36.0
"""The room for it between the halves of a node."""
LANE = 11.0
"""How far from the marks that it goes past."""


def plans(shown: Pass) -> tuple[Plan, Plan]:
    """Place inputs, layers, cost and targets along the flow, both ways."""
    ranks = [
        Rank(("a0",), shown.sizes[0], CARD, ("inputs",)),
        *(layer_rank(shown, layer) for layer in shown.layers),
        Rank(("C",), 1, CIRCLE, ("cost",)),
        Rank(("y",), shown.sizes[-1], CARD, ("targets",)),
    ]
    return with_sums(across(ranks, shown), shown), with_sums(down(ranks, shown), shown)


def layer_rank(shown: Pass, layer: int) -> Rank:
    """A layer: each node in two halves."""
    residual = shown.residual(layer)
    words = f"layer {layer}" + ", residual" * residual, shown.activation(layer)
    keys = f"z{layer}", f"a{layer}"
    return Rank(keys, shown.sizes[layer], CARD, words, GHOST, APART * residual)


def across(ranks: list[Rank], shown: Pass) -> Plan:
    """The landscape plan."""
    length = sum(rank.length(Flow("landscape")) for rank in ranks)
    free = WIDTHS["landscape"] - 2 * MARGIN - length - 58
    wide = min(max(free / shown.depth, 58.0), 130.0)
    gaps = [wide] * shown.depth + [31.0, 27.0]
    pitch = CARD[1] + GHOST + (24 if shown.ways_past else 14)
    return plan_landscape(ranks, gaps, 44, max(shown.sizes) * pitch, pitch)


def down(ranks: list[Rank], shown: Pass) -> Plan:
    """The portrait plan."""
    gaps = [64.0 + GHOST] * shown.depth + [56.0, 50.0]
    return plan_portrait(ranks, gaps, max(shown.sizes), CARD[0] + (2 * LANE if shown.ways_past else 8))


def with_sums(plan: Plan, shown: Pass) -> Plan:
    """The plan with the places where residual connections are added."""
    places = {}
    for layer in shown.ways_past:
        for j in shown.nodes(layer):
            z = plan.boxes[f"z{layer}.{j}"]
            x, y = z.side(plan.flow.ahead)
            at = (x + APART / 2, y) if plan.flow.across else (x, y + APART / 2)
            places[f"sum{layer}.{j}"] = Box(*at, *SUM)
    return replace(plan, boxes=plan.boxes | places)


def picture_scene(
    plan: Plan,
    edges: Iterable[Edge],
    marks: Iterable[Scene],
    below: list[Scene],
    tables: list[Table],
    entries: Iterable[Scene],
) -> Scene:
    """The network, what stands below it, its tables and the legend."""
    top = 30.0 if plan.flow.across else None
    drawn = body(plan, plan.ranks, edges, marks, top)
    each = [table.scene() for table in tables]
    parts = [drawn, *below, pack(each, plan.width - 2 * MARGIN, 18.0, 16.0)]
    held = merge(plan.width, 0, *parts)
    return stack(plan.width, [*parts, legend(list(entries), held)])


def named(shown: Pass) -> str:
    """What the network is, for the first words of a picture."""
    name = f"A {'-'.join(map(str, shown.sizes))} network"
    if not shown.ways_past:
        return name
    *first, last = map(str, shown.ways_past)
    if not first:
        return f"{name} with a residual connection past layer {last}"
    return f"{name} with residual connections past layers {', '.join(first)} and {last}"


def with_squares(entries: tuple[Scene, ...], tables: list[Table], meaning: str) -> list[Scene]:
    """The legend, and what squares mean where a table shows them."""
    held = any(table.squares for table in tables)
    return [*entries, *(squares(meaning) if held else [])]


# --- marks -------------------------------------------------------------------


def input_marks(shown: Pass, plan: Plan) -> list[Scene]:
    """The inputs."""
    given = {f"a0.{i}": shown.activated(0, i) for i in shown.nodes(0)}
    return [card(key, plan.boxes[key], quantity, shown.values) for key, quantity in given.items()]


def target_marks(shown: Pass, plan: Plan, *, faded: bool) -> list[Scene]:
    """The targets."""
    given = {f"y.{j}": shown.target(j) for j in shown.nodes(shown.depth)}
    return [card(key, plan.boxes[key], quantity, shown.values, faded=faded) for key, quantity in given.items()]


def sum_marks(shown: Pass, plan: Plan, *, faded: bool) -> list[Scene]:
    """Where residual connections are added."""
    keys = (f"sum{layer}.{j}" for layer in shown.ways_past for j in shown.nodes(layer))
    return [plus(key, plan.boxes[key], faded=faded) for key in keys]


def halves(shown: Pass, plan: Plan, layer: int) -> tuple[Side | None, Side | None]:
    """The sides at which the halves of a node join, if nothing is between."""
    return (None, None) if shown.residual(layer) else plan.flow.halves


# --- lines -------------------------------------------------------------------


def weight_line(shown: Pass, plan: Plan, layer: int, i: int, j: int) -> tuple[Point, Point]:
    """From the node that a weight leaves to the node that it leads to."""
    tail, head = plan.boxes[f"a{layer - 1}.{i}"], plan.boxes[f"z{layer}.{j}"]
    of = shown.sizes[layer], shown.sizes[layer - 1]
    return between(plan.flow, tail, head, (j - 1, i - 1), of)


def cost_lines(shown: Pass, plan: Plan, what: str) -> list[tuple[int, Point, Point]]:
    """Number, start and end of the lines from "outputs" or "targets" to C."""
    targets = what == "targets"
    prefix = "y" if targets else f"a{shown.depth}"
    side = plan.flow.behind if targets else plan.flow.ahead
    starts = [(j, plan.boxes[f"{prefix}.{j}"].side(side)) for j in shown.nodes(shown.depth)]
    circle = plan.boxes["C.1"]
    return [(j, start, touching(circle, start)) for j, start in starts]


def faint_lines(shown: Pass, plan: Plan, what: str) -> list[Edge]:
    """The same lines, standing back."""
    prefix = "y" if what == "targets" else f"a{shown.depth}"
    return [
        Edge(f"faint-{prefix}.{j}", "faint", start, end, arrow=False) for j, start, end in cost_lines(shown, plan, what)
    ]


def joins(shown: Pass, plan: Plan, meaning: str, *, arrow: bool) -> list[Edge]:
    """From each linear part to its activated value, where these are apart."""
    pairs = []
    for layer, j in shown.every_node:
        z, total, a = f"z{layer}.{j}", f"sum{layer}.{j}", f"a{layer}.{j}"
        if shown.residual(layer):
            pairs += [(z, total), (total, a)]
        elif not plan.flow.across:
            pairs.append((z, a))
    ahead, behind = plan.flow.ahead, plan.flow.behind
    return [
        Edge(f"{one}-{other}", meaning, plan.boxes[one].side(ahead), plan.boxes[other].side(behind), arrow=arrow)
        for one, other in pairs
    ]


def past(plan: Plan, layer: int, j: int) -> tuple[Point, ...]:
    """The way past node j of a layer: from what came in, around two corners, to where it is added."""
    came, total = plan.boxes[f"a{layer - 1}.{j}"], plan.boxes[f"sum{layer}.{j}"]
    if plan.flow.across:
        (x0, y0), (x1, y1) = came.side("bottom"), total.side("bottom")
        return (x0, y0), (x0, y0 + LANE), (x1, y0 + LANE), (x1, y1)
    (x0, y0), (x1, y1) = came.side("right"), total.side("right")
    return (x0, y0), (x0 + LANE, y0), (x0 + LANE, y1), (x1, y1)


def past_lines(
    shown: Pass, plan: Plan, meaning: Callable[[int], str], *, back: bool = False, arrow: bool = True
) -> list[Edge]:
    """What goes past the layers, or comes back past them."""
    lines = []
    for layer in shown.ways_past:
        for j in shown.nodes(layer):
            start, *via, end = past(plan, layer, j)[:: -1 if back else 1]
            key = f"past{layer}.{j}"
            lines.append(Edge(key, meaning(layer), start, end, width=PAST, arrow=arrow, via=tuple(via)))
    return lines


# --- tables ------------------------------------------------------------------


def layer_table(
    shown: Pass,
    layer: int,
    title: str,
    row: Callable[[int, int], Quantity | None],
    column: Callable[[int, int], Quantity],
    cell: Callable[[int, int, int], Quantity],
    bias: Callable[[int, int], Quantity | None] | None = None,
    corner: str = "",
    marked: tuple[int, int] | None = None,
) -> Table:
    """The matrix of a layer between what meets at it; biases as last row."""
    tails, heads = shown.nodes(layer - 1), shown.nodes(layer)
    rows = [Head(row(layer - 1, i), i) for i in tails]
    columns = tuple(Head(column(layer, j), j) for j in heads)
    cells = [tuple(cell(layer, i, j) for j in heads) for i in tails]
    biases = [bias(layer, j) for j in heads] if bias else []
    if kept := tuple(each for each in biases if each is not None):
        rows.append(Head(None))
        cells.append(kept)
    key, words = f"table{layer}", f"{title} of layer {layer}"
    filled = tuple(rows), columns, tuple(cells)
    return Table(key, words, corner, *filled, shown.values, marked)


def matrix(shown: Pass, layer: int) -> str:
    """LaTeX of a layer's weights, which lie with a row for each node that they leave."""
    weights = as_laid_out_here(Symbol("weights", Index("", layer)), shown.notation)
    return Latex(partial(shown.notation.latex, sizes=shown.sizes)).text(weights)
