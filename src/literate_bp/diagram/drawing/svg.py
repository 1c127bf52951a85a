"""Matplotlib's SVG, adapted for a page.

The SVG has no ids, so a page can contain it twice, and its colors are CSS
variables, so they follow the page's light or dark theme.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from matplotlib.figure import Figure

from .figure import render
from .palette import colors
from .relative_path import relative_path
from .scene import Orientation

__all__ = ["orientation_div", "page_figure", "page_svg", "with_color_variables", "with_description"]

STROKE_STYLE = 'stroke-linejoin="round" stroke-linecap="butt"'
"""Matplotlib sets these in a style element, which would apply to the whole page."""
SUBSTITUTIONS: tuple[tuple[str, str], ...] = (
    (r"<!--.*?-->|<metadata>.*?</metadata>", ""),
    (r"<defs>\s*<style.*?</style>\s*</defs>", ""),
    (r' xmlns:xlink="[^"]*"', ""),
    (r"xlink:href", "href"),
    (r'<g id="(?:[\w.]+_|text-)\d+">', "<g>"),
    (r'<g id="([^"@]*)@([^"]*)">\s*<path', r'<g id="\1">\n<path data-q="\2"'),
    (r'<g id="', '<g data-mark="'),
    (r"(?<!scale\()(?<=[ (\"\n])(-?\d+\.\d\d)\d+(?=[ \"\n]|\) )", r"\1"),
    (r"\s*\n\s*", "\n"),
)
"""Pattern and replacement: removes comments, metadata and Matplotlib's ids, and cuts numbers to two decimals."""
DEFINITION = re.compile(r'<path id="([^"]*)"([^>]*)/>')
USE = re.compile(r'<use href="#([^"]*)"([^>]*)/>')
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
GLYPH = "scale(0.015625)"
"""The transform by which Matplotlib scales the outline of a letter."""


def page_svg(figure: Figure, labels: str = "") -> str:
    """Return a figure as an SVG element without ids, with labels over it."""
    svg = render(figure, "svg").decode()
    svg = svg[svg.index("<svg") :].replace("<svg", f"<svg {STROKE_STYLE}", 1)
    for pattern, replacement in SUBSTITUTIONS:
        svg = re.sub(pattern, replacement, svg, flags=re.DOTALL)
    return inline_definitions(svg).replace("</svg>", f"{labels}</svg>")


def inline_definitions(svg: str) -> str:
    """Replace each reference to a letter or marker by its path, and remove the definitions."""
    definitions = {name: attributes(rest) for name, rest in DEFINITION.findall(svg)}
    result = USE.sub(lambda use: inlined_path(definitions[use[1]], attributes(use[2])), svg)
    return re.sub(r"<defs>.*?</defs>\n?", "", result, flags=re.DOTALL)


def attributes(text: str) -> dict[str, str]:
    """Return the attributes of an element by name."""
    return dict(ATTRIBUTE.findall(text))


def inlined_path(definition: dict[str, str], use: dict[str, str]) -> str:
    """Return one use of a definition as a path element, or nothing for a definition without a path (a space)."""
    if "d" not in definition:
        return ""
    path, scale = definition["d"], definition.get("transform", "")
    if scale == GLYPH:
        path, scale = letter_path(path), "scale(.1)"
    offset = f"translate({use.get('x', 0)} {use.get('y', 0)})" if {"x", "y"} & use.keys() else ""
    place = " ".join(part for part in (use.get("transform", ""), offset, scale) if part)
    style = use.get("style", definition.get("style", ""))
    attribute = {"transform": place, "style": style, "d": path}
    parts = [f' {name}="{text}"' for name, text in attribute.items() if text]
    return f"<path{''.join(parts)}/>"


@lru_cache(1024)
def letter_path(path: str) -> str:
    """Rewrite the outline of a letter with relative coordinates, in thousandths of the font size."""
    commands = re.findall(r"([MLQCz])([^MLQCz]*)", path)
    return relative_path((each, [round(float(n) * 10 / 64) for n in numbers.split()]) for each, numbers in commands)


def with_description(svg: str, title: str, description: str) -> str:
    """Add a title and a description to the SVG of a file."""
    opening = f"<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>"
    svg = svg.replace("<svg", '<svg role="img"', 1)
    return svg.replace(">", f">\n{opening}", 1)


def with_color_variables(svg: str) -> str:
    """Replace each color of the light theme by its CSS variable, with the color as fallback."""
    names = {color: name for name, color in colors("light").items()}
    return re.sub(
        r"#[0-9a-f]{6}\b",
        lambda match: f"var(--bp-{names[match[0]]}, {match[0]})" if match[0] in names else match[0],
        svg,
    )


def orientation_div(orientation: Orientation, figure: Figure, labels: str, alt: str, style: str) -> str:
    """Return one orientation as a div with inline SVG, which the page's style sheet shows or hides.

    Without a style sheet, the landscape version is shown.

    Parameters
    ----------
    orientation : {"landscape", "portrait"}
        Which one it is.
    figure, labels : Figure, str
        The marks, and the labels as SVG groups.
    alt, style : str
        The text equivalent and the style attribute of the SVG element.
    """
    shown = "block" if orientation == "landscape" else "none"
    svg = with_color_variables(page_svg(figure, labels))
    opening = f'<svg role="img" aria-label="{escape(alt)}" style="{style}"'
    return (
        f'<div class="bp-{orientation}" '
        f'style="display: var(--bp-show-{orientation}, {shown})">'
        f"{svg.replace('<svg', opening, 1)}</div>"
    )


def page_figure(landscape: str, portrait: str, description: str, live: str = "", attribute: str = "data-live") -> str:
    """Return a figure element with both orientations, and a description that unfolds.

    `live` is what a script needs to change its numbers, and `attribute` says which script.
    """
    given = f' {attribute}="{escape(live)}"' if live else ""
    return (
        f'<figure class="bp-picture"{given}>{landscape}{portrait}'
        f"<details><summary>The picture in words</summary>{description}</details>"
        "</figure>"
    )
