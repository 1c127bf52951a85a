"""Whole sheets, as they were read through and calculated after: in each format every word, number and mark stays."""

from pathlib import Path

import pytest

from literate_bp import Layer, Network, explain
from literate_bp.worked.document import STYLE

FOLDER = Path(__file__).parent / "sheets"
SHEETS = {
    "solved.txt": ("text", {}),
    "empty.txt": ("text", {"hide": "formulas", "notation": "nielsen", "rounding": "decimals"}),
    "formulas.md": ("markdown", {"hide": "values"}),
    "solved.tex": ("latex", {"notation": "rumelhart"}),
    "empty.tex": ("latex", {"hide": "values"}),
    "solved.html": ("html", {}),
    "empty.html": ("html", {"hide": "formulas"}),
    "shown.html": ("body", {"notation": "ufldl"}),
}


def sheet(name):
    form, options = SHEETS[name]
    layers = [Layer([[0.5, -0.3], [0.2, 0.4]], [0.1, 0.3], "gelu", residual=True), Layer([[0.4], [-0.6]], None)]
    found = explain(Network(layers), (0.2, -0.5), (1.0,), **options)
    shown = found if name.endswith("txt") else found.continued.only("activated", "error", "weight step")
    return shown.body() + "\n" if form == "body" else shown.document(form).replace(STYLE, "")


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_word_for_word_what_was_read_through(name):
    assert sheet(name) == (FOLDER / name).read_text(encoding="utf-8")
