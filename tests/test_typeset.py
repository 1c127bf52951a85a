"""Trees as text: parentheses stand where a reader needs them, whatever a tree is made of."""

import re
from itertools import product
from operator import add, mul, sub, truediv

import pytest

from literate_bp.writing.expression import Index, Symbol
from literate_bp.writing.typeset import Plain

NUMBERS = 0.5, -0.25, 1.5
A, B, C = (Symbol("linear", None, (Index("", n),), value) for n, value in enumerate(NUMBERS, 1))
OPERATORS = add, sub, mul, truediv


@pytest.mark.parametrize(("outer", "inner"), [*product(OPERATORS, OPERATORS)])
def test_what_is_written_reads_as_it_was_computed(outer, inner):
    a, b, c = NUMBERS
    pairs = (outer(inner(A, B), C), outer(inner(a, b), c)), (outer(A, inner(B, C)), outer(a, inner(b, c)))
    for tree, value in pairs:
        # What stands side by side is read as one: z₁ / z₂ z₃ is z₁ / (z₂ z₃).
        text = re.sub(r"(z.)((?: z.)+)", r"(\1\2)", Plain().text(tree)).replace("−", "-")
        text = re.sub(r"(?<=[₁₂₃)]) (?=[z(])", "*", text)
        code = re.sub("z(.)", lambda z: f"({NUMBERS['₁₂₃'.index(z[1])]})", text)
        assert eval(code) == pytest.approx(value)  # noqa: S307 (our own text)


def test_a_fraction_is_kept_apart_from_what_follows_it():
    assert Plain().text(A / B * C) == "(z₁ / z₂) z₃"
    assert Plain().text(A * (B / C)) == "z₁ z₂ / z₃"
