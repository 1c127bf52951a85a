"""Compare the compiled gradients with the products of matrices that they cannot do without: fails if one is too slow.

`nox -s bench -- --ratios` runs it; it needs NumPy alone. A ratio is the median over turns, of times in the same turn on
one thread, and may be `SLACK` times what was measured once. A case that fails is measured again, so that what else the
machine does is not taken for a slow program.
"""

import argparse
import os
import statistics
import sys

for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"):
    os.environ[f"{library}_NUM_THREADS"] = "1"  # read once, when NumPy is imported

from cases import AGREEMENT, CASES, Case, clear_gradients, off, problem  # noqa: E402  the threads are set above
from contenders import LIMITS, compiled  # noqa: E402  as above
from timing import in_turns  # noqa: E402  as above

SLACK = 1.3
TRIES = 4
TURNS = 11
MEASURED = {
    "2-1-1": (0.28, 0.28),
    "64-64-1": (4.2, 4.9),
    "784-30-10": (1.51, 1.57),
    "784-128-64-10": (1.18, 1.18),
    "32 wide, 50 deep": (2.12, 2.67),
    "512-512-512-512": (1.23, 1.27),
    "1024-1024-1024-1024": (1.12, 1.12),
}
"""The ratios in float64 and in float32, the larger of those on two machines: an AMD EPYC 9004 and an Intel Xeon."""


def ratio(case: Case, dtype: str) -> float:
    """Return the time of a gradient by that of its products, by `matmul` or by `dot`, whatever is faster."""
    given = problem(case, dtype)
    run, read = compiled(given)
    apart = off(read(run()), clear_gradients(given, "half_squared_error"))
    if not apart <= AGREEMENT[dtype]:
        raise SystemExit(f"{case.name} is off by {apart:.1e} in {dtype}")
    runs = {"compiled": run} | {limit.name: limit.make(given)[0] for limit in LIMITS}
    ours, *limits = in_turns(runs, turns=TURNS).values()
    limit = min(limits, key=statistics.median)
    return statistics.median(one / other for one, other in zip(ours, limit, strict=True))


def main() -> int:
    """Print a table, and fail if a ratio is beyond its bound in all tries."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    print("| network | batch | type | of the products | at most |\n|---|---:|---|---:|---:|")
    slow = 0
    for case in CASES:
        for dtype, measured in zip(AGREEMENT, MEASURED[case.name], strict=True):
            most = SLACK * measured
            tries = []
            while len(tries) < TRIES and not (tries and tries[-1] <= most):
                tries.append(ratio(case, dtype))
            slow += tries[-1] > most
            found = ", then ".join(f"{each:.2f}" for each in tries)
            print(f"| {case.name} | {case.batch} | {dtype} | {found} | {most:.2f} |", flush=True)
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
