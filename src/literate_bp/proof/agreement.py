"""Whether the formula that is displayed of a rule gives what its code gives.

The symbols on which the rule was traced get random numbers. On these, the
rule is run and its formula is evaluated; both must give the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from itertools import product
from types import FunctionType, SimpleNamespace
from typing import Any
from zlib import crc32

import numpy as np

from .. import initialization, node, nodes
from ..activation import normal_cdf, sigmoid, sigmoid_derivative
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
from .evaluation import IN_CODE, evaluate

WIDTH, EXAMPLES = 3, 4
ARRAY_SHAPES = {"weights": (WIDTH, WIDTH), "biases": (WIDTH,)}
NUMERIC_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "activation": sigmoid,
    "derivative": sigmoid_derivative,
    "f": np.exp,
    "Φ": normal_cdf,
    **IN_CODE,
}
"""The functions on numbers, by the names that formulas have for them."""


@dataclass(frozen=True)
class RandomEnvironment:
    """Random numbers for the symbols of a formula.

    Attributes
    ----------
    seed : int
        The same seed gives a symbol the same number.
    letters : dict of str to int
        The values of index letters; an unbound letter means the first node.
    known : dict
        The values of symbols and names that are defined by an equation.
    """

    seed: int
    letters: Mapping[str, int] = field(default_factory=dict)
    known: Mapping[Any, Any] = field(default_factory=dict)

    def draw(self, *what: Any, shape: tuple[int, ...] = ()) -> Any:
        """Draw the numbers of a quantity."""
        rng = np.random.default_rng([self.seed, crc32(repr(what).encode())])
        return rng.normal(size=shape)

    def positive_number(
        self, name: Name, within: tuple[float, float] | None = None
    ) -> float:
        """Draw a number above 0, such as a number of nodes."""
        drawn = 0.5 + abs(float(self.draw(name.latex)))
        if within is None:
            return drawn
        low, high = within
        return low + (high - low) * drawn / (1 + drawn)

    def number(self, index: Index) -> int:
        """Give the value of an index."""
        if index.letter == "N":
            return EXAMPLES
        letter = self.letters.get(index.letter, 1) if index.letter else 0
        return letter + index.offset

    def count(self, letter: str) -> int:
        """Give the number of values of an index letter."""
        return EXAMPLES if letter == "n" else WIDTH

    def value(self, symbol: Symbol) -> Any:
        """Give the value of a symbol: a number or an array."""
        if (resolved := self.resolved(symbol)) in self.known:
            return self.known[resolved]
        return self.random_value(symbol.quantity, symbol)

    def resolved(self, symbol: Symbol) -> Symbol:
        """Substitute numbers for the indices of a symbol."""
        nodes = tuple(Index("", self.number(node)) for node in symbol.nodes)
        return replace(symbol, nodes=nodes)

    def derivative(self, _: Expression, by: Symbol) -> Any:
        """Give a derivative: a random number of its own."""
        return self.random_value(f"derivative by {by.quantity}", by)

    def random_value(self, name: str, symbol: Symbol) -> Any:
        """Draw the value of a symbol, or of a derivative by it."""
        places = tuple(map(self.number, symbol.nodes))
        if symbol.quantity not in ARRAYS:
            return self.draw(name, symbol.layer, places)
        shape = ARRAY_SHAPES.get(symbol.quantity, (EXAMPLES, WIDTH))
        numbers = self.draw(name, symbol.layer, shape=shape)
        return numbers[tuple(place - 1 for place in places)]

    def function(self, name: str, _: Expression) -> Callable[[Any], Any]:
        """Give the activation or its derivative, the same in all layers."""
        return NUMERIC_FUNCTIONS[name]

    def moment(self, name: str, of: Expression) -> float:
        """Give a mean or a variance over all draws: a number above 0."""
        return 0.5 + abs(float(self.draw(name, of)))

    def bind(self, letter: str, number: int) -> "RandomEnvironment":
        """Bind one more letter to a number."""
        return replace(self, letters={**self.letters, letter: number})

    def with_values(self, known: Mapping[Any, Any]) -> "RandomEnvironment":
        """Give values to more symbols and names."""
        return replace(self, known={**self.known, **known})


# --- the formula, on numbers ------------------------------------------------


UNIT: Any = 1j
"""The imaginary unit."""
IMAGINARY = Number(UNIT)
CONJUGATED: Mapping[Expression, Expression] = {IMAGINARY: Number(-UNIT)}
"""The substitution that gives the complex conjugate."""


def evaluate_formula(tree: Expression, environment: RandomEnvironment) -> Any:
    """Evaluate a formula, with its names replaced by what defines them."""
    return evaluate(
        replaced(tree, lambda p: expand_definition(p, environment)),
        environment,
    )


def expand_definition(
    part: Expression, environment: RandomEnvironment
) -> Expression:
    """Substitute its definition for a name or a named function."""
    match part:
        case Name("i"):
            return IMAGINARY
        case Name(_, value):
            known = environment.known.get(part)
            if known is None:
                return as_expression(value)
            return replaced(known, lambda p: expand_definition(p, environment))
        case Call("f", (of,)):
            return Call("exp", (of,))
        case Call("Im", (of,)):
            conjugate = replaced(of, lambda p: CONJUGATED.get(p, p))
            return (of - conjugate) / (2 * IMAGINARY)
        case _:
            return part


# --- the code, on numbers ---------------------------------------------------


@dataclass(frozen=True)
class ArgumentValues:
    """Converts the arguments of a signature to numbers.

    Attributes
    ----------
    environment : RandomEnvironment
        The numbers.
    whole : bool
        Whether an entry represents a whole array, as in rules for arrays.
    """

    environment: RandomEnvironment
    whole: bool

    def numbers(self, given: Any) -> Any:  # noqa: PLR0911 — one case a kind
        """Substitute numbers for all symbols."""
        match given:
            case Indexed(index, element):
                return tuple(
                    replace(
                        self, environment=self.environment.bind(index, n)
                    ).numbers(element)
                    for n in range(1, self.environment.count(index) + 1)
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
        """Give one number, or the array that an entry represents."""
        letters = sorted(letters_in(tree)) if self.whole else []
        return array_of_values(tree, self.environment, letters)

    def function(self, given: FunctionType) -> Any:
        """Convert a function of symbols to a function of numbers."""
        if ".formula." not in given.__module__:
            return given
        name = Name("?")
        try:
            written = given(name)
        except TypeError:
            written = None
        if isinstance(written, Call) and written.arguments == (name,):
            return NUMERIC_FUNCTIONS[written.function]
        return lambda *of: self.numbers(given(*of))


def array_of_values(
    tree: Expression, environment: RandomEnvironment, letters: list[str]
) -> Any:
    """Evaluate a formula for all values of its letters, as an array."""
    if not letters:
        return evaluate_formula(tree, environment)
    letter, *rest = letters
    counted = range(1, environment.count(letter) + 1)
    return np.array(
        [
            array_of_values(tree, environment.bind(letter, n), rest)
            for n in counted
        ]
    )


def iterated_letters(given: Any) -> Iterator[str]:
    """Yield the letters of indexed arguments."""
    if isinstance(given, Indexed):
        yield given.index
        yield from iterated_letters(given.element)
    elif isinstance(given, tuple):
        for part in given:
            yield from iterated_letters(part)


# --- the two compared -------------------------------------------------------


def code_and_formula(
    written: Sequence[Equation], signature: RuleSignature, seed: int
) -> Iterator[tuple[Any, Any]]:
    """Yield pairs of a number that the code gives and the formula's."""
    count = max(1, len(signature.gives))
    equations, extra = written[:count], written[count:]
    names = (name for name in signature.given if isinstance(name, Name))
    environment = RandomEnvironment(seed)
    sizes = {
        n: Number(environment.positive_number(n, signature.within))
        for n in names
    }
    environment = environment.with_values(sizes)
    for name, meaning in (equation.sides for equation in extra):
        if isinstance(name, Symbol):
            largest, environment = bind_argmax(name, environment)
            yield largest, evaluate_formula(meaning, environment)
        else:
            environment = environment.with_values({name: meaning})
    found = run_code(signature, environment)
    results = found if count > 1 else (found,)
    for equation, result in zip(equations, results, strict=True):
        known = {}
        for places, here in result_entries(equation, signature, environment):
            number = entry_at(result, places)
            yield number, evaluate_formula(equation.sides[-1], here)
            if isinstance(equation.sides[0], Symbol):
                known[here.resolved(equation.sides[0])] = number
        environment = environment.with_values(known)


