r"""The symbols of each notation: what a quantity is called.

Symbols are templates in LaTeX. ``{l}`` is the layer, ``{n}`` the node, or for
a weight both nodes. Where a formula gives no layer or no node, that script is
left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise, starmap

from .. import refusal
from .expression import Index, Symbol

SUPERSCRIPTS = str.maketrans(
    "0123456789+-()hoijklnL", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ʰᵒⁱʲᵏˡⁿᴸ"
)
SUBSCRIPTS = str.maketrans("0123456789+-()hijklmno", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₕᵢⱼₖₗₘₙₒ")
LETTERS = {
    "-": "\N{MINUS SIGN}",
    r"\hat{y}": "ŷ",
    r"\delta": "δ",
    r"\eta": "η",
    r"\alpha": "α",
    r"\epsilon": "ε",
    r"\Delta ": "Δ",
    r"\partial ": "∂",
    r"\nabla ": "∇",
    r"\sigma": "σ",
    r"\top": "⊤",
}
UPRIGHT = re.compile(r"\\(?:text|mathrm|mathit|operatorname)\{([^{}]*)\}")
NOTHING = re.compile(r"[_^]\{(?:\(\))?\}")

MACROS = {
    "input": r"\inputs",
    "inputs": r"\inputrows",
    "linear": r"\linear",
    "linears": r"\linears",
    "activated": r"\activated",
    "activateds": r"\activateds",
    "output": r"\outputs",
    "weight": r"\weight",
    "weights": r"\weights",
    "bias": r"\bias",
    "biases": r"\bias",
    "target": r"\target",
    "targets": r"\targets",
    "cost": r"\cost",
    "error": r"\error",
    "errors": r"\errors",
    "rate": r"\rate",
    "activation": r"\activation",
    "slope": r"\slope",
    "weight step": r"\weightstep",
    "bias step": r"\biasstep",
    "new weight": r"\newweight",
    "new bias": r"\newbias",
    "new cost": r"\newcost",
}
"""The semantic macro of each quantity: the same formula in every notation."""

PAIRS = ("weight", "weight step", "new weight")


@dataclass(frozen=True)
class Notation:
    r"""How one source writes each quantity.

    Attributes
    ----------
    name, title, cite : str
        What it is called in code and in the menu, and its entry in the
        bibliography (empty for this book).
    symbols : dict of str to str
        Template by quantity. A source without a letter for the error has no
        entry for it: its errors are written as derivatives.
    two_layers : dict of str to (str, str)
        Templates for a network with one hidden layer, where the source has
        names of its own there: (hidden, output).
    error_sign : int
        +1 where the error is ∂C/∂z, −1 where it is −∂C/∂z.
    to_from : bool
        True where the first index of a weight is the node that it leads to,
        and so the matrix of a layer is the transpose of this book's.
    columns : bool
        True where one example is a column, and so every array is the
        transpose of this book's.
    counts_inputs : bool
        True where the inputs are layer 1, not 0.
    weights_from : bool
        True where a weight carries the number of the layer that it leaves.
    layered : bool
        False where the values of single nodes carry no layer.
    half : bool
        True where the cost of the source has the ½.
    single_index : bool
        False where the only node of its layer carries no index.
    running : bool
        True where the weights of a network are numbered one after another,
        node by node of where they lead.
    """

    name: str
    title: str
    symbols: Mapping[str, str]
    two_layers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    cite: str = ""
    error_sign: int = 1
    to_from: bool = False
    columns: bool = False
    counts_inputs: bool = False
    weights_from: bool = False
    layered: bool = True
    half: bool = True
    single_index: bool = True
    running: bool = False

    @property
    def macros(self) -> dict[str, str]:
        """The letter of each semantic macro, which its scripts follow."""
        two = {MACROS[quantity] for quantity in PAIRS}
        order = "#2#1" if self.to_from else "#1#2"
        return {
            macro: self.latex(Symbol(quantity))
            + (f"_{{{order}}}" if macro in two else "")
            for quantity, macro in reversed(MACROS.items())
            if quantity in self.symbols
        }

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
            A key of `MACROS`.
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
        refusal.known("quantity", quantity, MACROS)
        indices = tuple(Index("", node) for node in nodes)
        return self.latex(Symbol(quantity, Index("", layer), indices), sizes)

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

        Parameters
        ----------
        symbol : Symbol
            With letters or numbers for its layer and nodes.
        sizes : tuple of int, optional
            The network that it belongs to, if it belongs to a given one.
        """
        if symbol.quantity == "error" and "error" not in self.symbols:
            return self.derivative(symbol, sizes)
        template = self.template(symbol, sizes)
        layer, nodes = self.layer(symbol, sizes), self.nodes(symbol, sizes)
        return NOTHING.sub("", template.format(l=layer, n=nodes))

    def derivative(self, error: Symbol, sizes: tuple[int, ...] | None) -> str:
        """Write an error as the derivative that it is."""
        cost = self.latex(Symbol("cost"), sizes)
        by = Symbol("linear", error.layer, error.nodes)
        return rf"\partial {cost}/\partial {self.latex(by, sizes)}"

    def template(self, symbol: Symbol, sizes: tuple[int, ...] | None) -> str:
        """Choose the template: names of its own, the output's, or any."""
        quantity, depth = symbol.quantity, len(sizes or ()) - 1
        numbered = symbol.layer is not None and not symbol.layer.letter
        if sizes and numbered and symbol.layer is not None:
            last = symbol.layer.offset == depth
            if depth == 2 and quantity in self.two_layers:
                return self.two_layers[quantity][last]
            if quantity == "activated" and last:
                quantity = "output"
        return self.symbols[quantity]

    def layer(self, symbol: Symbol, sizes: tuple[int, ...] | None) -> str:
        """Write the layer as this notation counts it."""
        if symbol.layer is None or symbol.quantity in ("cost", "new cost"):
            return ""
        if symbol.nodes and not self.layered and not sizes:
            return ""
        letter, number = symbol.layer.letter, symbol.layer.offset
        if self.counts_inputs and not letter:
            number += 1
        if self.weights_from and symbol.quantity.endswith(WEIGHING):
            number -= 1
        return str(Index(letter, number))

    def nodes(self, symbol: Symbol, sizes: tuple[int, ...] | None) -> str:
        """Join the indices of the nodes, in this notation's order."""
        if self.running and sizes and symbol.quantity in PAIRS:
            return str(running_number(symbol, sizes))
        shown = list(symbol.nodes)
        if sizes and symbol.layer and not self.single_index:
            first = symbol.layer.offset - len(shown) + 1
            widths = sizes[first:]
            pairs = zip(widths, shown, strict=False)
            shown = [node for width, node in pairs if width > 1]
        if len(shown) == 2 and self.to_from:
            shown.reverse()
        texts = list(map(str, shown))
        separate = any(len(text) > 1 for text in texts)
        return ("," if separate else "").join(texts)


