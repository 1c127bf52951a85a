"""The legend of a diagram: a sample of each mark, and its meaning."""

from __future__ import annotations

from collections.abc import Sequence

from ..drawing.palette import MARK_STYLES, Shape
from ..drawing.scene import Box, Edge, Label, Node, Scene, pack
from .layout import MARGIN
from .marks import RESIDUAL_WIDTH, TEXT

__all__ = ["legend", "line_entry", "mark_entry", "residual_entry", "swatch_entries"]

TEXT_LEFT, MIDDLE = 34.0, 10.0
"""Where the text of an entry begins, and where its middle is, in pixels."""


def legend(entries: Sequence[Scene], body: Scene) -> Scene:
    """Draw the entries whose meanings occur in a diagram, in as many rows as they need."""
    used = meanings(body)
    kept = [entry for entry in entries if meanings(entry) <= used]
    return pack(kept, body.width - 2 * MARGIN, 22.0, 4.0)


def meanings(scene: Scene) -> set[str]:
    """Return the meanings of all marks and lines of a scene."""
    nodes = {node.meaning for node in scene.nodes}
    return nodes | {edge.meaning for edge in scene.edges}


def mark_entry(meaning: str, text: str | None = None, *, shape: Shape | None = None, faded: bool = False) -> Scene:
    """Make the entry of a mark; its text is that of the palette if none is given."""
    text = MARK_STYLES[meaning].legend if text is None else text
    box = Box(14.0, MIDDLE, 16.0 if shape == "circle" else 24.0, 16.0)
    return entry(text, Node(entry_key(text), meaning, box, shape=shape, faded=faded))


def residual_entry(meaning: str, text: str, *, arrow: bool = True) -> Scene:
    """Make the entry of a residual connection, a line around two corners."""
    key, (high, low), (left, right) = entry_key(text), (MIDDLE - 6, MIDDLE + 6), (4.0, 24.0)
    via = (left, low), (right, low)
    return entry(text, Edge(key, meaning, (left, high), (right, high), width=RESIDUAL_WIDTH, arrow=arrow, via=via))


def line_entry(meaning: str, text: str, *, arrow: bool = True, dashed: bool = False) -> Scene:
    """Make the entry of a line."""
    key, start, end = entry_key(text), (2.0, MIDDLE), (26.0, MIDDLE)
    return entry(text, Edge(key, meaning, start, end, width=1.6, dashed=dashed, arrow=arrow))


def swatch_entries(meaning: str) -> list[Scene]:
    """Make the entries of the squares of a large table."""
    return [
        swatch_entry(meaning, "positive: a large square is a large value", 1.0),
        swatch_entry(meaning, "negative", -1.0),
    ]


def swatch_entry(meaning: str, text: str, value: float) -> Scene:
    """Make the entry of a square."""
    box = Box(14.0, MIDDLE, 12.0, 12.0)
    return entry(text, Node(entry_key(text), meaning, box, value, swatch=True))


def entry(text: str, mark: Node | Edge) -> Scene:
    """Place a mark and its text side by side."""
    label = Label(entry_key(text), text, TEXT_LEFT, MIDDLE, TEXT, align="left")
    nodes = (mark,) if isinstance(mark, Node) else ()
    edges = (mark,) if isinstance(mark, Edge) else ()
    return Scene(TEXT_LEFT + estimated_width(text), 2 * MIDDLE, nodes, edges, (label,))


def entry_key(text: str) -> str:
    """Return the key of an entry's marks."""
    return f"key-{text}"


def estimated_width(text: str) -> float:
    """Estimate the width of plain text, in pixels."""
    narrow, wide = "ijltfr.,;: '", "mwMWC∂—"
    return TEXT * sum(0.3 if letter in narrow else 0.74 if letter in wide else 0.5 for letter in text)
