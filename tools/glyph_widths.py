"""Write how wide letters are in STIX Two Math, by which the pictures know how long their labels are.

python tools/glyph_widths.py reads the font that the package `ziamath` carries, and writes
src/literate_bp/diagram/drawing/glyph_widths.tsv: the code of each character, its width in thousandths of the size of
the text, and its name. A test compares that file with the font.
"""

from importlib.resources import as_file, files
from pathlib import Path
from unicodedata import name

from fontTools.ttLib import TTFont

from literate_bp.formula.letters import COMMANDS, STYLED, SUBSCRIPTS, SUPERSCRIPTS

FILE = Path(__file__).parents[1] / "src/literate_bp/diagram/drawing/glyph_widths.tsv"
CHARACTERS = {
    *range(0x20, 0x7F),      # ASCII
    *range(0xA0, 0x180),     # signs, and Latin letters with accents
    *range(0x300, 0x313),    # combining accents
    *range(0x391, 0x3D7),    # Greek
    *range(0x2010, 0x2038),  # dashes, quotes, primes
    *range(0x2190, 0x219A),  # arrows
    *range(0x2200, 0x2300),  # operators and relations
    *(ord(letter) for table in (COMMANDS, SUPERSCRIPTS, SUBSCRIPTS, *STYLED.values()) for letter in table.values()),
}  # fmt: skip
"""What a label may hold; what the font does not have is left out."""


def glyph_widths() -> str:
    """Return the lines of the file, in the order of the codes."""
    with as_file(files("ziamath") / "fonts/STIXTwoMath-Regular.ttf") as path, TTFont(path) as font:
        glyphs, widths = font.getBestCmap(), font["hmtx"]
        size = font["head"].unitsPerEm
        lines = [
            f"{code:04X}\t{1000 * widths[glyphs[code]][0] // size}\t{name(chr(code))}\n"
            for code in sorted(CHARACTERS & glyphs.keys())
        ]
    return "".join(lines)


if __name__ == "__main__":
    FILE.write_text(glyph_widths(), encoding="utf-8")
    print(f"wrote {FILE}")
