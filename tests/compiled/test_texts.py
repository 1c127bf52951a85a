"""The text of a program: what a person would write who knows the rules, the layout and the field's words."""

import math
import re
from textwrap import dedent

import numpy as np
import pytest
import truth
from recorded import a_network, recorded

from literate_bp import Layer, Network, compile, initialize  # noqa: A004 — the word of the field
from literate_bp.compiled.arrays import Arrays, ArrayText, is_large, kind_of, number_name, span
from literate_bp.compiled.floats import Floats, FloatText, Number, added, entry_name, operation, times
from literate_bp.compiled.graph import Graph, Recorder
from literate_bp.compiled.measured import EINSUM
from literate_bp.compiled.passes import recorded_step
from literate_bp.network import cast

OVER_FLOATS = """\
from math import exp


def laid_out(p):
    def gradient(x, y):
        if not isinstance(x, (list, tuple)):
            x, y = x.tolist(), y.tolist()
        x_1, x_2 = x
        y, = y
        w1_11, w1_21, w2 = p
        # layer 1: linear
        z1 = x_1 * w1_11 + x_2 * w1_21
        # layer 1: sigmoid
        e1 = exp(709.0 if z1 > 709.0 else z1)
        d1 = 1.0 + e1
        a1 = e1 / d1
        # layer 2: linear
        z2 = a1 * w2
        # layer 2: sigmoid
        e2 = exp(709.0 if z2 > 709.0 else z2)
        d2 = 1.0 + e2
        a2 = e2 / d2
        # layer 2: linear_error
        delta2 = a2 / d2 * (a2 - y)
        # layer 1: linear_error
        delta1 = a1 / d1 * (delta2 * w2)
        # layer 1: weight_gradient
        dc_dw1_11 = x_1 * delta1
        dc_dw1_21 = x_2 * delta1
        # layer 2: weight_gradient
        dc_dw2 = a1 * delta2
        return dc_dw1_11, dc_dw1_21, dc_dw2

    def step(x, y, rate):
        dc_dw1_11, dc_dw1_21, dc_dw2 = gradient(x, y)
        w1_11, w1_21, w2 = p
        # step
        p[:] = [w1_11 - rate * dc_dw1_11, w1_21 - rate * dc_dw1_21, w2 - rate * dc_dw2]

    return gradient, step
"""
OVER_ARRAYS = """\
from numpy import add, array, divide, empty, exp, minimum, multiply, subtract


def laid_out(p, g):
    w1 = p[0:2].reshape(2, 1)
    w2 = p[2:3].reshape(1, 1)
    dc_dw1 = g[0:2].reshape(2, 1)
    dc_dw2 = g[2:3].reshape(1, 1)
    z_1_2 = e_1_2 = empty(2)
    z1 = e1 = z_1_2[0:1]
    z2 = e2 = dc_da2 = z_1_2[1:2]
    t_1_2 = d_1_2 = empty(2)
    t1 = d1 = t_1_2[0:1]
    t2 = d2 = t_1_2[1:2]
    a_1_2 = empty(2)
    a1 = dc_da1 = a_1_2[0:1]
    a2 = delta2 = a_1_2[1:2]
    s_1_2 = empty(2)
    s1 = s_1_2[0:1]
    s2 = delta1 = s_1_2[1:2]
    number_709 = array(709.0)
    one = array(1.0)
    a1_row = a1.reshape(1, 1)
    delta2_row = delta2.reshape(1, 1)
    delta1_row = delta1.reshape(1, 1)

    def gradient(x, y):
        if x.shape != (2,) or y.shape != (1,):
            raise ValueError("x (2,) and y (1,) were expected")
        # layer 1: linear
        x.dot(w1, z1)
        # layer 1: sigmoid
        minimum(z1, number_709, out=t1)
        exp(t1, e1)
        add(one, e1, d1)
        divide(e1, d1, a1)
        # layer 2: linear
        a1.dot(w2, z2)
        # layer 2: sigmoid
        minimum(z2, number_709, out=t2)
        exp(t2, e2)
        add(one, e2, d2)
        divide(e2, d2, a2)
        # layer 2: half_squared_error_derivative
        subtract(a2, y, dc_da2)
        # layers 1 and 2: sigmoid_derivative
        divide(a_1_2, d_1_2, s_1_2)
        # layer 2: linear_error
        multiply(s2, dc_da2, delta2)
        # layer 2: weight_gradient
        a1_row.dot(delta2_row, dc_dw2)
        # layer 1: activated_error
        delta2.dot(w2, dc_da1)
        # layer 1: linear_error
        multiply(s1, dc_da1, delta1)
        # layer 1: weight_gradient
        x.reshape(2, 1).dot(delta1_row, dc_dw1)
        return g

    def step(x, y, rate):
        gradient(x, y)
        # step
        multiply(rate, g, g)
        subtract(p, g, p)

    return gradient, step, {"delta1": delta1, "delta2": delta2}
"""
OF_A_BATCH = """\
from numpy import add, array, divide, empty, exp, eye, log1p, maximum, minimum, multiply, ones, subtract


def laid_out(p, g):
    w1 = p[0:4].reshape(2, 2)
    b1 = p[4:6]
    w2 = p[6:10].reshape(2, 2)
    dc_dw1 = g[0:4].reshape(2, 2)
    dc_db1 = g[4:6]
    dc_dw2 = g[6:10].reshape(2, 2)
    z1 = a1 = shortcut = empty((3, 2))
    e1 = s1 = delta1 = empty((3, 2))
    d1 = empty((3, 2))
    t1 = z2 = tb2 = e2 = empty((3, 2))
    top2 = total2 = empty((3, 1))
    a2 = t2 = empty((3, 2))
    delta2 = empty((3, 2))
    rows_3_2 = empty((3, 2))
    number_709 = array(709.0)
    one = array(1.0)
    number_minus_4_49423e_307 = array(-4.4942328371557893e+307)
    number_4_49423e_307 = array(4.4942328371557893e+307)
    constant_2_2 = 1 - eye(2)
    three = array(3.0)
    ones_3 = ones(3)
    a1_t = a1.T
    w2_t = w2.T

    def gradient(x, y):
        if x.shape != (3, 2) or y.shape != (3, 2):
            raise ValueError("x (3, 2) and y (3, 2) were expected")
        # layer 1: linear
        x.dot(w1, z1)
        rows_3_2[...] = b1
        add(z1, rows_3_2, z1)
        # layer 1: softplus
        minimum(z1, number_709, out=e1)
        exp(e1, e1)
        add(one, e1, d1)
        log1p(e1, t1)
        maximum(z1, t1, out=a1)
        # layer 1: residual_sum
        add(x, a1, a1)
        # layer 2: linear
        a1.dot(w2, z2)
        # layer 2: finite
        maximum(z2, number_minus_4_49423e_307, out=tb2)
        minimum(tb2, number_4_49423e_307, out=tb2)
        # layer 2: below_top
        maximum.reduce(tb2, -1, None, top2, True)
        rows_3_2[...] = top2
        subtract(tb2, rows_3_2, e2)
        # layer 2: softmax
        exp(e2, e2)
        add.reduce(e2, -1, None, total2, True)
        rows_3_2[...] = total2
        divide(e2, rows_3_2, a2)
        # layer 2: cross_entropy_derivative
        subtract(one, y, delta2)
        multiply(delta2, a2, delta2)
        # layer 2: softmax_rest
        e2.dot(constant_2_2, t2)
        rows_3_2[...] = total2
        divide(t2, rows_3_2, t2)
        # layer 2: cross_entropy_derivative
        multiply(y, t2, t2)
        subtract(delta2, t2, delta2)
        # layer 2: output_derivative
        divide(delta2, three, delta2)
        # layer 2: weight_gradient
        a1_t.dot(delta2, dc_dw2)
        # layer 1: activated_error
        delta2.dot(w2_t, shortcut)
        # layer 1: sigmoid
        divide(e1, d1, s1)
        # layer 1: linear_error
        multiply(s1, shortcut, delta1)
        # layer 1: weight_gradient
        x.T.dot(delta1, dc_dw1)
        # layer 1: bias_gradient
        ones_3.dot(delta1, dc_db1)
        return g

    def step(x, y, rate):
        gradient(x, y)
        # step
        multiply(rate, g, g)
        subtract(p, g, p)

    return gradient, step, {"delta1": delta1, "delta2": delta2, "shortcut": shortcut}
"""

