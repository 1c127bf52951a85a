"""What each definition is the same as, proved on symbols.

A definition has no derivative to prove. What can be proved is that its form
in code, which cannot overflow or takes a whole batch, is the textbook's; or
that it solves the condition that it is there for.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from .. import (
    activation,
    checkpointing,
    initialization,
    network,
    node,
    nodes,
    oracle,
    precision,
    training,
    vanishing,
)
from .. import textbook as books
from ..activation import Array
from .derivatives import (
    EITHER,
    EVERY_SIDE,
    SIDES,
    TARGETS,
    TOPS,
    Claim,
    Pairs,
    batches,
    cost_rules,
    loops,
)
from .evaluation import COSTS
from .sympy_run import PRIMITIVES, Symbols, each, series, sympy

EXP = each(sympy.exp)
SCALE, CUBE = PRIMITIVES["GELU_SCALE"], PRIMITIVES["GELU_CUBE"]
CURVES: Mapping[str, Callable[[Array], Any]] = {
    "identity": lambda z: 0 + z,
    "relu": lambda z: np.where(z > 0, z, 0),
    "leaky_relu": lambda z: np.where(z > 0, z, z / 100),
    "silu": lambda z: z / (1 + EXP(-z)),
    "gelu": lambda z: z / (1 + EXP(-SCALE * (z + CUBE * z**3))),
}
"""What a textbook has that is the rule itself, in yet another form."""


def weighted_sum(at: Symbols) -> Pairs:
    """The sum, as a product of vectors."""
    w, x = at.numbers("w", 3), at.numbers("x", 3)
    yield at.run(node.weighted_sum)(w, x), w @ x


def linear(at: Symbols) -> Pairs:
    """The linear part, as a product of vectors."""
    w, x, (b,) = at.numbers("w", 3), at.numbers("x", 3), at.numbers("b", 1)
    yield at.run(node.linear)(w, x, b), w @ x + b


def sigmoid(at: Symbols) -> Pairs:
    """The sigmoid, as a textbook has it."""
    (z,) = at.numbers("z", 1, kind="signed")
    yield at.run(node.sigmoid)(z), textbook("sigmoid", at)(z)


def textbook(name: str, at: Symbols) -> Any:
    """Give the curve of a textbook."""
    return CURVES.get(name) or at.run(getattr(books, name))


def curve(name: str, at: Symbols) -> Pairs:
    """A curve, as a textbook has it."""
    z = at.numbers("z", 1, kind="signed")
    yield at.run(getattr(activation, name))(z), textbook(name, at)(z)


def shares(at: Symbols) -> Pairs:
    """The shares, as a textbook has them, and that they add up to 1."""
    z, found = at.numbers("z", 3), at.run(activation.softmax)
    yield found(z), textbook("softmax", at)(z)
    yield found(z).sum(), 1


def rests(at: Symbols) -> Pairs:
    """What is left of each share."""
    z = at.numbers("z", 3)
    yield at.run(activation.softmax_rest)(z), 1 - textbook("softmax", at)(z)


def decay(at: Symbols) -> Pairs:
    """The exponential, which is of −z above 0 and of z below."""
    z = at.numbers("z", 1, kind="signed")
    yield at.run(activation.decay)(z), EXP(-at.signs[0] * z)


def below_top(at: Symbols) -> Pairs:
    """The distance from the entry that is taken to be the largest."""
    z = at.numbers("z", 3)
    yield at.run(activation.below_top)(z), z - z[at.top]


def cost(name: str, at: Symbols) -> Pairs:
    """A cost, as a textbook has it: of the outputs."""
    rules = cost_rules.COSTS[name]
    seen = at.numbers("z", 3, kind="signed")
    y = at.numbers("y", 3, kind=TARGETS.get(name, "any"))
    a = textbook(rules.output, at)(seen) if rules.output else seen
    found = at.run(getattr(cost_rules, name))(seen, y)
    yield found, at.run(COSTS[name])(a, y)


def batch_linear(at: Symbols) -> Pairs:
    """The linear parts, one example and one node at a time."""
    x, w, b = at.numbers("x", 2, 2), at.numbers("w", 2, 2), at.numbers("b", 2)
    rule = at.run(node.linear)
    expected = [[rule(w[:, j], row, b[j]) for j in range(2)] for row in x]
    yield at.run(network.linear)(x, w, b), expected


def residual_sum(at: Symbols) -> Pairs:
    """What is passed on, entry by entry."""
    x, a = at.numbers("x", 2, 2), at.numbers("a", 2, 2)
    expected = [[x[n, j] + a[n, j] for j in range(2)] for n in range(2)]
    yield at.run(network.residual_sum)(x, a), expected


def normalized(at: Symbols) -> Pairs:
    """The length of the weights into each node, and where they point."""
    v, g = at.numbers("v", 2, 2), at.numbers("g", 2)
    w = at.run(network.normalized)(v, g)
    yield w[0] ** 2 + w[1] ** 2, g**2
    yield w[0] * v[1], w[1] * v[0]
    yield w * at.run(network.lengths)(v), g * v


def batch_forward(at: Symbols) -> Pairs:
    """The passes, one example at a time."""
    (net, _), x = batches(at), at.numbers("x", 2, 2)
    found = at.run(network.forward)(net, x)
    traces = [at.run(nodes.forward)(loops(at), row) for row in x]
    for name in ("linear", "activated"):
        several = [getattr(trace, name) for trace in traces]
        expected = zip(*several, strict=True)
        yield from zip(getattr(found, name), expected, strict=True)


def mean_cost(at: Symbols) -> Pairs:
    """The mean of the costs, one example at a time."""
    (net, y), a = batches(at), at.numbers("a", 2, 2)
    trace = network.Trace((a,) * 2, (a,) * 3)
    costs = map(at.run(nodes.half_squared_error), a, y)
    yield at.run(network.mean_cost)(net, trace, y), sum(costs) / 2


def steps(at: Symbols) -> Pairs:
    """The steps, in loops and in arrays, against the gradient."""
    w, gradient = at.numbers("w", 2), at.numbers("g", 2)
    (rate,) = at.numbers("rate", 1)
    expected = [
        w_i + rate * -g_i for w_i, g_i in zip(w, gradient, strict=True)
    ]
    yield at.run(nodes.step)(w, gradient, rate), expected
    yield at.run(training.step)(w, gradient, rate), expected


def spread(name: str, condition: Any, at: Symbols) -> Pairs:
    """A standard deviation, as what a condition on the variance asks for."""
    n_in, n_out = at.numbers("n", 2, kind="signed")
    variance = sympy.Symbol("v", positive=True)
    (asked,) = sympy.solve(condition(n_in, n_out, variance) - 1, variance)
    found = at.run(getattr(initialization, name))(n_in, n_out)
    if name.endswith("limit"):
        found = deviation_of_uniform(found)
    yield found, sympy.sqrt(asked)


def deviation_of_uniform(limit: Any) -> Any:
    """Give the standard deviation of what is drawn evenly up to a limit."""
    drawn = sympy.Symbol("t", real=True)
    square = sympy.integrate(drawn**2, (drawn, -limit, limit)) / (2 * limit)
    return sympy.sqrt(square)


def right_angles(at: Symbols) -> Pairs:
    """The spread of rows or columns of length 1, whichever are fewer."""
    rule = at.run(initialization.orthogonal_std)
    fewer, rest = at.numbers("n", 2, kind="signed")
    more = fewer + rest
    for shape in ((fewer, more), (more, fewer), (more, more)):
        yield rule(*shape) ** 2 * shape[0] * shape[1], min(shape)


def expected(value: Any, moments: Mapping[Any, tuple[Any, Any]]) -> Any:
    """Give the mean of a polynomial over all draws.

    Each number is drawn by itself, and its mean and its mean square are all
    that is known. A higher power would have no mean here, and is an error.
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


