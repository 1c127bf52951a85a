"""Trees as text: parentheses stand where a reader needs them, whatever a tree is made of."""

import re
from itertools import product
from operator import add, mul, sub, truediv

import numpy as np
import pytest

from literate_bp.formula.expression import (
    Call,
    Cases,
    Equation,
    Gradient,
    Index,
    Name,
    Number,
    Partial,
    Reduction,
    Relation,
    Symbol,
)
from literate_bp.formula.notation import BOOK, NOTATIONS
from literate_bp.formula.printing import Latex, Plain, latex_number, name_by_value, number_text, plain_number
from literate_bp.formula.signatures import symbol
from literate_bp.proof.derivation import parse_expression

NUMBERS = 0.5, -0.25, 1.5
A, B, C = (Symbol("linear", None, (Index("", n),), value) for n, value in enumerate(NUMBERS, 1))
X, H = Name("x"), Name("h")
OPERATORS = add, sub, mul, truediv


@pytest.mark.parametrize(("outer", "inner"), [*product(OPERATORS, OPERATORS)])
def test_what_is_written_reads_as_it_was_computed(outer, inner):
    a, b, c = NUMBERS
    pairs = (outer(inner(A, B), C), outer(inner(a, b), c)), (outer(A, inner(B, C)), outer(a, inner(b, c)))
    for tree, value in pairs:
        # What stands side by side is read as one: z₁ / z₂ z₃ is z₁ / (z₂ z₃).
        text = re.sub(r"(z.)((?: z.)+)", r"(\1\2)", Plain().text(tree)).replace("−", "-")
        text = re.sub(r"(?<=[₁₂₃)]) (?=[z(])", "*", text)
        code = re.sub("z(.)", lambda z: f"({NUMBERS['₁₂₃'.index(z[1])]})", text)
        assert eval(code) == pytest.approx(value)  # noqa: S307 (our own text)


def test_a_factor_that_begins_with_a_minus_stands_in_parentheses_behind_a_dot():
    assert Plain(name_by_value(lambda _: None, plain_number)).text(A * B) == "0.5·(−0.25)"
    assert Latex(name_by_value(lambda _: None)).text(A * B) == r"0.5 \cdot (-0.25)"


def test_a_half_has_a_sign_of_its_own_and_other_shares_of_a_sum_stand_in_parentheses():
    total = Reduction("sum", "j", symbol("linear", "j"))
    assert [Plain().text(total / count) for count in (2, 3)] == ["½ Σⱼ zⱼ", "(1/3) Σⱼ zⱼ"]


def test_a_choice_stands_in_parentheses_on_a_line():
    assert Plain().text(Cases(X > H, X, Number(0))) == "(x if x > h else 0)"


def test_a_product_over_an_index_has_a_sign_of_its_own():
    assert Plain().text(Reduction("prod", "j", symbol("linear", "j"))) == "Πⱼ zⱼ"


def test_a_fraction_is_kept_apart_from_what_follows_it():
    assert Plain().text(A / B * C) == "(z₁ / z₂) z₃"
    assert Plain().text(A * (B / C)) == "z₁ z₂ / z₃"
    assert Plain().text(Reduction("sum", "j", symbol("linear", "j")) * X / H) == "(Σⱼ zⱼ) x / h"


