"""How results show themselves: a line in a REPL, a table when printed."""

import sys
from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from textwrap import fill
from typing import TypeVar

from .activation import Array


@dataclass(frozen=True)
class TextTable:
    """A table of short texts; columns of numbers are aligned to the right.

    Attributes
    ----------
    head : tuple of str
        What heads each column.
    rows : tuple of tuple of str
        As many texts in each row.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        columns = [*zip(self.head, *self.rows, strict=True)]
        formats = [
            f"{'>' if are_numbers(cells) else '<'}{max(map(len, cells))}"
            for cells in columns
        ]
        lines = ("  ".join(map(format, line, formats)) for line in self.lines)
        return "\n".join(map(str.rstrip, lines))

    @property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        """The head, then the rows."""
        return (self.head, *self.rows)

    def html(self) -> str:
        """Return the table in HTML."""
        from html import escape

        head, *rows = (
            "".join(f"<{tag}>{escape(text)}</{tag}>" for text in line)
            for tag, line in zip(
                chain(["th"], repeat("td")), self.lines, strict=False
            )
        )
        body = "\n".join(f"<tr>{row}</tr>" for row in rows)
        return (
            f"<table>\n<thead><tr>{head}</tr></thead>\n"
            f"<tbody>\n{body}\n</tbody>\n</table>"
        )


def are_numbers(cells: tuple[str, ...]) -> bool:
    """Tell whether every cell below the head starts as a number does."""
    return all(cell[:1].isdigit() or cell[:1] in "-–+" for cell in cells[1:])


def table_of_arrays(arrays: Mapping[str, Array]) -> TextTable:
    """Return a table of the shape and the range of each array, by name."""
    rows = (
        (name, str(of.shape), three_digits(of.min()), three_digits(of.max()))
        for name, of in arrays.items()
    )
    return TextTable(("array", "shape", "least", "largest"), tuple(rows))


Item = TypeVar("Item")


def with_progress(
    items: Collection[Item], unit: str, delay: float = 0.0
) -> Iterable[Item]:
    """Return the items; with tqdm, a terminal shows a progress bar.

    Parameters
    ----------
    items : collection
        What is worked through.
    unit : str
        What one of them is called.
    delay : float
        After how many seconds the bar appears.
    """
    if not sys.stderr.isatty():
        return items
    try:
        from tqdm import tqdm  # imported here: the package needs NumPy alone
    except ImportError:
        return items
    shown: Iterable[Item] = tqdm(items, unit=unit, delay=delay)
    return shown


LINE_WIDTH = 72
"""The longest line of a printed summary."""


class Displayed:
    """A result with a summary of one line, and a table of its details.

    In a REPL it is its summary; printed, it is its summary above its table;
    in a notebook, the same in HTML.
    """

    @property
    @abstractmethod
    def summary(self) -> str:
        """A line: shapes, and the one number that matters."""

    @property
    @abstractmethod
    def table(self) -> TextTable:
        """The details."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.summary}>"

    def __str__(self) -> str:
        return f"{fill(self.summary, LINE_WIDTH)}\n{self.table}"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<p>{escape(self.summary)}</p>\n{self.table.html()}"


def count(number: int, noun: str) -> str:
    """Write a number with its noun: "1 step", "2 steps"."""
    return f"{number:,} {noun}" + "s" * (number != 1)


def three_digits(value: float) -> str:
    """Write a number with three digits."""
    return f"{value:.3g}"
