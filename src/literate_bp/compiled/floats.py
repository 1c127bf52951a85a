"""A program over Python's floats: every entry of every array by itself.

For networks so small that a call of NumPy takes longer than its work.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, partial, reduce
from math import prod
from typing import Any

import numpy as np

from ..activation import Array
from .arrays import Arrays
from .backend import (
    Prepared,
    gradient_shapes,
    parameters_of,
    splitting,
    unwritten,
)
from .graph import Graph, Node
from .naming import Naming

BETWEEN = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "equal": "==",
    "not_equal": "!=",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}
"""The operators of Python."""
FUNCTIONS = ("exp", "log", "log1p", "expm1", "tanh", "sqrt")
"""The functions of `math` that have NumPy's name."""
MOST_TERMS, MOST_PRODUCTS = 100, 10_000
"""The longest sum that is written, and how many products with weights are."""
LOOSEST, COMPARISON, TIGHTEST = 0, 1, 5
TIGHTNESS = {"+": 2, "-": 2, "*": 3, "/": 3}
"""How tightly operators bind, between a choice and a name."""


@dataclass(frozen=True, eq=False)
class Number:
    """One entry of an array.

    Attributes
    ----------
    operation : str
        As of a `Node`; ``"input"`` and ``"constant"`` are their own text.
    operands : tuple of Number
        What it is computed from.
    text : str
        Its name, or its digits.
    kept : bool
        Whether the formulas have a letter for it, so that a line assigns it.
    """

    operation: str
    operands: tuple[Number, ...] = ()
    text: str = ""
    kept: bool = False

    @property
    def value(self) -> float | None:
        """The number of a constant."""
        return float(self.text) if self.operation == "constant" else None


