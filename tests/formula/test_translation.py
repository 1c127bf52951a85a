"""A change of notation is algebra: what is said in another notation is as true as it was in this book's."""

from dataclasses import replace

import pytest

from literate_bp.formula.expression import Call, Equation, Index, Name, Negative, Number, Power, Reduction, Symbol
from literate_bp.formula.notation import NOTATIONS
from literate_bp.formula.printing import Plain, plain_name
from literate_bp.formula.translation import as_laid_out_here, equivalent_of, negated, split_sign, translated
from literate_bp.proof.derivation import derivation, parse_expression

UDACITY = NOTATIONS["udacity"]  # whose δ is −∂C/∂z
ERROR, LINEAR = (Symbol(name, None, (Index("k"),)) for name in ("error", "linear"))


@pytest.mark.parametrize(
    ("sides", "sign", "text"),
    [
        ((ERROR, LINEAR), "=", "δₖ = −hₖ"),
        ((ERROR, 1 - LINEAR), "=", "δₖ = hₖ − 1"),
        ((ERROR, -LINEAR + 1), "=", "δₖ = hₖ − 1"),
        ((ERROR, -LINEAR), "=", "δₖ = hₖ"),
        ((ERROR, LINEAR), "≤", "−δₖ ≤ hₖ"),
        ((LINEAR, Reduction("sum", "k", ERROR)), "=", "hₖ = −Σₖ δₖ"),
        ((LINEAR, Reduction("max", "k", ERROR)), "=", "hₖ = maxₖ (−δₖ)"),
        ((LINEAR, Call("abs", (ERROR,))), "=", "hₖ = |δₖ|"),
        ((ERROR * ERROR, ERROR / LINEAR), "=", "δₖ δₖ = −δₖ / hₖ"),
    ],
)
def test_a_sign_goes_no_further_than_it_may(sides, sign, text):
    other = translated(Equation(sides, sign), UDACITY)
    assert Plain(plain_name(UDACITY)).text(other) == text


def test_an_error_of_the_other_sign_has_its_number_with_the_other_sign():
    assert equivalent_of(replace(ERROR, value=0.5), UDACITY).of.value == -0.5


@pytest.mark.parametrize(
    ("typed", "ours", "nielsen"),
    [
        ("Delta(2)", "Δ²", "δ³"),
        ("A(1).T @ Delta(2)", "A¹ᵀ Δ²", "δ³ a²ᵀ"),
        ("Delta(2) @ W(2).T", "Δ² W²ᵀ", "w³ᵀ δ³"),
        ("W(2).T", "W²ᵀ", "w³ᵀ"),
        ("d(C, W(2))", "∂C/∂W²", "∂C/∂w³"),
        ("sigma(Z(2))", "σ(Z²)", "σ(z³)"),
        ("entry(Delta(2), j)", "(Δ²)ⱼ", "(δ³)ⱼ"),
        ("norm(W(2))", "‖W²‖", "‖w³‖"),
        ("norm(A(1) @ W(2))", "‖A¹ W²‖", "‖w³ a²‖"),
        ("eta * Delta(2)", "η Δ²", "η δ³"),
        ("delta[j] * a[i]", "δⱼ aᵢ", "δⱼ aᵢ"),
    ],
)
def test_an_array_that_stands_alone_lies_as_its_notation_lays_it(typed, ours, nielsen):
    (alone,) = derivation(typed).equations
    for name, text in (("book", ours), ("nielsen", nielsen)):
        assert Plain(plain_name(NOTATIONS[name])).text(translated(alone, NOTATIONS[name])) == text


def test_weights_are_transposed_where_they_lead_back_and_all_else_where_examples_are_columns():
    (product,) = derivation("A(1) @ W(2)").equations
    for change, text in (({"to_from": True}, "A¹ W²ᵀ"), ({"columns": True}, "W²ᵀ A¹")):
        notation = replace(NOTATIONS["book"], **change)
        assert Plain(plain_name(notation)).text(translated(product, notation)) == text


