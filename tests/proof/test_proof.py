"""Every rule is checked; a wrong rule fails its proof and the oracle, and a wrong formula fails against the code."""

import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from time import process_time

import made_up
import pytest
import sympy
from declarations import put_in_place, written_wrong
from time_limit import is_measured

from literate_bp import (
    activation,
    checkpointing,
    inference,
    initialization,
    layer,
    memory,
    network,
    node,
    nodes,
    normalization,
    optimizers,
    oracle,
    precision,
    residual,
    training,
    vanishing,
    weight_normalization,
)
from literate_bp.cost import COSTS
from literate_bp.formula.expression import Equation
from literate_bp.formula.formula import formula, traced
from literate_bp.formula.signatures import SIGNATURES, WITHOUT_HALF
from literate_bp.proof import agreement, proof
from literate_bp.proof.derivatives import DERIVATIVES
from literate_bp.proof.identities import IDENTITIES
from literate_bp.proof.numeric_run import NumericBackend
from literate_bp.proof.proof import (
    RULE_CLAIMS,
    SAMPLES,
    Check,
    checks_of,
    compare_with_formula,
    compare_with_oracle,
    compared_entries,
    failures,
    outcome,
    prove,
    require_within,
    roots_among,
    rules_run_by_checks,
)
from literate_bp.proof.sympy_run import SymbolicBackend, is_zero, to_sympy

