"""Stand-ins for arrays: they record what a rule's own code does with them.

They answer the protocols by which NumPy lets other arrays take part, so that
the code of a rule runs as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import currentframe
from operator import matmul
from types import FrameType
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .graph import ELEMENTWISE, PRODUCT, Node, Recorder

HOME = "src/literate_bp/compiled/recording.py"


class Recorded(NDArrayOperatorsMixin):
    """Stands for an array of which shape and type alone are known.

    Parameters
    ----------
    recorder : Recorder
        Keeps what is done with it.
    node : Node
        What it is the result of.
    """

    def __init__(self, recorder: Recorder, node: Node) -> None:
        self.recorder = recorder
        self.node = node

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, as of an array; so for the next three."""
        return self.node.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries."""
        return self.node.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def real(self) -> Recorded:
        """The array itself: it is real."""
        return self

    @property
    def T(self) -> Recorded:  # noqa: N802 — the name of NumPy
        """The transpose."""
        return self.then("transpose")

    def then(self, operation: str, *others: Any, **options: Any) -> Recorded:
        """Record an operation on this array and others."""
        return record(self.recorder, operation, (self, *others), **options)

    def sum(self, axis: int, *, keepdims: bool = False) -> Recorded:
        """Record a sum along an axis."""
        return self.then("sum", axis=axis, keepdims=keepdims)

    def mean(self, axis: int, *, keepdims: bool = False) -> Recorded:
        """Record a mean along an axis: a sum, divided, as NumPy does it."""
        is_half = self.dtype == np.float16  # NumPy adds these up in float32
        of = self.astype(np.dtype(np.float32)) if is_half else self
        total = of.sum(axis, keepdims=keepdims)
        return (total / self.shape[axis]).astype(self.dtype)

    def astype(self, dtype: np.dtype[Any], **_: object) -> Recorded:
        """Record a change of type."""
        dtype = np.dtype(dtype)
        return self if dtype == self.dtype else self.then("cast", dtype=dtype)

    def reshaped(self, shape: tuple[int, ...]) -> Recorded:
        """Record another shape of the same numbers."""
        return (
            self if shape == self.shape else self.then("reshape", shape=shape)
        )

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Any) -> Recorded:
        """Record new axes, the only places that rules ask for."""
        places = index if isinstance(index, tuple) else (index,)
        if not all(p is None or p in (..., slice(None)) for p in places):
            raise refused(f"an array at [{index}]")
        return self.reshaped(np.empty(self.shape)[index].shape)

    def __bool__(self) -> bool:
        raise refused("a branch that depends on the numbers in an array")

    def __array__(self, *_: object, **__: object) -> Any:
        raise refused("a stand-in that is made an array")

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *given: Any, **options: Any
    ) -> Recorded:
        """Record a function that NumPy applies entry by entry."""
        name = ufunc.__name__
        if method != "__call__" or options or name not in UFUNCS:
            raise refused(
                f"np.{name}" + (f".{method}" * (method != "__call__"))
            )
        return record(self.recorder, name, given)

    def __array_function__(
        self,
        function: Callable[..., Any],
        _types: object,
        given: tuple[Any, ...],
        options: dict[str, Any],
    ) -> Any:
        """Record another function of NumPy."""
        if function.__name__ not in FUNCTIONS:
            raise refused(f"np.{function.__name__}")
        return FUNCTIONS[function.__name__](*given, **options)


UFUNCS = {*ELEMENTWISE, PRODUCT}
"""The functions that are recorded under their own name."""


def refused(what: str) -> NotImplementedError:
    """Return an error that says what cannot be recorded, and the way out."""
    return NotImplementedError(
        f"{what} cannot be recorded; known are np."
        f"{', np.'.join(sorted({*UFUNCS, *FUNCTIONS}))}: use these, or add "
        f"it to {HOME}"
    )


def record(
    recorder: Recorder, operation: str, given: tuple[Any, ...], **options: Any
) -> Recorded:
    """Record an operation on stand-ins, arrays and numbers.

    Parameters
    ----------
    recorder : Recorder
        Keeps it.
    operation : str
        As in a `Node`.
    given : tuple
        Stand-ins, arrays of constants, and numbers, which take the type of
        the arrays beside them as in NumPy.
    **options : object
        As in a `Node`.
    """
    dtype = np.result_type(*map(weakly_typed, given))
    nodes = (as_node(recorder, each, dtype) for each in given)
    rule = calling_rule(currentframe())
    node = recorder.apply(operation, *nodes, rule=rule, **options)
    return Recorded(recorder, node)


def weakly_typed(given: Any) -> Any:
    """Return what NumPy decides the type of a result by."""
    return given if isinstance(given, int | float) else given.dtype


def as_node(recorder: Recorder, given: Any, dtype: np.dtype[Any]) -> Node:
    """Return the node of a stand-in, or of a constant."""
    if isinstance(given, Recorded):
        return given.node
    if isinstance(given, np.ndarray):
        return recorder.constant(given, given.dtype)
    return recorder.constant(given, dtype)


def calling_rule(frame: FrameType | None) -> str:
    """Return the name of the rule that is running: the nearest function.

    Parameters
    ----------
    frame : frame
        Where the search begins, upwards.
    """
    package = __name__.partition(".")[0]
    here = __name__.rpartition(".")[0]
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        inside = module.startswith(package) and not module.startswith(here)
        if inside and not frame.f_code.co_name.startswith("<"):
            return frame.f_code.co_name
        frame = frame.f_back
    return ""


# --- NumPy's functions that are not ufuncs ----------------------------------


def clip(a: Any, low: Any, high: Any) -> Any:
    """Limit an array: not below `low`, not above `high`."""
    return np.minimum(np.maximum(a, low), high)


def filled(a: Recorded, value: float) -> Recorded:
    """Give an array of equal numbers, like another."""
    return Recorded(a.recorder, a.recorder.constant(value, a.dtype))


def atleast_2d(a: Recorded) -> Recorded:
    """Give an array of two axes, the first of length 1 if it is new."""
    return a.reshaped((1,) * (2 - a.ndim) + a.shape)


def where(condition: Any, then: Any, otherwise: Any) -> Recorded:
    """Choose entry by entry."""
    recorder = next(
        each.recorder
        for each in (condition, then, otherwise)
        if isinstance(each, Recorded)
    )
    return record(recorder, "where", (condition, then, otherwise))


def argmax(a: Recorded, *, axis: int, keepdims: bool = False) -> Recorded:
    """Give the place of the largest entry along an axis."""
    return a.then("argmax", axis=axis, keepdims=keepdims)


def take_along_axis(a: Recorded, places: Recorded, axis: int) -> Recorded:
    """Give the entries at places along an axis."""
    return a.then("take_along_axis", places, axis=axis)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "argmax": argmax,
    "atleast_2d": atleast_2d,
    "clip": clip,
    "dot": matmul,
    "iscomplexobj": lambda _: False,
    "ones_like": lambda a: filled(a, 1),
    "take_along_axis": take_along_axis,
    "where": where,
    "zeros_like": lambda a: filled(a, 0),
}
"""The functions of NumPy that rules may use, beside `UFUNCS`."""
