"""The layout of labels: runs, widths and sizes."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from literate_bp.diagram.drawing.text_layout import fitting_size, glyph_widths, text_runs, text_width
from literate_bp.formula.letters import COMMANDS, STYLED


def test_letters_are_as_wide_as_in_the_font_of_formulas():
    data = pytest.importorskip("ziamath", reason="STIX Two Math comes with the group docs").__file__
    with TTFont(Path(data).parent / "fonts/STIXTwoMath-Regular.ttf") as font:
        widths, names = font["hmtx"], font.getBestCmap()
        known = glyph_widths()
        assert {letter: widths[names[ord(letter)]][0] for letter in known} == {
            letter: pytest.approx(1000 * wide) for letter, wide in known.items()
        }


def test_every_letter_of_a_formula_in_every_style_has_a_width():
    letters = {letter for table in (COMMANDS, *STYLED.values()) for letter in table.values()}
    plain = {chr(code) for code in (*range(0x20, 0x7F), *range(0x391, 0x3AA), *range(0x3B1, 0x3CA)) if code != 0x3A2}
    assert letters | plain <= glyph_widths().keys()


def test_a_letter_of_unknown_width_is_refused():
    with pytest.raises(ValueError, match=r"label has '中' \(U\+4E2D\).*add it to CHARACTERS in tools/glyph_widths.py"):
        text_width("中")


@pytest.mark.parametrize(
    ("label", "letters"),
    [
        ("0.25", [("0.25", 1, 0)]),
        ("$x_{1}$", [("𝑥", 1, 0), ("1", 0.7, -0.21)]),
        (r"$-\partial E/\partial h$", [("−𝜕𝐸/𝜕ℎ", 1, 0)]),
        (r"$\hat{y}_{12}$", [("𝑦\u0302", 1, 0), ("12", 0.7, -0.21)]),
        (r"× $f'(z)$", [("× 𝑓", 1, 0), ("′", 0.7, 0.38), ("(𝑧)", 1, 0)]),
        (r"$\mathbf{W}^{(1)}$", [("𝐖", 1, 0), ("(1)", 0.7, 0.38)]),
        (r"$E_{\text{total}}$", [("𝐸", 1, 0), ("total", 0.7, -0.21)]),
    ],
)
def test_a_symbol_is_set_in_runs(label, letters):
    assert [(run.text, run.scale, run.rise) for run in text_runs(label)] == letters


def test_a_label_is_set_as_large_as_fits_but_not_too_small_to_read():
    assert fitting_size("$w$", 13.5, 10) == 13.5
    assert fitting_size("$w$", 13.5, 0.727 * 12.06) == 12
    assert fitting_size("$w$", 13.5, 1) == 8.5


def test_scripts_stand_one_below_the_other():
    below = text_runs("$w^{1}_{12}$")[2]
    assert below.gap == pytest.approx(-0.7 * 0.495)
    assert text_width("$w^{1}_{12}$") == pytest.approx(0.727 + 2 * 0.7 * 0.495)
    assert text_width("$w^{(1)}_{1}$") == text_width("$w^{(1)}$")


def test_braces_keep_letters_together_and_are_not_written():
    assert text_runs("${z}_{{1}2}$") == text_runs("$z_{12}$")


def test_latex_that_no_label_has_is_refused():
    with pytest.raises(ValueError, match=r"latex has \\frac, which labels of pictures cannot write"):
        text_runs(r"$\frac{1}{2}$")
    with pytest.raises(ValueError, match="a closing brace is missing"):
        text_runs("$x_{1$")
