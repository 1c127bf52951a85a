"""Notation: every quantity has a symbol, no two share one, and the Unicode says what the LaTeX says."""

import itertools
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser

from literate_bp import example, initialize
from literate_bp.formula import notation as notation_module
from literate_bp.formula.expression import ARRAYS, Index, Symbol
from literate_bp.formula.letters import unicode_of
from literate_bp.formula.macros import MACROS, PAIRS, STEPS, macro_of, parse_symbol
from literate_bp.formula.notation import BOOK, NOTATIONS, notation_of
from literate_bp.worked.explain import explain

NAMES = list(NOTATIONS)
UDACITY = NOTATIONS["udacity"]
SIZES = ((2, 1), (11, 12), (1, 1, 1), (2, 1, 1), (2, 2, 2), (12, 11, 2), (3, 3, 2, 3), (1, 12, 12, 11), (2, 3, 1, 2, 2))
WHOLE = ("cost", "new cost", "rate", "activation", "derivative")
ONCE = {"input": 0, "target": -1}
NUMBERS = [quantity for quantity in MACROS if quantity not in ARRAYS | {*WHOLE, "output"}]


def every_number(notation, sizes):
    """Write every number of a network: (quantity, layer, nodes)."""
    depth = len(sizes) - 1
    for quantity in WHOLE:
        yield notation.symbol(quantity, depth, sizes=sizes)
    for quantity in NUMBERS:
        for layer in (range(depth + 1)[ONCE[quantity]],) if quantity in ONCE else range(1, depth + 1):
            widths = sizes[layer - 1 : layer + 1] if quantity in PAIRS else sizes[layer : layer + 1]
            for nodes in itertools.product(*(range(1, n + 1) for n in widths)):
                yield notation.symbol(quantity, layer, *nodes, sizes=sizes)


def every_array(notation, sizes):
    """Write every array of a network."""
    for quantity in sorted(ARRAYS):
        for layer in (1,) if quantity in ("inputs", "targets") else range(1, len(sizes)):
            yield notation.symbol(quantity, layer, sizes=sizes)


def every_symbol(notation):
    """Write what a page may show: each number and array of each network, and each quantity in letters."""
    for sizes in SIZES:
        yield from every_number(notation, sizes)
        yield from every_array(notation, sizes)
    for quantity in MACROS:
        nodes = ("i", "j") if quantity in PAIRS else () if quantity in ARRAYS | set(WHOLE) else ("j",)
        for layer in (None, Index("l"), Index("l", 1), Index("l", -1), Index("L"), Index("", 2)):
            yield notation.latex(Symbol(quantity, layer, tuple(map(Index, nodes))))


CASES = [(name, sizes) for name in NAMES for sizes in SIZES]


def test_the_notations_stand_in_the_order_of_the_menu():
    assert [notation.place for notation in NOTATIONS.values()] == list(range(1, len(NOTATIONS) + 1))
    assert all(name == notation.name for name, notation in NOTATIONS.items())
    assert next(iter(NOTATIONS)) == "book"


def test_every_file_of_a_notation_is_one():
    files = (Path(notation_module.__file__).parent / "notations").iterdir()
    assert {file.name for file in files} == {f"{name}.toml" for name in NOTATIONS}


def test_what_a_system_leaves_beside_the_files_is_no_notation(monkeypatch, tmp_path):
    folder = Path(notation_module.__file__).parent / "notations"
    shutil.copytree(folder, tmp_path / "notations")
    (tmp_path / "notations/.DS_Store").write_bytes(b"\xff")
    monkeypatch.setattr(notation_module, "files", lambda _: tmp_path)
    assert {notation.name for notation in notation_module.read_notations()} == {*NOTATIONS}


@pytest.mark.parametrize(("name", "sizes"), CASES)
def test_no_two_numbers_of_a_network_share_a_symbol(name, sizes):
    numbers, arrays = (list(every(NOTATIONS[name], sizes)) for every in (every_number, every_array))
    assert len(set(numbers)) == len(numbers)
    assert len(set(map(unicode_of, numbers))) == len(numbers)
    assert len(set(arrays)) == len(arrays)