def linear_square(at: Symbols) -> Pairs:
    """What comes in, and that its mean is 0."""
    w, a, (v,) = at.numbers("w", 3), at.numbers("a", 3), at.numbers("v", 1)
    drawn = dict.fromkeys(w, (0, v))
    z = at.run(node.weighted_sum)(w, a)
    found = at.run(initialization.linear_square)(3, v, (a**2).sum() / 3)
    yield found, expected(z**2, drawn)
    yield 0, expected(z, drawn)


def activated_error_square(at: Symbols) -> Pairs:
    """What comes back, and that its mean is 0."""
    w, delta, (v,) = (at.numbers(*of) for of in (("w", 3), ("d", 3), ("v", 1)))
    drawn = dict.fromkeys(w, (0, v))
    dc_da = at.run(node.activated_error)(w, delta)
    rule = at.run(initialization.activated_error_square)
    yield rule(3, v, (delta**2).sum() / 3), expected(dc_da**2, drawn)
    yield 0, expected(dc_da, drawn)


def mean_square(at: Symbols) -> Pairs:
    """What each of three activations leaves of a square, and of a slope."""
    z, rule = at.numbers("z", 1, kind="signed"), initialization.mean_square
    for name, (of_value, of_slope) in HALVES.items():
        curve, derivative = activation.ACTIVATIONS[name][:2]
        yield at.run(rule)(at.run(curve), z), of_value(z)
        yield at.run(rule)(at.run(derivative), z), of_slope


