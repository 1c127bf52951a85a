r"""A label as runs of letters on lines: its subscripts and superscripts.

It reads what labels hold: plain text, and between dollars the LaTeX of
symbols: letters, ``\delta``, ``\hat{y}``, ``\text{net}``, scripts, primes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from ...formula.letters import COMMANDS, HAT, STYLES, styled

__all__ = ["Run", "fitted", "length", "typeset"]

SCRIPT = 0.7
ABOVE, BELOW, LOWER = 0.38, -0.21, -0.27
"""How far scripts are raised, or lowered; `LOWER` where both stand there."""
AFTER = 0.04
"""What follows a script keeps this distance."""
LEAST = 8.5
"""The smallest size that a label is set in."""

WIDTHS = "glyph_widths.tsv"
"""The file of how wide letters are; tools/glyph_widths.py writes it."""

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.", re.DOTALL)
SPACES = {r"\,": "", r"\;": " ", r"\ ": " ", r"\!": ""}


@cache
def glyph_widths() -> dict[str, float]:
    """How wide each letter is in STIX Two Math, the font of formulas on a page, in sizes of its text.

    Its upright letters are as wide as those of STIX Two Text. They are wider than the letters that Matplotlib draws in
    a file, so what fits here fits there.
    """
    lines = files(__package__).joinpath(WIDTHS).read_text(encoding="utf-8").splitlines()
    return {chr(int(code, 16)): int(wide) / 1000 for code, wide, *_ in (line.split("\t") for line in lines)}


def width(text: str) -> float:
    """How wide a text is, in sizes of the text."""
    widths = glyph_widths()
    for letter in text:
        if letter not in widths:
            raise ValueError(
                f"label has {letter!r} (U+{ord(letter):04X}), whose width is not in {WIDTHS}; "
                "add it to CHARACTERS in tools/glyph_widths.py and run that"
            )
    return sum(widths[letter] for letter in text)


@dataclass(frozen=True)
class Run:
    """Letters side by side, measured in sizes of their label.

    How large they are, how far above its line they stand, and how far from what
    stands before them; that is negative for one script below the other.
    """

    text: str
    scale: float = 1.0
    rise: float = 0.0
    gap: float = 0.0

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.scale * width(self.text)

    def within(self, scale: float, rise: float) -> Run:
        """The same as a part of a script."""
        return Run(self.text, self.scale * scale, self.rise * scale + rise, self.gap * scale)


@dataclass(frozen=True)
class Atom:
    """Letters, and the LaTeX of their scripts."""

    text: str
    above: str = ""
    below: str = ""


def typeset(label: str) -> tuple[Run, ...]:
    """The runs of a label, from left to right."""
    atoms: list[Atom] = []
    for n, part in enumerate(label.split("$")):
        atoms += read(part) if n % 2 else [Atom(part)]
    return joined(set_out(atoms))


def length(label: str) -> float:
    """How wide a label is, in sizes of its text."""
    here = most = 0.0
    for run in typeset(label):
        here += run.gap + run.width
        most = max(most, here)
    return most


def fitted(label: str, size: float, room: float) -> float:
    """The size that a label is set in so that it fits, if it may be so small."""
    wide = length(label)
    return size if wide * size <= room else max(LEAST, room / wide // 0.1 / 10)


# --- reading -----------------------------------------------------------------


def read(latex: str) -> list[Atom]:
    """The atoms of LaTeX."""
    atoms: list[Atom] = []
    while latex:
        head, latex = first(latex)
        if head in ("^", "_"):
            script, latex = argument(latex)
            atoms[-1] = scripted(atoms[-1], head, script)
        elif head == "'":
            atoms[-1] = scripted(atoms[-1], "^", atoms[-1].above + r"\prime")
        elif head in STYLES:
            word, latex = argument(latex)
            atoms.append(Atom("".join(letter(token, STYLES[head]) for token in TOKEN.findall(word))))
        elif head == r"\hat":
            under, latex = argument(latex)
            atoms.append(Atom("".join(atom.text for atom in read(under)) + HAT))
        elif head.startswith("{"):
            atoms += read(head[1:-1])
        elif not head.isspace():
            atoms.append(Atom(letter(head)))
    return atoms


def first(latex: str) -> tuple[str, str]:
    """The first token of LaTeX, a group as one, and what follows."""
    if latex[0] == "{":
        end = closing(latex)
        return latex[:end], latex[end:]
    token = TOKEN.match(latex)
    end = token.end() if token else 1
    return latex[:end], latex[end:]


def argument(latex: str) -> tuple[str, str]:
    """What a command or a script applies to, and what follows."""
    head, rest = first(latex.lstrip())
    return (head[1:-1] if head.startswith("{") else head), rest


def closing(latex: str) -> int:
    """Where the group ends that LaTeX begins with."""
    depth = 0
    for at, character in enumerate(latex, start=1):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if not depth:
            return at
    raise ValueError(f"latex is {latex!r}; a closing brace is missing")


def scripted(atom: Atom, mark: str, script: str) -> Atom:
    """The atom with a script."""
    return replace(atom, above=script) if mark == "^" else replace(atom, below=script)


def letter(token: str, style: str = "italic") -> str:
    """What a token other than a group is written with."""
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


# --- setting -----------------------------------------------------------------


def set_out(atoms: list[Atom]) -> Iterator[Run]:
    """The runs of atoms; scripts stand one below the other."""
    gap = 0.0
    for atom in atoms:
        yield Run(atom.text, gap=gap)
        above = scripts(atom.above, ABOVE)
        below = scripts(atom.below, LOWER if above else BELOW)
        back = extent(above) if below else 0.0
        gap = AFTER if above or below else 0.0
        gap += max(back - extent(below), 0.0)
        yield from above
        yield from moved(below, -back)


def scripts(latex: str, rise: float) -> list[Run]:
    """The runs of a script."""
    return [run.within(SCRIPT, rise) for run in joined(set_out(read(latex)))]


def extent(runs: list[Run]) -> float:
    """How far runs lead."""
    return sum(run.gap + run.width for run in runs)


def moved(runs: list[Run], by: float) -> list[Run]:
    """The runs, the first of them elsewhere."""
    return [replace(run, gap=run.gap + (0.0 if n else by)) for n, run in enumerate(runs)]


def joined(runs: Iterator[Run]) -> tuple[Run, ...]:
    """The same runs, those that go on as one."""
    kept: list[Run] = []
    for run in runs:
        if kept and not run.gap and (kept[-1].scale, kept[-1].rise) == (run.scale, run.rise):
            kept[-1] = replace(kept[-1], text=kept[-1].text + run.text)
        elif run.text:
            kept.append(run)
    return tuple(kept)
