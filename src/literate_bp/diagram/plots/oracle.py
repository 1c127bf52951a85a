"""The plot of the errors of numerical derivatives."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ...validation import by_name, positive, vector
from .plot import DataTable, Panel, Plot, Series, format_number, line_plot

__all__ = ["error_against_step"]

SHADES = ("gradient", "ink", "muted")


def error_against_step(steps: npt.ArrayLike, errors: Mapping[str, npt.ArrayLike], floor: float = 1e-17) -> Plot:
    """Draw the errors of numerical derivatives against the step size, on logarithmic axes.

    Parameters
    ----------
    steps : array_like (n,)
        The step sizes.
    errors : mapping of str to array_like (n,)
        Relative errors, by the name of the method, of at most three methods.
    floor : float
        Smaller errors are drawn at this value, as a logarithmic axis has no 0.

    Raises
    ------
    ValueError
        If an argument has the wrong kind or shape.
    """
    h = vector("steps", steps)
    positive("floor", floor)
    measured = {name: vector(f"errors[{name!r}]", error) for name, error in by_name("errors", errors, 3).items()}
    for name, error in measured.items():
        if error.shape != h.shape:
            raise ValueError(f"errors[{name!r}] has shape {error.shape}; one for each step was expected, so {h.shape}")
    series = tuple(
        Series(name, tuple(h), tuple(np.maximum(error, floor)), shade, marked=True)
        for (name, error), shade in zip(measured.items(), SHADES, strict=False)
    )
    rows = [
        (format_number(step, 1), *(format_number(error[i], 2) for error in measured.values()))
        for i, step in enumerate(h)
    ]
    least = "; ".join(
        f"{name}: least {format_number(error.min(), 1)} at {format_number(h[np.argmin(error)], 1)}"
        for name, error in measured.items()
    )
    panel = Panel(series, x_label="size of the step", y_label="relative error", scale="log")
    alt = f"Relative error of derivatives against the size of the step. {least}."
    return line_plot((panel,), alt, DataTable(("step", *measured), tuple(rows)), height=300)
