"""Measure what decides how a program is written, and write it to `compiled/measured.py`.

`python benchmarks/choices.py` prints what it finds; with `--write` it writes the file. One thread, in turns.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"):
    os.environ[f"{library}_NUM_THREADS"] = "1"  # read once, when NumPy is imported

import numpy as np  # noqa: E402  the threads are set above

from literate_bp import compile, initialize  # noqa: A004, E402  the word of the field; as above

FILE = Path(__file__).parents[1] / "src/literate_bp/compiled/measured.py"
TEXT = '''"""What was measured once, and decides how a program is written.

`benchmarks/choices.py` measures it again, and writes this file.
"""

FLOATS = {floats}
"""Up to so many weights a layer, times the batch, floats beat NumPy."""
EINSUM = 2**{einsum}
"""From so many bytes on, `einsum` makes an outer product faster than `dot`."""
SPREAD = 2**{spread}
"""Up to so many bytes, a row is first written to all rows that it goes to."""
'''
NETWORKS = ((3, 3, 1), (4, 4, 2), (5, 5, 5), (8, 8, 4), (8, 8, 8), (12, 12, 12), (2, 3, 3, 3, 1), (4, 4, 4, 4, 4))
TURNS, TURN_SECONDS = 21, 0.004
WORTH = 0.9
"""What has to take less than this share of the time, as it takes memory."""


def ratio(one: Callable[[], object], other: Callable[[], object]) -> float:
    """Return the median, over turns, of the time of one run by that of another."""
    times = [repeats(run) for run in (one, other)]
    turns = ([seconds(run, n) for run, n in zip((one, other), times, strict=True)] for _ in range(TURNS))
    return statistics.median(first / second for first, second in turns)


def repeats(run: Callable[[], object]) -> int:
    """Return how often a run fills a turn."""
    return max(1, round(TURN_SECONDS / min(seconds(run, 5) for _ in range(3))))


def seconds(run: Callable[[], object], times: int) -> float:
    """Return the seconds of processor time that one of `times` runs takes."""
    start = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - start) / times


def floats_by_numpy() -> Iterator[tuple[float, float]]:
    """Yield the weights a layer times the batch, and the time of floats by that of NumPy."""
    rng = np.random.default_rng(0)
    for sizes in NETWORKS:
        for batch in (1, 2, 4, 8):
            network = initialize(sizes, seed=0)
            x, y = (rng.random((batch, n)) for n in (sizes[0], sizes[-1]))
            given = (x[0], y[0]) if batch == 1 else (x, y)
            lists = [each.tolist() for each in given]
            floats, arrays = (compile(network, batch, backend=name).flat_gradient for name in ("floats", "numpy"))
            found = ratio(partial(floats, *lists), partial(arrays, *given))
            weights = sum(layer.weights.size for layer in network.layers)
            yield weights * batch / len(network.layers), found


def einsum_by_dot() -> Iterator[tuple[int, float]]:
    """Yield the power of 2 of the bytes of an outer product, and the time of `einsum` by that of `dot`."""
    for power in range(14, 25):
        size = round((2**power / 8) ** 0.5)
        a, b = np.random.default_rng(0).random((2, size))
        out = np.empty((size, size))
        by_einsum = partial(np.einsum, "i,j->ij", a, b, out=out)
        yield power, ratio(by_einsum, partial(np.dot, a[:, None], b[None], out))


def spread_by_add() -> Iterator[tuple[int, float]]:
    """Yield the power of 2 of the bytes of an array, and the time of a row that is spread and added by one added."""
    for power in range(10, 20):
        size = round((2**power / 8) ** 0.5)
        z, b, rows = np.zeros((size, size)), np.zeros(size), np.empty((size, size))

        def spread_and_add(z: np.ndarray = z, b: np.ndarray = b, rows: np.ndarray = rows) -> None:
            rows[...] = b
            np.add(z, rows, z)

        yield power, ratio(spread_and_add, partial(np.add, z, b, z))


def main() -> None:
    """Measure, and print or write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    write = parser.parse_args().write

    print("| weights a layer × batch | floats / NumPy |\n|---:|---:|")
    sizes = sorted(floats_by_numpy())
    for weights, found in sizes:
        print(f"| {weights:.0f} | {found:.2f} |")
    floats = round(max(weights for weights, _ in sizes if all(f < 1 for w, f in sizes if w <= weights)))

    print("\n| bytes | einsum / dot |\n|---:|---:|")
    products = list(einsum_by_dot())
    for power, found in products:
        print(f"| 2^{power} | {found:.2f} |")
    ahead = (n for n, (_, f) in enumerate(products) if f < 1 and statistics.mean(g for _, g in products[n:]) < 1)
    einsum = products[next(ahead)][0]  # from here on, einsum is ahead on average

    print("\n| bytes | spread, then added / added |\n|---:|---:|")
    sums = list(spread_by_add())
    for power, found in sums:
        print(f"| 2^{power} | {found:.2f} |")
    spread = max(power for power, _ in sums if all(f < WORTH for p, f in sums if p <= power))

    text = TEXT.format(floats=floats, einsum=einsum, spread=spread)
    if write:
        FILE.write_text(text, encoding="utf-8")
    else:
        print(f"\n{text}")


if __name__ == "__main__":
    main()
