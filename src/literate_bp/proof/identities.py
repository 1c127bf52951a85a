"""What each definition equals, proved on symbols.

Its form in code avoids overflow or takes a whole batch. What is proved is that
it equals the textbook form, or that it solves the condition that it is used
for.
"""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from .. import (
    activation,
    checkpointing,
    communication,
    inference,
    initialization,
    layer,
    memory,
    network,
    node,
    nodes,
    normalization,
    optimizers,
    oracle,
    pipeline,
    precision,
    residual,
    training,
    vanishing,
    weight_normalization,
)
from ..activation import ACTIVATIONS, elementwise_activations
from ..cost import COSTS
from .derivatives import (
    ANY_LARGEST,
    BOTH_SIGNS,
    EACH_LARGEST,
    EITHER_SIGN,
    Pairs,
    RuleClaim,
    batch_network,
    cost_domain,
    node_layers,
    targets_for,
)
from .sympy_run import (
    SymbolicBackend,
    elementwise,
    series_coefficients,
    sympy,
)

EXP = elementwise(sympy.exp)
"""The exponential, entry by entry."""


def node_weighted_sum(on: SymbolicBackend) -> Pairs:
    """Compare the weighted sum with a product of two vectors."""
    w, x = on.numbers("w", 3), on.numbers("x", 3)
    yield on.run(node.weighted_sum)(w, x), w @ x


def node_linear(on: SymbolicBackend) -> Pairs:
    """Compare the linear part with a product of two vectors and a bias."""
    w, x, (b,) = on.numbers("w", 3), on.numbers("x", 3), on.numbers("b", 1)
    yield on.run(node.linear)(w, x, b), w @ x + b


def node_sigmoid(on: SymbolicBackend) -> Pairs:
    """Compare the sigmoid with its textbook form."""
    (z,) = on.numbers("z", 1, kind="signed")
    yield on.run(node.sigmoid)(z), textbook_form("sigmoid", on)(z)


def textbook_form(name: str, on: SymbolicBackend) -> Any:
    """Return the textbook form of an activation, on a backend."""
    row = ACTIVATIONS[name]
    return on.run(row.textbook or row.definition)


def activation_function(name: str, on: SymbolicBackend) -> Pairs:
    """Compare an activation with its textbook form."""
    z = on.numbers("z", 1, kind="signed")
    yield on.run(ACTIVATIONS[name].function)(z), textbook_form(name, on)(z)


def activation_softmax(on: SymbolicBackend) -> Pairs:
    """Compare softmax with its textbook form, and its sum with 1."""
    z, found = on.numbers("z", 3), on.run(activation.softmax)
    yield found(z), textbook_form("softmax", on)(z)
    yield found(z).sum(), 1


def activation_softmax_rest(on: SymbolicBackend) -> Pairs:
    """Compare `softmax_rest` with 1 minus each output of softmax."""
    z = on.numbers("z", 3)
    yield (
        on.run(activation.softmax_rest)(z),
        1 - textbook_form("softmax", on)(z),
    )


def activation_decay(on: SymbolicBackend) -> Pairs:
    """Compare `decay` with the exponential of −|z|."""
    z = on.numbers("z", 1, kind="signed")
    yield on.run(activation.decay)(z), EXP(-on.signs[0] * z)


def activation_below_top(on: SymbolicBackend) -> Pairs:
    """Compare `below_top` with the difference from the largest entry."""
    z = on.numbers("z", 3)
    yield on.run(activation.below_top)(z), z - z[on.top]


def cost_function(name: str, on: SymbolicBackend) -> Pairs:
    """Compare a cost with its textbook form, a function of the outputs."""
    row = COSTS[name]
    given, y = on.numbers("z", 3, kind="signed"), targets_for(on, row, 3)
    a = textbook_form(row.output, on)(given) if row.output else given
    found = on.run(row.value)(given, y)
    yield found, on.run(row.textbook or row.definition)(a, y)


