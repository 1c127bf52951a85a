"""Identities by which a graph becomes cheaper and keeps its digits.

Each function looks at one node, and returns what is equal to it, or None. The
operands of the node have been through all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .graph import Graph, Node, Recorder

Rewriting = Callable[["Equations", Node], Node | None]
"""Returns a node that is equal to the given one and cheaper, or None."""


class Equations:
    """Writes the right-hand side of an identity.

    Parameters
    ----------
    recorder : Recorder
        Keeps the nodes of the new graph.
    rule : str
        The rule whose node is replaced.
    """

    def __init__(self, recorder: Recorder, rule: str) -> None:
        self.recorder = recorder
        self.rule = rule

    def of(self, operation: str, *operands: Node | float, **more: Any) -> Node:
        """Record an operation on nodes and numbers."""
        dtype = next(o.dtype for o in operands if isinstance(o, Node))
        nodes = (
            o if isinstance(o, Node) else self.recorder.constant(o, dtype)
            for o in operands
        )
        return self.recorder.apply(operation, *nodes, rule=self.rule, **more)

    def exponential(self, z: Node) -> tuple[Node, Node]:
        """Record e = e^min(z, m), which is finite, and 1 + e.

        Beyond m, 1 / (1 + e) stays where it is: below the smallest number
        that has all its digits.
        """
        e = self.of("exp", self.of("minimum", z, largest_exponent(z.dtype)))
        return e, self.of("add", 1, e)


def largest_exponent(dtype: np.dtype[Any]) -> float:
    """Return the largest whole number whose exponential is finite.

    Parameters
    ----------
    dtype : dtype
        A type of floats: 709 in float64, 88 in float32.
    """
    return float(np.floor(np.log(np.finfo(dtype).max)))


def rewritten(
    graph: Graph, identities: Sequence[Rewriting] | None = None
) -> Graph:
    """Return an equal graph that is cheaper to compute.

    Parameters
    ----------
    graph : Graph
        As recorded.
    identities : sequence of Rewriting, optional
        By which it is rewritten. By default, all of them.
    """
    identities = IDENTITIES if identities is None else identities
    recorder = Recorder()
    new: dict[Node, Node] = {}
    for node in graph.nodes:
        copy = recorder.keep(
            node.operation,
            tuple(new[operand] for operand in node.operands),
            *(node.shape, node.dtype, node.options, node.rule),
        )
        new[node] = simplified(recorder, copy, identities)
    kept = {name: new[of] for name, of in graph.outputs.items()}
    given = {name: new[of] for name, of in graph.inputs.items() if of in new}
    names: dict[Node, str] = {}
    for node, name in graph.names.items():
        names.setdefault(new[node], name)
    return Graph(given, kept, names)


def simplified(
    recorder: Recorder, node: Node, identities: Sequence[Rewriting]
) -> Node:
    """Replace a node as long as an identity says by what.

    Parameters
    ----------
    recorder : Recorder
        Keeps the new nodes.
    node : Node
        Its operands have been replaced already.
    identities : sequence of Rewriting
        Each is tried.
    """
    for rewriting in identities:
        found = rewriting(Equations(recorder, node.rule), node)
        if found is not None:
            return simplified(recorder, found, identities)
    return node


# --- arithmetic -------------------------------------------------------------


def neutral(_: Equations, node: Node) -> Node | None:
    """Leave out 1 · x, x / 1 and 0 + x."""
    match node:
        case Node("multiply", (one, x)) if one.value == 1:
            return same_shape_as(node, x)
        case Node("divide", (x, one)) if one.value == 1:
            return same_shape_as(node, x)
        case Node("add", (zero, x)) if zero.value == 0:
            return same_shape_as(node, x)
    return None


def same_shape_as(node: Node, x: Node) -> Node | None:
    """Return x if it has the shape of a node, to which it may be spread."""
    return x if x.shape == node.shape else None


def whole_power(equal: Equations, node: Node) -> Node | None:
    """Write x² as x · x, and x³ as x · x · x."""
    match node:
        case Node("power", (x, exponent)) if exponent.value in (2, 3):
            square = equal.of("multiply", x, x)
            cube = exponent.value == 3
            return equal.of("multiply", square, x) if cube else square
    return None


# --- shapes -----------------------------------------------------------------


def same_shape(equal: Equations, node: Node) -> Node | None:
    """Leave out a view that shows the array as it is."""
    match node:
        case Node("reshape", (Node("reshape", (x,)),)):
            return equal.of("reshape", x, shape=node.shape)
        case Node("reshape", (x,)) if x.shape == node.shape:
            return x
        case Node("transpose", (x,)) if 1 in x.shape:
            return equal.of("reshape", x, shape=node.shape)
    return None


def single_sum(equal: Equations, node: Node) -> Node | None:
    """Leave out a sum of one term."""
    match node:
        case Node("sum", (x,)) if x.shape[node.options["axis"]] == 1:
            return equal.of("reshape", x, shape=node.shape)
    return None


def sum_of_rows(equal: Equations, node: Node) -> Node | None:
    """Write the sum of the rows of a matrix, as a row, by the sum without it.

    For that, a program has a matrix product.
    """
    match node:
        case Node("sum", (x,)) if node.options["keepdims"]:
            if node.options["axis"] == -2 and len(x.shape) == 2:
                total = equal.of("sum", x, axis=0, keepdims=False)
                return equal.of("reshape", total, shape=node.shape)
    return None


def outer_product(equal: Equations, node: Node) -> Node | None:
    """Write a matrix product with sums of one term as entries times entries.

    A column times a row: the weight gradient of a single example.
    """
    match node:
        case Node("matmul", (column, row)) if row.shape[0] == 1:
            if len(column.shape) == len(row.shape) == 2:
                return equal.of("multiply", column, row)
    return None


def largest_entry(equal: Equations, node: Node) -> Node | None:
    """Write the entry at the place of the largest one as the largest."""
    match node:
        case Node("take_along_axis", (z, Node("argmax", (same,)) as place)):
            if same is z and place.options["axis"] == node.options["axis"]:
                return equal.of("max", z, **place.options)
    return None


# --- exponentials -----------------------------------------------------------


def is_decay(node: Node, z: Node) -> bool:
    """Tell whether a node is e^(−|z|), which is e^min(z, −z).

    Not in float16, in which e⁻ᵐ, of `largest_exponent`, is far from 0.
    """
    match node:
        case Node("exp", (Node("minimum", (one, Node("negative", (same,)))),)):
            return one is same is z and node.dtype.itemsize >= 4
    return False


def sigmoid_of_one_exponential(equal: Equations, node: Node) -> Node | None:
    """Write e^min(z, 0) / (1 + e^(−|z|)) as e / (1 + e), where e = eᶻ.

    And as 1 / (1 + e) where z stands with a minus. The exponential is that of
    `Equations.exponential`.
    """
    match node:
        case Node(
            "divide",
            (
                Node("exp", (Node("minimum", (z, zero)),)),
                Node("add", (one, decay)),
            ),
        ) if (zero.value, one.value) == (0, 1) and is_decay(decay, z):
            match z:
                case Node("negative", (positive,)):
                    _, total = equal.exponential(positive)
                    return equal.of("divide", 1, total)
            return equal.of("divide", *equal.exponential(z))
    return None


def derivative_of_one_exponential(equal: Equations, node: Node) -> Node | None:
    """Write e^(−|z|) / (1 + e^(−|z|))² as a / (1 + e), where a = e / (1 + e).

    That is a (1 − a), in which 1 − a = 1 / (1 + e) has all its digits.
    """
    match node:
        case Node(
            "divide",
            (
                Node("exp", (Node("minimum", (z, _)),)) as decay,
                Node("multiply", (Node("add", (one, same)) as total, again)),
            ),
        ) if one.value == 1 and total is again and same is decay:
            if is_decay(decay, z):
                e, total = equal.exponential(z)
                a = equal.of("divide", e, total)
                return equal.of("divide", a, total)
    return None


def softplus_of_one_exponential(equal: Equations, node: Node) -> Node | None:
    """Write max(z, 0) + ln(1 + e^(−|z|)) as max(z, ln(1 + e)), e = eᶻ.

    The logarithm is the larger, but for what is lost by limiting e.
    """
    match node:
        case Node(
            "add", (Node("maximum", (z, zero)), Node("log1p", (decay,)))
        ) if zero.value == 0 and is_decay(decay, z):
            e, _ = equal.exponential(z)
            return equal.of("maximum", z, equal.of("log1p", e))
    return None


def gate_of_one_exponential(equal: Equations, node: Node) -> Node | None:
    """Write z σ′(z) as min(z, m) σ′(z), where σ′ is 0 but for rounding.

    Beyond m the derivative above stays at e⁻ᵐ, which times a huge z is not 0.
    """
    match node:
        case Node(
            "multiply",
            (
                Node("where", (closed, zero, z)),
                Node(
                    "divide", (Node("divide", (Node("exp", (limited,)), _)), _)
                ) as gate,
            ),
        ) if z in limited.operands:
            shut = equal.of("where", closed, zero, limited)
            return equal.of("multiply", shut, gate)
    return None


EXPONENTIALS: tuple[Rewriting, ...] = (
    sigmoid_of_one_exponential,
    derivative_of_one_exponential,
    softplus_of_one_exponential,
    gate_of_one_exponential,
)
"""The identities by which one exponential stands where there were two."""
IDENTITIES: tuple[Rewriting, ...] = (
    neutral,
    whole_power,
    same_shape,
    single_sum,
    sum_of_rows,
    outer_product,
    largest_entry,
    *EXPONENTIALS,
)
"""All identities, each tried at every node."""
