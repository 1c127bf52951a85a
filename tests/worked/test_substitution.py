"""A formula with the numbers in it gives the number that stands beside it; in every notation it is the same number."""

import re
from dataclasses import replace

import numpy as np
import pytest

from literate_bp import ACTIVATIONS, Layer, Network, explain
from literate_bp.example import mazur, running, udacity
from literate_bp.formula.expression import Add, Equation, Index, Symbol
from literate_bp.formula.notation import NOTATIONS
from literate_bp.network import inputs_of
from literate_bp.worked.explain import calculate
from literate_bp.worked.givens import Givens
from literate_bp.worked.rounding import RoundingMode
from literate_bp.worked.substitution import FormattedValue, Substitution, without_bias

W = (((0.3, -0.6), (1.1, 0.4)), ((0.7, -0.2, 0.5), (-1.3, 0.9, 0.1)))


def network(hidden, output, cost):
    return Network((Layer(W[0], (0.1, -0.2), hidden), Layer(W[1], None, output)), cost)


def residual(cost, *, first=True, last=True):
    layers = (
        Layer(W[0], (0.1, -0.2), "tanh", residual=first),
        Layer(((0.4, -0.6), (0.7, 0.3)), (0.05, 0.2), "softplus", residual=True),
        Layer(((0.9, -0.2), (-0.5, 0.6)), None, "sigmoid" if cost == "binary_cross_entropy" else "tanh", residual=last),
    )
    return Network(layers, cost), (0.5, -0.8), (0.2, 0.9)


NETWORKS = {
    "running": running(),
    "udacity": udacity(),
    "mazur": mazur(),
    "squared": (network("tanh", "identity", "squared_error"), (0.5, -0.8), (0.2, 0.9, -0.4)),
    "softmax": (network("leaky_relu", "softmax", "cross_entropy"), (0.5, -0.8), (0, 1, 0)),
    "past every layer": residual("half_squared_error"),
    "past the hidden layers": residual("binary_cross_entropy", last=False),
    "past the one in the middle": residual("squared_error", first=False, last=False),
    "binary": (network("softplus", "sigmoid", "binary_cross_entropy"), (0.5, -0.8), (0, 1, 0.25)),
}
PYTHON = (
    (r"\\left|\\right", ""),
    (
        r"\\begin\{cases\} (.*?) & \\text\{if \} (.*?) \\\\ (.*?) & \\text\{else\} \\end\{cases\}",
        r"(\1 if \2 else \3)",
    ),
    (r"\\operatorname\{(\w+)\}'", r"slope_of_\1"),
    (r"\\operatorname\{(\w+) (\w+)\}'", r"slope_of_\1_\2"),
    (r"\\operatorname\{(\w+) (\w+)\}", r"\1_\2"),
    (r"\\operatorname\{(\w+)\}", r"\1"),
    (r"\\(?:sigma|activation)'", "slope_of_first"),
    (r"(?<![\w}])[fh]'", "slope_of_first"),
    (r"\\sigma|(?<![\w}])[fh](?=\()", "first"),
    (r"\\tanh'", "slope_of_tanh"),
    (r"\\(ln|tanh)", r"\1"),
    (r"\\cdot|\\,", "*"),
    (r"\be\^", "E**"),
    (r"\^", "**"),
    (r"(?<=\d)(?=[a-z])", "*"),
    (r"(?<=[\d)])\s*(?=\()", "*"),
)


def value(latex, first):
    """Read a formula with numbers as arithmetic."""
    text = latex
    for pattern, python in PYTHON:
        text = re.sub(pattern, python, text)
    while r"\frac" in text:
        text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
        text = re.sub(r"\*\*\{([^{}]*)\}", r"**(\1)", text)
    text = text.replace("{", "(").replace("}", ")")
    known = {"E": np.e, "ln": np.log}
    for name, row in (*ACTIVATIONS.items(), ("first", replace(ACTIVATIONS[first], short=""))):
        known |= {
            row.short or name: lambda z, f=row.function: f(np.array(z)),
            f"slope_of_{row.short or name}": lambda z, f=row.derivative: f(np.array(z)),
        }
    return float(eval(text, {"__builtins__": {}}, known))  # noqa: S307 — arithmetic that the test made


def lines_of(name, notation, digits):
    net, x, y = NETWORKS[name]
    x, y = inputs_of(net, x), np.asarray(y, float)
    lines = list(calculate(net, x, y, 0.5, RoundingMode(digits, carries=True)))
    values = {line.key: FormattedValue(line.value, line.decimals) for line in lines}
    return net, lines, Substitution(Givens(net, x, y, 0.5, digits, NOTATIONS[notation]), values)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("digits", [3, 5])
