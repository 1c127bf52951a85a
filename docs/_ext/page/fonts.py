"""Makes the fonts: what pages need of STIX Two Text and Math, half of what comes in their packages."""

from collections.abc import Iterable
from importlib.resources import as_file, files
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

MATH_CHARACTERS = (
    *range(0x20, 0x7F),        # letters, digits and signs of ASCII
    0xA0,                      # the space that does not break
    *map(ord, "±·×ˆ‖†…′←→∂∇∈∏∑−√∞∥∫≈≠≤≥⊙⊤⋅ℒℓℎΔΣΦΩϕϵ\u0302\u2061"),
    *range(0x3B1, 0x3CA),      # Greek
    *range(0x1D434, 0x1D468),  # italic Latin
    *range(0x1D6FC, 0x1D71C),  # italic Greek
    *map(ord, "𝐀𝐄𝐈𝐋𝐖𝐚𝐛𝐝𝐞𝐠𝐡𝐢𝐧𝐨𝐫𝐭𝐮𝐰𝐱𝐲𝐳𝑾𝒂𝒃𝒉𝒙𝒚𝜹"),
)  # fmt: skip
"""What the formulas of the book need, in all notations; a test names what is missing."""
SMALLER = (*range(0x20, 0x7F), 0x2032, 0x2212, *range(0x1D434, 0x1D468), *range(0x1D6FC, 0x1D71C))
"""The characters that have a form of their own in indices."""
MATH_FEATURES = ("ccmp", "dtls", "flac", "kern", "mark", "ss04", "ssty")
TEXT_CHARACTERS = (
    *range(0x20, 0x7F),
    *map(ord, "\u00a0°±¹²³´µ¶·ˆ¼½¾×÷§©«»ÄÅÉÖØÜßàáâäåçèéêëíîñóôöøúûü–—‘’“”…•−′†→"),
    *map(ord, "αβγδεζηθικλμνξοπρςστυφχψωΔΣΦΩ"),
)
TEXT_FEATURES = ("ccmp", "kern", "liga", "lnum", "locl", "mark", "onum", "pnum", "tnum")


def subset_font(font: TTFont, target: Path, characters: Iterable[int], features: Iterable[str]) -> None:
    """Write what a font has of some characters as woff2."""
    options = subset.Options(
        flavor="woff2", hinting=False, notdef_outline=True, layout_features=[*features], drop_tables=["DSIG"]
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    aside = target.with_suffix(".tmp")
    subset.save_font(font, str(aside), options)
    aside.replace(target)


def text_font(source: Path, target: Path) -> None:
    """Write a font of the text."""
    subset_font(TTFont(source, recalcTimestamp=False), target, TEXT_CHARACTERS, TEXT_FEATURES)


def math_font(target: Path) -> None:
    """Write the font of the formulas."""
    with as_file(files("ziamath") / "fonts/STIXTwoMath-Regular.ttf") as whole:
        font = TTFont(whole, recalcTimestamp=False)
    keep_one_size(font)
    subset_font(font, target, MATH_CHARACTERS, MATH_FEATURES)


def keep_one_size(font: TTFont) -> None:
    """Of the forms that letters have in indices, and in indices of indices, keep those of the first: half the font."""
    table, names = font["GSUB"].table, font.getBestCmap()
    small = {names[character] for character in SMALLER if character in names}
    lookups = {
        n for each in table.FeatureList.FeatureRecord if each.FeatureTag == "ssty" for n in each.Feature.LookupListIndex
    }
    for forms in (forms for n in lookups for forms in table.LookupList.Lookup[n].SubTable):
        forms.alternates = {name: found[:1] for name, found in forms.alternates.items() if name in small}
