"""Matplotlib's SVG made fit for a page.

It has no ids, so that a page may show it twice, and says its colors as
variables, so that it follows the page into light and dark.
"""

from __future__ import annotations

import re
from html import escape

from matplotlib.figure import Figure

from .figure import render
from .palette import colors
from .scene import Orientation

__all__ = ["described", "page_figure", "page_svg", "variables", "view"]

JOINS = 'stroke-linejoin="round" stroke-linecap="butt"'
"""What Matplotlib says in a style element, which would reach a whole page."""
SLIMMER: tuple[tuple[str, str], ...] = (
    (r"<!--.*?-->|<metadata>.*?</metadata>", ""),
    (r"<defs>\s*<style.*?</style>\s*</defs>", ""),
    (r' xmlns:xlink="[^"]*"', ""),
    (r"xlink:href", "href"),
    (r'<g id="(?:[\w.]+_|text-)\d+">', "<g>"),
    (r'<g id="', '<g data-mark="'),
    (r"(?<!scale\()(?<=[ (\"\n])(-?\d+\.\d\d)\d+(?=[ \"\n]|\) )", r"\1"),
    (r"\s*\n\s*", "\n"),
)
"""What a page has no use for: comments, Matplotlib's names, far decimals."""
SHAPE = re.compile(r'<path id="([^"]*)"([^>]*)/>')
USE = re.compile(r'<use href="#([^"]*)"([^>]*)/>')
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
GLYPH = "scale(0.015625)"
"""How Matplotlib brings the outline of a letter to the size of its text."""


def page_svg(figure: Figure) -> str:
    """Write a figure as an SVG element without ids."""
    svg = render(figure, "svg").decode()
    svg = svg[svg.index("<svg") :].replace("<svg", f"<svg {JOINS}", 1)
    for pattern, kept in SLIMMER:
        svg = re.sub(pattern, kept, svg, flags=re.DOTALL)
    return in_place(svg)


def in_place(svg: str) -> str:
    """Draw each letter and marker where it is used, not by its id."""
    shapes = {name: attributes(rest) for name, rest in SHAPE.findall(svg)}
    drawn = USE.sub(lambda use: one(shapes[use[1]], attributes(use[2])), svg)
    return re.sub(r"<defs>.*?</defs>\n?", "", drawn, flags=re.DOTALL)


def attributes(text: str) -> dict[str, str]:
    """The attributes of an element."""
    return dict(ATTRIBUTE.findall(text))


def one(shape: dict[str, str], use: dict[str, str]) -> str:
    """One use of a shape as a path of its own; a space draws nothing."""
    if "d" not in shape:
        return ""
    path, scale = shape["d"], shape.get("transform", "")
    if scale == GLYPH:
        path, scale = compact(path), "scale(.1)"
    moved = f"translate({use['x']} {use['y']})" if "x" in use else ""
    place = f"{use.get('transform', moved)} {scale}".strip()
    style = use.get("style", shape.get("style", ""))
    found = {"transform": place, "style": style, "d": path}
    written = [f' {name}="{text}"' for name, text in found.items() if text]
    return f"<path{''.join(written)}/>"


def compact(path: str) -> str:
    """The outline of a letter in thousandths of its size, point from point."""
    written, here, start = [], (0, 0), (0, 0)
    for command, text in re.findall(r"([MLQCz])([^MLQCz]*)", path):
        numbers = [round(float(each) * 10 / 64) for each in text.split()]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        steps = [step for x, y in points for step in (x - here[0], y - here[1])]
        written.append(command.lower() + " ".join(map(str, steps)))
        here = points[-1] if points else start
        start = here if command == "M" else start
    return "".join(written).replace(" -", "-")


def described(svg: str, title: str, words: str) -> str:
    """The SVG of a file, with its title and description in it."""
    head = f"<title>{escape(title)}</title>\n<desc>{escape(words)}</desc>"
    svg = svg.replace("<svg", '<svg role="img"', 1)
    return svg.replace(">", f">\n{head}", 1)


def variables(svg: str) -> str:
    """Each color as a variable, its light value the fallback."""
    names = {color: name for name, color in colors("light").items()}
    return re.sub(
        r"#[0-9a-f]{6}\b",
        lambda match: f"var(--bp-{names[match[0]]}, {match[0]})" if match[0] in names else match[0],
        svg,
    )


def view(orientation: Orientation, svg: str, label: str, style: str) -> str:
    """One orientation, shown as the page's style says; else the landscape."""
    shown = "block" if orientation == "landscape" else "none"
    head = f'<svg role="img" aria-label="{escape(label)}" style="{style}"'
    return (
        f'<div class="bp-{orientation}" '
        f'style="display: var(--bp-show-{orientation}, {shown})">'
        f"{variables(svg).replace('<svg', head, 1)}</div>"
    )


def page_figure(landscape: str, portrait: str, words: str) -> str:
    """Both views of a picture, and the same in words to unfold."""
    return (
        f'<figure class="bp-picture">{landscape}{portrait}'
        f"<details><summary>The picture in words</summary>{words}</details>"
        "</figure>"
    )
