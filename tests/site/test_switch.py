r"""The switch of notation: formulas rewritten in other letters, one of them shown, and a menu on every page."""

import re
from functools import partial
from pathlib import Path

import pytest
from docutils import nodes
from docutils.utils import new_document

from formula.macros import rewrite
from formula.mathml import attach_punctuation, render
from formula.notations import in_all_notations, symbol, variants, with_class, wording_role
from literate_bp.formula.expression import Index, Symbol
from literate_bp.formula.notation import NOTATIONS

MACROS = {"error": 0, "weight": 2, "cost": 0, "activated": 0, "activateds": 0, "linear": 0, "rate": 0}
LETTERS = {"error": r"\delta", "cost": "C", "weight": "w", "activated": "a", "activateds": "a", "rate": r"\eta"}


def calls(tex):
    """What `write` is called with, symbol after symbol."""
    symbols = []
    rewrite(tex, lambda *symbol: symbols.append(symbol) or "s", MACROS)
    return symbols


def nielsen(macro, arguments, sub, sup):
    """Write as Nielsen does: the layer high, where a weight leads first."""
    letter = LETTERS[macro]
    low = "".join(reversed(arguments)) + sub
    return letter + (f"^{{{sup}}}" if sup else "") + (f"_{{{low}}}" if low else "")


def layered(macro, arguments, sub, sup):  # noqa: ARG001  the signature is `write`'s
    """Write every symbol as h in parentheses: a superscript that the typed symbol lacked."""
    return rf"\class{{m-{macro}}}{{h}}^{{({sup or 'o'})}}_{{k}}"


@pytest.mark.parametrize(
    ("tex", "symbols"),
    [
        (r"\error", [("error", (), "", "")]),
        (r"\error_j^{l}", [("error", (), "j", "l")]),
        (r"\error^{l}_j", [("error", (), "j", "l")]),
        (r"\error _ {jk} ^ L", [("error", (), "jk", "L")]),
        (r"\error^{l_{1}}_{\text{out}}", [("error", (), r"\text{out}", "l_{1}")]),
        (r"\weight{i}{j}^{l+1}", [("weight", ("i", "j"), "", "l+1")]),
        (r"\weight {i} {j}", [("weight", ("i", "j"), "", "")]),
        (r"\weight ij", [("weight", ("i", "j"), "", "")]),
        (r"\weight{i}{j}^{+}", [("weight", ("i", "j"), "", "")]),
        (r"\weight{i}{j}^{l+}", [("weight", ("i", "j"), "", "l")]),
        (r"\activateds^{l-1\,\top}", [("activateds", (), "", "l-1")]),
        (r"\activateds^\top", [("activateds", (), "", "")]),
        (r"\activated'_j", [("activated", (), "j", "")]),
        (r"\activated_j''^{l}", [("activated", (), "j", "l")]),
        (r"\partial\cost/\partial\linear_j", [("cost", (), "", ""), ("linear", (), "j", "")]),
        (r"\frac{\partial \cost}{\partial \weight{1}{2}}", [("cost", (), "", ""), ("weight", ("1", "2"), "", "")]),
        (r"\sum_k \weight{j}{k}\,\error_k", [("weight", ("j", "k"), "", ""), ("error", (), "k", "")]),
        (r"\error_\text{out}^l", [("error", (), r"\text{out}", "l")]),
        (r"x_\frac{\error}{\cost}", [("error", (), "", ""), ("cost", (), "", "")]),
        (r"x^\error_j", [("error", (), "", "")]),
        (r"x_{\error_j}", [("error", (), "j", "")]),
        (r"a &= \error_1 \\ \cost &= 2", [("error", (), "1", ""), ("cost", (), "", "")]),
        (r"\errorbar + \costs + \\cost", []),
    ],
)
def test_every_symbol_is_found_with_its_indices(tex, symbols):
    assert calls(tex) == symbols


@pytest.mark.parametrize(
    ("tex", "other"),
    [
        (r"\weight{i}{j}^{l+1}", r"w^{l+1}_{ji}"),
        (r"\error_j^{l} = 2", r"\delta^{l}_{j} = 2"),
        (r"\rate g", r"\eta g"),
        (r"\weight{i}{j}g", r"w_{ji}g"),
        (r"\activated'", r"a'"),
        (r"\activated'_j", r"a'_{j}"),
        (r"\activated_j'^{l}", r"a'_{j}^{l}"),
        (r"\activateds^{l-1\,\top}\,\error", r"a^{l-1\,\top}\,\delta"),
        (r"\activateds^{\top}", r"a^{\top}"),
        (r"\weight{i}{j}^{+}", r"w_{ji}^{+}"),
        (r"x^\cost_j", r"x^{C}_{j}"),
        (r"E_\text{total} = \cost", r"E_{\text{total}} = C"),
        (r"x^{\top}y_{\alpha}z", r"x^{\top}y_{\alpha}z"),
        (r"\weight{\cost}{j}^\error", r"w^{\delta}_{jC}"),
        (r"\rate\class{x}{y} \\ \text{rate \{}", r"\eta\class{x}{y} \\ \text{rate \{}"),
        (r"a &= \cost \\[2pt] \nabla \cost", r"a &= C \\[2pt] \nabla C"),
    ],
)
def test_symbols_are_written_anew_and_all_else_stays(tex, other):
    assert rewrite(tex, nielsen, MACROS) == other


