"""What the page *How fast* says: tables, pictures and numbers, all of them from the file that `nox -s bench` wrote."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from literate_bp.activation import Array
from literate_bp.diagram.plots import Plot, contenders, time_against_size
from literate_bp.diagram.plots.growth import power_law, power_of_larger_half
from literate_bp.diagram.plots.plot import DataTable, format_number

FILE = Path(__file__).parents[3] / "benchmarks/how_fast.json"
OF_BUILDS = FILE.with_name("site.json")


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
        over = self.found / self.goal - 1
        return "met" if self.is_met else f"missed by {over:.{0 if over > 0.01 else 1}%}"


def figures(file: Path = FILE) -> dict[str, Any]:
    """Return what was measured."""
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
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


def build_goals(builds: Mapping[str, Any]) -> list[Goal]:
    """Return the goals of the builds of the book."""
    return [Goal(row["what"], row["found"], row["goal"]) for row in builds["goals"]]


def build_goals_table(builds: Mapping[str, Any]) -> Table:
    """Return the goals of the builds of the book, and whether they are met."""
    rows = [
        (goal.name, format_number(goal.found, 3), f"{format_number(goal.goal, 3)}: {goal.verdict}")
        for goal in build_goals(builds)
    ]
    return Table(DataTable(("build of the book", "found", "goal"), tuple(rows)))


def builds_table(builds: Mapping[str, Any]) -> Table:
    """Return what each build of the book takes, and how many pages it read and ran."""
    rows = [
        (what, *(f"{spent[of]:.1f}" for of in ("processor", "clock")), f"{spent['memory']:.0f}", *pages)
        for what, spent in builds["builds"].items()
        for pages in [(str(spent["read"]), str(spent["ran"]))]
    ]
    header = ("build of the book", "processor, s", "clock, s", "MiB at most", "pages read", "pages run")
    return Table(DataTable(header, tuple(rows)))


class Growth:
    """The figures of gradients of ever larger networks and batches."""

    theory = "theory"

    def __init__(self, measured: Mapping[str, Any]) -> None:
        self.part = measured["growth"]
        self.axes = {axis["axis"]: axis for axis in self.part["axes"]}
        self.sizes = {name: np.array(axis["sizes"]) for name, axis in self.axes.items()}

    def curves(self, axis: str) -> dict[str, Array]:
        """Return the microseconds of each program along an axis, and what theory counts."""
        seconds = {program: np.array(of)[:, 1] for program, of in self.axes[axis]["s"].items()}
        microseconds = {program: 1e6 * of for program, of in seconds.items()}
        return microseconds | {self.theory: np.array(self.axes[axis]["multiplications"])}

    def picture(self) -> Plot:
        """Draw the programs beside theory."""
        return time_against_size(self.sizes, {axis: self.curves(axis) for axis in self.axes}, self.theory)

    def power(self, axis: str, program: str) -> float:
        """Return the power that fits the larger half of the sizes."""
        return power_of_larger_half(self.sizes[axis], self.curves(axis)[program]).power

    def first_power(self, axis: str, program: str) -> float:
        """Return the power that fits the smaller half of the sizes."""
        half = len(self.sizes[axis]) // 2
        return power_law(self.sizes[axis][:half], self.curves(axis)[program][:half]).power

    def table(self) -> Table:
        """Return the powers, and what stays the same."""
        rows = []
        for name, axis in self.axes.items():
            kept = ", ".join(f"{other} {axis[other]}" for other in self.axes if other != name)
            sizes = f"{axis['sizes'][0]} to {axis['sizes'][-1]}"
            powers = (f"{self.power(name, of):.2f}" for of in self.curves(name))
            rows.append((f"{name}, {sizes}", kept, *powers))
        return Table(DataTable(("what grows", "with", *self.curves(name)), tuple(rows)))

    def times_theory(self, axis: str, program: str) -> Array:
        """Return each time as a multiple of what it would be at the speed of the largest size."""
        curves = self.curves(axis)
        ratios = curves[program] / curves[self.theory]
        return ratios / ratios[-1]
