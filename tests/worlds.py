"""Every rule, run on random numbers: what its formula has to come to.

A world knows a number for every symbol. Those that a rule is given are random, and those that it gives are what the
rule itself returned, called as the package calls it. All other symbols have random numbers of their own, so that a
formula that names a wrong one comes to something else.
"""

import math
from functools import partial
from importlib import import_module
from zlib import crc32

import numpy as np
import truth
from reader import ARRAYS, PAIRS, Unreadable

from literate_bp import (
    Layer,
    Network,
    activation,
    checkpointing,
    communication,
    initialization,
    layer,
    memory,
    network,
    node,
    nodes,
    optimizers,
    oracle,
    pipeline,
    precision,
    residual,
    training,
    vanishing,
    weight_normalization,
)
from literate_bp.activation import ACTIVATIONS, elementwise_activations

cost = import_module("literate_bp.cost")
COUNT, LAYER, LAST = 3, 2, 4
SINGLES = (r"\biases",)


def logistic(z):
    return 1 / (1 + np.exp(-z))


def operator(name):
    """Write the name of a function in LaTeX."""
    return r"\tanh" if name == "tanh" else rf"\operatorname{{{name.replace('_', ' ')}}}"


def complex_step(f):
    """Differentiate along the imaginary axis."""
    return lambda z: np.imag(f(np.asarray(z) + 1e-30j)) / 1e-30


TEXTBOOK = {}
for one in elementwise_activations():
    named = partial(truth.FORMULAS[one], np)
    TEXTBOOK |= {operator(one): named, f"{operator(one)}'": complex_step(named)}


def wave(z):
    """Stand for an activation that nobody has ever used."""
    return np.cos(z) + 0.3 * z


def swell(z):
    """Stand for its slope, which it is not."""
    return 0.7 + z**2 / 2


