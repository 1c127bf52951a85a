"""The value of a formula: a tree, evaluated on the numbers of a network.

Derivatives are computed by the complex step: the quantity below a ∂ gets a
small imaginary part, and everything after it in the network is run again.
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
from ..activation import (
    ACTIVATIONS,
    Array,
    elementwise_activations,
    normal_cdf,
)
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
    """Gives values to the symbols and index letters of a formula."""

    def value(self, symbol: Symbol) -> Any:
        """Give the value of a symbol: a number or an array."""

    def number(self, index: Index) -> Any:
        """Give the value of an index."""

    def count(self, letter: str) -> int:
        """Give the number of values of an index letter."""

    def bind(self, letter: str, number: int) -> Environment:
        """Bind one more letter to a number."""

    def derivative(self, of: Expression, by: Symbol) -> Any:
        """Give the derivative of an expression by a symbol."""

    def function(self, name: str, of: Expression) -> Callable[[Any], Any]:
        """Give the activation that is applied here, or its derivative."""

    def moment(self, name: str, of: Expression) -> Any:
        """Give a mean or a variance over random weights."""


IN_CODE: Mapping[str, Callable[..., Any]] = {
    function: rule
    for name, row in elementwise_activations().items()
    for function, rule in (
        (name, row.function),
        (f"{name}'", row.derivative),
    )
}
"""The activations and their derivatives as the package computes them."""
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **IN_CODE,
    **{
        name: row.textbook for name, row in ACTIVATIONS.items() if row.textbook
    },
    "exp": np.exp,
    "ln": np.log,
    "tanh": np.tanh,
    "Φ": normal_cdf,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "indicator": float,
    "max": lambda *of: reduce(np.maximum, of) if of[1:] else np.max(of),
    "min": np.minimum,
    "norm": lambda of: np.linalg.norm(of, 2),
    "diag": lambda of: np.diag(np.ravel(of)),
}
"""The functions of formulas, by their names in a tree."""
REDUCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "sum": sum,
    "max": max,
    "prod": prod,
}
"""The reductions over an index, by their operators."""
COMPARISONS = {"<": lt, ">": gt, "=": eq}
"""The comparisons of conditions, by their signs."""


def evaluate(  # noqa: C901, PLR0911, PLR0912 — one case a kind of tree
    tree: Expression, environment: Environment
) -> Any:
    """Evaluate a formula: give its number or its array.

    Parameters
    ----------
    tree : Expression
        A formula in this book's notation.
    environment : Environment
        Gives values to its symbols and free letters.
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
        case Reduction(operator, index, body, excluded):
            left_out = 0
            if excluded:
                left_out = environment.number(Index.parse(excluded))
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
"""The learning rate."""
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
"""The name under which a quantity is stored, if it is not its own."""
Location = tuple[str, int, tuple[int, ...]]
"""The location of a number: its stored name, its layer and its position."""


