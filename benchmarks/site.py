"""Time the builds of the book against what they cannot do without; prints a table in Markdown.

`python benchmarks/site.py` builds a copy of the checkout, as `nox -s docs` does, on `--jobs` processors, and writes the
figures down for the page *How fast*. Processor time of all processes counts, and next to it the time on the clock. The
most memory is that of all processes at one time, sampled: the sum of their proportional set sizes (PSS of Linux), in
which a part that several processes share, as copies of one process do, counts once. The sum of what each has resident
(RSS) would count it once for each of them. Next to these stand how many pages a build read, and of how many it ran the
cells.

The goal of a cold build is what a plain process needs for all cells, and Sphinx with the outputs of all cells.
"""

import argparse
import datetime as dt
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from machine import described
from options import at_least

HERE = Path(__file__).parents[1]
FILE = Path(__file__).with_name("site.json")
WORD_OF = "10-train"
"""The page of which a word is changed."""
RULE = "src/literate_bp/vanishing.py"
COLD, NOTHING, WORD = "cold", "nothing changed", f"a word of {WORD_OF}"
PLAIN_CELLS, FULL_CACHE = "all cells in one plain process", "Sphinx, with the outputs of all cells"
RATIO, SECONDS, MIB = 1.6, {NOTHING: 4.0, WORD: 6.0}, 1e9 / 2**20
"""What is meant to be enough: a cold build beside its two parts, processor time, and memory of a cold build."""
PLAIN = """
import json, os, sys
from cells.shell import Cell, Shell
shell, home = Shell.instance(), os.getcwd()
for folder, cells in json.load(sys.stdin):
    os.chdir(folder)
    shell.reset(new_session=False)
    for name in [name for name in sys.modules if name.partition(".")[0] == "literate_bp"]:
        del sys.modules[name]  # some pages add to the package
    cells = [Cell(*cell) for cell in cells]
    outputs = shell.run(cells, lambda number: None)
    if len(outputs) < len(cells):
        sys.exit(f"{cells[len(outputs) - 1].source} fails: {outputs[-1]}")
    os.chdir(home)
"""


class Cost(NamedTuple):
    """What a command takes: seconds of processors, seconds on the clock, MiB at most; pages read, pages run."""

    processor: float
    clock: float
    memory: float
    read: int = 0
    ran: int = 0


def memory_of(group: int) -> float:
    """Return the MiB of all processes of a session, or 0 where the system does not tell."""
    total = 0.0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(process.name)) == group:
                lines = (process / "smaps_rollup").read_text(encoding="utf-8").splitlines()
                total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
        except (OSError, ValueError):
            continue
    return total


def cost(command: list[str], folder: Path, given: str = "") -> Cost:
    """Run a command, and return what it took."""
    paths = [folder / "src", folder / "docs/_ext"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths)), "OPENBLAS_NUM_THREADS": "1"}
    before, start, most = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), [0.0]
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.PIPE, text=True, start_new_session=True
    )
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.2):
            most[0] = max(most[0], memory_of(process.pid))

    watching = threading.Thread(target=watch)
    watching.start()
    process.communicate(given)
    done.set()
    watching.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed, with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(processor, time.perf_counter() - start, most[0])


def copy(folder: Path) -> None:
    """Copy all files of the checkout that git knows, and link to what npm installed."""
    git = shutil.which("git") or "git"
    for file in subprocess.check_output([git, "ls-files"], cwd=HERE, text=True).splitlines():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes((HERE / file).read_bytes())
    (folder / "node_modules").symlink_to(HERE / "node_modules")


