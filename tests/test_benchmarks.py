"""The benchmarks: each contender computes the gradient, a wrong one ends the run, and a slow program fails."""

import importlib.util
import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from unittest import mock

import bench
import digits
import gradients
import import_time
import numpy as np
import pytest
import timing
from cases import AGREEMENT, CASES, Case, clear_gradients, off, problem
from contenders import LIMITS, OURS, PEERS, Contender
from digits import TRAINERS, accuracy, loaded, save

from literate_bp import backward

with mock.patch.dict(os.environ):  # they choose one thread
    import checkpoint
    import growth
    import ratios

BENCHMARKS = sorted(path.stem for path in Path(timing.__file__).parent.glob("*.py"))
NEEDS_A_BROWSER = ("switch",)
SMALL = (Case("3-4-2", (3, 4, 2), 5, 1.0), Case("3-4-2", (3, 4, 2), 1, 1.0))


@pytest.mark.parametrize("name", [name for name in BENCHMARKS if name not in NEEDS_A_BROWSER])
def test_each_benchmark_finds_what_it_imports(name):
    file = Path(timing.__file__).with_name(f"{name}.py")
    found = subprocess.run(
        [sys.executable, "-c", f"import runpy; runpy.run_path({str(file)!r})"],
        check=False,
        cwd=file.parent,
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("case", SMALL, ids=["batch", "one"])
@pytest.mark.parametrize("dtype", AGREEMENT)
@pytest.mark.parametrize("contender", [*LIMITS, *OURS, *PEERS], ids=lambda contender: contender.name)
def test_each_contender_computes_the_gradients_of_the_clear_form(contender, dtype, case, monkeypatch):
    monkeypatch.setenv("DEV", "CPU")  # of tinygrad
    if why := gradients.left_out(contender, case):
        pytest.skip(why)
    given = problem(case, dtype)
    run, read = contender.make(given)
    run()
    found = read(run())  # a second call adds nothing to the first
    assert off(found, clear_gradients(given, contender.cost)) <= AGREEMENT[dtype]


def test_a_contender_with_other_gradients_ends_the_run():
    def wrong(given):
        found = clear_gradients(given, "half_squared_error")
        found[-1] = found[-1] * (1 + 1e-9)
        return (lambda: found), list

    with pytest.raises(SystemExit, match=r"another is off by 1\.0e-09 in float64, with \(3, 4, 2\)"):
        [*gradients.of_case(SMALL[0], "float64", (*LIMITS, Contender("another", wrong)), timing.clock_of(1))]


def test_what_is_left_out_says_why(monkeypatch):
    monkeypatch.setattr(gradients, "TOO_SLOW", 0.0)
    missing = Contender("missing", LIMITS[0].make, "no_such_library")
    large = Contender("large", LIMITS[0].make, most=10)
    found = [*gradients.of_case(SMALL[0], "float64", (*LIMITS, missing, large, PEERS[0]), timing.clock_of(1))]
    reasons = {row["contender"]: row["left out"] for row in found if "left out" in row}
    assert reasons.pop(PEERS[0].name).startswith("one gradient takes ")
    assert reasons == {
        "missing": "not installed",
        "large": "too slow to try with more than 10 weights times examples",
    }
    assert [row["contender"] for row in found if "of limit" in row] == [limit.name for limit in LIMITS]


@pytest.mark.parametrize(
    ("module", "options", "message"),
    [
        (bench, ["--turns", "1"], "argument --turns: 1 is too few: at least 2 was expected"),
        (bench, ["--parts"], "argument --parts: expected at least one argument"),
        (bench, ["--parts", "digits", "--file", "broken.json"], "--file broken.json cannot be used: Expecting"),
        (bench, ["--parts", "digits", "--file", "no/folder.json"], "--file no/folder.json cannot be .*No such file"),
        (gradients, ["--turns", "0"], "argument --turns: 0 is too few"),
        (gradients, ["--threads", "0"], "argument --threads: 0 is too few"),
        (gradients, ["--cases", "1-1"], "argument --cases: invalid choice: '1-1'"),
        (checkpoint, ["--turns", "1"], "argument --turns: 1 is too few"),
        (import_time, ["--rounds", "1"], "argument --rounds: 1 is too few"),
        (import_time, ["--rounds", "x"], "argument --rounds: invalid"),
    ],
    ids=lambda value: value.__name__ if inspect.ismodule(value) else str(value),
)
def test_a_wrong_option_is_refused_before_anything_is_measured(module, options, message, tmp_path, monkeypatch, capsys):
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [module.__name__, *options])
    with pytest.raises(SystemExit) as ended:
        module.main()
    assert ended.value.code == 2
    assert re.search(message, capsys.readouterr().err)


def test_figures_that_are_known_are_kept_and_a_new_file_is_left_to_be_made(tmp_path):
    file = tmp_path / "figures.json"
    assert bench.known_figures(file) == {}
    assert not file.exists()
    file.write_text('{"digits": 1}', encoding="utf-8")
    assert bench.known_figures(file) == {"digits": 1}


def test_contenders_take_turns_and_another_begins_each():
    called, now = [], [0.0]

    def run(name, took):
        called.append(name)
        now[0] += took

    runs = {"a": lambda: run("a", 0.03), "b": lambda: run("b", 0.06)}
    times = timing.in_turns(runs, lambda: now[0], turns=3)
    assert called == [*"aabb", *"ab", *"ba", *"ab"]
    assert np.allclose([times["a"], times["b"]], [[0.03] * 3, [0.06] * 3])
    assert timing.quartiles([1.0, 5.0, 2.0, 4.0, 3.0]) == [2.0, 3.0, 4.0]


