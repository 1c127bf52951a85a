"""One table: what a mark means, and how it looks.

One color for one meaning through the whole book, and never color alone: each
meaning also has a shape or a line of its own, and words for the legend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["LOOKS", "SHADES", "Look", "Shape", "Theme", "colors", "css_variables", "stylesheet"]

Theme = Literal["light", "dark"]
Shape = Literal["square", "round", "hexagon", "circle", "chamfer", "plus"]


@dataclass(frozen=True)
class Look:
    """How one meaning looks: colors by theme, shape, outline, and legend."""

    mark: tuple[str, str]
    """Color of outlines and lines, light and dark."""
    fill: tuple[str, str]
    """Color inside the outline, light and dark."""
    shape: Shape
    outlines: int
    """Number of outlines: 2 for whatever flows back."""
    words: str
    """What the legend says."""


LOOKS: dict[str, Look] = {
    "input": Look(("#1f4fb0", "#7fc4f7"), ("#e9f1fa", "#1a2a3d"), "round", 1, "input"),
    "linear": Look(("#75660a", "#efe08a"), ("#fbf6df", "#302b14"), "square", 1, "linear part"),
    "activated": Look(("#00866a", "#56cf9e"), ("#e3f4ee", "#12302a"), "round", 1, "activated value"),
    "weight": Look(("#69717c", "#868c98"), ("#f1f3f5", "#24282e"), "chamfer", 1, "weight, bias"),
    "target": Look(("#9a50b8", "#bf8cf5"), ("#f6ecfa", "#2f2138"), "hexagon", 1, "target"),
    "cost": Look(("#1d2630", "#f1f4f8"), ("#e4e7eb", "#33383f"), "circle", 1, "cost"),
    "error": Look(("#a80f2e", "#ff6b6b"), ("#fdecea", "#3d1d20"), "square", 2, "error"),
    "gradient": Look(("#e2600c", "#f7a125"), ("#fff1e3", "#3b2712"), "chamfer", 1, "gradient"),
}
"""Every meaning of the book's pictures, in the order of the two passes."""

SHADES: dict[str, tuple[str, str]] = {
    "ink": ("#1b1f24", "#e8eaed"),
    "muted": ("#5c636b", "#a9b0b8"),
    "faint": ("#c3c8cd", "#4d545c"),
    "halo": ("#ffd6a8", "#6b4518"),
    "paper": ("#ffffff", "#131416"),
}
"""Ink for text, muted for what stands back, faint for rules, halo
behind what is marked, paper for the ground."""


def colors(theme: Theme) -> dict[str, str]:
    """All colors of one theme by name: ``error``, ``error-fill`` and so on."""
    side = 0 if theme == "light" else 1
    marks = {name: look.mark[side] for name, look in LOOKS.items()}
    fills = {f"{name}-fill": look.fill[side] for name, look in LOOKS.items()}
    return marks | fills | {name: shade[side] for name, shade in SHADES.items()}


def css_variables(theme: Theme) -> str:
    """The declarations ``--bp-error: #b2182b; …`` of one theme."""
    return " ".join(f"--bp-{name}: {color};" for name, color in colors(theme).items())


def stylesheet() -> str:
    """The style sheet of a site that shows pictures.

    Colors follow ``data-theme="light"`` or ``"dark"`` on ``body`` where a
    site sets it, and the reader's system otherwise. A picture narrower than
    660 px stands upright.
    """
    light, dark = css_variables("light"), css_variables("dark")
    return f"""\
body {{ {light} }}
@media (prefers-color-scheme: dark) {{
  body:not([data-theme="light"]) {{ {dark} }}
}}
body[data-theme="dark"] {{ {dark} }}
@media print {{ body, body[data-theme="dark"] {{ {light} }} }}
.bp-picture {{ container-type: inline-size; margin: 1.5rem 0; }}
.bp-picture .bp-landscape, .bp-picture .bp-portrait {{ overflow-x: auto; }}
.bp-picture svg {{
  display: block; height: auto; width: 100%; margin: 0 auto;
}}
@container (max-width: 659.98px) {{
  .bp-picture .bp-landscape {{ --bp-show-landscape: none; }}
  .bp-picture .bp-portrait {{ --bp-show-portrait: block; }}
}}
"""