def all_cells(docs: Path) -> str:
    """Return the cells of all pages, each with its folder, as JSON."""
    sys.path.insert(0, str(docs / "_ext"))
    from myst_nb.core.config import NbParserConfig  # noqa: PLC0415  the path is set above
    from myst_nb.core.read import create_nb_reader  # noqa: PLC0415  as above
    from myst_parser.config.main import MdParserConfig  # noqa: PLC0415  as above

    from page.cells import cells_of  # noqa: PLC0415  as above

    found = []
    for path in sorted(docs.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        markdown = MdParserConfig(enable_extensions={"colon_fence"})
        if reader := create_nb_reader(str(path), markdown, NbParserConfig(), text):
            found.append((str(path.parent), cells_of(reader.read(text))))
    return json.dumps(found)


def change(path: Path, old: str, new: str) -> None:
    """Replace a text in a file."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def forget(docs: Path, *parts: str) -> None:
    """Forget parts of the last build."""
    for part in parts:
        shutil.rmtree(docs / "_build" / part, ignore_errors=True)


def written(docs: Path) -> dict[str, dict[Path, int]]:
    """Return when each page was last read, and each output of cells was written, by their places in `_build`."""
    kinds = {"read": "doctrees/**/*.doctree", "ran": "cells/**/*.json"}
    build = docs / "_build"
    return {kind: {path: path.stat().st_mtime_ns for path in build.glob(pattern)} for kind, pattern in kinds.items()}


def counted(command: list[str], docs: Path, given: str) -> Cost:
    """Run a command, and return what it took, and how many pages it read and ran."""
    before = written(docs)
    spent, after = cost(command, docs.parent, given), written(docs)
    changed = {kind: sum(before[kind].get(path) != when for path, when in after[kind].items()) for kind in after}
    return spent._replace(**changed)


def move(folder: Path, place: Path) -> None:
    """Move a checkout as a copy to another machine would: no file keeps its times."""
    shutil.copytree(folder, place, symlinks=True, copy_function=shutil.copyfile)
    shutil.rmtree(folder)


def measure(jobs: int) -> dict[str, Cost]:
    """Build a copy of the book again and again, print a row for each build, and return what each took."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name, "book")
        copy(place)
        found = {what: print_row(what, counted(*prepare(place))) for what, prepare in steps(jobs).items()}
        moved = Path(name, "moved")
        move(place, moved)
        found["a moved checkout"] = print_row("a moved checkout", counted(build(jobs), moved / "docs", ""))
    return found


def goals(found: dict[str, Cost]) -> list[dict[str, Any]]:
    """Return what was meant to be enough, and what was found."""
    cold, parts = found[COLD], found[PLAIN_CELLS].processor + found[FULL_CACHE].processor
    ratio = {"what": f"{COLD}, as a multiple of its two parts", "found": cold.processor / parts, "goal": RATIO}
    memory = {"what": f"{COLD}, MiB at most", "found": cold.memory, "goal": MIB}
    seconds = [{"what": f"{what}, s", "found": found[what].processor, "goal": goal} for what, goal in SECONDS.items()]
    return [ratio, *seconds, memory]


def build(jobs: int) -> list[str]:
    """Return the command that builds the book."""
    options = ("-n", "-W", "--keep-going", "-q", "-j", str(jobs), "-d", "docs/_build/doctrees")
    return [sys.executable, "-m", "sphinx", *options, "docs", "docs/_build/html"]


def steps(jobs: int) -> dict[str, Callable[[Path], tuple[list[str], Path, str]]]:
    """Return the builds in their order: what each needs to be prepared, its command and what that is given."""

    def after(prepare: Callable[[Path], object]) -> Callable[[Path], tuple[list[str], Path, str]]:
        return lambda place: (prepare(place), (build(jobs), place / "docs", ""))[1]

    def a_word(place: Path) -> None:
        page = place / f"docs/{WORD_OF}.md"
        title = next(line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("# "))
        change(page, title, f"{title}\n\nA word.")

    return {
        COLD: after(lambda _: None),
        PLAIN_CELLS: lambda place: ([sys.executable, "-c", PLAIN], place / "docs", all_cells(place / "docs")),
        FULL_CACHE: after(lambda place: forget(place / "docs", "doctrees", "html")),
        NOTHING: after(lambda _: None),
        WORD: after(a_word),
        f"a comment in {RULE}": after(lambda place: change(place / RULE, "\n\n\ndef ", "\n\n\n# A comment.\ndef ")),
        f"a statement in {RULE}": after(lambda place: change(place / RULE, "    return ", "    del ()\n    return ")),
    }


def print_row(what: str, spent: Cost) -> Cost:
    """Print a row of the table, and return the figures."""
    memory = f"{spent.memory:.0f} MiB" if spent.memory else "unknown"
    row = (what, f"{spent.processor:.1f} s", f"{spent.clock:.1f} s", memory, str(spent.read), str(spent.ran))
    print("| " + " | ".join(row) + " |", flush=True)
    return spent


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=at_least(1), default=2, help="how many processors a build may use")
    parser.add_argument("--file", type=Path, default=FILE, help="what is written")
    given = parser.parse_args()
    about = described() | {"date": dt.datetime.now(dt.UTC).date().isoformat(), "jobs": given.jobs}
    print("| build of the book | processor | clock | memory | pages read | pages run |\n|---|---:|---:|---:|---:|---:|")
    found = measure(given.jobs)
    figures = about | {"builds": {what: spent._asdict() for what, spent in found.items()}, "goals": goals(found)}
    given.file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