@pytest.mark.parametrize("name", NAMES)
def test_symbols_have_balanced_braces_and_nothing_left_to_fill_in(name):
    for symbol in set(every_symbol(NOTATIONS[name])):
        assert symbol.count("{") == symbol.count("}")
        assert not re.search(r"\{\}|\(\)|[<>]", symbol), symbol


@pytest.mark.parametrize("name", NAMES)
def test_the_unicode_of_a_symbol_is_readable_text(name):
    for symbol in set(every_symbol(NOTATIONS[name])):
        assert not set(unicode_of(symbol)) & set("\\{}"), symbol
        outside = re.sub(r"_total|_a(⁽.*⁾)? |\^\(n_l[+−1]*\)", "", unicode_of(symbol))
        assert not set(outside) & set("^_ "), symbol


def test_matplotlib_draws_every_symbol():
    parser = MathTextParser("path")
    symbols = {re.sub(r"\d+", "1", symbol) for name in NAMES for symbol in every_symbol(NOTATIONS[name])}
    for symbol in symbols:
        parser.parse(f"${symbol}$")


def test_a_notation_has_a_letter_for_all_but_errors_and_outputs():
    for notation in NOTATIONS.values():
        missing = set(BOOK.symbols) - set(notation.symbols)
        assert missing <= {"error", "errors", "output"}
        assert ("error" in missing) == ("errors" in missing)
    assert set(BOOK.symbols) == set(MACROS)


def test_what_was_supplied_is_a_quantity_or_says_what_else():
    for notation in NOTATIONS.values():
        assert notation.supplied <= {*MACROS, "layer", "half", "batch", "to_from", "columns", "nabla", "error_sign"}
    assert not BOOK.supplied


def test_the_book_writes_layer_above_and_from_to_below():
    assert BOOK.symbol("weight", 1, 2, 3, sizes=(3, 3)) == "w^{1}_{23}"
    assert BOOK.text("weight", 1, 2, 3, sizes=(3, 3)) == "w¹₂₃"
    assert BOOK.text("weight", 1, 2, 13, sizes=(3, 13)) == "w¹₂,₁₃"
    assert BOOK.text("error", 2, 1, sizes=(3, 3, 2)) == "δ²₁"
    assert BOOK.text("inputs", sizes=(3, 3, 2)) == "X"
    assert BOOK.text("activated", 1, 1, sizes=(3, 3, 2)) == "a¹₁"
    assert BOOK.text("activated", 2, 1, sizes=(3, 3, 2)) == "ŷ₁"
    assert BOOK.text("new weight", 1, 2, 3, sizes=(3, 3)) == "w¹⁺₂₃"
    assert BOOK.error_sign == 1


def test_source_b_leaves_out_the_index_of_an_only_node_and_turns_the_sign_of_the_error():
    sizes = (2, 1, 1)
    assert UDACITY.text("linear", 1, 1, sizes=sizes) == "h"
    assert UDACITY.text("weight", 1, 2, 1, sizes=sizes) == "w₂"
    assert UDACITY.text("weight", 2, 1, 1, sizes=sizes) == "W"
    assert UDACITY.text("error", 2, 1, sizes=sizes) == "δᵒ"
    assert UDACITY.text("error", 1, 1, sizes=sizes) == "δʰ"
    assert UDACITY.text("weight step", 1, 1, 1, sizes=sizes) == "Δw₁"
    assert UDACITY.error_sign == -1


def test_source_b_turns_the_sign_and_source_a_has_no_half():
    assert UDACITY.half
    assert not NOTATIONS["four_diagrams"].half
    assert NOTATIONS["four_diagrams"].error_sign == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_activated_values_of_layer_0_are_the_inputs(name):
    for sizes in ((2, 1), (2, 3, 2), (2, 3, 1, 2)):
        values, inputs = (Symbol(quantity, Index("", 0), (Index("", 2),)) for quantity in ("activated", "input"))
        assert NOTATIONS[name].latex(values, sizes) == NOTATIONS[name].latex(inputs, sizes)


def test_a_layer_in_letters_is_none_of_a_given_network():
    values = Symbol("activated", Index("l"), (Index("j"),))
    assert BOOK.latex(values, (2, 3, 2)) == "a^{l}_{j}"


def test_layer_0_is_that_of_activated_values_where_no_network_is_given():
    assert BOOK.latex(Symbol("activated", Index("", 0), (Index("j"),))) == "a^{0}_{j}"


