"""A rule's own code, run on SymPy's symbols, and exact derivatives.

`exp` and the functions of NumPy are replaced by exact ones, and the tables of
activations and costs by the same rules, run on symbols. Any other function
from outside the package is refused.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np

from ..activation import ACTIVATIONS, Activation, Array
from ..cost import COSTS, Cost
from ..formula.engine import (
    UNVALIDATED,
    Namespace,
    Unsupported,
    global_of,
    is_foreign,
    with_primitives,
)
from ..network import Layer

try:
    import sympy as sympy  # noqa: PLC0414 — for the proofs, which take it from here
except ImportError as error:
    raise ImportError(
        "SymPy is missing; the proofs need it: python -m pip install sympy"
    ) from error


def elementwise(function: Callable[..., Any]) -> Callable[..., Any]:
    """Apply a function entry by entry."""
    return np.frompyfunc(function, 1, 1)


def exact_minimum(left: Any, right: Any) -> Any:
    """Give the smaller of two, whatever the symbols stand for."""
    if (left - right).is_nonpositive:
        return left
    if (left - right).is_nonnegative:
        return right
    raise NotImplementedError(
        f"{left} and {right} cannot be compared; say which signs the symbols "
        "have"
    )


def exact_maximum(left: Any, right: Any) -> Any:
    """Give the larger of two."""
    return left + right - exact_minimum(left, right)


SIGMA_PRIME = sympy.Function("sigma'")
SIGMA = sympy.Function("sigma", fdiff=lambda of, _=1: SIGMA_PRIME(*of.args))
"""Any smooth activation: all that is known of it is what its slope is."""
ANY_ACTIVATION = Activation(elementwise(SIGMA), elementwise(SIGMA_PRIME))

UNCHANGED = (
    "arange",
    "atleast_2d",
    "eye",
    "ones_like",
    "shape",
    "take_along_axis",
    "where",
)
"""What NumPy does to exact entries as to any others."""


NOT_EXACT = "cannot be computed exactly"


def numpy_for(top: int) -> Namespace:
    """Make the functions of NumPy for exact entries.

    Parameters
    ----------
    top : int
        Which entry of the last axis is taken to be the largest.
    """

    def argmax(z: Array, *, axis: int, **_: bool) -> Array:
        return np.full_like(z.take([0], axis=axis), top, dtype=int)

    exact = {
        "exp": elementwise(sympy.exp),
        "log": elementwise(sympy.log),
        "log1p": elementwise(lambda of: sympy.log(1 + of)),
        "tanh": elementwise(sympy.tanh),
        "sqrt": elementwise(sympy.sqrt),
        "abs": elementwise(sympy.Abs),
        "imag": lambda of: sympy.im(sympy.nsimplify(sympy.expand(of))),
        "minimum": np.frompyfunc(exact_minimum, 2, 1),
        "maximum": np.frompyfunc(exact_maximum, 2, 1),
        "argmax": argmax,
    }
    kept = {name: getattr(np, name) for name in UNCHANGED}
    return Namespace("np", NOT_EXACT, kept | exact)


SYMPY_PRIMITIVES: Mapping[str, Any] = {
    "exp": sympy.exp,
    "sqrt": sympy.sqrt,
    "pi": sympy.pi,
    "LEAK": sympy.Rational(1, 100),
    "GELU_SCALE": sympy.Symbol("c", positive=True),
    "GELU_CUBE": sympy.Symbol("k", positive=True),
    "validation": UNVALIDATED,
}
"""What stands for each name that a rule calls from outside.

