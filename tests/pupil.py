"""A pupil with a calculator: reads a sheet as text; knows signs, functions and how to round, and nothing else."""

import math
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

FUNCTION = re.compile(r"(\w+′?|σ′?|[^\W\d]′?)\((\w+)\) = (.*?)(?=, where |, [^,]*\(\w+\) = |\.(?: |$))")
LETTER = re.compile(r", where (\w) = (.*?)(?=, [^,]*\(\w+\) = |\.(?: |$))")


RAISED = "[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᶻʰᴸ]+"
PIECES = (
    rf"(?P<word>if|else)|(?P<function>ln|max)|(?P<raised>e{RAISED}|e\^\w+)|(?P<exp>e\^\()|(?P<number>\d+(?:\.\d+)?)"
    rf"|(?P<power>{RAISED})|(?P<half>½)|(?P<letter>π)|(?P<comma>,)|(?P<sign>[-+/·−()>√])|(?P<gap>\s+)"
)


def exp(value):
    """Take a power of e; one that a calculator cannot hold is infinite."""
    return math.exp(value) if value < 700 else math.inf


class Reader:
    """Reads formulas in Unicode: numbers, symbols, functions, and what stands side by side is multiplied."""

    def __init__(self, symbols, functions):
        self.symbols, self.functions = symbols, functions

    def value(self, text):
        names = sorted((*self.symbols, *self.functions), key=len, reverse=True)
        known = "|".join(re.escape(name) for name in names)
        pattern = re.compile(rf"(?P<name>{known})|{PIECES}")
        python, ended, at = "", False, 0
        while at < len(text):
            found = pattern.match(text, at)
            assert found, f"cannot read {text[at:]!r} of {text!r}"
            at, kind, piece = found.end(), found.lastgroup, found[0]
            if kind == "gap":
                continue
            starts = kind in ("name", "function", "exp", "raised", "half", "number", "letter") or piece in "(√"
            python += "*" * (ended and starts) + self.python(kind, piece)
            ended = kind in ("raised", "half", "number", "power", "letter") or piece == ")" or piece in self.symbols
        return eval(python, {"__builtins__": {}}, {"reader": self, "math": math, "max": max, "exp": exp})  # noqa: S307  our own sheet

    def python(self, kind, piece):
        plain = unicodedata.normalize("NFKC", piece)
        signs = {"−": "-", "·": "*", "√": "math.sqrt", "e^(": "exp(", "½": "0.5", "ln": "math.log", "π": "math.pi"}
        match kind:
            case "name" if piece in self.symbols:
                return f"({self.symbols[piece]!r})"
            case "name":
                return f"reader.functions[{piece!r}]"
            case "raised":
                return f"exp({self.value(plain[1:].removeprefix('^'))!r})"
            case "power":
                return "**" + plain.replace("\N{MINUS SIGN}", "-")
            case "word":
                return f" {piece} "
            case _:
                return signs.get(piece, piece)


def rounded(value, decimals):
    """Round what a calculator with twelve digits shows; a 5 at the end goes away from 0.

    A sum of which more digits are kept is added up on paper.
    """
    fits = abs(value) * 10.0**decimals < 1e10
    shown = Decimal(f"{value:.12g}" if fits else repr(float(value)))
    return float(shown.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)) + 0.0


def decimals_of(value, digits):
    """Count the decimals that show some significant digits of what the calculator shows."""
    if not value:
        return digits
    found = max(digits - 1 - Decimal(f"{value:.12g}").adjusted(), 0)
    return max(digits - 1 - Decimal(repr(rounded(value, found))).adjusted(), 0)


def number(text):
    """Read a number as it is printed: −2.15·10⁻⁶."""
    digits, _, power = unicodedata.normalize("NFKC", text.replace("⁻", "−")).partition("·10")
    return float(f"{digits}e{power or 0}".replace("\N{MINUS SIGN}", "-"))


def printed_decimals(text):
    """Count the decimals that a printed number has when it is written without a power of ten."""
    digits, _, power = unicodedata.normalize("NFKC", text.replace("⁻", "−")).partition("·10")
    return len(digits.partition(".")[2]) - int((power or "0").replace("\N{MINUS SIGN}", "-"))


NUMBER = r"−?\d+(?:\.\d+)?(?:·10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?"


class Sheet:
    """What a sheet says: the givens, the functions, how to round, and the lines of each part."""

    def __init__(self, text):
        given = text.partition("How to round")[0]
        flat = re.sub(r"\s+", " ", text)
        numbers = re.findall(rf"(\S+) = ({NUMBER})(?=[,.]?(?:\s|$))", given)
        self.symbols = {name: number(value) for name, value in numbers if not re.search(r"\w′?\(", name)}
        self.functions = (
            {"Φ": lambda z: (1 + math.erf(z / math.sqrt(2))) / 2} if "Φ is the distribution" in flat else {}
        )
        self.define(re.sub(r"\s+", " ", given))
        self.decimals = int(re.search(r"Round the way forward to (\d+) decimal", flat)[1])
        back, kind = re.search(r"Round the way back to (\d+) (decimal|significant digit)", flat).groups()
        self.by_decimals = kind == "decimal"
        steps = re.search(r"Round the step of a weight or bias to (\d+) significant digit", flat)[1]
        self.digits = int(steps)
        assert int(back) == self.digits
        assert "take the one farther from 0" in flat
        parts = re.split(r"\n([A-Z][^\n]+)\n-+\n", text)
        self.lines = {
            title: [re.split(r" {2,}", line) for line in body.strip().splitlines()[1:]]
            for title, body in zip(parts[1::2], parts[2::2], strict=True)
            if "formula" in body.strip().splitlines()[0]
        }

    def define(self, given):
        letters = dict(LETTER.findall(given))
        for name, variable, body in FUNCTION.findall(given):
            whole = re.sub("|".join(letters) or "$.", lambda found: f"({letters[found[0]]})", body)
            self.functions[name] = lambda z, v=variable, b=whole: Reader({v: z}, self.functions).value(b)

    def value(self, formula):
        return Reader(self.symbols, self.functions).value(formula)

    def places(self, title, formula, value, places):
        """Say how many decimals a result of a part keeps, given those of the results before it."""
        if title.startswith("The errors") and not self.by_decimals:
            return decimals_of(value, self.digits)
        if title == "The steps":
            return decimals_of(value, self.digits)
        if title == "The new weights and biases":
            return places[formula.split()[-1]]
        return self.decimals
