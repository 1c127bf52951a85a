r"""Expression trees as text: LaTeX for the pages, Unicode for terminals.

A writer gets a function that names the symbols. So the same tree is written
with the semantic macros (``\error_{j}``), with the letters of a notation, or
with the values of the symbols.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np

from .expression import (
    Add,
    Call,
    Cases,
    Entry,
    Equation,
    Expression,
    Gradient,
    Hadamard,
    Index,
    Letter,
    MatrixProduct,
    Mul,
    Name,
    Negative,
    Number,
    Partial,
    Power,
    Quotient,
    Reduction,
    Relation,
    Symbol,
    Transpose,
)
from .letters import (
    COMMANDS,
    SUBSCRIPTS,
    subscript,
    superscript,
    unicode_of,
)
from .macros import macro_of
from .notation import BOOK, Notation

NEGATIVE, SUM, REDUCTION, PRODUCT, ATOM = range(5)
"""Precedences, from low to high."""

Naming = Callable[[Symbol], str]
"""Gives the name of a symbol."""
Printed = tuple[str, int]
"""The text of an expression, and its precedence."""


@dataclass(frozen=True)
class Writer(ABC):
    """Writes expressions as text, with parentheses where they are needed.

    Attributes
    ----------
    name : callable
        Gives the name of a symbol.
    """

    name: Naming

    def text(self, tree: Expression | Equation) -> str:
        """Write an expression, or all sides of an equation."""
        if isinstance(tree, Equation):
            sides = map(self.text, tree.sides)
            return f" {self.relation(tree.sign)} ".join(sides)
        return self.write(tree)[0]

    def operand(self, tree: Expression, least: int) -> str:
        """Write an operand: in parentheses if its precedence is too low."""
        return self.enclosed(*self.write(tree), least)

    def enclosed(self, text: str, precedence: int, least: int) -> str:
        """Put a text in parentheses if its precedence is too low."""
        return text if precedence >= least else self.parentheses(text)

    def write(  # noqa: C901, PLR0911, PLR0912 — one case a kind of tree
        self, tree: Expression
    ) -> Printed:
        """Write an expression, and give its precedence too."""
        match tree:
            case Symbol():
                return precedence_of(self.name(tree))
            case Number(value):
                return precedence_of(self.number(number_text(value)))
            case Letter(index):
                return str(index), ATOM
            case Name(latex):
                return self.letter(latex), ATOM
            case Add(terms):
                return self.sum_of(terms), SUM
            case Negative(of):
                return f"{self.minus}{self.operand(of, REDUCTION)}", SUM
            case Mul(factors):
                return self.product(factors)
            case Quotient(Reduction() as above, Number() | Letter() as below):
                reciprocal = self.reciprocal(self.text(below))
                return f"{reciprocal}{self.gap}{self.text(above)}", REDUCTION
            case Quotient(above, below):
                return self.fraction(above, below)
            case Power(base, exponent):
                return self.power(self.power_base(base), exponent), ATOM
            case Reduction(operator, index, body, excluded):
                sign = self.reduction(operator, index, excluded)
                return f"{sign}{self.operand(body, REDUCTION)}", REDUCTION
            case Call(function, arguments):
                return self.call(function, arguments)
            case Gradient(of, by):
                return self.gradient(of, by), REDUCTION
            case Partial(of, by):
                return self.derivative(of, by)
            case Transpose(of):
                return self.transpose(of), ATOM
            case Entry(of, node):
                inside = self.parentheses(self.text(of))
                return self.with_subscript(inside, str(node)), ATOM
            case _:
                return self.arrays(tree)

    def arrays(self, tree: Expression) -> Printed:
        """Write products of arrays, conditions and cases."""
        match tree:
            case MatrixProduct(factors):
                return self.gap.join(self.side_by_side(factors)), PRODUCT
            case Hadamard(factors):
                parts = [
                    self.text(factor)
                    if not isinstance(factor, Add | MatrixProduct | Negative)
                    else self.parentheses(self.text(factor))
                    for factor in factors
                ]
                return self.hadamard.join(parts), PRODUCT
            case Relation(left, sign, right):
                sides = self.text(left), self.text(right)
                return f" {self.relation(sign)} ".join(sides), SUM
            case Cases(condition, then, otherwise):
                parts = list(map(self.text, (then, condition, otherwise)))
                return self.cases(*parts), ATOM
            case _:
                raise TypeError(
                    f"{type(tree).__name__} cannot be written; an expression "
                    "of literate_bp.formula.expression was expected"
                )

    def side_by_side(self, factors: tuple[Expression, ...]) -> list[str]:
        """Write factors side by side; a last ∇ needs no parentheses."""
        last = REDUCTION if isinstance(factors[-1], Gradient) else PRODUCT
        asked = [PRODUCT] * (len(factors) - 1) + [last]
        return [
            self.parentheses(self.text(factor))
            if isinstance(factor, Hadamard)
            else self.operand(factor, least)
            for factor, least in zip(factors, asked, strict=True)
        ]

    def sum_of(self, terms: tuple[Expression, ...]) -> str:
        """Write a sum, with a minus before negative terms."""
        text = self.operand(terms[0], SUM)
        for term in terms[1:]:
            if isinstance(term, Negative):
                text += f" {self.minus} {self.operand(term.of, REDUCTION)}"
            else:
                text += f" + {self.operand(term, REDUCTION)}"
        return text

    def power_base(self, of: Expression) -> str:
        """Write the base of a power; a superscript in it needs parentheses."""
        text, precedence = self.write(of)
        match of:
            case Symbol(layer=Index()) | Power() | Transpose() | Call("exp"):
                return self.parentheses(text)
            case _:
                return self.enclosed(text, precedence, ATOM)

    def product(self, factors: tuple[Expression, ...]) -> Printed:
        """Write a product; a last reduction needs no parentheses."""
        text, precedence = "", PRODUCT
        match factors:
            case (Negative(of), *rest):
                product = Mul((of, *rest))
                return f"{self.minus}{self.operand(product, REDUCTION)}", SUM
        for number, factor in enumerate(factors):
            last = number == len(factors) - 1
            part, own = self.write(factor)
            part = self.enclosed(part, own, REDUCTION if last else PRODUCT)
            if last and own == REDUCTION:
                precedence = REDUCTION
            text += self.separator(text, part) + part
        return text, precedence

    def separator(self, left: str, right: str) -> str:
        """Give the separator of two factors: a dot before a number."""
        if not left:
            return ""
        if right[0].isdigit() or right.startswith(("(-", "(−")):
            return self.dot
        short = left.isdigit() and self.is_short(right)
        return "" if short else self.gap

    def is_short(self, text: str) -> bool:
        """Tell whether a factor may follow a number without a gap."""
        return not WORD_LETTER.match(text)

    def call(  # noqa: PLR0911 — one case a kind of function
        self, function: str, arguments: tuple[Expression, ...]
    ) -> Printed:
        """Write a function call."""
        if function in ("activation", "derivative"):
            called = self.name(Symbol(function))
            return self.applied(called, arguments), ATOM
        if function == "Im":
            (of,) = arguments
            return self.operator(
                function
            ) + f" {self.operand(of, ATOM)}", PRODUCT
        if function == "exp":
            return self.power("e", arguments[0]), ATOM
        if function == "abs":
            return self.absolute(self.text(arguments[0])), ATOM
        if function == "indicator":
            return f"[{self.text(arguments[0])}]", ATOM
        if function == "norm":
            return self.norm(self.text(arguments[0])), ATOM
        if function == "sqrt":
            return self.root(arguments[0]), ATOM
        return self.applied(self.operator(function), arguments), ATOM

    def applied(self, called: str, arguments: tuple[Expression, ...]) -> str:
        """Write a function's name and its arguments."""
        inside = ", ".join(map(self.text, arguments))
        alone = len(arguments) == 1 and isinstance(arguments[0], Symbol)
        if alone and inside[0] + inside[-1] == "()":
            return called + inside
        return called + self.parentheses(inside)

    minus: str = "-"
    gap: str = " "
    dot: str = " "
    hadamard: str = " "

    @abstractmethod
    def number(self, text: str) -> str:
        """Write a number of which the digits and the exponent are given."""

    @abstractmethod
    def letter(self, latex: str) -> str:
        """Write a letter that is the same in every notation."""

    @abstractmethod
    def parentheses(self, text: str) -> str:
        """Put a text in parentheses."""

    @abstractmethod
    def relation(self, sign: str) -> str:
        """Write the sign of an equation or a condition."""

    @abstractmethod
    def reciprocal(self, below: str) -> str:
        """Write 1 over something."""

    @abstractmethod
    def fraction(self, above: Expression, below: Expression) -> Printed:
        """Write a fraction."""

    @abstractmethod
    def power(self, base: str, exponent: Expression) -> str:
        """Write a power; the base is text already."""

    @abstractmethod
    def reduction(self, operator: str, index: str, excluded: str) -> str:
        """Write the sign of a sum, product or maximum with its index."""

    @abstractmethod
    def operator(self, function: str) -> str:
        """Write the name of a function."""

    @abstractmethod
    def absolute(self, text: str) -> str:
        """Write an absolute value."""

    @abstractmethod
    def norm(self, text: str) -> str:
        """Write a norm."""

    @abstractmethod
    def root(self, of: Expression) -> str:
        """Write a square root."""

    @abstractmethod
    def derivative(self, of: Expression, by: Expression) -> Printed:
        """Write a partial derivative."""

    @abstractmethod
    def gradient(self, of: Expression, by: Expression) -> str:
        """Write a derivative by an array with ∇."""

    @abstractmethod
    def transpose(self, of: Expression) -> str:
        """Write a transpose."""

    @abstractmethod
    def with_subscript(self, text: str, index: str) -> str:
        """Add a subscript to a text."""

    @abstractmethod
    def cases(self, then: str, condition: str, otherwise: str) -> str:
        """Write a piecewise expression."""


