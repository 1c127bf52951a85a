"""The worked example written out: its order, its numbers, its two roundings, its symbols."""

import dataclasses
import re
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
import truth
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from literate_bp import ACTIVATIONS, COSTS, Layer, Network, backward, cost, descend, example, explain, forward
from literate_bp.formula.notation import NOTATIONS
from literate_bp.network import mean_cost
from literate_bp.oracle import complex_step
from literate_bp.worked.explain import one_example
from literate_bp.worked.problem import from_toml
from literate_bp.worked.rounding import ROUNDINGS, RoundingMode, decimals_of, round_half_up
from literate_bp.worked.sheet import HIDDEN

ORDER = [
    "linear",
    "activated",
    "cost",
    "derivative",
    "activated error",
    "error",
    "weight step",
    "bias step",
    "new weight",
    "new bias",
    "new linear",
    "new activated",
    "new cost",
]
# Source B, as printed: the column of a person who rounds every line to decimals and carries the rounded number on.
SOURCE_B = {
    "h": (-0.02, -0.02),
    "a": (0.49500016666000027, 0.495),
    "ŷ": (0.51237247796261698, 0.512),
    "δᵒ": (0.12183223536066939, 0.122),
    "δʰ": (0.003045501323732555, 0.003),
    "ΔW": (0.030153488404045863, 0.0302),
    "Δw₁": (0.00015227506618662775, 0.00015),
    "Δw₂": (0.00045682519855988325, 0.00045),
    "E": (0.11889030012415923, None),
    "E⁺": (0.11707855586061906, None),
}


def softmax_example():
    layers = (
        Layer([[0.3, -0.6], [1.1, 0.4]], [0.1, -0.2], "tanh"),
        Layer([[0.7, -0.2, 0.5], [-1.3, 0.9, 0.1]], None, "softmax"),
    )
    return Network(layers, "cross_entropy"), (0.5, -0.8), (0.0, 1.0, 0.0)


def residual_example():
    layers = (
        Layer([[0.3, -0.6], [1.1, 0.4]], [0.1, -0.2], "tanh", residual=True),
        Layer([[0.7, -0.2, 0.5], [-1.3, 0.9, 0.1]], None, "softplus"),
        Layer([[0.4, -0.6, 0.1], [0.7, 0.3, -0.9], [-0.1, 0.2, 0.8]], None, "sigmoid", residual=True),
    )
    return Network(layers, "squared_error"), (0.5, -0.8), (0.0, 1.0, 0.5)


EXAMPLES = {
    "running": example.running,
    "mazur": example.mazur,
    "udacity": example.udacity,
    "softmax": softmax_example,
    "residual": residual_example,
}

DEEP_CHAIN = "inputs = [0.5]\ntargets = [1.0]\n" + "".join(
    f"[[layer]]\nweights = [[{w}]]\nbiases = [{b}]\n"
    for w, b in ((0.5, 0.1), (-0.4, 0.2), (0.3, -0.1), (0.6, 0), (-0.5, 0.3), (0.7, 0.1))
)
KINK = """\
inputs = [0.02, 0.01]
targets = [1.0]
digits = 3
[[layer]]
activation = "relu"
weights = [[0.03], [-0.02]]
[[layer]]
activation = "identity"
weights = [[2.0]]
biases = [0.5]
"""
IDENTITIES = """\
inputs = [2.0, 3.0]
targets = [1.0]
rate = 0.05
digits = 2
[[layer]]
activation = "identity"
weights = [[0.11, 0.12], [0.21, 0.08]]
[[layer]]
activation = "identity"
weights = [[0.14], [0.15]]
"""


def of_quantity(explanation, quantity):
    return [step for step in explanation.steps if step.quantity == quantity]


def test_source_b_is_reproduced_in_both_columns_to_the_last_printed_digit():
    worked = explain(*example.udacity(), rate=0.5, digits=3, notation="udacity", rounding="decimals")
    steps = {step.symbol: step for step in worked.steps}
    for symbol, (exact, printed) in SOURCE_B.items():
        assert steps[symbol].value == pytest.approx(exact, rel=2e-15), symbol  # as in test_example
        if printed is not None:
            assert steps[symbol].carried == printed, symbol