HALVES: Mapping[str, tuple[Callable[[Any], Any], Any]] = {
    "identity": (lambda z: z**2, [1]),
    "relu": (lambda z: z**2 / 2, [sympy.Rational(1, 2)]),
}
"""What is left of a square, and of the square of a slope."""


def activated_square(at: Symbols) -> Pairs:
    """A curve that is straight on either side of 0, where it is 0."""
    z = at.numbers("z", 1, kind="signed")
    rule, mean = (
        at.run(getattr(initialization, name))
        for name in ("activated_square", "mean_square")
    )
    for name in ("identity", "relu", "leaky_relu"):
        curve, derivative = map(at.run, activation.ACTIVATIONS[name][:2])
        yield rule(mean(derivative, z), z**2), mean(curve, z)


def linear_error_square(at: Symbols) -> Pairs:
    """What the slope leaves of what comes back."""
    (s, d), (m, n, of_s, of_d) = at.numbers("s", 2), at.numbers("m", 4)
    delta = at.run(node.linear_error)(s, d)
    found = at.run(initialization.linear_error_square)(of_s, of_d)
    yield found, expected(delta**2, {s: (m, of_s), d: (n, of_d)})


def weight_gradient_square(at: Symbols) -> Pairs:
    """The same in every layer, as layer by layer gives it."""
    forward, curve, back, derivative = (
        at.run(getattr(initialization, name))
        for name in (
            "linear_square",
            "activated_square",
            "activated_error_square",
            "linear_error_square",
        )
    )
    n, v, s, x, delta = at.numbers("q", 5)
    rule = at.run(initialization.weight_gradient_square)
    for before in range(DEEPEST + 1):
        a, d = x, delta
        for _ in range(before):
            a = curve(s, forward(n, v, a))
        for _ in range(DEEPEST - before):
            d = derivative(s, back(n, v, d))
        found = rule(n * v * s, before, DEEPEST - before, x, delta)
        yield found, a * d
        yield found, rule(n * v * s, 0, DEEPEST, x, delta)


DEEPEST = 4
"""How many layers a weight's own layer has before and ahead, together."""


def units(at: Symbols) -> Pairs:
    """What segments keep, and what they keep over the least."""
    n, k = at.numbers("n", 2, kind="signed")
    rule, kept = (
        at.run(checkpointing.over_least),
        at.run(checkpointing.units_kept),
    )
    yield rule(n, k), kept(n, k) - at.run(checkpointing.least_units)(n)


def counted(at: Symbols) -> Pairs:
    """What segments keep: an input each, and one of them layer by layer."""
    each_has, k = at.numbers("m", 2, kind="signed")
    yield at.run(checkpointing.units_kept)(k * each_has, k), k + each_has


def at_best(at: Symbols) -> Pairs:
    """Where the slope of what is kept is 0, and what is kept there."""
    (n,) = at.numbers("n", 1, kind="signed")
    k, kept = (
        sympy.Symbol("k", positive=True),
        at.run(checkpointing.units_kept),
    )
    (best,) = sympy.solve(sympy.diff(kept(n, k), k), k)
    yield at.run(checkpointing.best_count)(n), best
    yield at.run(checkpointing.least_units)(n), kept(n, best)


def quotient(name: str, at: Symbols) -> Pairs:
    """The derivative, as what is left when the push shrinks to nothing."""
    x, h = at.numbers("x", 2)
    rule = at.run(getattr(oracle, name))
    for f in (sympy.exp, sympy.sin, polynomial):
        constant, first = series(rule(f, x, h), h)
        yield (constant, first), (sympy.diff(f(x), x), 0)


