r"""The symbols of each notation: what a quantity is called.

Symbols are templates in LaTeX. ``{l}`` is the layer, ``{n}`` the node, or for
a weight both nodes. Where a formula gives no layer or no node, that script is
left out.

The letters were read in the sources. Where a source has no letter for what a
formula of this book needs, the notation has the nearest one and says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise, starmap

from .. import validation
from .expression import ARRAYS, Index, Symbol
from .letters import unicode_of

NOTHING = re.compile(r"[_^]\{\}")
INDEX = re.compile(r"[A-Za-z](?:[+-]\d+)?|\d+")

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
    "biases": r"\biases",
    "target": r"\target",
    "targets": r"\targets",
    "cost": r"\cost",
    "error": r"\error",
    "errors": r"\errors",
    "rate": r"\rate",
    "activation": r"\activation",
    "derivative": r"\derivative",
    "weight step": r"\weightstep",
    "bias step": r"\biasstep",
    "new weight": r"\newweight",
    "new bias": r"\newbias",
    "new cost": r"\newcost",
    "direction": r"\direction",
    "gain": r"\gain",
}
"""The semantic macro of each quantity: the same formula in every notation."""

QUANTITIES = {macro: quantity for quantity, macro in MACROS.items()}
"""The quantity of each semantic macro."""

PAIRS = ("weight", "weight step", "new weight", "direction")
LAYERED = frozenset(
    {
        "linear",
        "linears",
        "activated",
        "activateds",
        "weight",
        "weights",
        "bias",
        "biases",
        "error",
        "errors",
        "direction",
        "gain",
    }
)
"""What has the layer above its letter."""
INDEXED = LAYERED - {"weights", "biases"} | {
    "input",
    "output",
    "target",
    "cost",
}
"""What has nodes, or of a cost its example, below its letter."""


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
        entry for it: its errors are written as derivatives. One that has no
        letter of its own for the outputs has no entry for them.
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
        False where the values of single nodes carry no layer, for the letters
        of the nodes tell it.
    half : bool
        True where the cost of the source has the ½.
    single_index : bool
        False where the only node of its layer carries no index.
    running : bool
        True where the weights of a network are numbered one after another,
        node by node of where they lead.
    last : str
        The number of the last layer.
    batch : str
        What its cost is over several examples: their ``"mean"``, their
        ``"sum"``, or that of ``"one"``, since it never looks at several.
    nabla : bool
        True where a derivative by an array is written with ∇.
    width : str
        The letter for how many nodes a layer has.
    supplied : frozenset of str
        What this book added, since the source does not have it: quantities,
        attributes of this class, or ``"layer"`` for the numbers of layers.
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
    last: str = "L"
    batch: str = "mean"
    nabla: bool = False
    width: str = "n"
    supplied: frozenset[str] = frozenset()

    @property
    def macros(self) -> dict[str, str]:
        """The letter of each semantic macro, which its scripts follow."""
        two = {MACROS[quantity] for quantity in PAIRS}
        order = "#2#1" if self.to_from else "#1#2"
        return {
            macro: self.latex(Symbol(quantity))
            + (f"_{{{order}}}" if macro in two else "")
            for quantity, macro in MACROS.items()
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
            A key of `MACROS`, or of `ERRORS`.
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
        validation.one_of("quantity", quantity, MACROS | ERRORS)
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
        if symbol.quantity not in self.symbols and symbol.quantity in ERRORS:
            return self.derivative(symbol, sizes)
        placed = self.placed(symbol, len(sizes or ()) - 1)
        nodes = self.nodes(placed, sizes)
        text = self.template(placed, sizes).format(
            l=self.layer(placed),
            n=joined(nodes),
            n0=joined([*nodes, "0"] if nodes else nodes),
        )
        return NOTHING.sub("", text.replace("()", ""))

    def derivative(self, error: Symbol, sizes: tuple[int, ...] | None) -> str:
        """Write an error as the derivative that it is."""
        cost = self.latex(Symbol("cost"), sizes)
        by = self.latex(replace(error, quantity=ERRORS[error.quantity]), sizes)
        if self.nabla and error.quantity in ARRAYS:
            return rf"\nabla_{{{by}}} {cost}"
        return rf"\partial {cost}/\partial {by}"

    def placed(self, symbol: Symbol, depth: int) -> Symbol:
        """Give a symbol its layer, where its quantity has only one."""
        last = Index("L") if self.layered or symbol.nodes else None
        end = Index("", depth) if depth > 0 else last
        if symbol.quantity == "output" and "output" not in self.symbols:
            symbol = replace(symbol, quantity="activated")
            return replace(symbol, layer=symbol.layer or end)
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
        number_of_node = symbol.nodes and symbol.quantity not in ARRAYS
        if letter and number_of_node and not self.layered:
            return ""
        if self.counts_inputs and not letter:
            number += 1
        if self.weights_from and symbol.quantity.endswith(WEIGHING):
            number -= 1
        return str(Index(self.last if letter == "L" else letter, number))

    def nodes(
        self, symbol: Symbol, sizes: tuple[int, ...] | None
    ) -> list[str]:
        """Write the indices of the nodes, in this notation's order."""
        pair = symbol.quantity in PAIRS
        if self.running and sizes and pair:
            return [str(running_number(symbol, sizes))]
        shown = list(symbol.nodes)
        if sizes and symbol.layer and not self.single_index:
            first = symbol.layer.offset - len(shown) + 1
            widths = sizes[first:]
            pairs = zip(widths, shown, strict=False)
            shown = [node for width, node in pairs if width > 1]
        if len(shown) > 1 and (self.to_from if pair else self.columns):
            shown.reverse()
        return list(map(str, shown))


