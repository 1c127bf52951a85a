r"""Formulas as a browser gets them: what software that reads a page aloud calls a heading or a link with one in it."""

from html import escape

import pytest
from docutils import nodes

from formula import copied
from formula.mathml import render
from formula.notations import in_all_notations


@pytest.mark.parametrize(
    ("notation", "text"), [("book", "∑ₖ wⱼₖ δₖ"), ("nielsen", "∑ₖ wₖⱼ δₖ"), ("rumelhart", "∑ₖ wₖⱼ ∂E/∂xₖ")]
)
def test_a_formula_is_said_in_unicode(notation, text):
    assert copied.line(in_all_notations(r"\sum_k \weight{j}{k}\,\error_k")[notation]) == text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"z \ge 0", "z ≥ 0"),
        (r"z\ge0", "z ≥ 0"),
        (r"W^l \gets W^l", "Wˡ ← Wˡ"),
        (r"\sigma'(Z^l) \odot (A)", "σ′(Zˡ) ⊙ (A)"),
        (r"\lVert a \rVert \le\lVert b \rVert", "‖ a ‖ ≤ ‖ b ‖"),
        (r"f \approx \frac{a}{b}", "f ≈ a/b"),
        (r"\sum_{i \ne j} w_{ij}", "∑_(i ≠ j) wᵢⱼ"),
        (r"\int_0^\infty e^{-t}", "∫₀^∞ e^(−t)"),
        (r"W^{l+1\,\top} x", "Wˡ⁺¹ᵀ x"),
        (r"a^{(l-1)\top}", "a⁽ˡ⁻¹⁾ᵀ"),
    ],
)
def test_signs_between_terms_keep_their_spaces_and_a_transposed_array_has_one_raised_letter(tex, text):
    assert copied.line(tex) == text


@pytest.mark.parametrize("named", [nodes.title, nodes.reference])
def test_in_a_heading_and_in_a_link_a_formula_has_a_name(named):
    math = nodes.math("", r"\derivative")
    assert "aria-label" not in render(in_all_notations(r"\derivative")["book"], math)
    _ = named("", "", nodes.inline("", "", math))
    assert ' aria-label="σ′">' in render(in_all_notations(r"\derivative")["book"], math)


def test_a_formula_that_heads_a_column_has_a_name():
    math = nodes.math("", r"\derivative")
    _ = nodes.thead("", nodes.row("", nodes.entry("", nodes.paragraph("", "", math))))
    assert ' aria-label="σ′">' in render(in_all_notations(r"\derivative")["book"], math)


@pytest.mark.parametrize(
    ("tex", "latex", "text"),
    [
        (r"\frac{\partial\cost}{\partial\weight{i}{j}}", r"\frac{\partial C}{\partial w_{ij}}", "∂C/∂wᵢⱼ"),
        (r"\tfrac{1}{2}(\activated_k - \target_k)^2", r"\tfrac{1}{2}(a_{k} - y_{k})^{2}", "1/2(aₖ − yₖ)²"),
        (r"\tfrac12\cost", r"\tfrac12C", "1/2C"),
        (r"\frac{a + b}{\sqrt{2\pi}}", r"\frac{a + b}{\sqrt{2\pi}}", "(a + b)/(√(2π))"),
        (r"\error j", r"\delta j", "δj"),
        (r"\linear &= 1 \\ &= 2", r"\begin{aligned}z &= 1 \\ &= 2\end{aligned}", "z = 1 = 2"),
        (r"\linear &= 1 \\ \cost &= 2", r"\begin{aligned}z &= 1 \\ C &= 2\end{aligned}", "z = 1; C = 2"),
        (
            r"\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
            r"\begin{aligned}\begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}\end{aligned}",
            "1 if x > 0; 0 otherwise",
        ),
    ],
)
def test_a_copied_formula_is_latex_as_one_types_it_or_a_line_of_unicode(tex, latex, text):
    written = in_all_notations(tex)["book"]
    assert copied.line(written) == text
    html = render(written, nodes.math_block())
    assert (
        f'<annotation encoding="application/x-tex">{escape(latex, quote=False)}</annotation></semantics></math>' in html
    )
    assert f'<math data-text="{escape(text)}" display="block"' in html


def test_a_formula_without_a_line_of_text_is_refused():
    with pytest.raises(ValueError, match="writes in no line of text"):
        render(r"\overbrace{x}", nodes.math())
