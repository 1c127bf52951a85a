"""The tape: every operation has the slopes that a push finds, order and sums are right, and misuse is refused."""

import copy
import pickle
import threading
from functools import partial

import numpy as np
import pytest
import truth

from literate_bp import Variable, backward, cost, forward, initialize, no_grad
from literate_bp.cost import COSTS
from literate_bp.layer import linear
from literate_bp.operations import CONSTANT, OPERATIONS
from literate_bp.tape import apply
from literate_bp.weight_normalization import normalized, norms

DRAW = np.random.default_rng(0)


def numbers(*shape):
    """Draw numbers away from 0, of which no two are equal."""
    return DRAW.permutation(np.linspace(0.3, 1.7, int(np.prod(shape)))).reshape(shape)


A, ROW, COLUMN, B, V = numbers(4, 3), numbers(3) / 3, numbers(4, 1) / 2, numbers(3, 2), numbers(3)
STACK = numbers(2, 4, 3)
WHICH = np.array([[0, 2, 2], [1, 0, 1], [2, 2, 2], [0, 1, 0]])
RUN = {  # what is done with one array, as NumPy does it with complex numbers too
    "a number and an array": (lambda a: 3 - a * 2 + 1 / a, A),
    "a sum with a row": (lambda row: A + row, ROW),
    "a sum with a column": (lambda column: column + A, COLUMN),
    "a sum with a single number": (lambda one: A * one, numbers()),
    "a difference": (lambda row: row - A, ROW),
    "a product with a column": (lambda column: A * column * column, COLUMN),
    "a quotient below": (lambda row: A / row, ROW),
    "a quotient above": (lambda column: column / A, COLUMN),
    "a power": (lambda a: a**3 + a**-2 + a**0.5, A),
    "a power of nothing": (lambda a: a**0 + a**1, A - A),
    "a negative": (lambda a: -a, A),
    "exp": (np.exp, A),
    "log": (np.log, A),
    "log1p": (np.log1p, A),
    "sqrt": (np.sqrt, A),
    "tanh": (np.tanh, A),
    "maximum": (lambda a: np.maximum(a, 1.0) * np.maximum(0.9, a), A),
    "minimum": (lambda a: np.minimum(a, 1.0) * np.minimum(A[::-1], a), A),
    "clip": (lambda a: np.clip(a, 0.6, 1.2), A),
    "where": (lambda a: np.where(A > 1, a, 2) * np.where(A > 1.2, 3, a), A),
    "where, with a row": (lambda row: np.where(A > 1, row, A), ROW),
    "a matrix by a matrix": (lambda a: a @ B, A),
    "a matrix before a matrix": (lambda b: A @ b, B),
    "a vector by a matrix": (lambda v: v @ B, V),
    "a vector before a matrix": (lambda b: V @ b, B),
    "a matrix by a vector": (lambda a: a @ V, A),
    "a matrix before a vector": (lambda v: A @ v, V),
    "a vector by a vector": (lambda v: v @ V + V @ v, V),
    "a stack by a matrix": (lambda a: a @ B, STACK),
    "a stack before a matrix": (lambda b: STACK @ b, B),
    "a stack before a vector": (lambda v: STACK @ v, V),
    "a sum of all": (np.sum, A),
    "a sum over rows": (lambda a: a.sum(axis=0), A),
    "a sum over columns, kept": (lambda a: a / a.sum(axis=-1, keepdims=True), A),
    "a sum over two axes": (lambda a: a.sum((0, 2)), STACK),
    "a mean of all": (lambda a: a * a.mean(), A),
    "a mean over columns": (lambda a: a.mean(axis=1), A),
    "an entry": (lambda a: a[1, 2] * a[1], A),
    "a slice": (lambda a: a[1:, ::2], A),
    "entries, one of them twice": (lambda a: a[np.array([0, 2, 0])], A),
    "entries along an axis": (lambda a: np.take_along_axis(a, WHICH, axis=-1), A),
    "entries along another axis": (lambda a: np.take_along_axis(a, WHICH[:2], axis=0), A),
}


def weights_of(value):
    return np.random.default_rng(1).normal(size=np.shape(value))


