"""The worked example written out: its order, its numbers, its two roundings, its symbols."""

import dataclasses
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
import truth
from hypothesis import given, settings

from literate_bp import COSTS, Layer, Network, backward, cost, descend, example, explain, forward
from literate_bp.network import mean_cost
from literate_bp.oracle import complex_step, is_analytic

ORDER = [
    "linear",
    "activated",
    "cost",
    "activated error",
    "error",
    "weight step",
    "bias step",
    "new weight",
    "new bias",
    "new cost",
]
# Source B, as printed: the column of a person who rounds every line and carries the rounded number on.
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


def of_quantity(explanation, quantity):
    return [step for step in explanation.steps if step.quantity == quantity]


def test_source_b_is_reproduced_in_both_columns_to_the_last_printed_digit():
    steps = {step.symbol: step for step in explain(*example.udacity(), rate=0.5, digits=3, notation="udacity").steps}
    for symbol, (exact, printed) in SOURCE_B.items():
        assert steps[symbol].value == pytest.approx(exact, rel=2e-15), symbol  # as in test_example
        if printed is not None:
            assert steps[symbol].carried == printed, symbol


def test_the_exact_value_rounds_otherwise_than_the_carried_one():
    steps = {step.symbol: step for step in explain(*example.udacity(), notation="udacity").steps}
    assert (steps["Δw₂"].rounded, steps["Δw₂"].carried) == (0.000457, 0.00045)
    assert (steps["Δw₁"].rounded, steps["Δw₁"].carried) == (0.000152, 0.00015)


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
        expected += ["activated error"] * network.sizes[n + 1] * network.layers[n].residual
        expected += ["error"] * network.sizes[n + 1]
    for kind in ("{} step", "new {}"):
        for n in reversed(range(depth)):
            expected += [kind.format("weight")] * network.layers[n].weights.size
            expected += [kind.format("bias")] * network.sizes[n + 1] * biased[n]
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
        "error": chained(gradients.errors[n] for n in down),
        "weight step": chained(-rate * gradients.weights[n] for n in down),
        "bias step": chained(-rate * gradients.biases[n] for n in down if gradients.biases[n] is not None),
        "new weight": chained(after.layers[n].weights for n in down),
        "new bias": chained(after.layers[n].biases for n in down),
        "new cost": [cost(after, forward(after, x), y)],
    }
    if is_analytic(network):
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
        assert Decimal(repr(step.rounded)) == Decimal(step.value).quantize(unit, ROUND_HALF_EVEN)
        own = Decimal(1).scaleb(-step.carried_decimals)  # fewer, or more, where a carried step begins elsewhere
        assert Decimal(repr(step.carried)) == Decimal(step.carried).quantize(own, ROUND_HALF_EVEN)
        if step.quantity in ("linear", "activated", "cost", "error", "new cost"):
            assert step.decimals == digits


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
    assert [line.split()[3] for line in lines if line.startswith("Δw")] == ["0.000150", "0.000450"]
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


def test_nothing_is_written_as_minus_zero():
    steps = explain(Network((Layer([[-1e-9]]),)), [0.5], [0.5]).steps
    assert not [step.symbol for step in steps if "−0.000" in step.cells]


def test_a_carried_step_is_shown_with_its_own_digits():
    # the exact step begins one decimal earlier than the carried one
    steps = explain(Network((Layer([[0.345]]),)), [0.989], [0.574]).steps
    step = next(step for step in steps if step.quantity == "weight step")
    assert (step.cells[1], step.cells[2]) == ("−0.00126", "−0.000989")
    assert step.carried == -0.000989


def test_a_step_of_thousands_is_rounded_to_a_whole_number():
    network = Network((Layer([[100.0]], None, "identity"),))
    step = of_quantity(explain(network, [100.0], [1.5], digits=2), "weight step")[0]
    assert step.cells == ("−499925", "−499925", "−499925")


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
    assert len(dead) == 5
    assert all("0" in step.cells[0] and "−" not in "".join(step.cells) for step in dead)
