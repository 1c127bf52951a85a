"""Measure how the time of a gradient grows with width, depth and batch; prints JSON.

`python benchmarks/growth.py`. One thread, in turns. The clear form and the compiled program have the gradients of the
same networks, compared first.
"""

import json
import os
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"):
    os.environ[f"{library}_NUM_THREADS"] = "1"  # read once, when NumPy is imported

import numpy as np  # noqa: E402  the threads are set above
from timing import Run, in_turns, quartiles  # noqa: E402  as above

from literate_bp import Network, backward, compile, forward, initialize  # noqa: A004, E402  the word of the field; as above
from literate_bp.memory import network_memory  # noqa: E402  as above

AGREEMENT = 1e-12
"""How far the two gradients may be apart, as a share of the largest entry of each array."""


class Axis(NamedTuple):
    """What grows, while the others stay."""

    name: str
    sizes: tuple[int, ...]
    width: int = 128
    depth: int = 4
    batch: int = 32

    def problem(self, size: int) -> dict[str, int]:
        """Return width, depth and batch where this has a size."""
        kept = {"width": self.width, "depth": self.depth, "batch": self.batch}
        return kept | {self.name: size}


AXES = (
    Axis("width", (8, 16, 32, 64, 128, 256, 512, 1024)),
    Axis("depth", (1, 2, 4, 8, 16, 32, 64), width=64),
    Axis("batch", (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)),
)


def network_of(width: int, depth: int) -> Network:
    """Return a network with all layers of one width."""
    return initialize((width,) * (depth + 1), "tanh", seed=0)


def multiplications(width: int, depth: int, batch: int) -> int:
    """Return how many there are in the matrix products of a gradient: three for each layer, but two for the first."""
    layers, _ = network_memory(network_of(width, depth), batch)
    return 3 * sum(layer.multiplications for layer in layers) - layers[0].multiplications


def gradients_of(width: int, depth: int, batch: int) -> dict[str, Run]:
    """Return what computes the gradients of a network, by each form.

    Raises
    ------
    SystemExit
        If they differ.
    """
    network = network_of(width, depth)
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


def along(axis: Axis, **options: Any) -> dict[str, Any]:
    """Return the multiplications and the seconds along an axis, these with quartiles over turns.

    Parameters
    ----------
    axis : Axis
        What grows.
    **options
        For `timing.in_turns`.
    """
    problems = [axis.problem(size) for size in axis.sizes]
    timed = [in_turns(gradients_of(**problem), **options) for problem in problems]
    kept = {name: of for name, of in axis.problem(0).items() if name != axis.name}
    counted = [multiplications(**problem) for problem in problems]
    seconds = {form: [quartiles(each[form]) for each in timed] for form in ("clear", "compiled")}
    return {"axis": axis.name, "sizes": axis.sizes, **kept, "multiplications": counted, "s": seconds}


def growth(axes: Sequence[Axis] = AXES, **options: Any) -> list[dict[str, Any]]:
    """Return what `along` does for each axis."""
    return [*map(partial(along, **options), axes)]


if __name__ == "__main__":
    print(json.dumps(growth()))
