"""Adds nothing by itself: the numbers of an exercise, a network with an example, and what rules make of them.

The package's generator draws the network, so its promises hold: numbers have one decimal, no node is saturated, and no
result lies close to a tie between two roundings. A seed always gives the same numbers.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from types import FunctionType, MappingProxyType
from typing import Any

from exercise.carried import carry, rounded
from literate_bp import example, node, nodes
from literate_bp.worked.generate import generate

Names = dict[str, Any]
BOOK = "book"
"""What stands in the place of a seed where the numbers are those of the network of the book."""
RULES: Mapping[str, Any] = MappingProxyType(
    {name: rule for module in (node, nodes) for name, rule in vars(module).items() if isinstance(rule, FunctionType)}
    | {name: getattr(math, name) for name in ("ceil", "exp", "log", "log10", "prod", "sqrt", "tanh")}
    | {"exactly": lambda *numbers: tuple(map(float, numbers))}
)
"""What expressions may call; with numbers that are had `exactly`, nothing is rounded that an exercise gives."""


@dataclass(frozen=True)
class Source:
    """Where the numbers of an exercise come from.

    Attributes
    ----------
    sizes : tuple of int
        Those of the network that the generator draws; none if the exercise draws numbers by itself.
    first : int or str
        The seed of the numbers that the page shows, or `BOOK`.
    setup : str
        Python that names what the exercise speaks of.
    by_hand : bool
        Whether the reader runs the network. If not, values and errors of it are given.
    """

    sizes: tuple[int, ...] = ()
    first: int | str = 0
    setup: str = ""
    by_hand: bool = False

    @property
    def varies(self) -> bool:
        """Whether other seeds give other numbers."""
        return bool(self.sizes) or "draw" in self.setup

    def names(self, seed: int | str, *, carried: bool = False) -> Names:
        """Return what expressions know: the rules, the numbers of a seed, and what the setup makes of them.

        If numbers are carried, what is worked out with them is rounded after each step, as by hand.
        """
        found = dict(RULES) | (CARRIED_RULES if carried else {}) | {"draw": Random(f"exercise {seed}")}  # noqa: S311  nothing is secret
        if self.sizes:
            network = network_of(self.sizes, seed, carried=carried and self.by_hand)
            found |= {name: carry(each) for name, each in network.items()} if carried else network
        exec(self.setup, found)  # noqa: S102  the page's own lines, at build time
        return {name: carry(each) for name, each in found.items()} if carried else found


CARRIED_RULES: Mapping[str, Any] = {"float": lambda text: carry(float(text))} | {
    name: lambda *of, rule=RULES[name]: rounded(rule(*of))
    for name in ("sigmoid", "sigmoid_derivative", "exp", "log", "log10", "sqrt", "tanh")
}
"""The rules that take a function of a number, with the number that a table or a calculator gives, rounded."""


@cache
def network_of(sizes: tuple[int, ...], seed: int | str, *, carried: bool = False) -> Mapping[str, Any]:
    """Return a network with an example and a rate, the values of its run, its errors, and its gradient."""
    layers, x, y, rate = example_of(sizes, seed)
    if carried:
        functions = CARRIED_RULES["sigmoid"], CARRIED_RULES["sigmoid_derivative"]
        layers = tuple(nodes.Layer(carry(w), carry(b), *functions) for w, b, *_ in layers)
        x, y = carry(x), carry(y)
    trace = nodes.forward(layers, x)
    gradients = nodes.backward(layers, trace, y)
    names = {"layers": layers, "x": x, "y": y, "rate": rate, "trace": trace}
    return MappingProxyType(names | {"delta": gradients.errors, "gradients": gradients})


def example_of(sizes: tuple[int, ...], seed: int | str) -> tuple[tuple[nodes.Layer, ...], tuple, tuple, float]:
    """Return layers, inputs, targets and a rate."""
    if seed == BOOK:
        return *example.running_nodes(), 0.5
    problem = generate(sizes, seed)
    layers = (
        nodes.sigmoid_layer(tuple(map(tuple, layer.weights.tolist())), tuple(layer.biases.tolist()))
        for layer in problem.network.layers
    )
    return tuple(layers), problem.x, problem.y, problem.rate
