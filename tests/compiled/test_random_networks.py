"""Twenty thousand random networks, of every kind: each is compiled to the gradients that `backward` gives."""

import numpy as np
import pytest
import truth
from recorded import assert_same_gradients, clear

from literate_bp import COSTS, compile  # noqa: A004 — the word of the field
from literate_bp.compiled.program import BACKENDS, has_gains
from literate_bp.normalization import NORMALIZATIONS

PART = 100
"""How many networks one test has: the first few run every time, the others with ``--exhaustive``."""
FLOATS = 2_000
"""So many are compiled to floats too."""
parts = [("numpy", n) for n in range(0, 10_000, PART)] + [("floats", n) for n in range(0, FLOATS, PART)]


@pytest.mark.parametrize(
    ("backend", "first", "count"),
    [
        *(("numpy", 0, 40), ("floats", 0, 40)),
        *(pytest.param(*part, PART, marks=pytest.mark.exhaustive) for part in parts),
    ],
)
def test_programs_give_the_gradients_that_backward_gives(backend, first, count):
    for number in range(first, first + count):
        compare(backend, truth.numbered_problem(number, np.float32 if number % 2 else np.float64), number)


def compare(backend, problem, number):
    network, x, y = problem
    if backend == "floats" and has_gains(network):
        return
    program = compile(network, 1 if x.ndim == 1 else len(x), backend=backend)
    assert_same_gradients(program.gradients(x, y), clear(network, x, y), problem, number)


@pytest.mark.parametrize(
    ("backend", "first", "count"),
    [
        *(("numpy", 0, 60), ("floats", 0, 60)),
        *(pytest.param(*part, PART, marks=pytest.mark.exhaustive) for part in parts),
    ],
)
def test_programs_of_networks_with_normalization_give_the_gradients_that_backward_gives(backend, first, count):
    for number in range(first, first + count):
        compare(backend, truth.normalized_problem(number, np.float32 if number % 2 else np.float64), number)


def test_the_first_networks_with_normalization_are_of_all_kinds():
    networks = [truth.normalized_problem(number, np.float64)[0] for number in range(60)]
    layers = [layer for network in networks for layer in network.layers if layer.normalization]
    assert {layer.normalization for layer in layers} == {*NORMALIZATIONS}
    assert {layer.activation for layer in layers} == {*truth.HIDDEN}
    assert {network.cost for network in networks if any(network.normalizations)} == {*COSTS}
    assert {layer.residual for layer in layers} == {layer.gains is None for layer in layers} == {True, False}
    assert any(len({*network.normalizations[:-1]}) > 2 for network in networks)


def test_programs_of_networks_with_normalization_give_the_derivatives_of_the_cost():
    for number in range(40):
        network, x, y = truth.normalized_problem(number, np.float64)
        found = truth.named(compile(network, 1 if x.ndim == 1 else len(x)).gradients(x, y))
        bounds = truth.rounding_bounds(network, x, y)
        for name, of in truth.gradients_of(network, x, y).items():
            assert np.max(np.abs(found[name] - of)) <= 2 * bounds[name], f"{name} of {number}"


def test_every_backend_that_needs_nothing_more_is_compared():
    assert {"floats", "numpy"} <= BACKENDS.keys()
