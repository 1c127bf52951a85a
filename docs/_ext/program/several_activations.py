"""What the page *Your network* shows of a sheet whose layers have several activations, in each notation.

Its formulas call each activation by its name. What else a sheet has is in the files of `your_network`.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from literate_bp.activation import ACTIVATIONS
from literate_bp.formula.notation import NOTATIONS, Notation
from literate_bp.network import Layer, Network
from literate_bp.worked.givens import Givens, layers_phrase
from literate_bp.worked.substitution import Key, Substitution
from program.your_network import (
    HTML,
    KINDS,
    MOST_LAYERS,
    MOST_NODES,
    WRITTEN,
    I,
    J,
    chosen,
    cut,
    givens_of,
    network_of,
    row,
)

MODEL, OTHER = "relu", "tanh"
"""Activations of two layers: the formulas are written for the first, whose name is found nowhere else in them."""
NAME = "{f}"
"""Stands for the name of an activation."""
COST = "half_squared_error"


def network(names: Sequence[str], cost: str = COST) -> Network:
    """Return a network of such layers; its numbers are not looked at."""
    return Network([Layer(np.ones((1, 1)), np.ones(1), name) for name in names], cost)


def named_row(notation: Notation, sizes: tuple[int, ...], cost: str, key: Key, name: str) -> list[str]:
    """Return the templates of a line of a layer that has an activation, where others have another."""
    of_one = network_of(sizes, OTHER if name != OTHER else MODEL, cost)
    layers = [replace(layer, activation=name) if n == key[1] else layer for n, layer in enumerate(of_one.layers, 1)]
    return row(Substitution(givens_of(Network(layers, cost), notation), {}), key)


def rows_of_names(notation: Notation, sizes: tuple[int, ...], cost: str, key: Key) -> list[str]:
    """Return the templates of a line with a mark in the place of the name of its activation."""
    found = [text.replace(called(MODEL), NAME) for text in named_row(notation, sizes, cost, key, MODEL)]
    for name in chosen("activation"):
        own = named_row(notation, sizes, cost, key, name)
        if own != [text.replace(NAME, called(name)) for text in found]:
            raise ValueError(f"{own} is not {found}: more than a name depends on the activation")
    return found


def called(name: str) -> str:
    """Return what a formula calls an activation."""
    return HTML.formula(ACTIVATIONS[name].short or name)


def rows(notation: Notation) -> dict[str, list[str]]:
    """Return the templates of the lines that call an activation, as `your_network.rows` does."""
    found = {}
    for quantity in ("activated", "new activated"):
        found[KINDS[quantity]] = rows_of_names(notation, (2, I, J, 2), COST, (quantity, 2, (J,)))
    for n in range(1, MOST_NODES + 1):
        found[f"delta{n}"] = rows_of_names(notation, (2, 2, J, n), COST, ("error", 2, (J,)))
    return found


# --- the givens ---------------------------------------------------------------


def definitions(notation: Notation, name: str) -> list[str]:
    """Return what a sheet says of an activation, with its derivative and without, behind the layers that have it."""
    givens = givens_of(network((name, OTHER if name != OTHER else MODEL)), notation)
    subject = f"Layer {givens.layer_number(1)} is"
    shown = [givens.activations(derivatives=derivatives)[0] for derivatives in (True, False)]
    return [cut(WRITTEN.block(each), subject, "{layers}") for each in shown]


def phrases(notation: Notation) -> dict[str, str]:
    """Return the beginnings of these sentences, by the layers."""
    counted = Givens.layer_number(givens_of(network((MODEL,)), notation), 0)
    layers = range(1, MOST_LAYERS + 1)
    several = [of for size in layers for of in combinations(layers, size)]
    return {"+".join(map(str, of)): layers_phrase([n + counted for n in of], "is", "are") for of in several}


def behind(notation: Notation, names: Sequence[str], *, derivatives: bool) -> str:
    """Return what a sheet says behind the definitions of activations: what these use of others, and what Φ is."""
    blocks = givens_of(network((*names, MODEL)), notation).activations(derivatives=derivatives)
    return WRITTEN.blocks(blocks[len(names) + 1 :])


def related(notation: Notation) -> list[str]:
    """Return the activations on which that depends: those with such a text, and those that it defines."""
    others = sorted(set(chosen("activation")) - {MODEL})
    texts = {name: behind(notation, (name,), derivatives=True) for name in others}
    return [name for name in others if texts[name] or re.search(rf"\b{called(name)}\(", "".join(texts.values()))]


def further(notation: Notation) -> dict[str, list[str]]:
    """Return what a sheet says behind the definitions, with derivatives and without, by the related activations."""
    names = related(notation)
    sets = [of for size in range(MOST_LAYERS + 1) for of in combinations(names, size)]
    return {
        "+".join(of): [behind(notation, of, derivatives=derivatives) for derivatives in (True, False)] for of in sets
    }


# --- all ----------------------------------------------------------------------


def sheet_in(notation: Notation) -> dict[str, Any]:
    """Return all that such a sheet has of its own in a notation."""
    activations, costs = chosen("activation"), chosen("cost")
    inside, outputs = (2, I, J, 2), (2, 2, 2, J)
    slope, error = ("derivative", 2, (J,)), ("error", 3, (J,))
    return {
        "names": {name: called(name) for name in activations},
        "rows": rows(notation),
        "activation": {name: {"slope": named_row(notation, inside, COST, slope, name)} for name in activations},
        "cost": {name: {"delta": rows_of_names(notation, outputs, name, error)} for name in costs},
        "definitions": {name: definitions(notation, name) for name in activations},
        "layers": phrases(notation),
        "related": related(notation),
        "further": further(notation),
    }


def written() -> dict[str, str]:
    """Return what the page asks for as JSON, by the names of the files."""
    found = {f"{name}-layers": sheet_in(notation) for name, notation in NOTATIONS.items()}
    return {name: json.dumps(each, ensure_ascii=False, separators=(",", ":")) for name, each in found.items()}
