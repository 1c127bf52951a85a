"""What the tests compare with: textbook formulas, in many digits or pushed along the imaginary axis.

Nothing here calls a rule of the package, so that a slip in a rule cannot hide in its own check.
"""

import math
from dataclasses import replace
from functools import partial

import mpmath
import numpy as np
from hypothesis import strategies as st

from literate_bp import ACTIVATIONS, COSTS, Layer, Network, backward, forward
from literate_bp.activation import elementwise_activations
from literate_bp.network import cast

EPS = np.finfo(np.float64).eps
TINY = 5e-324  # the smallest float64 above 0
PUSH = 1e-30
mp = mpmath.mp.clone()
mp.dps = 400  # 1 − e^(−745) still differs from 1


def logistic(z):
    return 1 / (1 + mp.exp(-z))


class Truths(dict):
    """Independent formulas by name; one that is missing is asked for by name."""

    def __missing__(self, name):
        """Say where to add it."""
        raise AssertionError(f"add the formula of {name!r} to tests/truth.py, as a textbook has it")


def normal_share(m, z):
    """Give the share of a normal variable below z, by Python's erfc; a push along the imaginary axis acts linearly."""
    if m is mp:
        return mp.erfc(-z / mp.sqrt(2)) / 2
    here = np.frompyfunc(math.erfc, 1, 1)(-np.real(z) / math.sqrt(2)) / 2
    return np.asarray(here, float) + 1j * np.imag(z) * np.exp(-(np.real(z) ** 2) / 2) / math.sqrt(2 * math.pi)


def hyperbolic_tangent(m, z):
    """Give (e^z − e^−z) / (e^z + e^−z), and lose the digits of neither a small z nor a large one."""
    sign = 2 * (z.real > 0) - 1
    below = m.expm1(-2 * sign * z)  # e^(−2|z|) − 1
    return -sign * below / (2 + below)


# As one finds them in a textbook. `m` is mpmath for many digits, or NumPy for complex arrays of moderate size.
FORMULAS = Truths(
    identity=lambda _, z: z,
    sigmoid=lambda m, z: 1 / (1 + m.exp(-z)),
    tanh=hyperbolic_tangent,
    relu=lambda _, z: z * (z.real > 0),
    leaky_relu=lambda _, z: z * ((z.real > 0) + 0.01 * (z.real <= 0)),
    softplus=lambda m, z: m.log(1 + m.exp(z)),
    silu=lambda m, z: z / (1 + m.exp(-z)),
    gelu=lambda m, z: z * normal_share(m, z),
    gelu_tanh=lambda m, z: z / (1 + m.exp(-2 * m.sqrt(2 / m.pi) * (z + 0.044715 * z**3))),
    softmax=lambda m, z: m.exp(z) / m.exp(z).sum(axis=-1, keepdims=True),
)


def curve(name, z):
    """Give the value of an activation in many digits."""
    return FORMULAS[name](mp, mp.mpf(z))


SLOPES = {
    "identity": lambda _: mp.mpf(1),
    "sigmoid": lambda z: logistic(z) * logistic(-z),
    "tanh": lambda z: mp.sech(z) ** 2,
    "relu": lambda z: mp.mpf(int(z > 0)),
    "leaky_relu": lambda z: mp.mpf(1) if z > 0 else mp.mpf(0.01),
    "softplus": logistic,
    "gelu": lambda z: normal_share(mp, z) + z * mp.npdf(z),
}


def derivative(name, z):
    """Differentiate the textbook formula: by hand where that is written above, or else by mpmath."""
    return SLOPES[name](z) if name in SLOPES else mp.diff(partial(curve, name), z, h=mp.mpf(10) ** -25)


def many_digits(values):
    return [mp.mpf(float(v)) for v in values]


def shares(z):
    e = [mp.exp(v) for v in many_digits(z)]
    return [v / mp.fsum(e) for v in e]


