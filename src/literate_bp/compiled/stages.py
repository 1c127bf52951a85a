"""From the clear form to the fast one: programs that lack a means or several.

Each class takes one thing away from the program before it, so that what that
is worth can be measured, and what it changes can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from .. import validation
from ..activation import Array
from ..network import Network, in_a_row
from .arrays import ArrayText, MatmulText, indented
from .backend import parameters_of
from .graph import Graph, Node
from .passes import recorded_gradient, recorded_step
from .rewriting import EXPONENTIALS, IDENTITIES, rewritten
from .scheduling import Family, Statement


class LayersApart(ArrayText):
    """Each layer has calls of its own.

    Parameters
    ----------
    graph, step : Graph
        As of an `ArrayText`.
    """

    @staticmethod
    def families_of(graph: Graph) -> dict[Node, Family]:  # noqa: ARG004 — as of ArrayText
        """Return no families."""
        return {}


class PlainNumbers(LayersApart):
    """Constants are numbers of Python, as in the rules."""

    def constant_text(self, node: Node) -> str:
        """Return the text of a number."""
        value = node.value
        return super().constant_text(node) if value is None else repr(value)


class ByMatmul(MatmulText, PlainNumbers):
    """Matrices are multiplied by `matmul`, and columns added up by `add`."""

    def column_sums(self, of: Node, out: str) -> str:
        """Return the call that adds up the rows of an array."""
        return f"add.reduce({self.operand(of)}, 0, None, {out})"


class NewArrays(ByMatmul):
    """Each call makes a new array, and nothing is laid out."""

    spreads = False

    def lines(self, statement: Statement) -> Iterator[str]:
        """Yield the calls of a statement."""
        (node,) = statement.nodes
        out, given = self.operand(node), list(map(self.operand, node.operands))
        match node:
            case Node("cast", (of,)):
                yield f'{out} = {self.operand(of)}.astype("{node.dtype}")'
            case Node("where"):
                yield self.call("where", given, out)
            case Node("sum" | "max", (of,)):
                along = ", ".join(f"{k}={v}" for k, v in node.options.items())
                called = f"{self.operand(of)}.{node.operation}"
                yield f"{out} = {called}({along})"
            case _:
                yield from super().lines(statement)

    def call(self, name: str, given: list[str], out: str) -> str:
        """Return the call of a function."""
        return f"{out} = {name}({', '.join(given)})"

    def view(self, node: Node) -> str:
        """Return the text of a view, which is made where it is read."""
        name = super().view(node)
        return self.views.pop(name, name)

    @property
    def source(self) -> str:
        """The text: it returns the gradients, and has no step."""
        body = [*self.required_shapes(), *self.calls()]
        names = parameters_of(self.graph)
        nodes = (self.gradients[f"dc_d{name}"] for name in names)
        found = ", ".join(map(self.operand, nodes))
        text = [
            "def laid_out(p, g):",
            *indented([*self.in_row("p", names), *self.set_up_views()]),
            "",
            "    def gradient(x, y):",
            *indented(indented([*body, f"return {found},"])),
            "",
            "    return gradient, None, {}",
        ]
        return "\n".join([self.imports(text), "", "", *text, ""])


class TwoExponentials(NewArrays):
    """The operations that the rules ask for, one after the other."""


STAGES: Mapping[str, type[ArrayText]] = {
    "in a row": TwoExponentials,
    "one exp": NewArrays,
    "memory": ByMatmul,
    "dot": PlainNumbers,
    "constants": LayersApart,
    "together": ArrayText,
}
"""The programs by what each has that those before it have not."""


def graph_of(network: Network, batch: int, stage: str) -> Graph:
    """Return what the program of a stage computes.

    Parameters
    ----------
    network : Network
        Its shapes and types count.
    batch : int
        The number of examples.
    stage : str
        One of `STAGES`.
    """
    validation.one_of("stage", stage, STAGES)
    graph = recorded_gradient(network, None if batch == 1 else batch)
    left_out = EXPONENTIALS if STAGES[stage] is TwoExponentials else ()
    kept = [each for each in IDENTITIES if each not in left_out]
    return rewritten(graph, kept)


def text_of(network: Network, batch: int, stage: str) -> str:
    """Return the text of the program of a stage.

    Parameters
    ----------
    network, batch, stage : Network, int, str
        As of `graph_of`.
    """
    graph = graph_of(network, batch, stage)
    dtype = network.layers[0].weights.dtype
    step = recorded_step(in_a_row(network).size, dtype)
    return STAGES[stage](graph, step).source


def gradient_of(
    network: Network, batch: int, stage: str
) -> Callable[[Array, Array], Any]:
    """Return the program of a stage: x, y → all gradients.

    In one row, or, where each call makes a new array, in a tuple of arrays.

    Parameters
    ----------
    network, batch, stage : Network, int, str
        As of `graph_of`.
    """
    row = in_a_row(network)
    names: dict[str, Any] = {}
    exec(text_of(network, batch, stage), names)  # noqa: S102 — our own text
    gradient, *_ = names["laid_out"](row, np.empty_like(row))
    run: Callable[[Array, Array], Any] = gradient
    return run
