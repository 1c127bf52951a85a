"""What the rules' own code is recorded as: computed with NumPy, it gives the very bits that the rules give."""

import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import truth
from hypothesis import given, settings
from recorded import a_network, arguments, recorded, results

from literate_bp import Layer, Network, backward, forward
from literate_bp.compiled.arrays import ArrayText
from literate_bp.compiled.graph import Graph, Recorder, evaluate
from literate_bp.compiled.naming import Naming
from literate_bp.compiled.passes import recorded_step
from literate_bp.compiled.recording import FUNCTIONS, UFUNCS, Recorded, calling_rule, refused
from literate_bp.compiled.rewriting import rewritten


@given(truth.problems())
def test_the_recorded_operations_give_the_bits_that_the_rules_give(problem):
    network, x, y = problem
    found = evaluate(recorded(network, x), arguments(network, x, y))
    expected = results(backward(network, forward(network, x), y))
    assert set(found) == set(expected)
    for name, of in expected.items():
        assert found[name].dtype == of.dtype
        assert np.array_equal(np.broadcast_to(found[name], of.shape), of), name


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_normalization_is_recorded_as_what_gives_the_bits_of_its_rules(dtype):
    for number in range(60):
        network, x, y = truth.normalized_problem(number, dtype)
        if dtype is np.float16:  # in which random probabilities do not add up to 1
            network = Network([*network.layers[:-1], replace(network.layers[-1], activation="identity")])
        found = evaluate(recorded(network, x), arguments(network, x, y))
        for name, of in results(backward(network, forward(network, x), y)).items():
            assert found[name].dtype == of.dtype == dtype
            assert np.array_equal(np.broadcast_to(found[name], of.shape), of), f"{name} of {number}"


@settings(max_examples=30)
@given(truth.problems())
def test_each_node_says_the_shape_and_the_type_of_what_it_gives(problem):
    network, x, y = problem
    graph = recorded(network, x)
    every = {str(n): node for n, node in enumerate(graph.nodes)}
    graph = type(graph)(graph.inputs, every, graph.names)
    for name, of in evaluate(graph, arguments(network, x, y)).items():
        assert (np.shape(of), of.dtype) == (every[name].shape, every[name].dtype), every[name]


def test_float32_is_recorded_as_float32():
    layers = [Layer(np.ones((2, 2), np.float32), np.zeros(2, np.float32), name) for name in truth.HIDDEN]
    graph = recorded(Network(layers), np.ones((3, 2)))
    assert {node.dtype for node in graph.nodes} == {np.dtype(np.float32), np.dtype(bool)}


def test_what_two_rules_share_is_recorded_once():
    graph = recorded(a_network(), np.ones(2))
    exponentials = [node for node in graph.nodes if node.operation == "exp"]
    assert len(exponentials) == 4  # two a layer: the derivative takes that of the function
    assert [(node.rule, len(graph.uses[node])) for node in exponentials] == [("sigmoid", 1), ("decay", 2)] * 2


def test_the_letters_of_the_formulas_name_their_nodes():
    names = set(recorded(a_network(), np.ones(2)).names.values())
    parameters = {"w1", "b1", "w2"}
    gradients = {f"dc_d{name}" for name in parameters}
    assert names == {"x", "y", "z1", "z2", "a1", "a2", "delta1", "delta2", *parameters, *gradients}


def test_a_step_is_recorded_from_its_rule():
    given = {"old": np.array([1.0, 2.0]), "gradient": np.array([4.0, -2.0]), "rate": np.array(0.5)}
    assert evaluate(recorded_step(2, np.dtype(float)), given)["new"].tolist() == [-1.0, 3.0]


def test_a_step_that_adds_entries_up_is_refused():
    recorder = Recorder()
    names = dict.fromkeys(("old", "gradient"), (3,)) | {"rate": ()}
    given = {name: recorder.given(name, shape, np.dtype(float)) for name, shape in names.items()}
    total = recorder.apply("sum", given["gradient"], axis=0, keepdims=True)
    new = recorder.apply("subtract", given["old"], recorder.apply("multiply", given["rate"], total), rule="step")
    text = ArrayText(recorded(a_network(), np.ones(2)), Graph(given, {"new": new}, {}))
    with pytest.raises(NotImplementedError, match=r"^a step that is not entry by entry$"):
        list(text.step_lines())


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        (np.sin, r"np\.sin"),
        (np.cumsum, r"np\.cumsum"),
        (np.add.reduce, r"np\.add\.reduce"),
        (lambda z: np.exp(z, where=z > 0), r"np\.exp"),
        (lambda z: z[0], r"an array at \[0\]"),
        (lambda z: z if z > 0 else -z, "a branch"),
        (np.asarray, "a stand-in that is made an array"),
    ],
)
def test_what_cannot_be_recorded_is_refused_by_its_name(rule, name):
    recorder = Recorder()
    z = Recorded(recorder, recorder.given("z", (3,), np.dtype(float)))
    with pytest.raises(NotImplementedError, match=f"^{name}.*cannot be recorded; known are np.*compiled/recording.py$"):
        rule(z)


def test_what_can_be_recorded_is_named_in_the_order_of_the_alphabet():
    known = ", ".join(f"np.{name}" for name in sorted({*UFUNCS, *FUNCTIONS}))
    home = "src/literate_bp/compiled/recording.py"
    expected = f"np.sin cannot be recorded; known are {known}: use these, or add it to {home}"
    assert str(refused("np.sin")) == expected


def test_shapes_that_do_not_fit_are_refused():
    recorder = Recorder()
    z = Recorded(recorder, recorder.given("z", (3,), np.dtype(float)))
    with pytest.raises(ValueError, match=r"shapes \(3,\) and \(4, 2\) have no matrix product"):
        z @ np.ones((4, 2))


def test_an_entry_beside_a_new_axis_is_refused():
    recorder = Recorder()
    z = Recorded(recorder, recorder.given("z", (3,), np.dtype(float)))
    assert z[:, np.newaxis].shape == (3, 1)
    with pytest.raises(NotImplementedError, match=r"^an array at \[\(None, 0\)\] cannot be recorded"):
        _ = z[np.newaxis, 0]


def test_what_no_rule_asks_for_has_no_rule():
    assert calling_rule(None) == ""
    assert calling_rule(sys._getframe()) == ""


def test_what_has_no_name_is_a_part_of_the_rule_around_it():
    rule, part = (SimpleNamespace(f_code=SimpleNamespace(co_name=name)) for name in ("relu", "<lambda>"))
    rule.f_globals = part.f_globals = {"__name__": "literate_bp.activation"}
    part.f_back = rule
    assert calling_rule(part) == calling_rule(rule) == "relu"


def test_naming_the_results_of_a_graph_leaves_its_names_as_they_are():
    graph = rewritten(recorded(a_network(), np.ones(2)))
    before = dict(graph.names)
    named = Naming(graph, {}, {})
    assert graph.names == before
    assert set(before) < set(named.names)
    assert len({*named.names.values()}) == len(named.names)
