"""An exercise sheet is enough: solved from its text alone, by a reader who knows nothing else."""

import pytest
from pupil import Sheet, rounded

from literate_bp import explain
from literate_bp.formula.notation import NOTATIONS
from literate_bp.worked.generate import generate

FRESH = [
    ((2, 2, 2), {}),
    ((2, 1, 1), {"activation": "tanh", "digits": 4}),
    ((3, 2, 2), {"activation": "relu"}),
    ((2, 2, 3), {"activation": "tanh", "cost": "cross_entropy"}),
    ((2, 2, 1), {"activation": "sigmoid", "cost": "binary_cross_entropy"}),
    ((2, 3, 1), {"activation": ("softplus", "sigmoid"), "cost": "binary_cross_entropy"}),
    ((2, 2, 2), {"activation": ("silu", "identity"), "cost": "squared_error", "digits": 4}),
    ((2, 2, 2, 2), {"digits": 4}),
    ((2, 2), {"activation": "gelu"}),
    ((1, 1), {"activation": "leaky_relu"}),
    ((2, 2, 2), {"residual": (1, 2)}),
    ((2, 2, 2, 2), {"residual": (2,), "activation": ("tanh", "sigmoid", "softplus"), "digits": 4}),
    ((2, 2, 1), {"residual": (1,), "cost": "binary_cross_entropy", "digits": 4}),
]


def solved(text):
    """Solve a sheet: each result by its symbol."""
    sheet, results, places = Sheet(text), {}, {}
    for title, lines in sheet.lines.items():
        for name, formula, *_ in lines:
            value = sheet.value(formula)
            decimals = sheet.places(title, formula, value, places)
            unchanged = title.startswith("The new weights") and not results[formula.split()[-1]]
            results[name] = value if unchanged else rounded(value, decimals)
            places[name], sheet.symbols[name] = decimals, results[name]
    return results


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize(("sizes", "more"), FRESH)
def test_a_fresh_sheet_is_solved_from_its_text_alone(sizes, more, notation):
    p = generate(sizes, 1, **more)
    sheet = explain(p.network, p.x, p.y, p.rate, p.digits, notation, "values")
    found = solved(str(sheet))
    expected = {step.symbol: step.carried for step in sheet.solutions.steps}
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-15)
