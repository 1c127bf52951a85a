"""The random numbers that formulas are tried with: the same for the same symbol, and where a claim says they lie."""

import numpy as np
import pytest

from literate_bp import cost, forward
from literate_bp.activation import ACTIVATIONS
from literate_bp.formula.expression import Equation, Index, Name, Number, Relation, Symbol
from literate_bp.formula.signatures import symbol
from literate_bp.proof.agreement import ArgumentValues, RandomEnvironment, evaluate_formula
from literate_bp.proof.derivation import derivation
from literate_bp.proof.evaluation import differences, evaluate, layer_number, layers_of_indices, network_environment


@pytest.mark.parametrize("bounds", [(0.0, 1.0), (2.0, 3.5), (-1.0, -0.5)])
def test_a_positive_number_lies_within_its_bounds_and_is_the_same_for_the_same_name(bounds):
    low, high = bounds
    for seed in range(200):
        drawn = RandomEnvironment(seed).positive_number(Name("u"), bounds)
        assert low < drawn < high
        assert drawn == RandomEnvironment(seed).positive_number(Name("u"), bounds)
        assert RandomEnvironment(seed).positive_number(Name("u")) >= 0.5
    every = {RandomEnvironment(seed).positive_number(Name(name), bounds) for seed in range(9) for name in "uv"}
    assert len(every) == 18


def test_an_array_of_entries_has_its_axes_in_the_order_of_their_letters():
    places = dict(zip("ijklm", (1, 2, 3, 1, 2), strict=True))
    entry, random = sum(symbol("input", letter) / n for n, letter in enumerate(places, 1)), RandomEnvironment(0)
    array = ArgumentValues(random, whole=True).numbers(entry)
    assert array[0, 1, 2, 0, 1] == evaluate_formula(entry, RandomEnvironment(0, places))


def test_a_formula_of_arrays_is_tried_with_several_examples_and_one_of_single_numbers_with_one():
    found = {symbol: len(network_environment([symbol], seed=0).x) for symbol in (Symbol("linears"), Symbol("linear"))}
    assert found == {Symbol("linears"): 3, Symbol("linear"): 1}


def test_the_output_of_a_node_differs_and_the_size_of_its_weight_belongs_to_it():
    worlds = [network_environment([], seed=seed) for seed in range(3)]
    numbers = [[world.number(Index(letter)) for letter in "pu"] for world in worlds]
    assert len({p for p, _ in numbers}) == 3
    assert all(0 < p < 1 and u * p * (1 - p) == pytest.approx(1) for p, u in numbers)


def test_a_mean_square_is_above_0():
    assert all(RandomEnvironment(seed).moment("mean", Name("u")) >= 0.5 for seed in range(20))


def test_a_letter_without_a_value_means_the_first_and_what_is_added_to_it_counts():
    random = RandomEnvironment(0, {"k": 2})
    assert [random.number(index) for index in (Index("j"), Index("k", 1), Index("", 3))] == [1, 3, 3]


def test_each_letter_belongs_to_a_layer_of_its_own_unless_a_formula_says_otherwise():
    assert layers_of_indices([symbol("activated", "i")], {}, 2) == {"i": 0, "j": 1, "k": 2, "": 1}
    assert layers_of_indices([symbol("weight", "i", "j")], {"i": "L"}, 3) == {"i": 3, "j": 1, "k": 2, "": 1}
    assert layers_of_indices([symbol("linear", "k", layer="l")], {}, 2)["k"] == 1
    assert layers_of_indices([symbol("weight", "1", "j")], {}, 2)[""] == 1
    assert network_environment([], seed=0).layer_of(symbol("linears", "n")) == 1


def test_a_function_of_no_value_of_the_network_is_that_of_its_first_layer():
    world = network_environment([], seed=0, activation=("tanh", "sigmoid"))
    assert world.function("activation", Number(0)) is ACTIVATIONS["tanh"].function


