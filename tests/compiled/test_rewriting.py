"""What is written in another way is equal: by SymPy for all real numbers, and over the whole range of floats."""

import numpy as np
import pytest
import sympy
import truth
from hypothesis import given, settings
from recorded import a_network, arguments, recorded, results

from literate_bp import Layer, Network, activation, backward, forward, initialize
from literate_bp.activation import ACTIVATIONS
from literate_bp.compiled.graph import Graph, Recorder, evaluate
from literate_bp.compiled.recording import Recorded
from literate_bp.compiled.rewriting import IDENTITIES, Equations, largest_exponent, neutral, rewritten


@given(truth.problems())
@settings(max_examples=60)
def test_the_gradients_are_the_same_but_for_rounding(problem):
    network, x, y = problem
    found = evaluate(rewritten(recorded(network, x)), arguments(network, x, y))
    expected = results(backward(network, forward(network, x), y))
    assert found.keys() == expected.keys()
    for name, of in expected.items():
        assert np.max(np.abs(found[name] - of)) <= 1e-12 * np.max(np.abs(of)), name


def whole_range(dtype):
    """Give numbers of every size and both signs, close together where exponentials are neither 0 nor infinite."""
    info = np.finfo(dtype)
    sizes = 2 ** np.linspace(np.log2(float(info.smallest_subnormal)), info.maxexp - 0.01, 4001)
    edge = float(np.log(info.max))
    near = np.linspace(0, 1.1 * edge, 20_001)
    numbers = np.unique(np.concatenate([sizes, near, [edge, info.max]]).astype(dtype))
    return np.concatenate([-numbers[::-1], [0], numbers]).astype(dtype)


def of_one_array(function, z):
    recorder = Recorder()
    given = recorder.given("z", z.shape, z.dtype)
    node = function(Recorded(recorder, given)).node
    return Graph({"z": given}, {"value": node}, {given: "z"})


def test_an_input_that_nothing_reads_is_left_out():
    recorder = Recorder()
    z, unread = (recorder.given(name, (3,), np.dtype(float)) for name in ("z", "unread"))
    graph = Graph({"z": z, "unread": unread}, {"value": np.exp(Recorded(recorder, z)).node}, {})
    assert [*rewritten(graph).inputs] == ["z"]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", [name for name in truth.HIDDEN if name != "identity"])
@pytest.mark.parametrize("which", ["function", "derivative"])
def test_every_activation_keeps_its_digits_over_the_whole_range_of_floats(name, which, dtype):
    rule, z = getattr(ACTIVATIONS[name], which), whole_range(dtype)
    with np.errstate(all="ignore"):
        expected = rule(z)
        found = np.broadcast_to(evaluate(rewritten(of_one_array(rule, z)), {"z": z})["value"], z.shape)
    info = np.finfo(dtype)
    near = np.where(np.abs(z) < 2, z, 0)  # here a derivative may be a small difference
    size = np.abs(expected) + np.abs(ACTIVATIONS[name].function(near))
    # e^u is as exact as u, so that a tiny result is off by as many ε as its exponent is large; and below the smallest
    # normal number no float has all of its digits
    with np.errstate(over="ignore"):
        exponent = np.maximum(1, -np.log(np.maximum(size, info.tiny)))
    off = np.abs(found - expected)
    assert np.all((off <= 8 * info.eps * exponent * size) | (off <= 800 * info.tiny)), name
    assert found.dtype == expected.dtype


@pytest.mark.parametrize("rule", [activation.softmax, activation.softmax_rest, activation.softmax_derivative])
def test_the_rules_of_softmax_keep_their_digits(rule):
    z = np.array([[700.0, -700.0, 0.0], [-40.0, 1e300, 1e-300], [np.inf, 1.0, -np.inf], [3.0, 3.0, 3.0]])
    graph = rewritten(of_one_array(rule, z))
    assert "argmax" not in {node.operation for node in graph.nodes}
    assert np.allclose(evaluate(graph, {"z": z})["value"], rule(z), rtol=1e-15, atol=0)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_identities_of_exponentials_hold_for_all_real_numbers(sign):
    z = sympy.Symbol("z", positive=True) * sign
    e, decay, zero = sympy.exp(z), sympy.exp(-abs(z)), sympy.Integer(0)
    pairs = {
        sympy.exp(sympy.Min(z, zero)) / (1 + decay): e / (1 + e),
        sympy.exp(sympy.Min(-z, zero)) / (1 + decay): 1 / (1 + e),
        decay / (1 + decay) ** 2: e / (1 + e) / (1 + e),
        sympy.Max(z, zero) + sympy.log(1 + decay): sympy.log(1 + e),
    }
    for given_form, written in pairs.items():
        assert sympy.simplify(sympy.expand_log(sympy.logcombine(given_form - written, force=True))) == 0


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_limit_of_an_exponent_is_the_last_whole_number_that_does_not_overflow(dtype):
    m = largest_exponent(np.dtype(dtype))
    with np.errstate(over="ignore"):
        assert np.isfinite(1 + np.exp(np.array(m, dtype)))
        assert np.isinf(np.exp(np.array(m + 1, dtype)))


