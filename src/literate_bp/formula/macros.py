r"""The semantic macros: what a quantity is called before it has a letter.

A formula on a page is typed as ``\error_{j}^{l}``, which says what it is about
and which node and layer it belongs to. A symbol is written so, and read back.
"""

import re

from .. import validation
from .expression import Index, Symbol

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
"""The macro of each quantity: the same in every notation."""

QUANTITIES = {macro: quantity for quantity, macro in MACROS.items()}
"""The quantity of each macro."""

ERRORS = {
    "error": "linear",
    "errors": "linears",
    "activated error": "activated",
}
"""What each error is the derivative by."""

NEW_VALUES = {"new linear": "linear", "new activated": "activated"}
"""The values of a second pass forward, and whose letters they have."""

PAIRS = ("weight", "weight step", "new weight", "direction")
"""What has two nodes: where it comes from, and where it leads."""
STEPS = ("weight step", "bias step")
"""What a step of training adds to a parameter."""
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
        "weight step",
        "bias step",
        "new weight",
        "new bias",
        "direction",
        "gain",
    }
)
"""What has the number of its layer above its letter."""
INDEXED = LAYERED - {"weights", "biases"} | {
    "input",
    "output",
    "target",
    "cost",
}
"""What has nodes below its letter, or its example if it is a cost."""

INDEX = re.compile(r"[A-Za-z](?:[+-]\d+)?|\d+")
"""An index, as it is typed."""


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
    has_layer = symbol.layer and symbol.quantity in LAYERED
    return (
        MACROS[symbol.quantity]
        + below
        + (f"^{{{symbol.layer}}}" if has_layer else "")
    )


def parse_symbol(
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
        Its subscript and superscript, without braces: ``"j"``, ``"l+1"``. Two
        letters below are an example and a node.

    Returns
    -------
    Symbol or None
        None if a script is no index, or one that the quantity does not have.

    Raises
    ------
    ValueError
        If there is no such macro.
    """
    quantity = QUANTITIES[validation.one_of("macro", macro, QUANTITIES)]
    typed = [*arguments, *split_indices(below)]
    nodes = tuple(filter(None, map(parse_index, typed)))
    layer = parse_index(above) if above else None
    unread = len(nodes) < len(typed) or (above and layer is None)
    crowded = arguments and below
    if unread or crowded or (nodes and quantity not in INDEXED):
        return None
    if layer and quantity not in LAYERED:
        return None
    return Symbol(quantity, layer, nodes)


def split_indices(scripts: str) -> list[str]:
    """Split the indices of several nodes: ``ni``, ``n,i``."""
    together = scripts.isalpha() and scripts.isascii()
    return list(scripts) if together else scripts.split(",") if scripts else []


def parse_index(typed: str) -> Index | None:
    """Read an index: 3, l, l+1."""
    text = typed.replace(" ", "")
    return Index.parse(text) if INDEX.fullmatch(text) else None