def test_an_error_that_keeps_its_digits_gives_a_step_nearer_to_the_exact_one():
    decimals, digits = (
        {step.symbol: step for step in explain(*example.udacity(), notation="udacity", rounding=rounding).steps}
        for rounding in ("decimals", "significant")
    )
    assert decimals["Δw₂"].rounded == digits["Δw₂"].rounded == 0.000457
    assert (decimals["δʰ"].carried, decimals["Δw₂"].carried) == (0.003, 0.00045)
    assert (digits["δʰ"].carried, digits["Δw₂"].carried) == (0.00305, 0.000458)


def test_a_pupil_who_takes_the_slope_from_the_value_gets_what_is_printed():
    # the derivative of the unrounded linear part made −0.0995 of this, and −0.100 of that
    network = Network([Layer([[-0.9], [0.6]], [0.3]), Layer([[1.4]], [0.2])])
    steps = {step.symbol: step for step in explain(network, (0.7, 0.2), (1.0,)).steps}
    for a, slope, delta in (("ŷ₁", "σ′(z²₁)", "δ²₁"), ("a¹₁", "σ′(z¹₁)", "δ¹₁")):
        value = steps[a].carried
        assert steps[slope].carried == round(value * (1 - value), 3)
        assert steps[slope].substituted.text == f"{value:.3f} (1 − {value:.3f})"
        assert f"{steps[slope].carried:.3f}" in steps[delta].substituted.text


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(0.0125, 3, 0.013), (-0.0125, 3, -0.013), (0.0135, 3, 0.014), (1.005, 2, 1.01), (2.5, 0, 3), (-0.0004, 3, 0.0)],
)
def test_a_tie_goes_away_from_zero_and_nothing_becomes_minus_zero(value, decimals, expected):
    found = round_half_up(value, decimals)
    assert found == expected
    assert not (found == 0 and np.signbit(found))


@settings(max_examples=300)
@given(st.floats(-1e6, 1e6), st.integers(0, 9))
def test_what_is_no_tie_is_rounded_as_python_rounds_it(value, decimals):
    scaled = abs(value) * 10.0**decimals
    assume(abs(scaled % 1 - 0.5) > 1e-3)
    assert round_half_up(value, decimals) == round(value, decimals) + 0.0


def test_a_number_rounded_up_to_a_power_of_ten_keeps_as_many_digits():
    mode = RoundingMode(3, carries=True)
    assert mode.significant(np.array([0.09996, 0.0999, 1e-7, 12345.0, 0.0])).tolist() == [3, 4, 9, 0, 3]


def test_six_layers_keep_their_errors_on_paper():
    steps = {step.symbol: step for step in from_toml(DEEP_CHAIN).explain().steps}
    assert steps["δ¹₁"].value == pytest.approx(-2.15284680909e-06, rel=1e-11)
    assert steps["Δw¹₁₁"].value == pytest.approx(5.38211702273e-07, rel=1e-11)
    assert steps["δ¹₁"].cells[1:] == ("−2.15·10⁻⁶", "−2.16·10⁻⁶")
    assert all(step.carried for step in steps.values())


def test_a_sheet_says_where_rounding_chose_another_side_of_a_kink():
    worked = from_toml(KINK).explain()
    assert [step.kink.text for step in worked.steps if step.kink] == ["z¹₁"]
    assert "Rounded, z¹₁ lies on another side of the kink" in re.sub(r"\s+", " ", worked.document())
    assert "Rounding made 0 of δ¹₁, Δw²₁₁, Δw¹₁₁ and 1 line more" in str(worked)
    assert "kink" not in explain(*kink(), digits=4).document()