class World:
    """Numbers for symbols, and functions for names."""

    def __init__(self, seed, free="", **letters):
        self.rng = np.random.default_rng(seed)
        self.letters = {"l": LAYER, "L": LAST, "N": COUNT, **letters}
        self.free = dict.fromkeys(free, COUNT)
        self.numbers, self.derivatives, self.names = {}, {}, {}
        self.functions = {r"\activation": wave, r"\derivative": swell, **TEXTBOOK}
        self.top = None
        self.result = None
        self.after = self
        self.columns = False

    def in_notation(self, notation):
        """Give the same numbers as the symbols of a notation mean them: δ its own way round, arrays as they lie."""
        sign = notation.error_sign
        for world in {id(self): self, id(self.after): self.after}.values():
            world.columns = notation.columns
            world.numbers = {
                key: lift(key[0], value, notation) * (sign if key[0] in (r"\error", r"\errors") else 1)
                for key, value in world.numbers.items()
            }
            world.derivatives = {key: lift(key[0], value, notation) for key, value in world.derivatives.items()}
            for error, linear_part in ERRORS.items():
                if error.removeprefix("\\") not in notation.symbols:
                    world.derivatives |= {
                        (linear_part, *key[1:]): value for key, value in world.numbers.items() if key[0] == error
                    }
        return self

    def draw(self, *shape):
        return self.rng.normal(size=shape) if shape else float(self.rng.normal())

    # what the reader asks

    def count(self, letter):
        if letter not in "ijkn":
            raise Unreadable(f"nothing runs over {letter}")
        return COUNT

    def number(self, macro, layer, nodes, _letters):
        array = macro in ARRAYS
        kept = self.kept(self.numbers, macro, layer, 0 if array else len(nodes))
        if array:
            return self.row(macro, kept, nodes)
        return float(kept[self.checked(nodes)]) if nodes else kept

    def row(self, macro, kept, nodes):
        if len(nodes) > (macro not in (r"\weights", r"\biases")):
            raise Unreadable(f"{macro} has no such index")
        if not nodes:
            return kept
        at = self.checked(nodes)[0]
        return kept[:, [at]] if self.columns else kept[[at], :]

    def derivative(self, of, by):
        (top, top_layer, above, _), (bottom, layer, below, _) = of, by
        if (top, bottom) not in ((r"\cost", bottom), (r"\activated", r"\linear")):
            raise Unreadable(f"∂{top}/∂{bottom}")
        if bottom in ARRAYS:
            if above:
                raise Unreadable("a row is differentiated")
            return self.row(bottom, self.kept(self.derivatives, bottom, layer, 0), below)
        places = above + below
        if not places:
            raise Unreadable("a derivative by what has no node")
        name = bottom if top == r"\cost" else (top, top_layer, bottom)
        return float(self.kept(self.derivatives, name, layer, len(places))[self.checked(places)])

    def name(self, letter):
        if letter not in self.names:
            raise Unreadable(f"nothing says what {letter} is")
        return self.names[letter]

    def function(self, name):
        if name not in self.functions:
            raise Unreadable(f"nothing says what {name} is")
        return self.functions[name]

    # what the numbers are

    def checked(self, nodes):
        if not all(1 <= node <= COUNT for node in nodes):
            raise Unreadable(f"there is no node {nodes}")
        return tuple(node - 1 for node in nodes)

    def kept(self, where, macro, layer, depth):
        key = (macro, layer, depth)
        if key not in where:
            shape = ((1,) if macro in SINGLES else (COUNT,)) + (COUNT,) if macro in ARRAYS else (COUNT,) * depth
            if macro in PAIRS and depth != 2:
                raise Unreadable(f"{macro} has two nodes")
            where[key] = self.draw(*shape)
        return where[key]

    def given(self, macro, layer=None, depth=1):
        """Draw the numbers that a rule is given."""
        return self.kept(self.numbers, macro, layer, 0 if macro in ARRAYS else depth)

    def derivative_by(self, macro, layer=None, depth=1):
        """Draw derivatives that a rule is given."""
        return self.kept(self.derivatives, macro, layer, 0 if macro in ARRAYS else depth)

    def gives(self, macro, value, layer=None, depth=1):
        """Keep what a rule gave."""
        array = np.asarray(value, dtype=float) if depth or macro in ARRAYS else float(value)
        if macro in SINGLES:
            array = array.reshape(1, -1)
        self.numbers[macro, layer, 0 if macro in ARRAYS else depth] = array

    def gives_derivative(self, macro, value, layer=None, depth=1):
        """Keep the derivatives that a rule gave."""
        array = np.asarray(value, dtype=float)
        if macro in SINGLES:
            array = array.reshape(1, -1)
        self.derivatives[macro, layer, 0 if macro in ARRAYS else depth] = array


ERRORS = {r"\error": r"\linear", r"\errors": r"\linears"}


def lift(macro, value, notation):
    """Lay an array as it lies in a notation."""
    lies = notation.to_from if macro == r"\weights" else notation.columns
    return value.T if lies and macro in ARRAYS else value


# --- one node --------------------------------------------------------------------------------------------------------


def weighted_sum(world):
    w, x = world.given(r"\weight", depth=2), world.given(r"\inputs")
    world.result = ("j", [node.weighted_sum(w[:, j], x) for j in range(COUNT)])


def linear(world):
    w, x, b = world.given(r"\weight", depth=2), world.given(r"\inputs"), world.given(r"\bias")
    world.gives(r"\linear", [node.linear(w[:, j], x, b[j]) for j in range(COUNT)])


def curve_of(rule, name):
    """Let σ or σ′ be the rule itself, at any number."""

    def run(world):
        world.functions[name] = lambda z: float(rule(np.float64(z)))

    return run


def node_sigmoid_derivative(world):
    world.functions |= {r"\activation": node.sigmoid, r"\derivative": node.sigmoid_derivative}


def node_activated_error(world):
    w, delta = world.given(r"\weight", depth=2), world.given(r"\error")
    world.gives_derivative(r"\activated", [node.activated_error(w[j], delta) for j in range(COUNT)])


