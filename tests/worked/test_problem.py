"""A problem in a file: read as it was written, and refused in one line; and fresh ones are pleasant by hand."""

import re

import numpy as np
import pytest
import truth
from hypothesis import given, settings
from hypothesis import strategies as st

from literate_bp import Layer, Network, example, explain, forward
from literate_bp.worked import generate as generating
from literate_bp.worked.explain import Line, calculate
from literate_bp.worked.generate import (
    Tie,
    TieDetector,
    candidate,
    candidate_node,
    generate,
    is_easy_by_hand,
    is_usable,
    keeps_digits,
    sample,
    sizes_of,
    targets,
)
from literate_bp.worked.problem import Problem, from_bytes, from_toml, read, to_toml
from literate_bp.worked.rounding import ROUNDINGS, RoundingMode

MAZUR = """\
inputs = [0.05, 0.1]
targets = [0.01, 0.99]
rate = 0.5
digits = 4
cost = "half_squared_error"

[[layer]]
activation = "sigmoid"
weights = [
    [0.15, 0.25],
    [0.2, 0.3],
]
biases = [0.35, 0.35]

[[layer]]
activation = "sigmoid"
weights = [[0.4, 0.5], [0.45, 0.55]]
biases = [0.6, 0.6]
"""
LEAST = "inputs = [1]\ntargets = [0.5]\n[[layer]]\nweights = [[2]]\n"


def numbers_of(p):
    layers = [
        (
            layer.weights.tolist(),
            None if layer.biases is None else layer.biases.tolist(),
            layer.activation,
            layer.residual,
        )
        for layer in p.network.layers
    ]
    return layers, p.network.cost, tuple(p.x), tuple(p.y), p.rate, p.digits, p.rounding


def test_a_file_is_read_as_it_stands(tmp_path):
    path = tmp_path / "problem.toml"
    path.write_text(MAZUR, encoding="utf-8")
    network, x, y = example.mazur()
    assert numbers_of(read(path)) == numbers_of(Problem(network, x, y, 0.5, 4))


def test_what_is_left_out_is_what_the_package_takes_by_default():
    found = from_toml(LEAST)
    assert numbers_of(found) == (
        [([[2.0]], None, "sigmoid", False)],
        "half_squared_error",
        (1.0,),
        (0.5,),
        0.5,
        3,
        "significant",
    )


@settings(max_examples=40)
@given(truth.problems(batches=[None], gains=False), st.sampled_from(ROUNDINGS))
def test_what_was_written_is_read_bit_by_bit(drawn, rounding):
    network, x, y = drawn
    before = Problem(network, tuple(map(float, x)), tuple(map(float, y)), 0.1 + 0.2, 7, rounding)
    assert numbers_of(from_toml(to_toml(before))) == numbers_of(before)


