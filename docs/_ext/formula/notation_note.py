"""Adds a note below the title, for each notation but this book's: how its formulas differ from the code."""

import html
from collections.abc import Iterator

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from literate_bp.formula.expression import Index, Partial, Symbol
from literate_bp.formula.notation import BOOK, NOTATIONS, Notation
from literate_bp.formula.printing import Plain, plain_name
from literate_bp.formula.translation import translated
from literate_bp.proof.derivation import derivation

PAGE = "reference/notation"
ERROR = derivation("delta[j] = d(C, z[j])").equations[0]
NAMES = {"input": "an input", "linear": "a linear part", "activated": "an activated value"}
WEIGHT = Symbol("weight", None, (Index("i"), Index("j")))


def differences(notation: Notation) -> Iterator[str]:
    """Yield what a reader must know who compares formulas in this notation with the code."""
    write = Plain(plain_name(notation)).text
    error = translated(ERROR, notation)
    if isinstance(error.sides[0], Partial):
        yield f"an error is written as the derivative that it is, {write(error.sides[0])}"
    elif notation.error_sign < 0:
        yield f"{write(error)}, with the other sign than in code"
    if not notation.half:
        yield "its cost has no ½, while these pages keep the ½ of the cost that they name"
    if notation.to_from:
        yield f"{write(WEIGHT)} leads from i to j, which in code is weights[i, j]"
    if notation.columns:
        yield "one example is a column, in code a row"
    if notation.counts_inputs:
        yield "the inputs are layer 1, in words and in code layer 0"
    if notation.weights_from:
        yield "a weight carries the number of the layer that it leaves"
    if notation.numbers_weights:
        yield "the weights of a given network are numbered one after another"
    yield from collisions(notation)


def collisions(notation: Notation) -> Iterator[str]:
    """Yield the letters that name a quantity, and as an index a node or the last layer."""
    for quantity, name in NAMES.items():
        letter = notation.latex(Symbol(quantity))
        if letter in {"i", "j", "k"}:
            yield f"{letter} is {name}, and below another letter the number of a node"
        if letter == notation.last:
            yield f"{letter} is {name}, and above another letter the last layer"


def note(notation: Notation, there: str) -> str:
    """Write the note of one notation."""
    facts = "; ".join(differences(notation)) or "only the letters differ from this book's"
    return (
        f'<p class="n notation-note" data-n="{notation.name}">You read the letters of {html.escape(notation.title)}: '
        f"{html.escape(facts)}. Code, and what it prints, keep to this book. "
        f'<a href="{there}">All notations compared</a></p>\n'
    )


def add_notes(app: Sphinx, page: str, _template: str, context: dict[str, object], _doctree: object) -> None:
    """Insert the notes below the title of a page that has symbols."""
    body = context.get("body")
    if not isinstance(body, str) or "data-n=" not in body or page == PAGE:
        return
    there = app.builder.get_relative_uri(page, PAGE)
    notes = "".join(note(notation, there) for notation in NOTATIONS.values() if notation is not BOOK)
    title, end, rest = body.partition("</h1>\n")
    context["body"] = title + end + notes + rest


def setup(app: Sphinx) -> ExtensionMetadata:
    """Insert the notes before a page is written."""
    app.connect("html-page-context", add_notes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
