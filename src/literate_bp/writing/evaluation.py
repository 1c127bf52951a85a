"""What a formula is worth: a tree, evaluated on the numbers of a network.

Derivatives are not looked up. Whatever stands below a ∂ is pushed along the
imaginary axis, and everything after it is run again: the complex step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from ..activation import ACTIVATIONS, Array
from ..cost import COSTS
from ..initialization import initialize
from ..network import Network, Trace, errors, linear
from .expression import (
    ARRAYS,
    Add,
    Big,
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
    Relation,
    Symbol,
    Transpose,
    letters_in,
    symbols_in,
)

PUSH = 1e-30
RATE = 0.5
LEAST = 1e-3
"""What differences are measured against, where the numbers are smaller."""
ONES = {
    "inputs": "input",
    "linears": "linear",
    "activateds": "activated",
    "weights": "weight",
    "biases": "bias",
    "targets": "target",
    "errors": "error",
    "output": "activated",
}
"""The name under which an array's numbers are kept."""
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "exp": np.exp,
    "ln": np.log,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "indicator": float,
    "max": np.maximum,
    "min": np.minimum,
    "norm": lambda of: np.linalg.norm(of, 2),
    "diag": lambda of: np.diag(np.ravel(of)),
}
AT_OUTPUTS: Mapping[str, Callable[[Array, Array], Array]] = {
    "cross_entropy": lambda a, y: -(y * np.log(a)).sum(axis=-1),
    "binary_cross_entropy": lambda a, y: (
        -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(axis=-1)
    ),
}
"""As functions of the outputs: what the package takes at linear parts."""
Push = tuple[str, int, tuple[int, ...]]


@dataclass(frozen=True)
class World:
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
    push : tuple or None
        Which number is pushed: quantity, layer, place.
    """

    network: Network
    x: Array
    y: Array
    letters: Mapping[str, float] = field(default_factory=dict)
    layers: Mapping[str, int] = field(default_factory=dict)
    push: Push | None = None

    def pushed(self, quantity: str, layer: int, numbers: Array) -> Array:
        """Push one of these numbers, if it is the one."""
        if self.push is None or self.push[:2] != (quantity, layer):
            return numbers
        moved = numbers.astype(complex)
        moved[self.push[2]] += PUSH * 1j
        return moved

    @cached_property
    def numbers(self) -> Mapping[tuple[str, int], Array]:
        """Run the network, and keep every number by quantity and layer."""
        a = self.pushed("activated", 0, self.pushed("input", 0, self.x))
        kept = {("input", 0): a, ("activated", 0): a}
        for number, layer in enumerate(self.network.layers, start=1):
            w = self.pushed("weight", number, layer.weights)
            b = layer.biases
            if b is None:
                b = np.zeros(w.shape[1])
            b = self.pushed("bias", number, b)
            z = self.pushed("linear", number, linear(a, w, b))
            a = ACTIVATIONS[layer.activation].curve(z)
            a = self.pushed("activated", number, a)
            kept |= {
                ("weight", number): w,
                ("bias", number): b,
                ("linear", number): z,
                ("activated", number): a,
            }
        return kept

    @cached_property
    def costs(self) -> Array:
        """The cost of each example."""
        chosen, depth = COSTS[self.network.cost], len(self.network.layers)
        pushed = self.push is not None and self.push[:2]
        if pushed == ("activated", depth) and chosen.output is not None:
            outputs = self.numbers["activated", depth]
            return AT_OUTPUTS[self.network.cost](outputs, self.y)
        seen = "activated" if chosen.output is None else "linear"
        return chosen.value(self.numbers[seen, depth], self.y)

    @cached_property
    def errors(self) -> tuple[Array, ...]:
        """The errors, by the rule of the package."""
        depth = len(self.network.layers)
        trace = Trace(
            tuple(self.numbers["linear", n] for n in range(1, depth + 1)),
            tuple(self.numbers["activated", n] for n in range(depth + 1)),
        )
        return errors(self.network, trace, self.y)

    def layer_of(self, symbol: Symbol) -> int:
        """Tell which layer a symbol belongs to, as the book counts."""
        if symbol.quantity in ("input", "inputs"):
            return 0
        if symbol.quantity in ("target", "targets", "output"):
            return len(self.network.layers)
        if symbol.layer is not None:
            return self.number(symbol.layer)
        letters = [node.letter for node in symbol.nodes if node.letter != "n"]
        return self.layers[letters[-1] if letters else ""]

    def number(self, index: Index) -> Any:
        """Tell what an index stands for."""
        if not index.letter:
            return index.offset
        return self.letters[index.letter] + index.offset

    def place(self, symbol: Symbol) -> tuple[int, ...]:
        """Tell where a symbol's number stands in its array."""
        place = tuple(self.number(node) - 1 for node in symbol.nodes)
        single = symbol.quantity in ("bias", "weight")
        alone = len(place) == 1 and not single
        return (
            (0, *place) if alone and symbol.quantity not in ARRAYS else place
        )

    def pointed(self, symbol: Symbol) -> Symbol:
        """Let a symbol without an index be a node's of layer l."""
        if symbol.nodes or symbol.quantity in ARRAYS:
            return symbol
        nodes = (1, 1) if symbol.quantity == "weight" else (1,)
        layer = symbol.layer or Index("l")
        return replace(
            symbol, layer=layer, nodes=tuple(Index("", n) for n in nodes)
        )

    def kept(self, symbol: Symbol) -> tuple[str, int, Array]:
        """Find the array that a symbol stands in."""
        name = ONES.get(symbol.quantity, symbol.quantity)
        layer = self.layer_of(symbol)
        if name == "target":
            return name, layer, self.y
        if name == "error":
            return name, layer, self.errors[layer - 1]
        return name, layer, self.numbers[name, layer]

    def value(self, symbol: Symbol) -> Any:
        """Give the number or the array that a symbol stands for."""
        if symbol.quantity == "cost":
            if symbol.nodes:
                return self.costs[self.number(symbol.nodes[0]) - 1]
            return self.costs.mean()
        if symbol.value is not None:
            return symbol.value
        if symbol.quantity == "rate":
            return RATE
        symbol = self.pointed(symbol)
        numbers = self.kept(symbol)[2]
        return numbers[self.place(symbol)] if symbol.nodes else numbers

    def count(self, letter: str) -> int:
        """Tell how far an index runs."""
        if letter == "n":
            return len(self.x)
        return self.network.sizes[self.layers[letter]]

    def slope(self, of: Expression, by: Symbol) -> Any:
        """Differentiate: push each number of `by`, and look at `of`."""
        by = self.pointed(by)
        name, layer, numbers = self.kept(by)
        places = (
            [self.place(by)] if by.nodes else list(np.ndindex(numbers.shape))
        )
        slopes = [
            evaluated(of, replace(self, push=(name, layer, place))).imag / PUSH
            for place in places
        ]
        return slopes[0] if by.nodes else np.reshape(slopes, numbers.shape)

    def applied(self, function: str, at: Any, layer: int) -> Any:
        """Apply the activation of a layer, or its slope."""
        table = ACTIVATIONS[self.network.layers[layer - 1].activation]
        return (table.curve if function == "activation" else table.slope)(at)


