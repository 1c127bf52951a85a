"""Adds nothing, and writes diagrams in half the bytes: steps from point to point in tenths of a pixel, and no groups.

Marks of one shape have the same steps, which compress to nothing. Only groups that say something are left: those of
labels, and of a notation.
"""

import re
from collections.abc import Iterator

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from literate_bp.diagram.drawing.relative_path import relative_path
from publish.templates import Page, add_step

ORDER = 4
DRAWING = re.compile(r'<svg\b[^<>]*role="img"(?:(?!</svg>).)*\bdata-mark=.*?</svg>', re.DOTALL)
GROUP = re.compile(r'<g(?P<attributes>(?: data-mark="[^"]*")?)(?P<others>[^<>]*)>\s*|</g>\s*')
UNSEEN = re.compile(r'<path [^<>]*style="fill: none; opacity: 0"/>\s*')
"""The background of a figure that has none."""
PATH = re.compile(r'(?<= d=")M[^"]*')
COMMAND = re.compile(r"([MLQCz])([^MLQCz]*)")
PLACE = re.compile(r'(?<= [xy]=")-?\d+\.\d+')
TENTHS = 10


def lay_out(html: str, _page: Page) -> str:
    """Return a page with its diagrams in fewer bytes."""
    return DRAWING.sub(lambda found: shorter(found[0]) if "<text" in found[0] else found[0], html)  # a plot has none


def shorter(svg: str) -> str:
    """Return a drawing in fewer bytes."""
    svg = without_groups(UNSEEN.sub("", svg))
    svg = PATH.sub(lambda path: relative_path(steps(path[0]), in_pixels), svg)
    return PLACE.sub(lambda place: in_pixels(tenths(place[0])), svg)


def without_groups(svg: str) -> str:
    """Return a drawing without the groups that have no attributes but the name of a mark."""
    kept: list[bool] = []

    def keep(tag: re.Match[str]) -> str:
        if tag[0].startswith("<g"):
            kept.append(bool(tag["others"]))
            return tag[0] if kept[-1] else ""
        return tag[0] if kept.pop() else ""

    return GROUP.sub(keep, svg)


def steps(path: str) -> Iterator[tuple[str, list[int]]]:
    """Yield the commands of a path with their coordinates in tenths of a pixel."""
    for command, numbers in COMMAND.findall(path):
        yield command, [*map(tenths, numbers.split())]


def tenths(number: str) -> int:
    """Return a number of pixels in tenths."""
    return round(float(number) * TENTHS)


def in_pixels(number: int) -> str:
    """Write a number of tenths in pixels."""
    return f"{number / TENTHS:g}"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the step."""
    add_step(app, lay_out, ORDER)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
