"""How a page stands and falls: what is broken stops the build, nothing goes stale, formulas come out as MathML.

Each test builds a small book with the settings, the extensions and the package of this one.
"""

import re
from pathlib import Path

from formula.latex import equations_latex
from literate_bp.formula.formula import formula
from literate_bp.formula.notation import NOTATIONS

LISTING = "```{rule} literate_bp.node.sigmoid\n```\n\n"
CELL = "```{code-cell}\nfrom literate_bp.node import sigmoid\n\nsigmoid.__doc__.split(':')[0]\n```\n\n"


def test_a_broken_cell_fails_even_a_build_that_forgives_warnings(book):
    result, _ = book("```{code-cell}\nassert 1 + 1 == 3\n```\n", options=())
    assert result.returncode != 0
    assert "assert 1 + 1 == 3" in result.stderr + result.stdout


def test_a_broken_formula_and_an_unknown_rule_fail_the_build_at_their_lines(book):
    result, _ = book("First $\\linear_j$, then $\\nonsense$.\n\n```{rule} literate_bp.node.nonsense\n```\n")
    assert result.returncode != 0
    assert re.search(r"index\.md:13: WARNING: formula not understood: .*nonsense", result.stderr)
    assert re.search(r"index\.md:15: WARNING: no rule 'literate_bp\.node\.nonsense'", result.stderr)


def test_an_edited_rule_changes_the_page(book):
    result, before = book(LISTING + CELL)
    assert result.returncode == 0, result.stderr
    assert before.count("Squash a number into (0, 1)") == 2
    text = book.source.read_text(encoding="utf-8")
    book.source.write_text(text.replace("Squash a number", "Press a number"), encoding="utf-8")
    result, after = book(LISTING + CELL)
    assert result.returncode == 0, result.stderr
    assert after.count("Press a number into (0, 1)") == 2
    assert "Squash" not in after


def test_a_rule_that_has_become_wrong_fails_the_build_and_is_named_before_those_that_run_it(book):
    text = book.source.read_text(encoding="utf-8")
    book.source.write_text(text.replace("return 1 / (1 + exp(-z))", "return 2 / (1 + exp(-z))"), encoding="utf-8")
    result, _ = book(LISTING + LISTING.replace("moid\n", "moid_derivative\n"))
    assert result.returncode != 0
    first = r"index\.md:13: ERROR: node\.sigmoid fails\s+node\.sigmoid does not give 1/\(1\+e⁻ᶻ\)"
    assert re.search(first, result.stderr)
    assert re.search(r"index\.md:16: ERROR: node\.sigmoid fails; so do, .* node\.sigmoid_derivative", result.stderr)


def test_formulas_are_mathml_with_a_class_for_each_meaning(book):
    result, page = book(
        "```{derivation}\n:label: rule\ndelta(1)[j] = sigma_prime(z(1)[j]) * Sum(k, w(2)[j, k] * delta(2)[k])\n```\n\n"
        "See {eq}`rule`.\n"
    )
    assert result.returncode == 0, result.stderr
    assert '<mi class="m-error">' in page
    assert '<msubsup><mi class="m-weight">w</mi>' in page
    assert '<div class="math notranslate nohighlight" id="equation-rule">' in page
    assert '<a class="reference internal" href="#equation-rule">(1)</a>' in page


def test_a_rule_brings_its_formula_and_its_check_once(book):
    derivative = LISTING.replace("moid\n", "moid_derivative\n")
    result, page = book("```{equation} node.sigmoid_derivative\n:label: mine\n```\n\n" + derivative + LISTING)
    assert result.returncode == 0, result.stderr
    assert page.count('<details class="check">') == 2
    assert 'id="equation-mine"' in page
    assert 'id="equation-eq-node-sigmoid"' in page
    assert "<span class='how'>SymPy:</span>" in page
    assert "<span class='how'>Exact.</span>" in page


def test_shapes_stand_below_arrays_in_every_notation(book):
    result, page = book("```{equation} layer.linear\n:shapes:\n```\n\nThen {formula}`Delta(l) @ W(l).T`.\n")
    assert result.returncode == 0, result.stderr
    display, inline = page[page.index('<div class="formula">') :].split("Then", 1)
    for name in NOTATIONS:
        (formula,) = re.findall(rf'<div class="n" data-n="[^"]*\b{name}\b[^"]*">(.*?)</div>', display)
        width = "s" if name == "ufldl" else "n"
        shapes = re.findall(r'<mrow class="shape">(.*?)</mrow>', formula)
        assert len(shapes) == 4
        first = re.findall(r"<m[io][^>]*>(\w)", shapes[0])
        assert first == (["N", width, "l"] if not NOTATIONS[name].columns else [width, "l", "N"])
    assert "shape" not in inline


