"""The plot of activation functions and their derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...activation import ACTIVATIONS, elementwise_activations
from ...validation import one_of, sequence, shown
from .plot import DataTable, Panel, Plot, Series, format_number, line_plot

__all__ = ["activation_curves"]

Z_RANGE = (-6.0, 6.0)
Y_RANGE = (-1.3, 2.3)
"""The range of values that is drawn; the rest of a curve is left out."""
TABULATED = (-4.0, -1.0, 0.0, 1.0, 4.0)
"""The linear parts in the table of numbers."""


def activation_curves(names: Sequence[str]) -> Plot:
    """Draw activation functions of one linear part, each with its derivative.

    Parameters
    ----------
    names : sequence of str
        Keys of `literate_bp.activation.ACTIVATIONS`, but not softmax, which
        takes several linear parts at once.

    Raises
    ------
    ValueError
        If a name is unknown, or there is none.
    """
    declared = elementwise_activations()
    found = () if isinstance(names, str) else sequence("names", names, "names")
    if not found:
        raise ValueError(f"names is {shown(names)}; a list of names was expected, such as ['sigmoid', 'tanh']")
    names = tuple(one_of("activation", name, declared) for name in found)
    alone = len(names) == 1
    panels = [
        Panel(
            (
                curve(ACTIVATIONS[name].function, "curve", "activated"),
                curve(ACTIVATIONS[name].derivative, "slope", "ink"),
            ),
            title=name,
            limits=None if alone else Y_RANGE,
            legend=number == 0,
        )
        for number, name in enumerate(names)
    ]
    at = np.array(TABULATED)
    rows = [
        (f"{name}, {label}", *(format_number(value) for value in function(at)))
        for name in names
        for label, function in (("curve", ACTIVATIONS[name].function), ("slope", ACTIVATIONS[name].derivative))
    ]
    alt = f"Activations drawn over the linear part from −6 to 6, each with its slope dashed: {', '.join(names)}."
    table = DataTable(("linear part", *map(format_number, TABULATED)), tuple(rows))
    return line_plot(panels, alt, table, (4, 2), 230 if alone else 165)


def curve(function: Callable[[Any], Any], label: str, color: str) -> Series:
    """Return a function of the linear part as a curve, without the values outside the range."""
    z = np.linspace(*Z_RANGE, 481)
    value = function(z)
    inside = (value >= Y_RANGE[0]) & (value <= Y_RANGE[1])
    return Series(label, tuple(z[inside]), tuple(value[inside]), color)
