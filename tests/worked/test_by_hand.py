"""What stands on a sheet in the place of a rule: it is the same, and the proof would notice if it were not."""

import inspect

import numpy as np
import pytest

from literate_bp import explain, textbook
from literate_bp.activation import ACTIVATIONS
from literate_bp.cost import COSTS
from literate_bp.formula.formula import formula
from literate_bp.formula.notation import BOOK
from literate_bp.formula.printing import Plain, plain_name
from literate_bp.network import Layer, Network
from literate_bp.proof import evaluation
from literate_bp.proof.proof import prove
from literate_bp.worked.by_hand import BY_HAND, definitions, formula_by_hand

WRONG = {
    "sigmoid": ("1 + np", "2 + np", "activation.sigmoid"),
    "sigmoid_derivative": ("1 - sig", "1 + sig", "activation.sigmoid_derivative"),
    "tanh": (") / (", ") * (", "activation.tanh"),
    "tanh_derivative": ("** 2", "** 3", "activation.tanh_derivative"),
    "softplus": ("1 + np", "1 - np", "activation.softplus"),
    "softmax": ("np.exp(z) /", "z /", "activation.softmax"),
    "binary_cross_entropy": ("np.log(1 - a)", "np.log(a)", "cost.binary_cross_entropy"),
    "cross_entropy": ("-(y", "(y", "cost.cross_entropy"),
    "error": ("a - y", "y - a", "cost.cross_entropy_derivative"),
    "residual_error": ("+ dc_da", "- dc_da", "residual.residual_error"),
}


def text(equation):
    return Plain(plain_name(BOOK)).text(equation)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_form_fails_the_proof_of_its_rule(name, monkeypatch):
    right, wrong, rule = WRONG[name]
    source = inspect.getsource(getattr(textbook, name))
    assert right in source
    found = dict(vars(textbook))
    exec(source.replace(right, wrong), found)  # noqa: S102 — our own code, written wrong
    monkeypatch.setattr(textbook, name, found[name])
    if name in textbook.ENTROPIES:
        monkeypatch.setitem(evaluation.COSTS, name, found[name])
    with pytest.raises(AssertionError, match=f"{rule} does not give"):
        prove(rule)


def test_every_form_is_in_that_test():
    functions = inspect.getmembers(textbook, inspect.isfunction)
    forms = {name for name, of in functions if of.__module__ == textbook.__name__ and name != "has_logarithms"}
    assert forms == set(WRONG)


def test_what_a_pencil_can_follow_is_the_rule_itself():
    own = [name for name in ACTIVATIONS if f"activation.{name}" not in BY_HAND]
    assert own == ["identity", "relu", "leaky_relu", "silu", "gelu"]
    for name in own:
        assert definitions(name)[0] == formula(f"activation.{name}").equations[0]


@pytest.mark.parametrize("cost", COSTS)
def test_a_cost_and_its_error_are_those_of_a_textbook(cost):
    error = text(formula_by_hand("network.output_error", cost=cost).equations[0])
    value = text(formula_by_hand(f"cost.{cost}").equations[0])
    if COSTS[cost].output:
        assert error == "δᴸₖ = aᴸₖ − yₖ"
        assert "ln(aₖ)" in value
    else:
        assert (value, error) == tuple(
            text(formula(rule, cost=cost).equations[0]) for rule in (f"cost.{cost}", "network.output_error")
        )


@pytest.mark.parametrize(("output", "cost"), [("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy")])
@pytest.mark.parametrize("far", [0.5, 9.0])
def test_an_output_that_rounds_to_0_or_1_is_put_into_the_logarithm_unrounded(output, cost, far):
    net = Network((Layer([[far, -far]], None, output),), cost)
    steps = {s.quantity: s for s in explain(net, [1.0], [0.0, 1.0], digits=3).steps}
    cost_line = steps["cost"]
    assert cost_line.carried == pytest.approx(cost_line.value, abs=5e-3)
    assert ("z" in cost_line.formula.text) == (far == 9.0)
    assert np.isfinite(cost_line.carried)
