"""Programs: what they compute is what `backward` and `training` do, and what they are given stays as it is."""

import copy

import numpy as np
import pytest
import truth
from hypothesis import given
from recorded import assert_same_gradients, clear, recorded

from literate_bp import SGD, Layer, Network, compile, descend, initialize  # noqa: A004 — the word of the field
from literate_bp.compiled.arrays import Arrays, ArrayText
from literate_bp.compiled.floats import FloatText
from literate_bp.compiled.graph import Graph, Recorder
from literate_bp.compiled.layout import is_outer, kind_of, may_overwrite
from literate_bp.compiled.passes import recorded_step
from literate_bp.compiled.program import chosen_backend, in_a_row, why_not_floats
from literate_bp.compiled.rewriting import rewritten
from literate_bp.compiled.training import train
from literate_bp.network import cast
from literate_bp.normalization import NORMALIZATIONS
from literate_bp.stepping import optimized_epochs
from literate_bp.training import one_epoch
from literate_bp.training import train as train_clearly


@given(truth.problems())
def test_a_program_gives_the_gradients_that_backward_gives(problem):
    network, x, y = problem
    program = compile(network, batch=1 if x.ndim == 1 else len(x))
    found, expected = program.gradients(x, y), clear(network, x, y)
    assert_same_gradients(found, expected, problem)
    for of, there in zip(found.errors, expected.errors, strict=True):
        assert of.shape == there.shape
        assert np.allclose(of, there, rtol=1e-9, atol=1e-12 * np.max(np.abs(there)))


@given(truth.problems(dtype=np.float32))
def test_a_program_of_float32_computes_in_float32(problem):
    network, x, y = problem
    assert_same_gradients(compile(network).gradients(x, y), clear(network, x, y), problem)


@given(truth.problems(batches=(None, 3)))
def test_the_flat_gradient_is_all_gradients_in_a_row(problem):
    network, x, y = problem
    program = compile(network, batch=1 if x.ndim == 1 else len(x))
    found = np.array(program.flat_gradient(x, y))
    arrays = clear(network, x, y).arrays.values()
    expected = np.concatenate([array.ravel() for array in arrays])
    assert np.allclose(found, expected, rtol=1e-9, atol=1e-12)


def a_problem(batch=4, dtype=np.float64):
    network = initialize((3, 5, 2), "tanh", seed=0, dtype=dtype)
    rng = np.random.default_rng(0)
    return network, rng.normal(size=(batch, 3)).astype(dtype), rng.normal(size=(batch, 2)).astype(dtype)


def test_gradients_are_arrays_that_the_next_call_leaves_alone():
    network, x, y = a_problem()
    program = compile(network, batch=4)
    first = program.gradients(x, y)
    kept = [array.copy() for array in (*first.arrays.values(), *first.errors)]
    program.gradients(-x, y)
    program.step(x, y, 1.0)
    assert all(np.array_equal(a, b) for a, b in zip((*first.arrays.values(), *first.errors), kept, strict=True))


def test_saturated_errors_keep_their_digits():
    # a − a² would be 0 in all of these; entry for entry, each is relative to its own size
    z = np.array([-700.0, -300.0, -50.0, 40.0, 300.0, 700.0])
    layer = Layer(np.eye(6), None, "sigmoid")
    network = Network([layer, Layer(np.ones((6, 1)), None, "identity")])
    found, expected = compile(network).gradients(z, [9.0]), clear(network, z, [9.0])
    assert np.all(found.errors[0] != 0)
    assert np.allclose(found.errors[0], expected.errors[0], rtol=1e-13, atol=0)


def test_a_single_number_is_not_written_over_what_it_is_computed_from():
    # NumPy takes several times as long for it; arrays of several numbers are
    graph = rewritten(recorded(initialize((3, 4, 1), seed=0), np.ones(3)))
    place = ArrayText(graph, recorded_step(21, np.dtype(float))).layout.place
    graph_of_two = rewritten(recorded(initialize((3, 4, 2), seed=0), np.ones(3)))
    place_of_two = ArrayText(graph_of_two, recorded_step(26, np.dtype(float))).layout.place

    def over(place):
        return [node for node in place for of in node.operands if place.get(of) is place[node]]

    assert {node.shape for node in place} == {(4,), (1,)}
    assert (1,) not in {node.shape for node in over(place)}
    assert {node.shape for node in over(place_of_two)} == {(4,), (2,)}


