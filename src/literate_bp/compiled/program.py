"""A network compiled: a program whose buffers are laid out once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import validation
from ..activation import Array
from ..display import Displayed, TextTable, count
from ..network import (
    Gradients,
    Network,
    in_a_row,
    inputs_of,
    output_placeholder,
    targets_of,
    with_row,
)
from ..training import History, mini_batches
from ..training import train as train_by
from .arrays import Arrays
from .backend import Backend, Prepared
from .floats import MOST_PRODUCTS, MOST_TERMS, Floats
from .graph import Graph
from .jax_backend import Jax
from .measured import FLOATS
from .passes import LETTERS, recorded_gradient, recorded_step
from .rewriting import rewritten
from .torch_backend import Torch

BACKENDS: Mapping[str, Callable[[Array], Backend]] = {
    "floats": Floats,
    "numpy": Arrays,
    "torch": Torch,
    "jax": Jax,
}
"""The backends by name."""
LIBRARIES = dict.fromkeys(
    ("torch", "jax"), (np.float64, np.float32, np.float16)
)
"""The types of numbers of the backends that are libraries."""


class Program(Displayed):
    """The gradients and the training of a network, as straight-line code.

    Make it with `compile`. It has its own copy of the parameters, which
    `step` and `train` change. It is written for one batch size, and again for
    each other size when that comes, and keeps the memory of all of them. One
    thread at a time may use it.

    Parameters
    ----------
    network : Network
        Left as it is.
    batch : int
        The number of examples that it is prepared for.
    backend : str
        What it computes with.
    """

    def __init__(self, network: Network, batch: int, backend: str) -> None:
        self.batch = batch
        self.dtype = network.layers[0].weights.dtype
        self._network: Network | None = network
        self._row: Array | None = None
        self._start = network
        self._holder = BACKENDS[backend](in_a_row(network))
        self._prepared: dict[int, Prepared] = {}
        self._of_batch = self.prepared_for(batch)
        self._gradient = self._of_batch.gradient

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a copy of any kind be written anew, as it stands now."""
        return Program, (self.network, self.batch, self.backend)

    @property
    def backend(self) -> str:
        """What it computes with: ``"numpy"``, ``"floats"``.

        Of a program of floats, larger batches are the work of NumPy.
        """
        return self._holder.name

    @property
    def source(self) -> str:
        """The text of the program, for the batch that it was compiled for."""
        return self._of_batch.source

    @property
    def network(self) -> Network:
        """The network with the parameters as they are now."""
        if self._network is None:
            self._network = with_row(self._start, self.row)
        return self._network

    @property
    def row(self) -> Array:
        """The parameters as they are now, in one row."""
        if self._row is None:
            self._row = self._holder.read()
            self._row.flags.writeable = False
        return self._row

    def prepared_for(self, batch: int) -> Prepared:
        """Return the program for a batch size, written if there is none.

        Parameters
        ----------
        batch : int
            The number of examples.

        Raises
        ------
        ValueError
            If there is not enough memory.
        """
        if batch not in self._prepared:
            one = None if batch == 1 else batch
            graph = rewritten(recorded_gradient(self._start, one))
            count = sum(map(prod, self._start.shapes))
            step = recorded_step(count, self.dtype)
            asked = batch == self.batch
            write = writer(self._holder, self._start, batch, asked=asked)
            try:
                self._prepared[batch] = write(graph, step)
            except MemoryError:
                raise ValueError(
                    f"batch is {batch}; its results take more memory than "
                    "there is: a smaller one was expected"
                ) from None
        return self._prepared[batch]

    def flat_gradient(self, x: Any, y: Any) -> Any:
        r"""Compute the gradient fast: all its numbers in one row.

        Layer after layer: ∂C/∂W, ∂C/∂b, ∂C/∂g, ∂C/∂γ, ∂C/∂β, as far as it
        has them, each row after row.

        Parameters
        ----------
        x, y : array_like
            Inputs and targets. Fast are those of the compiled batch, in what
            the backend computes with: arrays of the network's type, for
            floats also lists. What has their shape is computed with as it
            is. That it has no gaps, is real, and has probabilities for
            targets where the cost expects them, `gradients` looks after.

        Returns
        -------
        ndarray, or what the backend computes with
            Any later call of the program may overwrite it.

        Raises
        ------
        ValueError
            If the shapes do not fit, or what came are no numbers.
        """
        try:
            return self._gradient(x, y)
        except Exception:  # noqa: BLE001 — an object of another's class
            x, y = self.examples(x, y)
            return self.prepared_for(batch_of(x)).gradient(*flat(x, y))

    def gradient_at(self, row: Array, x: Array, y: Array) -> Any:
        """Compute the gradient with other parameters, which it takes over.

        Parameters
        ----------
        row : ndarray
            The parameters, layer after layer.
        x, y : ndarray (n, n_in), (n, n_out)
            Inputs and targets that fit, of the type of the network.

        Returns
        -------
        ndarray, or what the backend computes with
            As of `flat_gradient`.
        """
        self._holder.write(row)
        self._row = self._network = None
        return self.prepared_for(len(x)).gradient(*flat(x, y))

    def gradients(self, x: npt.ArrayLike, y: npt.ArrayLike) -> Gradients:
        """Compute what `literate_bp.backward` gives, in arrays of its own.

        Parameters
        ----------
        x, y : array_like
            Inputs and targets, one example or one a row. They are converted
            to the type of the network.

        Raises
        ------
        ValueError
            As `literate_bp.forward` and `literate_bp.backward` do.
        """
        x, y = self.examples(x, y)
        found = self.prepared_for(batch_of(x)).all_of(*flat(x, y))
        shapes = [(*x.shape[:-1], n) for n in self._start.sizes[1:]]
        layers = range(1, len(shapes) + 1)
        of = {
            name: tuple(found.get(f"dc_d{letter}{n}") for n in layers)
            for name, letter in LETTERS.items()
        }
        errors: Any = [
            found[f"delta{n}"].reshape(shape)
            for n, shape in zip(layers, shapes, strict=True)
        ]
        shortcut = found.get("shortcut")
        if shortcut is not None:
            shortcut = shortcut.reshape(shapes[0])
        first: Any = self.network.layers[0]
        made: Any = Gradients
        return made(
            **of, errors=tuple(errors), first_layer=first, shortcut=shortcut
        )

    def step(
        self, x: npt.ArrayLike, y: npt.ArrayLike, rate: float = 0.5
    ) -> None:
        """Take one step of gradient descent: change the parameters.

        Parameters
        ----------
        x, y : array_like
            Inputs and targets, one example or one a row.
        rate : float
            η, greater than 0.

        Raises
        ------
        ValueError
            As `literate_bp.backward` and `literate_bp.descend` do.
        """
        rate = validation.positive("rate", rate)
        x, y = self.examples(x, y)
        with np.errstate(over="ignore", invalid="ignore"):
            self.take_steps(x, y, rate, batch_of(x))

    def take_steps(self, x: Array, y: Array, rate: float, batch: int) -> None:
        """Take a step for each mini-batch, of examples in their order."""
        before, self._row, self._network = self.row, None, None
        rate_of_type = np.asarray(rate, self.dtype)
        size = 0
        try:
            for some_x, some_y in mini_batches(*as_rows(x, y), batch):
                if len(some_x) != size:  # the first, or the last
                    size = len(some_x)
                    step = self.prepared_for(size).step
                step(*flat(some_x, some_y), rate_of_type)
            self.require_finite(rate)
        except ValueError:
            self._holder.write(before)
            self._row, self._network = before, None
            raise

    def require_finite(self, rate: float) -> None:
        """Refuse parameters that are no numbers any more, or no directions."""
        if not has_gains(self._start) and np.isfinite(self.row).all():
            return
        for number, layer in enumerate(self.network.layers, start=1):
            validation.after_step(rate, number, layer.parameters)

    def run_epoch(
        self, network: Network, x: Array, y: Array, rate: float, batch: int
    ) -> Network:
        """Do what `literate_bp.training.one_epoch` does.

        Parameters
        ----------
        network : Network
            The network before the epoch; it is not changed.
        x, y : ndarray (n, n_in), (n, n_out)
            Inputs and targets, shuffled.
        rate : float
            η, the learning rate.
        batch : int
            The number of examples in one step.

        Raises
        ------
        ValueError
            If a step leaves a parameter infinite or NaN.
        """
        if network is not self._network:
            self._holder.write(in_a_row(network))
            self._row, self._network = None, network
        x, y = (np.asarray(each, self.dtype) for each in (x, y))
        with np.errstate(over="ignore", invalid="ignore"):
            self.take_steps(x, y, rate, batch)
        return self.network

    def train(
        self,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        rate: float = 0.5,
        epochs: int = 30,
        batch: int = 10,
        seed: int = 0,
        *,
        test: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    ) -> tuple[Network, History]:
        """Train as `literate_bp.train` does, from where the program stands.

        Parameters
        ----------
        x, y, rate, epochs, batch, seed, test
            As of `literate_bp.train`.
        """
        return train_by(
            *(self.network, x, y, rate, epochs, batch, seed),
            test=test,
            run_epoch=self.run_epoch,
        )

    def examples(
        self, x: npt.ArrayLike, y: npt.ArrayLike
    ) -> tuple[Array, Array]:
        """Return valid inputs and targets, in the type of the network."""
        x = inputs_of(self._start, x)
        validation.real("x", x)
        x = np.asarray(x, self.dtype)
        output = output_placeholder(self._start, x)
        return x, np.asarray(targets_of(self._start, y, output), self.dtype)

    @property
    def summary(self) -> str:
        """The network, the batch and the backend."""
        examples = count(self.batch, "example")
        return f"{self._start.summary}; {examples}, {self.backend}"

    @property
    def table(self) -> TextTable:
        """The text, a line a row."""
        rows = ((line,) for line in self.source.splitlines())
        return TextTable(("program",), tuple(rows))

    def __str__(self) -> str:
        return self.source


