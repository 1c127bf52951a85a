"""What became of the mutants: kept while they are judged, written down as a score, and read again."""

import ast
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from changes import Mutant, mutants
from reach import PACKAGE

FOLDER = Path(__file__).parent
EQUIVALENT = FOLDER / "equivalent.toml"
SCORE = FOLDER / "score.json"
ENDS = ("killed", "equivalent", "left")


def room(file: str) -> str:
    """Give the room of a file of the package, which is that of its tests."""
    return file.partition("/")[0] if "/" in file else "rules"


class Result(NamedTuple):
    """What became of one mutant: how it ended, the test that failed or why it ended, tests run of how many, seconds."""

    name: str
    state: str
    end: str
    by: str = ""
    ran: int = 0
    tests: int = 0
    seconds: float = 0


class Results:
    """The results of mutants by name, kept in a file as they come; the last of a mutant counts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(exist_ok=True)
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.known = {found.name: found for found in (Result(**json.loads(line)) for line in lines)}

    def of(self, mutant: Mutant) -> Result | None:
        """Give what is known of a mutant, unless its function changed since."""
        found = self.known.get(mutant.name)
        return found if found and found.state == mutant.state else None

    def survived(self, mutant: Mutant) -> bool:
        """Tell a mutant that was judged and is alive."""
        found = self.of(mutant)
        return found is not None and found.end != "killed"

    def note(self, result: Result) -> None:
        """Keep a result, and say which mutants are alive."""
        self.known[result.name] = result
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(result._asdict(), ensure_ascii=False) + "\n")
        if result.end != "killed":
            print(f"{result.end} ({result.ran} of {result.tests} tests): {result.name}", flush=True)


# --- the list and the score ------------------------------------------------------------------------------------------


@cache
def equivalent() -> dict[str, str]:
    """Give the mutants that change nothing, by name, and why they do not."""
    groups = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
    return {name: group["reason"] for group in groups for name in group["mutants"]}


def score() -> dict[str, Any]:
    """Give what was found when the mutants were last judged."""
    return json.loads(SCORE.read_text(encoding="utf-8"))


def excused() -> set[str]:
    """Name the mutants that the tests of their own room are known not to kill: equivalent, killed elsewhere, left."""
    found = score()
    return {*equivalent(), *found["left"], *(name for names in found["elsewhere"].values() for name in names)}


def mutants_of(files: Iterable[str]) -> list[Mutant]:
    """Give every mutant of these files of the package."""
    return [m for name in files for m in mutants(name, ast.parse((PACKAGE / name).read_text(encoding="utf-8")))]


def outdated() -> list[str]:
    """Name the entries of the list that are no mutants of the package as it is."""
    names = set(equivalent())
    files = sorted(name for name in {name.partition(" ")[0] for name in names} if (PACKAGE / name).exists())
    return sorted(names - {mutant.name for mutant in mutants_of(files)})


def disproved(made: Iterable[Mutant], results: Results) -> list[str]:
    """Name those of the list that a test kills: they change something."""
    found = {mutant.name: results.of(mutant) for mutant in made if mutant.name in equivalent()}
    return [name for name, result in found.items() if result and result.by.startswith("tests/")]


def in_random_order(made: Iterable[Mutant]) -> list[Mutant]:
    """Order mutants by the hashes of their names: as by chance, and the same again where others come or go."""
    return sorted(made, key=lambda mutant: sha256(mutant.name.encode()).digest())


def written(made: list[Mutant], results: Results) -> dict[str, Any]:
    """Sum up what became of all mutants, by room and by when what is changed runs: at a call, or at an import."""
    groups: dict[str, dict[str, list[Mutant]]] = defaultdict(lambda: defaultdict(list))
    for mutant in made:
        groups[room(mutant.file)]["import" if mutant.body is None else "call"].append(mutant)
    counts = {
        name: {when: counted(in_random_order(by[when]), results) for when in ("call", "import")}
        for name, by in groups.items()
    }
    found = {mutant.name: (mutant, results.of(mutant)) for mutant in made}
    left, elsewhere = [], defaultdict(list)
    for name, (mutant, result) in found.items():
        if result and end_of(result) == "left":
            left.append(name)
        elif result and result.by.startswith("tests/") and not result.by.startswith(f"tests/{room(mutant.file)}/"):
            elsewhere[result.by].append(name)
    return {"rooms": counts, "left": left, "elsewhere": dict(sorted(elsewhere.items()))}


def counted(group: list[Mutant], results: Results) -> dict[str, int]:
    """Count how mutants ended, up to the first that was not judged: behind it, some were chosen by their files."""
    ends = [end_of(result) for result in takewhile(bool, map(results.of, group))]
    return {"made": len(group), "run": len(ends), **{end: ends.count(end) for end in ENDS}}


def end_of(result: Result) -> str:
    """Say how a mutant ended: killed, equivalent, or left."""
    if result.end == "killed":
        return "killed"
    return "equivalent" if result.name in equivalent() else "left"
