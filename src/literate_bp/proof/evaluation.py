"""What a formula is worth: a tree, evaluated on the numbers of a network.

Derivatives are not looked up. Whatever stands below a ∂ is pushed along the
imaginary axis, and everything after it is run again: the complex step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from itertools import combinations, product
from math import prod
from operator import eq, gt, lt
from typing import Any, Protocol

import numpy as np

from .. import validation
from ..activation import ACTIVATIONS, Array, elementwise_activations
from ..cost import COSTS
from ..formula.expression import (
    ARRAYS,
    Add,
    Call,
    Cases,
    Entry,
    Equation,
    Expression,
    Hadamard,
    Index,
    Letter,
    MatrixProduct,
    Mul,
    Negative,
    Number,
    Partial,
    Power,
    Quotient,
    Reduction,
    Relation,
    Symbol,
    Transpose,
    letters_in,
    symbols_in,
)
from ..initialization import initialize
from ..layer import linear
from ..network import Network, Trace, errors
from ..oracle import IMAGINARY_STEP

# --- a tree -----------------------------------------------------------------


class Environment(Protocol):
    """What the letters of a formula stand for."""

    def value(self, symbol: Symbol) -> Any:
        """Give the number or the array that a symbol stands for."""

    def number(self, index: Index) -> Any:
        """Give the number that an index stands for."""

    def count(self, letter: str) -> int:
        """Tell how far an index runs."""

    def bind(self, letter: str, number: int) -> Environment:
        """Say what one more letter stands for."""

    def derivative(self, of: Expression, by: Symbol) -> Any:
        """Give the derivative of something by a symbol."""

    def function(self, name: str, of: Expression) -> Callable[[Any], Any]:
        """Give the activation that something is put into, or its slope."""

    def moment(self, name: str, of: Expression) -> Any:
        """Give the mean or the variance of something, over all draws."""


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **{
        name: of.textbook or of.function
        for name, of in elementwise_activations().items()
    },
    **{
        f"{name}'": of.derivative
        for name, of in elementwise_activations().items()
    },
    "exp": np.exp,
    "ln": np.log,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "indicator": float,
    "max": lambda *of: reduce(np.maximum, of) if of[1:] else np.max(of),
    "min": np.minimum,
    "norm": lambda of: np.linalg.norm(of, 2),
    "diag": lambda of: np.diag(np.ravel(of)),
}
"""What a formula calls, by the name that it has in a tree."""
REDUCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "sum": sum,
    "max": max,
    "prod": prod,
}
"""What is made of all parts, by the operator over an index."""
COMPARISONS = {"<": lt, ">": gt, "=": eq}
"""What a condition asks, by its sign."""


def evaluate(  # noqa: C901, PLR0911, PLR0912 — one case a kind of tree
    tree: Expression, environment: Environment
) -> Any:
    """Give the number or the array that a formula is worth.

    Parameters
    ----------
    tree : Expression
        A formula in this book's notation.
    environment : Environment
        What every free letter stands for.
    """

    def value(of: Expression) -> Any:
        return evaluate(of, environment)

    match tree:
        case Symbol():
            return environment.value(tree)
        case Number(number):
            return number
        case Letter(index):
            return environment.number(index)
        case Add(terms):
            return sum(map(value, terms))
        case Negative(of):
            return -value(of)
        case Mul(factors) | Hadamard(factors):
            return prod(map(value, factors))
        case MatrixProduct(factors):
            return np.linalg.multi_dot([*map(value, factors)])
        case Quotient(above, below):
            return value(above) / value(below)
        case Power(base, exponent):
            return value(base) ** value(exponent)
        case Transpose(of):
            return np.transpose(value(of))
        case Entry(of, node):
            return value(of)[0, environment.number(node) - 1]
        case Partial(of, Symbol() as by):
            return environment.derivative(of, by)
        case Reduction(operator, index, body, but):
            left_out = environment.number(Index.parse(but)) if but else 0
            parts = [
                evaluate(body, environment.bind(index, number))
                for number in range(1, environment.count(index) + 1)
                if number != left_out
            ]
            return REDUCTIONS[operator](parts)
        case Call("activation" | "derivative" as name, (of,)):
            return environment.function(name, of)(value(of))
        case Call("mean" | "var" as name, (of,)):
            return environment.moment(name, of)
        case Call(function, arguments):
            return FUNCTIONS[function](*map(value, arguments))
        case Relation(left, sign, right):
            return COMPARISONS[sign](value(left), value(right))
        case Cases(condition, then, otherwise):
            return value(then) if value(condition) else value(otherwise)
        case _:
            raise TypeError(
                f"{type(tree).__name__} has no value; an expression of "
                "literate_bp.formula.expression was expected"
            )


# --- a network --------------------------------------------------------------

LEARNING_RATE = 0.5
"""What the learning rate is taken to be."""
STORED_AS = {
    "inputs": "input",
    "linears": "linear",
    "activateds": "activated",
    "weights": "weight",
    "biases": "bias",
    "targets": "target",
    "errors": "error",
    "output": "activated",
}
"""Under which name the numbers of a quantity are kept, if not its own."""
Location = tuple[str, int, tuple[int, ...]]
"""Where a number stands: under which name, in which layer, and its place."""


@dataclass(frozen=True)
class NetworkEnvironment:
    """A network, a batch, and what the letters of a formula stand for.

    Attributes
    ----------
    network : Network
        Any.
    x, y : ndarray (batch, n)
        Inputs and targets, one example a row.
    letters : dict of str to int
        What l and L stand for, and the free numbers of the formula.
    layers : dict of str to int
        Which layer the nodes of an index are in.
    pushed : tuple or None
        Where the number stands that is pushed, if one is.
    flipped : tuple of tuple
        Where the weights stand that a formula is given with the other sign.
    """

    network: Network
    x: Array
    y: Array
    letters: Mapping[str, float] = field(default_factory=dict)
    layers: Mapping[str, int] = field(default_factory=dict)
    step_at: Location | None = None
    negated: tuple[Location, ...] = ()

    def perturbed(self, name: str, layer: int, numbers: Array) -> Array:
        """Give numbers as they are, or with the one pushed that is to be."""
        if self.step_at is None or self.step_at[:2] != (name, layer):
            return numbers
        moved = numbers.astype(complex)
        moved[self.step_at[2]] += IMAGINARY_STEP * 1j
        return moved

    @cached_property
    def numbers(self) -> Mapping[tuple[str, int], Array]:
        """Run the network, and keep every number by name and layer."""
        depth = len(self.network.layers)
        a = self.perturbed("activated", 0, self.perturbed("input", 0, self.x))
        found = {
            ("input", 0): a,
            ("activated", 0): a,
            ("target", depth): self.y,
        }
        for number, layer in enumerate(self.network.layers, start=1):
            w = self.perturbed("weight", number, layer.weights)
            b = layer.biases
            if b is None:
                b = np.zeros(w.shape[1])
            b = self.perturbed("bias", number, b)
            z = self.perturbed("linear", number, linear(a, w, b))
            a = self.perturbed("activated", number, layer.output(a, z))
            named = {"weight": w, "bias": b, "linear": z, "activated": a}
            found |= {(name, number): of for name, of in named.items()}
        return found

    @cached_property
    def costs(self) -> Array:
        """The cost of each example."""
        outputs = self.numbers["activated", len(self.network.layers)]
        return cost_of_outputs(self.network.cost)(outputs, self.y)

    @cached_property
    def errors(self) -> Mapping[tuple[str, int], Array]:
        """The errors of each layer, by the rule of the package."""
        depth = len(self.network.layers)
        trace = Trace(
            tuple(self.numbers["linear", n] for n in range(1, depth + 1)),
            tuple(self.numbers["activated", n] for n in range(depth + 1)),
        )
        found, _ = errors(self.network, trace, self.y)
        return {("error", n): of for n, of in enumerate(found, start=1)}

    def number(self, index: Index) -> Any:
        """Give the number that an index stands for."""
        if not index.letter:
            return index.offset
        return self.letters[index.letter] + index.offset

    def layer_of(self, symbol: Symbol) -> int:
        """Tell which layer a symbol belongs to, as the book counts."""
        if symbol.quantity in ("input", "inputs"):
            return 0
        if symbol.quantity in ("target", "targets", "output"):
            return len(self.network.layers)
        if symbol.layer is not None:
            return int(self.number(symbol.layer))
        letters = [node.letter for node in symbol.nodes if node.letter != "n"]
        return self.layers[letters[-1] if letters else ""]

    def location_of(self, symbol: Symbol) -> Location:
        """Tell where the number of a symbol stands, or its array.

        Where no example is named, or no node, the first is meant.
        """
        name = STORED_AS.get(symbol.quantity, symbol.quantity)
        nodes = tuple(self.number(node) - 1 for node in symbol.nodes)
        if symbol.quantity not in ARRAYS:
            axes = 1 if name == "bias" else 2
            nodes = (0,) * (axes - len(nodes)) + nodes
        return name, self.layer_of(symbol), nodes

    def array(self, name: str, layer: int) -> Array:
        """Give the numbers of one layer that have the same name."""
        known = self.errors if name == "error" else self.numbers
        if (name, layer) not in known:
            raise ValueError(
                f"no {name} is in layer {layer}; say in which layer it is, as "
                "in z(l)[j], or where its letter is, as in k=L"
            )
        return known[name, layer]

    def value(self, symbol: Symbol) -> Any:
        """Give the number or the array that a symbol stands for."""
        if symbol.quantity == "cost":
            if symbol.nodes:
                return self.costs[self.number(symbol.nodes[0]) - 1]
            return self.costs.mean()
        if symbol.quantity == "rate":
            return LEARNING_RATE
        name, layer, place = self.location_of(symbol)
        found = self.array(name, layer)[place]
        return -found if (name, layer, place) in self.negated else found

    def derivative(self, of: Expression, by: Symbol) -> Any:
        """Differentiate: push each number of `by`, and look at `of`."""
        name, layer, place = self.location_of(by)
        shape = np.shape(self.value(by))
        derivatives = []
        for rest in np.ndindex(shape):
            place_of_step = name, layer, place + rest
            moved = evaluate(of, replace(self, step_at=place_of_step))
            derivatives.append(moved.imag / IMAGINARY_STEP)
        return np.reshape(derivatives, shape)

    def function(self, name: str, of: Expression) -> Callable[[Any], Any]:
        """Give the activation of a layer, or its slope."""
        layer = next(map(self.layer_of, symbols_in(of)), 1)
        table = ACTIVATIONS[self.network.layers[layer - 1].activation]
        return table.function if name == "activation" else table.derivative

    def moment(self, name: str, of: Expression) -> Any:
        """Give the mean or the variance over both signs of each weight.

        Weights that the formula names are drawn, and all else in it stays.
        If it names none, those are drawn that lead to its linear parts, and
        the network is run again.
        """
        named = [s for s in symbols_in(of) if s.quantity == "weight"]
        places = {
            p for s in named or symbols_in(of) for p in self.weights_behind(s)
        }
        flips = subsets(sorted(places))
        worlds = [self.with_negated(flip, held=bool(named)) for flip in flips]
        values = np.array([evaluate(of, world) for world in worlds])
        return values.mean() if name == "mean" else values.var()

    def weights_behind(self, symbol: Symbol) -> Iterator[Location]:
        """Give the places of the weights that a symbol stands for.

        A linear part, or an activated value, stands for those that lead to
        it, and a letter that a sum runs over for all its numbers.
        """
        layer, node = self.layer_of(symbol), symbol.nodes[-1]
        from_all = range(1, self.network.sizes[layer - 1] + 1)
        weighs = symbol.quantity == "weight"
        starts = self.range_of(symbol.nodes[0]) if weighs else from_all
        for i, j in product(starts, self.range_of(node)):
            yield "weight", layer, (i - 1, j - 1)

    def range_of(self, node: Index) -> Iterable[int]:
        """Give what an index stands for, or all that it may stand for."""
        if node.letter and node.letter not in self.letters:
            return range(1, self.count(node.letter) + 1)
        return (self.number(node),)

    def with_negated(
        self, flip: tuple[Location, ...], *, held: bool
    ) -> NetworkEnvironment:
        """Turn the signs of weights, in the formula or in the network."""
        if held:
            return replace(self, negated=flip)
        layers = list(self.network.layers)
        for _, number, place in flip:
            weights = layers[number - 1].weights.copy()
            weights[place] *= -1
            layers[number - 1] = replace(layers[number - 1], weights=weights)
        network = Network(layers, self.network.cost)
        return replace(self, network=network)

    def count(self, letter: str) -> int:
        """Tell how far an index runs."""
        if letter == "n":
            return len(self.x)
        if letter == "l":
            return len(self.network.layers) - 1
        return self.network.sizes[self.layers[letter]]

    def bind(self, letter: str, number: int) -> NetworkEnvironment:
        """Say what one more letter stands for."""
        return replace(self, letters={**self.letters, letter: number})


def cost_of_outputs(cost: str) -> Callable[[Array, Array], Array]:
    """Give a cost as a function of the outputs, as textbooks have it."""
    row = COSTS[cost]
    if row.output is None:
        return row.definition or row.value
    form: Callable[[Array, Array], Array] = validation.declared(
        "cost", cost, "textbook", COSTS
    )
    return form


def subsets(of: Sequence[Location]) -> list[tuple[Location, ...]]:
    """Give every choice of some of them, from none to all."""
    sizes = range(len(of) + 1)
    return [chosen for size in sizes for chosen in combinations(of, size)]


# --- two sides --------------------------------------------------------------

SMALLEST_SCALE = 1e-3
"""What differences are measured against, where the numbers are smaller."""


def differences(
    equation: Equation, environment: NetworkEnvironment
) -> Iterator[float]:
    """Compare every side with the first, for every choice of free letters.

    Parameters
    ----------
    equation : Equation
        Two or more sides.
    environment : NetworkEnvironment
        Without the letters of the nodes.

    Yields
    ------
    float
        The largest difference, measured against the largest number.
    """
    letters = frozenset().union(*map(letters_in, equation.sides))
    free = sorted(letters - environment.letters.keys())
    for choice in product(*(range(1, environment.count(c) + 1) for c in free)):
        chosen = environment
        for letter, number in zip(free, choice, strict=True):
            chosen = chosen.bind(letter, number)
        first, *rest = (evaluate(side, chosen) for side in equation.sides)
        scale = max(np.max(np.abs(first)), SMALLEST_SCALE)
        for other in rest:
            over = first - other
            if equation.sign != "≤":
                over = np.abs(over)
            yield float(np.max(over, initial=0.0) / scale)


def network_environment(
    symbols: Iterable[Symbol],
    *,
    seed: int,
    activation: str | tuple[str, ...] = "sigmoid",
    cost: str = "half_squared_error",
    layers: Mapping[str, str] | None = None,
    examples: int | None = None,
    depth: int = 2,
    residual: bool = False,
) -> NetworkEnvironment:
    """Make a random network for a formula, and say where its letters are.

    The letter j is a node of layer l, k one of the layer ahead, i one of the
    layer before, unless a weight or a layer in the formula says otherwise.
    There are several examples where it has arrays, unless `examples` says;
    a softmax is that of the last layer. There are as many layers as the
    formula counts, and at least `depth`. If they are residual, all are as
    wide as the inputs, and the hidden ones pass on what they are given. The
    letters p and u are the output of a sigmoid, and the size of a weight for
    which u p (1 − p) is 1.
    """
    symbols = list(symbols)
    widths = (4, 4, 4, 4) if residual else (3, 4, 3, 4)
    sizes = widths[: 1 + max([depth, *map(layer_number, symbols)])]
    if isinstance(activation, str) and not ACTIVATIONS[activation].elementwise:
        activation = (*["sigmoid"] * (len(sizes) - 2), activation)
    network = initialize(
        sizes,
        activation,
        "normal",
        cost,
        seed,
        std=0.5,
        residual=residual,
    )
    draw = np.random.default_rng(seed)
    batch = examples or (3 if any(map(is_batched, symbols)) else 1)
    y = draw.uniform(0.1, 0.9, (batch, sizes[-1]))
    p = 0.8 + seed / 20
    return NetworkEnvironment(
        network,
        draw.normal(size=(batch, sizes[0])),
        y / y.sum(axis=1, keepdims=True),
        {"l": 1, "L": len(sizes) - 1, "N": batch, "h": 0.1, "S": 8}
        | {"p": p, "u": 1 / (p * (1 - p))},
        layers_of_indices(symbols, layers or {}, len(sizes) - 1),
    )


def layer_number(symbol: Symbol) -> int:
    """Tell the number of the layer, if it has one that is no letter."""
    if symbol.layer is None or symbol.layer.letter:
        return 0
    return symbol.layer.offset


def is_batched(symbol: Symbol) -> bool:
    """Tell whether a symbol speaks of a batch."""
    rows = any(node.letter == "n" for node in symbol.nodes)
    return symbol.quantity in ARRAYS or rows


def layers_of_indices(
    symbols: list[Symbol], said: Mapping[str, str], depth: int
) -> Mapping[str, int]:
    """Find the layer of each index."""
    known = {"l": 1, "L": depth}
    found = {"i": 0, "j": 1, "k": 2, "": 1}
    for symbol in symbols:
        if symbol.layer and symbol.nodes:
            layer = known.get(symbol.layer.letter, 0) + symbol.layer.offset
            found[symbol.nodes[-1].letter] = layer
    found |= {
        letter: known[Index.parse(text).letter] + Index.parse(text).offset
        for letter, text in said.items()
    }
    for symbol in symbols:
        if symbol.quantity.endswith("weight"):
            start, end = (node.letter for node in symbol.nodes)
            if start and start not in said:
                found[start] = found[end] - 1
    return found