def compile(  # noqa: A001 — the word of the field, as of `re.compile`
    network: Network, batch: int = 1, *, backend: str | None = None
) -> Program:
    """Write a program that computes the gradients of a network fast.

    The rules' own code is recorded on stand-ins for arrays, and written as
    straight-line code, in which each result has its place in memory.

    Parameters
    ----------
    network : Network
        Left as it is: the program has its own copy of the parameters.
    batch : int
        The number of examples in a call. Other numbers work too; the first
        call with one takes the time to write a program for it.
    backend : str, optional
        What the program computes with. By default it is chosen from the
        sizes, by what was measured.

    Raises
    ------
    ValueError
        If an argument does not fit, the layers are of several types or hold
        complex numbers, batch normalization would have one example to
        compare, or there is not enough memory.
    ImportError
        If the library of the backend is not installed.

    Examples
    --------
    >>> from literate_bp import compile, initialize
    >>> program = compile(initialize((2, 3, 1), seed=0))
    >>> program.gradients([0.1, 0.3], [1.0]).weights[1].round(4).tolist()
    [[-0.0389], [-0.0489], [-0.0493]]
    """
    validation.instance("network", network, Network)
    batch = validation.batch_size(batch)
    validation.batch_to_compare(batch, network.normalizations)
    if backend is not None:
        validation.one_of("backend", backend, BACKENDS)
    require_one_type(network)
    if backend == "floats" and (why := why_not_floats(network, batch)):
        raise ValueError(f"backend is 'floats', {why}, or another backend")
    dtype = network.layers[0].weights.dtype
    if backend in LIBRARIES and dtype not in LIBRARIES[backend]:
        raise ValueError(
            f"backend is {backend!r}, which has no {dtype}; 'numpy' was "
            "expected"
        )
    return Program(network, batch, backend or chosen_backend(network, batch))


