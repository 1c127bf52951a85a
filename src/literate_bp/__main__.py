"""The program: ``python -m literate_bp``, or ``literate-bp``."""

import signal
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

    Notes
    -----
    When the command is done, the process ignores Ctrl-C: Python itself
    would print a traceback or be killed while it ends.
    """
    try:
        try:
            from .command_line.main import main  # may be interrupted, too
            from .command_line.terminal import open_streams

            open_streams()
            return main(program=program)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:
        sys.stderr.write(f"{program}: interrupted\n")
        return INTERRUPTED


def script() -> int:
    """Run the console script."""
    return start("literate-bp")


if __name__ == "__main__":
    sys.exit(start("python -m literate_bp"))