def test_what_layers_compute_alike_lies_where_an_operand_did_that_nothing_reads_any_more():
    network, x, _ = truth.numbered_problem(42, np.float64)
    layout = ArrayText(rewritten(recorded(network, x)), recorded_step(43, np.dtype(float))).layout
    lengths = {row[0]: len(row) for row in layout.rows if len(row) > 1}
    followed = 0
    for node, place in layout.place.items():
        ended = {
            layout.place.get(of)
            for of in node.operands
            if layout.last[of] == layout.when[node] and kind_of(of) == kind_of(node) and may_overwrite(node)
        }
        if place in lengths and any(lengths.get(each) == lengths[place] for each in ended):
            assert place in ended
            followed += 1
    assert followed


def test_other_batches_are_compiled_when_they_come():
    network, x, y = a_problem()
    program = compile(network, batch=4)
    for some in (x[:1], x[0], x[:3], x):
        targets = y[0] if some.ndim == 1 else y[: len(some)]
        expected = clear(network, some, targets)
        assert_same_gradients(program.gradients(some, targets), expected, (network, some, targets))
        row = np.concatenate([array.ravel() for array in expected.arrays.values()])
        assert np.allclose(np.array(program.flat_gradient(some, targets)), row, rtol=1e-12, atol=1e-14)


def test_a_program_of_floats_leaves_many_examples_to_numpy():
    network, rng = initialize((2, 3, 1), seed=0), np.random.default_rng(0)
    x, y = rng.normal(size=(1000, 2)), rng.normal(size=(1000, 1))
    program = compile(network)
    assert program.backend == "floats"
    for n in (1000, 1, 60, 1000):  # each sees the steps that the others took
        network = program.network
        expected = clear(network, x[:n], y[:n])
        assert_same_gradients(program.gradients(x[:n], y[:n]), expected, (network, x[:n], y[:n]))
        row = np.concatenate([array.ravel() for array in expected.arrays.values()])
        assert np.allclose(np.array(program.flat_gradient(x[:n], y[:n])), row, rtol=1e-12, atol=1e-14)
        program.step(x[:n].tolist(), y[:n].tolist(), 0.3)
        after = in_a_row(descend(network, expected, 0.3))
        assert np.allclose(in_a_row(program.network), after, rtol=1e-12, atol=1e-14)
    start = program.network
    found = program.train(x, y, epochs=2, batch=600)[0]
    expected = train_clearly(start, x, y, epochs=2, batch=600)[0]
    assert np.allclose(in_a_row(found), in_a_row(expected), rtol=1e-12, atol=1e-14)


def test_long_sums_and_many_products_are_left_to_numpy():
    wide = initialize((900, *[1] * 20), seed=0)
    assert compile(wide).backend == "numpy"
    assert [chosen_backend(initialize((7,) * n), 1) for n in (205, 206)] == ["floats", "numpy"]
    x, y = np.random.default_rng(0).normal(size=(3, 900)), np.ones((3, 1))
    assert_same_gradients(compile(wide, 3).gradients(x, y), clear(wide, x, y), (wide, x, y))


@pytest.mark.parametrize(
    ("network", "batch", "message"),
    [
        (initialize((2, 3, 1)), 1000, "batch 1000 make sums of 1000 terms; 100 at most were expected"),
        (initialize((3, 101)), 1, "batch 1 make sums of 101 terms; 100 at most were expected"),
        (initialize((60, 60)), 3, "batch 3 make 10800 products; 10000 at most were expected"),
        (cast(initialize((2, 3, 1)), np.float16), 1, "network is of float16; float64 or float32 was expected"),
    ],
)
def test_floats_refuse_what_they_cannot_write(network, batch, message):
    with pytest.raises(ValueError, match=f"backend is 'floats', .*{message}"):
        compile(network, batch, backend="floats")
    assert compile(network, batch).backend == "numpy"


def test_long_doubles_are_compiled_too():
    network, x, y = a_problem(dtype=np.longdouble)
    found, expected = compile(network, 4).gradients(x, y), clear(network, x, y)
    assert found.weights[0].dtype == np.longdouble
    precision = 100 * np.finfo(np.longdouble).eps
    assert np.allclose(found.weights[0], expected.weights[0], rtol=precision, atol=precision)
    trained, expected = (each(network, x, y, epochs=2)[0] for each in (train, train_clearly))
    assert np.allclose(in_a_row(trained), in_a_row(expected), rtol=precision, atol=precision)