TWO_LAYERS = 2
"""A hidden layer, and the outputs."""
ERRORS = {
    "error": "linear",
    "errors": "linears",
    "activated error": "activated",
}
"""What an error is the derivative by."""

WEIGHING = ("weight", "weights", "bias", "biases", "weight step", "bias step")
"""What lies between two layers, and may be counted with the one before."""


def joined(indices: list[str]) -> str:
    """Write indices side by side, apart if one of them is long."""
    separate = any(len(index) > 1 for index in indices)
    return ("," if separate else "").join(indices)


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
    indices = [str(node) for node in symbol.nodes]
    if symbol.quantity in PAIRS:
        below = "".join(f"{{{index}}}" for index in indices)
    else:
        below = f"_{{{','.join(indices)}}}" if indices else ""
    has_layer = symbol.layer and has(symbol.quantity, "{l")
    return (
        MACROS[symbol.quantity]
        + below
        + (f"^{{{symbol.layer}}}" if has_layer else "")
    )


def symbol_of(
    macro: str,
    arguments: tuple[str, ...] = (),
    below: str = "",
    above: str = "",
) -> Symbol | None:
    r"""Read a symbol that was typed with its semantic macro.

    Parameters
    ----------
    macro : str
        ``\error``, a value of `MACROS`.
    arguments : tuple of str
        Of a weight, where it comes from and where it leads: ``("j", "k")``.
    below, above : str
        What stands under and over it, without braces: ``"j"``, ``"l+1"``. Two
        letters below are an example and a node.

    Returns
    -------
    Symbol or None
        None if a script is no index, or one that the quantity does not have.
    """
    quantity = QUANTITIES[validation.one_of("macro", macro, QUANTITIES)]
    typed = [*arguments, *parted(below)]
    nodes = tuple(filter(None, map(index_of, typed)))
    layer = index_of(above) if above else None
    unread = len(nodes) < len(typed) or (above and layer is None)
    crowded = arguments and below
    if unread or crowded or (nodes and not has(quantity, "{n")):
        return None
    if layer and not has(quantity, "{l"):
        return None
    return Symbol(quantity, layer, nodes)


