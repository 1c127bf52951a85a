"""Measure how the time of a gradient grows with width, depth and batch, and fit its powers.

`python benchmarks/growth.py` prints JSON; with `--write` it writes it to `growth.json` beside this file. One thread,
in turns. The clear form and the compiled program have the gradients of the same networks, compared first.
"""

import argparse
import json
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"):
    os.environ[f"{library}_NUM_THREADS"] = "1"  # read once, when NumPy is imported

import numpy as np  # noqa: E402  the threads are set above
from timing import Run, in_turns, quartiles  # noqa: E402  as above

from literate_bp import backward, compile, forward, initialize  # noqa: A004, E402  the word of the field; as above

FILE = Path(__file__).with_name("growth.json")
HOLDS_WITHIN = 0.25
"""How far the power between two neighboring sizes may be from theory where it holds."""
AGREEMENT = 1e-12
"""How far the two gradients may be apart, as a share of the largest entry of each array."""


class Axis(NamedTuple):
    """What grows, while the others stay.

    Theory counts the multiplications of the matrix products: width² · depth · batch.
    """

    name: str
    theory: int
    sizes: tuple[int, ...]
    width: int = 128
    depth: int = 4
    batch: int = 32

    def problem(self, size: int) -> dict[str, int]:
        """Return width, depth and batch where this has a size."""
        kept = {"width": self.width, "depth": self.depth, "batch": self.batch}
        return kept | {self.name: size}


AXES = (
    Axis("width", 2, (8, 16, 32, 64, 128, 256, 512, 1024)),
    Axis("depth", 1, (1, 2, 4, 8, 16, 32, 64), width=64),
    Axis("batch", 1, (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)),
)


def gradients_of(width: int, depth: int, batch: int) -> dict[str, Run]:
    """Return what computes the gradients of a network, with all layers of one width, by each form.

    Raises
    ------
    SystemExit
        If they differ.
    """
    network = initialize((width,) * (depth + 1), "tanh", seed=0)
    x, y = np.random.default_rng(0).uniform(-1, 1, size=(2, batch, width))

    def clear() -> tuple[Any, ...]:
        found = backward(network, forward(network, x), y)
        return *found.weights, *found.biases

    program = compile(network, batch)
    found = program.gradients(x, y)
    pairs = zip(clear(), (*found.weights, *found.biases), strict=True)
    off = max(float(np.max(np.abs(a - b)) / np.max(np.abs(a))) for a, b in pairs)
    if not off <= AGREEMENT:
        raise SystemExit(f"the program is off by {off:.1e}, with width {width}, depth {depth} and batch {batch}")
    return {"clear": clear, "compiled": partial(program.flat_gradient, x, y)}


def power(sizes: Sequence[float], times: Sequence[float]) -> float:
    """Return the power p of the line log t = p log s + c that fits best."""
    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def steps(sizes: Sequence[float], times: Sequence[float]) -> list[float]:
    """Return the power between each size and the next."""
    return (np.diff(np.log(times)) / np.diff(np.log(sizes))).tolist()


def holds_from(theory: float, sizes: Sequence[int], times: Sequence[float]) -> int | None:
    """Return the size from which on every step has the power of theory; None if the last has not."""
    found = None
    for size, step in reversed([*zip(sizes, steps(sizes, times), strict=False)]):
        if abs(step - theory) > HOLDS_WITHIN:
            break
        found = size
    return found


def fitted(theory: float, sizes: Sequence[int], times: Sequence[float]) -> dict[str, Any]:
    """Return the power over all sizes, over the larger half of them, and from where on theory holds."""
    half = (len(sizes) - 1) // 2
    return {
        "power": round(power(sizes, times), 2),
        "power of the larger half": round(power(sizes[half:], times[half:]), 2),
        "steps": [round(step, 2) for step in steps(sizes, times)],
        "holds from": holds_from(theory, sizes, times),
    }


def along(axis: Axis, **options: Any) -> dict[str, Any]:
    """Return the times along an axis, with quartiles over turns, and what was fitted to their medians.

    Parameters
    ----------
    axis : Axis
        What grows.
    **options
        For `timing.in_turns`.
    """
    timed = [in_turns(gradients_of(**axis.problem(size)), **options) for size in axis.sizes]
    found: dict[str, Any] = {"axis": axis.name, "theory": axis.theory, "sizes": axis.sizes}
    found |= {name: of for name, of in axis.problem(0).items() if name != axis.name}
    for form in ("clear", "compiled"):
        seconds = [quartiles(each[form]) for each in timed]
        medians = [median for _, median, _ in seconds]
        found[form] = {"s": seconds, **fitted(axis.theory, axis.sizes, medians)}
    return found


def growth(axes: Sequence[Axis] = AXES, **options: Any) -> list[dict[str, Any]]:
    """Return what `along` does for each axis."""
    return [*map(partial(along, **options), axes)]


def main() -> None:
    """Measure, and print or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    write = parser.parse_args().write
    text = json.dumps(growth(), indent=1)
    if write:
        FILE.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
