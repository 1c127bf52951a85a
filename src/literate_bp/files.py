"""Writing files whole or not at all."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from secrets import token_hex


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file aside, and move it into its place.

    Whenever the program is stopped, the old file is there or the new one. A
    symbolic link in the place of the file is replaced, not followed.

    Parameters
    ----------
    path : path
        The file. Its folder exists.
    content : bytes
        All of it.

    Raises
    ------
    OSError
        If the file cannot be written, or something that is no file is in its
        place.
    """
    path = Path(path)
    require_replaceable(path)
    aside = path.with_name(f".{token_hex(8)}.part")
    try:
        with aside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        with suppress(OSError):
            aside.unlink()


def require_replaceable(path: Path) -> None:
    """Refuse to replace a folder or a device.

    Parameters
    ----------
    path : path
        A file, a symbolic link, or nothing.
    """
    if not os.path.lexists(path):
        return
    mode = path.lstat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(number, os.strerror(number), str(path))