def weighed_surprise(z, y):
    """Cross-entropy, its slopes, and the terms of each slope without their signs."""
    y, a = many_digits(y), shares(z)
    value = mp.fsum(-y_k * mp.log(a_k) for y_k, a_k in zip(y, a, strict=True))
    total = mp.fsum(y)
    return value, [a_k * total - y_k for y_k, a_k in zip(y, a, strict=True)]


def yes_or_no_surprise(z, y):
    z, y = many_digits(z), many_digits(y)
    pairs = list(zip(z, y, strict=True))
    value = mp.fsum(y_k * mp.log1p(mp.exp(-z_k)) + (1 - y_k) * mp.log1p(mp.exp(z_k)) for z_k, y_k in pairs)
    return value, [logistic(z_k) - y_k for z_k, y_k in pairs]


def squares(factor):
    def of(a, y):
        apart = [a_k - y_k for a_k, y_k in zip(many_digits(a), many_digits(y), strict=True)]
        return factor * mp.fsum(d**2 for d in apart), [2 * factor * d for d in apart]

    return of


MANY_DIGITS_COSTS = Truths(
    half_squared_error=squares(mp.mpf(1) / 2),
    squared_error=squares(mp.mpf(1)),
    binary_cross_entropy=yes_or_no_surprise,
    cross_entropy=weighed_surprise,
)

# The same for complex NumPy arrays of moderate size.
PUSHED_COSTS = Truths(
    half_squared_error=lambda a, y: ((a - y) ** 2).sum(axis=-1) / 2,
    squared_error=lambda a, y: ((a - y) ** 2).sum(axis=-1),
    binary_cross_entropy=lambda a, y: -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(axis=-1),
    cross_entropy=lambda a, y: -(y * np.log(a)).sum(axis=-1),
)


def arrays_of(network):
    """Give the parameters of each layer as float64 arrays, or None for what it does not have."""
    return [
        [None if array is None else array.astype(float) for array in (getattr(layer, name) for name in PARAMETERS)]
        for layer in network.layers
    ]


def as_long_as(gains, v):
    """Give every column of v the length that its gain says."""
    return v if gains is None else np.stack([g * c / np.sqrt(c @ c) for g, c in zip(gains, v.T, strict=True)], axis=1)


SMALL = 1e-5  # ε of normalization, as in the papers


def mean_along(kind, z):
    """Give the mean along the examples of a batch, or along the nodes of a layer, in the place of each number."""
    return z.mean(axis=0 if kind == "batch" else -1, keepdims=True)


def normalized(kind, z, scales, shifts):
    """Normalize as a textbook does; without a kind, nothing is changed."""
    if kind is None:
        return z
    apart = z if kind == "rms" else z - mean_along(kind, z)
    return scales * apart / np.sqrt(mean_along(kind, apart**2) + SMALL) + shifts


def cost_of(network, arrays, x, y):
    a = x
    for layer, (v, b, g, *of_nodes) in zip(network.layers, arrays, strict=True):
        z = np.einsum("...i,ij->...j", a, as_long_as(g, v))
        h = normalized(layer.normalization, z if b is None else z + b, *(of_nodes or (None, None)))
        made = FORMULAS[layer.activation](np, h)
        a = a + made if layer.residual else made
    return np.mean(PUSHED_COSTS[network.cost](a, y))


def slopes_along(array, cost_at):
    """Push every entry of an array along the imaginary axis, one after the other."""
    derivatives = np.empty(array.shape)
    for at in np.ndindex(array.shape):
        pushed = array.astype(complex)
        pushed[at] += PUSH * 1j
        derivatives[at] = cost_at(pushed).imag / PUSH
    return derivatives


def gradients_of(network, x, y):
    """Give the slopes along each parameter and along the inputs, by name, without a step of backpropagation."""
    x, y, arrays = np.asarray(x, float), np.asarray(y, float), arrays_of(network)
    found = {"inputs": slopes_along(x, lambda pushed: cost_of(network, arrays, pushed, y))}
    for n, of_layer in enumerate(arrays):
        for place, (name, array) in enumerate(zip(PARAMETERS, of_layer, strict=True)):

            def with_pushed(pushed, n=n, place=place, of_layer=of_layer):
                layer = [*of_layer[:place], pushed, *of_layer[place + 1 :]]
                return cost_of(network, [*arrays[:n], layer, *arrays[n + 1 :]], x, y)

            if array is not None:
                found[f"{name} {n + 1}"] = slopes_along(array, with_pushed)
    return found


