"""The lines that a live figure lights when it steps, found by watching the rules: those that one would name."""

import json
from math import exp

import engine
import pytest

from literate_bp.node import sigmoid
from program.step_lines import lines_of_steps

LINES = json.loads(lines_of_steps())
RULES = {
    "z": "linear",
    "a": "sigmoid",
    "cost": "half_squared_error",
    "slope": "sigmoid_derivative",
    "da": "weighted_sum",
    "delta": "linear_error",
    "dw": "weight_gradient",
    "db": "backward",
}
"""The rule that gives each kind of quantity, as the chapters say."""


@pytest.mark.parametrize("kind", RULES)
def test_a_quantity_has_the_line_of_its_rule_and_the_first_error_that_of_the_cost(kind):
    for stack in LINES[kind]:
        assert stack[0][0] == RULES[kind]
    for stack in LINES.get(f"{kind} last", []):
        assert stack[0][0] == ("half_squared_error_derivative" if kind == "da" else RULES[kind])


def test_the_errors_of_hidden_nodes_of_outputs_and_of_inputs_come_from_different_loops():
    rules = {place: {rule for rule, _ in LINES[f"da{place}"][0]} for place in ("", " last", " inputs")}
    assert rules[""] == {"weighted_sum", "activated_error", "hidden_errors", "errors", "backward"}
    assert rules[" last"] == {"half_squared_error_derivative", "output_errors", "errors", "backward"}
    assert rules[" inputs"] == {"weighted_sum", "activated_error"}
    assert "hidden_errors" in {rule for rule, _ in LINES["delta"][0]}
    assert "output_errors" in {rule for rule, _ in LINES["delta last"][0]}


def test_below_zero_the_sigmoid_has_the_branch_that_cannot_overflow():
    below, above = (stack[0][1].strip().removeprefix("return ") for stack in LINES["a"])
    known = {"exp": exp, "z": -1000.0}
    assert eval(below, known) == sigmoid(-1000.0) == 0  # noqa: S307  a line of the package
    with pytest.raises(OverflowError):
        eval(above, known)  # noqa: S307  another line of it
    assert eval(above, known | {"z": 2.0}) == sigmoid(2.0)  # noqa: S307  the same line


def test_each_line_stands_in_the_rule_that_it_is_said_to_be_of():
    files = [(engine.SOURCE / name).read_text(encoding="utf-8") for name in ("node.py", "nodes.py")]
    for stack in (stack for both in LINES.values() for stack in both):
        for rule, line in stack:
            (file,) = (text for text in files if f"\ndef {rule}(" in text)
            assert line in file.split(f"\ndef {rule}(")[1].split("\n\n\n")[0].splitlines()