@pytest.mark.parametrize(
    ("tex", "other"),
    [
        (r"\activateds^{l\,\top}", r"\class{m-activateds}{h}_{k}^{(l)\,\top}"),
        (r"\activateds^{\top}", r"\class{m-activateds}{h}_{k}^{(o)\,\top}"),
        (r"\activated'", r"\class{m-activated}{h}'_{k}^{(o)}"),
        (r"\weight{1}{2}^{+}", r"\class{m-weight}{h}_{k}^{(o)+}"),
    ],
)
def test_what_stands_high_beside_the_layer_joins_the_superscript_of_the_other_notation(tex, other):
    assert rewrite(tex, layered, MACROS) == other


def test_what_stands_high_goes_to_the_last_letter_of_a_symbol_of_several():
    assert rewrite(r"\activated^\top", lambda *_: r"(\class{m-a}{W}a)_{k}", MACROS) == r"(\class{m-a}{W}a)_{k}^{\top}"


def test_a_word_is_kept_apart_from_the_letter_behind_it():
    assert rewrite(r"\weight ijk", lambda *_: r"\omega", MACROS) == r"\omega k"


@pytest.mark.parametrize("tex", [r"\weight{i}{j", r"\error_", r"\weight{i}"])
def test_what_is_not_complete_is_refused(tex):
    with pytest.raises(ValueError, match=r"is not closed|is missing"):
        rewrite(tex, nielsen, MACROS)


def test_a_typed_symbol_is_a_quantity_with_its_layer_and_nodes():
    assert symbol("weight", ("i", "j"), "", "l+1") == Symbol("weight", Index("l", 1), (Index("i"), Index("j")))
    assert symbol("error", (), "j", "") == Symbol("error", None, (Index("j"),))


@pytest.mark.parametrize(
    "asked",
    [
        ("rate", (), "j", ""),
        ("target", (), "", "l"),
        ("weight", ("i", "j"), "k", ""),
        ("error", (), r"\text{out}", ""),
    ],
)
def test_an_index_that_a_quantity_does_not_have_is_refused(asked):
    with pytest.raises(ValueError, match=rf"\\{asked[0]} takes no"):
        symbol(*asked)


def test_the_class_goes_to_the_letter_and_leaves_the_scripts():
    assert with_class("weight", "w^{l}_{jk}") == r"\class{m-weight}{w}^{l}_{jk}"
    assert with_class("derivative", r"\sigma'") == r"\class{m-derivative}{\sigma}'"
    assert with_class("outputs", r"\hat{y}_{k}") == r"\class{m-outputs}{\hat{y}}_{k}"


def test_a_typed_formula_is_written_in_every_notation_and_only_its_symbols_change():
    written = in_all_notations(r"\sum_k \weight{j}{k}\,\error_k")
    assert set(written) == set(NOTATIONS)
    assert written["book"] == r"\sum_{k} \class{m-weight}{w}_{jk}\,\class{m-error}{\delta}_{k}"
    assert all(r"\class{m-weight}{" in tex and tex.startswith(r"\sum_{k} ") for tex in written.values())
    assert set(in_all_notations("x^2 + 1").values()) == {"x^{2} + 1"}


def test_notations_that_show_the_same_share_it():
    assert variants({"a": "x", "b": "x"}, "span") == "x"
    assert variants({"a": "x", "b": "y", "c": "x"}, "i") == (
        '<i class="n" data-n="a c">x</i><i class="n" data-n="b">y</i>'
    )


class Reads:
    """A reader of sentences that takes words as they are."""

    parent = None

    def parse(self, words, *_):
        return [nodes.Text(words)], []


def test_words_may_depend_on_what_a_notation_does():
    role = wording_role(lambda notation: notation.error_sign < 0)
    made, _ = role("sign", "", "the error|the error with the other sign", 1, Reads())
    others = " ".join(name for name in NOTATIONS if name != "udacity")
    assert "".join(node.astext() for node in made) == (
        f'<span data-n="{others}">the error</span><span data-n="udacity">the error with the other sign</span>'
    )


def test_a_symbol_that_is_a_word_is_a_letter_to_mathml():
    written = render(r"\class{m-target}{\text{target}} - \class{m-activated}{\text{out}}", nodes.math())
    assert '<mrow><mi class="m-target">target</mi><mo>−</mo><mi class="m-activated">out</mi></mrow>' in written


def test_the_mark_behind_a_formula_stays_with_it():
    document, math, text = new_document("page"), partial(nodes.math, "", "a"), nodes.Text
    document += nodes.paragraph("", "", nodes.strong(), text(", so"), math(), text(", so"), math(), text(" is"), math())
    attach_punctuation(None, document, "page")
    assert [formula.get("punctuation") for formula in document.findall(nodes.math)] == [",", None, None]
    assert [part for part in document[0] if isinstance(part, text)] == [", so", " so", " is"]


def test_a_table_that_has_the_errors_of_the_code_says_so_where_a_notation_has_the_other_sign():
    for page in (Path(__file__).parents[2] / "docs").glob("[01]*.md"):
        heads = re.findall(r"^\|.*\n(?=\|:?-)", page.read_text(encoding="utf-8"), re.MULTILINE)
        said = [re.sub(r"\{sign\}`[^`]*`", "", head) for head in heads]
        assert not [head for head in said if "its error" in head], page.name
