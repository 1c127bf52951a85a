"""Literate Backpropagation: a package that is a book.

Read the modules in the order of ``READING_ORDER``. Each imports only those
before it, `validation`, which checks what a caller gives, `display`, which
prints results, and `residual` and `weight_normalization`: two kinds of layers
that a network may have, and that a later chapter explains. The later
chapters' modules are loaded when one of their names is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .activation import ACTIVATIONS
from .cost import COSTS
from .network import Gradients, Layer, Network, Trace, backward, cost, forward

if TYPE_CHECKING:
    from .checkpointing import (
        backward_in_segments,
        best_segments,
        checkpoint_plan,
    )
    from .compiled.program import Program, compile  # noqa: A004 — public name
    from .compiled.training import train
    from .initialization import (
        SCHEMES,
        SchemeWarning,
        initialize,
        initialize_from_data,
    )
    from .memory import MemoryPlan, memory_plan
    from .oracle import Report, check_gradient
    from .precision import LossScale, ScaleWarning, Scaling, train_mixed
    from .training import History, accuracy, descend
    from .vanishing import GradientFlow, gradient_flow
    from .worked.explain import explain
    from .worked.sheet import Explanation, Step

__version__ = "0.1.0"

READING_ORDER = (
    "node",
    "nodes",
    "activation",
    "cost",
    "layer",
    "network",
    "oracle",
    "training",
    "initialization",
    "vanishing",
    "residual",
    "weight_normalization",
    "memory",
    "profiling",
    "checkpointing",
    "precision",
    "example",
)
"""The modules of the rules, in the order in which chapters explain them."""

LATER = {
    "SCHEMES": "initialization",
    "SchemeWarning": "initialization",
    "initialize": "initialization",
    "initialize_from_data": "initialization",
    "Report": "oracle",
    "check_gradient": "oracle",
    "History": "training",
    "accuracy": "training",
    "descend": "training",
    "Program": "compiled.program",
    "compile": "compiled.program",
    "train": "compiled.training",
    "GradientFlow": "vanishing",
    "gradient_flow": "vanishing",
    "MemoryPlan": "memory",
    "backward_in_segments": "checkpointing",
    "best_segments": "checkpointing",
    "checkpoint_plan": "checkpointing",
    "memory_plan": "memory",
    "LossScale": "precision",
    "ScaleWarning": "precision",
    "Scaling": "precision",
    "train_mixed": "precision",
    "Explanation": "worked.sheet",
    "Step": "worked.sheet",
    "explain": "worked.explain",
}
"""The module of each public name that is loaded when it is first used."""

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
    "Program",
    "Report",
    "ScaleWarning",
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
    "compile",
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


def __getattr__(name: str) -> Any:
    """Load the module of a public name, and keep the name."""
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f".{LATER[name]}", __name__)
    globals()[name] = getattr(module, name)
    return globals()[name]


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