def test_a_sheet_says_where_rounding_made_zero_of_an_error():
    worked = explain(Network([Layer([[9.0]]), Layer([[0.5]])]), [1.0], [0.5])
    assert "Rounding made 0 of σ′(z¹₁), δ¹₁, Δw¹₁₁, which would not be 0 unrounded" in str(worked)
    assert "Rounding" not in str(worked.only("linear"))


@pytest.mark.parametrize("hide", HIDDEN)
def test_what_rounding_changes_stands_on_the_solutions_alone(hide):
    sheet = explain(*kink(), hide=hide)
    for text in (sheet.document(), str(sheet), sheet._repr_html_()):
        assert "Rounded" not in text
        assert "Rounding made 0" not in text
    assert "What rounding changes here" in sheet.solutions.document()


def kink():
    problem = from_toml(KINK)
    return problem.network, problem.x, problem.y


def test_the_second_pass_forward_is_written_out_with_its_output():
    steps = {step.symbol: step for step in from_toml(IDENTITIES).explain().steps}
    assert steps["ŷ⁺₁"].value == pytest.approx(0.2557457808075, rel=1e-12)
    assert steps["C⁺"].value == pytest.approx(0.2769571713929, rel=1e-12)
    assert steps["z²⁺₁"].formula.text == "w²⁺₁₁ a¹⁺₁ + w²⁺₂₁ a¹⁺₂"
    assert steps["C⁺"].formula.text == "(ŷ⁺₁ − y₁)² / 2"


@pytest.mark.parametrize("name", EXAMPLES)
def test_steps_follow_the_order_of_a_person_with_a_pencil(name):
    network, x, y = EXAMPLES[name]()
    steps = explain(network, x, y).steps
    depth = len(network.layers)
    biased = [layer.biases is not None for layer in network.layers]
    expected = []
    for n in range(depth):
        expected += ["linear"] * network.sizes[n + 1] + ["activated"] * network.sizes[n + 1]
    expected += ["cost"]
    for n in reversed(range(depth)):
        cancels = n == depth - 1 and COSTS[network.cost].output
        expected += [] if cancels else ["derivative"] * network.sizes[n + 1]
        expected += ["activated error"] * network.sizes[n + 1] * network.layers[n].residual
        expected += ["error"] * network.sizes[n + 1]
    for kind in ("{} step", "new {}"):
        for n in reversed(range(depth)):
            expected += [kind.format("weight")] * network.layers[n].weights.size
            expected += [kind.format("bias")] * network.sizes[n + 1] * biased[n]
    for n in range(depth):
        expected += ["new linear"] * network.sizes[n + 1] + ["new activated"] * network.sizes[n + 1]
    assert [step.quantity for step in steps] == [*expected, "new cost"]
    assert {step.quantity for step in steps} <= set(ORDER)


def assert_same_numbers(network, x, y, rate):
    explanation = explain(network, x, y, rate=rate)
    trace = forward(network, x)
    gradients = backward(network, trace, y)
    after = descend(network, gradients, rate)
    down = range(len(network.layers) - 1, -1, -1)

    def chained(arrays):
        return np.concatenate([np.ravel(a) for a in arrays if a is not None] or [np.empty(0)])

    expected = {
        "linear": chained(trace.linear),
        "activated": chained(trace.activated[1:]),
        "cost": [cost(network, trace, y)],
        "derivative": chained(
            network.layers[n].derivative(trace.linear[n])
            for n in down
            if n < len(network.layers) - 1 or not COSTS[network.cost].output
        ),
        "error": chained(gradients.errors[n] for n in down),
        "weight step": chained(-rate * gradients.weights[n] for n in down),
        "bias step": chained(-rate * gradients.biases[n] for n in down if gradients.biases[n] is not None),
        "new weight": chained(after.layers[n].weights for n in down),
        "new bias": chained(after.layers[n].biases for n in down),
        "new linear": chained(forward(after, x).linear),
        "new activated": chained(forward(after, x).activated[1:]),
        "new cost": [cost(after, forward(after, x), y)],
    }
    if all(ACTIVATIONS[layer.activation].analytic for layer in network.layers):
        expected["activated error"] = chained(by_what_is_passed_on(network, trace, y, n) for n in down)
    for quantity, values in expected.items():
        found = [step.value for step in of_quantity(explanation, quantity)]
        # the same rules on the same arrays, in the same order: the same bits; the oracle asks for itself
        rel, most = (1e-12, 1e-14) if quantity == "activated error" else (4 * truth.EPS, 0)
        assert found == pytest.approx(list(values), rel=rel, abs=most), quantity


