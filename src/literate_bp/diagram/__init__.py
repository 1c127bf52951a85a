"""The five diagrams of the book, drawn from the arrays of a real forward and backward pass.

Read palette, scene, quantities, layout, draw, picture, figures, in this order.
"""

from .figures import network_backward, network_forward, node_backward, node_forward, weight_gradients
from .palette import colors, stylesheet
from .picture import Picture

__all__ = [
    "Picture",
    "colors",
    "network_backward",
    "network_forward",
    "node_backward",
    "node_forward",
    "stylesheet",
    "weight_gradients",
]
