"""Time the gradient of a network against the bare matrix products that it cannot do without; prints tables in Markdown.

`nox -s bench` runs it; `nox -s bench -- --site` times the builds of the book too. One thread; the contenders take turns
in the same run, so that whatever else the machine does falls on both alike; the figures are medians over the turns.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"):
    os.environ[f"{library}_NUM_THREADS"] = "1"  # read once, when NumPy is imported

import numpy as np  # noqa: E402  the threads are set above

from literate_bp import Layer, Network, backward, forward, initialize  # noqa: E402  as above

HERE = Path(__file__).parents[1]
CASES = (((784, 30, 10), 10), ((784, 128, 64, 10), 128))
TURNS = 61
TURN_SECONDS = 0.02


def problem(sizes: tuple[int, ...], batch: int, dtype: str) -> tuple[Network, np.ndarray, np.ndarray]:
    """Return a sigmoid network with inputs and targets, all of one dtype."""
    drawn = initialize(sizes, activation="sigmoid", scheme="glorot_uniform", cost="half_squared_error", seed=0)
    layers = (Layer(la.weights.astype(dtype), la.biases.astype(dtype), "sigmoid") for la in drawn.layers)
    rng = np.random.default_rng(0)
    x, y = (rng.random((batch, n)).astype(dtype) for n in (sizes[0], sizes[-1]))
    return Network(tuple(layers), cost="half_squared_error"), x, y


def gradient_step(network: Network, x: np.ndarray, y: np.ndarray) -> Callable[[], object]:
    """Return what users call: forward, then backward."""
    return lambda: backward(network, forward(network, x), y)


def bare_products(network: Network, x: np.ndarray, _y: np.ndarray) -> Callable[[], object]:
    """Return the matrix products of the same step and nothing else, each into an array that stands ready.

    Forward A W for each layer; backward Aᵀ Δ for each layer, and Δ Wᵀ for each but the first.
    """
    trace = forward(network, x)
    pairs = [(a, layer.weights) for a, layer in zip(trace.activated, network.layers, strict=False)]
    pairs += [(a.T, z) for a, z in zip(trace.activated, trace.linear, strict=False)]
    pairs += [(z, layer.weights.T) for z, layer in zip(trace.linear[1:], network.layers[1:], strict=True)]
    ready = [(left, right, left @ right) for left, right in pairs]

    def products() -> None:
        for left, right, out in ready:
            np.matmul(left, right, out=out)

    return products


def seconds(run: Callable[[], object], times: int) -> float:
    """Return the seconds of processor time that one of `times` runs takes."""
    start = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - start) / times


def compared(sizes: tuple[int, ...], batch: int, dtype: str) -> tuple[float, float, float]:
    """Return the medians of step and products, and the median of their ratio turn by turn."""
    given = problem(sizes, batch, dtype)
    contenders = [gradient_step(*given), bare_products(*given)]
    times = [max(1, round(TURN_SECONDS / min(seconds(run, 10) for _ in range(3)))) for run in contenders]
    turns = [[seconds(run, n) for run, n in zip(contenders, times, strict=True)] for _ in range(TURNS)]
    step, products = (statistics.median(column) for column in zip(*turns, strict=True))
    return step, products, statistics.median(s / p for s, p in turns)


def builds() -> list[tuple[str, float]]:
    """Return the seconds of a cold build of the book, in a copy without any cache, and of one that changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        git = shutil.which("git") or "git"
        files = subprocess.check_output([git, "ls-files"], cwd=HERE, text=True).splitlines()
        for file in files:
            (Path(folder) / file).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / file).write_bytes((HERE / file).read_bytes())
        (Path(folder) / "node_modules").symlink_to(HERE / "node_modules")
        command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", "docs", "docs/_build/html"]
        environment = os.environ | {"PYTHONPATH": str(Path(folder) / "src")}
        timed = []
        for name in ("cold", "nothing changed"):
            start = time.perf_counter()
            subprocess.run(command, cwd=folder, env=environment, check=True)
            timed.append((name, time.perf_counter() - start))
        return timed


def processor() -> str:
    """Name the processor, as far as the system tells."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", action="store_true", help="time the builds of the book too")
    arguments = parser.parse_args()

    print(f"{processor()}, one thread; Python {platform.python_version()}, NumPy {np.__version__}\n")
    print("| network | batch | dtype | gradient step | bare products | ratio |\n|---|---:|---|---:|---:|---:|")
    for sizes, batch in CASES:
        for dtype in ("float64", "float32"):
            step, products, ratio = compared(sizes, batch, dtype)
            row = [
                "-".join(map(str, sizes)),
                str(batch),
                dtype,
                f"{step * 1e6:.0f} µs",
                f"{products * 1e6:.0f} µs",
                f"{ratio:.2f}",
            ]
            print("| " + " | ".join(row) + " |", flush=True)
    if arguments.site:
        print("\n| build of the book | time |\n|---|---:|")
        for name, took in builds():
            print(f"| {name} | {took:.0f} s |", flush=True)


if __name__ == "__main__":
    main()
