"""Diagram 5: the gradient of every weight, over diagram 3."""

from __future__ import annotations

from math import dist

import numpy.typing as npt

from ...network import Network
from ..drawing.scene import Box, Edge, Label, Point, Scene, merge
from .description import weight_gradient_words
from .layout import CARD, Plan
from .legend import bent, line, sample
from .marks import TEXT, card, operation
from .matrix_table import Table
from .network_layout import (
    faint_lines,
    halves,
    input_marks,
    joins,
    layer_table,
    matrix,
    named,
    past_lines,
    picture_scene,
    plans,
    sum_marks,
    target_marks,
    weight_line,
    with_squares,
)
from .picture import Face, Picture, pictured
from .quantities import Pass, checked, number

__all__ = ["weight_gradients"]

GRADIENTS = (
    sample("input", "input, at the tail"),
    sample("activated", "activated value, at the tail"),
    sample("error", "error, at the head"),
    sample("gradient", "gradient: tail times head"),
    sample("target", "takes no part here", faded=True),
    line("gradient", "positive gradient: wide is large", arrow=False),
    line("gradient", "negative gradient", arrow=False, dashed=True),
)


def weight_gradients(
    network: Network, x: npt.ArrayLike, y: npt.ArrayLike, *, values: str = "both", notation: str = "book"
) -> Picture:
    r"""Draw diagram 5, over diagram 3: each line carries ∂C/∂w_ij = a_i δ_j.

    Parameters and refusals are those of `network_forward`.

    Returns
    -------
    Picture
        To show, or to save.
    """
    shown = checked(network, x, y, values, notation)
    i, j = marked(shown)
    alt = (
        f"{named(shown)}: the gradient of each weight is made of the "
        "activated value at its tail and the error at its head; from input "
        f"{i} to node {j} of layer 1 it is "
        f"{number(shown.weight_gradient(1, i, j).value)}."
    )

    def face(each: Pass) -> Face:
        landscape, portrait = (gradient_scene(each, plan) for plan in plans(each))
        return Face(landscape, portrait, weight_gradient_words(each))

    return pictured(shown, face, alt)


def marked(shown: Pass) -> tuple[int, int]:
    """From and to of the weight of layer 1 that is written out.

    From node 1 to node 2, so that its indices differ, if there are two.
    """
    return 1, min(2, shown.sizes[1])


def gradient_scene(shown: Pass, plan: Plan) -> Scene:
    """Everything of diagram 5 in one orientation."""
    tables = [gradient_table(shown, layer) for layer in shown.layers]
    ways = [bent("faint", "past the layer: no weight, no gradient", arrow=False)] if shown.ways_past else []
    entries = with_squares((*GRADIENTS, *ways), tables, "gradient")
    lines, marks = gradient_lines(shown, plan), gradient_marks(shown, plan)
    below = [written_out(shown)]
    return picture_scene(plan, lines, marks, below, tables, entries)


def gradient_table(shown: Pass, layer: int) -> Table:
    """The gradients of a layer between their two factors."""
    factors = shown.activated, shown.error
    quantities = shown.weight_gradient, shown.bias_gradient
    corner = shown.gradient(matrix(shown, layer))
    i, j = marked(shown)
    mark = (i - 1, j - 1) if layer == 1 else None
    return layer_table(shown, layer, "gradients", *factors, *quantities, corner, mark)


def gradient_marks(shown: Pass, plan: Plan) -> list[Scene]:
    """At both ends of every line the factor that its gradient takes there."""
    boxes, values = plan.boxes, shown.values
    marks = input_marks(shown, plan)
    for layer, j in shown.every_node:
        z, a = f"z{layer}.{j}", f"a{layer}.{j}"
        ahead, behind = halves(shown, plan, layer)
        error, activated = shown.error(layer, j), shown.activated(layer, j)
        last = layer == shown.depth
        marks += [
            card(z, boxes[z], error, values, joined=ahead),
            card(a, boxes[a], activated, values, joined=behind, faded=last),
        ]
    marks.append(card("C.1", boxes["C.1"], shown.cost(), values, faded=True))
    return marks + target_marks(shown, plan, faded=True) + sum_marks(shown, plan, faded=True)


def gradient_lines(shown: Pass, plan: Plan) -> list[Edge]:
    """Every line as wide as its gradient is large, dashed if negative."""
    gradients = {key: shown.weight_gradient(*key).value for key in shown.every_weight}
    largest = max(map(abs, gradients.values())) or 1.0
    lines = [halo(*weight_line(shown, plan, 1, *marked(shown)))]
    for (layer, i, j), value in gradients.items():
        ends = weight_line(shown, plan, layer, i, j)
        key, width = f"w{layer}.{i}.{j}", 0.6 + 3.0 * abs(value) / largest
        look = "gradient", *ends, value, width, value < 0
        lines.append(Edge(key, *look, arrow=False))
    lines += joins(shown, plan, "faint", arrow=False)
    lines += past_lines(shown, plan, lambda _: "faint", arrow=False)
    lines += faint_lines(shown, plan, "outputs")
    return lines + faint_lines(shown, plan, "targets")


def halo(start: Point, end: Point) -> Edge:
    """A broad band behind a line, a little shorter than it."""
    (x0, y0), (x1, y1) = start, end
    short = 4.0 / dist(start, end)
    dx, dy = (x1 - x0) * short, (y1 - y0) * short
    ends = (x0 + dx, y0 + dy), (x1 - dx, y1 - dy)
    return Edge("marked", "halo", *ends, width=8.0, arrow=False)


def written_out(shown: Pass) -> Scene:
    """The gradient of the marked line: activated value times error."""
    (i, j), sign = marked(shown), shown.notation.error_sign
    parts = (
        (70.0, shown.weight_gradient(1, i, j), ""),
        (CARD[0], shown.activated(0, i), "=" if sign > 0 else "= −"),
        (CARD[0], shown.error(1, j), "×"),
    )
    x, y, scenes = 0.0, CARD[1] / 2, []
    for n, (wide, part, before) in enumerate(parts):
        if before:
            place = Box(x + 16, y, 0, 0)
            scenes.append(operation(f"sign-{n - 1}", place, [before]))
            x += 32
        box = Box(x + wide / 2, y, wide, CARD[1])
        scenes.append(card(f"written-{n}", box, part, shown.values))
        x += wide
    words = "on the marked edge"
    label = Label("written-words", words, x / 2, -12.0, TEXT, "muted")
    scene = merge(x, CARD[1] + 24, *scenes, Scene(labels=(label,)))
    return scene.shift(0, 20)
