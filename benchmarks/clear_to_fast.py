"""From the clear form to the fast one: the gradient of a network with one means more at each stage.

`python benchmarks/clear_to_fast.py` prints what it finds; with `--write` it writes `clear_to_fast.json`, which a
chapter draws. One thread; all that is compared takes turns. The figures are the least processor time of a turn: other
programs on the machine, and its own chores, can only add to it.
"""

import argparse
import json
import math
import os
import platform
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"):
    os.environ[f"{library}_NUM_THREADS"] = "1"  # read once, when NumPy is imported

import numpy as np  # noqa: E402  the threads are set above
from choices import floats_by_numpy  # noqa: E402  as above
from machine import processor  # noqa: E402  as above
from timing import Run, in_turns  # noqa: E402  as above

from literate_bp import backward, compile, forward, initialize  # noqa: A004, E402  the word of the field; as above
from literate_bp.compiled.measured import EINSUM, FLOATS  # noqa: E402  as above
from literate_bp.compiled.program import in_a_row, with_row  # noqa: E402  as above
from literate_bp.compiled.stages import STAGES, gradient_of  # noqa: E402  as above

FILE = Path(__file__).with_suffix(".json")
CASES = (
    *(((2, 1, 1), 1), ((64, 64, 1), 1), ((784, 30, 10), 10)),
    *(((784, 128, 64, 10), 128), ((32,) * 51, 32), ((512,) * 4, 1)),
)
LIMIT = "products alone"
TURNS, TURN_SECONDS = 100, 0.005


# --- the stages -----------------------------------------------------------------


def contenders(sizes: tuple[int, ...], batch: int) -> dict[str, Run]:
    """Return the products of a step alone, the clear form, and the program of each stage."""
    network = initialize(sizes, seed=0)
    rng = np.random.default_rng(0)
    x, y = (rng.random((batch, n) if batch > 1 else n) for n in (sizes[0], sizes[-1]))
    runs: dict[str, Run] = {
        LIMIT: products_alone(network, x),
        "clear": lambda: backward(network, forward(network, x), y),
    }
    for stage in STAGES:
        runs[stage] = called(gradient_of(network, batch, stage), x, y)
    program = compile(network, batch)
    if program.backend == "floats":
        runs["floats"] = called(program.prepared_for(1).gradient, x.tolist(), y.tolist())
    return runs


def called(function: Callable[..., object], *given: object) -> Run:
    """Return a call."""
    return lambda: function(*given)


def products_alone(network: Any, x: np.ndarray) -> Run:
    """Return the matrix products of a step and nothing else, by the faster call, into arrays that stand ready."""
    network = with_row(network, in_a_row(network))
    trace = forward(network, x)
    pairs = [(a, layer.weights) for a, layer in zip(trace.activated, network.layers, strict=False)]
    pairs += [(z, layer.weights.T) for z, layer in zip(trace.linear[1:], network.layers[1:], strict=True)]
    rows = [np.atleast_2d(a) for a in trace.activated], [np.atleast_2d(z) for z in trace.linear]
    pairs += [(a.T, z) for a, z in zip(*rows, strict=False)]
    shapes = [(left @ right).shape for left, right in pairs]
    ready = [(*pair, out) for pair, out in zip(pairs, places(shapes), strict=True)]
    calls = [outer(*of) if of[2].nbytes >= EINSUM and len(of[1]) == 1 else called(of[0].dot, *of[1:]) for of in ready]

    def products() -> None:
        for call in calls:
            call()

    return products


def places(shapes: list[tuple[int, ...]]) -> list[np.ndarray]:
    """Return arrays that lie in one row, as those of a program do."""
    ends = np.cumsum([0, *map(math.prod, shapes)])
    row = np.empty(ends[-1])
    return [row[start:end].reshape(shape) for start, end, shape in zip(ends[:-1], ends[1:], shapes, strict=True)]


def outer(column: np.ndarray, row: np.ndarray, out: np.ndarray) -> Run:
    """Return the product of a column and a row by `einsum`."""
    a, b = column.ravel(), row.ravel()
    return lambda: np.einsum("i,j->ij", a, b, out=out)


# --- what did not pay -----------------------------------------------------------