def chosen_backend(network: Network, batch: int) -> str:
    """Return the name of the backend that is fastest at these sizes.

    Parameters
    ----------
    network : Network
        Its sizes and its type count.
    batch : int
        The number of examples.
    """
    small = products(network, batch) <= FLOATS * len(network.layers)
    by_floats = small and not why_not_floats(network, batch)
    return "floats" if by_floats else "numpy"


def writer(
    holder: Backend, network: Network, batch: int, *, asked: bool
) -> Callable[[Graph, Graph], Prepared]:
    """Return what writes the program for a number of examples.

    Parameters
    ----------
    holder : Backend
        Holds the parameters.
    network : Network
        Its sizes and its type count.
    batch : int
        The number of examples.
    asked : bool
        Whether the backend was chosen for this number.
    """
    if asked or not isinstance(holder, Floats):
        return holder.prepare
    by_floats = chosen_backend(network, batch) == holder.name
    return holder.prepare if by_floats else holder.prepare_arrays


def products(network: Network, batch: int) -> int:
    """Return how many products with weights a forward pass has."""
    return batch * sum(layer.weights.size for layer in network.layers)


def why_not_floats(network: Network, batch: int) -> str:
    """Return what floats cannot do, and what was expected; "" if nothing.

    Parameters
    ----------
    network : Network
        Its sizes, its type and its kinds of layers count.
    batch : int
        The number of examples.
    """
    dtype = network.layers[0].weights.dtype
    if has_gains(network):
        return (
            "which cannot divide by a norm of 0 as NumPy does; network has "
            "gains, so 'numpy' was expected"
        )
    if dtype not in (np.float64, np.float32):
        return (
            f"which have 64 bits, or are rounded to 32; network is of {dtype}"
            "; float64 or float32 was expected"
        )
    found = {
        "sums of {} terms": (max(*network.sizes, batch), MOST_TERMS),
        "{} products": (products(network, batch), MOST_PRODUCTS),
    }
    for what, (many, most) in found.items():
        if many > most:
            return (
                f"which are written out one by one; network and batch {batch} "
                f"make {what.format(many)}; {most} at most were expected"
            )
    return ""


