"""Time what importing the package takes beyond NumPy; prints a table in Markdown.

`python benchmarks/import_time.py`. Each time is that of a fresh process, in milliseconds of its processor time, from
compiled bytecode; the statements take turns. NumPy is imported first, and its own time stands in the first row.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from options import at_least

SOURCE = Path(__file__).parents[1] / "src"
GOAL = 5.0
"""Milliseconds over NumPy for `import literate_bp`."""
STATEMENTS = (
    "import numpy",
    "import literate_bp",
    "from literate_bp import Layer, Network, forward, backward, cost",
    "from literate_bp import initialize, train",
    "from literate_bp import check_gradient",
    "from literate_bp import explain",
    "from literate_bp import *",
)
PROGRAM = """
import time
{before}
start = time.process_time()
{statement}
print(time.process_time() - start)
"""


def milliseconds(statement: str, environment: dict[str, str]) -> float:
    """Return how long a statement takes in a fresh process that has imported NumPy, if it is not that itself."""
    before = "" if statement == STATEMENTS[0] else STATEMENTS[0]
    command = [sys.executable, "-c", PROGRAM.format(before=before, statement=statement)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return 1000 * float(done.stdout)


def measured(rounds: int, source: Path = SOURCE) -> dict[str, list[float]]:
    """Return the milliseconds of each statement in each round, after a round that compiles everything."""
    with tempfile.TemporaryDirectory() as bytecode:
        compiled = {"PYTHONPATH": str(source), "PYTHONPYCACHEPREFIX": bytecode}
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment |= compiled
        turns = [[milliseconds(each, environment) for each in STATEMENTS] for _ in range(rounds + 1)]
    return dict(zip(STATEMENTS, map(list, zip(*turns[1:], strict=True)), strict=True))


def table(times: dict[str, list[float]]) -> str:
    """Return the medians and the middle halves of the times, in Markdown."""
    lines = ["| statement | ms | middle half |", "|---|---:|---:|"]
    for statement, found in times.items():
        low, middle, high = statistics.quantiles(found, n=4)
        lines.append(f"| `{statement}` | {middle:.2f} | {low:.2f} to {high:.2f} |")
    return "\n".join(lines)


def main() -> int:
    """Print the table; fail if the package alone takes longer than the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=at_least(2), default=25, help="how many processes each statement gets")
    parser.add_argument("--source", type=Path, default=SOURCE, help="the folder that holds the package")
    given = parser.parse_args()
    times = measured(given.rounds, given.source)
    print(table(times))
    return int(statistics.median(times["import literate_bp"]) > GOAL)


if __name__ == "__main__":
    sys.exit(main())
