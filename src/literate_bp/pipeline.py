"""Layers across machines: the recursion, cut between layers.

Each machine has some of the layers, its stage. Activated values cross the cut
on the way forward, and their gradient on the way back. Small batches follow
each other, so that the stages work at once; what they wait is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import Array
from .checkpointing import segment_lengths, segment_trace
from .network import (
    NO_SCALES,
    Gradients,
    Layer,
    Network,
    Trace,
    inputs_of,
    output_error,
    output_placeholder,
    output_shortcut,
    parameter_gradients,
    targets_of,
)
from .parallel import mean_gradients, shard_sizes


def bubble_share(p: float, m: float) -> float:
    r"""Return the share of time that stages wait: (p − 1) / (m + p − 1).

    Parameters
    ----------
    p, m : float
        The numbers of stages and of small batches.

    References
    ----------
    Huang et al. 2019.
    """
    return (p - 1) / (m + p - 1)


@dataclass(frozen=True)
class Task:
    """A pass of a small batch through a stage.

    Attributes
    ----------
    stage, batch : int
        Which, from 0 on.
    forward : bool
        False for the way back.
    start, end : float
        When it is run.
    """

    stage: int
    batch: int
    forward: bool
    start: float
    end: float


Order = Callable[[int, int, int], list[tuple[int, bool]]]
"""What says in which order a stage takes its passes: (batch, forward)."""


def forward_first(stage: int, p: int, m: int) -> list[tuple[int, bool]]:
    """Return the order of a stage: all forward, then all back.

    Parameters
    ----------
    stage, p, m : int
        Which of how many stages, and the number of small batches.
    """
    ways = ((range(m), True), (reversed(range(m)), False))
    return [(n, forward) for batches, forward in ways for n in batches]


def back_when_possible(stage: int, p: int, m: int) -> list[tuple[int, bool]]:
    """Return the order of a stage: one forward, one back (1F1B).

    A stage first takes as many batches as there are stages behind it.

    Parameters
    ----------
    stage, p, m : int
        As for `forward_first`.

    References
    ----------
    Narayanan et al. 2019.
    """
    ahead = min(p - stage - 1, m)
    taken = [(n, True) for n in range(ahead)]
    for n in range(m):
        taken += [(n + ahead, True)] * (n + ahead < m) + [(n, False)]
    return taken


def needed(
    stage: int, passes: tuple[int, bool], p: int
) -> tuple[int, int, bool] | None:
    """Return the pass that has to be over before another one can start.

    Parameters
    ----------
    stage, passes : int, tuple of (int, bool)
        The stage of the other one, its small batch, and whether it is forward.
    p : int
        The number of stages.
    """
    batch, forward = passes
    if forward:
        return (stage - 1, batch, True) if stage else None
    last = stage == p - 1
    return (stage, batch, True) if last else (stage + 1, batch, False)


def schedule(
    p: int, m: int, order: Order = forward_first, back: float = 2.0
) -> list[Task]:
    """Run stages, each in its order, as soon as what they need is there.

    Parameters
    ----------
    p, m : int
        The numbers of stages and of small batches.
    order : callable
        As `forward_first` or `back_when_possible`.
    back : float
        The time of the way back through a stage; forward, it is 1.

    Returns
    -------
    list of Task
        By their start.
    """
    waiting = [order(stage, p, m)[::-1] for stage in range(p)]
    ends: dict[Any, float] = {None: 0.0}
    free, found = [0.0] * p, []
    while any(waiting):
        for stage, passes in enumerate(waiting):
            while passes and (need := needed(stage, passes[-1], p)) in ends:
                batch, forward = passes.pop()
                start = max(free[stage], ends[need])
                free[stage] = start + (1.0 if forward else back)
                ends[stage, batch, forward] = free[stage]
                found.append(Task(stage, batch, forward, start, free[stage]))
    return sorted(found, key=lambda task: (task.start, task.stage))


def waiting_share(tasks: Sequence[Task]) -> float:
    """Return the share of the time of all stages in which they wait.

    Parameters
    ----------
    tasks : sequence of Task
        What `schedule` returned.
    """
    stages = 1 + max(task.stage for task in tasks)
    busy = sum(task.end - task.start for task in tasks)
    return 1 - busy / (stages * max(task.end for task in tasks))


def numbers_kept(tasks: Sequence[Task]) -> list[tuple[int, int]]:
    """Return how many small batches a stage keeps in each pass, and after it.

    Parameters
    ----------
    tasks : sequence of Task
        What `schedule` returned.
    """
    kept = [0] * (1 + max(task.stage for task in tasks))
    found = []
    for task in tasks:
        before = kept[task.stage]
        after = kept[task.stage] = before + (1 if task.forward else -1)
        found.append((max(before, after), after))
    return found


def most_kept(tasks: Sequence[Task]) -> int:
    """Return how many small batches a stage keeps at once, at most.

    Parameters
    ----------
    tasks : sequence of Task
        What `schedule` returned.
    """
    return max(kept for kept, _ in numbers_kept(tasks))


@dataclass
class Stage:
    """A machine with some of the layers.

    Attributes
    ----------
    layers : sequence of Layer
        Its layers.
    kept : dict
        Zˡ and Aˡ⁻¹ of each small batch that is on its way.
    gradients : dict
        Those of its layers, by small batch.
    """

    layers: Sequence[Layer]
    kept: dict[int, tuple[list[Array], list[Array]]]
    gradients: dict[int, list[Any]]

    def forward(self, batch: int, a: Array) -> Array:
        """Keep what the way back needs, and return what crosses the cut."""
        linears, inputs = segment_trace(self.layers, a)
        self.kept[batch] = linears, inputs
        return self.layers[-1].output(inputs[-1], linears[-1])

    def backward(self, batch: int, dc_da: Any, delta: Any = None) -> Array:
        """Go back through the layers, and return what crosses the cut.

        Δˡ of the last layer of the network is known, and of no other.
        """
        linears, inputs = self.kept.pop(batch)
        found = []
        for layer in reversed(self.layers):
            z, a = linears.pop(), inputs.pop()
            of_scales = NO_SCALES
            if delta is None:
                delta = layer.error(z, dc_da)
                of_scales = layer.scale_gradients(z, dc_da)
            found.append((*parameter_gradients(layer, a, delta), *of_scales))
            dc_da, delta = layer.input_gradient(delta, dc_da), None
        self.gradients[batch] = found[::-1]
        crosses: Array = dc_da
        return crosses


def backward_in_pipeline(
    network: Network,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    segments: int | Sequence[int],
    shards: int | Sequence[int],
    order: Order = forward_first,
) -> Gradients:
    r"""Return the gradients of `backward`, its layers on several machines.

    The stages run in the order of a schedule. Each sees its own layers alone,
    and what crosses its cuts: Aˡ forward, ∂C/∂Aˡ back.

    Parameters
    ----------
    network, x, y : Network, array_like, array_like
        As for `backward`.
    segments : int or sequence of int
        The number of stages, or of layers in each.
    shards : int or sequence of int
        The number of small batches, or of examples in each.
    order : callable
        As for `schedule`.

    Returns
    -------
    Gradients
        Those of `backward` but for rounding; `errors` is empty.

    Raises
    ------
    ValueError
        As `backward` does, or if the stages do not add up to the network, or
        the small batches to the examples.
    """
    validation.instance("network", network, Network)
    validation.without_batch_normalization(
        network.normalizations, "a pipeline"
    )
    x = inputs_of(network, x)
    y = targets_of(network, y, output_placeholder(network, x))
    x, y = np.atleast_2d(x), np.atleast_2d(y)
    cuts = accumulate(
        segment_lengths(len(network.layers), segments), initial=0
    )
    machines = [Stage(network.layers[a:b], {}, {}) for a, b in pairwise(cuts)]
    sizes = shard_sizes(len(x), shards)
    parts = [slice(a, b) for a, b in pairwise(accumulate(sizes, initial=0))]
    crossing: dict[Any, Array] = {
        (0, n, True): x[part] for n, part in enumerate(parts)
    }
    for task in schedule(len(machines), len(parts), order):
        at, n = task.stage, task.batch
        if task.forward:
            came = crossing.pop((at, n, True))
            crossing[at + 1, n, True] = machines[at].forward(n, came)
        elif at == len(machines) - 1:
            linears, _ = machines[at].kept[n]
            end = Trace((linears[-1],), (crossing.pop((at + 1, n, True)),))
            start = output_shortcut(network, end, y[parts[n]])
            delta = output_error(network, end, y[parts[n]])
            crossing[at, n, False] = machines[at].backward(n, start, delta)
        else:
            came = crossing.pop((at + 1, n, False))
            crossing[at, n, False] = machines[at].backward(n, came)
    by_batch = [
        zip(
            *(of for each in machines for of in each.gradients[n]), strict=True
        )
        for n in range(len(parts))
    ]
    return mean_gradients(network, by_batch, sizes)
