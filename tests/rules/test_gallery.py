"""The gallery: each bug is planted in a copy of the package, a check catches it there, and the right rule passes."""

import ast
import sys

import numpy as np
import pytest

import literate_bp
from literate_bp import Layer, Network, backward, cost, descend, forward, gallery, initialize, loops
from literate_bp.gallery import BUGS, CHECKS, TELLING, code_of, difference, errors, is_caught, learn, package_with
from literate_bp.precision import mixed_backward, mixed_forward, unscale_gradients

SEEDS = range(5)
# Beside the check that a bug needs, those that see it as well; where no inputs are left out, only the last is said.
CATCH = {
    "gradient": {"gradient", "first step", "second step"},
    "first step": {"first step", "second step"},
    "second step": {"second step"},
}
DROPOUT = "not scaled"
each_bug = pytest.mark.parametrize("name", BUGS)


@each_bug
def test_its_check_catches_each_bug_and_the_right_rule_passes(name):
    for seed in SEEDS:
        assert is_caught(name, package_with(name), seed)
        assert not is_caught(name, literate_bp, seed)


@each_bug
def test_each_entry_is_compared(name):
    for seed in SEEDS:
        for package in (package_with(name), literate_bp):
            found, expected = CHECKS[BUGS[name].check](name, package, seed)
            for key, array in expected.items():
                assert np.isfinite(array).all()
                assert np.isfinite(found[key]).all()


@pytest.mark.parametrize("name", [name for name in BUGS if name != DROPOUT])
def test_no_other_check_catches_it_but_those_that_look_at_more(name):
    caught = {check for check in CHECKS if any(is_caught(name, package_with(name), s, check) for s in SEEDS)}
    assert caught == CATCH[BUGS[name].check]


def test_the_gradient_of_a_network_with_dropout_is_right_with_the_bug_and_without():
    assert not any(is_caught(DROPOUT, package_with(DROPOUT), seed, "gradient") for seed in SEEDS)


@each_bug
def test_check_gradient_sees_the_bugs_of_gradients_and_no_others(name):
    package, (x, y) = package_with(name), gallery.given(0)
    report = package.check_gradient(gallery.start(name, package, gallery.SIZES, 0), x, y)
    assert report.worst > 0.1 if BUGS[name].check == "gradient" else report.worst <= 2e-14


@each_bug
def test_right_rules_are_right_to_the_last_digits_and_in_float16_to_three(name):
    worst = max(float(off.max()) for seed in SEEDS for off in errors(name, literate_bp, seed).values())
    assert worst < (TELLING / 2 if BUGS[name].loop == "clipped_step" else 1e-13)


@each_bug
def test_a_bug_is_in_its_copy_and_nowhere_else(name):
    package, module = package_with(name), BUGS[name].rule.split(".")[0]
    assert package is package_with(name)
    assert package is not literate_bp
    copied, own = (sys.modules[f"{p.__name__}.{module}"] for p in (package, literate_bp))
    assert copied is not own
    network, (x, y) = gallery.start(name, literate_bp, gallery.SIZES, 0), gallery.given(0)
    assert literate_bp.check_gradient(network, x, y).worst <= 2e-14


@each_bug
def test_the_code_of_a_bug_is_that_of_the_rule_but_for_what_is_shown_as_the_difference(name):
    wrong, right = code_of(name), code_of(name, wrong=False)
    assert wrong != right
    for code in (wrong, right):
        (part,) = ast.parse(code).body
        assert ast.get_docstring(part) is None
        assert part.name == BUGS[name].rule.split(".")[-1]
    taken = [line[2:] for line in difference(name).splitlines() if line[0] == "-"]
    put = [line[2:] for line in difference(name).splitlines() if line[0] == "+"]
    assert [line for line in wrong.splitlines() if line not in taken] == [
        line for line in right.splitlines() if line not in put
    ]


