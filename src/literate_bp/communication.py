"""What several machines say to each other: bytes counted, and their time.

Machines add up their gradients along a tree or around a ring. Both are run
here, message by message; the formulas beside them are compared with that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, log2

import numpy as np

from .activation import Array


@dataclass(frozen=True)
class Message:
    """What one machine sends to another.

    Attributes
    ----------
    step : int
        The messages of a step travel at once.
    sender, receiver : int
        The machines.
    size : int
        The bytes.
    """

    step: int
    sender: int
    receiver: int
    size: int


def ring_bytes(p: float, S: float) -> float:
    r"""Return the bytes that a machine sends around a ring: 2(p − 1) S / p.

    Parameters
    ----------
    p, S : float
        The number of machines, and the bytes of the gradients.

    References
    ----------
    Patarasuk & Yuan 2009.
    """
    return 2 * (p - 1) * S / p


def tree_bytes(p: float, S: float) -> float:
    r"""Return the bytes that all machines of a tree send: 2(p − 1) S.

    Every machine but one sends its sum up, and is sent the whole sum. A ring
    sends as many; but there, each machine sends an equal share.

    Parameters
    ----------
    p, S : float
        The number of machines, and the bytes of the gradients.
    """
    return 2 * (p - 1) * S


def ring_all_reduce(
    arrays: Sequence[Array],
) -> tuple[list[Array], list[Message]]:
    """Add up the arrays of all machines, each of which gets the sum.

    The array is cut into as many blocks as there are machines. Each step,
    each machine passes one block on. In the first round, blocks are added to
    what is there; in the second, they take its place.

    Parameters
    ----------
    arrays : sequence of ndarray, equal shapes
        The array of each machine.

    Returns
    -------
    sums : list of ndarray
        The sum, as each machine has it.
    messages : list of Message
        What was sent.
    """
    p = len(arrays)
    blocks = [np.array_split(array.ravel(), p) for array in arrays]
    messages = []
    for step in range(2 * (p - 1)):
        numbers = [(sender - step) % p for sender in range(p)]
        sent = [blocks[i][number] for i, number in enumerate(numbers)]
        for sender, number in enumerate(numbers):
            there = blocks[(sender + 1) % p]
            adds = step < p - 1
            block = sent[sender]
            there[number] = there[number] + block if adds else block
            messages.append(
                Message(step, sender, (sender + 1) % p, block.nbytes)
            )
    shape = arrays[0].shape
    return [np.concatenate(of).reshape(shape) for of in blocks], messages


def tree_all_reduce(
    arrays: Sequence[Array],
) -> tuple[list[Array], list[Message]]:
    """Add up the arrays of all machines in pairs, and send back the sum.

    Parameters
    ----------
    arrays : sequence of ndarray, equal shapes
        The array of each machine.

    Returns
    -------
    sums, messages : list of ndarray, list of Message
        As for `ring_all_reduce`.
    """
    sums, messages = list(arrays), []
    depth = ceil(log2(len(arrays)))
    for step in range(2 * depth):
        up = step < depth
        apart = 2 ** (step if up else 2 * depth - 1 - step)
        for lower in range(0, len(sums) - apart, 2 * apart):
            upper = lower + apart
            sender, receiver = (upper, lower) if up else (lower, upper)
            sent = sums[sender]
            sums[receiver] = sums[receiver] + sent if up else sent
            messages.append(Message(step, sender, receiver, sent.nbytes))
    return sums, messages


def time_of(
    messages: Sequence[Message], bandwidth: float, latency: float
) -> float:
    """Return how long messages take, whose steps wait for each other.

    Parameters
    ----------
    messages : sequence of Message
        In the order of their steps.
    bandwidth, latency : float
        The bytes a second of each connection, and the seconds before the
        first of them.

    References
    ----------
    Thakur et al. 2005.
    """
    return sum(
        latency + max(message.size for message in together) / bandwidth
        for _, together in groupby(messages, lambda message: message.step)
    )


def ring_time(p: int, size: float, bandwidth: float, latency: float) -> float:
    r"""Return how long a ring takes: 2(p − 1) (latency + S / (p B)).

    Parameters
    ----------
    p, size : int, float
        The number of machines, and the bytes S of the gradients.
    bandwidth, latency : float
        As for `time_of`.
    """
    return 2 * (p - 1) * (latency + size / (p * bandwidth))


def tree_time(p: int, size: float, bandwidth: float, latency: float) -> float:
    r"""Return how long a tree takes: 2 ⌈log₂ p⌉ (latency + S / B).

    Parameters
    ----------
    p, size, bandwidth, latency : int, float, float, float
        As for `ring_time`.
    """
    return 2 * ceil(log2(p)) * (latency + size / bandwidth)
