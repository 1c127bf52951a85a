"""Rounding as on paper, for a page: what `worked.rounding` does, in whole numbers alone.

Plain Python, and MicroPython, which has no `decimal`, runs it. A result is whole, in units of its last decimal:
no digit of it is lost on the way to the page.
"""

from math import frexp, ldexp

__all__ = ["as_given", "binary", "decimals_of", "significant", "value_of", "whole"]

TIE = 10**9
"""A float may lack this part of the last decimal to a tie: 1.005 is a little less in binary."""
HALF = 2**53
"""Beyond this, floats are whole."""
ALMOST = 10**15
"""A power of ten may be this part too small: 1e-7 is, in binary."""
KEPT = 12
"""How many digits of a number are written that is given."""


def binary(value: float) -> tuple[int, int]:
    """Return a number as a whole number times a power of two, exactly.

    Parameters
    ----------
    value : float
        A finite number; others are refused.
    """
    if value - value != 0:
        raise ValueError("the numbers become too large; smaller weights, inputs or a smaller rate were expected")
    digits, power = frexp(value)
    return int(digits * HALF), power - 53


def fraction(value: float) -> tuple[int, int]:
    """Return the size of a number as a fraction, exactly."""
    above, power = binary(abs(value))
    return (above * 2**power, 1) if power > 0 else (above, 2**-power)


def whole(value: float, decimals: int) -> int:
    """Return a number in units of its last decimal; halfway between two, the one farther from 0.

    Parameters
    ----------
    value : float
        A finite number.
    decimals : int
        How many decimals are kept.
    """
    above, below = fraction(value)
    size = (2 * TIE * above * 10**decimals + below * (TIE + 2)) // (2 * TIE * below)
    return -size if value < 0 else size


def value_of(units: int, decimals: int) -> float:
    """Return the float nearest to so many units of the last decimal: MicroPython divides large numbers less exactly."""
    _, power = frexp(units / 10**decimals)
    up = 53 - power
    above, below = units * 2 ** max(up, 0), 10**decimals * 2 ** max(-up, 0)
    return ldexp((2 * above + below) // (2 * below), -up)


def exponent(value: float) -> int:
    """Return the power of ten of the first digit of a number."""
    above, below = fraction(value)
    above, below, power = above * (ALMOST + 1), below * ALMOST, 0
    while above >= 10 * below:
        below, power = 10 * below, power + 1
    while above < below:
        above, power = 10 * above, power - 1
    return power


def decimals_of(value: float, digits: int) -> int:
    """Return how many decimals show some significant digits of a number; of 0, as many decimals."""
    return max(digits - 1 - exponent(value), 0) if value else digits


def significant(value: float, digits: int) -> int:
    """Return the same for the number as it is when it has been rounded: 0.09996 becomes 0.100."""
    first = decimals_of(value, digits)
    return decimals_of(value_of(whole(value, first), first), digits)


def as_given(value: float, digits: int) -> int:
    """Return how many decimals show a given number, and at least some."""
    places = decimals_of(value, KEPT)
    units = whole(value, places)
    while places > digits and units % 10 == 0:
        units, places = units // 10, places - 1
    return max(places, digits)
