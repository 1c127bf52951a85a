"""Whether the formula that a rule displays gives what its code gives.

The same symbols that a rule was run on to write its formula are given random
numbers. The rule is run on these numbers, and the formula is evaluated.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from itertools import product
from types import FunctionType, SimpleNamespace
from typing import Any
from zlib import crc32

import numpy as np

from .. import activation, initialization, node, nodes
from ..formula.engine import UNVALIDATED, with_primitives
from ..formula.expression import (
    ARGMAX_INDEX,
    ARRAYS,
    Call,
    Equation,
    Expression,
    Index,
    Name,
    Number,
    Symbol,
    as_expression,
    letters_in,
    replaced,
    with_index,
)
from ..formula.signatures import RuleSignature
from ..formula.tracing import Indexed
from ..oracle import relative_error
from .evaluation import evaluated

NODES, EXAMPLES = 3, 4
SHAPES = {"weights": (NODES, NODES), "biases": (NODES,)}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "activation": activation.sigmoid,
    "derivative": activation.sigmoid_derivative,
    "sigmoid": activation.sigmoid,
    "sigmoid'": activation.sigmoid_derivative,
    "softplus": activation.softplus,
    "softplus'": activation.softplus_derivative,
    "f": np.exp,
}
"""What is run on numbers where a function wrote its name on symbols."""


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
        What symbols and names stand for that have a formula themselves.
    """

    seed: int
    letters: Mapping[str, int] = field(default_factory=dict)
    known: Mapping[Any, Any] = field(default_factory=dict)

    def draw(self, *what: Any, shape: tuple[int, ...] = ()) -> Any:
        """Draw the numbers of something."""
        rng = np.random.default_rng([self.seed, crc32(repr(what).encode())])
        return rng.normal(size=shape)

    def size(
        self, name: Name, within: tuple[float, float] | None = None
    ) -> float:
        """Draw a number above 0, as the number of nodes is one."""
        drawn = 0.5 + abs(float(self.draw(name.latex)))
        if within is None:
            return drawn
        low, high = within
        return low + (high - low) * drawn / (1 + drawn)

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

    def derivative(self, _: Expression, by: Symbol) -> Any:
        """Give a derivative, which is a number like any other."""
        return self.leaf(f"slope by {by.quantity}", by)

    def leaf(self, name: str, symbol: Symbol) -> Any:
        """Give the number of a symbol, or of its slope."""
        places = tuple(map(self.number, symbol.nodes))
        if symbol.quantity not in ARRAYS:
            return self.draw(name, symbol.layer, places)
        shape = SHAPES.get(symbol.quantity, (EXAMPLES, NODES))
        numbers = self.draw(name, symbol.layer, shape=shape)
        return numbers[tuple(place - 1 for place in places)]

    def function(self, name: str, _: Expression) -> Callable[[Any], Any]:
        """Give the activation, or its slope: one for all layers."""
        return FUNCTIONS[name]

    def drawn(self, name: str, of: Expression) -> float:
        """Give a mean or a variance over all draws: a number above 0."""
        return 0.5 + abs(float(self.draw(name, of)))

    def at(self, letter: str, number: int) -> "Drawn":
        """Say what one more letter stands for."""
        return replace(self, letters={**self.letters, letter: number})

    def knowing(self, known: Mapping[Any, Any]) -> "Drawn":
        """Say what more symbols and names stand for."""
        return replace(self, known={**self.known, **known})


# --- the formula, on numbers ------------------------------------------------


UNIT: Any = 1j
IMAGINARY = Number(UNIT)
MIRRORED: Mapping[Expression, Expression] = {IMAGINARY: Number(-UNIT)}
"""What is taken for i where a complex number is mirrored."""


def worth(tree: Expression, drawn: Drawn) -> Any:
    """Evaluate a formula."""
    return evaluated(replaced(tree, lambda p: defined(p, drawn)), drawn)


def defined(part: Expression, drawn: Drawn) -> Expression:
    """Put what is meant in the place of a name, or of a named function."""
    match part:
        case Name("i"):
            return IMAGINARY
        case Name(_, value):
            known = drawn.known.get(part)
            if known is None:
                return as_expression(value)
            return replaced(known, lambda p: defined(p, drawn))
        case Call("f", (of,)):
            return Call("exp", (of,))
        case Call("Im", (of,)):
            mirrored = replaced(of, lambda p: MIRRORED.get(p, p))
            return (of - mirrored) / (2 * IMAGINARY)
        case _:
            return part


# --- the code, on numbers ---------------------------------------------------


