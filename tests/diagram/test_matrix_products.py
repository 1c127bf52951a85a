"""The pictures of matrices: marks, shapes and numbers are those of the arrays."""

import re

import numpy as np
import pytest

from literate_bp.diagram.drawing.text_layout import text_runs, text_width
from literate_bp.diagram.plots.matrix_products import SIGN_WIDTH, Matrix, both_layouts, matrices
from literate_bp.diagram.plots.plot import NARROW, WIDE
from literate_bp.formula.notation import NOTATIONS
from literate_bp.proof.derivation import parse_expression

A = np.array([1.0, -2.5])
W = np.array([[0.25, 1.0, 2.0], [4.0, -8.0, 16.0]])
PICTURE = matrices(
    (
        Matrix.of("A", A, "activated", [(0, 0), (0, 1)]),
        "×",
        Matrix.of(r"W^{2\top}", W, "weight", [(0, 0), (1, 0)]),
        "=",
        Matrix.of("Z", A @ W, "linear", [(0, 0)]),
    ),
    "A row times a matrix.",
)


def written(width):
    return list(PICTURE.figure(width=width).axes[0].texts)


def test_every_number_and_shape_is_written_once():
    texts = [text.get_text().replace("−", "-") for text in written(WIDE)]
    numbers = [float(text) for text in texts if re.fullmatch(r"-?\d+\.\d\d", text)]
    assert numbers == [*A, *W.ravel(), *np.round(A @ W, 2)]
    assert [text for text in texts if re.match(r"\d ×", text)] == ["1 × 2", "2 × 3", "1 × 3"]


def test_marked_numbers_are_bold():
    bold = [t.get_text() for t in written(WIDE) if t.get_weight() == "bold"]
    assert bold == ["1.00", "−2.50", "0.25", "4.00", "−9.75"]


def test_nothing_is_written_over_another_nor_outside():
    for width in (WIDE, NARROW):
        figure = PICTURE.figure(width=width)
        figure.draw_without_rendering()
        boxes = [text.get_window_extent() for text in figure.axes[0].texts]
        assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b)]
        assert all(b.x0 >= 0 and b.x1 <= figure.bbox.x1 and b.y0 >= 0 and b.y1 <= figure.bbox.y1 for b in boxes)


def test_the_words_hold_every_row():
    assert PICTURE.table.rows == (
        ("A, row 1", "1, −2.5"),
        ("W²ᵀ, row 1", "0.25, 1, 2"),
        ("W²ᵀ, row 2", "4, −8, 16"),
        ("Z, row 1", "−9.75, 21, −38"),
    )
    assert PICTURE._repr_html_() == PICTURE._repr_html_()


SWITCHED = matrices(
    (
        Matrix.of(parse_expression("Delta(2)"), A, "error"),
        "×",
        Matrix.of(parse_expression("W(2).T"), W, "weight"),
        "=",
        Matrix.of(parse_expression("Delta(2) @ W(2).T"), A @ W, "error"),
    ),
    "A row times a matrix.",
)


def titles(notation, width=WIDE):
    return ["".join(run.text for run in text_runs(label.text)) for label in SWITCHED.labels(width)[notation].labels]


def test_symbols_stand_for_the_same_numbers_in_each_notation():
    # a column of Nielsen's is a row here, and the error of the Udacity notes has the other sign
    assert titles("book") == ["Δ2", "𝑊2⊤", "Δ2𝑊2⊤"]
    assert titles("nielsen") == ["𝛿3⊤", "𝑤3", "𝛿3⊤𝑤3"]
    assert titles("udacity") == ["−𝜹2", "𝐰2⊤", "−𝜹2𝐰2⊤"]
    assert titles("four_diagrams") == ["𝜕𝑐/𝜕𝐋2", "𝐖2⊤", "(𝜕𝑐/𝜕𝐋2)𝐖2⊤"]


def test_a_page_can_choose_the_notation():
    html = SWITCHED._repr_html_()
    for notation in NOTATIONS:
        chosen = re.findall(rf'<g class="n" data-n="[^"]*\b{notation}\b[^"]*"', html)
        assert len(chosen) >= 2
    assert 'data-n="nielsen"' in html[html.index("<table") :]
    assert PICTURE._repr_html_().count("data-n") == 0


BOTH = both_layouts(
    (
        Matrix.of(parse_expression("A(1)"), A, "activated", [(0, 0), (0, 1)]),
        "×",
        Matrix.of(parse_expression("W(2)"), W, "weight", [(0, 2), (1, 2)]),
        "=",
        Matrix.of(parse_expression("A(1) @ W(2)"), A @ W, "linear", [(0, 2)]),
    ),
    "One row and one column make one entry.",
)


@pytest.mark.parametrize(("plot", "widths"), [(SWITCHED, (2, 3, 3)), (BOTH.rows, (2, 3, 3)), (BOTH.columns, (2, 1, 1))])
def test_a_title_hardly_leaves_its_matrix(plot, widths):
    for notation in NOTATIONS:
        for label, columns in zip(plot.labels(NARROW)[notation].labels, widths, strict=True):
            assert text_width(label.text) * label.size <= columns * 54.5 + SIGN_WIDTH


def test_where_an_example_is_a_column_the_product_turns_round():
    texts = [text.get_text().replace("−", "-") for text in BOTH.columns.figure().axes[0].texts]
    numbers = [float(text) for text in texts if re.fullmatch(r"-?\d+\.\d\d", text)]
    assert numbers == [*W.T.ravel(), *A, *np.round(A @ W, 2)]
    assert [text for text in texts if re.match(r"\d ×", text)] == ["3 × 2", "2 × 1", "3 × 1"]
    bold = [t.get_text() for t in BOTH.columns.figure().axes[0].texts if t.get_weight() == "bold"]
    assert bold == ["2.00", "16.00", "1.00", "−2.50", "−38.00"]
    symbols = BOTH.columns.labels(WIDE)["nielsen"].labels
    assert ["".join(run.text for run in text_runs(label.text)) for label in symbols] == ["𝑤3", "𝑎2", "𝑤3𝑎2"]


def test_each_notation_shows_the_product_as_it_lays_arrays():
    rows, columns = re.findall(r'<div class="n" data-n="([^"]+)"[^>]*><(?!svg)', BOTH._repr_html_())
    assert {*columns.split()} == {name for name, notation in NOTATIONS.items() if notation.columns}
    assert {*rows.split()} == NOTATIONS.keys() - {*columns.split()}


def test_a_file_has_one_notation():
    chosen = matrices((Matrix.of(parse_expression("W(2)"), W, "weight"),), "Weights.", "nielsen")
    assert r"$w^{3\,\top}$" in [text.get_text() for text in chosen.figure().axes[0].texts]
