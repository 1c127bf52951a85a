r"""Several machines: each finds the gradient of its shard of the examples.

The mean over all examples is the weighted mean over the shards, and so is its
gradient. What travels is the network and the gradients; examples travel only
if nobody but the caller has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from mmap import mmap
from typing import Any

import numpy as np

from . import validation
from .activation import Array
from .display import with_progress
from .network import (
    PARAMETERS,
    Gradients,
    Network,
    backward,
    forward,
    inputs_of,
    output_placeholder,
    targets_of,
    with_row,
)
from .training import Epoch, as_batch, descend, mini_batches

SHARDS = 4
"""How many shards there are if nobody says."""


def weighted_mean(parts: Sequence[Array], sizes: Sequence[int]) -> Array:
    r"""Return the gradient of a mean from those of its shards.

    ∂C/∂W = Σₖ (Nₖ / N) ∂Cₖ/∂W, where shard k has Nₖ of the N examples. The sum
    is taken in the order of the shards, whichever comes first.

    Parameters
    ----------
    parts : sequence of ndarray, equal shapes
        ∂Cₖ/∂W, one a shard.
    sizes : sequence of int
        Nₖ, one a shard.

    Examples
    --------
    >>> import numpy as np
    >>> from literate_bp.parallel import weighted_mean
    >>> weighted_mean([np.array([1.0]), np.array([4.0])], [2, 1])
    array([2.])
    """
    total = sum(sizes)
    mean = sizes[0] / total * parts[0]
    for size, part in zip(sizes[1:], parts[1:], strict=True):
        mean = mean + size / total * part
    return mean


@dataclass(frozen=True)
class FileRows:
    """Rows of an array in a file, which whoever needs them reads.

    Attributes
    ----------
    path : str
        The file, as every machine sees it.
    dtype : dtype
        The type of its numbers.
    offset : int
        The bytes before the array.
    shape : tuple of int
        The shape of the whole array.
    start, stop : int
        The rows.
    """

    path: str
    dtype: np.dtype[Any]
    offset: int
    shape: tuple[int, ...]
    start: int
    stop: int

    def __array__(self, dtype: Any = None, **_: Any) -> Array:
        whole = np.memmap(self.path, self.dtype, "r", self.offset, self.shape)
        return np.array(whole[self.start : self.stop], dtype)


def is_file(values: Any) -> bool:
    """Tell whether values are a whole array in a file, as rows.

    Parameters
    ----------
    values : array_like
        Such as ``numpy.load(path, mmap_mode="r")`` returns.
    """
    found: bool = (
        getattr(values, "filename", None) is not None
        and isinstance(values.base, mmap)
        and values.flags.c_contiguous
    )
    return found


def rows(values: Any, start: int, stop: int) -> Array | FileRows:
    """Return some rows, or where they stand in a file.

    Parameters
    ----------
    values : ndarray
        Inputs or targets.
    start, stop : int
        The first row, and the one after the last.
    """
    if not is_file(values):
        some: Array = values[start:stop]
        return some
    file = (str(values.filename), values.dtype, values.offset, values.shape)
    return FileRows(*file, start, stop)


def shard_sizes(
    examples: int, shards: int | Sequence[int] | None
) -> tuple[int, ...]:
    """Return the number of examples in each shard.

    Parameters
    ----------
    examples : int
        How many there are.
    shards : int, sequence of int or None
        The number of shards, whose sizes then differ by at most 1; or the
        number of examples in each.
    """
    if shards is None:
        shards = min(SHARDS, examples)
    if isinstance(shards, Iterable):
        return validation.shard_sizes(shards, examples)
    count = validation.shard_count(shards, examples)
    return tuple(
        examples // count + (n < examples % count) for n in range(count)
    )


def cut(
    network: Network,
    x: Any,
    y: Any,
    shards: int | Sequence[int] | None,
) -> list[tuple[Any, Any]]:
    """Return the shards of examples that the caller has, or has in files.

    Parameters
    ----------
    network, x, y, shards : Network, array_like, array_like, int
        As for `backward_in_shards`.
    """
    if not (is_file(x) and is_file(y)):
        x = inputs_of(network, x)
        y = targets_of(network, y, output_placeholder(network, x))
        x, y = np.atleast_2d(x), np.atleast_2d(y)
    validation.as_many(len(x), len(y))
    ends = accumulate(shard_sizes(len(x), shards), initial=0)
    return [
        (rows(x, start, stop), rows(y, start, stop))
        for start, stop in pairwise(ends)
    ]


def chunks(x: Any, y: Any, client: Any) -> list[tuple[Any, Any]]:
    """Return the chunks of two Dask arrays, which stay where they are.

    Parameters
    ----------
    x, y : dask.array.Array
        Inputs and targets, cut between rows alone, and alike.
    client : distributed.Client
        It knows the machines.
    """
    validation.dask_chunks(x, y, client)
    parts = (client.compute(of.to_delayed().ravel().tolist()) for of in (x, y))
    return list(zip(*parts, strict=True))


ShardGradients = tuple[tuple[tuple[Array | None, ...], ...], int]
"""∂Cₖ/∂W, ∂Cₖ/∂b and ∂Cₖ/∂g, each one a layer, and Nₖ."""


def rows_of_step(
    examples: int, step: int, steps: int, seed: Sequence[int]
) -> Array:
    """Return which rows of a shard a step of an epoch takes.

    Each row is taken once an epoch; steps differ by one row at most.

    Parameters
    ----------
    examples : int
        How many rows the shard has.
    step, steps : int
        Which step of how many.
    seed : sequence of int
        Decides the order of the rows.
    """
    order = np.random.default_rng(seed).permutation(examples)
    return order[step::steps]


def shard_gradients(
    network: Network, x: Any, y: Any, *step: Any
) -> ShardGradients:
    """Return what a machine sends back: gradients, and for how many examples.

    Parameters
    ----------
    network, x, y : Network, array_like, array_like
        The network, and the examples of the shard.
    *step : int, int, sequence of int
        As for `rows_of_step`, if only the rows of a step are taken.
    """
    x, y = np.asarray(x), np.asarray(y)
    if step:
        chosen = rows_of_step(len(x), *step)
        x, y = x[chosen], y[chosen]
    trace = forward(network, x)
    validation.real("x", trace.activated[0])
    found = backward(network, trace, y)
    size = len(trace.output) if trace.output.ndim == 2 else 1
    return tuple(found.by_name.values()), size


def mean_gradients(
    network: Network, parts: Iterable[Any], sizes: Sequence[int]
) -> Gradients:
    """Return the weighted mean of the gradients of shards.

    Parameters
    ----------
    network : Network
        The network.
    parts : iterable
        The gradients of each shard, in the order of `PARAMETERS`, each one a
        layer.
    sizes : sequence of int
        Nₖ, one a shard.
    """
    means = (
        tuple(
            None if layer[0] is None else weighted_mean(layer, sizes)
            for layer in zip(*of_shards, strict=True)
        )
        for of_shards in zip(*parts, strict=True)
    )
    by_name: Any = zip(PARAMETERS, means, strict=True)
    first = network.layers[0]
    return Gradients(**dict(by_name), errors=(), first_layer=first)


@contextmanager
def connected(executor: Any) -> Iterator[Any]:
    """Connect to a scheduler, if its address came, and leave it at the end.

    Parameters
    ----------
    executor : Executor, distributed.Client or str
        As for `backward_in_shards`.
    """
    if not isinstance(executor, str):
        yield validation.executor(executor)
        return
    with validation.client(executor) as client:
        yield client


def submit_all(
    executor: Any, network: Network, shards: Iterable[tuple[Any, ...]]
) -> list[Any]:
    """Hand out the shards, and return a future for each.

    Parameters
    ----------
    executor : Executor or distributed.Client
        What runs a function elsewhere.
    network, shards : Network, iterable of tuples
        As for `gradients_from_shards`.
    """
    dask = hasattr(executor, "scheduler_info")
    submit = partial(executor.submit, pure=False) if dask else executor.submit
    futures: list[Any] = []
    try:
        for x, y, *step in shards:
            futures.append(submit(shard_gradients, network, x, y, *step))
    except Exception as error:  # noqa: BLE001 — each has a class of its own
        cancel(futures)
        raise validation.takes_no_work(error) from None
    return futures


def cancel(futures: Iterable[Any]) -> None:
    """Give up what nobody waits for any longer.

    Parameters
    ----------
    futures : iterable of Future
        Done, running or waiting.
    """
    for future in futures:
        future.cancel()


def result_of(future: Any, number: int) -> ShardGradients:
    """Wait for a shard.

    Parameters
    ----------
    future : Future
        One that `submit_all` returned.
    number : int
        Which shard it is of, for the message.
    """
    try:
        found: ShardGradients = future.result()
    except ValueError as error:
        raise ValueError(f"in shard {number}, {error}") from None
    except BrokenExecutor as error:
        raise validation.takes_no_work(error) from None
    except Exception as error:
        if type(error).__name__ != "KilledWorker":  # a class of Dask's
            raise
        raise validation.kills_workers(number, error) from None
    return found


def results(futures: Sequence[Any]) -> list[ShardGradients]:
    """Wait for all shards; if one fails, or on Ctrl-C, give up the others.

    Parameters
    ----------
    futures : sequence of Future
        What `submit_all` returned.
    """
    waiting = with_progress(futures, "shard", delay=1.0)
    try:
        return [result_of(each, n) for n, each in enumerate(waiting, start=1)]
    except BaseException:
        cancel(futures)
        raise


def gradients_from_shards(
    network: Network, shards: Iterable[tuple[Any, ...]], executor: Any
) -> Gradients:
    r"""Return the gradient of the mean over all shards.

    Parameters
    ----------
    network : Network
        The network.
    shards : iterable of tuples
        Inputs and targets of each shard: arrays, or whatever is an array on
        the machine that gets it, such as `FileRows` or Dask's futures; and
        what `shard_gradients` takes besides.
    executor : Executor or distributed.Client
        As for `backward_in_shards`.

    Raises
    ------
    ValueError
        As `backward_in_shards` does; it says in which shard.
    """
    validation.without_batch_normalization(network.normalizations, "a shard")
    found = results(submit_all(executor, network, shards))
    validation.some_shards(len(found))
    parts, sizes = zip(*found, strict=True)
    return mean_gradients(network, parts, sizes)


def backward_in_shards(
    network: Network,
    x: Any,
    y: Any,
    executor: Any,
    shards: int | Sequence[int] | None = None,
) -> Gradients:
    r"""Return the gradients of `backward`, each shard's by another machine.

    ∂C/∂W = Σₖ (Nₖ / N) ∂Cₖ/∂W: each of the shards weighs as much as it has
    examples. The sum is taken in the order of the shards, so that it does not
    depend on which machine is first, or has to begin again.

    Parameters
    ----------
    network : Network
        The network.
    x, y : array_like, array in a file, or Dask array
        Inputs and targets, one example a row. Of arrays in files, as
        ``numpy.load(path, mmap_mode="r")`` returns them, each machine reads
        its own rows. The chunks of Dask arrays are the shards, and stay where
        they are.
    executor : concurrent.futures.Executor, distributed.Client or str
        What runs the shards: threads, processes, other machines; or the
        address of a Dask scheduler, such as ``"tcp://10.0.0.1:8786"``.
        Ctrl-C in a terminal reaches the processes of a pool, too. With
        ``initializer=signal.signal, initargs=(signal.SIGINT,
        signal.SIG_IGN)``, they leave it to the caller, and print nothing.
    shards : int or sequence of int, optional
        The number of shards, or of examples in each; by default 4.

    Returns
    -------
    Gradients
        Those of `backward` but for rounding. `errors` is empty: errors stay
        where they are made.

    Raises
    ------
    ValueError
        As `forward` and `backward` do, if the shards do not add up to the
        examples, the executor takes no work, or a shard kills each of Dask's
        workers that gets it.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from literate_bp import backward, backward_in_shards, forward
    >>> from literate_bp import initialize
    >>> network, x, y = initialize((2, 3, 1)), [[1, 2], [3, 4]], [[0], [1]]
    >>> with ThreadPoolExecutor() as pool:
    ...     found = backward_in_shards(network, x, y, pool, shards=2)
    >>> known = backward(network, forward(network, x), y)
    >>> bool(abs(found.weights[0] - known.weights[0]).max() < 1e-14)
    True
    """
    validation.instance("network", network, Network)
    with connected(executor) as machines:
        pairs = shards_of(network, x, y, machines, shards)
        return gradients_from_shards(network, pairs, machines)


def shards_of(
    network: Network,
    x: Any,
    y: Any,
    machines: Any,
    shards: int | Sequence[int] | None,
) -> list[tuple[Any, Any]]:
    """Return the inputs and targets of each shard.

    Parameters
    ----------
    network, x, y : Network, array_like, array_like
        As for `backward_in_shards`.
    machines, shards : Executor or distributed.Client, int
        Likewise; the machines are connected.
    """
    if hasattr(x, "to_delayed"):
        validation.chunks_are_shards(shards)
        return chunks(x, y, machines)
    return cut(network, x, y, shards)


def sizes_of(x: Any, pairs: Sequence[tuple[Any, Any]]) -> list[int]:
    """Return how many examples each shard has.

    Parameters
    ----------
    x, pairs : array_like, sequence of pairs
        All inputs, and the shards, as `shards_of` returned them.
    """
    if hasattr(x, "to_delayed"):
        return [*x.chunks[0]]
    return [
        of.stop - of.start if isinstance(of, FileRows) else len(of)
        for of, _ in pairs
    ]


def train_in_shards(
    network: Network,
    x: Any,
    y: Any,
    executor: Any,
    *,
    rate: float = 0.5,
    epochs: int = 30,
    steps: int = 10,
    seed: int = 0,
    shards: int | Sequence[int] | None = None,
) -> Network:
    r"""Train on examples that stay where they are.

    In each epoch, each machine puts the rows of its shard in an order of its
    own, and takes the same part of them in each step.

    Parameters
    ----------
    network, x, y : Network, array_like, array_like
        As for `backward_in_shards`.
    executor : Executor, distributed.Client or str
        Likewise.
    rate : float
        η, greater than 0.
    epochs, steps : int
        The number of passes through all examples, and of steps in each.
    seed : int
        Decides the orders of the rows.
    shards : int or sequence of int, optional
        As for `backward_in_shards`; each has as many examples as there are
        steps, or more.

    Returns
    -------
    Network
        The trained network.

    Raises
    ------
    ValueError
        As `backward_in_shards` and `descend` do.
    """
    validation.instance("network", network, Network)
    rate = validation.positive("rate", rate)
    epochs = validation.whole("epochs", epochs)
    steps = validation.whole("steps", steps)
    seed = validation.whole("seed", seed, least=0)
    with connected(executor) as machines:
        pairs = shards_of(network, x, y, machines, shards)
        validation.steps_of_shards(steps, sizes_of(x, pairs))
        if not (hasattr(x, "to_delayed") or is_file(x)):
            as_batch(network, x, y)
        for epoch in with_progress(range(epochs), "epoch"):
            for step in range(steps):
                parts = (
                    (*pair, step, steps, (seed, epoch, n))
                    for n, pair in enumerate(pairs)
                )
                found = gradients_from_shards(network, parts, machines)
                network = descend(network, found, rate)
    return network


def epochs_in_shards(executor: Any, shards: int = SHARDS) -> Epoch:
    """Return what takes the steps of an epoch, each batch in shards.

    Parameters
    ----------
    executor, shards : Executor or distributed.Client, int
        What runs the shards, and how many there are.
    """

    def run_epoch(
        network: Network, x: Array, y: Array, rate: float, batch: int
    ) -> Network:
        for some_x, some_y in mini_batches(x, y, batch):
            pairs = cut(network, some_x, some_y, min(shards, len(some_x)))
            gradients = gradients_from_shards(network, pairs, executor)
            network = descend(network, gradients, rate)
        return network

    return run_epoch


def row_gradient_in_shards(
    executor: Any, network: Network, row: Array, x: Array, y: Array
) -> Array:
    """Do what `literate_bp.stepping.row_gradient` does, in shards.

    Parameters
    ----------
    executor : Executor or distributed.Client
        What runs the shards.
    network, row, x, y : Network, ndarray, ndarray, ndarray
        As for `literate_bp.stepping.row_gradient`.
    """
    network = with_row(network, row)
    pairs = cut(network, x, y, min(SHARDS, len(x)))
    return gradients_from_shards(network, pairs, executor).row