OF_BATCH_NORMALIZATION = """\
# layer 1: linear
x.dot(w1, z1)
# layer 1: centered
ones_5.dot(z1, totald1)
divide(totald1_row, number_5, meand1)
rows_5_2[...] = meand1
subtract(z1, rows_5_2, centered1)
# layer 1: root_mean_square
multiply(centered1, centered1, tf1)
ones_5.dot(tf1, totalc1)
divide(totalc1_row, number_5, meanc1)
add(meanc1, number_1eminus_05, size1)
sqrt(size1, size1)
# layer 1: applied
rows_5_2[...] = size1
divide(centered1, rows_5_2, n1)
# layer 1: scaled
rows_5_2[...] = gamma1
multiply(rows_5_2, n1, h1)
rows_5_2[...] = beta1
add(h1, rows_5_2, h1)
# layer 1: relu
maximum(h1, zero, out=a1)
# layer 2: linear
a1.dot(w2, z2)
# layer 2: half_squared_error_derivative
subtract(z2, y, delta2)
# layer 2: output_derivative
divide(delta2, number_5, delta2)
# layer 2: weight_gradient
a1_t.dot(delta2, dc_dw2)
# layer 1: activated_error
delta2.dot(w2_row, dc_da1)
# layer 1: relu_derivative
greater(h1, zero, te1)
copyto(s1, te1)
# layer 1: linear_error
multiply(s1, dc_da1, dc_dh1)
# layer 1: scale_gradient
multiply(dc_dh1, n1, td1)
# layer 1: bias_gradient
ones_5.dot(dc_dh1, dc_dbeta1)
# layer 1: scale_gradient
ones_5.dot(td1, dc_dgamma1)
# layer 1: input_gradient
rows_5_2[...] = gamma1
multiply(dc_dh1, rows_5_2, dc_dn1)
# layer 1: divided_gradient
multiply(dc_dn1, n1, tc1)
ones_5.dot(tc1, totalb1)
divide(totalb1_row, number_5, meanb1)
rows_5_2[...] = meanb1
multiply(n1, rows_5_2, tb1)
subtract(dc_dn1, tb1, t1)
rows_5_2[...] = size1
divide(t1, rows_5_2, t1)
# layer 1: centered
ones_5.dot(t1, total1)
divide(total1_row, number_5, mean1)
rows_5_2[...] = mean1
subtract(t1, rows_5_2, delta1)
# layer 1: weight_gradient
x.T.dot(delta1, dc_dw1)
"""
OF_A_ROOT_MEAN_SQUARE = """\
# layer 1: linear
z1_1 = x_1 * w1_11 + x_2 * w1_21
z1_2 = x_1 * w1_12 + x_2 * w1_22
# layer 1: root_mean_square
size1 = sqrt((z1_1 * z1_1 + z1_2 * z1_2) / 2.0 + 1e-05)
# layer 1: applied
n1_1 = z1_1 / size1
n1_2 = z1_2 / size1
# layer 1: scaled
h1_1 = gamma1_1 * n1_1 + beta1_1
h1_2 = gamma1_2 * n1_2 + beta1_2
# layer 1: relu
a1_1 = 0.0 if h1_1 < 0.0 else h1_1
a1_2 = 0.0 if h1_2 < 0.0 else h1_2
# layer 2: linear
z2 = a1_1 * w2_11 + a1_2 * w2_21
# layer 2: half_squared_error_derivative
delta2 = z2 - y
# layer 1: linear_error
dc_dbeta1_1 = float(h1_1 > 0.0) * (delta2 * w2_11)
dc_dbeta1_2 = float(h1_2 > 0.0) * (delta2 * w2_21)
# layer 1: input_gradient
dc_dn1_1 = dc_dbeta1_1 * gamma1_1
dc_dn1_2 = dc_dbeta1_2 * gamma1_2
# layer 1: divided_gradient
mean1 = (dc_dn1_1 * n1_1 + dc_dn1_2 * n1_2) / 2.0
delta1_1 = (dc_dn1_1 - n1_1 * mean1) / size1
delta1_2 = (dc_dn1_2 - n1_2 * mean1) / size1
# layer 1: weight_gradient
dc_dw1_11 = x_1 * delta1_1
dc_dw1_12 = x_1 * delta1_2
dc_dw1_21 = x_2 * delta1_1
dc_dw1_22 = x_2 * delta1_2
# layer 2: weight_gradient
dc_dw2_11 = a1_1 * delta2
dc_dw2_21 = a1_2 * delta2
"""