@lru_cache(8192)
def precedence_of(text: str) -> Printed:
    """Give a symbol or a number, and its precedence by how it is written."""
    if text[0] in "-−":
        return text, NEGATIVE
    return text, PRODUCT if POWER_OF_TEN.search(text) else ATOM


WORD_LETTER = re.compile(r"(?:\\class\{[^{}]*\}\{)?\\text\b|[^\W\d_]{2}")
"""Matches a letter that is a word: net."""
POWER_OF_TEN = re.compile(r"\d(?:·| \\cdot )10")
"""Matches in a number that is written with a power of ten."""
SCRIPTED_SYMBOL = re.compile(
    r"(?P<base>[^_^]*)(?P<low>_\{(?:[^{}]|\{[^{}]*\})*\})?"
    r"\^\{(?P<high>(?:[^{}]|\{[^{}]*\})*)\}"
    r"(?P<after>_\{(?:[^{}]|\{[^{}]*\})*\})?"
)
"""A symbol with a superscript, taken apart."""


TALL_MACROS = (r"\frac", r"\sum", r"\prod", "cases")
"""Macros that make a text taller than a line."""
TYPED_SIGNS = {"<=": "≤", ">=": "≥"}
"""How Python's signs are printed."""
COMMAND_OF = {character: command for command, character in COMMANDS.items()}
"""The LaTeX command of each character that has one."""


