"""What the page *How fast* says: tables, pictures and numbers, all of them from the file that `nox -s bench` wrote."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from literate_bp.diagram.plots import Plot, contenders
from literate_bp.diagram.plots.plot import DataTable, format_number

FILE = Path(__file__).parents[3] / "benchmarks/how_fast.json"


class Table(NamedTuple):
    """A table that a page shows by itself."""

    table: DataTable

    def _repr_html_(self) -> str:
        return f'<div class="table-wrapper docutils container">{self.table.html()}</div>'


class Goal(NamedTuple):
    """What a time is, as a share of another, and what it should be at most."""

    name: str
    found: float
    goal: float

    @property
    def is_met(self) -> bool:
        """Whether it is met."""
        return self.found <= self.goal

    @property
    def verdict(self) -> str:
        """Tell whether it is met, and by how much it is not."""
        return "met" if self.is_met else f"missed by {self.found / self.goal - 1:.0%}"


def figures() -> dict[str, Any]:
    """Return what was measured."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


class Threads:
    """The figures of all contenders with one or two threads."""

    def __init__(self, measured: Mapping[str, Any], part: str) -> None:
        self.asked, self.part = measured["asked"], measured[part]
        self.timed = [row for row in self.part["found"] if "of limit" in row]
        self.left_out = [row for row in self.part["found"] if "left out" in row]

    def rows(self, case: str, dtype: str) -> dict[str, dict[str, Any]]:
        """Return the figures of one network and type, by contender."""
        return {row["contender"]: row for row in self.timed if (row["case"], row["dtype"]) == (case, dtype)}

    @property
    def pairs(self) -> list[tuple[dict[str, Any], str]]:
        """Each network with its goals, in each type."""
        measured = {row["case"] for row in self.timed}
        cases = [goal for goal in self.asked["goals"] if goal["name"] in measured]
        return [(goal, dtype) for goal in cases for dtype in dict.fromkeys(row["dtype"] for row in self.timed)]

    def picture(self) -> Plot:
        """Draw all contenders, but for the bare products themselves."""
        panels: dict[str, dict[str, dict[str, list[float]]]] = {}
        for goal, dtype in self.pairs:
            title = short(goal)
            for name, row in self.rows(goal["name"], dtype).items():
                if name not in self.asked["limits"]:
                    panels.setdefault(title, {}).setdefault(name, {})[dtype] = row["of limit"]
        return contenders(panels, own=self.asked["ours"])

    def times(self) -> Table:
        """Return the medians and quartiles in microseconds: a row for each network and contender."""
        types = list(dict.fromkeys(dtype for _, dtype in self.pairs))
        found: dict[tuple[str, str], dict[str, str]] = {}
        for goal, dtype in self.pairs:
            for name, row in self.rows(goal["name"], dtype).items():
                found.setdefault((short(goal), name), {})[dtype] = spread(row["µs"])
        for row in self.left_out:
            found.setdefault((row["case"], row["contender"]), {}).setdefault(
                row["dtype"], f"left out: {row['left out']}"
            )
        rows = [(f"{case}: {name}", *(of.get(each, "") for each in types)) for (case, name), of in found.items()]
        return Table(DataTable(("µs, median (quartiles)", *types), tuple(rows)))

    def goals(self) -> Iterator[tuple[Goal, Goal | None, str]]:
        """Yield the goals of each network and type: of the best peer's time, and of the limit, with the peer's name."""
        for goal, dtype in self.pairs:
            rows = self.rows(goal["name"], dtype)
            ours = [name for name in rows if name in self.asked["ours"]] if goal["best_backend"] else ["compiled"]
            own = min(rows[name]["µs"][1] for name in ours)
            best = min((name for name in rows if name not in self.own), key=lambda name: rows[name]["µs"][1])
            name = f"{short(goal)}, {dtype}"
            share = Goal(name, own / rows[best]["µs"][1], goal["of_best_peer"])
            limit = goal["of_limit"] and Goal(name, rows["compiled"]["of limit"][1], goal["of_limit"])
            yield share, limit or None, best

    @property
    def own(self) -> set[str]:
        """The contenders that are no peers."""
        return {*self.asked["limits"], *self.asked["ours"]}

    def goal_table(self) -> Table:
        """Return the goals, and whether they are met."""
        rows = []
        for share, limit, best in self.goals():
            of_limit = (f"{limit.found:.2f}", f"{limit.goal:.2f}: {limit.verdict}") if limit else ("", "")
            rows.append((share.name, best, f"{share.found:.2f}", f"{share.goal:.2f}: {share.verdict}", *of_limit))
        header = ("network", "best peer", "of its time", "goal", "of the limit", "goal")
        return Table(DataTable(header, tuple(rows)))

    def all_goals(self) -> list[Goal]:
        """Return all goals."""
        return [goal for share, limit, _ in self.goals() for goal in (share, limit) if goal]

    @property
    def behind(self) -> list[str]:
        """The networks and types in which a peer is faster than the best of ours."""
        found = []
        for goal, dtype in self.pairs:
            rows = self.rows(goal["name"], dtype)
            times = {name: row["µs"][1] for name, row in rows.items()}
            own = min(time for name, time in times.items() if name in self.asked["ours"])
            peers = {name: time for name, time in times.items() if name not in self.own}
            faster = [f"{name} takes {time / own:.2f} of our time" for name, time in peers.items() if time < own]
            found += [f"{short(goal)} in {dtype} ({'; '.join(faster)})"] * bool(faster)
        return found

    @property
    def noise(self) -> float:
        """How far the quartiles of our own times lie apart, as a share of the median: of all of them the median."""
        own = [row["µs"] for row in self.timed if row["contender"] in self.asked["ours"]]
        return median((high - low) / middle for low, middle, high in own)