MODULES = {
    "node": node,
    "nodes": nodes,
    "layer": layer,
    "residual": residual,
    "weight_normalization": weight_normalization,
    "network": network,
    "activation": activation,
    "cost": import_module("literate_bp.cost"),
    "initialization": initialization,
    "checkpointing": checkpointing,
    "communication": import_module("literate_bp.communication"),
    "pipeline": import_module("literate_bp.pipeline"),
    "memory": memory,
    "oracle": oracle,
    "inference": inference,
    "normalization": normalization,
    "optimizers": optimizers,
    "training": training,
    "vanishing": vanishing,
    "precision": precision,
}
# rule: each change that makes it wrong. Shapes still fit, so that only its numbers can tell.
WRONG_DERIVATIVES = {
    "node.sigmoid_derivative": [("sigmoid(-z)", "sigmoid(z)"), ("return ", "return -")],
    "node.activated_error": [("(w, delta)", "(w[::-1], delta)"), ("return ", "return -"), ("(w, delta)", "(w, w)")],
    "node.linear_error": [("derivative * dc_da", "dc_da"), ("derivative * ", "derivative + ")],
    "nodes.half_squared_error_derivative": [("a - y", "y - a"), ("a - y", "2 * (a - y)")],
    "nodes.output_errors": [
        ("layer.derivative(z_k)", "1"),
        ("layer.derivative(z_k)", "layer.function(z_k)"),
        ("zip(a, y)", "zip(a, y[::-1])"),
    ],
    "nodes.hidden_errors": [
        ("in ahead.weights", "in zip(*ahead.weights)"),
        ("layer.derivative(z_j)", "1"),
        ("layer.derivative(z_j)", "layer.derivative(layer.function(z_j))"),
    ],
    "nodes.errors": [("delta[0])", "delta[-1])"), ("layers[1:]", "layers[:0:-1]")],
    "nodes.weight_gradient": [
        (
            "tuple(a_i * delta_j for delta_j in delta) for a_i in a",
            "tuple(a_i * delta_j for a_i in a) for delta_j in delta",
        ),
        ("a_i * delta_j", "delta_j"),
    ],
    "nodes.backward": [("biases=delta", "biases=delta[::-1]"), ("zip(trace.activated, ", "zip(trace.activated[1:], ")],
    "layer.activated_error": [("w.T", "w"), ("return ", "return -")],
    "layer.linear_error": [("derivative * dc_da", "dc_da"), ("derivative * dc_da", "derivative @ dc_da")],
    "network.output_error": [
        ("output_derivative(network, trace, y)", "output_derivative(network, trace, y) * len(y)"),
        ("output_derivative(network, trace, y)", "-output_derivative(network, trace, y)"),
        (".error(trace.linear[-1], dc_da)", ".error(dc_da, trace.linear[-1])"),
    ],
    "network.errors": [
        ("input_gradient(delta[0], dc_da)", "input_gradient(delta[0], delta[0])"),
        ("input_gradient(delta[0]", "input_gradient(delta[-1]"),
        ("ahead.input_gradient", "layer.input_gradient"),
        ("layer.error(z, dc_da)", "layer.error(dc_da, z)"),
        ("output_shortcut(network, trace, y)", "output_error(network, trace, y)"),
        ("return tuple(delta)", "return tuple(delta[::-1])"),
    ],
    "residual.residual_error": [("+ dc_da", "+ delta"), ("+ dc_da", ""), ("(delta, w)", "(delta, w.T)")],
    "normalization.centered": [("x - x.mean", "x + x.mean"), (".mean(", ".sum(")],
    "normalization.divided_gradient": [
        ("dc_dn - n", "dc_dn + n"),
        ("(dc_dn * n).mean", "dc_dn.mean"),
        ("n * (dc_dn", "(dc_dn"),
        (") / size", ")"),
        (".mean(", ".sum("),
    ],
    "normalization.scale_gradient": [("dc_da * n", "dc_da"), (".sum(", ".mean("), ("n).sum", "n**2).sum")],
    "weight_normalization.gain_gradient": [("v / norms(v)", "v"), (".sum(", ".mean("), ("axis=0", "axis=1")],
    "weight_normalization.direction_gradient": [
        ("g / norms(v) * ", "g * "),
        ("dc_dw - dc_dg * (v / norms(v))", "dc_dw"),
        ("g / norms", "1 / norms"),
        ("dc_dw - dc_dg", "dc_dw + dc_dg"),
    ],
    "layer.weight_gradient": [(").T,", "),"), ("np.atleast_2d(delta)", "np.atleast_2d(delta).T")],
    "layer.bias_gradient": [("axis=0", "axis=1"), (".sum(", ".mean(")],
    "network.backward": [
        ("parameter_gradients(layer, a, d)", "parameter_gradients(layer, d, a)"),
        ("Gradients(weights, biases, ", "Gradients(weights, tuple(-b for b in biases), "),
        ("first = network.layers[0]", "first = network.layers[-1]"),
        ("shortcut_gradient(dc_da)", "shortcut_gradient(delta[0])"),
    ],
    "precision.scaled": [("scale * delta", "delta"), ("scale * ", "scale + ")],
    "precision.unscaled": [("1 / scale", "scale"), ("1 / ", "2 / ")],
    "activation.identity_derivative": [("np.ones_like(z)", "z"), ("return ", "return -")],
    "activation.sigmoid_derivative": [(" ** 2", ""), ("return ", "return -")],
    "activation.tanh_derivative": [("return 4", "return 2"), ("(2 * z)", "(z)")],
    "activation.relu_derivative": [("z > 0", "z < 0"), ("return ", "return -")],
    "activation.leaky_relu_derivative": [(", LEAK)", ", 0 * z)"), ("z > 0", "z < 0")],
    "activation.softplus_derivative": [("sigmoid(z)", "sigmoid(-z)"), ("sigmoid(z)", "sigmoid_derivative(z)")],
    "activation.silu_derivative": [("+ gated", "- gated"), (" + gated(z, sigmoid_derivative(z))", "")],
    "activation.gelu_derivative": [("+ gated", "- gated"), ("gated(z, normal_density(z))", "normal_density(z)")],
    "activation.gelu_tanh_derivative": [("1 + 3", "1 + 2"), (" * GELU_SCALE * (", " * (")],
    "activation.normal_density": [("/ 2))", "))"), ("2 * pi", "pi")],
    "activation.softmax_derivative": [("-a[", "a["), ("(a * softmax_rest(z))", "a")],
    "cost.half_squared_error_derivative": [("a - y", "y - a"), ("a - y", "2 * (a - y)")],
    "cost.squared_error_derivative": [("2 * ", ""), ("a - y", "y - a")],
    "cost.binary_cross_entropy_derivative": [("- y * ", "+ y * "), ("sigmoid(-z)", "sigmoid(z)")],
    "cost.cross_entropy_derivative": [("- y * ", "+ y * "), ("softmax_rest(z)", "softmax(z)")],
}
WRONG_DEFINITIONS = {
    "node.weighted_sum": [("w_i * x_i", "w_i + x_i")],
    "node.linear": [("+ b", "- b")],
    "node.sigmoid": [("exp(z) / (1", "1 / (1"), ("exp(-z)", "exp(z)")],
    "nodes.forward": [("zip(*layer.weights)", "layer.weights"), (".activated[-1]", ".activated[0]")],
    "nodes.half_squared_error": [("/ 2", ""), ("a_k - y_k", "a_k + y_k")],
    "nodes.step": [("w - rate", "w + rate")],
    "layer.linear": [("a @ w + b", "a @ w.T + b"), ("+ b", "- b")],
    "network.forward": [
        ("linear(a[-1]", "linear(a[0]"),
        ("linear(a[-1]", "linear(a[-1][::-1]"),
        ("output(a[-1], z[-1])", "output(z[-1], a[-1])"),
    ],
    "residual.residual_sum": [("a + activated", "activated"), ("a + activated", "a - activated")],
    "weight_normalization.normalized": [("/ norms(v)", ""), ("g * v", "v"), ("g * v", "g + v")],
    "network.mean_cost": [(".mean()", ".sum()"), (".mean()", "[0]")],
    "activation.identity": [("return z", "return -z")],
    "activation.sigmoid": [("np.minimum(z, 0)", "np.maximum(z, 0)"), ("1 + decay", "2 + decay")],
    "activation.tanh": [("np.tanh(z)", "np.tanh(2 * z)")],
    "activation.relu": [("maximum", "minimum")],
    "activation.leaky_relu": [("LEAK * z", "z")],
    "activation.softplus": [("maximum", "minimum"), ("log1p(decay(z))", "decay(z)")],
    "activation.silu": [("gated(z, sigmoid(z))", "sigmoid(z)")],
    "activation.gelu_tanh": [("x**3", "x**2"), ("GELU_SCALE * (", "2 * GELU_SCALE * (")],
    "activation.decay": [("minimum", "maximum")],
    "activation.below_top": [("z - np", "z + np")],
    "activation.softmax": [("e / e.sum", "e**2 / e.sum"), ("e / e.sum(axis=-1, keepdims=True)", "e")],
    "activation.softmax_rest": [("1 - np", "np")],
    "cost.half_squared_error": [("/ 2", ""), ("a - y", "a + y")],
    "cost.squared_error": [("** 2", "** 4")],
    "cost.binary_cross_entropy": [("softplus(-z)", "softplus(z)"), ("(1 - y) * ", "")],
    "cost.cross_entropy": [("- d)", "+ d)"), ("np.log1p(rest)", "rest")],
    "training.step": [("old - rate", "old + rate")],
    "precision.normal_number": [("1 + fraction", "2 + fraction"), ("2**exponent", "2 * exponent"), ("sign * ", "")],
    "precision.subnormal_number": [("fraction / ", "fraction * "), ("2**bits", "2 * bits"), ("sign * ", "")],
    "initialization.glorot_std": [("n_in + n_out", "n_in * n_out")],
    "initialization.glorot_limit": [("sqrt(3)", "sqrt(2)")],
    "initialization.he_std": [("sqrt(2 ", "sqrt(1 ")],
    "initialization.lecun_std": [("sqrt(1 / n_in)", "1 / n_in")],
    "initialization.fan_in_limit": [("sqrt(n_in)", "sqrt(n_out)")],
    "vanishing.edge_output": [("1 + np", "1 - np"), ("4 / u", "2 / u")],
    "vanishing.interval_width": [("2 / u", "1 / u"), (" - 1)", ")")],
    "initialization.fan_in_std": [("3 * n_in", "n_in"), ("3 * n_in", "3 * n_out")],
    "initialization.orthogonal_std": [("max", "min"), ("max(n_in, n_out)", "n_in")],
    "initialization.linear_square": [("n_in * ", ""), ("* square", "* square**2"), ("variance", "variance**2")],
    "initialization.activated_error_square": [("n_out * ", ""), ("* square", "/ square")],
    "initialization.mean_square": [("f(-z)", "f(z)"), (" / 2", ""), (") / 2", ") / 4")],
    "initialization.activated_square": [("derivative_square * square", "square"), ("* square", "+ square")],
    "initialization.linear_error_square": [("derivative_square * square", "square"), ("* square", "* square**2")],
    "initialization.weight_gradient_square": [
        ("factor**ahead", "factor"),
        ("* input_square", ""),
        ("factor**before", "factor**ahead"),
    ],
    "memory.array_bytes": [("* nodes", ""), ("arrays * ", "arrays + "), ("* item", "/ item")],
    "checkpointing.units_kept": [("n / k", "n * k"), ("k + ", "k - ")],
    "checkpointing.best_count": [("sqrt(n)", "n")],
    "checkpointing.least_units": [("2 * ", "3 * "), ("sqrt(n)", "n")],
    "communication.ring_bytes": [("p - 1", "p"), ("/ p", "")],
    "pipeline.bubble_share": [("m + p - 1", "m + p"), ("(p - 1) /", "p /")],
    "normalization.root_mean_square": [("x**2", "x**4"), ("+ small", "- small"), (".mean(", ".sum(")],
    "normalization.scaled": [("scales * n", "n"), ("+ shifts", "- shifts")],
    "inference.by_averages": [('averages["mean"]', "0"), ("+ small", ""), ("np.sqrt", "")],
    "optimizers.momentum": [("share * velocity", "velocity"), ("+ gradient", "- gradient")],
    "optimizers.looked_ahead": [("share * velocity", "velocity"), ("gradient + ", "")],
    "optimizers.with_penalty": [("decay * old", "decay * old**2"), ("gradient + ", "gradient - ")],
    "optimizers.decayed": [("1 - rate", "1 + rate"), ("rate * decay", "decay")],
    "optimizers.mean": [("(1 - share) * value", "value"), ("share * average", "average")],
    "optimizers.unbiased": [("share**number", "share"), ("1 - share", "1 + share")],
    "optimizers.in_units_of": [("np.sqrt(square)", "square"), ("+ small", "")],
    "checkpointing.excess_units": [("** 2", "** 4"), ("- sqrt", "+ sqrt")],
    "oracle.complex_step": [("np.imag(f(x + 1j * h)) / h", "np.imag(f(x + 1j * h))"), ("1j", "2j")],
    "oracle.central_difference": [("f(x - h)", "f(x)"), ("(2 * h)", "h"), ("f(x - h)) / (2 * h)", "f(x)) / h")],
}
# where a change of sign is enough
SIGN = [("return ", "return -")]
DECLARED = ("activation.", "cost.")
WRONG_DERIVATIVES |= {r: SIGN for r in DERIVATIVES if r.startswith(DECLARED) and r not in WRONG_DERIVATIVES}
WRONG_DEFINITIONS |= {r: SIGN for r in IDENTITIES if r.startswith(DECLARED) and r not in WRONG_DEFINITIONS}