@pytest.mark.parametrize("value", [5e-324, 1e-05, 1e22, 0.1 + 0.2, -0.0, 1.7976931348623157e308])
def test_numbers_of_any_size_are_read_bit_by_bit(value):
    before = Problem(Network((Layer([[value]]),)), (value,), (value,))
    after = from_toml(to_toml(before))
    assert [repr(v) for v in (*after.x, *after.y)] == [repr(value)] * 2
    assert np.signbit(after.network.layers[0].weights[0, 0]) == np.signbit(value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_in_the_encodings_that_editors_and_shells_write(tmp_path, encoding):
    path = tmp_path / "problem.toml"
    path.write_bytes(f"# η\r\n{MAZUR}".encode(encoding))
    assert numbers_of(read(path)) == numbers_of(from_toml(MAZUR))


REFUSED = {
    "missing": ("targets = [0.01, 0.99]\n", "", "targets is missing; a list of numbers was expected: write"),
    "unknown": ("inputs", "inptus", "key 'inptus' is unknown; did you mean 'inputs'?"),
    "unknown in a layer": ("biases = [0.6, 0.6]", "bias = [0.6]", "layer 2: key 'bias' is unknown; did you mean 'bi"),
    "number for truth": (
        "[0.6, 0.6]",
        "[0.6, 0.6]\nresidual = 1",
        "layer 2: residual is 1; true or false was expected: write residual = true",
    ),
    "a residual connection to fewer nodes": (
        "weights = [[0.4, 0.5], [0.45, 0.55]]\nbiases = [0.6, 0.6]",
        "weights = [[0.4], [0.45]]\nresidual = true",
        "layer 2: residual is True, but weights have shape (2, 1); a residual connection adds",
    ),
    "no weights": ("weights = [[0.4, 0.5], [0.45, 0.55]]\n", "", "layer 2: weights is missing; a list of rows"),
    "text for a number": ("rate = 0.5", 'rate = "0.5"', 'rate is "0.5"; a number was expected, such as 0.5'),
    "truth for a number": ("[0.05, 0.1]", "[0.05, true]", "inputs, number 2, is true; a number was expected"),
    "number for a list": ("[0.05, 0.1]", "0.05", "inputs is 0.05; a list of numbers was expected: write inputs ="),
    "number for rows": (
        "[[0.4, 0.5], [0.45, 0.55]]",
        "0.4",
        "layer 2: weights is 0.4; a list of rows, one for each",
    ),
    "number for a row": ("[0.45, 0.55]", "0.45", "layer 2: weights, row 2, is 0.45; a list of numbers, one for"),
    "number for a name": ('"sigmoid"', "3", 'layer 1: activation is 3; a name in quotes was expected, such as "si'),
    "date": ("rate = 0.5", "rate = 1999-01-01", "rate is 1999-01-01; a number was expected"),
    "empty": ("[0.05, 0.1]", "[]", "inputs is an empty list; a list of numbers was expected"),
    "ragged": ("[0.2, 0.3]", "[0.2]", "layer 1: weights, row 2, has 1 number; row 1 has 2, so as many"),
    "too few inputs": ("[0.05, 0.1]", "[0.05]", "inputs has 1 number; layer 1 has weights from 2 nodes, so 2"),
    "too many targets": ("0.99]", "0.99, 1]", "targets has 3 numbers; the last layer has 2 nodes, so 2 were"),
    "too few biases": ("[0.6, 0.6]", "[0.6]", "layer 2: biases has 1 number; the weights lead to 2 nodes, so 2"),
    "a chain that breaks": ("[[0.4, 0.5], [0.45, 0.55]]", "[[1, 2]]", "layer 2: weights has 1 row; layer 1 has 2 n"),
    "weights the other way round": (
        "weights = [[0.4, 0.5], [0.45, 0.55]]\nbiases = [0.6, 0.6]",
        "weights = [[0.4, 0.5]]",
        "layer 2: weights has 1 row; layer 1 has 2 nodes, so 2 were expected: one for each that they come from; a row",
    ),
    "not a number": ("0.15", "nan", "layer 1: weights, row 1, number 1, is nan; a finite number was expected"),
    "infinite": ("0.35, 0.35", "0.35, -inf", "layer 1: biases, number 2, is -inf; a finite number was expected"),
    "too large": ("0.05", "1" + "0" * 400, "inputs, number 1, is inf; a finite number was expected"),
    "unknown activation": ('"sigmoid"', '"sigmod"', "layer 1: activation: name 'sigmod' is unknown; did you mean '"),
    "unknown cost": ("half_squared_error", "squared", "cost: name 'squared' is unknown; did you mean 'squared_err"),
    "a cost that does not fit": ("half_squared_error", "cross_entropy", "cost 'cross_entropy' goes with a last lay"),
    "misplaced softmax": ('"sigmoid"', '"softmax"', "activation of layer 1 is 'softmax'; it goes with the last"),
    "no rate": ("rate = 0.5", "rate = 0", "rate is 0.0; a finite number greater than 0 was expected"),
    "no digits": ("digits = 4", "digits = 0", "digits is 0; a whole number of at least 1 was expected"),
    "half a digit": ("digits = 4", "digits = 2.5", "digits is 2.5; a whole number of at least 1 was expected"),
    "unknown rounding": ("digits = 4", 'rounding = "decimal"', "rounding 'decimal' is unknown; did you mean 'decimals"),
    "number for rounding": ("digits = 4", "rounding = 3", 'rounding is 3; a name in quotes was expected, such as "sig'),
    "one bracket": ("[[layer]]\nactivation", "[layer]\nactivation", "line 15, column 8: cannot overwrite a value in"),
    "TOML": ("rate = 0.5", "rate = .5", 'line 3, column 8: invalid value in "rate = .5"; TOML was expected'),
    "no end": ("[0.6, 0.6]\n", "[0.6, 0.6", "end of document: unclosed array; TOML was expected"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused_in_one_line_that_says_where(name):
    old, new, said = REFUSED[name]
    assert old in MAZUR
    with pytest.raises(ValueError, match=re.escape(f"sheet.toml: {said}")) as refused:
        from_toml(MAZUR.replace(old, new, 1), "sheet.toml")
    assert "\n" not in str(refused.value)
    assert "expected" in str(refused.value) or "unknown" in str(refused.value) or "goes with" in str(refused.value)


def test_a_layer_that_is_one_table_is_refused():
    with pytest.raises(ValueError, match=r"layer is a table; .* write \[\[layer\]\], with two brackets"):
        from_toml("inputs = [1]\ntargets = [1]\n[layer]\nweights = [[1]]\n")
    with pytest.raises(ValueError, match=r"layer is a list; .* write \[\[layer\]\], with two brackets"):
        from_toml("inputs = [1]\ntargets = [1]\nlayer = [1]\n")
    with pytest.raises(ValueError, match="layer is an empty list; at least one layer was expected"):
        from_toml("inputs = [1]\ntargets = [1]\nlayer = []\n")


def test_targets_that_the_cost_does_not_take_are_refused_by_their_key():
    text = LEAST.replace("inputs", 'cost = "binary_cross_entropy"\ninputs').replace("0.5", "1.5")
    with pytest.raises(ValueError, match=r"problem\.toml: targets: y reaches outside 0 to 1"):
        from_toml(text)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "old.toml"
    path.write_bytes("# é\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"old\.toml: came in another encoding; .* in UTF-8 was expected"):
        read(path)


# --- fresh problems ---------------------------------------------------------

FRESH = [
    ((2, 2, 2), {}),
    ((2, 1, 1), {"activation": "tanh"}),
    ((3, 2, 2), {"activation": "relu"}),
    ((2, 2, 3), {"activation": "tanh", "cost": "cross_entropy"}),
    ((2, 3, 1), {"activation": ("softplus", "sigmoid"), "cost": "binary_cross_entropy"}),
    ((2, 2, 2, 2), {"digits": 4, "cost": "squared_error", "rate": 0.2}),
    ((1, 1), {"activation": "identity"}),
    ((3, 3, 2, 3), {"digits": 4}),
    ((2, 2, 2), {"residual": (1, 2), "activation": "tanh", "cost": "squared_error"}),
    ((3, 2, 2, 1), {"residual": [2], "digits": 4}),
]


@pytest.mark.parametrize(("sizes", "more"), FRESH)
@pytest.mark.parametrize("seed", [0, 7])
def test_a_fresh_problem_is_pleasant_by_hand(sizes, more, seed):
    p = generate(sizes, seed, **more)
    assert p.network.sizes == sizes
    past = [number for number, layer in enumerate(p.network.layers, 1) if layer.residual]
    assert past == list(more.get("residual", ()))
    given = np.concatenate([p.x, p.y, *(np.ravel(a) for n in p.network.layers for a in (n.weights, n.biases))])
    assert (given == np.round(given, 1)).all()
    assert all(layer.weights.all() for layer in p.network.layers)
    assert all(p.x)
    steps = explain(p.network, p.x, p.y, p.rate, p.digits).steps
    assert max(abs(step.value) for step in steps if step.quantity == "linear") <= 2.01
    for step in steps:
        if step.quantity in ("linear", "activated", "activated error", "error") and step.value:
            # at least two digits that are no leading zeros, unless a ReLU made it 0
            assert len(step.cells[2].lstrip("−0.").replace(".", "")) >= 2, step.symbol
    before, after = (step.value for step in steps if "cost" in step.quantity)
    assert after < before


@pytest.mark.parametrize(("sizes", "rate"), [((6, 4), 0.4), ((3, 5), 0.9)])
@pytest.mark.parametrize("seed", range(20))
def test_lines_that_nothing_squashes_stay_small_and_do_not_vanish(sizes, rate, seed):
    p = generate(sizes, seed, "identity", rate=rate)
    steps = explain(p.network, p.x, p.y, p.rate, p.digits).steps
    linear = [abs(step.carried) for step in steps if step.quantity == "linear"]
    assert 0.01 <= min(linear) <= max(linear) <= 2
    before, after = (step.carried for step in steps if "cost" in step.quantity)
    assert after < before


@pytest.mark.parametrize("seed", range(10))
def test_no_node_of_a_fresh_problem_is_saturated(seed):
    p = generate((4, 3, 2), seed, "tanh", digits=4)
    trace = forward(p.network, p.x)
    derivatives = [1 - np.tanh(z) ** 2 for z in trace.linear]
    assert min(derivative.min() for derivative in derivatives) > 0.099


@pytest.mark.parametrize(("sizes", "more"), FRESH)
def test_no_number_of_a_fresh_problem_can_be_rounded_either_way(sizes, more):
    # whoever rounds a half up, down or to even, with a calculator of ten digits, gets the same sheet
    p = generate(sizes, 3, **more)
    steps = explain(p.network, p.x, p.y, p.rate, p.digits).steps
    worked = {step.symbol: step for step in steps}
    assert len(worked) == len(steps)
    trail = by_hand(p, 0.0)
    for nudge in (-1e-9, 1e-9):
        assert by_hand(p, nudge) == trail


def by_hand(p, nudge):
    """Walk like `explain`, but with every number a little too small or too large before it is rounded."""

    class Nudged(RoundingMode):
        def round(self, values, decimals=None):
            places = np.full(np.shape(values), self.digits) if decimals is None else decimals
            return super().round(np.asarray(values) + nudge * 10.0**-places, decimals)

    args = p.network, np.array(p.x), np.array(p.y), p.rate
    return [line.value for line in calculate(*args, Nudged(p.digits, carries=True))]


@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 2, 2), (2, 3, 1)])
def test_some_problems_with_relus_have_an_inactive_node_and_no_layer_is_dead(sizes):
    # of 180 problems none had one, as long as every derivative had to be large
    inactive = 0
    for seed in range(20):
        p = generate(sizes, seed, "relu")
        steps = explain(p.network, p.x, p.y, p.rate, p.digits).steps
        slopes = [step.value for step in steps if step.quantity == "derivative"]
        assert all(0.1 <= abs(step.carried) <= 2 for step in steps if step.quantity == "linear")
        for layer in range(1, len(sizes)):
            assert any(step.value for step in steps if step.quantity == "error" and step.latex[8] == str(layer))
        assert not [step.symbol for step in steps if step.kink or step.vanished]
        inactive += 0.0 in slopes
    assert 4 <= inactive <= 16


def test_a_seed_gives_the_same_problem_and_another_seed_another():
    one, same, other = (to_toml(generate((2, 2, 2), seed)) for seed in (7, 7, 8))
    assert one == same != other
    assert [type(row) for problem in [generate((2, 2))] for row in (problem.x, problem.y)] == [tuple, tuple]


def test_the_weights_of_a_small_layer_all_differ():
    weights = [layer.weights for seed in range(5) for layer in generate((3, 3, 2), seed).network.layers]
    assert all(np.unique(w).size == w.size for w in weights)


def test_a_cost_that_goes_with_one_activation_sets_it():
    names = [layer.activation for layer in generate((2, 2, 2), 0, "tanh", "cross_entropy").network.layers]
    assert names == ["tanh", "softmax"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (((2,),), "at least two were expected"),
        (((2, 0),), "size is 0; a whole number of at least 1"),
        (((40, 40),), "sizes 40-40 make 1640 weights and biases; at most 1000"),
        (((2, 2), -1), "seed is -1; a whole number of at least 0"),
        (((2, 2), 0, "sigmod"), "activation 'sigmod' is unknown; did you mean 'sigmoid'"),
        (((2, 2), 0, ("tanh", "tanh")), "activation has 2 names; sizes has 2 numbers"),
        (((2, 2), 0, "sigmoid", "squared"), "cost 'squared' is unknown"),
        (((2, 2), 0, ("tanh",) * 1, "half_squared_error", 0.0), "rate is 0.0"),
        (((2, 1), 0, "sigmoid", "cross_entropy"), "sizes ends in 1, and softmax of one output is always 1"),
        (((1, 1), 0, "sigmoid", "half_squared_error", 0.4, 1), "digits 1 led to no problem with pleasant numbers"),
        (
            ((1,) * 9, 0, "sigmoid", "half_squared_error", 0.4, 1),
            "sizes 1-1-.*, activation sigmoid and digits 1 led to",
        ),
        (((2, 2), 0, "sigmoid", "half_squared_error", 0.4, 16), "digits is 16; at most 15"),
        (((2, 2), 0, "sigmoid", "half_squared_error", 0.4, 3, [2]), "residual is 2; sizes has 2 numbers, so layer 1"),
        (((2, 2), 0, "sigmoid", "half_squared_error", 0.4, 3, [0]), "residual is 0; a whole number of at least 1"),
        (
            ((2, 3), 0, "sigmoid", "half_squared_error", 0.4, 3, [1]),
            r"residual is True, but weights have shape \(2, 3\)",
        ),
        (((2, 2), 0, "sigmoid", "cross_entropy", 0.4, 3, [1]), "residual connection, but cost 'cross_entropy'"),
    ],
)
def test_what_cannot_be_pleasant_is_refused(arguments, said, monkeypatch):
    monkeypatch.setattr(generating, "TRIES", 50)  # all 2,000 take seconds, and find none either
    with pytest.raises(ValueError, match=said):
        generate(*arguments)


