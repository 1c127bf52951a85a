"""The plot of activations beside their derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...activation import ACTIVATIONS, elementwise_activations
from ...validation import one_of
from .plot import DataTable, Panel, Plot, Series, format_number, line_plot

__all__ = ["activation_curves"]

REACH = (-6.0, 6.0)
HEIGHTS = (-1.3, 2.3)
"""What is drawn of a curve, from below to above."""
SHOWN_AT = (-4.0, -1.0, 0.0, 1.0, 4.0)


def activation_curves(names: Sequence[str]) -> Plot:
    """Draw activations of one linear part, each with its slope.

    Parameters
    ----------
    names : sequence of str
        Keys of `literate_bp.activation.ACTIVATIONS`; not softmax, which takes
        several linear parts at once.
    """
    declared = elementwise_activations()
    names = tuple(one_of("activation", name, declared) for name in names)
    alone = len(names) == 1
    panels = [
        Panel(
            (
                drawn(ACTIVATIONS[name].function, "curve", "activated"),
                drawn(ACTIVATIONS[name].derivative, "slope", "ink"),
            ),
            title=name,
            limits=None if alone else HEIGHTS,
            legend=number == 0,
        )
        for number, name in enumerate(names)
    ]
    at = np.array(SHOWN_AT)
    rows = [
        (f"{name}, {label}", *(format_number(value) for value in function(at)))
        for name in names
        for label, function in (("curve", ACTIVATIONS[name].function), ("slope", ACTIVATIONS[name].derivative))
    ]
    alt = f"Activations drawn over the linear part from −6 to 6, each with its slope dashed: {', '.join(names)}."
    return line_plot(
        panels,
        alt,
        DataTable(("linear part", *map(format_number, SHOWN_AT)), tuple(rows)),
        (4, 2),
        230 if alone else 165,
    )


def drawn(curve: Callable[[Any], Any], label: str, color: str) -> Series:
    """A curve over the linear part, as far as it is not too high or low."""
    z = np.linspace(*REACH, 481)
    value = curve(z)
    held = (value >= HEIGHTS[0]) & (value <= HEIGHTS[1])
    return Series(label, tuple(z[held]), tuple(value[held]), color)
