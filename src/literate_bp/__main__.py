"""The program: ``python -m literate_bp``, or ``literate-bp``."""

import sys

INTERRUPTED = 130


def start(program: str) -> int:
    """Run the command that was typed.

    Parameters
    ----------
    program : str
        What the program is called.

    Returns
    -------
    int
        The exit code: that of the command, or 130 after Ctrl-C.
    """
    try:
        from .command_line.main import main  # may be interrupted, too
        from .command_line.terminal import open_streams

        open_streams()
        return main(program=program)
    except KeyboardInterrupt:
        sys.stderr.write(f"{program}: interrupted\n")
        return INTERRUPTED


def script() -> int:
    """Run the console script."""
    return start("literate-bp")


if __name__ == "__main__":
    sys.exit(start("python -m literate_bp"))