def test_a_layer_of_sigmoids_takes_one_exponential():
    graph = rewritten(recorded(a_network(), np.ones((5, 2))))
    operations = [node.operation for node in graph.nodes]
    assert operations.count("exp") == 2
    assert operations.count("minimum") == 2
    assert "power" not in operations


def test_a_sigmoid_of_the_opposite_takes_one_exponential_too():
    z = np.array([-3.0, 0.5, 2.0])
    found = rewritten(of_one_array(lambda z: activation.sigmoid(-z), z))
    assert [node.operation for node in found.nodes].count("exp") == 1
    assert np.allclose(evaluate(found, {"z": z})["value"], 1 / (1 + np.exp(z)), rtol=1e-14, atol=0)


def test_half_precision_is_left_as_its_rules_are():
    layers = [Layer(np.ones((2, 2), np.float16)), Layer(np.ones((2, 1), np.float16))]
    graph = rewritten(recorded(Network(layers), np.ones(2)))
    assert [node.operation for node in graph.nodes].count("exp") == 4


LOOKALIKES = {
    "the decay of another": lambda z: np.exp(np.minimum(z, 0)) / (1 + np.exp(np.minimum(2 * z, -(2 * z)))),
    "an exponential of the smaller of two others": lambda z: (
        np.exp(np.minimum(z, 0)) / (1 + np.exp(np.minimum(z, -(2 * z))))
    ),
    "the entry at the place of another's largest one": lambda z: np.take_along_axis(
        z, np.argmax(-z, axis=-1, keepdims=True), axis=-1
    ),
    "the entry at the place of the largest one along another axis": lambda z: np.take_along_axis(
        z[None], np.argmax(z[None], axis=0, keepdims=True), axis=-1
    ),
    "an exponential that overflows": lambda z: np.exp(np.minimum(z, 0)) / (1 + np.exp(-z)),
    "an exponential of the larger": lambda z: np.exp(np.minimum(z, 0)) / (1 + np.exp(np.maximum(z, -z))),
    "the exponential of the smaller of two others": lambda z: (
        np.exp(np.minimum(z, -1)) / ((1 + np.exp(np.minimum(z, -1))) * (1 + np.exp(np.minimum(z, -1))))
    ),
}


@pytest.mark.parametrize("name", LOOKALIKES)
def test_what_only_looks_like_an_identity_is_left_as_it_is(name):
    z = np.array([[0.5, -1.5, 2.0], [-3.0, 0.25, 1.0], [0.0, 4.0, -0.5], [1.5, 1.25, -2.0]])
    graph = of_one_array(LOOKALIKES[name], z)
    found = rewritten(graph)
    assert np.allclose(evaluate(found, {"z": z})["value"], LOOKALIKES[name](z), rtol=1e-15, atol=0)
    assert found.outputs["value"].shape == LOOKALIKES[name](z).shape
    assert [node.operation for node in found.nodes] == [node.operation for node in graph.nodes]


@pytest.mark.parametrize(("left", "right"), [((4, 1), (1, 3)), ((1,), (1, 3)), ((4, 1), (1,))])
def test_a_product_of_sums_of_one_term_keeps_its_shape(left, right):
    recorder = Recorder()
    given = {"a": recorder.given("a", left, np.dtype(float)), "b": recorder.given("b", right, np.dtype(float))}
    graph = Graph(given, {"value": recorder.apply("matmul", *given.values())}, {of: name for name, of in given.items()})
    numbers = {
        "a": np.arange(1.0, 1 + np.prod(left)).reshape(left),
        "b": np.arange(2.0, 2 + np.prod(right)).reshape(right),
    }
    found = evaluate(rewritten(graph), numbers)["value"]
    assert np.array_equal(found, numbers["a"] @ numbers["b"])
    assert found.shape == graph.outputs["value"].shape


