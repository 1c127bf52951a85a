"""The contenders: each is given a problem, and returns what computes its gradients, and what reads them.

They all compute the gradients of a network of sigmoids, of half the squared error, but scikit-learn: it has no such
network, and is timed with the cross-entropy, which is a little less work.
"""

import math
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from cases import Problem

from literate_bp import backward, compile, forward  # noqa: A004  the word of the field
from literate_bp.compiled.passes import recorded_gradient, recorded_step
from literate_bp.compiled.program import in_a_row
from literate_bp.compiled.rewriting import rewritten
from literate_bp.compiled.torch_backend import Torch

Made = tuple[Callable[[], Any], Callable[[Any], list[Any]]]


class Contender(NamedTuple):
    """What is timed: its name, what makes it, and the library that it needs."""

    name: str
    make: Callable[[Problem], Made]
    library: str = ""
    most: float = math.inf
    """The most weights times the batch with which it is tried."""
    cost: str = "half_squared_error"


def in_order(found: Any) -> list[Any]:
    """Return gradients that are in order already."""
    return list(found)


# --- the limit -------------------------------------------------------------------


def bare_products(given: Problem, multiply: Callable[..., object]) -> Made:
    """Return the products of matrices of a step and nothing else, each written where it stands ready.

    Forward A W for each layer; backward Δ Wᵀ for each layer but the first, and Aᵀ Δ for each.
    """
    trace = forward(given.network, given.x)
    errors = backward(given.network, trace, given.y).errors
    inputs, rest = trace.activated[:-1], errors[1:]
    pairs = list(zip(inputs, given.weights, strict=True))
    pairs += [(delta, w.T) for delta, w in zip(rest, given.weights[1:], strict=True)]
    pairs += [(np.atleast_2d(a).T, np.atleast_2d(d)) for a, d in zip(inputs, errors, strict=True)]
    ready = [(left, right, left @ right) for left, right in pairs]

    def products() -> None:
        for left, right, out in ready:
            multiply(left, right, out)

    def read(_: None) -> list[Any]:
        return [*(out for _, _, out in ready[-len(inputs) :]), *(np.atleast_2d(d).sum(0) for d in errors)]

    return products, read


# --- this package ----------------------------------------------------------------


def clear(given: Problem) -> Made:
    """Return the clear form: the rules as they stand in the chapters."""
    network, x, y = given
    return lambda: backward(network, forward(network, x), y), lambda found: [*found.weights, *found.biases]


def parts_of_row(given: Problem, row: Any) -> list[Any]:
    """Return the gradients of weights, then of biases, that lie in a row layer after layer."""
    pieces, start = [], 0
    for size in (array.size for pair in zip(given.weights, given.biases, strict=True) for array in pair):
        pieces.append(row[start : start + size])
        start += size
    return pieces[::2] + pieces[1::2]


def compiled(given: Problem) -> Made:
    """Return the compiled form, with the backend that the package chooses."""
    program = compile(given.network, len(given.rows[0]))
    x, y = given.x, given.y
    if program.backend == "floats":
        x, y = x.tolist(), y.tolist()
    return partial(program.flat_gradient, x, y), partial(parts_of_row, given)


def compiled_for_torch(given: Problem, device: str = "cpu") -> Made:
    """Return the program for PyTorch."""
    torch = import_module("torch")
    x, y = (torch.tensor(array, device=device) for array in (given.x, given.y))
    one = None if given.x.ndim == 1 else len(given.x)
    row = in_a_row(given.network)
    graph, step = rewritten(recorded_gradient(given.network, one)), recorded_step(row.size, row.dtype)
    gradient = Torch(row, device).prepare(graph, step).gradient
    wait = waiting(torch, device)
    return lambda: wait(gradient(x, y)), lambda found: parts_of_row(given, found.cpu().numpy())


def compiled_for_jax(given: Problem, device: str = "cpu") -> Made:
    """Return the program for JAX."""
    jax = jax_library()
    with jax.default_device(jax.devices(device)[0]):
        program = compile(given.network, len(given.rows[0]), backend="jax")
        x, y = (jax.numpy.asarray(array) for array in (given.x, given.y))
    return lambda: program.flat_gradient(x, y).block_until_ready(), lambda row: parts_of_row(given, np.asarray(row))