@dataclass(frozen=True)
class Latex(Writer):
    """Writes LaTeX, by default with the semantic macros."""

    name: Naming = macro_of
    gap: str = r"\,"
    dot: str = r" \cdot "
    hadamard: str = r" \odot "

    def number(self, text: str) -> str:
        """Write a number of which the digits and the exponent are given."""
        return latex_number(text)

    def letter(self, latex: str) -> str:
        """Write a letter that is the same in every notation."""
        return latex

    def parentheses(self, text: str) -> str:
        """Put a text in parentheses of its height."""
        if any(part in text for part in TALL_MACROS):
            return rf"\left({text}\right)"
        return f"({text})"

    def relation(self, sign: str) -> str:
        """Write the sign of an equation or a condition."""
        printed = TYPED_SIGNS.get(sign, sign)
        return COMMAND_OF.get(printed, printed)

    def reciprocal(self, below: str) -> str:
        """Write 1 over something."""
        return rf"\frac{{1}}{{{below}}}"

    def fraction(self, above: Expression, below: Expression) -> Printed:
        """Write a fraction."""
        return rf"\frac{{{self.text(above)}}}{{{self.text(below)}}}", PRODUCT

    def power(self, base: str, exponent: Expression) -> str:
        """Write a power; the base is text already."""
        return f"{base}^{{{self.text(exponent)}}}"

    def reduction(self, operator: str, index: str, excluded: str) -> str:
        """Write the sign of a sum, product or maximum with its index."""
        index += rf" \ne {excluded}" if excluded else ""
        return rf"\{operator}_{{{index}}} "

    def operator(self, function: str) -> str:
        """Write the name of a function."""
        name = function.rstrip("'")
        primes = function[len(name) :]
        if len(name) == 1:
            return COMMAND_OF.get(name, name) + primes
        if name in ("ln", "tanh", "max", "min"):
            return rf"\{name}{primes}"
        return rf"\operatorname{{{name.replace('_', ' ')}}}{primes}"

    def absolute(self, text: str) -> str:
        """Write an absolute value, with bars of the text's height."""
        return rf"\left|{text}\right|" if r"\frac" in text else f"|{text}|"

    def norm(self, text: str) -> str:
        """Write a norm, with bars of the text's height."""
        if r"\frac" in text:
            return rf"\left\lVert {text} \right\rVert"
        return rf"\lVert {text} \rVert"

    def root(self, of: Expression) -> str:
        """Write a square root."""
        return rf"\sqrt{{{self.text(of)}}}"

    def derivative(self, of: Expression, by: Expression) -> Printed:
        """Write a partial derivative."""
        above, below = self.differentiated(of), self.text(by)
        return rf"\frac{{\partial {above}}}{{\partial {below}}}", PRODUCT

    def gradient(self, of: Expression, by: Expression) -> str:
        """Write a derivative by an array with ∇."""
        return rf"\nabla_{{{self.text(by)}}} {self.differentiated(of)}"

    def differentiated(self, of: Expression) -> str:
        """Write what is differentiated; a product in parentheses."""
        text = self.text(of)
        return self.parentheses(text) if isinstance(of, Mul) else text

    def transpose(self, of: Expression) -> str:
        """Write a transpose; next to a layer it is a second superscript."""
        text = self.text(of)
        if not isinstance(of, Symbol):
            return rf"{self.parentheses(text)}^{{\top}}"
        found = SCRIPTED_SYMBOL.fullmatch(text)
        if not found:
            return rf"{text}^{{\top}}"
        base, low, high, after = found.groups(default="")
        return rf"{base}{low}^{{{high}\,\top}}{after}"

    def with_subscript(self, text: str, index: str) -> str:
        """Add a subscript to a text."""
        return f"{text}_{{{index}}}"

    def cases(self, then: str, condition: str, otherwise: str) -> str:
        """Write a piecewise expression."""
        return (
            rf"\begin{{cases}} {then} & \text{{if }} {condition} \\ "
            rf"{otherwise} & \text{{else}} \end{{cases}}"
        )


