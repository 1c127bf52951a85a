"""What is claimed of each rule that computes a derivative.

A claim runs a rule on a backend and gives pairs of what the rule gives and
what is expected: the derivative by other means. On SymPy's symbols the two are
compared exactly, on random numbers up to rounding.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any, Protocol

import numpy as np

from .. import (
    activation,
    network,
    node,
    nodes,
    normalization,
    precision,
    residual,
    weight_normalization,
)
from .. import layer as rules
from ..activation import ACTIVATIONS, Array
from ..cost import COSTS, Cost

Pairs = Iterable[tuple[Any, Any]]
"""Pairs of what a rule gives and what is expected."""


class Backend(Protocol):
    """Runs rules and differentiates: on symbols, or on numbers."""

    @property
    def activation(self) -> str:
        """The name of an activation."""

    def numbers(self, name: str, *shape: int, kind: str = "any") -> Array:
        """Make an array of symbols, or of numbers.

        The kind is ``"any"``; ``"signed"``, if the sign of each is assumed;
        ``"yes or no"``, between 0 and 1; or ``"shares"``, rows that add up
        to 1.
        """

    def function(self, z: Any) -> Any:
        """Apply the activation."""

    def derivative(self, z: Any) -> Any:
        """Apply the derivative of the activation."""

    def derive(self, f: Callable[[Array], Any], point: Array) -> Array:
        """Differentiate by every entry."""

    def run(self, rule: Any) -> Any:
        """Copy a rule so that it runs on this backend."""

    def layer(
        self,
        weights: Array,
        biases: Array,
        activation: str,
        *,
        residual: bool = False,
        gains: Array | None = None,
    ) -> Any:
        """Make a layer."""

    def network(self, layers: Iterable[Any], cost: str) -> Any:
        """Make a network."""


@dataclass(frozen=True)
class RuleClaim:
    """What is claimed of a rule.

    Attributes
    ----------
    statement : str
        What the rule gives, as the object of "the rule gives".
    pairs : callable
        Takes a backend; gives pairs of a result and the expected one.
    domain : str
        For what the claim is proved.
    cases : tuple of dict
        What is assumed of the symbols, case by case.
    smooth : bool
        Whether the complex step can be used.
    """

    statement: str
    pairs: Callable[[Any], Pairs]
    domain: str
    cases: tuple[Mapping[str, Any], ...] = ({},)
    smooth: bool = True


# --- one node, and nodes in layers ------------------------------------------


def node_layers(on: Backend, depth: int = 2) -> tuple[nodes.Layer, ...]:
    """Make layers of two nodes each."""
    return tuple(
        nodes.Layer(
            on.numbers(f"w{number}_", 2, 2),
            on.numbers(f"b{number}_", 2),
            on.function,
            on.derivative,
        )
        for number in range(1, depth + 1)
    )


def cost_after(on: Backend, layers: Any, y: Array) -> Callable[[Any], Any]:
    """Return the cost as a function of the inputs of these layers."""
    forward, value = on.run(nodes.forward), on.run(nodes.half_squared_error)
    return lambda a: value(forward(layers, a).activated[-1], y)


def cost_by_linear(on: Backend, layers: Any, y: Array) -> Callable[[Any], Any]:
    """Return the cost as a function of the linear parts before them."""
    after = cost_after(on, layers, y)
    return lambda z: after(on.function(z))


def expected_errors(
    on: Backend, layers: Any, trace: Any, y: Array
) -> list[Array]:
    """Differentiate the cost by the linear parts of every layer."""
    return [
        on.derive(cost_by_linear(on, layers[number:], y), np.array(z))
        for number, z in enumerate(trace.linear, start=1)
    ]


def node_derivative(on: Backend) -> Pairs:
    """Compare the derivative of the sigmoid with the reference."""
    z = on.numbers("z", 1, kind="signed")
    squash = on.run(node.sigmoid)
    found = on.run(node.sigmoid_derivative)(z[0])
    yield found, on.derive(lambda z: squash(z[0]), z)[0]


def node_activated_error(on: Backend) -> Pairs:
    """Compare ∂C/∂a of one node with the reference."""
    (ahead,), a, y = node_layers(on, 1), on.numbers("a", 2), on.numbers("y", 2)
    z = on.run(nodes.forward)((ahead,), a).linear[0]
    delta = on.derive(cost_by_linear(on, (), y), np.array(z))
    rule = on.run(node.activated_error)
    found = [rule(w, delta) for w in ahead.weights]
    yield found, on.derive(cost_after(on, (ahead,), y), a)


def node_linear_error(on: Backend) -> Pairs:
    """Compare ∂C/∂z of one node with the reference."""
    ahead, z, y = node_layers(on, 1), on.numbers("z", 2), on.numbers("y", 2)
    dc_da = on.derive(cost_after(on, ahead, y), on.function(z))
    rule = on.run(node.linear_error)
    found = [rule(on.derivative(z[j]), dc_da[j]) for j in range(2)]
    yield found, on.derive(cost_by_linear(on, ahead, y), z)


def nodes_cost_derivative(on: Backend) -> Pairs:
    """Compare ∂C/∂a of each output with the reference."""
    a, y = on.numbers("a", 2), on.numbers("y", 2)
    rule, value = (
        on.run(nodes.half_squared_error_derivative),
        cost_after(on, (), y),
    )
    yield list(map(rule, a, y)), on.derive(value, a)


def nodes_output_errors(on: Backend) -> Pairs:
    """Compare the errors of the output layer with the reference."""
    (layer,), z, y = node_layers(on, 1), on.numbers("z", 2), on.numbers("y", 2)
    found = on.run(nodes.output_errors)(layer, z, on.function(z), y)
    yield found, on.derive(cost_by_linear(on, (), y), z)


def nodes_hidden_errors(on: Backend) -> Pairs:
    """Compare the errors of a hidden layer with the reference."""
    layer, ahead = node_layers(on)
    z, y = on.numbers("z", 2), on.numbers("y", 2)
    trace = on.run(nodes.forward)((ahead,), on.function(z))
    delta = expected_errors(on, (ahead,), trace, y)[0]
    found = on.run(nodes.hidden_errors)(layer, z, ahead, delta)
    yield found, on.derive(cost_by_linear(on, (ahead,), y), z)


def nodes_errors(on: Backend) -> Pairs:
    """Compare the errors of every layer with the reference."""
    layers, x, y = node_layers(on, 3), on.numbers("x", 2), on.numbers("y", 2)
    trace = on.run(nodes.forward)(layers, x)
    found = on.run(nodes.errors)(layers, trace, y)
    yield from zip(found, expected_errors(on, layers, trace, y), strict=True)


def parameter_derivatives(
    on: Backend, layers: Any, x: Array, y: Array, name: str
) -> list[Array]:
    """Differentiate the cost by the weights, or the biases, of each layer."""

    def cost_at(number: int, value: Array) -> Any:
        moved = layers[number]._replace(**{name: value})
        changed = (*layers[:number], moved, *layers[number + 1 :])
        return cost_after(on, changed, y)(x)

    return [
        on.derive(partial(cost_at, number), getattr(layer, name))
        for number, layer in enumerate(layers)
    ]


def nodes_weight_gradient(on: Backend) -> Pairs:
    """Compare the weight gradient of each layer with the reference."""
    layers, x, y = node_layers(on), on.numbers("x", 2), on.numbers("y", 2)
    trace = on.run(nodes.forward)(layers, x)
    delta = expected_errors(on, layers, trace, y)
    found = map(on.run(nodes.weight_gradient), trace.activated, delta)
    expected = parameter_derivatives(on, layers, x, y, "weights")
    yield from zip(found, expected, strict=False)


def nodes_backward(on: Backend) -> Pairs:
    """Compare the gradients of all weights and biases with the reference."""
    layers, x, y = node_layers(on), on.numbers("x", 2), on.numbers("y", 2)
    trace = on.run(nodes.forward)(layers, x)
    found = on.run(nodes.backward)(layers, trace, y)
    for name in ("weights", "biases"):
        expected = parameter_derivatives(on, layers, x, y, name)
        yield from zip(getattr(found, name), expected, strict=True)


# --- arrays and batches -----------------------------------------------------

HALF_SQUARED = "half_squared_error"
"""The cost of the proofs: half the squared error."""


def targets_for(on: Backend, row: Cost, *shape: int) -> Array:
    """Make targets for a cost: probabilities, where it belongs to an output.

    They add up to 1 if the outputs do.
    """
    kind = "any"
    if row.output:
        kind = "yes or no" if ACTIVATIONS[row.output].elementwise else "shares"
    return on.numbers("y", *shape, kind=kind)


def batch_network(
    on: Backend,
    depth: int = 2,
    of: str = HALF_SQUARED,
    *,
    residual: bool = False,
) -> tuple[Any, Any]:
    """Make a network of layers of two nodes each, and two targets."""
    last = COSTS[of].output or on.activation
    names = [on.activation] * (depth - 1) + [last]
    layers = [
        on.layer(
            on.numbers(f"w{n}_", 2, 2),
            on.numbers(f"b{n}_", 2),
            name,
            residual=residual,
        )
        for n, name in enumerate(names, start=1)
    ]
    return on.network(layers, of), targets_for(on, COSTS[of], 2, 2)


def mean_cost_after(on: Backend, net: Any, y: Array) -> Callable[[Any], Any]:
    """Return the cost as a function of the inputs of a network."""
    forward, value = on.run(network.forward), on.run(network.mean_cost)
    return lambda a: value(net, forward(net, a), y)


def mean_cost_by_linear(
    on: Backend, net: Any, number: int, y: Array
) -> Callable[[Any], Any]:
    """Return the cost as a function of the linear parts of one layer."""
    after, value = net.layers[number:], on.run(network.mean_cost)
    if after:
        onward = mean_cost_after(on, on.network(after, net.cost), y)
        return lambda z: onward(on.function(z))
    last = on.network(net.layers[-1:], net.cost)
    return lambda z: value(last, network.Trace((z,), (z, on.function(z))), y)


def expected_network_errors(
    on: Backend, net: Any, trace: Any, y: Array
) -> Any:
    """Differentiate the cost by the linear parts of every layer."""
    return [
        on.derive(mean_cost_by_linear(on, net, number, y), z)
        for number, z in enumerate(trace.linear, start=1)
    ]


def network_activated_error(on: Backend) -> Pairs:
    """Compare ∂C/∂A of a layer with the reference."""
    (net, y), a = batch_network(on, 1), on.numbers("a", 2, 2)
    trace = on.run(network.forward)(net, a)
    (delta,) = expected_network_errors(on, net, trace, y)
    found = on.run(rules.activated_error)(delta, net.layers[0].weights)
    yield found, on.derive(mean_cost_after(on, net, y), a)


def network_linear_error(on: Backend) -> Pairs:
    """Compare ∂C/∂Z of a layer with the reference."""
    (net, y), z = batch_network(on), on.numbers("z", 2, 2)
    ahead = on.network(net.layers[1:], net.cost)
    dc_da = on.derive(mean_cost_after(on, ahead, y), on.function(z))
    found = on.run(rules.linear_error)(on.derivative(z), dc_da)
    yield found, on.derive(mean_cost_by_linear(on, net, 1, y), z)


def network_output_error(on: Backend) -> Pairs:
    """Compare the output errors of every cost with the reference."""
    rule = on.run(network.output_error)
    for name in COSTS:
        (net, y) = batch_network(on, 1, name)
        z = on.numbers("z", 2, 2, kind="signed")
        trace = network.Trace((z,), (z, on.function(z)))
        yield (
            rule(net, trace, y),
            on.derive(mean_cost_by_linear(on, net, 1, y), z),
        )


def network_errors(on: Backend) -> Pairs:
    """Compare the errors of every layer, and ∂C/∂A of the first."""
    (net, y), x = batch_network(on, 3), on.numbers("x", 2, 2)
    trace = on.run(network.forward)(net, x)
    delta, dc_da, _ = on.run(network.errors)(net, trace, y)
    expected = expected_network_errors(on, net, trace, y)
    yield from zip(delta, expected, strict=True)
    yield dc_da, on.derive(cost_after_layer(on, net, 1, y), trace.activated[1])
    for depth in (1, 2):
        yield from residual_errors(on, depth)


def residual_errors(on: Backend, depth: int) -> Pairs:
    """Compare the same where every layer has a residual connection."""
    (net, y), x = (
        batch_network(on, depth, residual=True),
        on.numbers("x", 2, 2),
    )
    trace = on.run(network.forward)(net, x)
    delta, dc_da, _ = on.run(network.errors)(net, trace, y)
    for number, found in enumerate(delta, start=1):
        onward = cost_after_layer(on, net, number, y)
        a, z = trace.activated[number - 1], trace.linear[number - 1]
        yield found, on.derive(partial(cost_past_layer, on, onward, a), z)
    yield dc_da, on.derive(cost_after_layer(on, net, 1, y), trace.activated[1])


def cost_after_layer(on: Backend, net: Any, number: int, y: Array) -> Any:
    """Return the cost as a function of the output of a layer."""
    if number < len(net.layers):
        ahead = on.network(net.layers[number:], net.cost)
        return mean_cost_after(on, ahead, y)
    value, last = (
        on.run(network.mean_cost),
        on.network(net.layers[-1:], HALF_SQUARED),
    )
    return lambda a: value(last, network.Trace((a,), (a, a)), y)


def cost_past_layer(on: Backend, onward: Any, a: Array, z: Array) -> Any:
    """Return the cost as a function of z, with a residual connection."""
    return onward(a + on.function(z))


def network_parameter_derivatives(
    on: Backend, net: Any, x: Array, y: Array, name: str
) -> list[Array]:
    """Differentiate the cost by the weights, or the biases, of each layer."""

    def cost_at(number: int, value: Array) -> Any:
        layers = list(net.layers)
        kept = {n: getattr(layers[number], n) for n in LAYER_ARGUMENTS}
        layers[number] = on.layer(**{**kept, name: value})
        changed = on.network(layers, net.cost)
        return mean_cost_after(on, changed, y)(x)

    return [
        on.derive(partial(cost_at, number), getattr(layer, name))
        for number, layer in enumerate(net.layers)
    ]


LAYER_ARGUMENTS = ("weights", "biases", "activation", "residual", "gains")


def network_gradient(name: str, on: Backend) -> Pairs:
    """Compare the weight or bias gradient of each layer."""
    (net, y), x = batch_network(on), on.numbers("x", 2, 2)
    trace = on.run(network.forward)(net, x)
    delta = expected_network_errors(on, net, trace, y)
    if name == "weights":
        rule = on.run(rules.weight_gradient)
        found = [*map(rule, trace.activated[:-1], delta)]
    else:
        found = [*map(on.run(rules.bias_gradient), delta)]
    expected = network_parameter_derivatives(on, net, x, y, name)
    yield from zip(found, expected, strict=True)


def network_backward(on: Backend) -> Pairs:
    """Compare the gradients of all parameters and of the inputs."""
    (net, y), x = batch_network(on), on.numbers("x", 2, 2)
    found = on.run(network.backward)(net, on.run(network.forward)(net, x), y)
    for name in ("weights", "biases"):
        expected = network_parameter_derivatives(on, net, x, y, name)
        yield from zip(getattr(found, name), expected, strict=True)
    yield found.inputs, on.derive(mean_cost_after(on, net, y), x)
    yield from residual_input_gradient(on)


def residual_input_gradient(on: Backend) -> Pairs:
    """Compare the input gradient of a layer with a residual connection."""
    (net, y), x = batch_network(on, 1, residual=True), on.numbers("x", 2, 2)
    found = on.run(network.backward)(net, on.run(network.forward)(net, x), y)
    yield found.inputs, on.derive(mean_cost_after(on, net, y), x)


def network_residual_error(on: Backend) -> Pairs:
    """Compare ∂C/∂A before a layer with a residual connection."""
    (net, y), a = batch_network(on), on.numbers("a", 2, 2)
    layer, *ahead = net.layers
    onward = mean_cost_after(on, on.network(ahead, net.cost), y)
    z = on.run(rules.linear)(a, layer.weights, layer.biases)
    delta = on.derive(partial(cost_past_layer, on, onward, a), z)
    dc_da = on.derive(onward, a + on.function(z))
    kept = {n: getattr(layer, n) for n in LAYER_ARGUMENTS}
    both = on.network(
        (on.layer(**{**kept, "residual": True}), *ahead), HALF_SQUARED
    )
    found = on.run(residual.residual_error)(delta, layer.weights, dc_da)
    expected = on.derive(mean_cost_after(on, both, y), a)
    yield found, expected
    one_node = on.run(residual.residual_error_of_node)
    for n, j in np.ndindex(*expected.shape):
        by_one = one_node(layer.weights[j], delta[n], dc_da[n, j])
        yield by_one, expected[n, j]


def normalized_gradient(name: str, on: Backend) -> Pairs:
    """Compare the gradient of the gains, or of the directions."""
    v, g = on.numbers("v", 2, 2), on.numbers("g", 2)
    y, a = on.numbers("y", 2, 2), on.numbers("a", 2, 2)
    b, normalized = on.numbers("b", 2), on.run(weight_normalization.normalized)

    def cost_of(w: Array) -> Any:
        net = on.network([on.layer(w, b, on.activation)], HALF_SQUARED)
        return mean_cost_after(on, net, y)(a)

    dc_dw = on.derive(cost_of, normalized(v, g))
    if name == "gains":
        found = on.run(weight_normalization.gain_gradient)(dc_dw, v)
        yield found, on.derive(lambda g: cost_of(normalized(v, g)), g)
    else:
        found = on.run(weight_normalization.direction_gradient)(dc_dw, v, g)
        yield found, on.derive(lambda v: cost_of(normalized(v, g)), v)


# --- normalization ----------------------------------------------------------


def batch_of_numbers(on: Backend) -> tuple[Array, Array]:
    """Make what comes in, and gradients of what comes out."""
    return on.numbers("x", 3, 2), on.numbers("c", 3, 2)


def centered_gradient(on: Backend) -> Pairs:
    """Compare it, run on gradients, with the derivative of differences."""
    x, c = batch_of_numbers(on)
    for axis, count in ((0, 3), (-1, 2)):

        def value(x: Array, axis: int = axis, count: int = count) -> Any:
            means = x.sum(axis=axis, keepdims=True) / count
            return (c * (x - means)).sum()

        yield on.run(normalization.centered)(c, axis), on.derive(value, x)


def divided_gradient(on: Backend) -> Pairs:
    """Compare it with the derivative through size and quotients."""
    x, c = batch_of_numbers(on)
    (small,) = on.numbers("e", 1, kind="yes or no")
    size = on.run(normalization.root_mean_square)
    rule = on.run(normalization.divided_gradient)
    for axis in (0, -1):

        def value(x: Array, axis: int = axis) -> Any:
            return (c * x / size(x, small, axis)).sum()

        s = size(x, small, axis)
        yield rule(c, x / s, s, axis), on.derive(value, x)


def scale_gradient(on: Backend) -> Pairs:
    """Compare it with the derivative through scales and shifts."""
    (n, c), (g, b) = batch_of_numbers(on), on.numbers("g", 2, 2)
    scaled = on.run(normalization.scaled)
    expected = on.derive(lambda g: (c * scaled(n, g, b)).sum(), g)
    yield on.run(normalization.scale_gradient)(c, n), expected


# --- sixteen bits -----------------------------------------------------------


def scaled_error(on: Backend) -> Pairs:
    """Compare the scaled output errors with those of the scaled cost."""
    (net, y), z = batch_network(on, 1), on.numbers("z", 2, 2)
    (scale,) = on.numbers("S", 1)
    value = mean_cost_by_linear(on, net, 1, y)
    trace = network.Trace((z,), (z, on.function(z)))
    delta = on.run(network.output_error)(net, trace, y)
    found = on.run(precision.scaled)(delta, scale)
    yield found, on.derive(lambda z: scale * value(z), z)


def unscaled_gradient(on: Backend) -> Pairs:
    """Compare the unscaled gradient with that of the cost itself."""
    (net, y), x = batch_network(on), on.numbers("x", 2, 2)
    (scale,) = on.numbers("S", 1)
    value = mean_cost_after(on, net, y)
    gradient = on.derive(lambda x: scale * value(x), x)
    yield on.run(precision.unscaled)(gradient, scale), on.derive(value, x)


# --- activations and costs --------------------------------------------------


def activation_derivative(name: str, on: Backend) -> Pairs:
    """Compare the derivative of an elementwise activation."""
    row = ACTIVATIONS[name]
    z = on.numbers("z", 1, kind="signed")
    function, derivative = map(on.run, (row.function, row.derivative))
    yield derivative(z), on.derive(lambda z: function(z)[0], z)
    if row.textbook_derivative:
        yield derivative(z), on.run(row.textbook_derivative)(function(z))


def normal_density(on: Backend) -> Pairs:
    """The derivative of the normal distribution function."""
    z = on.numbers("z", 1)
    below = on.run(activation.gelu)
    found = on.run(activation.normal_density)
    yield found(z), on.derive(lambda z: below(z)[0] / z[0], z)


def activation_jacobian(name: str, on: Backend) -> Pairs:
    """Compare the Jacobian matrix of an activation."""
    row = ACTIVATIONS[name]
    z, function = on.numbers("z", 3), on.run(row.function)

    def value(k: int, z: Array) -> Any:
        return function(z)[k]

    derivatives = [on.derive(partial(value, k), z) for k in range(3)]
    yield on.run(row.derivative)(z), np.transpose(derivatives)


def cost_derivative(name: str, on: Backend) -> Pairs:
    """Compare the derivative of a cost with the reference."""
    row = COSTS[name]
    given, y = on.numbers("z", 3, kind="signed"), targets_for(on, row, 3)
    value, derivative = map(on.run, (row.value, row.derivative))
    yield derivative(given, y), on.derive(lambda of: value(of, y), given)
    if row.output and row.textbook_derivative:
        a = on.run(ACTIVATIONS[row.output].function)(given)
        yield derivative(given, y), on.run(row.textbook_derivative)(a, y)


def cost_domain(row: Cost) -> tuple[str, tuple[Mapping[str, Any], ...]]:
    """Return the domain of a claim about a cost, and its cases."""
    if row.output is None:
        return "any three outputs and targets", ({},)
    if ACTIVATIONS[row.output].elementwise:
        where = "any three outputs on either side of 0, and any targets"
        return where, ALL_SIGNS
    return f"{ANY_LARGEST}, and targets that add up to 1", EACH_LARGEST


OF_TWO_LAYERS = (
    "any network with two layers of two nodes, any smooth activation, and "
    "half the squared error as its cost"
)
"""For what the rules of a network are proved."""
BATCH = f"{OF_TWO_LAYERS}, on a batch of two examples"
NORMALIZED_LAYER = (
    "any layer of two nodes with normalized weights, any smooth activation, "
    "and half the squared error as its cost, on a batch of two examples"
)
THREE_LAYERS = "with a third layer, so that errors are passed on twice"
EITHER_SIGN = "any z above 0 and any z below"
BOTH_SIGNS: Any = ({"signs": (1,)}, {"signs": (-1,)})
MIXED_SIGNS: Any = (
    {"signs": (1, -1, -1, 1), "top": 0},
    {"signs": (-1, 1, 1, -1), "top": 1},
)
ALL_SIGNS: Any = tuple({"signs": s} for s in product((1, -1), repeat=3))
EACH_LARGEST: Any = tuple({"top": top} for top in range(3))
ANY_LARGEST = "any three outputs, whichever is the largest"
AS_IN_TEXTBOOK = ", and what a textbook has for it"
OF_ERRORS = "the derivative of the cost by the linear part of every node"
"""What the errors are."""

DERIVATIVES: Mapping[str, RuleClaim] = {
    "node.sigmoid_derivative": RuleClaim(
        "the derivative of the sigmoid",
        node_derivative,
        EITHER_SIGN,
        BOTH_SIGNS,
    ),
    "node.activated_error": RuleClaim(
        "the derivative of the cost by the activated value of a node",
        node_activated_error,
        OF_TWO_LAYERS,
    ),
    "node.linear_error": RuleClaim(
        "the derivative of the cost by the linear part of a node",
        node_linear_error,
        OF_TWO_LAYERS,
    ),
    "nodes.half_squared_error_derivative": RuleClaim(
        "the derivative of the cost by each output",
        nodes_cost_derivative,
        "any two outputs and targets",
    ),
    "nodes.output_errors": RuleClaim(
        "the derivative of the cost by the linear part of each output",
        nodes_output_errors,
        OF_TWO_LAYERS,
    ),
    "nodes.hidden_errors": RuleClaim(
        "the derivative of the cost by the linear part of each hidden node",
        nodes_hidden_errors,
        OF_TWO_LAYERS,
    ),
    "nodes.errors": RuleClaim(
        OF_ERRORS, nodes_errors, f"{OF_TWO_LAYERS}, {THREE_LAYERS}"
    ),
    "nodes.weight_gradient": RuleClaim(
        "the derivative of the cost by every weight",
        nodes_weight_gradient,
        OF_TWO_LAYERS,
    ),
    "nodes.backward": RuleClaim(
        "the derivative of the cost by every weight and every bias",
        nodes_backward,
        OF_TWO_LAYERS,
    ),
    "layer.activated_error": RuleClaim(
        "the derivative of the mean cost by every activated value",
        network_activated_error,
        BATCH,
    ),
    "layer.linear_error": RuleClaim(
        "the derivative of the mean cost by every linear part",
        network_linear_error,
        BATCH,
    ),
    "network.output_error": RuleClaim(
        "the derivative of the mean cost by the linear part of every output",
        network_output_error,
        "each of the costs, any activation where the cost allows one, "
        "and a batch of two examples, on either side of 0",
        MIXED_SIGNS,
    ),
    "network.errors": RuleClaim(
        "the derivative of the mean cost by every linear part, and by the "
        "output of the first layer",
        network_errors,
        f"{BATCH}, {THREE_LAYERS}; with residual connections as well",
    ),
    "layer.weight_gradient": RuleClaim(
        "the derivative of the mean cost by every weight",
        partial(network_gradient, "weights"),
        BATCH,
    ),
    "layer.bias_gradient": RuleClaim(
        "the derivative of the mean cost by every bias",
        partial(network_gradient, "biases"),
        BATCH,
    ),
    "network.backward": RuleClaim(
        "the derivative of the mean cost by every weight, bias and input",
        network_backward,
        f"{BATCH}; for the inputs, past a layer as well",
    ),
    "residual.residual_error": RuleClaim(
        "the derivative of the mean cost by every value that came in"
        f"{AS_IN_TEXTBOOK}",
        network_residual_error,
        f"{BATCH}, the first layer with a residual connection",
    ),
    "weight_normalization.gain_gradient": RuleClaim(
        "the derivative of the mean cost by every gain",
        partial(normalized_gradient, "gains"),
        NORMALIZED_LAYER,
    ),
    "weight_normalization.direction_gradient": RuleClaim(
        "the derivative of the mean cost by every entry of the directions",
        partial(normalized_gradient, "weights"),
        NORMALIZED_LAYER,
    ),
    "normalization.centered": RuleClaim(
        "the derivative through differences from a mean, if run on gradients",
        centered_gradient,
        "any three examples of two nodes, along both axes",
    ),
    "normalization.divided_gradient": RuleClaim(
        "the derivative through a size that depends on all that it divides",
        divided_gradient,
        "any three examples of two nodes, along both axes",
    ),
    "normalization.scale_gradient": RuleClaim(
        "the derivative by every scale",
        scale_gradient,
        "any three examples of two nodes",
    ),
    "precision.scaled": RuleClaim(
        "the derivative of S times the mean cost by the linear part of every "
        "output",
        scaled_error,
        f"{BATCH}, and any S",
    ),
    "precision.unscaled": RuleClaim(
        "the derivative of the mean cost, from that of S times the mean cost",
        unscaled_gradient,
        f"{BATCH}, and any S but 0",
    ),
    **{
        f"activation.{name}_derivative": RuleClaim(
            "the derivative of the curve"
            + AS_IN_TEXTBOOK * (row.textbook_derivative is not None),
            partial(activation_derivative, name),
            EITHER_SIGN,
            BOTH_SIGNS,
            smooth=row.analytic,
        )
        if row.elementwise
        else RuleClaim(
            "the derivative of every share by every linear part",
            partial(activation_jacobian, name),
            ANY_LARGEST,
            EACH_LARGEST,
            smooth=row.analytic,
        )
        for name, row in ACTIVATIONS.items()
    },
    "activation.normal_density": RuleClaim(
        "the derivative of the normal distribution function Φ",
        normal_density,
        "any number",
    ),
    **{
        f"cost.{name}_derivative": RuleClaim(
            "the derivative of the cost by "
            + "the linear part of " * (row.output is not None)
            + "every output"
            + AS_IN_TEXTBOOK * (row.textbook_derivative is not None),
            partial(cost_derivative, name),
            *cost_domain(row),
        )
        for name, row in COSTS.items()
    },
}
"""The rules that are derivatives."""
