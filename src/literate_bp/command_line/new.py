"""The command new: a fresh problem, or one for each student of a class."""

import argparse
import re
from collections.abc import Mapping
from dataclasses import replace

from ..activation import ACTIVATIONS
from ..cost import COSTS
from ..display import count
from ..validation import one_of
from ..worked.document import FORMATS
from ..worked.generate import RATE, generate
from ..worked.problem import Problem, error_context, to_toml
from ..worked.rounding import ROUNDINGS
from ..worked.sheet import Explanation, joint_document
from .options import (
    Parser,
    add_format,
    add_hide,
    add_notation,
    add_output,
    add_rounding,
    number,
)
from .output import (
    STANDARD,
    make_folder,
    require_folder,
    require_free,
    write_files,
    write_text,
)

MOST_SEEDS = 1000
SEED = r"\d{1,18}"


def add_arguments(parser: Parser) -> None:
    """Add the arguments of new.

    Parameters
    ----------
    parser : Parser
        The command.
    """
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        required=True,
        help="how many inputs, and how many nodes in each layer",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--seed", type=int, default=0, help="another one, other numbers (0)"
    )
    which.add_argument(
        "--seeds",
        type=seeds,
        help="those of a class, such as 1-30 or 1-9,12: --out is a folder for "
        "their problems, one sheet and one file of solutions",
    )
    parser.add_argument(
        "--activation",
        nargs="+",
        default=["sigmoid"],
        help=f"one for all layers, or one a layer: {', '.join(ACTIVATIONS)}",
    )
    parser.add_argument(
        "--cost", default="half_squared_error", help=", ".join(COSTS)
    )
    parser.add_argument("--rate", type=number, default=RATE, help=f"({RATE})")
    parser.add_argument(
        "--digits",
        type=int,
        default=3,
        help="decimals, and significant digits, to round to (3)",
    )
    add_rounding(parser, ROUNDINGS[0], ROUNDINGS[0])
    parser.add_argument(
        "--residual",
        type=int,
        nargs="+",
        default=[],
        help="numbers of the layers with a residual connection (none)",
    )
    add_output(
        parser,
        "a file (the standard output); with --seeds, a folder",
        STANDARD,
    )
    add_format(parser, "html, for the sheets of --seeds")
    add_notation(parser)
    add_hide(parser, "on the sheets of --seeds: values (default), formulas")
    parser.set_defaults(run=run, notation=None)


def run(given: argparse.Namespace) -> str:
    """Generate one problem, or the files of a class.

    Parameters
    ----------
    given : argparse.Namespace
        The arguments.
    """
    if given.seeds is not None:
        return run_class(given)
    for option in ("format", "notation", "hide"):
        if getattr(given, option) is not None:
            raise ValueError(
                f"--{option} is for the sheets of --seeds; a problem alone "
                "was expected: its sheet is made by explain"
            )
    problem = to_toml(problem_of(given, given.seed))
    return write_text(problem, given.out, force=given.force)


def problem_of(given: argparse.Namespace, seed: int) -> Problem:
    """Generate the problem of a seed.

    Parameters
    ----------
    given : argparse.Namespace
        The arguments.
    seed : int
        One of the seeds.
    """
    names: list[str] = given.activation
    return generate(
        given.sizes,
        seed,
        names[0] if len(names) == 1 else names,
        given.cost,
        given.rate,
        given.digits,
        given.residual,
        given.rounding,
    )


# --- a class ----------------------------------------------------------------


def seeds(text: str) -> tuple[int, ...]:
    """Read seeds: numbers, and ranges of them.

    Parameters
    ----------
    text : str
        What was typed, such as ``1-30`` or ``1-9,12``.
    """
    part = rf"{SEED}(?:-{SEED})?"
    if not re.fullmatch(rf"{part}(?:,{part})*", text, re.ASCII):
        raise argparse.ArgumentTypeError(
            f"invalid seeds {text!r}; numbers were expected, such as 1-30 or "
            "1-9,12"
        )
    ends = [tuple(map(int, part.split("-"))) for part in text.split(",")]
    ranges = [range(each[0], each[-1] + 1) for each in ends]
    if not all(ranges) or sum(map(len, ranges)) > MOST_SEEDS:
        raise argparse.ArgumentTypeError(
            f"invalid seeds {text!r}; from 1 to {MOST_SEEDS} of them were "
            "expected, such as 1-30"
        )
    return tuple(dict.fromkeys(seed for each in ranges for seed in each))


def run_class(given: argparse.Namespace) -> str:
    """Write a problem for each seed, their sheets, and their solutions.

    Parameters
    ----------
    given : argparse.Namespace
        The arguments.
    """
    require_folder(given.out, "--seeds")
    format_name = one_of("format", given.format or "html", FORMATS)
    hide = given.hide or "values"
    problems: dict[int, Problem] = {}
    for seed in given.seeds:
        with error_context(f"seed {seed}"):
            problems[seed] = problem_of(given, seed)
    sheets = {
        seed: problem.explain(given.notation or "book", hide)
        for seed, problem in problems.items()
    }
    texts = problem_files(problems) | sheet_files(sheets, format_name)
    files = {given.out / name: text for name, text in texts.items()}
    require_free(files, force=given.force)
    make_folder(given.out)
    return write_files(files)


def problem_files(problems: Mapping[int, Problem]) -> dict[str, str]:
    """Return the problem files of a class, by their names.

    Parameters
    ----------
    problems : mapping of int to Problem
        The problem of each seed.
    """
    width = max(2, *(len(str(seed)) for seed in problems))
    return {
        f"problem-{seed:0{width}}.toml": to_toml(problem)
        for seed, problem in problems.items()
    }


def sheet_files(
    sheets: Mapping[int, Explanation], format_name: str
) -> dict[str, str]:
    """Return the sheet of a class and its solutions, by their names.

    Parameters
    ----------
    sheets : mapping of int to Explanation
        The sheet of each seed.
    format_name : str
        A name in `literate_bp.worked.document.FORMATS`.
    """
    problems = [
        replace(sheet, heading=f"Problem {seed}: ")
        for seed, sheet in sheets.items()
    ]
    solutions = [
        replace(sheet.solutions, heading=f"Solutions to problem {seed}: ")
        for seed, sheet in sheets.items()
    ]
    title = count(len(sheets), "problem")
    suffix = FORMATS[format_name].suffix
    return {
        f"sheet.{suffix}": joint_document(title, problems, format_name),
        f"solutions.{suffix}": joint_document(
            f"Solutions to {title}", solutions, format_name
        ),
    }
