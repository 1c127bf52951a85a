"""What MicroPython lacks of Python's library, as far as what draws the diagrams uses it.

Plain Python, and MicroPython runs it. Patterns are those of its own `re`, which has no names for groups.
"""

import math as known
import re as small
from collections import OrderedDict
from functools import partial
from itertools import starmap
from typing import Any

__all__ = [
    "Leaf",
    "OrderedDict",
    "Path",
    "PathPatch",
    "ascii_letters",
    "cache",
    "cached_property",
    "chain",
    "dist",
    "hypot",
    "inf",
    "lru_cache",
    "normalize",
    "numpy",
    "pairwise",
    "partial",
    "re",
    "replace",
    "starmap",
    "wrap",
]

inf = float("inf")
ascii_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def hypot(x: float, y: float) -> float:
    """Return the length of a vector."""
    return known.sqrt(x * x + y * y)


def dist(one: Any, other: Any) -> float:
    """Return the distance of two points."""
    return hypot(one[0] - other[0], one[1] - other[1])


def pairwise(values: Any) -> Any:
    """Return each value with the next one."""
    listed = list(values)
    return zip(listed, listed[1:])  # noqa: RUF007  this is `pairwise`


class chain:  # noqa: N801  as in Python's library
    """Stands for `itertools.chain`."""

    @staticmethod
    def from_iterable(parts: Any) -> Any:
        """Return all values of all parts."""
        return [value for part in parts for value in part]


def replace(made: Any, **changes: Any) -> Any:
    """Return a copy of what a data class has made, with other values."""
    for name in made.fields:
        if name not in changes:
            changes[name] = getattr(made, name)
    return type(made)(**changes)


MOST = 8192
"""How many results are kept."""


def cache(function: Any) -> Any:
    """Compute each result once, until there are many."""
    results: dict[Any, Any] = {}

    def found(*given: Any) -> Any:
        if given not in results:
            if len(results) == MOST:
                results.clear()
            results[given] = function(*given)
        return results[given]

    return found


def lru_cache(_size: int, **_: Any) -> Any:
    """Do so."""
    return cache


def cached_property(function: Any) -> Any:
    """Compute an attribute once."""
    name = function.__name__

    def found(made: Any) -> Any:
        if name not in made.kept:
            made.kept[name] = function(made)
        return made.kept[name]

    return property(found)


class Leaf:
    """Stands for a part of a formula, of which a symbol is one."""


def wrap(text: str, width: int) -> list[str]:
    """Break a text between words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if len(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


HATS = dict(zip("aceghijosuwyzACEGHIJOSUWYZ", "âĉêĝĥîĵôŝûŵŷẑ\u00c2Ĉ\u00caĜĤ\u00ceĴ\u00d4Ŝ\u00dbŴŶẐ"))
"""Letters with a hat, as Unicode composes them."""


def normalize(_form: str, text: str) -> str:
    """Compose a letter and a hat."""
    return HATS.get(text[0], text) if len(text) == len("ab") else text


class numpy:  # noqa: N801  the name of a module
    """Stands for `numpy`, which is asked for the numbers of a list."""

    @staticmethod
    def asarray(values: Any, **_: Any) -> Any:
        """Return the list."""
        return values


# --- patterns -----------------------------------------------------------------


class Match:
    """What a pattern has found."""

    def __init__(self, found: Any) -> None:
        self.found = found

    def __getitem__(self, group: int) -> Any:
        return self.found.group(group)

    def end(self) -> int:
        """Return where it ends, if it begins at the beginning."""
        return len(self.found.group(0))


class Pattern:
    """A pattern."""

    def __init__(self, text: str) -> None:
        self.names: list[str] = []
        for part in text.split("(?P<")[1:]:
            self.names.append(part.split(">")[0])
            text = text.replace(f"(?P<{self.names[-1]}>", "(")
        self.known = small.compile(text)

    def sub(self, by: Any, text: str, **_: Any) -> str:
        """Replace what it finds."""
        if callable(by):
            return self.known.sub(lambda found: by(Match(found)), text)
        for place, name in enumerate(self.names, 1):
            by = by.replace(f"\\g<{name}>", f"\\{place}")
        return self.known.sub(by, text)

    def match(self, text: str) -> Any:
        """Match the beginning of a text."""
        found = self.known.match(text)
        return Match(found) if found else None

    def findall(self, text: str) -> list[str]:
        """Return all that it finds, if that is all of the text."""
        parts = []
        while text:
            parts.append(self[text])
            text = text[len(parts[-1]) :]
        return parts

    def __getitem__(self, text: str) -> str:
        found: Any = self.known.match(text)
        return str(found.group(0))


class re:  # noqa: N801  the name of a module
    """Stands for the module of patterns."""

    DOTALL = 0

    @staticmethod
    def compile(text: str, _flags: int = 0) -> Pattern:
        """Make a pattern."""
        return Pattern(text)

    @staticmethod
    def escape(text: str) -> str:
        """Return the pattern of a text."""
        return "".join([letter if letter.isalpha() else "\\" + letter for letter in text])


# --- outlines -----------------------------------------------------------------


class Path:
    """Stands for the path of Matplotlib: its points, and how it goes on to each of them."""

    MOVETO, LINETO, CURVE3, CURVE4, CLOSEPOLY = "M", "L", "Q", "C", "z"

    def __init__(self, points: Any, codes: Any = None, *, closed: bool = False) -> None:
        self.points = points
        self.codes = codes or [self.MOVETO] + [self.LINETO] * (len(points) - 1)
        if closed:
            self.codes[-1] = self.CLOSEPOLY


class PathPatch:
    """Stands for a path of Matplotlib with its colors."""

    def __init__(self, path: Path, **style: Any) -> None:
        self.path = path
        self.style = style

    def set(self, **style: Any) -> None:
        """Change the style."""
        self.style.update(style)