def test_twice_as_many_numbers_as_expected_may_have_decimal_commas():
    with pytest.raises(ValueError, match=r"so 2 were expected: one for each, with a decimal point: 0\.5 and not 0,5$"):
        from_toml(MAZUR.replace("[0.05, 0.1]", "[0,5, 0,1]"))


def test_a_problem_without_a_network_is_no_file():
    with pytest.raises(ValueError, match="network of problem is "):
        to_toml(Problem(None, (1.0,), (1.0,)))


def test_a_rounding_that_there_is_not_is_no_line_of_a_file():
    with pytest.raises(ValueError, match="rounding 'up' is unknown; known names: significant, decimals"):
        to_toml(Problem(Network([Layer([[1.0]])]), (1.0,), (1.0,), rounding="up"))


def test_a_thousand_weights_and_biases_are_not_too_many():
    assert sizes_of((99, 10)) == (99, 10)
    with pytest.raises(ValueError, match="sizes 100-10 make 1010 weights and biases"):
        sizes_of((100, 10))


@pytest.mark.parametrize(("z", "side", "usable"), [(0.1, 1, True), (-0.1, -1, True), (0.09, 1, False)])
def test_a_linear_part_is_a_tenth_or_more_from_a_kink_on_its_side(z, side, usable):
    assert is_usable("relu", np.array([z]), side) == usable