def test_a_batch_that_no_memory_holds_is_refused():
    with pytest.raises(ValueError, match="batch is 1000000000; its results take more memory than there is"):
        compile(initialize((1, 200_000)), 10**9)


def test_lists_and_other_types_are_converted():
    network, x, y = a_problem()
    program, expected = compile(network, batch=4), clear(network, x, y)
    assert_same_gradients(program.gradients(x.tolist(), y.tolist()), expected, (network, x, y))
    row = np.concatenate([array.ravel() for array in expected.arrays.values()])
    assert np.allclose(program.flat_gradient(x.tolist(), y.tolist()), row)
    whole = compile(network, batch=4).gradients(np.ones((4, 3), int), np.zeros((4, 2), int))
    assert whole.weights[0].dtype == np.float64


@pytest.mark.parametrize("call", ["gradients", "flat_gradient", "step"])
@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.ones((4, 2)), np.ones((4, 2)), r"x has shape \(4, 2\); the network has 3 inputs"),
        (np.ones((4, 3)), np.ones((1, 2)), r"y has shape \(1, 2\); the output has shape \(4, 2\)"),
        (np.ones((4, 3)), np.ones(2), r"y has shape \(2,\)"),
        (np.ones((4, 3)) * 1j, np.ones((4, 2)), "x .* complex"),
        ("words", np.ones((4, 2)), "x "),
        (None, np.ones((4, 2)), "x "),
    ],
)
def test_what_does_not_fit_is_refused_in_our_words(call, x, y, message):
    program = compile(a_problem()[0], batch=4)
    with pytest.raises(ValueError, match=message):
        getattr(program, call)(x, y)


def test_a_step_is_that_of_descend():
    network, x, y = a_problem()
    program, before = compile(network, batch=4), in_a_row(network)
    for _ in range(3):
        program.step(x, y, 0.3)
    expected = network
    for _ in range(3):
        expected = descend(expected, clear(expected, x, y), 0.3)
    assert np.allclose(in_a_row(program.network), in_a_row(expected), rtol=1e-12, atol=1e-14)
    assert np.array_equal(in_a_row(network), before)
    assert program.network.layers[0].activation == "tanh"
    assert_same_gradients(program.gradients(x, y), clear(program.network, x, y), (program.network, x, y))
    assert program.gradients(x, y).first_layer is program.network.layers[0]


def test_a_step_from_infinity_times_0_is_refused_without_a_warning():
    layers = Layer([[-1.0]], None, "relu"), Layer([[1e308]], None, "identity")  # σ′ is 0, and ∂C/∂a beyond numbers
    with pytest.raises(ValueError, match="a step has left"):
        compile(Network(layers), backend="numpy").step([1.0], [-1e308], 0.5)


@pytest.mark.parametrize("rate", [0, -1.0, np.nan])
def test_a_step_has_a_rate_above_0(rate):
    with pytest.raises(ValueError, match=r"^rate is .*; a finite number greater than 0 was expected"):
        compile(initialize((2, 1))).step([1.0, 2.0], [0.0], rate)


def test_floats_are_chosen_up_to_the_measured_number_of_products(monkeypatch):
    for most, backend in ((2, "floats"), (1, "numpy")):
        monkeypatch.setattr("literate_bp.compiled.program.FLOATS", most)
        assert compile(initialize((2, 1))).backend == backend


def test_a_step_that_overflows_is_refused_and_not_taken():
    network, x, y = a_problem()
    program = compile(network, batch=4)
    with pytest.raises(ValueError, match=r"rate is 1e\+308; with it, a step has left weights of layer 2 infinite"):
        program.step(x * 1e3, y * 1e3, 1e308)
    assert np.array_equal(in_a_row(program.network), in_a_row(network))
    assert_same_gradients(program.gradients(x, y), clear(network, x, y), (network, x, y))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("batch", [1, 3, 4, 100])
def test_training_takes_the_steps_of_the_clear_form(batch, dtype):
    network, x, y = a_problem(10, dtype)
    settings = {"rate": 0.2, "epochs": 3, "batch": batch, "seed": 7, "test": (x[:2], y[:2])}
    found, history = train(network, x, y, **settings)
    expected, clear_history = train_clearly(network, x, y, **settings)
    precision = 100 * np.finfo(dtype).eps
    assert in_a_row(found).dtype == dtype
    assert np.allclose(in_a_row(found), in_a_row(expected), rtol=precision, atol=precision)
    assert np.allclose(history.test_cost, clear_history.test_cost, rtol=precision)
    assert history.accuracy == clear_history.accuracy
    program = compile(network, batch)
    assert np.array_equal(in_a_row(program.train(x, y, **settings)[0]), in_a_row(found))
    assert np.array_equal(in_a_row(program.network), in_a_row(found))


