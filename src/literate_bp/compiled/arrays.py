"""A program for NumPy, which writes each result to memory laid out once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import prod
from typing import Any

import numpy as np

from ..activation import Array
from .backend import (
    Prepared,
    gradient_shapes,
    parameters_of,
    splitting,
    unwritten,
)
from .graph import SHAPING, Graph, Node
from .layout import Layout, Place, is_outer
from .measured import EINSUM, SPREAD
from .naming import Naming
from .scheduling import Family, Schedule, Statement, families

BY_NAME = ("minimum", "maximum")
"""The functions that NumPy tells where to write by name alone."""
NUMBERS: dict[float, str] = {
    0: "zero",
    1: "one",
    2: "two",
    3: "three",
    4: "four",
}
"""The names of some constants."""


class ArrayText:
    """The text of a program that computes the gradients of a network.

    Parameters
    ----------
    graph : Graph
        The gradients.
    step : Graph
        A step of gradient descent, of all parameters in a row.
    """

    library, array = "numpy", "array"
    spreads = True
    families_of = staticmethod(families)

    def __init__(self, graph: Graph, step: Graph) -> None:
        self.graph, self.step = graph, step
        self.families = self.families_of(graph)
        self.statements = Schedule(graph, self.families).statements
        self.gradients = {
            name: node
            for name, node in graph.outputs.items()
            if name.startswith("dc_d")
        }
        computed = {n for st in self.statements for n in st.nodes}
        self.fixed = {
            node: name
            for name, node in reversed(self.gradients.items())
            if node in computed
        }
        self.layout = Layout(graph, self.statements, self.families, self.fixed)
        naming = Naming(graph, self.families, self.layout.place)
        self.names, self.layers = naming.names, naming.layers
        self.constants: dict[str, str] = {}
        self.views: dict[str, str] = {}

    @property
    def source(self) -> str:
        """The text."""
        body = list(self.body())
        setup = [*self.memory(), *self.set_up_views()]
        errors = {
            name: self.operand(node)
            for name, node in self.graph.outputs.items()
            if name not in self.gradients
        }
        told = ", ".join(f'"{name}": {of}' for name, of in errors.items())
        text = [
            "def laid_out(p, g):",
            *indented(setup),
            "",
            "    def gradient(x, y):",
            *indented(indented([*self.required_shapes(), *body])),
            "        return g",
            "",
            "    def step(x, y, rate):",
            "        gradient(x, y)",
            *indented(indented(self.step_lines())),
            "",
            f"    return gradient, step, {{{told}}}",
        ]
        return "\n".join([self.imports(text), "", "", *text, ""])

    # --- the program itself -------------------------------------------------

    def body(self) -> Iterator[str]:
        """Yield the lines of the program."""
        yield from self.calls()
        for name, node in self.gradients.items():
            if self.fixed.get(node) != name:
                yield self.copied(self.operand(node), name)

    def calls(self) -> Iterator[str]:
        """Yield the calls, below the rules that they come from."""
        said = ""
        for statement in self.statements:
            comment = self.comment(statement)
            if comment != said:
                yield comment
            said = comment
            yield from self.lines(statement)

    def copied(self, given: str, out: str) -> str:
        """Return the call that copies an array to another."""
        return f"copyto({out}, {given})"

    def required_shapes(self) -> Iterator[str]:
        """Yield the lines that refuse arrays of other shapes."""
        x, y = (self.graph.inputs[name].shape for name in "xy")
        yield f"if x.shape != {x} or y.shape != {y}:"
        yield f'    raise ValueError("x {x} and y {y} were expected")'

    def comment(self, statement: Statement) -> str:
        """Say which rule of which layers a statement comes from."""
        node = statement.nodes[0]
        layers = span(tuple(self.layers[n] for n in statement.nodes))
        plural = "s" if len(statement.nodes) > 1 else ""
        said = layers.replace("_to_", " to ").replace("_", " and ")
        return f"# layer{plural} {said}: {node.rule}"

    def lines(self, statement: Statement) -> Iterator[str]:
        """Yield the calls of a statement."""
        node = statement.nodes[0]
        together = len(statement.nodes) > 1
        write = self.row_name if together else self.operand
        out, given = write(node), list(map(write, node.operands))
        match node:
            case Node("cast", (of,)):
                yield self.copied(write(of), out)
            case Node("where"):
                condition, then, otherwise = given
                yield f"copyto({out}, {otherwise})"
                yield f"copyto({out}, {then}, where={condition})"
            case Node("matmul"):
                yield self.product(given, out)
            case _ if is_outer(node):
                yield self.outer_product(node, given, out)
            case Node("sum", (of,)) if adds_rows(node):
                yield self.column_sums(of, out)
            case Node("sum" | "max", (of,)):
                ufunc = {"sum": "add", "max": "maximum"}[node.operation]
                keepdims = ", True" * node.options["keepdims"]
                along = f"{node.options['axis']}, None, {out}{keepdims}"
                yield f"{ufunc}.reduce({write(of)}, {along})"
            case Node("argmax" | "take_along_axis"):
                raise unwritten(node)
            case _:
                if self.spreads:
                    yield from self.spread(node, given)
                yield self.call(node.operation, given, out)

    def spread(self, node: Node, given: list[str]) -> Iterator[str]:
        """Yield the lines that write an operand to all rows that it goes to.

        A call works faster on arrays of one shape. The name of the operand
        in `given` becomes that of the place.
        """
        for place, operand in enumerate(node.operands):
            if is_spread(operand, node) and bytes_of(node) <= SPREAD:
                shape = "_".join(map(str, node.shape))
                place_text = self.empty(operand, node.shape)
                name = self.made_once(f"rows_{shape}", place_text)
                yield f"{name}[...] = {given[place]}"
                given[place] = name

    def outer_product(self, node: Node, given: list[str], out: str) -> str:
        """Return the call that multiplies a column by a row."""
        flat = [v.operands[0] for v in node.operands if v.operands]
        if is_large(node) and [len(v.shape) for v in flat] == [1, 1]:
            column, row = map(self.operand, flat)
            return f'einsum("i,j->ij", {column}, {row}, out={out})'
        return self.product(given, out)

    def column_sums(self, of: Node, out: str) -> str:
        """Return the call that adds up the rows of an array."""
        return self.product([self.ones(of), self.operand(of)], out)

    def product(self, given: list[str], out: str) -> str:
        """Return the call that multiplies matrices."""
        return f"{given[0]}.dot({given[1]}, {out})"

    def ones(self, of: Node) -> str:
        """Return the name of as many ones as an array has rows."""
        count = of.shape[0]
        text = f"ones({count}{self.dtype_text(of)})"
        return self.made_once(f"ones_{count}", text)

    def made_once(self, name: str, text: str) -> str:
        """Return a name for what a text makes, of its own for each text.

        Numbers may have the same first digits, and ones several types.
        """
        while self.constants.setdefault(name, text) != text:
            name += "b"
        return name

    def operand(self, node: Node) -> str:
        """Return what a node is called where it is read or written."""
        if node.operation == "constant":
            return self.constant(node)
        if node.operation in SHAPING:
            return self.view(node)
        return self.names[node]

    def row_name(self, node: Node) -> str:
        """Return what the row of a family is called."""
        if node not in self.families:
            return self.operand(node)
        family = self.families[node]
        letter = self.names[family.members[0]].rstrip("0123456789")
        return f"{letter}_{span(family.layers)}"

    # --- what is laid out once ----------------------------------------------

    def constant(self, node: Node) -> str:
        """Return the name of a constant, and keep its text."""
        value = node.options["value"]
        if value.ndim:
            name = f"constant_{'_'.join(map(str, value.shape))}"
        else:
            name = number_name(float(value))
        return self.made_once(name, self.constant_text(node))

    def view(self, node: Node) -> str:
        """Return the name of another view of an array, and keep its text."""
        (of,) = node.operands
        seen = self.operand(of)
        transposed = node.operation == "transpose"
        shape = ", ".join(map(str, node.shape))
        text = f"{seen}.T" if transposed else f"{seen}.reshape({shape})"
        if seen.startswith(("x", "y")):
            return text
        name = f"{seen}_t" if transposed else f"{seen}_{kind_of(node)}"
        self.views.setdefault(name, text)
        return name

    def memory(self) -> Iterator[str]:
        """Yield the lines that lay out parameters, gradients and results."""
        yield from self.in_row("p", parameters_of(self.graph))
        yield from self.in_row(
            "g", [f"dc_d{n}" for n in parameters_of(self.graph)]
        )
        for node, name in self.fixed.items():
            if self.names[node] != name:
                yield f"{self.names[node]} = {name}"
        for row in self.layout.rows:
            yield from self.row_lines(row)

    def in_row(self, row: str, names: list[str]) -> Iterator[str]:
        """Yield the lines that give names to the parts of a row."""
        start = 0
        for name in names:
            shape = self.graph.inputs[name.removeprefix("dc_d")].shape
            yield f"{name} = {part(row, start, shape)}"
            start += prod(shape)

    def row_lines(self, row: tuple[Place, ...]) -> Iterator[str]:
        """Yield the lines that make the memory of one row."""
        first = row[0].nodes
        if len(row) == 1:
            names = dict.fromkeys(self.names[node] for node in first)
            made = self.empty(first[0], first[0].shape)
            yield f"{' = '.join(names)} = {made}"
            return
        whole = dict.fromkeys(
            self.row_name(node) for node in first if self.in_family(node)
        )
        size = sum(prod(place.nodes[0].shape) for place in row)
        yield f"{' = '.join(whole)} = {self.empty(first[0], (size,))}"
        start = 0
        for place in row:
            shape = place.nodes[0].shape
            names = dict.fromkeys(self.names[node] for node in place.nodes)
            taken = part(next(iter(whole)), start, shape)
            yield f"{' = '.join(names)} = {taken}"
            start += prod(shape)

    def empty(self, node: Node, shape: tuple[int, ...]) -> str:
        """Return the text that makes memory."""
        told = str(shape[0]) if len(shape) == 1 else str(shape)
        return f"empty({told}{self.dtype_text(node)})"

    def dtype_text(self, node: Node) -> str:
        """Return the text of a type, where it is not the usual one."""
        return "" if node.dtype == np.float64 else f', dtype="{node.dtype}"'

    def constant_text(self, node: Node) -> str:
        """Return the text that makes the array of a constant."""
        value = node.options["value"]
        count = len(value) if value.ndim == 2 else 0
        if count and np.array_equal(value, 1 - np.eye(count)):
            return f"1 - eye({count}{self.dtype_text(node)})"
        numbers = value.astype(float).tolist()
        return f"{self.array}({numbers!r}{self.dtype_text(node)})"

    def step_lines(self) -> Iterator[str]:
        """Yield the calls of a step, which overwrites what it was given."""
        graph = self.step
        names = {
            graph.inputs["old"]: "p",
            graph.inputs["gradient"]: "g",
            graph.inputs["rate"]: "rate",
        }
        computed = [node for node in graph.nodes if not node.is_given]
        if any(not node.is_elementwise for node in computed):
            raise NotImplementedError("a step that is not entry by entry")
        yield f"# {graph.outputs['new'].rule}"
        for node in computed:
            names[node] = "p" if node is graph.outputs["new"] else "g"
            given = [names[operand] for operand in node.operands]
            yield self.call(node.operation, given, names[node])

    def call(self, name: str, given: list[str], out: str) -> str:
        """Return the call of a function that works entry by entry."""
        out = f"out={out}" if name in BY_NAME else out
        return f"{name}({', '.join((*given, out))})"

    def imports(self, text: list[str]) -> str:
        """Return the line that imports what a text calls."""
        calls = re.compile(r"(?<![\w.])(\w+)(?:\.reduce)?\(")
        called = set(calls.findall("\n".join(text)))
        called -= {"laid_out", "gradient", "step", "ValueError"}
        return f"from {self.library} import {', '.join(sorted(called))}"

    def in_family(self, node: Node) -> bool:
        """Tell whether a node has a family of several layers."""
        family: Family | None = self.families.get(node)
        return family is not None and len(family.layers) > 1

    def set_up_views(self) -> Iterator[str]:
        """Yield the lines of constants and views."""
        for name, text in (*self.constants.items(), *self.views.items()):
            yield f"{name} = {text}"


def span(numbers: tuple[int, ...]) -> str:
    """Return the text of some layers' numbers: ``"1_3"``, ``"1_to_4"``."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) > 2 and last - first == len(numbers) - 1:
        return f"{first}_to_{last}"
    return "_".join(map(str, numbers))


