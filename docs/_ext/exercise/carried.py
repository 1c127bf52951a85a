"""Adds nothing by itself: numbers as they are carried by hand, rounded after each operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from literate_bp.worked.rounding import decimals_of, round_half_up

DIGITS = 3
"""To so many decimals a number is rounded, or to so many significant digits, if it is small."""


class Carried(float):
    """A number as it was given, with which what is worked out is rounded."""

    def __round__(self, digits: int = 0) -> Carried:  # type: ignore[override]  # a number of the same kind
        """Round it to be given."""
        return Carried(round(float(self), digits))


def rounded(value: float) -> Carried:
    """Round what was worked out."""
    places = max(DIGITS, decimals_of(value, DIGITS)) if value else 0
    return Carried(round_half_up(value, places))


def rounding(name: str) -> Callable[..., Any]:
    """Return an operation whose result is rounded."""
    exact = getattr(float, name)

    def operation(*of: float) -> Any:
        found = exact(*map(float, of))
        return rounded(found) if isinstance(found, float) else found

    return operation


for _name in ("add", "sub", "mul", "truediv", "pow", "radd", "rsub", "rmul", "rtruediv", "rpow", "neg", "abs"):
    setattr(Carried, f"__{_name}__", rounding(f"__{_name}__"))


def carry(value: Any) -> Any:
    """Return numbers so that what is worked out with them is rounded, and other things as they are."""
    if isinstance(value, float):
        return Carried(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(carry, value))
    if type(value) in {list, tuple}:
        return type(value)(map(carry, value))
    return value
