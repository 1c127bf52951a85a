"""The diagrams of the page *Your network*: those that MicroPython draws are those of the package, mark by mark."""

import json
import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from random import Random

import engine
import pytest

from literate_bp.diagram.drawing.palette import colors
from literate_bp.diagram.passes import description
from literate_bp.diagram.passes.live_instead import rounded_text
from literate_bp.diagram.passes.network_backward import network_backward
from literate_bp.diagram.passes.network_forward import network_forward
from literate_bp.diagram.passes.node_backward import node_backward
from literate_bp.diagram.passes.node_forward import node_forward
from literate_bp.diagram.passes.picture import Picture
from literate_bp.diagram.passes.quantities import rounded_text as of_the_package
from literate_bp.diagram.passes.weight_gradients import weight_gradients
from literate_bp.formula.notation import NOTATIONS
from literate_bp.network import Layer, Network
from page import assets
from program.network_diagrams import drawing_program
from program.your_network import MOST_LAYERS, MOST_NODES, chosen

PROGRAM = """
const { files, known, questions } = JSON.parse(given());
begin(python, Object.entries(files));
python.FS.writeFile("/lib/literate_bp/known.json", known);
const { drawing } = python.pyimport("literate_bp.diagram.passes.live_drawing");
console.log(JSON.stringify(questions.map((each) => JSON.parse(drawing(JSON.stringify(each))))));
"""
NETWORKS = 1
"""How many are drawn in each notation, with all diagrams; some have one activation, others one for each layer."""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
CUT = 0.011
"""SVG has two decimals: Matplotlib's are cut off, and others are rounded."""
DIAGRAMS = {1: node_forward, 2: node_backward, 3: network_forward, 4: network_backward, 5: weight_gradients}
OF_A_NODE, BACKWARD = (1, 2), (2, 3, 4, 5)


def question(seed):
    """Draw a network that the page can build, and what its diagrams show."""
    draw = Random(seed)  # noqa: S311  nothing is secret
    sizes = [draw.randint(1, MOST_NODES) for _ in range(draw.randint(2, MOST_LAYERS + 1))]
    layer = draw.randint(1, len(sizes) - 1)
    names = draw.choices(chosen("activation"), k=len(sizes) - 1)

    def number():
        return draw.choice([round(draw.uniform(-2, 2), 1), round(draw.uniform(-1, 1), 3), 0.0, -0.00012])

    return {
        "w": [[[number() for _ in range(after)] for _ in range(before)] for before, after in pairwise(sizes)],
        "b": [[number() for _ in range(size)] if draw.random() < 0.8 else None for size in sizes[1:]],
        "x": [number() for _ in range(sizes[0])],
        "y": [number() for _ in range(sizes[-1])],
        "activation": draw.choice([names[0], names]),
        "cost": draw.choice(chosen("cost")),
        "layer": layer,
        "node": draw.randint(1, sizes[layer]),
        "marks": draw.choice(["both", "both", "symbols", "numbers"]),
        "orientation": draw.choice(["landscape", "portrait"]),
    }


def picture_of(asked):
    """Return the picture of the package, in one notation."""
    names = asked["activation"] if isinstance(asked["activation"], list) else [asked["activation"]] * len(asked["w"])
    layers = [Layer(*of_layer) for of_layer in zip(asked["w"], asked["b"], names, strict=True)]
    examples = (asked["x"], asked["y"]) if asked["diagram"] in BACKWARD else (asked["x"],)
    place = {"layer": asked["layer"], "node": asked["node"]} if asked["diagram"] in OF_A_NODE else {}
    how = {"values": asked["marks"], "notation": asked["notation"]}
    drawn = DIAGRAMS[asked["diagram"]](Network(layers, asked["cost"]), *examples, **place, **how)
    return Picture({asked["notation"]: drawn.variants[asked["notation"]]}, asked["notation"], drawn.alt)


def numbers(text):
    """Return the numbers of a text."""
    return [float(each) for each in NUMBER.findall(text or "")]


def tree_of(html):
    """Return the SVG of a text."""
    text = re.sub(r' xmlns="[^"]*"', "", html[html.index("<svg") : html.index("</svg>") + len("</svg>")])
    return ET.fromstring(text)  # noqa: S314  the build has written it


def outlines(svg):
    """Return the outlines of the package's SVG: of which mark and quantity they are, their points, and their style."""
    found = []
    for group in svg.iterfind(".//g[@data-mark]"):
        path = group.find("path")
        style = dict(each.split(": ", 1) for each in path.get("style", "").split("; "))
        found.append((group.get("data-mark"), path.get("data-q"), numbers(path.get("d")), style))
    return found


