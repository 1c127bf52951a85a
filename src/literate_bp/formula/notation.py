r"""The symbols of each notation: what a quantity is called.

Each notation is a file of data in ``formula/notations``: what its source means
by its symbols, how it writes indices, and a letter for each quantity. To add a
notation, add a file; ``book.toml`` says what everything in it means.

The letters were read in the sources. Where a source has no letter for what a
formula of this book needs, the notation has the nearest one and says so.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import pairwise, starmap

from .. import validation
from .expression import ARRAYS, Index, Symbol, numbered
from .letters import unicode_of
from .macros import ERRORS, MACROS, NEW_VALUES, PAIRS, STEPS
from .notation_file import notation_fields

QUANTITIES = MACROS | ERRORS | NEW_VALUES
"""Everything that a notation has a symbol for."""

NO_SCRIPT = re.compile(r"[_^]\{\}")
"""A subscript or superscript with nothing in it."""
SUPERSCRIPT = re.compile(r"\^\{([^{}]*)\}")
TWO_LAYERS = 2
"""A hidden layer, and the outputs."""
BETWEEN_LAYERS = ("weight", "weights", "bias", "biases", *STEPS)
"""What lies between two layers, and may be counted with the one before."""


@dataclass(frozen=True)
class Notation:
    r"""How one source writes each quantity.

    Attributes
    ----------
    name, title : str
        What it is called in code and in the menu.
    place : int
        Its place in the menu, from 1.
    read_in : str
        Where its letters were read, in the Markdown of a page.
    notes : tuple of str
        What else a reader should know about it, in the same Markdown.
    supplied : frozenset of str
        What this book added, since the source does not have it: quantities,
        attributes of this class, or ``"layer"`` for the numbers of layers.
    error_sign : int
        +1 where the error is ∂C/∂z, −1 where it is −∂C/∂z.
    half : bool
        True where the cost of the source has the ½.
    batch : str
        What its cost is over several examples: their ``"mean"``, their
        ``"sum"``, or that of ``"one"``, since it never looks at several.
    to_from : bool
        True where the first index of a weight is the node that it leads to,
        and so the matrix of a layer is the transpose of this book's.
    columns : bool
        True where one example is a column, and so every array is the
        transpose of this book's.
    nabla : bool
        True where a derivative by an array is written with ∇.
    counts_inputs : bool
        True where the inputs are layer 1, not 0.
    weights_from : bool
        True where a weight carries the number of the layer that it leaves.
    layer_on_nodes : bool
        False where the values of single nodes carry no layer, for the letters
        of the nodes tell it.
    index_on_single : bool
        False where the only node of its layer carries no index.
    numbers_weights : bool
        True where the weights of a network are numbered one after another,
        node by node of where they lead.
    last : str
        The number of the last layer.
    width : str
        The letter for how many nodes a layer has.
    symbols : dict of str to str
        Template in LaTeX by quantity: ``<l>`` is the layer, ``<n>`` the node,
        or of a weight both nodes, and ``<n0>`` the node and a zero. A source
        without a letter for the error has no entry for it: its errors are
        written as derivatives. One that has no letter of its own for the
        outputs has no entry for them.
    two_layers : dict of str to (str, str)
        Templates for a network with one hidden layer, where the source has
        names of its own there: (hidden, output).
    """

    name: str
    title: str
    place: int
    read_in: str
    notes: tuple[str, ...]
    supplied: frozenset[str]
    error_sign: int
    half: bool
    batch: str
    to_from: bool
    columns: bool
    nabla: bool
    counts_inputs: bool
    weights_from: bool
    layer_on_nodes: bool
    index_on_single: bool
    numbers_weights: bool
    last: str
    width: str
    symbols: Mapping[str, str]
    two_layers: Mapping[str, tuple[str, str]]

    def symbol(
        self,
        quantity: str,
        layer: int = 0,
        *nodes: int,
        sizes: tuple[int, ...],
    ) -> str:
        r"""Write a quantity of a given network in LaTeX.

        ``symbol("weight", 1, 2, 3, sizes=(3, 3))`` is ``w^{1}_{23}``.

        Parameters
        ----------
        quantity : str
            A key of `MACROS`, of `ERRORS` or of `NEW_VALUES`.
        layer : int
            From 1, named after where its weights lead; 0 is the inputs.
        *nodes : int
            From 1: one node, or for a weight where it comes from and where it
            leads.
        sizes : tuple of int
            How many inputs, and how many nodes in each layer, as
            ``Network.sizes`` gives it.

        Raises
        ------
        ValueError
            If the quantity is unknown.
        """
        validation.one_of("quantity", quantity, QUANTITIES)
        return self.latex(numbered(quantity, layer, *nodes), sizes)

    def text(
        self,
        quantity: str,
        layer: int = 0,
        *nodes: int,
        sizes: tuple[int, ...],
    ) -> str:
        """Write a quantity in Unicode.

        ``w¹₂₃``; the arguments are those of `symbol`.
        """
        return unicode_of(self.symbol(quantity, layer, *nodes, sizes=sizes))

    def latex(
        self, symbol: Symbol, sizes: tuple[int, ...] | None = None
    ) -> str:
        """Write a symbol with this notation's letters and scripts.

        A script that would be empty is left out.

        Parameters
        ----------
        symbol : Symbol
            With letters or numbers for its layer and nodes.
        sizes : tuple of int, optional
            The network that it belongs to, if it belongs to a given one.
        """
        if symbol.quantity not in self.symbols and symbol.quantity in ERRORS:
            return self.derivative(symbol, sizes)
        if symbol.quantity in NEW_VALUES:
            old = replace(symbol, quantity=NEW_VALUES[symbol.quantity])
            return with_plus(self.latex(old, sizes))
        symbol = self.with_layer(symbol, len(sizes or ()) - 1)
        nodes = self.nodes(symbol, sizes)
        text = self.template(symbol, sizes)
        for mark, script in (
            ("<l>", self.layer(symbol)),
            ("<n>", join_indices(nodes)),
            ("<n0>", join_indices([*nodes, "0"] if nodes else nodes)),
        ):
            text = text.replace(mark, script)
        return NO_SCRIPT.sub("", text.replace("()", ""))

    def derivative(self, error: Symbol, sizes: tuple[int, ...] | None) -> str:
        """Write an error as the derivative that it is."""
        cost = self.latex(Symbol("cost"), sizes)
        by = self.latex(replace(error, quantity=ERRORS[error.quantity]), sizes)
        if self.nabla and error.quantity in ARRAYS:
            return rf"\nabla_{{{by}}} {cost}"
        return rf"\partial {cost}/\partial {by}"

    def with_layer(self, symbol: Symbol, depth: int) -> Symbol:
        """Give a symbol its layer, where its quantity has only one."""
        last = Index("L") if self.layer_on_nodes or symbol.nodes else None
        end = Index("", depth) if depth > 0 else last
        if symbol.quantity == "output" and "output" not in self.symbols:
            return replace(symbol, quantity="activated", layer=end)
        if symbol.quantity in ("input", "inputs"):
            first = depth > 0 or symbol.quantity == "inputs"
            return replace(symbol, layer=Index("", 0) if first else None)
        if symbol.quantity in ("output", "target") and depth > 0:
            return replace(symbol, layer=end)
        return symbol

    def template(self, symbol: Symbol, sizes: tuple[int, ...] | None) -> str:
        """Choose the template: names of its own, the output's, or any."""
        quantity, depth = symbol.quantity, len(sizes or ()) - 1
        numbered = symbol.layer is not None and not symbol.layer.letter
        if sizes and numbered and symbol.layer is not None:
            last = symbol.layer.offset == depth
            if quantity == "activated" and symbol.layer.offset == 0:
                quantity = "input"
            elif depth == TWO_LAYERS and quantity in self.two_layers:
                return self.two_layers[quantity][last]
            elif quantity == "activated" and last:
                quantity = "output" if "output" in self.symbols else quantity
        return self.symbols[quantity]

    def layer(self, symbol: Symbol) -> str:
        """Write the layer as this notation counts it."""
        if symbol.layer is None:
            return ""
        letter, number = symbol.layer.letter, symbol.layer.offset
        of_nodes = symbol.nodes and symbol.quantity not in ARRAYS
        if letter and of_nodes and not self.layer_on_nodes:
            return ""
        if self.counts_inputs and not letter:
            number += 1
        if self.weights_from and symbol.quantity.endswith(BETWEEN_LAYERS):
            number -= 1
        return str(Index(self.last if letter == "L" else letter, number))

    def nodes(
        self, symbol: Symbol, sizes: tuple[int, ...] | None
    ) -> list[str]:
        """Write the indices of the nodes, in this notation's order."""
        pair = symbol.quantity in PAIRS
        if self.numbers_weights and sizes and pair:
            return [str(weight_number(symbol, sizes))]
        shown = list(symbol.nodes)
        if sizes and symbol.layer and not self.index_on_single:
            first = symbol.layer.offset - len(shown) + 1
            widths = sizes[first:]
            pairs = zip(widths, shown, strict=False)
            shown = [node for width, node in pairs if width > 1]
        if len(shown) > 1 and (self.to_from if pair else self.columns):
            shown.reverse()
        return list(map(str, shown))


