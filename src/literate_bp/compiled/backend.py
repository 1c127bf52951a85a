"""What a backend is: it holds parameters, and runs the text of programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from math import prod
from typing import Any, Protocol

from ..activation import Array
from .graph import Graph, Node


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

    Layer after layer: w1, b1, g1, w2 …, which is that of the recording.

    Parameters
    ----------
    graph : Graph
        The gradients of a network.
    """
    return [name for name in graph.inputs if name not in ("x", "y")]


def gradient_shapes(graph: Graph) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the gradients of the parameters, in their order.

    Parameters
    ----------
    graph : Graph
        The gradients of a network.
    """
    return {f"dc_d{n}": graph.inputs[n].shape for n in parameters_of(graph)}


def splitting(
    shapes: Mapping[str, tuple[int, ...]],
) -> Callable[[Array], dict[str, Array]]:
    """Return what gives the arrays in a row by name, as views of it.

    Parameters
    ----------
    shapes : mapping of str to tuple of int
        Their shapes, in their order.
    """
    start, places = 0, []
    for name, shape in shapes.items():
        end = start + prod(shape)
        places.append((name, slice(start, end), shape))
        start = end

    def parts(row: Array) -> dict[str, Array]:
        return {name: row[at].reshape(shape) for name, at, shape in places}

    return parts


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
