"""Time the gradients of all contenders in turns, with the threads that the environment allows; prints JSON.

`bench.py` starts it, once for each number of threads and for a GPU, with the variables set that libraries read when
they are imported. Every contender's gradients are compared with the clear form first: a wrong one ends it.
"""

import argparse
import gc
import json
import os
import statistics
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from shutil import which
from typing import Any

from cases import AGREEMENT, CASES, Case, Problem, clear_gradients, off, problem
from contenders import LIMITS, ON_GPU, OURS, PEERS, Contender
from options import at_least
from timing import TURNS, clock_of, in_turns, quartiles, seconds

TOO_SLOW = 1.0
"""A peer that takes so many seconds for one gradient is left out."""


def left_out(contender: Contender, case: Case) -> str:
    """Return why a contender is not tried, or nothing."""
    if contender.library and find_spec(contender.library) is None:
        return "not installed"
    if contender.library == "tinygrad" and not which("clang"):
        return "tinygrad writes C, and there is no clang"
    return f"too slow to try with more than {contender.most:,} weights times examples" * (case.work > contender.most)


def prepared(contender: Contender, given: Problem) -> tuple[Any, float, float]:
    """Return what runs, how far its gradients are off, and the seconds of a processor that it takes."""
    run, read = contender.make(given)
    apart = off(read(run()), clear_gradients(given, contender.cost))
    dtype = str(given.x.dtype)
    if not apart <= AGREEMENT[dtype]:
        raise SystemExit(f"{contender.name} is off by {apart:.1e} in {dtype}, with {given.network.sizes}")
    return run, apart, seconds(run, 1)


def of_case(
    case: Case, dtype: str, contenders: tuple[Contender, ...], clock: Callable[[], float], turns: int = TURNS
) -> Iterator[dict[str, Any]]:
    """Yield what was found of each contender, in one case and type."""
    given = problem(case, dtype)
    about = {"case": case.name, "dtype": dtype}
    runs, aparts = {}, {}
    for contender in contenders:
        print(f"{case.name}, {dtype}: {contender.name}", file=sys.stderr, flush=True)
        if why := left_out(contender, case):
            yield {**about, "contender": contender.name, "left out": why}
            continue
        run, apart, once = prepared(contender, given)
        if contender in PEERS and once > TOO_SLOW:
            yield {**about, "contender": contender.name, "left out": f"one gradient takes {once:.2g} s"}
        else:
            runs[contender.name], aparts[contender.name] = run, apart
    gc.collect()
    gc.freeze()  # what the libraries hold is not looked through again and again
    times = in_turns(runs, clock, turns)
    limit = min((times[name] for name in (c.name for c in LIMITS) if name in times), key=statistics.median)
    for name, took in times.items():
        yield {
            **about,
            "contender": name,
            "off": float(f"{aparts[name]:.1e}"),
            "µs": quartiles(1e6 * each for each in took),
            "of limit": quartiles(each / least for each, least in zip(took, limit, strict=True)),
        }


def stay_on_one_processor() -> None:
    """Keep to one processor, where the system lets a process choose: JAX starts a thread for each that it sees."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def gpu() -> str:
    """Return the name of the GPU that PyTorch or JAX finds, or nothing."""
    if find_spec("torch"):
        import torch  # noqa: PLC0415  where it is installed

        if torch.cuda.is_available():
            return str(torch.cuda.get_device_name())
    if find_spec("jax"):
        import jax  # noqa: PLC0415  where it is installed

        try:
            return str(jax.devices("gpu")[0].device_kind)
        except RuntimeError:
            return ""
    return ""


def main() -> None:
    """Print what was found, a list in JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=at_least(1), default=1)
    parser.add_argument("--turns", type=at_least(2), default=TURNS, help="how often each takes its turn")
    parser.add_argument("--gpu", action="store_true", help="on the GPU, if there is one")
    names = [case.name for case in CASES]
    parser.add_argument("--cases", nargs="+", default=names, choices=names)
    asked = parser.parse_args()
    if asked.threads == 1 and not asked.gpu:
        stay_on_one_processor()
    contenders = (*LIMITS, *(ON_GPU if asked.gpu else (*OURS, *PEERS)))
    cases = [case for case in CASES if case.name in asked.cases]
    found: list[dict[str, Any]] = []
    if not asked.gpu or gpu():
        for case in cases:
            for dtype in AGREEMENT:
                found += of_case(case, dtype, contenders, clock_of(2 if asked.gpu else asked.threads), asked.turns)
    print(json.dumps({"gpu": gpu(), "found": found} if asked.gpu else found))


if __name__ == "__main__":
    main()
