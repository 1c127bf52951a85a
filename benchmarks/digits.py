"""Train a network of 64-30-10 nodes on handwritten digits: 30 epochs, in batches of 10; prints JSON.

`bench.py` starts it, with the file of the digits: `digits.py FILE` times all contenders in turns, `digits.py FILE NAME`
runs one of them, once, so that its whole process can be timed. Each trainer imports what it needs and no more. But for
scikit-learn, which has softmax and an order of its own, all begin with the same weights, and take the same steps.
"""

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np

SIZES, RATE, EPOCHS, BATCH, SEED = (64, 30, 10), 0.5, 30, 10, 0
TURNS = 5
GOALS = {"warm": 0.08, "cold": 0.45}
"""The seconds that `train` should take at most."""
AGREEMENT = 1e-9
"""How far the weights after all steps may be off, of the largest in their array."""

Data = tuple[list[np.ndarray], np.ndarray, np.ndarray]
Trained = list[Any]


def epochs(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield inputs and targets in the order of each epoch."""
    rng = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        yield x[order], y[order]


def batches(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield inputs and targets of each step."""
    for xs, ys in epochs(x, y):
        for start in range(0, len(x), BATCH):
            yield xs[start : start + BATCH], ys[start : start + BATCH]


def network_of(start: list[np.ndarray]) -> Any:
    """Return the network to begin with."""
    package = import_module("literate_bp")
    half = len(start) // 2
    return package.Network([package.Layer(w, b) for w, b in zip(start[:half], start[half:], strict=True)])


def parameters_of(network: Any) -> Trained:
    """Return the weights, then the biases."""
    return [*(layer.weights for layer in network.layers), *(layer.biases for layer in network.layers)]


def by_train(start: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> Trained:
    """Train as the users of the package do; it also measures cost and accuracy after each epoch."""
    train = import_module("literate_bp").train
    return parameters_of(train(network_of(start), x, y, RATE, EPOCHS, BATCH, SEED)[0])


def by_clear_train(start: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> Trained:
    """Train by the clear form, as the chapters do."""
    train = import_module("literate_bp.training").train
    return parameters_of(train(network_of(start), x, y, RATE, EPOCHS, BATCH, SEED)[0])


def by_numpy(start: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> Trained:
    """Train by a loop in NumPy, as textbooks do."""
    w1, w2, b1, b2 = (array.copy() for array in start)
    for xs, ys in batches(x, y):
        a1 = 1 / (1 + np.exp(-(xs @ w1 + b1)))
        a2 = 1 / (1 + np.exp(-(a1 @ w2 + b2)))
        delta2 = (a2 - ys) * a2 * (1 - a2) / len(xs)
        delta1 = (delta2 @ w2.T) * a1 * (1 - a1)
        w2 -= RATE * (a1.T @ delta2)
        b2 -= RATE * delta2.sum(axis=0)
        w1 -= RATE * (xs.T @ delta1)
        b1 -= RATE * delta1.sum(axis=0)
    return [w1, w2, b1, b2]


def by_torch(start: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> Trained:
    """Train with PyTorch's derivative and its optimizer."""
    torch = import_module("torch")
    w1, w2, b1, b2 = parameters = [torch.tensor(array, requires_grad=True) for array in start]
    optimizer = torch.optim.SGD(parameters, lr=RATE)
    for xs, ys in batches(x, y):
        optimizer.zero_grad()
        a1 = torch.sigmoid(torch.addmm(b1, torch.from_numpy(xs), w1))
        a2 = torch.sigmoid(torch.addmm(b2, a1, w2))
        (((a2 - torch.from_numpy(ys)) ** 2).sum() / (2 * len(xs))).backward()
        optimizer.step()
    return [each.detach().numpy() for each in parameters]


def jax_step() -> tuple[Any, Callable[..., Any]]:
    """Return JAX, and a step of descent."""
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)  # noqa: FBT003  its own call

    def cost(parameters: Any, x: Any, y: Any) -> Any:
        w1, w2, b1, b2 = parameters
        a2 = jax.nn.sigmoid(jax.nn.sigmoid(x @ w1 + b1) @ w2 + b2)
        return ((a2 - y) ** 2).sum() / (2 * len(x))

    def step(parameters: Any, x: Any, y: Any) -> Any:
        gradients = jax.grad(cost)(parameters, x, y)
        return [old - RATE * gradient for old, gradient in zip(parameters, gradients, strict=True)]

    return jax, step


def by_jax(start: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> Trained:
    """Train with JAX, a call a step."""
    jax, step = jax_step()
    compiled = kept("step", lambda: jax.jit(step))
    parameters = [jax.numpy.asarray(array) for array in start]
    for xs, ys in batches(x, y):
        parameters = compiled(parameters, xs, ys)
    return [np.asarray(each) for each in parameters]


def by_jax_scan(start: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> Trained:
    """Train with JAX, a call an epoch."""
    jax, step = jax_step()

    def epoch(parameters: Any, xs: Any, ys: Any) -> Any:
        return jax.lax.scan(lambda old, pair: (step(old, *pair), None), parameters, (xs, ys))[0]

    compiled = kept("epoch", lambda: jax.jit(epoch))
    parameters = [jax.numpy.asarray(array) for array in start]
    for xs, ys in epochs(x, y):
        parameters = compiled(parameters, xs.reshape(-1, BATCH, x.shape[1]), ys.reshape(-1, BATCH, y.shape[1]))
    return [np.asarray(each) for each in parameters]


KEPT: dict[str, Any] = {}


def kept(name: str, make: Callable[[], Any]) -> Any:
    """Return a compiled function, made when it is first asked for."""
    return KEPT.setdefault(name, make())


def by_autograd(start: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> Trained:
    """Train with autograd's derivative."""
    numpy = import_module("autograd.numpy")

    def cost(parameters: Any, xs: Any, ys: Any) -> Any:
        a = xs
        for w, b in zip(parameters[:2], parameters[2:], strict=True):
            a = 1 / (1 + numpy.exp(-(numpy.dot(a, w) + b)))
        return numpy.sum((a - ys) ** 2) / (2 * len(xs))

    derivative = import_module("autograd").grad(cost)
    parameters = start
    for xs, ys in batches(x, y):
        gradients = derivative(parameters, xs, ys)
        parameters = [old - RATE * gradient for old, gradient in zip(parameters, gradients, strict=True)]
    return parameters


def by_scikit_learn(_: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> Trained:
    """Train scikit-learn's classifier, without what it adds by default."""
    warnings, network = import_module("warnings"), import_module("sklearn.neural_network")
    options = {"solver": "sgd", "activation": "logistic", "alpha": 0.0, "momentum": 0.0, "random_state": SEED}
    classifier = network.MLPClassifier(
        SIZES[1:-1], **options, batch_size=BATCH, learning_rate_init=RATE, max_iter=EPOCHS, tol=0, n_iter_no_change=999
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged: 30 epochs were asked for
        classifier.fit(x, y.argmax(axis=1))
    return [*classifier.coefs_, *classifier.intercepts_]


TRAINERS: dict[str, tuple[str, Callable[..., Trained]]] = {
    "train": ("", by_train),
    "the clear form of train": ("", by_clear_train),
    "NumPy, as in textbooks": ("", by_numpy),
    "PyTorch": ("torch", by_torch),
    "JAX, a call a step": ("jax", by_jax),
    "JAX, a call an epoch": ("jax", by_jax_scan),
    "autograd": ("autograd", by_autograd),
    "scikit-learn": ("sklearn", by_scikit_learn),
}
"""What is timed, and the library that it needs."""


def loaded(file: str) -> tuple[Data, tuple[np.ndarray, np.ndarray]]:
    """Return the weights and biases to begin with and the examples, and those to test with."""
    with np.load(file) as data:
        start = [data[f"start{n}"] for n in range(4)]
        return (start, data["x"], data["y"]), (data["test_x"], data["test_y"])


def save(file: str) -> None:
    """Write the file of the digits."""
    digits = import_module("sklearn.datasets").load_digits()
    x, y = digits.data / 16, np.eye(10)[digits.target]
    many = len(x) * 4 // 5 // BATCH * BATCH
    start = parameters_of(import_module("literate_bp").initialize(SIZES, seed=SEED))
    arrays = {f"start{n}": array for n, array in enumerate(start)}
    np.savez(file, x=x[:many], y=y[:many], test_x=x[many:], test_y=y[many:], **arrays)


def accuracy(parameters: Trained, x: np.ndarray, y: np.ndarray) -> float:
    """Return the share of the examples that come out right."""
    w1, w2, b1, b2 = parameters
    a1 = 1 / (1 + np.exp(-(x @ w1 + b1)))
    return float(np.mean((a1 @ w2 + b2).argmax(axis=1) == y.argmax(axis=1)))


def compared(file: str) -> list[dict[str, Any]]:
    """Return the seconds of each trainer, warm and in turns, and how well its network reads."""
    from importlib.util import find_spec  # noqa: PLC0415  not where one process is timed

    from timing import in_turns, quartiles  # noqa: PLC0415  as above

    data, test = loaded(file)
    trainers = {name: run for name, (library, run) in TRAINERS.items() if not library or find_spec(library)}
    results = {name: run(*data) for name, run in trainers.items()}
    expected = results["NumPy, as in textbooks"]
    aparts = {
        name: max(float(np.max(np.abs(a - b)) / np.max(np.abs(b))) for a, b in zip(found, expected, strict=True))
        for name, found in results.items()
        if name != "scikit-learn"
    }
    wrong = {name: apart for name, apart in aparts.items() if not apart <= AGREEMENT}
    if wrong:
        raise SystemExit(f"these end with other weights: {wrong}")
    times = in_turns({name: lambda run=run: run(*data) for name, run in trainers.items()}, turns=TURNS)
    return [
        {"trainer": name, "s": quartiles(turns), "accuracy": accuracy(results[name], *test), "off": aparts.get(name)}
        for name, turns in times.items()
    ]


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(json.dumps(compared(sys.argv[1])))
    else:
        data, test = loaded(sys.argv[1])
        print(accuracy(TRAINERS[sys.argv[2]][1](*data), *test))
