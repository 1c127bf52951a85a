"""What a backend is: it holds parameters, and runs the text of programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

import numpy as np

from ..activation import Array
from .graph import Graph, Node
from .scheduling import number_in


@dataclass(frozen=True)
class Prepared:
    """A program for batches of one size.

    Attributes
    ----------
    source : str
        Its text.
    gradient : callable
        x, y → the gradients of the parameters in one row, in whatever the
        backend computes with. The next call may overwrite them.
    step : callable
        x, y, rate → None: changes the parameters that the backend holds.
    all_of : callable
        x, y → every output of the graph by name, as new arrays of NumPy.
    """

    source: str
    gradient: Callable[[Any, Any], Any]
    step: Callable[[Any, Any, Any], object]
    all_of: Callable[[Array, Array], dict[str, Array]]


class Backend(Protocol):
    """Holds parameters in a row, and prepares programs that use them.

    It is made with the row, an array of NumPy.

    Attributes
    ----------
    name : str
        ``"numpy"``, ``"floats"`` …
    """

    name: str

    def read(self) -> Array:
        """Return the parameters as they are now, as a new array."""

    def write(self, parameters: Array) -> None:
        """Set the parameters."""

    def prepare(self, gradient: Graph, step: Graph) -> Prepared:
        """Write and load a program: of `recorded_gradient`, rewritten."""


def parameters_of(graph: Graph) -> list[str]:
    """Return the names of the parameters in the order of the row.

    Layer after layer: w1, b1, g1, w2 …

    Parameters
    ----------
    graph : Graph
        The gradients of a network.
    """
    names = (name for name in graph.inputs if name not in ("x", "y"))
    return sorted(names, key=lambda n: (number_in(n), "wbg".index(n[0])))


def parts(row: Array, graph: Graph) -> dict[str, Array]:
    """Return the gradients in a row by name, as views of it.

    Parameters
    ----------
    row : ndarray
        As a program gives them.
    graph : Graph
        What it computes.
    """
    start, found = 0, {}
    for name in parameters_of(graph):
        shape = graph.inputs[name].shape
        end = start + int(np.prod(shape))
        found[f"dc_d{name}"] = row[start:end].reshape(shape)
        start = end
    return found


def unwritten(node: Node) -> NotImplementedError:
    """Return an error that says what no program has a line for.

    Parameters
    ----------
    node : Node
        Its operation is one that `rewriting` replaces in all our rules.
    """
    return NotImplementedError(
        f"np.{node.operation} in {node.rule} has no line in a program; add "
        "one where the other operations have theirs, in "
        "src/literate_bp/compiled/"
    )


def imported(library: str, called: str) -> Any:
    """Import a library that the package does without otherwise.

    Parameters
    ----------
    library, called : str
        The name of its module, and what people call it.
    """
    try:
        return import_module(library)
    except ImportError as error:
        raise ImportError(
            f"{called} is missing; backend {library!r} needs it: python -m "
            f"pip install {library}"
        ) from error