@pytest.mark.parametrize("backend", ["floats", "numpy"])
def test_an_epoch_starts_from_the_network_that_it_is_given(backend):
    network, x, y = a_problem()
    other = initialize((3, 5, 2), "tanh", seed=1)
    program = compile(network, batch=2, backend=backend)
    found = program.run_epoch(other, x, y, 0.1, 2)
    assert np.allclose(in_a_row(found), in_a_row(one_epoch(other, x, y, 0.1, 2)), rtol=1e-12, atol=1e-14)
    assert program.network is found


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("batch", [1, 3])
def test_floats_take_the_steps_of_arrays(batch, dtype):
    network, x, y = a_problem(3, dtype)
    programs = [compile(network, batch, backend=backend) for backend in ("floats", "numpy")]
    for program in programs:
        program.train(x, y, rate=0.1, epochs=2, batch=batch)
    rows = [in_a_row(program.network) for program in programs]
    assert rows[0].dtype == rows[1].dtype == dtype
    assert np.allclose(*rows, rtol=20 * np.finfo(dtype).eps, atol=20 * np.finfo(dtype).eps)


def test_a_deep_network_is_written_in_time_that_grows_with_its_depth():
    lines = [compile(initialize((4,) * (depth + 1)), 20).source.count("\n") for depth in (50, 100, 200)]
    assert lines[2] - lines[1] == 2 * (lines[1] - lines[0])
    text = compile(initialize((4,) * 51), 20).source
    assert "divide(a_1_to_50, d_1_to_50, s_1_to_50)" in text
    assert "# layers 1 to 50: sigmoid_derivative" in text


def test_constants_that_begin_alike_have_names_of_their_own(monkeypatch):
    monkeypatch.setattr("literate_bp.activation.LEAK", 709.0001)  # beside 709, the limit of an exponent
    rng = np.random.default_rng(0)
    network = Network([Layer(rng.normal(size=(3, 5)), None, "leaky_relu"), Layer(rng.normal(size=(5, 2)))])
    x, y = -np.ones((4, 3)), np.ones((4, 2))
    program = compile(network, batch=4, backend="numpy")
    lines = {line.strip() for line in program.source.split("\n")}
    assert {"number_709 = array(709.0001)", "number_709b = array(709.0)"} <= lines
    expected = clear(network, x, y).weights[0]
    assert np.allclose(program.gradients(x, y).weights[0], expected, rtol=1e-12)


def test_large_outer_products_are_the_work_of_einsum(monkeypatch):
    network, x, y = a_problem(1)
    small = compile(network, backend="numpy")
    monkeypatch.setattr("literate_bp.compiled.arrays.EINSUM", 1)
    large = compile(network, backend="numpy")
    assert "einsum" not in small.source
    assert 'einsum("i,j->ij", a1, delta2, out=dc_dw2)' in large.source
    assert 'einsum("i,j->ij", x, delta1, out=dc_dw1)' in large.source
    assert np.array_equal(large.flat_gradient(x[0], y[0]), small.flat_gradient(x[0], y[0]))


def test_biases_are_written_to_all_rows_first_in_small_arrays_alone(monkeypatch):
    network, x, y = a_problem(6)
    spread = compile(network, batch=6, backend="numpy")
    monkeypatch.setattr("literate_bp.compiled.arrays.SPREAD", 0)
    added = compile(network, batch=6, backend="numpy")
    assert "rows_" not in added.source
    assert {"rows_6_5[...] = b1", "add(z1, rows_6_5, z1)"} <= {line.strip() for line in spread.source.splitlines()}
    assert np.array_equal(spread.flat_gradient(x, y), added.flat_gradient(x, y))


@pytest.mark.parametrize("text", [ArrayText, FloatText])
def test_an_operation_that_no_program_has_a_line_for_is_refused(text):
    network = Network([Layer(np.ones((2, 2)), None, "softmax")], "cross_entropy")
    graph, step = recorded(network, np.ones((3, 2))), recorded_step(4, np.dtype(float))
    with pytest.raises(NotImplementedError, match=r"np\.(argmax|take_along_axis) in below_top has no line"):
        _ = text(graph, step).source


