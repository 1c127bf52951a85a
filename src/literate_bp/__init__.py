"""Literate Backpropagation: a package that is a book.

Read the modules in the order of ``READING_ORDER``; each looks back only at
those before it, and at `validation`, which checks what a caller gives.
"""

from .activation import ACTIVATIONS
from .checkpointing import (
    backward_in_segments,
    best_segments,
    checkpoint_plan,
)
from .cost import COSTS
from .initialization import (
    SCHEMES,
    SchemeWarning,
    initialize,
    initialize_from_data,
)
from .memory import MemoryPlan, memory_plan
from .network import Gradients, Layer, Network, Trace, backward, cost, forward
from .oracle import Report, check_gradient
from .precision import LossScale, Scaling, train_mixed
from .training import History, accuracy, descend, train
from .vanishing import GradientFlow, gradient_flow
from .worked.explain import explain
from .worked.sheet import Explanation, Step

READING_ORDER = (
    "node",
    "nodes",
    "activation",
    "cost",
    "textbook",
    "network",
    "oracle",
    "initialization",
    "training",
    "vanishing",
    "memory",
    "profiling",
    "checkpointing",
    "precision",
    "example",
)

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "READING_ORDER",
    "SCHEMES",
    "Explanation",
    "GradientFlow",
    "Gradients",
    "History",
    "Layer",
    "LossScale",
    "MemoryPlan",
    "Network",
    "Report",
    "Scaling",
    "SchemeWarning",
    "Step",
    "Trace",
    "accuracy",
    "backward",
    "backward_in_segments",
    "best_segments",
    "check_gradient",
    "checkpoint_plan",
    "cost",
    "descend",
    "explain",
    "forward",
    "gradient_flow",
    "initialize",
    "initialize_from_data",
    "memory_plan",
    "train",
    "train_mixed",
]