def node_linear_error(world):
    z, dc_da = world.given(r"\linear"), world.derivative_by(r"\activated")
    world.gives(r"\error", [node.linear_error(swell(z[j]), dc_da[j]) for j in range(COUNT)])


# --- nodes in layers -------------------------------------------------------------------------------------------------


def layer_in(world, number):
    w = world.given(r"\weight", number, 2)
    return nodes.Layer(w, world.given(r"\bias", number), wave, swell)


def nodes_forward(world):
    trace = nodes.forward((layer_in(world, LAYER),), world.given(r"\activated", LAYER - 1))
    world.gives(r"\linear", trace.linear[0], LAYER)
    world.gives(r"\activated", trace.activated[1], LAYER)


def output(world):
    return world.given(r"\activated"), world.given(r"\target")


def nodes_half_squared_error(world, *, half=True):
    rule = nodes.half_squared_error if half else cost.squared_error
    world.gives(r"\cost", rule(*output(world)), depth=0)


def nodes_half_squared_error_derivative(world, *, half=True):
    rule = nodes.half_squared_error_derivative if half else cost.squared_error_derivative
    world.gives_derivative(r"\activated", [rule(a, y) for a, y in zip(*output(world), strict=True)])


def nodes_output_errors(world, *, half=True):
    z, a, y = world.given(r"\linear", LAST), world.given(r"\activated", LAST), world.given(r"\target")
    if half:
        world.gives(r"\error", nodes.output_errors(layer_in(world, LAST), z, a, y), LAST)
    else:
        dc_da = cost.squared_error_derivative(a, y)
        world.gives(r"\error", [node.linear_error(swell(z_k), d) for z_k, d in zip(z, dc_da, strict=True)], LAST)


def nodes_hidden_errors(world):
    z, delta = world.given(r"\linear", LAYER), world.given(r"\error", LAYER + 1)
    found = nodes.hidden_errors(layer_in(world, LAYER), z, layer_in(world, LAYER + 1), delta)
    world.gives(r"\error", found, LAYER)


def nodes_weight_gradient(world):
    a, delta = world.given(r"\activated", LAYER - 1), world.given(r"\error", LAYER)
    world.gives_derivative(r"\weight", nodes.weight_gradient(a, delta), LAYER, 2)


def nodes_backward(world):
    ahead = layer_in(world, LAYER)
    x, y = world.given(r"\activated", LAYER - 1), world.given(r"\target")
    gradients = nodes.backward((ahead,), nodes.forward((ahead,), x), y)
    world.gives(r"\error", gradients.errors[0], LAYER)
    world.gives_derivative(r"\weight", gradients.weights[0], LAYER, 2)
    world.gives_derivative(r"\bias", gradients.biases[0], LAYER)


def nodes_step(world):
    w, dc_dw = world.given(r"\weight", depth=2), world.derivative_by(r"\weight", depth=2)
    rate = world.given(r"\rate", depth=0)
    new = [nodes.step(w[i], dc_dw[i], rate) for i in range(COUNT)]
    world.gives(r"\newweight", new, depth=2)


# --- arrays ----------------------------------------------------------------------------------------------------------


def weights_in(world, number):
    return world.given(r"\weights", number), world.given(r"\biases", number)[0]


def network_linear(world):
    found = layer.linear(world.given(r"\activateds", LAYER - 1), *weights_in(world, LAYER))
    world.gives(r"\linears", found, LAYER)


def network_activated_error(world):
    found = layer.activated_error(world.given(r"\errors", LAYER + 1), world.given(r"\weights", LAYER + 1))
    world.gives_derivative(r"\activateds", found, LAYER)


def network_linear_error(world):
    found = layer.linear_error(swell(world.given(r"\linears", LAYER)), world.derivative_by(r"\activateds", LAYER))
    world.gives(r"\errors", found, LAYER)


def network_weight_gradient(world):
    found = layer.weight_gradient(world.given(r"\activateds", LAYER - 1), world.given(r"\errors", LAYER))
    world.gives_derivative(r"\weights", found, LAYER)


