"""A problem in a small file: a network, one example and a rate, as TOML.

What does not fit is refused in one line that names the file, the key, what
came and what was expected.
"""

import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from .. import validation
from ..activation import ACTIVATIONS
from ..cost import COSTS
from ..network import Layer, Network, targets_of
from .explain import digits_of

Row = tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Problem:
    """What a worked example is made from.

    Attributes
    ----------
    network : Network
        A small network.
    x, y : tuple of float
        One example: inputs and targets.
    rate : float
        η, greater than 0.
    digits : int
        Decimals to round to.
    """

    network: Network
    x: Row
    y: Row
    rate: float = 0.5
    digits: int = 3


class Key(NamedTuple):
    """A key of the file: what it holds, and how it looks."""

    holds: str
    looks: str
    needed: bool = False


KEYS = {
    "inputs": Key("a list of numbers", "inputs = [0.1, 0.3]", needed=True),
    "targets": Key("a list of numbers", "targets = [1.0]", needed=True),
    "rate": Key("a number", "rate = 0.5"),
    "cost": Key("a name in quotes", 'cost = "half_squared_error"'),
    "digits": Key("a whole number", "digits = 3"),
    "layer": Key(
        "a table for each layer", "[[layer]], and its keys below", needed=True
    ),
}
KEYS_OF_LAYERS = {
    "activation": Key("a name in quotes", 'activation = "sigmoid"'),
    "weights": Key(
        "a list of rows, one for each node that the weights come from,",
        "weights = [[0.4, 0.1], [-0.2, 0.3]]",
        needed=True,
    ),
    "biases": Key("a list of numbers", "biases = [0.1, -0.2]"),
    "residual": Key("true or false", "residual = true"),
}
DEFAULT_ACTIVATION, DEFAULT_COST = "sigmoid", "half_squared_error"


def read(path: str | os.PathLike[str]) -> Problem:
    """Read a problem from a file.

    Parameters
    ----------
    path : path
        A TOML file, in UTF-8 or, with a mark at its beginning, in UTF-16.

    Raises
    ------
    ValueError
        If anything in the file does not fit.
    OSError
        If there is no such file, or it cannot be read.
    """
    content = Path(path).read_bytes()
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(
            f"{path}: came in another encoding; a text file in UTF-8 was "
            "expected: save it as such"
        ) from None
    return from_toml(text, str(path))


def from_toml(text: str, source: str = "problem.toml") -> Problem:
    """Take a problem from the text of such a file.

    Parameters
    ----------
    text : str
        What stands in the file.
    source : str
        What refusals call it.
    """
    with within(source):
        entries = parsed(text)
        checked_keys(entries, KEYS)
        layers = layers_of(entries["layer"])
        name = word(entries, "cost", DEFAULT_COST)
        with within("cost"):
            validation.one_of("name", name, COSTS)
        network = Network(layers, name)
        x, y = (numbers(entries, key) for key in ("inputs", "targets"))
        same_count("inputs", x, network.sizes[0], "layer 1 has weights from")
        same_count("targets", y, network.sizes[-1], "the last layer has")
        with within("targets"):
            targets_of(network, y, layers[-1].weights[0])
        digits = digits_of(entries.get("digits", 3))
        return Problem(network, x, y, rate_of(entries), digits)


def to_toml(problem: Problem) -> str:
    """Write a problem as the text of such a file; reading it gives the same.

    Parameters
    ----------
    problem : Problem
        What to write.

    Raises
    ------
    ValueError
        If its network has gains.
    """
    validation.normalized_weights(
        [layer.gains for layer in problem.network.layers], "a file"
    )
    lines = [
        f"inputs = {row_text(problem.x)}",
        f"targets = {row_text(problem.y)}",
        f"rate = {float(problem.rate)!r}",
        f"digits = {problem.digits}  # decimals to round to",
        f'cost = "{problem.network.cost}"',
    ]
    for layer in problem.network.layers:
        lines += [
            "",
            "[[layer]]",
            f'activation = "{layer.activation}"',
            "weights = [  # one row for each node that they come from",
            *(f"    {row_text(row)}," for row in layer.weights),
            "]",
        ]
        if layer.biases is not None:
            lines.append(f"biases = {row_text(layer.biases)}")
        if layer.residual:
            lines.append("residual = true")
    return "\n".join(lines) + "\n"


def row_text(row: Iterable[float]) -> str:
    """Write numbers so that they are read as they are."""
    return f"[{', '.join(repr(float(number)) for number in row)}]"


@contextmanager
def within(where: str) -> Iterator[None]:
    """Let a refusal say where it happened."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def parsed(text: str) -> dict[str, Any]:
    """Parse TOML, or say in which line it is none."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        said = "brackets stand in one another too deep"
    except ValueError as error:
        said = placed(str(error), text)
    raise ValueError(
        f"{said}; TOML was expected: rate = 0.5 for a number, [0.1, 0.3] for "
        'a list, "sigmoid" for a name, each key once'
    )


def placed(said: str, text: str) -> str:
    """Put the place in front of what the parser says, and the line behind."""
    found = re.fullmatch(r"(.*) \(at (line (\d+), column \d+|.*)\)", said)
    if found is None:
        return said
    what, where, number = found.groups()
    line = text.split("\n")[int(number) - 1].strip() if number else ""
    came = f" in {shown(line)}" if line else ""
    return f"{where}: {what[:1].lower()}{what[1:]}{came}"