def test_an_output_belongs_to_the_last_layer_whichever_is_asked_for():
    for name, output in (("nielsen", "a^{3}_{1}"), ("book", r"\hat{y}_{1}"), ("mazur", r"\text{out}_{o1}")):
        assert {NOTATIONS[name].symbol("output", layer, 1, sizes=(2, 3, 2)) for layer in (0, 1, 2)} == {output}
    assert NOTATIONS["nielsen"].symbol("output", 1, 1, sizes=(2, 1)) == "a^{2}_{1}"


def test_an_input_belongs_to_layer_0_whichever_is_asked_for():
    assert {NOTATIONS["rumelhart"].symbol("input", layer, 1, sizes=(2, 2)) for layer in (0, 1)} == {"y^{0}_{1}"}


def test_the_output_of_an_only_node_has_no_index_where_the_notation_leaves_it_out():
    assert UDACITY.text("target", 0, 1, sizes=(2, 1, 1)) == "y"
    assert UDACITY.text("output", 0, 1, sizes=(2, 1)) == "ŷ"
    assert UDACITY.text("output", 0, 1, sizes=(2, 1, 1)) == "ŷ"
    assert UDACITY.text("output", 0, 1, sizes=(1, 1, 2)) == "ŷ₁"


def test_weights_of_the_only_layer_are_numbered_without_it():
    weights = [Symbol("weight", None, (Index("", i), Index("", j))) for j in (1, 2, 3) for i in (1, 2)]
    assert [NOTATIONS["mazur"].latex(weight, (2, 3)) for weight in weights] == [f"w_{{{n}}}" for n in range(1, 7)]


# As the sources print them: notes/notation as read, by quantity, layer (ours), nodes (from, to) and sizes.
PRINTED = [
    ("four_diagrams", "linear", 1, (2,), (3, 3, 2, 3), "L^{1}_{2}"),
    ("four_diagrams", "weight", 1, (1, 2), (3, 3, 2, 3), "W^{1}_{12}"),
    ("four_diagrams", "target", 3, (1,), (3, 3, 2, 3), "E_{1}"),
    ("four_diagrams", "error", 1, (2,), (3, 3, 2, 3), r"\partial c/\partial L^{1}_{2}"),
    ("udacity", "weight", 2, (1, 1), (2, 1, 1), "W"),
    ("nielsen", "weight", 1, (1, 2), (3, 3), "w^{2}_{21}"),  # w^l_jk leads from k to j, and the inputs are layer 1
    ("nielsen", "error", 2, (1,), (2, 3, 2), r"\delta^{3}_{1}"),
    ("bishop", "linear", 1, (2,), (2, 3, 2), "a^{(1)}_{2}"),
    ("bishop", "activated", 1, (2,), (2, 3, 2), "z^{(1)}_{2}"),
    ("bishop", "bias", 1, (2,), (2, 3, 2), "w^{(1)}_{20}"),
    ("bishop", "bias", 1, (12,), (2, 13, 2), "w^{(1)}_{12,0}"),
    ("bishop", "activated", 2, (1,), (2, 3, 2), "y_{1}"),
    ("goodfellow", "activated", 1, (1,), (2, 3, 2), "h^{(1)}_{1}"),
    ("goodfellow", "errors", 1, (), (2, 3, 2), r"\nabla_{\boldsymbol{a}^{(1)}} J"),
    ("ufldl", "weight", 1, (1, 2), (2, 3, 2), "W^{(1)}_{21}"),  # from layer 1 to layer 2
    ("ufldl", "bias", 1, (2,), (2, 3, 2), "b^{(1)}_{2}"),
    ("ufldl", "linear", 1, (2,), (2, 3, 2), "z^{(2)}_{2}"),
    ("mazur", "linear", 1, (1,), (2, 2, 2), r"\text{net}_{h1}"),
    ("mazur", "activated", 2, (1,), (2, 2, 2), r"\text{out}_{o1}"),
    ("mazur", "input", 0, (2,), (2, 2, 2), "i_{2}"),
    ("mazur", "weight", 1, (2, 1), (2, 2, 2), "w_{2}"),  # w1 and w2 lead to h1
    ("mazur", "weight", 2, (2, 1), (2, 2, 2), "w_{6}"),  # w5 and w6 lead to o1
    ("mazur", "new weight", 2, (1, 1), (2, 2, 2), "w^{+}_{5}"),
    ("mazur", "target", 2, (1,), (2, 2, 2), r"\text{target}_{o1}"),
    ("mazur", "cost", 2, (), (2, 2, 2), r"E_{\text{total}}"),
    ("rumelhart", "weight", 1, (1, 2), (2, 2, 2), "w^{1}_{21}"),
    ("rumelhart", "input", 0, (1,), (2, 2, 2), "y^{0}_{1}"),
]


