"""Each stage from the clear form to the fast one computes the same gradients, and has one means more."""

import numpy as np
import pytest
import truth
from hypothesis import given, settings
from recorded import clear

from literate_bp import initialize
from literate_bp.compiled.stages import STAGES, gradient_of, text_of


def in_a_row(found):
    return np.concatenate([np.ravel(array) for array in found]) if isinstance(found, tuple) else found


@given(truth.problems())
@settings(max_examples=40)
def test_every_stage_gives_the_gradients_that_backward_gives(problem):
    network, x, y = problem
    expected = in_a_row(tuple(clear(network, x, y).arrays.values()))
    if x.ndim == 2 and len(x) == 1:
        x, y = x[0], y[0]
    batch = len(x) if x.ndim == 2 else 1
    for stage in STAGES:
        found = in_a_row(gradient_of(network, batch, stage)(x, y))
        assert np.allclose(found, expected, rtol=1e-9, atol=1e-12 * np.max(np.abs(expected))), stage


MEANS = {
    "one exp": ("minimum(z1, 0.0)", False),
    "memory": ("empty(", True),
    "dot": ("matmul", False),
    "constants": ("one = array(1.0)", True),
    "together": ("d_1_2 = ", True),
}
"""A piece of text that a program has, or has no more, from this stage on."""


def has(text, piece):
    return piece in text.replace("zero = 0.0", "").replace("zero", "0.0")


@pytest.mark.parametrize("means", MEANS)
def test_a_means_is_there_from_its_stage_on_and_not_before(means):
    network, names = initialize((3, 5, 2), seed=0), [*STAGES]
    piece, wanted = MEANS[means]
    found = [has(text_of(network, 4, stage), piece) for stage in names]
    place = names.index(means)
    assert found == [not wanted] * place + [wanted] * (len(names) - place)


@pytest.mark.parametrize("function", [gradient_of, text_of])
def test_a_stage_that_there_is_not_is_refused(function):
    with pytest.raises(ValueError, match="stage 'fast' is unknown; known names: in a row, one exp, "):
        function(initialize((2, 1)), 1, "fast")
