"""Plots that a reader moves: what a page gets for them, and what the rules that run there find."""

import json
from itertools import pairwise
from random import Random

import numpy as np
import pytest

from literate_bp import OPTIMIZERS, Layer, Network, gradient_flow
from literate_bp.activation import elementwise_activations
from literate_bp.diagram import plots
from literate_bp.diagram.passes import live_descent, live_optimizers
from literate_bp.diagram.passes.live_vanishing import answer

PLOT = plots.with_equal_layers(plots.norms({"one": {"errors": ((1, 2), (1.0, 0.5))}}, "layer", "length"), depth=10)
GIVEN = json.loads(PLOT.live)
ERRORS = np.exp(np.random.default_rng(0).normal(-20, 3, 5000)) * np.random.default_rng(1).choice((-1, 0, 1), 5000)
SCALED = plots.gradient_histogram({"large": ERRORS * 1e5, "small": ERRORS}, scaled="small")


EXAMPLES = np.random.default_rng(2).normal(size=(5, 2)), np.random.default_rng(3).uniform(size=(5, 1))
WALK = [[1.0, -3.0], [0.9, -2.5]]
BY_OPTIMIZER = plots.descent_by_optimizer(*EXAMPLES, {"adam": WALK}, dict.fromkeys(OPTIMIZERS, 0.5))
DOWNHILL = plots.descent(*EXAMPLES, {"one": [[1.0, -3.0], [0.9, -2.5]]}, rate=2.0, momentum=0.5)
STARTS = {
    name: {scheme: np.random.default_rng(len(name + scheme)).uniform(size=(3, 2, 4)) for scheme in ("one", "another")}
    for name in ("tanh", "relu")
}


def flow(network, **state):
    """Return what the rules of a page say of a state: the lengths of the errors, and the bounds."""
    asked = {name: GIVEN["networks"][network][name] for name in ("w", "norms", "x", "y")}
    lines = answer(json.dumps({**asked, "steepest": GIVEN["steepest"][state["activation"]], **state})).split("\n")
    return [[float(number) for number in line.split(" ")] for line in lines]


@pytest.mark.parametrize("activation", elementwise_activations())
@pytest.mark.parametrize("network", ["drawn", "chain"])
def test_the_errors_of_equal_layers_and_their_bounds_are_those_of_gradient_flow(network, activation):
    draw = Random(f"{network} {activation}")  # noqa: S311  the same numbers every time
    given = GIVEN["networks"][network]
    for _ in range(10):
        state = {"depth": draw.randint(2, 50), "weight": draw.uniform(0.1, 6), "bias": draw.uniform(-2, 2)}
        tables = [state["weight"] * np.array(given["w"][n % len(given["w"])], float) for n in range(state["depth"])]
        network_of_arrays = Network([Layer(w, np.full(len(w), state["bias"]), activation) for w in tables])
        expected = gradient_flow(network_of_arrays, np.array(given["x"], float), np.array(given["y"], float))
        errors, bounds = flow(network, activation=activation, **state)
        np.testing.assert_allclose(errors, expected.errors, rtol=1e-10)
        np.testing.assert_allclose(bounds, expected.bound, rtol=1e-10)


def test_the_chain_of_the_text_keeps_its_error_and_each_bound_is_reached():
    errors, bounds = flow("chain", depth=10, activation="sigmoid", **GIVEN["networks"]["chain"]["book"])
    assert errors == pytest.approx([errors[-1]] * 10, rel=1e-15)
    assert errors == pytest.approx(bounds, rel=1e-15)


def test_errors_that_vanish_altogether_are_0():
    errors, bounds = flow("drawn", depth=50, activation="sigmoid", weight=0, bias=0)
    assert errors[:-1] == bounds[:-1] == [0] * 49
    assert errors[-1] > 0


def test_the_bars_are_the_sizes_of_the_numbers_and_never_leave_the_axis():
    given = json.loads(SCALED.live)
    sizes = np.log2(np.abs(ERRORS[ERRORS != 0]))
    for n, count in enumerate(given["counts"]):
        low = given["first"] + n
        assert count == np.sum((low <= sizes) & (sizes < low + 1))
    assert sum(given["counts"]) == len(sizes)
    most = given["least"] + len(given["outcomes"]) - 1
    assert given["ends"][0] <= given["first"] + given["least"]
    assert given["first"] + most + len(given["counts"]) <= given["ends"][1]
    assert given["least"] <= 0 < most


def test_each_scale_has_the_numbers_that_float16_makes_0_and_infinite_or_leaves_with_fewer_digits():
    given = json.loads(SCALED.live)
    for n, (zero, fewer, kept, infinite) in enumerate(given["outcomes"]):
        scaled = ERRORS[ERRORS != 0] * 2.0 ** (given["least"] + n)
        with np.errstate(over="ignore"):
            found = abs(scaled.astype(np.float16).astype(float))
        assert zero == np.sum(found == 0)
        assert infinite == np.sum(np.isinf(found))
        assert fewer == np.sum((found > 0) & (found < 2.0**-14))
        assert kept == np.sum((found >= 2.0**-14) & np.isfinite(found))


