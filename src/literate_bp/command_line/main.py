"""The program: its arguments, its commands, and how it ends.

What does not fit ends with one line on the standard error, and exit code 2.
"""

import argparse
import sys
from collections.abc import Sequence

from .. import __version__
from . import diagram, explain, new
from .options import PROBLEM, Parser
from .terminal import complain, discard

PROGRAM = "python -m literate_bp"
ERROR, CLOSED_PIPE = 2, 141
"""The exit codes: for an error, and for a closed pipe."""
EXAMPLES = """
A sheet, its solutions and its diagrams, of a fresh problem:

  {0} new --sizes 2 2 2 --seed 7 --out problem.toml
  {0} explain problem.toml --hide values --out sheet.html
  {0} explain problem.toml --solutions --out solutions.html
  {0} diagram problem.toml --out figures

A class of thirty, each with other numbers:

  {0} new --sizes 2 2 2 --seeds 1-30 --out class
"""
"""What stands below the list of commands; `{0}` is the name of the program."""


def parser(program: str = PROGRAM) -> Parser:
    """Return the parser of all commands.

    Parameters
    ----------
    program : str
        What the program is called.
    """
    style = argparse.RawDescriptionHelpFormatter
    top = Parser(
        program,
        description="Worked examples of small neural networks, by hand.",
        epilog=EXAMPLES.format(program),
        formatter_class=style,
        allow_abbrev=False,
    )
    top.add_argument(
        "--version", action="version", version=f"literate_bp {__version__}"
    )
    top.set_defaults(program=program)
    commands = top.add_subparsers(
        title="commands", required=True, dest="command", metavar="command"
    )

    def command(name: str, does: str, epilog: str = "") -> Parser:
        return commands.add_parser(
            name,
            help=does,
            description=f"{does[0].upper()}{does[1:]}.",
            epilog=epilog,
            formatter_class=style,
            allow_abbrev=False,
        )

    explain.add_arguments(
        command("explain", "write one step of training out", PROBLEM)
    )
    diagram.add_arguments(command("diagram", "draw the diagrams", PROBLEM))
    new.add_arguments(command("new", "make fresh problems, pleasant by hand"))
    return top


def main(
    arguments: Sequence[str] | None = None, program: str = PROGRAM
) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The arguments behind the name of the program; by default those that
        were typed.
    program : str
        What the program is called.

    Returns
    -------
    int
        The exit code: 0, 2 for an error, or 141 if the output is a pipe
        that was closed.
    """
    try:
        given = parser(program).parse_args(arguments)
        sys.stdout.write(given.run(given))
        sys.stdout.flush()
    except BrokenPipeError:
        discard(sys.stdout)
        return CLOSED_PIPE
    except OSError as error:
        discard(sys.stdout)
        complain(program, f"standard output: {error.strerror}")
        return ERROR
    except (ValueError, ImportError) as error:
        if is_interrupt(error):
            raise KeyboardInterrupt from error
        complain(program, str(error))
        return ERROR
    return 0


def is_interrupt(error: BaseException | None) -> bool:
    """Tell an error that Ctrl-C led to, as where C asks for a module.

    Parameters
    ----------
    error : BaseException or None
        What was raised.
    """
    if error is None or isinstance(error, KeyboardInterrupt):
        return error is not None
    return is_interrupt(error.__cause__ or error.__context__)
