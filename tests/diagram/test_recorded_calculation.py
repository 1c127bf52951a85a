"""A calculation that a page records: what is drawn of it, and what a page gets."""

import json
import re
from itertools import combinations, pairwise

import numpy as np
import pytest

from literate_bp import Variable
from literate_bp.activation import sigmoid_derivative
from literate_bp.diagram import plots
from literate_bp.diagram.plots.live_record import CALCULATIONS
from literate_bp.layer import linear_error
from literate_bp.operations import OPERATIONS
from literate_bp.tape import from_end

GIVEN = json.loads(plots.recorded_calculation().live)
LAYOUTS = [(of, view) for of in CALCULATIONS for view in ("wide", "narrow")]
LETTER, TALL = 6.4, 12
"""About how wide and how high a letter or digit is, in pixels."""
SHARE, TITLE = "← −0.123", 13 / 11.5
"""A share as long as most are, and how much larger a title is."""


def test_the_picture_has_the_numbers_that_backward_finds():
    a, b = Variable(2.0), Variable(3.0)
    c = a * b
    d = c + a
    assert plots.recorded_calculation("product").table.rows == (
        ("a", "2", "1 + 3", "4"),
        ("b", "3", "2", "2"),
        ("c = a × b", "6", "1", "1"),
        ("d = c + a", "8", "1, the end", "1"),
    )
    d.backward()
    assert (a.gradient, b.gradient) == (4, 2)


def test_a_page_gets_little_and_begins_with_the_calculation_that_is_drawn():
    for of in CALCULATIONS:
        live = plots.recorded_calculation(of).live
        assert len(live.encode()) <= 5_000
        assert json.loads(live) == {**GIVEN, "of": of}


def boxes(layout):
    """Return the boxes of a layout as left, top, right, bottom: of variables, and of their titles."""
    width, half, name = GIVEN["box"]
    for x, y in layout["at"]:
        yield x - width / 2, y - half / 2 - name, x + width / 2, y + 1.5 * half


def around(text, x, y, scale=1.0):
    """Return the box of a text."""
    wide = LETTER * scale * len(text)
    return x - wide / 2, y - TALL / 2, x + wide / 2, y + TALL / 2


def apart(one, other, by=0.0):
    """Whether two boxes have nothing in common."""
    return one[2] + by <= other[0] or other[2] + by <= one[0] or one[3] + by <= other[1] or other[3] + by <= one[1]


@pytest.mark.parametrize(("of", "view"), LAYOUTS)
def test_no_share_lies_on_a_variable_or_on_another_share_and_all_is_within_the_picture(of, view):
    layout = GIVEN["calculations"][of][view]
    made = len(CALCULATIONS[of][1]) + len(CALCULATIONS[of][2])
    assert len(layout["at"]) == made
    used = [(start, end) for start, end, *_ in layout["edges"]]
    texts = []
    for start, end, _, sides in layout["edges"]:
        twice = re.findall(
            rf"\b{GIVEN['calculations'][of]['titles'][start][0]}\b", CALCULATIONS[of][2][end - made].partition("=")[2]
        )
        texts += [around(SHARE, *side) for side in sides[: len(twice)]]
    assert len({*used}) == len(used)
    assert len(texts) >= len(used)
    titles = [
        around(text, x, y - 21, TITLE)
        for text, (x, y) in zip(GIVEN["calculations"][of]["titles"], layout["at"], strict=True)
    ]
    everything = [*boxes(layout), *texts]
    for one, other in combinations(everything, 2):
        assert apart(one, other), (one, other)
    for one, other in combinations(titles, 2):
        assert apart(one, other, 2), (one, other)
    width, height = layout["size"]
    assert width <= (700 if view == "wide" else 340)
    for left, top, right, bottom in [*everything, *titles]:
        assert left >= 0
        assert top >= 0
        assert right <= width
        assert bottom <= height


def distance(point, line):
    """Return how far a point is from a line of several parts."""
    found = []
    for one, other in pairwise(np.array(line, float)):
        along = np.clip(np.dot(point - one, other - one) / np.dot(other - one, other - one), 0, 1)
        found.append(np.linalg.norm(point - one - along * (other - one)))
    return min(found)


@pytest.mark.parametrize(("of", "view"), LAYOUTS)
def test_a_share_stands_nearer_to_its_line_than_to_any_other(of, view):
    edges = GIVEN["calculations"][of][view]["edges"]
    for _, _, line, sides in edges:
        others = [other for _, _, other, _ in edges if other != line]
        assert all(distance(np.array(sides[0]), line) < distance(np.array(sides[0]), other) for other in others)


@pytest.mark.parametrize(("of", "view"), LAYOUTS)
def test_each_line_leads_from_the_side_of_one_variable_to_that_of_another_and_forward(of, view):
    layout = GIVEN["calculations"][of][view]
    width, half, name = GIVEN["box"]
    along = 0 if view == "wide" else 1
    for start, end, points, _ in layout["edges"]:
        assert start < end
        assert all(here[along] < there[along] for here, there in pairwise(points))
        (x0, y0), (x1, y1) = layout["at"][start], layout["at"][end]
        wide = [x0 + width / 2, y0 + half / 2], [x1 - width / 2, y1 + half / 2]
        narrow = [x0, y0 + 1.5 * half], [x1, y1 - half / 2 - name]
        assert (points[0], points[-1]) == (wide if view == "wide" else narrow)


def test_the_texts_of_rules_say_what_the_rules_return():
    names = {function.__name__: rules for function, rules in OPERATIONS.items()}
    assert {*GIVEN["rules"]} == {"add", "subtract", "multiply", "divide", "negative", "power", "exp", "sigmoid"}
    known = {"np": np, "linear_error": linear_error, "sigmoid_derivative": sigmoid_derivative}
    for name, given in GIVEN["rules"].items():
        numbers = dict(zip(("g", "c", *given["operands"]), (0.7, 1.3, 2.0, 3.0), strict=False))
        assert len(given["rules"]) == len(names[name])
        for text, rule in zip(given["rules"], names[name], strict=True):
            assert eval(text, known, numbers) == rule(*numbers.values())  # noqa: S307  our own rules


def test_what_stands_above_a_variable_is_its_line_as_a_formula():
    titles = [title for of in CALCULATIONS for title in GIVEN["calculations"][of]["titles"]]
    assert {"c = a × b", "e = d²", "a = σ(z)", "c = −z", "d = exp(c)", "a = 1 ÷ e"} < {*titles}


def test_a_calculation_that_is_unknown_is_refused():
    with pytest.raises(ValueError, match=r"^of 'sum' is unknown.*sums"):
        plots.recorded_calculation("sum")


def test_from_the_end_the_records_of_the_first_calculation_are_those_of_the_chapter():
    a, b = Variable(2.0), Variable(3.0)
    assert [each.made_by for each in from_end(a * b + a)] == ["add", "multiply", None, None]
    assert [GIVEN["calculations"]["product"]["leaves"], GIVEN["calculations"]["product"]["lines"]] == [
        [["a", 2.0], ["b", 3.0]],
        ["c = a * b", "d = c + a"],
    ]