PARAMETERS = ("weights", "biases", "gains", "scales", "shifts")


def named(gradients):
    """Name what `backward` returned as `gradients_of` does."""
    each = {"inputs": gradients.inputs}
    each |= {f"{name} {n}": of for name in PARAMETERS for n, of in enumerate(getattr(gradients, name), start=1)}
    return {name: of for name, of in each.items() if of is not None}


def pushed_relatively(network, size, rng):
    def moved(array):
        return None if array is None else array.astype(float) * (1 + size * rng.choice([-1, 1], array.shape))

    pairs = zip(network.layers, arrays_of(network), strict=True)
    layers = [replace(layer, **dict(zip(PARAMETERS, map(moved, arrays), strict=True))) for layer, arrays in pairs]
    return Network(layers, network.cost)


def magnitudes_of_normalization(layer, z, dc_dh):
    """Go back through normalization on absolute values: those of Z, of the scales and of the shifts."""
    if layer.normalization is None:
        return dc_dh, None, None
    kind, (z, scales) = layer.normalization, (np.atleast_2d(each).astype(float) for each in (z, layer.scales))
    apart = z if kind == "rms" else z - mean_along(kind, z)
    size = np.sqrt(mean_along(kind, apart**2) + SMALL)
    n, dc_dh = np.abs(apart) / size, np.atleast_2d(dc_dh)
    dc_dn = dc_dh * np.abs(scales)
    dc_dz = (dc_dn + n * mean_along(kind, dc_dn * n)) / size
    delta = dc_dz if kind == "rms" else dc_dz + mean_along(kind, dc_dz)
    return delta, (dc_dh * n).sum(axis=0), dc_dh.sum(axis=0)


def magnitudes(network, x, y):
    """Run backpropagation on absolute values: the sums that every rounding is relative to."""
    trace = forward(network, x)
    arrays = arrays_of(network)
    last, z = network.layers[-1].activation, trace.linear[-1]
    batch = len(x) if np.ndim(x) == 2 else 1
    dc_da = delta = (np.abs(trace.output) + np.abs(y)) / batch
    if COSTS[network.cost].output is None:
        dc_da = 2 * dc_da
        delta = dc_da * np.abs(ACTIVATIONS[last].derivative(z))
    found = {}
    for n in range(len(arrays), 0, -1):
        v, b, g, *_ = arrays[n - 1]
        dc_dw = np.abs(np.atleast_2d(trace.activated[n - 1])).T @ np.atleast_2d(delta)
        found[f"weights {n}"] = dc_dw
        if b is not None:
            found[f"biases {n}"] = np.atleast_2d(delta).sum(axis=0)
        if g is not None:
            length = np.sqrt((v**2).sum(axis=0))
            found[f"gains {n}"] = (dc_dw * np.abs(v) / length).sum(axis=0)
            found[f"weights {n}"] = np.abs(g) / length * (dc_dw + found[f"gains {n}"] * np.abs(v) / length)
        past = dc_da if network.layers[n - 1].residual else 0
        dc_da = delta @ np.abs(as_long_as(g, v)).T + past
        if n > 1:
            layer, z = network.layers[n - 2], trace.linear[n - 2]
            dc_dh = dc_da * np.abs(ACTIVATIONS[layer.activation].derivative(layer.pre_activation(z)))
            delta, *of_nodes = magnitudes_of_normalization(layer, z, dc_dh)
            of_nodes = zip(PARAMETERS[3:], of_nodes, strict=True)
            found |= {f"{name} {n - 1}": of for name, of in of_nodes if of is not None}
    found["inputs"] = dc_da
    return found