def test_a_side_without_transposes_does_not_keep_those_of_the_left_side():
    (equation,) = derivation("d(C, W(2)) = 0").equations
    assert Plain(plain_name(NOTATIONS["nielsen"])).text(translated(equation, NOTATIONS["nielsen"])) == "∂C/∂w³ = 0"


def test_sides_stay_as_they_are_where_the_left_one_has_as_many_transposes_either_way():
    (equation,) = derivation("A(1).T @ Delta(2) = d(C, W(2))").equations
    text = Plain(plain_name(NOTATIONS["nielsen"])).text(translated(equation, NOTATIONS["nielsen"]))
    assert text == "a² δ³ᵀ = (∂C/∂w³)ᵀ"


def test_an_array_of_a_picture_lies_as_this_book_lays_it():
    write = Plain(plain_name(NOTATIONS["nielsen"])).text
    assert write(as_laid_out_here(parse_expression("A(1) @ W(2)"), NOTATIONS["nielsen"])) == "a²ᵀ w³ᵀ"


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("d(C, A(l)) = Delta(l+1) @ W(l+1).T", "∇_h⁽ˡ⁾ J = W⁽ˡ⁺¹⁾ᵀ ∇_a⁽ˡ⁺¹⁾ J"),
        ("d(C, W(l)) = A(l-1).T @ Delta(l)", "∇_W⁽ˡ⁾ J = (∇_a⁽ˡ⁾ J) h⁽ˡ⁻¹⁾ᵀ"),
        ("d(C, w[i, j]) = a[i] * delta[j]", "∂J/∂Wⱼᵢ = hᵢ ∂J/∂aⱼ"),
        ("Delta(l)", "∇_a⁽ˡ⁾ J"),
    ],
)
def test_a_derivative_by_an_array_has_a_nabla_where_the_source_has_one(typed, text):
    goodfellow = NOTATIONS["goodfellow"]
    (equation,) = derivation(typed).equations
    assert Plain(plain_name(goodfellow)).text(translated(equation, goodfellow)) == text


A, B, C = map(Name, "abc")

NEGATED = {
    "a": (A, "−a"),
    "a difference": (A - B, "b − a"),
    "one that begins with a minus": (-A + B, "a − b"),
    "a product with a difference in it": (C * (A - B), "c (b − a)"),
    "a product with one in the middle": (C * (A - B) * B, "c (b − a) b"),
    "a product of none": (A * B, "−a b"),
    "a fraction of a difference": ((A - B) / C, "(b − a) / c"),
    "a fraction of a product of none": (A * B / C, "−a b / c"),
    "a fraction by a difference": (C / (A - B), "−c / (a − b)"),
    "a fraction of a product with one": (C * (A - B) / B, "c (b − a) / b"),
}


@pytest.mark.parametrize("name", NEGATED)
def test_a_formula_is_negated_by_turning_a_difference_round_where_there_is_one(name):
    tree, text = NEGATED[name]
    assert Plain().text(negated(tree)) == text


SIGNS = {
    "two terms with a minus": (-A + -B, -1, "a + b"),
    "one of two": (A + -B, 1, "a − b"),
    "a product of two with a minus": (-A * -B, 1, "a b"),
    "a product of one": (-A * B, -1, "a b"),
    "a fraction": (-A / B, -1, "a / b"),
    "a square": (Power(-A, Number(2)), 1, "a²"),
    "a cube": (Power(-A, Number(3)), 1, "(−a)³"),
    "a size": (Call("abs", (-A,)), 1, "|a|"),
    "a function": (Call("f", (-A * -B,)), 1, "f(a b)"),
    "two minuses": (Negative(Negative(A)), 1, "a"),
}


@pytest.mark.parametrize("name", SIGNS)
def test_the_sign_of_a_formula_is_split_off_where_it_has_one(name):
    tree, sign, text = SIGNS[name]
    found, rest = split_sign(tree)
    assert (found, Plain().text(rest)) == (sign, text)
