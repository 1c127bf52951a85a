"""The checks of each rule: a proof on symbols, and tests on random numbers.

A rule that computes a derivative is run on SymPy's symbols and compared
exactly with the derivative of the cost; on random numbers it is compared with
the oracle's derivative. A definition is compared exactly with its textbook
form. And the displayed formula of a rule must give what its code gives.
"""

import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from types import CodeType, FrameType
from typing import Any, cast

import numpy as np

from .. import validation
from ..formula.formula import formula
from ..formula.signatures import SIGNATURES, WITHOUT_HALF
from ..oracle import relative_error
from .agreement import difference
from .check import Check
from .derivatives import DERIVATIVES, Backend
from .identities import IDENTITIES
from .numeric_run import NumericBackend
from .sympy_run import SymbolicBackend, is_zero, to_sympy

RULE_CLAIMS = {**DERIVATIVES, **IDENTITIES}
"""Every claim that is proved of a rule."""
CHECKED = tuple({**RULE_CLAIMS, **SIGNATURES})
"""The rules that have checks."""
SAMPLES = 20
"""The number of random networks, or sets of numbers, in each test."""
SCALE_FLOOR = {"complex step": 1e-6, "central differences": 1e-2}
"""The smallest scale of a relative error, as a share of the largest entry.

A right derivative differs from the oracle's by about 1e-16 or 1e-10 of its
largest entry; in much smaller entries nothing but that would be compared.
"""
TOLERANCES = {"complex step": 1e-11, "central differences": 1e-7}
"""The largest relative error that rounding explains."""


def compared_entries(rule: str, on: Backend) -> Iterator[tuple[Any, Any]]:
    """Yield pairs of an entry that a rule gives and the expected one."""
    for found, expected in RULE_CLAIMS[rule].pairs(on):
        left, right = np.asarray(found), np.asarray(expected)
        if left.shape != right.shape:
            raise AssertionError(
                f"{rule} gives shape {left.shape}; {right.shape} was expected"
            )
        yield from zip(left.flat, right.flat, strict=True)


def prove(rule: str) -> Check:
    """Prove the claim about a rule, on symbols.

    Raises
    ------
    AssertionError
        If it cannot be proved.
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
    """Compare a rule with the oracle's derivative, on random numbers.

    Raises
    ------
    AssertionError
        If they differ by more than rounding explains.
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
        If they differ by more than rounding explains.
    """
    found = formula(rule)
    shown = [(found.equations, SIGNATURES[rule])]
    if found.without_half:
        shown.append((found.without_half, WITHOUT_HALF[rule]))
    worst = max(
        difference(equations, signature, seed)
        for equations, signature in shown
        for seed in range(SAMPLES)
    )
    require_within(f"the formula of {rule}", worst, TOLERANCES["complex step"])
    what = (
        f"On {SAMPLES} sets of random numbers, the formula gives what the "
        "code gives."
    )
    return Check(what, "Numbers", worst)


def require_within(what: str, worst: float, most: float) -> None:
    """Refuse an error above the tolerance."""
    if not worst <= most:
        raise AssertionError(
            f"{what} is off by {worst:.1e} of its value; {most:.0e} at most"
        )


def run_checks(rule: str) -> Iterator[Check]:
    """Run all checks of a rule, one after the other."""
    if rule in RULE_CLAIMS:
        yield prove(rule)
    if rule in DERIVATIVES:
        yield compare_with_oracle(rule)
    if rule in SIGNATURES:
        yield compare_with_formula(rule)


@cache
def outcome(rule: str) -> tuple[Check, ...] | Exception:
    """Check a rule; give what was verified, or the error that was raised."""
    try:
        return tuple(run_checks(rule))
    except Exception as error:  # noqa: BLE001 — a wrong rule may raise any
        return error


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
        If a check fails. The message begins with the rule at fault, which
        may be another one that this one calls.
    """
    found = outcome(validation.one_of("rule", rule, CHECKED))
    if isinstance(found, Exception):
        raise AssertionError(failures([rule])) from found
    return found


# --- failures, and their root ------------------------------------------------


def failures(rules: Iterable[str]) -> str:
    """Report the rules that fail, the one at fault before those that run it.

    Parameters
    ----------
    rules : iterable of str
        Names of rules. The rules that their checks run are checked too.

    Returns
    -------
    str
        A paragraph for each rule at fault, with the rules that fail because
        of it and its error; empty if every check passes.
    """
    runs = failing_rules(rules)
    roots = roots_among(runs)
    together = {frozenset(runs[root] & roots) for root in roots}
    return "\n".join(
        paragraph(sorted(group), [r for r in runs if runs[r] & group])
        for group in sorted(together, key=sorted)
    )


def paragraph(roots: list[str], failing: list[str]) -> str:
    """Report a rule at fault, and the rules that fail because of it.

    There are several roots where their checks compare them with each other.
    """
    message = " and ".join(roots) + (" fails" if len(roots) == 1 else " fail")
    if followers := [rule for rule in failing if rule not in roots]:
        message += "; so do, because their checks run it: "
        message += ", ".join(followers)
    return "\n".join([message, *(str(outcome(root)) for root in roots)])


def failing_rules(rules: Iterable[str]) -> Mapping[str, set[str]]:
    """Give the rules that fail, each with the failing rules its checks run."""
    found: dict[str, set[str]] = {}
    waiting = [*rules]
    while waiting:
        rule = waiting.pop()
        if rule not in found and isinstance(outcome(rule), Exception):
            found[rule] = rules_run_by_checks(rule)
            waiting += found[rule]
    return {rule: found[rule] & found.keys() for rule in sorted(found)}


def roots_among(runs: Mapping[str, set[str]]) -> set[str]:
    """Give the failing rules whose checks run no other root.

    If the checks of two rules run both, neither explains the other, and so
    for rules in a ring, where each runs the next.
    """

    def needs(rule: str) -> set[str]:
        return {other for other in runs[rule] if rule not in runs[other]}

    def reached(rule: str) -> set[str]:
        found: set[str] = set()
        ahead = {rule}
        while ahead:
            ahead = set().union(*map(needs, ahead)) & undecided - found
            found |= ahead
        return found

    roots: set[str] = set()
    undecided = {*runs}
    while undecided:
        ahead_of = {rule: reached(rule) for rule in undecided}
        ready = {
            rule
            for rule, ahead in ahead_of.items()
            if all(rule in ahead_of[other] for other in ahead)
        }
        roots |= {rule for rule in ready if not needs(rule) & roots}
        undecided -= ready
    return roots


def rules_run_by_checks(rule: str) -> set[str]:
    """Give the names of the rules that run when a rule is checked."""
    executed: set[CodeType] = set()

    def record(frame: FrameType, *_: object) -> None:
        executed.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(record)
    try:
        deque(run_checks(rule), maxlen=0)
    except Exception:  # noqa: BLE001, S110 — what ran before it is asked
        pass
    finally:
        sys.setprofile(before)
    return {name for name in CHECKED if code_of(name) in executed}


def code_of(rule: str) -> CodeType:
    """Give the code of a rule, which its copies for other backends share."""
    module, _, name = rule.rpartition(".")
    found = getattr(import_module(f"..{module}", __package__), name)
    return cast(CodeType, found.__code__)
