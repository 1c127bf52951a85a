"""TOML text from files that may hold anything: bounded, decoded and parsed."""

import json
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

MOST_BYTES = 1_000_000
MOST_KEY = 100
"""The most characters of a key or a name."""
MOST_DEPTH = 4
"""The most brackets in one another: ``layer = [{weights = [[1.0]]}]``."""
TOKENS = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"{3,5}|\\?\Z)'
    r"|'''.*?(?:'{3,5}|\Z)"
    r'|"(?:\\.|[^"\\\n])*"?'
    r"|'[^'\n]*'?"
    r"|#[^\n]*"
    r"|(?P<opens>[\[{])|(?P<closes>[\]}])|(?P<dot>\.)|(?P<ends>[=,\n])",
    re.DOTALL,
)
"""Strings and comments as a whole, and the marks of the structure.

A string that nobody closes goes on to the end, where the parser stops, too:
so every character is read once.
"""
DECIMAL_COMMA = re.compile(r"\d,\d")


def file_content(path: str | os.PathLike[str]) -> bytes:
    """Read a file, at most one byte more than `MOST_BYTES`.

    Parameters
    ----------
    path : path
        A regular file.

    Raises
    ------
    ValueError
        If it is a folder, or a pipe or a device, which may not end.
    OSError
        If there is no such file, or it cannot be read.
    """
    mode = Path(path).stat().st_mode
    if not stat.S_ISREG(mode):
        raise ValueError(
            f"{path}: is a folder; a problem file was expected"
            if stat.S_ISDIR(mode)
            else f"{path}: is a pipe or a device; a problem file was "
            "expected, or - for the standard input"
        )
    with Path(path).open("rb") as file:
        return file.read(MOST_BYTES + 1)


def decoded(content: bytes) -> str:
    """Decode the text of a file.

    Parameters
    ----------
    content : bytes
        UTF-8 or, with a byte order mark, UTF-16.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(
            f"has more than {MOST_BYTES:,} bytes; a problem file was "
            "expected, which is shorter"
        )
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(
            "came in another encoding; a text file in UTF-8 was expected: "
            "save it as such"
        ) from None


def parsed(text: str) -> dict[str, Any]:
    """Parse TOML; name the line of a syntax error.

    Parameters
    ----------
    text : str
        The whole text.
    """
    check_nesting(text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, message = located(str(error), text)
    except ValueError:  # Python's own limit
        line, message = "", "a whole number has thousands of digits"
    expected = (
        "a decimal point was expected: 0.5 and not 0,5"
        if DECIMAL_COMMA.search(line)
        else "TOML was expected: rate = 0.5 for a number, [0.1, 0.3] for a "
        'list, "sigmoid" for a name, each key once'
    )
    raise ValueError(f"{message}; {expected}")


def check_nesting(text: str) -> None:
    """Refuse text that is nested deeper than any problem.

    A parser takes very long for some of it, such as keys of many parts.

    Parameters
    ----------
    text : str
        The whole text.
    """
    depth = dots = 0
    for token in TOKENS.finditer(text):
        kind = token.lastgroup
        depth = max(depth + (kind == "opens") - (kind == "closes"), 0)
        if kind is not None:
            dots = dots + 1 if kind == "dot" else 0
        if depth > MOST_DEPTH or dots > MOST_DEPTH:
            line = text.count("\n", 0, token.start()) + 1
            what = "brackets" if depth > MOST_DEPTH else "keys"
            raise ValueError(
                f"line {line}: {what} stand in one another too deep; at most "
                f"{MOST_DEPTH} were expected, as in "
                "weights = [[0.4, 0.1], [-0.2, 0.3]]"
            )


def located(message: str, text: str) -> tuple[str, str]:
    """Return the line that a parser's message is about, and a new message.

    Parameters
    ----------
    message : str
        What the parser says, with the place at the end.
    text : str
        What it parsed.

    Returns
    -------
    tuple of str
        The line, if there is one, and the message with the place in front
        and the line behind.
    """
    found = re.fullmatch(r"(.*) \(at (line (\d+), column \d+|.*)\)", message)
    if found is None:
        return "", message
    what, where, number = found.groups()
    line = text.split("\n")[int(number) - 1].strip() if number else ""
    came = f" in {quoted(line)}" if line else ""
    return line, f"{where}: {what[:1].lower()}{what[1:]}{came}"


def quoted(value: Any) -> str:
    """Write a value as TOML has it, shortened, and on one line.

    Parameters
    ----------
    value : object
        What the parser returned.
    """
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, bool | str):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) >= 10**60:
        return "a number of more than 60 digits"
    text = str(value)
    shortened = text if len(text) <= 60 else f"{text[:57]}…"
    return "".join(
        letter if letter.isprintable() else json.dumps(letter)[1:-1]
        for letter in shortened
    )
