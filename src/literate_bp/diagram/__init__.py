"""The diagrams of the book, drawn from the arrays of a real pass.

Three packages, of which the first imports neither of the others:

- `drawing`: what draws both, from colors and marks to SVG;
- `passes`: the diagrams of a forward and a backward pass;
- `plots`: the plots of the chapters, one module for each subject.
"""

from importlib.util import find_spec

if find_spec("matplotlib") is None:
    raise ImportError('the diagrams need Matplotlib: python -m pip install "literate_bp[diagram]"')

from .drawing.palette import colors, stylesheet
from .passes.network_backward import network_backward
from .passes.network_forward import network_forward
from .passes.node_backward import node_backward
from .passes.node_forward import node_forward
from .passes.picture import Picture
from .passes.weight_gradients import weight_gradients
from .plots.vanishing import gradient_flow

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