@dataclass
class FloatText:
    """The text of a program that computes the gradients of a network.

    Parameters
    ----------
    graph : Graph
        The gradients.
    step : Graph
        A step of gradient descent.
    """

    graph: Graph
    step: Graph
    entries: dict[Node, Any] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Take the arrays apart, and count how often each number is read."""
        self.dtype = self.graph.outputs["dc_dw1"].dtype
        naming = Naming(self.graph, {}, {})
        self.names, self.layers = naming.names, naming.layers
        for node in self.graph.nodes:
            self.entries[node] = self.entries_of(node)
        every = {n for entries in self.entries.values() for n in entries.flat}
        self.reads = Counter(n for each in every for n in each.operands)
        for each in every:
            if each.operation in ("minimum", "maximum"):
                self.reads.update(each.operands)  # compared, then taken
        self.gradient = self.flat(
            *(f"dc_d{name}" for name in parameters_of(self.graph))
        )

    def flat(self, *outputs: str) -> list[Number]:
        """Return the numbers of outputs in a row."""
        return [
            number
            for name in outputs
            for number in self.entries[self.graph.outputs[name]].flat
        ]

    # --- arrays taken apart -------------------------------------------------

    def entries_of(self, node: Node) -> Any:
        """Return the numbers that an array of a node holds, in its shape."""
        given = [self.entries[operand] for operand in node.operands]
        match node.operation:
            case "input" | "constant":
                return self.given(node)
            case "reshape":
                return given[0].reshape(node.shape)
            case "transpose":
                return given[0].T
            case "matmul":
                found = product(*given).reshape(node.shape)
            case "sum" | "max":
                join = added if node.operation == "sum" else larger
                along = np.moveaxis(given[0], node.options["axis"], 0)
                found = reduce(np.frompyfunc(join, 2, 1), along)
                found = np.reshape(found, node.shape)
            case "argmax" | "take_along_axis":
                raise unwritten(node)
            case name:
                join = partial(operation, name)
                found = np.frompyfunc(join, len(given), 1)(*given)
        return self.named(node, np.broadcast_to(found, node.shape))

    def given(self, node: Node) -> Any:
        """Return the entries of an input or of a constant."""
        found = np.empty(node.shape, object)
        for place in np.ndindex(node.shape):
            if node.operation == "constant":
                text = repr(float(node.options["value"][place]))
            else:
                text = entry_name(node.options["name"], node.shape, place)
            found[place] = Number(node.operation, text=text)
        return found

    def named(self, node: Node, entries: Any) -> Any:
        """Give names to the entries that have none."""
        kept = node in self.graph.names
        found = np.empty(node.shape, object)
        for place in np.ndindex(node.shape):
            number = entries[place]
            if not number.text:
                name = entry_name(self.names[node], node.shape, place)
                number = replace(number, text=name, kept=kept)
            found[place] = number
        return found

    # --- the text -----------------------------------------------------------

    @property
    def source(self) -> str:
        """The text."""
        gradient = self.function("gradient", self.gradient)
        names = ", ".join(f"dc_d{w.text}" for w in self.parameters)
        comma = "," * (len(self.gradient) == 1)
        new = ", ".join(self.step_texts())
        return with_imports(
            [
                *gradient,
                "",
                "    def step(x, y, rate):",
                f"        {names}{comma} = gradient(x, y)",
                f"        {self.line_of_parameters()}",
                f"        # {self.step.outputs['new'].rule}",
                f"        p[:] = {rounded(new, self.dtype)}",
                "",
                "    return gradient, step",
            ]
        )

    def source_of(self, outputs: Iterable[str]) -> str:
        """Return the text of a program that computes these outputs alone."""
        return with_imports(
            [
                *self.function("outputs", self.flat(*outputs)),
                "",
                "    return outputs",
            ]
        )

    def function(self, name: str, results: list[Number]) -> list[str]:
        """Return the lines of a function that computes some numbers."""
        returned = ", ".join(self.read(number) for number in results)
        comma = "," * (len(results) == 1)
        lines = [
            *self.given_lines(),
            *self.body(),
            f"return {returned}{comma}",
        ]
        return [f"    def {name}(x, y):", *(f"        {li}" for li in lines)]

    def given_lines(self) -> Iterator[str]:
        """Yield the lines that take x, y and the parameters apart."""
        yield "if not isinstance(x, (list, tuple)):"
        yield "    x, y = x.tolist(), y.tolist()"
        for name in "xy":
            yield f"{unpacked(self.entries[self.graph.inputs[name]])} = {name}"
        yield self.line_of_parameters()

    def line_of_parameters(self) -> str:
        """Return the line that takes the row of parameters apart."""
        return f"{unpacked(np.array(self.parameters))} = p"

    @property
    def parameters(self) -> list[Number]:
        """The parameters in a row."""
        return [
            number
            for name in parameters_of(self.graph)
            for number in self.entries[self.graph.inputs[name]].flat
        ]

    def body(self) -> Iterator[str]:
        """Yield the assignments."""
        said, written = "", set()
        for node, entries in self.entries.items():
            for number in entries.flat:
                if number in written or not self.assigned(number):
                    continue
                written.add(number)
                comment = f"# layer {self.layers[node]}: {node.rule}"
                if comment != said:
                    yield comment
                said = comment
                yield f"{number.text} = {self.formula(number)[0]}"

    def assigned(self, number: Number) -> bool:
        """Tell whether a number has a line of its own."""
        if number.operation in ("input", "constant"):
            return False
        return number.kept or self.reads[number] > 1

    def read(self, number: Number) -> str:
        """Return the text of a number where it is read by itself."""
        return number.text if self.assigned(number) else self.inside(number)[0]

    def inside(self, number: Number) -> tuple[str, int]:
        """Return the text of a number in a formula, and how it binds."""
        if number.operation in ("input", "constant") or self.assigned(number):
            return number.text, TIGHTEST
        return self.formula(number)

    def formula(self, number: Number) -> tuple[str, int]:
        """Return the formula of a number, and how tightly it binds."""
        name = number.operation
        given = [self.inside(operand) for operand in number.operands]
        texts = [text for text, _ in given]
        if name in BETWEEN:
            sign = BETWEEN[name]
            binds = TIGHTNESS.get(sign, COMPARISON)
            left = bracketed(*given[0], binds)
            return f"{left} {sign} {bracketed(*given[1], binds + 1)}", binds
        if name in ("minimum", "maximum"):
            than = ">" if name == "minimum" else "<"
            left, right = (bracketed(*each, COMPARISON + 1) for each in given)
            return f"{right} if {left} {than} {right} else {left}", LOOSEST
        if name == "where":
            condition, then, otherwise = (
                bracketed(*each, LOOSEST + 1) for each in given
            )
            return f"{then} if {condition} else {otherwise}", LOOSEST
        if name == "cast":
            return f"float({texts[0]})", TIGHTEST
        if name == "negative":
            return f"-{bracketed(*given[0], TIGHTEST)}", TIGHTEST - 1
        called = "abs" if name == "absolute" else name
        return f"{called}({', '.join(texts)})", TIGHTEST

    def step_texts(self) -> Iterator[str]:
        """Yield the formula of each parameter after a step."""
        old, gradient, rate = self.step.inputs.values()
        for w in self.parameters:
            found: dict[Node, Number] = {
                old: w,
                gradient: Number("input", text=f"dc_d{w.text}"),
                rate: Number("input", text="rate"),
            }
            for node in self.step.nodes:
                if node not in found:
                    of = (found[operand] for operand in node.operands)
                    found[node] = operation(node.operation, *of)
            yield self.formula(found[self.step.outputs["new"]])[0]


def operation(name: str, *operands: Number) -> Number:
    """Return the number that an operation gives."""
    return Number(name, operands)


def added(left: Number, right: Number) -> Number:
    """Return a sum, without the zeros in it."""
    if left.value == 0:
        return right
    return left if right.value == 0 else operation("add", left, right)


def times(left: Number, right: Number) -> Number:
    """Return a product, without the factors 0 and 1 on its right."""
    if right.value in (0, 1):
        return right if right.value == 0 else left
    return operation("multiply", left, right)


def larger(left: Number, right: Number) -> Number:
    """Return the larger of two numbers."""
    return operation("max", left, right)


def product(left: Any, right: Any) -> Any:
    """Return a matrix product, of arrays with one axis or two."""
    rows = np.atleast_2d(left)
    columns = right.T if right.ndim == 2 else right[None]
    found = np.empty((len(rows), len(columns)), object)
    for n, m in np.ndindex(found.shape):
        found[n, m] = reduce(added, map(times, rows[n], columns[m]))
    return found


def entry_name(
    name: str, shape: tuple[int, ...], place: tuple[int, ...]
) -> str:
    """Return the name of an entry: of one number, that of the array."""
    if prod(shape) == 1:
        return name
    indices = (str(index + 1) for index in place)
    return f"{name}_{('' if max(shape) < 10 else '_').join(indices)}"


def unpacked(entries: Any) -> str:
    """Return the text on the left of an assignment: ``x_1, x_2``."""
    if entries.ndim == 2:
        return ", ".join(f"({unpacked(row)})" for row in entries)
    return ", ".join(number.text for number in entries) + (
        "," * (len(entries) == 1)
    )


def bracketed(text: str, binds: int, least: int) -> str:
    """Put a formula in brackets that does not bind as tightly as needed."""
    return text if binds >= least else f"({text})"


def rounded(numbers: str, dtype: np.dtype[Any]) -> str:
    """Return the text of a list of numbers of a type, as floats."""
    if dtype == np.float64:
        return f"[{numbers}]"
    return f'array("f", [{numbers}])'


def with_imports(lines: list[str]) -> str:
    """Return the text of a program, whose functions are imported first."""
    text = "\n".join(["def laid_out(p):", *lines, ""])
    called = set(re.findall(r"(?<![\w.])(\w+)\(", text))
    names = ", ".join(sorted(called.intersection(FUNCTIONS)))
    imports = [f"from math import {names}\n"] if names else []
    if "array" in called:
        imports.insert(0, "from array import array\n")
    return "".join([*imports, "\n\n", text]).lstrip()


class Floats:
    """The backend of Python's floats, which hold 64 bits.

    Parameters
    ----------
    parameters : ndarray
        The parameters in one row, of float64 or float32.
    """

    name = "floats"

    def __init__(self, parameters: Array) -> None:
        self.dtype = parameters.dtype
        self.p: list[float] = parameters.tolist()

    def read(self) -> Array:
        """Return the parameters as they are now."""
        return np.array(self.p, self.dtype)

    def write(self, parameters: Array) -> None:
        """Set the parameters."""
        self.p[:] = parameters.tolist()

    def prepare(self, gradient: Graph, step: Graph) -> Prepared:
        """Write a program, and run its text.

        Parameters
        ----------
        gradient, step : Graph
            What it computes.
        """
        text = FloatText(gradient, step)
        run, descend = self.loaded(text.source)
        shapes = {name: node.shape for name, node in gradient.outputs.items()}
        shapes |= gradient_shapes(gradient)
        parts = splitting(shapes)

        @cache
        def outputs() -> Callable[[Any, Any], tuple[float, ...]]:
            found: Callable[[Any, Any], tuple[float, ...]]
            found = self.loaded(text.source_of(shapes))
            return found

        def all_of(x: Array, y: Array) -> dict[str, Array]:
            return parts(np.array(outputs()(x, y), self.dtype))

        def take_step(x: Any, y: Any, rate: Any) -> None:
            descend(x, y, float(rate))

        return Prepared(text.source, run, take_step, all_of)

    def prepare_arrays(self, gradient: Graph, step: Graph) -> Prepared:
        """Write a program for NumPy, which gets the parameters at each call.

        Parameters
        ----------
        gradient, step : Graph
            What it computes.
        """
        arrays = Arrays(self.read())
        program = arrays.prepare(gradient, step)

        def up_to_date(run: Callable[..., Any]) -> Callable[..., Any]:
            def call(*given: Any) -> Any:
                arrays.write(self.read())
                return run(*given)

            return call

        def take_step(*given: Any) -> None:
            up_to_date(program.step)(*given)
            self.write(arrays.read())

        run, all_of = map(up_to_date, (program.gradient, program.all_of))
        return Prepared(program.source, run, take_step, all_of)

    def loaded(self, source: str) -> Any:
        """Run a text, and return the functions that it makes."""
        names: dict[str, Any] = {}
        exec(source, names)  # noqa: S102 — our own text
        return names["laid_out"](self.p)