def adds_rows(node: Node) -> bool:
    """Tell whether a sum is that of the rows of a matrix."""
    (of,) = node.operands
    return (len(of.shape), node.options["axis"]) == (2, 0)


def is_large(node: Node) -> bool:
    """Tell whether an array has so many bytes that `einsum` is faster."""
    return bytes_of(node) >= EINSUM


def bytes_of(node: Node) -> int:
    """Return how many bytes a result has."""
    return prod(node.shape) * node.dtype.itemsize


def is_spread(operand: Node, node: Node) -> bool:
    """Tell whether each entry of an operand goes into several of a result."""
    return bool(operand.shape) and operand.shape != node.shape


def kind_of(view: Node) -> str:
    """Return a word for the shape of a view."""
    match view.shape:
        case (1, _):
            return "row"
        case (_, 1):
            return "column"
        case _:
            return f"as_{'_'.join(map(str, view.shape))}"


def part(row: str, start: int, shape: tuple[int, ...]) -> str:
    """Return the text of a part of a row, in its shape."""
    taken = f"{row}[{start}:{start + prod(shape)}]"
    if len(shape) == 1:
        return taken
    return f"{taken}.reshape({', '.join(map(str, shape))})"


def number_name(value: float) -> str:
    """Return a name for a number: ``"one"``, ``"number_709"``."""
    if value in NUMBERS:
        return NUMBERS[value]
    return "number_" + re.sub(r"\W", "_", f"{value:g}".replace("-", "minus_"))


