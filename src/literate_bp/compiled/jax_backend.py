"""A program for JAX: a line an operation, and XLA decides about memory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import prod
from typing import Any

import numpy as np

from ..activation import Array
from .backend import (
    Prepared,
    gradient_shapes,
    imported,
    parameters_of,
    splitting,
    unwritten,
)
from .graph import SHAPING, Graph, Node
from .naming import Naming


class JaxText:
    """The text of a program of functions without side effects.

    Parameters
    ----------
    graph : Graph
        The gradients of a network.
    step : Graph
        A step of gradient descent, of all parameters in a row.
    """

    def __init__(self, graph: Graph, step: Graph) -> None:
        self.graph, self.step = graph, step
        naming = Naming(graph, {}, {})
        self.names, self.layers = naming.names, naming.layers

    @property
    def source(self) -> str:
        """The text."""
        row = [f"dc_d{name}" for name in parameters_of(self.graph)]
        flat = ", ".join(f"{self.output(name)}.ravel()" for name in row)
        others = ", ".join(
            f'"{name}": {self.output(name)}'
            for name in self.graph.outputs
            if name not in row
        )
        lines = [
            "from jax import jit, numpy as np",
            "",
            "",
            "@jit",
            "def gradient_and_errors(p, x, y):",
            *(f"    {line}" for line in (*self.parameters(), *self.body())),
            f"    return np.concatenate([{flat}]), {{{others}}}",
            "",
            "",
            "@jit",
            "def gradient(p, x, y):",
            "    return gradient_and_errors(p, x, y)[0]",
            "",
            "",
            "@jit",
            "def step(p, x, y, rate):",
            "    g = gradient(p, x, y)",
            f"    return {self.new()}",
            "",
        ]
        return "\n".join(lines)

    def parameters(self) -> Iterator[str]:
        """Yield the lines that take the row of parameters apart."""
        start = 0
        for name in parameters_of(self.graph):
            shape = self.graph.inputs[name].shape
            end = start + prod(shape)
            yield f"{name} = p[{start}:{end}].reshape({shape})"
            start = end

    def body(self) -> Iterator[str]:
        """Yield the assignments."""
        said = ""
        for node in self.graph.nodes:
            if node.is_given or node.operation in SHAPING:
                continue
            comment = f"# layer {self.layers[node]}: {node.rule}"
            if comment != said:
                yield comment
            said = comment
            yield f"{self.names[node]} = {self.formula(node)}"

    def formula(self, node: Node) -> str:
        """Return the call that computes a node."""
        given = ", ".join(map(self.operand, node.operands))
        match node.operation:
            case "argmax" | "take_along_axis":
                raise unwritten(node)
            case "cast":
                return f'{given}.astype("{node.dtype}")'
            case "sum" | "max":
                axis, keepdims = node.options.values()
                along = f"{axis}, keepdims={keepdims}"
                return f"np.{node.operation}({given}, {along})"
            case name:
                return f"np.{name}({given})"

    def operand(self, node: Node) -> str:
        """Return the text of a node where it is read."""
        if node.operation == "constant":
            value = node.options["value"]
            return (
                repr(value.tolist())
                if not value.ndim
                else (f'np.array({value.tolist()!r}, "{node.dtype}")')
            )
        if node.operation == "transpose":
            return f"{self.operand(node.operands[0])}.T"
        if node.operation == "reshape":
            return f"{self.operand(node.operands[0])}.reshape({node.shape})"
        return self.names[node]

    def output(self, name: str) -> str:
        """Return the text of an output."""
        return self.operand(self.graph.outputs[name])

    def new(self) -> str:
        """Return the formula of the parameters after a step."""
        texts = {
            self.step.inputs["old"]: "p",
            self.step.inputs["gradient"]: "g",
            self.step.inputs["rate"]: "rate",
        }
        for node in self.step.nodes:
            if node not in texts:
                given = ", ".join(texts[operand] for operand in node.operands)
                texts[node] = f"np.{node.operation}({given})"
        return texts[self.step.outputs["new"]]


class Jax:
    """The JAX backend: programs are compiled by XLA when they first run.

    Parameters
    ----------
    parameters : ndarray
        The parameters in one row.

    Raises
    ------
    ImportError
        If JAX is not installed.
    """

    name = "jax"

    def __init__(self, parameters: Array) -> None:
        library = imported("jax", "JAX")
        self.numpy = library.numpy
        self.wide = partial(
            library.enable_x64,
            True,  # noqa: FBT003 — its only argument
        )
        self.dtype = parameters.dtype
        self.write(parameters)

    def read(self) -> Array:
        """Return the parameters as they are now."""
        return np.array(self.p)

    def write(self, parameters: Array) -> None:
        """Set the parameters."""
        self.p = self.array(parameters)

    def array(self, array: Any) -> Any:
        """Return an array of JAX of the type of the parameters."""
        with self.wide():
            return self.numpy.asarray(array, self.dtype)

    def prepare(self, gradient: Graph, step: Graph) -> Prepared:
        """Write a program, and run its text.

        Parameters
        ----------
        gradient, step : Graph
            What it computes.
        """
        text = JaxText(gradient, step)
        names: dict[str, Any] = {}
        exec(text.source, names)  # noqa: S102 — our own text
        shapes = [gradient.inputs[name].shape for name in "xy"]

        def flat(x: Any, y: Any) -> Any:
            if [x.shape, y.shape] != shapes:
                raise ValueError(f"x and y of {shapes} were expected")
            with self.wide():
                return names["gradient"](self.p, x, y)

        def take_step(x: Any, y: Any, rate: Any) -> None:
            with self.wide():
                self.p = names["step"](self.p, x, y, rate)

        parts = splitting(gradient_shapes(gradient))

        def all_of(x: Array, y: Array) -> dict[str, Array]:
            with self.wide():
                row, errors = names["gradient_and_errors"](self.p, x, y)
            others = {name: np.array(of) for name, of in errors.items()}
            return {**parts(np.array(row)), **others}

        return Prepared(text.source, flat, take_step, all_of)