def checked_keys(entries: Mapping[str, Any], keys: Mapping[str, Key]) -> None:
    """Refuse a key that is unknown, and one that is missing."""
    for key in entries:
        validation.one_of("key", key, keys)
    for key, about in keys.items():
        if about.needed and key not in entries:
            raise ValueError(
                f"{key} is missing; {about.holds} was expected: write "
                f"{about.looks}"
            )


def layers_of(tables: Any) -> tuple[Layer, ...]:
    """Make the layers from their tables."""
    if not isinstance(tables, list) or not all(
        isinstance(table, dict) for table in tables
    ):
        raise ValueError(
            f"layer is {shown(tables)}; a table for each layer was expected: "
            "write [[layer]], with two brackets on each side, above its keys"
        )
    if not tables:
        raise ValueError(
            "layer is an empty list; at least one layer was expected: write "
            "[[layer]], and its keys below"
        )
    layers: list[Layer] = []
    for n, table in enumerate(tables, start=1):
        with within(f"layer {n}"):
            layers.append(layer_of(table))
            rows = layers[-1].weights.tolist()
            if n > 1:
                nodes = layers[-2].weights.shape[1]
                same_count("weights", rows, nodes, f"layer {n - 1} has")
    return tuple(layers)


def layer_of(table: Mapping[str, Any]) -> Layer:
    """Make one layer from its table."""
    checked_keys(table, KEYS_OF_LAYERS)
    name = word(table, "activation", DEFAULT_ACTIVATION)
    with within("activation"):
        validation.one_of("name", name, ACTIVATIONS)
    weights, residual = matrix(table["weights"]), truth(table, "residual")
    if "biases" not in table:
        return Layer(weights, None, name, residual=residual)
    biases = numbers(table, "biases", KEYS_OF_LAYERS)
    same_count("biases", biases, len(weights[0]), "the weights lead to")
    return Layer(weights, biases, name, residual=residual)


def matrix(rows: Any) -> tuple[Row, ...]:
    """Let weights through: rows of numbers, equally many."""
    about = KEYS_OF_LAYERS["weights"]
    if not isinstance(rows, list) or not rows:
        raise ValueError(unfit("weights", rows, about))
    each = about._replace(
        holds="a list of numbers, one for each node that the weights lead to,"
    )
    numbered = enumerate(rows, start=1)
    found = tuple(
        row_of(f"weights, row {n},", row, each) for n, row in numbered
    )
    for n, row in enumerate(found, start=1):
        if len(row) != len(found[0]):
            raise ValueError(
                f"weights, row {n}, has {counted(row)}; row 1 has "
                f"{len(found[0])}, so as many were expected: one for each "
                "node that the weights lead to"
            )
    return found


def numbers(
    entries: Mapping[str, Any], key: str, keys: Mapping[str, Key] = KEYS
) -> Row:
    """Let a list of numbers through."""
    return row_of(key, entries[key], keys[key])


def row_of(what: str, row: Any, about: Key) -> Row:
    """Let numbers through, at least one."""
    if not isinstance(row, list) or not row:
        raise ValueError(unfit(what, row, about))
    name = what.removesuffix(",")
    numbered = enumerate(row, start=1)
    return tuple(number(f"{name}, number {n},", v) for n, v in numbered)


def number(what: str, value: Any) -> float:
    """Let a finite number through."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(
            f"{what} is {shown(value)}; a number was expected, such as 0.5"
        )
    try:
        found = float(value)
    except OverflowError:
        found = float("inf")
    if not isfinite(found):
        raise ValueError(
            f"{what} is {found}; a finite number was expected, such as 0.5"
        )
    return found


def word(entries: Mapping[str, Any], key: str, default: str) -> str:
    """Let a name through."""
    value = entries.get(key, default)
    if not isinstance(value, str):
        raise ValueError(
            f"{key} is {shown(value)}; a name in quotes was expected, such "
            f'as "{default}"'
        )
    return value


def truth(table: Mapping[str, Any], key: str) -> bool:
    """Let true or false through; false if nothing is said."""
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(unfit(key, value, KEYS_OF_LAYERS[key]))
    return value


def rate_of(entries: Mapping[str, Any]) -> float:
    """Let a rate through."""
    return validation.positive(
        "rate", number("rate", entries.get("rate", 0.5))
    )


def same_count(
    what: str, values: Sequence[Any], count: int, because: str
) -> None:
    """Refuse too few, and too many."""
    unit = "row" if what == "weights" else "number"
    if len(values) != count:
        raise ValueError(
            f"{what} has {counted(values, unit)}; {because} "
            f"{counted(range(count), 'node')}, so {count} "
            f"{'was' if count == 1 else 'were'} expected: one for each"
        )


def unfit(what: str, value: Any, about: Key) -> str:
    """Say that something else was expected."""
    return (
        f"{what} is {shown(value)}; {about.holds} was expected: write "
        f"{about.looks}"
    )


def counted(values: Sequence[Any], unit: str = "number") -> str:
    """Say how many there are."""
    return f"{len(values)} {unit}{'' if len(values) == 1 else 's'}"


def shown(value: Any) -> str:
    """Write what came, as TOML has it, and not at length."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, bool | str):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