def network_linear(on: SymbolicBackend) -> Pairs:
    """Compare the linear parts of a batch with the rule for one node."""
    x, w, b = on.numbers("x", 2, 2), on.numbers("w", 2, 2), on.numbers("b", 2)
    rule = on.run(node.linear)
    expected = [[rule(w[:, j], row, b[j]) for j in range(2)] for row in x]
    yield on.run(layer.linear)(x, w, b), expected


def network_residual_sum(on: SymbolicBackend) -> Pairs:
    """Compare the residual sum with the sum of each pair of entries."""
    x, a = on.numbers("x", 2, 2), on.numbers("a", 2, 2)
    expected = [[x[n, j] + a[n, j] for j in range(2)] for n in range(2)]
    yield on.run(residual.residual_sum)(x, a), expected


def network_normalized(on: SymbolicBackend) -> Pairs:
    """Compare norms and directions of weights with those asked for."""
    v, g = on.numbers("v", 2, 2), on.numbers("g", 2)
    w = on.run(weight_normalization.normalized)(v, g)
    yield w[0] ** 2 + w[1] ** 2, g**2
    yield w[0] * v[1], w[1] * v[0]
    yield w * on.run(weight_normalization.norms)(v), g * v


def batch_and_loops(on: SymbolicBackend) -> Pairs:
    """Compare the forward pass of a batch with loops over its examples."""
    (net, _), x = batch_network(on), on.numbers("x", 2, 2)
    found = on.run(network.forward)(net, x)
    traces = [on.run(nodes.forward)(node_layers(on), row) for row in x]
    for name in ("linear", "activated"):
        several = [getattr(trace, name) for trace in traces]
        expected = zip(*several, strict=True)
        yield from zip(getattr(found, name), expected, strict=True)


def mean_of_costs(on: SymbolicBackend) -> Pairs:
    """Compare the mean cost of a batch with loops over its examples."""
    (net, y), a = batch_network(on), on.numbers("a", 2, 2)
    trace = network.Trace((a,) * 2, (a,) * 3)
    costs = map(on.run(nodes.half_squared_error), a, y)
    yield on.run(network.mean_cost)(net, trace, y), sum(costs) / 2


def gradient_step(on: SymbolicBackend) -> Pairs:
    """Compare the gradient steps, in loops and on arrays, with w − η ∂C/∂w."""
    w, gradient = on.numbers("w", 2), on.numbers("g", 2)
    (rate,) = on.numbers("rate", 1)
    expected = [
        w_i + rate * -g_i for w_i, g_i in zip(w, gradient, strict=True)
    ]
    yield on.run(nodes.step)(w, gradient, rate), expected
    yield on.run(training.step)(w, gradient, rate), expected


def initialization_spread(
    name: str, condition: Any, on: SymbolicBackend
) -> Pairs:
    """Compare a standard deviation with the solution of its condition."""
    n_in, n_out = on.numbers("n", 2, kind="signed")
    variance = sympy.Symbol("v", positive=True)
    (asked,) = sympy.solve(condition(n_in, n_out, variance) - 1, variance)
    found = on.run(getattr(initialization, name))(n_in, n_out)
    if name.endswith("limit"):
        found = deviation_of_uniform(found)
    yield found, sympy.sqrt(asked)


def deviation_of_uniform(limit: Any) -> Any:
    """Return the standard deviation of a uniform draw from ±limit."""
    drawn = sympy.Symbol("t", real=True)
    square = sympy.integrate(drawn**2, (drawn, -limit, limit)) / (2 * limit)
    return sympy.sqrt(square)


def orthogonal_spread(on: SymbolicBackend) -> Pairs:
    """Compare the sum of squares with the number of unit vectors."""
    rule = on.run(initialization.orthogonal_std)
    fewer, rest = on.numbers("n", 2, kind="signed")
    more = fewer + rest
    for shape in ((fewer, more), (more, fewer), (more, more)):
        yield rule(*shape) ** 2 * shape[0] * shape[1], min(shape)


