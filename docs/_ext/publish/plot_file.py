"""Makes a file of a plot that a page has: both themes in one, each outline once, and no more than a screen can show.

Letters are outlines, since the fonts of a page do not reach an image. A file takes the light or the dark colors by the
`color-scheme` of the element that shows it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree as ET

from literate_bp.diagram.drawing.palette import Theme, colors
from literate_bp.diagram.drawing.relative_path import relative_path

SVG = "{http://www.w3.org/2000/svg}"
COLOR = re.compile(r"var\(--bp-([\w-]+), #[0-9a-f]{6}\)")
TRANSLATION = re.compile(r"translate\((?P<x>\S+) (?P<y>\S+)\) ?")
LETTER = "scale(.1)"
"""The last transform of the outline of a letter, whose coordinates are whole numbers already."""
INVISIBLE = "opacity: 0"

Command = tuple[str, list[int]]
"""A part of a path: its letter, and its coordinates in tenths of a pixel."""
Outline = tuple[str, str]
"""The outline of a path, and its scale if it is a letter."""


@dataclass(frozen=True)
class PlotFile:
    """A file, its size where there is room for it, in pixels, and what it shows in words."""

    content: str
    width: int
    height: int
    alt: str


@lru_cache(maxsize=32)  # a page asks for its plots once more when it is written as Markdown
def plot_file(svg: str) -> PlotFile:
    """Make a file of the SVG element of a page."""
    root = ET.fromstring(svg)  # noqa: S314  our own drawing
    _, _, across, down = map(float, root.attrib["viewBox"].split())
    width = int(root.attrib["style"].removeprefix("max-width: ").removesuffix("px"))
    height = round(width * down / across)
    names, classes = shared_outlines(root), style_classes(root)
    definitions = "".join(
        f'<path id="{name}"{attribute("transform", scale)} d="{one_line(outline)}"/>'
        for (outline, scale), name in names.items()
    )
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {across:g} {down:g}" '
        f'stroke-linejoin="{root.attrib["stroke-linejoin"]}">'
    )
    body = "".join(marks(each, names, classes) for each in root)
    content = f"{opening}<style>{sheet(classes)}</style><defs>{definitions}</defs>{body}</svg>\n"
    return PlotFile(content, width, height, root.attrib["aria-label"])


# --- what marks share --------------------------------------------------------------


def shared_outlines(root: ET.Element) -> dict[Outline, str]:
    """Return the outlines that stand in a drawing more than once, with a name for each."""
    count = Counter(outline(path) for path in root.iter(f"{SVG}path") if is_seen(path))
    return {each: f"p{n}" for n, each in enumerate(each for each, times in count.items() if times > 1)}


def outline(path: ET.Element) -> Outline:
    """Return the outline of a path."""
    return path.attrib["d"], LETTER if path.get("transform", "").endswith(LETTER) else ""


def is_seen(element: ET.Element) -> bool:
    """Whether an element is not fully transparent."""
    return INVISIBLE not in element.get("style", "").split("; ")


def style_classes(root: ET.Element) -> dict[str, str]:
    """Return a class for each style of a drawing's marks."""
    styles = dict.fromkeys(each.attrib["style"] for each in root.findall(".//*[@style]") if is_seen(each))
    return {style: f"c{n}" for n, style in enumerate(styles)}


def sheet(classes: Mapping[str, str]) -> str:
    """Return the style sheet: the colors of both themes that are used, and the classes."""
    used = sorted({name for style in classes for name in COLOR.findall(style)})
    rules = "".join(f".{name}{{{style}}}" for style, name in classes.items())
    rules = COLOR.sub(r"var(--\1)", rules).replace(": ", ":").replace("; ", ";")
    dark = f"@media(prefers-color-scheme:dark){{svg{{{variables(used, 'dark')}}}}}"
    return f"svg{{color-scheme:light dark;{variables(used, 'light')}}}{dark}{rules}"


def variables(names: list[str], theme: Theme) -> str:
    """Return the declarations of some colors of a theme."""
    return ";".join(f"--{name}:{colors(theme)[name]}" for name in names)


