"""Where results go: files that are written whole, or the standard output."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..files import write_whole
from .terminal import printable

STANDARD = Path("-")
"""The standard input, or the standard output."""


def require_free(paths: Iterable[Path], *, force: bool) -> None:
    """Refuse to write over what exists.

    Parameters
    ----------
    paths : iterable of path
        The files that will be written.
    force : bool
        Whether files and symbolic links are replaced.
    """
    for path in paths:
        with writing(path):
            is_folder = path.is_dir() and not path.is_symlink()
        if is_folder:
            raise ValueError(f"{path}: is a folder; a file was expected")
        if os.path.lexists(path) and not force:
            raise ValueError(
                f"{path}: exists already; a new file was expected: choose "
                "another name, or replace it with --force"
            )


def require_folder(path: Path, what: str) -> None:
    """Refuse the standard output where there are several files.

    Parameters
    ----------
    path : path
        What was given as the folder.
    what : str
        What makes the files.
    """
    if path == STANDARD:
        raise ValueError(
            f"{what} makes several files; a folder for them was expected: "
            "add one, such as --out class"
        )


def make_folder(path: Path) -> None:
    """Make a folder and those above it, unless it exists.

    Parameters
    ----------
    path : path
        The folder.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise ValueError(f"{path}: is a file; a folder was expected") from None
    except OSError as error:
        raise ValueError(
            f"{path}: {in_words(error)}; a folder that can be made was "
            "expected"
        ) from None


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say which file cannot be written, and why.

    Parameters
    ----------
    path : path
        The file.
    """
    try:
        yield
    except OSError as error:
        raise ValueError(
            f"{path}: {in_words(error)}; a file that can be written was "
            "expected"
        ) from None


def write_files(files: Mapping[Path, str]) -> str:
    """Write texts to files, each of them whole.

    Parameters
    ----------
    files : mapping of path to str
        The text of each.

    Returns
    -------
    str
        Their names, as `listing` writes them.
    """
    for path, text in files.items():
        with writing(path):
            write_whole(path, text.encode())
    return listing(files)


def listing(paths: Iterable[Path]) -> str:
    """Write the names of files, one a line.

    Parameters
    ----------
    paths : iterable of path
        The files.
    """
    return "".join(f"{printable(str(path))}\n" for path in paths)


def write_text(text: str, path: Path, *, force: bool) -> str:
    """Write a text to a file, if one is asked for.

    Parameters
    ----------
    text : str
        The result of a command.
    path : path
        The file, or ``-`` for the standard output.
    force : bool
        As for `require_free`.

    Returns
    -------
    str
        What goes to the standard output: the text, or the file's name.
    """
    if path == STANDARD:
        return text
    require_free([path], force=force)
    return write_files({path: text})


def in_words(error: OSError) -> str:
    """Return what is the matter with a file.

    Parameters
    ----------
    error : OSError
        What the system says.
    """
    what = error.strerror or str(error)
    return f"{what[:1].lower()}{what[1:]}"
