"""What stands on top of a sheet: every number that is given, and what the names stand for."""

import re
import unicodedata
from dataclasses import replace

import numpy as np
import pytest

from literate_bp import Layer, Network, example, explain
from literate_bp.activation import ACTIVATIONS, elementwise_activations
from literate_bp.cost import COSTS
from literate_bp.formula.expression import Call
from literate_bp.formula.notation import NOTATIONS
from literate_bp.worked.by_hand import definitions
from literate_bp.worked.document import FORMATS
from literate_bp.worked.givens import Givens, layers_phrase


def shown(notation, output="sigmoid", cost="half_squared_error", hidden="sigmoid"):
    layers = (
        Layer([[0.31, -0.62], [1.13, 0.44]], [0.15, -0.26], hidden),
        Layer([[0.77, -0.28, 0.59], [-1.31, 0.92, 0.13]], None, output),
    )
    x, y = np.array([0.51, -0.83]), np.array([0.0, 1.0, 0.0])
    return Givens(Network(layers, cost), x, y, 0.45, 3, NOTATIONS[notation])


GIVEN = re.findall(r"\S+", "0.31 0.62 1.13 0.44 0.15 0.26 0.77 0.28 0.59 1.31 0.92 0.13 0.51 0.83 0.45")


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("name", FORMATS)
def test_every_given_number_stands_there_in_every_notation_and_format(notation, name):
    text = FORMATS[name].blocks(shown(notation).blocks())
    assert sorted(re.findall(r"\d\.\d\d", re.sub(r"<style.*</style>", "", text))) == sorted(GIVEN)


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("activation", [*elementwise_activations()])
def test_definitions_are_written_in_the_letters_of_the_notation(notation, activation):
    z = NOTATIONS[notation].symbols["linear"].partition("^")[0].partition("_")[0]
    for equation in (each for each in definitions(activation) if isinstance(each.sides[0], Call)):
        maths = shown(notation, hidden=activation).equation(equation)
        assert maths.latex.partition("=")[0].rstrip(" ").endswith(f"({z})")
        assert not re.search(r"[\\{}]", maths.text)


def test_where_layers_have_several_activations_each_is_called_by_its_name():
    one, two = (
        FORMATS["text"].blocks(shown("book", hidden=hidden).activations()).replace("\n", " ")
        for hidden in ("sigmoid", "relu")
    )
    assert one.startswith("Layers 1 and 2 are sigmoid: σ(z) = 1 / (1 + e⁻ᶻ)")
    assert "σ" not in two
    assert "Layer 1 is ReLU: ReLU(z) = max(z, 0), ReLU′(z) = " in two
    assert "Layer 2 is sigmoid: sigmoid(z) = 1 / (1 + e⁻ᶻ)" in two


def test_the_table_of_weights_says_from_where_to_where():
    network, x, y = example.mazur()
    table = Givens(network, np.array(x), np.array(y), 0.5, 3, NOTATIONS["mazur"]).weights(1)
    lines = FORMATS["text"].table(table).splitlines()
    assert len(lines) == 4
    assert re.split(r" {2,}", lines[1].strip())[1:] == ["w₁ = 0.15", "w₃ = 0.25"]
    assert "0.35" in lines[3]


@pytest.mark.parametrize(("digits", "words"), [(1, "1 decimal:"), (4, "4 decimals:")])
def test_it_says_what_to_round_to(digits, words):
    network, x, y = example.mazur()
    blocks = Givens(network, np.array(x), np.array(y), 0.5, digits, NOTATIONS["book"]).how_to_round()
    text = FORMATS["markdown"].blocks(blocks)
    assert f"Round the way forward to {words}" in text
    assert text.count(f"to {digits} significant digit{'s' * (digits > 1)}") == 2
    assert "Take every number from its own line" in text
    assert "halfway between two roundings, take the one farther from 0" in text
    assert unicodedata.normalize("NFC", text) == text


