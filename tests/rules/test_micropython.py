"""The rules in the browser: MicroPython runs node.py and nodes.py unchanged, and gets CPython's numbers."""

import json

import truth
from engine import in_micropython

from literate_bp import example, nodes

PROGRAM = """
import json, sys
from literate_bp import node, nodes
weights, biases, x, y = {given!r}
layers = tuple(nodes.sigmoid_layer(w, b) for w, b in zip(weights, biases))
trace = nodes.forward(layers, x)
gradients = nodes.backward(layers, trace, y)
updated = nodes.descend(layers, gradients, 0.5)
print(json.dumps({{
    "implementation": sys.implementation[0],
    "linear": trace.linear,
    "activated": trace.activated,
    "cost": nodes.half_squared_error(trace.activated[-1], y),
    "errors": nodes.errors(layers, trace, y),
    "weights": gradients.weights,
    "biases": gradients.biases,
    "new weights": [layer.weights for layer in updated],
    "new biases": [layer.biases for layer in updated],
    "sigmoid": [node.sigmoid(z) for z in (-745.0, -20.0, -1.0, 0.0, 1.0, 20.0, 745.0)],
}}))
"""


def flat(values):
    return [v for part in values for v in flat(part)] if isinstance(values, list | tuple) else [values]


def test_micropython_gets_the_numbers_of_cpython(tmp_path):
    given = (example.WEIGHTS, example.BIASES, example.INPUTS, example.TARGETS)
    result = in_micropython(PROGRAM.format(given=given), tmp_path)
    assert result.returncode == 0, result.stderr[-2000:]
    found = json.loads(result.stdout)
    assert found.pop("implementation") == "micropython"
    layers, x, y = example.running_nodes()
    trace = nodes.forward(layers, x)
    gradients, step = nodes.backward(layers, trace, y), None
    step = nodes.descend(layers, gradients, 0.5)
    expected = {
        "linear": trace.linear,
        "activated": trace.activated,
        "cost": nodes.half_squared_error(trace.activated[-1], y),
        "errors": gradients.errors,
        "weights": gradients.weights,
        "biases": gradients.biases,
        "new weights": [layer.weights for layer in step],
        "new biases": [layer.biases for layer in step],
        "sigmoid": [nodes.sigmoid(z) for z in (-745.0, -20.0, -1.0, 0.0, 1.0, 20.0, 745.0)],
    }
    assert set(found) == set(expected)
    for name, values in expected.items():
        here, there = flat(values), flat(found[name])
        assert len(here) == len(there)
        # Both are IEEE doubles, and +, −, · and / round alike. Two C libraries may differ by an ulp in exp, and Python
        # 3.12 adds up with fewer roundings; three layers there and back, of sums of 3 terms and an exp, make fewer
        # than 64 of these.
        largest = max(map(abs, here))
        assert max(abs(a - b) for a, b in zip(here, there, strict=True)) <= 64 * truth.EPS * largest, name


def test_micropython_would_not_run_what_it_does_not_know(tmp_path):
    result = in_micropython("import tomllib", tmp_path)
    assert result.returncode == 1
    assert "ImportError" in result.stderr