# --- plain NumPy -----------------------------------------------------------------


def textbook_arrays(given: Problem) -> Made:
    """Return what most texts end with: arrays of a batch, and a list of them."""
    (x, y), weights, biases = given.rows, given.weights, given.biases

    def gradients() -> list[Any]:
        activated = [x]
        for w, b in zip(weights, biases, strict=True):
            activated.append(1 / (1 + np.exp(-(activated[-1] @ w + b))))
        a = activated[-1]
        delta = (a - y) * a * (1 - a) / len(x)
        of_weights, of_biases = [], []
        for a, w in zip(reversed(activated[:-1]), reversed(weights), strict=True):
            of_weights.append(a.T @ delta)
            of_biases.append(delta.sum(axis=0))
            delta = (delta @ w.T) * a * (1 - a)
        return [*reversed(of_weights), *reversed(of_biases)]

    return gradients, in_order


def textbook_loop(given: Problem) -> Made:
    """Return the loop over examples of Nielsen's network.py: columns, and weights to × from."""
    weights = [np.ascontiguousarray(w.T) for w in given.weights]
    biases = [b[:, None] for b in given.biases]
    examples = [(x[:, None], y[:, None]) for x, y in zip(*given.rows, strict=True)]

    def sigmoid(z: Any) -> Any:
        return 1.0 / (1.0 + np.exp(-z))

    def of_example(x: Any, y: Any) -> tuple[list[Any], list[Any]]:
        activation, activations, zs = x, [x], []
        for b, w in zip(biases, weights, strict=True):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        delta = (activations[-1] - y) * sigmoid(zs[-1]) * (1 - sigmoid(zs[-1]))
        of_biases, of_weights = [delta], [np.dot(delta, activations[-2].T)]
        for n in range(2, len(weights) + 1):
            slope = sigmoid(zs[-n]) * (1 - sigmoid(zs[-n]))
            delta = np.dot(weights[-n + 1].T, delta) * slope
            of_biases.insert(0, delta)
            of_weights.insert(0, np.dot(delta, activations[-n - 1].T))
        return of_biases, of_weights

    def gradients() -> tuple[list[Any], list[Any]]:
        of_biases, of_weights = [np.zeros_like(b) for b in biases], [np.zeros_like(w) for w in weights]
        for x, y in examples:
            more_biases, more_weights = of_example(x, y)
            of_biases = [sum_ + more for sum_, more in zip(of_biases, more_biases, strict=True)]
            of_weights = [sum_ + more for sum_, more in zip(of_weights, more_weights, strict=True)]
        return of_biases, of_weights

    def read(found: tuple[list[Any], list[Any]]) -> list[Any]:
        return [*(w.T / len(examples) for w in found[1]), *(b / len(examples) for b in found[0])]

    return gradients, read


# --- PyTorch, JAX, autograd ------------------------------------------------------


def waiting(torch: Any, device: str) -> Callable[[Any], Any]:
    """Return what waits until a device has done its work, and gives back what it is given."""

    def wait(found: Any) -> Any:
        torch.cuda.synchronize()
        return found

    return (lambda found: found) if device == "cpu" else wait


def by_torch(given: Problem, device: str = "cpu") -> Made:
    """Return PyTorch's own derivative, of operations that it records."""
    torch = import_module("torch")
    (x, y), weights, biases = (
        [torch.tensor(array, device=device) for array in arrays] for arrays in (given.rows, given.weights, given.biases)
    )
    parameters = [each.requires_grad_() for each in (*weights, *biases)]
    wait = waiting(torch, device)

    def gradients() -> Any:
        a = x
        for w, b in zip(weights, biases, strict=True):
            a = torch.sigmoid(torch.addmm(b, a, w))
        cost = ((a - y) ** 2).sum() / (2 * len(x))
        return wait(torch.autograd.grad(cost, parameters))

    return gradients, lambda found: [each.cpu().numpy() for each in found]


