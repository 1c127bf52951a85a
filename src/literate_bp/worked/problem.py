"""A problem file: a network, one example and a rate, as TOML.

A mistake in it raises a ValueError of one line that names the file, the key,
what came and what was expected.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

from .. import validation
from ..activation import ACTIVATIONS
from ..cost import COSTS
from ..network import Layer, Network, targets_of
from .explain import digits_of, explain
from .rounding import ROUNDINGS
from .sheet import Explanation
from .toml import MOST_KEY, decoded, file_content, parsed, quoted

Row = tuple[float, ...]
"""Numbers, one for each node."""


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
        Decimals, or significant digits, to round to.
    rounding : str
        What derivatives and errors keep, as for `literate_bp.explain`.
    """

    network: Network
    x: Row
    y: Row
    rate: float = 0.5
    digits: int = 3
    rounding: str = "significant"

    def explain(
        self,
        notation: str = "book",
        hide: str | None = None,
        digits: int | None = None,
        rounding: str | None = None,
    ) -> Explanation:
        """Write it out as a worked example.

        Parameters
        ----------
        notation, hide
            As for `literate_bp.explain`.
        digits : int or None
            Decimals, or significant digits, by default its own.
        rounding : str or None
            What derivatives and errors keep, by default its own.
        """
        return explain(
            self.network,
            self.x,
            self.y,
            self.rate,
            self.digits if digits is None else digits,
            notation,
            hide,
            self.rounding if rounding is None else rounding,
        )


class Field(NamedTuple):
    """A key of a problem file.

    Attributes
    ----------
    expected : str
        The kind of value, for messages.
    example : str
        A line that is right.
    required : bool
        Whether it may not be left out.
    """

    expected: str
    example: str
    required: bool = False


FIELDS = {
    "inputs": Field("a list of numbers", "inputs = [0.1, 0.3]", required=True),
    "targets": Field("a list of numbers", "targets = [1.0]", required=True),
    "rate": Field("a number", "rate = 0.5"),
    "cost": Field("a name in quotes", 'cost = "half_squared_error"'),
    "digits": Field("a whole number", "digits = 3"),
    "rounding": Field("a name in quotes", 'rounding = "significant"'),
    "layer": Field(
        "a table for each layer",
        "[[layer]], and its keys below",
        required=True,
    ),
}
"""The keys of a problem file."""
LAYER_FIELDS = {
    "activation": Field("a name in quotes", 'activation = "sigmoid"'),
    "weights": Field(
        "a list of rows, one for each node that the weights come from,",
        "weights = [[0.4, 0.1], [-0.2, 0.3]]",
        required=True,
    ),
    "biases": Field("a list of numbers", "biases = [0.1, -0.2]"),
    "residual": Field("true or false", "residual = true"),
}
"""The keys of each `[[layer]]`."""
DEFAULT_ACTIVATION, DEFAULT_COST = "sigmoid", "half_squared_error"
DEFAULT_ROUNDING = ROUNDINGS[0]


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
    file = validation.file_path("path", path, "the name of a problem file")
    return from_bytes(file_content(file), str(file))


def from_bytes(content: bytes, source: str) -> Problem:
    """Read a problem from the content of a file.

    Parameters
    ----------
    content : bytes
        A problem file, in one of the encodings that `read` takes.
    source : str
        Its name in error messages.
    """
    if not isinstance(content, bytes | bytearray):
        raise ValueError(
            f"content is {validation.kind_of(content)}; the bytes of a "
            "problem file were expected"
        )
    validation.text("source", source)
    with error_context(source):
        text = decoded(content)
    return from_toml(text, source)


def from_toml(text: str, source: str = "problem.toml") -> Problem:
    """Read a problem from the text of a file.

    A layer with as many inputs as nodes takes its weights either way round,
    so nothing can be refused there: row i holds the weights from node i.

    Parameters
    ----------
    text : str
        The text of a problem file.
    source : str
        Its name in error messages.
    """
    if not isinstance(text, str):
        raise ValueError(
            f"text is {validation.kind_of(text)}; the text of a problem file "
            "was expected"
        )
    validation.text("source", source)
    with error_context(source):
        entries = parsed(text)
        check_keys(entries, FIELDS)
        layers = layers_of(entries["layer"])
        name = string(entries, "cost", DEFAULT_COST)
        with error_context("cost"):
            validation.one_of("name", name, COSTS)
        network = Network(layers, name)
        x, y = (one_example(entries, key) for key in ("inputs", "targets"))
        require_count(
            "inputs", x, network.sizes[0], "layer 1 has weights from"
        )
        require_count("targets", y, network.sizes[-1], "the last layer has")
        with error_context("targets"):
            targets_of(network, y, layers[-1].weights[0])
        digits = digits_of(entries.get("digits", 3))
        rounding = string(entries, "rounding", DEFAULT_ROUNDING)
        validation.one_of("rounding", rounding, ROUNDINGS)
        return Problem(network, x, y, rate_of(entries), digits, rounding)


