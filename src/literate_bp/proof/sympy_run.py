"""A rule's own code, run on SymPy's symbols, and exact derivatives.

`exp` and NumPy's functions are bound to exact ones, and the rules in the
tables of activations and costs are run on symbols too. Any other function
from outside the package is refused.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    """Give the smaller of two expressions, for all values of the symbols."""
    if (left - right).is_nonpositive:
        return left
    if (left - right).is_nonnegative:
        return right
    raise NotImplementedError(
        f"{left} and {right} cannot be compared; say which signs the symbols "
        "have"
    )


def exact_maximum(left: Any, right: Any) -> Any:
    """Give the larger of two expressions."""
    return left + right - exact_minimum(left, right)


SIGMA_PRIME = sympy.Function("sigma'")
"""The derivative of an unspecified smooth activation."""
SIGMA = sympy.Function("sigma", fdiff=lambda of, _=1: SIGMA_PRIME(*of.args))
"""An unspecified smooth activation: SymPy knows only its derivative's name."""
ANY_ACTIVATION = Activation(elementwise(SIGMA), elementwise(SIGMA_PRIME))
"""An unspecified smooth activation, and its derivative."""

UNCHANGED = (
    "arange",
    "atleast_2d",
    "dot",
    "eye",
    "ones_like",
    "shape",
    "take_along_axis",
    "where",
)
"""NumPy functions that work on arrays of SymPy objects as they are."""


NOT_EXACT = "cannot be computed exactly"


def numpy_for(top: int) -> Namespace:
    """Make NumPy's primitives for arrays of SymPy objects.

    Parameters
    ----------
    top : int
        The entry of the last axis that is assumed to be the largest.
    """

    def argmax(z: Array, *, axis: int, **_: bool) -> Array:
        return np.full_like(z.take([0], axis=axis), top, dtype=int)

    exact = {
        "exp": elementwise(sympy.exp),
        "log": elementwise(sympy.log),
        "expm1": elementwise(lambda of: sympy.exp(of) - 1),
        "log1p": elementwise(lambda of: sympy.log(1 + of)),
        "tanh": elementwise(sympy.tanh),
        "sqrt": elementwise(sympy.sqrt),
        "abs": elementwise(sympy.Abs),
        "iscomplexobj": lambda _: False,
        "imag": lambda of: sympy.im(sympy.nsimplify(sympy.expand(of))),
        "minimum": np.frompyfunc(exact_minimum, 2, 1),
        "maximum": np.frompyfunc(exact_maximum, 2, 1),
        "argmax": argmax,
    }
    kept = {name: getattr(np, name) for name in UNCHANGED}
    home = "numpy_for, src/literate_bp/proof/sympy_run.py"
    return Namespace("np", NOT_EXACT, kept | exact, home)


SYMPY_PRIMITIVES: Mapping[str, Any] = {
    "exp": sympy.exp,
    "sqrt": sympy.sqrt,
    "pi": sympy.pi,
    "finite": lambda z: z,
    "gated": lambda z, gate: z * gate,
    "limited": lambda z: z,
    "normal_cdf": elementwise(
        lambda z: (1 + sympy.erf(z / sympy.sqrt(2))) / 2
    ),
    "validation": UNVALIDATED,
}
"""What each global name of a rule is bound to, but for NumPy."""