def test_a_change_that_no_longer_applies_is_refused():
    with pytest.raises(ValueError, match=r"^network.errors has 'no\(such\)' 0 times; once was expected$"):
        gallery.planted_in("delta", gallery.Bug("network.errors", "no(such)", ""))


@pytest.mark.parametrize(
    "of",
    [
        package_with,
        code_of,
        difference,
        lambda name: errors(name, literate_bp),
        lambda name: errors(name, literate_bp, check="gradient"),
        lambda name: is_caught(name, literate_bp, check="first step"),
        lambda name: learn(name, literate_bp, np.ones((1, 3)), np.ones((1, 2)), sizes=(3, 2), steps=1, batch=1, seed=0),
    ],
)
def test_an_unknown_bug_is_refused(of):
    with pytest.raises(ValueError, match="name 'no bug' is unknown"):
        of("no bug")
    with pytest.raises(ValueError, match=r"^name "):
        of(["no slope"])


def test_an_unknown_check_is_refused():
    with pytest.raises(ValueError, match="check 'no check' is unknown"):
        errors("sum", literate_bp, 0, "no check")


@pytest.mark.parametrize("package", [None, np, "literate_bp", literate_bp.network, [literate_bp]])
def test_what_is_no_copy_of_the_package_is_refused(package):
    for of in (errors, is_caught):
        with pytest.raises(ValueError, match=r"^package is .*; literate_bp, or what gallery.package_with returns, was"):
            of("sum", package)


@pytest.mark.parametrize("seed", ["0", -1, 0.5, None, [0]])
def test_a_seed_of_a_check_that_is_no_whole_number_is_refused(seed):
    for check in gallery.CHECKS:
        with pytest.raises(ValueError, match=r"^seed is "):
            errors("sum", literate_bp, seed, check)


def test_entries_that_move_a_node_on_its_kink_are_left_out():
    network = Network([Layer([[0.0, 1.0]], [0.0, 0.5], "relu"), Layer([[1.0], [1.0]], [0.0], "identity")])
    found = gallery.reference(network, np.array([[1.0]]), np.array([[1.0]]))
    assert np.isnan(found["weights of layer 1"]).tolist() == [[True, False]]
    assert found["biases of layer 2"] == [0.5]


# --- what is known of a bug from elsewhere ---------------------------------------

# Mazur 2015: exact, and with the weights that were already changed.
MAZUR = {None: 0.2910277736935994, "stale weights": 0.291027923905}


@pytest.mark.parametrize("name", MAZUR)
def test_stale_weights_give_the_cost_that_mazur_printed(name):
    package = package_with(name) if name else literate_bp
    weights = [[[0.15, 0.25], [0.2, 0.3]], [[0.4, 0.5], [0.45, 0.55]]]
    biases = [[0.35] * 2, [0.6] * 2]
    network = package.Network([package.Layer(w, b) for w, b in zip(weights, biases, strict=True)])
    x, y = np.array([[0.05, 0.1]]), np.array([[0.01, 0.99]])
    after, _ = package.loops.layered_step(network, None, x, y, 0.5)
    after = Network([Layer(n.weights, b) for n, b in zip(after.layers, biases, strict=True)])
    assert cost(after, forward(after, x), y) == pytest.approx(MAZUR[name], abs=5e-13)


def test_summed_over_nodes_the_biases_before_a_softmax_stay_where_they_are():
    # rasbt/stat453-deep-learning-ss21#5 prints biases of -1.2e-08, all the same
    package = package_with("summed over nodes")
    network, (x, y) = gallery.start("summed over nodes", package, gallery.SIZES, 3), gallery.given(3)
    found = package.backward(network, package.forward(network, x), y).biases[-1]
    assert abs(found).max() < 1e-15


def test_the_sum_is_the_mean_times_the_batch():
    package, (x, y) = package_with("sum"), gallery.given(1)
    network = gallery.start("sum", package, gallery.SIZES, 1)
    found, right = (g["weights of layer 1"] for g in gallery.gradient_check("sum", package, 1))
    np.testing.assert_allclose(found, gallery.EXAMPLES * right, rtol=1e-12)
    assert package.cost(network, package.forward(network, x), y) < 3  # which is the mean, still


