"""The commands: explain, diagram and new.

What does not fit is refused in one line on the standard error, with exit code
2.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from .activation import ACTIVATIONS
from .cost import COSTS
from .formula.notation import NOTATIONS
from .validation import one_of
from .worked.document import FORMATS
from .worked.explain import explain
from .worked.generate import RATE, generate
from .worked.problem import Problem, read, to_toml
from .worked.sheet import HIDDEN

PROGRAM = "python -m literate_bp"
REFUSED, BROKEN = 2, 1
PICTURES = ("svg", "png", "pdf")

PROBLEM = """
A problem is a TOML file like this one:

  inputs = [0.1, 0.3]
  targets = [1.0]
  rate = 0.5                      # 0.5 if left out
  digits = 3                      # decimals to round to, 3 if left out
  cost = "half_squared_error"     # this one if left out

  [[layer]]
  activation = "sigmoid"          # this one if left out
  weights = [[0.4], [-0.2]]       # a row for each node they come from
  biases = [0.2]                  # none if left out
  residual = false                # true for a connection past the layer

with a [[layer]] for each layer, in the order in which values pass through.
"""
TEACHER = f"""
A sheet, its solutions and its diagrams, of a fresh problem:

  {PROGRAM} new --sizes 2 2 2 --seed 7 > problem.toml
  {PROGRAM} explain problem.toml --hide values --format html > sheet.html
  {PROGRAM} explain problem.toml --solutions --format html > solutions.html
  {PROGRAM} diagram problem.toml --out figures