def test_errors_may_be_rounded_to_decimals():
    network, x, y = example.mazur()
    given = Givens(network, np.array(x), np.array(y), 0.5, 3, NOTATIONS["book"], "decimals")
    text = FORMATS["markdown"].blocks(given.how_to_round())
    assert "Round the way back to 3 decimals: derivatives" in text
    assert "bias to 3 significant digits" in text


@pytest.mark.parametrize("cost", COSTS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_people_read_no_name_of_code(activation, cost):
    output = COSTS[cost].output or "identity"
    hidden = activation if ACTIVATIONS[activation].elementwise else "sigmoid"
    text = FORMATS["text"].blocks(shown("book", output, cost, hidden).blocks(formulas=False))
    assert "_" not in text
    assert not re.search(r"identity[′(]|relu|silu|gelu", text)
    assert f"Cost: {COSTS[cost].title}, C = " in text.replace("\n", " ")


def test_without_formulas_the_cost_is_defined_and_no_derivative_is():
    text = FORMATS["text"].blocks(shown("book").blocks(formulas=False)).replace("\n", " ")
    assert "Cost: half the squared error, C = ½ Σₖ (ŷₖ − yₖ)²." in text
    assert "σ(z) = " in text
    assert "′" not in text


@pytest.mark.parametrize(
    ("notation", "definition"),
    [
        ("book", "δ²₁ = ∂C/∂z²₁."),
        ("nielsen", "δ³₁ = ∂C/∂z³₁."),
        ("udacity", "δᵒ₁ = −∂E/∂(Wa)₁."),
        ("rumelhart", None),
    ],
)
def test_without_formulas_the_error_has_its_sign_unless_its_symbol_says_it(notation, definition):
    given = shown(notation)
    without, with_formulas = (FORMATS["text"].blocks(given.blocks(formulas=each)) for each in (False, True))
    assert ("Error of a node, such as " in without) == (definition is not None)
    assert (definition or "") in without
    assert "The step of a weight or bias is what is added to it." in without
    assert "∂" not in with_formulas
    assert "is what is added" not in with_formulas


def test_layers_have_the_numbers_of_the_notation():
    book, nielsen = (FORMATS["text"].blocks(shown(name).blocks()) for name in ("book", "nielsen"))
    assert re.findall(r"[Ll]ayers? [\d and]*\d", book) == ["layer 1", "layer 2", "Layers 1 and 2"]
    assert re.findall(r"[Ll]ayers? [\d and]*\d", nielsen) == ["layer 2", "layer 3", "Layers 2 and 3"]


def test_it_says_which_layers_have_a_residual_connection_and_which_errors_a_line():
    def text(*past):
        layers = [Layer(np.eye(2), None, "tanh", residual=number in past) for number in (2, 3)]
        given = Givens(Network(layers), np.ones(2), np.zeros(2), 0.45, 3, NOTATIONS["nielsen"])
        return FORMATS["text"].blocks([*given.blocks(), *given.how_to_round()]).replace("\n", " ")

    assert "Layer 3 has a residual connection: to what its activation gives" in text(3)
    assert "a line of its own, such as ∂C/∂a³₁. It goes into" in text(3)
    assert "Layers 2 and 3 have a residual connection: " in text(2, 3)
    assert "residual" not in text()


@pytest.mark.parametrize("hidden", ["silu", "gelu_tanh"])
def test_a_curve_that_another_one_is_made_of_is_defined_too_and_once(hidden):
    text = FORMATS["text"].blocks(shown("book", hidden, hidden=hidden).activations()).replace("\n", " ")
    assert text.count("sigmoid(z) = 1 / (1 + e⁻ᶻ), sigmoid′(z) = sigmoid(z) (1 − sigmoid(z)).") == 1
    assert text.count("where u = ") == (hidden == "gelu_tanh")
    among_layers = FORMATS["text"].blocks(shown("book", hidden=hidden).activations()).replace("\n", " ")
    assert among_layers.count("sigmoid(z) = 1") == 1


def test_a_row_of_weights_begins_with_what_they_multiply_and_a_column_with_where_they_lead():
    for layer, sources in ((1, "x"), (2, "a¹")):
        lines = FORMATS["text"].table(shown("book").weights(layer)).splitlines()
        head, *rows = (re.split(r" {2,}", line.strip()) for line in lines)
        assert [row[0] for row in rows[:2]] == [f"{sources}₁", f"{sources}₂"]
        assert head == [f"z{'⁰¹²'[layer]}{'₀₁₂₃'[node + 1]}" for node in range(layer + 1)]
        assert rows[1][1].startswith(f"w{'⁰¹²'[layer]}₂₁ = ")


def test_every_symbol_of_a_network_has_a_class_and_no_other_has():
    classes = shown("book").symbol_classes()
    assert {"x₁", "x₂", "y₁", "y₂", "y₃", "z¹₂", "z²₃", "w¹₂₂", "w²₂₃", "b¹₁", "C", "η"} <= classes.keys()
    assert not {"x₃", "y₄", "z¹₃", "z²₄", "w¹₃₁", "w¹₁₃", "w²₃₁", "w²₁₄", "b¹₃", "z³₁"} & classes.keys()


@pytest.mark.parametrize(("activation", "told"), [("gelu", True), ("sigmoid", False)])
def test_what_the_normal_distribution_is_stands_only_where_it_is_used(activation, told):
    text = explain(Network([Layer([[0.5]], None, activation)]), (1.0,), (1.0,)).document("text")
    assert ("Φ is the distribution function of the normal distribution." in text) == told


def test_every_input_and_target_of_a_network_has_its_class():
    layers = [Layer(np.ones((3, 2)), None), Layer(np.ones((2, 4)), None)]
    classes = Givens(Network(layers), np.ones(3), np.ones(4), 0.5, 3, NOTATIONS["book"]).symbol_classes()
    assert [text for text, of in classes.items() if of == "m-inputs"] == ["x₁", "x₂", "x₃"]
    assert [text for text, of in classes.items() if of == "m-target"] == ["y₁", "y₂", "y₃", "y₄"]


def test_what_a_curve_is_made_of_is_defined_behind_the_layers():
    blocks = shown("book", hidden="silu", output="identity").activations()
    assert "\n\nIn these: " in FORMATS["text"].blocks(blocks)


def test_layers_are_listed_with_an_and_before_the_last():
    phrases = [layers_phrase(layers, "is", "are") for layers in ([2], [1, 2], [1, 2, 4])]
    assert phrases == ["Layer 2 is", "Layers 1 and 2 are", "Layers 1, 2 and 4 are"]


def test_what_has_no_title_is_called_by_its_name(monkeypatch):
    for table, name in ((COSTS, "half_squared_error"), (ACTIVATIONS, "sigmoid")):
        monkeypatch.setitem(table, name, replace(table[name], title=""))
    text = FORMATS["text"].blocks(shown("book").blocks())
    assert "Cost: half_squared_error." in text
    assert "Layers 1 and 2 are sigmoid: " in text


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_number_is_given_with_its_symbol_and_an_equals_sign(form):
    givens = shown("book")
    assert (
        FORMATS[form].piece(givens.assignment(givens.symbol("rate"), -2e-9))
        == {
            "text": "η = −2·10⁻⁹",
            "markdown": r"$\eta = -2 \cdot 10^{-9}$",
        }[form]
    )


def test_one_layer_is_enough_to_say_what_the_error_behind_a_residual_connection_is():
    layers = [Layer(np.eye(2), None, residual=True)] * 2
    givens = Givens(Network(layers), np.ones(2), np.ones(2), 0.5, 3, NOTATIONS["book"])
    assert FORMATS["text"].blocks(givens.how_to_round()).count("residual connection") == 1
