"""Time the builds of the book against what they cannot do without; prints a table in Markdown.

`python benchmarks/site.py` builds a copy of the checkout, as `nox -s docs` does, on `--jobs` processors. Processor time
of all processes counts, and next to it the time on the clock; the most memory is that of all processes together, what
they share counted once (on Linux).

The goal of a cold build is what a plain process needs for all cells, and Sphinx with the outputs of all cells.
"""

import argparse
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
from typing import NamedTuple

HERE = Path(__file__).parents[1]
WORD_OF = "10-train"
"""The page of which a word is changed."""
RULE = "src/literate_bp/vanishing.py"
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
    """What a command takes: seconds of processors, seconds on the clock, MiB at most."""

    processor: float
    clock: float
    memory: float


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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", default="2", help="how many processors a build may use")
    jobs = parser.parse_args().jobs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        docs = folder / "docs"
        copy(folder)
        options = ("-n", "-W", "--keep-going", "-q", "-j", jobs, "-d", "docs/_build/doctrees", "docs")
        build = [sys.executable, "-m", "sphinx", *options, "docs/_build/html"]
        page, rule = docs / f"{WORD_OF}.md", folder / RULE
        title = next(line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("# "))
        steps: dict[str, tuple[Callable[[], object], list[str]]] = {
            "cold": (lambda: None, build),
            "all cells in one plain process": (lambda: None, [sys.executable, "-c", PLAIN]),
            "Sphinx, with the outputs of all cells": (lambda: forget(docs, "doctrees", "html"), build),
            "nothing changed": (lambda: None, build),
            f"a word of {WORD_OF}": (lambda: change(page, title, f"{title}\n\nA word."), build),
            f"a comment in {rule.name}": (lambda: change(rule, "\n\n\ndef ", "\n\n\n# A comment.\ndef "), build),
            f"a statement in {rule.name}": (lambda: change(rule, "    return ", "    del ()\n    return "), build),
        }
        print("| build of the book | processor | clock | memory |\n|---|---:|---:|---:|")
        found = {}
        for what, (prepare, command) in steps.items():
            prepare()
            found[what] = spent = cost(command, folder, all_cells(docs) if "plain" in what else "")
            memory = f"{spent.memory:.0f} MiB" if spent.memory else "unknown"
            print(f"| {what} | {spent.processor:.1f} s | {spent.clock:.1f} s | {memory} |", flush=True)
        cold, plain, sphinx = (spent.processor for spent in [*found.values()][:3])
        print(f"\nA cold build takes {cold / (plain + sphinx):.2f} times what the plain process and Sphinx take.")


if __name__ == "__main__":
    main()
