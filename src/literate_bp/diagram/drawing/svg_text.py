"""Labels as SVG text in the fonts of the page, in every notation.

A file contains the outlines of letters instead: `svg_outlines`.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ...formula.choice import variants
from .artists import baseline
from .palette import colors
from .scene import Label, Scene
from .text_layout import Run, text_runs

__all__ = ["label_groups"]

TEXT_FONTS = "STIX Two Text,Times New Roman,Times,serif"
MATH_FONTS = "STIX Two Math,STIX Two Text,Cambria Math,Times New Roman,serif"
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def label_groups(scenes: Mapping[str, Scene], shown: str) -> str:
    """Return the labels of a scene in every notation as SVG groups.

    Labels of one style that belong to the same notations are in one group.

    Parameters
    ----------
    scenes : mapping of str to Scene
        The scene in each notation, with the same labels in the same order.
    shown : str
        The notation that is shown if the page does not choose.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for same in zip(*(scene.labels for scene in scenes.values()), strict=True):
        labels = dict(zip(scenes, same, strict=True))
        for label, mark in variants(labels, shown):
            if label.text:
                groups.setdefault((common_attributes(label), mark), []).append(text_element(label))
    return "".join(f"<g{mark} {style}>{''.join(texts)}</g>\n" for (style, mark), texts in groups.items())


def common_attributes(label: Label) -> str:
    """Return the attributes that a label shares with all labels of its style."""
    family = MATH_FONTS if "$" in label.text else TEXT_FONTS
    font = f'font-family="{family}" font-size="{pixels(label.size)}" text-anchor="{ANCHORS[label.align]}"'
    return f'{font} fill="{colors("light")[label.color]}"'


def text_element(label: Label) -> str:
    """Return a label as a text element."""
    x, y = map(pixels, baseline(label))
    place = f'x="{x}" y="{y}"' if label.upright else f'transform="translate({x} {y}) rotate(-90)"'
    hook = f' data-q="{label.quantity}"' if label.quantity else ""
    return f"<text {place}{hook}>{text_spans(label)}</text>"


def text_spans(label: Label) -> str:
    """Return the runs of a label, each placed relative to the end of the previous one."""
    previous, parts = Run(""), []
    for run in text_runs(label.text):
        parts.append(run_element(run, run.gap, previous.rise - run.rise, label.size))
        previous = run
    return "".join(parts)


def run_element(run: Run, dx: float, dy: float, size: float) -> str:
    """Return a run as a tspan, moved by dx and dy in units of `size`; plain text if nothing changes."""
    changes = (("dx", dx * size), ("dy", dy * size), ("font-size", (run.scale - 1) and run.scale * size))
    attributes = "".join(f' {name}="{pixels(value)}"' for name, value in changes if value)
    return f"<tspan{attributes}>{escape(run.text)}</tspan>" if attributes else escape(run.text)


def pixels(value: float) -> str:
    """Write a number of pixels with at most two decimals."""
    return f"{round(value, 2):g}"
