"""What the diagrams ask of the rest of the package, where they are drawn in a page: it has checked what it shows.

Plain Python, and MicroPython runs it. What the package reads in its files stands in one file here.
"""

import json
from collections import namedtuple
from typing import Any

from .live_rounding import fraction

__all__ = [
    "NOTATIONS",
    "Picture",
    "Variant",
    "checked_passes",
    "glyph_widths",
    "one_of",
    "picture_in_all_notations",
    "require_number",
    "rounded_text",
    "weights_symbol",
]

KNOWN = "/lib/literate_bp/known.json"
"""Where the page puts what is known of notations and letters."""
known: Any = {}


def what_is_known() -> Any:
    """Read it once."""
    if not known:
        with open(KNOWN) as file:  # noqa: PTH123  MicroPython has no other files
            known.update(json.loads(file.read()))
    return known


class Notations:
    """The notations by their names, each made once."""

    def __init__(self) -> None:
        self.made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        from ...formula.notation import Notation  # noqa: PLC0415  it asks for `one_of` first

        if name not in self.made:
            self.made[name] = Notation(**what_is_known()["notations"][name])
        return self.made[name]


NOTATIONS = Notations()


def weights_symbol(passes: Any, layer: int) -> str:
    """Return the LaTeX of the matrix of a layer."""
    symbol: str = what_is_known()["matrices"][passes.notation.name][passes.depth - 1][layer - 1]
    return symbol


def glyph_widths() -> Any:
    """Return the width of each letter."""
    return what_is_known()["widths"]


def require_number(_name: str, given: int, _most: int, _why: str) -> int:
    """Return a number that the network has."""
    return given


def one_of(_name: str, value: Any, _known: Any) -> Any:
    """Return a value that is known."""
    return value


# --- pictures -----------------------------------------------------------------

Variant = namedtuple("Variant", ("landscape", "portrait", "sections"))


class Picture:
    """A diagram in one notation."""

    def __init__(self, variant: Variant, notation: str, alt: str) -> None:
        self.variant = variant
        self.notation = notation
        self.alt = alt

    def oriented(self, orientation: str) -> Any:
        """Return the marks of one orientation."""
        return getattr(self.variant, orientation)

    @property
    def sections(self) -> Any:
        """Every number, in reading order."""
        return self.variant.sections


def picture_in_all_notations(passes: Any, variant: Any, alt: str) -> Picture:
    """Draw a diagram in the notation that is asked for."""
    from .description import plain  # noqa: PLC0415  it asks for what stands here first

    drawn = variant(passes)
    for section in drawn.sections:
        section.values = passes.values
    return Picture(drawn, passes.notation.name, plain(alt))


def checked_passes(network: Any, values: Any, notation: str, **example: Any) -> Any:
    """Return the passes that a diagram shows."""
    from .quantities import Passes  # noqa: PLC0415  it asks for `rounded_text` first

    return Passes(network, example["x"], example.get("y"), values, NOTATIONS[notation])


# --- numbers ------------------------------------------------------------------

FEWEST, MOST = 1e-3, 999.5
"""Numbers beyond these are written with a power of ten."""


def rounded_text(value: float) -> str:
    """Write a number as `quantities` does, in whole numbers alone: MicroPython rounds a tie away from zero."""
    if value == 0:
        return "0"
    sign, plain = "-" if value < 0 else "", FEWEST <= abs(value) < MOST
    units, power = rounded(value, 3 if plain else 2)
    digits, decimals = str(units), 2 - power
    if not plain:
        return f"{sign}{digits[0]}.{digits[1]}e{power}"
    digits = "0" * (decimals + 1 - len(digits)) + digits
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)


def rounded(value: float, count: int) -> tuple[int, int]:
    """Return the first digits of a number as a whole number, and the power of ten of the first one."""
    above, below = fraction(value)
    power = 0
    while above >= 10 * below:
        below, power = 10 * below, power + 1
    while above < below:
        above, power = 10 * above, power - 1
    above *= 10 ** (count - 1)
    units, rest = above // below, 2 * (above % below)
    if rest > below or (rest == below and units % 2):
        units += 1
    return (units // 10, power + 1) if units == 10**count else (units, power)