def indented(lines: Iterable[str]) -> list[str]:
    """Indent lines."""
    return [f"    {line}" for line in lines]


class MatmulText(ArrayText):
    """The text of a program that multiplies matrices of any size by `matmul`.

    Parameters
    ----------
    graph, step : Graph
        As of an `ArrayText`.
    """

    def product(self, given: list[str], out: str) -> str:
        """Return the call that multiplies matrices."""
        return self.call("matmul", given, out)

    def outer_product(
        self,
        node: Node,  # noqa: ARG002 — as of ArrayText
        given: list[str],
        out: str,
    ) -> str:
        """Return the call that multiplies a column by a row of any size."""
        return self.product(given, out)


class Arrays:
    """The NumPy backend: parameters and gradients, each in one row.

    Parameters
    ----------
    parameters : ndarray
        The parameters in one row.
    """

    name = "numpy"

    def __init__(self, parameters: Array) -> None:
        self.p, self.g = parameters.copy(), np.empty_like(parameters)

    def read(self) -> Array:
        """Return the parameters as they are now."""
        return self.p.copy()

    def write(self, parameters: Array) -> None:
        """Set the parameters."""
        self.p[...] = parameters

    def prepare(self, gradient: Graph, step: Graph) -> Prepared:
        """Write a program, and run its text.

        Parameters
        ----------
        gradient, step : Graph
            What it computes.
        """
        text = ArrayText(gradient, step)
        names: dict[str, Any] = {}
        exec(text.source, names)  # noqa: S102 — our own text
        run, descend, errors = names["laid_out"](self.p, self.g)

        parts = splitting(gradient_shapes(gradient))

        def all_of(x: Array, y: Array) -> dict[str, Array]:
            return {
                **parts(run(x, y).copy()),
                **{name: array.copy() for name, array in errors.items()},
            }

        return Prepared(text.source, run, descend, all_of)
