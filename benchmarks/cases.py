"""The networks that are timed, their goals, and the gradient that each contender must give."""

from typing import Any, NamedTuple

import numpy as np

from literate_bp import Network, backward, forward, initialize

AGREEMENT = {"float64": 1e-12, "float32": 2e-5}
"""How far a gradient may be off, of the largest number in its array."""


class Case(NamedTuple):
    """A network and a batch, and what our time is meant to be at most: of the best peer's, and of the limit."""

    name: str
    sizes: tuple[int, ...]
    batch: int
    of_best_peer: float
    of_limit: float | None = None
    best_backend: bool = False
    """Whether the goal is one of the best backend, and not of the one that is chosen."""

    @property
    def work(self) -> int:
        """The number of weights, times the batch."""
        return self.batch * sum(n * m for n, m in zip(self.sizes, self.sizes[1:], strict=False))


CASES = (
    Case("2-1-1", (2, 1, 1), 1, 0.05),
    Case("64-64-1", (64, 64, 1), 1, 0.50),
    Case("784-30-10", (784, 30, 10), 10, 0.60, 1.4),
    Case("784-128-64-10", (784, 128, 64, 10), 128, 1.05, 1.10),
    Case("32 wide, 50 deep", (32,) * 51, 32, 0.75),
    Case("512-512-512-512", (512,) * 4, 1, 1.00, None, best_backend=True),
    Case("1024-1024-1024-1024", (1024,) * 4, 256, 1.00, 1.08, best_backend=True),
)


class Problem(NamedTuple):
    """A network of sigmoids with inputs and targets, all of one type; one example is a vector."""

    network: Network
    x: np.ndarray
    y: np.ndarray

    @property
    def rows(self) -> tuple[np.ndarray, np.ndarray]:
        """Inputs and targets, one example a row."""
        return np.atleast_2d(self.x), np.atleast_2d(self.y)

    @property
    def weights(self) -> list[np.ndarray]:
        """The weights of each layer."""
        return [layer.weights for layer in self.network.layers]

    @property
    def biases(self) -> list[np.ndarray]:
        """The biases of each layer."""
        return [layer.biases for layer in self.network.layers if layer.biases is not None]


def problem(case: Case, dtype: str) -> Problem:
    """Return the network of a case with random inputs, and targets 0 and 1."""
    network = initialize(case.sizes, seed=0, dtype=dtype)
    rng = np.random.default_rng(0)
    x = rng.random((case.batch, case.sizes[0])).astype(dtype)
    y = rng.integers(2, size=(case.batch, case.sizes[-1])).astype(dtype)
    return Problem(network, x, y) if case.batch > 1 else Problem(network, x[0], y[0])


def clear_gradients(given: Problem, cost: str) -> list[np.ndarray]:
    """Return the gradients of all weights, then those of all biases, by the clear form in float64."""
    start = initialize(given.network.sizes, cost=cost)
    layers = [
        layer.__class__(layer.weights.astype(float), np.asarray(layer.biases, float), "sigmoid")
        for layer in given.network.layers
    ]
    network = Network(layers, cost=start.cost)
    x, y = given.x.astype(float), given.y.astype(float)
    found = backward(network, forward(network, x), y)
    return [*found.weights, *(biases for biases in found.biases if biases is not None)]


def off(found: list[Any], expected: list[np.ndarray]) -> float:
    """Return how far gradients are off at most, of the largest number in their array."""
    pairs = zip(found, expected, strict=True)
    return max(float(np.max(np.abs(np.reshape(a, b.shape) - b)) / np.max(np.abs(b))) for a, b in pairs)
