"""Pipelines as a page runs them: the package's own schedules under MicroPython, which are those of CPython."""

import ast
import inspect
import json
from random import Random

import engine
import pytest

from literate_bp import pipeline
from literate_bp.diagram import plots
from literate_bp.diagram.plots.live_pipeline import ORDERS, answer
from page import assets

SAME = 1e-12
STATES = 1_000


@pytest.fixture
def served(tmp_path):
    """The files of the package that a page with a pipeline asks for."""
    assets.copy_engine(tmp_path)
    assets.copy_plots(tmp_path)
    return tmp_path


def random_states():
    """Return pipelines of all sizes that a page takes, with ways back of any length, in each order in turn."""
    draw = Random(22)  # noqa: S311  the same numbers every time
    for n in range(STATES):
        yield {
            "order": [*ORDERS][n % len(ORDERS)],
            "stages": draw.randint(1, 8),
            "batches": draw.randint(1, 16),
            "back": draw.choice([0.25, 0.5, 1.0, 2.0, 4.0, round(draw.uniform(0.25, 4), 2), draw.uniform(0.25, 4)]),
        }


def numbers(answers):
    """Return the numbers of each line."""
    return [list(map(float, line.split(" "))) for line in answers.split("\n")]


def test_each_pass_in_a_page_is_that_of_cpython_and_so_is_all_that_is_counted(served):
    states = [*random_states()]
    found = engine.answers("live_pipeline", states, served, ["pipeline.py", "diagram/plots/live_pipeline.py"])
    assert len(found) == STATES
    for state, there in zip(states, found, strict=True):
        here = numbers(answer(json.dumps(state)))
        assert [len(line) for line in numbers(there)] == [len(line) for line in here]
        for one, other in zip(numbers(there), here, strict=True):
            assert one == pytest.approx(other, rel=SAME, abs=SAME), state


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize(("p", "m", "back"), [(1, 1, 1.0), (4, 8, 2.0), (5, 3, 0.7), (8, 16, 4.0)])
def test_an_answer_has_what_the_package_counts(name, p, m, back):
    first, *passes = numbers(answer(json.dumps({"order": name, "stages": p, "batches": m, "back": back})))
    tasks = pipeline.schedule(p, m, ORDERS[name][1], back)
    assert first[:2] == [pipeline.waiting_share(tasks), pipeline.bubble_share(p, m)]
    assert first[0] == pytest.approx(first[1], abs=1e-12)
    assert max(first[2:]) == pipeline.most_kept(tasks)
    assert [each[:5] for each in passes] == [
        [task.stage, task.batch, task.forward, task.start, task.end] for task in tasks
    ]
    for stage, most in enumerate(first[2:]):
        own = [each for each in passes if each[0] == stage]
        after = [sum(1 if each[2] else -1 for each in own[: n + 1]) for n in range(len(own))]
        assert [each[6] for each in own] == after
        assert [each[5] for each in own] == [kept + (not each[2]) for kept, each in zip(after, own, strict=True)]
        assert most == max(after)
        assert after[-1] == 0
        assert most == (m if name == "forward_first" else min(m, p - stage))


def test_a_page_gets_little_and_begins_with_the_pipeline_that_is_drawn():
    live = plots.pipeline_schedule(stages=3, batches=5).live
    assert len(live.encode()) <= 1_000
    assert json.loads(live) == {
        "kind": "pipeline",
        "orders": {name: title for name, (title, _) in ORDERS.items()},
        "book": {"order": "forward_first", "stages": 3, "batches": 5, "back": 2},
    }


def definitions(text):
    """Return the functions of a file by name, without texts and types."""
    return {
        part.name: [ast.dump(each) for each in part.body if not assets.is_text(each)]
        for part in ast.parse(text).body
        if isinstance(part, ast.FunctionDef)
    }


def test_each_rule_that_is_served_is_that_of_the_package(served):
    there = definitions((served / "literate_bp/pipeline.py").read_text(encoding="utf-8"))
    written = definitions(inspect.getsource(pipeline))
    assert {*written} - {*there} == {"backward_in_pipeline"}
    assert {name: there[name] for name in written if name in there} == {
        name: body for name, body in written.items() if name in there
    }