def test_over_floats_each_line_is_a_rule_with_the_names_of_the_formula():
    network = Network([Layer([[0.4], [-0.2]], None), Layer([[0.1]], None)])
    assert compile(network, backend="floats").source == OVER_FLOATS


def test_over_floats_means_over_floats_however_many_examples_there_are():
    network = initialize((4, 10, 10, 4), ("tanh", "softplus", "sigmoid"), seed=0)  # exp, log1p and tanh
    source = compile(network, 20, backend="floats").source
    first = source.splitlines()[0]
    assert first.startswith("from math import ")
    assert first == f"from math import {', '.join(sorted(first.removeprefix('from math import ').split(', ')))}"
    narrow = compile(cast(a_network(), np.float32), backend="floats").source
    assert narrow.startswith("from array import array\nfrom math import exp\n")


def test_over_arrays_what_layers_do_alike_lies_in_a_row_and_is_done_at_once():
    network = Network([Layer([[0.4], [-0.2]], None), Layer([[0.1]], None)])
    assert compile(network, backend="numpy").source == OVER_ARRAYS


def test_of_a_batch_each_line_is_an_operation_into_a_place_of_its_own_or_one_that_is_free():
    first = Layer(np.ones((2, 2)), np.ones(2), "softplus", residual=True)
    network = Network([first, Layer(np.ones((2, 2)), None, "softmax")], "cross_entropy")
    assert compile(network, batch=3, backend="numpy").source == OF_A_BATCH


