"""What MicroPython has for NumPy: the activations and costs of the package get NumPy's numbers with it."""

import json
from random import Random

import numpy as np
import pytest
from engine import in_micropython

from literate_bp.activation import elementwise_activations
from literate_bp.cost import COSTS
from literate_bp.diagram.passes import live_numpy

EDGES = [0.0, -0.0, 1e-300, -5e-324, 1e-17, 745.0, -745.0, 746.0, 709.7, 709.9, 1e9, -1e9, 1e300, -1e300, 40.0, -40.0]
VALUES = 2000
ACTIVATIONS = """
import json
import numpy as np
from literate_bp.activation import ACTIVATIONS
for name in {names!r}:
    for rule in (ACTIVATIONS[name].function, ACTIVATIONS[name].derivative):
        print(json.dumps([rule(np.asarray(z)).item() for z in json.loads({values!r})]))
"""
RULES = """
import json
import numpy as np
from literate_bp.cost import COSTS
for name in {names!r}:
    for a, y in json.loads({pairs!r}):
        a, y = np.asarray(a), np.asarray(y)
        print(json.dumps([COSTS[name].value(a, y).item(), COSTS[name].derivative(a, y).entries]))
"""


def values():
    """Return numbers of many sizes, of both signs, and those where a function may go wrong."""
    draw = Random(745)  # noqa: S311  the same numbers every time
    return EDGES + [draw.choice([-1, 1]) * 10 ** draw.uniform(-18, 3) for _ in range(VALUES)]


def of_numbers(rule, z):
    """Return what a rule gives for each of some numbers, in NumPy."""
    with np.errstate(all="ignore"):
        return [float(rule(np.asarray(each))) for each in z]


def test_activations_and_their_derivatives_get_the_numbers_of_numpy(tmp_path):
    z, table = values(), elementwise_activations()
    result = in_micropython(ACTIVATIONS.format(names=list(table), values=json.dumps(z)), tmp_path)
    assert result.returncode == 0, result.stderr[-2000:]
    lines = iter(result.stdout.splitlines())
    for name, row in table.items():
        for rule in (row.function, row.derivative):
            there, here = json.loads(next(lines)), of_numbers(rule, z)
            for value, found, expected in zip(z, there, here, strict=True):
                assert abs(found - expected) <= 1e-15 * max(abs(expected), 5e-309), (name, value, found, expected)


def test_costs_and_their_derivatives_get_the_numbers_of_numpy(tmp_path):
    draw, names = Random(3), [name for name in COSTS if name != "cross_entropy"]  # noqa: S311  the same every time
    pairs = [
        [[draw.gauss(0, spread) for _ in range(3)], [draw.random() for _ in range(3)]]
        for spread in (0.01, 1, 30, 700)
        for _ in range(100)
    ]
    result = in_micropython(RULES.format(names=names, pairs=json.dumps(pairs)), tmp_path)
    assert result.returncode == 0, result.stderr[-2000:]
    lines = iter(result.stdout.splitlines())
    for name in names:
        for a, y in pairs:
            value, derivative = json.loads(next(lines))
            assert value == pytest.approx(float(COSTS[name].value(np.array(a), np.array(y))), rel=2e-15)
            expected = COSTS[name].derivative(np.array(a), np.array(y))
            assert derivative == pytest.approx([*expected], rel=1e-15, abs=1e-16)


@pytest.mark.parametrize(
    "name", ["exp", "log1p", "tanh", "minimum", "maximum", "where", "clip", "ones_like", "zeros_like"]
)
def test_a_function_is_numpys_for_numbers_that_are_not_finite_too(name):
    given = [0.5, -2.0, 0.0, 3.0, np.inf, np.nan, 1e-20]
    more = {"minimum": [1], "maximum": [1], "clip": [-1, 1], "where": [[1.0] * 7, [2.0] * 7]}.get(name, [])
    if name == "log1p":
        given = [abs(each) for each in given]
    found = getattr(live_numpy, name)(given, *more).entries
    np.testing.assert_allclose(found, getattr(np, name)(np.array(given), *map(np.array, more)), rtol=4e-16)


@pytest.mark.parametrize("other", [[1.0, 2.0], [1.0], [1.0, 2.0, 3.0, 4.0]])
def test_arrays_of_unequal_lengths_are_refused_where_numpy_would_stretch_one_too(other):
    three = live_numpy.asarray([1.0, 2.0, 3.0])
    for act in (lambda x, y: x + y, lambda x, y: x * y, lambda x, y: x > y, live_numpy.minimum):
        with pytest.raises(ValueError, match="equally many were expected"):
            act(three, live_numpy.asarray(other))


def test_a_number_goes_with_each_entry_on_either_side():
    row = live_numpy.asarray([1.0, 2.0, 4.0])
    assert (2 * row - 1).entries == [1.0, 3.0, 7.0]
    assert (1 / row).entries == [1.0, 0.5, 0.25]
    assert ((-row) ** 2).sum(axis=-1).item() == 21.0
    assert live_numpy.asarray(3.0).sum().item() == 3.0
    with pytest.raises(ValueError, match="unpack"):
        row.item()