def with_plus(latex: str) -> str:
    """Raise a plus behind a symbol: ``z^{1}_{2}`` becomes ``z^{1+}_{2}``."""
    raised, found = SUPERSCRIPT.subn(r"^{\1+}", latex, count=1)
    if found:
        return raised
    letter, mark, below = latex.partition("_")
    return f"{letter}^{{+}}{mark}{below}"


def join_indices(indices: list[str]) -> str:
    """Write indices side by side, with commas if one of them is long."""
    separate = any(len(index) > 1 for index in indices)
    return ("," if separate else "").join(indices)


def weight_number(symbol: Symbol, sizes: tuple[int, ...]) -> int:
    """Count the weights of a network, node by node of where they lead."""
    layer = symbol.layer.offset if symbol.layer else 1
    before = sum(starmap(int.__mul__, pairwise(sizes[:layer])))
    i, j = (node.offset for node in symbol.nodes)
    return before + (j - 1) * sizes[layer - 1] + i


def read_notations() -> Iterator[Notation]:
    """Read every file of the folder ``notations``."""
    for file in files(__package__).joinpath("notations").iterdir():
        name, _, suffix = file.name.rpartition(".")
        if suffix == "toml":
            text = file.read_text(encoding="utf-8")
            yield Notation(**notation_fields(name, text))


def in_order(notations: Iterable[Notation]) -> dict[str, Notation]:
    """Give notations by name, in the order of the menu.

    Raises
    ------
    ValueError
        If two of them have the same place.
    """
    by_place: dict[int, Notation] = {}
    for notation in notations:
        other = by_place.setdefault(notation.place, notation)
        if other is not notation:
            raise ValueError(
                f"place is {notation.place} in formula/notations/"
                f"{other.name}.toml and in {notation.name}.toml; a place of "
                "its own was expected"
            )
    ordered = (by_place[place] for place in sorted(by_place))
    return {notation.name: notation for notation in ordered}


NOTATIONS = in_order(read_notations())
"""Every notation by its name."""
BOOK = NOTATIONS["book"]
"""This book's."""


def notation_of(name: str) -> Notation:
    """Look a notation up by its name, or refuse it."""
    return NOTATIONS[validation.one_of("notation", name, NOTATIONS)]