WEIGHING = ("weight", "weights", "bias", "biases", "weight step", "bias step")
"""What lies between two layers, and may be counted with the one before."""


def running_number(symbol: Symbol, sizes: tuple[int, ...]) -> int:
    """Count the weights of a network, node by node of where they lead."""
    layer = symbol.layer.offset if symbol.layer else 1
    before = sum(starmap(int.__mul__, pairwise(sizes[:layer])))
    i, j = (node.offset for node in symbol.nodes)
    return before + (j - 1) * sizes[layer - 1] + i


def macro_of(symbol: Symbol) -> str:
    r"""Write a symbol with its semantic macro: ``\error_{j}^{l}``.

    Parameters
    ----------
    symbol : Symbol
        With letters or numbers for its layer and nodes.
    """
    macro = MACROS[symbol.quantity]
    indices = [str(node) for node in symbol.nodes]
    if symbol.quantity in PAIRS:
        below = "".join(f"{{{index}}}" for index in indices)
    else:
        below = f"_{{{','.join(indices)}}}" if indices else ""
    above = f"^{{{symbol.layer}}}" if symbol.layer else ""
    return macro + below + above


def unicode_of(latex: str) -> str:
    """Turn the LaTeX of a symbol into Unicode text.

    Letters, superscripts, subscripts.
    """
    latex = UPRIGHT.sub(lambda word: word[1], latex)
    for command, letter in LETTERS.items():
        latex = latex.replace(command, letter)
    latex = re.sub(
        r"\^\{([^}]*)\}",
        lambda raised: raised[1].translate(SUPERSCRIPTS),
        latex,
    )
    return re.sub(
        r"_\{([^}]*)\}",
        lambda lowered: lowered[1].translate(SUBSCRIPTS),
        latex,
    )


