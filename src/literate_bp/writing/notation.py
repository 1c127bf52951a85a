"""The symbols of each notation: what a quantity is called.

Symbols are templates in LaTeX. ``{l}`` is the layer, ``{i}`` and ``{j}`` the
nodes; of a weight, i is where it comes from. A quantity may have one template
for all layers, or one for the hidden layer and one for the output layer.
"""

import re
from dataclasses import dataclass, field

from .. import refusal

SUPERSCRIPTS = str.maketrans("0123456789+-hoL", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ʰᵒᴸ")
SUBSCRIPTS = str.maketrans("0123456789+-ijk", "₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖ")
LETTERS = {
    "-": "\N{MINUS SIGN}",
    r"\hat{y}": "ŷ",
    r"\delta": "δ",
    r"\eta": "η",
    r"\Delta ": "Δ",
    r"\partial ": "∂",
    r"\sigma": "σ",
}


@dataclass(frozen=True)
class Notation:
    r"""How one source writes each quantity.

    Attributes
    ----------
    name : str
        What the notation is called by.
    symbols : dict of str to (str or tuple of str)
        Template by quantity; a pair is (hidden, output).
    macros : dict of str to str
        The same for formulas on the pages: the LaTeX of ``\linear``,
        ``\error`` and so on.
    error_sign : int
        +1 where the error is ∂C/∂z, −1 where it is −∂C/∂z.
    layers : int or None
        How many layers it has names for; None for any number.
    single_index : bool
        False where the only node of its layer carries no index.
    """

    name: str
    symbols: dict[str, str | tuple[str, str]]
    macros: dict[str, str] = field(default_factory=dict)
    error_sign: int = 1
    layers: int | None = None
    single_index: bool = True

    def symbol(
        self,
        quantity: str,
        layer: int = 0,
        *nodes: int,
        sizes: tuple[int, ...],
    ) -> str:
        r"""Write a quantity in LaTeX.

        ``symbol("weight", 1, 2, 3, sizes=(3, 3))`` is ``w^{1}_{23}``.

        Parameters
        ----------
        quantity : str
            A key of `symbols`.
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
            If the quantity is unknown, or the notation has no names for that
            many layers.
        """
        depth = len(sizes) - 1
        template = self.symbols[
            refusal.known("quantity", quantity, self.symbols)
        ]
        if self.layers is not None and depth != self.layers:
            raise ValueError(
                f"notation {self.name!r} has names for {self.layers} layers; "
                f"this network has {depth}: "
                "use notation='book'"
            )
        if isinstance(template, tuple):
            template = template[layer == depth]
        index = self.index(layer, nodes, sizes)
        return template.format(l=layer, n=index).replace("_{}", "")

    def index(
        self, layer: int, nodes: tuple[int, ...], sizes: tuple[int, ...]
    ) -> str:
        """Join the numbers of the nodes that the notation shows."""
        first = layer - len(nodes) + 1
        shown = [
            str(node)
            for width, node in zip(sizes[first:], nodes, strict=False)
            if self.single_index or width > 1
        ]
        return ("" if all(len(number) == 1 for number in shown) else ",").join(
            shown
        )

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


def unicode_of(latex: str) -> str:
    """Turn the LaTeX of a symbol into Unicode text.

    Letters, superscripts, subscripts.
    """
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
    symbols={
        "input": "x_{{{n}}}",
        "linear": "z^{{{l}}}_{{{n}}}",
        "activated": ("a^{{{l}}}_{{{n}}}", r"\hat{{y}}_{{{n}}}"),
        "weight": "w^{{{l}}}_{{{n}}}",
        "bias": "b^{{{l}}}_{{{n}}}",
        "target": "y_{{{n}}}",
        "cost": "C",
        "error": r"\delta^{{{l}}}_{{{n}}}",
        "rate": r"\eta",
        "weight step": r"\Delta w^{{{l}}}_{{{n}}}",
        "bias step": r"\Delta b^{{{l}}}_{{{n}}}",
        "new weight": "w^{{{l}+}}_{{{n}}}",
        "new bias": "b^{{{l}+}}_{{{n}}}",
        "new cost": "C^{{+}}",
    },
    macros={
        r"\inputs": "x",
        r"\linear": "z",
        r"\activated": "a",
        r"\weight": "w_{#1#2}",
        r"\weights": "W",
        r"\bias": "b",
        r"\activation": r"\sigma",
        r"\slope": r"\sigma'",
        r"\outputs": r"\hat{y}",
        r"\target": "y",
        r"\targets": "Y",
        r"\cost": "C",
        r"\error": r"\delta",
        r"\rate": r"\eta",
        r"\linears": "Z",
        r"\activateds": "A",
        r"\errors": r"\Delta",
    },
)

UDACITY = Notation(
    name="udacity",
    symbols={
        "input": "x_{{{n}}}",
        "linear": ("h_{{{n}}}", "(Wa)_{{{n}}}"),
        "activated": ("a_{{{n}}}", r"\hat{{y}}_{{{n}}}"),
        "weight": ("w_{{{n}}}", "W_{{{n}}}"),
        "bias": ("b^{{h}}_{{{n}}}", "b^{{o}}_{{{n}}}"),
        "target": "y_{{{n}}}",
        "cost": "E",
        "error": (r"\delta^{{h}}_{{{n}}}", r"\delta^{{o}}_{{{n}}}"),
        "rate": r"\eta",
        "weight step": (r"\Delta w_{{{n}}}", r"\Delta W_{{{n}}}"),
        "bias step": (r"\Delta b^{{h}}_{{{n}}}", r"\Delta b^{{o}}_{{{n}}}"),
        "new weight": ("w^{{+}}_{{{n}}}", "W^{{+}}_{{{n}}}"),
        "new bias": ("b^{{h+}}_{{{n}}}", "b^{{o+}}_{{{n}}}"),
        "new cost": "E^{{+}}",
    },
    error_sign=-1,
    layers=2,
    single_index=False,
)

NOTATIONS = {notation.name: notation for notation in (BOOK, UDACITY)}


def notation_of(name: str) -> Notation:
    """Look a notation up by its name, or refuse it."""
    return NOTATIONS[refusal.known("notation", name, NOTATIONS)]