@pytest.mark.parametrize(("name", "quantity", "layer", "nodes", "sizes", "latex"), PRINTED)
def test_a_notation_writes_a_given_network_as_its_source_does(name, quantity, layer, nodes, sizes, latex):
    assert NOTATIONS[name].symbol(quantity, layer, *nodes, sizes=sizes) == latex


IN_LETTERS = [
    ("nielsen", r"\weight", ("j", "k"), "", "l", "w^{l}_{kj}"),
    ("nielsen", r"\outputs", (), "k", "", "a^{L}_{k}"),
    ("nielsen", r"\activated", (), "ni", "", "a_{in}"),  # an example is a column
    ("book", r"\activated", (), "ni", "", "a_{ni}"),
    ("bishop", r"\error", (), "j", "l+1", r"\delta_{j}"),  # the letter of the node tells the layer
    ("bishop", r"\error", (), "j", "2", r"\delta^{(2)}_{j}"),
    ("bishop", r"\error", (), "", "l", r"\delta^{(l)}"),  # no node tells it
    ("goodfellow", r"\error", (), "j", "l", r"\partial J/\partial a^{(l)}_{j}"),
    ("nielsen", r"\outputs", (), "", "", "a^{L}"),
    ("bishop", r"\outputs", (), "k", "", "y_{k}"),  # which has a letter for what comes out
    ("mazur", r"\outputs", (), "", "", r"\text{out}"),  # a value carries no layer there
    ("rumelhart", r"\outputs", (), "k", "", "y_{k}"),
    ("ufldl", r"\weights", (), "", "l", "W^{(l-1)}"),
    ("ufldl", r"\error", (), "i", "L", r"\delta^{(n_l)}_{i}"),
    ("mazur", r"\weight", ("i", "j"), "", "l", "w_{ij}"),
    ("mazur", r"\cost", (), "n", "", r"E^{(n)}_{\text{total}}"),
    ("rumelhart", r"\inputs", (), "i", "", "y_{i}"),
    ("rumelhart", r"\inputrows", (), "", "", r"\mathbf{y}^{0}"),
    ("bishop", r"\errors", (), "n", "l", r"\boldsymbol{\delta}^{(l)}_{n}"),  # an example of an array tells no layer
    ("rumelhart", r"\bias", (), "j", "l", "w_{j0}"),
]


@pytest.mark.parametrize(("name", "macro", "arguments", "below", "above", "latex"), IN_LETTERS)
def test_a_typed_symbol_is_written_in_the_letters_of_a_notation(name, macro, arguments, below, above, latex):
    assert NOTATIONS[name].latex(parse_symbol(macro, arguments, below, above)) == latex


def test_a_typed_symbol_is_read():
    j, k, l = map(Index, "jkl")
    assert parse_symbol(r"\error", (), "j", "l+1") == Symbol("error", Index("l", 1), (j,))
    assert parse_symbol(r"\error", (), "j", "l + 1") == Symbol("error", Index("l", 1), (j,))
    assert parse_symbol(r"\weight", ("j", "k"), "", "l") == Symbol("weight", l, (j, k))
    assert parse_symbol(r"\weights", above="L") == Symbol("weights", Index("L"))
    assert parse_symbol(r"\linear", below="12", above="2") == Symbol("linear", Index("", 2), (Index("", 12),))
    assert parse_symbol(r"\activated", below="1,12") == Symbol("activated", None, (Index("", 1), Index("", 12)))
    assert parse_symbol(r"\rate") == Symbol("rate")