def expectation(value: Any, moments: Mapping[Any, tuple[Any, Any]]) -> Any:
    """Return the expectation of a polynomial in independent variables.

    The moments are the mean and the mean square of each variable. A higher
    power of one is an error.
    """
    terms = sympy.Poly(value, *moments).terms()
    return sum(
        factor
        * sympy.prod(
            (1, *known)[power]
            for power, known in zip(powers, moments.values(), strict=True)
        )
        for powers, factor in terms
    )


def expected_linear_square(on: SymbolicBackend) -> Pairs:
    """Compare the mean square of a linear part with its expectation."""
    w, a, (v,) = on.numbers("w", 3), on.numbers("a", 3), on.numbers("v", 1)
    drawn = dict.fromkeys(w, (0, v))
    z = on.run(node.weighted_sum)(w, a)
    found = on.run(initialization.linear_square)(3, v, (a**2).sum() / 3)
    yield found, expectation(z**2, drawn)
    yield 0, expectation(z, drawn)


def expected_error_square(on: SymbolicBackend) -> Pairs:
    """Compare the mean square of an error with its expectation."""
    w, delta, (v,) = (on.numbers(*of) for of in (("w", 3), ("d", 3), ("v", 1)))
    drawn = dict.fromkeys(w, (0, v))
    dc_da = on.run(node.activated_error)(w, delta)
    rule = on.run(initialization.activated_error_square)
    yield rule(3, v, (delta**2).sum() / 3), expectation(dc_da**2, drawn)
    yield 0, expectation(dc_da, drawn)


def mean_of_both_signs(on: SymbolicBackend) -> Pairs:
    """Compare mean squares over both signs with their values."""
    z, rule = on.numbers("z", 1, kind="signed"), initialization.mean_square
    for name, (of_value, of_slope) in MEAN_SQUARES.items():
        row = ACTIVATIONS[name]
        yield on.run(rule)(on.run(row.function), z), of_value(z)
        yield on.run(rule)(on.run(row.derivative), z), of_slope


MEAN_SQUARES: Mapping[str, tuple[Callable[[Any], Any], Any]] = {
    "identity": (lambda z: z**2, [1]),
    "relu": (lambda z: z**2 / 2, [sympy.Rational(1, 2)]),
}
"""The mean squares of an activation and its derivative."""


def scaled_square(on: SymbolicBackend) -> Pairs:
    """Compare the mean square of an activation linear on each side of 0."""
    z = on.numbers("z", 1, kind="signed")
    rule, mean = (
        on.run(getattr(initialization, name))
        for name in ("activated_square", "mean_square")
    )
    for name in ("identity", "relu", "leaky_relu"):
        row = ACTIVATIONS[name]
        function, derivative = map(on.run, (row.function, row.derivative))
        yield rule(mean(derivative, z), z**2), mean(function, z)


def product_square(on: SymbolicBackend) -> Pairs:
    """Compare the mean square of a product of independent factors."""
    (s, d), (m, n, of_s, of_d) = on.numbers("s", 2), on.numbers("m", 4)
    delta = on.run(node.linear_error)(s, d)
    found = on.run(initialization.linear_error_square)(of_s, of_d)
    yield found, expectation(delta**2, {s: (m, of_s), d: (n, of_d)})


def square_by_layers(on: SymbolicBackend) -> Pairs:
    """Compare weight gradients of every layer, computed layer by layer."""
    forward, function, back, derivative = (
        on.run(getattr(initialization, name))
        for name in (
            "linear_square",
            "activated_square",
            "activated_error_square",
            "linear_error_square",
        )
    )
    n, v, s, x, delta = on.numbers("q", 5)
    rule = on.run(initialization.weight_gradient_square)
    for before in range(OTHER_LAYERS + 1):
        a, d = x, delta
        for _ in range(before):
            a = function(s, forward(n, v, a))
        for _ in range(OTHER_LAYERS - before):
            d = derivative(s, back(n, v, d))
        found = rule(n * v * s, before, OTHER_LAYERS - before, x, delta)
        yield found, a * d
        yield found, rule(n * v * s, 0, OTHER_LAYERS, x, delta)