def slope_on_the_tape(run, array):
    leaf = Variable(array)
    made = run(leaf)
    (made * weights_of(made.value)).sum().backward()
    return leaf.gradient


@pytest.mark.parametrize("what", RUN)
def test_an_operation_has_the_slopes_that_a_push_finds(what):
    run, array = RUN[what]
    expected = truth.slopes_along(array, lambda a: (run(a) * weights_of(run(a))).sum())
    found = slope_on_the_tape(run, array)
    assert found.shape == array.shape
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13)


def test_every_operation_of_numpy_is_among_those_that_are_pushed(monkeypatch):
    seen = set()
    for function, rules in OPERATIONS.items():
        told = tuple(
            rule and (lambda *given, function=function, rule=rule, **more: seen.add(function) or rule(*given, **more))
            for rule in rules
        )
        monkeypatch.setitem(OPERATIONS, function, told)
    for run, array in RUN.values():
        slope_on_the_tape(run, array)
    for number in range(40):
        by_rules(*truth.numbered_problem(number, np.float64))
    assert seen == OPERATIONS.keys()


# --- the book's networks ------------------------------------------------------


def leaves_of(network):
    return [{name: Variable(array) for name, array in layer.parameters.items()} for layer in network.layers]


def on_the_tape(network, leaves, x, y, run):
    """Run a network of variables, each activation and the cost by `run`, and give the mean cost."""
    a, rule = x, COSTS[network.cost]
    for layer, here in zip(network.layers, leaves, strict=True):
        w = normalized(here["weights"], here["gains"]) if "gains" in here else here["weights"]
        z = linear(a, w, here.get("biases"))
        if layer.activation != "softmax":
            made = run(layer.function, z)
            a = a + made if layer.residual else made
    return run(rule.value, a if rule.output is None else z, y).mean()


def gradients_on_the_tape(network, x, y, run):
    leaves, inputs = leaves_of(network), Variable(x)
    on_the_tape(network, leaves, inputs, y, run).backward()
    found = {f"{name} {n}": of.gradient for n, here in enumerate(leaves, start=1) for name, of in here.items()}
    return found | {"inputs": inputs.gradient}


def by_rules(network, x, y):
    return gradients_on_the_tape(network, x, y, apply)


def by_operations(network, x, y):
    return gradients_on_the_tape(network, x, y, lambda function, *given: function(*given))


@pytest.mark.parametrize("way", [by_rules, by_operations])
@pytest.mark.parametrize(
    "first", [pytest.param(n, marks=pytest.mark.exhaustive if n else ()) for n in range(0, 1000, 100)]
)
def test_random_networks_have_the_gradients_that_backward_gives(way, first):
    for number in range(first, first + 100):
        network, x, y = truth.numbered_problem(number, np.float64)
        expected = truth.named(backward(network, forward(network, x), y))
        found = way(network, x, y)
        assert found.keys() == expected.keys()
        largest = max(np.abs(of).max() for of in expected.values()) * cancellation(forward(network, x), y)
        for name, of in expected.items():
            assert found[name].shape == of.shape, f"{name} of network {number}"
            allowed = 1e-14 * max(largest, 1e-300) * longest(network).get(name, 1)
            assert np.abs(found[name] - of).max() <= allowed, f"{name} of network {number}"


def cancellation(trace, y):
    """Give how many times larger a and y are than a − y, with which every gradient begins."""
    a = trace.output
    return max(1, np.maximum(np.abs(a), np.abs(y)).max() / max(np.abs(a - y).max(), 1e-300))


def longest(network):
    """Give, for each layer's directions, what multiplies the terms of their gradient, which cancel: |g| / ‖v‖."""
    found = {f"weights {n}": layer.parameters for n, layer in enumerate(network.layers, start=1)}
    ratios = {name: np.abs(of["gains"] / norms(of["weights"])).max() for name, of in found.items() if "gains" in of}
    return {name: max(1, ratio) for name, ratio in ratios.items()}


@pytest.mark.parametrize("way", [by_rules, by_operations])
def test_numbers_of_32_bits_stay_what_they_are(way):
    for number in range(20):
        network, x, y = truth.numbered_problem(number, np.float32)
        found = way(network, x, y)
        assert {of.dtype for of in found.values()} == {np.dtype(np.float32)}
    leaf = Variable(np.float32([1, 2]))
    (leaf * np.array([1.0, 3.0])).sum().backward()  # in 64 bits, and back
    assert leaf.gradient.dtype == np.float32