def test_a_step_that_is_not_entry_by_entry_is_refused():
    recorder = Recorder()
    inputs = {name: recorder.given(name, (4,), np.dtype(float)) for name in ("old", "gradient", "rate")}
    new = recorder.apply("sum", inputs["old"], axis=0, keepdims=True)
    with pytest.raises(NotImplementedError, match="entry by entry"):
        list(ArrayText(recorded(a_problem()[0], np.ones(3)), Graph(inputs, {"new": new}, {})).step_lines())


def test_a_program_shows_itself_in_a_notebook():
    program = compile(a_problem()[0], batch=4, backend="numpy")
    assert "<td>        # layer 1: linear</td>" in program._repr_html_()


def test_tiny_networks_are_floats_and_others_arrays():
    assert compile(initialize((2, 1, 1))).backend == "floats"
    assert compile(initialize((2, 1, 1)), batch=100).backend == "numpy"
    assert compile(initialize((64, 64, 1))).backend == "numpy"
    assert compile(cast(initialize((2, 1, 1)), np.float16)).backend == "numpy"


def test_floats_take_as_long_sums_and_as_many_products_as_they_say():
    rng = np.random.default_rng(0)
    for sizes in ((100, 1), (1, 100), (100, 100)):
        program, network = (compile(initialize(sizes, seed=0), backend=backend) for backend in ("floats", "numpy"))
        x, y = rng.normal(size=sizes[0]), rng.normal(size=sizes[-1])
        assert np.allclose(program.flat_gradient(x, y), network.flat_gradient(x, y), rtol=1e-12, atol=1e-14)
    with pytest.raises(ValueError, match="10100 products; 10000 at most"):
        compile(initialize((100, 100, 1)), backend="floats")


def test_floats_round_a_parameter_of_float32_once_a_step():
    x, y, rate = 1.1, 0.3, float(np.float32(0.7))
    for w in np.linspace(0.1, 0.9, 9, dtype=np.float32):
        program = compile(Network([Layer(np.array([[w]]), None, "identity")]), backend="floats")
        program.step([x], [y], rate)
        x_1, y_1 = float(np.float32(x)), float(np.float32(y))
        expected = float(w) - rate * (x_1 * (x_1 * float(w) - y_1))
        assert program.network.layers[0].weights[0, 0] == np.float32(expected)


@pytest.mark.parametrize("backend", ["floats", "numpy"])
def test_a_copy_of_a_program_goes_on_from_where_it_stands_and_leaves_it_alone(backend):
    network, x, y = a_problem(2)
    program = compile(network, batch=2, backend=backend)
    program.step(x, y, 0.1)
    other, before = copy.deepcopy(program), in_a_row(program.network)
    assert (other.batch, other.backend, other.source) == (2, backend, program.source)
    assert np.array_equal(in_a_row(other.network), before)
    other.step(x, y, 0.1)
    assert np.array_equal(in_a_row(program.network), before)
    program.step(x, y, 0.1)
    assert np.array_equal(in_a_row(other.network), in_a_row(program.network))


def test_networks_with_gains_are_arrays():
    small = Network([Layer([[1e-200], [1e-200]], [0.0], gains=[1.0])])
    assert compile(small).backend == "numpy"
    with np.errstate(all="ignore"):
        assert np.isnan(compile(small).flat_gradient([1.0, 2.0], [1.0])).any()
    with pytest.raises(ValueError, match=r"backend is 'floats', .* network has gains, so 'numpy' was expected"):
        compile(small, backend="floats")


def test_half_precision_is_compiled_too():
    network, x, y = a_problem(dtype=np.float16)
    found, expected = compile(network, 4).gradients(x, y), clear(network, x, y)
    assert found.weights[0].dtype == np.float16
    assert np.allclose(found.weights[0], expected.weights[0], rtol=0.02, atol=0.002)


def test_a_program_goes_on_from_where_it_stands():
    network, x, y = a_problem(10)
    program = compile(network, batch=5)
    once = program.train(x, y, epochs=1, batch=5)[0]
    twice = program.train(x, y, epochs=1, batch=5)[0]
    expected = train(once, x, y, epochs=1, batch=5)[0]
    assert np.array_equal(in_a_row(twice), in_a_row(expected))


