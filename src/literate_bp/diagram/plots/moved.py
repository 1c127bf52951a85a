"""What a page needs to let its reader change what a plot shows: small networks that run there, or numbers made here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...activation import Array, elementwise_activations
from ...initialization import initialize
from ...precision import rounding_outcomes
from ...validation import by_name, finite, kind_of, numeric, whole
from ...vanishing import largest_derivative, spectral_norm
from .plot import Plot

__all__ = ["moved_descent", "moved_optimizers", "moved_scale", "with_equal_layers", "with_starts"]

DEEPEST, NODES, DECIMALS = 50, 4, 3
"""The networks of equal layers: the most layers, how many nodes each has, and the decimals of their weights."""
MOST = 12
"""The most activations, and the most schemes, that a reader can choose from."""


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
    return replace(plot, live=live, script="plot")


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


def moved_descent(
    x: Array, y: Array, ends: Any, levels: Sequence[Array], path: Array, rate: float, momentum: float
) -> str:
    """Return what a page needs to walk downhill, as JSON.

    Parameters
    ----------
    x, y : ndarray
        The inputs and the targets of the examples.
    ends : tuple of tuple of float
        The ends of both axes.
    levels : sequence of ndarray
        Lines of equal cost.
    path : ndarray
        The walk to begin with.
    rate, momentum : float
        Those of this walk.
    """
    return written_surface(x, y, ends, levels, {"rate": rate, "momentum": momentum, **beginning(path)})


def moved_optimizers(
    x: Array,
    y: Array,
    ends: Any,
    levels: Sequence[Array],
    name: str,
    path: Array,
    powers: Mapping[str, float],
    bounds: tuple[float, float],
) -> str:
    """Return what a page needs to walk downhill by optimizers, as JSON.

    Parameters
    ----------
    x, y, ends, levels : ndarray, ndarray, tuple of tuple of float, sequence of ndarray
        As for `moved_descent`.
    name, path : str, ndarray
        The optimizer and the walk to begin with.
    powers : mapping of str to float
        The rate of each optimizer, as a power of two.
    bounds : tuple of float
        The least and the largest power.
    """
    book = {"optimizer": name, "power": powers[name], **beginning(path)}
    return written_surface(x, y, ends, levels, book, powers=dict(powers), bounds=bounds)


def beginning(path: Array) -> dict[str, float]:
    """Return the number of steps of a walk, and where it begins."""
    return {"steps": len(path) - 1, "w1": path[0, 0], "w2": path[0, 1]}


def written_surface(
    x: Array, y: Array, ends: Any, levels: Sequence[Array], book: Mapping[str, Any], **more: Any
) -> str:
    """Return a surface, and what a reader begins with on it, as JSON."""
    lines = [line.round(2).tolist() for line in levels]
    return written("descent", x=x.tolist(), y=y.ravel().tolist(), ends=ends, levels=lines, book=book, **more)


def with_starts(plot: Plot, starts: Mapping[str, Mapping[str, npt.ArrayLike]]) -> Plot:
    """Let a reader of a page choose activation, scheme and seed, and see the sizes of values and errors by layer.

    Parameters
    ----------
    plot : Plot
        The plot that a page has at first.
    starts : mapping of str to mapping of str to array_like (seeds, 2, layers)
        By activation and scheme: the sizes of the activated values and of the
        errors of each layer, for the seeds 1, 2 and so on.

    Raises
    ------
    ValueError
        If an argument is of another kind, or starts have unequal shapes.
    """
    require_plot(plot)
    sizes: dict[str, dict[str, Any]] = {}
    shapes = set()
    for name, schemes in by_name("starts", starts, MOST).items():
        sizes[name] = {}
        for scheme, given in by_name(f"starts[{name!r}]", schemes, MOST).items():
            found = checked_sizes(f"starts[{name!r}][{scheme!r}]", given)
            sizes[name][scheme] = [[[float(f"{size:.2e}") for size in row] for row in both] for both in found]
            shapes.add((*found.shape, tuple(schemes)))
    if len(shapes) != 1:
        raise ValueError("starts have unequal schemes or shapes, or none; the same were expected for each activation")
    book = {"activation": next(iter(sizes)), "scheme": next(iter(next(iter(sizes.values())))), "seed": 1}
    return replace(plot, live=written("starts", sizes=sizes, book=book), script="plot")


def require_plot(plot: object) -> None:
    """Refuse what is no plot."""
    if not isinstance(plot, Plot):
        raise ValueError(f"plot is {kind_of(plot)}; a Plot was expected, from a function of literate_bp.diagram.plots")


def checked_sizes(what: str, values: npt.ArrayLike) -> Array:
    """Require sizes of two quantities, for some seeds and layers."""
    array = numeric(what, values)
    if array.ndim != 3 or array.shape[1] != 2 or 0 in array.shape:
        raise ValueError(f"{what} has shape {array.shape}; (seeds, 2, layers) was expected")
    finite(what, array)
    return array


def written(kind: str, **given: Any) -> str:
    """Return what a page needs as JSON without spaces, with the kind of plot that it is."""
    return json.dumps({"kind": kind, **given}, ensure_ascii=False, separators=(",", ":"))
