"""Steps of optimizers on a surface of two weights: what a page asks when its reader has changed one, or its rate.

Plain Python over `optimizers`, whose rules take single numbers as they take arrays, and it runs under MicroPython.
"""

import json
from typing import Any

from ...optimizers import OPTIMIZERS
from .live_descent import answer_of, examples_of, gradient

__all__ = ["answer", "walk"]


def answer(question: str) -> str:
    """Answer with a line for each place: both weights, and the cost there.

    Parameters
    ----------
    question : str
        A dictionary as JSON, as `live_descent.answer` takes it; but the rate is a ``power`` of two, and in the place of
        the momentum stands the name of an ``optimizer``.
    """
    asked = json.loads(question)
    examples, start = examples_of(asked), (asked["w1"], asked["w2"])
    return answer_of(examples, walk(examples, start, asked["optimizer"], 2.0 ** asked["power"], asked["steps"]))


def walk(examples: Any, start: tuple[float, ...], name: str, rate: float, steps: int) -> list[tuple[float, ...]]:
    """Return the weights before each step of an optimizer, and after the last one."""
    optimizer: Any = OPTIMIZERS[name]
    places = [tuple(map(float, start))]
    kept = [dict.fromkeys(optimizer.names, 0.0) for _ in start]
    for number in range(1, steps + 1):
        slope = gradient(examples, places[-1])
        moved = [optimizer.step(w, g, rate, number, of) for w, g, of in zip(places[-1], slope, kept)]
        places.append(tuple(float(w) for w, _ in moved))
        kept = [of for _, of in moved]
    return places