def test_a_histogram_without_a_scale_stands_still_and_an_unknown_group_is_refused():
    still = plots.gradient_histogram({"small": ERRORS})
    assert still._repr_html_().startswith('<figure class="bp-picture">')
    assert SCALED._repr_html_().startswith('<figure class="bp-picture" data-plot="{&quot;kind&quot;:&quot;scale&quot;')
    with pytest.raises(ValueError, match="scaled 'large' is unknown; known names: small"):
        plots.gradient_histogram({"small": ERRORS}, scaled="large")


def test_what_a_page_gets_is_small():
    assert max(len(plot.live.encode()) for plot in (PLOT, SCALED, DOWNHILL, BY_OPTIMIZER)) <= 30_000


def test_a_walk_begins_as_the_plot_does_and_each_step_has_a_share_of_the_one_before():
    given = json.loads(DOWNHILL.live)
    assert given["book"] == {"rate": 2, "momentum": 0.5, "steps": 1, "w1": 1, "w2": -3}
    lines = live_descent.answer(json.dumps({**given, **given["book"], "steps": 20})).split("\n")
    found = np.array([[float(number) for number in line.split(" ")] for line in lines])
    x, y = EXAMPLES
    weights, move = np.array([1.0, -3.0]), np.zeros(2)
    for w_1, w_2, found_cost in found:
        np.testing.assert_allclose((w_1, w_2), weights, rtol=1e-12)
        a = 1 / (1 + np.exp(-x @ weights))
        assert found_cost == pytest.approx(np.mean((a - y[:, 0]) ** 2) / 2, rel=1e-12)
        slope = x.T @ ((a - y[:, 0]) * a * (1 - a)) / len(x)
        move = 0.5 * move - 2 * slope
        weights = weights + move
    assert len(found) == 21


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_walks_over_two_single_weights_as_over_an_array(name):
    x, y = EXAMPLES
    given = json.loads(plots.descent_by_optimizer(x, y, {name: WALK}, {"sgd": 1} | {name: -1.5}).live)
    assert given["book"] == {"optimizer": name, "power": -1.5, "steps": 1, "w1": 1, "w2": -3}
    lines = live_optimizers.answer(json.dumps({**given, **given["book"], "steps": 20})).split("\n")
    weights, kept = np.array([1.0, -3.0]), {average: np.zeros(2) for average in OPTIMIZERS[name].names}
    for number, line in enumerate(lines, start=1):
        *found, found_cost = map(float, line.split(" "))
        np.testing.assert_allclose(found, weights, rtol=1e-11)
        a = 1 / (1 + np.exp(-x @ weights))
        assert found_cost == pytest.approx(np.mean((a - y[:, 0]) ** 2) / 2, rel=1e-11)
        slope = x.T @ ((a - y[:, 0]) * a * (1 - a)) / len(x)
        weights, kept = OPTIMIZERS[name].step(weights, slope, 2**-1.5, number, kept)
    assert len(lines) == 21


def test_an_optimizer_that_cannot_be_chosen_is_refused():
    x, y = EXAMPLES
    wrong = (
        ({"adm": WALK}, {"adam": 1}, "adam"),
        ({"sgd": WALK}, {"adam": 1}, "walks 'sgd' is unknown"),
        ({"adam": WALK}, {"adm": 1}, "adam"),
        ({"adam": WALK}, {"adam": 7}, r"powers\['adam'\] is 7"),
        ({"adam": WALK}, {}, "powers has 0"),
        ({"adam": [[1.0]]}, {"adam": 1}, "has shape"),
    )
    for walks, powers, words in wrong:
        with pytest.raises(ValueError, match=words):
            plots.descent_by_optimizer(x, y, walks, powers)


def test_each_line_of_equal_cost_has_one_cost():
    x, y = EXAMPLES
    levels = json.loads(DOWNHILL.live)["levels"]
    assert len(levels) >= 8
    for line in map(np.array, levels):
        between = [here + share * (there - here) for here, there in pairwise(line) for share in (0, 0.25, 0.5, 0.75)]
        a = 1 / (1 + np.exp(-np.array(between) @ x.T))
        costs = np.mean((a - y[:, 0]) ** 2, axis=1) / 2
        assert np.ptp(costs) < 0.003
    assert sum(map(len, levels)) < 300


def test_a_walk_that_is_none_is_refused():
    x, y = EXAMPLES
    for walks, words in (({"a": [[1.0]]}, "has shape"), ({"a": []}, "has shape"), ({"a": [[1, np.nan]]}, "a")):
        with pytest.raises(ValueError, match=words):
            plots.descent(x, y, walks, 1.0)
    with pytest.raises(ValueError, match="x and y have 5 and 4 examples"):
        plots.descent(x, y[:4], {"a": [[1.0, 1.0]]}, 1.0)
    with pytest.raises(ValueError, match="momentum is 1"):
        plots.descent(x, y, {"a": [[1.0, 1.0]]}, 1.0, 1)