def short(goal: Mapping[str, Any]) -> str:
    """Write the name of a network, with the number of layers where all have the same size."""
    sizes = goal["sizes"]
    return f"{sizes[0]} wide, {len(sizes) - 1} deep" if len(sizes) > 3 and len({*sizes}) == 1 else goal["name"]


def spread(of: list[float]) -> str:
    """Write a median, and between which quartiles it lies."""
    low, middle, high = (f"{value:,.0f}" if value >= 1000 else format_number(value) for value in of)
    return f"{middle} ({low} to {high})"


def digits_table(measured: Mapping[str, Any]) -> Table:
    """Return the seconds of training, warm and cold, and how well the networks read."""
    part = measured["digits"]
    cold = {row["trainer"]: row for row in part["cold"]}
    rows = []
    for row in part["warm"]:
        clock, own = cold[row["trainer"]]["s"], cold[row["trainer"]]["processor s"]
        rows.append((row["trainer"], spread(row["s"]), spread(own), spread(clock), f"{row['accuracy']:.1%}"))
    header = ("trainer", "warm, s", "its whole process, s", "the same on the clock, s", "read correctly")
    return Table(DataTable(header, tuple(rows)))


def digits_goals(measured: Mapping[str, Any]) -> list[Goal]:
    """Return the goals of `train`."""
    part, goals = measured["digits"], measured["asked"]["digits"]
    warm = next(row["s"][1] for row in part["warm"] if row["trainer"] == "train")
    cold = next(row["processor s"][1] for row in part["cold"] if row["trainer"] == "train")
    return [Goal("warm", warm, goals["warm"]), Goal("cold", cold, goals["cold"])]


def everyday_goals(measured: Mapping[str, Any]) -> list[Goal]:
    """Return the goals of what users wait for."""
    return [Goal(row["task"], row["s"][1], row["goal"]) for row in measured["everyday"]["tasks"]]


def everyday_table(measured: Mapping[str, Any]) -> Table:
    """Return the seconds that users wait."""
    rows = [
        (goal.name, spread([1000 * s for s in row["s"]]), f"{1000 * goal.goal:.0f}: {goal.verdict}")
        for goal, row in zip(everyday_goals(measured), measured["everyday"]["tasks"], strict=True)
    ]
    return Table(DataTable(("what", "ms, median (quartiles)", "goal"), tuple(rows)))