def test_layers_of_several_types_are_refused_but_trained_the_clear_way(monkeypatch):
    layers = [Layer(np.ones((2, 2), np.float32)), Layer(np.ones((2, 1)))]
    with pytest.raises(ValueError, match=r"network has parameters of type float32 and float64.*cast changes it"):
        compile(Network(layers))
    x, y = np.ones((3, 2)), np.ones((3, 1))
    found = train(Network(layers), x, y, epochs=2)[0]
    expected = train_clearly(Network(layers), x, y, epochs=2)[0]
    assert all(np.array_equal(a.weights, b.weights) for a, b in zip(found.layers, expected.layers, strict=True))
    with pytest.raises(ValueError, match="complex128; real ones of one type"):
        compile(Network([Layer(np.ones((2, 2)) * 1j)]))
    monkeypatch.setattr("literate_bp.compiled.program.types_of", lambda _: [np.dtype("f8"), np.dtype("f4")])
    with pytest.raises(ValueError, match="parameters of type float32 and float64; real ones"):
        compile(Network(layers))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(({},), "network"), (("network", 0), "batch is 0"), (("network", 1, "fast"), "backend .*'fast'")],
)
def test_compile_refuses_what_it_cannot_use(arguments, message):
    network, *others = (a_problem()[0] if each == "network" else each for each in arguments)
    with pytest.raises(ValueError, match=message):
        compile(network, *others[:1], **dict(zip(["backend"], others[1:], strict=False)))


def test_a_program_shows_its_text_which_runs_by_itself():
    network, x, y = a_problem()
    program = compile(network, batch=4, backend="numpy")
    assert str(program) == program.source
    assert repr(program) == "<Program: 3-5-2, tanh, half_squared_error, 32 parameters, float64; 4 examples, numpy>"
    names = {}
    exec(program.source, names)  # noqa: S102 — our own text
    p, g = in_a_row(network), np.empty(32)
    gradient, step, errors = names["laid_out"](p, g)
    gradient(x, y)
    assert np.array_equal(g, program.flat_gradient(x, y))
    assert set(errors) == {"delta1", "delta2"}
    step(x, y, np.array(0.5))
    program.step(x, y, 0.5)
    assert np.array_equal(p, in_a_row(program.network))


def test_the_text_has_the_letters_of_the_formulas_and_the_names_of_the_rules():
    text = compile(initialize((3, 5, 2), seed=0), batch=4, backend="numpy").source
    lines = [line.strip() for line in text.splitlines()]
    backward_pass = lines[lines.index("# layers 1 and 2: sigmoid_derivative") : lines.index("return g")]
    assert backward_pass == [
        "# layers 1 and 2: sigmoid_derivative",
        "divide(a_1_2, d_1_2, s_1_2)",
        "# layer 2: linear_error",
        "multiply(s2, dc_da2, delta2)",
        "# layer 2: weight_gradient",
        "a1_t.dot(delta2, dc_dw2)",
        "# layer 2: bias_gradient",
        "ones_4.dot(delta2, dc_db2)",
        "# layer 1: activated_error",
        "delta2.dot(w2_t, dc_da1)",
        "# layer 1: linear_error",
        "multiply(s1, dc_da1, delta1)",
        "# layer 1: weight_gradient",
        "x.T.dot(delta1, dc_dw1)",
        "# layer 1: bias_gradient",
        "ones_4.dot(delta1, dc_db1)",
    ]


def test_steps_of_normalized_weights_are_those_of_descend():
    network = Network([Layer([[0.4, -0.3], [0.2, 0.9]], [0.1, 0.0], "identity", gains=[1.5, -0.5])])
    program, x, y = compile(network), [1.0, -2.0], [0.5, 0.5]
    program.step(x, y, 0.3)
    expected = descend(network, clear(network, np.array(x), np.array(y)), 0.3)
    assert np.allclose(in_a_row(program.network), in_a_row(expected), rtol=1e-12, atol=1e-14)
    before = program.row
    with pytest.raises(ValueError, match=r"rate is 1e\+308; with it, a step has left"):
        program.step(x, [1e3, 1e3], 1e308)
    assert np.array_equal(program.row, before)


def test_normalized_weights_that_have_lost_their_direction_are_refused():
    program = compile(Network([Layer([[0.4], [0.2]], gains=[1.5])]))
    program._holder.write(np.array([0.0, 0.0, 1.5]))  # what no step does but by rounding
    program._network = None
    with pytest.raises(ValueError, match="weights into node 1 are all 0"):
        program.require_finite(0.1)


def of_a_normalized_network(kind, n=20):
    rng = np.random.default_rng(0)
    network = initialize((3, 6, 5, 2), ("tanh", "sigmoid", "sigmoid"), normalization=kind, seed=0)
    return network, rng.normal(size=(n, 3)), rng.random((n, 2))