def network_bias_gradient(world):
    world.gives_derivative(r"\biases", layer.bias_gradient(world.given(r"\errors", LAYER)), LAYER)


def named(world, name):
    world.functions |= {r"\activation": ACTIVATIONS[name].function, r"\derivative": ACTIVATIONS[name].derivative}
    return name


def batch(world, *numbers, of="half_squared_error"):
    """Make a network of the layers with these numbers, and run it."""
    name = named(world, "silu")
    net = Network([Layer(*weights_in(world, number), name) for number in numbers], of)
    return net, network.forward(net, world.given(r"\activateds", numbers[0] - 1))


def network_forward(world):
    _, trace = batch(world, LAYER)
    world.gives(r"\linears", trace.linear[0], LAYER)
    world.gives(r"\activateds", trace.activated[1], LAYER)


def network_mean_cost(world):
    net, trace = batch(world, LAYER)
    y = world.draw(COUNT, COUNT)
    world.gives(r"\cost", cost.half_squared_error(trace.output, y))
    world.gives(r"\cost", network.mean_cost(net, trace, y), depth=0)


def network_output_error(world, *, half=True):
    net, _ = batch(world, LAST, of="half_squared_error" if half else "squared_error")
    z, a, y = (world.given(macro, layer) for macro, layer in OUTPUTS)
    world.gives(r"\errors", network.output_error(net, network.Trace((z,), (a, a)), y), LAST)


OUTPUTS = ((r"\linears", LAST), (r"\activateds", LAST), (r"\targets", None))


def network_errors(world):
    net, trace = batch(world, LAYER, LAYER + 1)
    found, *_ = network.errors(net, trace, world.given(r"\targets"))
    world.gives(r"\linears", trace.linear[0], LAYER)
    for number, delta in enumerate(found):
        world.gives(r"\errors", delta, LAYER + number)


def network_backward(world):
    net, trace = batch(world, LAYER)
    gradients = network.backward(net, trace, world.given(r"\targets"))
    world.gives(r"\errors", gradients.errors[0], LAYER)
    world.gives_derivative(r"\weights", gradients.weights[0], LAYER)
    world.gives_derivative(r"\biases", gradients.biases[0], LAYER)


def network_residual_sum(world):
    a, z = world.given(r"\activateds", LAYER - 1), world.given(r"\linears", LAYER)
    world.gives(r"\activateds", residual.residual_sum(a, wave(z)), LAYER)


def network_residual_error(world):
    delta, w = world.given(r"\errors", LAYER), world.given(r"\weights", LAYER)
    found = residual.residual_error(delta, w, world.derivative_by(r"\activateds", LAYER))
    world.gives_derivative(r"\activateds", found, LAYER - 1)


def network_normalized(world):
    found = weight_normalization.normalized(world.given(r"\direction", depth=2), world.given(r"\gain"))
    world.gives(r"\weight", found, depth=2)


def network_gain_gradient(world):
    found = weight_normalization.gain_gradient(
        world.derivative_by(r"\weight", depth=2), world.given(r"\direction", depth=2)
    )
    world.gives_derivative(r"\gain", found)


def network_direction_gradient(world):
    dc_dw, v = world.derivative_by(r"\weight", depth=2), world.given(r"\direction", depth=2)
    world.gives_derivative(r"\gain", weight_normalization.gain_gradient(dc_dw, v))
    world.gives_derivative(
        r"\direction", weight_normalization.direction_gradient(dc_dw, v, world.given(r"\gain")), depth=2
    )


def training_step(world):
    old, gradient = world.given(r"\weights", LAYER), world.derivative_by(r"\weights", LAYER)
    world.after = World(1)
    world.after.gives(r"\weights", training.step(old, gradient, world.given(r"\rate", depth=0)), LAYER)


# --- activations -----------------------------------------------------------------------------------------------------


def normal_density(world):
    z = world.given(r"\linear", depth=0)
    world.result = ("", float(activation.normal_density(np.float64(z))))


def decay(world):
    world.result = ("", float(activation.decay(np.float64(world.given(r"\linear", depth=0)))))


