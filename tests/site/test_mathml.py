r"""Formulas as a browser gets them: what software that reads a page aloud calls a heading or a link with one in it."""

import pytest
from docutils import nodes

from formula.mathml import plain_text, render
from formula.notations import in_all_notations


@pytest.mark.parametrize(
    ("notation", "text"), [("book", "∑ₖ wⱼₖ δₖ"), ("nielsen", "∑ₖ wₖⱼ δₖ"), ("rumelhart", "∑ₖ wₖⱼ ∂E/∂xₖ")]
)
def test_a_formula_is_said_in_unicode(notation, text):
    assert plain_text(in_all_notations(r"\sum_k \weight{j}{k}\,\error_k")[notation]) == text


@pytest.mark.parametrize("named", [nodes.title, nodes.reference])
def test_in_a_heading_and_in_a_link_a_formula_has_a_name(named):
    math = nodes.math("", r"\derivative")
    assert "aria-label" not in render(in_all_notations(r"\derivative")["book"], math)
    _ = named("", "", nodes.inline("", "", math))
    assert '<math aria-label="σ′">' in render(in_all_notations(r"\derivative")["book"], math)
