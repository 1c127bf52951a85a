"""Validation of arguments: what is accepted, and what an error says.

Every error is a ValueError that names the argument, what came, what was
expected, and where it helps what to do. Nothing has been changed when one is
raised.
"""

from __future__ import annotations

import os
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import contextmanager
from importlib import import_module
from itertools import islice, pairwise
from threading import Thread, current_thread
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import numpy as np
import numpy.typing as npt
from numpy.lib.mixins import NDArrayOperatorsMixin

from .activation import ACTIVATIONS, Array

if TYPE_CHECKING:
    from pathlib import Path

Kind = TypeVar("Kind")

MOST_EXAMPLES = 10**9
"""The most examples of a batch whose memory is planned."""
MOST_NODES = 10**9
"""The most nodes of a layer."""
MOST_SCALE = 1e150
"""Scales of weights are below it, so that their squares are finite."""
MOST_ENTRIES = 10**6
"""The most entries of a sequence, which may have no end."""
MOST_SHOWN = 120
"""The most characters of a value in a message."""
MOST_LISTED = 240
"""The most characters of a list of names in a message."""
MADE_BY = {
    "Layer": "Layer",
    "Network": "Network or literate_bp.initialize",
    "Trace": "forward",
    "Gradients": "backward",
    "History": "train",
    "GradientFlow": "gradient_flow",
    "MemoryPlan": "memory_plan or literate_bp.checkpoint_plan",
    "Scaling": "train_mixed",
    "Limits": "precision.limits_of",
    "Problem": "worked.problem.read",
    "Variable": "Variable",
    "Normalized": "normalization.Normalization.forward",
}
"""What makes an object of each class, after ``literate_bp.``."""


def instance(what: str, value: object, kind: type[Kind]) -> Kind:
    """Return an object of the expected class.

    Parameters
    ----------
    what : str
        The name of the argument.
    value : object
        What came.
    kind : type
        The class, one of the package's own.
    """
    if isinstance(value, kind):
        return value
    raise ValueError(
        f"{what} is {kind_of(value)}; {with_article(kind.__name__)} was "
        f"expected: make one with literate_bp.{MADE_BY[kind.__name__]}"
    )


def copy_of_package(package: object, own: str) -> None:
    """Require the package itself, or one of its copies.

    Parameters
    ----------
    package : object
        What came.
    own : str
        The name of the package.
    """
    name = getattr(package, "__name__", None)
    named = isinstance(name, str) and f"{name}_with_".startswith(
        f"{own}_with_"
    )
    if not (named and isinstance(package, ModuleType)):
        raise ValueError(
            f"package is {shown(package)}; {own}, or what "
            "gallery.package_with returns, was expected"
        )


def shown(value: object) -> str:
    """Write a value on one line, shortened."""
    try:
        text = printable(repr(value))
    except Exception:  # noqa: BLE001 — an object of another's class
        if isinstance(value, int):  # Python's own limit
            return "a number of thousands of digits"
        return f"{kind_of(value)} that cannot be shown"
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"


def printable(text: str) -> str:
    """Write a text on one line, without characters that steer a terminal."""
    return "".join(
        letter if letter.isprintable() else ascii(letter)[1:-1]
        for letter in " ".join(text.split())
    )


def kind_of(value: object) -> str:
    """Name the type of a value, with its article."""
    return "None" if value is None else with_article(type(value).__name__)


def with_article(noun: str) -> str:
    """Return a noun with "a" or "an" before it."""
    vowel = noun.lower().startswith(("a", "e", "i", "o", "nd"))
    return f"{'an' if vowel else 'a'} {noun}"


def one_of(what: str, name: str, names: Collection[str]) -> str:
    """Return a known name.

    Parameters
    ----------
    what, name : str
        What the name is for, and the name.
    names : collection of str
        The known ones. If it is a dict of declarations, a name that one is
        `also_called` leads to it.
    """
    if isinstance(name, str) and name in names:
        return name
    from difflib import get_close_matches

    known = f"nown names: {shortened(names)}"
    if own := own_name(name, names):
        raise ValueError(
            f"{what} is {shown(name)}; {own} is its name here. K{known}"
        )
    close = get_close_matches(shown(name).strip("'"), names, n=1)
    hint = f"did you mean {close[0]!r}? K" if close else "k"
    raise ValueError(f"{what} {shown(name)} is unknown; {hint}{known}")


def shortened(names: Collection[str]) -> str:
    """List names, no more than a message has room for."""
    text = ", ".join(names)
    if len(text) <= MOST_LISTED:
        return text
    return f"{text[:MOST_LISTED].rpartition(',')[0]} …"


def own_name(name: object, names: Collection[str]) -> str:
    """Return the name here of what has another one elsewhere, explained.

    Parameters
    ----------
    name : object
        The other name. Capital letters and punctuation do not matter.
    names : collection of str
        As for `one_of`.
    """
    if not isinstance(name, str | None):
        return ""
    declared = names if isinstance(names, Mapping) else dict.fromkeys(names)
    for own, declaration in declared.items():
        others = getattr(declaration, "also_called", ())
        if bare(str(name)) in map(bare, (own, *others)):
            meaning = getattr(declaration, "meaning", "")
            return f"{own!r} ({meaning})" if meaning else repr(own)
    return ""


def bare(name: str) -> str:
    """Return a name in lower-case letters and digits, without "Loss"."""
    return "".join(filter(str.isalnum, name.lower())).removesuffix("loss")


DECLARED_IN = {
    "activation": "ACTIVATIONS, src/literate_bp/activation.py",
    "cost": "COSTS, src/literate_bp/cost.py",
}
"""Where the entries of activations and costs stand."""
PARTS = {"working": "working arrays", "textbook": "textbook form"}
"""What the parts of an entry are called that something cannot do without."""


def declared(what: str, name: str, part: str, table: Mapping[str, Any]) -> Any:
    """Return a part of the declaration of an activation or a cost.

    Parameters
    ----------
    what, name : str
        ``"activation"`` or ``"cost"``, and its name.
    part : str
        The part: ``"working"`` or ``"textbook"``.
    table : dict
        `ACTIVATIONS` or `COSTS`.
    """
    if (found := getattr(table[name], part)) is None:
        raise ValueError(
            f"{what} {name!r} has no {PARTS[part]}: add `{part}=` to its "
            f"entry in {DECLARED_IN[what]}"
        )
    return found


def positive(what: str, value: float) -> float:
    """Return a finite number greater than 0.

    Parameters
    ----------
    what : str
        The name of the argument; so for every check below.
    value : float
        What came.
    """
    return between(what, value, 0, np.inf)


def number(
    what: str, value: float, fits: Callable[[float], bool], expected: str
) -> float:
    """Return a number that fits.

    Parameters
    ----------
    what, value : str, float
        The name of the argument, and what came.
    fits : callable
        Tells whether a number does.
    expected : str
        What does, for the message.
    """
    found = real_number(value)
    if not fits(found):
        raise ValueError(f"{what} is {shown(value)}; {expected} was expected")
    return found


def between(what: str, value: float, low: float, high: float) -> float:
    """Return a number that lies strictly between two others.

    Parameters
    ----------
    what, value : str, float
        The name of the argument, and what came.
    low, high : float
        The two others.
    """
    expected = f"a number between {low:g} and {high:g}"
    if high == np.inf:
        expected = f"a finite number greater than {low:g}"
    return number(what, value, lambda found: low < found < high, expected)


def share(what: str, value: float) -> float:
    """Return a number from 0 to 1."""
    return number(
        what, value, lambda found: 0 <= found <= 1, "a number from 0 to 1"
    )


def below_one(what: str, value: float) -> float:
    """Return a number that is at least 0 and below 1."""
    expected = "a number of at least 0 and below 1"
    return number(what, value, lambda found: 0 <= found < 1, expected)