def by_what_is_passed_on(network, trace, y, n):
    """Ask the oracle for ∂C/∂a of a layer with a residual connection: the rest of the network, run from there."""
    if not network.layers[n].residual:
        return None
    ahead, y = network.layers[n + 1 :], np.asarray(y, float)

    def cost_of(a):
        if not ahead:
            return COSTS[network.cost].value(a, y)
        rest = Network(ahead, network.cost)
        return mean_cost(rest, forward(rest, a), y)

    a = trace.activated[n + 1]
    return [complex_step(lambda v, j=j: cost_of(np.array([*a[:j], v, *a[j + 1 :]])), a[j]) for j in range(a.size)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_values_are_those_of_forward_backward_and_descend(name):
    assert_same_numbers(*EXAMPLES[name](), 0.5)


@settings(max_examples=25)
@given(truth.problems(batches=[None], gains=False))
def test_values_are_those_of_forward_backward_and_descend_for_any_network(problem):
    assert_same_numbers(*problem, 0.25)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("digits", [1, 3, 6])
def test_rounded_is_the_exact_value_rounded_once(name, digits):
    network, x, y = EXAMPLES[name]()
    for step in explain(network, x, y, digits=digits).steps:
        unit = Decimal(1).scaleb(-step.decimals)
        assert Decimal(repr(step.rounded)) == Decimal(f"{step.value:.13g}").quantize(unit, ROUND_HALF_UP)
        own = Decimal(1).scaleb(-step.carried_decimals)  # fewer, or more, where a carried step begins elsewhere
        assert Decimal(repr(step.carried)) == Decimal(step.carried).quantize(own, ROUND_HALF_UP)
        if step.quantity.removeprefix("new ") in ("linear", "activated", "cost"):
            assert step.decimals == digits
        elif not step.quantity.startswith("new"):
            assert step.decimals == max(digits - 1 - Decimal(repr(step.rounded or 1.0)).adjusted(), 0)


def test_a_weight_step_keeps_its_significant_digits_however_small():
    network = Network((Layer([[0.5]], None, "identity"),))
    steps = {step.quantity: step for step in explain(network, [1e-4], [1.0], digits=3).steps}
    assert steps["weight step"].value == pytest.approx(4.99975e-05, rel=4 * truth.EPS)
    assert steps["weight step"].rounded == 5.00e-05
    assert steps["weight step"].decimals == 7


def test_with_many_digits_carrying_makes_no_difference():
    for step in explain(*example.running(), digits=15).steps:
        # each of fewer than 40 lines is off by half a unit of the 15th decimal, weighed by less than 10
        assert step.carried == pytest.approx(step.value, abs=400 * 0.5e-15)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_two_lines_share_a_symbol(name):
    steps = explain(*EXAMPLES[name]()).steps
    assert len({step.symbol for step in steps}) == len({step.latex for step in steps}) == len(steps)


def test_the_error_has_the_sign_of_its_notation():
    network, x, y = example.udacity()
    book, udacity = (of_quantity(explain(network, x, y, notation=name), "error") for name in ("book", "udacity"))
    assert [step.value for step in book] == [-step.value for step in udacity]
    assert [step.symbol for step in book] == ["δ²₁", "δ¹₁"]
    assert [step.symbol for step in udacity] == ["δᵒ", "δʰ"]


def test_the_new_cost_is_that_of_the_network_after_the_step_and_lower():
    network, x, y = example.running()
    explanation = explain(network, x, y, rate=0.5)
    before, after = (of_quantity(explanation, name)[0].value for name in ("cost", "new cost"))
    assert after < before


def test_a_step_of_zero_is_written_as_zero():
    network = Network((Layer([[0.5], [0.25]], None, "identity"),))
    steps = of_quantity(explain(network, [0.0, 1.0], [1.0]), "weight step")
    assert (steps[0].value, steps[0].rounded, steps[0].carried) == (0.0, 0.0, 0.0)


def test_printed_it_is_a_table_with_a_line_for_every_number():
    explanation = explain(*example.udacity(), notation="udacity")
    lines = str(explanation).splitlines()
    assert lines[0].split()[:3] == ["value", "rounded", "carried"]
    assert len(lines) == len(explanation.steps) + 1
    assert lines[1].split()[:4] == ["h", "−0.02", "−0.020", "−0.020"]
    assert [line.split()[0] for line in lines[1:]] == [step.symbol for step in explanation.steps]
    assert [line.split()[3] for line in lines if line.startswith("Δw")] == ["0.000153", "0.000458"]
    assert "-" not in str(explanation)


def test_in_markdown_it_is_a_table_with_formulas():
    explanation = explain(*example.udacity(), notation="udacity")
    rows = explanation._repr_markdown_().splitlines()
    assert len(rows) == len(explanation.steps) + 2
    assert all(row.startswith("|") and row.endswith("|") for row in rows)
    assert len({row.count("|") for row in rows}) == 1
    assert [row.split("$")[1] for row in rows[2:]] == [step.latex for step in explanation.steps]
    assert "−0.020" in rows[2]


def test_nothing_is_changed_and_nothing_can_be():
    network, _, y = example.running()
    x = np.array([0.9, 0.2, -0.5])
    before = [layer.weights.tobytes() for layer in network.layers]
    explanation = explain(network, x, y)
    assert [layer.weights.tobytes() for layer in network.layers] == before
    assert x.tolist() == [0.9, 0.2, -0.5]
    with pytest.raises(dataclasses.FrozenInstanceError):
        explanation.steps[0].value = 0.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        explanation.steps = ()


def test_a_float32_network_is_written_with_its_own_digits():
    network = Network((Layer(np.array([[0.1]], np.float32)),))
    first = explain(network, np.array([0.3], np.float32), [1.0]).steps[0]
    assert first.substituted.latex == r"0.1 \cdot 0.3"


@pytest.mark.parametrize("name", ["text", "markdown", "latex", "html"])
def test_no_format_writes_minus_zero_or_an_exponent_in_letters(name):
    layers = (Layer([[0.1, 0.3], [-0.2, -0.0]], [-0.0, 1e-7], "relu"), Layer([[-0.0004], [5e-12]], None, "identity"))
    document = explain(Network(layers), (-0.0, -0.2), (-1e-9,), 1e-5, 4).document(name, solutions=True)
    body = re.sub(r"<style>.*?</style>", "", document, flags=re.DOTALL)
    assert not re.search(r"(?<![\d.])[−-]0(?:\.0+)?(?![\d.])", body)
    assert not re.search(r"\de[-−+]?\d", body)
    assert {"text": "10⁻", "markdown": "10^{-", "latex": r"\cdot 10^{-", "html": "·10<sup>−"}[name] in body


def test_nothing_is_written_as_minus_zero():
    steps = explain(Network((Layer([[-1e-9]]),)), [0.5], [0.5]).steps
    assert not [step.symbol for step in steps if "−0.000" in step.cells]


def test_a_carried_step_is_shown_with_its_own_digits():
    # the exact step begins one decimal earlier than the carried one
    steps = explain(Network((Layer([[0.706]]),)), [0.266], [0.55]).steps
    step = next(step for step in steps if step.quantity == "weight step")
    assert (step.cells[1], step.cells[2]) == ("0.000105", "9.90·10⁻⁵")
    assert step.carried == 9.9e-05


def test_a_step_of_thousands_is_rounded_to_a_whole_number():
    network = Network((Layer([[100.0]], None, "identity"),))
    step = of_quantity(explain(network, [100.0], [1.5], digits=2), "weight step")[0]
    assert step.cells == ("−499925", "−499925", "−499950")  # from an error of 9998.5, carried as 9999


@pytest.mark.parametrize("rate", [0.5, 1e200])
def test_numbers_that_overflow_are_refused(rate):
    network = Network((Layer([[1e200]], None, "identity"), Layer([[1e200]], None, "identity")))
    with pytest.raises(ValueError, match="not finite; finite ones were expected: take smaller weights"):
        explain(network, [1.0], [1.0], rate=rate)


def test_what_can_be_hidden_is_known():
    with pytest.raises(ValueError, match="hide 'value' is unknown; did you mean 'values'"):
        explain(*example.udacity(), hide="value")


def test_a_batch_is_told_from_an_example():
    network, x, y = example.udacity()
    said = r"x has shape \(3, 2\); one example was expected, of shape \(2,\); train takes batches"
    with pytest.raises(ValueError, match=said):
        explain(network, [x] * 3, [y] * 3)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (0, np.ones((2, 1)), "network is an ndarray; a Network was expected: make one with literate_bp.Network"),
        (0, {"weights": [[1.0]]}, "network is a dict; a Network was expected"),
        (0, None, "network is None; a Network was expected"),
        (1, {"x": 1.0}, "x of type object came; numbers were expected"),
        (1, None, "x of type object came; numbers were expected"),
        (1, "ab", "x of type <U2 came; numbers were expected"),
        (2, {1.0}, "y of type object came; numbers were expected"),
        (3, "0.5", "rate is '0.5'; a finite number greater than 0 was expected"),
        (4, 3.0, "digits is 3.0; a whole number of at least 1 was expected"),
        (5, 7, "notation 7 is unknown; known names: book"),
        (6, ["values"], "hide \\['values'\\] is unknown; did you mean 'values'"),
    ],
)
def test_a_wrong_kind_of_object_is_named(place, value, said):
    arguments = [*example.udacity(), 0.5, 3, "book", None]
    arguments[place] = value
    with pytest.raises(ValueError, match=said):
        explain(*arguments)


