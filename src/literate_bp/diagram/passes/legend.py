"""The legend: a sample of each mark of a picture, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

from ..drawing.palette import LOOKS, Shape
from ..drawing.scene import Box, Edge, Label, Node, Scene, pack
from .layout import MARGIN
from .marks import PAST, TEXT

__all__ = ["bent", "legend", "line", "sample", "squares"]

WORDS_AT, MIDDLE = 34.0, 10.0


def legend(entries: Sequence[Scene], body: Scene) -> Scene:
    """The entries whose marks a picture holds, in the rows that they need."""
    held = meanings(body)
    kept = [entry for entry in entries if meanings(entry) <= held]
    return pack(kept, body.width - 2 * MARGIN, 22.0, 4.0)


def meanings(scene: Scene) -> set[str]:
    """Everything that the marks of a scene mean."""
    nodes = {node.meaning for node in scene.nodes}
    return nodes | {edge.meaning for edge in scene.edges}


def sample(meaning: str, words: str | None = None, *, corner: Shape | None = None, faded: bool = False) -> Scene:
    """An entry for a mark, in the words of its meaning if none are given."""
    words = LOOKS[meaning].words if words is None else words
    box = Box(14.0, MIDDLE, 16.0 if corner == "circle" else 24.0, 16.0)
    return entry(words, Node(named(words), meaning, box, corner=corner, faded=faded))


def bent(meaning: str, words: str, *, arrow: bool = True) -> Scene:
    """An entry for a line that goes past something."""
    key, (high, low), (left, right) = named(words), (MIDDLE - 6, MIDDLE + 6), (4.0, 24.0)
    via = (left, low), (right, low)
    return entry(words, Edge(key, meaning, (left, high), (right, high), width=PAST, arrow=arrow, via=via))


def line(meaning: str, words: str, *, arrow: bool = True, dashed: bool = False) -> Scene:
    """An entry for a line."""
    key, start, end = named(words), (2.0, MIDDLE), (26.0, MIDDLE)
    return entry(words, Edge(key, meaning, start, end, width=1.6, dashed=dashed, arrow=arrow))


def squares(meaning: str) -> list[Scene]:
    """What the squares of a large table mean."""
    return [square(meaning, "positive: a large square is a large value", 1.0), square(meaning, "negative", -1.0)]


def square(meaning: str, words: str, value: float) -> Scene:
    """An entry for a square of a table."""
    box = Box(14.0, MIDDLE, 12.0, 12.0)
    return entry(words, Node(named(words), meaning, box, value, bare=True))


def entry(words: str, mark: Node | Edge) -> Scene:
    """A mark and its words."""
    label = Label(named(words), words, WORDS_AT, MIDDLE, TEXT, align="left")
    nodes = (mark,) if isinstance(mark, Node) else ()
    edges = (mark,) if isinstance(mark, Edge) else ()
    return Scene(WORDS_AT + measure(words), 2 * MIDDLE, nodes, edges, (label,))


def named(words: str) -> str:
    """The key of an entry."""
    return f"key-{words}"


def measure(words: str) -> float:
    """About how wide plain words are."""
    narrow, wide = "ijltfr.,;: '", "mwMWC∂—"
    return TEXT * sum(0.3 if letter in narrow else 0.74 if letter in wide else 0.5 for letter in words)
