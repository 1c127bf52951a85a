"""Contrast inside pictures, which no tool sees: of each text with what it stands on, of each line with the paper."""

from itertools import pairwise, product

import pytest
from matplotlib.colors import to_hex, to_rgb
from pictures import KINDS, ORIENTATIONS, RESIDUAL, contrast, picture

from literate_bp.diagram.drawing.palette import colors

THEMES = ("light", "dark")
TEXT, MARK = 4.5, 3.0
"""What WCAG 2.2 asks of text, and of what tells something without words."""


def within(box, x, y):
    return abs(x - box.x) < box.w / 2 and abs(y - box.y) < box.h / 2


def ground(scene, x, y, shades):
    """Return the color of what is drawn last at a place."""
    found = shades["paper"]
    for node in scene.nodes:
        if within(node.box, x, y):
            filled = node.swatch and (node.value or 0) >= 0
            found = shades["paper" if node.faded else node.meaning if filled else f"{node.meaning}-fill"]
    return found


def scenes():
    for kind, orientation, sizes in product(KINDS, ORIENTATIONS, ((3, 3, 2, 3), *RESIDUAL[:1])):
        yield kind, picture(kind, "both", sizes).oriented(orientation)


SCENES = list(scenes())


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_of_a_diagram_can_be_read_on_what_it_stands_on(theme):
    shades = colors(theme)
    texts = [(kind, scene, label) for kind, scene in SCENES for label in scene.labels if label.text]
    assert len(texts) > 500
    assert any(ground(scene, label.x, label.y, shades) != shades["paper"] for _, scene, label in texts)
    assert not {
        (kind, label.color, label.key)
        for kind, scene, label in texts
        if contrast(shades[label.color], ground(scene, label.x, label.y, shades)) < TEXT
    }


@pytest.mark.parametrize("theme", THEMES)
def test_every_line_and_outline_of_a_diagram_stands_out_from_the_paper_and_from_what_it_encloses(theme):
    shades = colors(theme)
    edges = [edge for _, scene in SCENES for edge in scene.edges]
    lines = {edge.meaning for edge in edges if edge.key != "marked"}
    rims = [(rim, mark) for rim, mark in pairwise(edges) if mark.key == "marked"]
    assert rims
    assert all(rim.points == mark.points and rim.width >= mark.width + 2 for rim, mark in rims)
    nodes = [node for _, scene in SCENES for node in scene.nodes]
    outlines = {("muted", "paper") if node.faded else (node.meaning, f"{node.meaning}-fill") for node in nodes}
    assert {"weight", "error"} <= lines
    assert not {name for name in lines if contrast(shades[name], shades["paper"]) < MARK}
    assert not {
        name for name, fill in outlines if min(contrast(shades[name], shades[each]) for each in (fill, "paper")) < MARK
    }


def over(paper, color, opacity):
    """Return the color of what is seen through."""
    return to_hex([opacity * a + (1 - opacity) * b for a, b in zip(to_rgb(color), to_rgb(paper), strict=True)])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("name", "opacity"), [("halo", 1), ("faint", 0.35), ("activated", 0.52), ("error", 0.52)])
def test_the_texts_of_plots_can_be_read_on_the_areas_that_they_stand_on(name, opacity, theme):
    shades = colors(theme)
    assert contrast(shades["ink"], over(shades["paper"], shades[name], opacity)) >= TEXT