def test_rows_that_fit_no_way_round_get_no_advice_to_turn_them_round():
    with pytest.raises(ValueError, match=r"weights has 2 rows; .* 1 node, so 1 was expected: one for each$"):
        from_toml(f"{LEAST}[[layer]]\nweights = [[2, 3], [4, 5]]\n")


def test_no_linear_part_of_what_is_drawn_can_be_rounded_either_way_by_hand():
    for seed in range(20):
        shape = (2, 3, 3), ("sigmoid", "sigmoid"), "half_squared_error"
        found = candidate(np.random.default_rng(seed), *shape, 0.4, 1, (False, False))
        a = np.array(found.x)
        for layer in found.network.layers:
            tenths = 10 * (a @ layer.weights + layer.biases)
            assert np.all(np.abs(tenths % 1 - 0.5) > 1e-6)
            z = np.floor(tenths + 0.5) / 10
            a = np.round(1 / (1 + np.exp(-z)), 1)


def test_no_problem_is_drawn_where_every_node_is_saturated(monkeypatch):
    # the smallest weight is 0.1 and the largest bias is far below 100: every z lies beyond the largest linear part
    monkeypatch.setattr(generating, "INPUTS", (1000.0, -1000.0))
    monkeypatch.setattr(generating, "TRIES", 3)
    with pytest.raises(ValueError, match="led to no problem with pleasant numbers in 3 tries"):
        generate((1, 1))


