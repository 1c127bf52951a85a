"""The graph that a tape has recorded: what was made of what, and how the gradient comes back along it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import dist
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from ...tape import Variable, from_end
from ...validation import by_name, instance
from ..drawing.artists import draw_in
from ..drawing.scene import Box, Edge, Label, Node, Point, Scene, Side, merge
from .plot import SMALL, TEXT, DataTable, Plot, format_number

__all__ = ["recorded_graph"]

SIGNS = {"multiply": "×", "add": "+", "subtract": "−", "divide": "÷", "negative": "−", "matmul": "@"}
"""The signs of functions whose names are long."""
MOST = 24
"""So many variables can be told apart."""
WIDTH, HALF, NAME = 74.0, 24.0, 18.0
"""The width of a variable, the height of its value and of its gradient, and that of its name, in pixels."""
STEP = {True: (170.0, 100.0), False: (126.0, 106.0)}
"""From one variable to the next, along the way forward and across it: from left to right, and from top to bottom."""
MARGIN = {True: 8.0, False: 34.0}
"""At the left and right; shares stand there where the way leads down."""
LETTER = 0.55 * SMALL
"""The width of a letter or digit of a share, about."""
SWEEPS = 4
"""How often the variables of a rank are sorted by the places of their neighbors."""


class Use(NamedTuple):
    """A variable by its place, what was made of it, and its share of the gradient: of a · a, it has two."""

    start: int
    end: int
    shares: tuple[float, ...]

    @property
    def text(self) -> str:
        """The shares, as a sum."""
        return " + ".join(map(format_number, self.shares))


@dataclass(frozen=True)
class Graph:
    """What is drawn: variables by their places on the tape, with their gradients, and each use of one."""

    variables: Mapping[int, Variable]
    gradients: Mapping[int, float]
    uses: tuple[Use, ...]

    @classmethod
    def of(cls, end: Variable) -> Graph:
        """Go back from the end, as `Variable.backward` does, and keep all gradients and shares."""
        variables = {variable.place: variable for variable in from_end(end)}
        gradients = dict.fromkeys(variables, 0.0) | {end.place: 1.0}
        shares = defaultdict(list)
        for place, made in variables.items():
            if made.operation:
                for variable, share in made.operation.shares(np.array(gradients[place]), made.value):
                    shares[variable.place, place].append(float(share))
                    gradients[variable.place] += float(share)
        return cls(variables, gradients, tuple(Use(*ends, tuple(each)) for ends, each in shares.items()))

    def ranks(self) -> dict[int, int]:
        """Return how many operations lie before each variable; a leaf stands beside the first use of it."""
        ranks: dict[int, int] = {}
        for place in sorted(self.variables):
            ranks[place] = max((ranks[use.start] + 1 for use in self.uses if use.end == place), default=0)
        for place, variable in self.variables.items():
            if variable.operation is None:
                ranks[place] = min((ranks[use.end] - 1 for use in self.uses if use.start == place), default=0)
        return ranks

    def ways(self) -> dict[Use, tuple[int, ...]]:
        """Return the points of each edge, one a rank: its ends, and negative numbers between them."""
        ranks, ways, between = self.ranks(), {}, -1
        for use in self.uses:
            steps = ranks[use.end] - ranks[use.start] - 1
            ways[use] = (use.start, *range(between, between - steps, -1), use.end)
            between -= steps
        return ways

    def places(self) -> dict[int, tuple[int, float]]:
        """Return where each variable and each point of an edge stands: its rank, and its place across."""
        ranks, ways = self.ranks(), self.ways().values()
        rank_of = {point: ranks[way[0]] + n for way in ways for n, point in enumerate(way)} | ranks
        neighbors = defaultdict(list)
        for way in ways:
            for one, other in pairwise(way):
                neighbors[one].append(other)
                neighbors[other].append(one)
        rows = [[point for point in rank_of if rank_of[point] == rank] for rank in range(max(rank_of.values()) + 1)]
        across = {point: n - (len(row) - 1) / 2 for row in rows for n, point in enumerate(sorted(row, key=abs))}
        for _ in range(SWEEPS):
            for row in rows:
                row.sort(key=lambda point: np.mean([across[near] for near in neighbors[point]] or [0]))
                across |= {point: n - (len(row) - 1) / 2 for n, point in enumerate(row)}
        return {point: (rank_of[point], across[point]) for point in rank_of}


def recorded_graph(end: Variable, names: Mapping[str, Variable] | None = None) -> Plot:
    """Draw what was recorded: each variable with its value and its gradient, each use with its share.

    Parameters
    ----------
    end : Variable
        The end of the graph, one number, which has not been freed.
    names : mapping of str to Variable, optional
        The variables that have names. The others have that of what made them.

    Raises
    ------
    ValueError
        If an argument is of another kind, a variable is more than one number,
        there are more than 24 of them, or the graph has been freed.

    Examples
    --------
    >>> from literate_bp import Variable
    >>> from literate_bp.diagram.plots import recorded_graph
    >>> a, b = Variable(2.0), Variable(3.0)
    >>> print(recorded_graph(a * b + a, {"a": a, "b": b}).alt)
    The graph of 4 variables: a 2, gradient 4; b 3, gradient 2; × 6, gradient 1; + 8, gradient 1.
    """
    graph = Graph.of(single(instance("end", end, Variable)))
    given = {} if names is None else by_name("names", names, MOST)
    named = {instance(f"names[{name!r}]", each, Variable).place: name for name, each in given.items()}
    words = {place: named.get(place) or sign_of(each) for place, each in sorted(graph.variables.items())}

    def draw(shades: dict[str, str], width: float) -> Figure:
        across = scene_of(graph, words, rightward=True)
        return draw_in(shades, across if across.width <= width else scene_of(graph, words, rightward=False))

    rows = tuple(
        (
            word,
            format_number(float(graph.variables[place].value)),
            " + ".join(use.text for use in graph.uses if use.start == place) or "1, the end",
            format_number(graph.gradients[place]),
        )
        for place, word in words.items()
    )
    each = "; ".join(f"{word} {value}, gradient {gradient}" for word, value, _, gradient in rows)
    table = DataTable(("variable", "value", "shares", "gradient"), rows)
    return Plot(draw, f"The graph of {len(rows)} variables: {each}.", table)


def single(end: Variable) -> Variable:
    """Require a graph of few variables of one number each."""
    recorded = from_end(end)
    if len(recorded) > MOST:
        raise ValueError(f"end was made of {len(recorded)} variables; at most {MOST} can be drawn")
    for variable in recorded:
        if variable.shape:
            raise ValueError(f"end was made of a variable of shape {variable.shape}; single numbers can be drawn")
    return end


def sign_of(variable: Variable) -> str:
    """Return the sign or the name of what made a variable."""
    made_by = variable.made_by or "leaf"
    return SIGNS.get(made_by, made_by)


def scene_of(graph: Graph, words: Mapping[int, str], *, rightward: bool, step: Point | None = None) -> Scene:
    """Lay it out from left to right, or, where there is no room, from top to bottom."""
    along, aside = step or STEP[rightward]
    places = graph.places()
    least = min(across for _, across in places.values())
    at = {point: (rank * along, (across - least) * aside) for point, (rank, across) in places.items()}
    at = {point: (x, y) if rightward else (y, x) for point, (x, y) in at.items()}
    right, bottom = (max(side) for side in zip(*at.values(), strict=True))
    x, y = MARGIN[rightward] + WIDTH / 2, MARGIN[True] + NAME + HALF
    parts = [
        *(line(use, [at[point] for point in way], rightward=rightward) for use, way in graph.ways().items()),
        *(variable(graph, place, word, at[place]) for place, word in words.items()),
    ]
    return merge(right + 2 * x, bottom + y + HALF + MARGIN[True], *(part.shift(x, y) for part in parts))


def variable(graph: Graph, place: int, word: str, at: Point) -> Scene:
    """Lay a variable out: its name, below it its value, and its gradient at the bottom."""
    value, gradient = float(graph.variables[place].value), graph.gradients[place]
    meaning = "linear" if graph.variables[place].operation else "weight"
    halves: tuple[tuple[str, float, float, Side], ...] = (
        (meaning, value, -HALF / 2, "bottom"),
        ("gradient", gradient, HALF / 2, "top"),
    )
    x, y = at
    return Scene(
        nodes=tuple(
            Node(f"{place}-{name}", name, Box(x, y + below, WIDTH, HALF), number, joined, "square")
            for name, number, below, joined in halves
        ),
        labels=(
            Label(f"{place}-name", word, x, y - HALF - NAME / 2, TEXT),
            *(
                Label(f"{place}-{name}", format_number(number), x, y + below, SMALL, value=number)
                for name, number, below, _ in halves
            ),
        ),
    )


def line(use: Use, way: list[Point], *, rightward: bool) -> Scene:
    """Lay a use out, from side to side, with the share of the gradient that comes back along it."""
    sides: tuple[Side, Side] = ("right", "left") if rightward else ("bottom", "top")
    start, end = (Box(*at, WIDTH, 2 * HALF).side(side) for at, side in zip((way[0], way[-1]), sides, strict=True))
    if not rightward:
        end = end[0], end[1] - NAME
    edge = Edge(f"{use.start}-{use.end}", "weight", start, end, sum(use.shares), via=tuple(way[1:-1]))
    text = f"{'←' if rightward else '↑'} {use.text}"
    share = Label(f"{edge.key}-share", text, *beside(edge, text, rightward=rightward), SMALL, "gradient")
    return Scene(edges=(edge,), labels=(share,))


def beside(edge: Edge, text: str, *, rightward: bool, within: bool = False) -> Point:
    """Return the middle of a text that stands outside of where a line and others meet, or within, and off the line."""
    (x0, y0), (x1, y1) = edge.points[:2]
    across, down = (y1 - y0) / dist((x0, y0), (x1, y1)), (x0 - x1) / dist((x0, y0), (x1, y1))
    away = abs(across) * LETTER * len(text) / 2 + abs(down) * SMALL / 2 + 4
    outside = (edge.start[1] - edge.end[1]) * down if rightward else (edge.start[0] - edge.end[0]) * across
    away = -away if (outside < 0 or (outside == 0 and not rightward)) != within else away
    return (x0 + x1) / 2 + away * across, (y0 + y1) / 2 + away * down
