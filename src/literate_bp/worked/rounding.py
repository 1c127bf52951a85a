"""Rounding as on paper: how many digits are kept, and which way a tie goes.

On the way forward a result keeps a number of decimals. On the way back the
numbers become small, layer by layer, and decimals would leave nothing of
them: there a result keeps as many significant digits.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

import numpy as np

from ..activation import Array
from ..formula.printing import number_text

ROUNDINGS = ("significant", "decimals")
"""What derivatives and errors keep: significant digits, or decimals."""
EXACT = Context(prec=800)
"""Enough digits for any float of 64 bits, however large or small."""
TIE = Decimal("1e-9")
"""What a float may lack to a tie, in units of the last decimal kept."""


@lru_cache(8192, typed=True)
def round_half_up(value: float, decimals: int) -> float:
    """Round a number; halfway between two, take the one farther from 0.

    Floats miss a tie by their last bit: 1.005 is a little less in binary. On
    paper it is a tie, and becomes 1.01.

    Parameters
    ----------
    value : float
        Any number; one that is not finite stays.
    decimals : int
        How many decimals to keep.
    """
    if not isfinite(value):
        return value
    unit = Decimal(1).scaleb(-decimals, EXACT)
    above = EXACT.add(abs(Decimal(float(value))), EXACT.multiply(unit, TIE))
    size = float(above.quantize(unit, ROUND_HALF_UP, EXACT))
    return -size if value < 0 and size else size


def decimals_of(value: float, digits: int) -> int:
    """Return how many decimals show some significant digits of a number.

    All digits before the point stay. Of 0 there is no significant digit; it
    gets as many decimals.

    Parameters
    ----------
    value : float
        Any number.
    digits : int
        How many significant digits to show.
    """
    if not value or not isfinite(value):
        return digits
    return max(digits - 1 - Decimal(repr(float(value))).adjusted(), 0)


class RoundingMode(NamedTuple):
    """Whether results are rounded before the next line uses them, and how.

    Attributes
    ----------
    digits : int
        Decimals, or significant digits, to round to.
    carries : bool
        True to carry rounded results on, as by hand; False to calculate
        exactly.
    rounding : str
        What derivatives and errors keep, one of `ROUNDINGS`.
    """

    digits: int
    carries: bool
    rounding: str = "significant"

    def round(self, values: Array, decimals: Array | None = None) -> Array:
        """Return the values that the next line uses, rounded or not."""
        if not self.carries:
            return values
        places = self.decimals(values) if decimals is None else decimals
        return entry_by_entry(round_half_up, float, values, places)

    def round_back(self, values: Array) -> Array:
        """Return the same for what the way back keeps the digits of."""
        return self.round(values, self.decimals_back(values))

    def round_step(self, values: Array) -> Array:
        """Return the same for a step, which keeps significant digits."""
        return self.round(values, self.significant(values))

    def decimals(self, values: Array) -> Array:
        """Return how many decimals a result of the way forward keeps."""
        return np.full(np.shape(values), self.digits)

    def decimals_back(self, values: Array) -> Array:
        """Return how many decimals a derivative or an error keeps."""
        by_decimals = self.rounding == "decimals"
        return (self.decimals if by_decimals else self.significant)(values)

    def significant(self, values: Array) -> Array:
        """Return how many decimals show `digits` significant digits.

        A number that is rounded up to a power of ten has one decimal less:
        0.09996 is 0.100 in three digits, not 0.1000.
        """

        def places(value: float) -> int:
            first = decimals_of(value, self.digits)
            return decimals_of(round_half_up(value, first), self.digits)

        return entry_by_entry(places, int, values)

    def decimals_as_given(self, values: Array) -> Array:
        """Return how many decimals show a given number, and at least `digits`.

        A parameter whose step is 0 keeps all of them.
        """

        def places(value: float) -> int:
            exponent = Decimal(number_text(value)).as_tuple().exponent
            return max(self.digits, -int(exponent))

        return entry_by_entry(places, int, values)


def entry_by_entry(
    function: Callable[..., float], kind: type, *arrays: Array
) -> Array:
    """Apply a function of numbers to arrays of one shape, entry by entry."""
    entries = zip(*(np.ravel(array).tolist() for array in arrays), strict=True)
    found = [function(*entry) for entry in entries]
    return np.array(found, kind).reshape(np.shape(arrays[0]))