def has(quantity: str, script: str) -> bool:
    """Tell whether this book writes a quantity with a script."""
    return script in BOOK.symbols[quantity]


def parted(scripts: str) -> list[str]:
    """Take the indices of several nodes apart: ``ni``, ``n,i``."""
    together = scripts.isalpha() and scripts.isascii()
    return list(scripts) if together else scripts.split(",") if scripts else []


def index_of(typed: str) -> Index | None:
    """Read an index: 3, l, l+1."""
    text = typed.replace(" ", "")
    return Index.of(text) if INDEX.fullmatch(text) else None


NORMALIZED = {"direction": "v", "gain": "g"}
"""The letters of normalized weights: of Salimans and Kingma, everywhere."""


def templates(
    letters: Mapping[str, str], layer: str = "{l}", bias_node: str = "{n}"
) -> dict[str, str]:
    """Give letters their scripts, as most quantities have them.

    Parameters
    ----------
    letters : dict of str to str
        LaTeX by quantity.
    layer : str
        Template of a layer's number.
    bias_node : str
        Template of a bias's node.
    """

    def template(quantity: str, letter: str, *, new: bool = False) -> str:
        number = layer if quantity in LAYERED else ""
        above = number + ("+" if new else "")
        below = bias_node if quantity == "bias" else "{n}"
        written = letter.replace("{", "{{").replace("}", "}}")
        written += f"^{{{{{above}}}}}" if above else ""
        return written + (f"_{{{{{below}}}}}" if quantity in INDEXED else "")

    letters = {**letters, **NORMALIZED}
    symbols = {q: template(q, letter) for q, letter in letters.items()}
    for quantity in ("weight", "bias"):
        letter = letters[quantity]
        symbols[f"{quantity} step"] = r"\Delta " + symbols[quantity]
        symbols[f"new {quantity}"] = template(quantity, letter, new=True)
    return symbols | {"new cost": letters["cost"] + "^{{+}}"}


NEW = frozenset({"new weight", "new bias", "new cost", *NORMALIZED})
STEPS = frozenset({"weight step", "bias step"})

BOOK = Notation(
    name="book",
    title="This book",
    symbols=templates(
        {
            "input": "x",
            "inputs": "X",
            "linear": "z",
            "linears": "Z",
            "activated": "a",
            "activateds": "A",
            "output": r"\hat{y}",
            "weight": "w",
            "weights": "W",
            "bias": "b",
            "biases": "b",
            "target": "y",
            "targets": "Y",
            "cost": "C",
            "error": r"\delta",
            "errors": r"\Delta",
            "rate": r"\eta",
            "activation": r"\sigma",
            "derivative": r"\sigma'",
        }
    ),
)

FOUR_DIAGRAMS = Notation(
    name="four_diagrams",
    title="Four diagrams",
    cite="blackdiagrams",
    symbols=templates(
        {
            "input": "I",
            "inputs": r"\mathbf{I}",
            "linear": "L",
            "linears": r"\mathbf{L}",
            "activated": "A",
            "activateds": r"\mathbf{A}",
            "output": "O",
            "weight": "W",
            "weights": r"\mathbf{W}",
            "bias": "b",
            "biases": r"\mathbf{b}",
            "target": "E",
            "targets": r"\mathbf{E}",
            "cost": "c",
            "rate": r"\eta",
            "activation": r"\sigma",
            "derivative": r"\sigma'",
        }
    ),
    half=False,
    batch="one",
    supplied=ARRAYS | NEW | STEPS | {"bias", "rate", "columns"},
)