def with_normalization(kind):
    first = Layer(np.eye(2), None, "relu", normalization=kind)
    return Network([first, Layer(np.ones((2, 1)), None, "identity")])


def body_of(source):
    """Give the lines between the shapes that are required and the end of the gradient."""
    return dedent(source[source.index("        # layer 1: linear") : source.index("        return ")])


def test_normalization_has_lines_of_its_rules_with_the_letters_of_its_formulas():
    source = compile(with_normalization("batch"), batch=5, backend="numpy").source
    assert body_of(source) == OF_BATCH_NORMALIZATION
    assert {"    gamma1 = p[4:6]", "    beta1 = p[6:8]", "    dc_dgamma1 = g[4:6]"} <= {*source.splitlines()}
    assert body_of(compile(with_normalization("rms"), backend="floats").source) == OF_A_ROOT_MEAN_SQUARE


def test_after_the_forward_pass_layers_with_normalization_are_differentiated_at_once():
    network = initialize((3, 4, 4, 2), "tanh", normalization="layer", seed=0)
    lines = compile(network, 3, backend="numpy").source.splitlines()
    assert "        # layers 1 to 3: tanh_derivative" in lines
    assert "        multiply(two, h_1_to_3, e_1_to_3)" in lines


def test_a_row_has_the_name_of_what_several_layers_do_alike():
    network, x, _ = truth.numbered_problem(42, np.float64)  # what is computed of one layer alone lies in rows, too
    text = compile(network, len(x), backend="numpy").source
    rows = re.findall(r"\b([a-z]+(?:_\d+)+) = ", text.partition("def gradient")[0])
    assert [name for name in rows if name.count("_") == 1 and not name.startswith(("number_", "ones_"))] == []


def test_a_number_has_a_name_that_says_it():
    names = [number_name(value) for value in (1.0, 3.0, 709.0, -709.5, 0.5)]
    assert names == ["one", "three", "number_709", "number_minus_709_5", "number_0_5"]


def test_a_view_has_a_name_that_says_its_shape():
    node = Recorder().given("x", (6,), np.dtype(float))
    views = [Recorder().apply("reshape", node, shape=shape) for shape in ((1, 6), (6, 1), (2, 3))]
    assert [kind_of(view) for view in views] == ["row", "column", "as_2_3"]