def own_outlines(svg):
    """Return those of a page's SVG."""
    return [
        (path.get("data-mark"), path.get("data-q"), numbers(path.get("d")), path.attrib)
        for path in svg.iterfind("path[@data-mark]")
    ]


def texts(svg):
    """Return the labels: what they say, of which quantity they are, where and how large, and their style."""
    return [
        ("".join(text.itertext()), text.get("data-q"), [*places(text)], group.get("fill"), group.get("font-family"))
        for group in svg.iter("g")
        for text in group.iterfind("text")
    ]


def places(text):
    """Yield the place of a label, and the moves of its parts."""
    for element in text.iter():
        for name in ("x", "y", "dx", "dy", "transform", "font-size"):
            yield from numbers(element.get(name))


def assert_same_marks(found, expected):
    """Compare outlines; Matplotlib writes the point at which a closed one begins a second time."""
    assert [mark[:2] for mark in found] == [mark[:2] for mark in expected]
    for (*_, own, attributes), (*_, points, style) in zip(found, expected, strict=True):
        assert len(points) - len(own) in {0, 2}
        assert own == pytest.approx(points[: len(own)], abs=CUT)
        assert style.get("fill", "none") == attributes["fill"]
        assert style.get("stroke") == attributes.get("stroke")
        width = 1.0 if attributes.get("stroke") else None  # what SVG has where nothing is said
        assert float(style.get("stroke-width", width or 0)) == pytest.approx(
            float(attributes.get("stroke-width", 0)), abs=CUT
        )
        assert numbers(style.get("stroke-dasharray")) == pytest.approx(
            numbers(attributes.get("stroke-dasharray")), abs=CUT
        )


def assert_same_texts(found, expected):
    """Compare labels."""
    assert len(found) == len(expected)
    for (*own, places, fill, family), (*known, others, color, font) in zip(found, expected, strict=True):
        assert own == known
        assert places == pytest.approx(others, abs=CUT)
        assert (fill, family) == (color, font)


def drawn(folder, questions):
    """Return what a page would draw."""
    rules = [*engine.RULES, *assets.SHEET, *assets.DRAWING]
    start = engine.START.replace("JSON.parse(process.env.RULES)", json.dumps(rules))
    given = json.loads(drawing_program()) | {"questions": questions}
    done = engine.in_node(start + PROGRAM, folder, json.dumps(given))
    assert not done.returncode, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", NOTATIONS)
def test_each_diagram_of_any_network_is_that_of_the_package(name, tmp_path):
    networks = [question(f"{name} {seed}") | {"notation": name, "sign": 1} for seed in range(NETWORKS)]
    questions = [network | {"diagram": diagram} for network in networks for diagram in DIAGRAMS]
    for asked, answer in zip(questions, drawn(tmp_path, questions), strict=True):
        picture = picture_of(asked)
        scene = picture.oriented(asked["orientation"])
        assert answer["size"] == pytest.approx({"width": scene.width, "height": scene.height}, abs=CUT)
        expected, found = tree_of(picture.view(asked["orientation"])), tree_of(f"<svg>{answer['svg']}</svg>")
        assert_same_marks(own_outlines(found), outlines(expected))
        assert_same_texts(texts(found), texts(expected))
        assert answer["alt"] == picture.alt
        assert answer["words"] == description.html({name: picture.sections}, name)
        assert_follows_the_theme(answer)


def assert_follows_the_theme(answer):
    """Require colors of the palette, by their variables, and no style that a page's policy forbids."""
    known = {f"var(--bp-{name}, {color})" for name, color in colors("light").items()} | {"none"}
    assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', answer["svg"])) <= known
    assert " style=" not in answer["svg"] + answer["words"]


TIES = [0.125, 2.5, 1.005, 10.25, 100.5, 101.5, 999.5, 999.4999, 9.995, 0.0999949, 0.00099949, 0.001, 1e-3 - 1e-19]
VALUES = [*TIES, 0.0, 12345.0, 125000.0, 1.25e-7, 9.95e-5, 9.949e22, 1e300, 5e-324, 2**-10 * 1.5, 1.0, 10.0, 100.0]
VALUES += [10.0**power * draw for power in range(-12, 12) for draw in (1.0, 1.2345, 9.9951, 5.5, 2.25)]


def test_numbers_have_the_digits_that_the_package_gives_them():
    for value in VALUES:
        for signed in (value, -value):
            assert rounded_text(signed) == of_the_package(signed).replace("e-0", "e-").replace("e+0", "e").replace(
                "e+", "e"
            )