def test_numbers_that_are_drawn_all_differ_if_there_are_enough():
    rng, values = np.random.default_rng(0), (0.1, 0.2, 0.3, 0.4)
    for _ in range(50):
        assert sorted(sample(rng, values, 4)) == [0.1, 0.2, 0.3, 0.4]
        assert sorted(sample(rng, values, 3, taken={0.2})) == [0.1, 0.3, 0.4]
        assert len(set(sample(rng, values, 2, taken={0.1, 0.2, 0.3}))) == 2
    assert {*sample(rng, values, 50)} <= {*values}
    assert len(sample(rng, values, 5)) == 5


@pytest.mark.parametrize(("weight", "easy"), [(9.0, False), (3.0, True)])
def test_where_rounding_makes_0_of_an_error_a_problem_is_not_easy_by_hand(weight, easy):
    problem = Problem(Network([Layer([[weight]]), Layer([[0.3]])]), (1.0,), (1.0,))
    assert is_easy_by_hand(problem, 0.0) is easy


FILE = """\
inputs = [0.5, -1.0]
targets = [0.25, 1.0]
rate = 0.125
digits = 4
rounding = "decimals"  # or "significant"
cost = "squared_error"

[[layer]]
activation = "tanh"
weights = [  # row 1: from node 1 to each node of the layer
    [1.5, -2.0],
    [0.25, 3.0],
]
biases = [0.5, 0.0]
residual = true

[[layer]]
activation = "identity"
weights = [  # row 1: from node 1 to each node of the layer
    [1.0, 2.0],
    [3.0, 4.0],
]
"""


