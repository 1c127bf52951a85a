"""The plots of the memory that training takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...activation import Array
from ...checkpointing import best_count, least_units, units_kept
from ...memory import MemoryPlan
from ...validation import by_name, finite, instance, vector, whole
from .plot import DataTable, Panel, Plot, Series, format_number, line_plot

__all__ = ["memory_by_segments", "memory_by_step"]

MIB = 2**20
MOST_ROWS = 24
"""The approximate number of rows that a table has for one pass."""
MOST_LAYERS = 10_000


def memory_by_segments(n: int) -> Plot:
    """Draw the number of arrays that checkpointing keeps, for 1 to n segments of n layers.

    Parameters
    ----------
    n : int
        The number of layers.

    Raises
    ------
    ValueError
        If n is not a whole number of at least 1.
    """
    n = whole("n", n, most=MOST_LAYERS)
    counts = tuple(range(1, n + 1))
    series = (
        Series("kept in all", counts, tuple(units_kept(n, k) for k in counts), "ink"),
        Series("inputs of the segments", counts, tuple(map(float, counts)), "input"),
        Series("layers of the open one", counts, tuple(n / k for k in counts), "activated"),
    )
    panel = Panel(series, x_label="segments", y_label="arrays kept", limits=(0, 1.05 * units_kept(n, 1)))
    rows = [
        (str(k), *(format_number(value) for value in (units_kept(n, k), k, n / k)))
        for k in counts
        if n % k == 0 or k == round(best_count(n))
    ]
    alt = (
        f"What {n} layers keep against the number of segments: {format_number(units_kept(n, 1))} arrays in one "
        f"segment, least near {format_number(best_count(n))} segments with {format_number(least_units(n))}, and "
        f"{format_number(units_kept(n, n))} in {n} segments."
    )
    return line_plot((panel,), alt, DataTable(("segments", *(each.label for each in series)), tuple(rows)), height=290)


def memory_by_step(plans: Mapping[str, MemoryPlan], measured: Mapping[str, Sequence[int]]) -> Plot:
    """Draw the memory in use at every step of training, as predicted and as measured, in MiB.

    Parameters
    ----------
    plans : mapping of str to MemoryPlan
        The predictions, by the title of their panel.
    measured : mapping of str to sequence of int
        The bytes that `literate_bp.profiling.measured_steps` returned for
        each of them.

    Raises
    ------
    ValueError
        If an argument is of another kind, or nothing was measured for a plan.
    """
    plans = {name: instance(f"plans[{name!r}]", plan, MemoryPlan) for name, plan in by_name("plans", plans, 4).items()}
    if missing := plans.keys() - by_name("measured", measured, len(plans)).keys():
        raise ValueError(f"measured has no {min(missing)!r}; an entry for each of the plans was expected")
    found = {name: bytes_of(name, measured[name], plan) for name, plan in plans.items()}
    top = 1.08 * max(plan.peak for plan in plans.values()) / MIB
    panels: list[Panel] = []
    rows: list[tuple[str, ...]] = []
    for name, plan in plans.items():
        steps = tuple(range(1, len(plan.steps) + 1))
        predicted = tuple(step.alive / MIB for step in plan.steps)
        sizes = tuple(size / MIB for size in found[name][: len(steps)])
        series = (Series("predicted", steps, predicted, "ink"), Series("measured", steps, sizes, "gradient"))
        panels.append(Panel(series, name, "step", "MiB alive", limits=(0, top), legend=not panels))
        for number in range(0, len(steps), max(1, len(steps) // MOST_ROWS)):
            step = plan.steps[number]
            where = f"{name}, step {number + 1}: {step.operation}, layer {step.layer}"
            rows.append((where, format_number(predicted[number]), format_number(sizes[number])))
    peaks = "; ".join(
        f"{name}: at most {format_number(plan.peak / MIB)} predicted, {format_number(max(found[name]) / MIB)} measured"
        for name, plan in plans.items()
    )
    alt = f"MiB alive at every step of a pass. {peaks}."
    return line_plot(panels, alt, DataTable(("step", "MiB predicted", "MiB measured"), tuple(rows)), height=270)


def bytes_of(name: str, sizes: Sequence[int], plan: MemoryPlan) -> Array:
    """Require bytes that were measured at every step of a plan."""
    what = f"measured[{name!r}]"
    found = vector(what, sizes)
    finite(what, found)
    if len(found) < len(plan.steps):
        raise ValueError(
            f"{what} has {len(found)} entries; the plan has {len(plan.steps)} steps, so as many were expected, or more"
        )
    return found