def not_negative(what: str, value: float) -> float:
    """Return a finite number that is at least 0."""
    expected = "a finite number of at least 0"
    return number(what, value, lambda found: 0 <= found < np.inf, expected)


def loss_scale(what: str, value: float) -> float:
    """Return a number that float32 holds in full, and its reciprocal too.

    Parameters
    ----------
    what, value : str, float
        The name of the argument, and what came.
    """
    found = positive(what, value)
    if not 2.0**-126 <= found <= 2.0**127:
        raise ValueError(
            f"{what} is {shown(value)}; a loss scale from 2**-126 to 2**127 "
            "was expected, so that float32 holds it and its reciprocal"
        )
    return found


def after_step(
    rate: float, number: int, parameters: Mapping[str, Array]
) -> None:
    """Require parameters that a step has left finite, and with directions.

    Parameters
    ----------
    rate : float
        The learning rate of the step.
    number, parameters : int, dict of str to ndarray
        The number of the layer, and its new parameters by name.
    """
    for name, array in parameters.items():
        if not np.isfinite(array).all():
            raise ValueError(
                f"rate is {rate:g}; with it, a step has left {name} of layer "
                f"{number} infinite or NaN in {array.dtype}: a smaller rate "
                "was expected, or gradients that are finite: try a tenth of "
                "the rate, clip=1.0, or a schedule that warms up"
            )
    if "gains" in parameters:
        gains(parameters["gains"], parameters["weights"])


def real_number(value: object) -> float:
    """Return a number as a float, and NaN for what is none.

    Parameters
    ----------
    value : object
        What came.
    """
    if isinstance(value, bool | np.timedelta64) or not isinstance(
        value, int | float | np.integer | np.floating
    ):
        return np.nan
    try:
        return float(value)
    except OverflowError:  # a whole number without a float near it
        return np.inf


def whole(
    what: str, value: int, least: int = 1, most: int | None = None
) -> int:
    """Return a whole number that is neither too small nor too large.

    Parameters
    ----------
    what, value : str, int
        The name of the argument, and what came.
    least : int
        The smallest that is accepted.
    most : int, optional
        The largest that is accepted.
    """
    if (
        not is_whole(value)
        or value < least
        or (most is not None and value > most)
    ):
        range_ = f"of at least {least}"
        if most is not None:
            range_ += f" and at most {most:,}"
        raise ValueError(
            f"{what} is {shown(value)}; a whole number {range_} was expected"
        )
    return int(value)


def is_whole(value: object) -> bool:
    """Tell whether a value is a whole number, and no truth value or time."""
    kinds = isinstance(value, int | np.integer)
    return kinds and not isinstance(value, bool | np.timedelta64)


def one_type(arrays: Iterable[Array]) -> None:
    """Refuse a network with parameters of several types.

    Parameters
    ----------
    arrays : iterable of ndarray
        Its parameters.
    """
    types = sorted({str(array.dtype) for array in arrays})
    if len(types) > 1:
        raise ValueError(
            f"network has parameters of type {' and '.join(types)}; those of "
            "one type were expected: literate_bp.network.cast changes it"
        )


def batch_size(value: int) -> int:
    """Return the number of examples in a batch that a memory could hold.

    Parameters
    ----------
    value : int
        What came.
    """
    return whole("batch", value, most=MOST_EXAMPLES)


def true_or_false(what: str, value: bool) -> bool:  # noqa: FBT001 — keep is checked here
    """Return a truth value.

    Parameters
    ----------
    what, value : str, bool
        The name of the argument, and what came.
    """
    if not isinstance(value, bool | np.bool_):
        raise ValueError(
            f"{what} is {shown(value)}; True or False was expected"
        )
    return bool(value)


def is_float(dtype: np.dtype[Any]) -> bool:
    """Tell whether a type is a floating-point type.

    One that NumPy has not made itself, such as bfloat16, is known by what it
    does: float64 holds its numbers, and it holds one half.
    """
    if dtype.kind != "V":
        return dtype.kind == "f"
    try:
        wider = np.promote_types(dtype, np.float64)
    except TypeError:
        return False
    return wider == np.float64 and float(np.array(0.5, dtype)) == 0.5


def float_type(what: str, value: npt.DTypeLike) -> np.dtype[Any]:
    """Return a floating-point type.

    Parameters
    ----------
    what, value : str, dtype
        The name of the argument, and what came.
    """
    try:
        dtype = np.dtype(value)
    except Exception:  # noqa: BLE001 — an object of another's class
        raise ValueError(
            f"{what} is {shown(value)}; a type of floating-point numbers was "
            "expected, such as numpy.float64"
        ) from None
    if not is_float(dtype):
        raise ValueError(
            f"{what} is {dtype}; a type of floating-point numbers was "
            "expected, such as numpy.float64"
        )
    return dtype


def narrow_type(what: str, value: npt.DTypeLike) -> np.dtype[Any]:
    """Return a floating-point type of at most 32 bits.

    Parameters
    ----------
    what, value : str, dtype
        The name of the argument, and what came.
    """
    dtype = float_type(what, value)
    if dtype.itemsize > 4:
        raise ValueError(
            f"{what} is {dtype}; a type of at most 32 bits was expected, such "
            "as numpy.float16: the rules are run in float32"
        )
    return dtype


def numeric(
    what: str, values: npt.ArrayLike, dtype: npt.DTypeLike = np.float64
) -> Array:
    """Return numbers as an array.

    Arrays of floats keep their type, everything else takes `dtype`.

    Parameters
    ----------
    what, values : str, array_like
        The name of the argument, and what came.
    dtype : dtype
        The type for whole numbers and for plain Python numbers.
    """
    try:
        gaps = has_gaps(values)
        array = np.zeros(0) if gaps else np.asarray(values)
    except Exception as error:  # noqa: BLE001 — an object of another's class
        raise ValueError(
            f"{what} came as no rectangular array of numbers: "
            f"{printable(str(error))}; an array was expected, or lists of "
            "equally many numbers"
        ) from None
    if gaps:
        raise ValueError(
            f"{what} came with masked entries; numbers without gaps were "
            "expected: fill them, as values.filled(0.0) does"
        )
    if array.dtype.kind not in "biufc" and not is_float(array.dtype):
        raise ValueError(
            f"{what} of type {array.dtype} came; numbers were expected"
        )
    typed = isinstance(values, np.ndarray | np.generic) and is_float(
        array.dtype
    )
    if typed or array.dtype.kind == "c":
        return array
    try:
        with np.errstate(over="raise"):
            return array.astype(dtype)
    except FloatingPointError:
        raise ValueError(
            f"{what} holds numbers beyond the range of {np.dtype(dtype)}, the "
            "type of the network; smaller ones were expected"
        ) from None


def has_gaps(values: object) -> bool:
    """Tell whether an array, or one in a list, has masked entries."""
    if isinstance(values, list | tuple):
        return any(map(has_gaps, values))
    return isinstance(values, np.ma.MaskedArray) and bool(values.mask.any())


def real(what: str, array: Array) -> None:
    """Require real numbers.

    Parameters
    ----------
    what, array : str, ndarray
        The name of the argument, and what came.
    """
    if np.iscomplexobj(array):
        raise ValueError(
            f"{what} came as complex numbers; real ones were expected"
        )


def finite(what: str, array: Array) -> None:
    """Require real and finite numbers.

    Parameters
    ----------
    what, array : str, ndarray
        The name of the argument, and what came.
    """
    real(what, array)
    if not np.isfinite(array).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"{what} at {at} is {array[at]}; finite numbers were expected"
        )


def in_range(what: str, array: Array, dtype: np.dtype[Any]) -> Array:
    """Return random numbers in a type that can hold them.

    Parameters
    ----------
    what, array : str, ndarray
        What was drawn.
    dtype : dtype
        The type.
    """
    with np.errstate(over="ignore"):
        found = array.astype(dtype)
    if not np.isfinite(found).all():
        raise ValueError(
            f"{what} were drawn beyond the range of {dtype}; a smaller scale "
            "or standard deviation was expected, or a wider type"
        )
    return found


