r"""A network and its training in one file, without pickle.

The file is NumPy's ``.npz``: an archive of arrays. All that is no array is
one of bytes, which are JSON.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import numpy as np

from . import validation
from .activation import Array
from .files import write_whole
from .network import Layer, Network, in_a_row
from .training import History, Kept

FORMAT = "literate_bp 1"
"""The first word of every file, and the version of its form."""
ABOUT = "about"
"""The name of what is no array."""


def save(
    path: str | os.PathLike[str],
    network: Network,
    history: History | None = None,
) -> None:
    """Write a network, and what its training needs to go on, to a file.

    The old file is there until the new one is whole.

    Parameters
    ----------
    path : path
        The file, as a rule with the ending ``.npz``.
    network : Network
        What `literate_bp.train` returned, or any other.
    history : History, optional
        What `literate_bp.train` returned with it.

    Raises
    ------
    ValueError
        If an argument does not fit, or NumPy has no form for the parameters'
        type.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from literate_bp import initialize, load, save
    >>> with TemporaryDirectory() as folder:
    ...     save(f"{folder}/run.npz", initialize((2, 3, 1)))
    ...     load(f"{folder}/run.npz")[0].sizes
    (2, 3, 1)
    """
    file = validation.file_path("path", path, "the name of a file")
    validation.instance("network", network, Network)
    if history is not None:
        validation.instance("history", history, History)
    content = BytesIO()
    np.savez(content, allow_pickle=False, **arrays_of(network, history))
    write_whole(file, content.getvalue())


def arrays_of(network: Network, history: History | None) -> dict[str, Array]:
    """Return all that a file holds, by name.

    Parameters
    ----------
    network, history : Network, History or None
        What is saved.
    """
    about = {
        "format": FORMAT,
        "cost": network.cost,
        "layers": [
            {
                "activation": layer.activation,
                "residual": layer.residual,
                "normalization": layer.normalization,
            }
            for layer in network.layers
        ],
        "history": None if history is None else about_history(history),
    }
    arrays = parameters_of(network)
    for name, array in arrays.items():
        validation.of_numpy(name, array)
    if history is not None:
        rows = history.kept.averages.items()
        arrays |= {f"average {name}": row for name, row in rows}
    text = json.dumps(about).encode()
    return {ABOUT: np.frombuffer(text, np.uint8), **arrays}


def parameters_of(network: Network) -> dict[str, Array]:
    """Return the parameters by the names that they have in a file."""
    return {
        f"{name} of layer {number}": array
        for number, layer in enumerate(network.layers, start=1)
        for name, array in layer.parameters.items()
    }


def about_history(history: History) -> dict[str, Any]:
    """Return a history without its arrays."""
    found = {of.name: getattr(history, of.name) for of in fields(history)}
    kept = asdict(history.kept)
    kept["averages"] = [*history.kept.averages]
    return {**found, "kept": kept}


def load(path: str | os.PathLike[str]) -> tuple[Network, History | None]:
    """Read what `save` has written, to the last digit.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    network : Network
        The network.
    history : History or None
        Its history, if it was saved with one.

    Raises
    ------
    ValueError
        If the file was cut short, changed, or not written by `save`.
    OSError
        If there is no such file, or it cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from literate_bp import initialize, load, save
    >>> with TemporaryDirectory() as folder:
    ...     save(f"{folder}/run.npz", initialize((2, 3, 1)))
    ...     network, history = load(f"{folder}/run.npz")
    >>> network.sizes, history
    ((2, 3, 1), None)
    """
    file = validation.file_path("path", path, "the name of a file")
    content = file.read_bytes()
    with validation.whole_file(file):
        arrays = arrays_in(content)
        about = json.loads(arrays.pop(ABOUT).tobytes())
        validation.file_format(about["format"], FORMAT)
        network = network_in(about, arrays)
        said = about["history"]
        history = None if said is None else history_in(said, arrays, network)
        validation.nothing_left(arrays)
    return network, history


def arrays_in(content: bytes) -> dict[str, Array]:
    """Return the arrays of an archive, none of which is compressed.

    Parameters
    ----------
    content : bytes
        All of the file.
    """
    with ZipFile(BytesIO(content)) as archive:
        validation.stored(
            [each.compress_type == ZIP_STORED for each in archive.infolist()]
        )
    with np.load(BytesIO(content), allow_pickle=False) as found:
        return dict(found)


def network_in(about: Mapping[str, Any], arrays: dict[str, Array]) -> Network:
    """Return the network of a file, and take its arrays out.

    Parameters
    ----------
    about : dict
        What is no array.
    arrays : dict of str to ndarray
        The arrays by name.
    """
    layers = []
    for number, said in enumerate(about["layers"], start=1):
        normalization = said.get("normalization")
        of_nodes = ("scales", "shifts") if normalization else ()
        layer = Layer(
            arrays.pop(f"weights of layer {number}"),
            arrays.pop(f"biases of layer {number}", None),
            said["activation"],
            residual=said["residual"],
            gains=arrays.pop(f"gains of layer {number}", None),
            normalization=normalization,
            **{k: arrays.pop(f"{k} of layer {number}") for k in of_nodes},
        )
        layers.append(layer)
    return Network(layers, about["cost"])


def history_in(
    said: Mapping[str, Any], arrays: dict[str, Array], network: Network
) -> History:
    """Return the history of a file, and take its arrays out.

    Parameters
    ----------
    said : dict
        What is no array.
    arrays : dict of str to ndarray
        The arrays by name.
    network : Network
        That of the file.
    """
    names = said["kept"]["averages"]
    averages = {name: arrays.pop(f"average {name}") for name in names}
    row = in_a_row(network)
    for name, array in averages.items():
        validation.like_parameters(f"average {name}", array, row)
    kept = Kept(
        validation.text_or_none("optimizer", said["kept"]["optimizer"]),
        validation.whole("steps", said["kept"]["steps"], least=0),
        averages,
        tuple(map(tuple, said["kept"]["shapes"])),
        validation.whole("seed", said["kept"]["seed"], least=0),
    )
    numbers = {
        name: tuple(map(float, said[name]))
        for name in ("cost", "accuracy", "test_cost", "test_accuracy")
    }
    validation.order(np.random.default_rng(0), said["order"])
    return History(**numbers, order=said["order"], kept=kept)
