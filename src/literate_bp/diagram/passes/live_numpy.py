"""What `activation` and `cost` import and MicroPython lacks: the part of NumPy that they use, and what names types.

An array has no axis or one. As in NumPy, a single number goes with each entry of an array; unlike there, arrays of
unequal lengths are always refused.
"""

import math
import sys
from typing import Any

__all__ = ["install"]


class Array:
    """Numbers in a row, or one without an axis."""

    dtype = float

    def __init__(self, entries: Any, *, single: bool = False) -> None:
        self.entries = entries
        self.single = single

    @property
    def real(self) -> "Array":
        """The array itself: there are no complex numbers."""
        return self

    def item(self) -> Any:
        """Return the only entry."""
        (entry,) = self.entries
        return entry

    def astype(self, kind: Any) -> "Array":
        """Return the entries as another type."""
        return each(kind, self)

    def sum(self, axis: int = -1) -> "Array":
        """Return the sum of all entries: those along the last axis, and there is no other."""
        if axis != -1:
            raise ValueError(f"axis is {axis}; -1 was expected")
        return Array([sum(self.entries)], single=True)

    def __neg__(self) -> "Array":
        return each(lambda x: -x, self)


def asarray(given: Any) -> Array:
    """Return numbers as an array."""
    if isinstance(given, Array):
        return given
    return Array(list(given)) if isinstance(given, (list, tuple)) else Array([given], single=True)


def each(rule: Any, *given: Any) -> Array:
    """Apply a rule of single numbers to the entries of arrays, one beside the other."""
    arrays = [asarray(values) for values in given]
    if all(array.single for array in arrays):
        return Array([rule(*[array.entries[0] for array in arrays])], single=True)
    lengths = [len(array.entries) for array in arrays if not array.single]
    if min(lengths) != max(lengths):
        raise ValueError(f"arrays have {lengths} entries; equally many were expected")
    rows = [array.entries * lengths[0] if array.single else array.entries for array in arrays]
    return Array([rule(*entries) for entries in zip(*rows)])


def elementwise(rule: Any) -> Any:
    """Return a rule of single numbers as one of arrays."""
    return lambda *given: each(rule, *given)


def reflected(rule: Any) -> Any:
    """Return a rule of two numbers for an array that stands behind a number."""
    return lambda self, other: each(rule, other, self)


OPERATORS = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "truediv": lambda x, y: x / y,
    "pow": lambda x, y: x**y,
    "lt": lambda x, y: x < y,
    "gt": lambda x, y: x > y,
    "eq": lambda x, y: x == y,
}
"""What each operator does with two numbers, by the name of its method."""
for name, rule in OPERATORS.items():
    setattr(Array, f"__{name}__", elementwise(rule))
for name in ("add", "sub", "mul", "truediv"):
    setattr(Array, f"__r{name}__", reflected(OPERATORS[name]))


# --- functions ----------------------------------------------------------------------


LARGEST = 709.78
"""Beyond this number, an exponential is too large for a float."""


def exp_of(x: float) -> float:
    """Compute the exponential, infinite where it is too large for a float."""
    return math.inf if x > LARGEST else math.exp(x)


def log1p_of(x: float) -> float:
    """Compute ln(1 + x) for a small x too, by Kahan's way: what 1 + x has lost is lost in the ratio twice."""
    u = 1 + x
    return x if u in (1, math.inf) else math.log(u) * (x / (u - 1))


def smaller(x: float, y: float) -> float:
    """Return the smaller of two numbers, NaN if one is."""
    return x if x < y or math.isnan(x) else y


def larger(x: float, y: float) -> float:
    """Return the larger of two numbers, NaN if one is."""
    return x if x > y or math.isnan(x) else y


exp, log1p, tanh = elementwise(exp_of), elementwise(log1p_of), elementwise(math.tanh)
minimum, maximum = elementwise(smaller), elementwise(larger)
where = elementwise(lambda condition, x, y: x if condition else y)
clip = elementwise(lambda x, least, most: smaller(larger(x, least), most))
"""Hold each entry between two bounds."""
ones_like, zeros_like = elementwise(lambda _: 1.0), elementwise(lambda _: 0.0)


def iscomplexobj(_: Any) -> bool:
    """Return False: there are no complex numbers."""
    return False


# --- modules ------------------------------------------------------------------------


class typing:  # noqa: N801  the name of a module
    """Stands for `numpy.typing`."""

    NDArray = {Any: None}  # noqa: RUF012  what is annotated is nowhere kept


class Unknown:
    """Stands for what is only named: it takes whatever it is given."""

    def __init__(self, *given: Any, **named: Any) -> None:
        pass


FIELDS = {"Activation": ("function", "derivative"), "Cost": ("value", "derivative")}
"""The names of what the entries of the tables are given without names."""


def dataclass(**_: Any) -> Any:
    """Let a class hold what it is given."""

    def filled(made: Any) -> Any:
        def fill(self: Any, *given: Any, **named: Any) -> None:
            for name, value in list(zip(FIELDS[made.__name__], given)) + list(named.items()):
                setattr(self, name, value)

        made.__init__ = fill
        return made

    return filled


def install() -> None:
    """Let what MicroPython lacks be imported."""
    here: Any = sys.modules[__name__]
    here.Callable, here.NamedTuple, here.Any = None, Unknown, Any
    for name in ("numpy", "dataclasses", "collections.abc", "typing"):
        sys.modules[name] = here
    sys.modules["numpy.typing"] = typing  # type: ignore[assignment]  # MicroPython takes what has its attributes