@dataclass(frozen=True)
class SymbolicBackend:
    """Runs rules on SymPy's symbols.

    Attributes
    ----------
    signs : sequence of int
        The signs that are assumed for signed numbers, in order and repeated.
    top : int
        The entry that is assumed to be the largest of its row.
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
        normalization: str | None = None,
        scales: Array | None = None,
        shifts: Array | None = None,
    ) -> Any:
        """Make a layer of symbols, which its constructor would refuse."""
        layer = object.__new__(Layer)
        declared = self.activations()[activation]
        vars(layer).update(
            weights=weights,
            biases=biases,
            function=declared.function,
            derivative=declared.derivative,
            activation=activation,
            residual=residual,
            gains=gains,
            normalization=normalization,
            scales=scales,
            shifts=shifts,
        )
        return layer

    def network(self, layers: Iterable[Any], cost: str) -> Any:
        """Make a network of symbols."""
        layers = tuple(layers)
        shapes = [layer.weights.shape for layer in layers]
        sizes = (shapes[0][0], *(n_out for _, n_out in shapes))
        return SimpleNamespace(layers=layers, cost=cost, sizes=sizes)

    def derive(self, f: Callable[[Array], Any], point: Array) -> Array:
        """Differentiate exactly by every entry."""
        free = {entry for entry in point.flat if entry.is_Symbol}
        if len(free) == point.size:
            return elementwise(lambda by: sympy.diff(f(point), by))(point)
        names = [sympy.Dummy(f"t{n}") for n in range(point.size)]
        fresh = np.array(names, dtype=object).reshape(point.shape)
        value = f(fresh)
        known = dict(zip(names, point.flat, strict=True))
        return elementwise(lambda by: sympy.diff(value, by).xreplace(known))(
            fresh
        )

    def run(self, rule: Any) -> Any:
        """Copy a rule so that it runs on symbols."""
        primitives = {**SYMPY_PRIMITIVES, "np": numpy_for(self.top)}
        return with_primitives(rule, primitives, self.otherwise)

    def otherwise(self, rule: FunctionType, name: str) -> Any:
        """Bind a name that is neither a primitive nor a rule."""
        if name in ("ACTIVATIONS", "COSTS"):
            return (
                self.activations() if name == "ACTIVATIONS" else self.costs()
            )
        found = global_of(rule, name)
        if isinstance(found, float) and found:
            return any_constant(name, found)
        foreign = name in rule.__globals__ and is_foreign(found)
        return Unsupported(name, NOT_EXACT) if foreign else found

    def activations(self) -> Mapping[str, Activation]:
        """Make the table of activations; ``"any"`` is an unspecified one."""
        ours = {
            name: replace(
                found,
                function=self.run(found.function),
                derivative=self.run(found.derivative),
            )
            for name, found in ACTIVATIONS.items()
        }
        return {**ours, "any": ANY_ACTIVATION}

    def costs(self) -> Mapping[str, Cost]:
        """Make the table of costs."""
        return {
            name: replace(
                found,
                value=self.run(found.value),
                derivative=self.run(found.derivative),
            )
            for name, found in COSTS.items()
        }


def any_constant(name: str, value: float) -> Any:
    """Make a symbol of a constant's sign: what is proved holds for any.

    Parameters
    ----------
    name, value : str, float
        The constant of a module, such as the slope of the leaky ReLU.
    """
    return sympy.Symbol(
        name, **{"positive" if value > 0 else "negative": True}
    )


def to_sympy(entry: Any) -> Any:
    """Convert an entry to an exact SymPy number; True counts as 1."""
    if isinstance(entry, bool):
        return sympy.Integer(entry)
    return sympy.nsimplify(entry, rational=True)


def is_zero(difference: Any) -> bool:
    """Decide whether an expression is 0 for all values of its symbols.

    Exponentials are replaced by new symbols and their powers, which makes the
    expression a fraction of polynomials. It is 0 if its numerator is. A True
    is a proof; a False may be a zero that was not recognized.
    """
    difference = sympy.sympify(difference)
    if sympy.expand(difference) == 0 or numerator(difference) == 0:
        return True
    rational = without_exponentials(difference.rewrite(sympy.exp))
    return bool(numerator(rational) == 0)


def numerator(expression: Any) -> Any:
    """Write an expression as one fraction, and give its numerator."""
    above, _ = sympy.fraction(sympy.together(expression))
    return sympy.expand(above)


def without_exponentials(expression: Any) -> Any:
    """Replace exponentials: e^(2x − y) becomes u²/v, with u = eˣ, v = eʸ."""
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
        factors = sympy.log(sympy.together(of))
        known = {sympy.log(name): rest for rest, name in names.items()}
        return sympy.expand_log(factors, force=True).xreplace(known)

    rational = expression.replace(sympy.exp, power)
    return rational.replace(sympy.log, logarithm)


def series_coefficients(expression: Any, h: Any) -> tuple[Any, Any]:
    """Give the coefficients of h⁰ and h¹ in a power series."""
    powers = sympy.series(expression, h, 0, 2).removeO()
    return powers.coeff(h, 0), powers.coeff(h, 1)
