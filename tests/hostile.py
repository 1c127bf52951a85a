"""What no caller should pass, and somebody does; and a right call of every public name, to pass it to.

Each value of the zoo is made anew for every call. Where NumPy sees plain numbers in it, the call has to give what
the plain numbers give; everything else has to be refused.
"""

import array
import collections
import decimal
import fractions
import inspect
import itertools
import pathlib
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, NamedTuple

import numpy as np
from machines import Here

import literate_bp
from literate_bp import (
    Layer,
    LossScale,
    Network,
    Trace,
    backward,
    class_weights,
    diagram,
    explain,
    forward,
    gradient_flow,
    inference,
    initialize,
    memory_plan,
    network,
    normalization,
    precision,
    profiling,
    targets,
    train,
    train_mixed,
    vanishing,
)
from literate_bp.diagram import plots
from literate_bp.formula import formula
from literate_bp.formula.notation import notation_of
from literate_bp.proof.proof import checks_of
from literate_bp.worked import generate, problem

# --- the zoo -----------------------------------------------------------------


class Failing:
    """Fails whatever is asked of it, with an error of its own."""

    def fail(self, *_: object) -> Any:
        raise LookupError("not today")

    __array__ = __len__ = __iter__ = __getitem__ = __float__ = __int__ = __index__ = __bool__ = __complex__ = fail
    __repr__ = __str__ = __format__ = __eq__ = __lt__ = __gt__ = __le__ = __ge__ = __call__ = __fspath__ = fail
    __hash__ = object.__hash__


class FailsLater(list):
    """Is a list of numbers until it has given one."""

    def __iter__(self):
        yield 0.1
        raise LookupError("not today")

    def __getitem__(self, at):
        if at:
            raise LookupError("not today")
        return 0.1


class FailsToShow(float):
    def __repr__(self):
        raise LookupError("not today")

    __str__ = __repr__


class Claims:
    """Claims to be an array, and has none."""

    __array_interface__ = types.MappingProxyType({"shape": (3,), "typestr": "<f8", "version": 3})


class NoLength(list):
    def __len__(self):
        raise LookupError("not today")


class Named(str):
    __slots__ = ()


class Whole(int):
    __slots__ = ()


class Own(np.ndarray):
    """An array of a class of its own."""


class FailingMapping(Mapping):
    def __getitem__(self, key):
        raise LookupError("not today")

    def __iter__(self):
        return iter(("a", "b"))

    def __len__(self):
        return 2


def itself():
    """Give a list that holds itself."""
    found: list[Any] = []
    found.append(found)
    return found


def nested(depth):
    found: Any = [0.1]
    for _ in range(depth):
        found = [found]
    return found


def a_failing_object():
    """Give an array of an object that fails, which NumPy has not looked into."""
    found = np.empty(1, object)
    found[0] = Failing()
    return found


def of_type(result, kind):
    """Give a trace or gradients with arrays of another type, or of none that any number has."""

    def changed(value):
        if isinstance(value, tuple):
            return tuple(map(changed, value))
        if not isinstance(value, np.ndarray):
            return value
        return np.zeros(value.shape, kind) if kind in ("m8[s]", "V8") else value.astype(kind)

    return replace(result, **{each.name: changed(getattr(result, each.name)) for each in fields(result)})


OTHER = initialize((4, 5, 3), "tanh", seed=3)

