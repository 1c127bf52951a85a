"""What is written to a terminal: UTF-8, and nothing that steers it."""

import io
import os
import sys
from pathlib import Path
from typing import TextIO


def open_streams() -> None:
    """Write UTF-8, whatever the locale; file names as they were given.

    A stream that the caller has closed leads to the null device.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            null = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 — open to the end
            setattr(sys, name, null)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")


def complain(program: str, message: str) -> None:
    """Write one line to the standard error.

    Parameters
    ----------
    program, message : str
        What the program is called, and what it says.
    """
    line = printable(" ".join(message.split()))
    try:
        sys.stderr.write(f"{program}: {line}\n")
    except OSError:
        discard(sys.stderr)


def printable(text: str) -> str:
    """Write characters that could steer a terminal as their escapes.

    Parameters
    ----------
    text : str
        One line. A surrogate stands for a byte of a file name that was not
        decoded.
    """
    raw = text.encode("utf-8", "surrogateescape")
    return "".join(
        letter
        if letter.isprintable()
        else letter.encode("unicode_escape").decode()
        for letter in raw.decode("utf-8", "backslashreplace")
    )


def discard(stream: TextIO) -> None:
    """Drop what a stream still holds back.

    Else Python writes it when it ends, and complains that it cannot.

    Parameters
    ----------
    stream : text stream
        The standard output, or the standard error.
    """
    if isinstance(stream, io.TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
