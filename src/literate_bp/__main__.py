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

    Notes
    -----
    When the command is done, the process ignores Ctrl-C: Python itself
    would print a traceback or be killed while it ends.
    """
    try:
        import signal  # Ctrl-C may come here already

        try:
            load(program)
            from .command_line.main import main
            from .command_line.terminal import open_streams

            open_streams()
            return main(program=program)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
    except KeyboardInterrupt:
        return interrupted(program)


def load(program: str) -> None:
    """Load the commands; Ctrl-C ends the process at once.

    Nothing has begun that could be left half done, and NumPy would take the
    exception for a fault of its own while it is loaded.

    Parameters
    ----------
    program : str
        What the program is called.
    """
    import os
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(interrupted(program)))
        from .command_line import main  # noqa: F401 — `start` uses it

        signal.signal(signal.SIGINT, signal.default_int_handler)


def interrupted(program: str) -> int:
    """Say that Ctrl-C has ended the program, and return the exit code.

    Parameters
    ----------
    program : str
        What the program is called.
    """
    sys.stderr.write(f"{program}: interrupted\n")
    sys.stderr.flush()
    return INTERRUPTED


def script() -> int:
    """Run the console script."""
    return start("literate-bp")


if __name__ == "__main__":
    sys.exit(start("python -m literate_bp"))
