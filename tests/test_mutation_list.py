"""Mutation testing: what counts as a mutant, and that the list of those that change nothing fits the package."""

import ast
import os
import re
import subprocess
import sys
import time
import tomllib
from itertools import count
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[1] / "tools/mutants"
SOURCE = '''
"""A module."""

RATE = 0.5


def gate(z: float, rate: float = RATE) -> float:
    """Compute a gate."""
    if z <= 0:
        raise ValueError(f"z is {z + 1}")
    return max(z, 1) + abs(rate)
'''
MUTANTS = """
 : RATE = 0.5 → RATE = 1.5
 : RATE = 0.5 → RATE = -0.5
gate: if z <= 0 → if z < 0
gate: if z <= 0 → if z > 0
gate: if z <= 0 → if z <= 1
gate: if z <= 0 → if z <= -1
gate: raise ValueError(f'z is {z + 1}') → pass
gate: return max(z, 1) + abs(rate) → return None
gate: return max(z, 1) + abs(rate) → return max(z, 1) - abs(rate)
gate: return max(z, 1) + abs(rate) → return max(z, 1)
gate: return max(z, 1) + abs(rate) → return min(z, 1) + abs(rate)
gate: return max(z, 1) + abs(rate) → return max(z, 2) + abs(rate)
gate: return max(z, 1) + abs(rate) → return max(z, 0) + abs(rate)
gate: return max(z, 1) + abs(rate) → return max(z, 1) + rate
"""


@pytest.fixture(scope="module")
def tool():
    """Import the modules of the tool, and forget them afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(TOOL))
    import results  # noqa: PLC0415 — its folder is on the path only here

    yield results
    sys.path.remove(str(TOOL))
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(TOOL)):
            del sys.modules[name]


def test_every_operator_constant_condition_call_and_statement_is_changed_but_no_text_of_a_message(tool):
    found = [mutant.name for mutant in tool.mutants("a.py", ast.parse(SOURCE))]
    assert found == [
        f"a.py {line.strip(' ') if line[0] != ' ' else line[1:]}" for line in MUTANTS.strip("\n").splitlines()
    ]


def test_the_same_change_twice_in_a_function_has_two_names(tool):
    found = [mutant.name for mutant in tool.mutants("a.py", ast.parse("def f(a):\n    a()\n    a()\n"))]
    assert found == ["a.py f: a() → pass", "a.py f: a() → pass (2)"]


def test_a_lambda_that_a_mutant_takes_out_of_a_call_keeps_its_lines_in_the_others(tool):
    made = tool.mutants("a.py", ast.parse("f(\n    lambda z: z * z\n)\n"))
    assert {mutant.lines for mutant in made if mutant.function == "lambda"} == {range(2, 3)}


def test_a_mutant_compiles_to_its_change_alone(tool):
    [swapped] = [m for m in tool.mutants("a.py", ast.parse(SOURCE)) if m.after == "return min(z, 1) + abs(rate)"]
    space = {}
    exec(swapped.code(Path("a.py")), space)  # noqa: S102 — it is our own
    assert [space["gate"](z) for z in (0.25, 3)] == [0.75, 1.5]


def test_each_equivalent_mutant_is_one_of_the_package_as_it_is_and_has_its_reason_once(tool):
    assert tool.outdated() == []
    reasons = tool.equivalent()
    assert all(len(reason.split()) >= 5 for reason in reasons.values())
    groups = tomllib.loads(tool.EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
    assert len(reasons) == sum(len(group["mutants"]) for group in groups)


def test_an_entry_that_is_no_mutant_any_more_is_named(tool, monkeypatch):
    monkeypatch.setattr(tool, "equivalent", lambda: {"node.py sigmoid: no such → change": "a reason"})
    assert tool.outdated() == ["node.py sigmoid: no such → change"]


def ended(mutant, end):
    return {"name": mutant.name, "state": mutant.state, "end": end}


def test_a_score_counts_how_mutants_ended_and_only_of_a_random_sample(tool, tmp_path, capsys):
    made = [mutant for mutant in tool.mutants("a.py", ast.parse(SOURCE)) if mutant.body is not None]
    order, results = tool.in_random_order(made), tool.Results(tmp_path / "results.jsonl")
    assert order != made
    assert sorted(order, key=made.index) == made
    assert tool.in_random_order(made[1:]) == [mutant for mutant in order if mutant is not made[0]]
    for mutant, end in zip(order, ("killed", "survived", "killed"), strict=False):
        results.note(tool.Result(**ended(mutant, end)))
    expected = {"made": len(made), "run": 3, "killed": 2, "equivalent": 0, "left": 1}
    assert tool.counted(order, results) == expected
    assert order[1].name in capsys.readouterr().out
    results.note(tool.Result(**ended(order[5], "killed")))  # before its turn
    assert tool.counted(order, results) == expected


def test_an_entry_that_a_test_kills_is_named(tool, tmp_path, monkeypatch):
    first, second, third, *others = tool.mutants("a.py", ast.parse(SOURCE))
    monkeypatch.setattr(tool, "equivalent", lambda: dict.fromkeys([first.name, second.name, third.name], "a reason"))
    results = tool.Results(tmp_path / "results.jsonl")
    results.note(tool.Result(**ended(first, "killed"), by="tests/rules/test_a.py::test_b"))
    results.note(tool.Result(**ended(second, "killed"), by="out of time"))
    results.note(tool.Result(**ended(others[0], "killed"), by="tests/rules/test_a.py::test_b"))
    assert tool.disproved([first, second, third, *others], results) == [first.name]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--sample", "0"], "argument --sample: 0 is not above 0"),
        (["--sample", "few"], "argument --sample: invalid"),
        (["--seconds", "nan"], "argument --seconds: nan is not above 0"),
        (["--minutes", "-1"], "argument --minutes: -1 is not above 0"),
        (["node.py", "nodes"], "^nodes: no file of the package has this name, and none of its rooms"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_judged(options, message):
    found = subprocess.run([sys.executable, TOOL, *options], check=False, capture_output=True, text=True)
    assert found.returncode
    assert re.search(message, found.stderr)
    assert "Traceback" not in found.stderr


@pytest.mark.usefixtures("tool")
@pytest.mark.parametrize(
    ("run", "wall", "why"),
    [
        (lambda: time.sleep(60), 0.1, ""),
        (lambda: os._exit(1), 60, "crashed"),
        (lambda: sum(count()), 60, "out of time"),
    ],
)
def test_a_process_that_is_kept_waiting_has_not_failed(run, wall, why):
    import forked  # noqa: PLC0415 — its folder is on the path only here

    with pytest.raises(forked.Broken, match=f"^{why}$"):
        forked.in_a_fork(run, processor=0, wall=wall)
    assert forked.in_a_fork(lambda: 3, processor=60, wall=60) == 3


def test_an_error_inside_pytest_ends_the_run(tool, tmp_path, monkeypatch):
    import judge  # noqa: PLC0415 — its folder is on the path only here

    def fails_inside(_options, plugins):
        plugins[0].items = {"a test": None}
        return pytest.ExitCode.INTERNAL_ERROR

    monkeypatch.setattr(judge.pytest, "main", fails_inside)
    with pytest.raises(SystemExit, match="INTERNAL_ERROR"):
        judge.warm([], [], tool.Results(tmp_path / "results.jsonl"), None)
