r"""Find the numbers that are typed in a page's prose, and those among them that the page computes.

Prose is what stands outside cells, listings and other code, formulas included. What a link or a citation points at is
no prose, and what a source prints is quoted: in a block quote, or marked as `[0.00045]{.quoted}`.
"""

import ast
import json
import re
from decimal import Decimal
from html.parser import HTMLParser
from typing import NamedTuple

from pages import code

from literate_bp.formula.notation import NOTATIONS
from page.counts import word
from page.words import blank, fences, text_of

LARGEST_WORD = 12  # whole numbers up to it are ordinary words

NO_PROSE = (
    re.compile(r"^ *>.*$|\[[^\]]*\]\{\.quoted\}", re.MULTILINE),  # what a source prints
    re.compile(r"\{(?:glue|cite|count|drawn|py|ref|doc|eq|numref)[\w:]*\}(?:`[^`<]*`|(?=`))"),
    re.compile(r"<[^<>`]*>(?=`)|(?<=\])\([^)\s]*\)|^\([\w-]+\)=$", re.MULTILINE),  # where links lead
    re.compile(r"\{[.#][^}]*\}|</?[a-z][^>]*>"),  # how it looks
    re.compile(r"\\[td]?frac *(?:\d *\d|\{\d+\} *\{\d+\})"),  # a fraction is exact
    re.compile(r"(?<!\b10)[_^](?:\{[^{}]*\}|\\?\w)"),  # an index or an exponent
    re.compile(r"\\(?!cdot\b|times\b|%)(?:[a-zA-Z]+|.)"),
)
RAISED = r"(?:[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|\^(?:\{[-−]?\d+\}|\d))"
NUMBER = re.compile(
    r"(?<![\w.])(?:(?=10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹^])|(?P<digits>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?P<decimals>\.\d+)?)"
    rf"(?:e(?P<e>[-+]?\d+)|(?P<times>\s*(?:[·×]|\\cdot|\\times)?\s*10(?P<raised>{RAISED})))?(?P<percent>\s*\\?%)?"
)
LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-", "^{}")


class Typed(NamedTuple):
    """A number, with the unit of its last digit."""

    line: int
    text: str
    value: Decimal
    unit: Decimal

    @property
    def digits(self):
        """The digits that count: not the zeros at the end of a whole number."""
        digits = str(int(self.value / self.unit))
        return digits.rstrip("0") if self.unit == 1 else digits

    @property
    def is_word(self):
        return self.unit == 1 and self.value <= LARGEST_WORD and "%" not in self.text

    def copies(self, value):
        """Whether this is `value`, without its sign, or a rounding of it that keeps two digits or more."""
        scales = (1, 100) if "%" in self.text else (1,)
        off = min(abs(self.value - abs(scale * value)) for scale in scales)
        return off == 0 or (len(self.digits) > 1 and off <= self.unit / 2)


def prose(page):
    """Return the prose of a page, every line at its place, with blanks for all else."""
    text = text_of(page)
    for pattern in NO_PROSE:
        text = pattern.sub(blank, text)
    return text


def numbers(text):
    """Give every number of a text."""
    for match in NUMBER.finditer(text):
        if match[0]:
            exponent = int(match["e"] or (match["raised"] or "0").translate(LOWERED))
            ten, decimals = Decimal(10) ** exponent, match["decimals"] or ""
            value = Decimal((match["digits"] or "1").replace(",", "") + decimals) * ten
            unit = ten / 10 ** max(len(decimals) - 1, 0)
            yield Typed(text.count("\n", 0, match.start()) + 1, match[0].strip(), value, unit)


def constants(page):
    """Return the numbers that the cells of a page define: they are typed there, and nowhere else."""
    cells = ["\n".join(code(found)) for found in fences(page) if found["name"] == "code-cell"]
    commands = [cell for cell in cells if cell.startswith("%%")]
    trees = [ast.parse(cell) for cell in cells if cell not in commands]
    found = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    typed = {number.value for number in numbers(" ".join(commands))}
    return typed | {Decimal(repr(value)) for value in found if type(value) in (int, float)}


