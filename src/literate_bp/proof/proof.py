"""Every rule with a formula is checked: proved on symbols, tried on numbers.

A rule that is a derivative is run on SymPy's symbols and compared with the
derivative of the cost, exactly; and on random numbers, against the oracle. A
definition is the textbook's in another form, exactly. And of every rule, the
formula that is displayed gives what the code gives.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from .. import activation, node, validation
from ..activation import ACTIVATIONS, Array
from ..formula.engine import UNVALIDATED, with_primitives
from ..formula.formula import formula
from ..formula.signatures import SIGNATURES, WITHOUT_HALF
from ..network import Layer, Network
from ..oracle import (
    SCALE_FLOOR,
    central_difference,
    complex_step,
    relative_error,
)
from .agreement import difference
from .derivatives import DERIVATIVES, Backend
from .identities import IDENTITIES
from .sympy_run import SymbolicBackend, is_zero, to_sympy

RULE_CLAIMS = {**DERIVATIVES, **IDENTITIES}
"""All that can be proved."""
SAMPLES = 20
"""On how many random networks, or numbers, the oracle is asked."""
TOLERANCES = {"complex step": 1e-11, "central differences": 1e-7}
"""The largest relative error that rounding explains."""
SMOOTH_ACTIVATIONS = [
    name
    for name, row in ACTIVATIONS.items()
    if row.analytic and name != "softmax"
]
"""The activations that a random network may have inside."""


@dataclass(frozen=True)
class Check:
    """What was verified of a rule.

    Attributes
    ----------
    what : str
        One sentence.
    how : str
        ``"SymPy"``, ``"Oracle"`` or ``"Numbers"``.
    worst : float
        The largest relative error; 0 for a proof.
    """

    what: str
    how: str
    worst: float


@dataclass(frozen=True)
class NumericBackend:
    """Where rules are run on random numbers.

    Attributes
    ----------
    seed : int
        The same seed gives the same numbers, by name.
    smooth : bool
        Whether derivatives are taken by the complex step.
    """

    seed: int
    smooth: bool = True
    layer = staticmethod(Layer)
    network = staticmethod(Network)

    @property
    def activation(self) -> str:
        """Another activation from seed to seed."""
        return SMOOTH_ACTIVATIONS[self.seed % len(SMOOTH_ACTIVATIONS)]

    def function(self, z: Any) -> Any:
        """Apply the activation."""
        return ACTIVATIONS[self.activation].function(z)

    def derivative(self, z: Any) -> Any:
        """Apply its slope."""
        return ACTIVATIONS[self.activation].derivative(z)

    def numbers(self, name: str, *shape: int, kind: str = "any") -> Array:
        """Draw numbers."""
        rng = np.random.default_rng([self.seed, *name.encode()])
        if kind in ("yes or no", "shares"):
            drawn = rng.uniform(0.1, 0.9, shape)
            total = drawn.sum(axis=-1, keepdims=True)
            return drawn / total if kind == "shares" else drawn
        return rng.normal(size=shape)

    def derive(self, f: Callable[[Array], Any], point: Array) -> Array:
        """Ask the oracle for the derivative by every entry."""
        step = complex_step if self.smooth else central_difference
        return np.reshape(
            [
                step(as_function_of_entry(f, point, place), point[place])
                for place in np.ndindex(point.shape)
            ],
            point.shape,
        )

    def run(self, rule: Any) -> Any:
        """Let a rule take complex numbers, which validation refuses."""
        if rule is node.sigmoid:  # its branch cannot be taken by complex ones
            return activation.sigmoid
        return with_primitives(rule, {"validation": UNVALIDATED})


def as_function_of_entry(
    f: Callable[[Array], Any], point: Array, place: tuple[int, ...]
) -> Callable[[Any], Any]:
    """Give a function of many numbers as one of a single one."""

    def moved(value: Any) -> Any:
        numbers = point.astype(np.result_type(point, value))
        numbers[place] = value
        return f(numbers)

    return moved


def compared_entries(rule: str, on: Backend) -> Iterator[tuple[Any, Any]]:
    """Give each number that a rule finds beside the one that is expected."""
    for found, expected in RULE_CLAIMS[rule].pairs(on):
        left, right = np.asarray(found), np.asarray(expected)
        if left.shape != right.shape:
            raise AssertionError(
                f"{rule} gives shape {left.shape}; {right.shape} was expected"
            )
        yield from zip(left.flat, right.flat, strict=True)


def prove(rule: str) -> Check:
    """Prove what a rule claims, on symbols.

    Raises
    ------
    AssertionError
        If it does not hold for all numbers.
    """
    claim = RULE_CLAIMS[rule]
    for case in claim.cases:
        for found, expected in compared_entries(rule, SymbolicBackend(**case)):
            if not is_zero(to_sympy(found) - to_sympy(expected)):
                assumed = f" ({case} assumed)" if case else ""
                raise AssertionError(
                    f"{rule} does not give {claim.statement}{assumed}: "
                    f"it gives {found}; {expected} was expected"
                )
    what = f"The rule gives {claim.statement}. Proved for {claim.domain}."
    return Check(what, "SymPy", 0.0)


def compare_with_oracle(rule: str) -> Check:
    """Ask the oracle whether a rule is the derivative, on random numbers.

    Raises
    ------
    AssertionError
        If it is not.
    """
    claim = DERIVATIVES[rule]
    method = "complex step" if claim.smooth else "central differences"
    worst = max(
        relative_error(found, expected, SCALE_FLOOR[method])
        for seed in range(SAMPLES)
        for found, expected in claim.pairs(NumericBackend(seed, claim.smooth))
    )
    require_within(f"{rule} against {method}", worst, TOLERANCES[method])
    what = (
        f"At {SAMPLES} random places the oracle gives the same, by {method}."
    )
    return Check(what, "Oracle", worst)


def compare_with_formula(rule: str) -> Check:
    """Compare the displayed formula of a rule with its code, on numbers.

    Raises
    ------
    AssertionError
        If they do not give the same.
    """
    found = formula(rule)
    shown = [(found.equations, SIGNATURES[rule])]
    if found.without_half:
        shown.append((found.without_half, WITHOUT_HALF[rule]))
    worst = max(
        difference(equations, face, seed)
        for equations, face in shown
        for seed in range(SAMPLES)
    )
    require_within(f"the formula of {rule}", worst, TOLERANCES["complex step"])
    what = (
        f"On {SAMPLES} sets of random numbers, the formula gives what the "
        "code gives."
    )
    return Check(what, "Numbers", worst)


def require_within(what: str, worst: float, most: float) -> None:
    """Refuse an error that rounding does not explain."""
    if not worst <= most:
        raise AssertionError(
            f"{what} is off by {worst:.1e} of its value; {most:.0e} at most"
        )


@cache
def checks_of(rule: str) -> tuple[Check, ...]:
    """Check a rule.

    Parameters
    ----------
    rule : str
        Its dotted name within the package: ``"node.linear"``.

    Returns
    -------
    tuple of Check
        What was verified.

    Raises
    ------
    ValueError
        If there is no such rule.
    AssertionError
        If a check fails.
    """
    return tuple(
        run_checks(
            validation.one_of("rule", rule, {**RULE_CLAIMS, **SIGNATURES})
        )
    )


def run_checks(rule: str) -> Iterator[Check]:
    """Check a rule, one way after the other."""
    if rule in RULE_CLAIMS:
        yield prove(rule)
    if rule in DERIVATIVES:
        yield compare_with_oracle(rule)
    if rule in SIGNATURES:
        yield compare_with_formula(rule)