@pytest.mark.parametrize("kind", NORMALIZATIONS)
@pytest.mark.parametrize("backend", ["numpy", "floats"])
def test_steps_of_normalization_are_those_of_descend(kind, backend):
    network, x, y = of_a_normalized_network(kind, n=5)
    program = compile(network, 5, backend=backend)
    for _ in range(3):
        program.step(x, y, 0.3)
        network = descend(network, clear(network, x, y), 0.3)
    assert np.allclose(in_a_row(program.network), in_a_row(network), rtol=1e-12, atol=1e-14)
    assert program.network.normalizations == network.normalizations == [kind, kind, None]


@pytest.mark.parametrize("kind", NORMALIZATIONS)
@pytest.mark.parametrize(("dtype", "within"), [(np.float16, 3e-3), (np.float32, 1e-6)])
def test_a_program_of_a_narrow_type_with_normalization_has_ones_of_each_type_that_it_adds_with(kind, dtype, within):
    network, x, y = of_a_normalized_network(kind, n=6)
    network, x, y = cast(network, dtype), x.astype(dtype), y.astype(dtype)
    found = compile(network, 6).gradient_at(in_a_row(network), x, y)
    assert found.dtype == dtype
    assert np.allclose(found, clear(network, x, y).row, rtol=0, atol=within)


OPTIONS = [
    {"optimizer": "sgd"},
    {"optimizer": "adam"},
    {"optimizer": SGD(momentum=0.9), "clip": 0.1},
    {"optimizer": "rmsprop", "accumulate": 2},
]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (kind, options)
        for kind in NORMALIZATIONS
        for options in OPTIONS
        if kind != "batch" or "accumulate" not in options  # no sum of parts is the gradient of a whole batch
    ],
)
def test_with_normalization_optimizers_lead_to_where_they_do_the_clear_way(kind, options):
    network, x, y = of_a_normalized_network(kind)
    found, history = train(network, x, y, 0.05, epochs=3, batch=6, **options)
    clearly = optimized_epochs(network, **options)
    expected, expected_history = train_clearly(network, x, y, 0.05, epochs=3, batch=6, run_epoch=clearly)
    assert np.allclose(in_a_row(found), in_a_row(expected), rtol=1e-9, atol=1e-12)
    assert history.cost == pytest.approx(expected_history.cost, rel=1e-10)


@pytest.mark.parametrize("kind", NORMALIZATIONS)
def test_training_with_normalization_is_the_work_of_a_program(kind, monkeypatch):
    network, x, y = of_a_normalized_network(kind)
    expected, _ = train_clearly(network, x, y, epochs=2, batch=6)
    monkeypatch.delattr("literate_bp.compiled.training.one_epoch")
    found, _ = train(network, x, y, epochs=2, batch=6)
    assert np.allclose(in_a_row(found), in_a_row(expected), rtol=1e-11, atol=1e-13)
    assert in_a_row(compile(network, 6).train(x, y, epochs=2, batch=6)[0]).tobytes() == in_a_row(found).tobytes()


@pytest.mark.parametrize("backend", ["numpy", "floats"])
def test_an_epoch_that_leaves_one_example_to_batch_normalization_leaves_the_program_as_it_was(backend):
    network, x, y = of_a_normalized_network("batch", n=7)
    program = compile(network, 3, backend=backend)
    for run in (lambda: program.train(x, y, batch=3), lambda: program.step(x[:1], y[:1])):
        with pytest.raises(ValueError, match=r"^x is one example; the network has batch normalization"):
            run()
        assert np.array_equal(program.row, in_a_row(network))
        assert np.array_equal(in_a_row(program.network), in_a_row(network))
        expected = clear(network, x[:3], y[:3])
        assert_same_gradients(program.gradients(x[:3], y[:3]), expected, (network, x[:3], y[:3]))


def test_a_product_with_a_mean_of_one_node_is_not_written_over_its_factors():
    # a column times a row of one is computed as a product of matrices, which reads what it is given to the end
    network, x, _ = truth.normalized_problem(587, np.float64)
    layout = ArrayText(rewritten(recorded(network, x)), recorded_step(1, np.dtype(float))).layout
    products = [node for node in layout.place if is_outer(node)]
    assert products
    for node in products:
        assert all(layout.place.get(of) is not layout.place[node] for of in node.operands)