def write_wrong(monkeypatch, rule, patch):
    """Write a rule wrong, and put it in the place of the right one."""
    module, name = rule.split(".")
    right = getattr(MODULES[module], name)
    put_in_place(monkeypatch, right, written_wrong(right, *patch))


def cases(table):
    return [pytest.param(rule, patch, id=f"{rule}: {patch[1]}") for rule in table for patch in table[rule]]


def test_every_claim_has_a_change_that_breaks_it():
    changes = (
        ("WRONG_DERIVATIVES", WRONG_DERIVATIVES, DERIVATIVES),
        ("WRONG_DEFINITIONS", WRONG_DEFINITIONS, IDENTITIES),
    )
    for name, wrong, claims in changes:
        assert wrong.keys() == claims.keys(), f"{name}, tests/proof/test_proof.py: {wrong.keys() ^ claims.keys()}"


def test_every_rule_with_a_formula_has_a_claim():
    tables = {"activation": activation.ACTIVATIONS, "cost": COSTS}
    own = {
        f"{of}.{n}" for of, table in tables.items() for n, row in table.items() if not (row.textbook or row.definition)
    }
    others = (SIGNATURES.keys() - RULE_CLAIMS.keys()) ^ ({"oracle.relative_error"} | own)  # which are their formula
    assert not others, f"DERIVATIVES, proof/derivatives.py, or IDENTITIES, proof/identities.py: {others}"