def test_the_derivative_of_relu_that_is_taken_of_its_output_is_one_everywhere():
    z = np.array([-2.0, 0.0, 3.0])
    assert package_with("slope of the output").activation.relu_derivative(z).tolist() == [1, 1, 1]


# --- the loops ------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("loop", ["layered_step", "zeroed_step", "tape_step"])
def test_a_step_is_that_of_backward_and_descend(loop, seed):
    network = initialize((5, 4, 4, 4), ("tanh", "sigmoid", "softmax"), cost="cross_entropy", seed=seed)
    x, y = gallery.given(seed)
    kept = None
    for _ in range(3):
        known = descend(network, backward(network, forward(network, x), y), 0.3)
        network, kept = getattr(loops, loop)(network, kept, x, y, 0.3)
        for one, other in zip(network.layers, known.layers, strict=True):
            np.testing.assert_allclose(one.weights, other.weights, rtol=0, atol=1e-15)
            np.testing.assert_allclose(one.biases, other.biases, rtol=0, atol=1e-15)


def test_a_plain_step_keeps_what_it_was_given():
    network, (x, y) = gallery.start("sum", literate_bp, gallery.SIZES, 0), gallery.given(0)
    assert loops.plain_step(network, "kept", x, y, 0.1)[1] == "kept"


def test_a_clipped_step_is_as_long_as_the_limit_says():
    network, (x, y) = gallery.start("sum", literate_bp, gallery.SIZES, 0), gallery.given(0)
    found = unscale_gradients(mixed_backward(network, mixed_forward(network, x), y, 64.0), 64.0)
    length = np.sqrt(sum((a.astype(float) ** 2).sum() for a in found.arrays.values()))
    assert length > loops.LIMIT
    after, _ = loops.clipped_step(network, None, x, y, 0.25)
    moved = [(a.weights - b.weights, a.biases - b.biases) for a, b in zip(network.layers, after.layers, strict=True)]
    step = np.sqrt(sum((part**2).sum() for pair in moved for part in pair))
    assert step == pytest.approx(0.25 * loops.LIMIT, rel=1e-6)


def test_a_step_with_dropout_leaves_other_inputs_out_each_time():
    network, (x, y) = gallery.start("sum", literate_bp, gallery.SIZES, 0), gallery.given(0)
    one, draw = loops.dropout_step(network, None, x, y, 0.1)
    other, same = loops.dropout_step(network, draw, x, y, 0.1)
    assert same is draw
    assert not np.array_equal(one.layers[0].weights, other.layers[0].weights)


def test_training_is_repeated_by_its_seed_and_says_the_cost_on_the_way():
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(40, 5)), np.eye(4)[draw.integers(4, size=40)]
    given = {"sizes": (5, 4, 4, 4), "steps": 25, "batch": 10, "seed": 4}
    network, costs = learn("sum", literate_bp, x, y, **given)
    assert costs == learn("sum", literate_bp, x, y, **given)[1]
    assert len(costs) == 4  # before the steps 1, 11 and 21, and after the last
    assert costs[-1] == cost(network, forward(network, x), y)
    assert costs[-1] < costs[0]
    assert costs[1] == learn("sum", literate_bp, x, y, **given | {"steps": 10})[1][-1]


@pytest.mark.parametrize(("off", "found"), [(0.0099, False), (0.0101, True)])
def test_more_than_a_hundredth_of_the_largest_entry_is_caught(off, found, monkeypatch):
    expected = np.array([3.0, -10.0, 0.5])
    pair = {"a": np.add(expected, [0, 0, 10 * off])}, {"a": expected}
    monkeypatch.setitem(CHECKS, "gradient", lambda *_: pair)
    assert is_caught("sum", literate_bp) == found
