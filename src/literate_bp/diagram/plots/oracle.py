"""The plot of how far numerical derivatives are off."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from .plot import DataTable, Panel, Plot, Series, format_number, line_plot

__all__ = ["error_against_step"]


def error_against_step(steps: npt.ArrayLike, errors: Mapping[str, npt.ArrayLike], floor: float = 1e-17) -> Plot:
    """Draw how far numerical derivatives are off, for steps of every size.

    Both axes are in powers of ten.

    Parameters
    ----------
    steps : array_like (n,)
        The sizes of the steps.
    errors : mapping of str to array_like (n,)
        Relative errors, by method, two or three.
    floor : float
        What is smaller is drawn here: a logarithm has no place for 0.
    """
    h = np.asarray(steps)
    measured = {name: np.maximum(np.asarray(error), floor) for name, error in errors.items()}
    shades = ("gradient", "ink", "muted")
    series = tuple(
        Series(name, tuple(h), tuple(error), shade, marked=True)
        for (name, error), shade in zip(measured.items(), shades, strict=False)
    )
    rows = [
        (format_number(step, 1), *(format_number(np.asarray(errors[name])[i], 2) for name in errors))
        for i, step in enumerate(h)
    ]
    least = "; ".join(
        f"{name}: least {format_number(np.asarray(error).min(), 1)} at {format_number(h[np.argmin(error)], 1)}"
        for name, error in errors.items()
    )
    panel = Panel(series, x_label="size of the step", y_label="relative error", scale="log")
    alt = f"Relative error of derivatives against the size of the step. {least}."
    return line_plot((panel,), alt, DataTable(("step", *errors), tuple(rows)), height=300)
