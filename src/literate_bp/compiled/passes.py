"""The passes of a network, recorded: the rules' own code on stand-ins."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from ..formula.engine import UNVALIDATED, with_primitives
from ..network import Gradients, Layer, Network, Trace, backward, forward
from ..training import step
from .graph import Graph, Node, Recorder
from .recording import Recorded

LETTERS = {
    "weights": "w",
    "biases": "b",
    "gains": "g",
    "scales": "gamma",
    "shifts": "beta",
}
"""What the parameters are called in a program, without the layer's number."""


def recorded_gradient(network: Network, batch: int | None) -> Graph:
    r"""Record the forward and the backward pass: x, y, parameters → ∂C/∂….

    Parameters
    ----------
    network : Network
        Its shapes and types count, not its numbers.
    batch : int or None
        The number of examples, or None for one example without that axis.

    Returns
    -------
    Graph
        Inputs x, y, w1, b1, g1, gamma1, beta1 …; outputs dc_dw1, dc_db1 … and
        the errors delta1 …, and `shortcut` where `Gradients` has one.

    Raises
    ------
    NotImplementedError
        If a rule uses what cannot be recorded; the message says what.
    """
    recorder = Recorder()
    lead = () if batch is None else (batch,)
    dtype = network.layers[0].weights.dtype
    x, y = (
        Recorded(recorder, recorder.given(name, (*lead, size), dtype))
        for name, size in (("x", network.sizes[0]), ("y", network.sizes[-1]))
    )
    of_stand_ins = stand_in(network, recorder)
    run = {"validation": UNVALIDATED}
    trace = with_primitives(forward, run)(of_stand_ins, x)
    gradients = with_primitives(backward, run)(of_stand_ins, trace, y)
    inputs = {
        node.options["name"]: node
        for node in recorder.known.values()
        if node.operation == "input"
    }
    outputs = dict(named_gradients(gradients))
    return Graph(
        inputs, outputs, names_of(of_stand_ins, inputs, trace, outputs)
    )


def recorded_step(count: int, dtype: np.dtype[Any]) -> Graph:
    r"""Record a step of gradient descent: old, gradient, rate → new.

    Parameters
    ----------
    count : int
        The number of parameters: a step treats all alike, in one row.
    dtype : dtype
        Their type.
    """
    recorder = Recorder()
    shapes = {"old": (count,), "gradient": (count,), "rate": ()}
    inputs = {
        name: recorder.given(name, shape, dtype)
        for name, shape in shapes.items()
    }
    given: Any = [Recorded(recorder, node) for node in inputs.values()]
    new: Any = step(*given)
    outputs = {"new": new.node}
    named = {**inputs, **outputs}
    return Graph(inputs, outputs, {node: name for name, node in named.items()})


def stand_in(network: Network, recorder: Recorder) -> Any:
    """Return a network whose parameters are stand-ins.

    Parameters
    ----------
    network : Network
        Its layers are copied, but for the parameters.
    recorder : Recorder
        Keeps what is done with them.
    """
    layers = []
    for number, layer in enumerate(network.layers, start=1):
        copy = object.__new__(Layer)
        given = {
            name: Recorded(
                recorder,
                recorder.given(f"{LETTERS[name]}{number}", of.shape, of.dtype),
            )
            for name, of in layer.parameters.items()
        }
        vars(copy).update({**vars(layer), **given})
        layers.append(copy)
    return SimpleNamespace(
        layers=tuple(layers), cost=network.cost, sizes=network.sizes
    )


def named_gradients(gradients: Gradients) -> Iterator[tuple[str, Node]]:
    """Yield the gradients with their names, in the order of the formulas."""
    parts: dict[str, tuple[Any, ...]] = {
        "delta": gradients.errors,
        **{
            f"dc_d{letter}": getattr(gradients, name)
            for name, letter in LETTERS.items()
        },
    }
    for name, arrays in parts.items():
        for number, array in enumerate(arrays, start=1):
            if array is not None:
                yield f"{name}{number}", array.node
    shortcut: Any = gradients.shortcut
    if shortcut is not None:
        yield "shortcut", shortcut.node


def names_of(
    network: Any,
    inputs: dict[str, Node],
    trace: Trace,
    outputs: dict[str, Node],
) -> dict[Node, str]:
    """Return the letters of nodes; the first of several counts.

    Parameters
    ----------
    network : Network
        Of stand-ins.
    inputs : dict of str to Node
        Of the graph.
    trace : Trace
        Of stand-ins.
    outputs : dict of str to Node
        Of the graph.
    """
    named: list[tuple[str, Any]] = [*inputs.items()]
    for number, z in enumerate(trace.linear, start=1):
        named.append((f"z{number}", z))
        named += of_normalization(network.layers[number - 1], z, number)
    for number, a in enumerate(trace.activated[1:], start=1):
        named.append((f"a{number}", a))
    named += outputs.items()
    names: dict[Node, str] = {}
    for name, of in named:
        names.setdefault(of.node if isinstance(of, Recorded) else of, name)
    return names


def of_normalization(
    layer: Layer, z: Any, number: int
) -> Iterator[tuple[str, Any]]:
    """Yield the letters of what normalization makes of the linear parts.

    Parameters
    ----------
    layer : Layer
        Of stand-ins.
    z : Recorded
        Its linear parts.
    number : int
        That of the layer.
    """
    if layer.normalization:
        h, n, size = layer.normalized(z)  # which are recorded already
        yield from ((f"h{number}", h), (f"n{number}", n))
        yield f"size{number}", size
