r"""A tape: what is done with arrays is recorded, and then run backward.

`network.backward` knows the layers that it goes back through. Here nothing is
known beforehand: an operation on a `Variable` is recorded when it runs, and
`Variable.backward` goes through the record from its end. The operations are
NumPy's own functions, so the rules of all chapters run on variables as they
stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count, zip_longest
from operator import getitem, setitem
from threading import current_thread
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.lib.mixins import NDArrayOperatorsMixin

from . import validation
from .activation import Array
from .network import locked
from .operations import CONSTANT, OPERATIONS, Axis, added, constant, fitted

RECORDING = ContextVar("RECORDING", default=True)
"""Whether this thread records."""
PLACES = count()
"""The places on the tape, from its beginning on."""


@contextmanager
def no_grad() -> Iterator[None]:
    """Record nothing within a ``with``: what is made there is an array.

    Examples
    --------
    >>> from literate_bp import Variable, no_grad
    >>> w = Variable([1.0, 2.0])
    >>> with no_grad():
    ...     print(w * 3)
    [3. 6.]
    """
    before = RECORDING.set(False)
    try:
        yield
    finally:
        RECORDING.reset(before)


class Operation(NamedTuple):
    """What made a variable.

    Attributes
    ----------
    function : callable
        One of `OPERATIONS`.
    values, options : list, dict
        The arguments that it was run with.
    variables : list of (Variable, callable)
        Those whose values are among them, each with the rule of its place.
    """

    function: Callable[..., Any]
    values: list[Any]
    options: dict[str, Any]
    variables: list[tuple[Variable, Any]]

    def shares(self, g: Array, c: Array) -> Iterator[tuple[Variable, Array]]:
        """Yield the variables, each with its share of the gradient.

        Parameters
        ----------
        g, c : ndarray
            The gradient of the result, and the result.
        """
        for variable, rule in self.variables:
            share = rule(g, c, *self.values, **self.options)
            yield variable, fitted(share, variable.value)


class Variable(NDArrayOperatorsMixin):
    """An array that is recorded with what it was made of.

    A variable that you make is a *leaf*. What NumPy's functions make of
    variables are variables, too.

    Parameters
    ----------
    value : array_like
        The numbers, of any shape. They are copied.

    Attributes
    ----------
    shape, dtype : tuple of int, dtype
        Those of the value.
    gradient : ndarray or None
        In a leaf, the sum of what `backward` has found since this was None.
        Set it to None to begin again.
    operation : Operation or None
        What made it; None in a leaf.
    place : int
        Its place on the tape.
    thread : Thread
        The thread that made it, which alone may go on with it.

    Raises
    ------
    ValueError
        If value is not an array of real numbers. From an operation, if there
        is no rule for it, if it writes in place, or if a variable belongs to
        another thread.

    Examples
    --------
    >>> from literate_bp import Variable
    >>> a = Variable(3.0)
    >>> (a * a + a).backward()
    >>> a.gradient
    np.float64(7.0)
    """

    __slots__ = (
        *("_value", "dtype", "gradient", "operation", "place"),
        *("shape", "thread"),
    )

    def __init__(self, value: npt.ArrayLike) -> None:
        self._value = locked(validation.variable(value))
        self.shape, self.dtype = self._value.shape, self._value.dtype
        self.place, self.thread = next(PLACES), current_thread()
        self.operation: Operation | None = None
        self.gradient: Array | None = None

    @property
    def value(self) -> Array:
        """The numbers, as an array that nobody can write to."""
        return self._value

    @property
    def made_by(self) -> str | None:
        """The name of the function that made it; None for a leaf."""
        return self.operation and self.operation.function.__name__

    real = property(lambda a: a, doc="Itself: its numbers are real.")

    def __repr__(self) -> str:
        return f"Variable({self._value}, made_by={self.made_by!r})"

    def __reduce__(self) -> Any:
        """Copy and send the numbers alone, as a leaf: the record stays."""
        return Variable, (self._value,)

    def __getitem__(self, index: Any) -> Any:
        return apply(getitem, self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        validation.operation(setitem, {"out"}, OPERATIONS)

    def __array__(self, *_: Any, **__: Any) -> Array:
        """Refuse to become an array, of which nothing would be recorded."""
        return validation.no_array()

    def __array_ufunc__(
        self, function: Any, method: str, *operands: Any, **options: Any
    ) -> Any:
        """Record a function of NumPy that goes entry by entry, or ``@``."""
        if method != "__call__":
            function = getattr(function, method)
        return apply(function, *operands, **options)

    def __array_function__(
        self, function: Any, types: Any, operands: Any, options: Any
    ) -> Any:
        """Record another function of NumPy."""
        return apply(function, *operands, **options)

    def sum(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """Add up the entries, as `numpy.sum` does."""
        return np.sum(self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """Take the mean of the entries, as `numpy.mean` does."""
        return np.mean(self, axis=axis, keepdims=keepdims)

    def backward(self, *, keep: bool = False) -> None:
        """Add the gradient of this number to each leaf that it was made of.

        Parameters
        ----------
        keep : bool
            Whether the graph is kept for another call. Otherwise it is freed.

        Raises
        ------
        ValueError
            If this is not one number, or if a part of the graph has been
            freed or belongs to another thread. Then nothing has changed.
        """
        validation.backward(self.shape, self.thread, keep)
        graph = from_end(self)
        gradients: Any = {c.place: c.gradient for c in graph}
        gradients[self.place] = added(self.gradient, np.ones((), self.dtype))
        for c in graph:
            if operation := c.operation:
                for a, g in operation.shares(gradients[c.place], c.value):
                    gradients[a.place] = added(gradients[a.place], g)
        for c in graph:
            if c.operation is None:
                c.gradient = gradients[c.place]
                c.gradient.setflags(write=False)
            elif not keep:
                c.operation = Operation(c.operation.function, [], {}, [])


def apply(function: Any, *operands: Any, **options: Any) -> Any:
    """Run a function that has rules, and record it.

    Parameters
    ----------
    function : callable
        One of `OPERATIONS` or of `CONSTANT`: a function of NumPy, or an
        activation or a cost of this package.
    *operands, **options : Any
        Its arguments.

    Returns
    -------
    Variable
        Or an array, if nothing is recorded or the function is `CONSTANT`.
    """
    validation.operation(function, options, OPERATIONS, CONSTANT)
    values = [plain(operand) for operand in operands]
    value = function(*values, **options)
    if function in CONSTANT or not RECORDING.get():
        return value
    pairs = zip_longest(operands, OPERATIONS[function])
    variables = [pair for pair in pairs if isinstance(pair[0], Variable)]
    for variable, rule in variables:
        validation.operand(function, rule, variable.thread)
    made = Variable(value)
    made.operation = Operation(function, values, options, variables)
    return made


def plain(a: Any) -> Any:
    """Return the value of a variable, or a constant that stays as it is."""
    return a.value if isinstance(a, Variable) else constant(a)


def from_end(end: Variable) -> list[Variable]:
    """Return a variable and all that it was made of, the latest first.

    In this order, each comes after everything that was made of it.

    Parameters
    ----------
    end : Variable
        The variable.
    """
    found: dict[int, Variable] = {}
    ahead = [end]
    while ahead:
        c = ahead.pop()
        if c.place not in found and (operation := c.operation):
            validation.not_freed(c.made_by, operation.variables)
            ahead += [variable for variable, _ in operation.variables]
        found[c.place] = c
    return [found[place] for place in sorted(found, reverse=True)]