def polynomial(x: Any) -> Any:
    """Give any polynomial of degree 5."""
    powers = range(6)
    return sum(sympy.Symbol(f"c{n}", real=True) * x**n for n in powers)


def edge(at: Symbols) -> Pairs:
    """The output at which the factor is 1: the larger of two."""
    (u,) = at.numbers("u", 1, kind="signed")
    found = at.run(vanishing.edge)(u)
    yield u * found * (1 - found), 1
    outputs = sympy.solve(u * P * (1 - P) - 1, P)
    yield found, max(outputs, key=lambda p: p.subs(u, 5))


def interval(at: Symbols) -> Pairs:
    """The width: u e⁻ᶻ / (1 + e⁻ᶻ)² is 1 at its ends, for z and for −z."""
    (r,) = at.numbers("r", 1, kind="signed")
    u = 4 / (1 - r**2)
    z = sympy.factor(at.run(vanishing.interval)(u) * u / 2)
    yield u * sympy.exp(z), (1 + sympy.exp(z)) ** 2


P = sympy.Symbol("p")
"""The output that is asked for."""


def powers(at: Symbols) -> tuple[Any, Any, Any]:
    """Make an exponent, a fraction, and a number of bits."""
    q, m, p = at.numbers("q", 3)
    return q, m, p


def normal_numbers(at: Symbols) -> Pairs:
    """Equally far apart, up to the next power of two."""
    (q, m, p), rule = powers(at), at.run(precision.normal_number)
    spacing = sympy.Integer(2) ** (q - p)
    yield rule(1, q, m + 1, p) - rule(1, q, m, p), spacing
    last = rule(1, q, sympy.Integer(2) ** p - 1, p)
    yield last + spacing, rule(1, q + 1, 0, p)
    yield rule(-1, q, m, p), -rule(1, q, m, p)


def subnormal_numbers(at: Symbols) -> Pairs:
    """As far apart as the smallest normal ones, from 0 up to these."""
    (q, m, p), rule = powers(at), at.run(precision.subnormal_number)
    normal = at.run(precision.normal_number)
    spacing = normal(1, q, m + 1, p) - normal(1, q, m, p)
    yield rule(1, q, m + 1, p) - rule(1, q, m, p), spacing
    yield rule(1, q, 0, p), 0
    last = rule(1, q, sympy.Integer(2) ** p - 1, p)
    yield last + spacing, normal(1, q, 0, p)
    yield rule(-1, q, m, p), -rule(1, q, m, p)