OTHER_LAYERS = 4
"""How many layers a weight's own layer has before and ahead, together."""


def bytes_by_number(on: SymbolicBackend) -> Pairs:
    """Compare the bytes of arrays with a count of their numbers, by one."""
    (item,) = on.numbers("s", 1, kind="signed")
    rule = on.run(memory.array_bytes)
    for arrays, examples, n_out in product(range(4), repeat=3):
        places = product(range(arrays), range(examples), range(n_out))
        yield rule(arrays, examples, n_out, item), sum(item for _ in places)


def units_over_least(on: SymbolicBackend) -> Pairs:
    """Compare the excess with the difference from the minimum."""
    n, k = on.numbers("n", 2, kind="signed")
    rule, kept = (
        on.run(checkpointing.excess_units),
        on.run(checkpointing.units_kept),
    )
    yield rule(n, k), kept(n, k) - on.run(checkpointing.least_units)(n)


def units_counted(on: SymbolicBackend) -> Pairs:
    """Compare the units kept with one input a segment and one segment."""
    each_has, k = on.numbers("m", 2, kind="signed")
    yield on.run(checkpointing.units_kept)(k * each_has, k), k + each_has


def units_at_best(on: SymbolicBackend) -> Pairs:
    """Compare the best count with the zero of the derivative."""
    (n,) = on.numbers("n", 1, kind="signed")
    k, kept = (
        sympy.Symbol("k", positive=True),
        on.run(checkpointing.units_kept),
    )
    (best,) = sympy.solve(sympy.diff(kept(n, k), k), k)
    yield on.run(checkpointing.best_count)(n), best
    yield on.run(checkpointing.least_units)(n), kept(n, best)


def ring_by_message(on: SymbolicBackend) -> Pairs:
    """Compare the bytes of a ring with those of its messages, one by one."""
    (size,) = on.numbers("S", 1, kind="signed")
    for p in range(1, 7):
        _, messages = communication.ring_all_reduce([np.zeros(p)] * p)
        own = [each for each in messages if each.sender == 0]
        yield on.run(communication.ring_bytes)(p, size), len(own) * size / p


def bubble_by_schedule(on: SymbolicBackend) -> Pairs:
    """Compare the share with the passes of a schedule, and its length."""
    for p, m in product(range(1, 5), repeat=2):
        tasks = pipeline.schedule(p, m, back=1.0)
        length = int(p * max(task.end for task in tasks))
        waits = sympy.Rational(length - len(tasks), length)
        share = on.run(pipeline.bubble_share)(*map(sympy.Integer, (p, m)))
        yield share, waits


def velocity_as_a_sum(on: SymbolicBackend) -> Pairs:
    """Compare the velocity with the sum of all gradients and their shares."""
    rule, (share, *gradients) = on.run(optimizers.momentum), on.numbers("g", 4)
    velocity: Any = 0
    for number, gradient in enumerate(gradients):
        velocity = rule(velocity, gradient, share)
        older = gradients[: number + 1]
        yield (
            velocity,
            sum(share ** (number - k) * g for k, g in enumerate(older)),
        )


def step_ahead(on: SymbolicBackend) -> Pairs:
    """Compare the step of w = θ − η μ v with those of θ and of v."""
    theta, rate, share, before, gradient = on.numbers("n", 5)
    velocity = share * before + gradient
    direction = on.run(optimizers.looked_ahead)(velocity, gradient, share)
    ahead = theta - rate * share * before
    after = (theta - rate * velocity) - rate * share * velocity
    yield ahead - rate * direction, after


def penalty_by_calculus(on: SymbolicBackend) -> Pairs:
    """Compare it with the derivative of a cost and its penalty."""
    w, decay = on.numbers("w", 2)
    slope = sympy.diff(polynomial(w), w)
    found = on.run(optimizers.with_penalty)(slope, w, decay)
    yield found, sympy.diff(polynomial(w) + decay * w**2 / 2, w)