def test_a_file_says_what_may_be_changed_in_it():
    layers = [Layer([[1.5, -2], [0.25, 3]], [0.5, 0], "tanh", residual=True), Layer([[1, 2], [3, 4]], None, "identity")]
    network = Network(layers, "squared_error")
    assert to_toml(Problem(network, (0.5, -1), (0.25, 1), 0.125, 4, "decimals")) == FILE


def test_what_is_no_text_is_no_problem():
    with pytest.raises(ValueError, match="text is an int; the text of a problem file was expected"):
        from_toml(3)
    with pytest.raises(ValueError, match="source is 3; a text was expected"):
        from_toml(LEAST, 3)
    with pytest.raises(ValueError, match="content is a str; the bytes of a problem file were expected"):
        from_bytes(LEAST, "problem.toml")
    with pytest.raises(ValueError, match="source is 3; a text was expected"):
        from_bytes(LEAST.encode(), 3)


@pytest.mark.parametrize(
    ("before", "after", "pleasant"), [(0.2, 0.1, True), (0.1, 0.1, False), (0.1, 0.2, False), (0.1, 0.0, False)]
)
def test_in_a_problem_that_is_easy_by_hand_the_cost_falls_and_is_not_0(before, after, pleasant):
    lines = [Line("cost", 1, (), before, 3), Line("new cost", 1, (), after, 3)]
    assert keeps_digits(lines, (), 0.0) is pleasant