def narrowed(what: str, array: Array, dtype: np.dtype[Any]) -> Array:
    """Return numbers in another type, which has to hold them.

    Parameters
    ----------
    what, array : str, ndarray
        The name of the numbers, and what came.
    dtype : dtype
        The type.
    """
    with np.errstate(over="ignore"):
        found = array.astype(dtype)
    if np.isinf(found[np.isfinite(array)]).any():
        raise ValueError(
            f"{what} hold numbers beyond the range of {dtype}; smaller ones "
            "were expected, or a wider type"
        )
    return found


def sequence(what: str, values: Any, of: str) -> tuple[Any, ...]:
    """Return what a sequence holds.

    Parameters
    ----------
    what, values : str, sequence
        The name of the argument, and what came.
    of : str
        What it should hold, as the message says it.
    """
    expected = f"a sequence of {of} was expected"
    try:
        entries = iter(values)
    except Exception:  # noqa: BLE001 — an object of another's class
        raise ValueError(f"{what} is {kind_of(values)}; {expected}") from None
    try:
        found = tuple(islice(entries, MOST_ENTRIES + 1))
    except Exception as error:  # noqa: BLE001 — likewise
        raise ValueError(
            f"{what} is {kind_of(values)} that fails: "
            f"{printable(str(error))}; {expected}"
        ) from None
    if len(found) > MOST_ENTRIES:
        raise ValueError(
            f"{what} has more than {MOST_ENTRIES:,} entries; {expected}, "
            "which is shorter"
        )
    return found


def vector(what: str, values: npt.ArrayLike) -> Array:
    """Let a sequence of at least one number through, as an array.

    Parameters
    ----------
    what, values : str, array_like (n,)
        The name of the argument, and what came.
    """
    array = numeric(what, values)
    if array.ndim != 1 or not array.size:
        raise ValueError(
            f"{what} has shape {array.shape}; a sequence of at least one "
            "number was expected"
        )
    return array


def text(what: str, value: str) -> str:
    """Return a text.

    Parameters
    ----------
    what, value : str, str
        The name of the argument, and what came.
    """
    if not isinstance(value, str) or not value:
        raise ValueError(f"{what} is {shown(value)}; a text was expected")
    return value


def texts(what: str, values: Any) -> tuple[str, ...]:
    """Return the texts of a sequence, which may be empty.

    Parameters
    ----------
    what, values : str, sequence of str
        The name of the argument, and what came.
    """
    found = sequence(what, values, "texts")
    for value in found:
        if not isinstance(value, str):
            raise ValueError(
                f"{what} hold {shown(value)}; texts alone were expected"
            )
    return found


def file_path(what: str, value: str | os.PathLike[str], expected: str) -> Path:
    """Return the path of a file.

    Parameters
    ----------
    what, value : str, path
        The name of the argument, and what came.
    expected : str
        What it should be, for the message.
    """
    from pathlib import Path

    try:
        path, empty = Path(value), not os.fspath(value)
    except Exception:  # noqa: BLE001 — an object of another's class
        raise ValueError(
            f"{what} is {kind_of(value)}; {expected} was expected"
        ) from None
    if empty or "\0" in str(path):
        raise ValueError(f"{what} is {shown(value)}; {expected} was expected")
    return path


def function(what: str, value: Any) -> Any:
    """Return what can be called.

    Parameters
    ----------
    what, value : str, callable
        The name of the argument, and what came.
    """
    if not callable(value):
        raise ValueError(
            f"{what} is {kind_of(value)}; a function was expected"
        )
    if isinstance(value, type):
        raise ValueError(
            f"{what} is a class, {value.__name__}; a function was expected, "
            "such as an object of the class"
        )
    return value


def by_name(what: str, values: object, most: int) -> dict[str, Any]:
    """Let a mapping from names through that is neither empty nor too long.

    Parameters
    ----------
    what, values : str, object
        The name of the argument, and what came.
    most : int
        The largest number of entries.
    """
    if not isinstance(values, Mapping):
        raise ValueError(
            f"{what} is {kind_of(values)}; a mapping from names was "
            "expected, such as {'a name': …}"
        )
    try:
        found = dict(values)
    except Exception:  # noqa: BLE001 — an object of another's class
        raise ValueError(
            f"{what} is {kind_of(values)} that gives no entries; a mapping "
            "from names was expected"
        ) from None
    if not 1 <= len(found) <= most:
        raise ValueError(
            f"{what} has {len(found)} entries; 1 to {most} were expected"
        )
    texts(f"the names in {what}", found)
    return found


def weights(values: npt.ArrayLike) -> Array:
    """Return a matrix of weights, (inputs, outputs).

    Parameters
    ----------
    values : array_like
        What came.
    """
    w = numeric("weights", values)
    if w.ndim != 2 or 0 in w.shape:
        raise ValueError(
            f"weights have shape {w.shape}; (inputs, outputs) was expected, "
            "at least one each"
        )
    return w


def one_a_node(what: str, values: npt.ArrayLike, w: Array) -> Array:
    """Return numbers that fit a matrix of weights, one a node.

    Parameters
    ----------
    what, values : str, array_like
        The name of the argument, and what came.
    w : ndarray (n_in, n_out)
        The weights.
    """
    b, n_out = numeric(what, values, w.dtype), w.shape[1]
    if b.shape != (n_out,):
        raise ValueError(
            f"{what} have shape {b.shape}; the weights lead to {n_out} "
            f"nodes, so ({n_out},) was expected"
        )
    return b


def gains(values: npt.ArrayLike, w: Array) -> Array:
    """Return gains, if the weights have a direction at every node.

    Parameters
    ----------
    values : array_like
        What came.
    w : ndarray (n_in, n_out)
        The weights.
    """
    g = one_a_node("gains", values, w)
    if not (still := w.any(axis=0)).all():
        node = int(np.argmin(still)) + 1
        raise ValueError(
            f"weights into node {node} are all 0; with gains, weights that "
            "have a direction were expected: draw them at random, or leave "
            "the gains out"
        )
    return g


def normalized_weights(gains: Sequence[Array | None], what: str) -> None:
    """Require layers without gains, where weights themselves are shown.

    Parameters
    ----------
    gains : sequence of ndarray or None
        Those of each layer, if it has any.
    what : str
        Where they would be shown.
    """
    for number, found in enumerate(gains, start=1):
        if found is not None:
            raise ValueError(
                f"layer {number} has gains; {what} shows weights that have "
                "none, so a network without gains was expected: take "
                "Network([Layer(n.matrix, n.biases, n.activation, "
                "residual=n.residual) for n in network.layers], network.cost)"
            )


def residual(value: bool, w: Array) -> bool:  # noqa: FBT001 — keep is checked here
    """Return whether a layer is residual, if it has as many nodes as inputs.

    Parameters
    ----------
    value : bool
        What came.
    w : ndarray (n_in, n_out)
        The weights.
    """
    past = true_or_false("residual", value)
    if past and w.shape[0] != w.shape[1]:
        raise ValueError(
            f"residual is True, but weights have shape {w.shape}; a residual "
            "connection adds inputs to outputs, so equally many were "
            "expected: put a layer without one where the width changes"
        )
    return past


def parts_of_normalization(
    given: Mapping[str, object], known: Iterable[str]
) -> None:
    """Require neither scales nor shifts where there is no normalization.

    Parameters
    ----------
    given : mapping of str to object
        What came, by the name of the argument.
    known : iterable of str
        The names of the normalizations.
    """
    for what, came in given.items():
        if came is not None:
            raise ValueError(
                f"{what} came without a normalization, of which they are a "
                f"part; one of {', '.join(map(repr, known))} was expected "
                "with them: give normalization, or biases in their place"
            )