def to_toml(problem: Problem) -> str:
    """Write a problem as the text of a file; reading it gives the same.

    Parameters
    ----------
    problem : Problem
        What to write.

    Raises
    ------
    ValueError
        If its network has gains, or its rounding is none of the two.
    """
    validation.instance("problem", problem, Problem)
    validation.instance("network of problem", problem.network, Network)
    x, y = (
        validation.vector(f"{name} of problem", getattr(problem, name))
        for name in ("x", "y")
    )
    rate = validation.positive("rate of problem", problem.rate)
    validation.without_normalization(problem.network.normalizations, "a file")
    validation.normalized_weights(
        [layer.gains for layer in problem.network.layers], "a file"
    )
    validation.one_of("rounding", problem.rounding, ROUNDINGS)
    other = ROUNDINGS[problem.rounding == ROUNDINGS[0]]
    lines = [
        f"inputs = {row_text(x)}",
        f"targets = {row_text(y)}",
        f"rate = {rate!r}",
        f"digits = {digits_of(problem.digits)}",
        f'rounding = "{problem.rounding}"  # or "{other}"',
        f'cost = "{problem.network.cost}"',
    ]
    for layer in problem.network.layers:
        lines += [
            "",
            "[[layer]]",
            f'activation = "{layer.activation}"',
            "weights = [  # row 1: from node 1 to each node of the layer",
            *(f"    {row_text(row)}," for row in layer.weights),
            "]",
        ]
        if layer.biases is not None:
            lines.append(f"biases = {row_text(layer.biases)}")
        if layer.residual:
            lines.append("residual = true")
    return "\n".join(lines) + "\n"


def row_text(row: Iterable[float]) -> str:
    """Write numbers so that reading them gives the same bits."""
    return f"[{', '.join(repr(float(number)) for number in row)}]"


