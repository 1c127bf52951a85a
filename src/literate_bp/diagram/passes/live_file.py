"""The numbers of a live figure as a problem file of the command line.

Plain Python, and MicroPython runs it. A page puts its numbers where ids stand in braces, with as many digits as they
need: those of MicroPython are shorter.
"""

from typing import Any

__all__ = ["problem_file"]

HEAD = (
    "inputs = INPUTS\n"
    "targets = TARGETS\n"
    "rate = {rate}\n"
    "digits = 3\n"
    'rounding = "significant"  # or "decimals"\n'
    'cost = "COST"\n'
)
LAYER = '\n[[layer]]\nactivation = "NAME"\nweights = [  # row 1: from node 1 to each node of the layer\n'


def problem_file(asked: dict[str, Any], activation: str, cost: str) -> str:
    """Return the text of a problem file with an id in the place of each number.

    Parameters
    ----------
    asked : dict
        A question for `live`, whose shapes count.
    activation, cost : str
        The names of what it has of both.
    """
    text = HEAD.replace("INPUTS", row("x", asked["x"])).replace("TARGETS", row("y", asked["y"])).replace("COST", cost)
    for n, (weights, biases) in enumerate(zip(asked["w"], asked["b"]), 1):
        rows = [row(f"w{n}.{i}", values) for i, values in enumerate(weights, 1)]
        text += LAYER.replace("NAME", activation) + "".join([f"    {each},\n" for each in rows]) + "]\n"
        text += "biases = " + row(f"b{n}", biases) + "\n" if biases else ""
    return text


def row(kind: str, values: Any) -> str:
    """Return the ids of a list of numbers."""
    return "[" + ", ".join(["{" + f"{kind}.{n}" + "}" for n in range(1, len(values) + 1)]) + "]"