def no_biases(biases: Array | None) -> None:
    """Require no biases before batch normalization.

    Parameters
    ----------
    biases : ndarray or None
        What came.
    """
    if biases is not None:
        raise ValueError(
            "biases came with batch normalization, which subtracts them "
            "again; None was expected: the shifts do their work"
        )


def numbers_to_compare(shape: tuple[int, ...], axis: int) -> None:
    """Require two numbers at least along the axis of a normalization.

    Parameters
    ----------
    shape : tuple of int
        Of the linear parts of a layer.
    axis : int
        −2 for the examples, −1 for the nodes.
    """
    if len(shape) >= -axis and shape[axis] > 1:
        return
    if axis == -1:
        raise ValueError(
            "normalization goes along the nodes of the layer, which has one; "
            "two at least were expected: take a wider layer, or 'batch'"
        )
    raise ValueError(
        "x is one example; the network has batch normalization, which "
        "compares examples, so two at least were expected: give a batch, or "
        "use what literate_bp.inference.folded returns; in training, take a "
        "batch that leaves no example over"
    )


def batch_to_compare(batch: int, names: Sequence[str | None]) -> None:
    """Require two examples at least where batch normalization compares them.

    Parameters
    ----------
    batch : int
        The number of examples in a call.
    names : sequence of str or None
        The normalization of each layer.
    """
    if batch == 1 and "batch" in names:
        raise ValueError(
            "batch is 1; the network has batch normalization, which compares "
            "examples, so 2 at least were expected"
        )


def output_normalization(name: str | None) -> None:
    """Require a last layer without normalization.

    Parameters
    ----------
    name : str or None
        What the last layer has.
    """
    if name is not None:
        raise ValueError(
            f"the last layer has {name} normalization, which takes the level "
            "and the size away that targets have; a last layer without it "
            "was expected: put it in hidden layers"
        )


def without_normalization(names: Sequence[str | None], what: str) -> None:
    """Require layers without normalization.

    Parameters
    ----------
    names : sequence of str or None
        The normalization of each layer.
    what : str
        What knows nothing of it.
    """
    for number, name in enumerate(names, start=1):
        if name is not None:
            instead = FOLDED if name == "batch" else "leave it out"
            raise ValueError(
                f"layer {number} has {name} normalization, which {what} does "
                f"not know; a network without it was expected: {instead}"
            )


FOLDED = (
    "take literate_bp.inference.folded(network, x), whose weights and biases "
    "hold the means and variances of x"
)
"""What to do instead with batch normalization."""


def without_batch_normalization(
    names: Sequence[str | None], what: str
) -> None:
    """Require layers that do not compare the examples of a batch.

    Parameters
    ----------
    names : sequence of str or None
        The normalization of each layer.
    what : str
        What splits the batch.
    """
    for number, name in enumerate(names, start=1):
        if name == "batch":
            raise ValueError(
                f"layer {number} has batch normalization, which compares all "
                f"examples of a batch, and {what} splits it: the gradient "
                "would be another; a network without it was expected: take "
                "'layer' or 'rms' normalization, or the whole batch at once"
            )


def chain(shapes: Sequence[tuple[int, ...]]) -> None:
    """Require layers that fit one another.

    Parameters
    ----------
    shapes : sequence of tuple of int
        The shape of each layer's weights.
    """
    if not shapes:
        raise ValueError("layers is empty; at least one Layer was expected")
    for number, ((_, n_out), shape) in enumerate(pairwise(shapes), start=1):
        if shape[0] != n_out:
            raise ValueError(
                f"weights of layer {number + 1} have shape {shape}; "
                f"layer {number} has {n_out} outputs, so ({n_out}, n) was "
                "expected"
            )


def output(
    activations: Sequence[str], cost: str, goes_with: str | None
) -> None:
    """Require a softmax in the last layer only, and a cost that fits it.

    Parameters
    ----------
    activations : sequence of str
        One name a layer.
    cost : str
        The name of the cost.
    goes_with : str or None
        The one activation of the last layer that the cost goes with, if it
        needs one.
    """
    *hidden, last = activations
    for number, name in enumerate(hidden, start=1):
        if not ACTIVATIONS[name].elementwise:
            raise ValueError(
                f"activation of layer {number} is {name!r}; it goes with the "
                f"last layer, {len(activations)}, alone"
            )
    if goes_with is not None and last != goes_with:
        raise ValueError(
            f"cost {cost!r} goes with a last layer of {goes_with!r}; this "
            f"one has {last!r}"
        )
    if not ACTIVATIONS[last].elementwise and last != goes_with:
        raise ValueError(
            f"cost {cost!r} does not go with a last layer of {last!r}; use "
            "cost='cross_entropy'"
        )


def output_residual(
    residual: bool,  # noqa: FBT001 — what the last layer has
    cost: str,
    goes_with: str | None,
) -> None:
    """Require no residual connection between a cost and its activation.

    Parameters
    ----------
    residual : bool
        Whether the last layer has one.
    cost, goes_with : str, str or None
        The name of the cost, and the activation that it goes with.
    """
    if residual and goes_with is not None:
        raise ValueError(
            f"the last layer has a residual connection, but cost {cost!r} "
            f"looks at the linear part of {goes_with!r} outputs; a last layer "
            "without one was expected"
        )


def examples(
    what: str, values: npt.ArrayLike, width: int, dtype: npt.DTypeLike
) -> Array:
    """Return one example, or a batch of them.

    Parameters
    ----------
    what, values : str, array_like
        The name of the argument, and what came.
    width : int
        How many numbers the network takes for one example.
    dtype : dtype
        The type for whole numbers and for plain Python numbers.
    """
    array = numeric(what, values, dtype)
    if array.ndim not in (1, 2) or array.shape[-1] != width:
        raise ValueError(
            f"{what} has shape {array.shape}; the network has {width} "
            f"{'inputs' if what == 'x' else 'outputs'}, "
            f"so ({width},) or (batch, {width}) was expected"
        )
    if array.size == 0:
        raise ValueError(
            f"{what} is an empty batch; at least one example was expected"
        )
    return array


def targets(
    values: npt.ArrayLike, answer: Array, cost: str, goes_with: str | None
) -> Array:
    """Return targets that fit an output and the cost.

    Parameters
    ----------
    values : array_like
        What came.
    answer : ndarray (n_out,) or (batch, n_out)
        The output of the network.
    cost, goes_with : str, str or None
        The name of the cost, and the activation that it goes with; with one,
        targets are probabilities.
    """
    dtype = answer.real.dtype
    y = examples("y", values, answer.shape[-1], dtype)
    real("y", y)
    rounding = max(np.finfo(kind).eps for kind in (y.dtype, dtype))
    y = y.astype(dtype, copy=False)
    if y.shape != answer.shape:
        raise ValueError(
            f"y has shape {y.shape}; the output has shape {answer.shape}, so "
            "the same was expected"
        )
    if goes_with is not None:
        probabilities("y", y, f"cost {cost!r} expects probabilities")
    if is_shared(goes_with):
        adds_up("y", y, f"cost {cost!r} expects it to", rounding)
    return y


def probabilities(what: str, values: Array, expected: str) -> None:
    """Require numbers from 0 to 1.

    Parameters
    ----------
    what, values, expected : str, ndarray, str
        The name of the argument, what came, and who expects it.
    """
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError(f"{what} reaches outside 0 to 1; {expected}")


def adds_up(what: str, values: Array, expected: str, rounding: float) -> None:
    """Require numbers that add up to 1 in each example.

    Parameters
    ----------
    what, values, expected : str, ndarray, str
        As for `probabilities`.
    rounding : float
        By how much each may be off.
    """
    within = 1e-6 + values.shape[-1] * rounding
    if not np.allclose(values.sum(axis=-1), 1, atol=within):
        raise ValueError(
            f"{what} does not add up to 1 in each example; {expected}"
        )


