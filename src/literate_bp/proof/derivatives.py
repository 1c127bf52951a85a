"""What each rule claims, to be tried on symbols and on numbers.

A claim runs a rule where it is told to, and gives what the rule found beside
what it should have found: a derivative by other means, or another form of the
same thing. On symbols the two are compared exactly, on numbers with the
oracle.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import product
from typing import Any, Protocol

import numpy as np

from .. import activation, network, node, nodes, precision, textbook
from ..activation import Array
from ..cost import COSTS

cost_rules = import_module("..cost", __package__)
"""The module; the package calls its function by the same name."""
Pairs = Iterable[tuple[Any, Any]]
"""What was found, each beside what was expected."""


class Ground(Protocol):
    """Where a claim is tried: on symbols, or on numbers."""

    @property
    def activation(self) -> str:
        """The name of an activation."""

    def numbers(self, name: str, *shape: int, kind: str = "any") -> Array:
        """Give an array of symbols, or of numbers.

        ``"any"``, ``"signed"`` where it matters which sign they have,
        ``"yes or no"`` between 0 and 1, or ``"shares"``, whose rows add up
        to 1.
        """

    def function(self, z: Any) -> Any:
        """Apply the activation."""

    def derivative(self, z: Any) -> Any:
        """Apply its slope."""

    def derive(self, f: Callable[[Array], Any], at: Array) -> Array:
        """Differentiate by every entry."""

    def run(self, rule: Any) -> Any:
        """Make a rule ready to be run here."""

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
class Claim:
    """What a rule claims.

    Attributes
    ----------
    says : str
        What the rule gives, to be put after "the rule gives".
    pairs : callable
        Gives what was found beside what was expected, on some ground.
    where : str
        What the symbols stand for.
    cases : tuple of dict
        What is assumed of the symbols, case by case.
    smooth : bool
        Whether the complex step can be taken.
    """

    says: str
    pairs: Callable[[Any], Pairs]
    where: str
    cases: tuple[Mapping[str, Any], ...] = ({},)
    smooth: bool = True


# --- one node, and nodes in layers ------------------------------------------


def loops(at: Ground, depth: int = 2) -> tuple[nodes.Layer, ...]:
    """Make layers of two nodes each."""
    return tuple(
        nodes.Layer(
            at.numbers(f"w{number}_", 2, 2),
            at.numbers(f"b{number}_", 2),
            at.function,
            at.derivative,
        )
        for number in range(1, depth + 1)
    )


def cost_after(at: Ground, layers: Any, y: Array) -> Callable[[Any], Any]:
    """Give the cost as a function of what goes into these layers."""
    forward, value = at.run(nodes.forward), at.run(nodes.half_squared_error)
    return lambda a: value(forward(layers, a).activated[-1], y)


def cost_by_linear(at: Ground, layers: Any, y: Array) -> Callable[[Any], Any]:
    """Give the cost as a function of the linear parts before these layers."""
    after = cost_after(at, layers, y)
    return lambda z: after(at.function(z))


def errors_of(at: Ground, layers: Any, trace: Any, y: Array) -> list[Array]:
    """Differentiate the cost by the linear parts of every layer."""
    return [
        at.derive(cost_by_linear(at, layers[number:], y), np.array(z))
        for number, z in enumerate(trace.linear, start=1)
    ]


def node_derivative(at: Ground) -> Pairs:
    """The slope of the sigmoid."""
    z = at.numbers("z", 1, kind="signed")
    squash = at.run(node.sigmoid)
    found = at.run(node.sigmoid_derivative)(z[0])
    yield found, at.derive(lambda z: squash(z[0]), z)[0]


def node_activated_error(at: Ground) -> Pairs:
    """The error of an activated value."""
    (ahead,), a, y = loops(at, 1), at.numbers("a", 2), at.numbers("y", 2)
    z = at.run(nodes.forward)((ahead,), a).linear[0]
    delta = at.derive(cost_by_linear(at, (), y), np.array(z))
    rule = at.run(node.activated_error)
    found = [rule(w, delta) for w in ahead.weights]
    yield found, at.derive(cost_after(at, (ahead,), y), a)


def node_linear_error(at: Ground) -> Pairs:
    """The error of a linear part."""
    ahead, z, y = loops(at, 1), at.numbers("z", 2), at.numbers("y", 2)
    dc_da = at.derive(cost_after(at, ahead, y), at.function(z))
    rule = at.run(node.linear_error)
    found = [rule(at.derivative(z[j]), dc_da[j]) for j in range(2)]
    yield found, at.derive(cost_by_linear(at, ahead, y), z)


def nodes_cost_derivative(at: Ground) -> Pairs:
    """The error of an output."""
    a, y = at.numbers("a", 2), at.numbers("y", 2)
    rule, value = (
        at.run(nodes.half_squared_error_derivative),
        cost_after(at, (), y),
    )
    yield list(map(rule, a, y)), at.derive(value, a)


def nodes_output_errors(at: Ground) -> Pairs:
    """The errors of the last layer."""
    (layer,), z, y = loops(at, 1), at.numbers("z", 2), at.numbers("y", 2)
    found = at.run(nodes.output_errors)(layer, z, at.function(z), y)
    yield found, at.derive(cost_by_linear(at, (), y), z)


def nodes_hidden_errors(at: Ground) -> Pairs:
    """The errors of a hidden layer."""
    layer, ahead = loops(at)
    z, y = at.numbers("z", 2), at.numbers("y", 2)
    trace = at.run(nodes.forward)((ahead,), at.function(z))
    delta = errors_of(at, (ahead,), trace, y)[0]
    found = at.run(nodes.hidden_errors)(layer, z, ahead, delta)
    yield found, at.derive(cost_by_linear(at, (ahead,), y), z)


def nodes_errors(at: Ground) -> Pairs:
    """The errors of every layer."""
    layers, x, y = loops(at, 3), at.numbers("x", 2), at.numbers("y", 2)
    trace = at.run(nodes.forward)(layers, x)
    found = at.run(nodes.errors)(layers, trace, y)
    yield from zip(found, errors_of(at, layers, trace, y), strict=True)


def by_parameter(
    at: Ground, layers: Any, x: Array, y: Array, name: str
) -> list[Array]:
    """Differentiate the cost by the weights, or the biases, of each layer."""

    def cost_at(number: int, value: Array) -> Any:
        moved = layers[number]._replace(**{name: value})
        changed = (*layers[:number], moved, *layers[number + 1 :])
        return cost_after(at, changed, y)(x)

    return [
        at.derive(partial(cost_at, number), getattr(layer, name))
        for number, layer in enumerate(layers)
    ]


def nodes_weight_gradient(at: Ground) -> Pairs:
    """The gradient of the weights of each layer."""
    layers, x, y = loops(at), at.numbers("x", 2), at.numbers("y", 2)
    trace = at.run(nodes.forward)(layers, x)
    delta = errors_of(at, layers, trace, y)
    found = map(at.run(nodes.weight_gradient), trace.activated, delta)
    expected = by_parameter(at, layers, x, y, "weights")
    yield from zip(found, expected, strict=False)


def nodes_backward(at: Ground) -> Pairs:
    """Every gradient."""
    layers, x, y = loops(at), at.numbers("x", 2), at.numbers("y", 2)
    trace = at.run(nodes.forward)(layers, x)
    found = at.run(nodes.backward)(layers, trace, y)
    for name in ("weights", "biases"):
        expected = by_parameter(at, layers, x, y, name)
        yield from zip(getattr(found, name), expected, strict=True)


# --- arrays and batches -----------------------------------------------------

HALF = "half_squared_error"
TARGETS = {"binary_cross_entropy": "yes or no", "cross_entropy": "shares"}
"""Of what kind the targets of a cost are, if not any numbers."""


def batches(
    at: Ground, depth: int = 2, of: str = HALF, *, residual: bool = False
) -> tuple[Any, Any]:
    """Make a network of layers of two nodes each, and two targets."""
    last = COSTS[of].output or at.activation
    names = [at.activation] * (depth - 1) + [last]
    layers = [
        at.layer(
            at.numbers(f"w{n}_", 2, 2),
            at.numbers(f"b{n}_", 2),
            name,
            residual=residual,
        )
        for n, name in enumerate(names, start=1)
    ]
    y = at.numbers("y", 2, 2, kind=TARGETS.get(of, "any"))
    return at.network(layers, of), y


def mean_by_activated(at: Ground, net: Any, y: Array) -> Callable[[Any], Any]:
    """Give the cost as a function of what goes into a network."""
    forward, value = at.run(network.forward), at.run(network.mean_cost)
    return lambda a: value(net, forward(net, a), y)


def mean_by_linear(
    at: Ground, net: Any, number: int, y: Array
) -> Callable[[Any], Any]:
    """Give the cost as a function of the linear parts of one layer."""
    after, value = net.layers[number:], at.run(network.mean_cost)
    if after:
        onward = mean_by_activated(at, at.network(after, net.cost), y)
        return lambda z: onward(at.function(z))
    last = at.network(net.layers[-1:], net.cost)
    return lambda z: value(last, network.Trace((z,), (z, at.function(z))), y)


def network_errors_of(at: Ground, net: Any, trace: Any, y: Array) -> Any:
    """Differentiate the cost by the linear parts of every layer."""
    return [
        at.derive(mean_by_linear(at, net, number, y), z)
        for number, z in enumerate(trace.linear, start=1)
    ]


def network_activated_error(at: Ground) -> Pairs:
    """Errors of activated values."""
    (net, y), a = batches(at, 1), at.numbers("a", 2, 2)
    trace = at.run(network.forward)(net, a)
    (delta,) = network_errors_of(at, net, trace, y)
    found = at.run(network.activated_error)(delta, net.layers[0].weights)
    yield found, at.derive(mean_by_activated(at, net, y), a)


def network_linear_error(at: Ground) -> Pairs:
    """Errors of linear parts."""
    (net, y), z = batches(at), at.numbers("z", 2, 2)
    ahead = at.network(net.layers[1:], net.cost)
    dc_da = at.derive(mean_by_activated(at, ahead, y), at.function(z))
    found = at.run(network.linear_error)(at.derivative(z), dc_da)
    yield found, at.derive(mean_by_linear(at, net, 1, y), z)


def network_output_error(at: Ground) -> Pairs:
    """Errors of outputs, with every cost."""
    rule = at.run(network.output_error)
    for name in COSTS:
        (net, y) = batches(at, 1, name)
        z = at.numbers("z", 2, 2, kind="signed")
        trace = network.Trace((z,), (z, at.function(z)))
        yield (
            rule(net, trace, y),
            at.derive(mean_by_linear(at, net, 1, y), z),
        )


def network_errors(at: Ground) -> Pairs:
    """Errors of every layer."""
    (net, y), x = batches(at, 3), at.numbers("x", 2, 2)
    trace = at.run(network.forward)(net, x)
    found = at.run(network.errors)(net, trace, y)
    yield from zip(found, network_errors_of(at, net, trace, y), strict=True)


def after_layer(at: Ground, net: Any, number: int, y: Array) -> Any:
    """Give the cost as a function of what a layer passes on."""
    if number < len(net.layers):
        ahead = at.network(net.layers[number:], net.cost)
        return mean_by_activated(at, ahead, y)
    value, last = at.run(network.mean_cost), at.network(net.layers[-1:], HALF)
    return lambda a: value(last, network.Trace((a,), (a, a)), y)


def network_errors_from_last(at: Ground) -> Pairs:
    """Errors of every layer and of what it passes on, past layers too."""
    (net, y), x = batches(at, residual=True), at.numbers("x", 2, 2)
    trace = at.run(network.forward)(net, x)
    found = [*at.run(network.errors_from_last)(net, trace, y)]
    for number, (delta, dc_da) in enumerate(reversed(found), start=1):
        onward = after_layer(at, net, number, y)
        a, z = trace.activated[number - 1], trace.linear[number - 1]
        yield delta, at.derive(partial(past, at, onward, a), z)
        yield dc_da, at.derive(onward, trace.activated[number])


def past(at: Ground, onward: Any, a: Array, z: Array) -> Any:
    """Give the cost as a function of z, where a goes past the layer."""
    return onward(a + at.function(z))


def mean_by_parameter(
    at: Ground, net: Any, x: Array, y: Array, name: str
) -> list[Array]:
    """Differentiate the cost by the weights, or the biases, of each layer."""

    def cost_at(number: int, value: Array) -> Any:
        layers = list(net.layers)
        kept = {n: getattr(layers[number], n) for n in PARTS}
        layers[number] = at.layer(**{**kept, name: value})
        changed = at.network(layers, net.cost)
        return mean_by_activated(at, changed, y)(x)

    return [
        at.derive(partial(cost_at, number), getattr(layer, name))
        for number, layer in enumerate(net.layers)
    ]


PARTS = ("weights", "biases", "activation", "residual", "gains")


def network_gradient(name: str, at: Ground) -> Pairs:
    """Gradients of the weights, or of the biases, of each layer."""
    (net, y), x = batches(at), at.numbers("x", 2, 2)
    trace = at.run(network.forward)(net, x)
    delta = network_errors_of(at, net, trace, y)
    if name == "weights":
        rule = at.run(network.weight_gradient)
        found = [*map(rule, trace.activated[:-1], delta)]
    else:
        found = [*map(at.run(network.bias_gradient), delta)]
    expected = mean_by_parameter(at, net, x, y, name)
    yield from zip(found, expected, strict=True)


def network_backward(at: Ground) -> Pairs:
    """Every gradient, that of the inputs too."""
    (net, y), x = batches(at), at.numbers("x", 2, 2)
    found = at.run(network.backward)(net, at.run(network.forward)(net, x), y)
    for name in ("weights", "biases"):
        expected = mean_by_parameter(at, net, x, y, name)
        yield from zip(getattr(found, name), expected, strict=True)
    yield found.inputs, at.derive(mean_by_activated(at, net, y), x)
    yield from inputs_past(at)


def inputs_past(at: Ground) -> Pairs:
    """The gradient of the inputs, where they go past a layer as well."""
    (net, y), x = batches(at, 1, residual=True), at.numbers("x", 2, 2)
    found = at.run(network.backward)(net, at.run(network.forward)(net, x), y)
    yield found.inputs, at.derive(mean_by_activated(at, net, y), x)


def network_residual_error(at: Ground) -> Pairs:
    """Errors that come through a layer, and past it."""
    (net, y), a = batches(at), at.numbers("a", 2, 2)
    layer, *ahead = net.layers
    onward = mean_by_activated(at, at.network(ahead, net.cost), y)
    z = at.run(network.linear)(a, layer.weights, layer.biases)
    delta = at.derive(partial(past, at, onward, a), z)
    dc_da = at.derive(onward, a + at.function(z))
    kept = {n: getattr(layer, n) for n in PARTS}
    both = at.network((at.layer(**{**kept, "residual": True}), *ahead), HALF)
    found = at.run(network.residual_error)(delta, layer.weights, dc_da)
    expected = at.derive(mean_by_activated(at, both, y), a)
    yield found, expected
    one_node = at.run(textbook.residual_error)
    for n, j in np.ndindex(*expected.shape):
        by_one = one_node(layer.weights[j], delta[n], dc_da[n, j])
        yield by_one, expected[n, j]


def normalized_gradient(name: str, at: Ground) -> Pairs:
    """Gradients of what normalized weights are made of."""
    v, g = at.numbers("v", 2, 2), at.numbers("g", 2)
    y, a = at.numbers("y", 2, 2), at.numbers("a", 2, 2)
    b, normalized = at.numbers("b", 2), at.run(network.normalized)

    def cost_of(w: Array) -> Any:
        net = at.network([at.layer(w, b, at.activation)], HALF)
        return mean_by_activated(at, net, y)(a)

    dc_dw = at.derive(cost_of, normalized(v, g))
    if name == "gains":
        found = at.run(network.gain_gradient)(dc_dw, v)
        yield found, at.derive(lambda g: cost_of(normalized(v, g)), g)
    else:
        found = at.run(network.direction_gradient)(dc_dw, v, g)
        yield found, at.derive(lambda v: cost_of(normalized(v, g)), v)


# --- sixteen bits -----------------------------------------------------------


def scaled_error(at: Ground) -> Pairs:
    """Errors of outputs, by a scaled cost."""
    (net, y), z = batches(at, 1), at.numbers("z", 2, 2)
    (scale,) = at.numbers("S", 1)
    value = mean_by_linear(at, net, 1, y)
    trace = network.Trace((z,), (z, at.function(z)))
    delta = at.run(network.output_error)(net, trace, y)
    found = at.run(precision.scaled)(delta, scale)
    yield found, at.derive(lambda z: scale * value(z), z)


def unscaled_gradient(at: Ground) -> Pairs:
    """The gradient of a cost, from that of the scaled cost."""
    (net, y), x = batches(at), at.numbers("x", 2, 2)
    (scale,) = at.numbers("S", 1)
    value = mean_by_activated(at, net, y)
    gradient = at.derive(lambda x: scale * value(x), x)
    yield at.run(precision.unscaled)(gradient, scale), at.derive(value, x)


# --- activations and costs --------------------------------------------------


def curve_derivative(name: str, at: Ground) -> Pairs:
    """The slope of a curve."""
    z = at.numbers("z", 1, kind="signed")
    both = (f"{name}_derivative", name)
    derivative, curve = (at.run(getattr(activation, rule)) for rule in both)
    yield derivative(z), at.derive(lambda z: curve(z)[0], z)
    if written := getattr(textbook, f"{name}_derivative", None):
        yield derivative(z), at.run(written)(z)


def softmax_derivative(at: Ground) -> Pairs:
    """The slopes of every share along every linear part."""
    z, shares = at.numbers("z", 3), at.run(activation.softmax)

    def share(k: int, z: Array) -> Any:
        return shares(z)[k]

    derivatives = [at.derive(partial(share, k), z) for k in range(3)]
    yield at.run(activation.softmax_derivative)(z), np.transpose(derivatives)


def cost_derivative(name: str, at: Ground) -> Pairs:
    """The slope of a cost."""
    seen = at.numbers("z", 3, kind="signed")
    y = at.numbers("y", 3, kind=TARGETS.get(name, "any"))
    both = (f"{name}_derivative", name)
    derivative, value = (at.run(getattr(cost_rules, rule)) for rule in both)
    yield derivative(seen, y), at.derive(lambda seen: value(seen, y), seen)
    if output := COSTS[name].output:
        a = at.run(getattr(textbook, output))(seen)
        yield derivative(seen, y), textbook.error(a, y)


BY_TWO = (
    "any network with two layers of two nodes, any smooth activation, and "
    "half the squared error as its cost"
)
BATCH = f"{BY_TWO}, on a batch of two examples"
NORMALIZED = (
    "any layer of two nodes with normalized weights, any smooth activation, "
    "and half the squared error as its cost, on a batch of two examples"
)
DEEP = "with a third layer, so that errors are passed on twice"
EITHER = "any z above 0 and any z below"
SIDES: Any = ({"signs": (1,)}, {"signs": (-1,)})
MIXED: Any = (
    {"signs": (1, -1, -1, 1), "top": 0},
    {"signs": (-1, 1, 1, -1), "top": 1},
)
EVERY_SIDE: Any = tuple({"signs": s} for s in product((1, -1), repeat=3))
TOPS: Any = tuple({"top": top} for top in range(3))
AS_PRINTED = ", and what a textbook has for it"
OF_ERRORS = "the derivative of the cost by the linear part of every node"

DERIVATIVES: Mapping[str, Claim] = {
    "node.sigmoid_derivative": Claim(
        "the derivative of the sigmoid",
        node_derivative,
        EITHER,
        SIDES,
    ),
    "node.activated_error": Claim(
        "the derivative of the cost by the activated value of a node",
        node_activated_error,
        BY_TWO,
    ),
    "node.linear_error": Claim(
        "the derivative of the cost by the linear part of a node",
        node_linear_error,
        BY_TWO,
    ),
    "nodes.half_squared_error_derivative": Claim(
        "the derivative of the cost by each output",
        nodes_cost_derivative,
        "any two outputs and targets",
    ),
    "nodes.output_errors": Claim(
        "the derivative of the cost by the linear part of each output",
        nodes_output_errors,
        BY_TWO,
    ),
    "nodes.hidden_errors": Claim(
        "the derivative of the cost by the linear part of each hidden node",
        nodes_hidden_errors,
        BY_TWO,
    ),
    "nodes.errors": Claim(OF_ERRORS, nodes_errors, f"{BY_TWO}, {DEEP}"),
    "nodes.weight_gradient": Claim(
        "the derivative of the cost by every weight",
        nodes_weight_gradient,
        BY_TWO,
    ),
    "nodes.backward": Claim(
        "the derivative of the cost by every weight and every bias",
        nodes_backward,
        BY_TWO,
    ),
    "network.activated_error": Claim(
        "the derivative of the mean cost by every activated value",
        network_activated_error,
        BATCH,
    ),
    "network.linear_error": Claim(
        "the derivative of the mean cost by every linear part",
        network_linear_error,
        BATCH,
    ),
    "network.output_error": Claim(
        "the derivative of the mean cost by the linear part of every output",
        network_output_error,
        "each of the four costs, any activation where the cost allows one, "
        "and a batch of two examples, on either side of 0",
        MIXED,
    ),
    "network.errors": Claim(
        "the derivative of the mean cost by every linear part",
        network_errors,
        f"{BATCH}, {DEEP}",
    ),
    "network.errors_from_last": Claim(
        f"{OF_ERRORS}, and by what every layer passes on",
        network_errors_from_last,
        f"{BATCH}, with residual connections",
    ),
    "network.weight_gradient": Claim(
        "the derivative of the mean cost by every weight",
        partial(network_gradient, "weights"),
        BATCH,
    ),
    "network.bias_gradient": Claim(
        "the derivative of the mean cost by every bias",
        partial(network_gradient, "biases"),
        BATCH,
    ),
    "network.backward": Claim(
        "the derivative of the mean cost by every weight, bias and input",
        network_backward,
        f"{BATCH}; for the inputs, past a layer as well",
    ),
    "network.residual_error": Claim(
        "the derivative of the mean cost by every value that came in"
        f"{AS_PRINTED}",
        network_residual_error,
        f"{BATCH}, the first layer with a residual connection",
    ),
    "network.gain_gradient": Claim(
        "the derivative of the mean cost by every gain",
        partial(normalized_gradient, "gains"),
        NORMALIZED,
    ),
    "network.direction_gradient": Claim(
        "the derivative of the mean cost by every entry of the directions",
        partial(normalized_gradient, "weights"),
        NORMALIZED,
    ),
    "precision.scaled": Claim(
        "the derivative of S times the mean cost by the linear part of every "
        "output",
        scaled_error,
        f"{BATCH}, and any S",
    ),
    "precision.unscaled": Claim(
        "the derivative of the mean cost, from that of S times the mean cost",
        unscaled_gradient,
        f"{BATCH}, and any S but 0",
    ),
    **{
        f"activation.{name}_derivative": Claim(
            "the derivative of the curve"
            + AS_PRINTED * hasattr(textbook, f"{name}_derivative"),
            partial(curve_derivative, name),
            EITHER,
            SIDES,
            smooth=row.analytic,
        )
        for name, row in activation.ACTIVATIONS.items()
        if name != "softmax"
    },
    "activation.softmax_derivative": Claim(
        "the derivative of every share by every linear part",
        softmax_derivative,
        "any three outputs, whichever is the largest",
        TOPS,
    ),
    **{
        f"cost.{name}_derivative": Claim(
            "the derivative of the cost by every output",
            partial(cost_derivative, name),
            "any three outputs and targets",
        )
        for name in ("half_squared_error", "squared_error")
    },
    "cost.binary_cross_entropy_derivative": Claim(
        "the derivative of the cost by the linear part of every output"
        f"{AS_PRINTED}",
        partial(cost_derivative, "binary_cross_entropy"),
        "any three outputs on either side of 0, and any targets",
        EVERY_SIDE,
    ),
    "cost.cross_entropy_derivative": Claim(
        "the derivative of the cost by the linear part of every output"
        f"{AS_PRINTED}",
        partial(cost_derivative, "cross_entropy"),
        "any three outputs, whichever is the largest, and targets that add "
        "up to 1",
        TOPS,
    ),
}
"""The rules that are derivatives."""
