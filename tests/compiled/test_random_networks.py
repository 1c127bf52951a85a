"""Ten thousand random networks, of every kind: each is compiled to the gradients that `backward` gives."""

import numpy as np
import pytest
import truth
from recorded import assert_same_gradients, clear

from literate_bp import compile  # noqa: A004 — the word of the field
from literate_bp.compiled.program import BACKENDS

PART = 100
"""How many networks one test has: some of the first run every time, the others with ``--exhaustive``."""
QUICK = 20
each_part = pytest.mark.parametrize(
    ("first", "count"),
    [(0, QUICK), *(pytest.param(n, PART, marks=pytest.mark.exhaustive) for n in range(0, 10_000, PART))],
)


@pytest.mark.parametrize("backend", ["floats", "numpy"])
@each_part
def test_programs_give_the_gradients_that_backward_gives(first, count, backend):
    for number in range(first, first + count):
        network, x, y = truth.numbered_problem(number, np.float32 if number % 2 else np.float64)
        program = compile(network, 1 if x.ndim == 1 else len(x), backend=backend)
        assert_same_gradients(program.gradients(x, y), clear(network, x, y), (network, x, y), number)


def test_every_backend_that_needs_nothing_more_is_compared():
    assert {"floats", "numpy"} <= BACKENDS.keys()
