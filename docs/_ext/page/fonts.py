"""Makes the fonts: what pages need of STIX Two Text and Math, a fraction of what comes in their packages."""

from collections.abc import Iterable
from importlib.resources import as_file, files
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from page.characters import SMALLER, TEXT_CHARACTERS

MATH_FEATURES = ("ccmp", "dtls", "flac", "kern", "mark", "ss04", "ssty")
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


def math_font(target: Path, characters: Iterable[int]) -> None:
    """Write what the font of the formulas has of some characters."""
    with as_file(files("ziamath") / "fonts/STIXTwoMath-Regular.ttf") as whole:
        font = TTFont(whole, recalcTimestamp=False)
    keep_one_size(font)
    subset_font(font, target, characters, MATH_FEATURES)


def keep_one_size(font: TTFont) -> None:
    """Of the forms that letters have in indices, and in indices of indices, keep those of the first: half the font."""
    table, names = font["GSUB"].table, font.getBestCmap()
    small = {names[character] for character in SMALLER if character in names}
    lookups = {
        n for each in table.FeatureList.FeatureRecord if each.FeatureTag == "ssty" for n in each.Feature.LookupListIndex
    }
    for forms in (forms for n in lookups for forms in table.LookupList.Lookup[n].SubTable):
        forms.alternates = {name: found[:1] for name, found in forms.alternates.items() if name in small}