@pytest.mark.parametrize("rule", dict.fromkeys([*RULE_CLAIMS, *SIGNATURES]))
def test_every_rule_passes_its_checks_in_time(rule):
    start = process_time()
    checks = checks_of(rule)
    assert is_measured() or process_time() - start < 8
    expected = (
        ["SymPy"] * (rule in RULE_CLAIMS) + ["Oracle"] * (rule in DERIVATIVES) + ["Numbers"] * (rule in SIGNATURES)
    )
    assert [check.how for check in checks] == expected
    for check in checks:
        assert check.what.endswith(".")
        assert check.worst == 0 if check.how == "SymPy" else check.worst < 1e-10
    assert checks_of(rule) is checks


@pytest.mark.parametrize(("rule", "patch"), cases(WRONG_DERIVATIVES))
def test_a_wrong_derivative_fails_its_proof_and_the_oracle(rule, patch, monkeypatch):
    write_wrong(monkeypatch, rule, patch)
    with pytest.raises(AssertionError, match=rf"{rule} does not give .* was expected"):
        prove(rule)
    with pytest.raises(AssertionError, match=rf"{rule} against .* is off by"):
        compare_with_oracle(rule)


def test_a_proof_that_fails_says_what_it_assumed_where_it_assumed_something(monkeypatch):
    write_wrong(monkeypatch, "activation.relu", ("maximum", "minimum"))
    with pytest.raises(AssertionError, match=r"^activation.relu does .* \(\{'signs': \(1,\)\} assumed\): it gives"):
        prove("activation.relu")
    write_wrong(monkeypatch, "node.linear", ("+ b", "- b"))
    with pytest.raises(AssertionError, match=r"^node.linear does not give the product of .*, and the bias: it gives"):
        prove("node.linear")


