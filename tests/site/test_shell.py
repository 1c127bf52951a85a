"""What cells show is kept as a notebook keeps it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
PROGRAM = """
import json, sys
from cells.shell import Cell, Shell
kept = Shell.instance().run([Cell(*cell) for cell in json.loads(sys.argv[1])], lambda number: None)
print(json.dumps(kept))
"""


def shown(*cells):
    """Run cells, each with its code and whether it may raise, in a process of their own; return what each has shown."""
    environment = os.environ | {"PYTHONPATH": str(HERE / "docs/_ext")}
    command = [sys.executable, "-c", PROGRAM, json.dumps(cells)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=60)
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def outputs():
    return shown(
        ["import sys, os\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')\n_ = os.system('echo d')"],
        ["from IPython.display import HTML, display\ndisplay(HTML('<b>'))\n1 + 1"],
        ["from math import exp\n1 / (1 + exp(-(-1000.0)))", True],
        ["_ = 3"],
        ["oh no"],
        ["print('never')"],
    )


def test_what_is_printed_is_kept_in_order_and_that_of_programs_behind_it(outputs):
    assert [(each.get("name"), each.get("text")) for each in outputs[0]] == [
        ("stdout", "a\n"),
        ("stderr", "b\n"),
        ("stdout", "c\nd\n"),
    ]


def test_what_is_displayed_and_the_last_value_are_kept_in_all_formats(outputs):
    html, value = outputs[1]
    assert (html["output_type"], html["data"]["text/html"]) == ("display_data", "<b>")
    assert value == {"output_type": "execute_result", "data": {"text/plain": "2"}, "metadata": {}, "execution_count": 2}


def test_an_error_that_may_be_raised_is_shown_without_a_mark_within_the_line(outputs):
    (error,) = outputs[2]
    assert (error["ename"], error["evalue"]) == ("OverflowError", "math range error")
    assert "exp(-(-" in error["traceback"][-2]


def test_a_cell_that_fails_is_the_last_that_runs(outputs):
    assert len(outputs) == 5
    assert outputs[3] == []
    assert outputs[4][-1]["ename"] == "SyntaxError"
