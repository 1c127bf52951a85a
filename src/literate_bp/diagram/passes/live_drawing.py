"""The diagrams of a network that a reader builds: what the page of such networks asks for.

MicroPython runs it in a browser, with the files of the package that draw: `node_forward` and the others lay their marks
out, and `artists` gives these their outlines. The outlines are written as SVG.
"""

import json
from typing import Any

from ...network import Layer, Network
from ..drawing.artists import patches
from ..drawing.palette import colors
from ..drawing.svg_text import label_groups, pixels
from .description import html
from .live_layers import activations_of
from .network_backward import network_backward
from .network_forward import network_forward
from .node_backward import node_backward
from .node_forward import node_forward
from .weight_gradients import weight_gradients

__all__ = ["drawing"]


def drawing(question: str) -> str:
    """Answer with a diagram as JSON: what it shows in a sentence, its size, its marks as SVG, and its words.

    Parameters
    ----------
    question : str
        What `live_layers.example_of` takes, with the number of a ``diagram``, its ``orientation``, what its ``marks``
        show, the name of a ``notation``, and for diagrams 1 and 2 the ``layer`` and the ``node``.
    """
    asked = json.loads(question)
    name, picture = asked["notation"], DIAGRAMS[asked["diagram"]](asked, network_of(asked))
    scene = picture.oriented(asked["orientation"])
    size = {"width": scene.width, "height": scene.height}
    return json.dumps(
        {"alt": picture.alt, "size": size, "svg": svg(scene, name), "words": html({name: picture.sections}, name)}
    )


def network_of(asked: dict[str, Any]) -> Any:
    """Return the network of a question."""
    layers = [Layer(*of_layer) for of_layer in zip(asked["w"], asked["b"], activations_of(asked))]
    return Network(layers, asked["cost"])


def of_all(asked: dict[str, Any]) -> dict[str, Any]:
    """Return how a diagram is written."""
    return {"values": asked["marks"], "notation": asked["notation"]}


def of_node(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the same, and which node it is of."""
    return {"layer": asked["layer"], "node": asked["node"], "values": asked["marks"], "notation": asked["notation"]}


DIAGRAMS: Any = {
    1: lambda asked, network: node_forward(network, asked["x"], **of_node(asked)),
    2: lambda asked, network: node_backward(network, asked["x"], asked["y"], **of_node(asked)),
    3: lambda asked, network: network_forward(network, asked["x"], asked["y"], **of_all(asked)),
    4: lambda asked, network: network_backward(network, asked["x"], asked["y"], **of_all(asked)),
    5: lambda asked, network: weight_gradients(network, asked["x"], asked["y"], **of_all(asked)),
}
"""What draws each of the five, by the number that a page asks for."""


# --- SVG ----------------------------------------------------------------------


def svg(scene: Any, notation: str) -> str:
    """Write the marks and the labels of a scene."""
    shades = {name: f"var(--bp-{name}, {color})" for name, color in colors("light").items()}
    marks = [outlines(mark, shades) for mark in [*scene.edges, *scene.nodes]]
    labels = label_groups({notation: scene}, notation)
    for name, color in colors("light").items():
        labels = labels.replace(f'fill="{color}"', f'fill="{shades[name]}"')
    return "".join(marks) + labels


def outlines(mark: Any, shades: Any) -> str:
    """Write a mark."""
    return "".join([outline(mark, part, patch) for part, patch in enumerate(patches(mark, shades))])


def outline(mark: Any, part: int, patch: Any) -> str:
    """Write one outline of a mark; the first one has its quantity."""
    key = f"{mark.key}-{part}" if part else mark.key
    hook = f' data-q="{mark.quantity}"' if mark.quantity and not part else ""
    return f'<path data-mark="{key}"{hook} d="{steps(patch.path)}"{style(patch.style)}/>'


def steps(path: Any) -> str:
    """Write the steps of a path."""
    parts, before = [], ""
    for (x, y), code in zip(path.points, path.codes):
        parts.append(
            "z" if code == "z" else f"{'' if code == before and code in 'QC' else code}{pixels(x)} {pixels(y)} "
        )
        before = code
    return "".join(parts)


def style(of: Any) -> str:
    """Write colors and the width of a line, whose dashes are in units of it."""
    dashes = of.get("linestyle", of.get("ls", "solid"))
    dashed = "" if dashes == "solid" else " ".join([pixels(each * of["lw"]) for each in dashes[1]])
    lines = f' stroke="{of["ec"]}" stroke-width="{pixels(of["lw"])}"' if of["ec"] != "none" else ""
    return f' fill="{of["fc"]}"{lines}' + (f' stroke-dasharray="{dashed}"' if dashed else "")
