"""What `tape` and `operations` ask of NumPy, for single numbers: functions that ask a variable what to do.

Plain Python over `live_numpy`, and it runs under MicroPython.
"""

from typing import Any

from . import live_numpy

__all__ = ["NDArrayOperatorsMixin", "install"]


class Ufunc:
    """A function of NumPy: where one of its operands is a variable, that records it."""

    def __init__(self, name: str, rule: Any) -> None:
        self.__name__ = name
        self.rule = rule

    def __call__(self, *operands: Any, **options: Any) -> Any:
        for operand in operands:
            if hasattr(operand, "__array_ufunc__"):
                return operand.__array_ufunc__(self, "__call__", *operands, **options)
        return self.rule(*operands)


UFUNCS = {
    "add": live_numpy.elementwise(lambda x, y: x + y),
    "subtract": live_numpy.elementwise(lambda x, y: x - y),
    "multiply": live_numpy.elementwise(lambda x, y: x * y),
    "divide": live_numpy.elementwise(lambda x, y: x / y),
    "power": live_numpy.elementwise(lambda x, y: x**y),
    "negative": live_numpy.elementwise(lambda x: -x),
    "exp": live_numpy.exp,
}
"""What each function does with numbers, by its name."""
FUNCTIONS = {name: Ufunc(name, rule) for name, rule in UFUNCS.items()}


class NDArrayOperatorsMixin:
    """Lets the operators call the functions, as in NumPy."""

    def __neg__(self) -> Any:
        return FUNCTIONS["negative"](self)


def operator(name: str) -> Any:
    """Return the method of an operator."""

    def method(self: Any, other: Any) -> Any:
        return FUNCTIONS[name](self, other)

    return method


def reflected(name: str) -> Any:
    """Return its method for what stands behind a number."""

    def method(self: Any, other: Any) -> Any:
        return FUNCTIONS[name](other, self)

    return method


for method, name in (("add", "add"), ("sub", "subtract"), ("mul", "multiply"), ("truediv", "divide"), ("pow", "power")):
    setattr(NDArrayOperatorsMixin, f"__{method}__", operator(name))
    setattr(NDArrayOperatorsMixin, f"__r{method}__", reflected(name))


def ones(_shape: Any, _kind: Any = None) -> Any:
    """Return a one."""
    return live_numpy.asarray(1.0)


def as_it_is(array: Any, *_: Any, **__: Any) -> Any:
    """Return a number as it is: all are of one kind."""
    return array


def install() -> None:
    """Let NumPy's names be found where `live_numpy` stands for it, and let a single number say that it has no axis."""
    for name, function in FUNCTIONS.items():
        setattr(live_numpy, name, function)
    here: Any = live_numpy
    array: Any = live_numpy.Array
    here.ones, here.ndarray = ones, array
    array.shape, array.astype, array.setflags = (), as_it_is, as_it_is