def entries(world):
    """Draw the linear parts of an output, of which number m is the largest."""
    z = world.given(r"\linear")
    world.top = int(np.argmax(z)) + 1
    world.letters["m"] = world.top
    return z


def below_top(world):
    world.result = ("k", activation.below_top(entries(world)))


def softmax(world):
    world.gives(r"\activated", activation.softmax(entries(world)))


def softmax_rest(world):
    world.gives(r"\activated", 1 - activation.softmax_rest(entries(world)))


def softmax_derivative(world):
    z = world.given(r"\linear")
    world.gives(r"\activated", activation.softmax(z))
    world.gives_derivative((r"\activated", None, r"\linear"), activation.softmax_derivative(z).T, depth=2)


# --- costs -----------------------------------------------------------------------------------------------------------


def value_of(rule, macro):
    def run(world):
        seen = entries(world) if macro == r"\linear" else world.given(macro)
        if rule is not cost.cross_entropy:
            world.top = None
        world.gives(r"\cost", rule(seen, world.given(r"\target")), depth=0)

    return run


def derivative_of(rule):
    return lambda world: world.gives_derivative(r"\activated", rule(*output(world)))


def binary_cross_entropy_derivative(world):
    world.functions[r"\activation"] = logistic
    found = cost.binary_cross_entropy_derivative(world.given(r"\linear"), world.given(r"\target"))
    world.gives(r"\error", found)


def cross_entropy_derivative(world):
    z = world.draw(COUNT)
    world.gives(r"\activated", activation.softmax(z))
    world.gives(r"\error", cost.cross_entropy_derivative(z, world.given(r"\target")))


# --- the oracle, and where weights start -----------------------------------------------------------------------------


def analytic(x):
    return np.exp(x) * np.sin(2 * x) + x**3


def pushed(rule):
    def run(world):
        x, h = world.draw(), 0.1 + abs(world.draw())
        world.names |= {"x": x, "h": h, "i": 1j}
        there = {x: float(rule(analytic, x, h))}
        world.functions |= {"f": analytic, "f'": lambda at: there.get(at, math.nan)}

    return run


def relative_error(world):
    a, b = world.draw(), world.draw()
    world.names |= {"a": a, "b": b}
    world.result = ("", oracle.relative_error(a, b))


def spread(rule):
    """The spread of the weights is spoken of with two indices, whichever nodes they are of."""

    def run(world):
        found = counted(world, rule)
        world.functions[r"\operatorname{std}"] = lambda _: found
        world.number = distinct

    return run


def distinct(macro, _layer, _nodes, letters):
    if macro != r"\weight" or len(set(letters)) != 2:
        raise Unreadable(f"the spread of {macro} {letters}")
    return 0.0


def limit(rule):
    def run(world):
        world.names["r"] = counted(world, rule)

    return run


def counted(world, rule):
    n_in, n_out = (int(n) for n in world.rng.choice(np.arange(2, 90), 2, replace=False))
    world.names |= {r"n_\text{in}": n_in, r"n_\text{out}": n_out}
    return rule(n_in, n_out)


def edge(world):
    u = world.names["u"] = world.rng.uniform(4, 40)
    world.names["p"] = float(vanishing.edge_output(u))


def interval(world):
    u = world.names["u"] = world.rng.uniform(4, 40)
    world.result = ("", float(vanishing.interval_width(u)))


# --- means and variances over all draws ------------------------------------------------------------------------------


def marked(*what):
    """Give a number that stands for nothing but this."""
    return 1 + crc32(repr(what).encode()) / 2**32


def node_mark(macro, letter, layer=None):
    return marked(macro, layer, (letter,))


def derivative_mark(macro, *letters):
    return marked(r"\cost", macro, None, letters)


def error_squares(letter, layer=None):
    """An error, under its own name, or as the derivative that it is in some notations."""
    return [node_mark(r"\error", letter, layer) ** 2.0, marked(r"\cost", r"\linear", layer, (letter,)) ** 2.0]


