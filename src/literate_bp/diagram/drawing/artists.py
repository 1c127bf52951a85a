"""Drawing a scene with Matplotlib."""

from __future__ import annotations

from math import dist, hypot
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from .figure import STYLE, blank
from .palette import LOOKS, Theme, colors
from .scene import Box, Edge, Label, Node, Point, Scene, Side

__all__ = ["baseline", "draw", "write"]

RADIUS = 11.0
BASELINE = 0.33
"""How far below the middle of a line letters stand, in sizes of the text."""
ARC = 0.5523
"""Control points of a quarter circle."""
TURN = 7.0
"""How far from a corner a line begins to turn."""


def draw(scene: Scene, theme: Theme = "light") -> Figure:
    """Draw a scene on a figure whose points are the scene's pixels."""
    shades = colors(theme)
    with mpl.rc_context(STYLE):
        figure = blank(scene.width, scene.height)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, scene.width), ylim=(scene.height, 0))
        axes.set_axis_off()
        marks: tuple[Node | Edge, ...] = (*scene.edges, *scene.nodes)
        for order, mark in enumerate(marks, start=1):
            for part, patch in enumerate(patches(mark, shades)):
                patch.set(gid=f"{mark.key}-{part}" if part else mark.key, zorder=order)
                axes.add_patch(patch)
                patch.set_clip_on(False)
        for order, label in enumerate(scene.labels, start=len(scene.edges) + len(scene.nodes) + 1):
            write(axes, label, shades[label.color], order)
    return figure


def patches(mark: Node | Edge, shades: dict[str, str]) -> list[PathPatch]:
    """The patches of one mark."""
    return line(mark, shades) if isinstance(mark, Edge) else shape(mark, shades)


def shape(node: Node, shades: dict[str, str]) -> list[PathPatch]:
    """The outline of a node, filled; with a second one where two are due."""
    look = LOOKS[node.meaning]
    mark = shades["muted" if node.faded else node.meaning]
    if node.bare:
        filled = (node.value or 0) >= 0
        inner = Box(node.box.x, node.box.y, max(node.box.w - 1, 0.5), max(node.box.h - 1, 0.5))
        return [PathPatch(square(inner), fc=mark if filled else "none", ec=mark, lw=1, joinstyle="miter")]
    kind = look.shape if node.corner is None else node.corner
    fill = shades["paper"] if node.faded else shades[f"{node.meaning}-fill"]
    width = 0.8 if node.faded else 1.3
    drawn = [PathPatch(outline(kind, node.box, node.joined), fc=fill, ec=mark, lw=width)]
    if look.outlines > 1 and not node.faded:
        inner = Box(node.box.x, node.box.y, node.box.w - 4.6, node.box.h - 4.6)
        drawn.append(PathPatch(outline(kind, inner, node.joined, 2.3), fc="none", ec=mark, lw=0.8))
    if node.faded:
        drawn[0].set(linestyle=(0, (2, 1.5)))
    if kind == "plus":
        drawn.append(PathPatch(cross(node.box), fc="none", ec=mark, lw=1.3, capstyle="butt"))
    return drawn


def cross(box: Box) -> Path:
    """A plus sign, with room around it."""
    x, y, arm = box.x, box.y, box.w * 0.29
    points = [(x - arm, y), (x + arm, y), (x, y - arm), (x, y + arm)]
    return Path(points, [Path.MOVETO, Path.LINETO] * 2)


def outline(kind: str, box: Box, joined: Side | None, inset: float = 0.0) -> Path:
    """The path of a shape that fills a box."""
    if kind == "hexagon":
        return polygon(box, min(7.0, box.w / 4), box.h / 2)
    if kind == "chamfer":
        return polygon(box, 4.0, 4.0)
    half = min(box.w, box.h) / 2
    radius = {"square": 0.0, "circle": half, "plus": half}.get(kind, min(RADIUS - inset, box.h / 2))
    return rounded(box, radius, joined) if radius else square(box)


def square(box: Box) -> Path:
    """A rectangle."""
    return polygon(box, 0.0, 0.0)


def polygon(box: Box, dx: float, dy: float) -> Path:
    """A rectangle whose corners are cut off by dx and dy."""
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


def rounded(box: Box, radius: float, joined: Side | None) -> Path:
    """A rectangle with round corners, except where it joins its other half."""
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


def line(edge: Edge, shades: dict[str, str]) -> list[PathPatch]:
    """A line, and the head of its arrow with the tip at its end."""
    (x0, y0), (x1, y1) = edge.points[-2:]
    color, length = shades[edge.meaning], hypot(x1 - x0, y1 - y0)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    size = 5.5 + edge.width if edge.arrow else 0.0
    stop = (x1 - ux * size * 0.8, y1 - uy * size * 0.8)
    style = (0, (3.2, 2.2)) if edge.dashed else "solid"
    path = course([*edge.points[:-1], stop])
    drawn = [PathPatch(path, fc="none", ec=color, lw=edge.width, ls=style, capstyle="butt")]
    if edge.arrow:
        half = size * 0.36
        base = (x1 - ux * size, y1 - uy * size)
        wings = [(base[0] - uy * half, base[1] + ux * half), (base[0] + uy * half, base[1] - ux * half)]
        drawn.append(PathPatch(Path([edge.end, *wings, edge.end], closed=True), fc=color, ec="none", lw=0))
    return drawn


def course(points: list[Point]) -> Path:
    """The path along points, its corners rounded."""
    if len(points) == 2:
        return Path(points)
    rounded_off, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        rounded_off += [toward(corner, before), corner, toward(corner, after)]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*rounded_off, points[-1]], [*codes, Path.LINETO])


def toward(corner: Point, other: Point) -> Point:
    """Where a line that comes from another point begins to turn."""
    (x0, y0), (x1, y1) = corner, other
    share = min(TURN / dist(corner, other), 0.5)
    return x0 + (x1 - x0) * share, y0 + (y1 - y0) * share


def write(axes: Any, label: Label, color: str, order: int) -> None:
    """Write a label."""
    x, y = baseline(label)
    text = axes.text(x, y, label.text, size=label.size, color=color, ha=label.align, va="baseline", zorder=order)
    text.set_gid(f"text-{order}")
    if not label.upright:
        text.set(rotation=90, rotation_mode="anchor", ha="center")


def baseline(label: Label) -> Point:
    """Where the line of a label is, its letters a little below their middle."""
    down = BASELINE * label.size * (0.86 if "$" in label.text else 1)
    return (label.x, label.y + down) if label.upright else (label.x + down, label.y)
