"""Time what readers and users of the package wait for; prints JSON.

`python benchmarks/everyday.py`. Processor time on one thread.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from timing import in_turns, quartiles, seconds

from literate_bp import best_segments, check_gradient, diagram, example, explain, initialize

TURNS, PATIENCE = 5, 5.0
"""How often each runs, and how many seconds it may take: what takes longer runs once."""


def sheet() -> object:
    """Write out all steps of a network of 8-8-8 nodes, as HTML."""
    rng = np.random.default_rng(0)
    return explain(initialize((8, 8, 8), seed=0), rng.random(8), rng.random(8))._repr_html_()


def picture() -> object:
    """Draw the backward pass of the running example, as SVG."""
    return diagram.network_backward(*example.running()).svg()


def checked() -> object:
    """Compare the gradient of a network for handwritten digits with the oracle."""
    rng = np.random.default_rng(0)
    return check_gradient(initialize((784, 30, 10), seed=0), rng.random((10, 784)), rng.random((10, 10)))


TASKS: Mapping[str, tuple[Callable[[], object], float]] = {
    "check_gradient, 784-30-10, batch 10": (checked, 1.0),
    "best_segments, 500 layers": (partial(best_segments, initialize((8,) * 501, seed=0), 32), 1.0),
    "explain as HTML, 8-8-8": (sheet, 0.5),
    "a diagram as SVG, 2-2-2": (picture, 0.15),
}
"""What is timed, and the seconds that it should take at most."""


def main() -> None:
    """Print what was found, a list in JSON."""
    runs = {name: run for name, (run, _) in TASKS.items()}
    times = {name: [seconds(run, 1)] * 2 for name, run in runs.items()}
    quick = {name: run for name, run in runs.items() if times[name][0] < PATIENCE}
    times |= in_turns(quick, turns=TURNS)
    print(json.dumps([{"task": name, "s": quartiles(of), "goal": TASKS[name][1]} for name, of in times.items()]))


if __name__ == "__main__":
    main()