def trials() -> Iterator[tuple[str, str, Run, Run]]:
    """Yield what was tried, what stands instead, and both."""
    for size in (8, 64):
        a, b = np.random.default_rng(0).random((2, size))
        column, row, out = a[:, None], b[None], np.empty((size, size))
        used = called(column.dot, row, out)
        what = f"column × row, {size} each"
        yield f"{what}: `multiply`", "`dot`", called(np.multiply, column, row, out), used
        yield f"{what}: `einsum`", "`dot`", outer(column, row, out), used
    a, b, out = np.zeros((3, 1))
    yield (
        "`add` of single numbers: over its operand",
        "another place",
        called(np.add, a, b, a),
        called(np.add, a, b, out),
    )
    for rows, columns in ((1, 32), (256, 1024)):
        z = np.random.default_rng(0).normal(size=(rows, columns))
        what = f"sigmoid, {rows} × {columns}"
        yield f"{what}: by `tanh`", "`exp`", by_tanh(z), by_exp(z)
        yield f"{what}: `reciprocal` of 1 + e⁻ᶻ", "`divide`", by_reciprocal(z), by_exp(z)
    z = np.random.default_rng(0).normal(size=(256, 1024))
    blocks = [by_exp(part) for part in np.split(z.ravel(), 64)]
    yield "sigmoid, 256 × 1024: in blocks of 4096", "all at once", lambda: [block() for block in blocks], by_exp(z)


def by_exp(z: np.ndarray) -> Run:
    """Return the sigmoid as programs compute it."""
    e, d, most, one = np.empty_like(z), np.empty_like(z), np.array(709.0), np.array(1.0)

    def run() -> None:
        np.minimum(z, most, out=e)
        np.exp(e, e)
        np.add(one, e, d)
        np.divide(e, d, e)

    return run


def by_tanh(z: np.ndarray) -> Run:
    """Return the sigmoid as ½ + ½ tanh(½ z)."""
    e, half = np.empty_like(z), np.array(0.5)

    def run() -> None:
        np.multiply(half, z, e)
        np.tanh(e, e)
        np.multiply(half, e, e)
        np.add(half, e, e)

    return run


def by_reciprocal(z: np.ndarray) -> Run:
    """Return the sigmoid as 1 / (1 + e⁻ᶻ), limited as programs limit it."""
    e, most, one = np.empty_like(z), np.array(709.0), np.array(1.0)

    def run() -> None:
        np.negative(z, e)
        np.minimum(e, most, out=e)
        np.exp(e, e)
        np.add(one, e, e)
        np.reciprocal(e, e)

    return run


def did_not_pay() -> Iterator[dict[str, Any]]:
    """Yield what was tried, what stands instead, and how many times as long it takes."""
    for tried, used, *runs in trials():
        found = least(dict(zip(("tried", "used"), runs, strict=True)))
        yield {"tried": tried, "used": used, "times": digits(found["tried"] / found["used"])}


# --- measuring ------------------------------------------------------------------


def least(runs: dict[str, Run]) -> dict[str, float]:
    """Return the least seconds of each run, which take turns."""
    return {name: min(took) for name, took in in_turns(runs, turns=TURNS, turn_seconds=TURN_SECONDS).items()}


def digits(value: float) -> float:
    """Keep three digits."""
    return float(f"{value:.3g}")


def name_of(sizes: tuple[int, ...]) -> str:
    """Write the sizes of the layers."""
    return "-".join(map(str, sizes)) if len(sizes) < 6 else f"{len(sizes) - 1} layers of {sizes[1]}"


def main() -> None:
    """Measure, and print or write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    write = parser.parse_args().write

    gradients = []
    for sizes, batch in CASES:
        found = {stage: digits(took * 1e6) for stage, took in least(contenders(sizes, batch)).items()}
        gradients.append({"network": name_of(sizes), "batch": batch, "microseconds": found})
        print(name_of(sizes), batch, found, flush=True)
    floats = [[weights, digits(ratio)] for weights, ratio in sorted(floats_by_numpy())]
    tried = [*did_not_pay()]
    told = {
        "day": datetime.now(tz=UTC).date().isoformat(),
        "processor": processor(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "dtype": "float64",
        "gradients": gradients,
        "did not pay": tried,
        "floats by NumPy": {"chosen up to": FLOATS, "weights a layer × batch, ratio": floats},
    }
    if write:
        FILE.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    else:
        print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