def by_hand_in_torch(given: Problem, device: str = "cpu") -> Made:
    """Return the formulas over tensors that are laid out once, without recording."""
    torch = import_module("torch")
    (x, y), weights, biases = (
        [torch.tensor(array, device=device) for array in arrays] for arrays in (given.rows, given.weights, given.biases)
    )
    activated = [torch.empty(len(x), w.shape[1], dtype=w.dtype, device=device) for w in weights]
    slopes, errors = [[torch.empty_like(a) for a in activated] for _ in range(2)]
    of_weights, of_biases = [torch.empty_like(w) for w in weights], [torch.empty_like(b) for b in biases]
    inputs, turned = [x, *activated[:-1]], [w.T for w in weights]
    forward_of = list(zip(biases, inputs, weights, activated, slopes, strict=True))
    back = list(zip([None, *errors[:-1]], slopes[-1:] + slopes[:-1], turned, errors, strict=True))[::-1]
    sums = list(zip([a.T for a in inputs], errors, of_weights, of_biases, strict=True))
    wait = waiting(torch, device)

    def gradients() -> Any:
        for b, before, w, a, slope in forward_of:
            torch.addmm(b, before, w, out=a)
            a.sigmoid_()
            torch.mul(a, a, out=slope)
            torch.sub(a, slope, out=slope)
        torch.sub(activated[-1], y, out=errors[-1])
        errors[-1].mul_(slopes[-1]).div_(len(x))
        for earlier, slope, w, delta in back:
            if earlier is not None:
                torch.mm(delta, w, out=earlier)
                earlier.mul_(slope)
        for a, delta, of_w, of_b in sums:
            torch.mm(a, delta, out=of_w)
            torch.sum(delta, 0, out=of_b)
        return wait([*of_weights, *of_biases])

    def run() -> Any:
        with torch.no_grad():
            return gradients()

    return run, lambda found: [each.cpu().numpy() for each in found]


def jax_library() -> Any:
    """Return JAX, told to keep float64."""
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)  # noqa: FBT003  its own call
    return jax


def cost_of(library: Any, parameters: Any, x: Any, y: Any) -> Any:
    """Return half the squared error, as functions of a library that has NumPy's names."""
    a, half = x, len(parameters) // 2
    for w, b in zip(parameters[:half], parameters[half:], strict=True):
        a = 1 / (1 + library.exp(-(library.dot(a, w) + b)))
    return library.sum((a - y) ** 2) / (2 * len(x))


def by_jax(given: Problem, device: str = "cpu") -> Made:
    """Return JAX's own derivative, compiled."""
    jax = jax_library()
    place = jax.devices(device)[0]
    parameters, rows = ([jax.device_put(a, place) for a in arrays] for arrays in (
        [*given.weights, *given.biases], given.rows))  # fmt: skip
    derivative = jax.jit(jax.grad(partial(cost_of, jax.numpy)))
    return lambda: jax.block_until_ready(derivative(parameters, *rows)), lambda found: [*map(np.asarray, found)]


def by_autograd(given: Problem) -> Made:
    """Return autograd's derivative."""
    derivative = import_module("autograd").grad(partial(cost_of, import_module("autograd.numpy")))
    return lambda: derivative([*given.weights, *given.biases], *given.rows), in_order


# --- the others ------------------------------------------------------------------


def by_scikit_learn(given: Problem) -> Made:
    """Return one gradient of scikit-learn's classifier, without what it does around it."""
    classifier = import_module("sklearn.neural_network").MLPClassifier(activation="logistic", alpha=0.0)
    classifier.coefs_, classifier.intercepts_ = given.weights, given.biases
    classifier.n_layers_, classifier.n_outputs_ = len(given.weights) + 1, given.weights[-1].shape[1]
    classifier.out_activation_, classifier.loss = "logistic", "binary_log_loss"
    x, y = given.rows
    of_weights, of_biases = ([np.empty_like(a) for a in arrays] for arrays in (given.weights, given.biases))

    def gradients() -> list[Any]:
        activations, deltas = [x, *[None] * len(of_weights)], [None] * len(of_weights)
        classifier._backprop(x, y, None, activations, deltas, of_weights, of_biases)  # noqa: SLF001  what `fit` calls
        return [*of_weights, *of_biases]

    return gradients, in_order