The numbers of GELU are any positive ones: what is proved holds for all.
"""


@dataclass(frozen=True)
class SymbolicBackend:
    """Where rules are run on symbols.

    Attributes
    ----------
    signs : sequence of int
        The signs that are assumed of the signed numbers, one after the other,
        and again from the first.
    top : int
        Which entry is taken to be the largest of its row.
    """

    signs: Sequence[int] = (1,)
    top: int = 0
    function = staticmethod(ANY_ACTIVATION.function)
    derivative = staticmethod(ANY_ACTIVATION.derivative)
    activation = "any"

    def numbers(self, name: str, *shape: int, kind: str = "any") -> Array:
        """Make an array of symbols."""
        numbers = np.empty(shape, dtype=object)
        for place, sign in zip(
            np.ndindex(shape), cycle(self.signs), strict=False
        ):
            known = {"positive" if sign > 0 else "negative": True}
            numbers[place] = sympy.Symbol(
                name + "".join(str(n + 1) for n in place),
                **(known if kind == "signed" else {"real": True}),
            )
        if kind == "shares":
            numbers[..., -1] = 1 - numbers[..., :-1].sum(axis=-1)
        return numbers

    def layer(
        self,
        weights: Array,
        biases: Array,
        activation: str,
        *,
        residual: bool = False,
        gains: Array | None = None,
    ) -> Any:
        """Make a layer of symbols, which its constructor would refuse."""
        layer = object.__new__(Layer)
        function, derivative, *_ = self.activations()[activation]
        vars(layer).update(
            weights=weights,
            biases=biases,
            function=function,
            derivative=derivative,
            activation=activation,
            residual=residual,
            gains=gains,
        )
        return layer

    def network(self, layers: Iterable[Any], cost: str) -> Any:
        """Make a network of symbols."""
        layers = tuple(layers)
        shapes = [layer.weights.shape for layer in layers]
        sizes = (shapes[0][0], *(n_out for _, n_out in shapes))
        return SimpleNamespace(layers=layers, cost=cost, sizes=sizes)

    def derive(self, f: Callable[[Array], Any], point: Array) -> Array:
        """Differentiate by every entry."""
        free = {entry for entry in point.flat if entry.is_Symbol}
        if len(free) == point.size:
            return elementwise(lambda by: sympy.diff(f(point), by))(point)
        names = [sympy.Dummy(f"t{n}", real=True) for n in range(point.size)]
        fresh = np.array(names, dtype=object).reshape(point.shape)
        value = f(fresh)
        known = dict(zip(names, point.flat, strict=True))
        return elementwise(lambda by: sympy.diff(value, by).xreplace(known))(
            fresh
        )

    def run(self, rule: Any) -> Any:
        """Copy a rule, with exact primitives."""
        if not isinstance(rule, FunctionType):
            return rule
        primitives = {**SYMPY_PRIMITIVES, "np": numpy_for(self.top)}
        return with_primitives(rule, primitives, self.otherwise)

    def otherwise(self, rule: FunctionType, name: str) -> Any:
        """Give what stands for any other name than a primitive or a rule."""
        if name in ("ACTIVATIONS", "COSTS"):
            return (
                self.activations() if name == "ACTIVATIONS" else self.costs()
            )
        found = global_of(rule, name)
        foreign = name in rule.__globals__ and is_foreign(found)
        return Unsupported(name, NOT_EXACT) if foreign else found

    def activations(self) -> Mapping[str, Activation]:
        """Give the table of activations, run on symbols, and any other."""
        ours = {
            name: found._replace(
                function=self.run(found.function),
                derivative=self.run(found.derivative),
            )
            for name, found in ACTIVATIONS.items()
        }
        return {**ours, "any": ANY_ACTIVATION}

    def costs(self) -> Mapping[str, Cost]:
        """Give the table of costs, run on symbols."""
        return {
            name: found._replace(
                value=self.run(found.value),
                derivative=self.run(found.derivative),
            )
            for name, found in COSTS.items()
        }


def to_sympy(entry: Any) -> Any:
    """Take an entry into SymPy; True counts as 1, as in NumPy."""
    if isinstance(entry, bool):
        return sympy.Integer(entry)
    return sympy.nsimplify(entry, rational=True)


def is_zero(difference: Any) -> bool:
    """Prove that an expression is 0, whatever its symbols stand for.

    Every e to a power becomes a symbol of its own, or a power of one, and so
    the expression becomes a fraction of polynomials. It is 0 if the one above
    the line is.
    """
    difference = sympy.sympify(difference)
    if sympy.expand(difference) == 0 or numerator(difference) == 0:
        return True
    rational = without_exponentials(difference.rewrite(sympy.exp))
    return bool(numerator(rational) == 0)


def numerator(expression: Any) -> Any:
    """Write an expression as one fraction, and give what is above its line."""
    above, _ = sympy.fraction(sympy.together(expression))
    return sympy.expand(above)


def without_exponentials(expression: Any) -> Any:
    """Write e^(2x − y) as u²/v, where ln u is x and ln v is y."""
    names: dict[Any, Any] = {}

    def power(exponent: Any) -> Any:
        product = sympy.Integer(1)
        for term in sympy.Add.make_args(sympy.expand(exponent)):
            count, rest = term.as_coeff_Mul()
            if not count.is_Integer:
                count, rest = sympy.Integer(1), term
            name = sympy.Dummy("u", positive=True)
            product *= names.setdefault(rest, name) ** count
        return product

    def logarithm(of: Any) -> Any:
        factors = sympy.log(sympy.factor(sympy.together(of)))
        known = {sympy.log(name): rest for rest, name in names.items()}
        return sympy.expand_log(factors, force=True).xreplace(known)

    rational = expression.replace(sympy.exp, power)
    return rational.replace(sympy.log, logarithm)


def series_coefficients(expression: Any, h: Any) -> tuple[Any, Any]:
    """Give the first two coefficients of a power series in h."""
    powers = sympy.series(expression, h, 0, 2).removeO()
    return powers.coeff(h, 0), powers.coeff(h, 1)
