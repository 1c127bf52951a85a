"""Makes the faces that stand in for the text font until it has come, so that no line moves when it comes.

They are fonts of the reader's own machine, drawn so large that a text is as long as in STIX Two Text, and its lines are
as high.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from fontTools.afmLib import AFM
from fontTools.agl import UV2AGL
from fontTools.ttLib import TTFont
from matplotlib import get_data_path

FAMILIES = {
    "Text like Times": ("afm/ptm{}8a.afm", ("r", "ri", "b", "bi"), ("Times New Roman", "Liberation Serif", "Times")),
    "Text like DejaVu": ("ttf/DejaVuSerif{}.ttf", ("", "-Italic", "-Bold", "-BoldItalic"), ("DejaVu Serif",)),
}
"""The families: where Matplotlib has the widths of their letters, and their names. Liberation Serif has those of
Times."""
STYLES = {"400-normal": "", "400-italic": " Italic", "700-normal": " Bold", "700-italic": " Bold Italic"}
SAMPLE = (
    "The error of a node is the derivative of the cost by its linear part. It comes from the errors ahead, "
    "each times the weight that leads there, and from the slope of the activation; nothing else is needed."
)
"""A text as pages have it: how long it is says how wide a font is."""


def faces(fonts: Path) -> Iterator[str]:
    """Yield the @font-face rules, for the fonts of the text in a folder."""
    for family, (file, endings, names) in FAMILIES.items():
        for (style, name), ending in zip(STYLES.items(), endings, strict=True):
            text = TTFont(fonts / f"stix-two-text-latin-{style}.woff2")
            local = ", ".join(f'local("{each}{name}")' for each in names)
            yield face(family, style, local, text, length(file_widths(file.format(ending))))


def face(family: str, style: str, local: str, text: TTFont, wide: float) -> str:
    """Write one @font-face: a font of the machine that is as wide as a sample, in the measures of the text font."""
    size = length(glyph_widths(text)) / wide
    high, low = (abs(side) / text["head"].unitsPerEm / size for side in (text["hhea"].ascent, text["hhea"].descent))
    weight, _, slant = style.partition("-")
    return (
        f'@font-face {{ font-family: "{family}"; src: {local}; font-weight: {weight}; font-style: {slant}; '
        f"size-adjust: {size:.2%}; ascent-override: {high:.2%}; descent-override: {low:.2%}; line-gap-override: 0% }}"
    )


def length(width: Callable[[str], float]) -> float:
    """Return how long the sample is, in units of the font size."""
    return sum(map(width, SAMPLE))


def glyph_widths(font: TTFont) -> Callable[[str], float]:
    """Return the width of a character in a font."""
    names = font.getBestCmap()
    return lambda character: font["hmtx"][names[ord(character)]][0] / font["head"].unitsPerEm


def file_widths(name: str) -> Callable[[str], float]:
    """Return the width of a character in a font of Matplotlib's."""
    path = Path(get_data_path(), "fonts", name)
    if path.suffix == ".ttf":
        return glyph_widths(TTFont(path))
    metrics = AFM(str(path))
    return lambda character: metrics[UV2AGL[ord(character)]][1] / 1000
