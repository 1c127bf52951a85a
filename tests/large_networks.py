"""Networks whose passes take over 10 MiB, with a batch and segments for each, and their passes to run."""

import numpy as np
import pytest

from literate_bp import Layer, Network, backward, backward_in_segments, forward, initialize
from literate_bp.activation import elementwise_activations
from literate_bp.cost import COSTS

MIB = 2**20


def problem(network, batch):
    rng = np.random.default_rng(0)
    dtype = network.layers[0].weights.dtype
    x = rng.normal(size=(batch, network.sizes[0])).astype(dtype)
    y = rng.uniform(size=(batch, network.sizes[-1])).astype(dtype)
    return x, y / y.sum(axis=1, keepdims=True)


def plain(network, x, y):
    return lambda: backward(network, forward(network, x), y)


def in_segments(network, x, y, segments):
    return lambda: backward_in_segments(network, x, y, segments)


def started(sizes, activation="sigmoid", cost="half_squared_error", **options):
    """Draw weights of which no scheme says whether they fit."""
    return initialize(sizes, activation, "normal", cost, std=0.1, **options)


def changed(network, *, residual=False, gains=False):
    """Give square layers residual connections, the last among them if its cost allows, and all layers gains."""

    def layer(number, old):
        square = len(set(old.weights.shape)) == 1
        fits = number < len(network.layers) or COSTS[network.cost].output is None
        g = np.ones(old.weights.shape[1], old.weights.dtype) if gains else None
        return Layer(old.weights, old.biases, old.activation, residual=residual and square and fits, gains=g)

    return Network([layer(n, old) for n, old in enumerate(network.layers, start=1)], network.cost)


# name: a network whose passes take over 10 MiB, a batch, and segments
LARGE = {
    **{name: (started((128,) * 17, name, seed=1), 320, (4, 4, 4, 4)) for name in elementwise_activations()},
    "deep": (started((64,) * 41, "relu", seed=1), 512, (6, 7, 7, 7, 7, 6)),
    "wide": (started((1000, 1500, 10), "sigmoid", seed=1), 200, (1, 1)),
    "one layer": (started((600, 900), "gelu", seed=1), 1000, (1,)),
    "one layer that is the identity": (started((900, 900), "identity", seed=1), 1000, (1,)),
    "uneven": (started((64, 2000, 30, 500, 10), "tanh", seed=1), 700, (1, 2, 1)),
    "uneven segments": (started((64, 900, 30, 700, 200, 400, 10), "tanh", seed=1), 700, (4, 2)),
    "without biases": (started((300,) * 9, "relu", biases=False, seed=1), 300, (3, 3, 2)),
    "float32": (started((300,) * 9, "relu", dtype=np.float32, seed=1), 700, (3, 3, 2)),
    "one example": (started((900,) * 5, "tanh", seed=1), 1, (2, 2)),
    "squared error": (started((784, 300, 10), "relu", cost="squared_error", seed=1), 2000, (1, 1)),
    "one output": (started((8, 20, 1), "tanh", seed=1), 50000, (1, 1)),
    "yes or no": (started((784, 300), "sigmoid", cost="binary_cross_entropy", seed=1), 2000, (1,)),
    "classes": (started((784, 300, 10), ("relu", "softmax"), cost="cross_entropy", seed=1), 2000, (1, 1)),
    "many classes": (started((300, 1000), "softmax", cost="cross_entropy", seed=1), 64, (1,)),
    "residual": (changed(started((128,) * 17, "tanh", seed=1), residual=True), 512, (4, 4, 4, 4)),
    "residual identity": (changed(started((128,) * 17, "identity", seed=1), residual=True), 512, (5, 5, 6)),
    "gains": (changed(started((512,) * 9, "relu", seed=1), gains=True), 8, (3, 3, 2)),
    "gains of few inputs": (changed(started((2, 400_000, 1), "relu", seed=1), gains=True), 1, (1, 1)),
    "gains without biases": (changed(started((2, 400_000, 1), "relu", biases=False, seed=1), gains=True), 1, (1, 1)),
    **{
        f"{kind} normalization": (started((128,) * 17, "tanh", seed=1, normalization=kind), 320, (4, 4, 4, 4))
        for kind in ("batch", "layer", "rms")
    },
    "normalized identity": (started((300,) * 9, "identity", seed=1, normalization="layer"), 300, (3, 3, 2)),
    "normalized gelu": (started((128,) * 17, "gelu", seed=1, normalization="batch"), 320, (4, 4, 4, 4)),
    "all kinds": (
        started((128,) * 17, "relu", seed=1, normalization="rms", residual=True, gain=2.0, dtype=np.float32),
        *(512, (5, 5, 6)),
    ),
    "both": (changed(started((64, 128, 128, 128, 32), "silu", seed=1), residual=True, gains=True), 3000, (2, 2)),
}


QUICK = {
    *("sigmoid", "relu", "softmax", "uneven", "uneven segments", "float32", "classes", "many classes", "residual"),
    *("gains", "gains of few inputs", "gains without biases", "both"),
    *("batch normalization", "layer normalization", "rms normalization", "all kinds"),
}
"""One of each kind; the others wait for `--exhaustive`."""

each = pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.exhaustive) for name in LARGE]
)
