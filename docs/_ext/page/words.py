"""Adds nothing by itself: counts what there is to read on a page, from its source, and in how many minutes.

Prose is what stands outside cells, listings, other code and formulas. The reading line, the table of paths and the
tests count alike.
"""

import re
from collections.abc import Iterator

CODE = {
    "ask",
    "bibliography",
    "code",
    "code-block",
    "code-cell",
    "derivation",
    "equation",
    "eval-rst",
    "literalinclude",
    "rule",
    "toctree",
}
"""The directives that have no prose."""
FORMULAS = {"derivation", "equation", "math"}
FOLDS = {"dropdown", "hint", "solution"}
LISTINGS = {"code", "code-block", "literalinclude", "rule"}
NOT_LISTED = ("remove-cell", "remove-input", "hide-input", "hide-cell")
"""The tags of cells whose code is not shown at first."""

WORDS_A_MINUTE = 130
SECONDS = {"formula": 20, "figure": 30, "listing": 15}
"""How long one looks at what is no prose."""

FRONT = re.compile(r"\A---\n(?P<yaml>.*?)^---\n", re.MULTILINE | re.DOTALL)
FENCE = re.compile(
    r"^(?P<mark>`{3,}|:{3,}) *\{(?P<name>[\w:-]+)\} *(?P<argument>.*?)\n(?P<body>.*?)^(?P=mark) *$",
    re.MULTILINE | re.DOTALL,
)
PLAIN_FENCE = re.compile(r"^(`{3,})\w*\n.*?^\1 *$", re.MULTILINE | re.DOTALL)
OPTIONS = re.compile(r"\A(?:---\n.*?^---\n|(?::[\w-]+:[^\n]*\n)*)", re.MULTILINE | re.DOTALL)
DISPLAY = re.compile(r"\$\$.*?\$\$", re.DOTALL)
NO_WORDS = (
    re.compile(r"\{(?:claim|formula|cite|doc|drawn|glue|count|math)[\w:]*\}`[^`]*`|\{[\w:-]+\}(?=`)"),
    re.compile(r"<[^<>`]*>(?=`)|(?<=\])\([^)\s]*\)|^\([\w-]+\)=$", re.MULTILINE),  # where links lead
    re.compile(r"\{[.#][^}]*\}|</?[a-z][^>]*>"),  # how it looks
    DISPLAY,
    re.compile(r"\$[^$]*\$"),
)
WORD = re.compile(r"[^\W\d_][\w’'-]*")


def blank(match: re.Match[str]) -> str:
    """Write as many blanks as there were characters; lines stay lines."""
    return re.sub(r"[^\n]", " ", match[0])


def fences(text: str) -> Iterator[re.Match[str]]:
    """Yield every directive of a text, and those inside it; what stands in a cell is code."""
    for match in FENCE.finditer(text):
        yield match
        if match["name"] != "code-cell":
            yield from fences(match["body"])


def without_code(text: str) -> str:
    """Blank the directives that are code, and of the others all but their titles and bodies."""

    def cleared(match: re.Match[str]) -> str:
        if match["name"] in CODE:
            return blank(match)
        opening = " " * (match.start("argument") - match.start()) + match["argument"] + "\n"
        return opening + without_code(OPTIONS.sub(blank, match["body"], count=1)) + " " * len(match["mark"])

    return FENCE.sub(cleared, text)


def without_folds(text: str) -> str:
    """Blank what is folded, which can be skipped at first reading."""

    def unfolded(match: re.Match[str]) -> str:
        if match["name"] != "exercise":
            return blank(match) if match["name"] in FOLDS else match[0]
        opening, body, end = match[0].partition(match["body"])
        return opening + without_folds(body) + end

    return FENCE.sub(unfolded, text)


def text_of(page: str) -> str:
    """Return what a page has outside code, every line at its place."""
    return PLAIN_FENCE.sub(blank, without_code(FRONT.sub(blank, page)))


def words(page: str) -> int:
    """Count the words of a page's prose, headings and titles of folds included."""
    text = text_of(page)
    for pattern in NO_WORDS:
        text = pattern.sub(" ", text)
    return len(WORD.findall(text))


def count_shown(page: str) -> dict[str, int]:
    """Count the displayed formulas of a page, its figures, and its listings, cells included."""
    found = [*fences(page)]
    cells = [OPTIONS.match(each["body"])[0] for each in found if each["name"] == "code-cell"]
    figures = sum("figure:" in options for options in cells) + sum(each["name"] == "figure" for each in found)
    shown = sum(not any(tag in options for tag in NOT_LISTED) for options in cells)
    return {
        "formula": sum(each["name"] in FORMULAS for each in found) + len(DISPLAY.findall(text_of(page))),
        "figure": figures,
        "listing": sum(each["name"] in LISTINGS for each in found) + shown,
    }


def minutes(page: str) -> int:
    """Return how long it takes to read a page, at least one minute."""
    looking = sum(SECONDS[kind] * number for kind, number in count_shown(page).items())
    return max(1, round(words(page) / WORDS_A_MINUTE + looking / 60))