@dataclass(frozen=True)
class Run:
    """Where a rule is run on numbers.

    Attributes
    ----------
    drawn : Drawn
        The numbers.
    whole : bool
        Whether an entry stands for a whole array, as in the rules for arrays.
    """

    drawn: Drawn
    whole: bool

    def numbers(self, given: Any) -> Any:  # noqa: PLR0911 — one case a kind
        """Put numbers in the place of symbols."""
        match given:
            case Indexed(index, element):
                return tuple(
                    replace(self, drawn=self.drawn.at(index, n)).numbers(
                        element
                    )
                    for n in range(1, self.drawn.count(index) + 1)
                )
            case Expression():
                return self.entries(given)
            case FunctionType():
                return self.function(given)
            case SimpleNamespace():
                return SimpleNamespace(**self.numbers(vars(given)))
            case dict():
                return {key: self.numbers(v) for key, v in given.items()}
            case tuple() if hasattr(given, "_make"):
                return given._make(map(self.numbers, given))
            case tuple():
                return tuple(map(self.numbers, given))
            case _ if is_dataclass(given) and not isinstance(given, type):
                parts = {f.name: getattr(given, f.name) for f in fields(given)}
                return type(given)(**self.numbers(parts))
            case _:
                return given

    def entries(self, tree: Expression) -> Any:
        """Give one number; or all that an entry stands for."""
        letters = sorted(letters_in(tree)) if self.whole else []
        return nested(tree, self.drawn, letters)

    def function(self, given: FunctionType) -> Any:
        """Let a function that gives symbols give numbers."""
        if ".formula." not in given.__module__:
            return given
        name = Name("?")
        try:
            written = given(name)
        except TypeError:
            written = None
        if isinstance(written, Call) and written.arguments == (name,):
            return FUNCTIONS[written.function]
        return lambda *of: self.numbers(given(*of))


def nested(tree: Expression, drawn: Drawn, letters: list[str]) -> Any:
    """Evaluate a formula for all that its letters stand for, as an array."""
    if not letters:
        return worth(tree, drawn)
    letter, *rest = letters
    counted = range(1, drawn.count(letter) + 1)
    return np.array([nested(tree, drawn.at(letter, n), rest) for n in counted])


def indices(given: Any) -> Iterator[str]:
    """Give the letters that a rule goes through."""
    if isinstance(given, Indexed):
        yield given.index
        yield from indices(given.element)
    elif isinstance(given, tuple):
        for part in given:
            yield from indices(part)


# --- the two compared -------------------------------------------------------


def sides(
    written: Sequence[Equation], face: RuleSignature, seed: int
) -> Iterator[tuple[Any, Any]]:
    """Give what the code gives beside what the formula gives."""
    count = max(1, len(face.gives))
    equations, extra = written[:count], written[count:]
    names = (name for name in face.given if isinstance(name, Name))
    drawn = Drawn(seed)
    sizes = {n: Number(drawn.size(n, face.within)) for n in names}
    drawn = drawn.knowing(sizes)
    for name, meaning in (equation.sides for equation in extra):
        if isinstance(name, Symbol):
            largest, drawn = with_top(name, drawn)
            yield largest, worth(meaning, drawn)
        else:
            drawn = drawn.knowing({name: meaning})
    found = ran(face, drawn)
    results = found if count > 1 else (found,)
    for equation, result in zip(equations, results, strict=True):
        known = {}
        for places, here in choices(equation, face, drawn):
            number = entry(result, places)
            yield number, worth(equation.sides[-1], here)
            if isinstance(equation.sides[0], Symbol):
                known[here.pointed(equation.sides[0])] = number
        drawn = drawn.knowing(known)


def with_top(symbol: Symbol, drawn: Drawn) -> tuple[float, Drawn]:
    """Find the largest entry, and say that its index stands for it."""
    entries = nested(
        with_index(symbol, ARGMAX_INDEX, Index("j")), drawn, ["j"]
    )
    place = int(np.argmax(entries))
    return entries[place], drawn.at(ARGMAX_INDEX, 1 + place)


def ran(face: RuleSignature, drawn: Drawn) -> Any:
    """Run the rule of a face on numbers."""
    run = Run(drawn, is_for_arrays(face.rule))
    instead = run.numbers(dict(face.instead))
    rule = with_primitives(face.rule, {"validation": UNVALIDATED, **instead})
    return face.take(rule(*map(run.numbers, face.given)))


def is_for_arrays(rule: Callable[..., Any]) -> bool:
    """Tell whether a rule takes arrays, or plain numbers and tuples."""
    return rule.__module__ not in PLAIN


PLAIN = {part.__name__ for part in (node, nodes, initialization)}
"""Where rules take one number at a time."""


def choices(
    equation: Equation, face: RuleSignature, drawn: Drawn
) -> Iterator[tuple[tuple[int, ...], Drawn]]:
    """Go through the entries of a result, and say which one is meant."""
    if is_for_arrays(face.rule):
        letters = letters_in(equation.sides[-1]) - {ARGMAX_INDEX, "N"}
    else:
        letters = letters_in(named(equation)) & set(indices(face.given))
    for places in product(range(NODES), repeat=len(letters)):
        chosen = drawn
        for letter, place in zip(sorted(letters), places, strict=True):
            chosen = chosen.at(letter, 1 + place)
        yield places, chosen


def named(equation: Equation) -> Expression:
    """Give the left-hand side, if there is one."""
    return equation.sides[0] if len(equation.sides) > 1 else Number(0)


def entry(result: Any, places: tuple[int, ...]) -> Any:
    """Give one entry of a result; what has one part is that part."""
    while isinstance(result, tuple) and len(result) == 1:
        (result,) = result
    return entry(result[places[0]], places[1:]) if places else result


def difference(
    written: Sequence[Equation], face: RuleSignature, seed: int
) -> float:
    """Compare the formula of a rule with its code.

    Parameters
    ----------
    written : sequence of Equation
        What is displayed.
    face : Face
        What the rule was run on.
    seed : int
        The same seed gives the same numbers.

    Returns
    -------
    float
        The worst relative error.
    """
    return max(
        relative_error(found, shown)
        for found, shown in sides(written, face, seed)
    )
