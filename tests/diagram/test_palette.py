"""The palette: contrast, and meanings that nobody has to tell apart by color alone."""

from itertools import combinations
from math import dist

import numpy as np
import pytest
from matplotlib.colors import to_hex
from pictures import contrast, linear_light

from literate_bp.diagram.drawing.artists import node_patches
from literate_bp.diagram.drawing.palette import MARK_STYLES, colors, stylesheet
from literate_bp.diagram.drawing.scene import Box, Node


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_of_marks_and_text(theme):
    shades = colors(theme)
    for name in MARK_STYLES:
        assert contrast(shades[name], shades["paper"]) >= 3
        assert contrast(shades[name], shades[f"{name}-fill"]) >= 3
        assert contrast(shades["ink"], shades[f"{name}-fill"]) >= 4.5
    for name in ("ink", "muted"):
        assert contrast(shades[name], shades["paper"]) >= 4.5


# Machado, Oliveira & Fernandes 2009, full deuteranopia and protanopia, on linear light.
SIGHT = {
    "full": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}


def lab(light):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ light.clip(0, 1)
    t = xyz / [0.9505, 1, 1.089]
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_meanings_stay_apart_for_every_eye(sight, theme):
    seen = [lab(np.array(SIGHT[sight]) @ linear_light(colors(theme)[name])) for name in MARK_STYLES]
    assert min(dist(a, b) for a, b in combinations(seen, 2)) > 8


def test_never_color_alone():
    told_apart = {(style.shape, style.outlines) for style in MARK_STYLES.values()}
    assert (
        len(
            {
                (MARK_STYLES[name].shape, MARK_STYLES[name].outlines)
                for name in ("linear", "activated", "error", "gradient")
            }
        )
        == 4
    )
    assert len(told_apart) >= 6
    assert len({style.legend for style in MARK_STYLES.values()}) == len(MARK_STYLES)


def test_the_style_sheet_of_a_site_has_every_color_of_both_themes():
    light, dark = ([f"--bp-{name}: {color};" for name, color in colors(theme).items()] for theme in ("light", "dark"))
    before, _, system = stylesheet().partition("prefers-color-scheme: dark")
    assert all(each in before for each in light)
    assert all(system.count(each) >= 1 for each in dark)


@pytest.mark.parametrize(("value", "filled"), [(0.5, True), (0.0, True), (-0.5, False)])
def test_a_square_of_a_table_is_filled_if_its_value_is_not_negative(value, filled):
    shades = colors("light")
    (patch,) = node_patches(Node("a", "weight", Box(0, 0, 9, 9), value, swatch=True), shades)
    assert to_hex(patch.get_edgecolor()) == shades["weight"]
    assert (patch.get_facecolor()[3] > 0) == filled