UDACITY = Notation(
    name="udacity",
    title="Udacity notes",
    cite="udacitynotes",
    symbols=templates(
        {
            "input": "x",
            "inputs": r"\mathbf{x}",
            "linear": "h",
            "linears": r"\mathbf{h}",
            "activated": "a",
            "activateds": r"\mathbf{a}",
            "output": r"\hat{y}",
            "weight": "w",
            "weights": r"\mathbf{w}",
            "bias": "b",
            "biases": r"\mathbf{b}",
            "target": "y",
            "targets": r"\mathbf{y}",
            "cost": "E",
            "error": r"\delta",
            "errors": r"\boldsymbol{\delta}",
            "rate": r"\eta",
            "activation": "f",
            "derivative": "f'",
        }
    ),
    two_layers={
        "linear": ("h_{{{n}}}", "(Wa)_{{{n}}}"),
        "activated": ("a_{{{n}}}", r"\hat{{y}}_{{{n}}}"),
        "weight": ("w_{{{n}}}", "W_{{{n}}}"),
        "weights": (r"\mathbf{{w}}", r"\mathbf{{W}}"),
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
    batch="one",
    supplied=ARRAYS | NEW | {"bias", "bias step", "cost", "columns", "layer"},
)

NIELSEN = Notation(
    name="nielsen",
    title="Nielsen",
    cite="nielsen2015",
    symbols=templates(
        {
            "input": "x",
            "inputs": "x",
            "linear": "z",
            "linears": "z",
            "activated": "a",
            "activateds": "a",
            "weight": "w",
            "weights": "w",
            "bias": "b",
            "biases": "b",
            "target": "y",
            "targets": "y",
            "cost": "C",
            "error": r"\delta",
            "errors": r"\delta",
            "rate": r"\eta",
            "activation": r"\sigma",
            "derivative": r"\sigma'",
        }
    ),
    to_from=True,
    columns=True,
    counts_inputs=True,
    supplied=NEW | STEPS,
)

BISHOP = Notation(
    name="bishop",
    title="Bishop",
    cite="bishop2006",
    symbols=templates(
        {
            "input": "x",
            "inputs": r"\mathbf{x}",
            "linear": "a",
            "linears": r"\mathbf{a}",
            "activated": "z",
            "activateds": r"\mathbf{z}",
            "output": "y",
            "weight": "w",
            "weights": r"\mathbf{W}",
            "bias": "w",
            "biases": r"\mathbf{w}",
            "target": "t",
            "targets": r"\mathbf{t}",
            "cost": "E",
            "error": r"\delta",
            "errors": r"\boldsymbol{\delta}",
            "rate": r"\eta",
            "activation": "h",
            "derivative": "h'",
        },
        layer="({l})",
        bias_node="{n0}",
    )
    | {"biases": r"\mathbf{{w}}^{{({l})}}_{{0}}"},
    to_from=True,
    columns=True,
    layered=False,
    batch="sum",
    supplied=ARRAYS | NEW | STEPS | {"columns", "layer"},
)

GOODFELLOW = Notation(
    name="goodfellow",
    title="Goodfellow et al.",
    cite="goodfellow2016",
    symbols=templates(
        {
            "input": "x",
            "inputs": r"\boldsymbol{x}",
            "linear": "a",
            "linears": r"\boldsymbol{a}",
            "activated": "h",
            "activateds": r"\boldsymbol{h}",
            "output": r"\hat{y}",
            "weight": "W",
            "weights": r"\boldsymbol{W}",
            "bias": "b",
            "biases": r"\boldsymbol{b}",
            "target": "y",
            "targets": r"\boldsymbol{y}",
            "cost": "J",
            "rate": r"\varepsilon",
            "activation": "f",
            "derivative": "f'",
        },
        layer="({l})",
    ),
    to_from=True,
    columns=True,
    nabla=True,
    batch="one",
    supplied=NEW | STEPS | {"rate", "half"},
)

UFLDL = Notation(
    name="ufldl",
    title="UFLDL",
    cite="ufldl",
    symbols=templates(
        {
            "input": "x",
            "inputs": "x",
            "linear": "z",
            "linears": "z",
            "activated": "a",
            "activateds": "a",
            "weight": "W",
            "weights": "W",
            "bias": "b",
            "biases": "b",
            "target": "y",
            "targets": "y",
            "cost": "J",
            "error": r"\delta",
            "errors": r"\delta",
            "rate": r"\alpha",
            "activation": "f",
            "derivative": "f'",
        },
        layer="({l})",
    ),
    to_from=True,
    columns=True,
    counts_inputs=True,
    weights_from=True,
    last="n_l",
    width="s",
    supplied=NEW | STEPS,
)

MAZUR = Notation(
    name="mazur",
    title="Mazur",
    cite="mazur2015",
    symbols=templates(
        {
            "input": "i",
            "inputs": r"\mathbf{i}",
            "linear": r"\text{net}",
            "linears": r"\mathbf{net}",
            "activated": r"\text{out}",
            "activateds": r"\mathbf{out}",
            "weight": "w",
            "weights": r"\mathbf{W}",
            "bias": "b",
            "biases": r"\mathbf{b}",
            "target": r"\text{target}",
            "targets": r"\mathbf{target}",
            "cost": "E",
            "error": r"\delta",
            "errors": r"\boldsymbol{\delta}",
            "rate": r"\eta",
            "activation": r"\sigma",
            "derivative": r"\sigma'",
        }
    )
    | {
        "cost": r"E^{{({n})}}_{{\text{{total}}}}",
        "new cost": r"E^{{+}}_{{\text{{total}}}}",
        "weight": "w_{{{n}}}",
        "weight step": r"\Delta w_{{{n}}}",
        "new weight": "w^{{+}}_{{{n}}}",
    },
    two_layers={
        "linear": (r"\text{{net}}_{{h{n}}}", r"\text{{net}}_{{o{n}}}"),
        "activated": (r"\text{{out}}_{{h{n}}}", r"\text{{out}}_{{o{n}}}"),
        "bias": ("b_{{h{n}}}", "b_{{o{n}}}"),
        "bias step": (r"\Delta b_{{h{n}}}", r"\Delta b_{{o{n}}}"),
        "new bias": ("b^{{+}}_{{h{n}}}", "b^{{+}}_{{o{n}}}"),
        "error": (r"\delta_{{h{n}}}", r"\delta_{{o{n}}}"),
        "target": ("", r"\text{{target}}_{{o{n}}}"),
    },
    layered=False,
    running=True,
    batch="one",
    supplied=ARRAYS
    | NEW - {"new weight"}
    | STEPS
    | {"bias", "activation", "derivative", "layer", "to_from", "columns"},
)

RUMELHART = Notation(
    name="rumelhart",
    title="Rumelhart et al.",
    cite="rumelhart1986",
    symbols=templates(
        {
            "linear": "x",
            "linears": r"\mathbf{x}",
            "activated": "y",
            "activateds": r"\mathbf{y}",
            "weight": "w",
            "weights": r"\mathbf{W}",
            "bias": "w",
            "target": "d",
            "targets": r"\mathbf{d}",
            "cost": "E",
            "rate": r"\varepsilon",
            "activation": "f",
            "derivative": "f'",
        },
        bias_node="{n0}",
    )
    | {
        "input": "y^{{{l}}}_{{{n}}}",
        "inputs": r"\mathbf{{y}}^{{{l}}}",
        "biases": r"\mathbf{{w}}^{{{l}}}_{{0}}",
    },
    to_from=True,
    columns=True,
    layered=False,
    batch="sum",
    supplied=ARRAYS
    | NEW
    | {"bias", "bias step", "activation", "derivative", "layer", "columns"},
)

NOTATIONS = {
    notation.name: notation
    for notation in (
        BOOK,
        FOUR_DIAGRAMS,
        UDACITY,
        NIELSEN,
        BISHOP,
        GOODFELLOW,
        UFLDL,
        MAZUR,
        RUMELHART,
    )
}


def notation_of(name: str) -> Notation:
    """Look a notation up by its name, or refuse it."""
    return NOTATIONS[validation.one_of("notation", name, NOTATIONS)]
