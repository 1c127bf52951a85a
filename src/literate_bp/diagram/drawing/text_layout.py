r"""The layout of a label: its text as runs on baselines, subscripts and superscripts among them.

A label holds plain text and, between dollars, the LaTeX of symbols: letters,
``\delta``, ``\hat{y}``, ``\text{net}``, scripts and primes. Lengths are in
units of the label's font size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

from ...formula.letters import COMMANDS, HAT, STYLES, styled
from ...formula.printing import plain_number, split_number

__all__ = ["POWER_OF_TEN", "Run", "fitting_size", "number_label", "text_runs", "text_width"]

SCRIPT_SCALE = 0.7
SUPERSCRIPT_RISE, SUBSCRIPT_RISE, LOWERED_SUBSCRIPT_RISE = 0.38, -0.21, -0.27
"""The heights of the baselines of scripts; a subscript below a superscript is lowered."""
SCRIPT_GAP = 0.04
"""The distance from a script to what follows it."""
SMALLEST_SIZE = 8.5
"""The smallest font size of a label, in pixels."""

WIDTHS_FILE = "glyph_widths.tsv"
"""The file of the widths of letters, written by tools/glyph_widths.py."""

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
POWER_OF_TEN = "·$10^"
"""Where the power of ten of a number begins."""
SPACES = {r"\,": "", r"\;": " ", r"\ ": " ", r"\!": ""}


@cache
def glyph_widths() -> dict[str, float]:
    """Return the width of each letter in STIX Two Math, the font of formulas on a page.

    Its upright letters are as wide as those of STIX Two Text. They are wider than the letters that Matplotlib draws in
    a file, so a label that fits on a page fits in a file.
    """
    lines = files(__package__).joinpath(WIDTHS_FILE).read_text(encoding="utf-8").splitlines()
    return {chr(int(code, 16)): int(width) / 1000 for code, width, *_ in (line.split("\t") for line in lines)}


def plain_width(text: str) -> float:
    """Return the width of text without scripts."""
    widths = glyph_widths()
    for glyph in text:
        if glyph not in widths:
            raise ValueError(
                f"label has {glyph!r} (U+{ord(glyph):04X}), whose width is not in {WIDTHS_FILE}; "
                "add it to CHARACTERS in tools/glyph_widths.py and run that"
            )
    return sum(widths[glyph] for glyph in text)


@dataclass(frozen=True)
class Run:
    """Letters side by side on one baseline.

    `scale` is their size relative to the label's, `rise` the height of their
    baseline, and `gap` the distance to the previous run, which is negative for a
    subscript below a superscript.
    """

    text: str
    scale: float = 1.0
    rise: float = 0.0
    gap: float = 0.0

    @property
    def width(self) -> float:
        """Its width."""
        return self.scale * plain_width(self.text)

    def scaled(self, scale: float, rise: float) -> Run:
        """Return the run as a part of a script with this scale and rise."""
        return Run(self.text, self.scale * scale, self.rise * scale + rise, self.gap * scale)


@dataclass(frozen=True)
class Atom:
    """Letters, and the LaTeX of their scripts."""

    text: str
    superscript: str = ""
    subscript: str = ""


@lru_cache(8192)
def text_runs(label: str) -> tuple[Run, ...]:
    """Return the runs of a label, from left to right."""
    atoms: list[Atom] = []
    for n, part in enumerate(label.split("$")):
        atoms += parse(part) if n % 2 else [Atom(part)]
    return merge_runs(place_atoms(atoms))


@lru_cache(8192)
def text_width(label: str) -> float:
    """Return the width of a label."""
    position = rightmost = 0.0
    for run in text_runs(label):
        position += run.gap + run.width
        rightmost = max(rightmost, position)
    return rightmost


def fitting_size(label: str, size: float, available: float) -> float:
    """Return a font size, at most `size`, at which a label fits into the available width, if it can be that small."""
    width = text_width(label)
    return size if width * size <= available else max(SMALLEST_SIZE, available / width // 0.1 / 10)


def number_label(text: str) -> str:
    """Write a number that Python wrote as the text of a label: ``−3.0·$10^{-5}$`` for ``-3.0e-05``.

    The fonts of Matplotlib lack most of the raised digits that Unicode has.
    """
    digits, exponent = split_number(text)
    return plain_number(digits) + (f"{POWER_OF_TEN}{{{exponent}}}$" if exponent else "")


# --- parsing -----------------------------------------------------------------


def parse(latex: str) -> list[Atom]:
    """Return the atoms of LaTeX."""
    atoms: list[Atom] = []
    while latex:
        head, latex = first_token(latex)
        if head in ("^", "_"):
            script, latex = argument(latex)
            atoms[-1] = with_script(atoms[-1], head, script)
        elif head == "'":
            atoms[-1] = with_script(atoms[-1], "^", atoms[-1].superscript + r"\prime")
        elif head in STYLES:
            word, latex = argument(latex)
            atoms.append(Atom("".join(glyph(token, STYLES[head]) for token in TOKEN.findall(word))))
        elif head == r"\hat":
            body, latex = argument(latex)
            atoms.append(Atom("".join(atom.text for atom in parse(body)) + HAT))
        elif head.startswith("{"):
            atoms += parse(head[1:-1])
        elif not head.isspace():
            atoms.append(Atom(glyph(head)))
    return atoms


def first_token(latex: str) -> tuple[str, str]:
    """Split LaTeX into its first token, or group, and the rest."""
    if latex[0] == "{":
        end = closing_brace(latex)
        return latex[:end], latex[end:]
    token = TOKEN.match(latex)
    end = token.end() if token else 1
    return latex[:end], latex[end:]


def argument(latex: str) -> tuple[str, str]:
    """Split LaTeX into the argument of a command or script, and the rest."""
    head, rest = first_token(latex.lstrip())
    return (head[1:-1] if head.startswith("{") else head), rest


def closing_brace(latex: str) -> int:
    """Return the end of the group with which LaTeX begins."""
    depth = 0
    for at, character in enumerate(latex, start=1):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if not depth:
            return at
    raise ValueError(f"latex is {latex!r}; a closing brace is missing")


def with_script(atom: Atom, mark: str, script: str) -> Atom:
    """Add a script to an atom."""
    return replace(atom, superscript=script) if mark == "^" else replace(atom, subscript=script)


def glyph(token: str, style: str = "italic") -> str:
    """Return the character for a token other than a group."""
    if not token.startswith("\\"):
        return styled(token, style)
    if token in SPACES:
        return SPACES[token]
    if token not in COMMANDS:
        raise ValueError(
            f"latex has {token}, which labels of pictures cannot write; if it is a letter or a sign, add it to "
            "literate_bp/formula/letters.py"
        )
    return styled(COMMANDS[token], style)


# --- layout ------------------------------------------------------------------


def place_atoms(atoms: list[Atom]) -> Iterator[Run]:
    """Return the runs of atoms, with a subscript below the superscript of the same atom."""
    gap = 0.0
    for atom in atoms:
        yield Run(atom.text, gap=gap)
        above = script_runs(atom.superscript, SUPERSCRIPT_RISE)
        below = script_runs(atom.subscript, LOWERED_SUBSCRIPT_RISE if above else SUBSCRIPT_RISE)
        extent = advance(above) if below else 0.0
        gap = SCRIPT_GAP if above or below else 0.0
        gap += max(extent - advance(below), 0.0)
        yield from above
        yield from shift_first(below, -extent)


def script_runs(latex: str, rise: float) -> list[Run]:
    """Return the runs of a script."""
    return [run.scaled(SCRIPT_SCALE, rise) for run in merge_runs(place_atoms(parse(latex)))]


def advance(runs: list[Run]) -> float:
    """Return the distance from the start of runs to their end."""
    return sum(run.gap + run.width for run in runs)


def shift_first(runs: list[Run], offset: float) -> list[Run]:
    """Move the first of the runs, and with it those that follow."""
    return [replace(run, gap=run.gap + (0.0 if n else offset)) for n, run in enumerate(runs)]


def merge_runs(runs: Iterator[Run]) -> tuple[Run, ...]:
    """Merge neighboring runs of the same scale and rise."""
    merged: list[Run] = []
    for run in runs:
        if merged and not run.gap and (merged[-1].scale, merged[-1].rise) == (run.scale, run.rise):
            merged[-1] = replace(merged[-1], text=merged[-1].text + run.text)
        elif run.text:
            merged.append(run)
    return tuple(merged)