def decay_by_calculus(on: SymbolicBackend) -> Pairs:
    """Compare it with a step along the derivative of the penalty."""
    w, rate, decay = on.numbers("w", 3)
    found = on.run(optimizers.decayed)(w, rate, decay)
    yield found, w - rate * sympy.diff(decay * w**2 / 2, w)


def mean_as_a_sum(on: SymbolicBackend) -> Pairs:
    """Compare the running mean with the weighted sum of all values."""
    rule, (share, *values) = on.run(optimizers.mean), on.numbers("g", 4)
    average: Any = 0
    for number, value in enumerate(values):
        average = rule(average, value, share)
        weights = [
            (1 - share) * share ** (number - k) for k in range(number + 1)
        ]
        yield (
            average,
            sum(w * g for w, g in zip(weights, values, strict=False)),
        )


def mean_of_equal_values(on: SymbolicBackend) -> Pairs:
    """Compare the mean of equal values, from 0 on, with the value."""
    share, value = on.numbers("g", 2)
    for number in range(1, 6):
        weights = sum((1 - share) * share**k for k in range(number))
        rule = on.run(optimizers.unbiased)
        yield rule(weights * value, share, sympy.Integer(number)), value


def units_of_a_size(on: SymbolicBackend) -> Pairs:
    """Compare the quotient with that by a size whose square is known."""
    direction, small = on.numbers("d", 2)
    size = sympy.Symbol("r", positive=True)
    found = on.run(optimizers.in_units_of)(direction, size**2, small)
    yield found * (size + small), direction


def size_of_centered(on: SymbolicBackend) -> Pairs:
    """Compare the size with the mean square, and with the variance."""
    x, (small,) = on.numbers("x", 3, 2), on.numbers("e", 1, kind="signed")
    size = on.run(normalization.root_mean_square)
    for axis, count in ((0, 3), (-1, 2)):
        squares = (x * x).sum(axis=axis, keepdims=True) / count
        yield size(x, small, axis) ** 2, squares + small
        means = x.sum(axis=axis, keepdims=True) / count
        less = on.run(normalization.centered)(x, axis)
        yield size(less, small, axis) ** 2, squares - means**2 + small


def scaled_entries(on: SymbolicBackend) -> Pairs:
    """Compare it with a product and a sum for each entry."""
    n, (g, b) = on.numbers("n", 3, 2), on.numbers("g", 2, 2)
    expected = [[b[j] + row[j] * g[j] for j in range(2)] for row in n]
    yield on.run(normalization.scaled)(n, g, b), expected


def inference_by_batch(on: SymbolicBackend) -> Pairs:
    """Compare it, with the averages of a batch, with that batch's own."""
    x, (small,) = on.numbers("x", 2, 2), on.numbers("e", 1, kind="signed")
    m = (x[0] + x[1]) / 2
    averages = {"mean": m, "variance": (x[0] - m) ** 2}
    found = on.run(inference.by_averages)(x, averages, small)
    less = on.run(normalization.centered)(x, 0)
    yield found, less / on.run(normalization.root_mean_square)(less, small, 0)


def difference_quotient(name: str, on: SymbolicBackend) -> Pairs:
    """Compare the terms of order 0 and 1 in the step with f′(x) and 0."""
    x, h = on.numbers("x", 2)
    rule = on.run(getattr(oracle, name))
    for f in (sympy.exp, sympy.sin, polynomial):
        constant, first = series_coefficients(rule(f, x, h), h)
        yield (constant, first), (sympy.diff(f(x), x), 0)


def polynomial(x: Any) -> Any:
    """Return a polynomial of degree 5 with symbols as coefficients."""
    powers = range(6)
    return sum(sympy.Symbol(f"c{n}", real=True) * x**n for n in powers)