"""


class Parser(argparse.ArgumentParser):
    """A parser that refuses in one line, as everything here does."""

    def error(self, message: str) -> NoReturn:
        """Refuse arguments."""
        raise ValueError(f"{message}; {self.prog} --help shows what fits")


def parser() -> Parser:
    """Give the parser of all commands."""
    style = argparse.RawDescriptionHelpFormatter
    top = Parser(
        PROGRAM,
        description="Worked examples of small neural networks, by hand.",
        epilog=TEACHER,
        formatter_class=style,
        allow_abbrev=False,
    )
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

    of_explain(command("explain", "write one step of training out", PROBLEM))
    of_diagram(command("diagram", "draw the diagrams", PROBLEM))
    of_new(command("new", "make a fresh problem, pleasant by hand"))
    return top


def of_explain(to: Parser) -> None:
    """Add the arguments of explain."""
    of_problem(to)
    to.add_argument(
        "--digits", type=int, help="decimals to round to (those of the file)"
    )
    to.add_argument(
        "--format",
        default="text",
        help=f"{', '.join(FORMATS)} (text); LaTeX can be typeset as it is",
    )
    to.add_argument(
        "--hide",
        help="values: an exercise sheet, with blanks in the place of numbers",
    )
    to.add_argument(
        "--solutions",
        action="store_true",
        help="the solutions; with --hide, behind the sheet on their own page",
    )
    to.set_defaults(run=explained)


def of_diagram(to: Parser) -> None:
    """Add the arguments of diagram."""
    of_problem(to)
    to.add_argument(
        "--out", type=Path, default=Path(), help="a folder (this one)"
    )
    to.add_argument("--format", default="svg", help="svg, png or pdf (svg)")
    to.add_argument(
        "--theme",
        default="auto",
        help="light, dark, or auto: an SVG follows the reader's (auto)",
    )
    to.add_argument(
        "--values", default="both", help="symbols, numbers or both (both)"
    )
    to.set_defaults(run=drawn)


def of_new(to: Parser) -> None:
    """Add the arguments of new."""
    to.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        required=True,
        help="how many inputs, and how many nodes in each layer",
    )
    to.add_argument(
        "--seed", type=int, default=0, help="another one, other numbers (0)"
    )
    to.add_argument(
        "--activation",
        nargs="+",
        default=["sigmoid"],
        help=f"one for all layers, or one a layer: {', '.join(ACTIVATIONS)}",
    )
    to.add_argument(
        "--cost", default="half_squared_error", help=", ".join(COSTS)
    )
    to.add_argument("--rate", type=float, default=RATE, help=f"({RATE})")
    to.add_argument(
        "--digits", type=int, default=3, help="decimals to round to (3)"
    )
    to.add_argument(
        "--residual",
        type=int,
        nargs="+",
        default=[],
        help="numbers of the layers with a residual connection (none)",
    )
    to.set_defaults(run=made)


def of_problem(to: Parser) -> None:
    """Add what explain and diagram share."""
    to.add_argument("problem", help="a TOML file, as below")
    to.add_argument(
        "--notation", default="book", help=f"{', '.join(NOTATIONS)} (book)"
    )


# --- the commands -----------------------------------------------------------


def explained(given: argparse.Namespace) -> str:
    """Write a worked example, a sheet, or its solutions."""
    if given.hide is not None:
        one_of("hide", given.hide, HIDDEN)
    problem = read(given.problem)
    worked = explain(
        problem.network,
        problem.x,
        problem.y,
        problem.rate,
        problem.digits if given.digits is None else given.digits,
        given.notation,
        given.hide,
    )
    if given.solutions and not given.hide:
        return worked.solutions.document(given.format)
    return worked.document(given.format, solutions=given.solutions)


def drawn(given: argparse.Namespace) -> str:
    """Draw the diagrams, and say where they are."""
    one_of("format", given.format, PICTURES)
    one_of("theme", given.theme, ("auto", "light", "dark"))
    pictures = drawings(read(given.problem), given.values, given.notation)
    given.out.mkdir(parents=True, exist_ok=True)
    paths = [given.out / f"{name}.{given.format}" for name in pictures]
    for path, picture in zip(paths, pictures.values(), strict=True):
        picture.save(path, given.theme)
    return "".join(f"{path}\n" for path in paths)


def drawings(problem: Problem, values: str, notation: str) -> dict[str, Any]:
    """Make the diagrams, each by the name of its file."""
    from . import diagram  # Matplotlib is for those who draw

    network, x, y = problem.network, problem.x, problem.y
    chosen: Any = {"values": values, "notation": notation}
    pictures = {
        "1-node-forward": diagram.node_forward(network, x, **chosen),
        "3-network-forward": diagram.network_forward(network, x, y, **chosen),
        "4-network-backward": diagram.network_backward(
            network, x, y, **chosen
        ),
        "5-weight-gradients": diagram.weight_gradients(
            network, x, y, **chosen
        ),
    }
    if len(network.layers) == 1 and COSTS[network.cost].output is not None:
        sys.stderr.write(
            f"{PROGRAM}: no 2-node-backward: cost {network.cost!r} gives the "
            "error of the only layer at once\n"
        )
        return pictures
    backward = diagram.node_backward(network, x, y, **chosen)
    return dict(sorted({**pictures, "2-node-backward": backward}.items()))


def made(given: argparse.Namespace) -> str:
    """Make a fresh problem."""
    names: list[str] = given.activation
    problem = generate(
        given.sizes,
        given.seed,
        names[0] if len(names) == 1 else names,
        given.cost,
        given.rate,
        given.digits,
        given.residual,
    )
    return to_toml(problem)


# --- the door ---------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        What stands behind the name of the program; by default what was typed.

    Returns
    -------
    int
        The exit code: 0, or 2 for a refusal.
    """
    try:
        given = parser().parse_args(arguments)
        sys.stdout.write(given.run(given))
        sys.stdout.flush()
    except BrokenPipeError:
        # who read has enough; what is still held back goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN
    except OSError as error:
        return refuse(said_of(error))
    except (ValueError, ImportError) as error:
        return refuse(str(error))
    return 0


def said_of(error: OSError) -> str:
    """Name the file, and what is the matter with it."""
    name = "" if error.filename is None else f"{error.filename}: "
    what = error.strerror or str(error)
    return (
        f"{name}{what[:1].lower()}{what[1:]}; a problem that can be read, and "
        "a folder that can be written to, were expected"
    )


def refuse(what: str) -> int:
    """Say in one line why nothing was done."""
    sys.stderr.write(f"{PROGRAM}: {' '.join(what.split())}\n")
    return REFUSED


def in_utf8() -> None:
    """Write UTF-8, whatever the terminal was told; names of files as given."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")


if __name__ == "__main__":
    in_utf8()
    sys.exit(main())