def by_tinygrad(given: Problem) -> Made:
    """Return tinygrad's derivative, with its programs kept from call to call."""
    tinygrad = import_module("tinygrad")
    arrays = ([*given.weights, *given.biases], given.rows)
    parameters, rows = ([tinygrad.Tensor(array).realize() for array in some] for some in arrays)
    half = len(parameters) // 2

    def gradients(x: Any, y: Any) -> list[Any]:
        a = x
        for w, b in zip(parameters[:half], parameters[half:], strict=True):
            a = (a @ w + b).sigmoid()
        cost = ((a - y) ** 2).sum() / (2 * x.shape[0])
        return [each.contiguous().realize() for each in cost.gradient(*parameters)]

    kept = tinygrad.TinyJit(gradients)
    device = tinygrad.Device[tinygrad.Device.DEFAULT]

    def run() -> list[Any]:
        found = kept(*rows)
        device.synchronize()
        return found

    for _ in range(3):  # the first calls write the programs
        run()
    return run, lambda found: [each.numpy() for each in found]


def by_micrograd(given: Problem) -> Made:
    """Return micrograd's derivative, a number at a time."""
    number = import_module("micrograd.engine").Value
    weights, biases = ([values(number, a) for a in arrays] for arrays in (given.weights, given.biases))
    leaves = [leaf for layer in zip(weights, biases, strict=True) for leaf in leaves_of(layer)]
    examples = [(x.tolist(), y.tolist()) for x, y in zip(*given.rows, strict=True)]

    def sigmoid(z: Any) -> Any:
        """Do what the operations of `Value` do: it has no exponential."""
        out = number(1 / (1 + math.exp(-z.data)), (z,), "sigmoid")

        def send_back() -> None:
            z.grad += out.data * (1 - out.data) * out.grad

        out._backward = send_back  # noqa: SLF001  micrograd's own way
        return out

    def gradients() -> None:
        for leaf in leaves:
            leaf.grad = 0
        cost = number(0)
        for x, y in examples:
            a = x
            for w, b in zip(weights, biases, strict=True):
                columns = zip(*w, strict=True)
                a = [sigmoid(sum(map(number.__mul__, c, a), of)) for c, of in zip(columns, b, strict=True)]
            cost += sum((out - target) ** 2 for out, target in zip(a, y, strict=True))
        (cost * (0.5 / len(examples))).backward()

    def read(_: None) -> list[Any]:
        return [np.vectorize(lambda leaf: leaf.grad)(np.array(each, object)) for each in (*weights, *biases)]

    return gradients, read


def values(number: Callable[[float], Any], array: np.ndarray) -> list[Any]:
    """Return the entries of an array as numbers of micrograd."""
    return [values(number, row) if row.ndim else number(float(row)) for row in array]


def leaves_of(nested: Any) -> Iterator[Any]:
    """Yield the numbers in lists of lists."""
    for each in nested:
        if isinstance(each, list):
            yield from leaves_of(each)
        else:
            yield each


LIMITS = (
    Contender("products by matmul", partial(bare_products, multiply=np.matmul)),
    Contender("products by dot", partial(bare_products, multiply=np.dot)),
)
OURS = (
    Contender("clear", clear),
    Contender("compiled", compiled),
    Contender("compiled for PyTorch", compiled_for_torch, "torch"),
    Contender("compiled for JAX", compiled_for_jax, "jax"),
)
PEERS = (
    Contender("NumPy, as in textbooks", textbook_arrays),
    Contender("NumPy, a loop over examples", textbook_loop),
    Contender("PyTorch", by_torch, "torch"),
    Contender("PyTorch, by hand", by_hand_in_torch, "torch"),
    Contender("JAX", by_jax, "jax"),
    Contender("autograd", by_autograd, "autograd"),
    Contender("scikit-learn", by_scikit_learn, "sklearn", cost="binary_cross_entropy"),
    Contender("micrograd", by_micrograd, "micrograd", most=10_000),
    Contender("tinygrad", by_tinygrad, "tinygrad", most=1_000_000),
)
ON_GPU = (
    Contender("compiled for PyTorch", partial(compiled_for_torch, device="cuda"), "torch"),
    Contender("PyTorch", partial(by_torch, device="cuda"), "torch"),
    Contender("PyTorch, by hand", partial(by_hand_in_torch, device="cuda"), "torch"),
    Contender("compiled for JAX", partial(compiled_for_jax, device="gpu"), "jax"),
    Contender("JAX", partial(by_jax, device="gpu"), "jax"),
)
