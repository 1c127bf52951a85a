"""Networks of many shapes, and the diagrams of them that the tests share."""

from functools import cache
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np

from literate_bp import Layer, Network, diagram, example

RUNNING = example.running()
KINDS = ("node_forward", "node_backward", "network_forward", "network_backward", "weight_gradients")
VALUES = ("symbols", "numbers", "both")
ORIENTATIONS = ("landscape", "portrait")
LARGEST = (8,) * 7
RESIDUAL = ("3-3-3-2 residual", "2-2-2-4-4 residual", "1-1 residual")
"""Networks whose layers have residual connections wherever as many nodes lie on both sides."""
LARGEST_RESIDUAL = "8-8-8-8-8-8-8 residual"
SHAPES = ((3, 3, 2, 3), (2, 1, 1), (2, 2, 2), (1, 1), (4, 2, 5), *RESIDUAL, LARGEST)
POWERS_OF_TEN = "2-2-2 times 0.00006", "3-3-2-3 times 0.02", "2-2-2 times 3000"
"""Networks whose numbers, or some of them, are so small or so large that they have a power of ten."""


@cache
def sample(sizes):
    if sizes == (3, 3, 2, 3):
        return RUNNING
    sizes, _, factor = sizes.partition(" times ") if isinstance(sizes, str) else (sizes, "", "")
    factor = float(factor or 1)
    past = "residual" in sizes
    sizes = tuple(map(int, sizes.removesuffix(" residual").split("-"))) if isinstance(sizes, str) else sizes
    draw = np.random.default_rng(sum(sizes))
    layers = [
        Layer(
            factor * draw.normal(size=pair) / (4 if past else 1),  # so that what adds up does not saturate
            None if sizes == (2, 1, 1) else factor * draw.normal(size=pair[1]),
            "tanh",
            residual=past and pair[0] == pair[1],
        )
        for pair in pairwise(sizes)
    ]
    return Network(tuple(layers)), factor * draw.normal(size=sizes[0]), factor * draw.normal(size=sizes[-1])


@cache
def picture(kind, values="both", sizes=(3, 3, 2, 3), notation="book", **where):
    network, x, y = sample(sizes)
    given = (network, x) if kind == "node_forward" else (network, x, y)
    return getattr(diagram, kind)(*given, values=values, notation=notation, **where)


@cache
def html_of(kind):
    return picture(kind)._repr_html_()


def shown_by(scene, key):
    """The number that stands in a mark."""
    texts = [label.text for label in scene.labels if label.key == key and "$" not in label.text]
    assert len(texts) == 1, (key, texts)
    return texts[0]


def drawings(html):
    """The SVG elements of a page's picture, landscape and portrait."""
    return [each for each in ET.fromstring(html).iter() if each.tag.endswith("}svg")]  # noqa: S314  our own drawing


def seen(element, notation):
    """Whether a style sheet for the switch shows an element in a notation."""
    return "data-n" not in element.attrib or notation in element.attrib["data-n"].split()


def linear_light(color):
    """Return red, green and blue as amounts of light."""
    c = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Return the contrast of two colors, from 1 to 21, as WCAG has it."""
    low, high = sorted(float(linear_light(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other))
    return (high + 0.05) / (low + 0.05)