def test_an_outer_product_is_large_from_the_measured_number_of_bytes_on():
    nodes = [Recorder().given("x", (EINSUM // 8 + more,), np.dtype(np.float64)) for more in (-1, 0)]
    assert [is_large(node) for node in nodes] == [False, True]


def test_a_row_is_written_to_all_rows_that_it_goes_to_up_to_the_measured_number_of_bytes(monkeypatch):
    for most, spread in ((4 * 3 * 8, True), (4 * 3 * 8 - 1, False)):
        monkeypatch.setattr("literate_bp.compiled.arrays.SPREAD", most)
        source = compile(initialize((2, 3)), batch=4, backend="numpy").source
        assert ("rows_4_3[...] = b1" in source) == spread


def test_layers_that_choose_alike_choose_in_one_call():
    text = compile(initialize((3, 4, 4, 2), "leaky_relu", scheme="he_normal", seed=0), backend="numpy").source
    derivative = text.partition("layers 1 to 3: ")[2]
    assert derivative.count("where=") == 1
    text = compile(initialize((3, 4, 4, 2), "relu", scheme="he_normal", seed=0), backend="numpy").source
    assert text.count("copyto(") == 1


def test_no_line_gives_memory_a_name_twice():
    text = compile(initialize((3, 4, 4, 2), "gelu_tanh", scheme="he_normal", seed=0), backend="numpy").source
    for line in text.partition("def gradient")[0].splitlines():
        *names, _ = line.split(" = ")
        assert len(names) == len({*names}), line


def test_what_layers_do_at_once_waits_until_it_is_needed_where_memory_is_free_again():
    text = compile(initialize((3, 2, 2), "softplus", seed=0), backend="numpy").source
    assert "t_1_2 = d_1_2 = empty(4)" in text  # ln(1 + e) of the way forward, and 1 + e of the way back
    assert text.index("half_squared_error_derivative") < text.index("add(one, e_1_2, d_1_2)")


def test_only_one_added_to_an_exponential_is_called_a_denominator():
    text = compile(initialize((2, 1), "gelu_tanh", scheme="he_normal", seed=0), backend="numpy").source
    added = re.findall(r"add\((\w+), \w+, (d|t)\w*1\)", text)
    assert {of for of, name in added if name == "d"} == {"one"}
    assert "t" in {name for _, name in added}


def test_what_layers_do_alike_is_done_at_once_behind_a_layer_without_activation_and_biases():
    layers = [Layer(np.eye(2), None, activation) for activation in ("identity", "tanh", "tanh")]
    assert "# layers 2 and 3: tanh_derivative" in compile(Network(layers), backend="numpy").source


@pytest.mark.parametrize("keepdims", [True, False])
def test_a_sum_along_rows_keeps_its_axis_where_that_is_asked_for(keepdims):
    recorder, dtype = Recorder(), np.dtype(float)
    shape = (2, 1) if keepdims else (2,)
    given = {name: recorder.given(name, of, dtype) for name, of in {"x": (2, 3), "y": (2,), "w1": shape}.items()}
    outputs = {"dc_dw1": recorder.apply("sum", given["x"], axis=1, keepdims=keepdims)}
    graph = Graph(given, outputs, {node: name for name, node in {**given, **outputs}.items()})
    found = Arrays(np.zeros(2)).prepare(graph, recorded_step(2, dtype)).gradient
    assert np.array_equal(found(np.array([[1.0, 2.0, 4.0], [-1.0, 0.5, 8.0]]), np.zeros(2)), [7.0, 7.5])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_sigmoid_and_its_derivative_share_one_exponential(dtype):
    network = Network([Layer(np.ones((2, 3), dtype), None), Layer(np.ones((3, 1), dtype), None)])
    assert compile(network, batch=2, backend="numpy").source.count("exp(") == 2


def test_what_is_compared_and_then_taken_is_computed_once():
    text = compile(Network([Layer([[0.4], [-0.2]], None, "softplus")]), backend="floats").source
    assert text.count("log1p(") == 1
    softmax = compile(Network([Layer([[0.4, 0.1]], None, "softmax")], "cross_entropy"), backend="floats").source
    assert softmax.count(" else z1_1") == softmax.count(" else z1_2") == 1  # limited from below, then from above


def test_a_result_that_nothing_else_reads_is_returned_as_its_formula():
    recorder = Recorder()
    given = {name: recorder.given(name, (2,), np.dtype(float)) for name in ("x", "y", "w1")}
    gradient = recorder.apply("reshape", recorder.apply("exp", given["w1"]), shape=(1, 2))
    outputs = {"dc_dw1": gradient, "delta1": recorder.apply("subtract", given["x"], given["y"])}
    graph = Graph(given, outputs, {node: name for name, node in {**given, **outputs}.items()})
    program = Floats(np.array([1.0, -2.0])).prepare(graph, recorded_step(2, np.dtype(float)))
    assert "return exp(w1_1), exp(w1_2)" in program.source
    assert program.gradient([3, 4], [1, 1]) == (math.exp(1.0), math.exp(-2.0))
    found = program.all_of(np.array([3, 4]), np.array([1, 1]))
    assert {name: array.tolist() for name, array in found.items()} == {
        "dc_dw1": [math.exp(1.0), math.exp(-2.0)],
        "delta1": [2.0, 3.0],
    }


def test_an_entry_is_named_by_its_indices_apart_where_one_of_them_may_have_two_digits():
    assert entry_name("w", (2, 3), (0, 1)) == "w_12"
    assert entry_name("w", (9, 9), (0, 8)) == "w_19"
    assert entry_name("w", (2, 12), (0, 11)) == "w_1_12"
    assert entry_name("w", (12, 2), (10, 1)) == "w_11_2"
    assert entry_name("w", (2, 10), (0, 9)) == "w_1_10"
    assert entry_name("w", (1, 1), (0, 0)) == "w"


def test_layers_are_named_as_a_range_only_where_none_is_left_out():
    spans = [span(numbers) for numbers in ((3,), (1, 2), (1, 3), (1, 2, 3), (2, 3, 4, 5), (1, 2, 4))]
    assert spans == ["3", "1_2", "1_3", "1_to_3", "2_to_5", "1_2_4"]


def test_a_square_of_numbers_is_written_as_what_it_is():
    written = ArrayText(recorded(a_network(), np.ones(2)), recorded_step(12, np.dtype(float)))
    for square, text in ((1 - np.eye(2), "1 - eye(2)"), (np.eye(2), "array([[1.0, 0.0], [0.0, 1.0]])")):
        assert written.constant_text(Recorder().constant(square, np.dtype(float))) == text


def test_zeros_are_left_out_of_sums_and_products_and_ones_of_products_alone():
    zero, one, x = Number("constant", text="0.0"), Number("constant", text="1.0"), Number("input", text="x")
    assert added(zero, x) is x
    assert added(x, zero) is x
    assert added(one, x).operands == (one, x)
    assert added(x, one).operands == (x, one)
    assert [times(x, of) for of in (zero, one)] == [zero, x]
    assert times(x, Number("constant", text="2.0")).operation == "multiply"


BRACKETED = [
    *("a * -b", "-(a + b)", "-(-a)", "c if (a < b) < c else (a < b)", "a - (b - c)"),
    *("c if a + b < c else a + b", "a if (b if c else a) else (c if a else b)", "c if a < b else a"),
    "abs(a)",
]


@pytest.mark.parametrize("text", BRACKETED)
def test_a_formula_over_floats_has_the_brackets_that_it_needs(text):
    a, b, c = (Number("input", text=name) for name in "abc")
    numbers = {
        "a * -b": operation("multiply", a, operation("negative", b)),
        "-(-a)": operation("negative", operation("negative", a)),
        "-(a + b)": operation("negative", operation("add", a, b)),
        "c if (a < b) < c else (a < b)": operation("maximum", operation("less", a, b), c),
        "a - (b - c)": operation("subtract", a, operation("subtract", b, c)),
        "c if a + b < c else a + b": operation("maximum", operation("add", a, b), c),
        "abs(a)": operation("absolute", a),
        "c if a < b else a": operation("where", operation("less", a, b), c, a),
        "a if (b if c else a) else (c if a else b)": operation(
            "where", operation("where", c, b, a), a, operation("where", a, c, b)
        ),
    }
    written = FloatText(recorded(a_network(), np.ones(2)), recorded_step(12, np.dtype(float)))
    assert written.formula(numbers[text])[0] == text
