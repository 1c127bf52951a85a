"""A change of notation is algebra: what is said in another notation is as true as it was in this book's."""

import pytest

from literate_bp.writing.expression import Big, Call, Equation, Index, Symbol
from literate_bp.writing.notation import NOTATIONS
from literate_bp.writing.translation import translated
from literate_bp.writing.typeset import Plain, plain_name

UDACITY = NOTATIONS["udacity"]  # whose δ is −∂C/∂z
ERROR, LINEAR = (Symbol(name, None, (Index("k"),)) for name in ("error", "linear"))


@pytest.mark.parametrize(
    ("sides", "sign", "text"),
    [
        ((ERROR, LINEAR), "=", "δₖ = −hₖ"),
        ((ERROR, 1 - LINEAR), "=", "δₖ = hₖ − 1"),
        ((ERROR, LINEAR), "≤", "−δₖ ≤ hₖ"),
        ((LINEAR, Big("sum", "k", ERROR)), "=", "hₖ = −Σₖ δₖ"),
        ((LINEAR, Big("max", "k", ERROR)), "=", "hₖ = maxₖ (−δₖ)"),
        ((LINEAR, Call("abs", (ERROR,))), "=", "hₖ = |δₖ|"),
        ((ERROR * ERROR, ERROR / LINEAR), "=", "δₖ δₖ = −δₖ / hₖ"),
    ],
)
def test_a_sign_goes_no_further_than_it_may(sides, sign, text):
    other = translated(Equation(sides, sign), UDACITY)
    assert Plain(plain_name(UDACITY)).text(other) == text