def draws(world, mean, var):
    """Let a mean and a variance be known of a few things, and of nothing else."""

    def known(name, table):
        def found(value):
            if value not in table:
                raise Unreadable(f"the {name} of something else")
            return table[value]

        return found

    world.number = lambda macro, layer, _nodes, letters: marked(macro, layer, letters)
    world.derivative = lambda of, by: marked(of[0], by[0], by[1], by[3])
    world.functions |= {
        r"\operatorname{mean}": known("mean", mean),
        r"\operatorname{var}": known("variance", var),
    }


def linear_square(world):
    counted(world, initialization.glorot_std)
    v, square = abs(world.draw()), abs(world.draw())
    result = initialization.linear_square(world.names[r"n_\text{in}"], v, square)
    var = {node_mark(r"\linear", "j"): result, marked(r"\weight", None, ("i", "j")): v}
    draws(world, {node_mark(r"\activated", "i") ** 2.0: square}, var)


def activated_error_square(world):
    counted(world, initialization.glorot_std)
    v, square = abs(world.draw()), abs(world.draw())
    result = initialization.activated_error_square(world.names[r"n_\text{out}"], v, square)
    mean = {derivative_mark(r"\activated", "j") ** 2.0: result, **dict.fromkeys(error_squares("k"), square)}
    draws(world, mean, {marked(r"\weight", None, ("j", "k")): v})


def mean_square(world):
    world.result = ("", initialization.mean_square(wave, world.given(r"\linear", depth=0)))


def activated_square(world):
    derivative, v, z = abs(world.draw()), abs(world.draw()), node_mark(r"\linear", "j")
    result = initialization.activated_square(derivative, v)
    draws(world, {node_mark(r"\activated", "j") ** 2.0: result, swell(z) ** 2.0: derivative}, {z: v})


def linear_error_square(world):
    derivative, square, z = abs(world.draw()), abs(world.draw()), node_mark(r"\linear", "j")
    result = initialization.linear_error_square(derivative, square)
    mean = {swell(z) ** 2.0: derivative, derivative_mark(r"\activated", "j") ** 2.0: square}
    draws(world, mean | dict.fromkeys(error_squares("j"), result), {})


def weight_gradient_square(world):
    g, p, q, x, delta = (0.5 + abs(world.draw()) for _ in range(5))
    world.names |= {"g": g, "p": p, "q": q}
    result = initialization.weight_gradient_square(g, p, q, x, delta)
    mean = {derivative_mark(r"\weight", "i", "j") ** 2.0: result, node_mark(r"\inputs", "i") ** 2.0: x}
    draws(world, mean | dict.fromkeys(error_squares("k", LAST), delta), {})


def units(rule, *, of_layers=False):
    """Run a rule on numbers of layers and segments; one of layers alone may give the number of segments."""

    def run(world):
        n, k = world.rng.uniform(1, 9, 2)
        world.names |= {"n": n, "k": checkpointing.best_count(n) if rule is checkpointing.best_count else k}
        world.names |= {letter: world.draw() for letter in "ij"}
        if rule is not checkpointing.best_count:
            world.result = "", rule(n) if of_layers else rule(n, k)

    return run


def array_bytes(world):
    k, n, s = (int(size) for size in world.rng.integers(1, 9, 3))
    m = memory.array_bytes(k, COUNT, n, s)
    world.names |= {"k": k, r"n_\text{out}": n, "s": s, "m": m}


def of_machines(rule, letter):
    """Run a rule on the number of machines and what the other letter names."""

    def run(world):
        p, other = world.rng.uniform(1, 9, 2)
        world.names |= {"p": p, letter: other}
        world.result = "", rule(p, other)

    return run


# --- sixteen bits ----------------------------------------------------------------------------------------------------


def number(rule):
    def run(world):
        s, q, m, p = (0.5 + abs(world.draw()) for _ in "sqmp")
        world.names |= {"s": s, "q": q, "m": m, "p": p}
        world.result = ("", rule(s, q, m, p))

    return run