@pytest.mark.parametrize(("rule", "patch"), cases(WRONG_DEFINITIONS))
def test_a_wrong_definition_fails_its_proof(rule, patch, monkeypatch):
    write_wrong(monkeypatch, rule, patch)
    with pytest.raises(AssertionError, match=rf"{rule} does not give"):
        prove(rule)


@pytest.mark.parametrize("rule", SIGNATURES)
def test_a_formula_with_the_wrong_sign_fails_against_the_code(rule, monkeypatch):
    right = formula(rule)
    for number, equation in enumerate(right.equations):
        mirrored = Equation((*equation.sides[:-1], -equation.sides[-1]), equation.sign)
        equations = (*right.equations[:number], mirrored, *right.equations[number + 1 :])
        monkeypatch.setattr(proof, "formula", lambda _, wrong=equations: replace(right, equations=wrong))
        with pytest.raises(AssertionError, match=rf"the formula of {rule} is off by"):
            compare_with_formula(rule)


@pytest.mark.parametrize("rule", WITHOUT_HALF)
def test_a_formula_without_the_half_is_compared_too(rule, monkeypatch):
    monkeypatch.setattr(proof, "formula", lambda _: replace(right, without_half=right.equations))
    right = formula(rule)
    with pytest.raises(AssertionError, match=rf"the formula of {rule} is off by"):
        compare_with_formula(rule)


@pytest.fixture
def wrong_rule(monkeypatch):
    """Make a rule wrong, and forget what was verified and written before and after."""

    def apply(rule, patch):
        write_wrong(monkeypatch, rule, patch)

    outcome.cache_clear()
    traced.cache_clear()
    yield apply
    outcome.cache_clear()
    traced.cache_clear()


def test_a_rule_that_fails_is_named_before_the_rules_that_run_it(wrong_rule):
    wrong_rule("node.weighted_sum", ("w_i * x_i", "w_i + x_i"))
    first, *rest = failures(["layer.linear", "node.linear", "node.linear_error"]).splitlines()
    assert first == "node.weighted_sum fails; so do, because their checks run it: layer.linear, node.linear"
    assert [line.split(":")[0] for line in rest] == ["node.weighted_sum does not give the product of two vectors"]
    with pytest.raises(AssertionError, match=r"^node.weighted_sum fails; so do, .* run it: node.linear\n"):
        checks_of("node.linear")