def plain_name(notation: Notation) -> Naming:
    """Name symbols by the Unicode letters of a notation."""
    return lambda symbol: unicode_of(notation.latex(symbol))


@dataclass(frozen=True)
class Plain(Writer):
    """Writes Unicode on one line, by default with this book's letters."""

    name: Naming = plain_name(BOOK)  # noqa: RUF009 — nothing changes it
    minus: str = "−"
    dot: str = "·"
    hadamard: str = " ⊙ "

    def number(self, text: str) -> str:
        """Write a number of which the digits and the exponent are given."""
        return plain_number(text)

    def letter(self, latex: str) -> str:
        """Write a letter that is the same in every notation."""
        return unicode_of(latex)

    def parentheses(self, text: str) -> str:
        """Put a text in parentheses."""
        return f"({text})"

    def relation(self, sign: str) -> str:
        """Write the sign of an equation or a condition."""
        return TYPED_SIGNS.get(sign, sign)

    def reciprocal(self, below: str) -> str:
        """Write 1 over something."""
        return "½" if below == "2" else f"(1/{below})"

    def fraction(self, above: Expression, below: Expression) -> Printed:
        """Write a fraction; a factor after it would seem to be below it."""
        parts = self.operand(above, PRODUCT), self.operand(below, ATOM)
        return " / ".join(parts), REDUCTION

    def power(self, base: str, exponent: Expression) -> str:
        """Write a power, as a superscript if Unicode has the letters."""
        text = self.text(exponent)
        raised = superscript(text.replace(self.minus, "-"))
        if not set(raised) & set(text):
            return base + raised
        letter = text.rstrip("".join(SUBSCRIPTS.values()))
        long = isinstance(exponent, Symbol) and len(letter) > 1
        return f"{base}^{self.operand(exponent, ATOM + long)}"

    def reduction(self, operator: str, index: str, excluded: str) -> str:
        """Write the sign of a sum, product or maximum with its index."""
        index += f"≠{excluded}" if excluded else ""
        sign = {"sum": "Σ", "prod": "Π"}.get(operator, operator)
        return f"{sign}{subscript(index)} "

    def operator(self, function: str) -> str:
        """Write the name of a function."""
        return function.replace("'", "′")

    def absolute(self, text: str) -> str:
        """Write an absolute value."""
        return f"|{text}|"

    def norm(self, text: str) -> str:
        """Write a norm."""
        return f"‖{text}‖"

    def root(self, of: Expression) -> str:
        """Write a square root."""
        return f"√{self.operand(of, ATOM)}"

    def derivative(self, of: Expression, by: Expression) -> Printed:
        """Write a partial derivative."""
        return f"∂{self.operand(of, ATOM)}/∂{self.operand(by, ATOM)}", PRODUCT

    def gradient(self, of: Expression, by: Expression) -> str:
        """Write a derivative by an array with ∇."""
        return f"∇_{self.text(by)} {self.text(of)}"

    def transpose(self, of: Expression) -> str:
        """Write a transpose."""
        return f"{self.operand(of, ATOM)}ᵀ"

    def with_subscript(self, text: str, index: str) -> str:
        """Add a subscript to a text."""
        return text + subscript(index)

    def cases(self, then: str, condition: str, otherwise: str) -> str:
        """Write a piecewise expression."""
        return f"({then} if {condition} else {otherwise})"


