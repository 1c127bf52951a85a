"""What a pupil gets who obeys the sheet: every printed result follows from the printed numbers by the printed rule."""

import numpy as np
import pytest
from pupil import Sheet, number, printed_decimals, rounded

from literate_bp import COSTS, Layer, Network, example, explain
from literate_bp.formula.notation import NOTATIONS

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "softplus", "silu", "gelu", "gelu_tanh", "identity")


def random_problem(seed):
    """Draw a small network of two or three layers; every fourth has a residual connection, every third no biases."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 4, rng.integers(3, 5))
    cost = list(COSTS)[seed % len(COSTS)]
    if cost == "cross_entropy":
        sizes[-1] = 3
    names = [str(rng.choice(ACTIVATIONS)) for _ in sizes[1:]]
    names[-1] = COSTS[cost].output or names[-1]
    if seed % 4 == 0:
        sizes[1] = sizes[0]

    def numbers(*shape):
        return np.round(rng.normal(0, 1, shape), int(rng.integers(1, 4)))

    layers = [
        Layer(numbers(n, m), numbers(m) if seed % 3 else None, name, residual=place == 0 and seed % 4 == 0)
        for place, (n, m, name) in enumerate(zip(sizes[:-1], sizes[1:], names, strict=True))
    ]
    y = np.eye(3)[seed % 3] if cost == "cross_entropy" else np.round(rng.uniform(0, 1, sizes[-1]), 1)
    return Network(layers, cost), numbers(sizes[0]), y, 10.0 ** rng.integers(-3, 0)


def assert_every_line_follows(worked):
    """Recompute each line from the printed numbers: as it is written out, and by its formula."""
    sheet, places, zero = Sheet(worked.document()), {}, set()
    count = 0
    for title, lines in sheet.lines.items():
        for name, _, _, carried, formula, written_out in lines:
            value, again = sheet.value(written_out), sheet.value(formula)
            assert value == pytest.approx(again, rel=1e-12, abs=1e-300), (name, formula, written_out)
            if title.startswith("The new weights") and formula.split()[-1] in zero:
                assert number(carried) == value, name
            else:
                decimals = sheet.places(title, formula, value, places)
                assert number(carried) == rounded(value, decimals), (name, written_out, carried)
                assert printed_decimals(carried) == decimals, (name, carried)
            places[name], sheet.symbols[name] = printed_decimals(carried), number(carried)
            zero |= {name} if not number(carried) else set()
            count += 1
    assert count == len(worked.steps)


@pytest.mark.parametrize("seed", range(120))
def test_every_result_of_a_random_sheet_follows_from_its_printed_numbers(seed):
    network, x, y, rate = random_problem(seed)
    notation = list(NOTATIONS)[seed % len(NOTATIONS)]
    rounding = "decimals" if seed % 5 == 0 else "significant"
    assert_every_line_follows(explain(network, x, y, rate, 2 + seed % 4, notation, rounding=rounding))


@pytest.mark.parametrize("seeds", [range(60), pytest.param(range(60, 200), marks=pytest.mark.exhaustive)], ids=str)
def test_two_hundred_sheets_of_two_by_two_nodes_follow(seeds):
    # where a derivative was taken of the unrounded linear part, 22 of such 200 sheets could not be followed
    for seed in seeds:
        rng = np.random.default_rng(seed)
        w, b, x = (np.round(rng.uniform(-2, 2, shape), 2) for shape in ((2, 2, 2), (2, 2), 2))
        network = Network([Layer(*each) for each in zip(w, b, strict=True)])
        assert_every_line_follows(explain(network, x, np.round(rng.uniform(0, 1, 2), 1)))


def test_the_pupil_notices_a_last_digit():
    text = explain(*example.udacity()).document()
    with pytest.raises(AssertionError):
        assert_every_line_follows(Changed(text.replace("0.250     0.250     ŷ₁", "0.250     0.249     ŷ₁")))


class Changed:
    """A sheet with another text."""

    def __init__(self, text):
        assert "0.249     ŷ₁" in text
        self.document, self.steps = lambda: text, ()