def precision_scaled(world):
    scale = world.names["S"] = 0.5 + abs(world.draw())
    world.after = World(1)
    world.after.gives(r"\errors", precision.scaled(world.given(r"\errors", LAST), scale), LAST)


def precision_unscaled(world):
    scale = world.names["S"] = 0.5 + abs(world.draw())
    world.after = World(1)
    world.after.gives_derivative(r"\weights", precision.unscaled(world.derivative_by(r"\weights", LAYER), scale), LAYER)


def of_row(rule, letters, gives=""):
    """Run a rule of an optimizer on a number for each letter; what it gives is a letter too, after the step or not."""

    def run(world):
        numbers = dict(zip(letters, world.rng.uniform(0.2, 0.9, len(letters)), strict=True))
        result = rule(*numbers.values())
        if r"\rate" in numbers:
            world.numbers[r"\rate", None, 0] = numbers.pop(r"\rate")
        world.names |= numbers
        if not gives:
            world.result = "", result
        elif gives in letters:
            world.after = World(1)
            world.after.names = {gives: result}
        else:
            world.names[gives] = result

    return run


CASES = {
    "optimizers.momentum": (of_row(optimizers.momentum, ("v", "g", r"\mu"), "v"), ""),
    "optimizers.looked_ahead": (of_row(optimizers.looked_ahead, ("v", "g", r"\mu"), "d"), ""),
    "optimizers.with_penalty": (of_row(optimizers.with_penalty, ("g", "w", r"\lambda")), ""),
    "optimizers.decayed": (of_row(optimizers.decayed, ("w", r"\rate", r"\lambda"), "w"), ""),
    "optimizers.mean": (of_row(optimizers.mean, ("m", "g", r"\beta"), "m"), ""),
    "optimizers.unbiased": (of_row(optimizers.unbiased, ("m", r"\beta", "t")), ""),
    "optimizers.in_units_of": (of_row(optimizers.in_units_of, ("d", "s", r"\varepsilon")), ""),
    "node.weighted_sum": (weighted_sum, "j"),
    "node.linear": (linear, "j"),
    "node.sigmoid": (curve_of(node.sigmoid, r"\activation"), ""),
    "node.sigmoid_derivative": (node_sigmoid_derivative, ""),
    "node.activated_error": (node_activated_error, "j"),
    "node.linear_error": (node_linear_error, "j"),
    "nodes.forward": (nodes_forward, "j"),
    "nodes.half_squared_error": (nodes_half_squared_error, ""),
    "nodes.half_squared_error_derivative": (nodes_half_squared_error_derivative, "k"),
    "nodes.output_errors": (nodes_output_errors, "k"),
    "nodes.hidden_errors": (nodes_hidden_errors, "j"),
    "nodes.weight_gradient": (nodes_weight_gradient, "ij"),
    "nodes.backward": (nodes_backward, "ij"),
    "nodes.step": (nodes_step, "ij"),
    "layer.linear": (network_linear, ""),
    "layer.activated_error": (network_activated_error, ""),
    "layer.linear_error": (network_linear_error, ""),
    "layer.weight_gradient": (network_weight_gradient, ""),
    "layer.bias_gradient": (network_bias_gradient, ""),
    "network.forward": (network_forward, ""),
    "network.mean_cost": (network_mean_cost, ""),
    "network.output_error": (network_output_error, ""),
    "network.errors": (network_errors, ""),
    "network.backward": (network_backward, ""),
    "residual.residual_sum": (network_residual_sum, ""),
    "residual.residual_error": (network_residual_error, ""),
    "weight_normalization.normalized": (network_normalized, "ij"),
    "weight_normalization.gain_gradient": (network_gain_gradient, "j"),
    "weight_normalization.direction_gradient": (network_direction_gradient, "ij"),
    "training.step": (training_step, ""),
    "precision.normal_number": (number(precision.normal_number), ""),
    "precision.subnormal_number": (number(precision.subnormal_number), ""),
    "precision.scaled": (precision_scaled, ""),
    "precision.unscaled": (precision_unscaled, ""),
    **{
        f"activation.{name}{end}": (curve_of(rule, macro), "")
        for name, row in elementwise_activations().items()
        for rule, end, macro in ((row.function, "", r"\activation"), (row.derivative, "_derivative", r"\derivative"))
    },
    "activation.decay": (decay, ""),
    "activation.normal_density": (normal_density, ""),
    "activation.below_top": (below_top, "k"),
    "activation.softmax": (softmax, "k"),
    "activation.softmax_rest": (softmax_rest, "k"),
    "activation.softmax_derivative": (softmax_derivative, "jk"),
    **{
        f"cost.{name}": (value_of(row.value, r"\linear" if row.output else r"\activated"), "")
        for name, row in cost.COSTS.items()
    },
    **{
        f"cost.{name}_derivative": (derivative_of(row.derivative), "k")
        for name, row in cost.COSTS.items()
        if row.output is None
    },
    "cost.binary_cross_entropy_derivative": (binary_cross_entropy_derivative, "k"),
    "cost.cross_entropy_derivative": (cross_entropy_derivative, "k"),
    "oracle.complex_step": (pushed(oracle.complex_step), ""),
    "oracle.central_difference": (pushed(oracle.central_difference), ""),
    "oracle.relative_error": (relative_error, ""),
    "initialization.glorot_std": (spread(initialization.glorot_std), "ij"),
    "initialization.he_std": (spread(initialization.he_std), "ij"),
    "initialization.lecun_std": (spread(initialization.lecun_std), "ij"),
    "initialization.fan_in_std": (spread(initialization.fan_in_std), "ij"),
    "initialization.orthogonal_std": (spread(initialization.orthogonal_std), "ij"),
    "initialization.linear_square": (linear_square, "ij"),
    "initialization.activated_error_square": (activated_error_square, "jk"),
    "initialization.mean_square": (mean_square, ""),
    "initialization.activated_square": (activated_square, "j"),
    "initialization.linear_error_square": (linear_error_square, "j"),
    "initialization.weight_gradient_square": (weight_gradient_square, "ijk"),
    "initialization.glorot_limit": (limit(initialization.glorot_limit), ""),
    "initialization.fan_in_limit": (limit(initialization.fan_in_limit), ""),
    "vanishing.edge_output": (edge, ""),
    "vanishing.interval_width": (interval, ""),
    "memory.array_bytes": (array_bytes, ""),
    "communication.ring_bytes": (of_machines(communication.ring_bytes, "S"), ""),
    "pipeline.bubble_share": (of_machines(pipeline.bubble_share, "m"), ""),
    "checkpointing.units_kept": (units(checkpointing.units_kept), ""),
    "checkpointing.best_count": (units(checkpointing.best_count, of_layers=True), ""),
    "checkpointing.least_units": (units(checkpointing.least_units, of_layers=True), ""),
    "checkpointing.excess_units": (units(checkpointing.excess_units), ""),
}
WITHOUT_HALF = (
    "nodes.half_squared_error",
    "nodes.half_squared_error_derivative",
    "nodes.output_errors",
    "network.output_error",
)


def world_of(rule, seed, *, half=True):
    """Run a rule on random numbers, and keep them by their symbols."""
    case, free = CASES[rule]
    world = World(seed, free)
    if not half and rule in WITHOUT_HALF:
        case(world, half=False)
    else:
        case(world)
    return world


def output_error_of(name, seed):
    """Start the recursion for one example, with any cost."""
    world = World(seed, "k")
    z, a, y = world.given(r"\linear", LAST), world.given(r"\activated", LAST), world.given(r"\target")
    last = named(world, cost.COSTS[name].output or "silu")
    if last == "softmax":
        world.gives(r"\activated", activation.softmax(z), LAST)
    net = Network([Layer(world.draw(COUNT, COUNT), None, last)], name)
    world.gives(r"\error", network.output_error(net, network.Trace((z,), (a, a)), y), LAST)
    return world