ZOO: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "Ellipsis": lambda: ...,
    "NotImplemented": lambda: NotImplemented,
    "an object": object,
    "a class": lambda: Network,
    "a function": lambda: forward,
    "a lambda": lambda: lambda *_: 0.0,
    "a module": lambda: np,
    "True": lambda: True,
    "False": lambda: False,
    "a truth of NumPy": lambda: np.True_,
    "0": lambda: 0,
    "1": lambda: 1,
    "2": lambda: 2,
    "-1": lambda: -1,
    "a huge number": lambda: 10**18,
    "a number beyond all": lambda: 10**400,
    "a number that Python does not write": lambda: -(10**5000),
    "0.0": lambda: 0.0,
    "-0.0": lambda: -0.0,
    "0.5": lambda: 0.5,
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "-inf": lambda: float("-inf"),
    "the largest float": lambda: 1.7976931348623157e308,
    "the smallest float": lambda: 5e-324,
    "1e300": lambda: 1e300,
    "a complex number": lambda: 0.5 + 2j,
    "a Decimal": lambda: decimal.Decimal("0.5"),
    "a Decimal that is NaN": lambda: decimal.Decimal("sNaN"),
    "a Fraction": lambda: fractions.Fraction(1, 2),
    "a whole number of a class": lambda: Whole(2),
    "a number that fails to show": lambda: FailsToShow(0.5),
    "float16": lambda: np.float16(0.5),
    "longdouble": lambda: np.longdouble(0.5),
    "uint8": lambda: np.uint8(2),
    "complex64": lambda: np.complex64(1j),
    "a time": lambda: np.timedelta64(2, "s"),
    "a date": lambda: np.datetime64("2026-01-01"),
    "an empty text": lambda: "",
    "a text": lambda: "sigmoid",
    "a text of a class": lambda: Named("tanh"),
    "a number as text": lambda: "0.5",
    "a long text": lambda: "sigmoid" * 5000,
    "control characters": lambda: "\n\x1b[31m\x00\u202e",
    "half a pair": lambda: "\udcff",
    "an emoji": lambda: "🧠" * 3,
    "a path": lambda: pathlib.Path("sigmoid.txt"),
    "bytes": lambda: b"sigmoid",
    "a bytearray": lambda: bytearray(b"123"),
    "a memoryview": lambda: memoryview(b"123"),
    "an array of the array module": lambda: array.array("d", [0.1, 0.2, 0.3]),
    "an empty list": list,
    "an empty tuple": tuple,
    "an empty dict": dict,
    "an empty set": set,
    "a dict": lambda: {"weights": 1.0},
    "a dict by numbers": lambda: {1: 2.0, None: "a"},
    "a counter": lambda: collections.Counter("aab"),
    "a mapping that fails": FailingMapping,
    "a set": lambda: {0.1, 0.2, 0.3},
    "a frozenset": lambda: frozenset((1, 2)),
    "a range": lambda: range(3),
    "an endless range": lambda: range(10**15),
    "a generator": lambda: (n for n in (1, 2, 3)),
    "a generator without end": itertools.count,
    "an iterator": lambda: iter([3, 2]),
    "a map": lambda: map(float, "a"),
    "a deque": lambda: collections.deque((1.0, 2.0, 3.0)),
    "a list": lambda: [0.1, 0.2, 0.3],
    "a list of whole numbers": lambda: [3, 2],
    "a tuple": lambda: (0.1, 0.2),
    "a list of texts": lambda: ["tanh", "sigmoid"],
    "a list of nothing": lambda: [None, None, None],
    "a list of truths": lambda: [True, False, True],
    "a list of NaN": lambda: [float("nan")] * 3,
    "a list of infinities": lambda: [float("inf"), float("-inf"), 0.0],
    "a list of large numbers": lambda: [1e308, -1e308, 1e308],
    "a list of complex numbers": lambda: [1j, 0.0, 1.0],
    "a list of Decimals": lambda: [decimal.Decimal(1), decimal.Decimal(2), decimal.Decimal(3)],
    "a list of Fractions": lambda: [fractions.Fraction(1, 3)] * 3,
    "a list of numbers beyond all": lambda: [10**400, 0, 1],
    "a ragged list": lambda: [[0.1, 0.2], [0.3]],
    "a list of itself": itself,
    "a deep list": lambda: nested(40),
    "a list of arrays": lambda: [np.ones(3), np.zeros(3)],
    "a list of a gap": lambda: [0.1, np.ma.masked, 0.3],
    "a list of layers": lambda: list(OTHER.layers),
    "a list that fails later": lambda: FailsLater((0.1, 0.2, 0.3)),
    "a list without length": lambda: NoLength((0.1, 0.2, 0.3)),
    "what fails": Failing,
    "a list of what fails": lambda: [Failing()],
    "what claims to be an array": Claims,
    "0-d": lambda: np.array(0.5),
    "0-d of text": lambda: np.array("tanh"),
    "0-d of an object": lambda: np.array(None),
    "an array": lambda: np.array([0.1, 0.2, 0.3]),
    "an array of whole numbers": lambda: np.array([3, 2]),
    "an array of truths": lambda: np.array([True, False, True]),
    "an empty array": lambda: np.zeros(0),
    "no rows": lambda: np.zeros((0, 3)),
    "no columns": lambda: np.zeros((3, 0)),
    "a matrix": lambda: np.arange(6.0).reshape(3, 2) / 7,
    "a square": lambda: np.eye(3) + 0.1,
    "a batch": lambda: np.arange(12.0).reshape(4, 3) / 11,
    "3-d": lambda: np.ones((2, 2, 3)),
    "5-d": lambda: np.ones((1, 1, 1, 1, 3)),
    "as many axes as there are": lambda: np.ones((1,) * 32),
    "read-only": lambda: frozen(np.array([0.1, 0.2, 0.3])),
    "every other": lambda: np.arange(6.0)[::2] / 5,
    "backward": lambda: (np.arange(3.0) / 3)[::-1],
    "by columns": lambda: np.asfortranarray(np.arange(12.0).reshape(4, 3) / 11),
    "broadcast": lambda: np.broadcast_to(np.float64(0.25), (4, 3)),
    "a huge array in no memory": lambda: np.broadcast_to(np.float64(0.25), (10**9, 3)),
    "unaligned": lambda: np.frombuffer(b"\0" * 25, np.uint8)[1:].view(np.float64),
    "the other byte order": lambda: np.array([0.1, 0.2, 0.3], np.dtype(np.float64).newbyteorder()),
    "an array of float16": lambda: np.array([0.1, 0.2, 0.3], np.float16),
    "an array of float32": lambda: np.array([0.1, 0.2, 0.3], np.float32),
    "an array of longdouble": lambda: np.array([0.1, 0.2, 0.3], np.longdouble),
    "an array of complex numbers": lambda: np.array([1j, 0.0, 1.0]),
    "an array of NaN": lambda: np.full(3, np.nan),
    "an array of infinities": lambda: np.array([np.inf, -np.inf, 0.0]),
    "an array of large numbers": lambda: np.array([1e308, -1e308, 1e308]),
    "an array of tiny numbers": lambda: np.array([5e-324, -5e-324, 0.0]),
    "an array of texts": lambda: np.array(["a", "b", "c"]),
    "an array of bytes": lambda: np.array([b"a", b"b", b"c"]),
    "an array of objects": lambda: np.array([0.1, None, "a"], object),
    "an array of numbers as objects": lambda: np.array([0.1, 0.2, 0.3], object),
    "an array of what fails": a_failing_object,
    "an array of times": lambda: np.array([1, 2, 3], "m8[s]"),
    "a structured array": lambda: np.zeros(3, [("x", float), ("y", int)]),
    "a record": lambda: np.zeros(1, [("x", float)])[0],
    "an array of nothing": lambda: np.zeros(3, "V8"),
    "a masked array": lambda: np.ma.masked_less([0.1, 0.2, 0.3], 0.15),
    "a masked array without gaps": lambda: np.ma.array([0.1, 0.2, 0.3]),
    "masked": lambda: np.ma.masked,
    "an array of a class": lambda: np.array([0.1, 0.2, 0.3]).view(Own),
    "a matrix of the matrix class": lambda: np.ones((1, 3)).view(MATRIX),
    "a dtype": lambda: np.dtype("f4"),
    "a type of whole numbers": lambda: np.int32,
    "a structured type": lambda: np.dtype([("x", float)]),
    "a random generator": lambda: np.random.default_rng(0),
    "another network": lambda: OTHER,
    "a complex network": lambda: Network((Layer(np.full((3, 2), 1j), None, "tanh"),)),
    "a network of NaN": lambda: Network((Layer(np.full((3, 2), np.nan), None, "tanh"),)),
    "a network of large numbers": lambda: Network((Layer(np.full((3, 2), 1e308), None, "identity"),)),
    "a network of float16": lambda: network.cast(NETWORK, np.float16),
    "a layer": lambda: OTHER.layers[0],
    "a trace of another network": lambda: forward(OTHER, np.ones(4)),
    "a trace of a batch": lambda: forward(NETWORK, np.ones((5, 3)) / 7),
    "a complex trace": lambda: forward(NETWORK, np.array(X) + 0.5j),
    "a trace of nothing": lambda: Trace((), ()),
    "a trace of lists": lambda: Trace(([0.1, 0.2],), (X, [0.1, 0.2])),
    "a trace of texts": lambda: Trace("ab", "abc"),
    "a trace of None": lambda: Trace(None, None),
    **{
        f"a trace of {kind}": lambda kind=kind: of_type(forward(NETWORK, X), kind)
        for kind in ("object", "str", "int", "bool", "m8[s]", "V8", "f2", "c8")
    },
    **{
        f"gradients of {kind}": lambda kind=kind: of_type(backward(NETWORK, forward(NETWORK, X), Y), kind)
        for kind in ("object", "str", "int", "bool", "f2", "c8")
    },
    "gradients of another network": lambda: backward(OTHER, forward(OTHER, np.ones(4)), np.ones(3)),
    "gradients of nothing": lambda: literate_bp.Gradients((), (), (), (), None),
    "gradients of None": lambda: literate_bp.Gradients(None, None, None, None, None),
    "gradients of texts": lambda: literate_bp.Gradients(("a",), ("b",), ("c",), ("d",), "e"),
    "a loss scale": lambda: LossScale(2.0),
    "a worked example": lambda: explain(NETWORK, X, Y),
    "a problem": lambda: problem.Problem(NETWORK, X, Y),
    "a problem of nothing": lambda: problem.Problem(None, None, None, None, None, None),
}
MATRIX = np.matrix
"""NumPy's own class of an array that has always two axes."""