# --- marks ---------------------------------------------------------------------------


def marks(element: ET.Element, names: Mapping[Outline, str], classes: Mapping[str, str]) -> str:
    """Return an element as it stands in the file: nothing if it is not seen, and without groups that say nothing."""
    if not is_seen(element):
        return ""
    style = attribute("class", classes.get(element.get("style", ""), ""))
    transform = element.get("transform", "")
    if element.tag == f"{SVG}path":
        return path_mark(outline(element), transform, style, names)
    content = "".join(marks(each, names, classes) for each in element)
    given = style + attribute("transform", rounded_transform(transform))
    return f"<g{given}>{content}</g>" if content and given else content


def path_mark(outline: Outline, transform: str, style: str, names: Mapping[Outline, str]) -> str:
    """Return a path: a use of an outline that is shared, or one of its own."""
    path, scale = outline
    if outline in names:
        return f'<use href="#{names[outline]}"{style}{use_place(transform, scale)}/>'
    if scale:
        return f'<path{style} transform="{transform}" d="{path}"/>'
    found = rounded_path(path, translation(transform))
    return f'<path{style} d="{found}"/>' if found else ""


def use_place(transform: str, scale: str) -> str:
    """Return where a use of an outline stands, as attributes; a letter stands in units of its own, far below pixels."""
    rest = TRANSLATION.sub("", transform).removesuffix(scale).strip()
    if rest:
        return attribute("transform", transform.removesuffix(scale).strip())
    places = (
        (name, f"{each:g}" if scale else decimal(tenths(each)))
        for name, each in zip("xy", translation(transform), strict=True)
    )
    return "".join(attribute(name, place) for name, place in places if place != "0")


def translation(transform: str) -> tuple[float, float]:
    """Return how far a transform moves."""
    found = TRANSLATION.match(transform)
    return (float(found["x"]), float(found["y"])) if found else (0.0, 0.0)


def rounded_transform(transform: str) -> str:
    """Return a transform with its translation rounded to tenths."""
    places = " ".join(decimal(tenths(each)) for each in translation(transform))
    return TRANSLATION.sub(f"translate({places})", transform)


def attribute(name: str, value: str) -> str:
    """Return an attribute of an element, with the space before it; nothing without a value."""
    return f' {name}="{value}"' if value else ""


# --- outlines --------------------------------------------------------------------------


def one_line(path: str) -> str:
    """Return an outline without the ends of lines."""
    return " ".join(path.split())


def rounded_path(path: str, offset: tuple[float, float]) -> str:
    """Return a path that was moved, in tenths of a pixel, without points that change nothing."""
    return relative_path(needed(commands(path, offset)), decimal)


def commands(path: str, offset: tuple[float, float]) -> Iterator[Command]:
    """Yield the parts of a path that was moved."""
    for letter, text in re.findall(r"([MLCQz])([^MLCQz]*)", path):
        yield letter, [tenths(float(number) + offset[n % 2]) for n, number in enumerate(text.split())]


def needed(found: Iterable[Command]) -> list[Command]:
    """Leave out lines that the next one goes on, and places from which nothing is drawn."""
    kept: list[Command] = []
    for command in found:
        letters = (kept[-1][0] if kept else "", command[0])
        if letters == ("M", "M") or (letters == ("L", "L") and goes_on(kept[-2][1], kept[-1][1], command[1])):
            kept.pop()
        kept.append(command)
    return kept[:-1] if kept and kept[-1][0] == "M" else kept


def goes_on(first: list[int], second: list[int], third: list[int]) -> bool:
    """Whether a line goes straight on to the third place, from the end of what led to the first, through the second."""
    (a, b), (c, d), (e, f) = first[-2:], second, third
    x, y, u, v = c - a, d - b, e - c, f - d
    return x * v == y * u and x * u + y * v >= 0


def tenths(number: float) -> int:
    """Return a number in tenths."""
    return round(number * 10)


def decimal(number: int) -> str:
    """Write a number of tenths."""
    return re.sub(r"^(-?)0\.", r"\1.", f"{number / 10:g}")
