"""Mutation testing: change the package in many small ways that could be bugs, and see that a test objects.

python tools/mutants [FILE or ROOM ...] judges the mutants of files (network.py, formula/printing.py), of rooms (rules,
formula, proof, worked, compiled), or of all. The tests of a file's own room run first, and those of all rooms for what
they let live. A mutant that no test kills has to stand in equivalent.toml, with the reason; else it ends with 1.

Only tests that reach the changed line run, the fastest first, until one fails: in a process forked from one that has
collected them. Tools that start the tests anew for each mutant take seconds for one; here a second sees several. What
is found is kept in .mutants/: a run that was broken off goes on where it was, and --write makes the score of it. A room
is judged in a random order, always the same, so that where a run was broken off the score is that of a sample.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable

from changes import Mutant
from judge import EVERYWHERE, Bounds, judge
from reach import HERE, PACKAGE, package_state
from results import SCORE, Results, disproved, equivalent, excused, in_random_order, mutants_of, outdated, room, written

ROOMS = ("", "formula", "proof", "worked", "compiled")


def files() -> list[str]:
    """Name every file of the package that is mutated, the rules first."""
    return [path.relative_to(PACKAGE).as_posix() for part in ROOMS for path in sorted((PACKAGE / part).glob("*.py"))]


def chosen_by(options: argparse.Namespace, results: Results) -> list[Mutant]:
    """Choose the mutants that are to be judged."""
    known = {each for name in files() for each in (name, room(name))}
    if unknown := [name for name in options.what if name not in known]:
        raise SystemExit(f"{', '.join(unknown)}: no file of the package has this name, and none of its rooms")
    names = [name for name in files() if not options.what or {name, room(name)} & {*options.what}]
    made = mutants_of(names)
    if options.survivors:
        return [m for m in made if results.survived(m) and m.name not in equivalent()]
    if options.sample:
        known = excused()
        made = [m for m in made if m.body is not None and m.name not in known]
        # A commit draws the same sample each time, so that a failure can be repeated, and what changes the package
        # draws another one, so that in time all are seen.
        seed = options.seed or package_state()
        drawn = random.Random(seed).sample(made, min(options.sample, len(made)))  # noqa: S311 — no secret
        return sorted(drawn, key=made.index)
    unwanted = {True: options.calls, False: options.imports}  # by whether an import runs what is changed
    return in_random_order(m for m in made if results.of(m) is None and not unwanted[m.body is None])


def positive(kind: type[int] | type[float]) -> Callable[[str], float]:
    """Return what reads a number above 0."""

    def number(text: str) -> float:
        if not (found := kind(text)) > 0:
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return found

    return number


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser("mutants", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", nargs="*", help="files or rooms; everything, if none is named")
    parser.add_argument(
        "--sample", type=positive(int), help="judge so many only of functions, by the tests of their rooms"
    )
    parser.add_argument("--seed", help="draw another sample than that of the package as it is")
    parser.add_argument("--survivors", action="store_true", help="judge those again that are alive")
    parser.add_argument(
        "--seconds", type=positive(float), default=20, help="of the processor that the tests of a mutant may take"
    )
    parser.add_argument(
        "--minutes", type=positive(float), default=float("inf"), help="begin with none later, in each room"
    )
    parser.add_argument(
        "--by",
        nargs="*",
        default=EVERYWHERE,
        choices=EVERYWHERE,
        metavar="ROOM",
        help="whose tests judge what a mutant's own room lets live: all, or none",
    )
    parser.add_argument("--calls", action="store_true", help="leave out what an import runs, which takes seconds each")
    parser.add_argument("--imports", action="store_true", help="leave out what calls run")
    parser.add_argument("--write", action="store_true", help="judge nothing: write the score of what is known")
    return parser.parse_args()


def main() -> int:
    """Judge the mutants that are asked for, and tell of those that no test kills."""
    options = parsed()
    if old := outdated():
        print("equivalent.toml has entries that are no mutants of the package any more:", *old, sep="\n  ")
        return 1
    folder = HERE / ".mutants"
    results = Results(folder / ("sample.jsonl" if options.sample else "results.jsonl"))
    if options.write:
        SCORE.write_text(json.dumps(written(mutants_of(files()), results), indent=1, ensure_ascii=False) + "\n")
        return 0
    chosen, began = chosen_by(options, results), time.monotonic()
    bounds = Bounds(options.seconds, options.minutes, imports=not (options.sample or options.calls))
    for part in sorted({room(m.file) for m in chosen}):
        judge([m for m in chosen if room(m.file) == part], [part], results, bounds)
    if not options.sample and options.by and (alive := [m for m in chosen if results.survived(m)]):
        judge(alive, options.by, results, bounds)
    return told([m for m in chosen if results.of(m)], results, time.monotonic() - began)


def told(chosen: list[Mutant], results: Results, seconds: float) -> int:
    """Say what became of the mutants; give 1 if one is alive that the list does not explain, or is killed in spite."""
    alive = [m.name for m in chosen if results.survived(m)]
    unexplained = [name for name in alive if name not in equivalent()]
    print(f"{len(chosen)} mutants in {seconds:.0f} s: {len(chosen) - len(alive)} killed", end=", ")
    print(f"{len(alive) - len(unexplained)} equivalent, {len(unexplained)} alive")
    wrong = disproved(chosen, results)
    print(*(f"alive: {name}" for name in unexplained), *(f"killed, but listed: {name}" for name in wrong), sep="\n")
    return bool(unexplained or wrong)


if __name__ == "__main__":
    sys.exit(main())