BOOK = Notation(
    name="book",
    title="This book",
    symbols={
        "input": "x_{{{n}}}",
        "inputs": "X",
        "linear": "z^{{{l}}}_{{{n}}}",
        "linears": "Z^{{{l}}}_{{{n}}}",
        "activated": "a^{{{l}}}_{{{n}}}",
        "activateds": "A^{{{l}}}_{{{n}}}",
        "output": r"\hat{{y}}_{{{n}}}",
        "weight": "w^{{{l}}}_{{{n}}}",
        "weights": "W^{{{l}}}",
        "bias": "b^{{{l}}}_{{{n}}}",
        "biases": "b^{{{l}}}",
        "target": "y_{{{n}}}",
        "targets": "Y",
        "cost": "C_{{{n}}}",
        "error": r"\delta^{{{l}}}_{{{n}}}",
        "errors": r"\Delta^{{{l}}}_{{{n}}}",
        "rate": r"\eta",
        "activation": r"\sigma",
        "slope": r"\sigma'",
        "weight step": r"\Delta w^{{{l}}}_{{{n}}}",
        "bias step": r"\Delta b^{{{l}}}_{{{n}}}",
        "new weight": "w^{{{l}+}}_{{{n}}}",
        "new bias": "b^{{{l}+}}_{{{n}}}",
        "new cost": "C^{{+}}",
    },
)

UDACITY = Notation(
    name="udacity",
    title="Udacity notes",
    cite="udacitynotes",
    symbols={
        "input": "x_{{{n}}}",
        "inputs": "X",
        "linear": "h^{{{l}}}_{{{n}}}",
        "linears": "h^{{{l}}}_{{{n}}}",
        "activated": "a^{{{l}}}_{{{n}}}",
        "activateds": "a^{{{l}}}_{{{n}}}",
        "output": r"\hat{{y}}_{{{n}}}",
        "weight": "w^{{{l}}}_{{{n}}}",
        "weights": "w^{{{l}}}",
        "bias": "b^{{{l}}}_{{{n}}}",
        "biases": "b^{{{l}}}",
        "target": "y_{{{n}}}",
        "targets": "y",
        "cost": "E_{{{n}}}",
        "error": r"\delta^{{{l}}}_{{{n}}}",
        "errors": r"\delta^{{{l}}}_{{{n}}}",
        "rate": r"\eta",
        "activation": "f",
        "slope": "f'",
        "weight step": r"\Delta w^{{{l}}}_{{{n}}}",
        "bias step": r"\Delta b^{{{l}}}_{{{n}}}",
        "new weight": "w^{{{l}+}}_{{{n}}}",
        "new bias": "b^{{{l}+}}_{{{n}}}",
        "new cost": "E^{{+}}",
    },
    two_layers={
        "linear": ("h_{{{n}}}", "(Wa)_{{{n}}}"),
        "activated": ("a_{{{n}}}", r"\hat{{y}}_{{{n}}}"),
        "weight": ("w_{{{n}}}", "W_{{{n}}}"),
        "bias": ("b^{{h}}_{{{n}}}", "b^{{o}}_{{{n}}}"),
        "error": (r"\delta^{{h}}_{{{n}}}", r"\delta^{{o}}_{{{n}}}"),
        "weight step": (r"\Delta w_{{{n}}}", r"\Delta W_{{{n}}}"),
        "bias step": (r"\Delta b^{{h}}_{{{n}}}", r"\Delta b^{{o}}_{{{n}}}"),
        "new weight": ("w^{{+}}_{{{n}}}", "W^{{+}}_{{{n}}}"),
        "new bias": ("b^{{h+}}_{{{n}}}", "b^{{o+}}_{{{n}}}"),
    },
    error_sign=-1,
    layered=False,
    single_index=False,
)

NOTATIONS = {notation.name: notation for notation in (BOOK, UDACITY)}


def notation_of(name: str) -> Notation:
    """Look a notation up by its name, or refuse it."""
    return NOTATIONS[refusal.known("notation", name, NOTATIONS)]