def test_a_step_of_a_dead_node_is_zero_without_a_sign():
    layers = (Layer([[0.1, 0.3], [-0.2, 0.2]], None, "relu"), Layer([[0.4], [0.5]]))
    steps = explain(Network(layers, "binary_cross_entropy"), (0.1, 0.2), (1.0,), 0.1, 4).steps
    dead = [step for step in steps if step.value == 0]
    assert [step.symbol for step in dead] == ["a¹₁", "ReLU′(z¹₁)", "δ¹₁", "Δw²₁₁", "Δw¹₁₁", "Δw¹₂₁", "a¹⁺₁"]
    assert all("0" in step.cells[0] and "−" not in "".join(step.cells) for step in dead)


def test_a_given_number_keeps_all_its_decimals_and_at_least_as_many_as_the_others():
    mode = RoundingMode(2, carries=True)
    assert mode.decimals_as_given(np.array([0.5, 0.123456, 3.0, -0.001])).tolist() == [2, 6, 2, 3]


def test_several_results_that_rounding_put_on_another_side_are_listed():
    worked = from_toml(KINK).explain()
    (kinked,) = (step.kink for step in worked.steps if step.kink)
    both = dataclasses.replace(worked, steps=tuple(dataclasses.replace(step, kink=kinked) for step in worked.steps[:2]))
    assert "Rounded, z¹₁, z¹₁ lies on another side of the kink" in re.sub(r"\s+", " ", both.document())


