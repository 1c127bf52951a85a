"""From the clear form to the fast one: the gradient of a network with one means more at each stage.

`python benchmarks/clear_to_fast.py` prints a table in Markdown: µs of processor time, and × the bare matrix products.
Each stage is a program that the compiler writes, with what comes later taken out of its text.
"""

import argparse
import os
import re
import statistics
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"):
    os.environ[f"{library}_NUM_THREADS"] = "1"  # read once, when NumPy is imported

import numpy as np  # noqa: E402  the threads are set above

from literate_bp import Network, backward, forward, initialize  # noqa: E402  as above
from literate_bp.compiled import arrays, rewriting  # noqa: E402  as above
from literate_bp.compiled.arrays import ArrayText  # noqa: E402  as above
from literate_bp.compiled.floats import Floats  # noqa: E402  as above
from literate_bp.compiled.passes import recorded_gradient, recorded_step  # noqa: E402  as above
from literate_bp.compiled.program import in_a_row  # noqa: E402  as above

Run = Callable[[], object]
CASES = (
    *(((2, 1, 1), 1), ((64, 64, 1), 1), ((784, 30, 10), 10), ((784, 128, 64, 10), 128)),
    *(((32,) * 51, 32), ((512,) * 4, 1), ((1024,) * 4, 256)),
)
TURNS, TURN_SECONDS = 15, 0.02


def text_of(network: Network, batch: int, *, rewrite: bool, together: bool) -> str:
    """Return the text of a program: with the identities or without, the layers together or each by itself."""
    kept = (
        rewriting.IDENTITIES if rewrite else tuple(i for i in rewriting.IDENTITIES if "exponential" not in i.__name__)
    )
    with mock.patch.object(rewriting, "IDENTITIES", kept):
        graph = rewriting.rewritten(recorded_gradient(network, None if batch == 1 else batch))
    step = recorded_step(in_a_row(network).size, network.layers[0].weights.dtype)
    with mock.patch.object(arrays, "families", arrays.families if together else lambda _: {}):
        return ArrayText(graph, step).source


def with_numbers(text: str) -> str:
    """Write constants as Python's numbers, where arrays without axes stand."""
    return re.sub(r"= array\(([-\d.e+]+)(, dtype=\"\w+\")?\)", r"= \1", text)


def with_matmul(text: str) -> str:
    """Multiply matrices by `matmul`."""
    calls = re.sub(r"^( +)(\S.*)\.dot\(", r"\1matmul(\2, ", text, flags=re.MULTILINE)
    return calls.replace("import ", "import matmul, ", 1)


def with_new_arrays(text: str) -> str:
    """Let each call make its result, and copy the gradients to their row at the end."""
    head, _, rest = text.partition("    def gradient(x, y):\n")
    body, _, rest = rest.partition("        return g\n")
    body = re.sub(r"^( +)(\w+)\((.*), (?:out=)?(\w+)\)$", r"\1\4 = \2(\3)", body, flags=re.MULTILINE)
    for name in re.findall(r"(\w+) = .*\.(?:T|reshape\(.*\))\n", head):  # a view is one of what the call has made
        view = re.search(rf"    {name} = ((\w+)\..*)\n", head)
        if view and not re.search(rf"^    (\w+ = )*{view[2]} = [pg]\[", head, re.MULTILINE):
            body = re.sub(rf"\b{name}\b", view[1], body)
    rows = re.findall(r"^    (dc_d\w+) = (g\[.*)\n", head, re.MULTILINE)
    alias = dict(re.findall(r"^    (\w+) = (dc_d\w+)\n", head, re.MULTILINE))
    made = {name: next((own for own, of in alias.items() if of == name), name) for name, _ in rows}
    copies = "".join(f"        {row}[...] = {made[name]}\n" for name, row in rows)
    return f"{head}    def gradient(x, y):\n{body}{copies}        return g\n{rest}"


def stages(network: Network, x: np.ndarray, y: np.ndarray) -> dict[str, Run]:
    """Return what runs at each stage."""
    batch = len(x) if x.ndim == 2 else 1
    recorded = text_of(network, batch, rewrite=False, together=False)
    shared = text_of(network, batch, rewrite=True, together=False)
    together = text_of(network, batch, rewrite=True, together=True)
    texts = {
        "the rules' operations, one after the other": with_new_arrays(with_matmul(with_numbers(recorded))),
        "one exponential": with_new_arrays(with_matmul(with_numbers(shared))),
        "memory laid out once": with_matmul(with_numbers(shared)),
        "dot for matmul": with_numbers(shared),
        "constants as arrays": shared,
        "the layers' derivatives in one call": together,
    }
    runs: dict[str, Run] = {"clear: backward(forward)": lambda: backward(network, forward(network, x), y)}
    for name, text in texts.items():
        row = in_a_row(network)
        names: dict[str, Any] = {}
        exec(text, names)  # noqa: S102 — our own text
        gradient, *_ = names["laid_out"](row, np.empty_like(row))
        runs[name] = lambda gradient=gradient: gradient(x, y)
    if row.size < 100 and batch == 1:
        graph = rewriting.rewritten(recorded_gradient(network, None))
        floats = Floats(row).prepare(graph, recorded_step(row.size, row.dtype)).gradient
        given = x.tolist(), y.tolist()
        runs["floats"] = lambda: floats(*given)
    return runs


def bare_products(network: Network, x: np.ndarray, _y: np.ndarray) -> Run:
    """Return the matrix products of a step and nothing else, each by `dot` into an array that stands ready."""
    trace = forward(network, x)
    pairs = [(a, layer.weights) for a, layer in zip(trace.activated, network.layers, strict=False)]
    pairs += [(z, layer.weights.T) for z, layer in zip(trace.linear[1:], network.layers[1:], strict=True)]
    rows = [np.atleast_2d(a) for a in trace.activated], [np.atleast_2d(z) for z in trace.linear]
    pairs += [(a.T, z) for a, z in zip(*rows, strict=False)]
    ready = [(left, right, left @ right) for left, right in pairs]

    def products() -> None:
        for left, right, out in ready:
            np.dot(left, right, out)

    return products


def seconds(run: Run, times: int) -> float:
    """Return the seconds of processor time that one of `times` runs takes."""
    start = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - start) / times


def medians(runs: dict[str, Run]) -> dict[str, float]:
    """Return the median seconds of each run, which take turns."""
    times = {name: max(1, round(TURN_SECONDS / min(seconds(run, 3) for _ in range(3)))) for name, run in runs.items()}
    turns = [{name: seconds(run, times[name]) for name, run in runs.items()} for _ in range(TURNS)]
    return {name: statistics.median(turn[name] for turn in turns) for name in runs}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dtype", default="float64", choices=("float64", "float32"))
    dtype = parser.parse_args().dtype
    print("| network | batch | stage | µs | × bare products |\n|---|---:|---|---:|---:|")
    for sizes, batch in CASES:
        network = initialize(sizes, seed=0, dtype=dtype)
        rng = np.random.default_rng(0)
        x, y = (rng.random((batch, n)).astype(dtype) for n in (sizes[0], sizes[-1]))
        x, y = (x[0], y[0]) if batch == 1 else (x, y)
        runs = {"bare products": bare_products(network, x, y), **stages(network, x, y)}
        found = medians(runs)
        name = "-".join(map(str, sizes)) if len(sizes) < 6 else f"{sizes[1]} wide, {len(sizes) - 1} deep"
        for stage, took in found.items():
            times = took / found["bare products"]
            print(f"| {name} | {batch} | {stage} | {took * 1e6:.3g} | {times:.2f} |", flush=True)


if __name__ == "__main__":
    main()