def frozen(values):
    values.flags.writeable = False
    return values


# What is made of a right argument: the same numbers, as they lie elsewhere.
TURNS: dict[str, Callable[[Any], Any]] = {
    "the same as a list": lambda a: a.tolist(),
    "the same as a tuple": lambda a: tuple(a.tolist()),
    "the same, read-only": lambda a: frozen(a.copy()),
    "the same by columns": np.asfortranarray,
    "the same, every other": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "the same, backward": lambda a: np.ascontiguousarray(a[..., ::-1])[..., ::-1],
    "the same of a class": lambda a: a.view(Own),
    "the same, masked, without gaps": np.ma.array,
    "the same, the other byte order": lambda a: a.astype(a.dtype.newbyteorder()),
    "the same as a memoryview": memoryview,
    "the same in a list": list,
}


# --- right calls -------------------------------------------------------------

X, Y = [0.1, -0.2, 0.3], [0.2, 0.7]
NETWORK = initialize((3, 2, 2), "tanh", seed=1)
OF_CLASSES = initialize((3, 2), "softmax", cost="cross_entropy", seed=1)
SQUARE = Layer([[0.4, -0.2], [0.3, 0.8]], [0.1, 0.2], "tanh")


ARGUMENTS: dict[str, Callable[[], Any]] = {
    "activation": lambda: "tanh",
    "accumulate": lambda: 2,
    "alt": lambda: "A times W.",
    "batch": lambda: 3,
    "biases": lambda: np.array([0.1, 0.2]),
    "betas": lambda: (0.9, 0.99),
    "callbacks": lambda: [lambda *_: None],
    "captions": lambda: ["one", "two"],
    "clip": lambda: 1.0,
    "content": lambda: problem.to_toml(generate.generate((2, 1))).encode(),
    "cost": lambda: "half_squared_error",
    "cost_of": lambda: lambda w: (w - 1) ** 2,
    "costs": lambda: [1.0, 0.5, 2.0],
    "counts": lambda: np.eye(2) * 5,
    "dtype": lambda: np.float16,
    "dropout": lambda: 0.25,
    "epochs": lambda: 2,
    "errors": lambda: {"a": [1e-2, 1e-5, 1e-3]},
    "finite": lambda: True,
    "flow": lambda: gradient_flow(NETWORK, X, Y),
    "format": lambda: "markdown",
    "formats": lambda: {"float16": precision.limits_of(np.float16)},
    "gain": lambda: 1.0,
    "gains": lambda: np.array([1.5, -0.5]),
    "gradients": lambda: backward(NETWORK, forward(NETWORK, X), Y),
    "groups": lambda: {"a": [1e-3, 1e-9, 0.5]},
    "hide": lambda: None,
    "history": lambda: TRAINED[1],
    "largest": lambda: 0.25,
    "layers": lambda: (SQUARE, SQUARE),
    "limit": lambda: None,
    "limits": lambda: precision.limits_of(np.float16),
    "linear": lambda: 0.5,
    "matrices": lambda: [np.eye(2) * 0.5, np.ones((2, 2))],
    "measured": lambda: {"a": [1, 2, 3]},
    "measures": lambda: {"a": [1.0, 2.0, 3.0]},
    "n": lambda: 12,
    "name": lambda: "tanh",
    "names": lambda: ["relu", "tanh"],
    "network": lambda: NETWORK,
    "networks": lambda: {"a": NETWORK},
    "numbers": lambda: ["1", "2"],
    "optimizer": lambda: "adam",
    "orientation": lambda: "portrait",
    "panels": lambda: {"a": {"b": ([1, 2, 3], [0.1, 0.2, 0.3])}},
    "parameters": lambda: {"weights": np.array([[0.4, -0.2], [0.3, 0.8]])},
    "path": lambda: "right.svg",
    "pixels": lambda: np.ones((2, 3, 3)) / 2,
    "plans": lambda: {"a": memory_plan(NETWORK, 3)},
    "problem": lambda: generate.generate((2, 1)),
    "quantities": lambda: "error",
    "rate": lambda: 0.5,
    "rates": lambda: [0.1, 0.2, 0.3],
    "rule": lambda: "node.sigmoid_derivative",
    "run": lambda: lambda: forward(NETWORK, X),
    "runs": lambda: {"a": [1.0, 0.5, 0.2]},
    "scale": lambda: 1.0,
    "scaling": lambda: MIXED[2],
    "schedule": lambda: literate_bp.Cosine(9),
    "seed": lambda: 0,
    "segments": lambda: 2,
    "sizes": lambda: (3, 2, 2),
    "slope": lambda: -1.0,
    "source": lambda: "a.toml",
    "steps": lambda: [0.1, 0.2, 0.3],
    "symbol": lambda: "A",
    "meaning": lambda: "weight",
    "terms": lambda: [plots.Matrix.of("A", [[1.0, 2.0]], "weight"), "=", plots.Matrix.of("A", [[1.0]], "weight")],
    "test": lambda: (np.array([X, X]), np.array([Y, Y])),
    "text": lambda: problem.to_toml(generate.generate((2, 1))),
    "theme": lambda: "light",
    "trace": lambda: forward(NETWORK, np.array([X, X[::-1], X])),
    "values": lambda: "both",
    "w": lambda: np.array([[0.4, -0.2], [0.3, 0.8]]),
    "weight": lambda: 0.5,
    "weights": lambda: np.array([[0.4, -0.2], [0.3, 0.8]]),
    "width": lambda: 340.0,
    "x": lambda: np.array([X, X[::-1], X]),
    "x_label": lambda: "layer",
    "y": lambda: np.array([Y, Y[::-1], Y]),
    "y_label": lambda: "size",
}
"""A right argument for each name; one that is not here keeps its default."""
ONE_EXAMPLE = {"x": lambda: np.array(X), "y": lambda: np.array(Y)}
WITH_CLASSES = {
    "network": lambda: OF_CLASSES,
    "trace": lambda: forward(OF_CLASSES, np.array([X, X[::-1], X])),
    "y": lambda: np.array([0, 1, 1]),
    "class_weights": lambda: np.array([1.0, 2.0]),
}
NORMALIZED = {
    "averages": lambda: inference.first_averages(3),
    "dc_da": lambda: np.array([X[::-1], X, X]),
    "kept": lambda: normalization.NORMALIZATIONS["layer"].forward(np.array([X, X[::-1], X]), np.ones(3), np.zeros(3)),
    "scales": lambda: np.array([1.0, 2.0, -1.0]),
    "shifts": lambda: np.array([0.0, 1.0, 0.5]),
}
EXCEPTIONS: dict[str, dict[str, Callable[[], Any]]] = {
    "class_weights.weighted_cost": WITH_CLASSES,
    "Normalization.forward": NORMALIZED,
    "Normalization.backward": NORMALIZED,
    "inference.averaged": NORMALIZED,
    "inference.first_averages": {"width": lambda: 3},
    "targets.one_hot": {"labels": lambda: [0, 1], "classes": lambda: 2},
    "inference.at_inference": NORMALIZED,
    "targets.smoothed": {"y": lambda: np.array([[0.0, 1.0], [1.0, 0.0]])},
    "class_weights.weighted_backward": WITH_CLASSES,
    "LossScale": {"steps": lambda: 0},
    "backward_in_shards": {"executor": Here, "shards": lambda: 2},
    "Cosine": {"steps": lambda: 9},
    "WarmUp": {"steps": lambda: 9},
    "rate_range_test": {"steps": lambda: 5, "rates": lambda: (0.01, 100.0)},
    "load": {"path": lambda: "right.npz"},
    "train": {"history": lambda: TRAINED_BY_ADAM[1]},
    "explain": ONE_EXAMPLE | {"notation": lambda: "mazur"},
    "Explanation.in_notation": {"name": lambda: "mazur"},
    "diagram.node_forward": ONE_EXAMPLE,
    "diagram.node_backward": ONE_EXAMPLE,
    "diagram.network_forward": ONE_EXAMPLE,
    "diagram.network_backward": ONE_EXAMPLE,
    "diagram.weight_gradients": ONE_EXAMPLE,
    "plots.Matrix.of": {"values": lambda: [[1.0, 2.0]], "symbol": lambda: "A"},
    "initialize": {"biases": lambda: False},
    "formula.formula": {"rule": lambda: "cost.half_squared_error"},
    "notation.notation_of": {"name": lambda: "mazur"},
    "plots.chain_factors": {"weights": lambda: (1.0, 2.0, 3.0)},
    "plots.contenders": {"measured": lambda: {"n": {"a": {"float64": [1.0, 2.0, 3.0]}}}, "own": lambda: ["a"]},
    "plots.compare_with": {"runs": lambda: {"a": [1.0, 0.5], "b": [1.0, 0.3]}, "usual": lambda: "a"},
    "plots.descent": {
        "x": lambda: np.array([[0.1, -0.2], [0.3, 0.4]]),
        "y": lambda: np.array([[0.1], [0.9]]),
        "walks": lambda: {"a": [[1.0, -1.0], [0.5, -0.5]]},
    },
    "plots.descent_by_optimizer": {
        "x": lambda: np.array([[0.1, -0.2], [0.3, 0.4]]),
        "y": lambda: np.array([[0.1], [0.9]]),
        "walks": lambda: {"adam": [[1.0, -1.0], [0.5, -0.5]]},
        "powers": lambda: {"adam": -2.0},
    },
    "plots.errors_by_entry": {"errors": lambda: {"A": {"weights": [[0.5, 0.0]], "biases": [1.0]}}},
    "plots.histograms": ONE_EXAMPLE,
    "plots.pairs_of_runs": {"steps": lambda: [0.0, 1.0], "pairs": lambda: {"A": ([2.0, 1.0], [2.0, 0.5])}},
    "plots.with_bugs": {
        "plot": lambda: plots.activation_curves(["tanh"]),
        "steps": lambda: [0.0, 1.0],
        "runs": lambda: {"A": (([[2.0, 1.0]], [0.5]), ([[2.0, 0.5]], [0.75]))},
        "errors": lambda: {"A": {"gradient": {"weights of layer 1": [[0.5, 0.0]], "biases of layer 1": [1.0]}}},
        "answers": lambda: {"A": "- a"},
    },
    "plots.with_equal_layers": {"plot": lambda: plots.activation_curves(["tanh"]), "depth": lambda: 3},
    "plots.with_starts": {
        "plot": lambda: plots.activation_curves(["tanh"]),
        "starts": lambda: {"a": {"b": [[[1.0, 0.5], [0.5, 1.0]]]}},
    },
    "plots.recorded_calculation": {"of": lambda: "square"},
    "plots.recorded_graph": {"end": lambda: literate_bp.Variable(0.5) * 3, "names": lambda: None},
    "plots.pipeline_schedule": {"stages": lambda: 2, "batches": lambda: 3},
    "plots.time_by_machines": {"machines": lambda: [1, 2, 4], "times": lambda: {"a": [1.0, 2.0, 3.0]}},
    "plots.time_by_stage": {"times": lambda: {"n": {"a": 1.0, "limit": 0.5}}, "limit": lambda: "limit"},
    "plots.time_against_size": {
        "sizes": lambda: {"n": [1, 2, 4]},
        "times": lambda: {"n": {"a": [1.0, 2.0, 3.0], "b": [1, 2, 3]}},
        "theory": lambda: "b",
    },
    "plots.memory_by_step": {"measured": lambda: {"a": [1] * len(memory_plan(NETWORK, 3).steps)}},
    "problem.read": {"path": lambda: "right.toml"},
    "precision.mixed_backward": {
        "trace": lambda: precision.mixed_forward(NETWORK, np.array([X, X[::-1], X])),
    },
    "precision.rounding_outcomes": {"values": lambda: np.array([0.1, 1e-9, 1e9])},
    "precision.largest_scale": {"dtype": lambda: np.float16},
    "vanishing.jacobians": ONE_EXAMPLE,
    "train_mixed": {"scale": lambda: 8.0},
    "Variable": {"value": lambda: np.array(X)},
}
"""Where a name takes something else."""

