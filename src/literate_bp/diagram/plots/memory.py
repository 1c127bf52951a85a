"""The plots of what training must remember."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...checkpointing import best_count, least_units, units_kept
from ...memory import MemoryPlan
from .plot import DataTable, Panel, Plot, Series, format_number, line_plot

__all__ = ["memory_by_segments", "memory_by_step"]

MIB = 2**20
SHOWN = 24
"""In about how many rows of a table a pass is told."""


def memory_by_segments(n: int) -> Plot:
    """Draw what k segments of n layers keep, from one segment to n.

    Parameters
    ----------
    n : int
        How many layers there are.
    """
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
    """Draw what is alive at every step of a pass, predicted and measured.

    Parameters
    ----------
    plans : mapping of str to MemoryPlan
        By what to call the pass, one or two.
    measured : mapping of str to sequence of int
        What `literate_bp.profiling.measured_steps` gave for each.
    """
    top = 1.08 * max(plan.peak for plan in plans.values()) / MIB
    panels: list[Panel] = []
    rows: list[tuple[str, ...]] = []
    for name, plan in plans.items():
        steps = tuple(range(1, len(plan.steps) + 1))
        found = tuple(size / MIB for size in measured[name][: len(steps)])
        told = tuple(step.alive / MIB for step in plan.steps)
        series = (Series("predicted", steps, told, "ink"), Series("measured", steps, found, "gradient"))
        panels.append(Panel(series, name, "step", "MiB alive", limits=(0, top), legend=not panels))
        for number in range(0, len(steps), max(1, len(steps) // SHOWN)):
            step = plan.steps[number]
            where = f"{name}, step {number + 1}: {step.operation}, layer {step.layer}"
            rows.append((where, format_number(told[number]), format_number(found[number])))
    peaks = "; ".join(
        f"{name}: at most {format_number(plan.peak / MIB)} predicted, "
        f"{format_number(max(measured[name]) / MIB)} measured"
        for name, plan in plans.items()
    )
    alt = f"MiB alive at every step of a pass. {peaks}."
    return line_plot(panels, alt, DataTable(("step", "MiB predicted", "MiB measured"), tuple(rows)), height=270)
