"""Weigh and time a gradient in segments against the plain one, at 64 equal layers; prints tables in Markdown.

`python benchmarks/checkpoint.py`. One thread; the contenders take turns, and a ratio is the median over the turns of
their times in the same turn, in seconds of processor time. Memory is what tracemalloc sees, beside what was predicted.
"""

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable

for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"):
    os.environ[f"{library}_NUM_THREADS"] = "1"  # read once, when NumPy is imported

import numpy as np  # noqa: E402  the threads are set above
from options import at_least  # noqa: E402  as above

from literate_bp import (  # noqa: E402  as above
    backward,
    backward_in_segments,
    best_segments,
    checkpoint_plan,
    forward,
    initialize,
    memory_plan,
)
from literate_bp.profiling import measured_peak  # noqa: E402  as above

DEPTH, WIDTH, BATCH, MIB = 64, 128, 1024, 2**20
GOAL = 0.27  # of the plain step's memory


def seconds(run: Callable[[], object]) -> float:
    """Return the seconds of processor time that a run takes."""
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    """Print a table for each activation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=at_least(1), default=9, help="how often each contender runs")
    turns = parser.parse_args().turns
    print(f"{platform.machine()}, one thread; Python {platform.python_version()}, NumPy {np.__version__}")
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(BATCH, WIDTH)), rng.uniform(size=(BATCH, WIDTH))
    for activation in ("relu", "tanh", "sigmoid"):
        network = initialize((WIDTH,) * (DEPTH + 1), activation, "he_normal", seed=1)
        whole = memory_plan(network, BATCH)
        price = 100.0 if activation == "relu" else 1000.0
        cut = {
            "lean": (DEPTH,),
            "8 segments": (8,) * 8,
            f"best in {GOAL}": best_segments(network, BATCH, int(GOAL * whole.peak), activation_price=price).segments,
            "least": best_segments(network, BATCH, activation_price=price).segments,
        }

        def plain(network: object = network) -> object:
            return backward(network, forward(network, x), y)

        runs = {name: lambda n=network, s=segments: backward_in_segments(n, x, y, s) for name, segments in cut.items()}
        peak = measured_peak(plain)
        times = [[seconds(run) for run in (plain, *runs.values())] for _ in range(turns)]
        print(f"\n| {activation} | predicted MiB | measured MiB | of plain | multiplications | time | of lean |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        print(f"| plain | {whole.peak / MIB:.1f} | {peak / MIB:.1f} | 1.00 | 1.000 | 1.00 | |")
        for place, (name, run) in enumerate(runs.items(), start=1):
            plan, found = checkpoint_plan(network, BATCH, cut[name]), measured_peak(run)
            ratios = [statistics.median(turn[place] / turn[other] for turn in times) for other in (0, 1)]
            cells = (plan.peak / MIB, found / MIB, found / peak, 1 + plan.price, *ratios)
            print("| {} | {:.1f} | {:.1f} | {:.2f} | {:.3f} | {:.2f} | {:.2f} |".format(name, *cells), flush=True)


if __name__ == "__main__":
    main()