TRAINED = train(NETWORK, [X], [Y], epochs=3)
TRAINED_BY_ADAM = train(NETWORK, [X], [Y], epochs=1, test=([X], [Y]), optimizer="adam")
MIXED = train_mixed(NETWORK, [X], [Y], epochs=3, scale=8.0)
BESIDE = [
    *(network.cast, network.mean_cost, class_weights.weighted_cost, class_weights.weighted_backward),
    *(precision.limits_of, precision.rounding_outcomes, precision.mixed_forward, precision.mixed_backward),
    *(precision.unscale_gradients, precision.all_finite, precision.largest_scale),
    *(vanishing.largest_derivative, vanishing.jacobians, profiling.measured_peak, profiling.measured_steps),
    *(formula.formula, checks_of, notation_of),
    *(targets.one_hot, targets.smoothed),
    *(inference.first_averages, inference.averaged, inference.at_inference, inference.folded),
    *(problem.read, problem.from_bytes, problem.from_toml, problem.to_toml, generate.generate),
]
"""Functions that are public by what pages and messages tell, beside those that a package lists."""
RESULTS: dict[str, Any] = {
    "Explanation": explain(NETWORK, X, Y),
    "GradientFlow": gradient_flow(NETWORK, X, Y),
    "Gradients": backward(NETWORK, forward(NETWORK, X), Y),
    "History": TRAINED[1],
    "Layer": SQUARE,
    "LossScale": LossScale(8.0),
    "MemoryPlan": memory_plan(NETWORK, 3),
    "Network": NETWORK,
    "Normalization": normalization.NORMALIZATIONS["layer"],
    "Program": literate_bp.compile(NETWORK, 3),
    "RateRange": literate_bp.rate_range_test(NETWORK, [X], [Y], rates=(0.01, 100.0), steps=5),
    "Report": literate_bp.check_gradient(NETWORK, X, Y),
    "Scaling": MIXED[2],
    "Step": explain(NETWORK, X, Y).steps[0],
    "Trace": forward(NETWORK, X),
    "Variable": literate_bp.Variable(0.5) * 3,
    "diagram.Picture": diagram.node_forward(NETWORK, X),
    "plots.Plot": plots.activation_curves(["tanh"]),
    "plots.BothLayouts": plots.both_layouts(ARGUMENTS["terms"](), "A."),
    "plots.Matrix": plots.Matrix.of("A", [[1.0]], "weight"),
}
"""One of every public class."""
UNCHECKED = {
    "Program.prepared_for": "makes a part of a program, for a number of examples that has been counted",
    "Program.take_steps": "makes a part of `step` and of an epoch, which check",
    "Program.gradient_at": "makes a part of `train`, which checks",
    "Program.run_epoch": "makes a part of `train`, which checks",
    "Layer.function": "a rule: its arguments are those of a pass, which checks them when it starts",
    "Layer.derivative": "a rule, likewise",
    "Layer.output": "a rule, likewise",
    "Layer.error": "a rule, likewise",
    "Normalization.applied": "a rule, likewise; `forward` checks",
    "Normalization.input_gradient": "a rule, likewise; `backward` checks",
    "Layer.scale_gradients": "a rule, likewise",
    "Layer.normalized": "a rule, likewise",
    "Layer.pre_activation": "a rule, likewise",
    "Layer.input_gradient": "a rule, likewise",
    "Layer.shortcut_gradient": "a rule, likewise",
    "Layer.matrix_backward": "a rule, likewise",
    "Variable.sum": "NumPy's own sum, which checks",
    "Variable.mean": "NumPy's own mean, likewise",
    "Explanation.table": "makes a part of the document, and is public for those who write another format",
    "Explanation.explain_in": "a field",
    "plots.Plot.draw": "a field",
    "plots.Plot.labels": "a field",
    "plots.binary_digits": "makes a part of a plot",
    "plots.power_of_two": "makes a part of a plot",
}
"""What is public and takes what it is given, and why."""


