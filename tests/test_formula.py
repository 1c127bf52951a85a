"""A number written out is the carried number: every formula with numbers in it gives what the table says."""

import numpy as np
import pytest

from literate_bp import Layer, Network, explain
from literate_bp.example import mazur, running, udacity
from literate_bp.network import inputs_of
from literate_bp.nodes import half_squared_error
from literate_bp.writing import formula as formulas
from literate_bp.writing.explain import Hand, walk
from literate_bp.writing.worked import Worked, Written, written

W = (((0.3, -0.6), (1.1, 0.4)), ((0.7, -0.2, 0.5), (-1.3, 0.9, 0.1)))


def network(hidden, output, cost):
    return Network((Layer(W[0], (0.1, -0.2), hidden), Layer(W[1], None, output)), cost)


NETWORKS = {
    "running": running(),
    "udacity": udacity(),
    "mazur": mazur(),
    "squared": (network("tanh", "identity", "squared_error"), (0.5, -0.8), (0.2, 0.9, -0.4)),
    "softmax": (network("leaky_relu", "softmax", "cross_entropy"), (0.5, -0.8), (0, 1, 0)),
    "binary": (network("softplus", "sigmoid", "binary_cross_entropy"), (0.5, -0.8), (0, 1, 0.25)),
}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("digits", [3, 5])
def test_what_is_written_out_rounds_to_what_is_carried(name, sign, digits):
    net, x, y = NETWORKS[name]
    x, y = inputs_of(net, x), np.asarray(y, float)
    lines = list(walk(net, x, y, 0.5, sign, Hand(digits, carries=True)))
    worked = Worked(net, x, y, 0.5, sign, {line.key: written(line.value, line.decimals) for line in lines})
    out = {line: worked.out(*line.key) for line in lines}
    assert [line.quantity for line in lines if out[line] is None] == ["new cost"]
    for line, formula in out.items():
        if formula:
            assert abs(formula.value - line.value) <= 0.5000001 * 10**-line.decimals, line


def test_source_b_is_written_as_it_is_printed():
    net, x, y = udacity()
    steps = {s.symbol: s.written for s in explain(net, x, y, 0.5, 3, "udacity").steps}
    assert steps["h"] == r"0.4 \times 0.1 + (-0.2) \times 0.3"
    assert steps["δᵒ"] == r"\operatorname{sigmoid}'(0.050) \times (1 - 0.512)"
    assert steps["δʰ"] == r"\operatorname{sigmoid}'(-0.020) \times 0.1 \times 0.122"
    assert steps["ΔW"] == r"0.5 \times 0.495 \times 0.122"
    assert steps["E⁺"] == ""


def test_a_rule_runs_on_numbers_that_write_themselves():
    cost = half_squared_error((written(0.6), written(-1.0)), (written(1.0), written(0.0)))
    assert cost.latex == r"\frac{(0.6 - 1)^{2} + ((-1) - 0)^{2}}{2}"
    assert cost.value == half_squared_error((0.6, -1.0), (1.0, 0.0))
    assert (-(written(2.0) * cost)).latex.startswith("-2")
    assert isinstance(2 * cost, Written)


def test_a_formula_writes_its_sum_out_where_it_is_told_how_far_it_runs():
    shown = formulas.formula("node.weighted_sum").written_out({"i": 3})
    assert shown.text() == "Σᵢ wᵢⱼ xᵢ = w₁ⱼ x₁ + w₂ⱼ x₂ + w₃ⱼ x₃"