def test_a_page_gets_the_sizes_of_all_starts_with_three_digits():
    given = json.loads(plots.with_starts(PLOT, STARTS).live)
    assert given["book"] == {"activation": "tanh", "scheme": "one", "seed": 1}
    for name, schemes in STARTS.items():
        for scheme, sizes in schemes.items():
            np.testing.assert_allclose(given["sizes"][name][scheme], sizes, rtol=0.005)


def test_starts_that_do_not_go_together_are_refused():
    with pytest.raises(ValueError, match="unequal schemes or shapes"):
        plots.with_starts(PLOT, {**STARTS, "relu": {"one": np.ones((3, 2, 4))}})
    with pytest.raises(ValueError, match=r"starts\['a'\]\['b'\] has shape \(3, 4\)"):
        plots.with_starts(PLOT, {"a": {"b": np.ones((3, 4))}})
    with pytest.raises(ValueError, match="plot is an int; a Plot was expected"):
        plots.with_starts(3, STARTS)


BUG = (([[2.0, 1.234567], [3.0, 1.0]], [0.5, 0.8761]), ([[2.0, 0.9876543], [3.0, 0.5]], [0.75, 1.0]))
"""Costs of two starts after two steps, and what is read right, with a bug and without."""
OFF = {"gradient": {"weights of layer 1": [[0.12345, 2.0]], "biases of layer 1": [0.00049]}, "first step": {"w": [1.0]}}
PLANTED = {
    "steps": [0, 5],
    "runs": {"A": BUG, "B": (BUG[1], BUG[0])},
    "errors": {"A": OFF, "B": {"gradient": {"inputs": [0.5]}}},
    "answers": {"A": "- a\n+ b", "B": "- c"},
}


def test_a_page_gets_each_run_of_a_bug_once_and_with_the_digits_that_it_shows():
    given = json.loads(plots.with_bugs(PLOT, **PLANTED).live)
    assert given["runs"] == [
        {"costs": [[2.0, 1.235], [3.0, 1.0]], "shares": [0.5, 0.876]},
        {"costs": [[2.0, 0.9877], [3.0, 0.5]], "shares": [0.75, 1.0]},
    ]
    assert [given["bugs"][name]["runs"] for name in "AB"] == [[0, 1], [1, 0]]
    assert given["bugs"]["A"]["errors"] == {
        "gradient": {"weights of layer 1": [[0.123, 2.0]], "biases of layer 1": [[0.0]]},
        "first step": {"w": [[1.0]]},
    }
    assert [given["bugs"][name]["answer"] for name in "AB"] == ["- a\n+ b", "- c"]
    assert (given["steps"], given["checks"], given["telling"]) == ([0, 5], ["gradient", "first step"], 0.01)
    assert given["book"] == {"bug": "A", "check": "gradient", "answer": "hidden", "start": 1, "step": 5}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steps": [0]}, "steps are not whole numbers from 0 on"),
        ({"steps": [0, 0.5]}, "steps are not whole numbers from 0 on"),
        ({"steps": [0, 2, 5]}, "steps are not whole numbers from 0 on"),
        ({"steps": [0, 1e300]}, "steps are not whole numbers from 0 on"),
        ({"steps": [1, 2]}, "steps are not whole numbers from 0 on"),
        ({"steps": [0, 2, 4]}, r"runs\['A'\] has costs of shape \(2, 2\)"),
        ({"runs": {"A": BUG}}, "runs, errors, answers are of unequal bugs"),
        ({"runs": {"A": BUG[0], "B": BUG}}, r"runs\['A'\] is .*; a pair was expected"),
        ({"runs": {"A": BUG, "B": (([[1.0, 1.0]], [0.5]), ([[1.0, 1.0]], [0.5]))}}, "unequal numbers of starts"),
        ({"errors": {"A": OFF, "B": {"others": {"w": [1.0]}}}}, r"errors\['B'\] has 'others'"),
        ({"errors": {"A": OFF, "B": {"gradient": {"w": []}}}}, r"errors\['B'\]\['gradient'\]\['w'\] has shape"),
        ({"errors": {"A": OFF, "B": {"gradient": {"w": [[[1.0]]]}}}}, "rows and columns was expected"),
        ({"answers": {"A": "a", "B": ""}}, r"answers\['B'\] is ''; a text was expected"),
    ],
)
def test_bugs_that_do_not_go_together_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        plots.with_bugs(PLOT, **PLANTED | change)
    with pytest.raises(ValueError, match="plot is an int; a Plot was expected"):
        plots.with_bugs(3, **PLANTED)