def test_steps_with_the_tape_are_the_steps_of_the_network():
    network = initialize((3, 4, 2), "tanh", seed=3)
    x, y = DRAW.normal(size=(5, 3)), DRAW.normal(size=(5, 2))
    leaves = leaves_of(network)
    made = on_the_tape(network, leaves, x, y, apply)
    assert float(made.value) == pytest.approx(cost(network, forward(network, x), y), rel=1e-15)


# --- order and sums ------------------------------------------------------------


def test_a_value_that_is_used_twice_has_the_sum_of_both_gradients():
    a = Variable(1.0)
    b = a + a
    (b + b).backward()
    assert a.gradient == 4
    a, b = Variable(-2.0), Variable(3.0)
    d, e = a * b, a + b
    (d * e).backward()
    assert (a.gradient, b.gradient) == (-3.0, -8.0)


def test_a_variable_that_a_later_one_is_made_of_too_waits_for_it():
    a = Variable(2.0)
    b = a * 3
    c = b * b  # b has to wait for c, whichever is met first
    (b + c * b).backward()
    assert a.gradient == 3 + 3 * 3 * (a.value * 3) ** 2
    a = Variable(2.0)
    b = a * 3
    (b * b * b + b).backward()
    assert a.gradient == 3 + 3 * 3 * (a.value * 3) ** 2


def test_the_slopes_in_the_readme_of_micrograd_come_out():
    a, b = Variable(-4.0), Variable(2.0)
    c, d = a + b, a * b + b**3
    c = c + c + 1
    c = c + 1 + c + (-a)
    d = d + d * 2 + np.maximum(b + a, 0)
    d = d + 3 * d + np.maximum(b - a, 0)
    f = (c - d) ** 2
    g = f / 2.0
    g = g + 10.0 / f
    g.backward()
    assert f"{g.value:.4f} {a.gradient:.4f} {b.gradient:.4f}" == "24.7041 138.8338 645.5773"


def test_a_hundred_doublings_take_a_hundred_steps():
    a = b = Variable(1.0)
    for _ in range(100):
        b = b + b
    b.backward()
    assert a.gradient == 2.0**100


def test_a_long_chain_needs_no_recursion():
    a = b = Variable(1.0)
    for _ in range(20_000):
        b = b + 1
    b.backward()
    assert a.gradient == 1


def test_gradients_add_up_until_they_are_set_to_none():
    a = Variable([1.0, 2.0])
    for n in (1, 2, 3):
        (a * a).sum().backward()
        assert a.gradient.tolist() == [2.0 * n, 4.0 * n]
    a.gradient = None
    (a * a).sum().backward()
    assert a.gradient.tolist() == [2.0, 4.0]


def test_gradients_of_examples_add_up_to_that_of_the_batch():
    network, x, y = truth.numbered_problem(3, np.float64)
    x, y = np.atleast_2d(x), np.atleast_2d(y)
    leaves = leaves_of(network)
    for x_n, y_n in zip(x, y, strict=True):
        (on_the_tape(network, leaves, x_n, y_n, apply) / len(x)).backward()
    expected = by_rules(network, x, y)
    for n, here in enumerate(leaves, start=1):
        for name, of in here.items():
            np.testing.assert_allclose(of.gradient, expected[f"{name} {n}"], rtol=1e-12, atol=1e-14)


def test_only_leaves_have_gradients_and_a_leaf_of_its_own_has_one():
    a = Variable(2.0)
    b = a * a
    c = b * b
    c.backward()
    assert (b.gradient, c.gradient) == (None, None)
    assert (a.operation, b.operation.function, b.made_by, a.made_by) == (None, np.multiply, "multiply", None)
    a.backward()
    assert a.gradient == 4 * 2.0**3 + 1


def test_where_two_are_equal_the_second_has_the_whole_gradient():
    for function in (np.maximum, np.minimum):
        a, b = Variable(1.0), Variable(1.0)
        function(a, b).backward()
        assert (a.gradient, b.gradient) == (0, 1)
    z = Variable(0.0)
    np.maximum(z, 0).backward()
    assert z.gradient == 0  # as the derivative of ReLU