def test_rules_that_fail_by_themselves_have_a_paragraph_each(wrong_rule):
    wrong_rule("node.weighted_sum", ("w_i * x_i", "w_i + x_i"))
    wrong_rule("layer.bias_gradient", (".sum(axis=0)", ".mean(axis=0)"))
    heads = [line for line in failures(["layer.bias_gradient"]).splitlines() if " fail" in line]
    assert heads[0] == "layer.bias_gradient fails"
    assert heads[1].startswith("node.weighted_sum fails; so do, because their checks run it: ")
    assert "bias" not in heads[1]


def test_a_rule_that_is_looked_up_in_a_table_is_found_too(wrong_rule):
    wrong_rule("cost.half_squared_error_derivative", ("a - y", "y - a"))
    first = failures(["network.output_error"]).splitlines()[0]
    assert first == (
        "cost.half_squared_error_derivative fails; so do, because their checks run it: network.output_error"
    )


def test_rules_that_are_compared_with_each_other_fail_together(wrong_rule):
    wrong_rule("nodes.half_squared_error", ("/ 2", ""))
    assert failures(["network.mean_cost"]).startswith("network.mean_cost and nodes.half_squared_error fail\n")


def test_rules_whose_checks_run_each_other_in_a_ring_are_all_at_fault():
    assert roots_among({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == {"a", "b", "c"}


def test_a_rule_that_runs_one_of_a_ring_is_explained_by_it():
    ring = {"a": {"b"}, "b": {"c"}, "c": {"a"}}
    assert roots_among(ring | {"d": {"a"}}) == {"a", "b", "c"}
    assert roots_among(ring | {"d": {"a"}, "e": {"d"}}) == {"a", "b", "c", "e"}
    assert roots_among(ring | {"c": {"a", "d"}, "d": set()}) == {"d", "a", "b"}


def test_a_rule_that_cannot_be_run_or_written_fails_too(wrong_rule):
    wrong_rule("node.weighted_sum", ("sum(", "len("))
    assert failures(["node.linear"]).startswith("node.weighted_sum fails; so do, because their checks run it: node.li")


def test_nothing_is_reported_where_all_passes():
    assert failures(["node.linear", "layer.bias_gradient"]) == ""


def test_an_error_may_be_as_large_as_the_tolerance_and_no_larger():
    require_within("a rule", 1e-7, 1e-7)
    with pytest.raises(AssertionError, match=r"^a rule is off by 2\.0e-07 of its value; 1e-07 at most"):
        require_within("a rule", 2e-7, 1e-7)


def test_nothing_looks_on_any_more_when_the_checks_of_a_rule_have_run():
    before = sys.getprofile()
    try:
        assert rules_run_by_checks("node.linear") >= {"node.linear", "node.weighted_sum"}
        assert sys.getprofile() is before
    finally:
        sys.setprofile(before)


def test_an_unknown_rule_is_refused():
    with pytest.raises(ValueError, match=r"no\.such"):
        checks_of("no.such")


def test_a_proof_needs_every_case(monkeypatch):
    # right above 0, wrong below: the first case alone would accept it
    write_wrong(monkeypatch, "node.sigmoid", ("exp(z) / (1", "exp(z) / (2"))
    with pytest.raises(AssertionError, match=r"'signs': \(-1,\)"):
        prove("node.sigmoid")
    claim = RULE_CLAIMS["node.sigmoid"]
    monkeypatch.setitem(RULE_CLAIMS, "node.sigmoid", replace(claim, cases=claim.cases[:1]))
    proved = prove("node.sigmoid")
    assert proved.worst == 0
    assert proved.what == f"The rule gives {claim.statement}. Proved for {claim.domain}."


def test_as_many_cases_are_proved_as_the_claim_says():
    means = compared_entries("optimizers.unbiased", SymbolicBackend())
    assert len([*means]) == 5, "one to five values"
    (_, square), *_ = compared_entries("initialization.activated_error_square", SymbolicBackend())
    assert len({symbol for symbol in square.free_symbols if symbol.name.startswith("d")}) == 3, "three errors"


def test_a_result_of_the_wrong_shape_is_refused(monkeypatch):
    write_wrong(monkeypatch, "layer.bias_gradient", (".sum(axis=0)", ""))
    with pytest.raises(AssertionError, match=r"layer.bias_gradient gives shape \(2, 2\); \(2,\) was expected"):
        prove("layer.bias_gradient")


x, y = sympy.symbols("x y", real=True)


@pytest.mark.parametrize(
    "zero",
    [
        (x + y) ** 2 - x**2 - 2 * x * y - y**2,
        sympy.exp(x - y) * sympy.exp(y) - sympy.exp(x),
        1 / (1 + sympy.exp(-2 * x)) - sympy.exp(x) ** 2 / (1 + sympy.exp(2 * x)),
        sympy.tanh(x) - 2 / (1 + sympy.exp(-2 * x)) + 1,
        x + sympy.log(1 + sympy.exp(-x)) - sympy.log(1 + sympy.exp(x)),
        sympy.tanh(x * (1 + y)) - 1 + 2 / (1 + sympy.exp(2 * x) * sympy.exp(2 * x * y)),
        to_sympy(0.01 * x) - x / 100,
    ],
    ids=str,
)
def test_what_is_zero_is_seen_and_what_is_not_is_not(zero):
    assert is_zero(zero)
    assert not is_zero(zero + x / 1000)
    assert not is_zero(zero + sympy.exp(-x))
    assert not is_zero(zero + sympy.log(1 + sympy.exp(y)) - y)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (made_up.of_logarithm, "math.log cannot be computed exactly"),
        (made_up.of_inverse, "np.linalg cannot be computed exactly; known are abs, arange"),
        (made_up.of_recursion, "of_recursion cannot be computed exactly"),
    ],
)
def test_what_has_no_exact_primitive_is_refused_by_name(rule, message):
    with pytest.raises(NotImplementedError, match=message):
        SymbolicBackend().run(rule)(sympy.Symbol("z"))


