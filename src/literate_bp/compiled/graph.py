"""A graph of operations: what rules compute, without the numbers.

A node is one operation of NumPy on the results of other nodes, and knows the
shape and the type of its own. Equal operations on equal operands are one node,
so that what two rules share is computed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..activation import Array

INPUT, CONSTANT = "input", "constant"
"""The operations of nodes that are given: arguments, and numbers."""
SHAPING = ("reshape", "transpose")
"""Operations that compute nothing: another view of the same numbers."""
PRODUCT = "matmul"
"""The matrix product, of arrays with one axis or two."""
ELEMENTWISE = {
    name: getattr(np, name)
    for name in (
        *("add", "subtract", "multiply", "divide", "negative", "power"),
        *("exp", "log", "log1p", "expm1", "tanh", "sqrt", "absolute"),
        *("minimum", "maximum"),
        *("equal", "not_equal", "less", "less_equal"),
        *("greater", "greater_equal"),
    )
}
"""Operations entry by entry, by the names of NumPy's functions.

Besides them there are `where`, of a condition and two arrays, and `cast`.
"""


@dataclass(frozen=True, eq=False)
class Node:
    """One operation, and what is known of its result.

    Attributes
    ----------
    operation : str
        ``"matmul"``, ``"add"`` …: a name of NumPy, or ``"input"`` or
        ``"constant"``.
    operands : tuple of Node
        What it is applied to.
    shape : tuple of int
        Of the result.
    dtype : numpy.dtype
        Of the result.
    options : dict
        What else the operation depends on: the `axis` of a sum, the `value`
        of a constant, the `name` of an input.
    number : int
        Its place in the order in which nodes were recorded.
    rule : str
        The name of the rule whose code asked for it.
    """

    operation: str
    operands: tuple[Node, ...]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    options: Mapping[str, Any]
    number: int
    rule: str = ""

    @property
    def is_given(self) -> bool:
        """Whether it is an input or a constant."""
        return self.operation in (INPUT, CONSTANT)

    @property
    def is_elementwise(self) -> bool:
        """Whether each entry depends on one entry of each operand."""
        return self.operation in (*ELEMENTWISE, "where", "cast")

    @property
    def value(self) -> float | None:
        """The number of a constant that is a single one, or None."""
        found = self.options.get("value")
        return None if found is None or np.ndim(found) else float(found)


@dataclass(frozen=True)
class Graph:
    """What a program computes.

    Attributes
    ----------
    inputs : dict of str to Node
        The arguments by name: ``"x"``, ``"y"``, ``"w1"``, ``"b1"`` …
    outputs : dict of str to Node
        The results by name: ``"dc_dw1"``, ``"dc_db1"``, ``"delta1"`` …
    names : dict of Node to str
        The nodes that have a letter in the formulas: ``"z1"``, ``"a1"`` …
    """

    inputs: Mapping[str, Node]
    outputs: Mapping[str, Node]
    names: Mapping[Node, str]

    @property
    def nodes(self) -> list[Node]:
        """All nodes that the outputs need, in the order of the recording."""
        return sorted(needed(self.outputs.values()), key=lambda n: n.number)

    @property
    def uses(self) -> dict[Node, list[Node]]:
        """The nodes that each node is an operand of."""
        users: dict[Node, list[Node]] = {node: [] for node in self.nodes}
        for node in self.nodes:
            for operand in node.operands:
                users[operand].append(node)
        return users


def needed(results: Iterable[Node]) -> set[Node]:
    """Return some nodes, and all that they are computed from.

    Parameters
    ----------
    results : iterable of Node
        What is wanted.
    """
    found: set[Node] = set()
    waiting = list(results)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(node.operands)
    return found


@dataclass
class Recorder:
    """Makes the nodes of a graph, each of them once.

    Attributes
    ----------
    known : dict
        The nodes so far, by what they compute.
    """

    known: dict[Any, Node] = field(default_factory=dict)

    def given(
        self, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]
    ) -> Node:
        """Record an input."""
        return self.keep(INPUT, (), shape, dtype, {"name": name})

    def constant(self, value: Any, dtype: np.dtype[Any]) -> Node:
        """Record a number, or an array of numbers, as a constant."""
        array = np.asarray(value, dtype)
        return self.keep(CONSTANT, (), array.shape, dtype, {"value": array})

    def apply(
        self,
        operation: str,
        *operands: Node,
        rule: str = "",
        **options: Any,
    ) -> Node:
        """Record an operation, or find it."""
        shape = shape_of(operation, operands, options)
        dtype = dtype_of(operation, operands, options)
        return self.keep(operation, operands, shape, dtype, options, rule)

    def keep(
        self,
        operation: str,
        operands: tuple[Node, ...],
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        options: Mapping[str, Any],
        rule: str = "",
    ) -> Node:
        """Give the node that computes this, made if there is none yet."""
        told = tuple((name, told_of(of)) for name, of in options.items())
        key = operation, operands, shape, dtype, told
        if key not in self.known:
            self.known[key] = Node(
                *(operation, operands, shape, dtype, options),
                number=len(self.known),
                rule=rule,
            )
        return self.known[key]


def told_of(value: Any) -> Any:
    """Return what tells an option from others: an array's bytes."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype, value.tobytes()
    return value


