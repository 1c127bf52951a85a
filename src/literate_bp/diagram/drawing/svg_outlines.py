"""Labels as outlines of their letters, for an SVG file: no font is needed to see it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath, text_to_path

from .artists import baseline
from .figure import RC_PARAMS, settings
from .palette import Theme, colors
from .relative_path import relative_path
from .scene import Label, Scene

__all__ = ["label_outlines"]

UNITS = 1000
"""How many units the font size has in an outline."""
FONT = FontProperties(family=RC_PARAMS["font.family"], math_fontfamily=RC_PARAMS["mathtext.fontset"], size=UNITS)
"""The font of labels."""
COMMANDS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "z"}
"""SVG's letters for the parts of a path."""
SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}
"""The share of a label's width that lies before its anchor."""


def label_outlines(scene: Scene, theme: Theme) -> str:
    """Return the labels of a scene as SVG groups, those of one color in each."""
    shades, groups = colors(theme), dict[str, list[str]]()
    with settings():
        for label in scene.labels:
            groups.setdefault(shades[label.color], []).append(path_element(label))
    return "".join(f'<g style="fill: {color}">{"".join(paths)}</g>\n' for color, paths in groups.items())


def path_element(label: Label) -> str:
    """Return a label as a path element."""
    path, width = outline(label.text)
    x, y = baseline(label)
    scale = label.size / UNITS
    before = SHARES[label.align] * width * scale
    place = f"{x - before:.2f} {y:.2f})" if label.upright else f"{x:.2f} {y + before:.2f}) rotate(-90)"
    return f'<path transform="translate({place} scale({scale:g} -{scale:g})" d="{path}"/>'


@lru_cache(8192)
def outline(text: str) -> tuple[str, float]:
    """Return the outline of a text, and its width in its units."""
    width, _, _ = text_to_path.get_text_width_height_descent(text, FONT, "$" in text)
    return relative_path(commands(TextPath((0, 0), text, prop=FONT))), width


def commands(path: Path) -> Iterator[tuple[str, list[int]]]:
    """Yield the parts of a path: SVG's letter, and whole coordinates."""
    points, codes = np.asarray(path.vertices).round().astype(int).tolist(), np.asarray(path.codes).tolist()
    at = 0
    while at < len(codes):
        letter, end = COMMANDS[codes[at]], at + Path.NUM_VERTICES_FOR_CODE[codes[at]]
        yield letter, [] if letter == "z" else [n for point in points[at:end] for n in point]
        at = end
