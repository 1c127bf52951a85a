"""The options that several commands share."""

import argparse
import re
import sys
from pathlib import Path
from typing import NoReturn

from ..formula.notation import NOTATIONS
from ..validation import one_of
from ..worked.document import FORMATS
from ..worked.problem import Problem, from_bytes, read
from ..worked.sheet import HIDDEN
from ..worked.toml import MOST_BYTES
from .output import STANDARD, in_words

PROBLEM = """
A problem is a TOML file like this one:

  inputs = [0.1, 0.3]
  targets = [1.0]
  rate = 0.5                      # 0.5 if left out
  digits = 3                      # digits to round to, 3 if left out
  rounding = "significant"        # or "decimals": what errors keep
  cost = "half_squared_error"     # this one if left out

  [[layer]]
  activation = "sigmoid"          # this one if left out
  weights = [[0.4], [-0.2]]       # a row for each node they come from
  biases = [0.2]                  # none if left out
  residual = false                # true for a connection past the layer

with a [[layer]] for each layer, in the order in which values pass through.
"""
"""What stands below the options of a command that reads a problem."""


ALONE = r"argument (--\w+): expected (?:at least )?one argument"
"""What argparse says of an option without its value."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are ours: one line, and exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Refuse arguments; say what was expected behind an option."""
        if alone := re.fullmatch(ALONE, message):
            expected = self._option_string_actions[alone[1]].help
            message = f"{alone[1]} stands alone; behind it: {expected}"
        raise ValueError(f"{message}; {self.prog} --help shows what fits")


def add_problem(parser: Parser) -> None:
    """Add the problem file and the notation.

    Parameters
    ----------
    parser : Parser
        The command; so below.
    """
    parser.add_argument(
        "problem",
        type=path_of,
        help="a TOML file, as below; - for the standard input",
    )
    add_notation(parser)


def add_notation(parser: Parser) -> None:
    """Add the notation."""
    parser.add_argument(
        "--notation", default="book", help=f"{', '.join(NOTATIONS)} (book)"
    )


def add_format(parser: Parser, otherwise: str) -> None:
    """Add the format of a document, and say which one is taken otherwise."""
    parser.add_argument(
        "--format",
        help=f"{', '.join(FORMATS)} ({otherwise}); LaTeX can be typeset as it "
        "is",
    )


def add_hide(parser: Parser, what: str) -> None:
    """Add what a sheet hides, and say what its values do."""
    parser.add_argument("--hide", type=hidden, help=what)


def hidden(text: str) -> str:
    """Check what a sheet hides at once, before a file is missed.

    Parameters
    ----------
    text : str
        What was typed; the name of a file, if the value was forgotten.
    """
    try:
        return one_of("hide", text, HIDDEN)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_rounding(parser: Parser, otherwise: str, default: str | None) -> None:
    """Add what the way back keeps, and say what is taken otherwise."""
    parser.add_argument(
        "--rounding",
        default=default,
        help="what derivatives and errors keep: significant digits, or "
        f"decimals ({otherwise})",
    )


def add_output(parser: Parser, what: str, default: Path) -> None:
    """Add where the results go, and whether they replace what is there."""
    parser.add_argument("--out", type=path_of, default=default, help=what)
    parser.add_argument(
        "--force", action="store_true", help="replace files that exist"
    )


def path_of(text: str) -> Path:
    """Return the path that was typed; ``./-`` is a file, and no stream.

    Parameters
    ----------
    text : str
        What was typed.
    """
    path = Path(text)
    return path.absolute() if path == STANDARD and text != "-" else path


def number(text: str) -> float:
    """Read a number with a decimal point.

    Parameters
    ----------
    text : str
        What was typed.
    """
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"invalid number {text!r}; one with a decimal point was "
            "expected, such as 0.5"
        ) from None


def problem_at(path: Path) -> Problem:
    """Read the problem that a command is given.

    Parameters
    ----------
    path : path
        A file, or ``-`` for the standard input.
    """
    try:
        if path == STANDARD:
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
            return from_bytes(content, "standard input")
        return read(path)
    except OSError as error:
        raise ValueError(
            f"{path}: {in_words(error)}; a problem file was expected"
        ) from None


def format_of_file(name: str | None, path: Path) -> str:
    """Return the format of a document: as asked for, or as its file ends.

    Parameters
    ----------
    name : str or None
        The format that was asked for.
    path : path
        The file, or ``-`` for the standard output.
    """
    if name is not None:
        return one_of("format", name, FORMATS)
    if path == STANDARD:
        return "text"
    names = {f".{each.suffix}": key for key, each in FORMATS.items()}
    if path.suffix not in names:
        raise ValueError(
            f"{path}: its end tells no format; one of {', '.join(names)} was "
            "expected: choose one, or add --format"
        )
    return names[path.suffix]
