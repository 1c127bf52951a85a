"""PyTorch and JAX, or what stands in for them: the gradients and the steps of `network` and `training`."""

import sys
from itertools import groupby

import numpy as np
import pytest
import truth
from recorded import assert_same_gradients, clear
from stand_ins import installed_or_stood_in_for

from literate_bp import Layer, Network, compile, descend, initialize  # noqa: A004 — the word of the field
from literate_bp.compiled import backend as backends
from literate_bp.compiled.graph import Graph, Recorder
from literate_bp.compiled.jax_backend import JaxText
from literate_bp.compiled.program import in_a_row
from literate_bp.network import cast
from literate_bp.training import one_epoch

each_backend = pytest.mark.parametrize("backend", ["torch", "jax"])


@pytest.fixture(autouse=True)
def library(monkeypatch):
    """Let NumPy stand in for a library that is missing."""
    for name in ("torch", "jax"):
        installed_or_stood_in_for(name, monkeypatch)


@each_backend
@pytest.mark.parametrize("numbers", [range(8), pytest.param(range(8, 40), marks=pytest.mark.exhaustive)])
def test_other_backends_give_the_gradients_that_backward_gives(backend, numbers):
    for number in numbers:
        network, x, y = truth.numbered_problem(number, np.float32 if number % 2 else np.float64)
        program = compile(network, 1 if x.ndim == 1 else len(x), backend=backend)
        assert_same_gradients(program.gradients(x, y), clear(network, x, y), (network, x, y), number)


@each_backend
@pytest.mark.parametrize("numbers", [range(12), pytest.param(range(12, 60), marks=pytest.mark.exhaustive)])
def test_other_backends_know_normalization(backend, numbers):
    for number in numbers:
        network, x, y = truth.normalized_problem(number, np.float32 if number % 2 else np.float64)
        program = compile(network, 1 if x.ndim == 1 else len(x), backend=backend)
        assert_same_gradients(program.gradients(x, y), clear(network, x, y), (network, x, y), number)


@each_backend
def test_other_backends_take_the_steps_of_descend(backend):
    network = initialize((3, 5, 2), "tanh", seed=0)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    program = compile(network, batch=4, backend=backend)
    program.step(x, y, 0.5)
    expected = descend(network, clear(network, x, y), 0.5)
    assert np.allclose(in_a_row(program.network), in_a_row(expected), rtol=1e-12, atol=1e-14)
    row = np.asarray(program.flat_gradient(x, y))
    arrays = clear(expected, x, y).arrays.values()
    assert np.allclose(row, np.concatenate([array.ravel() for array in arrays]), rtol=1e-9, atol=1e-13)
    with pytest.raises(ValueError, match=r"y has shape \(1, 2\)"):
        program.flat_gradient(x, y[:1])
    first, _ = program.train(x, y, rate=0.1, epochs=2, batch=3)
    other, _ = compile(expected, batch=3, backend="numpy").train(x, y, rate=0.1, epochs=2, batch=3)
    assert np.allclose(in_a_row(first), in_a_row(other), rtol=1e-12, atol=1e-14)


@each_backend
def test_an_epoch_starts_from_the_network_that_it_is_given_and_a_step_that_overflows_is_not_taken(backend):
    network, other, rng = *(initialize((3, 5, 2), "tanh", seed=seed) for seed in (0, 1)), np.random.default_rng(0)
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    program = compile(network, batch=2, backend=backend)
    found = program.run_epoch(other, x, y, 0.1, 2)
    assert np.allclose(in_a_row(found), in_a_row(one_epoch(other, x, y, 0.1, 2)), rtol=1e-12, atol=1e-14)
    with pytest.raises(ValueError, match="a step has left"):
        program.step(x * 1e3, y * 1e3, 1e308)
    assert np.array_equal(in_a_row(program.network), in_a_row(found))
    assert_same_gradients(program.gradients(x, y), clear(found, x, y), (found, x, y))
    assert isinstance(program._holder.p, getattr(sys.modules[backend], {"torch": "Tensor", "jax": "Array"}[backend]))


VIEWS = {
    "backward": lambda a: np.ascontiguousarray(a[::-1])[::-1],
    "read-only": lambda a: np.broadcast_to(a[:1], a.shape),
    "by columns": np.asfortranarray,
}


@pytest.mark.filterwarnings("error")
@each_backend
@pytest.mark.parametrize("view", VIEWS)
def test_other_backends_take_arrays_however_they_lie(backend, view):
    network, rng = initialize((3, 5, 2), "tanh", seed=0), np.random.default_rng(0)
    x, y = map(VIEWS[view], (rng.normal(size=(4, 3)), rng.normal(size=(4, 2))))
    program, expected = compile(network, batch=4, backend=backend), clear(network, x, y)
    assert_same_gradients(program.gradients(x, y), expected, (network, x, y))
    row = np.concatenate([array.ravel() for array in expected.arrays.values()])
    assert np.allclose(program.flat_gradient(x, y).tolist(), row, rtol=1e-9, atol=1e-13)
    program.step(x, y, 0.5)
    assert np.allclose(in_a_row(program.network), in_a_row(descend(network, expected, 0.5)), rtol=1e-12, atol=1e-14)