def test_a_slow_program_fails_after_all_tries_and_a_fast_one_passes(monkeypatch, capsys):
    assert ratios.MEASURED.keys() == {case.name for case in CASES}
    monkeypatch.setattr("sys.argv", ["ratios.py"])
    monkeypatch.setattr(ratios, "CASES", CASES[:1])
    most = ratios.SLACK * max(ratios.MEASURED[CASES[0].name])
    tries = iter([2 * most, 0.5 * most, 0.9 * most])
    monkeypatch.setattr(ratios, "ratio", lambda *_: next(tries))
    assert ratios.main() == 0
    monkeypatch.setattr(ratios, "ratio", lambda *_: 1.01 * most)
    assert ratios.main() == 1
    assert capsys.readouterr().out.splitlines()[-1].count("then") == 2 * (ratios.TRIES - 1) // 2


def test_trainers_end_with_the_same_weights(tmp_path, monkeypatch):
    pytest.importorskip("sklearn")
    monkeypatch.setattr(digits, "EPOCHS", 1)
    save(str(tmp_path / "digits.npz"))
    data, test = loaded(str(tmp_path / "digits.npz"))
    assert len(data[1]) + len(test[0]) == 1797
    expected = TRAINERS["the clear form of train"][1](*data)
    for name in ("train", "NumPy, as in textbooks"):
        for one, other in zip(TRAINERS[name][1](*data), expected, strict=True):
            assert np.abs(one - other).max() <= 1e-12 * np.abs(other).max()
    assert 0.1 < accuracy(expected, *test) < 1
    assert json.dumps(accuracy(expected, *test))


def test_growth_is_measured_along_each_axis_for_both_forms():
    axes = [growth.Axis(axis.name, (1, 2), width=3, depth=2, batch=2) for axis in growth.AXES]
    found = json.loads(json.dumps(growth.growth(axes, turns=2, turn_seconds=1e-5)))
    assert [(each["axis"], each["sizes"]) for each in found] == [
        ("width", [1, 2]),
        ("depth", [1, 2]),
        ("batch", [1, 2]),
    ]
    assert [each["multiplications"] for each in found] == [
        [(2 + 3) * 1 * 2, (2 + 3) * 4 * 2],
        [2 * 9 * 2, (2 + 3) * 9 * 2],
        [(2 + 3) * 9 * 1, (2 + 3) * 9 * 2],
    ]
    for each in found:
        assert {"width", "depth", "batch"} - each.keys() == {each["axis"]}
        assert {*each["s"]} == {"clear", "compiled"}
        for quartiles in each["s"].values():
            assert all(0 < first <= median <= third for first, median, third in quartiles)


def test_segments_are_weighed_and_timed_beside_the_plain_gradient(monkeypatch):
    monkeypatch.setattr(checkpoint, "WIDTH", 16)
    monkeypatch.setattr(checkpoint, "BATCH", 1000)
    lean, eight, best, least = json.loads(json.dumps([*checkpoint.rows_of("relu", turns=2)]))
    assert (lean["cut"], lean["segments"], lean["of lean"]) == ("lean", [64], [1.0, 1.0, 1.0])
    assert (eight["cut"], eight["segments"], sum(best["segments"])) == ("8 segments", [8] * 8, 64)
    for row in (lean, eight, best, least):
        assert 0.9 < row["bytes"]["measured"] / row["bytes"]["predicted"] <= 1
        assert least["bytes"]["predicted"] <= row["bytes"]["predicted"] < row["bytes"]["plain"]
        assert all(np.diff(row[f"of {other}"]).min() >= 0 for other in ("plain", "lean"))


def test_growth_is_not_measured_of_other_gradients(monkeypatch):
    monkeypatch.setattr(growth, "AGREEMENT", 0.0)
    monkeypatch.setattr(growth, "backward", lambda *given: backward(*given[:2], given[2] + 1e-9))
    with pytest.raises(SystemExit, match=r"the program is off by .*, with width 5, depth 3 and batch 4"):
        growth.gradients_of(5, 3, 4)


def test_a_cold_build_is_compared_with_its_two_parts(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(timing.__file__).parent))
    name = importlib.util.spec_from_file_location("builds", Path(timing.__file__).with_name("site.py"))
    builds = importlib.util.module_from_spec(name)
    name.loader.exec_module(builds)
    seconds = {builds.COLD: 30, builds.PLAIN_CELLS: 8, builds.FULL_CACHE: 12, builds.NOTHING: 5, builds.WORD: 6}
    found = {what: builds.Cost(of, of, 100) for what, of in seconds.items()}
    assert [row["found"] for row in builds.goals(found)] == [1.5, 5, 6, 100]
    assert [row["found"] <= row["goal"] for row in builds.goals(found)] == [True, False, True, True]


ALONE = """
import pickle, sys
from peers import COMPARED, STEPPED, compared
for *_, compare in COMPARED + STEPPED:
    pickle.dumps(compare)
[row] = compared([each for each in COMPARED if each[1] == "autograd"], {"autograd": "any"})
print(row["cases"], row["worst"] < 1e-12, "autograd" in sys.modules)
"""


def test_each_comparison_with_a_peer_has_a_process_of_its_own():
    folder = Path(timing.__file__).parent
    found = subprocess.run([sys.executable, "-c", ALONE], check=True, cwd=folder, capture_output=True, text=True)
    assert found.stdout.splitlines()[-1] == "1000 True False"