def test_symbols_of_unknown_sign_cannot_be_compared():
    at = SymbolicBackend()
    with pytest.raises(NotImplementedError, match="say which signs"):
        at.run(activation.relu)(at.numbers("z", 1))


def test_the_functions_of_the_tables_are_run_on_symbols():
    z = SymbolicBackend().numbers("z", 1, kind="signed")
    tanh = SymbolicBackend().activations()["tanh"]
    assert tanh.function(z)[0] == sympy.tanh(z[0])
    assert is_zero(tanh.derivative(z)[0] - sympy.diff(sympy.tanh(z[0]), z[0]))


def test_a_truth_value_counts_as_an_exact_number():
    assert [type(to_sympy(truth)) for truth in (True, False)] == [type(sympy.Integer(1)), type(sympy.Integer(0))]


def test_the_exponential_less_1_is_exact_entry_by_entry():
    z = SymbolicBackend().numbers("z", 2)
    assert list(SymbolicBackend().run(made_up.of_growth)(z)) == [sympy.exp(entry) - 1 for entry in z]


def test_the_rules_run_unchanged():
    before = activation.softplus.__globals__["np"]
    SymbolicBackend().run(activation.softplus)
    assert activation.softplus.__globals__["np"] is before


def test_numbers_differ_by_name_and_seed_and_come_again():
    drawn = {
        (seed, name): tuple(NumericBackend(seed).numbers(name, 2)) for seed in range(SAMPLES) for name in ("x", "y")
    }
    assert len(set(drawn.values())) == 2 * SAMPLES
    assert drawn[3, "x"] == tuple(NumericBackend(3).numbers("x", 2))


def test_every_activation_is_asked():
    assert {NumericBackend(seed).activation for seed in range(SAMPLES)} == {
        name for name, row in activation.elementwise_activations().items() if row.analytic
    }


def test_importing_the_package_needs_no_sympy():
    program = "import sys; sys.modules['sympy'] = None; import literate_bp, literate_bp.formula.formula\n"
    program += "try: import literate_bp.proof.proof\nexcept ImportError as error: print(error)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout == "SymPy is missing; the proofs need it: python -m pip install sympy\n"


def test_sympy_is_imported_by_one_file():
    folder = Path(agreement.__file__).parents[1]
    users = {path.stem for path in folder.rglob("*.py") if "import sympy" in path.read_text(encoding="utf-8")}
    assert users == {"sympy_run"}
    assert isinstance(checks_of("node.linear")[0], Check)