def test_a_line_that_explains_a_letter_of_the_line_above_says_where():
    softmax = equations_latex(formula("activation.softmax").equations, NOTATIONS["bishop"])
    assert re.sub(r"\\class\{[^{}]*\}\{([^{}]*)\}", r"\1", softmax) == (
        r"z_{k} &= \frac{e^{a_{k} - a_{m}}}{\sum_{j} e^{a_{j} - a_{m}}}, \\ &\text{where } a_{m} = \max_{j} a_{j}"
    )
    assert equations_latex(formula("activation.below_top").equations, NOTATIONS["book"]).startswith("&")
    assert "where" not in equations_latex(formula("network.forward").equations, NOTATIONS["book"])


def test_a_derivative_in_the_place_of_an_error_has_the_color_of_an_error(book):
    result, page = book("```{equation} node.linear_error\n```\n")
    assert result.returncode == 0, result.stderr
    (rumelhart,) = re.findall(r'<div class="n" data-n="rumelhart">(.*?)</div>', page)
    colored, rest = rumelhart.split("</mfrac>", 1)
    assert re.findall(r"m-\w+", colored) == ["m-error"]
    assert "m-error" not in rest


def test_a_displayed_equation_without_a_check_fails_the_build_at_its_line(book):
    result, _ = book("Text.\n\n:::{math}\na = b\n:::\n\n$$c = d$$\n")
    assert result.returncode != 0
    assert re.search(r"index\.md:15: WARNING: equation without a check: a = b", result.stderr)
    assert "equation without a check: c = d" in result.stderr


def test_a_step_whose_sides_differ_fails_the_build_and_so_does_one_within_a_sentence(book):
    result, _ = book(
        "```{derivation}\ndelta[j] = -d(C, z[j])\n```\n\nHere {formula}`sigma_prime(z) = sigma(z)` is false.\n"
    )
    assert result.returncode != 0
    assert "the sides of 'delta[j] = -d(C, z[j])' differ by 2.0e+00" in result.stderr
    assert "the sides of 'sigma_prime(z) = sigma(z)' differ" in result.stderr


def test_a_check_whose_equation_is_gone_fails_the_build(book):
    reference = Path(book.source).parents[2] / "docs/reference"
    reference.mkdir()
    (reference / "checked.md").write_text("# All\n\n```{equations}\n```\n", encoding="utf-8")
    result, _ = book("```{toctree}\nreference/checked\n```\n\n" + LISTING)
    assert "the checks of node.linear have no equation: no page shows its formula" in result.stderr
    assert "the checks of node.sigmoid have no equation" not in result.stderr
    assert result.returncode != 0


def test_one_page_is_built_alone_with_the_numbers_of_the_others(book):
    boom = "```{code-cell}\nraise SystemError\n```\n"
    pages = {"two": LISTING + CELL + "See {eq}`mine`, {doc}`index` and {py:func}`literate_bp.node.linear`.\n"}
    equation = "```{equation} node.linear\n:label: mine\n```\n"
    result, _ = book(equation, pages=pages, options=("-d", str(book.docs / "_build/doctrees")))
    assert result.returncode == 0, result.stderr
    one = ("-d", str(book.docs / "_build/one_page"), "-D", "one_page=two")
    pages["two"] += "And more.\n"
    result, _ = book(equation + boom, pages=pages, options=one, only=["two"])
    assert (result.returncode, result.stderr) == (0, "")
    page = (book.html / "two.html").read_text(encoding="utf-8")
    assert "And more." in page
    assert page.count("Squash a number into (0, 1)") == 2
    assert re.search(r'href="index\.html#equation-mine">\(\d\)</a>', page)
    assert re.search(r'href="api\.html#literate_bp\.node\.linear"', page)


def test_one_page_is_built_alone_where_nothing_was_built_before(book):
    pages = {"two": CELL + "See {eq}`mine` and {doc}`index` and {doc}`api`.\n"}
    one = ("-d", str(book.docs / "_build/one_page"), "-D", "one_page=two")
    result, index = book("```{code-cell}\nraise SystemError\n```\n", pages=pages, options=one, only=["two"])
    assert (result.returncode, index) == (0, ""), result.stderr
    assert "Squash a number" in (book.html / "two.html").read_text(encoding="utf-8")
