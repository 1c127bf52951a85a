"""The palette: for each meaning of a mark its colors, shape and legend text.

A meaning has the same color throughout the book. Color is never the only cue:
each meaning also has its own shape or number of outlines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...validation import one_of

__all__ = ["MARK_STYLES", "SHADES", "MarkStyle", "Shape", "Theme", "colors", "css_variables", "stylesheet"]

Theme = Literal["light", "dark"]
Shape = Literal["square", "round", "hexagon", "circle", "chamfer", "plus"]


@dataclass(frozen=True)
class MarkStyle:
    """The style of the marks of one meaning. Colors are in pairs: light theme, dark theme."""

    stroke: tuple[str, str]
    """The color of outlines and lines."""
    fill: tuple[str, str]
    """The color inside the outline."""
    shape: Shape
    outlines: int
    """The number of outlines: 2 for errors, 1 for everything else."""
    legend: str
    """The text in the legend."""


MARK_STYLES: dict[str, MarkStyle] = {
    "input": MarkStyle(("#1f4fb0", "#7fc4f7"), ("#e9f1fa", "#1a2a3d"), "round", 1, "input"),
    "linear": MarkStyle(("#75660a", "#efe08a"), ("#fbf6df", "#302b14"), "square", 1, "linear part"),
    "activated": MarkStyle(("#00866a", "#56cf9e"), ("#e3f4ee", "#12302a"), "round", 1, "activated value"),
    "weight": MarkStyle(("#69717c", "#868c98"), ("#f1f3f5", "#24282e"), "chamfer", 1, "weight, bias"),
    "target": MarkStyle(("#9a50b8", "#bf8cf5"), ("#f6ecfa", "#2f2138"), "hexagon", 1, "target"),
    "cost": MarkStyle(("#1d2630", "#f1f4f8"), ("#e4e7eb", "#33383f"), "circle", 1, "cost"),
    "error": MarkStyle(("#a80f2e", "#ff6b6b"), ("#fdecea", "#3d1d20"), "square", 2, "error"),
    "gradient": MarkStyle(("#e2600c", "#f7a125"), ("#fff1e3", "#3b2712"), "chamfer", 1, "gradient"),
}
"""The style of each meaning, in the order of the forward and the backward pass."""

SHADES: dict[str, tuple[str, str]] = {
    "ink": ("#1b1f24", "#e8eaed"),
    "muted": ("#5c636b", "#a9b0b8"),
    "faint": ("#8a9299", "#5f6770"),
    "halo": ("#ffd6a8", "#6b4518"),
    "paper": ("#ffffff", "#131416"),
}
"""The other colors, light and dark: ink for text, muted for secondary text and marks, faint for thin lines,
halo behind a highlighted mark, paper for the background."""


def colors(theme: Theme) -> dict[str, str]:
    """Return all colors of a theme by name: ``error``, ``error-fill`` and so on."""
    one_of("theme", theme, ("light", "dark"))
    side = 0 if theme == "light" else 1
    strokes = {name: style.stroke[side] for name, style in MARK_STYLES.items()}
    fills = {f"{name}-fill": style.fill[side] for name, style in MARK_STYLES.items()}
    return strokes | fills | {name: shade[side] for name, shade in SHADES.items()}


def css_variables(theme: Theme) -> str:
    """Return the CSS declarations of a theme's colors: ``--bp-input: #1f4fb0; …``."""
    return " ".join(f"--bp-{name}: {color};" for name, color in colors(theme).items())


def stylesheet() -> str:
    """Return the style sheet for a site that shows diagrams and plots.

    Colors follow ``data-theme="light"`` or ``"dark"`` on ``body`` if the site
    sets it, and the reader's system setting otherwise. In a container
    narrower than 660 px the portrait version is shown.
    """
    light, dark = css_variables("light"), css_variables("dark")
    return f"""\
body {{ {light} }}
@media screen and (prefers-color-scheme: dark) {{
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