def is_shared(goes_with: str | None) -> bool:
    """Tell whether the outputs of a cost share a probability.

    Parameters
    ----------
    goes_with : str or None
        As for `targets`.
    """
    return goes_with is not None and not ACTIVATIONS[goes_with].elementwise


def are_labels(
    values: npt.ArrayLike, answer: Array, cost: str, goes_with: str | None
) -> bool:
    """Tell whether targets came as labels, a whole number for each example.

    Parameters
    ----------
    values, answer, cost, goes_with : array_like, ndarray, str, str or None
        As for `targets`. Where the outputs share a probability, there may be
        labels; elsewhere they are refused, as are labels that are floats.
    """
    try:
        found = np.asarray(values)
    except Exception:  # noqa: BLE001 — an object of another's class
        return False
    kind, whole = found.dtype.kind, found.dtype.kind in "iu"
    shared, expected = is_shared(goes_with), answer.shape[:-1]
    if whole and shared and found.shape not in (expected, answer.shape):
        raise ValueError(
            f"y of type {found.dtype} has shape {found.shape}; labels of "
            f"shape {expected} were expected, or targets of shape "
            f"{answer.shape}"
        )
    if found.shape != expected or (answer.shape[-1] == 1 and not shared):
        return False
    if whole and not shared:
        raise ValueError(
            f"y came as labels, a whole number for each example; cost "
            f"{cost!r} expects numbers for all {answer.shape[-1]} outputs: "
            "literate_bp.targets.one_hot makes ones and zeros of labels"
        )
    if shared and kind == "f":
        raise ValueError(
            f"y of type {found.dtype} has a number for each example; labels "
            "of a type of whole numbers were expected, such as int64, or "
            f"numbers for all {answer.shape[-1]} outputs"
        )
    return whole


def labels(what: str, values: Array, known: Array, classes: int) -> None:
    """Require labels that are whole numbers below the number of classes.

    Parameters
    ----------
    what : str
        The name of the argument.
    values, known : ndarray
        What came, and where it is one of the classes.
    classes : int
        How many there are.
    """
    if known.all():
        return
    place = tuple(int(i) for i in np.argwhere(~known)[0])
    at = f" at {place}" if place else ""
    raise ValueError(
        f"{what}{at} is {values[place]:g}; with {classes} classes a "
        f"whole number from 0 to {classes - 1} was expected"
    )


def classes(what: str, values: Array) -> None:
    """Require an array whose last axis goes over a class at least.

    Parameters
    ----------
    what, values : str, ndarray
        The name of the argument, and what came.
    """
    if values.ndim == 0 or values.size == 0:
        raise ValueError(
            f"{what} has shape {values.shape}; (classes,) or (batch, classes) "
            "was expected, at least one each"
        )


def arrays(what: str, *parts: object) -> None:
    """Require tuples of arrays of floats, as the package returns them.

    Parameters
    ----------
    what : str
        The name of the argument, the class of which it is in lower case.
    *parts : object
        What it holds; None may stand for an array.
    """
    for part in parts:
        if not isinstance(part, tuple | list):
            found: object = part
        elif wrong := [each for each in part if not is_plain(each)]:
            found = wrong[0]
        else:
            continue
        made_by = MADE_BY[what.capitalize()]
        of = f" of {found.dtype}" if isinstance(found, np.ndarray) else ""
        raise ValueError(
            f"{what} holds {kind_of(found)}{of}; tuples of arrays were "
            f"expected: take what literate_bp.{made_by} returns"
        )


def is_plain(value: object) -> bool:
    """Tell whether a value is an array of floats without gaps, or None."""
    if not isinstance(value, np.ndarray):
        return value is None
    floats = value.dtype.kind in "fc" or is_float(value.dtype)
    return floats and not isinstance(value, np.ma.MaskedArray)


def trace(
    linear: Sequence[Array], activated: Sequence[Array], widths: Sequence[int]
) -> None:
    """Require a trace of the same network.

    Parameters
    ----------
    linear, activated : sequence of ndarray
        What it holds.
    widths : sequence of int
        How many inputs the network has, and how many nodes in each layer.
    """
    arrays("trace", linear, activated)
    shapes = [np.shape(a) for a in activated]
    batch = shapes[0][:-1] if shapes else ()
    expected = [(*batch, width) for width in widths]
    if shapes != expected or [np.shape(z) for z in linear] != expected[1:]:
        raise ValueError(
            f"trace has inputs and activated values of shapes {shapes}; "
            f"{list(widths)} of them were expected, and as many linear parts: "
            "use the trace of a forward pass through the same network"
        )


def gradients(
    found: Sequence[Sequence[Array | None]],
    parameters: Sequence[Sequence[Array | None]],
) -> None:
    """Require gradients of the same network.

    Parameters
    ----------
    found : sequence of sequences of ndarray or None
        The gradients of the weights, the biases and the gains, one a layer.
    parameters : sequence of sequences of ndarray or None
        The weights, biases and gains themselves.
    """
    shapes, expected = (
        [[getattr(of, "shape", None) for of in part] for part in parts]
        for parts in (found, parameters)
    )
    if shapes != expected:
        came, wanted = (
            [of for part in parts for of in part if of is not None]
            for parts in (shapes, expected)
        )
        raise ValueError(
            f"gradients have shapes {came}; the network's weights, biases "
            f"and gains have {wanted}, so the same were expected: use the "
            "gradients of this network"
        )
    if is_complex(found) and not is_complex(parameters):
        raise ValueError(
            "gradients came as complex numbers; real ones were expected, as "
            "the network's weights are"
        )


def is_complex(parts: Sequence[Sequence[Array | None]]) -> bool:
    """Tell whether there is an array of complex numbers."""
    return any(
        of is not None and of.dtype.kind == "c"
        for part in parts
        for of in part
    )


def after_epoch(
    shapes: Sequence[tuple[int, ...]], expected: Sequence[tuple[int, ...]]
) -> None:
    """Require that an epoch has returned a network of the same shapes.

    Parameters
    ----------
    shapes : sequence of tuple of int
        The shapes of its parameters.
    expected : sequence of tuple of int
        Those of the network before training.
    """
    if list(shapes) != list(expected):
        raise ValueError(
            f"run_epoch returned a network with shapes {list(shapes)}; those "
            f"of the network that is trained, {list(expected)}, were expected"
        )


def positive_std(where: str, std: float) -> None:
    """Require examples that give a layer unequal linear parts.

    Parameters
    ----------
    where : str
        The layer, as the message names it.
    std : float
        The standard deviation of its linear parts.
    """
    if not 0 < std < np.inf:
        raise ValueError(
            f"x gives {where} linear parts whose standard deviation is {std}; "
            "a finite number greater than 0 was expected: give examples that "
            "differ"
        )


def segment_count(value: int, depth: int) -> int:
    """Return a number of segments that leaves a layer for each.

    Parameters
    ----------
    value : int
        What came.
    depth : int
        How many layers the network has.
    """
    count = whole("segments", value)
    if count > depth:
        raise ValueError(
            f"segments is {shown(count)}, but the network has {depth} "
            f"layers, and a segment of no layer is none; {depth} at most was "
            "expected"
        )
    return count


def segments(values: Sequence[int], depth: int) -> tuple[int, ...]:
    """Return lengths of segments that add up to the depth of the network.

    Parameters
    ----------
    values : sequence of int
        How many layers each segment has.
    depth : int
        How many layers the network has.
    """
    lengths = tuple(
        whole(f"segment {number} of segments", value)
        for number, value in enumerate(
            sequence("segments", values, "whole numbers"), start=1
        )
    )
    if sum(lengths) != depth:
        raise ValueError(
            f"segments {shown(lengths)} have {shown(sum(lengths))} layers; "
            "the network has "
            f"{depth}, so as many were expected"
        )
    return lengths