def test_a_number_of_any_type_is_rounded():
    assert round_half_up(np.float32(0.25), 1) == 0.3


def test_a_sheet_has_a_heading_for_each_of_its_parts():
    text = explain(*example.udacity(), hide="values").document("markdown")
    headings = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]
    assert headings[1:3] == ["Given", "How to round"]


def test_an_error_without_a_form_for_paper_is_rounded_as_any_other(monkeypatch):
    row = dataclasses.replace(COSTS["binary_cross_entropy"], textbook_derivative=None)
    monkeypatch.setitem(COSTS, "binary_cross_entropy", row)
    steps = explain(Network([Layer([[0.4]])], "binary_cross_entropy"), (1.0,), (1.0,)).steps
    [error] = [step for step in steps if step.quantity == "error"]
    assert error.carried == round(1 / (1 + np.exp(-0.4)) - 1, 3)


def test_a_cost_without_logarithms_takes_an_output_that_rounds_to_1():
    steps = explain(Network([Layer([[12.0]])]), (1.0,), (0.5,)).steps
    [before] = [step for step in steps if step.quantity == "cost"]
    assert before.substituted.text == "(1.000 − 0.5)² / 2"


def test_a_thousand_weights_and_biases_are_written_out_and_no_more():
    zeros = np.zeros(100)
    x, _ = one_example(Network([Layer(np.ones((100, 10)))]), zeros, zeros[:10])
    assert len(x) == 100
    with pytest.raises(ValueError, match="network has 1010 weights and biases; explain writes out at most 1000"):
        one_example(Network([Layer(np.ones((100, 10)), np.ones(10))]), zeros, zeros[:10])


