"""The deliberate bugs of the rules in plain loops: tests put each into the package, and readers look for it on a page.

Each is an expression of a rule in the place of another one, as it stands in its file.
"""

from typing import NamedTuple


class Bug(NamedTuple):
    """A bug: the file that it is in, what it is, the right expression, and the wrong one."""

    file: str
    name: str
    old: str
    new: str


HIDDEN = "linear_error(layer.derivative(z_j), dc_da_j)"
BACK = "tuple(activated_error(w, delta) for w in ahead.weights)"

BUGS = (
    Bug("node.py", "σ(z) for σ′(z)", "sigmoid(z) * sigmoid(-z)", "sigmoid(z)"),
    Bug("nodes.py", "σ′ left out of a hidden error", HIDDEN, "linear_error(1.0, dc_da_j)"),
    Bug(
        "nodes.py",
        "σ′ left out of an output error",
        "linear_error(layer.derivative(z_k), dc_da_k)",
        "linear_error(1.0, dc_da_k)",
    ),
    Bug(
        "nodes.py",
        "σ′ of the activated value",
        HIDDEN,
        "linear_error(layer.derivative(layer.function(z_j)), dc_da_j)",
    ),
    Bug("nodes.py", "weights transposed", BACK, "tuple(activated_error(w, delta) for w in zip(*ahead.weights))"),
    Bug(
        "nodes.py",
        "the last error for the sum of them",
        BACK,
        "tuple(activated_error(w[-1:], delta[-1:]) for w in ahead.weights)",
    ),
    Bug("nodes.py", "the error with the wrong sign", "a - y", "y - a"),
    Bug("nodes.py", "a step uphill", "w - rate * dc_dw", "w + rate * dc_dw"),
    Bug(
        "nodes.py",
        "stale weights",
        "hidden_errors(layer, z, ahead, delta[0])",
        """hidden_errors(
            layer,
            z,
            descend(
                (ahead,),
                Gradients(
                    (weight_gradient(tuple(map(layer.function, z)), delta[0]),),
                    (delta[0],),
                    (),
                ),
                0.5,
            )[0],
            delta[0],
        )""",
    ),
    Bug(
        "nodes.py",
        "a gradient with its indices turned round",
        "tuple(tuple(a_i * delta_j for delta_j in delta) for a_i in a)",
        "tuple(tuple(a_i * delta_j for a_i in a) for delta_j in delta)",
    ),
)
