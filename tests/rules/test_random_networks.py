"""Ten thousand random networks, of every kind: each way to their gradients gives the same numbers."""

import numpy as np
import pytest
import truth

from literate_bp import ACTIVATIONS, COSTS, backward, backward_in_segments, check_gradient, forward, nodes
from literate_bp.oracle import precision_of

PART = 100
"""How many networks one test has: a number of the first runs every time, the others with ``--exhaustive``."""
each_part = pytest.mark.parametrize(
    "first", [pytest.param(n, marks=pytest.mark.exhaustive if n else ()) for n in range(0, 10_000, PART)]
)
each_type = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def part(first, dtype):
    """Give the problems of a part: even numbers in one type, odd ones in the other."""
    for number in range(first, first + PART):
        if number % 2 == (dtype is np.float32):
            yield number, *truth.numbered_problem(number, dtype)


def assert_within(found, expected, bounds, number):
    assert found.keys() <= expected.keys(), f"network {number}"
    for name, array in found.items():
        assert np.shape(array) == np.shape(expected[name]), f"{name} of network {number}"
        assert np.max(np.abs(array - expected[name])) <= bounds[name], f"{name} of network {number}"


def bounds_of(network, x, y):
    """Bound the rounding, in the type of the network."""
    return truth.rounding_bounds(network, x, y, float(np.finfo(network.layers[0].weights.dtype).eps))


@each_type
@each_part
def test_backward_gives_the_derivatives_of_the_textbook_formulas(first, dtype):
    for number, network, x, y in part(first, dtype):
        found = truth.named(backward(network, forward(network, x), y))
        expected = truth.gradients_of(network, x, y)
        assert found.keys() == expected.keys(), f"network {number}"
        assert {array.dtype for array in found.values()} == {np.dtype(dtype)}, f"network {number}"
        assert_within(found, expected, bounds_of(network, x, y), number)


@each_type
@each_part
def test_segments_give_the_same_bits(first, dtype):
    for number, network, x, y in part(first, dtype):
        expected = truth.named(backward(network, forward(network, x), y))
        for segments in range(1, len(network.layers) + 1):
            found = truth.named(backward_in_segments(network, x, y, segments))
            assert found.keys() == expected.keys(), f"network {number}"
            assert all(np.array_equal(found[name], expected[name]) for name in found), f"network {number}"


def in_loops(network):
    """Give a network as `nodes` has it, with the matrices that its layers multiply by and 0 where it has no biases."""

    def one(rule):
        return lambda z: float(rule(np.float64(z)))

    return tuple(
        nodes.Layer(
            layer.matrix.tolist(),
            [0.0] * layer.matrix.shape[1] if layer.biases is None else layer.biases.tolist(),
            one(layer.function),
            one(layer.derivative),
        )
        for layer in network.layers
    )


def by_loops(network, x, y):
    """Give the mean gradients of a batch, one example after the other, and the gradients along the inputs."""
    layers = in_loops(network)
    each = [nodes.backward(layers, nodes.forward(layers, tuple(x_n)), y_n) for x_n, y_n in examples(x, y)]
    found = {}
    for n, layer in enumerate(network.layers):
        if layer.gains is None:  # `nodes` knows the matrix alone
            found[f"weights {n + 1}"] = np.mean([one.weights[n] for one in each], axis=0)
        if layer.biases is not None:
            found[f"biases {n + 1}"] = np.mean([one.biases[n] for one in each], axis=0)
    return found


def examples(x, y):
    return zip(np.atleast_2d(x).tolist(), np.atleast_2d(y).tolist(), strict=True)


@each_type
@each_part
def test_loops_over_nodes_give_the_same_where_they_have_the_layers(first, dtype):
    seen = 0
    for number, network, x, y in part(first, dtype):
        if network.cost == "half_squared_error" and not any(layer.residual for layer in network.layers):
            expected, bounds = truth.named(backward(network, forward(network, x), y)), bounds_of(network, x, y)
            twice = {name: 2 * bound for name, bound in bounds.items()}  # both may be off by the bound
            assert_within(by_loops(network, x, y), expected, twice, number)
            seen += 1
    assert seen


@each_type
@each_part
def test_the_check_of_the_package_finds_no_error(first, dtype):
    for number, network, x, y in part(first, dtype):
        if all(ACTIVATIONS[layer.activation].analytic for layer in network.layers):
            assert check_gradient(network, x, y).worst <= precision_of(network), f"network {number}"


def activated_in_torch(torch, name, z):
    """Give what PyTorch makes of linear parts by the activation that has this name here."""
    own = {"identity": lambda z: z, "gelu_tanh": lambda z: torch.nn.functional.gelu(z, approximate="tanh")}
    return (
        own[name](z)
        if name in own
        else getattr(torch.nn.functional, name)(z, **({"dim": -1} if name == "softmax" else {}))
    )


def cost_in_torch(torch, name, z, a, y):
    """Give the mean cost as PyTorch has it: the sum over the outputs, and the mean over the examples."""
    functional = torch.nn.functional
    if name == "cross_entropy":
        return functional.cross_entropy(z, y)
    if name == "binary_cross_entropy":
        return functional.binary_cross_entropy_with_logits(z, y, reduction="sum") / len(y)
    return functional.mse_loss(a, y, reduction="sum") / len(y) / (2 if name == "half_squared_error" else 1)


def by_torch(torch, network, x, y):
    """Give the gradients that PyTorch differentiates by itself, in 64 bits, by name."""

    def leaf(array):
        return torch.tensor(array, dtype=torch.float64, requires_grad=True)

    leaves = {"inputs": leaf(np.atleast_2d(x))}
    a, target = leaves["inputs"], torch.tensor(np.atleast_2d(y), dtype=torch.float64)
    for n, layer in enumerate(network.layers, start=1):
        here = {name: leaf(of.copy()) for name, of in layer.parameters.items()}
        leaves |= {f"{name} {n}": of for name, of in here.items()}
        w = here["weights"]
        z = a @ (torch._weight_norm(w, here["gains"][None], 1) if "gains" in here else w) + here.get("biases", 0)
        made = activated_in_torch(torch, layer.activation, z)
        a = a + made if layer.residual else made
    cost_in_torch(torch, network.cost, z, a, target).backward()
    found = {name: of.grad.numpy() for name, of in leaves.items()}
    return found | {"inputs": found["inputs"].reshape(x.shape)}


@each_type
@each_part
def test_pytorch_gives_the_same(first, dtype):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.set_num_threads(1)
    for number, network, x, y in part(first, dtype):
        found, expected = by_torch(torch, network, x, y), truth.named(backward(network, forward(network, x), y))
        assert found.keys() == expected.keys(), f"network {number}"
        allowed = dict.fromkeys(found, 1e-10) if dtype is np.float64 else bounds_of(network, x, y)
        assert_within(found, expected, allowed, number)


def test_the_random_networks_are_of_every_kind():
    drawn = [truth.numbered_problem(number, np.float64)[:2] for number in range(PART)]
    layers = [layer for network, _ in drawn for layer in network.layers]
    assert {layer.activation for layer in layers} == set(ACTIVATIONS)
    assert {network.cost for network, _ in drawn} == set(COSTS)
    assert {(layer.residual, layer.gains is None) for layer in layers} == {
        (a, b) for a in (True, False) for b in (True, False)
    }
    assert {layer.biases is None for layer in layers} == {True, False}
    assert {np.ndim(x) and (x.ndim, len(x) == 1) for _, x in drawn} >= {(1, False), (2, True), (2, False)}
    assert {len(network.layers) for network, _ in drawn} == {1, 2, 3, 4}
