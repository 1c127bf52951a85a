"""A claim about a rule runs that rule: one about another would hold whatever the rule did."""

import numpy as np
import pytest
import sympy

from literate_bp.cost import COSTS
from literate_bp.proof.derivatives import ALL_SIGNS, BOTH_SIGNS, DERIVATIVES, EACH_LARGEST, cost_domain
from literate_bp.proof.identities import polynomial
from literate_bp.proof.numeric_run import NumericBackend
from literate_bp.proof.proof import RULE_CLAIMS, SAMPLES, compare_with_formula, compare_with_oracle, prove
from literate_bp.proof.sympy_run import SYMPY_PRIMITIVES, SymbolicBackend


@pytest.fixture
def run(monkeypatch):
    """Give the names of the rules that run, by symbols or by numbers."""
    seen = set()
    for backend in (NumericBackend, SymbolicBackend):

        def watched(self, rule, original=backend.run):
            seen.add(f"{rule.__module__.removeprefix('literate_bp.')}.{rule.__name__}")
            return original(self, rule)

        monkeypatch.setattr(backend, "run", watched)
    return seen


@pytest.mark.parametrize("rule", sorted(RULE_CLAIMS.keys() - DERIVATIVES.keys()))
def test_an_identity_is_one_of_its_rule(rule, run):
    claim = RULE_CLAIMS[rule]
    for case in claim.cases[:1]:
        list(claim.pairs(SymbolicBackend(**case)))
    assert rule in run


@pytest.mark.parametrize("rule", DERIVATIVES)
def test_a_derivative_is_that_of_its_rule(rule, run):
    list(DERIVATIVES[rule].pairs(NumericBackend(0, DERIVATIVES[rule].smooth)))
    assert rule in run


def test_a_check_says_by_which_method_the_oracle_agrees():
    places = f"At {SAMPLES} random places the oracle gives the same, by"
    assert compare_with_oracle("activation.tanh_derivative").what == f"{places} complex step."
    assert compare_with_oracle("activation.relu_derivative").what == f"{places} central differences."


def test_a_proof_says_what_the_rule_gives_and_of_what_that_is_proved():
    said = "The rule gives the product of two vectors, and the bias. Proved for any three inputs and their weights."
    assert prove("node.linear").what == said


def test_a_check_says_on_how_many_numbers_a_formula_agrees():
    on_numbers = f"On {SAMPLES} sets of random numbers, the formula gives what the code gives."
    assert compare_with_formula("node.linear").what == on_numbers


def test_a_claim_about_a_layer_has_one_layer_ahead_with_two_outputs():
    pairs = DERIVATIVES["node.linear_error"].pairs(SymbolicBackend())
    names = {str(name) for _, expected in pairs for entry in np.ravel(expected) for name in entry.free_symbols}
    assert names == {f"w1_{n}" for n in (11, 12, 21, 22)} | {"b1_1", "b1_2", "z1", "z2", "y1", "y2"}


def test_a_claim_about_two_nodes_has_two_and_one_about_two_axes_differs_along_them():
    (hidden,) = DERIVATIVES["nodes.hidden_errors"].pairs(NumericBackend(0))
    assert np.shape(hidden) == (2, 2)
    (along_examples, _), (along_nodes, _) = DERIVATIVES["normalization.divided_gradient"].pairs(NumericBackend(0))
    assert not np.allclose(along_examples, along_nodes)


def test_as_many_rings_are_run_as_is_said_and_any_polynomial_has_the_degree_that_is_said():
    assert len(list(RULE_CLAIMS["communication.ring_bytes"].pairs(SymbolicBackend()))) == 6
    assert len(list(RULE_CLAIMS["optimizers.momentum"].pairs(SymbolicBackend()))) == 3
    x = sympy.Symbol("x")
    assert sympy.Poly(polynomial(x), x).degree() == 5


def test_cases_are_all_that_there_are():
    assert [case["signs"] for case in BOTH_SIGNS] == [(1,), (-1,)]
    assert len(ALL_SIGNS) == 8
    assert {case["signs"] for case in ALL_SIGNS} == {(a, b, c) for a in (1, -1) for b in (1, -1) for c in (1, -1)}
    assert [case["top"] for case in EACH_LARGEST] == [0, 1, 2]


def test_a_claim_about_a_cost_has_the_cases_of_the_outputs_that_it_goes_with():
    anywhere = ("any three outputs and targets", ({},))
    either_side = ("any three outputs on either side of 0, and any targets", ALL_SIGNS)
    where, cases = cost_domain(COSTS["cross_entropy"])
    assert cost_domain(COSTS["squared_error"]) == cost_domain(COSTS["half_squared_error"]) == anywhere
    assert cost_domain(COSTS["binary_cross_entropy"]) == either_side
    assert where.endswith(", and targets that add up to 1")
    assert cases is EACH_LARGEST


def test_every_claim_says_what_is_proved_and_of_what():
    for rule, claim in RULE_CLAIMS.items():
        assert min(len(claim.statement), len(claim.domain)) >= len("the cost"), rule


def test_an_interval_is_looked_at_where_there_is_one():
    (pair,) = RULE_CLAIMS["vanishing.interval_width"].pairs(SymbolicBackend())
    (r,) = pair[0].free_symbols
    at_a_half = [side.subs(r, sympy.Rational(1, 2)) for side in pair]
    assert at_a_half == [16, 16]  # u is 16/3 and z is ln 3


def test_a_square_is_compared_in_as_many_layers_as_is_said():
    claim = RULE_CLAIMS["initialization.weight_gradient_square"]
    pairs = list(claim.pairs(SymbolicBackend()))
    assert claim.domain == f"each of {len(pairs) // 2} layers of equal width"


def test_the_normal_distribution_is_exact_entry_by_entry():
    found = SYMPY_PRIMITIVES["normal_cdf"](np.array([0, sympy.oo, -sympy.oo], dtype=object))
    assert list(found) == [sympy.Rational(1, 2), 1, 0]