def rounding_bounds(network, x, y, eps=EPS):
    """Bound the rounding error of every gradient array, by name, as an absolute number.

    Backward, each of the K roundings on the way to an entry is relative to a sum of absolute values
    (`magnitudes`). Forward, a rounding is a relative push of a weight, bias or input by at most ε, K
    times; what such pushes do is measured, with pushes of 1e-7, as they act linearly. K counts the
    terms of every sum on the longest way forward and back, and 8 operations a layer for the curves; a
    layer with gains has the sum of its squares besides, there and back, and one with normalization the
    sums of two means. There, what single precision does is measured besides (`moved_one_by_one`).
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    batch = len(x) if x.ndim == 2 else 1
    lengths = sum(len(layer.weights) + 4 for layer in network.layers if layer.gains is not None)
    means = sum(2 * (max(batch, layer.weights.shape[1]) + 4) for layer in network.layers if layer.normalization)
    count = 2 * (sum(network.sizes) + 8 * len(network.layers) + lengths + means) + batch
    rng, size = np.random.default_rng(1), 1e-7
    here = named(backward(network, forward(network, x), y))
    moved = dict.fromkeys(here, 0.0)
    for _ in range(4):
        other = pushed_relatively(network, size, rng)
        pushed_x = x * (1 + size * rng.choice([-1, 1], x.shape))
        there = named(backward(other, forward(other, pushed_x), y))
        moved = {name: max(moved[name], np.max(np.abs(there[name] - here[name])) / size) for name in here}
    if any(network.normalizations):
        moved = {name: max(moved[name], of) for name, of in moved_one_by_one(network, x, y, here).items()}
    biggest = {name: np.max(of) for name, of in magnitudes(network, x, y).items()}
    return {name: count * eps * (biggest[name] + moved[name]) for name in here}


def moved_one_by_one(network, x, y, here):
    """Say by how many units of rounding single precision moves every gradient array, by name.

    Normalization takes away what numbers have in common. So pushes of parameters, which all examples and nodes behind
    them share, move less than roundings do, of which each number has its own.
    """
    small = cast(network, np.float32)
    there = named(backward(small, forward(small, x.astype(np.float32)), y.astype(np.float32)))
    unit = float(np.finfo(np.float32).eps)
    return {name: np.max(np.abs(there[name].astype(float) - of)) / unit for name, of in here.items()}


def cost_bound(network, x, y):
    """Bound the rounding error of the cost: forward as in `rounding_bounds`, then a sum of terms without a sign."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    here, rng, size, moved = cost_of(network, arrays_of(network), x, y).real, np.random.default_rng(2), 1e-7, 0.0
    for _ in range(4):
        other = arrays_of(pushed_relatively(network, size, rng))
        there = cost_of(network, other, x * (1 + size * rng.choice([-1, 1], x.shape)), y).real
        moved = max(moved, abs(there - here) / size)
    a = forward(network, x).output
    terms = here + np.mean(np.sum(np.abs(a * (a - y)), axis=-1))  # the output's own rounding, in a difference
    if network.cost == "binary_cross_entropy":  # the textbook takes the logarithm of 1 − a: what is left of a rounded a
        terms += np.mean(np.sum((1 - y) * a / (1 - a), axis=-1))
    lengths = sum(len(layer.weights) + 4 for layer in network.layers if layer.gains is not None)
    return (sum(network.sizes) + 8 * len(network.layers) + lengths + y.size) * EPS * (moved + 2 * terms)


HIDDEN = [*elementwise_activations()]


def last_activations(cost):
    return [COSTS[cost].output] if COSTS[cost].output else HIDDEN


def targets(rng, shape, cost):
    if COSTS[cost].output is None:
        return rng.normal(0.0, 1.0, shape)
    y = rng.uniform(0.0, 1.0, shape)
    return y / y.sum(axis=-1, keepdims=True) if COSTS[cost].output == "softmax" else y


