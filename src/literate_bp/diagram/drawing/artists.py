"""Draw a scene with Matplotlib: patches for its shapes and lines, texts for its labels."""

from __future__ import annotations

from math import dist, hypot
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from .figure import settings, transparent_figure
from .palette import MARK_STYLES, Theme, colors
from .scene import Box, Edge, Label, Node, Point, Scene, Side

__all__ = ["baseline", "draw", "draw_in", "draw_label"]

RADIUS = 11.0
BASELINE = 0.33
"""The distance from the middle of a label down to its baseline, in units of the font size."""
ARC = 0.5523
"""Where the control points of a Bézier curve lie that approximates a quarter circle of radius 1."""
TURN = 7.0
"""The distance from a corner at which a line begins to turn, in pixels."""


def draw(scene: Scene, theme: Theme = "light") -> Figure:
    """Draw a scene as a transparent figure; one pixel of the scene is one point of the figure."""
    return draw_in(colors(theme), scene)


def draw_in(shades: dict[str, str], scene: Scene) -> Figure:
    """Draw a scene in these colors."""
    with settings():
        figure = transparent_figure(scene.width, scene.height)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, scene.width), ylim=(scene.height, 0))
        axes.set_axis_off()
        marks: tuple[Node | Edge, ...] = (*scene.edges, *scene.nodes)
        for order, mark in enumerate(marks, start=1):
            for part, patch in enumerate(patches(mark, shades)):
                patch.set(gid=f"{mark.key}-{part}" if part else named(mark), zorder=order)
                axes.add_artist(patch)  # the limits of the axes are known
                patch.set_clip_on(False)
        for order, label in enumerate(scene.labels, start=len(scene.edges) + len(scene.nodes) + 1):
            draw_label(axes, label, shades[label.color], order)
    return figure


def named(mark: Node | Edge) -> str:
    """Return the name of a mark, and behind @ that of its quantity, if it has one."""
    return f"{mark.key}@{mark.quantity}" if mark.quantity else mark.key


def patches(mark: Node | Edge, shades: dict[str, str]) -> list[PathPatch]:
    """Return the patches of one mark."""
    return edge_patches(mark, shades) if isinstance(mark, Edge) else node_patches(mark, shades)


def node_patches(node: Node, shades: dict[str, str]) -> list[PathPatch]:
    """Return the filled outline of a node, with a second outline inside it if its meaning has two."""
    style = MARK_STYLES[node.meaning]
    stroke = shades["muted" if node.faded else node.meaning]
    if node.swatch:
        filled = (node.value or 0) >= 0
        inner = Box(node.box.x, node.box.y, max(node.box.w - 1, 0.5), max(node.box.h - 1, 0.5))
        return [PathPatch(rectangle(inner), fc=stroke if filled else "none", ec=stroke, lw=1, joinstyle="miter")]
    kind = style.shape if node.shape is None else node.shape
    fill = shades["paper"] if node.faded else shades[f"{node.meaning}-fill"]
    width = 0.8 if node.faded else 1.3
    result = [PathPatch(outline(kind, node.box, node.joined_side), fc=fill, ec=stroke, lw=width)]
    if style.outlines > 1 and not node.faded:
        inner = Box(node.box.x, node.box.y, node.box.w - 4.6, node.box.h - 4.6)
        result.append(PathPatch(outline(kind, inner, node.joined_side, 2.3), fc="none", ec=stroke, lw=0.8))
    if node.faded:
        result[0].set(linestyle=(0, (2, 1.5)))
    if kind == "plus":
        result.append(PathPatch(cross(node.box), fc="none", ec=stroke, lw=1.3, capstyle="butt"))
    return result


def cross(box: Box) -> Path:
    """Return the path of a plus sign that leaves some room at the sides of its box."""
    x, y, arm = box.x, box.y, box.w * 0.29
    points = [(x - arm, y), (x + arm, y), (x, y - arm), (x, y + arm)]
    return Path(points, [Path.MOVETO, Path.LINETO] * 2)


def outline(kind: str, box: Box, joined: Side | None, inset: float = 0.0) -> Path:
    """Return the path of a shape that fills a box; `inset` reduces the radius of round corners."""
    if kind == "hexagon":
        return chamfered_rectangle(box, min(7.0, box.w / 4), box.h / 2)
    if kind == "chamfer":
        return chamfered_rectangle(box, 4.0, 4.0)
    half = min(box.w, box.h) / 2
    radius = {"square": 0.0, "circle": half, "plus": half}.get(kind, min(RADIUS - inset, box.h / 2))
    return rounded_rectangle(box, radius, joined) if radius else rectangle(box)