def has_gains(network: Network) -> bool:
    """Tell whether a layer has normalized weights."""
    return any(layer.gains is not None for layer in network.layers)


def has_program(network: Network) -> bool:
    """Tell whether a network can be compiled."""
    return has_one_type(network)


def has_one_type(network: Network) -> bool:
    """Tell whether all parameters are real numbers of one type."""
    types = types_of(network)
    return len(types) == 1 and types.pop().kind == "f"


def types_of(network: Network) -> set[np.dtype[Any]]:
    """Return the types of all parameters."""
    return {
        array.dtype
        for layer in network.layers
        for array in layer.parameters.values()
    }


def require_one_type(network: Network) -> None:
    """Refuse layers of several types, and complex numbers."""
    if not has_one_type(network):
        types = sorted(map(str, types_of(network)))
        raise ValueError(
            f"network has parameters of type {' and '.join(types)}; real ones "
            "of one type were expected: literate_bp.network.cast changes it"
        )


def batch_of(x: Array) -> int:
    """Return the number of examples."""
    return len(x) if x.ndim == 2 else 1


def flat(x: Array, y: Array) -> tuple[Array, Array]:
    """Take away the axis of the examples if there is only one."""
    return (x[0], y[0]) if len(x) == 1 and x.ndim == 2 else (x, y)


def as_rows(x: Array, y: Array) -> tuple[Array, Array]:
    """Return one example a row."""
    return np.atleast_2d(x), np.atleast_2d(y)
