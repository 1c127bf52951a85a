"""Pipelines that a reader changes: who does what when, what is kept, and how long stages wait.

Plain Python over `pipeline`, and it runs under MicroPython.
"""

import json

from ...pipeline import (
    Order,
    back_when_possible,
    bubble_share,
    forward_first,
    most_kept,
    numbers_kept,
    schedule,
    waiting_share,
)

__all__ = ["ORDERS", "answer"]

ORDERS: dict[str, tuple[str, Order]] = {
    "forward_first": ("all forward first", forward_first),
    "back_when_possible": ("one forward, one back", back_when_possible),
}
"""The title of each order, and what says it of a stage."""


def answer(question: str) -> str:
    """Answer with a line of shares and numbers of small batches, and one for each pass.

    The first has the share of time in which stages wait, the same by the formula, and how many small batches each stage
    keeps at most. Of a pass: its stage, its small batch, 1 on the way forward, its start, its end, and how many small
    batches its stage keeps in it, and after it.

    Parameters
    ----------
    question : str
        A dictionary as JSON: the numbers of ``stages`` and ``batches``, the name of an ``order``, and the time of the
        way back (``back``).
    """
    asked = json.loads(question)
    p, m = asked["stages"], asked["batches"]
    _, order = ORDERS[asked["order"]]
    tasks = schedule(p, m, order, asked["back"])
    own = [[task for task in tasks if task.stage == stage] for stage in range(p)]
    first = [waiting_share(tasks), bubble_share(p, m)] + [most_kept(each) for each in own]
    passes = [
        [task.stage, task.batch, int(task.forward), task.start, task.end, kept, after]
        for task, (kept, after) in zip(tasks, numbers_kept(tasks))
    ]
    return "\n".join([" ".join(map(repr, each)) for each in [first] + passes])