def rectangle(box: Box) -> Path:
    """Return the path of a rectangle."""
    return chamfered_rectangle(box, 0.0, 0.0)


def chamfered_rectangle(box: Box, dx: float, dy: float) -> Path:
    """Return the path of a rectangle whose corners are cut off by dx and dy."""
    x0, x1, y0, y1 = (box.x - box.w / 2, box.x + box.w / 2, box.y - box.h / 2, box.y + box.h / 2)
    points = [
        (x0 + dx, y0),
        (x1 - dx, y0),
        (x1, y0 + dy),
        (x1, y1 - dy),
        (x1 - dx, y1),
        (x0 + dx, y1),
        (x0, y1 - dy),
        (x0, y0 + dy),
    ]
    return Path([*points, points[0]], closed=True)


def rounded_rectangle(box: Box, radius: float, joined: Side | None) -> Path:
    """Return the path of a rectangle with round corners, except at the side where it joins another."""
    x0, x1, y0, y1 = (box.x - box.w / 2, box.x + box.w / 2, box.y - box.h / 2, box.y + box.h / 2)
    corners = [
        (x0, y0, ("left", "top")),
        (x1, y0, ("right", "top")),
        (x1, y1, ("right", "bottom")),
        (x0, y1, ("left", "bottom")),
    ]
    turns = [((0, 1), (1, 0)), ((-1, 0), (0, 1)), ((0, -1), (-1, 0)), ((1, 0), (0, -1))]
    points, codes = [], []
    for (x, y, sides), (before, after) in zip(corners, turns, strict=True):
        r = 0.0 if joined in sides else radius
        near = (1 - ARC) * r
        points += [
            (x + before[0] * r, y + before[1] * r),
            (x + before[0] * near, y + before[1] * near),
            (x + after[0] * near, y + after[1] * near),
            (x + after[0] * r, y + after[1] * r),
        ]
        codes += [Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
    codes[0] = Path.MOVETO
    return Path([*points, points[0]], [*codes, Path.CLOSEPOLY])


def edge_patches(edge: Edge, shades: dict[str, str]) -> list[PathPatch]:
    """Return a line, and an arrowhead with its tip at the end of the line."""
    (x0, y0), (x1, y1) = edge.points[-2:]
    color, length = shades[edge.meaning], hypot(x1 - x0, y1 - y0)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    size = 5.5 + edge.width if edge.arrow else 0.0
    stop = (x1 - ux * size * 0.8, y1 - uy * size * 0.8)
    style = (0, (3.2, 2.2)) if edge.dashed else "solid"
    path = rounded_path([*edge.points[:-1], stop])
    result = [PathPatch(path, fc="none", ec=color, lw=edge.width, ls=style, capstyle="butt")]
    if edge.arrow:
        half = size * 0.36
        base = (x1 - ux * size, y1 - uy * size)
        wings = [(base[0] - uy * half, base[1] + ux * half), (base[0] + uy * half, base[1] - ux * half)]
        result.append(PathPatch(Path([edge.end, *wings, edge.end], closed=True), fc=color, ec="none", lw=0))
    return result


def rounded_path(points: list[Point]) -> Path:
    """Return the path along these points, with rounded corners."""
    if len(points) == 2:
        return Path(points)
    rounded_off, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        rounded_off += [turn_start(corner, before), corner, turn_start(corner, after)]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*rounded_off, points[-1]], [*codes, Path.LINETO])


def turn_start(corner: Point, other: Point) -> Point:
    """Return the point at which a line from `other` to `corner` begins to turn."""
    (x0, y0), (x1, y1) = corner, other
    share = min(TURN / dist(corner, other), 0.5)
    return x0 + (x1 - x0) * share, y0 + (y1 - y0) * share


def draw_label(axes: Any, label: Label, color: str, order: int) -> None:
    """Draw a label on Matplotlib's axes."""
    x, y = baseline(label)
    text = axes.text(x, y, label.text, size=label.size, color=color, ha=label.align, va="baseline", zorder=order)
    text.set_gid(f"text-{order}")
    if not label.upright:
        text.set(rotation=90, rotation_mode="anchor", ha="center")


def baseline(label: Label) -> Point:
    """Return the anchor of a label on its baseline, which lies below the middle of the letters."""
    offset = BASELINE * label.size * (0.86 if "$" in label.text else 1)
    return (label.x, label.y + offset) if label.upright else (label.x + offset, label.y)