def shape_of(
    operation: str, operands: tuple[Node, ...], options: Mapping[str, Any]
) -> tuple[int, ...]:
    """Return the shape of what an operation gives.

    Parameters
    ----------
    operation, operands, options : str, tuple of Node, dict
        As in a `Node`.

    Raises
    ------
    ValueError
        If the shapes do not go together.
    """
    shapes = [node.shape for node in operands]
    match operation:
        case "reshape":
            shape: tuple[int, ...] = options["shape"]
            return shape
        case "transpose":
            (shape,) = shapes
            return shape[::-1]
        case "matmul":
            return product_shape(*shapes)
        case "sum" | "max" | "argmax":
            (shape,) = shapes
            return without_axis(shape, **options)
        case "take_along_axis":
            return shapes[1]
        case _:
            return np.broadcast_shapes(*shapes)


def dtype_of(
    operation: str, operands: tuple[Node, ...], options: Mapping[str, Any]
) -> np.dtype[Any]:
    """Return the type of what an operation gives.

    Parameters
    ----------
    operation, operands, options : str, tuple of Node, dict
        As in a `Node`.
    """
    dtypes = [node.dtype for node in operands]
    match operation:
        case "cast":
            found: np.dtype[Any] = options["dtype"]
            return found
        case "argmax":
            return np.dtype(np.intp)
        case "take_along_axis":
            return dtypes[0]
        case _ if operation in ELEMENTWISE:
            return ELEMENTWISE[operation].resolve_dtypes((*dtypes, None))[-1]
        case _:
            return np.result_type(*dtypes)


def product_shape(
    left: tuple[int, ...], right: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the shape of a matrix product."""
    if left[-1] != right[0]:
        raise ValueError(f"shapes {left} and {right} have no matrix product")
    return left[:-1] + right[1:]


def without_axis(
    shape: tuple[int, ...], axis: int, *, keepdims: bool
) -> tuple[int, ...]:
    """Return a shape after a sum along an axis."""
    lengths: list[int] = list(shape)
    lengths[axis : axis + 1 or None] = [1] if keepdims else []
    return tuple(lengths)


def evaluate(graph: Graph, given: Mapping[str, Array]) -> dict[str, Array]:
    """Compute a graph with NumPy, one node after the other.

    The plainest of all backends; the others are compared with it.

    Parameters
    ----------
    graph : Graph
        What is computed.
    given : dict of str to ndarray
        The inputs, by name.
    """
    found: dict[Node, Any] = {}
    for node in graph.nodes:
        found[node] = (
            given[node.options["name"]]
            if node.operation == INPUT
            else value_of(node, [found[operand] for operand in node.operands])
        )
    return {name: found[node] for name, node in graph.outputs.items()}


def value_of(node: Node, operands: list[Array]) -> Any:
    """Compute one node.

    Parameters
    ----------
    node : Node
        Any but an input.
    operands : list of ndarray
        The values of its operands.
    """
    first = operands[0] if operands else None
    match node.operation:
        case "constant":
            return node.options["value"]
        case "cast":
            (of,) = operands
            return of.astype(node.dtype)
        case "reshape":
            return operands[0].reshape(node.shape)
        case "sum" | "max" | "argmax" | "transpose" | "take_along_axis":
            function = getattr(np, node.operation)
            return function(first, *operands[1:], **node.options)
        case _:
            return getattr(np, node.operation)(*operands)