SMALLEST, LARGEST = 1e-4, 1e12
"""Numbers beyond these are written with a power of ten."""


@lru_cache(8192, typed=True)
def number_text(value: float, decimals: int | None = None) -> str:
    """Write a number, rounded to some decimals or as it is: -0.02, 1.5e-06.

    Parameters
    ----------
    value : float
        The number.
    decimals : int, optional
        How many decimals to round to; by default up to 12 digits are written.
    """
    value = value + 0.0  # so that nothing is −0
    scientific = value and not SMALLEST <= abs(float(value)) < LARGEST
    if decimals is None:
        if scientific:
            text = np.format_float_scientific(value, 11, trim="-")
            return text.replace(".e", "e")  # what NumPy leaves of 4.00…0
        return np.format_float_positional(
            value, 12, fractional=False, trim="-"
        )
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        return text.removeprefix("-")
    if not scientific:
        return text
    exponent = Decimal(text).adjusted()
    return f"{value:.{decimals + exponent}e}"


@lru_cache(8192)
def plain_number(text: str) -> str:
    """Write the text of a number in Unicode: −1.5·10⁻⁶."""
    digits, exponent = split_number(text)
    power = f"·10{superscript(exponent)}" if exponent else ""
    return digits.replace("-", "\N{MINUS SIGN}") + power


def latex_number(text: str) -> str:
    r"""Write the text of a number in LaTeX: ``-1.5 \cdot 10^{-6}``."""
    digits, exponent = split_number(text)
    return digits + (rf" \cdot 10^{{{exponent}}}" if exponent else "")


def split_number(text: str) -> tuple[str, str]:
    """Split the text of a number: its digits, and its exponent if any."""
    digits, _, exponent = text.partition("e")
    return digits, str(int(exponent)) if exponent else ""


def name_by_value(
    decimals: Callable[[Symbol], int | None],
    number: Callable[[str], str] = latex_number,
) -> Naming:
    """Name symbols by their values.

    Parameters
    ----------
    decimals : callable
        Gives the number of decimals of a symbol's number, or None.
    number : callable
        Writes the text of a number: `latex_number` or `plain_number`.
    """

    def name(symbol: Symbol) -> str:
        value: Any = symbol.value
        if value is None:
            raise ValueError(
                f"{symbol.quantity} has no value; a symbol that carries its "
                "number was expected"
            )
        return number(number_text(value, decimals(symbol)))

    return name
