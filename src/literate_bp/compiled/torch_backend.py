"""A program for PyTorch: the same calls into the same places, on tensors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..activation import Array
from .arrays import MatmulText
from .backend import Prepared, gradient_shapes, imported, splitting
from .graph import Graph, Node
from .scheduling import Statement

RENAMED = {"equal": "eq"}
"""The functions that PyTorch has under another name."""


class TorchText(MatmulText):
    """The text of a program for PyTorch.

    Parameters
    ----------
    graph, step : Graph
        As of an `ArrayText`.
    """

    library, array = "torch", "tensor"
    spreads = False  # PyTorch's own way is as fast

    def lines(self, statement: Statement) -> Iterator[str]:
        """Yield the calls of a statement."""
        node = statement.nodes[0]
        write = self.row_name if len(statement.nodes) > 1 else self.operand
        out, given = write(node), list(map(write, node.operands))
        match node:
            case Node("matmul", (left, _)) if len(left.shape) == 1:
                yield self.call("mv", [f"{given[1]}.T", given[0]], out)
            case Node("where" | "matmul"):
                yield self.call(node.operation, given, out)
            case Node("sum" | "max"):
                along = [str(node.options[k]) for k in ("axis", "keepdims")]
                name = {"sum": "sum", "max": "amax"}[node.operation]
                yield self.call(name, [*given, *along], out)
            case _:
                yield from super().lines(statement)

    def call(self, name: str, given: list[str], out: str) -> str:
        """Return the call of a function, which is told where to write."""
        called = RENAMED.get(name, name)
        return f"{called}({', '.join(given)}, out={out})"

    def copied(self, given: str, out: str) -> str:
        """Return the call that copies a tensor to another."""
        return f"{out}.copy_({given})"

    def dtype_text(self, node: Node) -> str:
        """Return the text of a type."""
        return f", dtype={node.dtype}"

    def imports(self, text: list[str]) -> str:
        """Return the line that imports what a text calls, and its types."""
        types = set(re.findall(r"dtype=(\w+)", "\n".join(text)))
        called = super().imports(text).partition(" import ")[2].split(", ")
        return f"from torch import {', '.join(sorted({*called, *types}))}"


class Torch:
    """The PyTorch backend: parameters and gradients, each in one row.

    Parameters
    ----------
    parameters : ndarray
        The parameters in one row.
    device : str
        Where they lie: ``"cpu"``, ``"cuda"`` …

    Raises
    ------
    ImportError
        If PyTorch is not installed.
    """

    name = "torch"

    def __init__(self, parameters: Array, device: str = "cpu") -> None:
        self.torch, self.device = imported("torch", "PyTorch"), device
        self.p = self.torch.tensor(parameters, device=device)
        self.g = self.torch.empty_like(self.p)
        self.dtype = self.p.dtype

    def read(self) -> Array:
        """Return the parameters as they are now."""
        found: Array = self.p.cpu().numpy().copy()
        return found

    def write(self, parameters: Array) -> None:
        """Set the parameters."""
        self.p.copy_(self.tensor(parameters))

    def tensor(self, array: Any) -> Any:
        """Return a tensor of the type and on the device of the parameters."""
        if not isinstance(array, self.torch.Tensor):  # it may lie anyhow
            array = np.require(array, requirements=("C", "W"))
        return self.torch.as_tensor(
            array, dtype=self.dtype, device=self.device
        )

    def prepare(self, gradient: Graph, step: Graph) -> Prepared:
        """Write a program, and run its text.

        Parameters
        ----------
        gradient, step : Graph
            What it computes.
        """
        text = TorchText(gradient, step)
        names: dict[str, Any] = {}
        with self.torch.device(self.device):
            exec(text.source, names)  # noqa: S102 — our own text
            run, descend, errors = names["laid_out"](self.p, self.g)

        def flat(x: Any, y: Any) -> Any:
            if not isinstance(x, self.torch.Tensor):
                x, y = self.tensor(x), self.tensor(y)
            return run(x, y)

        def take_step(x: Any, y: Any, rate: Any) -> None:
            descend(*map(self.tensor, (x, y, rate)))

        parts = splitting(gradient_shapes(gradient))

        def all_of(x: Array, y: Array) -> dict[str, Array]:
            row = flat(x, y).cpu().numpy().copy()
            others = {
                name: array.cpu().numpy().copy()
                for name, array in errors.items()
            }
            return {**parts(row), **others}

        return Prepared(text.source, flat, take_step, all_of)