def limit(value: int, least: int) -> int:
    """Return a limit of bytes that some plan keeps.

    Parameters
    ----------
    value : int
        What came.
    least : int
        The bytes that the leanest plan takes.
    """
    most = whole("limit", value)
    if most < least:
        raise ValueError(
            f"limit is {most} bytes, too few for any segments; the least that "
            f"would do is {least}: raise the limit, or take a smaller batch"
        )
    return most


# --- the tape ----------------------------------------------------------------


def variable(value: npt.ArrayLike) -> Array:
    """Return the real numbers of a variable.

    Parameters
    ----------
    value : array_like
        What came.
    """
    found = numeric("value", value)
    real("value", found)
    return found


def factor(b: Array) -> None:
    """Require a right factor with one axis or two.

    Parameters
    ----------
    b : ndarray
        The factor.
    """
    if b.ndim > 2:
        raise ValueError(
            f"the right factor of @ has shape {b.shape}; a matrix or a vector "
            "was expected"
        )


def operation(
    function: Any, options: Collection[str], *known: Collection[Any]
) -> None:
    """Require an operation that has rules, and that writes to nothing.

    Parameters
    ----------
    function, options : callable, collection of str
        A function of NumPy, and the names of its options.
    *known : collection of callable
        The functions that have rules.
    """
    if "out" in options:
        raise ValueError(
            "a Variable takes part in writing in place; a new one was "
            "expected, as in c = a + b: what was recorded of the old numbers "
            "would no longer be true"
        )
    is_known = callable(function) and any(function in each for each in known)
    if not is_known or not {*options} <= {"axis", "keepdims"}:
        names = sorted(each.__name__ for of in known for each in of)
        name = getattr(function, "__name__", shown(function))
        raise ValueError(
            f"{name} of a Variable has no rule, or not with "
            f"these options: {shortened(list(options)) or 'none'}; one of "
            f"{', '.join(names)} was expected, with axis and keepdims alone"
        )


def operand(function: Any, rule: Any, thread: Thread) -> None:
    """Require a variable of this thread, in a place that has a rule.

    Parameters
    ----------
    function, rule : callable, callable or None
        A function of NumPy, and its rule for this operand.
    thread : Thread
        The thread of the variable.
    """
    own_thread(thread)
    if rule is None:
        raise ValueError(
            f"{function.__name__} has a Variable as an operand for which "
            "there is no rule; an array was expected there: take its value"
        )


def own_thread(thread: Thread) -> None:
    """Require a variable of this thread.

    Parameters
    ----------
    thread : Thread
        The thread of the variable.
    """
    if thread is not current_thread():
        raise ValueError(
            f"a Variable was made in thread {thread.name!r}; one of this "
            f"thread, {current_thread().name!r}, was expected: make a new one "
            "of its value"
        )


def backward(shape: tuple[int, ...], thread: Thread, keep: bool) -> None:  # noqa: FBT001 — keep is checked here
    """Require a single number of this thread, and a truth value.

    Parameters
    ----------
    shape, thread : tuple of int, Thread
        Those of the variable that backward begins with.
    keep : bool
        What came.
    """
    true_or_false("keep", keep)
    own_thread(thread)
    if shape:
        raise ValueError(
            f"a Variable of shape {shape} cannot begin a backward pass; one "
            "number, of shape (), was expected: take the sum or the mean"
        )


def not_freed(name: str | None, operands: Collection[Any]) -> None:
    """Require a variable whose operands are still known.

    Parameters
    ----------
    name, operands : str, collection
        What made the variable, and of what.
    """
    if not operands:
        raise ValueError(
            f"the graph was freed before a Variable that {name} has made; one "
            "that is whole was expected: run forward again, or call the first "
            "backward with keep=True"
        )


def no_array() -> NoReturn:
    """Refuse a variable where an array is needed."""
    raise ValueError(
        "a Variable came; an array was expected: take its value, of which "
        "nothing is recorded"
    )


# --- several machines --------------------------------------------------------


def executor(value: Any) -> Any:
    """Return what runs functions elsewhere.

    Parameters
    ----------
    value : Executor or distributed.Client
        What came.
    """
    if isinstance(value, type) or not callable(getattr(value, "submit", None)):
        raise ValueError(
            f"executor is {kind_of(value)}; a concurrent.futures.Executor, a "
            "distributed.Client or the address of a Dask scheduler was "
            "expected"
        )
    return value


def client(address: str) -> Any:
    """Connect to a Dask scheduler.

    Parameters
    ----------
    address : str
        What came.
    """
    if "://" not in address:
        raise ValueError(
            f"executor is {shown(address)}; the address of a Dask scheduler "
            "was expected, such as 'tcp://10.0.0.1:8786'"
        )
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise ValueError(
            f"executor is {shown(address)}, the address of a Dask scheduler, "
            "and distributed is not installed; without it, a "
            "concurrent.futures.Executor was expected: python -m pip install "
            '"literate_bp[distributed]"'
        ) from None
    try:
        return distributed.Client(address)
    except (OSError, ValueError) as error:
        raise ValueError(
            f"executor is {shown(address)}, where no Dask scheduler answers: "
            f"{printable(str(error))}; the address of one that runs was "
            "expected"
        ) from None


def takes_no_work(error: Exception) -> ValueError:
    """Return an error that says that an executor has ended.

    Parameters
    ----------
    error : Exception
        What it has raised.
    """
    return ValueError(
        f"executor takes no work: {printable(str(error)) or kind_of(error)}; "
        "one that runs was expected: make a new one"
    )


def kills_workers(number: int, error: Any) -> ValueError:
    """Return an error that says that no worker has survived a shard.

    Parameters
    ----------
    number, error : int, KilledWorker
        Which shard it is, and what Dask has raised.
    """
    return ValueError(
        f"shard {number} has killed {error.allowed_failures + 1} of Dask's "
        "workers, one after another; a shard that fits into their memory was "
        "expected: make shards smaller, or see in the workers' logs how they "
        "died"
    )


def shard_count(value: int, examples: int) -> int:
    """Return a number of shards that leaves an example for each.

    Parameters
    ----------
    value, examples : int, int
        What came, and how many examples there are.
    """
    count = whole("shards", value)
    if count > examples:
        raise ValueError(
            f"shards is {shown(count)}, but there are {examples} examples, "
            f"and a shard of none has no mean; {examples} at most was expected"
        )
    return count


def shard_sizes(values: Iterable[int], examples: int) -> tuple[int, ...]:
    """Return sizes of shards that add up to the examples.

    Parameters
    ----------
    values : iterable of int
        How many examples each shard has.
    examples : int
        How many there are.
    """
    sizes = tuple(
        whole(f"shard {number} of shards", value)
        for number, value in enumerate(
            sequence("shards", values, "whole numbers"), start=1
        )
    )
    if sum(sizes) != examples:
        raise ValueError(
            f"shards {shown(sizes)} have {shown(sum(sizes))} examples; x has "
            f"{examples}, so as many were expected"
        )
    return sizes


def some_shards(count: int) -> None:
    """Require at least one shard.

    Parameters
    ----------
    count : int
        How many there are.
    """
    if not count:
        raise ValueError("shards have none; at least one was expected")


def some_errors(count: int) -> None:
    """Require errors, from which the gradient of the inputs follows.

    Parameters
    ----------
    count : int
        For how many layers there are some.
    """
    if not count:
        raise ValueError(
            "gradients hold no errors, which stay where they are made; those "
            "of literate_bp.backward were expected, for the inputs"
        )


def as_many(examples: int, targets: int) -> None:
    """Require as many targets as inputs.

    Parameters
    ----------
    examples, targets : int, int
        The rows of x, and those of y.
    """
    if examples != targets:
        raise ValueError(
            f"y has {targets} rows; x has {examples}, so as many were expected"
        )


