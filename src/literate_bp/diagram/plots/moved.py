"""What a page needs to let its reader change what a plot shows: small networks that run there, or numbers made here."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...activation import Array, elementwise_activations
from ...initialization import initialize
from ...precision import rounding_outcomes
from ...validation import kind_of, whole
from ...vanishing import largest_derivative, spectral_norm
from .plot import Plot

__all__ = ["moved_scale", "with_equal_layers"]

DEEPEST, NODES, DECIMALS = 50, 4, 3
"""The networks of equal layers: the most layers, how many nodes each has, and the decimals of their weights."""


def with_equal_layers(plot: Plot, depth: int, seed: int = 0) -> Plot:
    """Let a reader of a page change the number of layers, the weights, the biases and the activation, and see errors.

    The networks are small, so that a page can run them: layers of four nodes,
    with weights drawn at random, or of one node.

    Parameters
    ----------
    plot : Plot
        The plot of the errors of larger networks, which a page has at first.
    depth : int
        The number of layers to begin with.
    seed : int
        The seed of the weights, the inputs and the targets.

    Raises
    ------
    ValueError
        If an argument is of another kind, or there are more layers than 50.
    """
    require_plot(plot)
    depth = whole("depth", depth, 2, DEEPEST)
    drawn = initialize((NODES,) * (DEEPEST + 1), "sigmoid", seed=seed)
    draw = np.random.default_rng(seed)
    tables = [layer.matrix.round(DECIMALS) for layer in drawn.layers]
    random = {
        "w": [table.tolist() for table in tables],
        "norms": [spectral_norm(table) for table in tables],
        "x": draw.normal(size=NODES).round(DECIMALS).tolist(),
        "y": draw.uniform(size=NODES).round(DECIMALS).tolist(),
        "book": {"weight": 1, "bias": 0},
    }
    chain = {"w": [[[1]]], "norms": [1], "x": [0.5], "y": [1], "book": {"weight": 4, "bias": -2}}
    steepest = {name: largest_derivative(name) for name in elementwise_activations()}
    networks = {"drawn": random, "chain": chain}
    live = written("vanishing", deepest=DEEPEST, depth=depth, steepest=steepest, networks=networks)
    return replace(plot, live=live, moved=True)


def moved_scale(
    title: str, numbers: Array, dtype: npt.DTypeLike, ends: tuple[float, float], edges: tuple[float, ...]
) -> str:
    """Return what becomes of numbers that are multiplied by powers of two, as JSON.

    Parameters
    ----------
    title : str
        What the numbers are.
    numbers : ndarray
        The numbers, of which not all are 0.
    dtype : dtype
        The format to which they are rounded.
    ends : tuple of float
        The powers of two at the ends of the axis. What is multiplied stays
        between them.
    edges : tuple of float
        The powers of two between what rounding does.
    """
    sizes = np.abs(numbers[numbers != 0].astype(np.float64))
    counts, bins = np.histogram(powers := np.log2(sizes), np.arange(np.floor(powers.min()), np.floor(powers.max()) + 2))
    scales = range(int(ends[0] - bins[0]), int(ends[1] - bins[-1]) + 1)
    outcomes = [rounding_outcomes(np.ldexp(sizes, power), dtype) for power in scales]
    return written(
        "scale",
        title=title,
        format=np.dtype(dtype).name,
        first=int(bins[0]),
        counts=counts.tolist(),
        ends=ends,
        edges=edges,
        least=scales[0],
        outcomes=[[round(share * sizes.size) for share in each] for each in outcomes],
    )


def require_plot(plot: object) -> None:
    """Refuse what is no plot."""
    if not isinstance(plot, Plot):
        raise ValueError(f"plot is {kind_of(plot)}; a Plot was expected, from a function of literate_bp.diagram.plots")


def written(kind: str, **given: Any) -> str:
    """Return what a page needs as JSON without spaces, with the kind of plot that it is."""
    return json.dumps({"kind": kind, **given}, ensure_ascii=False, separators=(",", ":"))