def evaluated(  # noqa: C901, PLR0911, PLR0912 — one case a kind of tree
    tree: Expression, world: World
) -> Any:
    """Give the number or the array that a formula is worth.

    Parameters
    ----------
    tree : Expression
        A formula in this book's notation.
    world : World
        The network, and what every free letter stands for.
    """

    def value(of: Expression) -> Any:
        return evaluated(of, world)

    match tree:
        case Symbol():
            return world.value(tree)
        case Number(number):
            return number
        case Letter(index):
            return world.number(index)
        case Add(terms):
            return added(map(value, terms))
        case Negative(of):
            return -value(of)
        case Mul(factors) | Hadamard(factors):
            return multiplied(map(value, factors))
        case MatrixProduct(factors):
            return np.linalg.multi_dot([*map(value, factors)])
        case Quotient(above, below):
            return value(above) / value(below)
        case Power(base, exponent):
            return value(base) ** value(exponent)
        case Transpose(of):
            return np.transpose(value(of))
        case Entry(of, node):
            return value(of)[0, world.number(node) - 1]
        case Partial(of, Symbol() as by):
            return world.slope(of, by)
        case Big(operator, index, body, but):
            left_out = world.letters[but] if but else 0
            parts = [
                evaluated(body, with_letter(world, index, number))
                for number in range(1, world.count(index) + 1)
                if number != left_out
            ]
            return added(parts) if operator == "sum" else max(parts)
        case Call("activation" | "slope" as function, (of,)):
            return world.applied(function, value(of), layer_in(of, world))
        case Call(function, arguments):
            return FUNCTIONS[function](*map(value, arguments))
        case Relation(left, sign, right):
            return COMPARED[sign](value(left), value(right))
        case Cases(condition, then, otherwise):
            return value(then) if value(condition) else value(otherwise)
        case _:
            raise TypeError(
                f"{type(tree).__name__} has no value; an expression of "
                "literate_bp.writing.expression was expected"
            )


COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "=": lambda left, right: left == right,
}


def added(parts: Iterable[Any]) -> Any:
    """Add up."""
    first, *rest = parts
    for part in rest:
        first = first + part
    return first


def multiplied(parts: Iterable[Any]) -> Any:
    """Multiply."""
    first, *rest = parts
    for part in rest:
        first = first * part
    return first


def with_letter(world: World, letter: str, number: int) -> World:
    """Say what one more letter stands for."""
    return replace(world, letters={**world.letters, letter: number})


def layer_in(tree: Expression, world: World) -> int:
    """Tell which layer's activation is meant."""
    layers = [world.layer_of(s) for s in symbols_in(tree) if s.value is None]
    return layers[0] if layers else 1


def differences(equation: Equation, world: World) -> Iterator[float]:
    """Compare every side with the first, for every choice of free letters.

    Parameters
    ----------
    equation : Equation
        Two or more sides.
    world : World
        Without the letters of the nodes.

    Yields
    ------
    float
        The largest difference, measured against the largest number.
    """
    letters = frozenset().union(*map(letters_in, equation.sides))
    free = sorted(letters - world.letters.keys())
    for choice in product(*(range(1, world.count(c) + 1) for c in free)):
        chosen = replace(
            world,
            letters={**world.letters, **dict(zip(free, choice, strict=True))},
        )
        first, *rest = (evaluated(side, chosen) for side in equation.sides)
        scale = max(np.max(np.abs(first)), LEAST)
        for other in rest:
            over = first - other
            if equation.sign != "≤":
                over = np.abs(over)
            yield float(np.max(over, initial=0.0) / scale)


def world_for(
    symbols: Iterable[Symbol],
    *,
    seed: int,
    activation: str | tuple[str, ...] = "sigmoid",
    cost: str = "half_squared_error",
    layers: Mapping[str, str] | None = None,
    examples: int | None = None,
) -> World:
    """Make a random network for a formula, and say where its letters are.

    The letter j is a node of layer l, k one of the layer ahead, i one of the
    layer before, unless a weight or a layer in the formula says otherwise.
    There are several examples where it has arrays, unless `examples` says;
    a softmax is that of the last layer.
    """
    symbols = list(symbols)
    sizes = (3, 4, 3, 4)[: 1 + max([2, *map(numbered, symbols)])]
    if activation == "softmax":
        activation = (*["sigmoid"] * (len(sizes) - 2), "softmax")
    network = initialize(sizes, activation=activation, cost=cost, seed=seed)
    draw = np.random.default_rng(seed)
    batch = examples or (3 if any(map(batched, symbols)) else 1)
    y = draw.uniform(0.1, 0.9, (batch, sizes[-1]))
    return World(
        network,
        draw.normal(size=(batch, sizes[0])),
        y / y.sum(axis=1, keepdims=True),
        {"l": 1, "L": len(sizes) - 1, "N": batch, "h": 0.1, "p": 0.2},
        whereabouts(symbols, layers or {}, len(sizes) - 1),
    )


def numbered(symbol: Symbol) -> int:
    """Tell the number of the layer, if it has one that is no letter."""
    if symbol.layer is None or symbol.layer.letter:
        return 0
    return symbol.layer.offset


def batched(symbol: Symbol) -> bool:
    """Tell whether a symbol speaks of a batch."""
    rows = any(node.letter == "n" for node in symbol.nodes)
    return symbol.quantity in ARRAYS or rows


def whereabouts(
    symbols: list[Symbol], said: Mapping[str, str], depth: int
) -> Mapping[str, int]:
    """Find the layer of each index."""
    known = {"l": 1, "L": depth}
    found = {"i": 0, "j": 1, "k": 2, "": 0}
    for symbol in symbols:
        if symbol.layer and symbol.nodes:
            layer = known.get(symbol.layer.letter, 0) + symbol.layer.offset
            found[symbol.nodes[-1].letter] = layer
    found |= {
        letter: known[Index.of(text).letter] + Index.of(text).offset
        for letter, text in said.items()
    }
    for symbol in symbols:
        if symbol.quantity.endswith("weight"):
            start, end = (node.letter for node in symbol.nodes)
            if start and start not in said:
                found[start] = found[end] - 1
    return found