@pytest.mark.parametrize(
    ("macro", "below", "above"),
    [
        (r"\weights", "", r"\top"),
        (r"\weights", "", r"l\top"),
        (r"\activated", "j", "l+"),
        (r"\activated", "j'", "l"),
        (r"\activated", r"\text{out}", ""),
        (r"\activated", "+1", ""),
        (r"\activated", "j2", ""),
        (r"\inputs", "", "2"),  # a square
        (r"\rate", "2", ""),
        (r"\weights", "ij", ""),
    ],
)
def test_a_script_that_is_no_index_is_left_alone(macro, below, above):
    assert parse_symbol(macro, (), below, above) is None


def test_a_weight_whose_nodes_are_arguments_has_none_below():
    assert parse_symbol(r"\weight", ("j", "k"), "n", "l") is None


def test_reading_undoes_writing():
    indices = [Index("j"), Index("k", 1), Index("", 3), Index("", 12), Index("l", -1)]
    for quantity, macro in MACROS.items():
        count = 2 if quantity in PAIRS else 0 if quantity in {*WHOLE, "inputs", "targets", "weights", "biases"} else 1
        if quantity in STEPS:
            continue
        for layer, nodes in itertools.product([None, *indices], itertools.product(indices, repeat=count)):
            shown = layer if "<l>" in BOOK.symbols[quantity] else None
            written = macro_of(Symbol(quantity, layer, nodes))
            arguments = tuple(re.findall(r"(?<![_^])\{(.*?)\}", written))
            below, above = (re.search(rf"\{mark}\{{(.*?)\}}", written) for mark in "_^")
            assert written.startswith(macro)
            read = parse_symbol(macro, arguments, below[1] if below else "", above[1] if above else "")
            assert read == Symbol(quantity, shown, nodes)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sizes", [(3, 2), (2, 2, 2), (2, 3, 1, 2)])
def test_the_worked_example_has_the_same_numbers_in_every_notation(name, sizes):
    network = initialize(sizes, "sigmoid", seed=3)
    x, y = np.linspace(0.1, 0.9, sizes[0]), np.linspace(0, 1, sizes[-1])
    ours, theirs = (explain(network, x, y, notation=notation).steps for notation in ("book", name))
    signs = [NOTATIONS[name].error_sign if step.quantity == "error" else 1 for step in ours]
    assert [step.value for step in theirs] == [sign * step.value for sign, step in zip(signs, ours, strict=True)]
    assert len({step.symbol for step in theirs}) == len(theirs)


def test_mazur_is_written_as_mazur_wrote_it():
    steps = {step.symbol: step.value for step in explain(*example.mazur(), notation="mazur").steps}
    assert steps["netₕ₁"] == pytest.approx(0.3775)
    assert steps["E_total"] == pytest.approx(0.298371109, abs=5e-10)
    assert steps["w⁺₅"] == pytest.approx(0.35891648, abs=5e-9)
    assert steps["w⁺₁"] == pytest.approx(0.149780716, abs=5e-10)


def test_unknown_names_are_refused_with_the_nearest_one():
    with pytest.raises(ValueError, match="notation 'boook' is unknown; did you mean 'book'"):
        notation_of("boook")
    with pytest.raises(ValueError, match="quantity 'weigth' is unknown; did you mean 'weight'"):
        BOOK.symbol("weigth", 1, 1, 1, sizes=(1, 1))
    with pytest.raises(ValueError, match=r"macro .*eror' is unknown; did you mean .*error'"):
        parse_symbol(r"\eror")


def test_weights_may_lead_back_where_examples_are_rows():
    other = replace(BOOK, to_from=True)
    weight, value = (Symbol(quantity, None, (Index("i"), Index("j"))) for quantity in ("weight", "activated"))
    assert [other.latex(weight), other.latex(value)] == ["w_{ji}", "a_{ij}"]
    columns = replace(BOOK, columns=True)
    assert [columns.latex(weight), columns.latex(value)] == ["w_{ij}", "a_{ji}"]


def test_two_letters_below_a_symbol_are_an_example_and_a_node():
    n, j = Index("n"), Index("j")
    assert macro_of(Symbol("activated", Index("l"), (n, j))) == r"\activated_{n,j}^{l}"
    assert macro_of(Symbol("weight", Index("l"), (n, j))) == r"\weight{n}{j}^{l}"
    assert macro_of(Symbol("cost", None, (n,))) == r"\cost_{n}"
