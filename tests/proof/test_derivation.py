"""A step of a derivation holds on both sides, or the page that shows it is not built."""

import numpy as np
import pytest

from literate_bp import Layer, Network, backward, cost, forward
from literate_bp.formula.expression import Entry, Index, Letter, Number, Partial, Reduction, Symbol
from literate_bp.formula.notation import NOTATIONS
from literate_bp.formula.printing import Latex, Plain, plain_name
from literate_bp.formula.translation import translated
from literate_bp.proof.derivation import LANGUAGE, TOLERANCE, derivation, parse_expression
from literate_bp.proof.evaluation import NetworkEnvironment, evaluate

TRUE = {
    "the error of a node": "delta[j] = sigma_prime(z[j]) * Sum(k, w[j, k] * delta[k])",
    "what an error is": "delta[j] = d(C, z[j])",
    "the chain rule": "d(C, z[j]) = Sum(k, d(C, z[k]) * d(z[k], a[j]) * d(a[j], z[j]))",
    "with layers": "delta(l)[j] = sigma_prime(z(l)[j]) * Sum(k, w(l+1)[j, k] * delta(l+1)[k])",
    "at the output": "delta(L)[k] = sigma_prime(z(L)[k]) * (a(L)[k] - y[k])",
    "arrays": "Delta(l) = sigma_prime(Z(l)) * (Delta(l+1) @ W(l+1).T)",
    "the gradient of a matrix": "d(C, W(l)) = A(l-1).T @ Delta(l)",
    "a sum over the batch": "d(C, w[i, j]) = Sum(n, a[n, i] * delta[n, j])",
    "the mean": "C = Sum(n, Cn) / N",
    "all but one": "Sum(i, w[i, k] * a[i]) = w[j, k] * a[j] + Sum(i, w[i, k] * a[i], but=j)",
    "a node alone": "sigma_prime(z) = sigma(z) * sigma(-z)\n = sigma(z) * (1 - sigma(z))",
    "an entry of a product": "entry(Delta(l+1) @ W(l+1).T, j) = Sum(k, delta(l+1)[k] * w(l+1)[j, k])",
    "more layers": "Delta(2) = sigma_prime(Z(2)) * (Delta(3) @ W(3).T)",
    "a length": "norm(Delta(1)) ≤ norm(Delta(3)) * norm(W(3)) * norm(W(2)) / 16",
    "the largest of all": "largest(absolute(sigma_prime(Z(l)))) = Max(n, Max(j, absolute(sigma_prime(z(l)[n, j]))))",
    "the edge of an interval": "u * p * (1 - p) = 1",
    "two weights are drawn by themselves": "mean(w[i, j] * w[m, j]) = same(i, m) * var(w[i, j])",
    "what comes in": "var(z[j]) = mean(Sum(i, a[i] * w[i, j])**2)\n"
    "= Sum(i, Sum(m, a[i] * a[m] * mean(w[i, j] * w[m, j])))\n= Sum(i, a[i]**2 * var(w[i, j]))",
    "what comes back": "mean(Sum(k, w[j, k] * delta[k])**2) = Sum(k, var(w[j, k]) * delta[k]**2)",
    "as often below 0 as above": "mean(a[j]**2) = mean((sigma(z[j])**2 + sigma(-z[j])**2) / 2)",
    "a sigmoid and its mirror": "half * (sigma(z[j])**2 + sigma(-z[j])**2) = half - sigma_prime(z[j])",
    "the inputs": "d(C, x[i]) = Sum(j, w(1)[i, j] * delta(1)[j])",
    "a step": "eta * d(C, b[j]) / eta = delta[j]",
    "a bound": "absolute(delta[j]) ≤ Sum(k, absolute(w[j, k]) * absolute(delta[k])) / 4",
}
FALSE = {
    "a sign": "delta[j] = -sigma_prime(z[j]) * Sum(k, w[j, k] * delta[k])",
    "an index": "d(C, w[i, j]) = a[j] * delta[j]",
    "a transpose": "d(C, W(l)) = A(l-1).T @ (2 * Delta(l))",
    "the slope at the activated value": "delta[j] = sigma_prime(a[j]) * Sum(k, w[j, k] * delta[k])",
    "no slope": "delta[j] = Sum(k, w[j, k] * delta[k])",
    "another entry of a product": "entry(Delta(2) @ W(2).T, j) = Sum(k, delta(2)[k] * w(2)[1, k])",
    "a length that is too low": "norm(Delta(1)) ≤ norm(Delta(3)) * norm(W(3)) * norm(W(2)) / 1600",
    "the square of a mean": "var(z[j]) = Sum(i, a[i] * var(w[i, j]))",
    "two weights that are one": "mean(w[i, j] * w[m, j]) = var(w[i, j])",
    "a mean that is not 0": "mean(a[j]) = 0 * a[j]",
    "a variance that is no mean square": "var(a[j]) = mean(a[j]**2)",
    "a bound that is too low": "absolute(delta[j]) ≤ Sum(k, absolute(w[j, k]) * absolute(delta[k])) / 40",
    "the second of three sides": "sigma_prime(z) = sigma(z) * sigma(z) = sigma(z) * sigma(-z)",
}