def test_targets_are_tenths_or_truth_values_or_one_class_each_as_often():
    rng = np.random.default_rng(0)
    tenths, truths = ({*targets(rng, 500, cost)} for cost in ("half_squared_error", "binary_cross_entropy"))
    assert tenths == {n / 10 for n in range(1, 10)}
    assert truths == {0.0, 1.0}
    classes = np.array([targets(rng, 3, "cross_entropy") for _ in range(50)])
    assert np.array_equal(np.unique(classes, axis=0), np.eye(3)[::-1])


def test_numbers_of_a_fresh_problem_may_have_two_significant_digits():
    problems = [generate((2, 2), seed) for seed in range(3)]
    lines = [line for p in problems for line in explain(p.network, p.x, p.y, p.rate, p.digits).steps]
    assert 0.01 <= min(abs(line.carried) for line in lines if line.quantity.endswith(("linear", "cost"))) < 0.1


def test_where_no_nodes_were_found_others_are_drawn(monkeypatch):
    found = iter([None, None, candidate])

    def drawn(rng, *arguments):
        draw = next(found, candidate)
        return draw and draw(rng, *arguments)

    monkeypatch.setattr(generating, "candidate", drawn)
    assert to_toml(generate((2, 2), 7)) == to_toml(generate((2, 2), 7))


def test_a_number_of_two_digits_is_not_small():
    lines = [Line("cost", 1, (), 0.2, 3), Line("new cost", 1, (), 0.01, 3)]
    assert [keeps_digits(lines, {"new cost"}, least) for least in (0.01, 0.011)] == [True, False]


@pytest.mark.parametrize(("weight", "found"), [(1.0, True), (1.1, False)])
def test_a_linear_part_may_be_as_large_as_the_largest(weight, found, monkeypatch):
    monkeypatch.setattr(generating, "WEIGHTS", (weight,))
    monkeypatch.setattr(generating, "BIASES", (1.0,))
    node = candidate_node(np.random.default_rng(0), np.ones(1), "identity", 3, ())
    assert (node is not None) == found


def test_a_tie_is_one_of_the_last_decimal_that_is_kept():
    mode = TieDetector(1, carries=True)
    assert mode.round(np.array([0.2, 0.24])).tolist() == [0.2, 0.2]
    with pytest.raises(Tie):
        mode.round(np.array([0.2, 0.35]))


def test_where_no_node_of_a_layer_learns_a_problem_is_not_easy_by_hand():
    network = Network([Layer([[-1.0]], None, "relu"), Layer([[0.3]])])
    assert is_easy_by_hand(Problem(network, (1.0,), (1.0,)), 0.0) is False


@pytest.mark.parametrize(("rounding", "easy"), [("decimals", False), ("significant", True)])
def test_a_small_error_is_not_easy_where_errors_keep_decimals(rounding, easy):
    network = Network([Layer([[2.0]]), Layer([[0.3]], None, "identity")])
    problem = Problem(network, (1.0,), (0.064,), 0.1, rounding=rounding)  # the error of the hidden node is about 0.006
    assert is_easy_by_hand(problem, 0.01) is easy


def test_where_rounding_makes_0_of_one_error_among_others_a_problem_is_not_easy_by_hand():
    problem = Problem(Network([Layer([[9.0, 2.0]]), Layer([[0.3], [0.3]])]), (1.0,), (1.0,), 0.37)
    assert is_easy_by_hand(problem, 0.0) is False


def test_a_residual_connection_to_fewer_nodes_is_refused_before_anything_is_drawn(monkeypatch):
    monkeypatch.setattr(generating, "candidate", None)
    with pytest.raises(ValueError, match="residual is True, but weights have shape"):
        generate((2, 3), residual=[1])