def dask_chunks(x: Any, y: Any, client: Any) -> None:
    """Require two Dask arrays that are cut between rows alone, and alike.

    Parameters
    ----------
    x, y : dask.array.Array
        What came.
    client : object
        What knows the machines on which they are.
    """
    if not hasattr(client, "compute"):
        raise ValueError(
            f"executor is {kind_of(client)}, and x is a Dask array; a "
            "distributed.Client was expected"
        )
    if not hasattr(y, "to_delayed"):
        raise ValueError(
            f"y is {kind_of(y)}, and x is a Dask array; another one was "
            "expected"
        )
    for name, of in (("x", x), ("y", y)):
        if of.ndim != 2 or of.numblocks[1] != 1:
            raise ValueError(
                f"{name} has chunks {shown(of.chunks)}; chunks of whole rows "
                f"were expected: {name}.rechunk({{1: -1}}) makes them"
            )
    sizes_x, sizes_y = ([*map(str, of.chunks[0])] for of in (x, y))
    if sizes_x != sizes_y:  # as texts: sizes that nobody knows are NaN
        raise ValueError(
            f"y has chunks of {shown(y.chunks[0])} rows; those of x, "
            f"{shown(x.chunks[0])}, were expected"
        )


def chunks_are_shards(shards: object) -> None:
    """Refuse shards of Dask arrays, whose chunks they are.

    Parameters
    ----------
    shards : object
        What came.
    """
    if shards is not None:
        raise ValueError(
            f"shards is {shown(shards)}, and x is a Dask array, whose chunks "
            "are the shards; None was expected: x.rechunk makes other chunks"
        )


def steps_of_shards(steps: int, sizes: Sequence[int]) -> None:
    """Require shards that have an example for each step.

    Parameters
    ----------
    steps, sizes : int, sequence of int
        The number of steps in an epoch, and of examples in each shard.
    """
    if min(sizes) < steps:
        raise ValueError(
            f"steps is {steps}, and the smallest shard has {min(sizes)} "
            "examples; no more steps than that were expected"
        )


# --- training that goes on ---------------------------------------------------


@contextmanager
def in_epoch(number: int) -> Iterator[None]:
    """Say in which epoch a step failed.

    Parameters
    ----------
    number : int
        The number of the epoch, from 1.
    """
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{error}; this was in epoch {number}") from None


def functions(what: str, values: Any) -> tuple[Any, ...]:
    """Return what can be called, each of a sequence.

    Parameters
    ----------
    what, values : str, sequence of callable
        The name of the argument, and what came.
    """
    found = sequence(what, values, "functions")
    for number, each in enumerate(found, start=1):
        function(f"{what}, number {number},", each)
    return found


def same_measurements(
    cost: Sequence[float],
    test_cost: Sequence[float],
    test: bool,  # noqa: FBT001 — whether there is one
) -> None:
    """Require a run to measure what it has measured before.

    Parameters
    ----------
    cost, test_cost : sequence of float
        What it has measured.
    test : bool
        Whether there are held-out examples now.
    """
    if cost and bool(test_cost) != test:
        raise ValueError(
            f"history has {len(test_cost)} costs of held-out examples, and "
            f"test is {'given' if test else 'None'}; as when the run began "
            "was expected"
        )


def order(rng: np.random.Generator, state: Any) -> None:
    """Set a generator to a state that one has left.

    Parameters
    ----------
    rng : numpy.random.Generator
        Is set.
    state : dict
        What came.
    """
    try:
        rng.bit_generator.state = state
    except Exception:  # noqa: BLE001 — whatever another program has put there
        raise ValueError(
            f"history has the order {shown(state)}; the state of a generator "
            "was expected: take what literate_bp.train returns"
        ) from None


PLAIN = "a run without optimizer, schedule, clip, accumulate and dropout"
"""What a run is called whose steps are those of `training.one_epoch`."""


def kept(
    found: Any,
    optimizer: str,
    names: Sequence[str],
    shapes: Sequence[tuple[int, ...]],
) -> None:
    """Require what an optimizer of this kind has kept for this network.

    Parameters
    ----------
    found : Kept
        What came.
    optimizer : str
        The class of the optimizer; empty for plain steps.
    names : sequence of str
        The names of what it keeps.
    shapes : sequence of tuple of int
        The shapes of the parameters.
    """
    if found.optimizer != optimizer or {*found.averages} != {*names}:
        before, now = (
            f"{name or PLAIN}, keeping {', '.join(keep) or 'nothing'}"
            for name, keep in (
                (found.optimizer, found.averages),
                (optimizer, names),
            )
        )
        raise ValueError(
            f"history is that of {before}; now it is {now}; a run that goes "
            "on as it began was expected"
        )
    if optimizer and list(found.shapes) != list(shapes):
        raise ValueError(
            f"history is that of a network with shapes {list(found.shapes)}; "
            f"those of network, {list(shapes)}, were expected"
        )


def betas(values: Any) -> tuple[float, float]:
    """Return the two shares of running means.

    Parameters
    ----------
    values : tuple of float
        What came.
    """
    found = sequence("betas", values, "two numbers")
    if len(found) != 2:
        raise ValueError(f"betas has {len(found)} entries; 2 were expected")
    first, second = (below_one("betas", each) for each in found)
    return first, second


def nesterov(momentum: float, nesterov: bool) -> None:  # noqa: FBT001 — what is checked here
    """Require a momentum where the gradient is taken ahead.

    Parameters
    ----------
    momentum, nesterov : float, bool
        What came.
    """
    if nesterov and not momentum:
        raise ValueError(
            "nesterov is True and momentum is 0; a momentum greater than 0 "
            "was expected"
        )


def small_enough(eps: float, dtype: np.dtype[Any]) -> None:
    """Require an ε that the type of the parameters holds.

    Parameters
    ----------
    eps, dtype : float, dtype
        ε, and the type.
    """
    if not dtype.type(eps) > 0:
        raise ValueError(
            f"eps of optimizer is {eps:g}, which is 0 in {dtype}; a larger "
            "one was expected, or a network of a wider type"
        )


def factor_of(schedule: Any, taken: int) -> float:
    """Return the factor that a schedule gives.

    Parameters
    ----------
    schedule, taken : callable, int
        The schedule, and the number of steps taken so far.
    """
    found = schedule(taken)
    number = real_number(found)
    if not 0 <= number < np.inf:
        raise ValueError(
            f"schedule gives {shown(found)} after {taken} steps; a finite "
            "number of at least 0 was expected"
        )
    return number


def held_out(test_cost: Sequence[float]) -> None:
    """Require measurements on held-out examples.

    Parameters
    ----------
    test_cost : sequence of float
        What was measured.
    """
    if not test_cost:
        raise ValueError(
            "history has no costs of held-out examples; test=(x, y) was "
            "expected, by which this callback decides"
        )


def range_of_rates(values: Any) -> tuple[float, float]:
    """Return the least and the largest of several rates.

    Parameters
    ----------
    values : tuple of float
        What came.
    """
    found = sequence("rates", values, "two numbers")
    if len(found) != 2:
        raise ValueError(f"rates has {len(found)} entries; 2 were expected")
    least, most = (positive("rates", each) for each in found)
    if not least < most:
        raise ValueError(
            f"rates are from {least:g} to {most:g}; a smaller one and a "
            "larger one were expected"
        )
    return least, most


# --- files of networks -------------------------------------------------------


