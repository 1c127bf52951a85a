r"""What the file of a notation holds, and how it is read.

``notations/book.toml`` has every key, with what it means beside it. A file
that lacks a key, has another one or a value of another kind is refused: the
message names the file and the key.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from .. import validation
from .macros import INDEXED, LAYERED, MACROS, STEPS

Table = Mapping[str, Any]
"""A table of TOML."""

TOP: Table = {
    "title": str,
    "place": int,
    "read_in": str,
    "notes": list,
    "supplied": list,
    "meaning": dict,
    "indices": dict,
    "letters": dict,
    "symbols": dict,
    "two_layers": dict,
}
MEANING: Table = {
    "error_sign": (1, -1),
    "half": bool,
    "batch": ("mean", "sum", "one"),
    "to_from": bool,
    "columns": bool,
    "nabla": bool,
}
INDICES: Table = {
    "counts_inputs": bool,
    "weights_from": bool,
    "layer_on_nodes": bool,
    "index_on_single": bool,
    "numbers_weights": bool,
    "last": str,
    "width": str,
    "layer_script": str,
    "bias_script": str,
}
"""The keys of a file and of two tables in it: their kinds, or their values."""
OPTIONAL: dict[str, Any] = {
    "read_in": "",
    "notes": [],
    "symbols": {},
    "two_layers": {},
}
"""What a file may leave out."""

SCRIPTS = ("layer", "bias")
WITHOUT_LETTER = ("error", "errors", "output")
"""What a source may have no letter for."""
WITH_OTHER_LETTERS = (*STEPS, "new weight", "new bias", "new cost")
"""What has the letter of another quantity, unless the file says otherwise."""
SUPPLIED = (*MACROS, *MEANING, "layer")
"""What may be missing in a source, so that this book supplied it."""

PLACEHOLDER = re.compile("<(?:l|n|n0)>")
KINDS = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list of texts",
    dict: "a table",
}


def notation_fields(name: str, text: str) -> dict[str, Any]:
    """Read the fields of a notation from the text of its file.

    Parameters
    ----------
    name : str
        The name of the file, without ``.toml``.
    text : str
        What it holds.

    Returns
    -------
    dict
        The arguments of `literate_bp.formula.notation.Notation`.

    Raises
    ------
    ValueError
        If the text is no TOML, if a key is missing or unknown, or if a value
        is of another kind.
    """
    file = f"formula/notations/{name}.toml"
    data = checked(file, text)
    scripts = [data["indices"].pop(f"{what}_script") for what in SCRIPTS]
    symbols = templates(data.pop("letters"), *scripts) | data.pop("symbols")
    check_complete(file, symbols)
    two_layers = {q: tuple(two) for q, two in data.pop("two_layers").items()}
    return {
        "name": name,
        "notes": tuple(data.pop("notes")),
        "supplied": frozenset(data.pop("supplied")),
        **data.pop("meaning"),
        **data.pop("indices"),
        **data,
        "symbols": symbols,
        "two_layers": two_layers,
    }


# --- what is refused ---------------------------------------------------------


def checked(file: str, text: str) -> dict[str, Any]:
    """Read TOML, and check all keys and values in it."""
    try:
        data = OPTIONAL | tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file} is no TOML: {error}") from error
    check_keys(file, data, TOP)
    check_keys(f"[meaning] in {file}", data["meaning"], MEANING)
    check_keys(f"[indices] in {file}", data["indices"], INDICES)
    for name in data["supplied"]:
        validation.one_of(f"supplied in {file}:", name, SUPPLIED)
    for table in ("letters", "symbols", "two_layers"):
        for key, value in data[table].items():
            where = f"[{table}] in {file}"
            validation.one_of(f"{where}: quantity", key, MACROS)
            check_symbol(where, key, value, table)
    return data


def check_keys(where: str, given: Table, expected: Table) -> None:
    """Refuse an unknown key, a missing one, and a value of another kind."""
    for key in given:
        validation.one_of(f"{where}: key", key, expected)
    for key, kind in expected.items():
        if key not in given:
            raise ValueError(
                f"{where} lacks the key {key!r}; {name_of(kind)} was "
                "expected: book.toml says what it means"
            )
        if not fits(given[key], kind):
            raise ValueError(
                f"{where}: {key} is {given[key]!r}; {name_of(kind)} was "
                "expected"
            )


def fits(value: object, kind: Any) -> bool:
    """Tell whether a value is of a kind, or one of several."""
    if isinstance(kind, tuple):
        return any(type(value) is type(one) and value == one for one in kind)
    if kind is list and isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    return type(value) is kind


def name_of(kind: Any) -> str:
    """Say what was expected: a whole number, or 'mean' or 'sum'."""
    if isinstance(kind, tuple):
        return " or ".join(map(repr, kind))
    return KINDS[kind]


def check_symbol(where: str, key: str, value: object, table: str) -> None:
    """Refuse what is no letter, no symbol, or no pair of symbols."""
    pair = table == "two_layers"
    parts = value if pair and isinstance(value, list) else [value]
    kind = "a letter" if table == "letters" else "LaTeX with <l>, <n> or <n0>"
    filled = [
        part if table == "letters" else PLACEHOLDER.sub("", part)
        for part in parts
        if isinstance(part, str)
    ]
    if len(filled) != 1 + pair or not all(map(is_latex, filled)):
        wanted = f"[hidden, output], each {kind}," if pair else kind
        raise ValueError(
            f"{where}: {key} is {value!r}; {wanted} was expected, with as "
            "many { as }"
        )


def is_latex(text: str) -> bool:
    """Tell whether all braces are closed and no placeholder is left."""
    return text.count("{") == text.count("}") and not set(text) & set("<>")


def check_complete(file: str, symbols: Mapping[str, str]) -> None:
    """Refuse a notation without a symbol for some quantity."""
    optional = set(WITHOUT_LETTER)
    if ("error" in symbols) != ("errors" in symbols):
        optional -= {"error", "errors"}
    for quantity in MACROS:
        if quantity not in symbols and quantity not in optional:
            raise ValueError(
                f"{file} has no letter for {quantity!r}; add it to [letters], "
                "or its whole symbol to [symbols]"
            )


# --- letters with scripts ----------------------------------------------------


def templates(
    letters: Mapping[str, str], layer: str, bias: str
) -> dict[str, str]:
    """Give letters their scripts, as most quantities have them.

    Parameters
    ----------
    letters : dict of str to str
        LaTeX by quantity.
    layer : str
        What stands above what has a layer: ``<l>``.
    bias : str
        What stands below a bias: ``<n>``.
    """

    def template(quantity: str, sign: str = "") -> str:
        above = (layer if quantity in LAYERED else "") + sign
        below = bias if quantity == "bias" else "<n>"
        return (
            letters[quantity]
            + (f"^{{{above}}}" if above else "")
            + (f"_{{{below}}}" if quantity in INDEXED and below else "")
        )

    symbols = {quantity: template(quantity) for quantity in letters}
    for quantity in [q for q in ("weight", "bias") if q in letters]:
        symbols[f"{quantity} step"] = r"\Delta " + symbols[quantity]
        symbols[f"new {quantity}"] = template(quantity, "+")
    if "cost" in letters:
        symbols["new cost"] = letters["cost"] + "^{+}"
    return symbols