CLAIM_WORDS = re.compile(
    r"\b(always|never|every|only|at most|at least|exactly|cannot|can[’']t"
    r"|more|less|fewer|faster|slower|half|twice|doubles?|doubled|larger|smaller|better|worse|most)\b",
    re.IGNORECASE,
)
"""Words by which a sentence says something of all, or compares."""
CHECKED = re.compile(r"\{(?:claim|formula)\}`")
NAMES = re.compile(r"\d+(?:-\d+)+|\b(?:19|20)\d\d\b|`[^`]*`")
"""Networks (784-30-10), years, and code: their numbers claim nothing."""
BLOCKS = re.compile(r"\n\s*\n|\n(?=\s*(?:\||(?:[-*:]|\d+\.) ))")
EMPHASIS = re.compile(r"(?<!\\)\*+")
MARKUP = re.compile(r"\A(?:[-#>|:\s]|\d+\. )+|\|")


def sentences(page):
    """Give the sentences of a page's prose as a list of reasons names them: on one line, without emphasis."""
    for block in BLOCKS.split(prose(page)):
        unmarked = MARKUP.sub("", EMPHASIS.sub("", block))
        for sentence in re.split(r"(?<=[.!?])[”’\"')\]]*\s+", unmarked):
            if text := " ".join(sentence.split()):
                yield text


def claims_something(sentence):
    """Whether a sentence speaks of all, compares, or types a number that is no small whole one."""
    return bool(CLAIM_WORDS.search(sentence)) or any(not number.is_word for number in numbers(NAMES.sub(" ", sentence)))


def unchecked(page):
    """Return the sentences of a page that claim something, and have no check behind them."""
    return [each for each in sentences(page) if claims_something(each) and not CHECKED.search(each)]


COUNTED = {
    "activations": "activations",
    "chapters": "chapters",
    "costs": "costs",
    "diagrams": "diagrams",
    "pictures": "diagrams",
    "formats": "formats",
    "notations": "notations",
    "texts": "notations",
    "textbooks": "notations",
    "questions": "questions",
    "rules": "rules",
    "schemes": "schemes",
}
"""What pages may count, and what the role `count` calls it."""
WORDS = {word(number): number for number in range(2, 100)}
COUNT = re.compile(
    rf"\b(?P<number>{'|'.join(sorted(WORDS, key=len, reverse=True))}|\d+)(?: [a-z]+)? (?P<kind>{'|'.join(COUNTED)})\b",
    re.IGNORECASE,
)
TITLES = {notation.title.lower() for notation in NOTATIONS.values()}


class Counted(NamedTuple):
    """A count that is typed."""

    line: int
    text: str
    number: int
    kind: str


def typed_counts(text):
    """Give every typed count of what the package can count; "Four diagrams" is a title."""
    for match in COUNT.finditer(text):
        number = WORDS.get(match["number"].lower()) or int(match["number"])
        if match[0].lower() not in TITLES:
            line = text.count("\n", 0, match.start()) + 1
            yield Counted(line, match[0], number, COUNTED[match["kind"].lower()])


def typed_totals(page, counts):
    """Give the typed counts in a page's prose that are, or may once have been, the count of all there are."""
    return [found for found in typed_counts(prose(page)) if found.number in {counts[found.kind], *range(4, 100)}]


class Outputs(HTMLParser):
    """The text of a built page's outputs, pictures included."""

    def __init__(self, html):
        super().__init__()
        self.text, self.boxes, self.hidden = "", [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.boxes += ["cell_output" in (dict(attrs).get("class") or "")] if tag == "div" else []
        self.hidden += tag in {"style", "script"}
        self.text += "" if tag == "span" else " "

    def handle_endtag(self, tag):
        del self.boxes[len(self.boxes) - (tag == "div") :]
        self.hidden -= tag in {"style", "script"}
        self.text += "" if tag == "span" else " "

    def handle_data(self, data):
        self.text += data if any(self.boxes) and not self.hidden else ""


def computed(page, html="", glued="{}"):
    """Return the values of a page: what its cells define, show and glue."""
    pasted = [output["data"].get("text/plain", "") for output in json.loads(glued).values()]
    shown = " ".join([Outputs(html).text, *pasted])
    return constants(page) | {number.value for number in numbers(shown)}


def copied(page, values):
    """Give every number typed in a page's prose that is one of the values, or a rounding of one, with that value."""
    for typed in numbers(prose(page)):
        found = [value for value in values if typed.copies(value)]
        if found and not typed.is_word:
            yield typed, min(found, key=lambda value: abs(abs(value) - typed.value))
