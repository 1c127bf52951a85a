"""Literate Backpropagation: a package that is a book.

Read the modules in the order of ``READING_ORDER``; each looks back only at
those before it, and at `refusal`, which says no to what does not fit.
"""

from .activation import ACTIVATIONS
from .cost import COSTS
from .initialization import SCHEMES, initialize
from .network import Gradients, Layer, Network, Trace, backward, cost, forward
from .oracle import Report, check_gradient
from .precision import LossScale, Scaling, train_mixed
from .training import History, accuracy, descend, train
from .writing.explain import explain
from .writing.sheet import Explanation, Step

READING_ORDER = (
    "node",
    "nodes",
    "activation",
    "cost",
    "network",
    "oracle",
    "initialization",
    "training",
    "precision",
    "example",
)

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "READING_ORDER",
    "SCHEMES",
    "Explanation",
    "Gradients",
    "History",
    "Layer",
    "LossScale",
    "Network",
    "Report",
    "Scaling",
    "Step",
    "Trace",
    "accuracy",
    "backward",
    "check_gradient",
    "cost",
    "descend",
    "explain",
    "forward",
    "initialize",
    "train",
    "train_mixed",
]
