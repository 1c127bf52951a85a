"""Targets of a cross-entropy: from the labels of classes, and smoothed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from . import validation
from .activation import Array

MOST_CLASSES = 10_000
"""How many classes there may be, so that a wrong number fills no memory."""


def one_hot(labels: npt.ArrayLike, classes: int) -> Array:
    r"""Return a 1 at the class of each example, among zeros.

    Parameters
    ----------
    labels : array_like of int (batch,)
        The class of each example, from 0; or a single one.
    classes : int
        How many classes there are.

    Returns
    -------
    ndarray (batch, classes)
        Targets of `cross_entropy`, in float64.

    Raises
    ------
    ValueError
        If a label is not a whole number from 0 to classes − 1.

    Examples
    --------
    >>> from literate_bp.targets import one_hot
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    classes = validation.whole("classes", classes, most=MOST_CLASSES)
    return ones_at("labels", labels, classes)


def ones_at(what: str, labels: npt.ArrayLike, classes: int) -> Array:
    """Do what `one_hot` does, for any number of classes.

    Parameters
    ----------
    what : str
        The name of the argument, for a message.
    labels, classes : array_like of int, int
        As of `one_hot`.
    """
    found = validation.numeric(what, labels)
    validation.real(what, found)
    made = np.arange(classes) == found[..., np.newaxis]
    validation.labels(what, found, made.any(axis=-1), classes)
    return made.astype(np.float64)


def smoothed(y: npt.ArrayLike, share: float = 0.1) -> Array:
    r"""Take a share of each target and deal it out evenly among the classes.

    (1 − ε) yₖ + ε / K, where K is the number of classes. It is called label
    smoothing: no target asks for a certainty that a softmax cannot reach.

    Parameters
    ----------
    y : array_like (classes,) or (batch, classes)
        Targets that add up to 1.
    share : float
        ε, from 0 to 1.

    Raises
    ------
    ValueError
        If y has no probabilities that add up to 1, as labels do not, or the
        share is not from 0 to 1.

    References
    ----------
    Szegedy et al. 2016, section 7.

    Examples
    --------
    >>> from literate_bp.targets import one_hot, smoothed
    >>> smoothed(one_hot([2], 4), share=0.2).round(2)
    array([[0.05, 0.05, 0.85, 0.05]])
    """
    found = validation.numeric("y", y)
    validation.finite("y", found)
    validation.classes("y", found)
    expected = "targets were expected, such as one_hot makes of labels"
    validation.probabilities("y", found, expected)
    validation.adds_up("y", found, expected, np.finfo(found.dtype).eps)
    share = validation.share("share", share)
    return (1 - share) * found + share / found.shape[-1]
