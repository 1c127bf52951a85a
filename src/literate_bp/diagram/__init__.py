"""The five diagrams of the book, drawn from the arrays of a real pass.

Read in this order:

- what is shown: `palette` (what each color and shape means), `scene` (marks
  as data), `quantities` (the symbols and values of a pass);
- what the diagrams are made of: `letters` and `typeset` (a symbol, and how
  wide it is), `layout` (places), `marks`, `tables`, `legend`, `words` (the
  same to be read out);
- how they come out: `render` (Matplotlib's bytes), `draw` (a scene), `svg`
  (for a page), `lettering` (its labels in every notation),
  `picture` (all of it in one value);
- the diagrams: `node_frame` (what 1 and 2 share), `one_node` (1, 2),
  `network_frame` (what 3 to 5 share), `whole_network` (3, 4), `gradients` (5).

The plots of the later chapters stand beside them: `plot`, `curves`, `grids`
and its `naming`, `flow`, `spreads`, `remembered`, `sixteen`.
"""

from importlib.util import find_spec

if find_spec("matplotlib") is None:
    raise ImportError('the diagrams need Matplotlib: python -m pip install "literate_bp[diagram]"')

from .flow import gradient_flow
from .gradients import weight_gradients
from .one_node import node_backward, node_forward
from .palette import colors, stylesheet
from .picture import Picture
from .whole_network import network_backward, network_forward

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
