"""Time everything, and write it down: `nox -s bench` runs it. The page *How fast* is made from the file.

Each part runs in processes of its own, in which the libraries find how many threads they may use. Within a part, the
contenders take turns. The file names the processor, and nothing else of the machine.
"""

import argparse
import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import checkpoint
import import_time
from cases import CASES
from contenders import LIMITS, OURS
from digits import BATCH, EPOCHS, GOALS, SIZES, TRAINERS
from machine import described
from options import at_least
from timing import TURNS, quartiles

HERE = Path(__file__).parent
FILE = HERE / "how_fast.json"
COLD_ROUNDS, IMPORT_ROUNDS = 3, 15
NEEDED = ("torch", "jax", "autograd", "sklearn", "micrograd", "tinygrad")
SLOWING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "NPY_DISABLE_CPU_FEATURES")
"""Variables that choose slower kernels than those that fit the processor."""


def environment(threads: int, **more: str) -> dict[str, str]:
    """Return the environment of a process that may use so many threads."""
    names = (f"{library}_NUM_THREADS" for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"))
    kept = {name: value for name, value in os.environ.items() if name not in SLOWING}
    return kept | {"DEV": "CPU"} | dict.fromkeys(names, str(threads)) | more


def python(*arguments: str, threads: int = 1, **more: str) -> str:
    """Run a program of this folder, and return what it prints."""
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=HERE, env=environment(threads, **more), stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def gradients(threads: int, turns: int) -> dict[str, Any]:
    """Return the figures of all contenders with so many threads."""
    options = ("--threads", str(threads), "--turns", str(turns))
    found = python("gradients.py", *options, threads=threads, JAX_PLATFORMS="cpu")
    return {"turns": turns, "found": json.loads(found)}


def on_gpu(_: int) -> dict[str, Any]:
    """Return the figures on a GPU, and its name, if there is one."""
    found = json.loads(python("gradients.py", "--gpu", threads=os.cpu_count() or 1))
    print(found["gpu"] or "no GPU", file=sys.stderr)
    return dict(found)


def of_process(*arguments: str) -> tuple[float, float]:
    """Return the seconds on the clock that a process takes, and those of the processor."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    python(*arguments, JAX_PLATFORMS="cpu")
    took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def digits(_: int) -> dict[str, Any]:
    """Return the seconds of training, warm and from a cold process."""
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "digits.npz")
        python("-c", f"import digits; digits.save({file!r})")
        warm = json.loads(python("digits.py", file, JAX_PLATFORMS="cpu"))
        names = [name for name, (library, _) in TRAINERS.items() if not library or find_spec(library)]
        rounds = [[of_process("digits.py", file, name) for name in names] for _ in range(COLD_ROUNDS + 1)][1:]
    cold = []
    for name, times in zip(names, zip(*rounds, strict=True), strict=True):
        clock, processor = zip(*times, strict=True)
        cold.append({"trainer": name, "s": quartiles(clock), "processor s": quartiles(processor)})
    return {"warm": warm, "cold": cold}


def everyday(_: int) -> dict[str, Any]:
    """Return the seconds of what readers and users wait for."""
    imports = import_time.measured(IMPORT_ROUNDS)["import literate_bp"]
    beyond = {"task": "import literate_bp, beyond NumPy", "s": quartiles(ms / 1000 for ms in imports)}
    return {"tasks": [beyond | {"goal": import_time.GOAL / 1000}, *json.loads(python("everyday.py"))]}


def growth(_: int) -> dict[str, Any]:
    """Return the seconds of gradients of ever larger networks and batches."""
    return {"axes": json.loads(python("growth.py"))}


def checkpointing(_: int) -> dict[str, Any]:
    """Return the seconds and the bytes of gradients in segments."""
    return {"turns": checkpoint.TURNS, "rows": json.loads(python("checkpoint.py"))}


def asked() -> dict[str, Any]:
    """Return who takes part, and the goals."""
    return {
        "limits": [each.name for each in LIMITS],
        "ours": [each.name for each in OURS],
        "goals": [case._asdict() for case in CASES],
        "digits": {**GOALS, "sizes": SIZES, "epochs": EPOCHS, "batch": BATCH},
    }


PARTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "one thread": partial(gradients, 1),
    "two threads": partial(gradients, 2),
    "GPU": on_gpu,
    "digits": digits,
    "everyday": everyday,
    "growth": growth,
    "checkpointing": checkpointing,
}


def load() -> float | None:
    """Return how many processes wanted to run at once, in the last minute, where the system tells."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def known_figures(file: Path) -> dict[str, Any]:
    """Return what a file has, before hours are spent on what goes into it: nothing yet, if it can be made.

    Raises
    ------
    OSError, ValueError
        If it can be neither read nor made.
    """
    if not file.exists():
        file.touch()
        file.unlink()
        return {}
    return dict(json.loads(file.read_text(encoding="utf-8")))


def main() -> None:
    """Measure the parts that are asked for, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", default=list(PARTS), choices=list(PARTS), help="what is measured")
    parser.add_argument("--turns", type=at_least(2), default=TURNS, help="how often each contender takes its turn")
    parser.add_argument("--file", type=Path, default=FILE, help="what is written; parts that it has are kept")
    given = parser.parse_args()
    try:
        known = known_figures(given.file)
    except (OSError, ValueError) as error:
        parser.error(f"--file {given.file} cannot be used: {error}")
    for library in NEEDED:
        if not find_spec(library):
            print(f"{library} is not installed, and left out", file=sys.stderr)
    known["asked"] = asked()
    for part in given.parts:
        about = described() | {"date": dt.datetime.now(dt.UTC).date().isoformat(), "load": load()}
        known[part] = about | PARTS[part](given.turns)
        given.file.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
