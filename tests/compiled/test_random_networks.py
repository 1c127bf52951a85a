"""Ten thousand random networks, of every kind: each is compiled to the gradients that `backward` gives."""

import numpy as np
import pytest
import truth
from recorded import assert_same_gradients, clear

from literate_bp import compile  # noqa: A004 — the word of the field
from literate_bp.compiled.program import BACKENDS, has_gains

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
        network, x, y = truth.numbered_problem(number, np.float32 if number % 2 else np.float64)
        if backend == "floats" and has_gains(network):
            continue
        program = compile(network, 1 if x.ndim == 1 else len(x), backend=backend)
        assert_same_gradients(program.gradients(x, y), clear(network, x, y), (network, x, y), number)


def test_every_backend_that_needs_nothing_more_is_compared():
    assert {"floats", "numpy"} <= BACKENDS.keys()
