r"""The switch of notation: formulas retold in other letters, one of them shown, and a menu on every page."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
sys.path.insert(0, str(HERE / "docs/_ext"))

from retold import retold  # noqa: E402

MACROS = {"error": 0, "weight": 2, "cost": 0, "activated": 0, "activateds": 0, "linear": 0, "rate": 0}
LETTERS = {"error": r"\delta", "cost": "C", "weight": "w", "activated": "a", "activateds": "a", "rate": r"\eta"}


def heard(tex):
    """What `write` is told, symbol after symbol."""
    told = []
    retold(tex, lambda *symbol: told.append(symbol) or "s", MACROS)
    return told


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
    assert heard(tex) == symbols


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
    assert retold(tex, nielsen, MACROS) == other


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
    assert retold(tex, layered, MACROS) == other


def test_what_stands_high_goes_to_the_last_letter_of_a_symbol_of_several():
    assert retold(r"\activated^\top", lambda *_: r"(\class{m-a}{W}a)_{k}", MACROS) == r"(\class{m-a}{W}a)_{k}^{\top}"


def test_a_word_is_kept_apart_from_the_letter_behind_it():
    assert retold(r"\weight ijk", lambda *_: r"\omega", MACROS) == r"\omega k"


@pytest.mark.parametrize("tex", [r"\weight{i}{j", r"\error_", r"\weight{i}"])
def test_what_is_not_complete_is_refused(tex):
    with pytest.raises(ValueError, match=r"is not closed|is missing"):
        retold(tex, nielsen, MACROS)
