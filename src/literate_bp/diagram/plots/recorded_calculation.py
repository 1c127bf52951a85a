"""A calculation on the tape as a graph, which a reader of a page can change, and follow record by record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import dist
from typing import Any

import numpy as np

from ...tape import Variable
from ...validation import one_of
from ..drawing.scene import Edge, Point, Scene
from .live_record import CALCULATIONS, run
from .moved import written
from .plot import WIDE, Plot
from .recorded_graph import HALF, MARGIN, NAME, STEP, WIDTH, Graph, beside, recorded_graph, scene_of
from .rule_texts import RULES

__all__ = ["recorded_calculation"]

SIGNS = {"np.": "", "apply(sigmoid, z)": "σ(z)", "*": "×", "-": "−", "/": "÷"}
"""How a line of code is written above what it made."""
SHARE = "← −0.123"
"""A text as long as most shares."""
POINTS = 20
"""At so many points of each part of a line it is seen how far away it is."""
APART = 130.0
"""From one variable to the next beside it, where the way leads down: so that such a share has room between them."""


def recorded_calculation(of: str = "product") -> Plot:
    """Draw what a small calculation records, as `recorded_graph` does.

    A reader of a page can change its leaves, choose another calculation, and
    go through it: each record forward, and then each share that is handed back.

    Parameters
    ----------
    of : {"product", "square", "sums", "node", "textbook"}
        The calculation: ab + a, (3w − 2)², 4a · 2a by sums, a sigmoid node, or
        the sigmoid as in textbooks.

    Raises
    ------
    ValueError
        If the name is unknown.

    Examples
    --------
    >>> from literate_bp.diagram.plots import recorded_calculation
    >>> print(recorded_calculation().alt)
    The graph of 4 variables: a 2, gradient 4; b 3, gradient 2; c = a × b 6, gradient 1; d = c + a 8, gradient 1.
    """
    made = begun(one_of("of", of, CALCULATIONS))
    calculations = {name: calculation(name) for name in CALCULATIONS}
    used = {each.made_by for name in CALCULATIONS for each in begun(name)}
    rules = {name: texts for name, texts in RULES.items() if name in used}
    live = written("record", of=of, box=(WIDTH, HALF, NAME), calculations=calculations, rules=rules)
    return replace(recorded_graph(made[-1], dict(zip(titles(of), made, strict=True))), live=live, script="record")


def begun(of: str) -> list[Variable]:
    """Run a calculation with the values to begin with."""
    return run(of, [value for _, value in CALCULATIONS[of][1]])


def titles(of: str) -> list[str]:
    """Return what stands above each variable: the name of a leaf, or the line that made it."""
    _, leaves, lines = CALCULATIONS[of]
    return [name for name, _ in leaves] + [formula(line) for line in lines]


def formula(line: str) -> str:
    """Write a line of code as a formula."""
    for code, sign in SIGNS.items():
        line = line.replace(" ** 2", "²").replace(code, sign)
    return line


def calculation(of: str) -> dict[str, Any]:
    """Return what a page needs to know of a calculation."""
    title, leaves, lines = CALCULATIONS[of]
    made = begun(of)
    places = {each.place: n for n, each in enumerate(made)}
    graph, words = Graph.of(made[-1]), dict(zip(places, titles(of), strict=True))
    most = (WIDE - 2 * MARGIN[True] - WIDTH) // max(graph.ranks().values())
    wide = scene_of(graph, words, rightward=True, step=(min(STEP[True][0], most), STEP[True][1]))
    narrow = scene_of(graph, words, rightward=False, step=(STEP[False][0], APART))
    return {
        "title": title,
        "leaves": leaves,
        "lines": lines,
        "titles": titles(of),
        "wide": layout(wide, places, rightward=True),
        "narrow": layout(narrow, places, rightward=False),
    }


def layout(scene: Scene, places: Mapping[int, int], *, rightward: bool) -> dict[str, Any]:
    """Return where each variable stands, and each line with the places of two shares, in whole pixels."""
    at = [(node.box.x, node.box.y) for node in scene.nodes if node.meaning != "gradient"]
    return {
        "size": rounded((scene.width, scene.height)),
        "at": [rounded((x, y)) for x, y in at],
        "edges": [use(edge, places, scene, rightward=rightward) for edge in scene.edges],
    }


def use(edge: Edge, places: Mapping[int, int], scene: Scene, *, rightward: bool) -> list[Any]:
    """Return from where to where a line leads, its points, and the middles of a share on either side of it.

    The first of them is where the other lines are farther away.
    """
    ends = [places[int(place)] for place in edge.key.split("-")]
    others = [point for other in scene.edges if other != edge for point in along(other)]
    sides = [beside(edge, SHARE, rightward=rightward, within=within) for within in (False, True)]
    sides.sort(key=lambda side: -min((dist(side, point) for point in others), default=0.0))
    return [*ends, [rounded(point) for point in edge.points], [rounded(side) for side in sides]]


def along(edge: Edge) -> list[Point]:
    """Return points of a line, from its start to its end."""
    parts = np.linspace(0, 1, POINTS)[:, None]
    return [tuple(point) for one, other in pairwise(np.array(edge.points)) for point in one + parts * (other - one)]


def rounded(numbers: Sequence[float]) -> list[int]:
    """Return whole numbers."""
    return [round(number) for number in numbers]