@pytest.mark.parametrize("name", TRUE)
def test_a_true_step_holds(name):
    assert derivation(TRUE[name]).check() < TOLERANCE


@pytest.mark.parametrize("name", FALSE)
def test_a_false_step_does_not(name):
    assert derivation(FALSE[name]).worst() > 1e-3
    with pytest.raises(ValueError, match=r"the sides of .* differ by .* was expected"):
        derivation(FALSE[name]).check()


def test_relu_leaves_half_of_the_squares_and_not_of_the_variance():
    assert derivation("mean(a[j]**2) = half * var(z[j])").worst(activation="relu") < TOLERANCE
    assert derivation("mean(sigma_prime(z[j])**2) = half").worst(activation="relu") < TOLERANCE
    assert derivation("var(a[j]) = half * var(z[j])").worst(activation="relu") > 1e-3
    assert derivation("mean(a[j]**2) = half * var(z[j])").worst(activation="tanh") > 1e-3


def test_softmax_and_cross_entropy_leave_no_slope():
    step = derivation("delta[k] = a[k] - y[k]")
    assert step.worst(activation=("sigmoid", "softmax"), cost="cross_entropy") < TOLERANCE
    assert step.worst() > 1e-3


def test_the_slope_of_softmax_meets_the_slope_of_the_cost():
    step = derivation(
        "delta[j] = Sum(k, d(a[k], z[j]) * d(C, a[k]))\n"
        "= Sum(k, a[k] * (same(j, k) - a[j]) * -(y[k] / a[k]))\n"
        "= -y[j] + a[j] * Sum(k, y[k])\n"
    )
    assert step.worst(layers={"j": "L", "k": "L"}, activation="softmax", cost="cross_entropy") < TOLERANCE


def test_one_example_is_a_row_of_slopes_that_a_diagonal_takes():
    step = derivation("Delta(l) = Delta(l+1) @ W(l+1).T @ diag(sigma_prime(Z(l)))")
    assert step.worst(examples=1) < TOLERANCE


OF_ONE_EXAMPLE = {
    "a root": "norm(Delta(1)) = sqrt(Sum(j, delta(1)[j] ** 2))",
    "the largest of them": "norm(diag(sigma_prime(Z(l)))) = Max(j, absolute(sigma_prime(z(l)[j])))",
    "a product of layers": "norm(Delta(1)) ≤ norm(Delta(L)) * Product(l, quarter * norm(W(l+1)))",
    "as met": "norm(Delta(1)) ≤ norm(Delta(L)) * Product(l, largest(absolute(sigma_prime(Z(l)))) * norm(W(l+1)))",
}
PAST_A_LAYER = {
    "both ways back": "d(C, A(l-1)) = Delta(l) @ W(l).T + d(C, A(l))",
    "a slope more": "d(a(l)[j], a(l-1)[i]) = same(i, j) + w(l)[i, j] * sigma_prime(z(l)[j])",
    "at most": "norm(d(C, A(l-1))) ≤ norm(d(C, A(l))) * (1 + largest(absolute(sigma_prime(Z(l)))) * norm(W(l)))",
    "at least": "norm(d(C, A(l))) * (1 - largest(absolute(sigma_prime(Z(l)))) * norm(W(l))) ≤ norm(d(C, A(l-1)))",
}


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("name", OF_ONE_EXAMPLE)
def test_a_true_step_of_one_example_holds(name, depth):
    assert derivation(OF_ONE_EXAMPLE[name]).worst(examples=1, depth=depth) < TOLERANCE


def test_a_product_runs_over_all_hidden_layers():
    assert derivation("norm(W(2)) = Product(l, norm(W(l+1)))").worst() < TOLERANCE
    assert derivation("norm(W(2)) = Product(l, norm(W(l+1)))").worst(depth=3) > 0.1
    assert derivation("norm(W(2)) * norm(W(3)) = Product(l, norm(W(l+1)))").worst() < TOLERANCE


