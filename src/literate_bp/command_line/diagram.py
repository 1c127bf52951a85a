"""The command diagram: the diagrams of a problem, as files."""

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from ..cost import COSTS
from ..validation import one_of
from ..worked.problem import Problem
from .options import Parser, add_output, add_problem, problem_at
from .output import (
    listing,
    make_folder,
    require_folder,
    require_free,
    writing,
)
from .terminal import complain

SUFFIXES = ("svg", "png", "pdf")
BACKWARD_NODE = "2-node-backward"
NAMES = (
    "1-node-forward",
    BACKWARD_NODE,
    "3-network-forward",
    "4-network-backward",
    "5-weight-gradients",
)


def add_arguments(parser: Parser) -> None:
    """Add the arguments of diagram.

    Parameters
    ----------
    parser : Parser
        The command.
    """
    add_problem(parser)
    add_output(parser, "a folder (this one)", Path())
    parser.add_argument(
        "--format", default="svg", help="svg, png or pdf (svg)"
    )
    parser.add_argument(
        "--theme",
        default="auto",
        help="light, dark, or auto: an SVG follows the reader's (auto)",
    )
    parser.add_argument(
        "--values", default="both", help="symbols, numbers or both (both)"
    )
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> str:
    """Draw the diagrams, and return the names of their files.

    Parameters
    ----------
    given : argparse.Namespace
        The arguments.
    """
    one_of("format", given.format, SUFFIXES)
    one_of("theme", given.theme, ("auto", "light", "dark"))
    require_folder(given.out, "diagram")
    problem = problem_at(given.problem)
    files = {
        name: given.out / f"{name}.{given.format}"
        for name in names_of(problem)
    }
    require_free(files.values(), force=given.force)
    pictures = drawings(problem, given.values, given.notation)
    if BACKWARD_NODE not in files:
        complain(
            given.program,
            f"no {BACKWARD_NODE}: cost {problem.network.cost!r} gives the "
            "error of the only layer at once",
        )
    make_folder(given.out)
    for name, path in files.items():
        with writing(path):
            pictures[name].save(path, given.theme)
    return listing(files.values())


def names_of(problem: Problem) -> list[str]:
    """Return the names of the diagrams that a problem has.

    Parameters
    ----------
    problem : Problem
        A network and one example.
    """
    network = problem.network
    at_once = COSTS[network.cost].output is not None
    skipped = BACKWARD_NODE if len(network.layers) == 1 and at_once else ""
    return [name for name in NAMES if name != skipped]


def drawings(problem: Problem, values: str, notation: str) -> dict[str, Any]:
    """Draw the diagrams of a problem, by their names.

    Parameters
    ----------
    problem : Problem
        A network and one example.
    values, notation : str
        As for `literate_bp.diagram`.
    """
    from .. import diagram  # Matplotlib is for those who draw

    network, x, y = problem.network, problem.x, problem.y
    chosen: Any = {"values": values, "notation": notation}
    drawn = {
        "1-node-forward": partial(diagram.node_forward, network, x),
        BACKWARD_NODE: partial(diagram.node_backward, network, x, y),
        "3-network-forward": partial(diagram.network_forward, network, x, y),
        "4-network-backward": partial(diagram.network_backward, network, x, y),
        "5-weight-gradients": partial(diagram.weight_gradients, network, x, y),
    }
    return {name: drawn[name](**chosen) for name in names_of(problem)}