@pytest.mark.parametrize("identity", IDENTITIES, ids=lambda identity: identity.__name__)
def test_every_identity_is_of_use_in_some_network(identity, monkeypatch):
    gated = Layer(np.ones((2, 2)), None, "silu")
    networks = [
        Network(
            [Layer(np.ones((1, 2)), np.ones(2), "gelu_tanh"), Layer(np.ones((2, 2)), None, "softmax")], "cross_entropy"
        ),
        Network([gated, Layer(np.ones((2, 2)), None, "softplus"), Layer(np.ones((2, 1)))], "binary_cross_entropy"),
        Network([Layer(np.ones((2, 2)), None, "identity"), Layer(np.ones((2, 1)), [1.0])], "half_squared_error"),
    ]
    graphs = [
        recorded(network, x)
        for network in networks
        for x in (np.ones(network.sizes[0]), np.ones((2, network.sizes[0])))
    ]
    graphs.append(recorded(initialize((2, 3, 1), normalization="batch"), np.ones((4, 2))))

    def written():
        return [
            [(node.operation, [operand.number for operand in node.operands]) for node in rewritten(graph).nodes]
            for graph in graphs
        ]

    whole = written()
    monkeypatch.setattr("literate_bp.compiled.rewriting.IDENTITIES", tuple(i for i in IDENTITIES if i is not identity))
    assert written() != whole


def simplified(build, shape=(4, 3)):
    """Give what is computed, by operation and shape, after the identities."""
    recorder = Recorder()
    given = recorder.given("z", shape, np.dtype(float))
    graph = Graph({"z": given}, {"value": build(recorder, given)}, {given: "z"})
    return [(node.operation, node.shape) for node in rewritten(graph).nodes if not node.is_given]


def test_a_sum_of_rows_that_stays_a_row_is_one_that_does_not_and_other_sums_stay_as_they_are():
    def total(axis, *, keepdims):
        return lambda recorder, z: recorder.apply("sum", z, axis=axis, keepdims=keepdims)

    assert simplified(total(-2, keepdims=True)) == [("sum", (3,)), ("reshape", (1, 3))]
    assert simplified(total(-1, keepdims=True)) == [("sum", (4, 1))]
    assert simplified(total(-1, keepdims=True), (1, 3)) == [("sum", (1, 1))]
    assert simplified(total(0, keepdims=False)) == [("sum", (3,))]


def test_a_view_that_shows_what_another_shows_is_left_out():
    def exponential_of_view(recorder, z):
        return recorder.apply("exp", recorder.apply("reshape", z, shape=(4, 3)))

    def view_of_view(recorder, z):
        return recorder.apply("exp", recorder.apply("reshape", recorder.apply("reshape", z, shape=(12,)), shape=(3, 4)))

    def turned_row(recorder, z):
        return recorder.apply("exp", recorder.apply("transpose", z))

    assert simplified(exponential_of_view) == [("exp", (4, 3))]
    assert simplified(view_of_view) == [("reshape", (3, 4)), ("exp", (3, 4))]
    assert simplified(turned_row, (1, 3)) == [("reshape", (3, 1)), ("exp", (3, 1))]
    assert simplified(turned_row, (2, 3)) == [("transpose", (3, 2)), ("exp", (3, 2))]


@pytest.mark.parametrize(("exponent", "times"), [(2, 1), (3, 2), (4, 0)])
def test_a_square_and_a_cube_are_products(exponent, times):
    def power(recorder, z):
        return recorder.apply("power", z, recorder.constant(exponent, np.dtype(float)))

    expected = [("multiply", (4, 3))] * times or [("power", (4, 3))]
    assert simplified(power) == expected


@pytest.mark.parametrize(("operation", "number"), [("multiply", 1), ("add", 0), ("divide", 1)])
def test_a_number_that_changes_nothing_is_left_out(operation, number):
    recorder = Recorder()
    x, constant = recorder.given("x", (3,), np.dtype(float)), recorder.constant(number, np.dtype(float))
    operands = (x, constant) if operation == "divide" else (constant, x)
    assert neutral(Equations(recorder, ""), recorder.apply(operation, *operands)) is x
    few = recorder.given("one", (), np.dtype(float))
    spread = recorder.apply("multiply", recorder.constant(np.ones(3), np.dtype(float)), few)
    assert neutral(Equations(recorder, ""), spread) is None
