"""The command explain: a worked example, a sheet, or its solutions."""

import argparse

from .options import (
    Parser,
    add_format,
    add_hide,
    add_output,
    add_problem,
    add_rounding,
    format_of_file,
    problem_at,
)
from .output import STANDARD, write_text


def add_arguments(parser: Parser) -> None:
    """Add the arguments of explain.

    Parameters
    ----------
    parser : Parser
        The command.
    """
    add_problem(parser)
    parser.add_argument(
        "--digits",
        type=int,
        help="decimals, or significant digits on the way back, to round to "
        "(those of the file)",
    )
    add_rounding(parser, "that of the file", None)
    add_format(parser, "that of the file's name, or else text")
    add_hide(
        parser,
        "values: an exercise sheet, with blanks in the place of numbers; "
        "formulas: with blanks for the formulas as well",
    )
    parser.add_argument(
        "--solutions",
        action="store_true",
        help="the solutions; with --hide, behind the sheet on their own page",
    )
    add_output(parser, "a file (the standard output)", STANDARD)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> str:
    """Write a worked example, a sheet, or its solutions.

    Parameters
    ----------
    given : argparse.Namespace
        The arguments.
    """
    name = format_of_file(given.format, given.out)
    problem = problem_at(given.problem)
    worked = problem.explain(
        given.notation, given.hide, given.digits, given.rounding
    )
    if given.solutions and not given.hide:
        text = worked.solutions.document(name)
    else:
        text = worked.document(name, solutions=given.solutions)
    return write_text(text, given.out, force=given.force)