@contextmanager
def whole_file(file: Path) -> Iterator[None]:
    """Refuse a file that turns out not to be what `save` has written.

    Parameters
    ----------
    file : path
        Its name.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 — whatever is wrong in a file
        found = f"{type(error).__name__}: {printable(str(error))}"
        raise ValueError(
            f"path is {shown(str(file))}, which is cut short, or was not "
            f"written by literate_bp.save ({found[:MOST_SHOWN]}); a whole "
            "file of it was expected"
        ) from None


def file_format(found: object, expected: str) -> None:
    """Require the form of a file that this version reads.

    Parameters
    ----------
    found, expected : str
        What the file says, and what it should.
    """
    if found != expected:
        raise ValueError(
            f"it has the format {shown(found)}; {expected!r} was expected"
        )


def nothing_left(arrays: Mapping[str, Array]) -> None:
    """Require that every array of a file has had a place.

    Parameters
    ----------
    arrays : dict of str to ndarray
        Those without one.
    """
    if arrays:
        raise ValueError(f"nothing is known of {shortened(arrays)}")


def stored(plain: Sequence[bool]) -> None:
    """Require that nothing in an archive is compressed.

    Parameters
    ----------
    plain : sequence of bool
        Whether each entry is as it is.
    """
    if not all(plain):
        raise ValueError("its arrays are compressed")


def like_parameters(what: str, array: Array, row: Array) -> None:
    """Require a number for every parameter, of their type.

    Parameters
    ----------
    what : str
        What they are.
    array, row : ndarray
        What came, and the parameters.
    """
    if array.shape != row.shape or array.dtype != row.dtype:
        raise ValueError(
            f"{what} has shape {array.shape} and type {array.dtype}; "
            f"{row.shape} and {row.dtype} were expected"
        )


def text_or_none(what: str, value: object) -> str:
    """Return a text, which may be empty.

    Parameters
    ----------
    what, value : str, object
        The name of it, and what came.
    """
    if not isinstance(value, str):
        raise ValueError(f"{what} is {kind_of(value)}; a text was expected")
    return value


def of_numpy(what: str, array: Array) -> None:
    """Require numbers of a type for which NumPy has a form in files.

    Parameters
    ----------
    what, array : str, ndarray
        The name of the numbers, and what came.
    """
    if array.dtype.kind not in "fc":
        raise ValueError(
            f"network has {what} of type {array.dtype}, for which files have "
            "no form; one of NumPy's own was expected: "
            "literate_bp.network.cast changes it"
        )


def one_place(dropout: float, executor: object) -> None:
    """Refuse dropout on several machines.

    Parameters
    ----------
    dropout, executor : float, object
        What came.
    """
    if dropout and executor is not None:
        raise ValueError(
            f"dropout is {dropout:g} and executor is {kind_of(executor)}; "
            "one of them alone was expected: which nodes are left out is "
            "drawn here"
        )


def class_weights(
    values: npt.ArrayLike, count: int, cost: str, goes_with: str | None
) -> Array:
    """Return the weights of the classes of a network.

    Parameters
    ----------
    values : array_like
        What came.
    count : int
        How many classes the network has.
    cost, goes_with : str, str or None
        As for `targets`.
    """
    if not is_shared(goes_with):
        raise ValueError(
            f"class_weights came, but the cost is {cost!r}; 'cross_entropy' "
            "was expected"
        )
    found = numeric("class_weights", values)
    finite("class_weights", found)
    if found.shape != (count,):
        raise ValueError(
            f"class_weights has shape {found.shape}; the network has {count} "
            f"classes, so ({count},) was expected"
        )
    if (found < 0).any() or not found.any():
        raise ValueError(
            f"class_weights is {shown(found.tolist())}; numbers of at least 0 "
            "were expected, not all of them 0"
        )
    return found


def one_class(y: Array) -> None:
    """Require targets that are a 1 among zeros.

    Parameters
    ----------
    y : ndarray (classes,) or (batch, classes)
        The targets.
    """
    if not ((y == 0) | (y == 1)).all():
        raise ValueError(
            "y has examples of several classes at once, such as smoothed "
            "ones; with class_weights, labels were expected, or a 1 among "
            "zeros for each example"
        )


def some_weight(weights: Array) -> None:
    """Require an example with a weight.

    Parameters
    ----------
    weights : ndarray (batch,)
        That of each example.
    """
    if not weights.any():
        raise ValueError(
            "class_weights are 0 for the classes of all examples in y; an "
            "example of another class was expected in each batch"
        )


def weighted_here(executor: object) -> None:
    """Refuse weights of classes beside machines, which take plain means.

    Parameters
    ----------
    executor : object
        As for `literate_bp.train`.
    """
    if executor is not None:
        raise ValueError(
            "executor and class_weights came together; one of them was "
            "expected"
        )


def recordable(what: str, values: Any, dtype: npt.DTypeLike) -> Array:
    """Return numbers as an array, and what overrides NumPy's functions as is.

    Parameters
    ----------
    what, values, dtype : str, array_like or Variable, dtype
        As for `numeric`.
    """
    if isinstance(values, NDArrayOperatorsMixin):
        recorded: Any = values
        return recorded
    return numeric(what, values, dtype)


def batch_with_means(x: npt.ArrayLike, axis: int) -> Array:
    """Return a batch with two numbers at least in each mean.

    Parameters
    ----------
    x : array_like or Variable
        What came.
    axis : int
        The axis that means go along.
    """
    found = recordable("x", x, np.float64)
    if len(found.shape) != 2 or found.shape[axis] < 2 or 0 in found.shape:
        what = "nodes" if axis == -1 else "examples"
        raise ValueError(
            f"x has shape {found.shape}; (batch, n) with at least two {what} "
            "was expected"
        )
    return found


def one_or_more_examples(x: npt.ArrayLike) -> Array:
    """Return an example, or a batch of them, of any width.

    Parameters
    ----------
    x : array_like
        What came.
    """
    found = numeric("x", x)
    if found.ndim not in (1, 2) or found.size == 0:
        raise ValueError(
            f"x has shape {found.shape}; (n,) or (batch, n) was expected, "
            "at least one each"
        )
    return found


def one_a_column(what: str, values: npt.ArrayLike, x: Array) -> Array:
    """Return a number for each column of a batch.

    Parameters
    ----------
    what, values, x : str, array_like or Variable, ndarray
        The name of the numbers, what came, and the batch.
    """
    found = recordable(what, values, x.dtype)
    if found.shape != x.shape[-1:]:
        raise ValueError(
            f"{what} has shape {found.shape}; x has {x.shape[-1]} columns, so "
            f"{x.shape[-1:]} was expected"
        )
    return found


def like(what: str, values: npt.ArrayLike, other: Array) -> Array:
    """Return numbers of the shape of others.

    Parameters
    ----------
    what, values, other : str, array_like, ndarray
        The name of the argument, what came, and the others.
    """
    found = numeric(what, values, other.dtype)
    if found.shape != other.shape:
        raise ValueError(
            f"{what} has shape {found.shape}; {other.shape} was expected, as "
            "of what was normalized"
        )
    return found


def divisor(size: Any) -> None:
    """Require sizes that numbers can be divided by.

    Parameters
    ----------
    size : ndarray or Variable
        The root of a mean of squares.
    """
    if isinstance(size, NDArrayOperatorsMixin):
        return
    wrong = size[~np.isfinite(size) | (size == 0)]
    if wrong.size:
        raise ValueError(
            f"x gives a size of {wrong[0]} to divide by; a finite number "
            f"greater than 0 was expected: give finite numbers, a type wider "
            f"than {size.dtype}, or a larger small"
        )


def averages(values: object, x: Array) -> dict[str, Array]:
    """Return running averages that fit a batch.

    Parameters
    ----------
    values, x : mapping, ndarray
        What came, and the batch.
    """
    found = by_name("averages", values, 2)
    if set(found) != {"mean", "variance"}:
        raise ValueError(
            f"averages has {shown(sorted(found))}; 'mean' and 'variance' were "
            "expected, as first_averages returns them"
        )
    for name, of in found.items():
        found[name] = one_a_column(f"averages[{name!r}]", of, x)
        finite(f"averages[{name!r}]", found[name])
    if (found["variance"] < 0).any():
        raise ValueError(
            f"averages['variance'] holds {found['variance'].min()}; numbers "
            "of at least 0 were expected"
        )
    return found
