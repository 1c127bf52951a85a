"""The page *How fast*: what is said of made-up figures, and what the file of real ones has."""

import json
import re
from pathlib import Path

import bench
import pytest
from cases import AGREEMENT, CASES
from contenders import LIMITS, OURS, PEERS
from digits import TRAINERS
from growth import AXES

from program import how_fast

README = Path(__file__).parents[2].joinpath("README.md").read_text(encoding="utf-8")
CASE = {"name": "n", "sizes": [2, 1], "batch": 3, "of_best_peer": 0.5, "of_limit": 1.5, "best_backend": False}
ASKED = {"limits": ["dot"], "ours": ["compiled", "other"], "goals": [CASE], "digits": {"warm": 0.1, "cold": 0.5}}


def row(contender, middle, dtype="float64"):
    about = {"case": "n", "dtype": dtype, "contender": contender, "off": 1e-16}
    return about | {"µs": [0.9 * middle, middle, 1.1 * middle], "of limit": [0.9 * middle, middle, 1.1 * middle]}


def threads(*rows, **case):
    asked = ASKED | {"goals": [CASE | case]}
    return how_fast.Threads({"asked": asked, "part": {"found": [row("dot", 1.0), *rows]}}, "part")


def test_a_goal_is_met_or_says_by_how_much_it_is_not():
    part = threads(row("compiled", 1.5), row("slow", 9.0), row("best", 2.5))
    share, limit = part.all_goals()
    assert (share.found, share.verdict) == (pytest.approx(0.6), "missed by 20%")
    assert (limit.found, limit.verdict) == (1.5, "met")
    assert how_fast.Goal("barely missed", 1.102, 1.1).verdict == "missed by 0.2%"
    assert part.goal_table().table.rows == (("n, float64", "best", "0.60", "0.50: missed by 20%", "1.50", "1.50: met"),)


def test_of_several_backends_the_best_counts_where_the_goal_says_so():
    rows = row("compiled", 1.8), row("other", 1.0), row("best", 2.0)
    assert threads(*rows).all_goals()[0].found == pytest.approx(0.9)
    assert threads(*rows, best_backend=True).all_goals()[0].found == pytest.approx(0.5)


def test_a_faster_peer_is_named_and_a_slower_one_is_not():
    part = threads(row("compiled", 2.0), row("best", 1.5), row("slow", 2.5))
    assert part.behind == ["n in float64 (best takes 0.75 of our time)"]
    assert threads(row("compiled", 2.0), row("slow", 2.5)).behind == []


def test_who_is_left_out_stands_in_the_table_of_times():
    part = threads(row("compiled", 2.0), {"case": "n", "dtype": "float64", "contender": "peer", "left out": "too slow"})
    assert ("n: peer", "left out: too slow") in part.times().table.rows
    assert ("n: compiled", "2 (1.8 to 2.2)") in part.times().table.rows
    assert "peer" not in part.picture().description
    assert part.noise == pytest.approx(0.2)


def growing(compiled):
    """Figures of a program at sizes up to 32, of which theory counts the square."""
    sizes = [1, 2, 4, 8, 16, 32]
    seconds = {"compiled": [[0.9 * time, time, 1.1 * time] for time in map(compiled, sizes)]}
    axis = {"axis": "width", "sizes": sizes, "multiplications": [size**2 for size in sizes], "s": seconds}
    return how_fast.Growth({"growth": {"axes": [axis]}})


def test_a_power_is_found_in_the_times_and_a_fixed_time_hides_it_at_small_sizes():
    exact, delayed = growing(lambda size: 3e-6 * size**2), growing(lambda size: 1e-4 + 3e-6 * size**2)
    assert exact.power("width", "compiled") == pytest.approx(2, rel=1e-12)
    assert exact.first_power("width", "compiled") == pytest.approx(2, rel=1e-12)
    assert exact.times_theory("width", "compiled") == pytest.approx([1] * 6, rel=1e-12)
    assert exact.table().table.rows == (("width, 1 to 32", "", "2.00", "2.00"),)
    assert delayed.first_power("width", "compiled") < delayed.power("width", "compiled") < 2
    assert delayed.times_theory("width", "compiled")[0] == pytest.approx(103 / (100 + 3 * 32**2) * 32**2)


def test_the_picture_of_growth_has_the_medians_in_microseconds_and_the_powers():
    plot = growing(lambda size: 3e-6 * size**2).picture()
    assert plot.table.rows[1] == ("width 2", "12", "4")
    assert "with width, compiled 2.00, theory 2.00" in plot.alt


def test_the_file_of_figures_has_everybody_and_names_no_place():
    measured = how_fast.figures()
    assert measured["asked"] == json.loads(json.dumps(bench.asked()))
    of_two = {row["case"] for row in measured["two threads"]["found"]}
    assert {"784-30-10", "784-128-64-10"} <= of_two
    for part, cases in (("one thread", CASES), ("two threads", [case for case in CASES if case.name in of_two])):
        everybody = {(c.name, t, each.name) for c in cases for t in AGREEMENT for each in (*LIMITS, *OURS, *PEERS)}
        assert {(r["case"], r["dtype"], r["contender"]) for r in measured[part]["found"]} == everybody
        assert all(r["off"] <= AGREEMENT[r["dtype"]] for r in measured[part]["found"] if "off" in r)
    assert {r["trainer"] for r in measured["digits"]["warm"]} == TRAINERS.keys()
    assert {row["activation"] for row in measured["checkpointing"]["rows"]} == {"relu", "tanh", "sigmoid"}
    assert [(axis["axis"], tuple(axis["sizes"])) for axis in measured["growth"]["axes"]] == [each[:2] for each in AXES]
    assert not re.search(r"/(home|root|tmp|usr|work)/|https?:", how_fast.FILE.read_text(encoding="utf-8"))


def test_the_table_of_the_readme_has_the_figures_of_the_file():
    one, rows = how_fast.Threads(how_fast.figures(), "one thread"), []
    for goal, dtype in one.pairs:
        if goal["name"] in ("784-30-10", "784-128-64-10"):
            found = one.rows(goal["name"], dtype)
            products = min(found[name]["µs"][1] for name in one.asked["limits"])
            times = [found["clear"]["µs"][1], found["compiled"]["µs"][1], products]
            cells = [goal["name"], goal["batch"], dtype, *(f"{time:.0f} µs" for time in times)]
            rows.append("| {} | {:.2f} |".format(" | ".join(map(str, cells)), found["compiled"]["of limit"][1]))
    lacking = [row for row in rows if row not in README]
    assert not lacking, "\n".join(["README.md lacks:", *lacking])


def test_each_build_of_the_book_has_its_row_and_each_goal_its_verdict():
    builds = how_fast.figures(how_fast.OF_BUILDS)
    rows = how_fast.builds_table(builds).table.rows
    assert [row[0] for row in rows] == [*builds["builds"]]
    assert {len(row) for row in rows} == {len(how_fast.builds_table(builds).table.header)}
    for goal, row in zip(how_fast.build_goals(builds), how_fast.build_goals_table(builds).table.rows, strict=True):
        assert row[2].endswith(": met") is (goal.found <= goal.goal)
    assert not re.search(r"/(home|root|tmp|usr|work)/|https?:", how_fast.OF_BUILDS.read_text(encoding="utf-8"))