def vanishing_edge(on: SymbolicBackend) -> Pairs:
    """Compare the edge with the larger solution of u p (1 − p) = 1."""
    (u,) = on.numbers("u", 1, kind="signed")
    found = on.run(vanishing.edge_output)(u)
    yield u * found * (1 - found), 1
    outputs = sympy.solve(
        u * OUTPUT_OF_NODE * (1 - OUTPUT_OF_NODE) - 1, OUTPUT_OF_NODE
    )
    yield found, max(outputs, key=lambda p: p.subs(u, 5))


def vanishing_interval(on: SymbolicBackend) -> Pairs:
    """Check that u σ′(z) is 1 at the end of the interval."""
    (r,) = on.numbers("r", 1, kind="signed")
    u = 4 / (1 - r**2)
    z = sympy.factor(on.run(vanishing.interval_width)(u) * u / 2)
    yield u * sympy.exp(z), (1 + sympy.exp(z)) ** 2


OUTPUT_OF_NODE = sympy.Symbol("p")
"""The output that is asked for."""


def powers(on: SymbolicBackend) -> tuple[Any, Any, Any]:
    """Return symbols for an exponent, a fraction and a number of bits."""
    q, m, p = on.numbers("q", 3)
    return q, m, p


def normal_numbers(on: SymbolicBackend) -> Pairs:
    """Compare the spacing of normal numbers, the next power and the sign."""
    (q, m, p), rule = powers(on), on.run(precision.normal_number)
    spacing = sympy.Integer(2) ** (q - p)
    yield rule(1, q, m + 1, p) - rule(1, q, m, p), spacing
    last = rule(1, q, sympy.Integer(2) ** p - 1, p)
    yield last + spacing, rule(1, q + 1, 0, p)
    yield rule(-1, q, m, p), -rule(1, q, m, p)


def subnormal_numbers(on: SymbolicBackend) -> Pairs:
    """Compare the spacing of subnormal numbers, both ends and the sign."""
    (q, m, p), rule = powers(on), on.run(precision.subnormal_number)
    normal = on.run(precision.normal_number)
    spacing = normal(1, q, m + 1, p) - normal(1, q, m, p)
    yield rule(1, q, m + 1, p) - rule(1, q, m, p), spacing
    yield rule(1, q, 0, p), 0
    last = rule(1, q, sympy.Integer(2) ** p - 1, p)
    yield last + spacing, normal(1, q, 0, p)
    yield rule(-1, q, m, p), -rule(1, q, m, p)


SPREADS = {
    "glorot_std": (
        lambda n_in, n_out, v: (n_in + n_out) / 2 * v,
        "the spread whose square is 1 over the mean of n_in and n_out",
    ),
    "glorot_limit": (
        lambda n_in, n_out, v: (n_in + n_out) / 2 * v,
        "the limit of even draws with the variance of glorot_std",
    ),
    "he_std": (
        lambda n_in, _, v: n_in * v / 2,
        "the spread whose square, times half of n_in, is 1",
    ),
    "lecun_std": (
        lambda n_in, _, v: n_in * v,
        "the spread whose square, times n_in, is 1",
    ),
    "fan_in_std": (
        lambda n_in, _, v: 3 * n_in * v,
        "the spread whose square, times 3 n_in, is 1",
    ),
    "fan_in_limit": (
        lambda n_in, _, v: 3 * n_in * v,
        "the limit of even draws whose variance, times 3 n_in, is 1",
    ),
}
"""What each spread is there for: on the variance v, what is 1 for it."""


