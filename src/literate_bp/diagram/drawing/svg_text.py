"""The labels of a picture as text of a page, in every notation.

Letters are text in the page's own fonts, where a file has their outlines.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ...formula.choice import variants
from .artists import baseline
from .palette import colors
from .scene import Label, Scene
from .text_layout import Run, typeset

__all__ = ["lettering"]

WORDS = "STIX Two Text,Times New Roman,Times,serif"
SYMBOLS = "STIX Two Math,STIX Two Text,Cambria Math,Times New Roman,serif"
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def lettering(scenes: Mapping[str, Scene], shown: str) -> str:
    """All labels of a scene that each notation has, and which one is shown.

    Labels that look alike and belong to the same notations are one group.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for same in zip(*(scene.labels for scene in scenes.values()), strict=True):
        labels = dict(zip(scenes, same, strict=True))
        for label, marked in variants(labels, shown):
            if label.text:
                groups.setdefault((look(label), marked), []).append(put(label))
    return "".join(f"<g{marked} {look}>{''.join(texts)}</g>\n" for (look, marked), texts in groups.items())


def look(label: Label) -> str:
    """What labels of a kind have in common."""
    family = SYMBOLS if "$" in label.text else WORDS
    kind = f'font-family="{family}" font-size="{short(label.size)}" text-anchor="{ANCHORS[label.align]}"'
    return f'{kind} fill="{colors("light")[label.color]}"'


def put(label: Label) -> str:
    """One label at its place."""
    x, y = map(short, baseline(label))
    place = f'x="{x}" y="{y}"' if label.upright else f'transform="translate({x} {y}) rotate(-90)"'
    return f"<text {place}>{letters(label)}</text>"


def letters(label: Label) -> str:
    """Its runs, each where the one before leaves it."""
    before, written = Run(""), []
    for run in typeset(label.text):
        written.append(span(run, run.gap, before.rise - run.rise, label.size))
        before = run
    return "".join(written)


def span(run: Run, right: float, down: float, size: float) -> str:
    """A run, moved from where the one before ends; plain where it needs nothing."""
    moves = (("dx", right * size), ("dy", down * size), ("font-size", (run.scale - 1) and run.scale * size))
    given = "".join(f' {name}="{short(value)}"' for name, value in moves if value)
    return f"<tspan{given}>{escape(run.text)}</tspan>" if given else escape(run.text)


def short(value: float) -> str:
    """A number of pixels with the decimals that can be seen."""
    return f"{round(value, 2):g}"