class Call(NamedTuple):
    """A callable, the object that it is a method of, and how to make arguments that are right."""

    function: Callable[..., Any]
    right: dict[str, Callable[[], Any]]


def right_arguments(name, function):
    found = {}
    for key, parameter in inspect.signature(function).parameters.items():
        make = EXCEPTIONS.get(name, {}).get(key) or ARGUMENTS.get(key)
        assert make or parameter.default is not parameter.empty or parameter.kind in OPEN, (
            f"{name} takes {key}: add a right one to ARGUMENTS in tests/hostile.py"
        )
        if make:
            found[key] = make
    return found


OPEN = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


MADE = (
    "Layer",
    "Network",
    "LossScale",
    "Variable",
    "SGD",
    "RMSProp",
    "Adam",
    "AdamW",
    "Cosine",
    "WarmUp",
    "EarlyStopping",
)
"""Public classes that are called by those who use the package."""


def public_functions():
    for module in (literate_bp, diagram, plots):
        start = "" if module is literate_bp else f"{module.__name__.rpartition('.')[2]}."
        for name in module.__all__:
            found = getattr(module, name)
            if inspect.isfunction(found) or name in MADE:
                yield start + name, found
    for found in BESIDE:
        yield f"{found.__module__.rpartition('.')[2]}.{found.__name__}", found
    for name, result in RESULTS.items():
        for method in dir(result):
            if not method.startswith("_") and inspect.isroutine(found := getattr(result, method)):
                make = CHANGING.get((name, method))
                yield f"{name}.{method}", anew(found, make) if make else found


CHANGING = {
    **dict.fromkeys((("Program", "step"), ("Program", "train")), lambda: literate_bp.compile(NETWORK, 3)),
    ("Variable", "backward"): lambda: literate_bp.Variable(0.5) * 3,
}
"""Methods that change their object, and what makes one."""


def anew(method, make):
    """Give a method as a function that makes its object anew."""

    def call(*arguments, **more):
        return getattr(make(), method.__name__)(*arguments, **more)

    call.__signature__ = inspect.signature(method)
    return call


CALLS = {
    name: Call(function, right_arguments(name, function))
    for name, function in public_functions()
    if name not in UNCHECKED
}


def properties():
    """Give the public properties and the three faces of every result, by name, to be asked."""
    for name, result in RESULTS.items():
        for face in ("__repr__", "__str__", "_repr_html_"):
            if hasattr(result, face):
                yield f"{name}.{face}", getattr(result, face)
        for key in dir(type(result)):
            if isinstance(getattr(type(result), key), property):
                yield f"{name}.{key}", lambda result=result, key=key: getattr(result, key)