def problem(seed, dtype, cost, batch, sizes, activations, biased, *, residual, normalized):
    """Make a network of the kinds that are asked for, with inputs and targets, of numbers drawn with a seed."""
    inside = len(activations) - (COSTS[cost].output is not None)  # the layers that may have a residual connection
    rng = np.random.default_rng(seed)
    layers = tuple(
        Layer(
            (rng.normal(0.0, 1.0, (n_in, n_out)) / np.sqrt(n_in)).astype(dtype),
            rng.normal(0.0, 0.5, n_out).astype(dtype) if with_biases else None,
            name,
            residual=residual and n < inside and n_in == n_out,
            gains=(rng.uniform(0.5, 1.5, n_out) * rng.choice([-1, 1], n_out)).astype(dtype) if normalized else None,
        )
        for n, (n_in, n_out, name, with_biases) in enumerate(
            zip(sizes[:-1], sizes[1:], activations, biased, strict=True)
        )
    )
    lead = () if batch is None else (batch,)
    x = rng.normal(0.0, 1.0, (*lead, sizes[0])).astype(dtype)
    y = targets(rng, (*lead, sizes[-1]), cost).astype(dtype)
    return Network(layers, cost), x, y


@st.composite
def problems(draw, names=HIDDEN, costs=tuple(COSTS), dtype=np.float64, batches=(None, 1, 2, 5), *, gains=True):
    """Draw a network with inputs and targets; the smallest seeds and sizes are tried first."""
    cost = draw(st.sampled_from(costs))
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    last = [name for name in last_activations(cost) if name in names] or last_activations(cost)
    activations = [draw(st.sampled_from(names)) for _ in sizes[2:]] + [draw(st.sampled_from(last))]
    biased = [draw(st.booleans()) for _ in activations]
    residual, normalized = draw(st.booleans()), draw(st.booleans()) and gains
    batch = draw(st.sampled_from(batches))
    seed = draw(st.integers(0, 2**32 - 1))
    return problem(seed, dtype, cost, batch, sizes, activations, biased, residual=residual, normalized=normalized)


def numbered_problem(number, dtype):
    """Give the random network of a number, with inputs and targets: all kinds, each as likely as another."""
    rng = np.random.default_rng(number)
    cost = str(rng.choice([*COSTS]))
    sizes = rng.integers(1, 6, rng.integers(2, 6)).tolist()
    if rng.random() < 0.5:  # layers that are as wide as they are given may have residual connections
        sizes[1:-1] = sizes[1:2] * len(sizes[1:-1])
    activations = [*rng.choice(HIDDEN, len(sizes) - 2).tolist(), str(rng.choice(last_activations(cost)))]
    biased = rng.random(len(activations)) < rng.choice([0, 0.5, 1])
    batch = [None, 1, int(rng.integers(2, 9))][rng.integers(3)]
    residual, normalized = rng.random(2) < 0.5
    return problem(number, dtype, cost, batch, sizes, activations, biased, residual=residual, normalized=normalized)


def with_normalization(layer, kind, rng):
    """Normalize the linear parts of a layer: with scales and shifts that are drawn, and without biases for a batch."""
    scales, shifts = (rng.normal(mean, 0.5, layer.weights.shape[1]).astype(layer.weights.dtype) for mean in (1, 0))
    biases = None if kind == "batch" else layer.biases
    return replace(layer, biases=biases, normalization=kind, scales=scales, shifts=shifts)


def normalized_problem(number, dtype):
    """Give the random network of a number, each hidden layer with a kind of normalization, or none, where it can be."""
    network, x, y = numbered_problem(number, dtype)
    rng = np.random.default_rng(number)
    *hidden, last = network.layers
    layers = []
    for layer in hidden:
        compared = {"batch": x.ndim == 2 and len(x) > 1, **dict.fromkeys(("layer", "rms"), layer.weights.shape[1] > 1)}
        kind = rng.choice([None, *(kind for kind, several in compared.items() if several)])
        layers.append(layer if kind is None else with_normalization(layer, kind, rng))
    return Network([*layers, last], network.cost), x, y
