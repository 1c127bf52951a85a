"""Weigh and time a gradient in segments against the plain one, at 64 equal layers; prints JSON.

`python benchmarks/checkpoint.py`. One thread; the contenders take turns, and ratios are those of their times in the
same turn, in seconds of processor time. Memory is what tracemalloc sees, beside what was predicted.
"""

import argparse
import json
import os
from collections.abc import Iterator
from functools import partial
from typing import Any

for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"):
    os.environ[f"{library}_NUM_THREADS"] = "1"  # read once, when NumPy is imported

import numpy as np  # noqa: E402  the threads are set above
from options import at_least  # noqa: E402  as above
from timing import quartiles, seconds  # noqa: E402  as above

from literate_bp import (  # noqa: E402  as above
    Network,
    backward,
    backward_in_segments,
    best_segments,
    checkpoint_plan,
    forward,
    initialize,
    memory_plan,
)
from literate_bp.profiling import measured_peak  # noqa: E402  as above

DEPTH, WIDTH, BATCH, TURNS = 64, 128, 1024, 9
PLAIN = "plain"
GOAL = 0.27  # of the plain step's memory


def cuts_of(network: Network) -> dict[str, tuple[int, ...]]:
    """Return ways to cut a network, as the numbers of layers in each segment."""
    price = 100.0 if network.layers[0].activation == "relu" else 1000.0
    limit = int(GOAL * memory_plan(network, BATCH).peak)
    return {
        "lean": (DEPTH,),
        "8 segments": (8,) * 8,
        f"best in {GOAL}": best_segments(network, BATCH, limit, activation_price=price).segments,
        "least": best_segments(network, BATCH, activation_price=price).segments,
    }


def rows_of(activation: str, turns: int) -> Iterator[dict[str, Any]]:
    """Yield what was predicted and measured for each way to cut a network."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(BATCH, WIDTH)), rng.uniform(size=(BATCH, WIDTH))
    network = initialize((WIDTH,) * (DEPTH + 1), activation, "he_normal", seed=1)
    cuts = cuts_of(network)
    runs = {PLAIN: lambda: backward(network, forward(network, x), y)}
    runs |= {name: partial(backward_in_segments, network, x, y, segments) for name, segments in cuts.items()}
    times = [{name: seconds(run, 1) for name, run in runs.items()} for _ in range(turns)]
    whole = measured_peak(runs[PLAIN], calls=3)
    for name, segments in cuts.items():
        plan, found = checkpoint_plan(network, BATCH, segments), measured_peak(runs[name], calls=3)
        about = {"activation": activation, "cut": name, "segments": segments, "price": round(plan.price, 4)}
        memory = {"predicted": plan.peak, "measured": found, "plain": whole}
        ratios = {f"of {other}": quartiles(turn[name] / turn[other] for turn in times) for other in (PLAIN, "lean")}
        yield about | {"bytes": memory} | ratios


def main() -> None:
    """Print what was found, a list in JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=at_least(2), default=TURNS, help="how often each contender runs")
    turns = parser.parse_args().turns
    print(json.dumps([row for activation in ("relu", "tanh", "sigmoid") for row in rows_of(activation, turns)]))


if __name__ == "__main__":
    main()