@contextmanager
def error_context(where: str) -> Iterator[None]:
    """Put a place in front of the message of any ValueError."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None


def check_keys(entries: Mapping[str, Any], keys: Mapping[str, Field]) -> None:
    """Refuse unknown keys and missing ones."""
    for key in entries:
        if len(key) > MOST_KEY:
            raise ValueError(
                f"key {quoted(key)} has {len(key)} characters; known keys: "
                f"{', '.join(keys)}"
            )
        validation.one_of("key", key, keys)
    for key, field in keys.items():
        if field.required and key not in entries:
            raise ValueError(
                f"{key} is missing; {field.expected} was expected: write "
                f"{field.example}"
            )


def layers_of(tables: Any) -> tuple[Layer, ...]:
    """Return the layers of their tables."""
    if not isinstance(tables, list) or not all(
        isinstance(table, dict) for table in tables
    ):
        raise ValueError(
            f"layer is {quoted(tables)}; a table for each layer was expected: "
            "write [[layer]], with two brackets on each side, above its keys"
        )
    if not tables:
        raise ValueError(
            "layer is an empty list; at least one layer was expected: write "
            "[[layer]], and its keys below"
        )
    layers: list[Layer] = []
    for n, table in enumerate(tables, start=1):
        with error_context(f"layer {n}"):
            layers.append(layer_of(table))
            rows = layers[-1].weights.tolist()
            if n > 1:
                nodes = layers[-2].weights.shape[1]
                require_rows(rows, nodes, f"layer {n - 1} has")
    return tuple(layers)


def layer_of(table: Mapping[str, Any]) -> Layer:
    """Return one layer of its table."""
    check_keys(table, LAYER_FIELDS)
    name = string(table, "activation", DEFAULT_ACTIVATION)
    with error_context("activation"):
        validation.one_of("name", name, ACTIVATIONS)
    weights, residual = matrix(table["weights"]), boolean(table, "residual")
    if "biases" not in table:
        return Layer(weights, None, name, residual=residual)
    biases = numbers(table, "biases", LAYER_FIELDS)
    require_count("biases", biases, len(weights[0]), "the weights lead to")
    return Layer(weights, biases, name, residual=residual)


def matrix(rows: Any) -> tuple[Row, ...]:
    """Check weights: rows of equally many numbers."""
    field = LAYER_FIELDS["weights"]
    if not isinstance(rows, list) or not rows:
        raise ValueError(mismatch("weights", rows, field))
    each = field._replace(
        expected="a list of numbers, one for each node that the weights lead "
        "to,"
    )
    numbered = enumerate(rows, start=1)
    found = tuple(
        row_of(f"weights, row {n},", row, each) for n, row in numbered
    )
    for n, row in enumerate(found, start=1):
        if len(row) != len(found[0]):
            raise ValueError(
                f"weights, row {n}, has {count_text(row)}; row 1 has "
                f"{len(found[0])}, so as many were expected: one for each "
                "node that the weights lead to"
            )
    return found


def one_example(entries: Mapping[str, Any], key: str) -> Row:
    """Check the inputs or targets of one example."""
    row = entries[key]
    if isinstance(row, list) and row and isinstance(row[0], list):
        raise ValueError(
            f"{key} is a list of {count_text(row, 'list')}; one example was "
            f"expected; train takes batches: write {FIELDS[key].example}"
        )
    return numbers(entries, key)


def numbers(
    entries: Mapping[str, Any], key: str, keys: Mapping[str, Field] = FIELDS
) -> Row:
    """Check a list of numbers."""
    return row_of(key, entries[key], keys[key])


def row_of(what: str, row: Any, field: Field) -> Row:
    """Check a list of at least one number."""
    if not isinstance(row, list) or not row:
        raise ValueError(mismatch(what, row, field))
    name = what.removesuffix(",")
    numbered = enumerate(row, start=1)
    return tuple(number(f"{name}, number {n},", v) for n, v in numbered)


def number(what: str, value: Any) -> float:
    """Check a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(
            f"{what} is {quoted(value)}; a number was expected, such as 0.5"
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


def string(entries: Mapping[str, Any], key: str, default: str) -> str:
    """Check a string, such as a name."""
    value = entries.get(key, default)
    if not isinstance(value, str) or len(value) > MOST_KEY:
        raise ValueError(
            f"{key} is {quoted(value)}; a name in quotes was expected, such "
            f'as "{default}"'
        )
    return value


def boolean(table: Mapping[str, Any], key: str) -> bool:
    """Check a truth value; false if it is left out."""
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(mismatch(key, value, LAYER_FIELDS[key]))
    return value


def rate_of(entries: Mapping[str, Any]) -> float:
    """Check a rate."""
    return validation.positive(
        "rate", number("rate", entries.get("rate", 0.5))
    )


def require_count(
    what: str, values: Sequence[Any], count: int, because: str
) -> None:
    """Refuse too few values, and too many."""
    if len(values) == count:
        return
    unit = "row" if what == "weights" else "number"
    message = (
        f"{what} has {count_text(values, unit)}; {because} "
        f"{count_text(range(count), 'node')}, so {count} "
        f"{'was' if count == 1 else 'were'} expected: one for each"
    )
    if len(values) == 2 * count and unit == "number":
        message += ", with a decimal point: 0.5 and not 0,5"
    raise ValueError(message)


def require_rows(rows: Sequence[Row], count: int, because: str) -> None:
    """Refuse too few rows of weights, and too many.

    Weights from node to node have a row for each node that they come from. If
    they are given the other way round, and would fit, the message says so.
    """
    try:
        require_count("weights", rows, count, because)
    except ValueError as error:
        if len(rows[0]) != count:
            raise
        raise ValueError(
            f"{error} that they come from; a row here has {count}, so they "
            "may be given the other way round: then exchange rows and columns"
        ) from None


def mismatch(what: str, value: Any, field: Field) -> str:
    """Write the message for a value of the wrong kind."""
    return (
        f"{what} is {quoted(value)}; {field.expected} was expected: write "
        f"{field.example}"
    )


def count_text(values: Sequence[Any], unit: str = "number") -> str:
    """Write how many values there are."""
    return f"{len(values)} {unit}{'' if len(values) == 1 else 's'}"
