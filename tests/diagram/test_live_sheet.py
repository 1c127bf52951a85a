"""The lines of a sheet for a page: those of `explain`, number by number, and roundings as on paper."""

import json
import math
from itertools import pairwise
from random import Random

import pytest

from literate_bp import explain
from literate_bp.diagram.passes.live_choice import choices
from literate_bp.diagram.passes.live_rounding import as_given, binary, decimals_of, significant, value_of, whole
from literate_bp.diagram.passes.live_sheet import lines
from literate_bp.network import Layer, Network
from literate_bp.worked import rounding as on_paper

KINDS = {
    "linear": "z",
    "activated": "a",
    "cost": "cost",
    "derivative": "slope",
    "error": "delta",
    "weight step": "sw",
    "bias step": "sb",
    "new weight": "nw",
    "new bias": "nb",
    "new linear": "nz",
    "new activated": "na",
    "new cost": "ncost",
}
CHOICES = [name.split(".") for name, _ in choices()]
ACTIVATIONS = [name for kind, name in CHOICES if kind == "activation"]


def number(draw):
    """Draw a number as somebody types it."""
    return draw.choice([round(draw.uniform(-2, 2), 1), round(draw.uniform(-1, 1), 3), 0.0])


def problem(seed):
    """Draw a network of the page, with one activation or one for each layer, an example, and how to round."""
    draw = Random(seed)  # noqa: S311  nothing is secret
    sizes = [draw.randint(1, 6) for _ in range(draw.randint(2, 5))]
    pairs = list(pairwise(sizes))
    names = [draw.choice(ACTIVATIONS) for _ in pairs]
    return {
        "w": [[[number(draw) for _ in range(after)] for _ in range(before)] for before, after in pairs],
        "b": [[number(draw) for _ in range(size)] if draw.random() < 0.8 else None for size in sizes[1:]],
        "x": [number(draw) for _ in range(sizes[0])],
        "y": [number(draw) for _ in range(sizes[-1])],
        "activation": draw.choice([names[0], names]),
        "cost": draw.choice([name for kind, name in CHOICES if kind == "cost"]),
        "rate": draw.choice([0.5, 0.1, 2]),
        "digits": draw.randint(1, 6),
        "rounding": draw.choice(on_paper.ROUNDINGS),
        "sign": 1,
    }


def network_of(asked):
    """Return the network of a question."""
    names = asked["activation"] if isinstance(asked["activation"], list) else [asked["activation"]] * len(asked["w"])
    layers = [Layer(*of_layer) for of_layer in zip(asked["w"], asked["b"], names, strict=True)]
    return Network(layers, asked["cost"])


@pytest.mark.parametrize("seed", range(60))
def test_the_lines_are_those_of_a_sheet_exact_rounded_and_carried(seed):
    asked = problem(seed)
    options = asked["rate"], asked["digits"]
    sheet = explain(network_of(asked), asked["x"], asked["y"], *options, rounding=asked["rounding"])
    found = lines(json.dumps(asked)).split("\n")
    assert len(found) == len(sheet.steps)
    for line, step in zip(found, sheet.steps, strict=True):
        name, texts = line.split("=")
        digits, power, rounded, decimals, carried, carried_decimals = map(int, texts.split())
        assert name.rstrip("0123456789.") == KINDS[step.quantity]
        assert math.ldexp(digits, power) == pytest.approx(step.value, rel=1e-12, abs=1e-14)
        assert (decimals, carried_decimals) == (step.decimals, step.carried_decimals)
        assert float(f"{rounded}e-{decimals}") == step.rounded
        assert float(f"{carried}e-{carried_decimals}") == step.carried


NUMBERS = [0.0, 1.005, -1.005, 2.5, 0.09996, 1e-7, 9.995e-9, 123456.5, -0.0005, 1 / 3, 2 / 3, 1e-30, 0.1 + 0.2]
NUMBERS += [sign * math.exp(n / 3) for n in range(-60, 30) for sign in (1, -1)]


@pytest.mark.parametrize("digits", range(1, 16))
def test_numbers_are_rounded_as_worked_examples_round_them(digits):
    for value in NUMBERS:
        assert value_of(whole(value, digits), digits) == on_paper.round_half_up(value, digits)
        assert decimals_of(value, digits) == on_paper.decimals_of(value, digits)
        mode = on_paper.RoundingMode(digits, carries=True)
        assert significant(value, digits) == mode.significant(value)
        assert as_given(value, digits) == mode.decimals_as_given(value)
        assert math.ldexp(*binary(value)) == value


def test_numbers_that_become_infinite_are_refused_in_words():
    asked = problem(1) | {"x": [1e308] * len(problem(1)["x"]), "activation": "identity"}
    asked["w"][0] = [[10.0] * len(row) for row in asked["w"][0]]
    with pytest.raises(ValueError, match="the numbers become too large"):
        lines(json.dumps(asked))
