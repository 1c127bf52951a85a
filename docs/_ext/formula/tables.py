"""Adds nothing: for cells, tables in which each notation has a row."""

from collections.abc import Callable, Iterable, Sequence

from IPython.display import Markdown

from literate_bp.formula.notation import NOTATIONS, Notation


def rows(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> Markdown:
    """Set a table."""
    table = [heads, ["---"] * len(heads), *lines]
    return Markdown("\n".join(f"| {' | '.join(line)} |" for line in table))


def table(heads: Sequence[str], cells: Callable[[Notation], Iterable[str]]) -> Markdown:
    """Set a table with a row for each notation."""
    return rows(["notation", *heads], ([f"**{each.title}**", *cells(each)] for each in NOTATIONS.values()))


def ours(notation: Notation, what: str) -> str:
    """Mark what the source does not have."""
    return "\N{NO-BREAK SPACE}†" if what in notation.supplied else ""