def test_what_is_written_out_rounds_to_what_is_carried(name, notation, digits):
    net, lines, substitution = lines_of(name, notation, digits)
    for line in lines:
        latex = substitution.formulas(line.key)[1].latex
        sign = NOTATIONS[notation].error_sign if line.quantity == "error" else 1
        off = abs(value(latex, net.layers[0].activation) - sign * line.value)
        assert off <= 0.5000001 * 10**-line.decimals, (line, latex)


def test_an_output_without_a_layer_has_its_value_and_a_cost_stays_a_letter():
    _, lines, substitution = lines_of("running", "book", 3)
    values = {line.key: line.value for line in lines}
    output = Symbol("activated", None, (Index("", 1),))
    assert substitution.with_value(Symbol("cost")) == Symbol("cost")
    assert substitution.with_value(output).value == values["activated", 3, (1,)]


def test_the_reader_of_this_test_sees_a_changed_sign():
    latex = r"\sigma'(0.630)\,(1.1 \cdot (-0.100) + (-0.6) \cdot 0.116)"
    assert value(latex, "sigmoid") != value(latex.replace("(-0.6)", "0.6"), "sigmoid")
    assert value(r"\frac{(0.6 - 1)^{2} + 1^{2}}{2}", "tanh") == pytest.approx(0.58)


def test_source_b_is_written_as_its_readers_expect():
    steps = {s.symbol: s for s in explain(*udacity(), 0.5, 3, "udacity").steps}
    assert steps["h"].formula.text == "w₁ x₁ + w₂ x₂"
    assert steps["h"].substituted.text == "0.4·0.1 + (−0.2)·0.3"
    assert steps["ŷ"].formula.text == "f(Wa)"
    assert steps["δᵒ"].formula.text == "f′(Wa) (y − ŷ)"
    assert steps["f′(Wa)"].formula.text == "ŷ (1 − ŷ)"
    assert steps["f′(Wa)"].substituted.text == "0.512 (1 − 0.512)"
    assert steps["δᵒ"].substituted.text == "0.250 (1 − 0.512)"
    assert steps["δʰ"].substituted.text == "0.250·0.1·0.122"
    assert steps["ΔW"].substituted.latex == r"0.5 \cdot 0.495 \cdot 0.122"
    assert steps["h⁺"].formula.text == "w⁺₁ x₁ + w⁺₂ x₂"
    assert steps["E⁺"].formula.text == "(ŷ⁺ − y)² / 2"
    assert steps["E⁺"].substituted.text == "(0.516 − 1)² / 2"


def test_the_weights_of_another_order_carry_the_same_numbers():
    theirs = {s.latex: s for s in explain(*running(), 0.5, 3, "nielsen").steps}
    assert theirs["z^{2}_{1}"].formula.text == "w²₁₁ x₁ + w²₁₂ x₂ + w²₁₃ x₃ + b²₁"
    ours = {s.symbol: s for s in explain(*running(), 0.5, 3).steps}
    assert theirs["z^{2}_{1}"].substituted.latex == ours["z¹₁"].substituted.latex


def test_an_error_that_is_a_derivative_has_its_number():
    steps = {s.latex: s for s in explain(*mazur(), 0.5, 3, "rumelhart").steps}
    hidden = next(s for s in steps.values() if s.quantity == "error" and "x^{1}_{1}" in s.latex)
    assert "∂E/∂x²₁" in hidden.formula.text
    assert "∂" not in hidden.substituted.text


def test_whatever_a_rule_makes_of_a_linear_part_the_bias_alone_is_left_out():
    z, w, x, b = (Symbol(name) for name in ("linear", "weight", "input", "bias"))
    assert without_bias(Equation((z, Add((w, b))))) == Equation((z, w))
    assert without_bias(Equation((z, Add((w, x, b))))) == Equation((z, Add((w, x))))
    assert without_bias(Equation((z, w))) == Equation((z, w))


def test_a_derivative_that_stays_a_function_is_one_of_the_number_of_its_linear_part():
    steps = explain(Network([Layer([[0.3], [0.1]], [0.1], "gelu_tanh")]), (0.5, 0.3), (1.0,)).steps
    [derivative] = [step for step in steps if step.quantity == "derivative"]
    assert "0.28" in derivative.substituted.text