# --- what is not recorded ---------------------------------------------------------


def test_a_value_is_an_array_of_which_nothing_is_recorded():
    a = Variable(3.0)
    (a * a.value).backward()
    assert a.gradient == 3


def test_nothing_is_recorded_without_gradients_until_the_block_ends_however_it_ends():
    a = Variable([1.0, 2.0])
    with no_grad():
        with no_grad():
            pass
        assert type(a * 3) is np.ndarray
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert isinstance(a * 3, Variable)


def test_another_thread_records_while_this_one_does_not():
    found = []
    with no_grad():
        thread = threading.Thread(target=lambda: found.append(Variable(1.0) * 2))
        thread.start()
        thread.join()
    assert isinstance(found[0], Variable)


@pytest.mark.parametrize("function", CONSTANT, ids=lambda of: of.__name__)
def test_what_a_push_does_not_move_is_an_array(function):
    a = Variable([1.0, 2.0])
    found = function(a, a) if isinstance(function, np.ufunc) else function(a)
    plain = function(a.value, a.value) if isinstance(function, np.ufunc) else function(a.value)
    assert not isinstance(found, Variable)
    assert np.array_equal(found, plain)


def test_an_array_may_be_written_to_once_it_has_been_used():
    x, w = np.array([1.0, 2.0]), Variable([3.0, 4.0])
    loss = (x * w).sum()
    x[:] = 0
    loss.backward()
    assert w.gradient.tolist() == [1, 2]
    start = np.array([1.0])
    leaf = Variable(start)
    start[:] = 7
    assert leaf.value == 1


# --- what is refused -----------------------------------------------------------------


def added_in_place(a):
    a += 1


def added_in_place_to_an_array(a):
    array = np.zeros(2)
    array += a


def written_to_an_entry(a):
    a[0] = 1.0


def written_to_out(a):
    np.exp(a, out=np.zeros(2))


def summed_into(a):
    np.sum(a, out=np.zeros(()))


@pytest.mark.parametrize(
    "write", [added_in_place, added_in_place_to_an_array, written_to_an_entry, written_to_out, summed_into]
)
def test_a_write_in_place_is_refused(write):
    a = Variable([1.0, 2.0])
    with pytest.raises(ValueError, match=r"^a Variable takes part in writing in place; a new one was expected"):
        write(a)
    assert a.value.tolist() == [1, 2]


def test_nobody_can_write_to_a_value_or_a_gradient():
    a = Variable([1.0, 2.0])
    b = a * 2
    b.sum().backward()
    for array in (a.value, b.value, a.gradient):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5
    with pytest.raises(AttributeError):
        a.value = np.zeros(2)
    with pytest.raises(AttributeError):
        a.grad = None  # the name elsewhere: a slip would be silent


def test_a_graph_that_was_freed_is_refused_and_nothing_has_changed():
    a, b = Variable(2.0), Variable(5.0)
    shared = a * a
    first, second = shared * b, shared + b
    first.backward()
    before = a.gradient, b.gradient
    said = r"^the graph was freed before a Variable that multiply has made; .* keep=True$"
    for freed in (first, second):
        with pytest.raises(ValueError, match=said):
            freed.backward()
    assert (a.gradient, b.gradient) == before
    assert (first.operation.values, first.operation.variables) == ([], [])


def test_a_graph_that_is_kept_goes_again():
    a = Variable(2.0)
    b = a * a
    b.backward(keep=True)
    b.backward()
    assert a.gradient == 8
    with pytest.raises(ValueError, match=r"^the graph was freed"):
        b.backward()


@pytest.mark.parametrize("shape", [(1,), (3,), (1, 1), (0,)])
def test_backward_from_several_numbers_is_refused(shape):
    a = Variable(np.ones(shape))
    made = a * 2
    said = rf"^a Variable of shape {str(shape).replace('(', '.').replace(')', '.')} cannot begin a backward pass; one"
    with pytest.raises(ValueError, match=said):
        made.backward()
    assert a.gradient is None


