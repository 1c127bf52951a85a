"""Whether the formula that a rule displays gives what its code gives.

The same symbols that a rule was run on to write its formula are given random
numbers. The rule is run on these numbers, and the formula is evaluated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any
from zlib import crc32

import numpy as np

from ..node import sigmoid, sigmoid_slope
from ..oracle import relative_error
from .evaluation import evaluated
from .expression import ARRAYS, Expression, Index, Symbol, symbols_in
from .formula import Face, activation_of, slope_of, written
from .symbolic import Each

NODES, EXAMPLES = 3, 4
SHAPES = {"weights": (NODES, NODES), "biases": (NODES,)}
FUNCTIONS: Mapping[Any, Any] = {
    activation_of: sigmoid,
    slope_of: sigmoid_slope,
}
"""What is run on numbers where its partner was run on symbols."""


@dataclass(frozen=True)
class Drawn:
    """Random numbers for the symbols of a formula.

    Attributes
    ----------
    seed : int
        The same seed gives a symbol the same number.
    letters : dict of str to int
        What indices stand for; a node that no index runs over is the first.
    known : dict
        The numbers of symbols that are results themselves.
    """

    seed: int
    letters: Mapping[str, int] = field(default_factory=dict)
    known: Mapping[Any, Any] = field(default_factory=dict)

    def draw(self, *what: Any, shape: tuple[int, ...] = ()) -> Any:
        """Draw the numbers of something."""
        rng = np.random.default_rng([self.seed, crc32(repr(what).encode())])
        return rng.normal(size=shape)

    def number(self, index: Index) -> int:
        """Tell what an index stands for."""
        if index.letter == "N":
            return EXAMPLES
        letter = self.letters.get(index.letter, 1) if index.letter else 0
        return letter + index.offset

    def count(self, letter: str) -> int:
        """Tell how far an index runs."""
        return EXAMPLES if letter == "n" else NODES

    def value(self, symbol: Symbol) -> Any:
        """Give the number or the array that a symbol stands for."""
        if (pointed := self.pointed(symbol)) in self.known:
            return self.known[pointed]
        return self.leaf(symbol.quantity, symbol)

    def pointed(self, symbol: Symbol) -> Symbol:
        """Put numbers in the place of its indices."""
        nodes = tuple(Index("", self.number(node)) for node in symbol.nodes)
        return replace(symbol, nodes=nodes)

    def slope(self, of: Expression, by: Symbol) -> Any:
        """Give a derivative, which is a number like any other."""
        return self.leaf(f"slope of {of} by {by.quantity}", by)

    def leaf(self, name: str, symbol: Symbol) -> Any:
        """Give the number of a symbol, or of something about it."""
        places = tuple(map(self.number, symbol.nodes))
        if symbol.quantity not in ARRAYS:
            return self.draw(name, symbol.layer, places)
        shape = SHAPES.get(symbol.quantity, (EXAMPLES, NODES))
        numbers = self.draw(name, symbol.layer, shape=shape)
        return numbers[tuple(place - 1 for place in places)]

    def layer_of(self, _: Symbol) -> int:
        """Tell the layer: one is like the other here."""
        return 1

    def applied(self, function: str, to: Any, _: int) -> Any:
        """Apply the activation, or its slope."""
        rule = sigmoid if function == "activation" else sigmoid_slope
        return np.vectorize(rule)(to) if np.ndim(to) else rule(to)


def numeric(given: Any, drawn: Any) -> Any:
    """Put numbers in the place of symbols."""
    match given:
        case Each(index, one):
            numbers = range(1, drawn.count(index) + 1)
            return tuple(
                numeric(one, with_letters(drawn, {index: number}))
                for number in numbers
            )
        case Expression():
            return evaluated(given, drawn)
        case tuple() if hasattr(given, "_make"):
            return given._make(numeric(part, drawn) for part in given)
        case tuple():
            return tuple(numeric(part, drawn) for part in given)
        case _:
            return FUNCTIONS.get(given, given)


def with_letters(drawn: Drawn, letters: Mapping[str, int]) -> Drawn:
    """Say what more letters stand for."""
    return replace(drawn, letters={**drawn.letters, **letters})


def indices(given: Any) -> Iterator[str]:
    """Give the letters that a rule goes through."""
    if isinstance(given, Each):
        yield given.index
        yield from indices(given.one)
    elif isinstance(given, tuple):
        for part in given:
            yield from indices(part)


def sides(rule: str, face: Face, seed: int) -> Iterator[tuple[Any, Any]]:
    """Give what the code gives beside what the formula gives."""
    drawn = Drawn(seed)
    ran = face.take(face.rule(*(numeric(part, drawn) for part in face.given)))
    equations = written(rule).equations
    found = ran if len(equations) > 1 else (ran,)
    for equation, result in zip(equations, found, strict=True):
        letters = free(equation.sides, set(indices(face.given)))
        name, known = equation.sides[0], dict(drawn.known)
        for places in product(range(NODES), repeat=len(letters)):
            chosen = {c: n + 1 for c, n in zip(letters, places, strict=True)}
            here: Any = with_letters(drawn, chosen)
            yield entry(result, places), evaluated(equation.sides[-1], here)
            if isinstance(name, Symbol):
                known[here.pointed(name)] = entry(result, places)
        drawn = replace(drawn, known=known)


def free(sides: tuple[Expression, ...], running: set[str]) -> list[str]:
    """Give the letters of a result, in the order of its name."""
    if len(sides) == 1:
        return []
    nodes = [node for symbol in symbols_in(sides[0]) for node in symbol.nodes]
    letters = [node.letter for node in nodes if node.letter in running]
    return list(dict.fromkeys(letters))


def entry(result: Any, places: tuple[int, ...]) -> Any:
    """Give one entry of a result."""
    for place in places:
        result = result[place]
    return result


def difference(rule: str, face: Face, seed: int) -> float:
    """Compare the formula of a rule with its code.

    Parameters
    ----------
    rule : str
        Its dotted name within the package.
    face : Face
        What it was run on.
    seed : int
        The same seed gives the same numbers.

    Returns
    -------
    float
        The worst relative error.
    """
    return max(
        relative_error(found, shown)
        for found, shown in sides(rule, face, seed)
    )
