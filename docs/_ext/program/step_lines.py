"""Finds the lines of the rules that give each quantity of a live figure, by watching the rules run.

A page that steps from quantity to quantity lights such a line in its listing. Nothing of it is typed: a network runs,
and the first call that returns the value of a quantity is the one that gives it.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from literate_bp.diagram.passes.live import show
from program.listing import pieces

FILES = ("node.py", "nodes.py")
PACKAGE = Path(__file__).parents[3] / "src/literate_bp"
SIZES = (2, 2, 2, 2)
Place = tuple[str, str]
"""A rule, and the text of a line of it."""
Stack = tuple[Place, ...]
"""The lines that run when a value is returned, the innermost first."""


def lines_of_steps() -> str:
    """Return as JSON the lines that give each kind of quantity: where linear parts are below 0, and elsewhere."""
    below, above = (first_of_each(watched(network(bias))) for bias in (-9.0, 9.0))
    return json.dumps({kind: [below[kind], above[kind]] for kind in above}, ensure_ascii=False, separators=(",", ":"))


def first_of_each(found: Iterable[tuple[str, Stack]]) -> dict[str, Stack]:
    """Return the lines of the first quantity of each kind: all of a kind have the same."""
    stacks: dict[str, Stack] = {}
    for name, stack in found:
        stacks.setdefault(kind_of(name), stack)
    return stacks


def network(bias: float) -> dict[str, Any]:
    """Return a network of three layers whose numbers are all different, and whose biases are near one number."""
    layers = range(len(SIZES) - 1)
    return {
        "w": [[[0.3 + 0.07 * n + 0.11 * i + 0.013 * j for j in range(2)] for i in range(2)] for n in layers],
        "b": [[bias + 0.1 * n + 0.03 * j for j in range(2)] for n in layers],
        "x": [0.37, -0.59],
        "y": [0.21, 0.83],
        "sign": 1,
    }


def kind_of(name: str) -> str:
    """Return what an id stands for: its letters, and whether its layer is the last one, or the inputs."""
    kind = name.rstrip("0123456789.")
    layer = name.removeprefix(kind).partition(".")[0]
    return kind + {"0": " inputs", str(len(SIZES) - 1): " last"}.get(layer, "")


def watched(asked: dict[str, Any]) -> Iterator[tuple[str, Stack]]:
    """Yield the id of each quantity that a rule gives, with the lines that run when its value is first returned."""
    returned: list[tuple[Any, Stack]] = []

    def watch(frame: FrameType, event: str, value: Any) -> None:
        if event == "return" and Path(frame.f_code.co_filename).name in FILES:
            returned.append((value, tuple(stack_of(frame))))

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        found = show(asked)
    finally:
        sys.setprofile(before)
    for name, value in found:
        stacks = [stack for result, stack in returned if gives(result, name, value)]
        if stacks and not name.startswith(("w", "b", "x", "y")):
            yield name, stacks[0]


def gives(result: Any, name: str, value: float) -> bool:
    """Whether what a rule returns is a value; the derivatives by biases are named where all gradients are."""
    if name.startswith("db"):
        return any(value in layer for layer in getattr(result, "errors", ()))
    return isinstance(result, float) and result == value


def stack_of(frame: FrameType | None) -> Iterator[Place]:
    """Yield the lines of rules that run, the innermost first."""
    while frame:
        file = Path(frame.f_code.co_filename).name
        if file in FILES:
            yield places(file)[frame.f_lineno]
        frame = frame.f_back


@cache
def places(file: str) -> dict[int, Place]:
    """Return the rule and the text of each line of a file, by its number."""
    lines = (PACKAGE / file).read_text(encoding="utf-8").splitlines()
    return {
        n: (piece.name, lines[n - 1]) for piece in pieces(PACKAGE / file) for n in range(piece.first, piece.last + 1)
    }
