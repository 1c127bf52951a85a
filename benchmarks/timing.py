"""Times of runs that take turns, so that whatever else the machine does falls on all of them alike."""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping

Run = Callable[[], object]
Clock = Callable[[], float]
TURNS, TURN_SECONDS = 15, 0.005
WARM_UP = 0.02
"""What takes less than so many seconds runs once more at the begin of a turn, and is not timed."""


def clock_of(threads: int) -> Clock:
    """Return a clock: of one thread the time of the processor, of several the time on the wall."""
    return time.process_time if threads == 1 else time.perf_counter


def seconds(run: Run, times: int, clock: Clock = time.process_time) -> float:
    """Return the seconds that one of `times` runs takes."""
    start = clock()
    for _ in range(times):
        run()
    return (clock() - start) / times


def in_turns(
    runs: Mapping[str, Run], clock: Clock = time.process_time, turns: int = TURNS, turn_seconds: float = TURN_SECONDS
) -> dict[str, list[float]]:
    """Return the seconds of each run in each turn; another begins each turn."""
    once = {name: min(seconds(run, 1, clock) for _ in range(2)) for name, run in runs.items()}
    once |= {name: seconds(runs[name], 5, clock) for name, took in once.items() if took < turn_seconds}
    times = {name: max(1, round(turn_seconds / max(took, 1e-7))) for name, took in once.items()}
    found: dict[str, list[float]] = {name: [] for name in runs}
    order = list(runs)
    for _ in range(turns):
        for name in order:
            if once[name] < WARM_UP:
                runs[name]()
            found[name].append(seconds(runs[name], times[name], clock))
        order = [*order[1:], order[0]]
    return found


def quartiles(values: Iterable[float]) -> list[float]:
    """Return the first quartile, the median and the third quartile, to four digits."""
    return [float(f"{value:.4g}") for value in statistics.quantiles(values, n=4, method="inclusive")]
