"""The diagrams of the book, drawn from the arrays of a real pass.

Three packages, of which the first imports neither of the others:

- `drawing`: what draws both, from colors and marks to SVG;
- `passes`: the diagrams of a forward and a backward pass;
- `plots`: the plots of the chapters, one module for each subject.

A module is loaded when one of its names is first used: Matplotlib takes long.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .drawing.palette import colors, stylesheet
    from .passes.network_backward import network_backward
    from .passes.network_forward import network_forward
    from .passes.node_backward import node_backward
    from .passes.node_forward import node_forward
    from .passes.picture import Picture
    from .passes.weight_gradients import weight_gradients
    from .plots.vanishing import gradient_flow

if find_spec("matplotlib") is None:
    raise ImportError('the diagrams need Matplotlib: python -m pip install "literate_bp[diagram]"')

MODULE_OF = {
    "Picture": "passes.picture",
    "colors": "drawing.palette",
    "gradient_flow": "plots.vanishing",
    "network_backward": "passes.network_backward",
    "network_forward": "passes.network_forward",
    "node_backward": "passes.node_backward",
    "node_forward": "passes.node_forward",
    "stylesheet": "drawing.palette",
    "weight_gradients": "passes.weight_gradients",
}
"""The module of each public name, loaded when the name is first used."""

__all__ = [
    "Picture",
    "colors",
    "gradient_flow",
    "network_backward",
    "network_forward",
    "node_backward",
    "node_forward",
    "stylesheet",
    "weight_gradients",
]


def __getattr__(name: str) -> Any:
    """Load a public name and keep it, or load one of the three packages."""
    if name in MODULE_OF:
        module = import_module(f".{MODULE_OF[name]}", __name__)
        return globals().setdefault(name, getattr(module, name))
    if name in ("drawing", "passes", "plots"):
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