def test_the_layers_of_a_residual_network_are_equally_wide():
    assert network_environment([], seed=0, depth=3, residual=True).network.sizes == (4, 4, 4, 4)


def test_targets_are_those_of_the_last_layer_and_a_bias_without_a_node_is_the_first():
    world = network_environment([Symbol("targets")], seed=0)
    assert np.array_equal(world.value(Symbol("targets")), world.y)
    assert world.value(Symbol("bias", Index("", 1))) == world.network.layers[0].biases[0]


def test_a_mean_over_the_signs_of_weights_takes_all_that_lead_to_a_node():
    assert derivation("mean(z(2)[k]) = b(2)[k]").check() < 1e-12
    assert derivation("mean(Sum(i, w[i, j] * x[i])) = 0").check() < 1e-12


def test_two_sides_are_compared_at_every_node_and_by_the_size_of_the_first():
    world = network_environment([], seed=0)
    (equation,) = derivation("z[j] = z[j]").equations
    assert list(differences(equation, world)) == [0] * world.network.sizes[1]
    assert list(differences(Equation((Number(-2), Number(-1))), world)) == [0.5]


def test_the_layer_of_a_symbol_has_a_number_unless_it_is_a_letter():
    assert layer_number(Symbol("cost")) == 0
    assert layer_number(symbol("error", "j", layer="l+1")) == 0
    assert layer_number(Symbol("weights", Index("", 3))) == 3


def test_equations_cannot_be_added_to_a_derivation():
    found = derivation("delta[j] = d(C, z[j])\n= d(C, z[j])\nC = Sum(n, Cn) / N")
    assert isinstance(found.equations, tuple)
    assert [len(equation.sides) for equation in found.equations] == [3, 2]
    assert np.array_equal([equation.sign for equation in found.equations], ["=", "="])


def test_a_symbol_of_a_network_has_the_number_of_its_example_and_its_layer():
    rows = [symbol("linear", "n", "j"), symbol("target", "n", "k")]
    world = network_environment(rows, seed=0, examples=3)
    trace = forward(world.network, world.x)
    each = [cost(world.network, forward(world.network, x), y) for x, y in zip(world.x, world.y, strict=True)]
    found = [world.value(Symbol("cost", None, (Index("", n),))) for n in (1, 2, 3)]
    assert np.allclose(found, each, rtol=1e-14, atol=0)
    assert world.value(Symbol("cost")) == pytest.approx(np.mean(each), rel=1e-14)
    second = Index("", 2)
    assert world.value(Symbol("target", None, (second, second))) == world.y[1, 1]
    assert world.value(Symbol("input", None, (second, second))) == world.x[1, 1]
    assert world.value(Symbol("linear", second, (second, second))) == trace.linear[1][1, 1]
    assert world.value(Symbol("activated", second, (second, second))) == trace.activated[2][1, 1]


def test_the_letters_of_a_step_and_of_a_loss_scale_have_values():
    world = network_environment([], seed=0)
    assert {letter: world.number(Index(letter)) for letter in "lLNhS"} == {"l": 1, "L": 2, "N": 1, "h": 0.1, "S": 8}
    assert derivation("S * delta[j] / S = delta[j]").check() < 1e-12


def test_conditions_compare_as_their_signs_say():
    numbers = (Number(1), Number(2))
    found = {sign: [evaluate(Relation(a, sign, b), None) for a in numbers for b in numbers] for sign in "<>="}
    assert found == {
        "<": [False, True, False, False],
        ">": [False, False, True, False],
        "=": [True, False, False, True],
    }


def test_the_output_of_a_network_is_what_its_last_layer_gives():
    world = network_environment([symbol("output", "n", "k")], seed=0, examples=2)
    output = forward(world.network, world.x).output
    assert [[world.value(Symbol("output", None, (Index("", n), Index("", k)))) for k in (1, 2, 3)] for n in (1, 2)] == (
        output.tolist()
    )
