"""An exercise sheet is enough: solved from its text alone, by a reader who knows nothing else."""

import math
import re
import unicodedata

import pytest

from literate_bp import explain
from literate_bp.formula.notation import NOTATIONS
from literate_bp.worked.generate import generate

FRESH = [
    ((2, 2, 2), {}),
    ((2, 1, 1), {"activation": "tanh", "digits": 4}),
    ((3, 2, 2), {"activation": "relu"}),
    ((2, 2, 3), {"activation": "tanh", "cost": "cross_entropy"}),
    ((2, 2, 1), {"activation": "sigmoid", "cost": "binary_cross_entropy"}),
    ((2, 3, 1), {"activation": ("softplus", "sigmoid"), "cost": "binary_cross_entropy"}),
    ((2, 2, 2), {"activation": ("silu", "identity"), "cost": "squared_error", "digits": 4}),
    ((2, 2, 2, 2), {"digits": 4}),
    ((2, 2), {"activation": "gelu"}),
    ((1, 1), {"activation": "leaky_relu"}),
    ((2, 2, 2), {"residual": (1, 2)}),
    ((2, 2, 2, 2), {"residual": (2,), "activation": ("tanh", "sigmoid", "softplus"), "digits": 4}),
    ((2, 2, 1), {"residual": (1,), "cost": "binary_cross_entropy", "digits": 4}),
]
FUNCTION = re.compile(r"(\w+′?|σ′?|[^\W\d]′?)\((\w+)\) = (.*?)(?=, where |, [^,]*\(\w+\) = |\.(?: |$))")
LETTER = re.compile(r", where (\w) = (.*?)(?=, [^,]*\(\w+\) = |\.(?: |$))")


RAISED = "[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᶻʰᴸ]+"
PIECES = (
    rf"(?P<word>if|else)|(?P<function>ln|max)|(?P<raised>e{RAISED}|e\^\w+)|(?P<exp>e\^\()|(?P<number>\d+(?:\.\d+)?)"
    rf"|(?P<power>{RAISED})|(?P<half>½)|(?P<letter>π)|(?P<comma>,)|(?P<sign>[-+/·−()>√])|(?P<gap>\s+)"
)


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
        return eval(python, {"__builtins__": {}}, {"reader": self, "math": math, "max": max})  # noqa: S307

    def python(self, kind, piece):
        plain = unicodedata.normalize("NFKC", piece)
        signs = {"−": "-", "·": "*", "√": "math.sqrt", "e^(": "math.exp(", "½": "0.5", "ln": "math.log", "π": "math.pi"}
        match kind:
            case "name" if piece in self.symbols:
                return f"({self.symbols[piece]!r})"
            case "name":
                return f"reader.functions[{piece!r}]"
            case "raised":
                return f"math.exp({self.value(plain[1:].removeprefix('^'))!r})"
            case "power":
                return f"**{plain}"
            case "word":
                return f" {piece} "
            case _:
                return signs.get(piece, piece)


def rounded(value, decimals):
    return math.floor(value * 10**decimals + 0.5) / 10**decimals + 0.0


def solved(sheet):
    """Solve a sheet: each result by its symbol."""
    given = sheet.partition("How to round")[0]
    numbers = re.findall(r"(\S+) = (−?\d+(?:\.\d+)?)(?=[,.]?(?:\s|$))", given)
    symbols = {name: float(number.replace("−", "-")) for name, number in numbers if not re.search(r"\w′?\(", name)}
    functions = {}
    letters = dict(LETTER.findall(re.sub(r"\s+", " ", given)))
    for name, variable, body in FUNCTION.findall(re.sub(r"\s+", " ", given)):
        whole = re.sub("|".join(letters) or "$.", lambda found: f"({letters[found[0]]})", body)
        functions[name] = lambda z, v=variable, b=whole: Reader(symbols | {v: z}, functions).value(b)
    flat = re.sub(r"\s+", " ", sheet)
    digits = int(re.search(r"Round every result to (\d+) decimal", flat)[1])
    assert f"is rounded to {digits} significant digit" in flat
    parts = re.split(r"\n([A-Z][^\n]+)\n-+\n", sheet)
    lines = {
        title: [tuple(re.split(r" {2,}", line)[:2]) for line in body.strip().splitlines()[1:]]
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
    }
    results, places = {}, {}

    def work(title):
        for name, formula in lines[title]:
            value = Reader(symbols, functions).value(formula)
            decimals = digits
            if title == "The steps" and value:
                decimals = digits - 1 - math.floor(math.log10(abs(value)))
            if title == "The new weights and biases":
                decimals = places[formula.split()[-1]]
            places[name] = decimals
            symbols[name] = results[name] = rounded(value, decimals)

    for title in list(lines)[2:-1]:
        work(title)
    before = dict(results)
    for name, formula in lines["The new weights and biases"]:
        symbols[formula.split()[0]] = results[name]
    for title in ("Forward", "The cost"):
        work(title)
    ((after, again),) = lines["The cost after the step"]
    assert again == "a second pass forward"
    return {**before, after: results[lines["The cost"][0][0]]}


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize(("sizes", "more"), FRESH)
def test_a_fresh_sheet_is_solved_from_its_text_alone(sizes, more, notation):
    p = generate(sizes, 1, **more)
    sheet = explain(p.network, p.x, p.y, p.rate, p.digits, notation, "values")
    found = solved(str(sheet))
    expected = {step.symbol: step.carried for step in sheet.solutions.steps}
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-15)