def test_a_program_measures_held_out_examples_as_training_does():
    network, x, y = a_problem()
    _, history = compile(network, batch=4).train(x, y, epochs=2, test=(x[:2], y[:2]))
    _, expected = train_clearly(network, x, y, epochs=2, test=(x[:2], y[:2]))
    assert history.test_cost == pytest.approx(expected.test_cost, rel=1e-12)
    assert history.test_accuracy == expected.test_accuracy
    assert len(history.test_cost) == 2


def test_the_table_of_a_program_is_its_text():
    program = compile(initialize((2, 1)))
    assert program.table.head == ("program",)
    assert "\n".join(line for (line,) in program.table.rows) == program.source.rstrip("\n")
    assert isinstance(program.table.rows, tuple)
    program.step([0.5, 0.5], [0.5])
    assert isinstance(program.network.layers, tuple)
    assert isinstance(program.gradients([0.5, 0.5], [0.5]).errors, tuple)


@pytest.mark.parametrize("backend", ["numpy", "floats"])
def test_of_a_single_weight_the_gradient_is_a_row_too(backend):
    network = Network([Layer([[0.5]], None)])
    program, expected = compile(network, backend=backend), clear(network, np.array([2.0]), np.array([0.0]))
    found = np.array(program.flat_gradient(np.array([2.0]), np.array([0.0])))
    np.testing.assert_allclose(found, expected.weights[0].ravel(), rtol=1e-14, strict=True)
    program.step([2.0], [0.0], 0.5)
    np.testing.assert_allclose(program.row, in_a_row(descend(network, expected, 0.5)), rtol=1e-14)


def test_where_floats_can_do_all_nothing_is_said_of_them():
    assert why_not_floats(initialize((2, 3, 1)), 1) == ""


@pytest.mark.parametrize("backend", ["numpy", "floats"])
def test_what_comes_past_a_first_layer_may_be_its_own_error(backend):
    network = Network([Layer(np.eye(2), None, "identity", residual=True)])
    x, y = np.array([0.5, -1.0]), np.array([1.0, 2.0])
    found = compile(network, backend=backend).gradients(x, y)
    assert found.shortcut.tolist() == found.errors[0].tolist() == (2 * x - y).tolist()


def test_floats_refuse_a_network_with_gains_in_any_of_its_layers():
    layers = [Layer(np.eye(2)), Layer(np.eye(2), gains=np.ones(2))]
    for network in (Network(layers), Network(layers[::-1])):
        with pytest.raises(ValueError, match=r"^backend is 'floats', .* network has gains, so 'numpy' was expected"):
            compile(network, backend="floats")
        assert compile(network).backend == "numpy"


@pytest.mark.parametrize("backend", ["numpy", "floats"])
def test_a_program_takes_numbers_of_another_type_in_its_own(backend):
    network = cast(initialize((3, 4, 2), "tanh", seed=0), np.float32)
    x, y = np.random.default_rng(0).normal(size=(2, 4, 3)).astype(np.float32)[..., :3], np.zeros((4, 2))
    program = compile(network, batch=4, backend=backend)
    found = program.gradients(x[0].astype(np.float64), y)
    assert_same_gradients(found, program.gradients(x[0], y.astype(np.float32)), (network, x[0], y))
    assert {array.dtype for array in found.arrays.values()} == {np.dtype(np.float32)}


def test_a_program_works_on_a_copy_of_the_parameters_that_it_is_given():
    network = initialize((3, 4, 2), "tanh", seed=0)
    given = in_a_row(network)
    arrays, kept = Arrays(given), given.copy()
    arrays.prepare(recorded(network, np.ones(3)), recorded_step(given.size, given.dtype)).step(
        np.ones(3), np.ones(2), np.float64(0.5)
    )
    assert np.array_equal(given, kept)
    assert not np.array_equal(arrays.read(), kept)


def test_an_epoch_that_overflows_is_refused_without_a_warning():
    network = initialize((3, 4, 2), "identity", cost="half_squared_error", seed=0)
    x = np.full((4, 3), 1e200)
    with pytest.raises(ValueError, match="a step has left"):
        compile(network, batch=2, backend="numpy").run_epoch(network, x, np.ones((4, 2)), 0.5, 2)


def test_the_row_of_parameters_cannot_be_written_to():
    program = compile(initialize((3, 4, 2), "tanh", seed=0))
    with pytest.raises(ValueError, match="read-only"):
        program.row[0] = 1.0