def in_another_thread(run):
    found = []

    def told():
        try:
            run()
        except ValueError as error:
            found.append(str(error))

    thread = threading.Thread(target=told, name="another")
    thread.start()
    thread.join()
    return found


def test_a_tape_is_refused_in_another_thread():
    a = Variable(2.0)
    b = a * a
    for use in (lambda: a * 2, b.backward, a.backward, lambda: Variable(1.0) + b):
        (said,) = in_another_thread(use)
        assert said.startswith(
            "a Variable was made in thread 'MainThread'; one of this thread, 'another', was expected"
        )
    assert a.gradient is None
    assert in_another_thread(lambda: a.value * 2) == []


@pytest.mark.parametrize(
    ("run", "name"),
    [
        (np.sort, "sort"),
        (lambda a: np.concatenate([a, a]), "concatenate"),
        (np.sin, "sin"),
        (np.add.reduce, "reduce"),
        (lambda a: np.sum(a=a), "sum"),
        (lambda a: np.exp(a, where=[True, False]), "exp"),
        (lambda a: np.sum(a, dtype=np.float32), "sum"),
        (lambda a: apply(len, a), "len"),
        (lambda a: apply(None, a), "None"),
        (lambda a: apply("exp", a), "'exp'"),
        (lambda a: apply([np.exp], a), r"\[<ufunc 'exp'>\]"),
        (lambda a: apply(partial(np.exp), a), r"functools.partial\(<ufunc 'exp'>\)"),
    ],
)
def test_an_operation_without_a_rule_is_refused_by_name(run, name):
    with pytest.raises(ValueError, match=rf"^{name} of a Variable has no rule.*; one of .*add.* was expected"):
        run(Variable([1.0, 2.0]))


@pytest.mark.parametrize("run", [lambda a: 2.0**a, lambda a: a**a, lambda a: np.where(a, 1.0, 2.0)])
def test_a_variable_where_an_operation_has_no_rule_for_it_is_refused(run):
    with pytest.raises(ValueError, match=r"as an operand for which there is no rule; an array was expected there"):
        run(Variable([1.0, 2.0]))


@pytest.mark.parametrize("make", [np.asarray, np.array, lambda a: np.array([a, a]), lambda a: [1.0, 2.0] @ np.array(a)])
def test_an_array_of_a_variable_is_refused(make):
    with pytest.raises(ValueError, match=r"^a Variable came; an array was expected: take its value"):
        make(Variable([1.0, 2.0]))


@pytest.mark.parametrize("value", ["a", None, [[1.0], [1.0, 2.0]], 1j, np.array(["a"])])
def test_what_is_no_array_of_real_numbers_is_refused(value):
    with pytest.raises(ValueError, match=r"^value .* expected"):
        Variable(value)


def test_a_complex_constant_is_refused_when_it_meets_a_variable():
    with pytest.raises(ValueError, match=r"^value came as complex numbers"):
        Variable(1.0) * 1j


def test_a_right_factor_of_three_axes_is_refused():
    a = Variable(numbers(2, 3))
    with pytest.raises(ValueError, match=r"^the right factor of @ has shape \(4, 3, 2\); a matrix or a vector"):
        (a @ numbers(4, 3, 2)).sum().backward()
    assert a.gradient is None


def test_keep_is_true_or_false():
    with pytest.raises(ValueError, match=r"^keep is 3; True or False was expected"):
        Variable(1.0).backward(keep=3)


def test_a_variable_shows_its_numbers_and_what_made_it():
    a = Variable([1.0, 2.0])
    assert repr(a) == "Variable([1. 2.], made_by=None)"
    assert repr(a * 2) == "Variable([2. 4.], made_by='multiply')"
    assert ((a @ a).shape, a.shape, a.dtype, a.real is a) == ((), (2,), np.dtype(float), True)


def test_what_is_copied_or_sent_is_a_leaf_with_the_same_numbers():
    result = Variable([1.0, 2.0]) * 3
    for copied in (copy.copy(result), copy.deepcopy(result), pickle.loads(pickle.dumps(result))):  # noqa: S301 — our own
        assert copied.made_by is None
        assert copied.value.tolist() == [3.0, 6.0]
        (copied * copied).sum().backward()
        assert copied.gradient.tolist() == [6.0, 12.0]