def test_the_exact_cost_keeps_its_digits_where_the_output_is_nearly_1():
    steps = explain(Network([Layer([[30.0]])], "binary_cross_entropy"), (1.0,), (0.0,)).steps
    [before] = [step for step in steps if step.quantity == "cost"]
    assert before.value == pytest.approx(30 + np.exp(-30.0), rel=1e-15)


@pytest.mark.parametrize("value", [0.0, np.inf, -np.inf, np.nan])
def test_what_has_no_significant_digits_gets_as_many_decimals(value):
    assert decimals_of(value, 4) == 4


def test_a_number_that_is_0_has_not_vanished():
    steps = explain(Network([Layer([[-1.0]], None, "relu"), Layer([[0.3]])]), (1.0,), (1.0,)).steps
    assert {step.vanished for step in steps if step.value == 0 and step.quantity == "error"} == {False}
    assert {type(step.vanished) for step in steps} == {bool}


def test_the_exact_derivative_keeps_its_digits_where_a_node_is_saturated():
    steps = explain(Network([Layer([[30.0]]), Layer([[1.0]])]), (1.0,), (0.0,)).steps
    saturated = [step.value for step in steps if step.symbol == "σ′(z¹₁)"]
    assert saturated == pytest.approx([np.exp(-30.0)], rel=1e-12, abs=0)


def test_a_network_with_gains_has_no_sheet():
    with pytest.raises(ValueError, match=r"gains.* a sheet"):
        explain(Network([Layer([[1.0]], gains=[2.0])]), (1.0,), (0.0,))


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_every_number_that_is_carried_on_was_rounded(name, rounding):
    for step in explain(*EXAMPLES[name](), rounding=rounding).steps:
        assert step.carried == round_half_up(step.carried, step.carried_decimals), step.symbol


def test_the_error_of_an_output_is_rounded_however_many_digits_its_target_has():
    steps = explain(Network([Layer([[0.4]])], "binary_cross_entropy"), (1.0,), (0.12345,)).steps
    [error] = [step for step in steps if step.quantity == "error"]
    assert error.carried == round_half_up(0.599 - 0.12345, 3)


@pytest.mark.parametrize("notation", NOTATIONS)
def test_an_error_of_0_has_no_sign_in_any_notation(notation):
    dead = Network([Layer([[-1.0]], None, "relu"), Layer([[0.3]])])
    steps = [step for step in explain(dead, (1.0,), (1.0,), notation=notation).steps if step.value == 0]
    assert {step.quantity for step in steps} >= {"error", "weight step"}
    assert not np.signbit([[step.value, step.rounded, step.carried] for step in steps]).any()


def test_decimals_are_counted_of_a_number_of_any_type():
    assert [decimals_of(kind(0.0625), 2) for kind in (float, np.float64, np.float32)] == [3, 3, 3]
