"""What stands on a sheet in the place of a rule: it is the same, and the proof would notice if it were not."""

import numpy as np
import pytest
from declarations import put_in_place, written_wrong

from literate_bp import explain, residual
from literate_bp.activation import ACTIVATIONS
from literate_bp.cost import COSTS
from literate_bp.formula.formula import formula
from literate_bp.formula.notation import BOOK
from literate_bp.formula.printing import Plain, plain_name
from literate_bp.network import Layer, Network
from literate_bp.proof.proof import prove
from literate_bp.worked.by_hand import BY_HAND, definitions, formula_by_hand

FORMS = {
    form.__name__: (form, f"{module}.{name}{end}")
    for module, table in (("activation", ACTIVATIONS), ("cost", COSTS))
    for name, row in table.items()
    for form, end in ((row.textbook, ""), (row.textbook_derivative, "_derivative"))
    if form
} | {"residual_error_of_node": (residual.residual_error_of_node, "residual.residual_error")}
WRONG = {
    "textbook_sigmoid": ("1 + np", "2 + np"),
    "textbook_sigmoid_derivative": ("1 - a", "1 + a"),
    "textbook_tanh": (") / (", ") * ("),
    "textbook_tanh_derivative": ("**2", "**3"),
    "textbook_softplus": ("1 + np", "1 - np"),
    "textbook_softmax": ("np.exp(z) /", "z /"),
    "textbook_binary_cross_entropy": ("np.log(1 - a)", "np.log(a)"),
    "textbook_cross_entropy": ("-(y", "(y"),
    "textbook_error": ("a - y", "y - a"),
    "residual_error_of_node": ("+ dc_da", "- dc_da"),
}
SIGN = ("return ", "return -")


def text(equation):
    return Plain(plain_name(BOOK)).text(equation)


@pytest.mark.parametrize("name", FORMS)
def test_a_wrong_form_fails_the_proof_of_its_rule(name, monkeypatch):
    form, rule = FORMS[name]
    put_in_place(monkeypatch, form, written_wrong(form, *WRONG.get(name, SIGN)))
    with pytest.raises(AssertionError, match=f"{rule} does not give"):
        prove(rule)


def test_every_change_is_one_of_a_form():
    assert WRONG.keys() <= FORMS.keys()


def test_what_a_pencil_can_follow_is_the_rule_itself():
    own = [name for name in ACTIVATIONS if f"activation.{name}" not in BY_HAND]
    assert own == [name for name, row in ACTIVATIONS.items() if not row.textbook]
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
