"""The faces that stand in for the text font: as wide, and on lines as high."""

import re

import pytest
from fontTools.ttLib import TTFont
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from page import assets, stand_in

WORDS = "Each weight is pushed a little, and the cost is looked at again, which says how steep it is there."


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    """The rules by family, weight and slant, and the fonts of the text."""
    folder = tmp_path_factory.mktemp("fonts")
    for style in stand_in.STYLES:
        name = f"stix-two-text-latin-{style}.woff2"
        (folder / name).write_bytes((assets.TEXT_FONTS / "files" / name).read_bytes())
    return list(stand_in.faces(folder))


def percent(rule, name):
    return float(re.search(rf"{name}: ([\d.]+)%", rule)[1]) / 100


def test_each_style_has_a_face_in_each_family(rules):
    styles = [re.findall(r"font-family: ([^;]+);|weight: (\d+)|style: (\w+)", rule) for rule in rules]
    assert len(set(map(str, styles))) == len(rules) == len(stand_in.FAMILIES) * 4


@pytest.mark.parametrize("number", range(4))
def test_a_line_of_another_text_is_about_as_long_as_in_the_text_font(rules, number):
    style, rule = [*stand_in.STYLES][number], rules[4 + number]
    weight, _, slant = style.partition("-")
    drawn = TextPath((0, 0), WORDS, 100, prop=FontProperties(family="DejaVu Serif", weight=int(weight), style=slant))
    font = TTFont(assets.TEXT_FONTS / f"files/stix-two-text-latin-{style}.woff2")
    names, units = font.getBestCmap(), font["head"].unitsPerEm
    wide = sum(font["hmtx"][names[ord(letter)]][0] for letter in WORDS) * 100 / units
    assert drawn.get_extents().width * percent(rule, "size-adjust") == pytest.approx(wide, rel=0.02)


def test_a_line_is_as_high_as_in_the_text_font(rules):
    font = TTFont(assets.TEXT_FONTS / "files/stix-two-text-latin-400-normal.woff2")
    for rule in rules[::4]:
        high = percent(rule, "ascent-override") * percent(rule, "size-adjust") * font["head"].unitsPerEm
        assert high == pytest.approx(font["hhea"].ascent, rel=1e-3)
