"""Literate Backpropagation: a package that is a book.

Read the modules in the order of ``READING_ORDER``. Each imports only those
before it, `validation`, which checks what a caller gives, `display`, which
prints results, and `residual`, `weight_normalization`, `normalization` and
`targets`: kinds of layers and of targets that a network may have, and that
later pages explain. A module is loaded when one of its names is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

TYPE_CHECKING = False  # to load `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any

    from .activation import ACTIVATIONS
    from .callbacks import EarlyStopping, KeepBest
    from .checkpointing import (
        backward_in_segments,
        best_segments,
        checkpoint_plan,
    )
    from .compiled.program import Program, compile  # noqa: A004 — public name
    from .compiled.training import train
    from .cost import COSTS
    from .initialization import (
        SCHEMES,
        SchemeWarning,
        initialize,
        initialize_from_data,
    )
    from .memory import MemoryPlan, memory_plan
    from .network import (
        Gradients,
        Layer,
        Network,
        Trace,
        backward,
        cost,
        forward,
    )
    from .optimizers import OPTIMIZERS, SGD, Adam, AdamW, RMSProp
    from .oracle import Report, check_gradient
    from .parallel import backward_in_shards
    from .precision import LossScale, ScaleWarning, Scaling, train_mixed
    from .range_test import RateRange, rate_range_test
    from .saving import load, save
    from .schedules import Cosine, WarmUp
    from .tape import Variable, no_grad
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
    "operations",
    "tape",
    "optimizers",
    "schedules",
    "dropout",
    "stepping",
    "range_test",
    "callbacks",
    "saving",
    "loops",
    "gallery",
    "parallel",
    "communication",
    "pipeline",
    "example",
    "targets",
    "class_weights",
    "normalization",
    "inference",
)
"""The modules of the rules, in the order in which chapters explain them."""

MODULE_OF = {
    "ACTIVATIONS": "activation",
    "COSTS": "cost",
    "Layer": "network",
    "Network": "network",
    "Trace": "network",
    "Gradients": "network",
    "forward": "network",
    "cost": "network",
    "backward": "network",
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
    "backward_in_shards": "parallel",
    "Variable": "tape",
    "no_grad": "tape",
    "OPTIMIZERS": "optimizers",
    "SGD": "optimizers",
    "RMSProp": "optimizers",
    "Adam": "optimizers",
    "AdamW": "optimizers",
    "Cosine": "schedules",
    "WarmUp": "schedules",
    "RateRange": "range_test",
    "rate_range_test": "range_test",
    "EarlyStopping": "callbacks",
    "KeepBest": "callbacks",
    "load": "saving",
    "save": "saving",
    "Explanation": "worked.sheet",
    "Step": "worked.sheet",
    "explain": "worked.explain",
}
"""The module of each public name, loaded when the name is first used."""

__all__ = [
    "ACTIVATIONS",
    "COSTS",
    "OPTIMIZERS",
    "READING_ORDER",
    "SCHEMES",
    "SGD",
    "Adam",
    "AdamW",
    "Cosine",
    "EarlyStopping",
    "Explanation",
    "GradientFlow",
    "Gradients",
    "History",
    "KeepBest",
    "Layer",
    "LossScale",
    "MemoryPlan",
    "Network",
    "Program",
    "RMSProp",
    "RateRange",
    "Report",
    "ScaleWarning",
    "Scaling",
    "SchemeWarning",
    "Step",
    "Trace",
    "Variable",
    "WarmUp",
    "accuracy",
    "backward",
    "backward_in_segments",
    "backward_in_shards",
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
    "load",
    "memory_plan",
    "no_grad",
    "rate_range_test",
    "save",
    "train",
    "train_mixed",
]


class Package(ModuleType):
    """The package, whose public names are never modules.

    Python binds each module that it loads to its name in the package; but
    `cost` is the function.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if name not in MODULE_OF or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = Package


def __getattr__(name: str) -> Any:
    """Load a public name and keep it, or load one of the modules."""
    if name in MODULE_OF:
        import_module("numpy")  # all of it, before threads begin with a part
        module = import_module(f".{MODULE_OF[name]}", __name__)
        return globals().setdefault(name, getattr(module, name))
    if name in READING_ORDER:
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names and the modules, loaded or not."""
    return sorted({*globals(), *__all__, *READING_ORDER})
