"""Notation: every quantity has a symbol, no two share one, and the Unicode says what the LaTeX says."""

import itertools

import pytest

from literate_bp.writing.notation import BOOK, NOTATIONS, UDACITY, notation_of, unicode_of

SIZES = {"book": ((3, 3, 2, 3), (2, 1), (12, 11), (1, 1, 1)), "udacity": ((2, 1, 1), (3, 2, 2), (1, 1, 1), (12, 11, 2))}
PAIRS = ("weight", "weight step", "new weight")
WHOLE = ("cost", "new cost", "rate")


def every_symbol(notation, sizes):
    """Name every number of a network: (quantity, layer, nodes)."""
    for quantity in notation.symbols:
        if quantity in WHOLE:
            yield notation.symbol(quantity, len(sizes) - 1, sizes=sizes)
        elif quantity in ("input", "target"):
            layer = 0 if quantity == "input" else len(sizes) - 1
            yield from (notation.symbol(quantity, layer, i + 1, sizes=sizes) for i in range(sizes[layer]))
        else:
            for layer in range(1, len(sizes)):
                widths = sizes[layer - 1 : layer + 1] if quantity in PAIRS else sizes[layer : layer + 1]
                for nodes in itertools.product(*(range(1, n + 1) for n in widths)):
                    yield notation.symbol(quantity, layer, *nodes, sizes=sizes)


CASES = [(name, sizes) for name, several in SIZES.items() for sizes in several]


@pytest.mark.parametrize(("name", "sizes"), CASES)
def test_no_two_numbers_of_a_network_share_a_symbol(name, sizes):
    symbols = list(every_symbol(NOTATIONS[name], sizes))
    assert len(set(symbols)) == len(symbols)
    assert len({unicode_of(symbol) for symbol in symbols}) == len(symbols)


@pytest.mark.parametrize(("name", "sizes"), CASES)
def test_symbols_have_balanced_braces_and_nothing_left_to_fill_in(name, sizes):
    for symbol in every_symbol(NOTATIONS[name], sizes):
        assert symbol.count("{") == symbol.count("}")
        assert "{}" not in symbol
        assert not set(unicode_of(symbol)) & set("\\{}^_ ")


def test_every_notation_names_the_same_quantities():
    assert {frozenset(notation.symbols) for notation in NOTATIONS.values()} == {frozenset(BOOK.symbols)}
    assert all(name == notation.name for name, notation in NOTATIONS.items())


def test_the_book_writes_layer_above_and_from_to_below():
    assert BOOK.symbol("weight", 1, 2, 3, sizes=(3, 3)) == "w^{1}_{23}"
    assert BOOK.text("weight", 1, 2, 3, sizes=(3, 3)) == "w¹₂₃"
    assert BOOK.text("weight", 1, 2, 13, sizes=(3, 13)) == "w¹₂,₁₃"
    assert BOOK.text("error", 2, 1, sizes=(3, 3, 2)) == "δ²₁"
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


def test_unknown_names_are_refused_with_the_nearest_one():
    with pytest.raises(ValueError, match="notation 'boook' is unknown; did you mean 'book'"):
        notation_of("boook")
    with pytest.raises(ValueError, match="quantity 'weigth' is unknown; did you mean 'weight'"):
        BOOK.symbol("weigth", 1, 1, 1, sizes=(1, 1))
    with pytest.raises(ValueError, match="has names for 2 layers; this network has 3: use notation='book'"):
        UDACITY.symbol("cost", 3, sizes=(1, 1, 1, 1))