LARGEST = "any three outputs, whichever is the largest"
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
IDENTITIES: Mapping[str, Claim] = {
    "node.weighted_sum": Claim(
        "the product of two vectors",
        weighted_sum,
        "any three numbers and their weights",
    ),
    "node.linear": Claim(
        "the product of two vectors, and the bias",
        linear,
        "any three inputs and their weights",
    ),
    "node.sigmoid": Claim(
        "1/(1+e⁻ᶻ) on both of its branches", sigmoid, EITHER, SIDES
    ),
    "nodes.forward": Claim(
        "what the rule for arrays gives",
        batch_forward,
        "any two layers of two nodes, and any smooth activation",
    ),
    "nodes.half_squared_error": Claim(
        "what the rule for arrays gives", mean_cost, "any two outputs"
    ),
    "nodes.step": Claim(
        "the old value plus −η times the slope", steps, "any numbers"
    ),
    "network.linear": Claim(
        "what the rule for one node gives, example by example",
        batch_linear,
        "any two inputs, two nodes and two examples",
    ),
    "network.residual_sum": Claim(
        "the sum of what came in and what came of it, entry by entry",
        residual_sum,
        "any two nodes and two examples",
    ),
    "network.normalized": Claim(
        "weights as long as the gains, in the directions given",
        normalized,
        "any directions and gains of two nodes",
    ),
    "network.forward": Claim(
        "what the loops give, example by example",
        batch_forward,
        "any two layers of two nodes, any smooth activation, and two examples",
    ),
    "network.mean_cost": Claim(
        "the mean of what the loops give, example by example",
        mean_cost,
        "any two outputs and two examples",
    ),
    **{
        f"activation.{name}": Claim(
            TEXTBOOK, partial(curve, name), EITHER, SIDES
        )
        for name in activation.ACTIVATIONS
        if name != "softmax"
    },
    "activation.decay": Claim("e^(−|z|)", decay, EITHER, SIDES),
    "activation.below_top": Claim(
        "the distance from the largest", below_top, LARGEST, TOPS
    ),
    "activation.softmax": Claim(
        "shares that add up to 1, as the textbook's form gives them",
        shares,
        LARGEST,
        TOPS,
    ),
    "activation.softmax_rest": Claim(
        "1 minus each share", rests, LARGEST, TOPS
    ),
    **{
        f"cost.{name}": Claim(
            TEXTBOOK,
            partial(cost, name),
            "any three outputs and targets",
        )
        for name in ("half_squared_error", "squared_error")
    },
    "cost.binary_cross_entropy": Claim(
        TEXTBOOK,
        partial(cost, "binary_cross_entropy"),
        "any three outputs on either side of 0, and any targets",
        EVERY_SIDE,
    ),
    "cost.cross_entropy": Claim(
        TEXTBOOK,
        partial(cost, "cross_entropy"),
        f"{LARGEST}, and targets that add up to 1",
        TOPS,
    ),
    "training.step": Claim(
        "the old value plus −η times the slope", steps, "any numbers"
    ),
    "precision.normal_number": Claim(
        "numbers 2^(q − p) apart, up to the next power of two",
        normal_numbers,
        "any q, m and p, and either sign",
    ),
    "precision.subnormal_number": Claim(
        "numbers as far apart as the smallest normal ones, from 0 to these",
        subnormal_numbers,
        "any q, m and p, and either sign",
    ),
    **{
        f"initialization.{name}": Claim(
            says, partial(spread, name, condition), "any n_in and any n_out"
        )
        for name, (condition, says) in SPREADS.items()
    },
    "vanishing.edge": Claim(
        "the larger output p with u p (1 − p) = 1", edge, "any u above 0"
    ),
    "vanishing.interval": Claim(
        "twice the linear part at which u σ′ is 1, over u",
        interval,
        "any u, written as 4/(1 − r²) with r above 0",
    ),
    "initialization.orthogonal_std": Claim(
        "the spread with which all squares add up to n_in or n_out, "
        "whichever is less",
        right_angles,
        "any n_in and any n_out",
    ),
    "initialization.linear_square": Claim(
        "the mean of the square of the weighted sum, whose own mean is 0",
        linear_square,
        "any three inputs, and weights drawn around 0, each by itself",
    ),
    "initialization.activated_error_square": Claim(
        "the mean of the square of what comes back, whose own mean is 0",
        activated_error_square,
        "any three errors ahead, and weights drawn around 0, each by itself",
    ),
    "initialization.mean_square": Claim(
        "half of the square of z through ReLU, and half of its squared slope; "
        "all of both through the identity",
        mean_square,
        EITHER,
        SIDES,
    ),
    "initialization.activated_square": Claim(
        "what is left of the square of z, on either side of 0",
        activated_square,
        f"the identity, ReLU and leaky ReLU, and {EITHER}",
        SIDES,
    ),
    "initialization.linear_error_square": Claim(
        "the mean of the square of the error",
        linear_error_square,
        "any slope, and anything that comes back and does not depend on it",
    ),
    "initialization.weight_gradient_square": Claim(
        "what layer by layer gives, and the same in every layer",
        weight_gradient_square,
        f"each of {DEEPEST + 1} layers of equal width",
    ),
    "checkpointing.units_kept": Claim(
        "an input for every segment, and the layers of one",
        counted,
        "any number of segments that are equally long",
    ),
    "checkpointing.over_least": Claim(
        "what is kept, less 2√n", units, "any n and any k above 0"
    ),
    **{
        f"checkpointing.{name}": Claim(
            "what makes k + n/k the least, where its slope by k is 0",
            at_best,
            "any n above 0",
        )
        for name in ("best_count", "least_units")
    },
    **{
        f"oracle.{name}": Claim(
            "the derivative, but for a part that shrinks with the square of h",
            partial(quotient, name),
            "an exponential, a sine and any polynomial of degree 5, at any x",
        )
        for name in ("complex_step", "central_difference")
    },
}
"""The rules that are definitions."""