@pytest.mark.parametrize("name", PAST_A_LAYER)
def test_a_true_step_past_a_layer_holds(name):
    assert derivation(PAST_A_LAYER[name]).worst(examples=1, residual=True) < TOLERANCE


def test_nothing_goes_past_a_plain_layer():
    assert derivation(PAST_A_LAYER["a slope more"]).worst() > 0.1


@pytest.mark.parametrize(("typed", "written"), [("sigma_prime(Z(l))", "max(σ′(Zˡ))"), ("Z(l)", "max(Zˡ)")])
def test_the_largest_of_an_array_is_a_number(typed, written):
    (equation,) = derivation(f"largest({typed}) * norm(W(l)) = largest({typed}) * norm(W(l))").equations
    assert Plain().text(equation.sides[0]) == f"{written} ‖Wˡ‖"


@pytest.mark.parametrize(
    ("notation", "written"),
    [("book", "(Δ² W²ᵀ)ⱼ"), ("nielsen", "(w³ᵀ δ³)ⱼ"), ("udacity", "(δ² w²ᵀ)ⱼ"), ("ufldl", "(W⁽²⁾ᵀ δ⁽³⁾)ⱼ")],
)
def test_an_entry_of_a_row_is_an_entry_of_the_column(notation, written):
    (equation,) = derivation("entry(Delta(2) @ W(2).T, j) = Sum(k, delta[k] * w[j, k])").equations
    other = translated(equation, NOTATIONS[notation])
    assert Plain(plain_name(NOTATIONS[notation])).text(other.sides[0]) == written


def test_the_size_of_an_error_has_no_sign_and_no_transpose():
    (equation,) = derivation("norm(Delta(2)) ≤ norm(Delta(2))").equations
    for name, notation in NOTATIONS.items():
        assert set(Plain(plain_name(notation)).text(translated(equation, notation))).isdisjoint("−ᵀ"), name


def test_a_line_that_begins_with_its_sign_continues_the_one_above():
    step = derivation("sigma_prime(z)\n  = sigma(z) * sigma(-z)\n  = sigma(z) * (1 - sigma(z))")
    assert [len(equation.sides) for equation in step.equations] == [3]


@pytest.mark.parametrize(
    ("typed", "notation", "sign"),
    [
        ("-eta * delta[j] * a[i]", "book", "−"),
        ("-eta * delta[j] * a[i]", "udacity", ""),
        ("-eta * delta[j] * a[i]", "four_diagrams", "−"),
        ("w[i, j] * delta[j]", "udacity", "−"),
        ("w[i, j] * delta[j]", "rumelhart", ""),
    ],
)
def test_what_stands_alone_keeps_its_value_in_every_notation(typed, notation, sign):
    (alone,) = derivation(typed).equations
    written = Plain(plain_name(NOTATIONS[notation])).text(translated(alone, NOTATIONS[notation]))
    assert written[: -len(written.lstrip("−"))] == sign


def test_a_line_writes_the_formula_in_the_order_in_which_it_was_typed():
    step = derivation("d(C, w[i, j]) = delta[j] * a[i]")
    assert Latex().text(step.equations[0]) == (
        r"\frac{\partial \cost}{\partial \weight{i}{j}} = \error_{j}\,\activated_{i}"
    )


@pytest.mark.parametrize("text", ["delta[j] = open('x')", "delta[j] = = 1", "delta[j] = theta", "z[j] = 'a'", "z['q'"])
def test_what_is_no_line_of_the_language_is_refused(text):
    with pytest.raises(ValueError, match=r"was not understood.*was expected"):
        derivation(text)


@pytest.mark.parametrize(("typed", "meant"), [("detla[j] = 1", "delta"), ("sigmaprime(z) = 1", "sigma_prime")])
def test_an_unknown_name_is_told_from_the_known_one_that_is_nearest(typed, meant):
    with pytest.raises(ValueError, match=rf"is not defined, did you mean '{meant}'\?; a line of Python"):
        derivation(typed)


def test_an_unknown_name_that_is_near_to_none_is_told_from_none():
    with pytest.raises(ValueError, match=r"name 'qqq' is not defined; a line of Python"):
        derivation("qqq = 1")