@each_backend
def test_a_type_that_a_library_has_not_is_refused(backend):
    network = cast(initialize((3, 5, 2), seed=0), np.dtype(float).newbyteorder())
    with pytest.raises(ValueError, match=f"backend is '{backend}', which has no [<>]f8; 'numpy' was expected"):
        compile(network, backend=backend)


def test_each_function_of_jax_is_compiled_by_it():
    source = compile(initialize((3, 5, 2), seed=0), batch=4, backend="jax").source
    assert source.count("@jit\ndef ") == source.count("def ") == 3


def test_large_outer_products_are_matrix_products_of_pytorch(monkeypatch):
    monkeypatch.setattr("literate_bp.compiled.arrays.EINSUM", 1)
    assert "matmul(a1_column, delta2_row, out=dc_dw2)" in compile(initialize((3, 5, 2)), backend="torch").source


@pytest.mark.parametrize(("backend", "called"), [("torch", "PyTorch"), ("jax", "JAX")])
def test_a_library_that_is_missing_is_asked_for(backend, called, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(backends, "import_module", missing)
    with pytest.raises(ImportError, match=f"{called} is missing; backend '{backend}' needs it: .* install {backend}"):
        compile(initialize((2, 1)), backend=backend)


@pytest.mark.parametrize(
    ("backend", "lines"),
    [
        ("torch", ["matmul(x, w1, out=z1)", "divide(a_1_2, d_1_2, out=s_1_2)", "sum(delta1, 0, False, out=dc_db1)"]),
        ("jax", ["e1 = np.exp(t1)", "delta1 = np.multiply(s1, dc_da1)", "dc_db1 = np.sum(delta1, 0, keepdims=False)"]),
    ],
)
def test_the_texts_have_the_lines_of_the_rules(backend, lines):
    source = compile(initialize((3, 5, 2), seed=0), batch=4, backend=backend).source
    assert not set(lines) - {line.strip() for line in source.splitlines()}
    names = source.splitlines()[0].partition(" import ")[2].split(", ")
    assert names == sorted(names) or backend == "jax"


def test_layers_that_choose_alike_choose_in_one_call_of_pytorch():
    network = initialize((3, 5, 2), "leaky_relu", "he_normal", seed=0)
    source = compile(network, batch=4, backend="torch").source
    assert "where(tb_1_2, one, number_0_01, out=s_1_2)" in source


def test_each_rule_stands_once_above_what_it_computes_for_jax():
    source = compile(initialize((3, 5, 2), seed=0), batch=4, backend="jax").source
    said = [line.strip() for line in source.splitlines() if line.strip().startswith("#")]
    assert said == [comment for comment, _ in groupby(said)]
    assert '"delta1"' in source
    assert '"dc_dw1"' not in source  # it stands in the row
    assert {"# layer 1: linear", "# layer 2: linear", "# layer 1: weight_gradient"} <= {*said}


@each_backend
def test_what_is_read_is_an_array_of_numpy(backend):
    network, rng = initialize((3, 5, 2), "tanh", seed=0), np.random.default_rng(0)
    program = compile(network, batch=4, backend=backend)
    gradients = program.gradients(rng.normal(size=(4, 3)), rng.normal(size=(4, 2)))
    read = [program.row, *gradients.arrays.values(), *gradients.errors, gradients.inputs]
    assert {type(array) for array in read} == {np.ndarray}


@each_backend
def test_what_comes_past_a_first_layer_may_be_its_own_error(backend):
    network = Network([Layer(np.eye(2), None, "identity", residual=True)])
    x, y = np.array([0.5, -1.0]), np.array([1.0, 2.0])
    found = compile(network, backend=backend).gradients(x, y)
    assert found.shortcut.tolist() == found.errors[0].tolist() == (2 * x - y).tolist()
    found = compile(network, backend=backend).gradients([x], [y])
    assert found.shortcut.tolist() == found.errors[0].tolist() == [(2 * x - y).tolist()]


def test_an_operation_that_jax_has_no_line_for_is_refused():
    recorder = Recorder()
    z = recorder.given("z", (3,), np.dtype(float))
    place = recorder.apply("argmax", z, axis=0, keepdims=False)
    graph = Graph({"z": z}, {"place": place}, {z: "z1", place: "place1"})
    with pytest.raises(NotImplementedError, match="argmax"):
        list(JaxText(graph, graph).body())
