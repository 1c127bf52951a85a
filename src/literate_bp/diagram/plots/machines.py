"""The plots of several machines: the time of a step by their number, and who does what when in a pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from ...pipeline import Task, most_kept, schedule, waiting_share
from ...validation import by_name, whole
from .growth import increasing, positives
from .live_pipeline import ORDERS
from .moved import written
from .plot import SMALL, DataTable, Panel, Plot, Series, format_number, line_plot, plot_figure, style_axes

__all__ = ["pipeline_schedule", "time_by_machines"]

SHADES = ("ink", "gradient", "error")
MOST_STAGES, MOST_BATCHES = 6, 9
WAYS = {True: ("forward", "activated"), False: ("back", "error")}
BACK = 2.0
"""The time of the way back; forward, it is 1."""


def time_by_machines(machines: npt.ArrayLike, times: Mapping[str, npt.ArrayLike]) -> Plot:
    """Draw what a step takes against the number of machines, on logarithmic axes.

    Parameters
    ----------
    machines : array_like (n,)
        At least three numbers in increasing order.
    times : mapping of str to array_like (n,)
        Seconds for each, by what takes them; three at most.

    Raises
    ------
    ValueError
        If a number is not above 0, or there is not one for each of the
        machines.
    """
    counts = increasing("machines", machines)
    series = []
    for (name, values), shade in zip(by_name("times", times, len(SHADES)).items(), SHADES, strict=False):
        found = positives(f"times[{name!r}]", values)
        if found.shape != counts.shape:
            raise ValueError(
                f"times[{name!r}] has shape {found.shape}; one for each of the machines was expected, so {counts.shape}"
            )
        series.append(Series(name, tuple(counts), tuple(found), shade, marked=True))
    rows = tuple(
        (f"{count:,.0f}", *(f"{format_number(each.y[n])} s" for each in series)) for n, count in enumerate(counts)
    )
    panel = Panel(tuple(series), x_label="machines", y_label="seconds a step", scale="log")
    alt = f"Seconds of a step with {counts[0]:,.0f} to {counts[-1]:,.0f} machines: {', '.join(times)}."
    return line_plot((panel,), alt, DataTable(("machines", *times), rows), height=300)


def pipeline_schedule(stages: int, batches: int) -> Plot:
    """Draw which small batch is in which stage, and on which way, in two orders.

    The way back takes twice as long as the way forward. A reader of a page can
    change all of this, and go through a schedule.

    Parameters
    ----------
    stages, batches : int
        How many there are.

    Raises
    ------
    ValueError
        If one of them is no whole number, or there would be no room.
    """
    stages = whole("stages", stages, most=MOST_STAGES)
    batches = whole("batches", batches, most=MOST_BATCHES)
    schedules = {title: schedule(stages, batches, order, BACK) for title, order in ORDERS.values()}

    def draw(shades: dict[str, str], width: float) -> Figure:
        figure = plot_figure(width, 2 * (66 + 26 * stages))
        for axes, (name, tasks) in zip(figure.subplots(2, 1), schedules.items(), strict=True):
            draw_tasks(axes, tasks, stages, shades)
            axes.set(title=name, xlabel="time", ylabel="stage")
            style_axes(axes, shades)
        handles = [
            Patch(facecolor=shades[f"{color}-fill"], edgecolor=shades[color], label=label)
            for label, color in WAYS.values()
        ]
        style = {"frameon": False, "fontsize": SMALL, "labelcolor": shades["ink"], "ncols": 2}
        figure.legend(handles=handles, loc="outside lower center", **style)
        return figure

    said = "; ".join(
        f"{name}: a stage waits {waiting_share(tasks):.0%} of the time, and keeps {most_kept(tasks)} of them at most"
        for name, tasks in schedules.items()
    )
    alt = f"{batches} small batches in {stages} stages, forward and back. {said}."
    rows = tuple(
        (f"{name}, stage {stage + 1}", passes_of(tasks, stage))
        for name, tasks in schedules.items()
        for stage in range(stages)
    )
    orders = {name: title for name, (title, _) in ORDERS.items()}
    book = {"order": next(iter(orders)), "stages": stages, "batches": batches, "back": BACK}
    live = written("pipeline", orders=orders, book=book)
    return Plot(draw, alt, DataTable(("", "begins"), rows), live=live, script="plot")


def passes_of(tasks: Sequence[Task], stage: int) -> str:
    """Say when a stage begins with what."""
    own = [task for task in tasks if task.stage == stage]
    return ", ".join(f"{task.start:.0f} {WAYS[task.forward][0]} {task.batch + 1}" for task in own)


def draw_tasks(axes: Any, tasks: Sequence[Task], stages: int, shades: Mapping[str, str]) -> None:
    """Draw a bar for each pass, with the number of its small batch if there is room."""
    end = max(task.end for task in tasks)
    for task in tasks:
        _, color = WAYS[task.forward]
        axes.barh(
            task.stage + 1,
            task.end - task.start,
            left=task.start,
            height=0.8,
            color=shades[f"{color}-fill"],
            edgecolor=shades[color],
            linewidth=1.0,
        )
        axes.text(
            (task.start + task.end) / 2,
            task.stage + 1,
            str(task.batch + 1),
            color=shades["ink"],
            size=SMALL if end < MOST_ROOM else SMALL - 3,
            ha="center",
            va="center",
        )
    axes.set(xlim=(0, end), ylim=(stages + 0.5, 0.5))
    axes.set_yticks(range(1, stages + 1))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))


MOST_ROOM = 34
"""Up to such a length, there is room for numbers of the usual size."""