LATEX = {
    r"(z^{l})^{2}": symbol("linear", layer="l") ** 2,
    r"(e^{x})^{2}": Call("exp", (X,)) ** 2,
    r"\left(\frac{1}{x}\right)^{2}": (1 / X) ** 2,
    r"-(x - h)": -(X - H),
    r"x - (h - x)": X - (H - X),
    r"x - h + x": X - H + X,
    r"2xh": 2 * X * H,
    r"2(x - h)": 2 * (X - H),
    r"\left|\frac{1}{x}\right|": Call("abs", (1 / X,)),
    r"\left\lVert \frac{1}{x} \right\rVert": Call("norm", (1 / X,)),
    r"\lVert x \rVert": Call("norm", (X,)),
    r"x \cdot 2h": X * (2 * H),
    r"10\operatorname{silu}(x)": 10 * Call("silu", (X,)),
    r"\operatorname{sigmoid}'(2x)": Call("sigmoid'", (2 * X,)),
    r"\operatorname{leaky relu}(x)": Call("leaky_relu", (X,)),
    r"\frac{\partial (xh)}{\partial x}": Partial(X * H, X),
    r"f'(x)": Call("f'", (X,)),
    r"\operatorname{Im} f(x)": Call("Im", (Call("f", (X,)),)),
    r"W\,(X \odot X)": Symbol("weights") @ (Symbol("inputs") * Symbol("inputs")),
    r"(X \odot X)\,W": (Symbol("inputs") * Symbol("inputs")) @ Symbol("weights"),
    r"(X\,W) \odot X": (Symbol("inputs") @ Symbol("weights")) * Symbol("inputs"),
    r"X\,X\,\nabla_{W} C": Symbol("inputs") @ Symbol("inputs") @ Gradient(Symbol("cost"), Symbol("weights")),
    r"x \ne h": Relation(X, "≠", H),
    r"x \cdot 1.5 \cdot 10^{-6}": X * Number(1.5e-6),
    r"\max_{j} z_{j}": Reduction("max", "j", symbol("linear", "j")),
    r"\sum_{j \ne k} z_{j}": Reduction("sum", "j", symbol("linear", "j"), "k"),
    r"\frac{\sum_{j} z_{j}}{\sum_{j} z_{j}}": Reduction("sum", "j", symbol("linear", "j"))
    / Reduction("sum", "j", symbol("linear", "j")),
    r"\frac{1}{2}\,\sum_{j} z_{j}": Reduction("sum", "j", symbol("linear", "j")) / 2,
    r"\sum_{j} z_{j} + x": Reduction("sum", "j", symbol("linear", "j")) + X,
    r"\left(\sum_{j} z_{j}\right)\,x": Reduction("sum", "j", symbol("linear", "j")) * X,
    r"\begin{cases} x & \text{if } x > h \\ 0 & \text{else} \end{cases}": Cases(X > H, X, Number(0)),
}


@pytest.mark.parametrize("text", LATEX)
def test_latex_has_the_parentheses_that_it_needs_and_no_others(text):
    assert Latex(BOOK.latex).text(LATEX[text]).replace(r"x\,h", "xh") == text


@pytest.mark.parametrize(
    ("sign", "latex", "text"),
    [("←", r"x \gets h", "x ← h"), ("≈", r"x \approx h", "x ≈ h"), ("≤", r"x \le h", "x ≤ h")],
)
def test_signs_between_sides(sign, latex, text):
    equation = Equation((X, H), sign)
    assert Latex().text(equation) == latex
    assert Plain().text(equation) == text


def test_numbers_keep_a_space_from_words():
    net = NOTATIONS["mazur"].latex
    assert Latex(net).text(2 * symbol("linear")) == r"2\,\text{net}"
    assert Latex(lambda one: rf"\class{{m-linear}}{{{net(one)}}}").text(2 * symbol("linear")).startswith(r"2\,")
    assert Plain().text(4 * Call("silu", (2 * X,))) == "4 silu(2x)"
    assert Plain().text(Call("sqrt", (Number(2),))) == "√2"
    assert Plain().text(Name(r"n_{\text{out}}") + Name(r"\pi")) == "nₒᵤₜ + π"


def test_an_entry_an_indicator_and_a_transpose_of_plain_letters():
    entry = parse_expression("entry(Delta(2), j) * same(i, m)")
    assert Latex(BOOK.latex).text(entry) == r"(\Delta^{2})_{j}\,[i = m]"
    assert Plain().text(entry) == "(Δ²)ⱼ [i = m]"
    assert Latex(lambda _: r"\mathbf{W}").text(Symbol("weights").T) == r"\mathbf{W}^{\top}"
    both = (Symbol("weights") + Symbol("weights")).T
    assert (Latex(BOOK.latex).text(both), Plain().text(both)) == (r"(W + W)^{\top}", "(W + W)ᵀ")