TEXTBOOK = "what the textbook's form gives"
"""What most definitions are compared with."""
IDENTITIES: Mapping[str, RuleClaim] = {
    "node.weighted_sum": RuleClaim(
        "the product of two vectors",
        node_weighted_sum,
        "any three numbers and their weights",
    ),
    "node.linear": RuleClaim(
        "the product of two vectors, and the bias",
        node_linear,
        "any three inputs and their weights",
    ),
    "node.sigmoid": RuleClaim(
        "1/(1+e⁻ᶻ) on both of its branches",
        node_sigmoid,
        EITHER_SIGN,
        BOTH_SIGNS,
    ),
    "nodes.forward": RuleClaim(
        "what the rule for arrays gives",
        batch_and_loops,
        "any two layers of two nodes, and any smooth activation",
    ),
    "nodes.half_squared_error": RuleClaim(
        "what the rule for arrays gives", mean_of_costs, "any two outputs"
    ),
    "nodes.step": RuleClaim(
        "the old value plus −η times the slope", gradient_step, "any numbers"
    ),
    "layer.linear": RuleClaim(
        "what the rule for one node gives, example by example",
        network_linear,
        "any two inputs, two nodes and two examples",
    ),
    "residual.residual_sum": RuleClaim(
        "the sum of what came in and what came of it, entry by entry",
        network_residual_sum,
        "any two nodes and two examples",
    ),
    "weight_normalization.normalized": RuleClaim(
        "weights as long as the gains, in the directions given",
        network_normalized,
        "any directions and gains of two nodes",
    ),
    "network.forward": RuleClaim(
        "what the loops give, example by example",
        batch_and_loops,
        "any two layers of two nodes, any smooth activation, and two examples",
    ),
    "network.mean_cost": RuleClaim(
        "the mean of what the loops give, example by example",
        mean_of_costs,
        "any two outputs and two examples",
    ),
    **{
        f"activation.{name}": RuleClaim(
            TEXTBOOK,
            partial(activation_function, name),
            EITHER_SIGN,
            BOTH_SIGNS,
        )
        for name, row in elementwise_activations().items()
        if row.textbook or row.definition
    },
    "activation.decay": RuleClaim(
        "e^(−|z|)", activation_decay, EITHER_SIGN, BOTH_SIGNS
    ),
    "activation.below_top": RuleClaim(
        "the distance from the largest",
        activation_below_top,
        ANY_LARGEST,
        EACH_LARGEST,
    ),
    "activation.softmax": RuleClaim(
        "shares that add up to 1, as the textbook's form gives them",
        activation_softmax,
        ANY_LARGEST,
        EACH_LARGEST,
    ),
    "activation.softmax_rest": RuleClaim(
        "1 minus each share",
        activation_softmax_rest,
        ANY_LARGEST,
        EACH_LARGEST,
    ),
    **{
        f"cost.{name}": RuleClaim(
            TEXTBOOK, partial(cost_function, name), *cost_domain(row)
        )
        for name, row in COSTS.items()
        if row.textbook or row.definition
    },
    "training.step": RuleClaim(
        "the old value plus −η times the slope", gradient_step, "any numbers"
    ),
    "precision.normal_number": RuleClaim(
        "numbers 2^(q − p) apart, up to the next power of two",
        normal_numbers,
        "any q, m and p, and either sign",
    ),
    "precision.subnormal_number": RuleClaim(
        "numbers as far apart as the smallest normal ones, from 0 to these",
        subnormal_numbers,
        "any q, m and p, and either sign",
    ),
    **{
        f"initialization.{name}": RuleClaim(
            says,
            partial(initialization_spread, name, condition),
            "any n_in and any n_out",
        )
        for name, (condition, says) in SPREADS.items()
    },
    "vanishing.edge_output": RuleClaim(
        "the larger output p with u p (1 − p) = 1",
        vanishing_edge,
        "any u above 0",
    ),
    "vanishing.interval_width": RuleClaim(
        "twice the linear part at which u σ′ is 1, over u",
        vanishing_interval,
        "any u, written as 4/(1 − r²) with r above 0",
    ),
    "initialization.orthogonal_std": RuleClaim(
        "the spread with which all squares add up to n_in or n_out, "
        "whichever is less",
        orthogonal_spread,
        "any n_in and any n_out",
    ),
    "initialization.linear_square": RuleClaim(
        "the mean of the square of the weighted sum, whose own mean is 0",
        expected_linear_square,
        "any three inputs, and weights drawn around 0, each by itself",
    ),
    "initialization.activated_error_square": RuleClaim(
        "the mean of the square of what comes back, whose own mean is 0",
        expected_error_square,
        "any three errors ahead, and weights drawn around 0, each by itself",
    ),
    "initialization.mean_square": RuleClaim(
        "half of the square of z through ReLU, and half of its squared slope; "
        "all of both through the identity",
        mean_of_both_signs,
        EITHER_SIGN,
        BOTH_SIGNS,
    ),
    "initialization.activated_square": RuleClaim(
        "what is left of the square of z, on either side of 0",
        scaled_square,
        f"the identity, ReLU and leaky ReLU, and {EITHER_SIGN}",
        BOTH_SIGNS,
    ),
    "initialization.linear_error_square": RuleClaim(
        "the mean of the square of the error",
        product_square,
        "any slope, and anything that comes back and does not depend on it",
    ),
    "initialization.weight_gradient_square": RuleClaim(
        "what layer by layer gives, and the same in every layer",
        square_by_layers,
        f"each of {OTHER_LAYERS + 1} layers of equal width",
    ),
    "memory.array_bytes": RuleClaim(
        "a number for each array, each example and each node",
        bytes_by_number,
        "up to three arrays, examples and nodes, and any bytes of a number",
    ),
    "checkpointing.units_kept": RuleClaim(
        "an input for every segment, and the layers of one",
        units_counted,
        "any number of segments that are equally long",
    ),
    "checkpointing.excess_units": RuleClaim(
        "what is kept, less 2√n", units_over_least, "any n and any k above 0"
    ),
    **{
        f"checkpointing.{name}": RuleClaim(
            "what makes k + n/k the least, where its slope by k is 0",
            units_at_best,
            "any n above 0",
        )
        for name in ("best_count", "least_units")
    },
    "communication.ring_bytes": RuleClaim(
        "as many blocks as one machine sends",
        ring_by_message,
        "rings of up to six machines, which were run, and any bytes",
    ),
    "pipeline.bubble_share": RuleClaim(
        "the part of a schedule in which no stage works",
        bubble_by_schedule,
        "up to four stages and small batches, whose schedule was run",
    ),
    "optimizers.momentum": RuleClaim(
        "the sum of all gradients, each with its share",
        velocity_as_a_sum,
        "three gradients and any share",
    ),
    "optimizers.looked_ahead": RuleClaim(
        "what steps of the place ahead are taken along",
        step_ahead,
        "any place, velocity, gradient, rate and share",
    ),
    "optimizers.with_penalty": RuleClaim(
        "the derivative of a cost with its penalty",
        penalty_by_calculus,
        "any polynomial of degree 5 as the cost of a weight",
    ),
    "optimizers.decayed": RuleClaim(
        "a step along the derivative of the penalty",
        decay_by_calculus,
        "any weight, rate and decay",
    ),
    "optimizers.mean": RuleClaim(
        "the weighted sum of all values",
        mean_as_a_sum,
        "three values and any share",
    ),
    "optimizers.unbiased": RuleClaim(
        "the value, where all values are equal",
        mean_of_equal_values,
        "one to five values and any share",
    ),
    "optimizers.in_units_of": RuleClaim(
        "the quotient by the root and the small number",
        units_of_a_size,
        "any direction, any square of a positive number",
    ),
    "normalization.root_mean_square": RuleClaim(
        "the root of the mean square, and of the variance if the mean is 0",
        size_of_centered,
        "any three examples of two nodes, along both axes",
    ),
    "normalization.scaled": RuleClaim(
        "a product and a sum for each entry",
        scaled_entries,
        "any three examples of two nodes",
    ),
    "inference.by_averages": RuleClaim(
        "what the batch itself gives, if the averages are its own",
        inference_by_batch,
        "any two examples of two nodes",
    ),
    **{
        f"oracle.{name}": RuleClaim(
            "the derivative, but for a part that shrinks with the square of h",
            partial(difference_quotient, name),
            "an exponential, a sine and any polynomial of degree 5, at any x",
        )
        for name in ("complex_step", "central_difference")
    },
}
"""The rules that are definitions."""
