"""What a page needs to judge rules that its reader changes: what is known of some examples, and the deliberate bugs."""

import json
from typing import Any

from literate_bp import example
from literate_bp.diagram.passes.live_check import downhill, known
from program.bugs import BUGS

RATE, STEPS = 0.5, 51
"""How fast the rules go downhill, and how many costs are drawn."""
FARTHER, FAR = 8.0, 1000.0
"""How many times as large inputs are where a sigmoid is nearly flat, and where an exponential fits no float."""
DIGITS, DRAWN = 12, 7
"""To how many digits numbers are compared, and costs are drawn."""


def examples() -> list[dict[str, Any]]:
    """Return the running example, one in which each of its numbers has the other sign, and two far from zero."""
    w, b, x, y = example.WEIGHTS, example.BIASES, example.INPUTS, example.TARGETS
    running = {"w": w, "b": b, "x": x, "y": y, "sign": 1, "near": True}
    turned = {"w": negative(w), "b": negative(b), "x": x, "y": tuple(1 - y_k for y_k in y), "sign": 1, "near": True}
    far = [running | {"x": tuple(times * x_i for x_i in x), "near": False} for times in (FARTHER, FAR)]
    all_of_them = running, turned, *far
    return [one | {"known": rounded(known(one)), "names": names(one) if one["near"] else []} for one in all_of_them]


def rounded(numbers: Any, digits: int = DIGITS) -> Any:
    """Return numbers with so many digits, however they lie in tables, lists and pairs."""
    if isinstance(numbers, dict):
        return {name: rounded(each, digits) for name, each in numbers.items()}
    if isinstance(numbers, list | tuple):
        return [rounded(each, digits) for each in numbers]
    return float(f"{numbers:.{digits}g}") if isinstance(numbers, float) else numbers


def names(one: dict[str, Any]) -> list[str]:
    """Return the names of the weights and biases of an example."""
    return [name[1:] for name, _ in known(one)["values"] if name.startswith(("dw", "db"))]


def negative(numbers: Any) -> Any:
    """Return numbers in tuples with the other sign."""
    return tuple(map(negative, numbers)) if isinstance(numbers, tuple) else -numbers


def edited() -> str:
    """Return all of it as JSON."""
    bugs = [bug._asdict() for bug in BUGS]
    running, *others = examples()
    led = json.loads(downhill(json.dumps(running | {"rate": RATE, "steps": STEPS})))
    known_of_all = {
        "examples": [running, *others],
        "costs": rounded([*map(float, led["costs"])], DRAWN),
        "rate": RATE,
        "bugs": bugs,
    }
    return json.dumps(known_of_all, ensure_ascii=False, separators=(",", ":"))