@dataclass(frozen=True)
class NetworkEnvironment:
    """The environment of a network and a batch.

    Attributes
    ----------
    network : Network
        Any.
    x, y : ndarray (batch, n)
        Inputs and targets, one example a row.
    letters : dict of str to int
        The values of l, L and the other free letters.
    layers : dict of str to int
        The layer of the nodes of each index.
    step_at : tuple or None
        The location of the number that gets an imaginary step, if any.
    negated : tuple of tuple
        The locations of weights whose sign is flipped in the formula.
    """

    network: Network
    x: Array
    y: Array
    letters: Mapping[str, float] = field(default_factory=dict)
    layers: Mapping[str, int] = field(default_factory=dict)
    step_at: Location | None = None
    negated: tuple[Location, ...] = ()

    def perturbed(self, name: str, layer: int, numbers: Array) -> Array:
        """Add the imaginary step, if it belongs into these numbers."""
        if self.step_at is None or self.step_at[:2] != (name, layer):
            return numbers
        moved = numbers.astype(complex)
        moved[self.step_at[2]] += IMAGINARY_STEP * 1j
        return moved

    @cached_property
    def numbers(self) -> Mapping[tuple[str, int], Array]:
        """Run the network, and store every array by name and layer."""
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
        """The errors of each layer, by the backward pass of the package."""
        depth = len(self.network.layers)
        trace = Trace(
            tuple(self.numbers["linear", n] for n in range(1, depth + 1)),
            tuple(self.numbers["activated", n] for n in range(depth + 1)),
        )
        found, *_ = errors(self.network, trace, self.y)
        return {("error", n): of for n, of in enumerate(found, start=1)}

    def number(self, index: Index) -> Any:
        """Give the value of an index."""
        if not index.letter:
            return index.offset
        return self.letters[index.letter] + index.offset

    def layer_of(self, symbol: Symbol) -> int:
        """Give the layer of a symbol."""
        if symbol.quantity in ("input", "inputs"):
            return 0
        if symbol.quantity in ("target", "targets", "output"):
            return len(self.network.layers)
        if symbol.layer is not None:
            return int(self.number(symbol.layer))
        letters = [node.letter for node in symbol.nodes if node.letter != "n"]
        return self.layers[letters[-1] if letters else ""]

    def location_of(self, symbol: Symbol) -> Location:
        """Give the location of a symbol's number, or its array.

        A missing index of an example or a node means the first.
        """
        name = STORED_AS.get(symbol.quantity, symbol.quantity)
        nodes = tuple(self.number(node) - 1 for node in symbol.nodes)
        if symbol.quantity not in ARRAYS:
            axes = 1 if name == "bias" else 2
            nodes = (0,) * (axes - len(nodes)) + nodes
        return name, self.layer_of(symbol), nodes

    def array(self, name: str, layer: int) -> Array:
        """Give the stored array of a layer."""
        known = self.errors if name == "error" else self.numbers
        if (name, layer) not in known:
            raise ValueError(
                f"no {name} is in layer {layer}; say in which layer it is, as "
                "in z(l)[j], or where its letter is, as in k=L"
            )
        return known[name, layer]

    def value(self, symbol: Symbol) -> Any:
        """Give the value of a symbol: a number or an array."""
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
        """Differentiate by every entry, each by a complex step."""
        name, layer, place = self.location_of(by)
        shape = np.shape(self.value(by))
        derivatives = []
        for rest in np.ndindex(shape):
            step_at = name, layer, place + rest
            value = evaluate(of, replace(self, step_at=step_at))
            derivatives.append(value.imag / IMAGINARY_STEP)
        return np.reshape(derivatives, shape)

    def function(self, name: str, of: Expression) -> Callable[[Any], Any]:
        """Give the activation of a layer, or its derivative."""
        layer = next(map(self.layer_of, symbols_in(of)), 1)
        table = ACTIVATIONS[self.network.layers[layer - 1].activation]
        return table.function if name == "activation" else table.derivative

    def moment(self, name: str, of: Expression) -> Any:
        """Give the mean or the variance over both signs of each weight.

        If the formula names weights, their signs are flipped in the formula
        alone. If it names none, the weights that lead to its linear parts
        are flipped in the network, which is run again.
        """
        named = [s for s in symbols_in(of) if s.quantity == "weight"]
        places = {
            p for s in named or symbols_in(of) for p in self.weights_behind(s)
        }
        flips = subsets(sorted(places))
        environments = [
            self.with_negated(flip, held=bool(named)) for flip in flips
        ]
        values = np.array([evaluate(of, each) for each in environments])
        return values.mean() if name == "mean" else values.var()

    def weights_behind(self, symbol: Symbol) -> Iterator[Location]:
        """Yield the locations of the weights on which a symbol depends.

        A weight is its own; a linear part or an activated value depends on
        the weights that lead to it. A bound letter takes all its values.
        """
        layer, node = self.layer_of(symbol), symbol.nodes[-1]
        from_all = range(1, self.network.sizes[layer - 1] + 1)
        weighs = symbol.quantity == "weight"
        starts = self.range_of(symbol.nodes[0]) if weighs else from_all
        for i, j in product(starts, self.range_of(node)):
            yield "weight", layer, (i - 1, j - 1)

    def range_of(self, node: Index) -> Iterable[int]:
        """Give the value of an index, or all values of a bound letter."""
        if node.letter and node.letter not in self.letters:
            return range(1, self.count(node.letter) + 1)
        return (self.number(node),)

    def with_negated(
        self, flip: tuple[Location, ...], *, held: bool
    ) -> NetworkEnvironment:
        """Flip the signs of weights, in the formula or in the network."""
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
        """Give the number of values of an index letter."""
        if letter == "n":
            return len(self.x)
        if letter == "l":
            return len(self.network.layers) - 1
        return self.network.sizes[self.layers[letter]]

    def bind(self, letter: str, number: int) -> NetworkEnvironment:
        """Bind one more letter to a number."""
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
    """Give all subsets, from none to all."""
    sizes = range(len(of) + 1)
    return [chosen for size in sizes for chosen in combinations(of, size)]


# --- two sides --------------------------------------------------------------

SMALLEST_SCALE = 1e-3
"""The least scale of a relative difference."""


def differences(
    equation: Equation, environment: NetworkEnvironment
) -> Iterator[float]:
    """Compare every side with the first, for every choice of free letters.

    Parameters
    ----------
    equation : Equation
        Two or more sides.
    environment : NetworkEnvironment
        Without bindings for the letters of nodes.

    Yields
    ------
    float
        The largest difference, relative to the largest entry.
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
    """Make a random network for a formula, with a layer for each index.

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
    """Give the number of a symbol's layer; 0 if it is a letter."""
    if symbol.layer is None or symbol.layer.letter:
        return 0
    return symbol.layer.offset


def is_batched(symbol: Symbol) -> bool:
    """Tell whether a symbol refers to a batch."""
    rows = any(node.letter == "n" for node in symbol.nodes)
    return symbol.quantity in ARRAYS or rows


def layers_of_indices(
    symbols: list[Symbol], given: Mapping[str, str], depth: int
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
        for letter, text in given.items()
    }
    for symbol in symbols:
        if symbol.quantity.endswith("weight"):
            start, end = (node.letter for node in symbol.nodes)
            if start and start not in given:
                found[start] = found[end] - 1
    return found