@pytest.mark.parametrize("text", ["sigma(z)", "= sigma(z)", "a == sigma(z)", "sigma(z) = a\nsigma(z)"])
def test_a_step_of_one_side_is_refused(text):
    with pytest.raises(ValueError, match=r"has an equation of one side; two sides were expected, and = or ≤ between"):
        derivation(text).check()


def test_a_sign_without_spaces_is_refused_with_what_was_expected():
    with pytest.raises(ValueError, match=r"a=sigma\(z\).*with a space before and after the = or ≤ between its sides"):
        derivation("a=sigma(z)")


def test_a_number_that_no_layer_has_is_refused():
    with pytest.raises(ValueError, match=r"no error is in layer 0; say in which layer it is"):
        derivation("d(C, w[i, j]) = a[i] * delta[i]").worst()


def test_what_is_no_index_or_has_no_value_is_refused():
    with pytest.raises(TypeError, match=r"1\.5 is no index; a letter or a number was expected"):
        LANGUAGE["z"][1.5]
    with pytest.raises(TypeError, match="str has no value; an expression of"):
        evaluate("z", None)


def test_the_language_has_no_door_to_the_rest_of_python():
    assert not {"open", "eval", "__import__", "getattr"} & LANGUAGE.keys()
    with pytest.raises(ValueError, match="not understood"):
        derivation("z[j] = __import__('os')")


def test_a_derivative_is_the_gradient_that_backward_gives():
    network = Network((Layer([[0.3, -0.6], [1.1, 0.4]], [0.1, 0.2]), Layer([[0.7], [-1.3]], [0.3])))
    x, y = np.array([[0.5, -0.8], [1.0, 0.2]]), np.array([[0.2], [0.9]])
    world = NetworkEnvironment(network, x, y, {"l": 1, "L": 2, "N": 2})
    trace = forward(network, x)
    found = backward(network, trace, y)
    assert evaluate(Symbol("cost"), world) == cost(network, trace, y)
    for layer in (1, 2):
        weights = LANGUAGE["W"](layer)
        np.testing.assert_allclose(
            evaluate(Partial(Symbol("cost"), weights), world), found.weights[layer - 1], rtol=1e-13
        )


def test_an_index_has_the_number_it_is_bound_to_and_else_all_that_there_are():
    network = Network((Layer([[0.3, -0.6], [1.1, 0.4]]), Layer([[0.7], [-1.3]])))
    world = NetworkEnvironment(network, np.ones((3, 2)), np.ones((3, 1)), {"k": 2}, layers={"i": 0, "j": 1})
    assert [*world.range_of(Index("i"))] == [1, 2]
    assert [*world.range_of(Index("n"))] == [1, 2, 3]
    assert [*world.range_of(Index("k"))] == [2]


def test_a_layer_without_biases_is_one_whose_biases_are_0():
    x, y = np.array([[0.5, -0.8]]), np.array([[0.2]])
    found = [
        evaluate(
            parse_expression("a(2)[j]"), NetworkEnvironment(network, x, y, {"l": 1, "L": 2, "N": 1, "n": 1, "j": 1})
        )
        for network in (
            Network((Layer([[0.3, -0.6], [1.1, 0.4]], biases), Layer([[0.7], [-1.3]], None)))
            for biases in (None, [0.0, 0.0])
        )
    ]
    assert (
        found[0]
        == found[1]
        == forward(Network((Layer([[0.3, -0.6], [1.1, 0.4]], None), Layer([[0.7], [-1.3]], None))), x).output[0, 0]
    )


def test_a_sum_that_leaves_one_out_leaves_that_one_out():
    (equation,) = derivation("Sum(i, w[i, k] * a[i], but=j)").equations
    assert isinstance(equation.sides[0], Reduction)
    assert equation.sides[0].excluded == "j"
    assert Latex().text(equation).startswith(r"\sum_{i \ne j}")


def test_a_number_or_an_index_may_stand_wherever_an_expression_may():
    two, k = Number(2), Letter(Index("k"))
    assert parse_expression("Max(j, 2)") == Reduction("max", "j", two)
    assert parse_expression("Product(j, 2)") == Reduction("prod", "j", two)
    assert parse_expression("d(2, k)") == Partial(two, k)
    assert parse_expression("entry(2, k)") == Entry(two, k.index)


def test_a_name_that_a_line_makes_up_is_gone_behind_it():
    known = dict(LANGUAGE)
    parse_expression("(twice := 2 * eta) + twice")
    assert known == LANGUAGE
    with pytest.raises(ValueError, match="twice"):
        parse_expression("twice")