def bind_argmax(
    symbol: Symbol, environment: RandomEnvironment
) -> tuple[float, RandomEnvironment]:
    """Find the largest entry, and bind its index."""
    entries = array_of_values(
        with_index(symbol, ARGMAX_INDEX, Index("j")), environment, ["j"]
    )
    place = int(np.argmax(entries))
    return entries[place], environment.bind(ARGMAX_INDEX, 1 + place)


def run_code(signature: RuleSignature, environment: RandomEnvironment) -> Any:
    """Run the rule of a signature on numbers."""
    run = ArgumentValues(environment, takes_arrays(signature.rule))
    instead = run.numbers(dict(signature.instead))
    rule = with_primitives(
        signature.rule, {"validation": UNVALIDATED, **instead}
    )
    return signature.take(rule(*map(run.numbers, signature.given)))


def takes_arrays(rule: Callable[..., Any]) -> bool:
    """Tell whether a rule takes arrays, or plain numbers and tuples."""
    return rule.__module__ not in SCALAR_MODULES


SCALAR_MODULES = {part.__name__ for part in (node, nodes, initialization)}
"""The modules whose rules take one number at a time."""


def result_entries(
    equation: Equation,
    signature: RuleSignature,
    environment: RandomEnvironment,
) -> Iterator[tuple[tuple[int, ...], RandomEnvironment]]:
    """Yield the position of each entry of a result, with its letters bound."""
    if takes_arrays(signature.rule):
        letters = letters_in(equation.sides[-1]) - {ARGMAX_INDEX, "N"}
    else:
        letters = letters_in(left_side(equation)) & set(
            iterated_letters(signature.given)
        )
    for places in product(range(WIDTH), repeat=len(letters)):
        chosen = environment
        for letter, place in zip(sorted(letters), places, strict=True):
            chosen = chosen.bind(letter, 1 + place)
        yield places, chosen


def left_side(equation: Equation) -> Expression:
    """Give the left-hand side, if there is one."""
    return equation.sides[0] if len(equation.sides) > 1 else Number(0)


def entry_at(result: Any, places: tuple[int, ...]) -> Any:
    """Give an entry of a result; a tuple of one is its element."""
    while isinstance(result, tuple) and len(result) == 1:
        (result,) = result
    return entry_at(result[places[0]], places[1:]) if places else result


def difference(
    written: Sequence[Equation], signature: RuleSignature, seed: int
) -> float:
    """Compare the formula of a rule with its code, on random numbers.

    Parameters
    ----------
    written : sequence of Equation
        What is displayed.
    signature : RuleSignature
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
        for found, shown in code_and_formula(written, signature, seed)
    )