def test_what_is_no_expression_or_has_no_number_is_refused():
    with pytest.raises(TypeError, match=r"^str cannot be written; an expression"):
        Plain().text("z")
    with pytest.raises(ValueError, match=r"^bias has no value; a symbol that carries its number"):
        Plain(name_by_value(lambda _: None)).text(X + Symbol("bias"))


def test_nothing_is_minus_zero():
    zero = Symbol("bias", value=-0.0)
    assert Plain(name_by_value(lambda _: None)).text(X + zero) == "x + 0"
    assert Plain(name_by_value(lambda _: 2)).text(zero) == "0.00"


NUMBERS_AS_TEXT = {
    (1.0, None): "1",
    (-0.02, None): "-0.02",
    (1.5e-6, None): "1.5e-06",
    (1 / 3, None): "0.333333333333",
    (2e3 / 3, None): "666.666666667",
    (1e-4, None): "0.0001",
    (1e12, None): "1e+12",
    (np.float16(0.5), None): "0.5",
    (1e-7 / 3, None): "3.33333333333e-08",
    (2e20 / 3, None): "6.66666666667e+19",
    (4.000000000000004e-05, None): "4e-05",
    (-4.000000000000001e20, None): "-4e+20",
    (1 / 3, 2): "0.33",
    (-0.001, 2): "0.00",
    (-1.5, 0): "-2",
    (3e-6, 7): "3.0e-06",
}


@pytest.mark.parametrize(("value", "decimals"), NUMBERS_AS_TEXT)
def test_a_number_has_up_to_12_digits_or_the_decimals_that_it_is_rounded_to(value, decimals):
    assert number_text(value, decimals) == NUMBERS_AS_TEXT[value, decimals]


def test_an_exponent_is_written_as_a_power_of_ten():
    assert plain_number("-1.5e-06") == "−1.5·10⁻⁶"
    assert plain_number("2e+19") == "2·10¹⁹"
    assert plain_number("-0.25") == "−0.25"
    assert Plain().text(Number(1.5e-6)) == "1.5·10⁻⁶"
    assert latex_number("-1.5e-06") == r"-1.5 \cdot 10^{-6}"
    assert latex_number("0.25") == "0.25"


def test_a_power_is_a_superscript_where_unicode_has_the_letters():
    assert Plain().text(X**2) == "x²"
    assert Plain().text(Call("exp", (-X,))) == "e^(−x)"
    assert Plain().text(Call("exp", (-symbol("linear"),))) == "e⁻ᶻ"
    assert Plain().text(Call("exp", (symbol("linear", "k"),))) == "e^zₖ"
    assert Plain().text(Call("exp", (symbol("linear", "k") - X,))) == "e^(zₖ − x)"
    assert Plain(lambda _: "ab").text(Call("exp", (symbol("linear"),))) == "e^(ab)"
    assert Plain(lambda _: "net").text(Call("exp", (symbol("linear"),))) == "e^(net)"


def test_the_base_of_a_power_stands_in_parentheses_once():
    squared = symbol("activated", "k", layer="l") ** 2
    assert Plain().text(squared) == "(aˡₖ)²"
    assert Plain(lambda _: "−0.238").text(squared) == "(−0.238)²"
    assert Latex(lambda _: "-0.238").text(squared) == "(-0.238)^{2}"


def test_what_is_in_parentheses_already_gets_no_others_behind_a_function():
    assert Plain(lambda _: "(−2)").text(Call("silu", (symbol("linear"),))) == "silu(−2)"
    assert Plain(lambda _: "x(2)").text(Call("silu", (symbol("linear"),))) == "silu(x(2))"
    assert Plain().text(Call("silu", ((X - H) * (H - X),))) == "silu((x − h) (h − x))"
    assert Plain(lambda _: "(−2)").text(Call("max", (A, B))) == "max((−2), (−2))"


def test_a_letter_that_is_no_superscript_is_raised_by_a_sign():
    assert Plain().text(Call("exp", (symbol("error"),))) == "e^δ"
