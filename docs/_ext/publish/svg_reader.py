"""Adds nothing by itself: reads the SVG of the book's own diagrams and plots as outlines with their colors.

They are made of paths and texts, within groups that move, scale and turn them.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath, text_to_path
from matplotlib.transforms import Affine2D

from literate_bp.formula.notation import BOOK

COMMAND = re.compile(r"([MLQCZmlqcz])([^MLQCZmlqcz]*)")
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
TRANSFORM = re.compile(r"(translate|scale|rotate)\(([^)]*)\)")
COLOR = re.compile(r"#[0-9a-fA-F]{3,6}")
POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3}
CODES = {"M": Path.MOVETO, "L": Path.LINETO, "Q": Path.CURVE3, "C": Path.CURVE4}
ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
FACE = "STIXGeneral"
ITALIC = "(?:[\U0001d434-\U0001d467\U0001d6e2-\U0001d71b\u210e][\u0300-\u036f]?)"
"""A mathematical letter in italics, with its accent."""


@dataclass(frozen=True)
class Outline:
    """A path in pixels of the drawing, and how it is painted."""

    path: Path
    fill: str
    stroke: str
    width: float
    dashes: tuple[float, ...]
    opacity: float


def path_of(d: str) -> Path:
    """Read the outline of a path element."""
    vertices: list[np.ndarray] = []
    codes: list[int] = []
    here = start = np.zeros(2)
    for command, text in COMMAND.findall(d):
        if command in "Zz":
            vertices.append(start)
            codes.append(Path.CLOSEPOLY)
            here = start
            continue
        kind = command.upper()
        numbers = np.array([float(each) for each in NUMBER.findall(text)]).reshape(-1, POINTS[kind], 2)
        for points in numbers:
            moved = points + here if command.islower() else points
            vertices += [*moved]
            codes += [CODES[kind]] * len(moved)
            here = moved[-1]
            start = here if kind == "M" else start
    return Path(np.array(vertices).reshape(-1, 2), codes)


def transform(text: str) -> Affine2D:
    """Read the attribute `transform`: what stands last is done first."""
    whole = Affine2D()
    for name, arguments in reversed(TRANSFORM.findall(text)):
        numbers = [float(each) for each in NUMBER.findall(arguments)]
        match name:
            case "translate":
                whole.translate(numbers[0], numbers[1] if len(numbers) > 1 else 0.0)
            case "scale":
                whole.scale(*numbers)
            case _:
                whole.rotate_deg(numbers[0])
    return whole


def painted(element: ET.Element, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the properties of an element: its own, in attributes or in its style, before those of its group."""
    own = dict(re.findall(r"([\w-]+):\s*([^;]+)", element.get("style", "")))
    return {**inherited, **element.attrib, **own}


def color(value: str) -> str:
    """Return a color as Matplotlib takes it: of a variable, the color that stands with it."""
    found = COLOR.search(value)
    return found[0] if found else "none" if value == "none" else "black"


def outlined(path: Path, style: Mapping[str, str]) -> Outline:
    """Return a path with its paint."""
    dashes = tuple(float(each) for each in NUMBER.findall(style.get("stroke-dasharray", "")))
    opacity = float(style.get("opacity", 1)) * float(style.get("fill-opacity", 1))
    fill, stroke = color(style.get("fill", "black")), color(style.get("stroke", "none"))
    return Outline(path, fill, stroke, float(style.get("stroke-width", 1)), dashes, opacity)


def faces(text: str) -> Iterator[tuple[str, FontProperties]]:
    """Yield the parts of a text that are upright or in italics; mathematical letters are those of the alphabet."""
    for letters in re.findall(f"{ITALIC}+|(?:(?!{ITALIC}).)+", text):
        italic = bool(re.match(ITALIC, letters))
        face = FontProperties(family=FACE, style="italic" if italic else "normal")
        yield unicodedata.normalize("NFKC", letters) if italic else letters, face


def runs(element: ET.Element, size: float) -> Iterator[tuple[str, float, float, float]]:
    """Yield the parts of a text element: what it says, how far it is moved, and its size."""
    yield element.text or "", 0.0, 0.0, size
    for part in element:
        move = float(part.get("dx", 0)), float(part.get("dy", 0))
        yield part.text or "", *move, float(part.get("font-size", size))
        yield part.tail or "", 0.0, 0.0, size


def lettering(element: ET.Element, style: Mapping[str, str]) -> Iterator[Path]:
    """Yield the outlines of a text element."""
    x = y = 0.0
    found: list[Path] = []
    for text, dx, dy, size in runs(element, float(style["font-size"])):
        x, y = x + dx, y + dy
        for said, face in faces(text):
            found.append(Affine2D().scale(1, -1).translate(x, y).transform_path(TextPath((0, 0), said, size, face)))
            scaled = face.copy()
            scaled.set_size(size)
            x += text_to_path.get_text_width_height_descent(said, scaled, ismath=False)[0]
    shift = -x * ANCHORS[style.get("text-anchor", "start")] + float(element.get("x", 0))
    yield from (Affine2D().translate(shift, float(element.get("y", 0))).transform_path(path) for path in found)


def outlines(element: ET.Element, inherited: Mapping[str, str], above: Affine2D) -> Iterator[Outline]:
    """Yield the outlines of an element and of all within it, as far as they belong to the letters of this book."""
    if BOOK.name not in element.get("data-n", BOOK.name).split():
        return
    style = painted(element, inherited)
    place = transform(element.get("transform", "")) + above
    name = element.tag.rpartition("}")[2]
    if name == "path" and "d" in element.attrib:
        yield outlined(place.transform_path(path_of(element.attrib["d"])), style)
    elif name == "text":
        yield from (outlined(place.transform_path(path), style) for path in lettering(element, style))
    else:
        kept = {key: value for key, value in style.items() if key not in {"transform", "d", "style", "opacity"}}
        for child in element:
            yield from outlines(child, kept, place)


def read(svg: str) -> tuple[float, float, list[Outline]]:
    """Return the width and height of a drawing, and its outlines from the lowest to the highest."""
    root = ET.fromstring(svg)  # noqa: S314  our own drawing
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    return width, height, [*outlines(root, {}, Affine2D())]
