"""What the page *Your network* draws its diagrams with: the files of the package that draw, and what these read."""

import json
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

from literate_bp.diagram.drawing.text_layout import glyph_widths
from literate_bp.diagram.passes.network_layout import weights_symbol
from literate_bp.formula.notation import NOTATIONS
from program import small_python
from program.your_network import MOST_LAYERS

UNREAD = ("notes", "read_in", "supplied")
"""What a notation says about itself, and no diagram shows."""


def drawing_program() -> str:
    """Return the files by their paths in the package, and what is known of notations and letters, as JSON."""
    found = {"files": small_python.written(), "known": json.dumps(known(), ensure_ascii=False)}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def known() -> dict[str, Any]:
    """Return what the package reads in its files."""
    notations = {name: asdict(notation) | dict.fromkeys(UNREAD) for name, notation in NOTATIONS.items()}
    return {"notations": notations, "matrices": matrices(), "widths": glyph_widths()}


def matrices() -> dict[str, list[list[str]]]:
    """Return the symbols of the matrices of weights: by notation, by depth, by layer."""
    depths = range(1, MOST_LAYERS + 1)
    return {name: [[matrix(name, depth, n + 1) for n in range(depth)] for depth in depths] for name in NOTATIONS}


def matrix(name: str, depth: int, layer: int) -> str:
    """Return the symbol of the weights of a layer; it does not depend on how many nodes there are."""
    passes: Any = SimpleNamespace(notation=NOTATIONS[name], sizes=(2,) * (depth + 1))
    return weights_symbol(passes, layer)
